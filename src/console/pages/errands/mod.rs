//! 代办: the agent's day. Proxy orders by stage with their promises (M5), the papers of each order with every
//! handover (R148), and, before anything else, the papers that somebody wants to hand to this terminal.
//!
//! The page shows what the hall would allow and asks the hall; it decides nothing.

mod act;
mod forms;
mod rows;
mod view;

use ratatui::layout::Rect;
use serde_json::{Value, json};

use self::forms::Origin;
use self::rows::{OrderRow, PaperRow, sort};
use super::choices::{Choices, Shelf};
use super::common::{Me, Panes, ROWS_AT_ONCE, THREE_PANES, TWO_PANES, read_rows};
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Place};
use crate::console::listing::{Listing, Outcome, Record as _, Step};
use crate::console::message::{About, Effect, Message, PageName, Weight};
use crate::console::page::{Availability, Page};
use crate::rules::permission::Role;
use crate::rules::views::custody::PaperView;
use crate::rules::views::proxy::OrderView;

/// Kinds of records whose changes this page shows.
const TOPICS: [&str; 3] = ["proxy", "custody", "person"];
/// What the page picks from in its forms.
const SHELVES: &[Shelf] = &[Shelf::Items, Shelf::Staff, Shelf::Departments];

/// Which orders are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    /// Those that this agent carries.
    Mine,
    /// Every order under way.
    #[default]
    Open,
    /// What is closed as well, the newest first.
    All,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    /// To the orders.
    #[default]
    Orders,
    /// To the papers of the order that is shown.
    Papers,
}

/// What a form or a question that is open is about, beside what its key says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pending {
    papers: Vec<String>,
    origin: Origin,
}

/// The page.
#[derive(Debug)]
pub struct Errands {
    me: Me,
    scope: Scope,
    /// Whether the first scope was chosen by the role of whoever works here.
    settled: bool,
    orders: Listing<OrderRow>,
    /// Rows fetched so far of a list that comes in several pages, and the order that is to be selected.
    arriving: Vec<OrderView>,
    wanted: Option<String>,
    papers: Listing<PaperRow>,
    /// The order whose papers are listed.
    papers_of: Option<String>,
    offered: Vec<PaperRow>,
    held: usize,
    focus: Focus,
    detail_top: usize,
    choices: Choices,
    pending: Pending,
    size: (u16, u16),
    loaded: bool,
}

impl Default for Errands {
    fn default() -> Errands {
        Errands::new()
    }
}

impl Errands {
    /// The page before anything is known.
    pub fn new() -> Errands {
        Errands {
            me: Me::default(),
            scope: Scope::default(),
            settled: false,
            orders: Listing::default(),
            arriving: Vec::new(),
            wanted: None,
            papers: Listing::default(),
            papers_of: None,
            offered: Vec::new(),
            held: 0,
            focus: Focus::default(),
            detail_top: 0,
            choices: Choices::new(SHELVES),
            pending: Pending::default(),
            size: (80, 21),
            loaded: false,
        }
    }

    fn fetch_orders(&self, cursor: Option<&str>) -> Effect {
        let mut params = json!({ "limit": ROWS_AT_ONCE, "cursor": cursor });
        match (&self.scope, &self.me.code) {
            (Scope::Mine, Some(me)) => params["agent"] = json!(me),
            (Scope::All, _) => params["closed"] = json!(true),
            (Scope::Mine, None) | (Scope::Open, _) => {}
        }
        Effect::Fetch {
            method: "proxy.list",
            params,
            purpose: "orders",
        }
    }

    /// Everything that the page shows.
    fn fetch(&mut self) -> Vec<Effect> {
        self.arriving.clear();
        let mut effects = vec![self.fetch_orders(None)];
        if let Some(me) = &self.me.code {
            for (field, purpose) in [("offered_to", "offered"), ("holder", "held")] {
                effects.push(Effect::Fetch {
                    method: "custody.list",
                    params: json!({ field: me, "limit": ROWS_AT_ONCE }),
                    purpose,
                });
            }
        }
        effects.extend(self.fetch_papers());
        effects.extend(self.choices.fetch());
        effects
    }

    /// The papers of the order that is shown, those that went back among them.
    fn fetch_papers(&self) -> Option<Effect> {
        let order = self.orders.rested()?;
        Some(Effect::Fetch {
            method: "custody.list",
            params: json!({ "order": order.view.id, "closed": true, "limit": ROWS_AT_ONCE }),
            purpose: "papers",
        })
    }

    fn shown(&mut self, about: &About) -> Vec<Effect> {
        self.me = Me::of(about);
        if !self.settled && self.me.code.is_some() {
            self.settled = true;
            if self.me.has(Role::Agent) {
                self.scope = Scope::Mine;
            }
        }
        self.fetch()
    }

