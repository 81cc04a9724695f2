//! 巡查: the live board of every window, rounds past them, and findings from raising to the end (R170–R177, M6).
//! Inspectors and directors see board and findings; everybody else the findings that they may answer (R177).
//!
//! The page shows what the hall would allow and asks the hall; it decides nothing.

mod act;
mod answer;
mod forms;
mod rows;
mod sheet;
mod view;

use chrono::NaiveDate;
use ratatui::layout::Rect;
use serde_json::json;

use self::rows::{FindingRow, WindowRow};
use super::common::{Me, Panes};
use super::detail::WIDE;
use super::directory::Directory;
use super::reading::{PAGE_ROWS, fetch};
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Place};
use crate::console::listing::{Listing, Outcome, Record as _, Step};
use crate::console::message::{About, Effect, Message, PageName, Weight};
use crate::console::page::{Availability, Page};
use crate::rules::permission::Role;
use crate::rules::views::finding::FindingView;
use crate::rules::views::round::RoundView;

/// Kinds of records whose changes the board shows.
const BOARD_TOPICS: [&str; 3] = ["window", "ticket", "round"];

/// Which list the keys go to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    /// The windows.
    Board,
    /// The findings.
    #[default]
    Findings,
}

/// Which findings are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Which {
    /// Those that somebody still has to act on.
    #[default]
    Open,
    /// What is closed as well, the newest first.
    All,
}

/// The page.
#[derive(Debug)]
pub struct Inspection {
    me: Me,
    /// Whether the first list was chosen by the role of whoever works here.
    settled: bool,
    side: Side,
    which: Which,
    board: Listing<WindowRow>,
    findings: Listing<FindingRow>,
    /// Rows fetched so far of a list that comes in several pages, and the finding that is to be selected.
    arriving: Vec<FindingView>,
    wanted: Option<String>,
    /// The round that this inspector walks.
    round: Option<RoundView>,
    /// Rounds of today that saw enough windows, by anybody.
    complete_today: usize,
    waiting: usize,
    signed_on: usize,
    detail_top: usize,
    staff: Directory,
    /// A form that opens once the staff are here to pick from.
    wish: Option<Action>,
    today: NaiveDate,
    size: (u16, u16),
    loaded: bool,
    visible: bool,
}

impl Default for Inspection {
    fn default() -> Inspection {
        Inspection::new()
    }
}

impl Inspection {
    /// The page before anything is known.
    pub fn new() -> Inspection {
        Inspection {
            me: Me::default(),
            settled: false,
            side: Side::default(),
            which: Which::default(),
            board: Listing::default(),
            findings: Listing::default(),
            arriving: Vec::new(),
            wanted: None,
            round: None,
            complete_today: 0,
            waiting: 0,
            signed_on: 0,
            detail_top: 0,
            staff: Directory::of("staff.list"),
            wish: None,
            today: NaiveDate::default(),
            size: (80, 21),
            loaded: false,
            visible: false,
        }
    }

    /// Whether whoever works here walks rounds.
    fn walks(&self) -> bool {
        self.me.may("round.see")
    }

    /// Whether they see every finding, or those that they may answer.
    fn sees_all(&self) -> bool {
        self.walks() || self.me.has(Role::Discipline)
    }

    fn window(&self, code: &str) -> Option<&WindowRow> {
        self.board.all().iter().find(|row| row.id() == code)
    }

    fn fetch_findings(&self, cursor: Option<&str>) -> Effect {
        let mut params = json!({ "limit": PAGE_ROWS, "cursor": cursor });
        if !self.sees_all() {
            params["mine"] = json!(true);
        }
        if self.which == Which::All {
            params["closed"] = json!(true);
        }
        fetch("finding.list", params, "findings")
    }

    fn fetch_board(&self) -> Vec<Effect> {
        let Some(me) = self.me.code.as_ref().filter(|_| self.walks()) else {
            return Vec::new();
        };
        vec![
            fetch("hall.status", json!({}), "board"),
            fetch("round.list", json!({ "inspector": me }), "round"),
            fetch(
                "round.list",
                json!({ "on": self.today, "closed": true, "limit": PAGE_ROWS }),
                "today",
            ),
        ]
    }

