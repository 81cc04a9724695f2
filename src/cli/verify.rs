//! `banshi verify` and `banshi rebuild`: the journal proves itself line by line, keys and records are compared with it, or the
//! records made again from it. A backup is proved the same way, and an entry whose hash was written down.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Context, ExitStatus, Failure, backup, join};
use crate::engine::{Engine, EngineError, KeysFound, hall_of};
use crate::host::{self, HostError, Opening, keep};
use crate::store::{ChainWalk, Hash, Head, Line, LineFault, StoreError};
use crate::sys::files::RealDisk;

/// What `banshi verify` takes.
#[derive(Debug, Clone, Default, Args)]
pub struct VerifyArgs {
    /// An entry and its hash, as `banshi journal head` printed them; may be given again
    #[arg(long = "head", value_name = "SEQ:HASH", value_parser = parse_head)]
    pub heads: Vec<Head>,
    /// Prove a backup instead of the hall
    #[arg(long, value_name = "FOLDER")]
    pub backup: Option<PathBuf>,
    /// The keys of the backup, where they lie apart from it
    #[arg(long, value_name = "FOLDER", requires = "backup")]
    pub keys: Option<PathBuf>,
}

/// What `banshi rebuild` takes: nothing of its own.
#[derive(Debug, Clone, Args)]
pub struct RebuildArgs {}

fn parse_head(text: &str) -> Result<Head, String> {
    let read = || {
        let (seq, hash) = text.split_once(':')?;
        Some(Head {
            seq: seq.parse().ok()?,
            hash: Hash::from_hex(hash.as_bytes())?,
        })
    };
    read().ok_or_else(|| "not an entry's number, a colon and 64 hexadecimal digits".to_owned())
}

/// Entries whose hashes were written down, on the way through a journal.
struct Heads<'a> {
    wanted: &'a [Head],
    met: Vec<Head>,
    changed: Option<u64>,
}

impl<'a> Heads<'a> {
    fn new(wanted: &'a [Head]) -> Self {
        Self {
            wanted,
            met: Vec::new(),
            changed: None,
        }
    }

    fn pass(&mut self, line: &Line) {
        for head in self.wanted.iter().filter(|head| head.seq == line.seq) {
            if head.hash == line.hash {
                self.met.push(*head);
            } else {
                self.changed.get_or_insert(line.seq);
            }
        }
    }

    /// Says which are as they were written down; the first that is not is the fault.
    fn tell(&self, context: &Context, out: &mut impl Write) -> Result<(), Failure> {
        let fault = |key: &str, seq: u64| {
            let line = join::said(context, key, &[("seq", seq.to_string())]);
            found(vec![line])
        };
        if let Some(seq) = self.changed {
            return Err(fault("verify-head-changed", seq));
        }
        for head in self.wanted {
            if !self.met.contains(head) {
                return Err(fault("verify-head-missing", head.seq));
            }
            let told = [("seq", head.seq.to_string())];
            writeln!(out, "{}", join::said(context, "verify-head", &told))?;
        }
        Ok(())
    }
}

fn found(lines: Vec<String>) -> Failure {
    Failure {
        status: ExitStatus::FaultFound,
        lines,
    }
}

/// Checks the chain, the entries that were written down, the keys, then the records.
///
/// # Errors
/// [`Failure`] with status 4 and the entry's number at the first fault, or when the hall cannot be read.
pub fn verify(
    context: &Context,
    args: &VerifyArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    if let Some(folder) = &args.backup {
        return verify_backup(context, args, folder, out);
    }
    let folder = join::hall_folder(context)?;
    if let Some(error) = displaced(&folder) {
        return Err(join::failure(context, &HostError::Store(error)));
    }
    let opened = host::begin(&folder, context.now, &mut |progress| {
        join::tell_progress(context, progress);
    });
    let mut opened = match opened {
        Ok(opened) => opened,
        // Somebody is at work in it: what stands can be proved all the same.
        Err(error @ HostError::Store(StoreError::Locked { .. })) => {
            verify_chain(context, &folder, args, out)?;
            if join::server(context)?.is_none() {
                return Err(join::failure(context, &error));
            }
            writeln!(out, "{}", context.messages.t("verify-live"))?;
            return Ok(ExitStatus::Done);
        }
        // Which entry it is that the keys do not open, opening cannot tell.
        Err(error @ HostError::Engine(EngineError::Seal(_))) => {
            let hall = verify_chain(context, &folder, args, out)?;
            keep::audit_keys(&folder, &hall).map_err(|error| backup::failure(context, error))?;
            return Err(join::failure(context, &error));
        }
        // Opening reads from the end: the first fault in the journal may lie before the one that it met.
        Err(error @ HostError::Store(StoreError::Damaged { .. })) => {
            verify_chain(context, &folder, args, out)?;
            return Err(join::failure(context, &error));
        }
        Err(error) => return Err(join::failure(context, &error)),
    };
    for repair in &opened.repairs {
        eprintln!("banshi: {repair}");
    }
    verify_chain(context, &folder, args, out)?;
    verify_keys(context, &opened.engine, out)?;
    if let Opening::Remaking(_) = opened.opening {
        // There is nothing to compare with: the records are missing, or a power cut went over them.
        opened
            .finish(&mut |progress| join::tell_progress(context, progress))
            .map_err(|error| join::failure(context, &error))?;
    }
    drop(opened.opening);
    verify_records(context, &opened.engine, out)
}

