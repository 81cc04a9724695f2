//! A CSV table with its header understood, and the typed reading of its fields. Every reader names its fault and gives a
//! stand-in, so that one run finds all faults; what was read is thrown away when there was one. Knows columns, not rules.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::de::{DeserializeOwned, IntoDeserializer, value};

use super::{
    fault::{FaultCode, Faults, Place},
    text::{self, Cell},
};

/// Longest row in bytes: a hundred rows must fit a journal line of 256 KiB.
pub(super) const ROW_BYTES_MAX: usize = 2048;

/// Longest code.
const CODE_MAX: usize = 32;

/// The shape of a table: its file and its columns, the first `required` of which every file must have.
pub(super) struct Shape {
    /// File name.
    pub(super) file: &'static str,
    /// Columns that must be there; the first ones are led by their order.
    pub(super) required: &'static [&'static str],
    /// Columns that may be there.
    pub(super) optional: &'static [&'static str],
    /// How many of the required columns must stand first, in their order.
    pub(super) leading: usize,
}

/// A table that was read.
pub(super) struct Sheet {
    pub(super) file: String,
    columns: BTreeMap<String, usize>,
    width: usize,
    rows: Vec<Vec<Cell>>,
    /// Whether all rows could be read; if not, a missing code proves nothing.
    whole: bool,
}

impl Sheet {
    /// Reads a text of the given shape. Unknown, missing and repeated columns are faults, and rows of another width.
    pub(super) fn read(file: &str, text: &str, shape: &Shape, faults: &mut Faults) -> Self {
        let (mut rows, whole) = text::records(file, text, faults);
        let mut header = if rows.is_empty() {
            Vec::new()
        } else {
            rows.remove(0)
        };
        // A spreadsheet leaves empty columns behind on the right.
        drop_empty_beyond(&mut header, 0);
        let columns = header_columns(file, &header, shape, faults);
        let width = header.len();
        let mut sheet = Self {
            file: file.to_owned(),
            columns,
            width,
            rows: Vec::new(),
            whole,
        };
        for mut row in rows {
            drop_empty_beyond(&mut row, width);
            sheet.check_row(&row, faults);
            sheet.rows.push(row);
        }
        sheet
    }

    fn check_row(&self, row: &[Cell], faults: &mut Faults) {
        let Some(first) = row.first() else { return };
        let place = Place::new(&self.file, first.line, first.column);
        if self.width > 0 && row.len() != self.width {
            let args = [
                ("found", &*row.len().to_string()),
                ("expected", &*self.width.to_string()),
            ];
            faults.say(place.clone(), FaultCode::RowWidth, &args);
        }
        let bytes: usize = row.iter().map(|cell| cell.text.len() + 1).sum();
        if bytes > ROW_BYTES_MAX {
            let max = ROW_BYTES_MAX.to_string();
            faults.say(place, FaultCode::RowTooLong, &[("max", &max)]);
        }
    }

    /// The place of a row's first field.
    pub(super) fn place_of(&self, code: &str) -> Place {
        self.rows
            .iter()
            .filter_map(|row| row.first())
            .find(|cell| cell.text == code)
            .map_or_else(
                || Place::whole(&self.file),
                |cell| Place::new(&self.file, cell.line, cell.column),
            )
    }

    /// The codes of the table, to check references; says codes that are malformed or given twice.
    pub(super) fn codes(&self, faults: &mut Faults) -> Known {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for cell in self.rows.iter().filter_map(|row| row.first()) {
            let place = Place::new(&self.file, cell.line, cell.column);
            if !is_code(&cell.text) {
                let code = if cell.text.is_empty() {
                    FaultCode::CellEmpty
                } else {
                    FaultCode::BadCode
                };
                faults.say(place, code, &[("column", "code"), ("value", &cell.text)]);
            } else if let Some(line) = seen.get(&*cell.text) {
                let args = [("value", &*cell.text), ("line", &*line.to_string())];
                faults.say(place, FaultCode::CodeTwice, &args);
            } else {
                seen.insert(&cell.text, cell.line);
            }
        }
        let codes = self.rows.iter().filter_map(|row| row.first());
        let codes = codes.map(|cell| cell.text.clone()).collect();
        Known {
            file: self.file.clone(),
            codes: (self.whole && self.columns.contains_key("code")).then_some(codes),
        }
    }

