//! `banshi due` as strangers' programs and people call it: both shapes of answer, files, faults and exit statuses.

use assert_cmd::Command;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;

fn due(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
    command.env_clear().args(["--lang", "en", "due"]).args(args);
    command
}

/// The JSON answer; the command must succeed.
fn answer(args: &[&str]) -> Value {
    let output = due(args)
        .arg("--json")
        .assert()
        .success()
        .get_output()
        .stdout
        .clone();
    serde_json::from_slice(&output).expect("a JSON object")
}

/// Standard output of a command that must succeed.
fn text(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("UTF-8")
}

/// Standard error of a command that must end with `status` and write nothing else.
fn complaint(command: &mut Command, status: i32) -> String {
    let assert = command.assert().code(status).stdout("");
    String::from_utf8(assert.get_output().stderr.clone()).expect("UTF-8")
}

/// The answers to the lines of a batch, and the exit status.
fn batch(args: &[&str], lines: &str) -> (Vec<Value>, i32) {
    let output = due(args)
        .arg("--batch")
        .write_stdin(lines)
        .output()
        .expect("it runs");
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    let answers = answers
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
        .collect();
    (answers, output.status.code().expect("no signal"))
}

#[test]
fn v1_v16_v33_v44_v48_json_gives_due_provisional_left_overdue() {
    let table = "\
        V1  2025-01-26 false  5 0 --accepted 2025-01-20 --days 5 --now 2025-01-20
        V16 2026-01-08 false  0 0 --accepted 2026-01-03T22:10:00+08:00 --days 5 --now 2026-01-08
        V33 2027-01-04 true   1 0 --accepted 2026-12-04 --days 20 --now 2026-12-31
        V43 2026-03-10 false -2 2 --accepted 2026-03-03 --days 5 --now 2026-03-12
        V44 2026-04-10 false 17 0 --accepted 2026-03-02 --days 20 --pause 2026-03-09..2026-03-19 --now 2026-03-05
        V46 2026-06-11 false  0 0 --accepted 2026-05-06 --days 20 --pause 2026-05-20..2026-05-26 --pause 2026-05-08..2026-05-12 --now 2026-06-11
        V48 2026-04-14 false  1 0 --accepted 2026-03-02 --days 20 --extend 10 --now 2026-04-13
        R23 2026-03-03 false  1 0 --accepted 2026-03-01T16:30:00Z --days 1 --now 2026-03-02T08:00";
    for row in table.lines() {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let [vector, due, provisional, left, overdue, ref args @ ..] = cells[..] else {
            panic!("a row of six cells: {row}")
        };
        let number = |cell: &str| cell.parse::<i64>().expect("a number");
        let answer = answer(args);
        assert_eq!(answer["due"], due, "{vector}");
        assert_eq!(answer["provisional"], provisional == "true", "{vector}");
        assert_eq!(answer["left"], number(left), "{vector}");
        assert_eq!(answer["overdue"], number(overdue), "{vector}");
        let steps = answer["steps"].as_array().expect("steps");
        assert_eq!(
            steps.last().unwrap()["date"],
            due,
            "{vector}: the proof ends on the due date"
        );
        let counted = steps.iter().filter(|step| step["counted"] == true).count();
        assert_eq!(answer["counted"], counted, "{vector}");
    }
}

#[test]
fn r101_an_open_pause_gives_null_and_the_days_left_while_stopped() {
    let answer = answer(&[
        "--accepted",
        "2026-03-02",
        "--days",
        "20",
        "--pause",
        "2026-03-09..",
        "--now",
        "2026-05-06",
    ]);
    assert_eq!(answer["due"], Value::Null);
    assert_eq!(
        (&answer["left"], &answer["overdue"], &answer["lamp"]),
        (&json!(15), &json!(0), &json!("paused"))
    );
}

#[test]
fn a_step_has_date_kind_counted_note() {
    let answer = answer(&[
        "--accepted",
        "2026-02-13",
        "--days",
        "2",
        "--now",
        "2026-02-13",
    ]);
    assert_eq!(
        answer["steps"][1],
        json!({"date": "2026-02-14", "kind": "make_up_day", "counted": true, "nth": 1, "note": "春节",
            "notice": "国办发明电〔2025〕7号", "provisional": false})
    );
    assert_eq!(answer["steps"][2]["kind"], "holiday");
    assert_eq!(answer["steps"][2]["counted"], false);
}

