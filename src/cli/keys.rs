//! `banshi keys`: the keymap as this user has it, and what is wrong with their own file, by file and line.
//!
//! The console prints the same map under `?`; this one can be read, searched and printed on paper. It shows
//! every action with its name for keymap files, also those that no key reaches.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Context, ExitStatus, Failure};
use crate::config::{Folders, Settings};
use crate::console::help::{context_key, words};
use crate::console::keymap::{Action, Keymap, Preset, UserFile, label};
use crate::console::keymap::{Context as Section, Fault};
use crate::console::text::{Align, Ruler};
use crate::i18n::Messages;

/// The columns of keys and of action names.
const KEYS_WIDTH: usize = 24;
const NAME_WIDTH: usize = 26;

/// What `banshi keys` takes.
#[derive(Debug, Clone, Args)]
pub struct KeysArgs {
    /// The preset, in the place of the one in the settings
    #[arg(long, value_name = "default|numpad|vim", value_parser = parse_preset)]
    pub preset: Option<Preset>,
    /// A keymap file to check, in the place of your own
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

fn parse_preset(name: &str) -> Result<Preset, String> {
    Preset::named(name)
        .ok_or_else(|| format!("unknown keymap {name:?}: use default, numpad or vim"))
}

/// Prints the keymap; faults end it with the status of wrong use, after the map as it is without the file.
pub fn run(
    context: &Context,
    args: &KeysArgs,
    out: &mut impl Write,
) -> Result<ExitStatus, Failure> {
    let messages = &context.messages;
    let failed = |error: &dyn std::error::Error| {
        let reason = error
            .source()
            .map_or_else(String::new, |source| format!(": {source}"));
        Failure::wrong_use(format!("{error}{reason}"))
    };
    let folders = Folders::of_user().map_err(|error| failed(&error))?;
    let settings = Settings::load(&folders.config).map_err(|error| failed(&error))?;
    let preset = match args.preset {
        Some(preset) => preset,
        None => Preset::of(&settings).map_err(Failure::wrong_use)?,
    };
    let path = args.file.clone().unwrap_or_else(|| folders.keymap_file());
    let text = match &args.file {
        Some(path) => Some(
            fs::read_to_string(path)
                .map_err(|error| Failure::wrong_use(format!("{}: {error}", path.display())))?,
        ),
        None => folders.keymap().map_err(|error| failed(&error))?,
    };
    let user = text.map(|text| UserFile {
        name: path.display().to_string(),
        text,
    });
    let (keymap, faults) = Keymap::or_preset(preset, user.as_ref());
    writeln!(
        out,
        "{}",
        messages.with("keys-file", &[("path", path.display().to_string().into())])
    )?;
    print(&keymap, messages, out)?;
    report(&faults, messages)
}

fn report(faults: &[Fault], messages: &Messages) -> Result<ExitStatus, Failure> {
    if faults.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let lines = faults.iter().map(|fault| fault.message(messages)).collect();
    Err(Failure {
        status: ExitStatus::WrongUse,
        lines,
    })
}

fn print(keymap: &Keymap, messages: &Messages, out: &mut impl Write) -> Result<(), Failure> {
    let ruler = Ruler::default();
    for (section, name) in Section::ALL {
        writeln!(out, "\n[{name}]  {}", messages.t(&context_key(section)))?;
        for action in Action::ALL
            .iter()
            .filter(|action| action.contexts().contains(&section))
        {
            let bindings = keymap.bindings(section);
            let of_action: Vec<_> = bindings
                .iter()
                .filter(|binding| binding.action == *action)
                .collect();
            let keys: Vec<String> = of_action
                .iter()
                .map(|binding| label(&binding.keys))
                .collect();
            let text = of_action.first().map_or_else(
                || messages.t(action.message()).into_owned(),
                |binding| words(binding, messages),
            );
            writeln!(
                out,
                "  {} {} {text}",
                ruler.fit(&keys.join("  "), KEYS_WIDTH, Align::Left),
                ruler.fit(action.name(), NAME_WIDTH, Align::Left),
            )?;
        }
    }
    Ok(())
}
