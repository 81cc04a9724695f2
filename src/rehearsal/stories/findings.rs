//! Findings of the days before (M6): told and waiting for an answer, being put right, appealed, verified.

use serde_json::json;

use super::Teller;
use crate::rehearsal::script::Script;
use crate::rules::{catalogue::Staff, permission::Role};

/// How far a finding has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Told,
    Stated,
    Rectifying,
    Failed,
    Appealed,
    Verified,
}

const STAGES: [(Stage, u32, &str, &str); 7] = [
    (
        Stage::Open,
        1,
        "empty_post",
        "巡查时窗口无人，未放置暂停服务牌",
    ),
    (
        Stage::Told,
        1,
        "language",
        "答复群众时语气生硬，未使用文明用语",
    ),
    (Stage::Stated, 2, "chatting", "上班时间串岗闲谈"),
    (
        Stage::Rectifying,
        3,
        "one_time_notice",
        "同一件两次告知补正材料",
    ),
    (Stage::Failed, 4, "tidiness", "等候区表格样本未及时补充"),
    (Stage::Appealed, 2, "late_or_early", "上午到岗迟于规定时间"),
    (Stage::Verified, 6, "first_question", "来人咨询未登记首问"),
];

/// One finding for each stage, each about another clerk.
pub(super) fn told(teller: &mut Teller<'_, '_>) -> Vec<Script> {
    let mut seats = teller
        .cast
        .seats(teller.cast.days_before(teller.morning, 7));
    teller.chance.shuffle(&mut seats);
    let inspectors = teller.cast.with_role(Role::Inspector);
    STAGES
        .into_iter()
        .zip(seats)
        .zip(inspectors.iter().cycle())
        .filter(|((_, seat), inspector)| seat.clerk.code != inspector.code)
        .map(|(((stage, days_ago, code, note), seat), inspector)| {
            let raise = json!({"window": seat.window.code, "person": seat.clerk.code, "code": code,
                "note": note});
            let script = Script::at(teller.forenoon(days_ago))
                .act(inspector, "finding.raise", raise)
                .keep("finding");
            goes_on(teller, script, inspector, seat.clerk, stage, days_ago)
        })
        .collect()
}

fn goes_on(
    teller: &mut Teller<'_, '_>,
    script: Script,
    inspector: &Staff,
    clerk: &Staff,
    stage: Stage,
    days_ago: u32,
) -> Script {
    let finding = json!({"finding": "$finding"});
    let said = |text: &str| json!({"finding": "$finding", "text": text});
    if stage == Stage::Open {
        return script;
    }
    let script = script.minutes(20).act(inspector, "finding.notify", finding);
    let script = script.later(teller.afternoon(days_ago));
    let script = match stage {
        Stage::Open | Stage::Told => return script,
        Stage::Stated => {
            return script.act(
                clerk,
                "finding.statement",
                said("当时去后台复印材料，未及时放牌"),
            );
        }
        Stage::Appealed => {
            return script.act(
                clerk,
                "finding.appeal",
                said("当日受单位安排外出送达，有派工单"),
            );
        }
        _ => script.act(clerk, "finding.reply", said("已按要求改正")),
    };
    let recheck = |in_order: bool, text: &str| json!({"finding": "$finding", "in_order": in_order, "text": text});
    let looked_at = teller.forenoon(days_ago - 1);
    match stage {
        Stage::Failed => script.later(looked_at).act(
            inspector,
            "finding.recheck",
            recheck(false, "复查仍未补充"),
        ),
        Stage::Verified => {
            script
                .later(looked_at)
                .act(inspector, "finding.recheck", recheck(true, "复查已改正"))
        }
        _ => script,
    }
}
