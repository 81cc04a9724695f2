//! `banshi find` as strangers' programs and people call it.

use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Value, json};

fn find(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
    command.env_clear().arg("find").args(args);
    command
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
        .collect()
}

/// A folder with one file of items in it, and the file's path.
fn items(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("items.csv");
    std::fs::write(&path, bytes).expect("a file");
    (folder, path)
}

fn found_in(bytes: &[u8], text: &str) -> Vec<Value> {
    let (_folder, path) = items(bytes);
    let output = find(&["--json", "--items", &path.to_string_lossy(), text])
        .assert()
        .code(0)
        .get_output()
        .clone();
    lines(&output.stdout)
        .remove(0)
        .as_array()
        .expect("a list")
        .clone()
}

#[test]
fn json_has_code_name_department_and_an_integer_score_best_first() {
    let csv = "code,name,department\nA2,医疗保险待遇支付,医保局\nA1,医疗保险,医保局\n";
    let found = found_in(csv.as_bytes(), "ylbx");
    let names: Vec<_> = found
        .iter()
        .map(|item| item["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["医疗保险", "医疗保险待遇支付"]);
    assert_eq!(
        (&found[0]["code"], &found[0]["department"]),
        (&json!("A1"), &json!("医保局"))
    );
    let scores: Vec<_> = found
        .iter()
        .map(|item| item["score"].as_u64().expect("an integer"))
        .collect();
    assert!(scores[0] > scores[1]);
    assert_eq!(found[0].as_object().expect("an object").len(), 4);
}

#[test]
fn a_file_from_a_spreadsheet_is_read_whatever_its_columns() {
    let csv = "\u{feff}备注,Department, NAME ,code\r\nx,\"住建局\",\"城市\"\"绿地\"\",审批\",B-1\r\n,,,\r\nx,y\r\n";
    let found = found_in(csv.as_bytes(), "绿地shenpi");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["name"], "城市\"绿地\",审批");
    assert_eq!(
        (&found[0]["code"], &found[0]["department"]),
        (&json!("B-1"), &json!("住建局"))
    );
    let found = found_in("name\n律师执业许可\n".as_bytes(), "LVSHI");
    assert_eq!(
        (&found[0]["code"], &found[0]["department"]),
        (&json!(""), &json!(""))
    );
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_its_line() {
    let complaint = |bytes: &[u8], status: i32| {
        let (_folder, path) = items(bytes);
        let output = find(&["--lang", "en", "--items", &path.to_string_lossy(), "x"]);
        let output = { output }
            .assert()
            .code(status)
            .stdout("")
            .get_output()
            .clone();
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(
        complaint(b"code,title\n1,x\n", 2).contains("items.csv:1: the header has no column 'name'")
    );
    assert!(complaint(b"", 2).contains("items.csv:1: "));
    // 律师 in GBK.
    assert!(complaint(b"name\nx\n\xc2\xc9\xca\xa6\n", 2).contains("items.csv:3: not UTF-8"));
    let missing = find(&["--items", "/nowhere/items.csv", "x"])
        .assert()
        .code(1)
        .get_output()
        .clone();
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nowhere/items.csv"));
}

#[test]
fn a_batch_answers_in_order_and_goes_on_after_a_bad_line() {
    let (_folder, path) = items("code,name\n1,营业执照\n2,营业执照补领\n".as_bytes());
    let questions = [
        json!({"id": "q1", "text": "YYZZ"}).to_string(),
        "{".to_owned(),
        String::new(),
        json!({"id": 2, "text": "营业zhizhao补"}).to_string(),
        json!({"id": 3}).to_string(),
        json!({"id": 4, "text": 5}).to_string(),
        json!({"text": "x"}).to_string(),
        json!({"id": null, "text": "qqq"}).to_string(),
    ];
    let output = find(&["--batch", "--items", &path.to_string_lossy()])
        .write_stdin(questions.join("\r\n"))
        .assert()
        .code(2)
        .get_output()
        .clone();
    let answers = lines(&output.stdout);
    let ids: Vec<_> = answers.iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(
        ids,
        [
            json!("q1"),
            json!(null),
            json!(2),
            json!(3),
            json!(4),
            json!(null),
            json!(null)
        ]
    );
    assert_eq!(answers[0]["results"][0]["name"], "营业执照");
    assert_eq!(answers[2]["results"][0]["code"], "2");
    for bad in [1, 3, 4, 5] {
        assert!(answers[bad]["error"].is_string() && answers[bad].get("results").is_none());
    }
    assert_eq!(answers[6]["results"], json!([]));
}

#[test]
fn a_batch_without_a_bad_line_ends_well_and_keeps_its_limit() {
    let output = find(&["--batch", "--limit", "3"])
        .write_stdin("{\"id\":1,\"text\":\"dj\"}\n{\"id\":2,\"text\":\"\"}")
        .assert()
        .code(0)
        .get_output()
        .clone();
    let answers = lines(&output.stdout);
    assert_eq!(answers[0]["results"].as_array().map(Vec::len), Some(3));
    assert_eq!(answers[1]["results"], json!([]));
}

#[test]
fn the_example_hall_is_searched_where_no_list_is_given() {
    for text in [
        "yyzz", "YYZZ", "canbao", "sfz", "ylbx", "医疗bx", "lvshi", "kuaiji",
    ] {
        let output = find(&["--json", text])
            .assert()
            .code(0)
            .get_output()
            .clone();
        let found = lines(&output.stdout).remove(0);
        let department = found[0]["department"].as_str().unwrap_or_default();
        assert!(
            !department.is_empty() && !department.is_ascii(),
            "{text}: {found}"
        );
    }
}

#[test]
fn people_get_a_table_and_nothing_that_a_terminal_obeys() {
    let (_folder, path) = items("code,name\n1,公证\n22,公证\u{1b}[31m员\u{202e}执业\n".as_bytes());
    let output = find(&["--items", &path.to_string_lossy(), "公证"])
        .assert()
        .code(0)
        .get_output()
        .clone();
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    let rows: Vec<_> = table.lines().collect();
    assert_eq!(rows[0], "1   公证");
    assert!(rows[1].starts_with("22  公证"));
    assert!(!table.contains(['\u{1b}', '\u{202e}']));
    find(&["--lang", "en", "qqqqq"])
        .assert()
        .code(0)
        .stdout("nothing found for 'qqqqq'\n");
}

#[test]
fn wrong_use_is_said() {
    for args in [&[][..], &["--limit", "x", "y"], &["--batch", "text"]] {
        find(args).assert().code(2);
    }
}
