//! Drafts of forms: what was typed and not sent yet, kept by the host for the one who typed it, so that it outlives a
//! terminal whose line dropped. Spoken by hosts and consoles; nothing of it is a record of the hall.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The method that keeps a draft, in the place of the one of the same form.
pub const DRAFT_KEEP: &str = "draft.keep";
/// The method that gives every draft of the one who asks.
pub const DRAFT_LIST: &str = "draft.list";
/// The method that forgets a draft.
pub const DRAFT_DROP: &str = "draft.drop";

/// A form that was begun (`draft.keep`).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The form, by the name that its terminal gives it: the same name is the same piece of work.
    pub form: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What was typed, by the names of the fields; only the terminal that wrote it has to read it.
    pub fields: Map<String, Value>,
    /// The field that has the cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<String>,
    /// The request id under which the form is sent, so that it is done once even if its terminal died after sending it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

// What was typed stays out of logs.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("fields", &self.fields.len())
            .finish_non_exhaustive()
    }
}

/// Which draft (`draft.drop`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftName {
    /// The form, as it was kept.
    pub form: String,
}

/// No parameters (`draft.list`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// Every draft of the one who asks (`draft.list`), the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DraftList {
    /// The drafts.
    pub rows: Vec<Draft>,
}
