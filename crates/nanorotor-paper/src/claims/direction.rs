//! Judge what is said of symmetry: signs of the voltage, chirality, and the couplings (Figs. 3 and 4).

use std::f64::consts::FRAC_PI_4;

use super::found::{Found, Table, apart, largest};
use super::{Case, Judged, Verdict, verdict};

/// What rounding and interpolation in theta may leave of an identity between coefficients.
const IDENTITY: f64 = 1e-8;
/// The same for rates, of the largest one.
const RATE_IDENTITY: f64 = 1e-6;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            statement: "The Langevin coefficients are independent of the sign of the voltage.",
            source: "Sec. IV",
            judge: coefficients_and_sign,
        },
        Case {
            statement: "Thus, the rotational direction must also be independent of the sign of the voltage.",
            source: "Sec. IV",
            judge: rotation_and_sign,
        },
        Case {
            statement: "The mechanism is independent of the direction of electron tunneling through the junction.",
            source: "Sec. IV",
            judge: detuned,
        },
        Case {
            statement: "At phi = 0 the ratchet potential and the effective temperature are symmetric.",
            source: "Sec. IV, Fig. 3",
            judge: symmetric,
        },
        Case {
            statement: "For phi = pi/4 and -pi/4 the dependence on theta is flipped.",
            source: "Sec. IV, Fig. 3",
            judge: mirrored,
        },
        Case {
            statement: "At phi = 1.3 the potential is deformed.",
            source: "Sec. IV, Fig. 3",
            judge: deformed,
        },
        Case {
            statement: "At phi = -pi/4 the blowtorch makes the forward rotation more probable.",
            source: "Sec. IV, Fig. 2",
            judge: forward,
        },
        Case { statement: "R(-phi) = -R(phi).", source: "Sec. IV, Fig. 4", judge: odd },
        Case {
            statement: "The rotations go to zero at phi = 0 and ±pi/2.",
            source: "Sec. IV, Fig. 4",
            judge: zeros,
        },
        Case {
            statement: "For equal couplings the symmetry of the system prevents any non-zero average rotation.",
            source: "Sec. IV",
            judge: equal_couplings,
        },
        Case {
            statement: "For Gamma_R > Gamma_L the rotational directions are reversed.",
            source: "Sec. IV",
            judge: swapped_couplings,
        },
    ]
}

/// Positions that have their negative on the axis too, once each.
fn pairs(table: &Table) -> Vec<(usize, usize)> {
    let x = table.x();
    (0..x.len()).filter(|&k| x[k] > 0.0).filter_map(|k| Some((k, table.point(-x[k]).ok()?))).collect()
}

fn coefficients_and_sign(found: &Found<'_>) -> Judged {
    let mut worst: f64 = 0.0;
    let mut lines = Vec::new();
    for name in ["torque", "friction", "diffusion"] {
        let table = found.table("claim_sign_of_voltage", name)?;
        let pairs = pairs(&table);
        if pairs.is_empty() {
            return Err("claim_sign_of_voltage has no voltage of both signs".into());
        }
        let difference = largest(
            pairs
                .iter()
                .map(|&(a, b)| apart(table.row(a), table.row(b)) / largest(table.row(a).iter().copied())),
        );
        worst = worst.max(difference);
        lines.push(format!("{name} {difference:.1e}"));
    }
    Ok((
        verdict(worst <= IDENTITY),
        format!(
            "claim_sign_of_voltage, the paper's E_1 = E_2 = 0: largest difference between V and -V, of the largest value: {} (limit {IDENTITY:.0e})",
            lines.join(", ")
        ),
    ))
}

/// max |R(V) ∓ R(−V)| / max |R| over the pairs of a curve.
fn difference(table: &Table, values: &[f64], sign: f64) -> f64 {
    let largest_rate = largest(values.iter().copied());
    largest(pairs(table).into_iter().map(|(a, b)| values[a] - sign * values[b])) / largest_rate
}

fn rotation_and_sign(found: &Found<'_>) -> Judged {
    let table = found.table("claim_sign_of_rotation", "rotation_rate")?;
    let found = difference(&table, &table.values, 1.0);
    Ok((
        verdict(found <= RATE_IDENTITY),
        format!(
            "claim_sign_of_rotation, E_1 = E_2 = 0: largest |R(V) - R(-V)| = {found:.1e} of the largest |R| (limit {RATE_IDENTITY:.0e})"
        ),
    ))
}

