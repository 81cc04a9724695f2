//! The shape of CHANGELOG.md: newest version first and equal to the crate's, known headings in their order, none empty,
//! and every version says what became of stored data.

use std::fs;
use std::path::Path;

/// The headings a version may have, in the order in which they stand.
const HEADINGS: &[&str] = &[
    "Release highlights",
    "Breaking changes",
    "Deprecations",
    "New features",
    "Fixed bugs",
    "Stored data",
    "Dependencies",
];

/// A version's heading and its sections: title and body lines.
struct Version {
    number: String,
    sections: Vec<(String, Vec<String>)>,
}

fn versions(text: &str) -> Vec<Version> {
    let mut versions: Vec<Version> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            let number = title
                .trim_start_matches('[')
                .split([']', ' '])
                .next()
                .unwrap_or_default();
            versions.push(Version {
                number: number.to_owned(),
                sections: Vec::new(),
            });
        } else if let Some(title) = line.strip_prefix("### ") {
            let version = versions
                .last_mut()
                .expect("invariant: a section stands in a version");
            version.sections.push((title.to_owned(), Vec::new()));
        } else if let Some((_, body)) = versions
            .last_mut()
            .and_then(|version| version.sections.last_mut())
        {
            body.extend((!line.trim().is_empty()).then(|| line.to_owned()));
        }
    }
    versions
}

fn parts(number: &str) -> Vec<u32> {
    let parse = |part: &str| {
        part.parse()
            .unwrap_or_else(|_| panic!("{number} is no version"))
    };
    number.split('.').map(parse).collect()
}

fn changelog() -> Vec<Version> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CHANGELOG.md");
    versions(&fs::read_to_string(path).expect("invariant: there is a CHANGELOG.md"))
}

#[test]
fn the_newest_version_is_the_crates_and_stands_first() {
    let versions = changelog();
    let numbers: Vec<_> = versions
        .iter()
        .map(|version| parts(&version.number))
        .collect();
    assert_eq!(numbers.first(), Some(&parts(env!("CARGO_PKG_VERSION"))));
    assert!(
        numbers.is_sorted_by(|newer, older| newer > older),
        "newest first: {numbers:?}"
    );
}

#[test]
fn headings_are_known_in_order_and_not_empty() {
    for version in changelog() {
        let places: Vec<_> = version
            .sections
            .iter()
            .map(|(title, body)| {
                assert!(!body.is_empty(), "{}: {title} is empty", version.number);
                let place = HEADINGS.iter().position(|heading| heading == title);
                place.unwrap_or_else(|| panic!("{}: {title} is no heading of ours", version.number))
            })
            .collect();
        assert!(
            places.is_sorted_by(|before, after| before < after),
            "{}: order of headings",
            version.number
        );
        let stored = version
            .sections
            .iter()
            .any(|(title, _)| title == "Stored data");
        assert!(
            stored,
            "{} does not say what became of stored data",
            version.number
        );
    }
}
