//! Clerks at the end of a real line: OpenSSH's sshd on loopback with a configuration of its own, two keys that may do nothing
//! but open the console, one member of staff each. Skipped, and said so, where there is no sshd.

use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::reconnect::draft_with;
use crate::support::calls::HallOnDisk;
use crate::support::folder::FolderCopy;
use crate::support::served::{PATIENCE, Served, ok};
use crate::support::terminal::Terminal;

/// Where systems keep it; it is in no ordinary user's path.
const SSHD: [&str; 3] = [
    "/usr/sbin/sshd",
    "/usr/local/sbin/sshd",
    "/usr/lib/ssh/sshd",
];

/// What a daemon of the root user wants to be there.
const EMPTY_ROOM: &str = "/run/sshd";

/// A daemon with keys for some members of staff.
struct Daemon {
    home: TempDir,
    port: u16,
    login: String,
    child: Child,
}

impl Daemon {
    /// A daemon that opens the console on a server; none, and why, where the machine has none.
    fn before(server: &Served, staff: &[&str]) -> Result<Self, String> {
        let sshd = SSHD.iter().find(|path| Path::new(path).is_file());
        let sshd = *sshd.ok_or("there is no sshd on this machine")?;
        let login = banshi::sys::user::login();
        if banshi::sys::user::own_uid() == 0 {
            fs::create_dir_all(EMPTY_ROOM).map_err(|error| format!("{EMPTY_ROOM}: {error}"))?;
        }
        let home = TempDir::new().unwrap();
        make_key(&home.path().join("host"))?;
        let mut keys = String::new();
        for code in staff {
            let key = home.path().join(code);
            make_key(&key)?;
            let public = fs::read_to_string(key.with_extension("pub")).unwrap();
            let command = forced_command(server, code, home.path());
            let _ = write!(keys, "command=\"{command}\",restrict,pty {public}");
        }
        write_private(&home.path().join("authorized_keys"), &keys);
        // A free port may be taken again before the daemon has it.
        for _ in 0..10 {
            if let Some((port, child)) = started(sshd, home.path()) {
                return Ok(Self {
                    home,
                    port,
                    login,
                    child,
                });
            }
        }
        Err("sshd does not start".to_owned())
    }

    /// What `ssh` is told to reach the daemon with the key of a member of staff.
    fn arguments(&self, staff: &str) -> Vec<String> {
        let known = self.home.path().join("known_hosts");
        let key = self.home.path().join(staff);
        let options = [
            "StrictHostKeyChecking=no".to_owned(),
            format!("UserKnownHostsFile={}", known.display()),
            "IdentitiesOnly=yes".to_owned(),
            "IdentityAgent=none".to_owned(),
            "PasswordAuthentication=no".to_owned(),
            "LogLevel=ERROR".to_owned(),
        ];
        let mut arguments = vec!["-F".to_owned(), "none".to_owned()];
        arguments.extend(
            options
                .into_iter()
                .flat_map(|option| ["-o".to_owned(), option]),
        );
        arguments.extend(["-i".to_owned(), key.display().to_string()]);
        arguments.extend(["-p".to_owned(), self.port.to_string()]);
        arguments
    }

    fn address(&self) -> String {
        format!("{}@127.0.0.1", self.login)
    }

    /// A member of staff at a terminal, over the line.
    fn terminal(&self, staff: &str) -> Terminal {
        let mut command = CommandBuilder::new("ssh");
        command.args(self.arguments(staff));
        command.args(["-tt".to_owned(), self.address()]);
        Terminal::running(command)
    }

    /// Something else that is asked of the daemon with the key of a member of staff; `before` stands before the address.
    fn asks(&self, staff: &str, before: &[&str], after: &[&str]) -> Output {
        Command::new("ssh")
            .args(self.arguments(staff))
            .args(before)
            .arg(self.address())
            .args(after)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// The only thing that a key may do.
fn forced_command(server: &Served, staff: &str, home: &Path) -> String {
    let words = [
        "env".to_owned(),
        "LANG=zh_CN.UTF-8".to_owned(),
        format!("HOME={}", home.display()),
        env!("CARGO_BIN_EXE_banshi").to_owned(),
        format!("--socket {}", server.folder().display()),
        format!("--as {staff} console"),
    ];
    words.join(" ")
}

fn make_key(path: &Path) -> Result<(), String> {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(path)
        .status()
        .map_err(|error| format!("ssh-keygen: {error}"))?;
    made.success()
        .then_some(())
        .ok_or_else(|| "ssh-keygen fails".to_owned())
}

fn write_private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Starts the daemon on a free port and waits until it listens; none when it ended instead.
fn started(sshd: &str, home: &Path) -> Option<(u16, Child)> {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = port.local_addr().unwrap().port();
    let file = |name: &str| home.join(name).display().to_string();
    let (host, keys) = (file("host"), file("authorized_keys"));
    let config = format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {host}\nAuthorizedKeysFile {keys}\nPidFile none\nUsePAM no\n\
         StrictModes no\nPubkeyAuthentication yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\nMaxStartups 100\nSubsystem sftp internal-sftp\n"
    );
    let path: PathBuf = home.join("sshd_config");
    write_private(&path, &config);
    let log = fs::File::create(home.join("sshd.log")).unwrap();
    let mut child = Command::new(sshd)
        .args(["-D", "-e", "-f"])
        .arg(path)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let until = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some((port, child));
        }
        assert!(Instant::now() < until, "sshd listens nowhere");
        thread::sleep(Duration::from_millis(10));
    }
    None
}

