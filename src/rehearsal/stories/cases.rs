//! Cases of one department: a countdown in every colour, and every state in which a case can stand (M3).

use serde_json::json;

use super::Teller;
use crate::rehearsal::script::Script;
use crate::rules::{catalogue::Item, kind::CaseKind, permission::Role};

/// How a case stands on the morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Green,
    Amber,
    Red,
    Overdue,
    Paused,
    Resumed,
    Extended,
    PauseProposed,
    ExtensionProposed,
    DefaultProposed,
    Supplement,
    Supplied,
    Received,
    Deemed,
    Prechecked,
    Special,
    Decided,
    Denied,
    Delivered,
    Returned,
    NotAccepted,
    Withdrawn,
}

/// The fates of the demo, in the order in which items are dealt to them: what the leading department shows comes first.
const FATES: [Fate; 45] = [
    Fate::Green,
    Fate::Amber,
    Fate::Red,
    Fate::Overdue,
    Fate::Supplement,
    Fate::Paused,
    Fate::PauseProposed,
    Fate::ExtensionProposed,
    Fate::DefaultProposed,
    Fate::Extended,
    Fate::Resumed,
    Fate::Special,
    Fate::Amber,
    Fate::Red,
    Fate::Overdue,
    Fate::Paused,
    Fate::Supplement,
    Fate::Supplied,
    Fate::Received,
    Fate::Deemed,
    Fate::Prechecked,
    Fate::Decided,
    Fate::Decided,
    Fate::Denied,
    Fate::Returned,
    Fate::NotAccepted,
    Fate::Withdrawn,
    Fate::Green,
    Fate::Green,
    Fate::Green,
    Fate::Green,
    Fate::Green,
    Fate::Amber,
    Fate::Amber,
    Fate::Red,
    Fate::Received,
    Fate::Delivered,
    Fate::Delivered,
    Fate::Delivered,
    Fate::Delivered,
    Fate::Delivered,
    Fate::Delivered,
    Fate::Delivered,
    Fate::Delivered,
    Fate::Delivered,
];

/// The promised limits that fit into the weeks before the morning with some days to spare, in working days.
const LIMITS: std::ops::RangeInclusive<u16> = 3..=15;

/// The cases, and upward ones that wait for the superior body.
pub(super) fn told(teller: &mut Teller<'_, '_>) -> Vec<Script> {
    let mut items = teller.cast.items(CaseKind::Promised, teller.morning);
    items.retain(|item| LIMITS.contains(&item.committed_limit));
    teller.chance.shuffle(&mut items);
    let leading = teller.cast.leading_department();
    items.sort_by_key(|item| leading != Some(&item.department));
    let mut scripts = Vec::new();
    let mut dealt = 0;
    for fate in FATES {
        // A fate that asks for a kind of item takes the first one that fits; the others are dealt round.
        let place = (0..items.len())
            .map(|step| (dealt + step) % items.len())
            .find(|place| fits(teller, fate, items[*place]));
        let Some(place) = place else { continue };
        scripts.extend(one(teller, fate, items[place]));
        if fate != Fate::DefaultProposed {
            dealt = place + 1;
        }
    }
    scripts.extend(upward(teller));
    scripts
}

/// Whether the item can have the fate: limits with room, papers to miss, an item that may be defaulted.
fn fits(teller: &Teller<'_, '_>, fate: Fate, item: &Item) -> bool {
    let room = item.statutory_limit > item.committed_limit;
    match fate {
        Fate::Extended | Fate::ExtensionProposed => room,
        Fate::Special => item.statutory_limit > 6,
        Fate::Supplement | Fate::Supplied => !teller.cast.papers(item).is_empty(),
        Fate::DefaultProposed => {
            let system = teller.cast.system_on("default", teller.morning);
            system && item.default_on_timeout && !item.safety
        }
        Fate::Decided | Fate::Delivered | Fate::Denied => item.committed_limit <= 10,
        _ => true,
    }
}

