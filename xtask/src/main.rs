//! Run everything that must pass before a change lands: `cargo xtask test`, and `cargo xtask test --all`.

#![allow(clippy::print_stderr, reason = "a developer tool talks on the terminal")]

mod browser;
mod fuzz;
mod publish;
mod python;
mod steps;

use std::process::ExitCode;

use steps::{Step, cargo, run};

/// How long each fuzz target runs if nothing else is said.
const SECONDS: u64 = 30;

const USAGE: &str = "\
usage: cargo xtask test                         format and the tests, in Rust and in Python
       cargo xtask test --all                   the rest of what must pass: clippy, documentation, packages, browser, fuzz targets
       cargo xtask python                       only the tests in Python
       cargo xtask browser                      only the tests of the explorer's page, in a browser
       cargo xtask packages                     only the packages of Rust and of Python
       cargo xtask site                         the documentation site, into target/site
       cargo xtask fuzz [SECONDS [TARGET ...]]  only the fuzz targets, each for 30 seconds";

/// What is built: all of it once, with all that it can be built with.
const EVERYTHING: &str = "--workspace --features nanorotor-cli/parquet --locked --lib --bins --tests";

/// The crates and features of `EVERYTHING`: another set would compile the library once more.
const ALL_FEATURES: &str = "--workspace --features nanorotor-cli/parquet --locked";

/// What each change passes while one works on it.
fn quick() -> Vec<Step> {
    vec![
        Step::new("format", || cargo("fmt --all --check", &[])),
        // The fuzz targets stand outside the workspace, and their lock file must follow it.
        Step::new("lock files", || cargo("fetch --locked --manifest-path fuzz/Cargo.toml", &[])),
        Step::new("tests", || {
            // Property tests look at the same cases every time here; a plain `cargo test` looks at new ones.
            cargo(&format!("test {EVERYTHING}"), &[("PROPTEST_RNG_SEED", "2023")])
        }),
        Step::new("tests in Python", run_python),
    ]
}

/// What each change passes before it lands, beside `quick`.
fn thorough() -> Vec<Step> {
    vec![
        Step::new("clippy", || {
            cargo(&format!("clippy {ALL_FEATURES} --all-targets -- --deny warnings"), &[])?;
            cargo("check --package nanorotor --no-default-features --locked", &[])
        }),
        Step::new("listings", || cargo(&format!("test {ALL_FEATURES} --doc"), &[])),
        Step::new("documentation", || {
            cargo(&format!("doc {ALL_FEATURES} --lib --no-deps"), &[("RUSTDOCFLAGS", "--deny warnings")])?;
            run_site()
        }),
        Step::new("packages", publish::packages),
        Step::new("browser", run_browser),
        Step::new("fuzz", || fuzz::run(SECONDS, &[])),
    ]
}

fn run_python() -> Result<(), String> {
    cargo(&format!("build {EVERYTHING}"), &[])?;
    python::test()
}

fn run_browser() -> Result<(), String> {
    cargo(&format!("build {EVERYTHING}"), &[])?;
    browser::test()
}

fn run_site() -> Result<(), String> {
    cargo(&format!("build {EVERYTHING}"), &[])?;
    publish::site()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match &words[..] {
        ["test"] => run(&quick()),
        ["test", "--all"] => run(&thorough()),
        ["python"] => run_python(),
        ["browser"] => run_browser(),
        ["packages"] => publish::packages(),
        ["site"] => cargo(&format!("doc {ALL_FEATURES} --lib --no-deps"), &[]).and_then(|()| run_site()),
        ["fuzz"] => fuzz::run(SECONDS, &[]),
        ["fuzz", seconds, ..] if seconds.parse::<u64>().is_ok_and(|seconds| seconds > 0) => {
            fuzz::run(seconds.parse().unwrap_or(SECONDS), &arguments[2..])
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
