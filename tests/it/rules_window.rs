//! Windows: who may sit where (R6, R26, R41), pausing and leaving, the header of a first-question post, the hall at a glance.

use banshi::rules::{
    id::WindowCode,
    permission::Role,
    time::Instant,
    views::{
        Viewer,
        hall::{CaseCounts, status},
        window::{WindowFilter, WindowState, WindowView, of},
    },
    window::{DeskState, seat_of},
};
use serde_json::json;

use crate::support::{World, at, small_folder};

fn viewer(at: Instant) -> Viewer {
    Viewer {
        at,
        staff: None,
        roles: vec![Role::Inspector],
    }
}

fn view(world: &World, window: &str) -> WindowView {
    let row = world.hall.windows.get(&WindowCode::from(window)).unwrap();
    of(&world.hall, &viewer(world.at), row)
}

fn state(world: &World, window: &str) -> WindowState {
    view(world, window).state
}

#[test]
fn r41_a_window_opens_with_its_clerk_and_shows_the_badge() {
    let mut world = World::small();
    assert_eq!(state(&world, "w1"), WindowState::Closed);
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    let view = view(&world, "w1");
    assert_eq!(view.state, WindowState::Open);
    assert_eq!(
        view.badge.as_ref().map(|badge| badge.name.as_str()),
        Some("王甲")
    );
    assert_eq!(
        view.staff.as_ref().map(ToString::to_string).as_deref(),
        Some("wang")
    );
    assert_eq!(seat_of(&world.hall, &"wang".into()), Some("w1".into()));
    assert_eq!(seat_of(&world.hall, &"zhao".into()), None);
}

#[test]
fn r41_one_window_is_one_clerks_and_one_clerk_sits_once() {
    let mut world = World::small();
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    assert_eq!(
        world.refused("zhao", "window.sign_on", json!({"window": "w1"})),
        "window.taken"
    );
    assert_eq!(
        world.refused("wang", "window.sign_on", json!({"window": "w2"})),
        "window.elsewhere"
    );
    assert_eq!(
        world.refused("wang", "window.sign_on", json!({"window": "w1"})),
        "state.refused"
    );
    assert_eq!(
        world.refused("wang", "window.sign_on", json!({"window": "w9"})),
        "record.not_found"
    );
    // A clerk of another department is not posted there; a comprehensive window takes anybody.
    assert_eq!(
        world.refused("li", "window.sign_on", json!({"window": "w2"})),
        "window.not_posted"
    );
    world.ok("li", "window.sign_on", json!({"window": "w4"}));
}

#[test]
fn r41_somebody_else_is_signed_on_by_their_chief_or_the_director_only() {
    let mut world = World::small();
    let zhao = json!({"window": "w2", "staff": "zhao"});
    assert_eq!(
        world.refused("wang", "window.sign_on", zhao.clone()),
        "permission.not_yours"
    );
    assert_eq!(
        world.refused("dai", "window.sign_on", zhao.clone()),
        "permission.not_yours"
    );
    world.ok("shou", "window.sign_on", zhao.clone());
    assert_eq!(
        world.refused("wang", "window.sign_off", zhao.clone()),
        "permission.not_yours"
    );
    world.ok("zhu", "window.sign_off", zhao.clone());
    // A director does not sit at a window.
    assert_eq!(
        world.refused("zhu", "window.sign_on", json!({"window": "w4"})),
        "window.not_posted"
    );
    world.ok("zhu", "window.sign_on", zhao);
    assert_eq!(
        world.refused(
            "zhu",
            "window.sign_off",
            json!({"window": "w2", "staff": "wang"})
        ),
        "permission.not_yours"
    );
}

#[test]
fn r6_untrained_staff_open_no_window() {
    let mut folder = small_folder();
    folder.staff[0].trained_on = None;
    folder.staff[1].trained_on = at("2026-03-03").date_naive().into();
    let mut world = World::of(&folder);
    assert_eq!(
        world.refused("wang", "window.sign_on", json!({"window": "w1"})),
        "window.untrained"
    );
    assert_eq!(
        world.refused("zhao", "window.sign_on", json!({"window": "w2"})),
        "window.untrained"
    );
    world.go("2026-03-03");
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
}

#[test]
fn r26_a_window_serves_what_its_clerk_is_trained_for() {
    let mut folder = small_folder();
    folder.staff[0].skills = vec!["b".into()];
    let mut world = World::of(&folder);
    assert_eq!(
        world.refused("wang", "window.sign_on", json!({"window": "w2"})),
        "window.unskilled"
    );
    world.ok("dao", "ticket.issue", json!({"queue": "a"}));
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    assert_eq!(view(&world, "w1").queues, vec!["b".into()]);
    assert!(
        world
            .ok("wang", "ticket.call_next", json!({"window": "w1"}))
            .is_empty()
    );
    // 一岗多能: the skill carries a clerk to another department's window.
    world.ok("wang", "window.sign_off", json!({"window": "w1"}));
    world.ok("wang", "window.sign_on", json!({"window": "w3"}));
}

