//! Lines out of a stream of bytes, each bounded in length and in time.
//!
//! Used by connections over sockets. An idle stream may stay idle for ever; a line that was begun must be
//! finished. It looks at no byte but the line's end.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, after};

/// Bytes asked of the stream at once.
const CHUNK_BYTES: usize = 16 << 10;

/// A line's time is looked at this often while nothing comes, so that it is at most an eighth too generous.
const LOOKS: u32 = 8;

/// A stream whose reads can be bounded in time.
pub trait TimedRead {
    /// Reads some bytes; 0 at the end. Fails with `WouldBlock` or `TimedOut` when nothing came within the time.
    fn read_within(&mut self, into: &mut [u8], within: Option<Duration>) -> io::Result<usize>;
}

impl TimedRead for UnixStream {
    fn read_within(&mut self, into: &mut [u8], within: Option<Duration>) -> io::Result<usize> {
        self.set_read_timeout(within)?;
        self.read(into)
    }
}

/// Why no line came.
#[derive(Debug, thiserror::Error)]
pub enum LineFault {
    /// More bytes than a line may have.
    #[error("the line is longer than {limit} bytes")]
    TooLong {
        /// The bound.
        limit: usize,
    },
    /// Begun and not finished.
    #[error("the line was not finished within {} seconds", within.as_secs())]
    TooSlow {
        /// The bound.
        within: Duration,
    },
    /// The stream ended inside a line.
    #[error("the stream ended inside a line")]
    Torn,
    /// The stream failed.
    #[error("the stream failed: {0}")]
    Broken(#[from] io::Error),
}

/// Reads lines.
#[derive(Debug)]
pub struct LineReader<S> {
    stream: S,
    limit: usize,
    within: Duration,
    /// What was read and not yet handed out.
    pending: Vec<u8>,
    /// How much of `pending` was searched for a line's end already.
    searched: usize,
}

impl<S: TimedRead> LineReader<S> {
    /// Reads lines of at most `limit` bytes, each finished `within` a time after its first byte.
    pub fn new(stream: S, limit: usize, within: Duration) -> Self {
        Self {
            stream,
            limit,
            within,
            pending: Vec::new(),
            searched: 0,
        }
    }

    /// The next line without its end, or none at the end of the stream. After a fault there is no next line.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>, LineFault> {
        let mut time = None;
        loop {
            if let Some(line) = self.take_line()? {
                return Ok(Some(line));
            }
            if !self.pending.is_empty() && time.is_none() {
                time = Some(after(self.within));
            }
            if self.read_some(time.as_ref())? == 0 {
                let is_whole = self.pending.is_empty();
                return if is_whole {
                    Ok(None)
                } else {
                    Err(LineFault::Torn)
                };
            }
        }
    }

    /// A line that is there already; too long a line is a fault whether its end has come or not.
    fn take_line(&mut self) -> Result<Option<Vec<u8>>, LineFault> {
        let found = self.pending[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n');
        let length = found.map_or(self.pending.len(), |at| self.searched + at);
        if length > self.limit {
            return Err(LineFault::TooLong { limit: self.limit });
        }
        if found.is_none() {
            self.searched = length;
            return Ok(None);
        }
        let rest = self.pending.split_off(length + 1);
        let mut line = std::mem::replace(&mut self.pending, rest);
        self.searched = 0;
        line.truncate(length);
        Ok(Some(line))
    }

    /// Reads once; where a line was begun, until its time is over.
    fn read_some(&mut self, time: Option<&Receiver<Instant>>) -> Result<usize, LineFault> {
        let mut chunk = [0; CHUNK_BYTES];
        let look = time.map(|_| self.within / LOOKS);
        loop {
            if time.is_some_and(|time| time.try_recv().is_ok()) {
                return Err(LineFault::TooSlow {
                    within: self.within,
                });
            }
            match self.stream.read_within(&mut chunk, look) {
                Ok(count) => {
                    self.pending.extend_from_slice(&chunk[..count]);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted || is_timeout(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether a read failed only because nothing came.
fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
