//! A hall served by the program itself, and clients that speak plain lines to its socket, so that only the server is measured.
//! What the server costs is read from the system's own tables.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use banshi::store::{ChainReport, verify_chain};
use banshi::sys::files::RealDisk;
use banshi::wire::{CONTRACT, socket_name};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Clock ticks a second in the system's tables; Linux has had no other number for decades.
const TICKS_A_SECOND: f64 = 100.0;

/// Request ids of this run, so that no two commands have the same.
static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// A running server on a new training hall.
pub(crate) struct Served {
    folder: TempDir,
    child: Child,
}

impl Served {
    /// Founds the example hall and serves it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hall = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/halls/shangcai");
        let at = ["--at", "2026-03-02T09:00:00+08:00"];
        let made = banshi(&folder)
            .args(at)
            .args(["init", "--training", hall])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let mut child = banshi(&folder)
            .args(at)
            .args(["serve", "--log", "error"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut ready).unwrap();
        assert!(ready.contains("served at"), "{ready}");
        Self { folder, child }
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client who has greeted as a member of staff.
    pub(crate) fn client(&self, staff: &str) -> Caller {
        let mut caller = Caller::at(&self.folder.path().join(socket_name()));
        caller.ask(
            "session.hello",
            &json!({"contract": CONTRACT, "staff": staff, "via": "call"}),
        );
        caller
    }

    /// Processor time of the server so far, in milliseconds.
    pub(crate) fn cpu_ms(&self) -> f64 {
        let stat = fs::read_to_string(self.table("stat")).unwrap();
        let (_, after) = stat.rsplit_once(')').unwrap();
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks = |place: usize| fields[place].parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) / TICKS_A_SECOND * 1000.0
    }

    /// Memory of the server that is resident, in megabytes.
    pub(crate) fn resident_mb(&self) -> f64 {
        let status = fs::read_to_string(self.table("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
        kilobytes.parse::<f64>().unwrap() / 1024.0
    }

    fn table(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.child.id()))
    }

    /// Proves the journal as it stands: how many entries, in how many groups, and its bytes.
    pub(crate) fn journal(&self) -> (ChainReport, u64) {
        let report = verify_chain(&RealDisk, self.folder(), None, &mut |_| {}).unwrap();
        let files = fs::read_dir(self.folder().join("journal")).unwrap();
        let bytes = files
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum();
        (report, bytes)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A bench that failed has nothing more to ask of it.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn banshi(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
    command
        .env_clear()
        .args(["--lang", "en", "--hall"])
        .arg(folder.path());
    command
}

/// One end of a connection that asks one thing at a time.
pub(crate) struct Caller {
    writer: UnixStream,
    reader: BufReader<UnixStream>,
    line: String,
}

impl Caller {
    fn at(socket: &Path) -> Self {
        let writer = UnixStream::connect(socket).unwrap();
        let reader = BufReader::new(writer.try_clone().unwrap());
        Self {
            writer,
            reader,
            line: String::new(),
        }
    }

    /// A command, under a request id of its own; gives the result.
    pub(crate) fn command(&mut self, method: &str, mut params: Value) -> Value {
        let nth = REQUESTS.fetch_add(1, Ordering::Relaxed);
        params["request"] = format!("request{nth:015}").into();
        self.ask(method, &params)
    }

    /// Asks and waits; a refusal ends the bench.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let asked = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let mut line = asked.to_string();
        line.push('\n');
        self.writer.write_all(line.as_bytes()).unwrap();
        self.line.clear();
        self.reader.read_line(&mut self.line).unwrap();
        let mut answer: Value = serde_json::from_str(&self.line).unwrap();
        assert!(answer.get("error").is_none(), "{asked}: {}", self.line);
        answer["result"].take()
    }
}
