//! A key as the console knows it, and the notation in which keymaps and tests write keys.
//!
//! `a` is the letter, `<F1>`, `<enter>`, `<C-x>`, `<A-1>`, `<S-tab>` are the others, `<lt>` is the sign `<`.
//! The terminal module turns what arrives into these; nothing else in the console knows where keys come from.

use std::fmt;

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A character, as the keyboard or the input method gave it.
    Char(char),
    /// A function key, from 1.
    F(u8),
    /// Enter, also on the numeric pad.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with shift.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
}

/// The modifiers held with a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mods(u8);

impl Mods {
    /// None.
    pub const NONE: Mods = Mods(0);
    /// Control.
    pub const CTRL: Mods = Mods(1);
    /// Alt, or a leading escape.
    pub const ALT: Mods = Mods(2);
    /// Shift, with keys that are not characters.
    pub const SHIFT: Mods = Mods(4);

    /// These and those together.
    pub fn with(self, other: Mods) -> Mods {
        Mods(self.0 | other.0)
    }

    fn has(self, other: Mods) -> bool {
        self.0 & other.0 != 0
    }
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The key.
    pub code: Code,
    /// What was held with it.
    pub mods: Mods,
}

/// Names of the keys that are not characters, first the one that is shown.
const NAMES: [(&str, Code); 20] = [
    ("enter", Code::Enter),
    ("ret", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backtab", Code::BackTab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("del", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("space", Code::Char(' ')),
    ("lt", Code::Char('<')),
    ("gt", Code::Char('>')),
];

impl Key {
    /// The key of a character, unmodified.
    pub fn char(character: char) -> Key {
        Key {
            code: Code::Char(character),
            mods: Mods::NONE,
        }
    }

    /// The key `code`, unmodified.
    pub fn plain(code: Code) -> Key {
        Key {
            code,
            mods: Mods::NONE,
        }
    }

    /// The character that this key types into a text field, if it types one.
    pub fn typed(self) -> Option<char> {
        match self {
            Key {
                code: Code::Char(character),
                mods: Mods::NONE,
            } => Some(character),
            _ => None,
        }
    }

    /// The key that a command key pressed under a Chinese input method stands for: full-width letters, digits and
    /// punctuation count as their ASCII ones, and so does the Chinese punctuation on the same keys.
    pub fn as_command(self) -> Key {
        let Code::Char(character) = self.code else {
            return self;
        };
        let narrow = match character {
            '\u{FF01}'..='\u{FF5E}' => {
                char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
            }
            '\u{3000}' => ' ',
            '。' => '.',
            '、' => '/',
            '【' => '[',
            '】' => ']',
            '《' => '<',
            '》' => '>',
            '“' | '”' => '"',
            '‘' | '’' => '\'',
            '·' => '`',
            other => other,
        };
        Key {
            code: Code::Char(narrow),
            mods: self.mods,
        }
    }

    /// How people read the key: `F1`, `Ctrl-S`, `Alt-1`, `Enter`, `j`.
    pub fn label(self) -> String {
        let mut label = String::new();
        for (modifier, name) in [
            (Mods::CTRL, "Ctrl-"),
            (Mods::ALT, "Alt-"),
            (Mods::SHIFT, "Shift-"),
        ] {
            if self.mods.has(modifier) {
                label.push_str(name);
            }
        }
        match self.code {
            Code::Char(' ') => label.push_str("Space"),
            Code::Char(character) if self.mods.has(Mods::CTRL) => {
                label.extend(character.to_uppercase());
            }
            Code::Char(character) => label.push(character),
            Code::F(number) => label.extend(["F".to_owned(), number.to_string()]),
            Code::BackTab => label.push_str("Shift-Tab"),
            Code::PageUp => label.push_str("PgUp"),
            Code::PageDown => label.push_str("PgDn"),
            code => {
                let name = name_of(code);
                label.extend(name.chars().take(1).flat_map(char::to_uppercase));
                label.push_str(&name[1.min(name.len())..]);
            }
        }
        label
    }
}

fn name_of(code: Code) -> &'static str {
    NAMES
        .iter()
        .find(|(_, named)| *named == code)
        .map_or("", |(name, _)| name)
}

impl fmt::Display for Key {
    /// The notation of keymap files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifiers: String = [(Mods::CTRL, "C-"), (Mods::ALT, "A-"), (Mods::SHIFT, "S-")]
            .into_iter()
            .filter(|(modifier, _)| self.mods.has(*modifier))
            .map(|(_, name)| name)
            .collect();
        match self.code {
            Code::Char(character)
                if modifiers.is_empty() && !matches!(character, ' ' | '<' | '>') =>
            {
                write!(f, "{character}")
            }
            Code::Char(character) if !matches!(character, ' ' | '<' | '>') => {
                write!(f, "<{modifiers}{character}>")
            }
            Code::F(number) => write!(f, "<{modifiers}F{number}>"),
            code => write!(f, "<{modifiers}{}>", name_of(code)),
        }
    }
}

/// What is wrong with a key in a keymap or a test.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// A `<` without its `>`.
    #[error("`<` without `>`; the sign itself is written <lt>")]
    Unclosed,
    /// A name in brackets that is none.
    #[error("no key is called <{0}>")]
    Unknown(String),
    /// No key at all.
    #[error("no key")]
    Empty,
}

/// Reads a sequence of keys such as `gw` or `<C-x><F2>ab`.
pub fn parse_keys(text: &str) -> Result<Vec<Key>, BadKey> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '<' {
            let end = rest.find('>').ok_or(BadKey::Unclosed)?;
            keys.push(parse_named(&rest[1..end])?);
            rest = &rest[end + 1..];
        } else {
            keys.push(Key::char(first));
            rest = &rest[first.len_utf8()..];
        }
    }
    if keys.is_empty() {
        Err(BadKey::Empty)
    } else {
        Ok(keys)
    }
}

fn parse_named(text: &str) -> Result<Key, BadKey> {
    let mut mods = Mods::NONE;
    let mut name = text;
    while let Some((letter, rest)) = name.split_once('-') {
        let modifier = match letter {
            "C" => Mods::CTRL,
            "A" => Mods::ALT,
            "S" => Mods::SHIFT,
            _ => break,
        };
        mods = mods.with(modifier);
        name = rest;
    }
    let code = code_named(name).ok_or_else(|| BadKey::Unknown(text.to_owned()))?;
    if code == Code::Tab && mods == Mods::SHIFT {
        return Ok(Key::plain(Code::BackTab));
    }
    Ok(Key { code, mods })
}

fn code_named(name: &str) -> Option<Code> {
    let lower = name.to_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == lower) {
        return Some(*code);
    }
    if let Some(number) = lower
        .strip_prefix('f')
        .and_then(|digits| digits.parse().ok())
        && (1..=24).contains(&number)
    {
        return Some(Code::F(number));
    }
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Some(Code::Char(only)),
        _ => None,
    }
}
