//! A row of a buffer as the terminal will hold it: wide characters with their second columns, nothing that
//! a terminal could obey, no half of a character.

use ratatui::buffer::Buffer;

use super::pen::Pen;
use crate::console::text::{Ruler, is_uncertain};

/// The most slots in which two rows may differ and still count as the same row that moved: the marker, the
/// number cell, a figure.
const SIMILAR_SLOTS_MAX: usize = 12;

/// One column of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot<'a> {
    /// The column where a character begins.
    Lead {
        /// The character with its marks.
        symbol: &'a str,
        /// How it is drawn.
        pen: Pen,
        /// Its columns, this one included.
        width: usize,
    },
    /// A further column of the character to the left.
    Tail,
}

/// A row, one slot a column.
pub(super) type Row<'a> = Vec<Slot<'a>>;

impl Slot<'_> {
    /// A blank in the terminal's own colours.
    pub(super) const BLANK: Slot<'static> = Slot::Lead {
        symbol: " ",
        pen: Pen::PLAIN,
        width: 1,
    };

    /// How many columns the character takes that begins here.
    pub(super) fn width(&self) -> usize {
        match self {
            Slot::Lead { width, .. } => *width,
            Slot::Tail => 1,
        }
    }

    /// Whether terminals may disagree about the width of this character.
    pub(super) fn is_uncertain(&self) -> bool {
        matches!(self, Slot::Lead { symbol, .. } if is_uncertain(symbol))
    }
}

/// A row of blanks.
pub(super) fn blank_row(width: u16) -> Row<'static> {
    vec![Slot::BLANK; usize::from(width)]
}

/// Reads row `y` of the buffer. A wide character that has no room, or whose second column something else
/// was drawn over, becomes a blank: never half a character.
pub(super) fn read_row(buffer: &Buffer, y: u16, ruler: Ruler) -> Row<'_> {
    let columns = usize::from(buffer.area.width);
    let start = usize::from(y) * columns;
    let cells = &buffer.content[start..start + columns];
    let mut row = Vec::with_capacity(columns);
    while row.len() < columns {
        let cell = &cells[row.len()];
        let pen = Pen {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        };
        let symbol = cell.symbol();
        let width = if symbol.contains(char::is_control) {
            0
        } else {
            ruler.symbol_width(symbol)
        };
        let covered = cells.get(row.len() + 1..row.len() + width.max(1));
        let whole = covered.is_some_and(|cells| cells.iter().all(|cell| cell.symbol() == " "));
        if width == 0 || !whole || symbol == " " {
            row.push(Slot::Lead {
                symbol: " ",
                pen: pen.on_blank(),
                width: 1,
            });
        } else {
            row.push(Slot::Lead { symbol, pen, width });
            row.extend(std::iter::repeat_n(Slot::Tail, width - 1));
        }
    }
    row
}

/// Whether one row is the other, moved, with a small change; a blank row is like no other.
pub(super) fn similar(one: &Row<'_>, other: &Row<'_>) -> bool {
    one.iter().zip(other).filter(|(a, b)| a != b).count() <= SIMILAR_SLOTS_MAX
        && one.iter().any(|slot| *slot != Slot::BLANK)
}
