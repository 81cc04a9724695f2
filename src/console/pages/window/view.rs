//! How the window page is drawn: one above the other up to 119 columns, side by side beyond.

use ratatui::layout::Rect;

use super::act::{priority, view_wait};
use super::{Scope, TicketRow, WindowPage, board, forms};
use crate::console::canvas::Canvas;
use crate::console::keymap::Action;
use crate::console::message::{About, Effect, Weight};
use crate::console::pages::detail::{Detail, WIDE, filter_line, is_narrowed, split};
use crate::console::pages::words::{minutes, minutes_since, priority_ink, term, ticket_ink, time};
use crate::console::table::{self, Column, Row};
use crate::console::text::Align;
use crate::console::theme::Ink;
use crate::rules::ticket::TicketState;
use crate::rules::views::ticket::TicketView;
use crate::rules::views::window::{AtWindow, WindowView};

/// Rows over the board.
pub(super) const BOARD_HEAD_ROWS: u16 = 3;
/// Rows of the block with the ticket in hand.
const HAND_ROWS: u16 = 3;
/// Columns of the block with the number in hand.
const NUMBER_WIDTH: u16 = 13;
/// Columns of the desk at the left of a wide page.
const DESK_WIDTH: u16 = 42;
/// Columns of the detail at the right of a wide page.
const DETAIL_WIDTH: u16 = 40;

