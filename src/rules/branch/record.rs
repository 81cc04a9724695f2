//! A branch of a joint case (并联分支) as the hall keeps it, what happens to it (`branch_*`), and how each event changes it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::{
    case::{Answer, OwedOpinion, PauseKind},
    document::Issued,
    event::Subject,
    id::{BranchId, CaseId, DepartmentCode, StaffCode},
    people::Private,
    time::Instant,
};

/// The state of a branch (M4). OVERDUE is no state but a view: a signed branch past its date.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BranchState {
    /// Before the copy notice.
    Planned,
    /// 已抄告
    Notified,
    /// 在办
    Signed,
    /// 特别程序
    Paused,
    /// 缺席
    Absent,
    /// 默认: consent stands
    Defaulted,
    /// 同意
    Consented,
    /// 不同意
    Refused,
    /// 不需要
    NotNeeded,
}

impl BranchState {
    /// Every state, in the order of M4.
    pub const ALL: [Self; 9] = [
        Self::Planned,
        Self::Notified,
        Self::Signed,
        Self::Paused,
        Self::Absent,
        Self::Defaulted,
        Self::Consented,
        Self::Refused,
        Self::NotNeeded,
    ];

    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Notified => "notified",
            Self::Signed => "signed",
            Self::Paused => "paused",
            Self::Absent => "absent",
            Self::Defaulted => "defaulted",
            Self::Consented => "consented",
            Self::Refused => "refused",
            Self::NotNeeded => "not_needed",
        }
    }

    /// The row of M4: the verbs that the state takes.
    pub fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Planned => &["notify", "not_needed"],
            Self::Notified => &["sign", "not_needed"],
            Self::Signed => &[
                "opinion",
                "ask_material",
                "absent",
                "pause",
                "default_confirm",
                "not_needed",
            ],
            Self::Paused => &["resume"],
            Self::Absent => &["opinion", "default_confirm"],
            Self::Defaulted => &["late_opinion"],
            Self::Consented | Self::Refused | Self::NotNeeded => &[],
        }
    }

    /// Whether the lead need not wait for it any more (R125).
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Defaulted | Self::Consented | Self::Refused | Self::NotNeeded
        )
    }
}

/// A joint survey or meeting to which the branch was called (R119).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// When it takes place.
    pub on: NaiveDate,
    /// On which day the branch was told.
    pub told_on: NaiveDate,
    /// Put off once already, for a justified absence.
    pub moved: bool,
}

/// How a department stayed away (R119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceKind {
    /// 未到场: did not come to the survey or meeting
    Meeting,
    /// 拒绝参与: refuses coordination
    RefusesCoordination,
}

/// An absence that was put on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// How.
    pub kind: AbsenceKind,
    /// When.
    pub at: Instant,
    /// By whom it was put on record.
    pub by: Option<StaffCode>,
    /// What was seen.
    pub note: Option<Private>,
}

/// The opinion of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Yes or no.
    pub result: Answer,
    /// Why; needed for no.
    pub reason: Option<Private>,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// After the branch's date: never on time.
    pub late: bool,
}

/// Something more that a department needs; it reaches the applicant through the lead alone (R115).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialAsked {
    /// What.
    pub text: Private,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
}

/// A stop of a branch's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchStop {
    /// Why (R97).
    pub kind: PauseKind,
    /// From which day; itself still counted.
    pub from_on: NaiveDate,
    /// The last day not counted; null while it lasts.
    pub to_on: Option<NaiveDate>,
    /// The day by which it was announced to be over.
    pub announced_on: NaiveDate,
    /// By whom.
    pub by: Option<StaffCode>,
    /// The paper (D5b).
    pub document: Issued,
}

/// The two forms of default (R118, R119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DefaultKind {
    /// 超时默认
    Timeout,
    /// 缺席默认
    Absence,
}

/// A default that the director confirmed (R120).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchDefault {
    /// Which form.
    pub kind: DefaultKind,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// The paper (D6).
    pub document: Issued,
    /// What the department still owes.
    pub owed: OwedOpinion,
}

/// A branch of a joint case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Id.
    pub id: BranchId,
    /// The case.
    pub case: CaseId,
    /// Whose opinion is needed.
    pub department: DepartmentCode,
    /// State.
    pub state: BranchState,
    /// The day from which the case's clock counts.
    pub started_on: NaiveDate,
    /// The date by which the opinion is due (R124).
    pub due_on: NaiveDate,
    /// The calendar it was worked out from.
    pub edition: String,
    /// When the copy notice went out (R114).
    pub notified_at: Option<Instant>,
    /// The copy notice (D9).
    pub notice: Option<Issued>,
    /// When it was signed for.
    pub signed_at: Option<Instant>,
    /// By whom it was signed for.
    pub signed_by: Option<StaffCode>,
    /// The joint survey or meeting.
    pub meeting: Option<Meeting>,
    /// What the department asked the lead for.
    pub asked: Vec<MaterialAsked>,
    /// Absence on record.
    pub absence: Option<Absence>,
    /// Stops of its clock.
    pub stops: Vec<BranchStop>,
    /// The opinion.
    pub opinion: Option<Opinion>,
    /// The default.
    pub default: Option<BranchDefault>,
    /// The opinion that came after the default (R120); the consent stands.
    pub late_opinion: Option<Opinion>,
    /// Why it is not needed.
    pub not_needed: Option<Private>,
}

impl Branch {
    /// Whether it must stay in memory: its case does not wait for it any more and it owes nothing.
    pub fn is_open(&self) -> bool {
        match self.state {
            BranchState::Defaulted => self.late_opinion.is_none(),
            state => !state.is_terminal(),
        }
    }

    /// The records it refers to, to be loaded with it.
    pub fn refers_to(&self) -> Vec<Subject> {
        vec![Subject::Case(self.case)]
    }

    /// Whether it is past its date and still without an opinion (M4 OVERDUE).
    pub fn is_overdue(&self, on: NaiveDate) -> bool {
        self.state == BranchState::Signed && self.due_on < on
    }
}
