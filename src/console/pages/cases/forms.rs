//! The forms of the cases page. A form's key is the method and the record it is about.

use serde_json::{Map, Value, json};

use super::CaseRow;
use super::intake::Origin;
use super::related::proposal_line;
use crate::console::form::{ChoiceOption, Field, Form, Values};
use crate::console::keymap::Action;
use crate::console::message::{About, Effect};
use crate::console::pages::directory::{Directory, text};
use crate::console::pages::words::{named, term};
use crate::rules::case::{
    Answer, DeliveryWay, LineState, PauseKind, RefusalGround, ReviewResult, Within,
};
use crate::rules::kind::CaseKind;
use crate::rules::views::branch::BranchView;
use crate::rules::views::case::LineView;
use crate::rules::views::proposal::ProposalView;

/// The key of the form in which the item is found; the method that follows stands behind it.
pub(super) const ITEM_FORM: &str = "intake.item";

/// The grounds that lead anywhere; missing papers are for a notice, never for a refusal (R80).
const GROUNDS: [RefusalGround; 5] = [
    RefusalGround::NoPermitNeeded,
    RefusalGround::NotOurPower,
    RefusalGround::FalsePapers,
    RefusalGround::AgainstPolicy,
    RefusalGround::SurveyFailed,
];

const WAYS: [DeliveryWay; 4] = [
    DeliveryWay::Direct,
    DeliveryWay::Mail,
    DeliveryWay::Electronic,
    DeliveryWay::Left,
];

fn options<T: serde::Serialize>(about: &About, group: &str, values: &[T]) -> Vec<ChoiceOption> {
    values
        .iter()
        .map(|value| (json!(value), term(about, group, value)))
        .collect()
}

/// A required choice, taken by its digit.
fn choice<T: serde::Serialize>(
    about: &About,
    name: &'static str,
    label: &str,
    group: &str,
    values: &[T],
) -> Field {
    Field::choice(name, about.t(label), options(about, group, values))
        .required()
        .hint(about.t("hint-digit"))
}

/// The item, by characters, pinyin or initials.
pub(super) fn item(about: &About, items: &Directory, method: &str) -> Form {
    let title = Action::named(method).map_or("", Action::message);
    Form::new(format!("{ITEM_FORM}/{method}"), about.t(title)).field(
        Field::pick("item", about.t("field-item"), items.list())
            .required()
            .hint(about.t("hint-item")),
    )
}

/// The receipt of one item: who applies, and which papers are here.
pub(super) fn receive(about: &About, method: &str, item: &Value, origin: &Origin) -> Form {
    let code = text(item, "code");
    let title = Action::named(method).map_or("", Action::message);
    let mut form = Form::new(
        format!("{method}/{code}/{}", origin.id),
        format!("{} {}", about.t(title), text(item, "name")),
    )
    .intro(limits(about, item));
    if !origin.number.is_empty() {
        let args = [("number", (&origin.number).into())];
        form = form.intro(about.with("cases-form-origin", &args));
    }
    let mut name = Field::line("name", about.t("field-applicant")).required();
    if let Some((_, visitor)) = &origin.visitor {
        name = name.filled(&json!(visitor));
    }
    form = form
        .field(name)
        .field(Field::line("id_number", about.t("field-id-number")).hint(about.t("hint-id-number")))
        .field(Field::line("phone", about.t("field-phone")))
        .field(Field::line("agent", about.t("field-agent")).hint(about.t("hint-agent")));
    let papers = papers(about, item);
    if papers.is_empty() {
        return form;
    }
    form.field(
        Field::checks("materials", about.t("field-materials"), papers)
            .hint(about.t("hint-materials")),
    )
}

/// Kind and both limits of an item, as the applicant asks about them.
fn limits(about: &About, item: &Value) -> String {
    let number = |field: &str| item.get(field).and_then(Value::as_i64).unwrap_or(0);
    let unit = text(item, "unit");
    let limit = |field: &str| {
        let key = format!("limit-{unit}");
        about.with(&key, &[("count", number(field).into())])
    };
    about.with(
        "cases-form-limits",
        &[
            ("kind", named(about, "case-kind", text(item, "kind")).into()),
            ("committed", limit("committed_limit").into()),
            ("statutory", limit("statutory_limit").into()),
        ],
    )
}

