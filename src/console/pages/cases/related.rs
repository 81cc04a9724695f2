//! What belongs to the case whose detail is shown: its branches and the proposals that wait (M4, 1.1).

use serde_json::{Value, json};

use super::{CasesPage, forms};
use crate::console::keymap::Action;
use crate::console::message::{About, Effect, Question, Refused, Weight};
use crate::console::pages::reading::{self, fetch, send};
use crate::rules::views::branch::BranchView;
use crate::rules::views::proposal::ProposalView;

/// The purpose of the question for branches.
pub(super) const BRANCHES: &str = "branches";
/// The purpose of the question for proposals.
pub(super) const PROPOSALS: &str = "proposals";

/// Branches and proposals of one case.
#[derive(Clone, Debug, Default)]
pub(super) struct Related {
    /// The case that they are of; none while nothing is known.
    case: Option<String>,
    pub(super) branches: Vec<BranchView>,
    pub(super) proposals: Vec<ProposalView>,
    /// What was asked for before they came.
    pending: Option<Action>,
}

impl Related {
    /// They may have changed: the next look asks again, what is shown stays until then.
    pub(super) fn forget(&mut self) {
        self.case = None;
    }

    /// Whether they are those of this case.
    pub(super) fn is_of(&self, case: &str) -> bool {
        self.case.as_deref() == Some(case)
    }
}

impl CasesPage {
    /// Asks for what belongs to the shown case, where it has anything and it is not here.
    pub(super) fn ask_related(&mut self) -> Vec<Effect> {
        let Some(row) = self.list.rested() else {
            return Vec::new();
        };
        let has_any = !row.view.branches.is_empty() || !row.view.proposals.is_empty();
        let is_here = self.related.is_of(&row.id);
        let id = row.id.clone();
        if !has_any {
            self.related = Related {
                case: Some(id),
                ..Related::default()
            };
            return Vec::new();
        }
        if is_here {
            return Vec::new();
        }
        vec![
            fetch("branch.list", json!({"case": id}), BRANCHES),
            fetch(
                "proposal.list",
                json!({"case": id, "open": true}),
                PROPOSALS,
            ),
        ]
    }

    pub(super) fn take_related(
        &mut self,
        purpose: &str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        if purpose == BRANCHES {
            let page = result.ok().and_then(reading::rows::<BranchView>);
            self.related.branches = page.map(|page| page.rows).unwrap_or_default();
            return Vec::new();
        }
        let page = result.ok().and_then(reading::rows::<ProposalView>);
        self.related.proposals = page.map(|page| page.rows).unwrap_or_default();
        // The proposals are asked for last, so now both are here.
        self.related.case = self.list.rested().map(|row| row.id.clone());
        match self.related.pending.take() {
            Some(action) => self.act_on_related(action, about),
            None => Vec::new(),
        }
    }

    /// An act on a branch or a proposal of the selected case.
    pub(super) fn act_on_related(&mut self, action: Action, about: &About) -> Vec<Effect> {
        self.list.rest();
        let Some(row) = self.list.selected() else {
            return vec![Effect::Say(Weight::Note, about.t("cases-empty"))];
        };
        if !self.related.is_of(&row.id) {
            let effects = self.ask_related();
            if !effects.is_empty() {
                self.related.pending = Some(action);
                self.awaited.add(&[BRANCHES, PROPOSALS]);
                return effects;
            }
        }
        match action {
            Action::ProposalApprove => self.approve(about),
            Action::ProposalReject => self.reject(about),
            _ => self.act_on_branch(action, about),
        }
    }

    fn act_on_branch(&self, action: Action, about: &About) -> Vec<Effect> {
        let verb = action.name().trim_start_matches("branch.");
        let takes = |branch: &&BranchView| {
            branch
                .allowed
                .iter()
                .any(|allowed| allowed == verb || (verb == "opinion" && allowed == "late_opinion"))
        };
        let branches: Vec<&BranchView> = self.related.branches.iter().filter(takes).collect();
        match (branches.as_slice(), action) {
            ([], _) => vec![Effect::Say(Weight::Bad, about.t("cases-no-branch"))],
            ([only], Action::BranchSign) => {
                vec![send(
                    "branch.sign",
                    json!({"branch": only.id}),
                    "branch.sign",
                )]
            }
            (several, _) => vec![Effect::Fill(Box::new(forms::branch(
                about, action, several,
            )))],
        }
    }

    /// One proposal is asked about with what it would do; of several one is chosen first.
    fn approve(&mut self, about: &About) -> Vec<Effect> {
        match self.related.proposals.as_slice() {
            [] => vec![Effect::Say(Weight::Bad, about.t("cases-no-proposal"))],
            [only] => {
                let question = Question {
                    key: "approve",
                    text: about.t("cases-ask-approve"),
                    effect: vec![proposal_line(about, only)],
                };
                self.asked_about = Some(only.id.to_string());
                vec![Effect::Ask(question)]
            }
            several => vec![Effect::Fill(Box::new(forms::proposal(
                about,
                Action::ProposalApprove,
                several,
            )))],
        }
    }

    fn reject(&self, about: &About) -> Vec<Effect> {
        match self.related.proposals.as_slice() {
            [] => vec![Effect::Say(Weight::Bad, about.t("cases-no-proposal"))],
            several => vec![Effect::Fill(Box::new(forms::proposal(
                about,
                Action::ProposalReject,
                several,
            )))],
        }
    }
}

/// What somebody proposes, in one line: who, what, how long, why.
pub(super) fn proposal_line(about: &About, proposal: &ProposalView) -> String {
    use crate::console::pages::words::{named, term};
    let what = Action::named(&proposal.method).map_or_else(
        || proposal.method.clone(),
        |action| about.t(action.message()),
    );
    let mut parts = vec![what];
    let params = &proposal.params;
    if let Some(kind) = params.get("kind").and_then(Value::as_str) {
        parts.push(named(about, "pause-kind", kind));
    }
    if let Some(within) = params.get("within").and_then(Value::as_str) {
        parts.push(named(about, "within", within));
    }
    let days = params.get("days").or_else(|| params.get("estimated_days"));
    if let Some(days) = days.and_then(Value::as_i64) {
        parts.push(about.with("working-days", &[("count", days.into())]));
    }
    if let Some(reason) = params.get("reason").and_then(Value::as_str) {
        parts.push(reason.to_owned());
    }
    let by = proposal
        .by
        .as_ref()
        .map_or_else(|| about.t("role-hall"), ToString::to_string);
    let role = term(about, "role", &proposal.role);
    about.with(
        "cases-proposal",
        &[
            ("what", parts.join(" ").into()),
            ("by", by.into()),
            ("role", role.into()),
        ],
    )
}
