//! The case as the hall keeps it: checklist, kinds, limits and ledger, what was decided and delivered.
//! Plain facts, changed by `apply` alone; lamps, days left and classes are views.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::{
    AcceptedBy, Answer, CaseState, DeliveryWay, IntakeChannel, LineState, PauseKind, RefusalGround,
    ReviewResult, WithdrawalCause, Within,
};
use crate::rules::{
    clock::LimitUnit,
    document::Issued,
    event::Subject,
    id::{
        AuthorisationCode, BranchId, CaseId, DepartmentCode, EnquiryId, ItemCode, MaterialCode,
        OrderId, PersonId, SealCode, StaffCode, TicketId, WindowCode,
    },
    kind::{CaseKind, IntakeOutcome},
    people::Private,
    time::Instant,
};

/// One line of the checklist (R79).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which material.
    pub material: MaterialCode,
    /// On the tolerance list when the papers came in (R87).
    pub tolerable: bool,
    /// How it stands.
    pub state: LineState,
    /// When it was last handed in.
    pub given_at: Option<Instant>,
    /// What was noted about the paper.
    pub note: Option<Private>,
    /// What is wrong with it, where it is defective.
    pub fault: Option<Private>,
    /// How to put it right (R81).
    pub remedy: Option<Private>,
    /// The notices that named it, counted from 1 (R82).
    pub named_in: Vec<u16>,
}

impl Line {
    /// Whether it is still to be supplied.
    pub fn is_open(&self) -> bool {
        self.state != LineState::Given
    }
}

/// A paper as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Which material.
    pub material: MaterialCode,
    /// What was noted about it.
    pub note: Option<Private>,
}

/// A deficiency as a notice names it (R81).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deficiency {
    /// Which material.
    pub material: MaterialCode,
    /// Missing, or defective.
    pub state: LineState,
    /// What is wrong with it.
    pub fault: Option<Private>,
    /// How to put it right.
    pub remedy: Option<Private>,
}

/// A one-time notice that was given (R81).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub at: Instant,
    /// The paper (D3).
    pub document: Issued,
    /// The lines it names, as it named them.
    pub lines: Vec<Deficiency>,
    /// The last day for corrections, as it said.
    pub deadline_on: NaiveDate,
    /// Given against R82, with the chief representative's reason.
    pub overridden: bool,
}

/// How long the applicant has for corrections (R85).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The last day.
    pub deadline_on: NaiveDate,
    /// The calendar it was worked out from (R111).
    pub edition: String,
    /// Lengthened once on request.
    pub lengthened: bool,
}

/// One change of kind; the first one is the item's own (R61, R65).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindChange {
    /// The kind from then on.
    pub kind: CaseKind,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// Why.
    pub reason: Option<Private>,
}

/// The limits as they are copied into the case at acceptance (R91, R94).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Unit of both (R22).
    pub unit: LimitUnit,
    /// 法定时限
    pub statutory: u16,
    /// 承诺时限
    pub committed: u16,
}

/// The due dates as they were worked out, with the calendar's edition (R111).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dues {
    /// The promised date.
    pub committed_on: NaiveDate,
    /// The promised instant, where the limit is in hours or minutes.
    pub committed_at: Option<Instant>,
    /// The statutory date.
    pub statutory_on: NaiveDate,
    /// The statutory instant, where the limit is in hours or minutes.
    pub statutory_at: Option<Instant>,
    /// Whether one of them lies in a year that is not published (R14).
    pub provisional: bool,
    /// The calendar they were worked out from.
    pub edition: String,
}

/// The acceptance of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// When it was entered.
    pub at: Instant,
    /// The civil date on which it counts in reports.
    pub on: NaiveDate,
    /// By whom; null for the machine.
    pub by: Option<StaffCode>,
    /// How.
    pub way: AcceptedBy,
    /// The day from which the clock counts, itself not counted (R15, R83, R84).
    pub started_on: NaiveDate,
    /// The limits that hold for this case.
    pub limits: Limits,
    /// The date by which promised papers must be there (R87).
    pub promised_on: Option<NaiveDate>,
    /// The paper (D1); null for instant cases, which need none (R60).
    pub document: Option<Issued>,
}

