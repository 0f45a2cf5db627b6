//! Print results for reading: scalars, remarks, validity and columns against theta or the load; or as CSV, a column for each value.

use std::ops::Range;

use nanorotor::Result;
use nanorotor::export::csv_text;
use nanorotor::quantity::{ENERGY_AXIS, LOAD, System, THETA, output_unit};
use nanorotor::results::Assumption;
use nanorotor::results::{Results, Variable};

/// The width of a page, in characters.
const PAGE: usize = 120;

/// The columns over theta, or over loads: headings with units, and numbers.
fn columns(results: &Results, system: System) -> Vec<(String, Vec<f64>)> {
    let heading = |name: &str, member: &str| {
        let unit = output_unit(name.strip_suffix("_error").unwrap_or(name));
        let unit = unit.map_or_else(String::new, |unit| format!(" ({})", unit.name(system)));
        if member.is_empty() { format!("{name}{unit}") } else { format!("{name}[{member}]{unit}") }
    };
    let row = if results.axis(LOAD).is_some() { LOAD } else { THETA };
    let Some((positions, _)) = results.axis(row).and_then(|axis| axis.shown(system)) else {
        return Vec::new();
    };
    let mut columns = vec![(heading(row, ""), positions)];
    // What stands over the energy too has too many columns to read; CSV, JSON and figures have it.
    let is_readable = |variable: &&Variable| !variable.axes.iter().any(|axis| axis == ENERGY_AXIS);
    for variable in results.variables.iter().filter(is_readable) {
        let members = results.along(variable, row, system).into_iter();
        columns.extend(members.map(|(member, values)| (heading(&variable.name, &member), values)));
    }
    columns
}

/// A scalar with its error, if it has one.
struct Scalar {
    name: String,
    value: f64,
    error: Option<f64>,
    unit: &'static str,
}

fn scalars(results: &Results, system: System) -> Vec<Scalar> {
    let mut rows = Vec::new();
    for variable in &results.variables {
        let factor = variable.unit().map_or(1.0, |unit| unit.factor(system));
        let unit = variable.unit().map_or("", |unit| unit.name(system));
        let error_of =
            |key: &str| results.errors.iter().find(|(name, _)| name == key).map(|(_, error)| error * factor);
        let values = variable.values_in(system);
        if results.has_rows(variable) {
            continue;
        }
        rows.extend(results.members(variable, &[]).into_iter().map(|(member, at)| {
            let name = &variable.name;
            let (shown, key) = if member.is_empty() {
                (name.clone(), name.clone())
            } else {
                (format!("{name}[{member}]"), format!("{name}.{}", member.replace(", ", ".")))
            };
            Scalar { name: shown, value: values[at], error: error_of(&key), unit }
        }));
    }
    rows
}

/// The remarks, one line each.
fn remarks(results: &Results) -> impl Iterator<Item = String> {
    results.notes.iter().map(|(name, text)| format!("{name}: {text}"))
}

/// How far each assumption holds and why, under a heading, as every command prints it.
pub(crate) fn validity(assumptions: &[Assumption]) -> String {
    let line = |a: &Assumption| format!("  {:<15} {}: {}\n", a.name, a.standing.in_words(), a.text);
    assumptions.iter().map(line).fold("validity\n".into(), |text, line| text + &line)
}

/// Remarks and validity as lines that begin with #, then the table.
pub(super) fn csv(results: &Results, system: System) -> Result<String> {
    let mut text = String::new();
    let validity =
        results.validity.iter().map(|a| format!("{}: {}: {}", a.name, a.standing.in_words(), a.text));
    for line in remarks(results).chain(validity) {
        text.push_str("# ");
        text.push_str(&line.replace('\n', " "));
        text.push('\n');
    }
    text.push_str(&csv_text(results, system)?);
    Ok(text)
}

