//! What a case has to do with the records it came from: the ticket being served (R39), the enquiry that became it (R58).

use super::Case;
use crate::rules::{
    enquiry,
    event::Event,
    hall::Hall,
    id::{CaseId, EnquiryId},
    refusal::Refusal,
    stamp::Stamp,
    ticket::TicketState,
};

/// The enquiry that becomes this case; none where it came without one.
///
/// # Errors
/// What M2 refuses: the enquiry was closed, or became another case.
pub(super) fn linked(
    hall: &Hall,
    stamp: &Stamp,
    enquiry: Option<EnquiryId>,
    case: CaseId,
) -> Result<Option<Event>, Refusal> {
    enquiry
        .map(|enquiry| enquiry::linked(hall, stamp, enquiry, case))
        .transpose()
}

/// The applicant has the result, or there will be none: the enquiry closes with the case (M2).
pub(super) fn closed(hall: &Hall, stamp: &Stamp, case: &Case) -> Vec<Event> {
    enquiry::case_ended(hall, stamp, case.id)
}

/// Whether the applicant still stands at the counter: the ticket that the case came from is being served.
pub(super) fn is_at_counter(hall: &Hall, case: &Case) -> bool {
    case.ticket
        .and_then(|id| hall.tickets.get(&id))
        .is_some_and(|ticket| ticket.state == TicketState::Serving)
}
