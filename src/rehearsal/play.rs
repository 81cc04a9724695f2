//! The rehearsal under way: an agenda of what happens when, seats with their clerks, visitors with their numbers. Everything
//! that happens is a command through the stage; what follows is told from its answer alone.

use std::collections::{BTreeMap, VecDeque};

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde_json::{Value, json};

use super::{
    RehearsalError,
    cast::{self, Cast, Seat},
    chance::Chance,
    people::People,
    rounds,
    script::{Act, Actor, Beat, Script},
    stage::Stage,
    visit::{Call, Purpose, take_number},
};
use crate::rules::{
    id::QueueCode,
    time::{Instant, at_hall_time, hall_date},
};

/// Seconds until a clerk without a visitor sees that somebody waits.
const NOTICE_SECONDS: (u32, u32) = (5, 20);

/// Something on the agenda.
enum Task {
    /// A script goes on.
    Script(Script),
    /// The doors open on a date.
    Open(NaiveDate),
    /// A visitor comes to a queue.
    Arrive(String),
    /// A clerk looks for the next visitor.
    Look(usize),
    /// Business closes: a clerk without a visitor looks up.
    Close(usize),
    /// A window pauses as soon as its clerk is free: why, and until when.
    Pause(usize, &'static str, Option<Instant>),
    /// A window calls again.
    Resume(usize),
    /// Some window's equipment fails.
    Fail,
}

/// What the clerk of a seat does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Busy {
    /// Not signed on.
    Away,
    /// Waits for visitors.
    Free,
    /// Has a visitor, or is about to look for one.
    Working,
    /// Paused.
    Paused,
}

/// A seat on the day.
struct Place<'a> {
    seat: Seat<'a>,
    busy: Busy,
    held: VecDeque<Script>,
    pause: Option<(&'static str, Option<Instant>)>,
}

/// How a visited day goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crowd {
    /// Visitors of a whole day.
    pub(super) visitors: u32,
    /// Of a hundred windows with a clerk, so many sign on.
    pub(super) staffed_percent: u32,
}

/// The rehearsal under way.
pub(super) struct Play<'a> {
    cast: &'a Cast<'a>,
    stage: Stage,
    chance: Chance,
    people: People,
    crowd: Crowd,
    agenda: BTreeMap<(Instant, u64), Task>,
    entered: u64,
    places: Vec<Place<'a>>,
    purposes: BTreeMap<String, Purpose>,
}

impl<'a> Play<'a> {
    /// Nothing on the agenda yet.
    pub(super) fn new(cast: &'a Cast<'a>, stage: Stage, seed: u64, crowd: Crowd) -> Self {
        Self {
            cast,
            stage,
            chance: Chance::of_part(seed, "visits"),
            people: People::new(seed, &cast.folder.profile.region),
            crowd,
            agenda: BTreeMap::new(),
            entered: 0,
            places: Vec::new(),
            purposes: BTreeMap::new(),
        }
    }

    /// The people whom this play invents.
    pub(super) fn people(&mut self) -> &mut People {
        &mut self.people
    }

    /// The stage, once all is played.
    pub(super) fn into_stage(self) -> Stage {
        self.stage
    }

    /// Puts a script on the agenda.
    pub(super) fn enter(&mut self, script: Script) {
        if let Some(at) = script.next_at() {
            self.put(at, Task::Script(script));
        }
    }

    /// Puts a day with visitors on the agenda.
    pub(super) fn open_on(&mut self, date: NaiveDate) {
        let doors = at_hall_time(date, self.cast.folder.profile.hours.open);
        self.put(doors - TimeDelta::minutes(12), Task::Open(date));
    }

    /// Plays everything that happens before an instant, and lets time pass up to it.
    pub(super) fn run(&mut self, until: Instant) -> Result<(), RehearsalError> {
        while let Some(entry) = self.agenda.first_entry() {
            let at = entry.key().0;
            if at > until {
                break;
            }
            let task = entry.remove();
            self.happen(at, task)?;
        }
        self.stage.pass(until)
    }

    fn put(&mut self, at: Instant, task: Task) {
        self.entered += 1;
        self.agenda.insert((at, self.entered), task);
    }

    fn in_seconds(&mut self, at: Instant, range: (u32, u32)) -> Instant {
        at + TimeDelta::seconds(i64::from(self.chance.between(range.0, range.1)))
    }

