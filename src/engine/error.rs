//! What can go wrong between a command and its record, outside the rules: the store, damaged records, wrong keys.

use crate::{
    rules::{
        event::EventFault,
        method::ParamFault,
        refusal::{Refusal, RefusalCode},
    },
    store::StoreError,
};

use super::seal::SealError;

/// A fault of the engine. Every one ends the group it happened in: nothing of it is acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Sealing or opening private text.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A stored event that this version cannot read.
    #[error("journal entry {seq}: {fault}")]
    Event {
        /// The entry.
        seq: u64,
        /// What is wrong.
        fault: EventFault,
    },
    /// A stored record that cannot be read; `banshi rebuild` makes the records again.
    #[error("record of kind '{kind}': {reason}; run 'banshi rebuild'")]
    Record {
        /// Its kind.
        kind: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The journal holds no complete founding.
    #[error("the founding of this hall was not completed; run 'banshi init' again")]
    Unfounded,
    /// An earlier write failed; nothing is acknowledged until a restart.
    #[error(
        "the hall is read-only since a write failed: {reason}; make room or repair the disk, then restart"
    )]
    ReadOnly {
        /// Why.
        reason: String,
    },
}

impl EngineError {
    /// Whether the records are what cannot be read, so that making them again from the journal is the remedy.
    pub fn spoils_records(&self) -> bool {
        matches!(
            self,
            Self::Record { .. } | Self::Store(StoreError::Records { .. })
        )
    }
}

/// Why a request has no result.
#[derive(Debug)]
pub enum Fault {
    /// No such method.
    UnknownMethod(String),
    /// Parameters that do not fit.
    Params(ParamFault),
    /// The hall says no.
    Refused(Refusal),
    /// The hall cannot.
    Failed(String),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ParamFault> for Fault {
    fn from(fault: ParamFault) -> Self {
        Self::Params(fault)
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::ReadOnly { reason } => Refusal::new(RefusalCode::HallReadOnly)
                .with("reason", reason)
                .into(),
            other => Self::Failed(other.to_string()),
        }
    }
}
