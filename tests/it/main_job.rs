//! The main job on a real hall, as a stranger's script does it: the whole path from the ticket to the verified finding through
//! `banshi call`, every call a process. On the way each answer is compared with the table of methods that other programs rely on.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::calls::{CATALOGUE, HallOnDisk, RECORDS};

/// Methods that other programs rely on: name, parameters, fields of the result. A method whose result is a record of its noun
/// names what every such record has.
const TABLE: &str = "\
    hall.status          |                                                     | hall head windows waiting serving cases.open cases.yellow cases.red
    window.sign_on       | window staff reason                                 | window state staff queues
    window.pause         | window staff reason                                 | window state staff reason
    window.resume        | window staff reason                                 | window state staff
    window.sign_off      | window staff reason                                 | window state staff
    ticket.issue         | queue priority ground visitor items appointment     | id number queue state ahead wait.low_minutes wait.high_minutes
    ticket.call_next     | window                                              | id number queue state window
    ticket.pick          | window ticket reason                                | id number state window
    ticket.recall        | ticket                                              | id number state calls
    ticket.start         | ticket                                              | id number state
    ticket.hold          | ticket                                              | id number state
    ticket.resume        | ticket                                              | id number state
    ticket.miss          | ticket                                              | id number state
    ticket.restore       | ticket                                              | id number state
    ticket.abandon       | ticket                                              | id number state
    ticket.cancel        | ticket                                              | id number state
    ticket.finish        | ticket                                              | id number state outcome
    ticket.transfer      | ticket queue window note                            | id number state queue
    enquiry.open         | visitor matter channel in_scope ticket window       | id number owner handler state reply_due
    enquiry.forward      | enquiry                                             | id number owner handler state reply_due
    enquiry.take         | enquiry                                             | id number owner handler state reply_due
    enquiry.give_back    | enquiry                                             | id number owner handler state reply_due
    enquiry.answer       | enquiry                                             | id number owner handler state reply_due
    enquiry.reply        | enquiry                                             | id number owner handler state reply_due
    enquiry.confirm      | enquiry                                             | id number owner handler state reply_due
    enquiry.reject_reply | enquiry                                             | id number owner handler state reply_due
    enquiry.unreachable  | enquiry                                             | id number owner handler state reply_due
    enquiry.close        | enquiry                                             | id number owner handler state reply_due
    case.precheck        | item applicant                                      | id number item kind state missing
    case.receive         | item applicant materials ticket enquiry case        | id number item kind state missing
    case.classify        | case kind reason                                    | id number item kind state missing
    case.accept          | case                                                | id state clock.started_on clock.committed_due clock.statutory_due clock.left clock.lamp clock.provisional
    case.notify_once     | case                                                | id number item kind state missing
    case.supply          | case                                                | id number item kind state missing
    case.refuse          | case                                                | id number item kind state missing
    case.pause           | case                                                | id number state clock.lamp clock.left
    case.resume          | case                                                | id number state clock.committed_due clock.left
    case.extend          | case                                                | id number state clock.committed_due clock.left
    case.submit_up       | case                                                | id number state
    case.decide          | case                                                | id number state decision
    case.deliver         | case                                                | id number state
    case.withdraw        | case                                                | id number state
    case.review          | case                                                | id number state
    case.default_confirm | case                                                | id number state
    case.explain         | case                                                | case number
    case.get             | case                                                | id number item kind state missing clock
    case.list            |                                                     | rows next
    case.due             |                                                     | overdue today tomorrow
    proposal.approve     | proposal                                            | id state
    proposal.reject      | proposal                                            | id state
    proposal.list        |                                                     | rows next
    branch.notify        | branch                                              | id state
    branch.sign          | branch                                              | id state
    branch.opinion       | branch                                              | id state
    proxy.open           | client items                                        | id number state client
    proxy.accept         | order                                               | id number state
    proxy.assign         | order agent                                         | id number state agent
    proxy.take           | order                                               | id number state agent
    proxy.leg            | order                                               | id number state
    proxy.submit         | order                                               | id number state
    proxy.result         | order                                               | id number state result
    proxy.reply          | order                                               | id number state
    proxy.complete       | order                                               | id number state
    proxy.suspend        | order                                               | id number state
    proxy.resume         | order                                               | id number state
    proxy.withdraw       | order                                               | id number state
    proxy.unable         | order                                               | id number state
    proxy.follow_up      | order                                               | id number state
    custody.receive      | order                                               | id order holder
    custody.offer        | papers                                              | id order holder offered_to
    custody.take         | papers                                              | id order holder
    custody.return       | papers                                              | id order holder
    round.open           |                                                     | id state
    round.see            | round window                                        | id state seen
    round.close          | round                                               | id state
    finding.raise        | window code note                                    | id number state window
    finding.notify       | finding                                             | id number state
    finding.reply        | finding                                             | id number state
    finding.recheck      | finding                                             | id number state
    item.find            | text limit                                          | 0.code 0.name 0.department 0.score
    indicator.get        | from to                                             | from to
    journal.read         | from limit                                          | entries next
