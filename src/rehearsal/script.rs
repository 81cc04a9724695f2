//! What somebody does, act after act with its time: a visitor's service at a window, a case over weeks, an inspector's round.
//! Acts name records that do not exist yet by `$name`; the answer to an earlier act of the same script gives the id.

use std::collections::{BTreeMap, VecDeque};

use chrono::TimeDelta;
use serde_json::Value;

use crate::rules::{catalogue::Staff, id::StaffCode, time::Instant};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Actor {
    /// Somebody of the public at the kiosk.
    Public,
    /// A member of staff.
    Staff(StaffCode),
}

impl Actor {
    /// The code of the member of staff; none for the public.
    pub(super) fn code(&self) -> Option<StaffCode> {
        match self {
            Self::Public => None,
            Self::Staff(code) => Some(code.clone()),
        }
    }
}

/// One command.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) by: Actor,
    pub(super) method: &'static str,
    pub(super) params: Value,
    /// Names under which parts of the answer are kept, with their JSON pointers.
    pub(super) keeps: Vec<(&'static str, &'static str)>,
}

/// What a script does next.
#[derive(Debug, Clone)]
pub(super) enum Beat {
    /// Somebody acts.
    Act(Act),
    /// A clerk is free for the next visitor: the seat's place.
    Free(usize),
}

/// Acts in the order of their times.
#[derive(Debug, Clone)]
pub(super) struct Script {
    memory: BTreeMap<&'static str, Value>,
    beats: VecDeque<(Instant, Beat)>,
    cursor: Instant,
}

impl Script {
    /// An empty script that begins at an instant.
    pub(super) fn at(start: Instant) -> Self {
        Self {
            memory: BTreeMap::new(),
            beats: VecDeque::new(),
            cursor: start,
        }
    }

    /// The time of the act that would be added next.
    pub(super) fn now(&self) -> Instant {
        self.cursor
    }

    /// Lets seconds pass.
    pub(super) fn seconds(mut self, seconds: u32) -> Self {
        self.cursor += TimeDelta::seconds(i64::from(seconds));
        self
    }

    /// Lets minutes pass.
    pub(super) fn minutes(self, minutes: u32) -> Self {
        self.seconds(minutes * 60)
    }

    /// Goes on at an instant, never before the last act.
    pub(super) fn later(mut self, at: Instant) -> Self {
        self.cursor = self.cursor.max(at);
        self
    }

    /// Somebody of the staff gives a command.
    pub(super) fn act(self, by: &Staff, method: &'static str, params: Value) -> Self {
        self.by(Actor::Staff(by.code.clone()), method, params)
    }

    /// Somebody gives a command.
    pub(super) fn by(mut self, by: Actor, method: &'static str, params: Value) -> Self {
        let act = Act {
            by,
            method,
            params,
            keeps: Vec::new(),
        };
        self.beats.push_back((self.cursor, Beat::Act(act)));
        self
    }

    /// Keeps the id of the record that the last act answers.
    pub(super) fn keep(self, name: &'static str) -> Self {
        self.keep_part(name, "/id")
    }

    /// Keeps a part of what the last act answers.
    pub(super) fn keep_part(mut self, name: &'static str, pointer: &'static str) -> Self {
        if let Some((_, Beat::Act(act))) = self.beats.back_mut() {
            act.keeps.push((name, pointer));
        }
        self
    }

    /// Knows a value from the beginning.
    pub(super) fn knowing(mut self, name: &'static str, value: Value) -> Self {
        self.memory.insert(name, value);
        self
    }

    /// The clerk of a seat is free.
    pub(super) fn frees(mut self, seat: usize) -> Self {
        self.beats.push_back((self.cursor, Beat::Free(seat)));
        self
    }

    /// When it goes on; none at its end.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.beats.front().map(|(at, _)| *at)
    }

    /// The same, beginning at an instant.
    pub(super) fn moved_to(mut self, start: Instant) -> Self {
        let by = self.next_at().map_or(TimeDelta::zero(), |at| start - at);
        for (at, _) in &mut self.beats {
            *at += by;
        }
        self.cursor += by;
        self
    }

    /// Takes the next beat, with what it names put in.
    pub(super) fn next(&mut self) -> Option<Beat> {
        let (_, mut beat) = self.beats.pop_front()?;
        if let Beat::Act(act) = &mut beat {
            self.put_in(&mut act.params);
        }
        Some(beat)
    }

    /// Keeps what an answer gave.
    pub(super) fn answered(&mut self, act: &Act, answer: &Value) {
        for (name, pointer) in &act.keeps {
            let part = answer.pointer(pointer).cloned().unwrap_or(Value::Null);
            self.memory.insert(name, part);
        }
    }

    /// Ends early, after a refusal: only a clerk who waits for the end is still told.
    pub(super) fn give_up(&mut self) {
        self.beats.retain(|(_, beat)| matches!(beat, Beat::Free(_)));
    }

    fn put_in(&self, params: &mut Value) {
        match params {
            Value::String(text) => {
                let known = text
                    .strip_prefix('$')
                    .and_then(|name| self.memory.get(name));
                if let Some(known) = known {
                    *params = known.clone();
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.put_in(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.put_in(value)),
            _ => {}
        }
    }
}
