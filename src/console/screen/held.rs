//! Type-ahead: while an answer is awaited that decides what the next keys mean, keys are kept in order and
//! then go where they belong, into the form that opened or onto the row that came. Nothing typed is lost or
//! misdirected; the key that goes back drops what is kept, so that nobody is ever locked out.

use std::collections::{BTreeSet, VecDeque};

use super::{Incoming, Outgoing, Screen};
use crate::console::keymap::{Action, Key, Lookup};
use crate::console::message::{Connection, Weight};

/// The most keys that are kept; nobody types further ahead than this.
const HELD_MAX: usize = 256;

/// Keys that wait, and for what.
#[derive(Debug, Default)]
pub(super) struct Held {
    keys: VecDeque<Incoming>,
    /// The serial numbers of commands that are not answered.
    unanswered: BTreeSet<u64>,
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
}

impl Screen {
    /// Whether keys have to wait now.
    fn is_holding(&self) -> bool {
        self.connection == Connection::Up
            && (!self.held.unanswered.is_empty() || self.active_page().is_waiting())
    }

    /// Keeps a key that has to wait; gives back what is to be done at once.
    pub(super) fn hold(&mut self, incoming: Incoming) -> Option<Incoming> {
        if !self.is_holding() {
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
        if !self.held.keys.is_empty() {
            self.held.keys.clear();
            self.say(Weight::Note, self.about.t("keys-dropped"));
        }
    }

    /// Does the keys that waited, as far as nothing holds them again.
    pub(super) fn release(&mut self) -> Vec<Outgoing> {
        let mut out = Vec::new();
        while !self.is_holding() {
            let Some(incoming) = self.held.keys.pop_front() else {
                break;
            };
            out.extend(self.take(incoming));
        }
        out
    }
}
