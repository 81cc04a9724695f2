//! The turns of the writer thread: wait, take what waits, do it as one group, answer, tell the watchers. Used by `host` alone;
//! it decides nothing about the hall, only whose turn it is.

use std::collections::BTreeSet;
use std::time::Duration;

use crossbeam_channel::{Receiver, Select, TryRecvError};
use serde_json::Value;

use super::{
    HallClock, Order,
    drafts::{self, Drafts},
    pin::PinDesk,
    session::{Porch, Session},
};
use crate::{
    engine::{Engine, Fault, Submission},
    rules::{
        command::Command,
        permission, query,
        refusal::{Refusal, RefusalCode},
        time::{Instant, hall_date},
    },
    wire::{
        Changed, Connection, Delivery, ErrorObject, HELLO, Id, Message, MethodDoc, Request,
        Response, Topic, WATCH, openrpc,
    },
};

/// Messages taken from one connection in one turn, so that a flood of one does not keep the others waiting.
const MESSAGES_A_TURN: usize = 64;

/// How far the machine's clock may lie behind the last entry before commands are refused (R23).
const BACKWARDS_MAX: chrono::TimeDelta = chrono::TimeDelta::minutes(2);

/// The longest sleep: the sweep's next step may be hours away, and a clock may be set meanwhile.
const SLEEP_MAX: Duration = Duration::from_mins(1);

struct Line {
    connection: Connection,
    session: Box<Session>,
    waiting: BTreeSet<Topic>,
    gone: bool,
}

impl Line {
    fn answer(&mut self, id: Id, result: Result<Value, ErrorObject>) {
        self.gone |= self
            .connection
            .sender
            .try_send(Response { id, result })
            .is_err();
    }

    /// Tells what changed, once the other end has read what was sent before; until then changes add up.
    fn tell(&mut self) {
        if self.waiting.is_empty() || self.connection.sender.waiting() > 0 {
            return;
        }
        let changed = Changed {
            topics: std::mem::take(&mut self.waiting),
        };
        self.gone |= self
            .connection
            .sender
            .try_send(changed.notification())
            .is_err();
    }
}

/// A request of a turn: whose, which.
struct Asked {
    line: usize,
    id: Id,
    submission: Submission,
}

/// Serves until it is told to stop; gives the engine back.
pub(super) fn serve(mut engine: Engine, mut clock: HallClock, orders: &Receiver<Order>) -> Engine {
    let mut lines: Vec<Line> = Vec::new();
    let mut pins = PinDesk::default();
    let mut drafts = Drafts::default();
    loop {
        wait(&engine, &clock, orders, &lines);
        loop {
            match orders.try_recv() {
                Ok(Order::Connect(connection, session)) => lines.push(Line {
                    connection,
                    session,
                    waiting: BTreeSet::new(),
                    gone: false,
                }),
                Ok(Order::Stop) | Err(TryRecvError::Disconnected) => {
                    refuse_the_rest(&mut lines);
                    return engine;
                }
                Err(TryRecvError::Empty) => break,
            }
        }
        turn(&mut engine, &mut clock, &mut pins, &mut drafts, &mut lines);
        lines.retain(|line| !line.gone);
    }
}

/// Sleeps until somebody asks, an order comes, or the next step of the sweep is due.
fn wait(engine: &Engine, clock: &HallClock, orders: &Receiver<Order>, lines: &[Line]) {
    let now = clock.now().max(engine.head_at());
    let until_due = (engine.next_due() - now).to_std().unwrap_or(Duration::ZERO);
    let mut select = Select::new();
    select.recv(orders);
    for line in lines {
        match line.session.verdict() {
            Some(verdict) => select.recv(verdict),
            None => select.recv(&line.connection.receiver),
        };
    }
    // Watchers with changes that could not be told yet are looked at again soon.
    let patience = if lines.iter().any(|line| !line.waiting.is_empty()) {
        Duration::from_millis(50)
    } else {
        SLEEP_MAX
    };
    let _timeout = select.ready_timeout(until_due.min(patience).max(Duration::from_millis(1)));
}

/// What came in and was not taken is refused by name, so that whoever asked knows that it was not done.
fn refuse_the_rest(lines: &mut [Line]) {
    let refused = || Err(ErrorObject::refused(&RefusalCode::HallStopping.into()));
    for line in lines {
        while let Ok(delivery) = line.connection.receiver.try_recv() {
            if let Delivery::Message(Message::Request(request)) = delivery {
                line.answer(request.id, refused());
            }
        }
    }
}

