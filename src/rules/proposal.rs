//! Proposals: a command that its author may only propose (rule book 1.1) waits for another person who holds the verb itself.
//! Approval decides the command afresh, by the approver's authority and at the approval's time; a refusal leaves it open.
//! Texts that are private stand sealed in the stored parameters; nobody approves what they proposed, on any branch of a case.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    branch, case,
    command::Command,
    event::{Event, Subject},
    hall::Hall,
    id::{BranchId, CaseId, ProposalId, StaffCode},
    method::methods,
    people::{Private, Slot},
    permission::{self, Grant, Role},
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::{Actor, Stamp},
    standing,
    time::Instant,
};

/// The state of a proposal.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Waits for somebody.
    Open,
    /// Approved and done.
    Approved,
    /// Turned down.
    Rejected,
    /// Taken back by its author.
    Withdrawn,
    /// The record can no longer take the verb.
    Lapsed,
}

impl ProposalState {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }
}

/// What a proposal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The case, also where it is about a branch of it.
    pub case: Option<CaseId>,
    /// The branch.
    pub branch: Option<BranchId>,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Id.
    pub id: ProposalId,
    /// The method proposed.
    pub method: String,
    /// Its parameters in the words of the wire; private texts as `{"key", …}`.
    pub params: Value,
    /// What it is about.
    pub target: Target,
    /// Who proposes; null for the machine.
    pub by: Option<StaffCode>,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Instant,
    /// State.
    pub state: ProposalState,
    /// Who approved, rejected or withdrew it.
    pub closed_by: Option<StaffCode>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Why it was rejected.
    pub reason: Option<Private>,
}

impl Proposal {
    /// Whether it still waits.
    pub fn is_open(&self) -> bool {
        self.state == ProposalState::Open
    }

    /// The records it refers to, to be loaded with it.
    pub fn refers_to(&self) -> Vec<Subject> {
        let case = self.target.case.map(Subject::Case);
        let branch = self.target.branch.map(Subject::Branch);
        case.into_iter().chain(branch).collect()
    }
}

/// `proposal.approve`, `proposal.withdraw`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneProposal {
    /// Which proposal.
    pub proposal: ProposalId,
}

/// `proposal.reject`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectProposal {
    /// Which proposal.
    pub proposal: ProposalId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

methods! {
    /// Commands on proposals.
    ProposalCommand for "proposal" {
        /// Approves and does what was proposed, decided afresh.
        Approve(OneProposal) = "approve",
        /// Turns it down.
        Reject(RejectProposal) = "reject",
        /// Takes it back.
        Withdraw(OneProposal) = "withdraw",
    }
}

/// What happens to proposals. Stored words: `proposal_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ProposalEvent {
    /// Somebody proposed a command.
    #[serde(rename = "proposal_made")]
    Made {
        /// Which proposal.
        id: ProposalId,
        /// The method.
        method: String,
        /// Its parameters; private texts as `{"key", …}`.
        params: Value,
        /// What it is about.
        target: Target,
        /// Who proposes.
        by: Option<StaffCode>,
        /// In which role.
        role: Role,
        /// When.
        at: Instant,
    },
    /// It was approved; the command's own events follow in the same entry.
    #[serde(rename = "proposal_approved")]
    Approved {
        /// Which proposal.
        id: ProposalId,
        /// By whom.
        by: Option<StaffCode>,
        /// When.
        at: Instant,
    },
    /// It was turned down.
    #[serde(rename = "proposal_rejected")]
    Rejected {
        /// Which proposal.
        id: ProposalId,
        /// By whom.
        by: Option<StaffCode>,
        /// When.
        at: Instant,
        /// Why.
        reason: Option<Private>,
    },
    /// Its author took it back.
    #[serde(rename = "proposal_withdrawn")]
    Withdrawn {
        /// Which proposal.
        id: ProposalId,
        /// By whom.
        by: Option<StaffCode>,
        /// When.
        at: Instant,
    },
    /// The record can no longer take the verb.
    #[serde(rename = "proposal_lapsed")]
    Lapsed {
        /// Which proposal.
        id: ProposalId,
        /// When.
        at: Instant,
    },
}

