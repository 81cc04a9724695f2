//! A hall folder as a whole: its files against the tables that a hall has, each table against the codes of the others, and
//! at the end either all rows or all faults. Knows no disk: the files are in memory.

use super::{
    Files, Read, Warning, calendar, check,
    fault::{FaultCode, Faults, Place},
    profile,
    sheet::{Known, Shape, Sheet},
    tables::{
        self, AUTHORISATIONS, Codes, DEPARTMENTS, ITEMS, MATERIALS, QUEUES, SEALS, STAFF, WINDOWS,
    },
    text,
};
use crate::rules::catalogue::{CalendarYear, HallFolder, HallProfile};

/// Largest file of a hall folder, in bytes: some ten thousand items.
pub(super) const FILE_BYTES_MAX: usize = 8 << 20;

/// Largest `hall.toml`, in bytes: it stands in one journal line.
const PROFILE_BYTES_MAX: usize = 128 << 10;

/// The folder of calendar files.
pub(super) const CALENDAR_FOLDER: &str = "calendar";

/// The tables that every hall folder has.
const TABLES: [&Shape; 8] = [
    &DEPARTMENTS,
    &QUEUES,
    &WINDOWS,
    &STAFF,
    &ITEMS,
    &MATERIALS,
    &AUTHORISATIONS,
    &SEALS,
];

/// Whether a hall folder may have a file of that path.
pub(super) fn is_table(path: &str) -> bool {
    path == profile::FILE || TABLES.iter().any(|shape| shape.file == path) || is_calendar(path)
}

/// Whether the path is that of a calendar year.
fn is_calendar(path: &str) -> bool {
    path.strip_prefix(CALENDAR_FOLDER)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|name| !name.contains('/') && calendar::year_of(name).is_some())
}

/// Reads all files; `faults` holds what was said while they were taken from the disk.
pub(super) fn read_all(files: &Files<'_>, faults: Faults) -> Read {
    let mut reading = Reading::open(files, faults);
    let profile = reading.profile();
    let shared = profile
        .as_ref()
        .map_or(&[][..], |profile| &*profile.shared_logins);
    let staff = reading.with(&STAFF, |sheet, codes, faults| {
        tables::staff(sheet, codes, shared, faults)
    });
    // A person whose roles could not be read is not accused of deciding without one, nor a department of having nobody.
    let staff_sound = reading.sound(STAFF.file);
    let deciding = staff_sound.then(|| check::deciding(&staff));
    let departments = reading.with(&DEPARTMENTS, tables::departments);
    let queues = reading.with(&QUEUES, tables::queues);
    let windows = reading.with(&WINDOWS, tables::windows);
    let items = reading.with(&ITEMS, tables::items);
    let materials = reading.with(&MATERIALS, tables::materials);
    let authorisations = reading.with(&AUTHORISATIONS, |sheet, codes, faults| {
        tables::authorisations(sheet, codes, deciding.as_ref(), faults)
    });
    let seals = reading.with(&SEALS, tables::seals);
    let calendar = reading.years();
    if staff_sound {
        reading.with(&DEPARTMENTS, |sheet, _, faults| {
            check::posts(sheet, &departments, &windows, &staff, faults);
        });
    }
    let faults = reading.faults.into_sorted();
    match profile {
        Some(profile) if faults.is_empty() => Ok(sound(HallFolder {
            profile,
            departments,
            windows,
            queues,
            staff,
            items,
            materials,
            authorisations,
            seals,
            calendar,
        })),
        _ => Err(faults),
    }
}

/// A sound hall with what its administrator should hear of it.
fn sound(hall: HallFolder) -> (HallFolder, Vec<Warning>) {
    let mut warnings = check::warnings(&hall);
    warnings.extend(calendar::gaps(&hall.calendar));
    (hall, warnings)
}

