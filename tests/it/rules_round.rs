//! Rounds (R170): who walks them, what they have seen, and when they are complete.

use banshi::rules::views::{self, Viewer, round::RoundView};
use serde_json::json;

use crate::support::{World, id_of};

fn view(world: &World, round: &str) -> RoundView {
    let viewer = Viewer {
        at: world.at,
        staff: None,
        roles: Vec::new(),
    };
    let round = world.hall.rounds.get(&round.parse().unwrap()).unwrap();
    views::round::of(&world.hall, &viewer, round)
}

/// Five windows' worth of hall is not needed: four windows, of which so many are signed on.
fn signed_on(windows: &[(&str, &str)]) -> World {
    let mut world = World::small();
    for (staff, window) in windows {
        world.ok(staff, "window.sign_on", json!({"window": window}));
    }
    world
}

fn begun(world: &mut World) -> String {
    id_of(
        &world.ok("cha", "round.open", json!({"leader": "zhu"})),
        "round",
    )
}

#[test]
fn r170_a_round_is_complete_with_four_fifths_of_the_open_windows() {
    let mut world = signed_on(&[("wang", "w1"), ("li", "w3"), ("zhong", "w4")]);
    let round = begun(&mut world);
    assert_eq!(view(&world, &round).open_windows, 3);
    for window in ["w1", "w2", "w1", "w3"] {
        world.ok(
            "cha",
            "round.see",
            json!({"round": round, "window": window}),
        );
    }
    let seen = view(&world, &round);
    assert_eq!(seen.seen.len(), 3, "each once");
    assert!(
        !seen.complete,
        "a closed window does not stand for an open one"
    );
    // A finding is a window seen too.
    let finding = json!({"window": "w4", "code": "phone", "note": "玩手机", "round": round});
    let finding = id_of(&world.ok("cha", "finding.raise", finding), "finding");
    let seen = view(&world, &round);
    assert!(seen.complete);
    assert_eq!(seen.findings, [finding.parse().unwrap()]);
    world.ok("cha", "round.close", json!({"round": round}));
    assert!(view(&world, &round).complete, "closing takes nothing away");
}

#[test]
fn r170_a_round_of_a_closed_hall_has_nothing_to_miss() {
    let mut world = World::small();
    let round = begun(&mut world);
    let seen = view(&world, &round);
    assert_eq!(
        (seen.open_windows, seen.complete, seen.state.as_str()),
        (0, true, "open")
    );
    assert_eq!(seen.leader, Some("zhu".into()));
    assert_eq!(seen.inspector_name, "查癸");
}

#[test]
fn r170_one_walks_one_round_and_nobody_elses() {
    let mut world = World::small();
    let round = begun(&mut world);
    assert_eq!(
        world.refused("cha", "round.open", json!({})),
        "round.under_way"
    );
    let other = id_of(&world.ok("xun", "round.open", json!({})), "round");
    assert_ne!(round, other);
    for verb in ["see", "close"] {
        let mut params = json!({"round": round});
        if verb == "see" {
            params["window"] = json!("w1");
        }
        let code = world.refused("xun", &format!("round.{verb}"), params);
        assert_eq!(code, "permission.not_yours", "{verb}");
    }
    world.ok("cha", "round.close", json!({"round": round}));
    for (verb, params) in [
        ("see", json!({"round": round, "window": "w1"})),
        ("close", json!({"round": round})),
    ] {
        assert_eq!(
            world.refused("cha", &format!("round.{verb}"), params),
            "state.refused"
        );
    }
    let late = json!({"window": "w1", "code": "phone", "note": "玩手机", "round": round});
    assert_eq!(world.refused("cha", "finding.raise", late), "state.refused");
    world.ok("cha", "round.open", json!({}));
}

#[test]
fn r170_windows_and_leaders_are_of_this_hall() {
    let mut world = World::small();
    assert_eq!(
        world.refused("cha", "round.open", json!({"leader": "nemo"})),
        "record.not_found"
    );
    let round = begun(&mut world);
    let nowhere = json!({"round": round, "window": "w99"});
    assert_eq!(
        world.refused("cha", "round.see", nowhere),
        "record.not_found"
    );
    let none = json!({"round": "r9999", "window": "w1"});
    assert_eq!(world.refused("cha", "round.see", none), "record.not_found");
}
