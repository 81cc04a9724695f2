//! Lists of the catalogue to pick from in forms: staff, items, departments. Fetched page by page when a page of
//! the console is first shown, then kept; the catalogue changes seldom, and `refresh` fetches it again.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::common::{ROWS_AT_ONCE, read_rows};
use crate::console::message::{About, Effect};
use crate::console::picker::{PickItem, PickList};
use crate::i18n::Lang;

/// A table of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Staff, with their posts.
    Staff,
    /// Items, with their departments.
    Items,
    /// Departments.
    Departments,
}

impl Shelf {
    fn method(self) -> &'static str {
        match self {
            Shelf::Staff => "staff.list",
            Shelf::Items => "item.list",
            Shelf::Departments => "department.list",
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Shelf::Staff => "choices.staff",
            Shelf::Items => "choices.items",
            Shelf::Departments => "choices.departments",
        }
    }

    fn named(purpose: &str) -> Option<Shelf> {
        [Shelf::Staff, Shelf::Items, Shelf::Departments]
            .into_iter()
            .find(|shelf| shelf.purpose() == purpose)
    }

    fn fetch(self, cursor: Option<&str>) -> Effect {
        Effect::Fetch {
            method: self.method(),
            params: json!({ "limit": ROWS_AT_ONCE, "cursor": cursor }),
            purpose: self.purpose(),
        }
    }
}

/// A row of the catalogue, as far as a form needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// The department it belongs to, by code.
    pub department: String,
    /// A member of staff's post.
    pub post: String,
    /// A member of staff's roles.
    pub roles: Vec<String>,
}

impl Entry {
    fn shown(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.name_en.is_empty() => &self.name_en,
            _ => &self.name,
        }
    }
}

/// What became of one table.
#[derive(Clone, Debug, Default)]
struct Kept {
    entries: Vec<Entry>,
    asked: bool,
    whole: bool,
}

/// The tables that a page picks from.
#[derive(Clone, Debug)]
pub struct Choices {
    wanted: &'static [Shelf],
    kept: [Kept; 3],
}

impl Choices {
    /// None fetched yet.
    pub fn new(wanted: &'static [Shelf]) -> Choices {
        Choices {
            wanted,
            kept: Default::default(),
        }
    }

    /// Asks for the tables that were not asked for.
    pub fn fetch(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for shelf in self.wanted {
            let kept = &mut self.kept[*shelf as usize];
            if !kept.asked {
                kept.asked = true;
                effects.push(shelf.fetch(None));
            }
        }
        effects
    }

    /// Takes an answer, if it is one of a table; asks for what follows it.
    pub fn take(&mut self, purpose: &str, answer: &Value) -> Option<Vec<Effect>> {
        let shelf = Shelf::named(purpose)?;
        let kept = &mut self.kept[shelf as usize];
        let Some(page) = read_rows::<Entry>(answer) else {
            kept.asked = false;
            return Some(Vec::new());
        };
        if kept.whole {
            kept.entries.clear();
        }
        kept.entries.extend(page.rows);
        kept.whole = page.next.is_none();
        let more = page.next.map(|next| shelf.fetch(Some(&next)));
        Some(more.into_iter().collect())
    }

    /// Forgets a question that failed, so that the next attempt asks again.
    pub fn failed(&mut self, purpose: &str) {
        if let Some(shelf) = Shelf::named(purpose) {
            self.kept[shelf as usize].asked = false;
        }
    }

    /// The entry of this code.
    pub fn find(&self, shelf: Shelf, code: &str) -> Option<&Entry> {
        self.kept[shelf as usize]
            .entries
            .iter()
            .find(|entry| entry.code == code)
    }

    /// The name of a department in the reader's language; its code while the name is not known.
    pub fn department(&self, code: &str, about: &About) -> String {
        self.find(Shelf::Departments, code)
            .map_or(code, |entry| entry.shown(about.messages.lang()))
            .to_owned()
    }

    /// A list to pick from.
    pub fn list(&self, shelf: Shelf, about: &About) -> Rc<PickList> {
        self.list_where(shelf, about, |_| true)
    }

    /// A list to pick from, of the entries that pass.
    pub fn list_where(
        &self,
        shelf: Shelf,
        about: &About,
        passes: impl Fn(&Entry) -> bool,
    ) -> Rc<PickList> {
        let lang = about.messages.lang();
        let entries = self.kept[shelf as usize].entries.iter();
        let item = |entry: &Entry| PickItem {
            id: entry.code.clone(),
            text: entry.shown(lang).to_owned(),
            hint: match shelf {
                Shelf::Staff => entry.post.clone(),
                Shelf::Items => self.department(&entry.department, about),
                Shelf::Departments => String::new(),
            },
        };
        PickList::new(entries.filter(|entry| passes(entry)).map(item).collect())
    }
}
