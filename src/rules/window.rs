//! A window (窗口) as it stands: who sits there, whether it calls, which ticket it has in hand, which ones wait to come back
//! (R6, R26, R41). Windows themselves are rows of the catalogue; a `Desk` exists from the first sign-on.
//! At the end of the day the sweep signs off whoever forgot to (R42), so that no window stands open without its clerk.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    catalogue::{Staff, Window},
    event::{Event, Subject},
    hall::Hall,
    id::{QueueCode, StaffCode, TicketId, WindowCode},
    method::methods,
    permission::Role,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
    time::Instant,
};

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

/// Whether the one who acts may act for `staff`: themselves, or as a chief representative of their department (1.1).
pub fn acts_for(hall: &Hall, stamp: &Stamp, staff: &StaffCode) -> bool {
    let Some(actor) = stamp
        .actor
        .staff
        .as_ref()
        .and_then(|code| hall.staff.get(code))
    else {
        return false;
    };
    actor.code == *staff
        || (actor.has(Role::ChiefRep)
            && hall
                .staff
                .get(staff)
                .is_some_and(|staff| staff.department == actor.department))
}

/// Whether the one who acts is a director or another manager of the centre.
pub fn is_director(hall: &Hall, stamp: &Stamp) -> bool {
    stamp
        .actor
        .staff
        .as_ref()
        .and_then(|code| hall.staff.get(code))
        .is_some_and(|staff| staff.has(Role::Director))
}

/// Refuses unless the window is the actor's own, or they are a chief representative of its department (1.1: own window).
pub fn must_be_own(hall: &Hall, stamp: &Stamp, code: &WindowCode) -> Result<(), Refusal> {
    let owner = hall.desks.get(code).and_then(|desk| desk.staff.as_ref());
    if owner.is_some_and(|owner| acts_for(hall, stamp, owner))
        || (owner.is_none() && is_chief_of(hall, stamp, window(hall, code)?))
    {
        Ok(())
    } else {
        Err(not_yours(owner.map_or(code.as_str(), StaffCode::as_str)))
    }
}

/// The refusal of somebody else's work.
pub fn not_yours(owner: &str) -> Refusal {
    Refusal::new(RefusalCode::NotYours).with("owner", owner)
}

fn is_chief_of(hall: &Hall, stamp: &Stamp, window: &Window) -> bool {
    stamp
        .actor
        .staff
        .as_ref()
        .and_then(|code| hall.staff.get(code))
        .is_some_and(|actor| actor.has(Role::ChiefRep) && actor.department == window.department)
}

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &WindowCommand) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        WindowCommand::SignOn(params) => sign_on(hall, stamp, params)?,
        WindowCommand::Pause(params) => pause(hall, stamp, params)?,
        WindowCommand::Resume(params) => resume(hall, stamp, params)?,
        WindowCommand::SignOff(params) => sign_off(hall, stamp, params)?,
    };
    Ok(vec![event.into()])
}

