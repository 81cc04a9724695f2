//! Tickets (取号单, M1): the number in a citizen's hand from the kiosk to the end of the visit (R24–R42, R47–R49).
//! `order` says who is next, `verbs` decides, `applied` records, `day` is the sweep. Used by `enquiry`, `case` and `proxy`
//! where work begins at a window. A ticket shows no name (R25) and is never deleted.
//!
//! How the rule book is read where it leaves room:
//! - A held ticket goes back to its window before new calls (R35) by `resume`, which asks only that the window is free; a
//!   call is not refused meanwhile, since the hall cannot see whether the person has come back from the photocopier.
//! - A window's queues are served in their order, the first with somebody waiting goes first (R26).
//! - A ticket sent to one window waits for it while that window is signed on; after that any window of the queue may call.
//! - The second miss, by calls or by holding too long, abandons the ticket (R33).

mod applied;
mod command;
mod day;
mod issue;
mod leave;
mod order;
mod verbs;
mod work;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use applied::apply;
pub use command::{
    Abandon, AbandonAll, CallNext, Finish, Issue, On, Pick, TicketCommand, TicketEvent, Transfer,
};
pub use day::{at_instant, day_closed, next_instant};
pub(super) use leave::{called_along, sent_on};
pub use order::{Estimate, Line, ServiceDay, ahead_of, estimate, next_for};
pub use verbs::decide;
pub use work::{Work, link, must_be_serving};

use super::{
    event::Subject,
    id::{ItemCode, PersonId, QueueCode, StaffCode, TicketId, WindowCode},
    people::Private,
    time::Instant,
};

/// State of a ticket (M1).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// 等候
    Waiting,
    /// 已叫号
    Called,
    /// 办理中
    Serving,
    /// 挂起
    Held,
    /// 过号
    Missed,
    /// Finished.
    Done,
    /// 弃号
    Abandoned,
    /// Given up by the applicant.
    Cancelled,
    /// 过期
    Expired,
}

impl TicketState {
    /// Every state, in the order of M1.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Called,
        Self::Serving,
        Self::Held,
        Self::Missed,
        Self::Done,
        Self::Abandoned,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::Serving => "serving",
            Self::Held => "held",
            Self::Missed => "missed",
            Self::Done => "done",
            Self::Abandoned => "abandoned",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether the visit is not over yet.
    pub fn is_open(self) -> bool {
        !self.verbs().is_empty()
    }

    /// What is possible from here (M1), in the words of the methods.
    pub fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Waiting => &[
                "call_next",
                "pick",
                "transfer",
                "abandon",
                "abandon_all",
                "cancel",
                "reprint",
            ],
            Self::Called => &[
                "recall", "start", "transfer", "miss", "abandon", "cancel", "reprint",
            ],
            Self::Serving => &["finish", "hold", "transfer", "reprint"],
            Self::Held => &["resume", "abandon", "cancel", "reprint"],
            Self::Missed => &["restore", "abandon", "cancel", "reprint"],
            Self::Done | Self::Abandoned | Self::Cancelled | Self::Expired => &[],
        }
    }
}

/// Priority class (R27), the first one first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// 绿色通道: a major project.
    GreenChannel,
    /// Statutory courtesy.
    Courtesy,
    /// 预约, within its slot.
    Booked,
    /// Everybody else.
    Ordinary,
}

impl Priority {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GreenChannel => "green_channel",
            Self::Courtesy => "courtesy",
            Self::Booked => "booked",
            Self::Ordinary => "ordinary",
        }
    }
}

/// On what ground a ticket has its priority (R27), as a code (R227). Sight is proof enough (R29).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 重大项目
    MajorProject,
    /// 老年人, from the hall's courtesy age
    Elderly,
    /// 残疾人
    Disabled,
    /// 孕妇
    Pregnant,
    /// 携带婴幼儿
    WithInfant,
    /// 现役军人
    Military,
    /// 军人家属
    MilitaryFamily,
    /// 退役军人
    Veteran,
}

impl Ground {
    /// The class it gives.
    pub fn priority(self) -> Priority {
        match self {
            Self::MajorProject => Priority::GreenChannel,
            _ => Priority::Courtesy,
        }
    }

