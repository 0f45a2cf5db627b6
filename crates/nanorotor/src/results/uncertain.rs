//! Carry what is not known for sure to the rotation rate: by derivatives, and by samples that say whether these are enough.
//!
//! With the derivatives g_i, deviations σ_i and samples x of the parameters:
//!
//! σ_lin² = Σ (g_i σ_i)²,  share_i = (g_i σ_i)²/σ_lin²,  R_lin(x) = R + Σ g_i (x_i − p_i)
//!
//! Samples are a lattice of the generalised golden ratio, moved by [`SHIFTS`] random shifts whose spread tells the sampling error. R_lin,
//! whose mean and variance are known, is the control: only R − R_lin is sampled.

use rayon::prelude::*;

use super::gradient::gradient;
use super::random::{Random, even};
use super::task::{Options, Point, Watch};
use super::variables::Results;
use crate::error::{Error, Result};
use crate::kramers;
use crate::observables::sensitivity;
use crate::quantity::{PARAMETER, Task};
use crate::study::{Distribution, Study};

/// The default number of samples.
pub const SAMPLES: usize = 64;

/// So many random shifts of the lattice; the samples are a multiple of it.
const SHIFTS: usize = 8;

/// The seed of the shifts.
const SEED: u64 = 0x6e61_6e6f_726f_746f;

/// Derivatives alone are enough where they leave no more of the variance than this.
const LINEAR: f64 = 0.05;

/// What the uncertain parameters of a study do to its rotation rate, with [`SAMPLES`] samples or so many; told `(done, all)`.
///
/// A parameter that is uncertain itself does not follow the formula that gives it in the study: its value at this point is a number.
///
/// # Errors
/// [`Error::Model`] for a study without uncertain parameters, or one whose value is outside of its range; as [`sensitivity`]; and
/// [`Error::NotConverged`] where no rate is known, or if it was stopped.
pub fn uncertain_results(
    study: &Study,
    samples: Option<usize>,
    watch: kramers::Watch<'_, (usize, usize)>,
) -> Result<Results> {
    if study.uncertain().is_empty() {
        return Err(Error::Model {
            what: "the study says of no parameter that it is uncertain".into(),
            hint: "add a section [uncertain] with lines such as phi = \"0.1\", a standard deviation".into(),
        });
    }
    let (fixed, values) = fixed(study)?;
    let names: Vec<String> = study.uncertain().iter().map(|u| u.name.clone()).collect();
    let point = Point::new(fixed.resolve()?);
    let (resolved, landscape) = (point.resolved(), point.landscape()?);
    let stop = kramers::Watch::cancelled_by(watch.cancel());
    let found = sensitivity(landscape, resolved.rotor.moment_of_inertia, &resolved.solver, stop)?;
    let (rate, rate_error) = found.rotation_rate();
    let derivatives = gradient(&fixed, resolved, landscape, &found, &names, stop);

    let distributions: Vec<Distribution> = study.uncertain().iter().map(|u| u.distribution).collect();
    let slope = |k: usize| derivatives[k].found.as_ref().map_or((f64::NAN, f64::NAN), |found| *found);
    let parts: Vec<(f64, f64)> = distributions
        .iter()
        .enumerate()
        .map(|(k, of)| (slope(k).0 * of.deviation(), slope(k).1 * of.deviation()))
        .collect();
    let variance: f64 = parts.iter().map(|(part, _)| part * part).sum();
    let deviation = variance.sqrt();
    let deviation_error = parts.iter().map(|(part, error)| (part * error).abs()).sum::<f64>() / deviation;
    let offsets = distributions.iter().zip(&values).map(|(of, value)| of.mean(*value) - value);
    let mean: f64 = rate + offsets.enumerate().map(|(k, offset)| slope(k).0 * offset).sum::<f64>();

    let places = lattice(distributions.len(), samples.unwrap_or(SAMPLES).div_ceil(SHIFTS).max(1));
    let all = places.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let sampled: Vec<(f64, f64)> = places
        .par_iter()
        .map(|place| {
            let at: Vec<f64> =
                (0..place.len()).map(|k| value(&distributions[k], values[k], place[k])).collect();
            let linear: f64 = rate
                + at.iter().zip(&values).enumerate().map(|(k, (x, p))| slope(k).0 * (x - p)).sum::<f64>();
            let found =
                if stop.is_cancelled() { f64::NAN } else { sample(&fixed, &names, &at, watch.cancel()) };
            watch.tell((done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, all));
            (found, linear)
        })
        .collect();
    if stop.is_cancelled() {
        return Err(Error::NotConverged {
            quantity: "uncertainty of the rotation rate",
            what: "it was interrupted".into(),
            hint: "let it run longer".into(),
        });
    }
    let missing = sampled.iter().filter(|(found, _)| found.is_nan()).count();

    let mut results = Results::default();
    let mut scalar = |name: &str, value: f64, error: f64| {
        results.scalar(name, value);
        results.errors.push((name.into(), error));
    };
    scalar("rotation_rate", rate, rate_error);
    scalar("propagated_deviation", deviation, deviation_error);
    let found = Sampled::of(&sampled, mean, variance);
    scalar("sampled_mean", found.mean.0, found.mean.1);
    scalar("sampled_deviation", found.deviation.0, found.deviation.1);
    scalar("lower_bound", found.low.0, found.low.1);
    scalar("upper_bound", found.high.0, found.high.1);
    scalar("nonlinearity", found.nonlinearity, 0.0);
    scalar("positive_share", found.positive.0, found.positive.1);
    let shares: Vec<f64> = parts.iter().map(|(part, _)| part * part / variance).collect();
    let share_errors: Vec<f64> =
        parts.iter().map(|(part, error)| 2.0 * (part * error).abs() / variance).collect();
    results.variable("variance_share", &[PARAMETER], shares);
    let each = names.iter().zip(share_errors);
    results.errors.extend(each.map(|(name, error)| (format!("variance_share.{name}"), error)));
    results.names(PARAMETER, names.clone());
    tell(study, &parts, found.nonlinearity, &mut results);
    results.note("samples", match missing {
        0 => format!("{all} samples, lattice with {SHIFTS} random shifts"),
        some => format!("{all} samples, lattice with {SHIFTS} random shifts; {some} of them have no rate and are left out"),
    });
    let failed = derivatives.iter().filter_map(|d| Some(format!("{}: {}", d.name, d.found.as_ref().err()?)));
    let failed: Vec<String> = failed.collect();
    if !failed.is_empty() {
        results.note("missing", failed.join("; "));
    }
    Ok(results)
}

