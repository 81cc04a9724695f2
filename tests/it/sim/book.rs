//! What the journal says, kept a second time by a reader who knows nothing of the hall: each entry is checked as it comes, and
//! every answer against it. Acknowledged means in here; a request stands in here once; whoever was asked first stays the owner;
//! dates are those that somebody with a calendar finds.

use std::collections::{BTreeMap, BTreeSet};

use banshi::engine::{Fault, Submission};
use banshi::rules::hall::Hall;
use banshi::rules::permission;
use banshi::rules::time::{Instant, hall_date};
use banshi::store::Line;
use chrono::{Days as Span, NaiveDate};
use serde_json::Value;

use super::dates::{Days, Pause};
use super::queue::Queue;

/// Days for which a request is done once, beside today (formats, Requests, asks for one).
const REMEMBERED: Span = Span::new(2);

/// Commands that may come to nothing: nobody waits.
const SILENT: &[&str] = &["ticket.call_next", "ticket.abandon_all"];

/// A word of an event; empty where there is none.
pub(super) fn word<'a>(event: &'a Value, field: &str) -> &'a str {
    event[field].as_str().unwrap_or_default()
}

/// An instant of an event.
pub(super) fn when(event: &Value, field: &str) -> Instant {
    let text = word(event, field);
    let at = chrono::DateTime::parse_from_rfc3339(text);
    at.unwrap_or_else(|_| panic!("{field} of {event}")).to_utc()
}

fn day(event: &Value, field: &str) -> NaiveDate {
    let text = word(event, field);
    text.parse()
        .unwrap_or_else(|_| panic!("{field} of {event}"))
}

/// By whom a request was given, and its id.
pub(super) type Key = (String, String, String);

/// The key of a request, where it has one.
pub(super) fn key_of(asked: &Submission) -> Option<Key> {
    let id = asked.params["request"].as_str()?;
    let staff = asked.identity.staff.as_ref().map(ToString::to_string);
    Some((
        asked.identity.login.clone(),
        staff.unwrap_or_default(),
        id.to_owned(),
    ))
}

struct Done {
    on: NaiveDate,
    about: BTreeSet<String>,
    /// What was asked, where somebody saw it being done.
    what: Option<(String, Value)>,
}

/// What the dates of a case follow from.
struct Term {
    started_on: NaiveDate,
    statutory: u64,
    committed: u64,
    within: u64,
    beyond: u64,
    pauses: Vec<Pause>,
}

/// The second book.
pub(super) struct Book {
    pub(super) queue: Queue,
    days: Days,
    journal: Vec<String>,
    last_at: Option<Instant>,
    requests: BTreeMap<Key, Done>,
    owners: BTreeMap<String, String>,
    terms: BTreeMap<String, Term>,
    dues: BTreeMap<String, (NaiveDate, NaiveDate)>,
    pub(super) dates: usize,
    /// Stops of a clock that ended on a later day.
    pub(super) stopped: usize,
}

impl Book {
    pub(super) fn new(queue: Queue) -> Self {
        Self {
            queue,
            days: Days::read(),
            journal: Vec::new(),
            last_at: None,
            requests: BTreeMap::new(),
            owners: BTreeMap::new(),
            terms: BTreeMap::new(),
            dues: BTreeMap::new(),
            dates: 0,
            stopped: 0,
        }
    }

    /// The number of entries read.
    pub(super) fn len(&self) -> usize {
        self.journal.len()
    }

    /// All of them as they are stored.
    pub(super) fn journal(&self) -> &[String] {
        &self.journal
    }

    /// Enquiries opened so far.
    pub(super) fn enquiries(&self) -> usize {
        self.owners.len()
    }

    /// Whether a request was done, and will be remembered on this day.
    pub(super) fn is_done(&self, key: &Key, today: NaiveDate) -> bool {
        let done = self.requests.get(key);
        done.is_some_and(|done| done.on.checked_add_days(REMEMBERED) >= Some(today))
    }

