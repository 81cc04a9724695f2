//! Drafts of forms, kept for whoever typed them until they are sent or the day ends. They live in the memory of this process
//! and nowhere else: personal texts that are no record yet never lie on a disk. Asked by the turns of the writer thread.

use std::collections::{BTreeMap, VecDeque};

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::{
    rules::{
        method::{ParamFault, read_params},
        refusal::{Refusal, RefusalCode},
    },
    wire::{
        DRAFT_DROP, DRAFT_KEEP, DRAFT_LIST, Draft, DraftList, DraftName, ErrorObject, MethodDoc,
        NoParams,
    },
};

/// Drafts of one member of staff; the oldest goes when there is one more.
pub const DRAFTS_MAX: usize = 16;

/// The longest draft, in bytes of JSON.
pub const DRAFT_BYTES_MAX: usize = 64 << 10;

/// Whether a method is about drafts.
pub(super) fn is_about(method: &str) -> bool {
    [DRAFT_KEEP, DRAFT_LIST, DRAFT_DROP].contains(&method)
}

/// What the protocol tells about these methods.
pub(super) fn describe() -> [MethodDoc; 3] {
    let doc = |name: &str, summary: &str, params| MethodDoc {
        name: name.to_owned(),
        summary: summary.to_owned(),
        params,
        result: None,
    };
    [
        doc(
            DRAFT_KEEP,
            "Keeps what was typed into a form, for this member of staff, until it is sent or the day ends.",
            schemars::schema_for!(Draft),
        ),
        doc(
            DRAFT_LIST,
            "The drafts of this member of staff.",
            schemars::schema_for!(NoParams),
        ),
        doc(
            DRAFT_DROP,
            "Forgets a draft.",
            schemars::schema_for!(DraftName),
        ),
    ]
}

/// The drafts of a day.
#[derive(Default)]
pub(super) struct Drafts {
    on: Option<NaiveDate>,
    of: BTreeMap<String, VecDeque<Draft>>,
}

impl Drafts {
    /// Does what a method of drafts asks. `keeper` is for whom, nobody where the session is nobody's; `today` the hall's day.
    ///
    /// # Errors
    /// An error object for parameters that do not fit, a draft that is too long, and a session that is nobody's.
    pub(super) fn obey(
        &mut self,
        method: &str,
        params: Value,
        keeper: Option<String>,
        today: NaiveDate,
    ) -> Result<Value, ErrorObject> {
        if self.on != Some(today) {
            self.of.clear();
            self.on = Some(today);
        }
        let keeper = keeper.ok_or_else(|| nobody(method))?;
        match method {
            DRAFT_KEEP => self.keep(keeper, read(params)?),
            DRAFT_DROP => {
                let name: DraftName = read(params)?;
                self.forget(&keeper, &name.form);
                Ok(json!({ "form": name.form }))
            }
            _ => {
                let NoParams {} = read(params)?;
                let rows = self.of.get(&keeper).into_iter().flatten().cloned();
                let list = DraftList {
                    rows: rows.collect(),
                };
                Ok(plain(&list))
            }
        }
    }

    fn keep(&mut self, keeper: String, draft: Draft) -> Result<Value, ErrorObject> {
        let bytes = plain(&draft).to_string().len();
        if bytes > DRAFT_BYTES_MAX {
            return Err(ErrorObject::invalid_params(&ParamFault {
                path: "fields".to_owned(),
                message: format!("a draft has at most {DRAFT_BYTES_MAX} bytes, this one {bytes}"),
            }));
        }
        self.forget(&keeper, &draft.form);
        let answer = json!({ "form": draft.form });
        let own = self.of.entry(keeper).or_default();
        own.push_back(draft);
        if own.len() > DRAFTS_MAX {
            own.pop_front();
        }
        Ok(answer)
    }

    fn forget(&mut self, keeper: &str, form: &str) {
        if let Some(own) = self.of.get_mut(keeper) {
            own.retain(|draft| draft.form != form);
        }
    }
}

fn read<P: serde::de::DeserializeOwned>(params: Value) -> Result<P, ErrorObject> {
    read_params(params).map_err(|fault| ErrorObject::invalid_params(&fault))
}

fn plain(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("invariant: drafts are plain data")
}

/// The public has no drafts: whoever stands at the kiosk next would see them.
fn nobody(method: &str) -> ErrorObject {
    ErrorObject::refused(
        &Refusal::new(RefusalCode::NotPermitted)
            .with("role", "public")
            .with("verb", method)
            .with("allowed", "staff"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).expect("a day")
    }

    fn keep(drafts: &mut Drafts, who: &str, form: &str, text: &str) -> Result<Value, ErrorObject> {
        let params = json!({"form": form, "fields": {"matter": text}});
        drafts.obey(DRAFT_KEEP, params, Some(who.to_owned()), day(2))
    }

    fn forms(drafts: &mut Drafts, who: &str, on: NaiveDate) -> Vec<String> {
        let list = drafts.obey(DRAFT_LIST, Value::Null, Some(who.to_owned()), on);
        let list = list.expect("a list");
        let rows = list["rows"].as_array().expect("rows").iter();
        rows.map(|row| row["form"].as_str().expect("a form").to_owned())
            .collect()
    }

    #[test]
    fn drafts_are_their_writers_alone_and_end_with_the_day() {
        let mut drafts = Drafts::default();
        keep(&mut drafts, "s113", "enquiry.open", "问").expect("kept");
        keep(&mut drafts, "s113", "enquiry.open", "问到一半").expect("kept");
        assert_eq!(forms(&mut drafts, "s113", day(2)), ["enquiry.open"]);
        assert!(forms(&mut drafts, "s114", day(2)).is_empty());
        assert!(drafts.obey(DRAFT_LIST, Value::Null, None, day(2)).is_err());
        let name = json!({"form": "enquiry.open"});
        let other = Some("s114".to_owned());
        assert!(drafts.obey(DRAFT_DROP, name, other, day(2)).is_ok());
        assert_eq!(forms(&mut drafts, "s113", day(2)), ["enquiry.open"]);
        assert!(forms(&mut drafts, "s113", day(3)).is_empty());
    }

    #[test]
    fn the_oldest_draft_goes_and_a_long_one_is_refused() {
        let mut drafts = Drafts::default();
        for nth in 0..=DRAFTS_MAX {
            keep(&mut drafts, "s113", &format!("f{nth}"), "x").expect("kept");
        }
        let kept = forms(&mut drafts, "s113", day(2));
        assert_eq!((kept.len(), kept[0].as_str()), (DRAFTS_MAX, "f1"));
        assert!(keep(&mut drafts, "s113", "f1", &"x".repeat(DRAFT_BYTES_MAX)).is_err());
        let shown = format!("{:?}", drafts.of["s113"]);
        assert!(!shown.contains('x'), "what was typed is in {shown}");
    }
}
