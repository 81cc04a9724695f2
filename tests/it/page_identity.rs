//! A look at a full identity from the pages that show a person (R225): a key, a purpose, the whole of it for a minute, then hidden.

use banshi::console::screen::Incoming;
use serde_json::json;

use crate::hall_console::{Desk, World};

const NUMBER: &str = "411722200002290014";

/// A clerk on the first-question page with one enquiry of a known person.
fn asked(world: &World) -> Desk {
    let visitor = json!({"name": "张演示", "id_type": "resident_id", "id_number": NUMBER, "phone": "13900000001",
        "address": "上蔡县蔡都镇演示路1号"});
    world.call(
        "wang",
        "enquiry.open",
        json!({"visitor": visitor, "kind": "help", "in_scope": true, "matter": "问低保"}),
    );
    let mut desk = world.open("wang");
    desk.keys("gf");
    desk
}

fn looked(world: &World) -> Desk {
    let mut desk = asked(world);
    desk.hides(NUMBER);
    desk.keys("v");
    desk.shows("查看 张演示 的完整身份");
    desk.shows("都会记录在案");
    desk.keys("<enter>");
    desk.hides(NUMBER);
    desk.types("低保复核");
    desk.keys("<enter>");
    desk
}

#[test]
fn r225_a_look_has_its_purpose_and_ends_by_itself() {
    let world = World::small();
    let mut desk = looked(&world);
    assert_eq!(desk.last("person.unmask")["purpose"], "低保复核");
    desk.shows(NUMBER);
    desk.shows("演示路1号");
    // Keys of the page do nothing under it, and a minute later it is gone.
    desk.keys("n");
    desk.shows(NUMBER);
    desk.update(Incoming::Hide);
    desk.hides(NUMBER);
    desk.shows("完整身份已隐藏");
    desk.keys("gm");
    desk.hides(NUMBER);
}

#[test]
fn r225_leaving_it_hides_it_before_the_page_can_change() {
    let world = World::small();
    let mut desk = looked(&world);
    desk.keys("gc");
    desk.shows(NUMBER);
    desk.keys("<esc>");
    desk.hides(NUMBER);
    desk.keys("gcgf");
    desk.hides(NUMBER);
    // Another look is another act, with a purpose of its own.
    desk.keys("v");
    desk.hides("低保复核");
}

#[test]
fn the_case_and_the_errand_have_it_too() {
    let world = World::small();
    let person = json!({"name": "李示例", "id_number": NUMBER, "phone": "13900000002"});
    world.call(
        "wang",
        "case.receive",
        json!({"item": "P", "applicant": person}),
    );
    let mut desk = world.open("wang");
    desk.keys("gcv");
    desk.types("核对");
    desk.keys("<enter>");
    desk.shows(NUMBER);
    let order = json!({"client": person, "items": ["P"], "mode": "proxy"});
    world.call("zhou", "proxy.open", order);
    let mut desk = world.open("zhou");
    desk.keys("gez");
    desk.keys("v");
    desk.types("上门前核对");
    desk.keys("<enter>");
    desk.shows(NUMBER);
}

#[test]
fn who_has_nothing_to_do_with_them_is_refused_in_the_form() {
    let world = World::small();
    let _owner = asked(&world);
    let mut desk = world.open("zhao");
    desk.keys("gf");
    desk.hides("张演示");
    desk.shows("张*示");
    desk.keys("v");
    desk.types("看看");
    desk.keys("<enter>");
    desk.shows("您手上没有与此人有关的在办事项");
    desk.hides(NUMBER);
}
