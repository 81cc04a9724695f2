//! Copies of a hall through the real program: made while it works, continued, proved, restored; and what is said of every
//! damaged or foreign one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use banshi::engine::{Engine, Identity, KeyRing, Submission};
use banshi::host;
use banshi::intake::read_embedded;
use banshi::rules::stamp::Via;
use banshi::store::keys::{FileKeys, HallKey};
use banshi::store::{EmbeddedStore, OpenOptions};
use banshi::sys::files::RealDisk;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::at;
use crate::support::calls::{HallOnDisk, said};

/// A hall, and beside it a place for copies and one for keys.
struct Kept {
    hall: HallOnDisk,
    place: TempDir,
}

impl Kept {
    fn new() -> Self {
        Self {
            hall: HallOnDisk::training(),
            place: TempDir::new().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn issue(&self, name: &str) -> Value {
        let visitor = json!({"name": name, "id_type": "passport", "id_number": format!("E{name}")});
        let params = json!({"queue": "qiye", "visitor": visitor});
        self.hall.ok("s007", "ticket.issue", params)
    }

    fn backup(&self, status: i32) -> String {
        let (copy, keys) = (self.text("copy"), self.text("keys"));
        let output = self.hall.run(&["backup", &copy, "--keys", &keys], status);
        String::from_utf8_lossy(&output.stdout).into_owned() + &said(&output)
    }

    fn manifest(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("copy/manifest.json")).unwrap()).unwrap()
    }

    fn restore(&self, into: &HallOnDisk, status: i32) -> String {
        let (copy, keys) = (self.text("copy"), self.text("keys"));
        let output = into.run(&["restore", &copy, "--keys", &keys], status);
        String::from_utf8_lossy(&output.stdout).into_owned() + &said(&output)
    }

    fn verify_copy(&self, status: i32) -> String {
        let (copy, keys) = (self.text("copy"), self.text("keys"));
        let args = ["verify", "--backup", &copy, "--keys", &keys];
        let output = self.hall.run(&args, status);
        String::from_utf8_lossy(&output.stdout).into_owned() + &said(&output)
    }
}

#[test]
fn r234_a_restored_hall_goes_on_with_the_next_number() {
    let kept = Kept::new();
    kept.issue("赵甲");
    kept.issue("钱乙");
    let said = kept.backup(0);
    assert!(said.contains("keep them apart"), "{said}");
    assert_eq!(kept.manifest()["hall"], "shangcai");
    kept.verify_copy(0);

    let other = HallOnDisk::unfounded();
    let told = kept.restore(&other, 0);
    assert!(told.contains("this hall is a copy"), "{told}");
    assert_eq!(other.rows("ticket"), kept.hall.rows("ticket"));
    other.run(&["verify"], 0);
    let third = |hall: &HallOnDisk| {
        let visitor = json!({"name": "孙丙"});
        hall.ok(
            "s007",
            "ticket.issue",
            json!({"queue": "qiye", "visitor": visitor}),
        )
    };
    let (here, there) = (third(&kept.hall), third(&other));
    assert_eq!(
        (&here["number"], &here["id"]),
        (&there["number"], &there["id"])
    );

    // What is there is never overwritten.
    assert!(kept.restore(&other, 1).contains("is not empty"));
    assert!(kept.restore(&kept.hall, 1).contains("is not empty"));
    other.run(&["verify"], 0);
    // The restored hall went another way: its copy is not continued with the other's.
    let (copy, keys) = (kept.text("copy"), kept.text("keys"));
    let output = kept.hall.run(&["backup", &copy, "--keys", &keys], 0);
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 of them new"));
    let output = other.run(&["backup", &copy, "--keys", &keys], 4);
    assert!(crate::support::calls::said(&output).contains("which the hall does not have"));
}

#[test]
fn keys_lie_apart_unless_it_is_said() {
    let kept = Kept::new();
    kept.issue("赵甲");
    let copy = kept.text("copy");
    let output = kept.hall.run(&["backup", &copy], 0);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("no person can be read"), "{told}");
    assert!(!kept.path("copy/keys").exists());
    let other = HallOnDisk::unfounded();
    let output = other.run(&["restore", &copy], 2);
    assert!(said(&output).contains("no keys"), "{}", said(&output));

    for keys in [
        copy.clone(),
        format!("{copy}/deeper"),
        kept.place.path().display().to_string(),
    ] {
        kept.hall.run(&["backup", &copy, "--keys", &keys], 2);
    }
    let inside = kept.hall.folder().join("copy").display().to_string();
    kept.hall.run(&["backup", &inside], 2);
    kept.hall.run(&["backup", &copy, "--with-keys"], 0);
    let output = kept.hall.run(&["verify", "--backup", &copy], 0);
    assert!(String::from_utf8_lossy(&output.stdout).contains("the keys open"));
    other.run(&["restore", &copy], 0);
    assert_eq!(other.rows("ticket"), kept.hall.rows("ticket"));
}

