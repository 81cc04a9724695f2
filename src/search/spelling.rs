//! The readings of a character as they are typed: plain letters, `ü` as `v`, commonest first.
//!
//! Used by `text` to prepare units and by `matcher` to compare them. A table holds the characters of one
//! index and no others, so that a terminal pays only for the characters its hall uses.

use std::collections::BTreeMap;

use pinyin::ToPinyinMulti;

/// The longest spelling, `zhuang`, in letters.
const LETTERS_MAX: usize = 6;

/// One reading of a character in plain letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelling {
    letters: [u8; LETTERS_MAX],
    length: u8,
    /// 0 for the commonest reading of its character, 1 for the next, and so on.
    pub(super) rank: u8,
}

impl Spelling {
    /// The letters, all of `a`–`z`.
    pub(super) fn letters(&self) -> &[u8] {
        &self.letters[..usize::from(self.length)]
    }

    /// Whether it begins with `zh`, `ch` or `sh`, which count as one initial.
    pub(super) fn has_double_initial(self) -> bool {
        matches!(self.letters(), [b'z' | b'c' | b's', b'h', ..])
    }

    /// Reads plain letters; `None` for what cannot be typed as `a`–`z` within the length of a syllable.
    fn new(plain: &str, rank: u8) -> Option<Self> {
        let mut letters = [0; LETTERS_MAX];
        let mut length = 0;
        for c in plain.chars() {
            let letter = match c {
                'ü' => b'v',
                'ê' => b'e',
                'a'..='z' => c as u8,
                _ => continue,
            };
            *letters.get_mut(usize::from(length))? = letter;
            length += 1;
        }
        (length > 0).then_some(Self {
            letters,
            length,
            rank,
        })
    }
}

/// Which spellings of a [`Spellings`] table belong to one character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Readings {
    first: u32,
    count: u8,
}

impl Readings {
    /// Whether the character has no reading, as letters and digits have none.
    pub(super) fn is_empty(self) -> bool {
        self.count == 0
    }
}

/// The spellings of every character of one index.
#[derive(Debug, Clone, Default)]
pub(super) struct Spellings {
    flat: Vec<Spelling>,
    known: BTreeMap<char, Readings>,
}

impl Spellings {
    /// The readings of a character, spelled out at its first appearance.
    pub(super) fn learn(&mut self, c: char) -> Readings {
        if c.is_ascii() {
            return Readings::default();
        }
        if let Some(known) = self.known.get(&c) {
            return *known;
        }
        let spelled = spell(c);
        let readings = Readings {
            first: u32::try_from(self.flat.len()).expect("invariant: fewer spellings than bytes"),
            count: u8::try_from(spelled.len()).expect("invariant: a character has few readings"),
        };
        self.flat.extend(spelled);
        self.known.insert(c, readings);
        readings
    }

    /// The spellings of one character of this table, commonest first.
    pub(super) fn get(&self, readings: Readings) -> &[Spelling] {
        let first = readings.first as usize;
        &self.flat[first..first + usize::from(readings.count)]
    }
}

/// All readings of a character in typed form, without tones and without repetition.
///
/// `lüe` and `nüe` are also accepted as `lue` and `nue`, as every input method does.
pub(super) fn spell(c: char) -> Vec<Spelling> {
    let mut spelled: Vec<Spelling> = Vec::new();
    let mut rank = 0;
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let Some(spelling) = Spelling::new(reading.plain(), rank) else {
            continue;
        };
        if spelled
            .iter()
            .any(|known| known.letters() == spelling.letters())
        {
            continue;
        }
        spelled.push(spelling);
        if let [initial @ (b'l' | b'n'), b'v', b'e'] = *spelling.letters() {
            let typed = [initial, b'u', b'e', 0, 0, 0];
            spelled.push(Spelling {
                letters: typed,
                length: 3,
                rank,
            });
        }
        rank = rank.saturating_add(1);
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(c: char) -> Vec<String> {
        spell(c)
            .iter()
            .map(|s| String::from_utf8_lossy(s.letters()).into_owned())
            .collect()
    }

    #[test]
    fn every_reading_counts_commonest_first() {
        assert_eq!(spelled('会'), ["hui", "kuai"]);
        assert_eq!(spelled('参'), ["can", "cen", "shen"]);
        assert_eq!(spelled('分'), ["fen"]);
    }

    #[test]
    fn u_umlaut_is_typed_v() {
        assert_eq!(spelled('律'), ["lv"]);
        assert_eq!(spelled('略'), ["lve", "lue"]);
    }

    #[test]
    fn letters_and_signs_have_no_reading() {
        assert!(spelled('a').is_empty());
        assert!(spelled('（').is_empty());
        assert!(spelled('\u{10ffff}').is_empty());
    }
}
