//! From keymap files to a keymap: every fault is found in one reading and named by file and line.
//!
//! A section is a context; its `keys` are rows `{ on, run, desc }`: `on` is a sequence of keys or a list of
//! them, `run` an action or `none` to take a key away, `desc` words for people. `unbound` at the top lists
//! actions that have no key on purpose. A later file's row takes the place of an earlier file's.

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Action, BadKey, Binding, Context, Key, Keymap, Node, Place, parse_keys};
use crate::config::Settings;
use crate::i18n::Messages;

const DEFAULT: &str = include_str!("../../../keymaps/default.toml");
const NUMPAD: &str = include_str!("../../../keymaps/numpad.toml");
const VIM: &str = include_str!("../../../keymaps/vim.toml");

/// The `run` of a row that takes keys away.
const RUN_NONE: &str = "none";

/// A keymap that comes with the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Function keys, digits, letters and arrows.
    #[default]
    Default,
    /// The eight window actions on the numeric pad, for one hand.
    Numpad,
    /// Movements as in vim.
    Vim,
}

impl Preset {
    /// Every preset with its name in settings.
    pub const ALL: [(Preset, &'static str); 3] = [
        (Preset::Default, "default"),
        (Preset::Numpad, "numpad"),
        (Preset::Vim, "vim"),
    ];

    /// The preset of this name.
    pub fn named(name: &str) -> Option<Preset> {
        Preset::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(preset, _)| *preset)
    }

    /// The preset that the settings name; the reason why there is none.
    pub fn of(settings: &Settings) -> Result<Preset, String> {
        match settings.keymap.as_deref() {
            None => Ok(Preset::Default),
            Some(name) => Preset::named(name)
                .ok_or_else(|| format!("unknown keymap {name:?}: use default, numpad or vim")),
        }
    }

    /// The files that make it up, the later over the earlier.
    fn files(self) -> Vec<(&'static str, &'static str)> {
        let default = ("keymaps/default.toml", DEFAULT);
        match self {
            Preset::Default => vec![default],
            Preset::Numpad => vec![default, ("keymaps/numpad.toml", NUMPAD)],
            Preset::Vim => vec![default, ("keymaps/vim.toml", VIM)],
        }
    }
}

/// The user's own keymap: its name for messages, and its text.
#[derive(Clone, Debug)]
pub struct UserFile {
    /// The path, as messages show it.
    pub name: String,
    /// The contents.
    pub text: String,
}

/// A place in a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Something wrong in a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub origin: Origin,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong in a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Not TOML, or not the shape of a keymap.
    Shape(String),
    /// A section that is no context.
    UnknownContext(String),
    /// A `run` that is no action.
    UnknownAction(String),
    /// Keys that cannot be read.
    Keys(BadKey),
    /// The action cannot be used in this section.
    NotOffered {
        /// The action's name.
        action: &'static str,
        /// The section's name.
        context: &'static str,
    },
    /// A bare character in a context where text is typed.
    BareCharacter {
        /// The keys.
        keys: String,
        /// The section's name.
        context: &'static str,
    },
    /// The same keys, or the beginning of one in the other, twice where both would be asked.
    Conflict {
        /// The keys of the later row.
        keys: String,
        /// The earlier row's action.
        action: &'static str,
        /// The earlier row's place.
        with: Origin,
    },
    /// `none` for keys that do nothing anyway.
    NothingToTakeAway(String),
}

