//! The cases page (办件): what has to be done next stands first, with its countdown in days, sign and word;
//! every act on a case is one key, and each due date proves itself.

mod act;
mod due;
mod explain;
mod forms;
mod intake;
mod related;
mod sheet;
mod view;

use ratatui::layout::Rect;
use serde_json::{Value, json};

use self::intake::Intake;
use self::related::Related;
use super::detail::{WIDE, is_narrowed};
use super::directory::{Directory, text};
use super::reading::{self, Awaited, PAGE_ROWS, fetch};
use super::words::{term, wire_word};
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Place};
use crate::console::listing::{Listing, Record, Step};
use crate::console::message::{About, Effect, Message, PageName, Refused};
use crate::console::page::{Availability, Page};
use crate::rules::clock::Lamp;
use crate::rules::permission::Role;
use crate::rules::views::case::CaseView;

pub use due::due_reader;

const LIST: &str = "list";
const SELF: &str = "self";
const DUE: &str = "due";
const EXPLAIN: &str = "explain";
const FOUND: &str = "found";

/// The most cases that a list holds; who looks for one further down filters in the hall, by its number.
const CASES_MAX: usize = 2_000;

/// How many of all cases are shown, the newest first; an older one is found by its number.
const CLOSED_ROWS: usize = 200;

/// Which cases the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// Those received by the one who works here.
    Mine,
    /// Those of the department, its branches of joint cases among them.
    Department,
    /// Every open one.
    Hall,
    /// Open or closed, the newest first.
    Closed,
}

/// A case in the list.
#[derive(Clone, Debug)]
pub(super) struct CaseRow {
    id: String,
    /// Everything a filter may look for, the words of lamp, state and class among it.
    search: String,
    holder: String,
    view: CaseView,
}

impl Record for CaseRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn searchable(&self) -> String {
        self.search.clone()
    }
}

/// The page.
#[derive(Debug)]
pub struct CasesPage {
    scope: Scope,
    roles: Vec<Role>,
    me: String,
    department: String,
    staff: Directory,
    items: Directory,
    departments: Directory,
    gathered: Vec<CaseView>,
    list: Listing<CaseRow>,
    known: bool,
    settled: bool,
    awaited: Awaited,
    intake: Option<Intake>,
    origins: intake::Origins,
    related: Related,
    /// Whether the form of the kind waits for the names of departments.
    classifying: bool,
    /// The case that a question is about.
    asked_about: Option<String>,
    /// The case to select once it is in the list.
    wanted: Option<String>,
    detail_top: usize,
    size: (u16, u16),
}

impl Default for CasesPage {
    fn default() -> CasesPage {
        CasesPage {
            scope: Scope::Mine,
            roles: Vec::new(),
            me: String::new(),
            department: String::new(),
            staff: Directory::of("staff.list"),
            items: Directory::of("item.list"),
            departments: Directory::of("department.list"),
            gathered: Vec::new(),
            list: Listing::default(),
            known: false,
            settled: false,
            awaited: Awaited::default(),
            intake: None,
            origins: intake::Origins::default(),
            related: Related::default(),
            classifying: false,
            asked_about: None,
            wanted: None,
            detail_top: 0,
            size: (0, 0),
        }
    }
}

impl Page for CasesPage {
    fn name(&self) -> PageName {
        PageName::Cases
    }

    fn place(&self) -> Place {
        if self.list.filter().1 {
            Place::Filter
        } else {
            Place::Cases
        }
    }

    fn update(&mut self, message: Message, about: &About) -> Vec<Effect> {
        match message {
            Message::Shown => self.shown(about),
            Message::Space { width, height } => {
                self.size = (width, height);
                self.fit();
                Vec::new()
            }
            Message::Action(action) => self.act(action, about),
            Message::Text(text) => {
                self.list.insert(&text);
                self.fit();
                Vec::new()
            }
            Message::Rest => {
                self.list.rest();
                self.detail_top = 0;
                self.ask_related()
            }
            Message::Clock | Message::Hidden => Vec::new(),
            Message::Answer { purpose, result } => self.answered(purpose, result, about),
            Message::Submitted { form, values } => self.submitted(&form, values, about),
            Message::Confirmed { question } => self.confirmed(question),
            Message::Command(text) => self.command(&text, about),
            Message::Changed(topics) => self.changed(&topics),
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About) {
        self.draw(canvas, area, about);
    }

    fn footer(&self) -> &'static [Action] {
        act::HINTS
    }

