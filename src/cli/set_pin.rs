//! `banshi pin`: asks for a PIN twice on the terminal, hashes it here and gives the hall the hash. The PIN itself goes nowhere:
//! no option, no environment, no wire takes it.

use std::io::Write;
use std::ops::RangeInclusive;

use clap::Args;
use serde_json::{Value, json};

use super::{Context, ExitStatus, Failure, join};
use crate::rules::stamp::Via;
use crate::sys::{password, random, terminal};

/// How many characters a PIN has: four digits at least, as on a bank card; a sentence at most.
const PIN_LENGTH: RangeInclusive<usize> = 4..=32;

/// What `banshi pin` takes.
#[derive(Debug, Clone, Args)]
pub struct PinArgs {
    /// Whose PIN, set by an administrator; without it one's own
    pub staff: Option<String>,
    /// Take the PIN away, as an administrator
    #[arg(long)]
    pub remove: bool,
}

/// Sets a PIN or takes it away.
///
/// # Errors
/// [`Failure`] when there is no terminal, the two PINs differ or are too short or long, or the hall refuses.
pub fn run(context: &Context, args: &PinArgs, out: &mut impl Write) -> Result<ExitStatus, Failure> {
    let mut params = json!({});
    if let Some(staff) = &args.staff {
        params["staff"] = Value::from(staff.as_str());
    }
    // Joined first: who may not, or types the wrong hall, is not asked for a PIN.
    let mut joined = join::join(context, Via::Call)?;
    if !args.remove {
        let pin = ask(context)?;
        let mut salt = [0; 16];
        random::fill(&mut salt)?;
        params["hash"] = Value::from(password::hash(&pin, &salt));
    }
    let row = joined
        .client
        .call("staff.set_pin", params)
        .map_err(|error| join::refused(&error))?;
    let name = row["name"].as_str().unwrap_or_default().to_owned();
    let key = if args.remove {
        "pin-taken-away"
    } else {
        "pin-set"
    };
    writeln!(out, "{}", join::said(context, key, &[("staff", name)]))?;
    Ok(ExitStatus::Done)
}

/// A PIN, typed twice and not shown.
fn ask(context: &Context) -> Result<String, Failure> {
    let bounds = [
        ("least", PIN_LENGTH.start().to_string()),
        ("most", PIN_LENGTH.end().to_string()),
    ];
    let wrong = |key: &str| Failure::wrong_use(join::said(context, key, &bounds));
    let answer = |key: &str| {
        let question = format!("{} ", join::said(context, key, &bounds));
        let typed = terminal::ask_hidden(&question).map_err(|error| {
            let args = [("reason", error.to_string())];
            Failure::wrong_use(join::said(context, "pin-no-terminal", &args))
        })?;
        // Given up: nothing to say beside the status.
        typed.ok_or(Failure {
            status: ExitStatus::Failed,
            lines: Vec::new(),
        })
    };
    let pin = answer("pin-new")?;
    if !PIN_LENGTH.contains(&pin.chars().count()) {
        return Err(wrong("pin-length"));
    }
    if answer("pin-repeat")? != pin {
        return Err(wrong("pin-differs"));
    }
    Ok(pin)
}
