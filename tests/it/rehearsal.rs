//! The rehearsal: a seed fixes the journal, nothing it does is refused, and the demo's morning shows what it promises.

use std::collections::BTreeMap;

use banshi::client::Client;
use banshi::engine::Engine;
use banshi::host::{self, HallClock, Host, Peer};
use banshi::intake;
use banshi::rehearsal::{Outcome, Plan, latest_working_day, rehearse};
use banshi::rules::catalogue::HallFolder;
use banshi::rules::stamp::Via;
use banshi::rules::ticket::TicketState;
use banshi::rules::views::ticket::Tally;
use banshi::wire::Hello;
use chrono::NaiveDate;
use serde_json::{Value, json};

fn folder(name: &str) -> HallFolder {
    let read = intake::read_embedded(name).expect("an example hall");
    read.expect("without faults").0
}

/// A Monday whose weeks before hold a holiday.
fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, 18).unwrap()
}

fn played(name: &str, seed: u64, plan: impl Fn(&HallFolder) -> Plan) -> (Engine, Outcome, Plan) {
    let hall = folder(name);
    let plan = plan(&hall);
    let engine = host::found_in_memory(&hall, &seed.to_string(), plan.begins_at()).unwrap();
    let host = Host::start(engine, HallClock::Still(plan.begins_at())).unwrap();
    let outcome = rehearse(&host, &hall, &plan).unwrap();
    let engine = host.stop().expect("the host lives");
    (engine, outcome, plan)
}

fn demo(seed: u64) -> (Engine, Outcome, Plan) {
    played("shangcai", seed, |hall| Plan::demo(seed, hall, monday()))
}

