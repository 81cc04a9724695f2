//! The rival: PostgreSQL's SKIP LOCKED, the usual way to hand out a queue, with one event row a call. Its own cluster in a
//! folder of its own, its own load generator, durable commits. Absent, it is skipped with the reason.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Tickets that wait at the beginning; more than are called.
const TICKETS: u32 = 60_000;
/// Calls a client.
const CALLS: usize = 1_500;
const PORT: &str = "54329";

const TABLES: &str = "
create table ticket (id bigserial primary key, queue text not null, state text not null, window_code text, called_at timestamptz);
create table event (id bigserial primary key, ticket bigint not null, name text not null, fields text not null);
create index waiting on ticket (queue, id) where state = 'waiting';
";

/// One round trip: the first that waits is taken, and the event written.
const CALL: &str = "
with taken as (
  update ticket set state = 'called', window_code = 'w' || :client_id, called_at = now()
  where id = (select id from ticket where queue = 'zonghe' and state = 'waiting' order by id for update skip locked limit 1)
  returning id)
insert into event (ticket, name, fields) select id, 'ticket_called', repeat('x', 400) from taken;
";

/// What it came to.
pub(crate) struct Rival {
    pub(crate) a_second: f64,
    pub(crate) median_ms: f64,
}

/// So many clients call from one queue.
///
/// # Errors
/// Why it could not be measured.
pub(crate) fn skip_locked(clients: usize) -> Result<Rival, String> {
    let cluster = Cluster::start()?;
    cluster.sql(TABLES)?;
    let fill = format!(
        "insert into ticket (queue, state) select 'zonghe', 'waiting' from generate_series(1, {TICKETS}); analyze;"
    );
    cluster.sql(&fill)?;
    let script = cluster.folder.path().join("call.sql");
    fs::write(&script, CALL).map_err(|error| error.to_string())?;
    let log = cluster.folder.path().join("times");
    let out = cluster.run(
        "pgbench",
        &[
            "-n",
            "-c",
            &clients.to_string(),
            "-j",
            "2",
            "-t",
            &CALLS.to_string(),
            "-M",
            "prepared",
            "-l",
            "--log-prefix",
            &log.display().to_string(),
            "-f",
            &script.display().to_string(),
            "postgres",
        ],
    )?;
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let a_second = said
        .lines()
        .filter_map(|line| line.strip_prefix("tps = "))
        .find_map(|rest| rest.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("pgbench said: {said}"))?;
    Ok(Rival {
        a_second,
        median_ms: median(cluster.folder.path())?,
    })
}

/// The median of the times that pgbench wrote, one line a transaction, microseconds in the third place.
fn median(folder: &Path) -> Result<f64, String> {
    let mut times: Vec<f64> = fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("times"))
        })
        .filter_map(|path| fs::read_to_string(path).ok())
        .flat_map(|text| {
            text.lines()
                .filter_map(|line| line.split(' ').nth(2)?.parse().ok())
                .collect::<Vec<f64>>()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let middle = times.get(times.len() / 2).ok_or("pgbench wrote no times")?;
    Ok(middle / 1000.0)
}

/// A cluster that ends with this value.
struct Cluster {
    folder: TempDir,
    programs: PathBuf,
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let programs = programs().ok_or("PostgreSQL is not on this machine")?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let cluster = Self { folder, programs };
        // It does not run as root; its own user must be able to enter.
        if is_root() {
            let path = cluster.folder.path().display().to_string();
            done(Command::new("chown").args(["postgres", &path]))?;
        }
        let data = cluster.data();
        cluster.run(
            "initdb",
            &[
                "-D",
                &data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C",
            ],
        )?;
        let socket = cluster.folder.path().display().to_string();
        let options = format!("-k {socket} -p {PORT} -c listen_addresses=''");
        let log = format!("{socket}/log");
        cluster.run(
            "pg_ctl",
            &["-D", &data, "-o", &options, "-l", &log, "-w", "start"],
        )?;
        Ok(cluster)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn sql(&self, text: &str) -> Result<(), String> {
        self.run(
            "psql",
            &["-q", "-v", "ON_ERROR_STOP=1", "-c", text, "postgres"],
        )
        .map(drop)
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<Output, String> {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("PGHOST", self.folder.path())
            .env("PGPORT", PORT)
            .env("PGUSER", "postgres");
        done(&mut command)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Its folder goes with it either way.
        let _stopped = self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

/// Where the programs of the newest version are.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("pg_ctl").exists() && folder.join("pgbench").exists())
        .collect();
    versions.sort();
    versions.pop()
}

fn is_root() -> bool {
    banshi::sys::user::login() == "root"
}

fn done(command: &mut Command) -> Result<Output, String> {
    let out = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if out.status.success() {
        Ok(out)
    } else {
        let said = String::from_utf8_lossy(&out.stderr);
        Err(format!("{command:?}: {said}"))
    }
}
