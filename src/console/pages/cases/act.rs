//! What keys do on the cases page, what is said when it is done, and what can be done with the case shown.

use serde_json::{Value, json};

use super::{CaseRow, CasesPage, DUE, EXPLAIN, Scope, forms, sheet};
use crate::console::form::Values;
use crate::console::keymap::{Action, Context};
use crate::console::listing::Outcome;
use crate::console::message::{About, Effect, PageName, Question, Refused, Weight};
use crate::console::pages::reading::{self, fetch, may, send};
use crate::console::pages::words::term;
use crate::rules::case::{CaseState, LineState};
use crate::rules::views::case::{CaseView, LineView};

/// The keys of the footer, the commonest way of a case from left to right.
pub(super) const HINTS: &[Action] = &[
    Action::CaseReceive,
    Action::CaseAccept,
    Action::CaseNotify,
    Action::CaseSupply,
    Action::CaseDecide,
    Action::CaseDeliver,
    Action::CaseResume,
    Action::ProposalApprove,
    Action::BranchSign,
    Action::BranchOpinion,
    Action::CaseExplain,
    Action::CaseClassify,
    Action::CasePause,
    Action::CaseExtend,
    Action::CaseRefuse,
    Action::CaseReview,
    Action::CaseDue,
    Action::PersonUnmask,
    Action::Filter,
    Action::Scope,
];

impl CasesPage {
    pub(super) fn act(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let outcome = self.list.act(action, about.ruler);
        self.fit();
        if outcome == Outcome::Done {
            return Vec::new();
        }
        match action {
            Action::Back => {
                self.awaited.give_up();
                self.intake = None;
                self.related.forget();
                Vec::new()
            }
            Action::Scope => {
                self.scope = match self.scope {
                    Scope::Mine => Scope::Department,
                    Scope::Department => Scope::Hall,
                    Scope::Hall => Scope::Closed,
                    Scope::Closed => Scope::Mine,
                };
                self.ask_first()
            }
            Action::DetailUp => self.scroll(-1),
            Action::DetailDown => self.scroll(1),
            Action::CaseReceive => self.begin_intake("case.receive", None, about),
            Action::CasePrecheck => self.begin_intake("case.precheck", None, about),
            Action::CaseDue => vec![fetch("case.due", json!({}), DUE)],
            Action::BranchNotify
            | Action::BranchSign
            | Action::BranchOpinion
            | Action::ProposalApprove
            | Action::ProposalReject => self.act_on_related(action, about),
            _ => self.act_on_row(action, about),
        }
    }

    fn scroll(&mut self, by: isize) -> Vec<Effect> {
        self.detail_top = self.detail_top.saturating_add_signed(by);
        Vec::new()
    }

    fn act_on_row(&mut self, action: Action, about: &About) -> Vec<Effect> {
        let Some(row) = self.list.selected() else {
            return vec![Effect::Say(Weight::Note, about.t("cases-empty"))];
        };
        match action {
            Action::Open => {
                let detail = sheet::detail(row, &self.related, about);
                let reader = detail.reader(row.view.number.clone());
                vec![Effect::Read(Box::new(reader))]
            }
            _ if !action.contexts().contains(&Context::Cases) => Vec::new(),
            Action::CaseAccept => accept(row, about),
            Action::CaseResume => vec![on_case("case.resume", row)],
            Action::CaseExplain => {
                vec![fetch("case.explain", json!({"case": row.id}), EXPLAIN)]
            }
            Action::CaseProxy => {
                let command = format!("new {}", row.id);
                vec![Effect::Go(PageName::Errands, Some(command))]
            }
            Action::CaseDefault => {
                let number = row.view.number.clone();
                self.asked_about = Some(row.id.clone());
                vec![Effect::Ask(Question {
                    key: "default",
                    text: about.with("cases-ask-default", &[("number", number.into())]),
                    effect: vec![about.t("cases-ask-default-effect")],
                })]
            }
            Action::CaseClassify => self.departments_for_classify(about),
            _ => forms::of_case(about, action, row)
                .map(|form| Effect::Fill(Box::new(form)))
                .into_iter()
                .collect(),
        }
    }

    /// The form of the kind offers the other departments of a joint case (R113), so their names come first.
    fn departments_for_classify(&mut self, about: &About) -> Vec<Effect> {
        if !self.departments.is_known() {
            self.awaited.add(&[self.departments.purpose()]);
            self.classifying = true;
            return self.departments.want().into_iter().collect();
        }
        self.open_classify(about)
    }

    pub(super) fn open_classify(&mut self, about: &About) -> Vec<Effect> {
        self.classifying = false;
        self.list
            .selected()
            .map(|row| forms::classify(about, row, &self.departments))
            .map(|form| Effect::Fill(Box::new(form)))
            .into_iter()
            .collect()
    }

    pub(super) fn confirmed(&self, question: &'static str) -> Vec<Effect> {
        let Some(id) = &self.asked_about else {
            return Vec::new();
        };
        match question {
            "default" => vec![send(
                "case.default_confirm",
                json!({ "case": id }),
                "case.default_confirm",
            )],
            "approve" => vec![send(
                "proposal.approve",
                json!({ "proposal": id }),
                "proposal.approve",
            )],
            _ => Vec::new(),
        }
    }

