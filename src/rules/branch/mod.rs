//! The branches of a joint case (并联审批, M4): the copy notice goes to every department at once, each signs, each answers in
//! its own time, and the lead decides when none is left open (R113, R114, R115, R119, R120, R124, R125). Record and events are in `record`; defaults are
//! proposed and confirmed, never taken by themselves.

mod event;
mod params;
mod record;
mod silence;

use chrono::NaiveDate;
pub use event::{BranchEvent, apply};
pub use params::*;
pub use record::*;

use super::{
    case::{self, Answer, Case, term},
    document::{About, DocumentKind, Issuer},
    event::Event,
    hall::Hall,
    id::{BranchId, CaseId, DepartmentCode},
    method::methods,
    people::Private,
    permission::Role,
    proposal,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
    standing,
};

/// Working days that the lead needs to close a joint case after its branches (R124).
pub const LEAD_CLOSING_DAYS: u32 = 2;
/// Working days between the notice of a meeting and the meeting, before an absence counts (R119).
pub const MEETING_NOTICE_DAYS: i32 = 2;

methods! {
    /// Commands on the branches of joint cases.
    BranchCommand for "branch" {
        /// Sends the copy notice to every department of a joint case, or to one.
        Notify(Notify) = "notify",
        /// Signs for the copy notice.
        Sign(OneBranch) = "sign",
        /// Gives the department's opinion.
        Opinion(GiveOpinion) = "opinion",
        /// Asks the lead for more material; the applicant hears of it through the lead alone.
        AskMaterial(AskMaterial) = "ask_material",
        /// Puts an absence on record, or puts the meeting off where it is justified.
        Absent(RecordAbsence) = "absent",
        /// Stops the branch's clock for a procedure that the law names.
        Pause(PauseBranch) = "pause",
        /// Lets the branch's clock run again.
        Resume(OneBranch) = "resume",
        /// Does without the department, before it has answered.
        NotNeeded(DoWithout) = "not_needed",
        /// Confirms that absence or silence counts as consent.
        DefaultConfirm(OneBranch) = "default_confirm",
        /// Gives the opinion that is owed after a default; the consent stands.
        LateOpinion(GiveOpinion) = "late_opinion",
    }
}

impl BranchCommand {
    /// The branch it names; none where it names the whole case.
    pub fn branch(&self) -> Option<BranchId> {
        let branch = match self {
            Self::Notify(params) => return params.branch,
            Self::Sign(params) | Self::Resume(params) | Self::DefaultConfirm(params) => {
                params.branch
            }
            Self::Opinion(params) | Self::LateOpinion(params) => params.branch,
            Self::AskMaterial(params) => params.branch,
            Self::Absent(params) => params.branch,
            Self::Pause(params) => params.branch,
            Self::NotNeeded(params) => params.branch,
        };
        Some(branch)
    }
}

/// Decides a command; open proposals about a branch that is done with lapse.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &BranchCommand) -> Result<Vec<Event>, Refusal> {
    let mut events = decide_strictly(hall, stamp, command)?;
    events.extend(proposal::lapsed_by(hall, stamp, &events));
    Ok(events)
}

/// Decides a command without looking at proposals; for the proposal machine.
pub fn decide_strictly(
    hall: &Hall,
    stamp: &Stamp,
    command: &BranchCommand,
) -> Result<Vec<Event>, Refusal> {
    match command {
        BranchCommand::Notify(params) => notify(hall, stamp, params),
        BranchCommand::Sign(params) => sign(hall, stamp, params),
        BranchCommand::Opinion(params) => opinion(hall, stamp, params),
        BranchCommand::AskMaterial(params) => ask_material(hall, stamp, params),
        BranchCommand::Absent(params) => silence::absent(hall, stamp, params),
        BranchCommand::Pause(params) => pause(hall, stamp, params),
        BranchCommand::Resume(params) => resume(hall, stamp, params),
        BranchCommand::NotNeeded(params) => not_needed(hall, stamp, params),
        BranchCommand::DefaultConfirm(params) => silence::default_confirm(hall, stamp, params),
        BranchCommand::LateOpinion(params) => late_opinion(hall, stamp, params),
    }
}

