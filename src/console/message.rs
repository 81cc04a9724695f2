//! What goes in and out of pages: messages in, effects out, as plain values. A page never touches a
//! connection, a clock or a terminal; what it wants is in its answer.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde_json::Value;

use super::form::{Form, Values};
use super::keymap::{Action, Place};
use super::reader::Reader;
use super::text::Ruler;
use crate::client::{self, ClientError, OtherContract};
use crate::i18n::{Arg, Messages};

/// A page of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageName {
    /// 窗口: the tickets of a window.
    Window,
    /// 首问: enquiries.
    Enquiry,
    /// 办件: cases and their clocks.
    Cases,
    /// 代办: proxy orders and papers in custody.
    Errands,
    /// 巡查: rounds and findings.
    Inspection,
}

impl PageName {
    /// Every page, in the order of their tabs.
    pub const ALL: [PageName; 5] = [
        PageName::Window,
        PageName::Enquiry,
        PageName::Cases,
        PageName::Errands,
        PageName::Inspection,
    ];

    /// The key of the message on its tab.
    pub fn message(self) -> &'static str {
        match self {
            PageName::Window => "tab-window",
            PageName::Enquiry => "tab-enquiry",
            PageName::Cases => "tab-cases",
            PageName::Errands => "tab-errands",
            PageName::Inspection => "tab-inspection",
        }
    }

    /// Where its keys are looked up.
    pub fn place(self) -> Place {
        match self {
            PageName::Window => Place::Window,
            PageName::Enquiry => Place::Enquiry,
            PageName::Cases => Place::Cases,
            PageName::Errands => Place::Errands,
            PageName::Inspection => Place::Inspection,
        }
    }

    /// The page that an action goes to.
    pub fn of(action: Action) -> Option<PageName> {
        match action {
            Action::PageWindow => Some(PageName::Window),
            Action::PageEnquiry => Some(PageName::Enquiry),
            Action::PageCases => Some(PageName::Cases),
            Action::PageErrands => Some(PageName::Errands),
            Action::PageInspection => Some(PageName::Inspection),
            _ => None,
        }
    }
}

/// The hall's no, or a fault on the way to it, as it came over the wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refused {
    /// The stable code, as `ticket.taken`; empty for a fault that is no refusal.
    pub code: String,
    /// The rule of the rule book.
    pub rule: String,
    /// The facts by name.
    pub facts: BTreeMap<String, Value>,
    /// The next step, in English.
    pub next: String,
    /// The sentence, in English.
    pub message: String,
}

impl Refused {
    /// A fault that is no refusal: the connection, a malformed answer.
    pub fn fault(message: impl Into<String>) -> Refused {
        Refused {
            message: message.into(),
            ..Refused::default()
        }
    }

    /// The lines to show: what is refused and by which rule, and what to do next, in the reader's language
    /// where it has words for the code, else in the hall's own.
    pub fn lines(&self, messages: &Messages) -> Vec<String> {
        let key = format!("refusal-{}", self.code.replace('.', "-"));
        let texts: Vec<(&str, String)> = self
            .facts
            .iter()
            .map(|(name, fact)| (name.as_str(), self.fact(name, fact, messages)))
            .collect();
        let args: Vec<(&str, Arg<'_>)> = texts
            .iter()
            .map(|(name, text)| (*name, Arg::from(text)))
            .collect();
        let said = |key: &str, own: &str| {
            if messages.has(key) {
                messages.with(key, &args)
            } else {
                own.to_owned()
            }
        };
        let mut first = said(&key, &self.message);
        if !self.rule.is_empty() {
            first = messages.with(
                "refusal-with-rule",
                &[("text", first.into()), ("rule", (&self.rule).into())],
            );
        }
        let next = said(&format!("{key}-next"), &self.next);
        [first, next]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect()
    }

    /// The noun that the refusal is about, as its facts or its code say.
    fn noun(&self) -> &str {
        let said = self.facts.get("noun").and_then(Value::as_str);
        let noun = said.unwrap_or_else(|| self.code.split('.').next().unwrap_or_default());
        match noun {
            "order" => "proxy",
            noun => noun,
        }
    }

    /// A fact in the reader's words: the words of the wire are translated where there are others for people.
    fn fact(&self, name: &str, fact: &Value, messages: &Messages) -> String {
        match fact {
            Value::String(text) => self.word(name, text, messages),
            Value::Array(items) => items
                .iter()
                .map(|item| self.fact(name, item, messages))
                .collect::<Vec<_>>()
                .join(&messages.t("word-join")),
            other => other.to_string(),
        }
    }

    fn word(&self, name: &str, text: &str, messages: &Messages) -> String {
        let noun = self.noun();
        let verb = |text: &str| match text.split_once('.') {
            Some((noun, verb)) => format!("word-verb-{noun}-{verb}"),
            None if noun == "paper" => format!("word-verb-custody-{text}"),
            None => format!("word-verb-{noun}-{text}"),
        };
        let role = |text: &str| {
            text.split('+')
                .map(|role| format!("role-{role}"))
                .collect::<Vec<_>>()
        };
        let keys = match name {
            "noun" => vec![format!("word-noun-{text}")],
            "state" => vec![format!("{noun}-state-{text}")],
            "role" => role(text),
            "allowed" if self.code == "permission.denied" => role(text),
            "allowed" if self.code == "window.reason_missing" => {
                vec![format!("pause-reason-{text}")]
            }
            "allowed" if self.code == "case.pause_kind" => vec![format!("pause-kind-{text}")],
            "verb" | "allowed" => vec![verb(text)],
            "reason" if self.code == "window.paused" => vec![format!("pause-reason-{text}")],
            "priority" | "right" => vec![format!("priority-{text}")],
            "from" | "to" => vec![format!("case-kind-{text}")],
            _ => Vec::new(),
        };
        if keys.is_empty() || !keys.iter().all(|key| messages.has(key)) {
            return text.to_owned();
        }
        let words: Vec<_> = keys.iter().map(|key| messages.t(key)).collect();
        words.join(&messages.t("word-join"))
    }
}

impl From<ClientError> for Refused {
    fn from(error: ClientError) -> Refused {
        match error {
            ClientError::Refused(refused) => {
                let client::Refused {
                    code,
                    rule,
                    facts,
                    next,
                    message,
                } = *refused;
                Refused {
                    code,
                    rule,
                    facts,
                    next,
                    message,
                }
            }
            fault => Refused::fault(fault.to_string()),
        }
    }
}

/// How the terminal reaches the hall.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Connection {
    /// It does.
    #[default]
    Up,
    /// It does not, and tries again; what is typed is kept.
    Down(Outage),
    /// It does not, and will not unless somebody asks for it: the hall does not want this session any more.
    Over(Farewell),
}

