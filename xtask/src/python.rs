//! Run the tests written in Python, in an environment of their own that is made once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{built, call, output, root};

/// The tests of what the program writes, and beside them what all tests in Python need.
const TESTS: &str = "crates/nanorotor-cli/tests/python";

/// The tests of the Python package.
const PACKAGE_TESTS: &str = "crates/nanorotor-python/tests";

/// The package itself, without its native half.
const PACKAGE: &str = "crates/nanorotor-python/python";

/// What is Python in the package, its tests, its examples and the documentation site.
const SOURCES: [&str; 5] = [
    "crates/nanorotor-python",
    "crates/nanorotor-explorer/tests/browser",
    "docs/examples",
    "docs/gallery",
    "site",
];

/// An environment, with its programs first on the path.
pub(crate) struct Environment {
    python: PathBuf,
    path: std::ffi::OsString,
}

impl Environment {
    /// The environment under `target` with what a file of requirements names; made anew when the requirements change.
    pub(crate) fn with(name: &str, requirements: &Path) -> Result<Self, String> {
        let folder = built()?.with_file_name(name);
        let installed = folder.join("requirements.txt");
        let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        let wanted = fs::read_to_string(requirements)
            .map_err(|error| format!("{}: {error}", requirements.display()))?;
        if fs::read_to_string(&installed).map_or(true, |text| text != wanted) {
            let system = if cfg!(windows) { "python" } else { "python3" };
            call(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder)).map_err(|error| {
                format!(
                    "{error}\nhint: the tests in Python need Python 3.11 or later with venv (on Debian and Ubuntu: apt install python3 python3-venv)"
                )
            })?;
            call(
                Command::new(&python)
                    .args(["-m", "pip", "install", "--quiet", "--requirement"])
                    .arg(requirements),
            )
            .map_err(|error| {
                format!("{error}\nhint: pip fetches {} from its package index", requirements.display())
            })?;
            // Written last: an environment without it is not complete.
            fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))?;
        }
        let here = python.parent().map(Path::to_path_buf);
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(here.into_iter().chain(std::env::split_paths(&others)))
            .map_err(|error| error.to_string())?;
        Ok(Self { python, path })
    }

    /// A call of Python in the folder of the project.
    pub(crate) fn call(&self, arguments: &[&str]) -> Command {
        let mut call = Command::new(&self.python);
        call.args(arguments).current_dir(root()).env("PATH", &self.path).env("PYTHONDONTWRITEBYTECODE", "1");
        call
    }

    /// Put the package into the environment, with the native half that cargo has built.
    fn install(&self) -> Result<(), String> {
        let asked = ["-c", "import sysconfig; print(sysconfig.get_paths()['platlib'])"];
        let packages = PathBuf::from(output(&mut self.call(&asked))?.trim());
        let package = packages.join("nanorotor");
        let failed = |error: std::io::Error| format!("{}: {error}", package.display());
        if package.exists() {
            fs::remove_dir_all(&package).map_err(failed)?;
        }
        copy(&root().join(PACKAGE).join("nanorotor"), &package).map_err(failed)?;
        let (from, to) = if cfg!(windows) {
            ("_native.dll", "_native.pyd")
        } else if cfg!(target_os = "macos") {
            ("lib_native.dylib", "_native.abi3.so")
        } else {
            ("lib_native.so", "_native.abi3.so")
        };
        fs::copy(built()?.join(from), package.join(to)).map_err(failed)?;
        Ok(())
    }
}

/// The program that cargo has built.
pub(crate) fn program() -> Result<PathBuf, String> {
    Ok(built()?.join(format!("nanorotor{}", std::env::consts::EXE_SUFFIX)))
}

/// The Python that has the package, as cargo has built it.
pub(crate) fn interpreter() -> Result<PathBuf, String> {
    let environment = Environment::with("python", &root().join(TESTS).join("requirements.txt"))?;
    environment.install()?;
    Ok(environment.python)
}

/// Check the text and types of the package, and run pytest on it and on what the program writes.
pub(crate) fn test() -> Result<(), String> {
    let environment = Environment::with("python", &root().join(TESTS).join("requirements.txt"))?;
    environment.install()?;
    call(environment.call(&["-m", "ruff", "format", "--quiet", "--check", "--no-cache"]).args(SOURCES))?;
    call(environment.call(&["-m", "ruff", "check", "--quiet", "--no-cache"]).args(SOURCES))?;
    call(&mut environment.call(&["-m", "mypy", "--no-error-summary", "--cache-dir=target/mypy", PACKAGE]))?;
    eprintln!("pytest");
    let pytest = |arguments: &[&str]| {
        let mut pytest = environment.call(&["-m", "pytest", "--quiet", "-p", "no:cacheprovider"]);
        // One thread of OpenMP for each worker: tblite waits on threads that have no core.
        call(pytest.args(arguments).env("NANOROTOR", program()?).env("OMP_NUM_THREADS", "1"))
    };
    // Each of two workers would reproduce the paper for itself.
    pytest(&[TESTS])?;
    pytest(&["--numprocesses", "2", PACKAGE_TESTS])?;
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == "__pycache__" {
            continue;
        }
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
