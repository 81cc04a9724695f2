//! Power cuts: crash images of whole halls at any moment of a recording, with the records absent, of an earlier moment, torn,
//! or random bytes. Every image opens, and nothing that was answered is lost. `BANSHI_LONG=1` makes ten times as many.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use banshi::engine::Engine;
use banshi::host::HostError;
use banshi::rules::time::Instant;
use chrono::TimeDelta;

use crate::support::chance::{Chance, cases, quick_folder};
use crate::support::crash::{Fate, Image, SECTOR};
use crate::support::disk::{Before, Change, TestDisk, Trouble};
use crate::support::whole::{self, Ledger, data_folder, morning};

/// The files of a records folder, as they stood at some moment.
type Shot = BTreeMap<PathBuf, Vec<u8>>;

/// A workload on a recording disk, and what is known of it.
struct Story {
    root: tempfile::TempDir,
    disk: TestDisk,
    chance: Chance,
    ledger: Ledger,
    at: Instant,
    /// Records folders as they stood when so many changes were recorded.
    shots: Vec<(usize, Shot)>,
    /// Changes recorded when the founding was answered.
    founded: usize,
}

impl Story {
    /// A hall that is founded, perhaps at the second attempt, works, is stopped in every way, and works on.
    fn of(seed: u64) -> Self {
        let mut story = Self::begin(seed);
        let mut engine = story.found();
        story.founded = story.disk.recorded();
        for _ in 0..14 {
            engine = story.step(engine);
        }
        drop(engine);
        story.shoot();
        assert_eq!(story.disk.retries(), [""; 0]);
        story
    }

    fn begin(seed: u64) -> Self {
        let root = quick_folder();
        Self {
            disk: TestDisk::over(root.path()),
            root,
            chance: Chance::of(seed),
            ledger: Ledger::default(),
            at: morning(),
            shots: Vec::new(),
            founded: 0,
        }
    }

    fn disk(&self) -> Arc<TestDisk> {
        Arc::new(self.disk.clone())
    }

    fn found(&mut self) -> Engine {
        if self.chance.one_in(2) {
            // A founding that ends at any of its calls is begun again.
            let nth = 1 + self.chance.bits() % 40;
            let trouble = *self.chance.pick(&[Trouble::Gone, Trouble::Once]);
            self.disk.fail(nth, trouble);
            let first = whole::found(self.root.path(), self.disk());
            self.disk.mend();
            if let Ok(engine) = first {
                return engine;
            }
        }
        match whole::found(self.root.path(), self.disk()) {
            // It failed after its last write, and is there.
            Err(HostError::Founded { .. }) => self.reopened(),
            founded => founded.expect("founded"),
        }
    }

    fn step(&mut self, mut engine: Engine) -> Engine {
        match self.chance.below(10) {
            0 => {
                drop(engine);
                self.shoot();
                engine = self.reopened();
            }
            1 | 2 => {
                // Killed between two calls, or before any of the next ones.
                self.disk.fail(1 + self.chance.bits() % 6, Trouble::Gone);
                self.work(&mut engine);
                self.disk.kill();
                drop(engine);
                self.disk.mend();
                self.shoot();
                engine = self.reopened();
            }
            3 => {
                self.disk.fail(1 + self.chance.bits() % 4, Trouble::Once);
                self.work(&mut engine);
                drop(engine);
                self.disk.mend();
                engine = self.reopened();
            }
            4 => {
                engine.rebuild(&mut |_| {}).expect("rebuilt");
                self.shoot();
            }
            _ => {}
        }
        self.work(&mut engine);
        if self.chance.one_in(3) {
            self.shoot();
        }
        engine
    }

    fn work(&mut self, engine: &mut Engine) {
        for _ in 0..=self.chance.below(4) {
            let count = 1 + self.chance.below(5);
            self.at += TimeDelta::seconds(7);
            let disk = self.disk.clone();
            self.ledger.send(engine, self.at, count, || disk.recorded());
        }
    }

    fn reopened(&self) -> Engine {
        whole::open(self.root.path(), self.disk())
            .expect("it opens")
            .engine
    }

    /// Keeps the records folder as it stands.
    fn shoot(&mut self) {
        let records = data_folder(self.root.path()).join("records");
        if records.is_dir() {
            let mut shot = Shot::new();
            copy(&records, Path::new(""), &mut shot);
            self.shots.push((self.disk.recorded(), shot));
        }
    }
}

fn copy(folder: &Path, below: &Path, shot: &mut Shot) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = below.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &name, shot);
        } else {
            shot.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
}

