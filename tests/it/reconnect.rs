//! A line that breaks: the server goes away under a terminal and comes back, a terminal goes away and its clerk signs in
//! again. Nothing that was typed is lost, nothing is done twice, and the screen says at every moment what holds.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use banshi::console::message::{Connection, Farewell, Outage, Refused};
use banshi::console::screen::{ACTS_MAX, Incoming, Keeping, Link, Outgoing};
use serde_json::{Value, json};

use crate::support::calls::{HallOnDisk, said};
use crate::support::served::{PATIENCE, Served, ok, ticket};
use crate::support::terminal::Terminal;
use crate::terminal::{Console, at};

/// Drafts of a member of staff, once there is one with this text in it.
pub(crate) fn draft_with(server: &Served, staff: &str, text: &str) -> Value {
    let mut client = server.client(staff);
    let until = Instant::now() + PATIENCE;
    loop {
        let list = ok(&mut client, "draft.list", json!({}));
        let rows = list["rows"].as_array().unwrap();
        if let Some(row) = rows.iter().find(|row| row.to_string().contains(text)) {
            return row.clone();
        }
        assert!(Instant::now() < until, "no {text:?} in {list}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A clerk at window 1 with a visitor being served.
fn serving(server: &Served) -> Terminal {
    let mut clerk = server.client("s113");
    for _ in 0..2 {
        ok(&mut clerk, "ticket.issue", json!({"queue": "zonghe"}));
    }
    ok(&mut clerk, "window.sign_on", json!({"window": "w001"}));
    let mut terminal = Terminal::join(server.folder(), "s113");
    terminal.shows("P001");
    terminal.types("1");
    terminal.shows("请 P001 号到1号窗口");
    terminal.types("3");
    terminal.shows("P001 号开始办理");
    terminal
}

#[test]
fn the_server_dies_under_a_form_and_the_form_is_sent_once() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut terminal = serving(&server);
    terminal.types("e");
    terminal.shows("事项");
    terminal.types("异地就医");
    terminal.shows("异地就医");
    server.kill();
    terminal.shows("!断线");
    terminal.shows("起与大厅断线  下次重连");
    terminal.types("怎么备案");
    terminal.shows("异地就医怎么备案");
    terminal.types("\r2\u{13}");
    terminal.shows("待发 1 件：大厅回来就发");
    // Looking goes on: another page and back, the line of news gives the outage again.
    terminal.types("gc");
    terminal.shows("断线前没有看过这一页");
    terminal.types("gw");
    terminal.shows("待发 1 件  屏上是断线前的内容");
    terminal.shows("P001");

    let server = Served::on(&hall);
    terminal.shows("已登记");
    terminal.hides("!断线");
    let mut clerk = server.client("s113");
    let enquiries = ok(&mut clerk, "enquiry.list", json!({"closed": true}));
    let rows = enquiries["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{enquiries}");
    assert_eq!(rows[0]["matter"], "异地就医怎么备案");
    assert!(server.stop().success());
    terminal.shows("!断线");
    hall.run(&["verify"], 0);
}

#[test]
fn the_terminal_dies_in_a_form_and_its_clerk_gets_all_of_it_back() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut terminal = serving(&server);
    terminal.types("e");
    terminal.shows("事项");
    terminal.types("问到一半的话");
    let draft = draft_with(&server, "s113", "问到一半的话");
    assert!(draft["request"].is_string(), "{draft}");
    // Of nobody else, also not of the one who owns the hall.
    for other in ["s007", "admin"] {
        let list = ok(&mut server.client(other), "draft.list", json!({}));
        assert_eq!(list, json!({"rows": []}), "{other}");
    }
    terminal.kill();

    let mut again = Terminal::join(server.folder(), "s113");
    again.shows("接着办：P001 号，办理中（1号窗口）");
    again.shows("办理中");
    again.shows("有草稿 1 份");
    again.types("e");
    again.shows("已恢复上次的草稿");
    again.shows("问到一半的话");
    // A line that is closed in order says its last words first.
    again.types("，再加一句");
    again.shows("再加一句");
    again.hang_up();
    draft_with(&server, "s113", "问到一半的话，再加一句");

    let mut last = Terminal::join(server.folder(), "s113");
    last.shows("有草稿 1 份");
    last.types("e");
    last.shows("再加一句");
    last.types("\r2\u{13}");
    last.shows("已登记");
    let mut clerk = server.client("s113");
    let until = Instant::now() + PATIENCE;
    while ok(&mut clerk, "draft.list", json!({})) != json!({"rows": []}) {
        assert!(Instant::now() < until, "the draft has done its work");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_form_that_was_sent_before_its_terminal_died_is_done_once() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut terminal = serving(&server);
    terminal.types("e");
    terminal.shows("事项");
    terminal.types("只登记一次");
    terminal.types("\r2");
    let draft = draft_with(&server, "s113", "只登记一次");
    let mut clerk = server.client("s113");
    terminal.types("\u{13}");
    terminal.shows("已登记");
    // As if the terminal had died after sending: the draft is still there, and the clerk sends it again.
    ok(&mut clerk, "draft.keep", draft);
    terminal.kill();
    let mut again = Terminal::join(server.folder(), "s113");
    again.shows("有草稿 1 份");
    again.types("e");
    again.shows("只登记一次");
    again.types("\u{13}");
    again.shows("已登记");
    let enquiries = ok(&mut clerk, "enquiry.list", json!({"closed": true}));
    assert_eq!(enquiries["rows"].as_array().unwrap().len(), 1);
}

#[test]
fn a_call_through_restarts_of_the_server_is_done_once() {
    const ROUNDS: usize = 6;
    let hall = HallOnDisk::training();
    let mut server = Served::on(&hall);
    for round in 0..ROUNDS {
        let params = json!({"queue": "qiye", "request": format!("restart-call-{round:04}")});
        let call = Command::new(env!("CARGO_BIN_EXE_banshi"))
            .env_clear()
            .args(["--lang", "en", "--as", "s007", "--socket"])
            .arg(server.folder())
            .args(["call", "ticket.issue", &params.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Killed at another moment each time: before it connects, in the greeting, in the command, after it.
        std::thread::sleep(Duration::from_millis(4 * u64::try_from(round).unwrap()));
        server.kill();
        server = Served::on(&hall);
        let output = call.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let issued: Value = serde_json::from_slice(&output.stdout).unwrap();
        let again = ok(&mut server.client("s007"), "ticket.issue", params);
        assert_eq!(again["id"], issued["id"]);
    }
    let tickets = ok(&mut server.client("s007"), "ticket.list", json!({}));
    assert_eq!(tickets["rows"].as_array().unwrap().len(), ROUNDS);
    let next = ok(&mut server.client("s007"), "ticket.issue", ticket(1));
    assert!(next["id"].is_string());
}

#[test]
fn a_session_that_is_not_wanted_any_more_says_why_and_keeps_what_was_typed() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut terminal = serving(&server);
    terminal.types("e");
    terminal.shows("事项");
    terminal.types("还没说完");
    terminal.shows("还没说完");
    server.kill();
    terminal.shows("!断线");
    // Another version took the hall over.
    let other = server_of_another_version(&hall);
    terminal.shows("!已断开");
    terminal.shows("banshi.999.sock");
    terminal.shows("还没说完");
    terminal.types("，接着写");
    terminal.shows("还没说完，接着写");
    drop(other);
    std::fs::remove_file(hall.folder().join("banshi.999.sock")).unwrap();
    let server = Served::on(&hall);
    // Whoever puts it right asks for it again.
    terminal.types("\u{1b}");
    terminal.shows("已留作草稿");
    terminal.types("\u{12}");
    terminal.hides("!已断开");
    draft_with(&server, "s113", "还没说完，接着写");
}

fn server_of_another_version(hall: &HallOnDisk) -> std::os::unix::net::UnixListener {
    let path = hall.folder().join("banshi.999.sock");
    std::os::unix::net::UnixListener::bind(path).unwrap()
}

fn down(next: &str) -> Incoming {
    let (since, next) = (at("10:40"), at(next));
    Incoming::Connection(Connection::Down(Outage { since, next }))
}

fn up() -> Incoming {
    Incoming::Connection(Connection::Up)
}

fn requests(console: &Console, wanted: &str) -> usize {
    let is_wanted =
        |out: &&Outgoing| matches!(out, Outgoing::Request { method, .. } if *method == wanted);
    console.out.iter().filter(is_wanted).count()
}

const FORM: &str = "i张三<enter>cjr<enter><C-s>";

#[test]
fn while_the_hall_is_away_acts_wait_in_order_and_looking_goes_on() {
    let mut console = Console::open(80, 24);
    console.send(down("10:41"));
    console.shows("!断线10:40");
    console.shows("! 10:40:00 起与大厅断线  下次重连 10:41:00  屏上是断线前的内容");
    console.keys("<down><down>");
    console.shows("▸ B003");
    // Nothing is asked that cannot be answered; what is shown stays.
    let asked = requests(&console, "ticket.list");
    console.keys(FORM);
    console.shows("待发 1 件：大厅回来就发");
    console.hides("姓名");
    console.keys(FORM);
    console.shows("待发 2 件");
    console.keys("<down>");
    console.shows("下次重连 10:41:00  待发 2 件  屏上");
    assert_eq!(requests(&console, "ticket.list"), asked);
    console.send(down("10:42"));
    console.shows("下次重连 10:42:00");
    console.send(up());
    console.shows("已重新连接，补发 2 件");
    assert_eq!(requests(&console, "ticket.issue"), 2);
    assert_eq!(requests(&console, "ticket.list"), asked + 1);
    let sent: Vec<_> = console.out.iter().filter_map(issued).collect();
    for (nth, tag) in sent.into_iter().enumerate() {
        let refused = Refused::fault("no such queue");
        let result = if nth == 0 {
            Ok(json!({}))
        } else {
            Err(refused)
        };
        console.send(Incoming::Answer { tag, result });
    }
    console.shows("办成 1 件，未办 1 件");
    console.hides("断线1");
    // What was refused is a draft again.
    console.answer_last(Ok(json!(57)));
    console.keys("i");
    console.shows("张三");
}

fn issued(out: &Outgoing) -> Option<banshi::console::screen::Tag> {
    match out {
        Outgoing::Request { tag, method, .. } if *method == "ticket.issue" => Some(*tag),
        _ => None,
    }
}

#[test]
fn acts_that_wait_are_bounded_and_the_form_that_is_too_many_stays() {
    let mut console = Console::open(80, 24);
    console.send(down("10:41"));
    for _ in 0..ACTS_MAX {
        console.keys(FORM);
    }
    assert_eq!(requests(&console, "ticket.issue"), ACTS_MAX);
    console.keys(FORM);
    console.shows("待发已满 32 件");
    console.shows("张三");
    assert_eq!(requests(&console, "ticket.issue"), ACTS_MAX);
    console.keys("<esc>q");
    console.shows("待发 32 件，退出后不再发");
}

#[test]
fn keys_typed_ahead_go_where_they_belong_across_an_outage() {
    let mut console = Console::open(80, 24);
    console.keys(FORM);
    let (tag, _, _) = console.last_request();
    // Typed ahead of the answer, before anybody knew that the line was down.
    console.keys("i李四");
    console.send(down("10:41"));
    console.keys("<tab>cjr");
    console.shows("待执行 7 键，Esc 放弃");
    console.send(up());
    console.hides("待执行");
    console.send(Incoming::Answer {
        tag,
        result: Ok(json!({})),
    });
    console.answer_last(Ok(json!(57)));
    console.shows("李四");
    console.shows("残疾人证换领");
    console.hides("张三");
}

#[test]
fn a_session_that_is_over_says_why_in_its_rows_and_acts_are_not_taken() {
    let mut console = Console::open(60, 20);
    console.keys("i张三");
    let refused = Refused {
        code: "session.pin_required".into(),
        rule: "1.1".into(),
        facts: [("staff".to_owned(), json!("S014"))].into(),
        ..Refused::default()
    };
    let over = Connection::Over(Farewell::Refused(refused));
    console.send(Incoming::Connection(over));
    console.shows("!已断开");
    console.shows("S014");
    console.shows("退出后重新登录");
    console.keys("<enter>cjr<enter><C-s>");
    console.shows("这一件没有办");
    console.shows("张三");
    assert_eq!(requests(&console, "ticket.issue"), 0);
    console.keys("<esc><C-r>");
    assert!(console.out.contains(&Outgoing::Reconnect));
}

#[test]
fn a_server_is_told_of_drafts_after_a_rest_and_of_their_end() {
    let mut console = Console::open(80, 24);
    let mut drawn = 0;
    let draw = move || {
        drawn += 1;
        format!("request-{drawn:08}")
    };
    console.link(Link {
        keeping: Keeping::Server,
        requests: Some(Box::new(draw)),
    });
    console.keys("i");
    assert!(!console.screen.wants_keeping(), "nothing was typed");
    console.keys("张三");
    assert!(console.screen.wants_keeping());
    console.send(Incoming::Keep);
    let (_, method, params) = console.last_request();
    assert_eq!(method, "draft.keep");
    assert_eq!(params["form"], "ticket.issue");
    assert_eq!(params["fields"]["visitor"], "张三");
    assert_eq!(params["request"], "request-00000001");
    assert!(!console.screen.wants_keeping());
    console.send(Incoming::Keep);
    assert_eq!(requests(&console, "draft.keep"), 1, "told once");
    // A server that was away may have forgotten it.
    console.send(down("10:41"));
    console.keys("<enter>cjr<enter>");
    assert!(!console.screen.wants_keeping(), "nobody is there");
    console.send(up());
    assert_eq!(requests(&console, "draft.keep"), 2);
    console.answer_last(Ok(json!(57)));
    console.keys("<C-s>");
    let (tag, method, params) = console.last_request();
    assert_eq!(
        (method, &params["request"]),
        ("ticket.issue", &json!("request-00000001"))
    );
    console.send(Incoming::Answer {
        tag,
        result: Ok(json!({})),
    });
    assert_eq!(requests(&console, "draft.drop"), 1);
    // The next form is another piece of work.
    console.keys("i李四");
    console.send(Incoming::Keep);
    assert_eq!(console.last_request().2["request"], "request-00000002");
}

#[test]
fn an_outage_costs_few_bytes_and_a_line_that_stands_none() {
    let mut console = Console::open(80, 24);
    assert!(console.frame().is_empty());
    console.send(down("10:41"));
    console.frame();
    assert!(console.frame().is_empty());
    console.send(down("10:42"));
    let bytes = console.frame().len();
    assert!(bytes <= 24, "{bytes} bytes for another attempt");
}
