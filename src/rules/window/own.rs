//! Whose window and whose work it is (rule book 1.1): one's own, one's colleague's as the chief representative of the
//! department, any as the director. What a role may do at all is in `permission`; here person and record are compared.

use super::window;
use crate::rules::{
    catalogue::{Staff, Window},
    hall::Hall,
    id::{StaffCode, WindowCode},
    permission::Role,
    refusal::{Refusal, RefusalCode},
    stamp::Stamp,
};

/// The member of staff who acts, where there is one.
fn actor<'a>(hall: &'a Hall, stamp: &Stamp) -> Option<&'a Staff> {
    stamp
        .actor
        .staff
        .as_ref()
        .and_then(|code| hall.staff.get(code))
}

/// Whether the one who acts may act for `staff`: themselves, or as a chief representative of their department (1.1).
pub fn acts_for(hall: &Hall, stamp: &Stamp, staff: &StaffCode) -> bool {
    let Some(actor) = actor(hall, stamp) else {
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
    actor(hall, stamp).is_some_and(|staff| staff.has(Role::Director))
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

/// Whether the one who acts is a chief representative of the window's department.
pub fn is_chief_of(hall: &Hall, stamp: &Stamp, window: &Window) -> bool {
    actor(hall, stamp)
        .is_some_and(|actor| actor.has(Role::ChiefRep) && actor.department == window.department)
}
