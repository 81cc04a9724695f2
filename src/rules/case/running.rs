//! A case in hand: special procedures stop its clock (R97, R101), extensions move it (R102, R103), an upward case goes to the
//! superior body (R70). Branch dates follow the case's own.

use super::{
    Case, CaseEvent, Dues, Extend, Extension, OneCase, Pause, PauseKind, Stop, SubmitUp, Within,
    days, private, said, taking,
    term::{EXTENSION_DAYS_MAX, JOINT_EXTENSION_DAYS_MAX, Run, working_days_after},
};
use crate::rules::{
    branch,
    document::{About, DocumentKind, Issuer},
    event::Event,
    hall::Hall,
    kind::CaseKind,
    permission::Role,
    refusal::{Refusal, RefusalCode},
    stamp::Stamp,
    standing,
};

const SENIOR: [Role; 2] = [Role::ChiefRep, Role::DeptLeader];

/// Stops the clock for a procedure that the law names, with the time it is announced to take (R97, D5b). Only one stop lasts at a
/// time, so that two never overlap; a second one on the day on which the first ended would share that day and is refused (V120).
pub(super) fn pause(hall: &Hall, stamp: &Stamp, params: &Pause) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "pause")?;
    standing::senior_of(hall, stamp, &case.department, "case.pause", &SENIOR)?;
    lawful(params.kind)?;
    if let Some(last) = case.stops.last()
        && last.to_on.is_none_or(|to_on| stamp.on < to_on)
    {
        return Err(RefusalCode::CasePauseOverlap.into());
    }
    let estimated = days("estimated_days", params.estimated_days)?;
    let (announced_on, _) = working_days_after(hall.calendar(), stamp.on, estimated)?;
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Case(case.id);
    let stop = Stop {
        kind: params.kind,
        from_on: stamp.on,
        from_at: stamp.at,
        to_on: None,
        to_at: None,
        announced_on,
        by: stamp.actor.staff.clone(),
        document: issuer.issue(DocumentKind::SpecialProcedure, about, Vec::new()),
    };
    let paused = CaseEvent::Paused {
        id: case.id,
        stop,
        reason: params
            .reason
            .as_deref()
            .map(|reason| private(hall, case, reason)),
    };
    let mut events = vec![Event::from(paused)];
    events.extend(issuer.into_events());
    Ok(events)
}

/// Only what the law names stops the clock (R97, V47).
pub(in crate::rules) fn lawful(kind: PauseKind) -> Result<(), Refusal> {
    if kind.stops_the_clock() {
        return Ok(());
    }
    let lawful: Vec<&str> = PauseKind::LAWFUL.iter().map(|kind| kind.as_str()).collect();
    Err(Refusal::new(RefusalCode::CasePauseKind)
        .with("kind", kind.as_str())
        .with("allowed", lawful))
}

/// Lets the clock run again: today is the last day that is not counted (R101).
pub(super) fn resume(hall: &Hall, stamp: &Stamp, params: &OneCase) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "resume")?;
    standing::at_counter(hall, stamp, &case.department)?;
    let mut stops = case.stops.clone();
    if let Some(stop) = stops.last_mut() {
        stop.to_on = Some(stamp.on);
        stop.to_at = Some(stamp.at);
    }
    let run = running(case)?;
    let dues = Run {
        stops: &stops,
        ..run
    }
    .dues(hall.calendar())?;
    let moved = branch::dues_moved(hall, stamp, case, dues.committed_on)?;
    let mut events: Vec<Event> = vec![
        CaseEvent::Resumed {
            id: case.id,
            at: stamp.at,
            on: stamp.on,
            by: stamp.actor.staff.clone(),
            dues,
        }
        .into(),
    ];
    events.extend(moved);
    Ok(events)
}

fn running(case: &Case) -> Result<Run<'_>, Refusal> {
    Run::of(case).ok_or_else(|| super::blank(case, "extend"))
}

/// Whether the actor may only propose this extension (1.1): a chief representative who asks for more than the statutory limit.
pub(super) fn must_propose(hall: &Hall, stamp: &Stamp, params: &Extend) -> bool {
    params.within == Within::Statutory
        && !standing::acts_as(hall, stamp, Role::DeptLeader)
        && !standing::acts_as(hall, stamp, Role::Director)
        && standing::acts_as(hall, stamp, Role::ChiefRep)
}

