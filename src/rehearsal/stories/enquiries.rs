//! Questions that were asked on the days before and on the morning: passed on and not yet taken, taken, answered and waiting
//! for the visitor's word, tried in vain, closed (M2).

use serde_json::json;

use super::Teller;
use crate::rehearsal::script::Script;
use crate::rules::{catalogue::Staff, permission::Role};

const MATTERS: [&str; 7] = [
    "老宅翻建需要先办哪些手续",
    "异地就医备案后多久生效",
    "个体户转企业能否保留字号",
    "退休手续可否由子女代交材料",
    "残疾人证换证是否需要重新评定",
    "门头广告牌尺寸有何规定",
    "农机购置补贴的申领截止日期",
];

/// How far a question has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    PassedOn,
    Taken,
    GivenBack,
    Answered,
    TriedOnce,
    Closed,
    Asked,
}

const STAGES: [(Stage, u32); 9] = [
    (Stage::PassedOn, 0),
    (Stage::Taken, 1),
    (Stage::Answered, 2),
    (Stage::PassedOn, 1),
    (Stage::TriedOnce, 4),
    (Stage::GivenBack, 1),
    (Stage::Closed, 5),
    (Stage::Closed, 7),
    (Stage::Asked, 0),
];

/// One question for each stage.
pub(super) fn told(teller: &mut Teller<'_, '_>) -> Vec<Script> {
    let mut asked = first_asked(teller);
    let mut handlers: Vec<&Staff> = teller
        .cast
        .departments(teller.morning)
        .into_iter()
        .filter_map(|department| teller.cast.chief(&department.code))
        .collect();
    teller.chance.shuffle(&mut asked);
    teller.chance.shuffle(&mut handlers);
    let mut scripts = Vec::new();
    for (nth, (stage, days_ago)) in STAGES.into_iter().enumerate() {
        let Some(owner) = asked.get(nth % asked.len().max(1)).copied() else {
            break;
        };
        let other = |staff: &&&Staff| staff.department != owner.department;
        let Some(handler) = handlers
            .iter()
            .cycle()
            .skip(nth)
            .take(handlers.len())
            .find(other)
        else {
            break;
        };
        scripts.push(one(
            teller,
            owner,
            handler,
            MATTERS[nth % MATTERS.len()],
            stage,
            days_ago,
        ));
    }
    scripts
}

/// Who is asked first: ushers and the clerks at posts of first questions.
fn first_asked<'a>(teller: &Teller<'a, '_>) -> Vec<&'a Staff> {
    let posts = teller.cast.folder.windows.iter();
    let at_posts = posts
        .filter_map(|window| window.responsible.as_ref())
        .filter_map(|code| teller.cast.staff(code));
    teller
        .cast
        .with_role(Role::Usher)
        .into_iter()
        .chain(at_posts)
        .collect()
}

fn one(
    teller: &mut Teller<'_, '_>,
    owner: &Staff,
    handler: &Staff,
    matter: &str,
    stage: Stage,
    days_ago: u32,
) -> Script {
    let channel = match teller.chance.between(0, 3) {
        0 => "phone",
        1 => "web",
        _ => "visit",
    };
    let own = stage == Stage::Asked;
    let department = if own {
        &owner.department
    } else {
        &handler.department
    };
    let open = json!({"visitor": teller.people.citizen(), "matter": matter, "channel": channel,
        "in_scope": own, "department": department});
    let at = teller.forenoon(days_ago);
    let script = Script::at(at)
        .act(owner, "enquiry.open", open)
        .keep("enquiry");
    if own {
        return script;
    }
    let enquiry = json!({"enquiry": "$enquiry"});
    let forward =
        json!({"enquiry": "$enquiry", "handler": handler.code, "note": "请尽快与来人联系"});
    let script = script.minutes(4).act(owner, "enquiry.forward", forward);
    match stage {
        Stage::PassedOn | Stage::Asked => return script,
        Stage::GivenBack => {
            let back = json!({"enquiry": "$enquiry", "reason": "不属于本单位职责，请转主管部门"});
            return script.minutes(50).act(handler, "enquiry.give_back", back);
        }
        _ => {}
    }
    let script = script
        .minutes(25)
        .act(handler, "enquiry.take", enquiry.clone());
    if stage == Stage::Taken {
        return script;
    }
    let reply = json!({"enquiry": "$enquiry", "text": "已电话答复所需材料、办理地点和时限"});
    let replied_at = teller.afternoon(days_ago.saturating_sub(1));
    let script = script
        .later(replied_at)
        .act(handler, "enquiry.reply", reply);
    let tried_at = teller.forenoon(days_ago.saturating_sub(2));
    match stage {
        Stage::TriedOnce => script
            .later(tried_at)
            .act(owner, "enquiry.unreachable", enquiry),
        Stage::Closed => {
            let confirmed = json!({"enquiry": "$enquiry", "confirmed": "phone"});
            script
                .later(tried_at)
                .act(owner, "enquiry.confirm", confirmed)
        }
        _ => script,
    }
}
