//! Stores that stand before another one and change a thing or two: what they do not change goes through, named method by method.

/// The named methods of `Store`, each handed on to the field `store`.
macro_rules! through {
    ($($method:ident)*) => { $(crate::support::through::through_one!($method);)* };
}

macro_rules! through_one {
    (heads) => {
        fn heads(&self) -> Result<banshi::store::Heads, banshi::store::StoreError> {
            self.store.heads()
        }
    };
    (read) => {
        fn read(&self, from_seq: u64) -> Result<banshi::store::Lines, banshi::store::StoreError> {
            self.store.read(from_seq)
        }
    };
    (get) => {
        fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, banshi::store::StoreError> {
            self.store.get(key)
        }
    };
    (scan) => {
        fn scan(
            &self,
            range: &banshi::store::KeyRange,
            direction: banshi::store::Direction,
            limit: usize,
        ) -> Result<Vec<banshi::store::Record>, banshi::store::StoreError> {
            self.store.scan(range, direction, limit)
        }
    };
    (commit) => {
        fn commit(
            &mut self,
            expected: &banshi::store::Head,
            lines: &[banshi::store::Line],
            changes: &[banshi::store::Change],
        ) -> Result<banshi::store::Head, banshi::store::StoreError> {
            self.store.commit(expected, lines, changes)
        }
    };
    (catch_up) => {
        fn catch_up(
            &mut self,
            head: &banshi::store::Head,
            changes: &[banshi::store::Change],
        ) -> Result<(), banshi::store::StoreError> {
            self.store.catch_up(head, changes)
        }
    };
    (renew) => {
        fn renew(&mut self) -> Result<(), banshi::store::StoreError> {
            self.store.renew()
        }
    };
    (install) => {
        fn install(&mut self) -> Result<(), banshi::store::StoreError> {
            self.store.install()
        }
    };
    (vouch) => {
        fn vouch(&mut self) -> Result<(), banshi::store::StoreError> {
            self.store.vouch()
        }
    };
}

pub(crate) use through;
pub(crate) use through_one;
