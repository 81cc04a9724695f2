//! Sealing of personal texts: the engine seals an event before it becomes a journal line and a record before it is kept,
//! and opens them when it reads them back. It works on JSON, so that no event type needs to know of it. It decides
//! nothing about who may see what.
//!
//! In memory a personal text is `{"key":SLOT,"clear":"text"}` or, once its slot is forgotten, `{"key":SLOT,"erased":true}`.
//! Stored it is `{"key":SLOT,"sealed":"B64"}`: base64url without padding of nonce (24 bytes), ciphertext and tag (16),
//! XChaCha20-Poly1305. A slot holds 64 bytes: the first 32 encrypt; the nonce is the first 24 bytes of HMAC-SM3(last 32,
//! aad ‖ 0x00 ‖ plaintext); aad is hall id, slot, event name (or record kind) and field name, joined by LF. The field name is
//! the key under which the text stands; in an array, the array's name, a full stop and the place from 0. So the same text
//! in the same place gives the same bytes, and no nonce serves two different texts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde_json::{Map, Value};
use thiserror::Error;

use super::{EngineError, KeyRing};
use crate::store::keys::{HallKey, KeyError, Keys, SlotKey, hmac_sm3};

const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// Why a text could not be sealed or opened. Never holds the text.
#[derive(Debug, Error)]
pub enum SealError {
    /// The keys failed.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A text was to be sealed under a slot that is forgotten: nobody could read it again.
    #[error("field {field}: slot {slot} is erased")]
    Erased {
        /// The slot named.
        slot: u64,
        /// Where the text stands.
        field: String,
    },
    /// What is stored is not base64url, or too short to hold nonce and tag.
    #[error("field {field}: what is sealed under slot {slot} is malformed")]
    Malformed {
        /// The slot named.
        slot: u64,
        /// Where the text stands.
        field: String,
    },
    /// The tag is wrong: the bytes were changed, or belong to another slot, event, field or hall.
    #[error("field {field}: what is sealed under slot {slot} was not sealed here")]
    WrongTag {
        /// The slot named.
        slot: u64,
        /// Where the text stands.
        field: String,
    },
}

/// Where texts are sealed for: what binds them besides slot and field.
struct Place<'a> {
    hall_id: &'a str,
    kind: &'a str,
    keys: &'a dyn Keys,
}

/// Seals every clear text among an event's fields, at any depth. `event_name` is the event's stored name, or the kind of a
/// record. Texts that are sealed or erased already stay as they are. On an error the value is half sealed and to be dropped.
pub fn seal_event(
    hall_id: &str,
    event_name: &str,
    fields: &mut Value,
    keys: &dyn Keys,
) -> Result<(), SealError> {
    Place {
        hall_id,
        kind: event_name,
        keys,
    }
    .walk(fields, "", &mut |place, field, text| {
        place.seal(field, text)
    })
}

/// Opens what `seal_event` sealed, under the same names. Texts whose slot is forgotten become erased ones. On an error the value
/// is half open and to be dropped.
pub fn open_event(
    hall_id: &str,
    event_name: &str,
    fields: &mut Value,
    keys: &dyn Keys,
) -> Result<(), SealError> {
    Place {
        hall_id,
        kind: event_name,
        keys,
    }
    .walk(fields, "", &mut |place, field, text| {
        place.open(field, text)
    })
}

/// Marks every text of a slot as erased, clear or sealed, at any depth. Whether there was one.
pub fn erase(value: &mut Value, slot: u64) -> bool {
    let mut met = false;
    match as_text(value) {
        Some(Text::Clear { slot: own, .. } | Text::Sealed { slot: own, .. }) => {
            if own == slot {
                *value = text_value(slot, "erased", true.into());
                met = true;
            }
        }
        None => match value {
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|inner| met |= erase(inner, slot)),
            Value::Array(items) => items.iter_mut().for_each(|inner| met |= erase(inner, slot)),
            _ => {}
        },
    }
    met
}

/// The highest key slot that a value names.
pub(super) fn highest_slot(value: &Value) -> Option<u64> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("key").and_then(Value::as_u64);
            fields.values().filter_map(highest_slot).chain(own).max()
        }
        Value::Array(values) => values.iter().filter_map(highest_slot).max(),
        _ => None,
    }
}

/// The key slots under which a value holds readable private text.
pub(super) fn clear_slots(value: &Value) -> Vec<u64> {
    match value {
        Value::Object(fields) => {
            let own = fields
                .get("key")
                .and_then(Value::as_u64)
                .filter(|_| fields.contains_key("clear"));
            let inner = fields.values().flat_map(clear_slots);
            inner.chain(own).collect()
        }
        Value::Array(values) => values.iter().flat_map(clear_slots).collect(),
        _ => Vec::new(),
    }
}

/// The stored form of an event, `{"name":{…}}`, with its private texts sealed under the event's name.
pub(super) fn seal_stored(
    hall_id: &str,
    mut event: Value,
    keys: &KeyRing,
) -> Result<Value, EngineError> {
    if let Value::Object(named) = &mut event {
        for (name, fields) in named.iter_mut() {
            seal_event(hall_id, name, fields, &*keys.people)?;
        }
    }
    Ok(event)
}

/// The event back from its stored form, with texts opened or known to be erased.
pub(super) fn open_stored(
    hall_id: &str,
    event: &Value,
    keys: &KeyRing,
) -> Result<Value, EngineError> {
    let mut event = event.clone();
    if let Value::Object(named) = &mut event {
        for (name, fields) in named.iter_mut() {
            open_event(hall_id, name, fields, &*keys.people)?;
        }
    }
    Ok(event)
}

