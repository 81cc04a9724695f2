//! Enquiries (M2): the owner stays, the hand-over is taken or comes back, a reply is promised, closing has its grounds
//! (R50–R59; V114–V117).

mod closing;
mod machine;

use banshi::rules::{
    self,
    command::Command,
    enquiry::{Enquiry, EnquiryState},
    id::{CaseId, EnquiryId, RecordId},
    permission::Role,
    refusal::Refusal,
    stamp::{Actor, Stamp, Via},
    views::{
        Viewer,
        enquiry::{EnquiryFilter, EnquiryView, of},
    },
};
use serde_json::{Value, json};

use crate::support::{World, id_of, small_folder};

fn open(world: &mut World, staff: &str, in_scope: bool) -> String {
    let params = json!({"visitor": {"name": "张三", "phone": "13800138000"}, "matter": "危房怎么申请改造", "channel": "window", "in_scope": in_scope});
    id_of(&world.ok(staff, "enquiry.open", params), "enquiry")
}

fn record<'a>(world: &'a World, id: &str) -> &'a Enquiry {
    let id: EnquiryId = id.parse().unwrap();
    world.hall.enquiries.get(&id).unwrap()
}

fn state(world: &World, id: &str) -> EnquiryState {
    record(world, id).state
}

fn viewer(world: &World, role: Role) -> Viewer {
    Viewer {
        at: world.at,
        // In the role of the clerk the one who works on most of these.
        staff: (role == Role::Clerk).then(|| "wang".into()),
        roles: vec![role],
    }
}

fn view(world: &World, id: &str) -> EnquiryView {
    of(&world.hall, &viewer(world, Role::Clerk), record(world, id))
}

/// `{enquiry}` and more.
fn to(enquiry: &str, more: Value) -> Value {
    let mut params = json!({"enquiry": enquiry});
    params
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    params
}

fn on(enquiry: &str) -> Value {
    to(enquiry, json!({}))
}

fn stamp(world: &World, staff: &str) -> Stamp {
    let actor = Actor {
        staff: Some(staff.into()),
        role: Role::Clerk,
        window: None,
        login: "test".into(),
        via: Via::Call,
    };
    Stamp::new(world.seq + 1, world.at, actor, 900)
}

/// Links the enquiry to a case, as receiving one does.
fn link(world: &mut World, enquiry: &str) -> Result<CaseId, Refusal> {
    let case = CaseId::new(world.seq + 1, 1);
    let event = rules::enquiry::linked(
        &world.hall,
        &stamp(world, "wang"),
        enquiry.parse().unwrap(),
        case,
    )?;
    world.seq += 1;
    world.hall.apply(&event);
    crate::events::offer(&event);
    Ok(case)
}

#[test]
fn r50_r51_who_was_asked_first_owns_what_was_registered() {
    let mut world = World::small();
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    let enquiry = open(&mut world, "wang", false);
    let seen = view(&world, &enquiry);
    assert_eq!(seen.number, "W2026030200001");
    assert_eq!(seen.owner.as_str(), "wang");
    assert_eq!(seen.owner_name, "王甲");
    assert_eq!((seen.handler, seen.state), (None, EnquiryState::Open));
    assert_eq!(seen.window, Some("w1".into()));
    assert_eq!(seen.matter, "危房怎么申请改造");
    assert_eq!(seen.visitor.unwrap().name, "张三");
    // Any role that meets people may be asked first, by any way (R55).
    for (staff, channel) in [
        ("dao", "visit"),
        ("zhou", "phone"),
        ("cha", "web"),
        ("zhu", "letter"),
        ("ban", "phone"),
    ] {
        let params =
            json!({"matter": "问", "channel": channel, "kind": "complaint", "in_scope": true});
        let enquiry = id_of(&world.ok(staff, "enquiry.open", params), "enquiry");
        assert_eq!(view(&world, &enquiry).owner.as_str(), staff);
    }
    assert_eq!(
        world.refused(
            "wang",
            "enquiry.open",
            json!({"matter": " ", "in_scope": true})
        ),
        "enquiry.words_missing"
    );
    assert_eq!(
        world.refused(
            "wang",
            "enquiry.open",
            json!({"matter": "m", "in_scope": true, "department": "x"})
        ),
        "record.not_found"
    );
    world.go("2026-03-03");
    let next_day = open(&mut world, "wang", true);
    assert_eq!(view(&world, &next_day).number, "W2026030300001");
}

