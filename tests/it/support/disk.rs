//! The one disk of the fault tests: over a real folder it records every change with its bytes, in order, and fails as it is
//! told. What a power cut would leave of the recording is made by `crash`. It also watches its user: a file or folder whose
//! sync failed must not be written to or synced again by the same process.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use banshi::sys::files::{Disk, DiskFile, RealDisk};

/// One change that reached the file layer. Paths are relative to the recorded folder.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    MakeFolder(PathBuf),
    Create {
        path: PathBuf,
        file: usize,
    },
    Write {
        file: usize,
        offset: u64,
        bytes: Vec<u8>,
    },
    SetSize {
        file: usize,
        size: u64,
    },
    Sync {
        file: usize,
    },
    /// What was not synced may be on the disk or not, and no later sync says so: the system takes the bytes for clean.
    SyncFailed {
        file: usize,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove(PathBuf),
    SyncFolder(PathBuf),
}

/// What was in the folder when recording began, all of it durable.
#[derive(Debug, Clone, Default)]
pub(crate) struct Before {
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) files: Vec<(PathBuf, Vec<u8>)>,
}

/// How a disk fails once its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// One call fails, the next ones succeed.
    Once,
    /// From here on every call that needs space fails.
    Full,
    /// From here on every change fails: the process was killed, or the disk is gone.
    Gone,
}

struct State {
    root: PathBuf,
    before: Before,
    changes: Vec<Change>,
    names: BTreeMap<PathBuf, usize>,
    file_count: usize,
    /// Changes to go until the trouble begins.
    trouble: Option<(u64, Trouble)>,
    calls: u64,
    failed_syncs: BTreeSet<PathBuf>,
    retries: Vec<String>,
}

/// The disk; clones are the same one.
#[derive(Clone)]
pub(crate) struct TestDisk(Arc<Mutex<State>>);

struct TestFile {
    disk: TestDisk,
    inner: Box<dyn DiskFile>,
    path: PathBuf,
    file: usize,
}

/// Whether a change takes space on the disk.
#[derive(PartialEq, Eq)]
enum Needs {
    Space,
    Nothing,
}

impl State {
    fn relative(&self, path: &Path) -> PathBuf {
        let inside = path.strip_prefix(&self.root);
        inside.expect("everything is below the folder").to_owned()
    }

    /// Counts a change, and fails it where that is due.
    fn spend(&mut self, needs: Needs) -> io::Result<()> {
        self.calls += 1;
        let Some((left, trouble)) = &mut self.trouble else {
            return Ok(());
        };
        let begins = *left > 0;
        if begins {
            *left -= 1;
            if *left > 0 {
                return Ok(());
            }
        }
        match *trouble {
            Trouble::Once => {
                self.trouble = None;
                Err(io::Error::from_raw_os_error(5))
            }
            Trouble::Full if begins || needs == Needs::Space => {
                Err(io::ErrorKind::StorageFull.into())
            }
            Trouble::Full => Ok(()),
            Trouble::Gone => Err(io::Error::from_raw_os_error(5)),
        }
    }

    /// A failed sync is final for the process that met it.
    fn watch(&mut self, path: &Path, doing: &str) {
        if self.failed_syncs.contains(path) {
            self.retries.push(format!("{doing} {}", path.display()));
        }
    }

    fn new_file(&mut self, path: PathBuf) -> usize {
        let file = self.file_count;
        self.file_count += 1;
        self.names.insert(path, file);
        file
    }

    fn collect(&mut self, folder: &Path) {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for path in entries {
            let relative = self.relative(&path);
            let name = relative.file_name().expect("a name").to_string_lossy();
            // The lock and the record sets do not go through the disk.
            if name == "lock" || name.starts_with("records") {
                continue;
            }
            if path.is_dir() {
                self.before.folders.push(relative);
                self.collect(&path);
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                self.before.files.push((relative.clone(), bytes));
                self.new_file(relative);
            }
        }
    }
}