fn get(hall: &Hall, id: BranchId) -> Result<&Branch, Refusal> {
    hall.branches
        .get(&id)
        .ok_or_else(|| not_found("branch", id))
}

fn blank(branch: &Branch, verb: &'static str) -> Refusal {
    let (state, verbs) = (branch.state.as_str(), branch.state.verbs());
    wrong_state("branch", branch.id, state, verb, verbs)
}

/// The branch, if it takes the verb from its state (M4), and its case, if that is still in hand.
fn taking<'a>(
    hall: &'a Hall,
    id: BranchId,
    verb: &'static str,
) -> Result<(&'a Branch, &'a Case), Refusal> {
    let branch = get(hall, id)?;
    if !branch.state.verbs().contains(&verb) {
        return Err(blank(branch, verb));
    }
    let case = hall
        .cases
        .get(&branch.case)
        .ok_or_else(|| not_found("case", branch.case))?;
    if case.state.is_ended() && verb != "late_opinion" {
        return Err(Refusal::new(RefusalCode::BranchCaseEnded).with("case", case.number.clone()));
    }
    Ok((branch, case))
}

fn private(hall: &Hall, case: &Case, text: &str) -> Private {
    let slot = hall
        .people
        .get(&case.applicant)
        .map_or(0, |person| person.key);
    Private::clear(slot, text)
}

fn said(text: Option<&str>, otherwise: RefusalCode) -> Result<&str, Refusal> {
    text.filter(|text| !text.trim().is_empty())
        .ok_or_else(|| otherwise.into())
}

/// OVERDUE is a view, but it has a row of its own in M4: only an opinion or a default is left.
fn not_overdue(stamp: &Stamp, branch: &Branch, verb: &'static str) -> Result<(), Refusal> {
    if !branch.is_overdue(stamp.on) {
        return Ok(());
    }
    let verbs = ["opinion", "default_confirm"];
    Err(wrong_state("branch", branch.id, "overdue", verb, &verbs))
}

/// What the branches of a case are planned from.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The case.
    pub case: CaseId,
    /// The departments whose opinion is needed.
    pub departments: &'a [DepartmentCode],
    /// The day from which the case's clock counts.
    pub started_on: NaiveDate,
    /// The date that was promised for the whole.
    pub joint_due_on: NaiveDate,
}

/// One branch a department, each due so long before the whole that the lead can close it (R124). `nth` counts the branches that
/// this entry has made.
///
/// # Errors
/// `value.refused` where a date lies outside the years reckoned with.
pub fn planned(
    hall: &Hall,
    stamp: &Stamp,
    plan: &Plan<'_>,
    nth: &mut u16,
) -> Result<Vec<Event>, Refusal> {
    let due_on = due(hall, plan.started_on, plan.joint_due_on)?;
    let edition = hall.calendar().edition(plan.started_on, due_on);
    let events = plan.departments.iter().map(|department| {
        *nth += 1;
        Event::from(BranchEvent::Planned {
            id: stamp.id(*nth),
            case: plan.case,
            department: department.clone(),
            started_on: plan.started_on,
            due_on,
            edition: edition.clone(),
        })
    });
    Ok(events.collect())
}

/// The branch's date: the lead's closing days before the joint one, but never before the first working day (R124).
fn due(hall: &Hall, started_on: NaiveDate, joint_due_on: NaiveDate) -> Result<NaiveDate, Refusal> {
    let calendar = hall.calendar();
    let first = calendar
        .add_working_days(started_on, 1)
        .map_err(term::out_of_range)?;
    let latest = calendar
        .latest_start(joint_due_on, LEAD_CLOSING_DAYS)
        .map_err(term::out_of_range)?;
    Ok(latest.max(first).min(joint_due_on))
}