impl ProposalEvent {
    /// The proposal.
    pub fn id(&self) -> ProposalId {
        match self {
            Self::Made { id, .. }
            | Self::Approved { id, .. }
            | Self::Rejected { id, .. }
            | Self::Withdrawn { id, .. }
            | Self::Lapsed { id, .. } => *id,
        }
    }

    /// The record it is about.
    pub fn subject(&self) -> Subject {
        Subject::Proposal(self.id())
    }
}

/// Parameters whose texts are private.
const PRIVATE_FIELDS: [&str; 2] = ["reason", "note"];

/// Makes a proposal of a command that the actor may only propose, if the command would be possible now for somebody who holds
/// the verb.
///
/// # Errors
/// What the command itself would be refused with.
pub fn propose(hall: &Hall, stamp: &Stamp, command: &Command) -> Result<Vec<Event>, Refusal> {
    let target = target_of(hall, command);
    may_propose(hall, stamp, target)?;
    dry_run(hall, stamp, command)?;
    let made = ProposalEvent::Made {
        id: stamp.id(1),
        method: command.method().to_owned(),
        params: sealed(command.params(), slot_of(hall, stamp, target)),
        target,
        by: stamp.actor.staff.clone(),
        role: stamp.actor.role,
        at: stamp.at,
    };
    Ok(vec![made.into()])
}

/// Counter staff propose for the matters that come to their counter; those who look after the whole hall for any.
fn may_propose(hall: &Hall, stamp: &Stamp, target: Target) -> Result<(), Refusal> {
    let whole_hall = [Role::Inspector, Role::Director, Role::Hall];
    let branch = target.branch.and_then(|id| hall.branches.get(&id));
    let case = target.case.and_then(|id| hall.cases.get(&id));
    let department = branch
        .map(|branch| &branch.department)
        .or(case.map(|case| &case.department));
    match department {
        Some(department) if !whole_hall.contains(&stamp.actor.role) => {
            standing::at_counter(hall, stamp, department)
        }
        _ => Ok(()),
    }
}

/// Decides the command as if by somebody who holds the verb for that record, so that nothing is proposed that nobody could do.
fn dry_run(hall: &Hall, stamp: &Stamp, command: &Command) -> Result<(), Refusal> {
    let holder = Stamp {
        actor: Actor {
            role: Role::Hall,
            ..stamp.actor.clone()
        },
        ..stamp.clone()
    };
    strictly(hall, &holder, command).map(drop)
}

/// Decides without ever proposing.
fn strictly(hall: &Hall, stamp: &Stamp, command: &Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Case(command) => case::decide_strictly(hall, stamp, command),
        Command::Branch(command) => branch::decide_strictly(hall, stamp, command),
        Command::Proposal(_) => Err(standing::denied(stamp, command.method(), &[])),
        other => super::decide(hall, stamp, other),
    }
}

fn target_of(hall: &Hall, command: &Command) -> Target {
    let branch = match command {
        Command::Branch(command) => command.branch(),
        _ => None,
    };
    let case = match command {
        Command::Case(command) => command.case(),
        _ => branch
            .and_then(|id| hall.branches.get(&id))
            .map(|branch| branch.case),
    };
    Target { case, branch }
}

/// The applicant's slot; a text about nobody gets a fresh one.
fn slot_of(hall: &Hall, stamp: &Stamp, target: Target) -> Slot {
    target
        .case
        .and_then(|id| hall.cases.get(&id))
        .and_then(|case| hall.people.get(&case.applicant))
        .map_or(stamp.first_slot, |person| person.key)
}

fn sealed(mut params: Value, slot: Slot) -> Value {
    for field in PRIVATE_FIELDS {
        if let Some(value) = params.get_mut(field)
            && let Some(text) = value.as_str()
        {
            *value = json!(Private::clear(slot, text));
        }
    }
    params
}

