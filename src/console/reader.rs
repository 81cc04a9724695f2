//! A text to read over a page: help, an explanation, the messages of the session.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::keymap::Action;
use super::listing::Outcome;
use super::text::Ruler;
use super::theme::Ink;

/// A text with a title, scrolled by lines.
#[derive(Clone, Debug)]
pub struct Reader {
    title: String,
    paragraphs: Vec<(String, Ink)>,
    top: usize,
    width: u16,
    height: u16,
    passing: bool,
}

impl Reader {
    /// A text of paragraphs; each is wrapped to the width there is.
    pub fn new(title: impl Into<String>, paragraphs: Vec<(String, Ink)>) -> Reader {
        Reader {
            title: title.into(),
            paragraphs,
            top: 0,
            width: 76,
            height: 20,
            passing: false,
        }
    }

    /// The same, not to stay: it shows what is hidden again after a while (R225).
    pub fn passing(mut self) -> Reader {
        self.passing = true;
        self
    }

    /// Whether it is not to stay.
    pub fn is_passing(&self) -> bool {
        self.passing
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The space changed.
    pub fn resize(&mut self, area: Rect) {
        (self.width, self.height) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    }

    fn lines(&self, ruler: Ruler) -> Vec<(&str, Ink)> {
        let mut lines = Vec::new();
        for (text, ink) in &self.paragraphs {
            let wrapped = ruler.wrap(text, usize::from(self.width));
            lines.extend(wrapped.into_iter().map(|range| (&text[range], *ink)));
        }
        lines
    }

    /// Does an action of readers.
    pub fn act(&mut self, action: Action, ruler: Ruler) -> Outcome {
        let page = usize::from(self.height.max(1));
        let last = self.lines(ruler).len().saturating_sub(page);
        self.top = match action {
            Action::Up => self.top.saturating_sub(1),
            Action::Down => self.top + 1,
            Action::PageUp => self.top.saturating_sub(page),
            Action::PageDown => self.top + page,
            Action::HalfUp => self.top.saturating_sub(page / 2),
            Action::HalfDown => self.top + page / 2,
            Action::Top => 0,
            Action::Bottom => last,
            _ => return Outcome::Ignored,
        };
        self.top = self.top.min(last);
        Outcome::Done
    }

    /// Draws the text over the whole of `area`.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let lines = self.lines(canvas.ruler());
        let shown = lines
            .len()
            .saturating_sub(self.top)
            .min(usize::from(area.height.saturating_sub(2)));
        let title = if lines.len() > usize::from(area.height.saturating_sub(2)) {
            format!(
                "{}  {}-{}/{}",
                self.title,
                self.top + 1,
                self.top + shown,
                lines.len()
            )
        } else {
            self.title.clone()
        };
        let inside = canvas.frame(area, &title);
        canvas.hide_cursor();
        for (row, (text, ink)) in (inside.y..inside.bottom()).zip(lines.into_iter().skip(self.top))
        {
            canvas.print(inside.x + 1, row, inside.width.saturating_sub(2), text, ink);
        }
    }
}
