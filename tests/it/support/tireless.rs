//! A client who notes every answer, and asks again under the same request id as long as there is none: the server may be
//! killed, or be away, or be opening. It asks one thing at a time.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use banshi::client::{CallId, Client, ClientError, News};
use banshi::wire::{Connection, Hello};
use serde_json::{Value, json};

use super::served::{PATIENCE, Served, chance, stream_to};

/// How long somebody asks again: the pauses of a terminal grow, and a server that is killed all the time may be away at the
/// end of each of them.
const INSIST_TIME: Duration = Duration::from_mins(10);

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(2);

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// It was done, and this is the record.
    Done(Value),
    /// It came to nothing, and nothing is remembered.
    Nothing,
    /// A rule refused it, by this code.
    Refused(String),
}

/// A request that was answered.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) staff: &'static str,
    pub(crate) request: String,
    pub(crate) method: &'static str,
    pub(crate) outcome: Outcome,
    /// Whether it was sent before by somebody who went away: it may be taken after it was answered here.
    pub(crate) left: bool,
}

/// How it comes back to a server that was away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It dials itself, at once, and sends the request again.
    Eager,
    /// The client of the terminals does, with its pauses.
    Terminal,
}

/// A member of staff at a client of their own.
pub(crate) struct Tireless {
    pub(crate) staff: &'static str,
    /// Every answer so far.
    pub(crate) noted: Vec<Noted>,
    /// How often something was asked again.
    pub(crate) repeats: usize,
    socket: PathBuf,
    name: usize,
    way: Way,
    client: Option<Client>,
    answers: Arc<AtomicUsize>,
}

impl Tireless {
    /// The nth client, who counts their answers into `answers` too.
    pub(crate) fn new(
        server: &Served,
        name: usize,
        staff: &'static str,
        way: Way,
        answers: &Arc<AtomicUsize>,
    ) -> Self {
        Self {
            staff,
            noted: Vec::new(),
            repeats: 0,
            socket: server.socket().to_owned(),
            name,
            way,
            client: None,
            answers: Arc::clone(answers),
        }
    }

    /// A request id that nobody else has.
    pub(crate) fn next_request(&self) -> String {
        format!("{:03}-{:06}-AAAAAAAAAAA", self.name, self.noted.len())
    }

    /// Asks until there is an answer; null for nothing and for a refusal.
    pub(crate) fn ask(&mut self, method: &'static str, mut params: Value) -> Value {
        let request = self.next_request();
        params["request"] = json!(request);
        let outcome = self.insist(method, &params);
        self.note(request, method, outcome, false)
    }

    /// A question, which changes nothing.
    pub(crate) fn look(&mut self, method: &'static str, params: &Value) -> Value {
        match self.insist(method, params) {
            Outcome::Done(answer) => answer,
            other => panic!("{method} {params}: {other:?}"),
        }
    }

    /// Asks and goes away without waiting for the answer; then asks again under the same request id.
    pub(crate) fn ask_after_leaving(&mut self, method: &'static str, mut params: Value) -> Value {
        let request = self.next_request();
        params["request"] = json!(request);
        let mut client = self.take_client();
        client.send(method, params.clone()).expect("there is room");
        drop(client);
        self.repeats += 1;
        let outcome = self.insist(method, &params);
        self.note(request, method, outcome, true)
    }

    fn insist(&mut self, method: &'static str, params: &Value) -> Outcome {
        let until = Instant::now() + INSIST_TIME;
        loop {
            assert!(Instant::now() < until, "{method} {params} has no answer");
            match self.client().call(method, params.clone()) {
                Ok(Value::Null) => return Outcome::Nothing,
                Ok(record) => return Outcome::Done(record),
                Err(error @ ClientError::Refused(_)) => {
                    let code = error.refusal_code().expect("it is a refusal");
                    // Said by a server that did not take it.
                    if !["hall.stopping", "hall.opening"].contains(&code) {
                        return Outcome::Refused(code.to_owned());
                    }
                    thread::sleep(PAUSE);
                }
                Err(ClientError::Closed(_)) => self.client = None,
                Err(ClientError::TimedOut) => {}
                Err(error) => panic!("{method} {params}: {error}"),
            }
            self.repeats += 1;
        }
    }

    /// Asks over two connections at once and takes the answer that the second one gets; the first goes away.
    pub(crate) fn ask_twice(&mut self, method: &'static str, mut params: Value) -> Value {
        let request = self.next_request();
        params["request"] = json!(request);
        let mut first = self.take_client();
        let second = self.client();
        first.send(method, params.clone()).expect("there is room");
        let call = second.send(method, params).expect("there is room");
        drop(first);
        let outcome = match answer_to(second, call) {
            Ok(Value::Null) => Outcome::Nothing,
            Ok(record) => Outcome::Done(record),
            Err(error) => {
                let code = error.refusal_code();
                Outcome::Refused(code.unwrap_or_else(|| panic!("{method}: {error}")).into())
            }
        };
        self.repeats += 1;
        self.note(request, method, outcome, true)
    }

    /// Goes away; the next request comes over a new connection.
    pub(crate) fn leave(&mut self) {
        self.client = None;
    }

    fn note(
        &mut self,
        request: String,
        method: &'static str,
        outcome: Outcome,
        left: bool,
    ) -> Value {
        let record = match &outcome {
            Outcome::Done(record) => record.clone(),
            _ => Value::Null,
        };
        self.noted.push(Noted {
            staff: self.staff,
            request,
            method,
            outcome,
            left,
        });
        self.answers.fetch_add(1, Ordering::Relaxed);
        record
    }

    fn take_client(&mut self) -> Client {
        self.client();
        self.client.take().expect("there is one now")
    }

    fn client(&mut self) -> &mut Client {
        if self.client.is_none() {
            self.client = Some(self.greeted());
        }
        self.client.as_mut().expect("there is one now")
    }

    /// A greeted client of a server that is there.
    fn greeted(&self) -> Client {
        let until = Instant::now() + INSIST_TIME;
        let mut hello = Hello::new();
        hello.staff = Some(self.staff.into());
        loop {
            assert!(Instant::now() < until, "no server greets");
            let Ok(connection) = stream_to(&self.socket).and_then(Connection::client) else {
                thread::sleep(PAUSE);
                continue;
            };
            let mut client = Client::new(connection, Box::new(chance));
            if self.way == Way::Terminal {
                let socket = self.socket.clone();
                let dial = move || stream_to(&socket).and_then(Connection::client);
                client = client.redialling(Box::new(dial));
            }
            match client.greet(&hello) {
                Ok(_) => return client,
                Err(ClientError::Closed(_)) => thread::sleep(PAUSE),
                Err(error) => panic!("{} is not greeted: {error}", self.staff),
            }
        }
    }
}

fn answer_to(client: &mut Client, call: CallId) -> Result<Value, ClientError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match client.poll(Instant::now()) {
            Some(News::Answer(id, answer)) if id == call => return answer,
            Some(News::Over(error)) => return Err(error),
            Some(_) => {}
            None => {
                assert!(Instant::now() < until, "no answer came");
                thread::sleep(PAUSE);
            }
        }
    }
}
