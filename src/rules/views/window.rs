//! A window as others see it: header (S4's post, responsible person, duties), badge, state, the ticket in hand, who waits.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Viewer;
use crate::rules::{
    catalogue::Window,
    hall::Hall,
    id::{DepartmentCode, QueueCode, StaffCode, TicketId, WindowCode},
    ticket::{self, Ticket, TicketState},
    time::{Instant, hall_date, wire, wire_option},
    window::{self, Badge, Desk, DeskState, PauseReason},
};

/// State of a window as it is shown: open and free, open with a ticket in hand, paused, closed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// Signed on, nobody in hand.
    Open,
    /// A ticket is called or served.
    Serving,
    /// 暂停服务
    Paused,
    /// 失联: the terminal of its clerk is gone (R41a); the ticket in hand stays.
    Lost,
    /// Nobody is signed on.
    Closed,
}

/// A ticket at a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtWindow {
    /// Id.
    pub id: TicketId,
    /// Number.
    pub number: String,
    /// `called`, `serving` or `held`.
    pub state: TicketState,
    /// Since when.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub since: Instant,
    /// Until when it is held (R35).
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub due_at: Option<Instant>,
}

/// Who is responsible for a first-question post (R50).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Responsible {
    /// Their code.
    pub staff: StaffCode,
    /// Their name.
    pub name: String,
    /// Their post.
    pub post: String,
    /// Their telephone.
    pub phone: String,
}

/// A window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WindowView {
    /// Its code.
    pub window: WindowCode,
    /// Its name, as it is called out.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Its department.
    pub department: DepartmentCode,
    /// Zone of the hall.
    pub area: String,
    /// Whether it is a first-question post (首问责任岗).
    pub first_question_post: bool,
    /// Who is responsible for that post.
    pub responsible: Option<Responsible>,
    /// The duties of the post.
    pub duty: String,
    /// Its state.
    pub state: WindowState,
    /// Since when; null where it was never open.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub since: Option<Instant>,
    /// Since when it has had nobody in hand; null while it has, or is not open (R45).
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub free_since: Option<Instant>,
    /// Why it pauses.
    pub reason: Option<PauseReason>,
    /// Who is signed on.
    pub staff: Option<StaffCode>,
    /// What their badge shows (R41).
    pub badge: Option<Badge>,
    /// The queues it serves now; while it is closed, those of the catalogue.
    pub queues: Vec<QueueCode>,
    /// The ticket in hand.
    pub ticket: Option<AtWindow>,
    /// Tickets that come back here before new calls (R35).
    pub held: Vec<AtWindow>,
    /// How many wait in its queues.
    pub waiting: usize,
    /// How many minutes the longest of them has waited.
    pub longest_wait_minutes: u32,
    /// Whether it stands idle while people wait (R45): a candidate finding, not a verdict.
    pub idle: bool,
}

/// How many wait in one queue, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many.
    pub waiting: usize,
    /// When the one who has waited longest took their number.
    pub since: Instant,
    /// Since when somebody has stood in this line without a break.
    pub lined_up: Instant,
}

/// The load of every queue with somebody waiting: one pass over the tickets in memory, made once for all windows.
pub fn loads(hall: &Hall) -> BTreeMap<&QueueCode, Load> {
    let mut loads = BTreeMap::new();
    for ticket in hall.tickets.values() {
        if ticket.state == TicketState::Waiting {
            let load = loads.entry(&ticket.queue).or_insert(Load {
                waiting: 0,
                since: ticket.issued_at,
                lined_up: ticket.since,
            });
            load.waiting += 1;
            load.since = load.since.min(ticket.issued_at);
            load.lined_up = load.lined_up.min(ticket.since);
        }
    }
    loads
}

/// Whole minutes from one instant to another, 0 if it is not later.
pub(super) fn minutes_between(from: Instant, to: Instant) -> u32 {
    u32::try_from((to - from).num_minutes().max(0)).unwrap_or(u32::MAX)
}

/// The window as the viewer sees it.
pub fn of(hall: &Hall, viewer: &Viewer, window: &Window) -> WindowView {
    with_loads(hall, viewer, window, &loads(hall))
}

