//! The one way to the hall: a client over a connection in memory, its clock moved by greetings. Every command is one group of
//! the journal, whatever the threads do, so that a seed fixes the journal's bytes. Refusals are kept, since none is meant.

use std::time;

use serde_json::{Value, json};

use super::{RefusedAct, RehearsalError, chance::Chance, script::Actor};
use crate::{
    client::{Client, ClientError, News},
    host::{Host, Peer},
    rules::{id::QueueCode, stamp::Via, time::Instant},
    sys::clock,
    wire::{HELLO, Hello},
};

/// Whose hall it is in the journal of a rehearsal.
const LOGIN: &str = "rehearsal";

/// How long one command may take: a bug of ours, not a slow disk, would take longer.
const CALL_TIME: time::Duration = time::Duration::from_mins(2);

/// The hall as a rehearsal reaches it.
pub(super) struct Stage {
    client: Client,
    probe: QueueCode,
    at: Option<Instant>,
    acting: Option<Actor>,
    /// Commands that were done.
    pub(super) done: u64,
    /// Commands that were refused.
    pub(super) refused: Vec<RefusedAct>,
}

impl Stage {
    /// Joins a hall; `probe` is any of its queues.
    pub(super) fn join(host: &Host, seed: u64, probe: QueueCode) -> Self {
        let connection = host.connect(Peer {
            login: LOGIN.to_owned(),
            via: Via::Call,
        });
        let mut chance = Chance::of_part(seed, "requests");
        let client = Client::new(connection, Box::new(move || chance.request_bits()));
        Self {
            client: client.waiting(CALL_TIME),
            probe,
            at: None,
            acting: None,
            done: 0,
            refused: Vec::new(),
        }
    }

    /// Somebody gives a command at an instant. The answer; none where a rule refused it.
    pub(super) fn act(
        &mut self,
        at: Instant,
        by: &Actor,
        method: &'static str,
        params: Value,
    ) -> Result<Option<Value>, RehearsalError> {
        self.become_actor(at, by)?;
        match self.client.call(method, params.clone()) {
            Ok(answer) => {
                self.done += 1;
                Ok(Some(answer))
            }
            Err(ClientError::Refused(refused)) => {
                self.refused.push(RefusedAct {
                    at,
                    by: by.code(),
                    method,
                    params,
                    refused: *refused,
                });
                Ok(None)
            }
            Err(error) => Err(RehearsalError::Client { method, error }),
        }
    }

    /// Somebody asks a question, at the time that it is.
    pub(super) fn ask(
        &mut self,
        by: &Actor,
        method: &'static str,
        params: Value,
    ) -> Result<Value, RehearsalError> {
        if let Some(at) = self.at {
            self.become_actor(at, by)?;
        }
        let answer = self.client.call(method, params);
        answer.map_err(|error| RehearsalError::Client { method, error })
    }

    /// Lets time pass up to an instant, with what time alone brings about.
    pub(super) fn pass(&mut self, at: Instant) -> Result<(), RehearsalError> {
        let by = self.acting.clone().unwrap_or(Actor::Public);
        self.become_actor(at, &by)
    }

    /// Greets anew where the actor or the time is another one.
    fn become_actor(&mut self, at: Instant, by: &Actor) -> Result<(), RehearsalError> {
        let moves = self.at != Some(at);
        if !moves && self.acting.as_ref() == Some(by) {
            return Ok(());
        }
        let mut hello = Hello::new();
        hello.at = moves.then_some(at);
        (hello.staff, hello.via) = match by {
            Actor::Public => (None, Some(Via::Kiosk)),
            // They sit at no terminal that could be lost.
            Actor::Staff(code) => (Some(code.clone()), Some(Via::Call)),
        };
        let failed = |error| RehearsalError::Client {
            method: HELLO,
            error,
        };
        let greeting = serde_json::to_value(&hello).unwrap_or_default();
        self.client.send(HELLO, greeting).map_err(failed)?;
        if moves {
            // What the time brings about is written in the turn of the greeting. A question is answered after that, so the
            // command that follows can never fall into the same group.
            let queue = json!({"queue": self.probe});
            self.client.call("queue.get", queue).map_err(failed)?;
        }
        self.at = Some(at);
        self.acting = Some(by.clone());
        self.hear(failed)
    }

    /// Takes the answers to greetings, in case one of them is a refusal.
    fn hear(
        &mut self,
        failed: impl Fn(ClientError) -> RehearsalError,
    ) -> Result<(), RehearsalError> {
        while let Some(news) = self.client.poll(clock::monotonic()) {
            match news {
                News::Answer(_, Err(error)) | News::Over(error) => return Err(failed(error)),
                _ => {}
            }
        }
        Ok(())
    }
}
