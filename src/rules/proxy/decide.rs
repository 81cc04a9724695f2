//! What may be done with a proxy order, and what not (M5, R140–R157).

use chrono::NaiveDate;

use super::{
    Accept, AddLeg, Assign, Complete, FollowUp, ITEMS_MAX, Leg, Mode, Only, Open, Order,
    OrderState, ProxyCommand, ProxyEvent, Reply, Result_, Submit, WithReason, hours, record,
};
use crate::rules::{
    catalogue::Item,
    clock::LimitUnit,
    custody,
    document::{self, About, DocumentKind},
    event::Event,
    hall::Hall,
    id::{OrderId, StaffCode},
    people::{Private, admit},
    permission::Role,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
    standing,
};

/// The order, where its state has the verb.
fn order_for<'a>(hall: &'a Hall, id: OrderId, verb: &'static str) -> Result<&'a Order, Refusal> {
    let order = hall.orders.get(&id).ok_or_else(|| not_found("order", id))?;
    let verbs = order.state.verbs();
    if verbs.contains(&verb) {
        Ok(order)
    } else {
        Err(wrong_state("order", id, order.state.as_str(), verb, verbs))
    }
}

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &ProxyCommand) -> Result<Vec<Event>, Refusal> {
    match command {
        ProxyCommand::Open(params) => open(hall, stamp, params),
        ProxyCommand::Accept(params) => accept(hall, stamp, params),
        ProxyCommand::Assign(params) => assign(hall, stamp, params),
        ProxyCommand::Take(params) => take(hall, stamp, params),
        ProxyCommand::Leg(params) => leg(hall, stamp, params),
        ProxyCommand::Submit(params) => submit(hall, stamp, params),
        ProxyCommand::Result(params) => result(hall, stamp, params),
        ProxyCommand::Reply(params) => reply(hall, stamp, params),
        ProxyCommand::Complete(params) => complete(hall, stamp, params),
        ProxyCommand::Suspend(params) => suspend(hall, stamp, params),
        ProxyCommand::Resume(params) => resume(hall, stamp, params),
        ProxyCommand::Withdraw(params) => withdraw(hall, stamp, params),
        ProxyCommand::Unable(params) => unable(hall, stamp, params),
        ProxyCommand::FollowUp(params) => follow_up(hall, stamp, params),
    }
}

fn open(hall: &Hall, stamp: &Stamp, params: &Open) -> Result<Vec<Event>, Refusal> {
    let by = hall.acting(stamp)?;
    if params.items.is_empty() || params.items.len() > ITEMS_MAX {
        return Err(bad("items", format!("1 to {ITEMS_MAX} items")));
    }
    for code in &params.items {
        let item = hall.item(code, stamp.on)?;
        // R142, V136: the law wants some applicants in person. Help and accompany file with the applicant present.
        if params.mode == Mode::Proxy && !item.proxy_allowed {
            return Err(Refusal::new(RefusalCode::ProxyNotAllowed).with("item", item.name.clone()));
        }
    }
    if params.urgent_until.is_some_and(|until| until < stamp.on) {
        return Err(bad("urgent_until", "lies in the past".to_owned()));
    }
    let mut people = 0;
    let (client, key, recorded) = admit(hall, stamp, &params.client, &mut people);
    let serial = hall.counter(&record::counter(stamp.on)) + 1;
    let mut events: Vec<Event> = recorded.into_iter().collect();
    events.push(
        ProxyEvent::Opened {
            order: stamp.id(1),
            number: format!("D{}{serial:04}", stamp.on.format("%Y%m%d")),
            serial,
            on: stamp.on,
            key,
            client,
            items: params.items.clone(),
            mode: params.mode,
            visit_reason: params.visit_reason,
            urgent_until: params.urgent_until,
            ticket: params.ticket,
            enquiry: params.enquiry,
            window: stamp.actor.window.clone(),
            by: by.code.clone(),
            at: stamp.at,
            note: private(key, params.note.as_ref()),
        }
        .into(),
    );
    Ok(events)
}

