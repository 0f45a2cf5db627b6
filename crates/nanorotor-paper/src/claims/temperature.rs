//! Judge what is said of the effective temperature and the barrier (Fig. 2).

use super::found::{Found, apart, largest};
use super::{Case, Judged, Verdict, verdict};

/// k_BT of leads and solvent (eV).
const THERMAL_ENERGY: f64 = 0.0272;
/// What rounding and the interpolation in theta may leave of an identity.
const IDENTITY: f64 = 1e-8;
/// How far a temperature is from equilibrium that "differs only slightly".
const SLIGHT: f64 = 0.1;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            statement: "At equilibrium, the rotational coordinate is in thermal equilibrium with the electrodes and solvent.",
            source: "Sec. IV, Fig. 2",
            judge: equilibrium,
        },
        Case {
            statement: "At V = 2 V the temperature of the rotational coordinate differs only slightly from equilibrium.",
            source: "Sec. IV, Fig. 2",
            judge: slightly_warm,
        },
        Case {
            statement: "In the resonant regime, V > 2.5 V, the temperature yields clear periodic hot spots.",
            source: "Sec. IV, Fig. 2",
            judge: hot_spots,
        },
        Case {
            statement: "Further increasing the voltage magnifies these hot spots.",
            source: "Sec. IV, Fig. 2",
            judge: magnified,
        },
        Case {
            statement: "Increasing the voltage raises the energy barrier below resonance and lowers it in the resonant regime.",
            source: "Sec. IV, Fig. 2",
            judge: barrier,
        },
    ]
}

/// k_BT_eff = k_BT, and D = 2 k_BT ξ for the electrons alone: with the solvent in it the first says little.
fn equilibrium(found: &Found<'_>) -> Judged {
    let of =
        |variable| -> Result<Vec<f64>, String> { Ok(found.table("figure_2", variable)?.at(0.0)?.to_vec()) };
    let (temperature, friction, diffusion) =
        (of("effective_temperature")?, of("friction")?, of("diffusion")?);
    let total = largest(temperature.iter().map(|t| t / THERMAL_ENERGY - 1.0));
    let thermal: Vec<f64> = friction.iter().map(|xi| 2.0 * THERMAL_ENERGY * xi).collect();
    let electrons = apart(&diffusion, &thermal) / largest(thermal.iter().copied());
    Ok((
        verdict(total <= IDENTITY && electrons <= IDENTITY),
        format!(
            "figure_2, V = 0: largest |T_eff/T - 1| = {total:.1e}; of the electrons alone largest |D - 2 k_BT xi| = {electrons:.1e} of its \
             maximum (limit {IDENTITY:.0e} each)"
        ),
    ))
}

fn excess(found: &Found<'_>) -> Result<(Vec<f64>, Vec<f64>), String> {
    let table = found.table("figure_6", "max_effective_temperature")?;
    Ok((table.x().to_vec(), table.values.iter().map(|t| t / THERMAL_ENERGY - 1.0).collect()))
}

fn slightly_warm(found: &Found<'_>) -> Judged {
    let at_2 = largest(
        found.table("figure_2", "effective_temperature")?.at(2.0)?.iter().map(|t| t / THERMAL_ENERGY - 1.0),
    );
    let at_5 = largest(
        found.table("figure_2", "effective_temperature")?.at(5.0)?.iter().map(|t| t / THERMAL_ENERGY - 1.0),
    );
    Ok((
        verdict(at_2 <= SLIGHT && at_2 < 0.25 * at_5),
        format!(
            "figure_2: largest |T_eff/T - 1| = {:.2} % at 2 V and {:.2} % at 5 V (\"slightly\" taken as at most {:.0} %, and a quarter of that at 5 V)",
            1e2 * at_2,
            1e2 * at_5,
            1e2 * SLIGHT
        ),
    ))
}

