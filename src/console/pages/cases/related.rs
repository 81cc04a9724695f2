//! What belongs to the case whose detail is shown: its branches and the proposals that wait (M4, 1.1).

use serde_json::{Value, json};

use super::{CaseRow, CasesPage, forms};
use crate::console::keymap::Action;
use crate::console::message::{About, Effect, Question, Refused, Weight};
use crate::console::pages::reading::{self, fetch, send};
use crate::rules::id::{BranchId, ProposalId};
use crate::rules::views::branch::BranchView;
use crate::rules::views::proposal::ProposalView;

/// The purpose of the question for a branch: the open and the closed ones are asked for by their ids, one after
/// the other.
pub(super) const BRANCH: &str = "branch";
/// The purpose of the question for proposals.
pub(super) const PROPOSALS: &str = "proposals";

/// What keys wait for that are about them.
const RELATED: &str = "related";

/// Branches and proposals of one case.
#[derive(Clone, Debug, Default)]
pub(super) struct Related {
    /// Of what they are; none while nothing is known.
    of: Option<Belonging>,
    /// What is being asked for, and the branches that are still to be asked for, the last one first.
    asked: Option<(Belonging, Vec<BranchId>)>,
    pub(super) branches: Vec<BranchView>,
    pub(super) proposals: Vec<ProposalView>,
    gathered: Vec<BranchView>,
    /// What was to be done before they came.
    pending: Option<Action>,
}

/// A case with the ids of what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Belonging {
    case: String,
    branches: Vec<BranchId>,
    proposals: Vec<ProposalId>,
}

impl Belonging {
    fn of(row: &CaseRow) -> Belonging {
        Belonging {
            case: row.id.clone(),
            branches: row.view.branches.clone(),
            proposals: row.view.proposals.clone(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.branches.is_empty() && self.proposals.is_empty()
    }
}

impl Related {
    /// They may have changed: the next look asks again, what is shown stays until then.
    pub(super) fn forget(&mut self) {
        self.of = None;
        self.asked = None;
    }

    /// Whether they are those of this case as it is now.
    pub(super) fn is_of(&self, row: &CaseRow) -> bool {
        self.of.as_ref() == Some(&Belonging::of(row))
    }

    /// What is left to ask for; everything is here when there is nothing.
    fn next_question(&mut self) -> Option<Effect> {
        let (belonging, left) = self.asked.as_mut()?;
        if let Some(branch) = left.pop() {
            return Some(fetch("branch.get", json!({"branch": branch}), BRANCH));
        }
        if !belonging.proposals.is_empty() {
            let params = json!({"case": belonging.case, "open": true});
            return Some(fetch("proposal.list", params, PROPOSALS));
        }
        self.complete(Vec::new());
        None
    }

    fn complete(&mut self, proposals: Vec<ProposalView>) {
        self.of = self.asked.take().map(|(belonging, _)| belonging);
        self.branches = std::mem::take(&mut self.gathered);
        self.proposals = proposals;
    }
}

impl CasesPage {
    /// Asks for what belongs to the shown case, where it has anything and it is not here.
    pub(super) fn ask_related(&mut self) -> Vec<Effect> {
        let Some(row) = self.list.rested() else {
            return Vec::new();
        };
        let belonging = Belonging::of(row);
        let is_asked = |(asked, _): &(Belonging, _)| *asked == belonging;
        if self.related.is_of(row) || self.related.asked.as_ref().is_some_and(is_asked) {
            return Vec::new();
        }
        self.related.gathered.clear();
        if belonging.is_nothing() {
            self.related = Related {
                of: Some(belonging),
                ..Related::default()
            };
            return Vec::new();
        }
        let mut left = belonging.branches.clone();
        left.reverse();
        self.related.asked = Some((belonging, left));
        self.related.next_question().into_iter().collect()
    }

    pub(super) fn take_related(
        &mut self,
        purpose: &str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        if self.related.asked.is_none() {
            return Vec::new();
        }
        if purpose == BRANCH {
            let branch = result.ok().and_then(reading::record::<BranchView>);
            self.related.gathered.extend(branch);
            if let Some(question) = self.related.next_question() {
                return vec![question];
            }
        } else {
            let page = result.ok().and_then(reading::rows::<ProposalView>);
            self.related
                .complete(page.map(|page| page.rows).unwrap_or_default());
        }
        self.awaited.came(RELATED);
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
        if !self.related.is_of(row) {
            let effects = self.ask_related();
            if self.related.asked.is_some() {
                self.related.pending = Some(action);
                self.awaited.add(&[RELATED]);
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