#[test]
fn r51_a_walk_in_leaves_no_name_and_a_ticket_knows_its_visitor() {
    let mut world = World::small();
    let enquiry = id_of(
        &world.ok(
            "dao",
            "enquiry.open",
            json!({"visitor": null, "matter": "厕所在哪", "in_scope": true}),
        ),
        "enquiry",
    );
    assert_eq!(view(&world, &enquiry).visitor, None);
    let other = id_of(
        &world.ok(
            "dao",
            "enquiry.open",
            json!({"matter": "打印在哪", "in_scope": true}),
        ),
        "enquiry",
    );
    assert_ne!(
        record(&world, &enquiry).key,
        record(&world, &other).key,
        "one slot a record"
    );
    world.ok("wang", "window.sign_on", json!({"window": "w1"}));
    let ticket = world.ok(
        "dao",
        "ticket.issue",
        json!({"queue": "a", "visitor": {"name": "李四"}}),
    );
    let ticket = id_of(&ticket, "ticket");
    world.ok("wang", "ticket.call_next", json!({"window": "w1"}));
    world.ok("wang", "ticket.start", json!({"ticket": ticket}));
    let params = json!({"matter": "低保", "in_scope": true, "ticket": ticket});
    let enquiry = id_of(&world.ok("wang", "enquiry.open", params), "enquiry");
    assert_eq!(view(&world, &enquiry).visitor.unwrap().name, "李四");
    let person = record(&world, &enquiry).visitor.unwrap();
    assert_eq!(
        record(&world, &enquiry).key,
        world.hall.people.get(&person).unwrap().key
    );
}

#[test]
fn r52_what_is_mine_is_answered_and_the_answer_is_written_down() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", true);
    assert_eq!(
        world.refused(
            "zhao",
            "enquiry.answer",
            to(&enquiry, json!({"text": "可以"}))
        ),
        "permission.not_yours"
    );
    assert_eq!(
        world.refused("wang", "enquiry.answer", to(&enquiry, json!({"text": ""}))),
        "enquiry.words_missing"
    );
    world.ok(
        "wang",
        "enquiry.answer",
        to(&enquiry, json!({"text": "可以，带户口本"})),
    );
    assert_eq!(state(&world, &enquiry), EnquiryState::Replied);
    let last = view(&world, &enquiry).log.pop().unwrap();
    assert_eq!(last.text.as_deref(), Some("可以，带户口本"));
    assert_eq!(last.by.unwrap().as_str(), "wang");
}

#[test]
fn r53_a_chief_receives_for_an_absent_colleague() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "zhao"})),
    );
    assert_eq!(
        world.refused("dai", "enquiry.take", on(&enquiry)),
        "permission.not_yours"
    );
    world.ok("shou", "enquiry.take", on(&enquiry));
    assert_eq!(view(&world, &enquiry).responsible.as_str(), "shou");
}

#[test]
fn r54_what_is_not_mine_is_passed_on_or_sent_outside_with_a_telephone() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    assert_eq!(
        world.refused(
            "wang",
            "enquiry.answer",
            to(&enquiry, json!({"text": "不归我管"}))
        ),
        "enquiry.out_of_scope"
    );
    world.ok(
        "wang",
        "enquiry.answer",
        to(
            &enquiry,
            json!({"text": "由法院办理", "outside": "县法院立案庭 0396-6900000"}),
        ),
    );
    let log = view(&world, &enquiry).log;
    assert_eq!(
        log.last().unwrap().text.as_deref(),
        Some("县法院立案庭 0396-6900000")
    );
}

