//! From keys to what they do: sequences, text that goes into fields, the topmost dialog before the page.

use serde_json::Value;

use super::line::SentForm;
use super::{Outgoing, Screen};
use crate::console::command_line::{Asked, CommandLine};
use crate::console::form::{Form, FormOutcome, Standing, Values};
use crate::console::help;
use crate::console::input::Typed;
use crate::console::keymap::{Action, Key, Lookup};
use crate::console::layer::{Asker, Layer};
use crate::console::message::{Connection, Message, PageName, Question, Reading, Weight};
use crate::console::page::Availability;
use crate::console::reader::Reader;
use crate::console::theme::Ink;

impl Screen {
    pub(super) fn key(&mut self, key: Key) -> Vec<Outgoing> {
        self.said = None;
        let place = self.place();
        // In a text the character is what was typed; elsewhere it is a command, whatever the input method made of it.
        let key = if place.takes_text() {
            key
        } else {
            key.as_command()
        };
        self.pending.push(key);
        match self.keymap.lookup(place, &self.pending) {
            Lookup::Found(action) => {
                self.end_sequence();
                self.act(action)
            }
            Lookup::Pending(_) => Vec::new(),
            Lookup::Unbound => {
                let alone = self.pending.len() == 1;
                self.end_sequence();
                match key.typed() {
                    Some(character) if alone => self.type_text(character.encode_utf8(&mut [0; 4])),
                    _ => Vec::new(),
                }
            }
        }
    }

    fn end_sequence(&mut self) {
        self.pending.clear();
        self.follows_shown = false;
    }

    /// Puts typed or pasted text where the cursor is.
    pub(super) fn type_text(&mut self, text: &str) -> Vec<Outgoing> {
        let typed = match self.layers.last_mut() {
            Some(Layer::Form(form, _)) => {
                self.unkept = true;
                form.insert(text)
            }
            Some(Layer::CommandLine(line)) => {
                line.insert(text);
                Typed::Whole
            }
            Some(Layer::Reader(_) | Layer::Question(..)) => Typed::Whole,
            None => return self.type_on_page(text),
        };
        if typed == Typed::Cut {
            self.say(Weight::Bad, self.about.t("form-text-cut"));
        }
        Vec::new()
    }

    fn type_on_page(&mut self, text: &str) -> Vec<Outgoing> {
        if self.place().takes_text() {
            self.tell_active(Message::Text(text.to_owned()))
        } else {
            Vec::new()
        }
    }

    /// Does an action: the topmost dialog first, then the console, then the page.
    pub(super) fn act(&mut self, action: Action) -> Vec<Outgoing> {
        match self.layers.last() {
            Some(Layer::Form(..)) => self.act_in_form(action),
            Some(Layer::CommandLine(_)) => self.act_in_command_line(action),
            Some(Layer::Reader(_)) => self.act_in_reader(action),
            Some(Layer::Question(..)) => self.act_in_question(action),
            None => self.act_on_page(action),
        }
    }

    fn act_on_page(&mut self, action: Action) -> Vec<Outgoing> {
        if let Some(name) = PageName::of(action) {
            return self.go(name, None);
        }
        match action {
            Action::PageNext => self.turn(1),
            Action::PagePrevious => self.turn(-1),
            Action::Refresh if self.line.connection != Connection::Up => vec![Outgoing::Reconnect],
            Action::Refresh => self.tell_active(Message::Shown),
            Action::Messages => {
                self.read_news();
                Vec::new()
            }
            Action::Quit => self.quit(),
            Action::PersonUnmask => self.ask_purpose(),
            _ if self.act_everywhere(action) => Vec::new(),
            Action::Redraw => vec![Outgoing::Repaint],
            _ if self.about.reading == Reading::Only && action.is_act() => {
                self.say(Weight::Bad, self.about.t("reading-only"));
                Vec::new()
            }
            _ => self.tell_active(Message::Action(action)),
        }
    }

