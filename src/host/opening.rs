//! What a hall still has to do when it begins to be served after an unclean stop (formats, "After a stop"): make its records
//! again before the first command, or compare them while it serves. The writer thread gives it a slice whenever nobody waits;
//! a slice lasts a few milliseconds. It answers nobody itself.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    engine::{Comparer, Engine, EngineError, Progress, Remaking},
    rules::{
        refusal::{Refusal, RefusalCode},
        time::{Instant, shown},
        views::{
            Viewer,
            hall::{CaseCounts, HeadView, OpeningView, status},
        },
    },
    sys::clock::monotonic,
    wire::{CONTRACT, ErrorObject, HELLO},
};

use super::{HallClock, session::refuse_other_contract};

/// How long a slice may take while others may come: a fraction of one write and sync.
const SLICE_SERVING: Duration = Duration::from_millis(2);

/// How long a slice may take while nothing but the hall's status is answered.
const SLICE_BARRED: Duration = Duration::from_millis(50);

/// Entries between two looks at the clock.
const ENTRIES_A_STEP: usize = 8;

/// The work that is left.
#[derive(Default)]
pub enum Opening {
    /// None.
    #[default]
    Done,
    /// The records are made again; until then only `session.hello` and `hall.status` are answered.
    Remaking(Box<Remaking>),
    /// The records are compared with the journal while the hall is served, and replaced on the first difference.
    Comparing(Box<Comparer>),
    /// The records could not be made again: the journal or the disk has failed. Nothing but the status is answered.
    Failed(String),
}

/// Why the records were made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remade {
    /// They were to be made again before anything was done.
    Before,
    /// They differed; the first key that did.
    Differed(String),
}

impl Opening {
    /// Whether slices are left to do.
    pub fn is_going(&self) -> bool {
        matches!(self, Self::Remaking(_) | Self::Comparing(_))
    }

    /// How far it has come, where nothing but the hall's status may be answered until it has ended.
    pub fn bars(&self, engine: &Engine) -> Option<Progress> {
        match self {
            Self::Done | Self::Comparing(_) => None,
            Self::Remaking(remaking) => Some(remaking.progress(engine)),
            Self::Failed(_) => Some(Progress {
                seq: 0,
                of: engine.head().seq,
            }),
        }
    }

    /// Works for one slice. Says when the records were made again.
    pub fn work(&mut self, engine: &mut Engine) -> Option<Remade> {
        let slice = match self {
            Self::Done | Self::Failed(_) => return None,
            Self::Comparing(_) => SLICE_SERVING,
            Self::Remaking(_) => SLICE_BARRED,
        };
        let began = monotonic();
        loop {
            let remade = self.step(engine, ENTRIES_A_STEP);
            if remade.is_some() || !self.is_going() || began.elapsed() >= slice {
                return remade;
            }
        }
    }

