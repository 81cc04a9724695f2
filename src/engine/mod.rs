//! One command's journey: load, decide, commit, publish; replay, rebuild, queries, the sweep of days.
//!
//! An [`Engine`] is a value that is handed a stamp of time and what was asked, and gives answers, so that it runs unchanged
//! under a hundred connections, in one terminal, and in a seeded simulation. It knows neither sockets nor clock nor terminal.

mod answer;
mod audit;
mod chunks;
mod erasure;
mod error;
mod journey;
mod query;
pub mod records;
mod remake;
mod replay;
mod request;
mod resolve;
pub mod seal;
mod stored_key;

pub use audit::{KeyAudit, KeyFault, KeysFound, hall_of};
pub use error::{EngineError, Fault};
pub use journey::{Identity, Submission};
pub use remake::{Comparer, Comparison, Remaking};
pub use replay::Progress;
pub use seal::SealError;

use std::collections::BTreeSet;

use crate::{
    rules::{
        catalogue::HallFolder, founding, hall::Hall, permission::Role, stamp::Via, time::Instant,
    },
    store::{
        self, Head, LineDraft, Settle, Store,
        keys::{HallKey, Keys},
    },
};

use records::Sealing;

/// The keys of a hall: one slot a person, and the hall's own.
pub struct KeyRing {
    /// Slots of persons.
    pub people: Box<dyn Keys>,
    /// The hall's key.
    pub hall: HallKey,
}

impl KeyRing {
    /// Keys derived from a seed, for training halls, simulation and tests; `slots` were handed out before.
    pub fn derived(seed: &str, slots: u64) -> Self {
        Self {
            people: Box::new(store::keys::MemoryKeys::after(seed.as_bytes(), slots)),
            hall: HallKey::derived(seed.as_bytes()),
        }
    }
}

/// Key slots that are reserved and not yet used: a run of consecutive numbers.
#[derive(Debug, Clone, Copy, Default)]
struct SlotRun {
    first: u64,
    end: u64,
}

/// Slots that one command may use: its person, its record, and some for texts of further records.
const SLOTS_A_COMMAND_MAX: u64 = 8;

/// One hall: its store, its keys, and what of it stands in memory.
pub struct Engine {
    store: Box<dyn Store>,
    keys: KeyRing,
    slots: SlotRun,
    hall: Hall,
    hall_id: String,
    head: Head,
    head_at: Instant,
    swept: Instant,
    failed: Option<String>,
    touched: BTreeSet<&'static str>,
}

impl Engine {
    /// Opens a hall that was founded. Records behind the journal are replayed, missing ones rebuilt; `progress` is told.
    pub fn open(
        store: Box<dyn Store>,
        keys: KeyRing,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, EngineError> {
        let hall_id = replay::hall_id(&*store)?;
        let mut engine = Self::standing(store, keys, hall_id);
        replay::bring_up(&mut engine, progress)?;
        if engine.hall.is_open() {
            Ok(engine)
        } else {
            Err(EngineError::Unfounded)
        }
    }

    /// An engine that knows nothing of its hall yet.
    fn standing(store: Box<dyn Store>, keys: KeyRing, hall_id: String) -> Self {
        Self {
            store,
            keys,
            slots: SlotRun::default(),
            hall: Hall::default(),
            hall_id,
            head: Head::genesis(""),
            head_at: Instant::UNIX_EPOCH,
            swept: Instant::UNIX_EPOCH,
            failed: None,
            touched: BTreeSet::new(),
        }
    }

    /// Founds a hall in an empty store: one group of entries, the last of which opens it.
    pub fn found(
        mut store: Box<dyn Store>,
        keys: KeyRing,
        folder: &HallFolder,
        training: bool,
        at: Instant,
        login: &str,
    ) -> Result<Self, EngineError> {
        let hall_id = folder.profile.id.clone();
        let genesis = Head::genesis(&hall_id);
        let mut hall = Hall::default();
        let mut drafts = Vec::new();
        for (events, seq) in founding::found(folder, training).into_iter().zip(1..) {
            for event in &events {
                hall.apply(event);
            }
            drafts.push(LineDraft {
                seq,
                group: 1,
                at,
                actor: journal_actor(None, Role::Admin, None, login, Via::Init),
                request: None,
                events: events
                    .iter()
                    .map(crate::rules::event::Event::to_value)
                    .collect(),
            });
        }
        let lines = store::line::chain(&genesis, drafts).map_err(|(_, fault)| {
            store::StoreError::Unfit {
                seq: genesis.seq + 1,
                fault,
            }
        })?;
        let sealing = Sealing {
            hall_id: &hall_id,
            keys: &keys,
        };
        let mut changes = records::take_changes(&mut hall, sealing)?;
        changes.push(records::format_change());
        let head = store.commit(&genesis, &lines, &changes)?;
        Ok(Self {
            store,
            keys,
            slots: SlotRun::default(),
            hall,
            hall_id,
            head,
            head_at: at,
            swept: at,
            failed: None,
            touched: BTreeSet::new(),
        })
    }

    /// The hall in memory, to look at.
    pub fn hall(&self) -> &Hall {
        &self.hall
    }

    /// The journal's head: the last entry that is durable.
    pub fn head(&self) -> Head {
        self.head
    }

    /// When the last entry was written; no command is stamped earlier.
    pub fn head_at(&self) -> Instant {
        self.head_at
    }

    /// Why nothing is acknowledged any more, after a failed write.
    pub fn failed(&self) -> Option<&str> {
        self.failed.as_deref()
    }

    /// The store, for verification and backup.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The nouns that changed since the last time, for watchers.
    pub fn take_touched(&mut self) -> BTreeSet<&'static str> {
        std::mem::take(&mut self.touched)
    }

