//! The case (办件, M3): from the first paper over the counter to the delivered decision, with its clock and its class.
//! `record` and `words` are what is kept, `params` what may be asked, `event` what happens; the verbs stand in `intake`, `accept`, `notice`, `running`
//! and `ending`, the work of time alone in `sweep`. Its branches are in `branch`, proposals about it in `proposal`.

mod accept;
mod applied;
mod ending;
mod event;
mod intake;
mod notice;
mod params;
mod record;
mod running;
mod sweep;
pub mod term;
mod ties;
mod words;

pub use applied::apply;
pub use ending::OWED_OPINION_DAYS;
pub(in crate::rules) use ending::{default_has_ground, may_default};
pub use event::{CaseEvent, Opening};
pub use params::*;
pub use record::*;
pub(in crate::rules) use running::lawful;
pub use sweep::day_closed;
pub use words::*;

use super::{
    catalogue::Item,
    event::Event,
    hall::Hall,
    id::{CaseId, MaterialCode},
    method::methods,
    people::{Private, Slot, Who},
    proposal,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
};

methods! {
    /// Commands on cases.
    CaseCommand for "case" {
        /// Takes papers ahead of receipt and advises on them; no clock starts.
        Precheck(Precheck) = "precheck",
        /// Receives papers for an item, or takes over a precheck; what the list names and is not handed in is missing.
        Receive(Receive) = "receive",
        /// Changes the kind: freely before acceptance, after it only as far as the promise allows.
        Classify(Classify) = "classify",
        /// Tells the applicant once everything that is missing or wrong, and how to put it right.
        NotifyOnce(NotifyOnce) = "notify_once",
        /// Takes missing or corrected papers.
        Supply(Supply) = "supply",
        /// Gives the applicant more time for corrections, once.
        GrantTime(GrantTime) = "grant_time",
        /// Accepts: the clock starts on the day on which the papers were complete.
        Accept(Accept) = "accept",
        /// Refuses to accept, or sends back, with a ground.
        Refuse(Refuse) = "refuse",
        /// Stops the clock for a procedure that the law names.
        Pause(Pause) = "pause",
        /// Lets the clock run again.
        Resume(OneCase) = "resume",
        /// Gives more time before the due date has passed.
        Extend(Extend) = "extend",
        /// Passes the whole file to the superior body.
        SubmitUp(SubmitUp) = "submit_up",
        /// Decides, yes or no.
        Decide(Decide) = "decide",
        /// Delivers the result to the applicant.
        Deliver(Deliver) = "deliver",
        /// Ends it at the applicant's wish.
        Withdraw(Withdraw) = "withdraw",
        /// Answers the applicant's request to review a return.
        Review(Review) = "review",
        /// Confirms that silence past the due date counts as consent.
        DefaultConfirm(OneCase) = "default_confirm",
    }
}