    /// Works to the end without serving anybody.
    ///
    /// # Errors
    /// What keeps the records from being made again.
    pub fn finish(
        &mut self,
        engine: &mut Engine,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Option<Remade>, String> {
        const ENTRIES: usize = 1_000;
        let mut remade = None;
        while self.is_going() {
            remade = self.step(engine, ENTRIES).or(remade);
            match self {
                Self::Remaking(remaking) => progress(remaking.progress(engine)),
                Self::Comparing(comparer) => progress(comparer.progress(engine)),
                Self::Done | Self::Failed(_) => {}
            }
        }
        match self {
            Self::Failed(reason) => Err(reason.clone()),
            _ => Ok(remade),
        }
    }

    /// One step. What cannot be compared is no reason to stop serving; what cannot be made again is.
    fn step(&mut self, engine: &mut Engine, entries: usize) -> Option<Remade> {
        match std::mem::take(self) {
            Self::Remaking(mut remaking) => match remaking.step(engine, entries) {
                Ok(false) => *self = Self::Remaking(remaking),
                Ok(true) => return self.adopt(engine, *remaking, Remade::Before),
                Err(error) => self.fail(&error),
            },
            // What failed since is told by the hall itself, and the next start finds out what the disk holds.
            Self::Comparing(_) if engine.failed().is_some() => {}
            Self::Comparing(mut comparer) => match comparer.step(engine, entries) {
                Ok(ended) => {
                    if let Some(key) = comparer.found().differences.first().cloned() {
                        return self.replace(engine, *comparer, key);
                    }
                    if !ended {
                        *self = Self::Comparing(comparer);
                    } else if let Err(error) = engine.vouch() {
                        tracing::warn!(%error, "the records agree, which could not be noted; the next start compares them again");
                    }
                }
                Err(error) if error.spoils_records() => self.begin_again(engine, &error),
                Err(error) => {
                    tracing::warn!(%error, "the records could not be compared; the next start tries again");
                }
            },
            other => *self = other,
        }
        None
    }

    /// The records cannot be read: they are made again before anybody is answered from them.
    fn begin_again(&mut self, engine: &Engine, error: &EngineError) {
        tracing::warn!(%error, "a record cannot be read; the records are made again");
        match Remaking::begin(engine) {
            Ok(remaking) => *self = Self::Remaking(Box::new(remaking)),
            Err(error) => self.fail(&error),
        }
    }

    /// The records differ: those made again are complete or nearly, and take their place before anything else is done.
    fn replace(&mut self, engine: &mut Engine, comparer: Comparer, key: String) -> Option<Remade> {
        tracing::warn!(
            key,
            "a record does not agree with the journal; the records are made again"
        );
        self.adopt(engine, comparer.into_remaking(), Remade::Differed(key))
    }

    fn adopt(&mut self, engine: &mut Engine, remaking: Remaking, why: Remade) -> Option<Remade> {
        match engine.adopt(remaking) {
            Ok(()) => Some(why),
            Err(error) => {
                self.fail(&error);
                None
            }
        }
    }

    fn fail(&mut self, error: &EngineError) {
        tracing::error!(%error, "the records could not be made again");
        *self = Self::Failed(error.to_string());
    }

    /// How far the opening has come, for the greeting and the status; none where it keeps nobody waiting.
    pub fn view(&self, engine: &Engine) -> Option<OpeningView> {
        self.bars(engine).map(|come| OpeningView {
            seq: come.seq,
            of: come.of,
        })
    }

    /// The answer to a request while nothing but the greeting and the status is answered; none once everything is.
    pub(super) fn answer(
        &self,
        engine: &Engine,
        clock: &HallClock,
        method: &str,
        params: &Value,
    ) -> Option<Result<Value, ErrorObject>> {
        let view = self.view(engine)?;
        let at = clock.now().max(engine.head_at());
        Some(match method {
            HELLO => refuse_other_contract(params).map(|()| greeting(engine, at, view)),
            "hall.status" => Ok(self.status(engine, at, view)),
            _ => {
                let refusal = Refusal::new(RefusalCode::HallOpening)
                    .with("seq", view.seq)
                    .with("of", view.of);
                Err(ErrorObject::refused(&refusal))
            }
        })
    }

    /// `hall.status` meanwhile: the hall's name, the journal's head, and how far the opening has come.
    fn status(&self, engine: &Engine, at: Instant, view: OpeningView) -> Value {
        let viewer = Viewer {
            at,
            staff: None,
            roles: Vec::new(),
        };
        let mut status = status(engine.hall(), &viewer, CaseCounts::default());
        let head = engine.head();
        status.head = HeadView {
            seq: head.seq,
            hash: head.hash.to_string(),
        };
        status.opening = Some(view);
        if let Self::Failed(reason) = self {
            status.read_only = Some(reason.clone());
        }
        serde_json::to_value(status).expect("invariant: views are plain data")
    }
}

/// The greeting meanwhile. It opens no session: whom somebody may speak for is known once the hall is open, and asked again then.
fn greeting(engine: &Engine, at: Instant, view: OpeningView) -> Value {
    let profile = engine.hall().profile();
    json!({
        "contract": CONTRACT,
        "hall": {"id": profile.id, "name": profile.name, "name_en": profile.name_en, "scheme": profile.scheme},
        "training": engine.hall().training(),
        "at": shown(at),
        "staff": null,
        "window": null,
        "opening": view,
    })
}
