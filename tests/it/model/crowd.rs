//! Everybody in a hall who wants something: commands of every method, made at random from what the hall shows. The same
//! seed and the same hall give the same command. Used by the model and by the simulation; it asks nobody and records nothing.

use banshi::engine::Submission;
use banshi::rules::command::Command;
use banshi::rules::hall::Hall;
use banshi::rules::method::MethodInfo;
use banshi::rules::permission;
use serde_json::{Value, json};

use super::sense::Sense;
use crate::support::bed::submission;
use crate::support::make::{Chance, Maker};

/// The methods with their schemas.
pub(crate) struct Crowd {
    methods: Vec<(MethodInfo, Value)>,
}

impl Crowd {
    pub(crate) fn new() -> Self {
        let schema = |info: MethodInfo| {
            let schema = serde_json::to_value(&info.params).unwrap();
            (info, schema)
        };
        Self {
            methods: Command::describe().into_iter().map(schema).collect(),
        }
    }

    /// What the next command is about: an open record and a verb that its state has, or anything at all.
    fn method(&self, hall: &Hall, chance: &mut Chance) -> (String, Option<(&'static str, String)>) {
        let mut possible: Vec<(String, &'static str, String)> = Vec::new();
        macro_rules! offer {
            ($($table:ident $noun:literal $field:literal;)*) => {$(
                for record in hall.$table.values().rev().filter(|record| record.is_open()).take(8) {
                    for verb in record.state.verbs() {
                        possible.push((format!("{}.{verb}", $noun), $field, record.id.to_string()));
                    }
                }
            )*};
        }
        offer! {
            tickets "ticket" "ticket"; enquiries "enquiry" "enquiry"; cases "case" "case";
            branches "branch" "branch"; orders "proxy" "order"; findings "finding" "finding";
        }
        if chance.percent(60)
            && let Some((method, field, id)) = chance.pick(&possible)
        {
            return (method.clone(), Some((field, id.clone())));
        }
        let frequent = [
            "ticket.issue",
            "ticket.call_next",
            "case.receive",
            "proxy.open",
            "enquiry.open",
            "custody.receive",
            "custody.offer",
            "custody.take",
            "window.sign_on",
            "finding.raise",
        ];
        if chance.percent(50) {
            return (frequent[chance.below(frequent.len())].to_owned(), None);
        }
        let any = chance.below(self.methods.len());
        (self.methods[any].0.name.clone(), None)
    }

    /// Who asks: mostly somebody whose role may, and for a ticket mostly whoever sits where it is.
    fn staff(hall: &Hall, chance: &mut Chance, method: &str) -> String {
        let row = permission::row_of(method);
        let may = |roles: &[permission::Role]| {
            row.is_some_and(|row| {
                roles
                    .iter()
                    .any(|role| row.allowed.contains(role) || row.proposing.contains(role))
            })
        };
        let all: Vec<_> = hall
            .staff
            .values()
            .map(|staff| staff.code.to_string())
            .collect();
        let fit: Vec<_> = hall
            .staff
            .values()
            .filter(|staff| may(&staff.roles))
            .map(|staff| staff.code.to_string())
            .collect();
        let from = if chance.percent(92) && !fit.is_empty() {
            &fit
        } else {
            &all
        };
        chance.pick(from).cloned().unwrap_or_default()
    }

    /// The next command, by somebody who mostly may give it, about something that is mostly there.
    pub(crate) fn command(&self, hall: &Hall, chance: &mut Chance) -> Submission {
        let (method, about) = self.method(hall, chance);
        let staff = Self::staff(hall, chance, &method);
        let schema = self.methods.iter().find(|(info, _)| info.name == method);
        let schema = schema.map_or(Value::Null, |(_, schema)| schema.clone());
        let hostile = if chance.percent(15) { 40 } else { 0 };
        let mut maker = Maker {
            hall,
            chance: &mut *chance,
            hostile,
        };
        let mut params = maker.params(&schema);
        if let Value::Object(fields) = &mut params {
            // Most work is not about some other work.
            for link in ["ticket", "enquiry", "order", "case", "round"] {
                let required = schema["required"]
                    .as_array()
                    .is_some_and(|all| all.iter().any(|one| one == link));
                if !required && chance.percent(85) {
                    fields.remove(link);
                }
            }
            if let Some((field, id)) = &about {
                fields.insert((*field).to_owned(), json!(id));
            }
        }
        let mut staff = staff;
        if hostile == 0 && chance.percent(85) {
            let id = about.as_ref().map(|(_, id)| id.as_str());
            let mut sense = Sense {
                hall,
                chance: &mut *chance,
                staff: &mut staff,
                params: &mut params,
            };
            sense.apply(&method, id);
        }
        if chance.percent(25) {
            let id = format!("request-{:016x}", chance.next());
            params["request"] = json!(id);
        }
        submission(&staff, &method, params)
    }
}
