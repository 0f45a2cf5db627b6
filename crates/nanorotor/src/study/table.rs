//! Read torque, friction and diffusion from a CSV file with units in its header.
//!
//! The header reads `theta [rad], torque [eV/rad], friction [eV ps], diffusion [eV^2 ps]` in any order; lines that begin with `#`
//! are comments. Equidistant angles over one period, wherever they begin, are interpolated by their Fourier series, others by a
//! cubic spline.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::checks::significant;
use super::document::short;
use super::files::Files;
use super::limits;
use super::read::Failure;
use super::resolved::Profile;
use crate::error::{Fault, did_you_mean};
use crate::expression::Panel;
use crate::periodic::{Periodic, Spline};
use crate::units::{Dimension, Unit, plain_text};

/// The largest table in bytes.
const LARGEST: usize = 64 << 20;
/// The fewest angles; fewer cannot tell a period.
const FEWEST: usize = 8;
/// The most angles: many times what the finest grid in theta resolves.
const MOST: usize = 100_000;

/// The part of the step by which equidistant angles may be off: those of a table are rounded.
const EVEN: f64 = 1e-6;

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
pub(super) struct Table {
    name: Arc<str>,
    columns: [Arc<[f64]>; 4],
    /// The line of the file that each row stands on.
    lines: Arc<[usize]>,
}

/// How a table was interpolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// The Fourier series through equidistant angles.
    Fourier,
    /// The periodic cubic spline through uneven angles.
    Spline,
}

impl fmt::Display for Interpolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fourier => "Fourier series (equidistant angles)",
            Self::Spline => "periodic cubic spline (uneven angles)",
        })
    }
}

