//! What the hall's answers change on the errands page: the lists, the form that waited for its tables, the news of
//! what was done.

use serde_json::Value;

use super::forms;
use super::rows::{OrderRow, PaperRow, sort};
use super::view::whereabouts_said;
use super::{Errands, ORIGIN, Scope};
use crate::console::listing::{Listing, Record as _};
use crate::console::message::{About, Effect, Refused, Weight};
use crate::console::pages::directory::text;
use crate::console::pages::reading;
use crate::console::pages::words::term;
use crate::rules::views::custody::PaperView;
use crate::rules::views::proxy::OrderView;

impl Errands {
    pub(super) fn take(
        &mut self,
        purpose: &'static str,
        answer: Value,
        about: &About,
    ) -> Vec<Effect> {
        match purpose {
            "orders" => return self.take_orders(answer, about),
            "offered" => {
                let before = self.offered.len();
                self.offered = papers(answer).into_iter().map(PaperRow::new).collect();
                if self.loaded && self.offered.len() > before {
                    return vec![Effect::Ring];
                }
            }
            "held" => self.held = papers(answer).len(),
            ORIGIN => {
                self.pending.origin = forms::origin(&answer);
                if let Some(wish) = &mut self.wish {
                    wish.origin_awaited = false;
                }
                return self.advance(about);
            }
            "did.order" => return self.did_order(answer, about),
            "did.papers" => return self.did_papers(answer, about),
            _ => {}
        }
        Vec::new()
    }

    /// A table of the catalogue, if the answer is one; none if it is something else.
    pub(super) fn take_table(
        &mut self,
        purpose: &'static str,
        result: &Result<Value, Refused>,
        about: &About,
    ) -> Option<Vec<Effect>> {
        let tables = [&self.departments, &self.staff, &self.items];
        if !tables.iter().any(|table| table.purpose() == purpose) {
            return None;
        }
        if result.is_err() {
            self.wish = None;
        }
        let result = result.clone();
        let departments = &self.departments;
        let more = if purpose == self.items.purpose() {
            let hint = |row: &Value| departments.name(text(row, "department"), about).to_owned();
            self.items.take(result, about, hint)
        } else if purpose == self.staff.purpose() {
            let hint = |row: &Value| text(row, "post").to_owned();
            self.staff.take(result, about, hint)
        } else {
            self.departments.take(result, about, |_| String::new())
        };
        Some(more.map_or_else(|| self.advance(about), |more| vec![more]))
    }

    /// Opens the form that waits, once everything that it picks from is here; names of departments stand beside the
    /// items, so they come first.
    pub(super) fn advance(&mut self, about: &About) -> Vec<Effect> {
        let Some(wish) = self.wish else {
            return Vec::new();
        };
        for table in [&mut self.departments, &mut self.staff, &mut self.items] {
            if !table.is_known() {
                return table.want().into_iter().collect();
            }
        }
        if wish.origin_awaited {
            return Vec::new();
        }
        self.wish = None;
        self.fill(wish.action, about)
    }

    fn take_orders(&mut self, answer: Value, about: &About) -> Vec<Effect> {
        let Some(page) = reading::rows::<OrderView>(answer) else {
            return vec![Effect::Say(Weight::Bad, about.t("answer-unreadable"))];
        };
        self.arriving.extend(page.rows);
        // Open work is shown whole, since it is put in order here; what is closed comes newest first, and one
        // answer of it is more than anybody reads.
        if let Some(next) = page.next.filter(|_| self.scope != Scope::All) {
            return vec![self.fetch_orders(Some(&next))];
        }
        let views = std::mem::take(&mut self.arriving);
        let mut rows: Vec<OrderRow> = views.into_iter().map(OrderRow::new).collect();
        if self.scope != Scope::All {
            sort(&mut rows);
        }
        self.orders.set(rows);
        self.loaded = true;
        self.papers_of = None;
        let wanted = self.wanted.take();
        let missing = wanted.filter(|wanted| !self.select_numbered(wanted));
        self.resize();
        self.follow();
        missing.map_or_else(Vec::new, |number| {
            let said = about.with("errands-no-such", &[("number", number.into())]);
            vec![Effect::Say(Weight::Bad, said)]
        })
    }

    /// Selects the order of an id, a number or the end of one; whether there is one.
    pub(super) fn select_numbered(&mut self, wanted: &str) -> bool {
        let number = wanted.to_uppercase();
        let found = self.orders.all().iter().find(|row| {
            row.id() == wanted || row.view.number == number || row.view.number.ends_with(&number)
        });
        let found = found.map(|row| row.id().to_owned());
        found.is_some_and(|id| self.orders.select(&id))
    }

    /// The detail shows another order, or the same as it is now: its papers are listed.
    pub(super) fn follow(&mut self) {
        let rested = self.orders.rested();
        let id = rested.map(|order| order.id().to_owned());
        if id == self.papers_of {
            return;
        }
        let mut papers = rested.map_or_else(Vec::new, |order| order.view.papers.clone());
        papers.sort_by_key(|paper| (paper.holder != "staff", paper.id));
        let another = papers.first().map(|paper| paper.order)
            != self.papers.all().first().map(|row| row.view.order);
        if another {
            self.papers = Listing::default();
            self.detail_top = 0;
        }
        self.papers
            .set(papers.into_iter().map(PaperRow::new).collect());
        self.papers.rest();
        self.papers_of = id;
        self.resize();
    }

    fn did_order(&mut self, answer: Value, about: &About) -> Vec<Effect> {
        let Some(view) = reading::record::<OrderView>(answer) else {
            return self.fetch();
        };
        let id = view.id.to_string();
        // Somebody's new order is not an agent's own before it is assigned: show the orders among which it is.
        let mine = view
            .agent
            .as_ref()
            .is_some_and(|agent| self.me.is(agent.as_str()));
        if self.scope == Scope::Mine && !mine {
            self.scope = Scope::Open;
        }
        self.wanted = Some(id);
        let state = term(about, "proxy-state", &view.state);
        let said = about.with(
            "errands-did",
            &[("number", (&view.number).into()), ("state", state.into())],
        );
        let mut effects = vec![Effect::Say(Weight::Done, said)];
        effects.extend(self.fetch());
        effects
    }

    fn did_papers(&mut self, answer: Value, about: &About) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(paper) = reading::record::<PaperView>(answer) {
            effects.push(Effect::Say(Weight::Done, whereabouts_said(about, &paper)));
        }
        self.papers.unmark();
        effects.extend(self.fetch());
        effects
    }
}

/// The papers of an answer; none where it cannot be read.
fn papers(answer: Value) -> Vec<PaperView> {
    reading::rows(answer).map_or_else(Vec::new, |page| page.rows)
}
