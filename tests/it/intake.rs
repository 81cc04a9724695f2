//! Hall folders as halls edit them: the example halls are sound, a bad folder is named fault by fault, and no bytes whatever
//! make the reader panic.

use std::{borrow::Cow, collections::BTreeMap, path::Path};

use banshi::{
    i18n::{Arg, Lang, Messages},
    intake::{
        self, Code, Fault, FaultCode, Files, Warning, WarningCode, embedded, read_embedded,
        read_files, read_hall,
    },
    rules::{
        catalogue::{HallFolder, ItemScope},
        kind::{CaseKind, Scheme},
        permission::Role,
    },
};
use proptest::prelude::*;

fn example(name: &str) -> (HallFolder, Vec<Warning>) {
    read_embedded(name)
        .expect("an example hall of that name")
        .unwrap_or_else(|faults| panic!("{}", list(&faults)))
}

fn list(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The files of an example hall, to be spoiled.
fn files(name: &str) -> Files<'static> {
    embedded::files(name)
        .expect("an example hall of that name")
        .map(|(path, text)| (path.to_owned(), Cow::Borrowed(text.as_bytes())))
        .collect()
}

/// The faults of the small example hall after one file was changed by `change`.
fn spoiled(path: &str, change: impl FnOnce(&str) -> String) -> Vec<(u32, u32, FaultCode)> {
    let mut files = files("zhangwu");
    let text = std::str::from_utf8(&files[path]).expect("UTF-8").to_owned();
    let changed = change(&text);
    assert_ne!(text, changed, "the change changes something");
    files.insert(path.to_owned(), Cow::Owned(changed.into_bytes()));
    let faults = read_files(&files).expect_err("a fault");
    let places = faults.iter().map(|fault| {
        assert_eq!(fault.place.file, path, "{fault}");
        (fault.place.line, fault.place.column, fault.code)
    });
    places.collect()
}

// S3: 33 departments, 103 windows, over 110 staff, 365 items.
#[test]
fn s3_shangcai_has_its_scale_and_every_kind_of_item() {
    let (hall, warnings) = example("shangcai");
    assert_eq!(hall.profile.scheme, Scheme::A);
    assert_eq!(hall.departments.len(), 33);
    assert_eq!(hall.windows.len(), 103);
    assert!((112..=118).contains(&hall.staff.len()));
    assert_eq!(hall.items.len(), 365);
    let of = |kind| hall.items.iter().filter(|item| item.kind == kind).count();
    assert_eq!(
        [
            of(CaseKind::Instant),
            of(CaseKind::Promised),
            of(CaseKind::Joint),
            of(CaseKind::Upward)
        ],
        [150, 180, 20, 15]
    );
    assert_eq!(hall.profile.systems.len(), 7, "the seven of the essay");
    let said: Vec<_> = warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(said, [WarningCode::Undisclosed]);
}

// S83: 5 windows, 9 staff, the second scheme; Q6 names the town.
#[test]
fn s83_zhangwu_has_five_windows_and_nine_staff() {
    let (hall, _) = example("zhangwu");
    assert_eq!(hall.profile.name, "彰武镇便民服务中心");
    assert_eq!(hall.profile.scheme, Scheme::B);
    assert_eq!((hall.windows.len(), hall.staff.len()), (5, 9));
}

// R129, R3, R79, R26: what every working hall has, checked on both.
#[test]
fn the_example_halls_can_be_worked_in() {
    for name in embedded::names() {
        let (hall, _) = example(name);
        for item in &hall.items {
            let lines = hall.materials.iter().filter(|line| line.item == item.code);
            assert!((3..=6).contains(&lines.count()), "{name} {}", item.code);
            let queue = item.queue.as_ref().expect("a queue for every item");
            let mut windows = hall.windows.iter();
            assert!(windows.any(|window| window.queues.contains(queue)));
            let covered = hall
                .authorisations
                .iter()
                .any(|notice| match &notice.scope {
                    ItemScope::Department(department) => *department == item.department,
                    ItemScope::Items(items) => items.contains(&item.code),
                });
            assert!(covered, "{name} {}: nobody may decide", item.code);
        }
        for window in &hall.windows {
            let skilled = hall.staff.iter().any(|person| {
                person.has(Role::Clerk)
                    && person.trained_on.is_some()
                    && person.department == window.department
            });
            assert!(skilled, "{name} {}: nobody to sign on", window.code);
        }
        for role in [Role::Inspector, Role::Usher, Role::Agent, Role::Admin] {
            assert!(hall.staff.iter().any(|person| person.has(role)), "{role:?}");
        }
        let mut names: Vec<&str> = hall.staff.iter().map(|person| &*person.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(
            names.len(),
            hall.staff.len(),
            "{name}: two people of one name"
        );
    }
}

#[test]
fn a_folder_on_disk_reads_like_the_embedded_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/halls/shangcai");
    let (hall, _) = read_hall(&folder).unwrap_or_else(|faults| panic!("{}", list(&faults)));
    assert_eq!(hall, example("shangcai").0);
}