    /// What works on pages and in dialogs alike; whether it was that.
    fn act_everywhere(&mut self, action: Action) -> bool {
        match action {
            Action::Help => self.open_help(),
            Action::CommandLine => {
                let line = CommandLine::new(self.words.clone(), self.history.clone());
                self.layers.push(Layer::CommandLine(line));
            }
            _ => return false,
        }
        true
    }

    fn act_in_form(&mut self, action: Action) -> Vec<Outgoing> {
        if action == Action::Back {
            self.leave_form();
            return Vec::new();
        }
        if action == Action::Redraw {
            return vec![Outgoing::Repaint];
        }
        let (ruler, messages, today) = (
            self.about.ruler,
            self.about.messages.clone(),
            self.about.today(),
        );
        let Some(Layer::Form(form, page)) = self.layers.last_mut() else {
            return Vec::new();
        };
        let page = *page;
        self.unkept = true;
        match form.act(action, ruler, &messages, today) {
            FormOutcome::Done => Vec::new(),
            FormOutcome::Ignored => {
                self.act_everywhere(action);
                Vec::new()
            }
            FormOutcome::Submit(values) => self.submit(page, values),
        }
    }

    /// Hands the values to the page; the request that it makes of them is the form's.
    fn submit(&mut self, page: PageName, values: Values) -> Vec<Outgoing> {
        let Some(Layer::Form(form, _)) = self.layers.last() else {
            return Vec::new();
        };
        let key = form.key().to_owned();
        let request = form.request().map(str::to_owned);
        self.submitting = true;
        let mut out = match self.purpose_given(page, &key, &values) {
            Some(out) => out,
            None => self.tell_page(
                page,
                Message::Submitted {
                    form: key.clone(),
                    values,
                },
            ),
        };
        self.submitting = false;
        let acts = &self.line.acts;
        let sent = out.iter_mut().find_map(|outgoing| match outgoing {
            Outgoing::Request { tag, params, .. } if acts.contains_key(&tag.serial) => {
                Some((tag.serial, params))
            }
            _ => None,
        });
        let Some((serial, params)) = sent else {
            return out;
        };
        if let (Some(request), Value::Object(params)) = (request, params) {
            params.insert("request".to_owned(), request.into());
        }
        if let Some(act) = self.line.acts.get_mut(&serial) {
            act.form = Some(SentForm {
                key: key.clone(),
                put_away: None,
            });
        }
        if let Some(form) = self.form_of(&key) {
            form.stand(Standing::Sent(serial));
        }
        if self.line.connection != Connection::Up {
            self.put_away(serial);
        }
        out
    }

