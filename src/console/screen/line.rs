//! The line to the hall: whether it is there, what waits to be sent while it is not, and what is said about it. Pages know
//! nothing of it; what they ask for meanwhile is answered by a fault and fetched anew after the return.

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use serde_json::Value;

use super::{Outgoing, Screen, Tag};
use crate::console::canvas::Canvas;
use crate::console::form::Form;
use crate::console::keymap::{Action, label};
use crate::console::message::{Connection, Farewell, Message, Outage, Refused, Weight};
use crate::console::theme::Ink;
use crate::i18n::Arg;

/// Acts that wait for the hall at most; who has done so much without it has to wait too.
pub const ACTS_MAX: usize = 32;
/// The rows over the footer that say why a session is over.
const FAREWELL_ROWS: usize = 4;
/// How often a page may ask in vain for what it shows, each time because of the answer before.
const VAIN_MAX: usize = 8;

/// A command that is not answered.
#[derive(Debug)]
pub(super) struct Act {
    method: &'static str,
    params: Value,
    /// The form that it comes from.
    pub(super) form: Option<SentForm>,
}

/// A form that was sent.
#[derive(Debug)]
pub(super) struct SentForm {
    pub(super) key: String,
    /// The form itself, once it is not on the screen any more.
    pub(super) put_away: Option<Box<Form>>,
}

/// What became of the acts that waited for the hall.
#[derive(Debug, Default)]
struct Resent {
    of: usize,
    refused: usize,
}

/// The line.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) connection: Connection,
    /// Commands that are not answered, by the serial numbers of their requests.
    pub(super) acts: BTreeMap<u64, Act>,
    /// Questions that could not be asked and whose page is not told yet.
    pub(super) unfetched: Vec<Tag>,
    resent: Option<Resent>,
}

impl Line {
    /// The outage, while there is one.
    fn outage(&self) -> Option<&Outage> {
        match &self.connection {
            Connection::Down(outage) => Some(outage),
            _ => None,
        }
    }
}

