//! Judge what is said of the charge that a rotation by hand shuttles at equilibrium.

use std::f64::consts::{FRAC_PI_4, TAU};

use super::found::{Found, extrema, largest};
use super::{Case, Judged, Verdict, verdict};

/// What counts as near an angle (rad).
const NEAR: f64 = 0.05;
/// Electrons per revolution that are none.
const NOTHING: f64 = 1e-8;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            statement: "Equilibrium charge shuttling can be readily reproduced by applying a manual rotation to theta.",
            source: "Sec. IV",
            judge: shuttled,
        },
        Case {
            statement: "Equilibrium charge shuttling is maximised when phi = ±pi/4.",
            source: "Sec. IV (Ref. 29)",
            judge: extremum,
        },
        Case {
            statement: "Equilibrium charge shuttling can be observed even when Gamma_L = Gamma_R.",
            source: "Sec. IV",
            judge: equal_couplings,
        },
        Case {
            statement: "The produced current is reversed upon reversing the rotation of the molecular configuration.",
            source: "Sec. IV (Ref. 29)",
            judge: reversed,
        },
    ]
}

/// For each energy of the levels the charge that leaves the first lead in a forward revolution against φ.
struct Shuttle {
    energies: Vec<f64>,
    phi: Vec<f64>,
    charge: Vec<Vec<f64>>,
}

impl Shuttle {
    fn new(found: &Found<'_>, part: &str) -> Result<Self, String> {
        let table = found.table(part, "pumped_charge")?;
        let angles = table.inner / 2;
        let [energies, phi] = table.axes.as_slice() else { return Err(format!("{part} has not two axes")) };
        let of_point = |k: usize| {
            // Both leads stand behind one another; over whole periods the mean is exact.
            let first = &table.row(k)[..angles];
            TAU * first.iter().sum::<f64>() / angles.max(1) as f64
        };
        let charge =
            (0..energies.len()).map(|e| (0..phi.len()).map(|k| of_point(e * phi.len() + k)).collect());
        Ok(Self { energies: energies.clone(), phi: phi.clone(), charge: charge.collect() })
    }

    /// The largest |charge| at an energy.
    fn most(&self, e: usize) -> f64 {
        largest(self.charge[e].iter().copied())
    }

    /// Each energy with its largest |charge|.
    fn list(&self) -> String {
        let each: Vec<String> = (0..self.energies.len())
            .map(|e| format!("{:.2e} for E = {} eV", self.most(e), self.energies[e]))
            .collect();
        each.join(", ")
    }

    /// Whether nothing is shuttled with the paper's levels, and something with each of the others.
    fn needs_detuning(&self) -> (bool, bool) {
        let is = |e: usize| self.energies[e].abs() < 1e-9;
        let at_paper = (0..self.energies.len()).filter(|&e| is(e)).any(|e| self.most(e) > NOTHING);
        let elsewhere = (0..self.energies.len()).filter(|&e| !is(e)).any(|e| self.most(e) > 1e-3);
        (at_paper, elsewhere)
    }
}

fn some_choices((at_paper, elsewhere): (bool, bool)) -> Verdict {
    match (at_paper, elsewhere) {
        (true, _) => Verdict::Holds,
        (false, true) => Verdict::OnlyForSomeChoices,
        (false, false) => Verdict::DoesNotHold,
    }
}

fn shuttled(found: &Found<'_>) -> Judged {
    let shuttle = Shuttle::new(found, "claim_pumping")?;
    Ok((
        some_choices(shuttle.needs_detuning()),
        format!(
            "claim_pumping, V = 0: largest charge over phi, electrons in a revolution: {}. With the paper's E_1 = E_2 = 0 nothing is shuttled (limit \
             {NOTHING:.0e}): the levels have to be moved off the Fermi energy",
            shuttle.list()
        ),
    ))
}

fn equal_couplings(found: &Found<'_>) -> Judged {
    let shuttle = Shuttle::new(found, "claim_pumping_equal_couplings")?;
    Ok((
        some_choices(shuttle.needs_detuning()),
        format!(
            "claim_pumping_equal_couplings, V = 0: largest charge over phi, electrons in a revolution: {}; again only with moved levels",
            shuttle.list()
        ),
    ))
}

fn extremum(found: &Found<'_>) -> Judged {
    let shuttle = Shuttle::new(found, "claim_pumping")?;
    let mut lines = Vec::new();
    let mut near = Vec::new();
    for (e, energy) in shuttle.energies.iter().enumerate() {
        if shuttle.most(e) <= NOTHING {
            continue;
        }
        let (x, y): (Vec<f64>, Vec<f64>) = shuttle
            .phi
            .iter()
            .zip(&shuttle.charge[e])
            .filter(|(phi, _)| **phi > 0.0)
            .map(|(phi, charge)| (*phi, charge.abs()))
            .unzip();
        let tops = extrema(&x, &y);
        let Some(top) = tops.iter().filter(|t| t.is_maximum).max_by(|a, b| a.y.total_cmp(&b.y)) else {
            lines.push(format!("none for E = {energy} eV"));
            near.push(false);
            continue;
        };
        near.push((top.x - FRAC_PI_4).abs() <= NEAR);
        lines.push(format!("{:.2e} electrons at {:.3} for E = {energy} eV", top.y, top.x));
    }
    let verdict = match (!near.is_empty() && near.iter().all(|n| *n), near.iter().any(|n| *n)) {
        (true, _) => Verdict::Holds,
        (false, true) => Verdict::OnlyForSomeChoices,
        (false, false) => Verdict::DoesNotHold,
    };
    Ok((
        verdict,
        format!(
            "claim_pumping: the largest charge in a revolution over phi > 0: {} (within {NEAR} of pi/4 = 0.785 is asked for; for E = 0 there is none)",
            lines.join(", ")
        ),
    ))
}

/// Turning the molecule back is the mirror image of turning its mirror image, −φ, forward: the charge must be odd in φ.
fn reversed(found: &Found<'_>) -> Judged {
    const LIMIT: f64 = 1e-8;
    let shuttle = Shuttle::new(found, "claim_pumping")?;
    let n = shuttle.phi.len();
    let mut worst: f64 = 0.0;
    let mut scale: f64 = 0.0;
    for charge in &shuttle.charge {
        scale = scale.max(largest(charge.iter().copied()));
        worst = worst.max(largest((0..n).map(|k| charge[k] + charge[n - 1 - k])));
    }
    Ok((
        verdict(scale > NOTHING && worst <= LIMIT * scale),
        format!(
            "claim_pumping: the charge is -(itself) for the mirror image, -phi, turned forward, which is the molecule turned back: largest sum {worst:.1e} \
             of {scale:.3} electrons (limit {LIMIT:.0e} of it)"
        ),
    ))
}
