//! A list narrowed by typing: characters, pinyin, initials. It stands alone over a page, or in a form's
//! field, with the best matches under the line.

use std::cell::OnceCell;
use std::rc::Rc;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::input::{Focus, TextInput};
use super::keymap::Action;
use super::listing::Outcome;
use super::text::Ruler;
use super::theme::Ink;
use crate::search::{Entry, Hit, Index};

/// The most matches that are kept; nobody scrolls further, they type.
const HITS_MAX: usize = 200;

/// Something to pick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PickItem {
    /// What is sent when it is picked.
    pub id: String,
    /// Its name, which is searched and shown.
    pub text: String,
    /// What tells it from others of the same name: a department, a key.
    pub hint: String,
}

/// A list to pick from, shared by the dialogs that offer it; made searchable when first searched.
#[derive(Debug, Default)]
pub struct PickList {
    items: Vec<PickItem>,
    index: OnceCell<Index>,
}

impl PickList {
    /// A list of these items, in the order in which they stand before anything is typed.
    pub fn new(items: Vec<PickItem>) -> Rc<PickList> {
        Rc::new(PickList {
            items,
            index: OnceCell::new(),
        })
    }

    /// The items.
    pub fn items(&self) -> &[PickItem] {
        &self.items
    }

    /// The places of the best matches, with what to light up in their names.
    pub fn search(&self, text: &str) -> Vec<Hit> {
        let index = self.index.get_or_init(|| {
            let entries = self.items.iter().map(|item| Entry {
                code: &item.id,
                name: &item.text,
                department: &item.hint,
            });
            Index::new(entries)
        });
        index.search(text, HITS_MAX)
    }
}

/// A picker at work.
#[derive(Clone, Debug)]
pub struct Picker {
    list: Rc<PickList>,
    input: TextInput,
    hits: Vec<Hit>,
    selected: usize,
    top: usize,
    height: usize,
    /// Whether anything was typed or moved: only then is the first match somebody's choice.
    touched: bool,
}

impl Picker {
    /// A picker over `list`, showing `height` matches.
    pub fn new(list: Rc<PickList>, height: u16) -> Picker {
        let mut picker = Picker {
            list,
            input: TextInput::line(),
            hits: Vec::new(),
            selected: 0,
            top: 0,
            height: usize::from(height.max(1)),
            touched: false,
        };
        picker.narrow();
        picker
    }

    /// The text typed.
    pub fn input(&self) -> &TextInput {
        &self.input
    }

    /// The item that would be picked now; none while nothing was typed and the selection not moved.
    pub fn choice(&self) -> Option<&PickItem> {
        if !self.touched {
            return None;
        }
        self.hits
            .get(self.selected)
            .map(|hit| &self.list.items[hit.index])
    }

    /// The item of this id, as when a draft comes back.
    pub fn find(&self, id: &str) -> Option<&PickItem> {
        self.list.items.iter().find(|item| item.id == id)
    }

    /// Puts typed text in and narrows the list.
    pub fn insert(&mut self, text: &str) {
        self.input.insert(text);
        self.touched |= !text.is_empty();
        self.narrow();
    }

    /// Forgets what was typed.
    pub fn clear(&mut self) {
        self.input.clear();
        self.touched = false;
        self.narrow();
    }

    /// Does an action of pickers and of lines.
    pub fn act(&mut self, action: Action, ruler: Ruler) -> Outcome {
        let last = self.hits.len().saturating_sub(1);
        let selected = match action {
            Action::Up => self.selected.saturating_sub(1),
            Action::Down => self.selected + 1,
            Action::PageUp => self.selected.saturating_sub(self.height),
            Action::PageDown => self.selected + self.height,
            _ if self.input.edit(action, ruler, 0) => {
                self.touched = !self.input.value().is_empty();
                self.narrow();
                return Outcome::Done;
            }
            _ => return Outcome::Ignored,
        };
        self.selected = selected.min(last);
        self.touched = true;
        self.top = self.top.clamp(
            (self.selected + 1).saturating_sub(self.height),
            self.selected,
        );
        Outcome::Done
    }

    fn narrow(&mut self) {
        let everything = || {
            (0..self.list.items.len()).map(|index| Hit {
                index,
                score: 0,
                ranges: Vec::new(),
            })
        };
        self.hits = if self.input.value().trim().is_empty() {
            everything().collect()
        } else {
            self.list.search(self.input.value())
        };
        (self.selected, self.top) = (0, 0);
    }

    /// Draws the line with the cursor at the top of `area` and the matches under it.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        self.input
            .draw_line(canvas, area.x, area.y, area.width, Focus::Here);
        let below = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        };
        self.draw_hits(canvas, below);
    }

    /// Draws the matches alone.
    pub fn draw_hits(&self, canvas: &mut Canvas<'_>, area: Rect) {
        for row in 0..area.height {
            let place = self.top + usize::from(row);
            let Some(hit) = self.hits.get(place) else {
                break;
            };
            let y = area.y + row;
            let selected = place == self.selected;
            if selected {
                canvas.print(area.x, y, 1, canvas.glyphs().marker, Ink::Strong);
            }
            self.draw_hit(
                canvas,
                Rect {
                    x: area.x + 2,
                    y,
                    width: area.width.saturating_sub(2),
                    height: 1,
                },
                hit,
            );
        }
    }

    fn draw_hit(&self, canvas: &mut Canvas<'_>, area: Rect, hit: &Hit) {
        let item = &self.list.items[hit.index];
        let mut pieces = Vec::new();
        let mut from = 0;
        for range in &hit.ranges {
            pieces.push((&item.text[from..range.start], Ink::Plain));
            pieces.push((&item.text[range.clone()], Ink::Match));
            from = range.end;
        }
        pieces.push((&item.text[from..], Ink::Plain));
        let used = canvas.print_all(area.x, area.y, area.width, pieces);
        if used + 4 < area.width {
            canvas.print(
                area.x + used + 2,
                area.y,
                area.width - used - 2,
                &item.hint,
                Ink::Faint,
            );
        }
    }
}
