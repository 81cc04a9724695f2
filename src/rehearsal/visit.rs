//! What a visitor came for, and what the clerk does about it: from the call of the number to the next free minute, with the
//! work of later days that a case leaves behind.

use serde_json::{Value, json};

use super::{
    cast::{self, Cast, Seat},
    chance::Chance,
    people::People,
    script::{Actor, Script},
};
use crate::rules::{
    catalogue::{Item, Staff},
    kind::CaseKind,
    permission::Role,
    time::{Instant, hall_date},
};

/// What somebody came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Something that is done at once.
    Instant,
    /// An application with complete papers.
    Apply,
    /// An application with a paper missing.
    ApplyIncomplete,
    /// A question to this clerk.
    Ask,
    /// A question for another department.
    AskElsewhere,
    /// Nothing that could be done today.
    Nothing,
    /// They took a number and went away.
    NoShow,
    /// They go for a copy in the middle.
    CopyFirst,
    /// They stand in the wrong line.
    WrongQueue,
}

impl Purpose {
    /// What people come for, with its weight among a hundred.
    const WEIGHTS: [(Self, u32); 9] = [
        (Self::Instant, 40),
        (Self::Apply, 16),
        (Self::ApplyIncomplete, 6),
        (Self::Ask, 13),
        (Self::AskElsewhere, 4),
        (Self::Nothing, 7),
        (Self::NoShow, 5),
        (Self::CopyFirst, 5),
        (Self::WrongQueue, 4),
    ];

    /// One of them by chance.
    pub(super) fn draw(chance: &mut Chance) -> Self {
        let weights = Self::WEIGHTS.map(|(_, weight)| weight);
        let place = chance.weighed(&weights).unwrap_or(0);
        Self::WEIGHTS[place].0
    }
}

/// A ticket that was called to a seat.
pub(super) struct Call<'a, 'b> {
    pub(super) cast: &'b Cast<'a>,
    pub(super) seat: &'b Seat<'a>,
    /// The seat's place, to be freed at the end.
    pub(super) place: usize,
    /// The ticket's id.
    pub(super) ticket: Value,
    /// The queue from which it was called.
    pub(super) queue: &'b str,
    pub(super) at: Instant,
}

/// What follows a call: the script, and what remains to be done when the visitor comes back from a copy.
pub(super) struct Service {
    pub(super) script: Script,
    pub(super) held: Option<Script>,
}

const MATTERS: [&str; 6] = [
    "咨询办理所需材料和时限",
    "咨询证照到期后如何延续",
    "咨询能否由家人代为办理",
    "求助：网上申报页面无法提交",
    "咨询上次所交材料的审核进度",
    "建议在窗口张贴表格填写样例",
];
const NOTHINGS: [&str; 3] = [
    "材料未带齐，已告知清单，改日再来",
    "经询问不需要办理",
    "需先由本人网上实名认证",
];

impl Call<'_, '_> {
    /// What this clerk and this visitor do.
    pub(super) fn serve(
        &self,
        purpose: Purpose,
        chance: &mut Chance,
        people: &mut People,
    ) -> Service {
        let called = Script::at(self.at).knowing("ticket", self.ticket.clone());
        let plain = |script| Service { script, held: None };
        let greeted = called.clone().seconds(chance.between(12, 45));
        let greeted = greeted.act(self.seat.clerk, "ticket.start", on_ticket());
        match purpose {
            Purpose::NoShow => plain(self.missed(called, chance)),
            Purpose::CopyFirst => self.copied(greeted, chance, people),
            Purpose::WrongQueue => plain(match self.elsewhere(chance) {
                Some(queue) => self.sent_on(greeted, queue, chance),
                None => self.nothing(greeted, chance),
            }),
            Purpose::Nothing => plain(self.nothing(greeted, chance)),
            Purpose::Ask => plain(self.answered(greeted, chance)),
            Purpose::AskElsewhere => plain(self.passed_on(greeted, chance)),
            Purpose::Instant => plain(self.instant(greeted, chance, people)),
            Purpose::Apply => plain(self.applied(greeted, Papers::Complete, chance, people)),
            Purpose::ApplyIncomplete => {
                plain(self.applied(greeted, Papers::OneMissing, chance, people))
            }
        }
    }

    fn clerk(&self) -> &Staff {
        self.seat.clerk
    }

    /// Ends the service and looks up for the next one.
    fn done(&self, script: Script, params: Value, chance: &mut Chance) -> Script {
        script
            .act(self.clerk(), "ticket.finish", params)
            .seconds(chance.between(8, 60))
            .frees(self.place)
    }

