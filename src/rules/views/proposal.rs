//! A proposal as it is seen: what somebody wants done, and what became of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Reading, Viewer};
use crate::rules::{
    hall::Hall,
    id::{BranchId, CaseId, ProposalId, StaffCode},
    permission::Role,
    proposal::{self, Proposal, ProposalState},
    time::{Instant, wire, wire_option},
};

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalView {
    /// Id.
    pub id: ProposalId,
    /// State.
    pub state: ProposalState,
    /// The method proposed.
    pub method: String,
    /// Its parameters.
    pub params: Value,
    /// The case it is about, also where it is about a branch.
    pub case: Option<CaseId>,
    /// The branch it is about.
    pub branch: Option<BranchId>,
    /// Who proposed it; null for the machine.
    pub by: Option<StaffCode>,
    /// In which role.
    pub role: Role,
    /// When.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
    /// Who closed it.
    pub closed_by: Option<StaffCode>,
    /// When it was closed.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub closed_at: Option<Instant>,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The proposal as it is seen.
pub fn of(hall: &Hall, viewer: &Viewer, proposal: &Proposal) -> ProposalView {
    let reading = Reading::of_case_id(hall, viewer, proposal.target.case);
    ProposalView {
        id: proposal.id,
        state: proposal.state,
        method: proposal.method.clone(),
        params: reading.value(proposal::opened(proposal.params.clone())),
        case: proposal.target.case,
        branch: proposal.target.branch,
        by: proposal.by.clone(),
        role: proposal.role,
        at: proposal.at,
        closed_by: proposal.closed_by.clone(),
        closed_at: proposal.closed_at,
        reason: reading.some_words(proposal.reason.as_ref()),
    }
}

/// `proposal.list`: what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProposalFilter {
    /// State.
    pub state: Option<ProposalState>,
    /// Method.
    pub method: Option<String>,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// Who proposed it.
    pub by: Option<StaffCode>,
    /// Whether it still waits.
    pub open: Option<bool>,
}

impl ProposalFilter {
    /// Whether the proposal is among those asked for.
    pub fn matches(&self, _hall: &Hall, _viewer: &Viewer, proposal: &Proposal) -> bool {
        self.state.is_none_or(|wanted| wanted == proposal.state)
            && self
                .method
                .as_ref()
                .is_none_or(|wanted| *wanted == proposal.method)
            && (self.case.is_none() || self.case == proposal.target.case)
            && (self.by.is_none() || self.by == proposal.by)
            && self.open.is_none_or(|wanted| wanted == proposal.is_open())
    }
}
