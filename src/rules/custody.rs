//! Papers in custody (手续交接): every original and copy of an errand is a line with exactly one holder, and every handover is
//! an offer by the giver and a taking by the receiver, each with its time (R148, D10). Nothing is closed while a paper is in
//! our hands; that is asked by `proxy`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    catalogue::PaperForm,
    event::{Event, Subject},
    hall::Hall,
    id::{DepartmentCode, OrderId, PaperId, StaffCode},
    method::methods,
    people::Private,
    proxy::OrderState,
    refusal::{Refusal, RefusalCode, not_found, wrong_state},
    stamp::Stamp,
    time::Instant,
};

/// Papers that one call may move: a bag holds so many.
pub const PAPERS_MAX: usize = 100;

/// Who holds a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// An agent or a window, by the person.
    Staff(StaffCode),
    /// A department's archive.
    Department(DepartmentCode),
    /// The client has it back.
    Client,
}

impl Holder {
    /// The word of its kind.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::Department(_) => "department",
            Self::Client => "client",
        }
    }
}

/// One handover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// To whom.
    pub to: Holder,
    /// When the receiver signed.
    pub at: Instant,
}

/// A paper in custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Id.
    pub id: PaperId,
    /// For which order.
    pub order: OrderId,
    /// What it is.
    pub name: Private,
    /// Original or copy.
    pub form: PaperForm,
    /// How many.
    pub copies: u16,
    /// Pages.
    pub pages: Option<u16>,
    /// Who holds it.
    pub holder: Holder,
    /// To whom it is offered, until they take it.
    pub offered_to: Option<Holder>,
    /// Every handover, first one first.
    pub moves: Vec<Move>,
}

impl Paper {
    /// The member of staff who holds it, while it is in our hands.
    pub fn held_by(&self) -> Option<&StaffCode> {
        match &self.holder {
            Holder::Staff(staff) => Some(staff),
            Holder::Department(_) | Holder::Client => None,
        }
    }

    /// Open work while it is in our hands.
    pub fn is_open(&self) -> bool {
        self.held_by().is_some()
    }

    /// The records it refers to.
    pub fn refers_to(&self) -> Vec<Subject> {
        vec![Subject::Order(self.order)]
    }

    /// The state, for refusals: who holds it, and whether it is offered.
    fn state(&self) -> &'static str {
        match (&self.holder, &self.offered_to) {
            (_, Some(_)) => "offered",
            (Holder::Staff(_), None) => "held",
            (Holder::Department(_), None) => "archived",
            (Holder::Client, None) => "returned",
        }
    }
}

/// The papers of an order that an agent or a window holds.
pub fn in_our_hands(hall: &Hall, order: OrderId) -> impl Iterator<Item = &Paper> {
    hall.papers
        .values()
        .filter(move |paper| paper.order == order && paper.is_open())
}

/// `custody.receive`: a paper comes in from the client, who signs for it (D10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// For which order.
    pub order: OrderId,
    /// What it is.
    pub name: String,
    /// Original or copy.
    pub form: PaperForm,
    /// How many; one where it is not said.
    #[serde(default = "one")]
    pub copies: u16,
    /// Pages.
    #[serde(default)]
    pub pages: Option<u16>,
}

fn one() -> u16 {
    1
}

/// `custody.offer`: the holder hands papers on; they stay with the giver until the receiver takes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Which papers.
    pub papers: Vec<PaperId>,
    /// To whom.
    pub to: StaffCode,
}

/// `custody.take`: the receiver signs for what was offered, or the holder notes that a department kept the papers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// Which papers.
    pub papers: Vec<PaperId>,
    /// The department that keeps them, against its receipt; nothing means the person whom they were offered to.
    #[serde(default)]
    pub department: Option<DepartmentCode>,
}

/// `custody.return`: papers go back to the client, who signs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// Which papers.
    pub papers: Vec<PaperId>,
    /// Who signed, where it was not the client.
    #[serde(default)]
    pub recipient: Option<String>,
}

methods! {
    /// Commands on papers in custody.
    CustodyCommand for "custody" {
        /// A paper comes in from the client.
        Receive(Receive) = "receive",
        /// The holder offers papers to somebody else.
        Offer(Offer) = "offer",
        /// The receiver signs for them.
        Take(Take) = "take",
        /// They go back to the client.
        Return(Return) = "return",
    }
}

