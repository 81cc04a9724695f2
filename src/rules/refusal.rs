//! Refusals: the hall says no, as a value with a stable code, the rule it comes from, the facts, a sentence and a next step.
//! One table holds every refusal; English sentences stand here, other languages under the code in the message files.
//! A refusal changes nothing and is not remembered.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

macro_rules! refusals {
    ($($variant:ident = $code:literal, $rule:literal, $message:literal, $next:literal;)*) => {
        /// Why the hall says no.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RefusalCode { $(#[doc = $message] $variant,)* }

        impl RefusalCode {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable code, `noun.reason`.
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $code),* } }
            /// The rule of the rule book that it comes from.
            pub fn rule(self) -> &'static str { match self { $(Self::$variant => $rule),* } }
            fn message(self) -> &'static str { match self { $(Self::$variant => $message),* } }
            fn next(self) -> &'static str { match self { $(Self::$variant => $next),* } }
        }
    };
}

// One line a refusal: code, rule, the sentence with {facts} in it, the next step. Grouped by noun.
refusals! {
    // Any noun.
    NotFound = "record.not_found", "R231", "There is no {noun} '{id}'.", "Check the number; list what there is with the noun's list method.";
    NotPermitted = "permission.denied", "1.1", "{role} may not do {verb}.", "Ask somebody who may: {allowed}.";
    NotYours = "permission.not_yours", "1.1", "This belongs to {owner}; only they or a chief representative of the department may do it.", "Hand it over, or sign on where it belongs.";
    FourEyes = "permission.four_eyes", "R10", "Nobody approves, decides or checks what they proposed or what is about themselves.", "Another person must do it.";
    WrongState = "state.refused", "17", "{noun} {id} is {state}; {verb} is not possible from there.", "Possible now: {allowed}.";
    BadValue = "value.refused", "R222", "{field}: {reason}.", "Correct the field and send it again.";
    SystemOff = "system.off", "R4", "The system '{system}' is switched off in this hall.", "A director can switch it on in the hall's registry.";
    RequestReused = "request.reused", "R231", "This request id was used for something else.", "Send it again with a new request id.";
    HallReadOnly = "hall.read_only", "R48", "The hall takes no commands since something could not be written: {reason}.", "What was not answered was not done. Tell the administrator: make room or repair the disk, then start the hall again.";
    ClockBackwards = "clock.backwards", "R23", "The clock shows {at}, before the last entry at {head}.", "In a training hall give a later --at; else put the clock right, or an administrator or director confirms the time with hall.confirm_clock.";
    ClockJumped = "clock.jumped", "R23", "The clock shows {at}, {minutes} minutes more than have passed since {since}.", "Put the clock right, or an administrator or director confirms the time with hall.confirm_clock.";
    ClockSteady = "clock.steady", "R23", "The clock has not jumped; there is nothing to confirm.", "Nothing is needed.";
    ClockDiffers = "clock.differs", "R23", "{at} is not what the machine's clock shows: {clock}.", "Put the machine's clock right first, then confirm the time that it shows.";
    NotTraining = "hall.not_training", "R112", "A time can be given in a training hall only.", "Leave out --at, or make a hall with init --training.";
    HallStopping = "hall.stopping", "R231", "The hall's server is being stopped; this was not done.", "Send it again when the server is back; a terminal does so by itself.";

    // Sessions.
    SessionHelloFirst = "session.hello_first", "1.1", "Nobody has said who they are on this connection.", "Send session.hello first.";
    SessionUnknownLogin = "session.unknown_login", "1.1", "The login '{login}' is nobody's in this hall.", "Have it entered in the staff table, or in shared_logins of the hall's file.";
    SessionNotYou = "session.not_you", "1.1", "This login is {staff}'s and cannot speak for {asked}.", "Leave out --as, or use the login of whoever acts.";
    SessionPinRequired = "session.pin_required", "1.1", "{staff} has a PIN, and it was not given.", "Give the PIN of {staff}.";
    SessionWrongPin = "session.wrong_pin", "1.1", "That is not the PIN of {staff}.", "Try again; after {left} more wrong ones it is locked.";
    SessionPinLocked = "session.pin_locked", "1.1", "The PIN of {staff} was wrong too often.", "Try again after {until}, or ask the administrator for a new PIN.";
    SessionsFull = "session.too_many", "1.1", "The hall's server has {most} connections, which is all that it takes.", "Close terminals that nobody uses, and try again.";

    HallOpening = "hall.opening", "R48", "The hall is being opened after an unclean stop: entry {seq} of {of}.", "Wait a moment; hall.status says how far it has come.";

    PersonErased = "person.erased", "R226", "The data of the person concerned were erased; nothing more can be written about them.", "Record the person anew, if they come again.";
    PersonNotAtHand = "person.not_at_hand", "R225", "Nothing open of yours is about this person.", "Call the ticket, or open the case, enquiry or order first; else ask the director.";
    PersonOpenWork = "person.open_work", "R226", "Something about this person is still open: {work}.", "End it first; papers go back to the client.";
    StaffPinKept = "staff.pin_kept", "1.1", "Only an administrator takes a PIN away.", "Set another PIN, or ask an administrator.";

    // Windows.
    WindowClosed = "window.closed", "R41", "Nobody is signed on at window {window}.", "Sign on at the window first.";
    WindowPaused = "window.paused", "R41", "Window {window} is paused ({reason}).", "Resume service first.";
    WindowLost = "window.lost", "R41a", "The terminal of {staff} at window {window} is lost.", "{staff} gets the window back by signing in at a terminal; a chief representative of the department or the director may sign them off, or somebody else on.";
    WindowNoLease = "window.no_lease", "R41a", "Window {window} was not signed on at a terminal, so that none can be lost.", "Nothing is needed; it is signed off as any other.";
    WindowTaken = "window.taken", "R41", "{staff} is signed on at window {window}.", "Take another window, or let {staff} sign off.";
    WindowElsewhere = "window.elsewhere", "R41", "{staff} is signed on at window {window} already.", "Sign off there first.";
    WindowUntrained = "window.untrained", "R6", "{staff} has not been trained for a post yet.", "Let somebody trained sit at window {window}, or enter the training in the staff table.";
    WindowUnskilled = "window.unskilled", "R26", "{staff} is trained for none of the queues of window {window}.", "Sign on at a window whose queues fit the skills in the staff table.";
    WindowNotPosted = "window.not_posted", "R41", "{staff} is not posted to window {window}.", "A clerk or chief representative of its department, or somebody with the skill for its queues, may sign on.";
    WindowReasonMissing = "window.reason_missing", "R41", "A pause needs its reason.", "Name one of: {allowed}.";
    WindowBusy = "window.busy", "R37", "Window {window} has ticket {ticket} in hand.", "Finish it, hold it, transfer it or miss it first.";

    // Tickets.
    TicketIssuingStopped = "ticket.issuing_stopped", "R42", "No more tickets are issued today; issuing stopped at {stops}.", "Come back on the next working day.";
    TicketOrdinaryOnly = "ticket.ordinary_only", "R27", "Self-service gives ordinary tickets only.", "The usher at the door gives priority tickets.";
    TicketNotClient = "ticket.not_client", "1.1", "An agent takes numbers for the clients of his own orders.", "Open or take the order first, or leave the visitor out.";
    TicketGroundMissing = "ticket.ground_missing", "R29", "A courtesy ticket names its ground.", "Name one: elderly, disabled, pregnant, with_infant, military, military_family, veteran.";
    TicketGroundMismatch = "ticket.ground_mismatch", "R27", "That ground gives a {right} ticket, not a {priority} one.", "Leave out the priority; the ground tells it.";
    TicketNoBooking = "ticket.no_booking", "R30", "A booked ticket needs a booking, and none was named.", "Issue an ordinary ticket.";
    TicketTaken = "ticket.taken", "R31", "Ticket {ticket} is {state} at window {window}.", "Call the next one.";
    TicketQueueNotServed = "ticket.queue_not_served", "R26", "Window {window} does not serve queue {queue}.", "Transfer the ticket to a queue that the window serves.";
    TicketRecallTooSoon = "ticket.recall_too_soon", "R32", "Ticket {ticket} was called less than {gap} seconds ago.", "Call again in {seconds} seconds.";
    TicketCallsUsed = "ticket.calls_used", "R32", "Ticket {ticket} was called {calls} times, which is all.", "Miss it; it may be restored once today.";
    TicketCallsLeft = "ticket.calls_left", "R32", "Ticket {ticket} was called {calls} times only.", "Call it {left} more before it is missed.";
    TicketHeldMax = "ticket.held_max", "R35", "Window {window} holds {held} tickets, which is all it may.", "Resume one of them, or transfer this one.";
    TicketRestoredBefore = "ticket.restored_before", "R33", "Ticket {ticket} was restored once and missed again.", "Issue a new ticket.";
    TicketOtherDay = "ticket.other_day", "R33", "Ticket {ticket} is of {on}.", "Issue a new ticket.";
    TicketAbandonWaiting = "ticket.abandon_waiting", "R34", "Ticket {ticket} waits; a waiting ticket is given up only by the director, at close.", "Call it first; the applicant may cancel it.";
    TicketBeforeClose = "ticket.before_close", "R34", "The hall is open until {close}; those who wait are served.", "Give up the rest after {close}.";
    TicketNowhere = "ticket.nowhere", "R36", "Ticket {ticket} is there already, or no place was named.", "Name another queue or another window.";
    TicketReasonMissing = "ticket.reason_missing", "R39", "Nothing was opened for ticket {ticket}, and no reason says why.", "Give the reason, or open the enquiry, case or order first.";
    TicketOutcomeDiffers = "ticket.outcome_differs", "R39", "The visit cannot end as {outcome}: what was opened for it makes it {told}.", "Leave out the outcome, or name the work in refs.";
    TicketNotServing = "ticket.not_serving", "R39", "Ticket {ticket} is {state}; work is opened for a ticket that is being served.", "Call and start it first, or leave the ticket out.";

    // Enquiries.
    EnquiryWordsMissing = "enquiry.words_missing", "R51", "{field} is empty, and has to be on record.", "Write it down and send it again.";
    EnquiryForwardNowhere = "enquiry.forward_nowhere", "R54", "It was not said to whom it goes.", "Name a department or a handler.";
    EnquiryHasIt = "enquiry.has_it", "R54", "{staff} has enquiry {enquiry} already.", "Name somebody else.";
    EnquiryOtherDepartment = "enquiry.other_department", "R54", "{staff} does not belong to department {department}.", "Name the department or the handler alone.";
    EnquiryCannotHandle = "enquiry.cannot_handle", "R54", "{staff} does not answer visitors.", "Name a clerk, usher, agent or chief representative.";
    EnquiryTaken = "enquiry.taken", "R54", "Enquiry {enquiry} was taken by {staff}.", "Leave it with them; the owner may forward it again.";
    EnquiryGiveBackLate = "enquiry.give_back_late", "R56", "Enquiry {enquiry} was handed over more than {hours} hours ago.", "Reply, or forward it to the right post.";
    EnquiryOutOfScope = "enquiry.out_of_scope", "R54", "Enquiry {enquiry} is not the business of its owner.", "Forward it, or say in 'outside' where the visitor was sent and the telephone there.";
    EnquiryDirectors = "enquiry.directors", "R57", "Two replies to enquiry {enquiry} were rejected; it is the director's now.", "The director answers, forwards or closes it.";
    EnquiryNotConfirmed = "enquiry.not_confirmed", "R57", "Nothing shows that the visitor of enquiry {enquiry} is satisfied.", "Say how they confirmed: in_person, signature, phone, message; or record that they could not be reached.";
    EnquirySameDay = "enquiry.same_day", "R57", "An attempt to reach the visitor of enquiry {enquiry} is on record for {on} already.", "Try again on another working day.";
    EnquiryDayOff = "enquiry.day_off", "R57", "{on} is no working day; attempts to reach a visitor count on working days.", "Try again on a working day.";
    EnquiryNotReplied = "enquiry.not_replied", "R57", "Enquiry {enquiry} has no reply on record.", "Record a reply first.";
    // Case.
    CaseAgentNeedsOrder = "case.agent_needs_order", "R90", "An agent hands in papers for a client under a proxy order only.", "Name the proxy order.";
    CaseUnlistedMaterial = "case.unlisted_material", "R79", "The item's list does not name the material '{material}'; only listed materials may be demanded.", "Take it off, or have the list changed first.";
    CaseIncomplete = "case.incomplete", "R76", "Papers are missing: {missing}.", "Give the one-time notice, or take the papers; tolerable ones may be promised in writing (promise_on).";
    CaseNothingMissing = "case.nothing_missing", "R81", "Nothing is missing and no defect is named.", "Accept it, or name what is wrong and how to put it right.";
    CaseNoticeOnce = "case.notice_once", "R82", "This could have been named in the first notice: {materials}.", "Take the papers as they are; a chief representative may override with a reason, which becomes a finding.";
    CaseTimeOnce = "case.time_once", "R85", "The time for corrections was lengthened once already.", "Supply the papers in time, or file again.";
    CaseNotOwed = "case.not_owed", "R87", "The material '{material}' is not among the papers still owed.", "Supply only what was promised.";
    CaseMissingNoGround = "case.missing_no_ground", "R80", "Missing papers are no ground for a refusal.", "Give the one-time notice.";
    CaseGroundTooLate = "case.ground_too_late", "R76", "After the one-time notice a case can only be sent back on grounds of policy.", "Choose against_policy or survey_failed, or wait for the papers.";
    CaseKindFixed = "case.kind_fixed", "R65", "The kind was fixed at acceptance; from {from} to {to} is not possible.", "A promised case may become joint or upward; an instant one promised until close of the same day.";
    CasePauseKind = "case.pause_kind", "R97", "{kind} does not stop the clock.", "Only these do: {allowed}.";
    CasePauseOverlap = "case.pause_overlap", "R101", "Two pauses may not overlap.", "Resume the one that lasts first.";
    CaseExtendLate = "case.extend_late", "R103", "The due date {due_on} has passed; an extension asked afterwards is refused.", "Decide now; the case is overdue.";
    CaseExtendOnce = "case.extend_once", "R102", "The statutory limit was extended once already.", "Decide within it.";
    CaseExtendTooLong = "case.extend_too_long", "R102", "At most {most} working days may be added.", "Ask for fewer days.";
    CaseApprovalNumber = "case.approval_number", "R102", "Extending a joint case beyond the statutory limit needs the government's approval number.", "Give approval_no.";
    CaseBeyondStatutory = "case.beyond_statutory", "R102", "The new date {due_on} lies beyond the statutory {statutory_on}.", "Ask for fewer days, or for the statutory extension (within statutory).";
    CaseNotUpward = "case.not_upward", "R70", "Only an upward case goes to the superior body.", "Change its kind first, or decide here.";
    CaseNoAuthority = "case.no_authority", "R128", "No authorisation in force covers deciding on {item}.", "Ask somebody who may: {allowed}.";
    CaseNoSeal = "case.no_seal", "R130", "The department {department} has no such seal in use.", "Name a seal of the department.";
    CaseNoReason = "case.no_reason", "R98", "A decision against the applicant needs its reason and the remedy.", "Give reason and remedy.";
    CaseDefaultNotAllowed = "case.default_not_allowed", "R117", "{item} does not allow a default.", "Have the department decide.";
    CaseDefaultBranch = "case.default_branch", "R118", "A joint or upward case as a whole has no default.", "Confirm the default of the branch that is late.";
    CaseDefaultExtended = "case.default_extended", "R118", "An extension notice is on file; there is no default.", "Have the department decide.";
    CaseNotOverdue = "case.not_overdue", "R118", "It is due on {due_on}; that day has not passed.", "Wait until the day is over.";
    CasePapersOwed = "case.papers_owed", "R87", "Promised papers are still owed: {missing}.", "Take them before the certificate leaves.";
    // Branch.
    BranchCaseEnded = "branch.case_ended", "R125", "The case {case} has ended.", "Nothing is needed any more.";
    BranchNone = "branch.none", "R113", "The case {case} has no branches.", "Change its kind to joint first.";
    BranchOpen = "branch.open", "R125", "The opinions of {departments} are still open.", "Wait for them, or have their default confirmed.";
    BranchRefused = "branch.refused", "R125", "{departments} refused; the lead cannot say yes over them.", "Decide no, with the merged reasons.";
    BranchNoReason = "branch.no_reason", "R115", "It needs a reason.", "Give the reason.";
    BranchUnsigned = "branch.unsigned", "R114", "The department has not signed for the notice; nothing can be held against it.", "Have the notice signed for, or tell the director.";
    BranchDefaultStands = "branch.default_stands", "R120", "The default stands as consent.", "Put the opinion that is owed on record with late_opinion.";
    BranchNothingOwed = "branch.nothing_owed", "R120", "The opinion that was owed is on record already.", "Nothing is left to do.";
    BranchNoMeeting = "branch.no_meeting", "R119", "No survey or meeting was called.", "Call one with the copy notice, or record a refusal to take part.";
    BranchMeetingAhead = "branch.meeting_ahead", "R119", "The meeting is on {meeting_on}.", "Wait for it.";
    BranchToldLate = "branch.told_late", "R119", "The department was told on {told_on} of a meeting on {meeting_on}: less than two working days before.", "Put the meeting off and tell it in time.";
    BranchMovedOnce = "branch.moved_once", "R119", "The meeting was put off once already.", "Record the absence, or take the opinion.";
    // Rounds and findings.
    RoundUnderWay = "round.under_way", "R170", "Your round {round} is still under way.", "Close it first.";
    FindingNotSeen = "finding.not_seen", "R177", "A finding is shown to the inspected person, to who answers for the window, and to who inspects.", "Ask the chief representative of the window's department, or the inspectors.";
    FindingAppealLate = "finding.appeal_late", "R172", "An appeal was possible until {until}.", "Answer the finding; the director hears what the statement says.";
    // Proxy orders and papers in custody.
    ProxyNotAllowed = "proxy.not_allowed", "R142", "The law wants applicants for '{item}' in person; it cannot be carried by proxy.", "Offer help or company instead (mode help, accompany), or a home visit.";
    ProxyNotSigned = "proxy.not_signed", "R148", "The order form of {order} is not signed; no work starts before.", "Read rights, duties and limit aloud, let the client sign, then accept with signed: true.";
    ProxyDayOff = "proxy.day_off", "R146", "{date} is no working day; ordinary orders are accepted on working days.", "Accept it on the next working day, or open it as urgent with a deadline.";
    ProxyPromise = "proxy.promise", "R146", "{promised} cannot be promised; the items' committed limits end on {latest}.", "Promise a date up to {latest}.";
    ProxyNotAgent = "proxy.not_agent", "R145", "{staff} is no agent.", "Name a member of staff with the role agent.";
    ProxyVisitAlone = "proxy.visit_alone", "R149", "Order {order} is a home visit; nobody goes alone.", "Name in companion who goes along.";
    CustodyHeld = "custody.held", "R148", "{paper} is still with {holder}.", "Hand it over or return it to the client first.";
    CustodyNotHolder = "custody.not_holder", "R148", "{paper} is with {holder}; only the holder gives it away.", "Let {holder} offer it.";
    CustodyNotOffered = "custody.not_offered", "R148", "{paper} is not offered to you.", "Let the holder offer it to you first; both sides sign.";
}