/// Gives more time (R102): within the statutory limit by the chief representative, beyond it once by the head of the agency, for
/// a joint case by the government's head with an approval number. Asked after the date it is refused (R103, V49).
pub(super) fn extend(hall: &Hall, stamp: &Stamp, params: &Extend) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "extend")?;
    let reason = said("reason", Some(&params.reason))?;
    let added = days("days", params.days)?;
    let run = running(case)?;
    let from = case
        .dues
        .clone()
        .ok_or_else(|| super::blank(case, "extend"))?;
    match params.within {
        Within::Commitment => {
            standing::senior_of(hall, stamp, &case.department, "case.extend", &SENIOR)?;
            in_time(stamp, from.committed_on)?;
        }
        Within::Statutory => statutory(hall, stamp, case, params, &from)?,
    }
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Case(case.id);
    let extension = Extension {
        within: params.within,
        days: added,
        on: stamp.on,
        by: stamp.actor.staff.clone(),
        approval_no: params.approval_no.clone(),
        document: issuer.issue(DocumentKind::Extension, about, Vec::new()),
    };
    let mut extensions = case.extensions.clone();
    extensions.push(extension.clone());
    let run = Run {
        extensions: &extensions,
        ..run
    };
    let dues = run.dues(hall.calendar())?;
    if params.within == Within::Commitment && dues.committed_on > from.statutory_on {
        return Err(Refusal::new(RefusalCode::CaseBeyondStatutory)
            .with("due_on", dues.committed_on.to_string())
            .with("statutory_on", from.statutory_on.to_string()));
    }
    let moved = branch::dues_moved(hall, stamp, case, dues.committed_on)?;
    let extended = CaseEvent::Extended {
        id: case.id,
        at: stamp.at,
        extension,
        reason: private(hall, case, reason),
        from,
        dues,
    };
    let mut events = vec![Event::from(extended)];
    events.extend(issuer.into_events());
    events.extend(moved);
    Ok(events)
}

fn in_time(stamp: &Stamp, due_on: chrono::NaiveDate) -> Result<(), Refusal> {
    if stamp.on <= due_on {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::CaseExtendLate).with("due_on", due_on.to_string()))
}

/// The conditions of the extension beyond the statutory limit (R102 b, V49–V52).
fn statutory(
    hall: &Hall,
    stamp: &Stamp,
    case: &Case,
    params: &Extend,
    from: &Dues,
) -> Result<(), Refusal> {
    let joint = case.kind.is_joint();
    let by: &[Role] = if joint {
        &[Role::DeptLeader, Role::Director]
    } else {
        &[Role::DeptLeader]
    };
    standing::senior_of(hall, stamp, &case.department, "case.extend", by)?;
    in_time(stamp, from.statutory_on)?;
    if case
        .extensions
        .iter()
        .any(|one| one.within == Within::Statutory)
    {
        return Err(RefusalCode::CaseExtendOnce.into());
    }
    let most = if joint {
        JOINT_EXTENSION_DAYS_MAX
    } else {
        EXTENSION_DAYS_MAX
    };
    if params.days > most {
        return Err(Refusal::new(RefusalCode::CaseExtendTooLong).with("most", most));
    }
    if joint && said("approval_no", params.approval_no.as_deref()).is_err() {
        return Err(RefusalCode::CaseApprovalNumber.into());
    }
    Ok(())
}

/// Passes the whole file to the superior body; from then on there is no local countdown (R70).
pub(super) fn submit_up(
    hall: &Hall,
    stamp: &Stamp,
    params: &SubmitUp,
) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "submit_up")?;
    standing::at_counter(hall, stamp, &case.department)?;
    if case.kind != CaseKind::Upward {
        return Err(RefusalCode::CaseNotUpward.into());
    }
    Ok(vec![
        CaseEvent::SubmittedUp {
            id: case.id,
            at: stamp.at,
            on: stamp.on,
            by: stamp.actor.staff.clone(),
            superior: params.superior.clone(),
        }
        .into(),
    ])
}
