//! The forms of the inspection page. A form's key is `action/record`, so that what was typed about one window
//! never turns up at another.

use std::rc::Rc;

use serde_json::{Value, json};

use super::Inspection;
use super::rows::FindingRow;
use crate::console::form::{Field, Form};
use crate::console::keymap::Action;
use crate::console::message::About;
use crate::console::pages::common::{has_role, pick_where};
use crate::console::pages::directory::text;
use crate::console::pages::words::named;
use crate::console::picker::{PickItem, PickList};
use crate::rules::permission::Role;

/// What a finding can be about, in the order of the table that hangs in halls (R165), then what rounds look at
/// beside it (R173, R79, R82, R51).
const PROHIBITIONS: [&str; 16] = [
    "late_or_early",
    "empty_post",
    "chatting",
    "gaming",
    "phone",
    "snacks",
    "smoking_drinking",
    "shirking",
    "charging",
    "unrelated",
    "badge",
    "language",
    "tidiness",
    "one_time_notice",
    "unlisted_paper",
    "first_question",
];

/// The table of prohibitions to pick from by its number or by words.
fn prohibitions(about: &About) -> Rc<PickList> {
    let item = |(number, word): (usize, &&str)| PickItem {
        id: (*word).to_owned(),
        text: format!("{number} {}", named(about, "prohibition", word)),
        hint: String::new(),
    };
    PickList::new((1..).zip(&PROHIBITIONS).map(item).collect())
}

/// A round begins, with the leader who leads it where one does (R170).
pub(super) fn open_round(page: &Inspection, about: &About) -> Form {
    let leaders = pick_where(
        &page.staff,
        about,
        |row| has_role(row, &[Role::Director, Role::DeptLeader]),
        |row: &Value| text(row, "post").to_owned(),
    );
    Form::new("round.open/", about.t("action-round-open"))
        .intro(about.t("inspection-round-intro"))
        .field(
            Field::pick("leader", about.t("inspection-leader"), leaders)
                .hint(about.t("inspection-leader-hint")),
        )
}

/// A finding at a window: what it is, and a note; the rest stands already (R171).
pub(super) fn raise(page: &Inspection, about: &About, window: &str) -> Form {
    let named = |row: &super::WindowRow| PickItem {
        id: row.view.window.to_string(),
        text: format!("{} {}", row.view.window, row.name(about.messages.lang())),
        hint: row.person().to_owned(),
    };
    let windows = PickList::new(page.board.all().iter().map(named).collect());
    let severities = ["reminder", "plain", "serious"]
        .into_iter()
        .map(|word| (json!(word), about.t(&format!("severity-{word}"))))
        .collect();
    let mut form = Form::new(
        format!("finding.raise/{window}"),
        about.t("action-finding-raise"),
    );
    if let Some(row) = page.window(window) {
        form = form.intro(format!(
            "{} {}  {}",
            row.view.window,
            row.name(about.messages.lang()),
            row.person()
        ));
    }
    form.field(
        Field::pick("code", about.t("inspection-code"), prohibitions(about))
            .required()
            .hint(about.t("inspection-code-hint")),
    )
    .field(Field::line("note", about.t("inspection-note")).required())
    .field(
        Field::choice("severity", about.t("inspection-severity"), severities)
            .filled(&json!("plain"))
            .required(),
    )
    .field(
        Field::pick("person", about.t("inspection-person"), page.staff.list())
            .hint(about.t("inspection-person-hint")),
    )
    .field(
        Field::pick("window", about.t("inspection-window"), windows)
            .filled(&json!(window))
            .required(),
    )
}

/// The form of an act on a finding; none for acts that need no form.
pub(super) fn finding_form(about: &About, action: Action, finding: &FindingRow) -> Option<Form> {
    let key = format!("{}/{}", action.name(), finding.view.id);
    let form = Form::new(key, about.t(action.message())).intro(format!(
        "{}  {} {}  {}",
        finding.view.number,
        finding.view.window,
        finding.view.person_name.as_deref().unwrap_or_default(),
        finding.words()
    ));
    let text = |label: &str| Field::line("text", about.t(label));
    Some(match action {
        Action::FindingDrop => form.field(text("field-reason").required()),
        Action::FindingStatement => form.field(text("inspection-statement").required()),
        Action::FindingReply => form.field(text("inspection-reply").required()),
        Action::FindingSetDue => form.field(
            Field::date("due_on", about.t("inspection-due"))
                .required()
                .hint(about.t("hint-date")),
        ),
        Action::FindingRecheckOk => form.field(text("inspection-seen-now")),
        Action::FindingRecheckFail => form.field(text("inspection-seen-now").required()),
        Action::FindingAppeal => form.field(text("inspection-appeal").required()),
        Action::FindingUphold | Action::FindingDismiss => {
            form.field(text("inspection-decision").required())
        }
        _ => return None,
    })
}