fn assert_nothing_refused(outcome: &Outcome) {
    let refused: Vec<String> = outcome
        .refused
        .iter()
        .map(|act| {
            let by = act.by.as_ref().map_or("the public", |code| code.as_str());
            let (method, params, refused) = (act.method, &act.params, &act.refused);
            format!(
                "{} {by}: {method} {params}: {} {:?}",
                act.at, refused.code, refused.facts
            )
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// A hall that was played, to be asked.
struct Asked {
    client: Client,
    _host: Host,
}

impl Asked {
    fn of(engine: Engine, plan: &Plan) -> Self {
        let host = Host::start(engine, HallClock::Still(plan.ends_at())).unwrap();
        let connection = host.connect(Peer {
            login: "test".to_owned(),
            via: Via::Call,
        });
        let mut client = Client::new(connection, Box::new(|| [7; 16]));
        let mut hello = Hello::new();
        hello.staff = Some("s001".into());
        client.greet(&hello).unwrap();
        Self {
            client,
            _host: host,
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.client
            .call(method, params)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// How often each word stands under a pointer of the rows of a list.
    fn tally(&mut self, method: &str, closed: bool, pointer: &str) -> BTreeMap<String, usize> {
        let rows = self.ask(method, json!({"limit": 500, "closed": closed}));
        let mut tally = BTreeMap::new();
        for row in rows["rows"].as_array().expect("rows") {
            let word = row.pointer(pointer).and_then(Value::as_str).unwrap_or("-");
            *tally.entry(word.to_owned()).or_insert(0) += 1;
        }
        tally
    }
}

fn assert_holds(tally: &BTreeMap<String, usize>, words: &[&str]) {
    for word in words {
        assert!(tally.contains_key(*word), "no {word} in {tally:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_journal() {
    let (one, ..) = demo(3);
    let (same, ..) = demo(3);
    let (other, ..) = demo(4);
    assert_eq!(one.head(), same.head());
    assert_ne!(one.head(), other.head());
}

#[test]
fn the_demos_morning_is_done_without_a_refusal() {
    for seed in [1, 2] {
        let (_, outcome, _) = demo(seed);
        assert_nothing_refused(&outcome);
        assert!(outcome.done > 800, "{}", outcome.done);
    }
}

#[test]
fn the_demos_morning_holds_every_lamp_and_state() {
    let (engine, outcome, plan) = demo(1);
    assert_nothing_refused(&outcome);
    let mut hall = Asked::of(engine, &plan);
    let lamps = hall.tally("case.list", false, "/clock/lamp");
    assert_holds(&lamps, &["green", "amber", "red", "overdue", "paused"]);
    let cases = hall.tally("case.list", true, "/state");
    eprintln!("{lamps:?} {cases:?}");
    assert_holds(
        &cases,
        &[
            "precheck",
            "received",
            "supplement",
            "accepted",
            "paused",
            "wait_superior",
            "decided_ok",
            "decided_no",
            "returned",
            "not_accepted",
            "withdrawn",
            "delivered",
        ],
    );
    let kinds = hall.tally("case.list", false, "/kind");
    assert_holds(&kinds, &["promised", "joint", "upward", "special"]);
    let branches = hall.tally("branch.list", true, "/state");
    assert_holds(&branches, &["notified", "signed", "consented"]);
    let orders = hall.tally("proxy.list", true, "/state");
    assert_holds(
        &orders,
        &[
            "requested",
            "accepted",
            "assigned",
            "underway",
            "suspended",
            "result",
            "replied",
            "completed",
            "followed_up",
        ],
    );
    let findings = hall.tally("finding.list", true, "/state");
    assert_holds(
        &findings,
        &["open", "notified", "rectifying", "appealed", "verified"],
    );
    let enquiries = hall.tally("enquiry.list", true, "/state");
    assert_holds(
        &enquiries,
        &["open", "forwarded", "replied", "closed_satisfied"],
    );
    let proposals = hall.tally("proposal.list", false, "/method");
    assert_holds(
        &proposals,
        &["case.pause", "case.extend", "case.default_confirm"],
    );
    assert!(hall.tally("custody.list", false, "/offered_to").len() > 1);
    let status = hall.ask("hall.status", json!({}));
    eprintln!(
        "waiting {} serving {} on {}",
        status["waiting"], status["serving"], status["signed_on"]
    );
    for queue in status["queues"].as_array().unwrap() {
        eprintln!(
            "{} {} {} {}",
            queue["queue"], queue["waiting"], queue["longest_wait_minutes"], queue["open_windows"]
        );
    }
    let waiting = status["queues"].as_array().unwrap().iter();
    assert!(
        waiting
            .filter(|queue| queue["waiting"].as_u64() > Some(0))
            .count()
            >= 3
    );
    assert!(
        status["serving"].as_u64() > Some(8),
        "{}",
        status["serving"]
    );
    let windows = hall.tally("window.list", false, "/state");
    assert_holds(&windows, &["paused", "closed"]);
    assert_eq!(hall.tally("round.list", false, "/id").len(), 1);
}

#[test]
fn r49_tickets_are_conserved() {
    let (engine, ..) = demo(1);
    let tickets: Vec<_> = engine.hall().tickets.values().collect();
    let tally = Tally::of(tickets.iter().copied());
    eprintln!("{tally:?}");
    assert!(tally.balances(), "{tally:?}");
    assert_eq!(tally.issued as usize, tickets.len());
    let is = |state| {
        tickets
            .iter()
            .filter(|ticket| ticket.state == state)
            .count()
    };
    assert!(is(TicketState::Done) > 40, "{}", is(TicketState::Done));
    assert!(is(TicketState::Waiting) > 5, "{}", is(TicketState::Waiting));
    assert!(is(TicketState::Missed) > 0);
}

#[test]
fn records_and_journal_agree_after_a_rehearsal() {
    let (engine, ..) = demo(1);
    let comparison = engine.compare(&mut |_| {}).unwrap();
    assert_eq!(comparison.differences, Vec::<String>::new());
}

#[test]
fn whole_days_of_both_example_halls_are_done_without_a_refusal() {
    let from = NaiveDate::from_ymd_opt(2026, 4, 29).unwrap();
    for (name, visitors) in [("shangcai", 150), ("zhangwu", 40)] {
        let (engine, outcome, _) = played(name, 5, |_| Plan::days(5, from, 9, visitors));
        assert_nothing_refused(&outcome);
        assert!(outcome.done > 1000, "{name}: {}", outcome.done);
        let left_open = engine
            .hall()
            .tickets
            .values()
            .filter(|ticket| ticket.is_open())
            .count();
        assert!(left_open < 20, "{name}: {left_open}");
    }
}

#[test]
fn a_small_hall_has_its_demo_too() {
    let (engine, outcome, plan) = played("zhangwu", 1, |hall| Plan::demo(1, hall, monday()));
    assert_nothing_refused(&outcome);
    let mut hall = Asked::of(engine, &plan);
    let lamps = hall.tally("case.list", false, "/clock/lamp");
    assert_holds(&lamps, &["green", "amber", "red", "overdue", "paused"]);
}

#[test]
fn r14_the_demos_day_is_a_published_working_day() {
    let hall = folder("shangcai");
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    assert_eq!(
        latest_working_day(&hall, day(2026, 5, 18)),
        Some(day(2026, 5, 18))
    );
    assert_eq!(
        latest_working_day(&hall, day(2026, 5, 17)),
        Some(day(2026, 5, 15))
    );
    assert_eq!(
        latest_working_day(&hall, day(2031, 7, 1)),
        Some(day(2026, 12, 31))
    );
    assert_eq!(latest_working_day(&hall, day(2020, 7, 1)), None);
}
