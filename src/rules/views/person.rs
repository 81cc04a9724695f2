//! A person as others see them, and the words that stand about them (R224–R227). [`Reading`] says once for a record what its
//! viewer may read of it; every view that shows a person or a private text goes through it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Viewer;
use crate::rules::{
    case::Case,
    enquiry::Enquiry,
    hall::Hall,
    id::{CaseId, PersonId},
    identity::{mask_address, mask_id_number, mask_name, mask_phone},
    need,
    people::{IdType, Person, PersonKind, Private},
    proxy::Order,
    ticket::Ticket,
};

/// A person in a view: name and telephone in full where the viewer's work needs them, else masked; the number always masked.
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
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Whether their data were erased (R226).
    #[serde(default)]
    pub erased: bool,
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

/// The person by themselves, in full as far as any open work of the viewer needs; none if they are not in memory.
pub fn person(hall: &Hall, viewer: &Viewer, id: PersonId) -> Option<PersonView> {
    let staff = viewer.member(hall);
    let at_hand = staff.is_some_and(|staff| need::with_person(hall, staff, id));
    Some(shown(hall.people.get(&id)?, at_hand))
}

/// How a field is masked.
type Mask = fn(&str) -> String;

/// A text as it may be read: itself, or masked; what was erased says so in either case.
fn masked(text: &Private, at_hand: bool, mask: Mask) -> String {
    match text.readable() {
        Some(clear) if !at_hand => mask(clear),
        _ => text.shown().to_owned(),
    }
}

fn shown(person: &Person, at_hand: bool) -> PersonView {
    PersonView {
        id: person.id,
        name: masked(&person.name, at_hand, mask_name),
        kind: person.kind,
        id_number: person
            .id_number
            .as_ref()
            .map(|number| masked(number, false, mask_id_number)),
        phone: person
            .phone
            .as_ref()
            .map(|phone| masked(phone, at_hand, mask_phone)),
        erased: person.erased,
    }
}

/// What a viewer may read of one record: whether it is their work, and whom its words are about.
pub struct Reading<'a> {
    hall: &'a Hall,
    at_hand: bool,
    counter: Option<PersonId>,
    people: Vec<PersonId>,
}

impl<'a> Reading<'a> {
    fn of(
        hall: &'a Hall,
        viewer: &Viewer,
        people: impl IntoIterator<Item = Option<PersonId>>,
        works: impl Fn(&crate::rules::catalogue::Staff) -> bool,
    ) -> Self {
        let staff = viewer.member(hall);
        let people: Vec<PersonId> = people.into_iter().flatten().collect();
        // Whoever stands at the viewer's counter is known there, also from records that are somebody else's work.
        let counter = people
            .iter()
            .copied()
            .find(|person| staff.is_some_and(|staff| need::at_counter(hall, staff, *person)));
        Self {
            hall,
            at_hand: staff.is_some_and(works),
            counter,
            people,
        }
    }

    /// Of a ticket.
    pub fn of_ticket(hall: &'a Hall, viewer: &Viewer, ticket: &Ticket) -> Self {
        Self::of(hall, viewer, [ticket.visitor], |staff| {
            need::on_ticket(hall, staff, ticket)
        })
    }

    /// Of an enquiry.
    pub fn of_enquiry(hall: &'a Hall, viewer: &Viewer, enquiry: &Enquiry) -> Self {
        Self::of(hall, viewer, [enquiry.visitor], |staff| {
            need::on_enquiry(hall, staff, enquiry)
        })
    }

    /// Of a case.
    pub fn of_case(hall: &'a Hall, viewer: &Viewer, case: &Case) -> Self {
        Self::of(hall, viewer, [Some(case.applicant), case.agent], |staff| {
            need::on_case(hall, staff, case)
        })
    }

