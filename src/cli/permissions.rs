//! `banshi permissions`: the matrix of methods and roles, as it is enforced.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::{Context, ExitStatus, Failure};
use crate::rules::permission::{MATRIX, Role, Row};

/// What `banshi permissions` takes.
#[derive(Debug, Clone, Args)]
pub struct PermissionsArgs {
    /// JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Prints the matrix: `y` does it, `p` may propose it.
///
/// # Errors
/// [`Failure`] when nobody reads.
pub fn run(
    context: &Context,
    args: &PermissionsArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    context.without_hall()?;
    if args.json {
        let words = |roles: &[Role]| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>();
        let rows: Vec<Value> = MATRIX
            .iter()
            .map(|row| json!({"method": row.method, "do": words(row.allowed), "propose": words(row.proposing)}))
            .collect();
        writeln!(out, "{}", Value::Array(rows))?;
        return Ok(ExitStatus::Done);
    }
    let roles: Vec<Role> = Role::ALL
        .into_iter()
        .filter(|role| *role != Role::Hall)
        .collect();
    let width = MATRIX
        .iter()
        .map(|row| row.method.len())
        .max()
        .unwrap_or_default();
    let heads: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    writeln!(out, "{:width$}  {}", "", heads.join(" "))?;
    for row in MATRIX {
        let cells: Vec<String> = roles
            .iter()
            .map(|role| format!("{:^1$}", mark(row, *role), role.as_str().len()))
            .collect();
        writeln!(out, "{:width$}  {}", row.method, cells.join(" ").trim_end())?;
    }
    Ok(ExitStatus::Done)
}

fn mark(row: &Row, role: Role) -> &'static str {
    if row.allowed.contains(&role) {
        "y"
    } else if row.proposing.contains(&role) {
        "p"
    } else {
        "-"
    }
}
