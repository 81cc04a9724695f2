//! The case (M3) asked through the words of the wire: intake, clock, ending, and every cell of its table.

mod clock;
mod ending;
mod intake;
mod table;

use banshi::rules::{
    case::Case,
    permission::Role,
    views::{self, Viewer, case::CaseView},
};
use serde_json::{Value, json};

use crate::support::{World, id_of};

/// A person who applies.
pub(crate) fn applicant() -> Value {
    json!({"name": "某甲", "id_type": "resident_id", "id_number": "411722200002290014"})
}

/// A case received by its department's clerk, with these papers.
pub(crate) fn receive(world: &mut World, item: &str, materials: &[&str]) -> String {
    let clerk = if item == "Z" { "li" } else { "wang" };
    let params = json!({"item": item, "applicant": applicant(), "materials": materials});
    id_of(&world.ok(clerk, "case.receive", params), "case")
}

/// Every paper of the small hall's items.
pub(crate) fn papers(item: &str) -> Vec<&'static str> {
    match item {
        "P" => vec!["P-1", "P-2", "P-3"],
        "S" => vec!["S-1"],
        "J" => vec!["J-1"],
        "U" => vec!["U-1"],
        "Z" => vec!["Z-1"],
        _ => Vec::new(),
    }
}

/// A case with all its papers, accepted the same day.
pub(crate) fn accepted(world: &mut World, item: &str) -> String {
    let case = receive(world, item, &papers(item));
    let clerk = if item == "Z" { "li" } else { "wang" };
    world.ok(clerk, "case.accept", json!({"case": case}));
    case
}

pub(crate) fn record<'a>(world: &'a World, case: &str) -> &'a Case {
    let id = case.parse().expect("a case id");
    world.hall.cases.get(&id).expect("the case")
}

pub(crate) fn state(world: &World, case: &str) -> &'static str {
    record(world, case).state.as_str()
}

/// The promised and the statutory date.
pub(crate) fn dues(world: &World, case: &str) -> (String, String) {
    let dues = record(world, case).dues.as_ref().expect("accepted");
    (dues.committed_on.to_string(), dues.statutory_on.to_string())
}

pub(crate) fn viewer(world: &World) -> Viewer {
    Viewer {
        at: world.at,
        staff: None,
        roles: vec![Role::Director],
    }
}

pub(crate) fn view(world: &World, case: &str) -> CaseView {
    views::case::of(&world.hall, &viewer(world), record(world, case))
}

/// Stops the clock of a case of `mz`.
pub(crate) fn pause(world: &mut World, case: &str) {
    let params = json!({"case": case, "kind": "expert_review", "estimated_days": 8});
    world.ok("shou", "case.pause", params);
}

/// Grants it by the chief representative of `mz`.
pub(crate) fn grant(world: &mut World, case: &str) {
    world.ok("shou", "case.decide", json!({"case": case, "result": "ok"}));
}