/// The lines of an item's material list.
fn papers(about: &About, item: &Value) -> Vec<ChoiceOption> {
    let rows = item
        .get("materials")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    rows.iter()
        .map(|row| {
            let form = named(about, "paper-form", text(row, "form"));
            let copies = row.get("copies").and_then(Value::as_i64).unwrap_or(1);
            let tolerable = row.get("tolerable").and_then(Value::as_bool) == Some(true);
            let mut label = about.with(
                "cases-paper",
                &[
                    ("name", text(row, "name").into()),
                    ("form", form.into()),
                    ("copies", copies.into()),
                ],
            );
            if tolerable {
                label += &about.t("cases-paper-tolerable");
            }
            (Value::from(text(row, "code")), label)
        })
        .collect()
}

/// A form about one case, which names it at its head.
fn about_case(about: &About, action: Action, row: &CaseRow) -> Form {
    Form::new(
        format!("{}/{}", action.name(), row.id),
        about.t(action.message()),
    )
    .intro(heading(row))
}

fn heading(row: &CaseRow) -> String {
    let view = &row.view;
    let applicant = view.applicant.as_ref().map_or("", |one| one.name.as_str());
    format!(
        "{}  {}  {applicant}",
        super::view::short_number(&view.number),
        view.item_name
    )
}

/// A precheck becomes a case: its papers are ticked once more (R77).
pub(super) fn take_over(about: &About, row: &CaseRow) -> Form {
    let lines = material_lines(&row.view.materials, |_| true);
    let given: Vec<Value> = row
        .view
        .materials
        .iter()
        .filter(|line| line.state == LineState::Given)
        .map(|line| json!(line.code))
        .collect();
    Form::new(
        format!("case.receive/case={}", row.id),
        about.t("action-case-receive"),
    )
    .intro(heading(row))
    .field(
        Field::checks("materials", about.t("field-materials"), lines)
            .filled(&Value::Array(given))
            .hint(about.t("hint-materials")),
    )
}

fn material_lines(lines: &[LineView], wanted: impl Fn(&LineView) -> bool) -> Vec<ChoiceOption> {
    lines
        .iter()
        .filter(|line| wanted(line))
        .map(|line| (json!(line.code), line.name.clone()))
        .collect()
}

/// Tolerant acceptance: the date by which the applicant promises the missing papers (R87).
pub(super) fn promise(about: &About, row: &CaseRow) -> Form {
    let mut form = about_case(about, Action::CaseAccept, row);
    for line in row
        .view
        .materials
        .iter()
        .filter(|line| row.view.missing.contains(&line.code))
    {
        form = form.intro(about.with("cases-missing-one", &[("name", (&line.name).into())]));
    }
    form.field(
        Field::date("promise_on", about.t("field-promise-on"))
            .required()
            .hint(about.t("hint-promise-on")),
    )
}

/// Another kind, with what some kinds need beside it (R63, R65, R113).
pub(super) fn classify(about: &About, row: &CaseRow, departments: &Directory) -> Form {
    let kinds: Vec<CaseKind> = CaseKind::ALL
        .into_iter()
        .filter(|kind| *kind != row.view.kind)
        .collect();
    let own = row.view.department.as_str();
    let others = departments
        .list()
        .items()
        .iter()
        .filter(|item| item.id != own)
        .map(|item| (Value::from(item.id.clone()), item.text.clone()))
        .collect();
    let now = term(about, "case-kind", &row.view.kind);
    about_case(about, Action::CaseClassify, row)
        .intro(about.with("cases-kind-now", &[("kind", now.into())]))
        .field(choice(
            about,
            "kind",
            "field-case-kind",
            "case-kind",
            &kinds,
        ))
        .field(Field::line("reason", about.t("field-reason")).hint(about.t("hint-kind-reason")))
        .field(
            Field::number("days", about.t("field-special-days")).hint(about.t("hint-special-days")),
        )
        .field(
            Field::checks("branches", about.t("field-branches"), others)
                .hint(about.t("hint-branches")),
        )
}

