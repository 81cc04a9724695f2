//! The catalogue's tables in the store: a few values a table instead of one a row, so that a hall with thousands of materials
//! opens at once. Which chunk a row stands in is told by its code alone, so that a table comes out the same whatever was
//! written before. Used by `records`; catalogue rows hold no private text, so nothing is sealed here.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    rules::table::Table,
    store::{Change, Direction, KeyRange, Store},
};

use super::{
    EngineError,
    records::{Stored, StoredKey},
};

/// Chunks of a table. With some hundred bytes a row, tables of ten thousand rows still stay below 64 KiB a chunk.
const CHUNKS: u64 = 64;

/// The chunk of a row: FNV-1a over its code. It is part of the records' format.
fn chunk_of(code: &str) -> u64 {
    let hash = code.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    hash % CHUNKS
}

fn prefix<T: Stored>() -> String {
    format!("r/{}/", T::KIND)
}

fn chunk_key<T: Stored>(chunk: u64) -> Vec<u8> {
    format!("{}{chunk:02x}", prefix::<T>()).into_bytes()
}

/// The changes that a table's changed rows bring to the store: their chunks, whole.
pub(super) fn changes_of<K: StoredKey, T: Stored>(table: &mut Table<K, T>) -> Vec<Change> {
    let changed = table.take_changes();
    let touched: BTreeSet<u64> = changed
        .iter()
        .filter(|row| row.old != row.new)
        .map(|row| chunk_of(&row.key.stored()))
        .collect();
    if touched.is_empty() {
        return Vec::new();
    }
    let mut chunks: BTreeMap<u64, BTreeMap<String, &T>> = BTreeMap::new();
    for (key, row) in table.iter() {
        let code = key.stored();
        let chunk = chunk_of(&code);
        if touched.contains(&chunk) {
            chunks.entry(chunk).or_default().insert(code, row);
        }
    }
    let change = |chunk: u64| match chunks.get(&chunk) {
        Some(rows) => Change::Put(
            chunk_key::<T>(chunk),
            serde_json::to_vec(rows).expect("invariant: catalogue rows are plain data"),
        ),
        None => Change::Delete(chunk_key::<T>(chunk)),
    };
    touched.into_iter().map(change).collect()
}

/// Loads a whole table.
pub(super) fn load<K: StoredKey, T: Stored>(
    table: &mut Table<K, T>,
    store: &dyn Store,
) -> Result<(), EngineError> {
    let damaged = |reason: String| EngineError::Record {
        kind: T::KIND,
        reason,
    };
    let range = KeyRange::prefix(prefix::<T>());
    for (_, bytes) in store.scan(&range, Direction::Forward, usize::MAX)? {
        let rows: BTreeMap<String, T> =
            serde_json::from_slice(&bytes).map_err(|fault| damaged(fault.to_string()))?;
        for (code, row) in rows {
            let key = K::restored(&code).ok_or_else(|| damaged(format!("key '{code}'")))?;
            table.load(key, row);
        }
    }
    Ok(())
}