    fn happen(&mut self, at: Instant, task: Task) -> Result<(), RehearsalError> {
        match task {
            Task::Open(date) => self.open(at, date),
            Task::Arrive(queue) => self.arrive(at, &queue),
            Task::Look(place) => self.look(at, place),
            Task::Close(place) => {
                self.look_if_free(at, place);
                Ok(())
            }
            Task::Script(script) => self.go_on(at, script),
            Task::Pause(place, reason, until) => {
                self.places[place].pause = Some((reason, until));
                self.look_if_free(at, place);
                Ok(())
            }
            Task::Resume(place) => self.resume(at, place),
            Task::Fail => self.fail(at),
        }
    }

    fn by_clerk(
        &mut self,
        at: Instant,
        place: usize,
        method: &'static str,
        params: Value,
    ) -> Result<Option<Value>, RehearsalError> {
        let clerk = Actor::Staff(self.places[place].seat.clerk.code.clone());
        self.stage.act(at, &clerk, method, params)
    }

    fn window(&self, place: usize) -> Value {
        json!(self.places[place].seat.window.code)
    }

    /// The clerks of the day, the visitors to come, the inspectors' rounds.
    fn open(&mut self, at: Instant, date: NaiveDate) -> Result<(), RehearsalError> {
        self.places.clear();
        self.purposes.clear();
        for seat in self.cast.seats(date) {
            // No line without a clerk.
            let uncovered = seat.queues.iter().any(|queue| !self.is_served(queue));
            if uncovered || self.chance.percent(self.crowd.staffed_percent) {
                self.places.push(Place {
                    seat,
                    busy: Busy::Away,
                    held: VecDeque::new(),
                    pause: None,
                });
            }
        }
        let mut now = at;
        for place in 0..self.places.len() {
            now = self.in_seconds(now, (2, 12));
            let window = json!({"window": self.window(place)});
            if self
                .by_clerk(now, place, "window.sign_on", window)?
                .is_some()
            {
                self.places[place].busy = Busy::Free;
            }
        }
        self.expect_visitors(date);
        self.plan_pauses(date);
        let seats: Vec<&Seat<'a>> = self.places.iter().map(|place| &place.seat).collect();
        let walked = rounds::of_day(self.cast, &seats, date, &mut self.chance);
        for script in walked {
            self.enter(script);
        }
        Ok(())
    }

    /// Whether the clerk of some seat calls from a queue.
    fn is_served(&self, queue: &QueueCode) -> bool {
        let mut places = self.places.iter();
        places.any(|place| place.seat.queues.contains(&queue))
    }

    /// Draws when visitors come and where to.
    fn expect_visitors(&mut self, date: NaiveDate) {
        let queues: Vec<&str> = self
            .cast
            .folder
            .queues
            .iter()
            .map(|row| row.code.as_str())
            .collect();
        let weights: Vec<u32> = queues.iter().map(|queue| self.weight(queue)).collect();
        for _ in 0..self.crowd.visitors {
            let Some(queue) = self.chance.weighed(&weights) else {
                return;
            };
            let at = self.arrival(date);
            self.put(at, Task::Arrive(queues[queue].to_owned()));
        }
    }

    /// When a visitor comes: half of them in the first hours, some with the bus from the townships, the others after lunch.
    fn arrival(&mut self, date: NaiveDate) -> Instant {
        let hours = self.cast.folder.profile.hours;
        let seconds = |from: NaiveTime, to: NaiveTime| {
            u32::try_from((to - from).num_seconds().max(60)).unwrap_or(60)
        };
        let morning = seconds(hours.open, hours.lunch_from);
        let (from, after) = match self.chance.between(1, 100) {
            1..=50 => {
                let draws = [(); 2].map(|()| self.chance.between(0, morning));
                let earlier = draws[0].min(draws[1]);
                (hours.open, earlier + draws[0] / 4)
            }
            // The bus stops at 10:10, the way over takes some minutes.
            51..=60 => (
                hours.open,
                morning / 2 + self.chance.between(0, morning / 7),
            ),
            _ => {
                let afternoon = seconds(hours.lunch_to, hours.close);
                // The last ones come early enough to be served.
                (hours.lunch_to, self.chance.between(0, afternoon * 6 / 7))
            }
        };
        at_hall_time(date, from) + TimeDelta::seconds(i64::from(after.min(morning * 13 / 14)))
    }