impl WindowPage {
    /// Rows over the list of a narrow page.
    pub(super) fn head_rows(&self) -> u16 {
        match &self.desk {
            Some(desk) => 1 + post_rows(desk) + HAND_ROWS + 2,
            None => 1,
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        if !self.looked {
            canvas.print(
                area.x,
                area.y,
                area.width,
                &about.t("page-loading"),
                Ink::Faint,
            );
            return;
        }
        if self.scope == Scope::Board {
            self.draw_board_page(canvas, area, about);
        } else if area.width >= WIDE {
            self.draw_wide(canvas, area, about);
        } else {
            self.draw_narrow(canvas, area, about);
        }
    }

    fn draw_narrow(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let head = self.head_rows();
        match &self.desk {
            Some(desk) => self.draw_desk(canvas, area, desk, about),
            None => self.draw_no_desk(canvas, area, about),
        }
        let list = Rect {
            y: area.y + head,
            height: area.height.saturating_sub(head),
            ..area
        };
        self.draw_tickets(canvas, list, about);
    }

    fn draw_wide(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let (left, rest) = split(canvas, area, DESK_WIDTH);
        let left = Rect {
            width: left.width.saturating_sub(1),
            ..left
        };
        match &self.desk {
            Some(desk) => self.draw_desk(canvas, left, desk, about),
            None => self.draw_no_desk(canvas, left, about),
        }
        let middle = rest.width.saturating_sub(DETAIL_WIDTH + 2);
        let (list, detail) = split(canvas, rest, middle);
        self.draw_tickets(canvas, list, about);
        if let Some(row) = self.tickets.rested() {
            ticket_detail(row, about).draw(canvas, detail, self.detail_top);
        }
    }

    fn draw_board_page(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        self.draw_hall(canvas, area, about);
        let below = Rect {
            y: area.y + BOARD_HEAD_ROWS,
            height: area.height.saturating_sub(BOARD_HEAD_ROWS),
            ..area
        };
        if is_narrowed(&self.board) {
            let line = Rect {
                y: below.y - 1,
                height: 1,
                ..area
            };
            filter_line(canvas, line, &self.board, about);
        }
        if area.width < WIDE {
            self.draw_board(canvas, below, about);
            return;
        }
        let (list, detail) = split(canvas, below, below.width.saturating_sub(DETAIL_WIDTH + 2));
        self.draw_board(canvas, list, about);
        if let Some(row) = self.board.rested() {
            board::detail(row, about).draw(canvas, detail, self.detail_top);
        }
    }

    fn draw_no_desk(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let key = if self.can(Action::WindowSignOn) {
            "window-not-signed-on"
        } else {
            "window-hall-tickets"
        };
        canvas.print(area.x, area.y, area.width, &about.t(key), Ink::Strong);
    }

    /// Window and badge, the first-question post (S4), the ticket in hand, held ones and the next.
    fn draw_desk(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &WindowView, about: &About) {
        // How long a ticket is in hand stands beside its number.
        let since = desk
            .since
            .filter(|_| desk.ticket.is_none())
            .map_or_else(String::new, |since| {
                minutes(about, minutes_since(about, since))
            });
        let reason = desk
            .reason
            .map_or_else(String::new, |reason| forms::pause_reason(about, reason));
        let badge = desk.badge.as_ref().map_or_else(String::new, |badge| {
            format!("{} {} {}", badge.name, badge.post, badge.number)
        });
        let state = term(about, "window-state", &desk.state);
        let pieces = [
            (forms::window_name(about, desk), Ink::Title),
            ("  ", Ink::Plain),
            (state.as_str(), board::state_ink(desk)),
            (" ", Ink::Plain),
            (reason.as_str(), Ink::Warn),
            (since.as_str(), Ink::Plain),
            ("  ", Ink::Plain),
            (badge.as_str(), Ink::Plain),
        ];
        canvas.print_all(area.x, area.y, area.width, pieces);
        let mut y = area.y + 1;
        if desk.first_question_post {
            canvas.print(area.x, y, area.width, &post(desk, about), Ink::Faint);
            y += 1;
        }
        let hand = Rect {
            y,
            height: HAND_ROWS,
            ..area
        };
        self.draw_hand(canvas, hand, about);
        y += HAND_ROWS;
        let (held, ahead) = (held_line(desk, about), self.line_ahead(about));
        if self.size.0 < WIDE {
            canvas.print(area.x, y, area.width, &held, Ink::Plain);
            canvas.print(area.x, y + 1, area.width, &ahead, Ink::Plain);
            return;
        }
        let mut below = Detail::default();
        below.gap().line(held, Ink::Plain).gap();
        below.line(ahead, Ink::Plain).gap();
        below.line(self.day(about), Ink::Faint);
        let area = Rect {
            y,
            height: area.bottom().saturating_sub(y),
            ..area
        };
        below.draw(canvas, area, 0);
    }

    /// The day's figures.
    fn day(&self, about: &About) -> String {
        let done = self
            .ended
            .iter()
            .filter(|ticket| ticket.state == TicketState::Done)
            .count();
        about.with(
            "window-today",
            &[
                ("done", done.into()),
                ("other", (self.ended.len() - done).into()),
            ],
        )
    }

    /// The number in a block of its own, with what is known of the visit beside it.
    fn draw_hand(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let Some(hand) = self.in_hand() else {
            let key = if self.is_paused() {
                "window-paused-hint"
            } else if self.callable().next().is_some() {
                "window-free-hint"
            } else {
                "window-free"
            };
            canvas.print(area.x, area.y + 1, area.width, &about.t(key), Ink::Faint);
            return;
        };
        let spaced: Vec<String> = hand.number.chars().map(String::from).collect();
        let spaced = spaced.join(" ");
        let width = usize::from(NUMBER_WIDTH);
        let used = canvas.ruler().width(&spaced);
        let middle = format!(
            "{}{spaced}",
            " ".repeat(width.saturating_sub(used).div_ceil(2))
        );
        for (row, text) in (area.y..).zip(["", middle.as_str(), ""]) {
            canvas.column(area.x, row, NUMBER_WIDTH, text, Align::Left, Ink::Lit);
        }
        let beside = Rect {
            x: area.x + NUMBER_WIDTH + 2,
            width: area.width.saturating_sub(NUMBER_WIDTH + 2),
            ..area
        };
        self.draw_beside(canvas, beside, hand, about);
    }

    fn draw_beside(&self, canvas: &mut Canvas<'_>, area: Rect, hand: &AtWindow, about: &About) {
        let for_minutes = minutes(about, minutes_since(about, hand.since));
        let state = about.with(
            "window-in-hand",
            &[
                ("state", term(about, "ticket-state", &hand.state).into()),
                ("minutes", for_minutes.into()),
            ],
        );
        let Some(ticket) = self.in_hand_view() else {
            canvas.print(area.x, area.y, area.width, &state, Ink::Strong);
            return;
        };
        let calls = about.with("window-calls", &[("count", ticket.calls.into())]);
        let called = if hand.state == TicketState::Called {
            calls.as_str()
        } else {
            ""
        };
        canvas.print_all(
            area.x,
            area.y,
            area.width,
            [
                (state.as_str(), Ink::Strong),
                ("  ", Ink::Plain),
                (called, Ink::Plain),
            ],
        );
        let queue = self.queues.name(ticket.queue.as_str(), about);
        let class = priority(about, ticket);
        canvas.print_all(
            area.x,
            area.y + 1,
            area.width,
            [
                (queue, Ink::Plain),
                ("  ", Ink::Plain),
                (class.as_str(), priority_ink(ticket.priority)),
                ("  ", Ink::Plain),
                (visitor(ticket), Ink::Plain),
            ],
        );
        canvas.print(
            area.x,
            area.y + 2,
            area.width,
            &waited(ticket, about),
            Ink::Plain,
        );
    }

    /// Who comes next, how many wait, and for how long the longest.
    fn line_ahead(&self, about: &About) -> String {
        let Some(next) = self.callable().next() else {
            return about.t("window-line-empty");
        };
        let waited = |row: &TicketRow| minutes_since(about, row.view.issued_at);
        let longest = self.callable().map(waited).max().unwrap_or(0);
        about.with(
            "window-line",
            &[
                ("number", (&next.view.number).into()),
                ("minutes", waited(next).into()),
                ("count", self.callable().count().into()),
                ("longest", longest.into()),
            ],
        )
    }

    fn draw_tickets(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let mut area = area;
        if is_narrowed(&self.tickets) {
            filter_line(canvas, area, &self.tickets, about);
            area.y += 1;
            area.height = area.height.saturating_sub(1);
        }
        if self.tickets.sight().count == 0 {
            let key = if self.tickets.all().is_empty() {
                "window-empty"
            } else {
                "list-no-match"
            };
            canvas.print(area.x, area.y, area.width, &about.t(key), Ink::Faint);
            return;
        }
        let columns = [
            Column::fixed(about.t("column-number"), 5),
            Column::flexible(about.t("field-queue"), 8, 20, 2),
            Column::flexible(about.t("column-priority"), 10, 18, 2).rank(2),
            Column::fixed(about.t("column-waited"), 7).right(),
            Column::flexible(about.t("column-state"), 8, 24, 2),
            Column::flexible(about.t("field-visitor"), 6, 16, 1).rank(3),
        ];
        table::draw(canvas, area, &columns, self.tickets.sight(), |row| {
            self.tickets
                .at(row)
                .map_or_else(Row::default, |row| self.ticket_row(row, about))
        });
    }

    fn ticket_row(&self, row: &TicketRow, about: &About) -> Row {
        let ticket = &row.view;
        let open = ticket.state.is_open();
        let waited = if open {
            minutes(about, minutes_since(about, ticket.issued_at))
        } else {
            time(about, ticket.since)
        };
        let ink = if open { Ink::Plain } else { Ink::Still };
        let cells = vec![
            (ticket.number.clone(), ink),
            (row.queue.clone(), ink),
            (
                priority(about, ticket),
                if open {
                    priority_ink(ticket.priority)
                } else {
                    ink
                },
            ),
            (waited, ink),
            (self.state_words(ticket, about), ticket_ink(ticket.state)),
            (visitor(ticket).to_owned(), ink),
        ];
        Row {
            cells,
            marked: false,
        }
    }

    /// The state, and where the ticket is or was sent, unless that is this window.
    fn state_words(&self, ticket: &TicketView, about: &About) -> String {
        let state = term(about, "ticket-state", &ticket.state);
        let here = self.desk.as_ref().map(|desk| &desk.window);
        match (&ticket.outcome, &ticket.window) {
            (Some(outcome), _) => {
                format!("{state} {}", term(about, "outcome", outcome))
            }
            (None, Some(window)) if Some(window) != here => {
                format!("{state} {}", self.name_of(ticket, about))
            }
            _ => state,
        }
    }

    /// The name of a ticket's window in the reader's language, as far as the board has shown it.
    fn name_of(&self, ticket: &TicketView, about: &About) -> String {
        let on_board = self
            .board
            .all()
            .iter()
            .find(|row| Some(&row.view.window) == ticket.window.as_ref());
        on_board.map_or_else(
            || ticket.window_name.clone().unwrap_or_default(),
            |row| forms::window_name(about, &row.view).to_owned(),
        )
    }

    pub(super) fn open_detail(&self, about: &About) -> Vec<Effect> {
        let reader = match self.scope {
            Scope::Board => self
                .board
                .selected()
                .map(|row| board::detail(row, about).reader(row.view.name.clone())),
            Scope::Own | Scope::Hall => self
                .tickets
                .selected()
                .map(|row| ticket_detail(row, about).reader(row.view.number.clone())),
        };
        match reader {
            Some(reader) => vec![Effect::Read(Box::new(reader))],
            None => vec![Effect::Say(Weight::Note, about.t("list-empty"))],
        }
    }
}

/// The tickets that come back here, each with its time (R35).
fn held_line(desk: &WindowView, about: &About) -> String {
    if desk.held.is_empty() {
        return String::new();
    }
    let held: Vec<String> = desk
        .held
        .iter()
        .map(|ticket| {
            let until = ticket
                .due_at
                .map_or_else(String::new, |due| time(about, due));
            about.with(
                "window-held-one",
                &[("number", (&ticket.number).into()), ("time", until.into())],
            )
        })
        .collect();
    about.with("window-held", &[("tickets", held.join("  ").into())])
}

/// 1 where the window is a first-question post, whose line stands under its name.
fn post_rows(desk: &WindowView) -> u16 {
    u16::from(desk.first_question_post)
}

/// The first-question post with the one responsible and the duties (S4, R50).
fn post(desk: &WindowView, about: &About) -> String {
    let (name, phone) = desk
        .responsible
        .as_ref()
        .map_or(("", ""), |one| (one.name.as_str(), one.phone.as_str()));
    about.with(
        "window-post",
        &[
            ("name", name.into()),
            ("phone", phone.into()),
            ("duty", (&desk.duty).into()),
        ],
    )
}

fn visitor(ticket: &TicketView) -> &str {
    ticket
        .visitor
        .as_ref()
        .map_or("", |person| person.name.as_str())
}

/// How long the visitor waited until service began, or waits.
fn waited(ticket: &TicketView, about: &About) -> String {
    let opened: Vec<String> = ticket
        .work
        .iter()
        .map(|work| term(about, "outcome", &work.outcome()))
        .collect();
    let until = if ticket.state == TicketState::Serving {
        (ticket.since - ticket.issued_at).num_minutes().max(0)
    } else {
        minutes_since(about, ticket.issued_at)
    };
    let waited = about.with("window-waited", &[("minutes", until.into())]);
    if opened.is_empty() {
        waited
    } else {
        let opened = about.with("window-opened", &[("work", opened.join(" ").into())]);
        format!("{waited}  {opened}")
    }
}

/// A ticket in full.
fn ticket_detail(row: &TicketRow, about: &About) -> Detail {
    let ticket = &row.view;
    let mut detail = Detail::default();
    detail.title(format!("{}  {}", ticket.number, row.queue));
    detail.inked(
        about,
        "column-state",
        term(about, "ticket-state", &ticket.state),
        ticket_ink(ticket.state),
    );
    detail.inked(
        about,
        "column-priority",
        priority(about, ticket),
        priority_ink(ticket.priority),
    );
    detail.pair(about, "field-visitor", visitor(ticket));
    detail.pair(about, "detail-issued", time(about, ticket.issued_at));
    if let Some(ahead) = ticket.ahead {
        detail.pair(about, "detail-ahead", ahead.to_string());
        detail.pair(about, "detail-wait", view_wait(about, ticket));
    }
    if let Some(name) = &ticket.window_name {
        detail.pair(about, "field-window", name);
    }
    if ticket.calls > 0 {
        detail.pair(about, "detail-calls", ticket.calls.to_string());
    }
    if let Some(at) = ticket.recall_at {
        detail.pair(about, "detail-recall", time(about, at));
    }
    if let Some(reason) = ticket.picked {
        detail.pair(about, "detail-picked", term(about, "pick-reason", &reason));
    }
    if let Some(at) = ticket.due_at {
        detail.pair(about, "detail-held-until", time(about, at));
    }
    if ticket.misses > 0 {
        detail.pair(about, "detail-misses", ticket.misses.to_string());
    }
    if ticket.transfers > 0 {
        detail.pair(about, "detail-transfers", ticket.transfers.to_string());
    }
    if let Some(outcome) = &ticket.outcome {
        detail.pair(about, "detail-outcome", term(about, "outcome", outcome));
    }
    if let Some(cause) = &ticket.abandoned {
        detail.pair(about, "detail-abandoned", term(about, "abandon", cause));
    }
    if let Some(reason) = &ticket.reason {
        detail.pair(about, "field-reason", reason);
    }
    detail
}
