//! Somebody at a connection of their own, who asks and waits for the answers.

use std::collections::BTreeSet;
use std::time::Duration;

use banshi::host::{Host, Peer};
use banshi::rules::stamp::Via;
use banshi::wire::{Changed, Connection, Delivery, ErrorObject, Id, Message, Request};
use crossbeam_channel::RecvTimeoutError;
use serde_json::{Value, json};

/// How long a test waits for what has to come.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody at a connection of their own.
pub(crate) struct Guest {
    pub(crate) connection: Connection,
    count: i64,
}

impl Guest {
    pub(crate) fn new(host: &Host) -> Self {
        let peer = Peer {
            login: "test".into(),
            via: Via::Call,
        };
        Self::over(host.connect(peer))
    }

    pub(crate) fn over(connection: Connection) -> Self {
        Self {
            connection,
            count: 0,
        }
    }

    /// Somebody at a terminal; gives the greeting too.
    pub(crate) fn at_terminal(host: &Host, staff: &str) -> (Self, Value) {
        let mut guest = Self::new(host);
        let hello = json!({"contract": 1, "staff": staff, "via": "console"});
        let greeting = guest.ok("session.hello", hello);
        (guest, greeting)
    }

    /// Whether the connection is over once what came is read.
    pub(crate) fn is_over(&self) -> bool {
        loop {
            match self.connection.receiver.recv_timeout(PATIENCE) {
                Ok(Delivery::Closed(_)) | Err(RecvTimeoutError::Disconnected) => return true,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return false,
            }
        }
    }

    /// Whether the host still listens, found out by saying something.
    pub(crate) fn is_connected(&mut self) -> bool {
        let request = self.request("hall.nothing", &json!({}));
        let notification = banshi::wire::Notification {
            method: request.method,
            params: request.params,
        };
        self.connection.sender.try_send(notification).is_ok()
    }

    pub(crate) fn of(host: &Host, staff: &str) -> Self {
        let mut guest = Self::new(host);
        guest.ok("session.hello", json!({"contract": 1, "staff": staff}));
        guest
    }

    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Request {
        self.count += 1;
        Request {
            id: id(self.count),
            method: method.into(),
            params: params.as_object().unwrap().clone(),
        }
    }

    pub(crate) fn send(&mut self, method: &str, params: &Value) -> i64 {
        let request = self.request(method, params);
        self.connection.sender.send(request).unwrap();
        self.count
    }

    pub(crate) fn next(&self) -> Message {
        match self.connection.receiver.recv_timeout(PATIENCE) {
            Ok(Delivery::Message(message)) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// The next answer; changes on the way are passed over.
    pub(crate) fn answer(&self) -> (Id, Result<Value, ErrorObject>) {
        loop {
            match self.next() {
                Message::Response(response) => return (response.id, response.result),
                Message::Notification(_) => {}
                Message::Request(request) => panic!("{request:?}"),
            }
        }
    }

    pub(crate) fn call(&mut self, method: &str, params: Value) -> Result<Value, ErrorObject> {
        let sent = self.send(method, &params);
        let (answered, result) = self.answer();
        assert_eq!(answered, id(sent));
        result
    }

    pub(crate) fn ok(&mut self, method: &str, params: Value) -> Value {
        self.call(method, params)
            .unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    pub(crate) fn refusal(&mut self, method: &str, params: Value) -> String {
        let error = self.call(method, params).unwrap_err();
        assert_eq!(error.code, -32001, "{error:?}");
        error.data.unwrap()["code"].as_str().unwrap().to_owned()
    }

    /// The topics of the next change.
    pub(crate) fn changed(&self) -> BTreeSet<String> {
        match self.next() {
            Message::Notification(notification) => {
                let changed = Changed::from_notification(&notification).expect("a change");
                changed.topics.into_iter().map(|topic| topic.0).collect()
            }
            other => panic!("no change: {other:?}"),
        }
    }
}

pub(crate) fn id(number: i64) -> Id {
    serde_json::from_value(json!(number)).unwrap()
}
