//! Enquiries (首问, M2): who was asked first stays responsible until the person is satisfied (R50–R59). `command` says what
//! is asked and stored, `verbs` decides, `case` joins an enquiry to the case it became; used by the window page and `case`.
//! An enquiry is never deleted, and forwarding never changes its owner.
//!
//! How the rule book is read where it leaves room:
//! - A hand-over that nobody has taken stays with the owner: until `take`, the owner answers for the reply.
//! - Forwarding is due the same working day (R56); a late one is done all the same and remembered as late.
//! - The promised reply date is the visitor's: it holds from registration through every hand-over, and begins again only
//!   when the visitor rejects a reply.
//! - The director closes from any state, but not before a reply was recorded at least once (R57, V114).

mod applied;
mod case;
mod command;
mod verbs;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use applied::apply;
pub use case::{case_ended, linked};
pub use command::{
    Answer, Close, Confirm, EnquiryCommand, EnquiryEvent, Forward, GiveBack, On, Open, Reassign,
    RejectReply, Reply,
};
pub use verbs::decide;

use super::{
    event::Subject,
    id::{CaseId, DepartmentCode, EnquiryId, PersonId, StaffCode, TicketId, WindowCode},
    people::{Private, Slot},
    time::Instant,
};

/// State of an enquiry (M2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EnquiryState {
    /// 登记
    Open,
    /// 转办
    Forwarded,
    /// 已答复
    Replied,
    /// 转办件: it became a case.
    Linked,
    /// The visitor confirmed.
    ClosedSatisfied,
    /// The visitor could not be reached, twice.
    ClosedUnreachable,
    /// The director closed it.
    ClosedByDirector,
}

impl EnquiryState {
    /// Every state, in the order of M2.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Forwarded,
        Self::Replied,
        Self::Linked,
        Self::ClosedSatisfied,
        Self::ClosedUnreachable,
        Self::ClosedByDirector,
    ];

    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Forwarded => "forwarded",
            Self::Replied => "replied",
            Self::Linked => "linked",
            Self::ClosedSatisfied => "closed_satisfied",
            Self::ClosedUnreachable => "closed_unreachable",
            Self::ClosedByDirector => "closed_by_director",
        }
    }

    /// What is possible from here (M2), in the words of the methods.
    pub fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Open => &["answer", "forward", "reassign", "close"],
            Self::Forwarded => &["forward", "take", "give_back", "reply", "reassign", "close"],
            Self::Replied => &[
                "confirm",
                "reject_reply",
                "unreachable",
                "reassign",
                "close",
            ],
            Self::Linked
            | Self::ClosedSatisfied
            | Self::ClosedUnreachable
            | Self::ClosedByDirector => &[],
        }
    }
}

/// By which way a question came (R50, R55).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 窗口
    Window,
    /// 电话
    Phone,
    /// 网上
    Web,
    /// 来访
    Visit,
    /// 来信
    Letter,
}

/// Kind of question (R51).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EnquiryKind {
    /// 咨询
    #[default]
    Consultation,
    /// 投诉
    Complaint,
    /// 求助
    Help,
    /// 建议
    Suggestion,
    /// 诉求
    Demand,
}

/// How the visitor said that they are satisfied (R57).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// In person.
    InPerson,
    /// By signature.
    Signature,
    /// On the telephone.
    Phone,
    /// In a message or on the web.
    Message,
}

/// Why an owner leaves the centre, the only ground for another owner (R57).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// 退回原单位
    Returned,
    /// 调离
    Transferred,
    /// 退休
    Retired,
    /// 辞职
    Resigned,
    /// 身故
    Deceased,
}

/// Until when a reply is promised (R56), and by which calendar (R111).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyDue {
    /// The last day.
    pub on: NaiveDate,
    /// The editions of the calendar years it was counted in.
    pub edition: String,
    /// Whether one of these years is not published yet (R14).
    pub provisional: bool,
}

