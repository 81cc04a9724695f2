//! Branches of joint cases (M4): notice, signature, opinion, absence, default, and every cell of the table.

use banshi::rules::{branch::Branch, views};
use serde_json::{Value, json};

use crate::rules_case::{accepted, record, state as case_state, viewer};
use crate::support::{World, id_of};

/// A joint case whose item allows a default, and its branch of `zj`.
fn joint() -> (World, String, String) {
    let mut folder = crate::support::small_folder();
    for item in &mut folder.items {
        if item.code == "J".into() {
            item.default_on_timeout = true;
            item.branches = vec!["zj".into()];
        }
    }
    let mut world = World::of(&folder);
    let case = accepted(&mut world, "J");
    let branch = record(&world, &case).branches[0].to_string();
    (world, case, branch)
}

fn branch<'a>(world: &'a World, id: &str) -> &'a Branch {
    let id = id.parse().expect("a branch id");
    world.hall.branches.get(&id).expect("the branch")
}

fn state(world: &World, id: &str) -> &'static str {
    branch(world, id).state.as_str()
}

fn notified(world: &mut World, id: &str, meeting_on: Option<&str>) {
    world.ok(
        "wang",
        "branch.notify",
        json!({"branch": id, "meeting_on": meeting_on}),
    );
}

fn signed(world: &mut World, id: &str) {
    notified(world, id, Some("2026-03-05"));
    world.ok("li", "branch.sign", json!({"branch": id}));
}

fn absent(world: &mut World, id: &str) {
    signed(world, id);
    world.go("2026-03-05");
    let params = json!({"branch": id, "kind": "meeting", "note": "无人到场"});
    world.ok("wang", "branch.absent", params);
}

#[test]
fn r124_a_branch_is_due_the_leads_closing_days_before_the_whole() {
    let (world, case, id) = joint();
    // Joint: 31 working days from 2 March are 15 April; two of them are the lead's.
    let dues = record(&world, &case).dues.clone().expect("accepted");
    assert_eq!(dues.committed_on.to_string(), "2026-04-15");
    assert_eq!(branch(&world, &id).due_on.to_string(), "2026-04-13");
    assert_eq!(
        world
            .hall
            .calendar()
            .working_days(branch(&world, &id).due_on, dues.committed_on),
        2
    );
}

#[test]
fn r124_the_branches_follow_when_the_whole_is_paused() {
    let (mut world, case, id) = joint();
    world.go("2026-03-09");
    crate::rules_case::pause(&mut world, &case);
    world.go("2026-03-19");
    let events = world.ok("wang", "case.resume", json!({"case": case}));
    assert_eq!(events[1].name(), "branch_due_moved");
    let due_on = record(&world, &case).dues.as_ref().unwrap().committed_on;
    let moved = branch(&world, &id).due_on;
    assert_eq!(world.hall.calendar().working_days(moved, due_on), 2);
}

#[test]
fn v129_an_unsigned_branch_is_never_defaulted() {
    let (mut world, _, id) = joint();
    notified(&mut world, &id, Some("2026-03-05"));
    world.go("2026-04-20");
    for (staff, method) in [("zhu", "branch.default_confirm"), ("wang", "branch.absent")] {
        let mut params = json!({"branch": id});
        if method == "branch.absent" {
            params["kind"] = json!("meeting");
        }
        assert_eq!(world.refused(staff, method, params), "branch.unsigned");
    }
    let seen = views::branch::of(&world.hall, &viewer(&world), branch(&world, &id));
    assert!(seen.unsigned_alert, "R114");
}

#[test]
fn v130_after_a_default_the_consent_stands_and_the_opinion_is_owed() {
    let (mut world, case, id) = joint();
    signed(&mut world, &id);
    world.go("2026-04-13");
    assert_eq!(
        world.refused("zhu", "branch.default_confirm", json!({"branch": id})),
        "case.not_overdue"
    );
    world.go("2026-04-14");
    let seen = views::branch::of(&world.hall, &viewer(&world), branch(&world, &id));
    assert_eq!(seen.state, "overdue");
    world.ok("zhu", "branch.default_confirm", json!({"branch": id}));
    let no = json!({"branch": id, "result": "no", "reason": "不符合规划"});
    assert_eq!(
        world.refused("dai", "branch.opinion", no.clone()),
        "branch.default_stands"
    );
    let owed = branch(&world, &id).default.clone().expect("defaulted").owed;
    assert_eq!(owed.due_on.to_string(), "2026-04-15");
    world.ok("dai", "branch.late_opinion", no.clone());
    assert_eq!(state(&world, &id), "defaulted");
    assert_eq!(
        world.refused("dai", "branch.late_opinion", no),
        "branch.nothing_owed"
    );
    // The lead goes on without the paper.
    crate::rules_case::grant(&mut world, &case);
    assert_eq!(case_state(&world, &case), "decided_ok");
}

