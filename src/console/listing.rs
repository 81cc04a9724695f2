//! A list of records with a selection that stays on its record when the data change, a filter, marks, and
//! the record whose detail is shown, which follows the selection after a moment of rest.

use std::collections::BTreeSet;

use super::input::TextInput;
use super::keymap::Action;
use super::table::Sight;
use super::text::Ruler;

/// A record in a list.
pub trait Record {
    /// What tells it from the others, and stays the same when it changes.
    fn id(&self) -> &str;
    /// The text in which a filter looks.
    fn searchable(&self) -> String;
}

/// How far the list moves when the selection leaves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// By one row: cheap where the list has the whole width, since the terminal scrolls it.
    #[default]
    Row,
    /// By half a screen: beside another pane every row is drawn again, so it should happen seldom.
    HalfScreen,
}

/// What an action did to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is none of the list's.
    Ignored,
    /// It is done.
    Done,
}

/// Records in the order in which they came, the selection and the filter.
#[derive(Clone, Debug)]
pub struct Listing<R> {
    records: Vec<R>,
    /// The places of the records that the filter lets through.
    shown: Vec<usize>,
    selected: usize,
    top: usize,
    height: usize,
    step: Step,
    marks: BTreeSet<String>,
    filter: TextInput,
    filtering: bool,
    rested: Option<String>,
}

impl<R> Default for Listing<R> {
    fn default() -> Listing<R> {
        Listing {
            records: Vec::new(),
            shown: Vec::new(),
            selected: 0,
            top: 0,
            height: 1,
            step: Step::Row,
            marks: BTreeSet::new(),
            filter: TextInput::line(),
            filtering: false,
            rested: None,
        }
    }
}

impl<R: Record> Listing<R> {
    /// Takes new data. The selection stays on its record; if that is gone, on its place.
    pub fn set(&mut self, records: Vec<R>) {
        let first = self.records.is_empty();
        let kept = self.selected().map(|record| record.id().to_owned());
        self.records = records;
        self.narrow(kept.as_deref());
        let present: BTreeSet<String> = self
            .records
            .iter()
            .map(|record| record.id().to_owned())
            .collect();
        self.marks.retain(|id| present.contains(id));
        if first || self.rested().is_none() {
            self.rest();
        }
    }

    /// The space for rows changed.
    pub fn resize(&mut self, height: u16, step: Step) {
        self.height = usize::from(height.max(1));
        self.step = step;
        self.follow();
    }

    /// The selected record.
    pub fn selected(&self) -> Option<&R> {
        self.shown
            .get(self.selected)
            .map(|index| &self.records[*index])
    }

    /// The record whose detail is shown.
    pub fn rested(&self) -> Option<&R> {
        let id = self.rested.as_deref()?;
        self.records.iter().find(|record| record.id() == id)
    }

    /// Whether the detail still shows another record than the selected one.
    pub fn is_restless(&self) -> bool {
        self.selected().map(Record::id) != self.rested.as_deref()
    }

    /// The moment of rest has passed: the detail follows the selection.
    pub fn rest(&mut self) {
        self.rested = self.selected().map(|record| record.id().to_owned());
    }

    /// Selects the record of this id, if it is there and the filter shows it.
    pub fn select(&mut self, id: &str) -> bool {
        let place = self
            .shown
            .iter()
            .position(|index| self.records[*index].id() == id);
        if let Some(place) = place {
            self.selected = place;
            self.follow();
            self.rest();
        }
        place.is_some()
    }

    /// The record at a row of the list as it is shown.
    pub fn at(&self, row: usize) -> Option<&R> {
        self.shown.get(row).map(|index| &self.records[*index])
    }

    /// Every record, shown or not.
    pub fn all(&self) -> &[R] {
        &self.records
    }

    /// The marked records; without marks, the selected one.
    pub fn marked(&self) -> Vec<&R> {
        if self.marks.is_empty() {
            return self.selected().into_iter().collect();
        }
        self.records
            .iter()
            .filter(|record| self.marks.contains(record.id()))
            .collect()
    }

