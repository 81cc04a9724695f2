//! The terminal of this process apart from the console, which has a backend of its own: its size for reports, and a question
//! whose answer is not shown. Decides nothing.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1024;

/// What the interrupt key types while it does not interrupt.
const INTERRUPT: u8 = 3;

/// Columns and rows, or why they are unknown.
pub fn size() -> io::Result<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(io::stdout())?;
    Ok((size.ws_col, size.ws_row))
}

/// Asks on the terminal itself, whatever stdin and stdout are, and reads one line without showing it. None at the end of input
/// and after the interrupt key; an error where there is no terminal.
pub fn ask_hidden(question: &str) -> io::Result<Option<String>> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let mut answer = [0; ANSWER_BYTES_MAX];
    let count = {
        // Before anybody can read the question and answer it.
        let _hidden = Hidden::on(terminal.try_clone()?)?;
        terminal.write_all(question.as_bytes())?;
        // A terminal gives one line a read.
        terminal.read(&mut answer)?
    };
    terminal.write_all(b"\n")?;
    let answer = &answer[..count];
    if answer.is_empty() || answer.ends_with(&[INTERRUPT]) {
        return Ok(None);
    }
    let answer = String::from_utf8_lossy(answer);
    Ok(Some(answer.trim_end_matches(['\r', '\n']).to_owned()))
}

/// While it lives, the terminal does not show what is typed.
struct Hidden {
    terminal: File,
    before: Termios,
}

impl Hidden {
    fn on(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut hidden = before.clone();
        // The interrupt key ends the line instead of the process, which would leave the terminal hidden.
        hidden
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ISIG);
        hidden.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        // What was typed ahead of the question is no answer to it.
        tcsetattr(&terminal, OptionalActions::Flush, &hidden)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // A terminal that is gone shows nothing either.
        let _gone = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}
