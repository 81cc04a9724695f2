//! Questions of the protocol: their names, parameters and limits, and the views of the catalogue. Every record has
//! `noun.get` and `noun.list`; the engine answers them from memory and store, this module knows what may be asked.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    event::Subject,
    hall::Hall,
    id::{DepartmentCode, ItemCode, StaffCode},
    method::{MethodInfo, ParamFault, read_params},
    time::hall_date,
    views::{Viewer, schema},
};

/// Rows of a page where no `limit` is given.
pub const LIST_LIMIT_DEFAULT: usize = 50;

/// Most rows of a page: 500 cases of about 2 KiB stay well under an answer's 8 MiB.
pub const LIST_LIMIT_MAX: usize = 500;

/// Nouns whose records are found by an id.
const RECORD_NOUNS: &[&str] = &[
    "ticket", "enquiry", "case", "branch", "proxy", "custody", "round", "finding", "proposal",
    "document", "person",
];

/// Nouns of the catalogue, found by their code.
const CATALOGUE_NOUNS: &[&str] = &[
    "window",
    "queue",
    "department",
    "staff",
    "item",
    "material",
    "authorisation",
    "seal",
    "calendar",
];

/// `item.find`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemFind {
    /// Characters, full pinyin, initials, or a mixture.
    pub text: String,
    /// At most so many; 20 where it is not said.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// `indicator.get`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorPeriod {
    /// First day.
    #[schemars(with = "String")]
    pub from: NaiveDate,
    /// Last day.
    #[schemars(with = "String")]
    pub to: NaiveDate,
}

/// `journal.read`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalRead {
    /// The first entry.
    pub from: u64,
    /// At most so many entries.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// `journal.head`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JournalHead {
    /// The day whose last entry is asked for; the last entry of all where it is not said.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub on: Option<NaiveDate>,
}

/// A page of a list; the filter's fields stand beside these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listed {
    /// At most so many rows.
    #[serde(default)]
    pub limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Also what is closed, newest first; open work only where it is not said.
    #[serde(default)]
    pub closed: Option<bool>,
}

/// No parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Questions beside `get` and `list`.
const OTHER_QUERIES: &[&str] = &[
    "hall.status",
    "case.explain",
    "case.due",
    "item.find",
    "indicator.get",
    "journal.read",
    "journal.head",
];

/// Whether a method is a question.
pub fn is_query(method: &str) -> bool {
    if OTHER_QUERIES.contains(&method) {
        return true;
    }
    method
        .split_once('.')
        .is_some_and(|(noun, verb)| match verb {
            "get" => RECORD_NOUNS.contains(&noun) || CATALOGUE_NOUNS.contains(&noun),
            "list" => {
                (RECORD_NOUNS.contains(&noun) && noun != "person")
                    || CATALOGUE_NOUNS.contains(&noun)
            }
            _ => false,
        })
}

/// What the protocol tells about the questions.
pub fn describe() -> Vec<MethodInfo> {
    let mut all = Vec::new();
    let nouns = RECORD_NOUNS.iter().chain(CATALOGUE_NOUNS);
    for noun in nouns {
        all.push(MethodInfo {
            name: format!("{noun}.get"),
            summary: "One record, by id, number or code.",
            params: schema::of_name(noun),
        });
        if *noun != "person" {
            all.push(MethodInfo {
                name: format!("{noun}.list"),
                summary: "A page of records; the filter's fields stand beside limit and cursor.",
                params: schema::of_list(noun),
            });
        }
    }
    let mut other = |name: &str, summary: &'static str, params| {
        all.push(MethodInfo {
            name: name.to_owned(),
            summary,
            params,
        });
    };
    other(
        "hall.status",
        "Every window, who waits, and the cases by lamp.",
        schemars::schema_for!(Nothing),
    );
    other(
        "case.explain",
        "The day-by-day proof of a case's due dates.",
        schema::of_name("case"),
    );
    other(
        "case.due",
        "Due today and tomorrow, overdue, pauses ending, corrections lapsing (R110).",
        schemars::schema_for!(Nothing),
    );
    other(
        "item.find",
        "Items by characters, pinyin or initials, best first.",
        schemars::schema_for!(ItemFind),
    );
    other(
        "indicator.get",
        "Every indicator of a period, with numerator and denominator.",
        schemars::schema_for!(IndicatorPeriod),
    );
    other(
        "journal.read",
        "Journal entries as stored, personal fields sealed.",
        schemars::schema_for!(JournalRead),
    );
    other(
        "journal.head",
        "A day's seal: its last entry, whose hash vouches for all before it (R231).",
        schemars::schema_for!(JournalHead),
    );
    all
}

/// The field that names a record of a noun.
pub fn naming_field(noun: &str) -> &str {
    match noun {
        "proxy" => "order",
        "custody" => "paper",
        noun => noun,
    }
}

/// The noun as a refusal names it.
pub fn noun_word(noun: &str) -> &'static str {
    RECORD_NOUNS
        .iter()
        .chain(CATALOGUE_NOUNS)
        .find(|known| **known == noun)
        .copied()
        .unwrap_or("record")
}

/// The noun of a subject.
pub fn noun_of(subject: &Subject) -> &'static str {
    match subject {
        Subject::Hall => "hall",
        Subject::Person(_) => "person",
        Subject::Staff(_) => "staff",
        Subject::Window(_) => "window",
        Subject::Ticket(_) => "ticket",
        Subject::Enquiry(_) => "enquiry",
        Subject::Case(_) => "case",
        Subject::Branch(_) => "branch",
        Subject::Order(_) => "proxy",
        Subject::Paper(_) => "custody",
        Subject::Round(_) => "round",
        Subject::Finding(_) => "finding",
        Subject::Proposal(_) => "proposal",
        Subject::Document(_) => "document",
    }
}