/// The working days that are amber, of a limit (R105).
fn amber_days(teller: &Teller<'_, '_>, item: &Item) -> u32 {
    let percent = u32::from(teller.cast.folder.profile.lamp.amber_percent);
    (u32::from(item.committed_limit) * percent)
        .div_ceil(100)
        .max(1)
}

fn one(teller: &mut Teller<'_, '_>, fate: Fate, item: &Item) -> Option<Script> {
    let limit = u32::from(item.committed_limit);
    let amber = amber_days(teller, item);
    let days_ago = match fate {
        Fate::Green | Fate::PauseProposed => {
            let most = limit.saturating_sub(amber + 1).max(1);
            teller.chance.between(1, most)
        }
        Fate::Amber | Fate::ExtensionProposed => {
            limit - teller.chance.between(1, amber.min(limit - 1))
        }
        Fate::Red | Fate::Extended => limit,
        Fate::Overdue | Fate::DefaultProposed => limit + teller.chance.between(1, 3),
        Fate::Paused => limit + 3,
        Fate::Resumed => limit + 2,
        _ => return before_acceptance(teller, fate, item),
    };
    let clerk = teller.clerk(item)?;
    let script = teller.accepted(item, clerk, days_ago);
    running(teller, fate, item, script, days_ago)
}

/// What happens to a case in hand.
fn running(
    teller: &mut Teller<'_, '_>,
    fate: Fate,
    item: &Item,
    script: Script,
    days_ago: u32,
) -> Option<Script> {
    let chief = teller.cast.chief(&item.department)?;
    let counter = teller.cast.counter(&item.department, teller.morning);
    let clerk = *counter
        .iter()
        .find(|staff| !staff.has(Role::ChiefRep))
        .unwrap_or(&chief);
    let proposes = clerk.code != chief.code;
    let pause = json!({"case": "$case", "kind": "expert_review", "estimated_days": 10,
        "reason": "组织专家评审"});
    Some(match fate {
        Fate::Paused => {
            let at = teller.afternoon(days_ago - 2);
            script.later(at).act(chief, "case.pause", pause)
        }
        Fate::Resumed => {
            let (from, to) = (teller.afternoon(days_ago - 1), teller.forenoon(2));
            script
                .later(from)
                .act(chief, "case.pause", pause)
                .later(to)
                .act(clerk, "case.resume", json!({"case": "$case"}))
        }
        Fate::Extended => {
            let most = u32::from(item.statutory_limit - item.committed_limit).min(5);
            let extend = json!({"case": "$case", "within": "commitment", "days": most,
                "reason": "现场核查结果需要复核"});
            let at = teller.afternoon(1);
            script.later(at).act(chief, "case.extend", extend)
        }
        Fate::ExtensionProposed if proposes => {
            let extend = json!({"case": "$case", "within": "commitment", "days": 1,
                "reason": "等待申请人确认图纸"});
            let at = teller.afternoon(1);
            script.later(at).act(clerk, "case.extend", extend)
        }
        Fate::PauseProposed if proposes => {
            let at = teller.forenoon(0);
            script.later(at).minutes(20).act(clerk, "case.pause", pause)
        }
        Fate::DefaultProposed => {
            let inspectors = teller.cast.with_role(Role::Inspector);
            let at = teller.forenoon(0);
            let inspector = inspectors.last()?;
            let confirm = json!({"case": "$case"});
            script
                .later(at)
                .act(inspector, "case.default_confirm", confirm)
        }
        _ => script,
    })
}

