//! Text being typed: one line, or a note of several, edited by character and shown with the terminal's own
//! cursor in it. Editing steps over whole characters with their marks; what is shown is harmless, what is
//! kept is what was typed.

use std::ops::Range;

use ratatui::layout::Rect;
use tui_input::{Input, InputRequest};

use super::canvas::Canvas;
use super::keymap::Action;
use super::text::Ruler;
use super::theme::Ink;

/// The most characters of a line; a name of 10,000 characters comes in a request, not from a keyboard.
pub const LINE_CHARS_MAX: usize = 500;
/// The most characters of a note.
pub const NOTE_CHARS_MAX: usize = 4_000;

/// Whether what was typed or pasted went in whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// It did.
    Whole,
    /// The end of it had no room.
    Cut,
}

/// A line or a note with a cursor.
#[derive(Clone, Debug, Default)]
pub struct TextInput {
    input: Input,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Line,
    Note,
}

impl TextInput {
    /// An empty line.
    pub fn line() -> TextInput {
        TextInput::default()
    }

    /// An empty note.
    pub fn note() -> TextInput {
        TextInput {
            input: Input::default(),
            kind: Kind::Note,
        }
    }

    /// The same with `text` in it and the cursor at its end.
    pub fn with(mut self, text: &str) -> TextInput {
        self.input = Input::new(text.to_owned());
        self
    }

