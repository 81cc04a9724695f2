//! Who is next: the order of a line (R28), which line a window calls from (R26), how long it takes (R43).
//! Every question is one pass over the tickets in memory without sorting them, so that a call costs the same however the
//! lines are mixed.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{Priority, Rank, Ticket, TicketState};
use crate::rules::{
    hall::Hall,
    id::QueueCode,
    window::{self, Desk, DeskState},
};

/// How many days the fallback of R43 looks back.
const HISTORY_DAYS: u64 = 30;

/// What a queue remembers beside its tickets: the run of priority calls (R28) and how long its services take (R43).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which queue.
    pub queue: QueueCode,
    /// The civil date of `streak` and `served_seconds`.
    pub on: NaiveDate,
    /// Priority calls in a row.
    pub streak: u8,
    /// Seconds of each service that ended that day.
    pub served_seconds: Vec<u32>,
    /// The days before, as far as R43 looks back.
    pub history: BTreeMap<NaiveDate, ServiceDay>,
}

/// The services of one past day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDay {
    /// How many.
    pub count: u32,
    /// Their median in seconds.
    pub median_seconds: u32,
}

fn median(values: &[u32]) -> Option<u32> {
    let mut values = values.to_vec();
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable(middle).1)
}

impl Line {
    /// A queue without a past.
    pub(super) fn new(queue: QueueCode, on: NaiveDate) -> Self {
        Self {
            queue,
            on,
            streak: 0,
            served_seconds: Vec::new(),
            history: BTreeMap::new(),
        }
    }

    /// Begins a new day, where `on` is one: the day before becomes history.
    pub(super) fn turn_to(&mut self, on: NaiveDate) {
        if on <= self.on {
            return;
        }
        if let Some(day) = self.day() {
            self.history.insert(self.on, day);
        }
        self.history.retain(|day, _| is_recent(*day, on));
        self.on = on;
        self.streak = 0;
        self.served_seconds.clear();
    }

    fn day(&self) -> Option<ServiceDay> {
        Some(ServiceDay {
            count: u32::try_from(self.served_seconds.len()).unwrap_or(u32::MAX),
            median_seconds: median(&self.served_seconds)?,
        })
    }

    fn streak_on(&self, on: NaiveDate) -> u8 {
        if self.on == on { self.streak } else { 0 }
    }

    /// The median service of today; before the first one, that of the last 30 days, each day weighing as many services as
    /// it had (R43).
    fn median_seconds(&self, on: NaiveDate) -> Option<u32> {
        let own = self.day();
        if self.on == on && own.is_some() {
            return own.map(|day| day.median_seconds);
        }
        let own = own.map(|day| (self.on, day));
        let past = self.history.iter().map(|(on, day)| (*on, *day)).chain(own);
        let mut days: Vec<ServiceDay> = past
            .filter(|(day, _)| is_recent(*day, on))
            .map(|(_, day)| day)
            .collect();
        days.sort_unstable_by_key(|day| day.median_seconds);
        let half = days
            .iter()
            .map(|day| u64::from(day.count))
            .sum::<u64>()
            .div_ceil(2);
        let mut counted = 0;
        days.iter()
            .find(|day| {
                counted += u64::from(day.count);
                counted >= half
            })
            .map(|day| day.median_seconds)
    }
}

fn is_recent(day: NaiveDate, on: NaiveDate) -> bool {
    day < on
        && on
            .checked_sub_days(Days::new(HISTORY_DAYS))
            .is_none_or(|first| first <= day)
}

/// The run of priority calls after one more call of this class (R28).
pub(super) fn streak_after(hall: &Hall, queue: &QueueCode, on: NaiveDate, class: Priority) -> u8 {
    if class == Priority::Ordinary {
        return 0;
    }
    streak(hall, queue, on).saturating_add(1)
}

/// The run of priority calls as it stands (R28).
pub(super) fn streak(hall: &Hall, queue: &QueueCode, on: NaiveDate) -> u8 {
    hall.lines.get(queue).map_or(0, |line| line.streak_on(on))
}

/// The tickets that wait in a queue, in no order.
fn waiting<'a>(hall: &'a Hall, queue: &'a QueueCode) -> impl Iterator<Item = &'a Ticket> {
    hall.tickets
        .values()
        .filter(move |ticket| ticket.state == TicketState::Waiting && ticket.queue == *queue)
}

/// Whether a desk may call the ticket: it was not sent to another window, or that window has closed or lost its terminal
/// since (R36, R41a).
fn may_call(hall: &Hall, desk: &Desk, ticket: &Ticket) -> bool {
    ticket.wants.as_ref().is_none_or(|wanted| {
        *wanted == desk.window
            || hall
                .desks
                .get(wanted)
                .is_none_or(|desk| matches!(desk.state, DeskState::Closed | DeskState::Lost))
    })
}

/// The first of one line, and the first ordinary one.
#[derive(Default, Clone, Copy)]
struct Heads<'a> {
    any: Option<&'a Ticket>,
    ordinary: Option<&'a Ticket>,
}

