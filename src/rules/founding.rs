//! The hall itself in the journal: founding, its tables with the date from which each row holds, opening (formats, "The hall
//! in the journal"). Rows take effect only when the group that published them is closed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    catalogue::{
        Authorisation, CalendarYear, Department, HallFolder, HallProfile, Item, Material, Queue,
        Seal, Staff, Window,
    },
    event::Event,
    hall::{Hall, Versions},
    hall_clock::ClockConfirmed,
    id::StaffCode,
    time::Instant,
};

/// Rows of one table, as they are published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the table of its name")]
pub enum TableRows {
    Departments(Vec<Department>),
    Queues(Vec<Queue>),
    Windows(Vec<Window>),
    Staff(Vec<Staff>),
    Items(Vec<Item>),
    Materials(Vec<Material>),
    Authorisations(Vec<Authorisation>),
    Seals(Vec<Seal>),
    Calendar(Vec<CalendarYear>),
}

/// What happens to the hall as a whole. Stored words: `hall_*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum HallEvent {
    /// The first entry: whose hall this is.
    #[serde(rename = "hall_founded")]
    Founded {
        /// Profile and settings.
        profile: Box<HallProfile>,
        /// A training hall: times may be given, papers print 演练.
        training: bool,
    },
    /// Rows of one table.
    #[serde(rename = "hall_published")]
    Published {
        /// The rows.
        rows: TableRows,
        /// From when they hold; null means from the beginning.
        effective_on: Option<NaiveDate>,
    },
    /// The hall is complete and may be used.
    #[serde(rename = "hall_opened")]
    Opened {},
    /// Somebody says that the machine's clock is right after it jumped (R23).
    #[serde(rename = "hall_clock_confirmed")]
    ClockConfirmed {
        /// The time of the entry: what the hall's own time was.
        from: Instant,
        /// The time that was confirmed.
        to: Instant,
        /// Who says so; none for an administrator without a staff record.
        by: Option<StaffCode>,
    },
}

/// Most rows in one published entry, so that a line stays under 256 KiB: a row is at most about 2 KiB.
pub const ROWS_MAX: usize = 100;

/// The founding of a hall as events, one inner list an entry (formats: one group, `hall_founded` … `hall_opened`).
pub fn found(folder: &HallFolder, training: bool) -> Vec<Vec<Event>> {
    let mut entries = vec![vec![Event::Hall(HallEvent::Founded {
        profile: Box::new(folder.profile.clone()),
        training,
    })]];
    let mut publish = |rows: TableRows| {
        entries.push(vec![Event::Hall(HallEvent::Published {
            rows,
            effective_on: None,
        })]);
    };
    folder
        .departments
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Departments(rows.to_vec())));
    folder
        .queues
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Queues(rows.to_vec())));
    folder
        .windows
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Windows(rows.to_vec())));
    folder
        .staff
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Staff(rows.to_vec())));
    folder
        .items
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Items(rows.to_vec())));
    folder
        .materials
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Materials(rows.to_vec())));
    folder
        .authorisations
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Authorisations(rows.to_vec())));
    folder
        .seals
        .chunks(ROWS_MAX)
        .for_each(|rows| publish(TableRows::Seals(rows.to_vec())));
    folder
        .calendar
        .chunks(1)
        .for_each(|rows| publish(TableRows::Calendar(rows.to_vec())));
    entries.push(vec![Event::Hall(HallEvent::Opened {})]);
    entries
}

/// Applies what happened to the hall as a whole.
pub fn apply(hall: &mut Hall, event: &HallEvent) {
    match event {
        HallEvent::Founded { profile, training } => {
            hall.frame.insert(
                (),
                super::hall::Frame {
                    profile: (**profile).clone(),
                    training: *training,
                    open: false,
                    clock_confirmed: None,
                },
            );
        }
        HallEvent::Published { rows, effective_on } => publish(hall, rows, *effective_on),
        HallEvent::Opened {} => {
            if let Some(frame) = hall.frame.get_mut(&()) {
                frame.open = true;
            }
        }
        HallEvent::ClockConfirmed { from, to, by: _ } => {
            if let Some(frame) = hall.frame.get_mut(&()) {
                frame.clock_confirmed = Some(ClockConfirmed {
                    from: *from,
                    to: *to,
                });
            }
        }
    }
}

fn publish(hall: &mut Hall, rows: &TableRows, from: Option<NaiveDate>) {
    macro_rules! put {
        ($table:ident, $rows:expr) => {
            for row in $rows {
                hall.$table.insert(row.code.clone(), row.clone());
            }
        };
    }
    match rows {
        TableRows::Departments(rows) => put!(departments, rows),
        TableRows::Queues(rows) => put!(queues, rows),
        TableRows::Windows(rows) => put!(windows, rows),
        TableRows::Staff(rows) => {
            for row in rows {
                // A table holds no PIN: the one that was set stays.
                let mut row = row.clone();
                if let Some(before) = hall.staff.get(&row.code) {
                    row.pin = before.pin.clone();
                }
                hall.staff.insert(row.code.clone(), row);
            }
        }
        TableRows::Materials(rows) => put!(materials, rows),
        TableRows::Authorisations(rows) => put!(authorisations, rows),
        TableRows::Seals(rows) => put!(seals, rows),
        TableRows::Items(rows) => {
            for row in rows {
                let mut versions = hall
                    .items
                    .get(&row.code)
                    .cloned()
                    .unwrap_or_else(Versions::new);
                versions.publish(from, row.clone());
                hall.items.insert(row.code.clone(), versions);
            }
        }
        TableRows::Calendar(rows) => {
            for row in rows {
                hall.calendar_years.insert(row.year, row.clone());
            }
            hall.refresh_calendar();
        }
    }
}
