//! 代办: the agent's day. Proxy orders by stage with their promises (M5), the papers of each order with every
//! handover (R148), and, before anything else, the papers that somebody wants to hand to this terminal.
//!
//! The page shows what the hall would allow and asks the hall; it decides nothing.

mod act;
mod answer;
mod forms;
mod rows;
mod sheet;
mod view;

use ratatui::layout::Rect;
use serde_json::json;

use self::forms::Origin;
use self::rows::{OrderRow, PaperRow};
use super::common::{Me, Panes, TWO_PANES};
use super::detail::WIDE;
use super::directory::Directory;
use super::reading::{PAGE_ROWS, fetch};
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Place};
use crate::console::listing::{Listing, Outcome, Step};
use crate::console::message::{About, Effect, Message, PageName, Weight};
use crate::console::page::{Availability, Page};
use crate::rules::permission::Role;
use crate::rules::views::proxy::OrderView;

/// Kinds of records whose changes this page shows.
const TOPICS: [&str; 3] = ["proxy", "custody", "person"];
/// The purpose of the question where a new order comes from.
const ORIGIN: &str = "origin";

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

/// A form that opens once what it picks from is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wish {
    action: Action,
    /// Whether the record that it comes from is still awaited.
    origin_awaited: bool,
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
    staff: Directory,
    items: Directory,
    departments: Directory,
    wish: Option<Wish>,
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
            staff: Directory::of("staff.list"),
            items: Directory::of("item.list"),
            departments: Directory::of("department.list"),
            wish: None,
            pending: Pending::default(),
            size: (80, 21),
            loaded: false,
        }
    }

    fn fetch_orders(&self, cursor: Option<&str>) -> Effect {
        let mut params = json!({ "limit": PAGE_ROWS, "cursor": cursor });
        match (&self.scope, &self.me.code) {
            (Scope::Mine, Some(me)) => params["agent"] = json!(me),
            (Scope::All, _) => params["closed"] = json!(true),
            (Scope::Mine, None) | (Scope::Open, _) => {}
        }
        fetch("proxy.list", params, "orders")
    }

    /// Everything that the page shows.
    fn fetch(&mut self) -> Vec<Effect> {
        self.arriving.clear();
        let mut effects = vec![self.fetch_orders(None)];
        if let Some(me) = &self.me.code {
            for (field, purpose) in [("offered_to", "offered"), ("holder", "held")] {
                let params = json!({ field: me, "limit": PAGE_ROWS });
                effects.push(fetch("custody.list", params, purpose));
            }
        }
        effects
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

    /// `new`, `new t12`, `new e7` and `new c3` begin an order; anything else is the number of one.
    fn command(&mut self, text: &str, about: &About) -> Vec<Effect> {
        let text = text.trim();
        if text == "new" {
            return self.begin(None, about);
        }
        if let Some(from) = text.strip_prefix("new ") {
            return self.begin(Some(from), about);
        }
        if self.select_numbered(text) {
            self.follow();
            return Vec::new();
        }
        // It may be closed, or somebody else's: look among all of them.
        self.scope = Scope::All;
        self.wanted = Some(text.to_owned());
        self.fetch()
    }

    /// Begins an order, filled in from the ticket, enquiry or case of an id where there is one.
    pub(super) fn begin(&mut self, from: Option<&str>, about: &About) -> Vec<Effect> {
        self.pending.origin = Origin::default();
        self.wish = Some(Wish {
            action: Action::ProxyOpen,
            origin_awaited: from.is_some(),
        });
        let mut effects = Vec::new();
        if let Some(id) = from {
            let (method, field) = match id.chars().next() {
                Some('e') => ("enquiry.get", "enquiry"),
                Some('c') => ("case.get", "case"),
                _ => ("ticket.get", "ticket"),
            };
            effects.push(fetch(method, json!({ field: id }), ORIGIN));
        }
        effects.extend(self.advance(about));
        effects
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
        let step = if width >= WIDE {
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
            Scope::Open => Scope::All,
            Scope::All if self.me.has(Role::Agent) => Scope::Mine,
            Scope::Mine | Scope::All => Scope::Open,
        };
        self.loaded = false;
        self.orders.set(Vec::new());
        self.focus = Focus::Orders;
        self.fetch()
    }

    fn enter_papers(&mut self, about: &About) -> Vec<Effect> {
        self.orders.rest();
        self.follow();
        if self.papers.all().is_empty() {
            return vec![Effect::Say(Weight::Note, about.t("errands-no-papers"))];
        }
        self.focus = Focus::Papers;
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
                self.follow();
                Vec::new()
            }
            Message::Answer { purpose, result } => {
                if let Some(effects) = self.take_table(purpose, &result, about) {
                    return effects;
                }
                match result {
                    Ok(answer) => self.take(purpose, answer, about),
                    Err(_) if purpose == ORIGIN => {
                        self.wish = None;
                        Vec::new()
                    }
                    Err(_) => Vec::new(),
                }
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

    fn person(&self) -> Option<(String, String)> {
        let client = self.orders.selected()?.view.client.as_ref()?;
        Some((client.id.to_string(), client.name.clone()))
    }

    fn is_restless(&self) -> bool {
        self.orders.is_restless()
    }

    fn is_waiting(&self) -> bool {
        self.wish.is_some()
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
