//! Carry what is not known for sure to the rotation rate: by derivatives, and by samples that say whether these are enough.
//!
//! With the derivatives g_i, deviations σ_i and samples x of the parameters:
//!
//! σ_lin² = Σ (g_i σ_i)²,  share_i = (g_i σ_i)²/σ_lin²,  R_lin(x) = R + Σ g_i (x_i − p_i)
//!
//! Samples are a lattice of the generalised golden ratio, moved by [`SHIFTS`] random shifts whose spread tells the sampling error. R_lin,
//! whose mean and variance are known, is the control: only R − R_lin is sampled.

use rayon::prelude::*;

use super::band_fit::Fitted;
use super::gradient::{WIDER, gradient, step};
use super::sampled::{Sampled, lattice, value};
use super::task::{Options, Point, Watch};
use super::variables::Results;
use crate::error::{Error, Result};
use crate::kramers;
use crate::observables::sensitivity;
use crate::quantity::{PARAMETER, Task};
use crate::study::{Distribution, Resolved, Study};

/// The default number of samples.
pub const SAMPLES: usize = 64;

/// So many random shifts of the lattice; the samples are a multiple of it.
pub(super) const SHIFTS: usize = 8;

/// Derivatives alone are enough where they leave no more of the variance than this.
const LINEAR: f64 = 0.05;

/// A value and its error.
type Measured = (f64, f64);

/// Values of other quantities, from the results at a point.
pub(crate) type Others<'a> = dyn Fn(&Results, &Resolved) -> Vec<Measured> + Sync + 'a;

/// What the uncertain parameters do to a quantity, in atomic units.
#[derive(Debug, Clone)]
pub(crate) struct Carried {
    pub(crate) value: Measured,
    /// From derivatives.
    pub(crate) deviation: Measured,
    /// Each parameter's part of the variance.
    pub(crate) shares: Vec<Measured>,
    pub(crate) sampled: Sampled,
    /// How many samples have no value.
    pub(crate) missing: usize,
}

impl Carried {
    /// Add to each error by how much another fit of the bands changes the value.
    fn widen(&mut self, other: &Self) {
        let add = |own: &mut Measured, other: &Measured| own.1 += (own.0 - other.0).abs();
        add(&mut self.value, &other.value);
        add(&mut self.deviation, &other.deviation);
        self.shares.iter_mut().zip(&other.shares).for_each(|(own, other)| add(own, other));
        let (own, other) = (&mut self.sampled, &other.sampled);
        add(&mut own.mean, &other.mean);
        add(&mut own.deviation, &other.deviation);
        add(&mut own.low, &other.low);
        add(&mut own.high, &other.high);
        add(&mut own.positive, &other.positive);
    }
}

/// The samples behind what is told of the rotation rate, in atomic units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Samples {
    /// The uncertain parameters.
    pub names: Vec<String>,
    /// Their values in the study.
    pub own: Vec<f64>,
    /// ∂R/∂p by each of them.
    pub slopes: Vec<f64>,
    /// The values of the parameters at each sample.
    pub places: Vec<Vec<f64>>,
    /// R at each sample, NaN where there is none.
    pub rates: Vec<f64>,
}

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
    carried(study, samples, &|_, _| Vec::new(), watch).map(|(results, ..)| results)
}

/// The same, and what they do to other quantities. These are differentiated by differences of rates, the rotation rate by its adjoint;
/// all share the samples.
pub(crate) fn carried(
    study: &Study,
    samples: Option<usize>,
    others: &Others<'_>,
    watch: kramers::Watch<'_, (usize, usize)>,
) -> Result<(Results, Vec<Carried>, Samples)> {
    if study.uncertain().is_empty() {
        return Err(Error::Model {
            what: "the study says of no parameter that it is uncertain".into(),
            hint: "add a section [uncertain] with lines such as phi = \"0.1\", a standard deviation".into(),
        });
    }
    let (fixed, values) = fixed(study)?;
    let of = |fitted: &Fitted<'_>| carried_of_fit(study, fitted, &values, samples, others, watch);
    let (mut results, mut carried, behind) = of(&Fitted::own(&fixed))?;
    if let Some(other) = Fitted::other(&fixed)? {
        let (other, of_others, _) = of(&other)?;
        results.widen(&other);
        carried.iter_mut().zip(&of_others).for_each(|(own, other)| own.widen(other));
    }
    Ok((results, carried, behind))
}

