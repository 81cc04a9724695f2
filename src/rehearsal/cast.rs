//! The hall's own people and matters, as a rehearsal needs them: who sits where, who may decide what, which item has which
//! papers. Read from the hall folder; rules are the hall's to judge, this only chooses what a sensible person would do.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;

use crate::rules::{
    calendar::WorkCalendar,
    catalogue::{Department, HallFolder, Item, Staff, Window},
    clock::LimitUnit,
    id::{DepartmentCode, ItemCode, QueueCode, StaffCode},
    kind::CaseKind,
    permission::Role,
    time::{Instant, at_hall_time},
};

/// A window with the clerk who sits at it.
#[derive(Debug, Clone)]
pub(super) struct Seat<'a> {
    pub(super) window: &'a Window,
    pub(super) clerk: &'a Staff,
    /// The queues from which this clerk calls at this window.
    pub(super) queues: Vec<&'a QueueCode>,
}

/// A time of day on a date.
pub(super) fn on(date: NaiveDate, hour: u32, minute: u32) -> Instant {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    at_hall_time(date, time)
}

/// The people and matters of a hall.
pub(super) struct Cast<'a> {
    pub(super) folder: &'a HallFolder,
    pub(super) calendar: WorkCalendar,
    papers: BTreeMap<&'a ItemCode, Vec<Value>>,
}

impl<'a> Cast<'a> {
    /// The cast of a hall folder.
    pub(super) fn of(folder: &'a HallFolder) -> Self {
        let mut papers: BTreeMap<&ItemCode, Vec<Value>> = BTreeMap::new();
        for material in &folder.materials {
            let list = papers.entry(&material.item).or_default();
            list.push(Value::from(material.code.as_str()));
        }
        Self {
            folder,
            calendar: WorkCalendar::from_years(&folder.calendar),
            papers,
        }
    }

    /// Everything that the item's list names, as it is handed in.
    pub(super) fn papers(&self, item: &Item) -> &[Value] {
        self.papers.get(&item.code).map_or(&[], Vec::as_slice)
    }

    /// The working day that lies so many working days before a date; the date itself where there is none so far back.
    pub(super) fn days_before(&self, date: NaiveDate, days: u32) -> NaiveDate {
        self.calendar.latest_start(date, days).unwrap_or(date)
    }

    /// The working day that lies so many working days after a date.
    pub(super) fn days_after(&self, date: NaiveDate, days: u32) -> NaiveDate {
        self.calendar.add_working_days(date, days).unwrap_or(date)
    }

    /// Whether one of the hall's systems is in force on a date (R4).
    pub(super) fn system_on(&self, code: &str, on: NaiveDate) -> bool {
        let mut systems = self.folder.profile.systems.iter();
        systems.any(|system| {
            system.code == code && system.on && system.effective_on.is_none_or(|from| from <= on)
        })
    }

