//! The embedded store: journal files in front, a disposable record set behind, in one data folder that one process owns.
//! Used by the host. It opens whatever a crash or a power cut left behind, says what it repaired, and refuses to guess
//! where acknowledged entries are damaged.
//!
//! In the folder: `lock`, `boot` (see `folder`), `journal/`, `records/`; `records.new` while renewing; `records.beside` while
//! comparing; `records.bad-TIME` for a set that was moved aside; `keys/` (see `keys`).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::beside::Beside;
use super::error::StoreError;
use super::folder::DataFolder;
pub use super::folder::Stop;
use super::halves::{
    open_halves, put_in_place, remove_folder, remove_moved_aside, remove_unfinished,
};
use super::head::{Head, Heads};
use super::journal::Journal;
use super::line::{Line, LineFault};
use super::scan::{Direction, KeyRange};
use super::sled::{Patience, RecordSet};
use super::{Change, HEAD_KEY, Lines, Record, Settle, Store, assert_changes};
use crate::sys::files::{Disk, RealDisk};

/// A journal file is closed before the group that would pass this many bytes.
pub const SEGMENT_BYTES_MAX: u64 = 64 << 20;
/// Record cache of a terminal that owns its hall.
pub const CACHE_BYTES: u64 = 4 << 20;
/// Record cache of a server.
pub const CACHE_BYTES_SERVE: u64 = 16 << 20;

/// How to open a data folder.
#[derive(Clone)]
pub struct OpenOptions {
    /// The data folder; made where missing.
    pub folder: PathBuf,
    /// Id of the hall. `None` opens whatever hall is there and refuses an empty folder with `NoHall`.
    pub hall: Option<String>,
    /// Names what is moved aside.
    pub now: DateTime<Utc>,
    /// Memory for the record cache, in bytes.
    pub cache_bytes: u64,
    /// As `SEGMENT_BYTES_MAX`.
    pub segment_bytes_max: u64,
    /// After this long a record set that does not open counts as damaged.
    pub guard: Duration,
    /// How long a record set that this process is still closing is waited for.
    pub busy: Duration,
    /// The disk under the journal.
    pub disk: Arc<dyn Disk>,
}

impl OpenOptions {
    /// The usual options for a data folder, at this time.
    pub fn new(folder: impl Into<PathBuf>, now: DateTime<Utc>) -> Self {
        Self {
            folder: folder.into(),
            hall: None,
            now,
            cache_bytes: CACHE_BYTES,
            segment_bytes_max: SEGMENT_BYTES_MAX,
            guard: Duration::from_mins(1),
            busy: Duration::from_secs(5),
            disk: Arc::new(RealDisk),
        }
    }

    /// With the id of the hall that the folder must belong to, or begins to.
    pub fn hall(mut self, hall: impl Into<String>) -> Self {
        self.hall = Some(hall.into());
        self
    }

    pub(super) fn patience(&self) -> Patience {
        Patience {
            guard: self.guard,
            busy: self.busy,
        }
    }
}

/// What opening found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenReport {
    /// Where journal and records stand now.
    pub heads: Heads,
    /// How the process before ended: says whether the records must be compared with the journal.
    pub stop: Stop,
    /// What had to be repaired, in order.
    pub repairs: Vec<Repair>,
}

/// Something that opening repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// The journal's last write was torn and is cut off. None of it was ever acknowledged.
    TornTail {
        /// The journal file.
        path: PathBuf,
        /// First entry that is gone.
        seq: u64,
        /// Bytes cut off.
        bytes: u64,
        /// What was wrong with that entry.
        fault: LineFault,
    },
    /// The record set could not be used and stands aside; it is to be rebuilt.
    MovedAside {
        /// Where it stands now.
        to: PathBuf,
        /// Why.
        why: String,
    },
    /// Files or folders of an interrupted snapshot or rebuild were removed.
    Removed {
        /// Which.
        path: PathBuf,
    },
}

impl fmt::Display for Repair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TornTail {
                path,
                seq,
                bytes,
                fault,
            } => {
                let path = path.display();
                write!(
                    formatter,
                    "{path}: cut off a torn write of {bytes} bytes from entry {seq} on ({fault})"
                )
            }
            Self::MovedAside { to, why } => write!(
                formatter,
                "moved the records aside to {}: {why}",
                to.display()
            ),
            Self::Removed { path } => write!(
                formatter,
                "removed {}, left by an interrupted write",
                path.display()
            ),
        }
    }
}