fn keep_first<'a>(head: &mut Option<&'a Ticket>, ticket: &'a Ticket) {
    if head.is_none_or(|head| ticket.rank < head.rank) {
        *head = Some(ticket);
    }
}

/// The ticket that a desk calls next (R26, R28): of its first queue with somebody waiting, the first in line; after the
/// starvation guard's run of priority calls in that queue, the first ordinary one.
pub fn next_for<'a>(hall: &'a Hall, desk: &Desk, on: NaiveDate) -> Option<&'a Ticket> {
    let queues = window::queues_served(hall, desk);
    let mut heads = vec![Heads::default(); queues.len()];
    for ticket in hall.tickets.values() {
        if ticket.state != TicketState::Waiting || ticket.on != on || !may_call(hall, desk, ticket)
        {
            continue;
        }
        let Some(place) = queues.iter().position(|queue| **queue == ticket.queue) else {
            continue;
        };
        keep_first(&mut heads[place].any, ticket);
        if ticket.priority == Priority::Ordinary {
            keep_first(&mut heads[place].ordinary, ticket);
        }
    }
    let guard = hall.profile().ticket.starvation_guard;
    queues.iter().zip(heads).find_map(|(queue, heads)| {
        if streak(hall, queue, on) >= guard {
            heads.ordinary.or(heads.any)
        } else {
            heads.any
        }
    })
}

/// The place of a ticket restored now (R33): so many places behind the head of its queue, at the end of a shorter line,
/// and never before the place that it had.
pub(super) fn restored_rank(hall: &Hall, ticket: &Ticket) -> Rank {
    let places = hall.profile().ticket.restore_places;
    let mut line: Vec<Rank> = waiting(hall, &ticket.queue)
        .map(|ticket| ticket.rank)
        .collect();
    line.sort_unstable();
    let Some(ahead) = places
        .checked_sub(1)
        .and_then(|last| line.get(last).or(line.last()))
    else {
        return ticket.rank;
    };
    // Of several restored behind the same ticket the one restored first goes first.
    let behind = line
        .iter()
        .filter(|rank| rank.ticket == ahead.ticket)
        .map(|rank| rank.behind)
        .max()
        .unwrap_or(0);
    ticket.rank.max(Rank {
        behind: behind + 1,
        ..*ahead
    })
}

/// How many people wait before a waiting ticket.
pub fn ahead_of(hall: &Hall, ticket: &Ticket) -> usize {
    waiting(hall, &ticket.queue)
        .filter(|other| other.rank < ticket.rank)
        .count()
}

/// A wait in whole minutes, as a range (R43).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// If a window comes free at once.
    pub low_minutes: u32,
    /// If every window has just begun a service.
    pub high_minutes: u32,
}

/// How long somebody with so many people ahead waits (R43): people ahead times the queue's median service, over the windows
/// that call from it; the upper end waits for one service more. None where no window calls or no service is known.
pub fn estimate(hall: &Hall, queue: &QueueCode, ahead: usize, on: NaiveDate) -> Option<Estimate> {
    let median = u64::from(hall.lines.get(queue)?.median_seconds(on)?);
    let windows = hall
        .desks
        .values()
        .filter(|desk| {
            desk.state == DeskState::Open && window::queues_served(hall, desk).contains(&queue)
        })
        .count() as u64;
    let minutes = |people: u64, round: fn(u64, u64) -> u64| {
        let minutes = round(people.saturating_mul(median), windows.saturating_mul(60));
        u32::try_from(minutes).unwrap_or(u32::MAX)
    };
    (windows > 0).then(|| Estimate {
        low_minutes: minutes(ahead as u64, |seconds, rate| seconds / rate),
        high_minutes: minutes(ahead as u64 + 1, u64::div_ceil),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).expect("a date")
    }

    #[test]
    fn r43_the_median_is_todays_then_that_of_the_last_thirty_days() {
        let mut line = Line::new("a".into(), day(2));
        assert_eq!(line.median_seconds(day(2)), None);
        line.served_seconds.extend([60, 600, 120]);
        assert_eq!(line.median_seconds(day(2)), Some(120));
        assert_eq!(
            line.median_seconds(day(3)),
            Some(120),
            "the last day is history before anybody turns to the next"
        );
        line.turn_to(day(3));
        assert_eq!(line.median_seconds(day(3)), Some(120));
        line.served_seconds.push(900);
        assert_eq!(line.median_seconds(day(3)), Some(900));
        line.turn_to(day(4));
        assert_eq!(
            line.median_seconds(day(4)),
            Some(120),
            "three services weigh more than one"
        );
        let later = NaiveDate::from_ymd_opt(2026, 4, 2).expect("a date");
        assert_eq!(
            line.median_seconds(later),
            Some(900),
            "day 2 is 31 days ago"
        );
        line.turn_to(NaiveDate::from_ymd_opt(2026, 5, 20).expect("a date"));
        assert!(line.history.is_empty());
    }
}
