//! Sample distributions evenly, and say what samples of a quantity tell beside its derivatives.

use super::random::{Random, even};
use super::uncertain::SHIFTS;
use crate::study::Distribution;

/// The seed of the shifts.
const SEED: u64 = 0x6e61_6e6f_726f_746f;

/// What samples tell, each with its sampling error.
#[derive(Debug, Clone)]
pub(crate) struct Sampled {
    pub(crate) mean: (f64, f64),
    pub(crate) deviation: (f64, f64),
    /// The bounds between which two thirds of the samples lie.
    pub(crate) low: (f64, f64),
    pub(crate) high: (f64, f64),
    /// The part of the variance that R_lin leaves.
    pub(crate) nonlinearity: f64,
    /// How many of the samples are positive.
    pub(crate) positive: (f64, f64),
}

impl Sampled {
    /// From R and R_lin at the samples, one shift after the other, and mean and variance of R_lin.
    pub(super) fn of(sampled: &[(f64, f64)], mean: f64, variance: f64) -> Self {
        let known = |all: &[(f64, f64)]| -> Vec<(f64, f64)> {
            all.iter().copied().filter(|(found, _)| !found.is_nan()).collect()
        };
        // E R = E R_lin + E (R − R_lin), and E R² likewise, about E R_lin.
        let first = |all: &[(f64, f64)], _: f64| average(all.iter().map(|(found, linear)| found - linear));
        let second = |all: &[(f64, f64)], mean: f64| {
            average(all.iter().map(|(found, linear)| (found - mean).powi(2) - (linear - mean).powi(2)))
        };
        let of_shifts = |of: fn(&[(f64, f64)], f64) -> f64| {
            let size = (sampled.len() / SHIFTS).max(1);
            let each: Vec<f64> =
                sampled.chunks(size).map(|c| of(&known(c), mean)).filter(|x| x.is_finite()).collect();
            let middle = average(each.iter().copied());
            let spread: f64 = each.iter().map(|x| (x - middle).powi(2)).sum();
            let count = each.len() as f64;
            (middle, (spread / (count * (count - 1.0))).sqrt())
        };
        let (bias, bias_error) = of_shifts(first);
        let (excess, excess_error) = of_shifts(second);
        let spread = (variance + excess - bias * bias).max(0.0);
        let deviation = spread.sqrt();
        let all = known(sampled);
        let rest = average(all.iter().map(|(found, linear)| (found - linear - bias).powi(2)));
        let mut sorted: Vec<f64> = all.iter().map(|(found, _)| *found).collect();
        sorted.sort_by(f64::total_cmp);
        let (count, positive) = (sorted.len() as f64, sorted.iter().filter(|x| **x > 0.0).count() as f64);
        // One more of each sign (Laplace): that no sample is negative does not make it sure.
        let likely = (positive + 1.0) / (count + 2.0);
        Self {
            mean: (mean + bias, bias_error),
            deviation: (deviation, excess_error / (2.0 * deviation)),
            low: quantile(&sorted, 1.0 / 6.0),
            high: quantile(&sorted, 5.0 / 6.0),
            nonlinearity: rest / spread,
            positive: (positive / count, (likely * (1.0 - likely) / (count + 2.0)).sqrt()),
        }
    }
}

fn average(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / count
}

/// The value below which a part of the samples lies, and half the distance of those a standard deviation of the count away.
fn quantile(sorted: &[f64], part: f64) -> (f64, f64) {
    if sorted.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    let count = sorted.len() as f64;
    let at = |place: f64| {
        let place = place.clamp(0.0, count - 1.0);
        let (below, rest) = (place.floor(), place.fract());
        let next = sorted[((below as usize) + 1).min(sorted.len() - 1)];
        sorted[below as usize] * (1.0 - rest) + next * rest
    };
    let middle = part * count - 0.5;
    let off = (count * part * (1.0 - part)).sqrt();
    (at(middle), 0.5 * (at(middle + off) - at(middle - off)))
}

/// The value of a parameter below which a part `u` of its distribution lies.
pub(super) fn value(distribution: &Distribution, centre: f64, u: f64) -> f64 {
    match *distribution {
        Distribution::Uniform { low, high } => low + (high - low) * u,
        Distribution::Normal { deviation } => centre + deviation * normal_quantile(u),
    }
}

/// The number below which a part u of the standard normal distribution lies, by halving.
fn normal_quantile(u: f64) -> f64 {
    let below = |x: f64| {
        // Φ(x) = 1/2 + φ(x) Σ x^(2k+1)/(2k+1)!!
        let (mut term, mut sum, mut k) = (x, x, 1.0);
        while term.abs() > 1e-17 * sum.abs() && k < 400.0 {
            term *= x * x / (2.0 * k + 1.0);
            sum += term;
            k += 1.0;
        }
        0.5 + sum * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
    };
    let (mut low, mut high) = (-8.0, 8.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if below(middle) < u { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The points of a lattice in the unit cube under each shift, one shift after the other.
pub(super) fn lattice(dimensions: usize, points: usize) -> Vec<Vec<f64>> {
    let mut random = Random::new(SEED, 0);
    (0..SHIFTS).flat_map(|_| even(points, dimensions, &mut random)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_are_those_of_tables() {
        for (u, expected) in [(0.5, 0.0), (0.975, 1.959_963_984_540_054), (0.001, -3.090_232_306_167_813)] {
            assert!((normal_quantile(u) - expected).abs() < 1e-9, "{u}");
        }
    }

    /// A linear function leaves nothing to sample; of a square mean and variance are known.
    #[test]
    fn samples_find_the_moments_of_a_square() {
        let places = lattice(2, 64);
        let numbers = |bend: f64| -> Vec<(f64, f64)> {
            let at = |place: &Vec<f64>| {
                let [x, y] = [normal_quantile(place[0]), 2.0 * place[1] - 1.0];
                (3.0 + x + 2.0 * y + bend * x * x, 3.0 + x + 2.0 * y)
            };
            places.iter().map(at).collect()
        };
        let variance = 1.0 + 4.0 / 3.0;
        let straight = Sampled::of(&numbers(0.0), 3.0, variance);
        assert!((straight.mean.0 - 3.0).abs() < 1e-12 && straight.nonlinearity < 1e-24);
        assert!((straight.deviation.0 - variance.sqrt()).abs() < 1e-12);
        let bent = Sampled::of(&numbers(0.5), 3.0, variance);
        assert!((bent.mean.0 - 3.5).abs() < 4.0 * bent.mean.1 && bent.mean.1 < 0.02, "{:?}", bent.mean);
        let whole = (variance + 0.5_f64).sqrt();
        let (found, error) = bent.deviation;
        assert!((found - whole).abs() < 4.0 * error && error < 0.05, "{found} ± {error}, {whole}");
        assert!((bent.nonlinearity - 0.5 / (variance + 0.5)).abs() < 0.05, "{}", bent.nonlinearity);
    }
}
