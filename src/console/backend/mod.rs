//! From one buffer to the next in as few bytes as a terminal needs.
//!
//! The painter keeps what the terminal shows, compares it with the frame that was drawn, and writes the
//! difference: short moves, small attribute changes, erasures for blanks, a scroll where a list moved. It
//! takes the place of ratatui's own terminal, which sees single cells and so cannot choose between these.
//! It touches no file descriptor: bytes come out, and the terminal module writes them in one piece.

mod encode;
mod pen;
mod slot;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::encode::Encoder;
use self::slot::{Row, blank_row, read_row, similar};
use super::text::Ruler;

/// Frames beyond this many bytes are put between synchronized-output marks; a shorter one arrives whole
/// anyway, and the marks would cost more than what they guard.
const SYNC_BYTES_MIN: usize = 512;
/// A difference beyond this many bytes is worth looking for a cheaper way: clearing first, or scrolling.
const SEARCH_BYTES_MIN: usize = 240;
/// The fewest rows that must move together for a scroll.
const SCROLL_ROWS_MIN: usize = 3;

/// What the terminal understands beyond the VT100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// Moves to a column or a row alone (`CSI G`, `CSI d`).
    pub axis_moves: Support,
    /// Erasing a run of characters (`CSI X`).
    pub erase_run: Support,
    /// Synchronized-output marks (`CSI ? 2026 h`); a terminal that does not know them ignores them.
    pub sync_marks: Support,
}

/// Whether the terminal has an ability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It has.
    Yes,
    /// It has not, or nobody knows.
    No,
}

impl Abilities {
    /// Everything that xterm, PuTTY, tmux, screen and Windows Terminal share.
    pub const XTERM: Abilities = Abilities {
        axis_moves: Support::Yes,
        erase_run: Support::Yes,
        sync_marks: Support::Yes,
    };
    /// The terminal of 1978, and whatever claims to be one.
    pub const VT100: Abilities = Abilities {
        axis_moves: Support::No,
        erase_run: Support::No,
        sync_marks: Support::No,
    };
}

/// The state of the real terminal as far as we have written it, and the frame being drawn.
#[derive(Debug)]
pub struct Painter {
    abilities: Abilities,
    ruler: Ruler,
    /// What the terminal shows; `None` when that is unknown and the next frame has to clear it.
    shown: Option<Buffer>,
    next: Buffer,
    encoder: Encoder,
    cursor: Cursor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    Unknown,
    Hidden,
    Shown,
}

impl Painter {
    /// A painter for a terminal of `width` columns and `height` rows, of which nothing is known yet.
    pub fn new(width: u16, height: u16, abilities: Abilities, ruler: Ruler) -> Painter {
        let area = Rect::new(0, 0, width, height);
        Painter {
            abilities,
            ruler,
            shown: None,
            next: Buffer::empty(area),
            encoder: Encoder::new(width, height, abilities),
            cursor: Cursor::Unknown,
        }
    }

    /// The terminal has a new size, or something else wrote on it: the next frame is drawn whole.
    pub fn forget(&mut self, width: u16, height: u16) {
        *self = Painter::new(width, height, self.abilities, self.ruler);
    }

    /// The empty buffer in which the next frame is drawn.
    pub fn begin(&mut self) -> &mut Buffer {
        self.next.reset();
        &mut self.next
    }

    /// The bytes that turn what the terminal shows into the frame just drawn, with the cursor at `cursor`
    /// or hidden; empty when nothing changed.
    pub fn finish(&mut self, cursor: Option<Position>) -> Vec<u8> {
        let mut encoder = match self.shown.take() {
            None => self.whole_frame(),
            Some(shown) if shown == self.next => self.encoder.fork(),
            Some(shown) => self.difference(&shown),
        };
        self.place_cursor(&mut encoder, cursor);
        let bytes = std::mem::take(&mut encoder.out);
        self.encoder = encoder;
        // The frame just drawn is what is shown now; the other buffer is remade rather than kept, since a
        // frame is a few dozen kilobytes and frames are rare.
        self.shown = Some(self.next.clone());
        self.with_sync_marks(bytes)
    }

    fn with_sync_marks(&self, bytes: Vec<u8>) -> Vec<u8> {
        if bytes.len() < SYNC_BYTES_MIN || self.abilities.sync_marks == Support::No {
            return bytes;
        }
        [b"\x1b[?2026h".as_slice(), &bytes, b"\x1b[?2026l"].concat()
    }

