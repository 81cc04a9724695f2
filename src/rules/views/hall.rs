//! The hall at a glance (`hall.status`): every window, every queue, who waits, what is crowded (R44), the cases by lamp.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Viewer,
    window::{self, WindowState, WindowView, minutes_between},
};
use crate::rules::{
    hall::Hall,
    hall_clock::ClockView,
    id::QueueCode,
    ticket::TicketState,
    time::{Instant, wire},
    window::{DeskState, queues_served},
};

/// Cases in hand (在办), those not decided yet, by lamp (R105): yellow is the amber lamp, red the red lamp or overdue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseCounts {
    /// All that are in hand.
    pub open: usize,
    /// With the amber lamp.
    pub yellow: usize,
    /// With the red lamp or overdue.
    pub red: usize,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueueView {
    /// Its code.
    pub queue: QueueCode,
    /// Its name.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// How many wait.
    pub waiting: usize,
    /// How many minutes the longest of them has waited.
    pub longest_wait_minutes: u32,
    /// Windows that call from it.
    pub open_windows: usize,
    /// Too many wait a window, or somebody for too long (R44).
    pub crowded: bool,
}

/// The journal's last entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeadView {
    /// Its seq.
    pub seq: u64,
    /// Its hash, in hex digits.
    pub hash: String,
}

/// How far a hall has come that is being opened after an unclean stop (R48).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpeningView {
    /// The entry that it stands at.
    pub seq: u64,
    /// The last one.
    pub of: u64,
}

/// The hall at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HallStatus {
    /// The hall's id.
    pub hall: String,
    /// Its name.
    pub name: String,
    /// When this was so.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
    /// The last entry of the journal; the engine knows it.
    pub head: HeadView,
    /// Why nothing is acknowledged any more, after a failed write; the engine knows it.
    pub read_only: Option<String>,
    /// The clock; it is well until the host says otherwise.
    #[serde(default)]
    pub clock: ClockView,
    /// Where it is still being opened: how far it has come. Then everything below is empty, and all but this question and the
    /// greeting is refused as `hall.opening`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<OpeningView>,
    /// Whether it is a training hall.
    pub training: bool,
    /// Every window, by code.
    pub windows: Vec<WindowView>,
    /// Every queue, by code.
    pub queues: Vec<QueueView>,
    /// Tickets that wait.
    pub waiting: usize,
    /// Tickets that are being served.
    pub serving: usize,
    /// How many windows are signed on.
    pub signed_on: usize,
    /// Whether any queue is crowded.
    pub crowded: bool,
    /// Open cases by lamp.
    pub cases: CaseCounts,
}

/// The hall as the viewer sees it; `head` and `read_only` are empty until the engine fills them in, `clock` is well until the host does.
pub fn status(hall: &Hall, viewer: &Viewer, cases: CaseCounts) -> HallStatus {
    let loads = window::loads(hall);
    let windows: Vec<WindowView> = hall
        .windows
        .values()
        .map(|row| window::with_loads(hall, viewer, row, &loads))
        .collect();
    let queues = queues(hall, viewer);
    HallStatus {
        hall: hall.profile().id.clone(),
        name: hall.profile().name.clone(),
        at: viewer.at,
        head: HeadView::default(),
        read_only: None,
        clock: ClockView::default(),
        opening: None,
        training: hall.training(),
        waiting: loads.values().map(|load| load.waiting).sum(),
        serving: hall
            .desks
            .values()
            .filter_map(|desk| hall.tickets.get(&desk.in_hand?))
            .filter(|ticket| ticket.state == TicketState::Serving)
            .count(),
        signed_on: windows
            .iter()
            .filter(|window| window.state != WindowState::Closed)
            .count(),
        crowded: queues.iter().any(|queue| queue.crowded),
        windows,
        queues,
        cases,
    }
}

/// Every queue with its load (R44).
pub fn queues(hall: &Hall, viewer: &Viewer) -> Vec<QueueView> {
    let loads = window::loads(hall);
    let served: Vec<&QueueCode> = hall
        .desks
        .values()
        .filter(|desk| desk.state == DeskState::Open)
        .flat_map(|desk| queues_served(hall, desk))
        .collect();
    let rules = &hall.profile().ticket;
    hall.queues
        .values()
        .map(|queue| {
            let load = loads.get(&queue.code);
            let waiting = load.map_or(0, |load| load.waiting);
            let longest = load.map_or(0, |load| minutes_between(load.since, viewer.at));
            let open_windows = served.iter().filter(|code| ***code == queue.code).count();
            QueueView {
                queue: queue.code.clone(),
                name: queue.name.clone(),
                name_en: queue.name_en.clone(),
                waiting,
                longest_wait_minutes: longest,
                open_windows,
                crowded: waiting > rules.crowded_per_window.saturating_mul(open_windows.max(1))
                    || longest > rules.crowded_minutes,
            }
        })
        .collect()
}