    /// R32: called three times in all, then missed.
    fn missed(&self, script: Script, chance: &mut Chance) -> Script {
        let gap = chance.between(25, 40);
        script
            .seconds(gap)
            .act(self.clerk(), "ticket.recall", on_ticket())
            .seconds(gap)
            .act(self.clerk(), "ticket.recall", on_ticket())
            .seconds(gap)
            .act(self.clerk(), "ticket.miss", on_ticket())
            .seconds(chance.between(5, 15))
            .frees(self.place)
    }

    /// R35: the window serves others meanwhile.
    fn copied(&self, script: Script, chance: &mut Chance, people: &mut People) -> Service {
        let script = script
            .minutes(chance.between(2, 4))
            .act(self.clerk(), "ticket.hold", on_ticket())
            .seconds(chance.between(5, 15))
            .frees(self.place);
        let back = Script::at(script.now())
            .knowing("ticket", self.ticket.clone())
            .minutes(chance.between(6, 12))
            .act(self.clerk(), "ticket.resume", on_ticket());
        let held = Some(self.instant(back, chance, people));
        Service { script, held }
    }

    /// Another queue of the hall, for somebody in the wrong line.
    fn elsewhere(&self, chance: &mut Chance) -> Option<&str> {
        let queues = self.cast.folder.queues.iter();
        let others: Vec<&str> = queues
            .map(|queue| queue.code.as_str())
            .filter(|code| *code != self.queue)
            .collect();
        chance.pick(&others).copied()
    }

    /// R36, R59: the number and its place go along.
    fn sent_on(&self, script: Script, queue: &str, chance: &mut Chance) -> Script {
        let params =
            json!({"ticket": "$ticket", "queue": queue, "note": "所办事项属其他业务组，内部转接"});
        script
            .minutes(chance.between(1, 3))
            .act(self.clerk(), "ticket.transfer", params)
            .seconds(chance.between(5, 20))
            .frees(self.place)
    }

    fn nothing(&self, script: Script, chance: &mut Chance) -> Script {
        let reason = chance.pick(&NOTHINGS).copied().unwrap_or_default();
        let params = json!({"ticket": "$ticket", "outcome": "nothing", "reason": reason});
        let script = script.minutes(chance.between(2, 6));
        self.done(script, params, chance)
    }

    /// R52: the first one asked answers, and the visitor says whether that will do.
    fn answered(&self, script: Script, chance: &mut Chance) -> Script {
        let matter = chance.pick(&MATTERS).copied().unwrap_or_default();
        let open = json!({"matter": matter, "in_scope": true, "ticket": "$ticket",
            "department": self.clerk().department});
        let answer = json!({"enquiry": "$enquiry", "text": "已当面逐项答复，并打印办事指南一份"});
        let script = script
            .minutes(chance.between(1, 3))
            .act(self.clerk(), "enquiry.open", open)
            .keep("enquiry")
            .minutes(chance.between(2, 6))
            .act(self.clerk(), "enquiry.answer", answer);
        let script = if chance.percent(75) {
            let confirmed = json!({"enquiry": "$enquiry", "confirmed": "in_person"});
            script
                .seconds(20)
                .act(self.clerk(), "enquiry.confirm", confirmed)
        } else {
            script
        };
        self.done(script.seconds(20), on_ticket(), chance)
    }

    /// R54: passed on to another department; its handler answers later the same day, and the first one asked stays the owner.
    fn passed_on(&self, script: Script, chance: &mut Chance) -> Script {
        let on = hall_date(self.at);
        let others: Vec<&Staff> = self
            .cast
            .departments(on)
            .into_iter()
            .filter(|department| department.code != self.clerk().department)
            .filter_map(|department| self.cast.chief(&department.code))
            .collect();
        let Some(handler) = chance.pick(&others).copied() else {
            return self.answered(script, chance);
        };
        let matter = chance.pick(&MATTERS).copied().unwrap_or_default();
        let open = json!({"matter": matter, "in_scope": false, "ticket": "$ticket",
            "department": handler.department});
        let forward = json!({"enquiry": "$enquiry", "handler": handler.code,
            "note": "请直接联系来人答复"});
        let enquiry = json!({"enquiry": "$enquiry"});
        let reply = json!({"enquiry": "$enquiry", "text": "已电话告知办理地点、材料和时限"});
        let script = script
            .minutes(chance.between(1, 3))
            .act(self.clerk(), "enquiry.open", open)
            .keep("enquiry")
            .minutes(chance.between(1, 3))
            .act(self.clerk(), "enquiry.forward", forward);
        let confirmed = json!({"enquiry": "$enquiry", "confirmed": "phone"});
        self.done(script.seconds(30), on_ticket(), chance)
            .minutes(chance.between(10, 40))
            .act(handler, "enquiry.take", enquiry)
            .minutes(chance.between(15, 60))
            .act(handler, "enquiry.reply", reply)
            .minutes(chance.between(20, 60))
            .act(self.clerk(), "enquiry.confirm", confirmed)
    }