/// The dates of the open branches of a case whose own date moved.
///
/// # Errors
/// `value.refused` where a date lies outside the years reckoned with.
pub fn dues_moved(
    hall: &Hall,
    _stamp: &Stamp,
    case: &Case,
    joint_due_on: NaiveDate,
) -> Result<Vec<Event>, Refusal> {
    let mut events = Vec::new();
    for branch in case.branches.iter().filter_map(|id| hall.branches.get(id)) {
        let due_on = due(hall, branch.started_on, joint_due_on)?;
        if branch.state.is_terminal() || due_on == branch.due_on {
            continue;
        }
        let moved = BranchEvent::DueMoved {
            id: branch.id,
            from_on: branch.due_on,
            due_on,
            edition: hall.calendar().edition(branch.started_on, due_on),
        };
        events.push(moved.into());
    }
    Ok(events)
}

/// Whether the lead may decide: no branch is left open (R125, V131).
///
/// # Errors
/// `branch.open`, naming the departments that are waited for.
pub fn all_terminal(hall: &Hall, case: &Case) -> Result<(), Refusal> {
    let waiting: Vec<String> = case
        .branches
        .iter()
        .filter_map(|id| hall.branches.get(id))
        .filter(|branch| !branch.state.is_terminal())
        .map(|branch| department_name(hall, &branch.department))
        .collect();
    if waiting.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::BranchOpen).with("departments", waiting))
}

/// The branches that said no; the lead cannot say yes over them (R125).
///
/// # Errors
/// `branch.refused`, naming them.
pub fn none_refused(hall: &Hall, case: &Case) -> Result<(), Refusal> {
    let refused: Vec<String> = case
        .branches
        .iter()
        .filter_map(|id| hall.branches.get(id))
        .filter(|branch| branch.state == BranchState::Refused)
        .map(|branch| department_name(hall, &branch.department))
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::BranchRefused).with("departments", refused))
}

fn department_name(hall: &Hall, code: &DepartmentCode) -> String {
    hall.departments
        .get(code)
        .map_or_else(|| code.to_string(), |row| row.name.clone())
}

/// Sends the copy notice (R114), to every branch of the case that was not told yet or to one of them; a meeting may be called
/// with it.
fn notify(hall: &Hall, stamp: &Stamp, params: &Notify) -> Result<Vec<Event>, Refusal> {
    let mut told = Vec::new();
    for id in to_notify(hall, params)? {
        let (branch, case) = taking(hall, id, "notify")?;
        standing::at_counter(hall, stamp, &case.department)?;
        told.push(branch);
    }
    let meeting = match params.meeting_on {
        Some(on) => Some(meeting(stamp, on, Put::First)?),
        None => None,
    };
    let mut issuer = Issuer::new(hall, stamp);
    let mut events = Vec::new();
    for branch in told {
        let about = About::Branch(branch.id);
        let notified = BranchEvent::Notified {
            id: branch.id,
            at: stamp.at,
            by: stamp.actor.staff.clone(),
            meeting: meeting.clone(),
            document: issuer.issue(DocumentKind::CopyNotice, about, Vec::new()),
        };
        events.push(Event::from(notified));
    }
    events.extend(issuer.into_events());
    Ok(events)
}

/// The branches to be told: the one named, or all of the case's that are still planned; where none is, the first one, so that
/// its state is what refuses.
fn to_notify(hall: &Hall, params: &Notify) -> Result<Vec<BranchId>, Refusal> {
    let case = match (params.branch, params.case) {
        (Some(branch), None) => return Ok(vec![branch]),
        (None, Some(case)) => case,
        _ => {
            return Err(Refusal::new(RefusalCode::BadValue)
                .with("field", "case")
                .with("reason", "name either the case or one branch of it"));
        }
    };
    let case = hall
        .cases
        .get(&case)
        .ok_or_else(|| not_found("case", case))?;
    let is_planned = |id: &&BranchId| {
        hall.branches
            .get(id)
            .is_some_and(|branch| branch.state == BranchState::Planned)
    };
    let planned: Vec<BranchId> = case.branches.iter().filter(is_planned).copied().collect();
    match (planned.is_empty(), case.branches.first()) {
        (false, _) => Ok(planned),
        (true, Some(first)) => Ok(vec![*first]),
        (true, None) => Err(Refusal::new(RefusalCode::BranchNone).with("case", &*case.number)),
    }
}

