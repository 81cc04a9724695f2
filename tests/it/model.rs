//! A hall lived at random: commands of every method by everybody, on days that pass, against the engine on a store in memory.
//! After each step the hall keeps its promises; now and then it is opened anew from what is stored and must be the same.
//! `SIM_SEED` replays one run, `BANSHI_LONG=1` lives longer.

pub(crate) mod crowd;
mod sense;

use std::collections::{BTreeMap, BTreeSet};

use banshi::engine::{Fault, Identity, Submission};
use banshi::rules::command::Command;
use banshi::rules::hall::Hall;
use banshi::rules::permission::MATRIX;
use banshi::rules::stamp::Via;
use banshi::rules::ticket::TicketState;
use banshi::rules::views::ticket::Tally;
use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use self::crowd::Crowd;
use crate::support::bed::Bed;
use crate::support::make::{Chance, HOSTILE, Maker};

/// How many of the last commands a failure shows.
const SHOWN: usize = 12;

struct Life {
    bed: Bed,
    chance: Chance,
    crowd: Crowd,
    log: Vec<String>,
    owners: BTreeMap<String, String>,
    done: BTreeMap<String, (usize, usize)>,
}

impl Life {
    fn new(seed: u64) -> Self {
        let mut bed = Bed::small();
        bed.go("2026-03-02T08:30");
        for (staff, window) in [
            ("wang", "w1"),
            ("zhao", "w2"),
            ("li", "w3"),
            ("zhong", "w4"),
        ] {
            bed.ok(staff, "window.sign_on", json!({"window": window}));
        }
        Self {
            bed,
            chance: Chance::new(seed),
            crowd: Crowd::new(),
            log: Vec::new(),
            owners: BTreeMap::new(),
            done: BTreeMap::new(),
        }
    }

    fn pass_time(&mut self) {
        let seconds = match self.chance.below(100) {
            0..=87 => 5 + self.chance.below(120),
            88..=95 => self.chance.below(3600),
            96..=98 => self.chance.below(2 * 86_400),
            _ => self.chance.below(9 * 86_400),
        };
        self.bed.at += TimeDelta::seconds(i64::try_from(seconds).unwrap());
        if self.chance.percent(20) {
            self.bed.engine.pass_time(self.bed.at).expect("time passes");
        }
    }

    /// R41a: now and then a terminal is lost, or its clerk is back.
    fn terminals(&mut self) -> Option<Submission> {
        if !self.chance.percent(8) {
            return None;
        }
        let windows = ["w1", "w2", "w3", "w4"];
        let verbs = ["window.lose", "window.regain"];
        Some(Submission {
            identity: Identity::hall(),
            method: verbs[self.chance.below(verbs.len())].to_owned(),
            params: json!({"window": windows[self.chance.below(windows.len())]}),
        })
    }

    fn step(&mut self) {
        self.pass_time();
        let mut asked: Vec<_> = (0..=self.chance.below(3))
            .map(|_| self.crowd.command(self.bed.engine.hall(), &mut self.chance))
            .collect();
        for one in &mut asked {
            if self.chance.percent(50) {
                one.identity.via = Via::Console;
            }
        }
        asked.extend(self.terminals());
        for one in &asked {
            let staff = one.identity.staff.as_ref().map(ToString::to_string);
            self.log.push(format!(
                "{} {staff:?} {} {}",
                self.bed.at, one.method, one.params
            ));
        }
        let answers = self.bed.engine.submit(self.bed.at, &asked);
        assert_eq!(answers.len(), asked.len());
        for (one, answer) in asked.iter().zip(&answers) {
            let (count, done) = self.done.entry(one.method.clone()).or_default();
            *count += 1;
            *done += usize::from(answer.is_ok());
            match answer {
                Err(Fault::Failed(reason)) => panic!("{}: {reason}", one.method),
                Err(Fault::UnknownMethod(method)) => panic!("{method} is unknown"),
                Err(Fault::Params(fault)) => assert!(!fault.path.is_empty(), "{fault}"),
                Err(Fault::Refused(refusal)) => assert!(!refusal.next().is_empty()),
                Ok(_) => {}
            }
        }
        self.repeat(&asked, &answers);
        let moves_owners = asked
            .iter()
            .any(|one| matches!(one.method.as_str(), "enquiry.reassign" | "proposal.approve"));
        self.keeps_its_promises(moves_owners);
    }

