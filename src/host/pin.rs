//! PINs at the greeting: compared with their hash away from the writer thread, at most two at once, and counted: who is wrong
//! five times in a row is locked out for a quarter of an hour. Used by sessions; it neither keeps nor logs a PIN.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use chrono::TimeDelta;
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::{
    rules::{
        id::StaffCode,
        refusal::{Refusal, RefusalCode},
        time::{Instant, shown},
    },
    sys::password,
};

/// Comparisons at once: each takes some 19 MiB and a core for a moment.
const COMPARISONS_MAX: usize = 2;

/// Wrong PINs in a row, after which a member of staff is locked out.
const WRONG_MAX: u32 = 5;

/// How long somebody is locked out.
const LOCKED: TimeDelta = TimeDelta::minutes(15);

/// Longest PIN that is looked at, in bytes: nobody types more.
const PIN_BYTES_MAX: usize = 128;

/// What is done when a verdict is there.
pub(super) type Ring = Box<dyn Fn() + Send>;

/// Where a verdict is waited for. Whoever waits is rung for in any case, also where it never came to a comparison.
struct Tell {
    verdict: Option<Sender<bool>>,
    ring: Option<Ring>,
}

impl Tell {
    fn send(&self, is_right: bool) {
        if let Some(verdict) = &self.verdict {
            // Who asked may be gone; else the channel has room for it.
            let _gone = verdict.send(is_right);
        }
    }
}

impl Drop for Tell {
    fn drop(&mut self) {
        self.verdict = None;
        if let Some(ring) = &self.ring {
            ring();
        }
    }
}

/// What waits to be compared.
struct Comparison {
    pin: String,
    hash: String,
    tell: Tell,
}

/// The queue, and how many threads work it off.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Comparison>,
    threads: usize,
}

/// The wrong PINs of one member of staff.
#[derive(Default)]
struct Tries {
    wrong: u32,
    locked_until: Option<Instant>,
}

/// Where PINs are compared and counted.
#[derive(Default)]
pub(super) struct PinDesk {
    queue: Arc<Mutex<Queue>>,
    tries: BTreeMap<StaffCode, Tries>,
}

impl PinDesk {
    /// Begins to compare; the verdict comes through the channel, which closes without one if no thread could be had. `ring` is
    /// done when there is something to see.
    pub(super) fn compare(&self, pin: String, hash: String, ring: Option<Ring>) -> Receiver<bool> {
        let (tell, verdict) = bounded(1);
        let tell = Tell {
            verdict: Some(tell),
            ring,
        };
        if pin.len() > PIN_BYTES_MAX {
            tell.send(false);
            return verdict;
        }
        let mut queue = lock(&self.queue);
        queue.waiting.push_back(Comparison { pin, hash, tell });
        if queue.threads < COMPARISONS_MAX {
            let shared = Arc::clone(&self.queue);
            let worker = thread::Builder::new().name("pin".to_owned());
            if worker.spawn(move || work_off(&shared)).is_ok() {
                queue.threads += 1;
            } else if queue.threads == 0 {
                queue.waiting.clear();
            }
        }
        verdict
    }

    /// Whether somebody may try a PIN now.
    ///
    /// # Errors
    /// `session.pin_locked` with the time from which they may again.
    pub(super) fn may_try(&self, staff: &StaffCode, now: Instant) -> Result<(), Refusal> {
        let until = self.tries.get(staff).and_then(|tries| tries.locked_until);
        match until.filter(|until| now < *until) {
            Some(until) => Err(Refusal::new(RefusalCode::SessionPinLocked)
                .with("staff", staff.to_string())
                .with("until", shown(until))),
            None => Ok(()),
        }
    }

    /// Counts a verdict. Who was locked out while it was found learns nothing from it.
    ///
    /// # Errors
    /// `session.wrong_pin`, or `session.pin_locked` after too many.
    pub(super) fn count(
        &mut self,
        staff: &StaffCode,
        is_right: bool,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.may_try(staff, now)?;
        if is_right {
            self.tries.remove(staff);
            return Ok(());
        }
        let tries = self.tries.entry(staff.clone()).or_default();
        if tries.locked_until.take().is_some() {
            tries.wrong = 0;
        }
        tries.wrong += 1;
        if tries.wrong >= WRONG_MAX {
            tries.locked_until = Some(now + LOCKED);
            return self.may_try(staff, now);
        }
        Err(Refusal::new(RefusalCode::SessionWrongPin)
            .with("staff", staff.to_string())
            .with("left", WRONG_MAX - tries.wrong))
    }
}

/// Compares until nothing waits.
fn work_off(shared: &Mutex<Queue>) {
    loop {
        let next = {
            let mut queue = lock(shared);
            let next = queue.waiting.pop_front();
            if next.is_none() {
                queue.threads -= 1;
            }
            next
        };
        let Some(Comparison { pin, hash, tell }) = next else {
            return;
        };
        tell.send(password::verify(&hash, &pin));
    }
}

/// The queue is whole whenever its lock is free: nothing between taking and giving it back can fail.
fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}
