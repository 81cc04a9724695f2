//! From answers to views: a list, one record, and the questions that a page still waits for. A view that does
//! not read as expected is a hall of another version; the page then shows what it has.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::console::form::Values;
use crate::console::message::Effect;
use crate::rules::permission::{self, Role};

/// The most rows of one answer.
pub const PAGE_ROWS: usize = 500;

/// A page of a list, as it is answered.
#[derive(Clone, Debug, Deserialize)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none when this is the last one.
    #[serde(default = "none")]
    pub next: Option<String>,
}

fn none() -> Option<String> {
    None
}

/// Reads an answer as a page of a list.
pub fn rows<T: DeserializeOwned>(answer: Value) -> Option<Rows<T>> {
    serde_json::from_value(answer).ok()
}

/// Reads an answer as one record.
pub fn record<T: DeserializeOwned>(answer: Value) -> Option<T> {
    serde_json::from_value(answer).ok()
}

/// A question, the newest of its purpose.
pub fn fetch(method: &'static str, params: Value, purpose: &'static str) -> Effect {
    Effect::Fetch {
        method,
        params,
        purpose,
    }
}

/// A command.
pub fn send(method: &'static str, params: Value, purpose: &'static str) -> Effect {
    Effect::Send {
        method,
        params,
        purpose,
    }
}

/// The purposes of questions without whose answers the next keys could mean the wrong thing.
#[derive(Clone, Debug, Default)]
pub struct Awaited(BTreeSet<&'static str>);

impl Awaited {
    /// Waits for the answers to these.
    pub fn add(&mut self, purposes: &[&'static str]) {
        self.0.extend(purposes);
    }

    /// One is answered, or failed.
    pub fn came(&mut self, purpose: &'static str) {
        self.0.remove(purpose);
    }

    /// Waits for nothing any more.
    pub fn give_up(&mut self) {
        self.0.clear();
    }

    /// Whether anything is waited for.
    pub fn is_waiting(&self) -> bool {
        !self.0.is_empty()
    }
}

/// The roles of the one who works here, from the words of the session.
pub fn roles(words: &[String]) -> Vec<Role> {
    words
        .iter()
        .filter_map(|word| Role::from_word(word))
        .collect()
}

/// Whether these roles may do the method, or propose it.
pub fn may(roles: &[Role], method: &str) -> bool {
    permission::grant(roles, method).is_some()
}

/// A person as a command takes one, from the fields of a form: the one who was offered, where nothing about
/// them was changed; else what was typed. `null` where nobody was named.
pub fn person(values: &mut Values, offered: Option<&(String, String)>) -> Value {
    let mut details = Map::new();
    for (field, name) in [
        ("name", "name"),
        ("id_number", "id_number"),
        ("phone", "phone"),
    ] {
        if let Some(value) = values.remove(field) {
            details.insert(name.to_owned(), value);
        }
    }
    if let Some((id, name)) = offered
        && details.len() == 1
        && details.get("name").and_then(Value::as_str) == Some(name)
    {
        return Value::String(id.clone());
    }
    if details.contains_key("name") {
        Value::Object(details)
    } else {
        Value::Null
    }
}