/// With the levels off the middle of the bias window the sign matters, and equal couplings turn.
fn detuned(found: &Found<'_>) -> Judged {
    let centred = found.table("claim_sign_of_rotation", "rotation_rate")?;
    let centred = difference(&centred, &centred.values, 1.0);
    let moved = found.table("claim_sign_detuned", "rotation_rate")?;
    let of_each: Vec<f64> = moved.curves().map(|curve| difference(&moved, curve, 1.0)).collect();
    let worst = largest(of_each.iter().copied());
    let at_5 = moved.point(5.0)?;
    let other = moved.point(-5.0)?;
    let rates: Vec<String> = moved
        .curves()
        .zip(&moved.axes[0])
        .map(|(curve, gamma)| format!("{:.4} and {:.4} for Gamma_R = {gamma:.3}", curve[at_5], curve[other]))
        .collect();
    let verdict = match (centred <= RATE_IDENTITY, worst <= RATE_IDENTITY) {
        (true, true) => Verdict::Holds,
        (true, false) => Verdict::OnlyForSomeChoices,
        (false, _) => Verdict::DoesNotHold,
    };
    Ok((
        verdict,
        format!(
            "largest |R(V) - R(-V)| of the largest |R|: {centred:.1e} with the paper's E_1 = E_2 = 0 (claim_sign_of_rotation), {worst:.2} with \
             E_1 = E_2 = 0.5 eV (claim_sign_detuned; limit {RATE_IDENTITY:.0e}); there R at 5 V and -5 V, /ns: {} eV",
            rates.join(", ")
        ),
    ))
}

/// U and T_eff of figure_3 at an angle.
fn at_angle(found: &Found<'_>, phi: f64) -> Result<[Vec<f64>; 2], String> {
    let of = |name| -> Result<Vec<f64>, String> { Ok(found.table("figure_3", name)?.at(phi)?.to_vec()) };
    Ok([of("potential")?, of("effective_temperature")?])
}

/// f(−θ) on the grid of [0, L) without its end.
fn flipped(values: &[f64]) -> Vec<f64> {
    let n = values.len();
    (0..n).map(|k| values[(n - k) % n]).collect()
}

fn flip_error(of: &[Vec<f64>; 2], other: &[Vec<f64>; 2]) -> [f64; 2] {
    [0, 1].map(|k| apart(&of[k], &flipped(&other[k])) / largest(of[k].iter().copied()))
}

fn symmetric(found: &Found<'_>) -> Judged {
    let flat = at_angle(found, 0.0)?;
    let [potential, temperature] = flip_error(&flat, &flat);
    let twisted = at_angle(found, -FRAC_PI_4)?;
    let [of_twisted, _] = flip_error(&twisted, &twisted);
    Ok((
        verdict(potential <= IDENTITY && temperature <= IDENTITY),
        format!(
            "figure_3: largest |f(theta) - f(-theta)| of the largest f at phi = 0: U {potential:.1e}, T_eff {temperature:.1e} (limit {IDENTITY:.0e}); at \
             phi = -pi/4 for comparison U {of_twisted:.2}"
        ),
    ))
}

fn mirrored(found: &Found<'_>) -> Judged {
    let (left, right) = (at_angle(found, FRAC_PI_4)?, at_angle(found, -FRAC_PI_4)?);
    let [potential, temperature] = flip_error(&left, &right);
    Ok((
        verdict(potential <= IDENTITY && temperature <= IDENTITY),
        format!(
            "figure_3: largest |f(theta; pi/4) - f(-theta; -pi/4)| of the largest f: U {potential:.1e}, T_eff {temperature:.1e} (limit {IDENTITY:.0e})"
        ),
    ))
}

/// What is left of U beside its first harmonic, relative to it; U has a period of one grid.
fn overtones(potential: &[f64]) -> f64 {
    let n = potential.len() as f64;
    let amplitude = |k: f64| {
        let (mut re, mut im) = (0.0, 0.0);
        for (j, u) in potential.iter().enumerate() {
            let (sin, cos) = (std::f64::consts::TAU * k * j as f64 / n).sin_cos();
            re += u * cos;
            im += u * sin;
        }
        re.hypot(im)
    };
    amplitude(2.0).hypot(amplitude(3.0)).hypot(amplitude(4.0)) / amplitude(1.0)
}

fn deformed(found: &Found<'_>) -> Judged {
    let [[at_13, _], [at_quarter, _], [flat, _]] =
        [at_angle(found, 1.3)?, at_angle(found, FRAC_PI_4)?, at_angle(found, 0.0)?];
    let [there, quarter, none] = [&at_13, &at_quarter, &flat].map(|u| overtones(u));
    let [height, before] = [&at_13, &at_quarter].map(|u| largest(u.iter().copied()));
    Ok((
        verdict(there >= 1.5 * quarter.max(none)),
        format!(
            "figure_3: the overtones 2 to 4 of U, relative to its first harmonic: {there:.3} at 1.3, {quarter:.3} at pi/4, {none:.3} at 0 (half as much \
             again is asked for); height {height:.4} eV against {before:.4} eV"
        ),
    ))
}

