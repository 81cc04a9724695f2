//! The day's seal: what is written down at the end of a day proves later that nothing before it was changed, not even by
//! somebody who makes the whole chain again.

use std::fs;

use banshi::store::{Head, LineDraft, line};
use serde_json::{Value, json};

use crate::support::calls::{HallOnDisk, said};

fn seal(hall: &HallOnDisk, on: &str) -> Value {
    let args = ["journal", "head", "--on", on, "--format", "json"];
    serde_json::from_slice(&hall.run(&args, 0).stdout).unwrap()
}

fn written(seal: &Value) -> String {
    format!("{}:{}", seal["seq"], seal["hash"].as_str().unwrap())
}

fn lines(hall: &HallOnDisk) -> Vec<Value> {
    let journal = fs::read_to_string(hall.folder().join("journal/000001.jsonl")).unwrap();
    let read = |line: &str| serde_json::from_str(line).unwrap();
    journal.lines().map(read).collect()
}

/// Two days with tickets.
fn two_days() -> HallOnDisk {
    let mut hall = HallOnDisk::training();
    for time in ["2026-03-02T09:00", "2026-03-02T17:00", "2026-03-04T09:00"] {
        hall.go(time);
        hall.ok("s007", "ticket.issue", json!({"queue": "qiye"}));
    }
    hall
}

#[test]
fn r231_the_seal_of_a_day_is_its_last_entry() {
    let hall = two_days();
    let all = lines(&hall);
    let day_of = |entry: &Value| {
        let at = entry["at"].as_str().unwrap();
        let at = chrono::DateTime::parse_from_rfc3339(at).unwrap();
        (at + chrono::TimeDelta::hours(8)).date_naive().to_string()
    };
    for on in ["2026-03-02", "2026-03-03", "2026-03-04", "2030-01-01"] {
        let last = all
            .iter()
            .rfind(|entry| day_of(entry).as_str() <= on)
            .unwrap();
        let seal = seal(&hall, on);
        assert_eq!(
            (&seal["seq"], &seal["hash"]),
            (&last["seq"], &last["hash"]),
            "{on}"
        );
        assert_eq!(
            (&seal["hall"], &seal["on"]),
            (&json!("shangcai"), &json!(on))
        );
        assert_eq!(seal["complete"], json!(on < "2026-03-04"), "{on}");
    }
    let whole = hall.run(&["journal", "head"], 0);
    let told = String::from_utf8(whole.stdout).unwrap();
    assert!(
        told.contains(&written(&seal(&hall, "2026-03-04"))),
        "{told}"
    );
    assert!(told.contains("the day is not over"), "{told}");
    let before = hall.run(&["journal", "head", "--on", "2001-01-01"], 3);
    assert!(said(&before).contains("record.not_found"));
    // It is for those who answer for the record.
    assert_eq!(
        hall.refusal("s007", "journal.head", json!({}))["code"],
        "permission.denied"
    );
}

#[test]
fn r231_a_chain_that_was_made_again_does_not_match_what_was_written_down() {
    let hall = two_days();
    let first = written(&seal(&hall, "2026-03-02"));
    let second = written(&seal(&hall, "2026-03-04"));
    let output = hall.run(&["verify", "--head", &first, "--head", &second], 0);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(told.matches("as it was written down").count(), 2, "{told}");

    // Somebody with the whole folder in hand moves the first ticket by a minute, and makes every hash after it again.
    let mut prev = None;
    let mut drafts = Vec::new();
    for entry in lines(&hall) {
        let mut at: chrono::DateTime<chrono::Utc> = entry["at"].as_str().unwrap().parse().unwrap();
        if entry["events"][0].get("ticket_issued").is_some() && prev.is_none() {
            at += chrono::TimeDelta::minutes(1);
            prev = Some(entry["seq"].as_u64().unwrap());
        }
        drafts.push(LineDraft {
            seq: entry["seq"].as_u64().unwrap(),
            group: entry["group"].as_u64().unwrap(),
            at,
            actor: serde_json::from_value(entry["actor"].clone()).unwrap(),
            request: entry["request"].as_str().map(str::to_owned),
            events: entry["events"].as_array().unwrap().clone(),
        });
    }
    let forged = line::chain(&Head::genesis("shangcai"), drafts).unwrap();
    let mut text = String::new();
    for line in &forged {
        text.push_str(line.raw());
        text.push('\n');
    }
    let path = hall.folder().join("journal/000001.jsonl");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &text).unwrap();
    fs::remove_dir_all(hall.folder().join("records")).unwrap();
    hall.run(&["verify"], 0);
    let output = hall.run(&["verify", "--head", &second], 4);
    assert!(
        said(&output).contains("another hash than was written down"),
        "{}",
        said(&output)
    );

    // Cut at a whole line with the records gone, nothing but the paper knows.
    let text = String::from_utf8(whole).unwrap();
    let kept: Vec<&str> = text.split_inclusive('\n').collect();
    fs::write(&path, kept[..kept.len() - 1].concat()).unwrap();
    fs::remove_dir_all(hall.folder().join("records")).unwrap();
    hall.run(&["verify"], 0);
    hall.run(&["verify", "--head", &first], 0);
    let output = hall.run(&["verify", "--head", &second], 4);
    assert!(
        said(&output).contains("the journal was cut"),
        "{}",
        said(&output)
    );
    hall.run(&["verify", "--head", "12"], 2);
}
