//! A copy of a journal in another folder: made line by line while its hall goes on, continued later by what is new, checked,
//! and written back. The copy is what its `manifest.json` says, which is replaced last and in one step: bytes beyond it are
//! those of a copy that was interrupted, and count for nothing. Nothing here knows of keys or records.
//!
//! A copy never holds what its hall might not: it ends at a head that the hall has named as durable, or, where nobody can be
//! asked, before the journal's last group. The next group is written only after the last one is synced, so of a whole journal
//! only the last group may still be lost to a power cut, and a copy with it would be ahead of its hall for ever.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use thiserror::Error;

use super::error::StoreError;
use super::head::{Hash, Head};
use super::line::LineFault;
use super::segment::segment_path;
use super::verify::{ChainWalk, Walked};
use crate::sys::files::{Disk, DiskFile, read_exact_at, read_small, replace_file};

/// The form of copies that this version writes and reads.
pub const COPY_FORMAT: u32 = 1;

/// Where a copy keeps the journal's files: not under the name that a hall's data folder has for it, so that nobody takes a copy
/// for a hall and writes into it.
const FILES: &str = "journal.copy";

const MANIFEST: &str = "manifest.json";
const MANIFEST_BYTES_MAX: u64 = 16 << 20;

/// Bytes that are written at a time.
const WRITE_BYTES: usize = 1 << 20;

/// What a copy consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `COPY_FORMAT` of who wrote it.
    pub format: u32,
    /// Id of the hall.
    pub hall: String,
    /// Version of the program that wrote it.
    pub version: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The last entry in it.
    pub head: Head,
    /// The journal's files, in order.
    pub files: Vec<ManifestFile>,
}

/// One file of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// How many of its bytes belong to the copy.
    pub bytes: u64,
    /// SM3 of those.
    pub sm3: Hash,
}

/// Up to where a journal is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpTo {
    /// Up to an entry that the hall says is durable.
    Head(Head),
    /// Up to the last group that the journal itself proves durable: the last but one.
    Proven,
}

/// What copying came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The copy as it is now.
    pub manifest: Manifest,
    /// Entries that were new.
    pub new_entries: u64,
    /// Entries that were left out because nothing proves them durable.
    pub left_out: u64,
}

/// Why a copy could not be made, checked or used.
#[derive(Debug, Error)]
pub enum CopyError {
    /// The journal.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system refused.
    #[error("{}: {doing}: {source}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's own words.
        source: io::Error,
    },
    /// There is no copy here, or none that was completed.
    #[error("{} holds no complete copy of a hall", folder.display())]
    NoCopy {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder has something else in it.
    #[error("{} holds other things ({name}); choose an empty folder", folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// One of them.
        name: String,
    },
    /// The manifest cannot be read.
    #[error("{} is damaged: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The copy is of another hall.
    #[error("{} is a copy of the hall '{found}', not of '{hall}'", folder.display())]
    OtherHall {
        /// The folder.
        folder: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        hall: String,
    },
    /// A file of the copy is not as it was written.
    #[error("{} is not as it was written", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The copy knows entries that the hall does not have: the hall lost them, or went another way since.
    #[error("{} has {copy}, which the hall does not have", folder.display())]
    Diverged {
        /// The folder.
        folder: PathBuf,
        /// The copy's last entry.
        copy: Head,
    },
}

fn io_error(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> CopyError {
    let path = path.to_owned();
    move |source| CopyError::Io {
        path,
        doing,
        source,
    }
}

/// Reads what a copy says it is; `NoCopy` where it says nothing.
pub fn read_manifest(disk: &dyn Disk, folder: &Path) -> Result<Manifest, CopyError> {
    let path = folder.join(MANIFEST);
    let bytes = read_small(disk, &path, MANIFEST_BYTES_MAX)
        .map_err(io_error(&path, "reading the manifest"))?;
    let Some(bytes) = bytes else {
        return Err(CopyError::NoCopy {
            folder: folder.to_owned(),
        });
    };
    let damaged = |reason: String| CopyError::Manifest {
        path: path.clone(),
        reason,
    };
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|fault| damaged(fault.to_string()))?;
    if manifest.format != COPY_FORMAT {
        return Err(damaged(format!("it has the form {}", manifest.format)));
    }
    let names = (1..).map(|number| segment_path(Path::new(""), number));
    let in_order = (manifest.files.iter().zip(names))
        .all(|(file, name)| Path::new(&file.name) == name && file.bytes > 0);
    if !in_order || manifest.files.is_empty() || manifest.head.seq == 0 {
        return Err(damaged("its files are not a journal's".to_owned()));
    }
    Ok(manifest)
}

