//! `banshi pin`: a PIN is typed twice on the terminal, shown nowhere, and given to the hall as a hash.

use std::fs;

use serde_json::json;

use crate::support::calls::HallOnDisk;
use crate::support::terminal::Terminal;

#[test]
fn a_pin_is_typed_twice_and_never_shown() {
    let hall = HallOnDisk::training();
    let mut terminal = Terminal::on(&hall, &["--as", "s026", "pin"]);
    terminal.shows("新口令（4～32 个字符）：");
    terminal.types("480213\r");
    terminal.shows("再输一遍：");
    terminal.types("480213\r");
    terminal.shows("已设置");
    assert!(terminal.ends());
    assert!(!terminal.text().contains("480213"));
    let journal = fs::read_to_string(hall.folder().join("journal/000001.jsonl")).unwrap();
    assert!(journal.contains("staff_pin_set") && !journal.contains("argon2"));
    // Another one, which differs: nothing is changed.
    let mut terminal = Terminal::on(&hall, &["--as", "s026", "pin"]);
    terminal.shows("新口令");
    terminal.types("480213\r");
    terminal.shows("再输一遍");
    terminal.types("480214\r");
    terminal.shows("两次输入不一样");
    assert!(!terminal.ends());
    let mut terminal = Terminal::on(&hall, &["--as", "s026", "pin"]);
    terminal.shows("新口令");
    terminal.types("123\r");
    terminal.shows("口令须为 4～32 个字符");
    assert!(!terminal.ends());
    hall.run(&["verify"], 0);
}

#[test]
fn without_a_terminal_nothing_is_asked_and_removing_is_the_administrators() {
    let hall = HallOnDisk::training();
    let output = hall.command(&["--as", "s026", "pin", "--remove"]).output();
    assert_eq!(output.unwrap().status.code(), Some(3), "refused by a rule");
    let refusal = hall.refusal("s026", "staff.set_pin", json!({"hash": "480213"}));
    assert_eq!(refusal["code"], "value.refused");
    assert!(!refusal.to_string().contains("480213"));
}
