//! How a form is drawn: labels at the left, values at the right, faults under their fields, the matches of
//! a picked field under its line, what the hall said at the foot.

use ratatui::layout::Rect;

use super::field::{ChoiceOption, Control, Field, MATCHES_SHOWN, Need};
use super::{Form, Standing};
use crate::console::canvas::Canvas;
use crate::console::input::Focus;
use crate::console::text::Align;
use crate::console::theme::Ink;
use crate::i18n::Messages;

/// The columns beyond which a form gains nothing.
pub(super) const WIDTH_MAX: u16 = 76;
/// The columns of labels, at most.
const LABEL_MAX: u16 = 16;
/// The rows of a note.
const NOTE_ROWS: u16 = 4;
/// The rows of a list to tick, at most; a longer one scrolls.
const CHECKS_ROWS_MAX: u16 = 9;

/// A field with the rows that it takes.
struct Placed<'a> {
    field: &'a Field,
    focus: Focus,
    rows: u16,
}

impl Form {
    /// The frame around the form changed.
    pub fn resize(&mut self, frame: Rect) {
        self.width = frame.width.saturating_sub(4).min(WIDTH_MAX);
    }

    /// The columns in which values stand.
    pub(super) fn value_width(&self) -> u16 {
        self.width.saturating_sub(self.label_width() + 5)
    }

    fn label_width(&self) -> u16 {
        let ruler = crate::console::text::Ruler::default();
        let widest = self
            .fields
            .iter()
            .map(|field| ruler.width(&field.label))
            .max()
            .unwrap_or(0);
        u16::try_from(widest).unwrap_or(LABEL_MAX).min(LABEL_MAX)
    }

    fn placed(&self) -> Vec<Placed<'_>> {
        let mut placed = Vec::with_capacity(self.fields.len());
        for (index, field) in self.fields.iter().enumerate() {
            let focus = if index == self.focus {
                Focus::Here
            } else {
                Focus::Elsewhere
            };
            placed.push(Placed {
                field,
                focus,
                rows: rows(field, focus, self.value_width()),
            });
        }
        placed
    }

    /// Draws the form in the middle of `area`, scrolled so that the field with the cursor is in sight.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, messages: &Messages) {
        let placed = self.placed();
        let intro = u16::try_from(self.intro.len()).unwrap_or(0);
        let foot = self.foot(messages);
        let foot_rows = u16::try_from(foot.len()).unwrap_or(0).max(1);
        let wanted = placed.iter().map(|placed| placed.rows).sum::<u16>() + intro + foot_rows + 3;
        let frame = centred(area, self.width, wanted.min(area.height));
        let inside = canvas.frame(frame, &self.title);
        canvas.hide_cursor();
        let mut y = inside.y;
        for line in &self.intro {
            canvas.print(
                inside.x + 1,
                y,
                inside.width.saturating_sub(2),
                line,
                Ink::Faint,
            );
            y += 1;
        }
        let fields = Rect {
            y,
            height: inside.height.saturating_sub(intro + foot_rows + 1),
            ..inside
        };
        self.draw_fields(canvas, fields, &placed);
        for (y, (line, ink)) in (inside.bottom().saturating_sub(foot_rows)..).zip(foot) {
            canvas.print(inside.x + 1, y, inside.width.saturating_sub(2), &line, ink);
        }
    }

    fn draw_fields(&self, canvas: &mut Canvas<'_>, area: Rect, placed: &[Placed<'_>]) {
        let mut first = 0;
        let needed = |first: usize| {
            placed[first..=self.focus]
                .iter()
                .map(|placed| placed.rows)
                .sum::<u16>()
        };
        while first < self.focus && needed(first) > area.height {
            first += 1;
        }
        let mut y = area.y;
        for placed in &placed[first.min(placed.len())..] {
            if y >= area.bottom() {
                break;
            }
            let rows = placed.rows.min(area.bottom() - y);
            self.draw_field(
                canvas,
                Rect {
                    y,
                    height: rows,
                    ..area
                },
                placed,
            );
            y += rows;
        }
    }

    fn draw_field(&self, canvas: &mut Canvas<'_>, area: Rect, placed: &Placed<'_>) {
        let label_width = self.label_width();
        let field = placed.field;
        if field.need == Need::Required {
            canvas.print(area.x, area.y, 1, "*", Ink::Warn);
        }
        let ink = if placed.focus == Focus::Here {
            Ink::Strong
        } else {
            Ink::Plain
        };
        canvas.column(
            area.x + 1,
            area.y,
            label_width,
            &field.label,
            Align::Left,
            ink,
        );
        let x = area.x + label_width + 2;
        let value = Rect {
            x,
            width: area.right().saturating_sub(x + 1),
            ..area
        };
        draw_control(canvas, value, field, placed.focus);
        if let Some(fault) = &field.fault {
            canvas.print(value.x, area.bottom() - 1, value.width, fault, Ink::Bad);
        }
    }

    /// The lines under the fields: what the hall said, else what helps to fill the field.
    fn foot(&self, messages: &Messages) -> Vec<(String, Ink)> {
        match &self.standing {
            Standing::Sent(_) => vec![(messages.t("form-sent").into_owned(), Ink::Faint)],
            Standing::Refused(lines) => lines.iter().map(|line| (line.clone(), Ink::Bad)).collect(),
            Standing::Open => {
                let hint = self.focused().map_or("", |field| field.hint.as_str());
                vec![(hint.to_owned(), Ink::Faint)]
            }
        }
    }
}

