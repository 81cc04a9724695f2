//! What is shown of a proxy order (R151, R154, R155, R157).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PersonView, Reading, Viewer, custody::PaperView};
use crate::rules::{
    custody,
    hall::Hall,
    id::{CaseId, EnquiryId, ItemCode, OrderId, StaffCode, TicketId, WindowCode},
    proxy::{self, Leg, Mode, Order, OrderResult, OrderState, VisitReason},
    time::{Instant, hall_date, wire, wire_option},
};

/// An item of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderItem {
    /// Code.
    pub code: ItemCode,
    /// Name.
    pub name: String,
    /// The name of its department: one trip serves many orders (R157).
    pub department: String,
}

/// One way of the errand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegView {
    /// Name of the department.
    pub department: String,
    /// What for.
    pub purpose: String,
    /// What came of it.
    pub outcome: Option<String>,
    /// When it was entered.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
}

/// A proxy order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(
    missing_docs,
    reason = "the fields are the record's, computed ones say so"
)]
pub struct OrderView {
    pub id: OrderId,
    pub number: String,
    pub state: OrderState,
    pub mode: Mode,
    pub client: Option<PersonView>,
    pub items: Vec<OrderItem>,
    pub agent: Option<StaffCode>,
    pub agent_name: Option<String>,
    /// Who goes along on a home visit (R149).
    pub companion: Option<StaffCode>,
    /// By when the undertaker must take it (R145).
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub take_by: Option<Instant>,
    /// Those hours have passed and it was not taken: somebody else is to be named.
    pub take_late: bool,
    pub window: Option<WindowCode>,
    pub visit_reason: Option<VisitReason>,
    #[schemars(with = "Option<String>")]
    pub urgent_until: Option<NaiveDate>,
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub opened_at: Instant,
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub accepted_at: Option<Instant>,
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub taken_at: Option<Instant>,
    #[schemars(with = "Option<String>")]
    pub promised_on: Option<NaiveDate>,
    /// The latest date that may be promised (R146), while nothing is promised yet.
    #[schemars(with = "Option<String>")]
    pub promise_latest: Option<NaiveDate>,
    /// Working days until the promised date, negative when it has passed; null when nothing is promised or all is told.
    pub left: Option<i32>,
    pub result: Option<OrderResult>,
    #[schemars(with = "Option<String>")]
    pub reply_due: Option<NaiveDate>,
    pub reply: Option<String>,
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub replied_at: Option<Instant>,
    /// The day on which a suspended order ends without an answer (R152).
    #[schemars(with = "Option<String>")]
    pub lapses_on: Option<NaiveDate>,
    /// By when the return visit is due (R153).
    #[schemars(with = "Option<String>")]
    pub follow_up_due: Option<NaiveDate>,
    pub note: Option<String>,
    pub ticket: Option<TicketId>,
    pub enquiry: Option<EnquiryId>,
    pub cases: Vec<CaseId>,
    pub legs: Vec<LegView>,
    pub papers: Vec<PaperView>,
    /// Papers that an agent or a window holds; the order cannot close before it is 0 (R148).
    pub in_our_hands: usize,
    pub satisfied: Option<bool>,
}

fn item(hall: &Hall, today: NaiveDate, code: &ItemCode) -> OrderItem {
    let item = hall.items.get(code);
    let item = item.and_then(|item| item.on(today).or_else(|| item.latest()));
    let department = item.and_then(|item| hall.departments.get(&item.department));
    OrderItem {
        code: code.clone(),
        name: item.map_or_else(String::new, |item| item.name.clone()),
        department: department.map_or_else(String::new, |row| row.name.clone()),
    }
}

fn leg(hall: &Hall, reading: &Reading<'_>, leg: &Leg) -> LegView {
    LegView {
        department: hall
            .departments
            .get(&leg.department)
            .map_or_else(String::new, |department| department.name.clone()),
        purpose: reading.words(&leg.purpose),
        outcome: reading.some_words(leg.outcome.as_ref()),
        at: leg.at,
    }
}

/// The order as the viewer may see it.
pub fn of(hall: &Hall, viewer: &Viewer, order: &Order) -> OrderView {
    let today = hall_date(viewer.at);
    let waiting = order.replied_at.is_none() && order.ended_at.is_none();
    let papers = order
        .papers
        .iter()
        .filter_map(|paper| hall.papers.get(paper));
    let reading = Reading::of_order(hall, viewer, order);
    OrderView {
        id: order.id,
        number: order.number.clone(),
        state: order.state,
        mode: order.mode,
        client: reading.person(order.client),
        items: order
            .items
            .iter()
            .map(|code| item(hall, today, code))
            .collect(),
        agent: order.agent.clone(),
        agent_name: order
            .agent
            .as_ref()
            .and_then(|agent| hall.staff.get(agent))
            .map(|staff| staff.name.clone()),
        companion: order.companion.clone(),
        take_by: order.take_by,
        take_late: order.take_is_late(viewer.at),
        window: order.window.clone(),
        visit_reason: order.visit_reason.filter(|_| reading.at_hand()),
        urgent_until: order.urgent_until,
        opened_at: order.opened_at,
        accepted_at: order.accepted_at,
        taken_at: order.taken_at,
        promised_on: order.promised_on,
        promise_latest: Some(order)
            .filter(|order| order.state == OrderState::Requested)
            .and_then(|order| proxy::latest_promise(hall, order, today)),
        left: order
            .promised_on
            .filter(|_| waiting)
            .map(|due| hall.calendar().working_days(today, due)),
        result: order.result,
        reply_due: order.reply_due,
        reply: reading.some_words(order.reply.as_ref()),
        replied_at: order.replied_at,
        lapses_on: order
            .lapses_on
            .filter(|_| order.state == OrderState::Suspended),
        follow_up_due: order
            .follow_up_due
            .filter(|_| order.state == OrderState::Completed),
        note: reading.sensitive(order.note.as_ref()),
        ticket: order.ticket,
        enquiry: order.enquiry,
        cases: order.cases.clone(),
        legs: order
            .legs
            .iter()
            .map(|one| leg(hall, &reading, one))
            .collect(),
        papers: papers
            .map(|paper| super::custody::of(hall, viewer, paper))
            .collect(),
        in_our_hands: custody::in_our_hands(hall, order.id).count(),
        satisfied: order.satisfied,
    }
}

/// Filter of `proxy.list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrderFilter {
    /// In this state.
    pub state: Option<OrderState>,
    /// Carried by this agent.
    pub agent: Option<StaffCode>,
    /// Whose number, item or client contains this.
    pub text: Option<String>,
}

impl OrderFilter {
    /// Whether the order is asked for.
    pub fn matches(&self, hall: &Hall, viewer: &Viewer, order: &Order) -> bool {
        let says = |text: &str| {
            let view = of(hall, viewer, order);
            view.number.contains(text)
                || view.items.iter().any(|item| item.name.contains(text))
                || view.client.is_some_and(|client| client.name.contains(text))
        };
        self.state.is_none_or(|state| state == order.state)
            && self
                .agent
                .as_ref()
                .is_none_or(|agent| order.agent.as_ref() == Some(agent))
            && self.text.as_deref().is_none_or(says)
    }
}
