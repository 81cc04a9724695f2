//! What the verbs of a branch take, in the words of the wire.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::AbsenceKind;
use crate::rules::{
    case::{Answer, PauseKind},
    id::{BranchId, CaseId},
};

/// `branch.notify`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// The joint case: every branch that was not told yet, at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// One branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchId>,
    /// The day of the joint survey or meeting, where one is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub meeting_on: Option<NaiveDate>,
}

/// `branch.sign`, `branch.resume`, `branch.default_confirm`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneBranch {
    /// Which branch.
    pub branch: BranchId,
}

/// `branch.opinion`, `branch.late_opinion`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveOpinion {
    /// Which branch.
    pub branch: BranchId,
    /// Yes or no.
    pub result: Answer,
    /// Why; needed for no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `branch.absent`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAbsence {
    /// Which branch.
    pub branch: BranchId,
    /// How it stayed away.
    pub kind: AbsenceKind,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The department's written reason, where it is accepted: the meeting is put off, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// The day to which the meeting is put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub meeting_on: Option<NaiveDate>,
}

/// `branch.pause`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseBranch {
    /// Which branch.
    pub branch: BranchId,
    /// The special procedure (R97).
    pub kind: PauseKind,
    /// Working days that it is announced to take.
    pub estimated_days: u16,
}

/// `branch.ask_material`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskMaterial {
    /// Which branch.
    pub branch: BranchId,
    /// What the department needs, and why.
    pub note: String,
}

/// `branch.not_needed`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoWithout {
    /// Which branch.
    pub branch: BranchId,
    /// Why.
    pub reason: String,
}
