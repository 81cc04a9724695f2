//! Those who work in the hall: each sits at a terminal with a real client in it, asks what the work at hand asks for, and keeps
//! what was not answered. A terminal can be killed; then another one is started, which may know what the old one had asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant as Monotonic;

use banshi::client::{CallId, Client, ClientError, News};
use banshi::rules::case::CaseState;
use banshi::rules::hall::Hall;
use banshi::rules::stamp::Via;
use banshi::rules::ticket::TicketState;
use banshi::rules::window::DeskState;
use banshi::wire::{Connection, Hello, Id, Response, Topic};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::link::Dialled;
use crate::support::make::Chance;

/// Requests that one terminal has under way at most.
const UNDER_WAY_MAX: usize = 3;

/// Something that was asked, and when first.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) params: Value,
    pub(super) first_on: NaiveDate,
}

/// Somebody's terminal.
pub(super) struct Terminal {
    pub(super) staff: Option<String>,
    pub(super) login: &'static str,
    client: Client,
    under_way: BTreeMap<CallId, Asked>,
    /// What is to be sent again, under the request ids that it had.
    again: Vec<Asked>,
    last: Option<Asked>,
}

impl Terminal {
    /// A terminal of a member of staff, or the kiosk at the door.
    pub(super) fn start(staff: Option<&str>, place: usize, dialled: &Dialled, seed: u64) -> Self {
        Self {
            staff: staff.map(str::to_owned),
            login: if staff.is_some() { "hall" } else { "kiosk" },
            client: client(staff, place, dialled, seed),
            under_way: BTreeMap::new(),
            again: Vec::new(),
            last: None,
        }
    }

    /// The process is killed and another one started: it knows a part of what was under way, the rest is forgotten.
    pub(super) fn kill(&mut self, place: usize, dialled: &Dialled, chance: &mut Chance) {
        self.client = client(self.staff.as_deref(), place, dialled, chance.next());
        for asked in std::mem::take(&mut self.under_way).into_values() {
            if chance.percent(60) {
                self.again.push(asked);
            }
        }
    }

    /// The earliest day on which something was asked that has no answer yet.
    pub(super) fn oldest(&self) -> Option<NaiveDate> {
        let waiting = self.under_way.values().chain(&self.again);
        waiting.map(|asked| asked.first_on).min()
    }

    pub(super) fn is_busy(&self) -> bool {
        self.under_way.len() >= UNDER_WAY_MAX
    }

    /// Asks something new, under a request id of its own, which it gives.
    pub(super) fn ask(&mut self, method: &str, mut params: Value, today: NaiveDate) -> String {
        let id = self.client.new_request_id().as_str().to_owned();
        params["request"] = json!(id);
        self.send(Asked {
            method: method.to_owned(),
            params,
            first_on: today,
        });
        id
    }

    /// Asks something new under the request id of what was answered last, if that was today.
    pub(super) fn ask_carelessly(&mut self, method: &str, mut params: Value, today: NaiveDate) {
        let Some(last) = self.last.take_if(|last| last.first_on == today) else {
            return;
        };
        params["request"] = last.params["request"].clone();
        self.send(Asked {
            method: method.to_owned(),
            params,
            first_on: today,
        });
    }

    /// Something was answered: done with, or to be sent again, as long as it is of today.
    pub(super) fn answered(&mut self, asked: Asked, again: bool, today: NaiveDate) {
        if again && asked.first_on == today {
            self.again.push(asked.clone());
        }
        self.last = Some(asked);
    }

    /// Sends something again that had no answer, or no good one.
    pub(super) fn ask_again(&mut self) -> bool {
        let asked = self.again.pop();
        asked.map(|asked| self.send(asked)).is_some()
    }

    fn send(&mut self, asked: Asked) {
        match self.client.send(&asked.method, asked.params.clone()) {
            Ok(call) => drop(self.under_way.insert(call, asked)),
            Err(ClientError::Busy) => self.again.push(asked),
            // Whoever types too much is told at once.
            Err(ClientError::TooLong { .. }) => {}
            Err(error) => panic!("{} cannot be asked: {error}", asked.method),
        }
    }

