//! The window page on a hall: the eight actions by their keys, type-ahead, lost races, the board.

use banshi::i18n::Lang;
use serde_json::json;

use crate::hall_console::World;

#[test]
fn look() {
    let mut world = World::small();
    let mut desk = world.open("wang");
    println!("{}", desk.text());
    desk.keys("o");
    println!("{}", desk.text());
    desk.keys("1h<enter>");
    println!("{}", desk.text());
    for _ in 0..3 {
        world.call("dao", "ticket.issue", json!({"queue": "a"}));
    }
    world.call(
        "dao",
        "ticket.issue",
        json!({"queue": "b", "ground": "elderly", "visitor": {"name":"张演示"}}),
    );
    desk.settle();
    println!("{}", desk.text());
    world.go("2026-03-02T09:07");
    desk.clock("2026-03-02T09:07");
    desk.burst("13");
    println!("{}", desk.text());
    desk.keys("9");
    println!("{}", desk.text());
    desk.keys("1<C-s>");
    println!("{}", desk.text());
    let mut cha = world.open_as("cha", (80, 24), Lang::ZhCn);
    println!("{}", cha.text());
    cha.resize(160, 30);
    println!("{}", cha.text());
    desk.resize(160, 30);
    println!("{}", desk.text());
    desk.resize(60, 20);
    println!("{}", desk.text());
}
