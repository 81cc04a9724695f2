//! The running case: pauses, extensions, lamps, lists, proof.

use banshi::rules::{
    clock::Lamp,
    views::{
        self,
        case::{CaseFilter, due, explain, lamp_of, sort_key},
    },
};
use serde_json::json;

use super::{accepted, dues, pause, record, state, view, viewer};
use crate::support::World;

#[test]
fn v44_a_pause_shifts_the_dates_by_its_working_days() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    assert_eq!(
        dues(&world, &case),
        ("2026-03-20".into(), "2026-03-30".into())
    );
    world.go("2026-03-09");
    pause(&mut world, &case);
    let standing = view(&world, &case).clock.expect("accepted");
    assert_eq!(standing.lamp, Some(Lamp::Paused));
    assert_eq!(standing.committed_due, None);
    assert_eq!(standing.left, Some(9));
    world.go("2026-03-19");
    assert_eq!(view(&world, &case).clock.expect("accepted").left, Some(9));
    world.ok("wang", "case.resume", json!({"case": case}));
    assert_eq!(
        dues(&world, &case),
        ("2026-04-01".into(), "2026-04-10".into())
    );
    assert_eq!(view(&world, &case).clock.expect("accepted").left, Some(9));
}

#[test]
fn v46_two_pauses_add_up_and_one_on_the_day_of_the_last_ones_end_is_lawful() {
    let mut world = World::small();
    world.go("2026-05-06");
    let case = accepted(&mut world, "P");
    for (from, to) in [("2026-05-08", "2026-05-12"), ("2026-05-20", "2026-05-26")] {
        world.go(from);
        pause(&mut world, &case);
        world.go(to);
        world.ok("wang", "case.resume", json!({"case": case}));
    }
    assert_eq!(dues(&world, &case).1, "2026-06-11");
}

#[test]
fn v47_only_the_procedures_of_the_law_stop_the_clock() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    for kind in [
        "site_survey",
        "internal_signature",
        "leader_absent",
        "meeting",
        "system_down",
        "waiting_department",
    ] {
        let params = json!({"case": case, "kind": kind, "estimated_days": 3});
        assert_eq!(
            world.refused("shou", "case.pause", params),
            "case.pause_kind",
            "{kind}"
        );
    }
}

#[test]
fn v120_no_pause_before_acceptance_and_none_over_another() {
    let mut world = World::small();
    let received = super::receive(&mut world, "P", &[]);
    let params = json!({"case": received, "kind": "hearing", "estimated_days": 3});
    assert_eq!(world.refused("shou", "case.pause", params), "state.refused");
    let case = accepted(&mut world, "P");
    pause(&mut world, &case);
    let again = json!({"case": case, "kind": "hearing", "estimated_days": 3});
    assert_eq!(world.refused("shou", "case.pause", again), "state.refused");
    assert_eq!(state(&world, &case), "paused");
}

#[test]
fn v48_v51_the_statutory_extension_counts_on_from_the_statutory_limit_once() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    world.go("2026-03-30");
    let params = json!({"case": case, "within": "statutory", "days": 10, "reason": "案情复杂"});
    world.ok("ban", "case.extend", params.clone());
    assert_eq!(
        dues(&world, &case),
        ("2026-04-14".into(), "2026-04-14".into())
    );
    assert_eq!(
        world.refused("ban", "case.extend", params),
        "case.extend_once"
    );
}

#[test]
fn v49_v50_asked_after_the_date_or_too_long_it_is_refused() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let too_long = json!({"case": case, "within": "statutory", "days": 11, "reason": "复杂"});
    assert_eq!(
        world.refused("ban", "case.extend", too_long),
        "case.extend_too_long"
    );
    world.go("2026-03-31");
    let late = json!({"case": case, "within": "statutory", "days": 10, "reason": "复杂"});
    assert_eq!(
        world.refused("ban", "case.extend", late),
        "case.extend_late"
    );
    let clock = view(&world, &case).clock.expect("accepted");
    assert_eq!(clock.lamp, Some(Lamp::Overdue));
    // Seven working days past the promised 20 March, one past the statutory 30 March.
    assert_eq!(clock.left, Some(-7));
    assert_eq!(clock.working_days_left, Some(0));
    assert_eq!(clock.working_days_overdue, 7);
}

#[test]
fn v52_a_joint_case_is_extended_with_the_governments_number_only() {
    let mut world = World::small();
    let case = accepted(&mut world, "J");
    assert_eq!(dues(&world, &case).1, "2026-05-08");
    let bare = json!({"case": case, "within": "statutory", "days": 15, "reason": "复杂"});
    assert_eq!(
        world.refused("zhu", "case.extend", bare),
        "case.approval_number"
    );
    let params = json!({"case": case, "within": "statutory", "days": 15, "reason": "复杂",
        "approval_no": "上政批〔2026〕3号"});
    world.ok("zhu", "case.extend", params);
    assert_eq!(dues(&world, &case).1, "2026-05-28");
}

#[test]
fn v53_within_the_commitment_it_does_not_pass_the_statutory_date() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    // 2026-04-01 is eight working days after 2026-03-20.
    let beyond = json!({"case": case, "within": "commitment", "days": 8, "reason": "核实"});
    assert_eq!(
        world.refused("shou", "case.extend", beyond),
        "case.beyond_statutory"
    );
    let within = json!({"case": case, "within": "commitment", "days": 6, "reason": "核实"});
    world.ok("shou", "case.extend", within);
    assert_eq!(
        dues(&world, &case),
        ("2026-03-30".into(), "2026-03-30".into())
    );
    let more = json!({"case": case, "within": "commitment", "days": 1, "reason": "核实"});
    assert_eq!(
        world.refused("shou", "case.extend", more),
        "case.beyond_statutory"
    );
}

