//! Lines between terminals and the hall: bytes that take their time, in their order, until the line breaks. What was under way
//! then has arrived up to some message and not from there on. Between two lines there is no order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use banshi::wire::{Connection, Decoded, Delivery, Message, decode_answer, decode_request, encode};

use crate::support::make::Chance;

/// Where terminals dial: somebody listens, or nobody does.
#[derive(Default)]
pub(super) struct Exchange {
    pub(super) listens: bool,
    pub(super) dialled: Vec<(usize, Connection)>,
}

/// The exchange as every terminal knows it.
pub(super) type Dialled = Arc<Mutex<Exchange>>;

/// Messages on their way, and when each is there.
#[derive(Default)]
struct Way(VecDeque<(Duration, Vec<u8>)>);

impl Way {
    fn put(&mut self, message: &Message, at: Duration) {
        // Nothing overtakes what was sent before on the same line.
        let at = self.0.back().map_or(at, |(before, _)| at.max(*before));
        self.0.push_back((at, encode(message)));
    }

    fn due(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.0.front().filter(|(at, _)| *at <= now)?;
        self.0.pop_front().map(|(_, bytes)| bytes)
    }
}

/// One line.
pub(super) struct Link {
    /// Whose.
    pub(super) terminal: usize,
    /// The end that the terminal's connection leads to.
    far: Connection,
    /// The end that the hall's connection leads to.
    near: Connection,
    up: Way,
    down: Way,
    gone: bool,
}

impl Link {
    /// A line from a terminal, and the hall's end of it.
    pub(super) fn new(terminal: usize, far: Connection) -> (Self, Connection) {
        let (near, halls) = Connection::memory();
        let link = Self {
            terminal,
            far,
            near,
            up: Way::default(),
            down: Way::default(),
            gone: false,
        };
        (link, halls)
    }

    /// Takes up what was sent and hands over what is due. False when one of the ends is gone and nothing is under way.
    pub(super) fn carry(&mut self, now: Duration, mut delay: impl FnMut() -> Duration) -> bool {
        for (end, way) in [(&self.far, &mut self.up), (&self.near, &mut self.down)] {
            loop {
                match end.receiver.try_recv() {
                    Ok(Delivery::Message(message)) => way.put(&message, now + delay()),
                    Ok(_) => panic!("in memory there are only messages"),
                    Err(fault) => {
                        self.gone |= fault.is_disconnected();
                        break;
                    }
                }
            }
        }
        while let Some(bytes) = self.up.due(now) {
            self.hand_up(&bytes);
        }
        while let Some(bytes) = self.down.due(now) {
            self.hand_down(&bytes);
        }
        !(self.gone && self.up.0.is_empty() && self.down.0.is_empty())
    }

    fn hand_up(&mut self, bytes: &[u8]) {
        let Decoded::Message(message) = decode_request(bytes.trim_ascii_end()) else {
            panic!(
                "a terminal sends requests: {}",
                String::from_utf8_lossy(bytes)
            );
        };
        self.gone |= self.near.sender.try_send(message).is_err();
    }

    fn hand_down(&mut self, bytes: &[u8]) {
        let message = decode_answer(bytes.trim_ascii_end())
            .expect("a hall answers")
            .expect("a message");
        self.gone |= self.far.sender.try_send(message).is_err();
    }

    /// The line breaks: a part of what is under way either way still arrives.
    pub(super) fn cut(mut self, chance: &mut Chance) {
        for _ in 0..chance.below(self.up.0.len() + 1) {
            let (_, bytes) = self.up.0.pop_front().expect("as many as were counted");
            self.hand_up(&bytes);
        }
        for _ in 0..chance.below(self.down.0.len() + 1) {
            let (_, bytes) = self.down.0.pop_front().expect("as many as were counted");
            self.hand_down(&bytes);
        }
    }
}