    fn available(&self, action: Action) -> Availability {
        if self.can(action) {
            Availability::Now
        } else {
            Availability::NotNow
        }
    }

    fn person(&self) -> Option<(String, String)> {
        let applicant = self.list.selected()?.view.applicant.as_ref()?;
        Some((applicant.id.to_string(), applicant.name.clone()))
    }

    fn is_restless(&self) -> bool {
        self.list.is_restless()
    }

    fn is_waiting(&self) -> bool {
        self.awaited.is_waiting()
    }
}

impl CasesPage {
    fn shown(&mut self, about: &About) -> Vec<Effect> {
        self.roles = reading::roles(&about.roles);
        let me = about.staff.as_ref().map_or("", |(code, _)| code.as_str());
        let mut effects: Vec<Effect> = self.staff.want().into_iter().collect();
        if self.me != me {
            me.clone_into(&mut self.me);
            self.settled = false;
            self.scope = self.first_scope();
            // Whose cases come first depends on the department: the list follows once it is known.
            self.awaited.add(&[SELF]);
            effects.push(fetch("staff.get", json!({"staff": me}), SELF));
            return effects;
        }
        if !self.settled {
            // A terminal that speaks for nobody has no cases of its own.
            self.scope = self.first_scope();
            self.settled = true;
        }
        if !self.known {
            self.awaited.add(&[LIST]);
        }
        effects.extend(self.ask_anew());
        effects
    }

    /// A clerk's own cases; a department's for those who answer for it; else all.
    fn first_scope(&self) -> Scope {
        let has = |role| self.roles.contains(&role);
        if has(Role::ChiefRep) || has(Role::DeptLeader) {
            Scope::Department
        } else if has(Role::Clerk) || has(Role::Agent) {
            Scope::Mine
        } else {
            Scope::Hall
        }
    }

    fn ask(&self, cursor: Option<&str>) -> Effect {
        let mut params = json!({ "limit": PAGE_ROWS });
        match self.scope {
            Scope::Mine => {
                params["open"] = true.into();
                params["clerk"] = self.me.as_str().into();
            }
            Scope::Department => {
                params["open"] = true.into();
                params["concerns"] = self.department.as_str().into();
            }
            Scope::Hall => params["open"] = true.into(),
            Scope::Closed => {
                params["closed"] = true.into();
                params["limit"] = CLOSED_ROWS.into();
            }
        }
        if let Some(cursor) = cursor {
            params["cursor"] = cursor.into();
        }
        fetch("case.list", params, LIST)
    }

    /// Asks for the list from its beginning.
    fn ask_anew(&mut self) -> Vec<Effect> {
        self.gathered.clear();
        vec![self.ask(None)]
    }

    /// The same, and the next keys wait for it.
    fn ask_first(&mut self) -> Vec<Effect> {
        self.awaited.add(&[LIST]);
        self.ask_anew()
    }

    fn changed(&mut self, topics: &[String]) -> Vec<Effect> {
        let has = |topic: &str| topics.iter().any(|one| one == topic);
        let mut effects = Vec::new();
        let listed = ["case", "person", "proposal", "branch", "hall"];
        if self.settled && listed.iter().any(|topic| has(topic)) {
            // What belongs to the shown case is asked for again once the list has come.
            self.related.forget();
            effects.extend(self.ask_anew());
        }
        if has("hall") {
            self.items.renew();
            self.staff.renew();
        }
        effects
    }

    fn answered(
        &mut self,
        purpose: &'static str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        self.awaited.came(purpose);
        match purpose {
            LIST => self.take_list(result, about),
            SELF => {
                if let Ok(row) = &result {
                    text(row, "department").clone_into(&mut self.department);
                }
                self.settled = true;
                self.ask_first()
            }
            DUE => due::take(result, about),
            EXPLAIN => explain::take(result, about),
            related::BRANCH | related::PROPOSALS => self.take_related(purpose, result, about),
            FOUND => {
                let found = result.ok().and_then(reading::record::<CaseView>);
                if let Some(view) = found {
                    self.wanted = Some(view.id.to_string());
                    self.gathered.push(view);
                    let views = self.gathered.clone();
                    self.arrange(views, about);
                }
                self.ask_related()
            }
            intake::ITEM | intake::ORIGIN => self.take_intake(purpose, result, about),
            _ if purpose == self.staff.purpose() => {
                let more = self.staff.take(result, about, |_| String::new());
                let views = self.gathered.clone();
                self.arrange(views, about);
                more.into_iter().collect()
            }
            _ if purpose == self.items.purpose() => {
                let departments = &self.departments;
                let hint =
                    |row: &Value| departments.name(text(row, "department"), about).to_owned();
                let more = self.items.take(result, about, hint);
                more.into_iter().chain(self.advance(about)).collect()
            }
            _ if purpose == self.departments.purpose() => {
                let more = self.departments.take(result, about, |_| String::new());
                let mut effects: Vec<Effect> = more.into_iter().collect();
                if self.classifying {
                    effects.extend(self.open_classify(about));
                }
                effects.extend(self.advance(about));
                effects
            }
            _ => self.done(purpose, result, about),
        }
    }