/// What becomes of the records in an image.
fn records_after(shots: &[(usize, Shot)], upto: usize, chance: &mut Chance) -> Option<Shot> {
    let earlier: Vec<&Shot> = shots
        .iter()
        .filter(|(recorded, _)| *recorded <= upto)
        .map(|(_, shot)| shot)
        .collect();
    if earlier.is_empty() || chance.one_in(5) {
        return None;
    }
    let mut shot = (*chance.pick(&earlier)).clone();
    match chance.below(5) {
        0 | 1 => {}
        2 | 3 => tear(&mut shot, chance),
        _ => shot.values_mut().for_each(|bytes| chance.fill(bytes)),
    }
    Some(shot)
}

/// Some sectors were never written, or hold something else; some files are shorter, or not there.
fn tear(shot: &mut Shot, chance: &mut Chance) {
    let share = *chance.pick(&[1, 10, 50]);
    for bytes in shot.values_mut() {
        for sector in bytes.chunks_mut(SECTOR) {
            if chance.percent(share) {
                if chance.one_in(4) {
                    chance.fill(sector);
                } else {
                    sector.fill(0);
                }
            }
        }
        if chance.one_in(4) {
            let size = chance.below(bytes.len() + 1);
            bytes.truncate(size);
        }
    }
    if chance.one_in(6) {
        let names: Vec<PathBuf> = shot.keys().cloned().collect();
        shot.remove(chance.pick(&names));
    }
}

fn lay_out_records(root: &Path, name: &str, shot: &Shot) {
    let folder = data_folder(root).join(name);
    for (path, bytes) in shot {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
}

/// One crash image on a disk of its own.
fn image_of(
    recording: &(Before, Vec<Change>),
    upto: usize,
    shots: &[(usize, Shot)],
    chance: &mut Chance,
) -> tempfile::TempDir {
    let fate = Fate::any(chance);
    let image = Image::of(recording, upto, chance, fate);
    let root = quick_folder();
    image.lay_out(root.path());
    if !data_folder(root.path()).is_dir() {
        return root;
    }
    if let Some(shot) = records_after(shots, upto, chance) {
        lay_out_records(root.path(), "records", &shot);
    }
    // A rebuild that was under way.
    if chance.one_in(8)
        && let Some(shot) = records_after(shots, upto, chance)
    {
        let name = *chance.pick(&["records.new", "records.old"]);
        lay_out_records(root.path(), name, &shot);
    }
    root
}

/// An image opens and holds what was answered. Where the founding was not answered yet, it may have to be begun again.
fn survives(
    root: &Path,
    disk: Arc<TestDisk>,
    ledger: &Ledger,
    founded: bool,
    at: Instant,
) -> Engine {
    let mut engine = match whole::open(root, disk.clone()) {
        Ok(opened) => opened.engine,
        Err(_) if !founded => match whole::found(root, disk.clone()) {
            Ok(engine) => engine,
            Err(error) => panic!("it can be begun again: {error}"),
        },
        Err(error) => panic!("it opens: {error}"),
    };
    ledger.check(&mut engine, at, root);
    engine
}

/// Crashes the recording at `upto`, opens what is left, works on, and crashes that again, some levels deep.
fn crash(story: &Story, recording: &(Before, Vec<Change>), seed: u64) {
    let mut chance = Chance::of(seed);
    let upto = chance.below(recording.1.len() + 1);
    let mut founded = story.founded <= upto;
    let mut ledger = story.ledger.upto(upto).past();
    let mut root = image_of(recording, upto, &story.shots, &mut chance);
    let mut shots: Vec<(usize, Shot)> = story.shots.clone();
    shots.retain(|(recorded, _)| *recorded <= upto);
    for (recorded, _) in &mut shots {
        *recorded = 0;
    }
    let mut at = story.at;
    for _ in 0..3 {
        let disk = TestDisk::over(root.path());
        let mut engine = survives(root.path(), Arc::new(disk.clone()), &ledger, founded, at);
        let founded_at = if founded { 0 } else { disk.recorded() };
        at += TimeDelta::seconds(7);
        let faults = ledger.send(&mut engine, at, 1 + chance.below(6), || disk.recorded());
        assert!(faults.is_empty(), "it serves: {faults:?}");
        drop(engine);
        if chance.one_in(2) {
            break;
        }
        let recording = disk.recording();
        let upto = chance.below(recording.1.len() + 1);
        founded |= founded_at <= upto;
        ledger = ledger.upto(upto).past();
        root = image_of(&recording, upto, &shots, &mut chance);
    }
    let disk = Arc::new(TestDisk::over(root.path()));
    let engine = survives(root.path(), disk, &ledger, founded, at);
    drop(engine);
}

#[test]
fn every_crash_image_opens_and_holds_what_was_answered() {
    let stories = cases(4, 40);
    for seed in 0..stories {
        let story = Story::of(seed);
        let recording = story.disk.recording();
        for image in 0..25 {
            let seed = seed * 1_000 + image;
            let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                crash(&story, &recording, seed);
            }));
            if let Err(fault) = tried {
                eprintln!("the image of seed {seed} did not survive");
                std::panic::resume_unwind(fault);
            }
        }
    }
}
