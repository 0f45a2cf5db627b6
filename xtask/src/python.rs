//! Run the tests written in Python, in an environment of their own that is made once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tests, and beside them what they need.
const TESTS: &str = "crates/nanorotor-cli/tests/python";

/// The tests of the Python package.
const PACKAGE_TESTS: &str = "crates/nanorotor-python/tests";

/// What is Python in the package, its tests and examples.
const SOURCES: [&str; 2] = ["crates/nanorotor-python", "docs/examples"];

/// Install the Python package, check its text and types, and run pytest on it and on what the program writes.
pub(crate) fn test() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // This program stands in target/debug.
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let built = own.parent().ok_or("no folder of programs")?;
    let python = environment(&root, &built.with_file_name("python"))?;
    let program = built.join(format!("nanorotor{}", std::env::consts::EXE_SUFFIX));
    // The programs of the environment come first: the build backend calls one of them by its name.
    let here = python.parent().map(Path::to_path_buf);
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(here.into_iter().chain(std::env::split_paths(&others)))
        .map_err(|error| error.to_string())?;
    let call = |arguments: &[&str]| {
        let mut call = Command::new(&python);
        call.args(arguments).current_dir(&root).env("PATH", &path).env("PYTHONDONTWRITEBYTECODE", "1");
        call
    };
    // The build backend is in the environment already; the package is new each time.
    let install =
        ["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--force-reinstall", "."];
    run(&mut call(&install))?;
    run(call(&["-m", "ruff", "format", "--quiet", "--check", "--no-cache"]).args(SOURCES))?;
    run(call(&["-m", "ruff", "check", "--quiet", "--no-cache"]).args(SOURCES))?;
    let types =
        ["-m", "mypy", "--no-error-summary", "--cache-dir=target/mypy", "crates/nanorotor-python/python"];
    run(&mut call(&types))?;
    for tests in [TESTS, PACKAGE_TESTS] {
        run(call(&["-m", "pytest", "--quiet", "-p", "no:cacheprovider", tests]).env("NANOROTOR", &program))?;
    }
    Ok(())
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
            "{error}\nhint: the tests in Python need Python 3.11 or later with venv (on Debian and Ubuntu: apt install python3 python3-venv)"
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
