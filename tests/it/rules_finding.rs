//! Findings (M6, R171–R177): every cell of the machine, separation of duties, dates, and that nothing is ever deleted.

use banshi::rules::finding::{FindingCommand, FindingState, Severity};
use banshi::rules::views::{self, Viewer, finding::FindingView};
use serde_json::{Value, json};

use crate::support::{World, id_of};

fn view(world: &World, finding: &str) -> FindingView {
    let viewer = Viewer {
        at: world.at,
        staff: None,
        roles: Vec::new(),
    };
    let finding = world.hall.findings.get(&finding.parse().unwrap()).unwrap();
    views::finding::of(&world.hall, &viewer, finding)
}

/// A finding about `wang`, who sits at w1.
fn raised(world: &mut World) -> String {
    raised_with(world, json!({}))
}

fn raised_with(world: &mut World, more: Value) -> String {
    let mut params =
        json!({"window": "w1", "code": "phone", "note": "办公时间玩手机", "person": "wang"});
    params
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    id_of(&world.ok("cha", "finding.raise", params), "finding")
}

/// A candidate: what an override of the one-time notice leaves behind (R82, R176).
fn candidate(world: &mut World) -> String {
    let case = id_of(
        &world.ok(
            "shou",
            "case.receive",
            json!({"item": "P", "applicant": {"name": "孙某"}, "materials": [{"code": "P-1"}]}),
        ),
        "case",
    );
    world.ok("shou", "case.notify_once", json!({"case": case}));
    let late = json!({"case": case, "override_reason": "上级新要求",
        "defects": [{"material": "P-1", "fault": "复印不清", "remedy": "重新复印"}]});
    world.ok(
        "shou",
        "case.supply",
        json!({"case": case, "materials": [{"code": "P-2"}]}),
    );
    id_of(&world.ok("shou", "case.notify_once", late), "finding")
}

/// Parameters with which a verb succeeds, where the state has it.
fn params_of(verb: &str, finding: &str) -> Value {
    match verb {
        "confirm" | "fix_on_spot" | "notify" => json!({"finding": finding}),
        "set_due" => json!({"finding": finding, "due_on": "2026-03-05"}),
        "recheck" => json!({"finding": finding, "in_order": true}),
        "appeal_decide" => json!({"finding": finding, "upheld": true, "text": "申诉成立"}),
        _ => json!({"finding": finding, "text": "情况说明"}),
    }
}

fn staff_of(verb: &str) -> &'static str {
    match verb {
        "statement" | "reply" | "appeal" => "wang",
        "appeal_decide" => "zhu",
        _ => "cha",
    }
}

fn in_state(state: FindingState) -> Option<(World, String)> {
    let mut world = World::small();
    if matches!(state, FindingState::Candidate | FindingState::Dropped) {
        let finding = candidate(&mut world);
        if state == FindingState::Dropped {
            world.ok("cha", "finding.drop", params_of("drop", &finding));
        }
        return Some((world, finding));
    }
    let steps: &[&str] = match state {
        FindingState::Open => &[],
        FindingState::Reminded => &["fix_on_spot"],
        FindingState::Notified => &["notify"],
        FindingState::Rectifying => &["notify", "reply"],
        FindingState::Appealed => &["notify", "appeal"],
        FindingState::Cancelled => &["notify", "appeal", "appeal_decide"],
        FindingState::Verified => &["notify", "set_due", "recheck"],
        // A bulletin publishes; no verb of a finding does.
        FindingState::Published => return None,
        FindingState::Candidate | FindingState::Dropped => unreachable!("handled above"),
    };
    let finding = raised(&mut world);
    for step in steps {
        world.ok(
            staff_of(step),
            &format!("finding.{step}"),
            params_of(step, &finding),
        );
    }
    Some((world, finding))
}

