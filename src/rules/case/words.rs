//! The words of a case on the wire and in the journal: states with their row of M3, grounds, kinds of pause, ways and results.
//! Closed lists that the rule book gives; nothing here is decided.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The state of a case (M3).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// 预审
    Precheck,
    /// 收件
    Received,
    /// 补办
    Supplement,
    /// 退回
    Returned,
    /// 不予受理
    NotAccepted,
    /// 受理, in hand
    Accepted,
    /// 特别程序
    Paused,
    /// 待上级
    WaitSuperior,
    /// 准予
    DecidedOk,
    /// 不予
    DecidedNo,
    /// 送达
    Delivered,
    /// 撤回
    Withdrawn,
}

impl CaseState {
    /// Every state, in the order of M3.
    pub const ALL: [Self; 12] = [
        Self::Precheck,
        Self::Received,
        Self::Supplement,
        Self::Returned,
        Self::NotAccepted,
        Self::Accepted,
        Self::Paused,
        Self::WaitSuperior,
        Self::DecidedOk,
        Self::DecidedNo,
        Self::Delivered,
        Self::Withdrawn,
    ];

    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Precheck => "precheck",
            Self::Received => "received",
            Self::Supplement => "supplement",
            Self::Returned => "returned",
            Self::NotAccepted => "not_accepted",
            Self::Accepted => "accepted",
            Self::Paused => "paused",
            Self::WaitSuperior => "wait_superior",
            Self::DecidedOk => "decided_ok",
            Self::DecidedNo => "decided_no",
            Self::Delivered => "delivered",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The row of M3: the verbs that the state takes. Every other verb is refused.
    pub fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Precheck => &["receive", "notify_once", "withdraw"],
            Self::Received => &[
                "notify_once",
                "supply",
                "accept",
                "refuse",
                "classify",
                "decide",
                "withdraw",
            ],
            Self::Supplement => &[
                "notify_once",
                "supply",
                "refuse",
                "classify",
                "grant_time",
                "withdraw",
            ],
            Self::Accepted => &[
                "supply",
                "classify",
                "pause",
                "extend",
                "submit_up",
                "decide",
                "default_confirm",
                "withdraw",
            ],
            Self::Paused => &["resume", "withdraw"],
            Self::WaitSuperior => &["decide", "withdraw"],
            Self::DecidedOk => &["deliver", "supply"],
            Self::DecidedNo => &["deliver"],
            Self::Returned => &["review"],
            Self::NotAccepted | Self::Delivered | Self::Withdrawn => &[],
        }
    }

    /// Whether the hall's work on the application itself is over: decided, sent back or withdrawn.
    pub fn is_ended(self) -> bool {
        matches!(
            self,
            Self::Returned
                | Self::NotAccepted
                | Self::DecidedOk
                | Self::DecidedNo
                | Self::Delivered
                | Self::Withdrawn
        )
    }
}

/// By which way the papers came in.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IntakeChannel {
    /// At the window.
    #[default]
    Window,
    /// Filed online.
    Online,
    /// By post.
    Mail,
    /// Carried by an agent of the hall (代办).
    Proxy,
}

/// How a line of the material list stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Not handed in.
    Missing,
    /// Handed in, and nothing wrong with it.
    Given,
    /// Handed in, and a notice says what is wrong with it.
    Defective,
}

/// How a case came to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AcceptedBy {
    /// A clerk accepted it.
    Window,
    /// Nobody gave notice in time: accepted by law as of receipt (R83).
    Deemed,
    /// The last paper came in, and nobody had accepted it by the end of the day (R84).
    Completion,
}

/// What stops the clock (R97); the last ones are named there as what does not.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PauseKind {
    /// 听证
    Hearing,
    /// 招标
    Tender,
    /// 拍卖
    Auction,
    /// 检验
    Inspection,
    /// 检测
    Testing,
    /// 检疫
    Quarantine,
    /// 鉴定
    Appraisal,
    /// 专家评审
    ExpertReview,
    /// 现场勘查: does not stop it
    SiteSurvey,
    /// 领导签字: does not stop it
    InternalSignature,
    /// 领导不在: does not stop it
    LeaderAbsent,
    /// 会议: does not stop it
    Meeting,
    /// 系统故障: does not stop it
    SystemDown,
    /// 等待部门: does not stop it
    WaitingDepartment,
}

impl PauseKind {
    /// The kinds that stop the clock, as the statute lists them.
    pub const LAWFUL: [Self; 8] = [
        Self::Hearing,
        Self::Tender,
        Self::Auction,
        Self::Inspection,
        Self::Testing,
        Self::Quarantine,
        Self::Appraisal,
        Self::ExpertReview,
    ];

    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hearing => "hearing",
            Self::Tender => "tender",
            Self::Auction => "auction",
            Self::Inspection => "inspection",
            Self::Testing => "testing",
            Self::Quarantine => "quarantine",
            Self::Appraisal => "appraisal",
            Self::ExpertReview => "expert_review",
            Self::SiteSurvey => "site_survey",
            Self::InternalSignature => "internal_signature",
            Self::LeaderAbsent => "leader_absent",
            Self::Meeting => "meeting",
            Self::SystemDown => "system_down",
            Self::WaitingDepartment => "waiting_department",
        }
    }

    /// Whether it stops the clock (R97, XKF 45).
    pub fn stops_the_clock(self) -> bool {
        Self::LAWFUL.contains(&self)
    }
}

/// Which of the two extensions (R102).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// Beyond the promise, within the statutory limit: R102(a).
    Commitment,
    /// Beyond the statutory limit, once: R102(b).
    Statutory,
}

/// Yes or no (R98).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// 准予, 同意
    Ok,
    /// 不予, 不同意
    No,
}

/// How a paper reached the person (D14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryWay {
    /// 直接送达
    Direct,
    /// 邮寄送达
    Mail,
    /// 留置送达
    Left,
    /// 电子送达
    Electronic,
}

/// Ground of a refusal to accept (R76, R80); the text stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalGround {
    /// 依法不需要取得许可 (R76, first outcome)
    NoPermitNeeded,
    /// 不属于本机关职权 (R76, second outcome): the right body is named
    NotOurPower,
    /// 隐瞒情况或者提供虚假材料
    FalsePapers,
    /// 明显不符合政策 (R60 退回件)
    AgainstPolicy,
    /// 勘查不合格 (R60 退回件)
    SurveyFailed,
    /// 缺材料: never a ground, only for a notice (R80)
    #[serde(alias = "缺材料")]
    MissingMaterials,
}

impl RefusalGround {
    /// The state that it leads to; none for what is no ground.
    pub fn leads_to(self) -> Option<CaseState> {
        match self {
            Self::NoPermitNeeded | Self::NotOurPower | Self::FalsePapers => {
                Some(CaseState::NotAccepted)
            }
            Self::AgainstPolicy | Self::SurveyFailed => Some(CaseState::Returned),
            Self::MissingMaterials => None,
        }
    }
}

/// Result of a review (R68).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewResult {
    /// 维持
    Upheld,
    /// 撤销
    Overturned,
}

/// Why a case ended without a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalCause {
    /// The applicant withdrew it (R88).
    Applicant,
    /// Corrections did not come in time: 视为撤回 (R85).
    CorrectionLapsed,
    /// Promised papers did not come in time: 视为撤回 (R87).
    PromiseLapsed,
}
