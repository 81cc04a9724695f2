//! Findings (巡查问题): what an inspector saw, from raising to verified (R171–R177, machine M6). The inspected person sees it at
//! once, may add a statement and appeal; nobody checks what is about themselves (R10, R172). A finding is never deleted (V139).

mod decide;
mod record;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use decide::{Noticed, answers_for, decide, noticed};
pub use record::{Finding, FindingState, Prohibition, Severity, Situation};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::{CaseId, FindingId, RoundId, StaffCode, TicketId, WindowCode},
    method::methods,
    people::Private,
    round,
    time::Instant,
};

/// Failed re-checks after which a finding is severe (M6).
pub const RECHECKS_SEVERE: u16 = 3;

/// `finding.raise`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// At which window.
    pub window: WindowCode,
    /// Which prohibition (R165).
    pub code: Prohibition,
    /// What was seen.
    pub note: String,
    /// About whom; the person signed on there where it is not said.
    #[serde(default)]
    pub person: Option<StaffCode>,
    /// The round on which it was seen; the window counts as seen on it (R170).
    #[serde(default)]
    pub round: Option<RoundId>,
    /// The case that it is about: who decided it may not verify the finding (R10).
    #[serde(default)]
    pub case: Option<CaseId>,
    /// How grave; a plain one where it is not said.
    #[serde(default)]
    pub severity: Severity,
}

/// Parameters of acts that need the finding alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Which finding.
    pub finding: FindingId,
}

/// Parameters of acts that say something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Saying {
    /// Which finding.
    pub finding: FindingId,
    /// In words.
    pub text: String,
}

/// `finding.set_due`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDue {
    /// Which finding.
    pub finding: FindingId,
    /// By when it must be put right.
    #[schemars(with = "String")]
    pub due_on: NaiveDate,
}

/// `finding.recheck`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recheck {
    /// Which finding.
    pub finding: FindingId,
    /// Whether it is in order now.
    pub in_order: bool,
    /// What was seen.
    #[serde(default)]
    pub text: Option<String>,
}

/// `finding.appeal_decide`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealDecide {
    /// Which finding.
    pub finding: FindingId,
    /// Whether the appeal is upheld, which cancels the finding.
    pub upheld: bool,
    /// Why.
    pub text: String,
}

methods! {
    /// Commands on findings.
    FindingCommand for "finding" {
        /// An inspector saw something.
        Raise(Raise) = "raise",
        /// Confirms what the machine noticed.
        Confirm(Only) = "confirm",
        /// Drops what the machine noticed, with a reason.
        Drop(Saying) = "drop",
        /// Put right on the spot: a reminder.
        FixOnSpot(Only) = "fix_on_spot",
        /// Tells the inspected person.
        Notify(Only) = "notify",
        /// The inspected person says something.
        Statement(Saying) = "statement",
        /// The inspected person answers and puts it right.
        Reply(Saying) = "reply",
        /// Sets the day by which it must be right.
        SetDue(SetDue) = "set_due",
        /// An inspector looks again.
        Recheck(Recheck) = "recheck",
        /// The inspected person appeals.
        Appeal(Saying) = "appeal",
        /// The director decides the appeal.
        AppealDecide(AppealDecide) = "appeal_decide",
    }
}

