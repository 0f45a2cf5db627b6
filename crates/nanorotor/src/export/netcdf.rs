//! Write results as a NetCDF-4 file with named dimensions, coordinates, units and provenance.
//!
//! This file and `study/matrices/netcdf.rs` are the only ones that know `netcdf-writer`.

use std::path::{Path, PathBuf};

use netcdf_writer::{
    DimensionId, Error as Refusal, NcAttrValue, NcFileBuilder, NcWriteFormat, NcWriteOptions, VariableId,
};

use super::check::{STATUS, axis_name, shape, statuses};
use super::udunits;
use super::whole;
use crate::disk::write_file;
use crate::error::{Error, Result};
use crate::quantity::System;
use crate::quantity::{is_count, long_name};
use crate::results::{Axis, Coordinates, Results, Variable};

/// Longer texts go where HDF5 has room for them: an attribute of its own is limited to 64 KiB.
const LONGEST_PLAIN_TEXT: usize = 4096;

/// Write results with their provenance into a NetCDF-4 file; returns the file.
///
/// Dimensions are the swept parameters, `lead`, `lead_2`, `level` and `theta`, each with its coordinates; names of leads are strings. Variables
/// are 64-bit floats in practical units, NaN (also the `_FillValue`) where nothing converged, and counts and seeds 64-bit
/// integers with the usual `_FillValue` of NetCDF where there are gaps, with `long_name`, `units` for
/// UDUNITS, `display_units` where this project prints them otherwise, and `ancillary_variables` that names their error.
/// `status` is a string for each point. Notes and `provenance` are attributes of the file; a note about a variable is its
/// `comment`. A swept parameter called like a result becomes `parameter_<name>`.
///
/// # Errors
/// [`Error::File`] if the file cannot be written, [`Error::Model`] if variables do not fit their axes.
pub fn netcdf(results: &Results, provenance: &[(String, String)], path: &Path) -> Result<Vec<PathBuf>> {
    let results = whole(results);
    for variable in &results.variables {
        shape(&results, variable)?;
    }
    let statuses = statuses(&results)?;
    let bytes = bytes(&results, &statuses, provenance).map_err(|reason| Error::File {
        what: format!("cannot write {}: {reason}", path.display()),
        hint: "write CSV instead".into(),
    })?;
    write_file(path, &bytes)?;
    Ok(vec![path.to_path_buf()])
}

/// The whole file; the same results and provenance give the same bytes.
fn bytes(
    results: &Results,
    statuses: &[String],
    provenance: &[(String, String)],
) -> Result<Vec<u8>, Refusal> {
    let mut file = NcFileBuilder::new();
    let mut dimensions = Vec::new();
    for axis in &results.axes {
        dimensions.push(add_axis(&mut file, results, axis)?);
    }
    for variable in &results.variables {
        let own: Vec<DimensionId> = variable
            .axes
            .iter()
            .filter_map(|name| results.axes.iter().position(|axis| axis.name == *name))
            .map(|at| dimensions[at])
            .collect();
        add_variable(&mut file, results, variable, &own)?;
    }
    let status = file.add_string_variable(STATUS, &dimensions[..results.swept])?;
    describe(&mut file, status, "long_name", &long_name(STATUS))?;
    file.write_string_variable(status, statuses)?;
    add_attributes(&mut file, results, provenance)?;
    Ok(file.to_vec(NcWriteOptions { format: NcWriteFormat::Nc4 })?.1)
}

