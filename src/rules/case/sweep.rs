//! What the end of a day brings to cases, ordered by rule: deemed acceptance (R83), acceptance of completed cases that nobody
//! accepted (R84), lapse of corrections (R85) and of promises (R87). Each step looks at the state alone, so that doing it twice,
//! or a week late, gives the same.

use chrono::NaiveDate;

use super::{
    AcceptedBy, Case, CaseState, WithdrawalCause, accept, ending, term::working_days_after, ties,
};
use crate::rules::{document::Issuer, event::Event, hall::Hall, proposal, stamp::Stamp};

/// The work of the end of `on`; `stamp.on` is that date.
pub fn day_closed(hall: &Hall, stamp: &Stamp, on: NaiveDate) -> Vec<Event> {
    let mut issuer = Issuer::new(hall, stamp);
    let mut branch_nth = 0;
    let mut events = Vec::new();
    let mut accept = |case: &Case, way: AcceptedBy, started_on: NaiveDate| {
        let accepted = accept::accepted(
            hall,
            stamp,
            case,
            way,
            started_on,
            None,
            &mut issuer,
            &mut branch_nth,
        );
        // A date past the years reckoned with cannot be worked out; the case stays as it is, for people to see.
        events.extend(accepted.unwrap_or_default());
    };
    for case in hall.cases.values() {
        if let Some(started_on) = deemed(hall, case, on) {
            accept(case, AcceptedBy::Deemed, started_on);
        }
    }
    for case in hall.cases.values() {
        if let Some(started_on) = completed(case, on) {
            accept(case, AcceptedBy::Completion, started_on);
        }
    }
    for (lapses, cause) in [
        (
            correction_lapsed as fn(&Case, NaiveDate) -> bool,
            WithdrawalCause::CorrectionLapsed,
        ),
        (promise_lapsed, WithdrawalCause::PromiseLapsed),
    ] {
        for case in hall.cases.values().filter(|case| lapses(case, on)) {
            events.push(ending::withdrawn(stamp, case, cause, None));
            events.extend(ties::closed(hall, stamp, case));
        }
    }
    events.extend(issuer.into_events());
    let lapsed = proposal::lapsed_by(hall, stamp, &events);
    events.extend(lapsed);
    events
}

/// The day of receipt, where no notice was given by the end of the days for it (R83, V54–V56). A case that was ever noticed is
/// never deemed accepted (V127).
fn deemed(hall: &Hall, case: &Case, on: NaiveDate) -> Option<NaiveDate> {
    let received_on = case.intake_on?;
    if case.state != CaseState::Received || !case.notices.is_empty() {
        return None;
    }
    let days = hall.profile().case.correction_notice_days;
    let (last, _) = working_days_after(hall.calendar(), received_on, days).ok()?;
    (on >= last).then_some(received_on)
}

/// The day on which the last paper came in, where a noticed case was completed and nobody accepted it that day (R84).
fn completed(case: &Case, on: NaiveDate) -> Option<NaiveDate> {
    let waits = case.state == CaseState::Received && !case.notices.is_empty();
    let is_complete = case.complete_on.is_some();
    case.starts_on()
        .filter(|starts_on| waits && is_complete && *starts_on <= on)
}

fn correction_lapsed(case: &Case, on: NaiveDate) -> bool {
    case.state == CaseState::Supplement
        && case
            .correction
            .as_ref()
            .is_some_and(|correction| correction.deadline_on <= on)
}

fn promise_lapsed(case: &Case, on: NaiveDate) -> bool {
    let promised_on = case.acceptance.as_ref().and_then(|one| one.promised_on);
    case.state == CaseState::Accepted
        && !case.is_complete()
        && promised_on.is_some_and(|promised_on| promised_on <= on)
}
