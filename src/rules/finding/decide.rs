//! What may be done with a finding, and what not (M6, R171–R177).

use super::{
    AppealDecide, Finding, FindingCommand, FindingEvent, Only, Prohibition, RECHECKS_SEVERE, Raise,
    Recheck, Saying, SetDue, Severity, Situation, record,
};
use crate::rules::{
    catalogue::Staff,
    event::Event,
    hall::Hall,
    id::{CaseId, FindingId, RecordId, StaffCode, WindowCode},
    people::Private,
    permission::Role,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
    ticket::{Ticket, TicketState},
    window,
};

fn finding_for<'a>(
    hall: &'a Hall,
    id: FindingId,
    verb: &'static str,
) -> Result<&'a Finding, Refusal> {
    let finding = hall
        .findings
        .get(&id)
        .ok_or_else(|| not_found("finding", id))?;
    let verbs = finding.state.verbs();
    if verbs.contains(&verb) {
        Ok(finding)
    } else {
        Err(wrong_state(
            "finding",
            id,
            finding.state.as_str(),
            verb,
            verbs,
        ))
    }
}

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &FindingCommand) -> Result<Vec<Event>, Refusal> {
    match command {
        FindingCommand::Raise(params) => raise(hall, stamp, params),
        FindingCommand::Confirm(params) => confirm(hall, stamp, params),
        FindingCommand::Drop(params) => drop(hall, stamp, params),
        FindingCommand::FixOnSpot(params) => fix_on_spot(hall, stamp, params),
        FindingCommand::Notify(params) => notify(hall, stamp, params),
        FindingCommand::Statement(params) => statement(hall, stamp, params),
        FindingCommand::Reply(params) => reply(hall, stamp, params),
        FindingCommand::SetDue(params) => set_due(hall, stamp, params),
        FindingCommand::Recheck(params) => recheck(hall, stamp, params),
        FindingCommand::Appeal(params) => appeal(hall, stamp, params),
        FindingCommand::AppealDecide(params) => appeal_decide(hall, stamp, params),
    }
}

fn raise(hall: &Hall, stamp: &Stamp, params: &Raise) -> Result<Vec<Event>, Refusal> {
    let by = hall.acting(stamp)?;
    if !hall.windows.contains(&params.window) {
        return Err(not_found("window", &params.window));
    }
    said("note", &params.note)?;
    let situation = situation(hall, &params.window);
    let person = params
        .person
        .clone()
        .or_else(|| situation.signed_on.clone());
    if let Some(person) = &person
        && !hall.staff.contains(person)
    {
        return Err(not_found("staff", person));
    }
    // Nobody inspects themselves (R10).
    if person.as_ref() == Some(&by.code) {
        return Err(RefusalCode::FourEyes.into());
    }
    if let Some(id) = params.round {
        let round = hall.rounds.get(&id).ok_or_else(|| not_found("round", id))?;
        if !round.is_open() {
            return Err(wrong_state("round", id, "closed", "finding.raise", &[]));
        }
    }
    if let Some(case) = params.case
        && !hall.cases.contains(&case)
    {
        return Err(not_found("case", case));
    }
    let (number, serial) = next_number(hall, stamp);
    Ok(FindingEvent::Raised {
        finding: stamp.id(1),
        number,
        serial,
        on: stamp.on,
        ticket: hall.desks.get(&params.window).and_then(|desk| desk.in_hand),
        window: params.window.clone(),
        person,
        situation: Box::new(situation),
        round: params.round,
        case: params.case,
        code: params.code,
        severity: params.severity,
        note: Private::clear(stamp.first_slot, &params.note),
        by: Some(by.code.clone()),
        at: stamp.at,
    }
    .into())
}

/// X + date + serial (R230), and the serial.
fn next_number(hall: &Hall, stamp: &Stamp) -> (String, u64) {
    let serial = hall.counter(&record::counter(stamp.on)) + 1;
    (format!("X{}{serial:03}", stamp.on.format("%Y%m%d")), serial)
}

/// What the machine noticed (R176).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed<'a> {
    /// At which window.
    pub window: &'a WindowCode,
    /// About whom.
    pub person: Option<&'a StaffCode>,
    /// About which case.
    pub case: Option<CaseId>,
    /// What it is about.
    pub code: Prohibition,
    /// In words.
    pub note: &'a str,
}