    /// Takes every mark away.
    pub fn unmark(&mut self) {
        self.marks.clear();
    }

    /// Whether the record is marked.
    pub fn is_marked(&self, record: &R) -> bool {
        self.marks.contains(record.id())
    }

    /// Which rows are in sight.
    pub fn sight(&self) -> Sight {
        let selected = (!self.shown.is_empty()).then_some(self.selected);
        Sight {
            top: self.top,
            selected,
            count: self.shown.len(),
        }
    }

    /// The filter, and whether it is being typed.
    pub fn filter(&self) -> (&TextInput, bool) {
        (&self.filter, self.filtering)
    }

    /// Puts typed text into the filter.
    pub fn insert(&mut self, text: &str) {
        self.filter.insert(text);
        self.refilter();
    }

    /// Does an action of lists and of the filter line.
    pub fn act(&mut self, action: Action, ruler: Ruler) -> Outcome {
        let (page, half, last) = (
            self.height.max(1),
            (self.height / 2).max(1),
            self.shown.len(),
        );
        match action {
            Action::Up => self.go(self.selected.saturating_sub(1)),
            Action::Down => self.go(self.selected + 1),
            Action::PageUp => self.turn(self.selected.saturating_sub(page), -1),
            Action::PageDown => self.turn(self.selected + page, 1),
            Action::HalfUp => self.go(self.selected.saturating_sub(half)),
            Action::HalfDown => self.go(self.selected + half),
            Action::Top => self.go(0),
            Action::Bottom => self.go(last),
            Action::Mark => self.toggle_mark(),
            Action::Filter => self.filtering = true,
            Action::Open if self.filtering => self.filtering = false,
            Action::Back if self.filtering || !self.filter.value().is_empty() => {
                self.filtering = false;
                self.filter.clear();
                self.refilter();
            }
            _ if self.filtering && self.filter.edit(action, ruler, 0) => self.refilter(),
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn go(&mut self, row: usize) {
        self.selected = row.min(self.shown.len().saturating_sub(1));
        self.follow();
    }

    /// A page: the list moves by its height, and the selection with it.
    fn turn(&mut self, row: usize, by: isize) {
        let page = self.height.cast_signed() * by;
        let last_top = self.shown.len().saturating_sub(self.height);
        self.top = self.top.saturating_add_signed(page).min(last_top);
        self.go(row);
    }

    fn toggle_mark(&mut self) {
        let Some(id) = self.selected().map(|record| record.id().to_owned()) else {
            return;
        };
        if !self.marks.remove(&id) {
            self.marks.insert(id);
        }
        self.go(self.selected + 1);
    }

    fn refilter(&mut self) {
        let kept = self.selected().map(|record| record.id().to_owned());
        self.narrow(kept.as_deref());
    }

    fn narrow(&mut self, kept: Option<&str>) {
        let wanted: Vec<String> = self
            .filter
            .value()
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let passes = |record: &R| {
            let text = record.searchable().to_lowercase();
            wanted.iter().all(|word| text.contains(word.as_str()))
        };
        self.shown = (0..self.records.len())
            .filter(|index| wanted.is_empty() || passes(&self.records[*index]))
            .collect();
        let same = kept.and_then(|id| {
            self.shown
                .iter()
                .position(|index| self.records[*index].id() == id)
        });
        self.selected = same.unwrap_or(self.selected.min(self.shown.len().saturating_sub(1)));
        self.follow();
    }

    /// Brings the selection into sight.
    fn follow(&mut self) {
        let jump = match self.step {
            Step::Row => 1,
            Step::HalfScreen => (self.height / 2).max(1),
        };
        if self.selected < self.top {
            let needed = self.top - self.selected;
            self.top = self.top.saturating_sub(needed.max(jump));
        } else if self.selected >= self.top + self.height {
            let needed = self.selected + 1 - self.top - self.height;
            self.top += needed.max(jump);
        }
        self.top = self.top.min(self.shown.len().saturating_sub(self.height));
    }
}
