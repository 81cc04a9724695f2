//! How the errands page is drawn: what was offered first, then the orders, the detail of one, and its papers with
//! every handover.

use ratatui::layout::Rect;

use super::rows::{OrderRow, PaperRow, sign};
use super::sheet::{order_sheet, trail};
use super::{Errands, Focus, Scope};
use crate::console::canvas::Canvas;
use crate::console::message::About;
use crate::console::pages::common::{countdown, draw_empty, lamp_of};
use crate::console::pages::detail::{Detail, filter_line, is_narrowed};
use crate::console::pages::words::{short_date, term};
use crate::console::table::{self, Column, Row};
use crate::console::theme::{Glyphs, Ink, Theme};
use crate::i18n::Lang;
use crate::rules::clock::Lamp;
use crate::rules::proxy::OrderState;
use crate::rules::views::custody::PaperView;
use crate::rules::views::proxy::OrderView;

/// Rows of papers in their pane; under them stands the way of one paper.
pub(super) fn paper_rows(pane: Rect) -> u16 {
    (pane.height.saturating_sub(1) * 3 / 5).max(1)
}

/// Original or copy, and how many.
pub(super) fn form_of(about: &About, paper: &PaperView) -> String {
    let word = term(about, "paper-form", &paper.form);
    if paper.copies == 1 {
        word
    } else {
        about.with(
            "errands-copies",
            &[("form", word.into()), ("count", paper.copies.into())],
        )
    }
}

/// Where a paper is now, as a line of news.
pub(super) fn whereabouts_said(about: &About, paper: &PaperView) -> String {
    let args = [
        ("name", (&paper.name).into()),
        ("holder", holder(about, paper).into()),
        ("to", paper.offered_to.as_deref().unwrap_or_default().into()),
    ];
    let key = if paper.offered_to.is_some() {
        "errands-said-offered"
    } else {
        "errands-said-holder"
    };
    about.with(key, &args)
}

fn holder(about: &About, paper: &PaperView) -> String {
    if paper.holder == "client" {
        about.t("errands-client")
    } else {
        paper.holder_name.clone()
    }
}

impl Errands {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        let top = Rect { height: 1, ..area };
        match self.focus {
            Focus::Orders if is_narrowed(&self.orders) => {
                filter_line(canvas, top, &self.orders, about);
            }
            Focus::Papers if is_narrowed(&self.papers) => {
                filter_line(canvas, top, &self.papers, about);
            }
            Focus::Orders | Focus::Papers => self.draw_notice(canvas, top, about),
        }
        let panes = self.panes(area);
        self.draw_orders(canvas, panes.list, about);
        let Some(order) = self.orders.rested() else {
            return;
        };
        panes.draw_lines(canvas);
        if self.papers_in_detail() {
            self.draw_papers(canvas, panes.detail, about);
            return;
        }
        order_sheet(about, canvas.glyphs(), order).draw(canvas, panes.detail, self.detail_top);
        if let Some(beside) = panes.beside {
            self.draw_papers(canvas, beside, about);
        }
    }

    /// The first line: papers that wait to be taken, else how much there is to do.
    fn draw_notice(&self, canvas: &mut Canvas<'_>, line: Rect, about: &About) {
        if self.offered.is_empty() {
            self.draw_summary(canvas, line, about);
            return;
        }
        let names: Vec<&PaperRow> = self.offered.iter().collect();
        let sign = canvas.glyphs().lamps[2];
        let said = about.with(
            "errands-offered",
            &[
                ("count", self.offered.len().into()),
                ("names", super::forms::names(&names).into()),
            ],
        );
        canvas.print(
            line.x,
            line.y,
            line.width,
            &format!("{sign} {said}"),
            Ink::Bad,
        );
    }

    fn draw_summary(&self, canvas: &mut Canvas<'_>, line: Rect, about: &About) {
        let lefts = || self.orders.all().iter().filter_map(|order| order.view.left);
        let dot = canvas.glyphs().dot;
        let mut parts = vec![about.with(
            match self.scope {
                Scope::Mine => "errands-scope-mine",
                Scope::Open => "errands-scope-open",
                Scope::All => "errands-scope-all",
            },
            &[("count", self.orders.all().len().into())],
        )];
        let counts = [
            ("errands-held", self.held),
            (
                "errands-due-today",
                lefts().filter(|left| *left == 0).count(),
            ),
            ("errands-overdue", lefts().filter(|left| *left < 0).count()),
        ];
        for (key, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            parts.push(about.with(key, &[("count", count.into())]));
        }
        let text = parts.join(&format!(" {dot} "));
        canvas.print(line.x, line.y, line.width, &text, Ink::Strong);
    }

    fn draw_orders(&self, canvas: &mut Canvas<'_>, pane: Rect, about: &About) {
        let sight = self.orders.sight();
        if sight.count == 0 {
            self.draw_no_orders(canvas, pane, about);
            return;
        }
        let glyphs = *canvas.glyphs();
        table::draw(canvas, pane, &order_columns(about), sight, |index| {
            self.orders
                .at(index)
                .map_or_else(Row::default, |order| Row {
                    cells: order_cells(about, &glyphs, order),
                    marked: false,
                })
        });
    }

    fn draw_no_orders(&self, canvas: &mut Canvas<'_>, pane: Rect, about: &About) {
        if !self.loaded {
            return;
        }
        let filtered = !self.orders.filter().0.value().is_empty();
        let key = match self.scope {
            _ if filtered => "list-none-found",
            Scope::Mine => "errands-empty-mine",
            Scope::Open => "errands-empty-open",
            Scope::All => "errands-empty-all",
        };
        let args = [
            ("open", about.t("action-proxy-open").into()),
            ("scope", about.t("action-scope").into()),
        ];
        draw_empty(canvas, pane, &about.with(key, &args));
    }

    fn draw_papers(&self, canvas: &mut Canvas<'_>, pane: Rect, about: &About) {
        let mut sight = self.papers.sight();
        if sight.count == 0 {
            draw_empty(canvas, pane, &about.t("errands-no-papers"));
            return;
        }
        if self.focus == Focus::Orders {
            sight.selected = None;
        }
        let list = Rect {
            height: (paper_rows(pane) + 1).min(pane.height),
            ..pane
        };
        table::draw(
            canvas,
            list,
            &paper_columns(about, self.papers.all().len()),
            sight,
            |index| {
                self.papers
                    .at(index)
                    .map_or_else(Row::default, |paper| Row {
                        cells: self.paper_cells(about, paper),
                        marked: self.papers.is_marked(paper),
                    })
            },
        );
        let shown = u16::try_from(sight.count).unwrap_or(u16::MAX);
        let y = pane.y + (shown.saturating_add(2)).min(list.height + 1);
        let below = Rect {
            y,
            height: pane.bottom().saturating_sub(y),
            ..pane
        };
        if let Some(paper) = self.papers.selected() {
            trail(about, &paper.view).draw(canvas, below, 0);
        }
    }

    fn paper_cells(&self, about: &About, paper: &PaperRow) -> Vec<(String, Ink)> {
        let mine = |staff: Option<&crate::rules::id::StaffCode>| {
            staff.is_some_and(|staff| self.me.is(staff.as_str()))
        };
        let view = &paper.view;
        let mut place = holder(about, view);
        let mut ink = match view.holder.as_str() {
            "staff" => Ink::Plain,
            _ => Ink::Still,
        };
        if mine(view.holder_staff.as_ref()) {
            ink = Ink::Strong;
        }
        if let Some(to) = &view.offered_to {
            place = format!("{place} > {to}");
            ink = if mine(view.offered_staff.as_ref()) {
                Ink::Bad
            } else {
                Ink::Warn
            };
        }
        let name_ink = if view.holder == "staff" {
            Ink::Plain
        } else {
            Ink::Still
        };
        vec![
            (view.name.clone(), name_ink),
            (form_of(about, view), name_ink),
            (place, ink),
        ]
    }

    /// The detail of the order that is shown.
    pub(super) fn sheet(&self, about: &About) -> Option<Detail> {
        // Lines are as long with any signs, which are one column wide each.
        let theme = Theme::default();
        let order = self.orders.rested();
        order.map(|order| order_sheet(about, theme.glyphs(), order))
    }
}

