//! A terminal at a hall in memory: a real host on its thread, a client, and the console with the pages under test,
//! driven by keys and read as text. What was asked of the hall is kept, so that a test can look at it.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use banshi::client::Client;
use banshi::config::Settings;
use banshi::console::keymap::{Keymap, Preset};
use banshi::console::message::{About, Reading, Refused};
use banshi::console::page::Page;
use banshi::console::screen::{Incoming, Outgoing, Screen, Setup};
use banshi::console::text::Ruler;
use banshi::console::theme::{Surroundings, Theme};
use banshi::host::{HallClock, Host, Peer, found_in_memory};
use banshi::i18n::{Lang, Messages};
use banshi::rules::catalogue::HallFolder;
use banshi::rules::id::StaffCode;
use banshi::rules::stamp::Via;
use banshi::rules::time::hall_time;
use banshi::wire::Hello;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};

use super::at;
use crate::terminal::{keys, picture};

/// Read once: the tests open many consoles.
static KEYMAP: LazyLock<Keymap> =
    LazyLock::new(|| Keymap::load(Preset::Default, None).expect("no faults"));

/// The next request id.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A hall that is served from memory; its clock stands where it is set.
pub(crate) struct Served {
    host: Host,
}

impl Served {
    /// Serves the hall of a folder, at the beginning of a day of its tests.
    pub(crate) fn new(folder: &HallFolder) -> Served {
        let at = at("2026-03-02");
        let engine = found_in_memory(folder, "desk", at).expect("a hall in memory");
        let host = Host::start(engine, HallClock::Still(at)).expect("a thread");
        Served { host }
    }

    fn client(&self, staff: &str, time: &str) -> (Client, Value) {
        let peer = Peer {
            login: "test".to_owned(),
            via: Via::Console,
        };
        let chance = || {
            // Every client of a test has request ids of its own, as chance would give them.
            u128::from(NEXT.fetch_add(1, Ordering::Relaxed)).to_le_bytes()
        };
        let mut client = Client::new(self.host.connect(peer), Box::new(chance));
        let mut hello = Hello::new();
        hello.staff = Some(StaffCode::from(staff));
        hello.at = Some(at(time));
        let greeting = client.greet(&hello).expect("the hall greets");
        (client, greeting)
    }

    /// Asks the hall as a member of staff, at a time; the test needs it to succeed.
    pub(crate) fn call(&self, staff: &str, time: &str, method: &str, params: Value) -> Value {
        let shown = params.to_string();
        self.client(staff, time)
            .0
            .call(method, params)
            .unwrap_or_else(|error| panic!("{method} {shown}: {error}"))
    }
}

/// One terminal.
pub(crate) struct Desk {
    screen: Screen,
    client: Client,
    size: (u16, u16),
    /// Every request that went out, oldest first.
    pub(crate) asked: Vec<(String, Value)>,
    /// Times that the bell rang.
    pub(crate) rung: usize,
    /// Whether the console was left.
    pub(crate) left: bool,
    pressed: usize,
}

impl Desk {
    /// A terminal of 80 by 24 in Chinese at which somebody works with one page.
    pub(crate) fn new(served: &Served, staff: &str, time: &str, page: Box<dyn Page>) -> Desk {
        Desk::sized(served, staff, time, page, (80, 24), Lang::ZhCn)
    }

    /// The same in a size and a language.
    pub(crate) fn sized(
        served: &Served,
        staff: &str,
        time: &str,
        page: Box<dyn Page>,
        size: (u16, u16),
        lang: Lang,
    ) -> Desk {
        let (client, greeting) = served.client(staff, time);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let person = &greeting["staff"];
        let roles = person["roles"].as_array().cloned().unwrap_or_default();
        let surroundings = Surroundings {
            term: "xterm-256color".to_owned(),
            ..Surroundings::default()
        };
        let theme = Theme::new(&surroundings, &Settings::default());
        let screen = Screen::new(Setup {
            keymap: KEYMAP.clone(),
            theme,
            about: About {
                messages: Messages::new(lang).into(),
                ruler: Ruler::default(),
                now: hall_time(at(time)),
                hall: text(&greeting["hall"]["name"]),
                staff: Some((text(&person["code"]), text(&person["name"]))),
                roles: roles.iter().map(text).collect(),
                reading: Reading::Acting,
            },
            pages: vec![page],
            size,
        });
        let mut desk = Desk {
            screen,
            client,
            size,
            asked: Vec::new(),
            rung: 0,
            left: false,
            pressed: 0,
        };
        let out = desk.screen.start();
        desk.send(out);
        desk.send_in(Incoming::Rest);
        desk.asked.clear();
        desk
    }

    /// Presses keys, as keymaps write them, and rests a moment.
    pub(crate) fn keys(&mut self, written: &str) -> &mut Desk {
        for key in keys(written) {
            self.pressed += 1;
            self.send_in(Incoming::Key(key));
        }
        self.send_in(Incoming::Rest);
        self
    }

    /// Types text into the field that has the cursor; it counts as no key of a job.
    pub(crate) fn text(&mut self, text: &str) -> &mut Desk {
        self.send_in(Incoming::Paste(text.to_owned()));
        self
    }

    /// How many keys were pressed since the last time that this was asked.
    pub(crate) fn pressed(&mut self) -> usize {
        std::mem::take(&mut self.pressed)
    }

    /// Records of this kind changed, as the hall tells its watchers.
    pub(crate) fn changed(&mut self, topic: &str) -> &mut Desk {
        self.send_in(Incoming::Changed(vec![topic.to_owned()]));
        self
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Desk {
        self.size = (width, height);
        self.send_in(Incoming::Resize { width, height });
        self
    }

    fn send_in(&mut self, incoming: Incoming) {
        let out = self.screen.update(incoming);
        self.send(out);
    }

    /// Sends what goes out and takes the answers until there is nothing more to ask.
    fn send(&mut self, out: Vec<Outgoing>) {
        for outgoing in out {
            match outgoing {
                Outgoing::Request {
                    tag,
                    method,
                    params,
                } => {
                    self.asked.push((method.to_owned(), params.clone()));
                    let result = self.client.call(method, params).map_err(Refused::from);
                    self.send_in(Incoming::Answer { tag, result });
                }
                Outgoing::Ring => self.rung += 1,
                Outgoing::Quit => self.left = true,
                Outgoing::Repaint => {}
            }
        }
    }

    /// The commands that went out, by their methods.
    pub(crate) fn commands(&self) -> Vec<&str> {
        let asked = self.asked.iter().map(|(method, _)| method.as_str());
        asked
            .filter(|method| banshi::rules::permission::is_command(method))
            .collect()
    }

    /// The screen as text.
    pub(crate) fn picture(&self) -> String {
        let (width, height) = self.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        self.screen.view(&mut buffer);
        picture(&buffer)
    }

    /// Holds the screen to a text.
    pub(crate) fn shows(&mut self, text: &str) -> &mut Desk {
        let picture = self.picture();
        assert!(picture.contains(text), "no {text:?} on:\n{picture}");
        self
    }

    /// Holds the screen to be without a text.
    pub(crate) fn hides(&mut self, text: &str) -> &mut Desk {
        let picture = self.picture();
        assert!(!picture.contains(text), "{text:?} on:\n{picture}");
        self
    }

    /// The footer, which says what can be done now.
    pub(crate) fn footer(&self) -> String {
        let picture = self.picture();
        picture.lines().last().unwrap_or_default().to_owned()
    }
}

/// A person as a client of an order.
pub(crate) fn client(name: &str) -> Value {
    json!({ "name": name, "phone": "13800000000" })
}
