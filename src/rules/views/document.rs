//! A document as it is seen: its number, what it is about, who issued it. How it looks on paper is `paper`'s work.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Reading, Viewer};
use crate::rules::{
    document::{About, Document, DocumentKind},
    hall::Hall,
    id::{CaseId, DocumentId, StaffCode},
    time::{Instant, wire},
};

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentView {
    /// Id.
    pub id: DocumentId,
    /// Kind.
    pub kind: DocumentKind,
    /// 〔2026〕第00001号
    pub number: String,
    /// What it is about.
    pub about: About,
    /// Who issued it; null for the machine.
    pub by: Option<StaffCode>,
    /// When.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
    /// What it says beside the record's own facts.
    pub lines: Vec<String>,
}

/// What the viewer may read of the record that the document is about; none where that is closed and not in memory.
fn reading<'a>(hall: &'a Hall, viewer: &Viewer, about: About) -> Option<Reading<'a>> {
    match about {
        About::Case(id) => Some(Reading::of_case_id(hall, viewer, Some(id))),
        About::Branch(id) => {
            let case = hall.branches.get(&id).map(|branch| branch.case);
            Some(Reading::of_case_id(hall, viewer, case))
        }
        About::Enquiry(id) => hall
            .enquiries
            .get(&id)
            .map(|enquiry| Reading::of_enquiry(hall, viewer, enquiry)),
        About::Order(id) => hall
            .orders
            .get(&id)
            .map(|order| Reading::of_order(hall, viewer, order)),
    }
}

/// The document as the viewer sees it; its text only where the record is the viewer's work (R224).
pub fn of(hall: &Hall, viewer: &Viewer, document: &Document) -> DocumentView {
    let reading = reading(hall, viewer, document.about);
    let lines = document.lines.iter().map(|line| line.shown().to_owned());
    DocumentView {
        id: document.id,
        kind: document.kind,
        number: document.number.clone(),
        about: document.about,
        by: document.by.clone(),
        at: document.at,
        lines: if reading.is_some_and(|reading| reading.at_hand()) {
            lines.collect()
        } else {
            Vec::new()
        },
    }
}

/// `document.list`: what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentFilter {
    /// Kind.
    pub kind: Option<DocumentKind>,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// Its number.
    pub number: Option<String>,
    /// The year of its number.
    pub year: Option<i32>,
}

impl DocumentFilter {
    /// Whether the document is among those asked for.
    pub fn matches(&self, _hall: &Hall, _viewer: &Viewer, document: &Document) -> bool {
        self.kind.is_none_or(|wanted| wanted == document.kind)
            && self
                .case
                .is_none_or(|wanted| document.about == About::Case(wanted))
            && self
                .number
                .as_ref()
                .is_none_or(|wanted| *wanted == document.number)
            && self.year.is_none_or(|wanted| wanted == document.year)
    }
}
