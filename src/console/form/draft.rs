//! What was typed into a form, as plain data: it outlives the form, and where a server keeps it the terminal too. Lists to
//! pick from are not in it; they are the hall's, and the form that takes the draft has them anew.

use serde_json::{Map, Value};

use super::field::{Control, Field};
use super::{Form, Values};
use crate::console::picker::PickItem;
use crate::wire::Draft;

impl Form {
    /// What was typed so far.
    pub fn draft(&self) -> Draft {
        Draft {
            form: self.key.clone(),
            title: self.title.clone(),
            fields: self.kept(),
            focus: self.focused().map(|field| field.name.to_string()),
            request: self.request.clone(),
        }
    }

    /// Takes a draft of the same form: its values, its place, its request id. A field that it does not know stays as it is.
    pub fn restore(&mut self, draft: &Draft) {
        for field in &mut self.fields {
            if let Some(value) = draft.fields.get(field.name.as_ref()) {
                field.put_back(value);
            }
        }
        let focus = draft.focus.as_deref();
        let focus = self
            .fields
            .iter()
            .position(|field| Some(&*field.name) == focus);
        self.focus = focus.unwrap_or(self.focus);
        if draft.request.is_some() {
            self.request.clone_from(&draft.request);
        }
    }

    /// The form is opened: what it holds now was not typed by anybody.
    pub fn begin(&mut self) {
        self.pristine = self.kept();
    }

    /// Whether anything was typed since it was opened.
    pub fn is_touched(&self) -> bool {
        self.kept() != self.pristine
    }

    /// The request id under which it is sent, where it has one.
    pub fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// From now on it is sent under this request id: what is sent under one id is done once.
    pub fn send_as(&mut self, request: String) {
        self.request = Some(request);
    }

    fn kept(&self) -> Values {
        let value = |field: &Field| (field.name.to_string(), field.kept());
        self.fields.iter().map(value).collect()
    }
}

impl Field {
    /// What it holds, null where it is empty; unlike its value, also what is not complete.
    fn kept(&self) -> Value {
        match &self.control {
            Control::Line(input)
            | Control::Note(input)
            | Control::Date(input)
            | Control::Number(input) => typed(input.value()),
            Control::Choice { options, chosen } => chosen
                .and_then(|index| options.get(index))
                .map_or(Value::Null, |(value, _)| value.clone()),
            Control::Checks {
                options, ticked, ..
            } => super::field::ticked_values(options, ticked),
            Control::Pick { picker, chosen } => match chosen {
                Some(item) => Value::Object(Map::from_iter([
                    ("id".to_owned(), Value::from(item.id.as_str())),
                    ("text".to_owned(), Value::from(item.text.as_str())),
                    ("hint".to_owned(), Value::from(item.hint.as_str())),
                ])),
                None => typed(picker.input().value()),
            },
        }
    }

    /// Takes back what it held. A choice that is not offered any more is left out.
    fn put_back(&mut self, value: &Value) {
        let text = value.as_str().unwrap_or_default();
        match &mut self.control {
            Control::Line(input)
            | Control::Note(input)
            | Control::Date(input)
            | Control::Number(input) => *input = input.clone().with(text),
            Control::Choice { options, chosen } => {
                *chosen = options.iter().position(|(option, _)| option == value);
            }
            Control::Checks {
                options, ticked, ..
            } => {
                let wanted = value.as_array().map_or(&[][..], Vec::as_slice);
                for (tick, (option, _)) in ticked.iter_mut().zip(options) {
                    *tick = wanted.contains(option);
                }
            }
            Control::Pick { picker, chosen } => {
                *chosen = picked(value);
                picker.clear();
                picker.insert(text);
            }
        }
    }
}

fn typed(text: &str) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        Value::from(text)
    }
}

fn picked(value: &Value) -> Option<PickItem> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(PickItem {
        id: text("id")?,
        text: text("text")?,
        hint: text("hint").unwrap_or_default(),
    })
}
