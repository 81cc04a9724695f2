//! Answers find their questions: a form that was sent closes or shows the refusal, an older answer to a
//! question asked again is dropped, and the page that asked is told.

use serde_json::Value;

use super::line::SentForm;
use super::{Outgoing, Screen, Tag};
use crate::console::form::{Form, Standing};
use crate::console::layer::Layer;
use crate::console::message::{Message, Refused, Weight};
use crate::rules::refusal::RefusalCode;

impl Screen {
    pub(super) fn answered(&mut self, tag: Tag, result: Result<Value, Refused>) -> Vec<Outgoing> {
        if self.take_drafts(tag, &result) {
            return Vec::new();
        }
        self.held.answered(tag.serial);
        if result.is_ok() {
            self.seen.insert(tag.page);
        }
        if let Some(newest) = self.newest.get(&(tag.page, tag.purpose))
            && *newest > tag.serial
        {
            return Vec::new();
        }
        let act = self.line.acts.remove(&tag.serial);
        let was_act = act.is_some();
        let is_refused = result.is_err();
        match (act.and_then(|act| act.form), &result) {
            (Some(sent), Ok(_)) => self.accept_form(&sent, tag.serial),
            (Some(sent), Err(refused)) => self.refuse_form(sent, refused),
            (None, Err(refused)) => self.say_refused(refused),
            (None, Ok(_)) => {}
        }
        let mut out = if self.identity_came(tag, &result) {
            Vec::new()
        } else {
            let message = Message::Answer {
                purpose: tag.purpose,
                result,
            };
            self.tell_page(tag.page, message)
        };
        if was_act {
            self.count_resent(is_refused);
            out.extend(self.keep_now());
        }
        out
    }

    /// The hall took it: the form has done its work.
    fn accept_form(&mut self, sent: &SentForm, serial: u64) {
        let SentForm { key, .. } = sent;
        self.layers.retain(|layer| match layer {
            Layer::Form(form, _) => form.key() != key || !form.is_sent_with(serial),
            _ => true,
        });
        self.unkept = true;
    }

    /// The page says that the form has done its work.
    pub(super) fn finish_form(&mut self, key: &str) {
        self.drafts.remove(key);
        self.layers.retain(|layer| match layer {
            Layer::Form(form, _) => form.key() != key,
            _ => true,
        });
        self.unkept = true;
    }

    /// The hall refused: the form says so and keeps what was typed; a form already left is a draft again.
    fn refuse_form(&mut self, sent: SentForm, refused: &Refused) {
        let request = if refused.code == RefusalCode::RequestReused.as_str() {
            // It was sent before, and then changed: whoever sends it once more means something new.
            self.link.new_request()
        } else {
            None
        };
        let renew = |form: &mut Form| {
            if let Some(request) = request {
                form.send_as(request);
            }
        };
        let lines = refused.lines(&self.about.messages);
        if let Some(mut form) = sent.put_away {
            renew(&mut form);
            self.keep_draft(&form);
            self.say_refused(refused);
            return;
        }
        let field = refused
            .facts
            .get("field")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let Some(form) = self.form_of(&sent.key) else {
            return self.say_refused(refused);
        };
        renew(form);
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
