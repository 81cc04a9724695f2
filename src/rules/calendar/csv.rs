//! Reading a year's holidays from CSV text (R12): `date,kind,name,notice`, every fault by line and column.
//!
//! Used for the calendars inside the program, for `calendar/YYYY.csv` of a hall folder and for a file given by hand. Halls edit
//! these files in spreadsheets: a BOM, CRLF, blank lines, quotes and `2026/1/1` are taken as they come. It reads text, not files.

use crate::rules::catalogue::{CalendarRow, CalendarRowKind, CalendarYear};
use crate::rules::civil::{CIVIL_YEAR_MAX, CIVIL_YEAR_MIN};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use thiserror::Error;

/// The longest calendar text: a row for every day of fifty years is 1 MiB.
pub const CALENDAR_BYTES_MAX: usize = 1 << 20;

/// The longest name of a day and of a notice; the longest published one has 18 characters.
pub const DAY_TEXT_CHARS_MAX: usize = 100;

/// The most faults reported in one run. Past these a person reads the file's head, not the list.
pub const CALENDAR_FAULTS_MAX: usize = 200;

/// One fault of a calendar text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct CalendarFault {
    /// The line, counted from 1.
    pub line: usize,
    /// The column of the table, counted from 1.
    pub column: usize,
    /// What is wrong there.
    pub kind: CalendarFaultKind,
}

/// What can be wrong in a calendar text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarFaultKind {
    /// The bytes are not UTF-8; spreadsheets in Chinese save GBK unless told otherwise.
    #[error("not UTF-8 text; save the file as 'CSV UTF-8'")]
    NotUtf8,
    /// The text is longer than [`CALENDAR_BYTES_MAX`].
    #[error("longer than {CALENDAR_BYTES_MAX} bytes")]
    TooLong,
    /// The text has no header line.
    #[error("no header line; it must name the columns date,kind,name,notice")]
    NoHeader,
    /// The header lacks a column.
    #[error("the column '{0}' is missing")]
    ColumnMissing(&'static str),
    /// The row ends before this column.
    #[error("the row has no '{0}'")]
    FieldMissing(&'static str),
    /// The field is no date.
    #[error("'{0}' is not a date; write 2026-01-01")]
    DateMalformed(String),
    /// The date lies outside the years reckoned with.
    #[error("the year of {0} lies outside {CIVIL_YEAR_MIN}..{CIVIL_YEAR_MAX}")]
    YearOutOfRange(NaiveDate),
    /// The file of one year lists a day of another.
    #[error("{date} does not belong to the year {year}")]
    OtherYear {
        /// The day that is listed.
        date: NaiveDate,
        /// The year that the file is for.
        year: i32,
    },
    /// The kind is neither word.
    #[error("'{0}' is not a kind; write holiday or workday")]
    KindUnknown(String),
    /// The day is listed twice.
    #[error("{date} is listed already on line {first_line}")]
    DateTwice {
        /// The day that is listed again.
        date: NaiveDate,
        /// Where it stands first.
        first_line: usize,
    },
    /// A day off without a name explains nothing to the citizen who asks.
    #[error("the name is empty")]
    NameEmpty,
    /// The text is longer than [`DAY_TEXT_CHARS_MAX`].
    #[error("longer than {DAY_TEXT_CHARS_MAX} characters")]
    TextTooLong,
    /// A quote opens and does not close.
    #[error("a quote is not closed on its line")]
    QuoteOpen,
}

/// Which years a text may speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearsExpected {
    /// The file of this one year; its presence publishes the year, even without a row.
    Only(i32),
    /// Any years; each year that has a row is published.
    Any,
}

/// Reads the years that a calendar file publishes, in order.
///
/// # Errors
/// Every fault found, by line and column, up to [`CALENDAR_FAULTS_MAX`]; then nothing of the text is taken.
pub fn parse_years(
    bytes: &[u8],
    expected: YearsExpected,
) -> Result<Vec<CalendarYear>, Vec<CalendarFault>> {
    let text = decode(bytes).map_err(|fault| vec![fault])?;
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !is_blank(line));
    let Some((header_line, header)) = lines.next() else {
        return Err(vec![CalendarFault {
            line: 1,
            column: 1,
            kind: CalendarFaultKind::NoHeader,
        }]);
    };
    let columns = Columns::read(header_line, header)?;
    let mut rows = Rows {
        expected,
        columns,
        first_lines: BTreeMap::new(),
        days: BTreeMap::new(),
        faults: Vec::new(),
    };
    for (line, text) in lines {
        rows.take(line, text);
        if rows.faults.len() >= CALENDAR_FAULTS_MAX {
            break;
        }
    }
    rows.finish()
}

