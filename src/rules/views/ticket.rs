//! A ticket as others see it: number, place in line and expected wait (R43), window; and the day's figures (R49).

use chrono::{NaiveDate, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PersonView, Reading, Viewer};
use crate::rules::{
    hall::Hall,
    id::{ItemCode, QueueCode, StaffCode, TicketId, WindowCode},
    need,
    ticket::{
        self, AbandonCause, Ground, Outcome, PickReason, Priority, Ticket, TicketState, Work,
    },
    time::{Instant, wire, wire_option},
};

/// An expected wait in minutes, as a range; null where it is not known (R43).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wait {
    /// At least.
    pub low_minutes: Option<u32>,
    /// At most.
    pub high_minutes: Option<u32>,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketView {
    /// Id.
    pub id: TicketId,
    /// The number on the paper.
    pub number: String,
    /// The civil date it holds for.
    #[schemars(with = "String")]
    pub on: NaiveDate,
    /// In which queue.
    pub queue: QueueCode,
    /// Its state.
    pub state: TicketState,
    /// Since when.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub since: Instant,
    /// How many wait before it; null once it does not wait.
    pub ahead: Option<usize>,
    /// How long it may still wait.
    pub wait: Wait,
    /// Its class.
    pub priority: Priority,
    /// On what ground, as far as the viewer may know it (R227).
    pub ground: Option<Ground>,
    /// When it was issued.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub issued_at: Instant,
    /// Who holds it.
    pub visitor: Option<PersonView>,
    /// What they came for.
    pub items: Vec<ItemCode>,
    /// The window that has it or had it last; while it waits, the one it was sent to.
    pub window: Option<WindowCode>,
    /// That window's name, as it is called out.
    pub window_name: Option<String>,
    /// Who called it.
    pub staff: Option<StaffCode>,
    /// How often it was called.
    pub calls: u8,
    /// When it may be called again (R32); null when it may not.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub recall_at: Option<Instant>,
    /// Why it was called out of order (R38).
    pub picked: Option<PickReason>,
    /// Until when it is held (R35).
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub due_at: Option<Instant>,
    /// How often it was missed.
    pub misses: u8,
    /// What was opened for it (R39).
    pub work: Vec<Work>,
    /// What the visit came to.
    pub outcome: Option<Outcome>,
    /// Why it was given up.
    pub abandoned: Option<AbandonCause>,
    /// What was noted at the end.
    pub reason: Option<String>,
    /// How often it was transferred.
    pub transfers: usize,
    /// How often its paper was printed again (R47).
    pub reprints: u16,
}

/// The ground of a priority as far as the viewer may know it: sensitive ones only who serves the person (R227).
fn ground_of(reading: &Reading<'_>, ticket: &Ticket) -> Option<Ground> {
    ticket
        .ground
        .filter(|ground| !ground.is_sensitive() || reading.at_hand())
}

/// The ticket as the viewer sees it.
pub fn of(hall: &Hall, viewer: &Viewer, ticket: &Ticket) -> TicketView {
    let ahead = (ticket.state == TicketState::Waiting).then(|| ticket::ahead_of(hall, ticket));
    let window = ticket.window.as_ref().or(ticket.wants.as_ref());
    let reading = Reading::of_ticket(hall, viewer, ticket);
    TicketView {
        id: ticket.id,
        number: ticket.number.clone(),
        on: ticket.on,
        queue: ticket.queue.clone(),
        state: ticket.state,
        since: ticket.since,
        ahead,
        wait: ahead.map_or_else(Wait::default, |ahead| wait(hall, ticket, ahead)),
        priority: ticket.priority,
        ground: ground_of(&reading, ticket),
        issued_at: ticket.issued_at,
        visitor: ticket.visitor.and_then(|visitor| reading.person(visitor)),
        items: ticket.items.clone(),
        window: window.cloned(),
        window_name: window
            .and_then(|window| hall.windows.get(window))
            .map(|window| window.name.clone()),
        staff: ticket.staff.clone(),
        calls: ticket.calls,
        recall_at: recall_at(hall, ticket),
        picked: ticket.picked,
        due_at: ticket.due_at,
        misses: ticket.misses,
        work: ticket.work.clone(),
        outcome: ticket.outcome,
        abandoned: ticket.abandoned,
        reason: viewer
            .member(hall)
            .filter(|staff| need::served(hall, staff, ticket))
            .and_then(|_| reading.some_words(ticket.reason.as_ref())),
        transfers: ticket.transfers.len(),
        reprints: ticket.reprints,
    }
}

