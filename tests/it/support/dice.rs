//! Chance from a fixed seed, and how much of it: a test that runs with the same seed meets the same faults, and `BANSHI_LONG=1`
//! runs it in full.

use std::time::Duration;

/// How often a test repeats: so often, or ten times as often with `BANSHI_LONG=1`.
pub(crate) fn rounds(short: usize) -> usize {
    if is_long() { short * 10 } else { short }
}

/// Whether the full counts were asked for.
pub(crate) fn is_long() -> bool {
    std::env::var_os("BANSHI_LONG").is_some_and(|value| value == "1")
}

/// A linear congruence: random enough to meet every step of a run.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that fall the same way for the same seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Self(seed);
        // Neighbouring seeds begin alike.
        for _ in 0..4 {
            dice.bits();
        }
        dice
    }

    /// The next 16 bits.
    fn bits(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 48
    }

    /// A number below `sides`, of which there are at most 65,536.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        let bits = usize::try_from(self.bits()).expect("16 bits");
        bits * sides >> 16
    }

    /// Whether something happens that happens so often in a hundred times.
    pub(crate) fn falls(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Bytes of any kind.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count)
            .map(|_| u8::try_from(self.bits() >> 8).expect("8 bits"))
            .collect()
    }

    /// A moment within a span, or a little after it.
    pub(crate) fn moment(&mut self, span: Duration) -> Duration {
        span * u32::try_from(self.bits()).expect("16 bits") / 0xE000
    }
}
