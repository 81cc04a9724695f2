//! Records made again from the journal beside the ones in use, a slice at a time, so that a hall can be served meanwhile: to be
//! compared with the ones in use after an unclean stop, and to be put in their place where they differ. The host decides
//! when a slice is due; nothing here reads a clock. Besides the open work that a hall has in memory anyway it needs a page of
//! records at a time, however large the hall.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    rules::{event::Event, hall::Hall},
    store::{Beside, Direction, Head, KeyRange, Lines, Record, Store},
};

use super::{
    Engine, EngineError, KeyRing, Progress, erasure,
    replay::{self, Replay, at_of},
    seal,
};

/// Entries between two writes of the set beside: a write is one slice's work.
const BATCH_ENTRIES: usize = 64;

/// Records of a page that is compared in one slice.
const PAGE_RECORDS: usize = 64;

/// Differences that a comparison names; one is enough to rebuild, a hundred are enough to understand.
const DIFFERENCES_MAX: usize = 100;

/// Entries of a slice where nobody waits.
const SLICE_ENTRIES: usize = 1_000;

/// A record set that is being made again from the journal, beside the one in use.
pub struct Remaking {
    replay: Replay,
    beside: Beside,
    lines: Lines,
}

/// What comparing the records with the journal found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Records compared.
    pub records: usize,
    /// Keys that differ, are missing or are too many; at most a hundred of them.
    pub differences: Vec<String>,
}

/// A comparison under way: the set made again follows the journal to its head, then both are walked through.
pub struct Comparer {
    remaking: Remaking,
    left: KeyRange,
    found: Comparison,
}

impl Remaking {
    /// Begins at the journal's first entry.
    pub fn begin(engine: &Engine) -> Result<Self, EngineError> {
        Ok(Self {
            replay: Replay::afresh(engine.hall_id.clone()),
            beside: engine.store.beside(Head::genesis(&engine.hall_id))?,
            lines: engine.store.read(1)?,
        })
    }

    /// Takes at most `entries` more. True once the set has seen all that the journal holds now; the next entry makes it false.
    pub fn step(&mut self, engine: &Engine, entries: usize) -> Result<bool, EngineError> {
        for _ in 0..entries {
            if let Some(line) = self.lines.next() {
                self.replay.feed(&line?, &mut self.beside, &engine.keys)?;
                if self.replay.unwritten() >= BATCH_ENTRIES {
                    self.replay.write(&mut self.beside, &engine.keys)?;
                }
            } else if self.replay.seq() == engine.head.seq {
                self.replay.write(&mut self.beside, &engine.keys)?;
                return Ok(true);
            } else {
                self.lines = engine.store.read(self.replay.seq() + 1)?;
            }
        }
        Ok(false)
    }

    /// How far it has come.
    pub fn progress(&self, engine: &Engine) -> Progress {
        Progress {
            seq: self.replay.seq(),
            of: engine.head.seq,
        }
    }
}

impl Comparer {
    /// Begins at the journal's first entry.
    pub fn begin(engine: &Engine) -> Result<Self, EngineError> {
        Ok(Self {
            remaking: Remaking::begin(engine)?,
            left: KeyRange::all(),
            found: Comparison::default(),
        })
    }

