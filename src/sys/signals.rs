//! Signals as ordinary calls: a thread waits for them and hands each on. It decides nothing.

use std::io;
use std::thread::{self, JoinHandle};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

/// The stack of the waiting thread, in bytes.
const STACK_BYTES: usize = 64 * 1024;

/// A signal that this product minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The terminal is gone.
    HangUp,
    /// The process is to end.
    Terminate,
    /// Somebody pressed the interrupt key where it is not taken.
    Interrupt,
    /// The process goes on after having been stopped.
    Continue,
}

impl Signal {
    fn number(self) -> i32 {
        match self {
            Signal::HangUp => SIGHUP,
            Signal::Terminate => SIGTERM,
            Signal::Interrupt => SIGINT,
            Signal::Continue => SIGCONT,
        }
    }

    fn numbered(number: i32) -> Option<Signal> {
        [
            Signal::HangUp,
            Signal::Terminate,
            Signal::Interrupt,
            Signal::Continue,
        ]
        .into_iter()
        .find(|signal| signal.number() == number)
    }
}

/// The waiting for signals; it ends when this is dropped.
#[derive(Debug)]
pub struct Listener {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

/// Hands each of `signals` to `take`, on a thread of its own, from now on.
pub fn listen(
    signals: &[Signal],
    mut take: impl FnMut(Signal) + Send + 'static,
) -> io::Result<Listener> {
    let mut waiting = Signals::new(signals.iter().map(|signal| signal.number()))?;
    let handle = waiting.handle();
    let thread = thread::Builder::new()
        .name("signals".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            for signal in waiting.forever().filter_map(Signal::numbered) {
                take(signal);
            }
        })?;
    Ok(Listener {
        handle,
        thread: Some(thread),
    })
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has told so already.
            let _ = thread.join();
        }
    }
}
