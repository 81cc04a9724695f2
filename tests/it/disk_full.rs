//! Full disks, failed writes and failed syncs at every call of a workload, the founding among them: nothing is answered that is
//! not durable, the hall says why it takes no commands and answers questions, and serves again once the disk does.

use std::sync::Arc;

use banshi::engine::{Engine, Fault};
use banshi::rules::time::Instant;
use banshi::sys::files::RealDisk;
use chrono::TimeDelta;
use serde_json::json;

use crate::support::bed::submission;
use crate::support::chance::{Chance, cases, quick_folder};
use crate::support::crash::{Fate, Image};
use crate::support::disk::{TestDisk, Trouble};
use crate::support::whole::{self, Ledger, morning};

const TROUBLES: [Trouble; 3] = [Trouble::Once, Trouble::Full, Trouble::Gone];

/// A workload on a disk that fails, and what came of it.
struct Trial {
    root: tempfile::TempDir,
    disk: TestDisk,
    ledger: Ledger,
    at: Instant,
}

impl Trial {
    fn begin() -> Self {
        Self::over(quick_folder())
    }

    /// With a hall that was founded and stopped.
    fn on(template: &whole::Template) -> Self {
        Self::over(template.copy())
    }

    fn over(root: tempfile::TempDir) -> Self {
        Self {
            disk: TestDisk::over(root.path()),
            root,
            ledger: Ledger::default(),
            at: morning(),
        }
    }

    fn disk(&self) -> Arc<TestDisk> {
        Arc::new(self.disk.clone())
    }

    /// Opens, works, rebuilds in between, closes. Gives whether all of it was done.
    fn live(&mut self, groups: u64) -> bool {
        let Ok(opened) = whole::open(self.root.path(), self.disk()) else {
            return false;
        };
        let mut engine = opened.engine;
        for group in 0..groups {
            if group == groups / 2 && engine.rebuild(&mut |_| {}).is_err() {
                // Whoever goes on after that is refused, or served by a store that is whole.
                self.work(&mut engine);
                return false;
            }
            self.work(&mut engine);
        }
        let whole = engine.failed().is_none();
        drop(engine);
        whole
    }

    fn work(&mut self, engine: &mut Engine) {
        self.at += TimeDelta::seconds(7);
        let failed_before = engine.failed().is_some();
        let faults = self.ledger.send(engine, self.at, 3, || 0);
        assert!(
            faults.is_empty() || faults.len() == 3,
            "a group is done or not: {faults:?}"
        );
        assert_eq!(engine.failed().is_some(), !faults.is_empty());
        assert!(!failed_before || faults.len() == 3, "a failure is final");
        for fault in &faults {
            refused_as_read_only(fault);
        }
        self.ask(engine);
    }

    /// Questions go on, and show what is durable.
    fn ask(&self, engine: &mut Engine) {
        let mut ask = |method: &str, params| {
            let answer = engine.ask(self.at, &submission("zhu", method, params));
            answer.expect("a question").expect("an answer")
        };
        let status = ask("hall.status", json!({}));
        let listed = ["ticket", "enquiry"].map(|noun| {
            let rows = ask(&format!("{noun}.list"), json!({"limit": 500}));
            rows["rows"].as_array().expect("rows").len()
        });
        assert_eq!(
            status["read_only"].as_str().map(str::to_owned),
            engine.failed().map(str::to_owned)
        );
        assert_eq!(listed.iter().sum::<usize>(), self.ledger.answered.len());
    }

    /// There is space again: everything answered is there, and the hall serves.
    fn recover(&mut self, founded: bool) {
        assert_eq!(
            self.disk.retries(),
            [""; 0],
            "a sync that failed is not tried again"
        );
        self.disk.mend();
        let root = self.root.path().to_owned();
        let mut engine = match whole::open(&root, self.disk()) {
            Ok(opened) => opened.engine,
            Err(_) if !founded => whole::found(&root, self.disk()).expect("begun again"),
            Err(error) => panic!("it opens again: {error}"),
        };
        self.ledger.check(&mut engine, self.at, &root);
        let faults = self.ledger.send(&mut engine, self.at, 3, || 0);
        assert!(faults.is_empty(), "it serves again: {faults:?}");
        drop(engine);
        // What an earlier process left in the system's memory alone is not built upon: a power cut takes nothing now.
        let recording = self.disk.recording();
        let all = recording.1.len();
        let image = Image::of(&recording, all, &mut Chance::of(0), Fate::Lost);
        let after = quick_folder();
        image.lay_out(after.path());
        for root in [root.as_path(), after.path()] {
            let opened = whole::open(root, Arc::new(RealDisk));
            let mut engine = opened.expect("it opens once more").engine;
            self.ledger.check(&mut engine, self.at, root);
        }
    }
}

fn refused_as_read_only(fault: &Fault) {
    let Fault::Refused(refusal) = fault else {
        panic!("a refusal was expected: {fault:?}")
    };
    assert_eq!(refusal.code.as_str(), "hall.read_only");
    let reason = refusal.facts["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("error") || reason.contains("space"),
        "{reason}"
    );
    assert!(refusal.message().contains(reason));
}

/// How the disk fails in the tests of the work; a disk that is gone differs from one that failed once in the long run only.
fn troubles() -> &'static [Trouble] {
    let count = usize::try_from(cases(2, 3)).expect("a small number");
    &TROUBLES[..count]
}

#[test]
fn r48_a_disk_that_fails_at_any_call_of_the_work_loses_nothing_answered() {
    let groups = cases(6, 60);
    let template = whole::Template::stopped();
    let mut trial = Trial::on(&template);
    assert!(trial.live(groups));
    let calls = trial.disk.calls();
    assert!(calls > 4 * groups / 3, "{calls} calls");
    for trouble in troubles() {
        for nth in 1..=calls {
            let mut trial = Trial::on(&template);
            trial.disk.fail(nth, *trouble);
            trial.live(groups);
            trial.recover(true);
        }
    }
}

#[test]
fn r48_a_disk_that_fails_at_any_call_of_the_founding_keeps_nobody_from_founding() {
    let trial = Trial::begin();
    drop(whole::found(trial.root.path(), trial.disk()).expect("founded"));
    let calls = trial.disk.calls();
    for trouble in TROUBLES {
        for nth in 1..=calls {
            let mut trial = Trial::begin();
            trial.disk.fail(nth, trouble);
            let founded = whole::found(trial.root.path(), trial.disk()).is_ok();
            trial.recover(founded);
        }
    }
}
