//! How the inspection page is drawn: how far the round is, the board of windows, the findings, the detail of one.

use ratatui::layout::Rect;

use super::rows::{FindingRow, WindowRow, finding_sign, window_sign};
use super::sheet::{finding_sheet, window_sheet};
use super::{Inspection, Side, Which};
use crate::console::canvas::Canvas;
use crate::console::listing::Record as _;
use crate::console::message::About;
use crate::console::pages::common::{Panes, countdown, draw_empty, lamp_of};
use crate::console::pages::detail::{Detail, filter_line, is_narrowed};
use crate::console::pages::words::{self, minutes, minutes_since, term};
use crate::console::table::{self, Column, Row};
use crate::console::theme::{Glyphs, Ink, Theme};
use crate::i18n::Lang;
use crate::rules::views::window::WindowState;

/// The columns of a window's code, or of the title over it in English.
const WINDOW_WIDTH: u16 = 6;

/// Which pane shows what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) board: Option<Rect>,
    pub(super) findings: Option<Rect>,
    pub(super) detail: Rect,
    lines: Panes,
}

impl Layout {
    /// Three panes for those who see the board too, else one list and the detail.
    pub(super) fn new(panes: Panes, walks: bool, side: Side) -> Layout {
        let wide = panes.over.is_none();
        if let (true, true, Some(beside)) = (wide, walks, panes.beside) {
            return Layout {
                board: Some(panes.list),
                findings: Some(panes.detail),
                detail: beside,
                lines: panes,
            };
        }
        // One detail takes the place of the two lower panes.
        let detail = panes.beside.map_or(panes.detail, |beside| Rect {
            width: beside.right() - panes.detail.x,
            ..panes.detail
        });
        let (board, findings) = match side {
            Side::Board => (Some(panes.list), None),
            Side::Findings => (None, Some(panes.list)),
        };
        Layout {
            board,
            findings,
            detail,
            lines: Panes {
                beside: None,
                ..panes
            },
        }
    }
}

