//! What can be done with the selected order and its papers now, and what is asked of the hall for it.

use serde_json::json;

use super::forms;
use super::rows::{OrderRow, PaperRow};
use super::{Errands, Focus, Wish};
use crate::console::form::Values;
use crate::console::keymap::Action;
use crate::console::listing::Record as _;
use crate::console::message::{About, Effect, Question, Weight};
use crate::console::pages::reading::send;
use crate::console::pages::words::term;
use crate::rules::proxy::OrderState;

/// The actions of the footer, what somebody waits for first.
pub(super) const FOOTER: &[Action] = &[
    Action::CustodyTake,
    Action::ProxyAccept,
    Action::ProxyAssign,
    Action::ProxyTake,
    Action::ProxyReply,
    Action::ProxyComplete,
    Action::ProxyFollowUp,
    Action::ProxyResume,
    Action::ProxyLeg,
    Action::ProxySubmit,
    Action::ProxyResult,
    Action::CustodyReceive,
    Action::CustodyOffer,
    Action::CustodyReturn,
    Action::CustodyArchive,
    Action::ProxyOpen,
    Action::PersonUnmask,
    Action::Scope,
    Action::Open,
    Action::Filter,
];

/// The method that an action of this page calls, and its verb in the machine.
fn method(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::ProxyOpen => "proxy.open",
        Action::ProxyAccept => "proxy.accept",
        Action::ProxyAssign => "proxy.assign",
        Action::ProxyTake => "proxy.take",
        Action::ProxyLeg => "proxy.leg",
        Action::ProxySubmit => "proxy.submit",
        Action::ProxyResult => "proxy.result",
        Action::ProxyReply => "proxy.reply",
        Action::ProxyComplete => "proxy.complete",
        Action::ProxySuspend => "proxy.suspend",
        Action::ProxyResume => "proxy.resume",
        Action::ProxyWithdraw => "proxy.withdraw",
        Action::ProxyUnable => "proxy.unable",
        Action::ProxyFollowUp => "proxy.follow_up",
        Action::CustodyReceive => "custody.receive",
        Action::CustodyOffer => "custody.offer",
        // A department that keeps papers signs no screen: its receipt is noted by who held them.
        Action::CustodyTake | Action::CustodyArchive => "custody.take",
        Action::CustodyReturn => "custody.return",
        _ => return None,
    })
}

impl Errands {
    /// Whether an action of the page can be done with what is shown.
    pub(super) fn can(&self, action: Action) -> bool {
        if action == Action::PersonUnmask {
            return self.me.may(action.name()) && self.orders.rested().is_some();
        }
        let Some(method) = method(action) else {
            return true;
        };
        if !self.me.may(method) {
            return false;
        }
        match action {
            Action::ProxyOpen => true,
            Action::CustodyTake => !self.offered.is_empty(),
            Action::CustodyOffer | Action::CustodyArchive | Action::CustodyReturn => {
                !self.papers_at_hand().is_empty()
            }
            Action::CustodyReceive => self.orders.rested().is_some_and(|order| {
                matches!(
                    order.view.state,
                    OrderState::Requested
                        | OrderState::Accepted
                        | OrderState::Assigned
                        | OrderState::Underway
                        | OrderState::Suspended
                )
            }),
            _ => self.can_with_order(method),
        }
    }

    /// Whether the machine has the verb in the order's state, and the order is this person's to act on.
    fn can_with_order(&self, method: &str) -> bool {
        let verb = method.strip_prefix("proxy.").unwrap_or(method);
        self.orders.rested().is_some_and(|order| {
            let agent = order.view.agent.as_ref();
            let mine = agent.is_some_and(|agent| self.me.is(agent.as_str()));
            let yours = match verb {
                // Custody is signed before work starts (M5): nobody else holds a paper of the bag.
                "take" => mine && !self.others_hold(order),
                "leg" | "submit" => mine,
                // Nobody asks a client about their own work (R10).
                "follow_up" => !mine,
                _ => true,
            };
            yours && order.view.state.verbs().contains(&verb)
        })
    }

    /// Whether a paper of the order is with somebody of the hall who is not at this terminal.
    fn others_hold(&self, order: &OrderRow) -> bool {
        order.view.papers.iter().any(|paper| {
            let holder = paper.holder_staff.as_ref();
            holder.is_some_and(|holder| !self.me.is(holder.as_str()))
        })
    }

    /// The papers that a handover would move: the marked ones, else the selected one, else all of the order; of
    /// them those that are in this person's hands.
    fn papers_at_hand(&self) -> Vec<&PaperRow> {
        let chosen: Vec<&PaperRow> = match self.focus {
            Focus::Papers => self.papers.marked(),
            Focus::Orders => self.papers.all().iter().collect(),
        };
        let held = |paper: &&PaperRow| {
            let holder = paper.view.holder_staff.as_ref();
            holder.is_some_and(|holder| self.me.is(holder.as_str()))
        };
        chosen.into_iter().filter(held).collect()
    }

    /// Of the papers offered to this person, those that are marked; all of them where none is.
    fn papers_offered(&self) -> Vec<&PaperRow> {
        let marked = |paper: &&PaperRow| {
            self.focus == Focus::Papers
                && self
                    .papers
                    .marked()
                    .iter()
                    .any(|marked| marked.id() == paper.id())
        };
        let some: Vec<&PaperRow> = self.offered.iter().filter(marked).collect();
        if some.is_empty() {
            self.offered.iter().collect()
        } else {
            some
        }
    }

