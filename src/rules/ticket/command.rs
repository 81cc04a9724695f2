//! What is asked of tickets, and what happens to them: parameters, methods, stored events.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AbandonCause, Ground, Outcome, PickReason, Priority, Rank, Work};
use crate::rules::{
    event::Subject,
    id::{ItemCode, PersonId, QueueCode, StaffCode, TicketId, WindowCode},
    method::methods,
    people::{Private, Who},
    time::Instant,
};

/// `ticket.issue`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// In which queue.
    pub queue: QueueCode,
    /// Its class; told from the ground, else ordinary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// On what ground; courtesy needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// Who takes it; nobody has to say (R25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Who>,
    /// What they come for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemCode>,
    /// The booking that it is issued for; a hall that takes no bookings knows none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<String>,
}

/// `ticket.call_next`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallNext {
    /// To which window.
    pub window: WindowCode,
}

/// `ticket.pick`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// To which window.
    pub window: WindowCode,
    /// Which ticket.
    pub ticket: TicketId,
    /// Why out of order (R38).
    pub reason: PickReason,
}

/// `ticket.recall`, `start`, `hold`, `resume`, `miss`, `restore`, `cancel`, `reprint`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct On {
    /// Which ticket.
    pub ticket: TicketId,
}

/// `ticket.abandon`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Abandon {
    /// Which ticket.
    pub ticket: TicketId,
    /// What is to be noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `ticket.abandon_all`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AbandonAll {
    /// Only of this queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueCode>,
}

/// `ticket.finish`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// Which ticket.
    pub ticket: TicketId,
    /// What the visit came to; told from what was opened for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Work that was not opened under the ticket but belongs to the visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<Work>,
    /// Why it came to nothing (R39).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `ticket.transfer`: to a queue, to a window, or to a queue at a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Which ticket.
    pub ticket: TicketId,
    /// To which queue; told from the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueCode>,
    /// To which window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowCode>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

methods! {
    /// Commands on tickets.
    TicketCommand for "ticket" {
        /// Gives out a number; the public takes ordinary ones only.
        Issue(Issue) = "issue",
        /// Calls who is next to a window; null when nobody waits.
        CallNext(CallNext) = "call_next",
        /// Calls a ticket out of order, with a reason.
        Pick(Pick) = "pick",
        /// Calls the same ticket again.
        Recall(On) = "recall",
        /// The person has come: service begins.
        Start(On) = "start",
        /// Lets the person go for a moment; the window is free meanwhile.
        Hold(On) = "hold",
        /// Goes on with a held ticket.
        Resume(On) = "resume",
        /// Nobody came after the last call.
        Miss(On) = "miss",
        /// Puts a missed ticket back in line, once.
        Restore(On) = "restore",
        /// Gives up a called, held or missed ticket.
        Abandon(Abandon) = "abandon",
        /// Gives up all who still wait, after close of business.
        AbandonAll(AbandonAll) = "abandon_all",
        /// The applicant gives the number back.
        Cancel(On) = "cancel",
        /// Ends the service and says what it came to.
        Finish(Finish) = "finish",
        /// Sends the ticket to another queue or window; it keeps its number and its time.
        Transfer(Transfer) = "transfer",
        /// Prints the paper again, marked 补打.
        Reprint(On) = "reprint",
    }
}

impl TicketCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut Who> {
        match self {
            Self::Issue(params) => params.visitor.iter_mut().collect(),
            _ => Vec::new(),
        }
    }
}

/// What happens to tickets. Stored words: `ticket_*`; `at` is when, `by` who (none in the sweep and at the kiosk).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "fields have the names and meanings of the record's"
)]
pub enum TicketEvent {
    /// A number was given out.
    #[serde(rename = "ticket_issued")]
    Issued {
        ticket: TicketId,
        number: String,
        prefix: String,
        serial: u64,
        on: NaiveDate,
        queue: QueueCode,
        priority: Priority,
        ground: Option<Ground>,
        rank: Rank,
        visitor: Option<PersonId>,
        items: Vec<ItemCode>,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It was called to a window; `streak` priority calls in a row were made in its queue, this one included (R28).
    #[serde(rename = "ticket_called")]
    Called {
        ticket: TicketId,
        queue: QueueCode,
        window: WindowCode,
        staff: Option<StaffCode>,
        picked: Option<PickReason>,
        streak: u8,
        on: NaiveDate,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It was called again; `calls` in all.
    #[serde(rename = "ticket_recalled")]
    Recalled {
        ticket: TicketId,
        calls: u8,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// Service began.
    #[serde(rename = "ticket_started")]
    Started {
        ticket: TicketId,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// The person went away for a moment, until `due_at` at most.
    #[serde(rename = "ticket_held")]
    Held {
        ticket: TicketId,
        window: WindowCode,
        due_at: Instant,
        served_seconds: u32,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// Service went on.
    #[serde(rename = "ticket_resumed")]
    Resumed {
        ticket: TicketId,
        window: WindowCode,
        staff: Option<StaffCode>,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It went to another queue or window.
    #[serde(rename = "ticket_transferred")]
    Transferred {
        ticket: TicketId,
        from_queue: QueueCode,
        from_window: Option<WindowCode>,
        queue: QueueCode,
        window: Option<WindowCode>,
        note: Option<Private>,
        served_seconds: u32,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// Nobody came; `due_at` where holding too long decided it.
    #[serde(rename = "ticket_missed")]
    Missed {
        ticket: TicketId,
        misses: u8,
        on: NaiveDate,
        due_at: Option<Instant>,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It was put back in line.
    #[serde(rename = "ticket_restored")]
    Restored {
        ticket: TicketId,
        rank: Rank,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It was given up; `due_at` where holding too long decided it.
    #[serde(rename = "ticket_abandoned")]
    Abandoned {
        ticket: TicketId,
        cause: AbandonCause,
        misses: u8,
        reason: Option<Private>,
        on: NaiveDate,
        due_at: Option<Instant>,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// The applicant gave it back.
    #[serde(rename = "ticket_cancelled")]
    Cancelled {
        ticket: TicketId,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// Its day ended.
    #[serde(rename = "ticket_expired")]
    Expired {
        ticket: TicketId,
        on: NaiveDate,
        at: Instant,
    },
    /// Service ended; `overtime_minutes` of it after close of business (R42).
    #[serde(rename = "ticket_finished")]
    Finished {
        ticket: TicketId,
        outcome: Outcome,
        work: Vec<Work>,
        reason: Option<Private>,
        served_seconds: u32,
        overtime_minutes: u32,
        on: NaiveDate,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// Its paper was printed again.
    #[serde(rename = "ticket_reprinted")]
    Reprinted {
        ticket: TicketId,
        at: Instant,
        by: Option<StaffCode>,
    },
}

impl TicketEvent {
    /// The ticket.
    pub fn subject(&self) -> Subject {
        let (Self::Issued { ticket, .. }
        | Self::Called { ticket, .. }
        | Self::Recalled { ticket, .. }
        | Self::Started { ticket, .. }
        | Self::Held { ticket, .. }
        | Self::Resumed { ticket, .. }
        | Self::Transferred { ticket, .. }
        | Self::Missed { ticket, .. }
        | Self::Restored { ticket, .. }
        | Self::Abandoned { ticket, .. }
        | Self::Cancelled { ticket, .. }
        | Self::Expired { ticket, .. }
        | Self::Finished { ticket, .. }
        | Self::Reprinted { ticket, .. }) = self;
        Subject::Ticket(*ticket)
    }
}
