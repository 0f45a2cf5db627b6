//! Judge what is said of R against the voltage (Fig. 6).

use super::found::{Found, Table, largest};
use super::{Case, Judged, Verdict, verdict};

/// The resonance, twice the hopping (V).
const RESONANCE: f64 = 2.5;
/// What part of R(5 V) is negligible.
const NEGLIGIBLE: f64 = 0.05;
/// How far from a straight line, in parts of the curve's range, is about linear.
const ABOUT: f64 = 0.1;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            statement: "The rotation is negligible in the off-resonant regime, V < 2.5 V.",
            source: "Sec. IV, Fig. 6",
            judge: negligible,
        },
        Case {
            statement: "In the resonant regime, the rotation rate increases approximately linearly.",
            source: "Sec. IV, Fig. 6",
            judge: linear,
        },
        Case {
            statement: "For even higher voltages, R would begin decreasing back towards zero, beyond physically achievable voltages.",
            source: "Sec. IV",
            judge: high_voltage,
        },
        Case {
            statement: "The rotational potential is periodic and introduces no intrinsic directionality of its own.",
            source: "Sec. V",
            judge: conservative,
        },
    ]
}

/// The largest |R| below resonance over R(5 V).
fn off_resonant_part(voltage: &[f64], rate: &[f64], reference: f64) -> f64 {
    let below = voltage.iter().zip(rate).filter(|(v, _)| **v < RESONANCE - 1e-6);
    largest(below.map(|(_, r)| *r)) / reference.abs()
}

fn negligible(found: &Found<'_>) -> Judged {
    let table = found.table("figure_6", "rotation_rate")?;
    let part = off_resonant_part(table.x(), &table.values, table.value_at(5.0)?);
    let mut evidence = vec![format!(
        "figure_6: below 2.5 V |R| is at most {:.2} % of R(5 V) (\"negligible\" taken as {:.0} %)",
        1e2 * part,
        1e2 * NEGLIGIBLE
    )];
    let mut all = part <= NEGLIGIBLE;
    if let Ok(others) = found.with_gaps("claim_band_bottom", "rotation_rate") {
        let at_5 = others.point(5.0)?;
        let parts: Vec<f64> = others
            .curves()
            .map(|curve| {
                let known: (Vec<f64>, Vec<f64>) =
                    others.x().iter().zip(curve).filter(|(_, r)| r.is_finite()).unzip();
                off_resonant_part(&known.0, &known.1, curve[at_5])
            })
            .collect();
        let list: Vec<String> = others.axes[0]
            .iter()
            .zip(&parts)
            .map(|(bottom, part)| format!("{:.2} % for {bottom:.0} eV", 1e2 * part))
            .collect();
        evidence.push(format!("claim_band_bottom, up to 2 V: {}", list.join(", ")));
        all &= parts.iter().all(|part| *part <= NEGLIGIBLE);
    }
    let verdict = match (part <= NEGLIGIBLE, all) {
        (true, true) => Verdict::Holds,
        (true, false) => Verdict::OnlyForSomeChoices,
        (false, _) => Verdict::DoesNotHold,
    };
    Ok((verdict, evidence.join("; ")))
}

/// The line of least squares as slope and value at x = 0, and the largest deviation from it.
fn line(points: &[(f64, f64)]) -> (f64, f64, f64) {
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
    let (sxy, sxx) =
        points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + (x - mx) * (y - my), b + (x - mx) * (x - mx)));
    let slope = sxy / sxx;
    let start = my - slope * mx;
    (slope, start, largest(points.iter().map(|(x, y)| y - start - slope * x)))
}

