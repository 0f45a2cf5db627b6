//! Read torque, friction and diffusion from a CSV file with units in its header.
//!
//! The header reads `theta [rad], torque [eV/rad], friction [eV ps], diffusion [eV^2 ps]` in any order; lines that begin with `#`
//! are comments. Equidistant angles over one period, wherever they begin, are interpolated by their Fourier series, others by a
//! cubic spline.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::Failure;
use super::document::short;
use super::rounding::half_units;
use crate::error::{Fault, did_you_mean};
use crate::expression::Panel;
use crate::periodic::{Periodic, Spline};
use crate::study::files::Files;
use crate::study::limits;
use crate::study::profile::Profile;
use crate::study::words::significant;
use crate::units::{Dimension, Unit, plain_text};

/// The largest table in bytes.
const LARGEST: usize = 64 << 20;
/// The fewest angles; fewer cannot tell a period.
const FEWEST: usize = 8;
/// The most angles: many times what the finest grid in theta resolves.
const MOST: usize = 100_000;

/// The part of the step by which equidistant angles may be off, whatever they are printed with.
const EVEN: f64 = 1e-6;

/// Angles that are rounded to more than this part of the step may be uneven as well: they are taken as they stand.
const ROUNDED: f64 = 1e-2;

/// The part of its maximum by which a diffusion may be negative between two rows: trajectories and rates take that for rounding.
const UNDERSHOOT: f64 = 1e-9;

const COLUMNS: [(&str, Dimension); 4] = [
    ("theta", Dimension::NUMBER),
    ("torque", Dimension::ENERGY),
    ("friction", Dimension::FRICTION),
    ("diffusion", Dimension::DIFFUSION),
];

/// The columns of a table in atomic units, sorted by angle.
#[derive(Debug, Clone)]
pub(in crate::study) struct Table {
    name: Arc<str>,
    columns: [Arc<[f64]>; 4],
    /// How far each angle may have been rounded (rad).
    roundings: Arc<[f64]>,
    /// The line of the file that each row stands on.
    lines: Arc<[usize]>,
}

/// A line of the file with numbers.
struct Row {
    values: [f64; 4],
    rounding: f64,
    span: Range<usize>,
    line: usize,
}

/// How a table was interpolated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Interpolation {
    /// The Fourier series through equidistant angles.
    Fourier {
        /// How far the angles are rounded (rad); 0 where they are equidistant as they stand.
        rounding: f64,
    },
    /// The periodic cubic spline through uneven angles.
    Spline,
}

impl fmt::Display for Interpolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fourier { rounding: 0.0 } => f.write_str("Fourier series (equidistant angles)"),
            Self::Fourier { rounding } => {
                write!(f, "Fourier series (equidistant angles, rounded to {rounding:.0e} rad)")
            }
            Self::Spline => f.write_str("periodic cubic spline (uneven angles)"),
        }
    }
}

impl Table {
    /// Read a file.
    pub(in crate::study) fn load(files: &Files, file: &str) -> Result<Self, Failure> {
        let name = files.path(file).display().to_string();
        let unreadable = |reason: String| {
            Failure::Here(Fault::new(
                format!("cannot read the table {}", short(&name)),
                0..0,
                reason,
                "the path is relative to the study file",
            ))
        };
        let text = files.read_text(file, LARGEST).map_err(unreadable)?;
        Self::parse(&text, &name).map_err(|fault| Failure::Elsewhere(fault.in_text(&name, &text)))
    }

