//! What tests of the console share: keys in the keymap's own notation, and a frame as text.

use banshi::console::keymap::{Key, parse_keys};
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

/// Keys as keymaps write them: `<down>i张三<enter>`.
pub(crate) fn keys(written: &str) -> Vec<Key> {
    if written.is_empty() {
        return Vec::new();
    }
    parse_keys(written).expect("keys in tests are well written")
}

/// The frame as the terminal shows it, without blanks at the ends of lines.
pub(crate) fn picture(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).expect("a character is narrow");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
