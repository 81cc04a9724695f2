//! What is said about a member of staff beside the catalogue: the PIN by which a shared login tells who sits there. The hall
//! keeps a hash and no PIN, sealed like a personal text, because a short PIN is guessed from its hash in minutes; no view shows
//! it. Hashing and checking are the impure floor's work.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::StaffCode,
    method::methods,
    people::Private,
    permission::Role,
    refusal::{Refusal, RefusalCode, not_found},
    stamp::Stamp,
    window::not_yours,
};

/// Longest hash that is taken: a PHC string of argon2id with a salt and an output of 64 bytes is well below it.
pub const HASH_BYTES_MAX: usize = 256;

/// The cost within which a hash is taken, in KiB and passes: below, it is guessed too fast; above, checking it holds up the hall.
const MEMORY_KIB: std::ops::RangeInclusive<u32> = 8 * 1024..=64 * 1024;
const PASSES: std::ops::RangeInclusive<u32> = 1..=8;
const LANES: std::ops::RangeInclusive<u32> = 1..=4;

/// The PIN of a member of staff as the hall keeps it: the PHC string, sealed in journal and records. Reads as an empty text
/// where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pin(Option<Private>);

impl Deref for Pin {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_ref().and_then(Private::readable).unwrap_or("")
    }
}

impl Serialize for Pin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            None => serializer.serialize_str(""),
            Some(hash) => hash.serialize(serializer),
        }
    }
}

// By hand: an empty text is none, and no clear hash ever stands in a table.
impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Stored {
            Sealed(Private),
            Text(String),
        }
        match Stored::deserialize(deserializer)? {
            Stored::Sealed(hash) => Ok(Self(Some(hash))),
            Stored::Text(text) if text.is_empty() => Ok(Self(None)),
            Stored::Text(_) => Err(serde::de::Error::custom("a PIN does not stand in clear")),
        }
    }
}

/// `staff.set_pin`
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPin {
    /// Whose; one's own where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffCode>,
    /// The PIN's argon2id hash as a PHC string, made by the client; nothing takes the PIN away, which an administrator may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

// A hash in a log is as good as the PIN.
impl std::fmt::Debug for SetPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetPin")
            .field("staff", &self.staff)
            .field("hash", &self.hash.as_ref().map(|_| "…"))
            .finish()
    }
}

methods! {
    /// Commands on a member of staff.
    StaffCommand for "staff" {
        /// Sets one's own PIN, as an administrator anybody's; without a hash an administrator takes it away.
        SetPin(SetPin) = "set_pin",
    }
}

/// What happens to members of staff. Stored words: `staff_*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StaffEvent {
    /// Their PIN was set, or taken away.
    #[serde(rename = "staff_pin_set")]
    PinSet {
        /// Whose.
        staff: StaffCode,
        /// Its hash; none where it was taken away.
        pin: Option<Private>,
    },
}

impl StaffEvent {
    /// Whose record it is about.
    pub fn subject(&self) -> Subject {
        let Self::PinSet { staff, .. } = self;
        Subject::Staff(staff.clone())
    }
}

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &StaffCommand) -> Result<Vec<Event>, Refusal> {
    let StaffCommand::SetPin(params) = command;
    let own = stamp.actor.staff.as_ref();
    let code = params.staff.as_ref().or(own).ok_or_else(|| {
        Refusal::new(RefusalCode::BadValue)
            .with("field", "staff")
            .with("reason", "name the member of staff")
    })?;
    let staff = hall
        .staff
        .get(code)
        .ok_or_else(|| not_found("staff", code))?;
    let is_admin = stamp.actor.role == Role::Admin;
    if !is_admin && own != Some(code) {
        return Err(not_yours(&staff.name));
    }
    let hash = params.hash.as_deref().filter(|hash| !hash.is_empty());
    let pin = match hash {
        Some(hash) if is_fit(hash) => {
            // One slot for all PINs of a member of staff: their texts are theirs.
            let slot = staff.pin.0.as_ref().map_or(stamp.first_slot, |pin| pin.key);
            Some(Private::clear(slot, hash))
        }
        Some(_) => {
            return Err(Refusal::new(RefusalCode::BadValue)
                .with("field", "hash")
                .with("reason", "no argon2id hash of a sensible cost"));
        }
        None if is_admin => None,
        None => return Err(RefusalCode::StaffPinKept.into()),
    };
    let staff = code.clone();
    Ok(vec![StaffEvent::PinSet { staff, pin }.into()])
}

/// Whether a text is a PHC string of argon2id, version 19, of a cost within the bounds: checking it must not hold up the hall.
fn is_fit(hash: &str) -> bool {
    let base64 = |text: &str, most: usize| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
        (11..=most).contains(&text.len()) && text.bytes().all(plain)
    };
    let parts: Vec<&str> = hash.split('$').collect();
    let ["", "argon2id", "v=19", cost, salt, output] = parts.as_slice() else {
        return false;
    };
    let cost: Vec<&str> = cost.split(',').collect();
    let [memory, passes, lanes] = cost.as_slice() else {
        return false;
    };
    let within = |text: &str, name: &str, bounds: &std::ops::RangeInclusive<u32>| {
        text.strip_prefix(name)
            .and_then(|number| number.parse().ok())
            .is_some_and(|number| bounds.contains(&number))
    };
    hash.len() <= HASH_BYTES_MAX
        && within(memory, "m=", &MEMORY_KIB)
        && within(passes, "t=", &PASSES)
        && within(lanes, "p=", &LANES)
        && base64(salt, 64)
        && base64(output, 86)
}

/// Applies what happened to a member of staff.
pub fn apply(hall: &mut Hall, event: &StaffEvent) {
    let StaffEvent::PinSet { staff, pin } = event;
    if let Some(staff) = hall.staff.get_mut(staff) {
        staff.pin = Pin(pin.clone());
    }
}