fn forward(found: &Found<'_>) -> Judged {
    let table = found.table("figure_6", "rotation_rate")?;
    let errors = found.table("figure_6", "rotation_rate_error")?;
    let at_5 = table.value_at(5.0)?;
    let warm: Vec<usize> = (0..table.x().len()).filter(|&k| table.x()[k] > 0.0).collect();
    let all = warm.iter().all(|&k| table.values[k] > 5.0 * errors.values[k]);
    let mut evidence = vec![format!(
        "figure_6: R(5 V) = {at_5:.6} /ns; R {} five times its numerical error at every V > 0",
        if all { "exceeds" } else { "does not exceed" }
    )];
    if let Ok(bottoms) = found.with_gaps("open_bottom", "rotation_rate") {
        let lowest = bottoms.values.iter().copied().filter(|r| r.is_finite()).fold(f64::INFINITY, f64::min);
        evidence.push(format!("open_bottom: at least {lowest:.4} /ns for every band bottom"));
        if all && lowest <= 0.0 {
            return Ok((Verdict::OnlyForSomeChoices, evidence.join("; ")));
        }
    }
    if let Ok(simulated) = found.table("figure_6_trajectories", "simulated_rotation_rate") {
        let error = found.table("figure_6_trajectories", "simulated_rotation_rate_error")?;
        evidence.push(format!(
            "trajectories at 5 V: {:.3} ± {:.3} /ns",
            simulated.value_at(5.0)?,
            error.value_at(5.0)?
        ));
    }
    Ok((verdict(all && at_5 > 0.0), evidence.join("; ")))
}

fn odd(found: &Found<'_>) -> Judged {
    let table = found.table("figure_4", "rotation_rate")?;
    let sum = difference(&table, &table.values, -1.0);
    let mut evidence = vec![format!(
        "figure_4: largest |R(phi) + R(-phi)| = {sum:.1e} of the largest |R|, {:.4} /ns (limit {RATE_IDENTITY:.0e})",
        largest(table.values.iter().copied())
    )];
    if let Ok(rates) = found.table("figure_4_trajectories", "simulated_rotation_rate") {
        let errors = found.table("figure_4_trajectories", "simulated_rotation_rate_error")?;
        let scores: Vec<f64> = pairs(&rates)
            .into_iter()
            .map(|(a, b)| (rates.values[a] + rates.values[b]) / errors.values[a].hypot(errors.values[b]))
            .collect();
        let mean_square = scores.iter().map(|z| z * z).sum::<f64>() / scores.len().max(1) as f64;
        evidence.push(format!(
            "from trajectories the mean square of (R(phi) + R(-phi))/sigma is {mean_square:.2} over {} pairs",
            scores.len()
        ));
    }
    Ok((verdict(sum <= RATE_IDENTITY), evidence.join("; ")))
}

fn zeros(found: &Found<'_>) -> Judged {
    let table = found.table("figure_4", "rotation_rate")?;
    let scale = largest(table.values.iter().copied());
    let half = std::f64::consts::FRAC_PI_2;
    let at = [-half, 0.0, half]
        .map(|phi| table.value_at(phi).map(|r| r.abs() / scale))
        .into_iter()
        .collect::<Result<Vec<f64>, String>>()?;
    let worst = largest(at);
    Ok((
        verdict(worst <= RATE_IDENTITY),
        format!(
            "figure_4: largest |R| at phi = 0 and ±pi/2 is {worst:.1e} of the figure's largest (limit {RATE_IDENTITY:.0e})"
        ),
    ))
}

fn equal_couplings(found: &Found<'_>) -> Judged {
    let equal = found.table("claim_equal_couplings", "rotation_rate")?;
    let scale = largest(found.table("figure_4", "rotation_rate")?.values);
    let part = largest(equal.values.iter().copied()) / scale;
    Ok((
        verdict(part <= RATE_IDENTITY),
        format!(
            "claim_equal_couplings, E_1 = E_2 = 0: largest |R| over phi is {part:.1e} of the largest in figure_4 (limit {RATE_IDENTITY:.0e})"
        ),
    ))
}

fn swapped_couplings(found: &Found<'_>) -> Judged {
    let swapped = found.table("claim_swapped_couplings", "rotation_rate")?;
    let paper = found.table("figure_4", "rotation_rate")?;
    let scale = largest(paper.values.iter().copied());
    let mut sums = Vec::new();
    for (k, &phi) in swapped.x().iter().enumerate() {
        sums.push(swapped.values[k] + paper.value_at(phi)?);
    }
    let sum = largest(sums) / scale;
    Ok((
        verdict(sum <= RATE_IDENTITY),
        format!(
            "claim_swapped_couplings: R at phi = -pi/4 is {:.6} /ns, {:.6} in figure_4; largest sum of the two over phi {sum:.1e} of the largest |R| \
             (limit {RATE_IDENTITY:.0e})",
            swapped.value_at(-FRAC_PI_4)?,
            paper.value_at(-FRAC_PI_4)?
        ),
    ))
}