#[test]
fn m6_every_cell_is_done_or_refused() {
    for state in FindingState::ALL {
        let Some((world, finding)) = in_state(state) else {
            continue;
        };
        assert_eq!(view(&world, &finding).state, state);
        for verb in FindingCommand::VERBS
            .iter()
            .filter(|verb| **verb != "raise")
        {
            let mut world = world.clone();
            let method = format!("finding.{verb}");
            match world.run(staff_of(verb), &method, params_of(verb, &finding)) {
                Ok(_) => assert!(state.verbs().contains(verb), "{verb} from {state:?}"),
                Err(refusal) => {
                    assert_eq!(refusal.code.as_str(), "state.refused", "{verb}: {refusal}");
                    assert!(!state.verbs().contains(verb), "{verb} from {state:?}");
                }
            }
        }
    }
}

#[test]
fn v137_the_subject_handles_nothing_about_themselves() {
    let mut world = World::small();
    let own = json!({"window": "w1", "code": "phone", "note": "自己", "person": "cha"});
    assert_eq!(
        world.refused("cha", "finding.raise", own),
        "permission.four_eyes"
    );
    let finding = id_of(
        &world.ok(
            "xun",
            "finding.raise",
            json!({"window": "w1", "code": "chatting", "note": "串岗", "person": "cha"}),
        ),
        "finding",
    );
    for verb in ["fix_on_spot", "notify"] {
        let code = world.refused("cha", &format!("finding.{verb}"), params_of(verb, &finding));
        assert_eq!(code, "permission.four_eyes", "{verb}");
    }
    world.ok("xun", "finding.notify", params_of("notify", &finding));
    let due = params_of("set_due", &finding);
    assert_eq!(
        world.refused("cha", "finding.set_due", due),
        "permission.four_eyes"
    );
    world.ok("cha", "finding.reply", params_of("reply", &finding));
    let look = params_of("recheck", &finding);
    assert_eq!(
        world.refused("cha", "finding.recheck", look.clone()),
        "permission.four_eyes"
    );
    world.ok("xun", "finding.recheck", look);
    assert_eq!(view(&world, &finding).verified_by, Some("xun".into()));
}

#[test]
fn r10_who_decided_the_case_does_not_verify_the_finding_about_it() {
    let mut folder = crate::support::small_folder();
    let shou = folder
        .staff
        .iter_mut()
        .find(|staff| staff.code.as_str() == "shou")
        .unwrap();
    shou.roles.push(banshi::rules::permission::Role::Inspector);
    let mut world = World::of(&folder);
    let received = world.ok(
        "shou",
        "case.receive",
        json!({"item": "P", "applicant": {"name": "孙某"},
            "materials": [{"code": "P-1"}, {"code": "P-2"}, {"code": "P-3"}]}),
    );
    let case = id_of(&received, "case");
    world.ok("shou", "case.accept", json!({"case": case}));
    world.ok("shou", "case.decide", json!({"case": case, "result": "ok"}));
    let finding = raised_with(&mut world, json!({"case": case}));
    world.ok("cha", "finding.notify", params_of("notify", &finding));
    world.ok("wang", "finding.reply", params_of("reply", &finding));
    let look = params_of("recheck", &finding);
    assert_eq!(
        world.refused("shou", "finding.recheck", look.clone()),
        "permission.four_eyes"
    );
    world.ok("xun", "finding.recheck", look);
    let unknown = json!({"window": "w1", "code": "phone", "note": "注", "case": "c9999"});
    assert_eq!(
        world.refused("cha", "finding.raise", unknown),
        "record.not_found"
    );
}

#[test]
fn r10_who_raised_it_does_not_decide_the_appeal() {
    let mut world = World::small();
    let raise = json!({"window": "w1", "code": "phone", "note": "玩手机", "person": "wang"});
    let finding = id_of(&world.ok("zhu", "finding.raise", raise), "finding");
    world.ok("zhu", "finding.notify", params_of("notify", &finding));
    world.ok("wang", "finding.appeal", params_of("appeal", &finding));
    let upheld = params_of("appeal_decide", &finding);
    assert_eq!(
        world.refused("zhu", "finding.appeal_decide", upheld.clone()),
        "permission.four_eyes"
    );
    world.ok("fu", "finding.appeal_decide", upheld);
    let ended = view(&world, &finding);
    assert_eq!(
        (ended.state, ended.appeal.len()),
        (FindingState::Cancelled, 2)
    );
}