#[test]
fn people_read_the_date_the_sum_and_the_days() {
    let args = [
        "--accepted",
        "2026-02-12",
        "--days",
        "3",
        "--pause",
        "2026-02-13..2026-02-14",
        "--now",
        "2026-02-12",
        "--explain",
    ];
    insta::assert_snapshot!(text(&mut due(&args)), @r"
    due 2026-02-25 Wed
    accepted 2026-02-12 + 3 working days, 1 working day paused and not counted
    3 working days left from 2026-02-12
    2026-02-12 Thu        accepted, not counted
    2026-02-13 Fri     1  working day
    2026-02-14 Sat        paused  2026-02-13..2026-02-14
    2026-02-15 Sun        holiday  春节  国办发明电〔2025〕7号
    2026-02-16 Mon        holiday  春节  国办发明电〔2025〕7号
    2026-02-17 Tue        holiday  春节  国办发明电〔2025〕7号
    2026-02-18 Wed        holiday  春节  国办发明电〔2025〕7号
    2026-02-19 Thu        holiday  春节  国办发明电〔2025〕7号
    2026-02-20 Fri        holiday  春节  国办发明电〔2025〕7号
    2026-02-21 Sat        holiday  春节  国办发明电〔2025〕7号
    2026-02-22 Sun        holiday  春节  国办发明电〔2025〕7号
    2026-02-23 Mon        holiday  春节  国办发明电〔2025〕7号
    2026-02-24 Tue     2  working day
    2026-02-25 Wed     3  working day
    ");
    let mut chinese = Command::new(env!("CARGO_BIN_EXE_banshi"));
    let args = [
        "due",
        "--accepted",
        "2026-02-12",
        "--days",
        "3",
        "--extend",
        "2",
        "--now",
        "2026-03-02",
    ];
    insta::assert_snapshot!(text(chinese.env_clear().args(args)), @r"
    到期日 2026-02-26 周四
    受理 2026-02-12 + 3 工作日 + 延期 2
    到 2026-03-02 已超期 3 个工作日
    ");
}

#[test]
fn people_are_told_that_a_date_is_provisional_or_stopped() {
    let provisional = text(&mut due(&[
        "--accepted",
        "2026-12-04",
        "--days",
        "20",
        "--now",
        "2026-12-04",
    ]));
    assert!(
        provisional.contains("provisional: the holidays of 2027 are not yet published"),
        "{provisional}"
    );
    let stopped = text(&mut due(&[
        "--accepted",
        "2026-03-02",
        "--days",
        "20",
        "--pause",
        "2026-03-09..",
        "--now",
        "2026-03-10",
    ]));
    assert!(
        stopped.starts_with("paused, no due date\n")
            && stopped.contains("15 working days left once resumed"),
        "{stopped}"
    );
}

#[test]
fn a_calendar_file_adds_a_year_and_makes_its_dates_firm() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(
        file,
        "\u{feff}date,kind,name\r\n2027-01-01,holiday,元旦\r\n2027-01-04,holiday,元旦\r\n"
    )
    .unwrap();
    let path = file.path().to_str().unwrap();
    let answer = answer(&[
        "--accepted",
        "2026-12-04",
        "--days",
        "20",
        "--calendar",
        path,
        "--now",
        "2026-12-04",
    ]);
    assert_eq!(
        (&answer["due"], &answer["provisional"]),
        (&json!("2027-01-05"), &json!(false))
    );
    let line =
        r#"{"id":"a","accepted_at":"2026-12-04","limit_working_days":20,"now":"2026-12-04"}"#;
    let (answers, status) = batch(&["--calendar", path], line);
    assert_eq!(
        (answers[0]["due_date"].as_str(), status),
        (Some("2027-01-05"), 0)
    );
}

#[test]
fn a_calendar_file_with_faults_is_refused_by_line_and_column() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "date,kind,name\n2027-01-01,holiday,元旦\n2027-13-01,holiday,元旦\n2027-01-02,day off,元旦\n").unwrap();
    let path = file.path().to_str().unwrap();
    let complaint_of = |path: &str, status| {
        complaint(
            &mut due(&[
                "--accepted",
                "2026-12-04",
                "--days",
                "1",
                "--calendar",
                path,
            ]),
            status,
        )
    };
    let lines = complaint_of(path, 2);
    assert!(
        lines.contains(&format!("{path}:3:1: '2027-13-01' is not a date")),
        "{lines}"
    );
    assert!(
        lines.contains(&format!("{path}:4:12: 'day off' is not a kind")),
        "{lines}"
    );
    let missing = complaint_of("no/such/file.csv", 1);
    assert!(missing.contains("no/such/file.csv"), "{missing}");
}