";

/// A row of the table.
struct Row {
    method: &'static str,
    params: Vec<&'static str>,
    fields: Vec<&'static str>,
}

fn table() -> Vec<Row> {
    let row = |line: &'static str| {
        let mut parts = line.split('|');
        let mut words = || {
            parts
                .next()
                .unwrap()
                .split_whitespace()
                .collect::<Vec<&str>>()
        };
        Row {
            method: words()[0],
            params: words(),
            fields: words(),
        }
    };
    TABLE.lines().map(row).collect()
}

/// A hall being worked on; every answer is held against the table.
struct Job {
    hall: HallOnDisk,
    used: RefCell<BTreeSet<String>>,
}

impl Job {
    fn ask(&self, staff: &str, method: &str, params: Value) -> Value {
        let answer = self.hall.ok(staff, method, params);
        let proposed = answer.get("proposal").is_some();
        if let Some(row) = table().iter().find(|row| row.method == method)
            && !proposed
        {
            for field in &row.fields {
                let pointer = format!("/{}", field.replace('.', "/"));
                assert!(
                    answer.pointer(&pointer).is_some(),
                    "{method}: no {field} in {answer:#}"
                );
            }
        }
        if method != "journal.read" {
            in_words_of_the_wire(method, "", &answer);
        }
        self.used.borrow_mut().insert(method.to_owned());
        answer
    }

    fn go(&mut self, time: &str) {
        self.hall.go(time);
    }
}

/// States and kinds in lower snake case, times in +08:00, everywhere in an answer.
fn in_words_of_the_wire(method: &str, name: &str, value: &Value) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| in_words_of_the_wire(method, name, value)),
        Value::Array(values) => values
            .iter()
            .for_each(|value| in_words_of_the_wire(method, name, value)),
        Value::String(text) => {
            if ["state", "kind", "lamp", "priority", "outcome"].contains(&name) {
                let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
                assert!(text.bytes().all(plain), "{method}: {name} is {text}");
            }
            if name.ends_with("_at") || name == "at" || name == "since" {
                assert!(text.ends_with("+08:00"), "{method}: {name} is {text}");
            }
        }
        _ => {}
    }
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

/// What `banshi due` says with these options.
fn due(hall: &HallOnDisk, options: &[&str]) -> Value {
    let args: Vec<&str> = ["due", "--json"].iter().chain(options).copied().collect();
    serde_json::from_slice(&hall.run(&args, 0).stdout).unwrap()
}

#[test]
fn every_method_of_the_table_is_described_with_its_parameters() {
    let hall = HallOnDisk::training();
    let description = hall.ok("admin", "rpc.discover", json!({}));
    let methods = description["methods"].as_array().unwrap();
    for row in table() {
        let method = methods
            .iter()
            .find(|method| method["name"] == row.method)
            .unwrap_or_else(|| panic!("{} is not described", row.method));
        let params = method["params"].as_array().unwrap();
        for wanted in &row.params {
            assert!(
                params.iter().any(|param| param["name"] == *wanted),
                "{}: no parameter {wanted}",
                row.method
            );
        }
        assert_ne!(method["result"]["schema"], json!(true), "{}", row.method);
    }
    for noun in RECORDS.iter().chain(CATALOGUE) {
        for verb in ["get", "list"] {
            let name = format!("{noun}.{verb}");
            assert!(
                methods.iter().any(|method| method["name"] == name),
                "{name}"
            );
        }
    }
}

