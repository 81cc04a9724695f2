//! The detail of a record as lines: titles, labelled values, plain text; wrapped to the pane that shows it and
//! scrolled by lines. Built anew from its record whenever it is drawn, so it holds nothing.

use ratatui::layout::Rect;

use crate::console::canvas::Canvas;
use crate::console::text::{Align, Ruler};
use crate::console::theme::Ink;

/// The columns of labels, at most.
const LABEL_MAX: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    Title(String, Ink),
    Pair(String, String, Ink),
    Text(String, Ink),
}

/// A detail in lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    lines: Vec<Line>,
}

/// One row as it is drawn: its label, where it begins a pair, and its text.
struct Drawn<'a> {
    label: &'a str,
    text: &'a str,
    ink: Ink,
    indent: usize,
}

impl Sheet {
    /// A line that stands out.
    pub fn title(&mut self, text: impl Into<String>) -> &mut Sheet {
        self.lines.push(Line::Title(text.into(), Ink::Title));
        self
    }

    /// A heading over the lines that follow.
    pub fn heading(&mut self, text: impl Into<String>) -> &mut Sheet {
        self.lines.push(Line::Title(text.into(), Ink::Faint));
        self
    }

    /// A value with its label.
    pub fn pair(&mut self, label: impl Into<String>, text: impl Into<String>) -> &mut Sheet {
        self.inked(label, text, Ink::Plain)
    }

    /// A value with its label, in an ink of its own.
    pub fn inked(
        &mut self,
        label: impl Into<String>,
        text: impl Into<String>,
        ink: Ink,
    ) -> &mut Sheet {
        self.lines.push(Line::Pair(label.into(), text.into(), ink));
        self
    }

    /// The same, left out where there is no value.
    pub fn maybe(&mut self, label: impl Into<String>, text: Option<String>) -> &mut Sheet {
        if let Some(text) = text {
            self.pair(label, text);
        }
        self
    }

    /// A line of text.
    pub fn text(&mut self, text: impl Into<String>, ink: Ink) -> &mut Sheet {
        self.lines.push(Line::Text(text.into(), ink));
        self
    }

    fn label_width(&self, ruler: Ruler) -> usize {
        let labels = self.lines.iter().map(|line| match line {
            Line::Pair(label, ..) => ruler.width(label),
            Line::Title(..) | Line::Text(..) => 0,
        });
        labels.max().unwrap_or(0).min(LABEL_MAX)
    }

    fn drawn(&self, ruler: Ruler, width: u16) -> Vec<Drawn<'_>> {
        let label_width = self.label_width(ruler) + 1;
        let mut drawn = Vec::new();
        for line in &self.lines {
            let (label, text, ink, indent) = match line {
                Line::Title(text, ink) => ("", text, *ink, 0),
                Line::Text(text, ink) => ("", text, *ink, 0),
                Line::Pair(label, text, ink) => (label.as_str(), text, *ink, label_width),
            };
            let room = usize::from(width).saturating_sub(indent).max(1);
            for (index, range) in ruler.wrap(text, room).into_iter().enumerate() {
                drawn.push(Drawn {
                    label: if index == 0 { label } else { "" },
                    text: &text[range],
                    ink,
                    indent,
                });
            }
        }
        drawn
    }

    /// The last line that may stand at the top of a pane of this size.
    pub fn last_top(&self, ruler: Ruler, pane: Rect) -> usize {
        self.drawn(ruler, pane.width)
            .len()
            .saturating_sub(usize::from(pane.height))
    }

    /// Draws the lines from `top` on; a mark at the end of the last row says that there is more.
    pub fn draw(&self, canvas: &mut Canvas<'_>, pane: Rect, top: usize) {
        let ruler = canvas.ruler();
        let drawn = self.drawn(ruler, pane.width);
        let top = top.min(drawn.len().saturating_sub(usize::from(pane.height)));
        let label_width = u16::try_from(self.label_width(ruler)).unwrap_or(0);
        for (y, row) in (pane.top()..pane.bottom()).zip(drawn.iter().skip(top)) {
            let indent = u16::try_from(row.indent).unwrap_or(0);
            if !row.label.is_empty() {
                canvas.column(pane.x, y, label_width, row.label, Align::Left, Ink::Faint);
            }
            let x = pane.x + indent;
            canvas.print(x, y, pane.right().saturating_sub(x), row.text, row.ink);
        }
        if drawn.len() > top + usize::from(pane.height) && pane.height > 0 && pane.width > 2 {
            let more = ruler.ellipsis();
            let width = u16::try_from(ruler.width(more)).unwrap_or(1);
            canvas.print(
                pane.right() - width,
                pane.bottom() - 1,
                width,
                more,
                Ink::Faint,
            );
        }
    }
}