    /// What was done under a request id is not done again.
    fn repeat(&mut self, asked: &[Submission], answers: &[Result<Value, Fault>]) {
        let again = |(one, answer): &(&Submission, &Result<Value, Fault>)| {
            one.params.get("request").is_some() && answer.as_ref().is_ok_and(Value::is_object)
        };
        let Some((one, _)) = asked.iter().zip(answers).find(again) else {
            return;
        };
        let head = self.bed.engine.head();
        let answer = self
            .bed
            .engine
            .submit(self.bed.at, std::slice::from_ref(one))
            .remove(0);
        match answer {
            Ok(answer) => {
                assert_eq!(answer["repeated"], true, "{} {answer}", one.method);
                assert_eq!(
                    self.bed.engine.head(),
                    head,
                    "{} was done twice",
                    one.method
                );
            }
            other => panic!("{} again: {other:?}", one.method),
        }
    }

    fn keeps_its_promises(&mut self, owners_may_move: bool) {
        let hall = self.bed.engine.hall();
        let today = banshi::rules::time::hall_date(self.bed.engine.head_at());
        let tally = Tally::of(hall.tickets.values().filter(|ticket| ticket.on == today));
        assert!(tally.balances(), "R49: {tally:?}");
        let held: usize = hall.desks.values().map(|desk| desk.held.len()).sum();
        let hands = hall.desks.values().filter(|desk| desk.in_hand.is_some());
        let at_windows = hall.tickets.values().filter(|ticket| {
            use TicketState::{Called, Held, Serving};
            matches!(ticket.state, Called | Serving | Held)
        });
        assert_eq!(
            at_windows.count(),
            held + hands.count(),
            "R41a: whatever happens to its terminal, a ticket of a window is at one"
        );
        let mut in_hand = BTreeSet::new();
        for (window, desk) in hall.desks.iter() {
            if let Some(ticket) = desk.in_hand {
                assert!(
                    in_hand.insert(ticket),
                    "R31: {ticket} is at two windows, one of them {window}"
                );
                let record = hall
                    .tickets
                    .get(&ticket)
                    .expect("a ticket in hand is there");
                assert_eq!(record.window.as_ref(), Some(window), "R37: {ticket}");
            }
        }
        for case in hall
            .cases
            .values()
            .filter(|case| case.is_open() && case.acceptance.is_some())
        {
            assert!(
                case.dues.is_some(),
                "{} was accepted and has no due date",
                case.number
            );
        }
        for paper in hall.papers.values() {
            assert_eq!(
                Some(&paper.holder),
                paper.moves.last().map(|step| &step.to),
                "R148 {}",
                paper.id
            );
        }
        for enquiry in hall.enquiries.values() {
            let owner = enquiry.owner.to_string();
            let before = self.owners.insert(enquiry.id.to_string(), owner.clone());
            let same = before.as_ref().is_none_or(|before| *before == owner);
            assert!(
                same || owners_may_move,
                "R57: {} was {before:?}'s, is {owner}'s",
                enquiry.number
            );
        }
    }

    /// What is stored is what is in memory, and what the journal says.
    fn is_stored(&mut self) {
        let reopened = self.bed.reopened();
        assert_same(self.bed.engine.hall(), reopened.hall());
        assert_eq!(reopened.head(), self.bed.engine.head());
        let compared = self.bed.engine.compare(&mut |_| {}).expect("it compares");
        assert_eq!(compared.differences, Vec::<String>::new());
        for (noun, digits) in [
            ("case", 5),
            ("enquiry", 5),
            ("proxy", 4),
            ("finding", 3),
            ("document", 5),
        ] {
            self.numbers_are_whole(noun, digits);
        }
    }

