//! The detail of a record: labelled lines, wrapped, beside the list where there is room and over it where
//! there is none.

use ratatui::layout::Rect;

use crate::console::canvas::Canvas;
use crate::console::input::Focus;
use crate::console::listing::{Listing, Record};
use crate::console::message::About;
use crate::console::reader::Reader;
use crate::console::text::Ruler;
use crate::console::theme::Ink;

/// From this width on a page has three panes.
pub const WIDE: u16 = 120;

/// The lines of a detail.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    lines: Vec<(String, Ink)>,
}

impl Detail {
    /// A heading.
    pub fn title(&mut self, text: impl Into<String>) -> &mut Detail {
        self.lines.push((text.into(), Ink::Title));
        self
    }

    /// A line of text.
    pub fn line(&mut self, text: impl Into<String>, ink: Ink) -> &mut Detail {
        self.lines.push((text.into(), ink));
        self
    }

    /// A label and a value; nothing where the value is empty.
    pub fn pair(&mut self, about: &About, label: &str, value: impl Into<String>) -> &mut Detail {
        self.inked(about, label, value, Ink::Plain)
    }

    /// The same in another ink.
    pub fn inked(
        &mut self,
        about: &About,
        label: &str,
        value: impl Into<String>,
        ink: Ink,
    ) -> &mut Detail {
        let value = value.into();
        if !value.is_empty() {
            let text = about.with(
                "detail-pair",
                &[("label", about.t(label).into()), ("value", value.into())],
            );
            self.lines.push((text, ink));
        }
        self
    }

    /// A blank line, if the last one is none.
    pub fn gap(&mut self) -> &mut Detail {
        if self.lines.last().is_some_and(|(text, _)| !text.is_empty()) {
            self.lines.push((String::new(), Ink::Plain));
        }
        self
    }

    /// Draws the lines from the one numbered `top` on; a sign in the last row says that there are more.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, top: usize) {
        let ruler = canvas.ruler();
        let mut wrapped = self.wrapped(ruler, area.width).skip(top);
        for (y, (text, ink)) in (area.y..area.bottom()).zip(wrapped.by_ref()) {
            canvas.print(area.x, y, area.width, text, ink);
        }
        if wrapped.next().is_some() && area.width > 2 && area.height > 0 {
            let more = ruler.ellipsis();
            let width = u16::try_from(ruler.width(more)).unwrap_or(1);
            let (x, y) = (area.right() - width, area.bottom() - 1);
            canvas.print(x, y, width, more, Ink::Faint);
        }
    }

    /// The last line that may stand at the top of an area of this size.
    pub fn last_top(&self, ruler: Ruler, area: Rect) -> usize {
        self.wrapped(ruler, area.width)
            .count()
            .saturating_sub(usize::from(area.height))
    }

    fn wrapped(&self, ruler: Ruler, width: u16) -> impl Iterator<Item = (&str, Ink)> {
        self.lines.iter().flat_map(move |(text, ink)| {
            ruler
                .wrap(text, usize::from(width))
                .into_iter()
                .map(move |range| (&text[range], *ink))
        })
    }

    /// The same lines as a text over the page.
    pub fn reader(self, title: impl Into<String>) -> Reader {
        Reader::new(title, self.lines)
    }

    /// How many lines there are before wrapping.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// An area cut in two, with a rule between them: the left part is `left` columns wide.
pub fn split(canvas: &mut Canvas<'_>, area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width.saturating_sub(2));
    let x = area.x + left;
    let vertical = canvas.glyphs().vertical;
    for y in area.y..area.bottom() {
        canvas.print(x, y, 1, vertical, Ink::Faint);
    }
    let right = Rect {
        x: x + 2,
        width: area.width.saturating_sub(left + 2),
        ..area
    };
    (
        Rect {
            width: left,
            ..area
        },
        right,
    )
}

/// The line of a list's filter: its words, and the cursor while it is being typed.
pub fn filter_line<R: Record>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    list: &Listing<R>,
    about: &About,
) {
    let (input, typing) = list.filter();
    let label = about.t("filter-line");
    let used = canvas.print(area.x, area.y, area.width, &label, Ink::Key);
    let focus = if typing {
        Focus::Here
    } else {
        Focus::Elsewhere
    };
    input.draw_line(
        canvas,
        area.x + used,
        area.y,
        area.width.saturating_sub(used),
        focus,
    );
}

/// Whether a list is narrowed, so that the line of its filter is shown.
pub fn is_narrowed<R: Record>(list: &Listing<R>) -> bool {
    let (input, typing) = list.filter();
    typing || !input.value().is_empty()
}
