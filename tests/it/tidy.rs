//! The house rules as tests: floors, heads, lengths, bans, formatting and lints. Each check returns its complaints as
//! `path:line: what`, so that one run names everything; none of them repairs anything.

pub(crate) mod scan;
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use scan::{Scan, line_of, words};

const LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
/// A test may tell one story from beginning to end.
const TEST_LINES_MAX: usize = 700;
const TEST_FUNCTION_LINES_MAX: usize = 100;

/// A file of the tree, its path relative to the root with `/`.
struct Source {
    path: String,
    text: String,
    scan: Scan,
}

impl Source {
    fn complaint(&self, offset: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path, line_of(&self.text, offset))
    }

    /// The modules above the items of a file: `src/rules/case.rs` is `rules::case`, `src/lib.rs` is the root.
    fn modules(&self) -> Vec<&str> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut names: Vec<_> = inner.split('/').collect();
        if matches!(names.last(), Some(&("mod" | "lib" | "main"))) {
            names.pop();
        }
        names
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends in one of the endings, sorted by path.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.map(|entry| entry.expect("invariant: the tree is readable").path()) {
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push((
                    relative(&path),
                    std::fs::read_to_string(&path).expect("invariant: UTF-8"),
                ));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    let path = path
        .strip_prefix(root())
        .expect("invariant: below the root");
    path.to_string_lossy().replace('\\', "/")
}

fn sources(folder: &str) -> Vec<Source> {
    let take = |(path, text): (String, String)| Source {
        scan: scan::scan(&text),
        path,
        text,
    };
    files(folder, &[".rs"]).into_iter().map(take).collect()
}

/// The program's and the tests' sources.
fn all_sources() -> Vec<Source> {
    let mut all = sources("src");
    all.extend(sources("tests"));
    all
}

#[track_caller]
fn none(complaints: &[String]) {
    let mut report = String::new();
    for complaint in complaints {
        let _ = writeln!(report, "{complaint}");
    }
    assert!(report.is_empty(), "\n{report}");
}

/// A floor of the house: its height and the modules it may use (`*` is all).
struct Floor {
    height: u8,
    may_use: BTreeSet<String>,
}

/// The table of floors in the crate's documentation, which is the only one.
fn floors() -> BTreeMap<String, Floor> {
    let library = std::fs::read_to_string(root().join("src/lib.rs"))
        .expect("invariant: the crate has a root");
    let mut floors = BTreeMap::new();
    for line in library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
    {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let (Ok(height), [_, name, uses, ..]) = (cells[0].parse(), cells.as_slice()) else {
            continue;
        };
        let clean = |name: &str| {
            name.trim_matches(|c: char| !c.is_ascii_lowercase() && c != '*')
                .to_owned()
        };
        let may_use = uses
            .split(',')
            .map(clean)
            .filter(|name| !name.is_empty())
            .collect();
        floors.insert(clean(name), Floor { height, may_use });
    }
    floors
}

#[test]
fn the_floors_stand_on_each_other() {
    let floors = floors();
    let mut complaints = Vec::new();
    for (name, floor) in &floors {
        for used in floor.may_use.iter().filter(|used| *used != "*") {
            match floors.get(used) {
                None => complaints.push(format!(
                    "src/lib.rs: {name} may use {used}, which is no floor"
                )),
                Some(below) if below.height >= floor.height => {
                    complaints.push(format!(
                        "src/lib.rs: {name} may use {used}, which is not below it"
                    ));
                }
                Some(_) => {}
            }
        }
        if !root().join("src").join(name).is_dir() {
            complaints.push(format!("src/lib.rs: there is no folder src/{name}"));
        }
    }
    assert!(
        floors.len() >= 14,
        "the table of floors in src/lib.rs was not understood: {}",
        floors.len()
    );
    none(&complaints);
}