#[test]
fn a_bad_hall_is_named_fault_by_fault_in_one_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bad-hall");
    let faults = read_hall(&folder).expect_err("twenty faults");
    let found: Vec<String> = faults
        .iter()
        .map(|fault| format!("{} {}", fault.place, fault.code.as_str()))
        .collect();
    let expected = [
        "authorisations.csv:2:41 dates-reversed",
        "authorisations.csv:3:15 holder-cannot-decide",
        "calendar/2026.csv:3:1 calendar-year",
        "departments.csv:3:1 chief-rep-missing",
        "departments.csv:4:1 code-twice",
        "hall.toml:4:10 bad-value",
        "hall.toml:15:1 key-unknown",
        "items.csv:2:56 promise-above-70",
        "items.csv:3:48 bad-number",
        "items.csv:4:19 bad-word",
        "items.csv:5:1 row-width",
        "items.csv:6:62 default-unsafe",
        "materials.csv:1:28 column-unknown",
        "materials.csv:4:8 vague-material",
        "notes.txt:1:1 file-unknown",
        "queues.csv:3:9 prefix-reserved",
        "queues.csv:4:15 prefix-twice",
        "seals.csv:3:8 not-utf8",
        "windows.csv:2:20 reference-unknown",
        "windows.csv:3:33 post-without-person",
    ];
    assert_eq!(found, expected);
    let different: std::collections::BTreeSet<_> = faults.iter().map(|f| f.code).collect();
    assert_eq!(different.len(), 20, "each is another fault");
    assert_eq!(
        faults[7].to_string(),
        "items.csv:2:56: a promise of 22 is more than 70 % of 30. Enter 21 or less."
    );
}