/// The rows of a field: its own, its matches while they are wanted, and its fault.
fn rows(field: &Field, focus: Focus, width: u16) -> u16 {
    let own = match &field.control {
        Control::Choice { options, .. }
            if focus == Focus::Here && !fit_one_line(options, width) =>
        {
            u16::try_from(options.len()).unwrap_or(u16::MAX)
        }
        Control::Note(_) => NOTE_ROWS,
        Control::Checks { options, .. } => u16::try_from(options.len())
            .unwrap_or(u16::MAX)
            .clamp(1, CHECKS_ROWS_MAX),
        Control::Pick { chosen: None, .. } if focus == Focus::Here => 1 + MATCHES_SHOWN,
        _ => 1,
    };
    own + u16::from(field.fault.is_some())
}

fn draw_control(canvas: &mut Canvas<'_>, area: Rect, field: &Field, focus: Focus) {
    match &field.control {
        Control::Line(input) | Control::Date(input) | Control::Number(input) => {
            input.draw_line(canvas, area.x, area.y, area.width, focus);
        }
        Control::Note(input) => {
            let rows = area.height.saturating_sub(u16::from(field.fault.is_some()));
            input.draw_note(
                canvas,
                Rect {
                    height: rows,
                    ..area
                },
                focus,
            );
        }
        Control::Choice { options, chosen } => {
            let labels: Vec<&str> = options.iter().map(|(_, label)| label.as_str()).collect();
            let rows = area.height.saturating_sub(u16::from(field.fault.is_some()));
            let area = Rect {
                height: rows,
                ..area
            };
            draw_choice(canvas, area, &labels, *chosen, focus);
        }
        Control::Checks {
            options,
            ticked,
            at,
        } => {
            let rows = area.height.saturating_sub(u16::from(field.fault.is_some()));
            let area = Rect {
                height: rows,
                ..area
            };
            let lines: Vec<(&str, bool)> = options
                .iter()
                .zip(ticked)
                .map(|((_, label), ticked)| (label.as_str(), *ticked))
                .collect();
            draw_checks(canvas, area, &lines, *at, focus);
        }
        Control::Pick {
            chosen: Some(item), ..
        } => {
            let ink = if focus == Focus::Here {
                Ink::Field
            } else {
                Ink::Plain
            };
            let used = canvas.print(area.x, area.y, area.width, &item.text, ink);
            canvas.print(
                area.x + used + 2,
                area.y,
                area.width.saturating_sub(used + 2),
                &item.hint,
                Ink::Faint,
            );
            if focus == Focus::Here {
                canvas.put_cursor(area.x + used.min(area.width.saturating_sub(1)), area.y);
            }
        }
        Control::Pick { picker, .. } if focus == Focus::Here => picker.draw(canvas, area),
        Control::Pick { picker, .. } => picker
            .input()
            .draw_line(canvas, area.x, area.y, area.width, focus),
    }
}

