//! `banshi find`: service items by characters, pinyin, initials and mixtures of them, best first.
//!
//! Reads a list of items from a CSV file, or takes the ones it is given, and answers one text from the
//! command line or one JSON object a line from standard input. The shape of both answers is a contract with
//! other people's programs. The matching itself is in `search`; nothing is decided here.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::batch::{BatchOutcome, answer_lines, read_line};
use crate::console::text::harmless;
use crate::search::{Entry, Index};

/// What `banshi find` takes.
#[derive(Debug, Clone, Args)]
pub struct FindArgs {
    /// Characters, pinyin, initials, or a mixture; `ü` is typed `v`
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
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

/// One item that can be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Its code; empty where the list has none.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its department; empty where the list has none.
    pub department: String,
}

/// One item found, as other programs read it.
#[derive(Debug, Serialize)]
struct FoundItem<'a> {
    code: &'a str,
    name: &'a str,
    department: &'a str,
    score: u32,
}

/// Why a list of items cannot be used; each names the file.
#[derive(Debug, thiserror::Error)]
pub enum ItemsError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not the CSV that is asked for.
    #[error("{}:{line}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong, and what would be right.
        reason: String,
    },
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

/// Items ready to be searched.
pub struct Finder {
    items: Vec<Item>,
    index: Index,
    limit: usize,
}

impl Finder {
    /// Takes the items and the most that one answer holds.
    pub fn new(items: Vec<Item>, limit: usize) -> Self {
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
        let found = |hit: crate::search::Hit| {
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

    /// Answers one text with a JSON array.
    pub fn answer_json(&self, text: &str, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &self.find(text))?;
        writeln!(out)
    }

    /// Answers one text with a table for people: code, name, department; nothing where nothing is found.
    pub fn answer_table(&self, text: &str, out: &mut impl Write) -> io::Result<()> {
        let found: Vec<[String; 3]> = self
            .find(text)
            .iter()
            .map(|item| {
                [item.code, item.name, item.department].map(|text| harmless(text).into_owned())
            })
            .collect();
        let width = |column: usize| {
            found
                .iter()
                .map(|row| row[column].width())
                .max()
                .unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2)];
        for row in &found {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Answers one JSON object a line, in order; a bad line is answered with `{id, error}` and the next is read.
    pub fn answer_batch(&self, input: impl Read, out: &mut impl Write) -> io::Result<BatchOutcome> {
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

/// Reads a list of items: UTF-8 with a header, a BOM and CRLF accepted, columns in any order.
///
/// Only `name` is needed; rows without a name are left out, since nobody can ask for them.
pub fn read_items(path: &Path) -> Result<Vec<Item>, ItemsError> {
    let bytes = std::fs::read(path).map_err(|source| ItemsError::Read {
        path: path.to_owned(),
        source,
    })?;
    parse_items(path, &bytes)
}

/// Reads a list of items from the bytes of a file; `path` is for the messages only.
pub fn parse_items(path: &Path, bytes: &[u8]) -> Result<Vec<Item>, ItemsError> {
    let malformed = |line: u64, reason: String| ItemsError::Malformed {
        path: path.to_owned(),
        line,
        reason,
    };
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.split(|byte| *byte == b'\n').count() as u64 - 1;
        return Err(malformed(
            line,
            "not UTF-8: save the file as CSV UTF-8".to_owned(),
        ));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headers = reader
        .headers()
        .map_err(|e| malformed(1, e.to_string()))?
        .clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|h| h.trim().eq_ignore_ascii_case(name))
    };
    let Some(name_at) = column("name") else {
        return Err(malformed(1, "the header has no column `name`".to_owned()));
    };
    let (code_at, department_at) = (column("code"), column("department"));
    let mut items = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(0, csv::Position::line);
            malformed(line, e.to_string())
        })?;
        let cell = |at: Option<usize>| {
            let text = at.and_then(|at| record.get(at)).unwrap_or_default();
            text.trim().to_owned()
        };
        let item = Item {
            code: cell(code_at),
            name: cell(Some(name_at)),
            department: cell(department_at),
        };
        if !item.name.is_empty() {
            items.push(item);
        }
    }
    Ok(items)
}
