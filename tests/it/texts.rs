//! What the program says is written down in both languages: the states of the rule book's machines and every refusal
//! with its next step. That the two files hold the same keys is tested in `i18n`.

use std::collections::BTreeSet;

use banshi::console::message::Refused;
use banshi::i18n::{EN, Lang, Messages, ZH_CN};
use banshi::rules::permission::{MATRIX, Role};
use banshi::rules::query;
use banshi::rules::refusal::{Refusal, RefusalCode, wrong_state};

use crate::machines;

#[test]
fn a_state_is_called_what_the_rule_book_calls_it() {
    let chinese = Messages::new(Lang::ZhCn);
    let mut wrong = Vec::new();
    for (noun, state, word) in machines::state_words() {
        let key = format!("{noun}-state-{state}");
        if chinese.t(&key) != word {
            wrong.push(format!("{key} = {word}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "src/i18n/zh-CN.ftl should say:\n{}",
        wrong.join("\n")
    );
}

/// The raw text under a key, as it stands in the file.
fn line<'a>(source: &'a str, key: &str) -> Option<&'a str> {
    source
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))
}

/// English stands in the table of refusals; the message file repeats it with Fluent's `{ $name }` for `{name}`.
fn as_fluent(sentence: &str) -> String {
    sentence.replace('{', "{ $").replace('}', " }")
}

fn arguments(text: &str) -> BTreeSet<&str> {
    let names = text.split("{ $").skip(1);
    names.filter_map(|rest| rest.split(' ').next()).collect()
}

#[test]
fn every_refusal_is_said_in_both_languages() {
    let mut english = Vec::new();
    let mut chinese = Vec::new();
    for code in RefusalCode::ALL {
        let refusal = Refusal::new(*code);
        let key = format!("refusal-{}", code.as_str().replace('.', "-"));
        let message = as_fluent(&refusal.message());
        let next = as_fluent(&refusal.next());
        let known: BTreeSet<_> = arguments(&message)
            .union(&arguments(&next))
            .copied()
            .collect();
        for (key, text) in [(key.clone(), &message), (format!("{key}-next"), &next)] {
            if line(EN, &key) != Some(text.as_str()) {
                english.push(format!("{key} = {text}"));
            }
            match line(ZH_CN, &key) {
                Some(words) if arguments(words).is_subset(&known) => {}
                Some(words) => chinese.push(format!(
                    "{key} names a fact that is not in {known:?}: {words}"
                )),
                None => chinese.push(format!("{key} = … ({text})")),
            }
        }
    }
    let report =
        |file: &str, lines: &[String]| format!("src/i18n/{file} should say:\n{}", lines.join("\n"));
    assert!(english.is_empty(), "{}", report("en.ftl", &english));
    assert!(chinese.is_empty(), "{}", report("zh-CN.ftl", &chinese));
}

/// The facts of a refusal are words of the wire; people read others, in both languages.
#[test]
fn the_facts_of_a_refusal_have_words() {
    let mut missing = Vec::new();
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        let verbs = MATRIX.iter().map(|row| {
            let (noun, verb) = row.method.split_once('.').unwrap();
            format!("word-verb-{noun}-{verb}")
        });
        let roles = Role::ALL
            .iter()
            .map(|role| format!("role-{}", role.as_str()));
        let nouns = query::describe().into_iter().filter_map(|method| {
            let noun = method.name.strip_suffix(".get")?.to_owned();
            (noun != "indicator").then(|| format!("word-noun-{noun}"))
        });
        let states = machines::state_words()
            .into_iter()
            .map(|(noun, state, _)| format!("{noun}-state-{state}"));
        let keys = verbs.chain(roles).chain(nouns).chain(states);
        missing.extend(keys.filter(|key| !messages.has(key)).map(|key| (lang, key)));
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_refusal_is_read_without_words_of_the_wire() {
    let refusal = wrong_state(
        "ticket",
        "A001",
        "waiting",
        "start",
        &["cancel", "call_next"],
    );
    let data = refusal.data();
    let refused = Refused {
        code: data.code.to_owned(),
        facts: data
            .facts
            .into_iter()
            .map(|(name, fact)| (name.to_owned(), fact))
            .collect(),
        ..Refused::default()
    };
    assert_eq!(
        refused.lines(&Messages::new(Lang::ZhCn)),
        [
            "票号 A001 现为“等候”，不能开始办理。",
            "现在可以：取消、叫号。"
        ]
    );
    let denied = Refused {
        code: "permission.denied".to_owned(),
        facts: [
            ("role", "inspector+usher"),
            ("verb", "case.accept"),
            ("allowed", "clerk"),
        ]
        .map(|(name, fact)| (name.to_owned(), fact.into()))
        .into(),
        ..Refused::default()
    };
    assert_eq!(
        denied.lines(&Messages::new(Lang::ZhCn))[0],
        "督查科巡查员、导办员不能办理：受理。"
    );
}
