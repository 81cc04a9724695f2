//! What a power cut leaves of a recording: what was synced is there; of the rest every 512-byte sector, every size and every
//! name is there or not, each by itself, as a file system without promises would have it (POSIX). A size that is there without its bytes
//! shows zeros or whatever the disk held before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::chance::Chance;
use super::disk::{Before, Change};

/// What a disk writes whole or not at all.
pub(crate) const SECTOR: usize = 512;

/// What becomes of that which was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// All of it is there.
    Kept,
    /// None of it is.
    Lost,
    /// Each part is there in so many of a hundred cases.
    Mixed(usize),
}

impl Fate {
    /// Any of them; most are mixed.
    pub(crate) fn any(chance: &mut Chance) -> Self {
        *chance.pick(&[
            Self::Kept,
            Self::Lost,
            Self::Mixed(10),
            Self::Mixed(50),
            Self::Mixed(50),
            Self::Mixed(90),
        ])
    }

    fn keeps(self, chance: &mut Chance) -> bool {
        match self {
            Self::Kept => true,
            Self::Lost => false,
            Self::Mixed(percent) => chance.percent(percent),
        }
    }
}

/// Files and folders after a crash, by path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    pub(crate) folders: BTreeSet<PathBuf>,
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
}

/// A file as the system sees it and as the disk holds it.
#[derive(Default)]
struct File {
    cache: Vec<u8>,
    disk: Vec<u8>,
    /// Every state that a sector went through since it was last durable.
    dirty: BTreeMap<usize, Vec<Vec<u8>>>,
    /// Every size since the last sync.
    sizes: Vec<usize>,
}

impl File {
    fn sector(&self, index: usize) -> Vec<u8> {
        let mut bytes = vec![0; SECTOR];
        let from = (index * SECTOR).min(self.cache.len());
        let to = (from + SECTOR).min(self.cache.len());
        bytes[..to - from].copy_from_slice(&self.cache[from..to]);
        bytes
    }

    fn touch(&mut self, from: usize, to: usize) {
        for index in from / SECTOR..to.div_ceil(SECTOR) {
            let state = self.sector(index);
            self.dirty.entry(index).or_default().push(state);
        }
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        if end > self.cache.len() {
            self.cache.resize(end, 0);
            self.sizes.push(end);
        }
        self.cache[offset..end].copy_from_slice(bytes);
        self.touch(offset, end);
    }

    fn set_size(&mut self, size: usize) {
        let shrinks = size < self.cache.len();
        self.cache.resize(size, 0);
        self.sizes.push(size);
        if shrinks {
            self.dirty.split_off(&size.div_ceil(SECTOR));
            if !size.is_multiple_of(SECTOR) {
                self.touch(size, size + 1);
            }
        }
    }

    fn settle(&mut self, index: usize, state: &[u8]) {
        let from = index * SECTOR;
        if self.disk.len() < from + SECTOR {
            self.disk.resize(from + SECTOR, 0);
        }
        self.disk[from..from + SECTOR].copy_from_slice(state);
    }

    fn sync(&mut self) {
        for index in std::mem::take(&mut self.dirty).into_keys() {
            let state = self.sector(index);
            self.settle(index, &state);
        }
        self.sizes.clear();
        self.disk.resize(self.cache.len(), 0);
    }

    /// Some of the bytes arrive, some never will, and the system takes all of them for written.
    fn sync_failed(&mut self, chance: &mut Chance, fate: Fate) {
        let size = self.disk.len();
        for index in std::mem::take(&mut self.dirty).into_keys() {
            if fate.keeps(chance) {
                let state = self.sector(index);
                self.settle(index, &state);
            }
        }
        // The size is no data: it may still arrive with a later sync, or with none.
        self.disk
            .resize(size.max(self.disk.len().min(self.cache.len())), 0);
    }

    fn after(&self, chance: &mut Chance, fate: Fate) -> Vec<u8> {
        let sizes: Vec<usize> = self
            .sizes
            .iter()
            .copied()
            .filter(|_| fate.keeps(chance))
            .collect();
        let size = match fate {
            Fate::Kept => self.cache.len(),
            _ => sizes.last().copied().unwrap_or(self.disk.len()),
        };
        let mut bytes = self.disk.clone();
        bytes.truncate(size);
        while bytes.len() < size {
            // New space shows zeros, or what another file left there.
            let mut sector = vec![0; (SECTOR - bytes.len() % SECTOR).min(size - bytes.len())];
            if fate != Fate::Kept && chance.one_in(3) {
                chance.fill(&mut sector);
            }
            bytes.extend_from_slice(&sector);
        }
        for (index, states) in &self.dirty {
            let from = index * SECTOR;
            if from >= size || !fate.keeps(chance) {
                continue;
            }
            let last = states.len() - 1;
            let state = match fate {
                Fate::Kept => &states[last],
                _ => &states[chance.below(states.len())],
            };
            let to = (from + SECTOR).min(size);
            bytes[from..to].copy_from_slice(&state[..to - from]);
        }
        bytes
    }
}

#[derive(Debug, Clone, Copy)]
enum Entry {
    File(usize),
    Folder,
}

