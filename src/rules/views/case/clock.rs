//! The countdown of a case as it is seen at an instant: days left, lamp, order of lists, and the proof of its dates. The dates
//! themselves are stored (R111) and never worked out here, but for the proof.

use std::cmp::Reverse;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::{
    case::{
        Case, CaseState, Dues,
        term::{Run, Term},
    },
    clock::{Lamp, LimitUnit, Step},
    hall::Hall,
    id::CaseId,
    time::{Instant, hall_date, wire_option},
    views::Viewer,
};

/// The countdown of a case (R91, R105).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseClock {
    /// The day from which it counts, itself not counted.
    #[schemars(with = "String")]
    pub started_on: NaiveDate,
    /// The date promised; null while the clock stands or the case is with the superior body.
    #[schemars(with = "Option<String>")]
    pub committed_due: Option<NaiveDate>,
    /// The instant promised, where the limit is in hours or minutes.
    #[serde(default, with = "wire_option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub committed_due_at: Option<Instant>,
    /// The statutory date; null while the clock stands or the case is with the superior body.
    #[schemars(with = "Option<String>")]
    pub statutory_due: Option<NaiveDate>,
    /// Days in (today, due] that the clock counts; negative when overdue; null without a local countdown (R70).
    pub left: Option<i32>,
    /// The same, 0 when overdue.
    pub working_days_left: Option<u32>,
    /// Working days past the due date, 0 when there are none.
    pub working_days_overdue: u32,
    /// The lamp; null once the case is decided or with the superior body.
    pub lamp: Option<Lamp>,
    /// Whether a date lies in a year that is not published (R14).
    pub provisional: bool,
    /// Unit of the limits.
    pub unit: LimitUnit,
    /// The promised limit.
    pub committed_limit: u16,
    /// The statutory limit.
    pub statutory_limit: u16,
    /// The calendar the dates were worked out from (R111).
    pub edition: String,
}

/// Whether a countdown runs or stands: accepted, not decided, not with the superior body (R70).
fn is_counting(case: &Case) -> bool {
    matches!(case.state, CaseState::Accepted | CaseState::Paused)
}

/// The countdown, from the stored dates.
pub(super) fn of(hall: &Hall, viewer: &Viewer, case: &Case) -> Option<CaseClock> {
    let acceptance = case.acceptance.as_ref()?;
    let dues = case.dues.as_ref()?;
    let today = hall_date(viewer.at);
    let left = left(hall, today, case, dues);
    let overdue = is_overdue(viewer, case, dues).then(|| {
        let past = hall.calendar().working_days(dues.committed_on, today);
        u32::try_from(past).unwrap_or(0)
    });
    let hides = matches!(case.state, CaseState::Paused | CaseState::WaitSuperior);
    Some(CaseClock {
        started_on: acceptance.started_on,
        committed_due: (!hides).then_some(dues.committed_on),
        committed_due_at: dues.committed_at.filter(|_| !hides),
        statutory_due: (!hides).then_some(dues.statutory_on),
        left,
        working_days_left: left.map(|left| u32::try_from(left).unwrap_or(0)),
        working_days_overdue: overdue.unwrap_or(0),
        lamp: lamp_of(hall, viewer, case),
        provisional: dues.provisional,
        unit: acceptance.limits.unit,
        committed_limit: acceptance.limits.committed,
        statutory_limit: acceptance.limits.statutory,
        edition: dues.edition.clone(),
    })
}

/// The days in (today, due] that the clock counts (R21); while it stands, the days that were left when it stopped.
fn left(hall: &Hall, today: NaiveDate, case: &Case, dues: &Dues) -> Option<i32> {
    if !is_counting(case) {
        return None;
    }
    let since = case.open_stop().map_or(today, |stop| stop.from_on);
    Some(hall.calendar().working_days(since, dues.committed_on))
}

/// Past its date (R20: by date), or past its instant where the limit is in hours or minutes.
fn is_overdue(viewer: &Viewer, case: &Case, dues: &Dues) -> bool {
    let past = match dues.committed_at {
        Some(due_at) => due_at < viewer.at,
        None => dues.committed_on < hall_date(viewer.at),
    };
    case.state == CaseState::Accepted && past
}

