//! Who sees whom (R224, rule book 1.1): in a hall that has lived a morning, every question is asked by somebody of every role, and
//! no answer shows a name or a telephone where it is not the viewer's work, nor a whole identity number anywhere.

use std::collections::{BTreeMap, BTreeSet};

use banshi::engine::{Engine, Fault, Identity, Submission};
use banshi::host::{self, HallClock, Host};
use banshi::intake;
use banshi::rehearsal::{Plan, rehearse};
use banshi::rules::permission::Role;
use banshi::rules::stamp::Via;
use banshi::rules::time::Instant;
use chrono::NaiveDate;
use serde_json::{Value, json};

/// Records whose rows show persons or words about them.
const NOUNS: [&str; 10] = [
    "ticket", "enquiry", "case", "branch", "proxy", "custody", "round", "finding", "proposal",
    "document",
];

/// What is private of the persons of the hall.
#[derive(Default)]
struct Secrets {
    names: BTreeSet<Vec<char>>,
    phones: BTreeSet<String>,
    numbers: BTreeSet<String>,
    lengths: BTreeSet<usize>,
}

impl Secrets {
    /// Of everybody in memory whose name is nobody's else: staff and departments are public (R168).
    fn of(engine: &Engine, public: &str) -> Self {
        let mut secrets = Self::default();
        secrets.add(engine, public);
        secrets
    }

    fn add(&mut self, engine: &Engine, public: &str) {
        let secrets = self;
        for person in engine.hall().people.values() {
            let name = person.name.readable().unwrap_or_default();
            if name.chars().count() > 1 && !public.contains(name) {
                secrets.lengths.insert(name.chars().count());
                secrets.names.insert(name.chars().collect());
            }
            let text = |field: &Option<banshi::rules::people::Private>| {
                field
                    .as_ref()
                    .and_then(|text| text.readable())
                    .filter(|text| text.len() > 6)
                    .map(str::to_owned)
            };
            secrets.phones.extend(text(&person.phone));
            secrets.numbers.extend(text(&person.id_number));
            secrets.numbers.extend(text(&person.address));
        }
    }

    /// Whether a text holds an identity number or an address whole.
    fn number_in(&self, text: &str) -> Option<&String> {
        self.numbers.iter().find(|number| text.contains(*number))
    }

    /// Whether a text holds a name or a telephone number whole.
    fn person_in(&self, text: &str) -> Option<String> {
        let chars: Vec<char> = text.chars().collect();
        for length in &self.lengths {
            for window in chars.windows(*length) {
                if self.names.contains(window) {
                    return Some(window.iter().collect());
                }
            }
        }
        self.phones
            .iter()
            .find(|phone| text.contains(*phone))
            .cloned()
    }
}

fn lived() -> (Engine, Instant) {
    let hall = intake::read_embedded("shangcai")
        .expect("an example hall")
        .expect("without faults")
        .0;
    let morning = NaiveDate::from_ymd_opt(2026, 5, 18).unwrap();
    let plan = Plan::demo(11, &hall, morning);
    let engine = host::found_in_memory(&hall, "masking", plan.begins_at()).unwrap();
    let host = Host::start(engine, HallClock::Still(plan.begins_at())).unwrap();
    rehearse(&host, &hall, &plan).unwrap();
    (host.stop().expect("the host lives"), plan.ends_at())
}

fn ask(
    engine: &mut Engine,
    at: Instant,
    staff: Option<&str>,
    method: &str,
    params: Value,
) -> Result<Value, Fault> {
    let identity = Identity {
        login: "test".to_owned(),
        staff: staff.map(Into::into),
        via: if staff.is_some() {
            Via::Call
        } else {
            Via::Kiosk
        },
    };
    let submission = Submission {
        identity,
        method: method.to_owned(),
        params,
    };
    engine.submit(at, &[submission]).remove(0)
}

