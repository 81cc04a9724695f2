//! Bad disks: records damaged in every way, of a hall that was stopped cleanly and of one that was not, and a journal with lines
//! changed. A hall opens by making its records again, or says why it does not; it never shows a wrong record.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use banshi::engine::Engine;
use banshi::store::{Direction, KeyRange, Record};
use banshi::sys::files::RealDisk;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::calls::{HallOnDisk, files_ending, said};
use crate::support::chance::{Chance, cases, quick_folder};
use crate::support::crash::SECTOR;
use crate::support::disk::TestDisk;
use crate::support::whole::{self, Ledger, Template, data_folder, morning};

/// How a file system, or a hand, damages a folder of records.
#[derive(Debug, Clone, Copy)]
enum Damage {
    FlippedBits,
    Truncated,
    ZeroedSectors,
    SwappedFiles,
    RemovedFile,
}

const DAMAGES: [Damage; 5] = [
    Damage::FlippedBits,
    Damage::Truncated,
    Damage::ZeroedSectors,
    Damage::SwappedFiles,
    Damage::RemovedFile,
];

/// A hall with some work in it, and what its records are.
struct Truth {
    template: Template,
    ledger: Ledger,
    records: Vec<Record>,
}

fn all_records(engine: &Engine) -> Vec<Record> {
    let store = engine.store();
    let all = store.scan(&KeyRange::all(), Direction::Forward, usize::MAX);
    all.expect("records")
}

impl Truth {
    /// Stopped cleanly, or killed.
    fn with(clean: bool) -> Self {
        let root = quick_folder();
        let disk = TestDisk::over(root.path());
        let mut ledger = Ledger::default();
        let mut engine = whole::found(root.path(), Arc::new(disk.clone())).expect("founded");
        for group in 0..20 {
            if group % 8 == 5 {
                // The set is written out at every stop: what an earlier stop wrote is overwritten in part.
                drop(engine);
                engine = whole::open(root.path(), Arc::new(disk.clone()))
                    .expect("it opens")
                    .engine;
            }
            let at = morning() + TimeDelta::seconds(group);
            assert_eq!(ledger.send(&mut engine, at, 4, || 0).len(), 0);
        }
        let records = all_records(&engine);
        if !clean {
            disk.kill();
        }
        drop(engine);
        Self {
            template: Template::of(root.path()),
            ledger,
            records,
        }
    }

