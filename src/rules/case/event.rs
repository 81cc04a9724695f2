//! What happens to a case, as it is stored (`case_*`), and how each event changes the record. Every event carries all that it
//! fixes: dates with the calendar they came from, numbers, papers. No rule is asked here.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    AcceptedBy, CaseState, Decision, Deficiency, Delivery, Dues, Extension, Given, IntakeChannel,
    Limits, Line, OwedOpinion, ReviewResult, Stop, TurnedAway, WithdrawalCause,
};
use crate::rules::{
    document::Issued,
    event::Subject,
    id::{
        CaseId, DepartmentCode, EnquiryId, ItemCode, OrderId, PersonId, StaffCode, TicketId,
        WindowCode,
    },
    kind::CaseKind,
    people::Private,
    time::Instant,
};

/// A case as it comes into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the case's of its name")]
pub struct Opening {
    pub id: CaseId,
    pub number: String,
    pub item: ItemCode,
    pub on: NaiveDate,
    pub at: Instant,
    pub by: Option<StaffCode>,
    pub applicant: PersonId,
    pub agent: Option<PersonId>,
    pub kind: CaseKind,
    pub branch_departments: Vec<DepartmentCode>,
    pub lines: Vec<Line>,
    pub complete_on: Option<NaiveDate>,
    pub department: DepartmentCode,
    pub window: Option<WindowCode>,
    pub channel: IntakeChannel,
    pub ticket: Option<TicketId>,
    pub enquiry: Option<EnquiryId>,
    pub order: Option<OrderId>,
}

/// What happens to a case. Stored words: `case_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CaseEvent {
    /// Papers came in ahead for advice (R77).
    #[serde(rename = "case_prechecked")]
    Prechecked(Box<Opening>),
    /// Papers were received.
    #[serde(rename = "case_received")]
    Received(Box<Opening>),
    /// A precheck was taken over as receipt.
    #[serde(rename = "case_taken_over")]
    TakenOver {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// The date of receipt.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// At which window.
        window: Option<WindowCode>,
        /// Papers handed in with it.
        given: Vec<Given>,
        /// The date, where nothing is missing.
        complete_on: Option<NaiveDate>,
    },
    /// Its kind changed (R65).
    #[serde(rename = "case_classified")]
    Classified {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// By whom.
        by: Option<StaffCode>,
        /// From which kind.
        from: CaseKind,
        /// To which.
        to: CaseKind,
        /// Why.
        reason: Option<Private>,
        /// The departments of its branches.
        branch_departments: Vec<DepartmentCode>,
        /// Its own deadline, where it is special.
        special_days: Option<u16>,
        /// The limits that hold from now on, where it was accepted already.
        limits: Option<Limits>,
        /// The dates that follow from them.
        dues: Option<Dues>,
    },
    /// Advice on a precheck (R77): no notice in the sense of the law.
    #[serde(rename = "case_advised")]
    Advised {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// By whom.
        by: Option<StaffCode>,
        /// What is missing or wrong.
        lines: Vec<Deficiency>,
        /// The paper (D2).
        document: Issued,
    },
    /// Everything that is missing or wrong was told, once (R81).
    #[serde(rename = "case_notified_once")]
    NotifiedOnce {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// The date of the notice.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// Everything named.
        lines: Vec<Deficiency>,
        /// The last day for corrections (R85).
        deadline_on: NaiveDate,
        /// The calendar it was worked out from.
        edition: String,
        /// The chief representative's reason for naming late what was visible before (R82).
        override_reason: Option<Private>,
        /// The paper (D3).
        document: Issued,
    },
    /// Papers came in.
    #[serde(rename = "case_supplied")]
    Supplied {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// By whom they were taken.
        by: Option<StaffCode>,
        /// The papers.
        given: Vec<Given>,
        /// The state then.
        to: CaseState,
        /// The date, where nothing is missing any more (R84).
        complete_on: Option<NaiveDate>,
    },
    /// More time for corrections, once (R85).
    #[serde(rename = "case_time_granted")]
    TimeGranted {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// By whom.
        by: Option<StaffCode>,
        /// The new last day.
        deadline_on: NaiveDate,
        /// The calendar it was worked out from.
        edition: String,
        /// Why.
        reason: Option<Private>,
    },
    /// It was accepted: by a clerk, by law (R83), or because the last paper had come (R84).
    #[serde(rename = "case_accepted")]
    Accepted {
        /// Which case.
        id: CaseId,
        /// When it was entered.
        at: Instant,
        /// The civil date on which it counts.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// How.
        way: AcceptedBy,
        /// The day from which the clock counts.
        started_on: NaiveDate,
        /// The limits copied into the case (R94).
        limits: Limits,
        /// The due dates.
        dues: Dues,
        /// The date by which promised papers must be there (R87).
        promised_on: Option<NaiveDate>,
        /// The paper (D1).
        document: Option<Issued>,
    },
    /// It was refused at intake (R76, R80).
    #[serde(rename = "case_refused")]
    Refused {
        /// Which case.
        id: CaseId,
        /// The civil date on which it counts.
        on: NaiveDate,
        /// `returned` or `not_accepted`.
        to: CaseState,
        /// Ground, reason and paper.
        refusal: TurnedAway,
    },
    /// The clock was stopped (R97).
    #[serde(rename = "case_paused")]
    Paused {
        /// Which case.
        id: CaseId,
        /// The stop.
        stop: Stop,
        /// What is done meanwhile.
        reason: Option<Private>,
    },
    /// The clock runs again.
    #[serde(rename = "case_resumed")]
    Resumed {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// The last day that is not counted.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// The new due dates.
        dues: Dues,
    },
    /// It got more time (R102).
    #[serde(rename = "case_extended")]
    Extended {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// The extension.
        extension: Extension,
        /// Why, as the applicant is told.
        reason: Private,
        /// The due dates before.
        from: Dues,
        /// The new ones.
        dues: Dues,
    },
    /// The whole file went to the superior body (R70).
    #[serde(rename = "case_submitted_up")]
    SubmittedUp {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// The date.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// The superior body.
        superior: Option<String>,
    },
    /// It was decided (R98, R130).
    #[serde(rename = "case_decided")]
    Decided {
        /// Which case.
        id: CaseId,
        /// The decision.
        decision: Decision,
        /// The calendar from which the last day for delivery was worked out.
        edition: String,
    },
    /// It counts as approved by default (R118, R120).
    #[serde(rename = "case_defaulted")]
    Defaulted {
        /// Which case.
        id: CaseId,
        /// The decision that stands in the department's place.
        decision: Decision,
        /// The due date that had passed.
        due_on: NaiveDate,
        /// The opinion that the department still owes.
        owed: OwedOpinion,
        /// The calendar from which the dates were worked out.
        edition: String,
    },
    /// The result reached the applicant (R104, D14).
    #[serde(rename = "case_delivered")]
    Delivered {
        /// Which case.
        id: CaseId,
        /// The delivery.
        delivery: Delivery,
    },
    /// It ended without a decision (R85, R87, R88).
    #[serde(rename = "case_withdrawn")]
    Withdrawn {
        /// Which case.
        id: CaseId,
        /// When it was entered.
        at: Instant,
        /// The civil date on which it counts.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// Why.
        cause: WithdrawalCause,
        /// In the applicant's words.
        reason: Option<Private>,
    },
    /// A return was reviewed (R68).
    #[serde(rename = "case_reviewed")]
    Reviewed {
        /// Which case.
        id: CaseId,
        /// When.
        at: Instant,
        /// The date.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// The result.
        result: ReviewResult,
        /// Why.
        reason: Private,
        /// The state then.
        to: CaseState,
    },
}