    /// R230: every number once, none left out, by day or year.
    fn numbers_are_whole(&mut self, noun: &str, digits: usize) {
        let mut runs: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        let mut count = 0;
        let mut cursor = Value::Null;
        loop {
            let params = json!({"closed": true, "limit": 500, "cursor": cursor});
            let page = self.bed.ok("zhu", &format!("{noun}.list"), params);
            for row in page["rows"].as_array().unwrap() {
                let number = row["number"].as_str().unwrap().trim_end_matches('号');
                let (head, serial) = number.split_at(number.len() - digits);
                let kind = if noun == "document" {
                    row["kind"].to_string()
                } else {
                    String::new()
                };
                runs.entry(format!("{kind}{head}"))
                    .or_default()
                    .insert(serial.parse().unwrap());
                count += 1;
            }
            cursor = page["next"].clone();
            if cursor.is_null() {
                break;
            }
        }
        let distinct: usize = runs.values().map(BTreeSet::len).sum();
        assert_eq!(distinct, count, "{noun}: a number stands twice");
        for (head, serials) in runs {
            let wanted: BTreeSet<u64> = (1..=serials.len() as u64).collect();
            assert_eq!(serials, wanted, "{noun} {head}");
        }
    }
}

/// Catalogue, desks, lines and counters are the same; open work is in both; what is in the reopened one is as it is here.
pub(crate) fn assert_same(running: &Hall, reopened: &Hall) {
    macro_rules! whole {
        ($($table:ident)*) => {$(
            assert!(running.$table == reopened.$table, "{} differ: {:?} {:?}", stringify!($table), running.$table, reopened.$table);
        )*};
    }
    whole!(frame departments queues windows staff items materials authorisations seals calendar_years desks lines counters);
    macro_rules! open {
        ($($table:ident)*) => {$(
            for (id, record) in running.$table.iter().filter(|(_, record)| record.is_open()) {
                assert_eq!(reopened.$table.get(id), Some(record), "{} {id}", stringify!($table));
            }
            for (id, record) in reopened.$table.iter() {
                let here = running.$table.get(id);
                assert!(here.is_none_or(|here| here == record), "{} {id}: {here:?} {record:?}", stringify!($table));
            }
        )*};
    }
    open!(tickets enquiries cases branches orders papers rounds findings proposals);
    for (id, person) in reopened.people.iter() {
        assert!(
            running.people.get(id).is_none_or(|here| here == person),
            "{id}"
        );
    }
}

fn is_long() -> bool {
    std::env::var_os("BANSHI_LONG").is_some()
}

/// Lives one life; a failure shows the seed and the last commands.
fn live(seed: u64, steps: usize) -> BTreeMap<String, (usize, usize)> {
    let mut life = Life::new(seed);
    let lived = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        for step in 0..steps {
            life.step();
            if step % 150 == 149 {
                life.is_stored();
            }
        }
        life.is_stored();
    }));
    if let Err(panic) = lived {
        let from = life.log.len().saturating_sub(SHOWN);
        eprintln!(
            "SIM_SEED={seed}, the last commands:\n{}",
            life.log[from..].join("\n")
        );
        std::panic::resume_unwind(panic);
    }
    life.done
}

