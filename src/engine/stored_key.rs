//! Keys of the hall's tables as they stand in the store, so that the order of their bytes is the order of the records. Used by
//! `records` and `chunks`; which record stands under a key is not known here.

use crate::rules::id::{
    AuthorisationCode, BranchId, CaseId, DepartmentCode, DocumentId, EnquiryId, FindingId,
    ItemCode, MaterialCode, OrderId, PaperId, PersonId, ProposalId, QueueCode, RecordId, RoundId,
    SealCode, StaffCode, TicketId, WindowCode,
};

/// A key of a table as it stands in the store: ordered as the records are.
pub trait StoredKey: Ord + Clone {
    /// The key's bytes.
    fn stored(&self) -> String;
    /// The key back from what was stored; none if it is no such key.
    fn restored(text: &str) -> Option<Self>;
}

impl StoredKey for () {
    fn stored(&self) -> String {
        "hall".to_owned()
    }
    fn restored(text: &str) -> Option<Self> {
        (text == "hall").then_some(())
    }
}

impl StoredKey for i32 {
    fn stored(&self) -> String {
        format!("{self:05}")
    }
    fn restored(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl StoredKey for String {
    fn stored(&self) -> String {
        self.clone()
    }
    fn restored(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// An id as a key: hexadecimal of fixed width, so that the order of bytes is the order of making.
fn ordered<I: RecordId>(id: I) -> String {
    format!("{:016x}.{:04x}", id.seq(), id.nth())
}

fn from_ordered<I: RecordId>(text: &str) -> Option<I> {
    let (seq, nth) = text.split_once('.')?;
    Some(I::new(
        u64::from_str_radix(seq, 16).ok()?,
        u16::from_str_radix(nth, 16).ok()?,
    ))
}

macro_rules! id_keys {
    ($($id:ty),*) => {$(
        impl StoredKey for $id {
            fn stored(&self) -> String { ordered(*self) }
            fn restored(text: &str) -> Option<Self> { from_ordered(text) }
        }
    )*};
}
id_keys!(
    BranchId, CaseId, DocumentId, EnquiryId, FindingId, OrderId, PaperId, PersonId, ProposalId,
    RoundId, TicketId
);

macro_rules! code_keys {
    ($($code:ty),*) => {$(
        impl StoredKey for $code {
            fn stored(&self) -> String { self.as_str().to_owned() }
            fn restored(text: &str) -> Option<Self> { Some(Self::from(text)) }
        }
    )*};
}
code_keys!(
    AuthorisationCode,
    DepartmentCode,
    ItemCode,
    MaterialCode,
    QueueCode,
    SealCode,
    StaffCode,
    WindowCode
);
