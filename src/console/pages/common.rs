//! What the pages share: who works here and what they may do, pages of rows as they come over the wire,
//! countdowns and moments in words, panes and the lines around them. Knows no page.

use ratatui::layout::Rect;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::console::canvas::Canvas;
use crate::console::input::Focus;
use crate::console::listing::{Listing, Record};
use crate::console::message::About;
use crate::console::theme::{Glyphs, Ink};
use crate::rules::clock::Lamp;
use crate::rules::permission::{self, Grant, Role};
use crate::rules::time::{Instant, hall_time};

/// The columns from which three panes stand side by side.
pub const THREE_PANES: u16 = 120;
/// The columns from which two panes stand side by side under a list.
pub const TWO_PANES: u16 = 80;
/// Rows that a list above its detail has at least, titles and all.
const LIST_ROWS_MIN: u16 = 6;
/// Rows that a list asks for at once: the most that an answer brings.
pub const ROWS_AT_ONCE: usize = crate::rules::query::LIST_LIMIT_MAX;
/// Working days before a due date from which a countdown warns; the lamp of a case, which the hall sends, is
/// finer.
const SOON_DAYS: i32 = 1;

/// Who works at this terminal, as a page needs to know it between messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Me {
    /// Their code; none at a terminal that nobody has taken.
    pub code: Option<String>,
    roles: Vec<Role>,
}

impl Me {
    /// Who the session says they are.
    pub fn of(about: &About) -> Me {
        Me {
            code: about.staff.as_ref().map(|(code, _)| code.clone()),
            roles: about
                .roles
                .iter()
                .filter_map(|word| Role::from_word(word))
                .collect(),
        }
    }

    /// Whether they may do or propose a method.
    pub fn may(&self, method: &str) -> bool {
        permission::grant(&self.roles, method).is_some()
    }

    /// Whether they may do a method without anybody's approval.
    pub fn may_alone(&self, method: &str) -> bool {
        matches!(permission::grant(&self.roles, method), Some((_, Grant::Do)))
    }

    /// Whether they have a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether a code is theirs.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

/// A page of rows, and where the next one begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What to send as `cursor` for the next page; none on the last.
    pub next: Option<String>,
}

/// Reads the answer of a `noun.list`; none if it is not what the contract says.
pub fn read_rows<T: DeserializeOwned>(answer: &Value) -> Option<Rows<T>> {
    let rows = answer.get("rows")?.as_array()?;
    let rows = rows.iter().map(|row| T::deserialize(row).ok());
    Some(Rows {
        rows: rows.collect::<Option<Vec<T>>>()?,
        next: answer
            .get("next")
            .and_then(Value::as_str)
            .map(str::to_owned),
    })
}

/// The lamp of a countdown whose limit only its page knows: by the working days that are left.
pub fn lamp_of(left: i32) -> Lamp {
    match left {
        ..0 => Lamp::Overdue,
        0 => Lamp::Red,
        1..=SOON_DAYS => Lamp::Amber,
        _ => Lamp::Green,
    }
}

/// A countdown in a few columns: the lamp's sign and the days in words, so that it can be told without colour.
pub fn countdown(about: &About, glyphs: &Glyphs, left: i32, lamp: Lamp) -> (String, Ink) {
    let [green, amber, red, overdue, paused] = glyphs.lamps;
    let (sign, ink) = match lamp {
        Lamp::Green => (green, Ink::Good),
        Lamp::Amber => (amber, Ink::Warn),
        Lamp::Red => (red, Ink::Bad),
        Lamp::Overdue => (overdue, Ink::Worst),
        Lamp::Paused => (paused, Ink::Still),
    };
    let words = match left {
        ..0 => about.with("countdown-over", &[("count", left.unsigned_abs().into())]),
        0 => about.t("countdown-today"),
        _ => about.with("countdown-left", &[("count", left.into())]),
    };
    (format!("{sign}{words}"), ink)
}

/// A moment as short as it can be told today: the time, with the date where it was another day.
pub fn moment(about: &About, at: Instant) -> String {
    use chrono::Datelike;
    let at = hall_time(at);
    let format = match at.date_naive() {
        date if date == about.today() => "%H:%M",
        date if date.year() == about.now.year() => "%m-%d %H:%M",
        _ => "%Y-%m-%d",
    };
    at.format(format).to_string()
}