#[test]
fn a_hall_lived_at_random_keeps_its_promises() {
    if let Some(seed) = std::env::var_os("SIM_SEED").and_then(|seed| seed.to_str()?.parse().ok()) {
        live(seed, 2_000);
        return;
    }
    let (lives, steps) = if is_long() { (200, 1_500) } else { (5, 300) };
    let mut done: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for seed in 0..lives {
        for (method, (count, ok)) in live(seed, steps) {
            let sum = done.entry(method).or_default();
            *sum = (sum.0 + count, sum.1 + ok);
        }
    }
    if is_long() {
        let never: Vec<_> = done
            .iter()
            .filter(|(_, (_, ok))| *ok == 0)
            .map(|(method, _)| method)
            .collect();
        eprintln!("never done: {never:?}");
        assert_eq!(done.len(), MATRIX.len(), "every method was tried");
    }
    let some: usize = done.values().filter(|(_, ok)| *ok > 0).count();
    assert!(
        some > 30,
        "too little happens for this to be a test: {done:?}"
    );
}

/// Any JSON; the leaves are what methods might take for something.
fn any_json() -> impl Strategy<Value = Value> {
    let known = [
        "t1",
        "c1",
        "p1",
        "w1",
        "a",
        "P",
        "wang",
        "zhou",
        "2026-03-02",
        "ok",
        "A001",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(HOSTILE).prop_map(Value::from),
        proptest::sample::select(known.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Parameters of a method with some of its fields put to anything, or altogether something else.
fn spoilt(names: &[String]) -> impl Strategy<Value = (u64, Vec<(String, Value)>, Option<Value>)> {
    let mut names = names.to_vec();
    names.extend(["id", "limit", "cursor", "closed", "request", "key", "清"].map(str::to_owned));
    let fields = prop::collection::vec((proptest::sample::select(names), any_json()), 0..4);
    (
        any::<u64>(),
        fields,
        proptest::option::weighted(0.1, any_json()),
    )
}

#[test]
fn any_parameters_are_answered_refused_or_named() {
    let config = ProptestConfig {
        cases: if is_long() { 1_000 } else { 24 },
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut bed = Bed::small();
    bed.ok("wang", "window.sign_on", json!({"window": "w1"}));
    let bed = std::cell::RefCell::new(bed);
    let tally = std::cell::RefCell::new([0_usize; 3]);
    let all = Command::describe()
        .into_iter()
        .chain(banshi::rules::query::describe());
    for info in all {
        let schema = serde_json::to_value(&info.params).unwrap();
        let fields = schema["properties"].as_object();
        let names: Vec<String> = fields
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        let staff =
            proptest::sample::select(vec!["wang", "shou", "zhou", "cha", "zhu", "ban", "guan"]);
        // A runner counts its cases across runs, so each method has its own.
        let mut runner = proptest::test_runner::TestRunner::new(config.clone());
        let lived = runner.run(
            &(staff, spoilt(&names)),
            |(staff, (seed, fields, other))| {
                let mut bed = bed.borrow_mut();
                let mut chance = Chance::new(seed);
                let mut maker = Maker {
                    hall: bed.engine.hall(),
                    chance: &mut chance,
                    hostile: 50,
                };
                let mut params = other.unwrap_or_else(|| maker.params(&schema));
                if let Value::Object(made) = &mut params {
                    made.extend(fields);
                }
                let place = match bed.ask(staff, &info.name, params.clone()) {
                    Err(Fault::Failed(reason)) => panic!("{} {params}: {reason}", info.name),
                    Err(Fault::UnknownMethod(_)) => {
                        panic!("{} is described and unknown", info.name)
                    }
                    Err(Fault::Params(fault)) => {
                        prop_assert!(!fault.path.is_empty());
                        0
                    }
                    Err(Fault::Refused(_)) => 1,
                    Ok(_) => 2,
                };
                tally.borrow_mut()[place] += 1;
                Ok(())
            },
        );
        lived.unwrap_or_else(|fault| panic!("{}: {fault}", info.name));
    }
    let tally = tally.into_inner();
    assert!(
        tally.iter().all(|count| *count > 100),
        "too little of one kind for this to be a test: {tally:?}"
    );
    assert_eq!(
        bed.borrow()
            .engine
            .compare(&mut |_| {})
            .unwrap()
            .differences,
        Vec::<String>::new()
    );
}
