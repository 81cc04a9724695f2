//! What happens to a case, as it is stored (`case_*`), and how each event changes the record. Every event carries all that it
//! fixes: dates with the calendar they came from, numbers, papers. No rule is asked here.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::record::{
    Acceptance, AcceptedBy, Case, CaseState, Correction, Decision, Deficiency, Delivery, Dues,
    Extension, Given, IntakeChannel, KindChange, Limits, Line, LineState, Notice, OwedOpinion,
    ReviewResult, Stop, TurnedAway, WithdrawalCause,
};
use crate::rules::{
    document::Issued,
    event::Subject,
    hall::Hall,
    id::{
        CaseId, DepartmentCode, EnquiryId, ItemCode, MaterialCode, OrderId, PersonId, StaffCode,
        TicketId, WindowCode,
    },
    kind::CaseKind,
    people::Private,
    ticket::{self, Work},
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
            super::record::Answer::Ok => CaseState::DecidedOk,
            super::record::Answer::No => CaseState::DecidedNo,
        }
    }
}

/// Applies what happened to a case.
pub fn apply(hall: &mut Hall, event: &CaseEvent) {
    match event {
        CaseEvent::Prechecked(opening) => open(hall, opening, CaseState::Precheck),
        CaseEvent::Received(opening) => open(hall, opening, CaseState::Received),
        _ => {
            if let Some(case) = hall.cases.get_mut(&event.id()) {
                change(case, event);
            }
        }
    }
}

fn open(hall: &mut Hall, opening: &Opening, state: CaseState) {
    let received = state == CaseState::Received;
    let case = Case {
        id: opening.id,
        number: opening.number.clone(),
        item: opening.item.clone(),
        item_on: opening.on,
        applicant: opening.applicant,
        agent: opening.agent,
        suggested: opening.kind,
        kind: opening.kind,
        kinds: vec![KindChange {
            kind: opening.kind,
            at: opening.at,
            by: opening.by.clone(),
            reason: None,
        }],
        special_days: None,
        branch_departments: opening.branch_departments.clone(),
        state,
        lines: opening.lines.clone(),
        notices: Vec::new(),
        correction: None,
        department: opening.department.clone(),
        window: opening.window.clone(),
        clerk: opening.by.clone(),
        channel: opening.channel,
        ticket: opening.ticket,
        enquiry: opening.enquiry,
        order: opening.order,
        opened_at: opening.at,
        received_at: received.then_some(opening.at),
        intake_on: received.then_some(opening.on),
        complete_on: opening.complete_on,
        acceptance: None,
        dues: None,
        stops: Vec::new(),
        extensions: Vec::new(),
        branches: Vec::new(),
        submitted_on: None,
        turned_away: None,
        reviewed: None,
        decision: None,
        owed: None,
        delivery: None,
        withdrawal: None,
        ended_on: None,
        proposers: std::collections::BTreeMap::new(),
    };
    super::intake::number_given(hall, &opening.number, opening.on);
    if let Some(ticket) = opening.ticket {
        ticket::link(hall, ticket, Work::Case(opening.id));
    }
    hall.cases.insert(case.id, case);
}

fn change(case: &mut Case, event: &CaseEvent) {
    match event {
        CaseEvent::TakenOver { .. }
        | CaseEvent::Classified { .. }
        | CaseEvent::Advised { .. }
        | CaseEvent::NotifiedOnce { .. }
        | CaseEvent::Supplied { .. }
        | CaseEvent::TimeGranted { .. }
        | CaseEvent::Accepted { .. }
        | CaseEvent::Refused { .. }
        | CaseEvent::Reviewed { .. } => change_at_intake(case, event),
        CaseEvent::Paused { stop, .. } => {
            case.state = CaseState::Paused;
            case.stops.push(stop.clone());
        }
        CaseEvent::Resumed { at, on, dues, .. } => {
            case.state = CaseState::Accepted;
            if let Some(stop) = case.stops.last_mut() {
                stop.to_on = Some(*on);
                stop.to_at = Some(*at);
            }
            case.dues = Some(dues.clone());
        }
        CaseEvent::Extended {
            extension, dues, ..
        } => {
            case.extensions.push(extension.clone());
            case.dues = Some(dues.clone());
        }
        CaseEvent::SubmittedUp { on, .. } => {
            case.state = CaseState::WaitSuperior;
            case.submitted_on = Some(*on);
        }
        CaseEvent::Decided { decision, .. } => decide(case, decision),
        CaseEvent::Defaulted { decision, owed, .. } => {
            decide(case, decision);
            case.owed = Some(owed.clone());
        }
        CaseEvent::Delivered { delivery, .. } => {
            case.state = CaseState::Delivered;
            case.delivery = Some(delivery.clone());
        }
        CaseEvent::Withdrawn { on, cause, .. } => {
            case.state = CaseState::Withdrawn;
            case.withdrawal = Some(*cause);
            case.ended_on = Some(*on);
        }
        CaseEvent::Prechecked(_) | CaseEvent::Received(_) => {}
    }
}

