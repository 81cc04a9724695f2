//! What the pages of errands and of inspection share: who works here and what they may do, countdowns whose limit
//! only the page knows, the panes of a list with two details. Knows no page.

use std::rc::Rc;

use ratatui::layout::Rect;
use serde_json::Value;

use super::detail::WIDE;
use super::directory::{Directory, name_of};
use super::reading;
use super::words::{lamp_ink, lamp_sign};
use crate::console::canvas::Canvas;
use crate::console::message::About;
use crate::console::picker::{PickItem, PickList};
use crate::console::theme::{Glyphs, Ink};
use crate::rules::clock::Lamp;
use crate::rules::permission::Role;

/// The columns from which two panes stand side by side under a list.
pub const TWO_PANES: u16 = 80;
/// Rows that a list above its detail has at least, titles and all.
const LIST_ROWS_MIN: u16 = 6;
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
            roles: reading::roles(&about.roles),
        }
    }

    /// Whether they may do or propose a method.
    pub fn may(&self, method: &str) -> bool {
        reading::may(&self.roles, method)
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
    let words = match left {
        ..0 => about.with("countdown-over", &[("count", left.unsigned_abs().into())]),
        0 => about.t("countdown-today"),
        _ => about.with("countdown-left", &[("count", left.into())]),
    };
    (
        format!("{}{words}", lamp_sign(glyphs, lamp)),
        lamp_ink(lamp),
    )
}

/// The rows of a table that pass, to pick from; `hint` tells rows of one name apart.
pub fn pick_where(
    table: &Directory,
    about: &About,
    passes: impl Fn(&Value) -> bool,
    hint: impl Fn(&Value) -> String,
) -> Rc<PickList> {
    let item = |(code, row): (&str, &Value)| PickItem {
        id: code.to_owned(),
        text: name_of(row, about).to_owned(),
        hint: hint(row),
    };
    let rows = table.rows().filter(|(_, row)| passes(row));
    PickList::new(rows.map(item).collect())
}

/// Whether a member of staff, as the catalogue lists them, has one of these roles.
pub fn has_role(staff: &Value, wanted: &[Role]) -> bool {
    let roles = staff.get("roles").and_then(Value::as_array);
    roles.is_some_and(|roles| {
        roles
            .iter()
            .filter_map(Value::as_str)
            .any(|role| wanted.iter().any(|wanted| wanted.as_str() == role))
    })
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
    /// Shares an area: three panes in a row from [`WIDE`] columns on, else the list above, and below it
    /// one pane or two. `rows` is what the list above would like, titles and all.
    pub fn share(area: Rect, rows: u16) -> Panes {
        if area.width >= WIDE {
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
        let half = area.width / 2;
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
