//! Orders and papers as rows of lists: their order, the text a filter looks in, the sign of a stage.

use crate::console::listing::Record;
use crate::rules::proxy::OrderState;
use crate::rules::views::custody::PaperView;
use crate::rules::views::proxy::OrderView;

/// An order in the list.
#[derive(Clone, Debug)]
pub(super) struct OrderRow {
    id: String,
    pub(super) view: OrderView,
}

impl OrderRow {
    pub(super) fn new(view: OrderView) -> OrderRow {
        OrderRow {
            id: view.id.to_string(),
            view,
        }
    }

    /// The departments of its items: one trip serves many orders (R157).
    pub(super) fn departments(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for item in &self.view.items {
            if !names.contains(&item.department.as_str()) {
                names.push(&item.department);
            }
        }
        names
    }

    /// The client's name as the hall shows it to this terminal.
    pub(super) fn client(&self) -> &str {
        self.view
            .client
            .as_ref()
            .map_or("", |client| client.name.as_str())
    }

    /// The names of its items in one line.
    pub(super) fn items(&self) -> String {
        let names: Vec<&str> = self
            .view
            .items
            .iter()
            .map(|item| item.name.as_str())
            .collect();
        names.join("、")
    }
}

impl Record for OrderRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn searchable(&self) -> String {
        format!(
            "{} {} {} {} {}",
            self.view.number,
            self.client(),
            self.items(),
            self.view.agent_name.as_deref().unwrap_or_default(),
            self.departments().join(" "),
        )
    }
}

/// A paper in the list beside the detail.
#[derive(Clone, Debug)]
pub(super) struct PaperRow {
    id: String,
    pub(super) view: PaperView,
}

impl PaperRow {
    pub(super) fn new(view: PaperView) -> PaperRow {
        PaperRow {
            id: view.id.to_string(),
            view,
        }
    }
}

impl Record for PaperRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn searchable(&self) -> String {
        self.view.name.clone()
    }
}

/// Orders by stage, within a stage by the days that are left, then by number.
pub(super) fn sort(rows: &mut [OrderRow]) {
    rows.sort_by(|one, other| {
        let key = |row: &OrderRow| (stage(row.view.state), row.view.left.unwrap_or(i32::MAX));
        key(one)
            .cmp(&key(other))
            .then_with(|| one.view.number.cmp(&other.view.number))
    });
}

fn stage(state: OrderState) -> usize {
    OrderState::ALL
        .iter()
        .position(|known| *known == state)
        .unwrap_or(OrderState::ALL.len())
}

/// The sign before the word of a stage, so that stages are told apart at a glance and without colour. ASCII:
/// every terminal draws it one column wide.
pub(super) fn sign(state: OrderState) -> &'static str {
    match state {
        OrderState::Requested => "?",
        OrderState::Accepted => "+",
        OrderState::Assigned => "@",
        OrderState::Underway => ">",
        OrderState::Suspended => "=",
        OrderState::Result => "!",
        OrderState::Replied => "~",
        OrderState::Completed => ".",
        OrderState::FollowedUp => " ",
        OrderState::ClosedUnable | OrderState::ClosedWithdrawn | OrderState::Terminated => "x",
    }
}