/// Whole minutes from a moment until now; 0 if it is still to come.
pub fn minutes_since(about: &About, at: Instant) -> i64 {
    (about.now.to_utc() - at).num_minutes().max(0)
}

/// The panes of a page with a list, the detail of what is selected, and something beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// The list.
    pub list: Rect,
    /// The detail.
    pub detail: Rect,
    /// What stands beside the detail; none where the width is for one of them only.
    pub beside: Option<Rect>,
    /// The line over the lower panes, where the list is above them.
    pub over: Option<Rect>,
}

impl Panes {
    /// Shares an area: three panes in a row from [`THREE_PANES`] columns on, else the list above, and below it
    /// one pane or two. `rows` is what the list above would like, titles and all.
    pub fn share(area: Rect, rows: u16) -> Panes {
        if area.width >= THREE_PANES {
            let list = area.width * 9 / 20;
            let detail = (area.width - list) * 11 / 20;
            let x = area.x + list + 1;
            return Panes {
                list: Rect {
                    width: list,
                    ..area
                },
                detail: Rect {
                    x,
                    width: detail - 1,
                    ..area
                },
                beside: Some(Rect {
                    x: x + detail,
                    width: area.right() - x - detail,
                    ..area
                }),
                over: None,
            };
        }
        let most = area.height * 11 / 20;
        let least = LIST_ROWS_MIN.min(most);
        let list = rows.clamp(least, most);
        let lower = Rect {
            y: area.y + list + 1,
            height: area.height.saturating_sub(list + 1),
            ..area
        };
        let half = area.width * 11 / 20;
        let beside = (area.width >= TWO_PANES).then_some(Rect {
            x: area.x + half + 1,
            width: area.width - half - 1,
            ..lower
        });
        let detail = Rect {
            width: if beside.is_some() { half } else { area.width },
            ..lower
        };
        Panes {
            list: Rect {
                height: list,
                ..area
            },
            detail,
            beside,
            over: Some(Rect {
                y: area.y + list,
                height: 1,
                ..area
            }),
        }
    }

    /// Draws the lines between the panes.
    pub fn draw_lines(&self, canvas: &mut Canvas<'_>) {
        if let Some(over) = self.over {
            canvas.rule(over.x, over.y, over.width, Ink::Faint);
        } else {
            upright(canvas, self.detail);
        }
        if let Some(beside) = self.beside {
            upright(canvas, beside);
        }
    }
}

/// A line at the left of a pane.
fn upright(canvas: &mut Canvas<'_>, pane: Rect) {
    let Some(x) = pane.x.checked_sub(1) else {
        return;
    };
    let line = canvas.glyphs().vertical;
    for y in pane.top()..pane.bottom() {
        canvas.print(x, y, 1, line, Ink::Faint);
    }
}

/// The line of a filter: shown while it is typed and as long as it narrows the list. Whether it was drawn.
pub fn draw_filter<R: Record>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    list: &Listing<R>,
    about: &About,
) -> bool {
    let (filter, typing) = list.filter();
    if !typing && filter.value().is_empty() {
        return false;
    }
    let label = about.t("filter-line");
    let used = canvas.print(area.x, area.y, area.width, &label, Ink::Key);
    let focus = if typing {
        Focus::Here
    } else {
        Focus::Elsewhere
    };
    let found = format!(" {}/{}", list.sight().count, list.all().len());
    let room = u16::try_from(canvas.ruler().width(&found)).unwrap_or(0);
    let width = area.width.saturating_sub(used + room);
    filter.draw_line(canvas, area.x + used, area.y, width, focus);
    canvas.print(
        area.right().saturating_sub(room),
        area.y,
        room,
        &found,
        Ink::Faint,
    );
    true
}

/// What an empty list says in its middle: what there would be, and what to do next.
pub fn draw_empty(canvas: &mut Canvas<'_>, area: Rect, text: &str) {
    let ruler = canvas.ruler();
    let width = usize::from(area.width.saturating_sub(4).max(1));
    let lines = ruler.wrap(text, width);
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let y = area.y + area.height.saturating_sub(rows) / 2;
    for (y, line) in (y..area.bottom()).zip(lines) {
        let line = &text[line];
        let used = u16::try_from(ruler.width(line)).unwrap_or(area.width);
        let x = area.x + area.width.saturating_sub(used) / 2;
        canvas.print(x, y, area.right() - x, line, Ink::Faint);
    }
}
