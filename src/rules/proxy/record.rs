//! The proxy order as a record, and how events change it. Holds no rule.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ProxyEvent;
use crate::rules::{
    event::Subject,
    id::{
        CaseId, DepartmentCode, EnquiryId, ItemCode, OrderId, PaperId, PersonId, StaffCode,
        TicketId, WindowCode,
    },
    people::{Private, Slot},
    sweep::end_of,
    time::Instant,
};

/// How the centre serves (R141). Only a proxy needs the form and custody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 代办
    #[default]
    Proxy,
    /// 帮办
    Help,
    /// 陪办
    Accompany,
}

/// Why the client cannot come (R149).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitReason {
    /// 疾病
    Illness,
    /// 残疾
    Disability,
    /// 年老
    Age,
    /// 其他
    Other,
}

/// State of an order (M5).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// 申请
    Requested,
    /// 受理
    Accepted,
    /// 已指派
    Assigned,
    /// 承办
    Underway,
    /// 中止
    Suspended,
    /// 有结果
    Result,
    /// 已回复
    Replied,
    /// 办结
    Completed,
    /// 已回访
    FollowedUp,
    /// 不能办理
    ClosedUnable,
    /// 撤回
    ClosedWithdrawn,
    /// 终止
    Terminated,
}

impl OrderState {
    /// Every state, in the order of the machine's table.
    pub const ALL: [Self; 12] = [
        Self::Requested,
        Self::Accepted,
        Self::Assigned,
        Self::Underway,
        Self::Suspended,
        Self::Result,
        Self::Replied,
        Self::Completed,
        Self::FollowedUp,
        Self::ClosedUnable,
        Self::ClosedWithdrawn,
        Self::Terminated,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::Assigned => "assigned",
            Self::Underway => "underway",
            Self::Suspended => "suspended",
            Self::Result => "result",
            Self::Replied => "replied",
            Self::Completed => "completed",
            Self::FollowedUp => "followed_up",
            Self::ClosedUnable => "closed_unable",
            Self::ClosedWithdrawn => "closed_withdrawn",
            Self::Terminated => "terminated",
        }
    }

    /// Verbs possible in this state, in the order of the machine's table.
    pub fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Requested => &["accept", "unable", "withdraw"],
            Self::Accepted => &["assign", "unable", "withdraw"],
            Self::Assigned => &["assign", "take", "withdraw"],
            Self::Underway => &[
                "assign", "leg", "submit", "result", "unable", "suspend", "withdraw",
            ],
            Self::Suspended => &["resume", "withdraw"],
            Self::Result => &["reply", "withdraw"],
            Self::Replied => &["complete", "withdraw"],
            Self::Completed => &["follow_up"],
            Self::FollowedUp | Self::ClosedUnable | Self::ClosedWithdrawn | Self::Terminated => &[],
        }
    }
}

/// What came of the errand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderResult {
    /// Granted or done.
    Granted,
    /// Refused by the department.
    Refused,
}

/// One way of the errand (R145).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Where to.
    pub department: DepartmentCode,
    /// What for.
    pub purpose: Private,
    /// What came of it.
    pub outcome: Option<Private>,
    /// When it was entered.
    pub at: Instant,
}

/// A proxy order (代办单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Id.
    pub id: OrderId,
    /// D + date + serial (R230).
    pub number: String,
    /// The slot under which words about the client stand.
    pub key: Slot,
    /// For whom.
    pub client: PersonId,
    /// What for.
    pub items: Vec<ItemCode>,
    /// Proxy, help or accompany.
    pub mode: Mode,
    /// Why the client cannot come.
    pub visit_reason: Option<VisitReason>,
    /// Deadline of an urgent matter.
    pub urgent_until: Option<NaiveDate>,
    /// The ticket at which it was asked for.
    pub ticket: Option<TicketId>,
    /// The enquiry from which it came.
    pub enquiry: Option<EnquiryId>,
    /// The window that answers for it.
    pub window: Option<WindowCode>,
    /// Who registered it.
    pub opened_by: StaffCode,
    /// When.
    pub opened_at: Instant,
    /// A remark.
    pub note: Option<Private>,
    /// State.
    pub state: OrderState,
    /// When the form was signed.
    pub accepted_at: Option<Instant>,
    /// By when the client was promised an answer.
    pub promised_on: Option<NaiveDate>,
    /// The undertaker.
    pub agent: Option<StaffCode>,
    /// Who goes with them on a home visit (R149).
    pub companion: Option<StaffCode>,
    /// When they were named.
    pub assigned_at: Option<Instant>,
    /// By when they must take it, in working hours (R145); none beyond the calendar.
    pub take_by: Option<Instant>,
    /// When they took it.
    pub taken_at: Option<Instant>,
    /// The ways.
    pub legs: Vec<Leg>,
    /// The cases that were opened for it.
    pub cases: Vec<CaseId>,
    /// The papers that the client handed in, wherever they are now.
    pub papers: Vec<PaperId>,
    /// When papers were last filed.
    pub submitted_at: Option<Instant>,
    /// What came of it.
    pub result: Option<OrderResult>,
    /// When the result came.
    pub result_at: Option<Instant>,
    /// By when the client must be told (R151).
    pub reply_due: Option<NaiveDate>,
    /// What the client was told.
    pub reply: Option<Private>,
    /// When the client was told.
    pub replied_at: Option<Instant>,
    /// When a suspended order lapses (R152).
    pub lapses_on: Option<NaiveDate>,
    /// When it ended, in whatever way.
    pub ended_at: Option<Instant>,
    /// Return visit due (R153).
    pub follow_up_due: Option<NaiveDate>,
    /// Whether the client was satisfied, after the visit.
    pub satisfied: Option<bool>,
}

