//! The small hall as it runs: engine, embedded store and keys in one data folder, on a disk that a test has in hand. It keeps
//! a ledger of what was sent and what was answered, and holds any hall that was opened later against it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use banshi::engine::{Engine, Fault, Submission};
use banshi::host::{self, HostError};
use banshi::rules::time::Instant;
use banshi::store::{Line, OpenOptions, verify_chain};
use banshi::sys::files::{Disk, RealDisk};
use serde_json::{Value, json};

use super::bed::submission;
use super::chance::quick_folder;
use super::{at, small_folder};

/// Journal files are this short, so that a workload fills many of them.
const SEGMENT_BYTES_MAX: u64 = 6 << 10;

/// The data folder below the folder that a disk records.
pub(crate) fn data_folder(root: &Path) -> PathBuf {
    root.join("hall")
}

fn options(root: &Path, disk: Arc<dyn Disk>, at: Instant) -> OpenOptions {
    OpenOptions {
        segment_bytes_max: SEGMENT_BYTES_MAX,
        disk,
        ..OpenOptions::new(data_folder(root), at)
    }
}

/// When the first command of every workload is given: Monday 2026-03-02 at 09:00.
pub(crate) fn morning() -> Instant {
    at("2026-03-02T09:00")
}

/// Founds the small hall below a folder.
pub(crate) fn found(root: &Path, disk: Arc<dyn Disk>) -> Result<Engine, HostError> {
    let options = options(root, disk, morning());
    host::found_with(options, &small_folder(), true, morning(), "test")
}

/// Opens it.
pub(crate) fn open(root: &Path, disk: Arc<dyn Disk>) -> Result<host::Opened, HostError> {
    host::open_with(options(root, disk, morning()), &mut |_| {})
}

/// A hall that stands still, to be copied.
pub(crate) struct Template(tempfile::TempDir);

impl Template {
    /// A hall that was founded and stopped.
    pub(crate) fn stopped() -> Self {
        let root = quick_folder();
        drop(found(root.path(), Arc::new(RealDisk)).expect("founded"));
        Self(root)
    }

    /// The hall that is in this folder now.
    pub(crate) fn of(root: &Path) -> Self {
        let copied = quick_folder();
        copy_tree(root, copied.path());
        Self(copied)
    }

    /// A copy in a folder of its own.
    pub(crate) fn copy(&self) -> tempfile::TempDir {
        let root = quick_folder();
        copy_tree(self.0.path(), root.path());
        root
    }
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry").path();
        let copied = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            std::fs::create_dir_all(&copied).expect("a folder");
            copy_tree(&entry, &copied);
        } else {
            std::fs::copy(&entry, &copied).expect("a file");
        }
    }
}

/// A command that was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    /// Changes that the disk had recorded when the answer came.
    pub(crate) recorded: usize,
    pub(crate) submission: Submission,
    pub(crate) answer: Value,
}

/// What was sent to a hall and what came back. Every command has a request id and records a person of its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) answered: Vec<Answered>,
    /// By request id: changes recorded when it was sent.
    pub(crate) sent: BTreeMap<String, usize>,
    count: usize,
}

impl Ledger {
    /// The next command: a ticket or an enquiry for somebody who was never here before.
    pub(crate) fn next(&mut self) -> Submission {
        self.count += 1;
        let nth = self.count;
        let name = match nth % 7 {
            // Long texts make lines of many sectors, and values in pieces.
            3 => format!("访客{nth}{}", "长".repeat(700)),
            5 if nth.is_multiple_of(5) => format!("访客{nth}{}", "很长".repeat(6_000)),
            _ => format!("访客{nth}"),
        };
        let mut params =
            json!({"visitor": {"name": name}, "request": format!("request-{nth:016}")});
        let fields = params.as_object_mut().expect("an object");
        let (staff, method) = if nth.is_multiple_of(3) {
            fields.insert("kind".into(), json!("help"));
            fields.insert("in_scope".into(), json!(true));
            fields.insert("matter".into(), json!(format!("第{nth}件事")));
            ("wang", "enquiry.open")
        } else {
            let queue = if nth.is_multiple_of(2) { "a" } else { "b" };
            fields.insert("queue".into(), json!(queue));
            ("dao", "ticket.issue")
        };
        submission(staff, method, params)
    }

