//! What is said about keys: the help text, the footer, the keys that can follow. All of it comes from the
//! keymap and from what the page can do now; no hint is written by hand.

use super::keymap::{Action, Binding, Context, Follow, Key, Keymap, Place, label};
use super::page::Availability;
use super::reader::Reader;
use super::text::{Align, Ruler};
use super::theme::Ink;
use crate::i18n::Messages;

/// The columns of keys in help.
const KEYS_WIDTH: usize = 24;

/// A key and what it does, for a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The keys, as people read them.
    pub keys: String,
    /// What they do.
    pub words: String,
}

/// The words for what a binding does: its own, else the action's.
pub fn words(binding: &Binding, messages: &Messages) -> String {
    match &binding.words {
        Some(words) if messages.has(words) => messages.t(words).into_owned(),
        Some(words) => words.clone(),
        None => messages.t(binding.action.message()).into_owned(),
    }
}

/// The hints of a footer, in the order of `actions`: what has no key here or cannot be done now is left out.
pub fn footer(
    keymap: &Keymap,
    place: Place,
    actions: &[Action],
    available: impl Fn(Action) -> Availability,
    messages: &Messages,
) -> Vec<Hint> {
    let shown = actions
        .iter()
        .filter(|action| available(**action) == Availability::Now);
    let hint = |action: &Action| {
        let binding = *keymap.keys_for(place, *action).first()?;
        Some(Hint {
            keys: label(&binding.keys),
            words: words(binding, messages),
        })
    };
    shown.filter_map(hint).collect()
}

/// The hints of the keys that can follow.
pub fn follows(keys: &[(Key, Follow)], messages: &Messages) -> Vec<Hint> {
    let hint = |(key, follow): &(Key, Follow)| Hint {
        keys: key.label(),
        words: match follow {
            Follow::Action(action) => messages.t(action.message()).into_owned(),
            Follow::More => "…".to_owned(),
        },
    };
    keys.iter().map(hint).collect()
}

/// The help of a place: every key that works there, by context; what cannot be done now steps back.
pub fn reader(
    keymap: &Keymap,
    place: Place,
    available: impl Fn(Action) -> Availability,
    messages: &Messages,
) -> Reader {
    let mut lines = Vec::new();
    for context in place.contexts() {
        let rows = context_rows(keymap, *context, &available, messages);
        if rows.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push((String::new(), Ink::Plain));
        }
        lines.push((messages.t(&context_key(*context)).into_owned(), Ink::Title));
        lines.extend(rows);
    }
    Reader::new(messages.t("help-title"), lines)
}

/// The key of the message that names a context.
pub fn context_key(context: Context) -> String {
    format!("context-{}", context.name().replace('_', "-"))
}

fn context_rows(
    keymap: &Keymap,
    context: Context,
    available: impl Fn(Action) -> Availability,
    messages: &Messages,
) -> Vec<(String, Ink)> {
    let bindings = keymap.bindings(context);
    let mut rows = Vec::new();
    for action in Action::ALL {
        let of_action: Vec<&&Binding> = bindings
            .iter()
            .filter(|binding| binding.action == *action)
            .collect();
        let Some(first) = of_action.first() else {
            continue;
        };
        let keys: Vec<String> = of_action
            .iter()
            .map(|binding| label(&binding.keys))
            .collect();
        let ink = if available(*action) == Availability::Now {
            Ink::Plain
        } else {
            Ink::Still
        };
        let keys = Ruler::default().fit(&keys.join("  "), KEYS_WIDTH, Align::Left);
        rows.push((format!("  {keys}{}", words(first, messages)), ink));
    }
    rows
}
