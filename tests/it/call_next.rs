//! Sixty-four windows that call from the same queues over the server's socket, their connections breaking at every step: no
//! ticket is called twice, none is lost, each was rightfully the next one. A thousand tickets, ten thousand with
//! `BANSHI_LONG=1`.

mod order;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use banshi::wire::CONTRACT;
use serde_json::{Value, json};

use crate::support::calls::HallOnDisk;
use crate::support::chance::{Chance, cases};
use crate::support::folder::FolderCopy;
use crate::support::journal;
use crate::support::served::{Served, stream_to};
use crate::support::tireless::{Noted, Outcome, Tireless, Way};

use order::{GUARD, Replay};

const WINDOWS: usize = 64;

/// Guides who give out numbers at the same time.
const GUIDES: usize = 4;

const QUEUES: [&str; 3] = ["jiadian", "shuiwu", "gongshang"];

/// The system that gives tickets of the first class (R27).
const GREEN_CHANNEL: &str = r#"
[[systems]]
code = "green_channel"
name = "绿色通道制"
on = true
effective_on = 2010-01-01
text = "重大项目优先。"
"#;

/// The code of the nth clerk, and of their window.
const CODES: [&str; WINDOWS] = codes();

const fn codes() -> [&'static str; WINDOWS] {
    const ALL: &str = "\
        x00x01x02x03x04x05x06x07x08x09x10x11x12x13x14x15x16x17x18x19x20x21x22x23x24x25x26x27x28x29x30x31\
        x32x33x34x35x36x37x38x39x40x41x42x43x44x45x46x47x48x49x50x51x52x53x54x55x56x57x58x59x60x61x62x63";
    let mut codes = [""; WINDOWS];
    let mut rest = ALL;
    let mut nth = 0;
    while nth < WINDOWS {
        let (code, more) = rest.split_at(3);
        codes[nth] = code;
        rest = more;
        nth += 1;
    }
    codes
}

/// The queues of the nth window: all three, in every order.
fn queues_of(nth: usize) -> Vec<String> {
    const ORDERS: [[usize; 3]; 6] = [
        [0, 1, 2],
        [1, 2, 0],
        [2, 0, 1],
        [0, 2, 1],
        [1, 0, 2],
        [2, 1, 0],
    ];
    ORDERS[nth % 6]
        .iter()
        .map(|queue| QUEUES[*queue].to_owned())
        .collect()
}

/// A town's hall with sixty-four windows more, where a ticket is missed after one call.
fn hall() -> HallOnDisk {
    let folder = FolderCopy::of("zhangwu");
    let rules =
        format!("[ticket]\ncalls_max = 1\nstarvation_guard = {GUARD}\nrestore_places = 3\n");
    folder.replace("hall.toml", "[ticket]\n", &rules);
    folder.append("hall.toml", GREEN_CHANNEL);
    let (mut windows, mut staff) = (String::new(), String::new());
    for (nth, code) in CODES.iter().enumerate() {
        let queues = queues_of(nth).join(";");
        let _ = writeln!(
            windows,
            "{code},增设{nth}号窗口,Extra window {nth},caizheng,办事大厅,{queues},1,0,,"
        );
        let _ = writeln!(
            staff,
            "{code},演示{nth},Yanshi {nth},caizheng,clerk,,窗口工作人员,,0573-000-2{nth:03},{code},2024-12-16"
        );
    }
    folder.append("windows.csv", &windows);
    folder.append("staff.csv", &staff);
    HallOnDisk::training_in(&folder.folder())
}

/// What the threads share.
struct Rush {
    /// Tickets still to be given out.
    unissued: AtomicUsize,
    /// So many are given out after the windows have opened.
    left_at_opening: usize,
    /// Guides who still give some out.
    issuing: AtomicUsize,
    answers: Arc<AtomicUsize>,
}

impl Rush {
    /// Takes one ticket of those that are still to be given out.
    fn takes_one(&self) -> bool {
        self.unissued
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }
}

