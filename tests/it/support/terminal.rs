//! The program itself in a terminal of its own: keys in, bytes out, the bytes read by a terminal emulator.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};

use super::calls::HallOnDisk;

/// How long the screen may take to show what is waited for, on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// A terminal with the console in it.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    pub(crate) child: Box<dyn Child + Send + Sync>,
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
    /// Opens the console of a hall as a member of staff, at a time, on 80 by 24.
    pub(crate) fn open(hall: &HallOnDisk, staff: &str, at: &str) -> Self {
        let folder = hall.folder();
        let args = ["--as", staff, "--at", at, "--hall"].map(str::to_owned);
        let mut args: Vec<String> = args.into();
        args.push(folder.display().to_string());
        Self::run(&folder, "zh_CN.UTF-8", &args)
    }

    /// Runs the program on a hall with arguments, in Chinese.
    pub(crate) fn on(hall: &HallOnDisk, args: &[&str]) -> Self {
        let folder = hall.folder();
        let mut all = vec!["--hall".to_owned(), folder.display().to_string()];
        all.extend(args.iter().map(|arg| (*arg).to_owned()));
        Self::run(&folder, "zh_CN.UTF-8", &all)
    }

    /// Opens the console of the server whose socket is in a folder, in Chinese.
    pub(crate) fn join(folder: &Path, staff: &str) -> Self {
        Self::join_in(folder, staff, "zh_CN.UTF-8", &[])
    }

    /// The same in a language, with more arguments.
    pub(crate) fn join_in(folder: &Path, staff: &str, locale: &str, more: &[&str]) -> Self {
        let mut args: Vec<String> = ["--as", staff, "--socket"].map(str::to_owned).into();
        args.push(folder.display().to_string());
        args.extend(more.iter().map(|arg| (*arg).to_owned()));
        Self::run(folder, locale, &args)
    }

    fn run(folder: &Path, locale: &str, args: &[String]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_banshi"));
        command.env_clear();
        command.env("LANG", locale);
        command.env("HOME", folder.parent().unwrap());
        command.args(args);
        Self::running(command)
    }

    /// Runs a command in a terminal of its own, of 80 by 24.
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

    pub(crate) fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until the screen shows something.
    pub(crate) fn shows(&self, wanted: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.text().contains(wanted) {
            assert!(Instant::now() < until, "no {wanted:?} in\n{}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the screen does not show something any more.
    pub(crate) fn hides(&self, unwanted: &str) {
        let until = Instant::now() + PATIENCE;
        while self.text().contains(unwanted) {
            assert!(Instant::now() < until, "{unwanted:?} in\n{}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills the program without a word.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The line closes, as when an ssh connection drops; the program ends by itself.
    pub(crate) fn hang_up(mut self) {
        let process = self.child.process_id().unwrap().to_string();
        let status = Command::new("kill").args(["-s", "HUP", &process]).status();
        assert!(status.unwrap().success());
        assert!(self.ends(), "it ends by itself");
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

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        // The emulator first: what comes after the signal is meant for the new size.
        *self.screen.lock().unwrap() = emulator(columns, rows);
        self.master.resize(size(columns, rows)).unwrap();
    }
}
