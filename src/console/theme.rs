//! What the console looks like: inks by meaning, glyphs, and how both give way on a terminal that has few
//! colours, none, or draws the glyphs of boxes too wide. Nothing is asked of the terminal: its name and the
//! user's settings decide, and colour is never the only sign.

use ratatui::style::{Color, Modifier, Style};

use super::backend::Abilities;
use super::text::{Ambiguous, Ruler};
use crate::config::{AmbiguousSetting, BorderSetting, ColourSetting, Settings};

/// What the process knows of its terminal without asking it: a few variables of the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `TERM`.
    pub term: String,
    /// `COLORTERM`.
    pub colour_term: String,
    /// `NO_COLOR`, which counts when it is not empty.
    pub no_colour: String,
    /// The locale of characters: the first set of `LC_ALL`, `LC_CTYPE`, `LANG`.
    pub locale: String,
}

impl Surroundings {
    /// Whether the terminal cannot place its cursor at all, so that there can be no console on it.
    pub fn is_dumb(&self) -> bool {
        self.term == "dumb" || self.term.is_empty()
    }

    /// What the terminal understands.
    pub fn abilities(&self) -> Abilities {
        if self.is_vt100() {
            Abilities::VT100
        } else {
            Abilities::XTERM
        }
    }

    fn is_vt100(&self) -> bool {
        ["vt100", "vt102", "vt52", "vt220", "ansi"]
            .iter()
            .any(|name| self.term.starts_with(name))
    }

    fn colours(&self) -> Colours {
        let many = [
            "256color",
            "direct",
            "kitty",
            "alacritty",
            "wezterm",
            "ghostty",
            "foot",
        ];
        if !self.no_colour.is_empty() || self.is_dumb() || (self.is_vt100() && self.term != "ansi")
        {
            Colours::Mono
        } else if many.iter().any(|name| self.term.contains(name))
            || matches!(self.colour_term.as_str(), "truecolor" | "24bit")
        {
            Colours::Many
        } else {
            Colours::Sixteen
        }
    }

    /// Old Chinese terminals draw ambiguous characters wide; they name themselves, or have a locale that is not UTF-8.
    fn ambiguous(&self) -> Ambiguous {
        let locale = self.locale.to_lowercase();
        let chinese = ["zh", "ja", "ko"]
            .iter()
            .any(|language| locale.starts_with(language));
        let old = ["gb", "big5", "euc", "sjis"]
            .iter()
            .any(|charset| locale.contains(charset));
        let names = ["cxterm", "kterm", "hanterm", "rxvt-cjk"];
        if (chinese && old) || names.contains(&self.term.as_str()) {
            Ambiguous::Wide
        } else {
            Ambiguous::Narrow
        }
    }
}

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// None: bold, underline and reverse only.
    Mono,
    /// The sixteen of every colour terminal.
    Sixteen,
    /// 256 or more.
    Many,
}

/// What a piece of text is, which decides how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Ordinary text.
    Plain,
    /// Text that steps back: column titles, hints.
    Faint,
    /// Text that stands out.
    Strong,
    /// The number cell of the selected row, the chosen option.
    Lit,
    /// A key in a hint.
    Key,
    /// A title of a page, a box.
    Title,
    /// The field that has the cursor.
    Field,
    /// In order; the green lamp.
    Good,
    /// Soon due; the amber lamp.
    Warn,
    /// Urgent or wrong; the red lamp.
    Bad,
    /// Overdue: worse than red.
    Worst,
    /// Stopped, closed, not now.
    Still,
    /// What a filter matched.
    Match,
}

/// The signs that are drawn and not written. Each is one column wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Before the selected row.
    pub marker: &'static str,
    /// Before a marked row.
    pub mark: &'static str,
    /// A rule, left to right.
    pub horizontal: &'static str,
    /// A rule, top to bottom.
    pub vertical: &'static str,
    /// The corners of a box: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// The lamps: green, amber, red, overdue, paused.
    pub lamps: [&'static str; 5],
    /// Between the parts of a line.
    pub dot: &'static str,
}

