//! What is shown of a finding (R171, R177).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Reading, Viewer};
use crate::rules::{
    catalogue::Staff,
    finding::{Finding, FindingState, Prohibition, Severity, Situation, answers_for},
    hall::Hall,
    id::{CaseId, FindingId, RoundId, StaffCode, TicketId, WindowCode},
    permission::Role,
    time::{Instant, hall_date, wire, wire_option},
};

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(
    missing_docs,
    reason = "the fields are the record's, computed ones say so"
)]
pub struct FindingView {
    pub id: FindingId,
    pub number: String,
    pub state: FindingState,
    pub window: WindowCode,
    pub window_name: String,
    pub person: Option<StaffCode>,
    pub person_name: Option<String>,
    /// Whether the viewer may answer it: state something, reply, appeal (R177).
    pub mine: bool,
    pub code: Prohibition,
    pub severity: Severity,
    pub note: String,
    pub situation: Situation,
    /// Who was signed on then.
    pub signed_on_name: Option<String>,
    pub ticket: Option<TicketId>,
    pub round: Option<RoundId>,
    pub case: Option<CaseId>,
    /// None where the machine noticed it (R176).
    pub raised_by: Option<StaffCode>,
    pub raised_by_name: Option<String>,
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    pub raised_at: Instant,
    #[schemars(with = "Option<String>")]
    pub reply_due: Option<NaiveDate>,
    #[schemars(with = "Option<String>")]
    pub appeal_until: Option<NaiveDate>,
    #[schemars(with = "Option<String>")]
    pub due_on: Option<NaiveDate>,
    /// Working days until the answer or the correction is due, whichever is awaited; negative when late.
    pub left: Option<i32>,
    pub statements: Vec<String>,
    pub reply: Option<String>,
    pub appeal: Vec<String>,
    pub recheck_count: u16,
    pub verified_by: Option<StaffCode>,
    pub verified_by_name: Option<String>,
    #[serde(with = "wire_option")]
    #[schemars(with = "Option<String>")]
    pub ended_at: Option<Instant>,
}

/// Whether the viewer may see the finding (R177, rule book 1.1): who inspects, leads the centre or hears complaints, who raised
/// it, the inspected person, and those who answer for the window's department.
pub fn may_see(hall: &Hall, viewer: &Viewer, finding: &Finding) -> bool {
    let watches = |role: &Role| matches!(role, Role::Inspector | Role::Director | Role::Discipline);
    let leads = |staff: &Staff| {
        staff.has(Role::DeptLeader)
            && hall
                .windows
                .get(&finding.window)
                .is_some_and(|window| window.department == staff.department)
    };
    viewer.roles.iter().any(watches)
        || viewer.member(hall).is_some_and(|staff| {
            finding.raised_by.as_ref() == Some(&staff.code)
                || answers_for(hall, finding, staff)
                || leads(staff)
        })
}

/// The finding as it is shown.
pub fn of(hall: &Hall, viewer: &Viewer, finding: &Finding) -> FindingView {
    let awaited = match finding.state {
        FindingState::Notified => finding.reply_due,
        FindingState::Rectifying => finding.due_on,
        _ => None,
    };
    let reading = Reading::of_case_id(hall, viewer, finding.case);
    let words = |texts: &[crate::rules::people::Private]| {
        texts.iter().map(|text| reading.words(text)).collect()
    };
    let name = |code: Option<&StaffCode>| {
        code.and_then(|code| hall.staff.get(code))
            .map(|staff| staff.name.clone())
    };
    FindingView {
        id: finding.id,
        number: finding.number.clone(),
        state: finding.state,
        window: finding.window.clone(),
        window_name: hall
            .windows
            .get(&finding.window)
            .map_or_else(String::new, |window| window.name.clone()),
        person: finding.person.clone(),
        person_name: name(finding.person.as_ref()),
        mine: viewer
            .staff
            .as_ref()
            .and_then(|staff| hall.staff.get(staff))
            .is_some_and(|staff| answers_for(hall, finding, staff)),
        code: finding.code,
        severity: finding.severity,
        note: reading.words(&finding.note),
        signed_on_name: name(finding.situation.signed_on.as_ref()),
        situation: finding.situation.clone(),
        ticket: finding.ticket,
        round: finding.round,
        case: finding.case,
        raised_by: finding.raised_by.clone(),
        raised_by_name: name(finding.raised_by.as_ref()),
        raised_at: finding.raised_at,
        reply_due: finding.reply_due,
        appeal_until: finding.appeal_until,
        due_on: finding.due_on,
        left: awaited.map(|due| hall.calendar().working_days(hall_date(viewer.at), due)),
        statements: words(&finding.statements),
        reply: reading.some_words(finding.reply.as_ref()),
        appeal: words(&finding.appeal),
        recheck_count: finding.recheck_count,
        verified_by: finding.verified_by.clone(),
        verified_by_name: name(finding.verified_by.as_ref()),
        ended_at: finding.ended_at,
    }
}

/// Filter of `finding.list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindingFilter {
    /// In this state.
    pub state: Option<FindingState>,
    /// At this window.
    pub window: Option<WindowCode>,
    /// About this person.
    pub person: Option<StaffCode>,
    /// Those that the one who asks may answer (R177), or the others.
    pub mine: Option<bool>,
}

impl FindingFilter {
    /// Whether the finding is asked for.
    pub fn matches(&self, hall: &Hall, viewer: &Viewer, finding: &Finding) -> bool {
        let answers = || {
            let staff = viewer
                .staff
                .as_ref()
                .and_then(|staff| hall.staff.get(staff));
            staff.is_some_and(|staff| answers_for(hall, finding, staff))
        };
        may_see(hall, viewer, finding)
            && self.state.is_none_or(|state| state == finding.state)
            && self
                .window
                .as_ref()
                .is_none_or(|window| *window == finding.window)
            && self
                .person
                .as_ref()
                .is_none_or(|person| finding.person.as_ref() == Some(person))
            && self.mine.is_none_or(|mine| mine == answers())
    }
}
