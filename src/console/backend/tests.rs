//! The painter against an independent terminal: whatever sequence of frames is painted, the emulator ends
//! with the same characters, colours and attributes as the last buffer.

use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use super::{Abilities, Painter};
use crate::console::text::Ruler;

const WIDTH: u16 = 40;
const HEIGHT: u16 = 12;

fn emulator(width: u16, height: u16) -> vt100::Parser {
    let size = |n| NonZeroU16::new(n).expect("sizes in tests are not zero");
    vt100::Parser::new(size(height), size(width), 0)
}

#[derive(Clone, Debug)]
enum Stroke {
    Text {
        x: u16,
        y: u16,
        text: String,
        style: Style,
    },
    Wipe {
        area: Rect,
    },
    Lift {
        rows: u16,
    },
}

fn style() -> impl Strategy<Value = Style> {
    let colour = prop_oneof![
        4 => Just(Color::Reset),
        1 => Just(Color::Red),
        1 => Just(Color::LightYellow),
        1 => Just(Color::Indexed(208)),
    ];
    let modifier = prop_oneof![
        4 => Just(Modifier::empty()),
        1 => Just(Modifier::BOLD),
        1 => Just(Modifier::REVERSED),
        1 => Just(Modifier::DIM | Modifier::UNDERLINED),
    ];
    (
        colour.clone(),
        prop_oneof![6 => Just(Color::Reset), 1 => colour],
        modifier,
    )
        .prop_map(|(fg, bg, modifier)| {
            Style::new()
                .fg(fg)
                .bg(bg)
                .remove_modifier(Modifier::all())
                .add_modifier(modifier)
        })
}

fn stroke() -> impl Strategy<Value = Stroke> {
    let text = "[a-z办事大厅窗口│─ ]{1,30}|e\u{301}[0-9 ]{1,20}|葛\u{E0100}城县[ 0-9]{0,9}";
    prop_oneof![
        6 => (0..WIDTH, 0..HEIGHT, text, style()).prop_map(|(x, y, text, style)| Stroke::Text { x, y, text, style }),
        1 => (0..WIDTH, 0..HEIGHT, 1..WIDTH, 1..HEIGHT).prop_map(|(x, y, width, height)| Stroke::Wipe {
            area: Rect::new(x, y, width, height).intersection(Rect::new(0, 0, WIDTH, HEIGHT)),
        }),
        1 => (1..4_u16).prop_map(|rows| Stroke::Lift { rows }),
    ]
}

fn apply(buffer: &mut Buffer, stroke: &Stroke) {
    match stroke {
        Stroke::Text { x, y, text, style } => {
            buffer.set_string(*x, *y, text, *style);
        }
        Stroke::Wipe { area } => area
            .positions()
            .for_each(|position| buffer[position].reset()),
        Stroke::Lift { rows } => {
            let kept = usize::from(*rows) * usize::from(WIDTH);
            buffer.content.rotate_left(kept);
        }
    }
}

fn vt_colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Red => vt100::Color::Idx(1),
        Color::LightYellow => vt100::Color::Idx(11),
        Color::Indexed(index) => vt100::Color::Idx(index),
        _ => vt100::Color::Default,
    }
}

/// The emulator shows the buffer, cell by cell.
fn assert_shows(parser: &vt100::Parser, buffer: &Buffer) {
    for y in 0..HEIGHT {
        let row = super::slot::read_row(buffer, y, Ruler::default());
        for (x, slot) in row.iter().enumerate() {
            let cell = parser
                .screen()
                .cell(y, u16::try_from(x).unwrap())
                .expect("the cell is on the screen");
            let super::slot::Slot::Lead { symbol, pen, width } = slot else {
                assert!(
                    cell.is_wide_continuation(),
                    "({x}, {y}) is the second column of nothing"
                );
                continue;
            };
            let shown = if cell.has_contents() {
                cell.contents()
            } else {
                " "
            };
            assert_eq!(shown, *symbol, "character at ({x}, {y})");
            assert_eq!(cell.is_wide(), *width == 2, "width at ({x}, {y})");
            assert_eq!(
                cell.bgcolor(),
                vt_colour(pen.bg),
                "background at ({x}, {y})"
            );
            assert_eq!(
                cell.inverse(),
                pen.modifier.contains(Modifier::REVERSED),
                "reverse at ({x}, {y})"
            );
            assert_eq!(
                cell.underline(),
                pen.modifier.contains(Modifier::UNDERLINED),
                "underline at ({x}, {y})"
            );
            if *symbol != " " {
                assert_eq!(
                    cell.fgcolor(),
                    vt_colour(pen.fg),
                    "foreground at ({x}, {y})"
                );
                assert_eq!(
                    cell.bold(),
                    pen.modifier.contains(Modifier::BOLD),
                    "bold at ({x}, {y})"
                );
                assert_eq!(
                    cell.dim(),
                    pen.modifier.contains(Modifier::DIM),
                    "dim at ({x}, {y})"
                );
            }
        }
    }
}

