//! The one way text gets onto a frame: measured, cut at whole characters, made harmless.
//!
//! A canvas is a buffer with a theme and a place for the cursor. Pages and dialogs draw on it and can break
//! nothing: what is outside is left out, half of a character is never left standing, and what would be
//! obeyed by a terminal is spelled out.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::text::{Align, Ruler};
use super::theme::{Glyphs, Ink, Theme};

/// A frame being drawn.
#[derive(Debug)]
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// A canvas over `buffer`.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Canvas<'a> {
        Canvas {
            buffer,
            theme,
            cursor: None,
        }
    }

    /// The whole frame.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// The signs to draw with.
    pub fn glyphs(&self) -> &'a Glyphs {
        self.theme.glyphs()
    }

    /// The measure of text.
    pub fn ruler(&self) -> Ruler {
        self.theme.ruler()
    }

    /// Where the terminal's own cursor goes: into the field that takes text, so that an input method opens
    /// its window there.
    pub fn put_cursor(&mut self, x: u16, y: u16) {
        self.cursor = Some(Position::new(x, y));
    }

    /// Hides the cursor, as a dialog does that covers the field.
    pub fn hide_cursor(&mut self) {
        self.cursor = None;
    }

    /// The place given to the cursor, if any.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    /// Writes `text` from column `x` of row `y` on, in at most `width` columns; gives the columns it took.
    pub fn print(&mut self, x: u16, y: u16, width: u16, text: &str, ink: Ink) -> u16 {
        let cut = self.ruler().cut(text, usize::from(width));
        self.write(x, y, &cut, ink)
    }

    /// Writes `text` in exactly `width` columns, padded with blanks.
    pub fn column(&mut self, x: u16, y: u16, width: u16, text: &str, align: Align, ink: Ink) {
        let fitted = self.ruler().fit(text, usize::from(width), align);
        self.write(x, y, &fitted, ink);
    }

    /// Writes pieces of text of different meaning one after the other, in at most `width` columns together.
    pub fn print_all<'t>(
        &mut self,
        x: u16,
        y: u16,
        width: u16,
        pieces: impl IntoIterator<Item = (&'t str, Ink)>,
    ) -> u16 {
        let mut used = 0;
        for (text, ink) in pieces {
            used += self.print(x.saturating_add(used), y, width - used, text, ink);
        }
        used
    }

    /// A rule from column `x` of row `y`, `width` columns long.
    pub fn rule(&mut self, x: u16, y: u16, width: u16, ink: Ink) {
        let line = self.glyphs().horizontal.repeat(usize::from(width));
        self.write(x, y, &line, ink);
    }

    /// Makes an area blank; wide characters that reach into it from the side go as a whole.
    pub fn clear(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.set(x, y, " ", 1, Style::new());
            }
        }
    }

    /// A cleared box with a title; gives the area inside.
    pub fn frame(&mut self, area: Rect, title: &str) -> Rect {
        let area = area.intersection(self.area());
        self.clear(area);
        if area.width < 2 || area.height < 2 {
            return area;
        }
        let glyphs = self.glyphs();
        let [top_left, top_right, bottom_left, bottom_right] = glyphs.corners;
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for y in [area.top(), bottom] {
            self.rule(area.left(), y, area.width, Ink::Faint);
        }
        for y in area.top() + 1..bottom {
            self.write(area.left(), y, glyphs.vertical, Ink::Faint);
            self.write(right, y, glyphs.vertical, Ink::Faint);
        }
        self.write(area.left(), area.top(), top_left, Ink::Faint);
        self.write(right, area.top(), top_right, Ink::Faint);
        self.write(area.left(), bottom, bottom_left, Ink::Faint);
        self.write(right, bottom, bottom_right, Ink::Faint);
        if !title.is_empty() && area.width > 6 {
            let titled = format!(" {title} ");
            self.print(
                area.left() + 2,
                area.top(),
                area.width - 4,
                &titled,
                Ink::Title,
            );
        }
        Rect::new(
            area.left() + 1,
            area.top() + 1,
            area.width - 2,
            area.height - 2,
        )
    }

    fn write(&mut self, x: u16, y: u16, text: &str, ink: Ink) -> u16 {
        let style = self.theme.style(ink);
        let mut column = x;
        for piece in self.ruler().pieces(text) {
            let width = u16::try_from(piece.width).unwrap_or(u16::MAX);
            if u32::from(column) + u32::from(width) > u32::from(self.area().right()) {
                break;
            }
            self.set(column, y, &piece.symbol, width, style);
            column += width;
        }
        column - x
    }

    /// Puts one character; the ones it covers in part become blank.
    fn set(&mut self, x: u16, y: u16, symbol: &str, width: u16, style: Style) {
        if !self.area().contains(Position::new(x, y)) {
            return;
        }
        if let Some(left) = x.checked_sub(1) {
            let reaches_here = self.ruler().symbol_width(self.buffer[(left, y)].symbol()) > 1;
            if reaches_here {
                self.buffer[(left, y)].set_symbol(" ");
            }
        }
        for column in x..x.saturating_add(width).min(self.area().right()) {
            self.buffer[(column, y)].reset();
        }
        self.buffer[(x, y)].set_symbol(symbol).set_style(style);
    }
}