    /// The open form of this key.
    pub(super) fn form_of(&mut self, key: &str) -> Option<&mut Form> {
        self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Form(form, _) if form.key() == key => Some(form.as_mut()),
            _ => None,
        })
    }

    fn leave_form(&mut self) {
        let Some(Layer::Form(form, _)) = self.layers.last() else {
            return;
        };
        if let Standing::Sent(serial) = *form.standing()
            && self.line.acts.contains_key(&serial)
        {
            self.put_away(serial);
            return;
        }
        let Some(Layer::Form(form, _)) = self.layers.pop() else {
            return;
        };
        self.unkept = true;
        if form.is_touched() {
            self.keep_draft(&form);
            self.say(Weight::Note, self.about.t("draft-kept"));
        }
    }

    fn act_in_command_line(&mut self, action: Action) -> Vec<Outgoing> {
        let ruler = self.about.ruler;
        match action {
            Action::Back => {
                self.layers.pop();
            }
            Action::Open => return self.run_command_line(),
            Action::Redraw => return vec![Outgoing::Repaint],
            _ => {
                if let Some(Layer::CommandLine(line)) = self.layers.last_mut() {
                    line.act(action, ruler);
                }
            }
        }
        Vec::new()
    }

    fn run_command_line(&mut self) -> Vec<Outgoing> {
        let Some(Layer::CommandLine(line)) = self.layers.pop() else {
            return Vec::new();
        };
        let asked = line.asked();
        self.history = line.remembered();
        match asked {
            Asked::Nothing => Vec::new(),
            Asked::Other(text) => self.tell_active(Message::Command(text)),
            Asked::Action(action) => {
                let mut out = self.go_where(action);
                out.extend(self.act(action));
                out
            }
        }
    }

    /// An action of another page is done there.
    fn go_where(&mut self, action: Action) -> Vec<Outgoing> {
        let offered = |name: PageName| {
            name.place()
                .contexts()
                .iter()
                .any(|c| action.contexts().contains(c))
        };
        if offered(self.page()) {
            return Vec::new();
        }
        let other = self
            .pages
            .iter()
            .map(|page| page.name())
            .find(|name| offered(*name));
        other.map_or_else(Vec::new, |name| self.go(name, None))
    }

    fn act_in_reader(&mut self, action: Action) -> Vec<Outgoing> {
        let ruler = self.about.ruler;
        match action {
            Action::Back => {
                self.layers.pop();
            }
            Action::Redraw => return vec![Outgoing::Repaint],
            _ => {
                if let Some(Layer::Reader(reader)) = self.layers.last_mut() {
                    reader.act(action, ruler);
                }
            }
        }
        Vec::new()
    }

    fn act_in_question(&mut self, action: Action) -> Vec<Outgoing> {
        match action {
            Action::Yes => match self.layers.pop() {
                Some(Layer::Question(question, Asker::Page(page))) => self.tell_page(
                    page,
                    Message::Confirmed {
                        question: question.key,
                    },
                ),
                Some(Layer::Question(_, Asker::Quit)) => vec![Outgoing::Quit],
                _ => Vec::new(),
            },
            Action::No | Action::Back => {
                self.layers.pop();
                Vec::new()
            }
            Action::Redraw => vec![Outgoing::Repaint],
            _ => Vec::new(),
        }
    }

    fn turn(&mut self, by: isize) -> Vec<Outgoing> {
        let count = self.pages.len().cast_signed();
        let next = (self.active.cast_signed() + by)
            .rem_euclid(count)
            .unsigned_abs();
        self.go(self.pages[next].name(), None)
    }

    fn quit(&mut self) -> Vec<Outgoing> {
        let mut open: Vec<String> = self
            .pages
            .iter()
            .filter_map(|page| page.unfinished(&self.about))
            .collect();
        if !self.line.acts.is_empty() && self.line.connection != Connection::Up {
            let count = [("count", self.line.acts.len().into())];
            open.push(self.about.with("quit-acts", &count));
        }
        if !self.drafts.is_empty() && self.drafts_end_here() {
            open.push(
                self.about
                    .with("quit-drafts", &[("count", self.drafts.len().into())]),
            );
        }
        if open.is_empty() {
            return vec![Outgoing::Quit];
        }
        let question = Question {
            key: "quit",
            text: self.about.t("quit-question"),
            effect: open,
        };
        self.layers.push(Layer::Question(question, Asker::Quit));
        Vec::new()
    }

    fn open_help(&mut self) {
        let place = self.place();
        let mut reader = help::reader(
            &self.keymap,
            place,
            |action| self.availability(action),
            &self.about.messages,
        );
        reader.resize(self.body());
        self.layers.push(Layer::Reader(reader));
    }

    /// Whether an action can be done now: what is not the page's own always can.
    pub(super) fn availability(&self, action: Action) -> Availability {
        if self.about.reading == Reading::Only && action.is_act() {
            return Availability::NotNow;
        }
        let own = self.page().place().contexts().first();
        if own.is_some_and(|context| action.contexts().contains(context)) {
            self.active_page().available(action)
        } else {
            Availability::Now
        }
    }

    fn read_news(&mut self) {
        let line = |(time, weight, text): &(String, Weight, String)| {
            let ink = if *weight == Weight::Bad {
                Ink::Bad
            } else {
                Ink::Plain
            };
            (format!("{time}  {text}"), ink)
        };
        let lines = self.news.iter().rev().map(line).collect();
        let mut reader = Reader::new(self.about.t("action-messages"), lines);
        reader.resize(self.body());
        self.layers.push(Layer::Reader(reader));
    }
}
