//! Forms as data: fields in a row, a draft that outlives the form, faults beside the fields they are about.
//!
//! A page describes a form and gets its values; what keys do inside is decided here. Nothing typed is ever
//! lost: leaving a form keeps it as a draft under its key until it has been sent and accepted.

mod draft;
mod field;
mod view;

use chrono::NaiveDate;
use serde_json::{Map, Value};

pub use self::field::{ChoiceOption, Control, Field, Need};
pub(super) use self::view::centred;
use super::input::Typed;
use super::keymap::{Action, Place};
use super::listing::Outcome;
use super::text::Ruler;
use crate::i18n::Messages;

/// The values of a form by the names of its fields; empty ones are left out.
pub type Values = Map<String, Value>;

/// What became of an action in a form.
#[derive(Clone, Debug, PartialEq)]
pub enum FormOutcome {
    /// It is none of the form's.
    Ignored,
    /// It is done.
    Done,
    /// The form is complete and wants to be sent.
    Submit(Values),
}

/// Where a form stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Being filled.
    Open,
    /// Sent, not yet answered: the serial number of its request.
    Sent(u64),
    /// Refused, with what the hall said, line by line.
    Refused(Vec<String>),
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    key: String,
    title: String,
    intro: Vec<String>,
    fields: Vec<Field>,
    focus: usize,
    standing: Standing,
    width: u16,
    /// What it held when it was opened.
    pristine: Values,
    /// The request id under which it is sent.
    request: Option<String>,
}

impl Form {
    /// A form. `key` names its draft: the same key means the same piece of work, as `case.receive/T-0042`.
    pub fn new(key: impl Into<String>, title: impl Into<String>) -> Form {
        Form {
            key: key.into(),
            title: title.into(),
            intro: Vec::new(),
            fields: Vec::new(),
            focus: 0,
            standing: Standing::Open,
            width: view::WIDTH_MAX,
            pristine: Values::new(),
            request: None,
        }
    }

    /// The same with a line above the fields that says what it is about.
    pub fn intro(mut self, line: impl Into<String>) -> Form {
        self.intro.push(line.into());
        self
    }

    /// The same with one more field.
    pub fn field(mut self, field: Field) -> Form {
        self.fields.push(field);
        self
    }

    /// The name of its draft.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its fields.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field that has the cursor.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// Where it stands.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether it was sent with the request of this serial number and is not answered.
    pub fn is_sent_with(&self, serial: u64) -> bool {
        self.standing == Standing::Sent(serial)
    }

    /// Marks it as sent with a request, answered, or refused.
    pub fn stand(&mut self, standing: Standing) {
        self.standing = standing;
    }

    /// Shows what is wrong with the field of this name, and goes to it; whether there is one.
    pub fn blame(&mut self, name: &str, fault: impl Into<String>) -> bool {
        let Some(index) = self.fields.iter().position(|field| field.name == name) else {
            return false;
        };
        self.fields[index].fault = Some(fault.into());
        self.focus = index;
        true
    }

    /// Where keys are looked up now.
    pub fn place(&self) -> Place {
        self.focused().map_or(Place::FormChoice, Field::place)
    }

    /// Takes typed or pasted text into the field that has the cursor. What was sent is not changed any more.
    pub fn insert(&mut self, text: &str) -> Typed {
        if matches!(self.standing, Standing::Sent(_)) {
            return Typed::Whole;
        }
        self.fields
            .get_mut(self.focus)
            .map_or(Typed::Whole, |field| field.insert(text))
    }

    /// Does an action. `today` completes dates.
    pub fn act(
        &mut self,
        action: Action,
        ruler: Ruler,
        messages: &Messages,
        today: NaiveDate,
    ) -> FormOutcome {
        if matches!(self.standing, Standing::Sent(_)) {
            return FormOutcome::Ignored;
        }
        let width = self.value_width();
        let Some(field) = self.fields.get_mut(self.focus) else {
            return FormOutcome::Ignored;
        };
        let in_field = field.act(action, ruler, width);
        if matches!(
            action,
            Action::FieldNext | Action::FieldPrevious | Action::Submit
        ) {
            field.settle();
        }
        match action {
            Action::Submit => return self.submit(messages, today),
            Action::FieldDone | Action::Open if self.focus + 1 == self.fields.len() => {
                return self.submit(messages, today);
            }
            Action::FieldNext | Action::FieldDone | Action::Open => self.step(1),
            Action::FieldPrevious => self.step(-1),
            _ if in_field == Outcome::Ignored => return FormOutcome::Ignored,
            _ => {}
        }
        FormOutcome::Done
    }

    fn step(&mut self, by: isize) {
        let count = self.fields.len().cast_signed();
        let next = (self.focus.cast_signed() + by).rem_euclid(count.max(1));
        self.focus = next.unsigned_abs();
    }

    /// Checks every field; goes to the first that is at fault.
    fn submit(&mut self, messages: &Messages, today: NaiveDate) -> FormOutcome {
        let mut values = Values::new();
        let mut first_fault = None;
        for (index, field) in self.fields.iter_mut().enumerate() {
            match field.value(messages, today) {
                Ok(Value::Null) => field.fault = None,
                Ok(value) => {
                    field.fault = None;
                    values.insert(field.name.clone().into_owned(), value);
                }
                Err(fault) => {
                    field.fault = Some(fault);
                    first_fault.get_or_insert(index);
                }
            }
        }
        match first_fault {
            Some(index) => {
                self.focus = index;
                FormOutcome::Done
            }
            None => FormOutcome::Submit(values),
        }
    }
}