fn decode(bytes: &[u8]) -> Result<&str, CalendarFault> {
    if bytes.len() > CALENDAR_BYTES_MAX {
        return Err(CalendarFault {
            line: 1,
            column: 1,
            kind: CalendarFaultKind::TooLong,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let last_line = good.rsplit('\n').next().unwrap_or_default();
        CalendarFault {
            line: good.split('\n').count(),
            column: last_line.split(',').count(),
            kind: CalendarFaultKind::NotUtf8,
        }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// A spreadsheet leaves rows of commas behind where lines were deleted.
fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c == ',' || c.is_whitespace())
}

/// Where the columns stand, counted from 0.
struct Columns {
    date: usize,
    kind: usize,
    name: usize,
    notice: Option<usize>,
}

impl Columns {
    fn read(line: usize, header: &str) -> Result<Self, Vec<CalendarFault>> {
        let names = split(header).map_err(|column| {
            vec![CalendarFault {
                line,
                column,
                kind: CalendarFaultKind::QuoteOpen,
            }]
        })?;
        let place = |name: &str| {
            names
                .iter()
                .position(|field| field.eq_ignore_ascii_case(name))
        };
        let missing: Vec<CalendarFault> = ["date", "kind", "name"]
            .into_iter()
            .filter(|name| place(name).is_none())
            .map(|name| CalendarFault {
                line,
                column: names.len() + 1,
                kind: CalendarFaultKind::ColumnMissing(name),
            })
            .collect();
        match (place("date"), place("kind"), place("name")) {
            (Some(date), Some(kind), Some(name)) => Ok(Self {
                date,
                kind,
                name,
                notice: place("notice"),
            }),
            _ => Err(missing),
        }
    }
}

/// The rows read so far.
struct Rows {
    expected: YearsExpected,
    columns: Columns,
    first_lines: BTreeMap<NaiveDate, usize>,
    days: BTreeMap<NaiveDate, CalendarRow>,
    faults: Vec<CalendarFault>,
}

impl Rows {
    /// Takes one row, or notes each fault that it has.
    fn take(&mut self, line: usize, text: &str) {
        let fields = match split(text) {
            Ok(fields) => fields,
            Err(column) => {
                return self.faults.push(CalendarFault {
                    line,
                    column,
                    kind: CalendarFaultKind::QuoteOpen,
                });
            }
        };
        let date =
            field(&fields, self.columns.date, "date").and_then(|text| self.date(line, &text));
        let kind = field(&fields, self.columns.kind, "kind").and_then(|text| kind(&text));
        let name =
            field(&fields, self.columns.name, "name").and_then(|text| short(text, Filled::Needed));
        let notice_column = self.columns.notice.unwrap_or(fields.len());
        let notice = short(
            fields.get(notice_column).cloned().unwrap_or_default(),
            Filled::Optional,
        );
        let columns = [
            self.columns.date,
            self.columns.kind,
            self.columns.name,
            notice_column,
        ];
        let faults = [
            date.as_ref().err(),
            kind.as_ref().err(),
            name.as_ref().err(),
            notice.as_ref().err(),
        ];
        for (column, fault) in columns.into_iter().zip(faults) {
            if let Some(fault) = fault {
                self.faults.push(CalendarFault {
                    line,
                    column: column + 1,
                    kind: fault.clone(),
                });
            }
        }
        if let (Ok(date), Ok(kind), Ok(name), Ok(notice)) = (date, kind, name, notice) {
            self.first_lines.insert(date, line);
            self.days.insert(
                date,
                CalendarRow {
                    date,
                    kind,
                    name,
                    notice,
                },
            );
        }
    }

    fn date(&self, line: usize, text: &str) -> Result<NaiveDate, CalendarFaultKind> {
        let date = read_date(text).ok_or_else(|| CalendarFaultKind::DateMalformed(clip(text)))?;
        if !(CIVIL_YEAR_MIN..=CIVIL_YEAR_MAX).contains(&date.year()) {
            return Err(CalendarFaultKind::YearOutOfRange(date));
        }
        match self.expected {
            YearsExpected::Only(year) if year != date.year() => {
                return Err(CalendarFaultKind::OtherYear { date, year });
            }
            YearsExpected::Only(_) | YearsExpected::Any => {}
        }
        match self.first_lines.get(&date) {
            Some(&first_line) if first_line != line => {
                Err(CalendarFaultKind::DateTwice { date, first_line })
            }
            _ => Ok(date),
        }
    }

    fn finish(self) -> Result<Vec<CalendarYear>, Vec<CalendarFault>> {
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut years: BTreeMap<i32, Vec<CalendarRow>> = BTreeMap::new();
        if let YearsExpected::Only(year) = self.expected {
            years.insert(year, Vec::new());
        }
        for (date, day) in self.days {
            years.entry(date.year()).or_default().push(day);
        }
        Ok(years
            .into_iter()
            .map(|(year, days)| CalendarYear { year, days })
            .collect())
    }
}

/// Splits a line at its commas; a field may stand in double quotes, with `""` for a quote inside.
///
/// # Errors
/// The column, counted from 1, whose quote does not close.
fn split(line: &str) -> Result<Vec<String>, usize> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field).trim().to_owned()),
            _ => field.push(c),
        }
    }
    if quoted {
        return Err(fields.len() + 1);
    }
    fields.push(field.trim().to_owned());
    Ok(fields)
}

fn field(
    fields: &[String],
    column: usize,
    name: &'static str,
) -> Result<String, CalendarFaultKind> {
    fields
        .get(column)
        .cloned()
        .ok_or(CalendarFaultKind::FieldMissing(name))
}

fn read_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(digits(year)?, digits(month)?, digits(day)?)
}

/// A number of ASCII digits only: `parse` alone would also take a sign.
fn digits<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

fn kind(text: &str) -> Result<CalendarRowKind, CalendarFaultKind> {
    match text {
        "holiday" => Ok(CalendarRowKind::Holiday),
        "workday" => Ok(CalendarRowKind::Workday),
        _ => Err(CalendarFaultKind::KindUnknown(clip(text))),
    }
}

/// Whether a text must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filled {
    Needed,
    Optional,
}

fn short(text: String, filled: Filled) -> Result<String, CalendarFaultKind> {
    if text.is_empty() && filled == Filled::Needed {
        return Err(CalendarFaultKind::NameEmpty);
    }
    if text.chars().count() > DAY_TEXT_CHARS_MAX {
        return Err(CalendarFaultKind::TextTooLong);
    }
    Ok(text)
}

/// As much of a wrong text as a message should repeat.
fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}
