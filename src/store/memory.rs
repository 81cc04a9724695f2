//! The store in memory: for tests, simulation and the throw-away demo hall. It keeps what a disk would keep and can be
//! told to fail at a commit and to crash, so that a simulation meets the same faults as a machine. It never touches a file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::StoreError;
use super::head::{Head, Heads};
use super::line::{Chain, Line};
use super::scan::{Direction, KeyRange};
use super::{
    Change, HEAD_KEY, KEY_FIRST_BYTE_MAX, Lines, Record, Store, assert_changes, check_group,
};

/// A fault to meet at a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The write fails: nothing of the group is kept.
    Write,
    /// The sync fails: whether the group is kept is decided by the crash that must follow.
    Sync,
}

/// What becomes of a group whose sync failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    /// It reached the disk after all.
    Kept,
    /// It did not.
    Lost,
}

/// What becomes of the records in a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordsFate {
    /// As they were.
    Kept,
    /// Gone: to be rebuilt.
    Lost,
}

/// Records by key, and what they have seen.
#[derive(Debug, Clone)]
pub(super) struct RecordMap {
    head: Head,
    map: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl RecordMap {
    pub(super) fn head(&self) -> Head {
        self.head
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.map.get(key).cloned()
    }

    pub(super) fn scan(&self, range: &KeyRange, direction: Direction, limit: usize) -> Vec<Record> {
        if range.is_empty() {
            return Vec::new();
        }
        let end = [KEY_FIRST_BYTE_MAX + 1];
        let found = self
            .map
            .range::<[u8], _>(range.bounds(&end))
            .map(|(key, value)| (key.clone(), value.clone()));
        match direction {
            Direction::Forward => found.take(limit).collect(),
            Direction::Backward => found.rev().take(limit).collect(),
        }
    }

    pub(super) fn empty(head: Head) -> Self {
        Self {
            head,
            map: BTreeMap::new(),
        }
    }

    pub(super) fn apply(&mut self, head: &Head, changes: &[Change]) {
        for change in changes {
            match change.clone() {
                Change::Put(key, value) => drop(self.map.insert(key, value)),
                Change::Delete(key) => drop(self.map.remove(&key)),
            }
        }
        self.head = *head;
    }
}

/// What a disk holds of a memory store after it stopped; `MemoryStore::open` takes it up again.
#[derive(Debug, Clone)]
pub struct MemoryImage {
    genesis: Head,
    lines: Vec<Arc<Line>>,
    records: Option<RecordMap>,
}

impl MemoryImage {
    /// The same disk with the records of an earlier moment, as a power cut may leave them: they lag behind the journal.
    pub fn with_records_of(self, earlier: &Self) -> Self {
        assert!(
            earlier.lines.len() <= self.lines.len(),
            "records are never ahead of the journal"
        );
        Self {
            records: earlier.records.clone(),
            ..self
        }
    }
}

/// A store that lives as long as the process.
#[derive(Debug)]
pub struct MemoryStore {
    genesis: Head,
    chain: Chain,
    lines: Vec<Arc<Line>>,
    unsynced: Vec<Arc<Line>>,
    records: Option<RecordMap>,
    renewed: Option<RecordMap>,
    commit_count: u64,
    fault: Option<(u64, Fault)>,
    broken: Option<&'static str>,
}

impl MemoryStore {
    /// A new hall's store.
    pub fn new(hall_id: &str) -> Self {
        let genesis = Head::genesis(hall_id);
        Self::open(MemoryImage {
            genesis,
            lines: Vec::new(),
            records: Some(RecordMap::empty(genesis)),
        })
    }

    /// Takes up what a stopped store left.
    pub fn open(image: MemoryImage) -> Self {
        let MemoryImage {
            genesis,
            lines,
            records,
        } = image;
        let chain = lines
            .last()
            .map_or_else(|| Chain::genesis(genesis), |line| Chain::after(line));
        assert_eq!(
            chain.head().seq,
            lines.len() as u64,
            "an image holds every entry once"
        );
        Self {
            genesis,
            chain,
            lines,
            unsynced: Vec::new(),
            records,
            renewed: None,
            commit_count: 0,
            fault: None,
            broken: None,
        }
    }

    /// Meets a fault at the `nth` commit from now (1 is the next), after which the store is read-only until it is opened anew.
    pub fn fail_at(&mut self, nth: u64, fault: Fault) {
        assert!(nth > 0, "commits are counted from 1");
        self.fault = Some((self.commit_count + nth, fault));
    }