/// The lamp (R105): overdue, red on the due day, amber when no more than the hall's share of the limit is left, at least one
/// day; none without a local countdown.
pub fn lamp_of(hall: &Hall, viewer: &Viewer, case: &Case) -> Option<Lamp> {
    let acceptance = case.acceptance.as_ref()?;
    let dues = case.dues.as_ref()?;
    let today = hall_date(viewer.at);
    let left = left(hall, today, case, dues)?;
    if case.state == CaseState::Paused {
        return Some(Lamp::Paused);
    }
    if is_overdue(viewer, case, dues) {
        return Some(Lamp::Overdue);
    }
    if dues.committed_on == today {
        return Some(Lamp::Red);
    }
    let added: u32 = case.extensions.iter().map(|one| u32::from(one.days)).sum();
    let limit = u32::from(acceptance.limits.committed) + added;
    let percent = u32::from(hall.profile().lamp.amber_percent);
    let amber = (limit * percent).div_ceil(100).max(1);
    let is_amber = u32::try_from(left).is_ok_and(|left| left <= amber);
    Some(if is_amber { Lamp::Amber } else { Lamp::Green })
}

/// The order of a countdown list (R109): overdue first, then the least left, then acceptance; what has no countdown last.
pub type SortKey = (Reverse<bool>, i32, Option<Instant>, CaseId);

/// The key by which a case is sorted (R109).
pub fn sort_key(hall: &Hall, viewer: &Viewer, case: &Case) -> SortKey {
    let today = hall_date(viewer.at);
    let left = case
        .dues
        .as_ref()
        .filter(|_| case.state == CaseState::Accepted)
        .and_then(|dues| left(hall, today, case, dues));
    let accepted_at = case.acceptance.as_ref().map(|one| one.at);
    (
        Reverse(left.is_some()),
        left.unwrap_or(i32::MAX),
        accepted_at.or(Some(case.opened_at)),
        case.id,
    )
}

/// One term, proved day by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TermProof {
    /// The limit.
    pub limit: u32,
    /// Working days added.
    pub extension: u32,
    /// The date that is stored; null while the clock stands.
    #[schemars(with = "Option<String>")]
    pub due: Option<NaiveDate>,
    /// The date that follows from the ledger today; null while the clock stands.
    #[schemars(with = "Option<String>")]
    pub derived: Option<NaiveDate>,
    /// Every day, counted or not, and why.
    pub steps: Vec<Step>,
}

/// The proof of a case's due dates (R111): the same dates derived again from the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The day from which the clock counts; null before acceptance.
    #[schemars(with = "Option<String>")]
    pub started_on: Option<NaiveDate>,
    /// Unit of the limits.
    pub unit: Option<LimitUnit>,
    /// The promised term.
    pub committed: Option<TermProof>,
    /// The statutory term.
    pub statutory: Option<TermProof>,
    /// The calendar that the stored dates were worked out from.
    pub edition: Option<String>,
    /// Whether a date lies in a year that is not published (R14).
    pub provisional: bool,
    /// Whether the stored dates are those that follow today; a calendar published since may have moved them (R111).
    pub agrees: bool,
}

/// Proves the due dates of a case day by day. Limits in other units than working days have dates, but no steps of working days.
pub fn explain(hall: &Hall, _viewer: &Viewer, case: &Case) -> Explanation {
    let run = Run::of(case);
    let dues = case.dues.as_ref();
    let proof = |term: Term, stored: NaiveDate| {
        let run = run.as_ref()?;
        let ledger = run.ledger(term).ok()?;
        let stands = case.open_stop().is_some();
        let derived = run.dues(hall.calendar()).ok().map(|dues| match term {
            Term::Committed => dues.committed_on,
            Term::Statutory => dues.statutory_on,
        });
        let steps = match run.limits.unit {
            LimitUnit::WorkingDay => ledger.explain(hall.calendar()).unwrap_or_default(),
            _ => Vec::new(),
        };
        Some(TermProof {
            limit: ledger.limit.get(),
            extension: ledger.extension.get(),
            due: (!stands).then_some(stored),
            derived: derived.filter(|_| !stands),
            steps,
        })
    };
    let committed = dues.and_then(|dues| proof(Term::Committed, dues.committed_on));
    let statutory = dues.and_then(|dues| proof(Term::Statutory, dues.statutory_on));
    let agrees = [&committed, &statutory]
        .into_iter()
        .flatten()
        .all(|proof| proof.due == proof.derived);
    Explanation {
        case: case.id,
        number: case.number.clone(),
        started_on: run.as_ref().map(|run| run.started_on),
        unit: run.as_ref().map(|run| run.limits.unit),
        committed,
        statutory,
        edition: dues.map(|dues| dues.edition.clone()),
        provisional: dues.is_some_and(|dues| dues.provisional),
        agrees,
    }
}
