//! The board: every window with state, person, ticket and lines, those first where somebody is needed.

use std::cmp::Reverse;

use ratatui::layout::Rect;

use super::{WindowPage, WindowRow, forms};
use crate::console::canvas::Canvas;
use crate::console::message::About;
use crate::console::pages::detail::Detail;
use crate::console::pages::words::{minutes, minutes_since, term, time};
use crate::console::table::{self, Column, Row};
use crate::console::theme::Ink;
use crate::rules::hall_clock::ClockState;
use crate::rules::views::hall::{HallStatus, QueueView};
use crate::rules::views::window::{WindowState, WindowView};

/// How much a window needs somebody: idle while people wait, its terminal lost or nobody there for a line, paused
/// with a line.
fn need(hall: &HallStatus, window: &WindowView) -> u8 {
    let deserted = |queue: &QueueView| {
        queue.waiting > 0 && queue.open_windows == 0 && window.queues.contains(&queue.queue)
    };
    match window.state {
        _ if window.idle => 0,
        WindowState::Lost => 1,
        WindowState::Closed if hall.queues.iter().any(deserted) => 1,
        WindowState::Paused if window.waiting > 0 => 2,
        WindowState::Open if window.waiting > 0 => 3,
        WindowState::Serving => 4,
        WindowState::Open => 5,
        WindowState::Paused => 6,
        WindowState::Closed => 7,
    }
}

impl WindowPage {
    pub(super) fn arrange_board(&mut self, about: &About) {
        let Some(hall) = &self.hall else {
            return;
        };
        let mut windows: Vec<&WindowView> = hall.windows.iter().collect();
        windows.sort_by_key(|window| {
            (
                need(hall, window),
                Reverse(window.longest_wait_minutes),
                &window.window,
            )
        });
        let rows = windows
            .into_iter()
            .map(|window| WindowRow {
                queues: self.queue_names(window, about),
                view: window.clone(),
            })
            .collect();
        self.board.set(rows);
    }

    fn queue_names(&self, window: &WindowView, about: &About) -> String {
        let names: Vec<&str> = window
            .queues
            .iter()
            .map(|queue| self.queues.name(queue.as_str(), about))
            .collect();
        names.join(" ")
    }

    /// Two lines over the board: how many wait in all, or that the clock stopped the hall, and each
    /// line of people.
    pub(super) fn draw_hall(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let Some(hall) = &self.hall else {
            return;
        };
        // A clock that stopped the hall is the first thing to know.
        let clock = match hall.clock.state {
            ClockState::Ok => None,
            ClockState::Jumped => Some("board-clock-jumped"),
            ClockState::Held => Some("board-clock-held"),
        };
        if let Some(key) = clock {
            canvas.print(area.x, area.y, area.width, &about.t(key), Ink::Bad);
            self.draw_lines(canvas, area, hall, about);
            return;
        }
        let summary = about.with(
            "board-summary",
            &[
                ("waiting", hall.waiting.into()),
                ("serving", hall.serving.into()),
                ("windows", hall.signed_on.into()),
                ("of", hall.windows.len().into()),
                ("open", hall.cases.open.into()),
                ("yellow", hall.cases.yellow.into()),
                ("red", hall.cases.red.into()),
            ],
        );
        canvas.print(area.x, area.y, area.width, &summary, Ink::Strong);
        self.draw_lines(canvas, area, hall, about);
    }

    /// Each line of people, the crowded ones first and marked.
    fn draw_lines(&self, canvas: &mut Canvas<'_>, area: Rect, hall: &HallStatus, about: &About) {
        let mut queues: Vec<&QueueView> =
            hall.queues.iter().filter(|one| one.waiting > 0).collect();
        queues.sort_by_key(|one| (Reverse(one.crowded), Reverse(one.longest_wait_minutes)));
        let mut x = area.x;
        for queue in queues {
            let sign = if queue.crowded { "!" } else { "" };
            let name = self.queues.name(queue.queue.as_str(), about);
            let text = about.with(
                "board-queue",
                &[
                    ("name", name.into()),
                    ("count", queue.waiting.into()),
                    ("minutes", queue.longest_wait_minutes.into()),
                ],
            );
            let text = format!("{sign}{text}");
            let ink = if queue.crowded { Ink::Bad } else { Ink::Plain };
            let width = u16::try_from(canvas.ruler().width(&text)).unwrap_or(u16::MAX);
            if x.saturating_add(width) > area.right() {
                break;
            }
            x += canvas.print(x, area.y + 1, area.right() - x, &text, ink) + 2;
        }
    }

