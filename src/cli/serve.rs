//! `banshi serve`: owns the hall and serves terminals on a socket until it is told to stop. A service manager may pass the
//! socket on, and is told when the hall is ready. What happens is logged on stderr; one line on stdout says where it listens.

use std::io::Write;

use clap::Args;
use crossbeam_channel::{Receiver, bounded};

use super::{Context, ExitStatus, Failure, join};
use crate::host::{self, HallClock, Host, Opened};
use crate::server::{self, Door, ServerError};
use crate::sys::{
    self, activation,
    notify::Notifier,
    signals::{self, Listener, Signal},
};

/// What `banshi serve` takes.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// The group whose members may connect: a name or a number
    #[arg(long, value_name = "NAME|GID")]
    pub group: Option<String>,
    /// What is logged on stderr: error, warn, info or debug
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log: String,
}

/// Serves until SIGTERM, SIGINT or SIGHUP.
///
/// # Errors
/// [`Failure`] when the hall cannot be opened, the socket cannot be made, or the hall is lost.
pub fn run(
    context: &Context,
    args: &ServeArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    // Before there is any other thread.
    let passed_on = activation::listeners()?;
    sys::log::start_on_stderr(&args.log).map_err(|error| Failure::wrong_use(error.to_string()))?;
    let group = group(context, args)?;
    let (stop, _listening) = stop_signals()?;
    let notifier = Notifier::of_environment();
    sys::socket::allow_open_files(server::OPEN_FILES);
    notifier.tell(&["STATUS=opening the hall"]);
    let folder = join::hall_folder(context)?;
    let opened = host::open_to_serve(&folder, context.now, &mut |progress| {
        join::tell_progress(context, progress);
    })
    .map_err(|error| join::failure(context, &error))?;
    join::tell_repairs(context, &opened);
    let clock = clock(context, &opened)?;
    let door = if passed_on.is_empty() {
        let folder = join::named_socket_folder(context).unwrap_or(folder);
        Door::open(&folder, group, &opened)
    } else {
        Door::passed_on(passed_on)
    }
    .map_err(|error| failed(&error))?;
    let name = opened.engine.hall().profile().name.clone();
    let host = Host::start_opening(opened.engine, opened.opening, clock)?;
    let line = join::said(
        context,
        "serve-ready",
        &[("name", name), ("path", door.shown())],
    );
    writeln!(out, "{line}")?;
    out.flush()?;
    tracing::info!(path = %door.shown(), "serving");
    notifier.tell(&["READY=1", &format!("STATUS={line}")]);
    server::serve(door, host, &stop, || {
        notifier.tell(&["STOPPING=1", "STATUS=closing the hall"]);
    })
    .map_err(|error| failed(&error))?;
    tracing::info!("closed");
    Ok(ExitStatus::Done)
}

fn group(context: &Context, args: &ServeArgs) -> Result<Option<u32>, Failure> {
    let Some(name) = &args.group else {
        return Ok(None);
    };
    let found = sys::user::group(name).ok_or_else(|| {
        let args = [("name", name.clone())];
        Failure::wrong_use(join::said(context, "serve-no-group", &args))
    })?;
    Ok(Some(found))
}

/// A channel that gets a word when the process is to end.
fn stop_signals() -> Result<(Receiver<()>, Listener), Failure> {
    let (tell, stop) = bounded(1);
    let ends = [Signal::Terminate, Signal::Interrupt, Signal::HangUp];
    let listening = signals::listen(&ends, move |signal| {
        tracing::info!(?signal, "told to stop");
        // A second signal changes nothing.
        let _full = tell.try_send(());
    })?;
    Ok((stop, listening))
}

/// A real hall has the machine's clock. A training hall's goes on from its last entry, or from `--at` where that is later.
fn clock(context: &Context, opened: &Opened) -> Result<HallClock, Failure> {
    let engine = &opened.engine;
    let head_at = engine.head_at();
    match context.global.at {
        at if engine.hall().training() => Ok(HallClock::training(
            at.map_or(head_at, |at| at.max(head_at)),
        )),
        None => Ok(HallClock::Machine),
        Some(_) => Err(Failure::wrong_use(
            context.messages.t("refusal-hall-not_training").into_owned(),
        )),
    }
}

fn failed(error: &ServerError) -> Failure {
    tracing::error!(%error, "not serving");
    Failure {
        status: ExitStatus::Failed,
        lines: vec![error.to_string()],
    }
}