    /// Sends so many commands as one group; writes down what is answered. Gives what was not.
    pub(crate) fn send(
        &mut self,
        engine: &mut Engine,
        at: Instant,
        count: usize,
        recorded: impl Fn() -> usize,
    ) -> Vec<Fault> {
        let group: Vec<Submission> = (0..count).map(|_| self.next()).collect();
        for one in &group {
            self.sent.insert(request_of(one), recorded());
        }
        let answers = engine.submit(at, &group);
        assert_eq!(answers.len(), group.len());
        let mut faults = Vec::new();
        for (submission, answer) in group.into_iter().zip(answers) {
            match answer {
                Ok(answer) => self.answered.push(Answered {
                    recorded: recorded(),
                    submission,
                    answer,
                }),
                Err(fault) => faults.push(fault),
            }
        }
        faults
    }

    /// What had been sent and answered when the disk had recorded so many changes.
    pub(crate) fn upto(&self, recorded: usize) -> Self {
        let mut ledger = self.clone();
        ledger
            .answered
            .retain(|answered| answered.recorded <= recorded);
        ledger.sent.retain(|_, sent| *sent <= recorded);
        ledger
    }

    /// All of it as something of the past, for a recording that begins now.
    pub(crate) fn past(mut self) -> Self {
        self.answered
            .iter_mut()
            .for_each(|answered| answered.recorded = 0);
        self.sent.values_mut().for_each(|sent| *sent = 0);
        self
    }

    /// Holds a hall against the ledger: everything answered is there and is done once, nothing is there that was not sent,
    /// chain, records and keys agree.
    pub(crate) fn check(&self, engine: &mut Engine, at: Instant, root: &Path) {
        let chain = verify_chain(&RealDisk, &data_folder(root), None, &mut |_| {});
        assert_eq!(chain.expect("a good chain").head, engine.head());
        let lines: Vec<Line> = engine
            .store()
            .read(1)
            .expect("a reader")
            .map(|line| line.expect("a good line"))
            .collect();
        self.check_lines(&lines);
        let differences = engine.compare(&mut |_| {}).expect("compared").differences;
        assert_eq!(differences, [""; 0]);
        self.check_answers(engine, at);
        assert_eq!(
            engine.head().seq,
            lines.len() as u64,
            "a repeat writes nothing"
        );
    }

    fn check_lines(&self, lines: &[Line]) {
        let mut requests = BTreeSet::new();
        let mut slots = BTreeSet::new();
        for line in lines {
            if let Some(request) = &line.request {
                let (id, _) = request.rsplit_once('.').expect("an id and a print");
                assert!(self.sent.contains_key(id), "{id} was never sent");
                assert!(requests.insert(id.to_owned()), "{id} was done twice");
            } else {
                assert!(matches!(line.actor.via.as_str(), "init" | "sweep"));
            }
            for event in &line.events {
                if let Some(slot) = event.pointer("/person_recorded/key") {
                    let slot = slot.as_u64().expect("a slot");
                    assert!(slots.insert(slot), "slot {slot} serves two persons");
                }
            }
        }
        for answered in &self.answered {
            let id = request_of(&answered.submission);
            assert!(requests.contains(&id), "{id} was answered and is lost");
        }
    }

    fn check_answers(&self, engine: &mut Engine, at: Instant) {
        let again: Vec<Submission> = self
            .answered
            .iter()
            .map(|answered| answered.submission.clone())
            .collect();
        let answers = engine.submit(at, &again);
        for (answered, answer) in self.answered.iter().zip(answers) {
            let answer = answer.unwrap_or_else(|fault| panic!("{answered:?}: {fault:?}"));
            assert_eq!(answer["id"], answered.answer["id"]);
            assert_eq!(answer["repeated"], json!(true), "{answered:?}");
            let name = &answered.submission.params["visitor"]["name"];
            let names = engine.hall().people.values();
            assert!(
                names
                    .filter_map(|person| person.name.readable())
                    .any(|readable| readable == name),
                "{name} cannot be read"
            );
        }
    }
}

fn request_of(submission: &Submission) -> String {
    let id = submission.params["request"].as_str();
    id.expect("every command has one").to_owned()
}