#[test]
fn v115_r54_forwarding_never_changes_the_owner() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    assert!(
        Command::parse("enquiry.forward", to(&enquiry, json!({"owner": "li"})))
            .unwrap()
            .is_err()
    );
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"department": "zj", "handler": "li"})),
    );
    let seen = view(&world, &enquiry);
    assert_eq!(seen.owner.as_str(), "wang");
    assert_eq!(seen.handler, Some("li".into()));
    assert_eq!(seen.state, EnquiryState::Forwarded);
    assert_eq!(seen.responsible.as_str(), "wang", "nobody has taken it yet");
    world.ok("li", "enquiry.take", on(&enquiry));
    let seen = view(&world, &enquiry);
    assert_eq!(
        (seen.owner.as_str(), seen.responsible.as_str()),
        ("wang", "li")
    );
    assert!(seen.taken_at.is_some());
    // On to another handler: still the same owner.
    world.ok(
        "li",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "dai", "note": "归首席"})),
    );
    let seen = view(&world, &enquiry);
    assert_eq!(
        (seen.owner.as_str(), seen.handler),
        ("wang", Some("dai".into()))
    );
    assert_eq!((seen.taken_at, seen.responsible.as_str()), (None, "wang"));
}

#[test]
fn r54_a_department_takes_it_and_only_once() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"department": "zj"})),
    );
    let waiting = EnquiryFilter {
        untaken_by: Some("zj".into()),
        ..EnquiryFilter::default()
    };
    assert!(waiting.matches(
        &world.hall,
        &viewer(&world, Role::Clerk),
        record(&world, &enquiry)
    ));
    assert_eq!(
        world.refused("zhao", "enquiry.take", on(&enquiry)),
        "permission.not_yours"
    );
    assert_eq!(
        world.refused("wang", "enquiry.take", on(&enquiry)),
        "permission.not_yours"
    );
    world.ok("li", "enquiry.take", on(&enquiry));
    assert_eq!(view(&world, &enquiry).handler, Some("li".into()));
    assert_eq!(
        world.refused("dai", "enquiry.take", on(&enquiry)),
        "enquiry.taken"
    );
    assert!(!waiting.matches(
        &world.hall,
        &viewer(&world, Role::Clerk),
        record(&world, &enquiry)
    ));
}

#[test]
fn r54_forwarding_needs_a_place_to_go() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    let mut refused = |more: Value| world.refused("wang", "enquiry.forward", to(&enquiry, more));
    assert_eq!(refused(json!({})), "enquiry.forward_nowhere");
    assert_eq!(refused(json!({"handler": "wang"})), "enquiry.has_it");
    assert_eq!(refused(json!({"handler": "nobody"})), "record.not_found");
    assert_eq!(refused(json!({"department": "x"})), "record.not_found");
    assert_eq!(
        refused(json!({"department": "mz", "handler": "li"})),
        "enquiry.other_department"
    );
    assert_eq!(refused(json!({"handler": "guan"})), "enquiry.cannot_handle");
    assert_eq!(
        world.refused(
            "zhao",
            "enquiry.forward",
            to(&enquiry, json!({"handler": "li"}))
        ),
        "permission.not_yours"
    );
}

#[test]
fn r56_an_untaken_hand_over_stays_with_the_owner_who_may_still_reply() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "li"})),
    );
    assert_eq!(
        world.refused("zhao", "enquiry.reply", to(&enquiry, json!({"text": "t"}))),
        "permission.not_yours"
    );
    let mut owner = world.clone();
    owner.ok(
        "wang",
        "enquiry.reply",
        to(&enquiry, json!({"text": "问清了"})),
    );
    world.ok("li", "enquiry.take", on(&enquiry));
    assert_eq!(
        world.refused("wang", "enquiry.reply", to(&enquiry, json!({"text": "t"}))),
        "permission.not_yours"
    );
    world.ok(
        "li",
        "enquiry.reply",
        to(&enquiry, json!({"text": "可申请"})),
    );
    assert_eq!(state(&world, &enquiry), EnquiryState::Replied);
}