/// A number with its error and its unit: as many digits as the error leaves, and never more than mean anything.
pub(super) fn measured(value: f64, error: Option<f64>, unit: &str) -> String {
    let error = error.filter(|error| *error > 0.0 && !value.is_nan());
    let digits = error.filter(|_| value != 0.0).map_or(8.0, |error| (value / error).abs().log10().ceil());
    let error = error.map_or_else(String::new, |error| format!(" ± {error:.1e}"));
    let value = match value {
        x if x.is_nan() => "none".into(),
        count if unit.is_empty() && count.fract() == 0.0 => count.to_string(),
        x => readable(x, digits.clamp(2.0, 12.0)),
    };
    format!("{value}{error} {unit}").trim_end().into()
}

pub(super) fn table(results: &Results, system: System) -> String {
    let mut text = String::new();
    let scalars = scalars(results, system);
    let width = scalars.iter().map(|scalar| scalar.name.chars().count()).max().unwrap_or(0);
    for Scalar { name, value, error, unit } in scalars {
        let number = measured(value, error, unit);
        text.push_str(format!("{name:<width$}  {number}").trim_end());
        text.push('\n');
    }
    for line in std::iter::once(format!("status: {}", results.status)).chain(remarks(results)) {
        text.push_str(&line);
        text.push('\n');
    }
    if !results.validity.is_empty() {
        text.push('\n');
        text.push_str(&validity(&results.validity));
    }
    let columns = columns(results, system);
    // Angles alone are no curve.
    if columns.len() < 2 {
        return text;
    }
    text.push('\n');
    // Name, lead and unit one under the other, numbers under them: narrow enough for eyes.
    let split: Vec<[&str; 3]> = columns.iter().map(|(heading, _)| parts(heading)).collect();
    let shown: Vec<Vec<String>> =
        columns.iter().map(|(_, values)| values.iter().map(|x| readable(*x, 6.0)).collect()).collect();
    let widths: Vec<usize> = split
        .iter()
        .zip(&shown)
        .map(|(heading, cells)| {
            let cells = cells.iter().map(String::as_str);
            cells.chain(*heading).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    // Blocks that fit a page, the angles in each.
    for (k, block) in blocks(&widths).into_iter().enumerate() {
        let members: Vec<usize> = std::iter::once(0).chain(block).collect();
        let mut line = |cell: &dyn Fn(usize) -> String| {
            let padded = members.iter().map(|&at| format!("{:>width$}", cell(at), width = widths[at]));
            text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        };
        if k > 0 {
            line(&|_| String::new());
        }
        line(&|at| split[at][0].into());
        if members.iter().any(|&at| !split[at][1].is_empty()) {
            line(&|at| split[at][1].into());
        }
        line(&|at| split[at][2].into());
        for row in 0..shown[0].len() {
            line(&|at| shown[at][row].clone());
        }
    }
    text
}

/// Columns of these widths, the first left out, in blocks that are no wider than [`PAGE`] with the first beside each.
fn blocks(widths: &[usize]) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut width) = (1, widths[0]);
    for (at, own) in widths.iter().enumerate().skip(1) {
        if width + 2 + own > PAGE && at > start {
            blocks.push(start..at);
            (start, width) = (at, widths[0]);
        }
        width += 2 + own;
    }
    blocks.push(start..widths.len());
    blocks
}

/// The name, the lead and the unit of `name[lead] (unit)`.
fn parts(heading: &str) -> [&str; 3] {
    let (name, unit) = heading.rsplit_once(" (").unwrap_or((heading, ""));
    let (name, lead) = name.split_once('[').unwrap_or((name, ""));
    [name, lead.strip_suffix(']').unwrap_or(lead), unit.strip_suffix(')').unwrap_or(unit)]
}

/// Some significant digits, plain where that is short.
pub(super) fn readable(x: f64, digits: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let magnitude = x.abs().log10().floor();
    if (-4.0..6.0).contains(&magnitude) {
        let decimals = (digits - 1.0 - magnitude).max(0.0) as usize;
        format!("{x:.decimals$}")
    } else {
        let decimals = digits as usize - 1;
        format!("{x:.decimals$e}")
    }
}
