//! The one-time notice and what comes of it: everything missing or wrong named once (R81, R82), papers supplied (R84), more time
//! for corrections (R85). On a precheck the same words are advice only (R77).

use super::{
    Case, CaseEvent, CaseState, Defect, Deficiency, GrantTime, LineState, NotifyOnce, Supply,
    codes, days,
    intake::{self, completed_by, papers, unlisted},
    private, said, taking,
    term::working_days_after,
};
use crate::rules::{
    document::{About, DocumentKind, Issuer},
    event::Event,
    finding::{self, Noticed, Prohibition},
    hall::Hall,
    id::MaterialCode,
    permission::Role,
    refusal::{Refusal, RefusalCode},
    stamp::Stamp,
    standing,
};

/// Tells the applicant once everything that is missing or wrong (R81): what is missing is listed by itself, what is wrong as
/// given. A second notice may name only what is still unfixed or what new papers brought (R82, V119).
pub(super) fn notify_once(
    hall: &Hall,
    stamp: &Stamp,
    params: &NotifyOnce,
) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "notify_once")?;
    standing::at_counter(hall, stamp, &case.department)?;
    let lines = deficiencies(hall, case, &params.defects)?;
    if lines.is_empty() {
        return Err(RefusalCode::CaseNothingMissing.into());
    }
    if case.state == CaseState::Precheck {
        return Ok(advice(hall, stamp, case, lines));
    }
    let late = visible_before(case, &lines);
    let override_reason = if late.is_empty() {
        None
    } else {
        Some(overriding(hall, stamp, params, &late)?)
    };
    let rules = &hall.profile().case;
    let (deadline_on, edition) =
        working_days_after(hall.calendar(), stamp.on, rules.correction_days)?;
    let mut issuer = Issuer::new(hall, stamp);
    let document = issuer.issue(DocumentKind::Correction, About::Case(case.id), Vec::new());
    let notified = CaseEvent::NotifiedOnce {
        id: case.id,
        at: stamp.at,
        on: stamp.on,
        by: stamp.actor.staff.clone(),
        lines,
        deadline_on,
        edition,
        override_reason: override_reason.map(|reason| private(hall, case, reason)),
        document,
    };
    let mut events = vec![Event::from(notified)];
    events.extend(issuer.into_events());
    if let Some(reason) = override_reason {
        events.extend(overridden(hall, stamp, case, reason));
    }
    Ok(events)
}

/// What an override leaves to the inspector: a candidate finding about who overrode (R82, R176). A case that was received at no
/// window is noticed at one of its department's.
fn overridden(hall: &Hall, stamp: &Stamp, case: &Case, reason: &str) -> Option<Event> {
    let at_department = || {
        let windows = hall.windows.values();
        let mut theirs = windows.filter(|window| window.department == case.department);
        theirs.next().map(|window| &window.code)
    };
    let window = stamp.actor.window.as_ref().or(case.window.as_ref());
    let noticed = Noticed {
        window: window.or_else(at_department)?,
        person: stamp.actor.staff.as_ref(),
        case: Some(case.id),
        code: Prohibition::OneTimeNotice,
        note: reason,
    };
    Some(finding::noticed(hall, stamp, &noticed))
}

fn advice(hall: &Hall, stamp: &Stamp, case: &Case, lines: Vec<Deficiency>) -> Vec<Event> {
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Case(case.id);
    let document = issuer.issue(DocumentKind::OneTimeNotice, about, Vec::new());
    let advised = CaseEvent::Advised {
        id: case.id,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
        lines,
        document,
    };
    let mut events = vec![Event::from(advised)];
    events.extend(issuer.into_events());
    events
}

/// Every line that is open, and every defect named now, in the order of the list.
fn deficiencies(hall: &Hall, case: &Case, defects: &[Defect]) -> Result<Vec<Deficiency>, Refusal> {
    for defect in defects {
        let line = case
            .line(&defect.material)
            .ok_or_else(|| unlisted(&defect.material))?;
        if line.state == LineState::Missing {
            return Err(Refusal::new(RefusalCode::BadValue)
                .with("field", "defects")
                .with("reason", format!("{} was not handed in", defect.material)));
        }
        said("fault", Some(&defect.fault))?;
        said("remedy", Some(&defect.remedy))?;
    }
    let named = |line: &super::Line| {
        let defect = defects
            .iter()
            .find(|defect| defect.material == line.material);
        match defect {
            Some(defect) => Some(Deficiency {
                material: line.material.clone(),
                state: LineState::Defective,
                fault: Some(private(hall, case, &defect.fault)),
                remedy: Some(private(hall, case, &defect.remedy)),
            }),
            None if line.is_open() => Some(Deficiency {
                material: line.material.clone(),
                state: line.state,
                fault: line.fault.clone(),
                remedy: line.remedy.clone(),
            }),
            None => None,
        }
    };
    Ok(case.lines.iter().filter_map(named).collect())
}