#[test]
fn a_copy_is_continued_by_what_is_new_and_an_interrupted_one_counts_for_nothing() {
    let kept = Kept::new();
    // Before the first copy was complete there is none.
    let files = kept.path("copy/journal.copy");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join("000001.jsonl"), b"half a line").unwrap();
    let copy = kept.text("copy");
    kept.hall.run(&["verify", "--backup", &copy], 1);
    kept.backup(0);
    let first = fs::read(files.join("000001.jsonl")).unwrap();
    let live = || fs::read(kept.hall.folder().join("journal/000001.jsonl")).unwrap();
    assert_eq!(first, live());

    assert!(kept.backup(0).contains("0 of them new"));
    kept.issue("赵甲");
    // A copy that was interrupted left bytes behind the end: it is what it was, and is continued.
    let torn = [first.as_slice(), b"{\"seq\":33,\"gro"].concat();
    fs::write(files.join("000001.jsonl"), torn).unwrap();
    let old = kept.manifest();
    kept.verify_copy(0);
    assert!(kept.backup(0).contains("1 of them new"));
    assert_eq!(fs::read(files.join("000001.jsonl")).unwrap(), live());
    let new = kept.manifest();
    assert_eq!(old["head"]["seq"].as_u64().unwrap() + 1, new["head"]["seq"]);
    kept.verify_copy(0);

    // Somebody's folder is not written into, nor another hall's copy.
    let foreign = kept.path("letters");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("letter.txt"), "dear").unwrap();
    kept.hall
        .run(&["backup", &foreign.display().to_string()], 1);
    let zhangwu = HallOnDisk::unfounded();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/halls/zhangwu");
    zhangwu.run(&["init", "--training", folder], 0);
    let output = zhangwu.run(&["backup", &copy], 4);
    assert!(
        said(&output).contains("is a copy of the hall"),
        "{}",
        said(&output)
    );
    let keys = kept.text("keys");
    let apart = kept.text("apart");
    zhangwu.run(&["backup", &apart, "--keys", &keys], 1);
}

fn usher(hall: &str) -> Submission {
    Submission {
        identity: Identity {
            login: "test".into(),
            staff: Some("s007".into()),
            via: Via::Call,
        },
        method: "ticket.issue".into(),
        params: json!({"queue": "qiye", "visitor": {"name": hall}}),
    }
}

#[test]
fn a_copy_of_a_hall_at_work_is_never_ahead_of_it() {
    let kept = Kept::new();
    kept.issue("赵甲");
    // This process has the hall open and answers nobody: what nothing proves durable is left out.
    let mut opened = host::open(&kept.hall.folder(), at("2026-03-02T09:00"), &mut |_| {}).unwrap();
    for _ in 0..3 {
        let together = [usher("钱乙"), usher("孙丙")];
        let done = opened.engine.submit(at("2026-03-02T09:01"), &together);
        assert!(done.iter().all(Result::is_ok));
        let told = kept.backup(0);
        assert!(
            told.contains("its last group of entries (2) was left out"),
            "{told}"
        );
        let copied = kept.manifest()["head"]["seq"].as_u64().unwrap();
        assert_eq!(copied, opened.engine.head().seq - 2, "one group behind");
        kept.verify_copy(0);
    }
    // A write that is under way is not copied either; then its whole group before it is proved.
    let journal = kept.hall.folder().join("journal/000001.jsonl");
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, [whole.as_slice(), b"{\"seq\":"].concat()).unwrap();
    kept.backup(0);
    fs::write(&journal, whole).unwrap();
    kept.verify_copy(0);
    let output = kept.hall.run(&["verify"], 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("the journal is whole"));
    drop(opened);
    assert!(kept.backup(0).contains("2 of them new"));
    kept.verify_copy(0);
}

