//! Add to the errors of results what the fits of bands do to them, as another fit tells it.

use super::variables::Results;
use crate::junction::Band;
use crate::landscape::Landscape;
use crate::study::{Model, Resolved};

impl Resolved {
    /// The same study with every fitted band in another fit; none where all bands are exact.
    pub(super) fn with_other_fits(&self) -> Option<Self> {
        let mut other = self.clone();
        let Model::Junction(junction) = &mut other.model else { return None };
        let Band::Shaped(shapes) = &mut junction.band else { return None };
        let mut is_other = false;
        for shape in shapes {
            // Without a third fit: what this one changes is asked once.
            if let Some(sites) = shape.other.take() {
                shape.sites = sites;
                is_other = true;
            }
        }
        is_other.then_some(other)
    }
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
        for name in ["density", "kinetic_temperature"] {
            let (Some(a), Some(b)) = (self.get(name).cloned(), other.get(name)) else { continue };
            let own = format!("{name}_error");
            if let Some(errors) = self.variables.iter_mut().find(|variable| variable.name == own) {
                for ((error, a), b) in errors.values.iter_mut().zip(&a.values).zip(&b.values) {
                    *error += (a - b).abs();
                }
            }
        }
        self.say_fitted();
    }

    /// The same of what a landscape alone tells.
    pub(super) fn widen_by_landscape(&mut self, other: &Landscape) {
        let mut results = Self::default();
        results.scalar("barrier", other.barrier());
        results.scalar("mean_torque", other.mean_torque());
        self.widen(&results);
    }

    fn say_fitted(&mut self) {
        self.note("fit of the bands", "the errors hold what another number of sites changes");
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
