//! Text made ready for matching: folding of what is typed and what is searched, and where words begin.
//!
//! Used by the matcher for queries and for names alike, so that both sides are folded by one rule.
//! It refuses to guess: a character that is neither a letter, a digit nor an ideograph does not take part.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::spelling::{Readings, Spellings};

/// Units of one text that take part in matching; the rest of a longer text is kept but not searched.
pub(super) const UNITS_MAX: usize = 256;

/// Characters of a query that take part: the pinyin of a whole long name; the time and the memory stay bounded.
pub(super) const QUERY_MAX: usize = 512;

/// Words of the trade: a match that begins with one of them is meant more often than one that cuts through it.
const WORDS: &str = include_str!("words.txt");

/// The longest entry of `words.txt` that segmentation tries, in characters.
const WORD_CHARS_MAX: usize = 4;

/// One character of a text that takes part in matching.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// The folded character.
    pub(super) folded: char,
    /// Where it stands in the original text, in bytes.
    pub(super) start: u32,
    /// Where it ends in the original text, in bytes.
    pub(super) end: u32,
    /// Whether a word begins here.
    pub(super) begins_word: bool,
    /// Whether something that does not take part stands before it: a space, a bracket, the text's edge.
    pub(super) after_break: bool,
    /// All its readings, in the table it was made with; empty for letters and digits.
    pub(super) readings: Readings,
}

/// Folds one character: full-width forms to ASCII, capitals to small letters, `ü` to `v`.
///
/// Returns `None` for what never takes part: spaces, brackets, punctuation, control characters.
pub(super) fn fold(c: char) -> Option<char> {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        'ü' | 'Ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'v',
        other => other,
    };
    if narrow.is_ascii() {
        return narrow
            .is_ascii_alphanumeric()
            .then(|| narrow.to_ascii_lowercase());
    }
    if !narrow.is_alphanumeric() {
        return None;
    }
    let mut lower = narrow.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => Some(only),
        _ => Some(narrow),
    }
}

/// Folds a query into the characters that are matched, at most [`QUERY_MAX`] of them.
pub(super) fn fold_query(text: &str) -> Vec<char> {
    text.chars().filter_map(fold).take(QUERY_MAX).collect()
}

/// Folds a text into its units, at most [`UNITS_MAX`] of them, and marks where words begin.
pub(super) fn units(text: &str, spellings: &mut Spellings) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut after_break = true;
    let mut previous_is_han = false;
    for (start, c) in text.char_indices() {
        let Some(folded) = fold(c) else {
            after_break = true;
            continue;
        };
        if units.len() == UNITS_MAX {
            break;
        }
        let readings = spellings.learn(folded);
        let is_han = !readings.is_empty();
        units.push(Unit {
            folded,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(start + c.len_utf8()).unwrap_or(u32::MAX),
            after_break,
            begins_word: after_break || is_han != previous_is_han,
            readings,
        });
        after_break = false;
        previous_is_han = is_han;
    }
    mark_words(&mut units);
    units
}

/// Marks the beginnings of known words, taking the longest word at each place, within runs between breaks.
fn mark_words(units: &mut [Unit]) {
    let mut at = 0;
    while at < units.len() {
        let Some(length) = longest_word(&units[at..]) else {
            at += 1;
            continue;
        };
        units[at].begins_word = true;
        at += length;
        if let Some(next) = units.get_mut(at) {
            next.begins_word = true;
        }
    }
}

/// The length of the longest known word that `units` begins with, if any; words do not cross a break.
fn longest_word(units: &[Unit]) -> Option<usize> {
    /// The embedded words, sorted once.
    static KNOWN: LazyLock<BTreeSet<&'static str>> =
        LazyLock::new(|| WORDS.split_whitespace().collect());
    let mut spelled = String::with_capacity(3 * WORD_CHARS_MAX);
    let mut found = None;
    for (index, unit) in units.iter().take(WORD_CHARS_MAX).enumerate() {
        if index > 0 && unit.begins_word {
            break;
        }
        spelled.push(unit.folded);
        if index > 0 && KNOWN.contains(spelled.as_str()) {
            found = Some(index + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &str) -> String {
        let mut out = String::new();
        for unit in units(text, &mut Spellings::default()) {
            if unit.begins_word && !out.is_empty() {
                out.push('|');
            }
            out.push(unit.folded);
        }
        out
    }

    #[test]
    fn folding_drops_what_is_not_said() {
        assert_eq!(
            fold_query("（ＹＬ bx）·1"),
            "ylbx1".chars().collect::<Vec<_>>()
        );
        assert_eq!(fold_query("Lǜ"), vec!['l', 'v']);
        assert_eq!(fold_query("\u{202e}\u{0}【】"), Vec::<char>::new());
    }

    #[test]
    fn words_begin_at_known_words_and_breaks() {
        assert_eq!(
            starts("城乡居民基本医疗保险参保登记"),
            "城乡|居民|基本|医疗|保险|参保|登记"
        );
        assert_eq!(starts("A证（补领）2类"), "a|证|补领|2|类");
    }

    #[test]
    fn every_word_is_short_enough_to_be_tried() {
        for word in WORDS.split_whitespace() {
            let length = word.chars().count();
            assert!((2..=WORD_CHARS_MAX).contains(&length), "{word}");
        }
    }
}
