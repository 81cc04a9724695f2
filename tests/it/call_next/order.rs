//! The order of the lines (R26–R36) a second time, naively: the journal is read from its beginning, the lines are sorted anew
//! for every call, and every call is held to the ticket that was rightfully first. Ranks and runs that the program wrote into
//! its events are not looked at.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::journal;

/// Priority calls in a row before an ordinary ticket goes first (R28), as the hall's folder says.
pub(super) const GUARD: u32 = 3;

/// Places behind the head for a restored ticket (R33), as the hall's folder says.
const PLACES: usize = 3;

/// Where a ticket stands: its class, when it was issued, and how many were restored to behind that place before.
type Place = (u8, u64, u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Called,
    Serving,
    Missed,
    Ended,
}

#[derive(Debug)]
struct Ticket {
    queue: String,
    is_ordinary: bool,
    place: Place,
    state: State,
    /// Whether it was missed before (R33).
    missed: bool,
}

/// What the journal came to.
#[derive(Debug, Default)]
pub(super) struct Replay {
    tickets: BTreeMap<String, Ticket>,
    /// Priority calls in a row, by queue.
    runs: BTreeMap<String, u32>,
    /// The queues of each window, in its order.
    windows: BTreeMap<String, Vec<String>>,
    /// What each window has in hand.
    in_hand: BTreeMap<String, String>,
    /// Calls in order of the line, calls out of it, restored ones, transferred ones.
    pub(super) calls: usize,
    pub(super) picks: usize,
    pub(super) restored: usize,
    pub(super) transferred: usize,
    /// Calls where the guard against starvation decided (R28).
    pub(super) guarded: usize,
}

fn text<'a>(fields: &'a Value, name: &str) -> &'a str {
    fields[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {fields}"))
}

impl Replay {
    /// Replays a journal; `windows` are the queues of each window.
    pub(super) fn of(lines: &[Value], windows: BTreeMap<String, Vec<String>>) -> Self {
        let mut replay = Self {
            windows,
            ..Self::default()
        };
        for line in lines {
            for (name, fields) in journal::events(line) {
                replay.happens(name, fields, line);
            }
        }
        replay
    }

    /// The tickets that are in no end state.
    pub(super) fn unended(&self) -> BTreeSet<&str> {
        let open = self.tickets.iter();
        open.filter(|(_, ticket)| ticket.state != State::Ended)
            .map(|(id, _)| id.as_str())
            .collect()
    }

    /// How many tickets there were.
    pub(super) fn count(&self) -> usize {
        self.tickets.len()
    }

    fn happens(&mut self, name: &str, fields: &Value, line: &Value) {
        match name {
            "ticket_issued" => self.issued(fields, line["seq"].as_u64().unwrap()),
            "ticket_called" => self.called(fields),
            "ticket_started" => self.moves(fields, State::Called, State::Serving),
            "ticket_finished" => self.leaves(fields, State::Serving, State::Ended),
            "ticket_missed" => {
                self.leaves(fields, State::Called, State::Missed);
                self.ticket(fields).missed = true;
            }
            "ticket_abandoned" => {
                assert!(self.ticket(fields).missed, "R33, {fields}");
                self.leaves(fields, State::Called, State::Ended);
            }
            "ticket_transferred" => {
                self.leaves(fields, State::Called, State::Waiting);
                text(fields, "queue").clone_into(&mut self.ticket(fields).queue);
                self.transferred += 1;
            }
            "ticket_restored" => self.restored(fields),
            other => assert!(!other.starts_with("ticket_"), "{other} is not expected"),
        }
    }

    fn ticket(&mut self, fields: &Value) -> &mut Ticket {
        let id = text(fields, "ticket");
        self.tickets
            .get_mut(id)
            .unwrap_or_else(|| panic!("{id} was never issued"))
    }

    fn moves(&mut self, fields: &Value, from: State, to: State) {
        let ticket = self.ticket(fields);
        assert_eq!(ticket.state, from, "{fields}");
        ticket.state = to;
    }

