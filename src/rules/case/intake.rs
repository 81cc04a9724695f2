//! Intake: precheck, receipt, kind, acceptance, refusal and its review (R60, R65, R67, R68, R76, R77, R79, R80, R83, R84, R87, R90). Notices and papers that come later
//! are in `notice`.

use chrono::NaiveDate;

use super::{
    Case, CaseEvent, CaseState, Classify, Dues, Given, Handed, IntakeChannel, Limits, Line,
    LineState, Opening, Precheck, Receive, RefusalGround, Refuse, Review, ReviewResult, TurnedAway,
    item_of, private, said, taking,
    term::{self, Run},
    ties,
};
use crate::rules::{
    branch,
    catalogue::Item,
    document::{About, DocumentKind, Issuer},
    event::Event,
    hall::Hall,
    id::{DepartmentCode, EnquiryId, ItemCode, MaterialCode, OrderId, PersonId, TicketId},
    kind::CaseKind,
    people::{self, Private, Slot, Who},
    permission::Role,
    refusal::{Refusal, RefusalCode, not_found},
    serial,
    stamp::Stamp,
    standing, ticket,
    time::hall_time,
};

/// What a fresh case is made of, however it comes in.
struct Fresh<'a> {
    item: &'a ItemCode,
    applicant: &'a Who,
    agent: Option<&'a Who>,
    materials: &'a [Handed],
    ticket: Option<TicketId>,
    enquiry: Option<EnquiryId>,
    order: Option<OrderId>,
    channel: Option<IntakeChannel>,
}

/// Takes papers ahead of receipt (R77).
pub(super) fn precheck(
    hall: &Hall,
    stamp: &Stamp,
    params: &Precheck,
) -> Result<Vec<Event>, Refusal> {
    let fresh = Fresh {
        item: &params.item,
        applicant: &params.applicant,
        agent: params.agent.as_ref(),
        materials: &params.materials,
        ticket: params.ticket,
        enquiry: params.enquiry,
        order: params.order,
        channel: params.channel,
    };
    let (mut events, mut opening) = open(hall, stamp, &fresh)?;
    opening.complete_on = None;
    events.push(CaseEvent::Prechecked(Box::new(opening)).into());
    Ok(events)
}

/// Receives papers: a fresh case, or a precheck taken over (R67, R76, R77).
pub(super) fn receive(hall: &Hall, stamp: &Stamp, params: &Receive) -> Result<Vec<Event>, Refusal> {
    if let Some(id) = params.case {
        let case = taking(hall, id, "receive")?;
        return take_over(hall, stamp, case, &params.materials);
    }
    let needed = |field: &'static str| {
        Refusal::new(RefusalCode::BadValue)
            .with("field", field)
            .with("reason", "needed where no precheck is taken over")
    };
    let fresh = Fresh {
        item: params.item.as_ref().ok_or_else(|| needed("item"))?,
        applicant: params
            .applicant
            .as_ref()
            .ok_or_else(|| needed("applicant"))?,
        agent: params.agent.as_ref(),
        materials: &params.materials,
        ticket: params.ticket,
        enquiry: params.enquiry,
        order: params.order,
        channel: params.channel,
    };
    let (mut events, opening) = open(hall, stamp, &fresh)?;
    let (case, enquiry) = (opening.id, opening.enquiry);
    events.push(CaseEvent::Received(Box::new(opening)).into());
    events.extend(ties::linked(hall, stamp, enquiry, case)?);
    Ok(events)
}