    /// What was read before a stop is still there after it, byte for byte.
    pub(super) fn survives_in(&self, lines: &[Line]) {
        assert!(
            lines.len() >= self.journal.len(),
            "durable entries are gone: {} of {}",
            lines.len(),
            self.journal.len()
        );
        for (read, line) in self.journal.iter().zip(lines) {
            assert_eq!(read, line.raw(), "entry {} changed", line.seq);
        }
    }

    /// Takes one entry.
    pub(super) fn take(&mut self, line: &Line) {
        assert_eq!(
            line.seq,
            self.journal.len() as u64 + 1,
            "entries come in order"
        );
        assert!(
            self.last_at <= Some(line.at),
            "time ran backwards at entry {}",
            line.seq
        );
        self.last_at = Some(line.at);
        self.journal.push(line.raw().to_owned());
        if line.actor.via == "init" {
            return;
        }
        if line.actor.role.as_deref() != Some("hall") {
            self.queue.entry(line.at);
        }
        if let Some((id, _)) = line
            .request
            .as_deref()
            .and_then(|written| written.rsplit_once('.'))
        {
            let login = line.actor.login.clone().unwrap_or_default();
            let staff = line.actor.staff.clone().unwrap_or_default();
            let key = (login, staff, id.to_owned());
            assert!(
                !self.is_done(&key, hall_date(line.at)),
                "{key:?} was done twice, again at {}",
                line.seq
            );
            let mut about = BTreeSet::new();
            line.events
                .iter()
                .for_each(|event| collect(event, &mut about));
            let on = hall_date(line.at);
            let what = None;
            self.requests.insert(key, Done { on, about, what });
        }
        for event in &line.events {
            let (name, event) = event
                .as_object()
                .and_then(|named| named.iter().next())
                .expect("a named event");
            self.queue
                .take(name, event, line.at, line.events.len() == 1);
            match name.split_once('_').map_or("", |(noun, _)| noun) {
                "enquiry" => self.enquiry(name, event, line),
                "case" => self.case(name, event),
                "proxy" => self.proxy(name, event, line),
                _ => {}
            }
        }
    }

    /// R50, R57: whoever was asked first owns it; only the director gives it another owner.
    fn enquiry(&mut self, name: &str, event: &Value, line: &Line) {
        let id = word(event, "enquiry").to_owned();
        let actor = line.actor.staff.as_deref().unwrap_or_default();
        match name {
            "enquiry_opened" => {
                assert_eq!(
                    word(event, "owner"),
                    actor,
                    "R50: who was asked first: {event}"
                );
                let asked_on = hall_date(line.at);
                self.date(
                    "R56",
                    event,
                    "forward_due_on",
                    self.days.on_or_after(asked_on),
                );
                self.date(
                    "R56",
                    &event["reply_due"],
                    "on",
                    self.days.after(asked_on, 2, &[]),
                );
                let before = self.owners.insert(id, actor.to_owned());
                assert_eq!(before, None, "R50: opened twice: {event}");
            }
            "enquiry_reassigned" => {
                assert_eq!(line.actor.role.as_deref(), Some("director"), "R57: {event}");
                let before = self.owners.insert(id, word(event, "owner").to_owned());
                assert_eq!(before.as_deref(), Some(word(event, "from")), "R57: {event}");
            }
            "enquiry_reply_rejected" => {
                let today = hall_date(line.at);
                self.date(
                    "R56",
                    &event["reply_due"],
                    "on",
                    self.days.after(today, 2, &[]),
                );
            }
            _ => assert!(event["owner"].is_null(), "R53: an owner changed: {event}"),
        }
    }

    fn date(&mut self, rule: &str, event: &Value, field: &str, expected: NaiveDate) {
        assert_eq!(day(event, field), expected, "{rule}: {field} of {event}");
        self.dates += 1;
    }

