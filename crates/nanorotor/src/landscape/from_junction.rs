//! Compute the landscape of a junction on a θ-grid that resolves it.

use std::sync::Mutex;

use super::{Averaged, Landscape};
use crate::coefficients::{Coefficients, Crossing, Family, Integral, refined};
use crate::error::Result;
use crate::expression::Panel;
use crate::junction::Junction;
use crate::periodic::{Periodic, Sample, resolve};

/// Crossings are looked for within this distance of an angle of the grid (rad): about the step of the first one.
const NEAR: f64 = 0.2;

/// One narrow feature of either kind is compared for so many angles of the grid.
const COMPARED: usize = 16;

/// Where a grid of so many angles may miss something: the narrowest panels of the formulas, and the crossings that its
/// angles foretell between them, where these are narrower than its step.
fn narrow_angles(
    junction: &Junction,
    panels: &[Panel],
    foretold: Vec<(f64, Crossing)>,
    points: usize,
) -> Result<Vec<f64>> {
    let (step, most) = (junction.period() / points as f64, points / COMPARED);
    let narrow = panels.iter().filter(|panel| panel.half_width < step).take(most);
    let mut angles: Vec<f64> = narrow.map(|panel| panel.centre).collect();
    let mut crossings: Vec<Crossing> = foretold
        .into_iter()
        .filter(|(from, at)| at.half_width < step && (at.theta - from).abs() < step)
        .map(|(_, at)| at)
        .collect();
    crossings.sort_by(|a, b| a.half_width.total_cmp(&b.half_width));
    let mut chosen: Vec<Crossing> = Vec::new();
    // Neighbours foretell the same crossing.
    for at in crossings.into_iter().take(4 * most) {
        let at = refined(junction, at)?;
        let is_new = |other: &Crossing| (at.theta - other.theta).abs() > 0.1 * at.half_width;
        if chosen.len() < most && at.half_width < step && chosen.iter().all(is_new) {
            chosen.push(at);
        }
    }
    angles.extend(chosen.iter().map(|at| at.theta));
    Ok(angles)
}

impl Landscape {
    /// The landscape that the electrons of a junction make, on a grid chosen by the Fourier tail of its functions.
    ///
    /// The families of functions that have a mean ride along as averaged functions.
    ///
    /// # Errors
    /// As [`Coefficients::at`] at every angle, and [`crate::Error::NotConverged`] for functions that no grid resolves.
    pub fn from_junction(junction: &Junction) -> Result<Self> {
        let means = || Family::ALL.into_iter().filter_map(|family| Some((family, family.mean()?)));
        let families: Vec<Family> =
            means().flat_map(|(at_rest, (_, turning))| [Some(at_rest), turning]).flatten().collect();
        let coefficients = ["torque", "friction", "diffusion"].map(String::from);
        let of_family = |family: &Family| {
            let name = family.name();
            family.labels(junction).into_iter().map(move |of| format!("{name} of {}", of.join(", ")))
        };
        let names: Vec<String> =
            coefficients.into_iter().chain(families.iter().flat_map(of_family)).collect();
        let sample = |integral: &Integral| Sample {
            value: integral.value,
            error: integral.error + 1e-14 * integral.size,
        };
        let panels = junction.narrow_panels();
        let crossings = Mutex::new(Vec::new());
        let narrow = |points: usize| {
            let foretold = crossings.lock().map(|all| all.clone()).unwrap_or_default();
            narrow_angles(junction, &panels, foretold, points)
        };
        let (functions, resolution) = resolve(junction.period(), &names, narrow, |theta| {
            let (at, foretold) = Coefficients::with_crossings(junction, theta, &families)?;
            let near = |crossing: &Crossing| (crossing.theta - theta).abs().max(crossing.half_width) < NEAR;
            if let Ok(mut all) = crossings.lock() {
                all.extend(foretold.into_iter().filter(near).map(|crossing| (theta, crossing)));
            }
            Ok([&at.torque, &at.friction, &at.diffusion]
                .into_iter()
                .chain(families.iter().flat_map(|family| at.of(*family)))
                .map(sample)
                .collect())
        })?;
        let mut functions = functions.into_iter();
        let mut next = || functions.next().unwrap_or_else(|| Periodic::constant(junction.period(), 0.0));
        let (torque, friction, diffusion) = (next(), next(), next());
        let mut averaged = Vec::new();
        for (family, (quantity, turning)) in means() {
            let labels = family.labels(junction);
            let at_rest: Vec<Periodic> = labels.iter().map(|_| next()).collect();
            for (of, at_rest) in labels.into_iter().zip(at_rest) {
                let per_radian =
                    turning.map_or_else(|| Periodic::constant(junction.period(), 0.0), |_| next());
                averaged.push(Averaged { quantity: quantity.into(), of, at_rest, per_radian });
            }
        }
        Ok(Self::new(torque, friction, diffusion)?.with_averaged(averaged).with_resolution(resolution))
    }
}
