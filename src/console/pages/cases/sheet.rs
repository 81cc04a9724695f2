//! A case in full: who, what, by when and why, which papers, which branches, what is possible now.

use super::CaseRow;
use super::related::{Related, proposal_line};
use crate::console::message::About;
use crate::console::pages::detail::Detail;
use crate::console::pages::words::{date, lamp_ink, limit, short_date, term, time};
use crate::console::theme::Ink;
use crate::rules::case::LineState;
use crate::rules::clock::Lamp;
use crate::rules::views::PersonView;
use crate::rules::views::branch::BranchView;
use crate::rules::views::case::{CaseClock, CaseView};

pub(super) fn detail(row: &CaseRow, related: &Related, about: &About) -> Detail {
    let view = &row.view;
    let mut detail = Detail::default();
    detail.title(view.number.clone());
    detail.line(view.item_name.clone(), Ink::Strong);
    let class = term(about, "case-kind", &view.class);
    let regime = term(about, "regime", &view.regime);
    let state = term(about, "case-state", &view.state);
    detail.line(format!("{state}  {class}  {regime}"), Ink::Plain);
    for number in &view.duplicates {
        let args = [("number", number.into())];
        detail.line(about.with("cases-duplicate", &args), Ink::Warn);
    }
    detail.gap();
    if let Some(clock) = &view.clock {
        countdown(&mut detail, clock, about);
    }
    stops(&mut detail, view, about);
    people(&mut detail, row, about);
    materials(&mut detail, view, about);
    endings(&mut detail, view, about);
    if related.is_of(row) {
        branches(&mut detail, &related.branches, about);
        for proposal in &related.proposals {
            detail.line(proposal_line(about, proposal), Ink::Warn);
        }
    }
    detail
}

fn countdown(detail: &mut Detail, clock: &CaseClock, about: &About) {
    if let Some(lamp) = clock.lamp {
        let left = match (lamp, clock.left) {
            (Lamp::Overdue, _) => about.with(
                "cases-over",
                &[("count", clock.working_days_overdue.into())],
            ),
            (_, Some(left)) => about.with("cases-left", &[("count", left.into())]),
            (_, None) => String::new(),
        };
        let words = format!("{} {left}", term(about, "lamp", &lamp));
        detail.inked(about, "detail-lamp", words, lamp_ink(lamp));
    }
    if let Some(due) = clock.committed_due {
        let limit = limit(about, clock.committed_limit, clock.unit);
        detail.pair(
            about,
            "detail-committed",
            with_limit(about, &date(about, due), &limit),
        );
    }
    if let Some(due) = clock.statutory_due {
        let limit = limit(about, clock.statutory_limit, clock.unit);
        detail.pair(
            about,
            "detail-statutory",
            with_limit(about, &date(about, due), &limit),
        );
    }
    detail.pair(about, "detail-started", date(about, clock.started_on));
    if clock.provisional {
        detail.line(about.t("explain-provisional"), Ink::Warn);
    }
}

fn with_limit(about: &About, due: &str, limit: &str) -> String {
    about.with(
        "cases-due-limit",
        &[("due", due.into()), ("limit", limit.into())],
    )
}

fn stops(detail: &mut Detail, view: &CaseView, about: &About) {
    for pause in &view.pauses {
        let to = pause.to_on.map_or_else(
            || {
                let until = short_date(pause.announced_on);
                about.with("cases-pause-open", &[("date", until.into())])
            },
            short_date,
        );
        let text = format!(
            "{} {}..{to}",
            term(about, "pause-kind", &pause.kind),
            short_date(pause.from_on)
        );
        detail.pair(about, "detail-pause", text);
    }
    for extension in &view.extensions {
        let days = about.with("working-days", &[("count", extension.days.into())]);
        let text = format!(
            "{} {days} {}",
            term(about, "within", &extension.within),
            short_date(extension.on)
        );
        detail.pair(about, "detail-extension", text);
    }
    if let Some(due) = view.correction_due {
        detail.inked(about, "detail-correction", date(about, due), Ink::Warn);
    }
    if let Some(on) = view.promised_on {
        detail.pair(about, "detail-promised", date(about, on));
    }
    detail.gap();
}

