//! Who may do what: one row a method, with the roles that may do it and those that may only propose it (rule book 1.1).
//! Checked at one choke point before anything is decided; conditions on the record itself (own window, own department,
//! four eyes) are in the rule that decides.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A role in the hall (rule book 1.1).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 窗口工作人员
    Clerk,
    /// 首席代表
    ChiefRep,
    /// 导办员
    Usher,
    /// 代办员
    Agent,
    /// 督查科巡查员
    Inspector,
    /// 中心主任/中心管理人员
    Director,
    /// 带班领导/分管领导
    DeptLeader,
    /// 纪委行政投诉办
    Discipline,
    /// 系统管理员
    Admin,
    /// The public at a kiosk; no login.
    Public,
    /// The machine itself, in the sweep.
    Hall,
}

impl Role {
    /// Every role, in the order of the rule book.
    pub const ALL: [Self; 11] = [
        Self::Clerk,
        Self::ChiefRep,
        Self::Usher,
        Self::Agent,
        Self::Inspector,
        Self::Director,
        Self::DeptLeader,
        Self::Discipline,
        Self::Admin,
        Self::Public,
        Self::Hall,
    ];

    /// The word for it on the wire and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::ChiefRep => "chief_rep",
            Self::Usher => "usher",
            Self::Agent => "agent",
            Self::Inspector => "inspector",
            Self::Director => "director",
            Self::DeptLeader => "dept_leader",
            Self::Discipline => "discipline",
            Self::Admin => "admin",
            Self::Public => "public",
            Self::Hall => "hall",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// What a role may do with a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// Do it.
    Do,
    /// Propose it, for another person's approval.
    Propose,
}

/// One row of the matrix.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The method.
    pub method: &'static str,
    /// Roles that may do it.
    pub allowed: &'static [Role],
    /// Roles that may propose it.
    pub proposing: &'static [Role],
}

use Role::{
    Admin, Agent, ChiefRep, Clerk, DeptLeader, Director, Discipline, Hall, Inspector, Public, Usher,
};

const WINDOW: &[Role] = &[Clerk, ChiefRep];
const FIRST_ASKED: &[Role] = &[
    Clerk, ChiefRep, Usher, Agent, Inspector, Director, DeptLeader,
];
const ERRAND: &[Role] = &[Clerk, ChiefRep, Agent];
const STAFF: &[Role] = &[
    Clerk, ChiefRep, Usher, Agent, Inspector, Director, DeptLeader, Discipline, Admin,
];

const fn row(method: &'static str, allowed: &'static [Role]) -> Row {
    Row {
        method,
        allowed,
        proposing: &[],
    }
}

const fn or_propose(
    method: &'static str,
    allowed: &'static [Role],
    proposing: &'static [Role],
) -> Row {
    Row {
        method,
        allowed,
        proposing,
    }
}

