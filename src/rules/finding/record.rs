//! The finding as a record, and how events change it. Holds no rule.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FindingEvent;
use crate::rules::{
    event::Subject,
    id::{CaseId, FindingId, RoundId, StaffCode, TicketId, WindowCode},
    people::Private,
    time::Instant,
};

/// State of a finding (M6).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// 待确认: noticed by the machine
    Candidate,
    /// 已发现
    Open,
    /// 当场提醒
    Reminded,
    /// 不成立
    Dropped,
    /// 已告知
    Notified,
    /// 整改
    Rectifying,
    /// 申诉
    Appealed,
    /// 撤销
    Cancelled,
    /// 销号
    Verified,
    /// 已通报
    Published,
}

impl FindingState {
    /// Every state, in the order of the machine's table.
    pub const ALL: [Self; 10] = [
        Self::Candidate,
        Self::Open,
        Self::Reminded,
        Self::Dropped,
        Self::Notified,
        Self::Rectifying,
        Self::Appealed,
        Self::Cancelled,
        Self::Verified,
        Self::Published,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Open => "open",
            Self::Reminded => "reminded",
            Self::Dropped => "dropped",
            Self::Notified => "notified",
            Self::Rectifying => "rectifying",
            Self::Appealed => "appealed",
            Self::Cancelled => "cancelled",
            Self::Verified => "verified",
            Self::Published => "published",
        }
    }

    /// Verbs possible in this state, in the order of the machine's table. A bulletin publishes by itself (D8).
    pub fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Candidate => &["confirm", "drop"],
            Self::Open => &["fix_on_spot", "notify"],
            Self::Notified => &["statement", "reply", "set_due", "appeal"],
            Self::Rectifying => &["recheck", "appeal"],
            Self::Appealed => &["appeal_decide"],
            Self::Reminded | Self::Dropped | Self::Cancelled | Self::Verified | Self::Published => {
                &[]
            }
        }
    }
}

/// How grave (R171).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提醒
    Reminder,
    /// 一般
    #[default]
    Plain,
    /// 严重
    Serious,
}

/// The ten prohibitions (十不准, R165) and what the rounds look at beside them (R173, R82).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Prohibition {
    /// 1 迟到早退
    LateOrEarly,
    /// 2 擅离岗位、空岗
    EmptyPost,
    /// 3 串岗聊天
    Chatting,
    /// 4 上网游戏视频炒股
    Gaming,
    /// 5 玩手机
    Phone,
    /// 6 吃零食
    Snacks,
    /// 7 吸烟饮酒
    SmokingDrinking,
    /// 8 推诿刁难争吵
    Shirking,
    /// 9 擅自收费、吃拿卡要
    Charging,
    /// 10 其他与工作无关的事
    Unrelated,
    /// 挂牌、着装 (R173)
    Badge,
    /// 未使用文明用语 (R173)
    Language,
    /// 环境不整洁 (R173)
    Tidiness,
    /// 违反一次性告知制 (R82)
    OneTimeNotice,
    /// 索要清单外材料 (R79)
    UnlistedPaper,
    /// 首问未登记 (R51)
    FirstQuestion,
}

/// What stood at the window in the second of the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Situation {
    /// Whether somebody was signed on.
    pub signed_on: Option<StaffCode>,
    /// The desk's state, in its word.
    pub desk: String,
    /// Who waited in the window's queues.
    pub waiting: usize,
}