/// The latest date that may be promised: the items' committed limits together (R146), and never past an urgent deadline. Limits
/// in hours or minutes count as the days that they touch.
pub fn latest_promise(hall: &Hall, order: &Order, on: NaiveDate) -> Option<NaiveDate> {
    let items: Vec<&Item> = order
        .items
        .iter()
        .filter_map(|code| hall.item(code, on).ok())
        .collect();
    let sum = |days: fn(&Item) -> u32| items.iter().map(|item| days(item)).sum::<u32>();
    let working = sum(|item| match item.unit {
        LimitUnit::WorkingDay => u32::from(item.committed_limit),
        LimitUnit::CalendarDay | LimitUnit::Hour | LimitUnit::Minute => 0,
    });
    let calendar_days = sum(|item| match item.unit {
        LimitUnit::WorkingDay => 0,
        LimitUnit::CalendarDay => u32::from(item.committed_limit),
        LimitUnit::Hour => u32::from(item.committed_limit).div_ceil(24),
        LimitUnit::Minute => u32::from(item.committed_limit).div_ceil(24 * 60),
    });
    // Items that are done at once still take the agent a day.
    let working = if working + calendar_days == 0 {
        1
    } else {
        working
    };
    let calendar = hall.calendar();
    let latest = calendar
        .add_working_days(on, working)
        .and_then(|date| calendar.add_calendar_days(date, calendar_days))
        .ok()?;
    Some(order.urgent_until.map_or(latest, |until| until.min(latest)))
}

fn accept(hall: &Hall, stamp: &Stamp, params: &Accept) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "accept")?;
    let by = hall.acting(stamp)?;
    if order.mode == Mode::Proxy && !params.signed {
        return Err(Refusal::new(RefusalCode::ProxyNotSigned).with("order", order.number.clone()));
    }
    let working_day = hall.calendar().is_working_day(stamp.on);
    // R146: ordinary orders are accepted on working days, urgent ones on any.
    if !working_day && order.urgent_until.is_none() {
        return Err(Refusal::new(RefusalCode::ProxyDayOff).with("date", stamp.on.to_string()));
    }
    let latest = latest_promise(hall, order, stamp.on);
    let promised_on = params.promised_on.or(latest);
    if let (Some(promised), Some(latest)) = (promised_on, latest)
        && (promised > latest || promised < stamp.on)
    {
        return Err(Refusal::new(RefusalCode::ProxyPromise)
            .with("promised", promised.to_string())
            .with("latest", latest.to_string()));
    }
    let mut events = vec![
        ProxyEvent::Accepted {
            order: order.id,
            promised_on,
            by: by.code.clone(),
            at: stamp.at,
        }
        .into(),
    ];
    if order.mode == Mode::Proxy {
        let lines = vec![Private::clear(order.key, order.number.clone())];
        events.push(
            document::issue(
                hall,
                stamp,
                &mut 0,
                DocumentKind::ProxyOrder,
                About::Order(order.id),
                lines,
            )
            .into(),
        );
    }
    if let Some(agent) = &params.agent {
        let companion = params.companion.as_ref();
        events.push(assigned(hall, stamp, order, agent, companion, None)?);
    }
    Ok(events)
}

fn assigned(
    hall: &Hall,
    stamp: &Stamp,
    order: &Order,
    agent: &StaffCode,
    companion: Option<&StaffCode>,
    reason: Option<&String>,
) -> Result<Event, Refusal> {
    let by = hall.acting(stamp)?;
    let agent = hall
        .staff
        .get(agent)
        .ok_or_else(|| not_found("staff", agent))?;
    if !agent.has(Role::Agent) {
        return Err(Refusal::new(RefusalCode::ProxyNotAgent).with("staff", agent.name.clone()));
    }
    if let Some(companion) = companion
        && !hall.staff.contains(companion)
    {
        return Err(not_found("staff", companion));
    }
    let rules = &hall.profile().proxy;
    // R149: somebody's home is visited by two.
    let alone = companion.is_none_or(|companion| *companion == agent.code);
    if order.visit_reason.is_some() && rules.visit_persons > 1 && alone {
        return Err(Refusal::new(RefusalCode::ProxyVisitAlone).with("order", order.number.clone()));
    }
    let take_by = hours::after(
        hall.calendar(),
        &hall.profile().hours,
        stamp.at,
        rules.take_hours,
    );
    let reason = private(order.key, reason);
    Ok(ProxyEvent::Assigned {
        order: order.id,
        agent: agent.code.clone(),
        companion: companion.cloned(),
        take_by,
        by: by.code.clone(),
        at: stamp.at,
        reason,
    }
    .into())
}

fn assign(hall: &Hall, stamp: &Stamp, params: &Assign) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "assign")?;
    if order.agent.as_ref() == Some(&params.agent) {
        return Err(bad("agent", "is the undertaker already".to_owned()));
    }
    if order.agent.is_some() {
        replaceable(hall, stamp, order)?;
    }
    if order.state == OrderState::Underway {
        // Reassigning needs a reason, and the bag moves first (M5).
        let why = params.reason.as_deref().unwrap_or_default();
        if why.trim().is_empty() {
            let reason = "an undertaker is replaced for a reason";
            return Err(bad("reason", reason.to_owned()));
        }
        if let Some(paper) = custody::in_our_hands(hall, order.id)
            .find(|paper| paper.held_by() == order.agent.as_ref())
        {
            return Err(still_held(hall, paper));
        }
    }
    Ok(vec![assigned(
        hall,
        stamp,
        order,
        &params.agent,
        params.companion.as_ref(),
        params.reason.as_ref(),
    )?])
}

