//! A branch of a joint case as it is seen: who holds it, until when, and whether it is late (M4 OVERDUE is worked out here).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Reading, Viewer};
use crate::rules::{
    branch::{AbsenceKind, Branch, BranchState, DefaultKind},
    case::Answer,
    hall::Hall,
    id::{BranchId, CaseId, DepartmentCode, StaffCode},
    time::{Instant, hall_date, wire_option},
};

/// A branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BranchView {
    /// Id.
    pub id: BranchId,
    /// The case.
    pub case: CaseId,
    /// The case's number.
    pub case_number: String,
    /// Whose opinion is needed.
    pub department: DepartmentCode,
    /// The department's name.
    pub department_name: String,
    /// State (M4); `overdue` where a signed branch is past its date.
    pub state: String,
    /// The date by which the opinion is due; null while its clock stands.
    #[schemars(with = "Option<String>")]
    pub due: Option<NaiveDate>,
    /// Working days left, negative when overdue; null once nothing is waited for.
    pub left: Option<i32>,
    /// Signed for, but not within a working day of the notice: the director is told (R114).
    pub unsigned_alert: bool,
    /// When the copy notice went out.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub notified_at: Option<Instant>,
    /// When it was signed for.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub signed_at: Option<Instant>,
    /// By whom.
    pub signed_by: Option<StaffCode>,
    /// The day of the joint survey or meeting.
    #[schemars(with = "Option<String>")]
    pub meeting_on: Option<NaiveDate>,
    /// What the department asked the lead for.
    pub asked: Vec<String>,
    /// How the department stayed away.
    pub absence: Option<AbsenceKind>,
    /// The opinion.
    pub opinion: Option<Answer>,
    /// Why, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The opinion came after its date.
    pub late: bool,
    /// The default.
    pub default: Option<DefaultKind>,
    /// The day by which the department owes its opinion after a default; null when it came.
    #[schemars(with = "Option<String>")]
    pub opinion_owed: Option<NaiveDate>,
    /// The verbs that its state takes.
    pub allowed: Vec<String>,
}

/// The branch as the viewer sees it.
pub fn of(hall: &Hall, viewer: &Viewer, branch: &Branch) -> BranchView {
    let today = hall_date(viewer.at);
    let overdue = branch.is_overdue(today);
    let paused = branch.state == BranchState::Paused;
    let waits = !branch.state.is_terminal() && !paused;
    let opinion = branch.opinion.as_ref();
    let reading = Reading::of_case_id(hall, viewer, Some(branch.case));
    let owed = branch
        .default
        .as_ref()
        .filter(|_| branch.late_opinion.is_none());
    BranchView {
        id: branch.id,
        case: branch.case,
        case_number: hall
            .cases
            .get(&branch.case)
            .map_or_else(String::new, |case| case.number.clone()),
        department: branch.department.clone(),
        department_name: hall
            .departments
            .get(&branch.department)
            .map_or_else(|| branch.department.to_string(), |row| row.name.clone()),
        state: state(branch, overdue).to_owned(),
        due: (!paused).then_some(branch.due_on),
        left: waits.then(|| hall.calendar().working_days(today, branch.due_on)),
        unsigned_alert: is_unsigned(hall, branch, today),
        notified_at: branch.notified_at,
        signed_at: branch.signed_at,
        signed_by: branch.signed_by.clone(),
        meeting_on: branch.meeting.as_ref().map(|meeting| meeting.on),
        asked: branch
            .asked
            .iter()
            .map(|one| reading.words(&one.text))
            .collect(),
        absence: branch.absence.as_ref().map(|absence| absence.kind),
        opinion: opinion.map(|opinion| opinion.result),
        reason: reading.some_words(opinion.and_then(|opinion| opinion.reason.as_ref())),
        late: opinion.is_some_and(|opinion| opinion.late),
        default: branch.default.as_ref().map(|default| default.kind),
        opinion_owed: owed.map(|default| default.owed.due_on),
        allowed: branch
            .state
            .verbs()
            .iter()
            .filter(|verb| !overdue || matches!(**verb, "opinion" | "default_confirm"))
            .map(ToString::to_string)
            .collect(),
    }
}

fn state(branch: &Branch, overdue: bool) -> &'static str {
    if overdue {
        "overdue"
    } else {
        branch.state.as_str()
    }
}

/// The notice lies unsigned for more than a working day (R114).
fn is_unsigned(hall: &Hall, branch: &Branch, today: NaiveDate) -> bool {
    let notified_on = branch.notified_at.map(hall_date);
    branch.state == BranchState::Notified
        && notified_on.is_some_and(|on| hall.calendar().working_days(on, today) > 1)
}

/// `branch.list`: what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BranchFilter {
    /// The case.
    pub case: Option<CaseId>,
    /// The department.
    pub department: Option<DepartmentCode>,
    /// State, `overdue` among them.
    pub state: Option<String>,
    /// Whether an opinion is still waited for or owed.
    pub open: Option<bool>,
}

impl BranchFilter {
    /// Whether the branch is among those asked for.
    pub fn matches(&self, _hall: &Hall, viewer: &Viewer, branch: &Branch) -> bool {
        let overdue = branch.is_overdue(hall_date(viewer.at));
        self.case.is_none_or(|wanted| wanted == branch.case)
            && self
                .department
                .as_ref()
                .is_none_or(|wanted| *wanted == branch.department)
            && self
                .state
                .as_deref()
                .is_none_or(|wanted| wanted == state(branch, overdue))
            && self.open.is_none_or(|wanted| wanted == branch.is_open())
    }
}
