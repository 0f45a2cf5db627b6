//! Read the command line, run one command, and turn its outcome into an exit code.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks on the terminal")]

mod arguments;
mod commands;
mod drawn;
mod failure;
mod output;
mod progress;
mod report;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Command::Landscape(arguments) => commands::landscape::run(arguments),
        Command::Rate(arguments) => commands::rate::run(arguments),
        Command::Simulate(arguments) => commands::simulate::run(arguments),
        Command::Run(arguments) => commands::run::run(arguments),
        Command::Reproduce(arguments) => commands::reproduce::run(arguments),
        Command::Merge(arguments) => commands::merge::run(arguments),
        Command::Export(arguments) => commands::export::run(arguments),
        Command::Check(arguments) => commands::check::run(arguments),
        Command::Cite(arguments) => commands::cite::run(arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output may stop reading: `nanorotor landscape … | head` is no failure.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            failure.exit_code()
        }
    }
}
