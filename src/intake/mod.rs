//! What enters the hall: hall folders and calendars, from bytes to catalogue rows. One run finds every fault and names it by
//! file, line and column; nothing is written here, and nothing is handed on while there is a fault. `init`, `import`, `demo`
//! and `due --calendar` use it. It knows no store and no terminal.

mod calendar;
mod check;
pub mod embedded;
mod fault;
mod folder;
mod profile;
mod sheet;
mod tables;
mod text;

use std::{borrow::Cow, collections::BTreeMap, fs, io, path::Path};

pub use calendar::{read_calendar, short_horizon};
pub use embedded::read_embedded;
pub use fault::{Code, Fault, FaultCode, Message, Place, Warning, WarningCode};

use crate::rules::catalogue::HallFolder;
use fault::Faults;
use folder::{CALENDAR_FOLDER, FILE_BYTES_MAX, is_table};

/// The files of a hall folder by their path inside it, with `/`.
pub type Files<'a> = BTreeMap<String, Cow<'a, [u8]>>;

/// A hall with what its administrator should hear of it, or all that is wrong with it.
pub type Read = Result<(HallFolder, Vec<Warning>), Vec<Fault>>;

/// Reads a hall folder and checks it as a whole. Hidden files, such as a spreadsheet's lock, are left out.
///
/// # Errors
/// Every fault of the folder, in the order of files, lines and columns.
pub fn read_hall(folder: &Path) -> Read {
    let mut faults = Faults::default();
    let mut files = Files::new();
    gather(folder, "", &mut files, &mut faults);
    if faults.0.iter().any(|fault| fault.place.file == ".") {
        return Err(faults.into_sorted());
    }
    folder::read_all(&files, faults)
}

/// Reads a hall from files in memory.
///
/// # Errors
/// Every fault of the files, as [`read_hall`].
pub fn read_files(files: &Files<'_>) -> Read {
    folder::read_all(files, Faults::default())
}

/// Takes the files of one folder into memory, and those of its calendar folder.
fn gather(folder: &Path, prefix: &str, files: &mut Files<'_>, faults: &mut Faults) {
    let unreadable = |faults: &mut Faults, file: &str, error: &io::Error| {
        let args = [("reason", &*error.to_string())];
        faults.say(Place::whole(file), FaultCode::FileUnreadable, &args);
    };
    let here = if prefix.is_empty() { "." } else { prefix };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return unreadable(faults, here, &error),
    };
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => return unreadable(faults, here, &error),
        };
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') {
            continue;
        }
        let inside = format!("{prefix}{name}");
        if inside == CALENDAR_FOLDER && path.is_dir() {
            gather(&path, &format!("{CALENDAR_FOLDER}/"), files, faults);
        } else if !is_table(&inside) {
            faults.say(Place::whole(&inside), FaultCode::FileUnknown, &[]);
        } else {
            match read_bounded(&path) {
                Ok(bytes) => drop(files.insert(inside, Cow::Owned(bytes))),
                Err(error) => unreadable(faults, &inside, &error),
            }
        }
    }
}

/// The bytes of a file, at most one more than a file may have, so that a wrong one cannot fill the memory.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    fs::File::open(path)?
        .take(limit + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