/// Walks a copy's journal from its first line to its head, each line checked.
pub fn walk_copy<'disk>(
    disk: &'disk dyn Disk,
    folder: &Path,
    manifest: &Manifest,
) -> Result<ChainWalk<'disk>, StoreError> {
    let lengths: Vec<u64> = manifest.files.iter().map(|file| file.bytes).collect();
    ChainWalk::new(disk, &folder.join(FILES), Some(&manifest.hall))?.within(&lengths)
}

/// Checks a copy: every line follows the one before and the last is the manifest's head, every byte is as it was written. `each` is
/// shown the lines.
pub fn check_copy(
    disk: &dyn Disk,
    folder: &Path,
    manifest: &Manifest,
    each: &mut dyn FnMut(&Walked),
) -> Result<(), CopyError> {
    let mut walk = walk_copy(disk, folder, manifest)?;
    let mut head = Head::genesis(&manifest.hall);
    for walked in &mut walk {
        let walked = walked?;
        head = walked.line.head();
        each(&walked);
    }
    if let Some(torn) = walk.into_torn() {
        return Err(torn.into());
    }
    if head != manifest.head {
        return Err(missing(folder, head.seq + 1).into());
    }
    for file in &manifest.files {
        let path = folder.join(FILES).join(&file.name);
        let sm3 = read_through(disk, &path, file.bytes, &mut |_| Ok(()))?;
        if sm3 != file.sm3 {
            return Err(CopyError::Changed { path });
        }
    }
    Ok(())
}

fn missing(folder: &Path, seq: u64) -> StoreError {
    StoreError::Damaged {
        path: folder.to_owned(),
        seq,
        offset: 0,
        fault: LineFault::Missing,
    }
}

/// Reads the first bytes of a file in order and gives their SM3.
fn read_through(
    disk: &dyn Disk,
    path: &Path,
    bytes: u64,
    each: &mut dyn FnMut(&[u8]) -> Result<(), CopyError>,
) -> Result<Hash, CopyError> {
    let reading = |source| io_error(path, "reading the copy")(source);
    let file = disk.open_to_read(path).map_err(reading)?;
    let mut digest = Sm3::new();
    let mut buffer = vec![0; WRITE_BYTES];
    let mut offset = 0;
    while offset < bytes {
        let length = usize::try_from(bytes - offset)
            .unwrap_or(WRITE_BYTES)
            .min(WRITE_BYTES);
        read_exact_at(file.as_ref(), &mut buffer[..length], offset).map_err(reading)?;
        digest.update(&buffer[..length]);
        each(&buffer[..length])?;
        offset += length as u64;
    }
    Ok(Hash::from_bytes(digest.finalize().into()))
}

/// Writes a copy's journal into the folder `to`, which is made and must not hold one; every byte is compared with the manifest.
pub fn write_back(
    disk: &dyn Disk,
    folder: &Path,
    manifest: &Manifest,
    to: &Path,
) -> Result<(), CopyError> {
    disk.make_folder(to)
        .map_err(io_error(to, "making the journal folder"))?;
    for file in &manifest.files {
        let (from, target) = (folder.join(FILES).join(&file.name), to.join(&file.name));
        let writing = |source| io_error(&target, "writing the journal")(source);
        let out = disk.create(&target).map_err(writing)?;
        let mut offset = 0;
        let sm3 = read_through(disk, &from, file.bytes, &mut |bytes| {
            out.write_all_at(bytes, offset).map_err(writing)?;
            offset += bytes.len() as u64;
            Ok(())
        })?;
        if sm3 != file.sm3 {
            return Err(CopyError::Changed { path: from });
        }
        out.sync_data().map_err(writing)?;
    }
    disk.sync_folder(to)
        .map_err(io_error(to, "syncing the journal folder"))
}

