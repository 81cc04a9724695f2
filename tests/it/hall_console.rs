//! A hall in memory with consoles joined to it as terminals are: screen, client, connection, host. Keys go in,
//! the frame comes out as text; everything between is the product's own.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use banshi::client::{CallId, Client, ClientError, News};
use banshi::console::backend::{Abilities, Painter};
use banshi::console::keymap::{Key, Keymap, Preset};
use banshi::console::message::{About, Reading, Refused};
use banshi::console::pages;
use banshi::console::screen::{Incoming, Outgoing, Screen, Setup, Tag};
use banshi::console::text::Ruler;
use banshi::console::theme::Theme;
use banshi::host::{self, HallClock, Host, Peer, Simulated};
use banshi::i18n::{Lang, Messages};
use banshi::rules::catalogue::HallFolder;
use banshi::rules::stamp::Via;
use banshi::rules::time;
use banshi::wire::{Hello, Topic};
use chrono::{DateTime, FixedOffset};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};

use crate::support::{at, small_folder};
use crate::terminal::{keys, picture};

static KEYMAP: LazyLock<Keymap> =
    LazyLock::new(|| Keymap::load(Preset::Default, None).expect("no faults"));

/// A terminal that nobody hears from for so long has all it will get.
const QUIET: Duration = Duration::from_millis(25);
const PATIENCE: Duration = Duration::from_secs(10);

/// Request ids of one test process, each once.
static CHANCE: AtomicU64 = AtomicU64::new(1);

/// When every hall begins.
const NOW: &str = "2026-03-02T09:00";

/// A hall that is being served.
pub(crate) struct World {
    host: Host,
    now: String,
}

impl World {
    /// The small hall on Monday 2026-03-02 at 09:00.
    pub(crate) fn small() -> World {
        World::of(&small_folder())
    }

    pub(crate) fn of(folder: &HallFolder) -> World {
        Self::with_clock(folder, HallClock::Still)
    }

    /// The small hall with a clock that is moved by hand.
    pub(crate) fn simulated() -> (World, Simulated) {
        let clock = Simulated::at(at(NOW));
        let hands = clock.clone();
        let world = Self::with_clock(&small_folder(), |_| HallClock::Simulated(hands));
        (world, clock)
    }

    fn with_clock(folder: &HallFolder, clock: impl FnOnce(time::Instant) -> HallClock) -> World {
        let engine =
            host::found_in_memory(folder, "pages", at(NOW)).expect("the example hall is founded");
        let host = Host::start(engine, clock(at(NOW))).expect("a thread for the hall");
        World {
            host,
            now: NOW.to_owned(),
        }
    }

