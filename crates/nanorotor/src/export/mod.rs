//! Write results into files that other programs read by name: NetCDF, CSV, JSON and Parquet.
//!
//! [`netcdf()`] keeps everything in one file, with axes, units and provenance. [`csv()`] and `parquet()` are tidy tables: one row
//! for each point of the sweep, and a second file `…_theta` with one row for each point and angle. All are in the practical units
//! of [`KINDS`](crate::quantity::KINDS), swept parameters in the unit that the study gives them. Files appear whole
//! or not at all.

mod check;
mod csv;
mod files;
mod json;
#[cfg(feature = "netcdf")]
mod netcdf;
#[cfg(feature = "parquet")]
mod parquet;
mod publication;
mod table;
mod udunits;

use std::borrow::Cow;

use crate::results::Results;

pub use crate::disk::write_file;
pub use csv::{csv, csv_text};
pub use json::{json, json_number, json_validity};
#[cfg(feature = "netcdf")]
pub use netcdf::netcdf;
#[cfg(feature = "parquet")]
pub use parquet::parquet;
pub use publication::{Earlier, MANIFEST, Publication};
pub use udunits::{of_parameter as unit_of_parameter, of_result as unit_of_result};

/// The results with the errors of a single point as variables, as in a sweep.
fn whole(results: &Results) -> Cow<'_, Results> {
    if results.errors.is_empty() {
        return Cow::Borrowed(results);
    }
    let mut own = results.clone();
    own.errors_as_variables();
    Cow::Owned(own)
}