/// A hall whose journal is several files.
fn of_many_files(folder: &Path) {
    let now = at("2026-03-02T08:00");
    let (hall, _) = read_embedded("zhangwu").unwrap().unwrap();
    let mut options = OpenOptions::new(folder, now).hall(hall.profile.id.clone());
    options.segment_bytes_max = 2_000;
    let (store, _) = EmbeddedStore::open(options).unwrap();
    let keys = KeyRing {
        people: Box::new(FileKeys::make(Arc::new(RealDisk), folder).unwrap()),
        hall: HallKey::make(&RealDisk, folder).unwrap(),
    };
    let mut engine = Engine::found(Box::new(store), keys, &hall, true, now, "test").unwrap();
    let usher = engine
        .hall()
        .staff
        .values()
        .find(|staff| staff.roles.iter().any(|role| role.as_str() == "usher"))
        .expect("somebody at the door")
        .code
        .clone();
    let queue = engine.hall().queues.values().next().unwrap().code.clone();
    for nth in 0..9 {
        let asked = Submission {
            identity: Identity {
                login: "test".into(),
                staff: Some(usher.clone()),
                via: Via::Call,
            },
            method: "ticket.issue".into(),
            params: json!({"queue": queue, "visitor": {"name": format!("访客{nth}")}}),
        };
        engine.submit(now, &[asked]).remove(0).unwrap();
    }
    engine.vouch().unwrap();
}

/// Damage done to the lines of journal files, in order; gives the entry that verification has to name.
fn damages(last: u64) -> Vec<(&'static str, Damage, u64)> {
    let middle = last - 4;
    vec![
        ("a flipped bit", Damage::Flip(middle), middle),
        ("a cut line", Damage::Cut(middle), middle),
        ("a removed line", Damage::Remove(middle), middle),
        ("two swapped lines", Damage::Swap(middle), middle),
        ("a line cut at the end", Damage::Cut(last), last),
        ("the last line removed", Damage::Remove(last), last),
        ("a flipped bit in the last line", Damage::Flip(last), last),
    ]
}

#[derive(Clone, Copy)]
enum Damage {
    Flip(u64),
    Cut(u64),
    Remove(u64),
    Swap(u64),
}

/// The files of a journal as lines: file, line.
fn read_lines(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            lines.push((file.clone(), line.to_vec()));
        }
    }
    lines
}

fn write_lines(lines: &[(PathBuf, Vec<u8>)]) {
    for (file, _) in lines {
        fs::write(file, b"").unwrap();
    }
    for (file, line) in lines {
        let bytes = [fs::read(file).unwrap(), line.clone()].concat();
        fs::write(file, bytes).unwrap();
    }
}