    /// Everything that the page shows.
    fn fetch(&mut self) -> Vec<Effect> {
        self.arriving.clear();
        let mut effects = self.fetch_board();
        effects.push(self.fetch_findings(None));
        effects
    }

    fn shown(&mut self, about: &About) -> Vec<Effect> {
        (self.me, self.today, self.visible) = (Me::of(about), about.today(), true);
        if !self.settled && self.me.code.is_some() {
            self.settled = true;
            if self.walks() {
                self.side = Side::Board;
            }
        }
        self.resize();
        self.fetch()
    }

    /// A number typed under `:`: a window's code or a finding's number.
    fn command(&mut self, text: &str) -> Vec<Effect> {
        let text = text.trim();
        if self.walks() && self.board.select(&text.to_lowercase()) {
            self.side = Side::Board;
            return Vec::new();
        }
        self.side = Side::Findings;
        if self.select_numbered(text) {
            return Vec::new();
        }
        self.which = Which::All;
        self.wanted = Some(text.to_owned());
        self.fetch()
    }

    /// The panes of the lists and of the detail, board first.
    fn panes(&self, area: Rect) -> view::Layout {
        let below = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        };
        let rows = match self.side {
            Side::Board => self.board.all().len(),
            Side::Findings => self.findings.all().len(),
        };
        let rows = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
        view::Layout::new(Panes::share(below, rows), self.walks(), self.side)
    }

    /// Tells the lists how many rows they have.
    fn resize(&mut self) {
        let (width, height) = self.size;
        let layout = self.panes(Rect::new(0, 0, width, height));
        let step = if width >= WIDE {
            Step::HalfScreen
        } else {
            Step::Row
        };
        let rows = |pane: Option<Rect>| pane.map_or(1, |pane| pane.height.saturating_sub(1));
        self.board.resize(rows(layout.board), step);
        self.findings.resize(rows(layout.findings), step);
    }

    /// The detail follows the selection of both lists; a new detail begins at its top.
    fn rest(&mut self) {
        if self.board.is_restless() || self.findings.is_restless() {
            self.detail_top = 0;
        }
        self.board.rest();
        self.findings.rest();
    }

    fn go(&mut self, action: Action, about: &About) -> Vec<Effect> {
        match action {
            Action::Scope => return self.turn_scope(),
            Action::DetailUp | Action::DetailDown => {
                self.scroll(action, about);
                return Vec::new();
            }
            // On the board a mark is what an inspector leaves at a window.
            Action::Mark if self.side == Side::Board => return self.act(Action::RoundSee, about),
            Action::Mark => return Vec::new(),
            Action::Open if !self.is_filtering() => return self.cross_over(about),
            _ => {}
        }
        let outcome = match self.side {
            Side::Board => self.board.act(action, about.ruler),
            Side::Findings => self.findings.act(action, about.ruler),
        };
        if outcome == Outcome::Done {
            return Vec::new();
        }
        self.act(action, about)
    }

    fn is_filtering(&self) -> bool {
        match self.side {
            Side::Board => self.board.filter().1,
            Side::Findings => self.findings.filter().1,
        }
    }

    /// From the board to the open findings, to all of them, and back to the board.
    fn turn_scope(&mut self) -> Vec<Effect> {
        (self.side, self.which) = match (self.side, self.which) {
            (Side::Findings, Which::Open) => (Side::Findings, Which::All),
            (Side::Findings, Which::All) if self.walks() => (Side::Board, Which::Open),
            (Side::Board, _) | (Side::Findings, Which::All) => (Side::Findings, Which::Open),
        };
        self.detail_top = 0;
        self.resize();
        self.arriving.clear();
        vec![self.fetch_findings(None)]
    }

    /// From a window to its findings, from a finding to its window.
    fn cross_over(&mut self, about: &About) -> Vec<Effect> {
        self.rest();
        match self.side {
            Side::Board => {
                let window = self.board.selected().map(|row| row.view.window.clone());
                let found = self
                    .findings
                    .all()
                    .iter()
                    .find(|row| Some(&row.view.window) == window.as_ref());
                let Some(id) = found.map(|row| row.id().to_owned()) else {
                    return vec![Effect::Say(Weight::Note, about.t("inspection-none-here"))];
                };
                self.findings.select(&id);
                self.side = Side::Findings;
            }
            Side::Findings if self.walks() => {
                let window = self.findings.selected().map(|row| row.view.window.clone());
                if let Some(window) = window {
                    self.board.select(window.as_str());
                    self.side = Side::Board;
                }
            }
            Side::Findings => {}
        }
        self.detail_top = 0;
        self.resize();
        Vec::new()
    }

    fn scroll(&mut self, action: Action, about: &About) {
        let (width, height) = self.size;
        let pane = self.panes(Rect::new(0, 0, width, height)).detail;
        let last = self
            .sheet(about)
            .map_or(0, |sheet| sheet.last_top(about.ruler, pane));
        let half = usize::from(pane.height / 2).max(1);
        self.detail_top = match action {
            Action::DetailUp => self.detail_top.saturating_sub(half),
            _ => (self.detail_top + half).min(last),
        };
    }

    fn changed(&mut self, topics: &[String]) -> Vec<Effect> {
        let touched = |names: &[&str]| topics.iter().any(|topic| names.contains(&topic.as_str()));
        if touched(&["finding"]) {
            return self.fetch();
        }
        if touched(&BOARD_TOPICS) {
            return self.fetch_board();
        }
        Vec::new()
    }
}

