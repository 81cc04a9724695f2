//! The forms of the errands page and what they become on the wire. A form's key is `method/record`, so that the
//! draft of one order never turns up in another.

use serde_json::{Value, json};

use super::Errands;
use super::rows::{OrderRow, PaperRow};
use crate::console::form::{Field, Form, Values};
use crate::console::keymap::Action;
use crate::console::listing::Record as _;
use crate::console::message::About;
use crate::console::pages::common::{has_role, pick_where};
use crate::console::pages::directory::text;
use crate::console::pages::reading;
use crate::rules::permission::Role;
use crate::rules::proxy::{Mode, OrderState};

/// The fields for items: one trip serves several, a form has one page.
const ITEM_FIELDS: [&str; 3] = ["item", "item_2", "item_3"];

/// What a new order comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// The id of a ticket, an enquiry or a case.
    id: String,
    /// Who came with it: id and name.
    visitor: Option<(String, String)>,
    /// The item that it is about, where it is one.
    item: Option<String>,
}

/// Reads where an order comes from: a ticket, an enquiry or a case, each with its own words for the person.
pub(super) fn origin(record: &Value) -> Origin {
    let person = ["visitor", "asker", "applicant"]
        .into_iter()
        .find_map(|field| record.get(field).filter(|person| person.is_object()));
    let item = match (
        record.get("items").and_then(Value::as_array),
        record.get("item"),
    ) {
        (Some(items), _) => items.first(),
        (None, item) => item,
    };
    let code = item.and_then(|item| item.as_str().or_else(|| item.get("code")?.as_str()));
    Origin {
        id: text(record, "id").to_owned(),
        visitor: person.map(|person| {
            (
                text(person, "id").to_owned(),
                text(person, "name").to_owned(),
            )
        }),
        item: code.map(str::to_owned),
    }
}

/// The form for a new order (R140–R149).
pub(super) fn open(page: &Errands, about: &About, origin: &Origin) -> Form {
    let t = |key: &str| about.t(key);
    let pick = |name: &'static str, label: &str| Field::pick(name, t(label), page.items.list());
    let reasons = ["illness", "disability", "age", "other"];
    let reasons = reasons
        .into_iter()
        .map(|word| (json!(word), t(&format!("visit-reason-{word}"))))
        .collect();
    let mut name = Field::line("name", t("person-name")).required();
    if let Some((_, visitor)) = &origin.visitor {
        name = name.filled(&json!(visitor));
    }
    let mut item = pick(ITEM_FIELDS[0], "errands-item")
        .required()
        .hint(t("hint-pick"));
    if let Some(code) = &origin.item {
        item = item.filled(&json!(code));
    }
    Form::new(format!("proxy.open/{}", origin.id), t("errands-form-open"))
        .intro(t("errands-free"))
        .field(name)
        .field(Field::line("id_number", t("person-id-number")))
        .field(Field::line("phone", t("person-phone")))
        .field(item)
        .field(pick(ITEM_FIELDS[1], "errands-item-2").hint(t("errands-item-hint")))
        .field(pick(ITEM_FIELDS[2], "errands-item-3").hint(t("errands-item-hint")))
        .field(mode_field(about))
        .field(
            Field::choice("visit_reason", t("errands-visit-reason"), reasons)
                .hint(t("errands-visit-hint")),
        )
        .field(Field::line("address", t("person-address")))
        .field(Field::date("urgent_until", t("errands-urgent")).hint(t("errands-urgent-hint")))
        .field(Field::line("note", t("field-note")))
}

fn mode_field(about: &About) -> Field {
    let options = ["proxy", "help", "accompany"]
        .into_iter()
        .map(|word| (json!(word), about.t(&format!("proxy-mode-{word}"))))
        .collect();
    Field::choice("mode", about.t("errands-mode"), options)
        .filled(&json!("proxy"))
        .hint(about.t("errands-mode-hint"))
        .required()
}

/// The parameters of `proxy.open` from its form.
pub(super) fn open_params(mut values: Values, origin: &Origin) -> Value {
    let address = values.remove("address");
    let mut client = reading::person(&mut values, origin.visitor.as_ref());
    if let (Some(details), Some(address)) = (client.as_object_mut(), address) {
        details.insert("address".to_owned(), address);
    }
    let items: Vec<Value> = ITEM_FIELDS
        .iter()
        .filter_map(|field| values.remove(*field))
        .collect();
    let mut params = Value::Object(values);
    params["client"] = client;
    params["items"] = json!(items);
    match origin.id.chars().next() {
        Some('t') => params["ticket"] = json!(origin.id),
        Some('e') => params["enquiry"] = json!(origin.id),
        _ => {}
    }
    params
}

