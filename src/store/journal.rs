//! The journal's files: opened at their end, appended to a group at a time, read from any entry. Files are
//! `journal/NNNNNN.jsonl`; a new one begins before the group that would pass the limit, and the folder is synced at each
//! creation. Used by the embedded store alone. A failed write or sync is never tried again: the journal then refuses
//! every append until it is opened anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check_group;
use super::error::StoreError;
use super::head::{Hash, Head};
use super::line::{Chain, Line, LineFault};
use super::segment::{RawLines, Segment, first_seq, list_segments, locate, open, segment_path};
use super::tail::{Tail, chain_at_end, examine};
use crate::sys::files::{Disk, DiskFile, read_exact_at};

/// The journal's files as found, before anything is changed.
pub(super) struct Inspection {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    genesis: Head,
    segments: Vec<Segment>,
    tail: Tail,
}

/// A torn last write that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) path: PathBuf,
    pub(super) seq: u64,
    pub(super) bytes: u64,
    pub(super) fault: LineFault,
}

/// What the journal does with its last group at opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastGroup {
    /// The last stop was clean, so it is durable.
    Synced,
    /// The last stop was not clean: its bytes may stand in the system's memory alone, and a sync that failed once does not
    /// fail again. They are written once more and synced, so that nothing is ever built on them before they are durable.
    WriteAgain,
}

/// The journal, open for appending.
pub(super) struct Journal {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    genesis: Head,
    segments: Vec<Segment>,
    newest: Option<Box<dyn DiskFile>>,
    chain: Chain,
    segment_bytes_max: u64,
    broken: Option<(PathBuf, String)>,
}

impl Inspection {
    /// Looks at the journal in `folder`, which is made where missing. `hall` is the id that its first line must follow; without
    /// one the first line is believed, and there must be one.
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        folder: &Path,
        hall: Option<&str>,
    ) -> Result<Self, StoreError> {
        disk.make_folder(folder)
            .map_err(StoreError::io(folder, "making the journal folder"))?;
        let segments = list_segments(disk.as_ref(), folder)?;
        let genesis = genesis(disk.as_ref(), folder, &segments, hall)?;
        let tail = match segments.as_slice() {
            [] => empty_tail(Chain::genesis(genesis)),
            [only] => examine(disk.as_ref(), only, Chain::genesis(genesis))?,
            [.., before, newest] => {
                examine(disk.as_ref(), newest, chain_at_end(disk.as_ref(), before)?)?
            }
        };
        Ok(Self {
            disk,
            folder: folder.to_owned(),
            genesis,
            segments,
            tail,
        })
    }

    /// Checks that the journal reaches as far as the records have seen it: they see nothing that is not durable. A journal that is
    /// empty, or torn, is judged elsewhere.
    pub(super) fn holds(&self, seen: Option<Head>) -> Result<(), StoreError> {
        let head = self.tail.chain.head();
        match (seen, self.segments.last()) {
            (Some(seen), Some(newest))
                if self.tail.torn.is_none() && 0 < head.seq && head.seq < seen.seq =>
            {
                Err(StoreError::Lost {
                    path: newest.path.clone(),
                    seq: head.seq + 1,
                    seen: seen.seq,
                })
            }
            _ => Ok(()),
        }
    }

    /// Opens for appending, with the torn end cut off. `records` is where the records stand: if they have seen the entry that is
    /// torn, then it was durable once and this is damage.
    pub(super) fn open(
        mut self,
        records: Option<Head>,
        last_group: LastGroup,
        segment_bytes_max: u64,
    ) -> Result<(Journal, Option<Cut>), StoreError> {
        let newest = match self.segments.last() {
            Some(segment) => {
                let opening = StoreError::io(&segment.path, "opening the journal file");
                Some(self.disk.open(&segment.path).map_err(opening)?)
            }
            None => None,
        };
        let mut cut = None;
        if let (Some(segment), Some(file)) = (self.segments.last_mut(), &newest) {
            if let Some(fault) = self.tail.torn.take() {
                cut = Some(cut_off(segment, file.as_ref(), &self.tail, fault, records)?);
            }
            if last_group == LastGroup::WriteAgain {
                write_again(segment, file.as_ref(), &self.tail)?;
            }
        }
        if last_group == LastGroup::WriteAgain {
            let syncing = StoreError::io(&self.folder, "syncing the journal folder");
            self.disk.sync_folder(&self.folder).map_err(syncing)?;
        }
        let Self {
            disk,
            folder,
            genesis,
            segments,
            tail,
        } = self;
        let journal = Journal {
            disk,
            folder,
            genesis,
            segments,
            newest,
            chain: tail.chain,
            segment_bytes_max,
            broken: None,
        };
        Ok((journal, cut))
    }
}

