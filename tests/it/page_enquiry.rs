//! The first-question page on a hall: registration from the window in few keys, the way of an enquiry to the
//! visitor's word, who may do what.

use banshi::i18n::Lang;
use serde_json::json;

use crate::hall_console::{Desk, World};

/// A clerk at window 1 who serves A001.
fn serving(world: &World) -> Desk {
    world.call("wang", "window.sign_on", json!({"window": "w1"}));
    let visitor = json!({"name": "张演示", "phone": "13900000001"});
    world.call(
        "dao",
        "ticket.issue",
        json!({"queue": "a", "visitor": visitor}),
    );
    let mut desk = world.open("wang");
    desk.keys("13");
    desk
}

/// An enquiry of wang's that was passed on to li.
fn forwarded(world: &World) -> Desk {
    let mut desk = serving(world);
    desk.keys("e");
    desk.types("户外广告怎么批");
    desk.keys("<enter>2<C-s>f<tab>");
    desk.types("li");
    desk.keys("<enter><C-s>");
    desk
}

#[test]
fn registering_from_the_window_takes_at_most_six_keys_and_the_text() {
    // R50, R51: ticket, window, visitor and owner come by themselves.
    let world = World::small();
    let mut desk = serving(&world);
    desk.pressed();
    desk.keys("e");
    desk.shows("票号 A001  1号窗口  09:00");
    desk.shows("首问责任人：王甲");
    desk.shows("群众 张演示");
    desk.types("契税在哪里交");
    desk.keys("<enter>2<C-s>");
    assert!(desk.pressed() <= 6);
    desk.shows("已登记 W2026030200001，首问责任人 王甲，2026-03-04 前答复");
    desk.shows("▸ 0302-00001 ○ 剩 2 日");
    let sent = desk.last("enquiry.open");
    assert_eq!(sent["in_scope"], false);
    assert!(sent["visitor"].is_string(), "the known visitor: {sent}");
}

#[test]
fn somebody_else_than_the_ticket_says_is_a_new_person() {
    let world = World::small();
    let mut desk = serving(&world);
    desk.keys("e");
    desk.types("代人来问");
    desk.keys("<enter>1<enter><C-u>");
    desk.types("李示例");
    desk.keys("<C-s>");
    assert_eq!(
        desk.last("enquiry.open")["visitor"],
        json!({"name": "李示例"})
    );
    desk.shows("李示例");
}

#[test]
fn forwarding_keeps_the_owner_and_names_the_handler() {
    // R54
    let world = World::small();
    let desk = forwarded(&world);
    desk.shows("首问责任人仍是 王甲");
    desk.shows("转办待接");
    desk.shows("王甲>李丙");
}

#[test]
fn the_handler_takes_and_replies_and_the_visitor_confirms() {
    // M2, R57
    let world = World::small();
    let mut owner = forwarded(&world);
    let mut handler = world.open("li");
    handler.keys("gf");
    handler.shows("t接收 r答复 b退回首问");
    handler.keys("t");
    handler.shows("由 李丙 接收");
    handler.hides("t接收");
    handler.keys("r");
    handler.types("二楼住建窗口，带规划图");
    handler.keys("<enter>");
    handler.shows("已答复，等群众确认");
    owner.settle();
    owner.shows("y群众满意 x群众不满意");
    owner.pressed();
    owner.keys("y1<enter>");
    assert_eq!(owner.pressed(), 3);
    owner.shows("群众满意，办结");
    owner.hides("0302-00001 ");
    owner.keys("zz");
    owner.shows("满意办结");
    owner.keys("<enter>");
    owner.shows("二楼住建窗口，带规划图");
    owner.shows("群众确认");
}

#[test]
fn the_wrong_handler_gives_it_back_with_a_reason() {
    // R56
    let world = World::small();
    let mut owner = forwarded(&world);
    let mut handler = world.open("li");
    handler.keys("gfb<C-s>");
    handler.shows("必填");
    handler.types("属城管业务");
    handler.keys("<C-s>");
    handler.shows("已退回首问责任人 王甲");
    owner.settle();
    owner.shows("登记");
    owner.shows("f转办");
}

