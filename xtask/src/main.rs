//! Run everything that must pass before a change lands: `cargo xtask test`.

#![allow(clippy::print_stderr, reason = "a developer tool talks on the terminal")]

use std::process::{Command, ExitCode};

/// The steps of `cargo xtask test`, each a cargo command line and the environment that it needs.
const STEPS: &[(&str, &[(&str, &str)])] = &[
    ("fmt --all --check", &[]),
    ("clippy --workspace --all-targets --locked -- --deny warnings", &[]),
    // Property tests look at the same cases every time here; a plain `cargo test` looks at new ones.
    ("test --workspace --lib --bins --tests --locked", &[("PROPTEST_RNG_SEED", "2023")]),
    ("test --workspace --doc --locked", &[]),
    ("doc --workspace --lib --no-deps --locked", &[("RUSTDOCFLAGS", "--deny warnings")]),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments != ["test"] {
        eprintln!("usage: cargo xtask test");
        return ExitCode::from(2);
    }
    for (line, environment) in STEPS {
        eprintln!("cargo {line}");
        let run =
            Command::new(env!("CARGO")).args(line.split(' ')).envs(environment.iter().copied()).status();
        match run {
            Ok(status) if status.success() => {}
            Ok(status) => {
                eprintln!("cargo {line}: {status}");
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("cargo {line}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