/// Cases that are not accepted, or no longer in hand.
fn before_acceptance(teller: &mut Teller<'_, '_>, fate: Fate, item: &Item) -> Option<Script> {
    let clerk = teller.clerk(item)?;
    let all = teller.cast.papers(item).to_vec();
    let without_last = &all[..all.len().saturating_sub(1)];
    let case = json!({"case": "$case"});
    Some(match fate {
        Fate::Supplement | Fate::Supplied => {
            let at = teller.forenoon(4);
            let script = teller
                .received(item, clerk, without_last, at)
                .minutes(8)
                .act(clerk, "case.notify_once", case);
            if fate == Fate::Supplement {
                return Some(script);
            }
            let supply = json!({"case": "$case", "materials": &all[without_last.len()..]});
            let at = teller.forenoon(0);
            script.later(at).act(clerk, "case.supply", supply)
        }
        Fate::Received => {
            let at = teller.afternoon(1);
            teller.received(item, clerk, &all, at)
        }
        // Nobody looks at it for five working days; the end of the fifth accepts it (R83).
        Fate::Deemed => {
            let at = teller.forenoon(6);
            teller.received(item, clerk, &all, at)
        }
        Fate::Prechecked => {
            let params = json!({"item": item.code, "applicant": teller.people.applicant(item),
                "materials": all, "channel": "online"});
            Script::at(teller.afternoon(1))
                .act(clerk, "case.precheck", params)
                .keep("case")
        }
        Fate::Special => {
            let at = teller.forenoon(3);
            let days = item.statutory_limit.min(20) - 1;
            let classify = json!({"case": "$case", "kind": "special", "days": days,
                "reason": "需分期验收"});
            teller
                .received(item, clerk, &all, at)
                .minutes(6)
                .act(clerk, "case.classify", classify)
                .minutes(4)
                .act(clerk, "case.accept", case)
        }
        Fate::Returned | Fate::NotAccepted => turned_away(teller, fate, item)?,
        _ => return ended(teller, fate, item),
    })
}

fn turned_away(teller: &mut Teller<'_, '_>, fate: Fate, item: &Item) -> Option<Script> {
    let clerk = teller.clerk(item)?;
    let all = teller.cast.papers(item).to_vec();
    let at = teller.forenoon(2);
    let script = teller.received(item, clerk, &all, at).minutes(15);
    let refuse = match fate {
        Fate::Returned => json!({"case": "$case", "ground": "against_policy",
            "reason": "申请内容不符合现行政策规定"}),
        _ => json!({"case": "$case", "ground": "not_our_power",
            "reason": "该事项不属于本机关职权", "right_body": "上级主管部门"}),
    };
    Some(script.act(clerk, "case.refuse", refuse))
}

/// Cases that were decided, delivered or withdrawn.
fn ended(teller: &mut Teller<'_, '_>, fate: Fate, item: &Item) -> Option<Script> {
    let clerk = teller.clerk(item)?;
    let accepted_ago = u32::from(item.committed_limit) + 3;
    let script = teller.accepted(item, clerk, accepted_ago);
    let decider = teller.cast.decider(item, teller.morning)?;
    let ok = json!({"case": "$case", "result": "ok"});
    let decided_at = teller.afternoon(4);
    Some(match fate {
        Fate::Decided => script.later(decided_at).act(decider, "case.decide", ok),
        Fate::Denied => {
            let no = json!({"case": "$case", "result": "no",
                "reason": "经审查不符合法定条件", "remedy": "可在六十日内申请行政复议，或在六个月内提起行政诉讼"});
            script.later(decided_at).act(decider, "case.decide", no)
        }
        Fate::Withdrawn => {
            let withdraw = json!({"case": "$case", "reason": "申请人改变计划"});
            script
                .later(decided_at)
                .act(clerk, "case.withdraw", withdraw)
        }
        _ => {
            let delivered_at = teller.afternoon(2);
            script
                .later(decided_at)
                .act(decider, "case.decide", ok)
                .later(delivered_at)
                .act(clerk, "case.deliver", json!({"case": "$case"}))
        }
    })
}

/// Upward cases: one waits for the superior body, one is still here (R70).
fn upward(teller: &mut Teller<'_, '_>) -> Vec<Script> {
    let mut items = teller.cast.items(CaseKind::Upward, teller.morning);
    teller.chance.shuffle(&mut items);
    let mut scripts = Vec::new();
    for (nth, item) in items.into_iter().take(3).enumerate() {
        let Some(clerk) = teller.clerk(item) else {
            continue;
        };
        let script = teller.accepted(item, clerk, 5);
        let submit = json!({"case": "$case", "superior": "上级主管部门"});
        let at = teller.afternoon(3);
        scripts.push(if nth < 2 {
            script.later(at).act(clerk, "case.submit_up", submit)
        } else {
            script
        });
    }
    scripts
}
