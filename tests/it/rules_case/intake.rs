//! Receipt, one-time notice, corrections, acceptance, refusal, review.

use serde_json::json;

use super::{accepted, applicant, dues, grant, papers, receive, record, state, view};
use crate::support::{World, id_of};

#[test]
fn r230_r67_a_case_is_numbered_at_first_receipt_per_hall_and_day() {
    let mut world = World::small();
    let first = receive(&mut world, "P", &[]);
    let second = receive(&mut world, "P", &[]);
    assert_eq!(record(&world, &first).number, "4117222026030200001");
    assert_eq!(record(&world, &second).number, "4117222026030200002");
    let refusal = json!({"case": first, "ground": "no_permit_needed", "reason": "依法无需许可"});
    world.ok("wang", "case.refuse", refusal);
    assert_eq!(state(&world, &first), "not_accepted");
    assert_eq!(record(&world, &first).number, "4117222026030200001");
    world.go("2026-03-03");
    let third = receive(&mut world, "P", &[]);
    assert_eq!(record(&world, &third).number, "4117222026030300001");
}

#[test]
fn r79_only_listed_materials_are_taken_and_the_rest_is_missing() {
    let mut world = World::small();
    let params = json!({"item": "P", "applicant": applicant(), "materials": ["X-9"]});
    assert_eq!(
        world.refused("wang", "case.receive", params),
        "case.unlisted_material"
    );
    let params = json!({"item": "P", "applicant": applicant(), "materials": [{"code": "P-1", "note": "三页"}]});
    let case = id_of(&world.ok("wang", "case.receive", params), "case");
    let seen = view(&world, &case);
    assert_eq!(
        serde_json::to_value(&seen.missing).unwrap(),
        json!(["P-2", "P-3"])
    );
    assert_eq!(seen.materials[0].note.as_deref(), Some("三页"));
    assert!(seen.clock.is_none(), "no clock before acceptance");
}

#[test]
fn r77_a_precheck_starts_no_clock_is_advised_and_taken_over() {
    let mut world = World::small();
    let params =
        json!({"item": "P", "applicant": applicant(), "materials": ["P-1"], "channel": "online"});
    let case = id_of(&world.ok("wang", "case.precheck", params), "case");
    let advice = json!({"case": case, "defects": [{"material": "P-1", "fault": "字迹不清", "remedy": "重印"}]});
    let events = world.ok("wang", "case.notify_once", advice);
    assert_eq!(events[0].name(), "case_advised");
    assert_eq!(state(&world, &case), "precheck");
    // A precheck is never deemed accepted, however long it lies.
    world.go("2026-03-20");
    assert_eq!(state(&world, &case), "precheck");
    let params = json!({"case": case, "materials": ["P-2", "P-3"]});
    world.ok("wang", "case.receive", params);
    assert_eq!(state(&world, &case), "received");
    let complete_on = record(&world, &case).complete_on.expect("nothing missing");
    assert_eq!(complete_on.to_string(), "2026-03-20");
}

#[test]
fn r81_the_notice_lists_everything_missing_by_itself_with_deadline_and_paper() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &["P-1"]);
    let params = json!({"case": case, "defects": [{"material": "P-1", "fault": "未盖章", "remedy": "到单位盖章"}]});
    let events = world.ok("wang", "case.notify_once", params);
    assert_eq!(events[1].name(), "document_issued");
    let seen = view(&world, &case);
    assert_eq!(serde_json::to_value(seen.state).unwrap(), "supplement");
    assert_eq!(serde_json::to_value(seen.class).unwrap(), "supplement");
    assert_eq!(seen.missing.len(), 3);
    assert_eq!(seen.materials[0].remedy.as_deref(), Some("到单位盖章"));
    // R85: fifteen working days from 2026-03-02.
    assert_eq!(
        seen.correction_due.map(|on| on.to_string()).as_deref(),
        Some("2026-03-23")
    );
    let complete = receive(&mut world, "S", &["S-1"]);
    assert_eq!(
        world.refused("wang", "case.notify_once", json!({"case": complete})),
        "case.nothing_missing"
    );
}

