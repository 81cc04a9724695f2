//! Proposals: made by who may only propose, approved by another who holds the verb, decided afresh.

use serde_json::json;

use crate::rules_case::{accepted, dues, grant, record, state};
use crate::support::{World, id_of};

fn proposed_pause(world: &mut World, case: &str) -> String {
    let params =
        json!({"case": case, "kind": "hearing", "estimated_days": 5, "reason": "当事人要求听证"});
    let events = world.ok("wang", "case.pause", params);
    assert_eq!(events.len(), 1, "a proposal does nothing else");
    id_of(&events, "proposal")
}

fn proposal_state(world: &World, id: &str) -> &'static str {
    let id = id.parse().expect("a proposal id");
    world.hall.proposals.get(&id).expect("it").state.as_str()
}

#[test]
fn a_clerks_pause_waits_for_the_chief_representative_and_keeps_its_words_private() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let id = proposed_pause(&mut world, &case);
    assert_eq!(state(&world, &case), "accepted");
    let stored = world.log.last().expect("an event").to_value();
    let reason = &stored["proposal_made"]["params"]["reason"];
    assert_eq!(reason["clear"], "当事人要求听证", "{stored}");
    assert!(reason["key"].is_u64());
    world.go("2026-03-04");
    let events = world.ok("shou", "proposal.approve", json!({"proposal": id}));
    let names: Vec<String> = events
        .iter()
        .map(banshi::rules::event::Event::name)
        .collect();
    assert_eq!(names[..2], ["proposal_approved", "case_paused"]);
    assert_eq!(state(&world, &case), "paused");
    // Decided afresh: the clock stops on the day of the approval.
    let stop = record(&world, &case).stops[0].clone();
    assert_eq!(stop.from_on.to_string(), "2026-03-04");
    assert_eq!(stop.by, Some("shou".into()));
    assert_eq!(
        world.refused("shou", "proposal.approve", json!({"proposal": id})),
        "state.refused"
    );
}

#[test]
fn what_would_be_refused_cannot_be_proposed() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let params = json!({"case": case, "kind": "site_survey", "estimated_days": 5});
    assert_eq!(
        world.refused("wang", "case.pause", params),
        "case.pause_kind"
    );
}

#[test]
fn a_comprehensive_window_proposes_for_what_it_took_and_others_only_for_their_own() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let params = json!({"case": case, "kind": "hearing", "estimated_days": 5});
    assert_eq!(
        world.refused("li", "case.pause", params.clone()),
        "permission.not_yours"
    );
    world.ok("zhong", "window.sign_on", json!({"window": "w4"}));
    world.ok("zhong", "case.pause", params);
}

#[test]
fn r10_nobody_approves_what_they_proposed() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let params = json!({"case": case, "within": "statutory", "days": 5, "reason": "复杂"});
    let id = id_of(&world.ok("shou", "case.extend", params), "proposal");
    // The chief representative does not hold the verb for this.
    assert_eq!(
        world.refused("shou", "proposal.approve", json!({"proposal": id})),
        "permission.four_eyes"
    );
    world.ok("ban", "proposal.approve", json!({"proposal": id}));
    assert_eq!(dues(&world, &case).1, "2026-04-07");
}

#[test]
fn four_eyes_hold_on_every_branch_of_a_case() {
    let mut folder = crate::support::small_folder();
    for item in &mut folder.items {
        item.default_on_timeout = true;
    }
    for staff in &mut folder.staff {
        if staff.code == "zhu".into() {
            // An inspector who was made director keeps what was proposed before.
            staff.roles = vec![banshi::rules::permission::Role::Inspector];
        }
    }
    let mut world = World::of(&folder);
    let case = accepted(&mut world, "J");
    let branches: Vec<String> = record(&world, &case)
        .branches
        .iter()
        .map(ToString::to_string)
        .collect();
    for (branch, signer) in branches.iter().zip(["li", "wang"]) {
        world.ok("wang", "branch.notify", json!({"branch": branch}));
        world.ok(signer, "branch.sign", json!({"branch": branch}));
    }
    world.go("2026-04-14");
    world.ok(
        "zhu",
        "branch.default_confirm",
        json!({"branch": branches[0]}),
    );
    let other = id_of(
        &world.ok(
            "cha",
            "branch.default_confirm",
            json!({"branch": branches[1]}),
        ),
        "proposal",
    );
    let mut zhu = world.hall.staff.get(&"zhu".into()).expect("zhu").clone();
    zhu.roles = vec![banshi::rules::permission::Role::Director];
    world.hall.staff.insert(zhu.code.clone(), zhu);
    assert_eq!(
        world.refused("zhu", "proposal.approve", json!({"proposal": other})),
        "permission.four_eyes"
    );
    world.ok("fu", "proposal.approve", json!({"proposal": other}));
}

#[test]
fn an_inspectors_default_is_confirmed_by_the_director() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    world.go("2026-03-23");
    let id = id_of(
        &world.ok("cha", "case.default_confirm", json!({"case": case})),
        "proposal",
    );
    world.ok("zhu", "proposal.approve", json!({"proposal": id}));
    assert_eq!(state(&world, &case), "decided_ok");
    assert_eq!(proposal_state(&world, &id), "approved");
}

#[test]
fn a_refusal_leaves_it_open_and_the_end_of_the_case_lets_it_lapse() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let id = proposed_pause(&mut world, &case);
    let other = json!({"case": case, "kind": "testing", "estimated_days": 2});
    world.ok("shou", "case.pause", other);
    assert_eq!(
        world.refused("shou", "proposal.approve", json!({"proposal": id})),
        "state.refused"
    );
    assert_eq!(proposal_state(&world, &id), "open");
    world.ok("shou", "case.resume", json!({"case": case}));
    grant(&mut world, &case);
    assert_eq!(proposal_state(&world, &id), "lapsed");
}

#[test]
fn it_is_rejected_by_who_could_approve_and_withdrawn_by_its_author() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let first = proposed_pause(&mut world, &case);
    let rejection = json!({"proposal": first, "reason": "不必听证"});
    world.ok("shou", "proposal.reject", rejection);
    assert_eq!(proposal_state(&world, &first), "rejected");
    let second = proposed_pause(&mut world, &case);
    assert_eq!(
        world.refused("shou", "proposal.withdraw", json!({"proposal": second})),
        "permission.not_yours"
    );
    world.ok("wang", "proposal.withdraw", json!({"proposal": second}));
    assert_eq!(proposal_state(&world, &second), "withdrawn");
}

#[test]
fn another_departments_chief_representative_does_not_approve() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let id = proposed_pause(&mut world, &case);
    assert_eq!(
        world.refused("dai", "proposal.approve", json!({"proposal": id})),
        "permission.not_yours"
    );
}
