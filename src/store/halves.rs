//! Opening the two halves of a data folder and keeping its record folders in order: what is unusable is moved aside, what
//! is unfinished is removed, and a renewed set takes the old one's place in one step. Used by the embedded store alone;
//! it never rebuilds a record itself, since it cannot read one.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::embedded::{OpenOptions, Repair, Stop};
use super::error::StoreError;
use super::head::Head;
use super::journal::{Inspection, Journal, LastGroup};
use super::line::Line;
use super::segment::{RawLines, list_segments, open};
use super::sled::{RecordSet, Unopened, remove_leftovers};

/// Journal and records, brought to where they agree as far as they can without a replay.
pub(super) fn open_halves(
    options: &OpenOptions,
    stop: Stop,
    repairs: &mut Vec<Repair>,
) -> Result<(Journal, Option<RecordSet>), StoreError> {
    let journal_folder = options.folder.join("journal");
    let inspection = Inspection::new(
        Arc::clone(&options.disk),
        &journal_folder,
        options.hall.as_deref(),
    )?;
    let path = options.folder.join("records");
    for unfinished in ["records.new", "records.beside", "records.old"] {
        let unfinished = options.folder.join(unfinished);
        if unfinished.exists() {
            remove_folder(&unfinished)?;
            repairs.push(Repair::Removed { path: unfinished });
        }
    }
    let records = open_records(options, &path, repairs)?;
    let seen = records.as_ref().map(RecordSet::head);
    let last_group = if stop == Stop::Clean {
        LastGroup::Synced
    } else {
        LastGroup::WriteAgain
    };
    inspection.holds(seen)?;
    let (journal, cut) = inspection.open(seen, last_group, options.segment_bytes_max)?;
    repairs.extend(cut.map(|cut| Repair::TornTail {
        path: cut.path,
        seq: cut.seq,
        bytes: cut.bytes,
        fault: cut.fault,
    }));
    let records = agreeing(options, &journal, records, repairs)?;
    let begins = records.is_none() && journal.head().seq == 0;
    let records = if begins {
        Some(begin_records(options, &path, journal.head())?)
    } else {
        records
    };
    Ok((journal, records))
}

fn open_records(
    options: &OpenOptions,
    path: &Path,
    repairs: &mut Vec<Repair>,
) -> Result<Option<RecordSet>, StoreError> {
    if path.exists() {
        let removed = remove_leftovers(path)
            .map_err(StoreError::io(path, "removing an unfinished snapshot"))?;
        repairs.extend(removed.into_iter().map(|path| Repair::Removed { path }));
    }
    match RecordSet::open(path, options.cache_bytes, options.patience()) {
        Ok(set) => Ok(Some(set)),
        Err(Unopened::Missing) => Ok(None),
        Err(Unopened::Busy(why)) => Err(StoreError::Records {
            path: path.to_owned(),
            why,
        }),
        Err(Unopened::Bad(why)) => {
            repairs.push(move_aside(options, path, why)?);
            Ok(None)
        }
    }
}

/// Keeps the record set only if the entry that it has seen last is in the journal.
fn agreeing(
    options: &OpenOptions,
    journal: &Journal,
    records: Option<RecordSet>,
    repairs: &mut Vec<Repair>,
) -> Result<Option<RecordSet>, StoreError> {
    let Some(records) = records else {
        return Ok(None);
    };
    let seen = records.head();
    let why = match journal.hash_at(seen.seq)? {
        Some(hash) if hash == seen.hash => return Ok(Some(records)),
        Some(_) => format!("they have seen another {seen} than the journal holds"),
        None => format!("they have seen {seen}, and the journal is empty"),
    };
    let path = records.path().to_owned();
    drop(records);
    repairs.push(move_aside(options, &path, why)?);
    Ok(None)
}

fn begin_records(
    options: &OpenOptions,
    path: &Path,
    genesis: Head,
) -> Result<RecordSet, StoreError> {
    let set = RecordSet::create(path, options.cache_bytes, options.patience(), genesis);
    let set = set.map_err(|why| StoreError::Records {
        path: path.to_owned(),
        why,
    })?;
    sync_data_folder(options)?;
    Ok(set)
}

fn move_aside(options: &OpenOptions, path: &Path, why: String) -> Result<Repair, StoreError> {
    let time = options.now.format("%Y%m%dT%H%M%SZ");
    let mut to = options.folder.join(format!("records.bad-{time}"));
    let mut count = 1;
    while to.exists() {
        count += 1;
        to = options.folder.join(format!("records.bad-{time}.{count}"));
    }
    fs::rename(path, &to).map_err(StoreError::io(path, "moving the records aside"))?;
    sync_data_folder(options)?;
    Ok(Repair::MovedAside { to, why })
}

/// The old set makes way for the new one. Whatever the moment of a crash, what is left is the old set, the new one, or none.
pub(super) fn put_in_place(options: &OpenOptions, from: &Path) -> Result<(), StoreError> {
    let (path, old) = (
        options.folder.join("records"),
        options.folder.join("records.old"),
    );
    remove_folder(&old)?;
    if path.exists() {
        fs::rename(&path, &old).map_err(StoreError::io(&path, "setting the old records aside"))?;
    }
    fs::rename(from, &path).map_err(StoreError::io(from, "putting the new records in place"))?;
    sync_data_folder(options)?;
    remove_folder(&old)
}

pub(super) fn remove_moved_aside(options: &OpenOptions) -> Result<(), StoreError> {
    let folder = &options.folder;
    let names = options
        .disk
        .list(folder)
        .map_err(StoreError::io(folder, "listing the data folder"))?;
    names
        .iter()
        .filter(|name| name.starts_with("records.bad-"))
        .try_for_each(|name| remove_folder(&folder.join(name)))
}

/// Removes journal and records where the journal is one group that no line completes; anything else stays.
pub(super) fn remove_unfinished(
    options: &OpenOptions,
    completes: impl Fn(&Line) -> bool,
) -> Result<(), StoreError> {
    let journal = options.folder.join("journal");
    if !journal.exists() {
        return Ok(());
    }
    let segments = list_segments(options.disk.as_ref(), &journal)?;
    let [segment] = segments.as_slice() else {
        return Ok(());
    };
    let file = open(options.disk.as_ref(), &segment.path)?;
    let mut lines = RawLines::new(file, 0, segment.size);
    let reading = |source| StoreError::io(&segment.path, "reading the journal")(source);
    while let Some(raw) = lines.next().map_err(reading)? {
        // A torn line says nothing; a whole one of a later group, or the one that completes the founding, says: a hall.
        let line = raw.fault.map_or_else(|| Line::parse(&raw.bytes), Err);
        if line.is_ok_and(|line| line.group > 1 || completes(&line)) {
            return Ok(());
        }
    }
    remove_folder(&options.folder.join("records"))?;
    remove_folder(&journal)?;
    sync_data_folder(options)
}

pub(super) fn remove_folder(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::io(path, "removing a record set")(error))
        }
        _ => Ok(()),
    }
}

fn sync_data_folder(options: &OpenOptions) -> Result<(), StoreError> {
    let syncing = StoreError::io(&options.folder, "syncing the data folder");
    options.disk.sync_folder(&options.folder).map_err(syncing)
}
