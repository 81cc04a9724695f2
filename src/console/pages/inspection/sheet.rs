//! What is told of one window on the board, and of one finding.

use chrono::NaiveDate;

use super::rows::{FindingRow, WindowRow, finding_sign};
use crate::console::message::About;
use crate::console::pages::common::{countdown, lamp_of};
use crate::console::pages::detail::Detail;
use crate::console::pages::words::{self, term};
use crate::console::theme::{Glyphs, Ink};
use crate::rules::finding::{FindingState, Severity};
use crate::rules::views::finding::FindingView;

/// A window as it stands, with what was found there.
pub(super) fn window_sheet<'a>(
    about: &About,
    row: &WindowRow,
    findings: impl Iterator<Item = &'a FindingRow>,
) -> Detail {
    let view = &row.view;
    let t = |key: &str| about.t(key);
    let mut sheet = Detail::default();
    let name = row.name(about.messages.lang());
    sheet.title(format!("{}  {name}  {}", view.window, view.area));
    let state = term(about, "window-state", &view.state);
    let since = view.since.map(|at| words::time(about, at));
    sheet.pair(
        about,
        "col-state",
        about.with(
            "inspection-since",
            &[
                ("state", state.into()),
                ("time", since.unwrap_or_default().into()),
            ],
        ),
    );
    if view.idle {
        sheet.inked(
            about,
            "inspection-idle",
            t("inspection-idle-explained"),
            Ink::Bad,
        );
    }
    if let Some(badge) = &view.badge {
        sheet.pair(
            about,
            "inspection-person",
            format!("{}  {}", badge.name, badge.post),
        );
    }
    let held: Vec<String> = view.held.iter().map(|held| held.number.clone()).collect();
    if !held.is_empty() {
        sheet.pair(about, "inspection-held", held.join("  "));
    }
    sheet.pair(
        about,
        "col-waiting",
        about.with(
            "inspection-waiting",
            &[
                ("count", view.waiting.into()),
                ("minutes", view.longest_wait_minutes.into()),
            ],
        ),
    );
    if let Some(responsible) = &view.responsible {
        let (name, post, phone) = (&responsible.name, &responsible.post, &responsible.phone);
        let words = format!("{name}  {post}  {phone}");
        sheet.pair(about, "inspection-responsible", words);
    }
    found_there(about, findings, &mut sheet);
    sheet
}

/// The findings at a window, one line each.
fn found_there<'a>(
    about: &About,
    findings: impl Iterator<Item = &'a FindingRow>,
    sheet: &mut Detail,
) {
    for finding in findings {
        sheet.line(
            format!(
                "{} {}  {}  {}",
                finding_sign(finding.view.state),
                finding.view.number,
                term(about, "finding-state", &finding.view.state),
                finding.words()
            ),
            Ink::Warn,
        );
    }
}

/// Everything about a finding (R171, R177).
pub(super) fn finding_sheet(
    about: &About,
    glyphs: &Glyphs,
    view: &FindingView,
    words: &str,
) -> Detail {
    let t = |key: &str| about.t(key);
    let mut sheet = Detail::default();
    sheet.title(format!(
        "{}  {} {}  {}",
        view.number,
        finding_sign(view.state),
        term(about, "finding-state", &view.state),
        term(about, "severity", &view.severity),
    ));
    let ink = match view.severity {
        Severity::Serious => Ink::Bad,
        _ => Ink::Strong,
    };
    sheet.inked(about, "inspection-code", words, ink);
    sheet.pair(about, "inspection-note", view.note.clone());
    sheet.pair(
        about,
        "inspection-window",
        format!("{} {}", view.window, view.window_name),
    );
    sheet.pair(
        about,
        "inspection-person",
        view.person_name.clone().unwrap_or_default(),
    );
    sheet.pair(about, "inspection-situation", situation(about, view));
    sheet.pair(
        about,
        "inspection-raised",
        format!(
            "{}  {}",
            words::time(about, view.raised_at),
            view.raised_by_name
                .clone()
                .unwrap_or_else(|| t("inspection-by-machine")),
        ),
    );
    dates(about, glyphs, view, &mut sheet);
    for statement in &view.statements {
        sheet.pair(about, "inspection-statement", statement.clone());
    }
    sheet.pair(
        about,
        "inspection-reply",
        view.reply.clone().unwrap_or_default(),
    );
    for said in &view.appeal {
        sheet.pair(about, "inspection-appeal", said.clone());
    }
    if view.recheck_count > 0 {
        sheet.pair(about, "inspection-rechecks", view.recheck_count.to_string());
    }
    ended(about, view, &mut sheet);
    sheet
}

/// Who found it in order, and when it ended.
fn ended(about: &About, view: &FindingView, sheet: &mut Detail) {
    sheet.pair(
        about,
        "inspection-verified-by",
        view.verified_by_name.clone().unwrap_or_default(),
    );
    sheet.pair(
        about,
        "inspection-ended",
        view.ended_at
            .map_or_else(String::new, |at| words::time(about, at)),
    );
}

/// What stood at the window in the second of the finding.
fn situation(about: &About, view: &FindingView) -> String {
    let situation = &view.situation;
    let signed_on = view
        .signed_on_name
        .clone()
        .unwrap_or_else(|| about.t("none"));
    about.with(
        "inspection-situation-text",
        &[
            ("person", signed_on.into()),
            (
                "state",
                words::named(about, "desk-state", &situation.desk).into(),
            ),
            ("waiting", situation.waiting.into()),
        ],
    )
}

/// By when an answer, an appeal, a correction is due, as far as each is still awaited.
fn dates(about: &About, glyphs: &Glyphs, view: &FindingView, sheet: &mut Detail) {
    let awaited = |date: NaiveDate| match view.left {
        Some(left) => {
            let (words, ink) = countdown(about, glyphs, left, lamp_of(left));
            (format!("{date}  {words}"), ink)
        }
        None => (date.to_string(), Ink::Plain),
    };
    if let Some(due) = view.reply_due {
        let (text, ink) = match view.state {
            FindingState::Notified => awaited(due),
            _ => (due.to_string(), Ink::Plain),
        };
        sheet.inked(about, "inspection-reply-due", text, ink);
    }
    if let Some(due) = view.due_on {
        let (text, ink) = match view.state {
            FindingState::Rectifying => awaited(due),
            _ => (due.to_string(), Ink::Plain),
        };
        sheet.inked(about, "inspection-due", text, ink);
    }
    let appeal = view.appeal_until.map(|date| date.to_string());
    sheet.pair(
        about,
        "inspection-appeal-until",
        (appeal).unwrap_or_default(),
    );
}
