//! Print results in columns against theta, for reading or as CSV, scalars and remarks before them.

use nanorotor::study::results::{Coordinates, Results};
use nanorotor::units::{System, output_unit};

/// The columns over theta: headings with units, and numbers.
fn columns(results: &Results, system: System) -> Vec<(String, Vec<f64>)> {
    let heading = |name: &str, lead: Option<&str>| {
        let name = lead.map_or_else(|| name.to_string(), |lead| format!("{name}[{lead}]"));
        let base = name.split('[').next().unwrap_or_default();
        match output_unit(base) {
            Some(unit) => format!("{name} ({})", unit.name(system)),
            None => name,
        }
    };
    let mut columns = Vec::new();
    let Some(Coordinates::Numbers(theta)) = results.axis("theta").map(|axis| &axis.coordinates) else {
        return columns;
    };
    columns.push((heading("theta", None), theta.clone()));
    for variable in &results.variables {
        let values = variable.values_in(system);
        match variable.axes.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["theta"] => columns.push((heading(&variable.name, None), values)),
            ["lead", "theta"] => {
                if let Some(Coordinates::Names(leads)) = results.axis("lead").map(|axis| &axis.coordinates) {
                    for (lead, part) in leads.iter().zip(values.chunks(theta.len())) {
                        columns.push((heading(&variable.name, Some(lead)), part.to_vec()));
                    }
                }
            }
            _ => {}
        }
    }
    columns
}

/// Scalars and remarks, one line each.
fn preface(results: &Results, system: System) -> Vec<String> {
    let scalar = |name: &str, value: f64| match output_unit(name) {
        Some(unit) => format!("{name} = {value} {}", unit.name(system)),
        None => format!("{name} = {value}"),
    };
    let mut lines = Vec::new();
    for variable in &results.variables {
        let values = variable.values_in(system);
        if variable.axes.is_empty() {
            lines.extend(values.first().map(|&value| scalar(&variable.name, value)));
        } else if variable.axes == ["lead"]
            && let Some(Coordinates::Names(leads)) = results.axis("lead").map(|axis| &axis.coordinates)
        {
            let unit = variable.unit().map_or("", |unit| unit.name(system));
            lines.extend(
                leads.iter().zip(values).map(|(lead, x)| format!("{}[{lead}] = {x} {unit}", variable.name)),
            );
        }
    }
    for (name, error) in &results.errors {
        let base = name.split('.').next().unwrap_or_default();
        let factor = output_unit(base).map_or(1.0, |unit| unit.factor(system));
        let unit = output_unit(base).map_or("", |unit| unit.name(system));
        lines.push(format!("error of {name} = {:.1e} {unit}", error * factor));
    }
    lines.push(format!("status: {}", results.status()));
    lines.extend(results.notes.iter().map(|(name, text)| format!("{name}: {text}")));
    lines
}

pub(super) fn csv(results: &Results, system: System) -> String {
    let mut text = String::new();
    for line in preface(results, system) {
        text.push_str("# ");
        text.push_str(&line);
        text.push('\n');
    }
    let columns = columns(results, system);
    let headings: Vec<String> = columns.iter().map(|(heading, _)| quoted(heading)).collect();
    text.push_str(&headings.join(","));
    text.push('\n');
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    for row in 0..rows {
        let cells: Vec<String> = columns.iter().map(|(_, values)| values[row].to_string()).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A field of CSV: in quotes where it holds a comma, a quote or a line end.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.into()
    }
}

pub(super) fn table(results: &Results, system: System) -> String {
    let mut text = String::new();
    for line in preface(results, system) {
        text.push_str(&line);
        text.push('\n');
    }
    let columns = columns(results, system);
    if columns.is_empty() {
        return text;
    }
    text.push('\n');
    // Heading above, unit below, numbers under them: narrow enough for eyes.
    let split: Vec<(&str, &str)> = columns
        .iter()
        .map(|(heading, _)| {
            heading.split_once(" (").map_or((heading.as_str(), ""), |(a, b)| (a, b.trim_end_matches(')')))
        })
        .collect();
    let shown: Vec<Vec<String>> =
        columns.iter().map(|(_, values)| values.iter().map(|x| readable(*x)).collect()).collect();
    let widths: Vec<usize> = split
        .iter()
        .zip(&shown)
        .map(|((name, unit), cells)| {
            let cells = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
            cells.max(name.chars().count()).max(unit.chars().count())
        })
        .collect();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> =
            cells.zip(&widths).map(|(cell, &width)| format!("{cell:>width$}")).collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    };
    line(&mut split.iter().map(|(name, _)| *name));
    line(&mut split.iter().map(|(_, unit)| *unit));
    for row in 0..shown[0].len() {
        line(&mut shown.iter().map(|cells| cells[row].as_str()));
    }
    text
}

/// Six significant digits, plain where that is short.
fn readable(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let magnitude = x.abs().log10().floor();
    if (-4.0..6.0).contains(&magnitude) {
        let decimals = (5.0 - magnitude).max(0.0) as usize;
        format!("{x:.decimals$}")
    } else {
        format!("{x:.5e}")
    }
}
