//! Views: the plain data that queries and commands answer with, in the words of the wire. A view is made from the hall, an
//! instant and a viewer, never stored: lamps, days left and waits live here only.

pub mod branch;
pub mod case;
pub mod custody;
pub mod document;
pub mod enquiry;
pub mod finding;
pub mod hall;
mod person;
pub mod proposal;
pub mod proxy;
pub mod round;
pub mod schema;
pub mod ticket;
pub mod window;

pub use person::{IdentityView, PersonView, Reading, identity, person};

use super::{catalogue::Staff, hall::Hall, id::StaffCode, permission::Role, time::Instant};

/// For whom and at which instant a view is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Now.
    pub at: Instant,
    /// Who looks, where it is a member of staff.
    pub staff: Option<StaffCode>,
    /// Their roles.
    pub roles: Vec<Role>,
}

impl Viewer {
    /// The member of staff who looks; none for the public and for an administrator without a staff record.
    pub fn member<'a>(&self, hall: &'a Hall) -> Option<&'a Staff> {
        self.staff.as_ref().and_then(|code| hall.staff.get(code))
    }
}