    fn take(&mut self, purpose: &'static str, answer: &Value, about: &About) -> Vec<Effect> {
        if let Some(more) = self.choices.take(purpose, answer) {
            self.name_departments(about);
            return more;
        }
        match purpose {
            "orders" => return self.take_orders(answer, about),
            "papers" => self.take_papers(answer),
            "offered" => {
                let rows = read_rows::<PaperView>(answer).map_or_else(Vec::new, |page| page.rows);
                let before = self.offered.len();
                self.offered = rows.into_iter().map(PaperRow::new).collect();
                self.resize();
                if self.loaded && self.offered.len() > before {
                    return vec![Effect::Ring];
                }
            }
            "held" => {
                self.held = read_rows::<PaperView>(answer).map_or(0, |page| page.rows.len());
            }
            "did.order" => return self.did_order(answer, about),
            "did.papers" => return self.did_papers(answer, about),
            _ => {}
        }
        Vec::new()
    }

    fn take_orders(&mut self, answer: &Value, about: &About) -> Vec<Effect> {
        let Some(page) = read_rows::<OrderView>(answer) else {
            return vec![Effect::Say(Weight::Bad, about.t("answer-unreadable"))];
        };
        self.arriving.extend(page.rows);
        // Open work is shown whole, since it is put in order here; what is closed comes newest first, and one
        // answer of it is more than anybody reads.
        if let Some(next) = page.next.filter(|_| self.scope != Scope::All) {
            return vec![self.fetch_orders(Some(&next))];
        }
        let views = std::mem::take(&mut self.arriving);
        let mut rows: Vec<OrderRow> = views
            .into_iter()
            .map(|view| {
                let departments = self.departments_of(&view, about);
                OrderRow::new(view, departments)
            })
            .collect();
        if self.scope != Scope::All {
            sort(&mut rows);
        }
        self.orders.set(rows);
        self.loaded = true;
        if let Some(wanted) = self.wanted.take() {
            self.orders.select(&wanted);
        }
        self.resize();
        self.follow()
    }

    /// The detail shows another order: its papers are fetched, and the old ones are not shown for it.
    fn follow(&mut self) -> Vec<Effect> {
        let rested = self.orders.rested().map(|order| order.id().to_owned());
        if rested == self.papers_of {
            return Vec::new();
        }
        self.papers_of = rested;
        self.papers = Listing::default();
        self.detail_top = 0;
        self.resize();
        self.fetch_papers().into_iter().collect()
    }

    fn take_papers(&mut self, answer: &Value) {
        let rows = read_rows::<PaperView>(answer).map_or_else(Vec::new, |page| page.rows);
        // An answer about an order that is not shown any more is late.
        let shown = |paper: &PaperView| Some(paper.order.to_string()) == self.papers_of;
        let mut rows: Vec<PaperView> = rows.into_iter().filter(shown).collect();
        rows.sort_by_key(|paper| (paper.holder != "staff", paper.id));
        self.papers
            .set(rows.into_iter().map(PaperRow::new).collect());
        self.papers.rest();
    }

    fn departments_of(&self, view: &OrderView, about: &About) -> Vec<String> {
        let mut names = Vec::new();
        for item in &view.items {
            let entry = self.choices.find(Shelf::Items, item.code.as_str());
            let name = entry.map(|entry| self.choices.department(&entry.department, about));
            if let Some(name) = name.filter(|name| !names.contains(name)) {
                names.push(name);
            }
        }
        names
    }

    /// The catalogue came after the orders: their departments get their names.
    fn name_departments(&mut self, about: &About) {
        let rows = self
            .orders
            .all()
            .iter()
            .map(|row| OrderRow::new(row.view.clone(), self.departments_of(&row.view, about)));
        let rows: Vec<OrderRow> = rows.collect();
        if !rows.is_empty() {
            self.orders.set(rows);
        }
    }

    fn did_order(&mut self, answer: &Value, about: &About) -> Vec<Effect> {
        let Ok(view) = serde_json::from_value::<OrderView>(answer.clone()) else {
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
        let state = about.t(&format!("proxy-state-{}", view.state.as_str()));
        let said = about.with(
            "errands-did",
            &[("number", (&view.number).into()), ("state", state.into())],
        );
        let mut effects = vec![Effect::Say(Weight::Done, said)];
        effects.extend(self.fetch());
        effects
    }

    fn did_papers(&mut self, answer: &Value, about: &About) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Ok(paper) = serde_json::from_value::<PaperView>(answer.clone()) {
            effects.push(Effect::Say(
                Weight::Done,
                view::whereabouts_said(about, &paper),
            ));
        }
        self.papers.unmark();
        effects.extend(self.fetch());
        effects
    }

    /// A number typed under `:`, or another page's wish: the order of that number, or a new one.
    fn command(&mut self, text: &str, about: &About) -> Vec<Effect> {
        if let Some((noun, id)) = text.split_once(':') {
            let origin = match noun {
                "ticket" => Origin {
                    ticket: Some(id.to_owned()),
                    enquiry: None,
                },
                _ => Origin {
                    ticket: None,
                    enquiry: Some(id.to_owned()),
                },
            };
            return self.open_form(about, origin);
        }
        let wanted = text.trim().to_uppercase();
        let found = self.orders.all().iter().find(|row| {
            row.view.number == wanted || row.id() == text || row.view.number.ends_with(&wanted)
        });
        match found.map(|row| row.id().to_owned()) {
            Some(id) => {
                self.orders.select(&id);
                self.follow()
            }
            None if self.scope == Scope::All => vec![Effect::Say(
                Weight::Bad,
                about.with("errands-no-such", &[("number", text.into())]),
            )],
            None => {
                // It may be closed, or somebody else's: look among all of them.
                self.scope = Scope::All;
                self.wanted = Some(text.to_owned());
                self.fetch()
            }
        }
    }

