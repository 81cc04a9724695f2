//! Writes moves, attributes, characters and erasures for one frame, and remembers where they leave the
//! terminal: the attributes in force and the place of the cursor.

use super::pen::Pen;
use super::slot::{Row, Slot, blank_row};
use super::{Abilities, Support};

/// Where a frame's bytes are gathered.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    pub(super) out: Vec<u8>,
    width: u16,
    height: u16,
    abilities: Abilities,
    /// The attributes in force; `None` when unknown.
    pen: Option<Pen>,
    /// The column and row of the cursor; `None` when unknown, as after a character of uncertain width.
    at: Option<(u16, u16)>,
}

impl Encoder {
    pub(super) fn new(width: u16, height: u16, abilities: Abilities) -> Encoder {
        Encoder {
            out: Vec::new(),
            width,
            height,
            abilities,
            pen: None,
            at: None,
        }
    }

    /// An encoder that goes on from here with no bytes of its own yet.
    pub(super) fn fork(&self) -> Encoder {
        Encoder {
            out: Vec::new(),
            ..*self
        }
    }

    fn absorb(&mut self, other: Encoder) {
        let mut out = std::mem::take(&mut self.out);
        out.extend_from_slice(&other.out);
        *self = Encoder { out, ..other };
    }

    /// Clears the whole screen.
    pub(super) fn clear(&mut self) {
        self.ready_for_blanks();
        self.out.extend_from_slice(b"\x1b[H\x1b[2J");
        self.at = Some((0, 0));
    }

    /// Moves the rows from `top` to `bottom` up by `rows_up`, or down when it is negative; what comes free is
    /// blank. Only VT100 means: a region, line feeds and reverse line feeds.
    pub(super) fn scroll(&mut self, top: usize, bottom: usize, rows_up: isize) {
        self.ready_for_blanks();
        self.csi(&format!("{};{}r", top + 1, bottom + 1));
        let (row, step) = if rows_up > 0 {
            (bottom, b"\n".as_slice())
        } else {
            (top, b"\x1bM".as_slice())
        };
        self.csi(&format!("{}H", row + 1));
        for _ in 0..rows_up.unsigned_abs() {
            self.out.extend_from_slice(step);
        }
        self.csi("r");
        self.at = Some((0, 0));
    }

    /// Turns row `y` from `old` into `new` the shorter way: by the difference, or erased and drawn again.
    pub(super) fn row(&mut self, y: usize, old: &Row<'_>, new: &Row<'_>) {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        let mut anew = self.fork();
        anew.go(0, y);
        anew.ready_for_blanks();
        anew.csi("K");
        anew.difference(y, &blank_row(self.width), new);
        // A terminal that draws a character wider than we think has moved all that follows it.
        if old.iter().chain(new).any(Slot::is_uncertain) {
            return self.absorb(anew);
        }
        let mut step = self.fork();
        step.difference(y, old, new);
        self.absorb(if anew.out.len() < step.out.len() {
            anew
        } else {
            step
        });
    }

    fn difference(&mut self, y: u16, old: &Row<'_>, new: &Row<'_>) {
        let end = new
            .iter()
            .rposition(|slot| *slot != Slot::BLANK)
            .map_or(0, |last| last + 1);
        let mut x = 0;
        while x < new.len() {
            if old[x] == new[x] {
                x += new[x].width();
                continue;
            }
            if new[x] == Slot::BLANK {
                let run = new[x..]
                    .iter()
                    .take_while(|slot| **slot == Slot::BLANK)
                    .count();
                let last = (x..x + run)
                    .rev()
                    .find(|column| old[*column] != Slot::BLANK)
                    .unwrap_or(x);
                self.approach(x, y, new);
                self.blanks(last + 1 - x, x >= end);
                x += run;
            } else {
                self.approach(x, y, new);
                self.symbol(&new[x]);
                x += new[x].width();
            }
        }
    }

    /// Gets to column `x` of row `y`, by writing what stands between again where that is shorter than a move.
    fn approach(&mut self, x: usize, y: u16, new: &Row<'_>) {
        let column = u16::try_from(x).unwrap_or(u16::MAX);
        let mut moved = self.fork();
        moved.go(column, y);
        if let Some((from, row)) = self.at
            && row == y
            && usize::from(from) < x
            && x - usize::from(from) <= moved.out.len()
            && self
                .bytes_as_is(&new[usize::from(from)..x])
                .is_some_and(|bytes| bytes <= moved.out.len())
        {
            for slot in &new[usize::from(from)..x] {
                self.symbol(slot);
            }
            return;
        }
        self.absorb(moved);
    }