/// What happens to papers. Stored words: `custody_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields say what the record's fields of the same names say"
)]
pub enum CustodyEvent {
    /// It came in.
    #[serde(rename = "custody_received")]
    Received {
        paper: PaperId,
        order: OrderId,
        name: Private,
        form: PaperForm,
        copies: u16,
        pages: Option<u16>,
        by: StaffCode,
        at: Instant,
    },
    /// It was offered.
    #[serde(rename = "custody_offered")]
    Offered {
        paper: PaperId,
        to: StaffCode,
        at: Instant,
    },
    /// It changed hands.
    #[serde(rename = "custody_taken")]
    Taken {
        paper: PaperId,
        to: Holder,
        at: Instant,
    },
    /// It went back to the client.
    #[serde(rename = "custody_returned")]
    Returned {
        paper: PaperId,
        recipient: Option<Private>,
        at: Instant,
    },
}

impl CustodyEvent {
    /// The paper.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Received { paper, .. }
            | Self::Offered { paper, .. }
            | Self::Taken { paper, .. }
            | Self::Returned { paper, .. } => Subject::Paper(*paper),
        }
    }
}

/// Decides a command.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &CustodyCommand) -> Result<Vec<Event>, Refusal> {
    match command {
        CustodyCommand::Receive(params) => receive(hall, stamp, params),
        CustodyCommand::Offer(params) => each(hall, stamp, &params.papers, "offer", |paper| {
            offer(hall, stamp, paper, params)
        }),
        CustodyCommand::Take(params) => each(hall, stamp, &params.papers, "take", |paper| {
            take(hall, stamp, paper, params)
        }),
        CustodyCommand::Return(params) => each(hall, stamp, &params.papers, "return", |paper| {
            give_back(hall, stamp, paper, params)
        }),
    }
}

fn receive(hall: &Hall, stamp: &Stamp, params: &Receive) -> Result<Vec<Event>, Refusal> {
    let by = hall.acting(stamp)?;
    let order = hall
        .orders
        .get(&params.order)
        .ok_or_else(|| not_found("order", params.order))?;
    let open = matches!(
        order.state,
        OrderState::Requested
            | OrderState::Accepted
            | OrderState::Assigned
            | OrderState::Underway
            | OrderState::Suspended
    );
    if !open {
        return Err(wrong_state(
            "order",
            order.id,
            order.state.as_str(),
            "custody.receive",
            &[],
        ));
    }
    if params.copies == 0 || params.name.trim().is_empty() {
        let (field, reason) = if params.copies == 0 {
            ("copies", "at least one")
        } else {
            ("name", "what the paper is")
        };
        return Err(Refusal::new(RefusalCode::BadValue)
            .with("field", field)
            .with("reason", reason));
    }
    Ok(vec![
        CustodyEvent::Received {
            paper: stamp.id(1),
            order: order.id,
            name: Private::clear(order.key, &params.name),
            form: params.form,
            copies: params.copies,
            pages: params.pages,
            by: by.code.clone(),
            at: stamp.at,
        }
        .into(),
    ])
}

/// Decides for every paper of a call; one refusal refuses the call.
fn each(
    hall: &Hall,
    stamp: &Stamp,
    papers: &[PaperId],
    verb: &'static str,
    one: impl Fn(&Paper) -> Result<CustodyEvent, Refusal>,
) -> Result<Vec<Event>, Refusal> {
    hall.acting(stamp)?;
    if papers.is_empty() || papers.len() > PAPERS_MAX {
        let reason = format!("1 to {PAPERS_MAX} papers");
        return Err(Refusal::new(RefusalCode::BadValue)
            .with("field", "papers")
            .with("reason", reason));
    }
    let mut events = Vec::with_capacity(papers.len());
    for (place, id) in papers.iter().enumerate() {
        if papers[..place].contains(id) {
            continue;
        }
        let paper = hall.papers.get(id).ok_or_else(|| not_found("paper", id))?;
        if !paper.is_open() {
            return Err(wrong_state("paper", id, paper.state(), verb, &[]));
        }
        events.push(one(paper)?.into());
    }
    Ok(events)
}

