//! Ask for more than any machine has: each request is refused at once, or done in the memory of a small machine.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fs::File;
use std::process::Command;

use common::{Folder, preset_with, study, words};

/// The memory that a request may take: address space in KiB, stacks of threads included.
const LIMIT: u64 = 2 << 20;

/// Run the binary under the limit: exit code, data and message.
fn limited(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String, String) {
    let line = format!("ulimit -v {LIMIT} && exec \"$@\"");
    let run = Command::new("sh")
        .args(["-c", &line, "sh", env!("CARGO_BIN_EXE_nanorotor")])
        .args(arguments)
        .current_dir(folder.path(""))
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    (
        run.status.code(),
        String::from_utf8(run.stdout).unwrap(),
        words(&String::from_utf8(run.stderr).unwrap()),
    )
}

/// The request is refused as bad input, with the limit in the message.
fn refused(folder: &Folder, arguments: &[&str], limit: &str) {
    let (code, data, message) = limited(folder, arguments);
    assert_eq!((code, data.as_str()), (Some(2), ""), "{arguments:?}: {message}");
    let message_starts = message.chars().take(600).collect::<String>();
    assert!(message.contains(limit), "{arguments:?}: {message_starts}");
}

fn preset_and(sections: &str) -> String {
    preset_with("title", "title") + "\n" + sections
}

#[test]
fn numbers_on_the_command_line() {
    let folder = Folder::new();
    refused(&folder, &["landscape", "preston2023", "--points", "1000000000000"], "from 1 to 1000000");
    for trajectories in ["1000000000000", "262145"] {
        refused(&folder, &["simulate", "preston2023", "--trajectories", trajectories], "from 1 to 262144");
    }
    refused(
        &folder,
        &["load", "preston2023", "--loads", "0 eV,1e300 eV"],
        "more than any rotor bears (10000 eV",
    );
    refused(&folder, &["load", "preston2023", "--loads", "1 meV,0 eV,1 meV"], "is asked for twice");
}

#[test]
fn sweeps() {
    let folder = Folder::new();
    let axis =
        |name: &str, points: u64| format!("{name} = {{ from = 0, to = \"2 au\", points = {points} }}\n");
    for (file, axes, limit) in [
        ("one.toml", axis("V", 1_000_000_000_000), "expected 2 to 1000000"),
        ("two.toml", axis("V", 1_000_000) + &axis("phi", 1_000_000), "more than 100000000 with this axis"),
        ("ten.toml", axis("V", 10_000) + &axis("phi", 10_000), "points at a time: split the study"),
    ] {
        folder.write(file, preset_and(&format!("[sweep]\n{axes}")));
        refused(&folder, &["run", file, "--out", "out"], limit);
        assert!(!folder.path("out").exists(), "{file}");
    }
}

#[test]
fn molecules() {
    let folder = Folder::new();
    let hamiltonian = |levels: usize| {
        let row = format!("[{}]", vec!["0"; levels].join(", "));
        format!("hamiltonian = [{}]", vec![row; levels].join(",\n"))
    };
    let text = preset_with("hamiltonian = [[\"E_1\", \"v\"], [\"v\", \"E_2\"]]", &hamiltonian(1000));
    folder.write("levels.toml", text);
    refused(&folder, &["landscape", "levels.toml"], "the hamiltonian has 1000 rows");
    let channel = "{ broadening = \"Gamma_L\", site = 1, amplitude = 1 }";
    let text = preset_with("channel = [", &format!("channel = [{}, ", vec![channel; 300].join(", ")));
    folder.write("channels.toml", text);
    refused(&folder, &["landscape", "channels.toml"], "there are more than 256 channels");
}

/// Files that are mostly holes, as large as they say.
#[test]
fn files_of_ten_gigabytes() {
    let folder = Folder::new();
    for file in ["large.csv", "large.toml"] {
        File::create(folder.path(file)).unwrap().set_len(10_000_000_000).unwrap();
    }
    folder.write(
        "table.toml",
        "rotor = { period = \"2*pi\", moment_of_inertia = \"1 au\" }\nlandscape = { table = \"large.csv\" }\n",
    );
    for command in ["check", "landscape", "rate"] {
        refused(&folder, &[command, "table.toml"], "larger than 67108864 bytes");
        refused(&folder, &[command, "large.toml"], "larger than 16777216 bytes");
    }
}

#[test]
fn many_angles_fit() {
    let folder = Folder::new();
    let angles: Vec<String> = (0..10_000).map(|j| format!("{}", f64::from(j) * 1e-3)).collect();
    let file = study("blowtorch.toml");
    for arguments in [
        &["landscape", &file, "--format", "csv", "--theta", &angles.join(",")][..],
        &["landscape", &file, "--format", "csv", "--points", "10000"],
    ] {
        let (code, data, message) = limited(&folder, arguments);
        let rows = data.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!((code, rows), (Some(0), 10_001), "{message}");
    }
}
