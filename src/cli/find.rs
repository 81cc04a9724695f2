//! `banshi find`: service items by characters, pinyin, initials and mixtures of them, best first.
//!
//! Reads a list of items from a CSV file, or takes those of the example hall inside the program, and answers one text
//! from the command line or one JSON object a line from standard input. The shape of both answers is a contract with
//! other people's programs. The matching itself is in `search`; nothing is decided here.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::batch::{BatchOutcome, answer_lines, read_line};
use super::{Context, ExitStatus, Failure};
use crate::console::text::harmless;
use crate::i18n::Messages;
use crate::intake::embedded;
use crate::search::{Entry, Hit, Index};

/// The example hall whose items are searched when no other list is given.
const EXAMPLE_HALL: &str = "shangcai";

/// What `banshi find` takes.
#[derive(Debug, Clone, Args)]
pub struct FindArgs {
    /// Characters, pinyin, initials, or a mixture; `ü` is typed `v`
    #[arg(
        required_unless_present = "batch",
        conflicts_with = "batch",
        value_name = "TEXT"
    )]
    pub text: Vec<String>,
    /// A CSV file with the column `name`, and perhaps `code` and `department`
    #[arg(long, value_name = "FILE.csv")]
    pub items: Option<PathBuf>,
    /// How many items at most
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// Answer with a JSON array of `{code, name, department, score}`
    #[arg(long)]
    pub json: bool,
    /// Read `{id, text}` from standard input, one a line, and answer `{id, results}`, one a line
    #[arg(long)]
    pub batch: bool,
}

/// Runs `banshi find`.
///
/// # Errors
/// [`Failure`] for a list of items that cannot be used, and for what reading and writing meet.
pub fn run(
    context: &Context,
    args: &FindArgs,
    input: impl Read,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    context.without_hall()?;
    let items = match &args.items {
        Some(path) => read_items(path).map_err(|fault| fault.explain(&context.messages, path))?,
        None => example_items(),
    };
    let finder = Finder::new(items, args.limit);
    if args.batch {
        return Ok(match finder.answer_batch(input, out)? {
            BatchOutcome::Answered => ExitStatus::Done,
            BatchOutcome::SomeLinesBad => ExitStatus::WrongUse,
        });
    }
    let text = args.text.join(" ");
    let found = finder.find(&text);
    if args.json {
        serde_json::to_writer(&mut *out, &found).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if found.is_empty() {
        let text = harmless(&text);
        let none = context
            .messages
            .with("find-none", &[("text", text.as_ref().into())]);
        writeln!(out, "{none}")?;
    } else {
        write_table(&found, out)?;
    }
    Ok(ExitStatus::Done)
}

/// One item that can be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Item {
    /// Its code; empty where the list has none.
    code: String,
    name: String,
    /// Its department; empty where the list has none.
    department: String,
}

/// One item found, as other programs read it.
#[derive(Debug, Serialize)]
struct FoundItem<'a> {
    code: &'a str,
    name: &'a str,
    department: &'a str,
    score: u32,
}

/// One line of a batch.
#[derive(Debug, Deserialize)]
struct Question {
    id: Value,
    text: String,
}

/// The answer to one line of a batch.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: Value,
    results: Vec<FoundItem<'a>>,
}

/// Items ready to be searched, and the most that one answer holds.
struct Finder {
    items: Vec<Item>,
    index: Index,
    limit: usize,
}

impl Finder {
    fn new(items: Vec<Item>, limit: usize) -> Self {
        let index = Index::new(items.iter().map(|item| Entry {
            code: &item.code,
            name: &item.name,
            department: &item.department,
        }));
        Self {
            items,
            index,
            limit,
        }
    }

    /// The items that answer `text`, best first.
    fn find(&self, text: &str) -> Vec<FoundItem<'_>> {
        let found = |hit: Hit| {
            let item = &self.items[hit.index];
            FoundItem {
                code: &item.code,
                name: &item.name,
                department: &item.department,
                score: hit.score,
            }
        };
        self.index
            .search(text, self.limit)
            .into_iter()
            .map(found)
            .collect()
    }

    fn answer_batch(&self, input: impl Read, out: &mut impl Write) -> io::Result<BatchOutcome> {
        answer_lines(input, out, |line, out| {
            let Question { id, text } = match read_line(line) {
                Ok(question) => question,
                Err(bad) => return Ok(Err(bad)),
            };
            let results = self.find(&text);
            serde_json::to_writer(out, &Answer { id, results })?;
            Ok(Ok(()))
        })
    }
}

