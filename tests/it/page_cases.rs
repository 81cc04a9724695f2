//! The cases page on a hall: a case from its first paper to delivery by keys, notices, clocks, proposals,
//! branches; who sees which cases, and in which order.

use banshi::i18n::Lang;
use serde_json::{Value, json};

use crate::hall_console::{Desk, World};

/// A hall whose window 1 has its clerk.
fn open_hall() -> World {
    let world = World::small();
    world.call("wang", "window.sign_on", json!({"window": "w1"}));
    world
}

fn papers(item: &str) -> Value {
    match item {
        "P" => json!(["P-1", "P-2", "P-3"]),
        "I" => json!([]),
        other => json!([format!("{other}-1")]),
    }
}

/// An accepted case of an item; gives its id.
fn accepted(world: &World, item: &str, name: &str) -> String {
    let params = json!({"item": item, "applicant": {"name": name}, "materials": papers(item)});
    let case = world.call("wang", "case.receive", params);
    world.call("wang", "case.accept", json!({"case": case["id"]}));
    case["id"].as_str().expect("an id").to_owned()
}

fn on_cases(world: &World, staff: &str) -> Desk {
    let mut desk = world.open(staff);
    desk.keys("gc");
    desk
}

#[test]
fn receiving_and_accepting_takes_at_most_twelve_keys_after_the_item() {
    let world = open_hall();
    let mut desk = on_cases(&world, "wang");
    desk.shows("这里没有办件；n 收件");
    desk.keys("n");
    desk.types("sxP");
    desk.keys("<enter>");
    desk.shows("承诺件  承诺 14 工作日  法定 20 工作日");
    desk.pressed();
    desk.types("张演示");
    desk.keys("<enter>");
    desk.types("11010519491231002X");
    desk.keys("<enter><enter><enter>a<enter>");
    desk.shows("0302-00001 收件");
    desk.keys("l3<C-s>");
    desk.keys("l1<C-s>");
    desk.pressed();
    desk.keys("a");
    desk.shows("在办");
    let case = world.call("wang", "case.list", json!({}));
    assert_eq!(case["rows"][0]["state"], "accepted");
}

#[test]
fn twelve_keys_from_the_item_to_the_running_clock() {
    let world = open_hall();
    let mut desk = on_cases(&world, "wang");
    desk.keys("n");
    desk.types("sxP");
    desk.keys("<enter>");
    desk.pressed();
    desk.types("张演示");
    desk.keys("<enter><enter><enter><enter>a<enter>");
    desk.keys("l2<C-s>");
    desk.keys("a");
    let keys = desk.pressed();
    assert!(keys <= 12, "{keys} keys");
    desk.shows("在办");
    desk.shows("○ 剩");
}

#[test]
fn what_a_ticket_says_is_filled_in() {
    let world = open_hall();
    let issued = json!({"queue": "a", "items": ["P"], "visitor": {"name": "张演示"}});
    world.call("dao", "ticket.issue", issued);
    let mut desk = world.open("wang");
    desk.burst("13a");
    // One item on the ticket: its own form opens at once.
    desk.shows("收件 事项P");
    desk.shows("来自 A001");
    desk.shows("申请人     张演示");
    desk.keys("<C-s>");
    let sent = desk.last("case.receive");
    assert!(
        sent["ticket"].is_string() && sent["applicant"].is_string(),
        "{sent}"
    );
    desk.shows("收件，缺 3 项材料");
}