/// The same with the bands in one of their fits; `fitted` has a number for each uncertain parameter, its value in `values`.
fn carried_of_fit(
    study: &Study,
    fitted: &Fitted<'_>,
    values: &[f64],
    samples: Option<usize>,
    others: &Others<'_>,
    watch: kramers::Watch<'_, (usize, usize)>,
) -> Result<(Results, Vec<Carried>, Samples)> {
    let names: Vec<String> = study.uncertain().iter().map(|u| u.name.clone()).collect();
    let point = Point::new(fitted.resolve(fitted.study)?);
    let (resolved, landscape) = (point.resolved(), point.landscape()?);
    let stop = kramers::Watch::cancelled_by(watch.cancel());
    let found = sensitivity(landscape, resolved.rotor.moment_of_inertia, &resolved.solver, stop)?;
    let rate = found.rotation_rate();
    let derivatives = gradient(fitted, resolved, landscape, &found, &names, stop);
    let distributions: Vec<Distribution> = study.uncertain().iter().map(|u| u.distribution).collect();
    let none = (f64::NAN, f64::NAN);
    let slopes = derivatives.iter().map(|derivative| *derivative.found.as_ref().unwrap_or(&none)).collect();
    let mut linear = vec![Linear::new(rate, slopes, &distributions, values)];

    let asked = Asked { fitted, names: &names, values, others, cancel: watch.cancel() };
    let own = asked.own(resolved);
    if !own.is_empty() {
        let beside: Vec<Vec<Measured>> = (0..names.len())
            .into_par_iter()
            .map(|k| {
                let known = resolved.parameters.iter().find(|p| p.name == names[k]);
                let step = known.and_then(|p| step(resolved, landscape, p.dimension, values[k]));
                asked.slopes(k, step.map_or(f64::NAN, |step| WIDER * step), own.len())
            })
            .collect();
        linear.extend(own.iter().enumerate().map(|(j, own)| {
            Linear::new(*own, beside.iter().map(|of| of[j]).collect(), &distributions, values)
        }));
    }

    let in_cube = lattice(distributions.len(), samples.unwrap_or(SAMPLES).div_ceil(SHIFTS).max(1));
    let of = |place: &Vec<f64>| -> Vec<f64> {
        (0..place.len()).map(|k| value(&distributions[k], values[k], place[k])).collect()
    };
    let places: Vec<Vec<f64>> = in_cube.iter().map(of).collect();
    let all = places.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let sampled: Vec<Vec<(f64, f64)>> = places
        .par_iter()
        .map(|at| {
            let found = if stop.is_cancelled() { None } else { asked.at(at) };
            watch.tell((done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, all));
            let of = |j: usize| found.as_ref().and_then(|found| found.get(j)).map_or(f64::NAN, |(x, _)| *x);
            linear.iter().enumerate().map(|(j, linear)| (of(j), linear.at(at, values))).collect()
        })
        .collect();
    if stop.is_cancelled() {
        return Err(Error::NotConverged {
            quantity: "uncertainty of the rotation rate",
            what: "it was interrupted".into(),
            hint: "let it run longer".into(),
        });
    }
    let behind = Samples {
        names: names.clone(),
        own: values.to_vec(),
        slopes: linear[0].slopes.iter().map(|(slope, _)| *slope).collect(),
        places,
        rates: sampled.iter().map(|of| of[0].0).collect(),
    };
    let mut carried = linear.into_iter().enumerate().map(|(j, linear)| {
        let of: Vec<(f64, f64)> = sampled.iter().map(|of| of[j]).collect();
        let missing = of.iter().filter(|(found, _)| found.is_nan()).count();
        let sampled = Sampled::of(&of, linear.mean, linear.variance());
        (
            linear.parts.clone(),
            Carried {
                value: linear.value,
                deviation: linear.deviation(),
                shares: linear.shares(),
                sampled,
                missing,
            },
        )
    });

    let Some((parts, of_rate)) = carried.next() else {
        return Ok((Results::default(), Vec::new(), behind));
    };
    let mut results = named(&of_rate, &names);
    tell(study, &parts, of_rate.sampled.nonlinearity, &mut results);
    results.note("samples", match of_rate.missing {
        0 => format!("{all} samples, lattice with {SHIFTS} random shifts"),
        some => format!(
            "{all} samples, lattice with {SHIFTS} random shifts; {some} of them have no rate: what is sampled holds for the others"
        ),
    });
    let failed = derivatives.iter().filter_map(|d| Some(format!("{}: {}", d.name, d.found.as_ref().err()?)));
    let failed: Vec<String> = failed.collect();
    if !failed.is_empty() {
        results.note("missing", failed.join("; "));
    }
    Ok((results, carried.map(|(_, carried)| carried).collect(), behind))
}

/// What is told of the rotation rate, by name.
fn named(of_rate: &Carried, names: &[String]) -> Results {
    let mut results = Results::default();
    let mut scalar = |name: &str, (value, error): Measured| {
        results.scalar(name, value);
        results.errors.push((name.into(), error));
    };
    scalar("rotation_rate", of_rate.value);
    scalar("propagated_deviation", of_rate.deviation);
    let found = &of_rate.sampled;
    scalar("sampled_mean", found.mean);
    scalar("sampled_deviation", found.deviation);
    scalar("lower_bound", found.low);
    scalar("upper_bound", found.high);
    scalar("nonlinearity", (found.nonlinearity, 0.0));
    scalar("positive_share", found.positive);
    let (shares, share_errors): (Vec<f64>, Vec<f64>) = of_rate.shares.iter().copied().unzip();
    results.variable("variance_share", &[PARAMETER], shares);
    let each = names.iter().zip(share_errors);
    results.errors.extend(each.map(|(name, error)| (format!("variance_share.{name}"), error)));
    results.names(PARAMETER, names.to_vec());
    results
}