    /// Every row, one after the other, to be read by column. Rows of another width than the header are left out: their
    /// fields stand under the wrong names.
    pub(super) fn rows<T>(
        &self,
        faults: &mut Faults,
        mut read: impl FnMut(&mut Row<'_, '_>) -> Option<T>,
    ) -> Vec<T> {
        let rows = self.rows.iter().filter(|cells| cells.len() == self.width);
        rows.filter_map(|cells| {
            read(&mut Row {
                sheet: self,
                cells,
                faults,
            })
        })
        .collect()
    }
}

/// Drops empty fields at the end of a row, down to `width` of them.
fn drop_empty_beyond(row: &mut Vec<Cell>, width: usize) {
    while row.len() > width && row.last().is_some_and(|cell| cell.text.trim().is_empty()) {
        row.pop();
    }
}

fn header_columns(
    file: &str,
    header: &[Cell],
    shape: &Shape,
    faults: &mut Faults,
) -> BTreeMap<String, usize> {
    let known: Vec<&str> = [shape.required, shape.optional].concat();
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    for (index, cell) in header.iter().enumerate() {
        let place = Place::new(file, cell.line, cell.column);
        let name = cell.text.trim();
        if !known.contains(&name) {
            let args = [("column", name), ("known", &*known.join(", "))];
            faults.say(place, FaultCode::ColumnUnknown, &args);
        } else if columns.contains_key(name) {
            faults.say(place, FaultCode::ColumnTwice, &[("column", name)]);
        } else {
            let due = shape
                .required
                .iter()
                .take(shape.leading)
                .position(|&column| column == name);
            if let Some(due) = due.filter(|&due| due != index) {
                let args = [("column", name), ("place", &*(due + 1).to_string())];
                faults.say(place, FaultCode::ColumnPlace, &args);
            }
            columns.insert(name.to_owned(), index);
        }
    }
    for &column in shape.required {
        if !columns.contains_key(column) {
            let place = Place::whole(file);
            faults.say(place, FaultCode::ColumnMissing, &[("column", column)]);
        }
    }
    columns
}

/// Whether a text may be a code: it names records in commands, files and on paper, so it is plain ASCII and short.
pub(super) fn is_code(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.len() <= CODE_MAX && text.bytes().all(plain)
}

/// The codes that a reference may name.
pub(super) struct Known {
    /// The table they stand in.
    pub(super) file: String,
    /// The codes, or nothing when the table could not be read to its end.
    codes: Option<BTreeSet<String>>,
}

impl Known {
    /// Stands for a table that could not be read: any reference to it may be right.
    pub(super) fn anything(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            codes: None,
        }
    }

    /// Whether a reference to `code` can stand.
    pub(super) fn has(&self, code: &str) -> bool {
        self.codes.as_ref().is_none_or(|codes| codes.contains(code))
    }
}

/// A row being read.
pub(super) struct Row<'a, 'f> {
    sheet: &'a Sheet,
    cells: &'a [Cell],
    faults: &'f mut Faults,
}

