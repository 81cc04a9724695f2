//! Chance from a seed: SplitMix64, the same on every machine and in every version. People, plays and stories draw from it;
//! it protects nothing, and nothing secret may come from it.

/// A stream of numbers that a seed fixes.
#[derive(Debug, Clone)]
pub(super) struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A stream of its own for one part of the rehearsal, so that a draw more in one part moves nothing in another.
    pub(super) fn of_part(seed: u64, part: &str) -> Self {
        // FNV-1a over the name, then one round of mixing by the first draw.
        let mark = part.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |mark, byte| {
            (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self::new(seed ^ mark)
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 128 bits, as a request id needs them.
    pub(super) fn request_bits(&mut self) -> [u8; 16] {
        let mut bits = [0; 16];
        for half in bits.chunks_exact_mut(8) {
            half.copy_from_slice(&self.bits().to_be_bytes());
        }
        bits
    }

    /// A place below `bound`; 0 where there is none.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        // The bias of a remainder does not show at the few thousand places that are ever drawn from.
        usize::try_from(self.bits() % bound).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from(self.bits() % span).unwrap_or(0)
    }

    /// Whether something happens that happens in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.between(0, 99) < percent
    }

    /// One of these; none of none.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(from.len());
        from.get(place)
    }

    /// The place of a weight, drawn in proportion to the weights; none where all are 0.
    pub(super) fn weighed(&mut self, weights: &[u32]) -> Option<usize> {
        let sum: u32 = weights.iter().sum();
        let mut left = self.between(1, sum.max(1));
        weights.iter().position(|weight| {
            let hit = left <= *weight && *weight > 0;
            left = left.saturating_sub(*weight);
            hit
        })
    }

    /// The same things in an order drawn by chance.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for end in (1..things.len()).rev() {
            things.swap(end, self.below(end + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_fixed_by_its_seed() {
        // The published first outputs of SplitMix64 from seed 1234567.
        let mut chance = Chance::new(1_234_567);
        assert_eq!(chance.bits(), 6_457_827_717_110_365_317);
        assert_eq!(chance.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::new(1);
        assert_eq!(chance.weighed(&[0, 0]), None);
        let drawn: Vec<_> = (0..200)
            .filter_map(|_| chance.weighed(&[1, 0, 3]))
            .collect();
        assert!(drawn.iter().all(|place| *place != 1));
        assert!(drawn.contains(&0) && drawn.contains(&2));
    }
}