/// Groups that may be put off: few enough to be applied in some milliseconds, and to be replayed at once after a crash.
const UNSETTLED_GROUPS_MAX: usize = 256;

/// Changes that were committed and not yet applied to the records: the last of each key, and the head after them.
#[derive(Default)]
struct Unsettled {
    head: Option<Head>,
    changes: BTreeMap<Vec<u8>, Change>,
    groups: usize,
}

/// The store of one data folder. Dropping it closes it; a close that fails leaves the mark of an unclean stop.
pub struct EmbeddedStore {
    options: OpenOptions,
    journal: Journal,
    records: Option<RecordSet>,
    renewed: Option<RecordSet>,
    /// What the last commits put off, so that whoever waits is answered first. A single key is looked up here before; whatever
    /// needs more of the records settles it.
    unsettled: RefCell<Unsettled>,
    failed_records: RefCell<Option<String>>,
    /// A record could not be read: the next start is to compare them all.
    unreadable: Cell<bool>,
    /// Last, because its lock must outlive everything that writes.
    folder: DataFolder,
}

impl EmbeddedStore {
    /// Opens or begins the store of a data folder. Only the journal's end is verified. `Locked` when another process
    /// holds it; `Damaged` when the journal's end is not merely torn.
    pub fn open(options: OpenOptions) -> Result<(Self, OpenReport), StoreError> {
        let folder = DataFolder::take(Arc::clone(&options.disk), &options.folder)?;
        Self::open_in(options, folder)
    }

    /// Opens or begins the store of a data folder in which a hall is to be founded. What an interrupted founding left behind
    /// is removed first, under the lock: a journal of one group in which no line `completes` it. Any other journal stays.
    pub fn begin(
        options: OpenOptions,
        completes: impl Fn(&Line) -> bool,
    ) -> Result<(Self, OpenReport), StoreError> {
        let folder = DataFolder::take(Arc::clone(&options.disk), &options.folder)?;
        let ready = folder.settle_name();
        if let Err(error) = ready.and_then(|()| remove_unfinished(&options, completes)) {
            return Err(released(&folder, error));
        }
        Self::open_in(options, folder)
    }

    fn open_in(options: OpenOptions, folder: DataFolder) -> Result<(Self, OpenReport), StoreError> {
        let stop = folder.stop();
        match Self::open_taken(options, folder) {
            Ok((store, repairs)) => {
                let heads = store.heads()?;
                Ok((
                    store,
                    OpenReport {
                        heads,
                        stop,
                        repairs,
                    },
                ))
            }
            Err((folder, error)) => Err(released(&folder, error)),
        }
    }