fn person(person: Option<&PersonView>) -> String {
    person.map_or_else(String::new, |one| {
        let parts = [
            Some(one.name.as_str()),
            one.id_number.as_deref(),
            one.phone.as_deref(),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    })
}

fn people(detail: &mut Detail, row: &CaseRow, about: &About) {
    let view = &row.view;
    detail.pair(about, "field-applicant", person(view.applicant.as_ref()));
    detail.pair(about, "field-agent", person(view.agent.as_ref()));
    detail.pair(about, "column-holder", &row.holder);
    if let Some(at) = view.received_at {
        detail.pair(about, "detail-received", time(about, at));
    }
    if let Some(at) = view.accepted_at {
        detail.pair(about, "detail-accepted", time(about, at));
    }
    detail.gap();
}

fn materials(detail: &mut Detail, view: &CaseView, about: &About) {
    if view.materials.is_empty() {
        return;
    }
    let given = view.materials.len() - view.missing.len().min(view.materials.len());
    detail.line(
        about.with(
            "cases-materials",
            &[
                ("given", given.into()),
                ("count", view.materials.len().into()),
            ],
        ),
        Ink::Faint,
    );
    for line in &view.materials {
        let (sign, ink) = match line.state {
            LineState::Given => ("[x]", Ink::Plain),
            LineState::Missing => ("[ ]", Ink::Warn),
            LineState::Defective => ("[!]", Ink::Bad),
        };
        let tolerable = if line.tolerable {
            about.t("cases-paper-tolerable")
        } else {
            String::new()
        };
        detail.line(format!("{sign} {}{tolerable}", line.name), ink);
        if let Some(fault) = &line.fault {
            let remedy = line.remedy.as_deref().unwrap_or_default();
            detail.line(format!("    {fault}  {remedy}"), Ink::Bad);
        }
    }
    detail.gap();
}

fn endings(detail: &mut Detail, view: &CaseView, about: &About) {
    if let Some(ground) = view.ground {
        detail.pair(
            about,
            "field-refusal",
            term(about, "refusal-ground", &ground),
        );
    }
    if let Some(result) = view.reviewed {
        detail.pair(about, "field-review", term(about, "review", &result));
    }
    if let Some(decision) = &view.decision {
        let on_time = if decision.on_time {
            about.t("cases-on-time")
        } else {
            about.t("cases-late")
        };
        let text = format!(
            "{} {} {on_time}",
            term(about, "answer", &decision.result),
            time(about, decision.at)
        );
        detail.pair(about, "field-decision", text);
        detail.pair(
            about,
            "field-reason",
            decision.reason.clone().unwrap_or_default(),
        );
        if view.delivered_at.is_none() {
            let due = date(about, decision.deliver_due);
            detail.inked(about, "detail-deliver-due", due, Ink::Warn);
        }
    }
    if let (Some(way), Some(at)) = (view.delivered, view.delivered_at) {
        let text = format!("{} {}", term(about, "delivery", &way), time(about, at));
        detail.pair(about, "field-way", text);
    }
    if let Some(cause) = view.withdrawal {
        detail.pair(
            about,
            "detail-withdrawal",
            term(about, "withdrawal", &cause),
        );
    }
    detail.gap();
}

/// Every department side by side, with its own clock (M4).
fn branches(detail: &mut Detail, branches: &[BranchView], about: &About) {
    if branches.is_empty() {
        return;
    }
    detail.line(about.t("cases-branches"), Ink::Faint);
    for branch in branches {
        let state = crate::console::pages::words::named(about, "branch-state", &branch.state);
        let left = branch.left.map_or_else(String::new, |left| {
            if left < 0 {
                about.with("cases-over", &[("count", (-left).into())])
            } else {
                about.with("cases-left", &[("count", left.into())])
            }
        });
        let ink = if branch.state == "overdue" || branch.unsigned_alert {
            Ink::Bad
        } else {
            Ink::Plain
        };
        detail.line(format!("{}  {state}  {left}", branch.department_name), ink);
        if let Some(reason) = &branch.reason {
            detail.line(format!("    {reason}"), Ink::Plain);
        }
    }
    detail.gap();
}
