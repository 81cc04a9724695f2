//! Proxy orders (代办单): somebody who cannot come asks the centre to carry an errand (R140–R157, machine M5). Free, voluntary,
//! with an undertaker by name from acceptance on. Papers in the bag are `custody`'s; the case that the errand leads to is
//! `case`'s, with a clock of its own (R155). There is no field for a charge, because there is no charge (R143, V135).

mod decide;
mod hours;
mod record;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use decide::{decide, latest_promise};
pub use record::{Leg, Mode, Order, OrderResult, OrderState, VisitReason};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::{
        CaseId, DepartmentCode, EnquiryId, ItemCode, OrderId, PersonId, StaffCode, TicketId,
        WindowCode,
    },
    method::methods,
    people::{Private, Slot, Who},
    stamp::Stamp,
    time::Instant,
};

/// Items that one order may carry: one trip serves many, but a form has one page.
pub const ITEMS_MAX: usize = 20;

/// `proxy.open`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// For whom.
    pub client: Who,
    /// What for.
    pub items: Vec<ItemCode>,
    /// Proxy, help or accompany (R141); proxy where it is not said.
    #[serde(default)]
    pub mode: Mode,
    /// Why the client cannot come, for a home visit (R149); a code, since it is sensitive (R227).
    #[serde(default)]
    pub visit_reason: Option<VisitReason>,
    /// Urgent and major: accepted any day, with a deadline of its own (R146).
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub urgent_until: Option<NaiveDate>,
    /// The ticket at which it was asked for.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// The enquiry from which it came.
    #[serde(default)]
    pub enquiry: Option<EnquiryId>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// `proxy.accept`: the client was told rights, duties and limit, and signed the form (D7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// Which order.
    pub order: OrderId,
    /// The client signed the form; without it no work starts (V133).
    pub signed: bool,
    /// By when the client is promised an answer; at most the items' committed limits together (R146).
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub promised_on: Option<NaiveDate>,
    /// The undertaker, where one is named at once (R145).
    #[serde(default)]
    pub agent: Option<StaffCode>,
    /// Who goes with them on a home visit (R149).
    #[serde(default)]
    pub companion: Option<StaffCode>,
}

/// `proxy.assign`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// Which order.
    pub order: OrderId,
    /// The undertaker (承办人).
    pub agent: StaffCode,
    /// Who goes with them on a home visit (R149).
    #[serde(default)]
    pub companion: Option<StaffCode>,
    /// Why, when an undertaker is replaced.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Parameters of acts that need the order alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Which order.
    pub order: OrderId,
}

/// `proxy.leg`: one way of the errand (R145).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddLeg {
    /// Which order.
    pub order: OrderId,
    /// Where to.
    pub department: DepartmentCode,
    /// What for.
    pub purpose: String,
    /// What came of it, where it is done already.
    #[serde(default)]
    pub outcome: Option<String>,
}

/// `proxy.submit`: the papers were filed for the client, as a case where the hall received one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// Which order.
    pub order: OrderId,
    /// The case that was opened.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// `proxy.result`: the department has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Result_ {
    /// Which order.
    pub order: OrderId,
    /// Granted or not.
    pub result: OrderResult,
    /// In words.
    #[serde(default)]
    pub note: Option<String>,
}

/// `proxy.reply`: the client was told (R151).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Which order.
    pub order: OrderId,
    /// What the client was told.
    pub text: String,
}

/// `proxy.complete`: result and papers are with the client, against signature (D14).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// Which order.
    pub order: OrderId,
    /// Who signed for it.
    pub recipient: String,
    /// Relationship to the client, where it was somebody else.
    #[serde(default)]
    pub relationship: Option<String>,
}

/// Parameters of acts that need a reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithReason {
    /// Which order.
    pub order: OrderId,
    /// Why.
    pub reason: String,
}

/// `proxy.follow_up`: the return visit (回访, R153).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Which order.
    pub order: OrderId,
    /// Whether the client was satisfied.
    pub satisfied: bool,
    /// What the client said.
    #[serde(default)]
    pub note: Option<String>,
}

methods! {
    /// Commands on proxy orders.
    ProxyCommand for "proxy" {
        /// Registers what a client asks the centre to carry.
        Open(Open) = "open",
        /// Accepts it with the signed form (D7).
        Accept(Accept) = "accept",
        /// Names the undertaker, or replaces them.
        Assign(Assign) = "assign",
        /// The undertaker takes it.
        Take(Only) = "take",
        /// Enters a way of the errand.
        Leg(AddLeg) = "leg",
        /// The papers were filed.
        Submit(Submit) = "submit",
        /// The department has answered.
        Result(Result_) = "result",
        /// The client was told.
        Reply(Reply) = "reply",
        /// Result and papers were handed over.
        Complete(Complete) = "complete",
        /// Waits for the client's papers.
        Suspend(WithReason) = "suspend",
        /// Goes on, with D7b.
        Resume(Only) = "resume",
        /// The client withdraws; papers first go back.
        Withdraw(WithReason) = "withdraw",
        /// Cannot be done by law or policy (R150).
        Unable(WithReason) = "unable",
        /// The return visit.
        FollowUp(FollowUp) = "follow_up",
    }
}

impl ProxyCommand {
    /// The persons it names.
    pub fn people_mut(&mut self) -> Vec<&mut Who> {
        match self {
            Self::Open(params) => vec![&mut params.client],
            _ => Vec::new(),
        }
    }
}