/// Somebody who looks, as the test needs to know them.
struct Looker {
    code: String,
    department: String,
    roles: Vec<Role>,
    window: Option<String>,
    counter: BTreeSet<String>,
}

fn lookers(engine: &Engine) -> Vec<Looker> {
    let hall = engine.hall();
    let seats: BTreeMap<String, &banshi::rules::window::Desk> = hall
        .desks
        .values()
        .filter_map(|desk| Some((desk.staff.as_ref()?.to_string(), desk)))
        .collect();
    let mut chosen = Vec::new();
    for role in Role::ALL {
        let mut of_role: Vec<_> = hall
            .staff
            .values()
            .filter(|staff| staff.roles.contains(&role))
            .collect();
        // Those who sit somewhere see the most.
        of_role.sort_by_key(|staff| !seats.contains_key(staff.code.as_str()));
        for staff in of_role.into_iter().take(3) {
            let desk = seats.get(staff.code.as_str());
            let tickets = desk
                .into_iter()
                .flat_map(|desk| desk.in_hand.iter().chain(&desk.held));
            chosen.push(Looker {
                code: staff.code.to_string(),
                department: staff.department.to_string(),
                roles: staff.roles.clone(),
                window: hall
                    .desks
                    .iter()
                    .find(|(_, desk)| desk.is_open() && desk.staff.as_ref() == Some(&staff.code))
                    .map(|(code, _)| code.to_string()),
                counter: tickets
                    .filter_map(|ticket| hall.tickets.get(ticket)?.visitor)
                    .map(|person| person.to_string())
                    .collect(),
            });
        }
    }
    chosen
}

impl Looker {
    fn heads(&self, department: &str) -> bool {
        self.department == department
            && self
                .roles
                .iter()
                .any(|role| matches!(role, Role::ChiefRep | Role::DeptLeader))
    }

    fn heads_of(&self, engine: &Engine, staff: &str) -> bool {
        let row = engine.hall().staff.get(&staff.into());
        row.is_some_and(|row| self.heads(row.department.as_str()))
    }

    /// The table once more, from what a row itself says: whether it is this one's open work.
    fn works_on(&self, engine: &Engine, noun: &str, row: &Value) -> bool {
        let text = |field: &str| row[field].as_str().unwrap_or_default();
        let at_my_window = self
            .window
            .as_deref()
            .is_some_and(|mine| text("window") == mine);
        let me = |field: &str| text(field) == self.code;
        match noun {
            "ticket" => {
                let window = engine.hall().windows.get(&text("window").into());
                matches!(text("state"), "called" | "serving" | "held")
                    && (at_my_window
                        || window.is_some_and(|window| self.heads(window.department.as_str())))
            }
            "enquiry" => {
                row["closed_at"].is_null()
                    && (me("owner")
                        || me("handler")
                        || self.heads_of(engine, text("owner"))
                        || self.heads_of(engine, text("handler"))
                        || self.heads(text("handler_department"))
                        || (row["handler"].is_null()
                            && text("handler_department") == self.department)
                        || (row["with_director"] == true && self.roles.contains(&Role::Director)))
            }
            "case" => {
                let ended = ["returned", "not_accepted", "delivered", "withdrawn"];
                let case = text("id").parse().ok();
                let branches = case
                    .and_then(|id| engine.hall().cases.get(&id))
                    .map(|case| case.branch_departments.clone())
                    .unwrap_or_default();
                let order = text("order").parse().ok();
                let order = order.and_then(|id| engine.hall().orders.get(&id));
                let clerk = engine.hall().staff.get(&text("clerk").into());
                let passed_on =
                    clerk.is_none_or(|clerk| clerk.department.as_str() != text("department"));
                !ended.contains(&text("state"))
                    && (me("clerk")
                        || at_my_window
                        || self.heads(text("department"))
                        || branches.iter().any(|one| self.heads(one.as_str()))
                        || (passed_on && text("department") == self.department)
                        || order.is_some_and(|order| {
                            order
                                .agent
                                .as_ref()
                                .is_some_and(|agent| agent.as_str() == self.code)
                        }))
            }
            "proxy" => {
                let ended = [
                    "followed_up",
                    "closed_unable",
                    "closed_withdrawn",
                    "terminated",
                ];
                let id = text("id").parse().ok();
                let opener = id
                    .and_then(|id| engine.hall().orders.get(&id))
                    .map(|order| order.opened_by.to_string())
                    .unwrap_or_default();
                !ended.contains(&text("state"))
                    && (me("agent")
                        || me("companion")
                        || opener == self.code
                        || self.heads_of(engine, &opener)
                        || at_my_window)
            }
            // What hangs on another record is shown as that one is.
            "branch" | "proposal" | "finding" => self.of(engine, "case", "case", row),
            "custody" => self.of(engine, "proxy", "order", row),
            "document" => true,
            _ => false,
        }
    }

