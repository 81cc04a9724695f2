//! The console at work: waits for keys, news of the hall and the clock, lets the screen take all that is
//! there, then paints one frame. It decides nothing; what happens is in the screen.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Timelike};
use crossbeam_channel::{Receiver, Select, TryRecvError, bounded};

use super::backend::{Abilities, Painter};
use super::hall_clock::HallClock;
use super::message::{Connection, Outage, Refused};
use super::screen::{Incoming, Outgoing, SHOWN_FOR, Screen, Tag};
use super::terminal::{Input, Terminal};
use super::text::Ruler;
use crate::client::{CallId, Client, ClientError, News};
use crate::sys::signals::{self, Signal};

/// How long nothing has to come in before details follow the selection, and before what was typed is kept.
const REST: Duration = Duration::from_millis(150);
/// How long somebody may type without a rest before it is kept all the same.
const KEEP_MAX: Duration = Duration::from_secs(2);
/// How long the last words to the hall may take when the console ends.
const PARTING: Duration = Duration::from_millis(500);
/// How long the first frame waits for the data it shows, so that it is drawn once.
const FIRST_FRAME_PAUSE: Duration = Duration::from_millis(40);
/// Batches of input that wait while a frame is drawn.
const INPUT_BATCHES: usize = 16;

/// Why the console ended.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The terminal cannot be taken, read or written.
    #[error("the terminal cannot be used")]
    Terminal(#[source] io::Error),
    /// The hall of this process is gone for good.
    #[error("the hall cannot be reached")]
    Hall(#[source] ClientError),
}

/// What stops the console from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    End,
    Repaint,
}

/// A console and what it is joined to.
pub struct Console {
    screen: Screen,
    client: Client,
    clock: HallClock,
    painter: Painter,
    terminal: Terminal,
    inputs: Receiver<Vec<Input>>,
    calls: Receiver<Call>,
    asked: BTreeMap<CallId, Tag>,
    minute: DateTime<FixedOffset>,
    /// Since when the hall is away, and when the screen was told that it is tried again.
    outage: Option<(DateTime<FixedOffset>, Option<Instant>)>,
    /// When what was typed has to be kept.
    keep_at: Option<Instant>,
    /// Since when a full identity is on the screen.
    identity_since: Option<Instant>,
    _signals: signals::Listener,
}

/// Runs a console until it is left. The terminal is taken first, and its size is the first thing the screen
/// is told.
pub fn run(
    screen: Screen,
    client: Client,
    clock: HallClock,
    abilities: Abilities,
    ruler: Ruler,
) -> Result<(), ConsoleError> {
    let terminal = Terminal::take().map_err(ConsoleError::Terminal)?;
    let mut console =
        join(screen, client, clock, abilities, ruler, terminal).map_err(ConsoleError::Terminal)?;
    let ended = console.work();
    console.part();
    ended
}

fn join(
    screen: Screen,
    client: Client,
    clock: HallClock,
    abilities: Abilities,
    ruler: Ruler,
    terminal: Terminal,
) -> io::Result<Console> {
    let (width, height) = terminal.size()?;
    let (input_sender, inputs) = bounded(INPUT_BATCHES);
    terminal.read(input_sender)?;
    let (call_sender, calls) = bounded(1);
    let wanted = [
        Signal::HangUp,
        Signal::Terminate,
        Signal::Interrupt,
        Signal::Continue,
    ];
    let listener = signals::listen(&wanted, move |signal| {
        let call = if signal == Signal::Continue {
            Call::Repaint
        } else {
            Call::End
        };
        // One that waits already is enough.
        let _ = call_sender.try_send(call);
    })?;
    let minute = clock.now();
    let mut console = Console {
        screen,
        client,
        clock,
        painter: Painter::new(width, height, abilities, ruler),
        terminal,
        inputs,
        calls,
        asked: BTreeMap::new(),
        minute,
        outage: None,
        keep_at: None,
        identity_since: None,
        _signals: listener,
    };
    console.screen.update(Incoming::Resize { width, height });
    Ok(console)
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Go,
    End,
}