/// The director replaces an undertaker (1.1). One who did not take the order in time is replaced by whoever accepts orders, for
/// the client is not to wait (R145).
fn replaceable(hall: &Hall, stamp: &Stamp, order: &Order) -> Result<(), Refusal> {
    if standing::acts_as(hall, stamp, Role::Director) || order.take_is_late(stamp.at) {
        return Ok(());
    }
    let verb = "proxy.assign somebody else";
    Err(standing::denied(stamp, verb, &[Role::Director]))
}

/// The undertaker alone carries the errand.
fn undertaker(order: &Order, stamp: &Stamp) -> Result<(), Refusal> {
    if order.agent.is_some() && order.agent == stamp.actor.staff {
        return Ok(());
    }
    let owner = order
        .agent
        .as_ref()
        .map_or_else(|| "nobody yet".to_owned(), ToString::to_string);
    Err(Refusal::new(RefusalCode::NotYours).with("owner", owner))
}

/// The undertaker, somebody at the centre's windows, or, before there is an undertaker, the agent who registered the order.
fn carrier(hall: &Hall, order: &Order, stamp: &Stamp) -> Result<(), Refusal> {
    let window_staff = hall
        .acting(stamp)
        .is_ok_and(|staff| staff.has(Role::Clerk) || staff.has(Role::ChiefRep));
    let registered = order.agent.is_none() && stamp.actor.staff.as_ref() == Some(&order.opened_by);
    if window_staff || registered {
        Ok(())
    } else {
        undertaker(order, stamp)
    }
}

fn take(hall: &Hall, stamp: &Stamp, params: &Only) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "take")?;
    undertaker(order, stamp)?;
    // M5: custody is signed before work starts; what the window still holds was not handed over.
    if let Some(paper) =
        custody::in_our_hands(hall, order.id).find(|paper| paper.held_by() != order.agent.as_ref())
    {
        return Err(still_held(hall, paper));
    }
    Ok(vec![
        ProxyEvent::Taken {
            order: order.id,
            at: stamp.at,
        }
        .into(),
    ])
}

fn leg(hall: &Hall, stamp: &Stamp, params: &AddLeg) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "leg")?;
    undertaker(order, stamp)?;
    if params.purpose.trim().is_empty() {
        return Err(bad("purpose", "what the way is for".to_owned()));
    }
    if !hall.departments.contains(&params.department) {
        return Err(not_found("department", &params.department));
    }
    let leg = Leg {
        department: params.department.clone(),
        purpose: Private::clear(order.key, &params.purpose),
        outcome: private(order.key, params.outcome.as_ref()),
        at: stamp.at,
    };
    Ok(vec![
        ProxyEvent::LegEntered {
            order: order.id,
            leg,
        }
        .into(),
    ])
}

fn submit(hall: &Hall, stamp: &Stamp, params: &Submit) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "submit")?;
    undertaker(order, stamp)?;
    if let Some(case) = params.case
        && !hall.cases.contains(&case)
    {
        return Err(not_found("case", case));
    }
    let note = private(order.key, params.note.as_ref());
    Ok(vec![
        ProxyEvent::Submitted {
            order: order.id,
            case: params.case,
            at: stamp.at,
            note,
        }
        .into(),
    ])
}

fn result(hall: &Hall, stamp: &Stamp, params: &Result_) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "result")?;
    carrier(hall, order, stamp)?;
    let reply_due = hall
        .calendar()
        .add_working_days(stamp.on, u32::from(hall.profile().proxy.reply_days))
        .ok();
    let note = private(order.key, params.note.as_ref());
    Ok(vec![
        ProxyEvent::ResultEntered {
            order: order.id,
            result: params.result,
            reply_due,
            at: stamp.at,
            note,
        }
        .into(),
    ])
}

fn reply(hall: &Hall, stamp: &Stamp, params: &Reply) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "reply")?;
    carrier(hall, order, stamp)?;
    if params.text.trim().is_empty() {
        return Err(bad("text", "what the client was told".to_owned()));
    }
    let by = hall.acting(stamp)?.code.clone();
    let text = Private::clear(order.key, &params.text);
    Ok(vec![
        ProxyEvent::Replied {
            order: order.id,
            text,
            by,
            at: stamp.at,
        }
        .into(),
    ])
}

