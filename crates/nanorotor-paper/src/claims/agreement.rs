//! Judge whether trajectories, the paper's way to R, and the density without noise give the same.

use super::found::{Found, largest};
use super::{Case, Judged, verdict};

pub(super) fn cases() -> Vec<Case> {
    vec![Case {
        statement: "From long Langevin trajectories, we calculate the average rotation rate.",
        source: "Sec. IV, Figs. 4, 6 and 7",
        judge: agreement,
    }]
}

/// z = (R of trajectories − R of the density)/σ is standard normal where both are right.
fn agreement(found: &Found<'_>) -> Judged {
    const LARGEST: f64 = 4.0;
    let mut scores = Vec::new();
    let mut lines = Vec::new();
    for part in ["figure_4_trajectories", "figure_6_trajectories", "figure_7_trajectories"] {
        let own = found.table(part, "z_score")?.values;
        lines.push(format!("{part} {:.2} over {} points", mean_square(&own), own.len()));
        scores.extend(own);
    }
    let n = scores.len() as f64;
    let all = mean_square(&scores);
    // The mean of n squares of standard normals has the variance 2/n.
    let limit = 1.0 + 3.0 * (2.0 / n).sqrt();
    let worst = largest(scores.iter().copied());
    Ok((
        verdict(all <= limit && worst <= LARGEST),
        format!(
            "mean square of z = (R of trajectories - deterministic R)/sigma: {}; together {all:.2} (limit {limit:.2}), largest |z| {worst:.1} (limit {LARGEST})",
            lines.join(", ")
        ),
    ))
}

fn mean_square(scores: &[f64]) -> f64 {
    scores.iter().map(|z| z * z).sum::<f64>() / scores.len().max(1) as f64
}
