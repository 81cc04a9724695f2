//! How the inspection page is drawn: how far the round is, the board of windows, the findings, the detail of one.

use ratatui::layout::Rect;

use super::rows::{FindingRow, WindowRow, finding_sign, window_sign};
use super::{Inspection, Side, Which};
use crate::console::canvas::Canvas;
use crate::console::listing::Record as _;
use crate::console::message::About;
use crate::console::pages::common::{
    Panes, countdown, draw_empty, draw_filter, lamp_of, minutes_since, moment,
};
use crate::console::pages::sheet::Sheet;
use crate::console::table::{self, Column, Row};
use crate::console::theme::{Glyphs, Ink, Theme};
use crate::i18n::Lang;
use crate::rules::finding::{FindingState, Severity};
use crate::rules::views::finding::FindingView;
use crate::rules::views::window::WindowState;

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

/// The word of a plain enumeration on the wire.
pub(super) fn word_of(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl Inspection {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let top = Rect { height: 1, ..area };
        let filtered = match self.side {
            Side::Board => draw_filter(canvas, top, &self.board, about),
            Side::Findings => draw_filter(canvas, top, &self.findings, about),
        };
        if !filtered {
            self.draw_notice(canvas, top, about);
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
        let since = moment(about, round.opened_at);
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
    pub(super) fn sheet(&self, about: &About) -> Option<Sheet> {
        // Lines are as long with any signs, which are one column wide each.
        self.sheet_with(about, Theme::default().glyphs())
    }

    fn sheet_with(&self, about: &About, glyphs: &Glyphs) -> Option<Sheet> {
        match self.side {
            Side::Board => self.board.rested().map(|row| self.window_sheet(about, row)),
            Side::Findings => self
                .findings
                .rested()
                .map(|finding| finding_sheet(about, glyphs, &finding.view, finding.words())),
        }
    }

    fn window_sheet(&self, about: &About, row: &WindowRow) -> Sheet {
        let view = &row.view;
        let t = |key: &str| about.t(key);
        let mut sheet = Sheet::default();
        let name = row.name(about.messages.lang());
        sheet.title(format!("{}  {name}  {}", view.window, view.area));
        let state = state_word(about, view.state);
        let since = view.since.map(|at| moment(about, at));
        sheet.pair(
            t("col-state"),
            about.with(
                "inspection-since",
                &[
                    ("state", state.into()),
                    ("time", since.unwrap_or_default().into()),
                ],
            ),
        );
        if view.idle {
            sheet.inked(
                t("inspection-idle"),
                t("inspection-idle-explained"),
                Ink::Bad,
            );
        }
        if let Some(badge) = &view.badge {
            sheet.pair(
                t("inspection-person"),
                format!("{}  {}", badge.name, badge.post),
            );
        }
        let held: Vec<String> = view.held.iter().map(|held| held.number.clone()).collect();
        if !held.is_empty() {
            sheet.pair(t("inspection-held"), held.join("  "));
        }
        sheet.pair(
            t("col-waiting"),
            about.with(
                "inspection-waiting",
                &[
                    ("count", view.waiting.into()),
                    ("minutes", view.longest_wait_minutes.into()),
                ],
            ),
        );
        if let Some(responsible) = &view.responsible {
            sheet.pair(
                t("inspection-responsible"),
                format!(
                    "{}  {}  {}",
                    responsible.name, responsible.post, responsible.phone
                ),
            );
        }
        let here = self
            .findings
            .all()
            .iter()
            .filter(|finding| finding.view.window == view.window);
        for finding in here {
            sheet.text(
                format!(
                    "{} {}  {}  {}",
                    finding_sign(finding.view.state),
                    finding.view.number,
                    finding_word(about, finding.view.state),
                    finding.words()
                ),
                Ink::Warn,
            );
        }
        sheet
    }
}

fn finding_sheet(about: &About, glyphs: &Glyphs, view: &FindingView, words: &str) -> Sheet {
    let t = |key: &str| about.t(key);
    let mut sheet = Sheet::default();
    sheet.title(format!(
        "{}  {} {}  {}",
        view.number,
        finding_sign(view.state),
        finding_word(about, view.state),
        t(&format!("severity-{}", word_of(view.severity))),
    ));
    let ink = match view.severity {
        Severity::Serious => Ink::Bad,
        _ => Ink::Strong,
    };
    sheet.inked(t("inspection-code"), words, ink);
    sheet.pair(t("inspection-note"), view.note.clone());
    sheet.pair(
        t("inspection-window"),
        format!("{} {}", view.window, view.window_name),
    );
    sheet.maybe(t("inspection-person"), view.person_name.clone());
    sheet.pair(t("inspection-situation"), situation(about, view));
    sheet.pair(
        t("inspection-raised"),
        format!(
            "{}  {}",
            moment(about, view.raised_at),
            view.raised_by_name
                .clone()
                .unwrap_or_else(|| t("inspection-by-machine")),
        ),
    );
    dates(about, glyphs, view, &mut sheet);
    for statement in &view.statements {
        sheet.pair(t("inspection-statement"), statement.clone());
    }
    sheet.maybe(t("inspection-reply"), view.reply.clone());
    for said in &view.appeal {
        sheet.pair(t("inspection-appeal"), said.clone());
    }
    if view.recheck_count > 0 {
        sheet.pair(t("inspection-rechecks"), view.recheck_count.to_string());
    }
    sheet.maybe(t("inspection-verified-by"), view.verified_by_name.clone());
    sheet.maybe(
        t("inspection-ended"),
        view.ended_at.map(|at| moment(about, at)),
    );
    sheet
}

/// What stood at the window in the second of the finding.
fn situation(about: &About, view: &FindingView) -> String {
    let situation = &view.situation;
    let signed_on = view
        .signed_on_name
        .clone()
        .unwrap_or_else(|| about.t("none"));
    about.with(
        "inspection-situation-text",
        &[
            ("person", signed_on.into()),
            (
                "state",
                about.t(&format!("window-state-{}", situation.desk)).into(),
            ),
            ("waiting", situation.waiting.into()),
        ],
    )
}

/// By when an answer, an appeal, a correction is due, as far as each is still awaited.
fn dates(about: &About, glyphs: &Glyphs, view: &FindingView, sheet: &mut Sheet) {
    let awaited = |date: chrono::NaiveDate| match view.left {
        Some(left) => {
            let (words, ink) = countdown(about, glyphs, left, lamp_of(left));
            (format!("{date}  {words}"), ink)
        }
        None => (date.to_string(), Ink::Plain),
    };
    if let Some(due) = view.reply_due {
        let (text, ink) = match view.state {
            FindingState::Notified => awaited(due),
            _ => (due.to_string(), Ink::Plain),
        };
        sheet.inked(about.t("inspection-reply-due"), text, ink);
    }
    if let Some(due) = view.due_on {
        let (text, ink) = match view.state {
            FindingState::Rectifying => awaited(due),
            _ => (due.to_string(), Ink::Plain),
        };
        sheet.inked(about.t("inspection-due"), text, ink);
    }
    let appeal = view.appeal_until.map(|date| date.to_string());
    sheet.maybe(about.t("inspection-appeal-until"), appeal);
}

fn state_word(about: &About, state: WindowState) -> String {
    about.t(&format!("window-state-{}", word_of(state)))
}

fn finding_word(about: &About, state: FindingState) -> String {
    about.t(&format!("finding-state-{}", state.as_str()))
}

fn board_columns(about: &About) -> [Column; 7] {
    // The widest word of a state in each language.
    let state = match about.messages.lang() {
        Lang::ZhCn => 10,
        Lang::En => 12,
    };
    [
        Column::fixed(about.t("col-window"), 5),
        Column::fixed(about.t("col-state"), state),
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
        let word = state_word(about, view.state);
        let ink = match view.state {
            WindowState::Paused => Ink::Warn,
            WindowState::Closed => Ink::Still,
            WindowState::Open | WindowState::Serving => Ink::Plain,
        };
        (format!("{} {word}", window_sign(view.state)), ink)
    };
    let ticket = view.ticket.as_ref().map_or_else(String::new, |ticket| {
        let minutes = about.with(
            "minutes-short",
            &[("count", minutes_since(about, ticket.since).into())],
        );
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
        about.with(
            "minutes-short",
            &[("count", view.longest_wait_minutes.into())],
        )
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
        Column::fixed(about.t("col-window"), 5),
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
                finding_word(about, view.state)
            ),
            ink,
        ),
        due,
        (view.window.to_string(), ink),
        (view.person_name.clone().unwrap_or_default(), ink),
        (finding.words().to_owned(), ink),
    ]
}
