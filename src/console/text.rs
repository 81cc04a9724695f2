//! How wide text is, and how it is cut, padded and wrapped without breaking a character in half.
//!
//! Everything the console draws goes through a [`Ruler`], and a ruler sees only harmless pieces: control
//! characters, direction overrides and invisible characters are made visible before they are measured,
//! so text from outside is shown and never obeyed. This module knows nothing of screens or colours.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The most combining marks that are drawn over one character; what follows them is spelled out.
const MARKS_MAX: usize = 4;

/// Punctuation that must not begin a line.
const NOT_FIRST: &str = "，。、；：！？）》」』】〉”’…—％!?,.;:)]}%";
/// Punctuation that must not end a line.
const NOT_LAST: &str = "（《「『【〈“‘([{";

/// How the terminal draws the characters that Unicode calls ambiguous (`…`, `─`, `·`, `“`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguous {
    /// One column, as most terminals do.
    #[default]
    Narrow,
    /// Two columns, as terminals in an old Chinese setting do.
    Wide,
}

/// Which end of a column its text stands at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left, padded on the right.
    #[default]
    Left,
    /// At the right, padded on the left: for numbers.
    Right,
}

/// One piece of text as it will stand on the screen: a character with its marks, harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Where in the original text, in bytes, the character begins that this piece stems from.
    pub at: usize,
    /// What is drawn.
    pub symbol: Cow<'a, str>,
    /// How many columns it takes; never 0.
    pub width: usize,
}

/// The measure of text for one terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ruler {
    ambiguous: Ambiguous,
}

impl Ruler {
    /// A ruler for a terminal that draws ambiguous characters as `ambiguous` says.
    pub fn new(ambiguous: Ambiguous) -> Ruler {
        Ruler { ambiguous }
    }

    /// The mark of text that was cut: `…`, or `..` where that would be two columns wide.
    pub fn ellipsis(self) -> &'static str {
        match self.ambiguous {
            Ambiguous::Narrow => "…",
            Ambiguous::Wide => "..",
        }
    }

    /// The columns of one character with its marks, as the terminal draws it.
    pub fn symbol_width(self, symbol: &str) -> usize {
        if symbol.len() == 1 {
            return 1;
        }
        match self.ambiguous {
            Ambiguous::Narrow => symbol.width(),
            Ambiguous::Wide => symbol.width_cjk(),
        }
    }

    /// The pieces of `text`, in order, each harmless and at least one column wide.
    pub fn pieces(self, text: &str) -> impl Iterator<Item = Piece<'_>> {
        text.grapheme_indices(true)
            .flat_map(move |(at, cluster)| self.split(at, cluster))
    }

    /// The columns that `text` takes on one line.
    pub fn width(self, text: &str) -> usize {
        self.pieces(text).map(|piece| piece.width).sum()
    }

    /// `text` in at most `width` columns; cut at a whole character, with an ellipsis where it was cut.
    pub fn cut(self, text: &str, width: usize) -> String {
        let mut kept = String::new();
        let mut used = 0;
        let room = width.saturating_sub(self.ellipsis_width());
        let mut before_ellipsis = (0, 0);
        for piece in self.pieces(text) {
            if used + piece.width > width {
                kept.truncate(before_ellipsis.0);
                let dots = self.ellipsis();
                kept.push_str(if self.ellipsis_width() <= width {
                    dots
                } else {
                    &dots[..width.min(dots.len())]
                });
                return kept;
            }
            used += piece.width;
            kept.push_str(&piece.symbol);
            if used <= room {
                before_ellipsis = (kept.len(), used);
            }
        }
        kept
    }

    /// `text` in exactly `width` columns: cut or padded.
    pub fn fit(self, text: &str, width: usize, align: Align) -> String {
        let cut = self.cut(text, width);
        let padding = " ".repeat(width.saturating_sub(self.width(&cut)));
        match align {
            Align::Left => cut + &padding,
            Align::Right => padding + &cut,
        }
    }

    /// The lines of `text` in a column of `width`, as byte ranges of the original text.
    ///
    /// Lines break at line feeds, between Chinese characters and at spaces between words; a line does not begin
    /// with closing punctuation nor end with an opening bracket where there is a choice. A character that is
    /// wider than the column stands alone on its line.
    pub fn wrap(self, text: &str, width: usize) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut start = 0;
        for paragraph in text.split('\n') {
            self.wrap_paragraph(paragraph, start, width.max(1), &mut lines);
            start += paragraph.len() + 1;
        }
        lines
    }

    fn wrap_paragraph(
        self,
        text: &str,
        offset: usize,
        width: usize,
        lines: &mut Vec<Range<usize>>,
    ) {
        let mut line_start = 0;
        let mut used = 0;
        // The last place where this line may break, and the columns used up to there.
        let mut chance: Option<(usize, usize)> = None;
        let mut before: Option<&str> = None;
        for (at, cluster) in text.grapheme_indices(true) {
            let cluster_width: usize = self.split(at, cluster).map(|piece| piece.width).sum();
            if before.is_some_and(|before| may_break(before, cluster)) && at > line_start {
                chance = Some((at, used));
            }
            while used + cluster_width > width && at > line_start {
                let (end, end_used) = chance
                    .filter(|(end, _)| *end > line_start)
                    .unwrap_or((at, used));
                lines.push(offset + line_start..offset + end);
                line_start = end;
                used -= end_used;
                chance = None;
            }
            used += cluster_width;
            before = Some(cluster);
        }
        lines.push(offset + line_start..offset + text.len());
    }

    fn ellipsis_width(self) -> usize {
        match self.ambiguous {
            Ambiguous::Narrow => 1,
            Ambiguous::Wide => 2,
        }
    }

    /// The pieces of one grapheme cluster: itself where it is harmless, else its parts with the harm spelled out.
    fn split(self, at: usize, cluster: &str) -> Pieces<'_> {
        if is_plain(cluster) {
            let width = self.symbol_width(cluster);
            if width > 0 {
                return Pieces::One(Some(Piece {
                    at,
                    symbol: Cow::Borrowed(cluster),
                    width,
                }));
            }
        }
        let mut pieces: Vec<Piece<'_>> = Vec::new();
        let mut marks = 0;
        let mut base = None;
        for (index, character) in cluster.char_indices() {
            let next = index + character.len_utf8();
            if is_plain_char(character) && character.width().unwrap_or(0) > 0 {
                marks = 0;
                base = Some(character);
                let symbol = Cow::Borrowed(&cluster[index..next]);
                let width = self.symbol_width(&symbol).max(1);
                pieces.push(Piece { at, symbol, width });
            } else if marks < MARKS_MAX && base.is_some_and(|base| is_mark_on(character, base)) {
                marks += 1;
                if let Some(last) = pieces.last_mut() {
                    last.symbol.to_mut().push(character);
                }
            } else {
                base = None;
                pieces.extend(spelled(character).map(|symbol| Piece {
                    at,
                    symbol: Cow::Owned(symbol),
                    width: 1,
                }));
            }
        }
        Pieces::Many(pieces.into_iter())
    }
}