    #[expect(
        clippy::result_large_err,
        reason = "the folder must outlive the error to be released properly"
    )]
    fn open_taken(
        options: OpenOptions,
        folder: DataFolder,
    ) -> Result<(Self, Vec<Repair>), (DataFolder, StoreError)> {
        let mut repairs = Vec::new();
        match open_halves(&options, folder.stop(), &mut repairs) {
            Ok((journal, records)) => {
                let store = Self {
                    options,
                    folder,
                    journal,
                    records,
                    renewed: None,
                    unsettled: RefCell::default(),
                    failed_records: RefCell::default(),
                    unreadable: Cell::new(false),
                };
                Ok((store, repairs))
            }
            Err(error) => Err((folder, error)),
        }
    }

    /// The record set in use, with everything in it that was committed.
    fn current(&self) -> Result<&RecordSet, StoreError> {
        self.settled()?;
        self.set()
    }

    fn set(&self) -> Result<&RecordSet, StoreError> {
        self.renewed
            .as_ref()
            .or(self.records.as_ref())
            .ok_or_else(|| self.behind(None))
    }

    fn behind(&self, records: Option<Head>) -> StoreError {
        StoreError::RecordsBehind {
            records,
            journal: self.journal.head(),
        }
    }

    fn unread(&self, why: String) -> StoreError {
        self.unreadable.set(true);
        self.records_failed(why)
    }

    fn records_failed(&self, why: String) -> StoreError {
        StoreError::Records {
            path: self.options.folder.join("records"),
            why,
        }
    }

    /// Applies to the current set. After a failure the set is not written to any more: what it holds is unknown.
    fn apply(&self, head: &Head, changes: &[Change]) -> Result<(), StoreError> {
        self.refuse_failed()?;
        if let Err(why) = self.set()?.apply(head, changes) {
            *self.failed_records.borrow_mut() = Some(why.clone());
            return Err(self.records_failed(why));
        }
        Ok(())
    }

    fn refuse_failed(&self) -> Result<(), StoreError> {
        match &*self.failed_records.borrow() {
            None => Ok(()),
            Some(why) => Err(StoreError::ReadOnly {
                path: self.options.folder.join("records"),
                why: why.clone(),
            }),
        }
    }

    /// Applies what the last commits put off. What could not be applied stays known, so that nobody is told something older.
    fn settled(&self) -> Result<(), StoreError> {
        let mut unsettled = self.unsettled.borrow_mut();
        let Some(head) = unsettled.head else {
            return Ok(());
        };
        let changes: Vec<Change> = unsettled.changes.values().cloned().collect();
        self.apply(&head, &changes)?;
        *unsettled = Unsettled::default();
        assert_eq!(
            self.set()?.head(),
            self.journal.head(),
            "journal and records move together"
        );
        Ok(())
    }

    /// Puts a set that has seen the whole journal in the place of the one in use, durably. After a failure nothing is written
    /// any more, for nobody knows which of the two the next start finds; questions are answered from the one that is there.
    fn put_in_use(&mut self, set: RecordSet) -> Result<(), StoreError> {
        let put = self.replace_records(set);
        if let Err(error) = &put {
            *self.failed_records.borrow_mut() = Some(error.to_string());
            if self.records.is_none() {
                self.records = self.open_records().ok();
            }
        }
        put
    }

    fn replace_records(&mut self, set: RecordSet) -> Result<(), StoreError> {
        let from = set.path().to_owned();
        set.close().map_err(|why| StoreError::Records {
            path: from.clone(),
            why,
        })?;
        self.records = None;
        put_in_place(&self.options, &from)?;
        let set = self.open_records()?;
        assert_eq!(
            set.head(),
            self.journal.head(),
            "what was installed is what was built"
        );
        self.records = Some(set);
        *self.failed_records.borrow_mut() = None;
        self.unreadable.set(false);
        remove_moved_aside(&self.options)?;
        self.folder.vouch()
    }

    fn open_records(&self) -> Result<RecordSet, StoreError> {
        let path = self.options.folder.join("records");
        let set = RecordSet::open(&path, self.options.cache_bytes, self.options.patience());
        set.map_err(|why| StoreError::Records {
            path,
            why: format!("{why:?}"),
        })
    }

    fn close(&mut self) -> Result<(), StoreError> {
        self.settled()?;
        if let Some(renewed) = self.renewed.take() {
            let path = renewed.path().to_owned();
            drop(renewed);
            remove_folder(&path)?;
        }
        if let Some(records) = self.records.take() {
            records.close().map_err(|why| self.records_failed(why))?;
        }
        self.folder.close()
    }
}

/// Lets go of a folder that could not be opened. Nothing was written, so the marker goes as it came; a failure to remove it only
/// costs a comparison. A disk that failed is not asked again.
fn released(folder: &DataFolder, error: StoreError) -> StoreError {
    if !matches!(error, StoreError::Io { .. }) {
        let _marker_stays = folder.close();
    }
    error
}

impl Drop for EmbeddedStore {
    fn drop(&mut self) {
        let trustworthy = !self.journal.is_broken()
            && self.failed_records.borrow().is_none()
            && !self.unreadable.get()
            && !thread::panicking();
        if trustworthy && let Err(error) = self.close() {
            tracing::warn!(%error, "the store could not be closed; the next start will compare its records");
        }
    }
}

impl Store for EmbeddedStore {
    fn heads(&self) -> Result<Heads, StoreError> {
        let unsettled = self.unsettled.borrow().head;
        let records = unsettled.or_else(|| self.set().ok().map(RecordSet::head));
        Ok(Heads {
            journal: self.journal.head(),
            records,
        })
    }

