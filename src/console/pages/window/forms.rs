//! The forms of the window page. A form's key is the method and the record it is about.

use serde_json::{Value, json};

use super::act;
use crate::console::form::{ChoiceOption, Field, Form, Values};
use crate::console::message::{About, Effect, Weight};
use crate::console::pages::directory::Directory;
use crate::console::pages::reading::send;
use crate::console::pages::words::{named, term, wire_word};
use crate::console::picker::{PickItem, PickList};
use crate::i18n::Lang;
use crate::rules::ticket::{Ground, PickReason};
use crate::rules::views::ticket::TicketView;
use crate::rules::views::window::{AtWindow, WindowState, WindowView};
use crate::rules::window::PauseReason;

const GROUNDS: [Ground; 8] = [
    Ground::Elderly,
    Ground::Disabled,
    Ground::Pregnant,
    Ground::WithInfant,
    Ground::Military,
    Ground::MilitaryFamily,
    Ground::Veteran,
    Ground::MajorProject,
];

const PICK_REASONS: [PickReason; 6] = [
    PickReason::Infirm,
    PickReason::Urgent,
    PickReason::FollowUp,
    PickReason::Redress,
    PickReason::Ordered,
    PickReason::Other,
];

/// Why a visit came to nothing, as it mostly is; the last one is said in words.
const NOTHING_REASONS: [&str; 5] = ["answered", "papers", "elsewhere", "later", "left"];

/// The options of a choice from the words of the wire.
fn options<T: serde::Serialize>(about: &About, group: &str, values: &[T]) -> Vec<ChoiceOption> {
    values
        .iter()
        .map(|value| (json!(value), term(about, group, value)))
        .collect()
}

/// The name of a window in the reader's language.
pub(super) fn window_name<'a>(about: &About, window: &'a WindowView) -> &'a str {
    if about.messages.lang() == Lang::En && !window.name_en.is_empty() {
        &window.name_en
    } else {
        &window.name
    }
}

/// Sign-on: windows where nobody sits; the last one is offered.
pub(super) fn sign_on(about: &About, windows: &[WindowView], last: Option<&str>) -> Form {
    let me = about.staff.as_ref().map(|(code, _)| code.as_str());
    let mut free: Vec<&WindowView> = windows
        .iter()
        .filter(|window| window.state == WindowState::Closed)
        .collect();
    let is_post = |window: &WindowView| {
        let responsible = window.responsible.as_ref();
        responsible.is_some_and(|one| Some(one.staff.as_str()) == me)
    };
    free.sort_by_key(|window| (Some(window.window.as_str()) != last, !is_post(window)));
    let items = free.iter().map(|window| PickItem {
        id: window.window.to_string(),
        text: window_name(about, window).to_owned(),
        hint: window.area.clone(),
    });
    let mut field = Field::pick(
        "window",
        about.t("field-window"),
        PickList::new(items.collect()),
    )
    .required()
    .hint(about.t("hint-pick"));
    if let Some(last) = last {
        field = field.filled(&Value::from(last));
    }
    Form::new("window.sign_on", about.t("action-window-sign-on")).field(field)
}

/// Issue a ticket at the window or by the usher (R24, R25, R29).
pub(super) fn issue(about: &About, queues: &Directory) -> Form {
    Form::new("ticket.issue", about.t("action-window-issue"))
        .field(
            Field::pick("queue", about.t("field-queue"), queues.list())
                .required()
                .hint(about.t("hint-pick")),
        )
        .field(
            Field::choice(
                "ground",
                about.t("field-ground"),
                options(about, "ground", &GROUNDS),
            )
            .hint(about.t("hint-ground")),
        )
        .field(Field::line("name", about.t("field-visitor")).hint(about.t("hint-no-name")))
        .field(Field::line("id_number", about.t("field-id-number")))
        .field(Field::line("phone", about.t("field-phone")))
}

/// Pause, with the reason that R41 asks for.
pub(super) fn pause(about: &About, desk: &WindowView) -> Form {
    Form::new(
        format!("window.pause/{}", desk.window),
        about.t("action-window-pause"),
    )
    .field(
        Field::choice(
            "reason",
            about.t("field-reason"),
            options(about, "pause-reason", &PauseReason::ALL),
        )
        .required()
        .hint(about.t("hint-digit")),
    )
}

