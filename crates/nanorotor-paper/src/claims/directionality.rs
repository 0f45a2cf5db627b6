//! Judge the directionality of the paper's motor, which depends on what one rotation is, on where its count begins, and on the band.

use super::found::{Found, Table};
use super::{Case, Judged, Verdict};

/// What the paper prints, and half its last digit.
const PRINTED: f64 = 0.5068;
const ROUNDING: f64 = 0.00005;
const COUNTS: [&str; 2] = ["revolution", "hop"];

pub(super) fn cases() -> Vec<Case> {
    vec![Case {
        statement: "For the physically realistic value of I, 50.68 % of all rotations are forwards.",
        source: "Sec. IV, Fig. 7",
        judge: printed,
    }]
}

/// A band bottom at which Dir is as printed, with its error (eV).
#[derive(Debug, Clone, Copy, PartialEq)]
struct Crossing {
    bottom: f64,
    error: f64,
}

/// Where Dir, linear in the logarithm of the bottom between its points, is as printed.
fn crossings(bottom: &[f64], dir: &[f64], sigma: &[f64]) -> Vec<Crossing> {
    (1..bottom.len())
        .filter_map(|k| {
            let (a, b) = (dir[k - 1] - PRINTED, dir[k] - PRINTED);
            if a == b || (a > 0.0) == (b > 0.0) {
                return None;
            }
            let (from, to) = ((-bottom[k - 1]).ln(), (-bottom[k]).ln());
            let t = a / (a - b);
            let slope = (b - a) / (to - from);
            // The errors of both ends, as they weigh at the crossing, and the rounding of what is printed.
            let error = ((1.0 - t) * sigma[k - 1]).hypot(t * sigma[k]).hypot(ROUNDING / 3.0_f64.sqrt());
            let at = (from + t * (to - from)).exp();
            Some(Crossing { bottom: -at, error: at * error / slope.abs() })
        })
        .collect()
}

/// Dir without noise and its error.
fn tables(found: &Found<'_>, part: &str, count: &str) -> Result<(Table, Table), String> {
    Ok((
        found.table(part, &format!("{count}_directionality"))?,
        found.table(part, &format!("{count}_directionality_error"))?,
    ))
}

fn printed(found: &Found<'_>) -> Judged {
    const PART: &str = "figure_7_passage";
    const COUNTED: &str = "figure_7_trajectories";
    const OPEN: &str = "open_bottom_passage";
    const ORIGINS: &str = "open_bottom_origins";
    let mut evidence = Vec::new();
    let mut at_preset = Vec::new();
    for count in COUNTS {
        let (value, error) = tables(found, PART, count)?;
        let last = value.values.len() - 1;
        let (dir, error) = (value.values[last], error.values[last]);
        at_preset.push((dir - PRINTED).abs() <= ROUNDING + error);
        let counted = |what: &str| {
            let table = found.table(COUNTED, &format!("directionality_{count}{what}")).ok()?;
            table.values.last().copied()
        };
        let trajectories = match (counted(""), counted("_error"), counted("_raw"), counted("_raw_error")) {
            (Some(value), Some(error), Some(raw), Some(raw_error)) => {
                format!("; {COUNTED} {value:.5} ± {error:.5}, raw count {raw:.4} ± {raw_error:.4}")
            }
            _ => String::new(),
        };
        evidence.push(format!(
            "{PART}, the paper's I, band from -10 eV, by {count}s: {dir:.6} ± {error:.6}{trajectories}"
        ));
    }
    let mut crosses = false;
    for count in COUNTS {
        let Ok((value, error)) = tables(found, OPEN, count) else {
            evidence.push(format!("{OPEN} was not computed in full"));
            break;
        };
        let all = crossings(value.x(), &value.values, &error.values);
        let (least, most) = ends(&value.values);
        // A curve that only touches what is printed has it at its end, within its error.
        let last = value.values.len() - 1;
        let ends_there = (value.values[last] - PRINTED).abs() <= ROUNDING + error.values[last];
        crosses |= ends_there || !all.is_empty();
        let mut at: Vec<String> =
            all.iter().map(|c| format!("{:.1} ± {:.1} eV", c.bottom, c.error)).collect();
        if at.is_empty() && ends_there {
            at.push(format!("{:.0} eV, the last point", value.x()[last]));
        }
        evidence.push(format!(
            "{OPEN}, by {count}s: Dir from {least:.5} to {most:.5}; {}",
            if at.is_empty() {
                "0.5068 at none of the bottoms".into()
            } else {
                format!("0.5068 for a band from {}", at.join(" or from "))
            }
        ));
    }
    for count in COUNTS {
        let Ok(value) = found.table(ORIGINS, &format!("directionality_{count}")) else { break };
        let of_each: Vec<String> = value.axes[0]
            .iter()
            .zip(value.curves())
            .filter(|(bottom, _)| [-10.0, -100.0].iter().any(|shown| (*bottom - shown).abs() < 1e-6))
            .map(|(bottom, curve)| {
                let (least, most) = ends(curve);
                crosses |= least <= PRINTED && PRINTED <= most;
                format!("from {least:.4} to {most:.4} (band from {bottom:.0} eV)")
            })
            .collect();
        evidence.push(format!(
            "{ORIGINS}, over {} origins of the count by {count}s: Dir {}",
            value.x().len(),
            of_each.join(", ")
        ));
    }
    let verdict = match (at_preset.iter().all(|p| *p), at_preset.iter().any(|p| *p) || crosses) {
        (true, _) => Verdict::Holds,
        (false, true) => Verdict::OnlyForSomeChoices,
        (false, false) => Verdict::DoesNotHold,
    };
    Ok((verdict, evidence.join("; ")))
}

fn ends(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossing_lies_between_its_points_with_the_error_of_both() {
        // Linear in ln(bottom): 0.5108 at -10, 0.5028 at -10 e^2; 0.5068 halfway.
        let (far, middle) = (-10.0 * 2.0_f64.exp(), -10.0 * 1.0_f64.exp());
        let found = crossings(&[-10.0, far], &[0.5108, 0.5028], &[0.0004, 0.0004]);
        assert_eq!(found.len(), 1);
        assert!((found[0].bottom - middle).abs() < 1e-9 * middle.abs());
        let expected = -middle * (0.0004_f64 / 2.0_f64.sqrt()).hypot(ROUNDING / 3.0_f64.sqrt()) / 0.004;
        assert!((found[0].error - expected).abs() < 1e-9, "{found:?} {expected}");
        assert!(crossings(&[-10.0, far], &[0.52, 0.51], &[0.0; 2]).is_empty());
    }
}
