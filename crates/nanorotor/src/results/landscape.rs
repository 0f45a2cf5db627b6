//! Tabulate a landscape against theta under the names of the results.

use rayon::prelude::*;

use super::validity::Velocity;
use super::variables::Results;
use crate::coefficients::{Coefficients, Family, pumped_charge};
use crate::error::Result;
use crate::junction::{Band, Reference};
use crate::landscape::{Landscape, effective_temperature};
use crate::periodic::Resolution;
use crate::quantity::{LEAD, LEAD_2, LEVEL, Named, THETA};
use crate::study::{Electrons, Model, Resolved};
use crate::units::HARTREE_IN_EV;

/// What a landscape has at each angle without an error.
pub(super) const PROFILES: [&str; 9] = [
    "torque",
    "friction",
    "diffusion",
    "potential",
    "effective_temperature",
    Family::Current.name(),
    Family::HeatCurrent.name(),
    Family::CurrentNoise.name(),
    Family::Occupation.name(),
];

/// The angles of the common grid of results: `points` over [0, L), the end excluded.
pub fn theta_grid(period: f64, points: usize) -> Vec<f64> {
    (0..points).map(|j| period * j as f64 / points as f64).collect()
}

/// The electrons at one angle.
struct Row {
    torque: f64,
    friction: f64,
    diffusion: f64,
    /// The functions of every family.
    families: Vec<(Family, Vec<f64>)>,
    pumped: Vec<f64>,
}

impl Row {
    fn of(&self, family: Family) -> &[f64] {
        self.families.iter().find(|(own, _)| *own == family).map_or(&[], |(_, values)| values)
    }
}

/// Torque, friction and diffusion of the electrons, the total torque, potential, effective temperature, and all that the electrons
/// carry at the angles `theta`.
///
/// The electrons are integrated at these very angles; only the total torque and the potential come from the series.
///
/// # Errors
/// As [`Resolved::landscape`].
pub(super) fn landscape_results(
    resolved: &Resolved,
    landscape: &Landscape,
    theta: Vec<f64>,
) -> Result<Results> {
    let electrons = resolved.electrons()?;
    let junction = electrons.junction();
    let rows: Vec<Row> = theta.par_iter().map(|&theta| row(&electrons, theta)).collect::<Result<_>>()?;
    let column = |pick: fn(&Row) -> f64| rows.iter().map(pick).collect::<Vec<f64>>();
    let environment: Vec<(f64, f64)> = theta.iter().map(|&theta| resolved.environment.at(theta)).collect();
    let temperature = rows
        .iter()
        .zip(&environment)
        .map(|(row, (friction, diffusion))| {
            effective_temperature(row.friction + friction, row.diffusion + diffusion)
        })
        .collect();
    let potential = theta.iter().map(|&theta| landscape.potential().value(theta)).collect();
    let total_torque = theta.iter().map(|&theta| landscape.force().value(theta)).collect();

    let mut results = Results::default();
    results.numbers("theta", theta);
    results.variable("torque", &["theta"], column(|row| row.torque));
    results.variable("friction", &["theta"], column(|row| row.friction));
    results.variable("diffusion", &["theta"], column(|row| row.diffusion));
    results.variable("total_torque", &["theta"], total_torque);
    results.variable("potential", &["theta"], potential);
    results.variable("effective_temperature", &["theta"], temperature);
    if let Some(junction) = junction {
        let leads: Vec<String> = junction.leads().iter().map(|lead| lead.name.clone()).collect();
        results.names(LEAD, leads.clone());
        results.names(LEAD_2, leads);
        results.numbers(LEVEL, (1..=junction.levels()).map(|level| level as f64).collect());
        for family in Family::ALL {
            results.over_theta(family.name(), rows.iter().map(|row| row.of(family).to_vec()));
        }
        results.over_theta("pumped_charge", rows.iter().map(|row| row.pumped.clone()));
        results.over_theta("fano", rows.iter().map(fano));
        let mean = junction.at_mean_equilibrium();
        results.note(
            "pumped_charge",
            format!(
                "all leads at the mean chemical potential {:.6} eV and the mean k_BT {:.6} eV",
                mean.leads()[0].chemical_potential * HARTREE_IN_EV,
                mean.leads()[0].thermal_energy * HARTREE_IN_EV
            ),
        );
    }
    results.variable(
        "environment_friction",
        &["theta"],
        environment.iter().map(|(friction, _)| *friction).collect(),
    );
    results.scalar("mean_torque", landscape.mean_torque());
    results.scalar("barrier", landscape.barrier());
    results.scalar("period", resolved.rotor.period);
    results.errors = landscape.error_estimates();
    results.errors.retain(|(name, _)| results.variables.iter().any(|variable| variable.name == *name));
    resolved.validity(landscape, Velocity::Unknown)?.put_into(&mut results);
    results.note_choices(resolved);
    if let Some(resolution) = landscape.resolution() {
        results.note("resolution", resolution_in_words(&resolution));
    }
    Ok(results)
}

