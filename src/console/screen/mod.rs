//! The whole console as one value: pages, dialogs over them, the line of news, the keys of a sequence begun.
//!
//! [`Screen::update`] takes what comes in and gives what goes out, [`Screen::view`] draws; neither touches a
//! terminal, a clock or a connection, so that tests drive the console with keys and read it as text.

mod answer;
mod chrome;
mod drafts;
mod effects;
mod held;
mod identity;
mod keys;
mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::{DateTime, FixedOffset};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use serde_json::Value;

use self::drafts::Kept;
pub use self::drafts::{Keeping, Link, RequestIds};
use self::held::Held;
pub use self::line::ACTS_MAX;
use self::line::Line;
use super::canvas::Canvas;
use super::command_line::vocabulary;
use super::keymap::{Context, Key, Keymap, Place};
use super::layer::Layer;
use super::message::{About, Connection, Message, PageName, Refused, Weight};
use super::page::Page;
use super::picker::PickList;
use super::theme::Theme;
use crate::wire::Draft;
pub use identity::SHOWN_FOR;

/// The most lines of news that are kept.
const NEWS_MAX: usize = 200;
/// Rows that are not the page's: the header, the line of news, the footer.
const CHROME_ROWS: u16 = 3;

/// What comes in from outside.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// A key.
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// The terminal has this size.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// Hall time, when its minute changes.
    Clock(DateTime<FixedOffset>),
    /// A full identity was shown for long enough, as [`Screen::shows_identity`] asked to be told.
    Hide,
    /// Nothing came in for a moment, as [`Screen::wants_rest`] wished.
    Rest,
    /// Nothing was typed for a moment, or much for a while, as [`Screen::wants_keeping`] wished.
    Keep,
    /// A request is answered.
    Answer {
        /// The tag it was sent with.
        tag: Tag,
        /// What came back.
        result: Result<Value, Refused>,
    },
    /// Records of these kinds changed.
    Changed(Vec<String>),
    /// The hall is reached, or not.
    Connection(Connection),
    /// Who works here, once the hall has said so.
    Session {
        /// The hall's name.
        hall: String,
        /// Code and name of the member of staff.
        staff: Option<(String, String)>,
        /// Their roles.
        roles: Vec<String>,
    },
    /// A line to show that comes from none of the pages, such as a fault in the user's keymap.
    News(Weight, String),
}

/// What goes out.
#[derive(Clone, Debug, PartialEq)]
pub enum Outgoing {
    /// A request.
    Request {
        /// With what the answer comes back.
        tag: Tag,
        /// The method.
        method: &'static str,
        /// Its parameters.
        params: Value,
    },
    /// Try to reach the hall now.
    Reconnect,
    /// Draw everything again.
    Repaint,
    /// Ring the terminal's bell.
    Ring,
    /// The console is done.
    Quit,
}

/// By what an answer finds its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// The page that asked.
    pub page: PageName,
    /// What it knows the answer by.
    pub purpose: &'static str,
    /// The number of the request in this session.
    pub serial: u64,
}

/// What a screen is made of.
#[derive(Debug)]
pub struct Setup {
    /// The keys.
    pub keymap: Keymap,
    /// The look.
    pub theme: Theme,
    /// The session as far as it is known.
    pub about: About,
    /// The pages, in the order of their tabs; at least one.
    pub pages: Vec<Box<dyn Page>>,
    /// The size of the terminal: columns and rows.
    pub size: (u16, u16),
}

/// The console.
#[derive(Debug)]
pub struct Screen {
    keymap: Keymap,
    theme: Theme,
    about: About,
    pages: Vec<Box<dyn Page>>,
    active: usize,
    layers: Vec<Layer>,
    /// Keys of a sequence begun, and whether what can follow is shown.
    pending: Vec<Key>,
    follows_shown: bool,
    size: (u16, u16),
    line: Line,
    /// The pages that were answered at least once.
    seen: BTreeSet<PageName>,
    /// The line of news, until the next key.
    said: Option<(Weight, String)>,
    /// Every line of news with its time, the oldest first.
    news: Vec<(String, Weight, String)>,
    drafts: BTreeMap<String, Draft>,
    /// What the server keeps of them.
    kept: Kept,
    /// Whether something was typed since the server was told.
    unkept: bool,
    link: Link,
    /// Whether the page is being handed a form's values.
    submitting: bool,
    /// Keys that wait for an answer, and the commands that they wait for.
    held: Held,
    /// The serial number of the newest question of each purpose.
    newest: BTreeMap<(PageName, &'static str), u64>,
    serial: u64,
    words: Rc<PickList>,
    history: Vec<String>,
}

impl Screen {
    /// A screen on its first page. [`Screen::start`] gives the first requests.
    pub fn new(setup: Setup) -> Screen {
        let mut contexts = vec![Context::Always, Context::Global, Context::List];
        contexts.extend(
            setup
                .pages
                .iter()
                .filter_map(|page| page.name().place().contexts().first()),
        );
        Screen {
            words: vocabulary(&setup.about.messages, &contexts),
            keymap: setup.keymap,
            theme: setup.theme,
            about: setup.about,
            pages: setup.pages,
            active: 0,
            layers: Vec::new(),
            pending: Vec::new(),
            follows_shown: false,
            size: setup.size,
            line: Line::default(),
            seen: BTreeSet::new(),
            said: None,
            news: Vec::new(),
            drafts: BTreeMap::new(),
            kept: Kept::new(),
            unkept: false,
            link: Link::default(),
            submitting: false,
            held: Held::default(),
            newest: BTreeMap::new(),
            serial: 0,
            history: Vec::new(),
        }
    }