/// Whose copy, of which version, when.
#[derive(Debug, Clone)]
pub struct CopyOf<'a> {
    /// Id of the hall.
    pub hall: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Copies the journal in `journal` into `folder`, or what is new of it where a copy is there already. Somebody may write to the
/// journal meanwhile. What is there already must be as it was written, and the beginning of the same journal.
pub fn copy_journal(
    disk: &dyn Disk,
    journal: &Path,
    folder: &Path,
    of: &CopyOf<'_>,
    up_to: UpTo,
) -> Result<Copied, CopyError> {
    let before = match read_manifest(disk, folder) {
        Ok(manifest) => Some(manifest),
        Err(CopyError::NoCopy { .. }) => None,
        Err(error) => return Err(error),
    };
    match &before {
        Some(manifest) if manifest.hall != of.hall => {
            return Err(CopyError::OtherHall {
                folder: folder.to_owned(),
                found: manifest.hall.clone(),
                hall: of.hall.to_owned(),
            });
        }
        Some(manifest) => check_copy(disk, folder, manifest, &mut |_| {})?,
        None => make_folders(disk, folder)?,
    }
    let mut copier = Copier::new(disk, folder, before.as_ref());
    let left_out = copier.follow(
        ChainWalk::new(disk, journal, Some(of.hall))?,
        up_to,
        journal,
    )?;
    let old_head = before.as_ref().map_or(0, |manifest| manifest.head.seq);
    if let Some(before) = &before {
        if !copier.met_before {
            return Err(CopyError::Diverged {
                folder: folder.to_owned(),
                copy: before.head,
            });
        }
        if copier.head.seq <= old_head {
            return Ok(Copied {
                manifest: before.clone(),
                new_entries: 0,
                left_out,
            });
        }
    }
    let manifest = Manifest {
        format: COPY_FORMAT,
        hall: of.hall.to_owned(),
        version: of.version.to_owned(),
        at: of.at,
        head: copier.head,
        files: copier.finish()?,
    };
    let path = folder.join(MANIFEST);
    let bytes = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other);
    bytes
        .and_then(|bytes| replace_file(disk, &path, &bytes))
        .map_err(io_error(&path, "writing the manifest"))?;
    Ok(Copied {
        new_entries: manifest.head.seq - old_head,
        manifest,
        left_out,
    })
}

/// Makes the folders of a new copy. What an interrupted first copy left may stay; anything else is somebody's.
fn make_folders(disk: &dyn Disk, folder: &Path) -> Result<(), CopyError> {
    let files = folder.join(FILES);
    disk.make_folder(&files)
        .map_err(io_error(&files, "making the copy's folder"))?;
    let listing = |source| io_error(folder, "listing the copy's folder")(source);
    let ours = [FILES, "manifest.new", "keys"];
    let names = disk.list(folder).map_err(listing)?;
    match names
        .into_iter()
        .find(|name| !ours.contains(&name.as_str()))
    {
        Some(name) => Err(CopyError::Foreign {
            folder: folder.to_owned(),
            name,
        }),
        None => Ok(()),
    }
}

/// A copy being written.
struct Copier<'a> {
    disk: &'a dyn Disk,
    folder: &'a Path,
    before: Option<&'a Manifest>,
    /// The file that lines are written to, by place.
    current: Option<(usize, Box<dyn DiskFile>)>,
    path: PathBuf,
    digest: Sm3,
    /// Bytes of the current file that the journal has up to here, and those of them that wait to be written.
    size: u64,
    buffer: Vec<u8>,
    files: Vec<ManifestFile>,
    head: Head,
    met_before: bool,
}

impl<'a> Copier<'a> {
    fn new(disk: &'a dyn Disk, folder: &'a Path, before: Option<&'a Manifest>) -> Self {
        Self {
            disk,
            folder,
            before,
            current: None,
            path: PathBuf::new(),
            digest: Sm3::new(),
            size: 0,
            buffer: Vec::new(),
            files: Vec::new(),
            head: Head::genesis(""),
            met_before: before.is_none(),
        }
    }

