//! Type-ahead: while an answer is awaited that decides what the next keys mean, keys are kept in order and
//! then go where they belong, into the form that opened or onto the row that came. Nothing typed is lost or
//! misdirected; the key that goes back drops what is kept, so that nobody is ever locked out.
//!
//! While the hall is away keys do at once what they say, on what is shown. Only what was typed ahead before still waits for
//! its answers; then keys that look still look, until one was typed that has to wait with the others.

use std::collections::{BTreeSet, VecDeque};

use super::{Incoming, Outgoing, Screen};
use crate::console::keymap::{Action, Key, Lookup, Place};
use crate::console::message::{Connection, Weight};

/// The most keys that are kept; nobody types further ahead than this.
const HELD_MAX: usize = 256;

/// Keys that wait, and for what.
#[derive(Debug, Default)]
pub(super) struct Held {
    keys: VecDeque<Incoming>,
    /// The serial numbers of commands that are not answered.
    unanswered: BTreeSet<u64>,
    /// Somebody does not want to wait for answers until the hall is back.
    freed: bool,
}

impl Held {
    /// A command went out: keys wait for its answer.
    pub(super) fn await_answer(&mut self, serial: u64) {
        self.unanswered.insert(serial);
    }

    /// It was answered.
    pub(super) fn answered(&mut self, serial: u64) {
        self.unanswered.remove(&serial);
    }

    /// How many keys wait.
    pub(super) fn count(&self) -> usize {
        self.keys.len()
    }

    /// The hall went away: what waits goes on waiting.
    pub(super) fn hold_on(&mut self) {
        self.freed = false;
    }
}

impl Screen {
    /// Whether keys have to wait now.
    fn is_holding(&self) -> bool {
        !self.held.unanswered.is_empty() || self.active_page().is_waiting()
    }

    /// Whether this has to wait now.
    fn has_to_wait(&self, incoming: &Incoming) -> bool {
        match self.line.connection {
            Connection::Up => self.is_holding(),
            Connection::Down(_) if !self.held.freed => {
                !self.held.keys.is_empty() || (self.is_holding() && !self.only_looks(incoming))
            }
            Connection::Down(_) | Connection::Over(_) => false,
        }
    }

    /// Whether a key changes nothing but what is in sight.
    pub(super) fn only_looks(&self, incoming: &Incoming) -> bool {
        let Incoming::Key(key) = incoming else {
            return false;
        };
        let place = self.place();
        let key = if place.takes_text() {
            *key
        } else {
            key.as_command()
        };
        let mut keys = self.pending.clone();
        keys.push(key);
        match self.keymap.lookup(place, &keys) {
            Lookup::Found(action) => action.only_looks(),
            Lookup::Pending(_) => true,
            Lookup::Unbound => place == Place::Filter,
        }
    }

    /// Keeps a key that has to wait; gives back what is to be done at once.
    pub(super) fn hold(&mut self, incoming: Incoming) -> Option<Incoming> {
        if !self.has_to_wait(&incoming) {
            return Some(incoming);
        }
        match &incoming {
            Incoming::Key(key) if self.goes_back(*key) => {
                self.drop_held();
                Some(incoming)
            }
            Incoming::Key(_) | Incoming::Paste(_) => {
                if self.held.keys.len() < HELD_MAX {
                    self.held.keys.push_back(incoming);
                }
                None
            }
            _ => Some(incoming),
        }
    }

    fn goes_back(&self, key: Key) -> bool {
        self.keymap.lookup(self.place(), &[key]) == Lookup::Found(Action::Back)
    }

    /// Forgets the keys that wait, and does not wait for the present answers any more.
    pub(super) fn drop_held(&mut self) {
        self.held.unanswered.clear();
        self.held.freed = true;
        if !self.held.keys.is_empty() {
            self.held.keys.clear();
            self.say(Weight::Note, self.about.t("keys-dropped"));
        }
    }

    /// Does the keys that waited, as far as nothing holds them again.
    pub(super) fn release(&mut self) -> Vec<Outgoing> {
        let mut out = Vec::new();
        while self.line.connection == Connection::Up && !self.is_holding() {
            let Some(incoming) = self.held.keys.pop_front() else {
                break;
            };
            out.extend(self.take(incoming));
        }
        out
    }
}