/// Gives out numbers of all classes in all queues.
fn guide(mut client: Tireless, mut chance: Chance, rush: &Rush) -> Vec<Noted> {
    while rush.takes_one() {
        let mut params = json!({"queue": chance.pick(&QUEUES)});
        match chance.below(10) {
            0 => params["ground"] = json!("major_project"),
            1..=5 => params["ground"] = json!("elderly"),
            _ => {}
        }
        if chance.percent(5) {
            client.ask_after_leaving("ticket.issue", params);
        } else {
            client.ask("ticket.issue", params);
        }
    }
    rush.issuing.fetch_sub(1, Ordering::Release);
    client.noted
}

/// A clerk at a window whose line breaks now and then.
struct Clerk {
    client: Tireless,
    chance: Chance,
    window: &'static str,
    socket: std::path::PathBuf,
    /// Tickets that nobody came for.
    missed: Vec<Value>,
}

impl Clerk {
    fn works(mut self, rush: &Rush) -> Vec<Noted> {
        // The doors open on long lines.
        while rush.unissued.load(Ordering::Relaxed) > rush.left_at_opening {
            thread::sleep(Duration::from_millis(1));
        }
        self.client
            .ask("window.sign_on", json!({"window": self.window}));
        loop {
            // Asked before the call: what is given out afterwards is called by whoever is still there.
            let was_all = rush.issuing.load(Ordering::Acquire) == 0;
            if self.chance.percent(30)
                && let Some(ticket) = self.missed.pop()
            {
                self.client.ask("ticket.restore", json!({"ticket": ticket}));
            }
            let ticket = self.calls();
            if !ticket.is_null() {
                self.serves(&ticket["id"]);
            } else if !self.serves_whom_the_window_has() && was_all && self.missed.is_empty() {
                return self.client.noted;
            }
        }
    }

    /// Serves the visitor whom a call brought that was taken after its repetition had found nobody.
    fn serves_whom_the_window_has(&mut self) -> bool {
        let window = self
            .client
            .look("window.get", &json!({"window": self.window}));
        let has = !window["ticket"].is_null();
        if has {
            self.serves(&window["ticket"]["id"]);
        }
        has
    }

    /// The next ticket, over a line that may break before, between and after.
    fn calls(&mut self) -> Value {
        let method = "ticket.call_next";
        let params = json!({"window": self.window});
        match self.chance.below(20) {
            0 => {
                self.breaks_off(&params);
                self.client.ask(method, params)
            }
            1 | 2 => self.client.ask_after_leaving(method, params),
            3 | 4 => self.client.ask_twice(method, params),
            5 => self.picks().unwrap_or(Value::Null),
            6 => {
                self.client.leave();
                self.client.ask(method, params)
            }
            _ => self.client.ask(method, params),
        }
    }

    /// Says who it is, begins the request, and the line breaks inside it.
    fn breaks_off(&mut self, params: &Value) {
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "session.hello",
            "params": {"contract": CONTRACT, "staff": self.client.staff}});
        let mut asked = params.clone();
        asked["request"] = json!(self.client.next_request());
        let call =
            json!({"jsonrpc": "2.0", "id": 2, "method": "ticket.call_next", "params": asked});
        let lines = format!("{hello}\n{call}");
        let cut = lines.len() - self.chance.below(call.to_string().len());
        let mut stream = stream_to(&self.socket).unwrap();
        stream.write_all(&lines.as_bytes()[..cut]).unwrap();
    }

    /// Somebody out of order (R38), whom another window may have called meanwhile.
    fn picks(&mut self) -> Option<Value> {
        let page = self
            .client
            .look("ticket.list", &json!({"limit": 5, "states": ["waiting"]}));
        let waiting = page["rows"].as_array()?.clone();
        if waiting.is_empty() {
            return None;
        }
        let ticket = self.chance.pick(&waiting)["id"].clone();
        let params = json!({"window": self.window, "ticket": ticket, "reason": "infirm"});
        Some(self.client.ask("ticket.pick", params))
    }

    /// Serves, sends on, or misses the visitor; all of it leaves the window free.
    fn serves(&mut self, ticket: &Value) {
        let on = json!({"ticket": ticket});
        match self.chance.below(10) {
            0 | 1 => {
                let missed = self.client.ask("ticket.miss", on);
                if missed["state"] == "missed" {
                    self.missed.push(ticket.clone());
                }
            }
            2 => {
                let here = self.client.look("ticket.get", &on);
                let elsewhere = QUEUES.iter().find(|queue| here["queue"] != **queue);
                self.client.ask(
                    "ticket.transfer",
                    json!({"ticket": ticket, "queue": elsewhere}),
                );
            }
            _ => {
                self.client.ask("ticket.start", on);
                let nothing = json!({"ticket": ticket, "outcome": "nothing", "reason": "问路"});
                self.client.ask("ticket.finish", nothing);
            }
        }
    }
}

