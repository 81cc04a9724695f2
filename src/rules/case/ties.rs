//! What a case tells the records it came from: the enquiry that became it (R58).

use super::Case;
use crate::rules::{
    event::Event,
    hall::Hall,
    id::{CaseId, EnquiryId},
    refusal::Refusal,
    stamp::Stamp,
};

/// The enquiry has become this case (R58).
pub(super) fn link(
    _hall: &Hall,
    _stamp: &Stamp,
    _enquiry: EnquiryId,
    _case: CaseId,
) -> Result<Vec<Event>, Refusal> {
    Ok(Vec::new())
}

/// The case has ended: its enquiry closes with it (M2).
pub(super) fn ended(_hall: &Hall, _stamp: &Stamp, _case: &Case) -> Vec<Event> {
    Vec::new()
}
