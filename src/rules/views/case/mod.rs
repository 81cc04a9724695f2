//! A case as it is seen: class, clock, lamp, what is missing, what is possible now; lists and the screen of the day. Everything
//! that depends on the hour is worked out here from the viewer's, from the due dates that are stored (R111).

mod clock;
mod list;

pub use clock::{CaseClock, Explanation, SortKey, TermProof, explain, lamp_of, sort_key};
pub use list::{CaseFilter, DueScreen, StateFilter, due};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PersonView, Reading, Viewer};
use crate::rules::{
    case::{
        Case, CaseState, Deficiency, DeliveryWay, Extension, IntakeChannel, Line, LineState,
        Notice, PauseKind, RefusalGround, ReviewResult, Stop, WithdrawalCause, Within,
    },
    document::{DocumentKind, Issued},
    hall::Hall,
    id::{
        BranchId, CaseId, DepartmentCode, DocumentId, EnquiryId, ItemCode, MaterialCode, OrderId,
        ProposalId, StaffCode, TicketId, WindowCode,
    },
    kind::{CaseKind, Class, Regime},
    time::{Instant, wire, wire_option},
};

/// A line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineView {
    /// The material's code.
    pub code: MaterialCode,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: LineState,
    /// On the tolerance list.
    pub tolerable: bool,
    /// What was noted about the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// How to put it right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// A one-time notice as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeView {
    /// The number of its paper.
    pub number: String,
    /// When.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
    /// Everything it named.
    pub lines: Vec<LineView>,
    /// The last day for corrections, as it said.
    #[schemars(with = "String")]
    pub deadline_on: NaiveDate,
}

/// A document of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaperView {
    /// Kind.
    pub kind: DocumentKind,
    /// Id.
    pub id: DocumentId,
    /// Number.
    pub number: String,
}

/// A stop of the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PauseView {
    /// Why.
    pub kind: PauseKind,
    /// From which day.
    #[schemars(with = "String")]
    pub from_on: NaiveDate,
    /// The last day not counted; null while it lasts.
    #[schemars(with = "Option<String>")]
    pub to_on: Option<NaiveDate>,
    /// The day by which it was announced to be over.
    #[schemars(with = "String")]
    pub announced_on: NaiveDate,
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExtensionView {
    /// Which of the two.
    pub within: Within,
    /// Working days added.
    pub days: u16,
    /// When it was granted.
    #[schemars(with = "String")]
    pub on: NaiveDate,
    /// By whom.
    pub by: Option<StaffCode>,
    /// The government's approval number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_no: Option<String>,
}

/// The decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionView {
    /// Yes or no.
    pub result: crate::rules::case::Answer,
    /// When.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// By the promised date.
    pub on_time: bool,
    /// At the counter (R209).
    pub on_site: bool,
    /// By default (R118).
    pub defaulted: bool,
    /// Why, where it is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where to turn against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The last day for delivery (R104).
    #[schemars(with = "String")]
    pub deliver_due: NaiveDate,
}

