//! Simulated citizens and staff for `demo`, `simulate` and tests: a seed and a plan in, commands out, through a client like
//! anybody's. The same seed, plan and hall folder give the same journal, byte for byte. It writes no record and decides no
//! rule: a command that is refused is a fault of the rehearsal and is reported.

mod cast;
mod chance;
mod people;
mod play;
mod rounds;
mod script;
mod stage;
mod stories;
mod visit;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use serde_json::{Value, json};

use self::{
    cast::Cast,
    play::{Crowd, Play},
    script::Actor,
    stage::Stage,
};
use crate::{
    client::{ClientError, Refused},
    host::Host,
    rules::{
        catalogue::HallFolder,
        id::{DepartmentCode, StaffCode},
        time::{Instant, at_hall_time},
    },
};

/// Working days of the past that the demo's morning stands on.
const PAST_DAYS: u32 = 22;

/// Visitors of a whole day of the demo for each window, and at least so many; by its hour not half of them have come.
const DEMO_VISITORS_A_WINDOW: usize = 5;
const DEMO_VISITORS_MIN: usize = 70;

/// Of a hundred windows that have a clerk, so many sign on: the others are on leave, in training, at the bureau.
const STAFFED_PERCENT: u32 = 38;

/// The days that are played, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Everything that is left to chance follows from it.
    pub seed: u64,
    /// The first date.
    pub from: NaiveDate,
    /// The last date.
    pub to: NaiveDate,
    /// On the last date, until when.
    pub until: NaiveTime,
    /// Visitors on a working day.
    pub visitors_a_day: u32,
    /// Whether visitors come every day, or the past is told in stories.
    pub past: Past,
}

/// What lies before the last date of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// Days like any other.
    Lived,
    /// Chosen stories, so that the last morning finds a case of every colour and work in every state.
    Told,
}

impl Plan {
    /// The demo: a morning until 10:40, and weeks of stories before it.
    pub fn demo(seed: u64, hall: &HallFolder, morning: NaiveDate) -> Self {
        let cast = Cast::of(hall);
        let visitors = (hall.windows.len() * DEMO_VISITORS_A_WINDOW).max(DEMO_VISITORS_MIN);
        Self {
            seed,
            from: cast.days_before(morning, PAST_DAYS),
            to: morning,
            until: NaiveTime::from_hms_opt(10, 40, 0).unwrap_or_default(),
            visitors_a_day: u32::try_from(visitors).unwrap_or(u32::MAX),
            past: Past::Told,
        }
    }

    /// So many civil days with visitors on every working day among them.
    pub fn days(seed: u64, from: NaiveDate, days: u32, visitors_a_day: u32) -> Self {
        let last = from.checked_add_days(Days::new(u64::from(days.saturating_sub(1))));
        Self {
            seed,
            from,
            to: last.unwrap_or(from),
            until: NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default(),
            visitors_a_day,
            past: Past::Lived,
        }
    }

    /// When the hall is founded: the beginning of the first date.
    pub fn begins_at(&self) -> Instant {
        at_hall_time(self.from, NaiveTime::MIN)
    }

    /// When the rehearsal stops.
    pub fn ends_at(&self) -> Instant {
        at_hall_time(self.to, self.until)
    }
}

/// The latest working day on or before a date that lies in a year whose calendar the hall publishes; none where there is none.
pub fn latest_working_day(hall: &HallFolder, today: NaiveDate) -> Option<NaiveDate> {
    let cast = Cast::of(hall);
    let last = hall.calendar.iter().map(|year| year.year).max()?;
    let end = NaiveDate::from_ymd_opt(last, 12, 31)?;
    let mut date = today.min(end);
    let published = |date: NaiveDate| hall.calendar.iter().any(|year| year.year == date.year());
    while published(date) {
        if cast.calendar.is_working_day(date) {
            return Some(date);
        }
        date = date.pred_opt()?;
    }
    None
}

/// A command that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedAct {
    /// When it was given.
    pub at: Instant,
    /// By whom; none for the public.
    pub by: Option<StaffCode>,
    /// Which.
    pub method: &'static str,
    /// With what.
    pub params: Value,
    /// Why not.
    pub refused: Refused,
}

/// How a rehearsal went.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Commands that were done.
    pub done: u64,
    /// Commands that were refused; none is meant to be.
    pub refused: Vec<RefusedAct>,
    /// A clerk with a visitor at the window and others waiting, at the end; where there is one, of the department with the
    /// most windows.
    pub clerk: Option<StaffCode>,
}

/// Why a rehearsal broke off.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The hall did not answer, or did not understand.
    #[error("the rehearsal broke off at {method}: {error}")]
    Client {
        /// The command.
        method: &'static str,
        /// What was said.
        error: ClientError,
    },
    /// The hall's thread is gone.
    #[error("the hall was lost during the rehearsal")]
    HallLost,
    /// A hall without queues has nothing to rehearse.
    #[error("the hall has no queue")]
    NoQueue,
}

/// Lives the days of a plan in a training hall that was founded from the folder, whose clock stands still
/// ([`crate::host::HallClock::Still`]) at or before [`Plan::begins_at`].
///
/// # Errors
/// [`RehearsalError`] when the hall is lost; refusals are no errors but in the [`Outcome`].
pub fn rehearse(host: &Host, hall: &HallFolder, plan: &Plan) -> Result<Outcome, RehearsalError> {
    let cast = Cast::of(hall);
    let queue = hall.queues.first().ok_or(RehearsalError::NoQueue)?;
    let stage = Stage::join(host, plan.seed, queue.code.clone());
    let crowd = Crowd {
        visitors: plan.visitors_a_day,
        staffed_percent: STAFFED_PERCENT,
    };
    let mut rehearsal = Play::new(&cast, stage, plan.seed, crowd);
    if plan.past == Past::Told {
        for script in stories::before(&cast, plan.seed, plan.to, rehearsal.people()) {
            rehearsal.enter(script);
        }
    }
    let mut date = plan.from;
    while date <= plan.to {
        let visited = plan.past == Past::Lived || date == plan.to;
        if visited && cast.calendar.is_working_day(date) {
            rehearsal.open_on(date);
        }
        date = date + Days::new(1);
    }
    rehearsal.run(plan.ends_at())?;
    let mut stage = rehearsal.into_stage();
    Ok(Outcome {
        clerk: busy_clerk(&mut stage, &cast)?,
        done: stage.done,
        refused: stage.refused,
    })
}

/// Who has somebody at the window now.
fn busy_clerk(stage: &mut Stage, cast: &Cast<'_>) -> Result<Option<StaffCode>, RehearsalError> {
    let Some(anybody) = cast.folder.staff.first() else {
        return Ok(None);
    };
    let by = Actor::Staff(anybody.code.clone());
    let status = stage.ask(&by, "hall.status", json!({}))?;
    let leading = cast.leading_department().map(DepartmentCode::as_str);
    let windows = status["windows"].as_array().into_iter().flatten();
    let busy = windows.filter(|window| window["ticket"]["state"] == "serving");
    let best = busy.max_by_key(|window| {
        let chief = window["responsible"]["staff"] == window["staff"];
        let leads = window["department"].as_str() == leading;
        (leads, !chief, window["waiting"].as_u64())
    });
    Ok(best.and_then(|window| window["staff"].as_str().map(StaffCode::from)))
}
