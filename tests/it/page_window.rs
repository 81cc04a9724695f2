//! The window page on a hall: the eight actions by their keys, type-ahead, lost races, the board, and how few
//! keys and bytes all of that takes.

use std::time::Duration;

use banshi::i18n::Lang;
use serde_json::json;

use crate::hall_console::{Desk, World};
use crate::support::at;

/// A clerk at window 1 with so many ordinary tickets waiting in their first queue.
fn at_window(world: &World, waiting: usize) -> Desk {
    world.call("wang", "window.sign_on", json!({"window": "w1"}));
    for _ in 0..waiting {
        world.call("dao", "ticket.issue", json!({"queue": "a"}));
    }
    world.open("wang")
}

#[test]
fn a_clerk_signs_on_and_sees_what_falls_due() {
    // R41, R110
    let mut world = World::small();
    world.call("wang", "window.sign_on", json!({"window": "w1"}));
    let applicant = json!({"name": "张演示"});
    let papers = json!(["P-1", "P-2", "P-3"]);
    let case = world.call(
        "wang",
        "case.receive",
        json!({"item": "P", "applicant": applicant, "materials": papers}),
    );
    world.call("wang", "case.accept", json!({"case": case["id"]}));
    world.call("wang", "window.sign_off", json!({"window": "w1"}));
    world.go("2026-03-24T08:40");
    let mut desk = world.open("wang");
    desk.shows("未开");
    desk.pressed();
    desk.keys("o");
    desk.types("1h");
    desk.keys("<enter>");
    assert!(desk.pressed() <= 2);
    desk.shows("到期提示");
    desk.shows("已超期 1 件");
    desk.shows("0302-00001  事项P  张演示  超 2 日");
    desk.keys("<esc>");
    desk.shows("1号窗口  空闲 0 分  王甲");
    desk.shows("首问责任岗");
}

#[test]
fn the_eight_actions_are_one_key_each() {
    // R31, R35, R37, R39, R41
    let world = World::small();
    let mut desk = at_window(&world, 3);
    desk.shows("下一号 A001 等 0 分；共 3 人等候");
    desk.pressed();
    desk.keys("1");
    desk.shows("请 A001 号到1号窗口");
    desk.shows("A 0 0 1");
    desk.keys("3");
    desk.shows("A001 号开始办理");
    desk.keys("6");
    desk.shows("挂起 A001（09:30 前）");
    assert_eq!(desk.pressed(), 3);
    desk.keys("<F1>");
    desk.shows("请 A002 号到1号窗口");
    desk.keys("s");
    desk.pressed();
    desk.keys("7");
    desk.types("zj");
    desk.keys("<enter><enter>");
    assert_eq!(desk.pressed(), 3);
    desk.shows("A002 号已转出");
    desk.keys("0");
    desk.shows("A001 号接着办");
    desk.keys("4");
    desk.shows("A001 号没有登记首问或办件，须写明事由");
    desk.keys("1<C-s>");
    desk.shows("A001 号办结");
    desk.shows("已办结 未办");
    desk.pressed();
    desk.keys("81<enter>");
    assert_eq!(desk.pressed(), 3);
    desk.shows("暂停服务 午休");
    desk.keys("8");
    desk.shows("恢复叫号");
}

#[test]
fn a_called_number_is_recalled_and_missed_as_the_rules_say() {
    // R32, R33: too early is a named line, no fault; the third call that nobody answers may be missed.
    let mut world = World::small();
    let mut desk = at_window(&world, 1);
    desk.keys("12");
    desk.shows("（R32）");
    for (minute, key) in [("01", "2"), ("02", "2")] {
        world.go(&format!("2026-03-02T09:{minute}"));
        desk.clock(&format!("2026-03-02T09:{minute}"));
        desk.keys(key);
    }
    desk.shows("第 3 次叫号");
    world.go("2026-03-02T09:03");
    desk.keys("5");
    desk.shows("A001 号过号");
    desk.keys("<down>b");
    desk.shows("A001 号已恢复排队");
}

