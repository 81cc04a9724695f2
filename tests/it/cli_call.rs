//! `banshi call` against what comes wrong: requests that do not fit, refusals, a hall that is not there, is somebody's, is damaged,
//! times that cannot be, texts that want to be obeyed, and requests that come twice.

use std::path::Path;

use banshi::store::{EmbeddedStore, OpenOptions};
use serde_json::{Value, json};

use crate::support::calls::{HallOnDisk, SHANGCAI, error_object, files_ending, said};

#[test]
fn what_does_not_fit_names_the_field_and_ends_with_2() {
    let hall = HallOnDisk::training();
    // method | params | code | path of the field, or - where there is none.
    let table = r#"
        ticket.issue     | {"queue":"qiye"                       | -32700 | -
        ticket.issue     | nonsense                              | -32700 | -
        ticket.issue     | ["qiye"]                              | -32600 | params
        ticket.issue     | "qiye"                                | -32600 | params
        ticket.issue     | 7                                     | -32600 | params
        ticket.isue      | {}                                    | -32601 | -
        nonsense         | {}                                    | -32601 | -
        no.such          | {}                                    | -32601 | -
        ticket.issue     | {}                                    | -32602 | queue
        ticket.issue     | {"queue":"qiye","colour":1}           | -32602 | colour
        ticket.issue     | {"queue":7}                           | -32602 | queue
        ticket.issue     | {"queue":"qiye","priority":"first"}   | -32602 | priority
        ticket.issue     | {"queue":"qiye","visitor":{"nme":"甲"}} | -32602 | visitor.nme
        ticket.issue     | {"queue":"qiye","visitor":{}}         | -32602 | visitor.name
        ticket.issue     | {"queue":"qiye","visitor":{"name":7}} | -32602 | visitor.name
        ticket.issue     | {"queue":"qiye","visitor":"张三"}      | -32602 | visitor
        ticket.issue     | {"queue":"qiye","items":["a",7]}      | -32602 | items[1]
        ticket.issue     | {"queue":"qiye","request":7}          | -32602 | request
        ticket.issue     | {"queue":"qiye","request":"short"}    | -32602 | request
        ticket.start     | {"ticket":7}                          | -32602 | ticket
        case.receive     | {"materials":[{"note":"x"}]}          | -32602 | materials[0].code
        case.extend      | {"case":"c1","within":"commitment","days":-1,"reason":"x"} | -32602 | days
        case.get         | {}                                    | -32602 | case
        case.get         | {"case":7}                            | -32602 | case
        case.get         | {"case":"c1","colour":1}              | -32602 | colour
        case.list        | {"limit":0}                           | -32602 | limit
        case.list        | {"limit":501}                         | -32602 | limit
        case.list        | {"colour":1}                          | -32602 | colour
        case.list        | {"lamp":"blue"}                       | -32602 | lamp
        case.explain     | {}                                    | -32602 | case
        hall.status      | {"colour":1}                          | -32602 | colour
        case.due         | {"colour":1}                          | -32602 | colour
        indicator.get    | {"from":"2026-03-01"}                 | -32602 | to
        indicator.get    | {"from":"2026-02-30","to":"2026-03-01"} | -32602 | from
        item.find        | {}                                    | -32602 | text
        journal.read     | {"from":-1}                           | -32602 | from
    "#;
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let error = hall.error("s001", parts[0], parts[1], 2);
        assert_eq!(error["code"].to_string(), parts[2], "{line}: {error}");
        let path = error["data"]["path"].as_str().unwrap_or("-");
        assert_eq!(path, parts[3], "{line}: {error}");
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(hall.ok("s001", "hall.status", json!({}))["waiting"], 0);
}

#[test]
fn parameters_come_from_standard_input_or_are_none() {
    let hall = HallOnDisk::training();
    let output = hall
        .command(&["--as", "s001", "call", "case.list", "-"])
        .write_stdin(r#"{"limit": 3}"#)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    hall.run(&["--as", "s001", "call", "hall.status"], 0);
    hall.run(&["call", "hall.status", "null"], 0);
}

#[test]
fn a_refusal_says_code_rule_facts_and_what_to_do_and_ends_with_3() {
    let hall = HallOnDisk::training();
    let table = [
        (
            "s026",
            "window.sign_on",
            json!({"window": "w999"}),
            "record.not_found",
            "R231",
        ),
        (
            "s026",
            "window.sign_on",
            json!({"window": "w022"}),
            "window.unskilled",
            "R26",
        ),
        (
            "s004",
            "ticket.call_next",
            json!({"window": "w010"}),
            "permission.denied",
            "1.1",
        ),
        (
            "s026",
            "ticket.call_next",
            json!({"window": "w010"}),
            "window.closed",
            "R41",
        ),
        (
            "s007",
            "ticket.issue",
            json!({"queue": "qiye", "appointment": "Y9"}),
            "record.not_found",
            "R231",
        ),
        (
            "s026",
            "ticket.start",
            json!({"ticket": "A999"}),
            "record.not_found",
            "R231",
        ),
        (
            "s026",
            "ticket.start",
            json!({"ticket": "t999"}),
            "record.not_found",
            "R231",
        ),
        (
            "s026",
            "case.get",
            json!({"case": "4117222026030200001"}),
            "record.not_found",
            "R231",
        ),
        (
            "s026",
            "journal.read",
            json!({"from": 1}),
            "permission.denied",
            "1.1",
        ),
        ("s999", "hall.status", json!({}), "record.not_found", "R231"),
    ];
    for (staff, method, params, code, rule) in table {
        let data = hall.refusal(staff, method, params);
        assert_eq!(data["code"], code, "{method}: {data}");
        assert_eq!(data["rule"], rule, "{method}: {data}");
        assert!(data["facts"].is_object(), "{data}");
        assert!(!data["next"].as_str().unwrap().is_empty(), "{data}");
    }
    assert_eq!(
        hall.ok("s026", "window.sign_on", json!({"window": "w010"}))["state"],
        "open"
    );
    let nobody = hall.ok("s026", "ticket.call_next", json!({"window": "w010"}));
    assert_eq!(nobody, Value::Null, "null when nobody waits");
}

#[test]
fn a_hall_that_somebody_holds_says_who_and_how_to_join() {
    let hall = HallOnDisk::training();
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-02T01:00:00Z")
        .unwrap()
        .to_utc();
    let (held, _) = EmbeddedStore::open(OpenOptions::new(hall.folder(), now)).unwrap();
    for args in [
        ["call", "hall.status"].as_slice(),
        &["verify"],
        &["rebuild"],
        &["init", "--training", SHANGCAI],
    ] {
        let complaint = said(&hall.run(args, 1));
        let holder = format!("process {}", std::process::id());
        assert!(complaint.contains(&holder), "{args:?}: {complaint}");
        assert!(complaint.contains("terminal"), "how to join: {complaint}");
    }
    drop(held);
    hall.run(&["call", "hall.status"], 0);
}

#[test]
fn no_hall_says_how_to_make_one() {
    let hall = HallOnDisk::unfounded();
    for args in [
        ["call", "hall.status"].as_slice(),
        &["verify"],
        &["rebuild"],
    ] {
        let complaint = said(&hall.run(args, 1));
        assert!(complaint.contains("banshi init"), "{args:?}: {complaint}");
    }
    assert!(!hall.folder().exists(), "nothing was written");
    // A hall is made once.
    hall.run(&["init", SHANGCAI], 0);
    let complaint = said(&hall.run(&["init", SHANGCAI], 1));
    assert!(complaint.contains("holds a hall already"), "{complaint}");
}

#[test]
fn time_is_given_in_a_training_hall_only_and_never_backwards() {
    let mut hall = HallOnDisk::unfounded();
    hall.run(&["init", SHANGCAI], 0);
    let data = hall.refusal("s026", "hall.status", json!({}));
    assert_eq!(data["code"], "hall.not_training");
    hall.run(&["--as", "s026", "call", "hall.status"], 0);
    let other = HallOnDisk::unfounded();
    other.run(&["--at", "2026-03-02T09:00:00+08:00", "init", SHANGCAI], 2);

    hall = HallOnDisk::training();
    // The same time serves any number of calls.
    for queue in ["qiye", "renshe", "zonghe"] {
        let ticket = hall.ok("s007", "ticket.issue", json!({"queue": queue}));
        assert_eq!(ticket["issued_at"], "2026-03-02T09:00:00+08:00");
    }
    hall.go("2026-03-02T08:59");
    let data = hall.refusal("s007", "ticket.issue", json!({"queue": "qiye"}));
    assert_eq!(data["code"], "clock.backwards");
    assert_eq!(data["facts"]["head"], "2026-03-02T09:00:00+08:00");
    // Without a time, the last entry's.
    let output = hall.run(
        &[
            "--as",
            "s007",
            "call",
            "ticket.issue",
            r#"{"queue":"qiye"}"#,
        ],
        0,
    );
    let ticket: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ticket["issued_at"], "2026-03-02T09:00:00+08:00");
    let wrong = hall.command(&["--at", "yesterday", "call", "hall.status"]);
    assert_eq!({ wrong }.output().unwrap().status.code(), Some(2));
}

/// Whether nothing in what a terminal was sent would be obeyed by it.
fn is_harmless(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    !text.chars().any(|character| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

#[test]
fn hostile_texts_are_stored_whole_and_never_reach_the_terminal_raw() {
    let hall = HallOnDisk::training();
    let names = [
        "张\u{1b}[2J\u{1b}]0;title\u{7}三".to_owned(),
        "李\0四".to_owned(),
        "\u{202e}五王\u{2066}x\u{2069}".to_owned(),
        "赵\u{9b}31m六\u{7f}\r\n\t".to_owned(),
        "长".repeat(10_000),
        "e\u{301}".repeat(40) + "\u{200b}\u{feff}\u{1f468}\u{200d}\u{1f469}",
    ];
    for (place, name) in names.iter().enumerate() {
        let visitor = json!({"name": name, "phone": format!("1390000000{place}"), "address": name});
        let output = hall.call(
            "s007",
            "ticket.issue",
            &json!({"queue": "qiye", "visitor": visitor}).to_string(),
        );
        assert!(output.status.success(), "{}", said(&output));
        assert!(is_harmless(&output.stdout), "{place}");
        let ticket: Value = serde_json::from_slice(&output.stdout).unwrap();
        for field in ["name", "phone"] {
            assert_ne!(
                ticket["visitor"][field], visitor[field],
                "masked for the usher (R224)"
            );
        }
        let person = ticket["visitor"]["id"].clone();
        let whole = hall.ok(
            "s001",
            "person.unmask",
            json!({"person": person, "purpose": "核对"}),
        );
        assert_eq!(whole["name"], **name, "whole in full");
        assert_eq!(whole["address"], **name);
        assert_eq!(whole["phone"], visitor["phone"]);
        let refused = hall.call(
            "s026",
            "enquiry.forward",
            &json!({"enquiry": name}).to_string(),
        );
        assert!(is_harmless(&refused.stderr), "{place}: in a refusal");
        error_object(&refused);
    }
    let unknown = hall.call("s026", "ticket.\u{1b}[2J", "{}");
    assert!(is_harmless(&unknown.stderr));
    let unknown = hall.run(&["--as", "\u{1b}[2J\u{202e}", "call", "hall.status"], 3);
    assert!(is_harmless(&unknown.stderr));
    // The journal proves itself with all of it inside.
    hall.run(&["verify"], 0);
}

/// Changes one byte in the middle of the entry's line.
fn damage(folder: &Path, entry: usize) {
    let path = files_ending(&folder.join("journal"), ".jsonl").remove(0);
    let mut bytes = std::fs::read(&path).unwrap();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(
            bytes
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'\n')
                .map(|(at, _)| at + 1),
        )
        .collect();
    let middle = usize::midpoint(starts[entry - 1], starts[entry]);
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
}

#[test]
fn a_damaged_journal_is_named_by_its_entry() {
    for back in [0, 1, 15] {
        let hall = HallOnDisk::training();
        for _ in 0..2 {
            hall.ok("s007", "ticket.issue", json!({"queue": "qiye"}));
        }
        let head = hall.ok("admin", "hall.status", json!({}))["head"]["seq"]
            .as_u64()
            .unwrap();
        let entry = usize::try_from(head).unwrap() - back;
        damage(&hall.folder(), entry);
        let found = hall.run(&["verify"], 4);
        let complaint = said(&found);
        assert!(
            complaint.contains(&format!("entry {entry} ")),
            "{complaint}"
        );
        if back > 1 {
            // Opening reads the journal's end alone; what lies before it is for `verify`.
            continue;
        }
        // Nothing is guessed, nothing is cut: a call stops with the same entry.
        let output = hall.command(&["call", "hall.status"]).output().unwrap();
        assert!(!output.status.success());
        assert!(
            said(&output).contains(&format!("entry {entry} ")),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn records_that_differ_are_found_and_made_again() {
    let hall = HallOnDisk::training();
    hall.ok("s007", "ticket.issue", json!({"queue": "qiye"}));
    std::fs::remove_dir_all(hall.folder().join("records")).unwrap();
    let rows = hall.rows("ticket");
    assert_eq!(rows.len(), 1, "opening makes missing records again");
    hall.run(&["verify"], 0);
}

#[test]
fn a_request_is_done_once_also_after_a_rebuild() {
    let hall = HallOnDisk::training();
    let request = "AAECAwQFBgcICQoLDA0ODw";
    let issue = json!({"queue": "qiye", "request": request});
    let first = hall.ok("s007", "ticket.issue", issue.clone());
    assert_eq!(first.get("repeated"), None);
    for again in ["at once", "after a rebuild"] {
        let second = hall.ok("s007", "ticket.issue", issue.clone());
        assert_eq!(second["id"], first["id"], "{again}");
        assert_eq!(second["repeated"], true, "{again}");
        let other = hall.refusal(
            "s007",
            "ticket.issue",
            json!({"queue": "renshe", "request": request}),
        );
        assert_eq!(other["code"], "request.reused", "{again}");
        let elsewhere = hall.refusal(
            "s007",
            "ticket.cancel",
            json!({"ticket": first["id"], "request": request}),
        );
        assert_eq!(elsewhere["code"], "request.reused", "{again}");
        std::fs::remove_dir_all(hall.folder().join("records")).unwrap();
        hall.run(&["rebuild"], 0);
    }
    // The id is another one's for somebody else, and a refusal is not remembered.
    hall.ok("s008", "ticket.issue", issue);
    assert_eq!(hall.rows("ticket").len(), 2);
    let sign_on = json!({"window": "w022", "request": "EAECAwQFBgcICQoLDA0ODw"});
    assert_eq!(
        hall.refusal("s026", "window.sign_on", sign_on)["code"],
        "window.unskilled"
    );
    let sign_on = json!({"window": "w010", "request": "EAECAwQFBgcICQoLDA0ODw"});
    hall.ok("s026", "window.sign_on", sign_on);
}
