//! Events: what happened, as it is stored. Each state machine has an enum of its own beside its rules; here they become one
//! word on disk, `{"name":{…}}`. Names are frozen by the golden files in `fixtures/events`; a new meaning is a new variant.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    branch::BranchEvent,
    case::CaseEvent,
    custody::CustodyEvent,
    document::DocumentEvent,
    enquiry::EnquiryEvent,
    finding::FindingEvent,
    founding::HallEvent,
    id::{
        BranchId, CaseId, DocumentId, EnquiryId, FindingId, OrderId, PaperId, PersonId, ProposalId,
        RoundId, StaffCode, TicketId, WindowCode,
    },
    people::PersonEvent,
    proposal::ProposalEvent,
    proxy::ProxyEvent,
    round::RoundEvent,
    staff::StaffEvent,
    ticket::TicketEvent,
    window::WindowEvent,
};

/// The record that a command or an event is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the record of its name")]
pub enum Subject {
    Hall,
    Person(PersonId),
    Staff(StaffCode),
    Window(WindowCode),
    Ticket(TicketId),
    Enquiry(EnquiryId),
    Case(CaseId),
    Branch(BranchId),
    Order(OrderId),
    Paper(PaperId),
    Round(RoundId),
    Finding(FindingId),
    Proposal(ProposalId),
    Document(DocumentId),
}

/// A stored event that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event '{name}': {reason}")]
pub struct EventFault {
    /// The event's name, as far as one stands there.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

macro_rules! event {
    ($($variant:ident($inner:ty) = $noun:literal;)*) => {
        /// Something that happened in the hall.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[expect(missing_docs, reason = "each variant holds the events of its noun")]
        pub enum Event { $($variant($inner),)* }

        impl Event {
            /// Every noun that something can happen to: what can be watched.
            pub const NOUNS: &[&'static str] = &[$($noun),*];

            /// The noun whose state machine it belongs to, as in its methods.
            pub fn noun(&self) -> &'static str { match self { $(Self::$variant(_) => $noun,)* } }

            /// Reads a stored event.
            pub fn from_value(value: Value) -> Result<Self, EventFault> {
                let name = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.keys().next()).cloned();
                let Some(name) = name else {
                    return Err(EventFault { name: String::new(), reason: "not an object with one name".to_owned() });
                };
                match name.split('_').next() {
                    $(Some($noun) => read::<$inner>(name, value).map(Self::$variant),)*
                    _ => Err(EventFault { name, reason: "unknown event".to_owned() }),
                }
            }
        }
        $(impl From<$inner> for Event { fn from(event: $inner) -> Self { Self::$variant(event) } })*
    };
}

event! {
    Hall(HallEvent) = "hall";
    Person(PersonEvent) = "person";
    Staff(StaffEvent) = "staff";
    Window(WindowEvent) = "window";
    Ticket(TicketEvent) = "ticket";
    Enquiry(EnquiryEvent) = "enquiry";
    Case(CaseEvent) = "case";
    Branch(BranchEvent) = "branch";
    Proxy(ProxyEvent) = "proxy";
    Custody(CustodyEvent) = "custody";
    Round(RoundEvent) = "round";
    Finding(FindingEvent) = "finding";
    Proposal(ProposalEvent) = "proposal";
    Document(DocumentEvent) = "document";
}

fn read<E: DeserializeOwned>(name: String, value: Value) -> Result<E, EventFault> {
    serde_json::from_value(value).map_err(|fault| EventFault {
        name,
        reason: fault.to_string(),
    })
}

impl Event {
    /// The stored form, `{"name":{…}}`.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("invariant: events are plain data")
    }

    /// The stored name.
    pub fn name(&self) -> String {
        self.to_value()
            .as_object()
            .and_then(|map| map.keys().next().cloned())
            .unwrap_or_default()
    }

    /// The record it is about.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Hall(_) => Subject::Hall,
            Self::Person(event) => event.subject(),
            Self::Staff(event) => event.subject(),
            Self::Window(event) => event.subject(),
            Self::Ticket(event) => event.subject(),
            Self::Enquiry(event) => event.subject(),
            Self::Case(event) => event.subject(),
            Self::Branch(event) => event.subject(),
            Self::Proxy(event) => event.subject(),
            Self::Custody(event) => event.subject(),
            Self::Round(event) => event.subject(),
            Self::Finding(event) => event.subject(),
            Self::Proposal(event) => event.subject(),
            Self::Document(event) => event.subject(),
        }
    }
}