/// Hot where the voltage is above resonance, not below; a tenth of a volt around it is left to the width of the levels.
fn hot_spots(found: &Found<'_>) -> Judged {
    const CLEAR: f64 = 0.4;
    let (voltage, excess) = excess(found)?;
    let over = |range: std::ops::RangeInclusive<f64>| {
        voltage.iter().zip(&excess).filter(move |(v, _)| range.contains(v)).map(|(_, e)| *e)
    };
    let below = largest(over(0.0..=2.25));
    let above = over(2.75..=f64::MAX).fold(f64::INFINITY, f64::min);
    let temperature = found.table("figure_2", "effective_temperature")?;
    let at_5 = temperature.at(5.0)?;
    let coolest = at_5.iter().copied().fold(f64::INFINITY, f64::min) / THERMAL_ENERGY - 1.0;
    Ok((
        verdict(below <= SLIGHT && above.is_finite() && above >= CLEAR && coolest <= SLIGHT),
        format!(
            "figure_6: the hottest place exceeds T by at most {:.1} % up to 2.25 V (limit {:.0} %) and by at least {:.1} % from 2.75 V on \
             (limit {:.0} %); figure_2, 5 V: the coolest place exceeds T by {:.2} % (limit {:.0} %)",
            1e2 * below,
            1e2 * SLIGHT,
            1e2 * above,
            1e2 * CLEAR,
            1e2 * coolest,
            1e2 * SLIGHT
        ),
    ))
}

fn magnified(found: &Found<'_>) -> Judged {
    let (voltage, excess) = excess(found)?;
    let resonant: Vec<(f64, f64)> = voltage.into_iter().zip(excess).filter(|(v, _)| *v >= 2.75).collect();
    let (Some(first), Some(last)) = (resonant.first(), resonant.last()) else {
        return Err("figure_6 has no voltages above resonance".into());
    };
    let rises = resonant.windows(2).all(|pair| pair[1].1 > pair[0].1);
    Ok((
        verdict(rises),
        format!(
            "figure_6: the excess of the hottest place over T {} with every step from {:.2} V on, from {:.2} % to {:.2} % at {:.2} V: it saturates",
            if rises { "rises" } else { "does not rise" },
            first.0,
            1e2 * first.1,
            1e2 * last.1,
            last.0
        ),
    ))
}

/// Up to its top and down from there, the top within 0.1 V of resonance; for every band bottom.
fn barrier(found: &Found<'_>) -> Judged {
    let table = found.table("figure_6", "barrier")?;
    let (top, rises_and_falls) = shape(table.x(), &table.values);
    let (at, height) = top;
    let mut evidence = vec![format!(
        "figure_6: the barrier {} its top of {height:.4} eV at {at:.2} V (from {:.4} eV at 0 V, to {:.4} eV at the last point; the top within \
         0.1 V of 2.5 V is asked for)",
        if rises_and_falls {
            "rises up to and falls beyond"
        } else {
            "does not simply rise up to and fall beyond"
        },
        table.values[0],
        table.values[table.values.len() - 1]
    )];
    let holds = rises_and_falls && (at - 2.5).abs() <= 0.1 + 1e-9;
    if let Ok(others) = found.table("claim_band_bottom", "barrier") {
        let (bottoms, voltages) = (&others.axes[0], others.x());
        let tops: Vec<(f64, bool)> = others
            .curves()
            .map(|curve| {
                let ((at, _), simple) = shape(voltages, curve);
                (at, simple)
            })
            .collect();
        let all = tops.iter().all(|(at, simple)| *simple && (at - 2.5).abs() <= 0.5 + 1e-9);
        let list: Vec<String> = bottoms
            .iter()
            .zip(&tops)
            .map(|(bottom, (at, _))| format!("{at:.1} V for {bottom:.0} eV"))
            .collect();
        evidence.push(format!("claim_band_bottom, in steps of 0.5 V: the top is at {}", list.join(", ")));
        if holds && !all {
            return Ok((Verdict::OnlyForSomeChoices, evidence.join("; ")));
        }
    }
    Ok((verdict(holds), evidence.join("; ")))
}

/// The top of a curve, and whether it rises strictly up to it and falls strictly beyond.
fn shape(x: &[f64], y: &[f64]) -> ((f64, f64), bool) {
    let top = y.iter().enumerate().fold(0, |top, (k, value)| if *value > y[top] { k } else { top });
    let simple = y.windows(2).enumerate().all(|(k, pair)| (pair[1] > pair[0]) == (k < top));
    ((x[top], y[top]), simple)
}