/// A stop of the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Why.
    pub kind: PauseKind,
    /// From which day; itself still counted (R101).
    pub from_on: NaiveDate,
    /// From which instant, for limits in hours and minutes.
    pub from_at: Instant,
    /// The last day that is not counted; null while it lasts.
    pub to_on: Option<NaiveDate>,
    /// The instant at which it ended.
    pub to_at: Option<Instant>,
    /// The day by which it was announced to be over.
    pub announced_on: NaiveDate,
    /// Who stopped it.
    pub by: Option<StaffCode>,
    /// The paper (D5b).
    pub document: Issued,
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Which of the two.
    pub within: Within,
    /// Working days added.
    pub days: u16,
    /// On which day it was granted.
    pub on: NaiveDate,
    /// By whom.
    pub by: Option<StaffCode>,
    /// The government's approval number, for a joint case.
    pub approval_no: Option<String>,
    /// The paper (D4).
    pub document: Issued,
}

/// The decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Yes or no.
    pub result: Answer,
    /// When.
    pub at: Instant,
    /// The civil date on which it counts.
    pub on: NaiveDate,
    /// By whom; for a default, who confirmed it.
    pub by: Option<StaffCode>,
    /// Under which authorisation notice (R128).
    pub authorisation: Option<AuthorisationCode>,
    /// Under which seal (R131).
    pub seal: Option<SealCode>,
    /// Reason, where it is no (R98).
    pub reason: Option<Private>,
    /// Where to turn against it, where it is no (R98).
    pub remedy: Option<Private>,
    /// Done at the counter, within the ticket's service or on the day itself (R209).
    pub on_site: bool,
    /// By default: the department answers for it, and it never counts as on time (R118, R120).
    pub defaulted: bool,
    /// The last day for delivery (R104).
    pub deliver_due_on: NaiveDate,
    /// The paper; null for instant cases.
    pub document: Option<Issued>,
}

/// The delivery (R104, D14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// When.
    pub at: Instant,
    /// How.
    pub way: DeliveryWay,
    /// Who took it, where it was not the applicant.
    pub receiver: Option<Private>,
    /// By whom.
    pub by: Option<StaffCode>,
    /// The proof (D14).
    pub document: Issued,
}

/// Refused at intake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedAway {
    /// Ground.
    pub ground: RefusalGround,
    /// In words.
    pub reason: Private,
    /// The body whose power it is.
    pub right_body: Option<String>,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// The paper (D5).
    pub document: Issued,
}

/// What follows a default: the department still owes its opinion (R120).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedOpinion {
    /// Who answers for it.
    pub department: DepartmentCode,
    /// By when.
    pub due_on: NaiveDate,
}

/// A case (办件).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// Division code, date and five digits (R230); given when papers first come in, also if they are returned (R67).
    pub number: String,
    /// The item.
    pub item: ItemCode,
    /// The date whose version of the item and its material list holds (R94).
    pub item_on: NaiveDate,
    /// Who applies.
    pub applicant: PersonId,
    /// Who acts for them (R90).
    pub agent: Option<PersonId>,
    /// The kind that the item suggests.
    pub suggested: CaseKind,
    /// The kind now.
    pub kind: CaseKind,
    /// Every kind it had, the first one included.
    pub kinds: Vec<KindChange>,
    /// A deadline of its own, for a special case (R63).
    pub special_days: Option<u16>,
    /// The departments whose opinion a joint case needs (R113).
    pub branch_departments: Vec<DepartmentCode>,
    /// State.
    pub state: CaseState,
    /// The checklist.
    pub lines: Vec<Line>,
    /// The one-time notices.
    pub notices: Vec<Notice>,
    /// Time for corrections, while it waits for them.
    pub correction: Option<Correction>,
    /// Lead department (R113).
    pub department: DepartmentCode,
    /// Window where it was received.
    pub window: Option<WindowCode>,
    /// Clerk who received it.
    pub clerk: Option<StaffCode>,
    /// By which way it came in.
    pub channel: IntakeChannel,
    /// Ticket, enquiry and proxy order it came from.
    pub ticket: Option<TicketId>,
    /// The enquiry that became this case (R58).
    pub enquiry: Option<EnquiryId>,
    /// The proxy order that carries it.
    pub order: Option<OrderId>,
    /// When papers first came in.
    pub opened_at: Instant,
    /// When it was received; null during a precheck.
    pub received_at: Option<Instant>,
    /// The day from which the notice is due: receipt, or an overturned return (R68, R83).
    pub intake_on: Option<NaiveDate>,
    /// The day on which the last paper came in (R84).
    pub complete_on: Option<NaiveDate>,
    /// The acceptance.
    pub acceptance: Option<Acceptance>,
    /// The due dates that hold now.
    pub dues: Option<Dues>,
    /// Stops of the clock, in order.
    pub stops: Vec<Stop>,
    /// Extensions, in order.
    pub extensions: Vec<Extension>,
    /// The branches of a joint case.
    pub branches: Vec<BranchId>,
    /// When the file went to the superior body (R70).
    pub submitted_on: Option<NaiveDate>,
    /// Refused at intake.
    pub turned_away: Option<TurnedAway>,
    /// A review was asked for and answered so (R68).
    pub reviewed: Option<ReviewResult>,
    /// The decision.
    pub decision: Option<Decision>,
    /// What the department owes after a default.
    pub owed: Option<OwedOpinion>,
    /// The delivery.
    pub delivery: Option<Delivery>,
    /// Why it ended without a decision.
    pub withdrawal: Option<WithdrawalCause>,
    /// The civil date on which it ended: decided, sent back or withdrawn.
    pub ended_on: Option<NaiveDate>,
    /// Who proposed which verb on it or on a branch of it: they approve none of the same on any branch (four eyes).
    pub proposers: BTreeMap<String, BTreeSet<StaffCode>>,
}

