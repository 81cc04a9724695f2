//! The small hall in an engine, on a store in memory that stays when the engine goes, so that a test can open it again, or look
//! into its journal.

use std::sync::{Arc, Mutex, MutexGuard};

use banshi::engine::{Engine, Fault, Identity, KeyRing, Submission};
use banshi::rules::{stamp::Via, time::Instant};
use banshi::store::{
    Change, Direction, Head, Heads, KeyRange, Line, Lines, MemoryStore, Record, Store, StoreError,
};
use serde_json::Value;

use super::{at, small_folder};

/// A store in memory that several engines may open, one after another.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<MemoryStore>>);

impl Shared {
    pub(crate) fn new(store: MemoryStore) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, MemoryStore> {
        self.0
            .lock()
            .expect("invariant: no test holds it and fails")
    }

    /// Takes the store out, for a crash; an empty one stays.
    pub(crate) fn take(&self) -> MemoryStore {
        std::mem::replace(&mut *self.store(), MemoryStore::new("gone"))
    }
}

impl Store for Shared {
    fn heads(&self) -> Result<Heads, StoreError> {
        self.store().heads()
    }
    fn read(&self, from_seq: u64) -> Result<Lines, StoreError> {
        self.store().read(from_seq)
    }
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store().get(key)
    }
    fn scan(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        self.store().scan(range, direction, limit)
    }
    fn commit(
        &mut self,
        expected: &Head,
        lines: &[Line],
        changes: &[Change],
    ) -> Result<Head, StoreError> {
        self.store().commit(expected, lines, changes)
    }
    fn catch_up(&mut self, head: &Head, changes: &[Change]) -> Result<(), StoreError> {
        self.store().catch_up(head, changes)
    }
    fn renew(&mut self) -> Result<(), StoreError> {
        self.store().renew()
    }
    fn install(&mut self) -> Result<(), StoreError> {
        self.store().install()
    }
    fn vouch(&mut self) -> Result<(), StoreError> {
        self.store().vouch()
    }
}

/// The seed of every bed's keys.
pub(crate) const SEED: &str = "bed";

/// Slots that a reopened bed's keys have handed out: more than any test uses.
pub(crate) const SLOTS: u64 = 1 << 30;

/// A hall in an engine, its store, and the time.
pub(crate) struct Bed {
    pub(crate) store: Shared,
    pub(crate) engine: Engine,
    pub(crate) at: Instant,
}

impl Bed {
    /// The small hall, founded on Monday 2026-03-02 at 08:00.
    pub(crate) fn small() -> Self {
        let store = Shared::new(MemoryStore::new("small"));
        let at = at("2026-03-02T08:00");
        let keys = KeyRing::derived(SEED, 0);
        let engine = Engine::found(
            Box::new(store.clone()),
            keys,
            &small_folder(),
            true,
            at,
            "test",
        )
        .expect("a memory store founds");
        Self { store, engine, at }
    }

    /// Moves the clock to a hall time.
    pub(crate) fn go(&mut self, time: &str) -> &mut Self {
        self.at = at(time);
        self
    }

    /// Asks as a member of staff.
    pub(crate) fn ask(&mut self, staff: &str, method: &str, params: Value) -> Result<Value, Fault> {
        let asked = [submission(staff, method, params)];
        self.engine.submit(self.at, &asked).remove(0)
    }

    /// The same, where it has to be done.
    pub(crate) fn ok(&mut self, staff: &str, method: &str, params: Value) -> Value {
        let shown = params.to_string();
        self.ask(staff, method, params)
            .unwrap_or_else(|fault| panic!("{method} {shown}: {fault:?}"))
    }

    /// The hall opened anew from what is stored, as after a restart.
    pub(crate) fn reopened(&self) -> Engine {
        self.reopened_with(KeyRing::derived(SEED, SLOTS))
    }

    pub(crate) fn reopened_with(&self, keys: KeyRing) -> Engine {
        Engine::open(Box::new(self.store.clone()), keys, &mut |_| {}).expect("it opens again")
    }

    /// The journal.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let lines = self.store.store().read(1).expect("a memory store reads");
        lines.map(|line| line.expect("whole")).collect()
    }

    /// Every record, by key.
    pub(crate) fn records(&self) -> Vec<Record> {
        let all = KeyRange::all();
        let store = self.store.store();
        store
            .scan(&all, Direction::Forward, usize::MAX)
            .expect("a memory store scans")
    }
}

pub(crate) fn identity(staff: &str) -> Identity {
    Identity {
        login: "test".into(),
        staff: Some(staff.into()),
        via: Via::Call,
    }
}

pub(crate) fn submission(staff: &str, method: &str, params: Value) -> Submission {
    Submission {
        identity: identity(staff),
        method: method.into(),
        params,
    }
}

/// The code of a refusal.
pub(crate) fn code(answer: &Result<Value, Fault>) -> &'static str {
    match answer {
        Err(Fault::Refused(refusal)) => refusal.code.as_str(),
        other => panic!("not refused: {other:?}"),
    }
}
