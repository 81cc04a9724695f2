//! M2 as it is decided: every verb, its guards, and the refusals of all other cells.

use chrono::{NaiveDate, TimeDelta};

use super::{
    Answer, Close, Confirm, Enquiry, EnquiryCommand, EnquiryEvent, EnquiryState, Forward, GiveBack,
    Handover, On, Open, Reassign, RejectReply, Reply, ReplyDue,
};
use crate::rules::{
    catalogue::Staff,
    event::Event,
    hall::Hall,
    id::{DepartmentCode, EnquiryId, RecordId, StaffCode},
    people::{self, Private},
    permission,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    serial,
    stamp::Stamp,
    ticket, window,
};

/// Hours in which a wrong handler gives an enquiry back (R56); they run through nights and holidays (R19).
const GIVE_BACK_HOURS: i64 = 24;

/// The counter of enquiry numbers (R230).
pub(super) const COUNTER: &str = "enquiry";

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &EnquiryCommand) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        EnquiryCommand::Open(params) => return open(hall, stamp, params),
        EnquiryCommand::Forward(params) => forward(hall, stamp, params)?,
        EnquiryCommand::Take(params) => take(hall, stamp, params)?,
        EnquiryCommand::GiveBack(params) => give_back(hall, stamp, params)?,
        EnquiryCommand::Answer(params) => answer(hall, stamp, params)?,
        EnquiryCommand::Reply(params) => reply(hall, stamp, params)?,
        EnquiryCommand::Confirm(params) => confirm(hall, stamp, params)?,
        EnquiryCommand::RejectReply(params) => reject_reply(hall, stamp, params)?,
        EnquiryCommand::Unreachable(params) => unreachable(hall, stamp, params)?,
        EnquiryCommand::Close(params) => close(hall, stamp, params)?,
        EnquiryCommand::Reassign(params) => reassign(hall, stamp, params)?,
    };
    Ok(vec![event.into()])
}

fn find(hall: &Hall, id: EnquiryId) -> Result<&Enquiry, Refusal> {
    hall.enquiries
        .get(&id)
        .ok_or_else(|| not_found("enquiry", id))
}

fn must_be(enquiry: &Enquiry, states: &[EnquiryState], verb: &'static str) -> Result<(), Refusal> {
    let state = enquiry.state;
    if states.contains(&state) {
        Ok(())
    } else {
        Err(wrong_state(
            "enquiry",
            &enquiry.number,
            state.as_str(),
            verb,
            state.verbs(),
        ))
    }
}

/// Refuses an empty text where the rule book asks for one.
fn words(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::new(RefusalCode::EnquiryWordsMissing).with("field", field))
    } else {
        Ok(())
    }
}

fn private(enquiry: &Enquiry, text: Option<&String>) -> Option<Private> {
    text.filter(|text| !text.trim().is_empty())
        .map(|text| Private::clear(enquiry.key, text))
}

/// Refuses unless the actor acts for `staff` (1.1), or is the director.
fn must_act_for(hall: &Hall, stamp: &Stamp, staff: &StaffCode) -> Result<(), Refusal> {
    if window::acts_for(hall, stamp, staff) || window::is_director(hall, stamp) {
        Ok(())
    } else {
        Err(window::not_yours(staff.as_str()))
    }
}

/// After a second rejected reply the director settles it (M2).
fn must_be_settled_by_director(
    hall: &Hall,
    stamp: &Stamp,
    enquiry: &Enquiry,
) -> Result<(), Refusal> {
    if enquiry.is_directors() && !window::is_director(hall, stamp) {
        Err(Refusal::new(RefusalCode::EnquiryDirectors).with("enquiry", enquiry.number.as_str()))
    } else {
        Ok(())
    }
}

/// The owner, the handler who took it, or the director: who may speak with the visitor about the reply.
fn must_be_party(hall: &Hall, stamp: &Stamp, enquiry: &Enquiry) -> Result<(), Refusal> {
    if window::acts_for(hall, stamp, enquiry.responsible()) {
        return Ok(());
    }
    must_act_for(hall, stamp, &enquiry.owner)
}

fn out_of_calendar(fault: impl std::fmt::Display) -> Refusal {
    Refusal::new(RefusalCode::BadValue)
        .with("field", "date")
        .with("reason", fault.to_string())
}

