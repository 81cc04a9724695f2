//! The PIN of whoever acts at a shared login: from a file that only its owner may read, else asked for on the terminal and not
//! shown. Never from the command line, where everybody on the machine could read it.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Context, Failure, join};
use crate::client::{ClientError, Refused};
use crate::rules::refusal::RefusalCode;
use crate::sys::terminal;

/// Names the file of the PIN, for programs without a terminal.
const VARIABLE: &str = "BANSHI_PIN_FILE";

/// Longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 256;

/// Where the next PIN comes from.
pub(super) struct Source {
    file: Option<PathBuf>,
}

impl Source {
    /// The file that the environment names, once; then the terminal.
    pub(super) fn of_environment() -> Self {
        let file = std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
        Self {
            file: file.map(PathBuf::from),
        }
    }

    /// A PIN to greet with again, where the hall wanted one; none where it wanted something else or nobody can be asked.
    pub(super) fn next(
        &mut self,
        context: &Context,
        error: &ClientError,
    ) -> Result<Option<String>, Failure> {
        let ClientError::Refused(refused) = error else {
            return Ok(None);
        };
        let wrong = refused.code == RefusalCode::SessionWrongPin.as_str();
        if !wrong && refused.code != RefusalCode::SessionPinRequired.as_str() {
            return Ok(None);
        }
        if let Some(path) = self.file.take() {
            return read(context, &path).map(Some);
        }
        // A script's stderr is no place to ask at, even where the script has a terminal.
        if !std::io::stderr().is_terminal() {
            return Ok(None);
        }
        let question = question(context, refused, wrong);
        Ok(terminal::ask_hidden(&question).ok().flatten())
    }
}

fn question(context: &Context, refused: &Refused, wrong: bool) -> String {
    let fact = |name: &str| {
        let fact = refused.facts.get(name).cloned().unwrap_or_default();
        fact.as_str()
            .map_or_else(|| fact.to_string(), str::to_owned)
    };
    let args = [("staff", fact("staff")), ("left", fact("left"))];
    let key = if wrong { "pin-again" } else { "pin-ask" };
    format!("{} ", join::said(context, key, &args))
}

/// The first line of a file that nobody else may read.
fn read(context: &Context, path: &Path) -> Result<String, Failure> {
    let unusable = |key: &str, reason: String| {
        let args = [("path", path.display().to_string()), ("reason", reason)];
        Failure::wrong_use(join::said(context, key, &args))
    };
    let io = |error: std::io::Error| unusable("pin-file", error.to_string());
    let file = File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.mode() & 0o077 != 0 {
        return Err(unusable("pin-file-open", String::new()));
    }
    let mut text = String::new();
    file.take(FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(io)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
