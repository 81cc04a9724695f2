//! What the protocol tells about its answers and its lists: JSON Schemas derived from the views and filters themselves, so that
//! the description cannot differ from what is sent. Used by `rpc.discover`; decides nothing.

use schemars::{JsonSchema, Schema, json_schema, schema_for};
use serde::Serialize;

use super::{
    IdentityView, PersonView, branch, case, custody, document, enquiry, finding, hall, proposal,
    proxy, round, ticket, window,
};
use crate::rules::{
    catalogue, indicator, permission,
    query::{self, CatalogueFilter, Listed},
};

/// A page of a list.
#[derive(Serialize, JsonSchema)]
struct Page<V> {
    /// The rows.
    rows: Vec<V>,
    /// The cursor of the next page; null after the last.
    next: Option<String>,
}

/// What a command answers that its caller may only propose.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    clippy::large_enum_variant,
    reason = "a shape to be described, never made"
)]
enum Answer<V> {
    /// Done: the record.
    Done(V),
    /// Proposed: what waits for another person's approval.
    Proposed { proposal: proposal::ProposalView },
}

/// An item that was found.
#[derive(Serialize, JsonSchema)]
struct Found {
    /// The item's code.
    code: String,
    /// Its name.
    name: String,
    /// The name of its department.
    department: String,
    /// How well it fits; the greater, the better.
    score: u32,
    /// Its kind.
    kind: crate::rules::kind::CaseKind,
}

/// Journal entries as stored.
#[derive(Serialize, JsonSchema)]
struct Entries {
    /// The entries.
    entries: Vec<serde_json::Value>,
    /// The seq with which to go on; null after the last.
    next: Option<u64>,
}

/// A list's filter with the fields of its page beside it.
#[derive(Serialize, JsonSchema)]
struct Asked<F> {
    #[serde(flatten)]
    filter: F,
    #[serde(flatten)]
    page: Listed,
}

/// Parameters that name one record: under the noun's own name, or as `id`.
pub fn of_name(noun: &str) -> Schema {
    let field = query::naming_field(noun);
    json_schema!({
        "type": "object",
        "properties": {
            field: {"type": "string", "description": "Id, number or code."},
            "id": {"type": "string", "description": format!("The same as {field}.")},
        },
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}

/// Parameters of a list.
pub fn of_list(noun: &str) -> Schema {
    match noun {
        "ticket" => schema_for!(Asked<ticket::TicketFilter>),
        "enquiry" => schema_for!(Asked<enquiry::EnquiryFilter>),
        "case" => schema_for!(Asked<case::CaseFilter>),
        "branch" => schema_for!(Asked<branch::BranchFilter>),
        "proxy" => schema_for!(Asked<proxy::OrderFilter>),
        "custody" => schema_for!(Asked<custody::PaperFilter>),
        "round" => schema_for!(Asked<round::RoundFilter>),
        "finding" => schema_for!(Asked<finding::FindingFilter>),
        "proposal" => schema_for!(Asked<proposal::ProposalFilter>),
        "document" => schema_for!(Asked<document::DocumentFilter>),
        _ => schema_for!(Asked<CatalogueFilter>),
    }
}

/// What a method answers; none where nothing better is known than 'any JSON'.
pub fn of_answer(method: &str) -> Option<Schema> {
    let schema = match method {
        "hall.status" => schema_for!(hall::HallStatus),
        "case.explain" => schema_for!(case::Explanation),
        "case.due" => schema_for!(case::DueScreen),
        "item.find" => schema_for!(Vec<Found>),
        "indicator.get" => schema_for!(indicator::Indicators),
        "journal.read" => schema_for!(Entries),
        "person.unmask" => schema_for!(IdentityView),
        // Nobody may wait.
        "ticket.call_next" => schema_for!(Option<ticket::TicketView>),
        _ => return of_record(method),
    };
    Some(schema)
}

fn of_record(method: &str) -> Option<Schema> {
    let (noun, verb) = method.split_once('.')?;
    match noun {
        "window" => Some(of_view::<window::WindowView>(method, verb)),
        "ticket" => Some(of_view::<ticket::TicketView>(method, verb)),
        "enquiry" => Some(of_view::<enquiry::EnquiryView>(method, verb)),
        "case" => Some(of_view::<case::CaseView>(method, verb)),
        "branch" => Some(of_view::<branch::BranchView>(method, verb)),
        "proxy" => Some(of_view::<proxy::OrderView>(method, verb)),
        "custody" => Some(of_view::<custody::PaperView>(method, verb)),
        "round" => Some(of_view::<round::RoundView>(method, verb)),
        "finding" => Some(of_view::<finding::FindingView>(method, verb)),
        "proposal" => Some(of_view::<proposal::ProposalView>(method, verb)),
        "document" => Some(of_view::<document::DocumentView>(method, verb)),
        "person" => Some(of_view::<PersonView>(method, verb)),
        "queue" => Some(of_view::<catalogue::Queue>(method, verb)),
        "department" => Some(of_view::<catalogue::Department>(method, verb)),
        "item" => Some(of_view::<catalogue::Item>(method, verb)),
        "material" => Some(of_view::<catalogue::Material>(method, verb)),
        "authorisation" => Some(of_view::<catalogue::Authorisation>(method, verb)),
        "seal" => Some(of_view::<catalogue::Seal>(method, verb)),
        "calendar" => Some(of_view::<catalogue::CalendarYear>(method, verb)),
        _ => None,
    }
}

/// A record, a page of them, or the record or a proposal where the verb may be proposed.
fn of_view<V: JsonSchema>(method: &str, verb: &str) -> Schema {
    let proposed = permission::row_of(method).is_some_and(|row| !row.proposing.is_empty());
    match verb {
        "list" => schema_for!(Page<V>),
        _ if proposed => schema_for!(Answer<V>),
        _ => schema_for!(V),
    }
}
