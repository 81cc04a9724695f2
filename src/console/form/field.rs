//! One field of a form: what it is called, how it is filled, what it holds and what is wrong with it.

use std::borrow::Cow;
use std::rc::Rc;

use chrono::NaiveDate;
use serde_json::Value;

use crate::console::input::{TextInput, Typed};
use crate::console::keymap::{Action, Key, Place};
use crate::console::listing::Outcome;
use crate::console::picker::{PickItem, PickList, Picker};
use crate::console::text::Ruler;
use crate::i18n::Messages;

/// How many matches a field shows under its line.
pub(super) const MATCHES_SHOWN: u16 = 5;

/// One option of a choice: what is sent, and the words for it.
pub type ChoiceOption = (Value, String);

/// How a field is filled.
#[derive(Clone, Debug)]
pub enum Control {
    /// A line of text.
    Line(TextInput),
    /// A text of several lines.
    Note(TextInput),
    /// A date, typed as `2026-11-23`, `20261123` or `11-23` of the year shown by the clock.
    Date(TextInput),
    /// A whole number.
    Number(TextInput),
    /// One of a few.
    Choice {
        /// What there is to choose.
        options: Vec<ChoiceOption>,
        /// The chosen one.
        chosen: Option<usize>,
    },
    /// Some of a list of lines, ticked one by one.
    Checks {
        /// What there is to tick.
        options: Vec<ChoiceOption>,
        /// Whether the line of the same place is ticked.
        ticked: Vec<bool>,
        /// The line that the cursor is on.
        at: usize,
    },
    /// One of many, found by typing.
    Pick {
        /// The list and what was typed.
        picker: Picker,
        /// What was picked.
        chosen: Option<PickItem>,
    },
}

/// Whether a field may stay empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It may.
    Optional,
    /// It may not.
    Required,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name of the value, as in the method's parameters.
    pub name: Cow<'static, str>,
    /// What people call it.
    pub label: String,
    /// What helps to fill it; shown while it has the cursor.
    pub hint: String,
    /// Whether it may stay empty.
    pub need: Need,
    /// How it is filled.
    pub control: Control,
    /// What is wrong with it, once somebody tried to send it.
    pub fault: Option<String>,
}

impl Field {
    fn new(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<String>,
        control: Control,
    ) -> Field {
        Field {
            name: name.into(),
            label: label.into(),
            hint: String::new(),
            need: Need::Optional,
            control,
            fault: None,
        }
    }

    /// A line of text.
    pub fn line(name: impl Into<Cow<'static, str>>, label: impl Into<String>) -> Field {
        Field::new(name, label, Control::Line(TextInput::line()))
    }

    /// A text of several lines.
    pub fn note(name: impl Into<Cow<'static, str>>, label: impl Into<String>) -> Field {
        Field::new(name, label, Control::Note(TextInput::note()))
    }

    /// A date.
    pub fn date(name: impl Into<Cow<'static, str>>, label: impl Into<String>) -> Field {
        Field::new(name, label, Control::Date(TextInput::line()))
    }

    /// A whole number.
    pub fn number(name: impl Into<Cow<'static, str>>, label: impl Into<String>) -> Field {
        Field::new(name, label, Control::Number(TextInput::line()))
    }

    /// One of a few; the first is chosen from the start where the field is required and there is but one.
    pub fn choice(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<String>,
        options: Vec<ChoiceOption>,
    ) -> Field {
        let chosen = (options.len() == 1).then_some(0);
        Field::new(name, label, Control::Choice { options, chosen })
    }

    /// Yes or no.
    pub fn yes_no(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<String>,
        messages: &Messages,
    ) -> Field {
        let options = vec![
            (Value::Bool(true), messages.t("yes").into_owned()),
            (Value::Bool(false), messages.t("no").into_owned()),
        ];
        Field::choice(name, label, options)
    }

    /// One of many.
    pub fn pick(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<String>,
        list: Rc<PickList>,
    ) -> Field {
        let picker = Picker::new(list, MATCHES_SHOWN);
        Field::new(
            name,
            label,
            Control::Pick {
                picker,
                chosen: None,
            },
        )
    }

