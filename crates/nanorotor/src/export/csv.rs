//! Write results as CSV: one row for each point of the sweep, and one for each point and angle beside it.

use std::path::{Path, PathBuf};

use csv::Writer;

use super::files::theta_path;
use super::table::{self, Cells, Column, Table, over_points, over_theta};
use super::whole;
use crate::disk::write_file;
use crate::error::{Error, Result};
use crate::quantity::System;
use crate::results::Results;

/// Write the tables of results; returns the files.
///
/// `path` gets a row for each point of the sweep: the swept parameters, what does not depend on theta, and `status`. If
/// anything depends on theta, `<stem>_theta.<extension>` beside it gets a row for each point and angle. Headings carry the
/// practical unit: `V (eV)`, `mean_current[left] (µA)`. Numbers have all their digits and read back as the same bits; what
/// did not converge is `NaN`.
///
/// # Errors
/// [`Error::File`] if a file cannot be written, [`Error::Model`] if variables do not fit their axes.
pub fn csv(results: &Results, path: &Path) -> Result<Vec<PathBuf>> {
    let results = whole(results);
    let points = text(&over_points(&results)?, results.seed)?;
    let theta = over_theta(&results)?.map(|table| text(&table, results.seed)).transpose()?;
    write_file(path, &points)?;
    let mut files = vec![path.to_path_buf()];
    if let Some(bytes) = theta {
        let path = theta_path(path);
        write_file(&path, &bytes)?;
        files.push(path);
    }
    Ok(files)
}

/// Everything in one table as text: the columns of [`csv()`], with a row for each angle where anything depends on it and the rest
/// repeated.
///
/// # Errors
/// [`Error::Model`] if variables do not fit their axes.
pub fn csv_text(results: &Results, system: System) -> Result<String> {
    let text = text(&table::whole(&whole(results), system)?, results.seed)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The table as CSV; `seed` is the one seed of a single point, with all its digits.
fn text(table: &Table, seed: Option<u64>) -> Result<Vec<u8>> {
    let failed = |reason: String| Error::File {
        what: format!("the table could not be written: {reason}"),
        hint: "check that the memory is large enough".into(),
    };
    let mut writer = Writer::from_writer(Vec::new());
    let record = |writer: &mut Writer<Vec<u8>>, fields: &mut dyn Iterator<Item = String>| {
        writer.write_record(fields).map_err(|reason| failed(reason.to_string()))
    };
    record(&mut writer, &mut table.columns.iter().map(|column| column.heading.clone()))?;
    for row in 0..table.rows() {
        let cell = |column: &Column| match &column.cells {
            // A seed as the whole number that it is.
            Cells::Numbers(numbers) if column.heading == "seed" && numbers[row].is_finite() => {
                seed.map_or_else(|| numbers[row].to_string(), |seed| seed.to_string())
            }
            // All digits, with an exponent where it is shorter.
            Cells::Numbers(numbers) => format!("{:?}", numbers[row]),
            Cells::Texts(texts) => texts[row].clone(),
        };
        record(&mut writer, &mut table.columns.iter().map(cell))?;
    }
    writer.into_inner().map_err(|reason| failed(reason.to_string()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::export::table::tests::sweep;

    #[test]
    fn the_files_are_as_documented() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.csv");
        let mut results = sweep();
        results.variables.retain(|variable| variable.unit().is_none() || variable.name == "density");
        let files = csv(&results, &path).unwrap();
        assert_eq!(files, [path.clone(), folder.path().join("results_theta.csv")]);
        let expected = "V (eV),A,hermite_levels,status\n\
                        1.0,0.5,0.0,converged\n1.0,0.75,1.0,converged\n1.0,1.0,2.0,converged\n\
                        2.0,0.5,3.0,converged\n\
                        2.0,0.75,NaN,\"rate: it did not converge, \"\"really\"\"\"\n\
                        2.0,1.0,5.0,converged\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
        let theta = fs::read_to_string(&files[1]).unwrap();
        assert!(
            theta.starts_with("V (eV),A,theta (rad),density (1/rad)\n1.0,0.5,0.0,0.0\n1.0,0.5,0.25,1.0\n")
        );
        assert_eq!(theta.lines().count(), 13);
    }

    #[test]
    fn numbers_read_back_as_the_same_bits() {
        let mut results = Results::default();
        let values = [0.1 + 0.2, 1e-300, -5e-324, f64::MAX, f64::NEG_INFINITY, 3.0];
        for (i, value) in values.iter().enumerate() {
            results.scalar(&format!("x{i}"), *value);
        }
        let text = String::from_utf8(text(&over_points(&results).unwrap(), None).unwrap()).unwrap();
        let row = text.lines().nth(1).unwrap();
        for (cell, value) in row.split(',').zip(values) {
            assert_eq!(cell.parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
    }

    #[test]
    fn a_seed_has_all_its_digits() {
        let mut results = Results::default();
        results.scalar("seed", (u64::MAX - 1) as f64);
        results.seed = Some(u64::MAX - 1);
        let text = csv_text(&results, System::Practical).unwrap();
        assert_eq!(text, "seed,status\n18446744073709551614,converged\n");
    }

    #[test]
    fn one_table_repeats_what_does_not_depend_on_the_angle() {
        let mut results = Results::default();
        results.scalar("barrier", 1.0);
        results.errors.push(("barrier".into(), 0.5));
        let one = csv_text(&results, System::Atomic).unwrap();
        assert_eq!(one, "barrier (Ha),barrier_error (Ha),status\n1.0,0.5,converged\n");
        results.numbers("theta", vec![0.0, 0.25]);
        results.variable("torque", &["theta"], vec![3.0, 4.0]);
        assert_eq!(
            csv_text(&results, System::Atomic).unwrap(),
            "theta (rad),barrier (Ha),torque (Ha/rad),barrier_error (Ha),status\n\
             0.0,1.0,3.0,0.5,converged\n0.25,1.0,4.0,0.5,converged\n"
        );
    }

    #[test]
    fn errors_of_one_point_are_columns() {
        let mut results = Results::default();
        results.scalar("hermite_levels", 3.0);
        results.errors.push(("hermite_levels".into(), 0.5));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.csv");
        assert_eq!(csv(&results, &path).unwrap(), std::slice::from_ref(&path));
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "hermite_levels,hermite_levels_error,status\n3.0,0.5,converged\n");
    }
}