#[test]
fn the_main_job_from_ticket_to_verified_finding() {
    let mut job = Job {
        hall: HallOnDisk::training(),
        used: RefCell::default(),
    };
    let ticket = windows_and_tickets(&mut job);
    enquiry_out_of_scope(&mut job, &ticket);
    let case = case_with_a_paper_missing(&mut job, &ticket);
    errand(&mut job);
    finding(&mut job);
    clock_of_the_case(&mut job, &case);
    questions(&job, &case);
    the_record_proves_itself(&job.hall);
}

/// Two windows, three tickets, the second window's next.
fn windows_and_tickets(job: &mut Job) -> String {
    let first = job.ask("s026", "window.sign_on", json!({"window": "w010"}));
    assert_eq!(first["state"], "open");
    job.ask("s027", "window.sign_on", json!({"window": "w011"}));
    let mut numbers = Vec::new();
    for priority in ["ordinary", "ordinary", "ordinary"] {
        let ticket = job.ask(
            "s007",
            "ticket.issue",
            json!({"queue": "qiye", "priority": priority}),
        );
        assert_eq!(ticket["state"], "waiting");
        assert_eq!(ticket["ahead"], numbers.len());
        numbers.push(ticket["number"].as_str().unwrap().to_owned());
    }
    assert_eq!(numbers, ["A001", "A002", "A003"]);
    job.go("2026-03-02T09:02");
    let called = job.ask("s027", "ticket.call_next", json!({"window": "w011"}));
    assert_eq!(
        (&called["number"], &called["state"]),
        (&json!("A001"), &json!("called"))
    );
    let status = job.ask("s001", "hall.status", json!({}));
    assert_eq!(status["waiting"], 2);
    // A bare number means today's ticket.
    let started = job.ask("s027", "ticket.start", json!({"ticket": "A001"}));
    assert_eq!(started["state"], "serving");
    id(&started)
}

/// A question that is another department's: passed on, taken there, answered, confirmed.
fn enquiry_out_of_scope(job: &mut Job, ticket: &str) {
    job.go("2026-03-02T09:05");
    let enquiry = job.ask(
        "s027",
        "enquiry.open",
        json!({"visitor": {"name": "访客甲"}, "matter": "企业职工怎么参保", "channel": "window",
            "in_scope": false, "ticket": ticket, "window": "w011"}),
    );
    assert_eq!(enquiry["owner"], "s027");
    assert_eq!(enquiry["state"], "open");
    assert_eq!(enquiry["reply_due"], "2026-03-04");
    let refused = job.hall.refusal(
        "s027",
        "enquiry.answer",
        json!({"enquiry": enquiry["id"], "text": "不知道"}),
    );
    assert_eq!(refused["code"], "enquiry.out_of_scope");
    assert_eq!(refused["rule"], "R54");
    let passed = job.ask(
        "s027",
        "enquiry.forward",
        json!({"enquiry": enquiry["id"], "department": "renshe"}),
    );
    assert_eq!(passed["state"], "forwarded");
    job.go("2026-03-02T09:20");
    let taken = job.ask(
        "s043",
        "enquiry.take",
        json!({"enquiry": enquiry["number"]}),
    );
    assert_eq!(taken["handler"], "s043");
    assert_eq!(
        taken["owner"], "s027",
        "the first asked stays the owner (R50)"
    );
    let replied = job.ask(
        "s043",
        "enquiry.reply",
        json!({"enquiry": enquiry["id"], "text": "带营业执照到就业社保窗口登记"}),
    );
    assert_eq!(replied["state"], "replied");
    let closed = job.ask(
        "s027",
        "enquiry.confirm",
        json!({"enquiry": enquiry["id"], "confirmed": "phone"}),
    );
    assert_eq!(closed["state"], "closed_satisfied");
}

