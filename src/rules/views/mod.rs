//! Views: the plain data that queries and commands answer with, in the words of the wire. A view is made from the hall, an
//! instant and a viewer, never stored: lamps, days left and waits live here only.

pub mod branch;
pub mod case;
pub mod custody;
pub mod document;
pub mod enquiry;
pub mod finding;
pub mod hall;
pub mod proposal;
pub mod proxy;
pub mod round;
pub mod schema;
pub mod ticket;
pub mod window;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    hall::Hall,
    id::{PersonId, StaffCode},
    people::{IdType, PersonKind, Private},
    permission::Role,
    time::Instant,
};

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
    /// Whether the work at hand needs a person's name in full (design section 4): those who serve citizens see it, those
    /// who only watch do not. Numbers and telephones are masked for everybody; `person.unmask` shows them.
    pub fn sees_names(&self) -> bool {
        use Role::{Agent, ChiefRep, Clerk, DeptLeader, Usher};
        self.roles
            .iter()
            .any(|role| matches!(role, Clerk | ChiefRep | Usher | Agent | DeptLeader))
    }
}

/// A person in a view, masked as far as the viewer's work allows (R224).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonView {
    /// Id.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Natural or organisation.
    pub kind: PersonKind,
    /// Identity number, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// Telephone, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A person in full, for one look that is on record (R225).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityView {
    /// Id.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Natural or organisation.
    pub kind: PersonKind,
    /// Kind of identity paper.
    pub id_type: Option<IdType>,
    /// Identity number.
    pub id_number: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
}

/// The person in full; none if they are not in memory. Only `person.unmask` answers with it.
pub fn identity(hall: &Hall, id: PersonId) -> Option<IdentityView> {
    let person = hall.people.get(&id)?;
    let shown = |text: &Option<Private>| text.as_ref().map(|text| text.shown().to_owned());
    Some(IdentityView {
        id,
        name: person.name.shown().to_owned(),
        kind: person.kind,
        id_type: person.id_type,
        id_number: shown(&person.id_number),
        phone: shown(&person.phone),
        address: shown(&person.address),
    })
}

/// The person as the viewer may see them; none if they are not in memory.
pub fn person(hall: &Hall, viewer: &Viewer, id: PersonId) -> Option<PersonView> {
    let person = hall.people.get(&id)?;
    let name = person.name.shown();
    Some(PersonView {
        id,
        name: if viewer.sees_names() {
            name.to_owned()
        } else {
            super::identity::mask_name(name)
        },
        kind: person.kind,
        id_number: person
            .id_number
            .as_ref()
            .map(|number| super::identity::mask_id_number(number.shown())),
        phone: person
            .phone
            .as_ref()
            .map(|phone| super::identity::mask_phone(phone.shown())),
    })
}
