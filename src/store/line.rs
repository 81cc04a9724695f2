//! One journal line: made, read and checked here and nowhere else. The engine makes lines, every store keeps them,
//! opening and verification read them back. It refuses whatever is not byte for byte what it would have written around
//! the events; what an event means it does not know.
//!
//! A line is UTF-8 JSON without spaces, one entry a command, keys in this order and all present (null where none), one LF:
//! `{"seq","group","at","actor":{"staff","role","window","login","via"},"request","events":[…],"prev","hash"}`.
//! `group` is the seq of the first entry of the same write. `at` is `YYYY-MM-DDTHH:MM:SS.mmmZ`. An event is
//! `{"name":{…}}`, lower snake case, `{}` when it has no fields. The last 75 bytes before the LF are `,"hash":"`, 64
//! lower-case hexadecimal digits and `"}`; `hash` is SM3 of all bytes of the line before those 75. `prev` is the hash of the
//! entry before; for entry 1, SM3 of the hall id's UTF-8 bytes.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::head::{HASH_HEX_LENGTH, Hash, Head};

/// Longest line in bytes without its LF. A request is at most 1 MiB and a table of the hall is split at 256 KiB; an entry
/// may say both several times over, sealed (a third longer), and still fits.
pub const LINE_MAX: usize = 16 << 20;

const HASH_KEY: &str = ",\"hash\":\"";
const LINE_END: &str = "\"}";
/// Length of what the hash does not cover: the key, the digits, the end.
const SUFFIX_LENGTH: usize = HASH_KEY.len() + HASH_HEX_LENGTH + LINE_END.len();
const _: () = assert!(SUFFIX_LENGTH == 75, "formats fix the last 75 bytes");

/// Who did it, as the journal says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Code of the member of staff; none for the machine.
    pub staff: Option<String>,
    /// The one role that permitted the act.
    pub role: Option<String>,
    /// Code of the window signed on to.
    pub window: Option<String>,
    /// Unix user of the connection.
    pub login: Option<String>,
    /// By which way: init, console, kiosk, call, sweep, import, unpack.
    pub via: String,
}

/// An entry before it has its place in the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct LineDraft {
    /// Its number, one more than the entry's before.
    pub seq: u64,
    /// Number of the first entry of the same write.
    pub group: u64,
    /// When it was written; kept to the millisecond.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: Actor,
    /// The client's request id; none for the machine's own entries.
    pub request: Option<String>,
    /// Sealed events, each an object with one key: its name.
    pub events: Vec<Value>,
}

/// A line that is whole: its own hash is right and its form is ours. Whether it follows another is `Chain`'s to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// As in `LineDraft`.
    pub seq: u64,
    /// As in `LineDraft`.
    pub group: u64,
    /// As in `LineDraft`, without anything below the millisecond.
    pub at: DateTime<Utc>,
    /// As in `LineDraft`.
    pub actor: Actor,
    /// As in `LineDraft`.
    pub request: Option<String>,
    /// As in `LineDraft`.
    pub events: Vec<Value>,
    /// Chain hash of the entry before.
    pub prev: Hash,
    /// Chain hash of this entry.
    pub hash: Hash,
    raw: String,
}

/// What is wrong with a line. `offset` counts bytes from the line's first.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LineFault {
    /// No LF: the line was not written to its end.
    #[error("the line has no end")]
    Unended,
    /// Nothing can be that short.
    #[error("the line has {length} bytes, too few to hold a hash")]
    Short {
        /// Bytes found.
        length: usize,
    },
    /// Longer than `LINE_MAX`.
    #[error("the line is longer than {LINE_MAX} bytes")]
    Long,
    /// The last 75 bytes are not a hash in its place.
    #[error("the line does not end in a hash")]
    NoHash,
    /// The hash is not that of the bytes before it.
    #[error("the hash is {found}, the bytes give {computed}")]
    Hash {
        /// As written.
        found: Hash,
        /// As computed.
        computed: Hash,
    },
    /// Not UTF-8 from this byte on.
    #[error("not UTF-8 at byte {offset}")]
    Utf8 {
        /// First bad byte.
        offset: usize,
    },
    /// Not the JSON of an entry.
    #[error("not an entry at byte {offset}: {reason}")]
    Json {
        /// Where the parser gave up.
        offset: usize,
        /// Why, in its words.
        reason: String,
    },
    /// An entry, but written otherwise than we write it: key order, spaces, escapes, form of a time.
    #[error("not written in the fixed form at byte {offset}")]
    Form {
        /// First byte that differs.
        offset: usize,
    },
    /// An event is not an object of one lower snake case name and an object of fields.
    #[error("event {index} is not a name with fields")]
    Event {
        /// Place in `events`, from 0.
        index: usize,
    },
    /// The number is not the one that is due.
    #[error("the line says entry {found}")]
    Seq {
        /// As written.
        found: u64,
    },
    /// Neither the group of the entry before nor a new one.
    #[error("group {found} does not fit here")]
    Group {
        /// As written.
        found: u64,
    },
    /// `prev` is not the hash of the entry before.
    #[error("it follows {found}, the entry before has {expected}")]
    Prev {
        /// Hash of the entry before.
        expected: Hash,
        /// As written.
        found: Hash,
    },
    /// The entry is not there at all.
    #[error("the entry is missing")]
    Missing,
}