fn row(electrons: &Electrons<'_>, theta: f64) -> Result<Row> {
    Ok(match electrons {
        Electrons::Given(model) => Row {
            torque: model.torque.at(theta),
            friction: model.friction.at(theta),
            diffusion: model.diffusion.at(theta),
            families: Vec::new(),
            pumped: Vec::new(),
        },
        Electrons::Junction(junction) => {
            let at = Coefficients::at(junction, theta, &Family::ALL)?;
            Row {
                torque: at.torque.value,
                friction: at.friction.value,
                diffusion: at.diffusion.value,
                families: Family::ALL
                    .map(|of| (of, at.of(of).iter().map(|found| found.value).collect()))
                    .into(),
                pumped: pumped_charge(junction, theta)?.iter().map(|charge| charge.value).collect(),
            }
        }
    })
}

/// F = S_ll/|I_l| of each lead; none where no current flows.
fn fano(row: &Row) -> Vec<f64> {
    let (currents, noise) = (row.of(Family::Current), row.of(Family::CurrentNoise));
    let of = |(k, current): (usize, &f64)| noise[k * (currents.len() + 1)] / current.abs();
    currents.iter().enumerate().map(of).map(|fano| if fano.is_finite() { fano } else { f64::NAN }).collect()
}

impl Results {
    /// Add a variable of several values at each angle, in the order of the axes of its kind.
    fn over_theta(&mut self, name: &str, rows: impl Iterator<Item = Vec<f64>>) {
        let rows: Vec<Vec<f64>> = rows.collect();
        let first_is_theta = Named::of(name).is_some_and(|named| named.kind.axes.first() == Some(&THETA));
        let values = if first_is_theta {
            rows.concat()
        } else {
            let members = rows.first().map_or(0, Vec::len);
            (0..members).flat_map(|k| rows.iter().map(move |row| row[k])).collect()
        };
        self.of_kind(name, values);
    }
}

impl Results {
    /// Add what the study chooses for the electrons as remarks.
    pub fn note_choices(&mut self, resolved: &Resolved) {
        for (name, text) in choices_in_words(resolved) {
            self.note(name, text);
        }
    }
}

/// The grid in theta and what interpolating on it costs.
pub fn resolution_in_words(resolution: &Resolution) -> String {
    let error = if resolution.error > 0.0 {
        format!("interpolation error {:.1e} of each function's maximum", resolution.error)
    } else {
        "interpolation error below the error of the values themselves".into()
    };
    format!("{} angles over the period, {error}", resolution.points)
}

/// What a study chooses for the electrons without being forced to: the band of the leads, and the reference of the torque where
/// there is one.
pub fn choices_in_words(resolved: &Resolved) -> Vec<(&'static str, String)> {
    let reference = reference_in_words(resolved).map(|text| ("reference", text));
    std::iter::once(("band", band_in_words(resolved))).chain(reference).collect()
}

/// The state that the torque of the electrons is measured from, where there is one.
fn reference_in_words(resolved: &Resolved) -> Option<String> {
    let Model::Junction(model) = &resolved.model else { return None };
    match model.reference {
        Reference::None => None,
        Reference::Equilibrium { chemical_potential, thermal_energy } => Some(format!(
            "the torque is measured from that of the junction in equilibrium at mu = {:.6} eV and k_BT = {:.6} eV, which the \
             classical potential holds",
            chemical_potential * HARTREE_IN_EV,
            thermal_energy * HARTREE_IN_EV
        )),
        Reference::Molecule { occupied_below } => Some(format!(
            "the torque is measured from that of the molecule without leads, its levels occupied below {:.6} eV with a factor \
             {} for spin, which the classical potential holds",
            occupied_below * HARTREE_IN_EV,
            model.spin_degeneracy
        )),
    }
}

/// The band of the leads, with what is assumed about it.
fn band_in_words(resolved: &Resolved) -> String {
    match &resolved.model {
        Model::Landscape(_) => "none: torque, friction and diffusion are given by the study".into(),
        Model::Junction(model) => match &model.band {
            Band::Bottom(bottom) => format!(
                "wide band from {:.6} eV (absolute, one for all leads); {}",
                bottom * HARTREE_IN_EV,
                match model.reference {
                    Reference::Equilibrium { .. } => "only occupations depend on it",
                    _ => "the torque and the barrier depend on it, friction, diffusion and currents do not",
                }
            ),
            Band::Lorentzian(bands) => {
                let each: Vec<String> = model
                    .leads
                    .iter()
                    .zip(bands)
                    .map(|(lead, band)| {
                        format!(
                            "{}: center {:.6} eV, half width {:.6} eV",
                            lead.lead.name,
                            band.center * HARTREE_IN_EV,
                            band.half_width * HARTREE_IN_EV
                        )
                    })
                    .collect();
                format!("Lorentzian, no cut ({})", each.join("; "))
            }
            Band::Shaped(shapes) => {
                let each = model
                    .leads
                    .iter()
                    .zip(shapes)
                    .map(|(lead, s)| format!("{}: {}", lead.lead.name, s.words));
                format!("of the leads' own, no cut ({})", each.collect::<Vec<_>>().join("; "))
            }
        },
    }
}
