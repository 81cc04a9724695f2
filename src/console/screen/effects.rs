//! What pages want, carried out: questions and commands go out, dialogs open, pages change. While the hall is away questions
//! are not asked and commands wait; the screen around it says so.

use serde_json::Value;

use super::{Outgoing, Screen, Tag};
use crate::console::form::Form;
use crate::console::layer::{Asker, Layer};
use crate::console::message::{Connection, Effect, Message, PageName, Reading, Weight};

impl Screen {
    pub(super) fn tell_active(&mut self, message: Message) -> Vec<Outgoing> {
        self.tell(self.active, message)
    }

    pub(super) fn tell_all(&mut self, message: &Message) -> Vec<Outgoing> {
        (0..self.pages.len())
            .flat_map(|index| self.tell(index, message.clone()))
            .collect()
    }

    pub(super) fn tell_page(&mut self, name: PageName, message: Message) -> Vec<Outgoing> {
        let index = self.pages.iter().position(|page| page.name() == name);
        index.map_or_else(Vec::new, |index| self.tell(index, message))
    }

    pub(super) fn tell(&mut self, index: usize, message: Message) -> Vec<Outgoing> {
        let name = self.pages[index].name();
        let effects = self.pages[index].update(message, &self.about);
        self.run(name, effects)
    }

    /// Carries out what a page wants.
    pub(super) fn run(&mut self, page: PageName, effects: Vec<Effect>) -> Vec<Outgoing> {
        let mut out = Vec::new();
        for effect in effects {
            match effect {
                Effect::Fetch {
                    method,
                    params,
                    purpose,
                } => out.extend(self.fetch(page, method, params, purpose)),
                Effect::Send {
                    method,
                    params,
                    purpose,
                } => out.extend(self.send(page, method, params, purpose)),
                Effect::Finish(form) => self.finish_form(&form),
                Effect::Fill(form) => self.open_form(*form, page),
                Effect::Blame { field, fault } => self.blame(&field, fault),
                Effect::Ask(question) => self
                    .layers
                    .push(Layer::Question(question, Asker::Page(page))),
                Effect::Read(mut reader) => {
                    reader.resize(self.body());
                    self.layers.push(Layer::Reader(*reader));
                }
                Effect::Say(weight, text) => self.say(weight, text),
                Effect::Go(name, record) => out.extend(self.go(name, record)),
                Effect::Ring => out.push(Outgoing::Ring),
            }
        }
        out
    }

    pub(super) fn next_tag(&mut self, page: PageName, purpose: &'static str) -> Tag {
        self.serial += 1;
        Tag {
            page,
            purpose,
            serial: self.serial,
        }
    }

    fn fetch(
        &mut self,
        page: PageName,
        method: &'static str,
        params: Value,
        purpose: &'static str,
    ) -> Option<Outgoing> {
        let tag = self.next_tag(page, purpose);
        self.newest.insert((page, purpose), tag.serial);
        if self.line.connection != Connection::Up {
            // Everything is fetched anew when the hall is back; until then the page has what it shows.
            self.line.unfetched.push(tag);
            return None;
        }
        Some(Outgoing::Request {
            tag,
            method,
            params,
        })
    }

    fn send(
        &mut self,
        page: PageName,
        method: &'static str,
        params: Value,
        purpose: &'static str,
    ) -> Option<Outgoing> {
        if self.about.reading == Reading::Only {
            self.say(Weight::Bad, self.about.t("reading-only"));
            return None;
        }
        if let Err((weight, text)) = self.may_act(method, &params) {
            self.say(weight, text);
            return None;
        }
        let tag = self.next_tag(page, purpose);
        self.await_act(tag.serial, method, params.clone());
        Some(Outgoing::Request {
            tag,
            method,
            params,
        })
    }

    fn open_form(&mut self, mut form: Form, page: PageName) {
        form.begin();
        if let Some(draft) = self.drafts.remove(form.key()) {
            form.restore(&draft);
            self.say(Weight::Note, self.about.t("draft-restored"));
        }
        if form.request().is_none()
            && let Some(request) = self.link.new_request()
        {
            form.send_as(request);
        }
        form.resize(self.body());
        self.layers.push(Layer::Form(Box::new(form), page));
    }

    fn blame(&mut self, field: &str, fault: String) {
        let blamed = match self.layers.last_mut() {
            Some(Layer::Form(form, _)) => form.blame(field, fault.clone()),
            _ => false,
        };
        if !blamed {
            self.say(Weight::Bad, fault);
        }
    }

    pub(super) fn go(&mut self, name: PageName, record: Option<String>) -> Vec<Outgoing> {
        let Some(index) = self.pages.iter().position(|page| page.name() == name) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        if index != self.active {
            out = self.tell_active(Message::Hidden);
            self.active = index;
        }
        out.extend(self.tell_active(Message::Shown));
        if let Some(record) = record {
            out.extend(self.tell_active(Message::Command(record)));
        }
        out
    }
}
