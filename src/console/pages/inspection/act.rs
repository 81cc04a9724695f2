//! What an inspector, a director or the one concerned can do now, and what is asked of the hall for it.

use serde_json::{Value, json};

use super::rows::FindingRow;
use super::{Inspection, Side, forms};
use crate::console::form::Values;
use crate::console::keymap::Action;
use crate::console::listing::Record as _;
use crate::console::message::{About, Effect, Question, Weight};
use crate::console::pages::reading::send;
use crate::console::pages::words::term;

/// The actions of the footer for those who walk, what is done most first.
pub(super) const WALKER_FOOTER: &[Action] = &[
    Action::RoundSee,
    Action::FindingRaise,
    Action::FindingConfirm,
    Action::FindingDrop,
    Action::FindingNotify,
    Action::FindingFix,
    Action::FindingRecheckOk,
    Action::FindingRecheckFail,
    Action::FindingUphold,
    Action::FindingDismiss,
    Action::FindingSetDue,
    Action::RoundOpen,
    Action::RoundClose,
    Action::Scope,
    Action::FindingStatement,
    Action::FindingReply,
    Action::FindingAppeal,
    Action::Filter,
];

/// The actions of the footer for those whom a finding concerns.
pub(super) const CONCERNED_FOOTER: &[Action] = &[
    Action::FindingReply,
    Action::FindingStatement,
    Action::FindingAppeal,
    Action::Scope,
    Action::Filter,
];

/// The method that an action of this page calls.
fn method(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::RoundOpen => "round.open",
        Action::RoundSee => "round.see",
        Action::RoundClose => "round.close",
        Action::FindingRaise => "finding.raise",
        Action::FindingConfirm => "finding.confirm",
        Action::FindingDrop => "finding.drop",
        Action::FindingFix => "finding.fix_on_spot",
        Action::FindingNotify => "finding.notify",
        Action::FindingStatement => "finding.statement",
        Action::FindingReply => "finding.reply",
        Action::FindingSetDue => "finding.set_due",
        Action::FindingRecheckOk | Action::FindingRecheckFail => "finding.recheck",
        Action::FindingAppeal => "finding.appeal",
        Action::FindingUphold | Action::FindingDismiss => "finding.appeal_decide",
        _ => return None,
    })
}

impl Inspection {
    /// Whether an action of the page can be done with what is shown.
    pub(super) fn can(&self, action: Action) -> bool {
        let Some(method) = method(action) else {
            return true;
        };
        if !self.me.may(method) {
            return false;
        }
        match action {
            Action::RoundOpen => self.round.is_none(),
            Action::RoundSee => {
                self.round.is_some() && self.side == Side::Board && self.board.rested().is_some()
            }
            Action::RoundClose => self.round.is_some(),
            Action::FindingRaise => self.window_at_hand().is_some(),
            _ => self.can_with_finding(method),
        }
    }

    fn can_with_finding(&self, method: &str) -> bool {
        let verb = method.strip_prefix("finding.").unwrap_or(method);
        self.finding_at_hand().is_some_and(|finding| {
            let view = &finding.view;
            let about_me = view
                .person
                .as_ref()
                .is_some_and(|person| self.me.is(person.as_str()));
            let yours = match verb {
                "statement" | "reply" => view.mine,
                "appeal" => view.mine && view.appeal_until.is_none_or(|until| self.today <= until),
                // Nobody checks what is about themselves, nor decides an appeal against what they raised (R10, R172).
                "recheck" => !about_me,
                "appeal_decide" => {
                    let raised = view.raised_by.as_ref();
                    !about_me && !raised.is_some_and(|by| self.me.is(by.as_str()))
                }
                _ => true,
            };
            yours && view.state.verbs().contains(&verb)
        })
    }

    /// The finding that acts are about: none while the keys go to the board.
    fn finding_at_hand(&self) -> Option<&FindingRow> {
        self.findings
            .rested()
            .filter(|_| self.side == Side::Findings)
    }

    /// The window that a new finding is about.
    fn window_at_hand(&self) -> Option<String> {
        match self.side {
            Side::Board => self.board.rested().map(|row| row.id().to_owned()),
            Side::Findings => self
                .findings
                .rested()
                .map(|finding| finding.view.window.to_string()),
        }
    }

    /// Does an action: at once where nothing has to be said, else through a form or a question.
    pub(super) fn act(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let Some(method) = method(action) else {
            return Vec::new();
        };
        // What is done is done to the row under the selection, even before the detail has followed it.
        self.rest();
        if !self.can(action) {
            return vec![Effect::Say(Weight::Bad, self.why_not(action, about))];
        }
        match action {
            // Forms that pick from the staff wait for them; keys typed meanwhile wait too.
            Action::RoundOpen | Action::FindingRaise => {
                self.wish = Some(action);
                self.advance(about)
            }
            Action::RoundSee => self.see(),
            Action::RoundClose => self.ask_to_close(about),
            Action::FindingFix => self.ask_to_fix(about),
            Action::FindingConfirm | Action::FindingNotify => {
                self.finding_at_hand().map_or_else(Vec::new, |finding| {
                    vec![send(
                        method,
                        json!({ "finding": finding.id() }),
                        "did.finding",
                    )]
                })
            }
            _ => self.fill(action, about),
        }
    }

