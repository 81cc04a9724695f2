//! Signing on and off, pausing and resuming, as they are decided.

use super::{
    At, Badge, Desk, DeskState, PauseReason, WindowCommand, WindowEvent, acts_for, desk_of,
    is_chief_of, is_director, lost, must_be_free, not_yours, window,
};
use crate::rules::{
    catalogue::{Staff, Window},
    event::Event,
    hall::Hall,
    permission::Role,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::{Stamp, Via},
};

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &WindowCommand) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        WindowCommand::SignOn(params) => return sign_on(hall, stamp, params),
        WindowCommand::SignOff(params) => return lost::sign_off(hall, stamp, params),
        WindowCommand::Pause(params) => pause(hall, stamp, params)?,
        WindowCommand::Resume(params) => resume(hall, stamp, params)?,
        WindowCommand::Lose(params) => lost::lose(hall, stamp, params)?,
        WindowCommand::Regain(params) => lost::regain(hall, stamp, params)?,
    };
    Ok(vec![event.into()])
}

fn sign_on(hall: &Hall, stamp: &Stamp, params: &At) -> Result<Vec<Event>, Refusal> {
    let window = window(hall, &params.window)?;
    without_reason(params)?;
    let staff = match &params.staff {
        Some(code) => hall
            .staff
            .get(code)
            .ok_or_else(|| not_found("staff", code))?,
        None => hall.acting(stamp)?,
    };
    let own = stamp.actor.staff.as_ref() == Some(&staff.code);
    if !own && !is_chief_of(hall, stamp, window) && !is_director(hall, stamp) {
        return Err(not_yours(staff.code.as_str()));
    }
    must_be_vacant(hall, stamp, window, staff)?;
    must_be_fit(stamp, window, staff)?;
    let event = WindowEvent::SignedOn {
        window: window.code.clone(),
        staff: staff.code.clone(),
        badge: Badge {
            name: staff.name.clone(),
            post: staff.post.clone(),
            number: staff.code.clone(),
        },
        at: stamp.at,
        by: stamp.actor.staff.clone(),
        leased: own && stamp.actor.via == Via::Console,
    };
    Ok(lost::left_behind(hall, stamp, window, staff, event.into()))
}

/// One window is one clerk's, one clerk sits at one window (R41). A lost window may be taken back by its clerk, and given
/// to somebody else by who may act for it; a clerk whose window is lost may sit elsewhere (R41a).
fn must_be_vacant(
    hall: &Hall,
    stamp: &Stamp,
    window: &Window,
    staff: &Staff,
) -> Result<(), Refusal> {
    if let Some(desk) = hall.desks.get(&window.code)
        && let Some(owner) = &desk.staff
    {
        let is_lost = desk.state == DeskState::Lost;
        let may_give = is_chief_of(hall, stamp, window) || is_director(hall, stamp);
        if *owner == staff.code && !is_lost {
            let state = desk.state;
            return Err(wrong_state(
                "window",
                &window.code,
                state.as_str(),
                "sign_on",
                state.verbs(),
            ));
        }
        if *owner != staff.code && is_lost && !may_give {
            return Err(super::lost_refusal(desk));
        }
        if *owner != staff.code && !is_lost {
            return Err(Refusal::new(RefusalCode::WindowTaken)
                .with("window", window.code.as_str())
                .with("staff", owner.as_str()));
        }
    }
    match desk_of(hall, &staff.code) {
        Some(desk) if desk.state != DeskState::Lost => {
            Err(Refusal::new(RefusalCode::WindowElsewhere)
                .with("window", desk.window.as_str())
                .with("staff", staff.code.as_str()))
        }
        _ => Ok(()),
    }
}