    /// A queue draws as many visitors as it has clerks; the first ones of the hall's table, its busiest, four times as many.
    fn weight(&self, queue: &str) -> u32 {
        let serves =
            |place: &&Place<'_>| place.seat.queues.iter().any(|code| code.as_str() == queue);
        let clerks = u32::try_from(self.places.iter().filter(serves).count()).unwrap_or(0);
        let rank = self
            .cast
            .folder
            .queues
            .iter()
            .position(|row| row.code.as_str() == queue);
        if rank.is_some_and(|rank| rank < 5) {
            clerks * 4
        } else {
            clerks
        }
    }

    /// Lunch for all, and a window whose equipment fails.
    fn plan_pauses(&mut self, date: NaiveDate) {
        let hours = self.cast.folder.profile.hours;
        let lunch = at_hall_time(date, hours.lunch_from);
        let back = at_hall_time(date, hours.lunch_to);
        for place in 0..self.places.len() {
            self.put(lunch, Task::Pause(place, "lunch", Some(back)));
            // At the close every clerk without a visitor signs off.
            self.put(at_hall_time(date, hours.close), Task::Close(place));
        }
        let at = cast::on(date, 10, self.chance.between(2, 12));
        self.put(at, Task::Fail);
    }

    /// The equipment of some window fails while no visitor is there, and no line loses its only clerk by it.
    fn fail(&mut self, at: Instant) -> Result<(), RehearsalError> {
        let alone = |queue: &&QueueCode| {
            let places = self.places.iter();
            places
                .filter(|place| place.seat.queues.contains(queue))
                .count()
                < 2
        };
        let can_fail = |place: &usize| {
            let place = &self.places[*place];
            place.busy == Busy::Free && !place.seat.queues.iter().any(alone)
        };
        let candidates: Vec<usize> = (0..self.places.len()).filter(can_fail).collect();
        let hours = self.cast.folder.profile.hours;
        if let Some(place) = self.chance.pick(&candidates).copied() {
            let mended = at + TimeDelta::minutes(i64::from(self.chance.between(40, 50)));
            self.pause(at, place, "equipment", Some(mended))
        } else {
            if at < at_hall_time(hall_date(at), hours.lunch_from) {
                self.put(at + TimeDelta::minutes(1), Task::Fail);
            }
            Ok(())
        }
    }

    fn arrive(&mut self, at: Instant, queue: &str) -> Result<(), RehearsalError> {
        let (by, params) = take_number(self.cast, queue, at, &mut self.chance);
        if let Some(ticket) = self.stage.act(at, &by, "ticket.issue", params)? {
            let purpose = Purpose::draw(&mut self.chance);
            self.purposes.insert(id_of(&ticket), purpose);
            self.notice(at, &ticket);
        }
        Ok(())
    }