#[test]
fn finish_and_call_next_is_one_key_where_the_visit_left_work() {
    // R39: what was opened for the ticket says what the visit came to.
    let world = World::small();
    let mut desk = at_window(&world, 2);
    desk.burst("13e");
    desk.types("契税在哪里交");
    desk.keys("<enter>1<C-s>gw");
    desk.shows("已开：首问");
    desk.pressed();
    desk.keys("9");
    assert_eq!(desk.pressed(), 1);
    desk.shows("请 A002 号到1号窗口");
    let done = world.call("wang", "ticket.get", json!({"ticket": "A001"}));
    assert_eq!(done["outcome"], "enquiry");
}

#[test]
fn keys_typed_ahead_go_where_they_belong() {
    // 20 keys at once, before any answer: call, start, open the enquiry, fill it, send it.
    let world = World::small();
    let mut desk = at_window(&world, 2);
    desk.burst("13e问路<enter>2张三<enter><C-s>gw");
    desk.shows("A 0 0 1");
    let list = world.call("wang", "enquiry.list", json!({}));
    let rows = list["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 1, "{list}");
    assert_eq!(rows[0]["matter"], "问路");
    let ticket = world.call("wang", "ticket.get", json!({"ticket": "A001"}));
    assert_eq!(rows[0]["ticket"], ticket["id"]);
}

#[test]
fn keys_after_a_refusal_are_not_taken_for_others() {
    // The form waits open with the hall's words; what is typed goes into it.
    let world = World::small();
    let mut desk = at_window(&world, 1);
    desk.burst("134<C-s>");
    desk.shows("必填");
    desk.shows("须写明事由");
    desk.keys("<tab>改日再来<enter>");
    desk.shows("A001 号办结");
}

#[test]
fn a_lost_race_is_a_line_and_the_page_shows_how_it_is() {
    // R31: both see A001 waiting; the other window was faster.
    let world = World::small();
    world.call("zhao", "window.sign_on", json!({"window": "w2"}));
    let mut desk = at_window(&world, 1);
    desk.shows("A001");
    world.call("zhao", "ticket.call_next", json!({"window": "w2"}));
    desk.burst("x1<enter>");
    desk.shows("A001");
    assert!(desk.text().contains("（R"), "{}", desk.text());
    desk.keys("<esc>1");
    desk.shows("没有人等候");
}

#[test]
fn out_of_order_needs_a_reason() {
    // R38
    let world = World::small();
    let mut desk = at_window(&world, 3);
    desk.keys("<down><down>");
    desk.rest();
    desk.keys("x");
    desk.shows("A003 号不按顺序先叫");
    desk.keys("<C-s>");
    desk.shows("必填");
    desk.keys("2<enter>");
    desk.shows("请 A003 号到1号窗口（点名）");
    let ticket = world.call("cha", "ticket.get", json!({"ticket": "A003"}));
    assert_eq!(ticket["picked"], "urgent");
}

#[test]
fn the_list_is_in_the_order_of_calls() {
    // R27, R28: courtesy goes before ordinary in its queue, the window's first queue before its second.
    let world = World::small();
    world.call("dao", "ticket.issue", json!({"queue": "b"}));
    let mut desk = at_window(&world, 2);
    world.call(
        "dao",
        "ticket.issue",
        json!({"queue": "a", "ground": "elderly"}),
    );
    desk.settle();
    let text = desk.text();
    let places: Vec<_> = ["  A003  民政", "A001  民政", "A002  民政", "B001  住建"]
        .iter()
        .map(|row| text.lines().position(|line| line.contains(row)))
        .collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{places:?}\n{text}"
    );
    desk.shows("+优待 老年人");
    desk.keys("1");
    desk.shows("请 A003 号到1号窗口");
}

#[test]
fn an_usher_issues_and_sees_the_whole_hall() {
    // R24, R25, R29
    let world = World::small();
    let mut usher = world.open("dao");
    usher.shows("全厅票号");
    usher.keys("i");
    usher.types("mz");
    usher.keys("<enter>1");
    usher.keys("<enter>");
    usher.types("张演示");
    usher.keys("<C-s>");
    usher.shows("取号 A001，前面 0 人");
    usher.shows("+优待 老年人");
    // R224: whom the usher let in is the window's to know.
    usher.shows("张*示");
}