    /// Read the text of a CSV file.
    pub(in crate::study) fn parse(text: &str, name: &str) -> Result<Self, Fault> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut header: Option<[(usize, Unit); 4]> = None;
        let mut rows: Vec<Row> = Vec::new();
        // The angles as they are printed, and the size of their unit.
        let (mut printed, mut unit) = (Vec::new(), 1.0);
        let (mut counted, mut number) = (0, 1);
        let mut record = csv::StringRecord::new();
        loop {
            let start = reader.position().byte() as usize;
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    return Err(Fault::new(
                        "the table is not CSV",
                        line_at(text, start),
                        error.to_string(),
                        "write one line for each angle, with commas between the columns",
                    ));
                }
            }
            let line = record.position().map_or(start, |position| position.byte() as usize);
            let span = line_at(text, line);
            match &header {
                None => header = Some(read_header(&record, &span)?),
                Some(columns) => {
                    number += text.get(counted..span.start).map_or(0, |passed| passed.matches('\n').count());
                    counted = span.start;
                    let values = read_row(&record, columns, &span)?;
                    let (angle, of_angle) = &columns[0];
                    printed.push(plain_text(record.get(*angle).unwrap_or_default()));
                    unit = of_angle.factor();
                    rows.push(Row { values, rounding: 0.0, span, line: number });
                }
            }
        }
        if header.is_none() || rows.len() < FEWEST {
            return Err(Fault::new(
                format!("the table has {} rows", rows.len()),
                0..0,
                format!("at least {FEWEST} are needed, under a header"),
                "begin with the line: theta [rad], torque [eV/rad], friction [eV ps], diffusion [eV^2 ps]",
            ));
        }
        if rows.len() > MOST {
            return Err(Fault::new(
                format!("the table has {} rows", rows.len()),
                0..0,
                format!("at most {MOST} are read"),
                "leave out rows: a smooth function needs a few hundred angles",
            ));
        }
        for (row, half) in rows.iter_mut().zip(half_units(printed.iter().map(String::as_str))) {
            row.rounding = half * unit;
        }
        rows.sort_by(|a, b| a.values[0].total_cmp(&b.values[0]));
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].values[0] == pair[1].values[0]) {
            return Err(Fault::new(
                "an angle is in the table twice",
                pair[1].span.clone(),
                "again here",
                "give each angle of one period once",
            )
            .also(pair[0].span.clone(), "first here"));
        }
        let columns = [0, 1, 2, 3].map(|c| rows.iter().map(|row| row.values[c]).collect());
        let roundings = rows.iter().map(|row| row.rounding).collect();
        let lines = rows.iter().map(|row| row.line).collect();
        Ok(Self { name: name.into(), columns, roundings, lines })
    }

    /// The file's name.
    pub(in crate::study) fn name(&self) -> &str {
        &self.name
    }

    /// The number of angles.
    pub(in crate::study) fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// Torque, friction and diffusion as functions with the given period.
    pub(in crate::study) fn profiles(&self, period: f64) -> Result<([Profile; 3], Interpolation), Fault> {
        let theta = &self.columns[0];
        let mut n = theta.len();
        let refuse = |message: String, label: &str, hint: &str| Err(Fault::new(message, 0..0, label, hint));
        // A last row that repeats the first one a period later is welcome.
        let small = |n: usize| ROUNDED * period / n as f64;
        let both = self.roundings[0] + self.roundings[n - 1];
        if ((theta[n - 1] - theta[0]) - period).abs() <= both.min(small(n - 1)).max(1e-9 * period) {
            for (column, (name, _)) in self.columns.iter().zip(COLUMNS).skip(1) {
                let size = column.iter().fold(0.0f64, |size, x| size.max(x.abs()));
                if (column[n - 1] - column[0]).abs() > 1e-6 * size {
                    return refuse(
                        format!(
                            "the {name} of the table does not come back after the period: {}, one period apart, differ",
                            self.between(0, n - 1)
                        ),
                        "its first and last rows differ",
                        "check the period of [rotor], or leave out the last row",
                    );
                }
            }
            n -= 1;
        }
        let steps: Vec<f64> = (0..n)
            .map(|j| if j + 1 < n { theta[j + 1] - theta[j] } else { theta[0] + period - theta[j] })
            .collect();
        let widest = steps.iter().copied().fold(0.0, f64::max);
        if steps.iter().any(|&step| step <= 0.0) {
            return refuse(
                format!(
                    "the angles of the table go from {} to {} rad ({}), the period is {} rad",
                    significant(theta[0]),
                    significant(theta[n - 1]),
                    self.between(0, n - 1),
                    significant(period)
                ),
                "two angles agree, or they cover more than a period",
                if theta[n - 1] - theta[0] > 20.0 {
                    "angles in degrees stand under theta [deg]"
                } else {
                    "give each angle of one period once"
                },
            );
        }
        if widest > period / 6.0 {
            let at = steps.iter().position(|&step| step == widest).unwrap_or_default();
            return refuse(
                format!(
                    "the table has a gap of {} rad between {}, the period is {} rad",
                    significant(widest),
                    self.between(at, (at + 1) % n),
                    significant(period)
                ),
                "it does not cover the period",
                "check the period of [rotor], or add rows",
            );
        }
        let step = period / n as f64;
        // Where the first angle would be by each of them.
        let starts: Vec<f64> = (0..n).map(|j| theta[j] - j as f64 * step).collect();
        // The start that fits all angles best, because each of them may be rounded.
        let start = starts.iter().sum::<f64>() / n as f64;
        let coarsest = self.roundings[..n].iter().copied().fold(0.0, f64::max);
        // Some start is within the rounding of every angle.
        let agree = || {
            let pairs = || starts.iter().zip(&*self.roundings);
            let latest = pairs().map(|(start, off)| start - off).fold(f64::NEG_INFINITY, f64::max);
            let earliest = pairs().map(|(start, off)| start + off).fold(f64::INFINITY, f64::min);
            coarsest <= small(n) && latest <= earliest
        };
        let interpolation = if starts.iter().all(|own| (own - start).abs() <= EVEN * step) {
            Interpolation::Fourier { rounding: 0.0 }
        } else if agree() {
            Interpolation::Fourier { rounding: coarsest }
        } else {
            Interpolation::Spline
        };
        let profile = |column: usize| -> Result<Profile, Fault> {
            let values = &self.columns[column][..n];
            if interpolation != Interpolation::Spline {
                return Ok(Profile::Series(Periodic::from_samples(period, values).moved(start)));
            }
            Spline::new(period, theta[..n].to_vec(), values.to_vec())
                .map(Profile::Spline)
                .map_err(|error| Fault::new(error.to_string(), 0..0, "in this table", error.hint()))
        };
        let profiles = [profile(1)?, profile(2)?, profile(3)?];
        let (at, lowest) = lowest(&profiles[2], period);
        let size = self.columns[3].iter().fold(0.0, |size: f64, d| size.max(*d));
        if lowest < -UNDERSHOOT * size {
            let at = theta[0] + (at - theta[0]).rem_euclid(period);
            let row = theta[..n].partition_point(|&angle| angle <= at).max(1) - 1;
            return refuse(
                format!(
                    "between {} the diffusion of the table falls to {:.1e} of its maximum: the {interpolation} undershoots",
                    self.between(row, (row + 1) % n),
                    lowest / size
                ),
                "negative between its rows",
                "a noise has a strength of zero or more: add rows where the diffusion is small, or smooth it",
            );
        }
        Ok((profiles, interpolation))
    }

    /// Two rows by their lines in the file.
    fn between(&self, a: usize, b: usize) -> String {
        format!("lines {} and {} of {}", self.lines[a], self.lines[b], self.name)
    }
}

