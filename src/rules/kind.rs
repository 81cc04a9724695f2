//! The kinds of case (六件) and their handling regimes (六制): the stored superset and how each scheme shows it (R60–R63).
//! Which kind may become which is decided in `case`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which six-class scheme a hall shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// 即办 承诺 联办 上报 补办 退回 (R60)
    A,
    /// 即办 一般 重大 控制 特别 联办 (R63)
    B,
}

/// The stored kind of a case (R63). 补办 and 退回 are outcomes of intake, not kinds (R61).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// 即办件
    Instant,
    /// 承诺件, 一般件
    Promised,
    /// 联办件, by circulation
    Joint,
    /// 重大件, by joint meeting
    JointMajor,
    /// 上报件
    Upward,
    /// 控制件: answered yes or no in writing
    Controlled,
    /// 特别件: own deadline, set at intake
    Special,
}

/// A handling regime (六制, R62).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// 直接办理制
    Direct,
    /// 承诺办理制
    Promise,
    /// 联合办理制
    Joint,
    /// 负责办理制
    ResponsibleUpward,
    /// 明确答复制
    ClearAnswer,
    /// 特别办理
    Special,
}

/// A column of the six-class report: the kinds and the two intake outcomes (R61, R63).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 即办件
    Instant,
    /// 承诺件
    Promised,
    /// 联办件
    Joint,
    /// 上报件
    Upward,
    /// 补办件: counted here while it waits for papers
    Supplement,
    /// 退回件
    Returned,
    /// 一般件
    General,
    /// 重大件
    Major,
    /// 控制件
    Controlled,
    /// 特别件
    Special,
}

impl CaseKind {
    /// Every kind, in the order of the rule book.
    pub const ALL: [Self; 7] = [
        Self::Instant,
        Self::Promised,
        Self::Joint,
        Self::JointMajor,
        Self::Upward,
        Self::Controlled,
        Self::Special,
    ];

    /// The regime that handles this kind (R62; not one-to-one).
    pub fn regime(self) -> Regime {
        match self {
            Self::Instant => Regime::Direct,
            Self::Promised => Regime::Promise,
            Self::Joint | Self::JointMajor => Regime::Joint,
            Self::Upward => Regime::ResponsibleUpward,
            Self::Controlled => Regime::ClearAnswer,
            Self::Special => Regime::Special,
        }
    }

    /// Whether several departments act side by side (M4).
    pub fn is_joint(self) -> bool {
        matches!(self, Self::Joint | Self::JointMajor)
    }
}

impl Scheme {
    /// The six classes this scheme prints, in order.
    pub fn classes(self) -> [Class; 6] {
        match self {
            Self::A => [
                Class::Instant,
                Class::Promised,
                Class::Joint,
                Class::Upward,
                Class::Returned,
                Class::Supplement,
            ],
            Self::B => [
                Class::Instant,
                Class::General,
                Class::Major,
                Class::Controlled,
                Class::Special,
                Class::Joint,
            ],
        }
    }

    /// The class under which a case of `kind` is shown; `refused` tells a controlled case that was answered with no (R63).
    pub fn class_of(self, kind: CaseKind, outcome: IntakeOutcome) -> Class {
        match (self, outcome, kind) {
            (Self::A, IntakeOutcome::Supplement, _) => Class::Supplement,
            (Self::A, IntakeOutcome::Returned, _) => Class::Returned,
            (_, _, CaseKind::Instant) => Class::Instant,
            (Self::A, _, CaseKind::Promised | CaseKind::Controlled | CaseKind::Special) => {
                Class::Promised
            }
            (Self::A, _, CaseKind::Joint | CaseKind::JointMajor)
            | (Self::B, _, CaseKind::Joint) => Class::Joint,
            (Self::A, _, CaseKind::Upward) => Class::Upward,
            // Scheme B has no class for upward cases; they are promised to the applicant like general ones.
            (Self::B, _, CaseKind::Promised | CaseKind::Upward) => Class::General,
            (Self::B, _, CaseKind::JointMajor) => Class::Major,
            (Self::B, _, CaseKind::Controlled) => Class::Controlled,
            (Self::B, _, CaseKind::Special) => Class::Special,
        }
    }
}

/// What became of a case at intake (R61).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntakeOutcome {
    /// Complete, or on its way.
    Complete,
    /// Waiting for papers (补办).
    Supplement,
    /// Sent back, or refused as a controlled case in scheme A (退回).
    Returned,
}