fn open(hall: &Hall, stamp: &Stamp, fresh: &Fresh<'_>) -> Result<(Vec<Event>, Opening), Refusal> {
    let item = hall.item(fresh.item, stamp.on)?;
    may_take_in(hall, stamp, &item.department, fresh.order)?;
    known_records(hall, stamp, fresh)?;
    let mut events = Vec::new();
    let mut nth = 0;
    let (applicant, slot) = admit(hall, stamp, fresh.applicant, &mut nth, &mut events)?;
    let agent = match fresh.agent {
        Some(who) => Some(admit(hall, stamp, who, &mut nth, &mut events)?.0),
        None => None,
    };
    let lines = checklist(hall, stamp, item, slot, fresh.materials)?;
    let complete = lines.iter().all(|line| !line.is_open());
    let serial = serial::next(hall, COUNTER, stamp.on);
    let proxy = fresh.order.map(|_| IntakeChannel::Proxy);
    let opening = Opening {
        id: stamp.id(1),
        number: number(hall, stamp.on, serial),
        item: item.code.clone(),
        on: stamp.on,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
        applicant,
        agent,
        kind: item.kind,
        branch_departments: item.branches.clone(),
        lines,
        complete_on: complete.then_some(stamp.on),
        department: item.department.clone(),
        window: stamp.actor.window.clone(),
        channel: fresh.channel.or(proxy).unwrap_or_default(),
        ticket: fresh.ticket,
        enquiry: fresh.enquiry,
        order: fresh.order,
    };
    Ok((events, opening))
}

/// Counter work, or an agent's errand for the client of an order that they carry themselves (1.1, R90).
pub(super) fn may_take_in(
    hall: &Hall,
    stamp: &Stamp,
    department: &DepartmentCode,
    order: Option<OrderId>,
) -> Result<(), Refusal> {
    if stamp.actor.role != Role::Agent {
        return standing::at_counter(hall, stamp, department);
    }
    let order = order.ok_or(RefusalCode::CaseAgentNeedsOrder)?;
    let order = hall
        .orders
        .get(&order)
        .ok_or_else(|| not_found("proxy", order))?;
    if order.agent.is_some() && order.agent == stamp.actor.staff {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::NotYours).with("owner", &*order.number))
}

/// The records it comes from are there, and the ticket is being served at the actor's own window (R39).
fn known_records(hall: &Hall, stamp: &Stamp, fresh: &Fresh<'_>) -> Result<(), Refusal> {
    if let Some(id) = fresh.ticket {
        ticket::must_be_serving(hall, stamp, id)?;
    }
    if let Some(id) = fresh.enquiry
        && !hall.enquiries.contains(&id)
    {
        return Err(not_found("enquiry", id));
    }
    if let Some(id) = fresh.order
        && !hall.orders.contains(&id)
    {
        return Err(not_found("proxy", id));
    }
    Ok(())
}

fn admit(
    hall: &Hall,
    stamp: &Stamp,
    who: &Who,
    nth: &mut u16,
    events: &mut Vec<Event>,
) -> Result<(PersonId, Slot), Refusal> {
    if let Who::Known(id) = who
        && !hall.people.contains(id)
    {
        return Err(not_found("person", id));
    }
    let (id, slot, recorded) = people::admit(hall, stamp, who, nth);
    events.extend(recorded);
    Ok((id, slot))
}

/// The item's material list with what was handed in (R79).
fn checklist(
    hall: &Hall,
    stamp: &Stamp,
    item: &Item,
    slot: Slot,
    handed: &[Handed],
) -> Result<Vec<Line>, Refusal> {
    let mut lines: Vec<Line> = hall
        .materials_of(&item.code)
        .map(|material| Line {
            material: material.code.clone(),
            tolerable: material.tolerable,
            state: LineState::Missing,
            given_at: None,
            note: None,
            fault: None,
            remedy: None,
            named_in: Vec::new(),
        })
        .collect();
    for paper in handed {
        let line = lines
            .iter_mut()
            .find(|line| line.material == *paper.material())
            .ok_or_else(|| unlisted(paper.material()))?;
        line.state = LineState::Given;
        line.given_at = Some(stamp.at);
        line.note = paper.note().map(|note| Private::clear(slot, note));
    }
    Ok(lines)
}

/// The refusal of a material that the item's list does not name (R79).
pub(super) fn unlisted(material: &MaterialCode) -> Refusal {
    Refusal::new(RefusalCode::CaseUnlistedMaterial).with("material", material.as_str())
}

/// The counter of case numbers, which begins again every day (R230).
const COUNTER: &str = "case";