/// The facts of a refusal, by name.
pub type Facts = BTreeMap<&'static str, Value>;

/// A refusal: a code and the facts it speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// What it is about.
    pub facts: Facts,
}

/// A refusal as it goes over the wire (`data` of error -32001).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusalData {
    /// Stable code.
    pub code: &'static str,
    /// Rule number.
    pub rule: &'static str,
    /// Facts by name.
    pub facts: Facts,
    /// What to do next, in English.
    pub next: String,
}

impl Refusal {
    /// A refusal without facts.
    pub fn new(code: RefusalCode) -> Self {
        Self {
            code,
            facts: Facts::new(),
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<Value>) -> Self {
        self.facts.insert(name, fact.into());
        self
    }

    /// The English sentence.
    pub fn message(&self) -> String {
        self.fill(self.code.message())
    }

    /// The next step in English.
    pub fn next(&self) -> String {
        self.fill(self.code.next())
    }

    /// The form that goes over the wire.
    pub fn data(&self) -> RefusalData {
        RefusalData {
            code: self.code.as_str(),
            rule: self.code.rule(),
            facts: self.facts.clone(),
            next: self.next(),
        }
    }

    fn fill(&self, template: &str) -> String {
        self.facts
            .iter()
            .fold(template.to_owned(), |text, (name, fact)| {
                let shown = match fact {
                    Value::String(text) => text.clone(),
                    Value::Array(items) => {
                        let items: Vec<String> = items
                            .iter()
                            .map(|item| {
                                item.as_str()
                                    .map_or_else(|| item.to_string(), str::to_owned)
                            })
                            .collect();
                        items.join(", ")
                    }
                    other => other.to_string(),
                };
                text.replace(&format!("{{{name}}}"), &shown)
            })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message(), self.next())
    }
}

impl std::error::Error for Refusal {}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self::new(code)
    }
}

/// No record of that name (any noun).
pub fn not_found(noun: &'static str, id: impl fmt::Display) -> Refusal {
    Refusal::new(RefusalCode::NotFound)
        .with("noun", noun)
        .with("id", id.to_string())
}

/// A transition that the state machine does not have.
pub fn wrong_state(
    noun: &'static str,
    id: impl fmt::Display,
    state: &'static str,
    verb: &'static str,
    allowed: &[&'static str],
) -> Refusal {
    Refusal::new(RefusalCode::WrongState)
        .with("noun", noun)
        .with("id", id.to_string())
        .with("state", state)
        .with("verb", verb)
        .with("allowed", allowed.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_facts_fill_the_sentence() {
        let mut codes: Vec<_> = RefusalCode::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RefusalCode::ALL.len());
        let refusal = wrong_state("ticket", "t3", "waiting", "start", &["call", "cancel"]);
        assert_eq!(
            refusal.message(),
            "ticket t3 is waiting; start is not possible from there."
        );
        assert_eq!(refusal.next(), "Possible now: call, cancel.");
    }
}