    /// Takes what has come, and gives the answers.
    pub(super) fn poll(&mut self, now: Monotonic) -> Vec<(Asked, Result<Value, ClientError>)> {
        let mut answers = Vec::new();
        while let Some(news) = self.client.poll(now) {
            match news {
                News::Answer(call, answer) => {
                    let asked = self
                        .under_way
                        .remove(&call)
                        .expect("an answer to what was asked, once");
                    answers.push((asked, answer));
                }
                News::Over(error) => panic!("the client gave up: {error}"),
                News::Changed(_) | News::Lost(_) | News::Restored => {}
            }
        }
        answers
    }
}

/// A client that dials the hall whenever it has no line. Its first connection is over as soon as it has greeted.
fn client(staff: Option<&str>, place: usize, dialled: &Dialled, seed: u64) -> Client {
    let (ours, theirs) = Connection::memory();
    let welcome = Response {
        id: Id::from(1),
        result: Ok(json!({})),
    };
    theirs.sender.try_send(welcome).expect("there is room");
    let mut chance = Chance::new(seed);
    let bits = move || (u128::from(chance.next()) << 64 | u128::from(chance.next())).to_be_bytes();
    let exchange = Arc::clone(dialled);
    let dial = move || {
        let mut exchange = exchange.lock().unwrap();
        if !exchange.listens {
            return Err(std::io::ErrorKind::ConnectionRefused.into());
        }
        let (ours, theirs) = Connection::memory();
        exchange.dialled.push((place, theirs));
        Ok(ours)
    };
    let mut client = Client::new(ours, Box::new(bits)).redialling(Box::new(dial));
    let mut hello = Hello::new();
    hello.staff = staff.map(Into::into);
    hello.via = Some(if staff.is_some() {
        Via::Console
    } else {
        Via::Kiosk
    });
    client.greet(&hello).expect("the welcome is there already");
    client
        .watch(["ticket", "case"].map(Topic::from))
        .expect("it is up");
    client
}

