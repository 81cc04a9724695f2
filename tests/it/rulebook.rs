//! The rule book and the code name each other. Every rule `R…` and worked example `V…` that a source cites exists in
//! `src/rules/RULES.md`, and those that nothing cites are exactly the lines of `fixtures/uncited.txt`.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

/// A number of the rule book, in its order: rules before examples, then by number, then by letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Number {
    kind: char,
    count: u32,
    letter: Option<char>,
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.kind, self.count)?;
        self.letter
            .map_or(Ok(()), |letter| formatter.write_char(letter))
    }
}

/// Set to rewrite the list instead of comparing it.
const REWRITE: &str = "REWRITE_UNCITED";
const HEAD: &str =
    "# Rules and worked examples of src/rules/RULES.md that no code or test cites.\n";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rules and examples that the book defines; reserved numbers are none.
fn defined(book: &str) -> BTreeSet<Number> {
    let mut found = BTreeSet::new();
    for line in book.lines() {
        let cell = line
            .strip_prefix("- **")
            .or_else(|| line.strip_prefix("| V").map(|_| &line[2..]));
        let word = cell
            .and_then(|cell| cell.split(' ').next())
            .unwrap_or_default();
        if let Some((number, "")) = number_at(word) {
            found.insert(number);
        }
    }
    found
}

/// A number that stands at the beginning of a text, and the rest. `R007` is none: the book writes no leading zeros.
fn number_at(text: &str) -> Option<(Number, &str)> {
    let kind = text.chars().next().filter(|c| matches!(c, 'R' | 'V'))?;
    let digits = text[1..].chars().take_while(char::is_ascii_digit).count();
    let count = text[1..=digits].parse().ok().filter(|count| *count > 0)?;
    if text[1..].starts_with('0') {
        return None;
    }
    let rest = &text[1 + digits..];
    let mut tail = rest.chars();
    let letter = tail
        .next()
        .filter(|c| kind == 'R' && c.is_ascii_lowercase());
    let rest = if letter.is_some() {
        tail.as_str()
    } else {
        rest
    };
    let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    ends.then_some((
        Number {
            kind,
            count,
            letter,
        },
        rest,
    ))
}

/// Every number a text cites, ranges such as `V54–V56`, `R220-R223` and `R54..R57` with all that lies between.
fn cited(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let begins = !before.is_ascii_alphanumeric() && before != '_' && before != '+';
        if let Some((number, after)) = number_at(rest).filter(|_| begins) {
            let (last, after) = range_end(number, after).unwrap_or((number, after));
            found.push(number);
            found.extend((number.count + 1..last.count).map(|between| Number {
                count: between,
                letter: None,
                ..number
            }));
            found.extend((last != number).then_some(last));
            rest = after;
            before = '0';
        } else {
            rest = &rest[first.len_utf8()..];
            before = first;
        }
    }
    found.extend(cited_by_names(text));
    found
}

fn range_end(from: Number, after: &str) -> Option<(Number, &str)> {
    let marks = ["–", "-", "..=", "..", " to ", " – "];
    let tail = marks.iter().find_map(|mark| after.strip_prefix(mark))?;
    let kind = from.kind.to_string();
    let bare = tail
        .starts_with(|c: char| c.is_ascii_digit())
        .then(|| format!("{kind}{tail}"));
    let (last, length) = match &bare {
        Some(text) => number_at(text).map(|(last, rest)| (last, tail.len() - rest.len()))?,
        None => number_at(tail).map(|(last, rest)| (last, tail.len() - rest.len()))?,
    };
    (last.kind == from.kind && last.count > from.count).then(|| (last, &tail[length..]))
}

/// Functions may carry their numbers in their names: `fn v44_a_pause…`, `fn r31_r37_calls…`.
fn cited_by_names(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    for name in text.split("fn ").skip(1) {
        let parts = name.split(['(', '<']).next().unwrap_or_default().split('_');
        let numbers = parts.map_while(|part| {
            let (number, rest) = number_at_lower(part)?;
            rest.is_empty().then_some(number)
        });
        found.extend(numbers);
    }
    found
}

fn number_at_lower(part: &str) -> Option<(Number, String)> {
    let upper = part.get(..1)?.to_ascii_uppercase() + part.get(1..)?;
    number_at(&upper).map(|(number, rest)| (number, rest.to_owned()))
}

/// Every source file below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("invariant: the tree is readable") {
        let path = entry.expect("invariant: the tree is readable").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("it/rulebook.rs")
        {
            found.push(path);
        }
    }
}

/// Every citation of the tree with the file it stands in.
fn citations() -> Vec<(Number, PathBuf)> {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    sources(&root().join("tests"), &mut files);
    let all = |path: PathBuf| {
        cited(&read(&path))
            .into_iter()
            .map(move |number| (number, path.clone()))
    };
    files.into_iter().flat_map(all).collect()
}

fn book() -> BTreeSet<Number> {
    defined(&read(&root().join("src/rules/RULES.md")))
}

#[test]
fn every_cited_number_exists() {
    let book = book();
    let unknown: BTreeSet<_> = citations()
        .into_iter()
        .filter(|(number, _)| !book.contains(number))
        .map(|(number, path)| format!("{number} in {}", path.display()))
        .collect();
    assert!(
        unknown.is_empty(),
        "cited, but not in src/rules/RULES.md: {unknown:#?}"
    );
}

#[test]
fn what_nothing_cites_is_listed() {
    let cited: BTreeSet<_> = citations().into_iter().map(|(number, _)| number).collect();
    let uncited: Vec<_> = book().difference(&cited).map(Number::to_string).collect();
    let path = root().join("fixtures/uncited.txt");
    if std::env::var_os(REWRITE).is_some() {
        let text = format!("{HEAD}{}\n", uncited.join("\n"));
        fs::write(&path, text).expect("invariant: the tree is writable");
    }
    let text = read(&path);
    let listed: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let remove: Vec<_> = listed
        .iter()
        .filter(|line| !uncited.iter().any(|n| n == *line))
        .collect();
    let add: Vec<_> = uncited
        .iter()
        .filter(|number| !listed.contains(&number.as_str()))
        .collect();
    assert!(
        add.is_empty() && remove.is_empty(),
        "fixtures/uncited.txt: remove {remove:?}, add {add:?} (or run with {REWRITE}=1)"
    );
    assert_eq!(
        listed, uncited,
        "fixtures/uncited.txt is not sorted (run with {REWRITE}=1)"
    );
}

#[test]
fn the_book_is_whole() {
    let book = book();
    let count = |kind| book.iter().filter(|number| number.kind == kind).count();
    // R1 to R235, R41a and R203a, without the ten reserved; V1 to V144.
    assert_eq!((count('R'), count('V')), (227, 144));
}

#[test]
fn citations_are_read_with_their_ranges() {
    let read = |text: &str| {
        cited(text)
            .iter()
            .map(Number::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(read("// R15, R101 and R203a; V44."), "R15 R101 R203a V44");
    assert_eq!(
        read("(R220–R223) V54-56 R1..R3"),
        "R220 R221 R222 R223 V54 V55 V56 R1 R2 R3"
    );
    assert_eq!(read("R102(b) R7/R8 xR9 R10x1 R011 R0 V 7"), "R102 R7 R8");
    assert_eq!(
        read("fn v44_r101_a_pause_of_v9() {} fn r31() {}"),
        "V44 R101 R31"
    );
}