#[test]
fn v138_an_appeal_is_possible_on_three_working_days() {
    let mut world = World::small();
    world.go("2026-03-05");
    let finding = raised(&mut world);
    world.ok("cha", "finding.notify", params_of("notify", &finding));
    // Told on a Thursday: Friday, Monday, Tuesday.
    let told = view(&world, &finding);
    assert_eq!(told.appeal_until.unwrap().to_string(), "2026-03-10");
    world.go("2026-03-10T17:00");
    world
        .clone()
        .ok("wang", "finding.appeal", params_of("appeal", &finding));
    world.go("2026-03-11");
    assert_eq!(
        world.refused("wang", "finding.appeal", params_of("appeal", &finding)),
        "finding.appeal_late"
    );
}

#[test]
fn v139_no_verb_deletes_a_finding() {
    let words = ["delete", "remove", "erase", "destroy"];
    for method in banshi::rules::permission::MATRIX
        .iter()
        .map(|row| row.method)
    {
        // A person may be erased (R226), a record of work may not.
        let deletes = words.iter().any(|word| method.contains(word));
        assert!(!deletes || method == "person.erase", "{method}");
    }
    // R107: what was wrong is cancelled with a reason, and stays.
    let (mut world, finding) = in_state(FindingState::Appealed).unwrap();
    let silent = json!({"finding": finding, "upheld": true, "text": " "});
    assert_eq!(
        world.refused("zhu", "finding.appeal_decide", silent),
        "value.refused"
    );
    world.ok(
        "zhu",
        "finding.appeal_decide",
        params_of("appeal_decide", &finding),
    );
    assert_eq!(view(&world, &finding).state, FindingState::Cancelled);
}

#[test]
fn r171_a_finding_says_what_stood_at_the_window() {
    let mut world = World::small();
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    world.ok("dao", "ticket.issue", json!({"queue": "a"}));
    world.ok("dao", "ticket.issue", json!({"queue": "b"}));
    let raise = json!({"window": "w1", "code": "empty_post", "note": "有人等候，无人在岗"});
    let finding = id_of(&world.ok("cha", "finding.raise", raise), "finding");
    let seen = view(&world, &finding);
    assert_eq!(
        seen.person,
        Some("wang".into()),
        "who is signed on, where nobody is named"
    );
    assert_eq!(seen.situation.desk, "open");
    assert_eq!(seen.situation.waiting, 2);
    assert_eq!(seen.severity, Severity::Plain);
    world.ok(
        "cha",
        "finding.fix_on_spot",
        params_of("fix_on_spot", &finding),
    );
    assert_eq!(view(&world, &finding).state, FindingState::Reminded);
}

#[test]
fn r172_an_answer_is_due_on_the_next_working_day() {
    let mut world = World::small();
    world.go("2026-03-06");
    let finding = raised(&mut world);
    world.ok("cha", "finding.notify", params_of("notify", &finding));
    let told = view(&world, &finding);
    assert_eq!(told.reply_due.unwrap().to_string(), "2026-03-09");
    assert_eq!(told.left, Some(1));
    world.go("2026-03-11");
    assert_eq!(view(&world, &finding).left, Some(-2));
    // Late is late, and still an answer.
    world.ok("wang", "finding.reply", params_of("reply", &finding));
}

#[test]
fn r172_the_third_failed_look_makes_it_severe() {
    let (mut world, finding) = in_state(FindingState::Rectifying).unwrap();
    let failed = json!({"finding": finding, "in_order": false, "text": "仍在玩"});
    for (count, severity) in [
        (1, Severity::Plain),
        (2, Severity::Plain),
        (3, Severity::Serious),
    ] {
        world.ok("cha", "finding.recheck", failed.clone());
        let seen = view(&world, &finding);
        assert_eq!((seen.recheck_count, seen.severity), (count, severity));
        assert_eq!(seen.state, FindingState::Rectifying);
    }
    world.ok("cha", "finding.recheck", params_of("recheck", &finding));
}