fn sign_on(hall: &Hall, stamp: &Stamp, params: &At) -> Result<WindowEvent, Refusal> {
    let window = window(hall, &params.window)?;
    without_reason(params)?;
    let staff = match &params.staff {
        Some(code) => hall.staff.get(code).ok_or_else(|| not_found("staff", code))?,
        None => hall.acting(stamp)?,
    };
    let own = stamp.actor.staff.as_ref() == Some(&staff.code);
    if !own && !is_chief_of(hall, stamp, window) && !is_director(hall, stamp) {
        return Err(not_yours(staff.code.as_str()));
    }
    must_be_vacant(hall, window, staff)?;
    must_be_fit(stamp, window, staff)?;
    Ok(WindowEvent::SignedOn {
        window: window.code.clone(),
        staff: staff.code.clone(),
        badge: Badge {
            name: staff.name.clone(),
            post: staff.post.clone(),
            number: staff.code.clone(),
        },
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// One window is one clerk's, one clerk sits at one window (R41).
fn must_be_vacant(hall: &Hall, window: &Window, staff: &Staff) -> Result<(), Refusal> {
    if let Some(desk) = hall.desks.get(&window.code)
        && let Some(owner) = &desk.staff
    {
        return Err(if *owner == staff.code {
            let state = desk.state;
            wrong_state("window", &window.code, state.as_str(), "sign_on", state.verbs())
        } else {
            Refusal::new(RefusalCode::WindowTaken)
                .with("window", window.code.as_str())
                .with("staff", owner.as_str())
        });
    }
    match seat_of(hall, &staff.code) {
        Some(seat) => Err(Refusal::new(RefusalCode::WindowElsewhere)
            .with("window", seat.as_str())
            .with("staff", staff.code.as_str())),
        None => Ok(()),
    }
}

/// Trained (R6), posted (R41), and able to serve at least one of its queues (R26). Somebody with skills of their own may
/// sit wherever these are asked for (一岗多能); without, they sit at their department's windows or a comprehensive one.
fn must_be_fit(stamp: &Stamp, window: &Window, staff: &Staff) -> Result<(), Refusal> {
    let refuse = |code| {
        Err(Refusal::new(code)
            .with("staff", staff.code.as_str())
            .with("window", window.code.as_str()))
    };
    if !staff.has(Role::Clerk) && !staff.has(Role::ChiefRep) {
        return refuse(RefusalCode::WindowNotPosted);
    }
    if staff.trained_on.is_none_or(|trained| trained > stamp.on) {
        return refuse(RefusalCode::WindowUntrained);
    }
    if staff.skills.is_empty() {
        if staff.department == window.department || window.comprehensive {
            Ok(())
        } else {
            refuse(RefusalCode::WindowNotPosted)
        }
    } else if window.queues.iter().any(|queue| staff.skills.contains(queue)) {
        Ok(())
    } else {
        refuse(RefusalCode::WindowUnskilled)
    }
}

fn without_reason(params: &At) -> Result<(), Refusal> {
    match params.reason {
        None => Ok(()),
        Some(_) => Err(Refusal::new(RefusalCode::BadValue)
            .with("field", "reason")
            .with("reason", "only a pause has one")),
    }
}

/// The desk of a command after sign-on, once it is known that the actor may speak for it.
fn own_desk<'a>(hall: &'a Hall, stamp: &Stamp, params: &At, verb: &'static str) -> Result<&'a Desk, Refusal> {
    let window = window(hall, &params.window)?;
    let Some((desk, owner)) = hall
        .desks
        .get(&window.code)
        .and_then(|desk| desk.staff.as_ref().map(|staff| (desk, staff)))
    else {
        let closed = DeskState::Closed;
        return Err(wrong_state("window", &window.code, closed.as_str(), verb, closed.verbs()));
    };
    if params.staff.as_ref().is_some_and(|staff| staff != owner) {
        return Err(not_yours(owner.as_str()));
    }
    if acts_for(hall, stamp, owner) || is_chief_of(hall, stamp, window) || is_director(hall, stamp) {
        Ok(desk)
    } else {
        Err(not_yours(owner.as_str()))
    }
}

fn must_be(desk: &Desk, state: DeskState, verb: &'static str) -> Result<(), Refusal> {
    if desk.state == state {
        Ok(())
    } else {
        Err(wrong_state("window", &desk.window, desk.state.as_str(), verb, desk.state.verbs()))
    }
}

fn pause(hall: &Hall, stamp: &Stamp, params: &At) -> Result<WindowEvent, Refusal> {
    let desk = own_desk(hall, stamp, params, "pause")?;
    must_be(desk, DeskState::Open, "pause")?;
    must_be_free(hall, desk)?;
    let reason = params.reason.ok_or_else(|| {
        let allowed: Vec<&str> = PauseReason::ALL.iter().map(|reason| reason.as_str()).collect();
        Refusal::new(RefusalCode::WindowReasonMissing).with("allowed", allowed)
    })?;
    Ok(WindowEvent::Paused {
        window: desk.window.clone(),
        reason,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

fn resume(hall: &Hall, stamp: &Stamp, params: &At) -> Result<WindowEvent, Refusal> {
    let desk = own_desk(hall, stamp, params, "resume")?;
    must_be(desk, DeskState::Paused, "resume")?;
    without_reason(params)?;
    Ok(WindowEvent::Resumed {
        window: desk.window.clone(),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

fn sign_off(hall: &Hall, stamp: &Stamp, params: &At) -> Result<WindowEvent, Refusal> {
    let desk = own_desk(hall, stamp, params, "sign_off")?;
    must_be_free(hall, desk)?;
    without_reason(params)?;
    Ok(signed_off(desk, stamp))
}

fn signed_off(desk: &Desk, stamp: &Stamp) -> WindowEvent {
    WindowEvent::SignedOff {
        window: desk.window.clone(),
        staff: desk
            .staff
            .clone()
            .expect("invariant: a desk that is not closed has its clerk"),
        on: stamp.on,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    }
}

/// Windows that nobody signed off at the end of the day (R42), in the order of codes. `busy` tells of a ticket in hand
/// whether it is still being served; such a window stays open for its overtime.
pub fn day_closed(hall: &Hall, stamp: &Stamp, busy: impl Fn(TicketId) -> bool) -> Vec<Event> {
    hall.desks
        .values()
        .filter(|desk| desk.is_open() && !desk.in_hand.is_some_and(&busy))
        .map(|desk| signed_off(desk, stamp).into())
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
