//! The raw operation that everything durable is measured against: one write and one `fdatasync` of as many bytes, on the same
//! file system. And what the figures are made of: times, their median and their hundredth part.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// A file that is only added to.
pub(crate) struct Raw {
    file: File,
    bytes: Vec<u8>,
}

impl Raw {
    /// Writes of so many bytes, into a file of their own.
    pub(crate) fn of(folder: &Path, length: usize) -> Self {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("raw"))
            .unwrap();
        Self {
            file,
            bytes: vec![b'x'; length],
        }
    }

    /// One write and sync, and how long it took.
    pub(crate) fn once(&mut self) -> Duration {
        timed(|| {
            self.file.write_all(&self.bytes).unwrap();
            self.file.sync_data().unwrap();
        })
    }
}

/// How long something took.
pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let before = Instant::now();
    work();
    before.elapsed()
}

/// Times of one kind of operation.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, times: Times) {
        self.0.extend(times.0);
    }

    /// The time within which so many in a hundred were done, in milliseconds.
    pub(crate) fn within(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let place = (self.0.len() * percent / 100).min(self.0.len() - 1);
        self.0[place].as_secs_f64() * 1000.0
    }
}