    /// Some of a list of lines; none is ticked from the start.
    pub fn checks(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<String>,
        options: Vec<ChoiceOption>,
    ) -> Field {
        let ticked = vec![false; options.len()];
        Field::new(
            name,
            label,
            Control::Checks {
                options,
                ticked,
                at: 0,
            },
        )
    }

    /// The same, not to be left empty.
    pub fn required(mut self) -> Field {
        self.need = Need::Required;
        self
    }

    /// The same, with help.
    pub fn hint(mut self, hint: impl Into<String>) -> Field {
        self.hint = hint.into();
        self
    }

    /// The same, filled with a value as [`Field::value`] gives it; what does not fit is left out.
    pub fn filled(mut self, value: &Value) -> Field {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        match &mut self.control {
            Control::Line(input)
            | Control::Note(input)
            | Control::Date(input)
            | Control::Number(input) => {
                *input = input.clone().with(&text);
            }
            Control::Choice { options, chosen } => {
                *chosen = options
                    .iter()
                    .position(|(option, _)| option == value)
                    .or(*chosen);
            }
            Control::Checks {
                options, ticked, ..
            } => {
                let wanted = value.as_array().map_or(&[][..], Vec::as_slice);
                for (tick, (option, _)) in ticked.iter_mut().zip(options) {
                    *tick = wanted.contains(option);
                }
            }
            Control::Pick { picker, chosen } => *chosen = picker.find(&text).cloned(),
        }
        self
    }

    /// Where keys are looked up while the field has the cursor.
    pub fn place(&self) -> Place {
        match self.control {
            Control::Line(_) | Control::Date(_) | Control::Number(_) => Place::FormLine,
            Control::Note(_) => Place::FormNote,
            Control::Choice { .. } => Place::FormChoice,
            Control::Checks { .. } => Place::FormChecklist,
            Control::Pick { .. } => Place::FormPicker,
        }
    }

    /// Takes typed or pasted text. In a choice, a digit takes the option of that number.
    pub fn insert(&mut self, text: &str) -> Typed {
        self.fault = None;
        match &mut self.control {
            Control::Line(input) | Control::Note(input) => input.insert(text),
            Control::Date(input) | Control::Number(input) => input.insert(&ascii(text)),
            Control::Choice { options, chosen } => {
                let number = ascii(text)
                    .parse::<usize>()
                    .ok()
                    .filter(|number| (1..=options.len()).contains(number));
                *chosen = number.map(|number| number - 1).or(*chosen);
                Typed::Whole
            }
            Control::Checks { .. } => Typed::Whole,
            Control::Pick { picker, chosen } => {
                *chosen = None;
                picker.insert(text);
                Typed::Whole
            }
        }
    }

    /// Does an action inside the field.
    pub fn act(&mut self, action: Action, ruler: Ruler, width: u16) -> Outcome {
        let done = match &mut self.control {
            Control::Line(input)
            | Control::Note(input)
            | Control::Date(input)
            | Control::Number(input) => input.edit(action, ruler, width),
            Control::Choice { options, chosen } => turn(action, options.len(), chosen),
            Control::Checks { ticked, at, .. } => tick(action, ticked, at),
            Control::Pick { .. } if action == Action::Open => {
                self.settle();
                true
            }
            Control::Pick { chosen, picker } => {
                // A picked value is one thing: the first deletion takes it away whole.
                let deletes = matches!(
                    action,
                    Action::DeleteBack | Action::DeleteWord | Action::DeleteToStart
                );
                (deletes && chosen.take().is_some()) || picker.act(action, ruler) == Outcome::Done
            }
        };
        if done {
            self.fault = None;
        }
        if done {
            Outcome::Done
        } else {
            Outcome::Ignored
        }
    }

    /// The field is left: what was typed to find something picks the best match.
    pub(super) fn settle(&mut self) {
        if let Control::Pick {
            picker,
            chosen: chosen @ None,
        } = &mut self.control
        {
            *chosen = picker.choice().cloned();
            if chosen.is_some() {
                picker.clear();
            }
        }
    }

