//! What keys do on the window page, and what is said when it is done.

use serde_json::{Value, json};

use super::{DUE, Scope, TicketRow, WindowPage, forms};
use crate::console::form::Values;
use crate::console::keymap::{Action, Context};
use crate::console::listing::Outcome;
use crate::console::message::{About, Effect, PageName, Question, Refused, Weight};
use crate::console::pages::cases;
use crate::console::pages::reading::{self, fetch, may, send};
use crate::console::pages::words;
use crate::rules::ticket::TicketState;
use crate::rules::views::ticket::TicketView;
use crate::rules::views::window::WindowState;

const CALL: &str = "ticket.call_next";
const FINISH: &str = "ticket.finish";
/// The purpose of a finish after which the next one is called.
const FINISH_AND_CALL: &str = "finish_and_call";

/// The keys of the footer; what cannot be done now is left out by the screen.
pub(super) const HINTS: &[Action] = &[
    Action::WindowCall,
    Action::WindowStart,
    Action::WindowRecall,
    Action::WindowMiss,
    Action::WindowFinishAndCall,
    Action::WindowFinish,
    Action::WindowEnquiry,
    Action::WindowCase,
    Action::WindowHold,
    Action::WindowTransfer,
    Action::WindowResume,
    Action::WindowSignOn,
    Action::WindowPause,
    Action::WindowPick,
    Action::WindowRestore,
    Action::WindowIssue,
    Action::Scope,
];

impl WindowPage {
    pub(super) fn act(&mut self, action: Action, about: &About) -> Vec<Effect> {
        if self.list_act(action, about) == Outcome::Done {
            self.detail_top = 0;
            return Vec::new();
        }
        match action {
            Action::Back => {
                self.awaited.give_up();
                self.pending = None;
                Vec::new()
            }
            Action::Scope => self.turn_scope(about),
            Action::Open => self.open_detail(about),
            Action::DetailUp => self.scroll(-1),
            Action::DetailDown => self.scroll(1),
            _ if !action.contexts().contains(&Context::Window) => Vec::new(),
            Action::WindowSignOn | Action::WindowIssue | Action::WindowTransfer => {
                self.open_with_tables(action, about)
            }
            _ if self.desk.is_none() && needs_desk(action) => {
                vec![Effect::Say(Weight::Bad, about.t("window-not-signed-on"))]
            }
            _ => self.act_at_desk(action, about),
        }
    }

    fn act_at_desk(&mut self, action: Action, about: &About) -> Vec<Effect> {
        match action {
            Action::WindowCall => self.call(),
            Action::WindowRecall => self.on_hand("ticket.recall", about),
            Action::WindowStart => self.on_hand("ticket.start", about),
            Action::WindowMiss => self.on_hand("ticket.miss", about),
            Action::WindowHold => self.on_hand("ticket.hold", about),
            Action::WindowFinish => self.finish(FINISH, about),
            Action::WindowFinishAndCall => self.finish(FINISH_AND_CALL, about),
            Action::WindowResume => self.take_back(about),
            Action::WindowPause => self.pause_or_resume(about),
            Action::WindowPick => self.pick(about),
            Action::WindowRestore => self.restore(about),
            Action::WindowAbandon => self.ask_about("abandon", about),
            Action::WindowCancel => self.ask_about("cancel", about),
            Action::WindowSignOff => self.sign_off(about),
            Action::WindowEnquiry => self.begin(PageName::Enquiry),
            Action::WindowCase => self.begin(PageName::Cases),
            Action::WindowProxy => self.begin(PageName::Errands),
            _ => Vec::new(),
        }
    }

    fn turn_scope(&mut self, about: &About) -> Vec<Effect> {
        self.scope = match self.scope {
            Scope::Hall => Scope::Board,
            Scope::Board if self.desk.is_some() => Scope::Own,
            Scope::Own | Scope::Board => Scope::Hall,
        };
        self.detail_top = 0;
        self.arrange(about);
        self.fit();
        self.refresh()
    }

    fn scroll(&mut self, by: isize) -> Vec<Effect> {
        self.detail_top = self.detail_top.saturating_add_signed(by);
        Vec::new()
    }

