//! Limits and their units (R22).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Unit of a limit (R22); never converted silently.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// 工作日
    WorkingDay,
    /// 自然日
    CalendarDay,
    /// 小时
    Hour,
    /// 分钟
    Minute,
}
