//! How each event changes the record of its case. No rule is asked here, and nothing can fail.

use super::event::{CaseEvent, Opening};
use super::record::{
    Acceptance, Case, Correction, Decision, Deficiency, Given, KindChange, Line, Notice,
};
use super::words::{CaseState, LineState};
use crate::rules::{
    hall::Hall,
    id::MaterialCode,
    ticket::{self, Work},
    time::Instant,
};

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
