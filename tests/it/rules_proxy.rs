//! Proxy orders (M5, R140–R157): every cell of the machine, and each rule where it can be broken.

use banshi::rules::proxy::{OrderState, ProxyCommand};
use banshi::rules::views::{self, Viewer, proxy::OrderView};
use serde_json::{Value, json};

use crate::support::{World, at, id_of};

/// Registers an order for one promised item.
fn opened(world: &mut World, more: Value) -> String {
    let mut params = json!({"client": {"name": "赵大娘", "phone": "13800000000"}, "items": ["P"]});
    params
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    id_of(&world.ok("zhong", "proxy.open", params), "proxy")
}

fn accepted(world: &mut World) -> String {
    let order = opened(world, json!({}));
    world.ok(
        "zhong",
        "proxy.accept",
        json!({"order": order, "signed": true}),
    );
    order
}

fn underway(world: &mut World) -> String {
    let order = accepted(world);
    world.ok(
        "zhong",
        "proxy.assign",
        json!({"order": order, "agent": "zhou"}),
    );
    world.ok("zhou", "proxy.take", json!({"order": order}));
    order
}

fn view(world: &World, order: &str) -> OrderView {
    let viewer = Viewer {
        at: world.at,
        staff: Some("zhong".into()),
        roles: vec![banshi::rules::permission::Role::Clerk],
    };
    let order = world.hall.orders.get(&order.parse().unwrap()).unwrap();
    views::proxy::of(&world.hall, &viewer, order)
}

/// An order in each state of the machine.
fn in_state(state: OrderState) -> (World, String) {
    let mut world = World::small();
    let order = match state {
        OrderState::Requested | OrderState::ClosedUnable | OrderState::ClosedWithdrawn => {
            opened(&mut world, json!({}))
        }
        OrderState::Accepted => accepted(&mut world),
        OrderState::Assigned => {
            let order = accepted(&mut world);
            world.ok(
                "zhong",
                "proxy.assign",
                json!({"order": order, "agent": "zhou"}),
            );
            order
        }
        _ => underway(&mut world),
    };
    let reason = json!({"order": order, "reason": "缘由"});
    let steps: &[&str] = match state {
        OrderState::ClosedUnable => &["unable"],
        OrderState::ClosedWithdrawn => &["withdraw"],
        OrderState::Suspended | OrderState::Terminated => &["suspend"],
        OrderState::Result => &["result"],
        OrderState::Replied => &["result", "reply"],
        OrderState::Completed => &["result", "reply", "complete"],
        OrderState::FollowedUp => &["result", "reply", "complete", "follow_up"],
        _ => &[],
    };
    for step in steps {
        let params = match *step {
            "unable" | "withdraw" | "suspend" => reason.clone(),
            step => params_of(step, &order),
        };
        world.ok("zhong", &format!("proxy.{step}"), params);
    }
    if state == OrderState::Terminated {
        world.go("2026-06-01");
    }
    assert_eq!(view(&world, &order).state, state);
    (world, order)
}

/// Parameters with which a verb succeeds, where the state has it.
fn params_of(verb: &str, order: &str) -> Value {
    match verb {
        "accept" => json!({"order": order, "signed": true}),
        "assign" => json!({"order": order, "agent": "wu", "reason": "代办员请假"}),
        "leg" => json!({"order": order, "department": "mz", "purpose": "递交材料"}),
        "take" | "resume" | "submit" => json!({"order": order}),
        "result" => json!({"order": order, "result": "granted"}),
        "reply" => json!({"order": order, "text": "证件已办好"}),
        "complete" => json!({"order": order, "recipient": "赵大娘"}),
        "follow_up" => json!({"order": order, "satisfied": true}),
        _ => json!({"order": order, "reason": "缘由"}),
    }
}

