//! How the first-question page is drawn: owner and handler in every row, the service log in the detail.

use ratatui::layout::Rect;

use super::{EnquiryPage, EnquiryRow, Scope};
use crate::console::canvas::Canvas;
use crate::console::keymap::Action;
use crate::console::message::About;
use crate::console::pages::detail::{Detail, WIDE, filter_line, is_narrowed, split};
use crate::console::pages::words::{date, short_date, short_number, term, time};
use crate::console::table::{self, Column, Row};
use crate::console::theme::{Glyphs, Ink};
use crate::rules::enquiry::EnquiryState;
use crate::rules::id::StaffCode;
use crate::rules::views::enquiry::EnquiryView;

/// Rows over the list.
pub(super) const HEAD_ROWS: u16 = 1;
/// The characters of an enquiry's number before the month: the letter and the year.
const NUMBER_HEAD: usize = 5;
/// Columns of the detail at the right of a wide page.
const DETAIL_WIDTH: u16 = 48;

impl EnquiryPage {
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
        let (list, detail_area) =
            split(canvas, below, below.width.saturating_sub(DETAIL_WIDTH + 2));
        self.draw_list(canvas, list, about);
        if let Some(row) = self.list.rested() {
            detail(row, about).draw(canvas, detail_area, self.detail_top);
        }
    }

    fn draw_head(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let scope = match self.scope {
            Scope::Open => "enquiry-scope-open",
            Scope::Mine => "enquiry-scope-mine",
            Scope::All => "enquiry-scope-all",
        };
        let all = self.list.all();
        let overdue = all
            .iter()
            .filter(|row| row.view.left.is_some_and(|left| left < 0))
            .count();
        let counts = about.with(
            "enquiry-head",
            &[
                ("count", all.len().into()),
                ("mine", all.iter().filter(|row| row.mine).count().into()),
                ("overdue", overdue.into()),
            ],
        );
        let scope = about.t(scope);
        let pieces = [
            (scope.as_str(), Ink::Title),
            ("  ", Ink::Plain),
            (counts.as_str(), Ink::Plain),
        ];
        canvas.print_all(area.x, area.y, area.width, pieces);
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
            } else if self.can(Action::EnquiryOpen) {
                "enquiry-empty"
            } else {
                "enquiry-empty-look"
            };
            canvas.print(area.x, area.y, area.width, &about.t(key), Ink::Faint);
            return;
        }
        let columns = [
            Column::fixed(about.t("column-number"), 10),
            Column::fixed(about.t("column-due"), 10),
            Column::fixed(about.t("column-state"), 12),
            Column::flexible(about.t("column-owner-handler"), 13, 24, 2),
            Column::flexible(about.t("field-matter"), 12, 60, 4),
            Column::flexible(about.t("field-visitor"), 6, 12, 1).rank(3),
        ];
        let glyphs = canvas.glyphs();
        table::draw(canvas, area, &columns, self.list.sight(), |row| {
            self.list
                .at(row)
                .map_or_else(Row::default, |row| list_row(row, glyphs, about))
        });
    }
}

/// How long is left for the reply, with sign and word.
fn due(view: &EnquiryView, glyphs: &Glyphs, about: &About) -> (String, Ink) {
    let [green, _, red, overdue, _] = glyphs.lamps;
    match view.left {
        None => (String::new(), Ink::Still),
        Some(left) if left < 0 => {
            let words = about.with("cases-over", &[("count", (-left).into())]);
            (format!("{overdue} {words}"), Ink::Worst)
        }
        Some(0) => (format!("{red} {}", about.t("cases-today")), Ink::Bad),
        Some(left) => {
            let words = about.with("cases-left", &[("count", left.into())]);
            (format!("{green} {words}"), Ink::Good)
        }
    }
}

fn state_ink(view: &EnquiryView) -> Ink {
    match view.state {
        EnquiryState::Open => Ink::Strong,
        EnquiryState::Forwarded => Ink::Warn,
        EnquiryState::Replied => Ink::Good,
        EnquiryState::Linked
        | EnquiryState::ClosedSatisfied
        | EnquiryState::ClosedUnreachable
        | EnquiryState::ClosedByDirector => Ink::Still,
    }
}

