//! The example halls, inside the program, so that `banshi demo` needs no files. The only file that embeds a hall folder.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Read, read_files};

macro_rules! embedded {
    ($($hall:literal: [$($file:literal),* $(,)?];)*) => {
        /// Every example hall: its name, and its files with their paths inside the folder.
        const HALLS: &[(&str, &[(&str, &str)])] = &[
            $(($hall, &[$(($file, include_str!(concat!("../../fixtures/halls/", $hall, "/", $file))),)*]),)*
        ];
    };
}

embedded! {
    "shangcai": [
        "hall.toml", "departments.csv", "queues.csv", "windows.csv", "staff.csv", "items.csv", "materials.csv",
        "authorisations.csv", "seals.csv", "calendar/2025.csv", "calendar/2026.csv",
    ];
    "zhangwu": [
        "hall.toml", "departments.csv", "queues.csv", "windows.csv", "staff.csv", "items.csv", "materials.csv",
        "authorisations.csv", "seals.csv", "calendar/2025.csv", "calendar/2026.csv",
    ];
}

/// The names of the example halls.
pub fn names() -> impl Iterator<Item = &'static str> {
    HALLS.iter().map(|&(name, _)| name)
}

/// The files of an example hall by their path inside the folder; nothing where there is no such hall.
pub fn files(name: &str) -> Option<impl Iterator<Item = (&'static str, &'static str)>> {
    let hall = HALLS.iter().find(|&&(hall, _)| hall == name);
    hall.map(|&(_, files)| files.iter().copied())
}

/// Reads an example hall as if it were a folder; nothing where there is no such hall.
///
/// # Errors
/// Every fault of its files; a test keeps them free of any.
pub fn read_embedded(name: &str) -> Option<Read> {
    let files: BTreeMap<String, Cow<'_, [u8]>> = files(name)?
        .map(|(path, text)| (path.to_owned(), Cow::Borrowed(text.as_bytes())))
        .collect();
    Some(read_files(&files))
}