/// Only who holds a paper may give it away.
fn holding(hall: &Hall, stamp: &Stamp, paper: &Paper) -> Result<(), Refusal> {
    if paper.held_by() == stamp.actor.staff.as_ref() {
        return Ok(());
    }
    let holder = paper
        .held_by()
        .and_then(|staff| hall.staff.get(staff))
        .map_or_else(String::new, |staff| staff.name.clone());
    Err(Refusal::new(RefusalCode::CustodyNotHolder)
        .with("paper", paper.id.to_string())
        .with("holder", holder))
}

fn offer(
    hall: &Hall,
    stamp: &Stamp,
    paper: &Paper,
    params: &Offer,
) -> Result<CustodyEvent, Refusal> {
    holding(hall, stamp, paper)?;
    if !hall.staff.contains(&params.to) {
        return Err(not_found("staff", &params.to));
    }
    if paper.held_by() == Some(&params.to) {
        return Err(wrong_state(
            "paper",
            paper.id,
            "held",
            "offer",
            &["offer to somebody else", "return"],
        ));
    }
    Ok(CustodyEvent::Offered {
        paper: paper.id,
        to: params.to.clone(),
        at: stamp.at,
    })
}

fn take(hall: &Hall, stamp: &Stamp, paper: &Paper, params: &Take) -> Result<CustodyEvent, Refusal> {
    if let Some(department) = &params.department {
        holding(hall, stamp, paper)?;
        if !hall.departments.contains(department) {
            return Err(not_found("department", department));
        }
        return Ok(CustodyEvent::Taken {
            paper: paper.id,
            to: Holder::Department(department.clone()),
            at: stamp.at,
        });
    }
    match (&paper.offered_to, &stamp.actor.staff) {
        (Some(Holder::Staff(offered)), Some(actor)) if offered == actor => {
            Ok(CustodyEvent::Taken {
                paper: paper.id,
                to: Holder::Staff(actor.clone()),
                at: stamp.at,
            })
        }
        _ => Err(Refusal::new(RefusalCode::CustodyNotOffered).with("paper", paper.id.to_string())),
    }
}

fn give_back(
    hall: &Hall,
    stamp: &Stamp,
    paper: &Paper,
    params: &Return,
) -> Result<CustodyEvent, Refusal> {
    holding(hall, stamp, paper)?;
    let key = paper.name.key;
    let recipient = params
        .recipient
        .as_ref()
        .map(|recipient| Private::clear(key, recipient));
    Ok(CustodyEvent::Returned {
        paper: paper.id,
        recipient,
        at: stamp.at,
    })
}

/// Applies what happened to a paper.
pub fn apply(hall: &mut Hall, event: &CustodyEvent) {
    match event {
        CustodyEvent::Received {
            paper,
            order,
            name,
            form,
            copies,
            pages,
            by,
            at,
        } => {
            let holder = Holder::Staff(by.clone());
            let record = Paper {
                id: *paper,
                order: *order,
                name: name.clone(),
                form: *form,
                copies: *copies,
                pages: *pages,
                holder: holder.clone(),
                offered_to: None,
                moves: vec![Move {
                    to: holder,
                    at: *at,
                }],
            };
            hall.papers.insert(*paper, record);
            if let Some(order) = hall.orders.get_mut(order) {
                order.papers.push(*paper);
            }
        }
        CustodyEvent::Offered { paper, to, .. } => {
            if let Some(paper) = hall.papers.get_mut(paper) {
                paper.offered_to = Some(Holder::Staff(to.clone()));
            }
        }
        CustodyEvent::Taken { paper, to, at } => moved(hall, *paper, to, *at),
        CustodyEvent::Returned { paper, at, .. } => moved(hall, *paper, &Holder::Client, *at),
    }
}

fn moved(hall: &mut Hall, paper: PaperId, to: &Holder, at: Instant) {
    if let Some(paper) = hall.papers.get_mut(&paper) {
        paper.holder = to.clone();
        paper.offered_to = None;
        paper.moves.push(Move { to: to.clone(), at });
    }
}