fn linear(found: &Found<'_>) -> Judged {
    let table = found.table("figure_6", "rotation_rate")?;
    let points: Vec<(f64, f64)> = table
        .x()
        .iter()
        .copied()
        .zip(table.values.iter().copied())
        .filter(|(v, _)| *v >= RESONANCE - 1e-6)
        .collect();
    let [first, second, .., before, last] = points.as_slice() else {
        return Err("figure_6 has too few voltages above resonance".into());
    };
    let (slope, _, deviation) = line(&points);
    let range = last.1 - first.1;
    let part = deviation / range.abs();
    let rises = points.windows(2).all(|pair| pair[1].1 > pair[0].1);
    let steepest = points
        .windows(2)
        .map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0))
        .fold((second.1 - first.1) / (second.0 - first.0), f64::max);
    let end = (last.1 - before.1) / (last.0 - before.0);
    Ok((
        verdict(rises && part <= ABOUT),
        format!(
            "figure_6, {:.2} to {:.2} V: R {}; largest deviation from its line of least squares ({slope:.3} /ns/V) {:.1} % of its range \
             (\"approximately\" taken as {:.0} %); but its slope falls from {steepest:.3} to {end:.3} /ns/V",
            first.0,
            last.0,
            if rises { "rises with every step" } else { "does not rise with every step" },
            1e2 * part,
            1e2 * ABOUT
        ),
    ))
}

struct Peak {
    voltage: f64,
    rate: f64,
    last: (f64, f64),
    is_inner: bool,
}

fn peak(table: &Table) -> Result<Peak, String> {
    let values = &table.values;
    let top = (0..values.len()).fold(0, |best, k| if values[k] > values[best] { k } else { best });
    let (Some(&v), Some(&r)) = (table.x().last(), values.last()) else { return Err("an empty sweep".into()) };
    Ok(Peak {
        voltage: table.x()[top],
        rate: values[top],
        last: (v, r),
        is_inner: top > 0 && top + 1 < values.len(),
    })
}

fn high_voltage(found: &Found<'_>) -> Judged {
    let mut evidence = Vec::new();
    let mut turns = Vec::new();
    for (part, bottom) in [("claim_high_voltage", "-10 eV"), ("claim_high_voltage_deep_band", "-100 eV")] {
        let table = found.table(part, "rotation_rate")?;
        let peak = peak(&table)?;
        let barrier = found.table(part, "barrier")?;
        let temperature = found.table(part, "max_effective_temperature")?;
        turns.push(peak.is_inner && peak.last.1.abs() < 0.9 * peak.rate);
        evidence.push(format!(
            "{part} (band from {bottom}): R is largest, {:.3} /ns, at {:.0} V, and {:.3} /ns at {:.0} V; there the barrier is {:.4} eV, at the maximum \
             {:.4} eV, while the hottest T_eff goes only from {:.5} to {:.5} eV",
            peak.rate,
            peak.voltage,
            peak.last.1,
            peak.last.0,
            barrier.value_at(peak.last.0)?,
            barrier.value_at(peak.voltage)?,
            temperature.value_at(peak.voltage)?,
            temperature.value_at(peak.last.0)?
        ));
    }
    let verdict = match (turns.iter().all(|t| *t), turns.iter().any(|t| *t)) {
        (true, _) => Verdict::Holds,
        (false, true) => Verdict::OnlyForSomeChoices,
        (false, false) => Verdict::DoesNotHold,
    };
    evidence.push(
        "asked for: a maximum inside the range and a fall by a tenth from it. It is the barrier that vanishes; the temperature saturates"
            .into(),
    );
    Ok((verdict, evidence.join("; ")))
}

fn conservative(found: &Found<'_>) -> Judged {
    const LIMIT: f64 = 1e-9;
    let mut worst: f64 = 0.0;
    for part in ["figure_4", "figure_6"] {
        let torque = found.table(part, "mean_torque")?;
        let barrier = found.table(part, "barrier")?;
        worst = worst.max(largest(torque.values.iter().zip(&barrier.values).map(|(torque, u)| torque / u)));
    }
    Ok((
        verdict(worst <= LIMIT),
        format!(
            "figure_4 and figure_6: largest |mean torque| per radian, of the barrier: {worst:.1e} (limit {LIMIT:.0e}); with E_1 = E_2 = 0 only"
        ),
    ))
}