/// The parameters with their private texts as they can be read now.
pub fn opened(mut params: Value) -> Value {
    for field in PRIVATE_FIELDS {
        if let Some(value) = params.get_mut(field)
            && let Ok(private) = serde_json::from_value::<Private>(value.clone())
        {
            *value = json!(private.shown());
        }
    }
    params
}

/// Decides a command on a proposal.
pub fn decide(
    hall: &Hall,
    stamp: &Stamp,
    command: &ProposalCommand,
) -> Result<Vec<Event>, Refusal> {
    match command {
        ProposalCommand::Approve(params) => approve(hall, stamp, params),
        ProposalCommand::Reject(params) => reject(hall, stamp, params),
        ProposalCommand::Withdraw(params) => withdraw(hall, stamp, params),
    }
}

fn open<'a>(hall: &'a Hall, id: ProposalId, verb: &'static str) -> Result<&'a Proposal, Refusal> {
    let proposal = hall
        .proposals
        .get(&id)
        .ok_or_else(|| not_found("proposal", id))?;
    if proposal.is_open() {
        return Ok(proposal);
    }
    Err(wrong_state(
        "proposal",
        id,
        proposal.state.as_str(),
        verb,
        &[],
    ))
}

/// Approves (formats, "Proposals"): the approver holds the verb itself, proposed it nowhere on this case, and the command is
/// decided afresh by their authority.
fn approve(hall: &Hall, stamp: &Stamp, params: &OneProposal) -> Result<Vec<Event>, Refusal> {
    let proposal = open(hall, params.proposal, "approve")?;
    let as_approver = holding(hall, stamp, proposal)?;
    four_eyes(hall, stamp, proposal)?;
    let command = command_of(proposal)?;
    let done = strictly(hall, &as_approver, &command)?;
    let mut events: Vec<Event> = vec![
        ProposalEvent::Approved {
            id: proposal.id,
            by: stamp.actor.staff.clone(),
            at: stamp.at,
        }
        .into(),
    ];
    events.extend(done);
    let others = lapsed_by(hall, stamp, &events);
    events.extend(
        others
            .into_iter()
            .filter(|event| event.subject() != Subject::Proposal(proposal.id)),
    );
    Ok(events)
}

/// The approver's stamp in the role that holds the verb.
fn holding(hall: &Hall, stamp: &Stamp, proposal: &Proposal) -> Result<Stamp, Refusal> {
    let staff = hall.acting(stamp)?;
    if let Some((role, Grant::Do)) = permission::grant(&staff.roles, &proposal.method) {
        let actor = Actor {
            role,
            ..stamp.actor.clone()
        };
        return Ok(Stamp {
            actor,
            ..stamp.clone()
        });
    }
    let row = permission::row_of(&proposal.method);
    let allowed: Vec<&str> = row
        .map_or(&[][..], |row| row.allowed)
        .iter()
        .map(|role| role.as_str())
        .collect();
    Err(Refusal::new(RefusalCode::NotPermitted)
        .with("role", stamp.actor.role.as_str())
        .with("verb", proposal.method.clone())
        .with("allowed", allowed))
}

fn four_eyes(hall: &Hall, stamp: &Stamp, proposal: &Proposal) -> Result<(), Refusal> {
    standing::another_person(stamp, proposal.by.as_ref())?;
    let staff = stamp.actor.staff.as_ref();
    let proposed_it_too = proposal
        .target
        .case
        .and_then(|id| hall.cases.get(&id))
        .and_then(|case| case.proposers.get(&proposal.method))
        .zip(staff)
        .is_some_and(|(proposers, staff)| proposers.contains(staff));
    if proposed_it_too {
        return Err(RefusalCode::FourEyes.into());
    }
    Ok(())
}

fn command_of(proposal: &Proposal) -> Result<Command, Refusal> {
    let unreadable = |reason: String| {
        Refusal::new(RefusalCode::BadValue)
            .with("field", "proposal")
            .with("reason", reason)
    };
    Command::parse(&proposal.method, opened(proposal.params.clone()))
        .ok_or_else(|| unreadable(format!("no method {}", proposal.method)))?
        .map_err(|fault| unreadable(fault.to_string()))
}