/// A promised item with one material missing: notice, supply, kind, acceptance; the due date is that of `banshi due`.
fn case_with_a_paper_missing(job: &mut Job, ticket: &str) -> String {
    job.go("2026-03-02T09:30");
    let found = job.ask(
        "s027",
        "item.find",
        json!({"text": "fgsqyfrsldj", "limit": 5}),
    );
    assert!(found.as_array().unwrap().len() <= 5);
    let question = id(&job.ask(
        "s027",
        "enquiry.open",
        json!({"matter": "设立登记", "channel": "window", "in_scope": true, "ticket": ticket}),
    ));
    let received = job.ask(
        "s027",
        "case.receive",
        json!({"item": "XK-SC-0011", "ticket": ticket, "enquiry": question,
            "applicant": {"name": "蔡地小站", "kind": "organisation"},
            "materials": ["XK-SC-0011-01", "XK-SC-0011-02", "XK-SC-0011-03", "XK-SC-0011-04"]}),
    );
    assert_eq!(received["state"], "received");
    assert_eq!(received["kind"], "promised");
    assert_eq!(received["missing"], json!(["XK-SC-0011-05"]));
    let case = id(&received);
    // The question became the case (R58).
    let linked = job.ask("s027", "enquiry.get", json!({"enquiry": question}));
    assert_eq!(linked["case"], received["id"]);
    let refused = job
        .hall
        .refusal("s027", "case.accept", json!({"case": case}));
    assert_eq!(refused["code"], "case.incomplete");
    assert_eq!(refused["facts"]["missing"], json!(["XK-SC-0011-05"]));
    let notified = job.ask("s027", "case.notify_once", json!({"case": case}));
    assert_eq!(notified["state"], "supplement");
    let notice = &notified["notice"];
    assert_eq!(notice["number"], "〔2026〕第00001号");
    assert_eq!(notice["lines"][0]["code"], "XK-SC-0011-05");
    assert_eq!(notice["lines"][0]["name"], "住所使用证明");
    assert_eq!(notice["lines"][0]["state"], "missing");
    assert_eq!(notice["deadline_on"], notified["correction_due"]);
    job.go("2026-03-02T10:00");
    let supplied = job.ask(
        "s027",
        "case.supply",
        json!({"case": case, "materials": ["XK-SC-0011-05"]}),
    );
    assert_eq!(supplied["state"], "received");
    assert_eq!(supplied["missing"], json!([]));
    // The kind that the item suggests may be stated as well as changed (R65: freely).
    let classified = job.ask(
        "s027",
        "case.classify",
        json!({"case": received["number"], "kind": "promised"}),
    );
    assert_eq!(classified["kind"], "promised");
    let accepted = job.ask("s027", "case.accept", json!({"case": case}));
    assert_eq!(accepted["state"], "accepted");
    let clock = &accepted["clock"];
    let told = due(
        &job.hall,
        &[
            "--accepted",
            "2026-03-02",
            "--days",
            "5",
            "--now",
            "2026-03-02",
        ],
    );
    assert_eq!(clock["started_on"], "2026-03-02");
    assert_eq!(clock["committed_due"], told["due"]);
    assert_eq!(clock["left"], told["left"]);
    assert_eq!(clock["provisional"], told["provisional"]);
    assert_eq!(clock["lamp"], "green");
    let statutory = due(&job.hall, &["--accepted", "2026-03-02", "--days", "15"]);
    assert_eq!(clock["statutory_due"], statutory["due"]);
    let finished = job.ask("s027", "ticket.finish", json!({"ticket": ticket}));
    assert_eq!(finished["state"], "done");
    assert_eq!(finished["work"].as_array().unwrap().len(), 3, "{finished}");
    case
}