/// Out of order, with the reason that the inspector reads (R38).
pub(super) fn pick(about: &About, ticket: &TicketView) -> Form {
    Form::new(
        format!("ticket.pick/{}", ticket.id),
        about.t("action-window-pick"),
    )
    .intro(about.with("window-pick-intro", &[("number", (&ticket.number).into())]))
    .field(
        Field::choice(
            "reason",
            about.t("field-reason"),
            options(about, "pick-reason", &PICK_REASONS),
        )
        .required()
        .hint(about.t("hint-digit")),
    )
}

/// To another queue or window (R36): both in one list, found by typing.
pub(super) fn transfer(
    about: &About,
    ticket: &TicketView,
    windows: &[WindowView],
    queues: &Directory,
) -> Form {
    let to_queue = queues
        .list()
        .items()
        .iter()
        .filter(|item| item.id != ticket.queue.as_str())
        .map(|item| PickItem {
            id: format!("queue/{}", item.id),
            text: item.text.clone(),
            hint: about.t("window-to-queue"),
        })
        .collect::<Vec<_>>();
    let is_open = |window: &&WindowView| {
        window.state != WindowState::Closed
            && (ticket.window.as_ref() != Some(&window.window) || ticket.ahead.is_some())
    };
    let to_window = windows.iter().filter(is_open).map(|window| PickItem {
        id: format!("window/{}", window.window),
        text: window_name(about, window).to_owned(),
        hint: window
            .badge
            .as_ref()
            .map_or_else(String::new, |badge| badge.name.clone()),
    });
    let all = to_queue.into_iter().chain(to_window).collect();
    Form::new(
        format!("ticket.transfer/{}", ticket.id),
        about.t("action-window-transfer"),
    )
    .intro(about.with(
        "window-transfer-intro",
        &[("number", (&ticket.number).into())],
    ))
    .field(
        Field::pick("to", about.t("field-to"), PickList::new(all))
            .required()
            .hint(about.t("hint-pick")),
    )
    .field(Field::line("note", about.t("field-note")))
}

/// From the one list of [`transfer`] to the parameters of the method.
pub(super) fn destination(values: &mut Values) {
    let to = values.remove("to");
    let to = to.as_ref().and_then(Value::as_str).unwrap_or_default();
    if let Some((field, code)) = to.split_once('/') {
        values.insert(field.to_owned(), Value::from(code));
    }
}

/// A visit that came to nothing needs a reason (R39).
pub(super) fn finish(about: &About, purpose: &str, ticket: &AtWindow) -> Form {
    let reasons = NOTHING_REASONS
        .iter()
        .map(|word| {
            let text = named(about, "nothing-reason", word);
            (Value::from(text.clone()), text)
        })
        .collect();
    Form::new(
        format!("{purpose}/{}", ticket.id),
        about.t("action-window-finish"),
    )
    .intro(about.with(
        "window-finish-intro",
        &[("number", (&ticket.number).into())],
    ))
    .field(Field::choice("reason", about.t("field-reason"), reasons).hint(about.t("hint-digit")))
    .field(Field::line("other", about.t("field-other-words")))
}

/// The finish form is complete: words of one's own go before the ready ones.
pub(super) fn finished(
    purpose: &str,
    ticket: Value,
    mut values: Values,
    about: &About,
) -> Vec<Effect> {
    let Some(purpose) = act::finish_purpose(purpose) else {
        return Vec::new();
    };
    let reason = values.remove("other").or_else(|| values.remove("reason"));
    let Some(reason) = reason else {
        return vec![
            Effect::Blame {
                field: "reason".to_owned(),
                fault: about.t("form-required"),
            },
            Effect::Say(Weight::Note, about.t("window-finish-needs-reason")),
        ];
    };
    let params = json!({"ticket": ticket, "outcome": "nothing", "reason": reason});
    vec![send("ticket.finish", params, purpose)]
}

/// The words of a pause's reason.
pub(super) fn pause_reason(about: &About, reason: PauseReason) -> String {
    named(about, "pause-reason", &wire_word(&reason))
}
