//! `banshi restore BACKUP`: a hall in an empty data folder, from a copy of its journal and of its keys. Numbers go on where they
//! stood (R234), erased persons stay erased (R226).

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Context, ExitStatus, Failure, backup, join};
use crate::host::keep;

/// What `banshi restore` takes.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The folder of the copy, as `banshi backup` made it
    pub backup: PathBuf,
    /// The folder of the keys, where they lie apart from the copy
    #[arg(long, value_name = "FOLDER")]
    pub keys: Option<PathBuf>,
}

/// Restores.
///
/// # Errors
/// [`Failure`] with status 4 where copy or keys have a fault; nothing is restored then.
pub fn run(
    context: &Context,
    args: &RestoreArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let to = join::data_folder(context)?;
    let keys = args.keys.clone().unwrap_or_else(|| args.backup.clone());
    if !keys.join("keys").is_dir() {
        let told = [("folder", keys.display().to_string())];
        return Err(Failure::wrong_use(join::said(
            context,
            "restore-needs-keys",
            &told,
        )));
    }
    let restored = keep::restore(&args.backup, &keys, &to, context.now, &mut |progress| {
        join::tell_progress(context, progress);
    })
    .map_err(|error| backup::failure(context, error))?;
    let (manifest, keys) = (&restored.manifest, &restored.keys);
    let told = [
        ("hall", manifest.hall.clone()),
        ("folder", to.display().to_string()),
        ("at", crate::rules::time::shown(manifest.at)),
        ("seq", manifest.head.seq.to_string()),
        ("hash", manifest.head.hash.to_string()),
        ("texts", keys.texts.to_string()),
        ("erased", keys.erased_texts.to_string()),
        ("forgotten", keys.to_forget.len().to_string()),
    ];
    writeln!(out, "{}", join::said(context, "restore-done", &told))?;
    writeln!(out, "{}", join::said(context, "restore-persons", &told))?;
    writeln!(out, "{}", join::said(context, "restore-copy", &told))?;
    Ok(ExitStatus::Done)
}
