//! The lines and windows a second time, told from the journal's events alone: who waits where, who is called next (R26–R28, R33,
//! R36), which window has whom (R31, R35, R37), what a number is (R24). Every event is checked against this before it is taken.

use std::collections::{BTreeMap, BTreeSet};

use banshi::rules::hall::Hall;
use banshi::rules::id::WindowCode;
use banshi::rules::time::{Instant, hall_date};
use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use super::book::{when, word};

/// Priority calls in a row after which an ordinary ticket goes first (R28).
const GUARD: u64 = 3;
/// Places behind the head for a restored ticket (R33).
const RESTORE_PLACES: usize = 3;
/// Tickets that a window may hold (R35).
const HELD_MAX: usize = 2;

/// Where a ticket stands: class, time of issue, number of entry, and how many were put behind the same one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    class: u8,
    issued_at: Instant,
    ticket: (u64, u64),
    behind: u64,
}

impl Place {
    fn read(rank: &Value) -> Self {
        Self {
            class: class(word(rank, "class")),
            issued_at: when(rank, "issued_at"),
            ticket: number(word(rank, "ticket")),
            behind: rank["behind"].as_u64().unwrap(),
        }
    }
}

fn class(priority: &str) -> u8 {
    let classes = ["green_channel", "courtesy", "booked", "ordinary"];
    let place = classes.iter().position(|one| *one == priority);
    u8::try_from(place.expect("a class of R27")).unwrap()
}

/// The entry of an id, and which of its kind in that entry.
fn number(id: &str) -> (u64, u64) {
    let (seq, nth) = id[1..].split_once('.').unwrap_or((&id[1..], "1"));
    (seq.parse().unwrap(), nth.parse().unwrap())
}

#[derive(Debug)]
struct Slip {
    on: NaiveDate,
    queue: String,
    class: u8,
    place: Place,
    state: &'static str,
    window: Option<String>,
    wants: Option<String>,
    calls: u64,
    called_at: Instant,
    misses: u64,
}

#[derive(Debug, Default, Clone)]
struct Post {
    staff: Option<String>,
    paused: bool,
    /// Its terminal is gone, and the lease has run out.
    lost: bool,
    in_hand: Option<String>,
    held: Vec<String>,
}

/// Tickets and windows.
pub(super) struct Queue {
    served: BTreeMap<String, Vec<String>>,
    slips: BTreeMap<String, Slip>,
    open: BTreeSet<String>,
    posts: BTreeMap<String, Post>,
    streaks: BTreeMap<(String, NaiveDate), u64>,
    serials: BTreeMap<(String, NaiveDate), u64>,
    date: Option<NaiveDate>,
    pub(super) calls: usize,
    pub(super) restored: usize,
}

impl Queue {
    /// No ticket yet; which window serves which queues, in their order.
    pub(super) fn new(served: BTreeMap<String, Vec<String>>) -> Self {
        Self {
            served,
            slips: BTreeMap::new(),
            open: BTreeSet::new(),
            posts: BTreeMap::new(),
            streaks: BTreeMap::new(),
            serials: BTreeMap::new(),
            date: None,
            calls: 0,
            restored: 0,
        }
    }

    pub(super) fn issued(&self) -> usize {
        self.slips.len()
    }

