//! What a journal says of its keys: every sealed text opens with the slot that it names, unless its person was erased (R226). For
//! verification and for restoring; it changes nothing and prints no text.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::store::{Head, Line, keys::Keys};

use super::{Engine, EngineError, replay, seal};

/// A journal entry whose private texts the keys do not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq}: {reason}")]
pub struct KeyFault {
    /// The entry.
    pub seq: u64,
    /// Why not; never holds the text.
    pub reason: String,
}

/// What was found of the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeysFound {
    /// Texts that opened.
    pub texts: u64,
    /// Texts whose person was erased.
    pub erased_texts: u64,
    /// Slots of erased persons that are still among the keys, and are to be forgotten.
    pub to_forget: Vec<u64>,
}

/// Goes through a journal, line by line.
#[derive(Debug, Default)]
pub struct KeyAudit {
    hall_id: String,
    people: BTreeMap<String, u64>,
    erased: BTreeSet<u64>,
    /// Slots that are gone, and the entry that first names them.
    gone: BTreeMap<u64, u64>,
    found: KeysFound,
    fault: Option<KeyFault>,
}

impl KeyAudit {
    /// Before the first line of a hall's journal.
    pub fn new(hall_id: impl Into<String>) -> Self {
        Self {
            hall_id: hall_id.into(),
            ..Self::default()
        }
    }

    /// Takes the next line.
    pub fn take(&mut self, line: &Line, keys: &dyn Keys) {
        for event in &line.events {
            for (name, fields) in event.as_object().into_iter().flatten() {
                self.note_person(name, fields);
                let mut fields = fields.clone();
                match seal::open_event(&self.hall_id, name, &mut fields, keys) {
                    Ok(()) => self.count(&fields, line.seq),
                    Err(error) => {
                        let reason = error.to_string();
                        let seq = line.seq;
                        self.fault.get_or_insert(KeyFault { seq, reason });
                    }
                }
            }
        }
    }

    fn note_person(&mut self, name: &str, fields: &Value) {
        let text = |field: &str| fields.get(field).and_then(Value::as_str);
        match name {
            "person_recorded" => {
                let slot = fields.get("key").and_then(Value::as_u64);
                if let (Some(id), Some(slot)) = (text("id"), slot) {
                    self.people.insert(id.to_owned(), slot);
                }
            }
            "person_erased" => {
                let slot = text("person").and_then(|id| self.people.get(id));
                self.erased.extend(slot.copied());
            }
            _ => {}
        }
    }

    fn count(&mut self, value: &Value, seq: u64) {
        match value {
            Value::Object(fields) => {
                let slot = fields.get("key").and_then(Value::as_u64);
                // A person's own record says of itself whether it is erased, beside the key of its texts.
                let is_erased = fields.get("erased") == Some(&Value::Bool(true));
                if let (Some(slot), true) = (slot, is_erased) {
                    self.found.erased_texts += 1;
                    self.gone.entry(slot).or_insert(seq);
                } else if slot.is_some() && fields.contains_key("clear") {
                    self.found.texts += 1;
                }
                fields.values().for_each(|inner| self.count(inner, seq));
            }
            Value::Array(items) => items.iter().for_each(|inner| self.count(inner, seq)),
            _ => {}
        }
    }

    /// What was found, or the first entry that names a slot which is not there although nobody erased it.
    pub fn finish(mut self, keys: &dyn Keys) -> Result<KeysFound, KeyFault> {
        let lost = self
            .gone
            .iter()
            .filter(|(slot, _)| !self.erased.contains(slot))
            .min_by_key(|(_, seq)| **seq);
        let lost = lost.map(|(slot, seq)| KeyFault {
            seq: *seq,
            reason: format!("slot {slot} is not among the keys, and nobody was erased"),
        });
        let first = self
            .fault
            .into_iter()
            .chain(lost)
            .min_by_key(|fault| fault.seq);
        if let Some(fault) = first {
            return Err(fault);
        }
        let there = |slot: &u64| matches!(keys.slot(*slot), Ok(Some(_)));
        self.found.to_forget = self.erased.into_iter().filter(there).collect();
        Ok(self.found)
    }
}

/// The id of the hall whose first entry this is; none if it founds none, or if the chain does not begin with that hall.
pub fn hall_of(first: &Line) -> Option<String> {
    let id = replay::founded(first)?;
    (Head::genesis(&id).hash == first.prev).then_some(id)
}

impl Engine {
    /// Whether the keys open every private text of the journal that they should.
    pub fn audit_keys(&self) -> Result<Result<KeysFound, KeyFault>, EngineError> {
        let mut audit = KeyAudit::new(&self.hall_id);
        for line in self.store.read(1)? {
            audit.take(&line?, &*self.keys.people);
        }
        Ok(audit.finish(&*self.keys.people))
    }
}