    fn of(&self, engine: &Engine, noun: &str, field: &str, row: &Value) -> bool {
        let Some(id) = row[field].as_str() else {
            return false;
        };
        let hall = engine.hall();
        let value = match noun {
            "case" => id.parse().ok().and_then(|id| hall.cases.get(&id)).map(|case| {
                json!({"id": case.id, "state": case.state, "clerk": case.clerk, "window": case.window,
                    "department": case.department, "order": case.order})
            }),
            _ => id.parse().ok().and_then(|id| hall.orders.get(&id)).map(|order| {
                json!({"id": order.id, "state": order.state, "agent": order.agent, "companion": order.companion,
                    "window": order.window})
            }),
        };
        value.is_some_and(|row| self.works_on(engine, noun, &row))
    }
}

/// Every text of a value, without what is shown of somebody who stands at the viewer's counter.
fn texts(value: &Value, counter: &BTreeSet<String>, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, counter, found)),
        Value::Object(fields) => {
            let known = fields
                .get("id")
                .and_then(Value::as_str)
                .is_some_and(|id| counter.contains(id));
            if !known {
                fields
                    .values()
                    .for_each(|value| texts(value, counter, found));
            }
        }
        _ => {}
    }
}

#[test]
fn r224_nobody_is_shown_to_whose_work_they_are_not() {
    let (mut engine, at) = lived();
    let public: String = ["staff", "department", "window", "item", "material"]
        .iter()
        .map(|noun| {
            let rows = ask(
                &mut engine,
                at,
                Some("s001"),
                &format!("{noun}.list"),
                json!({"limit": 500}),
            );
            rows.unwrap().to_string()
        })
        .collect();
    // Everybody whom any record names, also those of closed ones that are brought into memory to be shown.
    let mut secrets = Secrets::default();
    for noun in NOUNS {
        let closed = json!({"limit": 500, "closed": true});
        ask(
            &mut engine,
            at,
            Some("s001"),
            &format!("{noun}.list"),
            closed,
        )
        .unwrap();
        secrets.add(&engine, &public);
    }
    let lookers = lookers(&engine);
    assert!(lookers.len() > 15);
    let mut rows_seen = 0;
    let mut shown_to_work = 0;
    for looker in &lookers {
        for noun in NOUNS {
            let answer = ask(
                &mut engine,
                at,
                Some(&looker.code),
                &format!("{noun}.list"),
                json!({"limit": 200, "closed": true}),
            );
            for row in answer.unwrap()["rows"].as_array().unwrap() {
                rows_seen += 1;
                let whole = row.to_string();
                assert_eq!(
                    secrets.number_in(&whole),
                    None,
                    "{} {noun} {row}",
                    looker.code
                );
                let mut words = Vec::new();
                texts(row, &looker.counter, &mut words);
                let met = words.iter().find_map(|text| secrets.person_in(text));
                if looker.works_on(&engine, noun, row) {
                    shown_to_work += usize::from(met.is_some());
                } else {
                    assert_eq!(met, None, "{} {:?} {noun} {row}", looker.code, looker.roles);
                }
            }
        }
    }
    assert!(rows_seen > 5_000, "{rows_seen}");
    assert!(shown_to_work > 50, "{shown_to_work}: those who work see");
}