#[test]
fn r102_a_chief_representative_only_proposes_what_passes_the_statute() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let params = json!({"case": case, "within": "statutory", "days": 5, "reason": "复杂"});
    let events = world.ok("shou", "case.extend", params);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].name(), "proposal_made");
    assert!(record(&world, &case).extensions.is_empty());
}

#[test]
fn v59_amber_from_a_fifth_red_on_the_day_overdue_after() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    for (day, lamp) in [
        ("2026-03-16", Lamp::Green),
        ("2026-03-17", Lamp::Amber),
        ("2026-03-19", Lamp::Amber),
        ("2026-03-20", Lamp::Red),
        ("2026-03-21", Lamp::Overdue),
    ] {
        world.go(day);
        let seen = lamp_of(&world.hall, &viewer(&world), record(&world, &case));
        assert_eq!(seen, Some(lamp), "{day}");
    }
}

#[test]
fn r64_an_instant_case_is_due_the_same_day_or_the_next_working_one() {
    let mut world = World::small();
    world.go("2026-09-18");
    let case = accepted(&mut world, "I");
    assert_eq!(dues(&world, &case).0, "2026-09-18");
    // V37: with 次日, received on Friday 18 September, due on the make-up Sunday.
    let mut folder = crate::support::small_folder();
    folder.profile.case.instant_due = banshi::rules::catalogue::InstantDue::NextDay;
    let mut world = World::of(&folder);
    world.go("2026-09-18");
    let case = accepted(&mut world, "I");
    assert_eq!(dues(&world, &case).0, "2026-09-20");
}

#[test]
fn r70_an_upward_case_has_no_local_countdown_once_it_is_passed_up() {
    let mut world = World::small();
    let promised = accepted(&mut world, "P");
    assert_eq!(
        world.refused("wang", "case.submit_up", json!({"case": promised})),
        "case.not_upward"
    );
    let case = accepted(&mut world, "U");
    world.ok(
        "wang",
        "case.submit_up",
        json!({"case": case, "superior": "省厅"}),
    );
    let clock = view(&world, &case).clock.expect("accepted");
    assert_eq!((clock.lamp, clock.left), (None, None));
    super::grant(&mut world, &case);
    assert_eq!(state(&world, &case), "decided_ok");
}

#[test]
fn r109_r110_the_screen_of_the_day_and_its_order() {
    let mut world = World::small();
    let late = accepted(&mut world, "P");
    world.go("2026-03-03");
    let today = accepted(&mut world, "P");
    world.go("2026-03-04");
    let tomorrow = accepted(&mut world, "P");
    let standing = accepted(&mut world, "P");
    world.go("2026-03-12");
    pause(&mut world, &standing);
    world.go("2026-03-23T10:00");
    let screen = due(&world.hall, &viewer(&world));
    let ids = |rows: &[views::case::CaseView]| -> Vec<String> {
        rows.iter().map(|row| row.id.to_string()).collect()
    };
    assert_eq!(ids(&screen.overdue), std::slice::from_ref(&late));
    assert_eq!(ids(&screen.today), std::slice::from_ref(&today));
    assert_eq!(ids(&screen.tomorrow), std::slice::from_ref(&tomorrow));
    assert_eq!(ids(&screen.pauses_ending), std::slice::from_ref(&standing));
    let mut order: Vec<&String> = vec![&standing, &tomorrow, &late, &today];
    order.sort_by_key(|case| sort_key(&world.hall, &viewer(&world), record(&world, case)));
    assert_eq!(order, [&late, &today, &tomorrow, &standing]);
    let filter: CaseFilter =
        serde_json::from_value(json!({"lamp": "overdue", "state": ["accepted"], "open": true}))
            .unwrap();
    let found: Vec<String> = world
        .hall
        .cases
        .values()
        .filter(|case| filter.matches(&world.hall, &viewer(&world), case))
        .map(|case| case.id.to_string())
        .collect();
    assert_eq!(found, [late]);
}

#[test]
fn r111_the_proof_comes_to_the_stored_date_and_names_every_day() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    world.go("2026-03-09");
    pause(&mut world, &case);
    world.go("2026-03-11");
    world.ok("wang", "case.resume", json!({"case": case}));
    let proof = explain(&world.hall, &viewer(&world), record(&world, &case));
    assert!(proof.agrees);
    let committed = proof.committed.expect("accepted");
    assert_eq!(committed.due, committed.derived);
    assert_eq!(
        committed.steps.last().map(|step| Some(step.date)),
        Some(committed.due)
    );
    assert_eq!(
        committed.steps.iter().filter(|step| step.counted).count(),
        14
    );
    assert!(
        !record(&world, &case)
            .dues
            .as_ref()
            .unwrap()
            .edition
            .is_empty()
    );
}

#[test]
fn r14_a_date_past_the_published_years_is_provisional() {
    let mut world = World::small();
    world.go("2026-12-15");
    let case = accepted(&mut world, "P");
    let clock = view(&world, &case).clock.expect("accepted");
    assert!(clock.provisional);
}