    /// Opens the form of an action; what it picks from is here.
    pub(super) fn fill(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let form = match action {
            Action::RoundOpen => Some(forms::open_round(self, about)),
            Action::FindingRaise => self
                .window_at_hand()
                .map(|window| forms::raise(self, about, &window)),
            _ => self
                .finding_at_hand()
                .and_then(|finding| forms::finding_form(about, action, finding)),
        };
        form.into_iter()
            .map(|form| Effect::Fill(Box::new(form)))
            .collect()
    }

    /// One key a window: it was seen and is in order; the selection goes to the next one that was not.
    fn see(&mut self) -> Vec<Effect> {
        let (Some(round), Some(window)) = (&mut self.round, self.board.rested()) else {
            return Vec::new();
        };
        let code = window.view.window.clone();
        let params = json!({ "round": round.id, "window": code });
        if !round.seen.contains(&code) {
            round.seen.push(code);
            round.open_seen += usize::from(window.is_open());
        }
        self.go_to_unseen();
        vec![send("round.see", params, "did.round")]
    }

    /// The next open window after the selected one that the round has not seen; from the top again at the end.
    pub(super) fn go_to_unseen(&mut self) {
        let Some(round) = &self.round else {
            return;
        };
        let rows = self.board.all();
        let here = self
            .board
            .selected()
            .and_then(|row| rows.iter().position(|other| other.id() == row.id()))
            .unwrap_or(0);
        let (before, after) = rows.split_at((here + 1).min(rows.len()));
        let next = after
            .iter()
            .chain(before)
            .find(|row| row.is_open() && !round.seen.contains(&row.view.window));
        if let Some(next) = next.map(|row| row.id().to_owned()) {
            self.board.select(&next);
        }
    }

    fn ask_to_close(&self, about: &About) -> Vec<Effect> {
        let Some(round) = &self.round else {
            return Vec::new();
        };
        let progress = about.with(
            "inspection-progress",
            &[
                ("seen", round.open_seen.into()),
                ("open", round.open_windows.into()),
            ],
        );
        let effect = if round.complete {
            "inspection-close-complete"
        } else {
            "inspection-close-incomplete"
        };
        vec![Effect::Ask(Question {
            key: "close",
            text: about.t("inspection-close-question"),
            effect: vec![progress, about.t(effect)],
        })]
    }

    fn ask_to_fix(&self, about: &About) -> Vec<Effect> {
        let Some(finding) = self.finding_at_hand() else {
            return Vec::new();
        };
        vec![Effect::Ask(Question {
            key: "fix",
            text: about.with(
                "inspection-fix-question",
                &[("number", (&finding.view.number).into())],
            ),
            effect: vec![finding.words().to_owned(), about.t("inspection-fix-effect")],
        })]
    }

    /// A question is answered with yes.
    pub(super) fn confirmed(&mut self, question: &str) -> Vec<Effect> {
        match (question, &self.round, self.finding_at_hand()) {
            ("close", Some(round), _) => vec![send(
                "round.close",
                json!({ "round": round.id }),
                "did.round",
            )],
            ("fix", _, Some(finding)) => vec![send(
                "finding.fix_on_spot",
                json!({ "finding": finding.id() }),
                "did.finding",
            )],
            _ => Vec::new(),
        }
    }

    /// A form is complete: its key says the action and the record.
    pub(super) fn submit(&mut self, form: &str, values: Values) -> Vec<Effect> {
        let Some((name, record)) = form.split_once('/') else {
            return Vec::new();
        };
        let Some(action) = Action::named(name) else {
            return Vec::new();
        };
        let Some(method) = method(action) else {
            return Vec::new();
        };
        let mut params = Value::Object(values);
        match action {
            Action::RoundOpen => {
                return vec![send(method, params, "did.round")];
            }
            Action::FindingRaise => {
                if let Some(round) = &self.round {
                    params["round"] = json!(round.id);
                }
                return vec![send(method, params, "did.raise")];
            }
            Action::FindingRecheckOk => params["in_order"] = json!(true),
            Action::FindingRecheckFail => params["in_order"] = json!(false),
            Action::FindingUphold => params["upheld"] = json!(true),
            Action::FindingDismiss => params["upheld"] = json!(false),
            _ => {}
        }
        params["finding"] = json!(record);
        vec![send(method, params, "did.finding")]
    }

    /// Why an action cannot be done now, in words that name the next step.
    fn why_not(&self, action: Action, about: &About) -> String {
        let what = about.t(action.message());
        if method(action).is_some_and(|method| !self.me.may(method)) {
            return about.with("not-your-role", &[("action", what.into())]);
        }
        match action {
            Action::RoundOpen => about.t("inspection-round-under-way"),
            Action::RoundSee | Action::RoundClose if self.round.is_none() => about.with(
                "inspection-no-round",
                &[("open", about.t("action-round-open").into())],
            ),
            Action::RoundSee => about.t("inspection-no-window"),
            _ => match self.finding_at_hand() {
                None => about.t("inspection-none-selected"),
                Some(finding) => about.with(
                    "inspection-not-now",
                    &[
                        ("number", (&finding.view.number).into()),
                        (
                            "state",
                            term(about, "finding-state", &finding.view.state).into(),
                        ),
                        ("action", what.into()),
                    ],
                ),
            },
        }
    }
}
