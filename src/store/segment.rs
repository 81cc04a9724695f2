//! One file of the journal as lines: buffered reading, finding an entry by its number, the windows at a file's end.
//! It yields bytes and says whether an LF closed them; whether they are a good line is for `line` to say.

use std::io;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::line::{LINE_MAX, LineFault, claimed_seq};
use crate::sys::files::{Disk, DiskFile, read_exact_at};

const READ_BYTES: usize = 256 << 10;
/// A stretch short enough to be walked line by line instead of halved again.
const WALK_BYTES: u64 = 64 << 10;

/// A journal file and as much of it as is durable.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub(super) path: PathBuf,
    pub(super) number: u32,
    pub(super) size: u64,
}

/// Path of the journal file with this number, counted from 1.
pub(super) fn segment_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:06}.jsonl"))
}

fn segment_number(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".jsonl")?;
    let well_formed = digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    well_formed
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|number| *number > 0)
}

/// The journal's files in order. A gap in the numbers, or an empty file that is not the last, is an error.
pub(super) fn list_segments(disk: &dyn Disk, folder: &Path) -> Result<Vec<Segment>, StoreError> {
    let names = disk
        .list(folder)
        .map_err(StoreError::io(folder, "listing the journal"))?;
    let mut numbers: Vec<u32> = names
        .iter()
        .filter_map(|name| segment_number(name))
        .collect();
    numbers.sort_unstable();
    let mut segments: Vec<Segment> = Vec::with_capacity(numbers.len());
    for (expected, number) in (1..).zip(numbers) {
        let path = segment_path(folder, expected);
        if number != expected {
            return Err(StoreError::MissingFile { path });
        }
        if let Some(empty) = segments.last().filter(|before| before.size == 0) {
            return Err(StoreError::MissingFile {
                path: empty.path.clone(),
            });
        }
        let size = open(disk, &path)?
            .size()
            .map_err(StoreError::io(&path, "measuring the journal file"))?;
        segments.push(Segment { path, number, size });
    }
    Ok(segments)
}

/// Opens a journal file for reading.
pub(super) fn open(disk: &dyn Disk, path: &Path) -> Result<Box<dyn DiskFile>, StoreError> {
    disk.open_to_read(path)
        .map_err(StoreError::io(path, "opening the journal file"))
}

/// A stretch of bytes up to an LF, or up to the end, or up to `LINE_MAX`.
#[derive(Debug)]
pub(super) struct RawLine {
    /// Of its first byte in the file.
    pub(super) offset: u64,
    /// Without the LF.
    pub(super) bytes: Vec<u8>,
    /// What keeps it from being a line at all.
    pub(super) fault: Option<LineFault>,
}

/// Walks a file from one offset to another, LF by LF.
pub(super) struct RawLines {
    file: Box<dyn DiskFile>,
    end: u64,
    /// Offset of `buffer[consumed]`.
    offset: u64,
    buffer: Vec<u8>,
    consumed: usize,
}

impl RawLines {
    pub(super) fn new(file: Box<dyn DiskFile>, start: u64, end: u64) -> Self {
        assert!(start <= end, "a file is read forward");
        Self {
            file,
            end,
            offset: start,
            buffer: Vec::new(),
            consumed: 0,
        }
    }

    /// Where the next line begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next stretch; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<RawLine>> {
        let mut searched = 0;
        loop {
            let waiting = &self.buffer[self.consumed..];
            if let Some(length) = waiting[searched..].iter().position(|byte| *byte == b'\n') {
                return Ok(Some(self.take(searched + length, 1, None)));
            }
            searched = waiting.len();
            if searched > LINE_MAX {
                return Ok(Some(self.take(searched, 0, Some(LineFault::Long))));
            }
            if !self.refill()? {
                let ended = searched == 0;
                return Ok((!ended).then(|| self.take(searched, 0, Some(LineFault::Unended))));
            }
        }
    }

    fn take(&mut self, length: usize, end_length: usize, fault: Option<LineFault>) -> RawLine {
        let bytes = self.buffer[self.consumed..self.consumed + length].to_vec();
        let line = RawLine {
            offset: self.offset,
            bytes,
            fault,
        };
        self.consumed += length + end_length;
        assert!(
            self.consumed <= self.buffer.len(),
            "only what was read is taken"
        );
        self.offset += (length + end_length) as u64;
        line
    }

    /// Reads on; false at the end.
    fn refill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.consumed);
        self.consumed = 0;
        let position = self.offset + self.buffer.len() as u64;
        let wanted = usize::try_from(self.end.saturating_sub(position))
            .unwrap_or(READ_BYTES)
            .min(READ_BYTES);
        let held = self.buffer.len();
        self.buffer.resize(held + wanted, 0);
        read_exact_at(self.file.as_ref(), &mut self.buffer[held..], position)?;
        Ok(wanted > 0)
    }
}

/// The number that the first line of a segment claims; `None` when it is too damaged to say, or empty.
pub(super) fn first_seq(disk: &dyn Disk, segment: &Segment) -> Result<Option<u64>, StoreError> {
    let mut start = [0; 32];
    let file = open(disk, &segment.path)?;
    let count = file
        .read_at(&mut start, 0)
        .map_err(StoreError::io(&segment.path, "reading the journal file"))?;
    Ok(claimed_seq(&start[..count]))
}

/// Offset of the line with this number in a segment. Halves the file by the numbers that lines claim, then walks.
pub(super) fn locate(disk: &dyn Disk, segment: &Segment, seq: u64) -> Result<u64, StoreError> {
    let reading = |source| StoreError::Io {
        path: segment.path.clone(),
        doing: "finding an entry",
        source,
    };
    let mut low = 0;
    let mut high = segment.size;
    while high - low > WALK_BYTES {
        let middle = low + (high - low) / 2;
        // Starting one byte early, the first stretch always ends just before a line.
        let mut lines = RawLines::new(open(disk, &segment.path)?, middle - 1, high);
        lines.next().map_err(reading)?;
        let offset = lines.offset();
        let Some(claimed) = lines
            .next()
            .map_err(reading)?
            .and_then(|line| claimed_seq(&line.bytes))
        else {
            break;
        };
        assert!(
            middle <= offset && offset <= high,
            "a line begins in the upper half"
        );
        if claimed <= seq {
            low = offset;
        } else {
            high = middle;
        }
    }
    let mut lines = RawLines::new(open(disk, &segment.path)?, low, segment.size);
    loop {
        match lines.next().map_err(reading)? {
            Some(line) if claimed_seq(&line.bytes) == Some(seq) => return Ok(line.offset),
            Some(line) if claimed_seq(&line.bytes).is_none_or(|claimed| claimed < seq) => {}
            _ => {
                let (path, offset) = (segment.path.clone(), lines.offset());
                return Err(StoreError::Damaged {
                    path,
                    seq,
                    offset,
                    fault: LineFault::Missing,
                });
            }
        }
    }
}
