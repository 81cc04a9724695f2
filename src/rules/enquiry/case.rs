//! Where an enquiry becomes a case (R58): it is linked when the case is received, and closes when that case ends. The owner
//! keeps seeing it until then. Both are called by `case`, which puts the events into its own entry.

use super::{EnquiryEvent, EnquiryState};
use crate::rules::{
    event::Event,
    hall::Hall,
    id::{CaseId, EnquiryId},
    refusal::{Refusal, not_found, wrong_state},
    stamp::Stamp,
};

/// The event that links an enquiry to the case received from it; refused where it was linked or closed before (M2).
pub fn linked(hall: &Hall, stamp: &Stamp, id: EnquiryId, case: CaseId) -> Result<Event, Refusal> {
    let enquiry = hall
        .enquiries
        .get(&id)
        .ok_or_else(|| not_found("enquiry", id))?;
    match enquiry.state {
        EnquiryState::Open | EnquiryState::Forwarded | EnquiryState::Replied => {
            Ok(EnquiryEvent::Linked {
                enquiry: id,
                case,
                at: stamp.at,
                by: stamp.actor.staff.clone(),
            }
            .into())
        }
        state => Err(wrong_state(
            "enquiry",
            &enquiry.number,
            state.as_str(),
            "to_case",
            state.verbs(),
        )),
    }
}

/// The events that close the enquiries of a case which has reached a terminal state; none where there was no enquiry.
pub fn case_ended(hall: &Hall, stamp: &Stamp, case: CaseId) -> Vec<Event> {
    hall.enquiries
        .values()
        .filter(|enquiry| enquiry.case == Some(case) && enquiry.is_open())
        .map(|enquiry| {
            EnquiryEvent::CaseEnded {
                enquiry: enquiry.id,
                case,
                at: stamp.at,
                by: stamp.actor.staff.clone(),
            }
            .into()
        })
        .collect()
}