fn change_at_intake(case: &mut Case, event: &CaseEvent) {
    match event {
        CaseEvent::TakenOver {
            at,
            on,
            by,
            window,
            given,
            complete_on,
            ..
        } => {
            case.state = CaseState::Received;
            case.received_at = Some(*at);
            case.intake_on = Some(*on);
            case.clerk.clone_from(by);
            case.window.clone_from(window);
            hand_in(case, given, *at);
            case.complete_on = *complete_on;
        }
        CaseEvent::Classified { .. } => classify(case, event),
        CaseEvent::NotifiedOnce { .. } => notify(case, event),
        CaseEvent::Supplied {
            at,
            given,
            to,
            complete_on,
            ..
        } => {
            case.state = *to;
            hand_in(case, given, *at);
            if complete_on.is_some() {
                case.complete_on = *complete_on;
            }
        }
        CaseEvent::TimeGranted {
            deadline_on,
            edition,
            ..
        } => {
            case.correction = Some(Correction {
                deadline_on: *deadline_on,
                edition: edition.clone(),
                lengthened: true,
            });
        }
        CaseEvent::Accepted { .. } => accept(case, event),
        CaseEvent::Refused {
            on, to, refusal, ..
        } => {
            case.state = *to;
            case.turned_away = Some(refusal.clone());
            case.reviewed = None;
            case.ended_on = Some(*on);
        }
        CaseEvent::Reviewed { on, result, to, .. } => {
            case.state = *to;
            case.reviewed = Some(*result);
            if *to == CaseState::Received {
                case.intake_on = Some(*on);
                case.ended_on = None;
            }
        }
        _ => {}
    }
}

fn notify(case: &mut Case, event: &CaseEvent) {
    let CaseEvent::NotifiedOnce {
        at,
        lines,
        deadline_on,
        edition,
        override_reason,
        document,
        ..
    } = event
    else {
        return;
    };
    case.state = CaseState::Supplement;
    case.complete_on = None;
    name_lines(case, lines);
    case.notices.push(Notice {
        at: *at,
        document: document.clone(),
        lines: lines.clone(),
        deadline_on: *deadline_on,
        overridden: override_reason.is_some(),
    });
    let lengthened = case.correction.as_ref().is_some_and(|one| one.lengthened);
    case.correction = Some(Correction {
        deadline_on: *deadline_on,
        edition: edition.clone(),
        lengthened,
    });
}

fn classify(case: &mut Case, event: &CaseEvent) {
    let CaseEvent::Classified {
        at,
        by,
        to,
        reason,
        branch_departments,
        special_days,
        limits,
        dues,
        ..
    } = event
    else {
        return;
    };
    case.kind = *to;
    case.kinds.push(KindChange {
        kind: *to,
        at: *at,
        by: by.clone(),
        reason: reason.clone(),
    });
    case.branch_departments.clone_from(branch_departments);
    case.special_days = *special_days;
    if let (Some(acceptance), Some(limits)) = (&mut case.acceptance, limits) {
        acceptance.limits = *limits;
    }
    if dues.is_some() {
        case.dues.clone_from(dues);
    }
}

fn accept(case: &mut Case, event: &CaseEvent) {
    let CaseEvent::Accepted {
        at,
        on,
        by,
        way,
        started_on,
        limits,
        dues,
        promised_on,
        document,
        ..
    } = event
    else {
        return;
    };
    case.state = CaseState::Accepted;
    case.correction = None;
    case.dues = Some(dues.clone());
    case.acceptance = Some(Acceptance {
        at: *at,
        on: *on,
        by: by.clone(),
        way: *way,
        started_on: *started_on,
        limits: *limits,
        promised_on: *promised_on,
        document: document.clone(),
    });
}

fn decide(case: &mut Case, decision: &Decision) {
    case.state = decision.state();
    case.ended_on = Some(decision.on);
    case.decision = Some(decision.clone());
}

fn hand_in(case: &mut Case, given: &[Given], at: Instant) {
    for paper in given {
        if let Some(line) = line_mut(case, &paper.material) {
            line.state = LineState::Given;
            line.given_at = Some(at);
            line.note.clone_from(&paper.note);
            line.fault = None;
            line.remedy = None;
        }
    }
}

fn name_lines(case: &mut Case, lines: &[Deficiency]) {
    let nth = u16::try_from(case.notices.len() + 1).unwrap_or(u16::MAX);
    for named in lines {
        if let Some(line) = line_mut(case, &named.material) {
            line.state = named.state;
            line.fault.clone_from(&named.fault);
            line.remedy.clone_from(&named.remedy);
            line.named_in.push(nth);
        }
    }
}

fn line_mut<'a>(case: &'a mut Case, material: &MaterialCode) -> Option<&'a mut Line> {
    case.lines
        .iter_mut()
        .find(|line| line.material == *material)
}
