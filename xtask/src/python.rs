//! Run the tests written in Python, in an environment of their own that is made once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tests, and beside them what they need.
const TESTS: &str = "crates/nanorotor-cli/tests/python";

/// Run pytest on what the program writes.
pub(crate) fn test() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // This program stands in target/debug.
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let built = own.parent().ok_or("no folder of programs")?;
    let python = environment(&root, &built.with_file_name("python"))?;
    let program = built.join(format!("nanorotor{}", std::env::consts::EXE_SUFFIX));
    let mut tests = Command::new(python);
    tests.args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider"]).arg(root.join(TESTS));
    run(tests.env("NANOROTOR", program).env("PYTHONDONTWRITEBYTECODE", "1"))
}

/// The Python of the environment in `folder`, which is made anew when the requirements change.
fn environment(root: &Path, folder: &Path) -> Result<PathBuf, String> {
    let wanted = root.join(TESTS).join("requirements.txt");
    let installed = folder.join("requirements.txt");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let requirements =
        fs::read_to_string(&wanted).map_err(|error| format!("{}: {error}", wanted.display()))?;
    if fs::read_to_string(&installed).is_ok_and(|text| text == requirements) {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(system).args(["-m", "venv", "--clear"]).arg(folder)).map_err(|error| {
        format!(
            "{error}\nhint: the tests of exported files need Python 3.11 or later with venv (on Debian and Ubuntu: apt install python3 python3-venv)"
        )
    })?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&wanted))
        .map_err(|error| format!("{error}\nhint: pip fetches {} from its package index", wanted.display()))?;
    // Written last: an environment without it is not complete.
    fs::write(&installed, requirements).map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(python)
}

/// Run a command to its end, and say which one failed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let line = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{line}: {status}")),
        Err(error) => Err(format!("{line}: {error}")),
    }
}
