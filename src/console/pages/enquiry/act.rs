//! What keys do on the first-question page, and who may do what with the enquiry shown.

use serde_json::{Value, json};

use super::{EnquiryPage, EnquiryRow, Pending, Scope, TICKET, forms, view};
use crate::console::form::Values;
use crate::console::keymap::{Action, Context};
use crate::console::listing::Outcome;
use crate::console::message::{About, Effect, PageName, Question, Refused, Weight};
use crate::console::pages::reading::{self, fetch, may, send};
use crate::console::pages::words::is_meant;
use crate::rules::enquiry::EnquiryState;
use crate::rules::permission::Role;
use crate::rules::views::enquiry::EnquiryView;

/// The keys of the footer.
pub(super) const HINTS: &[Action] = &[
    Action::EnquiryOpen,
    Action::EnquiryTake,
    Action::EnquiryReply,
    Action::EnquiryAnswer,
    Action::EnquiryForward,
    Action::EnquiryConfirm,
    Action::EnquiryReject,
    Action::EnquiryUnreachable,
    Action::EnquiryGiveBack,
    Action::EnquiryCase,
    Action::EnquiryClose,
    Action::PersonUnmask,
    Action::Filter,
    Action::Scope,
];

impl EnquiryPage {
    pub(super) fn act(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let outcome = self.list.act(action, about.ruler);
        self.fit();
        if outcome == Outcome::Done {
            return Vec::new();
        }
        match action {
            Action::Back => {
                self.awaited.give_up();
                self.pending = None;
                Vec::new()
            }
            Action::Scope => {
                self.scope = match self.scope {
                    Scope::Open => Scope::Mine,
                    Scope::Mine => Scope::All,
                    Scope::All => Scope::Open,
                };
                self.ask_first()
            }
            Action::DetailUp => self.scroll(-1),
            Action::DetailDown => self.scroll(1),
            Action::EnquiryOpen => self.begin(Pending::Open { ticket: None }, about),
            _ => self.act_on_row(action, about),
        }
    }

    fn scroll(&mut self, by: isize) -> Vec<Effect> {
        self.detail_top = self.detail_top.saturating_add_signed(by);
        Vec::new()
    }

    fn act_on_row(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let Some(row) = self.list.selected() else {
            return vec![Effect::Say(Weight::Note, about.t("enquiry-empty"))];
        };
        let fill = |form| vec![Effect::Fill(Box::new(form))];
        match action {
            Action::Open => {
                let reader = view::detail(row, about).reader(row.view.number.clone());
                vec![Effect::Read(Box::new(reader))]
            }
            _ if !action.contexts().contains(&Context::Enquiry) => Vec::new(),
            Action::EnquiryForward => {
                let id = row.id.clone();
                self.begin(Pending::Forward(id), about)
            }
            Action::EnquiryTake => {
                vec![send(
                    "enquiry.take",
                    json!({"enquiry": row.id}),
                    "enquiry.take",
                )]
            }
            Action::EnquiryAnswer => fill(forms::answer(about, row)),
            Action::EnquiryReply => fill(forms::reply(about, row)),
            Action::EnquiryGiveBack => fill(forms::give_back(about, row)),
            Action::EnquiryConfirm => fill(forms::confirm(about, row)),
            Action::EnquiryReject => fill(forms::reject(about, row)),
            Action::EnquiryClose => fill(forms::close(about, row)),
            Action::EnquiryUnreachable => self.unreachable(about),
            Action::EnquiryCase => {
                let command = format!("new {}", row.id);
                vec![Effect::Go(PageName::Cases, Some(command))]
            }
            _ => Vec::new(),
        }
    }

    /// The second day closes the enquiry (R57): that is asked first.
    fn unreachable(&mut self, about: &About) -> Vec<Effect> {
        let Some(row) = self.list.selected() else {
            return Vec::new();
        };
        let params = json!({"enquiry": row.id});
        let before = row.view.attempts.iter().any(|day| *day < about.today());
        if row.view.state != EnquiryState::Replied || !before {
            return vec![send("enquiry.unreachable", params, "enquiry.unreachable")];
        }
        let number = row.view.number.clone();
        self.asked_about = Some(row.id.clone());
        vec![Effect::Ask(Question {
            key: "unreachable",
            text: about.with("enquiry-ask-unreachable", &[("number", number.into())]),
            effect: vec![about.t("enquiry-ask-unreachable-effect")],
        })]
    }

    pub(super) fn confirmed(&self, question: &'static str) -> Vec<Effect> {
        match (question, &self.asked_about) {
            ("unreachable", Some(id)) => vec![send(
                "enquiry.unreachable",
                json!({ "enquiry": id }),
                "enquiry.unreachable",
            )],
            _ => Vec::new(),
        }
    }

    /// Opens a form once what it is made of is here; keys typed meanwhile wait.
    pub(super) fn begin(&mut self, pending: Pending, about: &About) -> Vec<Effect> {
        let mut effects = Vec::new();
        match &pending {
            Pending::Open { ticket: None } => {
                return vec![Effect::Fill(Box::new(forms::open(about, None)))];
            }
            Pending::Open {
                ticket: Some(ticket),
            } => effects.push(fetch("ticket.get", json!({"ticket": ticket}), TICKET)),
            Pending::Forward(_) => {
                effects.extend(self.departments.want());
                // Names of departments tell people of one name apart, so they come first.
                if self.departments.is_known() {
                    effects.extend(self.staff.want());
                }
            }
        }
        self.pending = Some(pending);
        effects.extend(self.go_on(about));
        effects
    }

