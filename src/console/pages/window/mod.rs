//! The window page (窗口): the ticket in hand, who waits and in which order, the eight actions on one key
//! each; without a window, or for those who look after the hall, the board of all windows.
//!
//! Keys typed while an answer is on its way wait for it, so that call, start and finish typed in one go do
//! what they say. A ticket that another window took in the meantime is a line of news, no fault.

mod act;
mod board;
mod forms;
mod view;

use ratatui::layout::Rect;
use serde_json::{Value, json};

use super::detail::{WIDE, is_narrowed};
use super::directory::Directory;
use super::reading::{self, Awaited, PAGE_ROWS, Rows, fetch};
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Place};
use crate::console::listing::{Listing, Outcome, Record, Step};
use crate::console::message::{About, Effect, Message, PageName, Refused};
use crate::console::page::{Availability, Page};
use crate::rules::id::StaffCode;
use crate::rules::permission::Role;
use crate::rules::ticket::TicketState;
use crate::rules::views::hall::HallStatus;
use crate::rules::views::ticket::TicketView;
use crate::rules::views::window::{AtWindow, WindowState, WindowView};

const STATUS: &str = "status";
const DESK: &str = "desk";
const OPEN: &str = "open";
const ENDED: &str = "ended";
const DUE: &str = "due";

/// Which list the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    /// The tickets of the own window: those of its queues, and what it did today.
    #[default]
    Own,
    /// Every open ticket of the hall.
    Hall,
    /// Every window of the hall.
    Board,
}

/// A ticket in the list.
#[derive(Clone, Debug)]
pub(super) struct TicketRow {
    id: String,
    queue: String,
    view: TicketView,
}

impl Record for TicketRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn searchable(&self) -> String {
        let visitor = self
            .view
            .visitor
            .as_ref()
            .map_or("", |person| person.name.as_str());
        format!("{} {} {visitor}", self.view.number, self.queue)
    }
}

/// A window on the board.
#[derive(Clone, Debug)]
pub(super) struct WindowRow {
    queues: String,
    view: WindowView,
}

impl Record for WindowRow {
    fn id(&self) -> &str {
        self.view.window.as_str()
    }

    fn searchable(&self) -> String {
        let staff = self
            .view
            .badge
            .as_ref()
            .map_or("", |badge| badge.name.as_str());
        let view = &self.view;
        format!("{} {} {} {staff}", view.name, view.area, self.queues)
    }
}

/// The page.
#[derive(Debug)]
pub struct WindowPage {
    scope: Scope,
    roles: Vec<Role>,
    today: String,
    /// The window that the one who works here is signed on at.
    desk: Option<WindowView>,
    hall: Option<HallStatus>,
    queues: Directory,
    open: Vec<TicketView>,
    ended: Vec<TicketView>,
    tickets: Listing<TicketRow>,
    board: Listing<WindowRow>,
    awaited: Awaited,
    /// What to open once the tables that it needs are here.
    pending: Option<Action>,
    /// Whether the first look at the hall is over, which decides between the own window and the board.
    looked: bool,
    /// The window of before, for the next sign-on.
    last_window: Option<String>,
    /// The ticket that a question is about.
    asked_about: Option<String>,
    /// The record to select once it is in the list.
    wanted: Option<String>,
    detail_top: usize,
    size: (u16, u16),
}

impl Default for WindowPage {
    fn default() -> WindowPage {
        WindowPage {
            scope: Scope::Own,
            roles: Vec::new(),
            today: String::new(),
            desk: None,
            hall: None,
            queues: Directory::of("queue.list"),
            open: Vec::new(),
            ended: Vec::new(),
            tickets: Listing::default(),
            board: Listing::default(),
            awaited: Awaited::default(),
            pending: None,
            looked: false,
            last_window: None,
            asked_about: None,
            wanted: None,
            detail_top: 0,
            size: (0, 0),
        }
    }
}

impl Page for WindowPage {
    fn name(&self) -> PageName {
        PageName::Window
    }

