//! Memory and records from the journal: opening after any stop, rebuilding from nothing, and comparing what the records say
//! with what the journal says. The same `apply` and the same derivation of keys serve all three.

use serde_json::Value;

use crate::{
    rules::{event::Event, hall::Hall, time::hall_date},
    store::{Change, Direction, Head, KeyRange, Line, Lines, MemoryStore, Store},
};

use super::{
    Engine, EngineError, KeyRing, erasure, journey,
    records::{self, Sealing},
    request::{self, Memo},
    resolve,
};

/// How far a replay has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The entry it stands at.
    pub seq: u64,
    /// The last one.
    pub of: u64,
}

/// What comparing the records with the journal found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Records compared.
    pub records: usize,
    /// Keys that differ, are missing or are too many; at most a hundred of them.
    pub differences: Vec<String>,
}

/// Differences that a comparison names; one is enough to rebuild, a hundred are enough to understand.
const DIFFERENCES_MAX: usize = 100;

/// Entries between two writes of the records during a replay: some thousand changes, a few megabytes.
const BATCH_ENTRIES: usize = 1_000;

/// Whose hall a journal is: entry 1 says it, in clear.
pub(super) fn hall_id(store: &dyn Store) -> Result<String, EngineError> {
    let first = store
        .read(1)?
        .next()
        .transpose()?
        .ok_or(EngineError::Unfounded)?;
    first
        .events
        .first()
        .and_then(|event| event.pointer("/hall_founded/profile/id"))
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or(EngineError::Unfounded)
}

/// Brings a freshly opened engine up to the journal's head. Records that cannot be read are made again.
pub(super) fn bring_up(
    engine: &mut Engine,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), EngineError> {
    match catch_up(engine, progress) {
        Err(error) if error.spoils_records() => {
            rebuild(engine, progress)?;
            load_day(engine)?;
        }
        other => other?,
    }
    erasure::repeat(&*engine.store, &mut *engine.keys.people)
}

fn catch_up(engine: &mut Engine, progress: &mut dyn FnMut(Progress)) -> Result<(), EngineError> {
    let heads = engine.store.heads()?;
    if let Some(records) = heads.records {
        let sealing = Sealing {
            hall_id: &engine.hall_id,
            keys: &engine.keys,
        };
        engine.hall = records::load_hall(&*engine.store, sealing)?;
        let mut replay = Replay::resume(std::mem::take(&mut engine.hall), engine.hall_id.clone());
        if records.seq > 0 {
            replay.head_at = at_of(&*engine.store, records.seq)?;
        }
        let lines = engine.store.read(records.seq + 1)?;
        replay.run(
            &mut *engine.store,
            lines,
            heads.journal.seq,
            &engine.keys,
            progress,
        )?;
        engine.take(replay, heads.journal);
    } else {
        rebuild(engine, progress)?;
    }
    load_day(engine)
}

fn load_day(engine: &mut Engine) -> Result<(), EngineError> {
    records::load_day(
        &mut engine.hall,
        hall_date(engine.head_at),
        &*engine.store,
        Sealing {
            hall_id: &engine.hall_id,
            keys: &engine.keys,
        },
    )
}

/// Makes the records again from the whole journal, beside the old ones, and puts them in their place.
pub(super) fn rebuild(
    engine: &mut Engine,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), EngineError> {
    let head = engine.store.head()?;
    engine.store.renew()?;
    let mut replay = Replay::resume(Hall::default(), engine.hall_id.clone());
    let lines = engine.store.read(1)?;
    replay.run(&mut *engine.store, lines, head.seq, &engine.keys, progress)?;
    engine.store.install()?;
    engine.take(replay, head);
    Ok(())
}

fn at_of(store: &dyn Store, seq: u64) -> Result<crate::rules::time::Instant, EngineError> {
    let line = store.read(seq)?.next().transpose()?;
    Ok(line.map_or(crate::rules::time::Instant::UNIX_EPOCH, |line| line.at))
}

impl Engine {
    fn take(&mut self, replay: Replay, head: Head) {
        self.hall = replay.hall;
        self.head = head;
        self.head_at = replay.head_at;
        self.swept = replay.head_at;
    }

    /// Makes the records again from the journal. After a failure nothing is acknowledged until a restart.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), EngineError> {
        rebuild(self, progress)
            .and_then(|()| erasure::repeat(&*self.store, &mut *self.keys.people))
            .inspect_err(|error| self.failed = Some(error.to_string()))
    }

    /// Compares the records with what the journal says they are.
    pub fn compare(&self, progress: &mut dyn FnMut(Progress)) -> Result<Comparison, EngineError> {
        let head = self.store.head()?;
        let mut fresh = MemoryStore::beside(&self.hall_id, head);
        let mut replay = Replay::resume(Hall::default(), self.hall_id.clone());
        replay.run(
            &mut fresh,
            self.store.read(1)?,
            head.seq,
            &self.keys,
            progress,
        )?;
        let wanted = fresh.scan(&KeyRange::all(), Direction::Forward, usize::MAX)?;
        let found = self
            .store
            .scan(&KeyRange::all(), Direction::Forward, usize::MAX)?;
        Ok(compare(wanted, found))
    }
}