/// One kind that the case had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KindView {
    /// The kind.
    pub kind: CaseKind,
    /// Since when.
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub at: Instant,
    /// By whom.
    pub by: Option<StaffCode>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseView {
    /// Id.
    pub id: CaseId,
    /// Number (R230).
    pub number: String,
    /// The item's code.
    pub item: ItemCode,
    /// The item's name.
    pub item_name: String,
    /// The kind now.
    pub kind: CaseKind,
    /// The kind that the item suggested.
    pub suggested: CaseKind,
    /// Every kind it had, with reasons.
    pub kinds: Vec<KindView>,
    /// The class under which the hall's scheme shows it (R60, R63).
    pub class: Class,
    /// The way of handling (R62).
    pub regime: Regime,
    /// State (M3).
    pub state: CaseState,
    /// The materials still to be supplied.
    pub missing: Vec<MaterialCode>,
    /// The whole checklist.
    pub materials: Vec<LineView>,
    /// How often a one-time notice was given.
    pub notices: usize,
    /// The last one-time notice, as it was given.
    pub notice: Option<NoticeView>,
    /// The last day for corrections.
    #[schemars(with = "Option<String>")]
    pub correction_due: Option<NaiveDate>,
    /// The applicant; null where the record is not in memory.
    pub applicant: Option<PersonView>,
    /// Who acts for them.
    pub agent: Option<PersonView>,
    /// Lead department.
    pub department: DepartmentCode,
    /// Window of receipt.
    pub window: Option<WindowCode>,
    /// Clerk of receipt.
    pub clerk: Option<StaffCode>,
    /// By which way it came in.
    pub channel: IntakeChannel,
    /// Ticket.
    pub ticket: Option<TicketId>,
    /// Enquiry.
    pub enquiry: Option<EnquiryId>,
    /// Proxy order.
    pub order: Option<OrderId>,
    /// When it was received.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub received_at: Option<Instant>,
    /// The day on which the papers were complete.
    #[schemars(with = "Option<String>")]
    pub complete_on: Option<NaiveDate>,
    /// When it was accepted.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub accepted_at: Option<Instant>,
    /// The date by which promised papers must be there (R87).
    #[schemars(with = "Option<String>")]
    pub promised_on: Option<NaiveDate>,
    /// The countdown; null before acceptance.
    pub clock: Option<CaseClock>,
    /// Stops of the clock.
    pub pauses: Vec<PauseView>,
    /// Extensions.
    pub extensions: Vec<ExtensionView>,
    /// The documents issued about it, by kind.
    pub documents: Vec<PaperView>,
    /// Branches of a joint case.
    pub branches: Vec<BranchId>,
    /// Open proposals about it.
    pub proposals: Vec<ProposalId>,
    /// Ground of a refusal at intake.
    pub ground: Option<RefusalGround>,
    /// Result of a review.
    pub reviewed: Option<ReviewResult>,
    /// The decision.
    pub decision: Option<DecisionView>,
    /// How it was delivered.
    pub delivered: Option<DeliveryWay>,
    /// When it was delivered.
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub delivered_at: Option<Instant>,
    /// Why it ended without a decision.
    pub withdrawal: Option<WithdrawalCause>,
    /// Open cases of the same applicant and item (R89).
    pub duplicates: Vec<String>,
    /// The verbs that its state takes (M3).
    pub allowed: Vec<String>,
}

/// The case as the viewer sees it.
pub fn of(hall: &Hall, viewer: &Viewer, case: &Case) -> CaseView {
    let acceptance = case.acceptance.as_ref();
    let reading = Reading::of_case(hall, viewer, case);
    CaseView {
        id: case.id,
        number: case.number.clone(),
        item: case.item.clone(),
        item_name: item_name(hall, case),
        kind: case.kind,
        suggested: case.suggested,
        kinds: case.kinds.iter().map(|one| kind(&reading, one)).collect(),
        class: class(hall, case),
        regime: case.kind.regime(),
        state: case.state,
        missing: case.missing(),
        materials: case
            .lines
            .iter()
            .map(|line| line_view(hall, &reading, line))
            .collect(),
        notices: case.notices.len(),
        notice: case
            .notices
            .last()
            .map(|last| notice(hall, &reading, case, last)),
        correction_due: case.correction.as_ref().map(|one| one.deadline_on),
        applicant: reading.person(case.applicant),
        agent: case.agent.and_then(|agent| reading.person(agent)),
        department: case.department.clone(),
        window: case.window.clone(),
        clerk: case.clerk.clone(),
        channel: case.channel,
        ticket: case.ticket,
        enquiry: case.enquiry,
        order: case.order,
        received_at: case.received_at,
        complete_on: case.complete_on,
        accepted_at: acceptance.map(|one| one.at),
        promised_on: acceptance.and_then(|one| one.promised_on),
        clock: clock::of(hall, viewer, case),
        pauses: case.stops.iter().map(pause).collect(),
        extensions: case.extensions.iter().map(extension).collect(),
        documents: documents(case),
        branches: case.branches.clone(),
        proposals: proposals(hall, case),
        ground: case.turned_away.as_ref().map(|one| one.ground),
        reviewed: case.reviewed,
        decision: decision(&reading, case),
        delivered: case.delivery.as_ref().map(|one| one.way),
        delivered_at: case.delivery.as_ref().map(|one| one.at),
        withdrawal: case.withdrawal,
        duplicates: duplicates(hall, case),
        allowed: case.state.verbs().iter().map(ToString::to_string).collect(),
    }
}

/// The class under which the hall's scheme shows the case (R60, R61, R63).
pub fn class(hall: &Hall, case: &Case) -> Class {
    hall.profile().scheme.class_of(case.kind, case.intake())
}

fn item_name(hall: &Hall, case: &Case) -> String {
    hall.item(&case.item, case.item_on)
        .map_or_else(|_| case.item.to_string(), |item| item.name.clone())
}

fn kind(reading: &Reading<'_>, change: &crate::rules::case::KindChange) -> KindView {
    KindView {
        kind: change.kind,
        at: change.at,
        by: change.by.clone(),
        reason: reading.some_words(change.reason.as_ref()),
    }
}

