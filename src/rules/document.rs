//! Documents that leave the hall: numbered 〔year〕第00001号 per kind and year, without gaps, voided numbers kept (R230).
//! Every state machine that gives paper to somebody issues it here; how it looks is `paper`'s work.

use chrono::Datelike;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{Event, Subject},
    hall::Hall,
    id::{BranchId, CaseId, DocumentId, EnquiryId, OrderId, RecordId, StaffCode},
    people::Private,
    stamp::Stamp,
    time::Instant,
};

/// Kind of document (rule book section 18).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// D1 受理通知书
    Acceptance,
    /// D2 一次性告知书
    OneTimeNotice,
    /// D3 补正通知书
    Correction,
    /// D4 延期通知书
    Extension,
    /// D5 不予受理通知书 / 退回件通知书
    NotAccepted,
    /// D5b 特别程序告知书
    SpecialProcedure,
    /// D6 缺席/超时默认通知书
    Default,
    /// D7 代理代办事项服务承办表
    ProxyOrder,
    /// D9 抄告单
    CopyNotice,
    /// D10 材料收取表
    MaterialReceipt,
    /// D14 送达回证
    ProofOfDelivery,
    /// The decision itself, approval or refusal (R98).
    Decision,
}

impl DocumentKind {
    /// The word for it in counters.
    fn word(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::OneTimeNotice => "one_time_notice",
            Self::Correction => "correction",
            Self::Extension => "extension",
            Self::NotAccepted => "not_accepted",
            Self::SpecialProcedure => "special_procedure",
            Self::Default => "default",
            Self::ProxyOrder => "proxy_order",
            Self::CopyNotice => "copy_notice",
            Self::MaterialReceipt => "material_receipt",
            Self::ProofOfDelivery => "proof_of_delivery",
            Self::Decision => "decision",
        }
    }
}

/// What a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A case.
    Case(CaseId),
    /// A branch of a joint case.
    Branch(BranchId),
    /// An enquiry.
    Enquiry(EnquiryId),
    /// A proxy order.
    Order(OrderId),
}

/// A document as it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Id.
    pub id: DocumentId,
    /// Kind.
    pub kind: DocumentKind,
    /// 〔2026〕第00001号
    pub number: String,
    /// The number itself, within kind and year.
    pub serial: u64,
    /// The year.
    pub year: i32,
    /// What it is about.
    pub about: About,
    /// Who issued it.
    pub by: Option<StaffCode>,
    /// When.
    pub at: Instant,
    /// What it says beside the record's own facts, line by line.
    pub lines: Vec<Private>,
}

/// A document as the record that it belongs to names it: enough to find it, and the number that people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issued {
    /// Id.
    pub id: DocumentId,
    /// 〔2026〕第00001号
    pub number: String,
}

/// What happens to documents. Stored words: `document_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DocumentEvent {
    /// It was issued.
    #[serde(rename = "document_issued")]
    Issued(Document),
}

impl DocumentEvent {
    /// The document.
    pub fn subject(&self) -> Subject {
        let Self::Issued(document) = self;
        Subject::Document(document.id)
    }
}

fn counter(kind: DocumentKind, year: i32) -> String {
    format!("document/{}/{year}", kind.word())
}

/// Issues the next document of its kind; `nth` counts the documents that this entry has issued so far. For entries that may
/// issue several documents of one kind there is [`Issuer`].
pub fn issue(
    hall: &Hall,
    stamp: &Stamp,
    nth: &mut u16,
    kind: DocumentKind,
    about: About,
    lines: Vec<Private>,
) -> Document {
    *nth += 1;
    let year = stamp.on.year();
    let serial = hall.counter(&counter(kind, year)) + 1;
    document(stamp, *nth, kind, about, lines, serial)
}

/// Issues the documents of one entry: numbers follow each other without a gap, also where the entry issues several of a kind, as
/// the sweep does (R230).
#[derive(Debug)]
pub struct Issuer<'a> {
    hall: &'a Hall,
    stamp: &'a Stamp,
    issued: Vec<Document>,
}

impl<'a> Issuer<'a> {
    /// An issuer for the entry of this stamp; one an entry, so that ids do not repeat.
    pub fn new(hall: &'a Hall, stamp: &'a Stamp) -> Self {
        Self {
            hall,
            stamp,
            issued: Vec::new(),
        }
    }

    /// Issues a document and gives its id and number.
    pub fn issue(&mut self, kind: DocumentKind, about: About, lines: Vec<Private>) -> Issued {
        let year = self.stamp.on.year();
        let before = self.issued.iter().filter(|one| one.kind == kind).count();
        let before = u64::try_from(before).expect("invariant: a count fits into 64 bits");
        let serial = self.hall.counter(&counter(kind, year)) + before + 1;
        let nth = u16::try_from(self.issued.len() + 1)
            .expect("invariant: an entry issues fewer than 65,536 documents");
        let document = document(self.stamp, nth, kind, about, lines, serial);
        let issued = Issued {
            id: document.id,
            number: document.number.clone(),
        };
        self.issued.push(document);
        issued
    }

    /// The events of what was issued, in order.
    pub fn into_events(self) -> Vec<Event> {
        self.issued.into_iter().map(Event::from).collect()
    }
}

fn document(
    stamp: &Stamp,
    nth: u16,
    kind: DocumentKind,
    about: About,
    lines: Vec<Private>,
    serial: u64,
) -> Document {
    let year = stamp.on.year();
    Document {
        id: DocumentId::new(stamp.seq, nth),
        kind,
        number: format!("〔{year}〕第{serial:05}号"),
        serial,
        year,
        about,
        by: stamp.actor.staff.clone(),
        at: stamp.at,
        lines,
    }
}

impl From<Document> for Event {
    fn from(document: Document) -> Self {
        DocumentEvent::Issued(document).into()
    }
}

/// Applies what happened to a document.
pub fn apply(hall: &mut Hall, event: &DocumentEvent) {
    let DocumentEvent::Issued(document) = event;
    hall.count_to(&counter(document.kind, document.year), document.serial);
    hall.documents.insert(document.id, document.clone());
}
