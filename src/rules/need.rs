//! Whose work needs to know who a person is (R224, rule book 1.1): the ticket in hand at one's own window, one's own open case,
//! enquiry or order, and for a chief representative or leader the open work of the department. Views unmask names and
//! telephones by it, `person.unmask` and `person.erase` ask it. It looks at records only; what a role may do is in `permission`.

use super::{
    case::Case,
    catalogue::Staff,
    enquiry::Enquiry,
    hall::Hall,
    id::{DepartmentCode, PersonId, StaffCode, WindowCode},
    permission::Role,
    proxy::Order,
    ticket::{Ticket, TicketState},
    window::seat_of,
};

/// Whether somebody answers for the work of a department: its chief representative or leader.
fn heads(staff: &Staff, department: &DepartmentCode) -> bool {
    staff.department == *department && (staff.has(Role::ChiefRep) || staff.has(Role::DeptLeader))
}

/// The same, for the department of a member of staff.
fn heads_of(hall: &Hall, staff: &Staff, of: &StaffCode) -> bool {
    hall.staff
        .get(of)
        .is_some_and(|other| heads(staff, &other.department))
}

/// Whether somebody sits at this window now.
fn sits_at(hall: &Hall, staff: &Staff, window: Option<&WindowCode>) -> bool {
    window.is_some() && seat_of(hall, &staff.code).as_ref() == window
}

/// The tickets that somebody has in hand or holds at their window.
fn in_hand<'a>(hall: &'a Hall, staff: &Staff) -> impl Iterator<Item = &'a Ticket> {
    let desk = seat_of(hall, &staff.code).and_then(|window| hall.desks.get(&window));
    desk.into_iter()
        .flat_map(|desk| desk.in_hand.iter().chain(&desk.held))
        .filter_map(|ticket| hall.tickets.get(ticket))
}

/// Whether the person stands at somebody's counter: their ticket is in hand there.
pub fn at_counter(hall: &Hall, staff: &Staff, person: PersonId) -> bool {
    in_hand(hall, staff).any(|ticket| ticket.visitor == Some(person))
}

/// The ticket in hand at one's own window, or at a window of the department that one heads.
pub fn on_ticket(hall: &Hall, staff: &Staff, ticket: &Ticket) -> bool {
    let in_hand = matches!(
        ticket.state,
        TicketState::Called | TicketState::Serving | TicketState::Held
    );
    let window = ticket.window.as_ref();
    let department = window
        .and_then(|code| hall.windows.get(code))
        .map(|window| &window.department);
    in_hand
        && (sits_at(hall, staff, window)
            || department.is_some_and(|department| heads(staff, department)))
}

/// The ticket that one served or heads the window of, also when the visit is over: its words are of that work (R227).
pub fn served(hall: &Hall, staff: &Staff, ticket: &Ticket) -> bool {
    let window = ticket
        .window
        .as_ref()
        .and_then(|code| hall.windows.get(code));
    ticket.staff.as_ref() == Some(&staff.code)
        || window.is_some_and(|window| heads(staff, &window.department))
}

/// An open enquiry that one owns or handles, that waits for one's department, or that is the department's or the director's to
/// settle (R50, R54, R57).
pub fn on_enquiry(hall: &Hall, staff: &Staff, enquiry: &Enquiry) -> bool {
    let answers = |code: &StaffCode| *code == staff.code || heads_of(hall, staff, code);
    let passed_on = enquiry.handover.as_ref().is_some_and(|handover| {
        let anybodys = handover.handler.is_none() && handover.department == staff.department;
        anybodys || heads(staff, &handover.department)
    });
    enquiry.is_open()
        && (answers(&enquiry.owner)
            || enquiry.handler().is_some_and(answers)
            || passed_on
            || (enquiry.is_directors() && staff.has(Role::Director)))
}