#[test]
fn a_rejected_reply_is_due_again_and_twice_is_the_directors() {
    // M2, R56
    let world = World::small();
    let mut desk = serving(&world);
    desk.keys("e");
    desk.types("多久能办完");
    desk.keys("<enter>1<C-s>");
    for _ in 0..2 {
        desk.keys("w");
        desk.types("十四个工作日");
        desk.keys("<C-s>x");
        desk.types("太久");
        desk.keys("<C-s>");
        desk.shows("群众不满意，2026-03-04 前重新答复");
    }
    let mut director = world.open("zhu");
    director.keys("gf");
    director.shows("待主任处理");
    director.keys("D");
    director.types("已当面说明");
    director.keys("<C-s>");
    director.shows("主任办结");
}

#[test]
fn the_second_day_of_nobody_answering_closes_and_is_asked_first() {
    // R57
    let mut world = World::small();
    let mut desk = serving(&world);
    desk.keys("e");
    desk.types("何时取证");
    desk.keys("<enter>1<C-s>w");
    desk.types("下周一");
    desk.keys("<C-s>u");
    desk.shows("已记联系不上");
    world.go("2026-03-03T09:00");
    desk.clock("2026-03-03T09:00");
    desk.keys("u");
    desk.shows("第二天仍联系不上，登记？");
    desk.keys("y");
    desk.hides("0302-00001 ");
}

#[test]
fn a_draft_waits_where_it_was_left() {
    let world = World::small();
    let mut desk = serving(&world);
    desk.keys("e");
    desk.types("问到一半");
    desk.keys("<esc>");
    desk.shows("已留作草稿");
    desk.keys("gwe");
    desk.shows("问到一半");
}

#[test]
fn the_own_ones_come_first_in_the_order_of_their_replies() {
    let mut world = World::small();
    world.call("li", "window.sign_on", json!({"window": "w3"}));
    world.call(
        "li",
        "enquiry.open",
        json!({"matter": "别人的", "in_scope": true}),
    );
    world.go("2026-03-03T09:00");
    world.call(
        "wang",
        "enquiry.open",
        json!({"matter": "我的", "in_scope": true}),
    );
    let mut desk = world.open("wang");
    desk.keys("gf");
    let text = desk.text();
    let line = |matter: &str| text.lines().position(|line| line.ends_with(matter));
    let (mine, others) = (line(" 我的"), line("别人的"));
    assert!(mine.is_some() && mine < others, "{text}");
    desk.shows("2 件，我的 1，超期 0");
    desk.keys("z");
    desk.hides("别人的");
    desk.keys("zz/别人<enter>");
    desk.shows("▸ 0302-00001");
}

#[test]
fn an_enquiry_becomes_a_case() {
    // R58
    let world = World::small();
    let mut desk = serving(&world);
    desk.keys("e");
    desk.types("办事项P");
    desk.keys("<enter>1<C-s>a");
    desk.types("sxP");
    desk.keys("<enter>");
    desk.shows("来自 W2026030200001");
    desk.shows("申请人     张演示");
    desk.keys("<C-s>");
    desk.shows("收件，缺 3 项材料");
    desk.keys("gf");
    desk.shows("转办件");
}

#[test]
fn every_size_and_language_shows_what_the_task_needs() {
    let world = World::small();
    let _owner = forwarded(&world);
    for lang in Lang::ALL {
        let mut desk = world.open_as("wang", (60, 20), lang);
        desk.keys("gf");
        for size in [(60, 20), (80, 24), (120, 40), (160, 50)] {
            desk.resize(size.0, size.1);
            desk.shows("0302-00001");
            desk.shows("王甲>李丙");
            desk.keys("n");
            desk.shows("王甲");
            desk.keys("<esc>");
        }
    }
}

#[test]
fn an_empty_page_says_what_to_do() {
    let world = World::small();
    let mut desk = world.open("wang");
    desk.keys("gf");
    desk.shows("没有首问登记；按 n 登记");
}
