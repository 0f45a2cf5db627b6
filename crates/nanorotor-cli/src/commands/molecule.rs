//! Run `nanorotor molecule`, which the Python package does: from a geometry to a scan and a study.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use clap::Args;

use crate::failure::Failure;

/// Names the Python that has the package.
const PYTHON: &str = "NANOROTOR_PYTHON";

/// What is passed on to Python; `nanorotor molecule -h` there tells all options.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Molecule {
    /// FILE --axis I,J --anchor LEAD=I ... ; -h tells all
    #[arg(value_name = "ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(molecule: &Molecule) -> Result<(), Failure> {
    let usual = if cfg!(windows) { "python" } else { "python3" };
    let python = std::env::var_os(PYTHON).unwrap_or_else(|| usual.into());
    let called = python.to_string_lossy().into_owned();
    let unusable = |what: String| Failure::Usage {
        what,
        hint: format!(
            "install the Python package (pip install '.[molecule]' in the checkout of nanorotor), and name its Python in {PYTHON}"
        ),
    };
    // Asked first: a Python without the package would fail with a traceback.
    let has = Command::new(&python)
        .args(["-c", "import nanorotor.molecule"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match has {
        Err(error) => return Err(unusable(format!("cannot start {called}: {error}"))),
        Ok(status) if !status.success() => {
            return Err(unusable(format!("{called} has no package nanorotor")));
        }
        Ok(_) => {}
    }
    let status =
        Command::new(&python).args(["-m", "nanorotor", "molecule"]).args(&molecule.arguments).status();
    match status {
        Err(error) => Err(unusable(format!("cannot start {called}: {error}"))),
        Ok(status) if status.success() => Ok(()),
        // Without a code it was ended by a signal, as by Ctrl-C.
        Ok(status) => {
            Err(Failure::Told(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(130)))
        }
    }
}