    /// Copies lines up to where they may be; gives how many whole ones were left out.
    fn follow(
        &mut self,
        mut walk: ChainWalk<'_>,
        up_to: UpTo,
        journal: &Path,
    ) -> Result<u64, CopyError> {
        let mut unproven: Vec<Walked> = Vec::new();
        for walked in &mut walk {
            let walked = walked?;
            let head = walked.line.head();
            self.met_before |= self.before.is_some_and(|before| before.head == head);
            match up_to {
                UpTo::Head(last) => {
                    self.take(&walked)?;
                    if head.seq == last.seq {
                        break;
                    }
                }
                UpTo::Proven => {
                    let begins = unproven
                        .first()
                        .is_some_and(|first| first.line.group != walked.line.group);
                    if begins {
                        for proven in unproven.drain(..) {
                            self.take(&proven)?;
                        }
                    }
                    unproven.push(walked);
                }
            }
        }
        if let UpTo::Head(last) = up_to
            && self.head != last
        {
            return Err(missing(journal, self.head.seq + 1).into());
        }
        Ok(unproven.len() as u64)
    }

    /// Takes a line: what the copy has already is only compared.
    fn take(&mut self, walked: &Walked) -> Result<(), CopyError> {
        if self.current.as_ref().map(|(file, _)| *file) != Some(walked.file) {
            self.end_file()?;
            self.begin_file(walked.file)?;
        }
        let line = walked.line.raw().as_bytes();
        for bytes in [line, b"\n"] {
            self.digest.update(bytes);
        }
        let old = self.old(walked.file).map_or(0, |file| file.bytes);
        let begins = self.size;
        self.size += line.len() as u64 + 1;
        if self.size > old {
            if begins < old {
                return Err(self.diverged());
            }
            self.buffer.extend_from_slice(line);
            self.buffer.push(b'\n');
            if self.buffer.len() >= WRITE_BYTES {
                self.flush()?;
            }
        } else if self.size == old && self.old(walked.file).map(|file| file.sm3) != Some(self.sm3())
        {
            return Err(self.diverged());
        }
        self.head = walked.line.head();
        Ok(())
    }

    fn old(&self, file: usize) -> Option<&ManifestFile> {
        self.before.and_then(|before| before.files.get(file))
    }

    fn sm3(&self) -> Hash {
        Hash::from_bytes(self.digest.clone().finalize().into())
    }

    fn diverged(&self) -> CopyError {
        CopyError::Diverged {
            folder: self.folder.to_owned(),
            copy: self.before.map_or(self.head, |before| before.head),
        }
    }

    /// Opens a file of the copy, without what an interrupted copy left behind its end.
    fn begin_file(&mut self, file: usize) -> Result<(), CopyError> {
        let number = u32::try_from(file + 1).expect("invariant: files are counted in 32 bits");
        self.path = segment_path(&self.folder.join(FILES), number);
        let old = self.old(file).map_or(0, |file| file.bytes);
        let opened = match self.disk.create(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.disk.open(&self.path)
            }
            other => other,
        };
        let opening = |source| io_error(&self.path, "opening a file of the copy")(source);
        let opened = opened.map_err(opening)?;
        if opened.size().map_err(opening)? > old {
            opened.set_size(old).map_err(opening)?;
        }
        self.current = Some((file, opened));
        self.digest = Sm3::new();
        self.size = 0;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), CopyError> {
        if let Some((_, file)) = &self.current
            && !self.buffer.is_empty()
        {
            let offset = self.size - self.buffer.len() as u64;
            file.write_all_at(&self.buffer, offset)
                .map_err(io_error(&self.path, "writing the copy"))?;
            self.buffer.clear();
        }
        Ok(())
    }

    fn end_file(&mut self) -> Result<(), CopyError> {
        self.flush()?;
        let sm3 = self.sm3();
        if let Some((index, file)) = self.current.take() {
            file.sync_data()
                .map_err(io_error(&self.path, "syncing the copy"))?;
            let number = u32::try_from(index + 1).expect("invariant: as above");
            self.files.push(ManifestFile {
                name: segment_path(Path::new(""), number).display().to_string(),
                bytes: self.size,
                sm3,
            });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<ManifestFile>, CopyError> {
        self.end_file()?;
        let files = self.folder.join(FILES);
        for folder in [files.as_path(), self.folder] {
            self.disk
                .sync_folder(folder)
                .map_err(io_error(folder, "syncing the copy's folder"))?;
        }
        Ok(self.files)
    }
}