    fn place_cursor(&mut self, encoder: &mut Encoder, cursor: Option<Position>) {
        let inside = cursor.filter(|position| self.next.area.contains(*position));
        if let Some(position) = inside {
            encoder.go(position.x, position.y);
            if self.cursor != Cursor::Shown {
                encoder.out.extend_from_slice(b"\x1b[?25h");
                self.cursor = Cursor::Shown;
            }
        } else if self.cursor != Cursor::Hidden {
            encoder.out.extend_from_slice(b"\x1b[?25l");
            self.cursor = Cursor::Hidden;
        }
    }

    fn rows<'a>(&self, buffer: &'a Buffer) -> Vec<Row<'a>> {
        (0..buffer.area.height)
            .map(|y| read_row(buffer, y, self.ruler))
            .collect()
    }

    fn whole_frame(&self) -> Encoder {
        let mut encoder = self.encoder.fork();
        encoder.clear();
        let blank = blank_row(self.next.area.width);
        for (y, row) in self.rows(&self.next).iter().enumerate() {
            encoder.row(y, &blank, row);
        }
        encoder
    }

    /// Tries the plain difference first, and the other ways where it is long.
    fn difference(&self, shown: &Buffer) -> Encoder {
        let (old, new) = (self.rows(shown), self.rows(&self.next));
        let plain = encode_rows(self.encoder.fork(), &old, &new);
        if plain.out.len() < SEARCH_BYTES_MIN {
            return plain;
        }
        let cleared = self.whole_frame();
        let scrolled = find_scroll(&old, &new).map(|scroll| {
            let mut encoder = self.encoder.fork();
            encoder.scroll(scroll.top, scroll.bottom, scroll.rows_up);
            encode_rows(encoder, &scroll.applied(old), &new)
        });
        let best = if cleared.out.len() < plain.out.len() {
            cleared
        } else {
            plain
        };
        match scrolled {
            Some(scrolled) if scrolled.out.len() < best.out.len() => scrolled,
            _ => best,
        }
    }
}

fn encode_rows(mut encoder: Encoder, old: &[Row<'_>], new: &[Row<'_>]) -> Encoder {
    for (y, (old, new)) in old.iter().zip(new).enumerate() {
        if old != new {
            encoder.row(y, old, new);
        }
    }
    encoder
}

/// A block of rows that stands `rows_up` rows higher than before (lower, when negative).
struct Scroll {
    top: usize,
    bottom: usize,
    rows_up: isize,
}

impl Scroll {
    /// What the terminal shows after this scroll.
    fn applied<'a>(&self, mut rows: Vec<Row<'a>>) -> Vec<Row<'a>> {
        let width = rows.first().map_or(0, Vec::len);
        let block = &mut rows[self.top..=self.bottom];
        let distance = self.rows_up.unsigned_abs();
        let freed = if self.rows_up > 0 {
            block.rotate_left(distance);
            let start = block.len() - distance;
            &mut block[start..]
        } else {
            block.rotate_right(distance);
            &mut block[..distance]
        };
        for row in freed {
            *row = blank_row(u16::try_from(width).unwrap_or(u16::MAX));
        }
        rows
    }
}

/// The scroll that puts the most rows where they belong, if any puts enough.
fn find_scroll(old: &[Row<'_>], new: &[Row<'_>]) -> Option<Scroll> {
    let height = new.len();
    let mut best: Option<(usize, Scroll)> = None;
    for distance in 1..=height.saturating_sub(SCROLL_ROWS_MIN) {
        for up in [true, false] {
            // Row `y` of `later` is compared with row `y + distance` of `earlier`.
            let (later, earlier) = if up { (new, old) } else { (old, new) };
            let mut run = 0;
            for y in 0..=height - distance {
                let moved = y < height - distance && similar(&later[y], &earlier[y + distance]);
                if moved {
                    run += usize::from(
                        new[if up { y } else { y + distance }]
                            != old[if up { y } else { y + distance }],
                    );
                    continue;
                }
                if run >= SCROLL_ROWS_MIN && best.as_ref().is_none_or(|(rows, _)| run > *rows) {
                    let top = run_start(later, earlier, y, distance);
                    let distance = isize::try_from(distance).unwrap_or(0);
                    let rows_up = if up { distance } else { -distance };
                    best = Some((
                        run,
                        Scroll {
                            top,
                            bottom: y - 1 + distance.unsigned_abs(),
                            rows_up,
                        },
                    ));
                }
                run = 0;
            }
        }
    }
    best.map(|(_, scroll)| scroll)
}

/// Where the run of moved rows begins that ends before row `end`.
fn run_start(later: &[Row<'_>], earlier: &[Row<'_>], end: usize, distance: usize) -> usize {
    let mut start = end;
    while start > 0 && similar(&later[start - 1], &earlier[start - 1 + distance]) {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests;
