//! What the verbs of a case take, in the words of the wire.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::words::{
    Answer, DeliveryWay, IntakeChannel, PauseKind, RefusalGround, ReviewResult, Within,
};
use crate::rules::{
    id::{CaseId, DepartmentCode, EnquiryId, ItemCode, MaterialCode, OrderId, SealCode, TicketId},
    kind::CaseKind,
    method::text_or_fields,
    people::Who,
};

macro_rules! params {
    ($($(#[$meta:meta])* $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($body)* }
    )*};
}

/// A paper handed in: its code, or its code with a note.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Handed {
    /// The material's code.
    Code(MaterialCode),
    /// With a note.
    Noted(NotedPaper),
}

// Read by hand, so that a fault names its field instead of saying that nothing fits.
impl<'de> Deserialize<'de> for Handed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(text_or_fields(
            "a material's code, or {code, note}",
            Self::Code,
            Self::Noted,
        ))
    }
}

impl Handed {
    /// Which material.
    pub fn material(&self) -> &MaterialCode {
        match self {
            Self::Code(code) => code,
            Self::Noted(paper) => &paper.code,
        }
    }

    /// The note, where there is one.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Code(_) => None,
            Self::Noted(paper) => paper.note.as_deref(),
        }
    }
}

params! {
    /// A paper with a note.
    NotedPaper {
        /// Which material.
        pub code: MaterialCode,
        /// What is noted about it: pages, serial number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
    }

    /// `case.precheck`
    Precheck {
        /// The item.
        pub item: ItemCode,
        /// Who applies: a person's id, or a person.
        pub applicant: Who,
        /// Who acts for them (R90).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub agent: Option<Who>,
        /// The papers handed in; the others of the list are missing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub materials: Vec<Handed>,
        /// The ticket being served.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ticket: Option<TicketId>,
        /// The enquiry that becomes this case (R58).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub enquiry: Option<EnquiryId>,
        /// The proxy order that carries it; needed by an agent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub order: Option<OrderId>,
        /// By which way it came in; at the window where it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub channel: Option<IntakeChannel>,
    }

    /// `case.receive`: fresh with `item` and `applicant`, or `case` to take over a precheck.
    Receive {
        /// The precheck to take over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub case: Option<CaseId>,
        /// The item.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub item: Option<ItemCode>,
        /// Who applies: a person's id, or a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub applicant: Option<Who>,
        /// Who acts for them (R90).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub agent: Option<Who>,
        /// The papers handed in; the others of the list are missing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub materials: Vec<Handed>,
        /// The ticket being served.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ticket: Option<TicketId>,
        /// The enquiry that becomes this case (R58).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub enquiry: Option<EnquiryId>,
        /// The proxy order that carries it; needed by an agent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub order: Option<OrderId>,
        /// By which way it came in; at the window where it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub channel: Option<IntakeChannel>,
    }

    /// `case.classify`
    Classify {
        /// Which case.
        pub case: CaseId,
        /// The kind it becomes.
        pub kind: CaseKind,
        /// Why; needed after acceptance (R65).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// The other departments, for a joint case whose item names none (R113).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub branches: Vec<DepartmentCode>,
        /// The limit of a special case, in the item's unit (R63).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub days: Option<u16>,
    }

    /// A paper that is wrong, what is wrong with it, and how to put it right (R81).
    Defect {
        /// Which material.
        #[serde(alias = "code")]
        pub material: MaterialCode,
        /// What is wrong with it.
        pub fault: String,
        /// How to put it right.
        pub remedy: String,
    }

    /// `case.notify_once`
    NotifyOnce {
        /// Which case.
        pub case: CaseId,
        /// Papers that are wrong; what is missing is listed by itself.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub defects: Vec<Defect>,
        /// The chief representative's reason for naming late what was visible at the first notice (R82); it becomes a finding.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub override_reason: Option<String>,
    }

    /// `case.supply`
    Supply {
        /// Which case.
        pub case: CaseId,
        /// The papers handed in.
        pub materials: Vec<Handed>,
    }

    /// `case.grant_time`
    GrantTime {
        /// Which case.
        pub case: CaseId,
        /// Working days added; the hall's own number where it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub days: Option<u16>,
        /// Why the applicant asks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// `case.accept`
    Accept {
        /// Which case.
        pub case: CaseId,
        /// The date by which the applicant promises in writing to supply tolerable papers that are missing (R87).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        pub promise_on: Option<NaiveDate>,
    }

    /// `case.refuse`
    Refuse {
        /// Which case.
        pub case: CaseId,
        /// Ground.
        pub ground: RefusalGround,
        /// In words.
        pub reason: String,
        /// The body whose power it is; needed with `not_our_power`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub right_body: Option<String>,
    }

    /// `case.pause`
    Pause {
        /// Which case.
        pub case: CaseId,
        /// The special procedure (R97).
        #[serde(alias = "ground")]
        pub kind: PauseKind,
        /// Working days that it is announced to take (D5b).
        #[serde(alias = "days")]
        pub estimated_days: u16,
        /// What is done meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// `case.resume`, `case.submit_up`, `case.default_confirm` and others that need nothing but the case.
    OneCase {
        /// Which case.
        pub case: CaseId,
    }

    /// `case.extend`
    Extend {
        /// Which case.
        pub case: CaseId,
        /// Within the statutory limit, or beyond it (R102).
        pub within: Within,
        /// Working days added.
        pub days: u16,
        /// Why, as the applicant is told (D4).
        pub reason: String,
        /// The government's approval number; needed beyond the statutory limit of a joint case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub approval_no: Option<String>,
    }

    /// `case.submit_up`
    SubmitUp {
        /// Which case.
        pub case: CaseId,
        /// The superior body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior: Option<String>,
    }

    /// `case.decide`
    Decide {
        /// Which case.
        pub case: CaseId,
        /// Yes or no.
        pub result: Answer,
        /// Why; needed for no (R98).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// Where to turn against it: reconsideration, suit; needed for no (R98).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub remedy: Option<String>,
        /// The seal; the department's own where it is not said (R131).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub seal: Option<SealCode>,
    }

    /// `case.deliver`
    Deliver {
        /// Which case.
        pub case: CaseId,
        /// How; handed over where it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub way: Option<DeliveryWay>,
        /// Who took it and how they are related, where it was not the applicant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub receiver: Option<String>,
    }

    /// `case.withdraw`
    Withdraw {
        /// Which case.
        pub case: CaseId,
        /// Why, as the applicant says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// `case.review`
    Review {
        /// Which case.
        pub case: CaseId,
        /// The result (R68).
        pub result: ReviewResult,
        /// Why.
        pub reason: String,
    }
}
