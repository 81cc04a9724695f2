//! Whose work a record is: own window and department, authority to decide, four eyes (rule book 1.1, R10, R128, R130, R131).
//! Used by the rules that decide on cases, branches and proposals; which role may use which verb at all is in `permission`.
//! Nothing here looks at a state.

use super::{
    catalogue::{Authorisation, Item, Seal, Staff},
    hall::Hall,
    id::{AuthorisationCode, DepartmentCode, SealCode, StaffCode, WindowCode},
    permission::Role,
    refusal::{Refusal, RefusalCode},
    stamp::Stamp,
};

/// Whether the actor acts in a role: the one that permitted the act, or another that they hold.
pub fn acts_as(hall: &Hall, stamp: &Stamp, role: Role) -> bool {
    stamp.actor.role == role
        || hall
            .acting(stamp)
            .is_ok_and(|staff: &Staff| staff.has(role))
}

/// Work of a department: done by its own staff, by the director, by the machine.
///
/// # Errors
/// `permission.not_yours` for everybody else (1.1 "own").
pub fn own_department(
    hall: &Hall,
    stamp: &Stamp,
    department: &DepartmentCode,
) -> Result<(), Refusal> {
    if stamp.actor.role == Role::Hall {
        return Ok(());
    }
    let staff = hall.acting(stamp)?;
    if staff.department == *department || staff.has(Role::Director) {
        return Ok(());
    }
    Err(not_yours(hall, department))
}

/// Counter work on a matter of a department: its own staff, or a clerk at a comprehensive window (综合窗口), which takes the
/// items of every department.
///
/// # Errors
/// `permission.not_yours` for everybody else (1.1 "own window").
pub fn at_counter(hall: &Hall, stamp: &Stamp, department: &DepartmentCode) -> Result<(), Refusal> {
    if sits_at_comprehensive_window(hall, stamp) {
        return Ok(());
    }
    own_department(hall, stamp, department)
}

fn sits_at_comprehensive_window(hall: &Hall, stamp: &Stamp) -> bool {
    let at_window = |code: &WindowCode| {
        hall.windows
            .get(code)
            .is_some_and(|window| window.comprehensive)
    };
    stamp.actor.window.as_ref().is_some_and(at_window)
}

/// The department's own chief representative or leader, or one of the other roles given (1.1: pause, extend, opinion).
///
/// # Errors
/// `permission.denied` without such a role, `permission.not_yours` in another department.
pub fn senior_of(
    hall: &Hall,
    stamp: &Stamp,
    department: &DepartmentCode,
    verb: &'static str,
    roles: &[Role],
) -> Result<(), Refusal> {
    if stamp.actor.role == Role::Hall {
        return Ok(());
    }
    if !roles.iter().any(|role| acts_as(hall, stamp, *role)) {
        return Err(denied(stamp, verb, roles));
    }
    own_department(hall, stamp, department)
}

/// The refusal of a verb that the actor's role does not have.
pub fn denied(stamp: &Stamp, verb: &'static str, allowed: &[Role]) -> Refusal {
    let allowed: Vec<&str> = allowed.iter().map(|role| role.as_str()).collect();
    Refusal::new(RefusalCode::NotPermitted)
        .with("role", stamp.actor.role.as_str())
        .with("verb", verb)
        .with("allowed", allowed)
}

fn not_yours(hall: &Hall, department: &DepartmentCode) -> Refusal {
    let owner = hall
        .departments
        .get(department)
        .map_or_else(|| department.to_string(), |row| row.name.clone());
    Refusal::new(RefusalCode::NotYours).with("owner", owner)
}

/// The cover under which somebody decides (R128): an authorisation notice, or for a leader of the department the office itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// A notice in force.
    Notice(AuthorisationCode),
    /// The office of a leader (本机关负责人) whom no notice names.
    Office,
}

/// The actor's cover for deciding on an item today (R128, R130). A leader named in a notice for the item is bound by it: when it
/// has run out, so has the authority.
///
/// # Errors
/// `case.no_authority`, naming who may decide instead.
pub fn authority(hall: &Hall, stamp: &Stamp, item: &Item) -> Result<Cover, Refusal> {
    let staff = hall.acting(stamp)?;
    let mine: Vec<&Authorisation> = hall
        .authorisations
        .values()
        .filter(|notice| notice.holder == staff.code)
        .collect();
    if let Some(notice) = mine.iter().find(|notice| notice.covers(item, stamp.on)) {
        return Ok(Cover::Notice(notice.code.clone()));
    }
    let by_office = staff.has(Role::DeptLeader) && staff.department == item.department;
    if by_office && !mine.iter().any(|notice| notice.names(item)) {
        return Ok(Cover::Office);
    }
    Err(Refusal::new(RefusalCode::CaseNoAuthority)
        .with("item", item.name.clone())
        .with("allowed", authorised_for(hall, stamp, item)))
}

/// The names of those who may decide on an item today.
fn authorised_for(hall: &Hall, stamp: &Stamp, item: &Item) -> Vec<String> {
    hall.authorisations
        .values()
        .filter(|notice| notice.covers(item, stamp.on))
        .filter_map(|notice| hall.staff.get(&notice.holder))
        .map(|staff| staff.name.clone())
        .collect()
}

/// The department's seal in use (R130, R131); none where the hall keeps no seal of that department.
///
/// # Errors
/// `case.no_seal` when the named seal is another department's, or not yet in use.
pub fn seal(
    hall: &Hall,
    stamp: &Stamp,
    department: &DepartmentCode,
    named: Option<&SealCode>,
) -> Result<Option<SealCode>, Refusal> {
    let theirs = |seal: &&Seal| seal.department == *department;
    let in_use = |seal: &&Seal| seal.from.is_none_or(|from| from <= stamp.on);
    let wanted = |seal: &&Seal| named.is_none_or(|code| seal.code == *code);
    let mut seals = hall.seals.values().filter(theirs).peekable();
    if seals.peek().is_none() && named.is_none() {
        return Ok(None);
    }
    seals
        .filter(in_use)
        .find(wanted)
        .map(|seal| Some(seal.code.clone()))
        .ok_or_else(|| {
            Refusal::new(RefusalCode::CaseNoSeal).with("department", department.as_str())
        })
}

/// Nobody approves what they proposed themselves (R10).
///
/// # Errors
/// `permission.four_eyes`.
pub fn another_person(stamp: &Stamp, proposer: Option<&StaffCode>) -> Result<(), Refusal> {
    if proposer.is_some() && stamp.actor.staff.as_ref() == proposer {
        return Err(RefusalCode::FourEyes.into());
    }
    Ok(())
}