    /// The ticket is in no window's hand any more.
    fn leaves(&mut self, fields: &Value, from: State, to: State) {
        self.moves(fields, from, to);
        let id = text(fields, "ticket");
        self.in_hand.retain(|_, held| held != id);
    }

    fn issued(&mut self, fields: &Value, seq: u64) {
        let class = match text(fields, "priority") {
            "green_channel" => 0,
            "courtesy" => 1,
            "booked" => 2,
            "ordinary" => 3,
            other => panic!("R27 knows no {other}"),
        };
        let ticket = Ticket {
            queue: text(fields, "queue").to_owned(),
            is_ordinary: class == 3,
            place: (class, seq, 0),
            state: State::Waiting,
            missed: false,
        };
        let before = self
            .tickets
            .insert(text(fields, "ticket").to_owned(), ticket);
        assert!(before.is_none(), "issued twice: {fields}");
    }

    /// Who waits in a queue, first one first.
    fn line(&self, queue: &str) -> Vec<(Place, &str, bool)> {
        let mut line: Vec<_> = self
            .tickets
            .iter()
            .filter(|(_, ticket)| ticket.state == State::Waiting && ticket.queue == queue)
            .map(|(id, ticket)| (ticket.place, id.as_str(), ticket.is_ordinary))
            .collect();
        line.sort_unstable();
        line
    }

    /// Whom a window must call (R26, R28), and whether the guard decided it.
    fn rightful(&self, window: &str) -> Option<(String, bool)> {
        let queues = &self.windows[window];
        let (queue, line) = queues
            .iter()
            .map(|queue| (queue, self.line(queue)))
            .find(|(_, line)| !line.is_empty())?;
        let first = line[0];
        let run = self.runs.get(queue).copied().unwrap_or(0);
        let ordinary = line.iter().find(|(_, _, is_ordinary)| *is_ordinary);
        match ordinary {
            Some((_, id, _)) if run >= GUARD => Some(((*id).to_owned(), *id != first.1)),
            _ => Some((first.1.to_owned(), false)),
        }
    }

    fn called(&mut self, fields: &Value) {
        let (id, window) = (text(fields, "ticket"), text(fields, "window"));
        if fields["picked"].is_null() {
            let rightful = self.rightful(window);
            let (first, guarded) = rightful.unwrap_or_else(|| panic!("nobody waits: {fields}"));
            assert_eq!(first, id, "another one is first: {fields}");
            self.calls += 1;
            self.guarded += usize::from(guarded);
        } else {
            self.picks += 1;
        }
        self.moves(fields, State::Waiting, State::Called);
        let is_ordinary = self.ticket(fields).is_ordinary;
        let queue = self.ticket(fields).queue.clone();
        assert_eq!(text(fields, "queue"), queue);
        let run = self.runs.entry(queue).or_default();
        *run = if is_ordinary { 0 } else { *run + 1 };
        let before = self.in_hand.insert(window.to_owned(), id.to_owned());
        assert!(before.is_none(), "R37: {window} has {before:?} in hand");
    }

    /// R33: so many places behind the head, at the end of a shorter line, never before the place that it had.
    fn restored(&mut self, fields: &Value) {
        self.moves(fields, State::Missed, State::Missed);
        let queue = self.ticket(fields).queue.clone();
        let line = self.line(&queue);
        let ahead = line.get(PLACES - 1).or(line.last());
        let place = ahead.map(|((class, at, _), ..)| {
            let beside = line
                .iter()
                .filter(|((c, a, _), ..)| (c, a) == (class, at))
                .map(|((_, _, behind), ..)| *behind);
            (*class, *at, beside.max().unwrap_or(0) + 1)
        });
        let ticket = self.ticket(fields);
        ticket.state = State::Waiting;
        ticket.place = place.map_or(ticket.place, |place| ticket.place.max(place));
        self.restored += 1;
    }
}