impl Page for Inspection {
    fn name(&self) -> PageName {
        PageName::Inspection
    }

    fn place(&self) -> Place {
        if self.is_filtering() {
            Place::Filter
        } else {
            Place::Inspection
        }
    }

    fn update(&mut self, message: Message, about: &About) -> Vec<Effect> {
        match message {
            Message::Shown => self.shown(about),
            Message::Hidden => {
                self.visible = false;
                Vec::new()
            }
            Message::Space { width, height } => {
                self.size = (width, height);
                self.resize();
                Vec::new()
            }
            Message::Action(action) => self.go(action, about),
            Message::Text(text) => {
                match self.side {
                    Side::Board => self.board.insert(&text),
                    Side::Findings => self.findings.insert(&text),
                }
                Vec::new()
            }
            // Waits grow and posts fall empty without anybody doing anything.
            Message::Clock => {
                self.today = about.today();
                if self.visible {
                    self.fetch_board()
                } else {
                    Vec::new()
                }
            }
            Message::Rest => {
                self.rest();
                Vec::new()
            }
            Message::Answer { purpose, result } if purpose == self.staff.purpose() => {
                self.take_staff(result, about)
            }
            Message::Answer {
                purpose,
                result: Ok(answer),
            } => self.take(purpose, answer, about),
            // What was shown as seen before the hall agreed is asked for again.
            Message::Answer {
                purpose: "did.round",
                ..
            } => self.fetch_board(),
            Message::Answer { .. } => Vec::new(),
            Message::Submitted { form, values } => self.submit(&form, values),
            Message::Confirmed { question } => self.confirmed(question),
            Message::Command(text) => self.command(&text),
            Message::Changed(topics) => self.changed(&topics),
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        self.draw(canvas, area, about);
    }

    fn footer(&self) -> &'static [Action] {
        if self.walks() {
            act::WALKER_FOOTER
        } else {
            act::CONCERNED_FOOTER
        }
    }

    fn available(&self, action: Action) -> Availability {
        if self.can(action) {
            Availability::Now
        } else {
            Availability::NotNow
        }
    }

    fn is_restless(&self) -> bool {
        match self.side {
            Side::Board => self.board.is_restless(),
            Side::Findings => self.findings.is_restless(),
        }
    }

    fn is_waiting(&self) -> bool {
        self.wish.is_some()
    }

    fn unfinished(&self, about: &About) -> Option<String> {
        let round = self.round.as_ref()?;
        Some(about.with(
            "inspection-unfinished",
            &[
                ("seen", round.open_seen.into()),
                ("open", round.open_windows.into()),
            ],
        ))
    }
}
