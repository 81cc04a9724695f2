//! A hall folder of a test's own: an example hall's, copied and changed.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A copy of a hall folder. It goes with the value.
pub(crate) struct FolderCopy(TempDir);

impl FolderCopy {
    /// Of an example hall, by its name.
    pub(crate) fn of(name: &str) -> Self {
        let copy = Self(TempDir::new().unwrap());
        let halls = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/halls"));
        copy_into(&halls.join(name), &copy.folder());
        copy
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> PathBuf {
        self.0.path().join("hall")
    }

    /// Puts a text in the place of another one, which must be there once.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.folder().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{file}: {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Adds rows to a table.
    pub(crate) fn append(&self, file: &str, rows: &str) {
        let path = self.folder().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{}\n{rows}", text.trim_end())).unwrap();
    }
}

fn copy_into(from: &Path, into: &Path) {
    fs::create_dir(into).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = into.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_into(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}