impl Screen {
    /// The hall went away, is tried again, came back, or does not want this session any more.
    pub(super) fn connect(&mut self, connection: Connection) -> Vec<Outgoing> {
        let before = std::mem::replace(&mut self.line.connection, connection);
        match (before, &self.line.connection) {
            (Connection::Up, Connection::Down(_)) => {
                // The line of news belongs to the outage now; what it said is among the messages.
                self.said = None;
                self.held.hold_on();
                self.note(Weight::Bad, self.about.t("connection-down"));
                Vec::new()
            }
            (Connection::Down(_), Connection::Up) => self.come_back(),
            (Connection::Up | Connection::Down(_), Connection::Over(_)) => {
                self.said = None;
                self.drop_held();
                for line in self.farewell() {
                    self.note(Weight::Bad, line);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn come_back(&mut self) -> Vec<Outgoing> {
        let count = self.line.acts.len();
        self.line.resent = (count > 0).then_some(Resent {
            of: count,
            refused: 0,
        });
        let text = if count == 0 {
            self.about.t("connection-up")
        } else {
            self.about
                .with("connection-up-sent", &[("count", count.into())])
        };
        self.say(Weight::Note, text);
        self.mark_unsure();
        let mut out = self.keep_now();
        let serials: Vec<u64> = self.line.acts.keys().copied().collect();
        for serial in serials {
            self.held.await_answer(serial);
        }
        let shown = self.tell_active(Message::Shown);
        // Keys that waited through the outage go on once the page shows how it is now.
        for outgoing in &shown {
            if let Outgoing::Request { tag, .. } = outgoing {
                self.held.await_answer(tag.serial);
            }
        }
        out.extend(shown);
        out
    }

    /// Whether a command can be taken now; else what to say.
    pub(super) fn may_act(&self, method: &str, params: &Value) -> Result<(), (Weight, String)> {
        match self.line.connection {
            Connection::Up => Ok(()),
            Connection::Over(_) => Err((Weight::Bad, self.about.t("connection-over-act"))),
            Connection::Down(_) => {
                let acts = &self.line.acts;
                if acts.len() >= ACTS_MAX {
                    let args = [("most", Arg::from(ACTS_MAX))];
                    return Err((Weight::Bad, self.about.with("connection-acts-full", &args)));
                }
                let is_same = |act: &Act| act.method == method && act.params == *params;
                // A key pressed twice is one act; a form filled twice is two.
                if !self.submitting && acts.values().any(is_same) {
                    return Err((Weight::Note, self.about.t("connection-act-waits")));
                }
                Ok(())
            }
        }
    }

    /// A command went out, or waits for the hall.
    pub(super) fn await_act(&mut self, serial: u64, method: &'static str, params: Value) {
        let act = Act {
            method,
            params,
            form: None,
        };
        self.line.acts.insert(serial, act);
        if self.line.connection == Connection::Up {
            self.held.await_answer(serial);
        } else {
            let count = [("count", self.line.acts.len().into())];
            self.say(Weight::Note, self.about.with("connection-act-kept", &count));
        }
    }

    /// An act that waited for the hall was answered: after the last one of several the sum is said.
    pub(super) fn count_resent(&mut self, is_refused: bool) {
        let Some(resent) = &mut self.line.resent else {
            return;
        };
        resent.refused += usize::from(is_refused);
        if !self.line.acts.is_empty() {
            return;
        }
        let Resent { of, refused } = *resent;
        self.line.resent = None;
        if of > 1 {
            let done = of.saturating_sub(refused);
            let args = [("done", done.into()), ("refused", refused.into())];
            let weight = if refused > 0 {
                Weight::Bad
            } else {
                Weight::Done
            };
            self.say(weight, self.about.with("connection-resent", &args));
        }
    }

    /// Tells pages that what they asked for cannot be had now; whether there was any.
    pub(super) fn tell_unfetched(&mut self) -> bool {
        let any = !self.line.unfetched.is_empty();
        for _ in 0..VAIN_MAX {
            for tag in std::mem::take(&mut self.line.unfetched) {
                let fault = Refused::fault(self.about.t("connection-down"));
                let message = Message::Answer {
                    purpose: tag.purpose,
                    result: Err(fault),
                };
                // Nothing goes out of it: the hall is away.
                let _none = self.tell_page(tag.page, message);
            }
        }
        self.line.unfetched.clear();
        any
    }

    /// What stands in the corner of the header while the hall is away.
    pub(super) fn outage_sign(&self, room: u16) -> Option<String> {
        let short = match &self.line.connection {
            Connection::Up => return None,
            Connection::Over(_) => self.about.t("connection-over-short"),
            Connection::Down(outage) => {
                let since = outage.since.format("%H:%M").to_string();
                self.about
                    .with("connection-down-short", &[("since", since.into())])
            }
        };
        let count = self.line.acts.len();
        let waiting = self
            .about
            .with("connection-waiting-short", &[("count", count.into())]);
        let long = format!("!{short} {waiting}");
        let fits = self.theme.ruler().width(&long) <= usize::from(room);
        Some(if count > 0 && fits {
            long
        } else {
            format!("!{short}")
        })
    }

    /// What stands in the line of news while the hall is away and nothing newer was said.
    pub(super) fn draw_outage(&self, canvas: &mut Canvas<'_>) {
        let (width, height) = self.size;
        if let Some(outage) = self.line.outage() {
            let text = self.outage_line(outage, width);
            canvas.print(0, height.saturating_sub(2), width, &text, Ink::Bad);
        } else if matches!(self.line.connection, Connection::Over(_)) {
            self.draw_farewell(canvas);
        }
    }

    /// Whether the page in sight has nothing to show: nobody had looked at it when the hall went away.
    pub(super) fn is_blind(&self) -> bool {
        self.line.connection != Connection::Up && !self.seen.contains(&self.page())
    }

    /// What stands in the place of such a page; an empty list would be a lie.
    pub(super) fn draw_blind(&self, canvas: &mut Canvas<'_>, body: Rect) {
        let text = self.about.t("connection-not-seen");
        canvas.print(body.x, body.y, body.width, &text, Ink::Faint);
    }

    /// As much of it as fits, the most needed first.
    fn outage_line(&self, outage: &Outage, width: u16) -> String {
        let time = |at: chrono::DateTime<chrono::FixedOffset>| at.format("%H:%M:%S").to_string();
        let part = |key: &str, name: &str, value: Arg<'_>| self.about.with(key, &[(name, value)]);
        let mut parts = vec![
            part("connection-since", "since", time(outage.since).into()),
            part("connection-next", "next", time(outage.next).into()),
        ];
        if !self.line.acts.is_empty() {
            let count = self.line.acts.len();
            parts.push(part("connection-waiting", "count", count.into()));
        }
        if self.held.count() > 0 {
            let count = self.held.count();
            parts.push(part("connection-keys", "count", count.into()));
        }
        parts.push(self.about.t("connection-old"));
        let mut line = "!".to_owned();
        for (nth, one) in parts.into_iter().enumerate() {
            let gap = if nth == 0 { " " } else { "  " };
            let longer = format!("{line}{gap}{one}");
            if self.theme.ruler().width(&longer) > usize::from(width) {
                break;
            }
            line = longer;
        }
        line
    }

    /// Why the session is over and what to do, in up to three rows over the footer, over whatever is there.
    fn draw_farewell(&self, canvas: &mut Canvas<'_>) {
        let (width, height) = self.size;
        let ruler = self.theme.ruler();
        let mut lines = self.farewell();
        if let Some(first) = lines.first_mut() {
            first.insert_str(0, "! ");
        }
        let wrapped = |line: &'_ String| -> Vec<String> {
            let rows = ruler.wrap(line, usize::from(width));
            rows.into_iter().map(|row| line[row].to_owned()).collect()
        };
        // What to do is said last, and is never what has no room.
        let next = lines.pop().as_ref().map(wrapped).unwrap_or_default();
        let mut rows: Vec<String> = lines.iter().flat_map(wrapped).collect();
        rows.truncate(FAREWELL_ROWS.saturating_sub(next.len()));
        rows.extend(next);
        let count = u16::try_from(rows.len()).unwrap_or(1);
        let top = height.saturating_sub(count + 1);
        canvas.clear(Rect::new(0, top, width, count));
        for (y, text) in (top..).zip(rows) {
            canvas.print(0, y, width, &text, Ink::Bad);
        }
    }

    fn farewell(&self) -> Vec<String> {
        let mut lines = match &self.line.connection {
            Connection::Over(Farewell::Refused(refused)) => refused.lines(&self.about.messages),
            Connection::Over(Farewell::OtherContract(other)) => {
                let args = [
                    ("path", Arg::from(&other.path)),
                    ("theirs", other.theirs.to_string().into()),
                    ("ours", other.ours.to_string().into()),
                ];
                vec![self.about.with("cli-other-contract", &args)]
            }
            _ => Vec::new(),
        };
        let place = self.active_page().place();
        let key = |action: Action| {
            let bindings = self.keymap.keys_for(place, action);
            let first = bindings.first();
            first.map_or_else(String::new, |binding| label(&binding.keys))
        };
        let args = [
            ("again", key(Action::Refresh).into()),
            ("quit", key(Action::Quit).into()),
        ];
        lines.push(self.about.with("connection-over-next", &args));
        lines
    }
}