/// To whom it was passed on (R53, R54).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// To which department.
    pub department: DepartmentCode,
    /// To whom; none where anybody there may take it.
    pub handler: Option<StaffCode>,
    /// When.
    pub at: Instant,
    /// When it was taken; until then it stays with the owner.
    pub taken_at: Option<Instant>,
    /// Whether it was passed on after the working day on which that was due (R56).
    pub late: bool,
}

/// What a line of the service log is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It was registered.
    Opened,
    /// It was passed on.
    Forwarded,
    /// The handler took it.
    Taken,
    /// The handler gave it back.
    GivenBack,
    /// An answer was given.
    Replied,
    /// The visitor was told where to go outside the centre (R54).
    Referred,
    /// The visitor confirmed.
    Confirmed,
    /// The visitor was not satisfied.
    Rejected,
    /// The visitor could not be reached.
    Unreachable,
    /// The director closed it.
    Closed,
    /// The owner left, another one came.
    Reassigned,
    /// It became a case.
    Linked,
    /// That case came to its end.
    CaseEnded,
}

/// A line of the service log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// What was done.
    pub act: Act,
    /// In what words.
    pub text: Option<Private>,
}

/// An enquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enquiry {
    /// Id.
    pub id: EnquiryId,
    /// The number for people, W2026030200001 (R230).
    pub number: String,
    /// Its state.
    pub state: EnquiryState,
    /// Who asked; none where they left no name (未留).
    pub visitor: Option<PersonId>,
    /// The slot that seals every text about it.
    pub key: Slot,
    /// What it is about.
    pub matter: Private,
    /// By which way it came.
    pub channel: Channel,
    /// Kind of question.
    pub kind: EnquiryKind,
    /// Whether it is the owner's own business (R52); else it is passed on (R53, R54).
    pub in_scope: bool,
    /// The department concerned, where it is known.
    pub department: Option<DepartmentCode>,
    /// The ticket of the visit.
    pub ticket: Option<TicketId>,
    /// The window where it was asked.
    pub window: Option<WindowCode>,
    /// The first-question owner (R50).
    pub owner: StaffCode,
    /// To whom it was passed on last; none while it is the owner's alone.
    pub handover: Option<Handover>,
    /// When it was registered.
    pub opened_at: Instant,
    /// Until which day it is to be passed on, where it is (R56).
    pub forward_due_on: NaiveDate,
    /// Until when a reply is promised.
    pub reply_due: ReplyDue,
    /// When it was last answered; a reply was recorded where there is one (R57).
    pub replied_at: Option<Instant>,
    /// How often the visitor rejected a reply; the second time it goes to the director.
    pub rejections: u8,
    /// The working days on which the visitor could not be reached since the last reply (R57).
    pub attempts: Vec<NaiveDate>,
    /// The case that it became (R58).
    pub case: Option<CaseId>,
    /// When it was closed; a linked one with its case.
    pub closed_at: Option<Instant>,
    /// The service log.
    pub log: Vec<LogLine>,
}

/// So many rejected replies bring it to the director (M2).
const REJECTIONS_TO_DIRECTOR: u8 = 2;

impl Enquiry {
    /// Whether somebody still answers for it.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// Whether it is the director's to settle: the visitor rejected a second reply.
    pub fn is_directors(&self) -> bool {
        self.rejections >= REJECTIONS_TO_DIRECTOR
    }

    /// The handler (承办人), where one was named or took it.
    pub fn handler(&self) -> Option<&StaffCode> {
        self.handover.as_ref()?.handler.as_ref()
    }

    /// Who answers for it now: the handler once they took it, else the owner.
    pub fn responsible(&self) -> &StaffCode {
        self.handover
            .as_ref()
            .filter(|handover| handover.taken_at.is_some())
            .and_then(|handover| handover.handler.as_ref())
            .unwrap_or(&self.owner)
    }

    /// The records to be in memory with it.
    pub fn refers_to(&self) -> Vec<Subject> {
        let visitor = self.visitor.map(Subject::Person);
        let ticket = self.ticket.map(Subject::Ticket);
        let case = self.case.map(Subject::Case);
        [visitor, ticket, case].into_iter().flatten().collect()
    }
}
