//! Run the binary in a temporary folder and read what it said.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// What a run left: exit code, data and messages.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    fn new(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The data of a run that went well and had nothing to remark.
    pub fn data(&self) -> &str {
        assert_eq!((self.code, self.remarks().as_slice()), (0, &[][..]), "{self:?}");
        &self.stdout
    }

    /// The messages, without those that a log gets once a minute while work goes on.
    pub fn remarks(&self) -> Vec<&str> {
        self.stderr.lines().filter(|line| !is_progress(line)).collect()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(self.data()).unwrap()
    }

    /// The message of a run that stopped with `code`: no data, no panic, no colours.
    pub fn refused(&self, code: i32) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        assert!(!self.stderr.is_empty());
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains('\u{1b}'), "{}", self.stderr);
        &self.stderr
    }
}

/// Whether a line only says how far long work is: `note: V 12/123 points, 0.2 points/s, 9m left`, `note: measured 3 of 10 ns`.
fn is_progress(line: &str) -> bool {
    let Some(text) = line.strip_prefix("note: ") else { return false };
    let of_sweep = text.contains(" points/s, ") && text.ends_with(" left") || text.ends_with(" points");
    let of_trajectories = text.contains(" of ") && text.ends_with(" ns");
    (of_sweep || of_trajectories) && text.contains(|c: char| c.is_ascii_digit())
}

/// A message without the breaks of its lines.
pub fn words(message: &str) -> String {
    message.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

/// A folder of its own for one test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), bytes).unwrap();
        self
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nanorotor"));
        command.args(arguments).current_dir(self.0.path()).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::new(self.command(arguments).output().unwrap())
    }
}

/// A study that comes with the sources.
pub fn study(name: &str) -> String {
    format!("{}/../nanorotor/studies/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The text of the preset.
pub fn preset() -> String {
    std::fs::read_to_string(study("preston2023.toml")).unwrap()
}

/// The text of the preset with one text in it replaced.
pub fn preset_with(from: &str, to: &str) -> String {
    let text = preset();
    assert!(text.contains(from), "the preset does not contain {from}");
    text.replacen(from, to, 1)
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

pub fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
