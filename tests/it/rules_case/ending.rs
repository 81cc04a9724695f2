//! Decision, default, delivery, withdrawal.

use serde_json::json;

use super::{accepted, grant, pause, receive, record, state, view};
use crate::support::{World, small_folder};

#[test]
fn r209_m3_an_instant_case_is_decided_as_it_was_received_by_its_clerk() {
    let mut world = World::small();
    let case = receive(&mut world, "I", &[]);
    let events = world.ok("wang", "case.decide", json!({"case": case, "result": "ok"}));
    let names: Vec<String> = events
        .iter()
        .map(banshi::rules::event::Event::name)
        .collect();
    assert_eq!(names, ["case_accepted", "case_decided"]);
    let decision = view(&world, &case).decision.expect("decided");
    assert!(decision.on_site && decision.on_time);
    assert_eq!(
        record(&world, &case)
            .decision
            .as_ref()
            .unwrap()
            .authorisation,
        Some("授3".into())
    );
}

#[test]
fn r130_a_clerk_decides_no_promised_case_and_hears_who_may() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let refusal = world
        .run("wang", "case.decide", json!({"case": case, "result": "ok"}))
        .expect_err("refused");
    assert_eq!(refusal.code.as_str(), "case.no_authority");
    assert_eq!(refusal.facts["allowed"], json!(["首戊"]));
}

#[test]
fn v122_r128_authority_that_ran_out_yesterday_is_none() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    assert_eq!(
        world.refused("ban", "case.decide", json!({"case": case, "result": "ok"})),
        "case.no_authority"
    );
    // A leader whom no notice names decides by office, in the own department only.
    let mut folder = small_folder();
    folder
        .authorisations
        .retain(|notice| notice.holder != "ban".into());
    let mut world = World::of(&folder);
    let case = accepted(&mut world, "P");
    world.ok("ban", "case.decide", json!({"case": case, "result": "ok"}));
    let other = accepted(&mut world, "Z");
    assert_eq!(
        world.refused("ban", "case.decide", json!({"case": other, "result": "ok"})),
        "case.no_authority"
    );
}

#[test]
fn r131_the_seal_is_logged_and_another_departments_is_refused() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let foreign = json!({"case": case, "result": "ok", "seal": "z9"});
    assert_eq!(
        world.refused("shou", "case.decide", foreign),
        "case.no_seal"
    );
    grant(&mut world, &case);
    let decision = record(&world, &case).decision.clone().expect("decided");
    assert_eq!(decision.seal, Some("z1".into()));
    assert!(decision.document.is_some());
}

#[test]
fn v125_a_no_needs_reason_and_remedy() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    for params in [
        json!({"case": case, "result": "no"}),
        json!({"case": case, "result": "no", "reason": "条件不符"}),
        json!({"case": case, "result": "no", "reason": "条件不符", "remedy": ""}),
    ] {
        assert_eq!(
            world.refused("shou", "case.decide", params),
            "case.no_reason"
        );
    }
    let params =
        json!({"case": case, "result": "no", "reason": "条件不符", "remedy": "六十日内复议"});
    world.ok("shou", "case.decide", params);
    assert_eq!(state(&world, &case), "decided_no");
    world.ok("wang", "case.deliver", json!({"case": case, "way": "mail"}));
    assert_eq!(state(&world, &case), "delivered");
}

#[test]
fn v121_a_paused_case_is_resumed_before_it_is_decided() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    pause(&mut world, &case);
    let refusal = world
        .run("shou", "case.decide", json!({"case": case, "result": "ok"}))
        .expect_err("refused");
    assert_eq!(refusal.facts["allowed"], json!(["resume", "withdraw"]));
}

#[test]
fn v128_no_withdrawal_after_the_decision() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    grant(&mut world, &case);
    assert_eq!(
        world.refused("wang", "case.withdraw", json!({"case": case})),
        "state.refused"
    );
}

#[test]
fn r104_delivery_is_due_ten_working_days_after_the_decision() {
    let mut world = World::small();
    world.go("2026-04-30");
    let case = accepted(&mut world, "P");
    grant(&mut world, &case);
    // V24
    let decision = view(&world, &case).decision.expect("decided");
    assert_eq!(decision.deliver_due.to_string(), "2026-05-18");
}

#[test]
fn r118_r120_silence_is_confirmed_by_the_director_and_never_on_time() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    assert_eq!(
        world.refused("zhu", "case.default_confirm", json!({"case": case})),
        "case.not_overdue"
    );
    world.go("2026-03-20");
    assert_eq!(
        world.refused("zhu", "case.default_confirm", json!({"case": case})),
        "case.not_overdue"
    );
    world.go("2026-03-23");
    world.ok("zhu", "case.default_confirm", json!({"case": case}));
    assert_eq!(state(&world, &case), "decided_ok");
    let decision = view(&world, &case).decision.expect("decided");
    assert!(decision.defaulted && !decision.on_time);
    let owed = record(&world, &case).owed.clone().expect("owed");
    assert_eq!(owed.due_on.to_string(), "2026-03-24");
    assert_eq!(owed.department, "mz".into());
}

#[test]
fn v126_no_default_for_safety_with_a_notice_on_file_or_with_the_system_off() {
    let mut world = World::small();
    let safety = accepted(&mut world, "S");
    let extended = accepted(&mut world, "P");
    let plain = accepted(&mut world, "P");
    let other = accepted(&mut world, "Z");
    let params = json!({"case": extended, "within": "commitment", "days": 1, "reason": "核实"});
    world.ok("shou", "case.extend", params);
    world.go("2026-03-25");
    for (case, code) in [
        (&safety, "case.default_not_allowed"),
        (&other, "case.default_not_allowed"),
        (&extended, "case.default_extended"),
    ] {
        assert_eq!(
            world.refused("zhu", "case.default_confirm", json!({"case": case})),
            code
        );
    }
    // The inspector only proposes.
    let events = world.ok("cha", "case.default_confirm", json!({"case": plain}));
    assert_eq!(events[0].name(), "proposal_made");
    assert_eq!(state(&world, &plain), "accepted");
    let mut folder = small_folder();
    folder
        .profile
        .systems
        .retain(|system| system.code != "default");
    let mut world = World::of(&folder);
    let case = accepted(&mut world, "P");
    world.go("2026-03-25");
    assert_eq!(
        world.refused("zhu", "case.default_confirm", json!({"case": case})),
        "system.off"
    );
}