enum Pieces<'a> {
    One(Option<Piece<'a>>),
    Many(std::vec::IntoIter<Piece<'a>>),
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        match self {
            Pieces::One(piece) => piece.take(),
            Pieces::Many(pieces) => pieces.next(),
        }
    }
}

/// `text` with everything that a terminal might obey, or an eye might miss, spelled out.
///
/// Control characters become `^[`, direction overrides, zero-width and other invisible characters
/// `<U+202E>`; a pile of combining marks is cut short. Ordinary text comes back as it is.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let ruler = Ruler::default();
    if text
        .chars()
        .all(|c| is_plain_char(c) && c.width().unwrap_or(0) > 0)
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(ruler.pieces(text).map(|piece| piece.symbol).collect())
}

/// Whether a terminal may disagree with us about the columns of `symbol`, so that the pen has to be put
/// down anew after it.
pub fn is_uncertain(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    characters.next().is_some() || !(is_steady(first))
}

/// Characters that every terminal draws in the width that Unicode gives them: Latin, and the Chinese blocks.
fn is_steady(character: char) -> bool {
    matches!(character,
        ' '..='~' | '\u{2500}'..='\u{257F}' | '\u{3000}'..='\u{303E}' | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}'
        | '…' | '·' | '“' | '”' | '‘' | '’' | '—' | '×' | '±' | '°' | '●' | '○' | '▸' | '▲' | '△' | '◆' | '■' | '□' | '√')
}

fn is_plain(cluster: &str) -> bool {
    let mut characters = cluster.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => is_plain_char(only),
        _ => false,
    }
}

/// Whether a terminal draws the character and obeys nothing in it.
pub fn is_harmless(character: char) -> bool {
    is_plain_char(character)
}

/// Whether a character draws itself and does nothing else.
fn is_plain_char(character: char) -> bool {
    !(character.is_control() || is_invisible(character))
}

/// Default-ignorable, direction, separator and tag characters: they draw nothing and can change what others draw.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Combining marks go on any character; a variation selector only on a Chinese one, where rare names need it.
fn is_mark_on(character: char, base: char) -> bool {
    match character {
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => is_han(base),
        _ => is_plain_char(character) && character.width() == Some(0),
    }
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The visible spelling of a character that is not drawn, one column a piece.
fn spelled(character: char) -> impl Iterator<Item = String> {
    let spelling = match character {
        '\u{0}'..='\u{1F}' => {
            let letter = char::from(u8::try_from(u32::from(character)).unwrap_or(0) + b'@');
            format!("^{letter}")
        }
        '\u{7F}' => "^?".to_owned(),
        _ => format!("<U+{:04X}>", u32::from(character)),
    };
    spelling
        .chars()
        .map(String::from)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Whether a line may break between these two neighbours.
fn may_break(before: &str, after: &str) -> bool {
    let stays = |set: &str, cluster: &str| cluster.chars().next().is_some_and(|c| set.contains(c));
    if stays(NOT_FIRST, after) || stays(NOT_LAST, before) || after == " " {
        return false;
    }
    before == " " || before.width() > 1 || after.width() > 1
}
