//! `banshi` and `banshi console`: the terminal on a hall. Puts settings, keys, look and session together; what happens then is
//! the console's. The demo opens its throw-away hall through the same door.

use std::path::PathBuf;
use std::rc::Rc;

use chrono::{DateTime, FixedOffset};
use clap::Args;
use serde_json::Value;

use super::join::{self, Joined};
use super::{Context, ExitStatus, Failure};
use crate::config::{Folders, Settings};
use crate::console::hall_clock::HallClock;
use crate::console::keymap::{Keymap, Preset, UserFile};
use crate::console::message::{About, Reading, Weight};
use crate::console::run::ConsoleError;
use crate::console::screen::{Incoming, Keeping, Link, Screen, Setup};
use crate::console::theme::{Surroundings, Theme};
use crate::console::{pages, run, terminal};
use crate::i18n::{Lang, Messages};
use crate::rules::stamp::Via;
use crate::sys;
use crate::wire::{RequestId, Topic};

/// Of what changes the pages are told.
const TOPICS: [&str; 11] = [
    "ticket", "window", "enquiry", "case", "branch", "proposal", "proxy", "custody", "round",
    "finding", "hall",
];

/// What `banshi console` takes.
#[derive(Debug, Clone, Default, Args)]
pub struct ConsoleArgs {
    /// Only look: acts are left out
    #[arg(long)]
    pub readonly: bool,
}

/// Opens the console on the hall of the data folder.
///
/// # Errors
/// [`Failure`] when there is no hall, no terminal, or settings that cannot be read.
pub fn run(context: &Context, args: &ConsoleArgs) -> Result<ExitStatus, Failure> {
    let surroundings = surroundings();
    if surroundings.is_dumb() {
        return Err(Failure::wrong_use(
            context.messages.t("console-no-terminal").into_owned(),
        ));
    }
    let joined = join::join(context, Via::Console)?;
    if joined.greeting["standing"] == "shared" && joined.greeting["staff"].is_null() {
        // The public works at a kiosk; at a console somebody acts.
        return Err(Failure::wrong_use(
            context.messages.t("console-say-who").into_owned(),
        ));
    }
    show(context, args, &surroundings, joined)
}