impl Console {
    fn work(&mut self) -> Result<(), ConsoleError> {
        let outgoing = self.screen.start();
        self.send(outgoing)?;
        self.await_first_data()?;
        loop {
            self.paint()?;
            let until = self.wake_at();
            let came = self.wait(until);
            if self.take_everything(came)? == Next::End {
                return Ok(());
            }
        }
    }

    /// Lets the answers to the first requests come in before anything is drawn, if they come soon.
    fn await_first_data(&mut self) -> Result<(), ConsoleError> {
        let until = Instant::now() + FIRST_FRAME_PAUSE;
        while !self.asked.is_empty() && Instant::now() < until {
            let Some(receiver) = self.client.receiver() else {
                return Ok(());
            };
            let mut select = Select::new();
            select.recv(receiver);
            if select
                .ready_timeout(until.saturating_duration_since(Instant::now()))
                .is_err()
            {
                return Ok(());
            }
            self.take_news()?;
        }
        Ok(())
    }

    fn paint(&mut self) -> Result<(), ConsoleError> {
        let cursor = self.screen.view(self.painter.begin());
        let bytes = self.painter.finish(cursor);
        if bytes.is_empty() {
            Ok(())
        } else {
            self.terminal.write(&bytes).map_err(ConsoleError::Terminal)
        }
    }

    /// When something happens by itself: the minute, a moment of rest, a new attempt to reach the hall.
    fn wake_at(&self) -> Instant {
        let now = Instant::now();
        let second = u64::from(self.clock.now().second().min(59));
        let minute = now + Duration::from_secs(60 - second);
        let rest = self.screen.wants_rest() || self.screen.wants_keeping();
        let rest = rest.then(|| now + REST);
        let hide = self.identity_since.map(|since| since + SHOWN_FOR);
        [rest, hide, self.keep_at, self.client.due_at()]
            .into_iter()
            .flatten()
            .fold(minute, Instant::min)
    }

    /// Waits for input, news or a signal; whether anything but the time came.
    fn wait(&self, until: Instant) -> bool {
        let mut select = Select::new();
        select.recv(&self.inputs);
        select.recv(&self.calls);
        if let Some(receiver) = self.client.receiver() {
            select.recv(receiver);
        }
        select
            .ready_timeout(until.saturating_duration_since(Instant::now()))
            .is_ok()
    }

    /// Takes all that is there before the next frame.
    fn take_everything(&mut self, came: bool) -> Result<Next, ConsoleError> {
        match self.calls.try_recv() {
            Ok(Call::End) => return Ok(Next::End),
            Ok(Call::Repaint) => self.repaint(),
            Err(_) => {}
        }
        loop {
            match self.inputs.try_recv() {
                Ok(batch) => {
                    for input in batch {
                        if self.take_input(input)? == Next::End {
                            return Ok(Next::End);
                        }
                    }
                }
                Err(TryRecvError::Empty) => break,
                // Nobody is at the terminal any more.
                Err(TryRecvError::Disconnected) => return Ok(Next::End),
            }
        }
        self.take_news()?;
        let now = self.clock.now();
        if (now.date_naive(), now.hour(), now.minute())
            != (
                self.minute.date_naive(),
                self.minute.hour(),
                self.minute.minute(),
            )
        {
            self.minute = now;
            self.update(Incoming::Clock(now))?;
        }
        let shown_for = self.identity_since.map(|since| since.elapsed());
        if shown_for.is_some_and(|shown| shown >= SHOWN_FOR) {
            self.update(Incoming::Hide)?;
        }
        if !came && self.screen.wants_rest() {
            self.update(Incoming::Rest)?;
        }
        self.keep_in_time(came)?;
        Ok(Next::Go)
    }

    /// What was typed is kept after a rest; whoever types without one is not waited for.
    fn keep_in_time(&mut self, came: bool) -> Result<(), ConsoleError> {
        if !self.screen.wants_keeping() {
            self.keep_at = None;
            return Ok(());
        }
        let now = Instant::now();
        let by = *self.keep_at.get_or_insert(now + KEEP_MAX);
        if !came || now >= by {
            self.keep_at = None;
            self.update(Incoming::Keep)?;
        }
        Ok(())
    }