    /// What was typed.
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.input.reset();
    }

    /// Puts text in at the cursor. Control characters are left out, except line feeds in a note; in a line,
    /// line feeds and tabs become blanks.
    pub fn insert(&mut self, text: &str) -> Typed {
        let max = if self.kind == Kind::Note {
            NOTE_CHARS_MAX
        } else {
            LINE_CHARS_MAX
        };
        let value = self.input.value();
        let room = max.saturating_sub(value.chars().count());
        let clean: Vec<char> = text
            .chars()
            .filter_map(|character| self.cleaned(character))
            .collect();
        let taken: String = clean.iter().take(room).collect();
        let at = self.byte();
        let text = [&value[..at], &taken, &value[at..]].concat();
        let cursor = self.input.cursor() + taken.chars().count();
        self.input = std::mem::take(&mut self.input)
            .with_value(text)
            .with_cursor(cursor);
        if clean.len() > room {
            Typed::Cut
        } else {
            Typed::Whole
        }
    }

    fn cleaned(&self, character: char) -> Option<char> {
        match (character, self.kind) {
            ('\n' | '\r', Kind::Note) => Some('\n'),
            ('\n' | '\r' | '\t', _) => Some(' '),
            (other, _) if other.is_control() => None,
            (other, _) => Some(other),
        }
    }

    /// Does an editing action; whether it was one. `width` is that of the note as it is shown, by which up
    /// and down find their line.
    pub fn edit(&mut self, action: Action, ruler: Ruler, width: u16) -> bool {
        let request = match action {
            Action::CursorLeft => InputRequest::GoToPrevChar,
            Action::CursorRight => InputRequest::GoToNextChar,
            Action::CursorWordLeft => InputRequest::GoToPrevWord,
            Action::CursorWordRight => InputRequest::GoToNextWord,
            Action::DeleteBack => InputRequest::DeletePrevChar,
            Action::DeleteForward => InputRequest::DeleteNextChar,
            Action::DeleteWord => InputRequest::DeletePrevWord,
            Action::CursorStart => {
                InputRequest::SetCursor(self.chars_before(self.paragraph().start))
            }
            Action::CursorEnd => InputRequest::SetCursor(self.chars_before(self.paragraph().end)),
            Action::DeleteToStart => return self.delete(self.paragraph().start..self.byte()),
            Action::DeleteToEnd => return self.delete(self.byte()..self.paragraph().end),
            Action::NewLine if self.kind == Kind::Note => return self.insert("\n") == Typed::Whole,
            Action::Up if self.kind == Kind::Note => return self.move_line(ruler, width, -1),
            Action::Down if self.kind == Kind::Note => return self.move_line(ruler, width, 1),
            _ => return false,
        };
        self.input.handle(request);
        true
    }

    /// The byte at which the cursor stands.
    fn byte(&self) -> usize {
        let value = self.input.value();
        value
            .char_indices()
            .nth(self.input.cursor())
            .map_or(value.len(), |(at, _)| at)
    }

    fn chars_before(&self, byte: usize) -> usize {
        self.value()[..byte].chars().count()
    }

    /// The bytes between the line feeds around the cursor.
    fn paragraph(&self) -> Range<usize> {
        let (value, at) = (self.value(), self.byte());
        let start = value[..at].rfind('\n').map_or(0, |feed| feed + 1);
        let end = value[at..].find('\n').map_or(value.len(), |feed| at + feed);
        start..end
    }

    fn delete(&mut self, bytes: Range<usize>) -> bool {
        let cursor = self.chars_before(bytes.start);
        let mut text = self.value().to_owned();
        text.replace_range(bytes, "");
        self.input = std::mem::take(&mut self.input)
            .with_value(text)
            .with_cursor(cursor);
        true
    }

    /// To the same column of the line above or below, as the note is wrapped.
    fn move_line(&mut self, ruler: Ruler, width: u16, by: isize) -> bool {
        let lines = ruler.wrap(self.value(), usize::from(width));
        let at = self.byte();
        let here = line_of(&lines, at);
        let Some(there) = here.checked_add_signed(by).and_then(|line| lines.get(line)) else {
            return true;
        };
        let column = ruler.width(&self.value()[lines[here].start..at]);
        let mut used = 0;
        let mut target = there.end;
        for piece in ruler.pieces(&self.value()[there.clone()]) {
            if used >= column {
                target = there.start + piece.at;
                break;
            }
            used += piece.width;
        }
        let cursor = self.chars_before(target);
        self.input.handle(InputRequest::SetCursor(cursor));
        true
    }

    /// Draws a line into `width` columns, scrolled so that the cursor is in sight; with the cursor, if it has it.
    pub fn draw_line(&self, canvas: &mut Canvas<'_>, x: u16, y: u16, width: u16, focus: Focus) {
        let ruler = canvas.ruler();
        let value = self.value();
        let cursor = ruler.width(&value[..self.byte()]);
        let room = usize::from(width.saturating_sub(1));
        let scroll = cursor.saturating_sub(room);
        let mut column = 0;
        let mut shown = String::new();
        let mut first = None;
        for piece in ruler.pieces(value) {
            if column >= scroll && column + piece.width <= scroll + usize::from(width) {
                first.get_or_insert(column);
                shown.push_str(&piece.symbol);
            }
            column += piece.width;
        }
        let ink = if focus == Focus::Here {
            Ink::Field
        } else {
            Ink::Plain
        };
        canvas.column(x, y, width, &shown, super::text::Align::Left, ink);
        if focus == Focus::Here {
            let offset = cursor - first.unwrap_or(0).min(cursor);
            canvas.put_cursor(x + u16::try_from(offset).unwrap_or(0), y);
        }
    }

    /// Draws a note into an area, wrapped, scrolled so that the cursor is in sight.
    pub fn draw_note(&self, canvas: &mut Canvas<'_>, area: Rect, focus: Focus) {
        let ruler = canvas.ruler();
        let value = self.value();
        // One column stays free for a cursor at the end of a full line.
        let lines = ruler.wrap(value, usize::from(area.width.saturating_sub(1)));
        let here = line_of(&lines, self.byte());
        let height = usize::from(area.height);
        let top = if focus == Focus::Here {
            (here + 1).saturating_sub(height)
        } else {
            0
        };
        let ink = if focus == Focus::Here {
            Ink::Field
        } else {
            Ink::Plain
        };
        for row in 0..area.height {
            let line = lines
                .get(top + usize::from(row))
                .map_or("", |range| &value[range.clone()]);
            canvas.column(
                area.x,
                area.y + row,
                area.width,
                line,
                super::text::Align::Left,
                ink,
            );
        }
        if focus == Focus::Here
            && let Some(line) = lines.get(here)
        {
            let column = ruler.width(&value[line.start..self.byte().max(line.start)]);
            let column = u16::try_from(column)
                .unwrap_or(0)
                .min(area.width.saturating_sub(1));
            let row = u16::try_from(here - top).unwrap_or(0);
            canvas.put_cursor(area.x + column, area.y + row);
        }
    }
}

/// Whether a field has the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// It has.
    Here,
    /// Another field has.
    Elsewhere,
}

/// The line that holds byte `at`: of two that meet there, the later one.
fn line_of(lines: &[Range<usize>], at: usize) -> usize {
    lines.iter().rposition(|line| line.start <= at).unwrap_or(0)
}
