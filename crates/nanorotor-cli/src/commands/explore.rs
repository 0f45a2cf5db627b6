//! Run `nanorotor explore`: a page in the browser on which the rotor turns.

use std::path::PathBuf;

use clap::Args;
use nanorotor_explorer::{Explorer, Options, open_in_browser};

use crate::arguments::StudyArguments;
use crate::failure::{Failure, note};
use crate::signals;

/// What is explored, and how.
#[derive(Debug, Args)]
pub(crate) struct Explore {
    /// A study file (TOML), or the name of a study that comes with nanorotor; preston2023 if not given
    #[arg(value_name = "STUDY")]
    study: Option<PathBuf>,
    /// Set a parameter of the study; repeatable. A value has its unit, as in the file: --set V="3 eV"
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "study")]
    set: Vec<String>,
    /// The port of 127.0.0.1; by default 8719, or a free one where that is taken
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Print the address only
    #[arg(long)]
    no_browser: bool,
    /// Let a notebook of this machine show the page in a frame
    #[arg(long, hide = true)]
    framed: bool,
}

pub(crate) fn run(arguments: &Explore) -> Result<(), Failure> {
    // Before any other thread starts.
    let stop = signals::stop_when_asked("the explorer has stopped");
    let study = arguments.study.as_ref().map(|study| StudyArguments::of(study, &arguments.set).load());
    let options = Options { study: study.transpose()?, port: arguments.port, framed: arguments.framed };
    let explorer = Explorer::bind(options)?;
    let url = explorer.url();
    note(&format!("explore at {url} (Ctrl-C ends it)"));
    if !arguments.no_browser && open_in_browser(&url).is_err() {
        note("no browser was found; open the address yourself");
    }
    explorer.serve(&stop)?;
    signals::end_if_asked();
    Ok(())
}
