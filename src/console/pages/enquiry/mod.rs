//! The first-question page (首问): every open enquiry with its owner and handler, the own ones first and in the
//! order of their promised replies; one key opens the form that registers a new one.

mod act;
mod forms;
mod view;

use ratatui::layout::Rect;
use serde_json::{Value, json};

use super::detail::{WIDE, is_narrowed};
use super::directory::{Directory, text};
use super::reading::{self, Awaited, PAGE_ROWS, fetch};
use crate::console::canvas::Canvas;
use crate::console::keymap::{Action, Place};
use crate::console::listing::{Listing, Record, Step};
use crate::console::message::{About, Effect, Message, PageName, Refused};
use crate::console::page::{Availability, Page};
use crate::rules::permission::Role;
use crate::rules::views::enquiry::EnquiryView;
use crate::rules::views::ticket::TicketView;

const LIST: &str = "list";
const SELF: &str = "self";
const TICKET: &str = "ticket";

/// How many of all enquiries are shown, the newest first.
const CLOSED_ROWS: usize = 200;

/// Which enquiries the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    /// Every open one, the own ones first.
    #[default]
    Open,
    /// Those that one has to do something about.
    Mine,
    /// Open or closed, the newest first.
    All,
}

/// An enquiry in the list.
#[derive(Clone, Debug)]
pub(super) struct EnquiryRow {
    id: String,
    /// Owned, handled, or waiting to be taken in one's department.
    mine: bool,
    view: EnquiryView,
}

impl Record for EnquiryRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn searchable(&self) -> String {
        let view = &self.view;
        let visitor = view.visitor.as_ref().map_or("", |person| &person.name);
        let handler = view.handler_name.as_deref().unwrap_or_default();
        format!(
            "{} {} {visitor} {} {handler}",
            view.number, view.matter, view.owner_name
        )
    }
}

/// The page.
#[derive(Debug)]
pub struct EnquiryPage {
    scope: Scope,
    roles: Vec<Role>,
    me: String,
    department: String,
    staff: Directory,
    departments: Directory,
    list: Listing<EnquiryRow>,
    known: bool,
    awaited: Awaited,
    /// What to open once the tables that it needs are here.
    pending: Option<Pending>,
    /// The enquiry that a question is about.
    asked_about: Option<String>,
    wanted: Option<String>,
    detail_top: usize,
    size: (u16, u16),
}

/// A form that waits for what it is made of.
#[derive(Clone, Debug)]
enum Pending {
    /// A new enquiry, of this ticket if one is named.
    Open { ticket: Option<String> },
    /// Passing on the enquiry of this id.
    Forward(String),
}

impl Default for EnquiryPage {
    fn default() -> EnquiryPage {
        EnquiryPage {
            scope: Scope::default(),
            roles: Vec::new(),
            me: String::new(),
            department: String::new(),
            staff: Directory::of("staff.list"),
            departments: Directory::of("department.list"),
            list: Listing::default(),
            known: false,
            awaited: Awaited::default(),
            pending: None,
            asked_about: None,
            wanted: None,
            detail_top: 0,
            size: (0, 0),
        }
    }
}

impl Page for EnquiryPage {
    fn name(&self) -> PageName {
        PageName::Enquiry
    }

    fn place(&self) -> Place {
        if self.list.filter().1 {
            Place::Filter
        } else {
            Place::Enquiry
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
                Vec::new()
            }
            Message::Clock | Message::Hidden => Vec::new(),
            Message::Answer { purpose, result } => self.answered(purpose, result, about),
            Message::Submitted { form, values } => Self::submitted(&form, values, about),
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
        let visitor = self.list.selected()?.view.visitor.as_ref()?;
        Some((visitor.id.to_string(), visitor.name.clone()))
    }

    fn is_restless(&self) -> bool {
        self.list.is_restless()
    }

    fn is_waiting(&self) -> bool {
        self.awaited.is_waiting() || self.pending.is_some()
    }
}

