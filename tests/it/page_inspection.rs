//! The inspection page over a real hall in memory: rounds with one key a window (R170), findings from raising to the
//! end (M6), what the one concerned sees and may answer (R177), and how many keys the main jobs take.

use banshi::i18n::Lang;
use serde_json::{Value, json};

use crate::hall_console::World;
use crate::support::desk::{Worker, client};

/// A hall in which three windows are open and somebody waits.
fn hall() -> World {
    let world = World::small();
    for (staff, window) in [("wang", "w1"), ("zhao", "w2"), ("li", "w3")] {
        world.call(staff, "window.sign_on", json!({ "window": window }));
    }
    let ticket = json!({ "queue": "b", "visitor": client("来人") });
    world.call("dao", "ticket.issue", ticket);
    world
}

fn desk(world: &World, staff: &str) -> Worker {
    Worker::at(world, staff, "gi")
}

/// A finding at window 1 about 王甲; gives its id.
fn raised(world: &World) -> String {
    let finding = world.call(
        "cha",
        "finding.raise",
        json!({ "window": "w1", "code": "snacks", "note": "柜台上吃瓜子" }),
    );
    finding["id"].as_str().unwrap().to_owned()
}

fn state(world: &World, id: &str) -> Value {
    world.call("cha", "finding.get", json!({ "finding": id }))["state"].clone()
}

#[test]
fn r170_a_round_is_one_key_a_window() {
    let world = hall();
    let mut inspector = desk(&world, "cha");
    inspector
        .shows("今天已完成巡视 0 次")
        .shows("开放 3，等候 1");
    inspector.shows("王甲").shows("w4");
    inspector.keys("o").shows("带班领导").keys("<enter>");
    assert_eq!(inspector.pressed(), 2);
    inspector.shows("09:00 起巡视").shows("已巡 0/3 未达标");
    inspector
        .keys("s")
        .shows("已巡 1/3")
        .keys("s")
        .shows("已巡 2/3 未达标");
    // The post with a finding counts as seen too.
    inspector.pressed();
    inspector
        .keys("n5<enter>")
        .text("服务时看手机")
        .keys("<C-s>");
    assert!(
        inspector.pressed() <= 6,
        "a finding takes at most 6 keys beside its text"
    );
    inspector.shows("已巡 3/3 达标").shows("问题 1");
    inspector.keys("c").shows("计为一次完整巡视").keys("y");
    assert_eq!(inspector.pressed(), 2);
    inspector.shows("今天已完成巡视 1 次");
    assert_eq!(
        inspector.commands(),
        [
            "round.open",
            "round.see",
            "round.see",
            "finding.raise",
            "round.close"
        ]
    );
    let params = inspector.last("finding.raise");
    assert_eq!(params["code"], "phone");
    assert_eq!(params["window"], "w3");
    assert!(params["round"].is_string());
}

#[test]
fn a_round_with_a_leader_and_one_that_ends_too_early() {
    let world = hall();
    let mut inspector = desk(&world, "cha");
    inspector
        .keys("o")
        .keys("zhu")
        .keys("<enter><C-s>")
        .shows("起巡视");
    assert_eq!(inspector.last("round.open")["leader"], "zhu");
    inspector
        .keys("s")
        .keys("c")
        .shows("不计为完整巡视")
        .keys("n")
        .shows("已巡 1/3");
    inspector.keys("o").shows("您的巡视还没有结束");
    inspector.keys("q").shows("巡视还没有结束：已巡 1/3");
}

#[test]
fn r45_an_idle_post_stands_out_on_the_live_board() {
    let mut world = hall();
    world.go("2026-03-02T09:30");
    let mut inspector = desk(&world, "cha");
    inspector.shows("▲ 空岗").shows("空岗 ").shows("30 分");
    inspector.keys(":").text("w3").keys("<enter>");
    inspector.shows("有人等候而无人办理");
    world.call("li", "ticket.call_next", json!({ "window": "w3" }));
    inspector.settle().shows("B001").hides("▲ 空岗");
}

#[test]
fn m6_a_finding_goes_from_notice_to_the_end() {
    let world = hall();
    let id = raised(&world);
    let mut inspector = desk(&world, "cha");
    inspector
        .keys("z")
        .shows("! 已发现")
        .shows("柜台上吃瓜子")
        .shows("在岗：王甲");
    inspector.pressed();
    inspector.keys("i").shows("> 已告知").shows("◆剩1天");
    assert_eq!(inspector.pressed(), 1);

    // R177: the one concerned sees it, says something and answers.
    let mut clerk = desk(&world, "wang");
    clerk
        .shows("与我有关的问题 1")
        .shows("吃零食")
        .shows("查癸");
    clerk
        .keys("t")
        .text("是中午没来得及吃")
        .keys("<C-s>")
        .shows("是中午没来得及吃");
    clerk
        .keys("r")
        .text("已收拾，不再发生")
        .keys("<C-s>")
        .shows("~ 整改");
    assert!(clerk.footer().contains("申诉"), "{}", clerk.footer());
    assert!(!clerk.footer().contains("销号"), "{}", clerk.footer());

    inspector
        .settle()
        .shows("~ 整改")
        .keys("w")
        .text("又见到")
        .keys("<C-s>");
    inspector.shows("复查不合格：1").keys("v<C-s>");
    assert_eq!(state(&world, &id), "verified");
    inspector
        .shows("没有待处理的问题")
        .keys("z")
        .shows(". 销号");
}

