//! Note the commit that the library is built from, for the provenance of results.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A build for development changes with every edit; no commit names it, and none makes it anew.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return;
    }
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
    };
    // Where there is no repository, as in a published crate, there is no commit.
    if let Some(folder) = git(&["rev-parse", "--absolute-git-dir"]) {
        for file in ["HEAD", "logs/HEAD"] {
            println!("cargo:rerun-if-changed={folder}/{file}");
        }
        if let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) {
            println!("cargo:rustc-env=NANOROTOR_COMMIT={commit}");
        }
    }
}
