//! Topics of changes as sets of bits: which a connection wants to hear of, and which it has not been told yet. Telling a
//! hundred watchers of a change costs a few instructions each. Used by lines; a topic is a noun to which things happen.

use serde_json::{Value, json};

use crate::{
    rules::{
        event::Event,
        method::{ParamFault, read_params},
    },
    wire::{Changed, ErrorObject, Topic, Watch},
};

/// A set of topics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Topics(u32);

impl Topics {
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are in both.
    pub(super) fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The change to be told, in words.
    pub(super) fn changed(self) -> Changed {
        let topics = Event::NOUNS
            .iter()
            .enumerate()
            .filter(|(place, _)| self.0 & (1 << place) != 0)
            .map(|(_, noun)| Topic::from(*noun))
            .collect();
        Changed { topics }
    }

    fn of(noun: &str) -> Option<Self> {
        let place = Event::NOUNS.iter().position(|known| *known == noun)?;
        Some(Self(1 << place))
    }

    /// The topics of nouns that the engine touched.
    pub(super) fn touched<'a>(nouns: impl IntoIterator<Item = &'a str>) -> Self {
        let bits = nouns.into_iter().filter_map(Self::of);
        bits.fold(Self::default(), |all, one| Self(all.0 | one.0))
    }

    /// `watch`: the topics asked for, and what is answered.
    ///
    /// # Errors
    /// Invalid parameters, which name a topic that there is not.
    pub(super) fn read(params: Value) -> Result<(Self, Value), ErrorObject> {
        let watch: Watch =
            read_params(params).map_err(|fault| ErrorObject::invalid_params(&fault))?;
        let mut topics = Self::default();
        for topic in &watch.topics {
            let Some(known) = Self::of(&topic.0) else {
                let shown: String = topic.0.chars().take(80).collect();
                return Err(ErrorObject::invalid_params(&ParamFault {
                    path: "topics".to_owned(),
                    message: format!(
                        "there is no topic '{shown}'; there are {}",
                        Event::NOUNS.join(", ")
                    ),
                }));
            };
            topics.add(known);
        }
        Ok((topics, json!({ "topics": watch.topics })))
    }
}
