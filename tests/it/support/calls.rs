//! A hall on disk, asked as a stranger's script asks it: every call a process of its own, JSON in and out, the exit status checked.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The example hall that most of these tests use.
pub(crate) const SHANGCAI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/halls/shangcai");

/// A hall's data folder, the time at which it is asked, and a way to ask. The folder goes with it.
pub(crate) struct HallOnDisk {
    home: TempDir,
    at: String,
}

impl HallOnDisk {
    /// A training hall of the example folder, at 09:00 of Monday 2026-03-02.
    pub(crate) fn training() -> Self {
        Self::training_in(Path::new(SHANGCAI))
    }

    /// A training hall of any folder, at the same time.
    pub(crate) fn training_in(folder: &Path) -> Self {
        let hall = Self::unfounded();
        let output = hall
            .command(&["init", "--training"])
            .arg(folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "init: {}", said(&output));
        hall
    }

    /// A folder in which there is no hall yet.
    pub(crate) fn unfounded() -> Self {
        Self {
            home: TempDir::new().unwrap(),
            at: "2026-03-02T09:00:00+08:00".to_owned(),
        }
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("hall")
    }

    /// The time of the next calls, as `--at` takes it.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// Sets the clock of the next calls, in hall time: `2026-03-02T09:10`.
    pub(crate) fn go(&mut self, time: &str) {
        self.at = format!("{time}:00+08:00");
    }

    /// The program with this hall, in English, with nothing of the environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
        command
            .env_clear()
            .args(["--lang", "en", "--hall"])
            .arg(self.folder())
            .args(args);
        command
    }

    /// One call as it is, at the hall's time; `admin` is nobody in particular.
    pub(crate) fn call(&self, staff: &str, method: &str, params: &str) -> Output {
        let mut args = vec!["--at", self.at.as_str()];
        if staff != "admin" {
            args.extend(["--as", staff]);
        }
        args.extend(["call", method, params]);
        self.command(&args).output().unwrap()
    }

    /// The result of a call that must be done.
    pub(crate) fn ok(&self, staff: &str, method: &str, params: Value) -> Value {
        let output = self.call(staff, method, &params.to_string());
        assert!(
            output.status.success(),
            "{staff} {method} {params}: {}",
            said(&output)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The JSON-RPC error object of a call that must end with `status`, with nothing on stdout.
    pub(crate) fn error(&self, staff: &str, method: &str, params: &str, status: i32) -> Value {
        let output = self.call(staff, method, params);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{staff} {method} {params}: {}",
            said(&output)
        );
        error_object(&output)
    }

    /// The `data` of a refusal, which a call must get.
    pub(crate) fn refusal(&self, staff: &str, method: &str, params: Value) -> Value {
        let error = self.error(staff, method, &params.to_string(), 3);
        assert_eq!(error["code"], -32001, "{error}");
        error["data"].clone()
    }

    /// Runs a command without a time and gives its output; the exit status must be `status`.
    pub(crate) fn run(&self, args: &[&str], status: i32) -> Output {
        let output = self.command(args).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{args:?}: {}",
            said(&output)
        );
        output
    }

    /// Every row of a list, page after page, closed ones among them.
    pub(crate) fn rows(&self, noun: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let mut params = json!({"limit": 500, "cursor": cursor});
            if RECORDS.contains(&noun) {
                params["closed"] = json!(true);
            }
            let page = self.ok("admin", &format!("{noun}.list"), params);
            rows.extend(page["rows"].as_array().unwrap().iter().cloned());
            cursor.clone_from(&page["next"]);
            if cursor.is_null() {
                return rows;
            }
        }
    }
}

/// Nouns whose records come and go.
pub(crate) const RECORDS: &[&str] = &[
    "ticket", "enquiry", "case", "branch", "proxy", "custody", "round", "finding", "proposal",
    "document",
];

/// Nouns of the catalogue.
pub(crate) const CATALOGUE: &[&str] = &[
    "window",
    "queue",
    "department",
    "staff",
    "item",
    "material",
    "authorisation",
    "seal",
    "calendar",
];

/// What a process said on stderr.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The error object on stderr of a call that was not done.
pub(crate) fn error_object(output: &Output) -> Value {
    assert!(output.stdout.is_empty(), "nothing is answered");
    let said = said(output);
    let line = said.lines().last().unwrap_or_default();
    let line = line.strip_prefix("banshi: ").unwrap_or(line);
    serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON on stderr: {said}"))
}

/// Every file below a folder whose path ends so.
pub(crate) fn files_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_ending(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
