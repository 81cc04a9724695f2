//! Receiving a case in two steps: the item is found by typing, then its own form asks for the applicant and
//! ticks the papers of its list. What a ticket or an enquiry already says is filled in.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{CasesPage, FOUND, forms};
use crate::console::form::Values;
use crate::console::message::{About, Effect, Refused};
use crate::console::pages::directory::text;
use crate::console::pages::reading::{self, fetch, send};
use crate::console::pages::words::is_meant;
use crate::rules::views::PersonView;

/// The purpose of the question for the chosen item's papers.
pub(super) const ITEM: &str = "intake.item";
/// The purpose of the question for the ticket or enquiry that the case comes from.
pub(super) const ORIGIN: &str = "intake.origin";

/// What a case comes from, and what is known of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// The ticket's or the enquiry's id; empty where there is neither.
    pub(super) id: String,
    pub(super) number: String,
    pub(super) visitor: Option<(String, String)>,
    items: Vec<String>,
}

/// Origins by their ids, for forms that were left and taken up again.
pub(super) type Origins = BTreeMap<String, Origin>;

/// A receipt under way.
#[derive(Clone, Debug)]
pub(super) struct Intake {
    method: &'static str,
    /// The id to look up before anything can be filled in.
    asked: Option<String>,
    origin: Origin,
}

impl CasesPage {
    /// Begins to receive: `from` is the id of a ticket, an enquiry, or none.
    pub(super) fn begin_intake(
        &mut self,
        method: &'static str,
        from: Option<&str>,
        about: &About,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        let asked = from.map(str::to_owned);
        if let Some(id) = &asked {
            self.awaited.add(&[ORIGIN]);
            effects.push(if id.starts_with('e') {
                fetch("enquiry.get", json!({"enquiry": id}), ORIGIN)
            } else {
                fetch("ticket.get", json!({"ticket": id}), ORIGIN)
            });
        }
        self.intake = Some(Intake {
            method,
            asked,
            origin: Origin::default(),
        });
        effects.extend(self.advance(about));
        effects
    }

    /// Goes on as far as the answers that have come allow.
    pub(super) fn advance(&mut self, about: &About) -> Vec<Effect> {
        let Some(intake) = &self.intake else {
            return Vec::new();
        };
        // Names of departments stand beside the items, so they come first.
        for table in [&mut self.departments, &mut self.items] {
            if !table.is_known() {
                self.awaited.add(&[table.purpose()]);
                return table.want().into_iter().collect();
            }
        }
        if intake.asked.is_some() {
            return Vec::new();
        }
        match intake.origin.items.as_slice() {
            [only] => {
                let only = only.clone();
                self.ask_item(&only)
            }
            _ => vec![Effect::Fill(Box::new(forms::item(
                about,
                &self.items,
                intake.method,
            )))],
        }
    }

    fn ask_item(&mut self, code: &str) -> Vec<Effect> {
        self.awaited.add(&[ITEM]);
        vec![fetch("item.get", json!({"item": code}), ITEM)]
    }

    pub(super) fn take_intake(
        &mut self,
        purpose: &str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        let Some(intake) = &mut self.intake else {
            return Vec::new();
        };
        let Ok(answer) = result else {
            self.intake = None;
            return Vec::new();
        };
        if purpose == ORIGIN {
            intake.asked = None;
            intake.origin = origin(&answer);
            return self.advance(about);
        }
        let Some(intake) = self.intake.take() else {
            return Vec::new();
        };
        let origin = intake.origin;
        self.origins.insert(origin.id.clone(), origin.clone());
        vec![Effect::Fill(Box::new(forms::receive(
            about,
            intake.method,
            &answer,
            &origin,
        )))]
    }

    /// The item is chosen: its papers are asked for, and the picker has done its work.
    pub(super) fn item_chosen(&mut self, form: &str, values: &Values) -> Vec<Effect> {
        let code = values
            .get("item")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut effects = vec![Effect::Finish(form.to_owned())];
        if self.intake.is_none() {
            let (_, method) = form.split_once('/').unwrap_or_default();
            self.intake = method_of(method).map(|method| Intake {
                method,
                asked: None,
                origin: Origin::default(),
            });
        }
        effects.extend(self.ask_item(code));
        effects
    }

    /// The receipt is complete: the key says the item and where it comes from.
    pub(super) fn received(
        &self,
        method: &'static str,
        subject: &str,
        mut values: Values,
    ) -> Vec<Effect> {
        let (item, from) = subject.split_once('/').unwrap_or((subject, ""));
        let origin = self.origins.get(from).cloned().unwrap_or_default();
        let applicant = reading::person(&mut values, origin.visitor.as_ref());
        values.insert("applicant".to_owned(), applicant);
        if let Some(agent) = values.remove("agent") {
            values.insert("agent".to_owned(), json!({ "name": agent }));
        }
        values.insert("item".to_owned(), Value::from(item));
        match from.chars().next() {
            Some('t') => values.insert("ticket".to_owned(), Value::from(from)),
            Some('e') => values.insert("enquiry".to_owned(), Value::from(from)),
            _ => None,
        };
        vec![send(method, Value::Object(values), method)]
    }

    /// `new`, `new t12` and `new e7` begin a receipt; anything else is a case's number, or a part of one.
    pub(super) fn command(&mut self, text: &str, about: &About) -> Vec<Effect> {
        let text = text.trim();
        if text == "new" {
            return self.begin_intake("case.receive", None, about);
        }
        if let Some(from) = text.strip_prefix("new ") {
            return self.begin_intake("case.receive", Some(from.trim()), about);
        }
        let is_it = |row: &&super::CaseRow| {
            row.id.eq_ignore_ascii_case(text) || is_meant(&row.view.number, text)
        };
        match self.list.all().iter().find(is_it).map(|row| row.id.clone()) {
            Some(id) => {
                self.list.select(&id);
                self.ask_related()
            }
            // It may be another's, or closed: the hall knows.
            None => vec![fetch("case.get", json!({"case": text}), FOUND)],
        }
    }
}

fn method_of(word: &str) -> Option<&'static str> {
    ["case.receive", "case.precheck"]
        .into_iter()
        .find(|method| *method == word)
}

/// What a ticket or an enquiry says about the visitor and the matter.
fn origin(answer: &Value) -> Origin {
    let visitor = answer
        .get("visitor")
        .cloned()
        .and_then(reading::record::<PersonView>)
        .map(|person| (person.id.to_string(), person.name));
    let items = answer
        .get("items")
        .and_then(Value::as_array)
        .map(|items| {
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    Origin {
        id: text(answer, "id").to_owned(),
        number: text(answer, "number").to_owned(),
        visitor,
        items,
    }
}