fn empty_tail(chain: Chain) -> Tail {
    Tail {
        chain,
        group_start: 0,
        good_end: 0,
        torn: None,
    }
}

/// The head before entry 1: the hall's, compared with what the first line says when it is whole.
fn genesis(
    disk: &dyn Disk,
    folder: &Path,
    segments: &[Segment],
    hall: Option<&str>,
) -> Result<Head, StoreError> {
    let first = match segments.first() {
        Some(segment) => first_line(disk, segment)?,
        None => None,
    };
    match (hall, first) {
        (None, None) => Err(StoreError::NoHall {
            folder: folder.to_owned(),
        }),
        (None, Some(line)) => Ok(Head {
            seq: 0,
            hash: line.prev,
        }),
        (Some(hall), None) => Ok(Head::genesis(hall)),
        (Some(hall), Some(line)) if line.prev == Head::genesis(hall).hash => {
            Ok(Head::genesis(hall))
        }
        (Some(hall), Some(_)) => Err(StoreError::OtherHall {
            path: segment_path(folder, 1),
            hall: hall.to_owned(),
        }),
    }
}

/// The journal's first line if it is whole; a bad one is for the tail, or for `verify`, to judge.
fn first_line(disk: &dyn Disk, segment: &Segment) -> Result<Option<Line>, StoreError> {
    let mut lines = RawLines::new(open(disk, &segment.path)?, 0, segment.size);
    let first = lines
        .next()
        .map_err(StoreError::io(&segment.path, "reading the first entry"))?;
    let whole = first.filter(|raw| raw.fault.is_none());
    Ok(whole
        .and_then(|raw| Line::parse(&raw.bytes).ok())
        .filter(|line| line.seq == 1))
}

fn cut_off(
    segment: &mut Segment,
    file: &dyn DiskFile,
    tail: &Tail,
    fault: LineFault,
    records: Option<Head>,
) -> Result<Cut, StoreError> {
    let seq = tail.chain.due();
    let path = segment.path.clone();
    if records.is_some_and(|records| seq <= records.seq) {
        return Err(StoreError::Damaged {
            path,
            seq,
            offset: tail.good_end,
            fault,
        });
    }
    assert!(
        tail.good_end < segment.size,
        "something torn stands after the good lines"
    );
    file.set_size(tail.good_end)
        .map_err(StoreError::io(&path, "cutting off a torn write"))?;
    file.sync_data()
        .map_err(StoreError::io(&path, "syncing the cut"))?;
    let bytes = segment.size - tail.good_end;
    segment.size = tail.good_end;
    Ok(Cut {
        path,
        seq,
        bytes,
        fault,
    })
}

fn write_again(segment: &Segment, file: &dyn DiskFile, tail: &Tail) -> Result<(), StoreError> {
    assert_eq!(tail.good_end, segment.size, "only good lines are left");
    let doing = "writing the last group again";
    let length = usize::try_from(tail.good_end.saturating_sub(tail.group_start))
        .expect("invariant: it was in memory");
    let mut bytes = vec![0; length];
    read_exact_at(file, &mut bytes, tail.group_start)
        .map_err(StoreError::io(&segment.path, doing))?;
    file.write_all_at(&bytes, tail.group_start)
        .map_err(StoreError::io(&segment.path, doing))?;
    file.sync_data()
        .map_err(StoreError::io(&segment.path, doing))
}

