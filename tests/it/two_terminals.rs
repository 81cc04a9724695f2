//! Several terminals on one hall: what one does the others show, twice the same clerk, and a terminal that was dropped while
//! the others went on.

use std::io::{self, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use banshi::wire::socket_name;
use serde_json::json;

use crate::support::calls::HallOnDisk;
use crate::support::served::{PATIENCE, Served, ok, stream_to};
use crate::support::terminal::Terminal;

/// Two visitors wait for window 1, where s113 sits.
fn opened(server: &Served) {
    let mut clerk = server.client("s113");
    for _ in 0..2 {
        ok(&mut clerk, "ticket.issue", json!({"queue": "zonghe"}));
    }
    ok(&mut clerk, "window.sign_on", json!({"window": "w001"}));
}

#[test]
fn what_one_terminal_does_the_others_show() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    opened(&server);
    let mut clerk = Terminal::join(server.folder(), "s113");
    let usher = Terminal::join_in(server.folder(), "s007", "en_GB.UTF-8", &[]);
    let mut twin = Terminal::join(server.folder(), "s113");
    clerk.shows("P001");
    usher.shows("P001");
    twin.shows("P001");
    usher.shows("waiting");
    clerk.types("1");
    clerk.shows("请 P001 号到1号窗口");
    usher.shows("called");
    // The same clerk twice: the other terminal has the ticket in hand too, and goes on with it.
    twin.shows("已叫号");
    twin.types("3");
    twin.shows("P001 号开始办理");
    clerk.shows("办理中");
    usher.shows("serving");
}

#[test]
fn a_terminal_that_only_looks_offers_no_acts() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    opened(&server);
    let only_looks = ["console", "--readonly"];
    let mut looker = Terminal::join_in(server.folder(), "s113", "zh_CN.UTF-8", &only_looks);
    looker.shows("P001");
    looker.shows("?帮助");
    let footer = looker.text().lines().last().unwrap().to_owned();
    assert!(!footer.contains("叫号"), "{footer}");
    for key in ["1", "i", "8"] {
        looker.types(key);
        looker.shows("只读方式，不能办理");
        looker.types("j");
        looker.hides("只读方式");
    }
    let tickets = ok(&mut server.client("s113"), "ticket.list", json!({}));
    let states = tickets["rows"].as_array().unwrap().iter();
    assert!(
        states
            .map(|row| &row["state"])
            .all(|state| state == "waiting")
    );
}

/// A door of its own before the server's, which can be shut on whoever came through it.
struct Proxy {
    folder: PathBuf,
    guests: Arc<Mutex<Vec<UnixStream>>>,
}

impl Proxy {
    fn before(server: &Served, folder: &Path) -> Self {
        let listener = UnixListener::bind(folder.join(socket_name())).unwrap();
        let guests = Arc::new(Mutex::new(Vec::new()));
        let (to, known) = (server.socket().to_owned(), Arc::clone(&guests));
        thread::spawn(move || {
            for guest in listener.incoming() {
                let (guest, host) = (guest.unwrap(), stream_to(&to).unwrap());
                known.lock().unwrap().push(guest.try_clone().unwrap());
                pass_on(guest.try_clone().unwrap(), host.try_clone().unwrap());
                pass_on(host, guest);
            }
        });
        Self {
            folder: folder.to_owned(),
            guests,
        }
    }

    fn drop_everybody(&self) {
        for guest in self.guests.lock().unwrap().drain(..) {
            let _gone = guest.shutdown(Shutdown::Both);
        }
    }
}

fn pass_on(mut from: UnixStream, mut to: UnixStream) {
    thread::spawn(move || {
        let _ended = io::copy(&mut from, &mut to);
        let _gone = to.shutdown(Shutdown::Both);
    });
}

#[test]
fn a_terminal_that_was_dropped_says_so_and_shows_what_it_missed() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    opened(&server);
    let place = tempfile::TempDir::new().unwrap();
    let proxy = Proxy::before(&server, place.path());
    let dropped = Terminal::join(&proxy.folder, "s113");
    dropped.shows("P001");
    proxy.drop_everybody();
    let mut other = server.client("s113");
    let called = ok(&mut other, "ticket.call_next", json!({"window": "w001"}));
    assert_eq!(called["number"], "P001");
    dropped.shows("已重新连接");
    dropped.shows("已叫号");
    dropped.hides("!断线");
}

#[test]
fn who_does_not_read_is_dropped_and_the_others_keep_their_pace() {
    let hall = HallOnDisk::training();
    let server = Served::on(&hall);
    let mut lazy = server.stream();
    let hello = json!({"jsonrpc": "2.0", "id": 0, "method": "session.hello", "params": {"contract": 1, "staff": "s007"}});
    writeln!(lazy, "{hello}").unwrap();
    let mut quick = server.client("s007");
    let until = Instant::now() + PATIENCE;
    // It asks and asks, and never reads an answer; one day the door is shut.
    let asked = (1..=u32::MAX).find(|id| {
        let ask =
            json!({"jsonrpc": "2.0", "id": id, "method": "item.list", "params": {"limit": 500}});
        assert!(Instant::now() < until, "it is never dropped");
        writeln!(lazy, "{ask}").is_err()
    });
    assert!(asked.is_some_and(|asked| asked > 256), "{asked:?}");
    let begun = Instant::now();
    ok(&mut quick, "ticket.issue", json!({"queue": "qiye"}));
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "it was waited for"
    );
}
