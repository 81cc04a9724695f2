//! M1 as it is decided: every verb, its guards, and the refusals of all other cells.

use chrono::TimeDelta;

use super::{
    Abandon, AbandonAll, AbandonCause, CallNext, On, Pick, PickReason, Ticket, TicketCommand,
    TicketEvent, TicketState,
    issue::issue,
    leave::{finish, transfer},
    order,
};
use crate::rules::{
    event::Event,
    hall::Hall,
    id::{QueueCode, TicketId, WindowCode},
    people::Private,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
    time::{Instant, hall_time},
    window::{self, Desk},
};

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &TicketCommand) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        TicketCommand::Issue(params) => return issue(hall, stamp, params),
        TicketCommand::CallNext(params) => return call_next(hall, stamp, params),
        TicketCommand::AbandonAll(params) => return abandon_all(hall, stamp, params),
        TicketCommand::Pick(params) => pick(hall, stamp, params)?,
        TicketCommand::Recall(On { ticket }) => recall(hall, stamp, find(hall, *ticket)?)?,
        TicketCommand::Start(On { ticket }) => start(hall, stamp, find(hall, *ticket)?)?,
        TicketCommand::Hold(On { ticket }) => hold(hall, stamp, find(hall, *ticket)?)?,
        TicketCommand::Resume(On { ticket }) => resume(hall, stamp, find(hall, *ticket)?)?,
        TicketCommand::Miss(On { ticket }) => miss(hall, stamp, find(hall, *ticket)?)?,
        TicketCommand::Restore(On { ticket }) => restore(hall, stamp, find(hall, *ticket)?)?,
        TicketCommand::Cancel(On { ticket }) => cancel(stamp, find(hall, *ticket)?)?,
        TicketCommand::Reprint(On { ticket }) => reprint(stamp, find(hall, *ticket)?)?,
        TicketCommand::Abandon(params) => abandon(hall, stamp, params)?,
        TicketCommand::Finish(params) => finish(hall, stamp, params)?,
        TicketCommand::Transfer(params) => transfer(hall, stamp, params)?,
    };
    Ok(vec![event.into()])
}

pub(super) fn find(hall: &Hall, id: TicketId) -> Result<&Ticket, Refusal> {
    hall.tickets.get(&id).ok_or_else(|| not_found("ticket", id))
}

pub(super) fn must_be(
    ticket: &Ticket,
    states: &[TicketState],
    verb: &'static str,
) -> Result<(), Refusal> {
    if states.contains(&ticket.state) {
        Ok(())
    } else {
        Err(refuse_state(ticket, verb))
    }
}

fn refuse_state(ticket: &Ticket, verb: &'static str) -> Refusal {
    let state = ticket.state;
    wrong_state(
        "ticket",
        &ticket.number,
        state.as_str(),
        verb,
        state.verbs(),
    )
}

/// The window that has the ticket, once it is known to be the actor's own (1.1).
pub(super) fn own_window<'a>(
    hall: &Hall,
    stamp: &Stamp,
    ticket: &'a Ticket,
) -> Result<&'a WindowCode, Refusal> {
    let window = ticket
        .window
        .as_ref()
        .expect("invariant: a ticket that was called has its window");
    window::must_be_own(hall, stamp, window)?;
    Ok(window)
}

/// Refuses unless the actor sits at a window that serves the queue: for tickets that no window has in hand.
pub(super) fn must_serve(hall: &Hall, stamp: &Stamp, queue: &QueueCode) -> Result<(), Refusal> {
    let desk = stamp
        .actor
        .staff
        .as_ref()
        .and_then(|staff| window::seat_of(hall, staff))
        .and_then(|seat| hall.desks.get(&seat));
    match desk {
        Some(desk) => desk_must_serve(hall, desk, queue),
        None => Err(window::not_yours(queue.as_str())),
    }
}

pub(super) fn desk_must_serve(hall: &Hall, desk: &Desk, queue: &QueueCode) -> Result<(), Refusal> {
    if window::queues_served(hall, desk).contains(&queue) {
        Ok(())
    } else {
        Err(Refusal::new(RefusalCode::TicketQueueNotServed)
            .with("window", desk.window.as_str())
            .with("queue", queue.as_str()))
    }
}

/// A note about the ticket, sealed for its visitor or, where there is none, under a slot of its own.
pub(super) fn note(
    hall: &Hall,
    stamp: &Stamp,
    ticket: &Ticket,
    text: Option<&String>,
) -> Option<Private> {
    let slot = ticket
        .visitor
        .and_then(|visitor| hall.people.get(&visitor))
        .map_or(stamp.first_slot, |person| person.key);
    text.filter(|text| !text.trim().is_empty())
        .map(|text| Private::clear(slot, text))
}

/// Seconds served so far, the present service included.
pub(super) fn served_seconds(ticket: &Ticket, at: Instant) -> u32 {
    let now = match ticket.state {
        TicketState::Serving => (at - ticket.since).num_seconds().max(0),
        _ => 0,
    };
    ticket
        .served_seconds
        .saturating_add(u32::try_from(now).unwrap_or(u32::MAX))
}