    /// Everybody with a role, in the order of codes.
    pub(super) fn with_role(&self, role: Role) -> Vec<&'a Staff> {
        let staff = self.folder.staff.iter();
        staff.filter(|staff| staff.has(role)).collect()
    }

    /// The trained people of a department who may work at a counter; its chief representatives last.
    pub(super) fn counter(&self, department: &DepartmentCode, on: NaiveDate) -> Vec<&'a Staff> {
        let mut staff: Vec<&Staff> = self
            .folder
            .staff
            .iter()
            .filter(|staff| staff.department == *department && at_counter(staff, on))
            .collect();
        staff.sort_by_key(|staff| staff.has(Role::ChiefRep));
        staff
    }

    /// The department's chief representative.
    pub(super) fn chief(&self, department: &DepartmentCode) -> Option<&'a Staff> {
        let mut staff = self.folder.staff.iter();
        staff.find(|staff| staff.department == *department && staff.has(Role::ChiefRep))
    }

    /// Who holds a notice for the item on a date and may decide cases of every kind (R128).
    pub(super) fn decider(&self, item: &Item, on: NaiveDate) -> Option<&'a Staff> {
        self.holders(item, on)
            .find(|staff| staff.has(Role::ChiefRep) || staff.has(Role::DeptLeader))
    }

    fn holders(&self, item: &Item, on: NaiveDate) -> impl Iterator<Item = &'a Staff> {
        let notices = self.folder.authorisations.iter();
        notices
            .filter(move |notice| notice.covers(item, on))
            .filter_map(|notice| self.staff(&notice.holder))
    }

    /// The member of staff of a code.
    pub(super) fn staff(&self, code: &StaffCode) -> Option<&'a Staff> {
        self.folder.staff.iter().find(|staff| staff.code == *code)
    }

    /// The instant items that the clerk may decide by themselves (1.1).
    pub(super) fn instant_items(&self, clerk: &Staff, on: NaiveDate) -> Vec<&'a Item> {
        let mine = |item: &&Item| {
            item.kind == CaseKind::Instant
                && item.department == clerk.department
                && self.holders(item, on).any(|staff| staff.code == clerk.code)
        };
        self.folder.items.iter().filter(mine).collect()
    }

    /// The items of a kind with limits in working days, whose department has a clerk and somebody to decide.
    pub(super) fn items(&self, kind: CaseKind, on: NaiveDate) -> Vec<&'a Item> {
        let fit = |item: &&Item| {
            item.kind == kind
                && item.unit == LimitUnit::WorkingDay
                && self.decider(item, on).is_some()
                && !self.counter(&item.department, on).is_empty()
        };
        self.folder.items.iter().filter(fit).collect()
    }

    /// The departments that have somebody at a counter.
    pub(super) fn departments(&self, on: NaiveDate) -> Vec<&'a Department> {
        let departments = self.folder.departments.iter();
        departments
            .filter(|department| !self.counter(&department.code, on).is_empty())
            .collect()
    }

    /// The department with the most windows: where a newcomer looks first.
    pub(super) fn leading_department(&self) -> Option<&'a DepartmentCode> {
        let windows = |code: &DepartmentCode| {
            let windows = self.folder.windows.iter();
            windows.filter(|window| window.department == *code).count()
        };
        let codes = self.folder.departments.iter().map(|row| &row.code);
        // The first one of several, so that the order of the table decides.
        codes.rev().max_by_key(|code| windows(code))
    }

    /// Who sits where on a date: at each window the first clerk of its department who is trained for one of its queues and
    /// sits nowhere yet. Windows for which nobody is left stay closed.
    pub(super) fn seats(&self, on: NaiveDate) -> Vec<Seat<'a>> {
        let mut seated: BTreeSet<&StaffCode> = BTreeSet::new();
        let mut seats = Vec::new();
        for window in &self.folder.windows {
            let fits = |staff: &&&Staff| {
                !seated.contains(&staff.code) && !queues_of(window, staff).is_empty()
            };
            let mut staff = self.counter(&window.department, on);
            // The chief representative sits at the post that the window's row names.
            staff.sort_by_key(|staff| window.responsible.as_ref() != Some(&staff.code));
            if let Some(clerk) = staff.iter().find(fits) {
                seated.insert(&clerk.code);
                seats.push(Seat {
                    window,
                    clerk,
                    queues: queues_of(window, clerk),
                });
            }
        }
        seats
    }
}

/// Trained, and a clerk or a chief representative (R6, R41).
fn at_counter(staff: &Staff, on: NaiveDate) -> bool {
    let posted = staff.has(Role::Clerk) || staff.has(Role::ChiefRep);
    posted && staff.trained_on.is_some_and(|trained| trained <= on)
}

/// The window's queues that the clerk is trained for (R26).
fn queues_of<'a>(window: &'a Window, clerk: &Staff) -> Vec<&'a QueueCode> {
    let trained = |queue: &&QueueCode| clerk.skills.is_empty() || clerk.skills.contains(queue);
    window.queues.iter().filter(trained).collect()
}
