//! The log: a terminal's goes into a file, readable by its owner alone and begun anew when it has grown too long, since its
//! screen is taken; a service's goes to stderr, where service managers expect it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;

/// A log longer than this is set aside at the start, over the one set aside before.
const LOG_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be opened or set aside.
    #[error("cannot write the log {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The level is none of `error`, `warn`, `info`, `debug`, `trace`.
    #[error("unknown log level {0:?}: use error, warn, info or debug")]
    Level(String),
    /// This process logs already.
    #[error("this process has a log already")]
    Twice,
}

/// Begins to log into `path` what weighs at least `level`.
pub fn start(path: &Path, level: &str) -> Result<(), LogError> {
    let level: LevelFilter = level
        .parse()
        .map_err(|_| LogError::Level(level.to_owned()))?;
    let file = open(path).map_err(|source| LogError::File {
        path: path.to_owned(),
        source,
    })?;
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .try_init()
        .map_err(|_| LogError::Twice)
}

/// Begins to log onto stderr what weighs at least `level`, for a service. Where a journal takes it, which stamps every
/// line itself, lines have no time of their own.
pub fn start_on_stderr(level: &str) -> Result<(), LogError> {
    let level: LevelFilter = level
        .parse()
        .map_err(|_| LogError::Level(level.to_owned()))?;
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .with_writer(io::stderr);
    let begun = if std::env::var_os("JOURNAL_STREAM").is_some() {
        log.without_time().try_init()
    } else {
        log.try_init()
    };
    begun.map_err(|_| LogError::Twice)
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > LOG_BYTES_MAX) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}