    fn call(&self) -> Vec<Effect> {
        let window = self.desk.as_ref().map(|desk| desk.window.to_string());
        vec![send(CALL, json!({ "window": window }), CALL)]
    }

    /// An act on the ticket in hand.
    fn on_hand(&self, method: &'static str, about: &About) -> Vec<Effect> {
        match self.in_hand() {
            Some(ticket) => vec![send(method, json!({"ticket": ticket.id}), method)],
            None => vec![Effect::Say(Weight::Bad, about.t("window-nobody-in-hand"))],
        }
    }

    /// R39: what was opened for the ticket says what the visit came to; only where nothing was, it is asked.
    fn finish(&self, purpose: &'static str, about: &About) -> Vec<Effect> {
        let Some(ticket) = self.in_hand() else {
            return if purpose == FINISH_AND_CALL {
                self.call()
            } else {
                vec![Effect::Say(Weight::Bad, about.t("window-nobody-in-hand"))]
            };
        };
        let worked = self
            .in_hand_view()
            .is_some_and(|ticket| !ticket.work.is_empty());
        if worked || ticket.state != TicketState::Serving {
            return vec![send(FINISH, json!({"ticket": ticket.id}), purpose)];
        }
        let form = forms::finish(about, purpose, ticket);
        vec![Effect::Fill(Box::new(form))]
    }

    /// The selected held ticket, else the one that has waited longest at this window (R35).
    fn take_back(&self, about: &About) -> Vec<Effect> {
        let held = self
            .desk
            .as_ref()
            .map_or(&[][..], |desk| desk.held.as_slice());
        let selected = self.selected_ticket(TicketState::Held).map(|row| &row.id);
        let ticket = held
            .iter()
            .find(|ticket| Some(&ticket.id.to_string()) == selected)
            .or(held.first());
        match ticket {
            Some(ticket) => vec![send(
                "ticket.resume",
                json!({"ticket": ticket.id}),
                "ticket.resume",
            )],
            None => vec![Effect::Say(Weight::Bad, about.t("window-nothing-held"))],
        }
    }

    fn pause_or_resume(&self, about: &About) -> Vec<Effect> {
        let Some(desk) = &self.desk else {
            return Vec::new();
        };
        if desk.state == WindowState::Paused {
            return vec![send(
                "window.resume",
                json!({"window": desk.window}),
                "window.resume",
            )];
        }
        vec![Effect::Fill(Box::new(forms::pause(about, desk)))]
    }

    fn pick(&self, about: &About) -> Vec<Effect> {
        match self.selected_ticket(TicketState::Waiting) {
            Some(row) => vec![Effect::Fill(Box::new(forms::pick(about, &row.view)))],
            None => vec![Effect::Say(Weight::Bad, about.t("window-select-waiting"))],
        }
    }

    fn restore(&self, about: &About) -> Vec<Effect> {
        match self.selected_ticket(TicketState::Missed) {
            Some(row) => vec![send(
                "ticket.restore",
                json!({"ticket": row.id}),
                "ticket.restore",
            )],
            None => vec![Effect::Say(Weight::Bad, about.t("window-select-missed"))],
        }
    }

    /// Giving a ticket up cannot be taken back: the question says what it does.
    fn ask_about(&mut self, verb: &'static str, about: &About) -> Vec<Effect> {
        let Some(row) = self.selected_open() else {
            return vec![Effect::Say(Weight::Bad, about.t("window-select-ticket"))];
        };
        let (id, number) = (row.id.clone(), row.view.number.clone());
        let number = [("number", number.into())];
        // The list may change while the question stands; the answer is about this ticket all the same.
        self.asked_about = Some(id);
        vec![Effect::Ask(Question {
            key: verb,
            text: about.with(&format!("window-ask-{verb}"), &number),
            effect: vec![about.t(&format!("window-ask-{verb}-effect"))],
        })]
    }

    pub(super) fn confirmed(&self, question: &'static str) -> Vec<Effect> {
        let on_asked =
            |method: &'static str| vec![send(method, json!({"ticket": self.asked_about}), method)];
        match question {
            "abandon" => on_asked("ticket.abandon"),
            "cancel" => on_asked("ticket.cancel"),
            "sign_off" => self.leave(),
            _ => Vec::new(),
        }
    }