    fn place(&self) -> Place {
        if self.filtering() {
            Place::Filter
        } else {
            Place::Window
        }
    }

    fn update(&mut self, message: Message, about: &About) -> Vec<Effect> {
        match message {
            Message::Hidden => Vec::new(),
            Message::Shown => self.shown(about),
            Message::Space { width, height } => {
                self.size = (width, height);
                self.fit();
                Vec::new()
            }
            Message::Action(action) => self.act(action, about),
            Message::Text(text) => {
                self.type_filter(&text);
                Vec::new()
            }
            Message::Rest => {
                self.tickets.rest();
                self.board.rest();
                self.detail_top = 0;
                Vec::new()
            }
            Message::Clock => self.clock(about),
            Message::Answer { purpose, result } => self.answered(purpose, result, about),
            Message::Submitted { form, values } => self.submitted(&form, values, about),
            Message::Confirmed { question } => self.confirmed(question),
            Message::Command(text) => self.command(&text, about),
            Message::Changed(topics) => self.changed(&topics),
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        self.draw(canvas, area, about);
    }

    fn footer(&self) -> &'static [Action] {
        act::HINTS
    }

    fn available(&self, action: Action) -> Availability {
        if self.can(action) {
            Availability::Now
        } else {
            Availability::NotNow
        }
    }

    fn is_restless(&self) -> bool {
        match self.scope {
            Scope::Board => self.board.is_restless(),
            Scope::Own | Scope::Hall => self.tickets.is_restless(),
        }
    }

    fn is_waiting(&self) -> bool {
        self.awaited.is_waiting() || self.pending.is_some()
    }

    fn unfinished(&self, about: &About) -> Option<String> {
        let ticket = self.in_hand()?;
        Some(about.with("window-unfinished", &[("number", (&ticket.number).into())]))
    }
}

impl WindowPage {
    fn shown(&mut self, about: &About) -> Vec<Effect> {
        self.roles = reading::roles(&about.roles);
        self.today = about.today().to_string();
        let mut effects: Vec<Effect> = self.queues.want().into_iter().collect();
        if self.looked {
            effects.extend(self.refresh());
        } else {
            self.awaited.add(&[STATUS]);
            effects.push(fetch("hall.status", json!({}), STATUS));
        }
        effects
    }

    /// Asks for what the page shows now, and nothing else.
    fn refresh(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(desk) = &self.desk {
            effects.push(fetch("window.get", json!({"window": desk.window}), DESK));
        }
        if self.scope == Scope::Board {
            effects.push(fetch("hall.status", json!({}), STATUS));
            return effects;
        }
        let open = ["waiting", "called", "serving", "held", "missed"];
        effects.push(fetch(
            "ticket.list",
            json!({"states": open, "limit": PAGE_ROWS}),
            OPEN,
        ));
        if let Some(desk) = &self.desk {
            let ended = ["done", "abandoned", "cancelled", "expired"];
            effects.push(fetch(
                "ticket.list",
                json!({"states": ended, "window": desk.window, "on": self.today,
                    "closed": true, "limit": PAGE_ROWS}),
                ENDED,
            ));
        }
        effects
    }

    /// After an act of this terminal: the next keys wait until the page shows what became of it.
    fn refresh_first(&mut self) -> Vec<Effect> {
        if self.desk.is_some() {
            self.awaited.add(&[DESK]);
        }
        self.awaited.add(&[if self.scope == Scope::Board {
            STATUS
        } else {
            OPEN
        }]);
        self.refresh()
    }

    fn changed(&mut self, topics: &[String]) -> Vec<Effect> {
        let mine = ["ticket", "window", "person", "hall"];
        if topics.iter().any(|topic| mine.contains(&topic.as_str())) {
            self.refresh()
        } else {
            Vec::new()
        }
    }

    /// Waits grow by the minute; the board's are the hall's own figures, so they are asked for again. A new day
    /// begins with its own tickets.
    fn clock(&mut self, about: &About) -> Vec<Effect> {
        let today = about.today().to_string();
        if self.looked && (self.scope == Scope::Board || self.today != today) {
            self.today = today;
            return self.refresh();
        }
        Vec::new()
    }

