//! Print results as a table, CSV or JSON, and write figures.

mod columns;
pub(crate) mod files;
pub(crate) mod optimum;
pub(crate) mod simulated;

use std::io::Write;
use std::path::Path;

use nanorotor::export::json;
use nanorotor::quantity::System;
use nanorotor::results::Results;
use nanorotor_figures::Figure;

pub(crate) use columns::validity;

use crate::arguments::Format;
use crate::failure::Failure;

/// Print results on standard output.
pub(crate) fn print(results: &Results, format: Format, system: System) -> Result<(), Failure> {
    let text = match format {
        Format::Json => json_text(&json(results, system)),
        Format::Csv => columns::csv(results, system)?,
        Format::Table => columns::table(results, system),
    };
    write(&text)
}

/// Print results on standard output with the derivatives of more quantities, {formula: {parameter: …}}.
pub(crate) fn print_with_derivatives(
    results: &Results,
    derivatives: &serde_json::Value,
    format: Format,
    system: System,
) -> Result<(), Failure> {
    let each = |value: &serde_json::Value| value.as_object().cloned().into_iter().flatten();
    if format == Format::Json {
        let mut told = json(results, system);
        for (formula, by) in each(derivatives) {
            told["derivatives"][formula.as_str()] = by;
        }
        return write(&json_text(&told));
    }
    let mut text = columns::table(results, system);
    for (formula, by) in each(derivatives) {
        text.extend([format!("\nderivative of {formula}\n")]);
        for (parameter, found) in each(&by) {
            let told = match (found["value"].as_f64(), found["error"].as_f64()) {
                (Some(value), error) => {
                    columns::measured(value, error, found["unit"].as_str().unwrap_or_default())
                }
                _ => format!("none: {}", found["missing"].as_str().unwrap_or("not known")),
            };
            text.extend([format!("  {parameter:12} {}\n", told.trim_end())]);
        }
    }
    write(&text)
}

/// Print results on standard output with what uncertain parameters do to more quantities, {formula: {value, …}}.
pub(crate) fn print_with_uncertain(
    results: &Results,
    quantities: &serde_json::Value,
    format: Format,
    system: System,
) -> Result<(), Failure> {
    if format == Format::Json {
        let mut told = json(results, system);
        told["quantities"] = quantities.clone();
        return write(&json_text(&told));
    }
    let mut text = columns::table(results, system);
    for (formula, of) in quantities.as_object().into_iter().flatten() {
        text.extend([format!("\n{formula}\n")]);
        let unit = of["unit"].as_str().unwrap_or_default();
        let numbers = [
            "value",
            "propagated_deviation",
            "sampled_mean",
            "sampled_deviation",
            "lower_bound",
            "upper_bound",
        ];
        for name in numbers {
            let told = match (of[name].as_f64(), of[format!("{name}_error")].as_f64()) {
                (Some(value), Some(error)) => format!("{value:.6e} ± {error:.1e} {unit}"),
                (Some(value), None) => format!("{value:.6e} {unit}"),
                _ => "none".into(),
            };
            text.extend([format!("  {name:21} {}\n", told.trim_end())]);
        }
        let shares = of["variance_share"].as_object().into_iter().flatten();
        let shares: Vec<String> = shares
            .filter_map(|(name, share)| Some(format!("{name} {:.1} %", 100.0 * share.as_f64()?)))
            .collect();
        let rest = of["nonlinearity"].as_f64().map_or("not known".into(), |rest| format!("{rest:.1e}"));
        text.extend([format!(
            "  variance from         {}; derivatives leave {rest} of it\n",
            shares.join(", ")
        )]);
    }
    write(&text)
}

/// A JSON value as the commands print it.
fn json_text(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// Write a text to standard output.
pub(crate) fn write(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Refuse a figure file of an unknown format, in a folder that is not there, or in the place of a file that is none of ours, before
/// anything is computed.
pub(crate) fn check_figure(path: Option<&Path>) -> Result<(), Failure> {
    if let Some(path) = path {
        let format = nanorotor_figures::Format::from_path(path)?;
        if std::fs::read(path).is_ok_and(|bytes| !format.drew(&bytes)) {
            return Err(Failure::Usage {
                what: format!("{} is there and was not drawn by nanorotor", path.display()),
                hint: "give another name, or move the file away".into(),
            });
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder
            && !folder.is_dir()
        {
            let reason = std::io::Error::other(format!("there is no folder {}", folder.display()));
            return Err(Failure::Write { path: path.into(), reason });
        }
    }
    Ok(())
}

/// Draw a figure into a file whose extension says how.
pub(crate) fn write_figure(path: &Path, figure: impl FnOnce() -> Figure) -> Result<(), Failure> {
    let format = nanorotor_figures::Format::from_path(path)?;
    Ok(nanorotor::export::write_file(path, &figure().render(format)?)?)
}
