//! What lies over a page: dialogs, the topmost last. Keys go to the topmost alone.

use super::command_line::CommandLine;
use super::form::Form;
use super::keymap::Place;
use super::message::{PageName, Question};
use super::reader::Reader;

/// A dialog.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A form, and the page that opened it.
    Form(Box<Form>, PageName),
    /// The line under `:`.
    CommandLine(CommandLine),
    /// A text to read.
    Reader(Reader),
    /// A question, and who asks.
    Question(Question, Asker),
}

/// Who asks a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A page.
    Page(PageName),
    /// The console itself, before it ends.
    Quit,
}

impl Layer {
    /// Where keys are looked up while this layer is on top.
    pub fn place(&self) -> Place {
        match self {
            Layer::Form(form, _) => form.place(),
            Layer::CommandLine(_) => Place::CommandLine,
            Layer::Reader(_) => Place::Reader,
            Layer::Question(..) => Place::Confirm,
        }
    }
}
