//! What is told of one order, and of the way that one paper took (R148).

use chrono::NaiveDate;

use super::rows::{OrderRow, sign};
use crate::console::message::About;
use crate::console::pages::common::{countdown, lamp_of};
use crate::console::pages::detail::Detail;
use crate::console::pages::words::{self, term};
use crate::console::theme::{Glyphs, Ink};
use crate::rules::proxy::{OrderResult, OrderState};
use crate::rules::views::custody::PaperView;
use crate::rules::views::proxy::OrderView;

/// Everything about an order that its row does not say.
pub(super) fn order_sheet(about: &About, glyphs: &Glyphs, order: &OrderRow) -> Detail {
    let view = &order.view;
    let mut sheet = Detail::default();
    sheet.title(format!(
        "{}  {} {}  {}",
        view.number,
        sign(view.state),
        term(about, "proxy-state", &view.state),
        term(about, "proxy-mode", &view.mode),
    ));
    if let Some(client) = &view.client {
        let parts = [
            Some(client.name.as_str()),
            client.phone.as_deref(),
            client.id_number.as_deref(),
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        sheet.pair(about, "col-client", parts.join("  "));
    }
    for item in &view.items {
        sheet.pair(
            about,
            "errands-item",
            format!("{}  {}", item.name, item.department),
        );
    }
    sheet.pair(
        about,
        "col-agent",
        view.agent_name.clone().unwrap_or_default(),
    );
    promise(about, glyphs, view, &mut sheet);
    circumstances(about, view, &mut sheet);
    timeline(about, view, &mut sheet);
    sheet
}

/// A date, or nothing.
fn date(date: Option<NaiveDate>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// What was promised, and what came of it.
fn promise(about: &About, glyphs: &Glyphs, view: &OrderView, sheet: &mut Detail) {
    if let Some(promised) = view.promised_on {
        let mut text = promised.to_string();
        let mut ink = Ink::Plain;
        if let Some(left) = view.left {
            let (words, lamp_ink) = countdown(about, glyphs, left, lamp_of(left));
            text = format!("{text}  {words}");
            ink = lamp_ink;
        }
        sheet.inked(about, "errands-promised", text, ink);
    } else if let Some(latest) = view.promise_latest {
        let args = [("date", latest.to_string().into())];
        let text = about.with("errands-promise-latest", &args);
        sheet.pair(about, "errands-promised", text);
    }
    if let (OrderState::Assigned, Some(by)) = (view.state, view.take_by) {
        let ink = if view.take_late { Ink::Bad } else { Ink::Plain };
        sheet.inked(about, "errands-take-by", words::time(about, by), ink);
    }
    sheet.pair(about, "errands-lapses", date(view.lapses_on));
    if let Some(result) = view.result {
        let ink = match result {
            OrderResult::Granted => Ink::Good,
            OrderResult::Refused => Ink::Bad,
        };
        sheet.inked(
            about,
            "errands-result",
            term(about, "order-result", &result),
            ink,
        );
    }
    if view.replied_at.is_none() {
        sheet.pair(about, "errands-reply-due", date(view.reply_due));
    }
    sheet.pair(
        about,
        "errands-reply",
        view.reply.clone().unwrap_or_default(),
    );
    sheet.pair(about, "errands-follow-up-due", date(view.follow_up_due));
    if let Some(satisfied) = view.satisfied {
        let word = if satisfied { "yes" } else { "no" };
        sheet.pair(about, "errands-satisfied", about.t(word));
    }
}

/// Why and with what it came: a home visit, an urgent date, cases, a remark.
fn circumstances(about: &About, view: &OrderView, sheet: &mut Detail) {
    if let Some(reason) = view.visit_reason {
        sheet.pair(
            about,
            "errands-visit-reason",
            term(about, "visit-reason", &reason),
        );
    }
    sheet.pair(about, "errands-urgent", date(view.urgent_until));
    let cases: Vec<String> = view.cases.iter().map(ToString::to_string).collect();
    sheet.pair(about, "errands-case", cases.join("  "));
    sheet.pair(about, "field-note", view.note.clone().unwrap_or_default());
}

fn timeline(about: &About, view: &OrderView, sheet: &mut Detail) {
    let word = |state: OrderState| term(about, "proxy-state", &state);
    let mut steps = vec![(view.opened_at, word(OrderState::Requested))];
    let moments = [
        (view.accepted_at, OrderState::Accepted),
        (view.taken_at, OrderState::Underway),
        (view.replied_at, OrderState::Replied),
    ];
    for (at, state) in moments {
        steps.extend(at.map(|at| (at, word(state))));
    }
    for leg in &view.legs {
        let mut text = format!("{}  {}", leg.department, leg.purpose);
        if let Some(outcome) = &leg.outcome {
            text = format!("{text}  {outcome}");
        }
        steps.push((leg.at, text));
    }
    steps.sort_by_key(|(at, _)| *at);
    sheet.line(about.t("errands-timeline"), Ink::Faint);
    for (at, text) in steps {
        sheet.line(format!("{}  {text}", words::time(about, at)), Ink::Plain);
    }
}

/// Every hand that a paper went through.
pub(super) fn trail(about: &About, paper: &PaperView) -> Detail {
    let mut sheet = Detail::default();
    let heading = about.with("errands-trail", &[("name", (&paper.name).into())]);
    sheet.line(heading, Ink::Faint);
    for (index, step) in paper.moves.iter().enumerate() {
        let text = match (index, step.to.as_str()) {
            (0, to) => about.with("errands-trail-received", &[("name", to.into())]),
            (_, "") => about.t("errands-trail-returned"),
            (_, to) => about.with("errands-trail-to", &[("name", to.into())]),
        };
        sheet.line(
            format!("{}  {text}", words::time(about, step.at)),
            Ink::Plain,
        );
    }
    if let Some(to) = &paper.offered_to {
        let text = about.with("errands-trail-offered", &[("name", to.into())]);
        sheet.line(text, Ink::Warn);
    }
    sheet
}