    /// A damaged copy opens with the right records, or says why it does not. Gives whether it opens.
    fn survives(&self, damage: Damage, seed: u64) -> bool {
        let root = self.template.copy();
        let mut chance = Chance::of(seed);
        apply(
            damage,
            &data_folder(root.path()).join("records"),
            &mut chance,
        );
        let mut engine = match whole::open(root.path(), Arc::new(RealDisk)) {
            Ok(opened) => opened.engine,
            Err(refused) => {
                let said = refused.to_string();
                assert!(said.contains("records"), "seed {seed}, {damage:?}: {said}");
                return false;
            }
        };
        assert!(
            all_records(&engine) == self.records,
            "seed {seed}, {damage:?}: wrong records"
        );
        let at = morning() + TimeDelta::hours(1);
        self.ledger.check(&mut engine, at, root.path());
        let mut ledger = self.ledger.clone();
        assert_eq!(ledger.send(&mut engine, at, 2, || 0).len(), 0);
        true
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    files_ending(folder, "")
}

fn apply(damage: Damage, records: &Path, chance: &mut Chance) {
    let files = files_in(records);
    let path = chance.pick(&files).clone();
    let mut bytes = fs::read(&path).expect("a file");
    match damage {
        Damage::FlippedBits => {
            for _ in 0..*chance.pick(&[1, 1, 8, 64]) {
                if let Some(place) = place(&bytes, chance) {
                    bytes[place] ^= 1 << chance.below(8);
                }
            }
            fs::write(&path, bytes).expect("a file");
        }
        Damage::Truncated => {
            bytes.truncate(chance.below(bytes.len() + 1));
            fs::write(&path, bytes).expect("a file");
        }
        Damage::ZeroedSectors => {
            // Here and there, or a long run: an extent that was never written.
            let (times, sectors) = *chance.pick(&[(1, 1), (4, 1), (32, 1), (1, 64), (1, 1_024)]);
            for _ in 0..times {
                if let Some(place) = place(&bytes, chance) {
                    let from = place / SECTOR * SECTOR;
                    let to = (from + sectors * SECTOR).min(bytes.len());
                    bytes[from..to].fill(0);
                }
            }
            fs::write(&path, bytes).expect("a file");
        }
        Damage::SwappedFiles => {
            let other = chance.pick(&files);
            let others = fs::read(other).expect("a file");
            fs::write(other, bytes).expect("a file");
            fs::write(&path, others).expect("a file");
        }
        Damage::RemovedFile => fs::remove_file(&path).expect("a file"),
    }
}

/// A place in a file, mostly where something is written: a set's files are long runs of zeros.
fn place(bytes: &[u8], chance: &mut Chance) -> Option<usize> {
    for _ in 0..1_000 {
        let place = chance.below(bytes.len().max(1));
        if *bytes.get(place)? != 0 {
            return Some(place);
        }
    }
    (!bytes.is_empty()).then(|| chance.below(bytes.len()))
}

fn damaged_records(clean: bool, first_seed: u64) {
    let truth = Truth::with(clean);
    let mut opened = 0;
    let rounds = cases(5, 50);
    for seed in first_seed..first_seed + rounds {
        for damage in DAMAGES {
            opened += u64::from(truth.survives(damage, seed));
        }
    }
    let tried = rounds * DAMAGES.len() as u64;
    assert_eq!(opened, tried, "every hall opened");
}

#[test]
fn records_damaged_after_a_clean_stop_are_never_believed() {
    damaged_records(true, 0);
}

#[test]
fn records_damaged_after_a_kill_are_never_believed() {
    damaged_records(false, 1_000);
}

/// What a hand, or a disk, does to the lines of a journal.
#[derive(Debug, Clone, Copy)]
enum Tampering {
    FlippedBit,
    CutLine,
    RemovedLine,
    SwappedLines,
    DoubledLine,
}

const TAMPERINGS: [Tampering; 5] = [
    Tampering::FlippedBit,
    Tampering::CutLine,
    Tampering::RemovedLine,
    Tampering::SwappedLines,
    Tampering::DoubledLine,
];

/// Changes the lines. Gives the number of the first entry that is not what it was.
fn tamper(lines: &mut Vec<Vec<u8>>, tampering: Tampering, chance: &mut Chance) -> usize {
    let nth = chance.below(lines.len());
    let first = match tampering {
        Tampering::FlippedBit => {
            let place = chance.below(lines[nth].len());
            lines[nth][place] ^= 1 << chance.below(8);
            nth
        }
        Tampering::CutLine => {
            let length = 1 + chance.below(lines[nth].len() - 1);
            lines[nth].truncate(length);
            nth
        }
        Tampering::RemovedLine => {
            lines.remove(nth);
            nth
        }
        Tampering::SwappedLines => {
            let other = (nth + 1 + chance.below(lines.len() - 1)) % lines.len();
            lines.swap(nth, other);
            nth.min(other)
        }
        Tampering::DoubledLine => {
            let doubled = lines[nth].clone();
            lines.insert(nth, doubled);
            nth + 1
        }
    };
    first + 1
}

/// A hall of the example folder with some tickets, as the program left it.
fn hall_of_tickets() -> HallOnDisk {
    let hall = HallOnDisk::training();
    for nth in 0..6 {
        let params = json!({"queue": "qiye", "visitor": {"name": format!("访客{nth}")}});
        hall.ok("s007", "ticket.issue", params);
    }
    hall
}

#[test]
fn r231_a_journal_that_was_tampered_with_is_found_by_entry_and_never_served() {
    let hall = hall_of_tickets();
    let before = hall.rows("ticket");
    let path = hall.folder().join("journal/000001.jsonl");
    let journal = fs::read(&path).expect("a journal");
    for seed in 0..cases(12, 120) {
        for tampering in TAMPERINGS {
            let mut chance = Chance::of(seed);
            let mut lines: Vec<Vec<u8>> = journal
                .split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            let entry = tamper(&mut lines, tampering, &mut chance);
            fs::write(&path, lines.concat()).expect("a journal");
            found_and_not_served(
                &hall,
                entry,
                &before,
                &format!("seed {seed}, {tampering:?}"),
            );
            let after = fs::read(&path).expect("a journal");
            // What follows the last entry and is none, such as that entry once more, may be cut off.
            assert!(
                after == lines.concat() || after == journal,
                "seed {seed}, {tampering:?}: the journal was changed"
            );
        }
    }
    fs::write(&path, &journal).expect("a journal");
    hall.run(&["verify"], 0);
    assert_eq!(hall.rows("ticket"), before);
}

fn found_and_not_served(hall: &HallOnDisk, entry: usize, before: &[Value], case: &str) {
    let output = hall.command(&["verify"]).output().expect("it runs");
    let told = said(&output);
    assert_eq!(output.status.code(), Some(4), "{case}: {told}");
    let named = ["is damaged", "is missing"].map(|fault| format!("entry {entry} {fault}"));
    let named = named.iter().any(|named| told.contains(named.as_str()));
    assert!(named, "{case}, entry {entry}: {told}");
    // Only the journal's end is read at an opening: what lies before it may be served from the records, and is right then.
    let output = hall.call("admin", "ticket.list", r#"{"limit":500,"closed":true}"#);
    if output.status.success() {
        let page: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let rows = page["rows"].as_array().map(Vec::as_slice);
        assert_eq!(rows, Some(before), "{case}");
    } else {
        assert_eq!(output.status.code(), Some(4), "{case}: {}", said(&output));
    }
}
