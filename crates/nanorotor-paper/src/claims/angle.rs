//! Judge what is said of R against the dihedral angle (Fig. 4).

use std::f64::consts::FRAC_PI_4;

use super::found::{Extremum, Found, extrema};
use super::{Case, Judged, Verdict, verdict};

/// What counts as near an angle (rad).
const NEAR: f64 = 0.1;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            statement: "The rotation rate reaches a minimum/maximum at phi = ±pi/4.",
            source: "Sec. IV, Fig. 4",
            judge: quarter,
        },
        Case {
            statement: "There is a deviation from this behaviour around phi = ±1.3, due to the deformation of the ratchet potential.",
            source: "Sec. IV, Fig. 4",
            judge: deviation,
        },
    ]
}

/// The extrema of |R| at positive angles, and the place and size of the largest |R|.
fn of_curve(phi: &[f64], rate: &[f64]) -> (Vec<Extremum>, (f64, f64)) {
    let (x, y): (Vec<f64>, Vec<f64>) =
        phi.iter().zip(rate).filter(|(phi, _)| **phi > 0.0).map(|(phi, r)| (*phi, r.abs())).unzip();
    let extrema = extrema(&x, &y);
    let tops = extrema.iter().filter(|e| e.is_maximum).map(|e| (e.x, e.y));
    let samples = x.iter().copied().zip(y.iter().copied());
    let largest =
        samples.chain(tops).fold((f64::NAN, 0.0), |best, top| if top.1 > best.1 { top } else { best });
    (extrema, largest)
}

fn list(extrema: &[Extremum]) -> String {
    let each: Vec<String> = extrema
        .iter()
        .map(|e| format!("{} {:.4} at {:.3}", if e.is_maximum { "maximum" } else { "minimum" }, e.y, e.x))
        .collect();
    if each.is_empty() { "no inner extremum".into() } else { each.join(", ") }
}

fn has_top_near(extrema: &[Extremum], phi: f64) -> bool {
    extrema.iter().any(|e| e.is_maximum && (e.x - phi).abs() <= NEAR)
}

/// At the preset's band bottom and at others.
fn quarter(found: &Found<'_>) -> Judged {
    let table = found.table("figure_4", "rotation_rate")?;
    let (extrema, largest) = of_curve(table.x(), &table.values);
    let local = has_top_near(&extrema, FRAC_PI_4);
    let global = (largest.0 - FRAC_PI_4).abs() <= NEAR;
    let mut evidence = vec![format!(
        "figure_4, |R| in /ns for phi > 0, band from -10 eV: {}; the largest is {:.4} at {:.3} (near pi/4 = 0.785: within {NEAR})",
        list(&extrema),
        largest.1,
        largest.0
    )];
    let (mut all, mut any) = (local && global, local);
    if let Ok(others) = found.table("claim_extremum", "rotation_rate") {
        for (bottom, curve) in others.axes[0].iter().zip(others.curves()) {
            let (extrema, largest) = of_curve(others.x(), curve);
            let near = has_top_near(&extrema, FRAC_PI_4);
            all &= near && (largest.0 - FRAC_PI_4).abs() <= NEAR;
            any |= near;
            evidence.push(format!("from {bottom:.0} eV (claim_extremum): {}", list(&extrema)));
        }
    }
    let verdict = match (all, any) {
        (true, _) => Verdict::Holds,
        (false, true) => Verdict::OnlyForSomeChoices,
        (false, false) => Verdict::DoesNotHold,
    };
    Ok((verdict, evidence.join("; ")))
}

/// Far above the sin 2φ that the first maximum continues, and where U has a second harmonic.
fn deviation(found: &Found<'_>) -> Judged {
    let table = found.table("figure_4", "rotation_rate")?;
    let (extrema, _) = of_curve(table.x(), &table.values);
    let first = table.value_at(FRAC_PI_4).map(f64::abs)?;
    let (x, y): (Vec<f64>, Vec<f64>) = table
        .x()
        .iter()
        .zip(&table.values)
        .filter(|(phi, _)| **phi > 0.0)
        .map(|(phi, r)| (*phi, r.abs()))
        .unzip();
    let excess = |k: usize| y[k] - first * (2.0 * x[k]).sin();
    let most = (0..x.len()).fold(0, |best, k| if excess(k) > excess(best) { k } else { best });
    let nearest =
        (0..x.len()).fold(0, |best, k| if (x[k] - 1.3).abs() < (x[best] - 1.3).abs() { k } else { best });
    let ratio = y[nearest] / (first * (2.0 * x[nearest]).sin());
    let top = has_top_near(&extrema, 1.3);
    Ok((
        verdict(ratio >= 1.5 && (x[most] - 1.3).abs() <= 2.0 * NEAR),
        format!(
            "figure_4: at phi = {:.3} |R| = {:.4} /ns is {ratio:.2} times the sin(2 phi) through R(pi/4) (1.5 is asked for); it exceeds it most at \
             {:.3} (within {:.1} of 1.3 is asked for); a maximum of its own within {NEAR} of 1.3: {}",
            x[nearest],
            y[nearest],
            x[most],
            2.0 * NEAR,
            if top { "yes" } else { "no" }
        ),
    ))
}
