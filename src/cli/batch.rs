//! `--batch`: one JSON object a line in, one answer a line out, in order.
//!
//! Shared by the commands that other programs drive. A line that cannot be answered gets `{id, error}`, and the next one is read; what a
//! line means is the command's own business.

use std::io::{self, BufRead, BufReader, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The longest line, in bytes; as for a request to a server.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchOutcome {
    /// Every line was answered.
    Answered,
    /// Some lines were no questions; each has its error in the output.
    SomeLinesBad,
}

/// A line that cannot be answered: its `id`, as far as it could be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// The `id` of the line, or null.
    pub id: Value,
    /// Why, in English: programs read it.
    pub error: String,
}

/// Answers every line; blank ones are passed over.
///
/// # Errors
/// What reading or writing meets; the lines before are answered.
pub fn answer_lines<R: Read, W: Write>(
    input: R,
    out: &mut W,
    mut answer: impl FnMut(&[u8], &mut W) -> io::Result<Result<(), BadLine>>,
) -> io::Result<BatchOutcome> {
    let mut outcome = BatchOutcome::Answered;
    let mut lines = Lines::new(input);
    while let Some(line) = lines.next_line()? {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Err(bad) = answer(&line, out)? {
            outcome = BatchOutcome::SomeLinesBad;
            serde_json::to_writer(&mut *out, &bad)?;
        }
        writeln!(out)?;
        // A program may wait for this answer before it asks the next question; one that asks a million at once does not.
        if !lines.holds_a_line() {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(outcome)
}

/// Reads a line as the object that a command asks for.
///
/// # Errors
/// [`BadLine`] with the path of the field that is wrong.
pub fn read_line<T: DeserializeOwned>(line: &[u8]) -> Result<T, BadLine> {
    // Programs on Windows begin their text with a mark.
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let read = if is_object(line) {
        serde_json::from_slice(line).ok()
    } else {
        None
    };
    read.ok_or_else(|| explain(line, too_long(line).or_else(|| fault_of::<T>(line))))
}

/// Whether a line begins as an object; a list would else be read as one by its order.
fn is_object(line: &[u8]) -> bool {
    line.trim_ascii_start().first() == Some(&b'{')
}

fn too_long(line: &[u8]) -> Option<String> {
    (line.len() > LINE_BYTES_MAX).then(|| format!("the line is longer than {LINE_BYTES_MAX} bytes"))
}

/// What is wrong with a line, read once more with an eye on the path.
fn fault_of<T: DeserializeOwned>(line: &[u8]) -> Option<String> {
    if !is_object(line) {
        return Some("expected a JSON object".to_owned());
    }
    let fault =
        serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(line))
            .err()?;
    let path = fault.path().to_string();
    let inner = fault.into_inner();
    // A text that breaks off or is no object has no path that would help.
    Some(if matches!(path.as_str(), "." | "?") {
        inner.to_string()
    } else {
        format!("{path}: {inner}")
    })
}

fn explain(line: &[u8], fault: Option<String>) -> BadLine {
    let parsed: Option<Value> = serde_json::from_slice(line).ok();
    let id = parsed
        .and_then(|mut parsed| parsed.get_mut("id").map(Value::take))
        .unwrap_or_default();
    // The path finds no fault only where something follows the object.
    BadLine {
        id,
        error: fault.unwrap_or_else(|| "more than one JSON value on the line".to_owned()),
    }
}

/// Lines of bytes, of which no more than one byte past [`LINE_BYTES_MAX`] is kept.
struct Lines<R> {
    input: BufReader<R>,
}

impl<R: Read> Lines<R> {
    fn new(input: R) -> Self {
        Self {
            input: BufReader::new(input),
        }
    }

    /// The next line without its end; `None` after the last.
    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut has_any = false;
        loop {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                return Ok(has_any.then_some(line));
            }
            has_any = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            let room = (LINE_BYTES_MAX + 1).saturating_sub(line.len());
            line.extend_from_slice(&part[..part.len().min(room)]);
            let used = end.map_or(available.len(), |at| at + 1);
            self.input.consume(used);
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }

    /// Whether the next line can be had without waiting.
    fn holds_a_line(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}
