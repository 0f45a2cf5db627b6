//! Build what is published: the documentation site, the packages of Rust and that of Python.

use std::fs;
use std::process::Command;

use crate::python::{Environment, interpreter, program};
use crate::steps::{built, call, cargo, root};

/// Build the documentation site from docs/, after rustdoc's pages.
pub(crate) fn site() -> Result<(), String> {
    let environment = Environment::with("site-python", &root().join("site/requirements.txt"))?;
    let mut build = environment.call(&["-m", "mkdocs", "build", "--quiet", "--strict"]);
    // The command for molecules speaks in Python.
    build.env("NANOROTOR_PYTHON", interpreter()?);
    call(build.env("NO_MKDOCS_2_WARNING", "1").env("NANOROTOR", program()?))
}

/// Pack the crates, and build and install the Python package from its source distribution in a fresh environment.
pub(crate) fn packages() -> Result<(), String> {
    cargo(
        "package --workspace --exclude xtask --exclude nanorotor-python --locked --no-verify --allow-dirty --quiet",
        &[],
    )?;
    let requirements = root().join("crates/nanorotor-cli/tests/python/requirements.txt");
    let environment = Environment::with("python", &requirements)?;
    let folder = built()?.with_file_name("sdist");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let place = folder.to_string_lossy().into_owned();
    call(&mut environment.call(&["-m", "maturin", "sdist", "--out", &place]))?;
    let packed = fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .find_map(|entry| entry.ok().map(|entry| entry.path()))
        .ok_or("maturin made no source distribution")?;
    let fresh = folder.join("python");
    let system = if cfg!(windows) { "python" } else { "python3" };
    call(Command::new(system).args(["-m", "venv"]).arg(&fresh))?;
    let python = fresh.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // The dev profile in the folder of the other builds: it is the package that is tried here, not its speed.
    let target = built()?.with_file_name("");
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet"]).arg(packed);
    call(install.env("MATURIN_PEP517_ARGS", "--profile dev").env("CARGO_TARGET_DIR", target))?;
    let tried =
        "import nanorotor as nr; assert 1.2 < nr.Study.preset('preston2023').rate().rotation_rate < 1.3";
    call(Command::new(&python).args(["-c", tried]).current_dir(&folder))
}
