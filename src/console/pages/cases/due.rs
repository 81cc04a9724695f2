//! What falls due, as it is shown at sign-on and at a key (R110).

use serde_json::Value;

use crate::console::message::{About, Effect, Refused, Weight};
use crate::console::pages::reading;
use crate::console::pages::words::short_date;
use crate::console::reader::Reader;
use crate::console::theme::Ink;
use crate::rules::views::case::{CaseView, DueScreen};

/// Shows the screen of the day that was answered, or says that nothing falls due.
pub(super) fn take(result: Result<Value, Refused>, about: &About) -> Vec<Effect> {
    let Some(screen) = result.ok().and_then(reading::record::<DueScreen>) else {
        return Vec::new();
    };
    match due_reader(&screen, about) {
        Some(reader) => vec![Effect::Read(Box::new(reader))],
        None => vec![Effect::Say(Weight::Note, about.t("due-nothing"))],
    }
}

/// The screen of the day as a text; none where nothing falls due.
pub fn due_reader(screen: &DueScreen, about: &About) -> Option<Reader> {
    let parts = [
        ("due-overdue-cases", &screen.overdue, Ink::Worst),
        ("due-today-cases", &screen.today, Ink::Bad),
        ("due-tomorrow-cases", &screen.tomorrow, Ink::Warn),
        ("due-pauses-ending", &screen.pauses_ending, Ink::Plain),
        ("due-corrections", &screen.corrections_lapsing, Ink::Plain),
    ];
    let mut lines = Vec::new();
    for (key, cases, ink) in parts {
        if cases.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push((String::new(), Ink::Plain));
        }
        lines.push((about.with(key, &[("count", cases.len().into())]), ink));
        lines.extend(cases.iter().map(|case| (line(case, about), Ink::Plain)));
    }
    (!lines.is_empty()).then(|| Reader::new(about.t("due-title"), lines))
}

fn line(case: &CaseView, about: &About) -> String {
    let clock = case.clock.as_ref();
    let date = clock
        .and_then(|clock| clock.committed_due)
        .or(case.correction_due)
        .or_else(|| case.pauses.last().map(|pause| pause.announced_on))
        .map_or_else(String::new, short_date);
    let over = clock.map_or(0, |clock| clock.working_days_overdue);
    let late = if over > 0 {
        about.with("cases-over", &[("count", over.into())])
    } else {
        String::new()
    };
    let applicant = case
        .applicant
        .as_ref()
        .map_or("", |person| person.name.as_str());
    format!(
        "  {date}  {}  {}  {applicant}  {late}",
        super::view::short_number(&case.number),
        case.item_name
    )
}