/// The same with the loads of all queues at hand, for lists.
pub fn with_loads(
    hall: &Hall,
    viewer: &Viewer,
    window: &Window,
    loads: &BTreeMap<&QueueCode, Load>,
) -> WindowView {
    let desk = hall.desks.get(&window.code);
    let open = desk.filter(|desk| desk.is_open());
    let queues: Vec<&QueueCode> = match open {
        Some(desk) => window::queues_served(hall, desk),
        None => window.queues.iter().collect(),
    };
    let mine: Vec<&Load> = queues.iter().filter_map(|queue| loads.get(queue)).collect();
    let since = mine.iter().map(|load| load.since).min();
    WindowView {
        window: window.code.clone(),
        name: window.name.clone(),
        name_en: window.name_en.clone(),
        department: window.department.clone(),
        area: window.area.clone(),
        first_question_post: window.first_question_post,
        responsible: responsible(hall, window),
        duty: window.duty.clone(),
        state: shown_state(desk),
        since: desk.map(|desk| desk.since),
        free_since: desk
            .filter(|desk| desk.state == DeskState::Open && desk.in_hand.is_none())
            .map(|desk| desk.free_since),
        reason: desk.and_then(|desk| desk.reason),
        staff: open.and_then(|desk| desk.staff.clone()),
        badge: open.and_then(|desk| desk.badge.clone()),
        ticket: desk.and_then(|desk| at_window(hall, desk.in_hand?)),
        held: desk
            .into_iter()
            .flat_map(|desk| &desk.held)
            .filter_map(|ticket| at_window(hall, *ticket))
            .collect(),
        waiting: mine.iter().map(|load| load.waiting).sum(),
        longest_wait_minutes: since.map_or(0, |since| minutes_between(since, viewer.at)),
        idle: desk.is_some_and(|desk| {
            let lined_up = mine.iter().map(|load| load.lined_up).min();
            is_idle(hall, viewer, desk, lined_up)
        }),
        queues: queues.into_iter().cloned().collect(),
    }
}

fn shown_state(desk: Option<&Desk>) -> WindowState {
    match desk {
        Some(desk) if desk.state == DeskState::Paused => WindowState::Paused,
        Some(desk) if desk.state == DeskState::Lost => WindowState::Lost,
        Some(desk) if desk.state == DeskState::Open && desk.in_hand.is_some() => {
            WindowState::Serving
        }
        Some(desk) if desk.state == DeskState::Open => WindowState::Open,
        _ => WindowState::Closed,
    }
}

/// R45: open, nobody in hand, and somebody whom it could call has stood in line for longer than the hall allows.
fn is_idle(hall: &Hall, viewer: &Viewer, desk: &Desk, lined_up: Option<Instant>) -> bool {
    let minutes = hall.profile().ticket.idle_minutes;
    desk.state == DeskState::Open
        && desk.in_hand.is_none()
        && lined_up.is_some_and(|since| {
            viewer.at - since.max(desk.free_since) > TimeDelta::minutes(i64::from(minutes))
        })
        && ticket::next_for(hall, desk, hall_date(viewer.at)).is_some()
}

fn responsible(hall: &Hall, window: &Window) -> Option<Responsible> {
    let staff = hall.staff.get(window.responsible.as_ref()?)?;
    Some(Responsible {
        staff: staff.code.clone(),
        name: staff.name.clone(),
        post: staff.post.clone(),
        phone: staff.phone.clone(),
    })
}

fn at_window(hall: &Hall, id: TicketId) -> Option<AtWindow> {
    let ticket: &Ticket = hall.tickets.get(&id)?;
    Some(AtWindow {
        id,
        number: ticket.number.clone(),
        state: ticket.state,
        since: ticket.since,
        due_at: ticket.due_at,
    })
}

/// `window.list`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WindowFilter {
    /// In this state.
    pub state: Option<WindowState>,
    /// Of this department.
    pub department: Option<DepartmentCode>,
    /// Serving this queue.
    pub queue: Option<QueueCode>,
    /// In this zone.
    pub area: Option<String>,
    /// First-question posts, or the others.
    pub first_question_post: Option<bool>,
}

impl WindowFilter {
    /// Whether the window is asked for.
    pub fn matches(&self, hall: &Hall, _viewer: &Viewer, window: &Window) -> bool {
        let state = shown_state(hall.desks.get(&window.code));
        self.state.is_none_or(|wanted| wanted == state)
            && self
                .department
                .as_ref()
                .is_none_or(|wanted| *wanted == window.department)
            && self
                .queue
                .as_ref()
                .is_none_or(|wanted| window.queues.contains(wanted))
            && self
                .area
                .as_ref()
                .is_none_or(|wanted| *wanted == window.area)
            && self
                .first_question_post
                .is_none_or(|wanted| wanted == window.first_question_post)
    }
}