    fn client(&self, staff: Option<&str>) -> (Client, Value) {
        let connection = self.host.connect(Peer {
            login: "test".to_owned(),
            via: Via::Console,
        });
        let chance = Box::new(|| {
            let mut bits = [0; 16];
            bits[..8].copy_from_slice(&CHANCE.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            bits
        });
        let mut client = Client::new(connection, chance);
        let mut hello = Hello::new();
        hello.staff = staff.map(Into::into);
        let greeting = client.greet(&hello).expect("the hall greets back");
        (client, greeting)
    }

    /// Sets the hall's clock.
    pub(crate) fn go(&mut self, time: &str) {
        time.clone_into(&mut self.now);
        let (mut client, _) = self.client(None);
        let hello = json!({"contract": banshi::wire::CONTRACT, "at": format!("{time}:00+08:00")});
        client
            .call("session.hello", hello)
            .expect("a training hall has a time of its own");
    }

    /// Does something as somebody, without a terminal.
    pub(crate) fn call(&self, staff: &str, method: &str, params: Value) -> Value {
        self.try_call(staff, method, params)
            .unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    pub(crate) fn try_call(
        &self,
        staff: &str,
        method: &str,
        params: Value,
    ) -> Result<Value, ClientError> {
        let (mut client, _) = self.client(Some(staff));
        client.call(method, params)
    }

    /// A terminal of 80 columns and 24 rows, in Chinese.
    pub(crate) fn open(&self, staff: &str) -> Desk {
        self.open_as(staff, (80, 24), Lang::ZhCn)
    }

    pub(crate) fn open_as(&self, staff: &str, size: (u16, u16), lang: Lang) -> Desk {
        let (mut client, greeting) = self.client(Some(staff));
        let topics = [
            "ticket", "window", "enquiry", "case", "branch", "proposal", "proxy", "custody",
            "round", "finding", "hall",
        ];
        client
            .watch(topics.map(Topic::from))
            .expect("the hall is there");
        let text = |path: &str| {
            greeting
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let roles = greeting
            .pointer("/staff/roles")
            .and_then(Value::as_array)
            .map(|roles| {
                roles
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default();
        let about = About {
            messages: Rc::new(Messages::new(lang)),
            ruler: Ruler::default(),
            now: clock(&self.now),
            hall: text("/hall/name"),
            staff: Some((staff.to_owned(), text("/staff/name"))),
            roles,
            reading: Reading::Acting,
        };
        let screen = Screen::new(Setup {
            keymap: KEYMAP.clone(),
            theme: Theme::default(),
            about,
            pages: pages::all(),
            size,
        });
        let mut desk = Desk {
            screen,
            client,
            asked: BTreeMap::new(),
            painter: Painter::new(size.0, size.1, Abilities::XTERM, Ruler::default()),
            size,
            requests: Vec::new(),
            rung: 0,
            quit: false,
            pressed: 0,
        };
        let out = desk.screen.start();
        desk.take(out);
        desk.settle();
        desk
    }
}

fn clock(time: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("{time}:00+08:00")).expect("a time")
}

/// A terminal at work.
pub(crate) struct Desk {
    screen: Screen,
    client: Client,
    asked: BTreeMap<CallId, Tag>,
    painter: Painter,
    size: (u16, u16),
    /// Every request that went out.
    pub(crate) requests: Vec<(&'static str, Value)>,
    /// Times that the bell rang.
    pub(crate) rung: usize,
    quit: bool,
    pressed: usize,
}

impl Desk {
    /// Presses keys one after the other as a person does: each is seen before the next. Gives how many.
    pub(crate) fn keys(&mut self, written: &str) -> usize {
        let keys = keys(written);
        let count = keys.len();
        for key in keys {
            self.update(Incoming::Key(key));
            self.settle();
        }
        self.pressed += count;
        count
    }

    /// Types text into a field; bars on keys do not count it.
    pub(crate) fn types(&mut self, text: &str) {
        for character in text.chars() {
            self.update(Incoming::Key(Key::char(character)));
        }
        self.settle();
    }

    /// How many keys were pressed since this was last asked.
    pub(crate) fn pressed(&mut self) -> usize {
        std::mem::take(&mut self.pressed)
    }

    /// Types keys ahead, without waiting for anything in between.
    pub(crate) fn burst(&mut self, written: &str) {
        for key in keys(written) {
            self.update(Incoming::Key(key));
        }
        self.settle();
    }

    /// Lets the moment of rest pass.
    pub(crate) fn rest(&mut self) {
        self.update(Incoming::Rest);
        self.settle();
    }

    /// The minute changes.
    pub(crate) fn clock(&mut self, time: &str) {
        self.update(Incoming::Clock(clock(time)));
        self.settle();
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.painter.forget(width, height);
        self.update(Incoming::Resize { width, height });
        self.settle();
    }

    pub(crate) fn update(&mut self, incoming: Incoming) {
        let out = self.screen.update(incoming);
        self.take(out);
    }

    fn take(&mut self, out: Vec<Outgoing>) {
        for outgoing in out {
            match outgoing {
                Outgoing::Request {
                    tag,
                    method,
                    params,
                } => {
                    self.requests.push((method, params.clone()));
                    let call = self.client.send(method, params).expect("the hall is there");
                    self.asked.insert(call, tag);
                }
                Outgoing::Quit => self.quit = true,
                Outgoing::Ring => self.rung += 1,
                Outgoing::Repaint | Outgoing::Reconnect => {}
            }
        }
    }

    /// Takes what comes until the picture is as it should be.
    #[track_caller]
    pub(crate) fn waits_until(&mut self, is_there: impl Fn(&str) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_there(&self.text()) {
            assert!(Instant::now() < until, "not in\n{}", self.text());
            self.settle();
        }
    }

    /// Takes all answers and changes, until nothing more comes.
    pub(crate) fn settle(&mut self) {
        let until = Instant::now() + PATIENCE;
        let mut quiet_at = Instant::now() + QUIET;
        while !self.asked.is_empty() || Instant::now() < quiet_at {
            assert!(Instant::now() < until, "no answer to {:?}", self.asked);
            let Some(news) = self.client.poll(Instant::now()) else {
                std::thread::sleep(Duration::from_micros(200));
                continue;
            };
            quiet_at = Instant::now() + QUIET;
            let incoming = match news {
                News::Answer(call, result) => match self.asked.remove(&call) {
                    Some(tag) => Incoming::Answer {
                        tag,
                        result: result.map_err(refused),
                    },
                    None => continue,
                },
                News::Changed(topics) => {
                    Incoming::Changed(topics.into_iter().map(|topic| topic.0).collect())
                }
                other => panic!("{other:?}"),
            };
            self.update(incoming);
        }
    }

    /// Paints a frame; gives how many bytes the terminal gets.
    pub(crate) fn frame(&mut self) -> usize {
        let cursor = self.screen.view(self.painter.begin());
        self.painter.finish(cursor).len()
    }

    /// The screen as text.
    pub(crate) fn text(&self) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        self.screen.view(&mut buffer);
        picture(&buffer)
    }

    pub(crate) fn has_quit(&self) -> bool {
        self.quit
    }

    /// The parameters of the last request of a method.
    pub(crate) fn last(&self, method: &str) -> &Value {
        let sent = self.requests.iter().rev();
        match sent.clone().find(|(one, _)| *one == method) {
            Some((_, params)) => params,
            None => panic!("no {method} went out: {:?}", self.requests),
        }
    }

    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        let shown = self.text();
        assert!(shown.contains(text), "no {text:?} in\n{shown}");
        assert!(!shown.contains('⟦'), "a message is missing in\n{shown}");
    }

    #[track_caller]
    pub(crate) fn hides(&self, text: &str) {
        let shown = self.text();
        assert!(!shown.contains(text), "{text:?} in\n{shown}");
    }
}

fn refused(error: ClientError) -> Refused {
    match error {
        ClientError::Refused(refused) => Refused {
            code: refused.code.clone(),
            rule: refused.rule.clone(),
            facts: refused.facts.clone(),
            next: refused.next.clone(),
            message: refused.message.clone(),
        },
        fault => Refused::fault(fault.to_string()),
    }
}