#[test]
fn v131_r125_the_lead_waits_for_every_branch_and_cannot_overrule_a_refusal() {
    let (mut world, case, id) = joint();
    signed(&mut world, &id);
    let grant = json!({"case": case, "result": "ok"});
    assert_eq!(
        world.refused("shou", "case.decide", grant.clone()),
        "branch.open"
    );
    let silent = json!({"branch": id, "result": "no"});
    assert_eq!(
        world.refused("dai", "branch.opinion", silent),
        "branch.no_reason"
    );
    let no = json!({"branch": id, "result": "no", "reason": "不符合规划"});
    world.ok("dai", "branch.opinion", no);
    assert_eq!(
        world.refused("shou", "case.decide", grant),
        "branch.refused"
    );
    let refusal = json!({"case": case, "result": "no", "reason": "住建不同意", "remedy": "复议"});
    world.ok("shou", "case.decide", refusal);
    assert_eq!(case_state(&world, &case), "decided_no");
}

#[test]
fn v132_r119_a_justified_absence_puts_the_meeting_off_once() {
    let (mut world, _, id) = joint();
    signed(&mut world, &id);
    let early = json!({"branch": id, "kind": "meeting"});
    assert_eq!(
        world.refused("wang", "branch.absent", early),
        "branch.meeting_ahead"
    );
    world.go("2026-03-05");
    let justified = json!({"branch": id, "kind": "meeting", "justification": "防汛值守", "meeting_on": "2026-03-10"});
    world.ok("wang", "branch.absent", justified);
    assert_eq!(state(&world, &id), "signed");
    world.go("2026-03-10");
    let again = json!({"branch": id, "kind": "meeting", "justification": "又有事", "meeting_on": "2026-03-13"});
    assert_eq!(
        world.refused("wang", "branch.absent", again),
        "branch.moved_once"
    );
    world.ok(
        "wang",
        "branch.absent",
        json!({"branch": id, "kind": "meeting"}),
    );
    assert_eq!(state(&world, &id), "absent");
}

#[test]
fn r119_a_meeting_told_less_than_two_working_days_before_counts_for_nothing() {
    let (mut world, _, id) = joint();
    notified(&mut world, &id, Some("2026-03-03"));
    world.ok("li", "branch.sign", json!({"branch": id}));
    world.go("2026-03-03");
    let params = json!({"branch": id, "kind": "meeting"});
    assert_eq!(
        world.refused("wang", "branch.absent", params),
        "branch.told_late"
    );
}

#[test]
fn r119_an_absence_is_defaulted_before_the_date_and_answered_before_the_default() {
    let (mut world, _, id) = joint();
    absent(&mut world, &id);
    let mut answered = world.clone();
    world.ok("zhu", "branch.default_confirm", json!({"branch": id}));
    let default = branch(&world, &id).default.clone().expect("defaulted");
    assert_eq!(serde_json::to_value(default.kind).unwrap(), "absence");
    answered.ok(
        "dai",
        "branch.opinion",
        json!({"branch": id, "result": "ok"}),
    );
    assert_eq!(state(&answered, &id), "consented");
    assert!(!branch(&answered, &id).opinion.as_ref().unwrap().late);
}

#[test]
fn own_department_signs_and_answers() {
    let (mut world, _, id) = joint();
    notified(&mut world, &id, None);
    assert_eq!(
        world.refused("wang", "branch.sign", json!({"branch": id})),
        "permission.not_yours"
    );
    world.ok("li", "branch.sign", json!({"branch": id}));
    assert_eq!(
        world.refused(
            "shou",
            "branch.opinion",
            json!({"branch": id, "result": "ok"})
        ),
        "permission.not_yours"
    );
}

/// The table as the rule book has it: state, verb, state afterwards.
const CELLS: &[(&str, &str, &str)] = &[
    ("planned", "notify", "notified"),
    ("planned", "not_needed", "not_needed"),
    ("notified", "sign", "signed"),
    ("notified", "not_needed", "not_needed"),
    ("signed", "opinion_ok", "consented"),
    ("signed", "opinion_no", "refused"),
    ("signed", "ask_material", "signed"),
    ("signed", "absent", "absent"),
    ("signed", "pause", "paused"),
    ("signed", "not_needed", "not_needed"),
    ("paused", "resume", "signed"),
    ("absent", "opinion_ok", "consented"),
    ("absent", "opinion_no", "refused"),
    ("absent", "default_confirm", "defaulted"),
    ("overdue", "opinion_ok", "consented"),
    ("overdue", "opinion_no", "refused"),
    ("overdue", "default_confirm", "defaulted"),
    ("overdue", "not_needed", "not_needed"),
    ("defaulted", "late_opinion", "defaulted"),
];

const STATES: [&str; 10] = [
    "planned",
    "notified",
    "signed",
    "paused",
    "absent",
    "overdue",
    "defaulted",
    "consented",
    "refused",
    "not_needed",
];

const VERBS: [&str; 11] = [
    "notify",
    "sign",
    "opinion_ok",
    "opinion_no",
    "ask_material",
    "absent",
    "pause",
    "resume",
    "not_needed",
    "default_confirm",
    "late_opinion",
];