/// The chain, and the entries that were written down; gives the hall's id.
/// The first fault of the journal, where it is a whole line in the wrong place: no torn write leaves one, so that it is found
/// before opening may cut the journal's end.
fn displaced(folder: &Path) -> Option<StoreError> {
    let mut walk = ChainWalk::new(&RealDisk, &folder.join("journal"), None).ok()?;
    let fault = walk.by_ref().find_map(Result::err).or(walk.into_torn())?;
    let is_whole = matches!(
        &fault,
        StoreError::Damaged {
            fault: LineFault::Seq { .. } | LineFault::Group { .. } | LineFault::Prev { .. },
            ..
        }
    );
    is_whole.then_some(fault)
}

fn verify_chain(
    context: &Context,
    folder: &Path,
    args: &VerifyArgs,
    out: &mut impl Write,
) -> Result<String, Failure> {
    let mut heads = Heads::new(&args.heads);
    let (mut groups, mut last, mut hall) = (0_u64, None, None);
    let faulty = |error| join::failure(context, &HostError::Store(error));
    let journal = folder.join("journal");
    for walked in ChainWalk::new(&RealDisk, &journal, None).map_err(faulty)? {
        let line = walked.map_err(faulty)?.line;
        if line.seq == 1 {
            hall = hall_of(&line);
            if hall.is_none() {
                let path = journal.clone();
                let hall = context.messages.t("verify-founded").into_owned();
                return Err(faulty(StoreError::OtherHall { path, hall }));
            }
        }
        groups += u64::from(line.group == line.seq);
        heads.pass(&line);
        last = Some(line.head());
    }
    let Some(head) = last else {
        return Err(faulty(StoreError::NoHall { folder: journal }));
    };
    let told = [
        ("entries", head.seq.to_string()),
        ("groups", groups.to_string()),
        ("hash", head.hash.to_string()),
    ];
    writeln!(out, "{}", join::said(context, "verify-chain", &told))?;
    heads.tell(context, out)?;
    Ok(hall.unwrap_or_default())
}

fn verify_keys(context: &Context, engine: &Engine, out: &mut impl Write) -> Result<(), Failure> {
    let audited = engine
        .audit_keys()
        .map_err(|error| join::failure(context, &HostError::Engine(error)))?;
    let keys = audited.map_err(|fault| found(vec![fault.to_string()]))?;
    tell_keys(context, &keys, out)
}

fn tell_keys(context: &Context, keys: &KeysFound, out: &mut impl Write) -> Result<(), Failure> {
    let told = [
        ("texts", keys.texts.to_string()),
        ("erased", keys.erased_texts.to_string()),
        ("count", keys.to_forget.len().to_string()),
    ];
    writeln!(out, "{}", join::said(context, "verify-keys", &told))?;
    if !keys.to_forget.is_empty() {
        writeln!(out, "{}", join::said(context, "verify-keys-erased", &told))?;
    }
    Ok(())
}

fn verify_records(
    context: &Context,
    engine: &Engine,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let compared = engine
        .compare(&mut |progress| join::tell_progress(context, progress))
        .map_err(|error| join::failure(context, &HostError::Engine(error)))?;
    if compared.differences.is_empty() {
        let told = [("count", compared.records.to_string())];
        writeln!(out, "{}", join::said(context, "verify-records", &told))?;
        return Ok(ExitStatus::Done);
    }
    let mut lines = compared.differences;
    lines.push(context.messages.t("verify-differs").into_owned());
    Err(found(lines))
}

fn verify_backup(
    context: &Context,
    args: &VerifyArgs,
    folder: &Path,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let mut heads = Heads::new(&args.heads);
    let mut groups = 0_u64;
    let manifest = keep::check_backup(folder, &mut |line| {
        groups += u64::from(line.group == line.seq);
        heads.pass(line);
    })
    .map_err(|error| backup::failure(context, error))?;
    let told = [
        ("hall", manifest.hall.clone()),
        ("at", crate::rules::time::shown(manifest.at)),
        ("entries", manifest.head.seq.to_string()),
        ("groups", groups.to_string()),
        ("hash", manifest.head.hash.to_string()),
    ];
    writeln!(out, "{}", join::said(context, "verify-backup", &told))?;
    heads.tell(context, out)?;
    let keys = args.keys.clone().unwrap_or_else(|| folder.to_owned());
    if keys.join("keys").is_dir() {
        let found = keep::check_backup_keys(folder, &manifest, &keys)
            .map_err(|error| backup::failure(context, error))?;
        tell_keys(context, &found, out)?;
    } else {
        writeln!(out, "{}", context.messages.t("verify-backup-no-keys"))?;
    }
    Ok(ExitStatus::Done)
}

/// Makes the records again from the journal.
///
/// # Errors
/// [`Failure`] when the hall cannot be read or written.
pub fn rebuild(
    context: &Context,
    _args: &RebuildArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let folder = join::hall_folder(context)?;
    if let Some((path, _)) = join::server(context)? {
        let args = [("path", path.display().to_string())];
        return Err(Failure {
            status: ExitStatus::Failed,
            lines: vec![join::said(context, "rebuild-served", &args)],
        });
    }
    let mut opened = host::open(&folder, context.now, &mut |progress| {
        join::tell_progress(context, progress);
    })
    .map_err(|error| join::failure(context, &error))?;
    opened
        .engine
        .rebuild(&mut |progress| join::tell_progress(context, progress))
        .map_err(|error| join::failure(context, &HostError::Engine(error)))?;
    writeln!(
        out,
        "{}",
        join::said(
            context,
            "rebuild-done",
            &[("seq", opened.engine.head().seq.to_string())]
        )
    )?;
    Ok(ExitStatus::Done)
}
