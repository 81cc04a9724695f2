//! How a ticket leaves its window: finished with what it came to (R39), or sent on (R36).

use super::{
    Finish, Outcome, Ticket, TicketEvent, TicketState, Transfer, Work, order,
    verbs::{desk_must_serve, find, must_be, must_serve, note, own_window, served_seconds},
};
use crate::rules::{
    hall::Hall,
    id::{QueueCode, StaffCode, WindowCode},
    refusal::{Refusal, RefusalCode, not_found},
    stamp::Stamp,
    time::{Instant, at_hall_time},
    window,
};

/// R39: what the visit came to; nothing needs a reason. R42: the minutes after close are counted.
pub(super) fn finish(hall: &Hall, stamp: &Stamp, params: &Finish) -> Result<TicketEvent, Refusal> {
    let ticket = find(hall, params.ticket)?;
    must_be(ticket, &[TicketState::Serving], "finish")?;
    own_window(hall, stamp, ticket)?;
    let mut work = ticket.work.clone();
    for more in &params.refs {
        more.must_exist(hall)?;
        if !work.contains(more) {
            work.push(*more);
        }
    }
    let outcome = outcome(params, &work)?;
    let reason = note(hall, stamp, ticket, params.reason.as_ref());
    if outcome == Outcome::Nothing && reason.is_none() {
        return Err(
            Refusal::new(RefusalCode::TicketReasonMissing).with("ticket", ticket.number.as_str())
        );
    }
    let close = at_hall_time(ticket.on, hall.profile().hours.close);
    let overtime = (stamp.at - ticket.since.max(close)).num_minutes().max(0);
    Ok(TicketEvent::Finished {
        ticket: ticket.id,
        outcome,
        work,
        reason,
        served_seconds: served_seconds(ticket, stamp.at),
        overtime_minutes: u32::try_from(overtime).unwrap_or(u32::MAX),
        on: stamp.on,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// The outcome asked for, which must agree with the work; else that of the work, a case before an order before an enquiry.
fn outcome(params: &Finish, work: &[Work]) -> Result<Outcome, Refusal> {
    let among = |outcome: Outcome| work.iter().any(|work| work.outcome() == outcome);
    let told = [Outcome::Case, Outcome::Proxy, Outcome::Enquiry]
        .into_iter()
        .find(|outcome| among(*outcome))
        .unwrap_or(Outcome::Nothing);
    match params.outcome {
        None => Ok(told),
        Some(Outcome::Nothing) if work.is_empty() => Ok(Outcome::Nothing),
        Some(outcome) if among(outcome) => Ok(outcome),
        Some(outcome) => Err(Refusal::new(RefusalCode::TicketOutcomeDiffers)
            .with("outcome", outcome.as_str())
            .with("told", told.as_str())),
    }
}

/// R36: to another queue or window, with its number, its time and its place.
pub(super) fn transfer(
    hall: &Hall,
    stamp: &Stamp,
    params: &Transfer,
) -> Result<TicketEvent, Refusal> {
    use TicketState::{Called, Serving, Waiting};
    let ticket = find(hall, params.ticket)?;
    must_be(ticket, &[Waiting, Called, Serving], "transfer")?;
    let from_window = if ticket.state == Waiting {
        must_serve(hall, stamp, &ticket.queue)?;
        None
    } else {
        Some(own_window(hall, stamp, ticket)?.clone())
    };
    let queue = destination(hall, ticket, params)?;
    Ok(TicketEvent::Transferred {
        ticket: ticket.id,
        from_queue: ticket.queue.clone(),
        from_window,
        queue,
        window: params.window.clone(),
        note: note(hall, stamp, ticket, params.note.as_ref()),
        served_seconds: served_seconds(ticket, stamp.at),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// What becomes of the ticket in hand of a window that lost its terminal, when nobody comes back to it (R41a): it is sent on
/// to another window, or back to its place in the queue. What was served counts until the loss.
pub(in crate::rules) fn sent_on(
    ticket: &Ticket,
    stamp: &Stamp,
    window: Option<&WindowCode>,
    lost_at: Instant,
) -> TicketEvent {
    TicketEvent::Transferred {
        ticket: ticket.id,
        from_queue: ticket.queue.clone(),
        from_window: ticket.window.clone(),
        queue: ticket.queue.clone(),
        window: window.cloned(),
        note: None,
        served_seconds: served_seconds(ticket, lost_at),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    }
}

/// The call of a ticket that goes with its clerk to another window (R41a): no new call in the order of its queue (R28).
pub(in crate::rules) fn called_along(
    hall: &Hall,
    ticket: &Ticket,
    stamp: &Stamp,
    window: &WindowCode,
    staff: &StaffCode,
) -> TicketEvent {
    TicketEvent::Called {
        ticket: ticket.id,
        queue: ticket.queue.clone(),
        window: window.clone(),
        staff: Some(staff.clone()),
        picked: ticket.picked,
        streak: order::streak(hall, &ticket.queue, stamp.on),
        on: stamp.on,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    }
}

/// Where a transfer leads: the queue named, else the ticket's own if the window serves it, else the window's first. A window
/// must be signed on and serve the queue; a transfer that leads nowhere else is refused.
fn destination(hall: &Hall, ticket: &Ticket, params: &Transfer) -> Result<QueueCode, Refusal> {
    let nowhere =
        || Refusal::new(RefusalCode::TicketNowhere).with("ticket", ticket.number.as_str());
    if let Some(queue) = &params.queue
        && !hall.queues.contains(queue)
    {
        return Err(not_found("queue", queue));
    }
    let Some(wanted) = &params.window else {
        return match &params.queue {
            Some(queue) if *queue != ticket.queue => Ok(queue.clone()),
            _ => Err(nowhere()),
        };
    };
    window::window(hall, wanted)?;
    let desk = hall
        .desks
        .get(wanted)
        .filter(|desk| desk.is_open())
        .ok_or_else(|| Refusal::new(RefusalCode::WindowClosed).with("window", wanted.as_str()))?;
    if window::is_lost(hall, wanted) {
        return Err(window::lost_refusal(desk));
    }
    let here = ticket.state != TicketState::Waiting && ticket.window.as_ref() == Some(wanted);
    if here || (ticket.wants.as_ref() == Some(wanted) && params.queue.is_none()) {
        return Err(nowhere());
    }
    if let Some(queue) = &params.queue {
        desk_must_serve(hall, desk, queue)?;
        return Ok(queue.clone());
    }
    let served = window::queues_served(hall, desk);
    if served.contains(&&ticket.queue) {
        return Ok(ticket.queue.clone());
    }
    served
        .first()
        .map(|queue| (*queue).clone())
        .ok_or_else(nowhere)
}
