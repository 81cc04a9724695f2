//! How a case ends: decision (R98, R128, R130, R131), default (R117, R118, R120), delivery (R104, D14), withdrawal (R88).

use super::{
    AcceptedBy, Answer, Case, CaseEvent, CaseState, Decide, Decision, Deliver, Delivery,
    DeliveryWay, OneCase, OwedOpinion, Withdraw, WithdrawalCause, accept, blank, codes, intake,
    item_of, private, said, taking,
    term::{DELIVERY_DAYS, working_days_after},
    ties,
};
use crate::rules::{
    branch,
    catalogue::Item,
    document::{About, DocumentKind, Issuer},
    event::Event,
    hall::Hall,
    id::AuthorisationCode,
    kind::CaseKind,
    permission::Role,
    refusal::{Refusal, RefusalCode},
    stamp::Stamp,
    standing::{self, Cover},
};

/// Working days in which a department gives the opinion that it owes after a default (R120).
pub const OWED_OPINION_DAYS: u16 = 1;

/// Decides, yes or no (R98). Who decides needs authority for the item and the department's seal at that instant (R130); a clerk
/// decides instant cases only. An instant case may be granted as it was received: that accepts it too (M3).
pub(super) fn decide(hall: &Hall, stamp: &Stamp, params: &Decide) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "decide")?;
    let at_once = case.kind == CaseKind::Instant && params.result == Answer::Ok;
    if case.state == CaseState::Received && !at_once {
        return Err(blank(case, "decide"));
    }
    let item = item_of(hall, case)?;
    let authorisation = entitled(hall, stamp, case, item)?;
    let seal = standing::seal(hall, stamp, &case.department, params.seal.as_ref())?;
    if params.result == Answer::No {
        reasoned(params)?;
    }
    branch::all_terminal(hall, case)?;
    if params.result == Answer::Ok {
        branch::none_refused(hall, case)?;
    }
    let mut issuer = Issuer::new(hall, stamp);
    let mut events = Vec::new();
    if case.state == CaseState::Received {
        events.extend(accept_on_the_spot(hall, stamp, case, &mut issuer)?);
    }
    // An instant case needs no paper but where the answer is no, which must be told in writing.
    let needs_paper = case.kind != CaseKind::Instant || params.result == Answer::No;
    let about = About::Case(case.id);
    let document = needs_paper.then(|| issuer.issue(DocumentKind::Decision, about, Vec::new()));
    let (deliver_due_on, edition) = working_days_after(hall.calendar(), stamp.on, DELIVERY_DAYS)?;
    let text = |text: &Option<String>| text.as_deref().map(|text| private(hall, case, text));
    let decision = Decision {
        result: params.result,
        at: stamp.at,
        on: stamp.on,
        by: stamp.actor.staff.clone(),
        authorisation,
        seal,
        reason: text(&params.reason),
        remedy: text(&params.remedy),
        on_site: is_on_site(hall, stamp, case),
        defaulted: false,
        deliver_due_on,
        document,
    };
    let decided = CaseEvent::Decided {
        id: case.id,
        decision,
        edition,
    };
    events.push(decided.into());
    events.extend(issuer.into_events());
    Ok(events)
}

/// Authority for the item (R128, V122); without a senior role for instant cases only (1.1).
fn entitled(
    hall: &Hall,
    stamp: &Stamp,
    case: &Case,
    item: &Item,
) -> Result<Option<AuthorisationCode>, Refusal> {
    let cover = standing::authority(hall, stamp, item)?;
    let senior = [Role::ChiefRep, Role::DeptLeader]
        .into_iter()
        .any(|role| standing::acts_as(hall, stamp, role));
    if !senior && case.kind != CaseKind::Instant {
        let allowed = [Role::ChiefRep, Role::DeptLeader];
        return Err(standing::denied(
            stamp,
            "case.decide on a case that is not instant",
            &allowed,
        ));
    }
    Ok(match cover {
        Cover::Notice(code) => Some(code),
        Cover::Office => None,
    })
}

/// A no says why, and where to turn against it (R98, V125).
fn reasoned(params: &Decide) -> Result<(), Refusal> {
    let reason = said("reason", params.reason.as_deref());
    let remedy = said("remedy", params.remedy.as_deref());
    if reason.is_err() || remedy.is_err() {
        return Err(RefusalCode::CaseNoReason.into());
    }
    Ok(())
}

fn accept_on_the_spot(
    hall: &Hall,
    stamp: &Stamp,
    case: &Case,
    issuer: &mut Issuer<'_>,
) -> Result<Vec<Event>, Refusal> {
    complete(case)?;
    let started_on = case.starts_on().unwrap_or(stamp.on);
    let way = AcceptedBy::Window;
    accept::accepted(hall, stamp, case, way, started_on, None, issuer, &mut 0)
}

/// Done at the counter: within the ticket's service, or for an instant case on the day of receipt (R209). A case that lost its
/// instant kind does not count (R65).
fn is_on_site(hall: &Hall, stamp: &Stamp, case: &Case) -> bool {
    match case.kind {
        CaseKind::Instant => case.intake_on == Some(stamp.on),
        _ => !case.was_instant() && ties::is_at_counter(hall, case),
    }
}