#[test]
fn r41_a_pause_needs_its_reason_and_every_other_cell_is_refused() {
    let mut world = World::small();
    let w1 = json!({"window": "w1"});
    for verb in ["window.pause", "window.resume", "window.sign_off"] {
        assert_eq!(
            world.refused("wang", verb, w1.clone()),
            "state.refused",
            "closed: {verb}"
        );
    }
    world.ok("wang", "window.sign_on", w1.clone());
    assert_eq!(
        world.refused("wang", "window.resume", w1.clone()),
        "state.refused"
    );
    assert_eq!(
        world.refused("wang", "window.pause", w1.clone()),
        "window.reason_missing"
    );
    for reason in ["lunch", "on_duty", "meeting", "equipment", "other"] {
        world.ok(
            "wang",
            "window.pause",
            json!({"window": "w1", "reason": reason}),
        );
        assert_eq!(state(&world, "w1"), WindowState::Paused);
        assert_eq!(
            world.refused(
                "wang",
                "window.pause",
                json!({"window": "w1", "reason": reason})
            ),
            "state.refused"
        );
        assert_eq!(
            world.refused("wang", "ticket.call_next", w1.clone()),
            "window.paused"
        );
        assert_eq!(
            world.refused(
                "wang",
                "window.resume",
                json!({"window": "w1", "reason": reason})
            ),
            "value.refused"
        );
        world.ok("wang", "window.resume", w1.clone());
        assert_eq!(state(&world, "w1"), WindowState::Open);
    }
    world.ok(
        "wang",
        "window.pause",
        json!({"window": "w1", "reason": "lunch"}),
    );
    world.ok("wang", "window.sign_off", w1.clone());
    assert_eq!(state(&world, "w1"), WindowState::Closed);
    assert_eq!(
        world.refused("wang", "ticket.call_next", w1),
        "window.closed"
    );
}

#[test]
fn r37_no_pause_and_no_leaving_with_a_ticket_in_hand() {
    let mut world = World::small();
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    world.ok("dao", "ticket.issue", json!({"queue": "a"}));
    world.ok("wang", "ticket.call_next", json!({"window": "w1"}));
    assert_eq!(state(&world, "w1"), WindowState::Serving);
    let lunch = json!({"window": "w1", "reason": "lunch"});
    assert_eq!(world.refused("wang", "window.pause", lunch), "window.busy");
    assert_eq!(
        world.refused("wang", "window.sign_off", json!({"window": "w1"})),
        "window.busy"
    );
    assert_eq!(
        world.refused("zhu", "window.sign_off", json!({"window": "w1"})),
        "window.busy"
    );
}

#[test]
fn r42_the_end_of_the_day_signs_off_who_forgot_to() {
    let mut world = World::small();
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    let ticket = world.ok("dao", "ticket.issue", json!({"queue": "a"}));
    let ticket = crate::support::id_of(&ticket, "ticket");
    world.ok("zhao", "ticket.call_next", json!({"window": "w2"}));
    world.ok("zhao", "ticket.start", json!({"ticket": ticket}));
    world.go("2026-03-03");
    assert_eq!(state(&world, "w1"), WindowState::Closed);
    assert_eq!(
        state(&world, "w2"),
        WindowState::Serving,
        "overtime goes on"
    );
    world.go("2026-03-03T09:10");
    world.ok(
        "zhao",
        "ticket.finish",
        json!({"ticket": ticket, "reason": "问路"}),
    );
    world.go("2026-03-10");
    assert!(
        world
            .hall
            .desks
            .values()
            .all(|desk| desk.state == DeskState::Closed)
    );
}

#[test]
fn r50_the_header_shows_the_first_question_post_its_person_and_duties() {
    let mut folder = small_folder();
    folder.windows[0].responsible = Some("wang".into());
    folder.windows[0].duty = "首问接待、登记、跟踪".into();
    let world = World::of(&folder);
    let view = view(&world, "w1");
    assert!(view.first_question_post);
    assert_eq!(
        view.responsible.map(|person| person.name).as_deref(),
        Some("王甲")
    );
    assert_eq!(view.duty, "首问接待、登记、跟踪");
    let posts = WindowFilter {
        first_question_post: Some(true),
        ..WindowFilter::default()
    };
    let found: Vec<_> = world
        .hall
        .windows
        .values()
        .filter(|row| posts.matches(&world.hall, &viewer(world.at), row))
        .collect();
    assert_eq!(found.len(), 1);
}

#[test]
fn r44_r45_the_hall_at_a_glance_shows_crowds_and_idle_windows() {
    let mut world = World::small();
    let glance = |world: &World| {
        let cases = CaseCounts {
            open: 5,
            yellow: 2,
            red: 1,
        };
        status(&world.hall, &viewer(world.at), cases)
    };
    assert!(!glance(&world).crowded);
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    for _ in 0..8 {
        world.ok("dao", "ticket.issue", json!({"queue": "a"}));
    }
    let now = glance(&world);
    assert!(!now.crowded, "eight a window are not too many");
    assert_eq!(
        (now.waiting, now.serving, now.signed_on, now.cases.open),
        (8, 0, 1, 5)
    );
    assert!(!now.windows[0].idle);
    world.ok("dao", "ticket.issue", json!({"queue": "a"}));
    assert!(glance(&world).crowded, "nine are");
    world.go("2026-03-02T09:05");
    assert!(!view(&world, "w1").idle, "five minutes are allowed");
    world.go("2026-03-02T09:06");
    assert!(view(&world, "w1").idle);
    assert!(!view(&world, "w2").idle, "a closed window is not idle");
    world.ok("zhao", "window.sign_on", json!({"window": "w2"}));
    assert!(!glance(&world).crowded, "nine for two windows");
    assert!(!view(&world, "w2").idle, "it has just opened");
    let called = world.ok("wang", "ticket.call_next", json!({"window": "w1"}));
    world.ok(
        "wang",
        "ticket.start",
        json!({"ticket": crate::support::id_of(&called, "ticket")}),
    );
    assert!(!view(&world, "w1").idle);
    assert_eq!(glance(&world).serving, 1);
    world.go("2026-03-02T09:30");
    assert!(!glance(&world).crowded);
    world.go("2026-03-02T09:31");
    assert!(
        glance(&world).crowded,
        "somebody has waited longer than half an hour"
    );
    assert_eq!(view(&world, "w1").longest_wait_minutes, 31);
    assert_eq!(view(&world, "w3").waiting, 0);
}