#[derive(Serialize)]
struct Written<'a> {
    seq: u64,
    group: u64,
    at: String,
    actor: &'a Actor,
    request: Option<&'a str>,
    events: &'a [Value],
    prev: Hash,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    seq: u64,
    group: u64,
    at: DateTime<Utc>,
    actor: Actor,
    request: Option<String>,
    events: Vec<Value>,
    prev: Hash,
    hash: Hash,
}

impl LineDraft {
    /// Gives the entry its place after the entry with hash `prev`. Fails on an event that is not a name with fields, and on
    /// an entry longer than `LINE_MAX`.
    pub fn finish(self, prev: Hash) -> Result<Line, LineFault> {
        check_events(&self.events)?;
        let at = self.at.trunc_subsecs(3);
        let mut raw = written(
            self.seq,
            self.group,
            at,
            &self.actor,
            self.request.as_deref(),
            &self.events,
            prev,
        );
        let closing = raw.pop();
        assert_eq!(closing, Some('}'), "invariant: an object ends in a brace");
        if raw.len() + SUFFIX_LENGTH > LINE_MAX {
            return Err(LineFault::Long);
        }
        let hash = Hash::of(raw.as_bytes());
        raw.push_str(HASH_KEY);
        raw.push_str(&hash.to_string());
        raw.push_str(LINE_END);
        let Self {
            seq,
            group,
            actor,
            request,
            events,
            ..
        } = self;
        let line = Line {
            seq,
            group,
            at,
            actor,
            request,
            events,
            prev,
            hash,
            raw,
        };
        debug_assert_eq!(
            Line::parse(line.raw.as_bytes()).as_ref(),
            Ok(&line),
            "what is written can be read"
        );
        Ok(line)
    }
}

fn written(
    seq: u64,
    group: u64,
    at: DateTime<Utc>,
    actor: &Actor,
    request: Option<&str>,
    events: &[Value],
    prev: Hash,
) -> String {
    let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    serde_json::to_string(&Written {
        seq,
        group,
        at,
        actor,
        request,
        events,
        prev,
    })
    .expect("invariant: numbers, strings and JSON values always serialise")
}

/// Gives each draft its place, the first after `head`. Fails on the first that cannot be a line, with its place in `drafts`.
pub fn chain(head: &Head, drafts: Vec<LineDraft>) -> Result<Vec<Line>, (usize, LineFault)> {
    let mut prev = head.hash;
    let mut lines = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.into_iter().enumerate() {
        let line = draft.finish(prev).map_err(|fault| (index, fault))?;
        prev = line.hash;
        lines.push(line);
    }
    Ok(lines)
}

impl Line {
    /// Reads a line without its LF. Every fault is told; none panics.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineFault> {
        let (covered, found) = split_hash(bytes)?;
        let computed = Hash::of(covered);
        if found != computed {
            return Err(LineFault::Hash { found, computed });
        }
        let raw = std::str::from_utf8(bytes).map_err(|error| LineFault::Utf8 {
            offset: error.valid_up_to(),
        })?;
        let read: Read = serde_json::from_str(raw).map_err(|error| LineFault::Json {
            offset: error.column(),
            reason: error.to_string(),
        })?;
        check_events(&read.events)?;
        check_form(raw, &read)?;
        let Read {
            seq,
            group,
            at,
            actor,
            request,
            events,
            prev,
            hash,
        } = read;
        assert_eq!(
            hash, found,
            "invariant: the form was checked, so the key is the suffix"
        );
        Ok(Self {
            seq,
            group,
            at,
            actor,
            request,
            events,
            prev,
            hash,
            raw: raw.to_owned(),
        })
    }

    /// The line's bytes as stored, without the LF.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The head of a journal that ends here.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// Cuts the 75 bytes off. Gives what the hash covers, and the hash as written.
