//! The attributes with which a terminal draws, and the shortest way from one set to another.

use ratatui::style::{Color, Modifier};

/// Colours and modifiers of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pen {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) modifier: Modifier,
}

/// Modifiers, the code that sets each, and the code that takes it away.
const MODIFIERS: [(Modifier, u8, u8); 7] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Pen {
    /// The terminal's own colours, without modifiers.
    pub(super) const PLAIN: Pen = Pen {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
    };

    /// This pen as far as a blank shows it: its foreground is invisible unless it is reversed or underlined.
    pub(super) fn on_blank(self) -> Pen {
        let drawn = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
        let modifier = self.modifier & drawn;
        let fg = if modifier.is_empty() {
            Color::Reset
        } else {
            self.fg
        };
        Pen {
            fg,
            bg: self.bg,
            modifier,
        }
    }

    /// Writes the shortest sequence that turns `self` into `to`; nothing when they are the same.
    pub(super) fn change(self, to: Pen, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let step = codes_between(self, to);
        let mut fresh = vec![0];
        fresh.extend(codes_between(Pen::PLAIN, to));
        let (step, fresh) = (sequence(&step), sequence(&fresh));
        out.extend_from_slice(if step.len() <= fresh.len() {
            &step
        } else {
            &fresh
        });
    }

    /// Writes this pen for a terminal whose attributes are unknown.
    pub(super) fn set(self, out: &mut Vec<u8>) {
        let mut codes = vec![0];
        codes.extend(codes_between(Pen::PLAIN, self));
        out.extend_from_slice(&sequence(&codes));
    }
}

/// `CSI … m`; a lone reset is `CSI m`.
fn sequence(codes: &[u8]) -> Vec<u8> {
    let mut out = b"\x1b[".to_vec();
    if codes != [0] {
        let numbers: Vec<String> = codes.iter().map(u8::to_string).collect();
        out.extend_from_slice(numbers.join(";").as_bytes());
    }
    out.push(b'm');
    out
}

fn codes_between(from: Pen, to: Pen) -> Vec<u8> {
    let mut codes = Vec::new();
    let gone = from.modifier - to.modifier;
    let mut come = to.modifier - from.modifier;
    // Bold and dim share the code that takes them away, so the one that stays has to be set again.
    let weight = Modifier::BOLD | Modifier::DIM;
    if gone.intersects(weight) {
        come |= to.modifier & weight;
    }
    for (modifier, _, off) in MODIFIERS {
        if gone.contains(modifier) && codes.last() != Some(&off) {
            codes.push(off);
        }
    }
    for (modifier, on, _) in MODIFIERS {
        if come.contains(modifier) {
            codes.push(on);
        }
    }
    if from.fg != to.fg {
        colour(to.fg, 30, &mut codes);
    }
    if from.bg != to.bg {
        colour(to.bg, 40, &mut codes);
    }
    codes
}

/// The codes of a colour: `base` is 30 for the foreground and 40 for the background.
fn colour(colour: Color, base: u8, codes: &mut Vec<u8>) {
    let bright = base + 60;
    let code = match colour {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => bright,
        Color::LightRed => bright + 1,
        Color::LightGreen => bright + 2,
        Color::LightYellow => bright + 3,
        Color::LightBlue => bright + 4,
        Color::LightMagenta => bright + 5,
        Color::LightCyan => bright + 6,
        Color::White => bright + 7,
        Color::Indexed(index @ 0..=7) => base + index,
        Color::Indexed(index @ 8..=15) => bright + index - 8,
        Color::Indexed(index) => return codes.extend([base + 8, 5, index]),
        Color::Rgb(red, green, blue) => return codes.extend([base + 8, 2, red, green, blue]),
    };
    codes.push(code);
}
