//! Which keys do what: tries of keys, one a context, read from `keymaps/*.toml` with the user's file merged
//! over them.
//!
//! A place in the console asks a short stack of contexts; no key may mean two things in one stack, nor
//! begin a longer sequence there, so that what help, footer and which-key print is what happens. Keys
//! typed into a text never come here unless they are bound, and no bare character can be.

mod action;
mod key;
mod load;

use std::collections::BTreeMap;

pub use self::action::{Action, Context, Place};
pub use self::key::{BadKey, Code, Key, Mods, parse_keys};
pub use self::load::{Fault, FaultKind, Origin, Preset, UserFile};

/// What a sequence of keys means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// This action.
    Found(Action),
    /// The beginning of longer sequences: what can follow, and what it then does.
    Pending(Vec<(Key, Follow)>),
    /// Nothing.
    Unbound,
}

/// What a further key of a sequence leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// An action.
    Action(Action),
    /// Still more keys.
    More,
}

/// A binding as it stands in a keymap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The keys, one after the other.
    pub keys: Vec<Key>,
    /// What they do.
    pub action: Action,
    /// The file and line that say so.
    pub origin: Origin,
    /// Words for people that the row gives in the place of the action's own: a message key, or text.
    pub words: Option<String>,
}

#[derive(Clone, Debug)]
enum Node {
    Leaf(Binding),
    Branch(BTreeMap<Key, Node>),
}

impl Default for Node {
    fn default() -> Node {
        Node::Branch(BTreeMap::new())
    }
}

/// All keys of a terminal.
#[derive(Clone, Debug, Default)]
pub struct Keymap {
    tries: BTreeMap<Context, Node>,
    /// Actions that the files say are bound to no key on purpose.
    unbound: Vec<Action>,
}

impl Keymap {
    /// Reads a preset and the user's file over it; every fault of both is named by file and line.
    pub fn load(preset: Preset, user: Option<&UserFile>) -> Result<Keymap, Vec<Fault>> {
        load::load(preset, user)
    }

    /// The preset with the user's file over it; where that has faults, the preset alone, and the faults: a slip
    /// in a file must not keep a window closed.
    pub fn or_preset(preset: Preset, user: Option<&UserFile>) -> (Keymap, Vec<Fault>) {
        match Keymap::load(preset, user) {
            Ok(keymap) => (keymap, Vec::new()),
            Err(faults) => (Keymap::load(preset, None).unwrap_or_default(), faults),
        }
    }

    /// What `keys` mean at `place`.
    pub fn lookup(&self, place: Place, keys: &[Key]) -> Lookup {
        let mut follows = Vec::new();
        for context in place.contexts() {
            match self.tries.get(context).and_then(|trie| trie.at(keys)) {
                Some(Node::Leaf(binding)) => return Lookup::Found(binding.action),
                Some(Node::Branch(children)) => {
                    follows.extend(children.iter().map(|(key, node)| (*key, node.follow())));
                }
                None => {}
            }
        }
        if follows.is_empty() {
            Lookup::Unbound
        } else {
            Lookup::Pending(follows)
        }
    }

    /// The bindings of one context, in the order of their keys.
    pub fn bindings(&self, context: Context) -> Vec<&Binding> {
        let mut found = Vec::new();
        if let Some(trie) = self.tries.get(&context) {
            trie.collect(&mut found);
        }
        found
    }

    /// The bindings of `action` that work at `place`, the shortest first: the one that a hint shows.
    pub fn keys_for(&self, place: Place, action: Action) -> Vec<&Binding> {
        let offered = place
            .contexts()
            .iter()
            .filter(|context| action.contexts().contains(context));
        let mut found: Vec<&Binding> = offered
            .flat_map(|context| self.bindings(*context))
            .filter(|binding| binding.action == action)
            .collect();
        found.sort_by_key(|binding| (binding.keys.len(), binding.keys.first().map(hint_rank)));
        found
    }

    /// Actions that the keymap leaves without a key on purpose; command words still reach them.
    pub fn unbound_on_purpose(&self) -> &[Action] {
        &self.unbound
    }
}

/// Which of several keys a hint shows: digits and letters are the shortest, arrows and modifiers the last to say.
fn hint_rank(key: &Key) -> u8 {
    match key.code {
        _ if key.mods != Mods::NONE => 5,
        Code::Char(character) if character.is_ascii_digit() => 0,
        Code::Char(_) => 1,
        Code::F(_) => 2,
        Code::Enter | Code::Esc | Code::Tab => 3,
        _ => 4,
    }
}

/// A sequence of keys as people read it: `F1`, `gw`, `Ctrl-X k`.
pub fn label(keys: &[Key]) -> String {
    let labels: Vec<String> = keys.iter().map(|key| key.label()).collect();
    let short = labels.iter().all(|label| label.chars().count() == 1);
    labels.join(if short { "" } else { " " })
}

impl Node {
    fn at(&self, keys: &[Key]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| match node {
            Node::Leaf(_) => None,
            Node::Branch(children) => children.get(key),
        })
    }

    fn follow(&self) -> Follow {
        match self {
            Node::Leaf(binding) => Follow::Action(binding.action),
            Node::Branch(_) => Follow::More,
        }
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Binding>) {
        match self {
            Node::Leaf(binding) => found.push(binding),
            Node::Branch(children) => children.values().for_each(|node| node.collect(found)),
        }
    }

    /// Puts a binding in; gives back what stood in its way: the same keys, or a beginning of one in the other.
    fn insert(&mut self, binding: Binding, depth: usize) -> Result<(), Binding> {
        match self {
            Node::Leaf(present) => Err(present.clone()),
            Node::Branch(children) => {
                let Some(key) = binding.keys.get(depth).copied() else {
                    return Ok(());
                };
                if depth + 1 < binding.keys.len() {
                    return children.entry(key).or_default().insert(binding, depth + 1);
                }
                if let Some(present) = children.get(&key) {
                    return Err(present.first());
                }
                children.insert(key, Node::Leaf(binding));
                Ok(())
            }
        }
    }

    fn first(&self) -> Binding {
        let mut found = Vec::new();
        self.collect(&mut found);
        (*found
            .first()
            .expect("invariant: a branch is made only to hold a binding"))
        .clone()
    }

    /// Takes out everything at and under `keys`; whether anything was there.
    fn remove(&mut self, keys: &[Key]) -> bool {
        let Node::Branch(children) = self else {
            return false;
        };
        match keys {
            [] => false,
            [only] => children.remove(only).is_some(),
            [first, rest @ ..] => {
                let Some(child) = children.get_mut(first) else {
                    return false;
                };
                let removed = child.remove(rest);
                if matches!(child, Node::Branch(left) if left.is_empty()) {
                    children.remove(first);
                }
                removed
            }
        }
    }
}