fn number(hall: &Hall, on: NaiveDate, serial: u64) -> String {
    format!(
        "{}{}{serial:05}",
        hall.profile().region,
        on.format("%Y%m%d")
    )
}

/// Remembers that a number was given on a date; called by `apply`.
pub(super) fn number_given(hall: &mut Hall, number: &str, on: NaiveDate) {
    // Six digits of division code and eight of date stand before the serial.
    const HEAD: usize = 14;
    let serial = number.get(HEAD..).and_then(|digits| digits.parse().ok());
    serial::given(hall, COUNTER, on, serial.unwrap_or(0));
}

fn take_over(
    hall: &Hall,
    stamp: &Stamp,
    case: &Case,
    materials: &[Handed],
) -> Result<Vec<Event>, Refusal> {
    may_take_in(hall, stamp, &case.department, case.order)?;
    let given = papers(hall, case, materials)?;
    let mut events: Vec<Event> = vec![
        CaseEvent::TakenOver {
            id: case.id,
            at: stamp.at,
            on: stamp.on,
            by: stamp.actor.staff.clone(),
            window: stamp.actor.window.clone(),
            complete_on: completed_by(case, &given).then_some(stamp.on),
            given,
        }
        .into(),
    ];
    events.extend(ties::linked(hall, stamp, case.enquiry, case.id)?);
    Ok(events)
}

/// Papers handed in later, each of them on the case's list (R79).
pub(super) fn papers(
    hall: &Hall,
    case: &Case,
    materials: &[Handed],
) -> Result<Vec<Given>, Refusal> {
    materials
        .iter()
        .map(|paper| {
            let material = paper.material();
            case.line(material).ok_or_else(|| unlisted(material))?;
            Ok(Given {
                material: material.clone(),
                note: paper.note().map(|note| private(hall, case, note)),
            })
        })
        .collect()
}

/// Whether nothing is to be supplied any more once these papers are in.
pub(super) fn completed_by(case: &Case, given: &[Given]) -> bool {
    case.open_lines()
        .all(|line| given.iter().any(|paper| paper.material == line.material))
}

/// Says or changes the kind (R65): freely before acceptance, also the one that the item suggests; after it a promised case may become joint or upward, with the chief
/// representative's reason, and an instant one promised until the close of the same day.
pub(super) fn classify(
    hall: &Hall,
    stamp: &Stamp,
    params: &Classify,
) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "classify")?;
    standing::at_counter(hall, stamp, &case.department)?;
    let item = item_of(hall, case)?;
    let change = match &case.acceptance {
        Some(_) => Some(reclassified(hall, stamp, case, item, params)?),
        None => None,
    };
    let branch_departments = if params.branches.is_empty() {
        case.branch_departments.clone()
    } else {
        departments(hall, &params.branches)?
    };
    let (limits, dues) = change.flatten().unzip();
    let opened = branches_on_change(hall, stamp, case, params.kind, &branch_departments)?;
    let mut events: Vec<Event> = vec![
        CaseEvent::Classified {
            id: case.id,
            at: stamp.at,
            by: stamp.actor.staff.clone(),
            from: case.kind,
            to: params.kind,
            reason: params
                .reason
                .as_deref()
                .map(|reason| private(hall, case, reason)),
            branch_departments,
            special_days: params.days.or(case.special_days),
            limits,
            dues,
        }
        .into(),
    ];
    events.extend(opened);
    Ok(events)
}

fn departments(hall: &Hall, named: &[DepartmentCode]) -> Result<Vec<DepartmentCode>, Refusal> {
    match named.iter().find(|code| !hall.departments.contains(code)) {
        Some(unknown) => Err(not_found("department", unknown)),
        None => Ok(named.to_vec()),
    }
}

