//! Deterministic simulation: a hall with its clerks, ushers, agents and kiosks at real clients, over lines that delay and break,
//! on a disk that loses power, under a clock that jumps; in one thread, moved by one seed. A second book, kept from the journal
//! alone, checks every entry and every answer (formats, Requests; R23, R28–R42, R50–R57, R101–R111).
//! `SIM_SEED` and `SIM_STEPS` replay one run, `BANSHI_LONG=1` runs thousands, `SIM_MINUTES` bounds how long.

mod book;
mod dates;
mod link;
mod people;
mod queue;
mod server;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use self::world::{Figures, World};

/// Steps of one run of a short test and of a long one, unless told otherwise.
const STEPS: usize = 900;
const STEPS_LONG: usize = 3_000;
/// Runs of a short test, and of a long one.
const SEEDS: u64 = 20;
const SEEDS_LONG: u64 = 4_000;

fn number(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

/// Lives one run; a failure prints what happened last and the command that replays it. Gives the journal, too.
fn run(seed: u64, steps: usize) -> (Figures, Vec<String>) {
    let mut world = World::new(seed);
    let lived = catch_unwind(AssertUnwindSafe(|| {
        for _ in 0..steps {
            world.step();
        }
        world.end();
    }));
    if let Err(panic) = lived {
        let reached = world.figures.steps;
        eprintln!("{}\n{:?}", world.last(), world.figures);
        eprintln!(
            "step {reached}; again: SIM_SEED={seed} SIM_STEPS={steps} cargo test --test it sim:: -- --nocapture"
        );
        resume_unwind(panic);
    }
    (world.figures, world.book.journal().to_vec())
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let is_long = std::env::var_os("BANSHI_LONG").is_some();
    let steps = number("SIM_STEPS").map(|steps| usize::try_from(steps).unwrap());
    let steps = steps.unwrap_or(if is_long { STEPS_LONG } else { STEPS });
    if let Some(seed) = number("SIM_SEED") {
        println!("{:#?}", run(seed, steps).0);
        return;
    }
    let seeds = if is_long { SEEDS_LONG } else { SEEDS };
    let time =
        number("SIM_MINUTES").map_or(Duration::MAX, |minutes| Duration::from_secs(60 * minutes));
    let begun = banshi::sys::clock::monotonic();
    let mut all = Figures::default();
    let mut lived = 0;
    for seed in 0..seeds {
        if begun.elapsed() > time {
            break;
        }
        all.add(&run(seed, steps).0);
        lived += 1;
    }
    println!("{lived} seeds: {all:#?}");
    // What never happens is not tested; the second number is how often it happens at least, whatever the rules come to be.
    for (what, count, least) in [
        ("calls", all.calls, 5),
        ("tickets restored", all.restored, 1),
        ("enquiries", all.enquiries, 5),
        ("clocks stopped", all.stopped, 1),
        ("due dates", all.dates, 5),
        ("crashes", all.crashes, 5),
        ("crashes while opening", all.crashes_while_opening, 5),
        ("failed commits", all.failed_commits, 5),
        ("lines cut", all.cuts, 5),
        ("terminals killed", all.kills, 5),
        ("requests sent again", all.resent, 5),
        ("answers repeated", all.repeated, 5),
        ("refusals of the clock", all.backwards, 5),
        ("nights", all.nights, 5),
    ] {
        assert!(
            count >= least,
            "{what} happened {count} times only: {all:?}"
        );
    }
}

#[test]
fn a_seed_fixes_the_journal_byte_for_byte() {
    for seed in [7, 11] {
        let (figures, journal) = run(seed, 800);
        let (again, same) = run(seed, 800);
        assert_eq!(figures, again);
        assert_eq!(journal, same, "seed {seed}");
    }
}
