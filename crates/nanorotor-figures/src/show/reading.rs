//! Read results for figures: the free axes of a sweep, and variables over its points in practical units.

use nanorotor::quantity::System;
use nanorotor::results::{Axis as ResultAxis, Coordinates, Results, Status, Variable};

use crate::page::text::Text;
use crate::plot::axis::{Axis, Scale};
use crate::show::names;

/// Values in equal ratios to this accuracy are logarithmically spaced.
const EQUAL: f64 = 1e-6;
/// Unequal positive values that span more than this are shown over a logarithmic axis too.
const WIDE: f64 = 50.0;

/// A swept parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct SweptAxis {
    /// Its name in the study.
    pub name: String,
    /// In the unit of the study.
    pub values: Vec<f64>,
    /// That unit.
    pub unit: String,
    /// How an axis of its values is divided.
    pub scale: Scale,
}

impl SweptAxis {
    fn new(axis: &ResultAxis) -> Self {
        let (values, unit) = axis.shown(System::Practical).unwrap_or_default();
        let angle = unit == "rad" || (unit.is_empty() && are_angles(&values));
        let scale = if angle {
            Scale::Angle
        } else if is_logarithmic(&values) {
            Scale::Log
        } else {
            Scale::Linear
        };
        let unit = if angle { "rad" } else { unit };
        Self { name: axis.name.clone(), unit: unit.to_owned(), values, scale }
    }

    /// The axis of a panel.
    pub fn axis(&self) -> Axis {
        let mut axis = Axis::of(names::symbol(&self.name), names::unit(&self.unit));
        axis.scale = self.scale;
        axis
    }

    /// The k-th value with its unit.
    pub fn value(&self, k: usize) -> Text {
        let value = self.values.get(k).copied().unwrap_or(f64::NAN);
        if self.scale == Scale::Angle {
            return names::angle(value);
        }
        let number = names::value(value);
        if self.unit.is_empty() { number } else { number.then(" ").then_text(names::unit(&self.unit)) }
    }

    /// "V = 3 eV".
    pub fn equation(&self, k: usize) -> Text {
        names::symbol(&self.name).then(" = ").then_text(self.value(k))
    }
}

fn are_angles(values: &[f64]) -> bool {
    let (first, last) = (values.first().copied(), values.last().copied());
    let ends = [first, last].into_iter().flatten();
    ends.clone().all(names::is_fraction_of_pi) && ends.fold(0.0, |most: f64, end| most.max(end.abs())) > 0.0
}

fn is_logarithmic(values: &[f64]) -> bool {
    if values.len() < 3 || values.iter().any(|value| *value <= 0.0) {
        return false;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let ratios: Vec<f64> = sorted.windows(2).map(|pair| pair[1] / pair[0]).collect();
    let equal = |steps: &[f64]| steps.iter().all(|step| (step / steps[0] - 1.0).abs() < EQUAL);
    let differences: Vec<f64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let span = sorted[sorted.len() - 1] / sorted[0];
    span > 1.0 + EQUAL && (equal(&ratios) || (!equal(&differences) && span > WIDE))
}

/// Results, with the axes of their sweep that have more than one value.
pub struct Reader<'a> {
    /// The results themselves.
    pub results: &'a Results,
    /// The first is the slowest.
    pub axes: Vec<SweptAxis>,
    fixed: Vec<SweptAxis>,
}

impl<'a> Reader<'a> {
    /// A reader of results, with the axes that have more than one value.
    pub fn new(results: &'a Results) -> Self {
        let (axes, fixed) =
            results.sweep().iter().map(SweptAxis::new).partition(|axis| axis.values.len() > 1);
        Self { results, axes, fixed }
    }