fn compare(wanted: Vec<(Vec<u8>, Vec<u8>)>, found: Vec<(Vec<u8>, Vec<u8>)>) -> Comparison {
    let records = wanted.len();
    let mut found: std::collections::BTreeMap<_, _> = found.into_iter().collect();
    let shown = |key: &[u8]| String::from_utf8_lossy(key).replace('\n', "/");
    let mut differences = Vec::new();
    for (key, value) in wanted {
        match found.remove(&key) {
            Some(same) if same == value => {}
            Some(_) => differences.push(format!("{} differs", shown(&key))),
            None => differences.push(format!("{} is missing", shown(&key))),
        }
    }
    differences.extend(
        found
            .keys()
            .map(|key| format!("{} is too many", shown(key))),
    );
    differences.truncate(DIFFERENCES_MAX);
    Comparison {
        records,
        differences,
    }
}

/// A replay under way.
struct Replay {
    hall: Hall,
    hall_id: String,
    head_at: crate::rules::time::Instant,
    waiting: Vec<Change>,
}

impl Replay {
    fn resume(hall: Hall, hall_id: String) -> Self {
        Self {
            hall,
            hall_id,
            head_at: crate::rules::time::Instant::UNIX_EPOCH,
            waiting: Vec::new(),
        }
    }

    /// Replays lines into the records of `target`; `of` is the last one's seq.
    fn run(
        &mut self,
        target: &mut dyn Store,
        lines: Lines,
        of: u64,
        keys: &KeyRing,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), EngineError> {
        let mut since_write = 0;
        let mut last: Option<Head> = None;
        for line in lines {
            let line = line?;
            // Requests of days gone by are forgotten as they were when the first entry of a day was written.
            if hall_date(line.at) != hall_date(self.head_at) {
                if let Some(head) = last {
                    self.write(target, &head, keys)?;
                    since_write = 0;
                }
                self.waiting
                    .extend(request::forget(target, hall_date(line.at))?);
            }
            let erased = self.entry(&line, target, keys)?;
            since_write += 1;
            last = Some(line.head());
            // What was erased must not be read back from the store by a later entry.
            if since_write >= BATCH_ENTRIES || erased {
                self.write(target, &line.head(), keys)?;
                since_write = 0;
                progress(Progress { seq: line.seq, of });
            }
        }
        if let (Some(head), true) = (last, since_write > 0) {
            self.write(target, &head, keys)?;
            progress(Progress { seq: head.seq, of });
        }
        Ok(())
    }

    /// Replays one line. Whether it erased a person.
    fn entry(
        &mut self,
        line: &Line,
        target: &dyn Store,
        keys: &KeyRing,
    ) -> Result<bool, EngineError> {
        let mut erased = false;
        let mut events = Vec::with_capacity(line.events.len());
        for event in &line.events {
            let value = journey::open_stored(&self.hall_id, event, keys)?;
            resolve::load(
                &mut self.hall,
                &value,
                target,
                Sealing {
                    hall_id: &self.hall_id,
                    keys,
                },
            )?;
            let event = Event::from_value(value).map_err(|fault| EngineError::Event {
                seq: line.seq,
                fault,
            })?;
            self.hall.apply(&event);
            if let Some(erasure) = erasure::after(&event, &mut self.hall, target)? {
                self.waiting.extend(erasure.changes);
                erased = true;
            }
            events.push(event);
        }
        if let Some((id, print)) = line.request.as_deref().and_then(request::split) {
            let login = line.actor.login.as_deref().unwrap_or_default();
            let staff = line.actor.staff.as_deref().unwrap_or_default();
            let subject = super::answer::written(request::answering(&events).as_ref());
            let key = request::key(hall_date(line.at), login, staff, id);
            self.waiting.push(request::remember(
                key,
                &Memo {
                    print: print.to_owned(),
                    subject,
                },
            ));
        }
        self.head_at = line.at;
        Ok(erased)
    }

    fn write(
        &mut self,
        target: &mut dyn Store,
        head: &Head,
        keys: &KeyRing,
    ) -> Result<(), EngineError> {
        let mut changes = std::mem::take(&mut self.waiting);
        changes.extend(records::take_changes(
            &mut self.hall,
            Sealing {
                hall_id: &self.hall_id,
                keys,
            },
        )?);
        target.catch_up(head, &changes)?;
        if records::trimmable(&self.hall) > records::CLOSED_IN_MEMORY_MAX {
            records::trim(&mut self.hall, hall_date(self.head_at));
        }
        Ok(())
    }
}