    fn leave(&self) -> Vec<Effect> {
        let Some(desk) = &self.desk else {
            return Vec::new();
        };
        vec![send(
            "window.sign_off",
            json!({"window": desk.window}),
            "window.sign_off",
        )]
    }

    /// Leaving is asked about only where somebody is still to come back or waits.
    fn sign_off(&self, about: &About) -> Vec<Effect> {
        let Some(desk) = &self.desk else {
            return Vec::new();
        };
        let mut effect = Vec::new();
        if !desk.held.is_empty() {
            let count = [("count", desk.held.len().into())];
            effect.push(about.with("window-ask-sign_off-held", &count));
        }
        if desk.waiting > 0 {
            let count = [("count", desk.waiting.into())];
            effect.push(about.with("window-ask-sign_off-waiting", &count));
        }
        if effect.is_empty() {
            return self.leave();
        }
        vec![Effect::Ask(Question {
            key: "sign_off",
            text: about.with("window-ask-sign_off", &[("window", (&desk.name).into())]),
            effect,
        })]
    }

    /// Work for the visitor begins on its own page, filled in from the ticket.
    fn begin(&self, page: PageName) -> Vec<Effect> {
        let serving = self
            .in_hand()
            .filter(|ticket| ticket.state == TicketState::Serving);
        let command =
            serving.map_or_else(|| "new".to_owned(), |ticket| format!("new {}", ticket.id));
        vec![Effect::Go(page, Some(command))]
    }

    /// Forms that pick from the hall's tables wait until these are here; keys typed meanwhile wait too.
    pub(super) fn open_with_tables(&mut self, action: Action, about: &About) -> Vec<Effect> {
        self.pending = Some(action);
        let mut effects: Vec<Effect> = self.queues.want().into_iter().collect();
        let needs_windows = action != Action::WindowIssue;
        if needs_windows {
            // Where people sit changes by the hour: the form shows how it is now.
            self.hall = None;
            effects.push(fetch("hall.status", json!({}), super::STATUS));
        }
        effects.extend(self.go_on(about));
        effects
    }

    /// Opens the form that waited, once what it needs is here.
    pub(super) fn go_on(&mut self, about: &About) -> Vec<Effect> {
        let Some(action) = self.pending else {
            return Vec::new();
        };
        let needs_windows = action != Action::WindowIssue;
        if !self.queues.is_known() || (needs_windows && self.hall.is_none()) {
            return Vec::new();
        }
        self.pending = None;
        let windows = self
            .hall
            .as_ref()
            .map_or(&[][..], |hall| hall.windows.as_slice());
        let form = match action {
            Action::WindowSignOn => forms::sign_on(about, windows, self.last_window.as_deref()),
            Action::WindowIssue => forms::issue(about, &self.queues),
            _ => {
                let Some(ticket) = self.to_transfer() else {
                    return vec![Effect::Say(Weight::Bad, about.t("window-select-ticket"))];
                };
                forms::transfer(about, ticket, windows, &self.queues)
            }
        };
        vec![Effect::Fill(Box::new(form))]
    }

    /// The ticket in hand; without one, the selected one that waits.
    fn to_transfer(&self) -> Option<&TicketView> {
        self.in_hand_view().or_else(|| {
            self.selected_ticket(TicketState::Waiting)
                .map(|row| &row.view)
        })
    }

