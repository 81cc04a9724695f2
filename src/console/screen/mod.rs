//! The whole console as one value: pages, dialogs over them, the line of news, the keys of a sequence begun.
//!
//! [`Screen::update`] takes what comes in and gives what goes out, [`Screen::view`] draws; neither touches a
//! terminal, a clock or a connection, so that tests drive the console with keys and read it as text.

mod answer;
mod chrome;
mod held;
mod identity;
mod keys;

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, FixedOffset};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use serde_json::Value;

use self::held::Held;
use super::canvas::Canvas;
use super::command_line::vocabulary;
use super::form::Form;
use super::keymap::{Context, Key, Keymap, Place};
use super::layer::{Asker, Layer};
use super::message::{About, Connection, Effect, Message, PageName, Reading, Refused, Weight};
use super::page::Page;
use super::picker::PickList;
use super::theme::Theme;
pub use identity::SHOWN_FOR;

/// The most drafts that are kept; the oldest key in order goes first.
const DRAFTS_MAX: usize = 64;
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
    connection: Connection,
    /// The line of news, until the next key.
    said: Option<(Weight, String)>,
    /// Every line of news with its time, the oldest first.
    news: Vec<(String, Weight, String)>,
    drafts: BTreeMap<String, Form>,
    /// The forms sent and not answered, by the serial numbers of their requests.
    sent: BTreeMap<u64, String>,
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
            connection: Connection::default(),
            said: None,
            news: Vec::new(),
            drafts: BTreeMap::new(),
            sent: BTreeMap::new(),
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
        let mut out = self.take(incoming);
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
        self.active_page().view(&mut canvas, body, &self.about);
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

    fn connect(&mut self, connection: Connection) -> Vec<Outgoing> {
        let came_back = self.connection == Connection::Down && connection == Connection::Up;
        self.connection = connection;
        match connection {
            Connection::Down => {
                self.drop_held();
                self.say(Weight::Bad, self.about.t("connection-down"));
            }
            Connection::Up if came_back => self.say(Weight::Note, self.about.t("connection-up")),
            Connection::Up => {}
        }
        if came_back {
            self.tell_active(Message::Shown)
        } else {
            Vec::new()
        }
    }

    fn tell_active(&mut self, message: Message) -> Vec<Outgoing> {
        self.tell(self.active, message)
    }

    fn tell_all(&mut self, message: &Message) -> Vec<Outgoing> {
        (0..self.pages.len())
            .flat_map(|index| self.tell(index, message.clone()))
            .collect()
    }

    fn tell_page(&mut self, name: PageName, message: Message) -> Vec<Outgoing> {
        let index = self.pages.iter().position(|page| page.name() == name);
        index.map_or_else(Vec::new, |index| self.tell(index, message))
    }

    fn tell(&mut self, index: usize, message: Message) -> Vec<Outgoing> {
        let name = self.pages[index].name();
        let effects = self.pages[index].update(message, &self.about);
        self.run(name, effects)
    }

    /// Carries out what a page wants.
    fn run(&mut self, page: PageName, effects: Vec<Effect>) -> Vec<Outgoing> {
        let mut out = Vec::new();
        for effect in effects {
            match effect {
                Effect::Fetch {
                    method,
                    params,
                    purpose,
                } => {
                    let tag = self.next_tag(page, purpose);
                    self.newest.insert((page, purpose), tag.serial);
                    out.push(Outgoing::Request {
                        tag,
                        method,
                        params,
                    });
                }
                Effect::Send { .. } if self.about.reading == Reading::Only => {
                    self.say(Weight::Bad, self.about.t("reading-only"));
                }
                Effect::Send {
                    method,
                    params,
                    purpose,
                } => {
                    let tag = self.next_tag(page, purpose);
                    self.held.await_answer(tag.serial);
                    out.push(Outgoing::Request {
                        tag,
                        method,
                        params,
                    });
                }
                Effect::Finish(form) => self.finish_form(&form),
                Effect::Fill(form) => self.open_form(*form, page),
                Effect::Blame { field, fault } => self.blame(&field, fault),
                Effect::Ask(question) => self
                    .layers
                    .push(Layer::Question(question, Asker::Page(page))),
                Effect::Read(mut reader) => {
                    reader.resize(self.body());
                    self.layers.push(Layer::Reader(*reader));
                }
                Effect::Say(weight, text) => self.say(weight, text),
                Effect::Go(name, record) => out.extend(self.go(name, record)),
                Effect::Ring => out.push(Outgoing::Ring),
            }
        }
        out
    }

    fn next_tag(&mut self, page: PageName, purpose: &'static str) -> Tag {
        self.serial += 1;
        Tag {
            page,
            purpose,
            serial: self.serial,
        }
    }

    fn open_form(&mut self, mut form: Form, page: PageName) {
        if let Some(draft) = self.drafts.get(form.key()) {
            form.restore(draft.clone());
            self.say(Weight::Note, self.about.t("draft-restored"));
        }
        form.resize(self.body());
        self.layers.push(Layer::Form(Box::new(form), page));
    }

    fn blame(&mut self, field: &str, fault: String) {
        let blamed = match self.layers.last_mut() {
            Some(Layer::Form(form, _)) => form.blame(field, fault.clone()),
            _ => false,
        };
        if !blamed {
            self.say(Weight::Bad, fault);
        }
    }

    fn go(&mut self, name: PageName, record: Option<String>) -> Vec<Outgoing> {
        let Some(index) = self.pages.iter().position(|page| page.name() == name) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        if index != self.active {
            out = self.tell_active(Message::Hidden);
            self.active = index;
        }
        out.extend(self.tell_active(Message::Shown));
        if let Some(record) = record {
            out.extend(self.tell_active(Message::Command(record)));
        }
        out
    }

    /// Shows a line of news and keeps it.
    fn say(&mut self, weight: Weight, text: String) {
        let time = self.about.now.format("%H:%M").to_string();
        self.news.push((time, weight, text.clone()));
        let surplus = self.news.len().saturating_sub(NEWS_MAX);
        self.news.drain(..surplus);
        self.said = Some((weight, text));
    }

    /// Keeps what was typed into a form that is left.
    fn keep_draft(&mut self, form: Form) {
        self.drafts.insert(form.key().to_owned(), form);
        while self.drafts.len() > DRAFTS_MAX {
            self.drafts.pop_first();
        }
    }
}