    /// Tells the pages their space and asks the first for its data.
    pub fn start(&mut self) -> Vec<Outgoing> {
        let (width, height) = self.size;
        let mut out = self.update(Incoming::Resize { width, height });
        out.extend(self.tell_active(Message::Shown));
        out.extend(self.fetch_drafts());
        out
    }

    /// The page that is shown.
    pub fn page(&self) -> PageName {
        self.active_page().name()
    }

    /// Whether the screen wants to be told when nothing comes in for a moment.
    pub fn wants_rest(&self) -> bool {
        (!self.pending.is_empty() && !self.follows_shown) || self.active_page().is_restless()
    }

    /// Takes what came in; gives what goes out.
    pub fn update(&mut self, incoming: Incoming) -> Vec<Outgoing> {
        let Some(incoming) = self.hold(incoming) else {
            return Vec::new();
        };
        let is_act = matches!(incoming, Incoming::Key(_)) && !self.only_looks(&incoming);
        let mut out = self.take(incoming);
        if self.tell_unfetched() && is_act && self.said.is_none() && self.layers.is_empty() {
            self.say(Weight::Note, self.about.t("connection-not-fetched"));
        }
        out.extend(self.release());
        out
    }

    fn take(&mut self, incoming: Incoming) -> Vec<Outgoing> {
        match incoming {
            Incoming::Key(key) => self.key(key),
            Incoming::Paste(text) => self.type_text(&text),
            Incoming::Resize { width, height } => self.resize(width, height),
            Incoming::Clock(now) => {
                self.about.now = now;
                self.tell_all(&Message::Clock)
            }
            Incoming::Hide => {
                self.hide_identity();
                Vec::new()
            }
            Incoming::Rest => {
                self.follows_shown = !self.pending.is_empty();
                self.tell_active(Message::Rest)
            }
            Incoming::Keep => self.keep_now(),
            Incoming::Answer { tag, result } => self.answered(tag, result),
            Incoming::Changed(topics) => self.tell_active(Message::Changed(topics)),
            Incoming::Connection(connection) => self.connect(connection),
            Incoming::Session { hall, staff, roles } => {
                self.hide_identity();
                (self.about.hall, self.about.staff, self.about.roles) = (hall, staff, roles);
                self.tell_active(Message::Shown)
            }
            Incoming::News(weight, text) => {
                self.say(weight, text);
                Vec::new()
            }
        }
    }

    /// Draws the screen; gives the place of the cursor, if a field has it.
    pub fn view(&self, buffer: &mut Buffer) -> Option<Position> {
        let mut canvas = Canvas::new(buffer, &self.theme);
        let body = self.body();
        self.draw_header(&mut canvas);
        if self.is_blind() {
            self.draw_blind(&mut canvas, body);
        } else {
            self.active_page().view(&mut canvas, body, &self.about);
        }
        self.draw_news(&mut canvas);
        self.draw_footer(&mut canvas);
        for layer in &self.layers {
            self.draw_layer(&mut canvas, layer, body);
        }
        if self.follows_shown {
            self.draw_follows(&mut canvas, body);
        }
        canvas.cursor()
    }

    /// The page's part of the frame.
    fn body(&self) -> Rect {
        let (width, height) = self.size;
        Rect::new(0, 1, width, height.saturating_sub(CHROME_ROWS))
    }

    fn active_page(&self) -> &dyn Page {
        self.pages[self.active].as_ref()
    }

    /// Where keys are looked up now.
    fn place(&self) -> Place {
        self.layers
            .last()
            .map_or_else(|| self.active_page().place(), Layer::place)
    }

    fn resize(&mut self, width: u16, height: u16) -> Vec<Outgoing> {
        self.size = (width, height);
        let body = self.body();
        for layer in &mut self.layers {
            match layer {
                Layer::Form(form, _) => form.resize(body),
                Layer::Reader(reader) => reader.resize(body),
                Layer::CommandLine(_) | Layer::Question(..) => {}
            }
        }
        self.tell_all(&Message::Space {
            width: body.width,
            height: body.height,
        })
    }

    /// Shows a line of news and keeps it.
    fn say(&mut self, weight: Weight, text: String) {
        self.note(weight, text.clone());
        self.said = Some((weight, text));
    }

    /// Keeps a line of news without showing it.
    fn note(&mut self, weight: Weight, text: String) {
        let time = self.about.now.format("%H:%M").to_string();
        self.news.push((time, weight, text));
        let surplus = self.news.len().saturating_sub(NEWS_MAX);
        self.news.drain(..surplus);
    }
}