    pub(super) fn draw_board(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let columns = [
            Column::flexible(about.t("field-window"), 9, 16, 1),
            Column::fixed(about.t("column-state"), 8),
            Column::flexible(about.t("column-staff"), 8, 12, 1).rank(2),
            Column::fixed(about.t("column-ticket"), 5),
            Column::fixed(about.t("column-since"), 6).right(),
            Column::fixed(about.t("column-waiting"), 4).right(),
            Column::fixed(about.t("column-longest"), 6).right(),
            Column::flexible(about.t("column-note"), 8, 30, 2).rank(3),
        ];
        table::draw(canvas, area, &columns, self.board.sight(), |row| {
            self.board
                .at(row)
                .map_or_else(Row::default, |row| board_row(row, about))
        });
    }
}

fn board_row(row: &WindowRow, about: &About) -> Row {
    let window = &row.view;
    let ink = state_ink(window);
    let staff = window.badge.as_ref().map_or("", |badge| &badge.name);
    let ticket = window.ticket.as_ref().map_or("", |ticket| &ticket.number);
    let is_open = window.state != WindowState::Closed;
    let in_hand = window.ticket.as_ref().map(|ticket| ticket.since);
    let since = in_hand
        .or(window.free_since)
        .or(window.since.filter(|_| is_open));
    let waits = window.waiting > 0;
    let cells = vec![
        (forms::window_name(about, window).to_owned(), Ink::Plain),
        (term(about, "window-state", &window.state), ink),
        (staff.to_owned(), Ink::Plain),
        (ticket.to_owned(), Ink::Strong),
        (
            since.map_or_else(String::new, |since| {
                minutes(about, minutes_since(about, since))
            }),
            Ink::Plain,
        ),
        (
            if waits {
                window.waiting.to_string()
            } else {
                String::new()
            },
            Ink::Plain,
        ),
        (
            if waits {
                minutes(about, i64::from(window.longest_wait_minutes))
            } else {
                String::new()
            },
            Ink::Plain,
        ),
        note(window, about),
    ];
    Row {
        cells,
        marked: false,
    }
}

/// What a supervisor should know first.
fn note(window: &WindowView, about: &About) -> (String, Ink) {
    if window.idle {
        return (about.t("board-idle"), Ink::Bad);
    }
    if window.state == WindowState::Lost {
        let since = window
            .since
            .map_or_else(String::new, |since| time(about, since));
        return (
            about.with("board-lost", &[("time", since.into())]),
            Ink::Bad,
        );
    }
    match window.reason {
        Some(reason) => (forms::pause_reason(about, reason), Ink::Warn),
        None if !window.held.is_empty() => (
            about.with("board-held", &[("count", window.held.len().into())]),
            Ink::Plain,
        ),
        None if window.first_question_post => (about.t("board-first-question"), Ink::Faint),
        None => (String::new(), Ink::Plain),
    }
}

/// The ink of a window's state.
pub(super) fn state_ink(window: &WindowView) -> Ink {
    match window.state {
        _ if window.idle => Ink::Bad,
        WindowState::Open => Ink::Good,
        WindowState::Serving => Ink::Strong,
        WindowState::Paused => Ink::Warn,
        WindowState::Lost => Ink::Bad,
        WindowState::Closed => Ink::Still,
    }
}

/// A window in full: post, person, lines, tickets (S4, R41).
pub(super) fn detail(row: &WindowRow, about: &About) -> Detail {
    let window = &row.view;
    let mut detail = Detail::default();
    detail.title(forms::window_name(about, window));
    detail.pair(about, "detail-area", &window.area);
    detail.inked(
        about,
        "column-state",
        term(about, "window-state", &window.state),
        state_ink(window),
    );
    if let Some(since) = window.since {
        detail.pair(about, "detail-since", time(about, since));
    }
    if let Some(badge) = &window.badge {
        let badge = format!("{} {} {}", badge.name, badge.post, badge.number);
        detail.pair(about, "detail-badge", badge);
    }
    detail.pair(about, "field-queue", &row.queues);
    detail.gap();
    if let Some(one) = &window.responsible {
        let text = format!("{} {} {}", one.name, one.post, one.phone);
        detail.pair(about, "detail-responsible", text);
    }
    detail.pair(about, "detail-duty", &window.duty);
    detail.gap();
    for ticket in window.ticket.iter().chain(&window.held) {
        let text = format!(
            "{} {}",
            term(about, "ticket-state", &ticket.state),
            time(about, ticket.since)
        );
        detail.line(format!("{}  {text}", ticket.number), Ink::Plain);
    }
    detail
}
