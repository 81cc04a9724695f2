//! A window (窗口) as it stands: who sits there, whether it calls, which ticket it has in hand, which ones wait to come back
//! (R6, R26, R41). Windows themselves are rows of the catalogue; a `Desk` exists from the first sign-on.
//! At the end of the day the sweep signs off whoever forgot to (R42), so that no window stands open without its clerk.

mod own;
mod verbs;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    catalogue::Window,
    event::{Event, Subject},
    hall::Hall,
    id::{QueueCode, StaffCode, TicketId, WindowCode},
    method::methods,
    refusal::{Refusal, RefusalCode, not_found},
    stamp::Stamp,
    time::Instant,
};

pub use own::{acts_for, is_chief_of, is_director, must_be_own, not_yours};
pub use verbs::decide;

/// State of a window.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DeskState {
    /// Signed on and calling.
    Open,
    /// 暂停服务
    Paused,
    /// Nobody is signed on.
    Closed,
}

impl DeskState {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }

    fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Open => &["pause", "sign_off"],
            Self::Paused => &["resume", "sign_off"],
            Self::Closed => &["sign_on"],
        }
    }
}

/// Why a window pauses (R41).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// 午休
    Lunch,
    /// 公务外出
    OnDuty,
    /// 开会
    Meeting,
    /// 设备故障
    Equipment,
    /// 其他
    Other,
}

impl PauseReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Lunch,
        Self::OnDuty,
        Self::Meeting,
        Self::Equipment,
        Self::Other,
    ];

    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lunch => "lunch",
            Self::OnDuty => "on_duty",
            Self::Meeting => "meeting",
            Self::Equipment => "equipment",
            Self::Other => "other",
        }
    }
}

/// What the badge at the window shows (R41), as it was when the clerk signed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Badge {
    /// Name.
    pub name: String,
    /// Post.
    pub post: String,
    /// Number.
    pub number: StaffCode,
}

/// A window as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Which window.
    pub window: WindowCode,
    /// Its state.
    pub state: DeskState,
    /// Who is signed on; none when closed.
    pub staff: Option<StaffCode>,
    /// Their badge.
    pub badge: Option<Badge>,
    /// Why it pauses, when it does.
    pub reason: Option<PauseReason>,
    /// Since when it is in this state.
    pub since: Instant,
    /// Since when it has had no ticket in hand, or since it opened (R45).
    pub free_since: Instant,
    /// The ticket that is called or served here (R37: at most one).
    pub in_hand: Option<TicketId>,
    /// Tickets that come back here, first one first (R35).
    pub held: Vec<TicketId>,
}

impl Desk {
    /// Whether somebody is signed on.
    pub fn is_open(&self) -> bool {
        self.state != DeskState::Closed
    }

    /// The records to be in memory with it.
    pub fn refers_to(&self) -> Vec<Subject> {
        self.in_hand
            .iter()
            .chain(&self.held)
            .map(|ticket| Subject::Ticket(*ticket))
            .collect()
    }
}

/// `window.sign_on`, `window.pause`, `window.resume`, `window.sign_off`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// Which window.
    pub window: WindowCode,
    /// Whose post it is, where it is not the one who asks: a chief representative of the department or the director may say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffCode>,
    /// Why; a pause needs it, nothing else takes it (R41).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PauseReason>,
}

methods! {
    /// Commands on a window.
    WindowCommand for "window" {
        /// Opens a window: a trained, posted clerk sits down and their badge is shown.
        SignOn(At) = "sign_on",
        /// Stops calling for a while, with a reason.
        Pause(At) = "pause",
        /// Calls again after a pause.
        Resume(At) = "resume",
        /// Closes the window; not with a ticket in hand.
        SignOff(At) = "sign_off",
    }
}

/// What happens at windows. Stored words: `window_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WindowEvent {
    /// A clerk sat down.
    #[serde(rename = "window_signed_on")]
    SignedOn {
        /// Which window.
        window: WindowCode,
        /// Who sits there.
        staff: StaffCode,
        /// What their badge shows.
        badge: Badge,
        /// When.
        at: Instant,
        /// Who signed them on.
        by: Option<StaffCode>,
    },
    /// It stopped calling.
    #[serde(rename = "window_paused")]
    Paused {
        /// Which window.
        window: WindowCode,
        /// Why.
        reason: PauseReason,
        /// When.
        at: Instant,
        /// Who said so.
        by: Option<StaffCode>,
    },
    /// It calls again.
    #[serde(rename = "window_resumed")]
    Resumed {
        /// Which window.
        window: WindowCode,
        /// When.
        at: Instant,
        /// Who said so.
        by: Option<StaffCode>,
    },
    /// The clerk left.
    #[serde(rename = "window_signed_off")]
    SignedOff {
        /// Which window.
        window: WindowCode,
        /// Who left.
        staff: StaffCode,
        /// The civil date it belongs to.
        on: NaiveDate,
        /// When.
        at: Instant,
        /// Who said so; none in the sweep.
        by: Option<StaffCode>,
    },
}

