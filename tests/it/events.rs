//! The words of the journal are frozen: every event has a golden file in `fixtures/events/`, and every golden file reads
//! and writes back byte for byte. A file is made once, from an event of a rule test, and never changed afterwards; a new
//! meaning is a new event.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use banshi::rules::event::Event;
use serde_json::Value;

use crate::tidy::scan;

/// Set to write the golden files that are still missing, from whatever events the rule tests make.
const WRITE: &str = "WRITE_EVENTS";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> PathBuf {
    root().join("fixtures/events").join(format!("{name}.json"))
}

/// The event as the journal holds it, and a line feed.
fn line(event: &Event) -> String {
    let text = serde_json::to_string(event).expect("invariant: events are plain data");
    format!("{text}\n")
}

/// Offers an event of a rule test as the golden one of its name. The first to come is kept.
pub(crate) fn offer(event: &Event) {
    if std::env::var_os(WRITE).is_none() {
        return;
    }
    let path = golden(&event.name());
    let folder = path
        .parent()
        .expect("invariant: a golden file lies in a folder");
    fs::create_dir_all(folder).expect("invariant: the tree is writable");
    // Tests run side by side: whoever makes the file first has written it.
    if let Ok(mut file) = fs::File::create_new(path) {
        file.write_all(line(event).as_bytes())
            .expect("invariant: the tree is writable");
    }
}

/// The stored names that the enums of `src/rules` give their events.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![root().join("src/rules")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("invariant: the tree is readable") {
            let path = entry.expect("invariant: the tree is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                names.extend(names_in(&path));
            }
        }
    }
    names
}

fn names_in(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("invariant: UTF-8");
    let code = scan::scan(&text).code;
    let mut names = Vec::new();
    for (at, word) in scan::words(&code) {
        if !word.ends_with("Event") || word == "Event" || !code[..at].ends_with("enum ") {
            continue;
        }
        let Some(open) = code[at..].find('{') else {
            continue;
        };
        let body = &text[at + open..scan::closing(&code, at + open)];
        let renamed = body.split("rename = \"").skip(1);
        names.extend(renamed.filter_map(|rest| rest.split('"').next().map(str::to_owned)));
    }
    names
}

#[test]
fn every_event_has_a_golden_file() {
    let names = names();
    assert!(
        names.len() > 12,
        "the events of src/rules were not understood: {names:?}"
    );
    let missing: Vec<_> = names.iter().filter(|name| !golden(name).exists()).collect();
    assert!(
        missing.is_empty(),
        "no fixtures/events/NAME.json for {missing:?} (run the tests with {WRITE}=1, twice)"
    );
}

#[test]
fn a_golden_file_reads_and_writes_back() {
    let names = names();
    for entry in fs::read_dir(root().join("fixtures/events"))
        .into_iter()
        .flatten()
    {
        let path = entry.expect("invariant: the tree is readable").path();
        let text = fs::read_to_string(&path).expect("invariant: UTF-8");
        let value: Value = serde_json::from_str(&text)
            .unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let event =
            Event::from_value(value).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        assert_eq!(line(&event), text, "{}", path.display());
        assert_eq!(
            golden(&event.name()),
            path,
            "the file is named after its event"
        );
        assert!(
            names.contains(&event.name()),
            "{} is written by nothing in src/rules",
            path.display()
        );
    }
}
