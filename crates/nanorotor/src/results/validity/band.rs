//! Say what another band would do to the barrier.

use super::{Assumption, Standing, electronvolts};
use crate::error::{Error, Result};
use crate::junction::{Band, Reference, Shape};
use crate::landscape::Landscape;
use crate::study::{LeadModel, Model, Resolved};

/// A barrier, or Re Σ, that is off by more makes the band questionable.
const REAL: f64 = 0.05;
/// So is a Re Σ that is off by more than so many errors of Γ: causality makes them alike but for a logarithm at an edge.
const CAUSAL: f64 = 5.0;

impl Resolved {
    /// What a band ten times deeper, or as wide, would do to the barrier; none where the study has no band to change, or the
    /// landscape with the other cannot be computed.
    ///
    /// # Errors
    /// As [`Resolved::landscape`].
    pub fn band_assumption(&self, landscape: &Landscape) -> Result<Option<Assumption>> {
        let mut other = self.clone();
        let Model::Junction(junction) = &mut other.model else { return Ok(None) };
        if let Reference::Equilibrium { .. } = junction.reference {
            let barrier = electronvolts(landscape.barrier());
            let text =
                format!("barrier {barrier}; measured from an equilibrium, it depends on no end of the band");
            return Ok(Some(Assumption {
                name: "band",
                standing: Standing::of(0.0, 0.01, f64::INFINITY),
                text,
            }));
        }
        let change = match &mut junction.band {
            Band::Bottom(bottom) if *bottom < 0.0 => {
                *bottom *= 10.0;
                format!("from {}", electronvolts(*bottom))
            }
            Band::Bottom(_) => return Ok(None),
            Band::Shaped(_) => return self.fit_assumption(landscape),
            Band::Lorentzian(bands) => {
                for band in bands.iter_mut() {
                    band.half_width *= 10.0;
                }
                "with half widths ten times larger".into()
            }
        };
        let other = match other.landscape() {
            Err(Error::NotConverged { .. }) => return Ok(None),
            other => other?,
        };
        let (own, barrier) = (landscape.barrier(), other.barrier());
        let relative = (barrier - own).abs() / own.max(f64::MIN_POSITIVE);
        let text = format!(
            "barrier {}; {change} it would be {}{}",
            electronvolts(own),
            electronvolts(barrier),
            if relative > 0.01 {
                ": it depends on where the band ends, which only the study's author knows"
            } else {
                ""
            }
        );
        Ok(Some(Assumption { name: "band", standing: Standing::of(relative, 0.01, f64::INFINITY), text }))
    }

    /// What the fits of the bands leave open; none where nothing was fitted.
    fn fit_assumption(&self, landscape: &Landscape) -> Result<Option<Assumption>> {
        let Model::Junction(junction) = &self.model else { return Ok(None) };
        let (Band::Shaped(shapes), Some(other)) = (&junction.band, self.with_other_fits()) else {
            return Ok(None);
        };
        let other = match other.landscape() {
            Err(Error::NotConverged { .. }) => return Ok(None),
            other => other?,
        };
        let (own, barrier) = (landscape.barrier(), other.barrier());
        let mut ratio = (barrier - own).abs() / own.max(f64::MIN_POSITIVE);
        let unlike = |(shape, lead): (&Shape, &LeadModel)| {
            let error = shape.real_error.filter(|error| *error > REAL.max(CAUSAL * shape.error))?;
            Some((error, lead.lead.name.clone()))
        };
        let worst = shapes.iter().zip(&junction.leads).filter_map(unlike).max_by(|a, b| a.0.total_cmp(&b.0));
        let said = worst.as_ref().map_or_else(String::new, |(error, name)| {
            format!(
                "; Re Σ of lead \"{name}\" is off by {error:.2} of the maximum of Γ: its file does not hold the whole band, or Σ is not causal"
            )
        });
        ratio = worst.map_or(ratio, |(error, _)| ratio.max(error));
        let text = format!(
            "barrier {}; with bands fitted by another number of sites {}{said}",
            electronvolts(own),
            electronvolts(barrier)
        );
        Ok(Some(Assumption { name: "band", standing: Standing::of(ratio, REAL, f64::INFINITY), text }))
    }
}
