//! Fill the levels that no lead reaches, and refuse those that nothing fills.
//!
//! | symbol | here                     | unit   |
//! |--------|--------------------------|--------|
//! | ε, ε′  | `energy`, `slope`        | Ha, Ha/rad |
//! | f_c(ε) | [`Filling`]              | 1      |
//!
//! τ = −Σ f(ε) ε′ and n_i = Σ f(ε) |v_i|² over the dark levels above the bottom of the band. With the lead that reaches a level
//! more and more weakly its occupation tends to Σ_c Γ_c f_c(ε)/Γ, which is f(ε) where all leads agree there. Its friction
//! ε′² f(1 − f)/(Γ k_BT) and its noise have no such limit: far enough from every chemical potential it exchanges no electron and has
//! neither; near one it is refused if it moves with θ.

use super::quadrature::Integral;
use crate::error::{Error, Result};
use crate::junction::Lead;
use crate::quantity::in_practical_units;
use crate::scattering::DarkLevel;

/// So many k_BT from a chemical potential a level is full or empty, to 2e-9.
const FAR: f64 = 20.0;

/// Two leads agree where their Fermi functions differ by less.
const AGREE: f64 = 1e-9;

/// The lowest and the highest occupation that any lead would give to a level.
struct Filling {
    low: f64,
    high: f64,
}

impl Filling {
    fn new(energy: f64, leads: &[Lead]) -> Self {
        let (mut low, mut high) = (1.0_f64, 0.0_f64);
        for lead in leads {
            let f = 1.0 / (1.0 + ((energy - lead.chemical_potential) / lead.thermal_energy).exp());
            (low, high) = (low.min(f), high.max(f));
        }
        Self { low, high }
    }

    /// f(ε), if all leads agree on it.
    fn occupation(&self) -> Option<Integral> {
        let (mean, half) = (0.5 * (self.low + self.high), 0.5 * (self.high - self.low));
        (half <= 0.5 * AGREE).then(|| Integral::known(mean, half + f64::EPSILON * mean))
    }
}

/// −Σ f(ε) ε′ over the dark levels above `bottom`, or −Σ (f(ε) − f_ref(ε)) ε′ over all of them where the torque is measured from an
/// equilibrium.
///
/// # Errors
/// [`Error::NotConverged`] for a level that moves with θ where leads differ, or near a chemical potential.
pub(super) fn torque(
    dark: &[DarkLevel],
    leads: &[Lead],
    reference: Option<&Lead>,
    bottom: f64,
) -> Result<Integral> {
    let mut sum = Integral::default();
    let counts = |level: &&DarkLevel| level.moves && (reference.is_some() || level.energy >= bottom);
    for level in dark.iter().filter(counts) {
        let near = |lead: &&Lead| (level.energy - lead.chemical_potential).abs() < FAR * lead.thermal_energy;
        match (leads.iter().find(near), Filling::new(level.energy, leads).occupation()) {
            (None, Some(occupation)) => sum = sum.plus(occupation.scaled(-level.slope)),
            (near, _) => return Err(refusal(level, near)),
        }
        if let Some(reference) = reference {
            let f = Filling::new(level.energy, std::slice::from_ref(reference)).low;
            sum = sum.plus(Integral::known(f * level.slope, f64::EPSILON * (f * level.slope).abs()));
        }
    }
    Ok(sum)
}

/// Add Σ f(ε) |v_i|² over the dark levels above `bottom` to the occupations of the first levels; what no rule tells is missing
/// (NaN).
pub(super) fn add_occupations(dark: &[DarkLevel], leads: &[Lead], bottom: f64, occupations: &mut [Integral]) {
    let unknown = Integral::known(f64::NAN, f64::INFINITY);
    for level in dark.iter().filter(|level| level.energy >= bottom) {
        let occupation = Filling::new(level.energy, leads).occupation().unwrap_or(unknown);
        for (sum, weight) in occupations.iter_mut().zip(&level.weights) {
            // A weight of rounding size is none.
            if *weight > 1e-20 {
                *sum = sum.plus(occupation.scaled(*weight));
            }
        }
    }
}