    /// R60, R64: received, decided and handed over in one visit.
    fn instant(&self, script: Script, chance: &mut Chance, people: &mut People) -> Script {
        let on = hall_date(self.at);
        let items = self.cast.instant_items(self.clerk(), on);
        let Some(item) = chance.pick(&items).copied() else {
            return self.answered(script, chance);
        };
        let receive = json!({"item": item.code, "applicant": people.applicant(item),
            "materials": self.cast.papers(item), "ticket": "$ticket"});
        let case = json!({"case": "$case"});
        let decide = json!({"case": "$case", "result": "ok"});
        let script = script
            .minutes(chance.between(1, 4))
            .act(self.clerk(), "case.receive", receive)
            .keep("case")
            .minutes(chance.between(5, 14))
            .act(self.clerk(), "case.decide", decide)
            .minutes(chance.between(1, 3))
            .act(self.clerk(), "case.deliver", case);
        self.done(script.seconds(15), on_ticket(), chance)
    }

    /// An application: received, accepted or noticed, and what the days after bring.
    fn applied(
        &self,
        script: Script,
        papers: Papers,
        chance: &mut Chance,
        people: &mut People,
    ) -> Script {
        let on = hall_date(self.at);
        let mut items = self.cast.items(CaseKind::Promised, on);
        items.retain(|item| item.department == self.clerk().department);
        let Some(item) = chance.pick(&items).copied() else {
            return self.instant(script, chance, people);
        };
        let all = self.cast.papers(item);
        let handed = match papers {
            Papers::OneMissing => &all[..all.len().saturating_sub(1)],
            Papers::Complete => all,
        };
        let receive = json!({"item": item.code, "applicant": people.applicant(item),
            "materials": handed, "ticket": "$ticket"});
        let case = json!({"case": "$case"});
        let script = script
            .minutes(chance.between(2, 5))
            .act(self.clerk(), "case.receive", receive)
            .keep("case");
        if handed.len() == all.len() {
            let script =
                script
                    .minutes(chance.between(3, 8))
                    .act(self.clerk(), "case.accept", case);
            let script = self.done(script.seconds(30), on_ticket(), chance);
            return self.decided_later(script, item, chance);
        }
        let supply = json!({"case": "$case", "materials": &all[handed.len()..]});
        let script = script.minutes(chance.between(2, 5)).act(
            self.clerk(),
            "case.notify_once",
            case.clone(),
        );
        let script = self.done(script.seconds(30), on_ticket(), chance);
        let supplied_on = self.cast.days_after(on, chance.between(1, 6));
        let script = script
            .later(cast::on(supplied_on, 10, chance.between(0, 59)))
            .act(self.clerk(), "case.supply", supply)
            .minutes(5)
            .act(self.clerk(), "case.accept", case);
        self.decided_later(script, item, chance)
    }

    /// Decided by whoever has the authority, nearly always in time, and handed over some days later.
    fn decided_later(&self, script: Script, item: &Item, chance: &mut Chance) -> Script {
        let accepted_on = hall_date(script.now());
        let limit = u32::from(item.committed_limit).max(1);
        let late = if chance.percent(3) { 2 } else { 0 };
        let decided_on = self
            .cast
            .days_after(accepted_on, chance.between(1, limit) + late);
        let Some(decider) = self.cast.decider(item, decided_on) else {
            return script;
        };
        let delivered_on = self.cast.days_after(decided_on, chance.between(1, 4));
        let afternoon = |date, minute| cast::on(date, 15, minute);
        script
            .later(afternoon(decided_on, chance.between(0, 59)))
            .act(
                decider,
                "case.decide",
                json!({"case": "$case", "result": "ok"}),
            )
            .later(afternoon(delivered_on, chance.between(0, 59)))
            .act(self.clerk(), "case.deliver", json!({"case": "$case"}))
    }
}

/// The parameters of a verb that needs nothing but the ticket.
fn on_ticket() -> Value {
    json!({"ticket": "$ticket"})
}

/// How papers come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Papers {
    Complete,
    OneMissing,
}

/// A visitor takes a number: at the kiosk, or from the usher who sees a ground of courtesy (R27, R29).
pub(super) fn take_number(
    cast: &Cast<'_>,
    queue: &str,
    at: Instant,
    chance: &mut Chance,
) -> (Actor, Value) {
    let mut grounds = vec!["elderly", "elderly", "disabled", "with_infant", "veteran"];
    if cast.system_on("green_channel", hall_date(at)) {
        grounds.push("major_project");
    }
    let ushers = cast.with_role(Role::Usher);
    let by_usher = chance.percent(9);
    match (chance.pick(&ushers), chance.pick(&grounds)) {
        (Some(usher), Some(ground)) if by_usher => {
            let params = json!({"queue": queue, "ground": ground});
            (Actor::Staff(usher.code.clone()), params)
        }
        _ => (Actor::Public, json!({"queue": queue})),
    }
}