#[test]
fn the_board_shows_first_where_somebody_is_needed() {
    // R41, R44, R45
    let mut world = World::small();
    world.call("zhao", "window.sign_on", json!({"window": "w2"}));
    world.call("li", "window.sign_on", json!({"window": "w3"}));
    world.call(
        "li",
        "window.pause",
        json!({"window": "w3", "reason": "meeting"}),
    );
    world.call("dao", "ticket.issue", json!({"queue": "a"}));
    world.go("2026-03-02T09:06");
    let mut board = world.open("cha");
    board.shows("等候 1 办理 0  窗口 2/4");
    let text = board.text();
    let first = text.lines().nth(5).expect("a row");
    assert!(
        first.contains("2号窗口") && first.contains("! 有人等候未叫号"),
        "{text}"
    );
    board.shows("暂停服务");
    board.shows("开会");
    board.keys("/3号<enter>");
    board.rest();
    board.hides("2号窗口");
    board.keys("<enter>");
    board.shows("工牌：李丙");
    board.keys("<esc><esc>");
    board.shows("2号窗口");
}

#[test]
fn r41a_a_lost_window_stands_out_with_its_ticket() {
    let (world, clock) = World::simulated();
    world.call("wang", "window.sign_on", json!({"window": "w1"}));
    world.call("dao", "ticket.issue", json!({"queue": "a"}));
    world.call("wang", "ticket.call_next", json!({"window": "w1"}));
    // Whoever asks above has hung up: what is answered next comes after that.
    for _ in 0..3 {
        world.call("dao", "hall.status", json!({}));
    }
    clock.pass(Duration::from_secs(61));
    for _ in 0..3 {
        world.call("dao", "hall.status", json!({}));
    }
    let board = world.open("cha");
    let text = board.text();
    let first = text.lines().nth(5).expect("a row");
    for words in ["1号窗口", "失联", "A001"] {
        assert!(first.contains(words), "{words}: {text}");
    }
    let wide = world.open_as("zhu", (160, 40), Lang::ZhCn);
    wide.shows("! 终端失联，自 09:01");
    drop(board);
    // It is the clerk's again, with the ticket, as soon as they are there.
    let desk = world.open("wang");
    desk.shows("A 0 0 1");
    desk.hides("失联");
}

#[test]
fn r23_a_clock_that_stopped_the_hall_is_the_first_thing_on_the_board() {
    let (world, clock) = World::simulated();
    let mut board = world.open("zhu");
    board.hides("时钟跳变");
    clock.jump_to(at("2026-04-01T09:00"));
    // Whoever watches is told, without anybody asking.
    board.waits_until(|text| text.contains("时钟跳变"));
    world.call(
        "zhu",
        "hall.confirm_clock",
        json!({"at": "2026-04-01T09:00:00+08:00"}),
    );
    board.waits_until(|text| !text.contains("时钟跳变"));
}

#[test]
fn leaving_with_people_waiting_is_asked_about() {
    let world = World::small();
    let mut desk = at_window(&world, 2);
    desk.keys("O");
    desk.shows("从1号窗口离岗？");
    desk.shows("还有 2 人等候。");
    desk.keys("n");
    desk.shows("1号窗口  空闲");
    desk.keys("Oy");
    desk.shows("已离岗");
    desk.keys("o<enter>");
    desk.shows("1号窗口");
}

#[test]
fn a_ticket_is_given_up_only_after_a_question_about_it() {
    // R34: the question is about the ticket that was selected, whatever the list does meanwhile.
    let world = World::small();
    let mut desk = at_window(&world, 2);
    desk.keys("1");
    desk.keys(":弃号<enter>");
    desk.shows("A001 号作弃号处理？");
    world.call(
        "dao",
        "ticket.issue",
        json!({"queue": "a", "ground": "elderly"}),
    );
    desk.settle();
    desk.keys("y");
    desk.shows("A001 号已弃号");
    let ticket = world.call("wang", "ticket.get", json!({"ticket": "A001"}));
    assert_eq!(ticket["state"], "abandoned");
}

#[test]
fn what_others_do_is_shown_without_a_key() {
    let world = World::small();
    let mut desk = at_window(&world, 1);
    world.call(
        "dao",
        "ticket.issue",
        json!({"queue": "a", "ground": "disabled"}),
    );
    desk.settle();
    desk.shows("A002");
    desk.shows("下一号 A002");
}