/// By what a person with this number is found again: HMAC-SM3 under the hall's key. `id_type` is a word of the rules,
/// `canonical_number` the number in the one form in which it is compared (R221).
pub fn person_hmac(hall_key: &HallKey, id_type: &str, canonical_number: &str) -> [u8; 32] {
    hall_key.mac(&[id_type.as_bytes(), b"\n", canonical_number.as_bytes()])
}

/// A personal text as it stands in JSON.
enum Text {
    Clear { slot: u64, text: String },
    Sealed { slot: u64, sealed: String },
}

type Turn<'t> = dyn FnMut(&Place<'_>, &str, Text) -> Result<Value, SealError> + 't;

impl Place<'_> {
    fn walk(&self, value: &mut Value, field: &str, turn: &mut Turn<'_>) -> Result<(), SealError> {
        if let Some(text) = as_text(value) {
            *value = turn(self, field, text)?;
            return Ok(());
        }
        match value {
            Value::Object(map) => map
                .iter_mut()
                .try_for_each(|(name, inner)| self.walk(inner, name, turn)),
            Value::Array(items) => {
                let mut places = items.iter_mut().enumerate();
                places.try_for_each(|(index, inner)| {
                    self.walk(inner, &format!("{field}.{index}"), turn)
                })
            }
            _ => Ok(()),
        }
    }

    fn seal(&self, field: &str, text: Text) -> Result<Value, SealError> {
        let (slot, text) = match text {
            Text::Clear { slot, text } => (slot, text),
            Text::Sealed { slot, sealed } => return Ok(text_value(slot, "sealed", sealed.into())),
        };
        let Some(key) = self.keys.slot(slot)? else {
            return Err(SealError::Erased {
                slot,
                field: field.to_owned(),
            });
        };
        let aad = self.aad(slot, field);
        let sealed = encrypt(&key, aad.as_bytes(), text.as_bytes());
        debug_assert_eq!(
            decrypt(&key, aad.as_bytes(), &sealed).as_deref(),
            Some(text.as_bytes()),
            "what is sealed opens"
        );
        Ok(text_value(
            slot,
            "sealed",
            URL_SAFE_NO_PAD.encode(sealed).into(),
        ))
    }

    fn open(&self, field: &str, text: Text) -> Result<Value, SealError> {
        let (slot, sealed) = match text {
            Text::Sealed { slot, sealed } => (slot, sealed),
            Text::Clear { slot, text } => return Ok(text_value(slot, "clear", text.into())),
        };
        let Some(key) = self.keys.slot(slot)? else {
            return Ok(text_value(slot, "erased", true.into()));
        };
        let malformed = || SealError::Malformed {
            slot,
            field: field.to_owned(),
        };
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| malformed())?;
        if sealed.len() < NONCE_BYTES + TAG_BYTES {
            return Err(malformed());
        }
        let wrong_tag = || SealError::WrongTag {
            slot,
            field: field.to_owned(),
        };
        let clear =
            decrypt(&key, self.aad(slot, field).as_bytes(), &sealed).ok_or_else(wrong_tag)?;
        let clear = String::from_utf8(clear).map_err(|_| malformed())?;
        Ok(text_value(slot, "clear", clear.into()))
    }

    fn aad(&self, slot: u64, field: &str) -> String {
        format!("{}\n{slot}\n{}\n{field}", self.hall_id, self.kind)
    }
}

/// Recognises a personal text by its two keys; everything else is an ordinary value.
fn as_text(value: &Value) -> Option<Text> {
    let map = value.as_object().filter(|map| map.len() == 2)?;
    let slot = map.get("key")?.as_u64()?;
    if let Some(text) = map.get("clear") {
        return Some(Text::Clear {
            slot,
            text: text.as_str()?.to_owned(),
        });
    }
    let sealed = map.get("sealed")?.as_str()?.to_owned();
    Some(Text::Sealed { slot, sealed })
}

fn text_value(slot: u64, name: &str, content: Value) -> Value {
    let mut map = Map::new();
    map.insert("key".to_owned(), slot.into());
    map.insert(name.to_owned(), content);
    Value::Object(map)
}

fn cipher(key: &SlotKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.cipher_key().into())
}

/// Nonce, ciphertext and tag.
fn encrypt(key: &SlotKey, aad: &[u8], text: &[u8]) -> Vec<u8> {
    let mac = hmac_sm3(key.nonce_key(), &[aad, &[0], text]);
    let nonce: [u8; NONCE_BYTES] = *mac
        .first_chunk()
        .expect("invariant: an SM3 hash is longer than a nonce");
    let ciphertext = cipher(key)
        .encrypt(&XNonce::from(nonce), Payload { msg: text, aad })
        .expect("invariant: a text is far below the cipher's limit of 256 GiB");
    let mut sealed = nonce.to_vec();
    sealed.extend_from_slice(&ciphertext);
    assert_eq!(
        sealed.len(),
        NONCE_BYTES + text.len() + TAG_BYTES,
        "nonce, text and tag"
    );
    sealed
}

/// The text, if the tag is right.
fn decrypt(key: &SlotKey, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    debug_assert!(!aad.is_empty(), "a text is bound to its place");
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    cipher(key)
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad,
            },
        )
        .ok()
}