impl<'a> Row<'a, '_> {
    fn cell(&self, column: &str) -> Option<&'a Cell> {
        self.cells.get(*self.sheet.columns.get(column)?)
    }

    /// Says a fault of the field in `column`.
    pub(super) fn fault(&mut self, column: &str, code: FaultCode, args: &[(&'static str, &str)]) {
        let cell = self.cell(column).or(self.cells.first());
        let (line, at) = cell.map_or((1, 1), |cell| (cell.line, cell.column));
        self.faults
            .say(Place::new(&self.sheet.file, line, at), code, args);
    }

    /// How many faults there are so far; a rule between two fields is checked only when reading them added none.
    pub(super) fn faults_so_far(&self) -> usize {
        self.faults.0.len()
    }

    /// The line of the row.
    pub(super) fn line(&self) -> u32 {
        self.cells.first().map_or(1, |cell| cell.line)
    }

    /// The text of a field as it stands; empty where the column is not there.
    pub(super) fn text(&self, column: &str) -> String {
        self.cell(column)
            .map(|cell| cell.text.clone())
            .unwrap_or_default()
    }

    /// The text of a field without the spaces around it, for words, numbers and dates.
    fn plain(&self, column: &str) -> &'a str {
        self.cell(column)
            .map(|cell| cell.text.trim())
            .unwrap_or_default()
    }

    /// Whether the field is empty. A column that is missing altogether was said once, in the header.
    fn empty(&mut self, column: &'static str) -> bool {
        let empty = self.plain(column).is_empty();
        if empty && self.cell(column).is_some() {
            self.fault(column, FaultCode::CellEmpty, &[("column", column)]);
        }
        empty
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, column: &'static str) -> String {
        self.empty(column);
        self.text(column)
    }

    /// A whole number from `min` to `max`; `min` stands in for a wrong one.
    pub(super) fn number(&mut self, column: &'static str, min: u16, max: u16) -> u16 {
        if self.empty(column) {
            return min;
        }
        let value = self.plain(column);
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse() {
            Ok(number) if digits && (min..=max).contains(&number) => number,
            _ => {
                let (low, high) = (min.to_string(), max.to_string());
                let args = [("value", value), ("min", &*low), ("max", &*high)];
                self.fault(column, FaultCode::BadNumber, &args);
                min
            }
        }
    }

    /// 1 or 0; an empty field is 0.
    pub(super) fn flag(&mut self, column: &'static str) -> bool {
        match self.plain(column) {
            "1" => true,
            "0" | "" => false,
            value => {
                self.fault(column, FaultCode::BadFlag, &[("value", value)]);
                false
            }
        }
    }

    /// A date, or nothing where the field is empty.
    pub(super) fn date(&mut self, column: &'static str) -> Option<NaiveDate> {
        let value = self.plain(column);
        if value.is_empty() {
            return None;
        }
        let date = read_date(value);
        if date.is_none() {
            self.fault(column, FaultCode::BadDate, &[("value", value)]);
        }
        date
    }

    /// A date that must be there.
    pub(super) fn required_date(&mut self, column: &'static str) -> Option<NaiveDate> {
        if self.empty(column) {
            return None;
        }
        self.date(column)
    }

    /// One of a list of words, as the rules spell them.
    pub(super) fn word<T: DeserializeOwned>(&mut self, column: &'static str) -> Option<T> {
        if self.empty(column) {
            return None;
        }
        self.read_word(column, self.plain(column))
    }

    /// Several words with `;` between them, at least one.
    pub(super) fn words<T: DeserializeOwned>(&mut self, column: &'static str) -> Vec<T> {
        self.empty(column);
        let words = self.list(column);
        words
            .into_iter()
            .filter_map(|word| self.read_word(column, word))
            .collect()
    }

    fn read_word<T: DeserializeOwned>(&mut self, column: &str, word: &str) -> Option<T> {
        let read = T::deserialize(IntoDeserializer::<value::Error>::into_deserializer(word));
        read.map_err(|error| {
            let text = error.to_string();
            let expected = text.split_once("expected ").map_or("", |(_, rest)| rest);
            let expected = expected.trim_start_matches("one of ").replace('`', "");
            let args = [("value", word), ("expected", &*expected)];
            self.fault(column, FaultCode::BadWord, &args);
        })
        .ok()
    }

    /// The parts of a field between `;`, without the empty ones; says a part that comes twice.
    pub(super) fn list(&mut self, column: &'static str) -> Vec<&'a str> {
        let parts = self.plain(column).split(';').map(str::trim);
        let mut list: Vec<&str> = Vec::new();
        for part in parts.filter(|part| !part.is_empty()) {
            if list.contains(&part) {
                self.fault(column, FaultCode::ListTwice, &[("value", part)]);
            } else {
                list.push(part);
            }
        }
        list
    }

    /// A code that must be in another table.
    pub(super) fn reference(&mut self, column: &'static str, known: &Known) -> String {
        if !self.empty(column) {
            self.check_reference(column, self.plain(column), known);
        }
        self.plain(column).to_owned()
    }

    /// A code of another table, or nothing.
    pub(super) fn optional_reference(
        &mut self,
        column: &'static str,
        known: &Known,
    ) -> Option<String> {
        let code = self.plain(column);
        if code.is_empty() {
            return None;
        }
        self.check_reference(column, code, known);
        Some(code.to_owned())
    }

    /// Codes of another table with `;` between them, in their order.
    pub(super) fn references(&mut self, column: &'static str, known: &Known) -> Vec<String> {
        let codes = self.list(column);
        for code in &codes {
            self.check_reference(column, code, known);
        }
        codes.into_iter().map(str::to_owned).collect()
    }

    /// Says that `code` is not in its table.
    pub(super) fn check_reference(&mut self, column: &str, code: &str, known: &Known) {
        if !known.has(code) {
            let args = [("value", code), ("table", &*known.file)];
            self.fault(column, FaultCode::ReferenceUnknown, &args);
        }
    }
}

/// A date in the one spelling that is accepted, `2026-03-02`.
pub(super) fn read_date(text: &str) -> Option<NaiveDate> {
    let date: NaiveDate = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}
