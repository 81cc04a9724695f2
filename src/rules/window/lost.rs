//! A window whose terminal is gone (R41a): how it is lost and regained, and what becomes of it and of the ticket in hand when
//! its clerk sits down elsewhere or somebody else sits down there. When it is time, the host says; here only the hall is read.

use super::{
    Desk, DeskState, Only, WindowEvent, desk_of, must_be_free, own_desk, queues_of,
    verbs::signed_off, window, without_reason,
};
use crate::rules::{
    catalogue::{Staff, Window},
    event::Event,
    hall::Hall,
    id::{StaffCode, WindowCode},
    refusal::{Refusal, RefusalCode, wrong_state},
    stamp::Stamp,
    ticket,
};

/// Whether the window is lost.
pub fn is_lost(hall: &Hall, code: &WindowCode) -> bool {
    hall.desks
        .get(code)
        .is_some_and(|desk| desk.state == DeskState::Lost)
}

/// The desk with its clerk, in one of the states in which the machine's verb is possible.
fn desk_in<'a>(
    hall: &'a Hall,
    code: &WindowCode,
    states: &[DeskState],
    verb: &'static str,
) -> Result<(&'a Desk, &'a StaffCode), Refusal> {
    window(hall, code)?;
    let desk = hall.desks.get(code);
    let state = desk.map_or(DeskState::Closed, |desk| desk.state);
    desk.filter(|desk| states.contains(&desk.state))
        .and_then(|desk| Some((desk, desk.staff.as_ref()?)))
        .ok_or_else(|| wrong_state("window", code, state.as_str(), verb, state.verbs()))
}

/// The lease has run out; only a window that was signed on at a terminal has one.
pub(super) fn lose(hall: &Hall, stamp: &Stamp, params: &Only) -> Result<WindowEvent, Refusal> {
    let live = [DeskState::Open, DeskState::Paused];
    let (desk, staff) = desk_in(hall, &params.window, &live, "lose")?;
    if !desk.leased {
        return Err(Refusal::new(RefusalCode::WindowNoLease).with("window", desk.window.as_str()));
    }
    Ok(WindowEvent::Lost {
        window: desk.window.clone(),
        staff: staff.clone(),
        at: stamp.at,
    })
}

pub(super) fn regain(hall: &Hall, stamp: &Stamp, params: &Only) -> Result<WindowEvent, Refusal> {
    let (desk, staff) = desk_in(hall, &params.window, &[DeskState::Lost], "regain")?;
    Ok(WindowEvent::Regained {
        window: desk.window.clone(),
        staff: staff.clone(),
        at: stamp.at,
    })
}

/// What a sign-on brings about beside itself where a terminal was lost.
///
/// A lost window that somebody else takes over is signed off first; its ticket stays there, in their hands. A clerk whose
/// own window is lost leaves it; the ticket in hand goes along where the new window serves its queue and has its hands
/// free, and is called there at once, else it goes back to its place in the queue (R36).
pub(super) fn left_behind(
    hall: &Hall,
    stamp: &Stamp,
    window: &Window,
    staff: &Staff,
    signed_on: Event,
) -> Vec<Event> {
    let here = hall
        .desks
        .get(&window.code)
        .filter(|desk| desk.state == DeskState::Lost);
    let there = desk_of(hall, &staff.code).filter(|desk| desk.window != window.code);
    let mut before: Vec<Event> = Vec::new();
    let mut after: Vec<Event> = Vec::new();
    if let Some(desk) = there {
        let in_hand = desk.in_hand.and_then(|ticket| hall.tickets.get(&ticket));
        let hands_free = here.is_none_or(|desk| desk.in_hand.is_none());
        if let Some(ticket) = in_hand {
            if hands_free && queues_of(window, staff).any(|queue| *queue == ticket.queue) {
                let moved = ticket::sent_on(ticket, stamp, Some(&window.code), desk.since);
                before.push(moved.into());
                let called = ticket::called_along(hall, ticket, stamp, &window.code, &staff.code);
                after.push(called.into());
            } else {
                before.push(ticket::sent_on(ticket, stamp, None, desk.since).into());
            }
        }
        before.push(signed_off(desk, stamp).into());
    }
    if let Some(desk) = here
        && desk.staff.as_ref() != Some(&staff.code)
    {
        before.push(signed_off(desk, stamp).into());
    }
    before.push(signed_on);
    before.extend(after);
    before
}

/// R37, R42: nobody leaves with a ticket in hand; a lost window may be signed off with one, which goes back to its place in
/// the queue, so that whatever a dead terminal left behind can be put right.
pub(super) fn sign_off(
    hall: &Hall,
    stamp: &Stamp,
    params: &super::At,
) -> Result<Vec<Event>, Refusal> {
    let desk = own_desk(hall, stamp, params, "sign_off")?;
    without_reason(params)?;
    let mut events: Vec<Event> = Vec::new();
    if desk.state == DeskState::Lost {
        let in_hand = desk.in_hand.and_then(|ticket| hall.tickets.get(&ticket));
        events.extend(
            in_hand.map(|ticket| Event::from(ticket::sent_on(ticket, stamp, None, desk.since))),
        );
    } else {
        must_be_free(hall, desk)?;
    }
    events.push(signed_off(desk, stamp).into());
    Ok(events)
}
