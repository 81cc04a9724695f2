//! What is shown of a paper in custody: where it is, and by which hands it went (R148).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Reading, Viewer};
use crate::rules::{
    catalogue::PaperForm,
    custody::{Holder, Paper},
    hall::Hall,
    id::{OrderId, PaperId, StaffCode},
    time::{Instant, wire},
};

/// One handover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MoveView {
    /// Who received it.
    pub to: String,
    /// When.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
}

/// A paper in custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaperView {
    /// Id.
    pub id: PaperId,
    /// For which order.
    pub order: OrderId,
    /// What it is.
    pub name: String,
    /// Original or copy.
    pub form: PaperForm,
    /// How many.
    pub copies: u16,
    /// Pages.
    pub pages: Option<u16>,
    /// staff, department or client.
    pub holder: String,
    /// The holder's name.
    pub holder_name: String,
    /// The member of staff who holds it.
    pub holder_staff: Option<StaffCode>,
    /// To whom it is offered.
    pub offered_to: Option<String>,
    /// The member of staff to whom it is offered.
    pub offered_staff: Option<StaffCode>,
    /// Every handover.
    pub moves: Vec<MoveView>,
}

fn name(hall: &Hall, holder: &Holder) -> String {
    match holder {
        Holder::Staff(code) => hall
            .staff
            .get(code)
            .map_or_else(|| code.to_string(), |staff| staff.name.clone()),
        Holder::Department(code) => hall
            .departments
            .get(code)
            .map_or_else(|| code.to_string(), |department| department.name.clone()),
        Holder::Client => String::new(),
    }
}

/// What a paper is says much about its owner (R227): the order's own people know it, and who signs for it.
fn sees_name(hall: &Hall, viewer: &Viewer, paper: &Paper) -> bool {
    let is_me = |holder: &Holder| matches!(holder, Holder::Staff(code) if viewer.staff.as_ref() == Some(code));
    let order = hall.orders.get(&paper.order);
    is_me(&paper.holder)
        || paper.offered_to.as_ref().is_some_and(is_me)
        || order.is_some_and(|order| Reading::of_order(hall, viewer, order).at_hand())
}

/// The paper as the viewer may see it.
pub fn of(hall: &Hall, viewer: &Viewer, paper: &Paper) -> PaperView {
    PaperView {
        id: paper.id,
        order: paper.order,
        name: if sees_name(hall, viewer, paper) {
            paper.name.shown().to_owned()
        } else {
            String::new()
        },
        form: paper.form,
        copies: paper.copies,
        pages: paper.pages,
        holder: paper.holder.word().to_owned(),
        holder_name: name(hall, &paper.holder),
        holder_staff: paper.held_by().cloned(),
        offered_staff: match &paper.offered_to {
            Some(Holder::Staff(staff)) => Some(staff.clone()),
            _ => None,
        },
        offered_to: paper.offered_to.as_ref().map(|holder| name(hall, holder)),
        moves: paper
            .moves
            .iter()
            .map(|step| MoveView {
                to: name(hall, &step.to),
                at: step.at,
            })
            .collect(),
    }
}

/// Filter of `custody.list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PaperFilter {
    /// Papers of this order.
    pub order: Option<OrderId>,
    /// Papers that this person holds.
    pub holder: Option<StaffCode>,
    /// Papers that are offered to this person.
    pub offered_to: Option<StaffCode>,
}

impl PaperFilter {
    /// Whether the paper is asked for.
    pub fn matches(&self, _hall: &Hall, _viewer: &Viewer, paper: &Paper) -> bool {
        let offered = |staff: &StaffCode| paper.offered_to == Some(Holder::Staff(staff.clone()));
        self.order.is_none_or(|order| order == paper.order)
            && self
                .holder
                .as_ref()
                .is_none_or(|holder| paper.held_by() == Some(holder))
            && self.offered_to.as_ref().is_none_or(offered)
    }
}