const LINES: Glyphs = Glyphs {
    marker: "▸",
    mark: "*",
    horizontal: "─",
    vertical: "│",
    corners: ["┌", "┐", "└", "┘"],
    lamps: ["○", "◆", "▲", "■", "="],
    dot: "·",
};

const ASCII: Glyphs = Glyphs {
    marker: ">",
    mark: "*",
    horizontal: "-",
    vertical: "|",
    corners: ["+", "+", "+", "+"],
    lamps: ["o", "*", "!", "#", "="],
    dot: "-",
};

/// The look of one terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    colours: Colours,
    glyphs: Glyphs,
    ruler: Ruler,
}

impl Theme {
    /// The look for a terminal in these surroundings, as far as the settings leave it open.
    pub fn new(surroundings: &Surroundings, settings: &Settings) -> Theme {
        let colours = match settings.colours {
            ColourSetting::Auto => surroundings.colours(),
            ColourSetting::Mono => Colours::Mono,
            ColourSetting::Sixteen => Colours::Sixteen,
            ColourSetting::Many => Colours::Many,
        };
        let ambiguous = match settings.ambiguous {
            AmbiguousSetting::Auto => surroundings.ambiguous(),
            AmbiguousSetting::Narrow => Ambiguous::Narrow,
            AmbiguousSetting::Wide => Ambiguous::Wide,
        };
        let plain_terminal = surroundings.is_vt100() || surroundings.term == "linux";
        let ascii = match settings.borders {
            // The signs are ambiguous characters all of them: where those are wide, they would shift every row.
            BorderSetting::Auto | BorderSetting::Line if ambiguous == Ambiguous::Wide => true,
            BorderSetting::Auto => plain_terminal,
            BorderSetting::Line => false,
            BorderSetting::Ascii => true,
        };
        Theme {
            colours,
            glyphs: if ascii { ASCII } else { LINES },
            ruler: Ruler::new(ambiguous),
        }
    }

    /// The measure of text on this terminal.
    pub fn ruler(&self) -> Ruler {
        self.ruler
    }

    /// The signs of this terminal.
    pub fn glyphs(&self) -> &Glyphs {
        &self.glyphs
    }

    /// How text of this meaning is drawn.
    pub fn style(&self, ink: Ink) -> Style {
        let modifier = match ink {
            Ink::Plain | Ink::Good | Ink::Warn | Ink::Faint | Ink::Still => Modifier::empty(),
            Ink::Strong | Ink::Key | Ink::Title | Ink::Bad => Modifier::BOLD,
            Ink::Lit | Ink::Worst => Modifier::REVERSED,
            Ink::Field | Ink::Match => Modifier::UNDERLINED,
        };
        Style::new().fg(self.colour(ink)).add_modifier(modifier)
    }

    fn colour(&self, ink: Ink) -> Color {
        let (sixteen, many) = match ink {
            Ink::Plain | Ink::Strong | Ink::Lit | Ink::Title | Ink::Field => return Color::Reset,
            Ink::Faint | Ink::Still => (Color::DarkGray, Color::Indexed(245)),
            Ink::Key | Ink::Match => (Color::Cyan, Color::Cyan),
            Ink::Good => (Color::Green, Color::Green),
            Ink::Warn => (Color::Yellow, Color::Yellow),
            Ink::Bad | Ink::Worst => (Color::Red, Color::Red),
        };
        match self.colours {
            Colours::Mono => Color::Reset,
            Colours::Sixteen => sixteen,
            Colours::Many => many,
        }
    }
}

impl Default for Theme {
    /// Sixteen colours, lines, narrow: what tests draw with.
    fn default() -> Theme {
        Theme {
            colours: Colours::Sixteen,
            glyphs: LINES,
            ruler: Ruler::default(),
        }
    }
}