#[test]
fn r56_the_wrong_handler_gives_it_back_within_a_day_with_the_reason() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "li"})),
    );
    assert_eq!(
        world.refused("li", "enquiry.give_back", on(&enquiry)),
        "enquiry.words_missing"
    );
    assert_eq!(
        world.refused(
            "zhao",
            "enquiry.give_back",
            to(&enquiry, json!({"reason": "r"}))
        ),
        "permission.not_yours"
    );
    let mut late = world.clone();
    late.go("2026-03-03T09:00:01");
    assert_eq!(
        late.refused(
            "li",
            "enquiry.give_back",
            to(&enquiry, json!({"reason": "r"}))
        ),
        "enquiry.give_back_late"
    );
    world.go("2026-03-03T09:00");
    world.ok(
        "li",
        "enquiry.give_back",
        to(&enquiry, json!({"reason": "属民政"})),
    );
    let seen = view(&world, &enquiry);
    assert_eq!((seen.state, seen.handler), (EnquiryState::Open, None));
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "zhao"})),
    );
    assert!(
        !view(&world, &enquiry).forwarded_late,
        "passed on again on the day it came back"
    );
}

#[test]
fn r56_forwarding_is_due_the_same_working_day_and_a_late_one_is_remembered() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    assert_eq!(view(&world, &enquiry).forward_due, Some(world.today()));
    let mut late = world.clone();
    late.go("2026-03-03");
    late.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "li"})),
    );
    assert!(view(&late, &enquiry).forwarded_late);
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "li"})),
    );
    assert!(!view(&world, &enquiry).forwarded_late);
    // Asked on a Saturday, it is due on the Monday (R16).
    world.go("2026-03-07");
    let weekend = open(&mut world, "wang", false);
    assert_eq!(
        view(&world, &weekend).forward_due.unwrap().to_string(),
        "2026-03-09"
    );
}

#[test]
fn r56_the_reply_is_due_in_working_days_and_stays_due_through_hand_overs() {
    let mut world = World::small();
    let enquiry = open(&mut world, "wang", false);
    let seen = view(&world, &enquiry);
    assert_eq!(
        (
            seen.reply_due.to_string().as_str(),
            seen.left,
            seen.provisional
        ),
        ("2026-03-04", Some(2), false)
    );
    world.ok(
        "wang",
        "enquiry.forward",
        to(&enquiry, json!({"handler": "li"})),
    );
    world.go("2026-03-05");
    assert_eq!(view(&world, &enquiry).left, Some(-1));
    let overdue = EnquiryFilter {
        overdue: Some(true),
        ..EnquiryFilter::default()
    };
    assert!(overdue.matches(
        &world.hall,
        &viewer(&world, Role::Inspector),
        record(&world, &enquiry)
    ));
    world.ok("li", "enquiry.reply", to(&enquiry, json!({"text": "t"})));
    assert_eq!(view(&world, &enquiry).left, None);
    // A Friday before a weekend; and a setting of the hall.
    let mut folder = small_folder();
    folder.profile.enquiry.reply_days = 5;
    let mut world = World::of(&folder);
    world.go("2026-03-06");
    let enquiry = open(&mut world, "wang", false);
    assert_eq!(view(&world, &enquiry).reply_due.to_string(), "2026-03-13");
    let mut far = World::small();
    far.go("2026-12-31");
    let enquiry = open(&mut far, "wang", false);
    assert!(
        view(&far, &enquiry).provisional,
        "next year is not published (R14)"
    );
}