#[test]
fn no_floor_imports_upwards() {
    let floors = floors();
    let mut complaints = Vec::new();
    for source in sources("src") {
        let modules = source.modules();
        let Some(own) = modules.first() else {
            continue;
        };
        let Some(floor) = floors.get(*own) else {
            complaints.push(format!(
                "{}: {own} has no row in the table of src/lib.rs",
                source.path
            ));
            continue;
        };
        for (offset, used) in scan::crate_modules(&source.scan.code, modules.len()) {
            let allowed =
                used == *own || floor.may_use.contains("*") || floor.may_use.contains(&used);
            if !allowed {
                complaints.push(source.complaint(offset, &format!("{own} may not use {used}")));
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_file_says_what_it_owns() {
    let complaints: Vec<_> = all_sources()
        .iter()
        .filter(|source| {
            let head = source
                .text
                .lines()
                .take_while(|line| line.starts_with("//!"));
            head.map(|line| line.trim_start_matches("//!").trim().len())
                .sum::<usize>()
                < 40
        })
        .map(|source| source.complaint(0, "no head: a `//!` that says what the file owns"))
        .collect();
    none(&complaints);
}

#[test]
fn files_and_functions_are_short() {
    let mut complaints = Vec::new();
    for source in all_sources() {
        let lines = source.text.lines().count();
        let (lines_max, function_max) = if source.path.starts_with("tests/") {
            (TEST_LINES_MAX, TEST_FUNCTION_LINES_MAX)
        } else {
            (LINES_MAX, FUNCTION_LINES_MAX)
        };
        if lines > lines_max {
            complaints.push(format!(
                "{}: {lines} lines, at most {lines_max}",
                source.path
            ));
        }
        for function in scan::functions(&source.scan.code) {
            if function.length > function_max {
                let (path, scan::Function { name, line, length }) = (&source.path, function);
                complaints.push(format!(
                    "{path}:{line}: fn {name} has {length} lines, at most {function_max}"
                ));
            }
        }
    }
    none(&complaints);
}

#[test]
fn a_panic_names_its_invariant() {
    let mut complaints = Vec::new();
    for source in sources("src")
        .iter()
        .filter(|source| !source.path.ends_with("/tests.rs"))
    {
        let code = scan::without_tests(&source.scan.code);
        for (offset, _) in code.match_indices(".unwrap()") {
            complaints.push(source.complaint(
                offset,
                "unwrap(); say `expect(\"invariant: …\")` or return the error",
            ));
        }
        for (offset, call) in code.match_indices(".expect(") {
            let argument = source.text[offset + call.len()..].trim_start();
            // A parser's own `self.expect(…)` is no panic.
            let own = code[..offset].ends_with("self");
            if !own && !argument.starts_with("\"invariant: ") {
                complaints.push(source.complaint(
                    offset,
                    "expect() whose text does not begin with `invariant: `",
                ));
            }
        }
    }
    none(&complaints);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut complaints = Vec::new();
    for source in all_sources() {
        let code = &source.scan.code;
        for (offset, word) in words(code) {
            let bang = code[offset + word.len()..].starts_with('!');
            if bang && matches!(word, "todo" | "unimplemented" | "dbg") {
                complaints.push(source.complaint(offset, &format!("{word}!")));
            }
            if word == "ignore" && code[..offset].trim_end().ends_with("#[") {
                complaints.push(source.complaint(offset, "an ignored test"));
            }
        }
        for (offset, comment) in &source.scan.comments {
            let marks = ["TODO", "FIXME", "XXX", "HACK"];
            if let Some((_, mark)) = words(comment).find(|(_, word)| marks.contains(word)) {
                complaints.push(source.complaint(*offset, &format!("{mark} in a comment")));
            }
        }
    }
    none(&complaints);
}

#[test]
fn comments_are_sentences_not_banners() {
    let mut complaints = Vec::new();
    for source in all_sources() {
        for (offset, comment) in &source.scan.comments {
            let inner = comment.trim_start_matches(['/', '!', '*']).trim();
            let long = comment.len() - comment.trim_start_matches('/').len() > 3;
            let ruler = inner.chars().next().is_some_and(|first| {
                "-=*#~_/+─═".contains(first)
                    && inner.chars().take_while(|c| *c == first).count() >= 4
            });
            if long || ruler {
                complaints.push(source.complaint(*offset, "a banner"));
            }
        }
    }
    none(&complaints);
}

/// What only the named folders may call, and why. A monotonic clock measures how long to wait and decides nothing, so
/// those who wait may read it.
const IMPURE: &[(&str, &[&str], &str)] = &[
    ("SystemTime::now", &["src/sys/"], "the clock is an argument"),
    ("Utc::now", &["src/sys/"], "the clock is an argument"),
    ("Local::now", &["src/sys/"], "the clock is an argument"),
    (
        "Instant::now",
        &[
            "src/sys/",
            "src/wire/",
            "src/client/",
            "src/host/",
            "src/console/",
            "src/cli/",
        ],
        "only those who wait",
    ),
    ("getrandom::", &["src/sys/"], "chance is an argument"),
    (
        "env::var",
        &["src/sys/", "src/cli/"],
        "the environment is read at the edge",
    ),
    (
        "env::args",
        &["src/sys/", "src/cli/", "src/main.rs"],
        "the environment is read at the edge",
    ),
];

#[test]
fn clock_chance_and_environment_stay_at_the_edge() {
    let mut complaints = Vec::new();
    for source in sources("src") {
        let code = scan::without_tests(&source.scan.code);
        for (call, folders, why) in IMPURE {
            if folders.iter().any(|folder| source.path.starts_with(folder)) {
                continue;
            }
            for (offset, _) in code.match_indices(call) {
                complaints.push(source.complaint(offset, &format!("{call}: {why}")));
            }
        }
    }
    none(&complaints);
}

#[test]
fn what_is_kept_or_replayed_has_an_order() {
    let mut complaints = Vec::new();
    for source in sources("src") {
        let ordered = ["src/rules/", "src/engine/", "src/wire/"];
        if !ordered.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        for (offset, word) in words(&source.scan.code) {
            if matches!(word, "HashMap" | "HashSet") {
                complaints.push(source.complaint(offset, &format!("{word}: a BTree has an order")));
            }
        }
    }
    none(&complaints);
}

/// Whether code names an outside crate: `sled::`, `::sled::`, `use sled`, but not a module of ours, `super::sled::`.
fn names_crate(code: &str, name: &str) -> bool {
    words(code)
        .filter(|(_, word)| *word == name)
        .any(|(offset, word)| {
            let before = &code[..offset];
            let ours = before.strip_suffix("::").is_some_and(|path| {
                path.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                    && !path.ends_with("ratatui")
            });
            let path = code[offset + word.len()..].starts_with("::") || before.ends_with("use ");
            path && !ours
        })
}

#[test]
fn one_file_names_each_replaceable_crate() {
    let mut complaints = Vec::new();
    for name in ["sled", "crossterm"] {
        let found: Vec<_> = sources("src")
            .into_iter()
            .filter(|source| names_crate(&source.scan.code, name))
            .map(|source| source.path)
            .collect();
        if found.len() != 1 {
            complaints.push(format!("{name} is named in {found:?}, not in one file"));
        }
    }
    none(&complaints);
}

#[test]
fn every_test_file_is_listed_in_order() {
    let main = std::fs::read_to_string(root().join("tests/it/main.rs"))
        .expect("invariant: the test has a root");
    let list: Vec<_> = main
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let found: Vec<_> = files("tests/it", &[".rs"])
        .into_iter()
        .filter_map(|(path, _)| {
            let path = path.strip_prefix("tests/it/")?.strip_suffix(".rs")?;
            Some(path.trim_end_matches("/mod").to_owned())
        })
        .filter(|name| !name.contains('/') && name != "main")
        .collect();
    assert_eq!(
        list, found,
        "tests/it/main.rs lists every file beside it, sorted"
    );
}

#[test]
fn the_text_names_no_machine_and_no_occasion() {
    // Parts are joined here, so that this file does not complain of itself.
    let places = [
        ["/wo", "rk/"],
        ["/tm", "p/"],
        ["/ho", "me/"],
        ["/ro", "ot/"],
    ]
    .map(|parts| parts.concat());
    let papers =
        ["design", "domain", "formats", "product", "style"].map(|name| format!("{name}.{}", "md"));
    let mut complaints = Vec::new();
    let mut texts = files("src", &[".rs", ".md", ".ftl", ".toml", ".csv"]);
    texts.extend(files("tests", &[".rs"]));
    texts.extend(files("keymaps", &[".toml"]));
    for name in [
        "README.md",
        "CHANGELOG.md",
        "Cargo.toml",
        "clippy.toml",
        ".ci/run",
    ] {
        let text = std::fs::read_to_string(root().join(name));
        texts.push((
            name.to_owned(),
            text.unwrap_or_else(|error| panic!("{name}: {error}")),
        ));
    }
    for (path, text) in &texts {
        for (number, line) in text.lines().enumerate() {
            let mut complain = |what: &str| {
                complaints.push(format!("{path}:{}: {what}: {}", number + 1, line.trim()));
            };
            if places.iter().any(|place| line.contains(place.as_str())) {
                complain("a machine's path");
            }
            if papers.iter().any(|paper| line.contains(paper.as_str())) {
                complain("a paper that is not in this tree");
            }
            if names_an_occasion(line) {
                complain("an occasion of the work");
            }
            if line
                .chars()
                .any(|c| ('\u{1F000}'..='\u{1FAFF}').contains(&c) || c == '\u{FE0F}')
            {
                complain("an emoji");
            }
        }
    }
    none(&complaints);
}

/// Whether a line speaks of the making of the program: a numbered issue, session or helper, such as `#12` after one.
/// "issue 3 tickets" is the hall's own language.
fn names_an_occasion(line: &str) -> bool {
    let lower = line.to_lowercase();
    words(&lower).any(|(offset, word)| {
        let rest = lower[offset + word.len()..].trim_start();
        let numbered = rest.strip_prefix(['#', '-']);
        numbered.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            && matches!(word, "issue" | "session" | "helper")
    })
}

#[test]
fn every_path_that_is_named_to_a_reader_exists() {
    let mut complaints = Vec::new();
    for name in [
        "README.md",
        "CHANGELOG.md",
        "src/lib.rs",
        "src/rules/RULES.md",
    ] {
        let text =
            std::fs::read_to_string(root().join(name)).expect("invariant: it is in the tree");
        // Between backticks, or the target of a link.
        let named = text.split(['`', '(', ')']).filter(|part| {
            let known = ["src/", "tests/", "fixtures/", "keymaps/", ".ci/"];
            known.iter().any(|folder| part.starts_with(folder))
                && !part.contains(char::is_whitespace)
        });
        for path in named.filter(|path| !path.contains("YYYY") && !root().join(path).exists()) {
            complaints.push(format!("{name} names {path}, which does not exist"));
        }
    }
    none(&complaints);
}
