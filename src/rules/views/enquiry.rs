//! An enquiry as others see it: owner, handler, the promised reply with the days left, the service log (S94).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PersonView, Reading, Viewer};
use crate::rules::{
    enquiry::{Act, Channel, Enquiry, EnquiryKind, EnquiryState, LogLine},
    hall::Hall,
    id::{CaseId, DepartmentCode, EnquiryId, StaffCode, TicketId, WindowCode},
    time::{Instant, hall_date, wire, wire_option},
};

/// A line of the service log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogView {
    /// When.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// What was done.
    pub act: Act,
    /// In what words.
    pub text: Option<String>,
}

/// An enquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the wire")]
pub struct EnquiryView {
    /// Id.
    pub id: EnquiryId,
    /// Number.
    pub number: String,
    /// Its state.
    pub state: EnquiryState,
    /// The first-question owner (R50).
    pub owner: StaffCode,
    /// Their name.
    pub owner_name: String,
    /// The handler (承办人), where one was named or took it (R54).
    pub handler: Option<StaffCode>,
    /// Their name.
    pub handler_name: Option<String>,
    /// The department it was passed on to.
    pub handler_department: Option<DepartmentCode>,
    /// When the handler took it; null while it is still with the owner.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub taken_at: Option<Instant>,
    /// Whether it was passed on later than the same working day (R56).
    pub forwarded_late: bool,
    /// Who answers for it now.
    pub responsible: StaffCode,
    /// Whether it is the director's to settle, after a second rejected reply.
    pub with_director: bool,
    /// Who asked; null where they left no name (未留).
    pub visitor: Option<PersonView>,
    /// What it is about.
    pub matter: String,
    /// By which way it came.
    pub channel: Channel,
    /// Kind of question.
    pub kind: EnquiryKind,
    /// Whether it is the owner's own business.
    pub in_scope: bool,
    /// The department concerned.
    pub department: Option<DepartmentCode>,
    /// The ticket of the visit.
    pub ticket: Option<TicketId>,
    /// The window where it was asked.
    pub window: Option<WindowCode>,
    /// When it was registered.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub opened_at: Instant,
    /// Until which day it is to be passed on; null once it was or was answered.
    #[schemars(with = "Option<String>")]
    pub forward_due: Option<NaiveDate>,
    /// Until which day a reply is promised (R56).
    #[schemars(with = "String")]
    pub reply_due: NaiveDate,
    /// Whether that date may still change with an unpublished calendar (R14).
    pub provisional: bool,
    /// Working days left until then, negative when overdue; null once it was answered.
    pub left: Option<i32>,
    /// How often a reply was rejected.
    pub rejections: u8,
    /// The days on which the visitor could not be reached.
    #[schemars(with = "Vec<String>")]
    pub attempts: Vec<NaiveDate>,
    /// The case it became (R58).
    pub case: Option<CaseId>,
    /// When it was closed.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub closed_at: Option<Instant>,
    /// The service log.
    pub log: Vec<LogView>,
}

fn name_of(hall: &Hall, staff: &StaffCode) -> String {
    hall.staff
        .get(staff)
        .map(|staff| staff.name.clone())
        .unwrap_or_default()
}

/// Whether a reply is still owed.
fn owes_reply(enquiry: &Enquiry) -> bool {
    matches!(enquiry.state, EnquiryState::Open | EnquiryState::Forwarded)
}

/// Working days left for the reply (R21), while one is owed.
fn left(hall: &Hall, viewer: &Viewer, enquiry: &Enquiry) -> Option<i32> {
    owes_reply(enquiry).then(|| {
        hall.calendar()
            .working_days(hall_date(viewer.at), enquiry.reply_due.on)
    })
}