/// A hall that is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Since when.
    pub since: DateTime<FixedOffset>,
    /// When it is tried again.
    pub next: DateTime<FixedOffset>,
}

/// Why a session cannot go on.
#[derive(Clone, Debug, PartialEq)]
pub enum Farewell {
    /// The hall refuses it, or there is no way back to it.
    Refused(Refused),
    /// The server that came back is of another version.
    OtherContract(OtherContract),
}

impl From<ClientError> for Farewell {
    fn from(error: ClientError) -> Farewell {
        match error {
            ClientError::OtherContract(other) => Farewell::OtherContract(other),
            error => Farewell::Refused(Refused::from(error)),
        }
    }
}

/// What a page is told.
#[derive(Clone, Debug)]
pub enum Message {
    /// The page is shown: fetch what it shows.
    Shown,
    /// Another page is shown now: nothing need be fetched until this one is shown again.
    Hidden,
    /// The space for the page, in columns and rows.
    Space {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// A key, a word or the palette asked for this.
    Action(Action),
    /// Text for the line the page has open.
    Text(String),
    /// The minute changed.
    Clock,
    /// Nothing was typed for a moment: details may follow the selection.
    Rest,
    /// A request is answered.
    Answer {
        /// The purpose given with the request.
        purpose: &'static str,
        /// What came back.
        result: Result<Value, Refused>,
    },
    /// A form that the page opened is complete.
    Submitted {
        /// The form's key.
        form: String,
        /// Its values.
        values: Values,
    },
    /// A question that the page asked is answered with yes.
    Confirmed {
        /// The question's key.
        question: &'static str,
    },
    /// A command line that no action has the name of, as the number of a record.
    Command(String),
    /// Records of these kinds changed.
    Changed(Vec<String>),
}

/// A question before an act that cannot be taken back; it states the effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What the page knows it by.
    pub key: &'static str,
    /// The question.
    pub text: String,
    /// What happens on yes, line by line.
    pub effect: Vec<String>,
}

/// How much a line of news weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something was refused or failed.
    Bad,
}

/// What a page wants.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask for data: an answer to an older question of the same purpose is dropped.
    Fetch {
        /// The method.
        method: &'static str,
        /// Its parameters.
        params: Value,
        /// What the page knows the answer by.
        purpose: &'static str,
    },
    /// Do something: answered once, to the form that sent it and to the page.
    Send {
        /// The method.
        method: &'static str,
        /// Its parameters.
        params: Value,
        /// What the page knows the answer by.
        purpose: &'static str,
    },
    /// Open a form.
    Fill(Box<Form>),
    /// Show what is wrong with a field of the form that was submitted.
    Blame {
        /// The field.
        field: String,
        /// What is wrong.
        fault: String,
    },
    /// The form of this key has done its work without a request of its own: it goes, and its draft with it.
    Finish(String),
    /// Ask a question.
    Ask(Question),
    /// Show a text.
    Read(Box<Reader>),
    /// Say a line.
    Say(Weight, String),
    /// Go to a page; it is told by [`Message::Command`] which record to show.
    Go(PageName, Option<String>),
    /// Ring the bell: somebody waits for this terminal.
    Ring,
}

/// What every page may know of the session.
#[derive(Clone, Debug)]
pub struct About {
    /// The words.
    pub messages: Rc<Messages>,
    /// The measure of text.
    pub ruler: Ruler,
    /// Hall time, to the minute that the clock shows.
    pub now: DateTime<FixedOffset>,
    /// The hall's name.
    pub hall: String,
    /// Who works here: code and name.
    pub staff: Option<(String, String)>,
    /// Their roles, in the words of the wire.
    pub roles: Vec<String>,
    /// Whether acts are left out: the console only looks.
    pub reading: Reading,
}

/// Whether this console acts or only looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// It acts.
    #[default]
    Acting,
    /// It only looks.
    Only,
}

impl About {
    /// Today in the hall.
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// A message without arguments.
    pub fn t(&self, key: &str) -> String {
        self.messages.t(key).into_owned()
    }

    /// A message with arguments.
    pub fn with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.messages.with(key, args)
    }
}
