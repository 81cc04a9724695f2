//! The tools of the toolchain as tests, so that `cargo test` is enough: formatter, lints, links of the documentation.

use std::process::Command;

use super::root;

/// Runs cargo; where the asked tool is not installed, says so and passes.
#[track_caller]
fn cargo(tool: &str, arguments: &[&str]) {
    let output = Command::new(env!("CARGO"))
        .arg(tool)
        .args(arguments)
        .current_dir(root())
        // A folder of its own: the test runs inside cargo, which may hold the lock of the usual one.
        .env("CARGO_TARGET_DIR", root().join("target/lint"))
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .expect("invariant: cargo runs this test");
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains("no such command") || errors.contains("is not installed") {
        eprintln!("skipped: cargo {tool} is not installed");
        return;
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "cargo {tool}\n{answer}\n{errors}");
}

#[test]
fn the_formatter_agrees() {
    cargo("fmt", &["--check"]);
}

/// Lints and links share one build, so they run one after the other.
#[test]
fn the_lints_agree_and_the_documentation_has_no_dead_link() {
    let lints = [
        "--quiet",
        "--locked",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    cargo("clippy", &lints);
    cargo("doc", &["--quiet", "--locked", "--no-deps", "--lib"]);
}

/// A newcomer's two commands stand in the README, and the check that machines run is the second of them.
#[test]
fn the_readme_and_the_machines_run_the_same_test() {
    let read = |name: &str| {
        std::fs::read_to_string(root().join(name)).expect("invariant: it is in the tree")
    };
    let readme = read("README.md");
    let run = read(".ci/run");
    let commands: Vec<_> = run
        .lines()
        .filter(|line| line.starts_with("cargo "))
        .collect();
    assert_eq!(commands.len(), 1, "{commands:?}");
    let command = commands[0].split(" 2>").next().unwrap_or_default();
    assert!(
        readme
            .lines()
            .any(|line| line.split(" #").next().unwrap_or_default().trim() == command),
        "{command}"
    );
    assert!(readme.contains("\ncargo run --release -- demo "));
}
