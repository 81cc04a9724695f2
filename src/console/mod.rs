//! The terminal: pages, dialogs, keymap, theme.
