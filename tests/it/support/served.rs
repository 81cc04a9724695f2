//! A hall on disk, served by the real `banshi serve`: started, waited for by what it says itself, spoken to by real clients over
//! its socket, and stopped or killed. The process never outlives the value.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use std::thread;
use std::time::{Duration, Instant};

use banshi::client::Client;
use banshi::sys::{password, random, socket, user};
use banshi::wire::{Connection, Hello, socket_name};
use crossbeam_channel::{Receiver, unbounded};
use serde_json::{Value, json};

use super::calls::{HallOnDisk, SHANGCAI};

/// How long anything is waited for that has to come.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A running server on a hall's folder.
pub(crate) struct Served {
    folder: PathBuf,
    socket: PathBuf,
    child: Child,
    said: Receiver<String>,
}

impl Served {
    /// Serves a hall with the socket in its data folder. The hall's clock runs on from its last entry, or from `hall.at()` where
    /// that is later.
    pub(crate) fn on(hall: &HallOnDisk) -> Self {
        Self::with(hall, &[])
    }

    /// The same with more arguments for `banshi serve`; `--socket FOLDER` among them is minded.
    pub(crate) fn with(hall: &HallOnDisk, args: &[&str]) -> Self {
        let place = args.iter().position(|arg| *arg == "--socket");
        let folder = place.map_or_else(|| hall.folder(), |place| PathBuf::from(args[place + 1]));
        Self::spawned(hall, &folder, Self::command(hall, args)).ready()
    }

    /// The command of a server that was not started yet, for tests that change its surroundings.
    pub(crate) fn command(hall: &HallOnDisk, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banshi"));
        command
            .env_clear()
            .args(["--lang", "en", "--at", hall.at(), "--hall"])
            .arg(hall.folder())
            .arg("serve")
            .args(args);
        command
    }

    /// Starts a command that becomes the server, with its socket in a folder; does not wait until it is ready.
    pub(crate) fn spawned(hall: &HallOnDisk, folder: &Path, mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = lines_of(child.stderr.take().expect("stderr is a pipe"));
        Self {
            folder: hall.folder(),
            socket: folder.join(socket_name()),
            child,
            said,
        }
    }

    /// Waits for the line on stdout that says where it listens.
    pub(crate) fn ready(mut self) -> Self {
        let out = self.child.stdout.take().expect("stdout is a pipe");
        let told = lines_of(out);
        let line = told.recv_timeout(PATIENCE);
        let is_ready = line.is_ok_and(|line| line.contains("served at"));
        assert!(is_ready, "the server is not ready: {}", self.said());
        self
    }

    /// The socket.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// A bare stream to the server.
    pub(crate) fn stream(&self) -> UnixStream {
        stream_to(&self.socket).expect("the server takes connections")
    }

    /// A connection to the server that has said nothing yet.
    pub(crate) fn connection(&self) -> Connection {
        Connection::client(self.stream()).expect("there are threads")
    }

    /// A client who has greeted as a member of staff, or as nobody for `admin`. It does not dial again.
    pub(crate) fn client(&self, staff: &str) -> Client {
        let client = Client::new(self.connection(), Box::new(chance));
        greeted(client, staff)
    }

    /// The same, dialling again whenever the server was away; `socket` is where, also for a server that is started later.
    pub(crate) fn redialling(&self, staff: &str) -> Client {
        let socket = self.socket.clone();
        let dial = move || stream_to(&socket).and_then(Connection::client);
        let client = Client::new(self.connection(), Box::new(chance)).redialling(Box::new(dial));
        greeted(client, staff)
    }

    /// `banshi` as a process of its own, joining this server.
    pub(crate) fn banshi(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_banshi"))
            .env_clear()
            .args(["--lang", "en", "--socket"])
            .arg(self.socket.parent().expect("a folder"))
            .args(args)
            .output()
            .expect("the program runs")
    }

    /// Sends SIGTERM, without waiting.
    pub(crate) fn terminate(&self) {
        signal(&self.child, "TERM");
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.terminate();
        self.ended()
    }

    /// Sends SIGKILL and waits for the end.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Waits until the process has ended by itself.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is a child") {
                return status;
            }
            assert!(Instant::now() < until, "it does not end: {}", self.said());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it has written to its log since this was last asked.
    pub(crate) fn said(&self) -> String {
        self.said.try_iter().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Most tests have ended it before.
        let _ended = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// The lines of a pipe as they come, so that it never fills.
fn lines_of(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, told) = unbounded();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            // Nobody may be listening any more; the pipe is emptied all the same.
            let _gone = tell.send(line);
        }
    });
    told
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status()
        .expect("there is a kill");
    assert!(status.success());
}

/// A stream to a socket; a server's queue of newcomers may be full for a moment.
pub(crate) fn stream_to(path: &Path) -> std::io::Result<UnixStream> {
    let until = Instant::now() + PATIENCE;
    loop {
        match socket::connect(path) {
            Err(error)
                if error.kind() == std::io::ErrorKind::WouldBlock && Instant::now() < until =>
            {
                thread::sleep(Duration::from_millis(1));
            }
            other => return other,
        }
    }
}

pub(crate) fn chance() -> [u8; 16] {
    let mut bits = [0; 16];
    random::fill(&mut bits).expect("the system gives chance");
    bits
}

fn greeted(mut client: Client, staff: &str) -> Client {
    let mut hello = Hello::new();
    hello.staff = (staff != "admin").then(|| staff.into());
    client.greet(&hello).expect("the hall lets them in");
    client
}

/// A result that a client must get.
#[track_caller]
pub(crate) fn ok(client: &mut Client, method: &str, params: Value) -> Value {
    let shown = params.to_string();
    client
        .call(method, params)
        .unwrap_or_else(|error| panic!("{method} {shown}: {error}"))
}

/// The code of the refusal that a client must get.
#[track_caller]
pub(crate) fn refusal(client: &mut Client, method: &str, params: Value) -> String {
    let error = client.call(method, params).expect_err("it is refused");
    error
        .refusal_code()
        .unwrap_or_else(|| panic!("{method}: {error}"))
        .to_owned()
}

/// A ticket for a queue of the example hall.
pub(crate) fn ticket(nth: usize) -> Value {
    json!({"queue": "qiye", "visitor": {"name": format!("访客{nth}")}})
}

/// The PIN of s026 in [`shared_hall`].
pub(crate) const PIN: &str = "2580";

/// A training hall of the example folder whose `hall.toml` lists this login as shared, with [`PIN`] for s026.
pub(crate) fn shared_hall() -> HallOnDisk {
    let hall = HallOnDisk::unfounded();
    let folder = hall.folder().parent().unwrap().join("tables");
    copy(Path::new(SHANGCAI), &folder);
    let profile = folder.join("hall.toml");
    let text = fs::read_to_string(&profile).unwrap();
    let shared = format!("shared_logins = [\"{}\"]", user::login());
    let text = text.replace("shared_logins = []", &shared);
    assert!(text.contains(&shared));
    fs::write(&profile, text).unwrap();
    hall.run(&["init", "--training", folder.to_str().unwrap()], 0);
    let hash = password::hash(PIN, b"fedcba9876543210");
    hall.ok("s026", "staff.set_pin", json!({ "hash": hash }));
    hall
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}
