//! Add to the errors of results what the fits of bands do to them, as another fit tells it.

use super::variables::Results;
use crate::error::Result;
use crate::junction::{Band, Shape};
use crate::quantity::{System, output_unit};
use crate::study::{Model, Resolved, Study};

/// Under what name results say that bands were fitted.
const NOTE: &str = "fit of the bands";

impl Resolved {
    /// The same study with every fitted band in another fit; none where all bands are exact.
    pub(super) fn with_other_fits(&self) -> Option<Self> {
        let mut other = self.clone();
        let mut is_other = false;
        for shape in other.shapes() {
            // Without a third fit: what this one changes is asked once.
            if let Some(sites) = shape.other.take() {
                shape.sites = sites;
                is_other = true;
            }
        }
        is_other.then_some(other)
    }

    /// The same study, whose results are not told what another fit does to them.
    fn without_other_fits(mut self) -> Self {
        self.shapes().iter_mut().for_each(|shape| shape.other = None);
        self
    }

    fn shapes(&mut self) -> &mut [Shape] {
        match &mut self.model {
            Model::Junction(junction) => match &mut junction.band {
                Band::Shaped(shapes) => shapes,
                _ => &mut [],
            },
            Model::Landscape(_) => &mut [],
        }
    }
}

/// A study with its bands in one of two fits, wherever its parameters are moved to.
pub(super) struct Fitted<'a> {
    pub study: &'a Study,
    /// Whether each band stands in its other fit.
    is_other: bool,
}

impl<'a> Fitted<'a> {
    /// With the bands as they are.
    pub fn own(study: &'a Study) -> Self {
        Self { study, is_other: false }
    }

    /// With the bands in their other fits, if there are any.
    ///
    /// # Errors
    /// As [`Study::resolve`].
    pub fn other(study: &'a Study) -> Result<Option<Self>> {
        Ok(study.resolve()?.with_other_fits().map(|_| Self { study, is_other: true }))
    }

    /// The study at its parameters, or at others.
    ///
    /// # Errors
    /// As [`Study::resolve`].
    pub fn resolve(&self, study: &Study) -> Result<Resolved> {
        let resolved = study.resolve()?;
        Ok(match resolved.with_other_fits() {
            Some(other) if self.is_other => other,
            _ => resolved.without_other_fits(),
        })
    }
}

/// The results of a study, whose errors hold what another fit of its bands changes.
///
/// # Errors
/// Those of `of`.
pub(super) fn with_errors_of_fits(
    study: &Study,
    of: impl Fn(&Fitted<'_>) -> Result<Results>,
) -> Result<Results> {
    let mut results = of(&Fitted::own(study))?;
    if let Some(other) = Fitted::other(study)? {
        results.widen(&of(&other)?);
    }
    Ok(results)
}

impl Results {
    /// Add to each error by how much another fit of the bands changes the value.
    pub(super) fn widen(&mut self, other: &Self) {
        let (own, others) = (self.values_with_errors(), other.values_with_errors());
        for (name, error) in &mut self.errors {
            let value = |of: &[(String, f64)]| of.iter().find(|(known, _)| known == name).map(|(_, v)| *v);
            if let (Some(a), Some(b)) = (value(&own), value(&others)) {
                *error += (a - b).abs();
            }
        }
        let changes = |name: &str| -> Option<Vec<f64>> {
            let (a, b) = (self.get(name)?, other.get(name)?);
            Some(a.values.iter().zip(&b.values).map(|(a, b)| (a - b).abs()).collect())
        };
        let of_errors = self.variables.iter().map(|own| changes(own.name.strip_suffix("_error")?));
        let of_errors: Vec<Option<Vec<f64>>> = of_errors.collect();
        for (variable, changes) in self.variables.iter_mut().zip(of_errors) {
            let errors = variable.values.iter_mut().zip(changes.into_iter().flatten());
            errors.for_each(|(error, change)| *error += change);
        }
        self.note(NOTE, "the errors hold what another number of sites changes");
    }

    /// Say by how much at most another fit of the bands changes what has no error of its own.
    pub(super) fn tell_changes(&mut self, names: &[&str], other: &Self) {
        let most = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
        let change = |&name: &&str| {
            let (own, other) = (&self.get(name)?.values, &other.get(name)?.values);
            let change = most(&mut own.iter().zip(other).map(|(a, b)| (a - b).abs()));
            let largest = most(&mut own.iter().map(|value| value.abs()));
            let unit = output_unit(name)
                .map_or((1.0, ""), |unit| (unit.factor(System::Practical), unit.name(System::Practical)));
            let part = if largest > 0.0 { 100.0 * change / largest } else { 0.0 };
            let change = format!("{:.1e} {}", change * unit.0, unit.1);
            Some(format!("{name} by up to {} ({part:.2} % of its largest)", change.trim_end()))
        };
        let said: Vec<String> = names.iter().filter_map(change).collect();
        let said = format!("another number of sites changes {}", said.join(", "));
        match self.notes.iter_mut().find(|(name, _)| name == NOTE) {
            Some((_, text)) => *text = format!("{text}; {said}"),
            None => self.note(NOTE, said),
        }
    }

    /// The numbers that may have an error, by the name of the error.
    fn values_with_errors(&self) -> Vec<(String, f64)> {
        let numbers = self.variables.iter().filter(|variable| !self.has_rows(variable));
        numbers
            .flat_map(|variable| {
                self.members(variable, &[]).into_iter().filter_map(|(label, at)| {
                    let name = match label.as_str() {
                        "" => variable.name.clone(),
                        label => format!("{}.{}", variable.name, label.replace(", ", ".")),
                    };
                    Some((name, *variable.values.get(at)?))
                })
            })
            .collect()
    }
}