    fn read(&self, from_seq: u64) -> Result<Lines, StoreError> {
        Ok(Box::new(self.journal.read(from_seq)?))
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        assert!(key != HEAD_KEY, "the head's key belongs to the store");
        match self.unsettled.borrow().changes.get(key) {
            Some(Change::Put(_, value)) => Ok(Some(value.clone())),
            Some(Change::Delete(_)) => Ok(None),
            None => self.set()?.get(key).map_err(|why| self.unread(why)),
        }
    }

    fn scan(
        &self,
        range: &KeyRange,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        self.current()?
            .scan(range, direction, limit)
            .map_err(|why| self.unread(why))
    }

    fn commit(
        &mut self,
        expected: &Head,
        lines: &[Line],
        changes: &[Change],
    ) -> Result<Head, StoreError> {
        assert_changes(changes);
        self.journal.check(expected, lines)?;
        let records = match self.unsettled.borrow().head {
            Some(head) => head,
            None => self.set()?.head(),
        };
        if records != *expected {
            return Err(self.behind(Some(records)));
        }
        self.refuse_failed()?;
        let head = self.journal.append(lines)?;
        let unsettled = self.unsettled.get_mut();
        unsettled.head = Some(head);
        unsettled.groups += 1;
        let changes = changes
            .iter()
            .map(|change| (change.key().to_vec(), change.clone()));
        unsettled.changes.extend(changes);
        Ok(head)
    }

    fn settle(&mut self, when: Settle) -> Result<(), StoreError> {
        let is_due = self.unsettled.get_mut().groups >= UNSETTLED_GROUPS_MAX;
        if when == Settle::Now || is_due {
            self.settled()?;
        }
        Ok(())
    }

    fn catch_up(&mut self, head: &Head, changes: &[Change]) -> Result<(), StoreError> {
        assert_changes(changes);
        let records = self.current()?.head();
        let journal = self.journal.head();
        let agrees = head.seq < journal.seq || *head == journal;
        if head.seq <= records.seq || !agrees {
            return Err(StoreError::HeadMoved {
                expected: *head,
                found: journal,
            });
        }
        self.apply(head, changes)
    }

    fn renew(&mut self) -> Result<(), StoreError> {
        // A set that failed is the reason for some renewals. What was put off for it comes out of the journal again, and must not
        // be found in the new set before.
        let _failed = self.settled();
        self.unsettled.take();
        let path = self.options.folder.join("records.new");
        self.renewed = None;
        remove_folder(&path)?;
        let genesis = self.journal.genesis();
        let set = RecordSet::create(
            &path,
            self.options.cache_bytes,
            self.options.patience(),
            genesis,
        );
        self.renewed = Some(set.map_err(|why| StoreError::Records { path, why })?);
        Ok(())
    }

    fn install(&mut self) -> Result<(), StoreError> {
        let Some(renewed) = self.renewed.take() else {
            return Err(self.behind(None));
        };
        if renewed.head() != self.journal.head() {
            let records = renewed.head();
            self.renewed = Some(renewed);
            return Err(self.behind(Some(records)));
        }
        self.put_in_use(renewed)
    }

    fn beside(&self, genesis: Head) -> Result<Beside, StoreError> {
        let path = self.options.folder.join("records.beside");
        remove_folder(&path)?;
        let (cache, patience) = (self.options.cache_bytes, self.options.patience());
        let set = RecordSet::begin(&path, cache, patience, genesis);
        let set = set.map_err(|why| StoreError::Records {
            path: path.clone(),
            why,
        })?;
        Ok(Beside::on_disk(&path, set))
    }

    fn adopt(&mut self, beside: Beside) -> Result<(), StoreError> {
        if beside.seen() != self.journal.head() {
            return Err(self.behind(Some(beside.seen())));
        }
        let Some(set) = beside.into_set() else {
            return Err(self.behind(None));
        };
        self.unsettled.take();
        self.put_in_use(set)
    }

    fn vouch(&mut self) -> Result<(), StoreError> {
        self.folder.vouch()
    }
}
