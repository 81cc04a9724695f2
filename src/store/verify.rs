//! The whole journal read from its first byte: hash, prev, seq, group and form of every line. For `banshi verify` and backups; it
//! needs no lock, changes nothing, and knows no rule. Records are compared elsewhere.

use std::path::Path;

use super::error::StoreError;
use super::head::Head;
use super::line::{Chain, Line, LineFault};
use super::segment::{RawLine, RawLines, Segment, list_segments, open};
use crate::sys::files::Disk;

/// What a journal without fault consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// Its last entry.
    pub head: Head,
    /// Entries, counted by reading them; equal to `head.seq`.
    pub entry_count: u64,
    /// Groups written.
    pub group_count: u64,
    /// Files.
    pub file_count: u64,
    /// Bytes in all files.
    pub byte_count: u64,
}

/// A line that follows the one before it, and where it stands.
#[derive(Debug, Clone)]
pub struct Walked {
    /// The line.
    pub line: Line,
    /// Place of its file among the journal's, from 0.
    pub file: usize,
    /// Byte in its file just after its LF.
    pub end: u64,
}

/// Walks a journal from its first line, and checks each against the one before. It sees the files as long as they were when it
/// began, so that somebody may write meanwhile; where the last of them ends in a torn write, the walk ends before it and
/// `torn` says so.
pub struct ChainWalk<'disk> {
    disk: &'disk dyn Disk,
    segments: Vec<Segment>,
    index: usize,
    lines: Option<RawLines>,
    chain: Option<Chain>,
    hall: Option<String>,
    ended: bool,
    torn: Option<StoreError>,
}