/// A candidate finding (R176): the machine notices, an inspector confirms it or drops it with a reason. One an entry.
pub fn noticed(hall: &Hall, stamp: &Stamp, noticed: &Noticed<'_>) -> Event {
    let (number, serial) = next_number(hall, stamp);
    FindingEvent::Raised {
        finding: FindingId::new(stamp.seq, 1),
        number,
        serial,
        on: stamp.on,
        ticket: hall.desks.get(noticed.window).and_then(|desk| desk.in_hand),
        window: noticed.window.clone(),
        person: noticed.person.cloned(),
        situation: Box::new(situation(hall, noticed.window)),
        round: None,
        case: noticed.case,
        code: noticed.code,
        severity: Severity::default(),
        note: Private::clear(stamp.first_slot, noticed.note),
        by: None,
        at: stamp.at,
    }
    .into()
}

/// Nobody handles a finding about themselves, but to answer it (R10, R172).
fn about_another(hall: &Hall, stamp: &Stamp, finding: &Finding) -> Result<StaffCode, Refusal> {
    let by = hall.acting(stamp)?.code.clone();
    if finding.person.as_ref() == Some(&by) {
        return Err(RefusalCode::FourEyes.into());
    }
    Ok(by)
}

fn fix_on_spot(hall: &Hall, stamp: &Stamp, params: &Only) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "fix_on_spot")?;
    about_another(hall, stamp, finding)?;
    Ok(FindingEvent::Reminded {
        finding: finding.id,
        at: stamp.at,
    }
    .into())
}

/// What stands at a window in this second.
fn situation(hall: &Hall, code: &WindowCode) -> Situation {
    let desk = hall.desks.get(code);
    let queues = desk.map_or_else(Vec::new, |desk| window::queues_served(hall, desk));
    let waits =
        |ticket: &&Ticket| ticket.state == TicketState::Waiting && queues.contains(&&ticket.queue);
    Situation {
        signed_on: desk.and_then(|desk| desk.staff.clone()),
        desk: desk.map_or("closed", |desk| desk.state.as_str()).to_owned(),
        waiting: hall.tickets.values().filter(waits).count(),
    }
}

fn confirm(hall: &Hall, stamp: &Stamp, params: &Only) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "confirm")?;
    let by = about_another(hall, stamp, finding)?;
    Ok(FindingEvent::Confirmed {
        finding: finding.id,
        by,
        at: stamp.at,
    }
    .into())
}

fn drop(hall: &Hall, stamp: &Stamp, params: &Saying) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "drop")?;
    let by = about_another(hall, stamp, finding)?;
    Ok(FindingEvent::Dropped {
        finding: finding.id,
        reason: text(finding, &params.text)?,
        by,
        at: stamp.at,
    }
    .into())
}

fn notify(hall: &Hall, stamp: &Stamp, params: &Only) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "notify")?;
    about_another(hall, stamp, finding)?;
    let rules = &hall.profile().inspection;
    let after = |days: u16| {
        hall.calendar()
            .add_working_days(stamp.on, u32::from(days))
            .ok()
    };
    Ok(FindingEvent::Notified {
        finding: finding.id,
        reply_due: after(rules.reply_days),
        appeal_until: after(rules.appeal_days),
        at: stamp.at,
    }
    .into())
}

/// Whether somebody answers for a finding: the inspected person, or the chief representative of the window's department (1.1:
/// own, own window). A finding that names nobody, such as an empty post, is answered by anybody of that department.
pub fn answers_for(hall: &Hall, finding: &Finding, staff: &Staff) -> bool {
    let own_department = hall
        .windows
        .get(&finding.window)
        .is_some_and(|window| window.department == staff.department);
    match &finding.person {
        Some(person) if *person == staff.code => true,
        Some(_) => staff.has(Role::ChiefRep) && own_department,
        None => own_department,
    }
}

