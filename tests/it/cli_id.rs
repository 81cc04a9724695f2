//! `banshi id` as strangers' programs and people call it.

use assert_cmd::Command;
use serde_json::{Value, json};
use std::fmt::Write as _;

fn id(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
    command
        .env_clear()
        .args(["id", "--now", "2026-11-23"])
        .args(args);
    command
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
        .collect()
}

#[test]
fn v95_v98_v101_v103_a_batch_answers_kind_valid_reason_canonical() {
    let questions = [
        ("V95", "1101 0519 4912 3100 2x"),
        ("V95 full width", "１１０１０５１９４９１２３１００２ｘ"),
        ("V98", "411722199902290014"),
        ("V100", "91350100m000100y43"),
        ("V101", "91350100M000100Y4Z"),
        ("V103", "91350211M0000XUF46"),
        ("short", "4117"),
    ];
    let mut input = String::new();
    for (id, number) in questions {
        writeln!(input, "{}", json!({"id": id, "number": number})).expect("memory");
    }
    let output = id(&["--batch"])
        .write_stdin(input)
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    let answer = |id: &str, kind: &str, reason: Option<&str>, canonical: &str| json!({"id": id, "kind": kind, "valid": reason.is_none(), "reason": reason, "canonical": canonical});
    assert_eq!(
        lines(&output),
        [
            answer("V95", "resident_id", None, "11010519491231002X"),
            answer("V95 full width", "resident_id", None, "11010519491231002X"),
            answer("V98", "resident_id", Some("date"), "411722199902290014"),
            answer("V100", "uscc", None, "91350100M000100Y43"),
            answer("V101", "uscc", Some("alphabet"), "91350100M000100Y4Z"),
            answer("V103", "uscc", Some("check"), "91350211M0000XUF46"),
            answer("short", "unknown", Some("length"), "4117"),
        ]
    );
}

#[test]
fn a_bad_line_is_answered_and_the_run_goes_on() {
    let input =
        "{\"id\":1}\n{\"id\":2,\"number\":411722200002290014}\nno\n{\"id\":3,\"number\":\"\"}\n";
    let output = id(&["--batch"])
        .write_stdin(input)
        .assert()
        .code(2)
        .get_output()
        .stdout
        .clone();
    let answers = lines(&output);
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(ids, [&json!(1), &json!(2), &json!(null), &json!(3)]);
    assert!(
        answers[1]["error"]
            .as_str()
            .unwrap()
            .starts_with("number: invalid type"),
        "{}",
        answers[1]
    );
    assert_eq!(answers[3]["reason"], "length");
}

#[test]
fn json_gives_one_object_a_number_and_an_invalid_number_is_an_answer() {
    let output = id(&["--json", "411722199902280012", "114117220059900016"])
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    assert_eq!(
        lines(&output),
        [
            json!({"number": "411722199902280012", "kind": "resident_id", "valid": false, "reason": "check", "canonical": "411722199902280012"}),
            json!({"number": "114117220059900016", "kind": "uscc", "valid": true, "reason": null, "canonical": "114117220059900016"}),
        ]
    );
}

#[test]
fn people_read_what_a_number_is_and_what_is_wrong_with_it() {
    let numbers = ["11010519491231002x", "91350211M0000XUF46", "4117\u{1b}[2J"];
    let output = id(&["--lang", "en"])
        .args(numbers)
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    insta::assert_snapshot!(String::from_utf8(output).unwrap(), @r"
    11010519491231002X  resident ID  valid
    91350211M0000XUF46  unified social credit code  the check character does not fit: compare with the original; intake warns and goes on
    4117^[[2J  not recognised  invalid: must have 18 characters
    ");
    let output = id(&numbers[..2])
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    insta::assert_snapshot!(String::from_utf8(output).unwrap(), @r"
    11010519491231002X  居民身份证  有效
    91350211M0000XUF46  统一社会信用代码  校验位不符：请核对证照原件，受理时只提示不拦截
    ");
}

#[test]
fn wrong_use_ends_with_2() {
    id(&[]).assert().code(2).stdout("");
    id(&["--batch", "11010519491231002X"])
        .assert()
        .code(2)
        .stdout("");
    let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
    command
        .args(["id", "--now", "soon", "1"])
        .assert()
        .code(2)
        .stdout("");
}
