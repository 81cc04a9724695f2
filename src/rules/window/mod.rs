//! A window (窗口) as it stands: who sits there, whether it calls, which ticket it has in hand, which ones wait to come back
//! (R6, R26, R41). Windows themselves are rows of the catalogue; a `Desk` exists from the first sign-on.
//! At the end of the day the sweep signs off whoever forgot to (R42), so that no window stands open without its clerk.
//! A window whose terminal is gone is lost until its clerk is back (R41a); nobody else is given its ticket meanwhile.

mod lost;
mod own;
mod verbs;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    catalogue::{Staff, Window},
    event::{Event, Subject},
    hall::Hall,
    id::{QueueCode, StaffCode, TicketId, WindowCode},
    method::methods,
    refusal::{Refusal, RefusalCode, not_found},
    stamp::Stamp,
    time::Instant,
};

pub use lost::is_lost;
pub use own::{acts_for, is_chief_of, is_director, must_be_own, not_yours};
pub use verbs::decide;
use verbs::{own_desk, without_reason};

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
    /// Signed on, and the line to the terminal is gone (R41a).
    Lost,
    /// Nobody is signed on.
    Closed,
}

impl DeskState {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Lost => "lost",
            Self::Closed => "closed",
        }
    }

    fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Open => &["pause", "sign_off"],
            Self::Paused => &["resume", "sign_off"],
            Self::Lost => &["sign_on", "sign_off"],
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
    /// Whether it stands and falls with the terminal of its clerk (R41a).
    #[serde(default)]
    pub leased: bool,
    /// Why it pauses, when it does, or did when its terminal was lost.
    pub reason: Option<PauseReason>,
    /// Since when it is in this state.
    pub since: Instant,
    /// Since when it has had no ticket in hand, or since it opened (R45).
    pub free_since: Instant,
    /// The ticket that is called or served here (R37: at most one); a lost window keeps it.
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

/// `window.lose`, `window.regain`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Which window.
    pub window: WindowCode,
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
        /// Closes the window; not with a ticket in hand, unless its terminal is lost.
        SignOff(At) = "sign_off",
        /// The machine alone: the terminal at the window has been gone for longer than its lease.
        Lose(Only) = "lose",
        /// The machine alone: the clerk of a lost window is at a terminal again.
        Regain(Only) = "regain",
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
        /// Whether they did it at a terminal, whose loss is the window's (R41a).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        leased: bool,
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
    /// The terminal of its clerk has been gone for longer than the lease (R41a).
    #[serde(rename = "window_lost")]
    Lost {
        /// Which window.
        window: WindowCode,
        /// Whose terminal.
        staff: StaffCode,
        /// When.
        at: Instant,
    },
    /// Its clerk is at a terminal again.
    #[serde(rename = "window_regained")]
    Regained {
        /// Which window.
        window: WindowCode,
        /// Who is back.
        staff: StaffCode,
        /// When.
        at: Instant,
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
        | Self::Lost { window, .. }
        | Self::Regained { window, .. }
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

/// The desk at which a member of staff is signed on.
fn desk_of<'a>(hall: &'a Hall, staff: &StaffCode) -> Option<&'a Desk> {
    hall.desks
        .values()
        .find(|desk| desk.staff.as_ref() == Some(staff))
}

/// The window where a member of staff is signed on.
pub fn seat_of(hall: &Hall, staff: &StaffCode) -> Option<WindowCode> {
    desk_of(hall, staff).map(|desk| desk.window.clone())
}

/// The queues of a window for which somebody is trained, in the window's order (R26).
fn queues_of<'a>(window: &'a Window, staff: &Staff) -> impl Iterator<Item = &'a QueueCode> {
    window
        .queues
        .iter()
        .filter(|queue| staff.skills.is_empty() || staff.skills.contains(queue))
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
    queues_of(window, staff).collect()
}

/// The refusal of what only a window with its terminal can do (R41a).
pub(super) fn lost_refusal(desk: &Desk) -> Refusal {
    Refusal::new(RefusalCode::WindowLost)
        .with("window", desk.window.as_str())
        .with("staff", desk.staff.as_ref().map_or("", StaffCode::as_str))
}

/// The desk of a window that is signed on, not paused, and has its terminal (R41).
pub fn calling<'a>(hall: &'a Hall, code: &WindowCode) -> Result<&'a Desk, Refusal> {
    window(hall, code)?;
    match hall.desks.get(code) {
        Some(desk) if desk.state == DeskState::Open => Ok(desk),
        Some(desk) if desk.state == DeskState::Paused => {
            Err(Refusal::new(RefusalCode::WindowPaused)
                .with("window", code.as_str())
                .with("reason", desk.reason.map_or("", PauseReason::as_str)))
        }
        Some(desk) if desk.state == DeskState::Lost => Err(lost_refusal(desk)),
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
/// whether it is still being served; such a window stays open for its overtime, unless its terminal is lost (R41a).
pub fn day_closed(hall: &Hall, stamp: &Stamp, busy: impl Fn(TicketId) -> bool) -> Vec<Event> {
    let serves = |desk: &Desk| desk.state != DeskState::Lost && desk.in_hand.is_some_and(&busy);
    hall.desks
        .values()
        .filter(|desk| desk.is_open() && !serves(desk))
        .map(|desk| verbs::signed_off(desk, stamp).into())
        .collect()
}

/// Applies what happened at a window.
pub fn apply(hall: &mut Hall, event: &WindowEvent) {
    match event {
        WindowEvent::SignedOn { .. } => signed_on(hall, event),
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
        WindowEvent::Lost { window, at, .. } => change(hall, window, |desk| {
            desk.state = DeskState::Lost;
            desk.since = *at;
        }),
        WindowEvent::Regained { window, at, .. } => change(hall, window, |desk| {
            // The reason of a pause outlasts the loss and tells what the window was.
            desk.state = if desk.reason.is_some() {
                DeskState::Paused
            } else {
                DeskState::Open
            };
            desk.since = *at;
            desk.free_since = *at;
        }),
        WindowEvent::SignedOff { window, at, .. } => change(hall, window, |desk| {
            desk.state = DeskState::Closed;
            desk.staff = None;
            desk.badge = None;
            desk.leased = false;
            desk.reason = None;
            desk.since = *at;
        }),
    }
}

fn signed_on(hall: &mut Hall, event: &WindowEvent) {
    let WindowEvent::SignedOn {
        window,
        staff,
        badge,
        at,
        by: _,
        leased,
    } = event
    else {
        return;
    };
    // Tickets held when the last clerk left still come back to this window (R35), and the one that a lost terminal left
    // behind stays in hand (R41a).
    let (in_hand, held) = hall
        .desks
        .get(window)
        .map_or_else(Default::default, |desk| (desk.in_hand, desk.held.clone()));
    let desk = Desk {
        window: window.clone(),
        state: DeskState::Open,
        staff: Some(staff.clone()),
        badge: Some(badge.clone()),
        leased: *leased,
        reason: None,
        since: *at,
        free_since: *at,
        in_hand,
        held,
    };
    hall.desks.insert(window.clone(), desk);
}

/// Changes the desk of a window, where there is one; for `apply` here and in `ticket`.
pub(super) fn change(hall: &mut Hall, window: &WindowCode, change: impl FnOnce(&mut Desk)) {
    if let Some(desk) = hall.desks.get_mut(window) {
        change(desk);
    }
}