#[test]
fn the_notice_lists_all_that_is_missing_and_what_is_wrong_line_by_line() {
    // R81
    let world = open_hall();
    let mut desk = on_cases(&world, "wang");
    desk.keys("n");
    desk.types("sxP");
    desk.keys("<enter>");
    desk.types("张演示");
    desk.keys("<enter><enter><enter><enter><space><enter>");
    desk.shows("缺 2 项材料");
    desk.keys("o");
    desk.shows("缺：材料P-2");
    desk.shows("缺：材料P-3");
    desk.types("没有盖章");
    desk.keys("<C-s>");
    desk.shows("必填");
    desk.types("到单位盖章");
    desk.keys("<C-s>");
    let defects = &desk.last("case.notify_once")["defects"];
    let line = json!({"material": "P-1", "fault": "没有盖章", "remedy": "到单位盖章"});
    assert_eq!(*defects, json!([line]));
    desk.shows("03-23前补");
    desk.shows("补办");
    desk.shows("申请人");
    desk.keys("s");
    desk.keys("a<enter>");
    desk.shows("0302-00001 收件");
    desk.hides("s补正材料");
}

#[test]
fn tolerable_papers_are_promised_by_a_date() {
    // R87
    let world = open_hall();
    let papers = json!(["P-1", "P-2"]);
    let params = json!({"item": "P", "applicant": {"name": "张演示"}, "materials": papers});
    world.call("wang", "case.receive", params);
    let mut desk = on_cases(&world, "wang");
    desk.keys("a");
    desk.shows("缺：材料P-3");
    desk.shows("承诺补交");
    desk.types("0310");
    desk.keys("<C-s>");
    desk.shows("日期写成");
    desk.keys("<C-u>");
    desk.types("3-10");
    desk.keys("<C-s>");
    desk.shows("在办");
    desk.keys("<enter>");
    desk.shows("承诺补交：2026-03-10");
}

#[test]
fn a_pause_with_its_ground_takes_at_most_four_keys_and_the_days() {
    // R97, R101
    let mut world = open_hall();
    let id = accepted(&world, "P", "张演示");
    let mut desk = on_cases(&world, "shou");
    desk.pressed();
    desk.keys("p8<enter>");
    desk.types("10");
    desk.keys("<C-s>");
    assert!(desk.pressed() <= 4);
    desk.shows("= 停计");
    desk.shows("特别程序");
    world.go("2026-03-06T09:00");
    desk.clock("2026-03-06T09:00");
    desk.keys("u");
    desk.shows("2026-03-26 前办结");
    let due = world.call("wang", "case.get", json!({"case": id}))["clock"]["committed_due"].clone();
    assert_eq!(due, "2026-03-26");
    // R111: the proof names every day and why it is not counted.
    desk.keys("e");
    desk.shows("受理 03-02 + 14 工作日，暂停 4 个工作日不计 = 2026-03-26 周四");
    desk.shows("2026-03-02 周一  受理，当日不计");
    desk.shows("2026-03-03 周二  暂停");
    desk.shows("2026-03-09 周一  工作日 第 1 日");
    desk.shows("法定 20 工作日");
}

#[test]
fn a_clerk_proposes_and_another_person_approves_or_turns_down() {
    // 1.1: four eyes
    let world = open_hall();
    accepted(&world, "P", "张演示");
    let mut clerk = on_cases(&world, "wang");
    let mut chief = on_cases(&world, "shou");
    clerk.keys("p1<enter>10<C-s>");
    clerk.shows("已提请审批");
    clerk.shows("待审批");
    chief.settle();
    chief.rest();
    chief.shows("A批准");
    chief.keys("J");
    chief.shows("提请：停计 听证 10 个工作日");
    chief.keys("<tab>理由不足<C-s>");
    chief.shows("已驳回");
    clerk.settle();
    clerk.hides("待审批");
    clerk.keys("p1<enter>10<C-s>");
    chief.settle();
    chief.keys("A");
    chief.shows("批准这项提请？");
    chief.shows("提请：停计 听证 10 个工作日");
    chief.keys("y");
    chief.shows("已批准");
    chief.shows("= 停计");
}

#[test]
fn an_extension_moves_the_date_and_says_why() {
    // R102
    let world = open_hall();
    accepted(&world, "P", "张演示");
    let mut desk = on_cases(&world, "shou");
    desk.keys("x1<enter>3<enter><C-s>");
    desk.shows("必填");
    desk.types("补充勘查");
    desk.keys("<C-s>");
    desk.shows("2026-03-25 前办结");
    desk.keys("<enter>");
    desk.shows("延期：承诺期内延期 3 个工作日 03-02");
}

