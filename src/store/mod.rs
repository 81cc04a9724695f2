//! The journal and the records: bytes, keys and lines; knows no rule.
//!
//! The journal is the truth: lines in a hash chain, durable before anyone is answered. The records are the current state
//! and its indexes under ordered keys, disposable and rebuilt from the journal at any time. The engine is the one user;
//! it makes lines (`line`), commits them, and replays them after a stop. The store never looks into an event or a record,
//! never reads the clock, and never says that something is durable which is not.

mod beside;
pub mod copy;
pub mod embedded;
pub mod error;
mod folder;
mod halves;
pub mod head;
mod journal;
mod key_file;
pub mod keys;
pub mod line;
pub mod memory;
mod scan;
mod segment;
mod sled;
mod tail;
mod verify;

pub use beside::Beside;
pub use embedded::{EmbeddedStore, OpenOptions, OpenReport, Repair, Stop};
pub use error::{Holder, StoreError};
pub use head::{Hash, Head, Heads};
pub use line::{Actor, Line, LineDraft, LineFault};
pub use memory::MemoryStore;
pub use scan::{Direction, KeyRange};
pub use verify::{ChainReport, ChainWalk, Walked, verify_chain};

/// Longest record key in bytes. Keys are spent with care: the embedded store keeps some 33 bytes a record in memory besides.
pub const KEY_MAX: usize = 512;

/// The key under which a record set keeps the head that it has seen. It belongs to the store; no `Change` may touch it.
pub const HEAD_KEY: &[u8] = b"m/head";

/// First bytes from here on are the store's own; record keys begin below.
pub const KEY_FIRST_BYTE_MAX: u8 = 0xFE;

/// One change of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Sets a key to a value, whatever it was.
    Put(Vec<u8>, Vec<u8>),
    /// Removes a key; nothing happens when it is not there.
    Delete(Vec<u8>),
}

impl Change {
    /// The key that changes.
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Put(key, _) | Self::Delete(key) => key,
        }
    }
}

/// When what commits put off is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// If it has become much.
    IfMuch,
    /// In any case.
    Now,
}

/// A record as it is kept: key and value.
pub type Record = (Vec<u8>, Vec<u8>);

/// Journal lines in order, each checked against the one before. Ends at the head of the time of asking, or after the
/// first error. It holds nothing of the store, so that one can write while reading.
pub type Lines = Box<dyn Iterator<Item = Result<Line, StoreError>> + Send>;

/// Where a hall's journal and records are kept. One value, one writer; every implementation passes the same conformance suite.
pub trait Store: Send {
    /// Where journal and records stand. Records behind the journal: replay with `read` and `catch_up`. None:
    /// `renew`, replay, `install`.
    fn heads(&self) -> Result<Heads, StoreError>;

    /// The journal's last durable entry.
    fn head(&self) -> Result<Head, StoreError> {
        Ok(self.heads()?.journal)
    }

    /// The journal's lines from the entry with this number on (0 and 1 are both the first); empty past the head.
    fn read(&self, from_seq: u64) -> Result<Lines, StoreError>;

    /// The record under a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// At most `limit` records of a range, in the order of their keys or against it. The store's own keys are never among them.
    fn scan(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError>;

    /// Appends one group of lines and applies its changes to the records. Durable when it returns. The journal must stand
    /// at `expected` and the records with it. `HeadMoved`, `Unfit`, `RecordsBehind`: nothing was written. Any other error:
    /// the group may or may not be there after a restart, and the store is read-only until then.
    /// `lines` is never empty; its changes come in order, the last of a key wins.
    ///
    /// A store whose journal stands in front of its records may put the changes off: until `settle`, or until the next call that
    /// needs the records. So an answer need not wait for what can be made again.
    fn commit(
        &mut self,
        expected: &Head,
        lines: &[Line],
        changes: &[Change],
    ) -> Result<Head, StoreError>;

    /// Does what commits put off. A failure is no loss, for the journal has it: the store is read-only until a restart.
    fn settle(&mut self, _when: Settle) -> Result<(), StoreError> {
        Ok(())
    }

    /// Applies changes to the records alone, for replay: afterwards they have seen the journal up to `head`, which lies after
    /// where they stood and not after the journal's own.
    fn catch_up(&mut self, head: &Head, changes: &[Change]) -> Result<(), StoreError>;

    /// Begins an empty record set beside the old one. From here on `get`, `scan`, `catch_up` and `commit` use the new set;
    /// until `install` a restart finds the old one.
    fn renew(&mut self) -> Result<(), StoreError>;

    /// Puts the renewed record set in the old one's place, durably. It must have seen the whole journal. Old sets that were
    /// moved aside are deleted. The records count as vouched for.
    fn install(&mut self) -> Result<(), StoreError>;

    /// Begins an empty record set beside the one in use, which stays in use. One at a time; `genesis` is the hall's.
    fn beside(&self, genesis: Head) -> Result<Beside, StoreError> {
        Ok(Beside::in_memory(genesis))
    }

    /// Puts a set from `beside` in the place of the one in use, as `install` does: it must have seen the whole journal.
    fn adopt(&mut self, beside: Beside) -> Result<(), StoreError> {
        let all = beside.scan(&KeyRange::all(), Direction::Forward, usize::MAX)?;
        let changes: Vec<Change> = all
            .into_iter()
            .map(|(key, value)| Change::Put(key, value))
            .collect();
        self.renew()?;
        self.catch_up(&beside.seen(), &changes)?;
        self.install()
    }

    /// The records were compared with the journal and agree: forgets that the last stop was unclean.
    fn vouch(&mut self) -> Result<(), StoreError>;
}

/// Checks before writing what every implementation demands of changes; a change that breaks it is a bug of the caller.
fn assert_changes(changes: &[Change]) {
    for change in changes {
        let key = change.key();
        assert!(
            !key.is_empty() && key.len() <= KEY_MAX,
            "a record key has 1 to {KEY_MAX} bytes"
        );
        assert!(
            key[0] <= KEY_FIRST_BYTE_MAX,
            "a record key begins below the store's own"
        );
        assert!(key != HEAD_KEY, "the head's key belongs to the store");
    }
}

/// Checks that the lines are one group and follow the head. Nothing is written before this.
fn check_group(mut chain: line::Chain, expected: &Head, lines: &[Line]) -> Result<(), StoreError> {
    assert!(!lines.is_empty(), "a commit has at least one line");
    if chain.head() != *expected {
        return Err(StoreError::HeadMoved {
            expected: *expected,
            found: chain.head(),
        });
    }
    let group = chain.due();
    for line in lines {
        let seq = chain.due();
        chain
            .accept(line)
            .map_err(|fault| StoreError::Unfit { seq, fault })?;
        if line.group != group {
            return Err(StoreError::Unfit {
                seq,
                fault: LineFault::Group { found: line.group },
            });
        }
    }
    Ok(())
}
