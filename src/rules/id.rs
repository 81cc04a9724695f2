//! Ids and codes: what names a record, a window, an item. Every other module names records through these newtypes,
//! never through bare strings or integers. Parsing is exact (ids lower case), so an id has one spelling.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text that is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not an id of the form {letter}12")]
pub struct IdFault {
    /// The letter that was expected.
    pub letter: char,
    /// What stood there, at most 40 characters of it.
    pub text: String,
}

/// A record id: the seq of the entry that made the record, and which one of its kind it was in that entry.
pub trait RecordId: Copy + Ord + fmt::Display + FromStr<Err = IdFault> {
    /// The kind's letter.
    const LETTER: char;
    /// The `nth` record (from 1) of this kind made by entry `seq`.
    fn new(seq: u64, nth: u16) -> Self;
    /// The seq of the creating entry.
    fn seq(self) -> u64;
    /// Its place among the records of its kind in that entry, from 1.
    fn nth(self) -> u16;
}

fn parse_parts(letter: char, text: &str) -> Result<(u64, u16), IdFault> {
    let fault = || IdFault {
        letter,
        text: text.chars().take(40).collect(),
    };
    let canonical = |digits: &str| {
        !digits.is_empty()
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let rest = text.strip_prefix(letter).ok_or_else(fault)?;
    let (seq, nth) = rest
        .split_once('.')
        .map_or((rest, None), |(seq, nth)| (seq, Some(nth)));
    if !canonical(seq) || nth.is_some_and(|nth| !canonical(nth)) {
        return Err(fault());
    }
    let seq = seq.parse().map_err(|_| fault())?;
    let nth = nth.map_or(Ok(1), str::parse).map_err(|_| fault())?;
    // `.1` is never written, so it is not another spelling of the first record either.
    if text.contains('.') && nth < 2 {
        Err(fault())
    } else {
        Ok((seq, nth))
    }
}

macro_rules! record_ids {
    ($($(#[$doc:meta])* $name:ident = $letter:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name { seq: u64, nth: u16 }

        impl RecordId for $name {
            const LETTER: char = $letter;
            fn new(seq: u64, nth: u16) -> Self { Self { seq, nth } }
            fn seq(self) -> u64 { self.seq }
            fn nth(self) -> u16 { self.nth }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if self.nth == 1 { write!(f, "{}{}", $letter, self.seq) } else { write!(f, "{}{}.{}", $letter, self.seq, self.nth) }
            }
        }
        impl FromStr for $name {
            type Err = IdFault;
            fn from_str(text: &str) -> Result<Self, IdFault> {
                parse_parts($letter, text).map(|(seq, nth)| Self { seq, nth })
            }
        }
        impl From<$name> for String { fn from(id: $name) -> Self { id.to_string() } }
        impl TryFrom<String> for $name {
            type Error = IdFault;
            fn try_from(text: String) -> Result<Self, IdFault> { text.parse() }
        }
        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": concat!("^", $letter, "[1-9][0-9]*(\\.[0-9]+)?$")})
            }
        }
    )*};
}

record_ids! {
    /// A ticket (取号单).
    TicketId = 't';
    /// An enquiry (首问).
    EnquiryId = 'e';
    /// A case (办件).
    CaseId = 'c';
    /// A branch of a joint case (并联分支).
    BranchId = 'b';
    /// A proxy order (代办单).
    OrderId = 'd';
    /// A paper in custody (手续交接).
    PaperId = 'm';
    /// An inspection round (巡视).
    RoundId = 'r';
    /// A finding (巡查问题).
    FindingId = 'f';
    /// A person or organisation.
    PersonId = 'p';
    /// A proposal that waits for another person's approval.
    ProposalId = 'q';
    /// A yellow or red card (督办).
    CardId = 'k';
    /// A document that left the hall.
    DocumentId = 'n';
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The code as it is written in the hall's tables.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl From<&str> for $name { fn from(code: &str) -> Self { Self(code.to_owned()) } }
        impl From<String> for $name { fn from(code: String) -> Self { Self(code) } }
    )*};
}

codes! {
    /// A department (进驻部门).
    DepartmentCode;
    /// A window (窗口).
    WindowCode;
    /// A ticket queue (business group).
    QueueCode;
    /// A member of staff.
    StaffCode;
    /// A service item (事项).
    ItemCode;
    /// A line of an item's material list.
    MaterialCode;
    /// An authorisation notice (授权通知), by its number.
    AuthorisationCode;
    /// An approval seal (行政审批专用章).
    SealCode;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!(TicketId::new(12, 1).to_string(), "t12");
        assert_eq!(TicketId::new(12, 3).to_string(), "t12.3");
        assert_eq!("t12.3".parse(), Ok(TicketId::new(12, 3)));
        for wrong in [
            "T12",
            "t012",
            "t",
            "t12.1",
            "t12.",
            "c12",
            "t12.02",
            "t+1",
            "t99999999999999999999999",
        ] {
            assert!(wrong.parse::<TicketId>().is_err(), "{wrong}");
        }
    }
}