/// Whether a meeting is called the first time or was put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Put {
    First,
    Off,
}

fn meeting(stamp: &Stamp, on: NaiveDate, put: Put) -> Result<Meeting, Refusal> {
    if on < stamp.on {
        return Err(Refusal::new(RefusalCode::BadValue)
            .with("field", "meeting_on")
            .with("reason", "the day has passed"));
    }
    Ok(Meeting {
        on,
        told_on: stamp.on,
        moved: put == Put::Off,
    })
}

/// The department signs for the notice; without it nothing can be held against the department (R114).
fn sign(hall: &Hall, stamp: &Stamp, params: &OneBranch) -> Result<Vec<Event>, Refusal> {
    let (branch, _) = taking(hall, params.branch, "sign")?;
    standing::own_department(hall, stamp, &branch.department)?;
    Ok(vec![
        BranchEvent::Signed {
            id: branch.id,
            at: stamp.at,
            by: stamp.actor.staff.clone(),
        }
        .into(),
    ])
}

const SENIOR: [Role; 2] = [Role::ChiefRep, Role::DeptLeader];

/// The department's opinion: on time, late, or from ABSENT before anybody confirmed a default. After a default the consent
/// stands (V130).
fn opinion(hall: &Hall, stamp: &Stamp, params: &GiveOpinion) -> Result<Vec<Event>, Refusal> {
    if get(hall, params.branch)?.state == BranchState::Defaulted {
        return Err(RefusalCode::BranchDefaultStands.into());
    }
    let (branch, case) = taking(hall, params.branch, "opinion")?;
    let opinion = given(hall, stamp, branch, case, params, "branch.opinion")?;
    Ok(vec![
        BranchEvent::OpinionGiven {
            id: branch.id,
            opinion,
        }
        .into(),
    ])
}

fn given(
    hall: &Hall,
    stamp: &Stamp,
    branch: &Branch,
    case: &Case,
    params: &GiveOpinion,
    verb: &'static str,
) -> Result<Opinion, Refusal> {
    standing::senior_of(hall, stamp, &branch.department, verb, &SENIOR)?;
    let reason = match params.result {
        Answer::No => Some(said(params.reason.as_deref(), RefusalCode::BranchNoReason)?),
        Answer::Ok => params.reason.as_deref(),
    };
    Ok(Opinion {
        result: params.result,
        reason: reason.map(|reason| private(hall, case, reason)),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
        late: branch.due_on < stamp.on,
    })
}

/// The opinion owed after a default goes on record; the consent stands (R120).
fn late_opinion(hall: &Hall, stamp: &Stamp, params: &GiveOpinion) -> Result<Vec<Event>, Refusal> {
    let (branch, case) = taking(hall, params.branch, "late_opinion")?;
    if branch.late_opinion.is_some() {
        return Err(RefusalCode::BranchNothingOwed.into());
    }
    let mut opinion = given(hall, stamp, branch, case, params, "branch.late_opinion")?;
    opinion.late = true;
    Ok(vec![
        BranchEvent::LateOpinionGiven {
            id: branch.id,
            opinion,
        }
        .into(),
    ])
}