/// Owner and handler, always both (R54): an arrow leads to who has it now.
fn people(view: &EnquiryView) -> String {
    match (&view.handler_name, &view.handler_department) {
        (Some(handler), _) => format!("{}>{handler}", view.owner_name),
        (None, Some(department)) => format!("{}>{department}", view.owner_name),
        (None, None) => view.owner_name.clone(),
    }
}

fn list_row(row: &EnquiryRow, glyphs: &Glyphs, about: &About) -> Row {
    let view = &row.view;
    let state = term(about, "enquiry-state", &view.state);
    let state = if view.state == EnquiryState::Forwarded && view.taken_at.is_none() {
        about.t("enquiry-untaken")
    } else if view.with_director {
        about.t("enquiry-with-director")
    } else {
        state
    };
    let visitor = view.visitor.as_ref().map_or("", |person| &person.name);
    let ink = if row.mine { Ink::Strong } else { Ink::Plain };
    let cells = vec![
        (short_number(&view.number, NUMBER_HEAD), ink),
        due(view, glyphs, about),
        (state, state_ink(view)),
        (people(view), ink),
        (view.matter.clone(), Ink::Plain),
        (visitor.to_owned(), Ink::Plain),
    ];
    Row {
        cells,
        marked: false,
    }
}

/// An enquiry in full, with its service log.
pub(super) fn detail(row: &EnquiryRow, about: &About) -> Detail {
    let view = &row.view;
    let mut detail = Detail::default();
    detail.title(view.number.clone());
    detail.line(view.matter.clone(), Ink::Strong);
    detail.gap();
    detail.inked(
        about,
        "column-state",
        term(about, "enquiry-state", &view.state),
        state_ink(view),
    );
    detail.pair(
        about,
        "detail-owner",
        format!("{} {}", view.owner_name, view.owner),
    );
    if let Some(code) = &view.handler {
        let name = view.handler_name.as_deref().unwrap_or_default();
        detail.pair(about, "detail-handler", format!("{name} {code}"));
    } else if let Some(code) = &view.handler_department {
        detail.pair(about, "detail-handler", code.to_string());
    }
    if view.forwarded_late {
        detail.line(about.t("enquiry-forwarded-late"), Ink::Bad);
    }
    if let Some(due) = view.forward_due {
        detail.inked(about, "detail-forward-due", date(about, due), Ink::Warn);
    }
    let mut promised = date(about, view.reply_due);
    if view.provisional {
        promised = format!("{promised} {}", about.t("detail-provisional"));
    }
    detail.pair(about, "detail-reply-due", promised);
    visitor(&mut detail, view, about);
    if !view.attempts.is_empty() {
        let days: Vec<String> = view.attempts.iter().map(|day| short_date(*day)).collect();
        detail.pair(about, "detail-attempts", days.join(" "));
    }
    if let Some(case) = view.case {
        detail.pair(about, "tab-cases", case.to_string());
    }
    detail.gap();
    for line in &view.log {
        let by = line.by.as_ref().map_or("", |by| name_of(view, by));
        let act = term(about, "enquiry-act", &line.act);
        detail.line(format!("{}  {act}  {by}", time(about, line.at)), Ink::Faint);
        if let Some(text) = &line.text {
            detail.line(format!("  {text}"), Ink::Plain);
        }
    }
    detail
}

/// The name of owner or handler; of anybody else the code.
fn name_of<'a>(view: &'a EnquiryView, staff: &'a StaffCode) -> &'a str {
    if *staff == view.owner {
        return &view.owner_name;
    }
    match &view.handler_name {
        Some(name) if view.handler.as_ref() == Some(staff) => name,
        _ => staff.as_str(),
    }
}

fn visitor(detail: &mut Detail, view: &EnquiryView, about: &About) {
    let name = view
        .visitor
        .as_ref()
        .map_or_else(|| about.t("detail-no-name"), |person| person.name.clone());
    detail.pair(about, "field-visitor", name);
    let phone = view
        .visitor
        .as_ref()
        .and_then(|person| person.phone.clone());
    detail.pair(about, "field-phone", phone.unwrap_or_default());
    detail.pair(
        about,
        "field-channel",
        term(about, "channel", &view.channel),
    );
    detail.pair(about, "field-kind", term(about, "enquiry-kind", &view.kind));
    detail.pair(about, "detail-registered", time(about, view.opened_at));
}
