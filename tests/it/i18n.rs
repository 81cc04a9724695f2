//! The two languages say the same things: same keys, same arguments, no faulty line.
//! What a caller sees when a key or an argument is missing is pinned here as well.

use std::collections::{BTreeMap, BTreeSet};

use banshi::i18n::{EN, Lang, Messages, ZH_CN};
use fluent_bundle::FluentResource;

/// Reads `key -> argument names` from the text of a file, by lines and independently of the library.
fn keys_and_arguments(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in source.lines() {
        if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let (key, _) = line
                .split_once(" =")
                .expect("a line that begins with a letter is a message");
            assert!(!found.contains_key(key), "the key {key} stands twice");
            found.insert(key.to_owned(), BTreeSet::new());
            current = Some(key.to_owned());
        }
        let Some(key) = &current else { continue };
        if line.starts_with('#') {
            continue;
        }
        for piece in line.split('$').skip(1) {
            let end = piece
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
                .unwrap_or(piece.len());
            found
                .get_mut(key)
                .expect("the key was just put in")
                .insert(piece[..end].to_owned());
        }
    }
    found
}

#[test]
fn both_files_parse_without_a_fault() {
    for (name, source) in [("zh-CN.ftl", ZH_CN), ("en.ftl", EN)] {
        let faults = FluentResource::try_new(source.to_owned())
            .err()
            .map(|(_, faults)| faults)
            .unwrap_or_default();
        let lines: Vec<_> = faults
            .iter()
            .map(|fault| (source[..fault.pos.start].lines().count(), &fault.kind))
            .collect();
        assert!(lines.is_empty(), "{name} (line, fault): {lines:?}");
    }
}

#[test]
fn both_files_have_the_same_keys_and_arguments() {
    let (chinese, english) = (keys_and_arguments(ZH_CN), keys_and_arguments(EN));
    assert!(
        chinese.len() > 100,
        "the reader found {} keys only",
        chinese.len()
    );
    let missing_in_english: Vec<_> = chinese
        .keys()
        .filter(|key| !english.contains_key(*key))
        .collect();
    let missing_in_chinese: Vec<_> = english
        .keys()
        .filter(|key| !chinese.contains_key(*key))
        .collect();
    assert!(
        missing_in_english.is_empty(),
        "en.ftl lacks {missing_in_english:?}"
    );
    assert!(
        missing_in_chinese.is_empty(),
        "zh-CN.ftl lacks {missing_in_chinese:?}"
    );
    for (key, arguments) in &chinese {
        assert_eq!(
            arguments, &english[key],
            "arguments of {key}: zh-CN on the left, en on the right"
        );
    }
}

#[test]
fn every_key_that_is_written_can_be_asked_for() {
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        let source = if lang == Lang::En { EN } else { ZH_CN };
        for key in keys_and_arguments(source).keys() {
            assert!(messages.has(key), "{lang}: {key}");
            assert!(!messages.t(key).is_empty(), "{lang}: {key} is empty");
        }
    }
}

#[test]
fn a_missing_key_is_visible() {
    assert_eq!(Messages::new(Lang::En).t("no-such-key"), "⟦no-such-key⟧");
}

#[test]
fn arguments_carry_no_invisible_marks_and_no_grouping() {
    let english = Messages::new(Lang::En);
    assert_eq!(
        english.with("working-days", &[("count", 1.into())]),
        "1 working day"
    );
    assert_eq!(
        english.with("working-days", &[("count", 12_345.into())]),
        "12345 working days"
    );
    let chinese = Messages::new(Lang::ZhCn);
    assert_eq!(
        chinese.with("working-days", &[("count", 1.into())]),
        "1 个工作日"
    );
    assert_eq!(
        chinese.with("refusal-unknown", &[("code", "ticket.taken".into())]),
        "未能办理：ticket.taken"
    );
}

#[test]
fn languages_are_read_from_tags_and_locales() {
    assert_eq!("zh-CN".parse(), Ok(Lang::ZhCn));
    assert_eq!("en".parse(), Ok(Lang::En));
    assert!("fr".parse::<Lang>().is_err());
    assert_eq!(Lang::from_locale("zh_CN.UTF-8"), Some(Lang::ZhCn));
    assert_eq!(Lang::from_locale("en_GB"), Some(Lang::En));
    assert_eq!(Lang::from_locale("C.UTF-8"), None);
}