impl Table {
    /// Read a file.
    pub(super) fn load(files: &Files, file: &str) -> Result<Self, Failure> {
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
    pub(super) fn parse(text: &str, name: &str) -> Result<Self, Fault> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut header: Option<[(usize, Unit); 4]> = None;
        let mut rows: Vec<([f64; 4], Range<usize>, usize)> = Vec::new();
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
                    rows.push((read_row(&record, columns, &span)?, span, number));
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
        rows.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0[0] == pair[1].0[0]) {
            return Err(Fault::new(
                "an angle is in the table twice",
                pair[1].1.clone(),
                "again here",
                "give each angle of one period once",
            )
            .also(pair[0].1.clone(), "first here"));
        }
        let columns = [0, 1, 2, 3].map(|c| rows.iter().map(|(row, ..)| row[c]).collect());
        let lines = rows.iter().map(|(.., line)| *line).collect();
        Ok(Self { name: name.into(), columns, lines })
    }

    /// The file's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The number of angles.
    pub(super) fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// Torque, friction and diffusion as functions with the given period.
    pub(super) fn profiles(&self, period: f64) -> Result<([Profile; 3], Interpolation), Fault> {
        let theta = &self.columns[0];
        let mut n = theta.len();
        let refuse = |message: String, label: &str, hint: &str| Err(Fault::new(message, 0..0, label, hint));
        // A last row that repeats the first one a period later is welcome.
        if ((theta[n - 1] - theta[0]) - period).abs() <= 1e-9 * period {
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
        // The start that fits all angles best, because each of them may be rounded.
        let start = (0..n).map(|j| theta[j] - j as f64 * step).sum::<f64>() / n as f64;
        let even = (0..n).all(|j| (theta[j] - start - j as f64 * step).abs() <= EVEN * step);
        let profile = |column: usize| -> Result<Profile, Fault> {
            let values = &self.columns[column][..n];
            if even {
                return Ok(Profile::Series(Periodic::from_samples(period, values).moved(start)));
            }
            Spline::new(period, theta[..n].to_vec(), values.to_vec())
                .map(Profile::Spline)
                .map_err(|error| Fault::new(error.to_string(), 0..0, "in this table", error.hint()))
        };
        let interpolation = if even { Interpolation::Fourier } else { Interpolation::Spline };
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
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::units::HARTREE_IN_EV;

    const HEADER: &str =
        "# made for a test\ntheta [deg], torque [eV/rad], friction (au), diffusion [Ha^2 au_time]\n";

    fn table(angles: impl Iterator<Item = f64>) -> String {
        let rows = angles.map(|t| {
            let r = t.to_radians();
            format!("{t},{},{},{}\n", r.sin(), 2.0 + r.cos(), 3.0)
        });
        HEADER.to_string() + &rows.collect::<String>()
    }

    #[test]
    fn even_angles_become_a_series_and_uneven_ones_a_spline() {
        for (angles, interpolation, tolerance) in [
            ((0..36).map(|j| 10.0 * f64::from(j)).collect::<Vec<_>>(), Interpolation::Fourier, 1e-12),
            ((0..=36).map(|j| 10.0 * f64::from(j)).collect(), Interpolation::Fourier, 1e-12),
            ((0..36).map(|j| 5.0 + 10.0 * f64::from(j)).collect(), Interpolation::Fourier, 1e-12),
            ((0..36).map(|j| 10.0 * f64::from(j) - 180.0).collect(), Interpolation::Fourier, 1e-12),
            ((0..=37).map(|j| 360.0 * f64::from(j) / 37.0 - 180.0).collect(), Interpolation::Fourier, 1e-12),
            (
                (0..36).rev().map(|j| 10.0 * f64::from(j) + f64::from(j % 3)).collect(),
                Interpolation::Spline,
                1e-4,
            ),
        ] {
            let table = Table::parse(&table(angles.into_iter()), "t.csv").unwrap();
            let ([torque, friction, diffusion], found) = table.profiles(TAU).unwrap();
            assert_eq!(found, interpolation);
            for theta in [0.1f64, 1.0, 3.0, 6.2, -1.0] {
                assert!((torque.at(theta) * HARTREE_IN_EV - theta.sin()).abs() < tolerance);
                assert!((friction.at(theta) - 2.0 - theta.cos()).abs() < tolerance);
                assert!((diffusion.at(theta) - 3.0).abs() < tolerance);
            }
        }
    }

    #[test]
    fn wrong_tables_are_named() {
        let fault = |text: &str| Table::parse(text, "t.csv").unwrap_err();
        let found = fault("theta [rad], torqe [eV], friction [au], diffusion [au]\n");
        assert_eq!(
            (found.message.as_str(), found.hint.as_str()),
            ("unknown column `torqe`", "did you mean `torque`?")
        );
        let text = "# a comment\n\n# another\ntheta [rad]; torque [eV]; friction [au]; diffusion [au]\n";
        let found = fault(text);
        assert_eq!(found.message, "the columns of the table are separated by semicolons");
        assert!(
            text[found.labels[0].0.clone()].starts_with("theta [rad];"),
            "the header is marked, not the comment"
        );
        let found = fault("theta [rad], torque, friction [au], diffusion [au]\n");
        assert_eq!(found.message, "the column `torque` has no unit");
        let found = fault("theta [rad], torque [ps], friction [au], diffusion [au]\n");
        assert_eq!(found.message, "the column `torque` is an energy, its unit `ps` is not");
        let found = fault("theta [rad], torque [eV], friction [au]\n");
        assert_eq!(found.message, "the table has no column `diffusion`");
        assert_eq!(fault("").message, "the table has 0 rows");
        let text = format!("{HEADER}0,1,2,3\n1,nan,2,3\n");
        let found = fault(&text);
        assert_eq!(found.message, "`nan` is not a finite number");
        assert_eq!(&text[found.labels[0].0.clone()], "1,nan,2,3");
        assert_eq!(fault(&format!("{HEADER}0,1,2\n")).message, "a row has 3 values");
        let text = format!("{HEADER}0,1,2,3\n1,1,2,-1e-9\n");
        let found = fault(&text);
        assert_eq!(found.message, "the diffusion is -1e-9");
        assert_eq!(&text[found.labels[0].0.clone()], "1,1,2,-1e-9");
        for (row, message, hint) in [
            (
                "2,1,,1",
                "the friction is missing",
                "write decimals with a point and exponents with e, as in 1.5e-3",
            ),
            (
                "2,1e300,2,3",
                "the torque is 1e300, more than any rotor has",
                "look at the exponent and at the unit in the header",
            ),
            ("2,0,5,1,0,2,0,3", "a row has 8 values", "write decimals with a point"),
            (
                "2,1d-5,2,3",
                "`1d-5` is not a finite number",
                "write decimals with a point and exponents with e, as in 1.5e-3",
            ),
        ] {
            let found = fault(&format!("{HEADER}0,1,2,3\n{row}\n"));
            assert_eq!((found.message.as_str(), found.hint.as_str()), (message, hint));
        }
        let minus = table((0..36).map(|j| 10.0 * f64::from(j))).replace(",-", ",−");
        assert!(minus.contains('−') && Table::parse(&minus, "t.csv").is_ok());
        let degrees = table((0..36).map(|j| 10.0 * f64::from(j))).replace("theta [deg]", "theta [rad]");
        let found = Table::parse(&degrees, "t.csv").unwrap().profiles(TAU).unwrap_err();
        assert_eq!(found.hint, "angles in degrees stand under theta [deg]");
        let text = table((0..36).map(|j| 10.0 * f64::from(j)).chain([70.0]));
        let found = fault(&text);
        assert_eq!(found.message, "an angle is in the table twice");
        let lines = found.labels.iter().map(|(span, _)| &text[span.clone()]);
        assert!(lines.clone().count() == 2 && lines.clone().all(|line| line.starts_with("70,")));
    }

    #[test]
    fn a_table_that_does_not_cover_its_period_is_refused() {
        let half = Table::parse(&table((0..18).map(|j| 10.0 * f64::from(j))), "t.csv").unwrap();
        assert!(half.profiles(TAU).unwrap_err().message.contains("between lines 20 and 3 of t.csv"));
        assert!(half.profiles(TAU / 2.0).is_ok());
        assert_eq!(half.profiles(TAU).unwrap_err().labels[0].1, "it does not cover the period");
        let twice = Table::parse(&table((0..72).map(|j| 10.0 * f64::from(j))), "t.csv").unwrap();
        assert_eq!(
            twice.profiles(TAU).unwrap_err().labels[0].1,
            "two angles agree, or they cover more than a period"
        );
    }

    /// The first fault of a table over a whole turn.
    fn refused(text: &str) -> String {
        Table::parse(text, "t.csv").unwrap().profiles(TAU).unwrap_err().message
    }

    #[test]
    fn rows_one_period_apart_that_differ_are_named_by_their_lines() {
        let text = table((0..36).map(|j| 10.0 * f64::from(j))) + "360,0.5,3,3\n";
        let found = refused(&text);
        assert!(found.contains("the torque of the table does not come back"), "{found}");
        assert!(found.contains("lines 3 and 39 of t.csv, one period apart"), "{found}");
    }

    #[test]
    fn a_diffusion_that_falls_below_zero_between_the_rows_is_refused() {
        // A peak on a floor of zero: both interpolations ring beside it.
        let rows = |angle: fn(i32) -> f64, peak: f64| {
            let row = |j: i32| format!("{},0,1,{}\n", angle(j), if j == 10 { peak } else { 1.0 });
            let floor = |j: i32| format!("{},0,1,{}\n", angle(j), if j == 10 { peak } else { 0.0 });
            let all =
                |row: &dyn Fn(i32) -> String| HEADER.to_string() + &(0..36).map(row).collect::<String>();
            (all(&row), all(&floor))
        };
        let even = |j: i32| 10.0 * f64::from(j);
        let uneven = |j: i32| 10.0 * f64::from(j) + f64::from(j % 3);
        for (angle, name) in [(even as fn(i32) -> f64, "Fourier"), (uneven, "spline")] {
            let (raised, floor) = rows(angle, 1.5);
            assert!(Table::parse(&raised, "t.csv").unwrap().profiles(TAU).is_ok());
            let found = refused(&floor);
            assert!(found.contains(name) && found.contains("undershoots"), "{found}");
            let lines = found.strip_prefix("between lines ").unwrap();
            let line: i32 = lines[..lines.find(' ').unwrap()].parse().unwrap();
            // The row of the peak stands on line 13.
            assert!((8..=18).contains(&line), "{found}");
        }
    }

    #[test]
    fn a_table_of_more_rows_than_any_grid_resolves_is_refused() {
        let rows =
            |count: usize| (0..count).fold(HEADER.to_string(), |text, j| text + &format!("{j},2,3,4\n"));
        assert!(Table::parse(&rows(100_000), "t.csv").is_ok());
        let found = Table::parse(&rows(100_001), "t.csv").unwrap_err();
        assert_eq!(
            (found.message.as_str(), found.labels[0].1.as_str()),
            ("the table has 100001 rows", "at most 100000 are read")
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*", rows in "[0-9.,e\n#-]{0,200}") {
            let _ = Table::parse(&text, "t");
            let _ = Table::parse(&format!("{HEADER}{rows}"), "t").map(|table| table.profiles(TAU).map(|_| ()));
        }
    }
}