impl WindowEvent {
    /// The window.
    pub fn subject(&self) -> Subject {
        let (Self::SignedOn { window, .. }
        | Self::Paused { window, .. }
        | Self::Resumed { window, .. }
        | Self::SignedOff { window, .. }) = self;
        Subject::Window(window.clone())
    }
}

/// The window of a code.
pub fn window<'a>(hall: &'a Hall, code: &WindowCode) -> Result<&'a Window, Refusal> {
    hall.windows
        .get(code)
        .ok_or_else(|| not_found("window", code))
}

/// The window where a member of staff is signed on.
pub fn seat_of(hall: &Hall, staff: &StaffCode) -> Option<WindowCode> {
    hall.desks
        .values()
        .find(|desk| desk.staff.as_ref() == Some(staff))
        .map(|desk| desk.window.clone())
}

/// The queues that a desk serves now, in the window's order: the window's own, as far as its clerk is trained for them
/// (R26). None while it is closed.
pub fn queues_served<'a>(hall: &'a Hall, desk: &Desk) -> Vec<&'a QueueCode> {
    let (Some(window), Some(staff)) = (
        hall.windows.get(&desk.window),
        desk.staff.as_ref().and_then(|staff| hall.staff.get(staff)),
    ) else {
        return Vec::new();
    };
    window
        .queues
        .iter()
        .filter(|queue| staff.skills.is_empty() || staff.skills.contains(queue))
        .collect()
}

/// The desk of a window that is signed on and not paused (R41).
pub fn calling<'a>(hall: &'a Hall, code: &WindowCode) -> Result<&'a Desk, Refusal> {
    window(hall, code)?;
    match hall.desks.get(code) {
        Some(desk) if desk.state == DeskState::Open => Ok(desk),
        Some(desk) if desk.state == DeskState::Paused => {
            Err(Refusal::new(RefusalCode::WindowPaused)
                .with("window", code.as_str())
                .with("reason", desk.reason.map_or("", PauseReason::as_str)))
        }
        _ => Err(Refusal::new(RefusalCode::WindowClosed).with("window", code.as_str())),
    }
}

/// Refuses while the desk has a ticket in hand (R37).
pub fn must_be_free(hall: &Hall, desk: &Desk) -> Result<(), Refusal> {
    let Some(ticket) = desk.in_hand else {
        return Ok(());
    };
    let number = hall
        .tickets
        .get(&ticket)
        .map_or_else(|| ticket.to_string(), |ticket| ticket.number.clone());
    Err(Refusal::new(RefusalCode::WindowBusy)
        .with("window", desk.window.as_str())
        .with("ticket", number))
}

/// Windows that nobody signed off at the end of the day (R42), in the order of codes. `busy` tells of a ticket in hand
/// whether it is still being served; such a window stays open for its overtime.
pub fn day_closed(hall: &Hall, stamp: &Stamp, busy: impl Fn(TicketId) -> bool) -> Vec<Event> {
    hall.desks
        .values()
        .filter(|desk| desk.is_open() && !desk.in_hand.is_some_and(&busy))
        .map(|desk| verbs::signed_off(desk, stamp).into())
        .collect()
}

/// Applies what happened at a window.
pub fn apply(hall: &mut Hall, event: &WindowEvent) {
    match event {
        WindowEvent::SignedOn {
            window,
            staff,
            badge,
            at,
            by: _,
        } => {
            // Tickets held when the last clerk left still come back to this window (R35).
            let held = hall
                .desks
                .get(window)
                .map(|desk| desk.held.clone())
                .unwrap_or_default();
            let desk = Desk {
                window: window.clone(),
                state: DeskState::Open,
                staff: Some(staff.clone()),
                badge: Some(badge.clone()),
                reason: None,
                since: *at,
                free_since: *at,
                in_hand: None,
                held,
            };
            hall.desks.insert(window.clone(), desk);
        }
        WindowEvent::Paused {
            window, reason, at, ..
        } => change(hall, window, |desk| {
            desk.state = DeskState::Paused;
            desk.reason = Some(*reason);
            desk.since = *at;
        }),
        WindowEvent::Resumed { window, at, .. } => change(hall, window, |desk| {
            desk.state = DeskState::Open;
            desk.reason = None;
            desk.since = *at;
            desk.free_since = *at;
        }),
        WindowEvent::SignedOff { window, at, .. } => change(hall, window, |desk| {
            desk.state = DeskState::Closed;
            desk.staff = None;
            desk.badge = None;
            desk.reason = None;
            desk.since = *at;
        }),
    }
}

/// Changes the desk of a window, where there is one; for `apply` here and in `ticket`.
pub(super) fn change(hall: &mut Hall, window: &WindowCode, change: impl FnOnce(&mut Desk)) {
    if let Some(desk) = hall.desks.get_mut(window) {
        change(desk);
    }
}