#[test]
fn m5_every_cell_is_done_or_refused() {
    for state in OrderState::ALL {
        let (world, order) = in_state(state);
        for verb in ProxyCommand::VERBS.iter().filter(|verb| **verb != "open") {
            let staff = match *verb {
                "take" | "leg" | "submit" => "zhou",
                "assign" => "zhu",
                _ => "zhong",
            };
            let mut world = world.clone();
            let told = world.run(staff, &format!("proxy.{verb}"), params_of(verb, &order));
            match told {
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
fn m5_the_whole_errand_from_asking_to_the_return_visit() {
    let mut world = World::small();
    let order = underway(&mut world);
    for verb in ["leg", "submit"] {
        world.ok("zhou", &format!("proxy.{verb}"), params_of(verb, &order));
    }
    world.ok("zhou", "proxy.result", params_of("result", &order));
    let seen = view(&world, &order);
    // R151: the client is told within one working day.
    assert_eq!(seen.reply_due.unwrap().to_string(), "2026-03-03");
    assert_eq!(seen.legs[0].department, "民政局");
    world.ok("zhou", "proxy.reply", params_of("reply", &order));
    let done = world.ok("zhou", "proxy.complete", params_of("complete", &order));
    // D14: the proof of delivery leaves with it.
    assert!(done.iter().any(|event| event.noun() == "document"));
    // R153: within five working days, and not by the agent.
    let record = world.hall.orders.get(&order.parse().unwrap()).unwrap();
    assert_eq!(record.follow_up_due.unwrap().to_string(), "2026-03-09");
    world.ok("zhong", "proxy.follow_up", params_of("follow_up", &order));
    assert_eq!(view(&world, &order).satisfied, Some(true));
}

#[test]
fn v133_no_work_starts_without_the_signed_form() {
    let mut world = World::small();
    let order = opened(&mut world, json!({}));
    let unsigned = json!({"order": order, "signed": false});
    assert_eq!(
        world.refused("zhong", "proxy.accept", unsigned.clone()),
        "proxy.not_signed"
    );
    // R141: help and company need no form.
    let helped = opened(&mut world, json!({"mode": "help"}));
    let accepted = world.ok(
        "zhong",
        "proxy.accept",
        json!({"order": helped, "signed": false}),
    );
    assert!(accepted.iter().all(|event| event.noun() != "document"));
    let signed = world.ok(
        "zhong",
        "proxy.accept",
        json!({"order": order, "signed": true}),
    );
    assert!(signed.iter().any(|event| event.noun() == "document"), "D7");
}

#[test]
fn v134_no_order_closes_while_a_paper_is_in_our_hands() {
    for (state, verb) in [
        (OrderState::Replied, "complete"),
        (OrderState::Result, "withdraw"),
        (OrderState::Underway, "unable"),
        (OrderState::Suspended, "withdraw"),
    ] {
        let mut world = World::small();
        let order = underway(&mut world);
        let paper = id_of(
            &world.ok(
                "zhou",
                "custody.receive",
                json!({"order": order, "name": "户口簿", "form": "original"}),
            ),
            "custody",
        );
        let before: &[&str] = match state {
            OrderState::Replied => &["result", "reply"],
            OrderState::Result => &["result"],
            OrderState::Suspended => &["suspend"],
            _ => &[],
        };
        for step in before {
            world.ok("zhou", &format!("proxy.{step}"), params_of(step, &order));
        }
        let method = format!("proxy.{verb}");
        let code = world.refused("zhou", &method, params_of(verb, &order));
        assert_eq!(code, "custody.held", "{verb}");
        world.ok("zhou", "custody.return", json!({"papers": [paper]}));
        world.ok("zhou", &method, params_of(verb, &order));
    }
}

#[test]
fn v135_there_is_no_field_for_a_charge() {
    for verb in ProxyCommand::METHODS {
        let params = json!({"order": "d1", "fee": "10.00"});
        let read = banshi::rules::command::Command::parse(verb, params).unwrap();
        assert!(read.is_err(), "{verb} takes a charge (R143)");
    }
    let mut world = World::small();
    let order = opened(&mut world, json!({}));
    let shown = serde_json::to_value(view(&world, &order)).unwrap();
    let fields: Vec<_> = shown.as_object().unwrap().keys().collect();
    assert!(
        fields
            .iter()
            .all(|field| !field.contains("fee") && !field.contains("charge")),
        "{fields:?}"
    );
}

#[test]
fn v136_an_item_that_wants_the_person_is_no_proxys() {
    let mut world = World::small();
    let params = json!({"client": {"name": "赵大娘"}, "items": ["P", "S"]});
    assert_eq!(
        world.refused("zhong", "proxy.open", params),
        "proxy.not_allowed"
    );
    // R141, R142: the client may be accompanied.
    opened(&mut world, json!({"items": ["S"], "mode": "accompany"}));
}

#[test]
fn r145_the_undertaker_takes_within_two_working_hours() {
    let mut world = World::small();
    world.go("2026-03-02T11:30");
    let order = accepted(&mut world);
    world.ok(
        "zhong",
        "proxy.assign",
        json!({"order": order, "agent": "zhou"}),
    );
    let seen = view(&world, &order);
    assert_eq!(
        seen.take_by,
        Some(at("2026-03-02T16:00")),
        "lunch does not count"
    );
    assert!(!seen.take_late);
    // Only the undertaker takes it.
    assert_eq!(
        world.refused("wu", "proxy.take", json!({"order": order})),
        "permission.not_yours"
    );
    let other = json!({"order": order, "agent": "wu"});
    // 1.1: the director replaces an undertaker; a clerk does once the hours are over.
    assert_eq!(
        world.refused("zhong", "proxy.assign", other.clone()),
        "permission.denied"
    );
    world.clone().ok("zhu", "proxy.assign", other.clone());
    world.go("2026-03-02T16:01");
    assert!(view(&world, &order).take_late);
    world.ok("zhong", "proxy.assign", other);
    let seen = view(&world, &order);
    assert_eq!(
        (seen.agent_name.as_deref(), seen.take_late),
        (Some("吴辛"), false)
    );
    world.ok("wu", "proxy.take", json!({"order": order}));
    assert!(!view(&world, &order).take_late);
}

#[test]
fn r145_an_undertaker_is_an_agent_and_alone_carries() {
    let mut world = World::small();
    let order = accepted(&mut world);
    let clerk = json!({"order": order, "agent": "wang"});
    assert_eq!(
        world.refused("zhong", "proxy.assign", clerk),
        "proxy.not_agent"
    );
    let nobody = json!({"order": order, "agent": "nemo"});
    assert_eq!(
        world.refused("zhong", "proxy.assign", nobody),
        "record.not_found"
    );
    let order = underway(&mut world);
    for verb in ["leg", "submit", "result"] {
        let code = world.refused("wu", &format!("proxy.{verb}"), params_of(verb, &order));
        assert_eq!(code, "permission.not_yours", "{verb}");
    }
    let nowhere = json!({"order": order, "department": "xx", "purpose": "递交"});
    assert_eq!(
        world.refused("zhou", "proxy.leg", nowhere),
        "record.not_found"
    );
    let same = json!({"order": order, "agent": "zhou", "reason": "误"});
    assert_eq!(world.refused("zhu", "proxy.assign", same), "value.refused");
}

#[test]
fn r145_an_undertaker_is_replaced_for_a_reason_and_hands_the_bag_over() {
    let mut world = World::small();
    let order = underway(&mut world);
    let silent = json!({"order": order, "agent": "wu"});
    assert_eq!(
        world.refused("zhu", "proxy.assign", silent),
        "value.refused"
    );
    let paper = id_of(
        &world.ok(
            "zhou",
            "custody.receive",
            json!({"order": order, "name": "病历", "form": "copy"}),
        ),
        "custody",
    );
    let replaced = params_of("assign", &order);
    assert_eq!(
        world.refused("zhu", "proxy.assign", replaced.clone()),
        "custody.held"
    );
    world.ok(
        "zhou",
        "custody.offer",
        json!({"papers": [paper], "to": "wu"}),
    );
    world.ok("wu", "custody.take", json!({"papers": [paper]}));
    world.ok("zhu", "proxy.assign", replaced);
    world.ok("wu", "proxy.take", json!({"order": order}));
}

#[test]
fn r148_an_order_is_taken_with_the_whole_bag() {
    let mut world = World::small();
    let order = accepted(&mut world);
    world.ok(
        "zhong",
        "proxy.assign",
        json!({"order": order, "agent": "zhou"}),
    );
    let paper = id_of(
        &world.ok(
            "zhong",
            "custody.receive",
            json!({"order": order, "name": "身份证", "form": "copy"}),
        ),
        "custody",
    );
    assert_eq!(
        world.refused("zhou", "proxy.take", json!({"order": order})),
        "custody.held"
    );
    world.ok(
        "zhong",
        "custody.offer",
        json!({"papers": [paper], "to": "zhou"}),
    );
    assert_eq!(
        world.refused("zhou", "proxy.take", json!({"order": order})),
        "custody.held"
    );
    world.ok("zhou", "custody.take", json!({"papers": [paper]}));
    world.ok("zhou", "proxy.take", json!({"order": order}));
}

#[test]
fn r146_a_promise_lies_within_the_items_limits_together() {
    let mut world = World::small();
    let order = opened(&mut world, json!({"items": ["P", "Z"]}));
    let promise = |on: &str| json!({"order": order, "signed": true, "promised_on": on});
    // 14 + 7 working days from 2026-03-02.
    assert_eq!(
        world.refused("zhong", "proxy.accept", promise("2026-04-01")),
        "proxy.promise"
    );
    assert_eq!(
        world.refused("zhong", "proxy.accept", promise("2026-03-01")),
        "proxy.promise"
    );
    world
        .clone()
        .ok("zhong", "proxy.accept", promise("2026-03-31"));
    // Where nothing is said, the limits are the promise.
    world.ok(
        "zhong",
        "proxy.accept",
        json!({"order": order, "signed": true}),
    );
    let seen = view(&world, &order);
    assert_eq!(seen.promised_on.unwrap().to_string(), "2026-03-31");
    assert_eq!(seen.left, Some(21));
}

#[test]
fn r146_ordinary_orders_wait_for_a_working_day_urgent_ones_do_not() {
    let mut world = World::small();
    world.go("2026-03-07");
    let ordinary = opened(&mut world, json!({}));
    let urgent = opened(&mut world, json!({"urgent_until": "2026-03-09"}));
    let accept = |order: &str| json!({"order": order, "signed": true});
    assert_eq!(
        world.refused("zhong", "proxy.accept", accept(&ordinary)),
        "proxy.day_off"
    );
    world.ok("zhong", "proxy.accept", accept(&urgent));
    // The explicit deadline is the promise.
    let promised = view(&world, &urgent).promised_on.unwrap();
    assert_eq!(promised.to_string(), "2026-03-09");
    let past = json!({"client": {"name": "甲"}, "items": ["P"], "urgent_until": "2026-03-06"});
    assert_eq!(world.refused("zhong", "proxy.open", past), "value.refused");
}

#[test]
fn r149_nobody_visits_a_home_alone() {
    let mut world = World::small();
    let order = opened(&mut world, json!({"visit_reason": "illness"}));
    world.ok(
        "zhong",
        "proxy.accept",
        json!({"order": order, "signed": true}),
    );
    let with = |who: Value| json!({"order": order, "agent": "zhou", "companion": who});
    for alone in [Value::Null, json!("zhou")] {
        assert_eq!(
            world.refused("zhong", "proxy.assign", with(alone)),
            "proxy.visit_alone"
        );
    }
    assert_eq!(
        world.refused("zhong", "proxy.assign", with(json!("nemo"))),
        "record.not_found"
    );
    world.ok("zhong", "proxy.assign", with(json!("wu")));
    assert_eq!(view(&world, &order).companion, Some("wu".into()));
}

#[test]
fn r152_a_suspended_order_lapses_after_thirty_working_days_papers_first() {
    let mut world = World::small();
    let order = underway(&mut world);
    let paper = id_of(
        &world.ok(
            "zhou",
            "custody.receive",
            json!({"order": order, "name": "证", "form": "copy"}),
        ),
        "custody",
    );
    let silent = json!({"order": order, "reason": " "});
    assert_eq!(
        world.refused("zhou", "proxy.suspend", silent),
        "value.refused"
    );
    world.ok("zhou", "proxy.suspend", params_of("suspend", &order));
    let record = |world: &World| {
        world
            .hall
            .orders
            .get(&order.parse().unwrap())
            .unwrap()
            .clone()
    };
    let lapses = record(&world).lapses_on.unwrap();
    assert_eq!(lapses.to_string(), "2026-04-14", "Qingming lies between");
    world.go("2026-04-20");
    assert_eq!(
        record(&world).state,
        OrderState::Suspended,
        "the bag is not back yet"
    );
    world.ok("zhou", "custody.return", json!({"papers": [paper]}));
    world.go("2026-04-22");
    assert_eq!(record(&world).state, OrderState::Terminated);
    assert!(record(&world).ended_at.is_some());
    assert_eq!(
        view(&world, &order).left,
        None,
        "nothing is promised any more"
    );
}

#[test]
fn r152_a_client_who_answers_in_time_goes_on() {
    let mut world = World::small();
    let order = underway(&mut world);
    world.ok("zhou", "proxy.suspend", params_of("suspend", &order));
    world.go("2026-04-14");
    world.ok("zhou", "proxy.resume", json!({"order": order}));
    world.go("2026-05-20");
    assert_eq!(view(&world, &order).state, OrderState::Underway);
}

#[test]
fn r152_an_agent_may_take_back_what_they_registered() {
    let mut world = World::small();
    let params = json!({"client": {"name": "钱大爷"}, "items": ["P"]});
    let order = id_of(&world.ok("zhou", "proxy.open", params), "proxy");
    let reason = params_of("withdraw", &order);
    assert_eq!(
        world.refused("wu", "proxy.withdraw", reason.clone()),
        "permission.not_yours"
    );
    world.ok("zhou", "proxy.withdraw", reason);
}

#[test]
fn r153_the_agent_does_not_ask_about_their_own_work() {
    let mut world = World::small();
    let order = underway(&mut world);
    for verb in ["result", "reply", "complete"] {
        world.ok("zhou", &format!("proxy.{verb}"), params_of(verb, &order));
    }
    let silent = json!({"order": order, "satisfied": false});
    assert_eq!(
        world.refused("zhong", "proxy.follow_up", silent),
        "value.refused"
    );
    world.ok(
        "zhong",
        "proxy.follow_up",
        json!({"order": order, "satisfied": false, "note": "来得太晚"}),
    );
}

#[test]
fn r155_the_days_left_are_the_promises_not_the_cases() {
    let mut world = World::small();
    let order = underway(&mut world);
    world.go("2026-03-24");
    // Promised 2026-03-20, two working days ago; whatever the department does.
    assert_eq!(view(&world, &order).left, Some(-2));
}

#[test]
fn r230_orders_are_numbered_by_the_day() {
    let mut world = World::small();
    let numbers = |world: &World| -> Vec<String> {
        world
            .hall
            .orders
            .values()
            .map(|order| order.number.clone())
            .collect()
    };
    opened(&mut world, json!({}));
    opened(&mut world, json!({}));
    world.go("2026-03-03");
    opened(&mut world, json!({}));
    assert_eq!(
        numbers(&world),
        ["D202603020001", "D202603020002", "D202603030001"]
    );
    for items in [json!([]), json!(vec!["P"; 21])] {
        let params = json!({"client": {"name": "甲"}, "items": items});
        assert_eq!(
            world.refused("zhong", "proxy.open", params),
            "value.refused"
        );
    }
}

#[test]
fn r225_who_looks_at_an_identity_says_why() {
    let mut world = World::small();
    let order = opened(&mut world, json!({}));
    let client = world
        .hall
        .orders
        .get(&order.parse().unwrap())
        .unwrap()
        .client;
    let looked = world.ok(
        "zhong",
        "person.unmask",
        json!({"person": client, "purpose": "核对身份"}),
    );
    assert_eq!(looked.len(), 1);
    assert_eq!(id_of(&looked, "person"), client.to_string());
    let nobody = json!({"person": "p9999", "purpose": "核对身份"});
    assert_eq!(
        world.refused("zhong", "person.unmask", nobody),
        "record.not_found"
    );
}