/// What nobody may read, with the staff known, whose names are public.
fn secrets_of(engine: &mut Engine, at: Instant) -> Secrets {
    let params = json!({"limit": 500});
    let staff = ask(engine, at, Some("s001"), "staff.list", params).unwrap();
    Secrets::of(engine, &staff.to_string())
}

#[test]
fn r228_what_everybody_may_ask_names_nobody() {
    let (mut engine, at) = lived();
    let lookers = lookers(&engine);
    let secrets = secrets_of(&mut engine, at);
    assert!(secrets.names.len() > 50 && secrets.numbers.len() > 50);
    let asked = [
        ("hall.status", json!({})),
        ("case.due", json!({})),
        ("queue.list", json!({})),
        ("item.find", json!({"text": "证"})),
        ("journal.read", json!({"from": 1, "limit": 500})),
    ];
    for looker in lookers.iter().map(Some).chain([None]) {
        let code = looker.map(|looker| looker.code.as_str());
        let watches = looker.is_none_or(|looker| {
            looker.roles.iter().all(|role| {
                matches!(
                    role,
                    Role::Inspector | Role::Director | Role::Discipline | Role::Admin | Role::Usher
                )
            })
        });
        for (method, params) in &asked {
            let Ok(answer) = ask(&mut engine, at, code, method, params.clone()) else {
                continue;
            };
            let answer = answer.to_string();
            assert_eq!(secrets.number_in(&answer), None, "{method} by {code:?}");
            if watches || *method != "case.due" {
                assert_eq!(secrets.person_in(&answer), None, "{method} by {code:?}");
            }
        }
        let none: [&str; 4] = ["ticket.list", "enquiry.list", "case.list", "person.get"];
        for method in none {
            if code.is_none() {
                assert!(
                    ask(&mut engine, at, None, method, json!({})).is_err(),
                    "{method} is nothing for the public"
                );
            }
        }
    }
}

#[test]
fn r224_a_refusal_names_nobody_either() {
    let (mut engine, at) = lived();
    let secrets = secrets_of(&mut engine, at);
    let hall = engine.hall();
    let ids: Vec<(String, &str)> = hall
        .cases
        .values()
        .map(|case| (case.id.to_string(), "case"))
        .chain(
            hall.orders
                .values()
                .map(|order| (order.id.to_string(), "order")),
        )
        .chain(
            hall.enquiries
                .values()
                .map(|one| (one.id.to_string(), "enquiry")),
        )
        .chain(
            hall.tickets
                .values()
                .map(|one| (one.id.to_string(), "ticket")),
        )
        .take(400)
        .collect();
    let mut refused = 0;
    for looker in lookers(&engine) {
        for (id, field) in &ids {
            let noun = if *field == "order" { "proxy" } else { field };
            let verb = match *field {
                "case" => "accept",
                "order" | "enquiry" => "take",
                _ => "start",
            };
            // The hall stays as it is: whoever may do it is not asked to.
            let works = looker.roles.iter().any(|role| {
                matches!(
                    role,
                    Role::Clerk | Role::ChiefRep | Role::Agent | Role::Director | Role::DeptLeader
                )
            });
            if works {
                continue;
            }
            let answer = ask(
                &mut engine,
                at,
                Some(&looker.code),
                &format!("{noun}.{verb}"),
                json!({*field: id}),
            );
            if let Err(Fault::Refused(refusal)) = answer {
                refused += 1;
                let told = serde_json::to_string(&refusal.data()).unwrap();
                assert_eq!(secrets.number_in(&told), None, "{told}");
                assert_eq!(secrets.person_in(&told), None, "{told}");
            }
        }
    }
    assert!(refused > 100, "{refused}");
}
