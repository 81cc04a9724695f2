//! Papers in custody (R148): one holder a paper, whatever happens, and nothing changes hands without both sides.

use banshi::rules::custody::Holder;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{World, id_of};

fn order(world: &mut World) -> String {
    let params = json!({"client": {"name": "赵大娘"}, "items": ["P"]});
    id_of(&world.ok("zhong", "proxy.open", params), "proxy")
}

fn received(world: &mut World, by: &str) -> String {
    let order = order(world);
    let params = json!({"order": order, "name": "户口簿", "form": "original", "pages": 12});
    id_of(&world.ok(by, "custody.receive", params), "custody")
}

fn holder(world: &World, paper: &str) -> Holder {
    let paper = paper.parse().unwrap();
    world.hall.papers.get(&paper).unwrap().holder.clone()
}

#[test]
fn r148_a_paper_moves_by_offer_and_taking() {
    let mut world = World::small();
    let paper = received(&mut world, "zhong");
    let these = json!({"papers": [paper]});
    assert_eq!(
        world.refused("zhou", "custody.take", these.clone()),
        "custody.not_offered"
    );
    let offer = |to: &str| json!({"papers": [paper], "to": to});
    assert_eq!(
        world.refused("zhou", "custody.offer", offer("wu")),
        "custody.not_holder"
    );
    assert_eq!(
        world.refused("zhong", "custody.offer", offer("zhong")),
        "state.refused"
    );
    assert_eq!(
        world.refused("zhong", "custody.offer", offer("nemo")),
        "record.not_found"
    );
    world.ok("zhong", "custody.offer", offer("zhou"));
    assert_eq!(
        holder(&world, &paper),
        Holder::Staff("zhong".into()),
        "an offer moves nothing"
    );
    assert_eq!(
        world.refused("wu", "custody.take", these.clone()),
        "custody.not_offered"
    );
    world.ok("zhou", "custody.take", these.clone());
    assert_eq!(holder(&world, &paper), Holder::Staff("zhou".into()));
    assert_eq!(
        world.refused("zhou", "custody.take", these),
        "custody.not_offered"
    );
}

#[test]
fn r148_an_offer_to_somebody_else_replaces_the_one_before() {
    let mut world = World::small();
    let paper = received(&mut world, "zhong");
    world.ok(
        "zhong",
        "custody.offer",
        json!({"papers": [paper], "to": "zhou"}),
    );
    world.ok(
        "zhong",
        "custody.offer",
        json!({"papers": [paper], "to": "wu"}),
    );
    let these = json!({"papers": [paper]});
    assert_eq!(
        world.refused("zhou", "custody.take", these.clone()),
        "custody.not_offered"
    );
    world.ok("wu", "custody.take", these);
}

#[test]
fn r148_a_department_or_the_client_is_the_end_of_the_way() {
    for (method, more) in [
        ("custody.take", json!({"department": "mz"})),
        ("custody.return", json!({"recipient": "其女"})),
    ] {
        let mut world = World::small();
        let paper = received(&mut world, "zhou");
        let mut params = json!({"papers": [paper]});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!(
            world.refused("wu", method, params.clone()),
            "custody.not_holder"
        );
        world.ok("zhou", method, params.clone());
        for (verb, params) in [
            ("custody.offer", json!({"papers": [paper], "to": "wu"})),
            ("custody.take", json!({"papers": [paper]})),
            ("custody.return", json!({"papers": [paper]})),
        ] {
            assert_eq!(
                world.refused("zhou", verb, params),
                "state.refused",
                "{verb}"
            );
        }
    }
}

#[test]
fn r148_what_is_received_is_described_and_of_an_open_order() {
    let mut world = World::small();
    let order = order(&mut world);
    for broken in [json!({"name": " "}), json!({"copies": 0})] {
        let mut params = json!({"order": order, "name": "证", "form": "copy"});
        params
            .as_object_mut()
            .unwrap()
            .extend(broken.as_object().unwrap().clone());
        assert_eq!(
            world.refused("zhong", "custody.receive", params),
            "value.refused"
        );
    }
    world.ok(
        "zhong",
        "proxy.withdraw",
        json!({"order": order, "reason": "自己去办"}),
    );
    let late = json!({"order": order, "name": "证", "form": "copy"});
    assert_eq!(
        world.refused("zhong", "custody.receive", late),
        "state.refused"
    );
    for papers in [json!([]), json!(vec!["m1"; 101])] {
        assert_eq!(
            world.refused("zhong", "custody.return", json!({"papers": papers})),
            "value.refused"
        );
    }
    assert_eq!(
        world.refused("zhong", "custody.return", json!({"papers": ["m9999"]})),
        "record.not_found"
    );
}

#[test]
fn r148_one_paper_refused_refuses_the_call() {
    let mut world = World::small();
    let mine = received(&mut world, "zhou");
    let theirs = received(&mut world, "wu");
    let both = json!({"papers": [mine, theirs]});
    assert_eq!(
        world.refused("zhou", "custody.return", both),
        "custody.not_holder"
    );
    assert_eq!(holder(&world, &mine), Holder::Staff("zhou".into()));
    // Named twice is moved once.
    world.ok("zhou", "custody.return", json!({"papers": [mine, mine]}));
    let paper = world.hall.papers.get(&mine.parse().unwrap()).unwrap();
    assert_eq!(paper.moves.len(), 2, "in, and back");
}

/// One attempt at moving a paper, by whoever, sensible or not.
fn attempt() -> impl Strategy<Value = (&'static str, &'static str, usize, &'static str)> {
    let staff = prop_oneof![Just("zhong"), Just("zhou"), Just("wu")];
    let verb = prop_oneof![
        3 => Just("custody.offer"),
        3 => Just("custody.take"),
        1 => Just("department"),
        1 => Just("custody.return"),
    ];
    (staff.clone(), verb, 0..4_usize, staff)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// R148: however papers are pushed about, each has one holder, the last of its moves, and only the holder's hand or the
    /// taking of an offer changes it.
    #[test]
    fn r148_papers_are_conserved(attempts in prop::collection::vec(attempt(), 1..60)) {
        let mut world = World::small();
        let papers: Vec<String> = (0..4).map(|_| received(&mut world, "zhong")).collect();
        for (staff, verb, which, to) in attempts {
            let paper = &papers[which];
            let before = holder(&world, paper);
            let offered = world.hall.papers.get(&paper.parse().unwrap()).unwrap().offered_to.clone();
            let (method, params): (_, Value) = match verb {
                "custody.offer" => (verb, json!({"papers": [paper], "to": to})),
                "department" => ("custody.take", json!({"papers": [paper], "department": "zj"})),
                verb => (verb, json!({"papers": [paper]})),
            };
            let done = world.run(staff, method, params).is_ok();
            let after = holder(&world, paper);
            let held = before == Holder::Staff(staff.into());
            let taken = offered == Some(Holder::Staff(staff.into()));
            match (verb, done) {
                (_, false) | ("custody.offer", true) => prop_assert_eq!(&after, &before),
                ("custody.take", true) => {
                    prop_assert!(taken);
                    prop_assert_eq!(&after, &Holder::Staff(staff.into()));
                }
                (_, true) => {
                    prop_assert!(held);
                    prop_assert!(!matches!(after, Holder::Staff(_)));
                }
            }
            prop_assert_eq!(world.hall.papers.len(), papers.len());
            for record in world.hall.papers.values() {
                prop_assert_eq!(Some(&record.holder), record.moves.last().map(|step| &step.to));
                prop_assert!(record.offered_to.is_none() || record.is_open());
            }
        }
    }
}