/// A table for people: code, name, department, without the columns that the list does not have.
fn write_table(found: &[FoundItem<'_>], out: &mut impl Write) -> io::Result<()> {
    let rows: Vec<_> = found
        .iter()
        .map(|item| [item.code, item.name, item.department].map(harmless))
        .collect();
    let widest = |column: usize| {
        rows.iter()
            .map(|row| row[column].width())
            .max()
            .unwrap_or(0)
    };
    let widths = [widest(0), widest(1), widest(2)];
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Why a list of items cannot be used.
#[derive(Debug)]
enum ItemsFault {
    /// The file cannot be read.
    Read(io::Error),
    /// What stands on this line is not UTF-8, as in files saved in an older Chinese encoding.
    Encoding { line: usize },
    /// The header has no column `name`.
    NoName,
}

impl ItemsFault {
    fn explain(self, messages: &Messages, path: &Path) -> Failure {
        let path = path.display().to_string();
        let path = ("path", path.as_str().into());
        match self {
            Self::Read(error) => {
                let error = error.to_string();
                let line =
                    messages.with("find-fault-read", &[path, ("error", error.as_str().into())]);
                Failure {
                    status: ExitStatus::Failed,
                    lines: vec![line],
                }
            }
            Self::Encoding { line } => {
                let line = ("line", line.into());
                Failure::wrong_use(messages.with("find-fault-encoding", &[path, line]))
            }
            Self::NoName => Failure::wrong_use(messages.with("find-fault-no-name", &[path])),
        }
    }
}

/// Reads a list of items: UTF-8 with a header, a BOM and CRLF accepted, columns in any order.
fn read_items(path: &Path) -> Result<Vec<Item>, ItemsFault> {
    parse_items(&std::fs::read(path).map_err(ItemsFault::Read)?)
}

/// Reads a list of items from the bytes of a file; rows without a name are left out, since nobody can ask for them.
fn parse_items(bytes: &[u8]) -> Result<Vec<Item>, ItemsFault> {
    let text = std::str::from_utf8(bytes).map_err(|fault| {
        let before = &bytes[..fault.valid_up_to()];
        ItemsFault::Encoding {
            line: before.split(|byte| *byte == b'\n').count(),
        }
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    // Text that is UTF-8 and rows of any width leave the reader nothing to complain about.
    let header = reader.headers().cloned().unwrap_or_default();
    let column = |name: &str| {
        header
            .iter()
            .position(|title| title.trim().eq_ignore_ascii_case(name))
    };
    let name_at = column("name").ok_or(ItemsFault::NoName)?;
    let (code_at, department_at) = (column("code"), column("department"));
    let item = |record: csv::StringRecord| {
        let cell = |at: Option<usize>| {
            at.and_then(|at| record.get(at))
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        Item {
            code: cell(code_at),
            name: cell(Some(name_at)),
            department: cell(department_at),
        }
    };
    let items = reader.records().filter_map(Result::ok).map(item);
    Ok(items.filter(|item| !item.name.is_empty()).collect())
}

/// The items of the example hall, with their departments by name.
fn example_items() -> Vec<Item> {
    let table = |wanted: &str| {
        let text = embedded::files(EXAMPLE_HALL)
            .and_then(|mut files| files.find(|(path, _)| *path == wanted));
        let (_, text) = text.expect("invariant: the example hall is inside the program");
        parse_items(text.as_bytes()).expect("invariant: its tables have names")
    };
    let departments: BTreeMap<String, String> = table("departments.csv")
        .into_iter()
        .map(|row| (row.code, row.name))
        .collect();
    let named = |mut item: Item| {
        if let Some(name) = departments.get(&item.department) {
            item.department.clone_from(name);
        }
        item
    };
    table("items.csv").into_iter().map(named).collect()
}
