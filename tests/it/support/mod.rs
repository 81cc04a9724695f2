//! A small hall and the one function through which rule tests ask it anything: `World::run` takes a method and its parameters
//! as they stand on the wire, checks permission as the engine does, decides, and applies what was decided.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod bed;
pub(crate) mod calls;
pub(crate) mod chance;
pub(crate) mod crash;
pub(crate) mod desk;
pub(crate) mod disk;
pub(crate) mod folder;
pub(crate) mod guest;
pub(crate) mod journal;
pub(crate) mod make;
pub(crate) mod raw;
pub(crate) mod served;
pub(crate) mod terminal;
pub(crate) mod through;
pub(crate) mod tireless;
pub(crate) mod whole;

use banshi::rules::{
    self,
    catalogue::{HallFolder, HallProfile},
    command::Command,
    event::{Event, Subject},
    founding,
    hall::Hall,
    id::StaffCode,
    people::Who,
    permission::{self, Grant, Role},
    refusal::Refusal,
    stamp::{Actor, Stamp, Via},
    sweep,
    time::{Instant, hall_date},
};
use serde_json::{Value, json};

/// A hall in memory, its clock, and the seq of its last entry.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) hall: Hall,
    pub(crate) seq: u64,
    pub(crate) at: Instant,
    swept: Instant,
    slot: u64,
    pub(crate) log: Vec<Event>,
}

/// An instant from hall time, `2026-03-02T09:00` or a date (then 09:00).
pub(crate) fn at(text: &str) -> Instant {
    let text = if text.len() == 10 {
        format!("{text}T09:00")
    } else {
        text.to_owned()
    };
    let text = if text.len() == 16 {
        format!("{text}:00")
    } else {
        text
    };
    chrono::DateTime::parse_from_rfc3339(&format!("{text}+08:00"))
        .unwrap()
        .to_utc()
}

impl World {
    /// The small hall on Monday 2026-03-02 at 09:00.
    pub(crate) fn small() -> Self {
        Self::of(&small_folder())
    }

    /// A hall of any folder on Monday 2026-03-02 at 09:00.
    pub(crate) fn of(folder: &HallFolder) -> Self {
        let mut hall = Hall::default();
        let entries = founding::found(folder, true);
        for event in entries.iter().flatten() {
            crate::events::offer(event);
            hall.apply(event);
        }
        let at = at("2026-03-02");
        Self {
            hall,
            seq: entries.len() as u64,
            at,
            swept: at,
            slot: 1,
            log: Vec::new(),
        }
    }

    /// Moves the clock to a hall time; days in between are swept.
    pub(crate) fn go(&mut self, time: &str) -> &mut Self {
        let to = at(time);
        assert!(to >= self.at, "the clock of a test goes forward");
        self.sweep_to(to);
        self.at = to;
        self
    }

    /// Runs the sweep up to an instant and gives what it brought about.
    pub(crate) fn sweep_to(&mut self, to: Instant) -> Vec<Event> {
        let mut swept = Vec::new();
        loop {
            let step = sweep::next_step(&self.hall, self.swept);
            if step.at() > to {
                break;
            }
            let actor = Actor {
                staff: None,
                role: Role::Hall,
                window: None,
                login: String::new(),
                via: Via::Sweep,
            };
            let mut stamp = Stamp::new(self.seq + 1, step.at(), actor, self.slot);
            if let sweep::Step::Closed(on) = step {
                stamp.on = on;
            }
            let events = sweep::events(&self.hall, &stamp, step);
            if !events.is_empty() {
                self.commit(&events);
                swept.extend(events);
            }
            self.swept = step.at();
        }
        self.swept = self.swept.max(to);
        swept
    }

    /// Asks the hall as a member of staff (`admin` for none).
    pub(crate) fn run(
        &mut self,
        staff: &str,
        method: &str,
        params: Value,
    ) -> Result<Vec<Event>, Refusal> {
        self.run_by(Via::Call, staff, method, params)
    }