/// What a department needs beyond the one material set goes to the lead, not to the applicant (R115).
fn ask_material(hall: &Hall, stamp: &Stamp, params: &AskMaterial) -> Result<Vec<Event>, Refusal> {
    let (branch, case) = taking(hall, params.branch, "ask_material")?;
    not_overdue(stamp, branch, "ask_material")?;
    standing::own_department(hall, stamp, &branch.department)?;
    let note = said(Some(&params.note), RefusalCode::BranchNoReason)?;
    let asked = MaterialAsked {
        text: private(hall, case, note),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    };
    Ok(vec![
        BranchEvent::MaterialAsked {
            id: branch.id,
            asked,
        }
        .into(),
    ])
}

/// Stops the branch's own clock, for what stops a case's (R97).
fn pause(hall: &Hall, stamp: &Stamp, params: &PauseBranch) -> Result<Vec<Event>, Refusal> {
    let (branch, _) = taking(hall, params.branch, "pause")?;
    not_overdue(stamp, branch, "pause")?;
    standing::senior_of(hall, stamp, &branch.department, "branch.pause", &SENIOR)?;
    case::lawful(params.kind)?;
    let overlaps = |stop: &BranchStop| stop.to_on.is_none_or(|to_on| stamp.on < to_on);
    if branch.stops.last().is_some_and(overlaps) {
        return Err(RefusalCode::CasePauseOverlap.into());
    }
    let days = params.estimated_days.clamp(1, term::DAYS_MAX);
    let (announced_on, _) = term::working_days_after(hall.calendar(), stamp.on, days)?;
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Branch(branch.id);
    let stop = BranchStop {
        kind: params.kind,
        from_on: stamp.on,
        to_on: None,
        announced_on,
        by: stamp.actor.staff.clone(),
        document: issuer.issue(DocumentKind::SpecialProcedure, about, Vec::new()),
    };
    let paused = BranchEvent::Paused {
        id: branch.id,
        at: stamp.at,
        stop,
    };
    let mut events = vec![Event::from(paused)];
    events.extend(issuer.into_events());
    Ok(events)
}

/// Lets it run again: the date moves by the working days in between (R101), but not past the last one that leaves the lead its
/// closing days (R124).
fn resume(hall: &Hall, stamp: &Stamp, params: &OneBranch) -> Result<Vec<Event>, Refusal> {
    let (branch, case) = taking(hall, params.branch, "resume")?;
    standing::senior_of(hall, stamp, &branch.department, "branch.resume", &SENIOR)?;
    let calendar = hall.calendar();
    let from_on = branch.stops.last().map_or(stamp.on, |stop| stop.from_on);
    let stopped = calendar.working_days(from_on, stamp.on).max(0);
    let stopped = u32::try_from(stopped).unwrap_or(0);
    let shifted = calendar
        .add_working_days(branch.due_on, stopped)
        .map_err(term::out_of_range)?;
    let joint_due_on = case.dues.as_ref().map_or(shifted, |dues| dues.committed_on);
    let latest = due(hall, branch.started_on, joint_due_on)?;
    let due_on = shifted.min(latest).max(branch.due_on);
    Ok(vec![
        BranchEvent::Resumed {
            id: branch.id,
            at: stamp.at,
            on: stamp.on,
            by: stamp.actor.staff.clone(),
            due_on,
            edition: calendar.edition(branch.started_on, due_on),
        }
        .into(),
    ])
}

/// The lead does without a department that has not answered yet (R125).
fn not_needed(hall: &Hall, stamp: &Stamp, params: &DoWithout) -> Result<Vec<Event>, Refusal> {
    let (branch, case) = taking(hall, params.branch, "not_needed")?;
    let verb = "branch.not_needed";
    standing::senior_of(hall, stamp, &case.department, verb, &SENIOR)?;
    let reason = said(Some(&params.reason), RefusalCode::BranchNoReason)?;
    Ok(vec![
        BranchEvent::NotNeeded {
            id: branch.id,
            at: stamp.at,
            by: stamp.actor.staff.clone(),
            reason: private(hall, case, reason),
        }
        .into(),
    ])
}