impl TestDisk {
    /// Records what happens below this folder from here on.
    pub(crate) fn over(root: &Path) -> Self {
        let mut state = State {
            root: root.to_owned(),
            before: Before::default(),
            changes: Vec::new(),
            names: BTreeMap::new(),
            file_count: 0,
            trouble: None,
            calls: 0,
            failed_syncs: BTreeSet::new(),
            retries: Vec::new(),
        };
        state.collect(root);
        Self(Arc::new(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("invariant: no change panics")
    }

    /// The Nth change from here on, counted from 1, fails, and what comes after it as the trouble says.
    pub(crate) fn fail(&self, nth: u64, trouble: Trouble) {
        assert!(nth > 0, "changes are counted from 1");
        self.state().trouble = Some((nth, trouble));
    }

    /// The process ends here: nothing more of it reaches the disk.
    pub(crate) fn kill(&self) {
        self.state().trouble = Some((0, Trouble::Gone));
    }

    /// There is space, the disk works, and another process begins.
    pub(crate) fn mend(&self) {
        let mut state = self.state();
        state.trouble = None;
        state.failed_syncs.clear();
    }

    /// Changes asked for so far, failed ones among them.
    pub(crate) fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Changes recorded so far.
    pub(crate) fn recorded(&self) -> usize {
        self.state().changes.len()
    }

    /// What was done to a file or folder after its sync failed, by the process that met the failure.
    pub(crate) fn retries(&self) -> Vec<String> {
        self.state().retries.clone()
    }

    /// What there was before, and the changes since.
    pub(crate) fn recording(&self) -> (Before, Vec<Change>) {
        let state = self.state();
        (state.before.clone(), state.changes.clone())
    }

    fn file(&self, path: &Path, inner: Box<dyn DiskFile>, file: usize) -> Box<dyn DiskFile> {
        Box::new(TestFile {
            disk: self.clone(),
            inner,
            path: path.to_owned(),
            file,
        })
    }
}

impl Disk for TestDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        let mut state = self.state();
        state.spend(Needs::Space)?;
        RealDisk.make_folder(path)?;
        let relative = state.relative(path);
        state.changes.push(Change::MakeFolder(relative));
        Ok(())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(folder)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        state.spend(Needs::Space)?;
        let inner = RealDisk.create(path)?;
        let relative = state.relative(path);
        let file = state.new_file(relative.clone());
        state.failed_syncs.remove(path);
        let made = Change::Create {
            path: relative,
            file,
        };
        state.changes.push(made);
        drop(state);
        Ok(self.file(path, inner, file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let inner = RealDisk.open(path)?;
        let state = self.state();
        let file = state.names[&state.relative(path)];
        drop(state);
        Ok(self.file(path, inner, file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.spend(Needs::Nothing)?;
        assert!(from.is_file(), "folders are not renamed through the disk");
        RealDisk.rename(from, to)?;
        let (from, to) = (state.relative(from), state.relative(to));
        let file = state.names.remove(&from).expect("a file of ours");
        state.names.insert(to.clone(), file);
        state.changes.push(Change::Rename { from, to });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        if !path.exists() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut state = self.state();
        state.spend(Needs::Nothing)?;
        RealDisk.remove(path)?;
        let relative = state.relative(path);
        state.names.remove(&relative);
        state.changes.push(Change::Remove(relative));
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.state();
        // The data folder's own sync is asked for again when a process that could not found a hall lets go of it.
        if state.relative(folder).components().count() > 1 {
            state.watch(folder, "synced the folder");
        }
        let allowed = state.spend(Needs::Nothing);
        if allowed.is_err() {
            state.failed_syncs.insert(folder.to_owned());
            return allowed;
        }
        let relative = state.relative(folder);
        state.changes.push(Change::SyncFolder(relative));
        Ok(())
    }
}

impl DiskFile for TestFile {
    fn size(&self) -> io::Result<u64> {
        self.inner.size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.watch(&self.path, "wrote");
        let allowed = state.spend(Needs::Space);
        // A full disk takes a part; one that is gone takes nothing.
        let gone = matches!(state.trouble, Some((_, Trouble::Gone)));
        let taken = match allowed {
            Ok(()) => bytes,
            Err(_) if gone => &[],
            Err(_) => &bytes[..bytes.len() / 2],
        };
        self.inner.write_all_at(taken, offset)?;
        if !taken.is_empty() {
            let written = Change::Write {
                file: self.file,
                offset,
                bytes: taken.to_vec(),
            };
            state.changes.push(written);
        }
        allowed
    }

    fn set_size(&self, size: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.watch(&self.path, "cut");
        state.spend(Needs::Nothing)?;
        self.inner.set_size(size)?;
        let file = self.file;
        state.changes.push(Change::SetSize { file, size });
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.watch(&self.path, "synced");
        let gone = matches!(state.trouble, Some((0, Trouble::Gone)));
        let allowed = state.spend(Needs::Space);
        let file = self.file;
        if allowed.is_ok() {
            state.changes.push(Change::Sync { file });
        } else {
            state.failed_syncs.insert(self.path.clone());
            // A killed process did not ask; a disk that fails takes the bytes for clean.
            if !gone {
                state.changes.push(Change::SyncFailed { file });
            }
        }
        allowed
    }
}
