//! Print results as a table, CSV or JSON, and write figures.

mod columns;
mod json;

use std::io::Write;
use std::path::Path;

use nanorotor::study::Results;
use nanorotor::units::System;
use nanorotor_figures::Figure;

use crate::arguments::Format;
use crate::failure::Failure;

/// Print results on standard output.
pub(crate) fn print(results: &Results, format: Format, system: System) -> Result<(), Failure> {
    let text = match format {
        Format::Json => json::text(results, system),
        Format::Csv => columns::csv(results, system),
        Format::Table => columns::table(results, system),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Draw a figure into a file whose extension says how; nothing is computed for an extension that is unknown.
pub(crate) fn write_figure(path: &Path, figure: impl FnOnce() -> Figure) -> Result<(), Failure> {
    let format = nanorotor_figures::Format::from_path(path)?;
    let bytes = figure().render(format)?;
    std::fs::write(path, bytes).map_err(|reason| Failure::Write { path: path.into(), reason })
}