/// A finding (巡查问题).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id.
    pub id: FindingId,
    /// X + date + serial (R230).
    pub number: String,
    /// The civil date.
    pub on: NaiveDate,
    /// At which window.
    pub window: WindowCode,
    /// About whom.
    pub person: Option<StaffCode>,
    /// What stood there.
    pub situation: Situation,
    /// The ticket in hand.
    pub ticket: Option<TicketId>,
    /// On which round.
    pub round: Option<RoundId>,
    /// About which case.
    pub case: Option<CaseId>,
    /// What it is about.
    pub code: Prohibition,
    /// How grave.
    pub severity: Severity,
    /// What was seen.
    pub note: Private,
    /// Who raised it; none where the machine noticed it.
    pub raised_by: Option<StaffCode>,
    /// When.
    pub raised_at: Instant,
    /// State.
    pub state: FindingState,
    /// By when an answer is due.
    pub reply_due: Option<NaiveDate>,
    /// Last day to appeal.
    pub appeal_until: Option<NaiveDate>,
    /// By when it must be right.
    pub due_on: Option<NaiveDate>,
    /// What the inspected person said, in order.
    pub statements: Vec<Private>,
    /// The answer.
    pub reply: Option<Private>,
    /// Failed re-checks.
    pub recheck_count: u16,
    /// Who found it in order.
    pub verified_by: Option<StaffCode>,
    /// When it ended, in whatever way.
    pub ended_at: Option<Instant>,
    /// The words of the appeal and its decision.
    pub appeal: Vec<Private>,
}

/// Name of the counter of finding numbers of a date.
pub(super) fn counter(on: NaiveDate) -> String {
    format!("finding/{on}")
}

impl Finding {
    /// Open work stays in memory.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// The case that it is about: who decided it is asked when the finding is verified.
    pub fn refers_to(&self) -> Vec<Subject> {
        self.case.map(Subject::Case).into_iter().collect()
    }

    pub(super) fn raised(event: &FindingEvent) -> Option<Self> {
        let FindingEvent::Raised {
            finding,
            number,
            on,
            window,
            person,
            situation,
            ticket,
            round,
            case,
            code,
            severity,
            note,
            by,
            at,
            ..
        } = event
        else {
            return None;
        };
        Some(Self {
            id: *finding,
            number: number.clone(),
            on: *on,
            window: window.clone(),
            person: person.clone(),
            situation: (**situation).clone(),
            ticket: *ticket,
            round: *round,
            case: *case,
            code: *code,
            severity: *severity,
            note: note.clone(),
            raised_by: by.clone(),
            raised_at: *at,
            state: if by.is_some() {
                FindingState::Open
            } else {
                FindingState::Candidate
            },
            reply_due: None,
            appeal_until: None,
            due_on: None,
            statements: Vec::new(),
            reply: None,
            recheck_count: 0,
            verified_by: None,
            ended_at: None,
            appeal: Vec::new(),
        })
    }

    pub(super) fn happened(&mut self, event: &FindingEvent) {
        match event {
            FindingEvent::Raised { .. } => {}
            FindingEvent::Confirmed { .. } => self.state = FindingState::Open,
            FindingEvent::Dropped { at, .. } => self.end(FindingState::Dropped, *at),
            FindingEvent::Reminded { at, .. } => self.end(FindingState::Reminded, *at),
            FindingEvent::Notified {
                reply_due,
                appeal_until,
                ..
            } => {
                self.state = FindingState::Notified;
                self.reply_due = *reply_due;
                self.appeal_until = *appeal_until;
            }
            FindingEvent::Stated { text, .. } => self.statements.push(text.clone()),
            FindingEvent::Replied { text, .. } => {
                self.state = FindingState::Rectifying;
                self.reply = Some(text.clone());
            }
            FindingEvent::DueSet { due_on, .. } => {
                self.state = FindingState::Rectifying;
                self.due_on = Some(*due_on);
            }
            FindingEvent::Verified { by, at, .. } => {
                self.verified_by = Some(by.clone());
                self.end(FindingState::Verified, *at);
            }
            FindingEvent::RecheckFailed { severe, .. } => {
                self.recheck_count += 1;
                if *severe {
                    self.severity = Severity::Serious;
                }
            }
            FindingEvent::Appealed { text, .. } => {
                self.state = FindingState::Appealed;
                self.appeal.push(text.clone());
            }
            FindingEvent::Cancelled { text, at, .. } => {
                self.appeal.push(text.clone());
                self.end(FindingState::Cancelled, *at);
            }
            FindingEvent::AppealRejected { text, .. } => {
                self.appeal.push(text.clone());
                self.state = FindingState::Notified;
            }
        }
    }

    fn end(&mut self, state: FindingState, at: Instant) {
        self.state = state;
        self.ended_at = Some(at);
    }
}
