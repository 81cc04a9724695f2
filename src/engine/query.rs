//! Questions: one record, a page of a list, the hall's status, an indicator, the journal. They change nothing and are
//! answered on the writer's thread between groups, so that they see what is durable.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::{
    rules::{
        clock::Lamp,
        event::Subject,
        hall::Hall,
        id::FindingId,
        indicator,
        method::{ParamFault, read_params},
        permission::{self, Role},
        query::{
            self, IndicatorPeriod, ItemFind, JournalHead, JournalRead, LIST_LIMIT_DEFAULT,
            LIST_LIMIT_MAX,
        },
        refusal::{Refusal, RefusalCode, not_found},
        table::Table,
        time::{Instant, hall_date, shown},
        views::{self, Viewer},
    },
    store::{Direction, KeyRange, Line},
};

use super::{
    Engine, EngineError, Fault, Submission, answer,
    records::{self, Sealing, Stored, StoredKey},
    resolve,
};

/// Answers a question; none if the method is none.
pub(super) fn answer(
    engine: &mut Engine,
    at: Instant,
    submission: &Submission,
) -> Option<Result<Value, Fault>> {
    if !query::is_query(&submission.method) {
        return None;
    }
    let viewer = engine.viewer(at, &submission.identity);
    let mut params = match &submission.params {
        Value::Null => Value::Object(Map::new()),
        params => params.clone(),
    };
    if let Value::Object(fields) = &mut params {
        fields.remove("request");
    }
    Some(ask(engine, &viewer, &submission.method, params))
}

fn ask(
    engine: &mut Engine,
    viewer: &Viewer,
    method: &str,
    mut params: Value,
) -> Result<Value, Fault> {
    permit(viewer, method)?;
    let today = hall_date(viewer.at);
    resolve::numbers(&mut params, today, &*engine.store)?;
    {
        let sealing = Sealing {
            hall_id: &engine.hall_id,
            keys: &engine.keys,
        };
        resolve::load(&mut engine.hall, &params, &*engine.store, sealing)?;
    }
    let (noun, verb) = method.split_once('.').unwrap_or((method, ""));
    match (noun, verb) {
        ("hall", "status") => {
            let query::Nothing {} = read_params(params)?;
            Ok(status(engine, viewer))
        }
        ("case", "explain") => {
            let name = query::read_name(&params, "case")?;
            let case = name.parse().ok().and_then(|id| engine.hall.cases.get(&id));
            let case = case.ok_or_else(|| not_found("case", name))?;
            Ok(to_value(views::case::explain(&engine.hall, viewer, case)))
        }
        ("case", "due") => {
            let query::Nothing {} = read_params(params)?;
            Ok(to_value(views::case::due(&engine.hall, viewer)))
        }
        ("item", "find") => Ok(item_find(&engine.hall, viewer, &read_params(params)?)),
        ("indicator", "get") => indicator_get(engine, viewer, read_params(params)?),
        ("journal", "head") => journal_head(engine, viewer, read_params(params)?),
        ("journal", "read") => journal_read(engine, read_params(params)?),
        (_, "get") => get(engine, viewer, noun, params),
        (_, "list") => list(engine, viewer, noun, params),
        _ => Err(Fault::UnknownMethod(method.to_owned())),
    }
}

fn permit(viewer: &Viewer, method: &str) -> Result<(), Refusal> {
    let allowed = permission::readers(method);
    if viewer.roles.iter().any(|role| allowed.contains(role)) {
        return Ok(());
    }
    let words = |roles: &[Role]| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>();
    Err(Refusal::new(RefusalCode::NotPermitted)
        .with("role", words(&viewer.roles).join("+"))
        .with("verb", method)
        .with("allowed", words(allowed)))
}

fn to_value(view: impl serde::Serialize) -> Value {
    serde_json::to_value(view).expect("invariant: views are plain data")
}

