//! Rounds (巡视): an inspector walks the hall, sees window after window, and raises findings (R170). A round is complete when
//! it has seen the share of open windows that the hall asks for; that is a view, not a state.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::{FindingId, RoundId, StaffCode, WindowCode},
    method::methods,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
    time::Instant,
};

/// A window as the inspector saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which.
    pub window: WindowCode,
    /// When.
    pub at: Instant,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Id.
    pub id: RoundId,
    /// The civil date.
    pub on: NaiveDate,
    /// Who walks.
    pub inspector: StaffCode,
    /// The leader who leads it, where one does.
    pub leader: Option<StaffCode>,
    /// When it began.
    pub opened_at: Instant,
    /// Windows that were open then; the share is of these.
    pub open_windows: Vec<WindowCode>,
    /// Windows seen, in order.
    pub seen: Vec<Seen>,
    /// Findings raised on it.
    pub findings: Vec<FindingId>,
    /// When it ended.
    pub closed_at: Option<Instant>,
}

impl Round {
    /// Open until it is closed.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// How many of the windows that were open when it began were seen.
    pub fn open_seen(&self) -> usize {
        let was_seen = |window: &&WindowCode| self.seen.iter().any(|seen| seen.window == **window);
        self.open_windows.iter().filter(was_seen).count()
    }

    /// Nothing else is needed to show it.
    pub fn refers_to(&self) -> Vec<Subject> {
        Vec::new()
    }
}

/// `round.open`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The leader who leads it.
    #[serde(default)]
    pub leader: Option<StaffCode>,
}

/// `round.see`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct See {
    /// Which round.
    pub round: RoundId,
    /// The window that was seen and is in order.
    pub window: WindowCode,
}

/// `round.close`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Which round.
    pub round: RoundId,
}

methods! {
    /// Commands on rounds.
    RoundCommand for "round" {
        /// Begins a round.
        Open(Open) = "open",
        /// Notes a window that was seen.
        See(See) = "see",
        /// Ends the round.
        Close(Close) = "close",
    }
}

/// What happens on rounds. Stored words: `round_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields say what the record's fields of the same names say"
)]
pub enum RoundEvent {
    /// It began.
    #[serde(rename = "round_opened")]
    Opened {
        round: RoundId,
        on: NaiveDate,
        inspector: StaffCode,
        leader: Option<StaffCode>,
        open_windows: Vec<WindowCode>,
        at: Instant,
    },
    /// A window was seen.
    #[serde(rename = "round_seen")]
    Seen {
        round: RoundId,
        window: WindowCode,
        at: Instant,
    },
    /// It ended.
    #[serde(rename = "round_closed")]
    Closed { round: RoundId, at: Instant },
}

impl RoundEvent {
    /// The round.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Opened { round, .. } | Self::Seen { round, .. } | Self::Closed { round, .. } => {
                Subject::Round(*round)
            }
        }
    }
}

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &RoundCommand) -> Result<Vec<Event>, Refusal> {
    match command {
        RoundCommand::Open(params) => open(hall, stamp, params),
        RoundCommand::See(params) => {
            let round = walking(hall, stamp, params.round, "see")?;
            if !hall.windows.contains(&params.window) {
                return Err(not_found("window", &params.window));
            }
            Ok(vec![
                RoundEvent::Seen {
                    round: round.id,
                    window: params.window.clone(),
                    at: stamp.at,
                }
                .into(),
            ])
        }
        RoundCommand::Close(params) => {
            let round = walking(hall, stamp, params.round, "close")?;
            Ok(vec![
                RoundEvent::Closed {
                    round: round.id,
                    at: stamp.at,
                }
                .into(),
            ])
        }
    }
}

fn open(hall: &Hall, stamp: &Stamp, params: &Open) -> Result<Vec<Event>, Refusal> {
    let inspector = hall.acting(stamp)?;
    if let Some(leader) = &params.leader
        && !hall.staff.contains(leader)
    {
        return Err(not_found("staff", leader));
    }
    let under_way = hall
        .rounds
        .values()
        .find(|round| round.is_open() && round.inspector == inspector.code);
    if let Some(round) = under_way {
        return Err(Refusal::new(RefusalCode::RoundUnderWay).with("round", round.id.to_string()));
    }
    Ok(vec![
        RoundEvent::Opened {
            round: stamp.id(1),
            on: stamp.on,
            inspector: inspector.code.clone(),
            leader: params.leader.clone(),
            open_windows: hall
                .desks
                .iter()
                .filter(|(_, desk)| desk.is_open())
                .map(|(window, _)| window.clone())
                .collect(),
            at: stamp.at,
        }
        .into(),
    ])
}

/// The round, while the one who opened it walks.
fn walking<'a>(
    hall: &'a Hall,
    stamp: &Stamp,
    id: RoundId,
    verb: &'static str,
) -> Result<&'a Round, Refusal> {
    let round = hall.rounds.get(&id).ok_or_else(|| not_found("round", id))?;
    if !round.is_open() {
        return Err(wrong_state("round", id, "closed", verb, &[]));
    }
    if stamp.actor.staff.as_ref() != Some(&round.inspector) {
        return Err(Refusal::new(RefusalCode::NotYours).with("owner", round.inspector.to_string()));
    }
    Ok(round)
}

/// A window was seen on a round: it is in order, or a finding was raised there (R170).
pub(super) fn saw(hall: &mut Hall, round: RoundId, window: &WindowCode, at: Instant) {
    if let Some(round) = hall.rounds.get_mut(&round) {
        round.seen.push(Seen {
            window: window.clone(),
            at,
        });
    }
}

/// Applies what happened on a round.
pub fn apply(hall: &mut Hall, event: &RoundEvent) {
    match event {
        RoundEvent::Opened {
            round,
            on,
            inspector,
            leader,
            open_windows,
            at,
        } => {
            let record = Round {
                id: *round,
                on: *on,
                inspector: inspector.clone(),
                leader: leader.clone(),
                opened_at: *at,
                open_windows: open_windows.clone(),
                seen: Vec::new(),
                findings: Vec::new(),
                closed_at: None,
            };
            hall.rounds.insert(*round, record);
        }
        RoundEvent::Seen { round, window, at } => saw(hall, *round, window, *at),
        RoundEvent::Closed { round, at } => {
            if let Some(round) = hall.rounds.get_mut(round) {
                round.closed_at = Some(*at);
            }
        }
    }
}