/// The matrix of the rule book, one row a command. Queries are open to all staff unless `query` says otherwise.
pub const MATRIX: &[Row] = &[
    row("hall.confirm_clock", &[Director, Admin]),
    row("window.sign_on", &[Clerk, ChiefRep, Director]),
    row("window.pause", &[Clerk, ChiefRep, Director]),
    row("window.resume", &[Clerk, ChiefRep, Director]),
    row("window.sign_off", &[Clerk, ChiefRep, Director]),
    row("window.lose", &[Hall]),
    row("window.regain", &[Hall]),
    row(
        "ticket.issue",
        &[Clerk, ChiefRep, Usher, Agent, Director, Public],
    ),
    row("ticket.call_next", WINDOW),
    row("ticket.pick", &[Clerk, ChiefRep, Director]),
    row("ticket.recall", WINDOW),
    row("ticket.start", WINDOW),
    row("ticket.hold", WINDOW),
    row("ticket.resume", WINDOW),
    row("ticket.miss", WINDOW),
    row("ticket.restore", &[Clerk, ChiefRep, Usher]),
    row("ticket.abandon", &[Clerk, ChiefRep, Director]),
    row("ticket.abandon_all", &[Director]),
    row("ticket.cancel", &[Clerk, ChiefRep, Usher, Director, Public]),
    row("ticket.finish", WINDOW),
    row("ticket.transfer", WINDOW),
    row("ticket.reprint", &[Clerk, ChiefRep, Usher, Director]),
    row("enquiry.open", FIRST_ASKED),
    row("enquiry.forward", FIRST_ASKED),
    row("enquiry.take", FIRST_ASKED),
    row("enquiry.give_back", FIRST_ASKED),
    row("enquiry.answer", FIRST_ASKED),
    row("enquiry.reply", FIRST_ASKED),
    row("enquiry.confirm", FIRST_ASKED),
    row("enquiry.reject_reply", FIRST_ASKED),
    row("enquiry.unreachable", FIRST_ASKED),
    row("enquiry.close", &[Director]),
    row("enquiry.reassign", &[Director]),
    row("case.precheck", ERRAND),
    row("case.receive", ERRAND),
    row("case.classify", WINDOW),
    row("case.notify_once", WINDOW),
    row("case.supply", ERRAND),
    row("case.grant_time", WINDOW),
    row("case.accept", &[Clerk, ChiefRep]),
    row("case.refuse", WINDOW),
    or_propose("case.pause", &[ChiefRep, DeptLeader], &[Clerk]),
    row("case.resume", WINDOW),
    or_propose("case.extend", &[ChiefRep, DeptLeader, Director], &[Clerk]),
    row("case.submit_up", WINDOW),
    row("case.decide", &[Clerk, ChiefRep, DeptLeader]),
    row("case.deliver", WINDOW),
    row("case.withdraw", ERRAND),
    row("case.review", &[Director]),
    or_propose("case.default_confirm", &[Director], &[Inspector]),
    row("branch.notify", WINDOW),
    row("branch.sign", WINDOW),
    row("branch.opinion", &[ChiefRep, DeptLeader]),
    row("branch.absent", &[Clerk, ChiefRep, Inspector]),
    row("branch.ask_material", WINDOW),
    row("branch.pause", &[ChiefRep, DeptLeader]),
    row("branch.resume", &[ChiefRep, DeptLeader]),
    row("branch.not_needed", &[ChiefRep, DeptLeader]),
    row("branch.late_opinion", &[ChiefRep, DeptLeader]),
    or_propose("branch.default_confirm", &[Director], &[Inspector]),
    row("proxy.open", ERRAND),
    row("proxy.accept", ERRAND),
    row("proxy.assign", &[Clerk, ChiefRep, Director]),
    row("proxy.take", &[Agent]),
    row("proxy.leg", &[Agent]),
    row("proxy.submit", &[Agent]),
    row("proxy.result", ERRAND),
    row("proxy.reply", ERRAND),
    row("proxy.complete", ERRAND),
    row("proxy.suspend", ERRAND),
    row("proxy.resume", ERRAND),
    row("proxy.withdraw", ERRAND),
    row("proxy.unable", ERRAND),
    row("proxy.follow_up", &[Clerk, ChiefRep, Director]),
    row("custody.receive", ERRAND),
    row("custody.offer", ERRAND),
    row("custody.take", ERRAND),
    row("custody.return", ERRAND),
    row("round.open", &[Inspector, Director]),
    row("round.see", &[Inspector, Director]),
    row("round.close", &[Inspector, Director]),
    row("finding.raise", &[Inspector, Director]),
    row("finding.confirm", &[Inspector, Director]),
    row("finding.drop", &[Inspector, Director]),
    row("finding.fix_on_spot", &[Inspector, Director]),
    row("finding.notify", &[Inspector, Director]),
    row("finding.statement", STAFF),
    row("finding.reply", STAFF),
    row("finding.set_due", &[Inspector, Director]),
    row("finding.recheck", &[Inspector, Director]),
    row("finding.appeal", STAFF),
    row("finding.appeal_decide", &[Director]),
    row("proposal.approve", &[ChiefRep, DeptLeader, Director]),
    row("proposal.reject", &[ChiefRep, DeptLeader, Director]),
    row("proposal.withdraw", STAFF),
    row("person.unmask", &[Clerk, ChiefRep, Agent, Director]),
    // The rule book is silent on who erases. The director answers for the hall's records and decides; the administrator
    // keeps the machine and does not.
    row("person.erase", &[Director]),
    // The administrator first: in that role somebody sets the PIN of others.
    row(
        "staff.set_pin",
        &[
            Admin, Clerk, ChiefRep, Usher, Agent, Inspector, Director, DeptLeader, Discipline,
        ],
    ),
];

/// The row of a method.
pub fn row_of(method: &str) -> Option<&'static Row> {
    MATRIX.iter().find(|row| row.method == method)
}

/// What somebody with `roles` may do with `method`, and the role that permits it: doing goes before proposing, and among
/// equal grants the role that stands first in the row.
pub fn grant(roles: &[Role], method: &str) -> Option<(Role, Grant)> {
    let row = row_of(method)?;
    let first = |wanted: &[Role]| wanted.iter().copied().find(|role| roles.contains(role));
    if roles.contains(&Hall) {
        return Some((Hall, Grant::Do));
    }
    first(row.allowed)
        .map(|role| (role, Grant::Do))
        .or_else(|| first(row.proposing).map(|role| (role, Grant::Propose)))
}

/// Whether a method is a command: something that may change the hall.
pub fn is_command(method: &str) -> bool {
    row_of(method).is_some()
}

const EVERYBODY: &[Role] = &[
    Clerk, ChiefRep, Usher, Agent, Inspector, Director, DeptLeader, Discipline, Admin, Public,
];

/// Who may ask a question: the journal is for those who answer for it, records for staff, the item guide for everybody.
pub fn readers(method: &str) -> &'static [Role] {
    match method {
        "journal.read" => &[Admin, Director],
        "journal.head" => &[Admin, Director, Inspector, Discipline],
        "item.find" | "item.get" | "item.list" | "queue.list" | "queue.get" | "department.list"
        | "department.get" => EVERYBODY,
        _ => STAFF,
    }
}

/// Whether the acting role is one of the public's (kiosk).
pub fn is_public(role: Role) -> bool {
    role == Public
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doing_goes_before_proposing() {
        assert_eq!(grant(&[Clerk], "case.pause"), Some((Clerk, Grant::Propose)));
        assert_eq!(
            grant(&[Clerk, ChiefRep], "case.pause"),
            Some((ChiefRep, Grant::Do))
        );
        assert_eq!(grant(&[Discipline], "case.pause"), None);
        assert_eq!(grant(&[Admin], "no.such"), None);
    }
}