/// The lines that the first notice could have named and did not (R82): unnamed so far, and not handed in anew since.
fn visible_before(case: &Case, lines: &[Deficiency]) -> Vec<MaterialCode> {
    let Some(first) = case.notices.first() else {
        return Vec::new();
    };
    let was_visible = |deficiency: &&Deficiency| {
        case.line(&deficiency.material).is_some_and(|line| {
            line.named_in.is_empty() && line.given_at.is_none_or(|at| at <= first.at)
        })
    };
    lines
        .iter()
        .filter(was_visible)
        .map(|deficiency| deficiency.material.clone())
        .collect()
}

/// The chief representative's reason for naming late what was visible before; it becomes a finding (R82).
fn overriding<'a>(
    hall: &Hall,
    stamp: &Stamp,
    params: &'a NotifyOnce,
    late: &[MaterialCode],
) -> Result<&'a str, Refusal> {
    match params.override_reason.as_deref() {
        Some(reason) if standing::acts_as(hall, stamp, Role::ChiefRep) => {
            said("override_reason", Some(reason))
        }
        Some(_) => Err(standing::denied(
            stamp,
            "case.notify_once with override_reason",
            &[Role::ChiefRep],
        )),
        None => Err(Refusal::new(RefusalCode::CaseNoticeOnce).with("materials", codes(late))),
    }
}

/// Takes papers: an on-the-spot fix in RECEIVED, corrections in SUPPLEMENT, where the last one brings the case back to RECEIVED
/// and fixes the day from which the clock will count (R84); after acceptance only papers that were promised (R87).
pub(super) fn supply(hall: &Hall, stamp: &Stamp, params: &Supply) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "supply")?;
    intake::may_take_in(hall, stamp, &case.department, case.order)?;
    if params.materials.is_empty() {
        return Err(Refusal::new(RefusalCode::BadValue)
            .with("field", "materials")
            .with("reason", "name at least one paper"));
    }
    let given = papers(hall, case, &params.materials)?;
    if case.acceptance.is_some() {
        owed(case, &given)?;
    }
    let completes = completed_by(case, &given);
    let to = match case.state {
        CaseState::Supplement if completes => CaseState::Received,
        state => state,
    };
    let complete_on = (completes && case.complete_on.is_none()).then_some(stamp.on);
    Ok(vec![
        CaseEvent::Supplied {
            id: case.id,
            at: stamp.at,
            by: stamp.actor.staff.clone(),
            given,
            to,
            complete_on,
        }
        .into(),
    ])
}

/// After acceptance nothing is taken but what was promised and is still owed (R87).
fn owed(case: &Case, given: &[super::Given]) -> Result<(), Refusal> {
    if case.is_complete() {
        return Err(super::blank(case, "supply"));
    }
    let not_owed = given.iter().find(|paper| {
        case.line(&paper.material)
            .is_none_or(|line| !line.is_open())
    });
    match not_owed {
        Some(paper) => {
            Err(Refusal::new(RefusalCode::CaseNotOwed).with("material", paper.material.as_str()))
        }
        None => Ok(()),
    }
}

/// Gives more time for corrections, once, on the applicant's request (R85).
pub(super) fn grant_time(
    hall: &Hall,
    stamp: &Stamp,
    params: &GrantTime,
) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "grant_time")?;
    standing::at_counter(hall, stamp, &case.department)?;
    let wrong = || super::blank(case, "grant_time");
    let correction = case.correction.as_ref().ok_or_else(wrong)?;
    if correction.lengthened {
        return Err(RefusalCode::CaseTimeOnce.into());
    }
    let more = days(
        "days",
        params.days.unwrap_or(hall.profile().case.correction_days),
    )?;
    let (deadline_on, edition) = working_days_after(hall.calendar(), correction.deadline_on, more)?;
    Ok(vec![
        CaseEvent::TimeGranted {
            id: case.id,
            at: stamp.at,
            by: stamp.actor.staff.clone(),
            deadline_on,
            edition,
            reason: params
                .reason
                .as_deref()
                .map(|reason| private(hall, case, reason)),
        }
        .into(),
    ])
}