#[test]
fn r31_sixty_four_windows_call_each_ticket_once_and_in_order() {
    let hall = hall();
    let server = Served::on(&hall);
    let tickets = usize::try_from(cases(1000, 10_000)).unwrap();
    let rush = Rush {
        unissued: AtomicUsize::new(tickets),
        left_at_opening: tickets / 2,
        issuing: AtomicUsize::new(GUIDES),
        answers: Arc::default(),
    };
    let client = |name: usize, staff: &'static str| {
        Tireless::new(&server, name, staff, Way::Eager, &rush.answers)
    };
    let noted: Vec<Noted> = thread::scope(|scope| {
        let rush = &rush;
        let mut threads = Vec::new();
        for (nth, code) in CODES.iter().enumerate() {
            let clerk = Clerk {
                client: client(nth, code),
                chance: Chance::of(nth as u64),
                window: code,
                socket: server.socket().to_owned(),
                missed: Vec::new(),
            };
            threads.push(scope.spawn(move || clerk.works(rush)));
        }
        for nth in WINDOWS..WINDOWS + GUIDES {
            let client = client(nth, "s002");
            let chance = Chance::of(nth as u64);
            threads.push(scope.spawn(move || guide(client, chance, rush)));
        }
        let threads = threads.into_iter();
        threads.flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(server.stop().success());
    let lines = journal::lines(&hall.folder());
    each_was_answered_with_what_was_done(&lines, &noted);
    let windows = (0..)
        .zip(CODES)
        .map(|(nth, code)| (code.to_owned(), queues_of(nth)));
    let replay = Replay::of(&lines, windows.collect());
    assert_eq!(replay.count(), tickets);
    assert_eq!(replay.unended(), [].into(), "lost");
    let seen = [
        replay.calls,
        replay.picks,
        replay.restored,
        replay.transferred,
        replay.guarded,
    ];
    assert!(!seen.contains(&0), "not everything was met: {seen:?}");
    hall.run(&["verify"], 0);
}

/// Who called was told of the ticket that the journal gives to their window, and of none where there is no entry.
fn each_was_answered_with_what_was_done(lines: &[Value], noted: &[Noted]) {
    let by_request = journal::by_request(lines);
    let mut told = BTreeSet::new();
    let (mut heard_late, mut busy) = (0, 0);
    for note in noted
        .iter()
        .filter(|note| note.method == "ticket.call_next")
    {
        let asked = (note.staff, note.request.as_str());
        let line = by_request.get(&asked);
        match (&note.outcome, line) {
            (Outcome::Done(ticket), Some(line)) => {
                let (name, fields) = journal::events(line).next().unwrap();
                assert_eq!((name, &fields["ticket"]), ("ticket_called", &ticket["id"]));
                assert_eq!(ticket["window"], note.staff, "{note:?}");
                told.insert(asked);
            }
            (Outcome::Nothing, None) => {}
            // The one who went away was heard after the one who asked again; the next call may find that ticket in hand.
            (Outcome::Nothing | Outcome::Refused(_), Some(_)) if note.left => {
                told.insert(asked);
                heard_late += 1;
            }
            (Outcome::Refused(code), None) if code == "window.busy" => busy += 1,
            _ => panic!("{note:?}, and in the journal: {line:?}"),
        }
    }
    assert!(
        busy <= heard_late,
        "R37, {busy} times, {heard_late} heard late"
    );
    let calls = lines.iter().filter(|line| {
        journal::events(line)
            .any(|(name, fields)| name == "ticket_called" && fields["picked"].is_null())
    });
    assert_eq!(calls.count(), told.len(), "somebody was not told of a call");
}