    pub(super) fn submitted(
        &mut self,
        form: &str,
        mut values: Values,
        about: &About,
    ) -> Vec<Effect> {
        let (kind, subject) = form.split_once('/').unwrap_or((form, ""));
        let subject = Value::from(subject);
        match kind {
            "window.sign_on" => vec![send(
                "window.sign_on",
                Value::Object(values),
                "window.sign_on",
            )],
            "ticket.issue" => {
                let visitor = reading::person(&mut values, None);
                if !visitor.is_null() {
                    values.insert("visitor".to_owned(), visitor);
                }
                vec![send("ticket.issue", Value::Object(values), "ticket.issue")]
            }
            "window.pause" => {
                values.insert("window".to_owned(), subject);
                vec![send("window.pause", Value::Object(values), "window.pause")]
            }
            "ticket.pick" => {
                let window = self.desk.as_ref().map(|desk| desk.window.to_string());
                values.insert("ticket".to_owned(), subject);
                values.insert("window".to_owned(), json!(window));
                vec![send("ticket.pick", Value::Object(values), "ticket.pick")]
            }
            "ticket.transfer" => {
                values.insert("ticket".to_owned(), subject);
                forms::destination(&mut values);
                vec![send(
                    "ticket.transfer",
                    Value::Object(values),
                    "ticket.transfer",
                )]
            }
            _ => forms::finished(kind, subject, values, about),
        }
    }

    /// An act was answered: says what became of it and fetches the page anew.
    pub(super) fn done(
        &mut self,
        purpose: &'static str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        let Ok(answer) = result else {
            // The screen says why. Another window may have been faster: show how it is now.
            return self.refresh_first();
        };
        let ticket = reading::record::<TicketView>(answer.clone());
        let mut effects = Vec::new();
        match (purpose, &ticket) {
            (CALL, None) => {
                effects.push(Effect::Say(Weight::Note, about.t("window-nobody-waits")));
            }
            ("window.sign_on", _) => {
                effects.extend(self.signed_on(answer, about));
            }
            ("window.pause" | "window.resume" | "window.sign_off", _) => {
                effects.push(Effect::Say(Weight::Done, about.t(&said(purpose))));
            }
            (_, Some(ticket)) => effects.push(self.say_done(purpose, ticket, about)),
            _ => {}
        }
        if purpose == FINISH_AND_CALL {
            // The page is fetched once the call is answered; until then keys wait for that answer.
            effects.extend(self.call());
            return effects;
        }
        effects.extend(self.refresh_first());
        effects
    }

    fn signed_on(&mut self, answer: Value, about: &About) -> Vec<Effect> {
        let Some(desk) = reading::record(answer) else {
            return Vec::new();
        };
        self.scope = Scope::Own;
        self.take_desk(desk, about);
        vec![
            Effect::Say(Weight::Done, about.t(&said("window.sign_on"))),
            fetch("case.due", json!({}), DUE),
        ]
    }

    fn say_done(&mut self, purpose: &str, ticket: &TicketView, about: &About) -> Effect {
        self.wanted = Some(ticket.id.to_string());
        let window = ticket.window_name.clone().unwrap_or_default();
        let mut args = vec![
            ("number", (&ticket.number).into()),
            ("window", window.into()),
        ];
        if purpose == "ticket.issue" {
            args.push(("count", ticket.ahead.unwrap_or(0).into()));
            args.push(("wait", view_wait(about, ticket).into()));
        }
        let purpose = if purpose == FINISH_AND_CALL {
            FINISH
        } else {
            purpose
        };
        Effect::Say(Weight::Done, about.with(&said(purpose), &args))
    }

    /// R110: at sign-on what falls due is shown, where anything does.
    pub(super) fn take_due(result: Result<Value, Refused>, about: &About) -> Vec<Effect> {
        let screen = result.ok().and_then(reading::record);
        screen
            .as_ref()
            .and_then(|screen| cases::due_reader(screen, about))
            .map(|reader| Effect::Read(Box::new(reader)))
            .into_iter()
            .collect()
    }

    /// The line under `:`: the number of a ticket, or of a window on the board.
    pub(super) fn command(&mut self, text: &str, about: &About) -> Vec<Effect> {
        let wanted = text.trim().to_uppercase();
        let ticket = self
            .tickets
            .all()
            .iter()
            .find(|row| row.view.number == wanted || row.id.eq_ignore_ascii_case(&wanted))
            .map(|row| row.id.clone());
        if let Some(id) = ticket {
            self.tickets.select(&id);
            return Vec::new();
        }
        let window = self
            .board
            .all()
            .iter()
            .find(|row| {
                row.view.window.as_str().eq_ignore_ascii_case(&wanted)
                    || row.view.name.eq_ignore_ascii_case(text.trim())
            })
            .map(|row| row.view.window.to_string());
        if let Some(code) = window {
            self.board.select(&code);
            self.scope = Scope::Board;
            return Vec::new();
        }
        vec![Effect::Say(
            Weight::Bad,
            about.with("page-no-such", &[("text", text.into())]),
        )]
    }

    /// The selected ticket, if it is in this state and the list shows tickets.
    fn selected_ticket(&self, state: TicketState) -> Option<&TicketRow> {
        self.selected_open().filter(|row| row.view.state == state)
    }

    fn selected_open(&self) -> Option<&TicketRow> {
        if self.scope == Scope::Board {
            return None;
        }
        self.tickets.selected()
    }

    /// The same for the footer, which must not change while the selection moves.
    fn rested_ticket(&self, state: TicketState) -> bool {
        self.scope != Scope::Board
            && self
                .tickets
                .rested()
                .is_some_and(|row| row.view.state == state)
    }

    pub(super) fn can(&self, action: Action) -> bool {
        use TicketState::{Called, Held, Missed, Serving, Waiting};
        let hand = self.in_hand().map(|ticket| ticket.state);
        let seated = self.desk.is_some();
        match action {
            Action::WindowCall => seated && hand.is_none() && !self.is_paused(),
            Action::WindowRecall | Action::WindowStart | Action::WindowMiss => hand == Some(Called),
            Action::WindowFinish | Action::WindowHold | Action::WindowFinishAndCall => {
                hand == Some(Serving)
            }
            Action::WindowTransfer => seated && (hand.is_some() || self.rested_ticket(Waiting)),
            Action::WindowPause | Action::WindowSignOff => seated,
            Action::WindowResume => {
                hand.is_none() && self.desk.as_ref().is_some_and(|desk| !desk.held.is_empty())
            }
            Action::WindowPick => seated && hand.is_none() && self.rested_ticket(Waiting),
            Action::WindowRestore => {
                may(&self.roles, "ticket.restore") && self.rested_ticket(Missed)
            }
            Action::WindowAbandon => {
                seated
                    && [Called, Held, Missed]
                        .iter()
                        .any(|s| self.rested_ticket(*s))
            }
            Action::WindowCancel => {
                may(&self.roles, "ticket.cancel")
                    && [Waiting, Called, Held, Missed]
                        .iter()
                        .any(|state| self.rested_ticket(*state))
            }
            Action::WindowIssue => may(&self.roles, "ticket.issue"),
            Action::WindowSignOn => !seated && may(&self.roles, "window.sign_on"),
            Action::WindowEnquiry => may(&self.roles, "enquiry.open"),
            Action::WindowCase => may(&self.roles, "case.receive"),
            Action::WindowProxy => may(&self.roles, "proxy.open"),
            _ => true,
        }
    }
}