#[test]
fn parts_that_give_no_date_are_wrong_use_and_named() {
    for (args, named) in [
        (
            "--accepted yesterday --days 5",
            "--accepted: 'yesterday' is not a date",
        ),
        (
            "--accepted 2026-02-30 --days 5",
            "'2026-02-30' is not a date",
        ),
        ("--accepted 1850-01-01 --days 5", "1850-01-01 lies outside"),
        ("--accepted 9999-12-31 --days 5", "9999-12-31 lies outside"),
        (
            "--accepted 2299-12-30 --days 50",
            "counting from 2299-12-30",
        ),
        ("--accepted 2026-03-02 --days 10001", "10001 working days"),
        (
            "--accepted 2026-03-02 --days 18446744073709551615",
            "working days are more",
        ),
        (
            "--accepted 2026-03-02 --days 5 --extend 10001",
            "10001 working days",
        ),
        (
            "--accepted 2026-03-02 --days 5 --pause 2026-03-03",
            "must be A..B",
        ),
        (
            "--accepted 2026-03-02 --days 5 --pause 2026-03-09..2026-03-03",
            "before it begins",
        ),
        (
            "--accepted 2026-03-02 --days 5 --pause ..2026-03-03",
            "--pause",
        ),
        ("--accepted 2026-03-02 --days 5 --now soon", "--now: 'soon'"),
        ("--accepted 2026-03-02 --days -1", "--days"),
        ("--accepted 2026-03-02", "--days"),
        ("--accepted 2026-03-02 --days 5 --batch", "--batch"),
        (
            "--accepted 2026-03-02 --days 5 --at 2026-03-02T09:00:00+08:00",
            "--at is for a training hall",
        ),
    ] {
        let lines = complaint(&mut due(&args.split(' ').collect::<Vec<_>>()), 2);
        assert!(lines.contains(named), "{args}: {lines}");
    }
}

#[test]
fn a_batch_answers_line_by_line_with_the_fixed_fields() {
    let lines = r#"{"id":1,"accepted_at":"2026-03-02T10:00:00+08:00","limit_working_days":20,"pauses":[{"pause_from":"2026-03-09","pause_to":"2026-03-19"}],"extension_days":0,"now":"2026-03-05T09:00:00+08:00"}
{"id":"late","accepted_at":"2026-03-03","limit_working_days":5,"pauses":[],"extension_days":0,"now":"2026-03-12"}

{"id":null,"accepted_at":"2026-03-02","limit_working_days":20,"pauses":[{"pause_from":"2026-03-09","pause_to":null}],"now":"2026-05-06"}
{"id":["any"],"accepted_at":"2026-12-04","limit_working_days":20,"pauses":null,"extension_days":null,"now":"2026-12-31"}"#;
    let (answers, status) = batch(&[], lines);
    let expected = [
        json!({"id": 1, "due_date": "2026-04-10", "provisional": false, "working_days_left": 17, "working_days_overdue": 0}),
        json!({"id": "late", "due_date": "2026-03-10", "provisional": false, "working_days_left": 0, "working_days_overdue": 2}),
        json!({"id": null, "due_date": null, "provisional": false, "working_days_left": 15, "working_days_overdue": 0}),
        json!({"id": ["any"], "due_date": "2027-01-04", "provisional": true, "working_days_left": 1, "working_days_overdue": 0}),
    ];
    assert_eq!(answers, expected);
    assert_eq!(status, 0);
}

#[test]
fn r14_a_date_in_an_unpublished_year_is_never_firm_and_a_stopped_clock_names_none() {
    let lines = r#"{"id":"same day","accepted_at":"2027-02-08","limit_working_days":0}
{"id":"last published day","accepted_at":"2026-12-31","limit_working_days":0}
{"id":"stopped","accepted_at":"2026-12-28","limit_working_days":10,"pauses":[{"pause_from":"2027-01-08"}]}"#;
    let (answers, _) = batch(&["--now", "2026-12-28"], lines);
    let found: Vec<_> = answers
        .iter()
        .map(|answer| (&answer["due_date"], &answer["provisional"]))
        .collect();
    assert_eq!(
        found,
        [
            (&json!("2027-02-08"), &json!(true)),
            (&json!("2026-12-31"), &json!(false)),
            (&json!(null), &json!(false)),
        ]
    );
}