    fn answered(
        &mut self,
        purpose: &'static str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        self.awaited.came(purpose);
        match purpose {
            STATUS => self.take_status(result, about),
            DESK => {
                if let Some(desk) = result.ok().and_then(reading::record::<WindowView>) {
                    self.take_desk(desk, about);
                }
                Vec::new()
            }
            OPEN | ENDED => {
                let Some(page) = result.ok().and_then(reading::rows::<TicketView>) else {
                    return Vec::new();
                };
                self.take_tickets(purpose, page, about);
                Vec::new()
            }
            DUE => Self::take_due(result, about),
            _ if purpose == self.queues.purpose() => {
                let more = self.queues.take(result, about, |_| String::new());
                self.arrange(about);
                let mut effects: Vec<Effect> = more.into_iter().collect();
                effects.extend(self.go_on(about));
                effects
            }
            _ => self.done(purpose, result, about),
        }
    }

    fn take_status(&mut self, result: Result<Value, Refused>, about: &About) -> Vec<Effect> {
        let Some(status) = result.ok().and_then(reading::record::<HallStatus>) else {
            // Nothing can be picked from a hall that does not answer; the keys are free again.
            self.looked = true;
            self.pending = None;
            return Vec::new();
        };
        let me = about.staff.as_ref().map(|(code, _)| code.as_str());
        let is_mine = |window: &&WindowView| {
            me.is_some() && window.staff.as_ref().map(StaffCode::as_str) == me
        };
        let mine = status.windows.iter().find(is_mine).cloned();
        let first = !self.looked;
        self.looked = true;
        if let Some(desk) = mine {
            self.desk = Some(desk);
        } else {
            self.leave_desk();
        }
        self.hall = Some(status);
        self.arrange_board(about);
        if first {
            self.scope = self.first_scope();
        }
        self.fit();
        let mut effects = self.go_on(about);
        if first && self.scope != Scope::Board {
            self.awaited.add(&[OPEN]);
            effects.extend(self.refresh());
        }
        effects
    }

    /// Who has a window sees its tickets; an usher sees all that wait; everybody else the board.
    fn first_scope(&self) -> Scope {
        if self.desk.is_some() {
            Scope::Own
        } else if self.roles.contains(&Role::Usher) {
            Scope::Hall
        } else {
            Scope::Board
        }
    }

    fn take_desk(&mut self, desk: WindowView, about: &About) {
        let me = about.staff.as_ref().map(|(code, _)| code.as_str());
        if desk.staff.as_ref().map(StaffCode::as_str) == me && me.is_some() {
            self.desk = Some(desk);
        } else {
            self.leave_desk();
        }
        self.arrange(about);
        self.fit();
    }

    /// Nobody sits at the window any more, or somebody else does.
    fn leave_desk(&mut self) {
        if let Some(desk) = self.desk.take() {
            self.last_window = Some(desk.window.to_string());
            self.ended.clear();
            if self.scope == Scope::Own {
                self.scope = self.first_scope();
            }
        }
    }

    fn take_tickets(&mut self, purpose: &str, page: Rows<TicketView>, about: &About) {
        if purpose == OPEN {
            self.open = page.rows;
        } else {
            self.ended = page.rows;
        }
        self.arrange(about);
    }

