//! `banshi verify` and `banshi rebuild`: the journal proves itself line by line, the records are compared with it, or made
//! again from it.

use std::io::Write;

use clap::Args;

use super::{Context, ExitStatus, Failure, join};
use crate::host::{self, HostError};
use crate::store::{StoreError, verify_chain, verify_live_chain};
use crate::sys::files::RealDisk;

/// What both take: nothing of their own.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {}

/// Checks the chain, then compares the records. While a server serves the hall, the chain alone, up to its last whole line.
///
/// # Errors
/// [`Failure`] with status 4 and the entry's number at the first fault of the journal, or when the hall cannot be read.
pub fn verify(
    context: &Context,
    _args: &VerifyArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let folder = join::hall_folder(context)?;
    let is_live = join::server(context)?.is_some();
    let report = if is_live {
        verify_live_chain(&RealDisk, &folder, &mut |_| {})
    } else {
        verify_chain(&RealDisk, &folder, None, &mut |_| {})
    }
    .map_err(|error| faulty(context, error))?;
    let args = [
        ("entries", report.entry_count.to_string()),
        ("groups", report.group_count.to_string()),
        ("hash", report.head.hash.to_string()),
    ];
    writeln!(out, "{}", join::said(context, "verify-chain", &args))?;
    if is_live {
        writeln!(out, "{}", context.messages.t("verify-live"))?;
        return Ok(ExitStatus::Done);
    }
    let opened = join::open(context)?;
    // What opening had to make again was a difference that verification found.
    let found = if opened.differences.is_empty() {
        opened
            .engine
            .compare(&mut |progress| join::tell_progress(context, progress))
            .map_err(|error| join::failure(context, &HostError::Engine(error)))?
    } else {
        crate::engine::Comparison {
            records: 0,
            differences: opened.differences,
        }
    };
    if found.differences.is_empty() {
        writeln!(
            out,
            "{}",
            join::said(
                context,
                "verify-records",
                &[("count", found.records.to_string())]
            )
        )?;
        return Ok(ExitStatus::Done);
    }
    let mut lines = found.differences;
    lines.push(context.messages.t("verify-differs").into_owned());
    Err(Failure {
        status: ExitStatus::FaultFound,
        lines,
    })
}

fn faulty(context: &Context, error: StoreError) -> Failure {
    let status = match error {
        StoreError::Damaged { .. } | StoreError::Lost { .. } | StoreError::MissingFile { .. } => {
            ExitStatus::FaultFound
        }
        _ => ExitStatus::Failed,
    };
    let failure = join::failure(context, &HostError::Store(error));
    Failure { status, ..failure }
}

/// Makes the records again from the journal.
///
/// # Errors
/// [`Failure`] when the hall cannot be read or written.
pub fn rebuild(
    context: &Context,
    _args: &VerifyArgs,
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