/// The lowest value of a profile and its angle.
fn lowest(profile: &Profile, period: f64) -> (f64, f64) {
    if let Profile::Series(series) = profile {
        return series.minimum();
    }
    let nodes = profile.panels(period).into_iter().flat_map(Panel::nodes);
    nodes
        .map(|theta| (theta, profile.at(theta)))
        .fold((0.0, f64::INFINITY), |least, one| if one.1 < least.1 { one } else { least })
}

/// The line that contains byte `start`, or the next one that is not empty.
fn line_at(text: &str, start: usize) -> Range<usize> {
    let mut start = start.min(text.len());
    loop {
        while text.as_bytes().get(start).is_some_and(|c| matches!(c, b'\n' | b'\r')) {
            start += 1;
        }
        // Comments are no records.
        match text[start..].strip_prefix('#') {
            Some(comment) => start = text.len() - comment.find('\n').map_or(0, |at| comment.len() - at),
            None => break,
        }
    }
    let end = text.as_bytes()[start..].iter().position(|c| matches!(c, b'\n' | b'\r'));
    start..end.map_or(text.len(), |length| start + length)
}

/// The index and the unit of each column.
fn read_header(record: &csv::StringRecord, span: &Range<usize>) -> Result<[(usize, Unit); 4], Fault> {
    let example = "the header reads: theta [rad], torque [eV/rad], friction [eV ps], diffusion [eV^2 ps]";
    let mut found: [Option<(usize, Unit)>; 4] = [None, None, None, None];
    for (index, cell) in record.iter().enumerate() {
        let separator = [(';', "semicolons"), ('\t', "tabs")];
        if let Some((_, what)) = separator.iter().find(|(c, _)| record.len() == 1 && cell.contains(*c)) {
            return Err(Fault::new(
                format!("the columns of the table are separated by {what}"),
                span.clone(),
                "the header",
                "separate them by commas, and write decimals with a point",
            ));
        }
        let (name, unit) = match cell.split_once(['[', '(']) {
            Some((name, rest)) => (name.trim(), rest.trim_end().trim_end_matches([']', ')']).trim()),
            None => (cell.trim(), ""),
        };
        let Some(column) = COLUMNS.iter().position(|(known, _)| *known == name) else {
            return Err(Fault::new(
                format!("unknown column `{}`", short(name)),
                span.clone(),
                "the header",
                did_you_mean(name, COLUMNS.iter().map(|(known, _)| *known)).unwrap_or_else(|| example.into()),
            ));
        };
        let dimension = COLUMNS[column].1;
        if unit.is_empty() && column != 0 {
            return Err(Fault::new(
                format!("the column `{name}` has no unit"),
                span.clone(),
                "the header",
                example,
            ));
        }
        let unit: Unit = unit
            .parse()
            .map_err(|fault: Fault| Fault::new(fault.message, span.clone(), "the header", fault.hint))?;
        if unit.dimension().is_some_and(|found| !found.matches(dimension)) {
            return Err(Fault::new(
                format!("the column `{name}` is {dimension}, its unit `{unit}` is not"),
                span.clone(),
                "the header",
                example,
            ));
        }
        if found[column].replace((index, unit)).is_some() {
            return Err(Fault::new(
                format!("two columns are called `{name}`"),
                span.clone(),
                "the header",
                example,
            ));
        }
    }
    if let [Some(theta), Some(torque), Some(friction), Some(diffusion)] = found {
        return Ok([theta, torque, friction, diffusion]);
    }
    let missing = COLUMNS.iter().zip(&found).find(|(_, found)| found.is_none()).map_or("theta", |(c, _)| c.0);
    Err(Fault::new(format!("the table has no column `{missing}`"), span.clone(), "the header", example))
}

