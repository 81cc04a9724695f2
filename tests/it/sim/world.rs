//! One hall with all its people, lines, faults and its clock, moved on step by step; a seed says who moves next. After each turn
//! of the hall the second book is read on and compared with the hall in memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant as Monotonic};

use banshi::client::ClientError;
use banshi::engine::Fault;
use banshi::rules::catalogue::HallFolder;
use banshi::rules::time::{Instant, hall_date, hall_time};
use banshi::store::memory;
use banshi::wire::ErrorObject;
use chrono::{Days, NaiveTime, TimeDelta};
use serde_json::{Value, json};

use super::book::{Book, key_of, word};
use super::link::{Dialled, Link};
use super::people::{self, Asked, Terminal};
use super::queue::Queue;
use super::server::Server;
use crate::model::crowd::Crowd;
use crate::support::make::Chance;
use crate::support::{at, small_folder};

/// Windows and clerks beside those of the small hall.
const MORE_WINDOWS: usize = 4;
/// Happenings that a failure shows.
const SHOWN: usize = 40;
/// Rounds within which everything is answered once nothing breaks any more.
const ROUNDS_MAX: usize = 400;

/// How much happened.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) steps: usize,
    pub(super) commands: usize,
    pub(super) entries: usize,
    pub(super) calls: usize,
    pub(super) tickets: usize,
    pub(super) restored: usize,
    pub(super) enquiries: usize,
    pub(super) stopped: usize,
    pub(super) dates: usize,
    pub(super) crashes: usize,
    pub(super) crashes_while_opening: usize,
    pub(super) failed_commits: usize,
    pub(super) cuts: usize,
    pub(super) kills: usize,
    pub(super) resent: usize,
    pub(super) repeated: usize,
    pub(super) backwards: usize,
    pub(super) nights: usize,
    pub(super) largest_group: usize,
}

impl Figures {
    pub(super) fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.commands += other.commands;
        self.entries += other.entries;
        self.calls += other.calls;
        self.tickets += other.tickets;
        self.restored += other.restored;
        self.enquiries += other.enquiries;
        self.stopped += other.stopped;
        self.dates += other.dates;
        self.crashes += other.crashes;
        self.crashes_while_opening += other.crashes_while_opening;
        self.failed_commits += other.failed_commits;
        self.cuts += other.cuts;
        self.kills += other.kills;
        self.resent += other.resent;
        self.repeated += other.repeated;
        self.backwards += other.backwards;
        self.nights += other.nights;
        self.largest_group = self.largest_group.max(other.largest_group);
    }
}

/// How often what goes wrong goes wrong, in each seed otherwise.
struct Rates {
    /// A commit in so many fails.
    commits_a_fault: usize,
    /// Steps in ten thousand at which the power goes.
    crash: usize,
    /// The same, at which a line breaks.
    cut: usize,
    /// The same, at which a terminal is killed.
    kill: usize,
    /// The longest time that a message takes, in milliseconds.
    delay: usize,
    /// Steps in a hundred at which the hall has a turn: the fewer, the larger the groups.
    turn: usize,
}

impl Rates {
    fn drawn(chance: &mut Chance) -> Self {
        let mut among = |choices: [usize; 4]| choices[chance.below(4)];
        Self {
            commits_a_fault: among([10, 30, 100, 300]),
            crash: among([5, 20, 50, 100]),
            cut: among([0, 50, 150, 400]),
            kill: among([0, 20, 60, 150]),
            delay: among([0, 200, 2_000, 20_000]),
            turn: among([5, 12, 25, 40]),
        }
    }
}

/// The hall's clock as the machine shows it: it may lie behind the true time, or stand.
struct Clock {
    true_at: Instant,
    behind: TimeDelta,
    stands_at: Option<Instant>,
}

impl Clock {
    fn now(&self) -> Instant {
        self.stands_at.unwrap_or(self.true_at) - self.behind
    }

    fn set_right(&mut self) {
        self.behind = TimeDelta::zero();
        self.stands_at = None;
    }
}

/// All of it.
pub(super) struct World {
    chance: Chance,
    rates: Rates,
    clock: Clock,
    begun: Monotonic,
    elapsed: Duration,
    server: Server,
    down_for: usize,
    terminals: Vec<Terminal>,
    links: Vec<Link>,
    dialled: Dialled,
    crowd: Crowd,
    seats: Vec<(String, String)>,
    /// The request ids that terminals have made.
    ids: BTreeSet<String>,
    pub(super) book: Book,
    pub(super) figures: Figures,
    log: VecDeque<String>,
}

