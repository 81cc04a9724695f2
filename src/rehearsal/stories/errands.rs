//! Proxy orders in every stage of M5, with the papers that belong to them: originals in an agent's bag, one offered and not
//! taken, some back with the client.

use serde_json::{Value, json};

use super::Teller;
use crate::rehearsal::script::Script;
use crate::rules::{
    catalogue::{Item, Staff},
    kind::CaseKind,
    permission::Role,
};

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Requested,
    Accepted,
    /// Named, and the papers are offered to the agent, who has not taken them.
    Offered,
    Underway,
    Submitted,
    Suspended,
    Result,
    Replied,
    Completed,
    FollowedUp,
}

const STAGES: [(Stage, u32); 11] = [
    (Stage::Offered, 0),
    (Stage::Underway, 1),
    (Stage::Submitted, 3),
    (Stage::Requested, 0),
    (Stage::Accepted, 0),
    (Stage::Result, 4),
    (Stage::Suspended, 5),
    (Stage::Replied, 6),
    (Stage::Completed, 7),
    (Stage::FollowedUp, 9),
    (Stage::Underway, 2),
];

const REASONS: [&str; 3] = ["illness", "disability", "age"];

/// One order for each stage.
pub(super) fn told(teller: &mut Teller<'_, '_>) -> Vec<Script> {
    let mut items = teller.cast.items(CaseKind::Promised, teller.morning);
    items.retain(|item| item.proxy_allowed);
    teller.chance.shuffle(&mut items);
    let agents = teller.cast.with_role(Role::Agent);
    if agents.is_empty() {
        return Vec::new();
    }
    STAGES
        .into_iter()
        .zip(items.iter().cycle())
        .zip(agents.iter().cycle())
        .filter_map(|(((stage, days_ago), item), agent)| one(teller, item, agent, stage, days_ago))
        .collect()
}

fn one(
    teller: &mut Teller<'_, '_>,
    item: &Item,
    agent: &Staff,
    stage: Stage,
    days_ago: u32,
) -> Option<Script> {
    let counter = teller.cast.counter(&item.department, teller.morning);
    let others: Vec<&Staff> = counter
        .into_iter()
        .filter(|staff| staff.code != agent.code)
        .collect();
    let clerk = *teller.chance.pick(&others)?;
    let reason = teller.chance.pick(&REASONS).copied();
    let open = json!({"client": teller.people.citizen(), "items": [item.code],
        "visit_reason": reason, "note": "行动不便，请代为办理"});
    let order = json!({"order": "$order"});
    let at = teller.forenoon(days_ago);
    let script = Script::at(at).act(clerk, "proxy.open", open).keep("order");
    if stage == Stage::Requested {
        return Some(script);
    }
    let script = taken_in(script, clerk, agent, stage);
    if stage < Stage::Underway {
        return Some(script);
    }
    let script = script
        .minutes(30)
        .act(agent, "custody.take", json!({"papers": ["$book", "$card"]}))
        .minutes(1)
        .act(agent, "proxy.take", order.clone())
        .minutes(40)
        .act(
            agent,
            "proxy.leg",
            json!({"order": "$order", "department": item.department,
            "purpose": "递交申请材料", "outcome": "已受理"}),
        );
    if stage == Stage::Underway {
        return Some(script);
    }
    Some(carried(teller, script, clerk, agent, item, stage, days_ago))
}

/// Papers are received and the form is signed; for later stages the papers are offered to the agent who is named.
fn taken_in(script: Script, clerk: &Staff, agent: &Staff, stage: Stage) -> Script {
    let paper = |name: &str, form: &str, pages: u32| -> Value {
        json!({"order": "$order", "name": name, "form": form, "copies": 1, "pages": pages})
    };
    let script = script
        .minutes(3)
        .act(clerk, "custody.receive", paper("居民户口簿", "original", 6))
        .keep("book")
        .minutes(1)
        .act(clerk, "custody.receive", paper("身份证", "original", 1))
        .keep("card")
        .minutes(2);
    let named = stage > Stage::Accepted;
    let agent_named = named.then_some(agent.code.as_str());
    // A home visit is made by two (R149): the clerk goes along.
    let accept = json!({"order": "$order", "signed": true, "agent": agent_named,
        "companion": agent_named.map(|_| clerk.code.as_str())});
    let script = script.act(clerk, "proxy.accept", accept);
    if !named {
        return script;
    }
    let offer = json!({"papers": ["$book", "$card"], "to": agent.code});
    script.minutes(2).act(clerk, "custody.offer", offer)
}

/// What an order under way comes to.
fn carried(
    teller: &mut Teller<'_, '_>,
    script: Script,
    clerk: &Staff,
    agent: &Staff,
    item: &Item,
    stage: Stage,
    days_ago: u32,
) -> Script {
    let papers = teller.cast.papers(item).to_vec();
    let script = script.later(teller.afternoon(days_ago));
    if stage == Stage::Suspended {
        let why = json!({"order": "$order", "reason": "缺少村委会证明，等待委托人补齐"});
        return script.act(agent, "proxy.suspend", why);
    }
    // Who is a clerk beside the errands hands papers in at other departments' windows like anybody.
    let files = if agent.has(Role::Clerk) { clerk } else { agent };
    let receive = json!({"item": item.code, "applicant": teller.people.applicant(item),
        "materials": papers, "order": "$order"});
    let script = script
        .act(files, "case.receive", receive)
        .keep("case")
        .minutes(2)
        .act(
            agent,
            "proxy.submit",
            json!({"order": "$order", "case": "$case"}),
        )
        .minutes(15)
        .act(clerk, "case.accept", json!({"case": "$case"}));
    if stage == Stage::Submitted {
        return script;
    }
    let Some(decider) = teller.cast.decider(item, teller.morning) else {
        return script;
    };
    let decide = json!({"case": "$case", "result": "ok"});
    let result = json!({"order": "$order", "result": "granted", "note": "已准予"});
    let reply = json!({"order": "$order", "text": "已电话告知办理结果，约定送达时间"});
    let script = script
        .later(teller.afternoon(days_ago - 1))
        .act(decider, "case.decide", decide)
        .minutes(10)
        .act(agent, "proxy.result", result);
    if stage == Stage::Result {
        return script;
    }
    let script = script.minutes(20).act(agent, "proxy.reply", reply);
    if stage == Stage::Replied {
        return script;
    }
    handed_over(teller, script, clerk, agent, stage, days_ago)
}

/// The result is handed over and the papers go back; some days later somebody else asks the client (R153).
fn handed_over(
    teller: &mut Teller<'_, '_>,
    script: Script,
    clerk: &Staff,
    agent: &Staff,
    stage: Stage,
    days_ago: u32,
) -> Script {
    let delivered_at = teller.forenoon(days_ago - 2);
    let asked_at = teller.afternoon(days_ago.saturating_sub(4));
    let script = script
        .later(delivered_at)
        .act(clerk, "case.deliver", json!({"case": "$case"}))
        .minutes(90)
        .act(
            agent,
            "custody.return",
            json!({"papers": ["$book", "$card"]}),
        )
        .minutes(2)
        .act(
            agent,
            "proxy.complete",
            json!({"order": "$order", "recipient": "委托人本人"}),
        );
    if stage == Stage::Completed {
        return script;
    }
    let asked = json!({"order": "$order", "satisfied": true, "note": "满意"});
    script.later(asked_at).act(clerk, "proxy.follow_up", asked)
}
