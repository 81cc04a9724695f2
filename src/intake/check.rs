//! What no single row can break: a head for the centre, a chief representative for every department with a window (R129),
//! and what an administrator should hear about a hall that is otherwise sound.

use std::collections::BTreeSet;

use super::{
    fault::{FaultCode, Faults, Place, Warning, WarningCode},
    sheet::Sheet,
};
use crate::rules::{
    catalogue::{Department, HallFolder, Item, PowerKind, Staff, Window},
    id::{DepartmentCode, ItemCode, QueueCode, StaffCode},
    permission::Role,
};

/// The staff who may hold an authorisation at all (rule book 1.1, "decide"; agents and the director never decide).
pub(super) fn deciding(staff: &[Staff]) -> BTreeSet<StaffCode> {
    let decides = |person: &&Staff| {
        [Role::Clerk, Role::ChiefRep, Role::DeptLeader]
            .into_iter()
            .any(|role| person.has(role))
    };
    let people = staff.iter().filter(decides);
    people.map(|person| person.code.clone()).collect()
}

/// Posts that must be filled: the director, and a chief representative for each department with a window (R129).
pub(super) fn posts(
    sheet: &Sheet,
    departments: &[Department],
    windows: &[Window],
    staff: &[Staff],
    faults: &mut Faults,
) {
    if !staff.iter().any(|person| person.has(Role::Director)) {
        let place = Place::whole("staff.csv");
        faults.say(place, FaultCode::DirectorMissing, &[]);
    }
    let with_window: BTreeSet<&DepartmentCode> =
        windows.iter().map(|window| &window.department).collect();
    let represented: BTreeSet<&DepartmentCode> = staff
        .iter()
        .filter(|person| person.has(Role::ChiefRep))
        .map(|person| &person.department)
        .collect();
    for department in departments {
        let code = &department.code;
        if with_window.contains(code) && !represented.contains(code) {
            let place = sheet.place_of(code.as_str());
            let args = [("value", code.as_str())];
            faults.say(place, FaultCode::ChiefRepMissing, &args);
        }
    }
}

/// Warnings about a sound hall, but for the calendar's.
pub(super) fn warnings(hall: &HallFolder) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut say = |file: &str, code, args: &[(&'static str, &str)]| {
        warnings.push(Warning::new(Place::whole(file), code, args));
    };
    let legacy = |item: &&Item| item.power == PowerKind::NonPermitApproval;
    if hall.items.iter().any(|item| legacy(&item)) {
        say("items.csv", WarningCode::LegacyPower, &[]);
    }
    let listed: BTreeSet<&ItemCode> = hall.materials.iter().map(|line| &line.item).collect();
    let bare = |item: &&Item| !listed.contains(&item.code);
    let undisclosed = |item: &&Item| {
        [&item.basis, &item.procedure, &item.fee]
            .into_iter()
            .any(|text| text.trim().is_empty())
    };
    for (file, code, found) in [
        ("materials.csv", WarningCode::NoMaterials, those(hall, bare)),
        (
            "items.csv",
            WarningCode::Undisclosed,
            those(hall, undisclosed),
        ),
    ] {
        if let Some(first) = found.first() {
            let count = found.len().to_string();
            let args = [("count", &*count), ("first", first.code.as_str())];
            say(file, code, &args);
        }
    }
    let served: BTreeSet<&QueueCode> = hall.windows.iter().flat_map(|w| &w.queues).collect();
    for queue in hall.queues.iter().filter(|q| !served.contains(&q.code)) {
        let args = [("value", queue.code.as_str())];
        say("windows.csv", WarningCode::QueueUnserved, &args);
    }
    warnings
}

fn those(hall: &HallFolder, wanted: impl Fn(&&Item) -> bool) -> Vec<&Item> {
    hall.items.iter().filter(wanted).collect()
}