fn complete(hall: &Hall, stamp: &Stamp, params: &Complete) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "complete")?;
    carrier(hall, order, stamp)?;
    papers_are_out(hall, order)?;
    if params.recipient.trim().is_empty() {
        return Err(bad("recipient", "who signed for it".to_owned()));
    }
    let follow_up_due = hall
        .calendar()
        .add_working_days(stamp.on, u32::from(hall.profile().proxy.follow_up_days))
        .ok();
    let recipient = Private::clear(order.key, &params.recipient);
    let relationship = private(order.key, params.relationship.as_ref());
    let lines = vec![recipient.clone()];
    let proof = document::issue(
        hall,
        stamp,
        &mut 0,
        DocumentKind::ProofOfDelivery,
        About::Order(order.id),
        lines,
    );
    Ok(vec![
        ProxyEvent::Completed {
            order: order.id,
            recipient,
            relationship,
            follow_up_due,
            at: stamp.at,
        }
        .into(),
        proof.into(),
    ])
}

fn suspend(hall: &Hall, stamp: &Stamp, params: &WithReason) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "suspend")?;
    carrier(hall, order, stamp)?;
    let reason = reason(order, params)?;
    let days = u32::from(hall.profile().proxy.terminate_days);
    let lapses_on = hall.calendar().add_working_days(stamp.on, days).ok();
    Ok(vec![
        ProxyEvent::Suspended {
            order: order.id,
            reason,
            lapses_on,
            at: stamp.at,
        }
        .into(),
    ])
}

fn resume(hall: &Hall, stamp: &Stamp, params: &Only) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "resume")?;
    carrier(hall, order, stamp)?;
    Ok(vec![
        ProxyEvent::Resumed {
            order: order.id,
            at: stamp.at,
        }
        .into(),
    ])
}

fn withdraw(hall: &Hall, stamp: &Stamp, params: &WithReason) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "withdraw")?;
    carrier(hall, order, stamp)?;
    papers_are_out(hall, order)?;
    Ok(vec![
        ProxyEvent::Withdrawn {
            order: order.id,
            reason: reason(order, params)?,
            at: stamp.at,
        }
        .into(),
    ])
}

fn unable(hall: &Hall, stamp: &Stamp, params: &WithReason) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "unable")?;
    carrier(hall, order, stamp)?;
    papers_are_out(hall, order)?;
    Ok(vec![
        ProxyEvent::Unable {
            order: order.id,
            reason: reason(order, params)?,
            at: stamp.at,
        }
        .into(),
    ])
}

fn follow_up(hall: &Hall, stamp: &Stamp, params: &FollowUp) -> Result<Vec<Event>, Refusal> {
    let order = order_for(hall, params.order, "follow_up")?;
    let by = hall.acting(stamp)?.code.clone();
    // Nobody asks a client about their own work (R10).
    if order.agent.as_ref() == Some(&by) {
        return Err(RefusalCode::FourEyes.into());
    }
    // R153: what a client is not content with is on record.
    let silent = params.note.as_deref().unwrap_or_default().trim().is_empty();
    if !params.satisfied && silent {
        return Err(bad(
            "note",
            "what the client is not content with".to_owned(),
        ));
    }
    let note = private(order.key, params.note.as_ref());
    Ok(vec![
        ProxyEvent::FollowedUp {
            order: order.id,
            satisfied: params.satisfied,
            note,
            by,
            at: stamp.at,
        }
        .into(),
    ])
}

/// No paper of the order may be with an agent or a window (R148, V134).
fn papers_are_out(hall: &Hall, order: &Order) -> Result<(), Refusal> {
    match custody::in_our_hands(hall, order.id).next() {
        None => Ok(()),
        Some(paper) => Err(still_held(hall, paper)),
    }
}

fn still_held(hall: &Hall, paper: &custody::Paper) -> Refusal {
    let holder = paper
        .held_by()
        .and_then(|staff| hall.staff.get(staff))
        .map_or_else(String::new, |staff| staff.name.clone());
    Refusal::new(RefusalCode::CustodyHeld)
        .with("paper", paper.id.to_string())
        .with("holder", holder)
}

fn reason(order: &Order, params: &WithReason) -> Result<Private, Refusal> {
    if params.reason.trim().is_empty() {
        return Err(bad("reason", "say why".to_owned()));
    }
    Ok(Private::clear(order.key, &params.reason))
}

fn private(key: u64, text: Option<&String>) -> Option<Private> {
    text.map(|text| Private::clear(key, text))
}

fn bad(field: &'static str, reason: String) -> Refusal {
    Refusal::new(RefusalCode::BadValue)
        .with("field", field)
        .with("reason", reason)
}
