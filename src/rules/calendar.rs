//! The working calendar.
use super::catalogue::CalendarYear;

/// The working calendar, of all published years.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkCalendar;

impl WorkCalendar {
    /// Of the years given.
    pub fn from_years<'a>(_years: impl Iterator<Item = &'a CalendarYear>) -> Self {
        Self
    }
}

/// The years that come with the program.
pub fn embedded_years() -> Vec<CalendarYear> {
    Vec::new()
}