#[test]
fn a_decision_is_delivered() {
    // R98, R104
    let world = open_hall();
    accepted(&world, "P", "张演示");
    let mut desk = on_cases(&world, "shou");
    desk.keys("d2<C-s>");
    desk.shows("（R98）");
    desk.keys("<esc>d1<C-s>");
    desk.shows("准予");
    desk.shows("前送");
    desk.pressed();
    desk.keys("y<C-s>");
    assert_eq!(desk.pressed(), 2);
    desk.shows("已送达");
    desk.hides("▸ 0302");
    desk.keys("zz");
    desk.shows("全部办件");
    desk.shows("▸ 0302-00001");
    let mut clerk = on_cases(&world, "wang");
    clerk.shows("0 件");
    clerk.keys(":4117222026030200001<enter>");
    clerk.shows("▸ 0302-00001");
}

#[test]
fn a_returned_case_is_reviewed() {
    // R68, R76, R80
    let world = open_hall();
    let params = json!({"item": "P", "applicant": {"name": "张演示"}});
    world.call("wang", "case.receive", params);
    let mut desk = on_cases(&world, "wang");
    desk.keys("R4<enter>");
    desk.types("规划不允许");
    desk.keys("<C-s>");
    desk.shows("退回");
    let mut director = on_cases(&world, "zhu");
    director.keys("z");
    director.shows("退回");
    director.keys("r2<enter>");
    director.types("规划已调整");
    director.keys("<C-s>");
    director.shows("收件");
}

#[test]
fn an_upward_case_goes_up_and_has_no_countdown_here() {
    // R70
    let world = open_hall();
    accepted(&world, "U", "张演示");
    let mut desk = on_cases(&world, "wang");
    desk.keys("S");
    desk.types("市民政局");
    desk.keys("<enter>");
    desk.shows("待上级");
    desk.hides("剩");
}

#[test]
fn branches_are_notified_signed_for_and_answered() {
    // M4, R113, R114
    let world = open_hall();
    accepted(&world, "J", "张演示");
    let mut lead = on_cases(&world, "wang");
    lead.keys("<enter>");
    lead.shows("联办部门");
    lead.shows("住建局  拟办");
    lead.keys("<esc>bn1<C-s>");
    lead.shows("已抄告");
    let mut branch = on_cases(&world, "dai");
    branch.shows("本部门办件");
    branch.shows("0302-00001");
    branch.keys("bs");
    branch.shows("已签收抄告单");
    branch.keys("bo<tab>1<C-s>");
    branch.shows("意见已提交");
    branch.resize(80, 40);
    branch.keys("<enter>");
    branch.shows("住建局  同意");
}

#[test]
fn the_list_begins_with_what_is_most_urgent() {
    // R105, R109: sign, word and place; colour is nowhere the only sign.
    let mut world = open_hall();
    accepted(&world, "P", "甲演示");
    world.go("2026-03-18T09:00");
    let paused = accepted(&world, "P", "乙演示");
    world.call(
        "shou",
        "case.pause",
        json!({"case": paused, "kind": "hearing", "estimated_days": 5}),
    );
    accepted(&world, "P", "丙演示");
    world.go("2026-03-19T09:00");
    let mut desk = on_cases(&world, "wang");
    desk.shows("◆ 剩 1 日");
    desk.shows("○ 剩 13 日");
    desk.shows("= 停计");
    world.go("2026-03-20T09:00");
    desk.clock("2026-03-20T09:00");
    desk.keys("<C-r>");
    desk.shows("▲ 今日到期");
    world.go("2026-03-25T09:00");
    desk.clock("2026-03-25T09:00");
    desk.keys("<C-r>");
    desk.shows("■ 超 3 日");
    let text = desk.text();
    let places: Vec<_> = ["甲演示", "丙演示", "乙演示"]
        .iter()
        .map(|name| text.find(name))
        .collect();
    assert!(places.is_sorted(), "{text}");
    desk.shows("我收的办件  3 件  ■ 超期 1  ○ 正常 1  = 停计 1");
    desk.keys("/超期<enter>");
    desk.shows("甲演示");
    desk.hides("丙演示");
    desk.keys("<esc>t");
    desk.shows("已超期 1 件");
}

