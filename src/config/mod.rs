//! The user's settings and the folders they live in.
//!
//! Settings are one TOML file, all of it optional, every word of it checked; folders follow the customs of
//! the system. Read once at the start and handed down as values: nothing below reads files or variables.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use serde::Deserialize;

/// The file of settings in the configuration folder.
const SETTINGS_FILE: &str = "settings.toml";
/// The user's own keys in the configuration folder.
const KEYMAP_FILE: &str = "keymap.toml";
/// Settings and keymaps beyond this many bytes are refused: nobody wrote them by hand.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// How many colours to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum ColourSetting {
    /// As the terminal's name says.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// None.
    #[serde(rename = "mono")]
    Mono,
    /// Sixteen.
    #[serde(rename = "16")]
    Sixteen,
    /// 256.
    #[serde(rename = "256")]
    Many,
}

/// How boxes are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BorderSetting {
    /// With lines where the terminal can be trusted to draw them one column wide.
    #[default]
    Auto,
    /// With lines.
    Line,
    /// With ASCII signs.
    Ascii,
}

/// How wide the terminal draws characters of ambiguous width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AmbiguousSetting {
    /// As the terminal's name and locale suggest.
    #[default]
    Auto,
    /// One column.
    Narrow,
    /// Two columns.
    Wide,
}

/// What a user can set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The language, as a tag; none means the locale's, else Chinese.
    pub lang: Option<String>,
    /// The preset of keys: `default`, `numpad` or `vim`.
    pub keymap: Option<String>,
    /// Colours.
    pub colours: ColourSetting,
    /// Boxes.
    pub borders: BorderSetting,
    /// Ambiguous characters.
    pub ambiguous: AmbiguousSetting,
    /// What is logged: `error`, `warn`, `info`, `debug`; none means `warn`.
    pub log: Option<String>,
}

/// Settings or a keymap that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The system names no home folder.
    #[error("this user has no home folder; set HOME")]
    NoHome,
    /// A file that is there cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file larger than any that a person writes.
    #[error("{path} has more than {FILE_BYTES_MAX} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A file that is not what it should be; the reason names line and column.
    #[error("{path}: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl Settings {
    /// Reads `settings.toml` of a configuration folder; without the file, everything is as usual.
    pub fn load(folder: &Path) -> Result<Settings, ConfigError> {
        let path = folder.join(SETTINGS_FILE);
        match read(&path)? {
            None => Ok(Settings::default()),
            Some(text) => {
                Settings::parse(&text).map_err(|reason| ConfigError::Malformed { path, reason })
            }
        }
    }

    /// Reads settings from their text; the reason of a failure names line and column.
    pub fn parse(text: &str) -> Result<Settings, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

/// The folders of this user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Settings and keys.
    pub config: PathBuf,
    /// The hall's data, where no other folder is named.
    pub data: PathBuf,
    /// Logs and incident files.
    pub state: PathBuf,
}

impl Folders {
    /// The folders that the system has for this user.
    pub fn of_user() -> Result<Folders, ConfigError> {
        let folders = ProjectDirs::from("", "", "banshi").ok_or(ConfigError::NoHome)?;
        let data = folders.data_dir().to_owned();
        Ok(Folders {
            config: folders.config_dir().to_owned(),
            state: folders
                .state_dir()
                .map_or_else(|| data.join("state"), Path::to_owned),
            data,
        })
    }

    /// Where the user's own keys are.
    pub fn keymap_file(&self) -> PathBuf {
        self.config.join(KEYMAP_FILE)
    }

    /// The text of the user's own keys; none without the file.
    pub fn keymap(&self) -> Result<Option<String>, ConfigError> {
        read(&self.keymap_file())
    }
}

/// The text of a small file; none where there is no file.
fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    let fault = |source| ConfigError::Read {
        path: path.to_owned(),
        source,
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(error)),
        Ok(metadata) if metadata.len() > FILE_BYTES_MAX => {
            return Err(ConfigError::TooLarge {
                path: path.to_owned(),
            });
        }
        Ok(_) => {}
    }
    fs::read_to_string(path).map(Some).map_err(fault)
}