/// A quantity as derivatives tell it: q_lin(x) = q + Σ g_i (x_i − p_i).
struct Linear {
    value: Measured,
    slopes: Vec<Measured>,
    /// g_i σ_i.
    parts: Vec<Measured>,
    mean: f64,
}

impl Linear {
    fn new(value: Measured, slopes: Vec<Measured>, of: &[Distribution], values: &[f64]) -> Self {
        let deviations = of.iter().map(Distribution::deviation);
        let parts = slopes.iter().zip(deviations).map(|((g, error), s)| (g * s, error * s)).collect();
        let offsets = of.iter().zip(values).map(|(of, value)| of.mean(*value) - value);
        let mean = value.0 + slopes.iter().zip(offsets).map(|((g, _), offset)| g * offset).sum::<f64>();
        Self { value, slopes, parts, mean }
    }

    fn at(&self, x: &[f64], values: &[f64]) -> f64 {
        let each = self.slopes.iter().zip(x.iter().zip(values));
        self.value.0 + each.map(|((g, _), (x, p))| g * (x - p)).sum::<f64>()
    }

    fn variance(&self) -> f64 {
        self.parts.iter().map(|(part, _)| part * part).sum()
    }

    fn deviation(&self) -> Measured {
        let deviation = self.variance().sqrt();
        (deviation, self.parts.iter().map(|(part, error)| (part * error).abs()).sum::<f64>() / deviation)
    }

    fn shares(&self) -> Vec<Measured> {
        let variance = self.variance();
        let of = |(part, error): &Measured| (part * part / variance, 2.0 * (part * error).abs() / variance);
        self.parts.iter().map(of).collect()
    }
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

/// What is asked for, with the uncertain parameters at other values.
struct Asked<'a> {
    fitted: &'a Fitted<'a>,
    names: &'a [String],
    values: &'a [f64],
    others: &'a Others<'a>,
    cancel: &'a std::sync::atomic::AtomicBool,
}

impl Asked<'_> {
    /// The other quantities at the point itself; none if there are none.
    fn own(&self, resolved: &Resolved) -> Vec<Measured> {
        if (self.others)(&Results::default(), resolved).is_empty() {
            return Vec::new();
        }
        self.at(self.values).map_or_else(Vec::new, |all| all[1..].to_vec())
    }

    /// R and the other quantities; none where there is no rate.
    fn at(&self, at: &[f64]) -> Option<Vec<Measured>> {
        let mut each = self.names.iter().zip(at);
        let set = each.try_fold(self.fitted.study.clone(), |study, (name, x)| study.with_value(name, *x));
        let point = Point::new(set.and_then(|study| self.fitted.resolve(&study)).ok()?);
        // Points share the cores.
        let options = Options { sequential: true, ..Options::default() };
        let mut results = point.compute(Task::Rate, &options, Watch::cancelled_by(self.cancel)).ok()?;
        results.errors_as_variables();
        let number = |name: &str| results.get(name).and_then(|found| found.values.first()).copied();
        let rate = (number("rotation_rate")?, number("rotation_rate_error").unwrap_or(0.0));
        Some([vec![rate], (self.others)(&results, point.resolved())].concat())
    }

    /// The derivatives of the `count` other quantities by the `k`-th parameter, from differences over a step and over twice it.
    fn slopes(&self, k: usize, step: f64, count: usize) -> Vec<Measured> {
        let beside = |of: f64| {
            let mut at = self.values.to_vec();
            at[k] += of * step;
            if at[k].is_finite() { self.at(&at) } else { None }
        };
        let all = [-2.0, -1.0, 1.0, 2.0].map(beside);
        let [Some(a), Some(b), Some(c), Some(d)] = all else { return vec![(f64::NAN, f64::NAN); count] };
        let of = |j: usize| central([a[j], b[j], c[j], d[j]], step);
        (1..=count).map(of).collect()
    }
}

/// (4 D_h − D_2h)/3 from values at −2h, −h, h and 2h (Richardson 1911), and what that changes in D_h and the errors of the values do.
pub(crate) fn central([a, b, c, d]: [Measured; 4], h: f64) -> Measured {
    let (near, far) = ((c.0 - b.0) / (2.0 * h), (d.0 - a.0) / (4.0 * h));
    let value = (4.0 * near - far) / 3.0;
    let noise = (8.0 * (b.1 + c.1) + a.1 + d.1) / (12.0 * h);
    (value, (value - near).abs() + noise.abs())
}
