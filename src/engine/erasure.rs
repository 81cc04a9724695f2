//! Erasure of a person (R226): `person_erased` is durable first, then the key slot is forgotten. Records hold the person's texts
//! sealed under that slot; they are marked as erased in the same commit, so that they are what a rebuild makes of the journal
//! once the key is gone. Used by `journey` and by `replay`; opening forgets every erased slot again, after a crash in between
//! and after a restore of older keys.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    rules::{
        event::Event,
        hall::Hall,
        people::{PersonEvent, Slot},
    },
    store::{Change, Direction, KeyRange, Store, keys::Keys},
};

use super::{
    EngineError,
    records::{self, StoredKey},
    seal::{self, SealError},
};

/// What an erasure brings about beside its event.
pub(super) struct Erasure {
    /// The slot to forget once the entry is durable.
    pub slot: Slot,
    /// Stored records and index keys that change and are not in memory, or would not be seen to have changed.
    pub changes: Vec<Change>,
    /// The nouns of the records that change.
    pub nouns: BTreeSet<&'static str>,
}

/// Carries an erasure out after its event was applied: marks the person's texts in memory, and gives what is to change in the
/// store. None for any other event.
pub(super) fn after(
    event: &Event,
    hall: &mut Hall,
    store: &dyn Store,
) -> Result<Option<Erasure>, EngineError> {
    let Event::Person(PersonEvent::Erased { person, .. }) = event else {
        return Ok(None);
    };
    let Some(slot) = hall.people.get(person).map(|person| person.key) else {
        return Ok(None);
    };
    let mut nouns = records::erase_in_memory(hall, slot);
    let mut changes = Vec::new();
    each(store, "r/", |key, bytes| {
        if let Some(erased) = without_texts(bytes, slot) {
            nouns.extend(noun_of(key));
            changes.push(Change::Put(key.to_vec(), erased));
        }
    })?;
    // After a crash the number may be unreadable already, and with it the key under which the person was found by it.
    let stored = person.stored();
    each(store, records::PERSON_PREFIX, |key, found| {
        if found == stored.as_bytes() {
            changes.push(Change::Delete(key.to_vec()));
        }
    })?;
    Ok(Some(Erasure {
        slot,
        changes,
        nouns,
    }))
}

/// Forgets the slots of every erased person. Those that are gone already are passed over.
pub(super) fn repeat(store: &dyn Store, keys: &mut dyn Keys) -> Result<(), EngineError> {
    let mut slots = Vec::new();
    each(store, records::ERASED_PREFIX, |key, _| {
        slots.extend(records::erased_slot(key));
    })?;
    keys.forget(&slots).map_err(SealError::from)?;
    Ok(())
}

/// Goes over the stored keys under a prefix, a page at a time.
fn each(
    store: &dyn Store,
    prefix: &str,
    mut visit: impl FnMut(&[u8], &[u8]),
) -> Result<(), EngineError> {
    let mut range = KeyRange::prefix(prefix);
    loop {
        let found = store.scan(&range, Direction::Forward, records::PAGE_RECORDS)?;
        let Some((last, _)) = found.last() else {
            return Ok(());
        };
        range = range.after(last);
        for (key, value) in &found {
            visit(key, value);
        }
    }
}

/// A stored record with the slot's texts marked as erased; none if it holds none. Most records do not name the slot at all, which
/// is seen from their bytes.
fn without_texts(bytes: &[u8], slot: Slot) -> Option<Vec<u8>> {
    let name = format!("\"key\":{slot}");
    if !bytes
        .windows(name.len())
        .any(|window| window == name.as_bytes())
    {
        return None;
    }
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    seal::erase(&mut value, slot)
        .then(|| serde_json::to_vec(&value).expect("invariant: a JSON value can be written"))
}

/// The noun of a stored record, from its key.
fn noun_of(key: &[u8]) -> Option<&'static str> {
    let kind = std::str::from_utf8(key).ok()?.split('/').nth(1)?;
    records::noun_of_kind(kind)
}
