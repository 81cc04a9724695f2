//! Departments that stay away or stay silent: absence on record, meetings put off, defaults confirmed (R114, R118, R119, R120).

use super::{
    Absence, AbsenceKind, Branch, BranchDefault, BranchEvent, BranchState, DefaultKind,
    MEETING_NOTICE_DAYS, OneBranch, Put, RecordAbsence, get, meeting, not_overdue, private, taking,
};
use crate::rules::{
    case::{self, Case, OwedOpinion, term},
    document::{About, DocumentKind, Issuer},
    event::Event,
    hall::Hall,
    permission::Role,
    refusal::{Refusal, RefusalCode},
    stamp::Stamp,
    standing,
    time::hall_date,
};

/// An absence from a survey or meeting of which the department was told in time, or a refusal to take part (R119). A justified
/// one puts the meeting off, once (V132). What was never signed for cannot be held against it (V129).
pub(super) fn absent(
    hall: &Hall,
    stamp: &Stamp,
    params: &RecordAbsence,
) -> Result<Vec<Event>, Refusal> {
    signed_for(get(hall, params.branch)?)?;
    let (branch, case) = taking(hall, params.branch, "absent")?;
    not_overdue(stamp, branch, "absent")?;
    if stamp.actor.role != Role::Inspector {
        standing::at_counter(hall, stamp, &case.department)?;
    }
    if params.kind == AbsenceKind::Meeting {
        told_in_time(hall, stamp, branch)?;
        if let Some(justification) = &params.justification {
            return put_off(hall, stamp, branch, case, params, justification);
        }
    }
    let absence = Absence {
        kind: params.kind,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
        note: params.note.as_deref().map(|note| private(hall, case, note)),
    };
    Ok(vec![
        BranchEvent::Absent {
            id: branch.id,
            absence,
        }
        .into(),
    ])
}

/// An unsigned notice causes no default (R114, V129).
fn signed_for(branch: &Branch) -> Result<(), Refusal> {
    if branch.state == BranchState::Notified {
        return Err(RefusalCode::BranchUnsigned.into());
    }
    Ok(())
}

fn told_in_time(hall: &Hall, stamp: &Stamp, branch: &Branch) -> Result<(), Refusal> {
    let meeting = branch
        .meeting
        .as_ref()
        .ok_or(RefusalCode::BranchNoMeeting)?;
    if stamp.on < meeting.on {
        return Err(Refusal::new(RefusalCode::BranchMeetingAhead)
            .with("meeting_on", meeting.on.to_string()));
    }
    let notice = hall.calendar().working_days(meeting.told_on, meeting.on);
    if notice < MEETING_NOTICE_DAYS {
        return Err(Refusal::new(RefusalCode::BranchToldLate)
            .with("told_on", meeting.told_on.to_string())
            .with("meeting_on", meeting.on.to_string()));
    }
    Ok(())
}

fn put_off(
    hall: &Hall,
    stamp: &Stamp,
    branch: &Branch,
    case: &Case,
    params: &RecordAbsence,
    justification: &str,
) -> Result<Vec<Event>, Refusal> {
    if branch.meeting.as_ref().is_some_and(|meeting| meeting.moved) {
        return Err(RefusalCode::BranchMovedOnce.into());
    }
    let on = params.meeting_on.ok_or_else(|| {
        Refusal::new(RefusalCode::BadValue)
            .with("field", "meeting_on")
            .with("reason", "name the day to which the meeting is put off")
    })?;
    Ok(vec![
        BranchEvent::MeetingMoved {
            id: branch.id,
            at: stamp.at,
            by: stamp.actor.staff.clone(),
            meeting: meeting(stamp, on, Put::Off)?,
            justification: private(hall, case, justification),
        }
        .into(),
    ])
}

/// Confirms that absence (R119) or silence past the branch's date (R118) counts as consent (R120): the item must allow it, and
/// the department must have signed for its notice (V129).
pub(super) fn default_confirm(
    hall: &Hall,
    stamp: &Stamp,
    params: &OneBranch,
) -> Result<Vec<Event>, Refusal> {
    signed_for(get(hall, params.branch)?)?;
    let (branch, case) = taking(hall, params.branch, "default_confirm")?;
    let item = hall.item(&case.item, case.item_on)?;
    case::may_default(hall, stamp, item)?;
    case::default_has_ground(case)?;
    let (kind, facts_on) = match &branch.absence {
        Some(absence) => (DefaultKind::Absence, hall_date(absence.at)),
        None if branch.is_overdue(stamp.on) => (DefaultKind::Timeout, branch.due_on),
        None => {
            return Err(
                Refusal::new(RefusalCode::CaseNotOverdue).with("due_on", branch.due_on.to_string())
            );
        }
    };
    let (owed_on, _) =
        term::working_days_after(hall.calendar(), stamp.on, case::OWED_OPINION_DAYS)?;
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Branch(branch.id);
    let default = BranchDefault {
        kind,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
        document: issuer.issue(DocumentKind::Default, about, Vec::new()),
        owed: OwedOpinion {
            department: branch.department.clone(),
            due_on: owed_on,
        },
    };
    let defaulted = BranchEvent::Defaulted {
        id: branch.id,
        default,
        facts_on,
    };
    let mut events = vec![Event::from(defaulted)];
    events.extend(issuer.into_events());
    Ok(events)
}
