//! Read the density of states of a lead from a CSV file.
//!
//! The header reads `energy [eV], broadening [eV]`, or `energy [eV], self_energy_im [eV]`, of which Γ = −2 Im Σ; lines that
//! begin with `#` are comments. Between the rows Γ is a straight line, outside of them it is zero, and only its shape counts: its largest
//! value is the `broadening` of a channel.

use super::document::short;
use crate::error::Result;
use crate::junction::{Fit, fit};
use crate::study::files::Files;
use crate::units::{Dimension, Unit, plain_text};

/// The largest table in bytes.
const LARGEST: usize = 16 << 20;

/// What is wrong with a table, and what to do about it.
pub(in crate::study) type Wrong = (String, String);

/// A fitted table: in units of `half_width` from `center` (Ha).
#[derive(Debug, Clone)]
pub(in crate::study) struct BandTable {
    pub(in crate::study) fit: Fit,
    pub(in crate::study) center: f64,
    pub(in crate::study) half_width: f64,
}

impl BandTable {
    /// Read and fit a file.
    pub(in crate::study) fn load(
        files: &Files,
        file: &str,
        accuracy: f64,
    ) -> std::result::Result<Self, Wrong> {
        let hint = "the path is relative to the study file".to_owned();
        let text = files.read_text(file, LARGEST).map_err(|reason| {
            (
                format!("cannot read the band {}: {reason}", short(&files.path(file).display().to_string())),
                hint,
            )
        })?;
        let (energies, broadening) = read(&text)?;
        let fitted = Self::fitted(&energies, &broadening, accuracy);
        fitted.map_err(|error| (error.to_string(), error.hint().to_owned()))
    }

    fn fitted(energies: &[f64], broadening: &[f64], accuracy: f64) -> Result<Self> {
        let (first, last) = (energies[0], energies[energies.len() - 1]);
        let (center, half_width) = (0.5 * (first + last), 0.5 * (last - first));
        let largest = broadening.iter().copied().fold(0.0, f64::max);
        let between = |x: f64| {
            let omega = center + half_width * x;
            let i = energies.partition_point(|&e| e <= omega).clamp(1, energies.len() - 1);
            let part = ((omega - energies[i - 1]) / (energies[i] - energies[i - 1])).clamp(0.0, 1.0);
            (broadening[i - 1] * (1.0 - part) + broadening[i] * part) / largest
        };
        Ok(Self { fit: fit(between, accuracy)?, center, half_width })
    }
}

/// Rising energies (Ha) and Γ, in any unit.
fn read(text: &str) -> std::result::Result<(Vec<f64>, Vec<f64>), Wrong> {
    let example = "begin with the line: energy [eV], broadening [eV]";
    let wrong = |what: String| (what, example.to_owned());
    let mut rows: Vec<(f64, f64)> = Vec::new();
    let mut columns: Option<[(usize, f64); 2]> = None;
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim()));
    for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let Some(columns) = &columns else {
            columns = Some(header(&cells).map_err(wrong)?);
            continue;
        };
        let [energy, gamma] = columns.map(|(index, factor)| {
            let cell = cells.get(index).copied().unwrap_or_default();
            plain_text(cell).parse::<f64>().map_or(f64::NAN, |value| value * factor)
        });
        if !(energy.is_finite() && gamma.is_finite() && gamma >= 0.0) {
            return Err((
                format!("line {number} of the band does not hold an energy and a broadening of zero or more"),
                "write plain numbers; Γ = −2 Im Σ is never negative".into(),
            ));
        }
        rows.push((energy, gamma));
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    if rows.len() < 3 || rows.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(wrong(format!("the band has {} rows, or an energy twice", rows.len())));
    }
    if rows.iter().all(|(_, gamma)| *gamma == 0.0) {
        return Err(wrong("the broadening of the band is zero everywhere".into()));
    }
    Ok(rows.into_iter().unzip())
}

/// Index and factor of energy and broadening.
fn header(cells: &[&str]) -> std::result::Result<[(usize, f64); 2], String> {
    let (mut energy, mut gamma) = (None, None);
    for (index, cell) in cells.iter().enumerate() {
        let (name, unit) = match cell.split_once(['[', '(']) {
            Some((name, rest)) => (name.trim(), rest.trim_end_matches([']', ')']).trim()),
            None => (cell.trim(), ""),
        };
        let (place, sign) = match name {
            "energy" => (&mut energy, 1.0),
            "broadening" => (&mut gamma, 1.0),
            "self_energy_im" => (&mut gamma, -2.0),
            _ => return Err(format!("unknown column `{}` of the band", short(name))),
        };
        let unit: Unit = unit.parse().map_err(|fault: crate::error::Fault| fault.message)?;
        if !unit.dimension().is_some_and(|found| found.matches(Dimension::ENERGY)) {
            return Err(format!("the column `{name}` of the band is an energy, its unit `{unit}` is not"));
        }
        if place.replace((index, sign * unit.factor())).is_some() {
            return Err("a column of the band is there twice".into());
        }
    }
    match (energy, gamma) {
        (Some(energy), Some(gamma)) => Ok([energy, gamma]),
        _ => Err("the band has no energy or no broadening".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_in_their_units() {
        let read = |text: &str| read(text).map_err(|(what, _)| what);
        let (energies, gamma) =
            read("# a band\nenergy [Ha], self_energy_im [Ha]\n1,-0.5\n0,0\n2, -0\n").unwrap_or_default();
        assert_eq!((energies, gamma), (vec![0.0, 1.0, 2.0], vec![0.0, 1.0, 0.0]));
        for (text, says) in [
            ("energy [s], broadening [eV]\n", "is an energy"),
            ("energy [eV], breadth [eV]\n", "unknown column"),
            ("energy [eV]\n", "no energy or no broadening"),
            ("energy [eV], broadening [eV]\n0, 1\n1, -1\n2, 0", "line 3"),
            ("energy [eV], broadening [eV]\n0, 1\n1, 1\n", "2 rows"),
            ("energy [eV], broadening [eV]\n0, 0\n1, 0\n2, 0\n", "zero everywhere"),
        ] {
            assert!(read(text).is_err_and(|what| what.contains(says)), "{text}");
        }
    }
}
