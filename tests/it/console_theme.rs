//! The look gives way with the terminal: colours, signs and the width of ambiguous characters follow its name and the
//! user's settings, and nothing is ever said by colour alone.

use banshi::config::{BorderSetting, ColourSetting, Settings};
use banshi::console::backend::Abilities;
use banshi::console::text::{Ambiguous, Ruler};
use banshi::console::theme::{Ink, Surroundings, Theme};
use ratatui::style::{Color, Modifier};

fn surroundings(term: &str) -> Surroundings {
    Surroundings {
        term: term.into(),
        ..Surroundings::default()
    }
}

fn theme(surroundings: &Surroundings) -> Theme {
    Theme::new(surroundings, &Settings::default())
}

#[test]
fn no_color_and_old_terminals_get_no_colour_and_still_show_what_is_wrong() {
    let no_color = Surroundings {
        no_colour: "1".into(),
        ..surroundings("xterm-256color")
    };
    for surroundings in [no_color, surroundings("vt100"), surroundings("vt220")] {
        let theme = theme(&surroundings);
        for ink in [Ink::Good, Ink::Warn, Ink::Bad, Ink::Faint, Ink::Key] {
            assert_eq!(theme.style(ink).fg, Some(Color::Reset), "{ink:?}");
        }
        assert!(theme.style(Ink::Bad).add_modifier.contains(Modifier::BOLD));
        assert!(
            theme
                .style(Ink::Worst)
                .add_modifier
                .contains(Modifier::REVERSED)
        );
    }
}

#[test]
fn an_empty_no_color_does_not_count() {
    let surroundings = surroundings("xterm");
    assert_eq!(theme(&surroundings).style(Ink::Bad).fg, Some(Color::Red));
}

#[test]
fn the_settings_win_over_the_terminals_name() {
    let settings = Settings::parse("colours = \"mono\"\nborders = \"ascii\"\n").expect("settings");
    assert_eq!(settings.colours, ColourSetting::Mono);
    assert_eq!(settings.borders, BorderSetting::Ascii);
    let theme = Theme::new(&surroundings("xterm-256color"), &settings);
    assert_eq!(theme.style(Ink::Bad).fg, Some(Color::Reset));
    assert_eq!(theme.glyphs().horizontal, "-");
}

#[test]
fn where_ambiguous_characters_are_wide_every_sign_is_ascii() {
    let old_chinese = Surroundings {
        locale: "zh_CN.GBK".into(),
        ..surroundings("xterm")
    };
    let theme = theme(&old_chinese);
    assert_eq!(theme.ruler(), Ruler::new(Ambiguous::Wide));
    let glyphs = theme.glyphs();
    let mut signs = vec![
        glyphs.marker,
        glyphs.mark,
        glyphs.horizontal,
        glyphs.vertical,
    ];
    signs.extend(glyphs.corners);
    signs.extend(glyphs.lamps);
    assert!(signs.iter().all(|sign| sign.is_ascii()), "{signs:?}");
    assert_eq!(theme.ruler().cut("一二三四五…", 8), "一二三..");
}

#[test]
fn lamps_differ_by_their_signs_alone() {
    for term in ["xterm", "linux"] {
        let theme = theme(&surroundings(term));
        let mut lamps = theme.glyphs().lamps.to_vec();
        lamps.sort_unstable();
        lamps.dedup();
        assert_eq!(lamps.len(), 5, "{term}");
    }
}

#[test]
fn terminals_are_asked_only_for_what_they_know() {
    assert_eq!(surroundings("vt100").abilities(), Abilities::VT100);
    assert_eq!(surroundings("screen").abilities(), Abilities::XTERM);
    assert!(surroundings("dumb").is_dumb() && surroundings("").is_dumb());
    assert!(!surroundings("linux").is_dumb());
}

#[test]
fn a_fault_in_the_settings_is_named() {
    let fault = Settings::parse("lang = \"en\"\ncolors = \"mono\"\n").expect_err("unknown word");
    assert!(
        fault.contains("line 2") && fault.contains("colors"),
        "{fault}"
    );
}
