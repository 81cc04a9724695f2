//! Refusals: the hall says no, as a value with a stable code, the rule it comes from, the facts, a sentence and a next step.
//! One table holds every refusal; English sentences stand here, other languages under the code in the message files.
//! A refusal changes nothing and is not remembered.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

macro_rules! refusals {
    ($($variant:ident = $code:literal, $rule:literal, $message:literal, $next:literal;)*) => {
        /// Why the hall says no.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RefusalCode { $(#[doc = $message] $variant,)* }

        impl RefusalCode {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable code, `noun.reason`.
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $code),* } }
            /// The rule of the rule book that it comes from.
            pub fn rule(self) -> &'static str { match self { $(Self::$variant => $rule),* } }
            fn message(self) -> &'static str { match self { $(Self::$variant => $message),* } }
            fn next(self) -> &'static str { match self { $(Self::$variant => $next),* } }
        }
    };
}

// One line a refusal: code, rule, the sentence with {facts} in it, the next step. Grouped by noun.
refusals! {
    // Any noun.
    NotFound = "record.not_found", "R231", "There is no {noun} '{id}'.", "Check the number; list what there is with the noun's list method.";
    NotPermitted = "permission.denied", "1.1", "{role} may not do {verb}.", "Ask somebody who may: {allowed}.";
    NotYours = "permission.not_yours", "1.1", "This belongs to {owner}; only they or a chief representative of the department may do it.", "Hand it over, or sign on where it belongs.";
    FourEyes = "permission.four_eyes", "R10", "Nobody approves, decides or checks what they proposed or what is about themselves.", "Another person must do it.";
    WrongState = "state.refused", "17", "{noun} {id} is {state}; {verb} is not possible from there.", "Possible now: {allowed}.";
    BadValue = "value.refused", "R222", "{field}: {reason}.", "Correct the field and send it again.";
    SystemOff = "system.off", "R4", "The system '{system}' is switched off in this hall.", "A director can switch it on in the hall's registry.";
    RequestReused = "request.reused", "R231", "This request id was used for something else.", "Send it again with a new request id.";
    ClockBackwards = "clock.backwards", "R23", "The clock shows {at}, before the last entry at {head}.", "Put the clock right, or let an administrator confirm it.";
    NotTraining = "hall.not_training", "R112", "A time can be given in a training hall only.", "Leave out --at, or make a hall with init --training.";
}

/// The facts of a refusal, by name.
pub type Facts = BTreeMap<&'static str, Value>;

/// A refusal: a code and the facts it speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// What it is about.
    pub facts: Facts,
}

/// A refusal as it goes over the wire (`data` of error -32001).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusalData {
    /// Stable code.
    pub code: &'static str,
    /// Rule number.
    pub rule: &'static str,
    /// Facts by name.
    pub facts: Facts,
    /// What to do next, in English.
    pub next: String,
}

impl Refusal {
    /// A refusal without facts.
    pub fn new(code: RefusalCode) -> Self {
        Self {
            code,
            facts: Facts::new(),
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<Value>) -> Self {
        self.facts.insert(name, fact.into());
        self
    }

    /// The English sentence.
    pub fn message(&self) -> String {
        self.fill(self.code.message())
    }

    /// The next step in English.
    pub fn next(&self) -> String {
        self.fill(self.code.next())
    }

    /// The form that goes over the wire.
    pub fn data(&self) -> RefusalData {
        RefusalData {
            code: self.code.as_str(),
            rule: self.code.rule(),
            facts: self.facts.clone(),
            next: self.next(),
        }
    }

    fn fill(&self, template: &str) -> String {
        self.facts
            .iter()
            .fold(template.to_owned(), |text, (name, fact)| {
                let shown = match fact {
                    Value::String(text) => text.clone(),
                    Value::Array(items) => {
                        let items: Vec<String> = items
                            .iter()
                            .map(|item| {
                                item.as_str()
                                    .map_or_else(|| item.to_string(), str::to_owned)
                            })
                            .collect();
                        items.join(", ")
                    }
                    other => other.to_string(),
                };
                text.replace(&format!("{{{name}}}"), &shown)
            })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message(), self.next())
    }
}

impl std::error::Error for Refusal {}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self::new(code)
    }
}

/// No record of that name (any noun).
pub fn not_found(noun: &'static str, id: impl fmt::Display) -> Refusal {
    Refusal::new(RefusalCode::NotFound)
        .with("noun", noun)
        .with("id", id.to_string())
}

/// A transition that the state machine does not have.
pub fn wrong_state(
    noun: &'static str,
    id: impl fmt::Display,
    state: &'static str,
    verb: &'static str,
    allowed: &[&'static str],
) -> Refusal {
    Refusal::new(RefusalCode::WrongState)
        .with("noun", noun)
        .with("id", id.to_string())
        .with("state", state)
        .with("verb", verb)
        .with("allowed", allowed.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_facts_fill_the_sentence() {
        let mut codes: Vec<_> = RefusalCode::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RefusalCode::ALL.len());
        let refusal = wrong_state("ticket", "t3", "waiting", "start", &["call", "cancel"]);
        assert_eq!(
            refusal.message(),
            "ticket t3 is waiting; start is not possible from there."
        );
        assert_eq!(refusal.next(), "Possible now: call, cancel.");
    }
}