/// What is uncertain, and what is to blame.
fn tell(study: &Study, parts: &[(f64, f64)], nonlinearity: f64, results: &mut Results) {
    let words = study.uncertain().iter().map(|u| format!("{} {}", u.name, study.uncertainty_in_words(u)));
    results.note("uncertain", words.collect::<Vec<_>>().join("; "));
    let blame = parts.iter().zip(study.uncertain()).max_by(|a, b| a.0.0.abs().total_cmp(&b.0.0.abs()));
    if let Some((_, u)) = blame {
        let holds =
            if nonlinearity <= LINEAR { "derivatives tell it" } else { "derivatives do not tell all of it" };
        results.note(
            "blame",
            format!(
                "most of the uncertainty comes from {}; {holds}: they leave {:.1e} of the variance",
                u.name, nonlinearity
            ),
        );
    }
}

/// The study with a number for each uncertain parameter, and these numbers (atomic units).
fn fixed(study: &Study) -> Result<(Study, Vec<f64>)> {
    let given = study.resolve()?;
    let (mut fixed, mut values) = (study.clone(), Vec::new());
    for uncertain in study.uncertain() {
        let name = &uncertain.name;
        let known = given.parameters.iter().find(|p| p.name == *name).filter(|p| p.value.is_constant());
        let Some(value) = known.map(|p| p.value.at(0.0).value) else {
            return Err(Error::Model {
                what: format!("`{name}` is uncertain, but depends on theta"),
                hint: "make the numbers in its formula parameters, and these uncertain".into(),
            });
        };
        if let Distribution::Uniform { low, high } = uncertain.distribution
            && !(low..=high).contains(&value)
        {
            return Err(Error::Model {
                what: format!("the value of `{name}` is outside of its range"),
                hint: format!(
                    "it is {} in [uncertain]: give a range that holds the value",
                    study.uncertainty_in_words(uncertain)
                ),
            });
        }
        fixed = fixed.with_value(name, value)?;
        values.push(value);
    }
    Ok((fixed, values))
}

/// R with parameters at other values; NaN where there is none.
fn sample(study: &Study, names: &[String], at: &[f64], cancel: &std::sync::atomic::AtomicBool) -> f64 {
    let set = || names.iter().zip(at).try_fold(study.clone(), |study, (name, x)| study.with_value(name, *x));
    let found = || -> Result<f64> {
        // Points share the cores.
        let options = Options { sequential: true, ..Options::default() };
        let results =
            Point::new(set()?.resolve()?).compute(Task::Rate, &options, Watch::cancelled_by(cancel))?;
        Ok(results.get("rotation_rate").and_then(|rate| rate.values.first()).copied().unwrap_or(f64::NAN))
    };
    found().unwrap_or(f64::NAN)
}

/// What samples tell, each with its sampling error.
struct Sampled {
    mean: (f64, f64),
    deviation: (f64, f64),
    /// The bounds between which two thirds of the samples lie.
    low: (f64, f64),
    high: (f64, f64),
    /// The part of the variance that R_lin leaves.
    nonlinearity: f64,
    /// How many of the samples are positive.
    positive: (f64, f64),
}

impl Sampled {
    /// From R and R_lin at the samples, one shift after the other, and mean and variance of R_lin.
    fn of(sampled: &[(f64, f64)], mean: f64, variance: f64) -> Self {
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
fn value(distribution: &Distribution, centre: f64, u: f64) -> f64 {
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
fn lattice(dimensions: usize, points: usize) -> Vec<Vec<f64>> {
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
