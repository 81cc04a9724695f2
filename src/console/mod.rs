//! The terminal: pages, dialogs, keymap, theme.

pub mod backend;
pub mod canvas;
pub mod command_line;
pub mod form;
pub mod help;
pub mod input;
pub mod keymap;
pub mod layer;
pub mod listing;
pub mod message;
pub mod page;
pub mod pages;
pub mod picker;
pub mod reader;
pub mod screen;
pub mod table;
pub mod text;
pub mod theme;