/// The form of an act on a case that needs more than the case; none where the action has none.
pub(super) fn of_case(about: &About, action: Action, row: &CaseRow) -> Option<Form> {
    let form = about_case(about, action, row);
    match action {
        Action::CaseNotify | Action::CaseSupply | Action::CaseGrantTime => {
            Some(of_papers(about, action, form, row))
        }
        Action::CasePause | Action::CaseExtend | Action::CaseSubmitUp => {
            Some(of_time(about, action, form))
        }
        _ => of_ending(about, action, form),
    }
}

fn reason(about: &About) -> Field {
    Field::line("reason", about.t("field-reason"))
}

/// What is missing, what comes in, how long there is for it.
fn of_papers(about: &About, action: Action, form: Form, row: &CaseRow) -> Form {
    match action {
        Action::CaseNotify => notify(about, form, row),
        Action::CaseSupply => {
            let open = material_lines(&row.view.materials, |line| line.state != LineState::Given);
            form.field(
                Field::checks("materials", about.t("field-materials"), open)
                    .required()
                    .hint(about.t("hint-materials")),
            )
        }
        _ => form
            .field(Field::number("days", about.t("field-days")).hint(about.t("hint-grant-days")))
            .field(reason(about)),
    }
}

/// What stops the clock, moves its date or hands it up (R70, R97, R102).
fn of_time(about: &About, action: Action, form: Form) -> Form {
    let days = |name| Field::number(name, about.t("field-days")).required();
    match action {
        Action::CasePause => form
            .field(choice(
                about,
                "kind",
                "field-pause-kind",
                "pause-kind",
                &PauseKind::LAWFUL,
            ))
            .field(days("estimated_days"))
            .field(reason(about)),
        Action::CaseExtend => form
            .field(choice(
                about,
                "within",
                "field-within",
                "within",
                &[Within::Commitment, Within::Statutory],
            ))
            .field(days("days"))
            .field(reason(about).required().hint(about.t("hint-extend-reason")))
            .field(
                Field::line("approval_no", about.t("field-approval-no"))
                    .hint(about.t("hint-approval-no")),
            ),
        _ => form.field(Field::line("superior", about.t("field-superior"))),
    }
}

/// What ends a case, or takes the end back (R68, R76, R88, R98, R104).
fn of_ending(about: &About, action: Action, form: Form) -> Option<Form> {
    let line =
        |name, label: &str, hint: &str| Field::line(name, about.t(label)).hint(about.t(hint));
    Some(match action {
        Action::CaseRefuse => form
            .field(choice(
                about,
                "ground",
                "field-refusal",
                "refusal-ground",
                &GROUNDS,
            ))
            .field(reason(about).required())
            .field(line("right_body", "field-right-body", "hint-right-body")),
        Action::CaseDecide => form
            .field(choice(
                about,
                "result",
                "field-decision",
                "answer",
                &[Answer::Ok, Answer::No],
            ))
            .field(reason(about).hint(about.t("hint-no-reason")))
            .field(line("remedy", "field-remedy", "hint-remedy")),
        Action::CaseDeliver => form
            .field(
                choice(about, "way", "field-way", "delivery", &WAYS)
                    .filled(&json!(DeliveryWay::Direct)),
            )
            .field(line("receiver", "field-receiver", "hint-receiver")),
        Action::CaseWithdraw => form.field(reason(about)),
        Action::CaseReview => form
            .field(choice(
                about,
                "result",
                "field-review",
                "review",
                &[ReviewResult::Upheld, ReviewResult::Overturned],
            ))
            .field(reason(about).required()),
        _ => return None,
    })
}

