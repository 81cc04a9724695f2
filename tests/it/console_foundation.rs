//! The console without a hall: lists, forms, dialogs and byte budgets, driven by keys in the keymap's own language and
//! read as text.

use banshi::console::message::Refused;
use banshi::console::screen::{Incoming, Outgoing};
use proptest::prelude::*;
use ratatui::layout::Position;
use serde_json::json;

use crate::terminal::{Console, at};

const MOVE_BYTES_MAX: usize = 64;
const BURST_BYTES_A_KEY_MAX: usize = 60;
const PAGE_BYTES_MAX: usize = 2_000;
const MINUTE_BYTES_MAX: usize = 40;

#[test]
fn a_move_of_the_selection_stays_within_its_bytes_at_every_width() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (160, 50)] {
        let mut console = Console::open(width, height);
        let down = console.keys("<down>").frame();
        assert!(
            !down.is_empty() && down.len() <= MOVE_BYTES_MAX,
            "{width}: {}",
            String::from_utf8_lossy(&down)
        );
        let up = console.keys("<up>").frame();
        assert!(
            !up.is_empty() && up.len() <= MOVE_BYTES_MAX,
            "{width}: {}",
            String::from_utf8_lossy(&up)
        );
    }
}

#[test]
fn fifty_keys_at_once_are_one_frame() {
    for (width, height) in [(60, 20), (80, 24), (160, 50)] {
        let mut console = Console::open(width, height);
        let bytes = console.keys(&"<down>".repeat(50)).frame();
        assert!(
            bytes.len() <= 50 * BURST_BYTES_A_KEY_MAX,
            "{width}: {} bytes",
            bytes.len()
        );
        console.shows("▸ B051");
    }
}

#[test]
fn a_page_of_rows_stays_within_its_bytes() {
    let mut console = Console::open(80, 24);
    let bytes = console.keys("<pgdn>").frame();
    assert!(bytes.len() <= PAGE_BYTES_MAX, "{} bytes", bytes.len());
    assert_eq!(console.emulated(), console.text());
}

#[test]
fn a_row_that_scrolls_in_is_scrolled_by_the_terminal() {
    let mut console = Console::open(80, 24);
    console.keys(&"<down>".repeat(19)).frame();
    let bytes = console.keys("<down>").frame();
    assert!(
        bytes.len() <= 3 * MOVE_BYTES_MAX,
        "{} bytes: {}",
        bytes.len(),
        String::from_utf8_lossy(&bytes)
    );
    assert_eq!(console.emulated(), console.text());
}

#[test]
fn nothing_is_written_while_nothing_changes_and_little_when_the_minute_does() {
    let mut console = Console::open(80, 24);
    assert!(console.frame().is_empty());
    console.send(Incoming::Clock(at("10:41")));
    let bytes = console.frame();
    assert!(
        !bytes.is_empty() && bytes.len() <= MINUTE_BYTES_MAX,
        "{}",
        String::from_utf8_lossy(&bytes)
    );
}

#[test]
fn the_detail_follows_the_selection_after_a_rest() {
    let mut console = Console::open(160, 50);
    console.shows("B001 号详情");
    console.keys("<down><down>");
    console.shows("B001 号详情");
    assert!(console.screen.wants_rest());
    console.send(Incoming::Rest);
    console.shows("B003 号详情");
    assert!(!console.screen.wants_rest());
}

#[test]
fn full_width_commands_work_on_pages_and_are_text_in_fields() {
    let mut console = Console::open(80, 24);
    console.keys("：叫号");
    console.shows(":叫号");
    console.keys("<esc>？");
    console.shows("┌─ 按键");
    console.keys("<esc>i１Ａ？");
    console.shows("姓名 １Ａ？");
}

#[test]
fn help_and_footer_come_from_the_keymap_and_from_what_can_be_done() {
    let mut console = Console::open(80, 24);
    console.shows("1叫号 i现场取号 ?帮助");
    console.hides("重呼");
    console.keys("?");
    console.shows("1  c  F1                叫号");
    console.shows("2  r  F2                重呼");
}

#[test]
fn a_sequence_shows_what_can_follow_after_a_rest() {
    let mut console = Console::open(80, 24);
    console.keys("g");
    console.hides("办件页");
    console.send(Incoming::Rest);
    console.shows("c  办件页");
    console.keys("<esc>");
    console.hides("办件页");
}

#[test]
fn a_form_keeps_its_draft_when_it_is_left() {
    let mut console = Console::open(80, 24);
    console.keys("i张三<tab>cjr<tab><right><right><esc>");
    console.hides("现场取号 ─");
    console.shows("已留作草稿");
    console.keys("i");
    console.shows("张三");
    console.shows("残疾人证换领  某局");
    console.shows("[2 优待]");
}

#[test]
fn a_form_names_what_is_missing_and_goes_there() {
    let mut console = Console::open(80, 24);
    console.keys("i<tab><tab><tab><tab>11-31<C-s>");
    console.shows("必填");
    console.shows("日期写成");
    assert_eq!(
        console.cursor().map(|at| at.y),
        Some(
            console
                .text()
                .lines()
                .position(|l| l.contains("姓名"))
                .unwrap() as u16
        )
    );
    assert!(console.out.iter().all(|out| !matches!(
        out,
        Outgoing::Request {
            method: "ticket.issue",
            ..
        }
    )));
}