/// One's own open case: received by oneself or at the window where one sits, passed to one's department by a clerk of another,
/// carried by oneself as agent, or of a department that one heads, as its lead or with a branch.
pub fn on_case(hall: &Hall, staff: &Staff, case: &Case) -> bool {
    let received = case.clerk.as_ref() == Some(&staff.code);
    let from_elsewhere = case
        .clerk
        .as_ref()
        .and_then(|clerk| hall.staff.get(clerk))
        .is_none_or(|clerk| clerk.department != case.department);
    let passed_on = from_elsewhere && staff.department == case.department && staff.has(Role::Clerk);
    let carried = case
        .order
        .and_then(|order| hall.orders.get(&order))
        .is_some_and(|order| order.agent.as_ref() == Some(&staff.code));
    let headed = heads(staff, &case.department)
        || case
            .branch_departments
            .iter()
            .any(|department| heads(staff, department));
    case.is_open()
        && (received
            || passed_on
            || carried
            || headed
            || sits_at(hall, staff, case.window.as_ref()))
}

/// An open order that one carries, goes along with, registered, or has at one's window.
pub fn on_order(hall: &Hall, staff: &Staff, order: &Order) -> bool {
    let is_me = |code: Option<&StaffCode>| code == Some(&staff.code);
    order.is_open()
        && (is_me(order.agent.as_ref())
            || is_me(order.companion.as_ref())
            || is_me(Some(&order.opened_by))
            || sits_at(hall, staff, order.window.as_ref())
            || heads_of(hall, staff, &order.opened_by))
}

/// Whether any open work of somebody is about the person.
pub fn with_person(hall: &Hall, staff: &Staff, person: PersonId) -> bool {
    at_counter(hall, staff, person)
        || tickets(hall, person).any(|ticket| on_ticket(hall, staff, ticket))
        || enquiries(hall, person).any(|enquiry| on_enquiry(hall, staff, enquiry))
        || cases(hall, person).any(|case| on_case(hall, staff, case))
        || orders(hall, person).any(|order| on_order(hall, staff, order))
}

fn tickets(hall: &Hall, person: PersonId) -> impl Iterator<Item = &Ticket> {
    let theirs = move |ticket: &&Ticket| ticket.visitor == Some(person) && ticket.is_open();
    hall.tickets.values().filter(theirs)
}

fn enquiries(hall: &Hall, person: PersonId) -> impl Iterator<Item = &Enquiry> {
    let theirs = move |enquiry: &&Enquiry| enquiry.visitor == Some(person) && enquiry.is_open();
    hall.enquiries.values().filter(theirs)
}

fn is_about(case: &Case, person: PersonId) -> bool {
    case.applicant == person || case.agent == Some(person)
}

fn cases(hall: &Hall, person: PersonId) -> impl Iterator<Item = &Case> {
    let theirs = move |case: &&Case| is_about(case, person) && case.is_open();
    hall.cases.values().filter(theirs)
}

fn orders(hall: &Hall, person: PersonId) -> impl Iterator<Item = &Order> {
    let theirs = move |order: &&Order| order.client == person && order.is_open();
    hall.orders.values().filter(theirs)
}

/// The numbers of the open work about a person, papers in our hands among it (R148): while there is any, they are not forgotten.
pub fn open_work(hall: &Hall, person: PersonId) -> Vec<String> {
    let of_theirs = |case: Option<&Case>| case.is_some_and(|case| is_about(case, person));
    let mut open: Vec<String> = tickets(hall, person)
        .map(|ticket| ticket.number.clone())
        .collect();
    open.extend(enquiries(hall, person).map(|enquiry| enquiry.number.clone()));
    open.extend(cases(hall, person).map(|case| case.number.clone()));
    open.extend(orders(hall, person).map(|order| order.number.clone()));
    let branches = hall.branches.values().filter(|branch| {
        let case = hall.cases.get(&branch.case);
        branch.is_open() && of_theirs(case) && case.is_some_and(|case| !case.is_open())
    });
    open.extend(branches.map(|branch| branch.id.to_string()));
    let papers = hall.papers.values().filter(|paper| {
        let order = hall.orders.get(&paper.order);
        paper.is_open() && order.is_some_and(|order| order.client == person)
    });
    open.extend(papers.map(|paper| paper.id.to_string()));
    let proposals = hall.proposals.values().filter(|proposal| {
        let case = proposal.target.case.and_then(|case| hall.cases.get(&case));
        proposal.is_open() && of_theirs(case)
    });
    open.extend(proposals.map(|proposal| proposal.id.to_string()));
    open
}
