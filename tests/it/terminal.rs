//! What tests of the console share: keys in the keymap's own notation, a frame as text, and a console with a small
//! page of its own that stands in for the real ones.

use std::rc::Rc;
use std::sync::LazyLock;

use banshi::console::backend::{Abilities, Painter};
use banshi::console::canvas::Canvas;
use banshi::console::form::{Field, Form};
use banshi::console::keymap::{Action, Key, Keymap, Place, Preset, parse_keys};
use banshi::console::listing::{Listing, Record, Step};
use banshi::console::message::{
    About, Effect, Message, PageName, Question, Reading, Refused, Weight,
};
use banshi::console::page::{Availability, Page};
use banshi::console::picker::{PickItem, PickList};
use banshi::console::screen::{Incoming, Link, Outgoing, Screen, Setup, Tag};
use banshi::console::table::{self, Column, Row};
use banshi::console::text::Ruler;
use banshi::console::theme::{Ink, Theme};
use banshi::i18n::{Lang, Messages};
use chrono::{DateTime, FixedOffset};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use serde_json::{Value, json};

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

pub(crate) fn at(time: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("2026-11-23T{time}:00+08:00")).expect("a time")
}

/// A screen with the example page, its painter, and what went out.
pub(crate) struct Console {
    pub(crate) screen: Screen,
    pub(crate) painter: Painter,
    emulator: vt100::Parser,
    pub(crate) size: (u16, u16),
    pub(crate) out: Vec<Outgoing>,
}

impl Console {
    pub(crate) fn open(width: u16, height: u16) -> Console {
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

    /// Joins it to a hall that may keep drafts; for a console in which nothing was typed yet.
    pub(crate) fn link(&mut self, link: Link) {
        let (width, height) = self.size;
        let fresh = Console::open(width, height);
        *self = fresh;
        let screen = std::mem::replace(&mut self.screen, Console::open(1, 1).screen);
        self.screen = screen.linked(link);
    }

    pub(crate) fn send(&mut self, incoming: Incoming) -> &mut Console {
        let out = self.screen.update(incoming);
        self.out.extend(out);
        self
    }

    pub(crate) fn keys(&mut self, written: &str) -> &mut Console {
        for key in keys(written) {
            self.send(Incoming::Key(key));
        }
        self
    }

    pub(crate) fn last_request(&self) -> (Tag, &'static str, Value) {
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

    pub(crate) fn answer_last(&mut self, result: Result<Value, Refused>) {
        let (tag, _, _) = self.last_request();
        self.send(Incoming::Answer { tag, result });
    }

    /// Paints a frame as the terminal would get it; gives the bytes.
    pub(crate) fn frame(&mut self) -> Vec<u8> {
        let cursor = self.screen.view(self.painter.begin());
        let bytes = self.painter.finish(cursor);
        self.emulator.process(&bytes);
        bytes
    }

    /// The screen as text.
    pub(crate) fn text(&self) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        self.screen.view(&mut buffer);
        picture(&buffer)
    }

    /// The screen as the terminal shows it.
    pub(crate) fn emulated(&self) -> String {
        let rows = self.emulator.screen().rows(0, self.size.0);
        rows.fold(String::new(), |text, row| text + row.trim_end() + "\n")
    }

    pub(crate) fn cursor(&self) -> Option<Position> {
        self.screen.view(&mut Buffer::empty(Rect::new(
            0,
            0,
            self.size.0,
            self.size.1,
        )))
    }

    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        assert!(
            self.text().contains(text),
            "no {text:?} in\n{}",
            self.text()
        );
    }

    #[track_caller]
    pub(crate) fn hides(&self, text: &str) {
        assert!(!self.text().contains(text), "{text:?} in\n{}", self.text());
    }
}
