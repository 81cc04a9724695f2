//! What happened to a ticket, put into the records: the ticket, the desk that has it, the line it stood in.

use super::{Line, Moved, Ticket, TicketEvent, TicketState, issue::counter};
use crate::rules::{
    hall::Hall,
    id::{QueueCode, TicketId, WindowCode},
    serial,
    time::{Instant, hall_date},
    window,
};

/// Applies what happened to a ticket.
pub fn apply(hall: &mut Hall, event: &TicketEvent) {
    match event {
        TicketEvent::Issued { .. } => issued(hall, event),
        TicketEvent::Called { .. } => called(hall, event),
        TicketEvent::Recalled {
            ticket, calls, at, ..
        } => change(hall, *ticket, |ticket| {
            ticket.calls = *calls;
            ticket.called_at = Some(*at);
        }),
        TicketEvent::Started { ticket, at, .. } => {
            change(hall, *ticket, |ticket| {
                ticket.enter(TicketState::Serving, *at);
            });
        }
        TicketEvent::Held { .. } | TicketEvent::Resumed { .. } => held_or_resumed(hall, event),
        TicketEvent::Transferred { .. } => transferred(hall, event),
        TicketEvent::Missed {
            ticket, misses, at, ..
        } => ended(hall, *ticket, TicketState::Missed, *at, |ticket| {
            ticket.misses = *misses;
        }),
        TicketEvent::Restored {
            ticket, rank, at, ..
        } => change(hall, *ticket, |ticket| {
            ticket.enter(TicketState::Waiting, *at);
            ticket.rank = *rank;
            ticket.calls = 0;
            ticket.window = None;
            ticket.staff = None;
        }),
        TicketEvent::Abandoned {
            ticket,
            cause,
            misses,
            reason,
            at,
            ..
        } => ended(hall, *ticket, TicketState::Abandoned, *at, |ticket| {
            ticket.abandoned = Some(*cause);
            ticket.misses = *misses;
            ticket.reason.clone_from(reason);
        }),
        TicketEvent::Cancelled { ticket, at, .. } => {
            ended(hall, *ticket, TicketState::Cancelled, *at, |_| {});
        }
        TicketEvent::Expired { ticket, at, .. } => {
            ended(hall, *ticket, TicketState::Expired, *at, |_| {});
        }
        TicketEvent::Finished { .. } => finished(hall, event),
        TicketEvent::Reprinted { ticket, .. } => {
            change(hall, *ticket, |ticket| {
                ticket.reprints = ticket.reprints.saturating_add(1);
            });
        }
    }
}

impl Ticket {
    fn enter(&mut self, state: TicketState, at: Instant) {
        self.state = state;
        self.since = at;
    }
}

fn change(hall: &mut Hall, id: TicketId, change: impl FnOnce(&mut Ticket)) {
    if let Some(ticket) = hall.tickets.get_mut(&id) {
        change(ticket);
    }
}

/// Takes the ticket from the hands of its window.
fn release(hall: &mut Hall, id: TicketId, at: Instant) {
    let window = hall
        .tickets
        .get(&id)
        .and_then(|ticket| ticket.window.clone());
    if let Some(window) = window {
        window::change(hall, &window, |desk| {
            if desk.in_hand == Some(id) {
                desk.in_hand = None;
                desk.free_since = at;
            }
            desk.held.retain(|held| *held != id);
        });
    }
}

/// The ticket leaves its window and takes a state in which no window has it.
fn ended(
    hall: &mut Hall,
    id: TicketId,
    state: TicketState,
    at: Instant,
    more: impl FnOnce(&mut Ticket),
) {
    release(hall, id, at);
    change(hall, id, |ticket| {
        ticket.enter(state, at);
        ticket.due_at = None;
        more(ticket);
    });
}

fn line_of(hall: &mut Hall, queue: &QueueCode, at: Instant, change: impl FnOnce(&mut Line)) {
    let on = hall_date(at);
    if !hall.lines.contains(queue) {
        hall.lines
            .insert(queue.clone(), Line::new(queue.clone(), on));
    }
    if let Some(line) = hall.lines.get_mut(queue) {
        line.turn_to(on);
        change(line);
    }
}

