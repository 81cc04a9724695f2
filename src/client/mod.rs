//! How a terminal or a command reaches a hall: requests, changes, reconnecting.
//!
//! A [`Client`] owns one end of a connection. Commands of the command line use [`Client::call`], which waits;
//! a terminal uses [`Client::send`] and takes what comes with [`Client::poll`]. When the server goes away the
//! client dials again with growing pauses and sends what was not answered once more under the same request
//! id, so that it is done once. It never imports engine, store or host, and draws nothing.

mod backoff;
mod error;
mod state;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError};
use serde_json::{Map, Value};

pub use backoff::{PAUSE_MAX, pause};
pub use error::{ClientError, OtherContract, Refused};
pub use state::{CallId, News};

use state::{Pending, Purpose, State};

use crate::rules::command::Command;
use crate::sys::clock;
use crate::wire::{
    Changed, Close, Connection, Delivery, HELLO, Hello, Id, Message, Notification,
    REQUEST_BYTES_MAX, Request, RequestId, Response, SendFault, Topic, WATCH, encode,
};

/// How long [`Client::call`] waits, unless told otherwise.
pub const CALL_TIME: Duration = Duration::from_secs(30);

/// Requests that may wait for their answers at once.
pub const PENDING_MAX: usize = 128;

/// Dials a server: a fresh connection, or why there is none.
pub type Dial = Box<dyn FnMut() -> io::Result<Connection> + Send>;

/// Draws 128 random bits, from which request ids are made.
pub type Chance = Box<dyn FnMut() -> [u8; 16] + Send>;

/// One end of a conversation with a hall.
pub struct Client {
    state: State,
    chance: Chance,
    dial: Option<Dial>,
    hello: Option<Map<String, Value>>,
    welcome: Value,
    topics: BTreeSet<Topic>,
    pending: BTreeMap<u64, Pending>,
    news: VecDeque<News>,
    last_id: u64,
    call_time: Duration,
    commands: BTreeSet<&'static str>,
    /// What the server said before it hung up, or how the connection was lost.
    last_words: Option<String>,
}

impl Client {
    /// Speaks over a connection; when it ends, the client is over too.
    pub fn new(connection: Connection, chance: Chance) -> Self {
        Self {
            state: State::Up(connection),
            chance,
            dial: None,
            hello: None,
            welcome: Value::Null,
            topics: BTreeSet::new(),
            pending: BTreeMap::new(),
            news: VecDeque::new(),
            last_id: 0,
            call_time: CALL_TIME,
            commands: Command::methods().into_iter().collect(),
            last_words: None,
        }
    }

    /// The same, dialling again whenever the connection ends.
    pub fn redialling(mut self, dial: Dial) -> Self {
        self.dial = Some(dial);
        self
    }

    /// The same, with another time for [`Client::call`].
    pub fn waiting(mut self, call_time: Duration) -> Self {
        self.call_time = call_time;
        self
    }

    /// Opens the session and waits for the welcome; the greeting is repeated on every later connection.
    pub fn greet(&mut self, hello: &Hello) -> Result<Value, ClientError> {
        let value = serde_json::to_value(hello).expect("invariant: a greeting is plain data");
        let mut params = value.as_object().cloned().unwrap_or_default();
        // A training hall is set to a time once; a hall that was away has gone on from there.
        params.remove("at");
        let welcome = self.call(HELLO, value)?;
        self.hello = Some(params);
        self.welcome.clone_from(&welcome);
        Ok(welcome)
    }

    /// What the newest greeting was answered with; null before the first.
    pub fn welcome(&self) -> &Value {
        &self.welcome
    }

    /// Says of what changes are wanted, now and on every later connection. Only a fault is answered.
    pub fn watch(
        &mut self,
        topics: impl IntoIterator<Item = Topic>,
    ) -> Result<CallId, ClientError> {
        self.topics = topics.into_iter().collect();
        let request = self.request(WATCH, self.watch_params());
        self.submit(Purpose::Watching, request)
    }

