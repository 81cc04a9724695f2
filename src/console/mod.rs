//! The terminal: pages, dialogs, keymap, theme.

pub mod backend;
pub mod keymap;
pub mod text;
