//! Judge what is said of damping and the moment of inertia (Fig. 7).

use super::found::{Found, largest};
use super::{Case, Judged, Verdict, verdict};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            statement: "The rotation rate asymptotically decreases towards zero with increasing moment of inertia.",
            source: "Sec. IV, Fig. 7",
            judge: falling,
        },
        Case {
            statement: "In the overdamped case the rotation rate is orders of magnitude larger than for realistic values of I.",
            source: "Sec. IV, Fig. 7",
            judge: overdamped,
        },
        Case {
            statement: "In the underdamped case the preference of a given direction becomes vanishingly small.",
            source: "Sec. IV, Fig. 7",
            judge: preference,
        },
        Case {
            statement: "The small electronic friction alone will not be enough to produce a non-negligible rotational preference.",
            source: "Sec. V",
            judge: electronic_friction,
        },
    ]
}

fn falling(found: &Found<'_>) -> Judged {
    let table = found.table("figure_7", "rotation_rate")?;
    let beyond = found.table("claim_large_inertia", "rotation_rate")?;
    let falls = |y: &[f64]| y.windows(2).all(|pair| pair[1] < pair[0] && pair[1] > 0.0);
    let (Some(first), Some(last)) = (beyond.values.first(), beyond.values.last()) else {
        return Err("claim_large_inertia is empty".into());
    };
    let (Some(from), Some(to)) = (beyond.x().first(), beyond.x().last()) else {
        return Err("claim_large_inertia is empty".into());
    };
    let power = (last / first).ln() / (to / from).ln();
    Ok((
        verdict(falls(&table.values) && falls(&beyond.values) && power < -0.5),
        format!(
            "figure_7: R falls with every step from {:.2} to {:.4} /ns; claim_large_inertia: to {last:.4} /ns at {:.0} times the paper's I, as I^{power:.2} \
             (a power below -0.5 is asked for)",
            table.values[0],
            table.values[table.values.len() - 1],
            to / from
        ),
    ))
}

fn overdamped(found: &Found<'_>) -> Judged {
    // Two orders when rounded.
    const ASKED: f64 = 1.5;
    let table = found.table("figure_7", "rotation_rate")?;
    let (first, last) = (table.values[0], table.values[table.values.len() - 1]);
    let orders = (first / last).log10();
    Ok((
        verdict(orders >= ASKED),
        format!(
            "figure_7: {first:.2} /ns at the smallest I and {last:.4} /ns at the paper's: a factor of {:.0}, {orders:.2} orders (at least {ASKED} are asked for)",
            first / last
        ),
    ))
}

fn preference(found: &Found<'_>) -> Judged {
    const PART: &str = "figure_7_passage";
    let mut lines = Vec::new();
    let mut holds = true;
    for count in ["revolution", "hop"] {
        let value = found.table(PART, &format!("{count}_directionality"))?;
        let error = found.table(PART, &format!("{count}_directionality_error"))?;
        let (dir, sigma) = (&value.values, &error.values);
        // Never up by more than the errors, and down in all by a factor of ten.
        let falls = (1..dir.len()).all(|k| dir[k] - dir[k - 1] <= sigma[k] + sigma[k - 1]);
        let (first, last) = (0, dir.len() - 1);
        holds &= falls && dir[last] - 0.5 <= 0.1 * (dir[first] - 0.5);
        lines.push(format!(
            "by {count}s {:.5} ± {:.5} at the smallest I, {:.5} ± {:.5} at the paper's{}",
            dir[first],
            sigma[first],
            dir[last],
            sigma[last],
            if falls { "" } else { ", not falling throughout" }
        ));
    }
    Ok((
        verdict(holds),
        format!(
            "{PART}: Dir {} (a steady fall is asked for, and Dir - 1/2 at most a tenth of its first value)",
            lines.join("; ")
        ),
    ))
}

/// Without a solvent: the drift over a turn against the spread in the time it takes.
fn electronic_friction(found: &Found<'_>) -> Judged {
    const ASKED: f64 = 0.1;
    let rate = found.with_gaps("claim_friction", "rotation_rate")?;
    let spread = found.with_gaps("claim_friction", "rotational_diffusion")?;
    let turn = std::f64::consts::TAU.powi(2);
    let known: Vec<(f64, f64, f64)> = (0..rate.x().len())
        .map(|k| (rate.x()[k], rate.values[k], turn * rate.values[k] / spread.values[k]))
        .filter(|(_, r, ratio)| r.is_finite() && ratio.is_finite())
        .collect();
    let paper = known
        .iter()
        .find(|(xi, ..)| (xi - 5.0).abs() < 1e-9)
        .ok_or("claim_friction lacks the paper's friction")?;
    let alone = known
        .iter()
        .copied()
        .find(|(xi, ..)| *xi == 0.0)
        .ok_or("claim_friction has no rate without a solvent")?;
    let mut ordered = known.clone();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let falls = ordered.windows(2).all(|pair| pair[0].2 < pair[1].2);
    let part = largest([alone.2]) / paper.2;
    let verdict = if falls && part <= ASKED { Verdict::Holds } else { Verdict::DoesNotHold };
    Ok((
        verdict,
        format!(
            "claim_friction: (2 pi)^2 R/D_eff, the drift against the spread, falls from {:.5} at xi_solv = 5 au to {:.1e} with the friction of \
             the electrons alone (a steady fall to at most {:.0} % is asked for), while R itself goes from {:.3} to {:.3} /ns",
            paper.2,
            alone.2,
            1e2 * ASKED,
            paper.1,
            alone.1,
        ),
    ))
}