    /// A ticket waits: the first free clerk of its queue will see it.
    fn notice(&mut self, at: Instant, ticket: &Value) {
        let queue = ticket["queue"].as_str().unwrap_or_default();
        if ticket["state"] != "waiting" {
            return;
        }
        let serves = |place: &Place<'_>| {
            place.busy == Busy::Free && place.seat.queues.iter().any(|code| code.as_str() == queue)
        };
        if let Some(place) = self.places.iter().position(serves) {
            self.places[place].busy = Busy::Working;
            let at = self.in_seconds(at, NOTICE_SECONDS);
            self.put(at, Task::Look(place));
        }
    }

    fn look_if_free(&mut self, at: Instant, place: usize) {
        if self.places[place].busy == Busy::Free {
            self.places[place].busy = Busy::Working;
            self.put(at, Task::Look(place));
        }
    }

    /// A clerk without a visitor: somebody back from a copy, a pause that is due, the next number, or the end of the day.
    fn look(&mut self, at: Instant, place: usize) -> Result<(), RehearsalError> {
        let closing = at >= at_hall_time(hall_date(at), self.cast.folder.profile.hours.close);
        match self.places[place].busy {
            Busy::Away | Busy::Paused => return Ok(()),
            Busy::Free | Busy::Working => {}
        }
        let back = self.places[place].held.front().and_then(Script::next_at);
        if back.is_some_and(|back| back <= at)
            && let Some(script) = self.places[place].held.pop_front()
        {
            self.places[place].busy = Busy::Working;
            self.enter(script.moved_to(at));
            return Ok(());
        }
        // Whoever is away for a copy finds the window as it was.
        if self.places[place].held.is_empty()
            && let Some((reason, until)) = self.places[place].pause.take()
            && until.is_none_or(|until| at < until)
        {
            return self.pause(at, place, reason, until);
        }
        let window = json!({"window": self.window(place)});
        match self.by_clerk(at, place, "ticket.call_next", window)? {
            Some(ticket) if !ticket.is_null() => {
                self.serve(at, place, &ticket);
                Ok(())
            }
            _ => self.nobody(at, place, back, closing),
        }
    }

    /// Nobody waits: until somebody comes back, until somebody comes, or off for the day.
    fn nobody(
        &mut self,
        at: Instant,
        place: usize,
        back: Option<Instant>,
        closing: bool,
    ) -> Result<(), RehearsalError> {
        if let Some(back) = back {
            self.places[place].busy = Busy::Working;
            self.put(back, Task::Look(place));
        } else if closing {
            let window = json!({"window": self.window(place)});
            self.by_clerk(at, place, "window.sign_off", window)?;
            self.places[place].busy = Busy::Away;
        } else {
            self.places[place].busy = Busy::Free;
        }
        Ok(())
    }

    fn pause(
        &mut self,
        at: Instant,
        place: usize,
        reason: &'static str,
        until: Option<Instant>,
    ) -> Result<(), RehearsalError> {
        let params = json!({"window": self.window(place), "reason": reason});
        self.by_clerk(at, place, "window.pause", params)?;
        self.places[place].busy = Busy::Paused;
        if let Some(until) = until {
            self.put(until, Task::Resume(place));
        }
        Ok(())
    }

    fn resume(&mut self, at: Instant, place: usize) -> Result<(), RehearsalError> {
        if self.places[place].busy == Busy::Paused {
            let window = json!({"window": self.window(place)});
            self.by_clerk(at, place, "window.resume", window)?;
            self.places[place].busy = Busy::Working;
            let at = self.in_seconds(at, NOTICE_SECONDS);
            self.put(at, Task::Look(place));
        }
        Ok(())
    }

    fn serve(&mut self, at: Instant, place: usize, ticket: &Value) {
        let id = id_of(ticket);
        let mut purpose = self.purposes.get(&id).copied().unwrap_or(Purpose::Ask);
        if purpose == Purpose::CopyFirst && !self.places[place].held.is_empty() {
            purpose = Purpose::Instant;
        }
        // Whoever was missed or sent on is there the next time, in the right line.
        self.purposes.insert(id, Purpose::Instant);
        let call = Call {
            cast: self.cast,
            seat: &self.places[place].seat,
            place,
            ticket: ticket["id"].clone(),
            queue: ticket["queue"].as_str().unwrap_or_default(),
            at,
        };
        let service = call.serve(purpose, &mut self.chance, &mut self.people);
        self.places[place].busy = Busy::Working;
        self.places[place].held.extend(service.held);
        if purpose == Purpose::NoShow && self.chance.percent(50) {
            self.come_back(&service.script, ticket);
        }
        self.enter(service.script);
    }

    /// Some who were missed turn to the usher a little later (R33).
    fn come_back(&mut self, missed: &Script, ticket: &Value) {
        let ushers = self.cast.with_role(crate::rules::permission::Role::Usher);
        if let Some(usher) = self.chance.pick(&ushers).copied() {
            let late = self.chance.between(6, 15);
            let restore = Script::at(missed.now()).minutes(late).act(
                usher,
                "ticket.restore",
                json!({"ticket": ticket["id"]}),
            );
            self.enter(restore);
        }
    }

    fn go_on(&mut self, at: Instant, mut script: Script) -> Result<(), RehearsalError> {
        match script.next() {
            Some(Beat::Act(act)) => self.perform(at, &act, &mut script)?,
            Some(Beat::Free(place)) => {
                self.places[place].busy = Busy::Working;
                self.put(at, Task::Look(place));
            }
            None => {}
        }
        if let Some(next) = script.next_at() {
            self.put(next.max(at), Task::Script(script));
        }
        Ok(())
    }

    fn perform(
        &mut self,
        at: Instant,
        act: &Act,
        script: &mut Script,
    ) -> Result<(), RehearsalError> {
        match self
            .stage
            .act(at, &act.by, act.method, act.params.clone())?
        {
            Some(answer) => {
                script.answered(act, &answer);
                if act.method.starts_with("ticket.") {
                    self.notice(at, &answer);
                }
            }
            None => script.give_up(),
        }
        Ok(())
    }
}

fn id_of(record: &Value) -> String {
    record["id"].as_str().unwrap_or_default().to_owned()
}