fn issued(hall: &mut Hall, event: &TicketEvent) {
    let TicketEvent::Issued {
        ticket,
        number,
        prefix,
        serial,
        on,
        queue,
        priority,
        ground,
        rank,
        visitor,
        items,
        at,
        by: _,
    } = event
    else {
        return;
    };
    serial::given(hall, &counter(prefix), *on, *serial);
    let record = Ticket {
        id: *ticket,
        number: number.clone(),
        on: *on,
        queue: queue.clone(),
        priority: *priority,
        ground: *ground,
        rank: *rank,
        state: TicketState::Waiting,
        since: *at,
        issued_at: *at,
        visitor: *visitor,
        items: items.clone(),
        wants: None,
        window: None,
        staff: None,
        calls: 0,
        called_at: None,
        picked: None,
        due_at: None,
        served_seconds: 0,
        misses: 0,
        work: Vec::new(),
        outcome: None,
        abandoned: None,
        reason: None,
        transfers: Vec::new(),
        reprints: 0,
    };
    hall.tickets.insert(*ticket, record);
}

fn take_in_hand(hall: &mut Hall, window: &WindowCode, ticket: TicketId) {
    window::change(hall, window, |desk| {
        desk.in_hand = Some(ticket);
        desk.held.retain(|held| *held != ticket);
    });
}

fn called(hall: &mut Hall, event: &TicketEvent) {
    let TicketEvent::Called {
        ticket,
        queue,
        window,
        staff,
        picked,
        streak,
        at,
        ..
    } = event
    else {
        return;
    };
    change(hall, *ticket, |ticket| {
        ticket.enter(TicketState::Called, *at);
        ticket.window = Some(window.clone());
        ticket.staff.clone_from(staff);
        ticket.picked = *picked;
        ticket.wants = None;
        ticket.calls = 1;
        ticket.called_at = Some(*at);
    });
    take_in_hand(hall, window, *ticket);
    line_of(hall, queue, *at, |line| line.streak = *streak);
}

fn held_or_resumed(hall: &mut Hall, event: &TicketEvent) {
    match event {
        TicketEvent::Held {
            ticket,
            window,
            due_at,
            served_seconds,
            at,
            ..
        } => {
            release(hall, *ticket, *at);
            window::change(hall, window, |desk| desk.held.push(*ticket));
            change(hall, *ticket, |ticket| {
                ticket.enter(TicketState::Held, *at);
                ticket.due_at = Some(*due_at);
                ticket.served_seconds = *served_seconds;
            });
        }
        TicketEvent::Resumed {
            ticket,
            window,
            staff,
            at,
            ..
        } => {
            take_in_hand(hall, window, *ticket);
            change(hall, *ticket, |ticket| {
                ticket.enter(TicketState::Serving, *at);
                ticket.due_at = None;
                ticket.staff.clone_from(staff);
            });
        }
        _ => {}
    }
}

fn transferred(hall: &mut Hall, event: &TicketEvent) {
    let TicketEvent::Transferred {
        ticket,
        from_queue,
        from_window,
        queue,
        window,
        note,
        served_seconds,
        at,
        by,
    } = event
    else {
        return;
    };
    let moved = Moved {
        from_queue: from_queue.clone(),
        from_window: from_window.clone(),
        queue: queue.clone(),
        window: window.clone(),
        note: note.clone(),
        at: *at,
        by: by.clone(),
    };
    ended(hall, *ticket, TicketState::Waiting, *at, |ticket| {
        ticket.queue = queue.clone();
        ticket.wants.clone_from(window);
        ticket.window = None;
        ticket.staff = None;
        ticket.calls = 0;
        ticket.served_seconds = *served_seconds;
        ticket.transfers.push(moved);
    });
}

fn finished(hall: &mut Hall, event: &TicketEvent) {
    let TicketEvent::Finished {
        ticket,
        outcome,
        work,
        reason,
        served_seconds,
        at,
        ..
    } = event
    else {
        return;
    };
    let queue = hall.tickets.get(ticket).map(|ticket| ticket.queue.clone());
    ended(hall, *ticket, TicketState::Done, *at, |ticket| {
        ticket.outcome = Some(*outcome);
        ticket.work.clone_from(work);
        ticket.reason.clone_from(reason);
        ticket.served_seconds = *served_seconds;
    });
    if let Some(queue) = queue {
        line_of(hall, &queue, *at, |line| {
            line.served_seconds.push(*served_seconds);
        });
    }
}
