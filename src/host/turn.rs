//! The turns of the writer thread: wait, take what came in, do it as one group, answer, tell the watchers. Used by `host` alone;
//! it decides nothing about the hall, only whose turn it is.
//!
//! All connections ring at one queue, on which the thread sleeps: a line that is idle costs a turn nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use serde_json::{Value, json};

use super::{
    HallClock, Opening, Order,
    drafts::Drafts,
    guard::{self, Guard, Sight},
    lease::Leases,
    line::{Line, LineId},
    pin::PinDesk,
    take::{Asked, Taken},
    watch::Topics,
};
use crate::{
    engine::{Engine, Fault, Submission},
    rules::{
        command::Command,
        hall_clock::{ClockState, ClockView, HallCommand},
        refusal::{Refusal, RefusalCode},
    },
    store::Settle,
    sys,
    wire::{Delivery, ErrorObject, Id, Message},
};

/// The longest sleep: the sweep's next step may be hours away, and a clock may be set meanwhile.
const SLEEP_MAX: Duration = Duration::from_mins(1);

/// When nobody has asked for so long, the store does what it put off.
const REST: Duration = Duration::from_millis(20);

/// The shortest sleep before something that is due, should it not have come about.
const SLEEP_MIN: Duration = Duration::from_millis(1);

/// The command that is done while the clock has jumped, and then alone.
const CONFIRM_CLOCK: &str = "hall.confirm_clock";

/// Whether the thread goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Stop,
}

/// Serves until it is told to stop; gives the engine back. `itself` is the other end of the inbox, for what is done for the
/// thread elsewhere.
pub(super) fn serve(
    engine: Engine,
    opening: Opening,
    clock: HallClock,
    inbox: &Receiver<Order>,
    itself: Sender<Order>,
) -> Engine {
    let mut turns = Turns::new(engine, opening, clock, itself);
    loop {
        let first = match inbox.recv_timeout(turns.patience()) {
            Ok(order) => Some(order),
            Err(RecvTimeoutError::Timeout) => {
                turns.rest();
                None
            }
            Err(RecvTimeoutError::Disconnected) => return turns.engine,
        };
        for order in first.into_iter().chain(inbox.try_iter()) {
            if turns.obey_owner(order) == Then::Stop {
                turns.refuse_the_rest();
                return turns.engine;
            }
        }
        turns.turn();
    }
}

/// The thread's own: the hall, who is there, and what is left to do.
pub(super) struct Turns {
    pub(super) engine: Engine,
    /// What is left to do for its records.
    pub(super) opening: Opening,
    pub(super) clock: HallClock,
    pub(super) itself: Sender<Order>,
    pub(super) pins: PinDesk,
    pub(super) drafts: Drafts,
    pub(super) guard: Guard,
    pub(super) leases: Leases,
    pub(super) lines: BTreeMap<LineId, Line>,
    /// Lines with something to take.
    pub(super) ready: BTreeSet<LineId>,
    /// Lines that want to hear of something.
    pub(super) watching: BTreeSet<LineId>,
    /// Lines with something left to tell.
    untold: BTreeSet<LineId>,
    /// Whether the store may have put something off.
    is_busy: bool,
    /// When to look at those again.
    tell_again: Option<Duration>,
    /// The clock as it was judged last.
    clock_view: ClockView,
    /// The state of it that watchers were told.
    clock_told: ClockState,
}

impl Turns {
    fn new(engine: Engine, opening: Opening, clock: HallClock, itself: Sender<Order>) -> Self {
        Self {
            engine,
            opening,
            clock,
            itself,
            pins: PinDesk::default(),
            drafts: Drafts::default(),
            guard: Guard::default(),
            leases: Leases::new(),
            lines: BTreeMap::new(),
            ready: BTreeSet::new(),
            watching: BTreeSet::new(),
            untold: BTreeSet::new(),
            is_busy: false,
            tell_again: None,
            clock_view: ClockView::default(),
            clock_told: ClockState::default(),
        }
    }

    fn obey_owner(&mut self, order: Order) -> Then {
        match order {
            Order::Connect(id, connection, session) => {
                self.lines.insert(id, Line::new(connection, session));
                // What came before somebody listened was not rung for.
                self.ready.insert(id);
            }
            Order::Arrived(id) => drop(self.ready.insert(id)),
            Order::Look => {}
            Order::Stop => return Then::Stop,
        }
        Then::GoOn
    }