fn inspected(hall: &Hall, stamp: &Stamp, finding: &Finding) -> Result<StaffCode, Refusal> {
    let actor = hall.acting(stamp)?;
    if answers_for(hall, finding, actor) {
        return Ok(actor.code.clone());
    }
    let owner = finding
        .person
        .as_ref()
        .and_then(|person| hall.staff.get(person))
        .map(|staff| staff.name.as_str())
        .or_else(|| {
            let window = hall.windows.get(&finding.window)?;
            let department = hall.departments.get(&window.department)?;
            Some(department.name.as_str())
        })
        .unwrap_or_default();
    Err(Refusal::new(RefusalCode::NotYours).with("owner", owner))
}

fn statement(hall: &Hall, stamp: &Stamp, params: &Saying) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "statement")?;
    let by = inspected(hall, stamp, finding)?;
    Ok(FindingEvent::Stated {
        finding: finding.id,
        text: text(finding, &params.text)?,
        by,
        at: stamp.at,
    }
    .into())
}

fn reply(hall: &Hall, stamp: &Stamp, params: &Saying) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "reply")?;
    let by = inspected(hall, stamp, finding)?;
    Ok(FindingEvent::Replied {
        finding: finding.id,
        text: text(finding, &params.text)?,
        by,
        at: stamp.at,
    }
    .into())
}

fn set_due(hall: &Hall, stamp: &Stamp, params: &SetDue) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "set_due")?;
    let by = about_another(hall, stamp, finding)?;
    if params.due_on < stamp.on {
        return Err(bad("due_on", "lies in the past"));
    }
    Ok(FindingEvent::DueSet {
        finding: finding.id,
        due_on: params.due_on,
        by,
        at: stamp.at,
    }
    .into())
}

fn recheck(hall: &Hall, stamp: &Stamp, params: &Recheck) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "recheck")?;
    // The subject never re-checks (R172, V137); neither does who decided the case that it is about (R10).
    let by = about_another(hall, stamp, finding)?;
    let decided_by = finding
        .case
        .and_then(|case| hall.cases.get(&case))
        .and_then(|case| case.decision.as_ref())
        .and_then(|decision| decision.by.as_ref());
    if decided_by == Some(&by) {
        return Err(RefusalCode::FourEyes.into());
    }
    let said = params
        .text
        .as_ref()
        .map(|said| Private::clear(finding.note.key, said));
    let event = if params.in_order {
        FindingEvent::Verified {
            finding: finding.id,
            text: said,
            by,
            at: stamp.at,
        }
    } else {
        let severe = finding.recheck_count + 1 >= RECHECKS_SEVERE;
        FindingEvent::RecheckFailed {
            finding: finding.id,
            severe,
            text: said,
            by,
            at: stamp.at,
        }
    };
    Ok(event.into())
}

fn appeal(hall: &Hall, stamp: &Stamp, params: &Saying) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "appeal")?;
    let by = inspected(hall, stamp, finding)?;
    // R172, V138: within three working days of being told.
    if let Some(until) = finding.appeal_until
        && stamp.on > until
    {
        return Err(Refusal::new(RefusalCode::FindingAppealLate).with("until", until.to_string()));
    }
    Ok(FindingEvent::Appealed {
        finding: finding.id,
        text: text(finding, &params.text)?,
        by,
        at: stamp.at,
    }
    .into())
}

fn appeal_decide(hall: &Hall, stamp: &Stamp, params: &AppealDecide) -> Result<Vec<Event>, Refusal> {
    let finding = finding_for(hall, params.finding, "appeal_decide")?;
    // Who raised it does not decide the appeal against it, nor does who it is about (R10).
    let by = about_another(hall, stamp, finding)?;
    if finding.raised_by.as_ref() == Some(&by) {
        return Err(RefusalCode::FourEyes.into());
    }
    let text = text(finding, &params.text)?;
    let event = if params.upheld {
        FindingEvent::Cancelled {
            finding: finding.id,
            text,
            by,
            at: stamp.at,
        }
    } else {
        FindingEvent::AppealRejected {
            finding: finding.id,
            text,
            by,
            at: stamp.at,
        }
    };
    Ok(event.into())
}

fn said(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(bad(field, "must say something"))
    } else {
        Ok(())
    }
}

fn text(finding: &Finding, text: &str) -> Result<Private, Refusal> {
    said("text", text)?;
    Ok(Private::clear(finding.note.key, text))
}

fn bad(field: &'static str, reason: &'static str) -> Refusal {
    Refusal::new(RefusalCode::BadValue)
        .with("field", field)
        .with("reason", reason)
}