/// An errand for somebody who cannot come: originals to the agent and back, and a reply to the client.
fn errand(job: &mut Job) {
    job.go("2026-03-02T10:10");
    job.ask("s113", "window.sign_on", json!({"window": "w001"}));
    let opened = job.ask(
        "s113",
        "proxy.open",
        json!({"client": {"name": "委托人乙", "phone": "03960000000"}, "items": ["XK-SC-0017"]}),
    );
    let order = id(&opened);
    assert_eq!(opened["state"], "requested");
    let paper = job.ask(
        "s113",
        "custody.receive",
        json!({"order": order, "name": "食品经营许可证正本", "form": "original"}),
    );
    let papers = json!([paper["id"]]);
    let unsigned = job.hall.refusal(
        "s113",
        "proxy.accept",
        json!({"order": order, "signed": false}),
    );
    assert_eq!(unsigned["code"], "proxy.not_signed");
    job.ask(
        "s113",
        "proxy.accept",
        json!({"order": order, "signed": true}),
    );
    job.ask(
        "s113",
        "proxy.assign",
        json!({"order": order, "agent": "s011"}),
    );
    let offered = job.ask(
        "s113",
        "custody.offer",
        json!({"papers": papers, "to": "s011"}),
    );
    assert_eq!(
        offered["holder_name"], "熊六己",
        "the giver holds it until it is taken"
    );
    let early = job
        .hall
        .refusal("s011", "proxy.take", json!({"order": order}));
    assert_eq!(early["code"], "custody.held");
    job.go("2026-03-02T10:30");
    let taken = job.ask("s011", "custody.take", json!({"papers": papers}));
    assert_eq!(taken["holder"], "staff");
    assert_eq!(
        job.ask("s011", "proxy.take", json!({"order": opened["number"]}))["state"],
        "underway"
    );
    job.ask(
        "s011",
        "proxy.leg",
        json!({"order": order, "department": "shichang", "purpose": "递交变更申请"}),
    );
    job.ask("s011", "proxy.submit", json!({"order": order}));
    job.go("2026-03-02T15:30");
    job.ask(
        "s011",
        "proxy.result",
        json!({"order": order, "result": "granted"}),
    );
    job.ask(
        "s011",
        "custody.offer",
        json!({"papers": papers, "to": "s113"}),
    );
    job.ask("s113", "custody.take", json!({"papers": papers}));
    let replied = job.ask(
        "s113",
        "proxy.reply",
        json!({"order": order, "text": "变更已核准，请来取证"}),
    );
    assert_eq!(replied["state"], "replied");
    let held = job.hall.refusal(
        "s113",
        "proxy.complete",
        json!({"order": order, "recipient": "委托人乙"}),
    );
    assert_eq!(held["code"], "custody.held");
    let back = job.ask("s113", "custody.return", json!({"papers": papers}));
    assert_eq!(back["holder"], "client");
    let done = job.ask(
        "s113",
        "proxy.complete",
        json!({"order": order, "recipient": "委托人乙"}),
    );
    assert_eq!(done["state"], "completed");
    assert_eq!(done["in_our_hands"], 0);
    let shown = job.ask("s001", "proxy.get", json!({"order": order}));
    assert_eq!(shown["papers"][0]["holder"], "client");
}

/// A supervisor writes a finding on a window; it is answered, put right and seen to be right.
fn finding(job: &mut Job) {
    job.go("2026-03-02T15:40");
    let round = id(&job.ask("s004", "round.open", json!({})));
    job.ask(
        "s004",
        "round.see",
        json!({"round": round, "window": "w010"}),
    );
    let raised = job.ask(
        "s004",
        "finding.raise",
        json!({"window": "w011", "code": "badge", "note": "未佩戴工作牌", "round": round}),
    );
    assert_eq!(raised["person"], "s027");
    assert_eq!(raised["state"], "open");
    let finding = id(&raised);
    let told = job.ask("s004", "finding.notify", json!({"finding": finding}));
    assert_eq!(told["state"], "notified");
    job.ask("s004", "round.close", json!({"round": round}));
    job.go("2026-03-02T16:00");
    let answered = job.ask(
        "s027",
        "finding.reply",
        json!({"finding": finding, "text": "已佩戴"}),
    );
    assert_eq!(answered["state"], "rectifying");
    let verified = job.ask(
        "s005",
        "finding.recheck",
        json!({"finding": finding, "in_order": true}),
    );
    assert_eq!(verified["state"], "verified");
}

