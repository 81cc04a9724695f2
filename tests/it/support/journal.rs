//! A hall's journal as anybody reads it who has the files: lines of JSON, nothing of the program's own code.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::calls::files_ending;

/// Every line, in order.
pub(crate) fn lines(folder: &Path) -> Vec<Value> {
    let mut lines: Vec<Value> = Vec::new();
    for path in files_ending(&folder.join("journal"), ".jsonl") {
        for line in fs::read_to_string(path).unwrap().lines() {
            lines.push(serde_json::from_str(line).unwrap());
        }
    }
    for (nth, line) in (1_u64..).zip(&lines) {
        assert_eq!(line["seq"], nth, "a line is missing");
    }
    lines
}

/// The line of every request, by who asked and their request id. None is there twice.
pub(crate) fn by_request(lines: &[Value]) -> BTreeMap<(&str, &str), &Value> {
    let mut found = BTreeMap::new();
    for line in lines {
        let Some(request) = line["request"].as_str() else {
            continue;
        };
        let (id, _print) = request.rsplit_once('.').unwrap();
        let staff = line["actor"]["staff"].as_str().unwrap_or("");
        let before = found.insert((staff, id), line);
        assert!(before.is_none(), "{staff} {id} was done twice: {line}");
    }
    found
}

/// Name and fields of the events of a line.
pub(crate) fn events(line: &Value) -> impl Iterator<Item = (&str, &Value)> {
    line["events"].as_array().unwrap().iter().map(|event| {
        let (name, fields) = event.as_object().unwrap().iter().next().unwrap();
        (name.as_str(), fields)
    })
}
