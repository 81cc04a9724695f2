//! The real terminal: taken and given back, read key by key, written a frame at a time.
//!
//! The one file that names crossterm. It asks the terminal nothing, since an answer that never comes would
//! hang the start; it never touches the mouse, so that copying works; and it gives the terminal back when it
//! is dropped, and when the program panics.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::Sender;
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;

use super::keymap::{Code, Key, Mods};

/// Alternate screen, and pasted text in brackets.
const TAKE: &[u8] = b"\x1b[?1049h\x1b[?2004h";
/// No brackets, no attributes, the cursor, the screen from before.
const GIVE_BACK: &[u8] = b"\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049l";
/// How long to wait after a lone escape for the rest of a sequence that a slow line has cut in two.
const ESCAPE_PAUSE: Duration = Duration::from_millis(25);
/// The stack of the reading thread, in bytes.
const STACK_BYTES: usize = 128 * 1024;

/// Whether the terminal is ours at present.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// What the terminal sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// A new size.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
}

/// The terminal, while it is ours.
#[derive(Debug)]
pub struct Terminal {
    out: File,
}

impl Terminal {
    /// Takes the terminal of this process.
    pub fn take() -> io::Result<Terminal> {
        let stdout = io::stdout();
        if !stdout.is_terminal() {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "the output is no terminal",
            ));
        }
        let mut out = File::from(stdout.as_fd().try_clone_to_owned()?);
        terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        out.write_all(TAKE)?;
        Ok(Terminal { out })
    }

    /// Its size: columns and rows.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        terminal::size()
    }

    /// Writes bytes in one piece.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// Reads on a thread of its own. Everything that is pending comes in one piece, so that a burst of keys is
    /// one frame. The thread ends when nobody listens any more, or when there is nothing to read from.
    pub fn read(&self, inputs: Sender<Vec<Input>>) -> io::Result<()> {
        let reader = thread::Builder::new()
            .name("terminal".to_owned())
            .stack_size(STACK_BYTES);
        reader.spawn(move || {
            while let Ok(batch) = read_pending() {
                if inputs.send(batch).is_err() {
                    return;
                }
            }
        })?;
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, if it is ours. Also for the hook of panics.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // There is no better place to complain than the terminal itself.
        let _ = io::stdout().write_all(GIVE_BACK);
        let _ = io::stdout().flush();
        let _ = terminal::disable_raw_mode();
    }
}

/// Waits for something and takes all there is.
fn read_pending() -> io::Result<Vec<Input>> {
    let mut batch = Vec::new();
    batch.extend(input(event::read()?));
    loop {
        while event::poll(Duration::ZERO)? {
            batch.extend(input(event::read()?));
        }
        let cut = batch.last() == Some(&Input::Key(Key::plain(Code::Esc)));
        if !cut || !event::poll(ESCAPE_PAUSE)? {
            return Ok(mend(batch));
        }
    }
}

/// Puts cursor keys together again whose escape came alone: `Esc [ A` within one reading is a cut sequence,
/// no hand is that fast.
fn mend(batch: Vec<Input>) -> Vec<Input> {
    let letter = |input: Option<&Input>| match input {
        Some(Input::Key(key)) => key.typed(),
        _ => None,
    };
    let mut mended = Vec::with_capacity(batch.len());
    let mut at = 0;
    while at < batch.len() {
        let escape = batch[at] == Input::Key(Key::plain(Code::Esc));
        let introducer =
            letter(batch.get(at + 1)).filter(|sign| escape && matches!(sign, '[' | 'O'));
        let cursor = introducer.and_then(|_| cursor_key(letter(batch.get(at + 2))?));
        if let Some(code) = cursor {
            mended.push(Input::Key(Key::plain(code)));
            at += 3;
        } else {
            mended.push(batch[at].clone());
            at += 1;
        }
    }
    mended
}

fn cursor_key(letter: char) -> Option<Code> {
    Some(match letter {
        'A' => Code::Up,
        'B' => Code::Down,
        'C' => Code::Right,
        'D' => Code::Left,
        'H' => Code::Home,
        'F' => Code::End,
        _ => return None,
    })
}

fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => pressed(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(width, height) => Some(Input::Resize { width, height }),
        _ => None,
    }
}

fn pressed(event: KeyEvent) -> Option<Key> {
    let code = match event.code {
        KeyCode::Char(character) => Code::Char(character),
        KeyCode::F(number) => Code::F(number),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    let mut mods = Mods::NONE;
    for (modifier, held) in [
        (KeyModifiers::CONTROL, Mods::CTRL),
        (KeyModifiers::ALT, Mods::ALT),
    ] {
        if event.modifiers.contains(modifier) {
            mods = mods.with(held);
        }
    }
    // The character itself says whether shift was held, and so does the back tab.
    let says_so = matches!(code, Code::Char(_) | Code::BackTab);
    if event.modifiers.contains(KeyModifiers::SHIFT) && !says_so {
        mods = mods.with(Mods::SHIFT);
    }
    Some(Key { code, mods })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        pressed(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_arrive_as_keymaps_write_them() {
        let written = |key: Option<Key>| key.map(|key| key.to_string());
        assert_eq!(
            written(key(KeyCode::Char('G'), KeyModifiers::SHIFT)),
            Some("G".to_owned())
        );
        assert_eq!(
            written(key(KeyCode::Char('s'), KeyModifiers::CONTROL)),
            Some("<C-s>".to_owned())
        );
        assert_eq!(
            written(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
            Some("<backtab>".to_owned())
        );
        assert_eq!(
            written(key(KeyCode::Up, KeyModifiers::SHIFT)),
            Some("<S-up>".to_owned())
        );
        assert_eq!(written(key(KeyCode::CapsLock, KeyModifiers::NONE)), None);
    }

    #[test]
    fn a_cursor_key_that_came_in_two_pieces_is_one_again() {
        let typed = |character| Input::Key(Key::char(character));
        let escape = Input::Key(Key::plain(Code::Esc));
        let cut = vec![
            typed('a'),
            escape.clone(),
            typed('['),
            typed('B'),
            escape.clone(),
            typed('x'),
        ];
        assert_eq!(
            mend(cut),
            [
                typed('a'),
                Input::Key(Key::plain(Code::Down)),
                escape,
                typed('x')
            ]
        );
    }
}