/// Whether an action is of a window that somebody sits at.
fn needs_desk(action: Action) -> bool {
    !matches!(
        action,
        Action::WindowEnquiry
            | Action::WindowCase
            | Action::WindowProxy
            | Action::WindowRestore
            | Action::WindowCancel
            | Action::WindowAbandon
    )
}

/// The key of the line that says that a method was done.
fn said(method: &str) -> String {
    format!("window-said-{}", method.replace('.', "-"))
}

/// How long a ticket may still wait, as a range; nothing where nobody knows (R43).
pub(super) fn view_wait(about: &About, ticket: &TicketView) -> String {
    match (ticket.wait.low_minutes, ticket.wait.high_minutes) {
        (Some(low), Some(high)) => about.with(
            "window-wait-range",
            &[("low", low.into()), ("high", high.into())],
        ),
        _ => about.t("window-wait-unknown"),
    }
}

/// The text of a ticket's class with its ground.
pub(super) fn priority(about: &About, ticket: &TicketView) -> String {
    let priority = words::priority(about, ticket.priority);
    match ticket.ground {
        Some(ground) => format!("{priority} {}", words::term(about, "ground", &ground)),
        None => priority,
    }
}

/// The purpose that a finish form was opened for.
pub(super) fn finish_purpose(word: &str) -> Option<&'static str> {
    [FINISH, FINISH_AND_CALL]
        .into_iter()
        .find(|purpose| *purpose == word)
}