/// What happens to proxy orders. Stored words: `proxy_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields say what the record's fields of the same names say"
)]
pub enum ProxyEvent {
    /// Asked for.
    #[serde(rename = "proxy_opened")]
    Opened {
        order: OrderId,
        number: String,
        serial: u64,
        on: NaiveDate,
        key: Slot,
        client: PersonId,
        items: Vec<ItemCode>,
        mode: Mode,
        visit_reason: Option<VisitReason>,
        urgent_until: Option<NaiveDate>,
        ticket: Option<TicketId>,
        enquiry: Option<EnquiryId>,
        window: Option<WindowCode>,
        by: StaffCode,
        at: Instant,
        note: Option<Private>,
    },
    /// The form was signed.
    #[serde(rename = "proxy_accepted")]
    Accepted {
        order: OrderId,
        promised_on: Option<NaiveDate>,
        by: StaffCode,
        at: Instant,
    },
    /// An undertaker was named.
    #[serde(rename = "proxy_assigned")]
    Assigned {
        order: OrderId,
        agent: StaffCode,
        companion: Option<StaffCode>,
        /// By when the undertaker must take it (R145).
        take_by: Option<Instant>,
        by: StaffCode,
        at: Instant,
        reason: Option<Private>,
    },
    /// The undertaker took it.
    #[serde(rename = "proxy_taken")]
    Taken { order: OrderId, at: Instant },
    /// A way was entered.
    #[serde(rename = "proxy_leg_entered")]
    LegEntered { order: OrderId, leg: Leg },
    /// Papers were filed.
    #[serde(rename = "proxy_submitted")]
    Submitted {
        order: OrderId,
        case: Option<CaseId>,
        at: Instant,
        note: Option<Private>,
    },
    /// The department answered.
    #[serde(rename = "proxy_result_entered")]
    ResultEntered {
        order: OrderId,
        result: OrderResult,
        reply_due: Option<NaiveDate>,
        at: Instant,
        note: Option<Private>,
    },
    /// The client was told.
    #[serde(rename = "proxy_replied")]
    Replied {
        order: OrderId,
        text: Private,
        by: StaffCode,
        at: Instant,
    },
    /// Handed over.
    #[serde(rename = "proxy_completed")]
    Completed {
        order: OrderId,
        recipient: Private,
        relationship: Option<Private>,
        follow_up_due: Option<NaiveDate>,
        at: Instant,
    },
    /// Waits for the client.
    #[serde(rename = "proxy_suspended")]
    Suspended {
        order: OrderId,
        reason: Private,
        lapses_on: Option<NaiveDate>,
        at: Instant,
    },
    /// Goes on.
    #[serde(rename = "proxy_resumed")]
    Resumed { order: OrderId, at: Instant },
    /// Withdrawn by the client.
    #[serde(rename = "proxy_withdrawn")]
    Withdrawn {
        order: OrderId,
        reason: Private,
        at: Instant,
    },
    /// Could not be done.
    #[serde(rename = "proxy_unable")]
    Unable {
        order: OrderId,
        reason: Private,
        at: Instant,
    },
    /// Ended because the client did not answer.
    #[serde(rename = "proxy_terminated")]
    Terminated { order: OrderId, on: NaiveDate },
    /// Return visit made.
    #[serde(rename = "proxy_followed_up")]
    FollowedUp {
        order: OrderId,
        satisfied: bool,
        note: Option<Private>,
        by: StaffCode,
        at: Instant,
    },
}

impl ProxyEvent {
    /// The order.
    pub fn order(&self) -> OrderId {
        match self {
            Self::Opened { order, .. }
            | Self::Accepted { order, .. }
            | Self::Assigned { order, .. }
            | Self::Taken { order, .. }
            | Self::LegEntered { order, .. }
            | Self::Submitted { order, .. }
            | Self::ResultEntered { order, .. }
            | Self::Replied { order, .. }
            | Self::Completed { order, .. }
            | Self::Suspended { order, .. }
            | Self::Resumed { order, .. }
            | Self::Withdrawn { order, .. }
            | Self::Unable { order, .. }
            | Self::Terminated { order, .. }
            | Self::FollowedUp { order, .. } => *order,
        }
    }

    /// The record it is about.
    pub fn subject(&self) -> Subject {
        Subject::Order(self.order())
    }
}

/// Applies what happened to an order.
pub fn apply(hall: &mut Hall, event: &ProxyEvent) {
    if let ProxyEvent::Opened { serial, on, .. } = event {
        hall.count_to(&record::counter(*on), *serial);
        let order = Order::opened(event);
        if let Some(ticket) = order.ticket {
            super::ticket::link(hall, ticket, super::ticket::Work::Order(order.id));
        }
        hall.orders.insert(order.id, order);
    } else if let Some(order) = hall.orders.get_mut(&event.order()) {
        order.happened(event);
    }
}

/// What the end of a day brings: a suspended order whose client did not answer in the days that the hall allows is
/// terminated (R152); its papers go back first, so one with papers in our hands waits.
pub fn day_closed(hall: &Hall, _stamp: &Stamp, on: NaiveDate) -> Vec<Event> {
    hall.orders
        .values()
        .filter(|order| {
            order.state == OrderState::Suspended
                && order.lapses_on.is_some_and(|lapses| lapses <= on)
        })
        .filter(|order| {
            super::custody::in_our_hands(hall, order.id)
                .next()
                .is_none()
        })
        .map(|order| {
            ProxyEvent::Terminated {
                order: order.id,
                on,
            }
            .into()
        })
        .collect()
}
