//! A line: one connection with its session, what it wants to hear of, and what it has not been told yet. Used by the turns of
//! the writer thread, which never waits for a line: who does not read is told less, and in the end dropped.

use std::time::{Duration, Instant as Monotonic};

use serde_json::Value;

use super::{session::Session, watch::Topics};
use crate::{
    rules::id::StaffCode,
    wire::{Connection, Delivery, ErrorObject, Id, Response},
};

/// Which line: numbers are given once.
pub(super) type LineId = u64;

/// The shortest time between two changes told to one line: what happens within it is one change. Nobody sees it, and however
/// much happens in a hall, a hundred terminals are told no more than this often.
const TELL_GAP: Duration = Duration::from_millis(20);

/// How soon a line that has not read yet is looked at again.
const UNREAD_LOOK: Duration = Duration::from_millis(50);

/// How long a line may leave a change unread while there is more to tell; then it is dropped, and finds out what it missed when
/// it comes back.
const UNREAD_MAX: Duration = Duration::from_secs(30);

pub(super) struct Line {
    pub(super) connection: Connection,
    pub(super) session: Box<Session>,
    /// What came in and has to wait for the answers to what came before.
    pub(super) kept: Option<Delivery>,
    /// Whose terminal it is, for leases.
    pub(super) terminal_of: Option<StaffCode>,
    pub(super) watched: Topics,
    untold: Topics,
    told_at: Option<Monotonic>,
    unread_since: Option<Duration>,
    pub(super) gone: bool,
}

impl Line {
    pub(super) fn new(connection: Connection, session: Box<Session>) -> Self {
        Self {
            connection,
            session,
            kept: None,
            terminal_of: None,
            watched: Topics::default(),
            untold: Topics::default(),
            told_at: None,
            unread_since: None,
            gone: false,
        }
    }

    pub(super) fn answer(&mut self, id: Id, result: Result<Value, ErrorObject>) {
        self.send(Response { id, result });
    }

    pub(super) fn send(&mut self, response: Response) {
        self.gone |= self.connection.sender.try_send(response).is_err();
    }

    /// What came in next, or why nothing does.
    pub(super) fn next(&mut self) -> Result<Delivery, crossbeam_channel::TryRecvError> {
        match self.kept.take() {
            Some(delivery) => Ok(delivery),
            None => self.connection.receiver.try_recv(),
        }
    }

    /// Notes a change; whether there is something to tell.
    pub(super) fn note(&mut self, touched: Topics) -> bool {
        self.untold.add(touched.among(self.watched));
        !self.untold.is_empty()
    }

    /// Tells what changed, once the other end has read what was sent before and not too often; until then changes add up.
    /// Gives when to look again, if something is left to tell. `elapsed` is what really passed in the hall.
    pub(super) fn tell(&mut self, now: Monotonic, elapsed: Duration) -> Option<Duration> {
        if self.untold.is_empty() {
            return None;
        }
        if self.connection.sender.waiting() > 0 {
            let since = *self.unread_since.get_or_insert(elapsed);
            self.gone |= elapsed.saturating_sub(since) > UNREAD_MAX;
            return Some(UNREAD_LOOK);
        }
        self.unread_since = None;
        let rested = self.told_at.map(|told| now.saturating_duration_since(told));
        if let Some(rested) = rested.filter(|rested| *rested < TELL_GAP) {
            return Some(TELL_GAP.saturating_sub(rested));
        }
        self.told_at = Some(now);
        let changed = std::mem::take(&mut self.untold).changed();
        let sent = self.connection.sender.try_send(changed.notification());
        self.gone |= sent.is_err();
        None
    }
}