    /// Puts the tickets into the order in which they are called: what the window has, what it may call, what
    /// was missed, what it did today, the last one first.
    fn arrange(&mut self, about: &About) {
        let own = self.desk.as_ref().filter(|_| self.scope == Scope::Own);
        let mut rows: Vec<(OrderKey, &TicketView)> = Vec::new();
        for ticket in &self.open {
            if let Some(key) = order_key(own, ticket) {
                rows.push((key, ticket));
            }
        }
        if own.is_some() {
            rows.extend(self.ended.iter().map(|ticket| {
                let late = -ticket.since.timestamp();
                ((9, 0, usize::MAX, late), ticket)
            }));
        }
        rows.sort_by_key(|(key, _)| *key);
        let row = |(_, view): (OrderKey, &TicketView)| TicketRow {
            id: view.id.to_string(),
            queue: self.queues.name(view.queue.as_str(), about).to_owned(),
            view: view.clone(),
        };
        let rows = rows.into_iter().map(row).collect();
        self.tickets.set(rows);
        if let Some(wanted) = self.wanted.take()
            && !self.tickets.select(&wanted)
        {
            self.wanted = Some(wanted);
        }
    }

    fn fit(&mut self) {
        let (width, height) = self.size;
        let step = if width >= WIDE {
            Step::HalfScreen
        } else {
            Step::Row
        };
        let head = if width >= WIDE { 0 } else { self.head_rows() };
        let filter = u16::from(is_narrowed(&self.tickets));
        self.tickets
            .resize(height.saturating_sub(head + filter + 1), step);
        self.board
            .resize(height.saturating_sub(view::BOARD_HEAD_ROWS + 1), step);
    }

    fn filtering(&self) -> bool {
        match self.scope {
            Scope::Board => self.board.filter().1,
            Scope::Own | Scope::Hall => self.tickets.filter().1,
        }
    }

    fn type_filter(&mut self, text: &str) {
        match self.scope {
            Scope::Board => self.board.insert(text),
            Scope::Own | Scope::Hall => self.tickets.insert(text),
        }
        self.fit();
    }

    fn list_act(&mut self, action: Action, about: &About) -> Outcome {
        let outcome = match self.scope {
            Scope::Board => self.board.act(action, about.ruler),
            Scope::Own | Scope::Hall => self.tickets.act(action, about.ruler),
        };
        self.fit();
        outcome
    }

    /// The ticket in hand.
    fn in_hand(&self) -> Option<&AtWindow> {
        self.desk.as_ref()?.ticket.as_ref()
    }

    /// The whole record of the ticket in hand, where it has come.
    fn in_hand_view(&self) -> Option<&TicketView> {
        let id = self.in_hand()?.id;
        self.open.iter().find(|ticket| ticket.id == id)
    }

    /// The tickets that the window may call, in the order in which it would.
    fn callable(&self) -> impl Iterator<Item = &TicketRow> {
        let own = self.desk.as_ref();
        self.tickets.all().iter().filter(move |row| {
            own.is_some() && order_key(own, &row.view).is_some_and(|key| key.0 == WAITING_RANK)
        })
    }

    fn is_paused(&self) -> bool {
        self.desk
            .as_ref()
            .is_some_and(|desk| desk.state == WindowState::Paused)
    }
}

/// Rank, place of the queue, place in the line, instant.
type OrderKey = (u8, usize, usize, i64);

/// The rank of tickets that the window may call.
const WAITING_RANK: u8 = 2;

/// Where a ticket stands in the list of a window, or of the hall where there is none; none where it is not
/// the window's affair.
fn order_key(own: Option<&WindowView>, ticket: &TicketView) -> Option<OrderKey> {
    let issued = ticket.issued_at.timestamp();
    let place = ticket.ahead.unwrap_or(usize::MAX);
    let Some(own) = own else {
        let rank = if ticket.state == TicketState::Missed {
            5
        } else {
            WAITING_RANK
        };
        return Some((rank, 0, 0, issued));
    };
    let here = ticket.window.as_ref() == Some(&own.window);
    let queue = own.queues.iter().position(|queue| *queue == ticket.queue);
    let rank = match ticket.state {
        TicketState::Called | TicketState::Serving if here => 0,
        TicketState::Held if here => 1,
        TicketState::Waiting if ticket.window.is_none() || here => WAITING_RANK,
        TicketState::Waiting => 4,
        TicketState::Missed => 5,
        _ => return None,
    };
    if !here && queue.is_none() {
        return None;
    }
    Some((rank, queue.unwrap_or(0), place, issued))
}