#[test]
fn the_footer_offers_what_can_be_done_now() {
    let world = World::small();
    let mut desk = at_window(&world, 1);
    desk.shows("1叫号 e首问登记");
    desk.hides("3开始");
    desk.keys("1");
    desk.shows("3开始 2重呼 5过号");
    desk.hides("1叫号");
    desk.keys("3");
    desk.shows("9办结并叫下一号 4办结");
    desk.keys("?");
    desk.shows("1  c  F1");
}

#[test]
fn leaving_the_console_with_somebody_in_hand_is_asked_about() {
    let world = World::small();
    let mut desk = at_window(&world, 1);
    desk.keys("13q");
    desk.shows("A001 号还在办理");
    desk.keys("n");
    assert!(!desk.has_quit());
    desk.keys("qy");
    assert!(desk.has_quit());
}

#[test]
fn a_move_and_a_minute_stay_within_their_bytes() {
    let world = World::small();
    let mut desk = at_window(&world, 30);
    for (width, height) in [(60, 20), (80, 24), (160, 50)] {
        desk.resize(width, height);
        desk.frame();
        desk.keys("<down>");
        let bytes = desk.frame();
        assert!(bytes > 0 && bytes <= 64, "{width}: {bytes} bytes");
        assert_eq!(desk.frame(), 0);
        desk.keys("<up>");
        desk.frame();
    }
    desk.resize(80, 24);
    desk.rest();
    desk.frame();
    let rows = desk.text().matches(" 0 分").count();
    desk.clock("2026-03-02T09:01");
    let bytes = desk.frame();
    assert!(bytes <= 40 + 12 * rows, "{bytes} bytes for {rows} figures");
}

#[test]
fn a_call_stays_within_its_bytes() {
    let world = World::small();
    let mut desk = at_window(&world, 12);
    desk.frame();
    desk.keys("1");
    let bytes = desk.frame();
    assert!(bytes <= 600, "{bytes} bytes:\n{}", desk.text());
}

#[test]
fn every_size_and_language_shows_what_the_task_needs() {
    let world = World::small();
    world.call("wang", "window.sign_on", json!({"window": "w1"}));
    for name in ["张演示", "李示例"] {
        world.call(
            "dao",
            "ticket.issue",
            json!({"queue": "a", "visitor": {"name": name}}),
        );
    }
    for lang in Lang::ALL {
        let mut desk = world.open_as("wang", (60, 20), lang);
        for size in [(60, 20), (80, 24), (120, 40), (160, 50)] {
            desk.resize(size.0, size.1);
            desk.shows("A001");
            desk.shows("A002");
            desk.shows("09:00");
            desk.keys("?");
            desk.shows("1  c  F1");
            desk.keys("<esc>zz");
            desk.shows("王甲");
            desk.keys("z");
        }
    }
}

#[test]
fn the_page_at_80x24_reads_as_it_should() {
    let mut world = World::small();
    let mut desk = at_window(&world, 2);
    world.call(
        "dao",
        "ticket.issue",
        json!({"queue": "b", "ground": "elderly", "visitor": {"name": "张演示"}}),
    );
    desk.keys("13");
    world.go("2026-03-02T09:12");
    desk.clock("2026-03-02T09:12");
    desk.keys("<down>");
    let shown: Vec<String> = desk.text().lines().take(12).map(str::to_owned).collect();
    let expected = [
        "[窗口] 首问  办件  代办  巡查                                  小厅  王甲  09:12",
        "1号窗口  办理中   王甲  wang",
        "首问责任岗",
        "               办理中 12 分",
        "   A 0 0 1     民政  普通",
        "               等候了 0 分",
        "",
        "下一号 A002 等 12 分；共 2 人等候，最长 12 分",
        "  号    队列              优先                  等候 状态             群众",
        "  A001  民政              普通                 12 分 办理中",
        "▸ A002  民政              普通                 12 分 等候",
        "  B001  住建              +优待 老年人         12 分 等候             张*示",
    ];
    assert_eq!(shown, expected);
}
