//! The inspectors' rounds of a day with visitors (R170): a leader along on the first and fourth day of the week, one thing put
//! right on the spot, one that is told to the person it is about.

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::json;

use super::{
    cast::{self, Cast, Seat},
    chance::Chance,
    script::Script,
};
use crate::rules::{catalogue::Staff, permission::Role, time::hall_date};

/// When rounds begin, by hour and minute, in the order in which inspectors take them.
const STARTS: [(u32, u32); 4] = [(8, 36), (10, 31), (14, 45), (16, 20)];

/// Of a hundred windows a round sees so many; R170 asks for 80 at least.
const SEEN_PERCENT: usize = 90;

/// When a finding is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    AtOnce,
    Later,
}

/// Something seen on a round: the prohibition, the words, when it is put right.
#[derive(Debug, Clone, Copy)]
struct Sight(&'static str, &'static str, Settled);

const SIGHTS: [Sight; 4] = [
    Sight("snacks", "窗口台面放有零食，已当场收起", Settled::AtOnce),
    Sight("phone", "无人办事时浏览手机与工作无关内容", Settled::Later),
    Sight("badge", "未按规定佩戴工作牌，已当场改正", Settled::AtOnce),
    Sight("tidiness", "资料堆放杂乱，影响群众填表", Settled::Later),
];

/// The rounds of a day over the windows that signed on.
pub(super) fn of_day(
    cast: &Cast<'_>,
    seats: &[&Seat<'_>],
    date: NaiveDate,
    chance: &mut Chance,
) -> Vec<Script> {
    let inspectors = cast.with_role(Role::Inspector);
    if inspectors.is_empty() || seats.is_empty() {
        return Vec::new();
    }
    let starts = STARTS.iter().zip(inspectors.iter().cycle()).enumerate();
    starts
        .map(|(nth, ((hour, minute), inspector))| {
            let script = Script::at(cast::on(date, *hour, *minute));
            let leads = nth == 0 && matches!(date.weekday(), Weekday::Mon | Weekday::Thu);
            let leader = cast.with_role(Role::Director).pop().filter(|_| leads);
            walk(cast, script, inspector, leader, seats, chance)
        })
        .collect()
}

fn walk(
    cast: &Cast<'_>,
    script: Script,
    inspector: &Staff,
    leader: Option<&Staff>,
    seats: &[&Seat<'_>],
    chance: &mut Chance,
) -> Script {
    let leader = leader.map(|leader| leader.code.as_str());
    let mut script = script
        .act(inspector, "round.open", json!({"leader": leader}))
        .keep("round");
    let seen = (seats.len() * SEEN_PERCENT).div_ceil(100);
    let found_at = chance.below(seen);
    let sight = chance.pick(&SIGHTS).copied();
    let mut told = None;
    for (place, seat) in seats.iter().take(seen).enumerate() {
        script = script.seconds(chance.between(14, 40));
        match sight {
            Some(sight) if place == found_at && seat.clerk.code != inspector.code => {
                script = found(script, inspector, seat, sight);
                told = (sight.2 == Settled::Later).then_some(seat.clerk);
            }
            _ => {
                let see = json!({"round": "$round", "window": seat.window.code});
                script = script.act(inspector, "round.see", see);
            }
        }
    }
    let closed = json!({"round": "$round"});
    let script = script.seconds(30).act(inspector, "round.close", closed);
    match told {
        Some(clerk) => put_right(cast, script, inspector, clerk, chance),
        None => script,
    }
}

/// Something is seen at a window: put right at once, or told to the clerk.
fn found(script: Script, inspector: &Staff, seat: &Seat<'_>, sight: Sight) -> Script {
    let Sight(code, note, settled) = sight;
    let severity = match settled {
        Settled::AtOnce => "reminder",
        Settled::Later => "plain",
    };
    let raise = json!({"window": seat.window.code, "person": seat.clerk.code, "code": code,
        "note": note, "round": "$round", "severity": severity});
    let finding = json!({"finding": "$finding"});
    let script = script
        .act(inspector, "finding.raise", raise)
        .keep("finding")
        .seconds(20);
    match settled {
        Settled::AtOnce => script.act(inspector, "finding.fix_on_spot", finding),
        Settled::Later => script.act(inspector, "finding.notify", finding),
    }
}

/// The clerk answers within the day that R171 gives, and the inspector looks again on the next one.
fn put_right(
    cast: &Cast<'_>,
    script: Script,
    inspector: &Staff,
    clerk: &Staff,
    chance: &mut Chance,
) -> Script {
    let reply = json!({"finding": "$finding", "text": "已改正，今后注意"});
    let recheck = json!({"finding": "$finding", "in_order": true, "text": "复查已改正"});
    let script = script
        .minutes(chance.between(25, 50))
        .act(clerk, "finding.reply", reply);
    let next = cast.days_after(hall_date(script.now()), 1);
    script.later(cast::on(next, 9, chance.between(20, 55))).act(
        inspector,
        "finding.recheck",
        recheck,
    )
}
