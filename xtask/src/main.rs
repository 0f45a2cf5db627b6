//! Run everything that must pass before a change lands: `cargo xtask test`.

#![allow(clippy::print_stderr, reason = "a developer tool talks on the terminal")]

mod fuzz;
mod python;

use std::process::{Command, ExitCode};

/// A cargo command line and the environment that it needs.
type Step = (&'static str, &'static [(&'static str, &'static str)]);

/// How long each fuzz target runs if nothing else is said.
const SECONDS: u64 = 60;

/// The steps of `cargo xtask test`; the tests in Python and the fuzz targets follow.
const STEPS: &[Step] = &[
    ("fmt --all --check", &[]),
    ("clippy --workspace --all-targets --locked -- --deny warnings", &[]),
    // Property tests look at the same cases every time here; a plain `cargo test` looks at new ones.
    ("test --workspace --lib --bins --tests --locked", &[("PROPTEST_RNG_SEED", "2023")]),
    ("test --workspace --doc --locked", &[]),
    ("doc --workspace --lib --no-deps --locked", &[("RUSTDOCFLAGS", "--deny warnings")]),
];

const USAGE: &str = "\
usage: cargo xtask test                         everything
       cargo xtask python                       only the tests in Python
       cargo xtask fuzz [SECONDS [TARGET ...]]  only the fuzz targets, each for 60 seconds";

/// What the tests in Python look at, with all that it can be built with.
const PROGRAM: Step = ("build --package nanorotor-cli --features parquet --locked", &[]);

fn cargo(&(line, environment): &Step) -> Result<(), String> {
    eprintln!("cargo {line}");
    python::run(Command::new(env!("CARGO")).args(line.split(' ')).envs(environment.iter().copied()))
}

fn run_python() -> Result<(), String> {
    cargo(&PROGRAM)?;
    eprintln!("pytest");
    python::test()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match &arguments[..] {
        [all] if all == "test" => STEPS
            .iter()
            .try_for_each(cargo)
            .and_then(|()| run_python())
            .and_then(|()| fuzz::run(SECONDS, &[])),
        [python] if python == "python" => run_python(),
        [fuzz] if fuzz == "fuzz" => fuzz::run(SECONDS, &[]),
        [fuzz, seconds, only @ ..] if fuzz == "fuzz" && seconds.parse::<u64>().is_ok_and(|s| s > 0) => {
            fuzz::run(seconds.parse().unwrap_or(SECONDS), only)
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
