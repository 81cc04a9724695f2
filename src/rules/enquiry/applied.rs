//! What happened to an enquiry, put into its record and its service log.

use super::{Act, Enquiry, EnquiryEvent, EnquiryState, Handover, LogLine, verbs::COUNTER};
use crate::rules::{
    hall::Hall,
    id::{EnquiryId, StaffCode},
    people::Private,
    serial, ticket,
    time::Instant,
};

/// Applies what happened to an enquiry.
pub fn apply(hall: &mut Hall, event: &EnquiryEvent) {
    match event {
        EnquiryEvent::Opened { .. } => opened(hall, event),
        EnquiryEvent::Forwarded { .. }
        | EnquiryEvent::Taken { .. }
        | EnquiryEvent::GivenBack { .. } => handed_over(hall, event),
        EnquiryEvent::Replied { .. }
        | EnquiryEvent::Confirmed { .. }
        | EnquiryEvent::ReplyRejected { .. }
        | EnquiryEvent::Unreachable { .. } => answered(hall, event),
        EnquiryEvent::Closed {
            enquiry,
            reason,
            at,
            by,
        } => change(hall, *enquiry, |enquiry| {
            enquiry.close(EnquiryState::ClosedByDirector, *at);
            enquiry.note(*at, by.as_ref(), Act::Closed, Some(reason));
        }),
        EnquiryEvent::Reassigned {
            enquiry,
            owner,
            at,
            by,
            ..
        } => change(hall, *enquiry, |enquiry| {
            enquiry.owner = owner.clone();
            enquiry.note(*at, by.as_ref(), Act::Reassigned, None);
        }),
        EnquiryEvent::Linked {
            enquiry,
            case,
            at,
            by,
        } => change(hall, *enquiry, |enquiry| {
            enquiry.state = EnquiryState::Linked;
            enquiry.case = Some(*case);
            enquiry.note(*at, by.as_ref(), Act::Linked, None);
        }),
        EnquiryEvent::CaseEnded {
            enquiry, at, by, ..
        } => change(hall, *enquiry, |enquiry| {
            enquiry.close(EnquiryState::Linked, *at);
            enquiry.note(*at, by.as_ref(), Act::CaseEnded, None);
        }),
    }
}

impl Enquiry {
    fn note(&mut self, at: Instant, by: Option<&StaffCode>, act: Act, text: Option<&Private>) {
        self.log.push(LogLine {
            at,
            by: by.cloned(),
            act,
            text: text.cloned(),
        });
    }

    fn close(&mut self, state: EnquiryState, at: Instant) {
        self.state = state;
        self.closed_at = Some(at);
    }
}

fn change(hall: &mut Hall, id: EnquiryId, change: impl FnOnce(&mut Enquiry)) {
    if let Some(enquiry) = hall.enquiries.get_mut(&id) {
        change(enquiry);
    }
}

fn opened(hall: &mut Hall, event: &EnquiryEvent) {
    let EnquiryEvent::Opened {
        enquiry,
        number,
        serial,
        on,
        visitor,
        key,
        matter,
        channel,
        kind,
        in_scope,
        department,
        ticket,
        window,
        owner,
        forward_due_on,
        reply_due,
        at,
    } = event
    else {
        return;
    };
    serial::given(hall, COUNTER, *on, *serial);
    if let Some(ticket) = ticket {
        ticket::link(hall, *ticket, ticket::Work::Enquiry(*enquiry));
    }
    let mut record = Enquiry {
        id: *enquiry,
        number: number.clone(),
        state: EnquiryState::Open,
        visitor: *visitor,
        key: *key,
        matter: matter.clone(),
        channel: *channel,
        kind: *kind,
        in_scope: *in_scope,
        department: department.clone(),
        ticket: *ticket,
        window: window.clone(),
        owner: owner.clone(),
        handover: None,
        opened_at: *at,
        forward_due_on: *forward_due_on,
        reply_due: reply_due.clone(),
        replied_at: None,
        rejections: 0,
        attempts: Vec::new(),
        case: None,
        closed_at: None,
        log: Vec::new(),
    };
    record.note(*at, Some(owner), Act::Opened, None);
    hall.enquiries.insert(*enquiry, record);
}

/// To a handler, into their hands, back to the owner.
fn handed_over(hall: &mut Hall, event: &EnquiryEvent) {
    match event {
        EnquiryEvent::Forwarded {
            enquiry,
            department,
            handler,
            late,
            note,
            at,
            by,
        } => change(hall, *enquiry, |enquiry| {
            enquiry.state = EnquiryState::Forwarded;
            enquiry.handover = Some(Handover {
                department: department.clone(),
                handler: handler.clone(),
                at: *at,
                taken_at: None,
                late: *late,
            });
            enquiry.note(*at, by.as_ref(), Act::Forwarded, note.as_ref());
        }),
        EnquiryEvent::Taken {
            enquiry,
            handler,
            at,
        } => change(hall, *enquiry, |enquiry| {
            if let Some(handover) = &mut enquiry.handover {
                handover.handler = Some(handler.clone());
                handover.taken_at = Some(*at);
            }
            enquiry.note(*at, Some(handler), Act::Taken, None);
        }),
        EnquiryEvent::GivenBack {
            enquiry,
            reason,
            forward_due_on,
            at,
            by,
        } => change(hall, *enquiry, |enquiry| {
            enquiry.state = EnquiryState::Open;
            enquiry.handover = None;
            enquiry.forward_due_on = *forward_due_on;
            enquiry.note(*at, by.as_ref(), Act::GivenBack, Some(reason));
        }),
        _ => {}
    }
}

/// From the reply on: what was answered, and what the visitor said to it.
fn answered(hall: &mut Hall, event: &EnquiryEvent) {
    match event {
        EnquiryEvent::Replied {
            enquiry,
            text,
            outside,
            at,
            by,
        } => change(hall, *enquiry, |enquiry| {
            enquiry.state = EnquiryState::Replied;
            enquiry.replied_at = Some(*at);
            enquiry.attempts.clear();
            enquiry.note(*at, by.as_ref(), Act::Replied, Some(text));
            if let Some(outside) = outside {
                enquiry.note(*at, by.as_ref(), Act::Referred, Some(outside));
            }
        }),
        EnquiryEvent::Confirmed {
            enquiry, at, by, ..
        } => change(hall, *enquiry, |enquiry| {
            enquiry.close(EnquiryState::ClosedSatisfied, *at);
            enquiry.note(*at, by.as_ref(), Act::Confirmed, None);
        }),
        EnquiryEvent::ReplyRejected {
            enquiry,
            rejections,
            reason,
            forward_due_on,
            reply_due,
            at,
            by,
        } => change(hall, *enquiry, |enquiry| {
            enquiry.state = EnquiryState::Open;
            enquiry.handover = None;
            enquiry.rejections = *rejections;
            enquiry.forward_due_on = *forward_due_on;
            enquiry.reply_due = reply_due.clone();
            enquiry.note(*at, by.as_ref(), Act::Rejected, reason.as_ref());
        }),
        EnquiryEvent::Unreachable {
            enquiry,
            on,
            closed,
            at,
            by,
        } => change(hall, *enquiry, |enquiry| {
            enquiry.attempts.push(*on);
            if *closed {
                enquiry.close(EnquiryState::ClosedUnreachable, *at);
            }
            enquiry.note(*at, by.as_ref(), Act::Unreachable, None);
        }),
        _ => {}
    }
}