fn split_hash(bytes: &[u8]) -> Result<(&[u8], Hash), LineFault> {
    if bytes.len() > LINE_MAX {
        return Err(LineFault::Long);
    }
    let Some(covered_length) = bytes.len().checked_sub(SUFFIX_LENGTH) else {
        return Err(LineFault::Short {
            length: bytes.len(),
        });
    };
    let (covered, suffix) = bytes.split_at(covered_length);
    let hash = suffix
        .strip_prefix(HASH_KEY.as_bytes())
        .and_then(|rest| rest.strip_suffix(LINE_END.as_bytes()))
        .and_then(Hash::from_hex)
        .ok_or(LineFault::NoHash)?;
    Ok((covered, hash))
}

fn check_events(events: &[Value]) -> Result<(), LineFault> {
    let fits = |event: &Value| {
        let Value::Object(map) = event else {
            return false;
        };
        map.len() == 1
            && map
                .iter()
                .all(|(name, fields)| is_event_name(name) && fields.is_object())
    };
    match events.iter().position(|event| !fits(event)) {
        Some(index) => Err(LineFault::Event { index }),
        None => Ok(()),
    }
}

fn is_event_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Compares everything around the events with what we would have written. The events themselves stay as they are: their
/// keys keep the order in which they were once written, and the hash vouches for them.
fn check_form(raw: &str, read: &Read) -> Result<(), LineFault> {
    let empty = written(
        read.seq,
        read.group,
        read.at,
        &read.actor,
        read.request.as_deref(),
        &[],
        read.prev,
    );
    let tail_length = "],\"prev\":\"\"}".len() + HASH_HEX_LENGTH;
    let (before, after) = empty.split_at(empty.len() - tail_length);
    let after = after
        .strip_suffix('}')
        .expect("invariant: an object ends in a brace");
    let covered = &raw.as_bytes()[..raw.len() - SUFFIX_LENGTH];
    if let Some(offset) = first_difference(before.as_bytes(), covered) {
        return Err(LineFault::Form { offset });
    }
    if !covered[before.len()..].ends_with(after.as_bytes()) {
        return Err(LineFault::Form {
            offset: covered.len().saturating_sub(after.len()),
        });
    }
    Ok(())
}

fn first_difference(expected: &[u8], found: &[u8]) -> Option<usize> {
    let common = expected
        .iter()
        .zip(found)
        .take_while(|(left, right)| left == right)
        .count();
    (common < expected.len()).then_some(common)
}

/// The number a line says it has, from its first bytes and without any check: for finding one's way in a file.
pub(super) fn claimed_seq(bytes: &[u8]) -> Option<u64> {
    let digits = bytes.strip_prefix(b"{\"seq\":")?;
    let length = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits.get(length) != Some(&b',') {
        return None;
    }
    std::str::from_utf8(&digits[..length]).ok()?.parse().ok()
}

/// Follows a journal from line to line: number, group and hash of each against the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    head: Head,
    group: u64,
}

impl Chain {
    /// Before the first entry; `head` is the hall's genesis.
    pub fn genesis(head: Head) -> Self {
        assert_eq!(head.seq, 0, "the genesis stands before entry 1");
        Self { head, group: 0 }
    }

    /// Just after a line that is trusted as it is.
    pub fn after(line: &Line) -> Self {
        Self {
            head: line.head(),
            group: line.group,
        }
    }

    /// The last entry accepted.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Group of the last entry accepted; 0 before the first.
    pub fn group(&self) -> u64 {
        self.group
    }

    /// The number that must come next.
    pub fn due(&self) -> u64 {
        self.head.seq + 1
    }

    /// Takes the next line, or says why it cannot be the next; then nothing has changed.
    pub fn accept(&mut self, line: &Line) -> Result<(), LineFault> {
        if line.seq != self.due() {
            return Err(LineFault::Seq { found: line.seq });
        }
        if line.prev != self.head.hash {
            return Err(LineFault::Prev {
                expected: self.head.hash,
                found: line.prev,
            });
        }
        let continues = self.group > 0 && line.group == self.group;
        if line.group != line.seq && !continues {
            return Err(LineFault::Group { found: line.group });
        }
        *self = Self::after(line);
        Ok(())
    }
}
