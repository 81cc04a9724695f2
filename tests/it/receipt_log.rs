//! Real municipal cases replayed through commands: the receipt phase of 1,434 environmental permit applications (J.C.A.M. Buijs,
//! CoSeLoG project, 4TU.ResearchData). The log is not shipped: `BANSHI_RECEIPT` names its file `receipt.csv`, or the folder that
//! holds it; `receipt-stages.csv`, our reading of its activities, lies beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use banshi::engine::{Engine, Fault, Identity, Submission};
use banshi::host::found_in_memory;
use banshi::rules::catalogue::HallFolder;
use banshi::rules::stamp::Via;
use banshi::rules::time::Instant;
use serde_json::{Value, json};

/// What the log says happened to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Accepted,
    Paused,
    Resumed,
    Decided,
    Delivered,
}

/// One row that is an act of the hall; the steps in between are a department's own business.
#[derive(Debug, Clone)]
struct Act {
    at: Instant,
    case: String,
    stage: Stage,
}

/// The file to read, or why there is none.
fn log_file() -> Result<PathBuf, String> {
    let Some(named) = std::env::var_os("BANSHI_RECEIPT") else {
        return Err("BANSHI_RECEIPT names no file".to_owned());
    };
    let named = PathBuf::from(named);
    let file = if named.is_dir() {
        named.join("receipt.csv")
    } else {
        named
    };
    if file.is_file() {
        Ok(file)
    } else {
        Err(format!("{} is not there", file.display()))
    }
}

fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The acts of the log in the order of time.
fn acts(file: &Path) -> Vec<Act> {
    let stages: BTreeMap<String, Stage> = rows(&file.with_file_name("receipt-stages.csv"))
        .into_iter()
        .filter_map(|row| {
            let stage = match row["stage"].as_str() {
                "accepted" => Stage::Accepted,
                "paused" => Stage::Paused,
                "resumed" => Stage::Resumed,
                "decided" => Stage::Decided,
                "delivered" => Stage::Delivered,
                "step" => return None,
                other => panic!("unknown stage {other}"),
            };
            Some((row["activity"].clone(), stage))
        })
        .collect();
    let mut acts: Vec<Act> = rows(file)
        .into_iter()
        .filter_map(|row| {
            let stage = *stages.get(&row["activity"])?;
            let at = chrono::DateTime::parse_from_rfc3339(&row["timestamp"]).unwrap();
            Some(Act {
                at: at.to_utc(),
                case: row["case_id"].clone(),
                stage,
            })
        })
        .collect();
    acts.sort_by(|a, b| (a.at, &a.case).cmp(&(b.at, &b.case)));
    acts
}

/// A hall for these cases: one office, one member of staff who may decide, one item, and weekdays without holidays.
fn office() -> HallFolder {
    let profile = json!({
        "id": "receipt", "name": "许可受理处", "level": "county", "region": "000000", "scheme": "a",
        "hours": {"open": "08:30:00", "lunch_from": "12:00:00", "lunch_to": "13:00:00", "close": "17:30:00"},
    });
    serde_json::from_value(json!({
        "profile": profile,
        "departments": [{"code": "huanbao", "name": "环境许可科"}],
        "queues": [{"code": "a", "name": "受理", "prefix": "A"}],
        "windows": [{"code": "w1", "name": "1号窗口", "department": "huanbao", "queues": ["a"]}],
        "staff": [{"code": "zhang", "name": "张甲", "department": "huanbao", "roles": ["clerk", "chief_rep"],
            "trained_on": "2010-01-04"}],
        "items": [{"code": "permit", "name": "环境许可", "department": "huanbao", "power": "permit",
            "applicants": ["natural", "legal"], "kind": "promised", "statutory_limit": 40, "committed_limit": 28,
            "unit": "working_day", "fee": "不收费"}],
        "materials": [],
        "authorisations": [{"code": "授1", "name": "许可授权", "holder": "zhang", "scope": {"department": "huanbao"},
            "from": "2010-01-01"}],
        "seals": [],
        "calendar": [{"year": 2010, "days": []}, {"year": 2011, "days": []}, {"year": 2012, "days": []}],
    }))
    .unwrap()
}

/// The replay: the hall, the case of every case of the log, and what of the log found no place.
struct Replay {
    engine: Engine,
    cases: BTreeMap<String, String>,
    paused: u32,
    left_over: Vec<String>,
}

impl Replay {
    fn ask(&mut self, at: Instant, method: &str, params: Value) -> Result<Value, Fault> {
        let submission = Submission {
            identity: Identity {
                login: "test".to_owned(),
                staff: Some("zhang".into()),
                via: Via::Call,
            },
            method: method.to_owned(),
            params,
        };
        self.engine.submit(at, &[submission]).remove(0)
    }

