//! A table of records in memory that remembers what changed: the engine asks for the old and the new form of each touched
//! record, so that records and index keys are derived in one place and nothing can be forgotten.

use std::collections::BTreeMap;

/// Records of one kind, by their key.
#[derive(Debug, Clone)]
pub struct Table<K, T> {
    rows: BTreeMap<K, T>,
    touched: BTreeMap<K, Option<T>>,
}

/// One changed record: as it was, as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed<K, T> {
    /// Its key.
    pub key: K,
    /// Before, none if it is new.
    pub old: Option<T>,
    /// Now, none if it is gone.
    pub new: Option<T>,
}

impl<K, T> Default for Table<K, T> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            touched: BTreeMap::new(),
        }
    }
}

impl<K: PartialEq, T: PartialEq> PartialEq for Table<K, T> {
    /// Two tables are equal when their records are; what was touched on the way does not matter.
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<K: Ord + Clone, T: Clone> Table<K, T> {
    /// The record under `key`.
    pub fn get(&self, key: &K) -> Option<&T> {
        self.rows.get(key)
    }

    /// The record under `key`, to be changed; its old form is remembered.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut T> {
        let row = self.rows.get_mut(key)?;
        self.touched
            .entry(key.clone())
            .or_insert_with(|| Some(row.clone()));
        Some(row)
    }

    /// Puts a record in, in place of the one under the same key.
    pub fn insert(&mut self, key: K, row: T) {
        let old = self.rows.insert(key.clone(), row);
        self.touched.entry(key).or_insert(old);
    }

    /// Whether there is a record under `key`.
    pub fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// All records in memory, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &T)> {
        self.rows.iter()
    }

    /// All records in memory.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.values()
    }

    /// How many are in memory.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none is in memory.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Brings a stored record into memory; not a change.
    pub fn load(&mut self, key: K, row: T) {
        self.rows.entry(key).or_insert(row);
    }

    /// Lets go of records that `keep` does not want in memory; not a change. Changes not yet taken stay.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &T) -> bool) {
        let touched = &self.touched;
        self.rows
            .retain(|key, row| touched.contains_key(key) || keep(key, row));
    }

    /// Takes what changed since the last time, by key.
    pub fn take_changes(&mut self) -> Vec<Changed<K, T>> {
        std::mem::take(&mut self.touched)
            .into_iter()
            .map(|(key, old)| {
                let new = self.rows.get(&key).cloned();
                Changed { key, old, new }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_changed_twice_shows_its_first_and_last_form() {
        let mut table = Table::default();
        table.load("a", 1);
        assert!(table.take_changes().is_empty(), "loading is not a change");
        *table.get_mut(&"a").expect("loaded") = 2;
        *table.get_mut(&"a").expect("loaded") = 3;
        table.insert("b", 9);
        let changes = table.take_changes();
        assert_eq!(
            changes[0],
            Changed {
                key: "a",
                old: Some(1),
                new: Some(3)
            }
        );
        assert_eq!(
            changes[1],
            Changed {
                key: "b",
                old: None,
                new: Some(9)
            }
        );
        assert!(table.take_changes().is_empty());
    }
}
