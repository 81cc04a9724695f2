//! Memory and records from the journal: opening after any stop, and rebuilding from nothing. The same `apply` and the same
//! derivation of keys serve both, and the sets that `remake` makes beside the one in use.

use serde_json::Value;

use crate::{
    rules::{event::Event, hall::Hall, time::hall_date},
    store::{Change, Head, Line, Lines, Store},
};

use super::{
    Engine, EngineError, KeyRing, erasure,
    records::{self, Sealing},
    request::{self, Memo},
    resolve, seal,
};

/// How far a replay has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The entry it stands at.
    pub seq: u64,
    /// The last one.
    pub of: u64,
}

/// Entries between two writes of the records during a replay: some thousand changes, a few megabytes.
const BATCH_ENTRIES: usize = 1_000;

/// Whose hall a journal is: entry 1 says it, in clear.
pub(super) fn hall_id(store: &dyn Store) -> Result<String, EngineError> {
    let first = store
        .read(1)?
        .next()
        .transpose()?
        .ok_or(EngineError::Unfounded)?;
    founded(&first).ok_or(EngineError::Unfounded)
}

/// The id of the hall that an entry founds.
pub(super) fn founded(first: &Line) -> Option<String> {
    first
        .events
        .first()
        .and_then(|event| event.pointer("/hall_founded/profile/id"))
        .and_then(Value::as_str)
        .map(str::to_owned)
}

/// Brings a freshly opened engine up to the journal's head. Records that are missing, written in another form, or not to be
/// read are made again.
pub(super) fn bring_up(
    engine: &mut Engine,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), EngineError> {
    let heads = engine.store.heads()?;
    let usable = match heads.records {
        Some(records) if records::is_current(&*engine.store)? => Some(records),
        _ => None,
    };
    let brought = match usable {
        Some(records) => catch_up(engine, records, heads.journal, progress),
        None => rebuild(engine, progress),
    };
    match brought {
        Err(error) if error.spoils_records() => rebuild(engine, progress)?,
        other => other?,
    }
    erasure::repeat(&*engine.store, &mut *engine.keys.people)
}

/// Loads memory from the records and replays what they have not seen.
fn catch_up(
    engine: &mut Engine,
    records: Head,
    journal: Head,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), EngineError> {
    let sealing = Sealing {
        hall_id: &engine.hall_id,
        keys: &engine.keys,
    };
    let hall = records::load_hall(&*engine.store, sealing)?;
    let mut replay = Replay::resume(hall, engine.hall_id.clone());
    if records.seq > 0 {
        replay.head_at = at_of(&*engine.store, records.seq)?;
    }
    let lines = engine.store.read(records.seq + 1)?;
    replay.run(
        &mut *engine.store,
        lines,
        journal.seq,
        &engine.keys,
        progress,
    )?;
    engine.take(replay, journal)
}

/// Makes the records again from the whole journal, beside the old ones, and puts them in their place.
pub(super) fn rebuild(
    engine: &mut Engine,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), EngineError> {
    let head = engine.store.head()?;
    engine.store.renew()?;
    let mut replay = Replay::afresh(engine.hall_id.clone());
    let lines = engine.store.read(1)?;
    replay.run(&mut *engine.store, lines, head.seq, &engine.keys, progress)?;
    engine.store.install()?;
    engine.take(replay, head)
}

/// When an entry was written.
pub(super) fn at_of(
    store: &dyn Store,
    seq: u64,
) -> Result<crate::rules::time::Instant, EngineError> {
    let line = store.read(seq)?.next().transpose()?;
    Ok(line.map_or(crate::rules::time::Instant::UNIX_EPOCH, |line| line.at))
}

impl Engine {
    /// Takes over what a replay has come to, and the day's closed tickets.
    pub(super) fn take(&mut self, replay: Replay, head: Head) -> Result<(), EngineError> {
        self.hall = replay.hall;
        self.head = head;
        self.head_at = replay.head_at;
        self.swept = replay.head_at;
        records::load_day(
            &mut self.hall,
            hall_date(self.head_at),
            &*self.store,
            Sealing {
                hall_id: &self.hall_id,
                keys: &self.keys,
            },
        )
    }

    /// Makes the records again from the journal. After a failure nothing is acknowledged until a restart.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), EngineError> {
        rebuild(self, progress)
            .and_then(|()| erasure::repeat(&*self.store, &mut *self.keys.people))
            .inspect_err(|error| self.failed = Some(error.to_string()))
    }
}

/// A replay under way.
pub(super) struct Replay {
    hall: Hall,
    hall_id: String,
    head_at: crate::rules::time::Instant,
    waiting: Vec<Change>,
    /// Entries taken since the records were last written.
    unwritten: usize,
    /// The last entry taken.
    last: Option<Head>,
}

impl Replay {
    /// From the first entry on, into an empty record set.
    pub(super) fn afresh(hall_id: String) -> Self {
        let mut replay = Self::resume(Hall::default(), hall_id);
        replay.waiting.push(records::format_change());
        replay
    }

    fn resume(hall: Hall, hall_id: String) -> Self {
        Self {
            hall,
            hall_id,
            head_at: crate::rules::time::Instant::UNIX_EPOCH,
            waiting: Vec::new(),
            unwritten: 0,
            last: None,
        }
    }

    /// The number of the last entry taken; 0 before the first.
    pub(super) fn seq(&self) -> u64 {
        self.last.map_or(0, |head| head.seq)
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
        for line in lines {
            self.feed(&line?, target, keys)?;
            if self.unwritten >= BATCH_ENTRIES {
                self.write(target, keys)?;
                progress(Progress {
                    seq: self.seq(),
                    of,
                });
            }
        }
        if self.unwritten > 0 {
            self.write(target, keys)?;
            progress(Progress {
                seq: self.seq(),
                of,
            });
        }
        Ok(())
    }

    /// Takes the next line. Requests of days gone by are forgotten as they were when the first entry of a day was written.
    pub(super) fn feed(
        &mut self,
        line: &Line,
        target: &mut dyn Store,
        keys: &KeyRing,
    ) -> Result<(), EngineError> {
        if hall_date(line.at) != hall_date(self.head_at) {
            self.write(target, keys)?;
            let forgotten = request::forget(target, hall_date(line.at))?;
            self.waiting.extend(forgotten);
        }
        let erased = self.entry(line, target, keys)?;
        self.unwritten += 1;
        self.last = Some(line.head());
        if erased {
            // What was erased must not be read back from the store by a later entry.
            self.write(target, keys)?;
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
            let value = seal::open_stored(&self.hall_id, event, keys)?;
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

    /// Writes what the entries since the last time have changed; nothing where there were none.
    pub(super) fn write(
        &mut self,
        target: &mut dyn Store,
        keys: &KeyRing,
    ) -> Result<(), EngineError> {
        let Some(head) = self.last.filter(|_| self.unwritten > 0) else {
            return Ok(());
        };
        let mut changes = std::mem::take(&mut self.waiting);
        changes.extend(records::take_changes(
            &mut self.hall,
            Sealing {
                hall_id: &self.hall_id,
                keys,
            },
        )?);
        target.catch_up(&head, &changes)?;
        self.unwritten = 0;
        if records::trimmable(&self.hall) > records::CLOSED_IN_MEMORY_MAX {
            records::trim(&mut self.hall, hall_date(self.head_at));
        }
        Ok(())
    }

    /// How many entries wait to be written.
    pub(super) fn unwritten(&self) -> usize {
        self.unwritten
    }
}