fn refusal(level: &DarkLevel, near: Option<&Lead>) -> Error {
    let mut weights: Vec<(usize, f64)> =
        level.weights.iter().copied().enumerate().filter(|(_, weight)| *weight >= 0.01).collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    let shown: Vec<String> = weights
        .iter()
        .take(8)
        .map(|(i, weight)| format!("{:.0} % on level {}", 100.0 * weight, i + 1))
        .collect();
    let place = match near {
        Some(lead) => format!(
            "{:.1} k_BT from the chemical potential of lead \"{}\" ({})",
            (level.energy - lead.chemical_potential).abs() / lead.thermal_energy,
            lead.name,
            in_practical_units("chemical_potential", lead.chemical_potential)
        ),
        None => "between the chemical potentials of the leads".into(),
    };
    Error::NotConverged {
        quantity: "torque",
        what: format!(
            "the level at {} ({}) depends on theta but is coupled to no lead, and lies {place}, so that nothing fixes its occupation",
            in_practical_units("energy", level.energy),
            shown.join(", "),
        ),
        hint: format!(
            "couple one of these levels to a lead at this angle too, if weakly; or leave them out of the Hamiltonian; a level \
             without coupling is filled or empty where it stays {FAR} k_BT away from all chemical potentials, on one side of them"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(potentials: &[f64]) -> Vec<Lead> {
        let lead = |&chemical_potential: &f64| Lead {
            name: "lead".into(),
            chemical_potential,
            thermal_energy: 0.001,
        };
        potentials.iter().map(lead).collect()
    }

    fn level(energy: f64, moves: bool) -> Vec<DarkLevel> {
        let slope = if moves { 0.3 } else { 0.0 };
        vec![DarkLevel { energy, slope, moves, weights: vec![0.75, 0.25] }]
    }

    #[test]
    fn a_level_is_full_below_all_leads_and_empty_above_them() {
        for (energy, f) in [(-0.1, 1.0), (0.1, 0.0)] {
            let found =
                torque(&level(energy, true), &leads(&[0.02, -0.02]), None, -1.0).expect("it is far away");
            assert!((found.value + 0.3 * f).abs() < 1e-9 && found.error < 1e-9, "{found:?}");
            let mut n = [Integral::default(); 2];
            add_occupations(&level(energy, true), &leads(&[0.02, -0.02]), -1.0, &mut n);
            assert!((n[0].value - 0.75 * f).abs() < 1e-9 && (n[1].value - 0.25 * f).abs() < 1e-9, "{n:?}");
        }
    }

    #[test]
    fn measured_from_an_equilibrium_only_what_differs_counts() {
        for (mu, expected) in [(0.0, 0.0), (-0.2, -0.3), (-0.1, -0.15)] {
            let reference = &leads(&[mu])[0];
            let found = torque(&level(-0.1, true), &leads(&[0.02, -0.02]), Some(reference), -0.05);
            assert!((found.map_or(f64::NAN, |t| t.value) - expected).abs() < 1e-9, "{mu}");
        }
    }

    #[test]
    fn below_the_bottom_nothing_counts() {
        let found =
            torque(&level(-0.1, true), &leads(&[0.02, -0.02]), None, -0.05).expect("it is not counted");
        assert_eq!(found.value, 0.0);
    }

    #[test]
    fn a_level_that_moves_where_nothing_fixes_it_is_refused() {
        for (energy, potentials) in [(0.0, [0.1, -0.1]), (0.005, [0.0, 0.0]), (0.005, [0.0, -0.1])] {
            assert!(torque(&level(energy, true), &leads(&potentials), None, -1.0).is_err());
            assert_eq!(
                torque(&level(energy, false), &leads(&potentials), None, -1.0).map(|t| t.value),
                Ok(0.0)
            );
        }
    }

    #[test]
    fn a_level_at_rest_has_the_occupation_that_all_leads_agree_on() {
        let mut n = [Integral::default()];
        add_occupations(&level(0.001, false), &leads(&[0.0, 0.0]), -1.0, &mut n);
        assert!((n[0].value - 0.75 / (1.0 + 1.0_f64.exp())).abs() < 1e-15);
        add_occupations(&level(0.001, false), &leads(&[0.0, 0.1]), -1.0, &mut n);
        assert!(n[0].value.is_nan());
    }
}
