//! The hall's time (R23): instants are UTC, dates are civil dates at +08:00, without daylight saving.
//! The only conversions between the two; nothing here reads a clock.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};

/// An instant, as the journal keeps it.
pub type Instant = DateTime<Utc>;

const HALL_OFFSET_SECONDS: i32 = 8 * 3600;

/// The hall's offset from UTC, +08:00 (R23).
pub fn hall_offset() -> FixedOffset {
    FixedOffset::east_opt(HALL_OFFSET_SECONDS).expect("invariant: +08:00 is an offset")
}

/// The instant on the hall's wall clock.
pub fn hall_time(at: Instant) -> DateTime<FixedOffset> {
    at.with_timezone(&hall_offset())
}

/// The civil date of an instant in the hall.
pub fn hall_date(at: Instant) -> NaiveDate {
    hall_time(at).date_naive()
}

/// The instant of a wall-clock time on a date in the hall.
pub fn at_hall_time(on: NaiveDate, time: NaiveTime) -> Instant {
    hall_offset()
        .from_local_datetime(&on.and_time(time))
        .single()
        .expect("invariant: a fixed offset maps every local time once")
        .with_timezone(&Utc)
}

/// An instant as people and other programs read it: RFC 3339 at +08:00.
pub fn shown(at: Instant) -> String {
    hall_time(at).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// Serialises an instant as RFC 3339 at +08:00, for views; `#[serde(with = "rules::time::wire")]`.
pub mod wire {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{DateTime, Instant, Utc, shown};

    /// Writes the instant.
    pub fn serialize<S: Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&shown(*at))
    }

    /// Reads any RFC 3339 instant.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|at| at.with_timezone(&Utc))
            .map_err(serde::de::Error::custom)
    }
}

/// The same for an optional instant (`null` where there is none).
pub mod wire_option {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{DateTime, Instant, Utc, shown};

    /// Writes the instant or null.
    pub fn serialize<S: Serializer>(
        at: &Option<Instant>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_some(&shown(*at)),
            None => serializer.serialize_none(),
        }
    }

    /// Reads any RFC 3339 instant or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Instant>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| DateTime::parse_from_rfc3339(&text).map(|at| at.with_timezone(&Utc)))
            .transpose()
            .map_err(serde::de::Error::custom)
    }
}
