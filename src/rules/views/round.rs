//! What is shown of a round (R170): how many windows it has seen, whether that is enough, and the findings raised on it.
//! Made for the inspection page and `round.get`; complete is computed here and stored nowhere.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Viewer;
use crate::rules::{
    hall::Hall,
    id::{FindingId, RoundId, StaffCode, WindowCode},
    round::Round,
    time::{Instant, wire, wire_option},
};

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoundView {
    /// Id.
    pub id: RoundId,
    /// open or closed.
    pub state: String,
    /// The civil date.
    #[schemars(with = "String")]
    pub on: NaiveDate,
    /// Who walks.
    pub inspector: StaffCode,
    /// Their name.
    pub inspector_name: String,
    /// The leader.
    pub leader: Option<StaffCode>,
    /// When it began.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub opened_at: Instant,
    /// When it ended.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub closed_at: Option<Instant>,
    /// Windows seen, in order, each once.
    pub seen: Vec<WindowCode>,
    /// Windows that were open when it began.
    pub open_windows: usize,
    /// How many of those were seen.
    pub open_seen: usize,
    /// Whether it has seen the share of windows that the hall asks for.
    pub complete: bool,
    /// Findings raised on it.
    pub findings: Vec<FindingId>,
}

/// The round as it is shown.
pub fn of(hall: &Hall, _viewer: &Viewer, round: &Round) -> RoundView {
    let mut seen: Vec<WindowCode> = Vec::new();
    for window in &round.seen {
        if !seen.contains(&window.window) {
            seen.push(window.window.clone());
        }
    }
    let share = usize::from(hall.profile().inspection.round_complete_percent);
    RoundView {
        id: round.id,
        state: if round.is_open() { "open" } else { "closed" }.to_owned(),
        on: round.on,
        inspector: round.inspector.clone(),
        inspector_name: hall
            .staff
            .get(&round.inspector)
            .map_or_else(String::new, |staff| staff.name.clone()),
        leader: round.leader.clone(),
        opened_at: round.opened_at,
        closed_at: round.closed_at,
        // R170: a share of the windows that were open; others that were looked at do not make up for them.
        complete: round.open_seen() * 100 >= round.open_windows.len() * share,
        seen,
        open_windows: round.open_windows.len(),
        open_seen: round.open_seen(),
        findings: round.findings.clone(),
    }
}

/// Filter of `round.list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RoundFilter {
    /// Of this date.
    #[schemars(with = "Option<String>")]
    pub on: Option<NaiveDate>,
    /// By this inspector.
    pub inspector: Option<StaffCode>,
}

impl RoundFilter {
    /// Whether the round is asked for.
    pub fn matches(&self, _hall: &Hall, _viewer: &Viewer, round: &Round) -> bool {
        self.on.is_none_or(|on| on == round.on)
            && self
                .inspector
                .as_ref()
                .is_none_or(|inspector| *inspector == round.inspector)
    }
}