/// The form of an act on an order; none for acts that need no form.
pub(super) fn order_form(
    page: &Errands,
    about: &About,
    action: Action,
    order: &OrderRow,
) -> Option<Form> {
    let t = |key: &str| about.t(key);
    let form = form_for(about, action, order);
    Some(match action {
        Action::ProxyAccept => accept(page, about, form, order),
        Action::ProxyAssign => {
            let mut form = form.field(agent_field(page, about).required());
            if order.view.visit_reason.is_some() {
                form = form.field(companion_field(page, about).required());
            }
            let reason = Field::line("reason", t("field-reason"));
            form.field(if order.view.state == OrderState::Underway {
                reason.required()
            } else {
                reason
            })
        }
        Action::ProxyLeg => form
            .field(
                Field::pick(
                    "department",
                    t("errands-leg-department"),
                    page.departments.list(),
                )
                .required()
                .hint(t("hint-pick")),
            )
            .field(Field::line("purpose", t("errands-leg-purpose")).required())
            .field(Field::line("outcome", t("errands-leg-outcome"))),
        Action::ProxySubmit => form
            .field(Field::line("case", t("errands-case")).hint(t("errands-case-hint")))
            .field(Field::line("note", t("field-note"))),
        Action::ProxyResult => {
            let options = ["granted", "refused"]
                .into_iter()
                .map(|word| (json!(word), t(&format!("order-result-{word}"))))
                .collect();
            form.field(Field::choice("result", t("errands-result"), options).required())
                .field(Field::line("note", t("field-note")))
        }
        Action::ProxyReply => form.field(
            Field::line("text", t("errands-reply"))
                .required()
                .hint(t("errands-reply-hint")),
        ),
        Action::ProxyComplete => form
            .field(
                Field::line("recipient", t("errands-recipient"))
                    .required()
                    .filled(&json!(order.client())),
            )
            .field(
                Field::line("relationship", t("errands-relationship"))
                    .hint(t("errands-relationship-hint")),
            ),
        Action::ProxySuspend | Action::ProxyWithdraw | Action::ProxyUnable => {
            form.field(Field::line("reason", t("field-reason")).required())
        }
        Action::ProxyFollowUp => form
            .field(Field::yes_no("satisfied", t("errands-satisfied"), &about.messages).required())
            .field(Field::line("note", t("field-note"))),
        Action::CustodyReceive => receive(about, form),
        _ => return None,
    })
}

/// An empty form of an act on an order, which says whose order it is.
fn form_for(about: &About, action: Action, order: &OrderRow) -> Form {
    let key = format!("{}/{}", action.name(), order.view.id);
    Form::new(key, about.t(action.message())).intro(format!(
        "{}  {}  {}",
        order.view.number,
        order.client(),
        order.items()
    ))
}

/// Consent and signature before any work (V133), the promise (R146), and the undertaker where one is named at once.
fn accept(page: &Errands, about: &About, form: Form, order: &OrderRow) -> Form {
    let mut promised = Field::date("promised_on", about.t("errands-promised"));
    if let Some(latest) = order.view.promise_latest {
        let latest = latest.to_string();
        promised =
            promised.hint(about.with("errands-promised-hint", &[("date", latest.as_str().into())]));
        if order.view.urgent_until.is_none() {
            promised = promised.filled(&json!(latest));
        }
    }
    let signed = if order.view.mode == Mode::Proxy {
        "errands-signed"
    } else {
        "errands-agreed"
    };
    let form = form
        .intro(about.t("errands-rights"))
        .field(
            Field::yes_no("signed", about.t(signed), &about.messages)
                .required()
                .hint(about.t("errands-signed-hint")),
        )
        .field(promised)
        .field(agent_field(page, about));
    if order.view.visit_reason.is_some() {
        form.field(companion_field(page, about))
    } else {
        form
    }
}

/// Two go on a home visit (R149).
fn companion_field(page: &Errands, about: &About) -> Field {
    Field::pick("companion", about.t("errands-companion"), page.staff.list())
        .hint(about.t("errands-companion-hint"))
}

fn agent_field(page: &Errands, about: &About) -> Field {
    let post = |row: &Value| text(row, "post").to_owned();
    let agents = pick_where(
        &page.staff,
        about,
        |row| has_role(row, &[Role::Agent]),
        post,
    );
    Field::pick("agent", about.t("errands-agent"), agents).hint(about.t("hint-pick"))
}

/// One paper as it comes in from the client (D10).
fn receive(about: &About, form: Form) -> Form {
    let forms = ["original", "copy"]
        .into_iter()
        .map(|word| (json!(word), about.t(&format!("paper-form-{word}"))))
        .collect();
    form.field(Field::line("name", about.t("errands-paper-name")).required())
        .field(
            Field::choice("form", about.t("errands-paper-form"), forms)
                .filled(&json!("original"))
                .required(),
        )
        .field(
            Field::number("copies", about.t("errands-paper-copies"))
                .filled(&json!(1))
                .required(),
        )
        .field(Field::number("pages", about.t("errands-paper-pages")))
}

/// The form that hands papers on, to a person, a department or the client; it names every one of them.
pub(super) fn papers_form(
    page: &Errands,
    about: &About,
    action: Action,
    papers: &[&PaperRow],
) -> Form {
    let first = papers.first().map_or("", |paper| paper.id());
    let key = format!("{}/{first}", action.name());
    let form = Form::new(key, about.t(action.message())).intro(about.with(
        "errands-papers-named",
        &[
            ("count", papers.len().into()),
            ("names", names(papers).into()),
        ],
    ));
    match action {
        Action::CustodyOffer => form.field(
            Field::pick("to", about.t("errands-to"), page.staff.list())
                .required()
                .hint(about.t("errands-to-hint")),
        ),
        Action::CustodyArchive => form.field(
            Field::pick(
                "department",
                about.t("errands-leg-department"),
                page.departments.list(),
            )
            .required()
            .hint(about.t("errands-archive-hint")),
        ),
        _ => form.field(
            Field::line("recipient", about.t("errands-recipient"))
                .hint(about.t("errands-return-hint")),
        ),
    }
}

/// The names of papers in one line.
pub(super) fn names(papers: &[&PaperRow]) -> String {
    let names: Vec<&str> = papers
        .iter()
        .map(|paper| paper.view.name.as_str())
        .collect();
    names.join("、")
}

/// The parameters of an act from its form: its values, and the record it is about.
pub(super) fn with_order(values: Values, order: &str) -> Value {
    let mut params = Value::Object(values);
    params["order"] = json!(order);
    params
}
