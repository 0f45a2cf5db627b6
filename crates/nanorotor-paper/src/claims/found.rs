//! Read finished results as tables in practical units, or say what is missing.

use nanorotor::quantity::System;
use nanorotor::results::Results;

/// The results of all parts that there are.
pub(super) struct Found<'a> {
    results: &'a dyn Fn(&str) -> Option<&'a Results>,
}

/// A variable over the swept axes of a part, in practical units.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    part: String,
    /// The positions along each swept axis, the first slowest.
    pub(super) axes: Vec<Vec<f64>>,
    /// How many values a point has: one, or those over theta, or over lead and theta.
    pub(super) inner: usize,
    /// The values, the point slowest.
    pub(super) values: Vec<f64>,
}

impl<'a> Found<'a> {
    pub(super) fn new(results: &'a dyn Fn(&str) -> Option<&'a Results>) -> Self {
        Self { results }
    }

    /// A part's results.
    pub(super) fn part(&self, name: &str) -> Result<&'a Results, String> {
        (self.results)(name).ok_or_else(|| format!("{name} was not computed"))
    }

    /// A variable at every point of a part, NaN where a point has none.
    pub(super) fn with_gaps(&self, part: &str, variable: &str) -> Result<Table, String> {
        let results = self.part(part)?;
        let mut axes = Vec::new();
        for axis in results.sweep() {
            let (values, _) = axis
                .shown(System::Practical)
                .ok_or_else(|| format!("the axis {} of {part} has no numbers", axis.name))?;
            axes.push(values);
        }
        let points: usize = axes.iter().map(Vec::len).product();
        let values = match results.get(variable) {
            Some(found) if !found.values.is_empty() && found.values.len().is_multiple_of(points.max(1)) => {
                found.values_in(System::Practical)
            }
            _ => return Err(format!("{part} has no {variable}")),
        };
        Ok(Table { part: part.into(), axes, inner: values.len() / points.max(1), values })
    }

    /// A variable at every point of a part.
    pub(super) fn table(&self, part: &str, variable: &str) -> Result<Table, String> {
        let table = self.with_gaps(part, variable)?;
        match table.values.iter().position(|value| !value.is_finite()) {
            None => Ok(table),
            Some(at) => {
                let status = self.part(part)?.point_status.get(at / table.inner);
                Err(format!(
                    "{part} lacks {variable} at point {}: {}",
                    at / table.inner + 1,
                    status.map_or("no number".into(), ToString::to_string)
                ))
            }
        }
    }
}

impl Table {
    /// The positions along the only, or the last, swept axis.
    pub(super) fn x(&self) -> &[f64] {
        self.axes.last().map_or(&[], Vec::as_slice)
    }

    /// The values of a point.
    pub(super) fn row(&self, point: usize) -> &[f64] {
        self.values.get(point * self.inner..(point + 1) * self.inner).unwrap_or(&[])
    }

    /// The values along the last axis for each position on those before it.
    pub(super) fn curves(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks(self.inner * self.x().len().max(1))
    }

    /// The point at a position of the last axis.
    pub(super) fn point(&self, position: f64) -> Result<usize, String> {
        let step = self.x().iter().fold(0.0_f64, |largest, x| largest.max(x.abs())) * 1e-9;
        self.x()
            .iter()
            .position(|x| (x - position).abs() <= step)
            .ok_or_else(|| format!("{} has no point at {position}", self.part))
    }

    /// The values at a position of the last axis.
    pub(super) fn at(&self, position: f64) -> Result<&[f64], String> {
        Ok(self.row(self.point(position)?))
    }

    /// The only value at a position of the last axis.
    pub(super) fn value_at(&self, position: f64) -> Result<f64, String> {
        self.at(position)?.first().copied().ok_or_else(|| format!("{} is empty", self.part))
    }
}

/// The largest |value|.
pub(super) fn largest(values: impl IntoIterator<Item = f64>) -> f64 {
    values
        .into_iter()
        .fold(0.0, |largest, value| if value.is_nan() { f64::NAN } else { value.abs().max(largest) })
}

/// The largest difference of two rows.
pub(super) fn apart(a: &[f64], b: &[f64]) -> f64 {
    largest(a.iter().zip(b).map(|(a, b)| a - b))
}

/// An extremum of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extremum {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) is_maximum: bool,
}

/// The inner extrema of a curve, by the parabola through the three points around each.
pub(super) fn extrema(x: &[f64], y: &[f64]) -> Vec<Extremum> {
    x.windows(3)
        .zip(y.windows(3))
        .filter_map(|(x, y)| {
            let (before, after) = ((y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1]));
            // An even curve may have two equal points at its top: the second one is taken.
            let is_maximum = before >= 0.0 && after < 0.0;
            let is_minimum = before <= 0.0 && after > 0.0;
            if !(is_maximum || is_minimum) {
                return None;
            }
            let curvature = (after - before) / (x[2] - x[0]);
            let slope = before + curvature * (x[1] - x[0]);
            let step = -slope / (2.0 * curvature);
            Some(Extremum { x: x[1] + step, y: y[1] + step * (slope + curvature * step), is_maximum })
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::super::made_up::{Made, With as _, sweep};
    use super::*;

    #[test]
    fn tables_are_read_by_position_and_gaps_are_told() {
        let made =
            Made::new().part("p", sweep("x", &[0.0, 1.0, 2.0]).with("rotation_rate", &[5.0, f64::NAN, 7.0]));
        let lookup = |name: &str| made.get(name);
        let found = Found::new(&lookup);
        assert_eq!(found.part("q").unwrap_err(), "q was not computed");
        let missing = found.table("p", "rotation_rate").unwrap_err();
        assert!(missing.contains("lacks rotation_rate at point 2"), "{missing}");
        let table = found.with_gaps("p", "rotation_rate").unwrap();
        assert!((table.value_at(2.0).unwrap() - 7.0).abs() < 1e-12);
        assert!(table.value_at(1.5).unwrap_err().contains("no point at 1.5"));
        assert!(found.table("p", "barrier").unwrap_err().contains("no barrier"));
    }

    #[test]
    fn a_parabola_has_its_extremum_where_it_is() {
        let x: Vec<f64> = (0..12).map(|k| 0.1 * f64::from(k)).collect();
        let y: Vec<f64> = x.iter().map(|x| 3.0 - (x - 0.47).powi(2)).collect();
        let found = extrema(&x, &y);
        assert_eq!(found.len(), 1);
        assert!(found[0].is_maximum && (found[0].x - 0.47).abs() < 1e-12 && (found[0].y - 3.0).abs() < 1e-12);
        let wave: Vec<f64> = x.iter().map(|x| (7.0 * x).sin()).collect();
        let kinds: Vec<bool> = extrema(&x, &wave).iter().map(|e| e.is_maximum).collect();
        assert_eq!(kinds, [true, false]);
    }
}
