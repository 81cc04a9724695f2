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
    /// The character of the line at which the field begins, counted from 1.
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
            column: last_line.chars().count() + 1,
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
    fn read(number: usize, header: &str) -> Result<Self, Vec<CalendarFault>> {
        let line = Line::split(number, header).map_err(|fault| vec![fault])?;
        let place = |name: &str| {
            let mut fields = line.fields.iter();
            fields.position(|field| field.text.eq_ignore_ascii_case(name))
        };
        let missing = |name| line.fault(line.end, CalendarFaultKind::ColumnMissing(name));
        match (place("date"), place("kind"), place("name")) {
            (Some(date), Some(kind), Some(name)) => Ok(Self {
                date,
                kind,
                name,
                notice: place("notice"),
            }),
            _ => Err(["date", "kind", "name"]
                .into_iter()
                .filter(|name| place(name).is_none())
                .map(missing)
                .collect()),
        }
    }
}

/// A line cut into its fields.
struct Line {
    number: usize,
    fields: Vec<Field>,
    /// The column after the last character.
    end: usize,
}

/// A field and the column at which it begins.
struct Field {
    column: usize,
    text: String,
}

impl Line {
    /// Cuts a line at its commas; a field may stand in double quotes, with `""` for a quote inside.
    fn split(number: usize, text: &str) -> Result<Self, CalendarFault> {
        let end = text.chars().count() + 1;
        let mut line = Self {
            number,
            fields: Vec::new(),
            end,
        };
        let (mut column, mut field, mut is_quoted) = (1, String::new(), false);
        let mut chars = text.chars().zip(2..).peekable();
        while let Some((c, next)) = chars.next() {
            match c {
                '"' if is_quoted && chars.peek().is_some_and(|(c, _)| *c == '"') => {
                    chars.next();
                    field.push('"');
                }
                '"' if is_quoted || field.trim().is_empty() => is_quoted = !is_quoted,
                ',' if !is_quoted => {
                    line.fields.push(Field {
                        column,
                        text: field.trim().to_owned(),
                    });
                    field.clear();
                    column = next;
                }
                _ => field.push(c),
            }
        }
        if is_quoted {
            return Err(line.fault(column, CalendarFaultKind::QuoteOpen));
        }
        line.fields.push(Field {
            column,
            text: field.trim().to_owned(),
        });
        Ok(line)
    }

    fn fault(&self, column: usize, kind: CalendarFaultKind) -> CalendarFault {
        CalendarFault {
            line: self.number,
            column,
            kind,
        }
    }

    /// Reads the field at a place with `read`.
    fn field<T>(
        &self,
        at: usize,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, CalendarFaultKind>,
    ) -> Result<T, CalendarFault> {
        match self.fields.get(at) {
            Some(field) => read(&field.text).map_err(|kind| self.fault(field.column, kind)),
            None => Err(self.fault(self.end, CalendarFaultKind::FieldMissing(name))),
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
    fn take(&mut self, number: usize, text: &str) {
        let line = match Line::split(number, text) {
            Ok(line) => line,
            Err(fault) => return self.faults.push(fault),
        };
        let columns = &self.columns;
        let date = line.field(columns.date, "date", |text| self.date(text));
        let kind = line.field(columns.kind, "kind", kind);
        let name = line.field(columns.name, "name", |text| short(text, Filled::Needed));
        let notice = match columns.notice.filter(|&at| at < line.fields.len()) {
            Some(at) => line.field(at, "notice", |text| short(text, Filled::Optional)),
            None => Ok(String::new()),
        };
        match (date, kind, name, notice) {
            (Ok(date), Ok(kind), Ok(name), Ok(notice)) => {
                self.first_lines.insert(date, number);
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
            (date, kind, name, notice) => {
                let faults = [date.err(), kind.err(), name.err(), notice.err()];
                self.faults.extend(faults.into_iter().flatten());
            }
        }
    }

    fn date(&self, text: &str) -> Result<NaiveDate, CalendarFaultKind> {
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
            Some(&first_line) => Err(CalendarFaultKind::DateTwice { date, first_line }),
            None => Ok(date),
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

fn short(text: &str, filled: Filled) -> Result<String, CalendarFaultKind> {
    if text.is_empty() && filled == Filled::Needed {
        return Err(CalendarFaultKind::NameEmpty);
    }
    if text.chars().count() > DAY_TEXT_CHARS_MAX {
        return Err(CalendarFaultKind::TextTooLong);
    }
    Ok(text.to_owned())
}

/// As much of a wrong text as a message should repeat.
fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}
