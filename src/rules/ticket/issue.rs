//! Giving out numbers: the class (R27, R29), the number (R24), until when (R42).

use chrono::{NaiveTime, TimeDelta};

use super::{Ground, Issue, Priority, Rank, TicketEvent};
use crate::rules::{
    event::Event,
    hall::Hall,
    id::{PersonId, RecordId, TicketId},
    people::{self, Who},
    permission::{Role, is_public},
    proxy::Order,
    refusal::{Refusal, RefusalCode, not_found},
    serial,
    stamp::Stamp,
    time::hall_time,
};

/// Decides `ticket.issue`.
pub(super) fn issue(hall: &Hall, stamp: &Stamp, params: &Issue) -> Result<Vec<Event>, Refusal> {
    let queue = hall
        .queues
        .get(&params.queue)
        .ok_or_else(|| not_found("queue", &params.queue))?;
    for item in &params.items {
        hall.item(item, stamp.on)?;
    }
    if let Some(booking) = &params.appointment {
        return Err(not_found("appointment", booking));
    }
    must_still_issue(hall, stamp)?;
    must_be_own_client(hall, stamp, params)?;
    let (priority, ground) = class(hall, stamp, params)?;
    let prefix = match priority {
        Priority::GreenChannel => "G",
        Priority::Booked => "Y",
        _ if stamp.actor.role == Role::Agent => "D",
        _ => queue.prefix.as_str(),
    };
    let serial = serial::next(hall, &counter(prefix), stamp.on);
    let mut events = Vec::new();
    let visitor = params.visitor.as_ref().map(|who| {
        let (person, _, recorded) = people::admit(hall, stamp, who, &mut 0);
        events.extend(recorded);
        person
    });
    let id = TicketId::new(stamp.seq, 1);
    let issued = TicketEvent::Issued {
        ticket: id,
        number: format!("{prefix}{serial:03}"),
        prefix: prefix.to_owned(),
        serial,
        on: stamp.on,
        queue: params.queue.clone(),
        priority,
        ground,
        rank: Rank {
            class: priority,
            issued_at: stamp.at,
            ticket: id,
            behind: 0,
        },
        visitor,
        items: params.items.clone(),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    };
    events.push(issued.into());
    Ok(events)
}

/// An agent takes numbers for errands of his own: whom he names is the client of one of his open orders (1.1).
fn must_be_own_client(hall: &Hall, stamp: &Stamp, params: &Issue) -> Result<(), Refusal> {
    let Some(visitor) = &params.visitor else {
        return Ok(());
    };
    let is_client = |client: PersonId| matches!(visitor, Who::Known(known) if *known == client);
    let own = |order: &Order| order.is_open() && order.agent == stamp.actor.staff;
    if stamp.actor.role != Role::Agent
        || hall
            .orders
            .values()
            .any(|order| own(order) && is_client(order.client))
    {
        Ok(())
    } else {
        Err(RefusalCode::TicketNotClient.into())
    }
}

/// The counter of a number's letters (R24).
pub(super) fn counter(prefix: &str) -> String {
    format!("ticket/{prefix}")
}

/// Issuing stops so many minutes before close (R42).
fn must_still_issue(hall: &Hall, stamp: &Stamp) -> Result<(), Refusal> {
    let profile = hall.profile();
    let minutes = profile.ticket.issue_stops_minutes_before_close;
    let (stops, wrapped) = profile
        .hours
        .close
        .overflowing_sub_signed(TimeDelta::minutes(i64::from(minutes)));
    let stops = if wrapped < 0 { NaiveTime::MIN } else { stops };
    if hall_time(stamp.at).time() < stops {
        Ok(())
    } else {
        Err(Refusal::new(RefusalCode::TicketIssuingStopped)
            .with("stops", stops.format("%H:%M").to_string()))
    }
}

/// Class and ground (R27, R29): the public takes ordinary tickets only (1.1), courtesy needs its ground, the green channel
/// must be in force (R4), a booked ticket needs a booking (R30).
fn class(
    hall: &Hall,
    stamp: &Stamp,
    params: &Issue,
) -> Result<(Priority, Option<Ground>), Refusal> {
    let told = params.ground.map_or(Priority::Ordinary, Ground::priority);
    let priority = params.priority.unwrap_or(told);
    let ground = match (priority, params.ground) {
        (Priority::GreenChannel, None) => Some(Ground::MajorProject),
        (_, ground) => ground,
    };
    if priority != Priority::Ordinary && is_public(stamp.actor.role) {
        return Err(RefusalCode::TicketOrdinaryOnly.into());
    }
    if priority == Priority::Booked {
        return Err(RefusalCode::TicketNoBooking.into());
    }
    if priority == Priority::Courtesy && ground.is_none() {
        return Err(RefusalCode::TicketGroundMissing.into());
    }
    if let Some(ground) = ground
        && ground.priority() != priority
    {
        return Err(Refusal::new(RefusalCode::TicketGroundMismatch)
            .with("priority", priority.as_str())
            .with("right", ground.priority().as_str()));
    }
    if priority == Priority::GreenChannel && !hall.system_on("green_channel", stamp.on) {
        return Err(Refusal::new(RefusalCode::SystemOff).with("system", "green_channel"));
    }
    Ok((priority, ground))
}