    /// Does an action: at once where nothing has to be said, else through a form or a question.
    pub(super) fn act(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let Some(method) = method(action) else {
            return Vec::new();
        };
        // What is done is done to the order under the selection, even before the detail has followed it.
        self.orders.rest();
        self.follow();
        if !self.can(action) {
            return vec![Effect::Say(Weight::Bad, self.why_not(action, about))];
        }
        match action {
            Action::ProxyOpen => self.begin(None, about),
            Action::CustodyTake => self.ask_to_take(about),
            // Forms that pick from the catalogue wait for it; keys typed meanwhile wait too.
            Action::ProxyAccept
            | Action::ProxyAssign
            | Action::ProxyLeg
            | Action::CustodyOffer
            | Action::CustodyArchive => {
                self.wish = Some(Wish {
                    action,
                    origin_awaited: false,
                });
                self.advance(about)
            }
            Action::ProxyTake | Action::ProxyResume => {
                self.orders.rested().map_or_else(Vec::new, |order| {
                    vec![send(method, json!({ "order": order.id() }), "did.order")]
                })
            }
            _ => self.fill(action, about),
        }
    }

    /// Opens the form of an action; what it picks from is here.
    pub(super) fn fill(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let form = match action {
            Action::ProxyOpen => Some(forms::open(self, about, &self.pending.origin)),
            Action::CustodyOffer | Action::CustodyArchive | Action::CustodyReturn => {
                let papers = self.papers_at_hand();
                let form = forms::papers_form(self, about, action, &papers);
                self.pending.papers = papers.iter().map(|paper| paper.id().to_owned()).collect();
                Some(form)
            }
            _ => self
                .orders
                .rested()
                .and_then(|order| forms::order_form(self, about, action, order)),
        };
        form.into_iter()
            .map(|form| Effect::Fill(Box::new(form)))
            .collect()
    }

    /// Taking is signing for every line (R148): the question names them.
    fn ask_to_take(&mut self, about: &About) -> Vec<Effect> {
        let papers = self.papers_offered();
        let line = |paper: &&PaperRow| {
            about.with(
                "errands-offered-line",
                &[
                    ("name", (&paper.view.name).into()),
                    ("form", super::view::form_of(about, &paper.view).into()),
                    ("from", (&paper.view.holder_name).into()),
                ],
            )
        };
        let question = Question {
            key: "take",
            text: about.with("errands-take-question", &[("count", papers.len().into())]),
            effect: papers.iter().map(line).collect(),
        };
        self.pending.papers = papers.iter().map(|paper| paper.id().to_owned()).collect();
        vec![Effect::Ask(question)]
    }

    /// Why an action cannot be done now, in words that name the next step.
    fn why_not(&self, action: Action, about: &About) -> String {
        let what = about.t(action.message());
        if method(action).is_some_and(|method| !self.me.may(method)) {
            return about.with("not-your-role", &[("action", what.into())]);
        }
        match action {
            Action::CustodyTake => about.t("errands-none-offered"),
            Action::CustodyOffer | Action::CustodyArchive | Action::CustodyReturn => {
                about.t("errands-none-held")
            }
            Action::ProxyTake
                if self
                    .orders
                    .rested()
                    .is_some_and(|order| self.others_hold(order)) =>
            {
                about.with(
                    "errands-take-papers-first",
                    &[("take", about.t("action-custody-take").into())],
                )
            }
            _ => match self.orders.rested() {
                None => about.t("errands-none-selected"),
                Some(order) => about.with(
                    "errands-not-in-state",
                    &[
                        ("number", (&order.view.number).into()),
                        (
                            "state",
                            term(about, "proxy-state", &order.view.state).into(),
                        ),
                        ("action", what.into()),
                    ],
                ),
            },
        }
    }

    /// A form is complete: its key says the action and the record.
    pub(super) fn submit(&mut self, form: &str, values: Values) -> Vec<Effect> {
        let Some((name, record)) = form.split_once('/') else {
            return Vec::new();
        };
        let Some((action, method)) =
            Action::named(name).and_then(|action| method(action).map(|method| (action, method)))
        else {
            return Vec::new();
        };
        let (params, purpose) = match action {
            Action::ProxyOpen => (
                forms::open_params(values, &self.pending.origin),
                "did.order",
            ),
            Action::CustodyOffer | Action::CustodyArchive | Action::CustodyReturn => {
                let mut params = serde_json::Value::Object(values);
                params["papers"] = json!(self.pending.papers);
                (params, "did.papers")
            }
            Action::CustodyReceive => (forms::with_order(values, record), "did.papers"),
            _ => (forms::with_order(values, record), "did.order"),
        };
        vec![send(method, params, purpose)]
    }

    /// The papers that were offered are signed for.
    pub(super) fn confirmed(&mut self, question: &str) -> Vec<Effect> {
        if question != "take" || self.pending.papers.is_empty() {
            return Vec::new();
        }
        let papers = std::mem::take(&mut self.pending.papers);
        let params = json!({ "papers": papers });
        vec![send("custody.take", params, "did.papers")]
    }
}