/// One record by id, number or code; the parameter has the noun's name.
fn get(engine: &mut Engine, viewer: &Viewer, noun: &str, params: Value) -> Result<Value, Fault> {
    let text = query::read_name(&params, query::naming_field(noun))?;
    if let Some(subject) = resolve::subject_of(text) {
        engine.bring(&subject)?;
    }
    let hidden = |finding: FindingId| {
        let finding = engine.hall.findings.get(&finding);
        finding.is_some_and(|finding| !views::finding::may_see(&engine.hall, viewer, finding))
    };
    if let (true, Ok(id)) = (noun == "finding", text.parse())
        && hidden(id)
    {
        return Err(Refusal::new(RefusalCode::FindingNotSeen).into());
    }
    let found = match query::catalogue_view(&engine.hall, viewer, noun, text) {
        Some(view) => Some(view),
        None if noun == "window" => {
            answer::view(&engine.hall, viewer, &Subject::Window(text.into()))
        }
        None => resolve::subject_of(text)
            .filter(|subject| query::noun_of(subject) == noun)
            .and_then(|subject| answer::view(&engine.hall, viewer, &subject)),
    };
    found.ok_or_else(|| not_found(query::noun_word(noun), text).into())
}

/// A page of a list: open work from memory, all of it from the store when closed records are asked for too.
fn list(
    engine: &mut Engine,
    viewer: &Viewer,
    noun: &str,
    mut params: Value,
) -> Result<Value, Fault> {
    let mut page = Page::take(&mut params)?;
    let today = hall_date(viewer.at).to_string();
    page.of_today =
        noun == "ticket" && params.get("on").and_then(Value::as_str) == Some(today.as_str());
    macro_rules! page_of {
        ($table:ident, $noun:ident, $filter:ident) => {
            records_page(
                engine,
                |hall| &hall.$table,
                viewer,
                params,
                page,
                views::$noun::$filter::matches,
                views::$noun::of,
            )
        };
    }
    match noun {
        "ticket" => page_of!(tickets, ticket, TicketFilter),
        "enquiry" => page_of!(enquiries, enquiry, EnquiryFilter),
        "case" => page_of!(cases, case, CaseFilter),
        "branch" => page_of!(branches, branch, BranchFilter),
        "proxy" => page_of!(orders, proxy, OrderFilter),
        "custody" => page_of!(papers, custody, PaperFilter),
        "round" => page_of!(rounds, round, RoundFilter),
        "finding" => page_of!(findings, finding, FindingFilter),
        "proposal" => page_of!(proposals, proposal, ProposalFilter),
        "document" => page_of!(documents, document, DocumentFilter),
        _ => query::catalogue_list(
            &engine.hall,
            viewer,
            noun,
            params,
            page.limit,
            page.cursor.as_deref(),
        )?
        .ok_or_else(|| Fault::UnknownMethod(format!("{noun}.list"))),
    }
}

/// Which page of a list is asked for.
struct Page {
    limit: usize,
    cursor: Option<String>,
    closed: bool,
    /// Tickets of today: every one of them is in memory, the closed ones too.
    of_today: bool,
}

impl Page {
    /// Takes `limit`, `cursor` and `closed` out of the parameters; the rest is the filter.
    fn take(params: &mut Value) -> Result<Self, ParamFault> {
        let Value::Object(fields) = params else {
            return Err(ParamFault {
                path: ".".to_owned(),
                message: "must be an object".to_owned(),
            });
        };
        let fault = |path: &str, message: &str| ParamFault {
            path: path.to_owned(),
            message: message.to_owned(),
        };
        let limit = match fields.remove("limit") {
            None | Some(Value::Null) => LIST_LIMIT_DEFAULT,
            Some(limit) => limit
                .as_u64()
                .filter(|limit| (1..=LIST_LIMIT_MAX as u64).contains(limit))
                .ok_or_else(|| fault("limit", &format!("1 to {LIST_LIMIT_MAX}")))?
                as usize,
        };
        let cursor = match fields.remove("cursor") {
            None | Some(Value::Null) => None,
            Some(Value::String(cursor)) => Some(cursor),
            Some(_) => return Err(fault("cursor", "the `next` of the page before")),
        };
        let closed = match fields.remove("closed") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(closed)) => closed,
            Some(_) => return Err(fault("closed", "true or false")),
        };
        Ok(Self {
            limit,
            cursor,
            closed,
            of_today: false,
        })
    }
}

/// What a list needs to know of its kind of records: how a filter chooses, and what is shown.
struct Kind<T, F, V> {
    matches: fn(&F, &Hall, &Viewer, &T) -> bool,
    view: fn(&Hall, &Viewer, &T) -> V,
}

