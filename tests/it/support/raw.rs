//! A connection of bytes: what no client of ours would send, and what comes back.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use banshi::wire::CONTRACT;
use serde_json::{Value, json};

use super::served::{PATIENCE, Served};

/// A stream to a server, greeted or not.
pub(crate) struct Raw {
    stream: UnixStream,
    answers: BufReader<UnixStream>,
}

impl Raw {
    /// Somebody who has said nothing yet.
    pub(crate) fn to(server: &Served) -> Self {
        let stream = server.stream();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let answers = BufReader::new(stream.try_clone().unwrap());
        Self { stream, answers }
    }

    /// A member of staff.
    pub(crate) fn greeted(server: &Served, staff: &str) -> Self {
        let mut raw = Self::to(server);
        let params = json!({"contract": CONTRACT, "staff": staff});
        let greeting = raw.ask("session.hello", &params);
        assert_eq!(greeting["result"]["staff"]["code"], staff, "{greeting}");
        raw
    }

    /// A request as a line, without its end.
    pub(crate) fn request(method: &str, params: &Value) -> String {
        json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string()
    }

    /// Asks and gives the whole answer.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.line(Self::request(method, params).as_bytes());
        self.answer().expect("there is an answer")
    }

    /// Sends bytes as they are; whether the other end still took them.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Sends bytes as a line.
    pub(crate) fn line(&mut self, bytes: &[u8]) {
        let whole = [bytes, b"\n"].concat();
        assert!(self.send(&whole), "the server took the line");
    }

    /// The next answer; none when the server has hung up.
    pub(crate) fn answer(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&line).expect("an answer is JSON")),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("no answer came: {error}"),
        }
    }

    /// The code of the next answer, which must be an error.
    pub(crate) fn error(&mut self) -> i64 {
        let answer = self.answer().expect("there is an answer");
        let code = answer["error"]["code"].as_i64();
        code.unwrap_or_else(|| panic!("no error: {answer}"))
    }

    /// How long a write may wait for somebody who does not read.
    pub(crate) fn hurried(self) -> Self {
        let soon = std::time::Duration::from_millis(20);
        self.stream.set_write_timeout(Some(soon)).unwrap();
        self
    }
}