#[derive(Clone)]
enum Naming {
    Put(PathBuf, Entry),
    Remove(PathBuf),
    Move(PathBuf, PathBuf, Entry),
}

impl Naming {
    fn apply(self, names: &mut BTreeMap<PathBuf, Entry>) {
        match self {
            Self::Put(path, entry) => drop(names.insert(path, entry)),
            Self::Remove(path) => drop(names.remove(&path)),
            Self::Move(from, to, entry) => {
                names.remove(&from);
                names.insert(to, entry);
            }
        }
    }
}

/// The disk at some moment of a recording.
#[derive(Default)]
struct Machine {
    files: Vec<File>,
    /// Names as the system sees them.
    names: BTreeMap<PathBuf, Entry>,
    /// Names that are durable.
    durable: BTreeMap<PathBuf, Entry>,
    /// Changes of names since their folder was synced.
    waiting: BTreeMap<PathBuf, Vec<Naming>>,
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().expect("below the root").to_owned()
}

impl Machine {
    fn before(before: &Before) -> Self {
        let mut machine = Self::default();
        for folder in &before.folders {
            machine.names.insert(folder.clone(), Entry::Folder);
        }
        for (path, bytes) in &before.files {
            let entry = Entry::File(machine.files.len());
            machine.files.push(File {
                cache: bytes.clone(),
                disk: bytes.clone(),
                ..File::default()
            });
            machine.names.insert(path.clone(), entry);
        }
        machine.durable = machine.names.clone();
        machine
    }

    fn name(&mut self, naming: Naming) {
        let (Naming::Put(path, _) | Naming::Remove(path) | Naming::Move(path, _, _)) = &naming;
        let folder = folder_of(path);
        naming.clone().apply(&mut self.names);
        self.waiting.entry(folder).or_default().push(naming);
    }

    fn take(&mut self, taken: &Change, chance: &mut Chance, fate: Fate) {
        let place = |offset: u64| usize::try_from(offset).expect("a place in memory");
        match taken {
            Change::MakeFolder(path) => self.name(Naming::Put(path.clone(), Entry::Folder)),
            Change::Create { path, file } => {
                assert_eq!(
                    *file,
                    self.files.len(),
                    "files are counted as they are made"
                );
                self.files.push(File::default());
                self.name(Naming::Put(path.clone(), Entry::File(*file)));
            }
            Change::Write {
                file,
                offset,
                bytes,
            } => {
                self.files[*file].write(place(*offset), bytes);
            }
            Change::SetSize { file, size } => self.files[*file].set_size(place(*size)),
            Change::Sync { file } => self.files[*file].sync(),
            Change::SyncFailed { file } => self.files[*file].sync_failed(chance, fate),
            Change::Rename { from, to } => {
                assert_eq!(folder_of(from), folder_of(to), "a rename within a folder");
                let entry = self.names[from];
                self.name(Naming::Move(from.clone(), to.clone(), entry));
            }
            Change::Remove(path) => self.name(Naming::Remove(path.clone())),
            Change::SyncFolder(folder) => {
                for naming in self.waiting.remove(folder).unwrap_or_default() {
                    naming.apply(&mut self.durable);
                }
            }
        }
    }

    fn cut(mut self, chance: &mut Chance, fate: Fate) -> Image {
        for naming in std::mem::take(&mut self.waiting).into_values().flatten() {
            if fate.keeps(chance) {
                naming.apply(&mut self.durable);
            }
        }
        let mut image = Image::default();
        // In the order of paths a folder comes before what is in it.
        for (path, entry) in &self.durable {
            let folder = folder_of(path);
            if !folder.as_os_str().is_empty() && !image.folders.contains(&folder) {
                continue;
            }
            match entry {
                Entry::Folder => drop(image.folders.insert(path.clone())),
                Entry::File(file) => {
                    let bytes = self.files[*file].after(chance, fate);
                    image.files.insert(path.clone(), bytes);
                }
            }
        }
        image
    }
}

impl Image {
    /// The disk after a power cut between two changes of a recording: the first `upto` of them were asked for.
    pub(crate) fn of(
        (before, changes): &(Before, Vec<Change>),
        upto: usize,
        chance: &mut Chance,
        fate: Fate,
    ) -> Self {
        let mut machine = Machine::before(before);
        for change in &changes[..upto] {
            machine.take(change, chance, fate);
        }
        let mut image = machine.cut(chance, fate);
        image.boot_anew();
        image
    }

    /// After a power cut the machine boots: the marker of this boot becomes another's.
    fn boot_anew(&mut self) {
        let boot = banshi::sys::files::boot_id().expect("a boot id");
        for bytes in self.files.values_mut() {
            if bytes.trim_ascii_end() == boot.as_bytes() {
                bytes[0] = if bytes[0] == b'0' { b'1' } else { b'0' };
            }
        }
    }

    /// Puts the files and folders below a folder.
    pub(crate) fn lay_out(&self, root: &Path) {
        for folder in &self.folders {
            std::fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        for (path, bytes) in &self.files {
            std::fs::write(root.join(path), bytes).expect("a file");
        }
    }
}