/// Trained (R6), posted (R41), and able to serve at least one of its queues (R26). Somebody with skills of their own may
/// sit wherever these are asked for (一岗多能); without, they sit at their department's windows or a comprehensive one.
fn must_be_fit(stamp: &Stamp, window: &Window, staff: &Staff) -> Result<(), Refusal> {
    let refuse = |code| {
        Err(Refusal::new(code)
            .with("staff", staff.code.as_str())
            .with("window", window.code.as_str()))
    };
    if !staff.has(Role::Clerk) && !staff.has(Role::ChiefRep) {
        return refuse(RefusalCode::WindowNotPosted);
    }
    if staff.trained_on.is_none_or(|trained| trained > stamp.on) {
        return refuse(RefusalCode::WindowUntrained);
    }
    if staff.skills.is_empty() {
        if staff.department == window.department || window.comprehensive {
            Ok(())
        } else {
            refuse(RefusalCode::WindowNotPosted)
        }
    } else if window
        .queues
        .iter()
        .any(|queue| staff.skills.contains(queue))
    {
        Ok(())
    } else {
        refuse(RefusalCode::WindowUnskilled)
    }
}

pub(super) fn without_reason(params: &At) -> Result<(), Refusal> {
    match params.reason {
        None => Ok(()),
        Some(_) => Err(Refusal::new(RefusalCode::BadValue)
            .with("field", "reason")
            .with("reason", "only a pause has one")),
    }
}

/// The desk of a command after sign-on, once it is known that the actor may speak for it.
pub(super) fn own_desk<'a>(
    hall: &'a Hall,
    stamp: &Stamp,
    params: &At,
    verb: &'static str,
) -> Result<&'a Desk, Refusal> {
    let window = window(hall, &params.window)?;
    let Some((desk, owner)) = hall
        .desks
        .get(&window.code)
        .and_then(|desk| desk.staff.as_ref().map(|staff| (desk, staff)))
    else {
        let closed = DeskState::Closed;
        return Err(wrong_state(
            "window",
            &window.code,
            closed.as_str(),
            verb,
            closed.verbs(),
        ));
    };
    if params.staff.as_ref().is_some_and(|staff| staff != owner) {
        return Err(not_yours(owner.as_str()));
    }
    if acts_for(hall, stamp, owner) || is_chief_of(hall, stamp, window) || is_director(hall, stamp)
    {
        Ok(desk)
    } else {
        Err(not_yours(owner.as_str()))
    }
}

fn must_be(desk: &Desk, state: DeskState, verb: &'static str) -> Result<(), Refusal> {
    if desk.state == state {
        Ok(())
    } else {
        Err(wrong_state(
            "window",
            &desk.window,
            desk.state.as_str(),
            verb,
            desk.state.verbs(),
        ))
    }
}

fn pause(hall: &Hall, stamp: &Stamp, params: &At) -> Result<WindowEvent, Refusal> {
    let desk = own_desk(hall, stamp, params, "pause")?;
    must_be(desk, DeskState::Open, "pause")?;
    must_be_free(hall, desk)?;
    let reason = params.reason.ok_or_else(|| {
        let allowed: Vec<&str> = PauseReason::ALL
            .iter()
            .map(|reason| reason.as_str())
            .collect();
        Refusal::new(RefusalCode::WindowReasonMissing).with("allowed", allowed)
    })?;
    Ok(WindowEvent::Paused {
        window: desk.window.clone(),
        reason,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

fn resume(hall: &Hall, stamp: &Stamp, params: &At) -> Result<WindowEvent, Refusal> {
    let desk = own_desk(hall, stamp, params, "resume")?;
    must_be(desk, DeskState::Paused, "resume")?;
    without_reason(params)?;
    Ok(WindowEvent::Resumed {
        window: desk.window.clone(),
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    })
}

/// The clerk of a desk leaves it.
pub(super) fn signed_off(desk: &Desk, stamp: &Stamp) -> WindowEvent {
    WindowEvent::SignedOff {
        window: desk.window.clone(),
        staff: desk
            .staff
            .clone()
            .expect("invariant: a desk that is not closed has its clerk"),
        on: stamp.on,
        at: stamp.at,
        by: stamp.actor.staff.clone(),
    }
}
