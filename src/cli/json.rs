//! JSON as it goes to a terminal: whole for programs, harmless for eyes. Nothing in it is left out or changed; what a terminal
//! might obey stands as an escape of JSON's own.

use std::fmt::Write as _;

use crate::console::text;

/// JSON text with every character that a terminal might obey, or an eye might miss, as `\\uXXXX`. Such characters stand inside
/// strings only, so that the text means the same; line feeds between members stay.
pub(super) fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for character in json.chars() {
        if character == '\n' || text::is_harmless(character) {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            write!(out, "\\u{unit:04x}").expect("invariant: a string takes all that is written");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meaning_stays_and_nothing_is_left_to_obey() {
        let told = serde_json::json!({"name": "甲\u{1b}[2J\u{202e}乙\u{0}\u{9b}\u{e0041}", "lines": ["a\nb"]});
        let text = harmless(&serde_json::to_string_pretty(&told).expect("plain data"));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).expect("JSON"),
            told
        );
        assert!(text.contains("甲") && text.contains("\\u202e") && text.contains("\\udb40"));
        assert!(
            !text
                .chars()
                .any(|c| (c.is_control() && c != '\n') || c == '\u{202e}')
        );
    }
}
