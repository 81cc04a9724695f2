//! The answer to a command: the record it was about, as the viewer may see it.

use serde::Serialize;
use serde_json::{Value, json};

use crate::rules::{
    event::Subject,
    hall::Hall,
    id::{StaffCode, WindowCode},
    permission::Grant,
    query,
    views::{self, Viewer},
};

use super::resolve;

fn value(view: impl Serialize) -> Value {
    serde_json::to_value(view).expect("invariant: views are plain data")
}

/// What a command answers: the view of its record; null if it is not there. A proposal that stands in for a command answers as
/// `{proposal: …}`, a look at an identity with the whole of it: once, for the look is one act (R225).
pub(super) fn of(
    hall: &Hall,
    viewer: &Viewer,
    method: &str,
    subject: &Subject,
    grant: Grant,
) -> Value {
    let view = match (method, subject) {
        ("person.unmask", Subject::Person(id)) => views::identity(hall, *id).map(value),
        _ => view(hall, viewer, subject),
    };
    let view = view.unwrap_or(Value::Null);
    if grant == Grant::Propose {
        json!({ "proposal": view })
    } else {
        view
    }
}

/// The view of a record that is in memory.
pub(super) fn view(hall: &Hall, viewer: &Viewer, subject: &Subject) -> Option<Value> {
    match subject {
        Subject::Hall => Some(json!({})),
        Subject::Person(id) => views::person(hall, viewer, *id).map(value),
        Subject::Staff(code) => query::catalogue_view(hall, viewer, "staff", code.as_str()),
        Subject::Window(code) => hall
            .windows
            .get(code)
            .map(|window| value(views::window::of(hall, viewer, window))),
        Subject::Ticket(id) => hall
            .tickets
            .get(id)
            .map(|record| value(views::ticket::of(hall, viewer, record))),
        Subject::Enquiry(id) => hall
            .enquiries
            .get(id)
            .map(|record| value(views::enquiry::of(hall, viewer, record))),
        Subject::Case(id) => hall
            .cases
            .get(id)
            .map(|record| value(views::case::of(hall, viewer, record))),
        Subject::Branch(id) => hall
            .branches
            .get(id)
            .map(|record| value(views::branch::of(hall, viewer, record))),
        Subject::Order(id) => hall
            .orders
            .get(id)
            .map(|record| value(views::proxy::of(hall, viewer, record))),
        Subject::Paper(id) => hall
            .papers
            .get(id)
            .map(|record| value(views::custody::of(hall, viewer, record))),
        Subject::Round(id) => hall
            .rounds
            .get(id)
            .map(|record| value(views::round::of(hall, viewer, record))),
        Subject::Finding(id) => hall
            .findings
            .get(id)
            .map(|record| value(views::finding::of(hall, viewer, record))),
        Subject::Proposal(id) => hall
            .proposals
            .get(id)
            .map(|record| value(views::proposal::of(hall, viewer, record))),
        Subject::Document(id) => hall
            .documents
            .get(id)
            .map(|record| value(views::document::of(hall, viewer, record))),
    }
}

/// A subject as memos keep it: an id, a window's code after `window:`, or nothing.
pub(super) fn written(subject: Option<&Subject>) -> String {
    match subject {
        None => String::new(),
        Some(Subject::Hall) => "hall".to_owned(),
        Some(Subject::Staff(code)) => format!("staff:{code}"),
        Some(Subject::Window(code)) => format!("window:{code}"),
        Some(Subject::Person(id)) => id.to_string(),
        Some(Subject::Ticket(id)) => id.to_string(),
        Some(Subject::Enquiry(id)) => id.to_string(),
        Some(Subject::Case(id)) => id.to_string(),
        Some(Subject::Branch(id)) => id.to_string(),
        Some(Subject::Order(id)) => id.to_string(),
        Some(Subject::Paper(id)) => id.to_string(),
        Some(Subject::Round(id)) => id.to_string(),
        Some(Subject::Finding(id)) => id.to_string(),
        Some(Subject::Proposal(id)) => id.to_string(),
        Some(Subject::Document(id)) => id.to_string(),
    }
}

/// The subject back from its written form.
pub(super) fn read_subject(text: &str) -> Option<Subject> {
    if text == "hall" {
        return Some(Subject::Hall);
    }
    match text.split_once(':') {
        Some(("window", code)) => Some(Subject::Window(WindowCode::from(code))),
        Some(("staff", code)) => Some(Subject::Staff(StaffCode::from(code))),
        _ => resolve::subject_of(text),
    }
}
