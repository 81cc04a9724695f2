//! The end of the journal at opening: which lines of the newest file stand, and whether what follows them is a torn last
//! write or damage. Only the end is read, however large the file. It changes nothing; the journal cuts.
//!
//! The next group is written only after the last one is synced, so only the last group can be torn. If the first bad
//! line lies in the newest file and no whole line with a greater `group` than the seq due there follows, everything from
//! that line on was never acknowledged and may be cut. Anything else is damage, and opening stops with the entry's number.

use super::error::StoreError;
use super::line::{Chain, Line, LineFault};
use super::segment::{RawLines, Segment, open};
use crate::sys::files::Disk;

/// How much of the end is read at first; enlarged fourfold until it holds the whole last group and a line before it. Groups are
/// some kilobytes, and every opening waits for this.
const WINDOW_BYTES: u64 = 16 << 10;
const WINDOW_GROWTH: u64 = 4;

/// What stands at the end of the newest journal file.
#[derive(Debug)]
pub(super) struct Tail {
    /// After the last good line.
    pub(super) chain: Chain,
    /// Where the last good line's group begins in the file; equal to `good_end` when the file holds no good line.
    pub(super) group_start: u64,
    /// Where the good lines end.
    pub(super) good_end: u64,
    /// Why the lines end before the file does.
    pub(super) torn: Option<LineFault>,
}

struct Candidate {
    offset: u64,
    line: Result<Line, LineFault>,
}

/// Examines the newest segment. `before` is the chain at its first byte.
pub(super) fn examine(
    disk: &dyn Disk,
    segment: &Segment,
    before: Chain,
) -> Result<Tail, StoreError> {
    let mut window = WINDOW_BYTES;
    while window < segment.size {
        let candidates = read_window(disk, segment, segment.size - window)?;
        if let Some(anchor) = anchor(&candidates) {
            return follow(segment, Chain::after(anchor), &candidates[1..]);
        }
        window *= WINDOW_GROWTH;
    }
    follow(segment, before, &read_window(disk, segment, 0)?)
}

/// The window's first line, if it is whole and belongs to an earlier group than the last one in the window: then it was
/// synced, and whatever is torn comes after it.
fn anchor(candidates: &[Candidate]) -> Option<&Line> {
    let first = candidates.first()?.line.as_ref().ok()?;
    let last_group = candidates
        .iter()
        .filter_map(|candidate| candidate.line.as_ref().ok())
        .map(|line| line.group)
        .max()?;
    (first.group < last_group).then_some(first)
}

fn read_window(
    disk: &dyn Disk,
    segment: &Segment,
    start: u64,
) -> Result<Vec<Candidate>, StoreError> {
    let reading = |source| StoreError::Io {
        path: segment.path.clone(),
        doing: "reading the journal's end",
        source,
    };
    let mut lines = RawLines::new(
        open(disk, &segment.path)?,
        start.saturating_sub(1),
        segment.size,
    );
    if start > 0 {
        // The window rarely begins where a line does.
        lines.next().map_err(reading)?;
    }
    let mut candidates = Vec::new();
    while let Some(raw) = lines.next().map_err(reading)? {
        let line = match raw.fault {
            Some(fault) => Err(fault),
            None => Line::parse(&raw.bytes),
        };
        candidates.push(Candidate {
            offset: raw.offset,
            line,
        });
    }
    Ok(candidates)
}

fn follow(segment: &Segment, before: Chain, candidates: &[Candidate]) -> Result<Tail, StoreError> {
    let mut chain = before;
    let mut group_start = candidates
        .first()
        .map_or(segment.size, |first| first.offset);
    for (index, candidate) in candidates.iter().enumerate() {
        let group_before = chain.group();
        let accepted = match &candidate.line {
            Ok(line) => chain.accept(line),
            Err(fault) => Err(fault.clone()),
        };
        assert!(
            group_start <= candidate.offset,
            "a group begins before it ends"
        );
        if let Err(fault) = accepted {
            refuse_damage(segment, chain.due(), &candidates[index..], &fault)?;
            return Ok(Tail {
                chain,
                group_start,
                good_end: candidate.offset,
                torn: Some(fault),
            });
        }
        if chain.group() != group_before {
            group_start = candidate.offset;
        }
    }
    Ok(Tail {
        chain,
        group_start,
        good_end: segment.size,
        torn: None,
    })
}

fn refuse_damage(
    segment: &Segment,
    seq: u64,
    from: &[Candidate],
    fault: &LineFault,
) -> Result<(), StoreError> {
    let later_group =
        |candidate: &Candidate| candidate.line.as_ref().is_ok_and(|line| line.group > seq);
    if from.iter().any(later_group) {
        let (path, offset) = (segment.path.clone(), from[0].offset);
        return Err(StoreError::Damaged {
            path,
            seq,
            offset,
            fault: fault.clone(),
        });
    }
    Ok(())
}

/// The chain after the last line of a segment that is not the newest: its last group was synced before the next file was
/// made, so a bad line there is damage.
pub(super) fn chain_at_end(disk: &dyn Disk, segment: &Segment) -> Result<Chain, StoreError> {
    let mut window = WINDOW_BYTES.min(segment.size);
    loop {
        let candidates = read_window(disk, segment, segment.size - window)?;
        if candidates.is_empty() && window < segment.size {
            window = (window * WINDOW_GROWTH).min(segment.size);
            continue;
        }
        let last_good = candidates
            .iter()
            .rev()
            .find_map(|candidate| candidate.line.as_ref().ok());
        return match candidates.last() {
            Some(Candidate { line: Ok(line), .. }) => Ok(Chain::after(line)),
            last => {
                let (offset, fault) = match last {
                    Some(Candidate {
                        offset,
                        line: Err(fault),
                    }) => (*offset, fault.clone()),
                    _ => (0, LineFault::Missing),
                };
                let seq = last_good.map_or(0, |line| line.seq) + 1;
                Err(StoreError::Damaged {
                    path: segment.path.clone(),
                    seq,
                    offset,
                    fault,
                })
            }
        };
    }
}
