//! Run everything that must pass before a change lands: `cargo xtask test`.

#![allow(clippy::print_stderr, reason = "a developer tool talks on the terminal")]

mod python;

use std::process::{Command, ExitCode};

/// A cargo command line and the environment that it needs.
type Step = (&'static str, &'static [(&'static str, &'static str)]);

/// The steps of `cargo xtask test`; the tests in Python follow.
const STEPS: &[Step] = &[
    ("fmt --all --check", &[]),
    ("clippy --workspace --all-targets --locked -- --deny warnings", &[]),
    // Property tests look at the same cases every time here; a plain `cargo test` looks at new ones.
    ("test --workspace --lib --bins --tests --locked", &[("PROPTEST_RNG_SEED", "2023")]),
    ("test --workspace --doc --locked", &[]),
    ("doc --workspace --lib --no-deps --locked", &[("RUSTDOCFLAGS", "--deny warnings")]),
];

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
        [all] if all == "test" => STEPS.iter().try_for_each(cargo).and_then(|()| run_python()),
        [python] if python == "python" => run_python(),
        _ => {
            eprintln!(
                "usage: cargo xtask test    everything\n       cargo xtask python  only the tests in Python"
            );
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
