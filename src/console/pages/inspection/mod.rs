//! 巡查: the live board of every window, rounds past them, and findings from raising to the end (R170–R177, M6).
//! Inspectors and directors see board and findings; everybody else the findings that they may answer (R177).
//!
//! The page shows what the hall would allow and asks the hall; it decides nothing.

mod act;
mod forms;
mod rows;
mod view;

use chrono::NaiveDate;
use ratatui::layout::Rect;
use serde::Deserialize;
use serde_json::{Value, json};

use self::rows::{FindingRow, WindowRow, sort_findings, sort_windows};
use super::choices::{Choices, Shelf};
use super::common::{Me, Panes, ROWS_AT_ONCE, THREE_PANES, read_rows};
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Place};
use crate::console::listing::{Listing, Outcome, Record as _, Step};
use crate::console::message::{About, Effect, Message, PageName, Weight};
use crate::console::page::{Availability, Page};
use crate::rules::permission::Role;
use crate::rules::views::finding::FindingView;
use crate::rules::views::round::RoundView;
use crate::rules::views::window::WindowView;

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

/// The hall at a glance, as far as the board shows it.
#[derive(Clone, Debug, Default, Deserialize)]
struct Status {
    windows: Vec<WindowView>,
    waiting: usize,
    signed_on: usize,
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
    choices: Choices,
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
            choices: Choices::new(&[Shelf::Staff]),
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
        let mut params = json!({ "limit": ROWS_AT_ONCE, "cursor": cursor });
        if !self.sees_all() {
            params["mine"] = json!(true);
        }
        if self.which == Which::All {
            params["closed"] = json!(true);
        }
        Effect::Fetch {
            method: "finding.list",
            params,
            purpose: "findings",
        }
    }

    fn fetch_board(&self) -> Vec<Effect> {
        let Some(me) = self.me.code.as_ref().filter(|_| self.walks()) else {
            return Vec::new();
        };
        let fetch = |method, params, purpose| Effect::Fetch {
            method,
            params,
            purpose,
        };
        vec![
            fetch("hall.status", json!({}), "board"),
            fetch("round.list", json!({ "inspector": me }), "round"),
            fetch(
                "round.list",
                json!({ "on": self.today, "closed": true, "limit": ROWS_AT_ONCE }),
                "today",
            ),
        ]
    }

    /// Everything that the page shows.
    fn fetch(&mut self) -> Vec<Effect> {
        self.arriving.clear();
        let mut effects = self.fetch_board();
        effects.push(self.fetch_findings(None));
        if self.walks() {
            effects.extend(self.choices.fetch());
        }
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

    fn take(&mut self, purpose: &'static str, answer: &Value, about: &About) -> Vec<Effect> {
        if let Some(more) = self.choices.take(purpose, answer) {
            return more;
        }
        match purpose {
            "board" => self.take_board(answer),
            "findings" => return self.take_findings(answer, about),
            "round" => {
                let rounds = read_rows::<RoundView>(answer).map_or_else(Vec::new, |page| page.rows);
                self.round = rounds.into_iter().find(|round| round.state == "open");
            }
            "today" => {
                let rounds = read_rows::<RoundView>(answer).map_or_else(Vec::new, |page| page.rows);
                let complete = |round: &&RoundView| round.state == "closed" && round.complete;
                self.complete_today = rounds.iter().filter(complete).count();
            }
            "did.round" => return self.did_round(answer, about),
            "did.raise" => return self.did_finding(answer, about, Side::Board),
            "did.finding" => return self.did_finding(answer, about, Side::Findings),
            _ => {}
        }
        Vec::new()
    }

    fn take_board(&mut self, answer: &Value) {
        let Ok(status) = Status::deserialize(answer) else {
            return;
        };
        (self.waiting, self.signed_on) = (status.waiting, status.signed_on);
        let mut rows: Vec<WindowRow> = status
            .windows
            .into_iter()
            .map(|view| WindowRow { view })
            .collect();
        sort_windows(&mut rows);
        self.board.set(rows);
        self.resize();
    }

    fn take_findings(&mut self, answer: &Value, about: &About) -> Vec<Effect> {
        let Some(page) = read_rows::<FindingView>(answer) else {
            return vec![Effect::Say(Weight::Bad, about.t("answer-unreadable"))];
        };
        self.arriving.extend(page.rows);
        // Open work is shown whole, since it is put in order here; what is closed comes newest first.
        if let Some(next) = page.next.filter(|_| self.which == Which::Open) {
            return vec![self.fetch_findings(Some(&next))];
        }
        let views = std::mem::take(&mut self.arriving);
        let mut rows: Vec<FindingRow> = views
            .into_iter()
            .map(|view| {
                let word = view::word_of(view.code);
                let words = forms::prohibition(about, &word);
                FindingRow::new(view, words)
            })
            .collect();
        if self.which == Which::Open {
            sort_findings(&mut rows);
        }
        let before = self.findings.all().len();
        let more = self.loaded && !self.sees_all() && rows.len() > before;
        self.findings.set(rows);
        self.loaded = true;
        if let Some(wanted) = self.wanted.take() {
            self.findings.select(&wanted);
        }
        self.resize();
        // Whom a finding concerns sees it at once (R177).
        if more {
            return vec![
                Effect::Ring,
                Effect::Say(Weight::Note, about.t("inspection-new-about-you")),
            ];
        }
        Vec::new()
    }

    fn did_round(&mut self, answer: &Value, about: &About) -> Vec<Effect> {
        let Ok(round) = serde_json::from_value::<RoundView>(answer.clone()) else {
            return self.fetch();
        };
        let began = self.round.is_none();
        let args = [
            ("seen", round.open_seen.into()),
            ("open", round.open_windows.into()),
        ];
        if round.state == "closed" {
            self.round = None;
            let mut effects = vec![Effect::Say(
                Weight::Done,
                about.with("inspection-round-closed", &args),
            )];
            effects.extend(self.fetch_board());
            return effects;
        }
        self.round = Some(round);
        if began {
            self.side = Side::Board;
            self.resize();
            return vec![Effect::Say(
                Weight::Done,
                about.with("inspection-round-open", &args),
            )];
        }
        Vec::new()
    }

    /// A finding was raised or went on: it is selected, and the keys stay on the side from which it was done.
    fn did_finding(&mut self, answer: &Value, about: &About, side: Side) -> Vec<Effect> {
        let Ok(view) = serde_json::from_value::<FindingView>(answer.clone()) else {
            return self.fetch();
        };
        let state = about.t(&format!("finding-state-{}", view.state.as_str()));
        let said = about.with(
            "inspection-did",
            &[("number", (&view.number).into()), ("state", state.into())],
        );
        self.wanted = Some(view.id.to_string());
        if side == Side::Board
            && let Some(round) = &mut self.round
        {
            // The window counts as seen (R170); the hall's own count comes with the next answer.
            if !round.seen.contains(&view.window) {
                round.seen.push(view.window.clone());
            }
            if self.side == Side::Board {
                self.to_next_unseen();
            }
        }
        let mut effects = vec![Effect::Say(Weight::Done, said)];
        effects.extend(self.fetch());
        effects
    }

    /// A number typed under `:`: a window's code or a finding's number.
    fn command(&mut self, text: &str, about: &About) -> Vec<Effect> {
        let text = text.trim();
        if self.walks() && self.board.select(&text.to_lowercase()) {
            self.side = Side::Board;
            return Vec::new();
        }
        let number = text.to_uppercase();
        let found = self.findings.all().iter().find(|row| {
            row.view.number == number || row.id() == text || row.view.number.ends_with(&number)
        });
        match found.map(|row| row.id().to_owned()) {
            Some(id) => {
                self.side = Side::Findings;
                self.findings.select(&id);
                Vec::new()
            }
            None if self.which == Which::All => vec![Effect::Say(
                Weight::Bad,
                about.with("inspection-no-such", &[("number", text.into())]),
            )],
            None => {
                (self.which, self.side) = (Which::All, Side::Findings);
                self.wanted = Some(text.to_owned());
                self.fetch()
            }
        }
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
        let step = if width >= THREE_PANES {
            Step::HalfScreen
        } else {
            Step::Row
        };
        let rows = |pane: Option<Rect>| pane.map_or(1, |pane| pane.height.saturating_sub(1));
        self.board.resize(rows(layout.board), step);
        self.findings.resize(rows(layout.findings), step);
    }

    fn rest(&mut self) {
        let before = (
            self.board.rested().map(WindowRow::id),
            self.findings.rested().map(FindingRow::id),
        );
        let before = (before.0.map(str::to_owned), before.1.map(str::to_owned));
        self.board.rest();
        self.findings.rest();
        let after = (
            self.board.rested().map(|row| row.id().to_owned()),
            self.findings.rested().map(|row| row.id().to_owned()),
        );
        if before != after {
            self.detail_top = 0;
        }
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
            (Side::Board, _) => (Side::Findings, Which::Open),
            (Side::Findings, Which::Open) => (Side::Findings, Which::All),
            (Side::Findings, Which::All) if self.walks() => (Side::Board, Which::Open),
            (Side::Findings, Which::All) => (Side::Findings, Which::Open),
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
            Message::Answer {
                purpose,
                result: Ok(answer),
            } => self.take(purpose, &answer, about),
            Message::Answer {
                purpose,
                result: Err(_),
            } => {
                self.choices.failed(purpose);
                // What was shown as seen before the hall agreed is asked for again.
                if purpose == "did.round" {
                    self.fetch_board()
                } else {
                    Vec::new()
                }
            }
            Message::Submitted { form, values } => self.submit(&form, values),
            Message::Confirmed { question } => self.confirmed(question),
            Message::Command(text) => self.command(&text, about),
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
