//! The console without a hall: text, tables, forms, dialogs and byte budgets, driven by keys in the keymap's
//! own language and read as text. A small page of its own stands in for the real ones.

use std::rc::Rc;
use std::sync::LazyLock;

use banshi::console::backend::{Abilities, Painter};
use banshi::console::canvas::Canvas;
use banshi::console::form::{Field, Form};
use banshi::console::keymap::{Action, Keymap, Place, Preset};
use banshi::console::listing::{Listing, Record, Step};
use banshi::console::message::{
    About, Effect, Message, PageName, Question, Reading, Refused, Weight,
};
use banshi::console::page::{Availability, Page};
use banshi::console::picker::{PickItem, PickList};
use banshi::console::screen::{Incoming, Outgoing, Screen, Setup, Tag};
use banshi::console::table::{self, Column, Row};
use banshi::console::text::{Align, Ambiguous, Ruler, harmless};
use banshi::console::theme::{Ink, Theme};
use banshi::i18n::{Lang, Messages};
use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use serde_json::{Value, json};

use crate::terminal::{keys, picture};

/// Read once: the tests open hundreds of consoles.
static KEYMAP: LazyLock<Keymap> =
    LazyLock::new(|| Keymap::load(Preset::Default, None).expect("no faults"));

const ITEMS: [&str; 6] = [
    "食品经营许可证核发",
    "内资企业设立登记",
    "残疾人证换领",
    "不动产转移登记",
    "老年人优待证办理",
    "户外广告设置审批",
];

#[derive(Clone, Debug)]
struct Ticket {
    number: String,
    item: &'static str,
    wait: String,
}

impl Record for Ticket {
    fn id(&self) -> &str {
        &self.number
    }

    fn searchable(&self) -> String {
        format!("{} {}", self.number, self.item)
    }
}

fn tickets(count: usize) -> Vec<Ticket> {
    (0..count)
        .map(|index| Ticket {
            number: format!("B{:03}", index + 1),
            item: ITEMS[index % ITEMS.len()],
            wait: format!("等候 {} 分", 3 + index * 7 % 40),
        })
        .collect()
}

/// A page as the real ones are: a list, a detail where there is room, a form, a question.
#[derive(Debug, Default)]
struct Example {
    list: Listing<Ticket>,
    width: u16,
    submitted: Vec<Value>,
}

impl Page for Example {
    fn name(&self) -> PageName {
        PageName::Window
    }

    fn place(&self) -> Place {
        if self.list.filter().1 {
            Place::Filter
        } else {
            Place::Window
        }
    }

    fn update(&mut self, message: Message, about: &About) -> Vec<Effect> {
        match message {
            Message::Shown => {
                return vec![Effect::Fetch {
                    method: "ticket.list",
                    params: json!({}),
                    purpose: "list",
                }];
            }
            Message::Space { width, height } => {
                self.width = width;
                let step = if width >= 120 {
                    Step::HalfScreen
                } else {
                    Step::Row
                };
                self.list.resize(height.saturating_sub(1), step);
            }
            Message::Rest => self.list.rest(),
            Message::Text(text) => self.list.insert(&text),
            Message::Answer {
                purpose: "list",
                result: Ok(Value::Number(count)),
            } => {
                self.list.set(tickets(
                    usize::try_from(count.as_u64().unwrap_or(0)).unwrap_or(0),
                ));
            }
            Message::Submitted { values, .. } => {
                self.submitted.push(Value::Object(values.clone()));
                let params = Value::Object(values);
                return vec![Effect::Send {
                    method: "ticket.issue",
                    params,
                    purpose: "issue",
                }];
            }
            Message::Confirmed { question } => {
                return vec![Effect::Say(Weight::Done, format!("confirmed {question}"))];
            }
            Message::Command(text) => {
                return vec![Effect::Say(Weight::Note, format!("command {text}"))];
            }
            Message::Action(action) => return self.act(action, about),
            _ => {}
        }
        Vec::new()
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, _: &About) {
        let columns = [
            Column::fixed("号", 4),
            Column::flexible("事项", 12, 40, 1),
            Column::fixed("等候", 10).rank(1),
        ];
        let wide = self.width >= 120;
        let list = Rect {
            width: if wide { area.width / 2 } else { area.width },
            ..area
        };
        table::draw(canvas, list, &columns, self.list.sight(), |row| {
            let ticket = self.list.at(row).expect("a row in sight has a record");
            let cells = [
                (ticket.number.clone(), Ink::Plain),
                (ticket.item.into(), Ink::Plain),
                (ticket.wait.clone(), Ink::Good),
            ];
            Row {
                cells: cells.to_vec(),
                marked: self.list.is_marked(ticket),
            }
        });
        if let (true, Some(ticket)) = (wide, self.list.rested()) {
            canvas.print(
                area.width / 2 + 2,
                area.y,
                40,
                &format!("{} 号详情：{}", ticket.number, ticket.item),
                Ink::Plain,
            );
        }
    }

