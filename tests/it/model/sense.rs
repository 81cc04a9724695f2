//! What somebody who knows the hall would do with a command made at random: the one at the window serves, the papers are those
//! of the item, the holder hands on. Makes nothing up that the hall does not show.

use banshi::rules::custody::Holder;
use banshi::rules::hall::Hall;
use banshi::rules::id::StaffCode;
use serde_json::{Value, json};

use crate::support::make::Chance;

/// A command that is being put right.
pub(super) struct Sense<'a> {
    pub(super) hall: &'a Hall,
    pub(super) chance: &'a mut Chance,
    pub(super) staff: &'a mut String,
    pub(super) params: &'a mut Value,
}

impl Sense<'_> {
    /// `id` is the record that the command is about.
    pub(super) fn apply(&mut self, method: &str, id: Option<&str>) {
        match (method.split_once('.').map_or("", |(noun, _)| noun), method) {
            (_, "ticket.call_next") => self.call_next(),
            (_, "window.sign_on") => self.sign_on(),
            (_, "case.receive" | "case.precheck") => self.receive(),
            (_, "case.decide") => {
                *self.params = json!({"case": self.params["case"], "result": "ok"});
            }
            (_, "custody.offer" | "custody.take" | "custody.return") => self.hand_on(method),
            ("ticket", _) => self.who_serves(id),
            ("proxy", _) => self.carry(method, id),
            (_, "finding.statement" | "finding.reply" | "finding.appeal") => {
                self.who_is_inspected(id);
            }
            ("enquiry", _) if !matches!(method, "enquiry.close" | "enquiry.reassign") => {
                self.who_owns(id);
            }
            _ => {}
        }
    }

    fn by(&mut self, staff: Option<&StaffCode>) {
        if let Some(staff) = staff {
            *self.staff = staff.to_string();
        }
    }

    fn call_next(&mut self) {
        let open: Vec<_> = self
            .hall
            .desks
            .iter()
            .filter(|(_, desk)| desk.is_open())
            .collect();
        if let Some((window, desk)) = self.chance.pick(&open) {
            *self.params = json!({"window": window});
            self.by(desk.staff.as_ref());
        }
    }

    fn sign_on(&mut self) {
        let seats = [
            ("wang", "w1"),
            ("zhao", "w2"),
            ("li", "w3"),
            ("zhong", "w4"),
        ];
        let (who, window) = seats[self.chance.below(seats.len())];
        who.clone_into(self.staff);
        *self.params = json!({"window": window});
    }

    fn who_serves(&mut self, id: Option<&str>) {
        let ticket = id
            .and_then(|id| id.parse().ok())
            .and_then(|id| self.hall.tickets.get(&id));
        let seat = ticket.and_then(|ticket| ticket.window.as_ref());
        let desk = seat.and_then(|window| self.hall.desks.get(window));
        self.by(desk.and_then(|desk| desk.staff.as_ref()));
    }

    fn receive(&mut self) {
        let items: Vec<_> = self.hall.items.iter().map(|(code, _)| code).collect();
        let Some(item) = self.chance.pick(&items) else {
            return;
        };
        let all = self
            .hall
            .materials_of(item)
            .map(|one| json!({"code": one.code}));
        let papers: Vec<Value> = all.filter(|_| self.chance.percent(85)).collect();
        let name = format!("来访人{}", self.chance.below(9));
        *self.params = json!({"item": item, "applicant": {"name": name}, "materials": papers});
        "zhong".clone_into(self.staff);
    }

    fn carry(&mut self, method: &str, id: Option<&str>) {
        let order = id
            .and_then(|id| id.parse().ok())
            .and_then(|id| self.hall.orders.get(&id));
        if !matches!(method, "proxy.assign" | "proxy.follow_up") {
            self.by(order.and_then(|order| order.agent.as_ref()));
        }
        if matches!(method, "proxy.assign" | "proxy.accept") {
            let agents = [["zhou", "wu"], ["wu", "zhou"]][self.chance.below(2)];
            self.params["agent"] = json!(agents[0]);
            self.params["companion"] = json!(agents[1]);
        }
        if method == "proxy.accept" {
            self.params["signed"] = json!(true);
            self.leave_out("promised_on");
        }
    }

    fn leave_out(&mut self, field: &str) {
        if let Value::Object(fields) = &mut *self.params {
            fields.remove(field);
        }
    }

    fn hand_on(&mut self, method: &str) {
        let open: Vec<_> = self
            .hall
            .papers
            .values()
            .filter(|paper| paper.is_open())
            .collect();
        let Some(paper) = self.chance.pick(&open) else {
            return;
        };
        self.params["papers"] = json!([paper.id]);
        if method == "custody.take" {
            self.leave_out("department");
        }
        match (method, &paper.offered_to) {
            ("custody.take", Some(Holder::Staff(offered))) => self.by(Some(offered)),
            _ => self.by(paper.held_by()),
        }
    }

    fn who_is_inspected(&mut self, id: Option<&str>) {
        let finding = id
            .and_then(|id| id.parse().ok())
            .and_then(|id| self.hall.findings.get(&id));
        self.by(finding.and_then(|finding| finding.person.as_ref()));
    }

    fn who_owns(&mut self, id: Option<&str>) {
        let enquiry = id
            .and_then(|id| id.parse().ok())
            .and_then(|id| self.hall.enquiries.get(&id));
        if self.chance.percent(70) {
            self.by(enquiry.map(|enquiry| &enquiry.owner));
        }
    }
}