fn read_row(
    record: &csv::StringRecord,
    columns: &[(usize, Unit); 4],
    span: &Range<usize>,
) -> Result<[f64; 4], Fault> {
    if record.len() != 4 {
        return Err(Fault::new(
            format!("a row has {} values", record.len()),
            span.clone(),
            "expected 4",
            if record.len() == 8 {
                "write decimals with a point"
            } else {
                "give each row one value for each column"
            },
        ));
    }
    let mut row = [0.0; 4];
    for ((value, (index, unit)), (name, dimension)) in row.iter_mut().zip(columns).zip(COLUMNS) {
        let cell = record.get(*index).unwrap_or_default();
        *value = plain_text(cell).parse::<f64>().map_or(f64::NAN, |number| number * unit.factor());
        if !value.is_finite() {
            return Err(Fault::new(
                if cell.is_empty() {
                    format!("the {name} is missing")
                } else {
                    format!("`{}` is not a finite number", short(cell))
                },
                span.clone(),
                format!("the {name} of this row"),
                "write decimals with a point and exponents with e, as in 1.5e-3",
            ));
        }
        if let Some((_, shown)) = limits::largest(dimension).filter(|(most, _)| value.abs() > *most) {
            return Err(Fault::new(
                format!("the {name} is {}, more than any rotor has", short(cell)),
                span.clone(),
                format!("beyond {shown}"),
                "look at the exponent and at the unit in the header",
            ));
        }
        if name == "diffusion" && *value < 0.0 {
            return Err(Fault::new(
                format!("the diffusion is {}", short(cell)),
                span.clone(),
                "negative in this row",
                "a noise has a strength of zero or more",
            ));
        }
    }
    Ok(row)
}

#[cfg(test)]
mod tests;
