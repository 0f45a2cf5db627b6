//! Build the fuzz targets on the stable toolchain and let each look for inputs that break the library.
//!
//! The coverage that guides libFuzzer comes from stable flags of rustc; sanitizers would need nightly, and are left to
//! `cargo fuzz run`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use crate::steps::{call, output, root};

/// The targets, with the folders of what they begin with; those that run longest per input first.
const TARGETS: [(&str, &[&str]); 5] = [
    ("store", &["fuzz/seeds/store"]),
    ("study", &["crates/nanorotor/studies"]),
    ("formula", &["fuzz/seeds/formula"]),
    ("table", &["fuzz/seeds/table"]),
    ("checkpoint", &["fuzz/seeds/checkpoint"]),
];

/// An input that takes longer is a hang.
const SLOWEST: Duration = Duration::from_secs(10);
/// The memory that a target may take in all.
const MOST_MEBIBYTES: u32 = 1024;
/// Targets that run at the same time.
const AT_ONCE: usize = 2;

const COVERAGE: &str = "--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Run every target for some seconds; those that `only` names, if it names any.
pub(crate) fn run(seconds: u64, only: &[String]) -> Result<(), String> {
    if let Some(unknown) = only.iter().find(|name| TARGETS.iter().all(|(target, _)| target != name)) {
        let known: Vec<&str> = TARGETS.iter().map(|(target, _)| *target).collect();
        return Err(format!("there is no fuzz target {unknown}; known are {}", known.join(", ")));
    }
    if let Some(reason) = why_not() {
        eprintln!("fuzzing is SKIPPED: {reason}");
        return Ok(());
    }
    let root = &root();
    let programs = build(root)?;
    let mut waiting: Vec<_> =
        TARGETS.iter().filter(|(name, _)| only.is_empty() || only.iter().any(|o| o == name)).collect();
    waiting.reverse();
    let waiting = Mutex::new(waiting);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().ok().and_then(|mut waiting| waiting.pop());
                    let Some(&(name, seeds)) = next else { return };
                    let outcome = fuzz(root, &programs, name, seeds, seconds);
                    match outcome {
                        Ok(told) => eprintln!("fuzz {name}: {told}"),
                        Err(failure) => {
                            eprintln!("fuzz {name}: FAILED");
                            if let Ok(mut failures) = failures.lock() {
                                failures.push(failure);
                            }
                        }
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().map_err(|error| error.to_string())?;
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}

/// Why this machine cannot build the targets, if it cannot.
fn why_not() -> Option<String> {
    if cfg!(windows) {
        return Some("the stable toolchain builds the targets on Linux and macOS only".into());
    }
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| OsString::from("c++"));
    let found = Command::new(&compiler).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return None;
    }
    let name = compiler.to_string_lossy();
    Some(format!(
        "there is no C++ compiler `{name}`, and libFuzzer is C++\nhint: install one (on Debian and Ubuntu: apt install g++), or name it in CXX"
    ))
}

/// Build all targets into a folder of their own, where they stay whatever flags other builds have; that folder comes back.
fn build(root: &Path) -> Result<PathBuf, String> {
    let version = output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let folder = root.join("target").join("fuzz");
    eprintln!("cargo build the fuzz targets");
    let mut cargo = Command::new(env!("CARGO"));
    // With a target named, the flags do not reach build scripts.
    cargo.args(["build", "--quiet", "--release", "--locked", "--target", host, "--manifest-path"]);
    cargo.arg(root.join("fuzz/Cargo.toml")).arg("--target-dir").arg(&folder);
    call(cargo.env("RUSTFLAGS", COVERAGE))?;
    Ok(folder.join(host).join("release"))
}

/// Let one target look for some seconds: how many inputs it tried, or what it found.
fn fuzz(root: &Path, programs: &Path, name: &str, seeds: &[&str], seconds: u64) -> Result<String, String> {
    let corpus = root.join("fuzz/corpus").join(name);
    let artifacts = root.join("fuzz/artifacts").join(name);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut program = Command::new(programs.join(name));
    program.arg(&corpus).args(seeds.iter().map(|seeds| root.join(seeds))).current_dir(root);
    program.arg(format!("-max_total_time={seconds}")).arg(format!("-timeout={}", SLOWEST.as_secs()));
    program.arg(format!("-rss_limit_mb={MOST_MEBIBYTES}")).arg("-print_final_stats=1");
    program.arg(format!("-artifact_prefix={}/", artifacts.display()));
    let words = root.join(format!("fuzz/dictionaries/{name}.dict"));
    if words.is_file() {
        program.arg(format!("-dict={}", words.display()));
    }
    let Output { status, stderr, .. } = program.output().map_err(|error| format!("fuzz {name}: {error}"))?;
    let log = String::from_utf8_lossy(&stderr);
    let stat = |wanted: &str| {
        log.lines()
            .find_map(|line| line.strip_prefix(wanted))
            .map_or_else(|| "?".into(), |n| n.trim().to_string())
    };
    if status.success() {
        return Ok(format!(
            "{} inputs in {seconds} s, {} MiB, nothing found",
            stat("stat::number_of_executed_units:"),
            stat("stat::peak_rss_mb:")
        ));
    }
    let found =
        log.lines().find_map(|line| line.split_once("Test unit written to ")).map(|(_, path)| path.trim());
    let tail: Vec<&str> = log.lines().rev().take(40).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    Err(match found {
        Some(input) => format!(
            "fuzz {name} found an input that crashes, hangs or takes more than {MOST_MEBIBYTES} MiB: {input}\n{}\nhint: run it again with: {} {input}",
            tail.join("\n"),
            programs.join(name).display()
        ),
        None => format!("fuzz {name}: {status}\n{}", tail.join("\n")),
    })
}
