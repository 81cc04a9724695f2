//! What a visit came to (R39): enquiries, cases and proxy orders that were opened for a ticket while it was served.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Outcome, Ticket, TicketState};
use crate::rules::{
    hall::Hall,
    id::{CaseId, EnquiryId, OrderId, TicketId},
    refusal::{Refusal, RefusalCode, not_found},
    stamp::Stamp,
    window,
};

/// A piece of work, by its id.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(untagged)]
pub enum Work {
    /// An enquiry.
    Enquiry(EnquiryId),
    /// A case.
    Case(CaseId),
    /// A proxy order.
    Order(OrderId),
}

impl Work {
    /// The outcome that it makes of the visit.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Enquiry(_) => Outcome::Enquiry,
            Self::Case(_) => Outcome::Case,
            Self::Order(_) => Outcome::Proxy,
        }
    }

    /// Refuses unless the record is there.
    pub(super) fn must_exist(self, hall: &Hall) -> Result<(), Refusal> {
        match self {
            Self::Enquiry(id) if !hall.enquiries.contains(&id) => Err(not_found("enquiry", id)),
            Self::Case(id) if !hall.cases.contains(&id) => Err(not_found("case", id)),
            Self::Order(id) if !hall.orders.contains(&id) => Err(not_found("order", id)),
            _ => Ok(()),
        }
    }
}

/// The ticket under which work is to be opened: it is being served, at the actor's own window (R39, 1.1).
pub fn must_be_serving<'a>(
    hall: &'a Hall,
    stamp: &Stamp,
    id: TicketId,
) -> Result<&'a Ticket, Refusal> {
    let ticket = hall
        .tickets
        .get(&id)
        .ok_or_else(|| not_found("ticket", id))?;
    match &ticket.window {
        Some(at) if ticket.state == TicketState::Serving => {
            window::must_be_own(hall, stamp, at)?;
            Ok(ticket)
        }
        _ => Err(Refusal::new(RefusalCode::TicketNotServing)
            .with("ticket", ticket.number.as_str())
            .with("state", ticket.state.as_str())),
    }
}

/// Remembers with the ticket what was opened for it; called by the `apply` of the work.
pub fn link(hall: &mut Hall, ticket: TicketId, work: Work) {
    if let Some(ticket) = hall.tickets.get_mut(&ticket)
        && !ticket.work.contains(&work)
    {
        ticket.work.push(work);
    }
}
