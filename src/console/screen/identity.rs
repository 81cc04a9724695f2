//! A look at a full identity (R225), the same on every page that shows a person: the form that asks what it is for, the text
//! with the whole of it, and its end after a minute. While it is shown nothing else is done; leaving it hides it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Outgoing, Screen, Tag};
use crate::console::form::{Field, Form, Values};
use crate::console::layer::Layer;
use crate::console::message::{Effect, PageName, Refused, Weight};
use crate::console::pages::reading::send;
use crate::console::reader::Reader;
use crate::console::theme::Ink;
use crate::rules::views::IdentityView;

/// How long a full identity is shown (R225).
pub const SHOWN_FOR: Duration = Duration::from_mins(1);

/// The method, and what its answer and its form are known by.
const METHOD: &str = "person.unmask";

impl Screen {
    /// Whether a full identity is on the screen, so that it has to go after [`SHOWN_FOR`].
    pub fn shows_identity(&self) -> bool {
        let is_one = |layer: &Layer| matches!(layer, Layer::Reader(reader) if reader.is_passing());
        self.layers.iter().any(is_one)
    }

    /// Takes a full identity off the screen.
    pub(super) fn hide_identity(&mut self) {
        if self.shows_identity() {
            self.layers
                .retain(|layer| !matches!(layer, Layer::Reader(reader) if reader.is_passing()));
            self.say(Weight::Note, self.about.t("identity-hidden"));
        }
    }

    /// Asks what a look at the person of the page's record is for.
    pub(super) fn ask_purpose(&mut self) -> Vec<Outgoing> {
        let Some((id, name)) = self.active_page().person() else {
            self.say(Weight::Bad, self.about.t("identity-nobody"));
            return Vec::new();
        };
        let title = self
            .about
            .with("identity-form", &[("name", name.as_str().into())]);
        let purpose = Field::line("purpose", self.about.t("field-purpose"))
            .required()
            .hint(self.about.t("hint-purpose"));
        let form = Form::new(format!("{METHOD}/{id}"), title)
            .intro(self.about.t("identity-on-record"))
            .field(purpose);
        let page = self.page();
        self.run(page, vec![Effect::Fill(Box::new(form))])
    }

    /// The purpose was given: the request, if the form is one of these.
    pub(super) fn purpose_given(
        &mut self,
        page: PageName,
        form: &str,
        values: &Values,
    ) -> Option<Vec<Outgoing>> {
        let person = form.strip_prefix(METHOD)?.strip_prefix('/')?;
        let purpose = values.get("purpose").cloned().unwrap_or_default();
        let params = json!({"person": person, "purpose": purpose});
        Some(self.run(page, vec![send(METHOD, params, METHOD)]))
    }

    /// The identity came: it is shown over the page. Whether the answer was one.
    pub(super) fn identity_came(&mut self, tag: Tag, result: &Result<Value, Refused>) -> bool {
        if tag.purpose != METHOD {
            return false;
        }
        let view = result
            .as_ref()
            .ok()
            .and_then(|value| serde_json::from_value::<IdentityView>(value.clone()).ok());
        if let Some(view) = view {
            let mut reader = self.identity(&view);
            reader.resize(self.body());
            self.layers.push(Layer::Reader(reader));
        }
        true
    }

    fn identity(&self, view: &IdentityView) -> Reader {
        let about = &self.about;
        let fields = [
            ("field-name", Some(&view.name)),
            ("field-id-number", view.id_number.as_ref()),
            ("field-phone", view.phone.as_ref()),
            ("field-address", view.address.as_ref()),
        ];
        let mut lines: Vec<(String, Ink)> = fields
            .into_iter()
            .filter_map(|(label, value)| {
                let args = [
                    ("label", about.t(label).into()),
                    ("value", value?.as_str().into()),
                ];
                Some((about.with("detail-pair", &args), Ink::Strong))
            })
            .collect();
        lines.push((String::new(), Ink::Plain));
        let seconds = i64::try_from(SHOWN_FOR.as_secs()).unwrap_or_default();
        let hint = about.with("identity-hint", &[("seconds", seconds.into())]);
        lines.push((hint, Ink::Faint));
        Reader::new(about.t("identity-title"), lines).passing()
    }
}