/// The enquiry as the viewer sees it.
pub fn of(hall: &Hall, viewer: &Viewer, enquiry: &Enquiry) -> EnquiryView {
    let handover = enquiry.handover.as_ref();
    let handler = enquiry.handler();
    let reading = Reading::of_enquiry(hall, viewer, enquiry);
    EnquiryView {
        id: enquiry.id,
        number: enquiry.number.clone(),
        state: enquiry.state,
        owner: enquiry.owner.clone(),
        owner_name: name_of(hall, &enquiry.owner),
        handler: handler.cloned(),
        handler_name: handler.map(|handler| name_of(hall, handler)),
        handler_department: handover.map(|handover| handover.department.clone()),
        taken_at: handover.and_then(|handover| handover.taken_at),
        forwarded_late: handover.is_some_and(|handover| handover.late),
        responsible: enquiry.responsible().clone(),
        with_director: enquiry.is_open() && enquiry.is_directors(),
        visitor: enquiry.visitor.and_then(|visitor| reading.person(visitor)),
        matter: reading.words(&enquiry.matter),
        channel: enquiry.channel,
        kind: enquiry.kind,
        in_scope: enquiry.in_scope,
        department: enquiry.department.clone(),
        ticket: enquiry.ticket,
        window: enquiry.window.clone(),
        opened_at: enquiry.opened_at,
        forward_due: (enquiry.state == EnquiryState::Open && !enquiry.in_scope)
            .then_some(enquiry.forward_due_on),
        reply_due: enquiry.reply_due.on,
        provisional: enquiry.reply_due.provisional,
        left: left(hall, viewer, enquiry),
        rejections: enquiry.rejections,
        attempts: enquiry.attempts.clone(),
        case: enquiry.case,
        closed_at: enquiry.closed_at,
        log: enquiry
            .log
            .iter()
            .map(|line| log_line(&reading, line))
            .collect(),
    }
}

fn log_line(reading: &Reading<'_>, line: &LogLine) -> LogView {
    LogView {
        at: line.at,
        by: line.by.clone(),
        act: line.act,
        text: reading.some_words(line.text.as_ref()),
    }
}

/// `enquiry.list`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EnquiryFilter {
    /// In one of these states.
    pub states: Vec<EnquiryState>,
    /// Somebody still answers for it, or nobody does.
    pub open: Option<bool>,
    /// Owned by.
    pub owner: Option<StaffCode>,
    /// Handled by.
    pub handler: Option<StaffCode>,
    /// Passed on to, and not taken yet by anybody of, this department.
    pub untaken_by: Option<DepartmentCode>,
    /// About this department.
    pub department: Option<DepartmentCode>,
    /// By this way.
    pub channel: Option<Channel>,
    /// Of this kind.
    pub kind: Option<EnquiryKind>,
    /// Of this visit.
    pub ticket: Option<TicketId>,
    /// Whether its reply is overdue.
    pub overdue: Option<bool>,
    /// Registered on this civil date or later.
    #[schemars(with = "Option<String>")]
    pub from: Option<NaiveDate>,
    /// Registered on this civil date or earlier.
    #[schemars(with = "Option<String>")]
    pub to: Option<NaiveDate>,
}

impl EnquiryFilter {
    /// Whether the enquiry is asked for.
    pub fn matches(&self, hall: &Hall, viewer: &Viewer, enquiry: &Enquiry) -> bool {
        let on = hall_date(enquiry.opened_at);
        (self.states.is_empty() || self.states.contains(&enquiry.state))
            && self.open.is_none_or(|open| open == enquiry.is_open())
            && self
                .owner
                .as_ref()
                .is_none_or(|owner| *owner == enquiry.owner)
            && (self.handler.is_none() || self.handler.as_ref() == enquiry.handler())
            && self
                .untaken_by
                .as_ref()
                .is_none_or(|department| waits_in(enquiry, department))
            && (self.department.is_none() || self.department == enquiry.department)
            && self
                .channel
                .is_none_or(|channel| channel == enquiry.channel)
            && self.kind.is_none_or(|kind| kind == enquiry.kind)
            && (self.ticket.is_none() || self.ticket == enquiry.ticket)
            && self.overdue.is_none_or(|overdue| {
                overdue == left(hall, viewer, enquiry).is_some_and(|left| left < 0)
            })
            && self.from.is_none_or(|from| from <= on)
            && self.to.is_none_or(|to| on <= to)
    }
}

/// Whether a hand-over to the department waits to be taken.
fn waits_in(enquiry: &Enquiry, department: &DepartmentCode) -> bool {
    enquiry.state == EnquiryState::Forwarded
        && enquiry.handover.as_ref().is_some_and(|handover| {
            handover.taken_at.is_none() && handover.department == *department
        })
}
