//! Speed as ratios: every figure is ours over the raw operation of the same run, so that a busy machine changes both.
//! `cargo bench` prints them and fails past a stated bound; `cargo bench -- NAME` runs one part. Nothing here is part of
//! `cargo test`.

// A bench that cannot be set up fails loudly.
#![allow(clippy::panic, clippy::unwrap_used)]

mod engine;
mod postgres;
mod raw;
mod served;
mod socket;

use std::fmt::Display;

/// The figures of a run, and which of them lie past their bounds.
#[derive(Default)]
struct Report {
    failed: Vec<String>,
}

impl Report {
    /// A figure that may be at most so much.
    fn at_most(&mut self, name: &str, figure: f64, bound: f64) {
        self.line(
            name,
            figure,
            format_args!("at most {bound}"),
            figure <= bound,
        );
    }

    /// A figure that must be at least so much.
    fn at_least(&mut self, name: &str, figure: f64, bound: f64) {
        self.line(
            name,
            figure,
            format_args!("at least {bound}"),
            figure >= bound,
        );
    }

    /// A figure without a bound.
    fn told(name: &str, figure: impl Display) {
        println!("     {name}: {figure}");
    }

    fn line(&mut self, name: &str, figure: f64, bound: impl Display, kept: bool) {
        let mark = if kept { "ok  " } else { "PAST" };
        println!("{mark} {name}: {figure:.2} ({bound})");
        if !kept {
            self.failed.push(name.to_owned());
        }
    }
}

/// One part of the bench.
type Part = fn(&mut Report);

fn main() {
    // Cargo says `--bench`; a word without dashes names one part.
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let parts: [(&str, Part); 4] = [
        ("engine", engine::measure),
        ("socket", socket::measure),
        ("call", socket::calls),
        ("idle", socket::idle),
    ];
    let mut report = Report::default();
    for (name, measure) in parts {
        if only.as_ref().is_none_or(|only| only == name) {
            println!("{name}");
            measure(&mut report);
        }
    }
    assert!(
        report.failed.is_empty(),
        "past their bounds: {:?}",
        report.failed
    );
}
