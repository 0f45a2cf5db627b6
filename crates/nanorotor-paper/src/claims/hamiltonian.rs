//! Judge what is said of other Hamiltonians: a classical potential, and levels that make the torque nonconservative.

use std::f64::consts::PI;

use super::found::{Found, largest};
use super::{Case, Judged, Verdict, verdict};

/// k_BT of leads and solvent (eV).
const THERMAL_ENERGY: f64 = 0.0272;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            statement: "A non-zero classical potential will not have a qualitative difference on the observed motor effect.",
            source: "Sec. II",
            judge: classical_potential,
        },
        Case {
            statement: "The non-conservativity of the adiabatic force is easily accessible via an appropriate choice of Hamiltonian.",
            source: "Sec. I",
            judge: wind,
        },
    ]
}

/// The direction stays, for every shape and height.
fn classical_potential(found: &Found<'_>) -> Judged {
    let free = found.table("figure_6", "rotation_rate")?.value_at(5.0)?;
    let table = found.table("claim_classical_potential", "rotation_rate")?;
    let [harmonics, phases, heights] = table.axes.as_slice() else {
        return Err("claim_classical_potential has not three axes".into());
    };
    let mut reversed = Vec::new();
    let mut kept = 0;
    let mut all = Vec::new();
    for (k, &rate) in table.values.iter().enumerate() {
        let height = heights[k % heights.len()];
        let phase = phases[k / heights.len() % phases.len()];
        let n = harmonics[k / (heights.len() * phases.len())];
        all.push(rate);
        if rate * free > 0.0 {
            kept += 1;
        } else {
            reversed.push(format!("{height} eV cos({n} theta - {:.2} pi): {rate:.3}", phase / PI));
        }
    }
    let verdict = match (reversed.is_empty(), kept) {
        (true, _) => Verdict::Holds,
        (false, 0) => Verdict::DoesNotHold,
        (false, _) => Verdict::OnlyForSomeChoices,
    };
    let (least, most) =
        all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), r| (a.min(*r), b.max(*r)));
    Ok((
        verdict,
        format!(
            "claim_classical_potential, V = 5 V, phi = -pi/4: without one R = {free:.4} /ns, with one between {least:.4} and {most:.4}; the direction \
             stays for {kept} of {} potentials{} (asked for: all)",
            table.values.len(),
            if reversed.is_empty() {
                String::new()
            } else {
                format!(" and is reversed by {}", reversed.join(", "))
            }
        ),
    ))
}

/// The mean torque, its work over the period against k_BT, and what it does to the rotation.
fn wind(found: &Found<'_>) -> Judged {
    // How many times faster than without a mean torque is an easily reached drive.
    const ASKED: f64 = 10.0;
    let torque = found.table("claim_wind", "mean_torque")?;
    let rate = found.table("claim_wind", "rotation_rate")?;
    let most = (0..rate.values.len())
        .fold(0, |best, k| if rate.values[k].abs() > rate.values[best].abs() { k } else { best });
    let none = torque.point(0.0)?;
    let strongest = PI * largest(torque.values.iter().copied());
    let at_zero = PI * torque.values[none].abs();
    let factor = (rate.values[most] / rate.values[none]).abs();
    Ok((
        verdict(at_zero <= 1e-6 * strongest && factor >= ASKED),
        format!(
            "claim_wind, V = 2 V, E_2 = 0: the mean torque does up to {strongest:.4} eV of work over a period of pi ({:.2} k_BT; {at_zero:.1e} eV for the \
             paper's E_1 = 0), and R reaches {:.3} /ns at E_1 = {:.1} eV, {factor:.0} times the {:.4} /ns for E_1 = 0 ({ASKED} times and no mean torque at \
             E_1 = 0 are asked for)",
            strongest / THERMAL_ENERGY,
            rate.values[most],
            rate.x()[most],
            rate.values[none]
        ),
    ))
}