impl Inspection {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let top = Rect { height: 1, ..area };
        match self.side {
            Side::Board if is_narrowed(&self.board) => {
                filter_line(canvas, top, &self.board, about);
            }
            Side::Findings if is_narrowed(&self.findings) => {
                filter_line(canvas, top, &self.findings, about);
            }
            Side::Board | Side::Findings => self.draw_notice(canvas, top, about),
        }
        let layout = self.panes(area);
        layout.lines.draw_lines(canvas);
        if let Some(pane) = layout.board {
            self.draw_board(canvas, pane, about);
        }
        if let Some(pane) = layout.findings {
            self.draw_findings(canvas, pane, about);
        }
        let glyphs = *canvas.glyphs();
        if let Some(sheet) = self.sheet_with(about, &glyphs) {
            sheet.draw(canvas, layout.detail, self.detail_top);
        }
    }

    /// The first line: how far the round is, else the hall at a glance.
    fn draw_notice(&self, canvas: &mut Canvas<'_>, line: Rect, about: &About) {
        let dot = format!(" {} ", canvas.glyphs().dot);
        let mut pieces = Vec::new();
        if self.walks() {
            self.say_round(about, &mut pieces);
            let idle = self.board.all().iter().filter(|row| row.view.idle).count();
            if idle > 0 {
                let text = about.with("inspection-idle-count", &[("count", idle.into())]);
                pieces.push((text, Ink::Bad));
            }
            let hall = about.with(
                "inspection-hall",
                &[
                    ("open", self.signed_on.into()),
                    ("waiting", self.waiting.into()),
                ],
            );
            pieces.push((hall, Ink::Plain));
        }
        let key = match (self.sees_all(), self.which) {
            (true, Which::Open) => "inspection-count",
            (true, Which::All) => "inspection-count-all",
            (false, Which::Open) => "inspection-count-mine",
            (false, Which::All) => "inspection-count-mine-all",
        };
        let count = about.with(key, &[("count", self.findings.all().len().into())]);
        pieces.push((count, Ink::Plain));
        let mut x = line.x;
        for (index, (text, ink)) in pieces.iter().enumerate() {
            if index > 0 {
                x += canvas.print(x, line.y, line.right().saturating_sub(x), &dot, Ink::Faint);
            }
            x += canvas.print(x, line.y, line.right().saturating_sub(x), text, *ink);
        }
    }

    fn say_round(&self, about: &About, pieces: &mut Vec<(String, Ink)>) {
        let Some(round) = &self.round else {
            let text = about.with(
                "inspection-rounds-today",
                &[("count", self.complete_today.into())],
            );
            pieces.push((text, Ink::Strong));
            return;
        };
        let since = words::time(about, round.opened_at);
        pieces.push((
            about.with("inspection-round-since", &[("time", since.into())]),
            Ink::Strong,
        ));
        let progress = about.with(
            "inspection-progress",
            &[
                ("seen", round.open_seen.into()),
                ("open", round.open_windows.into()),
            ],
        );
        let (word, ink) = if round.complete {
            ("inspection-complete", Ink::Good)
        } else {
            ("inspection-incomplete", Ink::Warn)
        };
        pieces.push((format!("{progress} {}", about.t(word)), ink));
    }

    fn draw_board(&self, canvas: &mut Canvas<'_>, pane: Rect, about: &About) {
        let mut sight = self.board.sight();
        if sight.count == 0 {
            if !self.board.filter().0.value().is_empty() {
                draw_empty(canvas, pane, &about.t("list-none-found"));
            }
            return;
        }
        if self.side != Side::Board {
            sight.selected = None;
        }
        let glyphs = *canvas.glyphs();
        table::draw(canvas, pane, &board_columns(about), sight, |index| {
            self.board.at(index).map_or_else(Row::default, |row| Row {
                cells: board_cells(about, &glyphs, row),
                marked: self.was_seen(row),
            })
        });
    }

    fn was_seen(&self, row: &WindowRow) -> bool {
        self.round
            .as_ref()
            .is_some_and(|round| round.seen.contains(&row.view.window))
    }

    fn draw_findings(&self, canvas: &mut Canvas<'_>, pane: Rect, about: &About) {
        let mut sight = self.findings.sight();
        if sight.count == 0 {
            self.draw_no_findings(canvas, pane, about);
            return;
        }
        if self.side != Side::Findings {
            sight.selected = None;
        }
        let glyphs = *canvas.glyphs();
        table::draw(canvas, pane, &finding_columns(about), sight, |index| {
            self.findings
                .at(index)
                .map_or_else(Row::default, |finding| Row {
                    cells: finding_cells(about, &glyphs, finding),
                    marked: false,
                })
        });
    }

    fn draw_no_findings(&self, canvas: &mut Canvas<'_>, pane: Rect, about: &About) {
        if !self.loaded {
            return;
        }
        let key = if !self.findings.filter().0.value().is_empty() {
            "list-none-found"
        } else if self.walks() {
            "inspection-empty"
        } else {
            "inspection-empty-mine"
        };
        let args = [
            ("raise", about.t("action-finding-raise").into()),
            ("scope", about.t("action-scope").into()),
        ];
        draw_empty(canvas, pane, &about.with(key, &args));
    }

    /// The detail of what is shown, for scrolling.
    pub(super) fn sheet(&self, about: &About) -> Option<Detail> {
        // Lines are as long with any signs, which are one column wide each.
        self.sheet_with(about, Theme::default().glyphs())
    }

    fn sheet_with(&self, about: &About, glyphs: &Glyphs) -> Option<Detail> {
        match self.side {
            Side::Board => self.board.rested().map(|row| {
                let all = self.findings.all().iter();
                let here = all.filter(|finding| finding.view.window == row.view.window);
                window_sheet(about, row, here)
            }),
            Side::Findings => self
                .findings
                .rested()
                .map(|finding| finding_sheet(about, glyphs, &finding.view, finding.words())),
        }
    }
}

