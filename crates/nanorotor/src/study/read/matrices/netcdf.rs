//! Read the numeric variables of a NetCDF file, and write sampled matrices to one.
//!
//! The only file that knows `netcdf-reader`.

#[cfg(feature = "netcdf")]
use netcdf_reader::{NcFile, NcType, NcVariable};
#[cfg(feature = "netcdf")]
use netcdf_writer::{
    DimensionId, Error as Refusal, NcAttrValue, NcFileBuilder, NcWriteFormat, NcWriteOptions,
};

#[cfg(feature = "netcdf")]
use crate::error::{Error, Result as Answer};

/// The most dimensions of a variable that is read: theta, level, level or channel.
#[cfg(feature = "netcdf")]
const MOST_DIMENSIONS: usize = 3;

/// A variable as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) name: String,
    /// Names and sizes of its dimensions, the slowest first.
    pub(super) dimensions: Vec<(String, usize)>,
    pub(super) units: Option<String>,
    /// Missing values are NaN.
    pub(super) values: Vec<f64>,
}

impl Raw {
    /// Whether it depends on the angle.
    pub(super) fn is_sampled(&self) -> bool {
        self.dimensions.first().is_some_and(|(name, _)| name == "theta")
    }
}

/// Why nothing is read.
#[cfg(not(feature = "netcdf"))]
pub(super) fn read(_: &[u8]) -> Result<Vec<Raw>, String> {
    Err("the feature `netcdf` of nanorotor is off, and no NetCDF is read".into())
}

/// The numeric variables of a file with at most three dimensions.
#[cfg(feature = "netcdf")]
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Raw>, String> {
    let file = NcFile::from_bytes(bytes).map_err(|error| error.to_string())?;
    let variables = file.variables().map_err(|error| error.to_string())?;
    let wanted =
        variables.iter().filter(|variable| is_number(variable.dtype()) && variable.ndim() <= MOST_DIMENSIONS);
    wanted.map(|variable| raw(&file, variable, variable.name())).collect()
}

/// Variables by name, those of a group by `GROUP/NAME`; none where there is no such one.
#[cfg(not(feature = "netcdf"))]
pub(super) fn read_named(bytes: &[u8], _: &[String]) -> Result<Vec<Option<Raw>>, String> {
    read(bytes).map(|_| Vec::new())
}

/// Variables by name, those of a group by `GROUP/NAME`; none where there is no such one.
#[cfg(feature = "netcdf")]
pub(super) fn read_named(bytes: &[u8], names: &[String]) -> Result<Vec<Option<Raw>>, String> {
    let file = NcFile::from_bytes(bytes).map_err(|error| error.to_string())?;
    names
        .iter()
        .map(|name| match file.variable(name) {
            Ok(variable) if is_number(variable.dtype()) => raw(&file, variable, name).map(Some),
            _ => Ok(None),
        })
        .collect()
}

#[cfg(feature = "netcdf")]
fn raw(file: &NcFile, variable: &NcVariable, path: &str) -> Result<Raw, String> {
    let values = file
        .read_variable_unpacked_masked(path)
        .map_err(|error| format!("its variable `{path}` cannot be read: {error}"))?;
    let units = variable.attribute("units").and_then(|attribute| attribute.value.as_string());
    Ok(Raw {
        name: path.to_owned(),
        dimensions: variable.dimensions().iter().map(|d| (d.name.clone(), d.size as usize)).collect(),
        units,
        values: values.iter().copied().collect(),
    })
}

#[cfg(feature = "netcdf")]
fn is_number(kind: &NcType) -> bool {
    use NcType::{Byte, Double, Float, Int, Int64, Short, UByte, UInt, UInt64, UShort};
    matches!(kind, Byte | UByte | Short | UShort | Int | UInt | Int64 | UInt64 | Float | Double)
}