/// The one-time notice: what is missing lists itself; what is wrong with a paper that is here is said per line,
/// with the way to put it right (R81).
fn notify(about: &About, form: Form, row: &CaseRow) -> Form {
    let view = &row.view;
    let mut form = form;
    for line in view
        .materials
        .iter()
        .filter(|line| line.state == LineState::Missing)
    {
        form = form.intro(about.with("cases-missing-one", &[("name", (&line.name).into())]));
    }
    for line in view
        .materials
        .iter()
        .filter(|line| line.state != LineState::Missing)
    {
        let mut fault = Field::line(format!("fault/{}", line.code), line.name.clone())
            .hint(about.with("hint-fault", &[("name", (&line.name).into())]));
        let mut remedy = Field::line(
            format!("remedy/{}", line.code),
            about.t("field-paper-remedy"),
        )
        .hint(about.with("hint-paper-remedy", &[("name", (&line.name).into())]));
        if let Some(text) = &line.fault {
            fault = fault.filled(&json!(text));
        }
        if let Some(text) = &line.remedy {
            remedy = remedy.filled(&json!(text));
        }
        form = form.field(fault).field(remedy);
    }
    if view.notices > 0 {
        form = form.field(
            Field::line("override_reason", about.t("field-override"))
                .hint(about.t("hint-override")),
        );
    }
    form
}

/// Gathers the lines of a notice into the parameter of the method; both parts of a line or neither.
pub(super) fn defects(values: &mut Values, about: &About) -> Result<(), Effect> {
    let mut lines: Map<String, Value> = Map::new();
    let fields: Vec<String> = values
        .keys()
        .filter(|field| field.contains('/'))
        .cloned()
        .collect();
    for field in fields {
        let value = values.remove(&field).unwrap_or_default();
        if let Some((part, code)) = field.split_once('/') {
            lines
                .entry(code)
                .or_insert_with(|| json!({"material": code}))[part] = value;
        }
    }
    for (code, line) in &lines {
        for part in ["fault", "remedy"] {
            if line.get(part).is_none() {
                return Err(Effect::Blame {
                    field: format!("{part}/{code}"),
                    fault: about.t("form-required"),
                });
            }
        }
    }
    if !lines.is_empty() {
        let lines = lines.into_iter().map(|(_, line)| line).collect();
        values.insert("defects".to_owned(), Value::Array(lines));
    }
    Ok(())
}

/// An act on one of these branches (M4).
pub(super) fn branch(about: &About, action: Action, branches: &[&BranchView]) -> Form {
    let options = branches
        .iter()
        .map(|branch| (json!(branch.id), branch.department_name.clone()))
        .collect();
    let number = branches
        .first()
        .map_or("", |branch| branch.case_number.as_str());
    let form = Form::new(
        format!("{}/{number}", action.name()),
        about.t(action.message()),
    )
    .field(Field::choice("branch", about.t("field-department"), options).required());
    match action {
        Action::BranchNotify => form.field(
            Field::date("meeting_on", about.t("field-meeting-on")).hint(about.t("hint-meeting-on")),
        ),
        Action::BranchOpinion => form
            .field(choice(
                about,
                "result",
                "field-opinion",
                "opinion",
                &[Answer::Ok, Answer::No],
            ))
            .field(Field::line("reason", about.t("field-reason")).hint(about.t("hint-no-reason"))),
        _ => form,
    }
}

/// One of these proposals is approved or turned down.
pub(super) fn proposal(about: &About, action: Action, proposals: &[ProposalView]) -> Form {
    let options = proposals
        .iter()
        .map(|one| (json!(one.id), proposal_line(about, one)))
        .collect();
    let case = proposals
        .first()
        .and_then(|one| one.case)
        .map_or_else(String::new, |case| case.to_string());
    let form = Form::new(
        format!("{}/{case}", action.name()),
        about.t(action.message()),
    )
    .field(Field::choice("proposal", about.t("field-proposal"), options).required());
    if action == Action::ProposalReject {
        return form.field(Field::line("reason", about.t("field-reason")));
    }
    form
}