    /// What came in and was not taken is refused by name, so that whoever asked knows that it was not done.
    fn refuse_the_rest(&mut self) {
        let refused = || Err(ErrorObject::refused(&RefusalCode::HallStopping.into()));
        for line in self.lines.values_mut() {
            if let Some(id) = line.session.give_up() {
                line.answer(id, refused());
            }
            while let Ok(delivery) = line.next() {
                if let Delivery::Message(Message::Request(request)) = delivery {
                    line.answer(request.id, refused());
                }
            }
        }
    }

    /// How long to sleep unless somebody rings.
    fn patience(&self) -> Duration {
        if !self.ready.is_empty() || self.opening.is_going() {
            return Duration::ZERO;
        }
        if self.opening.bars(&self.engine).is_some() {
            return SLEEP_MAX;
        }
        let mut patience = SLEEP_MAX.min(self.tell_again.unwrap_or(SLEEP_MAX));
        if self.is_busy {
            patience = patience.min(REST);
        }
        // With a date that is not believed, or nothing that could be written, nothing falls due.
        if self.clock_view.state != ClockState::Jumped && self.engine.failed().is_none() {
            let reading = self.clock.read();
            let now = reading.wall.max(self.engine.head_at());
            let lease = self.leases.next_look(reading.elapsed).unwrap_or(SLEEP_MAX);
            let due = guard::until(self.engine.next_due(), now).min(lease);
            patience = patience.min(due.max(SLEEP_MIN));
        }
        patience
    }

    /// Nobody asks: the time for what was put off.
    fn rest(&mut self) {
        if std::mem::take(&mut self.is_busy) {
            self.engine.settle(Settle::Now);
        }
    }

    fn turn(&mut self) {
        let ready = std::mem::take(&mut self.ready);
        let mut taken = Taken::default();
        for id in &ready {
            self.take_from(*id, &mut taken);
        }
        // Whoever is gone holds no lease any more; what they asked is done all the same.
        for id in &ready {
            self.bury(*id);
        }
        if self.opening.bars(&self.engine).is_some() {
            // Nothing was taken, and nothing falls due in a hall that is not there yet.
            self.open_further();
            return;
        }
        self.answer(taken.questions_before);
        self.obey(taken.commands);
        self.engine.settle(Settle::IfMuch);
        self.answer(taken.questions_after);
        let told = self.tell();
        for id in ready.into_iter().chain(told) {
            self.bury(id);
        }
        self.open_further();
    }

    /// One slice of what is left to do for the records. Where they are made again, every window is looked at anew.
    fn open_further(&mut self) {
        if self.opening.work(&mut self.engine).is_some() {
            self.leases.look_again();
        }
    }

    /// Judges the clock.
    fn look(&mut self) -> Sight {
        let sight = self.guard.look(
            self.clock.read(),
            self.engine.head_at(),
            self.engine.hall().clock_confirmed(),
        );
        self.clock_view = sight.view;
        sight
    }

    fn reply(&mut self, line: LineId, id: Id, result: Result<Value, Fault>) {
        if let Some(line) = self.lines.get_mut(&line) {
            line.answer(id, result.map_err(|fault| error_of(&fault)));
        }
    }

    /// Answers questions from what is durable now.
    fn answer(&mut self, questions: Vec<Asked>) {
        if questions.is_empty() {
            return;
        }
        let sight = self.look();
        for Asked {
            line,
            id,
            submission,
        } in questions
        {
            // A panic in it is a bug that this question meets alone.
            let engine = &mut self.engine;
            let asked = AssertUnwindSafe(|| engine.ask(sight.at, &submission));
            let method = &submission.method;
            let mut result = catch_unwind(asked).unwrap_or_else(|_| {
                let reason = format!("internal error while answering {method}");
                Some(Err(Fault::Failed(reason)))
            });
            if let Some(Ok(Value::Object(status))) = &mut result
                && method == "hall.status"
            {
                status.insert("clock".to_owned(), json!(sight.view));
            }
            let unknown = || Err(Fault::UnknownMethod(method.clone()));
            self.reply(line, id, result.unwrap_or_else(unknown));
        }
    }

    /// Does commands in their order; a confirmation of the clock stands alone, for it decides about those after it.
    fn obey(&mut self, commands: Vec<Asked>) {
        let mut group = Vec::new();
        for asked in commands {
            if asked.submission.method == CONFIRM_CLOCK {
                self.submit(std::mem::take(&mut group));
                self.confirm_clock(asked);
            } else {
                group.push(asked);
            }
        }
        self.submit(group);
    }