impl Case {
    /// Whether it must stay in memory: the hall has something to do with it.
    pub fn is_open(&self) -> bool {
        !matches!(
            self.state,
            CaseState::Returned
                | CaseState::NotAccepted
                | CaseState::Delivered
                | CaseState::Withdrawn
        )
    }

    /// The records it refers to, to be loaded with it.
    pub fn refers_to(&self) -> Vec<Subject> {
        let mut subjects = vec![Subject::Person(self.applicant)];
        subjects.extend(self.agent.map(Subject::Person));
        subjects.extend(self.ticket.map(Subject::Ticket));
        subjects.extend(self.enquiry.map(Subject::Enquiry));
        subjects.extend(self.order.map(Subject::Order));
        subjects.extend(self.branches.iter().copied().map(Subject::Branch));
        subjects
    }

    /// What became of the case at intake, for the six-class report (R61); a controlled case that was answered with no counts as
    /// returned (R63).
    pub fn intake(&self) -> IntakeOutcome {
        let answered_no = self
            .decision
            .as_ref()
            .is_some_and(|decision| decision.result == Answer::No);
        match self.state {
            CaseState::Supplement => IntakeOutcome::Supplement,
            CaseState::Returned => IntakeOutcome::Returned,
            _ if answered_no && self.kind == CaseKind::Controlled => IntakeOutcome::Returned,
            _ => IntakeOutcome::Complete,
        }
    }

    /// Decided by its promised date, lawful extensions included; never by default (R20, R120, R210).
    pub fn is_on_time(&self) -> bool {
        let (Some(decision), Some(dues)) = (&self.decision, &self.dues) else {
            return false;
        };
        let in_time = match dues.committed_at {
            Some(due_at) => decision.at <= due_at,
            None => decision.on <= dues.committed_on,
        };
        in_time && !decision.defaulted
    }

    /// The line of a material.
    pub fn line(&self, material: &MaterialCode) -> Option<&Line> {
        self.lines.iter().find(|line| line.material == *material)
    }

    /// The lines still to be supplied.
    pub fn open_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.is_open())
    }

    /// The codes of the lines still to be supplied.
    pub fn missing(&self) -> Vec<MaterialCode> {
        self.open_lines()
            .map(|line| line.material.clone())
            .collect()
    }

    /// Whether nothing is to be supplied.
    pub fn is_complete(&self) -> bool {
        self.open_lines().next().is_none()
    }

    /// The day from which the clock of a complete case counts (R84): the last paper's, or a review that put the case back (R68).
    pub fn starts_on(&self) -> Option<NaiveDate> {
        self.complete_on.max(self.intake_on)
    }

    /// The stop that lasts.
    pub fn open_stop(&self) -> Option<&Stop> {
        self.stops.last().filter(|stop| stop.to_on.is_none())
    }

    /// Whether it was an instant case at some time; changed since, it counts against on-site completion (R65).
    pub fn was_instant(&self) -> bool {
        self.kinds
            .iter()
            .any(|change| change.kind == CaseKind::Instant)
    }
}
