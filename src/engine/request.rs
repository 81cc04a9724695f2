//! Requests are done once (formats, Requests): a request id that was acknowledged is remembered with a keyed hash of what it
//! asked, in the journal line itself, so that a rebuild remembers too. Memos are records by day; old days are let go.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    rules::event::{Event, Subject},
    store::{Change, Direction, KeyRange, Store, keys::HallKey},
};

use super::EngineError;

/// Days for which a request is remembered beside today.
const REMEMBERED_DAYS: u64 = 2;

/// Longest request id: 128 random bits are 22 characters; others may be a little more generous.
pub(super) const REQUEST_ID_MAX: usize = 64;

/// What was done under a request id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memo {
    /// Keyed hash of method and parameters.
    pub print: String,
    /// The record that answered, as written; empty for none.
    pub subject: String,
}

/// The record that answers a command: the first one that is neither a person nor a document, for these come along with
/// others. Told from the events alone, so that a rebuild remembers the same.
pub(super) fn answering(events: &[Event]) -> Option<Subject> {
    let beside = |event: &&Event| !matches!(event, Event::Person(_) | Event::Document(_));
    events
        .iter()
        .find(beside)
        .or_else(|| events.first())
        .map(Event::subject)
}

/// Keyed hash of what a request asks, 43 characters of base64url.
pub(super) fn print(key: &HallKey, method: &str, params: &Value) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let asked = params.to_string();
    URL_SAFE_NO_PAD.encode(key.mac(&[method.as_bytes(), b"\n", asked.as_bytes()]))
}

/// The `request` of a journal line: id and print, so that both survive a rebuild.
pub(super) fn written(id: &str, print: &str) -> String {
    format!("{id}.{print}")
}

/// Id and print back from a journal line.
pub(super) fn split(written: &str) -> Option<(&str, &str)> {
    written.rsplit_once('.')
}

/// Key of a memo.
pub(super) fn key(on: NaiveDate, login: &str, staff: &str, id: &str) -> String {
    format!("q/{on}/{login}\n{staff}\n{id}")
}

/// The memo of a request, where it was done today or within the days that are remembered.
pub(super) fn recall(
    store: &dyn Store,
    today: NaiveDate,
    login: &str,
    staff: &str,
    id: &str,
) -> Result<Option<Memo>, EngineError> {
    for back in 0..=REMEMBERED_DAYS {
        let Some(on) = today.checked_sub_days(Days::new(back)) else {
            continue;
        };
        if let Some(bytes) = store.get(key(on, login, staff, id).as_bytes())? {
            let memo = serde_json::from_slice(&bytes).map_err(|fault| EngineError::Record {
                kind: "request",
                reason: fault.to_string(),
            })?;
            return Ok(Some(memo));
        }
    }
    Ok(None)
}

/// The change that remembers a request.
pub(super) fn remember(key: String, memo: &Memo) -> Change {
    Change::Put(
        key.into_bytes(),
        serde_json::to_vec(memo).expect("invariant: a memo is plain data"),
    )
}

/// The changes that let go of days too old to matter, when the first entry of `today` is written.
pub(super) fn forget(store: &dyn Store, today: NaiveDate) -> Result<Vec<Change>, EngineError> {
    let Some(oldest) = today.checked_sub_days(Days::new(REMEMBERED_DAYS)) else {
        return Ok(Vec::new());
    };
    let range = KeyRange::between(b"q/".to_vec(), format!("q/{oldest}").into_bytes());
    let old = store.scan(&range, Direction::Forward, usize::MAX)?;
    Ok(old
        .into_iter()
        .map(|(key, _)| Change::Delete(key))
        .collect())
}