    /// The console ends, by its own key or because its line did: what was typed last is kept.
    fn part(&mut self) {
        // The terminal may be gone already; the hall is not.
        let _parted = self.update(Incoming::Keep);
        let until = Instant::now() + PARTING;
        while self.client.is_up() && self.client.in_flight() > 0 && Instant::now() < until {
            let Some(receiver) = self.client.receiver() else {
                return;
            };
            let mut select = Select::new();
            select.recv(receiver);
            let _came = select.ready_timeout(until.saturating_duration_since(Instant::now()));
            let _parted = self.take_news();
        }
    }

    fn take_input(&mut self, input: Input) -> Result<Next, ConsoleError> {
        let incoming = match input {
            Input::Key(key) => Incoming::Key(key),
            Input::Paste(text) => Incoming::Paste(text),
            Input::Resize { width, height } => {
                self.painter.forget(width, height);
                Incoming::Resize { width, height }
            }
        };
        self.update(incoming)
    }

    fn take_news(&mut self) -> Result<(), ConsoleError> {
        while let Some(news) = self.client.poll(Instant::now()) {
            let incoming = match news {
                News::Answer(call, result) => {
                    let Some(tag) = self.asked.remove(&call) else {
                        continue;
                    };
                    Incoming::Answer {
                        tag,
                        result: result.map_err(Refused::from),
                    }
                }
                News::Changed(topics) => {
                    Incoming::Changed(topics.into_iter().map(|topic| topic.0).collect())
                }
                News::Lost(reason) => {
                    tracing::warn!(%reason, "the hall is away");
                    self.outage = Some((self.clock.now(), None));
                    continue;
                }
                News::Restored => {
                    self.outage = None;
                    self.clock.set(self.client.welcome());
                    Incoming::Connection(Connection::Up)
                }
                // A hall of this process ends with it; a server may be asked again.
                News::Over(error) if !self.client.can_retry() => {
                    return Err(ConsoleError::Hall(error));
                }
                News::Over(error) => {
                    tracing::warn!(%error, "the session is over");
                    Incoming::Connection(Connection::Over(error.into()))
                }
            };
            self.update(incoming)?;
        }
        self.tell_outage()
    }

    /// Tells the screen that the hall is away, and each time when it is tried next.
    fn tell_outage(&mut self) -> Result<(), ConsoleError> {
        let due = self.client.due_at();
        let Some((since, told)) = &mut self.outage else {
            return Ok(());
        };
        if due.is_none() || *told == due {
            return Ok(());
        }
        *told = due;
        let wait = due.map_or(Duration::ZERO, |due| {
            due.saturating_duration_since(Instant::now())
        });
        let outage = Outage {
            since: *since,
            next: self.clock.now() + wait,
        };
        self.update(Incoming::Connection(Connection::Down(outage)))?;
        Ok(())
    }

    fn update(&mut self, incoming: Incoming) -> Result<Next, ConsoleError> {
        let outgoing = self.screen.update(incoming);
        self.identity_since = self
            .screen
            .shows_identity()
            .then(|| self.identity_since.unwrap_or_else(Instant::now));
        self.send(outgoing)
    }

    fn send(&mut self, outgoing: Vec<Outgoing>) -> Result<Next, ConsoleError> {
        let mut next = Next::Go;
        for outgoing in outgoing {
            match outgoing {
                Outgoing::Request {
                    tag,
                    method,
                    params,
                } => match self.client.send(method, params) {
                    Ok(call) => {
                        self.asked.insert(call, tag);
                    }
                    Err(error) => {
                        let result = Err(Refused::from(error));
                        let answers = self.screen.update(Incoming::Answer { tag, result });
                        next = if self.send(answers)? == Next::End {
                            Next::End
                        } else {
                            next
                        };
                    }
                },
                Outgoing::Reconnect => {
                    self.client.retry(Instant::now());
                    let now = self.clock.now();
                    let outage = self.outage.get_or_insert((now, None));
                    outage.1 = None;
                }
                Outgoing::Repaint => self.repaint(),
                Outgoing::Ring => self
                    .terminal
                    .write(b"\x07")
                    .map_err(ConsoleError::Terminal)?,
                Outgoing::Quit => next = Next::End,
            }
        }
        Ok(next)
    }

    fn repaint(&mut self) {
        if let Ok((width, height)) = self.terminal.size() {
            self.painter.forget(width, height);
        }
    }
}