/// The dimension of an axis and its coordinates.
fn add_axis(file: &mut NcFileBuilder, results: &Results, axis: &Axis) -> Result<DimensionId, Refusal> {
    let name = axis_name(results, axis);
    let dimension = file.add_dimension(&name, axis.coordinates.len() as u64)?;
    let Some((numbers, display)) = axis.shown(System::Practical) else {
        if let Coordinates::Names(names) = &axis.coordinates {
            let variable = file.add_string_variable(&name, &[dimension])?;
            describe(file, variable, "long_name", &long_name(&name))?;
            file.write_string_variable(variable, names)?;
        }
        return Ok(dimension);
    };
    let is_counted = axis.unit.is_none() && is_count(&axis.name);
    let variable = if is_counted {
        file.add_variable::<i64>(&name, &[dimension])?
    } else {
        file.add_variable::<f64>(&name, &[dimension])?
    };
    let words =
        if axis.unit.is_some() { format!("parameter {} of the study", axis.name) } else { long_name(&name) };
    describe(file, variable, "long_name", &words)?;
    let units = match &axis.unit {
        Some(unit) => udunits::of_parameter(unit),
        None => Some(udunits::of_result(display)),
    };
    if units.is_none() {
        describe(file, variable, "comment", "Hartree atomic units: hbar = e = m_e = k_B = 1")?;
    }
    describe_units(file, variable, units.as_deref(), display)?;
    if is_counted {
        file.write_variable(variable, &numbers.iter().map(|x| *x as i64).collect::<Vec<_>>())?;
    } else {
        file.write_variable(variable, &numbers)?;
    }
    Ok(dimension)
}

fn add_variable(
    file: &mut NcFileBuilder,
    results: &Results,
    variable: &Variable,
    dimensions: &[DimensionId],
) -> Result<(), Refusal> {
    let values = Values::of(results, variable);
    let id = values.add(file, &variable.name, dimensions)?;
    describe(file, id, "long_name", &long_name(&variable.name))?;
    let display = variable.unit().map_or("", |unit| unit.practical);
    describe_units(file, id, Some(&udunits::of_result(display)), display)?;
    let error = format!("{}_error", variable.name);
    if results.get(&error).is_some() {
        describe(file, id, "ancillary_variables", &error)?;
    }
    if let Some((_, note)) = results.notes.iter().find(|(name, _)| *name == variable.name) {
        describe(file, id, "comment", note)?;
    }
    match values {
        Values::Real(values) => file.write_variable(id, &values),
        Values::Whole { values, .. } => file.write_variable(id, &values),
        Values::Seed(seed) => file.write_variable(id, &[seed]),
    }
}

/// The values of a variable as the file holds them.
enum Values {
    Real(Vec<f64>),
    /// Counts, [`NO_COUNT`] in the gaps.
    Whole {
        values: Vec<i64>,
        gaps: bool,
    },
    /// The seed of a single point, which may need all 64 bits.
    Seed(u64),
}

/// What NetCDF fills 64-bit integers with.
const NO_COUNT: i64 = -9_223_372_036_854_775_806;

impl Values {
    fn of(results: &Results, variable: &Variable) -> Self {
        match results.seed {
            Some(seed) if variable.name == "seed" && variable.values.len() == 1 => Self::Seed(seed),
            _ if is_count(&variable.name) => Self::Whole {
                values: variable
                    .values
                    .iter()
                    .map(|x| if x.is_nan() { NO_COUNT } else { *x as i64 })
                    .collect(),
                gaps: variable.values.iter().any(|x| x.is_nan()),
            },
            _ => Self::Real(variable.values_in(System::Practical)),
        }
    }

    fn add(
        &self,
        file: &mut NcFileBuilder,
        name: &str,
        dimensions: &[DimensionId],
    ) -> Result<VariableId, Refusal> {
        match self {
            Self::Real(_) => {
                let id = file.add_variable::<f64>(name, dimensions)?;
                file.set_variable_fill_value(id, f64::NAN)?;
                Ok(id)
            }
            Self::Whole { gaps, .. } => {
                let id = file.add_variable::<i64>(name, dimensions)?;
                // Without gaps none, because readers turn what has a fill value into floats.
                if *gaps {
                    file.set_variable_fill_value(id, NO_COUNT)?;
                }
                Ok(id)
            }
            Self::Seed(_) => file.add_variable::<u64>(name, dimensions),
        }
    }
}