    fn footer(&self) -> &'static [Action] {
        &[
            Action::WindowCall,
            Action::WindowRecall,
            Action::WindowIssue,
        ]
    }

    fn available(&self, action: Action) -> Availability {
        if action == Action::WindowRecall {
            Availability::NotNow
        } else {
            Availability::Now
        }
    }

    fn is_restless(&self) -> bool {
        self.width >= 120 && self.list.is_restless()
    }
}

impl Example {
    fn act(&mut self, action: Action, about: &About) -> Vec<Effect> {
        match action {
            Action::WindowIssue => vec![Effect::Fill(Box::new(example_form(about)))],
            Action::WindowAbandon => vec![Effect::Ask(Question {
                key: "abandon",
                text: "弃掉 B001？".into(),
                effect: vec!["号码作废，群众须重新取号。".into()],
            })],
            _ => {
                self.list.act(action, about.ruler);
                Vec::new()
            }
        }
    }
}

fn example_form(about: &About) -> Form {
    let items: Vec<PickItem> = ITEMS
        .iter()
        .enumerate()
        .map(|(index, name)| PickItem {
            id: format!("I{index}"),
            text: (*name).into(),
            hint: "某局".into(),
        })
        .collect();
    Form::new("ticket.issue", "现场取号")
        .field(
            Field::line("visitor", "姓名")
                .required()
                .hint("照身份证填写"),
        )
        .field(Field::pick("item", "事项", PickList::new(items)).required())
        .field(Field::choice(
            "priority",
            "优先",
            vec![
                (json!("ordinary"), "普通".into()),
                (json!("courtesy"), "优待".into()),
            ],
        ))
        .field(Field::yes_no("booked", "预约", &about.messages))
        .field(Field::date("on", "日期"))
        .field(Field::note("note", "备注"))
}

fn at(time: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("2026-11-23T{time}:00+08:00")).expect("a time")
}

/// A screen with the example page, its painter, and what went out.
struct Console {
    screen: Screen,
    painter: Painter,
    emulator: vt100::Parser,
    size: (u16, u16),
    out: Vec<Outgoing>,
}

impl Console {
    fn open(width: u16, height: u16) -> Console {
        let about = About {
            messages: Rc::new(Messages::new(Lang::ZhCn)),
            ruler: Ruler::default(),
            now: at("10:40"),
            hall: "上蔡县行政服务中心".into(),
            staff: Some(("S014".into(), "王演示".into())),
            roles: vec!["clerk".into()],
            reading: Reading::Acting,
        };
        let mut screen = Screen::new(Setup {
            keymap: KEYMAP.clone(),
            theme: Theme::default(),
            about,
            pages: vec![Box::new(Example::default())],
            size: (width, height),
        });
        let out = screen.start();
        let size = |n| std::num::NonZeroU16::new(n).expect("not zero");
        let mut console = Console {
            screen,
            painter: Painter::new(width, height, Abilities::XTERM, Ruler::default()),
            emulator: vt100::Parser::new(size(height), size(width), 0),
            size: (width, height),
            out,
        };
        console.answer_last(Ok(json!(57)));
        console.frame();
        console
    }

    fn send(&mut self, incoming: Incoming) -> &mut Console {
        let out = self.screen.update(incoming);
        self.out.extend(out);
        self
    }

    fn keys(&mut self, written: &str) -> &mut Console {
        for key in keys(written) {
            self.send(Incoming::Key(key));
        }
        self
    }

    fn last_request(&self) -> (Tag, &'static str, Value) {
        let request = self.out.iter().rev().find_map(|out| match out {
            Outgoing::Request {
                tag,
                method,
                params,
            } => Some((*tag, *method, params.clone())),
            _ => None,
        });
        request.expect("a request went out")
    }

    fn answer_last(&mut self, result: Result<Value, Refused>) {
        let (tag, _, _) = self.last_request();
        self.send(Incoming::Answer { tag, result });
    }

    /// Paints a frame as the terminal would get it; gives the bytes.
    fn frame(&mut self) -> Vec<u8> {
        let cursor = self.screen.view(self.painter.begin());
        let bytes = self.painter.finish(cursor);
        self.emulator.process(&bytes);
        bytes
    }

    /// The screen as text.
    fn text(&self) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        self.screen.view(&mut buffer);
        picture(&buffer)
    }

    /// The screen as the terminal shows it.
    fn emulated(&self) -> String {
        let rows = self.emulator.screen().rows(0, self.size.0);
        rows.map(|row| format!("{}\n", row.trim_end())).collect()
    }

    fn cursor(&self) -> Option<Position> {
        self.screen.view(&mut Buffer::empty(Rect::new(
            0,
            0,
            self.size.0,
            self.size.1,
        )))
    }

    #[track_caller]
    fn shows(&self, text: &str) {
        assert!(
            self.text().contains(text),
            "no {text:?} in\n{}",
            self.text()
        );
    }

    #[track_caller]
    fn hides(&self, text: &str) {
        assert!(!self.text().contains(text), "{text:?} in\n{}", self.text());
    }
}

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

