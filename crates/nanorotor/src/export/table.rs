//! Lay results out as tidy tables: a row for each point of the sweep, for each point and angle, or both in one.

use super::check::{STATUS, axis_name, shape, statuses};
use crate::error::Result;
use crate::quantity::System;
use crate::results::{Axis, Results, Variable};

/// Columns of equal length.
#[derive(Debug, PartialEq)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
}

/// A column with its heading: `V (eV)`, `mean_current[left] (µA)`, `status`.
#[derive(Debug, PartialEq)]
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) cells: Cells,
}

/// What stands in a column.
#[derive(Debug, PartialEq)]
pub(super) enum Cells {
    /// Numbers, NaN where there is none.
    Numbers(Vec<f64>),
    /// Texts.
    Texts(Vec<String>),
}

impl Table {
    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| match &column.cells {
            Cells::Numbers(numbers) => numbers.len(),
            Cells::Texts(texts) => texts.len(),
        })
    }

    fn numbers(&mut self, heading: String, numbers: Vec<f64>) {
        self.columns.push(Column { heading, cells: Cells::Numbers(numbers) });
    }
}

/// The table of what does not depend on theta, a row for each point of the sweep, the status last.
///
/// # Errors
/// [`Error::Model`](crate::Error::Model) if variables do not fit their axes.
pub(super) fn over_points(results: &Results) -> Result<Table> {
    let mut table = layout(results, Rows::Points, System::Practical)?;
    table.columns.push(Column { heading: STATUS.into(), cells: Cells::Texts(statuses(results)?) });
    Ok(table)
}

/// The table of what depends on theta, a row for each point and angle; none if nothing does.
///
/// # Errors
/// [`Error::Model`](crate::Error::Model) if variables do not fit their axes.
pub(super) fn over_theta(results: &Results) -> Result<Option<Table>> {
    let any = results.variables.iter().any(|variable| results.has_rows(variable));
    any.then(|| layout(results, Rows::Angles, System::Practical)).transpose()
}

/// One table of everything: a row for each angle where anything depends on it, with the rest repeated; the status last.
///
/// # Errors
/// [`Error::Model`](crate::Error::Model) if variables do not fit their axes.
pub(super) fn whole(results: &Results, system: System) -> Result<Table> {
    let mut table = layout(results, Rows::Both, system)?;
    let per_point = table.rows() / statuses(results)?.len().max(1);
    let texts = statuses(results)?.into_iter().flat_map(|status| vec![status; per_point]).collect();
    table.columns.push(Column { heading: STATUS.into(), cells: Cells::Texts(texts) });
    Ok(table)
}

/// What a row stands for, and which variables are columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// A point of the sweep, with what does not depend on theta.
    Points,
    /// A point and an angle, with what depends on theta.
    Angles,
    /// A point and an angle, with everything.
    Both,
}

/// Row axes first, then the variables, one column for each lead, pair of leads or level.
fn layout(results: &Results, rows: Rows, system: System) -> Result<Table> {
    let has_rows = |variable: &Variable| results.has_rows(variable);
    let theta = rows == Rows::Angles || (rows == Rows::Both && results.variables.iter().any(has_rows));
    let is_column = |variable: &&Variable| rows == Rows::Both || has_rows(variable) == theta;
    let row_axes: Vec<&Axis> = results
        .sweep()
        .iter()
        .chain(results.axes[results.swept..].iter().filter(|axis| theta && results.is_row(&axis.name)))
        .collect();
    let lengths: Vec<usize> = row_axes.iter().map(|axis| axis.coordinates.len()).collect();
    let rows = lengths.iter().product();
    let mut table = Table { columns: Vec::new() };
    for (at, axis) in row_axes.iter().enumerate() {
        let Some((numbers, unit)) = axis.shown(system) else { continue };
        let repeat: usize = lengths[at + 1..].iter().product();
        let column = (0..rows).map(|row| numbers[row / repeat % numbers.len()]).collect();
        table.numbers(heading(&axis_name(results, axis), None, unit), column);
    }
    for variable in results.variables.iter().filter(is_column) {
        let shape = shape(results, variable)?;
        let stride = |name: &str| {
            let at = variable.axes.iter().position(|axis| axis == name)?;
            Some(shape[at + 1..].iter().product::<usize>())
        };
        let strides: Vec<usize> = row_axes.iter().map(|axis| stride(&axis.name).unwrap_or(0)).collect();
        let values = variable.values_in(system);
        let column = |offset: usize| -> Vec<f64> {
            (0..rows).map(|row| values[offset + position(row, &lengths, &strides)]).collect()
        };
        let unit = variable.unit().map_or("", |unit| unit.name(system));
        let of_rows: Vec<&str> = row_axes.iter().map(|axis| axis.name.as_str()).collect();
        for (member, start) in results.members(variable, &of_rows) {
            let member = Some(member.as_str()).filter(|member| !member.is_empty());
            table.numbers(heading(&variable.name, member, unit), column(start));
        }
    }
    Ok(table)
}