    /// R15, R91, R101–R104: the dates of a case, from its limits, stops and extensions.
    fn case(&mut self, name: &str, event: &Value) {
        let id = word(event, "id").to_owned();
        if event["limits"].is_object() {
            let count = |which: &str| event["limits"][which].as_u64().unwrap();
            assert_eq!(
                word(&event["limits"], "unit"),
                "working_day",
                "the hall has no other: {event}"
            );
            assert!(count("committed") <= count("statutory"), "R91: {event}");
            let started_on = event["started_on"]
                .as_str()
                .map(|_| day(event, "started_on"));
            let term = self.terms.entry(id.clone()).or_insert_with(|| Term {
                started_on: started_on.expect("the first limits come with acceptance"),
                statutory: 0,
                committed: 0,
                within: 0,
                beyond: 0,
                pauses: Vec::new(),
            });
            (term.statutory, term.committed) = (count("statutory"), count("committed"));
        }
        match name {
            "case_paused" => {
                let from = day(&event["stop"], "from_on");
                self.term(&id).pauses.push((from, None));
            }
            "case_resumed" => {
                let to = day(event, "on");
                let last = self
                    .term(&id)
                    .pauses
                    .last_mut()
                    .expect("R101: it was stopped");
                last.1 = Some(to);
                self.stopped += usize::from(last.0 < to);
            }
            "case_extended" => {
                let (within, days) = (
                    word(&event["extension"], "within"),
                    &event["extension"]["days"],
                );
                let days = days.as_u64().unwrap();
                match within {
                    "statutory" => self.term(&id).beyond += days,
                    _ => self.term(&id).within += days,
                }
            }
            "case_decided" if event["decision"]["deliver_due_on"].is_string() => {
                let on = day(&event["decision"], "on");
                self.date(
                    "R104",
                    &event["decision"],
                    "deliver_due_on",
                    self.days.after(on, 10, &[]),
                );
            }
            _ => {}
        }
        if event["dues"].is_object() {
            self.dues(id, name, event);
        }
    }

    fn term(&mut self, id: &str) -> &mut Term {
        self.terms
            .get_mut(id)
            .unwrap_or_else(|| panic!("{id} has no term yet"))
    }

    fn dues(&mut self, id: String, name: &str, event: &Value) {
        let term = &self.terms[&id];
        let statutory = term.statutory + term.beyond;
        let committed = if term.beyond > 0 {
            statutory
        } else {
            term.committed + term.within
        };
        let committed_on = self.days.after(term.started_on, committed, &term.pauses);
        let statutory_on = self.days.after(term.started_on, statutory, &term.pauses);
        self.date("R101", &event["dues"], "committed_on", committed_on);
        self.date("R101", &event["dues"], "statutory_on", statutory_on);
        let before = self.dues.insert(id, (committed_on, statutory_on));
        if matches!(name, "case_resumed" | "case_extended") {
            let kept = before.is_some_and(|(committed, statutory)| {
                committed <= committed_on && statutory <= statutory_on
            });
            assert!(
                kept,
                "R103: a stop or more time brought a date nearer: {event}"
            );
        }
    }

    /// R151–R153: the dates of an errand.
    fn proxy(&mut self, name: &str, event: &Value, line: &Line) {
        let (field, days) = match name {
            "proxy_result_entered" => ("reply_due", 1),
            "proxy_completed" => ("follow_up_due", 5),
            "proxy_suspended" => ("lapses_on", 30),
            _ => return,
        };
        if event[field].is_string() {
            self.date(
                "R153",
                event,
                field,
                self.days.after(hall_date(line.at), days, &[]),
            );
        }
    }

    /// The hall in memory says the same.
    pub(super) fn agrees(&self, hall: &Hall) {
        self.queue.agrees(hall);
        for enquiry in hall.enquiries.values() {
            let owner = self.owners.get(&enquiry.id.to_string()).map(String::as_str);
            assert_eq!(
                Some(enquiry.owner.as_str()),
                owner,
                "R50: {}",
                enquiry.number
            );
        }
        for case in hall.cases.values() {
            let dues = case
                .dues
                .as_ref()
                .map(|dues| (dues.committed_on, dues.statutory_on));
            assert_eq!(
                dues,
                self.dues.get(&case.id.to_string()).copied(),
                "R111: {}",
                case.number
            );
        }
    }