    fn take_list(&mut self, result: Result<Value, Refused>, about: &About) -> Vec<Effect> {
        self.known = true;
        let Some(page) = result.ok().and_then(reading::rows::<CaseView>) else {
            return Vec::new();
        };
        self.gathered.extend(page.rows);
        if let Some(next) = page.next
            && self.gathered.len() < CASES_MAX
            && self.scope != Scope::Closed
        {
            self.awaited.add(&[LIST]);
            return vec![self.ask(Some(&next))];
        }
        let views = self.gathered.clone();
        self.arrange(views, about);
        self.ask_related()
    }

    /// R109: overdue first, then the least left, then acceptance; what has no countdown comes after.
    fn arrange(&mut self, views: Vec<CaseView>, about: &About) {
        let mut rows: Vec<CaseRow> = views
            .into_iter()
            .map(|view| self.row(view, about))
            .collect();
        if self.scope != Scope::Closed {
            rows.sort_by_key(|row| sort_key(&row.view));
        }
        self.list.set(rows);
        if let Some(wanted) = self.wanted.take()
            && !self.list.select(&wanted)
        {
            self.wanted = Some(wanted);
        }
    }

    fn row(&self, view: CaseView, about: &About) -> CaseRow {
        let lamp = view.clock.as_ref().and_then(|clock| clock.lamp);
        let words = [
            view.number.clone(),
            view.item_name.clone(),
            view.applicant
                .as_ref()
                .map_or_else(String::new, |person| person.name.clone()),
            term(about, "case-state", &view.state),
            term(about, "case-kind", &view.class),
            lamp.map_or_else(String::new, |lamp| term(about, "lamp", &lamp)),
            lamp.map_or_else(String::new, |lamp| wire_word(&lamp)),
            if view.proposals.is_empty() {
                String::new()
            } else {
                about.t("cases-proposed")
            },
        ];
        let holder = self.holder(&view, about);
        CaseRow {
            id: view.id.to_string(),
            search: format!("{} {holder}", words.join(" ")),
            holder,
            view,
        }
    }

    /// Who has to do the next thing.
    fn holder(&self, view: &CaseView, about: &About) -> String {
        use crate::rules::case::CaseState::{Returned, Supplement, WaitSuperior};
        match (view.state, &view.clerk) {
            (Supplement | Returned, _) => about.t("cases-applicant"),
            (WaitSuperior, _) => about.t("cases-superior"),
            (_, Some(clerk)) => self.staff.name(clerk.as_str(), about).to_owned(),
            (_, None) => String::new(),
        }
    }

    fn fit(&mut self) {
        let (width, height) = self.size;
        let step = if width >= WIDE {
            Step::HalfScreen
        } else {
            Step::Row
        };
        let filter = u16::from(is_narrowed(&self.list));
        self.list
            .resize(height.saturating_sub(view::HEAD_ROWS + filter + 1), step);
    }
}

type SortKey = (
    u8,
    i64,
    Option<crate::rules::time::Instant>,
    crate::rules::id::CaseId,
);

fn sort_key(view: &CaseView) -> SortKey {
    let began = view.accepted_at.or(view.received_at);
    let clock = view.clock.as_ref();
    let (rank, left) = match clock.and_then(|clock| clock.lamp.zip(clock.left)) {
        Some((Lamp::Overdue, left)) => {
            let over = clock.map_or(0, |clock| clock.working_days_overdue);
            (0, i64::from(left).min(-i64::from(over)))
        }
        Some((Lamp::Paused, left)) => (2, i64::from(left)),
        Some((_, left)) => (1, i64::from(left)),
        None if view.state.is_ended() => (4, 0),
        None => (3, 0),
    };
    (rank, left, began, view.id)
}