/// Who asks what.
pub(super) type Wish = (Option<String>, &'static str, Value);

/// What is to be done at a window: a number called, a visitor served, somebody sent on. Now and then by the wrong person.
pub(super) fn at_a_window(
    hall: &Hall,
    seats: &[(String, String)],
    chance: &mut Chance,
) -> Option<Wish> {
    let (clerk, window) = chance.pick(seats)?;
    let desk = hall.desks.get(&window.as_str().into());
    let Some(desk) = desk.filter(|desk| desk.is_open()) else {
        return Some((
            Some(clerk.clone()),
            "window.sign_on",
            json!({"window": window}),
        ));
    };
    let mut staff = desk.staff.as_ref().map(ToString::to_string);
    if chance.percent(4) {
        staff = chance.pick(seats).map(|(other, _)| other.clone());
    }
    if desk.state == DeskState::Paused {
        return Some((staff, "window.resume", json!({"window": window})));
    }
    let Some(id) = desk.in_hand else {
        let (method, params) = at_a_free_window(hall, window, &desk.held, chance);
        return Some((staff, method, params));
    };
    let record = hall.tickets.get(&id);
    let serving = record.is_some_and(|ticket| ticket.state == TicketState::Serving);
    let called = record.map_or(0, |ticket| ticket.calls);
    let ticket = json!({ "ticket": id });
    let (method, params) = match (serving, chance.below(100)) {
        (false, 0..=69) if called >= 3 => ("ticket.miss", ticket),
        (false, 0..=34) => ("ticket.start", ticket),
        (false, 35..=74) => ("ticket.recall", ticket),
        (false, 75..=76) => ("ticket.miss", ticket),
        (false, 77..=82) => ("ticket.abandon", ticket),
        (true, 0..=49) => (
            "ticket.finish",
            json!({"ticket": id, "outcome": "nothing", "reason": "已当场答复"}),
        ),
        (true, 50..=64) => ("ticket.hold", ticket),
        (true, 65..=76) => (
            "enquiry.open",
            json!({"ticket": id, "matter": "怎么办理", "channel": "window", "in_scope": chance.percent(50)}),
        ),
        (true, 77..=86) => (
            "case.receive",
            json!({"ticket": id, "item": "P", "applicant": {"name": "申请人"},
            "materials": [{"code": "P-1"}, {"code": "P-2"}, {"code": "P-3"}]}),
        ),
        _ => ("ticket.transfer", transfer(id.to_string(), seats, chance)),
    };
    Some((staff, method, params))
}

fn transfer(id: String, seats: &[(String, String)], chance: &mut Chance) -> Value {
    let queue = ["a", "b"][chance.below(2)];
    let window = chance.pick(seats).map(|(_, window)| window.clone());
    if chance.percent(50) {
        json!({"ticket": id, "queue": queue})
    } else {
        json!({"ticket": id, "window": window})
    }
}

fn at_a_free_window(
    hall: &Hall,
    window: &str,
    held: &[banshi::rules::id::TicketId],
    chance: &mut Chance,
) -> (&'static str, Value) {
    let here = json!({ "window": window });
    match chance.below(100) {
        75..=84 if !held.is_empty() => ("ticket.resume", json!({"ticket": held[0]})),
        85..=90 => {
            let waiting: Vec<_> = hall
                .tickets
                .values()
                .filter(|ticket| ticket.state == TicketState::Waiting)
                .collect();
            match chance.pick(&waiting) {
                Some(ticket) => (
                    "ticket.pick",
                    json!({"window": window, "ticket": ticket.id, "reason": "urgent"}),
                ),
                None => ("ticket.call_next", here),
            }
        }
        91..=93 => (
            "window.pause",
            json!({"window": window, "reason": "meeting"}),
        ),
        94..=95 => ("window.sign_off", here),
        _ => ("ticket.call_next", here),
    }
}

/// What happens at the door: numbers are taken, some with courtesy; missed ones come back into line.
pub(super) fn at_the_door(hall: &Hall, chance: &mut Chance) -> Wish {
    let usher = Some("dao".to_owned());
    let missed: Vec<_> = hall
        .tickets
        .values()
        .filter(|ticket| ticket.state == TicketState::Missed)
        .collect();
    if chance.percent(60)
        && let Some(ticket) = chance.pick(&missed)
    {
        return (usher, "ticket.restore", json!({"ticket": ticket.id}));
    }
    let queue = ["a", "b"][chance.below(2)];
    match chance.below(10) {
        0..=4 => (None, "ticket.issue", json!({ "queue": queue })),
        5..=6 => (usher, "ticket.issue", json!({ "queue": queue })),
        7..=8 => (
            usher,
            "ticket.issue",
            json!({"queue": queue, "ground": "elderly"}),
        ),
        _ => (
            usher,
            "ticket.issue",
            json!({"queue": queue, "ground": "major_project"}),
        ),
    }
}

/// What becomes of a case in a department: received, accepted, stopped, let run again, given more time, decided.
pub(super) fn in_the_department(hall: &Hall, chance: &mut Chance) -> Wish {
    let open: Vec<_> = hall
        .cases
        .values()
        .filter(|case| case.is_open() && case.item.as_str() == "P")
        .collect();
    let all = json!([{"code": "P-1"}, {"code": "P-2"}, {"code": "P-3"}]);
    let case = chance.pick(&open).copied().filter(|_| chance.percent(85));
    let Some(case) = case else {
        let receive = json!({"item": "P", "applicant": {"name": "申请人"}, "materials": all});
        return (Some("wang".to_owned()), "case.receive", receive);
    };
    let id = case.id;
    let one = json!({ "case": id });
    let (staff, method, params) = match (case.state, chance.below(100)) {
        (CaseState::Paused, 0..=69) => ("shou", "case.resume", one),
        (CaseState::Accepted, 0..=49) => {
            let days = 1 + chance.below(9);
            let pause = json!({"case": id, "kind": "expert_review", "estimated_days": days});
            ("shou", "case.pause", pause)
        }
        (CaseState::Accepted, 50..=84) => {
            let (staff, within) = [("shou", "commitment"), ("ban", "statutory")][chance.below(2)];
            let days = 1 + chance.below(4);
            let more = json!({"case": id, "within": within, "days": days, "reason": "案情复杂"});
            (staff, "case.extend", more)
        }
        (CaseState::Accepted, _) => ("shou", "case.decide", json!({"case": id, "result": "ok"})),
        _ => ("shou", "case.accept", one),
    };
    (Some(staff.to_owned()), method, params)
}
