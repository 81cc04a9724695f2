//! What a page is: a model that takes messages and gives effects, and draws itself.

use std::fmt;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::keymap::{Action, Place};
use super::message::{About, Effect, Message, PageName};

/// Whether an action can be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    Now,
    /// It cannot, in this state of the page.
    NotNow,
}

/// A page of the console. `update` alone changes it; `view` draws it and changes nothing.
pub trait Page: fmt::Debug {
    /// Which page it is.
    fn name(&self) -> PageName;

    /// Where keys are looked up now: the page itself, or a line that it has open.
    fn place(&self) -> Place {
        self.name().place()
    }

    /// Takes a message; gives what it wants done.
    fn update(&mut self, message: Message, about: &About) -> Vec<Effect>;

    /// Draws the page into an area of the frame.
    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, about: &About);

    /// The actions that the footer shows, the most wanted first.
    fn footer(&self) -> &'static [Action];

    /// Whether an action of the page's own contexts can be done now. It may depend on the record whose detail
    /// is shown, not on a selection that is still moving, since the footer is drawn from it.
    fn available(&self, action: Action) -> Availability;

    /// Whether something follows the selection after a moment of rest.
    fn is_restless(&self) -> bool {
        false
    }

    /// Whether the next keys have to wait for an answer, since it decides what they mean.
    fn is_waiting(&self) -> bool {
        false
    }

    /// The person whom the record under the selection is about: id, and name as it is shown. None where there is nobody.
    fn person(&self) -> Option<(String, String)> {
        None
    }

    /// What would be left undone by leaving now, as a line for the question before; `None` when nothing.
    fn unfinished(&self, about: &About) -> Option<String> {
        let _ = about;
        None
    }
}