    /// The number of points of the sweep.
    pub fn count(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    /// The numbers of the points at given positions along the axes, `None` for all of an axis; the last axis is fastest.
    pub fn points(&self, positions: &[Option<usize>]) -> Vec<usize> {
        self.axes.iter().zip(positions).fold(vec![0], |points, (axis, position)| {
            let count = axis.values.len();
            let range = position.map_or(0..count, |k| k..k + 1);
            points.into_iter().flat_map(|point| range.clone().map(move |k| point * count + k)).collect()
        })
    }

    /// The position of a point along each axis.
    pub fn position(&self, point: usize) -> Vec<usize> {
        let mut rest = point;
        let mut position: Vec<usize> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let at = rest % axis.values.len();
                rest /= axis.values.len();
                at
            })
            .collect();
        position.reverse();
        position
    }

    /// One value a point; `None` where there is no such variable or no value at all.
    pub fn values(&self, name: &str) -> Option<Vec<f64>> {
        let variable = self.results.get(name)?;
        let values = variable.values_in(System::Practical);
        (values.len() == self.count() && values.iter().any(|value| value.is_finite())).then_some(values)
    }

    /// Several values a point, such as those over `theta`.
    pub fn rows(&self, name: &str, over: &[&str]) -> Option<Vec<Vec<f64>>> {
        let variable = self.results.get(name)?;
        let own: Vec<&str> = variable.axes.iter().skip(self.results.swept).map(String::as_str).collect();
        let values = variable.values_in(System::Practical);
        let size = values.len() / self.count().max(1);
        if own != over || size == 0 || values.iter().all(|value| !value.is_finite()) {
            return None;
        }
        Some(values.chunks(size).map(<[f64]>::to_vec).collect())
    }

    /// The unit of a variable.
    pub fn unit(&self, name: &str) -> Text {
        let unit = self.results.get(name).and_then(Variable::unit);
        names::unit(unit.map_or("", |unit| unit.practical))
    }

    /// The angles of the results and their period.
    pub fn theta(&self) -> Option<(Vec<f64>, f64)> {
        let Coordinates::Numbers(angles) = &self.results.axis("theta")?.coordinates else { return None };
        let step = angles.get(1)? - angles.first()?;
        Some((angles.clone(), step * angles.len() as f64))
    }

    /// The names of the leads.
    pub fn leads(&self) -> Vec<String> {
        match self.results.axis("lead").map(|axis| &axis.coordinates) {
            Some(Coordinates::Names(names)) => names.clone(),
            _ => Vec::new(),
        }
    }

    /// "V = 3 eV, φ = π/4" for positions along the axes, those of all of an axis left out.
    pub fn equations(&self, positions: &[Option<usize>]) -> Text {
        let given = self.axes.iter().zip(positions).filter_map(|(axis, k)| Some(axis.equation((*k)?)));
        joined(given)
    }

    /// The sentences that end every caption: what was held fixed, which points are missing, and the band.
    pub fn remarks(&self, shown: &[&str]) -> String {
        let mut sentences = Vec::new();
        if !self.fixed.is_empty() {
            sentences
                .push(format!("{}.", joined(self.fixed.iter().map(|axis| axis.equation(0))).unformatted()));
        }
        sentences.extend(self.missing(shown));
        // A band that the sweep changes stands on an axis.
        let bands =
            self.results.notes.iter().find(|(name, band)| name == "band" && !band.starts_with("from "));
        if let Some((_, band)) = bands {
            sentences.push(format!("Band: {}.", band.replace(".000000", "").replace(" -", " −")));
        }
        sentences.iter().flat_map(|sentence| [" ", sentence]).collect()
    }

    /// How many points have no value of the first of these variables that there is.
    fn missing(&self, shown: &[&str]) -> Option<String> {
        let variable = shown.iter().find_map(|name| self.results.get(name))?;
        let size = variable.values.len() / self.count().max(1);
        let is_missing = |row: &[f64]| row.iter().all(|value| value.is_nan());
        let rows = variable.values.chunks(size.max(1)).enumerate();
        let missing: Vec<usize> = rows.filter(|(_, row)| is_missing(row)).map(|(point, _)| point).collect();
        let status = |point: &usize| self.results.point_status.get(*point);
        let count =
            |is: &dyn Fn(&Status) -> bool| missing.iter().filter_map(status).filter(|s| is(s)).count();
        let pending = count(&|status| matches!(status, Status::NotComputed(_)));
        // An efficiency where nothing is lifted, for example.
        let undefined = count(&Status::is_converged);
        let failed = missing.len() - pending - undefined;
        let kinds = [
            (failed, "did not converge"),
            (pending, "are not computed yet"),
            (undefined, "have no such value"),
        ];
        let kinds: Vec<String> = kinds
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let (missing, all) = (missing.len(), self.count());
        match &kinds[..] {
            [] => None,
            [one] => {
                let what = one.trim_start_matches(|c: char| c.is_ascii_digit());
                Some(format!("{missing} of {all} points{what} and leave gaps."))
            }
            many => {
                Some(format!("{missing} of {all} points have no value ({}) and leave gaps.", many.join(", ")))
            }
        }
    }
}

fn joined(texts: impl Iterator<Item = Text>) -> Text {
    texts.fold(Text::default(), |all, text| {
        let all = if all.is_empty() { all } else { all.then(", ") };
        all.then_text(text)
    })
}

/// At most `most` of `count` places, evenly spread, the first and the last among them.
pub fn spread(count: usize, most: usize) -> Vec<usize> {
    if count <= most || most < 2 {
        return (0..count.min(most)).collect();
    }
    (0..most).map(|k| (k * (count - 1) + (most - 1) / 2) / (most - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_values_are_recognised() {
        assert!(is_logarithmic(&[1.0, 10.0, 100.0]));
        assert!(is_logarithmic(&[100.0, 10.0, 1.0]));
        assert!(is_logarithmic(&[1.0, 1.1, 1.21]));
        assert!(is_logarithmic(&[4.5e2, 1e3, 4.5e3, 4.5e5]));
        assert!(!is_logarithmic(&[1.0, 2.0, 3.0]));
        assert!(!is_logarithmic(&[1.0, 101.0, 201.0]));
        assert!(!is_logarithmic(&[0.0, 10.0, 100.0]));
        assert!(!is_logarithmic(&[2.0, 2.0, 2.0]));
    }

    #[test]
    fn places_are_spread_with_both_ends() {
        assert_eq!(spread(3, 6), [0, 1, 2]);
        assert_eq!(spread(61, 6), [0, 12, 24, 36, 48, 60]);
        assert_eq!(spread(13, 12).len(), 12);
        for count in 13..200 {
            let places = spread(count, 12);
            assert_eq!((places[0], places[11]), (0, count - 1));
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{count}: {places:?}");
        }
    }

    #[test]
    fn points_and_positions_are_inverse() {
        let mut results = Results { swept: 3, ..Results::default() };
        results.numbers("a", vec![1.0, 2.0]);
        results.numbers("fixed", vec![7.0]);
        results.numbers("b", vec![1.0, 2.0, 3.0]);
        let reader = Reader::new(&results);
        assert_eq!(reader.count(), 6);
        assert_eq!(reader.points(&[Some(1), None]), [3, 4, 5]);
        assert_eq!(reader.points(&[None, Some(2)]), [2, 5]);
        assert_eq!(reader.position(5), [1, 2]);
        assert_eq!(reader.remarks(&[]), " fixed = 7.");
    }
}