/// Conventions, notes and provenance; a name that is taken gets `provenance_` before it.
fn add_attributes(
    file: &mut NcFileBuilder,
    results: &Results,
    provenance: &[(String, String)],
) -> Result<(), Refusal> {
    let mut attributes: Vec<(String, &str)> = Vec::new();
    // CF wants coordinates that rise or fall all the way.
    if results.axes.iter().all(is_monotonic) {
        attributes.push(("Conventions".into(), "CF-1.11"));
    }
    let notes = results.notes.iter().filter(|(name, _)| results.get(name).is_none());
    for (name, text) in notes.chain(provenance) {
        // CF calls the program that made the data their source.
        let mut name = if name == "program" { "source".into() } else { name.clone() };
        while attributes.iter().any(|(taken, _)| *taken == name) {
            name.insert_str(0, "provenance_");
        }
        attributes.push((name, text));
    }
    for (name, text) in attributes {
        file.add_attribute(name, attribute(text))?;
    }
    Ok(())
}

fn is_monotonic(axis: &Axis) -> bool {
    match &axis.coordinates {
        Coordinates::Numbers(x) => x.windows(2).all(|w| w[0] < w[1]) || x.windows(2).all(|w| w[0] > w[1]),
        Coordinates::Names(_) => true,
    }
}

fn describe(file: &mut NcFileBuilder, variable: VariableId, name: &str, text: &str) -> Result<(), Refusal> {
    file.add_variable_attribute(variable, name, attribute(text))
}

/// The units for UDUNITS, and those that this project prints where they differ.
fn describe_units(
    file: &mut NcFileBuilder,
    variable: VariableId,
    units: Option<&str>,
    display: &str,
) -> Result<(), Refusal> {
    if let Some(units) = units {
        describe(file, variable, "units", units)?;
    }
    if !display.is_empty() && units != Some(display) {
        describe(file, variable, "display_units", display)?;
    }
    Ok(())
}

fn attribute(text: &str) -> NcAttrValue {
    if text.len() > LONGEST_PLAIN_TEXT {
        NcAttrValue::Strings(vec![text.into()])
    } else {
        NcAttrValue::Chars(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::table::tests::sweep;

    fn written(results: &Results, provenance: &[(String, String)]) -> Vec<u8> {
        bytes(results, &statuses(results).unwrap(), provenance).unwrap()
    }

    fn holds(bytes: &[u8], text: &str) -> bool {
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[test]
    fn the_same_results_give_the_same_bytes_except_provenance() {
        let results = sweep();
        let of = |version: &str| written(&results, &[("version".into(), version.into())]);
        assert_eq!(of("1"), of("1"));
        let (one, two) = (of("1"), of("2"));
        assert_eq!(one.len(), two.len());
        assert!(one.starts_with(b"\x89HDF\r\n\x1a\n"));
        // The text itself and the checksum of the header that it stands in.
        let different = one.iter().zip(&two).filter(|(a, b)| a != b).count();
        assert!((1..=5).contains(&different), "{different} bytes differ");
    }

    #[test]
    fn names_units_and_remarks_are_in_the_file() {
        let bytes = written(&sweep(), &[("band".into(), "of the caller".into())]);
        let expected = [
            "mean_current",
            "uA",
            "display_units",
            "µA",
            "wide band from −10 eV",
            "provenance_band",
            "all leads at the mean",
            "right, far",
            "rate: it did not converge, \"really\"",
            "CF-1.11",
        ];
        for text in expected {
            assert!(holds(&bytes, text), "{text}");
        }
    }

    #[test]
    fn coordinates_out_of_order_are_not_called_cf() {
        let mut results = sweep();
        results.axes[1].coordinates = Coordinates::Numbers(vec![0.5, 1.0, 0.75]);
        assert!(!holds(&written(&results, &[]), "CF-1.11"));
    }

    #[test]
    fn texts_beyond_the_limit_of_an_attribute_are_kept() {
        let text = "x".repeat(100_000);
        assert!(holds(&written(&sweep(), &[("study".into(), text.clone())]), &text));
    }

    #[test]
    fn variables_that_do_not_fit_are_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut results = sweep();
        results.variables[0].values.pop();
        let error = netcdf(&results, &[], &folder.path().join("results.nc")).unwrap_err();
        assert!(matches!(error, Error::Model { .. }), "{error:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_the_format_refuses_is_told_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.nc");
        let error = netcdf(&sweep(), &[("a/b".into(), "x".into())], &path).unwrap_err();
        assert!(matches!(error, Error::File { .. }), "{error:?}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}