    /// Goes on by at most `entries`, or by one page of records. True once everything was compared. Between two steps the hall
    /// may take commands: what is compared has seen them, and what was compared changes on both sides alike.
    pub fn step(&mut self, engine: &Engine, entries: usize) -> Result<bool, EngineError> {
        if !self.remaking.step(engine, entries)? {
            return Ok(false);
        }
        if self.left.is_empty() {
            return Ok(true);
        }
        let page = |store: &dyn Store| store.scan(&self.left, Direction::Forward, PAGE_RECORDS);
        let (wanted, found) = (page(&self.remaking.beside)?, page(&*engine.store)?);
        // A page that is full says nothing of what comes after its last key.
        let end = |page: &[Record]| {
            let full = page.len() == PAGE_RECORDS;
            page.last().filter(|_| full).map(|(key, _)| key.clone())
        };
        let to = match (end(&wanted), end(&found)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let within = |page: Vec<Record>| {
            let keep = |key: &[u8]| to.as_deref().is_none_or(|to| key <= to);
            page.into_iter().filter(move |(key, _)| keep(key))
        };
        let found = within(found).collect();
        self.compare(within(wanted), found, engine)?;
        self.left = match &to {
            Some(to) => self.left.clone().after(to),
            None => KeyRange::between(*b"", *b""),
        };
        Ok(self.left.is_empty())
    }

    fn compare(
        &mut self,
        wanted: impl Iterator<Item = Record>,
        mut found: BTreeMap<Vec<u8>, Vec<u8>>,
        engine: &Engine,
    ) -> Result<(), EngineError> {
        let shown = |key: &[u8]| String::from_utf8_lossy(key).replace('\n', "/");
        let differences = &mut self.found.differences;
        for (key, value) in wanted {
            self.found.records += 1;
            match found.remove(&key) {
                Some(same) if same == value || same_but_erased(&key, &same, &value, engine)? => {}
                Some(_) => differences.push(format!("{} differs", shown(&key))),
                None => differences.push(format!("{} is missing", shown(&key))),
            }
        }
        let extra = found
            .keys()
            .map(|key| format!("{} is too many", shown(key)));
        differences.extend(extra);
        differences.truncate(DIFFERENCES_MAX);
        Ok(())
    }

    /// What was found so far.
    pub fn found(&self) -> &Comparison {
        &self.found
    }

    /// How far the set made again has come.
    pub fn progress(&self, engine: &Engine) -> Progress {
        self.remaking.progress(engine)
    }

    /// The set made again, to be put in use.
    pub fn into_remaking(self) -> Remaking {
        self.remaking
    }
}

/// Whether two values differ in nothing but texts whose slot was forgotten: the record in use still holds them sealed, which
/// nobody can open any more, and the one made again says that they are erased.
fn same_but_erased(
    key: &[u8],
    found: &[u8],
    wanted: &[u8],
    engine: &Engine,
) -> Result<bool, EngineError> {
    let key = String::from_utf8_lossy(key);
    let Some(kind) = key
        .strip_prefix("r/")
        .and_then(|rest| rest.split('/').next())
    else {
        return Ok(false);
    };
    let opened = |bytes: &[u8]| -> Result<Option<Value>, EngineError> {
        let Ok(mut value) = serde_json::from_slice(bytes) else {
            return Ok(None);
        };
        match seal::open_event(&engine.hall_id, kind, &mut value, &*engine.keys.people) {
            Ok(()) => Ok(Some(value)),
            Err(seal::SealError::Keys(fault)) => Err(seal::SealError::Keys(fault).into()),
            // Sealed for another place: it is not the text that it should be.
            Err(_) => Ok(None),
        }
    };
    let (found, wanted) = (opened(found)?, opened(wanted)?);
    Ok(found.is_some() && found == wanted)
}

impl Engine {
    /// Opens a hall whose records are not to be trusted: its memory knows the hall's name and settings, which entry 1 says, and
    /// nothing else until `adopt`. Nothing may be asked of it but its profile and its head.
    pub fn open_unready(
        store: Box<dyn Store>,
        keys: KeyRing,
    ) -> Result<(Self, Remaking), EngineError> {
        let hall_id = replay::hall_id(&*store)?;
        let mut hall = Hall::default();
        if let Some(first) = store.read(1)?.next().transpose()?
            && let Some(founded) = first.events.first()
        {
            let value = seal::open_stored(&hall_id, founded, &keys)?;
            let event =
                Event::from_value(value).map_err(|fault| EngineError::Event { seq: 1, fault })?;
            hall.apply(&event);
        }
        let head = store.head()?;
        let head_at = at_of(&*store, head.seq)?;
        let mut engine = Self::standing(store, keys, hall_id);
        (engine.hall, engine.head, engine.head_at) = (hall, head, head_at);
        let remaking = Remaking::begin(&engine)?;
        Ok((engine, remaking))
    }

    /// Puts records that were made again in the place of the ones in use, and takes memory from them. The set must have seen the
    /// whole journal (`step` said so). They count as vouched for.
    pub fn adopt(&mut self, remaking: Remaking) -> Result<(), EngineError> {
        let Remaking { replay, beside, .. } = remaking;
        let head = self.store.head()?;
        self.store.adopt(beside)?;
        self.take(replay, head)?;
        erasure::repeat(&*self.store, &mut *self.keys.people)?;
        // Whoever shows anything may have shown what was wrong.
        self.touched.extend(Event::NOUNS);
        if self.hall.is_open() {
            Ok(())
        } else {
            Err(EngineError::Unfounded)
        }
    }

    /// Compares the records with what the journal says they are, to the end.
    pub fn compare(&self, progress: &mut dyn FnMut(Progress)) -> Result<Comparison, EngineError> {
        let mut comparer = Comparer::begin(self)?;
        while !comparer.step(self, SLICE_ENTRIES)? {
            if comparer.found.records == 0 {
                progress(comparer.progress(self));
            }
        }
        Ok(comparer.found)
    }
}
