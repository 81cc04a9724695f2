//! The hall in memory: the catalogue, today's tickets and all open work. Rules read it, `apply` changes it, the engine loads
//! and stores it table by table. Nothing derived from the clock stands here: no lamp, no 'overdue', no days left.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    branch::Branch,
    calendar::WorkCalendar,
    case::Case,
    catalogue::{
        Authorisation, CalendarYear, Department, HallProfile, Item, Material, Queue, Seal, Staff,
        Window,
    },
    custody::Paper,
    document::Document,
    enquiry::Enquiry,
    event::Event,
    finding::Finding,
    hall_clock::ClockConfirmed,
    id::{
        AuthorisationCode, BranchId, CaseId, DepartmentCode, DocumentId, EnquiryId, FindingId,
        ItemCode, MaterialCode, OrderId, PaperId, PersonId, ProposalId, QueueCode, RoundId,
        SealCode, StaffCode, TicketId, WindowCode,
    },
    people::Person,
    proposal::Proposal,
    proxy::Order,
    refusal::{Refusal, RefusalCode, not_found},
    round::Round,
    stamp::Stamp,
    table::Table,
    ticket::{Line, Ticket},
    window::Desk,
};

/// What the hall is as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Profile and settings.
    pub profile: HallProfile,
    /// A training hall.
    pub training: bool,
    /// Whether the founding was completed.
    pub open: bool,
    /// What was confirmed when the clock jumped last (R23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_confirmed: Option<ClockConfirmed>,
}

/// The versions of a catalogue row, each holding from a date on (R66, R94).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions<T>(Vec<(Option<NaiveDate>, T)>);

impl<T> Versions<T> {
    /// No version yet.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a version that holds from `from` on; none means from the beginning.
    pub fn publish(&mut self, from: Option<NaiveDate>, row: T) {
        self.0.retain(|(since, _)| *since != from);
        self.0.push((from, row));
        self.0.sort_by_key(|(since, _)| *since);
    }

    /// The version that holds on a date.
    pub fn on(&self, date: NaiveDate) -> Option<&T> {
        self.0
            .iter()
            .rev()
            .find(|(since, _)| since.is_none_or(|since| since <= date))
            .map(|(_, row)| row)
    }

    /// The version that was published last, whether it holds yet or not.
    pub fn latest(&self) -> Option<&T> {
        self.0.last().map(|(_, row)| row)
    }
}

/// The hall: catalogue, today's tickets, open work.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is the table of its name")]
pub struct Hall {
    pub frame: Table<(), Frame>,
    pub departments: Table<DepartmentCode, Department>,
    pub queues: Table<QueueCode, Queue>,
    pub windows: Table<WindowCode, Window>,
    pub staff: Table<StaffCode, Staff>,
    pub items: Table<ItemCode, Versions<Item>>,
    pub materials: Table<MaterialCode, Material>,
    pub authorisations: Table<AuthorisationCode, Authorisation>,
    pub seals: Table<SealCode, Seal>,
    pub calendar_years: Table<i32, CalendarYear>,
    pub desks: Table<WindowCode, Desk>,
    pub people: Table<PersonId, Person>,
    pub tickets: Table<TicketId, Ticket>,
    pub lines: Table<QueueCode, Line>,
    pub enquiries: Table<EnquiryId, Enquiry>,
    pub cases: Table<CaseId, Case>,
    pub branches: Table<BranchId, Branch>,
    pub orders: Table<OrderId, Order>,
    pub papers: Table<PaperId, Paper>,
    pub rounds: Table<RoundId, Round>,
    pub findings: Table<FindingId, Finding>,
    pub proposals: Table<ProposalId, Proposal>,
    pub documents: Table<DocumentId, Document>,
    pub counters: Table<String, u64>,
    calendar: WorkCalendar,
}

impl Hall {
    /// Profile and settings.
    ///
    /// # Panics
    /// Before `hall_founded`; the engine founds or loads a hall before it asks anything of it.
    pub fn profile(&self) -> &HallProfile {
        &self
            .frame
            .get(&())
            .expect("invariant: a hall is founded before it is used")
            .profile
    }

    /// Whether it is a training hall.
    pub fn training(&self) -> bool {
        self.frame.get(&()).is_some_and(|frame| frame.training)
    }

    /// Whether its founding was completed.
    pub fn is_open(&self) -> bool {
        self.frame.get(&()).is_some_and(|frame| frame.open)
    }

    /// What was confirmed when the clock jumped last (R23).
    pub fn clock_confirmed(&self) -> Option<ClockConfirmed> {
        self.frame.get(&()).and_then(|frame| frame.clock_confirmed)
    }

    /// Whether one of the hall's systems is in force on a date (R4). A system that the registry does not name is not.
    pub fn system_on(&self, code: &str, on: NaiveDate) -> bool {
        self.profile().systems.iter().any(|system| {
            system.code == code && system.on && system.effective_on.is_none_or(|since| since <= on)
        })
    }

    /// The working calendar, of all published years.
    pub fn calendar(&self) -> &WorkCalendar {
        &self.calendar
    }

    /// Derives the calendar again from its years; after publishing or loading them.
    pub fn refresh_calendar(&mut self) {
        self.calendar = WorkCalendar::from_years(self.calendar_years.values());
    }

    /// The item as it stands on a date.
    pub fn item(&self, code: &ItemCode, on: NaiveDate) -> Result<&Item, Refusal> {
        self.items
            .get(code)
            .and_then(|versions| versions.on(on))
            .ok_or_else(|| not_found("item", code))
    }

    /// The material list of an item (R79), in the order of codes.
    pub fn materials_of<'a>(&'a self, item: &'a ItemCode) -> impl Iterator<Item = &'a Material> {
        self.materials
            .values()
            .filter(move |material| material.item == *item)
    }

    /// The member of staff who acts, for rules that need a person and not a machine.
    pub fn acting(&self, stamp: &Stamp) -> Result<&Staff, Refusal> {
        let code = stamp.actor.staff.as_ref().ok_or_else(|| {
            Refusal::new(RefusalCode::NotPermitted)
                .with("role", stamp.actor.role.as_str())
                .with("verb", "act without a staff record")
                .with("allowed", "anybody with one (--as STAFF)")
        })?;
        self.staff.get(code).ok_or_else(|| not_found("staff", code))
    }

    /// The last number given under a counter, 0 before the first.
    pub fn counter(&self, name: &str) -> u64 {
        self.counters.get(&name.to_owned()).copied().unwrap_or(0)
    }

    /// Moves a counter to the number just given; called by `apply` where an event carries a number.
    pub fn count_to(&mut self, name: &str, number: u64) {
        if self.counter(name) < number {
            self.counters.insert(name.to_owned(), number);
        }
    }

    /// Applies an event. Cannot fail and holds no rule.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Hall(event) => super::founding::apply(self, event),
            Event::Person(event) => super::people::apply(self, event),
            Event::Staff(event) => super::staff::apply(self, event),
            Event::Window(event) => super::window::apply(self, event),
            Event::Ticket(event) => super::ticket::apply(self, event),
            Event::Enquiry(event) => super::enquiry::apply(self, event),
            Event::Case(event) => super::case::apply(self, event),
            Event::Branch(event) => super::branch::apply(self, event),
            Event::Proxy(event) => super::proxy::apply(self, event),
            Event::Custody(event) => super::custody::apply(self, event),
            Event::Round(event) => super::round::apply(self, event),
            Event::Finding(event) => super::finding::apply(self, event),
            Event::Proposal(event) => super::proposal::apply(self, event),
            Event::Document(event) => super::document::apply(self, event),
        }
    }
}
