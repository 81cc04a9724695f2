//! Acceptance (R76, R83, R84, R87): by a clerk, and the events that every acceptance has, by whomever. Limits are copied here (R94).

use chrono::NaiveDate;

use super::{
    Accept, AcceptedBy, Case, CaseEvent, codes, item_of, taking,
    term::{self, Run},
};
use crate::rules::{
    branch,
    document::{About, DocumentKind, Issuer},
    event::Event,
    hall::Hall,
    id::MaterialCode,
    kind::CaseKind,
    refusal::{Refusal, RefusalCode},
    stamp::Stamp,
    standing,
};

/// Accepts (R76, R84): complete papers, or none missing but tolerable ones against a written promise (R87). The clock starts on
/// the day on which the papers were complete, however late it is entered.
pub(super) fn accept(hall: &Hall, stamp: &Stamp, params: &Accept) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "accept")?;
    standing::at_counter(hall, stamp, &case.department)?;
    let promised_on = if case.is_complete() {
        None
    } else {
        Some(tolerated(stamp, case, params.promise_on)?)
    };
    let started_on = match promised_on {
        Some(_) => stamp.on,
        None => case.starts_on().unwrap_or(stamp.on),
    };
    let mut issuer = Issuer::new(hall, stamp);
    let way = AcceptedBy::Window;
    let mut events = accepted(
        hall,
        stamp,
        case,
        way,
        started_on,
        promised_on,
        &mut issuer,
        &mut 0,
    )?;
    events.extend(issuer.into_events());
    Ok(events)
}

/// The date of the promise, where only tolerable papers are missing (R87, V118).
fn tolerated(
    stamp: &Stamp,
    case: &Case,
    promise_on: Option<NaiveDate>,
) -> Result<NaiveDate, Refusal> {
    let blocking: Vec<MaterialCode> = case
        .open_lines()
        .filter(|line| !line.tolerable)
        .map(|line| line.material.clone())
        .collect();
    let (true, Some(promise_on)) = (blocking.is_empty(), promise_on) else {
        return Err(
            Refusal::new(RefusalCode::CaseIncomplete).with("missing", codes(&case.missing()))
        );
    };
    if promise_on <= stamp.on {
        return Err(Refusal::new(RefusalCode::BadValue)
            .with("field", "promise_on")
            .with("reason", "the promised date must be after today"));
    }
    Ok(promise_on)
}

/// The events of an acceptance, by whomever: limits copied, dates worked out, branches planned, D1 issued but for instant cases.
#[expect(
    clippy::too_many_arguments,
    reason = "the sweep accepts many cases in one entry and hands its counters on"
)]
pub(super) fn accepted(
    hall: &Hall,
    stamp: &Stamp,
    case: &Case,
    way: AcceptedBy,
    started_on: NaiveDate,
    promised_on: Option<NaiveDate>,
    issuer: &mut Issuer<'_>,
    branch_nth: &mut u16,
) -> Result<Vec<Event>, Refusal> {
    let item = item_of(hall, case)?;
    let limits = term::limits(hall, item, case.kind, case.special_days);
    let run = Run {
        started_on,
        started_at: stamp.at,
        limits,
        stops: &[],
        extensions: &[],
    };
    let dues = run.dues(hall.calendar())?;
    let plan = branch::Plan {
        case: case.id,
        departments: &case.branch_departments,
        started_on,
        joint_due_on: dues.committed_on,
    };
    let branches = if case.kind.is_joint() {
        branch::planned(hall, stamp, &plan, branch_nth)?
    } else {
        Vec::new()
    };
    let document = (case.kind != CaseKind::Instant)
        .then(|| issuer.issue(DocumentKind::Acceptance, About::Case(case.id), Vec::new()));
    let mut events: Vec<Event> = vec![
        CaseEvent::Accepted {
            id: case.id,
            at: stamp.at,
            on: stamp.on,
            by: stamp.actor.staff.clone(),
            way,
            started_on,
            limits,
            dues,
            promised_on,
            document,
        }
        .into(),
    ];
    events.extend(branches);
    Ok(events)
}
