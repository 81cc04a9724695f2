//! Rows in columns: which columns fit, how wide each is, and the rows that are in sight.
//!
//! A selected row is a marker and a lit number cell, never a reversed row: a move of the selection then
//! costs a few dozen bytes at any width. Only rows in sight are asked for.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::text::Align;
use super::theme::Ink;

/// Columns left of the first cell: the marker of the selection, and that of a marked row.
const GUTTER: u16 = 2;
/// The most columns of the first cell that are lit, so that long numbers cost no more than short ones.
const LIT_MAX: usize = 8;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// The columns below which it is useless.
    pub min: u16,
    /// The columns beyond which more are wasted.
    pub max: u16,
    /// Its share of what is left over.
    pub weight: u16,
    /// Which column goes first where there is no room: the highest; 0 stays.
    pub rank: u8,
    /// Where its text stands.
    pub align: Align,
}

impl Column {
    /// A column of exactly `width` that stays.
    pub fn fixed(title: impl Into<String>, width: u16) -> Column {
        Column {
            title: title.into(),
            min: width,
            max: width,
            weight: 0,
            rank: 0,
            align: Align::Left,
        }
    }

    /// A column from `min` to `max` that takes a share of `weight` of what is left over.
    pub fn flexible(title: impl Into<String>, min: u16, max: u16, weight: u16) -> Column {
        Column {
            title: title.into(),
            min,
            max,
            weight,
            rank: 0,
            align: Align::Left,
        }
    }

    /// The same, leaving when there is no room, before those of lower rank.
    pub fn rank(mut self, rank: u8) -> Column {
        self.rank = rank;
        self
    }

    /// The same, with its text at the right.
    pub fn right(mut self) -> Column {
        self.align = Align::Right;
        self
    }
}

/// The width of every column in `total` columns with a blank between neighbours; 0 for those that have no room.
pub fn widths(columns: &[Column], total: u16) -> Vec<u16> {
    let mut shown: Vec<bool> = vec![true; columns.len()];
    let needed = |shown: &[bool]| -> u16 {
        let mins = columns
            .iter()
            .zip(shown)
            .filter(|(_, shown)| **shown)
            .map(|(column, _)| column.min + 1);
        mins.sum::<u16>().saturating_sub(1)
    };
    while needed(&shown) > total {
        let leaving = (0..columns.len()).filter(|index| shown[*index] && columns[*index].rank > 0);
        let Some(last) = leaving.max_by_key(|index| (columns[*index].rank, *index)) else {
            break;
        };
        shown[last] = false;
    }
    let mut widths: Vec<u16> = columns
        .iter()
        .zip(&shown)
        .map(|(column, shown)| if *shown { column.min } else { 0 })
        .collect();
    let mut left = total.saturating_sub(needed(&shown));
    while left > 0 {
        let growing: Vec<usize> = (0..columns.len())
            .filter(|index| {
                shown[*index] && columns[*index].weight > 0 && widths[*index] < columns[*index].max
            })
            .collect();
        let weights: u16 = growing.iter().map(|index| columns[*index].weight).sum();
        if growing.is_empty() {
            break;
        }
        let before = left;
        for index in growing {
            let share = (before * columns[index].weight / weights).max(1).min(left);
            let taken = share.min(columns[index].max - widths[index]);
            widths[index] += taken;
            left -= taken;
        }
    }
    widths
}

/// A row as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// One text a column; the first is the number by which people speak of the row.
    pub cells: Vec<(String, Ink)>,
    /// Whether the row is marked for an action on several.
    pub marked: bool,
}

/// Which rows are in sight, and which is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The first row in sight.
    pub top: usize,
    /// The selected row; none where the list is only looked at.
    pub selected: Option<usize>,
    /// How many rows there are.
    pub count: usize,
}

/// Draws titles and the rows in sight; `row` is asked for these alone.
pub fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    columns: &[Column],
    sight: Sight,
    mut row: impl FnMut(usize) -> Row,
) {
    let widths = widths(columns, area.width.saturating_sub(GUTTER));
    let mut x = area.x + GUTTER;
    for (column, width) in columns.iter().zip(&widths).filter(|(_, width)| **width > 0) {
        canvas.column(x, area.y, *width, &column.title, column.align, Ink::Faint);
        x += width + 1;
    }
    for line in 1..area.height {
        let index = sight.top + usize::from(line) - 1;
        if index >= sight.count {
            break;
        }
        let place = Rect {
            y: area.y + line,
            height: 1,
            ..area
        };
        draw_row(
            canvas,
            place,
            columns,
            &widths,
            &row(index),
            sight.selected == Some(index),
        );
    }
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    area: Rect,
    columns: &[Column],
    widths: &[u16],
    row: &Row,
    selected: bool,
) {
    let glyphs = canvas.glyphs();
    if selected {
        canvas.print(area.x, area.y, 1, glyphs.marker, Ink::Plain);
    }
    if row.marked {
        canvas.print(area.x + 1, area.y, 1, glyphs.mark, Ink::Strong);
    }
    let mut x = area.x + GUTTER;
    for (index, (column, width)) in columns.iter().zip(widths).enumerate() {
        let Some((text, ink)) = row.cells.get(index).filter(|_| *width > 0) else {
            continue;
        };
        canvas.column(x, area.y, *width, text, column.align, *ink);
        if selected && index == 0 {
            light(canvas, x, area.y, *width, text);
        }
        x += width + 1;
    }
}

/// Lights the number of the selected row: its end, where numbers differ.
fn light(canvas: &mut Canvas<'_>, x: u16, y: u16, width: u16, number: &str) {
    let ruler = canvas.ruler();
    let shown: Vec<_> = ruler.cut(number, usize::from(width)).chars().collect();
    let start = shown.len().saturating_sub(LIT_MAX);
    let before: String = shown[..start].iter().collect();
    let lit: String = shown[start..].iter().collect();
    let offset = u16::try_from(ruler.width(&before)).unwrap_or(0);
    canvas.print(x + offset, y, width - offset, &lit, Ink::Lit);
}