fn board_columns(about: &About) -> [Column; 7] {
    [
        Column::fixed(about.t("col-window"), WINDOW_WIDTH),
        // The widest word of a state, or a lost window with its time.
        Column::fixed(about.t("col-state"), 12),
        Column::flexible(about.t("col-person"), 6, 12, 1),
        Column::fixed(about.t("col-ticket"), 11),
        Column::fixed(about.t("col-waiting"), 5).right(),
        Column::fixed(about.t("col-longest"), 7).right().rank(2),
        Column::flexible(about.t("col-name"), 10, 36, 3).rank(3),
    ]
}

fn board_cells(about: &About, glyphs: &Glyphs, row: &WindowRow) -> Vec<(String, Ink)> {
    let view = &row.view;
    let ink = if row.is_open() {
        Ink::Plain
    } else {
        Ink::Still
    };
    let state = if view.idle {
        let word = about.t("inspection-idle");
        (format!("{} {word}", glyphs.lamps[2]), Ink::Bad)
    } else {
        let word = term(about, "window-state", &view.state);
        let ink = match view.state {
            WindowState::Paused => Ink::Warn,
            WindowState::Lost => Ink::Bad,
            WindowState::Closed => Ink::Still,
            WindowState::Open | WindowState::Serving => Ink::Plain,
        };
        let since = view
            .since
            .filter(|_| view.state == WindowState::Lost)
            .map_or_else(String::new, |since| {
                format!(" {}", words::time(about, since))
            });
        (format!("{} {word}{since}", window_sign(view.state)), ink)
    };
    let ticket = view.ticket.as_ref().map_or_else(String::new, |ticket| {
        let minutes = minutes(about, minutes_since(about, ticket.since));
        format!("{} {minutes}", ticket.number)
    });
    let count = |count: usize| {
        if count == 0 {
            String::new()
        } else {
            count.to_string()
        }
    };
    let longest = if view.waiting == 0 {
        String::new()
    } else {
        minutes(about, view.longest_wait_minutes.into())
    };
    vec![
        (row.id().to_owned(), ink),
        state,
        (row.person().to_owned(), ink),
        (ticket, ink),
        (count(view.waiting), ink),
        (longest, ink),
        (row.name(about.messages.lang()).to_owned(), ink),
    ]
}

fn finding_columns(about: &About) -> [Column; 6] {
    // The widest word of a state, and of a countdown, in each language.
    let (state, due) = match about.messages.lang() {
        Lang::ZhCn => (10, 10),
        Lang::En => (14, 12),
    };
    [
        Column::fixed(about.t("col-number"), 12),
        Column::fixed(about.t("col-stage"), state),
        Column::fixed(about.t("col-due"), due).rank(1),
        Column::fixed(about.t("col-window"), WINDOW_WIDTH),
        Column::flexible(about.t("col-person"), 6, 12, 1).rank(2),
        Column::flexible(about.t("inspection-code"), 10, 40, 3).rank(3),
    ]
}

fn finding_cells(about: &About, glyphs: &Glyphs, finding: &FindingRow) -> Vec<(String, Ink)> {
    let view = &finding.view;
    let ink = if view.ended_at.is_some() {
        Ink::Still
    } else {
        Ink::Plain
    };
    let due = view.left.map_or_else(
        || (String::new(), Ink::Plain),
        |left| countdown(about, glyphs, left, lamp_of(left)),
    );
    vec![
        (view.number.clone(), ink),
        (
            format!(
                "{} {}",
                finding_sign(view.state),
                term(about, "finding-state", &view.state)
            ),
            ink,
        ),
        due,
        (view.window.to_string(), ink),
        (view.person_name.clone().unwrap_or_default(), ink),
        (finding.words().to_owned(), ink),
    ]
}