impl<'disk> ChainWalk<'disk> {
    /// Begins at the first line of the files in `journal`. `hall` is the id that it must belong to; without one the first line is
    /// believed.
    pub fn new(
        disk: &'disk dyn Disk,
        journal: &Path,
        hall: Option<&str>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            disk,
            segments: list_segments(disk, journal)?,
            index: 0,
            lines: None,
            chain: None,
            hall: hall.map(str::to_owned),
            ended: false,
            torn: None,
        })
    }

    /// Looks at no more than these lengths of the first files, and at none after them. A file that is shorter is damaged.
    pub(super) fn within(mut self, lengths: &[u64]) -> Result<Self, StoreError> {
        for (index, length) in lengths.iter().enumerate() {
            let Some(segment) = self.segments.get_mut(index) else {
                let path = self.segments.last().map(|segment| segment.path.clone());
                return Err(StoreError::MissingFile {
                    path: path.unwrap_or_default(),
                });
            };
            segment.size = segment.size.min(*length);
        }
        self.segments.truncate(lengths.len());
        Ok(self)
    }

    /// The torn write at the end, once the walk has come there.
    pub fn torn(&self) -> Option<&StoreError> {
        self.torn.as_ref()
    }

    /// The same, taken out.
    pub fn into_torn(self) -> Option<StoreError> {
        self.torn
    }

    /// The files' count and bytes.
    pub fn size(&self) -> (u64, u64) {
        let bytes = self.segments.iter().map(|segment| segment.size).sum();
        (self.segments.len() as u64, bytes)
    }

    fn due(&self) -> u64 {
        self.chain.map_or(1, |chain| chain.due())
    }

    fn damaged(&self, offset: u64, fault: LineFault) -> StoreError {
        let segment = &self.segments[self.index];
        StoreError::Damaged {
            path: segment.path.clone(),
            seq: self.due(),
            offset,
            fault,
        }
    }

    fn next_raw(&mut self) -> Result<Option<RawLine>, StoreError> {
        while let Some(segment) = self.segments.get(self.index) {
            if self.lines.is_none() {
                let file = open(self.disk, &segment.path)?;
                self.lines = Some(RawLines::new(file, 0, segment.size));
            }
            let lines = self.lines.as_mut().expect("invariant: set just above");
            let reading = StoreError::io(&segment.path, "verifying the journal");
            match lines.next().map_err(reading)? {
                Some(raw) => return Ok(Some(raw)),
                None if self.index + 1 < self.segments.len() => {
                    self.index += 1;
                    self.lines = None;
                }
                None => break,
            }
        }
        Ok(None)
    }

    fn accept(&mut self, raw: RawLine) -> Result<Walked, StoreError> {
        let offset = raw.offset;
        let line = raw.fault.map_or_else(|| Line::parse(&raw.bytes), Err);
        let line = line.map_err(|fault| self.damaged(offset, fault))?;
        let genesis = match (&self.hall, line.seq) {
            (Some(hall), _) => Head::genesis(hall),
            (None, _) => Head {
                seq: 0,
                hash: line.prev,
            },
        };
        let mut chain = self.chain.unwrap_or_else(|| Chain::genesis(genesis));
        if self.chain.is_none() && line.seq == 1 && line.prev != genesis.hash {
            return Err(StoreError::OtherHall {
                path: self.segments[self.index].path.clone(),
                hall: self.hall.clone().unwrap_or_default(),
            });
        }
        chain
            .accept(&line)
            .map_err(|fault| self.damaged(offset, fault))?;
        self.chain = Some(chain);
        let end = self.lines.as_ref().map_or(0, RawLines::offset);
        Ok(Walked {
            line,
            file: self.index,
            end,
        })
    }

    /// Whether the rest of the files can be a torn last write: it lies in the newest file, and no whole line of a later group
    /// follows, for that would have been written only after this one was durable.
    fn rest_is_torn(&mut self) -> Result<bool, StoreError> {
        if self.index + 1 < self.segments.len() {
            return Ok(false);
        }
        let due = self.due();
        while let Some(raw) = self.next_raw()? {
            let line = raw.fault.map_or_else(|| Line::parse(&raw.bytes), Err);
            if line.is_ok_and(|line| line.group > due) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Iterator for ChainWalk<'_> {
    type Item = Result<Walked, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let walked = match self.next_raw() {
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Ok(Some(raw)) => self.accept(raw),
            Err(error) => Err(error),
        };
        let Err(error) = walked else {
            return Some(walked);
        };
        self.ended = true;
        if !matches!(error, StoreError::Damaged { .. }) {
            return Some(Err(error));
        }
        match self.rest_is_torn() {
            Ok(true) => {
                self.torn = Some(error);
                None
            }
            Ok(false) => Some(Err(error)),
            Err(reading) => Some(Err(reading)),
        }
    }
}

/// Reads the journal of the data folder `folder`, to which nobody is writing, and checks every line. `hall` is the id it must belong to; without one the
/// first line is believed. `progress` is told the bytes read after each line. The first fault found is the error:
/// `Damaged` with the entry's number (a torn last write too), `MissingFile`, `OtherHall`, `NoHall`, or `Io`.
pub fn verify_chain(
    disk: &dyn Disk,
    folder: &Path,
    hall: Option<&str>,
    progress: &mut dyn FnMut(u64),
) -> Result<ChainReport, StoreError> {
    let mut walk = ChainWalk::new(disk, &folder.join("journal"), hall)?;
    let (file_count, byte_count) = walk.size();
    let (mut head, mut entry_count, mut group_count, mut read) = (None, 0, 0, 0);
    let (mut file, mut end) = (0, 0);
    for walked in &mut walk {
        let walked = walked?;
        if walked.file != file {
            (file, read, end) = (walked.file, read + end, 0);
        }
        end = end.max(walked.end);
        head = Some(walked.line.head());
        entry_count += 1;
        group_count += u64::from(walked.line.group == walked.line.seq);
        progress(read + end);
    }
    if let Some(torn) = walk.torn {
        return Err(torn);
    }
    let Some(head) = head else {
        return Err(StoreError::NoHall {
            folder: folder.to_owned(),
        });
    };
    assert_eq!(head.seq, entry_count, "every entry accepted was counted");
    Ok(ChainReport {
        head,
        entry_count,
        group_count,
        file_count,
        byte_count,
    })
}