/// Cells that have a refusal of their own instead of the machine's.
const NAMED: &[(&str, &str, &str)] = &[
    ("notified", "absent", "branch.unsigned"),
    ("notified", "default_confirm", "branch.unsigned"),
    ("signed", "default_confirm", "case.not_overdue"),
    ("defaulted", "opinion_ok", "branch.default_stands"),
    ("defaulted", "opinion_no", "branch.default_stands"),
];

fn at(place: &str) -> (World, String) {
    let (mut world, _, id) = joint();
    match place {
        "planned" => {}
        "notified" => notified(&mut world, &id, Some("2026-03-05")),
        "absent" => absent(&mut world, &id),
        "not_needed" => drop(ask(&mut world, "not_needed", &id)),
        _ => signed(&mut world, &id),
    }
    match place {
        "paused" => drop(ask(&mut world, "pause", &id)),
        "consented" => drop(ask(&mut world, "opinion_ok", &id)),
        "refused" => drop(ask(&mut world, "opinion_no", &id)),
        "overdue" => drop(world.go("2026-04-14")),
        "defaulted" => {
            world.go("2026-04-14");
            world.ok("zhu", "branch.default_confirm", json!({"branch": id}));
        }
        _ => {}
    }
    (world, id)
}

fn ask(world: &mut World, verb: &str, id: &str) -> Result<(), &'static str> {
    let (staff, extra): (&str, Value) = match verb {
        "notify" => ("wang", json!({})),
        "sign" => ("li", json!({})),
        "ask_material" => ("li", json!({"note": "还需要测绘图"})),
        "absent" => ("wang", json!({"kind": "refuses_coordination"})),
        "pause" => ("dai", json!({"kind": "appraisal", "estimated_days": 5})),
        "resume" => ("dai", json!({})),
        "not_needed" => ("shou", json!({"reason": "不涉及"})),
        "default_confirm" => ("zhu", json!({})),
        "opinion_ok" => ("dai", json!({"result": "ok"})),
        _ => ("dai", json!({"result": "no", "reason": "不符合规划"})),
    };
    let mut params = json!({"branch": id});
    for (field, value) in extra.as_object().expect("an object") {
        params[field] = value.clone();
    }
    let method = verb.strip_suffix("_ok").or(verb.strip_suffix("_no"));
    let method = format!("branch.{}", method.unwrap_or(verb));
    world
        .run(staff, &method, params)
        .map(drop)
        .map_err(|refusal| refusal.code.as_str())
}

#[test]
fn m4_what_the_table_has_is_done_and_every_other_cell_refused() {
    for place in STATES {
        for verb in VERBS {
            let (mut world, id) = at(place);
            let before = world.hall.clone();
            let answer = ask(&mut world, verb, &id);
            let cell = CELLS.iter().find(|cell| (cell.0, cell.1) == (place, verb));
            let named = NAMED.iter().find(|cell| (cell.0, cell.1) == (place, verb));
            if let Some((.., to)) = cell {
                assert_eq!(answer, Ok(()), "{verb} from {place}");
                assert_eq!(state(&world, &id), *to, "{verb} from {place}");
            } else {
                let code = named.map_or("state.refused", |cell| cell.2);
                assert_eq!(answer, Err(code), "{verb} from {place}");
                assert!(world.hall == before, "{verb} from {place} left a trace");
            }
        }
    }
}

#[test]
fn a_branch_of_a_case_that_ended_takes_nothing_more() {
    let (mut world, case, id) = joint();
    world.ok("wang", "case.withdraw", json!({"case": case}));
    assert_eq!(
        world.refused("wang", "branch.notify", json!({"branch": id})),
        "branch.case_ended"
    );
}

#[test]
fn r114_every_branch_of_a_case_is_told_at_once() {
    let mut world = World::small();
    let case = accepted(&mut world, "J");
    let events = world.ok("wang", "branch.notify", json!({"case": case}));
    let names: Vec<String> = events
        .iter()
        .map(banshi::rules::event::Event::name)
        .collect();
    assert_eq!(
        names,
        [
            "branch_notified",
            "branch_notified",
            "document_issued",
            "document_issued"
        ]
    );
    // R230: two of a kind in one entry follow each other.
    assert_eq!(world.hall.counter("document/copy_notice/2026"), 2);
    assert_eq!(
        world.refused("wang", "branch.notify", json!({"case": case})),
        "state.refused"
    );
    assert_eq!(
        world.refused("wang", "branch.notify", json!({})),
        "value.refused"
    );
    let single = accepted(&mut world, "P");
    assert_eq!(
        world.refused("wang", "branch.notify", json!({"case": single})),
        "branch.none"
    );
}

#[test]
fn r114_the_copy_notice_is_a_numbered_paper() {
    let (mut world, _, id) = joint();
    let events = world.ok("wang", "branch.notify", json!({"branch": id}));
    let document = id_of(&events, "document").parse().expect("a document id");
    let document = world.hall.documents.get(&document).expect("issued");
    assert_eq!(document.number, "〔2026〕第00001号");
}