    /// The same, by any way.
    pub(crate) fn run_by(
        &mut self,
        via: Via,
        staff: &str,
        method: &str,
        params: Value,
    ) -> Result<Vec<Event>, Refusal> {
        let mut command = Command::parse(method, params)
            .expect("known method")
            .expect("well-formed parameters");
        for who in command.people_mut() {
            if let Who::Given(details) = who {
                self.slot += 1;
                *who = Who::New {
                    slot: self.slot,
                    details: details.clone(),
                };
            }
        }
        let code = StaffCode::from(staff);
        let roles = self
            .hall
            .staff
            .get(&code)
            .map(|staff| staff.roles.clone())
            .unwrap_or_default();
        let (role, grant) =
            permission::grant(&roles, method).unwrap_or_else(|| panic!("{staff} may not {method}"));
        let window = rules::window::seat_of(&self.hall, &code);
        let actor = Actor {
            staff: Some(code),
            role,
            window,
            login: "test".into(),
            via,
        };
        let stamp = Stamp::new(self.seq + 1, self.at, actor, self.slot + 1);
        let events = match grant {
            Grant::Do => rules::decide(&self.hall, &stamp, &command)?,
            Grant::Propose => rules::proposal::propose(&self.hall, &stamp, &command)?,
        };
        self.slot += 8;
        if !events.is_empty() {
            self.commit(&events);
        }
        Ok(events)
    }

    /// Signs a clerk on at a terminal.
    pub(crate) fn sit_down(&mut self, staff: &str, window: &str) -> Vec<Event> {
        let params = json!({"window": window});
        self.run_by(Via::Console, staff, "window.sign_on", params)
            .unwrap_or_else(|refusal| panic!("{staff} at {window}: {refusal}"))
    }

    /// The machine itself asks.
    pub(crate) fn machine(&mut self, method: &str, params: Value) -> Result<Vec<Event>, Refusal> {
        let command = Command::parse(method, params)
            .expect("known method")
            .expect("well-formed parameters");
        let actor = Actor {
            staff: None,
            role: Role::Hall,
            window: None,
            login: String::new(),
            via: Via::Sweep,
        };
        let stamp = Stamp::new(self.seq + 1, self.at, actor, self.slot + 1);
        let events = rules::decide(&self.hall, &stamp, &command)?;
        self.commit(&events);
        Ok(events)
    }

    /// The same, where the test needs it to succeed.
    pub(crate) fn ok(&mut self, staff: &str, method: &str, params: Value) -> Vec<Event> {
        let shown = params.to_string();
        self.run(staff, method, params)
            .unwrap_or_else(|refusal| panic!("{method} {shown}: {refusal}"))
    }

    /// The same, where the test needs a refusal; gives its code.
    pub(crate) fn refused(&mut self, staff: &str, method: &str, params: Value) -> &'static str {
        let shown = params.to_string();
        match self.run(staff, method, params) {
            Ok(events) => panic!("{method} {shown} was not refused: {events:?}"),
            Err(refusal) => refusal.code.as_str(),
        }
    }

    fn commit(&mut self, events: &[Event]) {
        self.seq += 1;
        for event in events {
            // What is stored is what is applied: every event survives its own stored form.
            let stored = event.to_value();
            let back = Event::from_value(stored.clone())
                .unwrap_or_else(|fault| panic!("{fault}: {stored}"));
            assert_eq!(&back, event, "stored form of {stored}");
            self.hall.apply(&back);
            crate::events::offer(event);
        }
        self.log.extend(events.iter().cloned());
    }

    /// Today in the hall.
    pub(crate) fn today(&self) -> chrono::NaiveDate {
        hall_date(self.at)
    }
}

/// The id of the first record of a kind that these events are about, as it is written on the wire.
pub(crate) fn id_of(events: &[Event], noun: &str) -> String {
    let event = events
        .iter()
        .find(|event| event.noun() == noun)
        .unwrap_or_else(|| panic!("no {noun} in {events:?}"));
    match event.subject() {
        Subject::Person(id) => id.to_string(),
        Subject::Staff(code) => code.to_string(),
        Subject::Window(code) => code.to_string(),
        Subject::Ticket(id) => id.to_string(),
        Subject::Enquiry(id) => id.to_string(),
        Subject::Case(id) => id.to_string(),
        Subject::Branch(id) => id.to_string(),
        Subject::Order(id) => id.to_string(),
        Subject::Paper(id) => id.to_string(),
        Subject::Round(id) => id.to_string(),
        Subject::Finding(id) => id.to_string(),
        Subject::Proposal(id) => id.to_string(),
        Subject::Document(id) => id.to_string(),
        Subject::Hall => String::new(),
    }
}