fn line_view(hall: &Hall, reading: &Reading<'_>, line: &Line) -> LineView {
    LineView {
        code: line.material.clone(),
        name: material_name(hall, &line.material),
        state: line.state,
        tolerable: line.tolerable,
        note: reading.some_words(line.note.as_ref()),
        fault: reading.some_words(line.fault.as_ref()),
        remedy: reading.some_words(line.remedy.as_ref()),
    }
}

fn notice(hall: &Hall, reading: &Reading<'_>, case: &Case, notice: &Notice) -> NoticeView {
    let line = |named: &Deficiency| LineView {
        code: named.material.clone(),
        name: material_name(hall, &named.material),
        state: named.state,
        tolerable: case
            .line(&named.material)
            .is_some_and(|line| line.tolerable),
        note: None,
        fault: reading.some_words(named.fault.as_ref()),
        remedy: reading.some_words(named.remedy.as_ref()),
    };
    NoticeView {
        number: notice.document.number.clone(),
        at: notice.at,
        lines: notice.lines.iter().map(line).collect(),
        deadline_on: notice.deadline_on,
    }
}

fn material_name(hall: &Hall, code: &MaterialCode) -> String {
    hall.materials
        .get(code)
        .map_or_else(|| code.to_string(), |row| row.name.clone())
}

fn documents(case: &Case) -> Vec<PaperView> {
    let mut papers: Vec<(DocumentKind, &Issued)> = Vec::new();
    let acceptance = case
        .acceptance
        .as_ref()
        .and_then(|one| one.document.as_ref());
    papers.extend(acceptance.map(|paper| (DocumentKind::Acceptance, paper)));
    papers.extend(
        case.notices
            .iter()
            .map(|notice| (DocumentKind::Correction, &notice.document)),
    );
    let turned_away = case.turned_away.as_ref().map(|one| &one.document);
    papers.extend(turned_away.map(|paper| (DocumentKind::NotAccepted, paper)));
    papers.extend(
        case.stops
            .iter()
            .map(|stop| (DocumentKind::SpecialProcedure, &stop.document)),
    );
    papers.extend(
        case.extensions
            .iter()
            .map(|one| (DocumentKind::Extension, &one.document)),
    );
    if let Some(decision) = &case.decision {
        let kind = if decision.defaulted {
            DocumentKind::Default
        } else {
            DocumentKind::Decision
        };
        papers.extend(decision.document.as_ref().map(|paper| (kind, paper)));
    }
    let delivery = case.delivery.as_ref().map(|one| &one.document);
    papers.extend(delivery.map(|paper| (DocumentKind::ProofOfDelivery, paper)));
    papers
        .into_iter()
        .map(|(kind, paper)| PaperView {
            kind,
            id: paper.id,
            number: paper.number.clone(),
        })
        .collect()
}

fn pause(stop: &Stop) -> PauseView {
    PauseView {
        kind: stop.kind,
        from_on: stop.from_on,
        to_on: stop.to_on,
        announced_on: stop.announced_on,
    }
}

fn extension(one: &Extension) -> ExtensionView {
    ExtensionView {
        within: one.within,
        days: one.days,
        on: one.on,
        by: one.by.clone(),
        approval_no: one.approval_no.clone(),
    }
}

fn decision(reading: &Reading<'_>, case: &Case) -> Option<DecisionView> {
    let decision = case.decision.as_ref()?;
    Some(DecisionView {
        result: decision.result,
        at: decision.at,
        by: decision.by.clone(),
        on_time: case.is_on_time(),
        on_site: decision.on_site,
        defaulted: decision.defaulted,
        reason: reading.some_words(decision.reason.as_ref()),
        remedy: reading.some_words(decision.remedy.as_ref()),
        deliver_due: decision.deliver_due_on,
    })
}

fn proposals(hall: &Hall, case: &Case) -> Vec<ProposalId> {
    hall.proposals
        .values()
        .filter(|proposal| proposal.is_open() && proposal.target.case == Some(case.id))
        .map(|proposal| proposal.id)
        .collect()
}

/// Open cases of the same applicant and item (R89): a warning, no bar.
fn duplicates(hall: &Hall, case: &Case) -> Vec<String> {
    let is_same = |other: &&Case| {
        other.id != case.id
            && other.applicant == case.applicant
            && other.item == case.item
            && !other.state.is_ended()
    };
    if case.state.is_ended() {
        return Vec::new();
    }
    hall.cases
        .values()
        .filter(is_same)
        .map(|other| other.number.clone())
        .collect()
}
