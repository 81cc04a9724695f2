//! What is asked about enquiries, and what happens to them: parameters, methods, stored events.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Channel, Confirmation, EnquiryKind, Leaving, ReplyDue};
use crate::rules::{
    event::Subject,
    id::{CaseId, DepartmentCode, EnquiryId, PersonId, StaffCode, TicketId, WindowCode},
    method::methods,
    people::{Private, Slot, Who},
    time::Instant,
};

fn at_the_window() -> Channel {
    Channel::Window
}

/// `enquiry.open`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Who asks; none where they leave no name (未留), else told by the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Who>,
    /// What it is about.
    pub matter: String,
    /// By which way it came.
    #[serde(default = "at_the_window")]
    pub channel: Channel,
    /// Kind of question.
    #[serde(default)]
    pub kind: EnquiryKind,
    /// Whether it is the owner's own business; else it must be passed on.
    pub in_scope: bool,
    /// The department concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentCode>,
    /// The ticket being served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// The window where it was asked; told from where the owner sits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowCode>,
}

/// `enquiry.forward`: to a person, or to a department where anybody may take it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forward {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// To which department; told from the handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentCode>,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<StaffCode>,
    /// What the handler should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `enquiry.take`, `enquiry.unreachable`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct On {
    /// Which enquiry.
    pub enquiry: EnquiryId,
}

/// `enquiry.give_back`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveBack {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// Why it is not the handler's (R56).
    #[serde(default)]
    pub reason: String,
}

/// `enquiry.answer`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// What was answered.
    pub text: String,
    /// Where the visitor was sent outside the centre, with the telephone number (R54); it answers what is out of scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<String>,
}

/// `enquiry.reply`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// What was answered.
    pub text: String,
}

/// `enquiry.confirm`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// How the visitor said so; without it nobody confirms for them (R57).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmation>,
}

/// `enquiry.reject_reply`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectReply {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// What the visitor said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `enquiry.close`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// Why without the visitor's word (R57).
    #[serde(default)]
    pub reason: String,
}

/// `enquiry.reassign`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// Which enquiry.
    pub enquiry: EnquiryId,
    /// The new owner.
    pub owner: StaffCode,
    /// Why the old owner leaves the centre (R57).
    pub leaving: Leaving,
}

methods! {
    /// Commands on enquiries.
    EnquiryCommand for "enquiry" {
        /// Registers a question; who was asked first owns it.
        Open(Open) = "open",
        /// Passes it on to another post; the owner stays.
        Forward(Forward) = "forward",
        /// The handler takes what was passed on.
        Take(On) = "take",
        /// The handler was the wrong one: back to the owner, within 24 hours, with the reason.
        GiveBack(GiveBack) = "give_back",
        /// The owner's answer.
        Answer(Answer) = "answer",
        /// The handler's answer.
        Reply(Reply) = "reply",
        /// The visitor is satisfied.
        Confirm(Confirm) = "confirm",
        /// The visitor is not satisfied; the second time it goes to the director.
        RejectReply(RejectReply) = "reject_reply",
        /// The visitor could not be reached; the second working day closes it.
        Unreachable(On) = "unreachable",
        /// The director closes it, with a reason.
        Close(Close) = "close",
        /// The director gives it another owner, because the old one leaves the centre.
        Reassign(Reassign) = "reassign",
    }
}

impl EnquiryCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut Who> {
        match self {
            Self::Open(params) => params.visitor.iter_mut().collect(),
            _ => Vec::new(),
        }
    }
}

/// What happens to enquiries. Stored words: `enquiry_*`; `at` is when, `by` who (none in the sweep).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "fields have the names and meanings of the record's"
)]
pub enum EnquiryEvent {
    /// A question was registered.
    #[serde(rename = "enquiry_opened")]
    Opened {
        enquiry: EnquiryId,
        number: String,
        serial: u64,
        on: NaiveDate,
        visitor: Option<PersonId>,
        key: Slot,
        matter: Private,
        channel: Channel,
        kind: EnquiryKind,
        in_scope: bool,
        department: Option<DepartmentCode>,
        ticket: Option<TicketId>,
        window: Option<WindowCode>,
        owner: StaffCode,
        forward_due_on: NaiveDate,
        reply_due: ReplyDue,
        at: Instant,
    },
    /// It was passed on.
    #[serde(rename = "enquiry_forwarded")]
    Forwarded {
        enquiry: EnquiryId,
        department: DepartmentCode,
        handler: Option<StaffCode>,
        late: bool,
        note: Option<Private>,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// The handler took it.
    #[serde(rename = "enquiry_taken")]
    Taken {
        enquiry: EnquiryId,
        handler: StaffCode,
        at: Instant,
    },
    /// It came back to the owner, who may pass it on again until `forward_due_on`.
    #[serde(rename = "enquiry_given_back")]
    GivenBack {
        enquiry: EnquiryId,
        reason: Private,
        forward_due_on: NaiveDate,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It was answered.
    #[serde(rename = "enquiry_replied")]
    Replied {
        enquiry: EnquiryId,
        text: Private,
        outside: Option<Private>,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// The visitor is satisfied.
    #[serde(rename = "enquiry_confirmed")]
    Confirmed {
        enquiry: EnquiryId,
        confirmed: Confirmation,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// The visitor is not satisfied, for the nth time; a new reply is due.
    #[serde(rename = "enquiry_reply_rejected")]
    ReplyRejected {
        enquiry: EnquiryId,
        rejections: u8,
        reason: Option<Private>,
        forward_due_on: NaiveDate,
        reply_due: ReplyDue,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// The visitor could not be reached; `closed` by the second attempt.
    #[serde(rename = "enquiry_unreachable")]
    Unreachable {
        enquiry: EnquiryId,
        on: NaiveDate,
        closed: bool,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// The director closed it.
    #[serde(rename = "enquiry_closed")]
    Closed {
        enquiry: EnquiryId,
        reason: Private,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It has another owner.
    #[serde(rename = "enquiry_reassigned")]
    Reassigned {
        enquiry: EnquiryId,
        from: StaffCode,
        owner: StaffCode,
        leaving: Leaving,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// It became a case.
    #[serde(rename = "enquiry_linked")]
    Linked {
        enquiry: EnquiryId,
        case: CaseId,
        at: Instant,
        by: Option<StaffCode>,
    },
    /// That case came to its end, and with it the enquiry.
    #[serde(rename = "enquiry_case_ended")]
    CaseEnded {
        enquiry: EnquiryId,
        case: CaseId,
        at: Instant,
        by: Option<StaffCode>,
    },
}

impl EnquiryEvent {
    /// The enquiry.
    pub fn subject(&self) -> Subject {
        let (Self::Opened { enquiry, .. }
        | Self::Forwarded { enquiry, .. }
        | Self::Taken { enquiry, .. }
        | Self::GivenBack { enquiry, .. }
        | Self::Replied { enquiry, .. }
        | Self::Confirmed { enquiry, .. }
        | Self::ReplyRejected { enquiry, .. }
        | Self::Unreachable { enquiry, .. }
        | Self::Closed { enquiry, .. }
        | Self::Reassigned { enquiry, .. }
        | Self::Linked { enquiry, .. }
        | Self::CaseEnded { enquiry, .. }) = self;
        Subject::Enquiry(*enquiry)
    }
}