impl EnquiryPage {
    fn shown(&mut self, about: &About) -> Vec<Effect> {
        self.roles = reading::roles(&about.roles);
        let me = about.staff.as_ref().map_or("", |(code, _)| code.as_str());
        let mut effects = Vec::new();
        if self.me != me {
            me.clone_into(&mut self.me);
            effects.push(fetch("staff.get", json!({"staff": me}), SELF));
        }
        if !self.known {
            self.awaited.add(&[LIST]);
        }
        effects.push(self.ask());
        effects
    }

    fn ask(&self) -> Effect {
        let mut params = json!({ "limit": PAGE_ROWS });
        if self.scope == Scope::All {
            params["closed"] = true.into();
            params["limit"] = CLOSED_ROWS.into();
        } else {
            params["open"] = true.into();
        }
        fetch("enquiry.list", params, LIST)
    }

    fn ask_first(&mut self) -> Vec<Effect> {
        self.awaited.add(&[LIST]);
        vec![self.ask()]
    }

    fn changed(&mut self, topics: &[String]) -> Vec<Effect> {
        let mine = ["enquiry", "person", "hall"];
        if topics.iter().any(|topic| mine.contains(&topic.as_str())) {
            vec![self.ask()]
        } else {
            Vec::new()
        }
    }

    fn answered(
        &mut self,
        purpose: &'static str,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        self.awaited.came(purpose);
        match purpose {
            LIST => {
                self.take_list(result);
                Vec::new()
            }
            SELF => {
                if let Ok(row) = &result {
                    text(row, "department").clone_into(&mut self.department);
                    let rows = self.list.all().iter().map(|row| row.view.clone()).collect();
                    self.arrange(rows);
                }
                Vec::new()
            }
            TICKET => self.take_ticket(result, about),
            _ if purpose == self.staff.purpose() => {
                let departments = &self.departments;
                let hint = |row: &Value| {
                    let code = text(row, "department");
                    format!("{} {}", departments.name(code, about), text(row, "post"))
                };
                let more = self.staff.take(result, about, hint);
                more.into_iter().chain(self.go_on(about)).collect()
            }
            _ if purpose == self.departments.purpose() => {
                let hint = |row: &Value| text(row, "phone").to_owned();
                let more = self.departments.take(result, about, hint);
                more.into_iter().chain(self.go_on(about)).collect()
            }
            _ => self.done(purpose, result, about),
        }
    }

    fn take_list(&mut self, result: Result<Value, Refused>) {
        self.known = true;
        if let Some(page) = result.ok().and_then(reading::rows::<EnquiryView>) {
            self.arrange(page.rows);
        }
    }

    /// The own ones first, then by promised reply; what is answered comes after what is not.
    fn arrange(&mut self, views: Vec<EnquiryView>) {
        let mut rows: Vec<EnquiryRow> = views
            .into_iter()
            .map(|view| EnquiryRow {
                id: view.id.to_string(),
                mine: self.is_mine(&view),
                view,
            })
            .filter(|row| self.scope != Scope::Mine || row.mine)
            .collect();
        if self.scope != Scope::All {
            rows.sort_by_key(|row| {
                (
                    !row.mine,
                    row.view.left.is_none(),
                    row.view.reply_due,
                    row.view.id,
                )
            });
        }
        self.list.set(rows);
        if let Some(wanted) = self.wanted.take()
            && !self.list.select(&wanted)
        {
            self.wanted = Some(wanted);
        }
    }

    fn is_mine(&self, view: &EnquiryView) -> bool {
        let me = |code: &str| !self.me.is_empty() && code == self.me;
        let for_my_department = view.taken_at.is_none()
            && !self.department.is_empty()
            && view
                .handler_department
                .as_ref()
                .is_some_and(|code| code.as_str() == self.department);
        me(view.owner.as_str())
            || view.handler.as_ref().is_some_and(|code| me(code.as_str()))
            || (for_my_department && view.handler.is_none())
            || (view.with_director && self.roles.contains(&Role::Director))
    }

    fn take_ticket(&mut self, result: Result<Value, Refused>, about: &About) -> Vec<Effect> {
        self.pending = None;
        let ticket = result.ok().and_then(reading::record::<TicketView>);
        vec![Effect::Fill(Box::new(forms::open(about, ticket.as_ref())))]
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
