//! The program itself in a terminal of its own. Few and real: that it starts, takes Chinese, keeps what was answered through
//! a kill, resizes, and gives the terminal back.

use serde_json::json;

use crate::support::calls::HallOnDisk;
use crate::support::served::{PIN, Served, ok, shared_hall};
use crate::support::terminal::Terminal;

#[test]
fn a_clerk_works_in_a_terminal_and_a_kill_loses_nothing_that_was_answered() {
    let mut hall = HallOnDisk::training();
    for _ in 0..3 {
        hall.ok("s113", "ticket.issue", json!({"queue": "zonghe"}));
    }
    hall.ok("s113", "window.sign_on", json!({"window": "w001"}));

    let mut terminal = Terminal::open(&hall, "s113", "2026-03-02T09:01:00+08:00");
    terminal.shows("1号窗口");
    terminal.shows("P001");
    terminal.types("1");
    terminal.shows("请 P001 号到1号窗口");
    terminal.types("3");
    terminal.shows("P001 号开始办理");
    // A question that the window does not answer: registered with its owner, in Chinese, while the ticket is served.
    terminal.types("e");
    terminal.shows("事项");
    terminal.types("异地就医怎么备案");
    terminal.shows("异地就医怎么备案");
    terminal.types("\r2\u{13}");
    terminal.shows("已登记");
    terminal.resize(60, 20);
    terminal.shows("0302-00001");

    // Killed without a word: everything that the screen had answered is there.
    terminal.child.kill().unwrap();
    terminal.child.wait().unwrap();
    hall.go("2026-03-02T09:10");
    let tickets = hall.rows("ticket");
    let served = tickets.iter().find(|ticket| ticket["number"] == "P001");
    assert_eq!(served.unwrap()["state"], "serving", "{tickets:?}");
    let enquiries = hall.rows("enquiry");
    assert_eq!(enquiries[0]["matter"], "异地就医怎么备案");
    assert_eq!(enquiries[0]["owner"], "s113");
    hall.run(&["verify"], 0);

    // Opened again, the window has what was in hand; leaving gives the terminal back.
    let mut again = Terminal::open(&hall, "s113", "2026-03-02T09:20:00+08:00");
    again.shows("办理中");
    again.types("q");
    again.shows("确定退出");
    again.types("y");
    assert!(again.ends(), "the console stays");
}

#[test]
fn a_terminal_at_a_server_sees_the_others_and_goes_on_through_a_restart() {
    let mut hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut guide = server.client("s113");
    ok(&mut guide, "window.sign_on", json!({"window": "w001"}));
    let mut terminal = Terminal::on(&hall, &["--as", "s113"]);
    terminal.shows("1号窗口");
    ok(&mut guide, "ticket.issue", json!({"queue": "zonghe"}));
    terminal.shows("P001");
    assert!(server.stop().success());
    terminal.shows("断线");
    hall.go("2026-03-02T09:10");
    let server = Served::on(&hall);
    terminal.shows("已重新连接");
    terminal.types("1");
    terminal.shows("请 P001 号到1号窗口");
    terminal.types("q");
    terminal.shows("确定退出");
    terminal.types("y");
    assert!(terminal.ends(), "the console stays");
    assert!(server.stop().success());
}

#[test]
fn a_pin_is_asked_on_the_terminal_and_never_shown() {
    let hall = shared_hall();
    let server = Served::on(&hall);
    let mut terminal = Terminal::on(&hall, &["--as", "s026", "call", "session.hello"]);
    terminal.shows("s026 的口令");
    terminal.types("1111\r");
    terminal.shows("还可再试 4 次");
    terminal.types(&format!("{PIN}\r"));
    // Asked without a contract, the greeting itself is refused; that it was asked tells that the PIN was right.
    terminal.shows("contract");
    assert!(!terminal.ends(), "what was asked is refused");
    let shown = terminal.text();
    assert!(!shown.contains(PIN) && !shown.contains("1111"), "{shown}");
    // The interrupt key gives up, and the terminal shows again what is typed.
    let mut terminal = Terminal::on(&hall, &["--as", "s026", "call", "hall.status"]);
    terminal.shows("s026 的口令");
    terminal.types("25\u{3}");
    terminal.shows("session.pin_required");
    assert!(!terminal.ends());
    assert!(server.stop().success());
}
