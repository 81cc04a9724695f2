//! Answers find their questions: a form that was sent closes or shows the refusal, an older answer to a
//! question asked again is dropped, and the page that asked is told.

use serde_json::Value;

use super::{Outgoing, Screen, Tag};
use crate::console::form::Standing;
use crate::console::layer::Layer;
use crate::console::message::{Message, Refused, Weight};

impl Screen {
    pub(super) fn answered(&mut self, tag: Tag, result: Result<Value, Refused>) -> Vec<Outgoing> {
        self.held.answered(tag.serial);
        if let Some(newest) = self.newest.get(&(tag.page, tag.purpose))
            && *newest > tag.serial
        {
            return Vec::new();
        }
        match (self.sent.remove(&tag.serial), &result) {
            (Some(form), Ok(_)) => self.accept_form(&form, tag.serial),
            (Some(form), Err(refused)) => self.refuse_form(&form, refused),
            (None, Err(refused)) => self.say_refused(refused),
            (None, Ok(_)) => {}
        }
        if self.identity_came(tag, &result) {
            return Vec::new();
        }
        self.tell_page(
            tag.page,
            Message::Answer {
                purpose: tag.purpose,
                result,
            },
        )
    }

    /// The hall took it: the form and its draft have done their work.
    fn accept_form(&mut self, key: &str, serial: u64) {
        self.drafts.remove(key);
        self.layers.retain(|layer| match layer {
            Layer::Form(form, _) => form.key() != key || *form.standing() != Standing::Sent(serial),
            _ => true,
        });
    }

    /// The page says that the form has done its work.
    pub(super) fn finish_form(&mut self, key: &str) {
        self.drafts.remove(key);
        self.layers.retain(|layer| match layer {
            Layer::Form(form, _) => form.key() != key,
            _ => true,
        });
    }

    /// The hall refused: the form says so and keeps what was typed; a form already left keeps it as its draft.
    fn refuse_form(&mut self, key: &str, refused: &Refused) {
        let lines = refused.lines(&self.about.messages);
        let field = refused
            .facts
            .get("field")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let Some(form) = self.form_of(key) else {
            return self.say_refused(refused);
        };
        if let (Some(field), Some(line)) = (field, lines.first()) {
            form.blame(&field, line.clone());
        }
        form.stand(Standing::Refused(lines));
    }

    fn say_refused(&mut self, refused: &Refused) {
        let lines = refused.lines(&self.about.messages);
        self.say(Weight::Bad, lines.join("  "));
    }
}