fn called(
    hall: &Hall,
    stamp: &Stamp,
    desk: &Desk,
    ticket: &Ticket,
    picked: Option<PickReason>,
) -> TicketEvent {
    TicketEvent::Called {
        ticket: ticket.id,
        queue: ticket.queue.clone(),
        window: desk.window.clone(),
        staff: desk.staff.clone(),
        picked,
        streak: order::streak_after(hall, &ticket.queue, stamp.on, ticket.priority),
        on: stamp.on,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    }
}

/// R31: the first eligible ticket goes to exactly one window; commands are decided one after the other, so the second of two
/// windows finds the next ticket or nobody.
fn call_next(hall: &Hall, stamp: &Stamp, params: &CallNext) -> Result<Vec<Event>, Refusal> {
    let desk = window::calling(hall, &params.window)?;
    window::must_be_own(hall, stamp, &params.window)?;
    window::must_be_free(hall, desk)?;
    Ok(order::next_for(hall, desk, stamp.on)
        .map(|ticket| called(hall, stamp, desk, ticket, None).into())
        .into_iter()
        .collect())
}

/// R38: out of order, with a reason; the director may order it for any window.
fn pick(hall: &Hall, stamp: &Stamp, params: &Pick) -> Result<TicketEvent, Refusal> {
    let ticket = find(hall, params.ticket)?;
    if let (TicketState::Called | TicketState::Serving | TicketState::Held, Some(window)) =
        (ticket.state, &ticket.window)
    {
        return Err(Refusal::new(RefusalCode::TicketTaken)
            .with("ticket", ticket.number.as_str())
            .with("window", window.as_str())
            .with("state", ticket.state.as_str()));
    }
    must_be(ticket, &[TicketState::Waiting], "pick")?;
    let desk = window::calling(hall, &params.window)?;
    if !window::is_director(hall, stamp) {
        window::must_be_own(hall, stamp, &params.window)?;
    }
    window::must_be_free(hall, desk)?;
    desk_must_serve(hall, desk, &ticket.queue)?;
    Ok(called(hall, stamp, desk, ticket, Some(params.reason)))
}