/// Confirms that silence past the due date counts as consent (R118): only for an item that allows it and is not of the
/// protected classes (R117), only for a whole case of one department, never with an extension notice on file (V126). The
/// department answers for it and owes its opinion (R120).
pub(super) fn default_confirm(
    hall: &Hall,
    stamp: &Stamp,
    params: &OneCase,
) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "default_confirm")?;
    let item = item_of(hall, case)?;
    may_default(hall, stamp, item)?;
    let due_on = overdue_in_silence(stamp, case)?;
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Case(case.id);
    let (deliver_due_on, edition) = working_days_after(hall.calendar(), stamp.on, DELIVERY_DAYS)?;
    let (owed_on, _) = working_days_after(hall.calendar(), stamp.on, OWED_OPINION_DAYS)?;
    let decision = Decision {
        result: Answer::Ok,
        at: stamp.at,
        on: stamp.on,
        by: stamp.actor.staff.clone(),
        authorisation: None,
        seal: standing::seal(hall, stamp, &case.department, None)?,
        reason: None,
        remedy: None,
        on_site: false,
        defaulted: true,
        deliver_due_on,
        document: Some(issuer.issue(DocumentKind::Default, about, Vec::new())),
    };
    let defaulted = CaseEvent::Defaulted {
        id: case.id,
        decision,
        due_on,
        owed: OwedOpinion {
            department: case.department.clone(),
            due_on: owed_on,
        },
        edition,
    };
    let mut events = vec![Event::from(defaulted)];
    events.extend(issuer.into_events());
    Ok(events)
}

/// The system is on, the item allows it and is not protected (R4, R117).
pub(in crate::rules) fn may_default(
    hall: &Hall,
    stamp: &Stamp,
    item: &Item,
) -> Result<(), Refusal> {
    if !hall.system_on("default", stamp.on) {
        return Err(Refusal::new(RefusalCode::SystemOff).with("system", "default"));
    }
    if item.safety || !item.default_on_timeout {
        return Err(
            Refusal::new(RefusalCode::CaseDefaultNotAllowed).with("item", item.name.clone())
        );
    }
    Ok(())
}

/// A default needs complete papers and a running clock (R118).
pub(in crate::rules) fn default_has_ground(case: &Case) -> Result<(), Refusal> {
    if case.state != CaseState::Accepted {
        return Err(blank(case, "default_confirm"));
    }
    complete(case)
}

/// Nothing is missing.
fn complete(case: &Case) -> Result<(), Refusal> {
    if case.is_complete() {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::CaseIncomplete).with("missing", codes(&case.missing())))
}

fn overdue_in_silence(stamp: &Stamp, case: &Case) -> Result<chrono::NaiveDate, Refusal> {
    let dues = case
        .dues
        .as_ref()
        .ok_or_else(|| blank(case, "default_confirm"))?;
    if case.kind.is_joint() || case.kind == CaseKind::Upward {
        return Err(RefusalCode::CaseDefaultBranch.into());
    }
    default_has_ground(case)?;
    if !case.extensions.is_empty() {
        return Err(RefusalCode::CaseDefaultExtended.into());
    }
    if stamp.on <= dues.committed_on {
        return Err(
            Refusal::new(RefusalCode::CaseNotOverdue).with("due_on", dues.committed_on.to_string())
        );
    }
    Ok(dues.committed_on)
}

/// Delivers the result with its proof (R104, D14). No certificate leaves while promised papers are owed (R87).
pub(super) fn deliver(hall: &Hall, stamp: &Stamp, params: &Deliver) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "deliver")?;
    standing::at_counter(hall, stamp, &case.department)?;
    if case.state == CaseState::DecidedOk && !case.is_complete() {
        return Err(
            Refusal::new(RefusalCode::CasePapersOwed).with("missing", codes(&case.missing()))
        );
    }
    let mut issuer = Issuer::new(hall, stamp);
    let about = About::Case(case.id);
    let delivery = Delivery {
        at: stamp.at,
        way: params.way.unwrap_or(DeliveryWay::Direct),
        receiver: params
            .receiver
            .as_deref()
            .map(|receiver| private(hall, case, receiver)),
        by: stamp.actor.staff.clone(),
        document: issuer.issue(DocumentKind::ProofOfDelivery, about, Vec::new()),
    };
    let mut events = vec![Event::from(CaseEvent::Delivered {
        id: case.id,
        delivery,
    })];
    events.extend(issuer.into_events());
    events.extend(ties::closed(hall, stamp, case));
    Ok(events)
}

/// Ends it at the applicant's wish, any time before the decision (R88, V128).
pub(super) fn withdraw(
    hall: &Hall,
    stamp: &Stamp,
    params: &Withdraw,
) -> Result<Vec<Event>, Refusal> {
    let case = taking(hall, params.case, "withdraw")?;
    intake::may_take_in(hall, stamp, &case.department, case.order)?;
    let reason = params
        .reason
        .as_deref()
        .map(|reason| private(hall, case, reason));
    let mut events = vec![withdrawn(stamp, case, WithdrawalCause::Applicant, reason)];
    events.extend(ties::closed(hall, stamp, case));
    Ok(events)
}

/// The end without a decision, by whomever.
pub(super) fn withdrawn(
    stamp: &Stamp,
    case: &Case,
    why: WithdrawalCause,
    reason: Option<crate::rules::people::Private>,
) -> Event {
    CaseEvent::Withdrawn {
        id: case.id,
        at: stamp.at,
        on: stamp.on,
        by: stamp.actor.staff.clone(),
        cause: why,
        reason,
    }
    .into()
}