    /// What the disk holds now, a group whose sync failed left out.
    pub fn image(&self) -> MemoryImage {
        MemoryImage {
            genesis: self.genesis,
            lines: self.lines.clone(),
            records: self.records.clone(),
        }
    }

    /// Stops as by a power cut and gives what the disk holds.
    pub fn crash(self, unsynced: Unsynced, records: RecordsFate) -> MemoryImage {
        let mut lines = self.lines;
        if unsynced == Unsynced::Kept {
            lines.extend(self.unsynced);
        }
        let records = self.records.filter(|_| records == RecordsFate::Kept);
        MemoryImage {
            genesis: self.genesis,
            lines,
            records,
        }
    }

    fn current(&self) -> Result<&RecordMap, StoreError> {
        let behind = StoreError::RecordsBehind {
            records: None,
            journal: self.chain.head(),
        };
        self.renewed
            .as_ref()
            .or(self.records.as_ref())
            .ok_or(behind)
    }

    fn apply(&mut self, head: &Head, changes: &[Change]) {
        let current = self.renewed.as_mut().or(self.records.as_mut());
        current
            .expect("invariant: checked by the caller")
            .apply(head, changes);
    }

    fn meet_fault(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        self.commit_count += 1;
        let Some((_, fault)) = self.fault.filter(|(nth, _)| *nth == self.commit_count) else {
            return Ok(());
        };
        let why = match fault {
            Fault::Write => "the write failed",
            Fault::Sync => {
                self.unsynced = lines.iter().cloned().map(Arc::new).collect();
                "the sync failed"
            }
        };
        self.broken = Some(why);
        Err(read_only(why))
    }
}

fn read_only(why: &str) -> StoreError {
    StoreError::ReadOnly {
        path: PathBuf::from("memory"),
        why: why.to_owned(),
    }
}

impl Store for MemoryStore {
    fn heads(&self) -> Result<Heads, StoreError> {
        let records = self
            .renewed
            .as_ref()
            .or(self.records.as_ref())
            .map(|records| records.head);
        Ok(Heads {
            journal: self.chain.head(),
            records,
        })
    }

    fn read(&self, from_seq: u64) -> Result<Lines, StoreError> {
        let start = usize::try_from(from_seq.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(self.lines.len());
        let lines = self.lines[start..].to_vec();
        Ok(Box::new(
            lines.into_iter().map(|line| Ok(Line::clone(&line))),
        ))
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        assert!(key != HEAD_KEY, "the head's key belongs to the store");
        Ok(self.current()?.get(key))
    }

    fn scan(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        Ok(self.current()?.scan(range, direction, limit))
    }

    fn commit(
        &mut self,
        expected: &Head,
        lines: &[Line],
        changes: &[Change],
    ) -> Result<Head, StoreError> {
        assert_changes(changes);
        if let Some(why) = self.broken {
            return Err(read_only(why));
        }
        check_group(self.chain, expected, lines)?;
        let records = self.current()?.head;
        if records != *expected {
            return Err(StoreError::RecordsBehind {
                records: Some(records),
                journal: self.chain.head(),
            });
        }
        self.meet_fault(lines)?;
        self.lines.extend(lines.iter().cloned().map(Arc::new));
        let last = lines.last().expect("invariant: a checked group has a line");
        self.chain = Chain::after(last);
        self.apply(&last.head(), changes);
        assert_eq!(
            self.lines.len() as u64,
            last.seq,
            "every entry is kept once"
        );
        Ok(last.head())
    }

    fn catch_up(&mut self, head: &Head, changes: &[Change]) -> Result<(), StoreError> {
        assert_changes(changes);
        let records = self.current()?.head;
        let journal = self.chain.head();
        let agrees = head.seq < journal.seq || *head == journal;
        if head.seq <= records.seq || !agrees {
            return Err(StoreError::HeadMoved {
                expected: *head,
                found: journal,
            });
        }
        self.apply(head, changes);
        Ok(())
    }

    fn renew(&mut self) -> Result<(), StoreError> {
        self.renewed = Some(RecordMap::empty(self.genesis));
        Ok(())
    }

    fn install(&mut self) -> Result<(), StoreError> {
        let journal = self.chain.head();
        match self.renewed.take() {
            Some(renewed) if renewed.head == journal => {
                self.records = Some(renewed);
                Ok(())
            }
            unfinished => {
                let records = unfinished.as_ref().map(|records| records.head);
                self.renewed = unfinished;
                Err(StoreError::RecordsBehind { records, journal })
            }
        }
    }

    fn vouch(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}
