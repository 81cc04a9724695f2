//! Persons and private text. Whatever is said about a person stands under that person's key slot; the engine seals it in
//! the journal and in the records, and after erasure it reads as erased (R225, R226). Rules see clear text only here.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    event::Event,
    hall::Hall,
    id::{PersonId, RecordId},
    method::text_or_fields,
    stamp::Stamp,
};

/// Number of a key slot in the hall's key file.
pub type Slot = u64;

/// A private text and the slot that seals it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Private {
    /// The slot.
    pub key: Slot,
    /// The text, where its key still exists.
    #[serde(flatten)]
    pub text: Sealed,
}

/// In memory a private text is clear or erased; sealed bytes exist in the journal and in records only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sealed {
    /// Readable.
    Clear(String),
    /// The key is gone (`true` always).
    Erased(bool),
}

impl Private {
    /// A clear text under a slot.
    pub fn clear(key: Slot, text: impl Into<String>) -> Self {
        Self {
            key,
            text: Sealed::Clear(text.into()),
        }
    }

    /// The text, or what is shown in its place after erasure.
    pub fn shown(&self) -> &str {
        match &self.text {
            Sealed::Clear(text) => text,
            Sealed::Erased(_) => "〔已删除〕",
        }
    }

    /// The text where it can still be read.
    pub fn readable(&self) -> Option<&str> {
        match &self.text {
            Sealed::Clear(text) => Some(text),
            Sealed::Erased(_) => None,
        }
    }
}

/// Natural person or organisation.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// 自然人
    #[default]
    Natural,
    /// 法人或其他组织
    Organisation,
}

/// Kind of identity paper (R220, R221).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IdType {
    /// 居民身份证
    ResidentId,
    /// 统一社会信用代码
    Uscc,
    /// 护照
    Passport,
    /// 港澳居民来往内地通行证
    HkMacaoPermit,
    /// 台湾居民来往大陆通行证
    TaiwanPermit,
    /// 外国人永久居留证
    ForeignPermit,
    /// 军人证件
    Military,
    /// 其他
    Other,
}

/// A person as a clerk enters them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonDetails {
    /// Name, stored whole however long it is (R222 warns, it does not block).
    pub name: String,
    /// Natural person or organisation; by the paper where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PersonKind>,
    /// Kind of identity paper; told from the number where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_type: Option<IdType>,
    /// Number of the identity paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// Telephone (R223).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A person named in a command: somebody the hall knows, or details to be recorded. The engine replaces `Given` by
/// `Known` or `New` before anything is decided, so `decide` never meets `Given`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Who {
    /// By id.
    Known(PersonId),
    /// By details, not yet looked up.
    Given(PersonDetails),
    /// Somebody new, with the slot that will seal what is said about them.
    #[serde(skip)]
    New {
        /// The key slot.
        slot: Slot,
        /// The details.
        details: PersonDetails,
    },
}

// Read by hand, so that a fault names its field instead of saying that nothing fits.
impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(text_or_fields(
            "a person's id or a person",
            Self::Known,
            Self::Given,
        ))
    }
}

/// A person as the hall keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// The slot that seals everything about them.
    pub key: Slot,
    /// Natural or organisation.
    pub kind: PersonKind,
    /// Kind of identity paper.
    pub id_type: Option<IdType>,
    /// Name.
    pub name: Private,
    /// Number of the identity paper, canonical.
    pub id_number: Option<Private>,
    /// Telephone.
    pub phone: Option<Private>,
    /// Address.
    pub address: Option<Private>,
    /// Whether the person was erased.
    pub erased: bool,
}

/// What happens to person records. Stored words: `person_*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonEvent {
    /// Somebody new.
    #[serde(rename = "person_recorded")]
    Recorded(Person),
    /// Somebody looked at the full identity (R225).
    #[serde(rename = "person_unmasked")]
    Unmasked {
        /// Whose.
        person: PersonId,
        /// Why.
        purpose: Private,
    },
    /// The key of this person is to be destroyed (R226).
    #[serde(rename = "person_erased")]
    Erased {
        /// Who.
        person: PersonId,
        /// On what ground, under a slot of its own.
        reason: Private,
    },
}

/// Takes the person of a command into the entry: the id, the slot, and the event that records them where they are new.
/// `nth` counts the persons that this entry has recorded so far.
pub fn admit(
    hall: &Hall,
    stamp: &Stamp,
    who: &Who,
    nth: &mut u16,
) -> (PersonId, Slot, Option<Event>) {
    match who {
        Who::Known(id) => {
            let slot = hall.people.get(id).map_or(0, |person| person.key);
            (*id, slot, None)
        }
        Who::New { slot, details } => {
            *nth += 1;
            let person = Person::from_details(PersonId::new(stamp.seq, *nth), *slot, details);
            (
                person.id,
                *slot,
                Some(Event::Person(PersonEvent::Recorded(person))),
            )
        }
        Who::Given(details) => {
            debug_assert!(false, "the engine resolves persons before deciding");
            *nth += 1;
            let person =
                Person::from_details(PersonId::new(stamp.seq, *nth), stamp.first_slot, details);
            (
                person.id,
                stamp.first_slot,
                Some(Event::Person(PersonEvent::Recorded(person))),
            )
        }
    }
}

impl Person {
    fn from_details(id: PersonId, key: Slot, details: &PersonDetails) -> Self {
        let private = |text: &Option<String>| text.as_ref().map(|text| Private::clear(key, text));
        let by_paper = match details.id_type {
            Some(IdType::Uscc) => PersonKind::Organisation,
            _ => PersonKind::Natural,
        };
        Self {
            id,
            key,
            kind: details.kind.unwrap_or(by_paper),
            id_type: details.id_type,
            name: Private::clear(key, &details.name),
            id_number: private(&details.id_number),
            phone: private(&details.phone),
            address: private(&details.address),
            erased: false,
        }
    }
}

/// Applies what happened to a person record.
pub fn apply(hall: &mut Hall, event: &PersonEvent) {
    match event {
        PersonEvent::Recorded(person) => hall.people.insert(person.id, person.clone()),
        PersonEvent::Unmasked { .. } => {}
        PersonEvent::Erased { person, .. } => {
            if let Some(person) = hall.people.get_mut(person) {
                person.erased = true;
                let erased = |text: &mut Private| text.text = Sealed::Erased(true);
                erased(&mut person.name);
                for text in [
                    &mut person.id_number,
                    &mut person.phone,
                    &mut person.address,
                ]
                .into_iter()
                .flatten()
                {
                    erased(text);
                }
            }
        }
    }
}
