//! Records: how the tables of the hall lie in the store. One key a record, one value, and the index keys derived from the
//! record alone by one function a kind, so that an index cannot disagree with its record. Values are JSON with private
//! text sealed under the kind's name; the catalogue's tables lie in chunks (`chunks`). They are disposable and rebuilt from the
//! journal: a set says in which form it is written, and one in another form is made again, which is all that migration is.

use std::{collections::BTreeSet, fmt::Write as _};

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    rules::{
        branch::Branch,
        case::Case,
        catalogue::{
            Authorisation, CalendarYear, Department, Item, Material, Queue, Seal, Staff, Window,
        },
        custody::Paper,
        document::Document,
        enquiry::Enquiry,
        event::Subject,
        finding::Finding,
        hall::{Frame, Hall, Versions},
        id::TicketId,
        people::{Person, Slot},
        proposal::Proposal,
        proxy::Order,
        round::Round,
        table::{Changed, Table},
        ticket::{Line, Ticket},
        window::Desk,
    },
    store::{Change, Direction, KeyRange, Store, keys::HallKey},
};

pub use super::stored_key::StoredKey;

use super::{EngineError, KeyRing, chunks, seal};

/// The form in which records are written. Whoever changes a key or a value that stands in the store adds one: sets in another
/// form are made again when they are opened.
pub const FORMAT: u32 = 2;

/// The key under which a record set says its form.
const FORMAT_KEY: &[u8] = b"m/format";

/// The change by which a new record set says its form.
pub fn format_change() -> Change {
    Change::Put(FORMAT_KEY.to_vec(), FORMAT.to_string().into_bytes())
}

/// Whether the records are written in the form that this version reads and writes.
pub fn is_current(store: &dyn Store) -> Result<bool, EngineError> {
    Ok(store.get(FORMAT_KEY)? == Some(FORMAT.to_string().into_bytes()))
}

/// What the records are sealed with: whose hall, which keys.
#[derive(Clone, Copy)]
pub struct Sealing<'a> {
    /// The hall's id.
    pub hall_id: &'a str,
    /// Its keys.
    pub keys: &'a KeyRing,
}

/// What the store must know of a record beside its bytes.
pub trait Stored: Clone + PartialEq + Serialize + DeserializeOwned {
    /// Letter or word of the kind: the first part of its keys, and the aad of its sealed fields.
    const KIND: &'static str;
    /// Whether such records are ever open work; a list of those that never are shows all of them.
    const OPENS: bool = true;
    /// Open work and the catalogue stay in memory; the rest is loaded when it is named.
    fn stays(&self) -> bool {
        true
    }
    /// Its human number, under which it is found, with the date where numbers restart daily.
    fn number(&self) -> Option<String> {
        None
    }
    /// Further index keys.
    fn indexes(&self, _key: &HallKey) -> Vec<String> {
        Vec::new()
    }
    /// The records it refers to, which are loaded with it.
    fn refers_to(&self) -> Vec<Subject> {
        Vec::new()
    }
}