    fn open_form(&mut self, about: &About, origin: Origin) -> Vec<Effect> {
        let form = forms::open(self, about, &origin);
        self.pending.origin = origin;
        vec![Effect::Fill(Box::new(form))]
    }

    fn panes(&self, area: Rect) -> Panes {
        let below = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        };
        let rows = u16::try_from(self.orders.all().len()).unwrap_or(u16::MAX);
        Panes::share(below, rows.saturating_add(2))
    }

    /// Tells the lists how many rows they have.
    fn resize(&mut self) {
        let (width, height) = self.size;
        let panes = self.panes(Rect::new(0, 0, width, height));
        let step = if width >= THREE_PANES {
            Step::HalfScreen
        } else {
            Step::Row
        };
        self.orders
            .resize(panes.list.height.saturating_sub(1), step);
        let papers = panes.beside.unwrap_or(panes.detail);
        self.papers
            .resize(view::paper_rows(papers), Step::HalfScreen);
    }

    fn go(&mut self, action: Action, about: &About) -> Vec<Effect> {
        if action == Action::Scope {
            return self.turn_scope();
        }
        if matches!(action, Action::DetailUp | Action::DetailDown) {
            self.scroll(action, about);
            return Vec::new();
        }
        if self.focus == Focus::Papers {
            if action == Action::Back {
                self.focus = Focus::Orders;
                self.papers.unmark();
                return Vec::new();
            }
            if self.papers.act(action, about.ruler) == Outcome::Done {
                self.papers.rest();
                return Vec::new();
            }
        } else {
            if action == Action::Open && !self.orders.filter().1 {
                return self.enter_papers(about);
            }
            if action != Action::Mark && self.orders.act(action, about.ruler) == Outcome::Done {
                return Vec::new();
            }
        }
        self.act(action, about)
    }

    fn turn_scope(&mut self) -> Vec<Effect> {
        self.scope = match self.scope {
            Scope::Mine => Scope::Open,
            Scope::Open => Scope::All,
            Scope::All if self.me.has(Role::Agent) => Scope::Mine,
            Scope::All => Scope::Open,
        };
        self.loaded = false;
        self.orders.set(Vec::new());
        self.focus = Focus::Orders;
        self.fetch()
    }

    fn enter_papers(&mut self, about: &About) -> Vec<Effect> {
        self.orders.rest();
        let effects = self.follow();
        if effects.is_empty() && self.papers.all().is_empty() {
            return vec![Effect::Say(Weight::Note, about.t("errands-no-papers"))];
        }
        self.focus = Focus::Papers;
        effects
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

    /// Whether the pane beside the detail shows, or, where there is none, whether papers take the detail's place.
    fn papers_in_detail(&self) -> bool {
        self.focus == Focus::Papers && self.size.0 < TWO_PANES
    }
}

impl Page for Errands {
    fn name(&self) -> PageName {
        PageName::Errands
    }

    fn place(&self) -> Place {
        if self.orders.filter().1 || self.papers.filter().1 {
            Place::Filter
        } else {
            Place::Errands
        }
    }

    fn update(&mut self, message: Message, about: &About) -> Vec<Effect> {
        match message {
            Message::Shown => self.shown(about),
            Message::Space { width, height } => {
                self.size = (width, height);
                self.resize();
                Vec::new()
            }
            Message::Action(action) => self.go(action, about),
            Message::Text(text) => {
                match self.focus {
                    Focus::Orders => self.orders.insert(&text),
                    Focus::Papers => self.papers.insert(&text),
                }
                Vec::new()
            }
            Message::Rest => {
                self.orders.rest();
                self.follow()
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
                Vec::new()
            }
            Message::Submitted { form, values } => self.submit(&form, values),
            Message::Confirmed { question } => self.confirmed(question),
            Message::Command(text) => self.command(&text, about),
            Message::Changed(topics)
                if topics.iter().any(|topic| TOPICS.contains(&topic.as_str())) =>
            {
                self.fetch()
            }
            Message::Clock | Message::Hidden | Message::Changed(_) => Vec::new(),
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        self.draw(canvas, area, about);
    }

    fn footer(&self) -> &'static [Action] {
        act::FOOTER
    }

    fn available(&self, action: Action) -> Availability {
        if self.can(action) {
            Availability::Now
        } else {
            Availability::NotNow
        }
    }

    fn is_restless(&self) -> bool {
        self.orders.is_restless()
    }

    fn unfinished(&self, about: &About) -> Option<String> {
        (!self.offered.is_empty()).then(|| {
            about.with(
                "errands-unfinished",
                &[("count", self.offered.len().into())],
            )
        })
    }
}