    pub(super) fn submitted(
        &mut self,
        form: &str,
        mut values: Values,
        about: &About,
    ) -> Vec<Effect> {
        let (method, subject) = form.split_once('/').unwrap_or((form, ""));
        if method == forms::ITEM_FORM {
            return self.item_chosen(form, &values);
        }
        let Some(action) = Action::named(method) else {
            return Vec::new();
        };
        match action {
            Action::CaseReceive | Action::CasePrecheck if !subject.starts_with("case=") => {
                return self.received(action.name(), subject, values);
            }
            Action::CaseNotify => {
                if let Err(blame) = forms::defects(&mut values, about) {
                    return vec![blame];
                }
            }
            _ => {}
        }
        // A branch or a proposal is a field of its form; everything else is about the case in the key.
        let names_itself = values.contains_key("branch") || values.contains_key("proposal");
        if !names_itself {
            let case = subject.trim_start_matches("case=");
            values.insert("case".to_owned(), Value::from(case));
        }
        // The names of these actions are the names of the methods.
        vec![send(action.name(), Value::Object(values), action.name())]
    }

    pub(super) fn done(
        &mut self,
        purpose: &'static str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        self.related.forget();
        let mut effects = self.ask_first();
        let Ok(answer) = result else {
            return effects;
        };
        if answer.get("proposal").is_some() || answer.get("method").is_some() {
            let said = if purpose.starts_with("proposal.") {
                format!("cases-said-{}", purpose.replace('.', "-"))
            } else {
                "cases-said-proposed".to_owned()
            };
            effects.push(Effect::Say(Weight::Done, about.t(&said)));
            return effects;
        }
        if let Some(view) = reading::record::<CaseView>(answer) {
            self.wanted = Some(view.id.to_string());
            effects.push(Effect::Say(Weight::Done, done_line(purpose, &view, about)));
        } else {
            let key = format!("cases-said-{}", purpose.replace('.', "-"));
            effects.push(Effect::Say(Weight::Done, about.t(&key)));
        }
        effects
    }

    /// What the shown case's state takes (M3), as far as the roles may do or propose it.
    pub(super) fn can(&self, action: Action) -> bool {
        if !action.contexts().contains(&Context::Cases) {
            return true;
        }
        let name = action.name();
        match action {
            Action::CaseReceive | Action::CasePrecheck => return may(&self.roles, name),
            Action::CaseDue => return true,
            _ => {}
        }
        let Some(row) = self.list.rested() else {
            return false;
        };
        let view = &row.view;
        let takes = |verb: &str| view.allowed.iter().any(|allowed| allowed == verb);
        match action {
            Action::PersonUnmask => view.applicant.is_some() && may(&self.roles, name),
            Action::CaseExplain => view.clock.is_some(),
            Action::CaseProxy => may(&self.roles, "proxy.open") && !view.state.is_ended(),
            Action::ProposalApprove | Action::ProposalReject => {
                may(&self.roles, name) && !view.proposals.is_empty()
            }
            Action::BranchNotify | Action::BranchSign | Action::BranchOpinion => {
                let verb = name.trim_start_matches("branch.");
                may(&self.roles, name)
                    && self.related.is_of(row)
                    && self
                        .related
                        .branches
                        .iter()
                        .any(|branch| branch.allowed.iter().any(|allowed| allowed == verb))
            }
            Action::CaseAccept => (takes("accept") || takes("receive")) && may(&self.roles, name),
            Action::CaseSupply => {
                let is_open = |line: &LineView| line.state != LineState::Given;
                takes("supply") && view.materials.iter().any(is_open) && may(&self.roles, name)
            }
            Action::CaseDefault => takes("default_confirm") && may(&self.roles, name),
            _ => takes(name.trim_start_matches("case.")) && may(&self.roles, name),
        }
    }
}

fn on_case(method: &'static str, row: &CaseRow) -> Effect {
    send(method, json!({"case": row.id}), method)
}

/// A precheck is taken over first; tolerable papers that are missing need a promise (R87); else nothing is asked.
fn accept(row: &CaseRow, about: &About) -> Vec<Effect> {
    let view = &row.view;
    if view.state == CaseState::Precheck {
        return vec![Effect::Fill(Box::new(forms::take_over(about, row)))];
    }
    let missing_is_tolerable = !view.missing.is_empty()
        && view
            .materials
            .iter()
            .filter(|line| view.missing.contains(&line.code))
            .all(|line| line.tolerable);
    if missing_is_tolerable {
        return vec![Effect::Fill(Box::new(forms::promise(about, row)))];
    }
    vec![on_case("case.accept", row)]
}

/// What became of the case, with what to know next: its due date, what is missing, what it doubles.
fn done_line(purpose: &str, view: &CaseView, about: &About) -> String {
    let state = term(about, "case-state", &view.state);
    let mut line = about.with(
        "cases-said",
        &[
            ("number", super::view::short_number(&view.number).into()),
            ("state", state.into()),
        ],
    );
    let counting = view.clock.as_ref().filter(|clock| clock.lamp.is_some());
    if let Some(due) = counting.and_then(|clock| clock.committed_due) {
        line += &about.with("cases-said-due", &[("date", due.to_string().into())]);
    }
    if !view.missing.is_empty() && purpose != "case.accept" {
        line += &about.with(
            "cases-said-missing",
            &[("count", view.missing.len().into())],
        );
    }
    if !view.duplicates.is_empty() && purpose == "case.receive" {
        let others: Vec<String> = view
            .duplicates
            .iter()
            .map(|number| super::view::short_number(number))
            .collect();
        line += &about.with(
            "cases-said-duplicates",
            &[("numbers", others.join(" ").into())],
        );
    }
    line
}
