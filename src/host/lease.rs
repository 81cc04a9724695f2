//! Leases (R41a): a window that was signed on at a terminal is its clerk's as long as they are at one. A dropped line never
//! leaves a ticket stuck, for the window is lost after a while; it never frees a live one, for a terminal that is there, however
//! idle, keeps it. Used by the turns of the writer thread; what losing means is decided in `rules::window`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use crate::{
    engine::{Identity, Submission},
    rules::{
        hall::Hall,
        id::{StaffCode, WindowCode},
        window::{Desk, DeskState},
    },
};

/// How long a clerk may be without a terminal before the window is lost.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// Who is at a terminal, and which leases run out.
#[derive(Debug, Default)]
pub(super) struct Leases {
    /// Terminals of each member of staff; several at once hold one lease together.
    terminals: BTreeMap<StaffCode, usize>,
    /// When the windows are lost whose clerk has no terminal.
    running: BTreeMap<WindowCode, Duration>,
    /// Whether desks or terminals may have changed since the last look.
    stale: bool,
}

impl Leases {
    /// Of a hall that was just opened: whoever sat somewhere has a lease's time to come back.
    pub(super) fn new() -> Self {
        Self {
            stale: true,
            ..Self::default()
        }
    }

    /// Somebody sat down at a terminal.
    pub(super) fn came(&mut self, staff: StaffCode) {
        *self.terminals.entry(staff).or_default() += 1;
        self.stale = true;
    }

    /// One of somebody's terminals is gone.
    pub(super) fn left(&mut self, staff: &StaffCode) {
        if let Some(count) = self.terminals.get_mut(staff) {
            *count -= 1;
            if *count == 0 {
                self.terminals.remove(staff);
            }
        }
        self.stale = true;
    }

    /// Something happened at windows.
    pub(super) fn look_again(&mut self) {
        self.stale = true;
    }

    /// In how long there is something to look at, by what really passed.
    pub(super) fn next_look(&self, elapsed: Duration) -> Option<Duration> {
        if self.stale {
            return Some(Duration::ZERO);
        }
        let next = self.running.values().min()?;
        Some(next.saturating_sub(elapsed))
    }

    /// What is to be brought about at `elapsed`: windows of clerks who are back, and windows whose lease has run out. A window
    /// that could not be lost is tried again after another lease.
    pub(super) fn due(&mut self, hall: &Hall, elapsed: Duration) -> Vec<Submission> {
        let mut due = Vec::new();
        if std::mem::take(&mut self.stale) {
            self.renew(hall, elapsed);
            let back = |desk: &&Desk| desk.state == DeskState::Lost && self.is_there(desk);
            let back = hall.desks.values().filter(back);
            due.extend(back.map(|desk| submission("window.regain", &desk.window)));
        }
        for (window, until) in &mut self.running {
            if *until <= elapsed {
                *until = elapsed + LEASE;
                due.push(submission("window.lose", window));
            }
        }
        due
    }

    /// Starts the leases of those who left, ends those of who is there.
    fn renew(&mut self, hall: &Hall, elapsed: Duration) {
        let without: BTreeSet<WindowCode> = hall
            .desks
            .values()
            .filter(|desk| matches!(desk.state, DeskState::Open | DeskState::Paused))
            .filter(|desk| desk.leased && !self.is_there(desk))
            .map(|desk| desk.window.clone())
            .collect();
        self.running.retain(|window, _| without.contains(window));
        for window in without {
            self.running.entry(window).or_insert(elapsed + LEASE);
        }
    }

    fn is_there(&self, desk: &Desk) -> bool {
        desk.staff
            .as_ref()
            .is_some_and(|staff| self.terminals.contains_key(staff))
    }
}

fn submission(method: &str, window: &WindowCode) -> Submission {
    Submission {
        identity: Identity::hall(),
        method: method.to_owned(),
        params: json!({ "window": window }),
    }
}
