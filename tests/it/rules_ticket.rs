//! Tickets (M1): numbers, order, calls, holds, transfers, the end of a visit and of a day (R24–R49; V105–V113).

mod calls;
mod machine;
mod order;
mod visit;

use banshi::rules::{
    self,
    command::Command,
    event::Event,
    id::TicketId,
    permission::Role,
    refusal::Refusal,
    stamp::{Actor, Stamp, Via},
    ticket::{Ticket, TicketState},
    views::{
        Viewer,
        ticket::{TicketView, of},
    },
};
use serde_json::{Value, json};

use crate::support::{World, id_of};

/// The small hall with 王甲 at w1 (queues a, b) and 赵乙 at w2 (queue a).
fn staffed() -> World {
    let mut world = World::small();
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    world
}

fn issue(world: &mut World, params: Value) -> String {
    id_of(&world.ok("dao", "ticket.issue", params), "ticket")
}

fn ordinary(world: &mut World) -> String {
    issue(world, json!({"queue": "a"}))
}

fn courtesy(world: &mut World) -> String {
    issue(world, json!({"queue": "a", "ground": "elderly"}))
}

fn record<'a>(world: &'a World, id: &str) -> &'a Ticket {
    let id: TicketId = id.parse().unwrap();
    world.hall.tickets.get(&id).unwrap()
}

fn state(world: &World, id: &str) -> TicketState {
    record(world, id).state
}

fn number(world: &World, id: &str) -> String {
    record(world, id).number.clone()
}

fn view_as(world: &World, id: &str, role: Role) -> TicketView {
    let viewer = Viewer {
        at: world.at,
        // In the role of the clerk the one who serves most of these.
        staff: (role == Role::Clerk).then(|| "wang".into()),
        roles: vec![role],
    };
    of(&world.hall, &viewer, record(world, id))
}

fn view(world: &World, id: &str) -> TicketView {
    view_as(world, id, Role::Usher)
}

/// The number called to a window; none where nobody waits.
fn call(world: &mut World, staff: &str, window: &str) -> Option<String> {
    let events = world.ok(staff, "ticket.call_next", json!({"window": window}));
    (!events.is_empty()).then(|| id_of(&events, "ticket"))
}

fn on(ticket: &str) -> Value {
    json!({"ticket": ticket})
}

/// Calls the next to w1 and ends the visit at once.
fn serve(world: &mut World) -> String {
    let ticket = call(world, "wang", "w1").expect("somebody waits");
    world.ok("wang", "ticket.start", on(&ticket));
    world.ok(
        "wang",
        "ticket.finish",
        json!({"ticket": ticket, "reason": "咨询"}),
    );
    ticket
}

/// Forward by so many seconds.
fn later(world: &mut World, seconds: i64) {
    let to = world.at + chrono::TimeDelta::seconds(seconds);
    let to = rules::time::hall_time(to)
        .format("%Y-%m-%dT%H:%M:%S")
        .to_string();
    world.go(&to);
}

/// Called three times with nobody coming, by 王甲 at w1.
fn miss(world: &mut World, ticket: &str) {
    for _ in 0..2 {
        later(world, 20);
        world.ok("wang", "ticket.recall", on(ticket));
    }
    world.ok("wang", "ticket.miss", on(ticket));
}

/// Asks as the public at the kiosk.
fn public(world: &mut World, method: &str, params: Value) -> Result<Vec<Event>, Refusal> {
    let command = Command::parse(method, params).unwrap().unwrap();
    let actor = Actor {
        staff: None,
        role: Role::Public,
        window: None,
        login: "kiosk".into(),
        via: Via::Kiosk,
    };
    let stamp = Stamp::new(world.seq + 1, world.at, actor, 900);
    let events = rules::decide(&world.hall, &stamp, &command)?;
    world.seq += 1;
    for event in &events {
        world.hall.apply(event);
    }
    Ok(events)
}
