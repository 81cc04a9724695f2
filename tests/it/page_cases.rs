//! The cases page on a hall: a case from its first paper to delivery by keys, clocks, notices, proposals.

use banshi::i18n::Lang;
use serde_json::json;

use crate::hall_console::World;

#[test]
fn look() {
    let mut world = World::small();
    world.call("wang", "window.sign_on", json!({"window": "w1"}));
    world.call(
        "dao",
        "ticket.issue",
        json!({"queue": "a", "visitor": {"name": "张演示"}}),
    );
    let mut desk = world.open("wang");
    desk.burst("13");
    desk.keys("a");
    println!("{}", desk.text());
    desk.keys("sxP<enter>");
    println!("{}", desk.text());
    desk.keys("<enter><enter><enter><enter> ");
    println!("{}", desk.text());
    desk.keys("<enter>");
    println!("{}", desk.text());
    desk.keys("o");
    println!("{}", desk.text());
    desk.keys("没盖章<enter>去盖章<C-s>");
    println!("{}", desk.text());
    desk.keys("s");
    println!("{}", desk.text());
    desk.keys("a<enter>");
    println!("{}", desk.text());
    desk.keys("a");
    println!("{}", desk.text());
    desk.resize(160, 40);
    println!("{}", desk.text());
    desk.keys("e");
    println!("{}", desk.text());
    desk.keys("<esc>p1<enter>10<C-s>");
    println!("{}", desk.text());
    let mut shou = world.open("shou");
    shou.keys("gc");
    shou.rest();
    println!("{}", shou.text());
    shou.keys("A");
    println!("{}", shou.text());
    shou.keys("y");
    println!("{}", shou.text());
    world.go("2026-03-06T09:00");
    shou.clock("2026-03-06T09:00");
    shou.keys("u");
    println!("{}", shou.text());
    shou.keys("d1<C-s>");
    println!("{}", shou.text());
    shou.keys("y<C-s>");
    println!("{}", shou.text());
    let mut en = world.open_as("zhu", (80, 24), Lang::En);
    en.keys("gczz");
    println!("{}", en.text());
    en.keys("t");
    println!("{}", en.text());
}
