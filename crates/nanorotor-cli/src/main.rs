//! Run the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(nanorotor_cli::run(std::env::args_os()))
}