    /// Lets the store do what it put off, once whoever waited was answered.
    pub fn settle(&mut self, when: Settle) {
        if self.failed.is_some() {
            return;
        }
        if let Err(error) = self.store.settle(when) {
            self.fail(&error.to_string());
        }
    }

    /// The records were found to agree with the journal after an unclean stop.
    pub fn vouch(&mut self) -> Result<(), EngineError> {
        Ok(self.store.vouch()?)
    }

    /// The next instant at which time alone brings something about.
    pub fn next_due(&self) -> Instant {
        crate::rules::sweep::next_step(&self.hall, self.swept).at()
    }

    /// Brings a record and what it refers to into memory, to be shown.
    fn bring(&mut self, subject: &crate::rules::event::Subject) -> Result<(), EngineError> {
        let sealing = Sealing {
            hall_id: &self.hall_id,
            keys: &self.keys,
        };
        records::ensure_whole(&mut self.hall, subject, &*self.store, sealing)
    }

    fn sealing(&self) -> Sealing<'_> {
        Sealing {
            hall_id: &self.hall_id,
            keys: &self.keys,
        }
    }

    /// The first of enough consecutive free slots for one command. What a gap leaves behind stays unused.
    fn free_slots(&mut self) -> Result<u64, EngineError> {
        while self.slots.end - self.slots.first < SLOTS_A_COMMAND_MAX {
            let slot = match self.keys.people.reserve() {
                Ok(slot) => slot,
                Err(error) => {
                    // A disk that does not take keys will not take entries: everything stops, not only who brings somebody new.
                    let error = EngineError::from(SealError::from(error));
                    self.failed = Some(error.to_string());
                    return Err(error);
                }
            };
            if slot != self.slots.end {
                self.slots.first = slot;
            }
            self.slots.end = slot + 1;
        }
        Ok(self.slots.first)
    }

    /// Marks the slots that an entry sealed with as used.
    fn use_slots(&mut self, used: Option<u64>) {
        if let Some(used) = used.filter(|used| (self.slots.first..self.slots.end).contains(used)) {
            self.slots.first = used + 1;
        }
    }
}

/// An actor as the journal says it.
fn journal_actor(
    staff: Option<String>,
    role: Role,
    window: Option<String>,
    login: &str,
    via: Via,
) -> store::Actor {
    let via = serde_json::to_value(via)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default();
    store::Actor {
        staff,
        role: Some(role.as_str().to_owned()),
        window,
        login: Some(login.to_owned()),
        via,
    }
}
