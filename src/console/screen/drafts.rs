//! Drafts: what was typed into forms outlives them, and where a server keeps it the terminal too. The server has what the
//! screen has a moment after the last key; after an outage it is told everything again.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::{Outgoing, Screen, Tag};
use crate::console::form::Form;
use crate::console::layer::Layer;
use crate::console::message::{Connection, Refused, Weight};
use crate::wire::{DRAFT_DROP, DRAFT_KEEP, DRAFT_LIST, Draft, DraftList};

/// The most drafts that are kept; the oldest key in order goes first.
const DRAFTS_MAX: usize = 64;
/// The purpose of a question for the drafts from before.
const EARLIER: &str = "drafts-earlier";
/// The purpose of telling the server of a draft.
const KEPT: &str = "drafts-kept";

/// Who keeps drafts beside this screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeping {
    /// Nobody: they end with the terminal.
    #[default]
    Here,
    /// The server, for the day.
    Server,
}

/// Draws a request id, each once.
pub type RequestIds = Box<dyn FnMut() -> String>;

/// What a screen is joined to.
#[derive(Default)]
pub struct Link {
    /// Who keeps drafts.
    pub keeping: Keeping,
    /// Where the request ids of forms come from. A form has its own from the start, so that it is done once even where
    /// its terminal dies after sending it and its draft is sent again.
    pub requests: Option<RequestIds>,
}

impl Link {
    pub(super) fn new_request(&mut self) -> Option<String> {
        self.requests.as_mut().map(|draw| draw())
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("keeping", &self.keeping)
            .finish_non_exhaustive()
    }
}

/// What the server is believed to keep, by form; none where nobody knows what of it.
pub(super) type Kept = BTreeMap<String, Option<Draft>>;

impl Screen {
    /// The same screen, joined to a hall that gives request ids, and may keep drafts.
    pub fn linked(mut self, link: Link) -> Screen {
        self.link = link;
        self
    }

    /// Whether something was typed that the server should keep: a moment after the last key the screen wants to be told
    /// by [`super::Incoming::Keep`].
    pub fn wants_keeping(&self) -> bool {
        self.unkept && self.is_kept_elsewhere() && self.line.connection == Connection::Up
    }

    fn is_kept_elsewhere(&self) -> bool {
        self.link.keeping == Keeping::Server
    }

    /// Whether drafts end when the console is left now.
    pub(super) fn drafts_end_here(&self) -> bool {
        !self.is_kept_elsewhere() || self.line.connection != Connection::Up
    }

    /// Keeps what was typed into a form that is left.
    pub(super) fn keep_draft(&mut self, form: &Form) {
        self.drafts.insert(form.key().to_owned(), form.draft());
        while self.drafts.len() > DRAFTS_MAX {
            self.drafts.pop_first();
        }
        self.unkept = true;
    }

    /// Asks for the drafts from before, where somebody kept them.
    pub(super) fn fetch_drafts(&mut self) -> Option<Outgoing> {
        self.is_kept_elsewhere().then(|| Outgoing::Request {
            tag: self.draft_tag(EARLIER),
            method: DRAFT_LIST,
            params: json!({}),
        })
    }

    /// Nobody knows what a server that was away still keeps.
    pub(super) fn mark_unsure(&mut self) {
        self.kept.values_mut().for_each(|kept| *kept = None);
        self.unkept = true;
    }

    /// Tells the server what is new among the drafts and the open forms, and what has done its work.
    pub(super) fn keep_now(&mut self) -> Vec<Outgoing> {
        if !self.is_kept_elsewhere() || self.line.connection != Connection::Up {
            return Vec::new();
        }
        self.unkept = false;
        let wanted = self.all_drafts();
        let gone: Vec<String> = self
            .kept
            .keys()
            .filter(|form| !wanted.contains_key(*form))
            .cloned()
            .collect();
        let mut out = Vec::new();
        for form in gone {
            self.kept.remove(&form);
            out.push(self.tell_keeper(DRAFT_DROP, json!({ "form": form })));
        }
        for (form, draft) in wanted {
            if self.kept.get(&form) == Some(&Some(draft.clone())) {
                continue;
            }
            let params = serde_json::to_value(&draft).expect("invariant: drafts are plain data");
            out.push(self.tell_keeper(DRAFT_KEEP, params));
            self.kept.insert(form, Some(draft));
        }
        out
    }

    /// Every piece of work that is begun and not done: open forms before the drafts of the same name.
    fn all_drafts(&self) -> BTreeMap<String, Draft> {
        let mut all = self.drafts.clone();
        let put_away = self.line.acts.values().filter_map(|act| act.form.as_ref());
        let put_away = put_away.filter_map(|sent| sent.put_away.as_deref());
        let open = self.layers.iter().filter_map(|layer| match layer {
            Layer::Form(form, _) => Some(form.as_ref()),
            _ => None,
        });
        let touched = put_away.chain(open).filter(|form| form.is_touched());
        all.extend(touched.map(|form| (form.key().to_owned(), form.draft())));
        all
    }

    fn tell_keeper(&mut self, method: &'static str, params: Value) -> Outgoing {
        Outgoing::Request {
            tag: self.draft_tag(KEPT),
            method,
            params,
        }
    }

    fn draft_tag(&mut self, purpose: &'static str) -> Tag {
        let page = self.page();
        self.next_tag(page, purpose)
    }

    /// Takes an answer about drafts; whether it was one.
    pub(super) fn take_drafts(&mut self, tag: Tag, result: &Result<Value, Refused>) -> bool {
        match (tag.purpose, result) {
            (EARLIER, Ok(answer)) => self.restore_drafts(answer),
            // A server that keeps none, or not this one: the screen has them as long as it lives.
            (EARLIER | KEPT, _) => {}
            _ => return false,
        }
        true
    }

    fn restore_drafts(&mut self, answer: &Value) {
        let Ok(list) = serde_json::from_value::<DraftList>(answer.clone()) else {
            return;
        };
        if list.rows.is_empty() {
            return;
        }
        let titles: Vec<&str> = list.rows.iter().map(|draft| draft.title.as_str()).collect();
        let args = [
            ("count", list.rows.len().into()),
            ("titles", titles.join(" ").into()),
        ];
        let text = self.about.with("drafts-from-before", &args);
        for draft in list.rows {
            self.kept.insert(draft.form.clone(), Some(draft.clone()));
            // What was begun in this terminal meanwhile is newer.
            self.drafts.entry(draft.form.clone()).or_insert(draft);
        }
        // What was said at sign-in still stands: both are one line.
        let greeting = self
            .said
            .take()
            .filter(|(weight, _)| *weight == Weight::Note);
        let greeting = greeting.map_or_else(String::new, |(_, text)| format!("{text}  "));
        self.say(Weight::Note, format!("{greeting}{text}"));
    }

    /// A form that was sent leaves the screen; it is a draft again only if the hall refuses it.
    pub(super) fn put_away(&mut self, serial: u64) {
        let place = self.layers.iter().position(|layer| match layer {
            Layer::Form(form, _) => form.is_sent_with(serial),
            _ => false,
        });
        let Some(sent) = self
            .line
            .acts
            .get_mut(&serial)
            .and_then(|act| act.form.as_mut())
        else {
            return;
        };
        if let Some(place) = place
            && let Layer::Form(form, _) = self.layers.remove(place)
        {
            sent.put_away = Some(form);
            self.unkept = true;
        }
    }
}
