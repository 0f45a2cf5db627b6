//! Read the command line, run one command, and turn its outcome into an exit code.
//!
//! A library, so that the Python package brings the same command and says the same of a study.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks on the terminal")]

mod arguments;
mod commands;
mod drawn;
mod failure;
mod folder;
mod optimize_arguments;
mod output;
mod progress;
mod search;
mod signals;

use std::ffi::OsString;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

pub use commands::check::text as check;
pub use commands::cite::program as cite_program;
pub use folder::{keep_study, merge};
pub use search::{Found, search};

/// Run one command; the first of the arguments is the name of the program.
///
/// The exit code comes back: 0 done, 1 computed but did not converge, 2 bad input. What was interrupted ends the process by the
/// signal.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(mut told) => {
            let advice = arguments::advice(&mut told);
            // Where nobody reads it there is nobody to tell.
            let _ = told.print();
            if let Some(advice) = advice {
                failure::note(&advice);
            }
            return u8::try_from(told.exit_code()).unwrap_or(2);
        }
    };
    let outcome = match &arguments.command {
        Command::Landscape(arguments) => commands::landscape::run(arguments),
        Command::Spectrum(arguments) => commands::spectrum::run(arguments),
        Command::Rate(arguments) => commands::rate::run(arguments),
        Command::Load(arguments) => commands::load::run(arguments),
        Command::Sensitivity(arguments) => commands::sensitivity::run(arguments),
        Command::Optimize(arguments) => commands::optimize::run(arguments),
        Command::Simulate(arguments) => commands::simulate::run(arguments),
        Command::Run(arguments) => commands::run::run(arguments),
        Command::Reproduce(arguments) => commands::reproduce::run(arguments),
        Command::Merge(arguments) => commands::merge::run(arguments),
        Command::Export(arguments) => commands::export::run(arguments),
        Command::Check(arguments) => commands::check::run(arguments),
        Command::Cite(arguments) => commands::cite::run(arguments),
        Command::Molecule(arguments) => commands::molecule::run(arguments),
        Command::Explore(arguments) => commands::explore::run(arguments),
    };
    match outcome {
        Ok(()) => 0,
        // Whoever reads our output may stop reading: `nanorotor landscape … | head` is no failure.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(failure) => {
            failure.report();
            signals::end_if_asked();
            failure.exit_code()
        }
    }
}