/// A page of records, newest first where closed ones are asked for too, in the table's order among open ones.
fn records_page<K, T, F, V>(
    engine: &mut Engine,
    table: fn(&Hall) -> &Table<K, T>,
    viewer: &Viewer,
    params: Value,
    page: Page,
    matches: fn(&F, &Hall, &Viewer, &T) -> bool,
    view: fn(&Hall, &Viewer, &T) -> V,
) -> Result<Value, Fault>
where
    K: StoredKey,
    T: Stored,
    F: DeserializeOwned,
    V: serde::Serialize,
{
    let filter: F = read_params(params)?;
    let cursor = match &page.cursor {
        Some(cursor) => Some(K::restored(cursor).ok_or_else(|| ParamFault {
            path: "cursor".to_owned(),
            message: "the `next` of the page before".to_owned(),
        })?),
        None => None,
    };
    let kind = Kind { matches, view };
    let rows = if (page.closed && !page.of_today) || !T::OPENS {
        let rows = stored_rows(engine, viewer, &filter, cursor.as_ref(), page.limit, &kind)?;
        // What was loaded to be shown need not stay.
        if records::trimmable(&engine.hall) > records::CLOSED_IN_MEMORY_MAX {
            records::trim(&mut engine.hall, hall_date(engine.head_at));
        }
        rows
    } else {
        let hall = &engine.hall;
        table(hall)
            .iter()
            .filter(|(key, record)| {
                (record.stays() || page.closed) && cursor.as_ref().is_none_or(|after| *key > after)
            })
            .filter(|(_, record)| matches(&filter, hall, viewer, record))
            .take(page.limit)
            .map(|(key, record)| (key.stored(), to_value(view(hall, viewer, record))))
            .collect()
    };
    let full = rows.len() == page.limit;
    let next = rows.last().filter(|_| full).map(|(key, _)| key.clone());
    let rows: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
    Ok(json!({ "rows": rows, "next": next }))
}

/// The rows of a page from the store, newest first, each with its key. What a record refers to is brought into memory to be
/// shown with it.
fn stored_rows<K, T, F, V>(
    engine: &mut Engine,
    viewer: &Viewer,
    filter: &F,
    cursor: Option<&K>,
    limit: usize,
    kind: &Kind<T, F, V>,
) -> Result<Vec<(String, Value)>, Fault>
where
    K: StoredKey,
    T: Stored,
    V: serde::Serialize,
{
    let prefix = format!("r/{}/", T::KIND);
    let mut range = KeyRange::prefix(prefix.clone());
    if let Some(cursor) = cursor {
        range = range.before(format!("{prefix}{}", cursor.stored()).as_bytes());
    }
    let mut rows = Vec::new();
    loop {
        let found = engine
            .store
            .scan(&range, Direction::Backward, records::PAGE_RECORDS)
            .map_err(EngineError::from)?;
        let Some((oldest, _)) = found.last() else {
            return Ok(rows);
        };
        range = range.before(oldest);
        for (key, bytes) in &found {
            let sealing = Sealing {
                hall_id: &engine.hall_id,
                keys: &engine.keys,
            };
            let record: T = records::read_record(bytes, sealing)?;
            for subject in record.refers_to() {
                records::ensure(&mut engine.hall, &subject, &*engine.store, sealing)?;
            }
            if (kind.matches)(filter, &engine.hall, viewer, &record) {
                let key = String::from_utf8_lossy(&key[prefix.len()..]).into_owned();
                rows.push((key, to_value((kind.view)(&engine.hall, viewer, &record))));
            }
            if rows.len() == limit {
                return Ok(rows);
            }
        }
    }
}

fn status(engine: &Engine, viewer: &Viewer) -> Value {
    let hall = &engine.hall;
    let mut counts = views::hall::CaseCounts::default();
    let in_hand = |case: &&crate::rules::case::Case| !case.state.is_ended();
    for case in hall.cases.values().filter(in_hand) {
        counts.open += 1;
        match views::case::lamp_of(hall, viewer, case) {
            Some(Lamp::Amber) => counts.yellow += 1,
            Some(Lamp::Red | Lamp::Overdue) => counts.red += 1,
            Some(Lamp::Green | Lamp::Paused) | None => {}
        }
    }
    let head = engine.head();
    let mut status = views::hall::status(hall, viewer, counts);
    status.head = views::hall::HeadView {
        seq: head.seq,
        hash: head.hash.to_string(),
    };
    status.read_only = engine.failed().map(str::to_owned);
    to_value(status)
}

