//! What happens when a panic is not caught: the terminal is put back first, then people are told, and an
//! incident file keeps what happened for whoever mends it.

use std::backtrace::Backtrace;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::thread;

use super::clock;

/// Installs the hook. `restore` puts the terminal back, and does nothing where it was not taken; incident
/// files go into `folder`, which is made when it is needed.
pub fn install(restore: fn(), folder: PathBuf) {
    panic::set_hook(Box::new(move |info| {
        restore();
        let report = report(info);
        let mut stderr = io::stderr().lock();
        // Nobody is left to tell if this fails.
        let _ = match keep(&folder, &report) {
            Ok(path) => writeln!(stderr, "{}\n{}", headline(info), path.display()),
            Err(_) => writeln!(stderr, "{report}"),
        };
    }));
}

fn headline(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(String::new, |place| {
        format!(" ({}:{})", place.file(), place.line())
    });
    format!(
        "banshi {}: {}{place}",
        env!("CARGO_PKG_VERSION"),
        message(info)
    )
}

fn message<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic")
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let current = thread::current();
    let thread = current.name().unwrap_or("unnamed");
    let time = clock::now().to_rfc3339();
    format!(
        "{}\nthread {thread}, {time}\n{}\n",
        headline(info),
        Backtrace::force_capture()
    )
}

/// Writes the report to a file of its own, readable by its owner alone.
fn keep(folder: &Path, report: &str) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!(
        "incident-{}.txt",
        clock::now().format("%Y%m%dT%H%M%S%.6f")
    ));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(report.as_bytes())?;
    Ok(path)
}