#[test]
fn text_from_outside_is_shown_and_never_obeyed() {
    assert_eq!(harmless("张三"), "张三");
    assert_eq!(
        harmless("a\u{1b}[2J\u{7}b\u{0}\u{7f}\u{9b}"),
        "a^[[2J^Gb^@^?<U+009B>"
    );
    assert_eq!(
        harmless("\u{202E}abc\u{200B}\u{FEFF}"),
        "<U+202E>abc<U+200B><U+FEFF>"
    );
    assert_eq!(harmless("e\u{301}"), "e\u{301}");
    assert_eq!(harmless("\u{301}e"), "<U+0301>e");
    assert_eq!(harmless("葛\u{E0100}"), "葛\u{E0100}");
    assert_eq!(harmless("x\u{FE0F}"), "x<U+FE0F>");
    let pile: String = std::iter::once('a')
        .chain(std::iter::repeat_n('\u{301}', 40))
        .collect();
    assert_eq!(harmless(&pile).matches("<U+0301>").count(), 36);
}

#[test]
fn chinese_wraps_between_characters_and_not_before_closing_signs() {
    let text = "一次性告知书，请于五个工作日内补齐（含复印件）。See form D4 now";
    let lines: Vec<&str> = Ruler::default()
        .wrap(text, 14)
        .into_iter()
        .map(|range| &text[range])
        .collect();
    let expected = [
        "一次性告知书，",
        "请于五个工作日",
        "内补齐（含复印",
        "件）。See ",
        "form D4 now",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn columns_share_the_width_and_leave_by_rank() {
    let columns = [
        Column::fixed("a", 4),
        Column::flexible("b", 10, 30, 2),
        Column::flexible("c", 8, 12, 1).rank(1),
        Column::fixed("d", 10).rank(2),
    ];
    for total in 0..200 {
        let widths = table::widths(&columns, total);
        let used: u16 = widths
            .iter()
            .filter(|width| **width > 0)
            .map(|width| width + 1)
            .sum();
        assert!(used <= total + 1 || total < 15, "{total}: {widths:?}");
    }
    assert_eq!(table::widths(&columns, 35), [4, 10, 8, 10]);
    assert_eq!(table::widths(&columns, 34), [4, 17, 11, 0]);
    assert_eq!(table::widths(&columns, 20), [4, 15, 0, 0]);
    assert_eq!(table::widths(&columns, 200), [4, 30, 12, 10]);
}

/// Text as it may come from anywhere: Han, Latin, marks, emoji, controls, directions.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[a-z ]{1,6}",
        "[办事大厅窗口，。（）]{1,5}",
        "[ｱｲｳ가각ｶ]{1,3}",
        "e\u{301}\u{302}{0,6}",
        "葛\u{E0100}",
        "👨\u{200D}👩\u{200D}👧",
        "🇨🇳",
        "[\u{0}-\u{1f}\u{7f}-\u{9f}]{1,2}",
        "[\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]",
        "…─“”①",
        ".{0,4}",
    ];
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_column_is_exactly_as_wide_as_asked(text in any_text(), wide in any::<bool>()) {
        let ruler = Ruler::new(if wide { Ambiguous::Wide } else { Ambiguous::Narrow });
        let original: String = ruler.pieces(&text).map(|piece| piece.symbol.into_owned()).collect();
        for width in 0..=40 {
            let fitted = ruler.fit(&text, width, Align::Left);
            prop_assert_eq!(ruler.width(&fitted), width, "{:?}", fitted);
            prop_assert!(harmless(&fitted) == fitted);
            let cut = ruler.cut(&text, width);
            let kept = cut.strip_suffix(ruler.ellipsis()).unwrap_or(&cut);
            prop_assert!(original.starts_with(kept) || width < 2, "{:?} of {:?}", cut, original);
        }
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing(text in any_text(), width in 2_usize..30) {
        let ruler = Ruler::default();
        let lines = ruler.wrap(&text, width);
        let mut end = 0;
        for line in &lines {
            let gap = &text[end..line.start];
            prop_assert!(gap.is_empty() || gap == "\n", "{:?}", gap);
            let shown = &text[line.clone()];
            let single = ruler.pieces(shown).map(|piece| piece.at).collect::<std::collections::BTreeSet<_>>().len() <= 1;
            prop_assert!(ruler.width(shown) <= width || single, "{:?} in {}", shown, width);
            end = line.end;
        }
        prop_assert_eq!(end, text.len());
    }

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