#[test]
fn v119_a_second_notice_naming_an_old_defect_is_blocked_and_only_overridden_with_a_reason() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &["P-1"]);
    world.ok("wang", "case.notify_once", json!({"case": case}));
    let defect = json!([{"material": "P-1", "fault": "未盖章", "remedy": "盖章"}]);
    let second = json!({"case": case, "defects": defect});
    assert_eq!(
        world.refused("wang", "case.notify_once", second),
        "case.notice_once"
    );
    let forced = json!({"case": case, "defects": defect, "override_reason": "涉及安全"});
    assert_eq!(
        world.refused("wang", "case.notify_once", forced.clone()),
        "permission.denied"
    );
    world.ok("shou", "case.notify_once", forced);
    assert!(record(&world, &case).notices[1].overridden);
}

#[test]
fn r82_a_second_notice_may_name_what_is_unfixed_and_what_new_papers_brought() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &["P-1"]);
    world.ok("wang", "case.notify_once", json!({"case": case}));
    world.go("2026-03-03");
    world.ok(
        "wang",
        "case.supply",
        json!({"case": case, "materials": ["P-2"]}),
    );
    let defect = json!([{"material": "P-2", "fault": "页数不全", "remedy": "补齐"}]);
    let second = json!({"case": case, "defects": defect});
    world.ok("wang", "case.notify_once", second);
    assert_eq!(record(&world, &case).notices.len(), 2);
    assert_eq!(record(&world, &case).missing().len(), 2);
}

#[test]
fn v54_no_notice_in_time_is_acceptance_as_of_receipt() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &["P-1"]);
    world.go("2026-03-09T23:59");
    assert_eq!(state(&world, &case), "received");
    world.go("2026-03-10T00:00");
    assert_eq!(state(&world, &case), "accepted");
    assert_eq!(
        dues(&world, &case),
        ("2026-03-20".into(), "2026-03-30".into())
    );
    let acceptance = record(&world, &case).acceptance.clone().expect("accepted");
    assert_eq!(acceptance.started_on.to_string(), "2026-03-02");
    assert_eq!(acceptance.on.to_string(), "2026-03-09");
    assert_eq!(acceptance.by, None);
}

#[test]
fn v55_deemed_acceptance_across_the_spring_festival() {
    let mut world = World::of(&crate::support::small_folder());
    // The world's clock begins in March; the same count from a date whose fifth working day is far off.
    world.go("2026-09-28");
    let case = receive(&mut world, "P", &[]);
    // Working days after Monday 28 September: 29, 30, then 8, 9, 10 October.
    world.go("2026-10-10T23:00");
    assert_eq!(state(&world, &case), "received");
    world.go("2026-10-11");
    assert_eq!(state(&world, &case), "accepted");
    let acceptance = record(&world, &case).acceptance.clone().expect("accepted");
    assert_eq!(acceptance.started_on.to_string(), "2026-09-28");
}

#[test]
fn v56_v127_a_notice_on_the_last_day_is_in_time_and_ends_deeming_for_good() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &["P-1"]);
    world.go("2026-03-09T16:00");
    world.ok("wang", "case.notify_once", json!({"case": case}));
    world.go("2026-03-16");
    assert_eq!(state(&world, &case), "supplement");
}

#[test]
fn r83_a_hall_that_was_off_comes_out_the_same() {
    let mut ran = World::small();
    let case = receive(&mut ran, "P", &["P-1"]);
    let mut off = ran.clone();
    for day in 3..=14 {
        ran.go(&format!("2026-03-{day:02}"));
    }
    off.go("2026-03-14");
    assert_eq!(dues(&ran, &case), dues(&off, &case));
    assert_eq!(state(&off, &case), "accepted");
}

#[test]
fn v57_r84_the_clock_starts_on_the_day_of_the_last_paper() {
    let mut world = World::small();
    world.go("2026-03-04");
    let case = receive(&mut world, "P", &["P-1"]);
    world.ok("wang", "case.notify_once", json!({"case": case}));
    world.go("2026-03-10");
    world.ok(
        "wang",
        "case.supply",
        json!({"case": case, "materials": ["P-2", "P-3"]}),
    );
    assert_eq!(state(&world, &case), "received");
    let same_day = &mut world.clone();
    same_day.ok("wang", "case.accept", json!({"case": case}));
    assert_eq!(dues(same_day, &case).0, "2026-03-30");
    // Nobody accepts it that day: the sweep does, as of the same day.
    world.go("2026-03-11T09:00");
    assert_eq!(state(&world, &case), "accepted");
    assert_eq!(dues(&world, &case).0, "2026-03-30");
}

