//! What happens to a branch, as it is stored (`branch_*`), and how each event changes the record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::record::{
    Absence, Branch, BranchDefault, BranchState, BranchStop, MaterialAsked, Meeting, Opinion,
};
use crate::rules::{
    case::Answer,
    document::Issued,
    event::Subject,
    hall::Hall,
    id::{BranchId, CaseId, DepartmentCode, StaffCode},
    people::Private,
    time::Instant,
};

/// What happens to a branch. Stored words: `branch_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BranchEvent {
    /// It came into being with the acceptance of a joint case.
    #[serde(rename = "branch_planned")]
    Planned {
        /// Which branch.
        id: BranchId,
        /// The case.
        case: CaseId,
        /// Whose opinion is needed.
        department: DepartmentCode,
        /// The day from which the case's clock counts.
        started_on: NaiveDate,
        /// The date by which the opinion is due.
        due_on: NaiveDate,
        /// The calendar it was worked out from.
        edition: String,
    },
    /// The copy notice went out (R114).
    #[serde(rename = "branch_notified")]
    Notified {
        /// Which branch.
        id: BranchId,
        /// When.
        at: Instant,
        /// By whom.
        by: Option<StaffCode>,
        /// The joint survey or meeting, where one is called.
        meeting: Option<Meeting>,
        /// The paper (D9).
        document: Issued,
    },
    /// The department signed for the notice.
    #[serde(rename = "branch_signed")]
    Signed {
        /// Which branch.
        id: BranchId,
        /// When.
        at: Instant,
        /// By whom.
        by: Option<StaffCode>,
    },
    /// The department gave its opinion.
    #[serde(rename = "branch_opinion_given")]
    OpinionGiven {
        /// Which branch.
        id: BranchId,
        /// The opinion.
        opinion: Opinion,
    },
    /// It asked the lead for more material (R115).
    #[serde(rename = "branch_material_asked")]
    MaterialAsked {
        /// Which branch.
        id: BranchId,
        /// What was asked.
        asked: MaterialAsked,
    },
    /// A meeting was put off for a justified absence (R119).
    #[serde(rename = "branch_meeting_moved")]
    MeetingMoved {
        /// Which branch.
        id: BranchId,
        /// When.
        at: Instant,
        /// By whom.
        by: Option<StaffCode>,
        /// The new meeting.
        meeting: Meeting,
        /// The written reason.
        justification: Private,
    },
    /// The department stayed away without a reason (R119).
    #[serde(rename = "branch_absent")]
    Absent {
        /// Which branch.
        id: BranchId,
        /// The absence.
        absence: Absence,
    },
    /// Its clock was stopped.
    #[serde(rename = "branch_paused")]
    Paused {
        /// Which branch.
        id: BranchId,
        /// When.
        at: Instant,
        /// The stop.
        stop: BranchStop,
    },
    /// Its clock runs again.
    #[serde(rename = "branch_resumed")]
    Resumed {
        /// Which branch.
        id: BranchId,
        /// When.
        at: Instant,
        /// The last day not counted.
        on: NaiveDate,
        /// By whom.
        by: Option<StaffCode>,
        /// The date by which the opinion is due now.
        due_on: NaiveDate,
        /// The calendar it was worked out from.
        edition: String,
    },
    /// Its date moved with the case's own.
    #[serde(rename = "branch_due_moved")]
    DueMoved {
        /// Which branch.
        id: BranchId,
        /// The date before.
        from_on: NaiveDate,
        /// The date by which the opinion is due now.
        due_on: NaiveDate,
        /// The calendar it was worked out from.
        edition: String,
    },
    /// The lead does without it.
    #[serde(rename = "branch_not_needed")]
    NotNeeded {
        /// Which branch.
        id: BranchId,
        /// When.
        at: Instant,
        /// By whom.
        by: Option<StaffCode>,
        /// Why.
        reason: Private,
    },
    /// Its silence or absence counts as consent (R120).
    #[serde(rename = "branch_defaulted")]
    Defaulted {
        /// Which branch.
        id: BranchId,
        /// The default.
        default: BranchDefault,
        /// The date that had passed, or the date of the meeting.
        facts_on: NaiveDate,
    },
    /// The opinion that was owed came in; the consent stands (R120).
    #[serde(rename = "branch_late_opinion_given")]
    LateOpinionGiven {
        /// Which branch.
        id: BranchId,
        /// The opinion.
        opinion: Opinion,
    },
}