#[test]
fn r172_a_day_to_put_it_right_does_not_lie_in_the_past() {
    let (mut world, finding) = in_state(FindingState::Notified).unwrap();
    let past = json!({"finding": finding, "due_on": "2026-03-01"});
    assert_eq!(
        world.refused("cha", "finding.set_due", past),
        "value.refused"
    );
    world.ok("cha", "finding.set_due", params_of("set_due", &finding));
    assert_eq!(view(&world, &finding).left, Some(3));
}

#[test]
fn r172_a_rejected_appeal_goes_back_to_where_it_was_told() {
    let (mut world, finding) = in_state(FindingState::Appealed).unwrap();
    let rejected = json!({"finding": finding, "upheld": false, "text": "理由不足"});
    world.ok("zhu", "finding.appeal_decide", rejected);
    assert_eq!(view(&world, &finding).state, FindingState::Notified);
    world.ok("wang", "finding.reply", params_of("reply", &finding));
}

#[test]
fn r176_the_machine_only_proposes() {
    let mut world = World::small();
    let finding = candidate(&mut world);
    let seen = view(&world, &finding);
    assert_eq!(
        (seen.state, seen.raised_by),
        (FindingState::Candidate, None)
    );
    assert_eq!(seen.person, Some("shou".into()));
    assert!(seen.case.is_some());
    assert_eq!(seen.note, "上级新要求");
    let silent = json!({"finding": finding, "text": ""});
    assert_eq!(
        world.refused("cha", "finding.drop", silent),
        "value.refused"
    );
    world
        .clone()
        .ok("cha", "finding.drop", params_of("drop", &finding));
    world.ok("cha", "finding.confirm", params_of("confirm", &finding));
    assert_eq!(view(&world, &finding).state, FindingState::Open);
}

#[test]
fn r177_only_the_inspected_and_their_chief_speak() {
    let (mut world, finding) = in_state(FindingState::Notified).unwrap();
    for (staff, allowed) in [
        ("wang", true),
        ("shou", true),
        ("zhao", false),
        ("dai", false),
    ] {
        for verb in ["statement", "reply", "appeal"] {
            let told =
                world
                    .clone()
                    .run(staff, &format!("finding.{verb}"), params_of(verb, &finding));
            let code = told.err().map(|refusal| refusal.code.as_str());
            assert_eq!(
                code,
                (!allowed).then_some("permission.not_yours"),
                "{staff} {verb}"
            );
        }
    }
    for _ in 0..2 {
        world.ok(
            "wang",
            "finding.statement",
            params_of("statement", &finding),
        );
    }
    assert_eq!(view(&world, &finding).statements.len(), 2);
    // An empty post is answered by its department.
    let empty = json!({"window": "w3", "code": "empty_post", "note": "无人在岗"});
    let empty = id_of(&world.ok("cha", "finding.raise", empty), "finding");
    world.ok("cha", "finding.notify", params_of("notify", &empty));
    let reply = params_of("reply", &empty);
    assert_eq!(
        world.refused("wang", "finding.reply", reply.clone()),
        "permission.not_yours"
    );
    world.ok("li", "finding.reply", reply);
}

#[test]
fn r230_findings_are_numbered_by_the_day() {
    let mut world = World::small();
    raised(&mut world);
    candidate(&mut world);
    world.go("2026-03-03");
    raised(&mut world);
    let numbers: Vec<_> = world
        .hall
        .findings
        .values()
        .map(|finding| finding.number.clone())
        .collect();
    assert_eq!(numbers, ["X20260302001", "X20260302002", "X20260303001"]);
    for (params, code) in [
        (
            json!({"window": "w99", "code": "phone", "note": "注"}),
            "record.not_found",
        ),
        (
            json!({"window": "w1", "code": "phone", "note": " "}),
            "value.refused",
        ),
        (
            json!({"window": "w1", "code": "phone", "note": "注", "person": "nemo"}),
            "record.not_found",
        ),
        (
            json!({"window": "w1", "code": "phone", "note": "注", "round": "r9999"}),
            "record.not_found",
        ),
    ] {
        assert_eq!(world.refused("cha", "finding.raise", params), code);
    }
}