#[test]
fn a_complete_form_is_sent_and_closes_when_it_is_answered() {
    let mut console = Console::open(80, 24);
    console.keys("i张三<enter>cjr<enter>2<enter>１<enter>11-30<enter>等候<enter>坐轮椅<C-s>");
    let (_, method, params) = console.last_request();
    assert_eq!(method, "ticket.issue");
    let expected = json!({
        "visitor": "张三", "item": "I2", "priority": "courtesy", "booked": true, "on": "2026-11-30", "note": "等候\n坐轮椅"
    });
    assert_eq!(params, expected);
    console.shows("已提交");
    console.answer_last(Ok(json!({})));
    console.hides("张三");
    console.keys("i");
    console.hides("张三");
}

#[test]
fn a_refused_form_stays_open_with_what_was_typed_and_the_reason() {
    let mut console = Console::open(80, 24);
    console.keys("i张三<enter>cjr<enter><C-s>");
    let refused = Refused {
        code: "ticket.some_reason".into(),
        rule: "R31".into(),
        message: "The queue is closed.".into(),
        next: "Choose another queue.".into(),
        ..Refused::default()
    };
    console.answer_last(Err(refused));
    console.shows("The queue is closed.（R31）");
    console.shows("Choose another queue.");
    console.shows("张三");
}

#[test]
fn the_real_cursor_stands_in_the_field_behind_wide_characters() {
    let mut console = Console::open(80, 24);
    console.keys("i");
    let empty = console.cursor().expect("a field has the cursor");
    console.keys("张a三");
    assert_eq!(console.cursor(), Some(Position::new(empty.x + 5, empty.y)));
    console.keys("<left>");
    assert_eq!(console.cursor(), Some(Position::new(empty.x + 3, empty.y)));
    console.keys("<esc>");
    assert_eq!(console.cursor(), None);
}

#[test]
fn a_command_word_its_pinyin_and_its_completion_reach_an_action() {
    let mut console = Console::open(80, 24);
    console.keys(":现场取号<enter>");
    console.shows("姓名");
    console.keys("<esc>:xcqh<enter>");
    console.shows("姓名");
    console.keys("<esc>:window.is<tab>");
    console.shows(":window.issue");
    console.keys("<enter>");
    console.shows("姓名");
    console.keys("<esc>:B017<enter>");
    console.shows("command B017");
    console.keys(":<up><up>");
    console.shows(":window.issue");
}

#[test]
fn a_question_is_answered_by_its_own_keys_only() {
    let mut console = Console::open(80, 24);
    console.keys(":弃号<enter>");
    console.shows("弃掉 B001？");
    console.keys("<enter>j1");
    console.shows("confirmed abandon");
    console.keys(":弃号<enter>n");
    console.hides("弃掉");
    console.hides("confirmed");
}

#[test]
fn a_filter_narrows_the_list_and_escape_brings_it_back() {
    let mut console = Console::open(80, 24);
    console.keys("/残疾<enter><down>");
    console.shows("▸ B009");
    console.hides("B001");
    console.keys("<esc>");
    console.shows("B001");
    console.shows("▸ B009");
}

#[test]
fn the_selection_stays_on_its_record_when_the_data_change() {
    let mut console = Console::open(80, 24);
    console.keys("<down><down><down><C-r>");
    console.answer_last(Ok(json!(20)));
    console.shows("▸ B004");
    console.keys("<C-r>");
    console.answer_last(Ok(json!(2)));
    console.shows("▸ B002");
}

#[test]
fn an_old_answer_does_not_replace_a_newer_one() {
    let mut console = Console::open(80, 24);
    console.keys("<C-r>");
    let (old, _, _) = console.last_request();
    console.keys("<C-r>");
    console.answer_last(Ok(json!(3)));
    console.send(Incoming::Answer {
        tag: old,
        result: Ok(json!(57)),
    });
    console.hides("B004");
}

#[test]
fn a_resize_loses_nothing() {
    let mut console = Console::open(80, 24);
    console.keys("i李四<tab>");
    for (width, height) in [(160, 50), (60, 20), (20, 6), (4, 2), (1, 1), (80, 24)] {
        console.send(Incoming::Resize { width, height });
        console.size = (width, height);
        console.painter.forget(width, height);
        let cursor = console.screen.view(console.painter.begin());
        console.painter.finish(cursor);
    }
    console.shows("李四");
}

#[test]
fn leaving_with_a_draft_asks_first() {
    let mut console = Console::open(80, 24);
    console.keys("i李四<esc>q");
    console.shows("草稿 1 份");
    console.keys("n");
    assert!(!console.out.contains(&Outgoing::Quit));
    console.keys("qy");
    assert!(console.out.contains(&Outgoing::Quit));
}

#[test]
fn typed_ahead_keys_reach_the_field_that_opens() {
    let mut console = Console::open(80, 24);
    console.keys("<down>i赵六<enter>sp<enter>");
    console.shows("赵六");
    console.shows("食品经营许可证核发");
}

#[test]
fn pasted_text_is_text_and_never_keys() {
    let mut console = Console::open(80, 24);
    console.send(Incoming::Paste("q1\u{1b}[31m".into()));
    assert!(!console.out.contains(&Outgoing::Quit));
    console.keys("i");
    console.send(Incoming::Paste("钱\t七\n\u{202E}evil\u{1b}[2J".into()));
    console.shows("钱 七 <U+202E>evil[2J");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_is_typed_the_console_stands(written in prop::collection::vec(prop_oneof![
        "<(down|up|tab|enter|esc|left|backspace|space|pgdn|C-s|C-u|F1|F7|A-1)>", "[a-z0-9:/?]", "[办事，：１]"
    ], 1..60)) {
        let mut console = Console::open(60, 20);
        console.keys(&written.concat());
        console.send(Incoming::Rest);
        console.frame();
        prop_assert_eq!(console.emulated(), console.text());
    }
}
