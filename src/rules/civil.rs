//! The dates that the product reckons with, and how a date or a time is read from text (R23).
//!
//! Used by everything that counts days and by every reader of outside data. It owns the range of dates, so that no
//! arithmetic above it can overflow. It never asks what time it is.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use thiserror::Error;

use super::time::{Instant, hall_date, hall_offset};

/// The first year reckoned with. Nobody alive brings a case from before it.
pub const CIVIL_YEAR_MIN: i32 = 1900;

/// The last year reckoned with. A limit of [`WORKING_DAYS_MAX`] and an extension as long, from today on, together end
/// near 2107; the rest is room for pauses.
pub const CIVIL_YEAR_MAX: i32 = 2299;

/// The longest limit: 10,000 working days are forty years, more than any licence runs; a greater number is a slip.
pub const WORKING_DAYS_MAX: u32 = 10_000;

/// The longest text that can be a date and time: `2026-03-02T09:30:00.000000000+08:00` is 35 bytes.
const MOMENT_BYTES_MAX: usize = 64;

/// The first civil date reckoned with.
pub const CIVIL_DATE_MIN: NaiveDate =
    NaiveDate::from_ymd_opt(CIVIL_YEAR_MIN, 1, 1).expect("invariant: the range begins on a date");

/// The last civil date reckoned with.
pub const CIVIL_DATE_MAX: NaiveDate =
    NaiveDate::from_ymd_opt(CIVIL_YEAR_MAX, 12, 31).expect("invariant: the range ends on a date");

/// A date or a count that leaves the range of dates reckoned with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OutOfRange {
    /// The date itself lies outside.
    #[error("the date {0} lies outside {CIVIL_YEAR_MIN}-01-01..{CIVIL_YEAR_MAX}-12-31")]
    Date(NaiveDate),
    /// Counting from a date inside would end outside.
    #[error("counting from {0} leaves {CIVIL_YEAR_MIN}-01-01..{CIVIL_YEAR_MAX}-12-31")]
    Count(NaiveDate),
    /// A limit longer than [`WORKING_DAYS_MAX`].
    #[error("{0} working days are more than the longest limit, {WORKING_DAYS_MAX}")]
    Limit(u64),
}

/// Why a text is no date and no time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MomentFault {
    /// Neither a date nor an RFC 3339 time nor a time without an offset.
    #[error(
        "'{0}' is not a date (2026-03-02) or a time (2026-03-02T09:30:00+08:00; without an offset: hall time)"
    )]
    Malformed(String),
    /// A date outside the range reckoned with.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

/// A civil date, or an instant with its date in hall time: what people and programs write where a day is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Only the date was given.
    On(NaiveDate),
    /// An instant was given.
    At(Instant),
}

impl Moment {
    /// Reads `2026-03-02`, `2026-03-02T09:30[:00[.000]]` with or without an offset (a space may stand for the `T`).
    /// Without an offset the time is hall time (R23).
    ///
    /// # Errors
    /// [`MomentFault`] when it is none of these, or lies outside the range reckoned with.
    pub fn parse(text: &str) -> Result<Self, MomentFault> {
        let trimmed = text.trim();
        let malformed = || MomentFault::Malformed(trimmed.chars().take(MOMENT_BYTES_MAX).collect());
        if trimmed.len() > MOMENT_BYTES_MAX || !trimmed.is_ascii() {
            return Err(malformed());
        }
        if trimmed.len() <= "2026-03-02".len() {
            return Ok(Self::On(
                parse_date(trimmed).ok_or_else(malformed)?.in_range()?,
            ));
        }
        let at = parse_instant(trimmed).ok_or_else(malformed)?;
        // Checked before the offset is added, so that adding it cannot leave chrono's own range.
        at.date_naive().in_range()?;
        hall_date(at).in_range()?;
        Ok(Self::At(at))
    }

    /// The civil date in hall time (R23).
    pub fn date(self) -> NaiveDate {
        match self {
            Self::On(date) => date,
            Self::At(at) => hall_date(at),
        }
    }
}

/// Asks whether a date lies in the range reckoned with.
pub trait InRange: Sized {
    /// The date itself when it lies inside.
    ///
    /// # Errors
    /// [`OutOfRange::Date`] otherwise.
    fn in_range(self) -> Result<Self, OutOfRange>;
}

impl InRange for NaiveDate {
    fn in_range(self) -> Result<Self, OutOfRange> {
        if (CIVIL_YEAR_MIN..=CIVIL_YEAR_MAX).contains(&self.year()) {
            Ok(self)
        } else {
            Err(OutOfRange::Date(self))
        }
    }
}

/// The instant of a date and time read as hall time.
fn hall_instant(local: NaiveDateTime) -> Instant {
    // Eight hours before the earliest date of chrono do not exist; such a time is out of range anyway.
    let utc = local.checked_sub_offset(hall_offset()).unwrap_or(local);
    DateTime::from_naive_utc_and_offset(utc, Utc)
}

/// Reads `2026-03-02`, all ten characters of it.
fn parse_date(text: &str) -> Option<NaiveDate> {
    if text.len() != "2026-03-02".len() {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// Reads a date and time, with an offset or in hall time.
fn parse_instant(text: &str) -> Option<Instant> {
    parse_date(text.get(..10)?)?;
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let text = text.replacen(' ', "T", 1);
    for form in ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"] {
        if let Ok(at) = DateTime::parse_from_str(&text.replace(['z', 'Z'], "+00:00"), form) {
            return Some(at.to_utc());
        }
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .map(hall_instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date_of(text: &str) -> String {
        Moment::parse(text).map_or_else(
            |fault| format!("{fault:?}"),
            |moment| moment.date().to_string(),
        )
    }

    #[test]
    fn r23_every_form_of_a_moment_gives_its_hall_date() {
        for (text, date) in [
            ("2026-03-02", "2026-03-02"),
            (" 2026-03-02 ", "2026-03-02"),
            ("2026-03-01T16:00:00Z", "2026-03-02"),
            ("2026-03-01T15:59:59Z", "2026-03-01"),
            ("2026-03-02T00:30:00+08:00", "2026-03-02"),
            ("2026-03-02T00:30:00+09:00", "2026-03-01"),
            ("2026-03-02T23:59", "2026-03-02"),
            ("2026-03-02T23:59:59.999", "2026-03-02"),
            ("2026-03-02 23:59:59", "2026-03-02"),
            ("2026-03-02T23:59+08:00", "2026-03-02"),
            ("2026-03-02T23:59:59+0800", "2026-03-02"),
            ("2026-03-02T23:59Z", "2026-03-03"),
        ] {
            assert_eq!(date_of(text), date, "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_and_never_panics() {
        for text in [
            "",
            "2026",
            "2026-02-30",
            "2026-3-2",
            "02/03/2026",
            "2026-03-02T25:00",
            "２０２６-03-02",
            "tomorrow",
        ] {
            assert!(
                matches!(Moment::parse(text), Err(MomentFault::Malformed(_))),
                "{text}"
            );
        }
        for text in [
            "1899-12-31",
            "2300-01-01",
            "0001-01-01T00:00:00Z",
            "2299-12-31T23:00:00Z",
            "9999-12-31",
        ] {
            assert!(
                matches!(Moment::parse(text), Err(MomentFault::OutOfRange(_))),
                "{text}"
            );
        }
    }
}