    /// A new request id, for a request that may have to be sent again by another process.
    pub fn new_request_id(&mut self) -> RequestId {
        RequestId::from_bits((self.chance)())
    }

    /// Asks and waits for the answer; other news are kept for [`Client::poll`].
    ///
    /// A call that times out may still be done: call again with its `request` in the parameters.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value, ClientError> {
        let call = self.send(method, params)?;
        let until = clock::monotonic() + self.call_time;
        loop {
            if let Some(answer) = self.take_answer(call) {
                return answer;
            }
            let now = clock::monotonic();
            if now >= until {
                self.pending.remove(&call.0);
                return Err(match self.last_words.clone() {
                    Some(reason) if !self.is_up() => ClientError::Closed(reason),
                    _ => ClientError::TimedOut,
                });
            }
            self.wait(now, until);
        }
    }

    /// Asks without waiting: the answer comes as [`News::Answer`], also after the server was away.
    ///
    /// `params` is an object or null. A command without `request` in it gets a new request id.
    pub fn send(&mut self, method: &str, params: Value) -> Result<CallId, ClientError> {
        let params = match params {
            Value::Object(params) => params,
            Value::Null => Map::new(),
            _ => return Err(ClientError::by_position()),
        };
        let mut request = self.request(method, params);
        if self.commands.contains(method) && !request.params.contains_key("request") {
            let request_id = self.new_request_id();
            request
                .params
                .insert("request".to_owned(), request_id.as_str().into());
        }
        self.submit(Purpose::Caller, request)
    }

    /// The next news, without waiting. Dials if it is time to; `now` is the clock that pauses are measured by.
    pub fn poll(&mut self, now: Instant) -> Option<News> {
        self.dial_if_due(now);
        while let Some(connection) = self.connection() {
            match connection.receiver.try_recv() {
                Ok(delivery) => self.take(delivery, now),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => self.lose(&Close::Ended.to_string(), now),
            }
        }
        self.news.pop_front()
    }

    /// What to wait on for news beside other things; none while there is no connection.
    pub fn receiver(&self) -> Option<&Receiver<Delivery>> {
        self.connection().map(|connection| &connection.receiver)
    }

    /// When [`Client::poll`] has something to do by itself: the next attempt to dial.
    pub fn due_at(&self) -> Option<Instant> {
        match self.state {
            State::Down { at, .. } => Some(at),
            _ => None,
        }
    }

    /// Whether [`Client::retry`] can bring it back once it is over.
    pub fn can_retry(&self) -> bool {
        self.dial.is_some()
    }

    /// Dials at once, also where the client is over; it stays over where there is no way to dial.
    pub fn retry(&mut self, now: Instant) {
        let gone = matches!(self.state, State::Down { .. } | State::Over(_));
        if gone && self.dial.is_some() {
            self.state = State::Down {
                attempt: 0,
                at: now,
            };
        }
    }

    /// Whether the server is there and has greeted back.
    pub fn is_up(&self) -> bool {
        matches!(self.state, State::Up(_))
    }

    /// How many requests wait for their answers.
    pub fn in_flight(&self) -> usize {
        self.pending
            .values()
            .filter(|pending| pending.purpose == Purpose::Caller)
            .count()
    }

    fn connection(&self) -> Option<&Connection> {
        match &self.state {
            State::Up(connection) | State::Greeting(connection) => Some(connection),
            State::Down { .. } | State::Over(_) => None,
        }
    }

    fn request(&mut self, method: &str, params: Map<String, Value>) -> Request {
        self.last_id += 1;
        Request {
            id: Id::from(self.last_id),
            method: method.to_owned(),
            params,
        }
    }

    fn watch_params(&self) -> Map<String, Value> {
        let topics = self
            .topics
            .iter()
            .map(|topic| Value::from(topic.0.as_str()))
            .collect();
        Map::from_iter([("topics".to_owned(), Value::Array(topics))])
    }

    /// Keeps a request until it is answered, and sends it if somebody listens.
    fn submit(&mut self, purpose: Purpose, request: Request) -> Result<CallId, ClientError> {
        if let State::Over(error) = &self.state {
            return Err(error.clone());
        }
        if self.pending.len() >= PENDING_MAX {
            return Err(ClientError::Busy);
        }
        let bytes = encode(&Message::Request(request.clone())).len() - 1;
        if bytes > REQUEST_BYTES_MAX {
            return Err(ClientError::TooLong { bytes });
        }
        let id = self.last_id;
        if let State::Up(connection) = &self.state
            && connection.sender.try_send(request.clone()) == Err(SendFault::Full)
        {
            return Err(ClientError::Busy);
        }
        // A closed connection shows when it is read; the request waits for the next one.
        self.pending.insert(id, Pending { purpose, request });
        Ok(CallId(id))
    }

    /// Takes an answer out of the news, ahead of what else is there.
    fn take_answer(&mut self, call: CallId) -> Option<Result<Value, ClientError>> {
        let at = self
            .news
            .iter()
            .position(|news| matches!(news, News::Answer(id, _) if *id == call))?;
        match self.news.remove(at) {
            Some(News::Answer(_, answer)) => Some(answer),
            _ => None,
        }
    }

    /// Waits for something to happen, at most `until`.
    fn wait(&mut self, now: Instant, until: Instant) {
        let Some(connection) = self.connection() else {
            let due = self.due_at().unwrap_or(until).min(until);
            // Nothing can come while there is no connection; the pause simply passes.
            let _ = crossbeam_channel::after(due.saturating_duration_since(now)).recv();
            self.dial_if_due(clock::monotonic());
            return;
        };
        match connection
            .receiver
            .recv_timeout(until.saturating_duration_since(now))
        {
            Ok(delivery) => self.take(delivery, clock::monotonic()),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                self.lose(&Close::Ended.to_string(), clock::monotonic());
            }
        }
    }

    fn take(&mut self, delivery: Delivery, now: Instant) {
        match delivery {
            Delivery::Message(Message::Response(response)) => self.take_response(response, now),
            Delivery::Message(Message::Notification(notification)) => {
                self.take_notification(&notification);
            }
            // A hall asks nothing of its clients; what it asks is not for this version.
            Delivery::Message(Message::Request(_)) | Delivery::Malformed(_) => {}
            Delivery::Closed(close) => self.lose(&close.to_string(), now),
        }
    }

    fn take_notification(&mut self, notification: &Notification) {
        let Some(changed) = Changed::from_notification(notification) else {
            return;
        };
        // Changes that nobody has taken yet are one change.
        if let Some(News::Changed(topics)) = self.news.back_mut() {
            topics.extend(changed.topics);
        } else {
            self.news.push_back(News::Changed(changed.topics));
        }
    }

    fn take_response(&mut self, response: Response, now: Instant) {
        let Id::Number(number) = &response.id else {
            // An answer to nothing that was asked is what a server says before it hangs up.
            self.last_words = response.result.err().map(|error| error.message);
            return;
        };
        let Some(id) = number.as_u64() else { return };
        let Some(pending) = self.pending.remove(&id) else {
            return;
        };
        let result = response.result.map_err(ClientError::from);
        if self.dial.is_some() && result.as_ref().is_err_and(ClientError::is_stopping) {
            // It was not done, and the server goes: it is asked again when there is one.
            self.pending.insert(id, pending);
            return;
        }
        match (pending.purpose, result) {
            (Purpose::Caller, result) => self.news.push_back(News::Answer(CallId(id), result)),
            // It is there and reads its journal; whoever asks now would be refused.
            (Purpose::Greeting, Ok(welcome)) if welcome["opening"].is_object() => {
                self.lose("the hall is being opened", now);
            }
            (Purpose::Greeting, Ok(welcome)) => {
                self.welcome = welcome;
                self.resume(now);
            }
            (Purpose::Greeting, Err(error)) => self.end(error),
            (Purpose::Watching, Ok(_)) => {}
            (Purpose::Watching, Err(error)) => {
                self.news.push_back(News::Answer(CallId(id), Err(error)));
            }
        }
    }

    /// The connection is gone: dial again soon, or give up where there is no way to.
    fn lose(&mut self, reason: &str, now: Instant) {
        self.pending
            .retain(|_, pending| pending.purpose != Purpose::Greeting);
        if self.dial.is_none() {
            self.end(ClientError::Closed(reason.to_owned()));
            return;
        }
        let attempt = match self.state {
            // A server that greets nobody is as good as gone.
            State::Greeting(_) => 2,
            _ => 0,
        };
        let at = now + pause(attempt, (self.chance)()[0]);
        let reason = self.last_words.take().unwrap_or_else(|| reason.to_owned());
        if matches!(self.state, State::Up(_)) {
            self.news.push_back(News::Lost(reason.clone()));
        }
        self.last_words = Some(reason);
        self.state = State::Down { attempt, at };
    }

    /// Nothing will come any more: everybody who waits is told.
    fn end(&mut self, error: ClientError) {
        self.state = State::Over(error.clone());
        for (id, pending) in std::mem::take(&mut self.pending) {
            if pending.purpose == Purpose::Caller {
                self.news
                    .push_back(News::Answer(CallId(id), Err(error.clone())));
            }
        }
        self.news.push_back(News::Over(error));
    }

    fn dial_if_due(&mut self, now: Instant) {
        let State::Down { attempt, at } = self.state else {
            return;
        };
        if now < at {
            return;
        }
        let Some(dial) = &mut self.dial else { return };
        match dial() {
            Ok(connection) => self.begin(connection, now),
            Err(error) => {
                if let Some(other) = OtherContract::of(&error) {
                    return self.end(ClientError::OtherContract(other));
                }
                let attempt = attempt.saturating_add(1);
                let at = now + pause(attempt, (self.chance)()[0]);
                self.state = State::Down { attempt, at };
            }
        }
    }

    /// Greets on a new connection, or goes on at once where there is no greeting.
    fn begin(&mut self, connection: Connection, now: Instant) {
        let Some(hello) = self.hello.clone() else {
            self.state = State::Up(connection);
            self.submit_again(now);
            return;
        };
        let request = self.request(HELLO, hello);
        // A connection that is closed already shows when it is read.
        let _ = connection.sender.try_send(request.clone());
        self.pending.insert(
            self.last_id,
            Pending {
                purpose: Purpose::Greeting,
                request,
            },
        );
        self.state = State::Greeting(connection);
    }

    /// The greeting was answered.
    fn resume(&mut self, now: Instant) {
        let waiting = State::Down {
            attempt: 0,
            at: now,
        };
        match std::mem::replace(&mut self.state, waiting) {
            State::Greeting(connection) => {
                self.state = State::Up(connection);
                self.submit_again(now);
            }
            other => self.state = other,
        }
    }

    /// Watches again, then sends what was not answered, in its order and under its request ids.
    fn submit_again(&mut self, now: Instant) {
        self.last_words = None;
        self.pending
            .retain(|_, pending| pending.purpose == Purpose::Caller);
        self.news.push_back(News::Restored);
        if !self.topics.is_empty() {
            let request = self.request(WATCH, self.watch_params());
            self.pending.insert(
                self.last_id,
                Pending {
                    purpose: Purpose::Watching,
                    request,
                },
            );
        }
        let State::Up(connection) = &self.state else {
            return;
        };
        let sender = connection.sender.clone();
        // The watch has the highest id and goes first, so that no change between is missed.
        let mut waiting: Vec<&Pending> = self.pending.values().collect();
        waiting.sort_by_key(|pending| pending.purpose == Purpose::Caller);
        let sent = waiting
            .into_iter()
            .all(|pending| sender.try_send(pending.request.clone()).is_ok());
        if !sent {
            self.lose("the server does not take what was asked before", now);
        }
    }
}
