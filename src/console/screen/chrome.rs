//! What stands around the page: tabs and clock above, the line of news and the keys below, dialogs over it.

use ratatui::layout::Rect;

use super::Screen;
use crate::console::canvas::Canvas;
use crate::console::command_line::CommandLine;
use crate::console::form::centred;
use crate::console::help::{self, Hint};
use crate::console::input::Focus;
use crate::console::keymap::{Action, Lookup};
use crate::console::layer::Layer;
use crate::console::message::{Question, Weight};
use crate::console::theme::Ink;

/// The columns of the clock.
const CLOCK_WIDTH: u16 = 5;
/// The columns of one key and its words in the box of keys that can follow.
const FOLLOW_WIDTH: u16 = 24;
/// The widest box of a question.
const QUESTION_WIDTH: u16 = 64;

impl Screen {
    pub(super) fn draw_header(&self, canvas: &mut Canvas<'_>) {
        let (width, _) = self.size;
        let mut x = 0;
        for (index, page) in self.pages.iter().enumerate() {
            let name = self.about.messages.t(page.name().message());
            let (text, ink) = if index == self.active {
                (format!("[{name}]"), Ink::Title)
            } else {
                (format!(" {name} "), Ink::Plain)
            };
            x += canvas.print(x, 0, width.saturating_sub(x), &text, ink);
        }
        let clock = self.about.now.format("%H:%M").to_string();
        let clock_x = width.saturating_sub(CLOCK_WIDTH);
        canvas.print(clock_x, 0, CLOCK_WIDTH, &clock, Ink::Plain);
        let room = clock_x.saturating_sub(x + 4);
        let (text, ink) = match self.outage_sign(room) {
            Some(sign) => (sign, Ink::Bad),
            None => (self.whereabouts(room), Ink::Faint),
        };
        let used = u16::try_from(canvas.ruler().width(&text))
            .unwrap_or(room)
            .min(room);
        if ink == Ink::Bad && used < 2 {
            // The tabs leave no room for words; the sign alone stands before the clock.
            canvas.print(clock_x.saturating_sub(1), 0, 1, "!", ink);
        }
        canvas.print(clock_x.saturating_sub(used + 2), 0, used, &text, ink);
    }

    /// The hall and who works here; the hall goes first where there is no room.
    fn whereabouts(&self, room: u16) -> String {
        let staff = self
            .about
            .staff
            .as_ref()
            .map_or("", |(_, name)| name.as_str());
        let both = format!("{}  {staff}", self.about.hall);
        if self.theme.ruler().width(&both) <= usize::from(room) {
            both
        } else {
            staff.to_owned()
        }
    }

    pub(super) fn draw_news(&self, canvas: &mut Canvas<'_>) {
        let (width, height) = self.size;
        let Some(y) = height.checked_sub(2) else {
            return;
        };
        if let Some((weight, text)) = &self.said {
            let ink = match weight {
                Weight::Done => Ink::Good,
                Weight::Note => Ink::Plain,
                Weight::Bad => Ink::Bad,
            };
            canvas.print(0, y, width, text, ink);
        } else {
            self.draw_outage(canvas);
        }
    }

    pub(super) fn draw_footer(&self, canvas: &mut Canvas<'_>) {
        let (_, height) = self.size;
        let Some(y) = height.checked_sub(1) else {
            return;
        };
        let place = self.place();
        let actions: Vec<Action> = match self.layers.last() {
            None => self
                .active_page()
                .footer()
                .iter()
                .copied()
                .chain([Action::Help])
                .collect(),
            Some(layer) => layer_actions(layer).to_vec(),
        };
        let messages = &self.about.messages;
        let hints = help::footer(
            &self.keymap,
            place,
            &actions,
            |action| self.availability(action),
            messages,
        );
        draw_hints(canvas, y, &hints);
    }

    pub(super) fn draw_layer(&self, canvas: &mut Canvas<'_>, layer: &Layer, body: Rect) {
        match layer {
            Layer::Form(form, _) => form.draw(canvas, body, &self.about.messages),
            Layer::Reader(reader) => reader.draw(canvas, body),
            Layer::CommandLine(line) => self.draw_command_line(canvas, line),
            Layer::Question(question, _) => draw_question(canvas, question, body),
        }
    }

