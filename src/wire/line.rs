//! Lines out of a stream of bytes, each bounded in length and in time.
//!
//! Used by connections over sockets. An idle stream may stay idle for ever; a line that was begun must be
//! finished. It looks at no byte but the line's end.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// Bytes asked of the stream at once.
const CHUNK_BYTES: usize = 16 << 10;

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
        let mut begun = None;
        loop {
            if let Some(line) = self.take_line()? {
                return Ok(Some(line));
            }
            if self.pending.is_empty() {
                begun = None;
            } else if begun.is_none() {
                begun = Some(Instant::now());
            }
            if self.read_some(begun)? == 0 {
                return if self.pending.is_empty() {
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

    /// Reads once, within what is left of the line's time.
    fn read_some(&mut self, begun: Option<Instant>) -> Result<usize, LineFault> {
        let mut chunk = [0; CHUNK_BYTES];
        loop {
            let left = begun.map(|begun| self.within.saturating_sub(begun.elapsed()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(LineFault::TooSlow {
                    within: self.within,
                });
            }
            match self.stream.read_within(&mut chunk, left) {
                Ok(count) => {
                    self.pending.extend_from_slice(&chunk[..count]);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if !is_timeout(&error) => return Err(error.into()),
                Err(_) if begun.is_some() => {
                    return Err(LineFault::TooSlow {
                        within: self.within,
                    });
                }
                Err(_) => {}
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
