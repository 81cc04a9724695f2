//! Counting working days by rank and selection over bits, so that a due date costs the same at 5 and at 5,000 days.
//!
//! Used by [`WorkCalendar`](super::WorkCalendar) alone. It knows which days are worked, not why.

use crate::rules::civil::{CIVIL_YEAR_MAX, CIVIL_YEAR_MIN};
use chrono::{Datelike, NaiveDate};

/// One bit a day of a year, by its ordinal from 0: 366 bits fit into six words.
pub(super) type YearBits = [u64; 6];

const YEARS: usize = (CIVIL_YEAR_MAX - CIVIL_YEAR_MIN + 1) as usize;

/// The working days of every year reckoned with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    bits: Vec<YearBits>,
    /// `before[i]` working days lie before the `i`-th year; the last element counts all.
    before: Vec<u32>,
}

impl Index {
    /// Builds the index from a year's bits, asked for each year in turn.
    pub(super) fn build(bits_of: impl Fn(i32) -> YearBits) -> Self {
        let bits: Vec<YearBits> = (CIVIL_YEAR_MIN..=CIVIL_YEAR_MAX).map(bits_of).collect();
        assert_eq!(bits.len(), YEARS);
        let mut index = Self {
            bits,
            before: Vec::new(),
        };
        index.count();
        index
    }

    /// Puts other bits in the place of one year's; a year outside the range changes nothing.
    pub(super) fn replace(&mut self, year: i32, bits: YearBits) {
        if let Some(slot) = slot_of(year) {
            self.bits[slot] = bits;
            self.count();
        }
    }

    fn count(&mut self) {
        self.before.clear();
        let mut total = 0;
        for bits in &self.bits {
            self.before.push(total);
            total += bits.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        self.before.push(total);
    }

    /// Whether a day is worked; `None` outside the range.
    pub(super) fn contains(&self, date: NaiveDate) -> Option<bool> {
        let bits = &self.bits[slot_of(date.year())?];
        let day = date.ordinal0();
        Some(bits[(day / 64) as usize] >> (day % 64) & 1 == 1)
    }

    /// How many working days lie at or before a date; a date outside the range counts as its nearest end.
    pub(super) fn rank(&self, date: NaiveDate) -> u32 {
        let Some(slot) = slot_of(date.year()) else {
            return if date.year() < CIVIL_YEAR_MIN {
                0
            } else {
                self.before[YEARS]
            };
        };
        let day = date.ordinal0();
        let (word, bit) = ((day / 64) as usize, day % 64);
        let bits = &self.bits[slot];
        let whole: u32 = bits[..word].iter().map(|word| word.count_ones()).sum();
        self.before[slot] + whole + (bits[word] & (u64::MAX >> (63 - bit))).count_ones()
    }

    /// The working day of a rank, counted from 1; `None` past the end.
    pub(super) fn select(&self, rank: u32) -> Option<NaiveDate> {
        if rank == 0 || rank > self.before[YEARS] {
            return None;
        }
        let slot = self.before.partition_point(|&before| before < rank) - 1;
        let mut left = rank - self.before[slot];
        for (word, bits) in self.bits[slot].iter().enumerate() {
            if left <= bits.count_ones() {
                let ordinal0 = u32::try_from(word).expect("invariant: six words") * 64
                    + nth_set_bit(*bits, left);
                let year =
                    CIVIL_YEAR_MIN + i32::try_from(slot).expect("invariant: four hundred years");
                return NaiveDate::from_yo_opt(year, ordinal0 + 1);
            }
            left -= bits.count_ones();
        }
        unreachable!("invariant: the year holds the rank that its count promised")
    }
}

/// The place of the `nth` set bit of a word, counted from 1.
fn nth_set_bit(mut word: u64, nth: u32) -> u32 {
    assert!(nth >= 1 && nth <= word.count_ones());
    for _ in 1..nth {
        word &= word - 1;
    }
    word.trailing_zeros()
}

fn slot_of(year: i32) -> Option<usize> {
    usize::try_from(year - CIVIL_YEAR_MIN)
        .ok()
        .filter(|&slot| slot < YEARS)
}
