//! The terminal: pages, dialogs, keymap, theme.
//!
//! [`screen`] is the whole console as one value: what comes in changes it, what goes out is its answer, and a
//! view of it is a buffer. [`run`] joins it to the real terminal ([`terminal`], the one file that names
//! crossterm), to a hall by a client, and to the clock; [`backend`] writes frames in few bytes. Pages implement
//! [`page::Page`]. It sees a hall only through the client: never the store, the engine or the host.

pub mod backend;
pub mod canvas;
pub mod command_line;
pub mod form;
pub mod hall_clock;
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
pub mod run;
pub mod screen;
pub mod table;
pub mod terminal;
pub mod text;
pub mod theme;
