//! The hall's side: an engine on a disk in memory that can be pulled out from under it, and the sessions of those who are
//! connected. It takes what waits and answers, as the writer thread of a host does, one turn at a time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use banshi::engine::{Engine, Fault, Identity, KeyRing, Submission};
use banshi::rules::refusal::{Refusal, RefusalCode};
use banshi::rules::stamp::Via;
use banshi::rules::time::Instant;
use banshi::store::memory::{self, MemoryImage, RecordsFate, Unsynced};
use banshi::store::{Change, Head, Line, MemoryStore, Store, StoreError};
use banshi::wire::{
    CONTRACT, Changed, Connection, Delivery, ErrorObject, HELLO, Hello, Id, Message, Request,
    Response, Topic, WATCH, Watch,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::bed::Shared;
use crate::support::make::Chance;
use crate::support::through::through;

/// The seed of the hall's keys.
const KEYS: &str = "simulation";
/// Slots of one run of the hall; the next run begins after them.
const SLOTS_A_RUN: u64 = 1 << 24;
/// How far the clock may lie behind the last entry (R23).
const BACKWARDS_MAX: TimeDelta = TimeDelta::minutes(2);

/// A disk in memory, which may give out while records are being caught up.
#[derive(Clone)]
struct Disk {
    store: Shared,
    catch_ups_left: Arc<Mutex<Option<u64>>>,
}

impl Disk {
    fn of(store: MemoryStore) -> Self {
        Self {
            store: Shared::new(store),
            catch_ups_left: Arc::default(),
        }
    }
}

impl Store for Disk {
    through!(heads read get scan commit renew install vouch);
    fn catch_up(&mut self, head: &Head, changes: &[Change]) -> Result<(), StoreError> {
        let mut left = self.catch_ups_left.lock().unwrap();
        if *left == Some(0) {
            return Err(StoreError::ReadOnly {
                path: "memory".into(),
                why: "the power went".to_owned(),
            });
        }
        *left = left.map(|left| left - 1);
        self.store.catch_up(head, changes)
    }
}

/// Somebody who is connected.
struct Session {
    connection: Connection,
    identity: Identity,
    topics: BTreeSet<Topic>,
    waiting: BTreeSet<Topic>,
    gone: bool,
}

impl Session {
    fn answer(&mut self, id: Id, result: Result<Value, ErrorObject>) {
        self.gone |= self
            .connection
            .sender
            .try_send(Response { id, result })
            .is_err();
    }

    /// The greeting and the watch, which are the session's own; others are given back.
    fn own(&mut self, request: Request) -> Option<Request> {
        let params = Value::Object(request.params.clone());
        match request.method.as_str() {
            HELLO => {
                let hello: Hello = serde_json::from_value(params).expect("a client greets");
                self.identity.staff = hello.staff;
                self.identity.via = hello.via.unwrap_or(Via::Call);
                self.answer(request.id, Ok(json!({ "contract": CONTRACT })));
            }
            WATCH => {
                let watch: Watch = serde_json::from_value(params).expect("a client watches");
                self.topics = watch.topics;
                self.answer(request.id, Ok(json!({ "topics": self.topics })));
            }
            _ => return Some(request),
        }
        None
    }
}

/// What is to be done in one turn, and for whom.
#[derive(Default)]
pub(super) struct Asked {
    from: Vec<(usize, Id)>,
    pub(super) submissions: Vec<Submission>,
}

/// The hall, while it runs and while it does not.
pub(super) struct Server {
    engine: Option<Engine>,
    disk: Disk,
    earlier: Option<MemoryImage>,
    runs: u64,
    sessions: Vec<Session>,
}

impl Server {
    /// A hall that was founded.
    pub(super) fn found(folder: &banshi::rules::catalogue::HallFolder, at: Instant) -> Self {
        let disk = Disk::of(MemoryStore::new(&folder.profile.id));
        let keys = KeyRing::derived(KEYS, 0);
        let engine = Engine::found(Box::new(disk.clone()), keys, folder, true, at, "simulation");
        Self {
            engine: Some(engine.expect("a memory store founds")),
            disk,
            earlier: None,
            runs: 1,
            sessions: Vec::new(),
        }
    }

    pub(super) fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// Whether it runs and acknowledges.
    pub(super) fn is_whole(&self) -> bool {
        self.engine
            .as_ref()
            .is_some_and(|engine| engine.failed().is_none())
    }

    /// The journal from an entry on.
    pub(super) fn lines(&self, from: u64) -> Vec<Line> {
        let lines = self.disk.read(from).expect("a memory store reads");
        lines.map(|line| line.expect("whole")).collect()
    }

    pub(super) fn attach(&mut self, connection: Connection, login: &str) {
        let identity = Identity {
            login: login.to_owned(),
            staff: None,
            via: Via::Call,
        };
        self.sessions.push(Session {
            connection,
            identity,
            topics: BTreeSet::new(),
            waiting: BTreeSet::new(),
            gone: false,
        });
    }

    /// Takes what waits, at most so many of each session, beginning with any of them.
    pub(super) fn take(&mut self, chance: &mut Chance) -> Asked {
        let mut asked = Asked::default();
        let count = self.sessions.len();
        let first = chance.below(count);
        for place in (0..count).map(|step| (first + step) % count) {
            let session = &mut self.sessions[place];
            for _ in 0..=chance.below(3) {
                match session.connection.receiver.try_recv() {
                    Ok(Delivery::Message(Message::Request(request))) => {
                        let Some(Request { id, method, params }) = session.own(request) else {
                            continue;
                        };
                        asked.from.push((place, id));
                        asked.submissions.push(Submission {
                            identity: session.identity.clone(),
                            method,
                            params: Value::Object(params),
                        });
                    }
                    Ok(other) => panic!("a terminal sends requests: {other:?}"),
                    Err(fault) => {
                        session.gone |= fault.is_disconnected();
                        break;
                    }
                }
            }
        }
        asked
    }

    /// Does what was taken as one group; refuses all of it where the clock has gone backwards (R23).
    pub(super) fn submit(
        &mut self,
        at: Instant,
        asked: &[Submission],
    ) -> Vec<Result<Value, Fault>> {
        let engine = self.engine.as_mut().expect("it runs");
        if engine.head_at() - at > BACKWARDS_MAX {
            let refused = || Err(Refusal::new(RefusalCode::ClockBackwards).into());
            let answer = |one| {
                let known = engine.ask(at, one).or_else(|| engine.recall(at, one));
                known.unwrap_or_else(refused)
            };
            return asked.iter().map(answer).collect();
        }
        engine.submit(at, asked)
    }

    /// Answers, and tells the watchers.
    pub(super) fn answer(&mut self, asked: Asked, answers: Vec<Result<Value, Fault>>) {
        for ((place, id), answer) in asked.from.into_iter().zip(answers) {
            self.sessions[place].answer(id, answer.map_err(|fault| error_of(&fault)));
        }
        let touched = self
            .engine
            .as_mut()
            .map(Engine::take_touched)
            .unwrap_or_default();
        for session in &mut self.sessions {
            let topics = touched.iter().map(|noun| Topic::from(*noun));
            session
                .waiting
                .extend(topics.filter(|topic| session.topics.contains(topic)));
            if !session.waiting.is_empty() && session.connection.sender.waiting() == 0 {
                let topics = std::mem::take(&mut session.waiting);
                let told = session
                    .connection
                    .sender
                    .try_send(Changed { topics }.notification());
                session.gone |= told.is_err();
            }
        }
        self.sessions.retain(|session| !session.gone);
    }

    /// The next commit meets a fault.
    pub(super) fn fail_next(&mut self, fault: memory::Fault) {
        self.disk.store.store().fail_at(1, fault);
    }

    /// Remembers how the records are now, for a crash that goes back to them.
    pub(super) fn remember_records(&mut self) {
        self.earlier = Some(self.disk.store.store().image());
    }

    /// The power goes: all that stays is what the disk kept.
    pub(super) fn crash(&mut self, chance: &mut Chance) {
        self.engine = None;
        self.sessions.clear();
        self.replace_disk(chance);
    }

    fn replace_disk(&mut self, chance: &mut Chance) {
        let unsynced = if chance.percent(50) {
            Unsynced::Kept
        } else {
            Unsynced::Lost
        };
        let records = if chance.percent(20) {
            RecordsFate::Lost
        } else {
            RecordsFate::Kept
        };
        let mut image = self.disk.store.take().crash(unsynced, records);
        if let Some(earlier) = self.earlier.as_ref().filter(|_| chance.percent(40)) {
            image = image.with_records_of(earlier);
        }
        self.disk = Disk::of(MemoryStore::open(image));
    }

    /// Opens the hall again; sometimes the power goes before it is up. Gives how often it did.
    pub(super) fn reopen(&mut self, chance: &mut Chance) -> usize {
        let mut crashes = 0;
        loop {
            let left = (crashes < 3 && chance.percent(50)).then(|| chance.next() % 2);
            *self.disk.catch_ups_left.lock().unwrap() = left;
            let keys = KeyRing::derived(KEYS, self.runs * SLOTS_A_RUN);
            self.runs += 1;
            match Engine::open(Box::new(self.disk.clone()), keys, &mut |_| {}) {
                Ok(engine) => {
                    *self.disk.catch_ups_left.lock().unwrap() = None;
                    self.engine = Some(engine);
                    return crashes;
                }
                Err(error) => {
                    assert!(left.is_some(), "the hall does not open: {error}");
                    crashes += 1;
                    self.replace_disk(chance);
                }
            }
        }
    }

    /// The hall opened beside itself, from what is stored.
    pub(super) fn beside(&self) -> Engine {
        let image = self.disk.store.store().image();
        let keys = KeyRing::derived(KEYS, self.runs * SLOTS_A_RUN);
        Engine::open(Box::new(MemoryStore::open(image)), keys, &mut |_| {}).expect("it opens")
    }
}

fn error_of(fault: &Fault) -> ErrorObject {
    match fault {
        Fault::UnknownMethod(method) => ErrorObject::method_not_found(method),
        Fault::Params(fault) => ErrorObject::invalid_params(fault),
        Fault::Refused(refusal) => ErrorObject::refused(refusal),
        Fault::Failed(reason) => ErrorObject::internal(reason),
    }
}