/// What the environment tells of the terminal.
pub(crate) fn surroundings() -> Surroundings {
    let variable = |name: &str| {
        std::env::var_os(name)
            .map_or_else(String::new, |value| value.to_string_lossy().into_owned())
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .map(variable)
        .find(|value| !value.is_empty());
    Surroundings {
        term: variable("TERM"),
        colour_term: variable("COLORTERM"),
        no_colour: variable("NO_COLOR"),
        locale: locale.unwrap_or_default(),
    }
}

/// Shows a hall that was joined until the console is left.
///
/// # Errors
/// [`Failure`] when the terminal or the settings cannot be used, or the hall is lost.
pub(crate) fn show(
    context: &Context,
    args: &ConsoleArgs,
    surroundings: &Surroundings,
    joined: Joined,
) -> Result<ExitStatus, Failure> {
    let folders = Folders::of_user().map_err(|error| unusable(&error))?;
    let settings = Settings::load(&folders.config).map_err(|error| unusable(&error))?;
    sys::panic::install(terminal::give_back, folders.state.clone());
    // A log that cannot be written must not keep a window closed; the record of the hall is the journal.
    let level = settings.log.as_deref().unwrap_or("warn");
    let _no_log = sys::log::start(&folders.state.join("banshi.log"), level);
    let theme = Theme::new(surroundings, &settings);
    let ruler = theme.ruler();
    let (keymap, faults) = keymap(&folders, &settings)?;
    let messages = Rc::new(Messages::new(language(context, &settings)));
    let news: Vec<String> = faults
        .iter()
        .map(|fault| fault.message(&messages))
        .collect();
    let clock = HallClock::of(&joined.greeting);
    let welcome = welcome(&joined.greeting, &messages);
    let about = about(&joined.greeting, messages, ruler, clock.now(), args);
    let size = sys::terminal::size().unwrap_or((80, 24));
    let mut screen = Screen::new(Setup {
        keymap,
        theme,
        about,
        pages: pages::all(),
        size,
    })
    .linked(link(&joined));
    let news = news.into_iter().map(|line| (Weight::Bad, line));
    for (weight, line) in welcome
        .map(|line| (Weight::Note, line))
        .into_iter()
        .chain(news)
    {
        // Nothing goes out of a line of news.
        let _none = screen.update(Incoming::News(weight, line));
    }
    let Joined {
        mut client, host, ..
    } = joined;
    client
        .watch(TOPICS.map(Topic::from))
        .map_err(|error| join::refused(&error))?;
    let ended = run::run(screen, client, clock, surroundings.abilities(), ruler);
    drop(host);
    ended
        .map(|()| ExitStatus::Done)
        .map_err(|error| lost(&error))
}

/// What the console is joined to: a server keeps drafts for the day, a hall of this process ends with its terminal.
fn link(joined: &Joined) -> Link {
    let keeping = match joined.host {
        Some(_) => Keeping::Here,
        None => Keeping::Server,
    };
    let draw = || RequestId::from_bits(join::chance()).as_str().to_owned();
    Link {
        keeping,
        requests: Some(Box::new(draw)),
    }
}

/// Who comes back to a window with a ticket in hand is told which (R41a).
fn welcome(greeting: &Value, messages: &Messages) -> Option<String> {
    let ticket = greeting.get("in_hand").filter(|ticket| !ticket.is_null())?;
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = messages.t(&format!("ticket-state-{}", word(&ticket["state"])));
    let args = [
        ("number", word(&ticket["number"]).into()),
        ("state", state.into_owned().into()),
        ("window", word(&ticket["window_name"]).into()),
    ];
    Some(messages.with("console-in-hand", &args))
}

/// The reader's language: what the command line says, else the settings, else the environment.
fn language(context: &Context, settings: &Settings) -> Lang {
    match (context.global.lang, &settings.lang) {
        (None, Some(tag)) => tag.parse().unwrap_or_else(|_| context.messages.lang()),
        _ => context.messages.lang(),
    }
}

fn keymap(
    folders: &Folders,
    settings: &Settings,
) -> Result<(Keymap, Vec<crate::console::keymap::Fault>), Failure> {
    let preset = Preset::of(settings).map_err(Failure::wrong_use)?;
    let text = folders.keymap().map_err(|error| unusable(&error))?;
    let path: PathBuf = folders.keymap_file();
    let user = text.map(|text| UserFile {
        name: path.display().to_string(),
        text,
    });
    Ok(Keymap::or_preset(preset, user.as_ref()))
}

fn about(
    greeting: &Value,
    messages: Rc<Messages>,
    ruler: crate::console::text::Ruler,
    now: DateTime<FixedOffset>,
    args: &ConsoleArgs,
) -> About {
    let text = |pointer: &str| {
        greeting
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let english = messages.lang() == Lang::En;
    let named = |zh: &str, en: &str| {
        let name = if english { text(en) } else { String::new() };
        if name.is_empty() { text(zh) } else { name }
    };
    let roles = greeting["roles"].as_array().into_iter().flatten();
    let roles = roles.filter_map(|role| role.as_str().map(str::to_owned));
    let staff = greeting.pointer("/staff/code").and_then(Value::as_str);
    About {
        messages: Rc::clone(&messages),
        ruler,
        now,
        hall: named("/hall/name", "/hall/name_en"),
        staff: staff.map(|code| (code.to_owned(), named("/staff/name", "/staff/name_en"))),
        roles: roles.collect(),
        reading: if args.readonly {
            Reading::Only
        } else {
            Reading::Acting
        },
    }
}

fn unusable(error: &dyn std::error::Error) -> Failure {
    Failure {
        status: ExitStatus::Failed,
        lines: vec![with_source(error)],
    }
}

fn lost(error: &ConsoleError) -> Failure {
    Failure {
        status: ExitStatus::Failed,
        lines: vec![with_source(error)],
    }
}

fn with_source(error: &dyn std::error::Error) -> String {
    let reason = error
        .source()
        .map_or_else(String::new, |source| format!(": {source}"));
    format!("{error}{reason}")
}
