//! The one door for time, identity and numbering: a `Stamp` says which entry is being written, when, by whom,
//! and on which civil date it counts. Made by the engine, read by `decide`.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    id::{RecordId, StaffCode, WindowCode},
    people::Slot,
    permission::Role,
    time::{Instant, hall_date},
};

/// By which way a command came (formats: `via`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// `banshi init`
    Init,
    /// A terminal.
    Console,
    /// Self-service.
    Kiosk,
    /// `banshi call`
    Call,
    /// The sweep of days.
    Sweep,
    /// `banshi import`
    Import,
    /// `banshi unpack`
    Unpack,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The member of staff; null for the machine and for an administrator without a staff record.
    pub staff: Option<StaffCode>,
    /// The role that permitted the act.
    pub role: Role,
    /// The window where they sit.
    pub window: Option<WindowCode>,
    /// The Unix login of the connection.
    pub login: String,
    /// By which way.
    pub via: Via,
}

/// Time, identity and numbering of the entry that is being decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The seq of the entry.
    pub seq: u64,
    /// When it is written.
    pub at: Instant,
    /// The civil date it belongs to: the hall date of `at`, but for the sweep, which works through past dates.
    pub on: NaiveDate,
    /// Who acts.
    pub actor: Actor,
    /// The first free key slot: text with no person is sealed under `first_slot`, `first_slot + 1`, ….
    pub first_slot: Slot,
}

impl Stamp {
    /// A stamp whose civil date is that of its instant.
    pub fn new(seq: u64, at: Instant, actor: Actor, first_slot: Slot) -> Self {
        Self {
            seq,
            at,
            on: hall_date(at),
            actor,
            first_slot,
        }
    }

    /// The id of the `nth` record (from 1) of its kind that this entry makes.
    pub fn id<I: RecordId>(&self, nth: u16) -> I {
        I::new(self.seq, nth)
    }
}
