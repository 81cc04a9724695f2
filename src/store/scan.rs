//! Ranges of record keys and the direction to walk them. Plain values, shared by all stores.

use std::ops::Bound;

use super::KEY_FIRST_BYTE_MAX;

/// Keys from `from` on and before `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
}

/// Which way to walk a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Ascending keys.
    Forward,
    /// Descending keys.
    Backward,
}

impl KeyRange {
    /// All records.
    pub fn all() -> Self {
        Self {
            from: Vec::new(),
            to: None,
        }
    }

    /// From `from` (included) to `to` (excluded).
    pub fn between(from: impl Into<Vec<u8>>, to: impl Into<Vec<u8>>) -> Self {
        Self {
            from: from.into(),
            to: Some(to.into()),
        }
    }

    /// Every key that begins with these bytes.
    pub fn prefix(prefix: impl Into<Vec<u8>>) -> Self {
        let from = prefix.into();
        let to = next_prefix(&from);
        Self { from, to }
    }

    /// What is left of this range after `key` when walking forward: the cursor of a page.
    pub fn after(mut self, key: &[u8]) -> Self {
        let mut next = key.to_vec();
        next.push(0);
        self.from = self.from.max(next);
        self
    }

    /// What is left of this range before `key` when walking backward.
    pub fn before(mut self, key: &[u8]) -> Self {
        self.to = Some(match self.to {
            Some(to) => to.min(key.to_vec()),
            None => key.to_vec(),
        });
        self
    }

    /// True when no key can lie in it.
    pub fn is_empty(&self) -> bool {
        let past_all = self
            .from
            .first()
            .is_some_and(|first| *first > KEY_FIRST_BYTE_MAX);
        past_all || self.to.as_ref().is_some_and(|to| *to <= self.from)
    }

    /// As bounds, with the upper one capped at `end` (excluded).
    pub(super) fn bounds<'a>(&'a self, end: &'a [u8]) -> (Bound<&'a [u8]>, Bound<&'a [u8]>) {
        let to = self.to.as_deref().map_or(end, |to| to.min(end));
        (Bound::Included(&self.from), Bound::Excluded(to))
    }
}

/// The first key after all keys with this prefix; `None` when there is none.
fn next_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut next = prefix[..=last].to_vec();
    next[last] += 1;
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_where_the_next_begins() {
        assert_eq!(KeyRange::prefix("a/"), KeyRange::between("a/", "a0"));
        assert_eq!(next_prefix(&[1, 0xFF, 0xFF]), Some(vec![2]));
        assert_eq!(next_prefix(&[0xFF]), None);
    }

    #[test]
    fn a_cursor_narrows_and_never_widens() {
        let range = KeyRange::prefix("c/");
        assert_eq!(
            range.clone().after(b"c/5"),
            KeyRange::between(*b"c/5\0", "c0")
        );
        assert_eq!(range.clone().after(b"a"), range);
        assert_eq!(range.clone().before(b"c/5"), KeyRange::between("c/", "c/5"));
        assert!(range.clone().before(b"b").is_empty());
        assert_eq!(range.clone().before(b"z"), range);
    }
}
