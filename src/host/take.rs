//! What a turn takes from the lines: greetings and watches, which are done at once, and commands and questions in their order.
//! Used by the turns of the writer thread.
//!
//! On each line order is kept: questions before its commands are answered first, those after them afterwards, and a greeting
//! or a watch waits for both.

use crossbeam_channel::TryRecvError;
use serde_json::Value;

use super::{
    Order,
    discover::{DISCOVER, discover},
    drafts,
    line::{Line, LineId},
    session::Porch,
    turn::Turns,
    watch::Topics,
};
use crate::{
    engine::Submission,
    rules::{permission, stamp::Via, time::hall_date},
    wire::{Delivery, ErrorObject, HELLO, Id, Message, Request, WATCH},
};

/// Messages taken from one connection in one turn, so that a flood of one does not keep the others waiting.
const MESSAGES_A_TURN: usize = 64;

/// A question counts as so many messages: a page's questions are answered in one turn, and those of somebody who asks for long
/// lists without end leave the others their turns.
const QUESTION_WEIGHT: usize = MESSAGES_A_TURN / 4;

/// The description of all methods is as long as anything that can be asked for: it is a turn's work.
const DISCOVER_WEIGHT: usize = MESSAGES_A_TURN;

/// A request of a turn: whose, which.
pub(super) struct Asked {
    pub(super) line: LineId,
    pub(super) id: Id,
    pub(super) submission: Submission,
}

/// What was taken in a turn, in the order in which it is answered.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) questions_before: Vec<Asked>,
    pub(super) commands: Vec<Asked>,
    pub(super) questions_after: Vec<Asked>,
}

impl Turns {
    /// Takes what waits on a line, as much as one turn may.
    pub(super) fn take_from(&mut self, id: LineId, taken: &mut Taken) {
        if let Some(line) = self.lines.get(&id) {
            line.connection.quiet();
        }
        let is_checked = |line: &Line| line.session.verdict().is_some();
        if self.lines.get(&id).is_some_and(is_checked) {
            self.greet(id, |line, porch| line.session.checked(porch));
        }
        let before = (taken.questions_before.len(), taken.commands.len());
        let mut weight = 0;
        while weight < MESSAGES_A_TURN {
            let Some(line) = self.lines.get_mut(&id) else {
                return;
            };
            if line.session.verdict().is_some() {
                // A PIN is being compared; whoever does it rings.
                return;
            }
            let delivery = match line.next() {
                Ok(delivery) => delivery,
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    line.gone = true;
                    return;
                }
            };
            let is_pending = before != (taken.questions_before.len(), taken.commands.len());
            if is_pending && waits_its_turn(&delivery) {
                line.kept = Some(delivery);
                break;
            }
            weight += weight_of(&delivery);
            match delivery {
                Delivery::Message(Message::Request(request)) => {
                    let has_commands = before.1 != taken.commands.len();
                    self.take_request(id, request, has_commands, taken);
                }
                Delivery::Message(_) => {}
                Delivery::Malformed(answer) => line.send(answer),
                Delivery::Closed(close) => {
                    if let Some(answer) = close.answer() {
                        line.send(answer);
                    }
                    line.gone = true;
                    return;
                }
            }
        }
        self.ready.insert(id);
    }

    /// What the protocol itself asks for is done at once; commands and questions are noted in their order.
    fn take_request(
        &mut self,
        line_id: LineId,
        request: Request,
        has_commands: bool,
        taken: &mut Taken,
    ) {
        let Request { id, method, params } = request;
        let params = Value::Object(params);
        let Some(line) = self.lines.get_mut(&line_id) else {
            return;
        };
        if let Some(result) = self
            .opening
            .answer(&self.engine, &self.clock, &method, &params)
        {
            line.answer(id, result);
            return;
        }
        match method.as_str() {
            HELLO => self.greet(line_id, |line, porch| {
                let answer = line.session.hello(&id, params, porch)?;
                Some((id, answer))
            }),
            DISCOVER => line.answer(id, Ok(discover())),
            _ if line.session.admitted().is_err() => {
                let refused = line.session.admitted().map(|()| Value::Null);
                line.answer(id, refused);
            }
            WATCH => {
                let result = Topics::read(params).map(|(topics, answer)| {
                    line.watched = topics;
                    answer
                });
                if line.watched.is_empty() {
                    self.watching.remove(&line_id);
                } else {
                    self.watching.insert(line_id);
                }
                line.answer(id, result);
            }
            about if drafts::is_about(about) => {
                let today = hall_date(self.clock.read().wall.max(self.engine.head_at()));
                let keeper = line.session.keeper();
                let result = self.drafts.obey(about, params, keeper, today);
                line.answer(id, result);
            }
            _ => {
                let identity = line.session.identity.clone();
                let asked = Asked {
                    line: line_id,
                    id,
                    submission: Submission {
                        identity,
                        method,
                        params,
                    },
                };
                if permission::is_command(&asked.submission.method) {
                    taken.commands.push(asked);
                } else if has_commands {
                    taken.questions_after.push(asked);
                } else {
                    taken.questions_before.push(asked);
                }
            }
        }
    }

    /// A step of a greeting on a line, and its answer, if there is one yet. Whoever is let in holds the lease of their window
    /// at a terminal, and a time that they gave a training hall is believed.
    fn greet(
        &mut self,
        line_id: LineId,
        step: impl FnOnce(&mut Line, &mut Porch<'_>) -> Option<(Id, Result<Value, ErrorObject>)>,
    ) {
        let Some(line) = self.lines.get_mut(&line_id) else {
            return;
        };
        let itself = self.itself.clone();
        let mut porch = Porch {
            engine: &self.engine,
            clock: &mut self.clock,
            pins: &mut self.pins,
            ring: Some(Box::new(move || drop(itself.send(Order::Arrived(line_id))))),
            clock_was_set: false,
        };
        let Some((id, answer)) = step(line, &mut porch) else {
            return;
        };
        let clock_was_set = porch.clock_was_set;
        let is_welcome = answer.is_ok();
        line.answer(id, answer);
        if clock_was_set {
            self.guard.believe(self.clock.read());
        }
        if is_welcome {
            self.welcome(line_id);
        }
    }

    fn welcome(&mut self, id: LineId) {
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        let identity = &line.session.identity;
        let staff = identity.staff.clone();
        let sits = staff.filter(|_| identity.via == Via::Console);
        if let Some(left) = std::mem::replace(&mut line.terminal_of, sits.clone()) {
            self.leases.left(&left);
        }
        if let Some(staff) = sits {
            self.leases.came(staff);
        }
    }
}

/// How much of a turn a delivery takes.
fn weight_of(delivery: &Delivery) -> usize {
    let Delivery::Message(Message::Request(request)) = delivery else {
        return 1;
    };
    match request.method.as_str() {
        DISCOVER => DISCOVER_WEIGHT,
        HELLO | WATCH => 1,
        method if permission::is_command(method) || drafts::is_about(method) => 1,
        _ => QUESTION_WEIGHT,
    }
}

/// Whether a delivery has to wait for the answers to what came before it on its line.
fn waits_its_turn(delivery: &Delivery) -> bool {
    match delivery {
        Delivery::Message(Message::Request(request)) => {
            matches!(request.method.as_str(), HELLO | WATCH | DISCOVER)
        }
        Delivery::Malformed(_) => true,
        Delivery::Message(_) | Delivery::Closed(_) => false,
    }
}