/// What R65 allows after acceptance, and the limits where they change: an instant case that becomes promised gets the item's own.
fn reclassified(
    hall: &Hall,
    stamp: &Stamp,
    case: &Case,
    item: &Item,
    params: &Classify,
) -> Result<Option<(Limits, Dues)>, Refusal> {
    let refused = || {
        Refusal::new(RefusalCode::CaseKindFixed)
            .with("from", kind_word(case.kind))
            .with("to", kind_word(params.kind))
    };
    match (case.kind, params.kind) {
        (CaseKind::Promised, CaseKind::Joint | CaseKind::JointMajor | CaseKind::Upward) => {
            said("reason", params.reason.as_deref())?;
            let senior = [Role::ChiefRep, Role::DeptLeader];
            standing::senior_of(hall, stamp, &case.department, "case.classify", &senior)?;
            Ok(None)
        }
        (CaseKind::Instant, CaseKind::Promised) => {
            let accepted_on = case.acceptance.as_ref().map(|one| one.on);
            let now = hall_time(stamp.at).time();
            if accepted_on != Some(stamp.on) || now > hall.profile().hours.close {
                return Err(refused());
            }
            let limits = term::limits(hall, item, CaseKind::Promised, None);
            let run = Run::of(case).ok_or_else(refused)?;
            let dues = Run { limits, ..run }.dues(hall.calendar())?;
            Ok(Some((limits, dues)))
        }
        _ => Err(refused()),
    }
}

/// The word of a kind on the wire.
fn kind_word(kind: CaseKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn branches_on_change(
    hall: &Hall,
    stamp: &Stamp,
    case: &Case,
    kind: CaseKind,
    departments: &[DepartmentCode],
) -> Result<Vec<Event>, Refusal> {
    let Some((acceptance, dues)) = case.acceptance.as_ref().zip(case.dues.as_ref()) else {
        return Ok(Vec::new());
    };
    if !kind.is_joint() || !case.branches.is_empty() {
        return Ok(Vec::new());
    }
    let plan = branch::Plan {
        case: case.id,
        departments,
        started_on: acceptance.started_on,
        joint_due_on: dues.committed_on,
    };
    branch::planned(hall, stamp, &plan, &mut 0)
}

/// Refuses to accept or sends back, with a ground that the law or the policy gives (R76, R80). Missing papers are no ground
/// (V124); from SUPPLEMENT only the policy's grounds are left (M3).
pub(super) fn refuse(hall: &Hall, stamp: &Stamp, params: &Refuse) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "refuse")?;
    standing::at_counter(hall, stamp, &case.department)?;
    let Some(to) = params.ground.leads_to() else {
        return Err(RefusalCode::CaseMissingNoGround.into());
    };
    if case.state == CaseState::Supplement && to != CaseState::Returned {
        return Err(RefusalCode::CaseGroundTooLate.into());
    }
    let reason = said("reason", Some(&params.reason))?;
    if params.ground == RefusalGround::NotOurPower {
        said("right_body", params.right_body.as_deref())?;
    }
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Case(case.id);
    let refusal = TurnedAway {
        ground: params.ground,
        reason: private(hall, case, reason),
        right_body: params.right_body.clone(),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
        document: issuer.issue(DocumentKind::NotAccepted, about, Vec::new()),
    };
    let refused = CaseEvent::Refused {
        id: case.id,
        on: stamp.on,
        to,
        refusal,
    };
    let mut events = vec![Event::from(refused)];
    events.extend(issuer.into_events());
    events.extend(ties::closed(hall, stamp, case));
    Ok(events)
}

/// Answers a request to review a return (R68): upheld, or overturned and received again.
pub(super) fn review(hall: &Hall, stamp: &Stamp, params: &Review) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "review")?;
    let reason = said("reason", Some(&params.reason))?;
    // Who sent it back does not judge whether that was right (R10).
    let refuser = case.turned_away.as_ref().and_then(|one| one.by.as_ref());
    standing::another_person(stamp, refuser)?;
    let to = match params.result {
        ReviewResult::Upheld => CaseState::Returned,
        ReviewResult::Overturned => CaseState::Received,
    };
    Ok(vec![
        CaseEvent::Reviewed {
            id: case.id,
            at: stamp.at,
            on: stamp.on,
            by: stamp.actor.staff.clone(),
            result: params.result,
            reason: private(hall, case, reason),
            to,
        }
        .into(),
    ])
}