/// R32: so many calls in all, so many seconds apart.
fn recall(hall: &Hall, stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    must_be(ticket, &[TicketState::Called], "recall")?;
    own_window(hall, stamp, ticket)?;
    let rules = &hall.profile().ticket;
    if ticket.calls >= rules.calls_max {
        return Err(Refusal::new(RefusalCode::TicketCallsUsed)
            .with("ticket", ticket.number.as_str())
            .with("calls", ticket.calls));
    }
    let gap = TimeDelta::seconds(i64::from(rules.recall_gap_seconds));
    let ready = ticket.called_at.map_or(stamp.at, |called| called + gap);
    if stamp.at < ready {
        // Rounded up, so that waiting the seconds named is enough.
        let seconds = ((ready - stamp.at).num_milliseconds() + 999) / 1000;
        return Err(Refusal::new(RefusalCode::TicketRecallTooSoon)
            .with("ticket", ticket.number.as_str())
            .with("gap", rules.recall_gap_seconds)
            .with("seconds", seconds));
    }
    Ok(TicketEvent::Recalled {
        ticket: ticket.id,
        calls: ticket.calls + 1,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

fn start(hall: &Hall, stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    must_be(ticket, &[TicketState::Called], "start")?;
    own_window(hall, stamp, ticket)?;
    Ok(TicketEvent::Started {
        ticket: ticket.id,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R35: so many tickets a window, so many minutes.
fn hold(hall: &Hall, stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    must_be(ticket, &[TicketState::Serving], "hold")?;
    let window = own_window(hall, stamp, ticket)?;
    let rules = &hall.profile().ticket;
    let held = hall.desks.get(window).map_or(0, |desk| desk.held.len());
    if held >= rules.held_max {
        return Err(Refusal::new(RefusalCode::TicketHeldMax)
            .with("window", window.as_str())
            .with("held", held));
    }
    Ok(TicketEvent::Held {
        ticket: ticket.id,
        window: window.clone(),
        due_at: stamp.at + TimeDelta::minutes(i64::from(rules.held_minutes)),
        served_seconds: served_seconds(ticket, stamp.at),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R35: back to the same window, which must be open and free.
fn resume(hall: &Hall, stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    must_be(ticket, &[TicketState::Held], "resume")?;
    let window = own_window(hall, stamp, ticket)?;
    let desk = window::calling(hall, window)?;
    window::must_be_free(hall, desk)?;
    Ok(TicketEvent::Resumed {
        ticket: ticket.id,
        window: window.clone(),
        staff: desk.staff.clone(),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R32: after the last unanswered call. R33: the second time it is given up.
fn miss(hall: &Hall, stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    must_be(ticket, &[TicketState::Called], "miss")?;
    own_window(hall, stamp, ticket)?;
    let left = hall.profile().ticket.calls_max.saturating_sub(ticket.calls);
    if left > 0 {
        return Err(Refusal::new(RefusalCode::TicketCallsLeft)
            .with("ticket", ticket.number.as_str())
            .with("calls", ticket.calls)
            .with("left", left));
    }
    Ok(missed(stamp, ticket, None))
}

/// What missing a ticket means: missed, the second time abandoned (R33).
pub(super) fn missed(stamp: &Stamp, ticket: &Ticket, due_at: Option<Instant>) -> TicketEvent {
    let misses = ticket.misses.saturating_add(1);
    let (ticket, on, at, by) = (ticket.id, stamp.on, stamp.at, stamp.actor.staff.clone());
    if misses > 1 {
        TicketEvent::Abandoned {
            ticket,
            cause: AbandonCause::SecondMiss,
            misses,
            reason: None,
            on,
            due_at,
            at,
            by,
        }
    } else {
        TicketEvent::Missed {
            ticket,
            misses,
            on,
            due_at,
            at,
            by,
        }
    }
}

/// R33: once, on the same day, by whoever the person turns to.
fn restore(hall: &Hall, stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    if ticket.abandoned == Some(AbandonCause::SecondMiss) {
        return Err(
            Refusal::new(RefusalCode::TicketRestoredBefore).with("ticket", ticket.number.as_str())
        );
    }
    must_be(ticket, &[TicketState::Missed], "restore")?;
    if ticket.on != stamp.on {
        return Err(Refusal::new(RefusalCode::TicketOtherDay)
            .with("ticket", ticket.number.as_str())
            .with("on", ticket.on.to_string()));
    }
    Ok(TicketEvent::Restored {
        ticket: ticket.id,
        rank: order::restored_rank(hall, ticket),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R34: called or held by the own window, missed by a window of the queue; those who wait only by the director, at close.
fn abandon(hall: &Hall, stamp: &Stamp, params: &Abandon) -> Result<TicketEvent, Refusal> {
    let ticket = find(hall, params.ticket)?;
    let cause = match ticket.state {
        TicketState::Waiting if window::is_director(hall, stamp) => {
            must_be_closing(hall, stamp)?;
            AbandonCause::Closing
        }
        TicketState::Waiting => {
            return Err(Refusal::new(RefusalCode::TicketAbandonWaiting)
                .with("ticket", ticket.number.as_str()));
        }
        TicketState::Called | TicketState::Held => {
            // R41a: what a lost window leaves behind is also the director's.
            let is_left = ticket
                .window
                .as_ref()
                .is_some_and(|window| window::is_lost(hall, window));
            if !(is_left && window::is_director(hall, stamp)) {
                own_window(hall, stamp, ticket)?;
            }
            AbandonCause::Clerk
        }
        TicketState::Missed => {
            must_serve(hall, stamp, &ticket.queue)?;
            AbandonCause::Clerk
        }
        _ => return Err(refuse_state(ticket, "abandon")),
    };
    Ok(abandoned(
        hall,
        stamp,
        ticket,
        cause,
        params.reason.as_ref(),
    ))
}

fn abandoned(
    hall: &Hall,
    stamp: &Stamp,
    ticket: &Ticket,
    cause: AbandonCause,
    reason: Option<&String>,
) -> TicketEvent {
    TicketEvent::Abandoned {
        ticket: ticket.id,
        cause,
        misses: ticket.misses,
        reason: note(hall, stamp, ticket, reason),
        on: stamp.on,
        due_at: None,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    }
}

fn must_be_closing(hall: &Hall, stamp: &Stamp) -> Result<(), Refusal> {
    let close = hall.profile().hours.close;
    if hall_time(stamp.at).time() >= close {
        Ok(())
    } else {
        Err(Refusal::new(RefusalCode::TicketBeforeClose)
            .with("close", close.format("%H:%M").to_string()))
    }
}

/// R34: the batch of the director at close.
fn abandon_all(hall: &Hall, stamp: &Stamp, params: &AbandonAll) -> Result<Vec<Event>, Refusal> {
    if let Some(queue) = &params.queue
        && !hall.queues.contains(queue)
    {
        return Err(not_found("queue", queue));
    }
    must_be_closing(hall, stamp)?;
    Ok(hall
        .tickets
        .values()
        .filter(|ticket| ticket.state == TicketState::Waiting)
        .filter(|ticket| {
            params
                .queue
                .as_ref()
                .is_none_or(|queue| *queue == ticket.queue)
        })
        .map(|ticket| abandoned(hall, stamp, ticket, AbandonCause::Closing, None).into())
        .collect())
}

fn cancel(stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    use TicketState::{Called, Held, Missed, Waiting};
    must_be(ticket, &[Waiting, Called, Held, Missed], "cancel")?;
    Ok(TicketEvent::Cancelled {
        ticket: ticket.id,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// R47: the same number, marked 补打 on paper, as long as the visit lasts.
fn reprint(stamp: &Stamp, ticket: &Ticket) -> Result<TicketEvent, Refusal> {
    if !ticket.is_open() {
        return Err(refuse_state(ticket, "reprint"));
    }
    Ok(TicketEvent::Reprinted {
        ticket: ticket.id,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}
