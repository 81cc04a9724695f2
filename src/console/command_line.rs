//! The line under `:` and the palette in one: every action by its name, its words or its initials, so that
//! an input method in Chinese mode reaches everything; what is no action goes to the page as a number.

use std::rc::Rc;

use super::input::TextInput;
use super::keymap::{Action, Context};
use super::listing::Outcome;
use super::picker::{PickItem, PickList};
use super::text::Ruler;
use crate::i18n::Messages;

/// The most lines that are remembered.
const HISTORY_MAX: usize = 100;
/// The most completions that are shown.
const COMPLETIONS_MAX: usize = 9;

/// What a finished line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing was typed.
    Nothing,
    /// An action.
    Action(Action),
    /// Something that is no action.
    Other(String),
}

/// The actions that words can name, with their words in one language.
pub fn vocabulary(messages: &Messages, contexts: &[Context]) -> Rc<PickList> {
    let named = |action: &&Action| {
        action
            .contexts()
            .iter()
            .any(|context| contexts.contains(context))
    };
    let item = |action: &Action| PickItem {
        id: action.name().to_owned(),
        text: messages.t(action.message()).into_owned(),
        hint: action.name().to_owned(),
    };
    PickList::new(Action::ALL.iter().filter(named).map(item).collect())
}

/// A command line at work.
#[derive(Clone, Debug)]
pub struct CommandLine {
    input: TextInput,
    words: Rc<PickList>,
    /// The lines of before, the newest last, and which of them is shown.
    history: Vec<String>,
    recalled: Option<usize>,
    /// What was typed before completion began, and the completion shown.
    completing: Option<(Vec<Action>, usize)>,
}

impl CommandLine {
    /// An empty line that knows these words and the lines of before.
    pub fn new(words: Rc<PickList>, history: Vec<String>) -> CommandLine {
        CommandLine {
            input: TextInput::line(),
            words,
            history,
            recalled: None,
            completing: None,
        }
    }

    /// The line.
    pub fn input(&self) -> &TextInput {
        &self.input
    }

    /// Puts typed text in.
    pub fn insert(&mut self, text: &str) {
        self.completing = None;
        self.input.insert(text);
    }

    /// Does an action of the line; running it is the screen's.
    pub fn act(&mut self, action: Action, ruler: Ruler) -> Outcome {
        match action {
            Action::Up => self.recall(-1),
            Action::Down => self.recall(1),
            Action::Complete => self.complete(),
            _ if self.input.edit(action, ruler, 0) => self.completing = None,
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    /// What fits the line so far, the best first, with the words for each and the one that is taken.
    pub fn completions(&self) -> (Vec<(Action, &str)>, Option<usize>) {
        let (actions, taken) = match &self.completing {
            Some((actions, taken)) => (actions.clone(), Some(*taken)),
            None => (self.fitting(), None),
        };
        let named = |action: Action| {
            let item = self
                .words
                .items()
                .iter()
                .find(|item| item.id == action.name());
            (action, item.map_or("", |item| item.text.as_str()))
        };
        (actions.into_iter().map(named).collect(), taken)
    }

    /// What the line asks for.
    pub fn asked(&self) -> Asked {
        let text = self.input.value().trim();
        if text.is_empty() {
            return Asked::Nothing;
        }
        let exact = self
            .words
            .items()
            .iter()
            .find(|item| item.id == text || item.text == text);
        if let Some(action) = exact.and_then(|item| Action::named(&item.id)) {
            return Asked::Action(action);
        }
        // Numbers of records begin with or hold digits; no action does.
        if text.chars().any(|character| character.is_ascii_digit()) {
            return Asked::Other(text.to_owned());
        }
        match self.fitting().first() {
            Some(action) => Asked::Action(*action),
            None => Asked::Other(text.to_owned()),
        }
    }

    /// The lines of before with this one.
    pub fn remembered(self) -> Vec<String> {
        let mut history = self.history;
        let line = self.input.value().trim().to_owned();
        history.retain(|old| *old != line);
        if !line.is_empty() {
            history.push(line);
        }
        let surplus = history.len().saturating_sub(HISTORY_MAX);
        history.drain(..surplus);
        history
    }

    fn fitting(&self) -> Vec<Action> {
        let text = self.input.value().trim();
        if text.is_empty() {
            return Vec::new();
        }
        let begins = self
            .words
            .items()
            .iter()
            .filter(|item| item.id.starts_with(text));
        let begins: Vec<&str> = begins.map(|item| item.id.as_str()).collect();
        let hits = self.words.search(text);
        let found = hits
            .iter()
            .map(|hit| self.words.items()[hit.index].id.as_str());
        let mut names: Vec<&str> = Vec::new();
        for name in begins.into_iter().chain(found) {
            if !names.contains(&name) && names.len() < COMPLETIONS_MAX {
                names.push(name);
            }
        }
        names.into_iter().filter_map(Action::named).collect()
    }

    fn recall(&mut self, by: isize) {
        let end = self.history.len();
        let at = self
            .recalled
            .unwrap_or(end)
            .saturating_add_signed(by)
            .min(end);
        self.recalled = Some(at);
        let line = self.history.get(at).map_or("", String::as_str);
        self.input = TextInput::line().with(line);
        self.completing = None;
    }

    fn complete(&mut self) {
        let (actions, next) = match self.completing.take() {
            Some((actions, taken)) => {
                let next = (taken + 1) % actions.len().max(1);
                (actions, next)
            }
            None => (self.fitting(), 0),
        };
        if let Some(action) = actions.get(next) {
            self.input = TextInput::line().with(action.name());
            self.completing = Some((actions, next));
        }
    }
}