/// Where the values of a row stand, the last row axis fastest.
fn position(row: usize, lengths: &[usize], strides: &[usize]) -> usize {
    let mut rest = row;
    let mut at = 0;
    for (length, stride) in lengths.iter().zip(strides).rev() {
        at += rest % length * stride;
        rest /= length;
    }
    at
}

fn heading(name: &str, member: Option<&str>, unit: &str) -> String {
    let member = member.map_or_else(String::new, |member| format!("[{member}]"));
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    format!("{name}{member}{unit}")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::results::{Coordinates, Status};
    use crate::units::Unit;

    /// A sweep of 2 × 3 points over two leads and two angles; the value of a position is its index, in atomic units.
    pub(in super::super) fn sweep() -> Results {
        let mut results = Results { swept: 2, ..Results::default() };
        let axis = |name: &str, numbers: &[f64], unit: &str| Axis {
            name: name.into(),
            coordinates: Coordinates::Numbers(numbers.to_vec()),
            unit: Some(unit.parse::<Unit>().unwrap()),
        };
        results.axes.push(axis("V", &[1.0, 2.0], "eV"));
        results.axes.push(axis("A", &[0.5, 0.75, 1.0], ""));
        results.names("lead", vec!["left".into(), "right, far".into()]);
        results.numbers("theta", vec![0.0, 0.25]);
        let mut index = |name: &str, axes: &[&str], count: usize| {
            results.variable(name, axes, (0..count).map(|i| i as f64).collect());
        };
        index("hermite_levels", &["V", "A"], 6);
        index("mean_current", &["V", "A", "lead"], 12);
        index("density", &["V", "A", "theta"], 12);
        index("pumped_charge", &["V", "A", "lead", "theta"], 24);
        results.variables[0].values[4] = f64::NAN;
        results.point_status = vec![Status::Converged; 6];
        results.point_status[4] = Status::Failed("rate: it did not converge, \"really\"".into());
        results.note("band", "wide band from −10 eV");
        results.note("pumped_charge", "all leads at the mean");
        results
    }

    fn column<'a>(table: &'a Table, heading: &str) -> &'a [f64] {
        let column = table.columns.iter().find(|column| column.heading == heading);
        let Some(Column { cells: Cells::Numbers(numbers), .. }) = column else { panic!("no {heading}") };
        numbers
    }

    #[test]
    fn points_are_rows_and_leads_are_columns() {
        let table = over_points(&sweep()).unwrap();
        let headings: Vec<&str> = table.columns.iter().map(|column| column.heading.as_str()).collect();
        let expected = [
            "V (eV)",
            "A",
            "hermite_levels",
            "mean_current[left] (µA)",
            "mean_current[right, far] (µA)",
            "status",
        ];
        assert_eq!(headings, expected);
        assert_eq!(table.rows(), 6);
        assert_eq!(column(&table, "V (eV)"), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
        assert_eq!(column(&table, "A"), [0.5, 0.75, 1.0, 0.5, 0.75, 1.0]);
        let right = column(&table, "mean_current[right, far] (µA)");
        assert!((right[5] / right[0] - 11.0).abs() < 1e-14);
        assert!(column(&table, "hermite_levels")[4].is_nan());
    }

    #[test]
    fn angles_are_rows_within_points() {
        let table = over_theta(&sweep()).unwrap().unwrap();
        assert_eq!(table.rows(), 12);
        assert_eq!(column(&table, "theta (rad)")[..4], [0.0, 0.25, 0.0, 0.25]);
        assert_eq!(column(&table, "A")[..5], [0.5, 0.5, 0.75, 0.75, 1.0]);
        assert_eq!(column(&table, "density (1/rad)")[11], 11.0);
        let left = column(&table, "pumped_charge[left] (e/rad)");
        assert_eq!(left[..6], [0.0, 1.0, 4.0, 5.0, 8.0, 9.0]);
        let right = column(&table, "pumped_charge[right, far] (e/rad)");
        assert_eq!(right[..4], [2.0, 3.0, 6.0, 7.0]);
    }

    #[test]
    fn one_point_is_one_row() {
        let mut results = Results::default();
        results.scalar("barrier", 1.0);
        let table = over_points(&results).unwrap();
        assert_eq!((table.rows(), table.columns.len()), (1, 2));
        assert_eq!(over_theta(&results), Ok(None));
    }
}