    /// What the field holds, ready to be sent: `null` where it is empty, or what is wrong with it.
    pub fn value(&self, messages: &Messages, today: NaiveDate) -> Result<Value, String> {
        let value = match &self.control {
            Control::Line(input) | Control::Note(input) => text_value(input.value()),
            Control::Date(input) => match input.value().trim() {
                "" => Value::Null,
                text => match parse_date(text, today) {
                    Some(date) => Value::String(date.format("%Y-%m-%d").to_string()),
                    None => return Err(messages.t("form-not-a-date").into_owned()),
                },
            },
            Control::Number(input) => match input.value().trim() {
                "" => Value::Null,
                text => match text.parse::<i64>() {
                    Ok(number) => Value::from(number),
                    Err(_) => return Err(messages.t("form-not-a-number").into_owned()),
                },
            },
            Control::Choice { options, chosen } => chosen
                .and_then(|index| options.get(index))
                .map_or(Value::Null, |(value, _)| value.clone()),
            Control::Checks {
                options, ticked, ..
            } => ticked_values(options, ticked),
            Control::Pick { picker, chosen } => match chosen {
                Some(item) => Value::String(item.id.clone()),
                None if picker.input().value().trim().is_empty() => Value::Null,
                None => return Err(messages.t("form-pick-one").into_owned()),
            },
        };
        if value.is_null() && self.need == Need::Required {
            return Err(messages.t("form-required").into_owned());
        }
        Ok(value)
    }
}

fn text_value(text: &str) -> Value {
    if text.trim().is_empty() {
        Value::Null
    } else {
        Value::String(text.to_owned())
    }
}

/// Digits and signs typed under a Chinese input method count as their ASCII ones where only those make sense.
fn ascii(text: &str) -> String {
    text.chars()
        .filter_map(|character| Key::char(character).as_command().typed())
        .collect()
}

/// Moves among the lines and ticks them; a tick goes on to the next line, so that one key a line is enough.
fn tick(action: Action, ticked: &mut [bool], at: &mut usize) -> bool {
    let last = ticked.len().saturating_sub(1);
    match action {
        Action::Up => *at = at.saturating_sub(1),
        Action::Down => *at = (*at + 1).min(last),
        Action::Mark => {
            if let Some(line) = ticked.get_mut(*at) {
                *line = !*line;
            }
            *at = (*at + 1).min(last);
        }
        Action::MarkAll => {
            let all = ticked.iter().all(|line| *line);
            ticked.fill(!all);
        }
        _ => return false,
    }
    true
}

/// The ticked lines; null where there are none, as with every empty field.
pub(super) fn ticked_values(options: &[ChoiceOption], ticked: &[bool]) -> Value {
    let values: Vec<Value> = options
        .iter()
        .zip(ticked)
        .filter(|(_, ticked)| **ticked)
        .map(|((value, _), _)| value.clone())
        .collect();
    if values.is_empty() {
        Value::Null
    } else {
        Value::Array(values)
    }
}

fn turn(action: Action, count: usize, chosen: &mut Option<usize>) -> bool {
    let next = match (action, *chosen) {
        _ if count == 0 => return false,
        (Action::ChoiceNext, None) => 0,
        (Action::ChoiceNext, Some(index)) => (index + 1) % count,
        (Action::ChoicePrevious, index) => index.unwrap_or(0).checked_sub(1).unwrap_or(count - 1),
        _ => return false,
    };
    *chosen = Some(next);
    true
}

/// Reads a date as people type it; a month and a day alone are of this year.
fn parse_date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    let numbers: Vec<&str> = text.split(['-', '/', '.']).collect();
    match numbers.as_slice() {
        [whole] if whole.len() == 8 => NaiveDate::parse_from_str(whole, "%Y%m%d").ok(),
        [year, month, day] if year.len() == 4 => {
            NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        }
        [month, day] => {
            NaiveDate::from_ymd_opt(today.year(), month.parse().ok()?, day.parse().ok()?)
        }
        _ => None,
    }
}
