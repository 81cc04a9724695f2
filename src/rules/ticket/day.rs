//! What time alone does to tickets: held too long is missed (R35), and the day's end expires what still waits (R33, R42).

use chrono::NaiveDate;

use super::{Ticket, TicketEvent, TicketState, verbs};
use crate::rules::{event::Event, hall::Hall, id::TicketId, stamp::Stamp, time::Instant, window};

/// The held tickets with their instants; a window holds a few at most (R35), so this is cheap however many tickets there are.
fn held(hall: &Hall) -> impl Iterator<Item = (Instant, &Ticket)> {
    hall.desks
        .values()
        .flat_map(|desk| &desk.held)
        .filter_map(|ticket| hall.tickets.get(ticket))
        .filter(|ticket| ticket.state == TicketState::Held)
        .filter_map(|ticket| ticket.due_at.map(|due| (due, ticket)))
}

/// The earliest instant at which a ticket changes by itself.
pub fn next_instant(hall: &Hall) -> Option<Instant> {
    held(hall).map(|(due, _)| due).min()
}

/// Tickets held too long by an instant (R35), by id.
pub fn at_instant(hall: &Hall, stamp: &Stamp, at: Instant) -> Vec<Event> {
    let mut due: Vec<(TicketId, Instant, &Ticket)> = held(hall)
        .filter(|(due, _)| *due <= at)
        .map(|(due, ticket)| (ticket.id, due, ticket))
        .collect();
    due.sort_unstable_by_key(|(id, ..)| *id);
    due.into_iter()
        .map(|(_, due, ticket)| verbs::missed(stamp, ticket, Some(due)).into())
        .collect()
}

/// The end of a civil date: tickets that were not served expire (R33, R42), by id, then windows that nobody signed off
/// close. A ticket in service stays (R42), unless its window lost its terminal: nobody is served there (R41a).
pub fn day_closed(hall: &Hall, stamp: &Stamp, on: NaiveDate) -> Vec<Event> {
    let expired = hall
        .tickets
        .values()
        .filter(|ticket| ticket.on <= on && ticket.is_open())
        .filter(|ticket| {
            let window = ticket.window.as_ref();
            ticket.state != TicketState::Serving
                || window.is_some_and(|window| window::is_lost(hall, window))
        })
        .map(|ticket| {
            Event::from(TicketEvent::Expired {
                ticket: ticket.id,
                on,
                at: stamp.at,
            })
        });
    let serving = |id: TicketId| {
        hall.tickets
            .get(&id)
            .is_some_and(|ticket| ticket.state == TicketState::Serving)
    };
    expired
        .chain(window::day_closed(hall, stamp, serving))
        .collect()
}