fn damage(folder: &Path, how: Damage) {
    let mut lines = read_lines(folder);
    let place = |seq: u64| usize::try_from(seq - 1).unwrap();
    match how {
        Damage::Flip(seq) => {
            let line = &mut lines[place(seq)].1;
            let middle = line.len() / 2;
            line[middle] ^= 1;
        }
        Damage::Cut(seq) => {
            let line = &mut lines[place(seq)].1;
            line.truncate(line.len() / 2);
        }
        Damage::Remove(seq) => lines[place(seq)].1.clear(),
        Damage::Swap(seq) => {
            let next = lines[place(seq) + 1].1.clone();
            let this = std::mem::replace(&mut lines[place(seq)].1, next);
            lines[place(seq) + 1].1 = this;
        }
    }
    write_lines(&lines);
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn r231_verify_names_the_entry_in_a_hall_and_in_a_copy() {
    let kept = Kept {
        hall: HallOnDisk::unfounded(),
        place: TempDir::new().unwrap(),
    };
    of_many_files(&kept.hall.folder());
    kept.backup(0);
    let last = kept.manifest()["head"]["seq"].as_u64().unwrap();
    assert!(kept.manifest()["files"].as_array().unwrap().len() > 3);
    kept.hall.run(&["verify"], 0);
    for (name, how, seq) in damages(last) {
        let broken = HallOnDisk::unfounded();
        copy_tree(&kept.hall.folder(), &broken.folder());
        damage(&broken.folder().join("journal"), how);
        let output = broken.run(&["verify"], 4);
        let named = format!("entry {seq} ");
        assert!(said(&output).contains(&named), "{name}: {}", said(&output));

        let copy = broken.folder().with_file_name("copy");
        copy_tree(&kept.path("copy"), &copy);
        damage(&copy.join("journal.copy"), how);
        let output = broken.run(&["verify", "--backup", &copy.display().to_string()], 4);
        assert!(said(&output).contains(&named), "{name}: {}", said(&output));
        let keys = kept.text("keys");
        let empty = HallOnDisk::unfounded();
        let args = ["restore", &copy.display().to_string(), "--keys", &keys];
        empty.run(&args, 4);
        assert!(!empty.folder().join("journal").exists(), "{name}");
    }
    // A file that is not there, and the copy of a hall under another's name.
    for folder in ["copy/journal.copy", "hall"] {
        let files = match folder {
            "hall" => kept.hall.folder().join("journal"),
            copy => kept.path(copy),
        };
        let file = files.join("000002.jsonl");
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        if folder == "hall" {
            let output = kept.hall.run(&["verify"], 4);
            assert!(
                said(&output).contains("000002.jsonl is missing"),
                "{}",
                said(&output)
            );
        } else {
            kept.verify_copy(4);
        }
        fs::write(&file, bytes).unwrap();
    }
    let manifest = fs::read_to_string(kept.path("copy/manifest.json")).unwrap();
    let hall = kept.manifest()["hall"].as_str().unwrap().to_owned();
    let other = manifest.replace(&format!("\"{hall}\""), "\"elsewhere\"");
    fs::write(kept.path("copy/manifest.json"), other).unwrap();
    let told = kept.verify_copy(4);
    assert!(told.contains("another hall"), "{told}");
}

#[test]
fn r226_keys_that_are_older_do_not_bring_back_whom_the_journal_says_erased() {
    let kept = Kept::new();
    kept.issue("赵甲");
    let person = kept.hall.rows("ticket")[0]["visitor"]["id"].clone();
    kept.backup(0);
    // The erasure is in the journal, and these keys were copied before it.
    let ticket = kept.hall.rows("ticket")[0]["id"].clone();
    kept.hall
        .ok("s007", "ticket.cancel", json!({"ticket": ticket}));
    let params = json!({"person": person, "reason": "本人要求删除"});
    kept.hall.ok("s001", "person.erase", params);
    // They have every slot, that of the erased person among them: as copied when the erasure was written and not yet done.
    let people = kept.path("keys/keys/people");
    let older = fs::read(&people).unwrap();
    kept.backup(0);
    let newer = fs::read(&people).unwrap();
    let (head, slot) = (32, 80);
    let greatest = older[older.len() - slot..][..8].to_vec();
    let later = newer[head..]
        .chunks(slot)
        .filter(|record| record[..8] > greatest[..]);
    let both = [older, later.flatten().copied().collect()].concat();
    fs::write(&people, both).unwrap();
    let told = kept.verify_copy(0);
    assert!(
        told.contains("of erased persons are still among the keys: 1"),
        "{told}"
    );

    let other = HallOnDisk::unfounded();
    let told = kept.restore(&other, 0);
    assert!(told.contains("forgotten again: 1"), "{told}");
    assert_eq!(other.rows("ticket")[0]["visitor"]["name"], "〔已删除〕");
    other.run(&["verify"], 0);
}

#[test]
fn keys_that_do_not_fit_are_told_by_the_entry() {
    let kept = Kept::new();
    kept.issue("赵甲");
    kept.backup(0);
    kept.issue("钱乙");
    let copy = kept.text("copy");
    kept.hall.run(&["backup", &copy], 0);
    let last = kept.manifest()["head"]["seq"].as_u64().unwrap();
    for told in [
        kept.verify_copy(4),
        kept.restore(&HallOnDisk::unfounded(), 4),
    ] {
        assert!(told.contains(&format!("entry {last}")), "{told}");
    }
    // The hall's own keys, without the last slots.
    let people = kept.hall.folder().join("keys/people");
    let older = fs::read(kept.path("keys/keys/people")).unwrap();
    fs::write(&people, older).unwrap();
    let output = kept.hall.run(&["verify"], 4);
    assert!(
        said(&output).contains(&format!("entry {last}")),
        "{}",
        said(&output)
    );
}

#[test]
fn an_interrupted_restore_is_no_hall_and_is_begun_again() {
    let kept = Kept::new();
    kept.issue("赵甲");
    kept.backup(0);
    let other = HallOnDisk::unfounded();
    kept.restore(&other, 0);
    // Every state in which it may have been left: the stage alone, then with keys and records in place before the journal.
    for parts in [&[][..], &["keys"][..], &["keys", "records"][..]] {
        let again = HallOnDisk::unfounded();
        let (from, to) = (other.folder(), again.folder());
        fs::create_dir_all(to.join("restoring/journal")).unwrap();
        fs::write(to.join("restoring/journal/000001.jsonl"), b"half").unwrap();
        for part in parts {
            copy_tree(&from.join(part), &to.join(part));
        }
        again.run(&["verify"], 1);
        kept.restore(&again, 0);
        assert_eq!(again.rows("ticket"), kept.hall.rows("ticket"));
        assert!(!to.join("restoring").exists());
    }
    // Keys without a sign of a restore are somebody's.
    let somebody = HallOnDisk::unfounded();
    copy_tree(
        &other.folder().join("keys"),
        &somebody.folder().join("keys"),
    );
    assert!(kept.restore(&somebody, 1).contains("is not empty (keys)"));
}