#[test]
fn r84_a_complete_case_accepted_later_still_counts_from_its_papers() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &papers("P"));
    world.go("2026-03-05");
    world.ok("wang", "case.accept", json!({"case": case}));
    assert_eq!(
        dues(&world, &case),
        ("2026-03-20".into(), "2026-03-30".into())
    );
}

#[test]
fn r85_corrections_lapse_at_the_end_of_their_day_and_are_lengthened_once() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &[]);
    world.ok("wang", "case.notify_once", json!({"case": case}));
    let mut kept = world.clone();
    world.go("2026-03-23T23:59");
    assert_eq!(state(&world, &case), "supplement");
    world.go("2026-03-24");
    assert_eq!(state(&world, &case), "withdrawn");
    kept.ok(
        "wang",
        "case.grant_time",
        json!({"case": case, "days": 5, "reason": "住院"}),
    );
    assert_eq!(
        kept.refused("wang", "case.grant_time", json!({"case": case})),
        "case.time_once"
    );
    kept.go("2026-03-30T12:00");
    assert_eq!(state(&kept, &case), "supplement");
    kept.go("2026-03-31");
    assert_eq!(state(&kept, &case), "withdrawn");
}

#[test]
fn v118_accepting_with_a_missing_paper_is_refused() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &["P-1"]);
    for params in [
        json!({"case": case}),
        json!({"case": case, "promise_on": "2026-03-10"}),
    ] {
        assert_eq!(
            world.refused("wang", "case.accept", params),
            "case.incomplete"
        );
    }
}

#[test]
fn r87_a_tolerable_paper_may_be_promised_is_taken_later_and_holds_the_certificate() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &["P-1", "P-2"]);
    assert_eq!(
        world.refused("wang", "case.accept", json!({"case": case})),
        "case.incomplete"
    );
    assert_eq!(
        world.refused(
            "wang",
            "case.accept",
            json!({"case": case, "promise_on": "2026-03-02"})
        ),
        "value.refused"
    );
    world.ok(
        "wang",
        "case.accept",
        json!({"case": case, "promise_on": "2026-03-06"}),
    );
    assert_eq!(dues(&world, &case).0, "2026-03-20");
    let mut lapsed = world.clone();
    lapsed.go("2026-03-07");
    assert_eq!(state(&lapsed, &case), "withdrawn");
    assert_eq!(
        world.refused(
            "wang",
            "case.supply",
            json!({"case": case, "materials": ["P-1"]})
        ),
        "case.not_owed"
    );
    grant(&mut world, &case);
    assert_eq!(
        world.refused("wang", "case.deliver", json!({"case": case})),
        "case.papers_owed"
    );
    world.ok(
        "wang",
        "case.supply",
        json!({"case": case, "materials": ["P-3"]}),
    );
    world.ok("wang", "case.deliver", json!({"case": case}));
    assert_eq!(state(&world, &case), "delivered");
}

#[test]
fn v124_r80_missing_papers_are_no_ground_and_a_ground_needs_words() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &[]);
    for ground in ["missing_materials", "缺材料"] {
        let params = json!({"case": case, "ground": ground, "reason": "缺材料"});
        assert_eq!(
            world.refused("wang", "case.refuse", params),
            "case.missing_no_ground"
        );
    }
    let silent = json!({"case": case, "ground": "against_policy", "reason": " "});
    assert_eq!(
        world.refused("wang", "case.refuse", silent),
        "value.refused"
    );
    let nowhere = json!({"case": case, "ground": "not_our_power", "reason": "非本机关职权"});
    assert_eq!(
        world.refused("wang", "case.refuse", nowhere),
        "value.refused"
    );
    world.ok("wang", "case.notify_once", json!({"case": case}));
    let late = json!({"case": case, "ground": "no_permit_needed", "reason": "无需许可"});
    assert_eq!(
        world.refused("wang", "case.refuse", late),
        "case.ground_too_late"
    );
}