    fn ok(&mut self, at: Instant, method: &str, params: Value) -> Value {
        let shown = params.to_string();
        self.ask(at, method, params)
            .unwrap_or_else(|fault| panic!("{at} {method} {shown}: {fault:?}"))
    }

    fn state(&mut self, at: Instant, case: &str) -> String {
        let case = self.ok(at, "case.get", json!({"case": case}));
        case["state"].as_str().unwrap().to_owned()
    }

    /// Does what the log says, where the case stands so that it can be done.
    fn act(&mut self, act: &Act, pairs: &mut BTreeMap<String, u32>) {
        let Act {
            at,
            case: name,
            stage,
        } = act;
        if *stage == Stage::Accepted {
            let nth = self.cases.len() + 1;
            let applicant = json!({"name": format!("applicant {nth}")});
            let received = self.ok(
                *at,
                "case.receive",
                json!({"item": "permit", "applicant": applicant}),
            );
            let case = received["id"].as_str().unwrap().to_owned();
            let accepted = self.ok(*at, "case.accept", json!({"case": case}));
            assert_eq!(accepted["state"], "accepted", "{name}");
            let before = self.cases.insert(name.clone(), case);
            assert_eq!(before, None, "{name} is accepted once");
            return;
        }
        let case = self.cases[name].clone();
        let state = self.state(*at, &case);
        match (stage, state.as_str()) {
            (Stage::Paused, "accepted") if pairs.get(name).is_some_and(|left| *left > 0) => {
                *pairs.entry(name.clone()).or_default() -= 1;
                self.paused += 1;
                self.ok(
                    *at,
                    "case.pause",
                    json!({"case": case, "kind": "expert_review", "estimated_days": 10}),
                );
            }
            (Stage::Resumed, "paused") => {
                self.ok(*at, "case.resume", json!({"case": case}));
            }
            (Stage::Decided, "accepted") => {
                self.ok(*at, "case.decide", json!({"case": case, "result": "ok"}));
            }
            (Stage::Delivered, "decided_ok") => {
                self.ok(*at, "case.deliver", json!({"case": case}));
            }
            (_, standing) => self
                .left_over
                .push(format!("{name} at {at}: {stage:?} while {standing}")),
        }
    }
}

/// How many pauses of each case are followed by the end of the pause.
fn pairs(acts: &[Act]) -> BTreeMap<String, u32> {
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    let mut pairs = BTreeMap::new();
    for act in acts {
        match act.stage {
            Stage::Paused => {
                open.insert(&act.case, true);
            }
            Stage::Resumed if open.remove(act.case.as_str()) == Some(true) => {
                *pairs.entry(act.case.clone()).or_default() += 1;
            }
            _ => {}
        }
    }
    pairs
}

#[test]
fn the_receipt_log_of_a_municipality() {
    let file = match log_file() {
        Ok(file) => file,
        Err(why) => {
            println!("skipped: {why}; set it to the file receipt.csv or its folder");
            return;
        }
    };
    let acts = acts(&file);
    let began = acts[0].at - chrono::TimeDelta::days(1);
    let mut replay = Replay {
        engine: found_in_memory(&office(), "receipt", began).unwrap(),
        cases: BTreeMap::new(),
        paused: 0,
        left_over: Vec::new(),
    };
    let mut pairs = pairs(&acts);
    for act in &acts {
        replay.act(act, &mut pairs);
    }
    let end = acts[acts.len() - 1].at;
    println!(
        "{} acts, {} pauses in pairs; no place for:",
        acts.len(),
        replay.paused
    );
    replay.left_over.iter().for_each(|act| println!("  {act}"));
    assert_eq!(replay.cases.len(), 1_434, "accepted");
    assert_eq!(replay.paused, 18, "pauses in pairs");

    let mut states: BTreeMap<String, u32> = BTreeMap::new();
    for case in replay.cases.values().cloned().collect::<Vec<_>>() {
        *states.entry(replay.state(end, &case)).or_default() += 1;
    }
    println!("{states:?}");
    let of = |state: &str| states.get(state).copied().unwrap_or(0);
    assert_eq!(of("decided_ok") + of("delivered"), 1_283, "decided");
    assert_eq!(of("accepted"), 151, "open");
    assert_eq!(states.values().sum::<u32>(), 1_434, "in no other state");

    let figures = replay.ok(
        end,
        "indicator.get",
        json!({"from": "2010-10-01", "to": "2012-01-31"}),
    );
    assert_eq!(figures["received"], 1_434, "{figures}");
    assert_eq!(figures["accepted"], 1_434);
    assert_eq!(figures["decided"], 1_283);
    assert_eq!(figures["open"], 151);
    assert_eq!(figures["balances"], true);
    let glance = replay.ok(end, "hall.status", json!({}));
    assert_eq!(glance["cases"]["open"], 151);

    let compared = replay.engine.compare(&mut |_| {}).unwrap();
    assert_eq!(compared.differences, Vec::<String>::new());
    assert!(compared.records > 1_434);
}
