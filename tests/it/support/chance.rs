//! Chance for tests that tear, kill and damage: a seed gives the same stream on every machine, so that a failing case can be
//! made again from the seed that its assertion prints.

use std::time::Duration;

/// A stream of numbers that a seed fixes (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A place below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("64 bits");
        usize::try_from(self.bits() % bound).expect("below a place")
    }

    /// Whether something happens that happens once in so many cases.
    pub(crate) fn one_in(&mut self, cases: usize) -> bool {
        self.below(cases) == 0
    }

    /// Whether something happens that happens in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Random bytes.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let bits = self.bits().to_le_bytes();
            part.copy_from_slice(&bits[..part.len()]);
        }
    }

    /// So many random bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.fill(&mut bytes);
        bytes
    }

    /// A moment within a span, or up to a seventh after it.
    pub(crate) fn moment(&mut self, span: Duration) -> Duration {
        let share = u32::try_from(self.bits() >> 48).expect("16 bits");
        span * share / 0xE000
    }
}

/// How many cases a test goes through: so many, or with `BANSHI_LONG=1` the longer count.
pub(crate) fn cases(short: u64, long: u64) -> u64 {
    let asked = std::env::var_os("BANSHI_LONG").is_some_and(|value| value == "1");
    if asked { long } else { short }
}

/// A folder in memory where the machine has such a place: thousands of openings sync ten times as often.
pub(crate) fn quick_folder() -> tempfile::TempDir {
    let shared_memory = std::path::Path::new("/dev/shm");
    let made = if shared_memory.is_dir() {
        tempfile::tempdir_in(shared_memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder")
}