/// The reply promised from a date on (R56): so many working days of the hall's calendar.
fn reply_due(hall: &Hall, from: NaiveDate) -> Result<ReplyDue, Refusal> {
    let days = hall.profile().enquiry.reply_days;
    let calendar = hall.calendar();
    let on = calendar
        .add_working_days(from, u32::from(days))
        .map_err(out_of_calendar)?;
    Ok(ReplyDue {
        on,
        edition: calendar.edition(from, on),
        provisional: calendar.is_provisional(from, on),
    })
}

/// The working day until whose end it is to be passed on (R56); asked on a day off, the next one.
fn forward_due(hall: &Hall, from: NaiveDate) -> Result<NaiveDate, Refusal> {
    hall.calendar().on_or_after(from).map_err(out_of_calendar)
}

fn open(hall: &Hall, stamp: &Stamp, params: &Open) -> Result<Vec<Event>, Refusal> {
    words("matter", &params.matter)?;
    let owner = hall.acting(stamp)?;
    if let Some(code) = &params.department
        && !hall.departments.contains(code)
    {
        return Err(not_found("department", code));
    }
    if let Some(code) = &params.window {
        window::window(hall, code)?;
    }
    let ticket = params
        .ticket
        .map(|id| ticket::must_be_serving(hall, stamp, id))
        .transpose()?;
    let mut events = Vec::new();
    let (visitor, key) = if let Some(who) = &params.visitor {
        let (person, slot, recorded) = people::admit(hall, stamp, who, &mut 0);
        events.extend(recorded);
        (Some(person), slot)
    } else {
        // R51: 未留. The ticket may know who stands there; else the text has a slot of its own.
        let visitor = ticket.and_then(|ticket| ticket.visitor);
        let person = visitor.and_then(|visitor| hall.people.get(&visitor));
        (
            visitor,
            person.map_or(stamp.first_slot, |person| person.key),
        )
    };
    let serial = serial::next(hall, COUNTER, stamp.on);
    let seat = || ticket.and_then(|ticket| ticket.window.clone());
    let opened = EnquiryEvent::Opened {
        enquiry: EnquiryId::new(stamp.seq, 1),
        number: format!("W{}{serial:05}", stamp.on.format("%Y%m%d")),
        serial,
        on: stamp.on,
        visitor,
        key,
        matter: Private::clear(key, &params.matter),
        channel: params.channel,
        kind: params.kind,
        in_scope: params.in_scope,
        department: params.department.clone(),
        ticket: params.ticket,
        window: params
            .window
            .clone()
            .or_else(seat)
            .or_else(|| window::seat_of(hall, &owner.code)),
        owner: owner.code.clone(),
        forward_due_on: forward_due(hall, stamp.on)?,
        reply_due: reply_due(hall, stamp.on)?,
        at: stamp.at,
    };
    events.push(opened.into());
    Ok(events)
}

/// R53, R54: by the owner or by the handler who has it; never to whoever has it already, and the owner stays.
fn forward(hall: &Hall, stamp: &Stamp, params: &Forward) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(
        enquiry,
        &[EnquiryState::Open, EnquiryState::Forwarded],
        "forward",
    )?;
    must_be_settled_by_director(hall, stamp, enquiry)?;
    must_be_party(hall, stamp, enquiry)?;
    let (department, handler) = destination(hall, params)?;
    if let Some(handler) = &handler
        && (*handler == enquiry.owner || Some(handler) == enquiry.handler())
    {
        return Err(Refusal::new(RefusalCode::EnquiryHasIt)
            .with("enquiry", enquiry.number.as_str())
            .with("staff", handler.as_str()));
    }
    Ok(EnquiryEvent::Forwarded {
        enquiry: enquiry.id,
        department,
        handler,
        late: enquiry.state == EnquiryState::Open && stamp.on > enquiry.forward_due_on,
        note: private(enquiry, params.note.as_ref()),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// The department and the person named, which must agree; at least one of them must be.
fn destination(
    hall: &Hall,
    params: &Forward,
) -> Result<(DepartmentCode, Option<StaffCode>), Refusal> {
    if let Some(code) = &params.department
        && !hall.departments.contains(code)
    {
        return Err(not_found("department", code));
    }
    let handler = match &params.handler {
        Some(code) => Some(may_handle(hall, code, "enquiry.reply")?),
        None => None,
    };
    match (&params.department, handler) {
        (Some(department), Some(handler)) if handler.department != *department => {
            Err(Refusal::new(RefusalCode::EnquiryOtherDepartment)
                .with("staff", handler.code.as_str())
                .with("department", department.as_str()))
        }
        (_, Some(handler)) => Ok((handler.department.clone(), Some(handler.code.clone()))),
        (Some(department), None) => Ok((department.clone(), None)),
        (None, None) => Err(RefusalCode::EnquiryForwardNowhere.into()),
    }
}

/// A member of staff whose roles let them do `method`.
fn may_handle<'a>(hall: &'a Hall, code: &StaffCode, method: &str) -> Result<&'a Staff, Refusal> {
    let staff = hall
        .staff
        .get(code)
        .ok_or_else(|| not_found("staff", code))?;
    if permission::grant(&staff.roles, method).is_some() {
        Ok(staff)
    } else {
        Err(Refusal::new(RefusalCode::EnquiryCannotHandle).with("staff", code.as_str()))
    }
}