#[test]
fn an_appeal_is_decided_by_the_director_who_did_not_raise_it() {
    let world = hall();
    let id = raised(&world);
    world.call("cha", "finding.notify", json!({ "finding": id }));
    let mut clerk = desk(&world, "wang");
    clerk
        .keys("a")
        .text("那是样品")
        .keys("<C-s>")
        .shows("^ 申诉");
    let mut inspector = desk(&world, "cha");
    inspector.keys("z").keys("u").shows("您的岗位不能");
    let mut director = desk(&world, "zhu");
    director
        .keys("zu")
        .text("情况属实，不作为问题")
        .keys("<C-s>");
    assert_eq!(state(&world, &id), "cancelled");
}

#[test]
fn r171_put_right_on_the_spot_is_a_reminder_after_a_question() {
    let world = hall();
    let id = raised(&world);
    let mut inspector = desk(&world, "cha");
    inspector.keys("zf").shows("当场改正？").keys("n");
    assert_eq!(state(&world, &id), "open");
    inspector.pressed();
    inspector.keys("fy");
    assert_eq!(inspector.pressed(), 2);
    assert_eq!(state(&world, &id), "reminded");
}

#[test]
fn r177_nobody_else_sees_it_and_the_bell_rings_once_for_whom_it_concerns() {
    let world = hall();
    let mut concerned = desk(&world, "wang");
    let mut other = desk(&world, "li");
    concerned.shows("没有与您有关的问题");
    raised(&world);
    concerned.settle().shows("吃零食");
    other.settle().hides("吃零食");
    assert_eq!((concerned.rung(), other.rung()), (1, 0));
    concerned.settle();
    assert_eq!(concerned.rung(), 1);
    // The chief representative of the department answers for it too.
    desk(&world, "shou").shows("吃零食");
}

/// The rows of a screen, from one to another.
fn rows(picture: &str, from: usize, to: usize) -> Vec<&str> {
    picture.lines().skip(from).take(to - from).collect()
}

#[test]
fn the_board_of_a_small_hall_looks_like_this() {
    let world = hall();
    raised(&world);
    let mut inspector = desk(&world, "cha");
    inspector.keys("o<enter>s");
    let board = [
        "09:00 起巡视 · 已巡 1/3 未达标 · 开放 3，等候 1 · 问题 1",
        "  窗口   状态         人员       在办         等候    最久 名称",
        " *w1     o 空闲       王甲                       1    0 分 1号窗口",
        "▸ w2     o 空闲       赵乙                                 2号窗口",
        "  w3     o 空闲       李丙                       1    0 分 3号窗口",
        "  w4       未开                                  1    0 分 4号窗口",
    ];
    assert_eq!(rows(&inspector.picture(), 1, 7), board);
    inspector.keys("z");
    let finding = [
        "X20260302001  ! 已发现  一般",
        "问题：吃零食",
        "情况：柜台上吃瓜子",
        "窗口：w1 1号窗口",
        "人员：王甲",
        "当时：在岗：王甲；窗口开着；等候 1 人",
        "记下：09:00  查癸",
    ];
    assert_eq!(rows(&inspector.picture(), 9, 16), finding);
}

#[test]
fn the_board_and_the_findings_lead_to_each_other() {
    let world = hall();
    raised(&world);
    let mut inspector = desk(&world, "cha");
    inspector
        .shows("X20260302001")
        .keys("<enter>")
        .shows("柜台上吃瓜子");
    inspector.keys("<enter>").shows("空闲，09:00 起");
    inspector
        .keys("<down><enter>")
        .shows("这个窗口没有待处理的问题");
    inspector.keys("s").shows("没有进行中的巡视，先“开始巡视”");
}

#[test]
fn a_move_of_the_selection_stays_within_its_bytes() {
    let world = hall();
    raised(&world);
    for size in [(80, 24), (60, 20), (160, 50)] {
        let mut inspector = Worker::sized(&world, "cha", "gi", size, Lang::ZhCn);
        let bytes = inspector.bytes_of("<down>");
        assert!((1..=64).contains(&bytes), "{bytes} bytes at {size:?}");
        assert_eq!(inspector.bytes_of(""), 0);
    }
}

#[test]
fn it_works_in_sixty_columns_and_in_english() {
    let world = hall();
    raised(&world);
    let mut narrow = Worker::sized(&world, "cha", "gi", (60, 20), Lang::ZhCn);
    narrow
        .shows("王甲")
        .shows("o 空闲")
        .keys("z")
        .shows("! 已发现")
        .shows("w1");
    let mut english = Worker::sized(&world, "cha", "gi", (160, 50), Lang::En);
    english
        .shows("rounds complete today")
        .shows("snacks")
        .shows("王甲");
    assert!(!english.picture().contains('⟦'), "{}", english.picture());
}