// Each fault and warning says in both languages what its English sentence says, with the same arguments.
#[test]
fn every_code_has_its_message_in_both_languages() {
    let codes = FaultCode::ALL
        .iter()
        .map(|code| (code.message_key(), code.english()))
        .chain(
            WarningCode::ALL
                .iter()
                .map(|code| (code.message_key(), code.english())),
        );
    let (chinese, english) = (Messages::new(Lang::ZhCn), Messages::new(Lang::En));
    for (key, sentence) in codes {
        assert!(chinese.has(&key), "{key}");
        let names: Vec<&str> = sentence
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        let marks: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
        let args: Vec<(&str, Arg<'_>)> = names
            .iter()
            .zip(&marks)
            .map(|(name, mark)| (*name, Arg::from(mark.as_str())))
            .collect();
        assert_eq!(english.with(&key, &args), sentence);
        let said = chinese.with(&key, &args);
        assert!(marks.iter().all(|mark| said.contains(mark)), "{said}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_one_fault() {
    let faults = read_hall(Path::new("fixtures/halls/nowhere")).expect_err("nothing there");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].code, FaultCode::FileUnreadable);
}

#[test]
fn every_table_that_is_missing_is_named() {
    let faults = read_files(&Files::new()).expect_err("nothing at all");
    let missing = |fault: &Fault| fault.code == FaultCode::FileMissing;
    assert!(faults.iter().all(missing), "{}", list(&faults));
    assert_eq!(faults.len(), 9);
}

// Halls edit these files in a spreadsheet (design, section 6).
#[test]
fn a_spreadsheet_s_mark_line_ends_and_empty_fields_change_nothing() {
    let plain = example("zhangwu").0;
    let mut edited = Files::new();
    for (path, bytes) in files("zhangwu") {
        let text = std::str::from_utf8(&bytes).expect("UTF-8");
        let (line_end, tail) = if path == "hall.toml" {
            ("\r\n", "")
        } else {
            (",,\r\n", ",,,\r\n\r\n")
        };
        let text = text.replace('\n', line_end);
        edited.insert(
            path,
            Cow::Owned(format!("\u{feff}{text}{tail}").into_bytes()),
        );
    }
    let read = read_files(&edited).unwrap_or_else(|faults| panic!("{}", list(&faults)));
    assert_eq!(read.0, plain);
}

// A fault in one table does not blame the tables that refer to it.
#[test]
fn one_unreadable_table_is_one_fault() {
    for table in ["departments.csv", "queues.csv", "staff.csv", "items.csv"] {
        let mut files = files("zhangwu");
        files.insert(table.to_owned(), Cow::Owned(b"code,name\n\xff".to_vec()));
        let faults = read_files(&files).expect_err("not UTF-8");
        assert_eq!(faults.len(), 1, "{}", list(&faults));
        let open = spoiled(table, |text| format!("{text}x,\"never closed\n"));
        let codes: Vec<_> = open.iter().map(|fault| fault.2).collect();
        assert!(codes.contains(&FaultCode::QuoteOpen));
    }
}

// R92: at most floor(0.7 × statutory), 0 only for instant items.
#[test]
fn r92_the_promise_is_at_most_seventy_percent() {
    let limits = |statutory: u16, committed: u16, kind: &str| {
        let old = "promised,20,10,working_day,hezuo";
        let new = format!("{kind},{statutory},{committed},working_day,hezuo");
        let changed = |text: &str| text.replacen(old, &new, 1);
        let files = files("zhangwu");
        let text = std::str::from_utf8(&files["items.csv"]).expect("UTF-8");
        if changed(text) == text {
            return vec![];
        }
        let mut files = files.clone();
        files.insert(
            "items.csv".to_owned(),
            Cow::Owned(changed(text).into_bytes()),
        );
        read_files(&files).map_or_else(|f| f.iter().map(|f| f.code).collect(), |_| vec![])
    };
    for (statutory, max) in [
        (5, 3),
        (7, 4),
        (10, 7),
        (15, 10),
        (20, 14),
        (30, 21),
        (45, 31),
        (60, 42),
    ] {
        assert_eq!(limits(statutory, max, "promised"), []);
        let above = limits(statutory, max + 1, "promised");
        assert_eq!(above, [FaultCode::PromiseAbove70], "{statutory}");
    }
    assert_eq!(limits(20, 0, "promised"), [FaultCode::PromiseZero]);
    assert_eq!(limits(20, 1, "instant"), [FaultCode::InstantWithDays]);
    assert_eq!(limits(20, 0, "special"), []);
}

// R24: prefixes of the queues.
#[test]
fn r24_prefixes_are_one_or_two_capitals_of_one_queue() {
    let prefix = |new: &str| {
        let new = format!("家电下乡,Appliance subsidy,{new}\n");
        spoiled("queues.csv", |text| {
            text.replace("家电下乡,Appliance subsidy,J\n", &new)
        })
    };
    for reserved in ["G", "Y", "D"] {
        assert_eq!(prefix(reserved), [(2, 32, FaultCode::PrefixReserved)]);
    }
    for form in ["a", "ABC", "Ä", "1"] {
        assert_eq!(prefix(form), [(2, 32, FaultCode::PrefixForm)]);
    }
    assert_eq!(prefix("S")[0].2, FaultCode::PrefixTwice);
}

// R128, R129: who may decide, and who stands for a department.
#[test]
fn r128_an_agent_or_the_director_cannot_hold_an_authorisation() {
    let holder = |new: &str| {
        spoiled("authorisations.csv", |text| {
            text.replacen(",s003,", &format!(",{new},"), 1)
        })
    };
    assert_eq!(holder("s002"), [(2, 22, FaultCode::HolderCannotDecide)]);
    assert_eq!(holder("s099"), [(2, 22, FaultCode::ReferenceUnknown)]);
    let unfilled = |role: &str, code: FaultCode| {
        let mut files = files("zhangwu");
        let text = std::str::from_utf8(&files["staff.csv"]).expect("UTF-8");
        let text = text.replace(role, "clerk;usher").into_bytes();
        files.insert("staff.csv".to_owned(), Cow::Owned(text));
        let faults = read_files(&files).expect_err("nobody holds the post");
        assert!(
            faults.iter().all(|fault| fault.code == code),
            "{}",
            list(&faults)
        );
        faults.len()
    };
    assert_eq!(
        unfilled("director;dept_leader", FaultCode::DirectorMissing),
        1
    );
    assert_eq!(unfilled("chief_rep;clerk", FaultCode::ChiefRepMissing), 5);
}

#[test]
fn fields_of_people_are_checked() {
    let staff = |old: &str, new: &str| spoiled("staff.csv", |text| text.replacen(old, new, 1));
    let one = |faults: Vec<(u32, u32, FaultCode)>| faults.first().expect("a fault").2;
    assert_eq!(
        one(staff("inspector;usher", "inspector;hall")),
        FaultCode::BadWord
    );
    assert_eq!(
        one(staff("inspector;usher", "usher;usher")),
        FaultCode::ListTwice
    );
    assert_eq!(one(staff("2024-12-16", "2024/12/16")), FaultCode::BadDate);
    assert_eq!(one(staff("2024-12-16", "2024-02-30")), FaultCode::BadDate);
    assert_eq!(
        one(staff(",s002,2024", ",s001,2024")),
        FaultCode::LoginTwice
    );
    assert_eq!(one(staff("s001,", "员工1,")), FaultCode::BadCode);
    assert_eq!(one(staff(",沈一甲,", ",,")), FaultCode::CellEmpty);
    assert_eq!(one(staff("code,name", "name,code")), FaultCode::ColumnPlace);
    assert_eq!(one(staff("name_en", "name")), FaultCode::ColumnTwice);
    assert_eq!(one(staff("trained_on", "pin")), FaultCode::BadPin);
    let long = "长".repeat(1000);
    assert_eq!(one(staff("沈一甲", &long)), FaultCode::RowTooLong);
}

// R113: branches belong to joint items, and the lead is not among them.
#[test]
fn r113_branches_belong_to_joint_items() {
    let items = |old: &str, new: &str| spoiled("items.csv", |text| text.replacen(old, new, 1));
    let joint = "gongshang,hushui,,";
    assert_eq!(
        items(joint, "gongshang,,,")[0].2,
        FaultCode::BranchesMissing
    );
    assert_eq!(
        items(joint, "gongshang,gongshang,,")[0].2,
        FaultCode::BranchIsLead
    );
    assert_eq!(
        items(
            "promised,20,10,working_day,hezuo,,",
            "promised,20,10,working_day,hezuo,jisheng,"
        )[0]
        .2,
        FaultCode::BranchesUnwanted
    );
}

// R14: provisional dates are announced from November on; 2027's notice is out in no source yet.
#[test]
fn r14_a_short_horizon_is_a_warning() {
    let (hall, _) = example("shangcai");
    let on = |day: &str| intake::short_horizon(&hall.calendar, day.parse().expect("a date"));
    assert!(on("2026-10-31").is_none());
    assert_eq!(
        on("2026-11-01").expect("short").code,
        WarningCode::CalendarShort
    );
    let mut files = files("zhangwu");
    files.retain(|path, _| !path.starts_with("calendar/"));
    let (_, warnings) = read_files(&files).expect("sound");
    assert!(warnings.iter().any(|w| w.code == WarningCode::CalendarNone));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever bytes a file holds, reading ends with a hall or with faults that name it.
    #[test]
    fn any_bytes_in_any_file_are_faults_or_rows(index in 0usize..11, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut files = files("zhangwu");
        let path = files.keys().nth(index).cloned().unwrap_or_default();
        files.insert(path.clone(), Cow::Owned(bytes));
        if let Err(faults) = read_files(&files) {
            prop_assert!(faults.iter().any(|fault| fault.place.file == path));
        }
    }

    /// Text that looks like a table, with every sort of mark in it.
    #[test]
    fn any_text_in_any_file_is_faults_or_rows(index in 0usize..11, lines in proptest::collection::vec("[a-z0-9;,\"\r\n甲\u{202e}\\[\\]=.-]{0,40}", 0..12)) {
        let mut files = files("zhangwu");
        let path = files.keys().nth(index).cloned().unwrap_or_default();
        let head = std::str::from_utf8(&files[&path]).expect("UTF-8").lines().next().unwrap_or_default().to_owned();
        files.insert(path, Cow::Owned(format!("{head}\n{}", lines.join("\n")).into_bytes()));
        if let Err(faults) = read_files(&files) {
            for fault in faults {
                let text = fault.to_string();
                prop_assert!(!text.contains('\u{202e}') && !text.contains('\n'), "{text}");
                prop_assert!(fault.place.line >= 1 && fault.place.column >= 1);
            }
        }
    }

    /// Losing one character of one file is a fault, or another sound hall; never a panic.
    #[test]
    fn a_character_lost_anywhere_is_survived(index in 0usize..11, at in any::<prop::sample::Index>()) {
        let mut files: BTreeMap<_, _> = files("zhangwu");
        let path = files.keys().nth(index).cloned().unwrap_or_default();
        let mut chars: Vec<char> = std::str::from_utf8(&files[&path]).expect("UTF-8").chars().collect();
        chars.remove(at.index(chars.len()));
        files.insert(path, Cow::Owned(chars.into_iter().collect::<String>().into_bytes()));
        let _ = read_files(&files);
    }
}
