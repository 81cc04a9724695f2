//! From bytes to records: UTF-8 with or without a byte-order mark, LF, CRLF or CR, RFC 4180 quoting, and for every field the
//! line and column where it begins. The `csv` crate reports the place of a record only, so this reader is our own. Used by
//! `sheet`; it knows no table.

use super::fault::{FaultCode, Faults, Place};

/// One field as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its text, without quotation marks.
    pub(super) text: String,
    /// Line where it begins.
    pub(super) line: u32,
    /// Character column where it begins.
    pub(super) column: u32,
}

/// The text of a file, or a fault at the first byte that is not UTF-8.
pub(super) fn decode<'a>(file: &str, bytes: &'a [u8], faults: &mut Faults) -> Option<&'a str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let sound = std::str::from_utf8(sound).unwrap_or_default();
            let (line, column) = position(sound, sound.len());
            faults.say(Place::new(file, line, column), FaultCode::NotUtf8, &[]);
            None
        }
    }
}

/// Line and character column of a byte offset, both from 1.
pub(super) fn position(text: &str, offset: usize) -> (u32, u32) {
    let mut cursor = Cursor::new(text);
    while cursor.offset < offset && cursor.next().is_some() {}
    (cursor.line, cursor.column)
}

/// The records of a CSV text and whether it could be read to its end. Lines without any text are left out.
pub(super) fn records(file: &str, text: &str, faults: &mut Faults) -> (Vec<Vec<Cell>>, bool) {
    let mut cursor = Cursor::new(text);
    let mut records = Vec::new();
    let mut whole = true;
    while cursor.peek().is_some() {
        let mut record = Vec::new();
        loop {
            let (cell, sound) = field(file, &mut cursor, faults);
            whole &= sound;
            record.push(cell);
            match cursor.next() {
                Some(',') => {}
                _ => break,
            }
        }
        if record.iter().any(|cell: &Cell| !cell.text.is_empty()) {
            records.push(record);
        }
    }
    (records, whole)
}

/// One field; the cursor is left at the comma or the line end behind it.
fn field(file: &str, cursor: &mut Cursor<'_>, faults: &mut Faults) -> (Cell, bool) {
    let mut cell = Cell {
        text: String::new(),
        line: cursor.line,
        column: cursor.column,
    };
    let place = Place::new(file, cell.line, cell.column);
    if cursor.peek() == Some('"') {
        cursor.next();
        if !quoted(cursor, &mut cell.text) {
            faults.say(place, FaultCode::QuoteOpen, &[]);
            return (cell, false);
        }
    }
    let mut sound = true;
    while let Some(c) = cursor.peek() {
        match c {
            ',' | '\n' => break,
            '"' => sound = false,
            c => cell.text.push(c),
        }
        cursor.next();
    }
    if !sound {
        faults.say(place, FaultCode::QuoteStray, &[]);
    }
    (cell, sound)
}

/// The inside of a quoted field; false where the text ends first.
fn quoted(cursor: &mut Cursor<'_>, text: &mut String) -> bool {
    while let Some(c) = cursor.next() {
        if c != '"' {
            text.push(c);
        } else if cursor.peek() == Some('"') {
            cursor.next();
            text.push('"');
        } else {
            return true;
        }
    }
    false
}

/// Characters with their place; CRLF and CR come out as LF.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
            column: 1,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        let c = self.rest().chars().next()?;
        Some(if c == '\r' { '\n' } else { c })
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.offset += c.len_utf8();
        if c == '\r' && self.rest().starts_with('\n') {
            self.offset += 1;
        }
        if c == '\n' || c == '\r' {
            self.line = self.line.saturating_add(1);
            self.column = 1;
            return Some('\n');
        }
        self.column = self.column.saturating_add(1);
        Some(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Vec<Cell>>, Vec<String>) {
        let mut faults = Faults::default();
        let (records, _) = records("t.csv", text, &mut faults);
        let faults = faults.0.iter().map(|fault| fault.place.to_string());
        (records, faults.collect())
    }

    fn cell(text: &str, line: u32, column: u32) -> Cell {
        Cell {
            text: text.to_owned(),
            line,
            column,
        }
    }

    #[test]
    fn fields_know_where_they_begin() {
        let (records, faults) = read("甲,\"a,\"\"b\"\"\",c\r\n\r\n\"x\ny\",z\r,,\n");
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(
            records,
            [
                vec![cell("甲", 1, 1), cell("a,\"b\"", 1, 3), cell("c", 1, 13)],
                vec![cell("x\ny", 3, 1), cell("z", 4, 4)],
            ]
        );
    }

    #[test]
    fn a_quotation_mark_out_of_place_is_named() {
        assert_eq!(read("a,b\"c\n").1, ["t.csv:1:3"]);
        assert_eq!(read("a,\"b\"c\n").0[0][1].text, "bc");
        assert_eq!(read("a\nb,\"c\nd").1, ["t.csv:2:3"]);
    }

    #[test]
    fn a_wrong_byte_is_found_behind_the_mark_and_the_lines_before_it() {
        let mut faults = Faults::default();
        let bytes = b"\xef\xbb\xbfcode,name\r\n\xe7\x94\xb2,\xc9\xcf\n";
        assert_eq!(decode("t.csv", bytes, &mut faults), None);
        assert_eq!(faults.0[0].place.to_string(), "t.csv:2:3");
    }
}