    /// Takes a group: the commands that were asked together, their answers, and the entries that came of it.
    pub(super) fn group(
        &mut self,
        at: Instant,
        asked: &[Submission],
        answers: &[Result<Value, Fault>],
        lines: &[Line],
    ) {
        let mut lines = lines.iter().peekable();
        while let Some(line) = lines.next_if(|line| line.actor.role.as_deref() == Some("hall")) {
            self.take(line);
        }
        let today = hall_date(at);
        for (asked, answer) in asked.iter().zip(answers) {
            if !permission::is_command(&asked.method) {
                continue;
            }
            let key = key_of(asked).expect("every command of a terminal has a request id");
            // What is refused, or was done before, has no entry; the one that comes next may be of the same id asked otherwise.
            let is_new = matches!(answer, Ok(value) if value["repeated"] != true);
            let written = lines.next_if(|line| {
                let id = line
                    .request
                    .as_deref()
                    .and_then(|written| written.rsplit_once('.'));
                is_new && id.is_some_and(|(id, _)| id == key.2)
            });
            self.answered((asked, &key, today), answer, written);
        }
        assert_eq!(
            lines.next().map(Line::raw),
            None,
            "an entry of something that was refused, done before, or never asked"
        );
    }

    fn answered(
        &mut self,
        (asked, key, today): (&Submission, &Key, NaiveDate),
        answer: &Result<Value, Fault>,
        written: Option<&Line>,
    ) {
        let before = self.is_done(key, today);
        let what = (asked.method.clone(), asked.params.clone());
        let done = self.requests.get(key).and_then(|done| done.what.as_ref());
        let other = before && done.is_some_and(|done| *done != what);
        let method = &asked.method;
        match answer {
            Ok(value) if before => {
                assert!(written.is_none(), "{method} {key:?} was done twice");
                assert!(!other, "{method} {key:?} is not what was done: {value}");
                assert_eq!(value["repeated"], true, "{method} {key:?}: {value}");
                self.acknowledged(key, value);
            }
            Ok(value) => {
                assert!(
                    value["repeated"].is_null(),
                    "{method} {key:?} is new: {value}"
                );
                let silent = value.is_null() && SILENT.contains(&method.as_str());
                assert_eq!(
                    silent,
                    written.is_none(),
                    "{method} {key:?} answers {value}"
                );
                let Some(line) = written else {
                    return self.nobody_waits(asked, today);
                };
                self.take(line);
                self.acknowledged(key, value);
                self.requests.get_mut(key).expect("just taken").what = Some(what);
            }
            Err(fault) => {
                let reused = matches!(fault, Fault::Refused(refusal) if refusal.code.as_str() == "request.reused");
                let right = if before {
                    reused && (other || done.is_none())
                } else {
                    !reused
                };
                assert!(
                    right,
                    "{method} {key:?} was done, {before}, otherwise, {other}: {fault:?}"
                );
            }
        }
    }

    /// Whoever calls nobody has nobody to call (R31), and who gives up nobody had nobody (R34).
    fn nobody_waits(&self, asked: &Submission, today: NaiveDate) {
        let next = match asked.method.as_str() {
            "ticket.call_next" => self.queue.next_for(word(&asked.params, "window"), today),
            _ => self.queue.waiting_in(asked.params["queue"].as_str()),
        };
        assert_eq!(
            next, None,
            "R31: {} came to nothing, and somebody waits",
            asked.method
        );
    }

    /// What somebody was told is done is in the journal, and is about what they were told.
    pub(super) fn acknowledged(&self, key: &Key, answer: &Value) {
        let done = self.requests.get(key);
        let done =
            done.unwrap_or_else(|| panic!("acknowledged and not in the journal: {key:?} {answer}"));
        let record = answer.get("proposal").unwrap_or(answer);
        let told = record
            .get("id")
            .or_else(|| record.get("code"))
            .and_then(Value::as_str);
        if let Some(told) = told {
            assert!(
                done.about.contains(told),
                "{key:?} answers {told}, and the entry is about {:?}",
                done.about
            );
        }
    }
}

/// Every short text in a value: ids and codes are among them.
fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.len() <= 40 => drop(into.insert(text.clone())),
        Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, into)),
        _ => {}
    }
}
