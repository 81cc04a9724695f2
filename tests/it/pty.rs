//! The program itself in a terminal of its own: keys in, bytes out, the bytes read by a terminal emulator. Few and real: that
//! it starts, takes Chinese, keeps what was answered through a kill, resizes, and gives the terminal back.

use portable_pty::CommandBuilder;
use serde_json::json;

use crate::support::calls::HallOnDisk;
use crate::support::pty::Terminal;

/// Opens the console of a hall as a member of staff, at a time.
fn open(hall: &HallOnDisk, staff: &str, at: &str) -> Terminal {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_banshi"));
    command.env_clear();
    command.env("LANG", "zh_CN.UTF-8");
    command.env("HOME", hall.folder().parent().unwrap());
    command.args(["--as", staff, "--at", at, "--hall"]);
    command.arg(hall.folder());
    Terminal::running(command)
}

#[test]
fn a_clerk_works_in_a_terminal_and_a_kill_loses_nothing_that_was_answered() {
    let mut hall = HallOnDisk::training();
    for _ in 0..3 {
        hall.ok("s113", "ticket.issue", json!({"queue": "zonghe"}));
    }
    hall.ok("s113", "window.sign_on", json!({"window": "w001"}));

    let mut terminal = open(&hall, "s113", "2026-03-02T09:01:00+08:00");
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
    terminal.kill();
    hall.go("2026-03-02T09:10");
    let tickets = hall.rows("ticket");
    let served = tickets.iter().find(|ticket| ticket["number"] == "P001");
    assert_eq!(served.unwrap()["state"], "serving", "{tickets:?}");
    let enquiries = hall.rows("enquiry");
    assert_eq!(enquiries[0]["matter"], "异地就医怎么备案");
    assert_eq!(enquiries[0]["owner"], "s113");
    hall.run(&["verify"], 0);

    // Opened again, the window has what was in hand; leaving gives the terminal back.
    let mut again = open(&hall, "s113", "2026-03-02T09:20:00+08:00");
    again.shows("办理中");
    again.types("q");
    again.shows("确定退出");
    again.types("y");
    assert!(again.ends(), "the console stays");
}
