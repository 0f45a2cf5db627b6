//! Run `nanorotor cite`: BibTeX for the program, for the theory that a study uses, and for what it names itself.

use std::io::Write;

use nanorotor::study::bibtex;

use crate::arguments::Cite;
use crate::failure::{Failure, note};

pub(crate) fn run(arguments: &Cite) -> Result<(), Failure> {
    let study = arguments.study.load()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", program())?;
    for key in study.cite() {
        match bibtex(key) {
            Some(entry) => writeln!(out, "\n{entry}")?,
            None => note(&format!("no entry for \"{key}\" in the literature that comes with nanorotor")),
        }
    }
    Ok(())
}

/// The BibTeX entry of the program itself.
pub fn program() -> String {
    format!(
        "@software{{nanorotor,\n  title   = {{nanorotor: current-driven molecular rotors}},\n  author  = {{{{The nanorotor developers}}}},\n  version = {{{}}},\n}}",
        env!("CARGO_PKG_VERSION")
    )
}
