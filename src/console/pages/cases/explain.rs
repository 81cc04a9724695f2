//! The proof of a due date (R111): what was added up, then every day, counted or not, and why.

use serde_json::Value;

use crate::console::message::{About, Effect, Refused, Weight};
use crate::console::pages::reading;
use crate::console::pages::words::{date, limit, short_date, wire_word};
use crate::console::reader::Reader;
use crate::console::theme::Ink;
use crate::rules::clock::{Step, StepKind};
use crate::rules::views::case::{Explanation, TermProof};

/// Shows the proof that was answered.
pub(super) fn take(result: Result<Value, Refused>, about: &About) -> Vec<Effect> {
    let Some(proof) = result.ok().and_then(reading::record::<Explanation>) else {
        return Vec::new();
    };
    let Some(committed) = &proof.committed else {
        return vec![Effect::Say(Weight::Note, about.t("explain-nothing"))];
    };
    let mut lines = vec![(sum(&proof, committed, about), Ink::Title)];
    if let Some(statutory) = &proof.statutory {
        lines.push((statutory_line(&proof, statutory, about), Ink::Plain));
    }
    if proof.provisional {
        lines.push((about.t("explain-provisional"), Ink::Warn));
    }
    if !proof.agrees {
        lines.push((about.t("explain-differs"), Ink::Bad));
    }
    lines.push((String::new(), Ink::Plain));
    lines.extend(committed.steps.iter().map(|step| day(step, about)));
    if let Some(edition) = &proof.edition {
        lines.push((String::new(), Ink::Plain));
        let args = [("edition", edition.into())];
        lines.push((about.with("explain-edition", &args), Ink::Faint));
    }
    let title = about.with("explain-title", &[("number", (&proof.number).into())]);
    vec![Effect::Read(Box::new(Reader::new(title, lines)))]
}

/// 受理3/2 + 14 工作日 + 延期 3，暂停 8 个工作日不计 = 4/1.
fn sum(proof: &Explanation, term: &TermProof, about: &About) -> String {
    let mut text = String::new();
    if let Some(on) = proof.started_on {
        let unit = proof.unit.map_or_else(String::new, |unit| {
            let count = u16::try_from(term.limit).unwrap_or(u16::MAX);
            limit(about, count, unit)
        });
        text = about.with(
            "explain-sum",
            &[("date", short_date(on).into()), ("limit", unit.into())],
        );
    }
    if term.extension > 0 {
        text += &about.with("due-sum-extension", &[("count", term.extension.into())]);
    }
    let paused = term
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::Paused)
        .count();
    if paused > 0 {
        text += &about.with("due-sum-paused", &[("count", paused.into())]);
    }
    let due = term
        .due
        .map_or_else(|| about.t("due-stopped"), |due| date(about, due));
    format!("{text} = {due}")
}

fn statutory_line(proof: &Explanation, term: &TermProof, about: &About) -> String {
    let due = term
        .due
        .map_or_else(|| about.t("due-stopped"), |due| date(about, due));
    let count = u16::try_from(term.limit).unwrap_or(u16::MAX);
    let unit = proof
        .unit
        .map_or_else(String::new, |unit| limit(about, count, unit));
    about.with(
        "explain-statutory",
        &[("limit", unit.into()), ("due", due.into())],
    )
}

/// One day: which counted day it is, or why it is not counted.
fn day(step: &Step, about: &About) -> (String, Ink) {
    let why = about.t(&format!("due-step-{}", wire_word(&step.kind)));
    let nth = step.nth.map_or_else(String::new, |nth| {
        about.with("explain-nth", &[("count", nth.into())])
    });
    let provisional = if step.provisional {
        about.t("detail-provisional")
    } else {
        String::new()
    };
    let text = format!(
        "{}  {why} {nth} {} {} {provisional}",
        date(about, step.date),
        step.note,
        step.notice
    );
    let ink = if step.counted { Ink::Plain } else { Ink::Still };
    (text.trim_end().to_owned(), ink)
}
