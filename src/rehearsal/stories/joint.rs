//! Joint cases with their branches (M4): just begun, half way with one department silent past its date, a meeting somebody
//! stayed away from, and one that only waits for the lead's decision.

use serde_json::{Value, json};

use super::Teller;
use crate::rehearsal::script::Script;
use crate::rules::{
    catalogue::{Item, Staff},
    id::DepartmentCode,
    kind::CaseKind,
};

/// Names and places of the branches that one case may have here.
const BRANCHES: [(&str, &str, &str); 4] = [
    ("branch0", "/branches/0", "$branch0"),
    ("branch1", "/branches/1", "$branch1"),
    ("branch2", "/branches/2", "$branch2"),
    ("branch3", "/branches/3", "$branch3"),
];

/// How far the departments have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Told, nobody signed.
    Told,
    /// Signed, the first one agreed.
    HalfWay,
    /// All agreed.
    Agreed,
}

/// One case for each stage.
pub(super) fn told(teller: &mut Teller<'_, '_>) -> Vec<Script> {
    let mut items = teller.cast.items(CaseKind::Joint, teller.morning);
    items.retain(|item| (7..=20).contains(&item.committed_limit) && can_be_told(teller, item));
    teller.chance.shuffle(&mut items);
    let leading = teller.cast.leading_department();
    items.sort_by_key(|item| leading != Some(&item.department));
    let stages = [
        (Progress::HalfWay, 5),
        (Progress::Agreed, 6),
        (Progress::Told, 1),
        (Progress::HalfWay, 18),
    ];
    let dealt = stages.into_iter().zip(items);
    dealt
        .filter_map(|((progress, days_ago), item)| one(teller, item, progress, days_ago))
        .collect()
}

fn can_be_told(teller: &Teller<'_, '_>, item: &Item) -> bool {
    let sits = |code: &DepartmentCode| teller.cast.chief(code).is_some();
    (1..=BRANCHES.len()).contains(&item.branches.len()) && item.branches.iter().all(sits)
}

fn one(
    teller: &mut Teller<'_, '_>,
    item: &Item,
    progress: Progress,
    days_ago: u32,
) -> Option<Script> {
    let clerk = teller.clerk(item)?;
    let mut script = teller.accepted(item, clerk, days_ago);
    let branches = &BRANCHES[..item.branches.len()];
    for (name, pointer, _) in branches {
        script = script.keep_part(name, pointer);
    }
    // The copy notice goes out the same day (R114).
    for (_, _, branch) in branches {
        script = script
            .seconds(40)
            .act(clerk, "branch.notify", json!({"branch": branch}));
    }
    if progress == Progress::Told {
        return Some(script);
    }
    let signed_at = teller.afternoon(days_ago);
    script = script.later(signed_at);
    for ((_, _, branch), department) in branches.iter().zip(&item.branches) {
        let signer = signer(teller, department)?;
        script = script
            .minutes(3)
            .act(signer, "branch.sign", json!({"branch": branch}));
    }
    let answering = match progress {
        Progress::Agreed => branches.len(),
        _ => 1,
    };
    let answered_at = teller.afternoon(days_ago.saturating_sub(2));
    script = script.later(answered_at);
    for ((_, _, branch), department) in branches.iter().zip(&item.branches).take(answering) {
        let chief = teller.cast.chief(department)?;
        let opinion: Value = json!({"branch": branch, "result": "ok", "reason": "材料齐备，同意"});
        script = script.minutes(7).act(chief, "branch.opinion", opinion);
    }
    Some(script)
}

fn signer<'a>(teller: &mut Teller<'a, '_>, department: &DepartmentCode) -> Option<&'a Staff> {
    let counter = teller.cast.counter(department, teller.morning);
    teller.chance.pick(&counter).copied()
}