/// The last hand-over of a forwarded enquiry.
fn handover(enquiry: &Enquiry) -> &Handover {
    enquiry
        .handover
        .as_ref()
        .expect("invariant: what was passed on says to whom")
}

/// Whether the hand-over was meant for the actor: by name, or as one of the department where no name was given.
fn is_meant(hall: &Hall, stamp: &Stamp, handover: &Handover) -> bool {
    match &handover.handler {
        Some(handler) => window::acts_for(hall, stamp, handler),
        None => hall
            .acting(stamp)
            .is_ok_and(|actor| actor.department == handover.department),
    }
}

fn must_be_meant(hall: &Hall, stamp: &Stamp, handover: &Handover) -> Result<(), Refusal> {
    if is_meant(hall, stamp, handover) {
        Ok(())
    } else {
        let owner = handover
            .handler
            .as_ref()
            .map_or(handover.department.as_str(), StaffCode::as_str);
        Err(window::not_yours(owner))
    }
}

/// Whoever takes it is its handler; a chief representative who takes it for an absent colleague becomes the handler (R53).
fn take(hall: &Hall, stamp: &Stamp, params: &On) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[EnquiryState::Forwarded], "take")?;
    let handover = handover(enquiry);
    if handover.taken_at.is_some() {
        return Err(Refusal::new(RefusalCode::EnquiryTaken)
            .with("enquiry", enquiry.number.as_str())
            .with("staff", enquiry.responsible().as_str()));
    }
    must_be_meant(hall, stamp, handover)?;
    let actor = hall.acting(stamp)?;
    if actor.code == enquiry.owner {
        return Err(window::not_yours(handover.department.as_str()));
    }
    Ok(EnquiryEvent::Taken {
        enquiry: enquiry.id,
        handler: actor.code.clone(),
        at: stamp.at,
    })
}

/// R56: the wrong handler gives it back within 24 hours of the hand-over, with the reason.
fn give_back(hall: &Hall, stamp: &Stamp, params: &GiveBack) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[EnquiryState::Forwarded], "give_back")?;
    let handover = handover(enquiry);
    must_be_meant(hall, stamp, handover)?;
    words("reason", &params.reason)?;
    if stamp.at > handover.at + TimeDelta::hours(GIVE_BACK_HOURS) {
        return Err(Refusal::new(RefusalCode::EnquiryGiveBackLate)
            .with("enquiry", enquiry.number.as_str())
            .with("hours", GIVE_BACK_HOURS));
    }
    Ok(EnquiryEvent::GivenBack {
        enquiry: enquiry.id,
        reason: Private::clear(enquiry.key, &params.reason),
        forward_due_on: forward_due(hall, stamp.on)?,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R52: the owner's own business; what is not is passed on (R53, R54), or the visitor is told where outside the centre.
fn answer(hall: &Hall, stamp: &Stamp, params: &Answer) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[EnquiryState::Open], "answer")?;
    must_be_settled_by_director(hall, stamp, enquiry)?;
    must_act_for(hall, stamp, &enquiry.owner)?;
    words("text", &params.text)?;
    let outside = private(enquiry, params.outside.as_ref());
    if !enquiry.in_scope && outside.is_none() && !enquiry.is_directors() {
        return Err(
            Refusal::new(RefusalCode::EnquiryOutOfScope).with("enquiry", enquiry.number.as_str())
        );
    }
    Ok(replied(stamp, enquiry, &params.text, outside))
}

