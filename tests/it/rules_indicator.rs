//! Indicators: numerators and denominators from counted cases, percentages cut off (R206, R209, R210, R214).

use banshi::rules::indicator::{self, Facts, Ratio, shares};
use serde_json::json;

use crate::rules_case::{accepted, grant, receive, viewer};
use crate::support::World;

fn shown(numerator: u64, denominator: u64, places: u32) -> String {
    Ratio::new(numerator, denominator).shown(places)
}

#[test]
fn v76_v78_percentages_are_cut_off_and_all_means_all() {
    assert_eq!(shown(208_206, 208_516, 2), "99.85%");
    assert_eq!(shown(208_206, 208_516, 0), "99%");
    assert_eq!(shown(3545, 3545, 2), "100.00%");
    assert_eq!(shown(199_999_999, 200_000_000, 2), "99.99%");
    assert_eq!(208_516 - 208_206, 310, "V77");
}

#[test]
fn v81_v86_rates_of_real_bulletins_are_never_capped() {
    for (numerator, denominator, printed) in [
        (25, 33, "75.75%"),
        (31, 33, "93.93%"),
        (66, 125, "52.80%"),
        (5497, 5610, "97.98%"),
        (777, 838, "92.72%"),
        (566, 539, "105.00%"),
        (7373, 7208, "102.28%"),
    ] {
        assert_eq!(shown(numerator, denominator, 2), printed);
    }
    // V82, V83 and V84 stand above; V81 at no places, V85 with an opening balance of 27.
    assert_eq!(
        (shown(25, 33, 0), shown(31, 33, 0)),
        ("75%".into(), "93%".into())
    );
    assert_eq!(shown(566, 539 + 27, 2), "100.00%");
}

#[test]
fn v89_zero_of_something_is_zero_and_nothing_of_nothing_a_dash() {
    assert_eq!(shown(0, 234, 2), "0.00%");
    assert_eq!(shown(0, 0, 2), "—");
    assert_eq!(Ratio::new(0, 0).rate(), None);
    assert_eq!(Ratio::new(208_206, 208_516).rate(), Some(99.85));
}

#[test]
fn v79_v94_shares_of_one_whole_add_up() {
    assert_eq!(shares(&[169, 65], 1), ["72.2%", "27.8%"]);
    assert_eq!(shown(169, 234, 2), "72.22%");
    assert_eq!(shown(65, 234, 2), "27.77%");
    assert_eq!(shares(&[1, 1, 1], 2), ["33.34%", "33.33%", "33.33%"]);
    assert_eq!(shares(&[0, 0], 2), ["—", "—"]);
}

fn facts(world: &World, from: &str, to: &str) -> Facts {
    let date = |text: &str| text.parse().expect("a date");
    let mut facts = Facts::new(date(from), date(to));
    world.hall.cases.values().for_each(|case| facts.count(case));
    facts
}

#[test]
fn v87_r210_what_is_open_and_past_its_date_counts_against_the_rate() {
    let mut world = World::small();
    let cases: Vec<String> = (0..10).map(|_| accepted(&mut world, "P")).collect();
    world.go("2026-03-20");
    cases[..7].iter().for_each(|case| grant(&mut world, case));
    world.go("2026-03-23");
    grant(&mut world, &cases[7]);
    let facts = facts(&world, "2026-03-02", "2026-03-23");
    let rate = facts.on_time_rate();
    assert_eq!((rate.numerator, rate.denominator), (7, 10));
    assert_eq!(rate.shown(2), "70.00%");
    assert!(facts.balances(), "R219");
}

#[test]
fn r214_both_forms_are_labelled_and_carry_over_is_said() {
    let mut world = World::small();
    let old: Vec<String> = (0..3).map(|_| accepted(&mut world, "P")).collect();
    world.go("2026-03-09");
    let fresh = accepted(&mut world, "P");
    let instant = receive(&mut world, "I", &[]);
    world.ok(
        "wang",
        "case.decide",
        json!({"case": instant, "result": "ok"}),
    );
    world.ok("wang", "case.withdraw", json!({"case": fresh}));
    old[..2].iter().for_each(|case| grant(&mut world, case));
    let facts = facts(&world, "2026-03-09", "2026-03-13");
    let period = facts.completion_period();
    assert_eq!((period.numerator, period.denominator), (3, 5));
    let cumulative = facts.completion_cumulative();
    assert_eq!((cumulative.numerator, cumulative.denominator), (3, 5));
    let on_site = facts.on_site_rate();
    assert_eq!((on_site.numerator, on_site.denominator), (1, 3), "R209");
    assert!(facts.balances());
    let answer = serde_json::to_value(indicator::of(&world.hall, &viewer(&world), &facts)).unwrap();
    assert_eq!(answer["indicators"][1]["code"], "completion_period");
    assert_eq!(answer["indicators"][1]["carried_over"], 3);
    assert_eq!(answer["indicators"][1]["rate"], 60.0);
}