    /// Of what belongs to a case: a branch, a proposal, a finding. Without the case, of nobody's work.
    pub fn of_case_id(hall: &'a Hall, viewer: &Viewer, case: Option<CaseId>) -> Self {
        match case.and_then(|case| hall.cases.get(&case)) {
            Some(case) => Self::of_case(hall, viewer, case),
            None => Self::of(hall, viewer, [], |_| false),
        }
    }

    /// Of an order.
    pub fn of_order(hall: &'a Hall, viewer: &Viewer, order: &Order) -> Self {
        Self::of(hall, viewer, [Some(order.client)], |staff| {
            need::on_order(hall, staff, order)
        })
    }

    /// Whether the record is the viewer's work.
    pub fn at_hand(&self) -> bool {
        self.at_hand
    }

    /// Somebody whom the record names.
    pub fn person(&self, id: PersonId) -> Option<PersonView> {
        let person = self.hall.people.get(&id)?;
        Some(shown(person, self.at_hand || self.counter == Some(id)))
    }

    /// Words that say what the matter is: everybody of the staff reads them, the persons in them masked unless it is their work.
    pub fn words(&self, text: &Private) -> String {
        let shown = text.shown();
        if self.at_hand {
            return shown.to_owned();
        }
        self.hidden(shown)
    }

    /// The same where there may be none.
    pub fn some_words(&self, text: Option<&Private>) -> Option<String> {
        text.map(|text| self.words(text))
    }

    /// Words that may say something about a person's health or family (R227): for those whose work it is.
    pub fn sensitive(&self, text: Option<&Private>) -> Option<String> {
        text.filter(|_| self.at_hand)
            .map(|text| text.shown().to_owned())
    }

    /// Every text in a JSON value as `words` gives it.
    pub fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) if !self.at_hand => Value::String(self.hidden(&text)),
            Value::Array(values) => values.into_iter().map(|value| self.value(value)).collect(),
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (name, self.value(value)))
                .collect(),
            other => other,
        }
    }

    /// A text with everything masked that tells who the record's persons are, and every run of digits that looks like an
    /// identity or telephone number.
    fn hidden(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let people = self.people.iter().filter_map(|id| self.hall.people.get(id));
        for person in people {
            let fields: [(Option<&Private>, Mask); 4] = [
                (person.id_number.as_ref(), mask_id_number),
                (person.phone.as_ref(), mask_phone),
                (person.address.as_ref(), mask_address),
                (Some(&person.name), mask_name),
            ];
            for (field, mask) in fields {
                let clear = field.and_then(Private::readable).unwrap_or("");
                if !clear.trim().is_empty() {
                    text = text.replace(clear, &mask(clear));
                }
            }
        }
        mask_numbers(&text)
    }
}

/// Masks what has the length and form of a resident's number, old or new, or of a mobile telephone's. A case number is longer.
fn mask_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut run = String::new();
    let close = |run: &mut String, masked: &mut String| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        match (run.len(), digits) {
            (18, 17 | 18) | (15, 15) => masked.push_str(&mask_id_number(run)),
            (11, 11) if run.starts_with('1') => masked.push_str(&mask_phone(run)),
            _ => masked.push_str(run),
        }
        run.clear();
    };
    for c in text.chars() {
        let goes_on = c.is_ascii_digit() || (matches!(c, 'X' | 'x') && run.len() == 17);
        if goes_on {
            run.push(c);
        } else {
            close(&mut run, &mut masked);
            masked.push(c);
        }
    }
    close(&mut run, &mut masked);
    masked
}

#[cfg(test)]
mod tests {
    use super::mask_numbers;

    #[test]
    fn numbers_in_words_are_masked_by_their_form() {
        // V104
        assert_eq!(
            mask_numbers("身份证411722200002290014，电话13812345678。"),
            "身份证411722********0014，电话138****5678。"
        );
        assert_eq!(mask_numbers("11010519491231002X"), "110105********002X");
        let case = "办件4117222026030200001";
        assert_eq!(mask_numbers(case), case, "a case number stays");
        assert_eq!(mask_numbers("2026年3月2日"), "2026年3月2日");
    }
}