#[test]
fn everybody_begins_with_the_cases_that_are_theirs() {
    let world = open_hall();
    accepted(&world, "P", "张演示");
    for (staff, scope, sees) in [
        ("wang", "我收的办件  1 件", true),
        ("zhao", "我收的办件  0 件", false),
        ("shou", "本部门办件  1 件", true),
        ("dai", "本部门办件  0 件", false),
        ("zhu", "全厅在办  1 件", true),
    ] {
        let desk = on_cases(&world, staff);
        desk.shows(scope);
        assert_eq!(
            desk.text().contains("0302-00001"),
            sees,
            "{staff}\n{}",
            desk.text()
        );
    }
}

#[test]
fn a_precheck_is_taken_over() {
    // R77
    let world = open_hall();
    let mut desk = on_cases(&world, "wang");
    desk.keys("P");
    desk.types("sxP");
    desk.keys("<enter>");
    desk.types("张演示");
    desk.keys("<C-s>");
    desk.shows("预审");
    desk.keys("aa<enter>");
    desk.shows("0302-00001 收件");
}

#[test]
fn a_second_application_of_the_same_person_is_said() {
    // R89
    let world = open_hall();
    let applicant = json!({"name": "张演示", "id_number": "11010519491231002X"});
    let params = json!({"item": "P", "applicant": applicant});
    world.call("wang", "case.receive", params);
    let mut desk = on_cases(&world, "wang");
    desk.keys("n");
    desk.types("sxP");
    desk.keys("<enter>");
    desk.types("张演示");
    desk.keys("<enter>");
    desk.types("11010519491231002X");
    desk.keys("<C-s>");
    desk.shows("同一申请人已有在办：0302-00001");
}

#[test]
fn refused_forms_keep_what_was_typed() {
    let world = open_hall();
    accepted(&world, "P", "张演示");
    let mut desk = on_cases(&world, "shou");
    desk.keys("x1<enter>99<enter>");
    desk.types("材料多");
    desk.keys("<C-s>");
    desk.shows("材料多");
    assert!(desk.text().contains("（R"), "{}", desk.text());
}

#[test]
fn a_move_stays_within_its_bytes_and_details_follow_a_rest() {
    let world = open_hall();
    for name in ["甲演示", "乙演示", "丙演示"] {
        accepted(&world, "P", name);
    }
    let mut desk = on_cases(&world, "wang");
    for (width, height) in [(60, 20), (80, 24), (160, 50)] {
        desk.resize(width, height);
        desk.rest();
        desk.frame();
        desk.keys("<down>");
        let bytes = desk.frame();
        assert!(bytes > 0 && bytes <= 64, "{width}: {bytes} bytes");
        desk.keys("<up>");
    }
    desk.keys("<down>");
    desk.shows("申请人：甲演示");
    desk.rest();
    desk.shows("申请人：乙演示");
}

#[test]
fn every_size_and_language_shows_what_the_task_needs() {
    let world = open_hall();
    accepted(&world, "J", "张演示");
    for lang in Lang::ALL {
        let mut desk = world.open_as("wang", (60, 20), lang);
        desk.keys("gc");
        for size in [(60, 20), (80, 24), (120, 40), (160, 50)] {
            desk.resize(size.0, size.1);
            desk.shows("0302-00001");
            desk.shows("张演示");
            for key in ["<enter>", "e", "?"] {
                desk.keys(key);
                desk.shows("┌─ ");
                desk.keys("<esc>");
            }
            for key in ["p", "x", "d", "w", "l", "o"] {
                desk.keys(key);
                desk.shows("F12");
                desk.keys("<esc>");
            }
        }
    }
}
