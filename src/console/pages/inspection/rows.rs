//! Windows of the live board and findings as rows of lists: their order, what a filter looks in, the signs of
//! their states.

use crate::console::listing::Record;
use crate::i18n::Lang;
use crate::rules::finding::FindingState;
use crate::rules::views::finding::FindingView;
use crate::rules::views::window::{WindowState, WindowView};

/// A window on the board.
#[derive(Clone, Debug)]
pub(super) struct WindowRow {
    pub(super) view: WindowView,
}

impl WindowRow {
    /// Its name in the reader's language.
    pub(super) fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.view.name_en.is_empty() => &self.view.name_en,
            _ => &self.view.name,
        }
    }

    /// Who is signed on, as the badge says.
    pub(super) fn person(&self) -> &str {
        self.view
            .badge
            .as_ref()
            .map_or("", |badge| badge.name.as_str())
    }

    /// Whether a round looks at it: somebody is signed on.
    pub(super) fn is_open(&self) -> bool {
        self.view.state != WindowState::Closed
    }
}

impl Record for WindowRow {
    fn id(&self) -> &str {
        self.view.window.as_str()
    }

    fn searchable(&self) -> String {
        format!(
            "{} {} {} {} {}",
            self.view.window,
            self.view.name,
            self.view.name_en,
            self.person(),
            self.view.area
        )
    }
}

/// A finding in the list.
#[derive(Clone, Debug)]
pub(super) struct FindingRow {
    id: String,
    pub(super) view: FindingView,
    /// What it is about, in the reader's words, for the filter.
    words: String,
}

impl FindingRow {
    pub(super) fn new(view: FindingView, words: String) -> FindingRow {
        FindingRow {
            id: view.id.to_string(),
            view,
            words,
        }
    }

    /// What it is about, in the reader's words.
    pub(super) fn words(&self) -> &str {
        &self.words
    }
}

impl Record for FindingRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn searchable(&self) -> String {
        format!(
            "{} {} {} {} {}",
            self.view.number,
            self.view.window,
            self.view.window_name,
            self.view.person_name.as_deref().unwrap_or_default(),
            self.words
        )
    }
}

/// Open windows first, in the order in which one walks past them.
pub(super) fn sort_windows(rows: &mut [WindowRow]) {
    rows.sort_by(|one, other| {
        let key = |row: &WindowRow| !row.is_open();
        key(one)
            .cmp(&key(other))
            .then_with(|| one.id().cmp(other.id()))
    });
}

/// Findings in the order in which they want somebody: by state, then by the days that are left.
pub(super) fn sort_findings(rows: &mut [FindingRow]) {
    rows.sort_by(|one, other| {
        let key = |row: &FindingRow| (rank(row.view.state), row.view.left.unwrap_or(i32::MAX));
        key(one)
            .cmp(&key(other))
            .then_with(|| one.view.number.cmp(&other.view.number))
    });
}

fn rank(state: FindingState) -> u8 {
    match state {
        FindingState::Candidate => 0,
        FindingState::Open => 1,
        FindingState::Appealed => 2,
        // Both wait for somebody by a date: whichever is nearer.
        FindingState::Notified | FindingState::Rectifying => 3,
        _ => 4,
    }
}

/// The sign before the word of a window's state. ASCII: every terminal draws it one column wide.
pub(super) fn window_sign(state: WindowState) -> &'static str {
    match state {
        WindowState::Open => "o",
        WindowState::Serving => ">",
        WindowState::Paused => "=",
        WindowState::Lost => "x",
        WindowState::Closed => " ",
    }
}

/// The sign before the word of a finding's state.
pub(super) fn finding_sign(state: FindingState) -> &'static str {
    match state {
        FindingState::Candidate => "?",
        FindingState::Open => "!",
        FindingState::Notified => ">",
        FindingState::Rectifying => "~",
        FindingState::Appealed => "^",
        FindingState::Verified | FindingState::Published => ".",
        FindingState::Reminded | FindingState::Dropped | FindingState::Cancelled => "x",
    }
}
