//! The command line, one file a subcommand.

pub mod find;

use std::process::ExitCode;

/// Runs the command line of this process and returns its exit status.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