/// What happens to findings. Stored words: `finding_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields say what the record's fields of the same names say"
)]
pub enum FindingEvent {
    /// An inspector raised it; without `by` the machine noticed it, and it is a candidate (R176).
    #[serde(rename = "finding_raised")]
    Raised {
        finding: FindingId,
        number: String,
        serial: u64,
        on: NaiveDate,
        window: WindowCode,
        person: Option<StaffCode>,
        /// What stood at the window in that second (facts, not words).
        situation: Box<Situation>,
        ticket: Option<TicketId>,
        round: Option<RoundId>,
        case: Option<CaseId>,
        code: Prohibition,
        severity: Severity,
        note: Private,
        by: Option<StaffCode>,
        at: Instant,
    },
    /// A candidate was confirmed.
    #[serde(rename = "finding_confirmed")]
    Confirmed {
        finding: FindingId,
        by: StaffCode,
        at: Instant,
    },
    /// A candidate was dropped.
    #[serde(rename = "finding_dropped")]
    Dropped {
        finding: FindingId,
        reason: Private,
        by: StaffCode,
        at: Instant,
    },
    /// Put right on the spot.
    #[serde(rename = "finding_reminded")]
    Reminded { finding: FindingId, at: Instant },
    /// The inspected person was told.
    #[serde(rename = "finding_notified")]
    Notified {
        finding: FindingId,
        reply_due: Option<NaiveDate>,
        appeal_until: Option<NaiveDate>,
        at: Instant,
    },
    /// The inspected person said something.
    #[serde(rename = "finding_stated")]
    Stated {
        finding: FindingId,
        text: Private,
        by: StaffCode,
        at: Instant,
    },
    /// The inspected person answered.
    #[serde(rename = "finding_replied")]
    Replied {
        finding: FindingId,
        text: Private,
        by: StaffCode,
        at: Instant,
    },
    /// A day was set.
    #[serde(rename = "finding_due_set")]
    DueSet {
        finding: FindingId,
        due_on: NaiveDate,
        by: StaffCode,
        at: Instant,
    },
    /// In order now.
    #[serde(rename = "finding_verified")]
    Verified {
        finding: FindingId,
        text: Option<Private>,
        by: StaffCode,
        at: Instant,
    },
    /// Still not in order.
    #[serde(rename = "finding_recheck_failed")]
    RecheckFailed {
        finding: FindingId,
        severe: bool,
        text: Option<Private>,
        by: StaffCode,
        at: Instant,
    },
    /// Appealed.
    #[serde(rename = "finding_appealed")]
    Appealed {
        finding: FindingId,
        text: Private,
        by: StaffCode,
        at: Instant,
    },
    /// The appeal was upheld.
    #[serde(rename = "finding_cancelled")]
    Cancelled {
        finding: FindingId,
        text: Private,
        by: StaffCode,
        at: Instant,
    },
    /// The appeal was rejected.
    #[serde(rename = "finding_appeal_rejected")]
    AppealRejected {
        finding: FindingId,
        text: Private,
        by: StaffCode,
        at: Instant,
    },
}

impl FindingEvent {
    /// The finding.
    pub fn finding(&self) -> FindingId {
        match self {
            Self::Raised { finding, .. }
            | Self::Confirmed { finding, .. }
            | Self::Dropped { finding, .. }
            | Self::Reminded { finding, .. }
            | Self::Notified { finding, .. }
            | Self::Stated { finding, .. }
            | Self::Replied { finding, .. }
            | Self::DueSet { finding, .. }
            | Self::Verified { finding, .. }
            | Self::RecheckFailed { finding, .. }
            | Self::Appealed { finding, .. }
            | Self::Cancelled { finding, .. }
            | Self::AppealRejected { finding, .. } => *finding,
        }
    }

    /// The record it is about.
    pub fn subject(&self) -> Subject {
        Subject::Finding(self.finding())
    }
}

/// Applies what happened to a finding.
pub fn apply(hall: &mut Hall, event: &FindingEvent) {
    if let FindingEvent::Raised {
        serial,
        on,
        round,
        window,
        at,
        ..
    } = event
    {
        hall.count_to(&record::counter(*on), *serial);
        if let Some(round) = round {
            round::saw(hall, *round, window, *at);
        }
        if let Some(finding) = Finding::raised(event) {
            if let Some(round) = finding.round.and_then(|round| hall.rounds.get_mut(&round)) {
                round.findings.push(finding.id);
            }
            hall.findings.insert(finding.id, finding);
        }
    } else if let Some(finding) = hall.findings.get_mut(&event.finding()) {
        finding.happened(event);
    }
}

impl From<FindingEvent> for Vec<Event> {
    fn from(event: FindingEvent) -> Self {
        vec![event.into()]
    }
}
