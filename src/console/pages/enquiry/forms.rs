//! The forms of the first-question page. A form's key is the method and the record it is about.

use serde_json::{Value, json};

use super::EnquiryRow;
use crate::console::form::{ChoiceOption, Field, Form, Values};
use crate::console::message::{About, Effect};
use crate::console::pages::directory::Directory;
use crate::console::pages::reading::{person, send};
use crate::console::pages::words::{term, time};
use crate::rules::enquiry::{Channel, Confirmation, EnquiryKind};
use crate::rules::views::ticket::TicketView;

const CHANNELS: [Channel; 5] = [
    Channel::Window,
    Channel::Phone,
    Channel::Web,
    Channel::Visit,
    Channel::Letter,
];

const KINDS: [EnquiryKind; 5] = [
    EnquiryKind::Consultation,
    EnquiryKind::Complaint,
    EnquiryKind::Help,
    EnquiryKind::Suggestion,
    EnquiryKind::Demand,
];

const CONFIRMATIONS: [Confirmation; 4] = [
    Confirmation::InPerson,
    Confirmation::Signature,
    Confirmation::Phone,
    Confirmation::Message,
];

fn options<T: serde::Serialize>(about: &About, group: &str, values: &[T]) -> Vec<ChoiceOption> {
    values
        .iter()
        .map(|value| (json!(value), term(about, group, value)))
        .collect()
}

/// Registration (R50, R51): who registers is the owner. Filled in from the ticket being served.
pub(super) fn open(about: &About, ticket: Option<&TicketView>) -> Form {
    let visitor = ticket.and_then(|ticket| ticket.visitor.as_ref());
    let key = match (ticket, visitor) {
        (Some(ticket), Some(person)) => {
            format!("enquiry.open/{}/{}/{}", ticket.id, person.id, person.name)
        }
        (Some(ticket), None) => format!("enquiry.open/{}", ticket.id),
        (None, _) => "enquiry.open".to_owned(),
    };
    let mut form = Form::new(key, about.t("enquiry-form-open"));
    if let Some(ticket) = ticket {
        let window = ticket.window_name.clone().unwrap_or_default();
        form = form.intro(about.with(
            "enquiry-form-ticket",
            &[
                ("number", (&ticket.number).into()),
                ("window", window.into()),
                ("time", time(about, ticket.since).into()),
            ],
        ));
    }
    let owner = about.staff.as_ref().map_or("", |(_, name)| name.as_str());
    let channel = if ticket.is_some() {
        Channel::Window
    } else {
        Channel::Visit
    };
    let mut name = Field::line("name", about.t("field-visitor")).hint(about.t("hint-no-name"));
    if let Some(person) = visitor {
        name = name.filled(&json!(person.name));
    }
    form.intro(about.with("enquiry-form-owner", &[("name", owner.into())]))
        .field(
            Field::line("matter", about.t("field-matter"))
                .required()
                .hint(about.t("hint-matter")),
        )
        .field(
            Field::choice("in_scope", about.t("field-in-scope"), scopes(about))
                .required()
                .hint(about.t("hint-digit")),
        )
        .field(name)
        .field(Field::line("phone", about.t("field-phone")))
        .field(
            Field::choice(
                "kind",
                about.t("field-kind"),
                options(about, "enquiry-kind", &KINDS),
            )
            .filled(&json!(EnquiryKind::Consultation)),
        )
        .field(
            Field::choice(
                "channel",
                about.t("field-channel"),
                options(about, "channel", &CHANNELS),
            )
            .filled(&json!(channel)),
        )
}

/// Mine, or somebody else's, which decides what has to happen today (R52–R54).
fn scopes(about: &About) -> Vec<ChoiceOption> {
    vec![
        (Value::Bool(true), about.t("enquiry-in-scope")),
        (Value::Bool(false), about.t("enquiry-out-of-scope")),
    ]
}

/// The registration form is complete.
pub(super) fn opened(
    ticket: &str,
    visitor: Option<&str>,
    name: Option<&str>,
    mut values: Values,
) -> Vec<Effect> {
    let offered = visitor
        .zip(name)
        .map(|(id, name)| (id.to_owned(), name.to_owned()));
    let visitor = person(&mut values, offered.as_ref());
    if !visitor.is_null() {
        values.insert("visitor".to_owned(), visitor);
    }
    if !ticket.is_empty() {
        values.insert("ticket".to_owned(), Value::from(ticket));
    }
    vec![send("enquiry.open", Value::Object(values), "enquiry.open")]
}

/// A form about one enquiry, which says at its head what was asked and by whom.
fn about_row(about: &About, method: &str, title: &str, row: &EnquiryRow) -> Form {
    Form::new(format!("{method}/{}", row.id), about.t(title)).intro(about.with(
        "enquiry-form-about",
        &[
            ("number", (&row.view.number).into()),
            ("matter", (&row.view.matter).into()),
        ],
    ))
}

/// To a department or to somebody there (R53, R54); the owner stays the owner.
pub(super) fn forward(
    about: &About,
    row: &EnquiryRow,
    departments: &Directory,
    staff: &Directory,
) -> Form {
    let department = row.view.department.as_ref();
    let mut to = Field::pick(
        "department",
        about.t("field-department"),
        departments.list(),
    )
    .hint(about.t("hint-forward-department"));
    if let Some(code) = department {
        to = to.filled(&json!(code));
    }
    about_row(about, "enquiry.forward", "action-enquiry-forward", row)
        .field(to)
        .field(
            Field::pick("handler", about.t("field-handler"), staff.list())
                .hint(about.t("hint-forward-handler")),
        )
        .field(Field::line("note", about.t("field-note")))
}

/// The owner's own answer; outside the centre with place and telephone (R52, R54).
pub(super) fn answer(about: &About, row: &EnquiryRow) -> Form {
    about_row(about, "enquiry.answer", "action-enquiry-answer", row)
        .field(
            Field::line("text", about.t("field-answer"))
                .required()
                .hint(about.t("hint-answer")),
        )
        .field(Field::line("outside", about.t("field-outside")).hint(about.t("hint-outside")))
}

/// The handler's answer.
pub(super) fn reply(about: &About, row: &EnquiryRow) -> Form {
    about_row(about, "enquiry.reply", "action-enquiry-reply", row).field(
        Field::line("text", about.t("field-answer"))
            .required()
            .hint(about.t("hint-answer")),
    )
}

/// Back to the owner, with the reason that R56 asks for.
pub(super) fn give_back(about: &About, row: &EnquiryRow) -> Form {
    about_row(about, "enquiry.give_back", "action-enquiry-give-back", row)
        .field(Field::line("reason", about.t("field-reason")).required())
}

/// How the visitor said that they are satisfied (R57).
pub(super) fn confirm(about: &About, row: &EnquiryRow) -> Form {
    about_row(about, "enquiry.confirm", "action-enquiry-confirm", row).field(
        Field::choice(
            "confirmed",
            about.t("field-confirmed"),
            options(about, "confirmation", &CONFIRMATIONS),
        )
        .required()
        .hint(about.t("hint-digit")),
    )
}

/// What the visitor said against the reply.
pub(super) fn reject(about: &About, row: &EnquiryRow) -> Form {
    about_row(
        about,
        "enquiry.reject_reply",
        "action-enquiry-reject-reply",
        row,
    )
    .field(Field::line("reason", about.t("field-visitor-said")))
}

/// The director's own closing (R57).
pub(super) fn close(about: &About, row: &EnquiryRow) -> Form {
    about_row(about, "enquiry.close", "action-enquiry-close", row)
        .field(Field::line("reason", about.t("field-reason")).required())
}