impl Fault {
    /// The fault as a line for people: place, what is wrong, what it collides with.
    pub fn message(&self, messages: &Messages) -> String {
        let what = match &self.kind {
            FaultKind::Shape(detail) => {
                messages.with("keymap-fault-shape", &[("detail", detail.into())])
            }
            FaultKind::UnknownContext(name) => {
                messages.with("keymap-fault-context", &[("name", name.into())])
            }
            FaultKind::UnknownAction(name) => {
                messages.with("keymap-fault-action", &[("name", name.into())])
            }
            FaultKind::Keys(bad) => {
                messages.with("keymap-fault-keys", &[("detail", bad.to_string().into())])
            }
            FaultKind::NotOffered { action, context } => messages.with(
                "keymap-fault-not-offered",
                &[("action", (*action).into()), ("context", (*context).into())],
            ),
            FaultKind::BareCharacter { keys, context } => messages.with(
                "keymap-fault-bare",
                &[("keys", keys.into()), ("context", (*context).into())],
            ),
            FaultKind::Conflict { keys, action, with } => messages.with(
                "keymap-fault-conflict",
                &[
                    ("keys", keys.into()),
                    ("action", (*action).into()),
                    ("place", with.to_string().into()),
                ],
            ),
            FaultKind::NothingToTakeAway(keys) => {
                messages.with("keymap-fault-nothing", &[("keys", keys.into())])
            }
        };
        format!("{}: {what}", self.origin)
    }
}

/// One row of a file, read.
struct Row {
    context: Context,
    keys: Vec<Key>,
    run: Option<Action>,
    words: Option<String>,
    origin: Origin,
}

pub(super) fn load(preset: Preset, user: Option<&UserFile>) -> Result<Keymap, Vec<Fault>> {
    let mut keymap = Keymap::default();
    let mut faults = Vec::new();
    let user = user.map(|file| (file.name.as_str(), file.text.as_str()));
    for (name, text) in preset.files().into_iter().chain(user) {
        let mut reader = Reader {
            name,
            text,
            faults: &mut faults,
        };
        let (rows, unbound) = reader.read();
        merge(&mut keymap, rows, &mut faults);
        keymap.unbound.extend(unbound);
    }
    let bound: Vec<Action> = Context::ALL
        .iter()
        .flat_map(|(context, _)| keymap.bindings(*context))
        .map(|binding| binding.action)
        .collect();
    keymap.unbound.retain(|action| !bound.contains(action));
    find_shadows(&keymap, &mut faults);
    if faults.is_empty() {
        Ok(keymap)
    } else {
        Err(faults)
    }
}

/// Puts the rows of one file over what earlier files gave. Rows of the same file must not collide.
fn merge(keymap: &mut Keymap, rows: Vec<Row>, faults: &mut Vec<Fault>) {
    let mut of_this_file = Keymap::default();
    for row in rows {
        let trie = keymap.tries.entry(row.context).or_default();
        let Some(action) = row.run else {
            if !trie.remove(&row.keys) {
                let keys = super::label(&row.keys);
                faults.push(Fault {
                    origin: row.origin,
                    kind: FaultKind::NothingToTakeAway(keys),
                });
            }
            continue;
        };
        let binding = Binding {
            keys: row.keys,
            action,
            origin: row.origin,
            words: row.words,
        };
        let own = of_this_file.tries.entry(row.context).or_default();
        if let Err(earlier) = own.insert(binding.clone(), 0) {
            faults.push(conflict(&binding, &earlier));
            continue;
        }
        trie.remove(&binding.keys);
        if let Err(earlier) = trie.insert(binding.clone(), 0) {
            faults.push(conflict(&binding, &earlier));
        }
    }
}

fn conflict(later: &Binding, earlier: &Binding) -> Fault {
    Fault {
        origin: later.origin.clone(),
        kind: FaultKind::Conflict {
            keys: super::label(&later.keys),
            action: earlier.action.name(),
            with: earlier.origin.clone(),
        },
    }
}

