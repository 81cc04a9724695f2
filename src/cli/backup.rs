//! `banshi backup FOLDER`: a copy of the hall's journal in another folder, also while the hall is at work; what is there
//! already is continued. The keys go to a folder of their own, for whoever has both can read everything.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Context, ExitStatus, Failure, join};
use crate::host::HostError;
use crate::host::keep::{self, KeepError};
use crate::rules::stamp::Via;
use crate::store::copy::{CopyError, UpTo};
use crate::store::{Hash, Head, StoreError};

/// What `banshi backup` takes.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The folder of the copy; one that is there is continued
    pub folder: PathBuf,
    /// Copy the keys into this folder; it must lie apart from the copy
    #[arg(long, value_name = "FOLDER", conflicts_with = "with_keys")]
    pub keys: Option<PathBuf>,
    /// Put the keys beside the copy: whoever has the folder can then read everything
    #[arg(long)]
    pub with_keys: bool,
}

/// Copies.
///
/// # Errors
/// [`Failure`] with status 4 where the journal or the copy that is there has a fault, or the two went different ways; 2 where the
/// folders would put keys and copy together.
pub fn run(
    context: &Context,
    args: &BackupArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let hall = join::hall_folder(context)?;
    refuse_together(context, &hall, args)?;
    let (up_to, still) = match keep::hold(&hall, context.now) {
        Ok(still) => (still.up_to, Some(still)),
        Err(StoreError::Locked { .. }) => (ask_head(context), None),
        Err(error) => return Err(failure(context, error.into())),
    };
    let copied = keep::backup(&hall, &args.folder, context.now, up_to)
        .map_err(|error| failure(context, error))?;
    let head = copied.manifest.head;
    let told = [
        ("hall", copied.manifest.hall.clone()),
        ("folder", args.folder.display().to_string()),
        ("seq", head.seq.to_string()),
        ("hash", head.hash.to_string()),
        ("new", copied.new_entries.to_string()),
        ("left", copied.left_out.to_string()),
    ];
    writeln!(out, "{}", join::said(context, "backup-done", &told))?;
    if copied.left_out > 0 {
        writeln!(out, "{}", join::said(context, "backup-left-out", &told))?;
    }
    let keys = args
        .keys
        .as_ref()
        .or(args.with_keys.then_some(&args.folder));
    let Some(keys) = keys else {
        writeln!(out, "{}", context.messages.t("backup-without-keys"))?;
        return Ok(ExitStatus::Done);
    };
    let count = keep::backup_keys(&hall, keys).map_err(|error| failure(context, error))?;
    drop(still);
    let told = [
        ("count", count.to_string()),
        ("folder", keys.display().to_string()),
    ];
    let key = if args.with_keys {
        "backup-keys-beside"
    } else {
        "backup-keys-apart"
    };
    writeln!(out, "{}", join::said(context, key, &told))?;
    Ok(ExitStatus::Done)
}

/// Up to where the hall is durable, as its server says; where nobody answers, only as far as the journal proves it itself.
fn ask_head(context: &Context) -> UpTo {
    let answered = join::join(context, Via::Call)
        .ok()
        .and_then(|mut joined| joined.client.call("hall.status", json!({})).ok());
    let head = answered.as_ref().and_then(|status| {
        let hash = status.pointer("/head/hash")?.as_str()?;
        Some(Head {
            seq: status.pointer("/head/seq")?.as_u64()?,
            hash: Hash::from_hex(hash.as_bytes())?,
        })
    });
    head.map_or(UpTo::Proven, UpTo::Head)
}

/// Copy, keys and hall are three folders, none in another.
fn refuse_together(context: &Context, hall: &Path, args: &BackupArgs) -> Result<(), Failure> {
    let wrong = |key: &str| {
        Failure::wrong_use(join::said(
            context,
            key,
            &[("folder", args.folder.display().to_string())],
        ))
    };
    let (hall, copy) = (settled(hall), settled(&args.folder));
    let keys = args.keys.as_deref().map(settled);
    let within = |one: &Path, other: &Path| one.starts_with(other) || other.starts_with(one);
    if within(&copy, &hall) || keys.as_ref().is_some_and(|keys| within(keys, &hall)) {
        return Err(wrong("backup-in-hall"));
    }
    if keys.is_some_and(|keys| within(&keys, &copy)) {
        return Err(wrong("backup-keys-together"));
    }
    Ok(())
}

/// A path as it is once links are followed, as far as it exists.
fn settled(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|ancestor| {
        let real = ancestor.canonicalize().ok()?;
        let rest = path.strip_prefix(ancestor).ok()?;
        Some(real.join(rest))
    });
    there.unwrap_or(path)
}

/// A fault of keeping in the reader's words, and its status: 4 for what verification would find.
pub(super) fn failure(context: &Context, error: KeepError) -> Failure {
    let found = match &error {
        KeepError::Unfit(_)
        | KeepError::Copy(
            CopyError::Changed { .. }
            | CopyError::Diverged { .. }
            | CopyError::Manifest { .. }
            | CopyError::OtherHall { .. },
        ) => true,
        KeepError::Copy(CopyError::Store(error)) => join::is_damage(error),
        _ => false,
    };
    match error {
        KeepError::Host(error) => join::failure(context, &error),
        KeepError::Copy(CopyError::Store(error @ StoreError::NoHall { .. })) => {
            join::failure(context, &HostError::Store(error))
        }
        error => Failure {
            status: if found {
                ExitStatus::FaultFound
            } else {
                ExitStatus::Failed
            },
            lines: vec![error.to_string()],
        },
    }
}
