//! Tabulate the electrons against angle and energy under the names of the results.

use rayon::prelude::*;

use super::variables::{Coordinates, Results};
use crate::coefficients::{Coefficients, Family};
use crate::error::{Error, Result};
use crate::junction::Junction;
use crate::quantity::{ENERGY_AXIS, LEAD, LEAD_2, LEVEL, THETA, in_practical_units};
use crate::scattering::{Scattering, Spectrum};
use crate::study::Resolved;

/// The most energies that are chosen.
const MOST: usize = 1001;

/// The first step between energies at a resonance, in units of its half width; the tails get longer ones.
const FINEST: f64 = 0.2;

/// How many of its widths a resonance is followed for, and how many k_BT a chemical potential.
const REACH: f64 = 6.0;

/// What another fit of the bands changes is told of these.
const TOLD: [&str; 6] = [
    "transmission",
    "local_density_of_states",
    "lead_density_of_states",
    "level_energy",
    "level_width",
    "occupations",
];

/// The electrons at one angle.
struct Row {
    spectrum: Spectrum,
    /// Energy and width of each resonance (Ha).
    resonances: Vec<(f64, f64)>,
    occupations: Vec<f64>,
}

/// Transmissions, local densities of states, resonances and occupations at the angles `theta` (rad) and these energies (Ha), or at
/// energies that resolve every resonance at every angle where that takes at most a thousand.
///
/// Transmissions and densities are those of one spin.
///
/// # Errors
/// [`Error::Model`] for a study that gives its landscape itself; what the geometry or the integrals report.
pub fn spectrum_results(resolved: &Resolved, theta: Vec<f64>, energies: Option<Vec<f64>>) -> Result<Results> {
    let mut results = spectrum_of_fit(resolved, theta.clone(), energies)?;
    if let Some(other) = resolved.with_other_fits() {
        let energies = results.axis(ENERGY_AXIS).and_then(|axis| match &axis.coordinates {
            Coordinates::Numbers(energies) => Some(energies.clone()),
            Coordinates::Names(_) => None,
        });
        results.tell_changes(&TOLD, &spectrum_of_fit(&other, theta, energies)?);
    }
    Ok(results)
}

fn spectrum_of_fit(resolved: &Resolved, theta: Vec<f64>, energies: Option<Vec<f64>>) -> Result<Results> {
    let electrons = resolved.electrons()?;
    let Some(junction) = electrons.junction() else {
        return Err(Error::Model {
            what: "the study gives torque, friction and diffusion itself: it has no electrons to look at"
                .into(),
            hint: "describe the junction with [molecule], [band] and [[lead]]".into(),
        });
    };
    let scatterings: Vec<Scattering> =
        theta.par_iter().map(|&theta| Scattering::new(&junction.frame(theta)?)).collect::<Result<_>>()?;
    let levels = junction.levels();
    let resonances = |of: &Scattering| -> Vec<(f64, f64)> {
        of.resonances(levels).iter().map(|z| (z.re, 2.0 * z.im.abs())).collect()
    };
    let mut results = Results::default();
    let energies = energies.unwrap_or_else(|| {
        // A dark level is nowhere to be seen in what depends on the energy.
        let all: Vec<(f64, f64)> =
            scatterings.iter().flat_map(resonances).filter(|(_, width)| *width > 0.0).collect();
        let (energies, step) = resolving(junction, &all);
        let narrowest = all.iter().map(|(_, width)| *width).fold(f64::INFINITY, f64::min);
        let said = if step > FINEST * narrowest {
            format!(
                ": the narrowest resonance is {} wide, and may stand between two of them; give fewer angles, or energies",
                in_practical_units("level_width", narrowest)
            )
        } else {
            ", every resonance resolved at every angle".into()
        };
        results.note("energies", format!("{} chosen{said}", energies.len()));
        energies
    });
    let rows: Vec<Row> = theta
        .par_iter()
        .zip(&scatterings)
        .map(|(&theta, scattering)| {
            let occupations = Coefficients::at(junction, theta, &[Family::Occupation])?;
            Ok(Row {
                spectrum: scattering.spectrum(junction.channel_leads(), levels, &energies)?,
                resonances: resonances(scattering),
                occupations: occupations.of(Family::Occupation).iter().map(|n| n.value).collect(),
            })
        })
        .collect::<Result<_>>()?;

    let leads: Vec<String> = junction.leads().iter().map(|lead| lead.name.clone()).collect();
    results.numbers(THETA, theta);
    results.numbers(ENERGY_AXIS, energies);
    results.numbers(LEVEL, (1..=levels).map(|level| level as f64).collect());
    results.names(LEAD, leads.clone());
    results.names(LEAD_2, leads.clone());
    let all = |pick: &dyn Fn(&Row) -> Vec<f64>| rows.iter().flat_map(pick).collect::<Vec<f64>>();
    results.of_kind("transmission", all(&|row| row.spectrum.transmission.clone()));
    let by_level = |row: &Row| row.spectrum.density.chunks(leads.len()).map(|of| of.iter().sum()).collect();
    results.of_kind("local_density_of_states", all(&by_level));
    results.of_kind("lead_density_of_states", all(&|row| row.spectrum.density.clone()));
    results.of_kind("level_energy", all(&|row| row.resonances.iter().map(|(energy, _)| *energy).collect()));
    results.of_kind("level_width", all(&|row| row.resonances.iter().map(|(_, width)| *width).collect()));
    results.of_kind("occupations", all(&|row| row.occupations.clone()));
    results.of_kind("molecular_charge", all(&|row| vec![row.occupations.iter().sum()]));
    results
        .of_kind("chemical_potential", junction.leads().iter().map(|lead| lead.chemical_potential).collect());
    results.note("spin", "transmissions and densities of states are those of one spin");
    results.note_choices(resolved);
    Ok(results)
}

/// Rising energies from below all resonances and chemical potentials to above them, whose steps are at most a fifth of the distance to the
/// pole of any resonance, or longer where there would be too many; and the shortest step.
fn resolving(junction: &Junction, resonances: &[(f64, f64)]) -> (Vec<f64>, f64) {
    let of_leads = junction.leads().iter().map(|lead| (lead.chemical_potential, lead.thermal_energy));
    let ends = resonances
        .iter()
        .copied()
        .chain(of_leads)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (energy, width)| {
            (low.min(energy - REACH * width), high.max(energy + REACH * width))
        });
    let step = |omega: f64| {
        let distance = |&(energy, width): &(f64, f64)| (omega - energy).hypot(0.5 * width);
        FINEST * resonances.iter().map(distance).fold(f64::INFINITY, f64::min)
    };
    let mut shortest = (ends.1 - ends.0) / (20 * MOST) as f64;
    loop {
        let (mut energies, mut at, mut least) = (vec![ends.0], ends.0, f64::INFINITY);
        while at < ends.1 && energies.len() <= MOST {
            // The step that begins here must not jump over what stands within it.
            let first = step(at).max(shortest);
            let length = first.min(step(at + first).max(shortest)).min(0.02 * (ends.1 - ends.0));
            least = least.min(length);
            at += length;
            energies.push(at.min(ends.1));
        }
        if energies.len() <= MOST {
            return (energies, least);
        }
        shortest *= 1.5;
    }
}
