//! Where a journal stands: an entry's number and the chain hash that vouches for all before it. Used by everything that
//! reads or writes the journal; knows nothing of lines.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sm3::{Digest, Sm3};

/// Length of a hash in hexadecimal digits.
pub const HASH_HEX_LENGTH: usize = 64;

/// An SM3 (GB/T 32905) hash. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sm3::digest(bytes).into())
    }

    /// A hash that was kept as 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads exactly 64 lower-case hexadecimal digits; anything else is `None`.
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        if digits.len() != HASH_HEX_LENGTH {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_value(pair[0])? << 4 | hex_value(pair[1])?;
        }
        Some(Self(bytes))
    }
}

fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Self::from_hex(digits.as_bytes())
            .ok_or_else(|| de::Error::custom("a hash is 64 lower-case hexadecimal digits"))
    }
}

/// The last entry of a journal, or of what a record set has seen of it. Number 0 is the head before the first entry; its
/// hash is that of the hall's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of the entry, counted from 1.
    pub seq: u64,
    /// Its chain hash.
    pub hash: Hash,
}

/// Length of a head kept as bytes.
pub const HEAD_BYTES: usize = 40;

impl Head {
    /// The head of a hall that has no entry yet.
    pub fn genesis(hall_id: &str) -> Self {
        Self {
            seq: 0,
            hash: Hash::of(hall_id.as_bytes()),
        }
    }

    /// Number (big-endian) and hash, as the records keep it under their key `m/head`.
    pub fn to_bytes(self) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        bytes[..8].copy_from_slice(&self.seq.to_be_bytes());
        bytes[8..].copy_from_slice(self.hash.as_bytes());
        bytes
    }

    /// What `to_bytes` gave; `None` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (seq, hash) = bytes.split_first_chunk::<8>()?;
        Some(Self {
            seq: u64::from_be_bytes(*seq),
            hash: Hash::from_bytes(hash.try_into().ok()?),
        })
    }
}

impl fmt::Display for Head {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "entry {} ({})", self.seq, self.hash)
    }
}

/// Where a store's two halves stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// The journal's last durable entry.
    pub journal: Head,
    /// The last entry that the records have seen; `None` when there are no usable records.
    pub records: Option<Head>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm3_is_the_standard_s_own() {
        // The example of GB/T 32905, appendix A.1.
        assert_eq!(
            Hash::of(b"abc").to_string(),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
    }

    #[test]
    fn a_hash_and_a_head_survive_their_written_forms() {
        let head = Head {
            seq: 0x0102_0304_0506_0708,
            hash: Hash::of(b"x"),
        };
        assert_eq!(Head::from_bytes(&head.to_bytes()), Some(head));
        assert_eq!(Head::from_bytes(&head.to_bytes()[1..]), None);
        let written = head.hash.to_string();
        assert_eq!(Hash::from_hex(written.as_bytes()), Some(head.hash));
        assert_eq!(Hash::from_hex(written.to_uppercase().as_bytes()), None);
        assert_eq!(Hash::from_hex(&written.as_bytes()[1..]), None);
    }
}
