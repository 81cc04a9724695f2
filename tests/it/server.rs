//! The server as a process: who may connect and how, what its socket looks like, how it begins and how it ends. Nothing that
//! it has answered is lost, and what it did not take is refused by name.

use std::time::{Duration, Instant};

use banshi::client::News;
use banshi::wire::Topic;
use serde_json::json;

use crate::support::calls::HallOnDisk;
use crate::support::served::{PATIENCE, Served, ok, ticket};

#[test]
fn two_terminals_see_each_others_changes() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut guide = server.client("s007");
    let mut watcher = server.client("s008");
    watcher.watch([Topic::from("ticket")]).unwrap();
    let issued = ok(&mut guide, "ticket.issue", ticket(1));
    let until = Instant::now() + PATIENCE;
    loop {
        match watcher.poll(Instant::now()) {
            Some(News::Changed(topics)) if topics.contains(&Topic::from("ticket")) => break,
            _ => assert!(Instant::now() < until, "no change came"),
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let seen = ok(
        &mut watcher,
        "ticket.get",
        json!({"ticket": issued["id"].as_str().unwrap()}),
    );
    assert_eq!(seen["number"], issued["number"]);
    assert!(server.stop().success());
}