/// Two contexts that one place asks must not share keys: the lower one's would never be reached.
fn find_shadows(keymap: &Keymap, faults: &mut Vec<Fault>) {
    for place in Place::ALL {
        let mut together = Node::default();
        for context in place.contexts().iter().rev() {
            for binding in keymap.bindings(*context) {
                if let Err(earlier) = together.insert(binding.clone(), 0) {
                    let fault = conflict(binding, &earlier);
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
            }
        }
    }
}

/// Reads one file.
struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn read(&mut self) -> (Vec<Row>, Vec<Action>) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, FaultKind::Shape(error.message().to_owned()));
        }
        let mut rows = Vec::new();
        let mut unbound = Vec::new();
        for (name, value) in table.get_ref() {
            let at = name.span().start;
            if name.get_ref() == "unbound" {
                unbound = self.actions(value);
            } else if let Some(context) = Context::named(name.get_ref()) {
                self.section(context, value, &mut rows);
            } else {
                self.fault(at, FaultKind::UnknownContext(name.get_ref().to_string()));
            }
        }
        (rows, unbound)
    }

    fn actions(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Action> {
        let names = self.strings(value);
        names
            .into_iter()
            .filter_map(|(name, at)| self.action(&name, at))
            .collect()
    }

    fn section(&mut self, context: Context, value: &Spanned<DeValue<'_>>, rows: &mut Vec<Row>) {
        let keys = value
            .get_ref()
            .as_table()
            .and_then(|table| table.get("keys"));
        let Some(list) = keys.and_then(|keys| keys.get_ref().as_array()) else {
            return self.fault(
                value.span().start,
                FaultKind::Shape("`keys = [ … ]` expected".to_owned()),
            );
        };
        for row in list {
            self.row(context, row, rows);
        }
    }

    fn row(&mut self, context: Context, value: &Spanned<DeValue<'_>>, rows: &mut Vec<Row>) {
        let at = value.span().start;
        let Some(table) = value.get_ref().as_table() else {
            return self.fault(
                at,
                FaultKind::Shape("a row { on, run } expected".to_owned()),
            );
        };
        if let Some((name, _)) = table
            .iter()
            .find(|(name, _)| !["on", "run", "desc"].contains(&name.get_ref().as_ref()))
        {
            let text = format!("a row has `on`, `run` and `desc`, not `{}`", name.get_ref());
            return self.fault(name.span().start, FaultKind::Shape(text));
        }
        let text = |name: &str| {
            table
                .get(name)
                .and_then(|value| value.get_ref().as_str().map(str::to_owned))
        };
        let (Some(on), Some(run)) = (table.get("on"), text("run")) else {
            return self.fault(
                at,
                FaultKind::Shape("a row needs `on` and `run`".to_owned()),
            );
        };
        let run = if run == RUN_NONE {
            None
        } else {
            let Some(action) = self.action(&run, at) else {
                return;
            };
            if !action.contexts().contains(&context) {
                let kind = FaultKind::NotOffered {
                    action: action.name(),
                    context: context.name(),
                };
                return self.fault(at, kind);
            }
            Some(action)
        };
        for (written, at) in self.strings(on) {
            let Some(keys) = self.keys(context, &written, at) else {
                continue;
            };
            rows.push(Row {
                context,
                keys,
                run,
                words: text("desc"),
                origin: self.origin(at),
            });
        }
    }

    fn keys(&mut self, context: Context, written: &str, at: usize) -> Option<Vec<Key>> {
        let keys = match parse_keys(written) {
            Ok(keys) => keys,
            Err(bad) => {
                self.fault(at, FaultKind::Keys(bad));
                return None;
            }
        };
        if context.takes_text() && keys.first().is_some_and(|key| key.typed().is_some()) {
            let kind = FaultKind::BareCharacter {
                keys: super::label(&keys),
                context: context.name(),
            };
            self.fault(at, kind);
            return None;
        }
        Some(keys)
    }

    fn action(&mut self, name: &str, at: usize) -> Option<Action> {
        let action = Action::named(name);
        if action.is_none() {
            self.fault(at, FaultKind::UnknownAction(name.to_owned()));
        }
        action
    }

    /// A string, or a list of strings, each with where it stands.
    fn strings(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![value],
        };
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => found.push((text.to_owned(), item.span().start)),
                None => self.fault(
                    item.span().start,
                    FaultKind::Shape("a string expected".to_owned()),
                ),
            }
        }
        found
    }

    fn fault(&mut self, at: usize, kind: FaultKind) {
        let origin = self.origin(at);
        self.faults.push(Fault { origin, kind });
    }

    fn origin(&self, at: usize) -> Origin {
        let line = 1 + self
            .text
            .bytes()
            .take(at)
            .filter(|byte| *byte == b'\n')
            .count();
        Origin {
            file: self.name.to_owned(),
            line,
        }
    }
}