/// Whether all options of a choice stand side by side in this many columns.
fn fit_one_line(options: &[ChoiceOption], width: u16) -> bool {
    let ruler = crate::console::text::Ruler::default();
    let together: usize = (1..)
        .zip(options)
        .map(|(number, (_, label)): (usize, _)| {
            number.to_string().len() + 1 + ruler.width(label) + 3
        })
        .sum();
    together <= usize::from(width)
}

/// All options with their numbers: side by side where they fit, one below the other where there are rows for
/// that, else the chosen one alone.
fn draw_choice(
    canvas: &mut Canvas<'_>,
    area: Rect,
    labels: &[&str],
    chosen: Option<usize>,
    focus: Focus,
) {
    let ruler = canvas.ruler();
    let numbered: Vec<String> = (1..)
        .zip(labels)
        .map(|(number, label)| format!("{number} {label}"))
        .collect();
    let together: usize = numbered.iter().map(|label| ruler.width(label) + 3).sum();
    let lit = if focus == Focus::Here {
        Ink::Lit
    } else {
        Ink::Strong
    };
    if together <= usize::from(area.width) {
        let mut x = area.x;
        for (index, label) in numbered.iter().enumerate() {
            let is_chosen = chosen == Some(index);
            let (text, ink) = if is_chosen {
                (format!("[{label}]"), lit)
            } else {
                (format!(" {label} "), Ink::Plain)
            };
            let used = canvas.print(x, area.y, area.right() - x, &text, ink);
            if focus == Focus::Here && (is_chosen || (chosen.is_none() && index == 0)) {
                canvas.put_cursor(x + 1, area.y);
            }
            x += used + 1;
        }
        return;
    }
    let label = chosen
        .and_then(|index| numbered.get(index))
        .map_or("", String::as_str);
    if usize::from(area.height) >= labels.len() {
        for (y, (index, label)) in (area.y..).zip(numbered.iter().enumerate()) {
            let (text, ink) = if chosen == Some(index) {
                (format!("[{label}]"), lit)
            } else {
                (format!(" {label} "), Ink::Plain)
            };
            canvas.print(area.x, y, area.width, &text, ink);
            if focus == Focus::Here && index == chosen.unwrap_or(0) {
                canvas.put_cursor(area.x + 1, y);
            }
        }
        return;
    }
    let position = format!(
        "< {label} > {}/{}",
        chosen.map_or(0, |index| index + 1),
        labels.len()
    );
    canvas.print(
        area.x,
        area.y,
        area.width,
        &position,
        if chosen.is_some() { lit } else { Ink::Plain },
    );
    if focus == Focus::Here {
        canvas.put_cursor(area.x + 2, area.y);
    }
}

/// The lines in sight with their ticks; the cursor stands on the tick of its line.
fn draw_checks(
    canvas: &mut Canvas<'_>,
    area: Rect,
    lines: &[(&str, bool)],
    at: usize,
    focus: Focus,
) {
    let height = usize::from(area.height.max(1));
    let top = (at + 1).saturating_sub(height);
    for (y, (index, (label, ticked))) in
        (area.y..area.bottom()).zip(lines.iter().enumerate().skip(top))
    {
        let here = focus == Focus::Here && index == at;
        let ink = if here { Ink::Strong } else { Ink::Plain };
        let tick = if *ticked { "[x] " } else { "[ ] " };
        canvas.print_all(area.x, y, area.width, [(tick, Ink::Key), (label, ink)]);
        if here {
            canvas.put_cursor(area.x + 1, y);
        }
    }
    if lines.len() > height {
        let more = format!("{}/{}", at + 1, lines.len());
        let used = u16::try_from(more.len()).unwrap_or(0);
        let x = area.right().saturating_sub(used);
        canvas.print(x, area.bottom().saturating_sub(1), used, &more, Ink::Faint);
    }
}

/// A box of this size in the middle of an area.
pub(crate) fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(
        area.x + (area.width - width) / 2,
        area.y + (area.height - height) / 2,
        width,
        height,
    )
}