/// A hall whose clerks all come by one login, which is this user's.
fn hall() -> HallOnDisk {
    let folder = FolderCopy::of("shangcai");
    let shared = format!("shared_logins = [\"{}\"]", banshi::sys::user::login());
    folder.replace("hall.toml", "shared_logins = []", &shared);
    HallOnDisk::training_in(&folder.folder())
}

/// A served hall with three tickets waiting and a daemon for two clerks; none where there is no daemon.
fn two_clerks() -> Option<(HallOnDisk, Served, Daemon)> {
    let hall = hall();
    let server = Served::on(&hall);
    let daemon = match Daemon::before(&server, &["s026", "s027"]) {
        Ok(daemon) => daemon,
        Err(reason) => {
            eprintln!("skipped: {reason}; README.md says how to install it");
            return None;
        }
    };
    let mut guide = server.client("s007");
    for _ in 0..3 {
        ok(&mut guide, "ticket.issue", json!({"queue": "qiye"}));
    }
    for (staff, window) in [("s026", "w011"), ("s027", "w012")] {
        let mut clerk = server.client(staff);
        ok(&mut clerk, "window.sign_on", json!({ "window": window }));
    }
    Some((hall, server, daemon))
}

fn state_of(server: &Served, number: &str) -> Value {
    let mut inspector = server.client("s004");
    ok(&mut inspector, "ticket.get", json!({ "ticket": number }))["state"].clone()
}

#[test]
fn two_clerks_over_ssh_see_each_other_and_a_broken_line_loses_nothing() {
    let Some((hall, server, daemon)) = two_clerks() else {
        return;
    };
    let mut one = daemon.terminal("s026");
    let mut two = daemon.terminal("s027");
    for terminal in [&one, &two] {
        terminal.shows("A001");
        terminal.shows("A003");
    }
    one.types("1");
    one.shows("请 A001 号到11号窗口");
    two.hides("A001");
    two.types("1");
    two.shows("请 A002 号到12号窗口");
    one.hides("A002");
    one.types("3");
    one.shows("A001 号开始办理");

    // The line breaks in the middle of a form: nothing is registered, nothing is lost.
    one.types("e");
    one.shows("事项");
    one.types("异地就医怎么备案");
    draft_with(&server, "s026", "异地就医怎么备案");
    one.kill();
    two.types("3");
    two.shows("A002 号开始办理");
    assert_eq!(state_of(&server, "A001"), "serving");
    let mut inspector = server.client("s004");
    let enquiries = ok(&mut inspector, "enquiry.list", json!({}));
    assert_eq!(enquiries["rows"], json!([]));

    // Back again, the ticket in hand is theirs, and so is what they had typed.
    let mut again = daemon.terminal("s026");
    again.shows("A001");
    again.shows("办理中");
    again.shows("有草稿 1 份");
    again.types("e");
    again.shows("异地就医怎么备案");
    again.types("\r2\u{13}");
    again.shows("已登记");
    let enquiries = ok(&mut inspector, "enquiry.list", json!({}));
    assert_eq!(enquiries["rows"][0]["owner"], "s026");
    assert_eq!(enquiries["rows"].as_array().unwrap().len(), 1);
    two.types("q");
    two.shows("确定退出");
    two.types("y");
    assert!(two.ends(), "the console stays");
    drop(again);
    assert!(server.stop().success());
    hall.run(&["verify"], 0);
}

#[test]
fn a_clerks_key_opens_the_console_and_nothing_else() {
    let Some((_hall, server, daemon)) = two_clerks() else {
        return;
    };
    // Another command is not run: the console is, and says that it has no terminal here.
    let mark = daemon.home.path().join("mark");
    let touch = format!("touch {} && id", mark.display());
    let output = daemon.asks("s026", &[], &[&touch]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains("uid="), "{said}");
    assert!(!mark.exists());
    let shell = daemon.asks("s026", &[], &["/bin/sh"]);
    assert!(!shell.status.success());

    // Neither files nor ports.
    let files = daemon.asks("s026", &["-s"], &["sftp"]);
    assert!(!files.status.success());
    let elsewhere = format!("127.0.0.1:{}", daemon.port);
    let through = daemon.asks("s026", &["-W", &elsewhere], &[]);
    assert!(!through.status.success());
    let said = String::from_utf8_lossy(&through.stdout);
    assert!(!said.contains("SSH-"), "{said}");

    // Another one's name is not taken either: the key says who it is.
    let other = daemon.asks(
        "s026",
        &[],
        &["banshi", "--as", "s001", "call", "hall.status"],
    );
    assert!(!other.status.success());
    assert!(other.stdout.is_empty());
    assert!(server.stop().success());
}
