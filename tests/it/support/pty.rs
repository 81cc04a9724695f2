//! A terminal with a program in it: keys in, bytes out, the bytes read by a terminal emulator.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};

/// How long the screen may take to show what is waited for, on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// A terminal of 80 by 24, and what runs in it.
pub(crate) struct Terminal {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn emulator(columns: u16, rows: u16) -> vt100::Parser {
    let (rows, columns) = (rows.try_into().unwrap(), columns.try_into().unwrap());
    vt100::Parser::new(rows, columns, 0)
}

impl Terminal {
    /// Runs a command in a terminal of its own.
    pub(crate) fn running(mut command: CommandBuilder) -> Self {
        command.env("TERM", "xterm-256color");
        let pair = NativePtySystem::default().openpty(size(80, 24)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let screen = Arc::new(Mutex::new(emulator(80, 24)));
        let mut bytes = pair.master.try_clone_reader().unwrap();
        let shown = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = bytes.read(&mut buffer) {
                shown.lock().unwrap().process(&buffer[..count]);
            }
        });
        Self {
            keys: pair.master.take_writer().unwrap(),
            master: pair.master,
            child,
            screen,
        }
    }

    /// What stands on the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until the screen shows something.
    #[track_caller]
    pub(crate) fn shows(&self, wanted: &str) {
        self.wait(|text| text.contains(wanted), wanted);
    }

    /// Waits until the screen shows something no longer.
    #[track_caller]
    pub(crate) fn hides(&self, unwanted: &str) {
        self.wait(|text| !text.contains(unwanted), unwanted);
    }

    #[track_caller]
    fn wait(&self, is_there: impl Fn(&str) -> bool, what: &str) {
        let until = Instant::now() + PATIENCE;
        while !is_there(&self.text()) {
            assert!(Instant::now() < until, "{what:?}, and\n{}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types.
    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end; whether it was a good one.
    pub(crate) fn ends(&mut self) -> bool {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status.success(),
                None if Instant::now() > until => return false,
                None => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Kills what runs in it, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Gives it another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        // The emulator first: what comes after the signal is meant for the new size.
        *self.screen.lock().unwrap() = emulator(columns, rows);
        self.master.resize(size(columns, rows)).unwrap();
    }
}