/// A variable of a table of matrices, as a study file names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// Its name.
    pub name: String,
    /// Names and lengths of its dimensions, `theta` first where it depends on the angle.
    pub dimensions: Vec<(String, usize)>,
    /// Its unit, such as "eV".
    pub units: String,
    /// The values, the last dimension fastest.
    pub re: Vec<f64>,
    /// The imaginary parts; none of a real variable.
    pub im: Option<Vec<f64>>,
}

/// The NetCDF-4 file of `[molecule] table`: angles (rad) and what is sampled at them. The same variables give the same bytes.
///
/// # Errors
/// [`Error::Model`] if values do not fit their dimensions, or two dimensions of one name have different lengths.
#[cfg(feature = "netcdf")]
pub fn netcdf_of(theta: &[f64], variables: &[Samples]) -> Answer<Vec<u8>> {
    file_of(&axis("theta", "rad", theta), variables)
}

/// The NetCDF-4 file of a lead's `self_energy`: energies (eV) and what stands over them, `self_energy` with the dimension `energy` or with
/// `energy`, `orbital` and `orbital_2`.
///
/// # Errors
/// As [`netcdf_of`].
#[cfg(feature = "netcdf")]
pub fn netcdf_of_energies(energies: &[f64], variables: &[Samples]) -> Answer<Vec<u8>> {
    file_of(&axis("energy", "eV", energies), variables)
}

#[cfg(feature = "netcdf")]
fn axis(name: &str, units: &str, values: &[f64]) -> Samples {
    Samples {
        name: name.into(),
        dimensions: vec![(name.into(), values.len())],
        units: units.into(),
        re: values.to_vec(),
        im: None,
    }
}

#[cfg(feature = "netcdf")]
fn file_of(axis: &Samples, variables: &[Samples]) -> Answer<Vec<u8>> {
    let all: Vec<&Samples> = std::iter::once(axis).chain(variables).collect();
    let mut lengths: Vec<(&str, usize)> = Vec::new();
    for samples in &all {
        for (name, length) in &samples.dimensions {
            match lengths.iter().find(|(known, _)| known == name) {
                None => lengths.push((name, *length)),
                Some((_, known)) if known == length => {}
                Some((_, known)) => {
                    return Err(refused(&format!(
                        "the dimension {name} has the lengths {known} and {length}"
                    )));
                }
            }
        }
        let size = samples.dimensions.iter().map(|(_, length)| length).product::<usize>();
        let fits = |values: &Vec<f64>| values.len() == size;
        if !fits(&samples.re) || !samples.im.as_ref().is_none_or(fits) {
            return Err(refused(&format!("`{}` does not have {size} values", samples.name)));
        }
    }
    written(&all, &lengths).map_err(|reason| refused(&reason.to_string()))
}

#[cfg(feature = "netcdf")]
fn refused(reason: &str) -> Error {
    Error::Model {
        what: format!("the table cannot be written: {reason}"),
        hint: "give every variable as many values as its dimensions have".into(),
    }
}

#[cfg(feature = "netcdf")]
fn written(all: &[&Samples], lengths: &[(&str, usize)]) -> Result<Vec<u8>, Refusal> {
    let mut file = NcFileBuilder::new();
    let mut dimensions: Vec<(&str, DimensionId)> = Vec::new();
    for (name, length) in lengths {
        dimensions.push((name, file.add_dimension(*name, *length as u64)?));
    }
    for samples in all {
        let of_name = |name: &str| dimensions.iter().find(|(known, _)| *known == name).map(|(_, id)| *id);
        let own: Vec<DimensionId> = samples.dimensions.iter().filter_map(|(name, _)| of_name(name)).collect();
        let parts = std::iter::once(("", &samples.re)).chain(samples.im.iter().map(|im| ("_imag", im)));
        for (ending, values) in parts {
            let id = file.add_variable::<f64>(format!("{}{ending}", samples.name), &own)?;
            file.add_variable_attribute(id, "units", NcAttrValue::Chars(samples.units.clone()))?;
            file.write_variable(id, values)?;
        }
    }
    Ok(file.to_vec(NcWriteOptions { format: NcWriteFormat::Nc4 })?.1)
}