#[test]
fn a_bad_line_is_answered_and_the_run_goes_on() {
    let long = format!(
        "{{\"id\":\"long\",\"accepted_at\":\"{}\"}}",
        "x".repeat(2_000_000)
    );
    let lines = format!(
        "not json\n\
         {{\"id\":2}}\n\
         {{\"id\":3,\"accepted_at\":\"2026-03-02\",\"limit_working_days\":-5}}\n\
         {{\"id\":4,\"accepted_at\":\"soon\",\"limit_working_days\":5}}\n\
         {{\"id\":5,\"accepted_at\":\"2026-03-02\",\"limit_working_days\":5,\"pauses\":[{{\"pause_from\":\"2026-03-09\",\"pause_to\":\"2026-03-03\"}}]}}\n\
         {{\"id\":6,\"accepted_at\":\"2026-03-02\",\"limit_working_days\":5,\"pauses\":[{{\"pause_from\":\"2026-03-03\"}},{{\"pause_from\":\"2026-03-09\",\"pause_to\":\"\"}}]}}\n\
         {{\"accepted_at\":\"2026-03-02\",\"limit_working_days\":5}}\n\
         {{\"id\":\n\
         [6,\"2026-03-02\",5,null,null,null]\n\
         {long}\n\
         {{\"id\":9,\"accepted_at\":\"2026-03-02\",\"limit_working_days\":5}} trailing\n\
         {{\"id\":10,\"accepted_at\":\"2026-03-02\",\"limit_working_days\":5}}"
    );
    let (answers, status) = batch(&["--now", "2026-03-02"], &lines);
    assert_eq!(status, 2);
    assert_eq!(answers.len(), 12);
    for (answer, (id, error)) in answers.iter().zip([
        (json!(null), "expected"),
        (json!(2), "accepted_at"),
        (json!(3), "limit_working_days: invalid value"),
        (json!(4), "accepted_at: 'soon' is not a date"),
        (json!(5), "2026-03-03 lies before 2026-03-09"),
        (json!(6), "pauses[1].pause_to: '' is not a date"),
        (json!(null), "missing field `id`"),
        (json!(null), "EOF while parsing"),
        (json!(null), "expected a JSON object"),
        (json!(null), "longer than 1048576 bytes"),
        (json!(null), "more than one JSON value"),
    ]) {
        assert_eq!(answer["id"], id, "{answer}");
        assert!(
            answer["error"].as_str().unwrap().contains(error),
            "{answer}"
        );
        assert!(!answer["error"].as_str().unwrap().starts_with('?'));
        assert!(answer.get("due_date").is_none());
    }
    assert_eq!(answers[11]["due_date"], "2026-03-09");
    assert_eq!(
        answers[11]["working_days_left"], 5,
        "--now stands in for a line's own"
    );
}

#[test]
fn a_batch_may_begin_with_a_mark_and_end_its_lines_as_on_windows() {
    let line = r#"{"id":1,"accepted_at":"2026-03-02","limit_working_days":5,"now":"2026-03-02"}"#;
    let (answers, status) = batch(&[], &format!("\u{feff}{line}\r\n\r\n{line}\r\n"));
    assert_eq!((answers.len(), status), (2, 0));
    assert!(
        answers
            .iter()
            .all(|answer| answer["due_date"] == "2026-03-09")
    );
}

#[test]
fn a_batch_of_any_bytes_ends_without_a_panic() {
    let bytes: Vec<u8> = (0..=255).cycle().step_by(7).take(20_000).collect();
    due(&["--batch"])
        .write_stdin(bytes)
        .assert()
        .code(2)
        .stderr("");
    due(&["--batch"])
        .write_stdin("")
        .assert()
        .code(0)
        .stdout("");
}

#[test]
fn a_batch_of_many_lines_keeps_their_order() {
    let mut lines = String::new();
    for id in 0..20_000 {
        let day = 1 + id % 28;
        writeln!(lines, r#"{{"id":{id},"accepted_at":"2026-02-{day:02}","limit_working_days":{},"now":"2026-02-01"}}"#, id % 60).unwrap();
    }
    let (answers, status) = batch(&[], &lines);
    assert_eq!(status, 0);
    assert!(
        answers
            .iter()
            .enumerate()
            .all(|(at, answer)| answer["id"] == at)
    );
    assert_eq!(answers.len(), 20_000);
}