#[test]
fn r76_r68_a_return_is_reviewed_and_an_overturned_one_begins_again() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &papers("P"));
    let refusal = json!({"case": case, "ground": "against_policy", "reason": "不符合政策"});
    world.ok("wang", "case.refuse", refusal);
    assert_eq!(state(&world, &case), "returned");
    assert_eq!(
        serde_json::to_value(view(&world, &case).class).unwrap(),
        "returned"
    );
    world.go("2026-03-16");
    let upheld = json!({"case": case, "result": "upheld", "reason": "理由成立"});
    world.ok("zhu", "case.review", upheld);
    assert_eq!(state(&world, &case), "returned");
    let overturned = json!({"case": case, "result": "overturned", "reason": "政策已改"});
    world.ok("zhu", "case.review", overturned);
    assert_eq!(state(&world, &case), "received");
    // Not deemed accepted at once, though the papers lie since 2 March; the clock counts from the review.
    world.go("2026-03-17");
    assert_eq!(state(&world, &case), "received");
    world.ok("wang", "case.accept", json!({"case": case}));
    assert_eq!(
        record(&world, &case)
            .acceptance
            .as_ref()
            .map(|one| one.started_on.to_string())
            .as_deref(),
        Some("2026-03-16")
    );
}

#[test]
fn r65_the_kind_is_free_before_acceptance_and_fixed_after_it_but_for_two_ways() {
    let mut world = World::small();
    let case = receive(&mut world, "P", &papers("P"));
    world.ok(
        "wang",
        "case.classify",
        json!({"case": case, "kind": "controlled"}),
    );
    assert_eq!(record(&world, &case).kinds.len(), 2);
    assert_eq!(
        serde_json::to_value(view(&world, &case).suggested).unwrap(),
        "promised"
    );
    world.ok(
        "wang",
        "case.classify",
        json!({"case": case, "kind": "promised", "reason": "改回"}),
    );
    world.ok("wang", "case.accept", json!({"case": case}));
    let back = json!({"case": case, "kind": "instant", "reason": "快"});
    assert_eq!(
        world.refused("shou", "case.classify", back),
        "case.kind_fixed"
    );
    let silent = json!({"case": case, "kind": "upward"});
    assert_eq!(
        world.refused("shou", "case.classify", silent),
        "value.refused"
    );
    let clerk = json!({"case": case, "kind": "upward", "reason": "须上级审批"});
    assert_eq!(
        world.refused("wang", "case.classify", clerk.clone()),
        "permission.denied"
    );
    let before = dues(&world, &case);
    world.ok("shou", "case.classify", clerk);
    assert_eq!(dues(&world, &case), before, "the limit does not grow");
}

#[test]
fn r65_a_promised_case_becomes_joint_and_gets_its_branches() {
    let mut world = World::small();
    let case = accepted(&mut world, "P");
    let params = json!({"case": case, "kind": "joint", "reason": "涉及住建", "branches": ["zj"]});
    let events = world.ok("shou", "case.classify", params);
    assert_eq!(events[1].name(), "branch_planned");
    assert_eq!(record(&world, &case).branches.len(), 1);
}

#[test]
fn r65_an_instant_case_becomes_promised_until_close_of_its_day() {
    let mut world = World::small();
    let case = receive(&mut world, "I", &[]);
    world.ok("wang", "case.accept", json!({"case": case}));
    let mut late = world.clone();
    let params = json!({"case": case, "kind": "promised", "reason": "须核实"});
    late.go("2026-03-02T17:31");
    assert_eq!(
        late.refused("wang", "case.classify", params.clone()),
        "case.kind_fixed"
    );
    world.ok("wang", "case.classify", params);
    assert_eq!(dues(&world, &case).0, "2026-03-03");
    grant(&mut world, &case);
    let decision = record(&world, &case).decision.clone().expect("decided");
    assert!(!decision.on_site, "it counts against on-site completion");
}

#[test]
fn r90_an_agent_hands_in_under_an_order_only() {
    let mut world = World::small();
    let params = json!({"item": "P", "applicant": applicant()});
    assert_eq!(
        world.refused("zhou", "case.receive", params),
        "case.agent_needs_order"
    );
    let order = json!({"client": applicant(), "items": ["P"]});
    let order = id_of(&world.ok("wang", "proxy.open", order), "proxy");
    let params = json!({"item": "P", "applicant": applicant(), "order": order});
    assert_eq!(
        world.refused("zhou", "case.receive", params.clone()),
        "permission.not_yours",
        "nobody carries it yet"
    );
    world.ok(
        "wang",
        "proxy.accept",
        json!({"order": order, "signed": true}),
    );
    world.ok(
        "wang",
        "proxy.assign",
        json!({"order": order, "agent": "zhou"}),
    );
    let case = id_of(&world.ok("zhou", "case.receive", params), "case");
    world.ok(
        "zhou",
        "case.supply",
        json!({"case": case, "materials": ["P-1"]}),
    );
    assert_eq!(
        world.refused(
            "wu",
            "case.supply",
            json!({"case": case, "materials": ["P-2"]})
        ),
        "permission.not_yours"
    );
}

