//! The whole journal read from its first byte: hash, prev, seq, group and form of every line. For `banshi verify`; it needs no
//! lock, changes nothing, and knows no rule. Records are compared elsewhere.

use std::path::Path;

use super::error::StoreError;
use super::head::Head;
use super::line::{Chain, Line, LineFault};
use super::segment::{RawLines, list_segments, open};
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

/// Reads the journal of the data folder `folder`, to which nobody is writing, and checks every line. `hall` is the id it must belong to; without one the
/// first line is believed. `progress` is told the bytes read after each line. The first fault found is the error:
/// `Damaged` with the entry's number, `MissingFile`, `OtherHall`, `NoHall`, or `Io`.
pub fn verify_chain(
    disk: &dyn Disk,
    folder: &Path,
    hall: Option<&str>,
    progress: &mut dyn FnMut(u64),
) -> Result<ChainReport, StoreError> {
    walk(disk, folder, hall, Tail::Whole, progress)
}

/// The same for a journal to which somebody may be writing: a line that is not finished at the very end is the writer's next
/// one and counts as not there.
pub fn verify_live_chain(
    disk: &dyn Disk,
    folder: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<ChainReport, StoreError> {
    walk(disk, folder, None, Tail::Growing, progress)
}

/// How a journal may end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Whole,
    Growing,
}

fn walk(
    disk: &dyn Disk,
    folder: &Path,
    hall: Option<&str>,
    tail: Tail,
    progress: &mut dyn FnMut(u64),
) -> Result<ChainReport, StoreError> {
    let journal = folder.join("journal");
    let segments = list_segments(disk, &journal)?;
    let mut chain = hall.map(|hall| Chain::genesis(Head::genesis(hall)));
    let (mut entry_count, mut group_count, mut byte_count) = (0, 0, 0);
    for (nth, segment) in segments.iter().enumerate() {
        let growing = tail == Tail::Growing && nth + 1 == segments.len();
        let reading = |source| StoreError::Io {
            path: segment.path.clone(),
            doing: "verifying the journal",
            source,
        };
        let mut lines = RawLines::new(open(disk, &segment.path)?, 0, segment.size);
        while let Some(raw) = lines.next().map_err(reading)? {
            if growing && raw.fault == Some(LineFault::Unended) {
                break;
            }
            let offset = raw.offset;
            let line = raw.fault.map_or_else(|| Line::parse(&raw.bytes), Err);
            let due = chain.map_or(1, |chain| chain.due());
            let damaged = |fault| StoreError::Damaged {
                path: segment.path.clone(),
                seq: due,
                offset,
                fault,
            };
            let line = line.map_err(damaged)?;
            let mut before = match chain {
                Some(chain) => chain,
                None => Chain::genesis(Head {
                    seq: 0,
                    hash: line.prev,
                }),
            };
            refuse_other_hall(&line, &before, hall, &segment.path)?;
            before.accept(&line).map_err(damaged)?;
            chain = Some(before);
            entry_count += 1;
            group_count += u64::from(line.group == line.seq);
            progress(byte_count + lines.offset());
        }
        byte_count += segment.size;
    }
    let Some(chain) = chain else {
        return Err(StoreError::NoHall {
            folder: folder.to_owned(),
        });
    };
    let head = chain.head();
    assert_eq!(head.seq, entry_count, "every entry accepted was counted");
    Ok(ChainReport {
        head,
        entry_count,
        group_count,
        file_count: segments.len() as u64,
        byte_count,
    })
}

fn refuse_other_hall(
    line: &Line,
    before: &Chain,
    hall: Option<&str>,
    path: &Path,
) -> Result<(), StoreError> {
    match hall {
        Some(hall)
            if line.seq == 1 && before.head().seq == 0 && line.prev != before.head().hash =>
        {
            Err(StoreError::OtherHall {
                path: path.to_owned(),
                hall: hall.to_owned(),
            })
        }
        _ => Ok(()),
    }
}