impl Journal {
    /// The last durable entry.
    pub(super) fn head(&self) -> Head {
        self.chain.head()
    }

    /// The head before entry 1.
    pub(super) fn genesis(&self) -> Head {
        self.genesis
    }

    /// True after a failed append: nothing on the disk past the head can be relied on.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Checks that a group may be appended at this head, without writing.
    pub(super) fn check(&self, expected: &Head, lines: &[Line]) -> Result<(), StoreError> {
        if let Some((path, why)) = &self.broken {
            return Err(StoreError::ReadOnly {
                path: path.clone(),
                why: why.clone(),
            });
        }
        check_group(self.chain, expected, lines)
    }

    /// Appends a group that `check` passed: one write, one `fdatasync`. After an error the journal is broken.
    pub(super) fn append(&mut self, lines: &[Line]) -> Result<Head, StoreError> {
        assert!(self.broken.is_none(), "a broken journal was checked for");
        let last = lines.last().expect("invariant: a checked group has a line");
        let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.raw().len() + 1).sum());
        for line in lines {
            bytes.extend_from_slice(line.raw().as_bytes());
            bytes.push(b'\n');
        }
        if let Err(error) = self.write(&bytes) {
            let path = self
                .segments
                .last()
                .map_or_else(|| self.folder.clone(), |segment| segment.path.clone());
            self.broken = Some((path, error.to_string()));
            return Err(error);
        }
        assert_eq!(last.group, self.chain.due(), "what is written was checked");
        self.chain = Chain::after(last);
        Ok(self.head())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let full = |segment: &Segment| {
            segment.size > 0 && segment.size + bytes.len() as u64 > self.segment_bytes_max
        };
        if self.segments.last().is_none_or(full) {
            self.rotate()?;
        }
        let segment = self
            .segments
            .last_mut()
            .expect("invariant: a rotation leaves a newest segment");
        let file = self
            .newest
            .as_ref()
            .expect("invariant: the newest segment is open");
        file.write_all_at(bytes, segment.size)
            .map_err(StoreError::io(&segment.path, "writing entries"))?;
        file.sync_data()
            .map_err(StoreError::io(&segment.path, "syncing entries"))?;
        segment.size += bytes.len() as u64;
        debug_assert!(
            file.size().is_ok_and(|size| size == segment.size),
            "nobody else writes here"
        );
        Ok(())
    }

    fn rotate(&mut self) -> Result<(), StoreError> {
        let number = self.segments.last().map_or(1, |segment| segment.number + 1);
        let path = segment_path(&self.folder, number);
        let file = self
            .disk
            .create(&path)
            .map_err(StoreError::io(&path, "making a journal file"))?;
        let syncing = StoreError::io(&self.folder, "syncing the journal folder");
        self.disk.sync_folder(&self.folder).map_err(syncing)?;
        self.newest = Some(file);
        self.segments.push(Segment {
            path,
            number,
            size: 0,
        });
        Ok(())
    }

    /// The chain hash of an entry; `None` past the head. Only the entry itself is checked.
    pub(super) fn hash_at(&self, seq: u64) -> Result<Option<Hash>, StoreError> {
        if seq == 0 {
            return Ok(Some(self.genesis.hash));
        }
        if seq > self.head().seq {
            return Ok(None);
        }
        if seq == self.head().seq {
            return Ok(Some(self.head().hash));
        }
        let mut lines = JournalLines::at(self, seq)?;
        lines.next_unchained(seq).map(|line| Some(line.hash))
    }

    /// The lines from this entry to the head, each checked; the first against the one before it.
    pub(super) fn read(&self, from_seq: u64) -> Result<JournalLines, StoreError> {
        if from_seq <= 1 || self.head().seq == 0 {
            return Ok(JournalLines::from_start(self));
        }
        let before_seq = (from_seq - 1).min(self.head().seq);
        let mut lines = JournalLines::at(self, before_seq)?;
        let before = lines.next_unchained(before_seq)?;
        lines.chain = Chain::after(&before);
        Ok(lines)
    }
}