/// Two departments, four windows, two queues, one person in every role, one item of every kind.
pub(crate) fn small_folder() -> HallFolder {
    let profile: HallProfile = serde_json::from_value(json!({
        "id": "small", "name": "小厅", "level": "county", "region": "411722", "scheme": "a",
        "hours": {"open": "08:30:00", "lunch_from": "12:00:00", "lunch_to": "14:30:00", "close": "17:30:00"},
        "systems": [{"code": "first_question", "name": "首问负责制", "on": true},
                    {"code": "green_channel", "name": "绿色通道", "on": true},
                    {"code": "default", "name": "超时缺席默认", "on": true}],
    }))
    .unwrap();
    let staff = |code: &str, name: &str, department: &str, roles: Value| json!({"code": code, "name": name, "department": department, "roles": roles, "trained_on": "2020-01-02"});
    let item = |code: &str, kind: &str, statutory: u16, committed: u16, more: Value| {
        let mut item = json!({"code": code, "name": format!("事项{code}"), "department": "mz", "power": "permit",
            "applicants": ["natural", "legal"], "kind": kind, "statutory_limit": statutory,
            "committed_limit": committed, "unit": "working_day", "fee": "不收费", "proxy_allowed": true});
        item.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        item
    };
    let material = |code: &str, item: &str, tolerable: bool| {
        json!({"code": code, "name": format!("材料{code}"), "item": item, "form": "original", "copies": 1,
            "tolerable": tolerable})
    };
    serde_json::from_value(json!({
        "profile": profile,
        "departments": [{"code": "mz", "name": "民政局"}, {"code": "zj", "name": "住建局"}, {"code": "zx", "name": "行政服务中心"}],
        "queues": [{"code": "a", "name": "民政", "prefix": "A"}, {"code": "b", "name": "住建", "prefix": "B"}],
        "windows": [
            {"code": "w1", "name": "1号窗口", "department": "mz", "queues": ["a", "b"], "first_question_post": true},
            {"code": "w2", "name": "2号窗口", "department": "mz", "queues": ["a"]},
            {"code": "w3", "name": "3号窗口", "department": "zj", "queues": ["b"]},
            {"code": "w4", "name": "4号窗口", "department": "zx", "queues": ["a", "b"], "comprehensive": true},
        ],
        "staff": [
            staff("wang", "王甲", "mz", json!(["clerk"])), staff("zhao", "赵乙", "mz", json!(["clerk"])),
            staff("li", "李丙", "zj", json!(["clerk"])), staff("zhong", "钟丁", "zx", json!(["clerk"])),
            staff("shou", "首戊", "mz", json!(["clerk", "chief_rep"])), staff("dai", "戴己", "zj", json!(["chief_rep"])),
            staff("zhou", "周庚", "zx", json!(["agent"])), staff("wu", "吴辛", "zx", json!(["agent"])),
            staff("dao", "导壬", "zx", json!(["usher"])), staff("cha", "查癸", "zx", json!(["inspector"])),
            staff("xun", "巡子", "zx", json!(["inspector"])), staff("zhu", "主丑", "zx", json!(["director"])),
            staff("fu", "副寅", "zx", json!(["director"])), staff("ban", "班卯", "mz", json!(["dept_leader"])),
            staff("ji", "纪辰", "zx", json!(["discipline"])), staff("guan", "管巳", "zx", json!(["admin"])),
        ],
        "items": [
            item("I", "instant", 1, 0, json!({})),
            item("P", "promised", 20, 14, json!({"default_on_timeout": true})),
            item("S", "promised", 20, 14, json!({"safety": true, "default_on_timeout": true, "proxy_allowed": false})),
            item("J", "joint", 45, 31, json!({"branches": ["zj", "mz"]})),
            item("U", "upward", 20, 14, json!({})),
            item("Z", "promised", 10, 7, json!({"department": "zj"})),
        ],
        "materials": [material("P-1", "P", false), material("P-2", "P", false), material("P-3", "P", true),
            material("S-1", "S", false), material("J-1", "J", false), material("U-1", "U", false),
            material("Z-1", "Z", false)],
        "authorisations": [
            {"code": "授1", "name": "民政授权", "holder": "shou", "scope": {"department": "mz"}, "from": "2020-01-01"},
            {"code": "授2", "name": "住建授权", "holder": "dai", "scope": {"department": "zj"}, "from": "2020-01-01"},
            {"code": "授3", "name": "即办授权", "holder": "wang", "scope": {"items": ["I"]}, "from": "2020-01-01"},
            {"code": "授4", "name": "过期授权", "holder": "ban", "scope": {"department": "mz"}, "from": "2020-01-01", "to": "2026-03-01"},
        ],
        "seals": [{"code": "z1", "name": "行政审批专用章", "department": "mz"}],
        "calendar": banshi::rules::calendar::embedded_years(),
    }))
    .unwrap()
}
