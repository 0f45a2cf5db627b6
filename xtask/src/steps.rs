//! Run steps one after the other, and say how long each took.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Something that passes or tells why not.
pub(crate) struct Step {
    name: &'static str,
    run: fn() -> Result<(), String>,
}

impl Step {
    pub(crate) fn new(name: &'static str, run: fn() -> Result<(), String>) -> Self {
        Self { name, run }
    }
}

/// Run all steps up to the first that fails.
pub(crate) fn run(steps: &[Step]) -> Result<(), String> {
    let mut times: Vec<(&str, Duration)> = Vec::new();
    let begin = Instant::now();
    let outcome = steps.iter().try_for_each(|step| {
        let start = Instant::now();
        let outcome = (step.run)();
        times.push((step.name, start.elapsed()));
        outcome.map_err(|error| format!("{}: {error}", step.name))
    });
    times.push(("all", begin.elapsed()));
    for (name, time) in times {
        eprintln!("{name:<16} {:6.0} s", time.as_secs_f64());
    }
    outcome
}

/// Run a cargo command line in an environment.
pub(crate) fn cargo(line: &str, environment: &[(&str, &str)]) -> Result<(), String> {
    eprintln!("cargo {line}");
    call(Command::new(env!("CARGO")).args(line.split(' ')).envs(environment.iter().copied()))
}

/// Run a command to its end, and say which one failed.
pub(crate) fn call(command: &mut Command) -> Result<(), String> {
    let line = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{line}: {status}")),
        Err(error) => Err(format!("{line}: {error}")),
    }
}

/// What a command prints.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let done = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    String::from_utf8(done.stdout).map_err(|error| error.to_string())
}

/// The folder of the project.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// The folder `target/debug` that this program stands in.
pub(crate) fn built() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    own.parent().map(Path::to_path_buf).ok_or_else(|| "no folder of programs".into())
}