/// A folder being read: its files, its sheets, the codes they define, the faults so far.
struct Reading<'a> {
    files: &'a Files<'a>,
    sheets: Vec<Sheet>,
    codes: Codes,
    faults: Faults,
}

impl<'a> Reading<'a> {
    /// Takes stock of the files and reads every table's header and codes.
    fn open(files: &'a Files<'a>, mut faults: Faults) -> Self {
        for path in files.keys().filter(|path| !is_table(path)) {
            faults.say(Place::whole(path), FaultCode::FileUnknown, &[]);
        }
        let sheets: Vec<Sheet> = TABLES
            .iter()
            .filter_map(|shape| sheet_of(files, shape, &mut faults))
            .collect();
        let mut defined = |shape: &Shape| {
            let sheet = sheets.iter().find(|sheet| sheet.file == shape.file);
            let unknown = || Known::anything(shape.file);
            sheet.map_or_else(unknown, |sheet| sheet.codes(&mut faults))
        };
        let codes = Codes {
            departments: defined(&DEPARTMENTS),
            queues: defined(&QUEUES),
            staff: defined(&STAFF),
            items: defined(&ITEMS),
        };
        // Nothing refers to the other tables, but their codes too are of one form and given once.
        for shape in [&WINDOWS, &MATERIALS, &AUTHORISATIONS, &SEALS] {
            defined(shape);
        }
        Self {
            files,
            sheets,
            codes,
            faults,
        }
    }

    /// Gives the sheet of a table, if it could be read, to `read`, with the codes of the others.
    fn with<T: Default>(
        &mut self,
        shape: &Shape,
        read: impl FnOnce(&Sheet, &Codes, &mut Faults) -> T,
    ) -> T {
        let sheet = self.sheets.iter().find(|sheet| sheet.file == shape.file);
        sheet.map_or_else(T::default, |sheet| {
            read(sheet, &self.codes, &mut self.faults)
        })
    }

    /// Whether nothing was said of a file.
    fn sound(&self, file: &str) -> bool {
        self.faults.0.iter().all(|fault| fault.place.file != file)
    }

    fn profile(&mut self) -> Option<HallProfile> {
        missing(self.files, profile::FILE, &mut self.faults);
        let text = text_of(
            self.files,
            profile::FILE,
            PROFILE_BYTES_MAX,
            &mut self.faults,
        )?;
        profile::read(text, &mut self.faults)
    }

    /// The published years.
    fn years(&mut self) -> Vec<CalendarYear> {
        let mut years = Vec::new();
        for path in self.files.keys().filter(|path| is_calendar(path)) {
            if let Some(text) = text_of(self.files, path, FILE_BYTES_MAX, &mut self.faults) {
                years.extend(calendar::years(path, text, &mut self.faults));
            }
        }
        years
    }
}

/// A table that every hall has; one that is missing or unreadable is said.
fn sheet_of(files: &Files<'_>, shape: &Shape, faults: &mut Faults) -> Option<Sheet> {
    missing(files, shape.file, faults);
    let text = text_of(files, shape.file, FILE_BYTES_MAX, faults)?;
    Some(Sheet::read(shape.file, text, shape, faults))
}

/// Says that a file is missing, unless it was said already why it could not be read.
fn missing(files: &Files<'_>, file: &str, faults: &mut Faults) {
    let said = faults.0.iter().any(|fault| fault.place.file == file);
    if !files.contains_key(file) && !said {
        faults.say(Place::whole(file), FaultCode::FileMissing, &[]);
    }
}

/// The text of a file, if it is there, small enough and UTF-8; what is wrong with it is said.
fn text_of<'a>(
    files: &'a Files<'_>,
    path: &str,
    max: usize,
    faults: &mut Faults,
) -> Option<&'a str> {
    let bytes = files.get(path)?;
    if bytes.len() > max {
        let args = [("max", &*max.to_string())];
        faults.say(Place::whole(path), FaultCode::FileTooLarge, &args);
        return None;
    }
    text::decode(path, bytes, faults)
}
