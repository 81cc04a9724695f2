//! The state machines of the rule book, read from its tables: whole, closed, and in the words that people see. What the
//! code does with them is tested beside each noun.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use banshi::rules::branch::BranchState;
use banshi::rules::case::CaseState;
use banshi::rules::enquiry::EnquiryState;
use banshi::rules::finding::FindingState;
use banshi::rules::proxy::OrderState;
use banshi::rules::ticket::TicketState;

/// A machine of the rule book: `M1` with its states, their Chinese words, and its transitions.
#[derive(Default)]
struct Machine {
    states: BTreeMap<String, String>,
    terminal: BTreeSet<String>,
    views: BTreeMap<String, String>,
    /// From (none: no record yet), event, to.
    rows: Vec<(Option<String>, String, String)>,
}

/// The machines by number, and the noun under which the messages name their states.
const NOUNS: [(&str, &str); 6] = [
    ("M1", "ticket"),
    ("M2", "enquiry"),
    ("M3", "case"),
    ("M4", "branch"),
    ("M5", "proxy"),
    ("M6", "finding"),
];

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn machines() -> BTreeMap<String, Machine> {
    let book = read("src/rules/RULES.md");
    let chapter = book
        .split("\n## ")
        .find(|chapter| chapter.starts_with("17. "));
    let sections = chapter
        .expect("invariant: section 17 holds the machines")
        .split("\n### M")
        .skip(1);
    let number = |section: &str| format!("M{}", section.split(' ').next().unwrap_or_default());
    sections
        .map(|section| (number(section), machine(section)))
        .collect()
}

fn machine(section: &str) -> Machine {
    let mut machine = Machine::default();
    let head = section
        .split("\n\n")
        .find(|part| part.trim_start().starts_with("States: "));
    for sentence in head
        .expect("invariant: a machine names its states")
        .split(". ")
    {
        let (title, list) = sentence
            .trim()
            .split_once(": ")
            .expect("invariant: `Title: list`");
        let words = list.split('`').skip(1).collect::<Vec<_>>();
        for pair in words.chunks(2) {
            let word = pair[0].to_owned();
            let text = pair
                .get(1)
                .unwrap_or(&"")
                .trim_matches([',', ' ', '.', '\n']);
            match title {
                "States" => drop(machine.states.insert(word, text.to_owned())),
                "Terminal" => drop(machine.terminal.insert(word)),
                "View" => {
                    let text = text.split(',').next().unwrap_or_default();
                    machine.views.insert(word, text.to_owned());
                }
                _ => panic!("{title} is no list of states"),
            }
        }
    }
    for line in section.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, from, event, to, ..] = cells[..] else {
            panic!("a row has four cells: {line}");
        };
        if from != "from" {
            let from = (from != "–").then(|| from.to_owned());
            machine
                .rows
                .push((from, event.trim_matches('*').to_owned(), to.to_owned()));
        }
    }
    machine
}

#[test]
fn each_machine_is_whole() {
    let machines = machines();
    assert_eq!(machines.len(), NOUNS.len());
    for (number, machine) in &machines {
        let mut reached = BTreeSet::new();
        let mut left = BTreeSet::new();
        for (from, event, to) in &machine.rows {
            assert!(
                machine.states.contains_key(to),
                "{number}: {event} leads to {to}, which is no state"
            );
            reached.insert(to);
            if let Some(from) = from {
                assert!(
                    machine.states.contains_key(from),
                    "{number}: {event} comes from {from}, which is no state"
                );
                assert!(
                    !machine.terminal.contains(from),
                    "{number}: {from} is terminal and has {event}"
                );
                left.insert(from);
            }
        }
        for state in machine.states.keys() {
            assert!(
                reached.contains(state),
                "{number}: nothing leads to {state}"
            );
            let ends = machine.terminal.contains(state);
            assert!(
                ends != left.contains(state),
                "{number}: {state} is neither terminal nor left"
            );
        }
    }
}

#[test]
fn each_row_stands_once() {
    for (number, machine) in machines() {
        let mut seen = BTreeMap::<_, usize>::new();
        for row in machine.rows {
            *seen.entry(row).or_default() += 1;
        }
        let twice: Vec<_> = seen.into_iter().filter(|(_, count)| *count > 1).collect();
        assert!(twice.is_empty(), "{number}: {twice:?}");
    }
}

/// Whether the verbs that the code names for a state, to whoever is refused, are those of the rule book's rows.
fn compare(number: &str, state: &str, verbs: &[&str]) {
    // An outcome in an event's name is one verb; a case takes an enquiry over by its own verb; the sweep has none, and a
    // bulletin publishes the findings that it lists.
    let outcomes = ["_ok", "_no", "_fail", "_upheld", "_rejected"];
    let not_verbs = [
        "to_case",
        "day_end",
        "hold_ends",
        "deemed_accept",
        "lapse",
        "publish",
    ];
    let machine = &machines()[number];
    let rows = machine
        .rows
        .iter()
        .filter(|(from, ..)| from.as_deref() == Some(state));
    let mut wanted: BTreeSet<_> = rows
        .map(|(_, event, _)| {
            let cut = outcomes
                .iter()
                .find_map(|outcome| event.strip_suffix(outcome));
            match cut.unwrap_or(event) {
                // Deciding an appeal is a verb with two outcomes, beside the appeal itself.
                "appeal" if cut.is_some() => "appeal_decide",
                verb => verb,
            }
        })
        .collect();
    wanted.retain(|event| !not_verbs.contains(event));
    assert_eq!(
        verbs.iter().copied().collect::<BTreeSet<_>>(),
        wanted,
        "{number} {state}"
    );
}

#[test]
fn the_code_offers_what_the_rows_allow() {
    for state in TicketState::ALL {
        compare("M1", state.as_str(), state.verbs());
    }
    for state in EnquiryState::ALL {
        compare("M2", state.as_str(), state.verbs());
    }
    for state in CaseState::ALL {
        compare("M3", state.as_str(), state.verbs());
    }
    for state in BranchState::ALL {
        compare("M4", state.as_str(), state.verbs());
    }
    for state in OrderState::ALL {
        compare("M5", state.as_str(), state.verbs());
    }
    for state in FindingState::ALL {
        compare("M6", state.as_str(), state.verbs());
    }
}

/// Every state, views among them: the noun of its machine, its word on the wire, its Chinese word.
pub(crate) fn state_words() -> Vec<(&'static str, String, String)> {
    let machines = machines();
    let of = |(number, noun): (&str, &'static str)| {
        let machine = &machines[number];
        let words = machine.states.iter().chain(&machine.views);
        words
            .map(move |(state, word)| (noun, state.clone(), word.clone()))
            .collect::<Vec<_>>()
    };
    NOUNS.into_iter().flat_map(of).collect()
}