    /// Whether it says something about a person's body (R227).
    pub fn is_sensitive(self) -> bool {
        matches!(self, Self::Disabled | Self::Pregnant)
    }
}

/// Why a ticket is called out of order (R38), listed to the inspector.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PickReason {
    /// Somebody who cannot wait: unwell, infirm, with a crying child.
    Infirm,
    /// An emergency: rescue, funeral, a train to catch.
    Urgent,
    /// The second part of a matter begun at this window.
    FollowUp,
    /// The hall's own mistake is put right: wrong queue, wrong window.
    Redress,
    /// The leader on duty ordered it.
    Ordered,
    /// Any other.
    Other,
}

/// What a visit came to (R39).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An enquiry.
    Enquiry,
    /// One or several cases.
    Case,
    /// A proxy order.
    Proxy,
    /// Nothing, with a reason.
    Nothing,
}

impl Outcome {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enquiry => "enquiry",
            Self::Case => "case",
            Self::Proxy => "proxy",
            Self::Nothing => "nothing",
        }
    }
}

/// Why a ticket was abandoned (R33, R34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AbandonCause {
    /// By the clerk at the window.
    Clerk,
    /// Missed for the second time.
    SecondMiss,
    /// By the director after close of business.
    Closing,
}

/// The place of a ticket in its line (R28): by class, then by issue time. A restored ticket stands behind another one (R33).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rank {
    /// The class whose place it takes.
    pub class: Priority,
    /// The issue time whose place it takes.
    pub issued_at: Instant,
    /// The ticket whose place it takes; itself, until it is restored.
    pub ticket: TicketId,
    /// 0 in its own place; the nth that was restored behind that ticket.
    pub behind: u32,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Id.
    pub id: TicketId,
    /// The number on the paper, such as A023 (R24).
    pub number: String,
    /// The civil date it holds for.
    pub on: NaiveDate,
    /// In which queue it waits, or was called from.
    pub queue: QueueCode,
    /// Its class.
    pub priority: Priority,
    /// On what ground.
    pub ground: Option<Ground>,
    /// Its place in the line.
    pub rank: Rank,
    /// Its state.
    pub state: TicketState,
    /// Since when.
    pub since: Instant,
    /// When it was issued.
    pub issued_at: Instant,
    /// Who holds it, where they said so (R25).
    pub visitor: Option<PersonId>,
    /// What they came for, where they said so.
    pub items: Vec<ItemCode>,
    /// The window that it was sent to (R36).
    pub wants: Option<WindowCode>,
    /// The window that called it last.
    pub window: Option<WindowCode>,
    /// Who sat there.
    pub staff: Option<StaffCode>,
    /// How often it was called since it last waited (R32).
    pub calls: u8,
    /// When it was called last.
    pub called_at: Option<Instant>,
    /// Why it was called out of order (R38).
    pub picked: Option<PickReason>,
    /// Until when it is held (R35).
    pub due_at: Option<Instant>,
    /// Seconds of service before the present one: up to the last hold or transfer, or all of them when finished.
    pub served_seconds: u32,
    /// How often it was missed (R33).
    pub misses: u8,
    /// What was opened for it (R39).
    pub work: Vec<Work>,
    /// What the visit came to.
    pub outcome: Option<Outcome>,
    /// Why it was abandoned.
    pub abandoned: Option<AbandonCause>,
    /// What was noted at the end.
    pub reason: Option<Private>,
    /// Its transfers (R36).
    pub transfers: Vec<Moved>,
    /// How often its paper was printed again (R47).
    pub reprints: u16,
}

/// A transfer of a ticket (R36).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// From which queue.
    pub from_queue: QueueCode,
    /// From which window, where one had called it.
    pub from_window: Option<WindowCode>,
    /// To which queue.
    pub queue: QueueCode,
    /// To which window, where one was named.
    pub window: Option<WindowCode>,
    /// Why.
    pub note: Option<Private>,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
}

impl Ticket {
    /// Whether the visit is not over yet.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// The records to be in memory with it.
    pub fn refers_to(&self) -> Vec<Subject> {
        self.visitor.map(Subject::Person).into_iter().collect()
    }
}