impl CaseEvent {
    /// The case.
    pub fn id(&self) -> CaseId {
        match self {
            Self::Prechecked(opening) | Self::Received(opening) => opening.id,
            Self::TakenOver { id, .. }
            | Self::Classified { id, .. }
            | Self::Advised { id, .. }
            | Self::NotifiedOnce { id, .. }
            | Self::Supplied { id, .. }
            | Self::TimeGranted { id, .. }
            | Self::Accepted { id, .. }
            | Self::Refused { id, .. }
            | Self::Paused { id, .. }
            | Self::Resumed { id, .. }
            | Self::Extended { id, .. }
            | Self::SubmittedUp { id, .. }
            | Self::Decided { id, .. }
            | Self::Defaulted { id, .. }
            | Self::Delivered { id, .. }
            | Self::Withdrawn { id, .. }
            | Self::Reviewed { id, .. } => *id,
        }
    }

    /// The record it is about.
    pub fn subject(&self) -> Subject {
        Subject::Case(self.id())
    }

    /// The state that the case has afterwards, where the event ends the hall's work on it.
    pub fn ends_in(&self) -> Option<CaseState> {
        match self {
            Self::Refused { to, .. } => Some(*to),
            Self::Decided { decision, .. } | Self::Defaulted { decision, .. } => {
                Some(decision.state())
            }
            Self::Withdrawn { .. } => Some(CaseState::Withdrawn),
            _ => None,
        }
    }
}

impl Decision {
    /// The state it leads to.
    pub fn state(&self) -> CaseState {
        match self.result {
            super::Answer::Ok => CaseState::DecidedOk,
            super::Answer::No => CaseState::DecidedNo,
        }
    }
}