impl BranchEvent {
    /// The branch.
    pub fn id(&self) -> BranchId {
        match self {
            Self::Planned { id, .. }
            | Self::Notified { id, .. }
            | Self::Signed { id, .. }
            | Self::OpinionGiven { id, .. }
            | Self::MaterialAsked { id, .. }
            | Self::MeetingMoved { id, .. }
            | Self::Absent { id, .. }
            | Self::Paused { id, .. }
            | Self::Resumed { id, .. }
            | Self::DueMoved { id, .. }
            | Self::NotNeeded { id, .. }
            | Self::Defaulted { id, .. }
            | Self::LateOpinionGiven { id, .. } => *id,
        }
    }

    /// The record it is about.
    pub fn subject(&self) -> Subject {
        Subject::Branch(self.id())
    }

    /// Whether the lead need not wait for the branch afterwards.
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::OpinionGiven { .. } | Self::NotNeeded { .. } | Self::Defaulted { .. }
        )
    }
}

/// Applies what happened to a branch.
pub fn apply(hall: &mut Hall, event: &BranchEvent) {
    if let BranchEvent::Planned {
        id,
        case,
        department,
        started_on,
        due_on,
        edition,
    } = event
    {
        let branch = Branch {
            id: *id,
            case: *case,
            department: department.clone(),
            state: BranchState::Planned,
            started_on: *started_on,
            due_on: *due_on,
            edition: edition.clone(),
            notified_at: None,
            notice: None,
            signed_at: None,
            signed_by: None,
            meeting: None,
            asked: Vec::new(),
            absence: None,
            stops: Vec::new(),
            opinion: None,
            default: None,
            late_opinion: None,
            not_needed: None,
        };
        hall.branches.insert(*id, branch);
        if let Some(case) = hall.cases.get_mut(case) {
            case.branches.push(*id);
        }
    } else if let Some(branch) = hall.branches.get_mut(&event.id()) {
        change(branch, event);
    }
}

fn change(branch: &mut Branch, event: &BranchEvent) {
    match event {
        BranchEvent::Planned { .. } => {}
        BranchEvent::Notified {
            at,
            meeting,
            document,
            ..
        } => {
            branch.state = BranchState::Notified;
            branch.notified_at = Some(*at);
            branch.meeting.clone_from(meeting);
            branch.notice = Some(document.clone());
        }
        BranchEvent::Signed { at, by, .. } => {
            branch.state = BranchState::Signed;
            branch.signed_at = Some(*at);
            branch.signed_by.clone_from(by);
        }
        BranchEvent::OpinionGiven { opinion, .. } => {
            branch.state = match opinion.result {
                Answer::Ok => BranchState::Consented,
                Answer::No => BranchState::Refused,
            };
            branch.opinion = Some(opinion.clone());
        }
        BranchEvent::MaterialAsked { asked, .. } => branch.asked.push(asked.clone()),
        BranchEvent::MeetingMoved { meeting, .. } => branch.meeting = Some(meeting.clone()),
        BranchEvent::Absent { absence, .. } => {
            branch.state = BranchState::Absent;
            branch.absence = Some(absence.clone());
        }
        BranchEvent::Paused { stop, .. } => {
            branch.state = BranchState::Paused;
            branch.stops.push(stop.clone());
        }
        BranchEvent::Resumed {
            on,
            due_on,
            edition,
            ..
        } => {
            branch.state = BranchState::Signed;
            if let Some(stop) = branch.stops.last_mut() {
                stop.to_on = Some(*on);
            }
            branch.due_on = *due_on;
            branch.edition.clone_from(edition);
        }
        BranchEvent::DueMoved {
            due_on, edition, ..
        } => {
            branch.due_on = *due_on;
            branch.edition.clone_from(edition);
        }
        BranchEvent::NotNeeded { reason, .. } => {
            branch.state = BranchState::NotNeeded;
            branch.not_needed = Some(reason.clone());
        }
        BranchEvent::Defaulted { default, .. } => {
            branch.state = BranchState::Defaulted;
            branch.default = Some(default.clone());
        }
        BranchEvent::LateOpinionGiven { opinion, .. } => {
            branch.late_opinion = Some(opinion.clone());
        }
    }
}
