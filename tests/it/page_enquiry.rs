//! The first-question page on a hall: registration from the window in few keys, the way of an enquiry to the
//! visitor's word.

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
    desk.keys("e");
    println!("{}", desk.text());
    desk.keys("契税在哪里交<enter>2<C-s>");
    println!("{}", desk.text());
    desk.keys("f");
    println!("{}", desk.text());
    desk.keys("<tab>li<enter><C-s>");
    println!("{}", desk.text());
    let mut li = world.open("li");
    li.keys("gf");
    println!("{}", li.text());
    li.keys("t");
    println!("{}", li.text());
    li.keys("r在二楼税务窗口<enter>");
    println!("{}", li.text());
    desk.settle();
    desk.resize(160, 30);
    println!("{}", desk.text());
    desk.keys("y");
    println!("{}", desk.text());
    desk.keys("1<enter>");
    println!("{}", desk.text());
    let mut en = world.open_as("cha", (80, 24), Lang::En);
    en.keys("gf");
    println!("{}", en.text());
}