fn order_columns(about: &About) -> [Column; 7] {
    // The widest word of a stage, and of a countdown, in each language.
    let (state, due) = match about.messages.lang() {
        Lang::ZhCn => (10, 10),
        Lang::En => (14, 12),
    };
    [
        Column::fixed(about.t("col-number"), 13),
        Column::fixed(about.t("col-stage"), state),
        Column::fixed(about.t("col-due"), due),
        Column::flexible(about.t("col-client"), 6, 16, 1),
        Column::flexible(about.t("col-items"), 10, 44, 3).rank(2),
        Column::flexible(about.t("col-agent"), 6, 12, 1).rank(3),
        Column::fixed(about.t("col-papers"), 6).right().rank(4),
    ]
}

fn order_cells(about: &About, glyphs: &Glyphs, order: &OrderRow) -> Vec<(String, Ink)> {
    let view = &order.view;
    let ink = if is_over(view.state) {
        Ink::Still
    } else {
        Ink::Plain
    };
    let papers = if view.in_our_hands == 0 {
        String::new()
    } else {
        view.in_our_hands.to_string()
    };
    vec![
        (view.number.clone(), ink),
        (
            format!(
                "{} {}",
                sign(view.state),
                term(about, "proxy-state", &view.state)
            ),
            ink,
        ),
        due_cell(about, glyphs, view),
        (order.client().to_owned(), ink),
        (order.items(), ink),
        (view.agent_name.clone().unwrap_or_default(), ink),
        (papers, Ink::Warn),
    ]
}

fn is_over(state: OrderState) -> bool {
    matches!(
        state,
        OrderState::FollowedUp
            | OrderState::ClosedUnable
            | OrderState::ClosedWithdrawn
            | OrderState::Terminated
    )
}

/// What is promised next: the answer, or once that is given the return visit.
fn due_cell(about: &About, glyphs: &Glyphs, view: &OrderView) -> (String, Ink) {
    if let Some(left) = view.left {
        let lamp = match view.state {
            OrderState::Suspended => Lamp::Paused,
            _ => lamp_of(left),
        };
        return countdown(about, glyphs, left, lamp);
    }
    match view.follow_up_due {
        Some(due) => {
            let ink = if due < about.today() {
                Ink::Bad
            } else {
                Ink::Faint
            };
            let date = short_date(due);
            (
                about.with("errands-visit-by", &[("date", date.into())]),
                ink,
            )
        }
        None => (String::new(), Ink::Plain),
    }
}

fn paper_columns(about: &About, count: usize) -> [Column; 3] {
    let title = about.with("errands-papers", &[("count", count.into())]);
    let form = match about.messages.lang() {
        Lang::ZhCn => 6,
        Lang::En => 8,
    };
    [
        Column::flexible(title, 8, 24, 3),
        Column::fixed(about.t("col-form"), form).rank(1),
        // Two names and the sign between them: whose hands, and who is to take it.
        Column::flexible(about.t("col-holder"), 15, 24, 1),
    ]
}