    fn draw_command_line(&self, canvas: &mut Canvas<'_>, line: &CommandLine) {
        let (width, height) = self.size;
        let Some(y) = height.checked_sub(2) else {
            return;
        };
        canvas.clear(Rect::new(0, y, width, 2));
        canvas.print(0, y, 1, ":", Ink::Key);
        line.input()
            .draw_line(canvas, 1, y, width.saturating_sub(1), Focus::Here);
        let (completions, taken) = line.completions();
        let mut x = 0;
        for (index, (action, words)) in completions.iter().enumerate() {
            let ink = if taken == Some(index) {
                Ink::Lit
            } else {
                Ink::Plain
            };
            let text = format!("{words} {}", action.name());
            x += canvas.print(x, y + 1, width.saturating_sub(x), &text, ink) + 2;
        }
    }

    /// The keys that can follow a sequence begun, in a box above the footer.
    pub(super) fn draw_follows(&self, canvas: &mut Canvas<'_>, body: Rect) {
        let Lookup::Pending(follows) = self.keymap.lookup(self.place(), &self.pending) else {
            return;
        };
        let hints = help::follows(&follows, &self.about.messages);
        let columns = (body.width.saturating_sub(4) / FOLLOW_WIDTH).max(1);
        let rows = u16::try_from(hints.len())
            .unwrap_or(u16::MAX)
            .div_ceil(columns);
        let height = (rows + 2).min(body.height);
        let area = Rect {
            y: body.bottom() - height,
            height,
            ..body
        };
        let inside = canvas.frame(area, &crate::console::keymap::label(&self.pending));
        for (index, hint) in (0..).zip(&hints) {
            let (column, row) = (index / rows.max(1), index % rows.max(1));
            let x = inside.x + 1 + column * FOLLOW_WIDTH;
            if row < inside.height && x < inside.right() {
                let room = FOLLOW_WIDTH.min(inside.right() - x);
                canvas.print_all(
                    x,
                    inside.y + row,
                    room,
                    [
                        (hint.keys.as_str(), Ink::Key),
                        ("  ", Ink::Plain),
                        (&hint.words, Ink::Plain),
                    ],
                );
            }
        }
    }
}

/// What the footer shows while a dialog is open.
fn layer_actions(layer: &Layer) -> &'static [Action] {
    match layer {
        Layer::Form(..) => &[
            Action::FieldNext,
            Action::Submit,
            Action::Back,
            Action::Help,
        ],
        Layer::CommandLine(_) => &[],
        Layer::Reader(_) => &[Action::Down, Action::PageDown, Action::Back],
        Layer::Question(..) => &[Action::Yes, Action::No],
    }
}

/// Hints side by side, whole ones only; the last one, which leads to all the others, is always among them.
fn draw_hints(canvas: &mut Canvas<'_>, y: u16, hints: &[Hint]) {
    let ruler = canvas.ruler();
    let width = canvas.area().width;
    // One key stands close to Chinese words; a Latin word right behind a letter would read as one.
    let gap = |hint: &Hint| {
        let latin = hint.words.starts_with(|first: char| first.is_ascii());
        u16::from(latin || hint.keys.chars().count() > 1)
    };
    let needed = |hint: &Hint| {
        let words = ruler.width(&hint.keys) + ruler.width(&hint.words);
        u16::try_from(words)
            .unwrap_or(u16::MAX)
            .saturating_add(gap(hint))
    };
    let last = hints.last().map_or(0, needed);
    let mut x = 0;
    for (index, hint) in hints.iter().enumerate() {
        let is_last = index + 1 == hints.len();
        let room = if is_last {
            width
        } else {
            width.saturating_sub(last + 1)
        };
        if x + needed(hint) > room {
            continue;
        }
        x += canvas.print(x, y, width - x, &hint.keys, Ink::Key) + gap(hint);
        x += canvas.print(x, y, width - x, &hint.words, Ink::Plain) + 1;
    }
}

fn draw_question(canvas: &mut Canvas<'_>, question: &Question, body: Rect) {
    let ruler = canvas.ruler();
    let width = QUESTION_WIDTH.min(body.width);
    let inner = usize::from(width.saturating_sub(4));
    let paragraphs = [(&question.text, Ink::Strong)]
        .into_iter()
        .chain(question.effect.iter().map(|line| (line, Ink::Plain)));
    let mut lines = Vec::new();
    for (text, ink) in paragraphs {
        lines.extend(
            ruler
                .wrap(text, inner)
                .into_iter()
                .map(|range| (&text[range], ink)),
        );
    }
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let inside = canvas.frame(centred(body, width, height), "");
    canvas.hide_cursor();
    for (y, (text, ink)) in (inside.y..inside.bottom()).zip(lines) {
        canvas.print(inside.x + 1, y, inside.width.saturating_sub(2), text, ink);
    }
}
