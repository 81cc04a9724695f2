//! What can go wrong in a store, each fault with the path it happened at and, where an entry is meant, its number.
//! A refusal of the hall's rules never appears here: the store knows none.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::head::Head;
use super::line::LineFault;

/// A fault of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("{}: {doing}: {source}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What was being done, as in 'opening the journal file'.
        doing: &'static str,
        /// The system's own words.
        source: io::Error,
    },
    /// Another process owns the hall's data.
    #[error("{} is held by {by}", folder.display())]
    Locked {
        /// The data folder.
        folder: PathBuf,
        /// Who holds it.
        by: Holder,
    },
    /// There is no journal here, and the caller did not say which hall to begin.
    #[error("{} holds no hall", folder.display())]
    NoHall {
        /// The data folder.
        folder: PathBuf,
    },
    /// The journal belongs to a hall with another id.
    #[error("{} is the journal of another hall than {hall}", path.display())]
    OtherHall {
        /// The journal file.
        path: PathBuf,
        /// The hall that was asked for.
        hall: String,
    },
    /// The journal is damaged where a torn last write cannot explain it. Nothing was changed.
    #[error("{}: entry {seq} is damaged at byte {offset}: {fault}", path.display())]
    Damaged {
        /// The journal file.
        path: PathBuf,
        /// Number of the entry that should stand there.
        seq: u64,
        /// Byte in the file where that entry begins or should.
        offset: u64,
        /// What is wrong with it.
        fault: LineFault,
    },
    /// The journal ends before an entry that the records have seen, and what they have seen was durable. Nothing was changed.
    #[error(
        "{}: entry {seq} is missing: the records have seen the entries up to {seen}; restore the journal from a copy, or give \
         those entries up by removing the folder 'records'",
        path.display()
    )]
    Lost {
        /// The last journal file.
        path: PathBuf,
        /// The first entry that is not there.
        seq: u64,
        /// The last entry that the records have seen.
        seen: u64,
    },
    /// A journal file between the first and the last is not there.
    #[error("{} is missing from the journal", path.display())]
    MissingFile {
        /// The journal file.
        path: PathBuf,
    },
    /// Another writer was faster, or memory is not what the disk holds: reload, decide again. Nothing was written.
    #[error("the journal stands at {found}, not at {expected}")]
    HeadMoved {
        /// What the caller decided upon.
        expected: Head,
        /// What the store has.
        found: Head,
    },
    /// A line cannot follow the journal's last one. Nothing was written.
    #[error("entry {seq} cannot be appended: {fault}")]
    Unfit {
        /// The number that was due.
        seq: u64,
        /// Why not.
        fault: LineFault,
    },
    /// A write or a sync failed before: nothing more is acknowledged until a restart has read back what the disk holds.
    #[error("{}: read-only since a write failed: {why}", path.display())]
    ReadOnly {
        /// What could not be written.
        path: PathBuf,
        /// The fault that began it.
        why: String,
    },
    /// The records have not seen all of the journal: replay, or `renew`, replay and `install`.
    #[error("the records have not seen all of the journal, which stands at {journal}")]
    RecordsBehind {
        /// Where the records stand; `None` when there are none.
        records: Option<Head>,
        /// Where the journal stands.
        journal: Head,
    },
    /// The record set itself failed.
    #[error("{}: the records failed: {why}", path.display())]
    Records {
        /// Folder of the records.
        path: PathBuf,
        /// In the record set's words.
        why: String,
    },
}

impl StoreError {
    /// For `map_err` on an I/O result.
    pub(super) fn io(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            path,
            doing,
            source,
        }
    }
}

/// Who holds a data folder, as they wrote it into the lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The process; `None` when the lock file does not say.
    pub process: Option<u32>,
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.process {
            Some(process) => write!(formatter, "process {process}"),
            None => formatter.write_str("another process"),
        }
    }
}