fn check_frames(frames: &[Vec<Stroke>], abilities: Abilities) {
    let mut painter = Painter::new(WIDTH, HEIGHT, abilities, Ruler::default());
    let mut parser = emulator(WIDTH, HEIGHT);
    parser.process(b"\x1b[41;7mwhat stood here before\x1b[5;5H");
    let mut picture = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
    for strokes in frames {
        for stroke in strokes {
            apply(&mut picture, stroke);
        }
        painter.begin().clone_from(&picture);
        let bytes = painter.finish(None);
        parser.process(&bytes);
        assert_shows(&parser, &picture);
        painter.begin().clone_from(&picture);
        assert!(
            painter.finish(None).is_empty(),
            "the same frame again costs nothing"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_terminal_shows_what_was_drawn(frames in prop::collection::vec(prop::collection::vec(stroke(), 1..14), 1..6)) {
        check_frames(&frames, Abilities::XTERM);
        check_frames(&frames, Abilities::VT100);
    }
}

fn paint(painter: &mut Painter, lines: &[String]) -> Vec<u8> {
    let buffer = painter.begin();
    for (y, line) in lines.iter().enumerate() {
        buffer.set_string(0, u16::try_from(y).unwrap(), line, Style::new());
    }
    painter.finish(None)
}

#[test]
fn a_changed_minute_is_one_move_and_one_digit() {
    let mut painter = Painter::new(80, 24, Abilities::XTERM, Ruler::default());
    paint(&mut painter, &[format!("{:>79}", "10:40")]);
    let bytes = paint(&mut painter, &[format!("{:>79}", "10:41")]);
    assert!(bytes.len() <= 8, "{:?}", String::from_utf8_lossy(&bytes));
}

#[test]
fn a_list_that_scrolls_by_one_row_is_scrolled_and_not_drawn_again() {
    let names = [
        "新办食品经营许可",
        "企业设立登记",
        "残疾人证换领",
        "不动产转移登记",
        "老年人优待证",
    ];
    let list = |first: usize| -> Vec<String> {
        (0..20)
            .map(|row| format!("{:>4}  {}  王某某", first + row, names[(first + row) % 5]))
            .collect()
    };
    let mut painter = Painter::new(80, 24, Abilities::XTERM, Ruler::default());
    let mut parser = emulator(80, 24);
    parser.process(&paint(&mut painter, &list(100)));
    let up = paint(&mut painter, &list(101));
    parser.process(&up);
    let down = paint(&mut painter, &list(100));
    parser.process(&down);
    assert!(
        up.len() < 80 && down.len() < 80,
        "{} up, {} down",
        up.len(),
        down.len()
    );
    assert_eq!(
        parser.screen().contents().trim_end(),
        list(100).join("\n").trim_end()
    );
}

#[test]
fn a_long_frame_is_marked_and_a_short_one_is_not() {
    let mut painter = Painter::new(80, 24, Abilities::XTERM, Ruler::default());
    let first = paint(&mut painter, &vec!["办理".repeat(20); 24]);
    assert!(first.starts_with(b"\x1b[?2026h") && first.ends_with(b"\x1b[?2026l"));
    let mut lines = vec!["办理".repeat(20); 24];
    lines[3] = "办结".repeat(20);
    assert!(!paint(&mut painter, &lines[..]).starts_with(b"\x1b[?2026h"));
}

#[test]
fn the_cursor_is_shown_and_hidden_once() {
    let mut painter = Painter::new(80, 24, Abilities::XTERM, Ruler::default());
    paint(&mut painter, &[]);
    painter.begin();
    assert_eq!(
        painter.finish(Some(Position::new(4, 2))),
        b"\x1b[3;5H\x1b[?25h"
    );
    painter.begin();
    assert_eq!(painter.finish(Some(Position::new(5, 2))), b"\x1b[C");
    painter.begin();
    assert_eq!(painter.finish(None), b"\x1b[?25l");
    painter.begin();
    assert!(painter.finish(None).is_empty());
}

#[test]
fn a_box_over_half_a_wide_character_leaves_a_blank() {
    let mut painter = Painter::new(20, 2, Abilities::XTERM, Ruler::default());
    let mut parser = emulator(20, 2);
    let buffer = painter.begin();
    buffer.set_string(0, 0, "行政服务中心", Style::new());
    buffer.set_string(3, 0, "│", Style::new());
    parser.process(&painter.finish(None));
    assert_eq!(
        parser.screen().contents().lines().next(),
        Some("行 │服务中心")
    );
}
