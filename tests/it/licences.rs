//! Every crate that goes into the binary has a licence that a hall may use. `cargo metadata` tells the crates and their
//! SPDX expressions; crates that only tests use are not shipped and not asked.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Licences that any crate may have.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Licences with a condition that was looked at for the crates named: MPL binds changes of its own files only.
const ALLOWED_FOR: &[(&str, &[&str])] = &[("MPL-2.0", &["nucleo-matcher", "option-ext"])];

#[test]
fn every_shipped_crate_has_an_allowed_licence() {
    let metadata = metadata();
    let packages = by_id(&metadata["packages"]);
    let shipped = shipped(&metadata["resolve"]);
    assert!(
        shipped.len() > 50,
        "the graph of crates was not understood: {}",
        shipped.len()
    );
    let refused: Vec<_> = shipped
        .iter()
        .filter_map(|id| {
            let package = packages[id];
            let name = package["name"].as_str()?;
            let licence = package["license"].as_str().unwrap_or("none");
            (!allowed(name, licence)).then(|| format!("{name} {}: {licence}", package["version"]))
        })
        .collect();
    assert!(
        refused.is_empty(),
        "licences not allowed:\n{}",
        refused.join("\n")
    );
}

/// The graph for this machine's target, from what the build has already fetched.
fn metadata() -> Value {
    let host = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("invariant: a compiler built this test");
    let host = String::from_utf8_lossy(&host.stdout).into_owned();
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("invariant: rustc names its host");
    let arguments = [
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        "--filter-platform",
        host,
    ];
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("invariant: cargo runs this test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("invariant: cargo writes JSON")
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    let rows = list.as_array().into_iter().flatten();
    rows.filter_map(|row| Some((row["id"].as_str()?, row)))
        .collect()
}

/// What is reached from our own crate by normal and build dependencies, itself left out.
fn shipped(resolve: &Value) -> BTreeSet<&str> {
    let nodes = by_id(&resolve["nodes"]);
    let root = resolve["root"]
        .as_str()
        .expect("invariant: the graph has a root");
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        for dependency in nodes[id]["deps"].as_array().into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
            let ships = kinds.into_iter().any(|kind| kind["kind"] != "dev");
            let id = dependency["pkg"]
                .as_str()
                .expect("invariant: an edge ends at a crate");
            if ships && found.insert(id) {
                open.push(id);
            }
        }
    }
    found
}

/// Whether an SPDX expression can be met by allowed licences alone. `OR` and the old `/` bind weakest, then `AND`.
fn allowed(name: &str, expression: &str) -> bool {
    let expression = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<_> = expression.split_whitespace().collect();
    let mut at = 0;
    let met = either(name, &words, &mut at);
    met && at == words.len()
}

fn either(name: &str, words: &[&str], at: &mut usize) -> bool {
    let mut met = both(name, words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        let other = both(name, words, at);
        met = met || other;
    }
    met
}

fn both(name: &str, words: &[&str], at: &mut usize) -> bool {
    let mut met = one(name, words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        let other = one(name, words, at);
        met = met && other;
    }
    met
}

fn one(name: &str, words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let met = either(name, words, at);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && closed;
    }
    let mut licence = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        licence = words[*at - 1..(*at + 2).min(words.len())].join(" ");
        *at += 2;
    }
    let asked = |(id, names): &(&str, &[&str])| *id == licence && names.contains(&name);
    ALLOWED.contains(&licence.as_str()) || ALLOWED_FOR.iter().any(asked)
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let cases = [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT AND Zlib", true),
        ("(GPL-3.0-only OR MIT) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND MPL-2.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-2.0-only WITH Classpath-exception-2.0", false),
        ("(MIT", false),
        ("MIT )", false),
        ("", false),
    ];
    for (expression, expected) in cases {
        assert_eq!(allowed("some-crate", expression), expected, "{expression}");
    }
    assert!(allowed("option-ext", "MPL-2.0"));
}