    /// The state of a ticket.
    pub(super) fn state_of(&self, ticket: &str) -> Option<&'static str> {
        self.slips.get(ticket).map(|slip| slip.state)
    }

    /// An entry of somebody's begins: what ended with the days before is over (R33, R42).
    pub(super) fn entry(&mut self, at: Instant) {
        let today = hall_date(at);
        if self.date.replace(today) == Some(today) {
            return;
        }
        for id in &self.open {
            let slip = &self.slips[id];
            assert!(
                slip.on >= today || slip.state == "serving",
                "R42: {id} of {} is still {} on {today}",
                slip.on,
                slip.state
            );
        }
    }

    /// Somebody who waits in a queue, or in any.
    pub(super) fn waiting_in(&self, queue: Option<&str>) -> Option<&str> {
        let waits = |id: &&String| {
            let slip = &self.slips[*id];
            slip.state == "waiting" && queue.is_none_or(|queue| slip.queue == queue)
        };
        self.open.iter().find(waits).map(String::as_str)
    }

    /// Who would be called to a window on a day: sorted, then the first.
    pub(super) fn next_for(&self, window: &str, on: NaiveDate) -> Option<&str> {
        let closed = |window: &String| {
            let post = self.posts.get(window);
            post.is_none_or(|post| post.staff.is_none() || post.lost)
        };
        let queues = self.served.get(window)?;
        queues.iter().find_map(|queue| {
            let mut line: Vec<(&Place, &str, u8)> = self
                .open
                .iter()
                .map(|id| (id, &self.slips[id]))
                .filter(|(_, slip)| {
                    slip.state == "waiting" && slip.queue == *queue && slip.on == on
                })
                .filter(|(_, slip)| {
                    slip.wants
                        .as_ref()
                        .is_none_or(|wanted| wanted == window || closed(wanted))
                })
                .map(|(id, slip)| (&slip.place, id.as_str(), slip.class))
                .collect();
            line.sort();
            let run = self.streaks.get(&(queue.clone(), on)).copied().unwrap_or(0);
            let ordinary = line.iter().find(|(.., class)| *class == 3);
            let first = if run >= GUARD {
                ordinary.or(line.first())
            } else {
                line.first()
            };
            first.map(|(_, id, _)| *id)
        })
    }

    /// Takes an event of a ticket or a window, after checking it; nothing for others. A call that comes along with something
    /// else, as with a clerk who sits down at another window, is of a ticket that they had already.
    pub(super) fn take(&mut self, name: &str, event: &Value, at: Instant, alone: bool) {
        match name {
            "ticket_called" if alone => {
                self.is_next(event, at);
                self.call(event, at);
            }
            "ticket_issued" => self.issue(event, at),
            "ticket_called" => self.call(event, at),
            "ticket_recalled" => self.recall(event, at),
            "ticket_started" => drop(self.step(event, &["called"], "serving")),
            "ticket_held" => self.hold(event, at),
            "ticket_resumed" => self.resume(event),
            "ticket_transferred" => self.transfer(event),
            "ticket_missed" => self.miss(event),
            "ticket_restored" => self.restore(event, at),
            "ticket_abandoned" => {
                self.leave(event, &["waiting", "called", "held", "missed"], "abandoned");
            }
            "ticket_cancelled" => {
                self.leave(event, &["waiting", "called", "held", "missed"], "cancelled");
            }
            "ticket_expired" => {
                self.leave(event, &["waiting", "called", "held", "missed"], "expired");
            }
            "ticket_finished" => self.leave(event, &["serving"], "done"),
            "window_signed_on" => self.sign_on(event),
            "window_signed_off" => {
                let post = self.post(event);
                let free = post.in_hand.is_none() || post.lost;
                assert!(free, "R41: signed off with a ticket in hand: {event}");
                assert!(post.staff.is_some(), "R41: signed off twice: {event}");
                post.staff = None;
                (post.paused, post.lost) = (false, false);
            }
            "window_paused" => self.post(event).paused = true,
            "window_resumed" => self.post(event).paused = false,
            "window_lost" => self.post(event).lost = true,
            "window_regained" => self.post(event).lost = false,
            _ => {}
        }
    }

    fn post(&mut self, event: &Value) -> &mut Post {
        self.posts
            .entry(word(event, "window").to_owned())
            .or_default()
    }

    /// Takes a ticket from one of these states (M1) to another.
    fn step(&mut self, event: &Value, from: &[&str], to: &'static str) -> &mut Slip {
        let id = word(event, "ticket");
        let slip = self
            .slips
            .get_mut(id)
            .unwrap_or_else(|| panic!("R24: {id} was never issued"));
        assert!(
            from.contains(&slip.state),
            "M1: {id} is {}, and then {event}",
            slip.state
        );
        slip.state = to;
        slip
    }

    /// The same, away from its window.
    fn leave(&mut self, event: &Value, from: &[&str], to: &'static str) {
        let slip = self.step(event, from, to);
        let window = slip.window.clone();
        let id = word(event, "ticket");
        if let Some(post) = window.and_then(|window| self.posts.get_mut(&window)) {
            post.in_hand.take_if(|in_hand| in_hand == id);
            post.held.retain(|held| held != id);
        }
        if ["abandoned", "cancelled", "expired", "done"].contains(&to) {
            self.open.remove(id);
        }
    }

    fn issue(&mut self, event: &Value, at: Instant) {
        let (id, on) = (word(event, "ticket").to_owned(), hall_date(at));
        let serial = self
            .serials
            .entry((word(event, "prefix").to_owned(), on))
            .or_default();
        *serial += 1;
        assert_eq!(event["serial"], *serial, "R24: {event}");
        assert_eq!(
            word(event, "number"),
            format!("{}{serial:03}", word(event, "prefix")),
            "R24"
        );
        let class = class(word(event, "priority"));
        let place = Place {
            class,
            issued_at: at,
            ticket: number(&id),
            behind: 0,
        };
        assert_eq!(Place::read(&event["rank"]), place, "R28: {event}");
        let slip = Slip {
            on,
            queue: word(event, "queue").to_owned(),
            class,
            place,
            state: "waiting",
            window: None,
            wants: None,
            calls: 0,
            called_at: at,
            misses: 0,
        };
        assert!(
            self.slips.insert(id.clone(), slip).is_none(),
            "R24: {id} was issued twice"
        );
        self.open.insert(id);
    }

    /// R28: unless it was picked, whoever is called was next.
    fn is_next(&self, event: &Value, at: Instant) {
        let (id, window) = (word(event, "ticket"), word(event, "window"));
        if event["picked"].is_null() {
            let next = self.next_for(window, hall_date(at));
            assert_eq!(next, Some(id), "R28: who is next at {window}: {event}");
        }
    }

    fn call(&mut self, event: &Value, at: Instant) {
        let (id, window, on) = (
            word(event, "ticket"),
            word(event, "window").to_owned(),
            hall_date(at),
        );
        let post = self.post(event);
        assert!(
            post.staff.is_some() && !post.paused && !post.lost,
            "R41: {window} does not call: {event}"
        );
        assert_eq!(post.in_hand, None, "R37: {window} has one already: {event}");
        let slip = self.step(event, &["waiting"], "called");
        slip.window = Some(window.clone());
        slip.wants = None;
        slip.calls = 1;
        slip.called_at = at;
        let (class, queue) = (slip.class, slip.queue.clone());
        let run = self.streaks.entry((queue, on)).or_default();
        *run = if class == 3 { 0 } else { (*run + 1).min(255) };
        assert_eq!(event["streak"], *run, "R28: {event}");
        let post = self.posts.get_mut(&window).unwrap();
        post.in_hand = Some(id.to_owned());
        self.calls += 1;
    }

    fn recall(&mut self, event: &Value, at: Instant) {
        let slip = self.step(event, &["called"], "called");
        slip.calls += 1;
        assert!(slip.calls <= 3, "R32: {event}");
        assert!(
            at - slip.called_at >= TimeDelta::seconds(20),
            "R32: too soon: {event}"
        );
        slip.called_at = at;
    }

    fn hold(&mut self, event: &Value, at: Instant) {
        let due_at = at + TimeDelta::minutes(30);
        assert_eq!(when(event, "due_at"), due_at, "R35: {event}");
        let window = self.step(event, &["serving"], "held").window.clone();
        assert_eq!(
            window.as_deref(),
            Some(word(event, "window")),
            "R35: {event}"
        );
        let post = self.post(event);
        post.in_hand = None;
        post.held.push(word(event, "ticket").to_owned());
        assert!(post.held.len() <= HELD_MAX, "R35: {event}");
    }

    fn resume(&mut self, event: &Value) {
        let window = self.step(event, &["held"], "serving").window.clone();
        assert_eq!(
            window.as_deref(),
            Some(word(event, "window")),
            "R35: {event}"
        );
        let post = self.post(event);
        assert!(post.staff.is_some() && !post.paused, "R41: {event}");
        assert_eq!(post.in_hand, None, "R37: {event}");
        post.in_hand = Some(word(event, "ticket").to_owned());
        post.held.retain(|held| held != word(event, "ticket"));
    }

    /// R36: it keeps its class, its time and its place.
    fn transfer(&mut self, event: &Value) {
        self.leave(event, &["waiting", "called", "serving"], "waiting");
        let slip = self.slips.get_mut(word(event, "ticket")).unwrap();
        assert_eq!(slip.queue, word(event, "from_queue"), "R36: {event}");
        word(event, "queue").clone_into(&mut slip.queue);
        slip.wants = event["window"].as_str().map(str::to_owned);
        slip.window = None;
    }

    fn miss(&mut self, event: &Value) {
        self.leave(event, &["called", "held"], "missed");
        let slip = self.slips.get_mut(word(event, "ticket")).unwrap();
        slip.misses += 1;
        assert_eq!(
            slip.misses, 1,
            "R33: missed a second time and not given up: {event}"
        );
    }

    /// R33: three places behind the head of its queue, at the end of a shorter line, never before its own place.
    fn restore(&mut self, event: &Value, at: Instant) {
        let id = word(event, "ticket").to_owned();
        let (queue, own) = {
            let slip = self.step(event, &["missed"], "waiting");
            assert_eq!(slip.on, hall_date(at), "R33: on another day: {event}");
            slip.window = None;
            (slip.queue.clone(), slip.place)
        };
        let waits = |other: &&String| {
            let slip = &self.slips[*other];
            **other != id && slip.state == "waiting" && slip.queue == queue
        };
        let mut line: Vec<Place> = self
            .open
            .iter()
            .filter(waits)
            .map(|id| self.slips[id].place)
            .collect();
        line.sort();
        let place = match line.iter().take(RESTORE_PLACES).next_back() {
            None => own,
            Some(ahead) => {
                let same = line.iter().filter(|place| place.ticket == ahead.ticket);
                let behind = same.map(|place| place.behind).max().unwrap_or(0) + 1;
                own.max(Place { behind, ..*ahead })
            }
        };
        assert_eq!(Place::read(&event["rank"]), place, "R33: {event}");
        self.slips.get_mut(&id).unwrap().place = place;
        self.restored += 1;
    }

    fn sign_on(&mut self, event: &Value) {
        let staff = word(event, "staff");
        let seat = self
            .posts
            .iter()
            .find(|(_, post)| post.staff.as_deref() == Some(staff));
        assert!(
            seat.is_none(),
            "R41: {staff} sits at {seat:?} already: {event}"
        );
        let post = self.post(event);
        assert_eq!(post.staff, None, "R41: somebody else sits there: {event}");
        post.staff = Some(staff.to_owned());
        post.paused = false;
    }

    /// The hall in memory says the same: no ticket lost, none more, each in one place.
    pub(super) fn agrees(&self, hall: &Hall) {
        let mut seen = 0;
        for (id, ticket) in hall.tickets.iter() {
            let id = id.to_string();
            let slip = self
                .slips
                .get(&id)
                .unwrap_or_else(|| panic!("{id} is in no entry"));
            assert_eq!(ticket.state.as_str(), slip.state, "{id}");
            assert_eq!(ticket.queue.as_str(), slip.queue, "{id}");
            if ["called", "serving", "held"].contains(&slip.state) {
                assert_eq!(
                    ticket.window.as_ref().map(WindowCode::as_str),
                    slip.window.as_deref(),
                    "{id}"
                );
            }
            seen += usize::from(self.open.contains(&id));
        }
        assert_eq!(seen, self.open.len(), "a ticket was lost from memory");
        for (code, desk) in hall.desks.iter() {
            let post = self.posts.get(code.as_str()).cloned().unwrap_or_default();
            assert_eq!(
                desk.staff.as_ref().map(ToString::to_string),
                post.staff,
                "{code}"
            );
            assert_eq!(
                desk.in_hand.map(|id| id.to_string()),
                post.in_hand,
                "{code}"
            );
            let held: Vec<String> = desk.held.iter().map(ToString::to_string).collect();
            assert_eq!(held, post.held, "{code}");
        }
    }
}