/// Reads what names one record: the field of the noun's name, or `id`, and nothing beside it.
///
/// # Errors
/// [`ParamFault`] with the field that is missing, unknown, or no text.
pub fn read_name<'a>(params: &'a Value, field: &str) -> Result<&'a str, ParamFault> {
    let fault = |path: &str, message: String| ParamFault {
        path: path.to_owned(),
        message,
    };
    let missing = || fault(field, format!("missing field `{field}`"));
    let fields = params.as_object().ok_or_else(missing)?;
    if let Some(unknown) = fields.keys().find(|name| *name != field && *name != "id") {
        let message = format!("unknown field `{unknown}`, expected `{field}` or `id`");
        return Err(fault(unknown, message));
    }
    let (path, value) = fields.iter().next().ok_or_else(missing)?;
    value
        .as_str()
        .ok_or_else(|| fault(path, format!("invalid type: {value}, expected a string")))
}

/// One row of the catalogue; none if the noun is not of the catalogue or the code is unknown.
pub fn catalogue_view(hall: &Hall, viewer: &Viewer, noun: &str, code: &str) -> Option<Value> {
    let on = hall_date(viewer.at);
    match noun {
        "queue" => hall.queues.get(&code.into()).map(plain),
        "department" => hall.departments.get(&code.into()).map(plain),
        "staff" => hall.staff.get(&StaffCode::from(code)).map(staff_row),
        "item" => {
            let code = ItemCode::from(code);
            let item = hall.items.get(&code)?.on(on)?;
            let mut row = plain(item);
            if let Value::Object(fields) = &mut row {
                fields.insert(
                    "materials".to_owned(),
                    hall.materials_of(&code).map(plain).collect(),
                );
            }
            Some(row)
        }
        "material" => hall.materials.get(&code.into()).map(plain),
        "authorisation" => hall.authorisations.get(&code.into()).map(plain),
        "seal" => hall.seals.get(&code.into()).map(plain),
        "calendar" => code
            .parse()
            .ok()
            .and_then(|year: i32| hall.calendar_years.get(&year))
            .map(plain),
        _ => None,
    }
}

fn plain(row: &impl Serialize) -> Value {
    serde_json::to_value(row).expect("invariant: catalogue rows are plain data")
}

/// A member of staff without the hash of the PIN.
fn staff_row(staff: &super::catalogue::Staff) -> Value {
    let mut row = plain(staff);
    if let Value::Object(fields) = &mut row {
        fields.remove("pin");
    }
    row
}

/// Filter of a catalogue list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CatalogueFilter {
    /// Rows of this department.
    pub department: Option<DepartmentCode>,
    /// Rows of this item.
    pub item: Option<ItemCode>,
    /// Rows whose code or name contains this.
    pub text: Option<String>,
}

/// By what a row of the catalogue is found: its code, a window's, a year.
fn code_of(row: &Value) -> String {
    let code = row
        .get("code")
        .or_else(|| row.get("window"))
        .or_else(|| row.get("year"))
        .unwrap_or(&Value::Null);
    code.as_str()
        .map_or_else(|| code.to_string(), str::to_owned)
}

/// A page of a catalogue table by code; none if the noun is not of the catalogue.
pub fn catalogue_list(
    hall: &Hall,
    viewer: &Viewer,
    noun: &str,
    params: Value,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Option<Value>, ParamFault> {
    let filter: CatalogueFilter = read_params(params)?;
    let on = hall_date(viewer.at);
    let rows: Vec<Value> = match noun {
        "window" => hall
            .windows
            .values()
            .map(|row| plain(&super::views::window::of(hall, viewer, row)))
            .collect(),
        "queue" => hall.queues.values().map(plain).collect(),
        "department" => hall.departments.values().map(plain).collect(),
        "staff" => hall.staff.values().map(staff_row).collect(),
        "item" => hall
            .items
            .values()
            .filter_map(|versions| versions.on(on))
            .map(plain)
            .collect(),
        "material" => hall.materials.values().map(plain).collect(),
        "authorisation" => hall.authorisations.values().map(plain).collect(),
        "seal" => hall.seals.values().map(plain).collect(),
        "calendar" => hall.calendar_years.values().map(plain).collect(),
        _ => return Ok(None),
    };
    let is = |row: &Value, field: &str, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| row.get(field).and_then(Value::as_str) == Some(wanted))
    };
    let says = |row: &Value, text: &str| {
        code_of(row).contains(text)
            || row
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|name| name.contains(text))
    };
    let mut page: Vec<Value> = rows
        .into_iter()
        .filter(|row| cursor.is_none_or(|cursor| code_of(row).as_str() > cursor))
        .filter(|row| {
            is(
                row,
                "department",
                filter.department.as_ref().map(DepartmentCode::as_str),
            )
        })
        .filter(|row| is(row, "item", filter.item.as_ref().map(ItemCode::as_str)))
        .filter(|row| filter.text.as_deref().is_none_or(|text| says(row, text)))
        .take(limit + 1)
        .collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let next = if more {
        page.last()
            .map_or(Value::Null, |row| Value::String(code_of(row)))
    } else {
        Value::Null
    };
    Ok(Some(json!({ "rows": page, "next": next })))
}