/// The small hall with more windows at the same two queues, and their clerks.
fn folder() -> HallFolder {
    let mut folder = small_folder();
    for place in 0..MORE_WINDOWS {
        let (window, clerk) = (format!("w{}", 5 + place), format!("chuang{}", 5 + place));
        let queues = [
            json!(["a"]),
            json!(["b"]),
            json!(["b", "a"]),
            json!(["a", "b"]),
        ][place]
            .clone();
        let row = json!({"code": window, "name": window, "department": "zx", "queues": queues, "comprehensive": true});
        folder.windows.push(serde_json::from_value(row).unwrap());
        let row = json!({"code": clerk, "name": clerk, "department": "zx", "roles": ["clerk"], "trained_on": "2020-01-02"});
        folder.staff.push(serde_json::from_value(row).unwrap());
    }
    folder
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let folder = folder();
        let begins =
            at("2026-03-02T08:20") + TimeDelta::seconds(i64::try_from(chance.below(900)).unwrap());
        let served = folder.windows.iter().map(|window| {
            (
                window.code.to_string(),
                window.queues.iter().map(ToString::to_string).collect(),
            )
        });
        let queue = Queue::new(served.collect::<BTreeMap<_, _>>());
        let mut seats: Vec<(String, String)> = [
            ("wang", "w1"),
            ("zhao", "w2"),
            ("li", "w3"),
            ("zhong", "w4"),
        ]
        .map(|(clerk, window)| (clerk.to_owned(), window.to_owned()))
        .into();
        seats.extend(
            (0..MORE_WINDOWS)
                .map(|place| (format!("chuang{}", 5 + place), format!("w{}", 5 + place))),
        );
        let dialled = Dialled::default();
        dialled.lock().unwrap().listens = true;
        let all = folder
            .staff
            .iter()
            .map(|staff| Some(staff.code.to_string()));
        // Some have a second terminal open, and there are two kiosks.
        let more = seats.iter().take(3).map(|(clerk, _)| Some(clerk.clone()));
        let people: Vec<_> = all.chain(more).chain([None, None]).collect();
        let terminals = people
            .iter()
            .enumerate()
            .map(|(place, staff)| Terminal::start(staff.as_deref(), place, &dialled, chance.next()))
            .collect();
        let mut world = Self {
            rates: Rates::drawn(&mut chance),
            chance,
            clock: Clock {
                true_at: begins,
                behind: TimeDelta::zero(),
                stands_at: None,
            },
            begun: banshi::sys::clock::monotonic(),
            elapsed: Duration::ZERO,
            server: Server::found(&folder, begins),
            down_for: 0,
            terminals,
            links: Vec::new(),
            dialled,
            crowd: Crowd::new(),
            seats,
            ids: BTreeSet::new(),
            book: Book::new(queue),
            figures: Figures::default(),
            log: VecDeque::new(),
        };
        world.read_on();
        world
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if self.log.len() == SHOWN {
            self.log.pop_front();
        }
        let line = format!(
            "{} {} {}",
            self.figures.steps,
            hall_time(self.clock.now()),
            what()
        );
        self.log.push_back(line);
    }

    /// The last happenings.
    pub(super) fn last(&self) -> String {
        self.log.iter().cloned().collect::<Vec<_>>().join("\n")
    }

    /// One step of somebody.
    pub(super) fn step(&mut self) {
        self.figures.steps += 1;
        self.pass_time();
        if self.down_for > 0 {
            self.down_for -= 1;
            if self.down_for == 0 {
                self.restart();
            }
        }
        match self.chance.below(10_000) {
            roll if roll < self.rates.crash => self.crash(),
            roll if roll < self.rates.crash + self.rates.cut => self.cut(),
            roll if roll < self.rates.crash + self.rates.cut + self.rates.kill => self.kill(),
            roll if roll > 9_960 => self.spoil_clock(),
            _ => self.work(),
        }
    }

    fn work(&mut self) {
        match self.chance.below(100) {
            roll if roll < self.rates.turn => self.turn(),
            40..=64 => (0..=self.chance.below(8)).for_each(|_| self.wish()),
            65..=79 => {
                for place in 0..self.terminals.len() {
                    if self.chance.percent(40) {
                        self.poll(place);
                    }
                }
            }
            _ => {
                self.connect();
                for place in (0..self.links.len()).rev() {
                    if self.chance.percent(50) {
                        self.carry(place, self.rates.delay);
                    }
                }
            }
        }
    }

    fn pass_time(&mut self) {
        let millis = match self.chance.below(100) {
            0..=79 => self.chance.below(1_000),
            80..=96 => self.chance.below(20_000),
            _ => self.chance.below(900_000),
        };
        self.let_pass(Duration::from_millis(millis as u64));
        if self.chance.percent(3) {
            self.clock.set_right();
        }
        let evening = NaiveTime::from_hms_opt(17, 20, 0).expect("a time");
        let is_evening = hall_time(self.clock.true_at).time() > evening;
        if self.chance.below(1_000) < if is_evening { 40 } else { 3 } {
            self.night();
        }
    }

    fn let_pass(&mut self, time: Duration) {
        self.elapsed += time;
        self.clock.true_at += time;
    }

    /// The clock is set back a little or a lot, or stands.
    fn spoil_clock(&mut self) {
        self.clock.set_right();
        let seconds = match self.chance.below(3) {
            0 => 1 + self.chance.below(120),
            1 => 121 + self.chance.below(4_000),
            _ => {
                self.clock.stands_at = Some(self.clock.true_at);
                0
            }
        };
        self.clock.behind = TimeDelta::seconds(i64::try_from(seconds).unwrap());
        self.note(|| format!("the clock is {seconds} s behind, or stands"));
    }

    /// The hall closes and opens again the next morning. What was asked longer ago than a request is remembered is settled first.
    fn night(&mut self) {
        let today = hall_date(self.clock.true_at);
        let oldest = self.terminals.iter().filter_map(Terminal::oldest).min();
        let settled = self.chance.percent(40) || oldest.is_some_and(|oldest| oldest < today);
        if settled {
            self.settle();
        }
        self.clock.set_right();
        let nights = if settled && self.chance.percent(15) {
            2 + self.chance.next() % 3
        } else {
            1
        };
        if self.chance.percent(40) {
            self.go_to(today, "23:59:58");
            for _ in 0..self.chance.below(20) {
                self.let_pass(Duration::from_millis(300));
                self.work();
            }
        }
        let morning = today.checked_add_days(Days::new(nights)).expect("a day");
        let opens = ["00:00:00", "08:29:50", "08:31:00", "10:00:00"][self.chance.below(4)];
        self.go_to(morning, opens);
        self.figures.nights += 1;
        self.note(|| "a night has passed".to_owned());
    }

    fn go_to(&mut self, on: chrono::NaiveDate, time: &str) {
        let to = chrono::DateTime::parse_from_rfc3339(&format!("{on}T{time}+08:00"))
            .unwrap()
            .to_utc();
        if let Ok(time) = (to - self.clock.true_at).to_std() {
            self.let_pass(time);
        }
    }

    /// Somebody wants something and asks for it, where they have a terminal that is not busy.
    fn wish(&mut self) {
        let Some(engine) = self.server.engine() else {
            return;
        };
        let (hall, chance) = (engine.hall(), &mut self.chance);
        let (staff, method, params) = match chance.below(100) {
            0..=36 => {
                let Some((staff, method, params)) = people::at_a_window(hall, &self.seats, chance)
                else {
                    return;
                };
                (staff, method.to_owned(), params)
            }
            37..=57 => {
                let (staff, method, params) = people::at_the_door(hall, chance);
                (staff, method.to_owned(), params)
            }
            58..=60 => {
                let all: Vec<_> = hall.tickets.values().map(|ticket| ticket.id).collect();
                let ticket = chance.pick(&all).map(ToString::to_string);
                (
                    Some("dao".to_owned()),
                    "ticket.get".to_owned(),
                    json!({ "id": ticket }),
                )
            }
            61..=72 => {
                let (staff, method, params) = people::in_the_department(hall, chance);
                (staff, method.to_owned(), params)
            }
            _ => {
                let one = self.crowd.command(hall, chance);
                let staff = one.identity.staff.map(|staff| staff.to_string());
                (staff, one.method, one.params)
            }
        };
        let mine = |terminal: &&mut Terminal| terminal.staff == staff && !terminal.is_busy();
        let mut free: Vec<_> = self.terminals.iter_mut().filter(mine).collect();
        if free.is_empty() || !params.is_object() {
            return;
        }
        let place = self.chance.below(free.len());
        // Now and then a program uses a request id again for something else.
        let is_careless = self.chance.percent(1);
        let today = hall_date(self.clock.true_at);
        if is_careless {
            free[place].ask_carelessly(&method, params, today);
        } else {
            self.ids.insert(free[place].ask(&method, params, today));
        }
        self.figures.commands += 1;
    }

    /// A terminal takes what has come, and sends again what has to be.
    fn poll(&mut self, place: usize) {
        let now = self.begun + self.elapsed;
        for (asked, answer) in self.terminals[place].poll(now) {
            self.answered(place, asked, answer);
        }
        if self.chance.percent(50) && self.terminals[place].ask_again() {
            self.figures.resent += 1;
        }
    }

    fn answered(&mut self, place: usize, asked: Asked, answer: Result<Value, ClientError>) {
        let again = match &answer {
            Ok(value) => {
                self.heard(place, &asked, value);
                // A script that does not trust its own memory.
                self.chance.percent(4)
            }
            Err(ClientError::Rpc { code, .. }) => *code == ErrorObject::INTERNAL,
            Err(ClientError::Refused(refused)) => {
                refused.code == "clock.backwards" || self.chance.percent(3)
            }
            Err(other) => panic!("{}: {other}", asked.method),
        };
        let today = hall_date(self.clock.true_at);
        self.terminals[place].answered(asked, again, today);
    }

    /// What is told to somebody as done is in the journal.
    fn heard(&mut self, place: usize, asked: &Asked, value: &Value) {
        self.figures.repeated += usize::from(value["repeated"] == true);
        if value.is_null() || !banshi::rules::permission::is_command(&asked.method) {
            return;
        }
        let terminal = &self.terminals[place];
        let staff = terminal.staff.clone().unwrap_or_default();
        let key = (
            terminal.login.to_owned(),
            staff,
            word(&asked.params, "request").to_owned(),
        );
        self.book.acknowledged(&key, value);
    }

    /// New connections get their lines.
    fn connect(&mut self) {
        let dialled = std::mem::take(&mut self.dialled.lock().unwrap().dialled);
        for (place, far) in dialled {
            let (link, near) = Link::new(place, far);
            if self.server.engine().is_some() {
                self.server.attach(near, self.terminals[place].login);
            }
            self.links.push(link);
        }
    }

    fn carry(&mut self, place: usize, delay: usize) {
        let chance = &mut self.chance;
        let alive = self.links[place].carry(self.elapsed, || {
            Duration::from_millis(chance.below(delay + 1) as u64)
        });
        if !alive {
            self.links.remove(place);
        }
    }

    fn cut(&mut self) {
        if self.links.is_empty() {
            return;
        }
        let link = self.links.remove(self.chance.below(self.links.len()));
        let place = link.terminal;
        link.cut(&mut self.chance);
        self.figures.cuts += 1;
        self.note(|| format!("the line of terminal {place} breaks"));
    }

    fn kill(&mut self) {
        let place = self.chance.below(self.terminals.len());
        self.terminals[place].kill(place, &self.dialled, &mut self.chance);
        self.figures.kills += 1;
        self.note(|| format!("terminal {place} is killed"));
    }

    /// The hall does what waits, and is checked.
    fn turn(&mut self) {
        let Some(engine) = self.server.engine() else {
            return;
        };
        let (whole, head_at) = (engine.failed().is_none(), engine.head_at());
        if self.chance.percent(2) {
            self.server.remember_records();
        }
        if whole && self.chance.below(self.rates.commits_a_fault) == 0 {
            let fault = [
                memory::Fault::Sync,
                memory::Fault::Sync,
                memory::Fault::Write,
            ][self.chance.below(3)];
            self.server.fail_next(fault);
        }
        let asked = self.server.take(&mut self.chance);
        let at = self.clock.now();
        let answers = self.server.submit(at, &asked.submissions);
        self.figures.largest_group = self.figures.largest_group.max(asked.submissions.len());
        for (one, answer) in asked.submissions.iter().zip(&answers) {
            if let Some((.., id)) = key_of(one) {
                assert!(
                    self.ids.contains(&id),
                    "{id} is not what a terminal sent: {one:?}"
                );
            }
            let staff = one
                .identity
                .staff
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let told = match answer {
                Ok(value) if value["repeated"] == true => "done before".to_owned(),
                Ok(value) => value["id"].as_str().unwrap_or("done").to_owned(),
                Err(Fault::Refused(refusal)) => refusal.code.as_str().to_owned(),
                Err(fault) => format!("{fault:?}"),
            };
            self.figures.backwards += usize::from(told == "clock.backwards");
            self.note(|| format!("{staff} {} {} → {told}", one.method, one.params));
        }
        let lines = self.server.lines(self.book.len() as u64 + 1);
        self.book
            .group(at.max(head_at), &asked.submissions, &answers, &lines);
        self.views_agree(&asked.submissions, &answers);
        let failed = whole && !self.server.is_whole();
        self.figures.failed_commits += usize::from(failed);
        self.agrees();
        // The power may go before anybody has heard, and a hall that acknowledges nothing is restarted soon.
        if (failed && self.chance.percent(50)) || self.chance.percent(1) {
            self.crash();
            return;
        }
        if !self.server.is_whole() && self.chance.percent(30) {
            self.crash();
            return;
        }
        self.server.answer(asked, answers);
    }

    /// A question about a ticket is answered as the journal has it.
    fn views_agree(&self, asked: &[banshi::engine::Submission], answers: &[Result<Value, Fault>]) {
        // What a question in a group sees may have changed before the group's end; alone it sees what is durable.
        let [(one, Ok(answer))] = asked.iter().zip(answers).collect::<Vec<_>>()[..] else {
            return;
        };
        if one.method == "ticket.get" {
            let state = self.book.queue.state_of(word(&one.params, "id"));
            assert_eq!(answer["state"].as_str(), state, "{} {answer}", one.params);
        }
    }

    fn agrees(&self) {
        if let Some(engine) = self.server.engine() {
            self.book.agrees(engine.hall());
        }
    }

    /// Reads entries that no turn has brought: a founding, and what a crash has kept after all.
    fn read_on(&mut self) {
        for line in self.server.lines(self.book.len() as u64 + 1) {
            self.book.take(&line);
        }
    }

    fn crash(&mut self) {
        if self.server.engine().is_none() {
            return;
        }
        self.server.crash(&mut self.chance);
        self.dialled.lock().unwrap().listens = false;
        self.down_for = 1 + self.chance.below(30);
        self.figures.crashes += 1;
        self.note(|| "the power goes".to_owned());
    }

    fn restart(&mut self) {
        self.down_for = 0;
        self.figures.crashes_while_opening += self.server.reopen(&mut self.chance);
        self.note(|| "the hall is open again".to_owned());
        self.book.survives_in(&self.server.lines(1));
        self.read_on();
        self.agrees();
        self.records_agree();
        self.dialled.lock().unwrap().listens = true;
    }

    /// The records are those that the journal makes.
    fn records_agree(&self) {
        let engine = self.server.engine().expect("it runs");
        let compared = engine.compare(&mut |_| {}).expect("it compares");
        assert_eq!(compared.differences, Vec::<String>::new());
    }

    /// Nothing breaks any more, and in the end everybody has their answer.
    fn settle(&mut self) {
        let faults = std::mem::replace(&mut self.rates.commits_a_fault, usize::MAX);
        self.clock.set_right();
        for round in 0.. {
            if self.server.engine().is_some() && !self.server.is_whole() {
                self.crash();
            }
            if self.server.engine().is_none() {
                self.restart();
            }
            self.let_pass(Duration::from_secs(1));
            (0..self.terminals.len()).for_each(|place| self.poll(place));
            self.connect();
            (0..self.links.len())
                .rev()
                .for_each(|place| self.carry(place, 0));
            self.turn();
            if self
                .terminals
                .iter()
                .all(|terminal| terminal.oldest().is_none())
            {
                break;
            }
            assert!(round < ROUNDS_MAX, "somebody is never answered");
        }
        self.rates.commits_a_fault = faults;
    }

    /// Ends the simulation: everybody is answered, and the hall is the same when it is opened beside itself.
    pub(super) fn end(&mut self) {
        self.settle();
        if !self.server.is_whole() {
            self.restart();
        }
        self.records_agree();
        let engine = self.server.engine().expect("it runs");
        crate::model::assert_same(engine.hall(), self.server.beside().hall());
        self.figures.entries = self.book.len();
        self.figures.calls = self.book.queue.calls;
        self.figures.tickets = self.book.queue.issued();
        self.figures.restored = self.book.queue.restored;
        self.figures.enquiries = self.book.enquiries();
        self.figures.stopped = self.book.stopped;
        self.figures.dates = self.book.dates;
    }
}
