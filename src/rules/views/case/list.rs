//! Lists of cases: the filter of `case.list`, and the screen of what falls due (R110).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CaseView, class, item_name, lamp_of, of, sort_key};
use crate::rules::{
    case::{Case, CaseState},
    clock::Lamp,
    hall::Hall,
    id::{DepartmentCode, ItemCode, PersonId, StaffCode, TicketId, WindowCode},
    kind::{CaseKind, Class},
    time::hall_date,
    views::{Reading, Viewer},
};

/// One state or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum StateFilter {
    /// One.
    One(CaseState),
    /// Any of these.
    Any(Vec<CaseState>),
}

impl StateFilter {
    fn holds(&self, state: CaseState) -> bool {
        match self {
            Self::One(one) => *one == state,
            Self::Any(any) => any.contains(&state),
        }
    }
}

/// `case.list`: what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CaseFilter {
    /// State, or several.
    pub state: Option<StateFilter>,
    /// Lamp.
    pub lamp: Option<Lamp>,
    /// Kind.
    pub kind: Option<CaseKind>,
    /// Class of the hall's scheme.
    pub class: Option<Class>,
    /// Lead department.
    pub department: Option<DepartmentCode>,
    /// Lead department, or one of the departments with a branch (R113).
    pub concerns: Option<DepartmentCode>,
    /// Window of receipt.
    pub window: Option<WindowCode>,
    /// Clerk of receipt.
    pub clerk: Option<StaffCode>,
    /// Item.
    pub item: Option<ItemCode>,
    /// Applicant.
    pub applicant: Option<PersonId>,
    /// Ticket it came from.
    pub ticket: Option<TicketId>,
    /// Due on this day or later.
    #[schemars(with = "Option<String>")]
    pub due_from: Option<NaiveDate>,
    /// Due on this day or before.
    #[schemars(with = "Option<String>")]
    pub due_to: Option<NaiveDate>,
    /// Whether the hall still has something to do with it.
    pub open: Option<bool>,
    /// Part of the number, of the item's name or of the applicant's.
    pub text: Option<String>,
}

fn is<T: PartialEq>(wanted: Option<&T>, actual: &T) -> bool {
    wanted.is_none_or(|wanted| wanted == actual)
}

fn is_some<T: PartialEq>(wanted: Option<&T>, actual: Option<&T>) -> bool {
    wanted.is_none() || wanted == actual
}

impl CaseFilter {
    /// Whether the case is among those asked for.
    pub fn matches(&self, hall: &Hall, viewer: &Viewer, case: &Case) -> bool {
        let lamp = self.lamp.map(|_| lamp_of(hall, viewer, case));
        is(self.kind.as_ref(), &case.kind)
            && is(self.department.as_ref(), &case.department)
            && self.concerns.as_ref().is_none_or(|wanted| {
                *wanted == case.department || case.branch_departments.contains(wanted)
            })
            && is(self.item.as_ref(), &case.item)
            && is(self.applicant.as_ref(), &case.applicant)
            && is(self.open.as_ref(), &case.is_open())
            && is_some(self.window.as_ref(), case.window.as_ref())
            && is_some(self.clerk.as_ref(), case.clerk.as_ref())
            && is_some(self.ticket.as_ref(), case.ticket.as_ref())
            && is_some(self.lamp.as_ref(), lamp.flatten().as_ref())
            && self.class.is_none_or(|wanted| wanted == class(hall, case))
            && self
                .state
                .as_ref()
                .is_none_or(|wanted| wanted.holds(case.state))
            && self.is_due(case)
            && self.says(hall, viewer, case)
    }

    fn is_due(&self, case: &Case) -> bool {
        if self.due_from.is_none() && self.due_to.is_none() {
            return true;
        }
        let counting = case.state == CaseState::Accepted;
        case.dues.as_ref().is_some_and(|dues| {
            counting
                && self.due_from.is_none_or(|from| from <= dues.committed_on)
                && self.due_to.is_none_or(|to| dues.committed_on <= to)
        })
    }

    /// The applicant's name counts as the viewer may read it (R224).
    fn says(&self, hall: &Hall, viewer: &Viewer, case: &Case) -> bool {
        let Some(text) = self.text.as_deref() else {
            return true;
        };
        let by_name = Reading::of_case(hall, viewer, case)
            .person(case.applicant)
            .is_some_and(|person| person.name.contains(text));
        by_name || case.number.contains(text) || item_name(hall, case).contains(text)
    }
}

/// What falls due, as it is shown at sign-on (R110); each list in the order of R109.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DueScreen {
    /// Past their date.
    pub overdue: Vec<CaseView>,
    /// Due today.
    pub today: Vec<CaseView>,
    /// Due on the next working day.
    pub tomorrow: Vec<CaseView>,
    /// Stops of the clock that were announced to be over by the next working day.
    pub pauses_ending: Vec<CaseView>,
    /// Corrections that lapse by the next working day (R85).
    pub corrections_lapsing: Vec<CaseView>,
}

/// What falls due for the viewer: in their own department where they are its staff, else in the whole hall.
pub fn due(hall: &Hall, viewer: &Viewer) -> DueScreen {
    let today = hall_date(viewer.at);
    let next = hall.calendar().add_working_days(today, 1).unwrap_or(today);
    let committed = |case: &Case| {
        let accepted = case.state == CaseState::Accepted;
        let dues = case.dues.as_ref().filter(|_| accepted);
        dues.map(|dues| dues.committed_on)
    };
    let announced = |case: &Case| case.open_stop().map(|stop| stop.announced_on);
    let lapsing = |case: &Case| case.correction.as_ref().map(|one| one.deadline_on);
    let list = |wanted: &dyn Fn(&Case) -> bool| {
        let mut cases: Vec<&Case> = hall
            .cases
            .values()
            .filter(|case| concerns(hall, viewer, case) && wanted(case))
            .collect();
        cases.sort_by_key(|case| sort_key(hall, viewer, case));
        cases
            .into_iter()
            .map(|case| of(hall, viewer, case))
            .collect()
    };
    let is_overdue = |case: &Case| lamp_of(hall, viewer, case) == Some(Lamp::Overdue);
    DueScreen {
        overdue: list(&is_overdue),
        today: list(&|case| committed(case) == Some(today) && !is_overdue(case)),
        tomorrow: list(&|case| committed(case).is_some_and(|on| today < on && on <= next)),
        pauses_ending: list(&|case| announced(case).is_some_and(|on| on <= next)),
        corrections_lapsing: list(&|case| {
            case.state == CaseState::Supplement && lapsing(case).is_some_and(|on| on <= next)
        }),
    }
}

/// Clerks, chief representatives and leaders see their department's cases; those who look after the hall see all.
fn concerns(hall: &Hall, viewer: &Viewer, case: &Case) -> bool {
    use crate::rules::permission::Role::{ChiefRep, Clerk, DeptLeader, Director, Inspector};
    let staff = viewer.staff.as_ref().and_then(|code| hall.staff.get(code));
    let has = |role| viewer.roles.contains(&role);
    let at_counter = has(Clerk) || has(ChiefRep) || has(DeptLeader);
    if has(Director) || has(Inspector) || !at_counter {
        return true;
    }
    staff.is_none_or(|staff| {
        staff.department == case.department || case.clerk.as_ref() == Some(&staff.code)
    })
}