#[test]
fn a_clerk_of_another_department_is_refused() {
    let mut world = World::small();
    let params = json!({"item": "P", "applicant": applicant()});
    assert_eq!(
        world.refused("li", "case.receive", params),
        "permission.not_yours"
    );
    let case = receive(&mut world, "P", &papers("P"));
    assert_eq!(
        world.refused("li", "case.accept", json!({"case": case})),
        "permission.not_yours"
    );
}

#[test]
fn r89_the_same_applicant_and_item_is_a_warning_no_bar() {
    let mut world = World::small();
    let first = receive(&mut world, "P", &[]);
    let person = record(&world, &first).applicant.to_string();
    let params = json!({"item": "P", "applicant": person});
    let second = id_of(&world.ok("wang", "case.receive", params), "case");
    assert_eq!(view(&world, &second).duplicates, ["4117222026030200001"]);
}

/// A ticket being served at the comprehensive window by its clerk.
fn serving(world: &mut World) -> String {
    world.ok("zhong", "window.sign_on", json!({"window": "w4"}));
    let ticket = id_of(
        &world.ok("dao", "ticket.issue", json!({"queue": "a"})),
        "ticket",
    );
    world.ok("zhong", "ticket.call_next", json!({"window": "w4"}));
    world.ok("zhong", "ticket.start", json!({"ticket": ticket}));
    ticket
}

#[test]
fn r39_r209_a_case_of_the_ticket_being_served_is_remembered_with_it_and_may_be_done_on_site() {
    let mut world = World::small();
    let ticket = serving(&mut world);
    let params =
        json!({"item": "P", "applicant": applicant(), "materials": papers("P"), "ticket": ticket});
    // The comprehensive window takes the items of every department.
    let case = id_of(&world.ok("zhong", "case.receive", params.clone()), "case");
    let work = &world
        .hall
        .tickets
        .get(&ticket.parse().unwrap())
        .unwrap()
        .work;
    assert_eq!(work.len(), 1);
    world.ok("zhong", "case.accept", json!({"case": case}));
    let mut later = world.clone();
    grant(&mut world, &case);
    assert!(record(&world, &case).decision.as_ref().unwrap().on_site);
    later.ok(
        "zhong",
        "ticket.finish",
        json!({"ticket": ticket, "outcome": "case"}),
    );
    assert_eq!(
        later.refused("zhong", "case.receive", params),
        "ticket.not_serving"
    );
    grant(&mut later, &case);
    assert!(!record(&later, &case).decision.as_ref().unwrap().on_site);
}

#[test]
fn r58_an_enquiry_that_becomes_a_case_is_linked_and_closes_with_it() {
    let mut world = World::small();
    let params = json!({"visitor": {"name": "某甲"}, "matter": "怎样办理", "channel": "window", "in_scope": true});
    let enquiry = id_of(&world.ok("wang", "enquiry.open", params), "enquiry");
    let params = json!({"item": "P", "applicant": applicant(), "materials": papers("P"), "enquiry": enquiry});
    let case = id_of(&world.ok("wang", "case.receive", params.clone()), "case");
    let seen = |world: &World| {
        let id = enquiry.parse().unwrap();
        let enquiry = world.hall.enquiries.get(&id).unwrap();
        (enquiry.state.as_str(), enquiry.is_open())
    };
    assert_eq!(seen(&world), ("linked", true));
    assert_eq!(
        world.refused("wang", "case.receive", params),
        "state.refused"
    );
    world.ok("wang", "case.accept", json!({"case": case}));
    grant(&mut world, &case);
    assert_eq!(
        seen(&world),
        ("linked", true),
        "the owner sees it to the end"
    );
    world.ok("wang", "case.deliver", json!({"case": case}));
    assert_eq!(seen(&world), ("linked", false));
}
