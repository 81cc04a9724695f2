//! What the hall's answers change on the inspection page: board, round and findings, the form that waited for the
//! staff, the news of what was done.

use serde::Deserialize;
use serde_json::Value;

use super::rows::{FindingRow, WindowRow, sort_findings, sort_windows};
use super::{Inspection, Side, Which};
use crate::console::listing::Record as _;
use crate::console::message::{About, Effect, Refused, Weight};
use crate::console::pages::directory::text;
use crate::console::pages::reading;
use crate::console::pages::words::term;
use crate::rules::views::finding::FindingView;
use crate::rules::views::round::RoundView;
use crate::rules::views::window::WindowView;

/// The hall at a glance, as far as the board shows it.
#[derive(Clone, Debug, Default, Deserialize)]
struct Status {
    windows: Vec<WindowView>,
    waiting: usize,
    signed_on: usize,
}

impl Inspection {
    pub(super) fn take(
        &mut self,
        purpose: &'static str,
        answer: Value,
        about: &About,
    ) -> Vec<Effect> {
        match purpose {
            "board" => self.take_board(answer),
            "findings" => return self.take_findings(answer, about),
            "round" => {
                self.round = rounds(answer)
                    .into_iter()
                    .find(|round| round.state == "open");
            }
            "today" => {
                let complete = |round: &&RoundView| round.state == "closed" && round.complete;
                self.complete_today = rounds(answer).iter().filter(complete).count();
            }
            "did.round" => return self.did_round(answer, about),
            "did.raise" => return self.did_finding(answer, about, Side::Board),
            "did.finding" => return self.did_finding(answer, about, Side::Findings),
            _ => {}
        }
        Vec::new()
    }

    /// The staff to pick from; then the form that waits for them opens.
    pub(super) fn take_staff(
        &mut self,
        result: Result<Value, Refused>,
        about: &About,
    ) -> Vec<Effect> {
        if result.is_err() {
            self.wish = None;
        }
        let hint = |row: &Value| text(row, "post").to_owned();
        let more = self.staff.take(result, about, hint);
        more.map_or_else(|| self.advance(about), |more| vec![more])
    }

    /// Opens the form that waits, once the staff are here.
    pub(super) fn advance(&mut self, about: &About) -> Vec<Effect> {
        if self.wish.is_none() {
            return Vec::new();
        }
        if !self.staff.is_known() {
            return self.staff.want().into_iter().collect();
        }
        let action = self.wish.take();
        action.map_or_else(Vec::new, |action| self.fill(action, about))
    }

    fn take_board(&mut self, answer: Value) {
        let Some(status) = reading::record::<Status>(answer) else {
            return;
        };
        (self.waiting, self.signed_on) = (status.waiting, status.signed_on);
        let mut rows: Vec<WindowRow> = status
            .windows
            .into_iter()
            .map(|view| WindowRow { view })
            .collect();
        sort_windows(&mut rows);
        self.board.set(rows);
        self.resize();
    }

    fn take_findings(&mut self, answer: Value, about: &About) -> Vec<Effect> {
        let Some(page) = reading::rows::<FindingView>(answer) else {
            return vec![Effect::Say(Weight::Bad, about.t("answer-unreadable"))];
        };
        self.arriving.extend(page.rows);
        // Open work is shown whole, since it is put in order here; what is closed comes newest first.
        if let Some(next) = page.next.filter(|_| self.which == Which::Open) {
            return vec![self.fetch_findings(Some(&next))];
        }
        let views = std::mem::take(&mut self.arriving);
        let mut rows: Vec<FindingRow> = views
            .into_iter()
            .map(|view| {
                let words = term(about, "prohibition", &view.code);
                FindingRow::new(view, words)
            })
            .collect();
        if self.which == Which::Open {
            sort_findings(&mut rows);
        }
        let before = self.findings.all().len();
        let more = self.loaded && !self.sees_all() && rows.len() > before;
        self.findings.set(rows);
        self.loaded = true;
        let wanted = self.wanted.take();
        let missing = wanted.filter(|wanted| !self.select_numbered(wanted));
        self.resize();
        if let Some(number) = missing {
            let said = about.with("inspection-no-such", &[("number", number.into())]);
            return vec![Effect::Say(Weight::Bad, said)];
        }
        // Whom a finding concerns sees it at once (R177).
        if more {
            return vec![
                Effect::Ring,
                Effect::Say(Weight::Note, about.t("inspection-new-about-you")),
            ];
        }
        Vec::new()
    }

    /// Selects the finding of an id, a number or the end of one; whether there is one.
    pub(super) fn select_numbered(&mut self, wanted: &str) -> bool {
        let number = wanted.to_uppercase();
        let found = self.findings.all().iter().find(|row| {
            row.id() == wanted || row.view.number == number || row.view.number.ends_with(&number)
        });
        let found = found.map(|row| row.id().to_owned());
        found.is_some_and(|id| self.findings.select(&id))
    }

    fn did_round(&mut self, answer: Value, about: &About) -> Vec<Effect> {
        let Some(round) = reading::record::<RoundView>(answer) else {
            return self.fetch();
        };
        let began = self.round.is_none();
        let args = [
            ("seen", round.open_seen.into()),
            ("open", round.open_windows.into()),
        ];
        if round.state == "closed" {
            self.round = None;
            let mut effects = vec![Effect::Say(
                Weight::Done,
                about.with("inspection-round-closed", &args),
            )];
            effects.extend(self.fetch_board());
            return effects;
        }
        self.round = Some(round);
        if began {
            self.side = Side::Board;
            self.resize();
            return vec![Effect::Say(
                Weight::Done,
                about.with("inspection-round-open", &args),
            )];
        }
        Vec::new()
    }

    /// A finding was raised or went on: it is selected, and the keys stay on the side from which it was done.
    fn did_finding(&mut self, answer: Value, about: &About, side: Side) -> Vec<Effect> {
        let Some(view) = reading::record::<FindingView>(answer) else {
            return self.fetch();
        };
        let state = term(about, "finding-state", &view.state);
        let said = about.with(
            "inspection-did",
            &[("number", (&view.number).into()), ("state", state.into())],
        );
        self.wanted = Some(view.id.to_string());
        if side == Side::Board
            && let Some(round) = &mut self.round
        {
            // The window counts as seen (R170); the hall's own count comes with the next answer.
            if !round.seen.contains(&view.window) {
                round.seen.push(view.window.clone());
            }
            if self.side == Side::Board {
                self.go_to_unseen();
            }
        }
        let mut effects = vec![Effect::Say(Weight::Done, said)];
        effects.extend(self.fetch());
        effects
    }
}

/// The rounds of an answer; none where it cannot be read.
fn rounds(answer: Value) -> Vec<RoundView> {
    reading::rows(answer).map_or_else(Vec::new, |page| page.rows)
}