    /// The bytes of these characters, if they can be written with the attributes in force.
    fn bytes_as_is(&self, slots: &[Slot<'_>]) -> Option<usize> {
        let pen = self.pen?;
        slots.iter().try_fold(0, |bytes, slot| match slot {
            Slot::Lead {
                symbol: " ",
                pen: wanted,
                ..
            } => (pen.on_blank() == *wanted).then_some(bytes + 1),
            Slot::Lead {
                symbol,
                pen: wanted,
                ..
            } => (pen == *wanted).then_some(bytes + symbol.len()),
            Slot::Tail => Some(bytes),
        })
    }

    /// Writes one character; the second column of a wide one writes nothing.
    fn symbol(&mut self, slot: &Slot<'_>) {
        let Slot::Lead { symbol, pen, width } = slot else {
            return;
        };
        let fits = self
            .pen
            .is_some_and(|now| *symbol == " " && now.on_blank() == *pen);
        if !fits {
            self.use_pen(*pen);
        }
        self.out.extend_from_slice(symbol.as_bytes());
        let width = u16::try_from(*width).unwrap_or(u16::MAX);
        // Past the last column a terminal waits before it wraps: where the cursor is then, is anybody's guess.
        self.at = self
            .at
            .map(|(x, y)| (x + width, y))
            .filter(|(x, _)| *x < self.width && !slot.is_uncertain());
    }

    /// Writes `count` blanks from the cursor on; to the end of the row, an erasure may do instead.
    fn blanks(&mut self, count: usize, rest_is_blank: bool) {
        self.ready_for_blanks();
        let erase_run = format!("{count}X");
        if rest_is_blank && count > 3 {
            self.csi("K");
        } else if self.abilities.erase_run == Support::Yes && count > erase_run.len() + 2 + 4 {
            self.csi(&erase_run);
        } else {
            for _ in 0..count {
                self.symbol(&Slot::BLANK);
            }
        }
    }

    /// Makes sure that blanks and erasures leave the terminal's own background and no line.
    fn ready_for_blanks(&mut self) {
        if self.pen.is_none_or(|pen| pen.on_blank() != Pen::PLAIN) {
            self.use_pen(Pen::PLAIN);
        }
    }

    fn use_pen(&mut self, pen: Pen) {
        match self.pen {
            Some(now) => now.change(pen, &mut self.out),
            None => pen.set(&mut self.out),
        }
        self.pen = Some(pen);
    }

    /// Moves the cursor to column `x` of row `y` by the shortest means.
    pub(super) fn go(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let mut best = absolute(x, y);
        if let Some((from_x, from_y)) = self.at {
            for vertical in self.vertical(from_y, y) {
                for horizontal in self.horizontal(from_x, x) {
                    if vertical.len() + horizontal.len() < best.len() {
                        best = format!("{vertical}{horizontal}");
                    }
                }
            }
        }
        self.out.extend_from_slice(best.as_bytes());
        self.at = Some((
            x.min(self.width.saturating_sub(1)),
            y.min(self.height.saturating_sub(1)),
        ));
    }

    fn vertical(&self, from: u16, to: u16) -> Vec<String> {
        let distance = from.abs_diff(to);
        let mut ways = Vec::with_capacity(3);
        match from.cmp(&to) {
            std::cmp::Ordering::Equal => return vec![String::new()],
            std::cmp::Ordering::Less => {
                ways.push(counted(distance, 'B'));
                // A line feed at the foot of the screen would scroll it; this one ends inside.
                if distance <= 4 && to < self.height {
                    ways.push("\n".repeat(usize::from(distance)));
                }
            }
            std::cmp::Ordering::Greater => ways.push(counted(distance, 'A')),
        }
        if self.abilities.axis_moves == Support::Yes {
            ways.push(format!("\x1b[{}d", to + 1));
        }
        ways
    }

    fn horizontal(&self, from: u16, to: u16) -> Vec<String> {
        let distance = from.abs_diff(to);
        let mut ways = Vec::with_capacity(4);
        match from.cmp(&to) {
            std::cmp::Ordering::Equal => return vec![String::new()],
            std::cmp::Ordering::Less => ways.push(counted(distance, 'C')),
            std::cmp::Ordering::Greater => {
                ways.push(counted(distance, 'D'));
                if distance <= 4 {
                    ways.push("\u{8}".repeat(usize::from(distance)));
                }
            }
        }
        ways.push(if to == 0 {
            "\r".to_owned()
        } else {
            format!("\r{}", counted(to, 'C'))
        });
        if self.abilities.axis_moves == Support::Yes {
            ways.push(format!("\x1b[{}G", to + 1));
        }
        ways
    }

    fn csi(&mut self, rest: &str) {
        self.out.extend_from_slice(b"\x1b[");
        self.out.extend_from_slice(rest.as_bytes());
    }
}

/// A move by `count`, with the count left out when it is one.
fn counted(count: u16, letter: char) -> String {
    if count == 1 {
        format!("\x1b[{letter}")
    } else {
        format!("\x1b[{count}{letter}")
    }
}

/// A move to a place, with what a terminal assumes left out.
fn absolute(x: u16, y: u16) -> String {
    match (x, y) {
        (0, 0) => "\x1b[H".to_owned(),
        (0, _) => format!("\x1b[{}H", y + 1),
        _ => format!("\x1b[{};{}H", y + 1, x + 1),
    }
}