/// Lines of the journal from some place to the head of the time of asking.
pub(super) struct JournalLines {
    disk: Arc<dyn Disk>,
    segments: Vec<Segment>,
    /// Place in `segments` of the file being read.
    index: usize,
    offset: u64,
    lines: Option<RawLines>,
    chain: Chain,
    head: Head,
    failed: bool,
}

impl JournalLines {
    fn from_start(journal: &Journal) -> Self {
        Self {
            disk: Arc::clone(&journal.disk),
            segments: journal.segments.clone(),
            index: 0,
            offset: 0,
            lines: None,
            chain: Chain::genesis(journal.genesis),
            head: journal.head(),
            failed: false,
        }
    }

    /// Stands at the line with this number, with nothing known of the line before.
    fn at(journal: &Journal, seq: u64) -> Result<Self, StoreError> {
        let mut lines = Self::from_start(journal);
        let disk = journal.disk.as_ref();
        for index in (0..lines.segments.len()).rev() {
            let first = first_seq(disk, &lines.segments[index])?;
            if index == 0 || first.is_some_and(|first| first <= seq) {
                lines.index = index;
                break;
            }
        }
        lines.offset = locate(disk, &lines.segments[lines.index], seq)?;
        Ok(lines)
    }

    fn next_unchained(&mut self, seq: u64) -> Result<Line, StoreError> {
        let (offset, line) = self.next_line()?;
        line.map_err(|fault| self.damaged(seq, offset, fault))
    }

    fn next_chained(&mut self) -> Result<Line, StoreError> {
        let seq = self.chain.due();
        let (offset, line) = self.next_line()?;
        let checked = line.and_then(|line| self.chain.accept(&line).map(|()| line));
        checked.map_err(|fault| self.damaged(seq, offset, fault))
    }

    fn damaged(&self, seq: u64, offset: u64, fault: LineFault) -> StoreError {
        let path = self
            .segments
            .get(self.index)
            .map_or_else(PathBuf::new, |segment| segment.path.clone());
        StoreError::Damaged {
            path,
            seq,
            offset,
            fault,
        }
    }

    /// The next stretch of bytes as a line, over the ends of files.
    fn next_line(&mut self) -> Result<(u64, Result<Line, LineFault>), StoreError> {
        loop {
            let Some(segment) = self.segments.get(self.index) else {
                return Ok((self.offset, Err(LineFault::Missing)));
            };
            if self.lines.is_none() {
                let file = open(self.disk.as_ref(), &segment.path)?;
                self.lines = Some(RawLines::new(file, self.offset, segment.size));
            }
            let lines = self.lines.as_mut().expect("invariant: set just above");
            let reading = StoreError::io(&segment.path, "reading the journal");
            match lines.next().map_err(reading)? {
                Some(raw) => {
                    let line = raw.fault.map_or_else(|| Line::parse(&raw.bytes), Err);
                    return Ok((raw.offset, line));
                }
                None if self.index + 1 < self.segments.len() => {
                    self.index += 1;
                    self.offset = 0;
                    self.lines = None;
                }
                None => return Ok((segment.size, Err(LineFault::Missing))),
            }
        }
    }
}

impl Iterator for JournalLines {
    type Item = Result<Line, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.chain.head().seq >= self.head.seq {
            return None;
        }
        let line = self.next_chained();
        self.failed = line.is_err();
        Some(line)
    }
}
