//! How the cases page is drawn: lamps counted above, the list, beside it the case in full where there is room.

use ratatui::layout::Rect;

use super::{CaseRow, CasesPage, Scope, sheet};
use crate::console::canvas::Canvas;
use crate::console::keymap::Action;
use crate::console::message::About;
use crate::console::pages::detail::{WIDE, filter_line, is_narrowed, split};
use crate::console::pages::words::{self, countdown, lamp_ink, lamp_sign, term};
use crate::console::table::{self, Column, Row};
use crate::console::theme::Ink;
use crate::rules::case::CaseState;
use crate::rules::clock::Lamp;

/// Rows over the list.
pub(super) const HEAD_ROWS: u16 = 1;
/// Columns of the detail at the right of a wide page.
const DETAIL_WIDTH: u16 = 48;
/// The characters of a case's number before the month: region and year.
const NUMBER_HEAD: usize = 10;

impl CasesPage {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        if !self.known {
            canvas.print(
                area.x,
                area.y,
                area.width,
                &about.t("page-loading"),
                Ink::Faint,
            );
            return;
        }
        self.draw_head(canvas, area, about);
        let below = Rect {
            y: area.y + HEAD_ROWS,
            height: area.height.saturating_sub(HEAD_ROWS),
            ..area
        };
        if area.width < WIDE {
            self.draw_list(canvas, below, about);
            return;
        }
        let (list, detail) = split(canvas, below, below.width.saturating_sub(DETAIL_WIDTH + 2));
        self.draw_list(canvas, list, about);
        if let Some(row) = self.list.rested() {
            sheet::detail(row, &self.related, about).draw(canvas, detail, self.detail_top);
        }
    }

    /// Whose cases these are, and how many stand under which lamp.
    fn draw_head(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let scope = about.t(match self.scope {
            Scope::Mine => "cases-scope-mine",
            Scope::Department => "cases-scope-department",
            Scope::Hall => "cases-scope-hall",
            Scope::Closed => "cases-scope-closed",
        });
        let all = self.list.all();
        let total = about.with("cases-count", &[("count", all.len().into())]);
        let mut x = area.x;
        let pieces = [
            (scope.as_str(), Ink::Title),
            ("  ", Ink::Plain),
            (total.as_str(), Ink::Plain),
        ];
        x += canvas.print_all(x, area.y, area.width, pieces);
        for lamp in [
            Lamp::Overdue,
            Lamp::Red,
            Lamp::Amber,
            Lamp::Green,
            Lamp::Paused,
        ] {
            let has =
                |row: &&CaseRow| row.view.clock.as_ref().and_then(|clock| clock.lamp) == Some(lamp);
            let count = all.iter().filter(has).count();
            if count == 0 {
                continue;
            }
            let text = format!(
                "  {} {} {count}",
                lamp_sign(canvas.glyphs(), lamp),
                term(about, "lamp", &lamp)
            );
            x += canvas.print(
                x,
                area.y,
                area.right().saturating_sub(x),
                &text,
                lamp_ink(lamp),
            );
        }
    }

    fn draw_list(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let mut area = area;
        if is_narrowed(&self.list) {
            filter_line(canvas, area, &self.list, about);
            area.y += 1;
            area.height = area.height.saturating_sub(1);
        }
        if self.list.sight().count == 0 {
            let key = if !self.list.all().is_empty() {
                "list-no-match"
            } else if self.can(Action::CaseReceive) {
                "cases-empty"
            } else {
                "cases-empty-look"
            };
            canvas.print(area.x, area.y, area.width, &about.t(key), Ink::Faint);
            return;
        }
        let columns = [
            Column::fixed(about.t("column-number"), 10),
            Column::fixed(about.t("column-countdown"), 11),
            Column::flexible(about.t("column-class"), 6, 8, 1).rank(2),
            Column::flexible(about.t("field-item"), 14, 50, 4),
            Column::flexible(about.t("field-applicant"), 8, 20, 1),
            Column::fixed(about.t("column-state"), 8),
            Column::flexible(about.t("column-holder"), 6, 10, 1).rank(3),
        ];
        let rows: Vec<Row> = self.rows_in_sight(canvas, area, about);
        let top = self.list.sight().top;
        table::draw(canvas, area, &columns, self.list.sight(), |row| {
            rows.get(row.saturating_sub(top))
                .cloned()
                .unwrap_or_default()
        });
    }

    fn rows_in_sight(&self, canvas: &Canvas<'_>, area: Rect, about: &About) -> Vec<Row> {
        let top = self.list.sight().top;
        (top..top + usize::from(area.height))
            .map_while(|row| self.list.at(row))
            .map(|row| list_row(row, canvas, about))
            .collect()
    }
}

/// A case's number as people in the hall say it.
pub(super) fn short_number(number: &str) -> String {
    words::short_number(number, NUMBER_HEAD)
}

fn list_row(row: &CaseRow, canvas: &Canvas<'_>, about: &About) -> Row {
    let view = &row.view;
    let ink = if view.state.is_ended() && view.state != CaseState::DecidedOk {
        Ink::Still
    } else {
        Ink::Plain
    };
    let applicant = view.applicant.as_ref().map_or("", |one| one.name.as_str());
    let mut state = term(about, "case-state", &view.state);
    if !view.proposals.is_empty() {
        state = about.t("cases-proposed");
    }
    let cells = vec![
        (short_number(&view.number), ink),
        countdown(canvas, about, view),
        (term(about, "case-kind", &view.class), ink),
        (view.item_name.clone(), ink),
        (applicant.to_owned(), ink),
        (state, state_ink(view.state)),
        (row.holder.clone(), ink),
    ];
    Row {
        cells,
        marked: false,
    }
}

fn state_ink(state: CaseState) -> Ink {
    match state {
        CaseState::Received | CaseState::Precheck => Ink::Strong,
        CaseState::Supplement => Ink::Warn,
        CaseState::DecidedOk | CaseState::DecidedNo => Ink::Good,
        CaseState::Accepted | CaseState::WaitSuperior => Ink::Plain,
        CaseState::Paused
        | CaseState::Returned
        | CaseState::NotAccepted
        | CaseState::Delivered
        | CaseState::Withdrawn => Ink::Still,
    }
}