    /// One group: what the machine brings about, then what was asked.
    fn submit(&mut self, group: Vec<Asked>) {
        let sight = self.look();
        if let Some(refusal) = sight.stop {
            for asked in group {
                // What was done before is told again, for it writes nothing.
                let recalled = self.engine.recall(sight.at, &asked.submission);
                let answer = recalled.unwrap_or_else(|| Err(refusal.clone().into()));
                self.reply(asked.line, asked.id, answer);
            }
            return;
        }
        let elapsed = self.clock.read().elapsed;
        let mut submissions = self.leases.due(self.engine.hall(), elapsed);
        let own = submissions.len();
        let mut whose = Vec::with_capacity(group.len());
        for asked in group {
            whose.push((asked.line, asked.id));
            submissions.push(asked.submission);
        }
        if submissions.is_empty() && self.engine.next_due() > sight.at {
            return;
        }
        let results = self.engine.submit(sight.at, &submissions);
        self.is_busy = true;
        for ((line, id), result) in whose.into_iter().zip(results.into_iter().skip(own)) {
            self.reply(line, id, result);
        }
    }

    /// `hall.confirm_clock` (R23): written at the hall's own time, before anything is done at the one that was confirmed.
    fn confirm_clock(&mut self, asked: Asked) {
        let result = self.confirmed(&asked.submission);
        self.reply(asked.line, asked.id, result);
    }

    fn confirmed(&mut self, submission: &Submission) -> Result<Value, Fault> {
        let sight = self.look();
        let reading = self.clock.read();
        let mut params = submission.params.clone();
        if let Value::Object(fields) = &mut params {
            fields.remove("request");
        }
        if let Some(Ok(Command::Hall(HallCommand::ConfirmClock(told)))) =
            Command::parse(CONFIRM_CLOCK, params)
        {
            if sight.stop.is_none() {
                return Err(Refusal::from(RefusalCode::ClockSteady).into());
            }
            guard::must_show(reading, told.at)?;
        }
        let submissions = std::slice::from_ref(submission);
        let done = self.engine.submit(sight.at, submissions).pop();
        let done = done.unwrap_or_else(|| Err(Fault::UnknownMethod(CONFIRM_CLOCK.to_owned())))?;
        if done.get("repeated").is_none() {
            self.guard.believe(reading);
        }
        Ok(json!({ "clock": self.look().view }))
    }

    /// Tells the watchers what changed. Gives the lines that were looked at.
    fn tell(&mut self) -> Vec<LineId> {
        let clock = self.look().view.state;
        let before = std::mem::replace(&mut self.clock_told, clock);
        let touched = self.engine.take_touched();
        if touched.contains("window") {
            self.leases.look_again();
        }
        let changed = (before != clock).then_some("hall");
        let touched = Topics::touched(touched.into_iter().chain(changed));
        if !touched.is_empty() {
            for id in &self.watching {
                if self
                    .lines
                    .get_mut(id)
                    .is_some_and(|line| line.note(touched))
                {
                    self.untold.insert(*id);
                }
            }
        }
        self.tell_again = None;
        if self.untold.is_empty() {
            return Vec::new();
        }
        let (now, elapsed) = (sys::clock::monotonic(), self.clock.read().elapsed);
        let looked_at: Vec<LineId> = self.untold.iter().copied().collect();
        for id in &looked_at {
            let line = self.lines.get_mut(id);
            match line.and_then(|line| line.tell(now, elapsed)) {
                Some(again) => {
                    self.tell_again = Some(self.tell_again.map_or(again, |soon| soon.min(again)));
                }
                None => drop(self.untold.remove(id)),
            }
        }
        looked_at
    }

    /// Forgets a line that is gone.
    fn bury(&mut self, id: LineId) {
        if !self.lines.get(&id).is_some_and(|line| line.gone) {
            return;
        }
        if let Some(line) = self.lines.remove(&id)
            && let Some(staff) = line.terminal_of
        {
            self.leases.left(&staff);
        }
        self.ready.remove(&id);
        self.watching.remove(&id);
        self.untold.remove(&id);
    }
}

fn error_of(fault: &Fault) -> ErrorObject {
    match fault {
        Fault::UnknownMethod(method) => ErrorObject::method_not_found(method),
        Fault::Params(fault) => ErrorObject::invalid_params(fault),
        Fault::Refused(refusal) => ErrorObject::refused(refusal),
        Fault::Failed(reason) => ErrorObject::internal(reason),
    }
}