/// Name of the counter of order numbers of a date.
pub(super) fn counter(on: NaiveDate) -> String {
    format!("order/{on}")
}

impl Order {
    /// Open work stays in memory: everything but what has ended; a completed order waits for its return visit.
    pub fn is_open(&self) -> bool {
        !matches!(
            self.state,
            OrderState::FollowedUp
                | OrderState::ClosedUnable
                | OrderState::ClosedWithdrawn
                | OrderState::Terminated
        )
    }

    /// Whether the undertaker who was named has let the hours pass in which they must take it (R145).
    pub fn take_is_late(&self, at: Instant) -> bool {
        self.state == OrderState::Assigned && self.take_by.is_some_and(|by| at > by)
    }

    /// The records it refers to.
    pub fn refers_to(&self) -> Vec<Subject> {
        let mut named = vec![Subject::Person(self.client)];
        named.extend(self.cases.iter().map(|case| Subject::Case(*case)));
        named.extend(self.papers.iter().map(|paper| Subject::Paper(*paper)));
        named
    }

    pub(super) fn opened(event: &ProxyEvent) -> Self {
        let ProxyEvent::Opened {
            order,
            number,
            key,
            client,
            items,
            mode,
            visit_reason,
            urgent_until,
            ticket,
            enquiry,
            window,
            by,
            at,
            note,
            ..
        } = event
        else {
            unreachable!("invariant: called for proxy_opened alone")
        };
        Self {
            id: *order,
            number: number.clone(),
            key: *key,
            client: *client,
            items: items.clone(),
            mode: *mode,
            visit_reason: *visit_reason,
            urgent_until: *urgent_until,
            ticket: *ticket,
            enquiry: *enquiry,
            window: window.clone(),
            opened_by: by.clone(),
            opened_at: *at,
            note: note.clone(),
            state: OrderState::Requested,
            accepted_at: None,
            promised_on: None,
            agent: None,
            companion: None,
            assigned_at: None,
            take_by: None,
            taken_at: None,
            legs: Vec::new(),
            cases: Vec::new(),
            papers: Vec::new(),
            submitted_at: None,
            result: None,
            result_at: None,
            reply_due: None,
            reply: None,
            replied_at: None,
            lapses_on: None,
            ended_at: None,
            follow_up_due: None,
            satisfied: None,
        }
    }

    pub(super) fn happened(&mut self, event: &ProxyEvent) {
        match event {
            ProxyEvent::Opened { .. } => {}
            ProxyEvent::Completed { .. }
            | ProxyEvent::Withdrawn { .. }
            | ProxyEvent::Unable { .. }
            | ProxyEvent::Terminated { .. }
            | ProxyEvent::FollowedUp { .. } => self.ended(event),
            ProxyEvent::Accepted {
                promised_on, at, ..
            } => {
                self.state = OrderState::Accepted;
                self.accepted_at = Some(*at);
                self.promised_on = *promised_on;
            }
            ProxyEvent::Assigned {
                agent,
                companion,
                take_by,
                at,
                ..
            } => {
                self.state = OrderState::Assigned;
                self.agent = Some(agent.clone());
                self.companion.clone_from(companion);
                self.take_by = *take_by;
                self.assigned_at = Some(*at);
                self.taken_at = None;
            }
            ProxyEvent::Taken { at, .. } => {
                self.state = OrderState::Underway;
                self.taken_at = Some(*at);
            }
            ProxyEvent::LegEntered { leg, .. } => self.legs.push(leg.clone()),
            ProxyEvent::Submitted { case, at, .. } => {
                self.submitted_at = Some(*at);
                self.cases
                    .extend(case.filter(|case| !self.cases.contains(case)));
            }
            ProxyEvent::ResultEntered {
                result,
                reply_due,
                at,
                ..
            } => {
                self.state = OrderState::Result;
                self.result = Some(*result);
                self.result_at = Some(*at);
                self.reply_due = *reply_due;
            }
            ProxyEvent::Replied { text, at, .. } => {
                self.state = OrderState::Replied;
                self.reply = Some(text.clone());
                self.replied_at = Some(*at);
            }
            ProxyEvent::Suspended { lapses_on, .. } => {
                self.state = OrderState::Suspended;
                self.lapses_on = *lapses_on;
            }
            ProxyEvent::Resumed { .. } => {
                self.state = OrderState::Underway;
                self.lapses_on = None;
            }
        }
    }

    /// What ends an order, or follows its end.
    fn ended(&mut self, event: &ProxyEvent) {
        match event {
            ProxyEvent::Completed {
                follow_up_due, at, ..
            } => {
                self.follow_up_due = *follow_up_due;
                self.end(OrderState::Completed, *at);
            }
            ProxyEvent::Withdrawn { at, .. } => self.end(OrderState::ClosedWithdrawn, *at),
            ProxyEvent::Unable { at, .. } => self.end(OrderState::ClosedUnable, *at),
            ProxyEvent::Terminated { on, .. } => self.end(OrderState::Terminated, end_of(*on)),
            ProxyEvent::FollowedUp { satisfied, .. } => {
                self.state = OrderState::FollowedUp;
                self.satisfied = Some(*satisfied);
            }
            _ => {}
        }
    }

    fn end(&mut self, state: OrderState, at: Instant) {
        self.state = state;
        self.ended_at = Some(at);
    }
}