macro_rules! catalogue_records {
    ($($record:ty = $kind:literal;)*) => {$(impl Stored for $record { const KIND: &'static str = $kind; })*};
}
catalogue_records! {
    Frame = "hall";
    Department = "department";
    Queue = "queue";
    Window = "window";
    Staff = "staff";
    Versions<Item> = "item";
    Material = "material";
    Authorisation = "authorisation";
    Seal = "seal";
    CalendarYear = "calendar";
    Desk = "desk";
    Line = "line";
    u64 = "counter";
}

macro_rules! work_records {
    ($($record:ty = $kind:literal, $number:expr;)*) => {$(
        impl Stored for $record {
            const KIND: &'static str = $kind;
            fn stays(&self) -> bool { self.is_open() }
            fn number(&self) -> Option<String> { ($number)(self) }
            fn refers_to(&self) -> Vec<Subject> { self.refers_to() }
        }
    )*};
}
work_records! {
    Ticket = "t", |ticket: &Ticket| Some(format!("{}/{}", ticket.on, ticket.number));
    Enquiry = "e", |enquiry: &Enquiry| Some(enquiry.number.clone());
    Branch = "b", |_: &Branch| None;
    Order = "d", |order: &Order| Some(order.number.clone());
    Paper = "m", |_: &Paper| None;
    Round = "r", |_: &Round| None;
    Finding = "f", |finding: &Finding| Some(finding.number.clone());
    Proposal = "q", |_: &Proposal| None;
}

impl Stored for Case {
    const KIND: &'static str = "c";
    fn stays(&self) -> bool {
        self.is_open()
    }
    fn number(&self) -> Option<String> {
        Some(self.number.clone())
    }
    fn refers_to(&self) -> Vec<Subject> {
        Self::refers_to(self)
    }
}

impl Stored for Document {
    const KIND: &'static str = "n";
    const OPENS: bool = false;
    fn stays(&self) -> bool {
        false
    }
}

impl Stored for Person {
    const KIND: &'static str = "p";
    fn stays(&self) -> bool {
        false
    }
    fn indexes(&self, key: &HallKey) -> Vec<String> {
        if self.erased {
            return vec![erased_key(self.key)];
        }
        let number = self.id_number.as_ref().and_then(|number| number.readable());
        self.id_type
            .zip(number)
            .map(|(id_type, number)| person_index(key, id_type_word(id_type).as_str(), number))
            .into_iter()
            .collect()
    }
}

/// The word of an identity paper's kind, as it stands on the wire.
pub fn id_type_word(id_type: crate::rules::people::IdType) -> String {
    serde_json::to_value(id_type)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Prefix of the index keys by which a person is found from their number.
pub const PERSON_PREFIX: &str = "x/person/";

/// Index key of a person: a keyed hash of the paper's kind and number, no clear text (formats, Persons).
pub fn person_index(key: &HallKey, id_type: &str, number: &str) -> String {
    let hash = seal::person_hmac(key, id_type, number);
    hash.iter().fold(PERSON_PREFIX.to_owned(), |mut key, byte| {
        write!(key, "{byte:02x}").expect("invariant: a string takes all that is written");
        key
    })
}

/// Index keys of the persons whose data were erased: their key slots, which opening forgets again (formats, Persons).
pub const ERASED_PREFIX: &str = "x/erased/";

fn erased_key(slot: Slot) -> String {
    format!("{ERASED_PREFIX}{slot:016x}")
}

/// The nouns of the records that hold private texts, by the kinds in their keys.
pub fn noun_of_kind(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "t" => "ticket",
        "e" => "enquiry",
        "c" => "case",
        "b" => "branch",
        "d" => "proxy",
        "m" => "custody",
        "r" => "round",
        "f" => "finding",
        "q" => "proposal",
        "n" => "document",
        "p" => "person",
        _ => return None,
    })
}

/// The slot that an index key under [`ERASED_PREFIX`] names.
pub fn erased_slot(key: &[u8]) -> Option<Slot> {
    let slot = key.strip_prefix(ERASED_PREFIX.as_bytes())?;
    u64::from_str_radix(std::str::from_utf8(slot).ok()?, 16).ok()
}

/// Key of a record.
pub fn record_key<K: StoredKey, T: Stored>(key: &K) -> String {
    format!("r/{}/{}", T::KIND, key.stored())
}

fn open_key<K: StoredKey, T: Stored>(key: &K) -> String {
    format!("o/{}/{}", T::KIND, key.stored())
}

/// Key under which a human number leads to the record.
pub fn number_key(kind: &str, number: &str) -> String {
    format!("x/number/{kind}/{number}")
}

/// Catalogue kinds are loaded whole, so they need no mark; the others carry one while they are open work.
fn marked<T: Stored>() -> bool {
    T::KIND.len() == 1 && !matches!(T::KIND, "n" | "p")
}

fn keys_beside<K: StoredKey, T: Stored>(key: &K, record: &T, sealing: Sealing<'_>) -> Vec<String> {
    let mut keys = record.indexes(&sealing.keys.hall);
    keys.extend(record.number().map(|number| number_key(T::KIND, &number)));
    if marked::<T>() && record.stays() {
        keys.push(open_key::<K, T>(key));
    }
    keys
}

fn encode<T: Stored>(record: &T, sealing: Sealing<'_>) -> Result<Vec<u8>, EngineError> {
    let mut value = serde_json::to_value(record).expect("invariant: records are plain data");
    // A set that is made again while a person is erased may hold their texts open, and their slot is gone already.
    while let Err(fault) =
        seal::seal_event(sealing.hall_id, T::KIND, &mut value, &*sealing.keys.people)
    {
        match fault {
            seal::SealError::Erased { slot, .. } => seal::erase(&mut value, slot),
            fault => return Err(fault.into()),
        };
    }
    Ok(serde_json::to_vec(&value).expect("invariant: a JSON value can be written"))
}

fn decode<T: Stored>(bytes: &[u8], sealing: Sealing<'_>) -> Result<T, EngineError> {
    let damaged = |reason: String| EngineError::Record {
        kind: T::KIND,
        reason,
    };
    let mut value: Value =
        serde_json::from_slice(bytes).map_err(|fault| damaged(fault.to_string()))?;
    seal::open_event(sealing.hall_id, T::KIND, &mut value, &*sealing.keys.people)?;
    serde_json::from_value(value).map_err(|fault| damaged(fault.to_string()))
}

/// The changes that one changed record brings to the store: its value, and the index keys that came and went.
fn changes_of<K: StoredKey, T: Stored>(
    record: &Changed<K, T>,
    sealing: Sealing<'_>,
    changes: &mut Vec<Change>,
) -> Result<(), EngineError> {
    if record.old == record.new {
        return Ok(());
    }
    let key = record_key::<K, T>(&record.key).into_bytes();
    let before = record
        .old
        .as_ref()
        .map_or_else(Vec::new, |old| keys_beside(&record.key, old, sealing));
    let after = record
        .new
        .as_ref()
        .map_or_else(Vec::new, |new| keys_beside(&record.key, new, sealing));
    changes.push(match &record.new {
        Some(new) => Change::Put(key, encode(new, sealing)?),
        None => Change::Delete(key),
    });
    let gone = before.iter().filter(|key| !after.contains(key));
    changes.extend(gone.map(|key| Change::Delete(key.clone().into_bytes())));
    let came = after.iter().filter(|key| !before.contains(key));
    changes.extend(
        came.map(|index| Change::Put(index.clone().into_bytes(), record.key.stored().into_bytes())),
    );
    Ok(())
}

/// Loads a whole kind.
fn load_all<K: StoredKey, T: Stored>(
    table: &mut Table<K, T>,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<(), EngineError> {
    let prefix = format!("r/{}/", T::KIND);
    for (key, value) in store.scan(
        &KeyRange::prefix(prefix.clone()),
        Direction::Forward,
        usize::MAX,
    )? {
        let text = String::from_utf8_lossy(&key[prefix.len()..]).into_owned();
        let key = K::restored(&text).ok_or(EngineError::Record {
            kind: T::KIND,
            reason: format!("key '{text}'"),
        })?;
        table.load(key, decode(&value, sealing)?);
    }
    Ok(())
}

/// Loads the open work of a kind; gives what it refers to.
fn load_open<K: StoredKey, T: Stored>(
    table: &mut Table<K, T>,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<Vec<Subject>, EngineError> {
    let prefix = format!("o/{}/", T::KIND);
    let mut named = Vec::new();
    for (key, _) in store.scan(
        &KeyRange::prefix(prefix.clone()),
        Direction::Forward,
        usize::MAX,
    )? {
        let text = String::from_utf8_lossy(&key[prefix.len()..]).into_owned();
        let key = K::restored(&text).ok_or(EngineError::Record {
            kind: T::KIND,
            reason: format!("key '{text}'"),
        })?;
        named.extend(load_one(table, &key, store, sealing)?);
    }
    Ok(named)
}

/// Loads one record where it is not in memory; gives what it refers to, empty if it was there or is nowhere.
fn load_one<K: StoredKey, T: Stored>(
    table: &mut Table<K, T>,
    key: &K,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<Vec<Subject>, EngineError> {
    if table.contains(key) {
        return Ok(Vec::new());
    }
    let Some(bytes) = store.get(record_key::<K, T>(key).as_bytes())? else {
        return Ok(Vec::new());
    };
    let record: T = decode(&bytes, sealing)?;
    let named = record.refers_to();
    table.load(key.clone(), record);
    Ok(named)
}

/// Names every table once, so that no function below can forget one.
macro_rules! every_table {
    ($apply:ident) => {
        $apply! {
            chunked: departments queues windows items materials authorisations seals;
            whole: frame staff calendar_years desks lines counters;
            open: tickets enquiries cases branches orders papers rounds findings proposals;
            named: people documents;
        }
    };
}

/// What changed in the hall since the last time, as changes of the store.
pub fn take_changes(hall: &mut Hall, sealing: Sealing<'_>) -> Result<Vec<Change>, EngineError> {
    let mut changes = Vec::new();
    macro_rules! take {
        ($(chunked: $($chunked:ident)*; whole: $($whole:ident)*; open: $($open:ident)*; named: $($named:ident)*;)*) => {
            $($(changes.extend(chunks::changes_of(&mut hall.$chunked));)*
              $(for changed in hall.$whole.take_changes() { changes_of(&changed, sealing, &mut changes)?; })*
              $(for changed in hall.$open.take_changes() { changes_of(&changed, sealing, &mut changes)?; })*
              $(for changed in hall.$named.take_changes() { changes_of(&changed, sealing, &mut changes)?; })*)*
        };
    }
    every_table!(take);
    Ok(changes)
}

/// Loads the catalogue, the open work and what it refers to.
pub fn load_hall(store: &dyn Store, sealing: Sealing<'_>) -> Result<Hall, EngineError> {
    let mut hall = Hall::default();
    let mut named = Vec::new();
    macro_rules! load {
        ($(chunked: $($chunked:ident)*; whole: $($whole:ident)*; open: $($open:ident)*; named: $($named:ident)*;)*) => {
            $($(chunks::load(&mut hall.$chunked, store)?;)*
              $(load_all(&mut hall.$whole, store, sealing)?;)*
              $(named.extend(load_open(&mut hall.$open, store, sealing)?);)*)*
        };
    }
    every_table!(load);
    hall.refresh_calendar();
    for subject in named {
        ensure(&mut hall, &subject, store, sealing)?;
    }
    Ok(hall)
}

/// How far references are followed: case → order → paper → person.
const REFERENCE_DEPTH_MAX: usize = 4;

/// Makes sure that a record, and what it refers to, is in memory; a record that is nowhere is not an error here.
pub fn ensure(
    hall: &mut Hall,
    subject: &Subject,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<(), EngineError> {
    let mut named = vec![subject.clone()];
    for _ in 0..REFERENCE_DEPTH_MAX {
        let mut next = Vec::new();
        for subject in &named {
            next.extend(load_subject(hall, subject, store, sealing)?);
        }
        if next.is_empty() {
            break;
        }
        named = next;
    }
    Ok(())
}

/// The same, also where the record itself is in memory already and something that it refers to was let go.
pub fn ensure_whole(
    hall: &mut Hall,
    subject: &Subject,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<(), EngineError> {
    ensure(hall, subject, store, sealing)?;
    for named in references(hall, subject) {
        ensure(hall, &named, store, sealing)?;
    }
    Ok(())
}

/// What a record in memory refers to.
fn references(hall: &Hall, subject: &Subject) -> Vec<Subject> {
    fn of<K: Ord + Clone, T: Stored>(table: &Table<K, T>, key: &K) -> Vec<Subject> {
        table.get(key).map_or_else(Vec::new, Stored::refers_to)
    }
    match subject {
        Subject::Hall
        | Subject::Staff(_)
        | Subject::Window(_)
        | Subject::Person(_)
        | Subject::Document(_) => Vec::new(),
        Subject::Ticket(id) => of(&hall.tickets, id),
        Subject::Enquiry(id) => of(&hall.enquiries, id),
        Subject::Case(id) => of(&hall.cases, id),
        Subject::Branch(id) => of(&hall.branches, id),
        Subject::Order(id) => of(&hall.orders, id),
        Subject::Paper(id) => of(&hall.papers, id),
        Subject::Round(id) => of(&hall.rounds, id),
        Subject::Finding(id) => of(&hall.findings, id),
        Subject::Proposal(id) => of(&hall.proposals, id),
    }
}

fn load_subject(
    hall: &mut Hall,
    subject: &Subject,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<Vec<Subject>, EngineError> {
    match subject {
        Subject::Hall | Subject::Staff(_) | Subject::Window(_) => Ok(Vec::new()),
        Subject::Person(id) => load_one(&mut hall.people, id, store, sealing),
        Subject::Ticket(id) => load_one(&mut hall.tickets, id, store, sealing),
        Subject::Enquiry(id) => load_one(&mut hall.enquiries, id, store, sealing),
        Subject::Case(id) => load_one(&mut hall.cases, id, store, sealing),
        Subject::Branch(id) => load_one(&mut hall.branches, id, store, sealing),
        Subject::Order(id) => load_one(&mut hall.orders, id, store, sealing),
        Subject::Paper(id) => load_one(&mut hall.papers, id, store, sealing),
        Subject::Round(id) => load_one(&mut hall.rounds, id, store, sealing),
        Subject::Finding(id) => load_one(&mut hall.findings, id, store, sealing),
        Subject::Proposal(id) => load_one(&mut hall.proposals, id, store, sealing),
        Subject::Document(id) => load_one(&mut hall.documents, id, store, sealing),
    }
}

/// Loads the tickets of a day that are no longer open: the day's figures and waits are told from them.
pub fn load_day(
    hall: &mut Hall,
    today: NaiveDate,
    store: &dyn Store,
    sealing: Sealing<'_>,
) -> Result<(), EngineError> {
    let range = KeyRange::prefix(number_key(Ticket::KIND, &format!("{today}/")));
    for (_, key) in store.scan(&range, Direction::Forward, usize::MAX)? {
        if let Some(id) = TicketId::restored(&String::from_utf8_lossy(&key)) {
            load_one(&mut hall.tickets, &id, store, sealing)?;
        }
    }
    Ok(())
}

/// Lets go of closed records beyond the open work, the day's tickets, and the persons that they name.
pub fn trim(hall: &mut Hall, today: NaiveDate) {
    macro_rules! trim_open {
        ($(chunked: $($chunked:ident)*; whole: $($whole:ident)*; open: $($open:ident)*; named: $($named:ident)*;)*) => {{
            let day: Vec<Ticket> =
                hall.tickets.values().filter(|ticket| ticket.on == today && !ticket.stays()).cloned().collect();
            $($(hall.$open.retain(|_, record| record.stays());)*)*
            for ticket in day {
                hall.tickets.load(ticket.id, ticket);
            }
            let mut people = BTreeSet::new();
            $($(for record in hall.$open.values() {
                people.extend(record.refers_to().into_iter().filter_map(|subject| match subject {
                    Subject::Person(id) => Some(id),
                    _ => None,
                }));
            })*)*
            hall.people.retain(|id, _| people.contains(id));
            hall.documents.retain(|_, _| false);
        }};
    }
    every_table!(trim_open);
}

/// Marks every text of a key slot in the records in memory as erased. Gives the nouns of the records that held one.
pub fn erase_in_memory(hall: &mut Hall, slot: Slot) -> BTreeSet<&'static str> {
    let mut nouns = BTreeSet::new();
    macro_rules! erase {
        ($(chunked: $($chunked:ident)*; whole: $($whole:ident)*; open: $($open:ident)*; named: $($named:ident)*;)*) => {
            $($(erase_in_table(&mut hall.$open, slot, &mut nouns);)*
              $(erase_in_table(&mut hall.$named, slot, &mut nouns);)*)*
        };
    }
    every_table!(erase);
    nouns
}

fn erase_in_table<K: StoredKey, T: Stored>(
    table: &mut Table<K, T>,
    slot: Slot,
    nouns: &mut BTreeSet<&'static str>,
) {
    let erased: Vec<(K, T)> = table
        .iter()
        .filter_map(|(key, record)| {
            let mut value = serde_json::to_value(record).ok()?;
            seal::erase(&mut value, slot).then(|| {
                let record = serde_json::from_value(value)
                    .expect("invariant: an erased text stands wherever a clear one does");
                (key.clone(), record)
            })
        })
        .collect();
    for (key, record) in erased {
        nouns.extend(noun_of_kind(T::KIND));
        table.insert(key, record);
    }
}

/// How many closed records may stay in memory before `trim` is worth its walk.
pub const CLOSED_IN_MEMORY_MAX: usize = 512;

/// How many records are in memory that need not be, estimated from what is never open work.
pub fn trimmable(hall: &Hall) -> usize {
    hall.documents.len()
        + hall
            .people
            .len()
            .saturating_sub(hall.cases.len() + hall.enquiries.len() + hall.orders.len())
}

/// Decodes one stored record of a kind, for lists that go through the store.
pub fn read_record<T: Stored>(bytes: &[u8], sealing: Sealing<'_>) -> Result<T, EngineError> {
    decode(bytes, sealing)
}

/// Records read at a time from the store by queries that go through a whole kind.
pub const PAGE_RECORDS: usize = 256;