impl CaseCommand {
    /// The persons it names, to be looked up before anything is decided.
    pub fn people_mut(&mut self) -> Vec<&mut Who> {
        match self {
            Self::Precheck(params) => std::iter::once(&mut params.applicant)
                .chain(&mut params.agent)
                .collect(),
            Self::Receive(params) => params
                .applicant
                .iter_mut()
                .chain(&mut params.agent)
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The case it names; none where it makes one.
    pub fn case(&self) -> Option<CaseId> {
        match self {
            Self::Precheck(_) => None,
            Self::Receive(params) => params.case,
            Self::Classify(params) => Some(params.case),
            Self::NotifyOnce(params) => Some(params.case),
            Self::Supply(params) => Some(params.case),
            Self::GrantTime(params) => Some(params.case),
            Self::Accept(params) => Some(params.case),
            Self::Refuse(params) => Some(params.case),
            Self::Pause(params) => Some(params.case),
            Self::Extend(params) => Some(params.case),
            Self::SubmitUp(params) => Some(params.case),
            Self::Decide(params) => Some(params.case),
            Self::Deliver(params) => Some(params.case),
            Self::Withdraw(params) => Some(params.case),
            Self::Review(params) => Some(params.case),
            Self::Resume(params) | Self::DefaultConfirm(params) => Some(params.case),
        }
    }
}

/// Decides a command. A chief representative who asks for more than the statutory limit makes a proposal (1.1); open proposals
/// about a case that ends lapse with it.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &CaseCommand) -> Result<Vec<Event>, Refusal> {
    if let CaseCommand::Extend(params) = command
        && running::must_propose(hall, stamp, params)
    {
        return proposal::propose(hall, stamp, &command.clone().into());
    }
    let mut events = decide_strictly(hall, stamp, command)?;
    events.extend(proposal::lapsed_by(hall, stamp, &events));
    Ok(events)
}

/// Decides a command by what the actor may do, never proposing instead; for the proposal machine.
pub fn decide_strictly(
    hall: &Hall,
    stamp: &Stamp,
    command: &CaseCommand,
) -> Result<Vec<Event>, Refusal> {
    match command {
        CaseCommand::Precheck(params) => intake::precheck(hall, stamp, params),
        CaseCommand::Receive(params) => intake::receive(hall, stamp, params),
        CaseCommand::Classify(params) => intake::classify(hall, stamp, params),
        CaseCommand::NotifyOnce(params) => notice::notify_once(hall, stamp, params),
        CaseCommand::Supply(params) => notice::supply(hall, stamp, params),
        CaseCommand::GrantTime(params) => notice::grant_time(hall, stamp, params),
        CaseCommand::Accept(params) => accept::accept(hall, stamp, params),
        CaseCommand::Refuse(params) => intake::refuse(hall, stamp, params),
        CaseCommand::Review(params) => intake::review(hall, stamp, params),
        CaseCommand::Pause(params) => running::pause(hall, stamp, params),
        CaseCommand::Resume(params) => running::resume(hall, stamp, params),
        CaseCommand::Extend(params) => running::extend(hall, stamp, params),
        CaseCommand::SubmitUp(params) => running::submit_up(hall, stamp, params),
        CaseCommand::Decide(params) => ending::decide(hall, stamp, params),
        CaseCommand::Deliver(params) => ending::deliver(hall, stamp, params),
        CaseCommand::Withdraw(params) => ending::withdraw(hall, stamp, params),
        CaseCommand::DefaultConfirm(params) => ending::default_confirm(hall, stamp, params),
    }
}

/// The case, if it takes the verb from its state (M3).
fn taking<'a>(hall: &'a Hall, id: CaseId, verb: &'static str) -> Result<&'a Case, Refusal> {
    let case = hall.cases.get(&id).ok_or_else(|| not_found("case", id))?;
    if case.state.verbs().contains(&verb) {
        Ok(case)
    } else {
        Err(blank(case, verb))
    }
}

/// The refusal of a blank cell of M3.
fn blank(case: &Case, verb: &'static str) -> Refusal {
    wrong_state(
        "case",
        &case.number,
        case.state.as_str(),
        verb,
        case.state.verbs(),
    )
}

/// The item in the version that the case was opened with.
fn item_of<'a>(hall: &'a Hall, case: &Case) -> Result<&'a Item, Refusal> {
    hall.item(&case.item, case.item_on)
}

/// The slot under which what is said about the case is sealed: the applicant's.
fn slot_of(hall: &Hall, case: &Case) -> Slot {
    hall.people
        .get(&case.applicant)
        .map_or(0, |person| person.key)
}

/// A private text about the case.
fn private(hall: &Hall, case: &Case, text: &str) -> Private {
    Private::clear(slot_of(hall, case), text)
}

/// A text that must say something (R80, R98).
fn said<'a>(field: &'static str, text: Option<&'a str>) -> Result<&'a str, Refusal> {
    text.filter(|text| !text.trim().is_empty()).ok_or_else(|| {
        Refusal::new(RefusalCode::BadValue)
            .with("field", field)
            .with("reason", "it must say something")
    })
}

/// A number of days within reason.
fn days(field: &'static str, days: u16) -> Result<u16, Refusal> {
    if (1..=term::DAYS_MAX).contains(&days) {
        return Ok(days);
    }
    Err(Refusal::new(RefusalCode::BadValue)
        .with("field", field)
        .with("reason", format!("1 to {}", term::DAYS_MAX)))
}

fn codes(materials: &[MaterialCode]) -> Vec<&str> {
    materials.iter().map(MaterialCode::as_str).collect()
}