/// Turns it down: who could approve it may.
fn reject(hall: &Hall, stamp: &Stamp, params: &RejectProposal) -> Result<Vec<Event>, Refusal> {
    let proposal = open(hall, params.proposal, "reject")?;
    holding(hall, stamp, proposal)?;
    standing::another_person(stamp, proposal.by.as_ref())?;
    let slot = slot_of(hall, stamp, proposal.target);
    Ok(vec![
        ProposalEvent::Rejected {
            id: proposal.id,
            by: stamp.actor.staff.clone(),
            at: stamp.at,
            reason: params
                .reason
                .as_deref()
                .map(|reason| Private::clear(slot, reason)),
        }
        .into(),
    ])
}

/// Takes it back: its author only.
fn withdraw(hall: &Hall, stamp: &Stamp, params: &OneProposal) -> Result<Vec<Event>, Refusal> {
    let proposal = open(hall, params.proposal, "withdraw")?;
    if proposal.by != stamp.actor.staff {
        let owner = proposal
            .by
            .as_ref()
            .and_then(|code| hall.staff.get(code))
            .map_or_else(|| "hall".to_owned(), |staff| staff.name.clone());
        return Err(Refusal::new(RefusalCode::NotYours).with("owner", owner));
    }
    Ok(vec![
        ProposalEvent::Withdrawn {
            id: proposal.id,
            by: stamp.actor.staff.clone(),
            at: stamp.at,
        }
        .into(),
    ])
}

/// The open proposals that can no longer be done once these events are: their case ended, or their branch is done with.
pub fn lapsed_by(hall: &Hall, stamp: &Stamp, events: &[Event]) -> Vec<Event> {
    let is_over = |target: Target| {
        events.iter().any(|event| match event {
            Event::Case(event) => event.ends_in().is_some() && target.case == Some(event.id()),
            Event::Branch(event) => event.is_terminal() && target.branch == Some(event.id()),
            _ => false,
        })
    };
    hall.proposals
        .values()
        .filter(|proposal| proposal.is_open() && is_over(proposal.target))
        .map(|proposal| {
            Event::from(ProposalEvent::Lapsed {
                id: proposal.id,
                at: stamp.at,
            })
        })
        .collect()
}

/// Applies what happened to a proposal.
pub fn apply(hall: &mut Hall, event: &ProposalEvent) {
    match event {
        ProposalEvent::Made {
            id,
            method,
            params,
            target,
            by,
            role,
            at,
        } => {
            let proposal = Proposal {
                id: *id,
                method: method.clone(),
                params: params.clone(),
                target: *target,
                by: by.clone(),
                role: *role,
                at: *at,
                state: ProposalState::Open,
                closed_by: None,
                closed_at: None,
                reason: None,
            };
            hall.proposals.insert(*id, proposal);
            if let Some((case, by)) = target.case.zip(by.clone())
                && let Some(case) = hall.cases.get_mut(&case)
            {
                case.proposers.entry(method.clone()).or_default().insert(by);
            }
        }
        ProposalEvent::Approved { id, by, at } => {
            close(hall, *id, ProposalState::Approved, by.as_ref(), *at);
        }
        ProposalEvent::Rejected { id, by, at, reason } => {
            close(hall, *id, ProposalState::Rejected, by.as_ref(), *at);
            if let Some(proposal) = hall.proposals.get_mut(id) {
                proposal.reason.clone_from(reason);
            }
        }
        ProposalEvent::Withdrawn { id, by, at } => {
            close(hall, *id, ProposalState::Withdrawn, by.as_ref(), *at);
        }
        ProposalEvent::Lapsed { id, at } => close(hall, *id, ProposalState::Lapsed, None, *at),
    }
}

fn close(
    hall: &mut Hall,
    id: ProposalId,
    state: ProposalState,
    by: Option<&StaffCode>,
    at: Instant,
) {
    if let Some(proposal) = hall.proposals.get_mut(&id) {
        proposal.state = state;
        proposal.closed_by = by.cloned();
        proposal.closed_at = Some(at);
    }
}