    pub(super) fn go_on(&mut self, about: &About) -> Vec<Effect> {
        let Some(Pending::Forward(id)) = &self.pending else {
            return Vec::new();
        };
        if !self.departments.is_known() {
            return Vec::new();
        }
        if !self.staff.is_known() {
            return self.staff.want().into_iter().collect();
        }
        let row = self.list.all().iter().find(|row| row.id == *id);
        let form = row.map(|row| forms::forward(about, row, &self.departments, &self.staff));
        self.pending = None;
        form.map(|form| Effect::Fill(Box::new(form)))
            .into_iter()
            .collect()
    }

    pub(super) fn submitted(form: &str, mut values: Values, about: &About) -> Vec<Effect> {
        let mut parts = form.splitn(4, '/');
        let method = parts.next().unwrap_or_default();
        let subject = parts.next().unwrap_or_default();
        if method == "enquiry.open" {
            return forms::opened(subject, parts.next(), parts.next(), values);
        }
        let Some(action) = Action::named(method) else {
            return Vec::new();
        };
        if action == Action::EnquiryForward
            && !values.contains_key("department")
            && !values.contains_key("handler")
        {
            return vec![Effect::Blame {
                field: "handler".to_owned(),
                fault: about.t("enquiry-forward-nowhere"),
            }];
        }
        values.insert("enquiry".to_owned(), Value::from(subject));
        // The names of these actions are the names of the methods.
        vec![send(action.name(), Value::Object(values), action.name())]
    }

    pub(super) fn done(
        &mut self,
        purpose: &'static str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        let mut effects = self.ask_first();
        let view = result.ok().and_then(reading::record::<EnquiryView>);
        if let Some(view) = view {
            self.wanted = Some(view.id.to_string());
            let args = [
                ("number", (&view.number).into()),
                ("owner", (&view.owner_name).into()),
                (
                    "handler",
                    view.handler_name.clone().unwrap_or_default().into(),
                ),
                ("due", view.reply_due.to_string().into()),
            ];
            let key = format!("enquiry-said-{}", purpose.replace('.', "-"));
            effects.push(Effect::Say(Weight::Done, about.with(&key, &args)));
        }
        effects
    }

    /// `new t12` opens the form for the ticket's visitor; a number goes to its enquiry.
    pub(super) fn command(&mut self, text: &str, about: &About) -> Vec<Effect> {
        let text = text.trim();
        if text == "new" {
            return self.begin(Pending::Open { ticket: None }, about);
        }
        if let Some(ticket) = text.strip_prefix("new ") {
            let ticket = Some(ticket.trim().to_owned());
            return self.begin(Pending::Open { ticket }, about);
        }
        let is_it = |row: &&EnquiryRow| {
            row.id.eq_ignore_ascii_case(text) || is_meant(&row.view.number, text)
        };
        match self.list.all().iter().find(is_it).map(|row| row.id.clone()) {
            Some(id) => {
                self.list.select(&id);
                Vec::new()
            }
            None => vec![Effect::Say(
                Weight::Bad,
                about.with("page-no-such", &[("text", text.into())]),
            )],
        }
    }

    /// What the shown enquiry's state takes (M2), as far as the roles may do it at all.
    pub(super) fn can(&self, action: Action) -> bool {
        use EnquiryState::{Forwarded, Open, Replied};
        if !action.contexts().contains(&Context::Enquiry) {
            return true;
        }
        if action == Action::EnquiryOpen {
            return may(&self.roles, "enquiry.open");
        }
        let Some(row) = self.list.rested() else {
            return false;
        };
        let (state, part) = (row.view.state, self.part(&row.view));
        let fits = match action {
            Action::EnquiryAnswer => state == Open && part.owns,
            Action::EnquiryForward => matches!(state, Open | Forwarded) && part.owns,
            Action::EnquiryTake => {
                state == Forwarded && row.view.taken_at.is_none() && part.is_meant && !part.owns
            }
            Action::EnquiryGiveBack => state == Forwarded && part.is_meant,
            Action::EnquiryReply => {
                state == Forwarded && (part.is_meant || (part.owns && row.view.taken_at.is_none()))
            }
            Action::EnquiryConfirm | Action::EnquiryReject | Action::EnquiryUnreachable => {
                state == Replied && (part.owns || part.is_meant)
            }
            Action::EnquiryClose => matches!(state, Open | Forwarded | Replied),
            Action::EnquiryCase => {
                return matches!(state, Open | Forwarded) && may(&self.roles, "case.receive");
            }
            Action::PersonUnmask => row.view.visitor.is_some(),
            _ => true,
        };
        fits && may(&self.roles, action.name())
    }

    /// What the one who works here has to do with an enquiry; a chief representative and the director act for
    /// others, which the hall decides.
    fn part(&self, view: &EnquiryView) -> Part {
        let acts_for_others =
            self.roles.contains(&Role::Director) || self.roles.contains(&Role::ChiefRep);
        let to_department = view
            .handler_department
            .as_ref()
            .is_some_and(|code| code.as_str() == self.department);
        let is_handler = view
            .handler
            .as_ref()
            .map_or(to_department, |handler| handler.as_str() == self.me);
        Part {
            owns: view.owner.as_str() == self.me || acts_for_others,
            is_meant: is_handler || acts_for_others,
        }
    }
}

/// What somebody has to do with an enquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    /// They own it, or act for its owner.
    owns: bool,
    /// It was passed on to them, or to their department.
    is_meant: bool,
}