/// By the handler; until they took it, also by the owner, with whom it stays till then.
fn reply(hall: &Hall, stamp: &Stamp, params: &Reply) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[EnquiryState::Forwarded], "reply")?;
    let handover = handover(enquiry);
    if !is_meant(hall, stamp, handover) {
        must_act_for(hall, stamp, enquiry.responsible())?;
    }
    words("text", &params.text)?;
    Ok(replied(stamp, enquiry, &params.text, None))
}

fn replied(stamp: &Stamp, enquiry: &Enquiry, text: &str, outside: Option<Private>) -> EnquiryEvent {
    EnquiryEvent::Replied {
        enquiry: enquiry.id,
        text: Private::clear(enquiry.key, text),
        outside,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    }
}

/// R57: the visitor says so, and how is on record; nobody is satisfied on their behalf (V117).
fn confirm(hall: &Hall, stamp: &Stamp, params: &Confirm) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[EnquiryState::Replied], "confirm")?;
    must_be_party(hall, stamp, enquiry)?;
    let confirmed = params.confirmed.ok_or_else(|| {
        Refusal::new(RefusalCode::EnquiryNotConfirmed).with("enquiry", enquiry.number.as_str())
    })?;
    Ok(EnquiryEvent::Confirmed {
        enquiry: enquiry.id,
        confirmed,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

fn reject_reply(hall: &Hall, stamp: &Stamp, params: &RejectReply) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[EnquiryState::Replied], "reject_reply")?;
    must_be_party(hall, stamp, enquiry)?;
    Ok(EnquiryEvent::ReplyRejected {
        enquiry: enquiry.id,
        rejections: enquiry.rejections.saturating_add(1),
        reason: private(enquiry, params.reason.as_ref()),
        forward_due_on: forward_due(hall, stamp.on)?,
        reply_due: reply_due(hall, stamp.on)?,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R57: two attempts on different working days; the second closes it (V116).
fn unreachable(hall: &Hall, stamp: &Stamp, params: &On) -> Result<EnquiryEvent, Refusal> {
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[EnquiryState::Replied], "unreachable")?;
    must_be_party(hall, stamp, enquiry)?;
    let refuse = |code| {
        Err(Refusal::new(code)
            .with("enquiry", enquiry.number.as_str())
            .with("on", stamp.on.to_string()))
    };
    if !hall.calendar().is_working_day(stamp.on) {
        return refuse(RefusalCode::EnquiryDayOff);
    }
    if enquiry.attempts.contains(&stamp.on) {
        return refuse(RefusalCode::EnquirySameDay);
    }
    Ok(EnquiryEvent::Unreachable {
        enquiry: enquiry.id,
        on: stamp.on,
        closed: !enquiry.attempts.is_empty(),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R57: the director, with a reason, once a reply was recorded (V114).
fn close(hall: &Hall, stamp: &Stamp, params: &Close) -> Result<EnquiryEvent, Refusal> {
    use EnquiryState::{Forwarded, Open, Replied};
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[Open, Forwarded, Replied], "close")?;
    words("reason", &params.reason)?;
    if enquiry.replied_at.is_none() {
        return Err(
            Refusal::new(RefusalCode::EnquiryNotReplied).with("enquiry", enquiry.number.as_str())
        );
    }
    Ok(EnquiryEvent::Closed {
        enquiry: enquiry.id,
        reason: Private::clear(enquiry.key, &params.reason),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R57: another owner only because the old one leaves the centre.
fn reassign(hall: &Hall, stamp: &Stamp, params: &Reassign) -> Result<EnquiryEvent, Refusal> {
    use EnquiryState::{Forwarded, Open, Replied};
    let enquiry = find(hall, params.enquiry)?;
    must_be(enquiry, &[Open, Forwarded, Replied], "reassign")?;
    let owner = may_handle(hall, &params.owner, "enquiry.open")?;
    if owner.code == enquiry.owner {
        return Err(Refusal::new(RefusalCode::EnquiryHasIt)
            .with("enquiry", enquiry.number.as_str())
            .with("staff", owner.code.as_str()));
    }
    Ok(EnquiryEvent::Reassigned {
        enquiry: enquiry.id,
        from: enquiry.owner.clone(),
        owner: owner.code.clone(),
        leaving: params.leaving,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}