fn wait(hall: &Hall, ticket: &Ticket, ahead: usize) -> Wait {
    let estimate = ticket::estimate(hall, &ticket.queue, ahead, ticket.on);
    Wait {
        low_minutes: estimate.map(|estimate| estimate.low_minutes),
        high_minutes: estimate.map(|estimate| estimate.high_minutes),
    }
}

fn recall_at(hall: &Hall, ticket: &Ticket) -> Option<Instant> {
    let rules = &hall.profile().ticket;
    let gap = TimeDelta::seconds(i64::from(rules.recall_gap_seconds));
    (ticket.state == TicketState::Called && ticket.calls < rules.calls_max)
        .then(|| ticket.called_at.map(|called| called + gap))
        .flatten()
}

/// `ticket.list`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TicketFilter {
    /// Of this civil date.
    #[schemars(with = "Option<String>")]
    pub on: Option<NaiveDate>,
    /// In one of these states.
    pub states: Vec<TicketState>,
    /// In this queue.
    pub queue: Option<QueueCode>,
    /// At this window, or sent to it.
    pub window: Option<WindowCode>,
    /// Of this class (R29: the inspector lists courtesy).
    pub priority: Option<Priority>,
    /// On this ground; sensitive ones only where the viewer may know them (R227).
    pub ground: Option<Ground>,
    /// Called out of order, or not (R38: the inspector lists them daily).
    pub picked: Option<bool>,
    /// With this number.
    pub number: Option<String>,
}

impl TicketFilter {
    /// Whether the ticket is asked for.
    pub fn matches(&self, hall: &Hall, viewer: &Viewer, ticket: &Ticket) -> bool {
        let window = ticket.window.as_ref().or(ticket.wants.as_ref());
        self.on.is_none_or(|on| on == ticket.on)
            && (self.states.is_empty() || self.states.contains(&ticket.state))
            && self
                .queue
                .as_ref()
                .is_none_or(|queue| *queue == ticket.queue)
            && (self.window.is_none() || self.window.as_ref() == window)
            && self
                .priority
                .is_none_or(|priority| priority == ticket.priority)
            && (self.ground.is_none()
                || self.ground == ground_of(&Reading::of_ticket(hall, viewer, ticket), ticket))
            && self
                .picked
                .is_none_or(|picked| picked == ticket.picked.is_some())
            && self
                .number
                .as_ref()
                .is_none_or(|number| *number == ticket.number)
    }
}

/// The tickets of a day in figures (R49): issued = done + abandoned + cancelled + expired + open, always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Issued.
    pub issued: u32,
    /// Finished.
    pub done: u32,
    /// Given up.
    pub abandoned: u32,
    /// Given back by the applicant.
    pub cancelled: u32,
    /// Not served by the end of the day.
    pub expired: u32,
    /// Not ended yet.
    pub open: u32,
    /// Missed at least once, whatever became of them.
    pub missed: u32,
}

impl Tally {
    /// The figures of these tickets.
    pub fn of<'a>(tickets: impl IntoIterator<Item = &'a Ticket>) -> Self {
        let mut tally = Self::default();
        for ticket in tickets {
            tally.issued += 1;
            tally.missed += u32::from(ticket.misses > 0);
            match ticket.state {
                TicketState::Done => tally.done += 1,
                TicketState::Abandoned => tally.abandoned += 1,
                TicketState::Cancelled => tally.cancelled += 1,
                TicketState::Expired => tally.expired += 1,
                TicketState::Waiting
                | TicketState::Called
                | TicketState::Serving
                | TicketState::Held
                | TicketState::Missed => tally.open += 1,
            }
        }
        tally
    }

    /// Whether the figures add up (R49, R219).
    pub fn balances(&self) -> bool {
        self.issued == self.done + self.abandoned + self.cancelled + self.expired + self.open
    }
}