fn turn(
    engine: &mut Engine,
    clock: &mut HallClock,
    pins: &mut PinDesk,
    drafts: &mut Drafts,
    lines: &mut [Line],
) {
    let mut porch = Porch {
        engine,
        clock,
        pins,
    };
    let (commands, questions) = take(&mut porch, drafts, lines);
    let at = clock.now();
    let mut touched = BTreeSet::new();
    if backwards(engine, at) {
        for asked in commands {
            lines[asked.line].answer(asked.id, Err(refused_backwards(engine, at)));
        }
    } else {
        let submissions: Vec<Submission> = commands
            .iter()
            .map(|asked| asked.submission.clone())
            .collect();
        let results = engine.submit(at, &submissions);
        touched = engine.take_touched();
        for (asked, result) in commands.into_iter().zip(results) {
            lines[asked.line].answer(asked.id, result.map_err(|fault| error_of(&fault)));
        }
    }
    for asked in questions {
        let unknown = || Err(Fault::UnknownMethod(asked.submission.method.clone()));
        let result = engine.ask(at, &asked.submission).unwrap_or_else(unknown);
        lines[asked.line].answer(asked.id, result.map_err(|fault| error_of(&fault)));
    }
    for line in lines {
        line.waiting.extend(
            touched
                .iter()
                .map(|noun| Topic::from(*noun))
                .filter(|topic| line.session.topics.contains(topic)),
        );
        line.tell();
    }
}

/// Takes what waits: greetings and watches are done at once, commands and questions are given back in order.
fn take(porch: &mut Porch, drafts: &mut Drafts, lines: &mut [Line]) -> (Vec<Asked>, Vec<Asked>) {
    let (mut commands, mut questions) = (Vec::new(), Vec::new());
    for (place, line) in lines.iter_mut().enumerate() {
        if let Some((id, answer)) = line.session.checked(porch) {
            line.answer(id, answer);
        }
        for _ in 0..MESSAGES_A_TURN {
            if line.session.verdict().is_some() {
                break;
            }
            let request = match line.connection.receiver.try_recv() {
                Ok(Delivery::Message(Message::Request(request))) => request,
                Ok(Delivery::Message(_)) => continue,
                Ok(Delivery::Malformed(answer)) => {
                    line.gone |= line.connection.sender.try_send(answer).is_err();
                    continue;
                }
                Ok(Delivery::Closed(close)) => {
                    if let Some(answer) = close.answer() {
                        let _gone = line.connection.sender.try_send(answer);
                    }
                    line.gone = true;
                    break;
                }
                Err(TryRecvError::Disconnected) => {
                    line.gone = true;
                    break;
                }
                Err(TryRecvError::Empty) => break,
            };
            let Request { id, method, params } = request;
            let params = Value::Object(params);
            match method.as_str() {
                HELLO => {
                    if let Some(result) = line.session.hello(&id, params, porch) {
                        line.answer(id, result);
                    }
                }
                "rpc.discover" => line.answer(id, Ok(discover())),
                _ if line.session.admitted().is_err() => {
                    let refused = line.session.admitted().map(|()| Value::Null);
                    line.answer(id, refused);
                }
                WATCH => {
                    let result = line.session.watch(params);
                    line.answer(id, result);
                }
                about if drafts::is_about(about) => {
                    let today = hall_date(porch.clock.now().max(porch.engine.head_at()));
                    let keeper = line.session.keeper();
                    let result = drafts.obey(about, params, keeper, today);
                    line.answer(id, result);
                }
                _ => {
                    let submission = Submission {
                        identity: line.session.identity.clone(),
                        method,
                        params,
                    };
                    let asked = Asked {
                        line: place,
                        id,
                        submission,
                    };
                    if permission::is_command(&asked.submission.method) {
                        commands.push(asked);
                    } else {
                        questions.push(asked);
                    }
                }
            }
        }
    }
    (commands, questions)
}

fn backwards(engine: &Engine, at: Instant) -> bool {
    engine.head_at() - at > BACKWARDS_MAX
}

fn refused_backwards(engine: &Engine, at: Instant) -> ErrorObject {
    ErrorObject::refused(
        &Refusal::new(RefusalCode::ClockBackwards)
            .with("at", crate::rules::time::shown(at))
            .with("head", crate::rules::time::shown(engine.head_at())),
    )
}

fn error_of(fault: &Fault) -> ErrorObject {
    match fault {
        Fault::UnknownMethod(method) => ErrorObject::method_not_found(method),
        Fault::Params(fault) => ErrorObject::invalid_params(fault),
        Fault::Refused(refusal) => ErrorObject::refused(refusal),
        Fault::Failed(reason) => ErrorObject::internal(reason),
    }
}

/// The OpenRPC description of every method.
fn discover() -> Value {
    let protocol = [
        MethodDoc {
            name: HELLO.to_owned(),
            summary: "Opens a session.".to_owned(),
            params: schemars::schema_for!(crate::wire::Hello),
            result: None,
        },
        MethodDoc {
            name: WATCH.to_owned(),
            summary: "Says of what changes to be told.".to_owned(),
            params: schemars::schema_for!(crate::wire::Watch),
            result: None,
        },
    ];
    let methods = Command::describe()
        .into_iter()
        .chain(query::describe())
        .map(MethodDoc::from);
    openrpc(
        env!("CARGO_PKG_VERSION"),
        protocol
            .into_iter()
            .chain(drafts::describe())
            .chain(methods),
    )
}