fn item_find(hall: &Hall, viewer: &Viewer, params: &ItemFind) -> Value {
    let on = hall_date(viewer.at);
    let items: Vec<_> = hall
        .items
        .values()
        .filter_map(|versions| versions.on(on))
        .collect();
    let entries = items.iter().map(|item| {
        let department = hall
            .departments
            .get(&item.department)
            .map_or("", |department| department.name.as_str());
        crate::search::Entry {
            name: &item.name,
            code: item.code.as_str(),
            department,
        }
    });
    let hits = crate::search::Index::new(entries)
        .search(&params.text, params.limit.unwrap_or(20).min(LIST_LIMIT_MAX));
    let rows: Vec<Value> = hits
        .iter()
        .map(|hit| {
            let item = items[hit.index];
            let department = hall.departments.get(&item.department).map_or("", |department| department.name.as_str());
            json!({"code": item.code, "name": item.name, "department": department, "score": hit.score, "kind": item.kind})
        })
        .collect();
    Value::Array(rows)
}

/// Every indicator of a period, each with its numerator and denominator (R206, R209, R210, R214).
fn indicator_get(
    engine: &Engine,
    viewer: &Viewer,
    params: IndicatorPeriod,
) -> Result<Value, Fault> {
    let mut facts = indicator::Facts::new(params.from, params.to);
    let sealing = engine.sealing();
    let prefix = format!("r/{}/", <crate::rules::case::Case as Stored>::KIND);
    let mut range = KeyRange::prefix(prefix);
    loop {
        let found = engine
            .store
            .scan(&range, Direction::Forward, records::PAGE_RECORDS)
            .map_err(EngineError::from)?;
        let Some((last, _)) = found.last() else { break };
        range = range.after(last);
        for (_, bytes) in &found {
            facts.count(&records::read_record(bytes, sealing)?);
        }
    }
    Ok(to_value(indicator::of(&engine.hall, viewer, &facts)))
}

/// A day's seal: the last entry written by its end, in hall time. Entries are in the order of time, so it is found by halving.
fn journal_head(engine: &Engine, viewer: &Viewer, params: JournalHead) -> Result<Value, Fault> {
    let on = params.on.unwrap_or_else(|| hall_date(viewer.at));
    let line_of = |seq: u64| -> Result<Line, Fault> {
        let line = engine.store.read(seq).map_err(EngineError::from)?.next();
        let line = line.transpose().map_err(EngineError::from)?;
        line.ok_or_else(|| Fault::Failed(format!("entry {seq} is missing")))
    };
    let (mut seq, mut past) = (0, engine.head.seq + 1);
    if hall_date(engine.head_at) <= on {
        seq = engine.head.seq;
    }
    while past - seq > 1 && seq < engine.head.seq {
        let middle = seq + (past - seq) / 2;
        if hall_date(line_of(middle)?.at) <= on {
            seq = middle;
        } else {
            past = middle;
        }
    }
    if seq == 0 {
        return Err(not_found("entry", on).into());
    }
    let line = line_of(seq)?;
    Ok(json!({
        "hall": engine.hall_id,
        "name": engine.hall.profile().name,
        "name_en": engine.hall.profile().name_en,
        "on": on,
        "seq": line.seq,
        "at": shown(line.at),
        "hash": line.hash,
        "complete": hall_date(viewer.at) > on,
    }))
}

/// Most bytes of journal lines in one answer; a longer read is continued by its `next`.
const JOURNAL_BYTES_MAX: usize = 4 << 20;

fn journal_read(engine: &Engine, params: JournalRead) -> Result<Value, Fault> {
    let limit = params
        .limit
        .unwrap_or(LIST_LIMIT_DEFAULT)
        .min(LIST_LIMIT_MAX);
    let mut entries = Vec::new();
    let mut bytes = 0;
    let mut next = Value::Null;
    for line in engine.store.read(params.from).map_err(EngineError::from)? {
        let line = line.map_err(EngineError::from)?;
        if entries.len() == limit || bytes + line.raw().len() > JOURNAL_BYTES_MAX {
            next = json!(line.seq);
            break;
        }
        bytes += line.raw().len();
        let entry = serde_json::from_str::<Value>(line.raw())
            .map_err(|fault| Fault::Failed(fault.to_string()))?;
        entries.push(entry);
    }
    Ok(json!({ "entries": entries, "next": next }))
}