/// A stop that the law names, its end, more time, decision, delivery; the dates are those of `banshi due`.
fn clock_of_the_case(job: &mut Job, case: &str) {
    job.go("2026-03-04T10:00");
    let not_lawful = job.hall.refusal(
        "s025",
        "case.pause",
        json!({"case": case, "kind": "leader_absent", "estimated_days": 3}),
    );
    assert_eq!(not_lawful["code"], "case.pause_kind");
    let proposed = job.ask(
        "s027",
        "case.pause",
        json!({"case": case, "kind": "expert_review", "estimated_days": 5}),
    );
    let proposal = id(&proposed["proposal"]);
    assert_eq!(proposed["proposal"]["state"], "open");
    assert_eq!(proposed["proposal"]["method"], "case.pause");
    let approved = job.ask("s025", "proposal.approve", json!({"proposal": proposal}));
    assert_eq!(approved["state"], "approved");
    let stopped = job.ask("s025", "case.get", json!({"case": case}));
    assert_eq!(stopped["state"], "paused");
    assert_eq!(stopped["clock"]["lamp"], "paused");
    let told = due(
        &job.hall,
        &[
            "--accepted",
            "2026-03-02",
            "--days",
            "5",
            "--pause",
            "2026-03-04..",
            "--now",
            "2026-03-05",
        ],
    );
    assert_eq!(told["due"], Value::Null);
    assert_eq!(stopped["clock"]["committed_due"], Value::Null);
    assert_eq!(stopped["clock"]["left"], told["left"]);
    job.go("2026-03-10T10:00");
    let resumed = job.ask("s025", "case.resume", json!({"case": case}));
    let told = due(
        &job.hall,
        &[
            "--accepted",
            "2026-03-02",
            "--days",
            "5",
            "--pause",
            "2026-03-04..2026-03-10",
        ],
    );
    assert_eq!(resumed["clock"]["committed_due"], told["due"]);
    let extended = job.ask(
        "s025",
        "case.extend",
        json!({"case": case, "within": "commitment", "days": 3, "reason": "材料需要复核"}),
    );
    let told = due(
        &job.hall,
        &[
            "--accepted",
            "2026-03-02",
            "--days",
            "5",
            "--pause",
            "2026-03-04..2026-03-10",
            "--extend",
            "3",
            "--now",
            "2026-03-10",
        ],
    );
    assert_eq!(extended["clock"]["committed_due"], told["due"]);
    assert_eq!(extended["clock"]["left"], told["left"]);
    job.go("2026-03-12T15:00");
    let decided = job.ask("s025", "case.decide", json!({"case": case, "result": "ok"}));
    assert_eq!(decided["state"], "decided_ok");
    assert_eq!(decided["decision"]["on_time"], true);
    let delivered = job.ask("s025", "case.deliver", json!({"case": case}));
    assert_eq!(delivered["state"], "delivered");
}

/// What was done is found again: proof, lists, figures, journal.
fn questions(job: &Job, case: &str) {
    let proof = job.ask("s025", "case.explain", json!({"case": case}));
    assert!(proof.to_string().contains("2026-03-04"), "{proof}");
    job.ask("s025", "case.due", json!({}));
    for enquiry in job.hall.rows("enquiry") {
        assert!(
            !enquiry["closed_at"].is_null(),
            "closed with its case (M2): {enquiry}"
        );
    }
    let open = job.ask("s025", "case.list", json!({}));
    assert_eq!(open["rows"], json!([]), "delivered: nothing is open");
    assert_eq!(job.hall.rows("case").len(), 1);
    job.ask("s025", "proposal.list", json!({"closed": true}));
    let figures = job.ask(
        "s001",
        "indicator.get",
        json!({"from": "2026-03-01", "to": "2026-03-31"}),
    );
    assert!(figures.to_string().contains("denominator"), "{figures}");
    let entries = job.ask("admin", "journal.read", json!({"from": 1, "limit": 500}));
    let text = entries.to_string();
    for name in ["访客甲", "蔡地小站", "委托人乙", "企业职工怎么参保"] {
        assert!(!text.contains(name), "{name} stands in the journal");
    }
}

/// Every record through every `get` and `list`.
fn dump(hall: &HallOnDisk) -> Vec<String> {
    let mut all = Vec::new();
    for noun in RECORDS.iter().chain(CATALOGUE) {
        for row in hall.rows(noun) {
            if RECORDS.contains(noun) {
                let one = hall.ok("admin", &format!("{noun}.get"), json!({"id": row["id"]}));
                assert_eq!(one, row, "{noun}.get and {noun}.list agree");
            }
            all.push(row.to_string());
        }
    }
    all.push(hall.ok("admin", "hall.status", json!({}))["windows"].to_string());
    all.push(
        hall.ok(
            "admin",
            "indicator.get",
            json!({"from": "2026-03-01", "to": "2026-03-31"}),
        )
        .to_string(),
    );
    all
}

fn the_record_proves_itself(hall: &HallOnDisk) {
    hall.run(&["verify"], 0);
    let before = dump(hall);
    assert!(before.len() > 2_000, "{} rows", before.len());
    std::fs::remove_dir_all(hall.folder().join("records")).unwrap();
    hall.run(&["rebuild"], 0);
    let after = dump(hall);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), after.len());
    hall.run(&["verify"], 0);
}
