//! The program itself in a terminal of its own: keys in, bytes out, the bytes read by a terminal emulator. Few and real: that
//! it starts, takes Chinese, keeps what was answered through a kill, resizes, and gives the terminal back.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};
use serde_json::json;

use crate::support::calls::HallOnDisk;
use crate::support::served::{PIN, Served, ok, shared_hall};

/// How long the screen may take to show what is waited for, on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// A terminal with the console in it.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn emulator(columns: u16, rows: u16) -> vt100::Parser {
    let (rows, columns) = (rows.try_into().unwrap(), columns.try_into().unwrap());
    vt100::Parser::new(rows, columns, 0)
}

impl Terminal {
    /// Opens the console of a hall as a member of staff, at a time, on 80 by 24.
    fn open(hall: &HallOnDisk, staff: &str, at: &str) -> Self {
        Self::run(hall, &["--as", staff, "--at", at])
    }

    /// Runs the program on a hall with arguments, on 80 by 24.
    fn run(hall: &HallOnDisk, args: &[&str]) -> Self {
        let pair = NativePtySystem::default().openpty(size(80, 24)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_banshi"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "zh_CN.UTF-8");
        command.env("HOME", hall.folder().parent().unwrap());
        command.arg("--hall");
        command.arg(hall.folder());
        command.args(args);
        let child = pair.slave.spawn_command(command).unwrap();
        let screen = Arc::new(Mutex::new(emulator(80, 24)));
        let mut bytes = pair.master.try_clone_reader().unwrap();
        let shown = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = bytes.read(&mut buffer) {
                shown.lock().unwrap().process(&buffer[..count]);
            }
        });
        Self {
            keys: pair.master.take_writer().unwrap(),
            master: pair.master,
            child,
            screen,
        }
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until the screen shows something.
    fn shows(&self, wanted: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.text().contains(wanted) {
            assert!(Instant::now() < until, "no {wanted:?} in\n{}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types.
    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end; whether it was a good one.
    fn ends(&mut self) -> bool {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status.success(),
                None if Instant::now() > until => return false,
                None => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        // The emulator first: what comes after the signal is meant for the new size.
        *self.screen.lock().unwrap() = emulator(columns, rows);
        self.master.resize(size(columns, rows)).unwrap();
    }
}

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
    let mut terminal = Terminal::run(&hall, &["--as", "s113"]);
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
    let mut terminal = Terminal::run(&hall, &["--as", "s026", "call", "session.hello"]);
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
    let mut terminal = Terminal::run(&hall, &["--as", "s026", "call", "hall.status"]);
    terminal.shows("s026 的口令");
    terminal.types("25\u{3}");
    terminal.shows("session.pin_required");
    assert!(!terminal.ends());
    assert!(server.stop().success());
}
