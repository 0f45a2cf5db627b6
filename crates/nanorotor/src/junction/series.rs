//! Evaluate the entries of matrices that are Fourier series of one period, all at once.

use std::f64::consts::TAU;

use num_complex::Complex64;

use crate::expression::{Formula, Jet, Panel};
use crate::periodic::Periodic;

/// The most panels of a period that are looked at for the narrowest feature.
const MOST_PANELS: usize = 4096;

/// f(θ) = Re Σ_k a_k e^{2πikθ/L} of many entries, harmonic by harmonic, so that loops over entries vectorise.
#[derive(Debug, Clone, Default)]
pub(super) struct Batch {
    period: f64,
    entries: usize,
    /// a_k of all entries for k = 0, then for k = 1, …
    re: Vec<f64>,
    im: Vec<f64>,
}

impl Batch {
    fn new(period: f64, functions: &[&Periodic]) -> Self {
        let harmonics = functions.iter().map(|f| f.harmonics().len()).max().unwrap_or(0);
        let amplitude = |k: usize, f: &Periodic| {
            let c = f.harmonics().get(k).copied().unwrap_or_default();
            if k == 0 { c } else { 2.0 * c }
        };
        let all = (0..harmonics).flat_map(|k| functions.iter().map(move |f| amplitude(k, f)));
        let (re, im) = all.map(|a: Complex64| (a.re, a.im)).unzip();
        Self { period, entries: functions.len(), re, im }
    }

    /// f(θ) and f′(θ) of all entries.
    fn at(&self, theta: f64) -> (Vec<f64>, Vec<f64>) {
        let unit = TAU / self.period;
        let (mut values, mut slopes) = (vec![0.0; self.entries], vec![0.0; self.entries]);
        if self.entries == 0 {
            return (values, slopes);
        }
        let z = Complex64::cis(TAU * (theta / self.period).rem_euclid(1.0));
        let rows = self.re.chunks_exact(self.entries).zip(self.im.chunks_exact(self.entries));
        for (k, (re, im)) in rows.enumerate() {
            let phase = z.powu(k as u32);
            let (c, s) = (phase.re, phase.im);
            let (dc, ds) = (unit * k as f64 * c, unit * k as f64 * s);
            for (((value, slope), a), b) in values.iter_mut().zip(&mut slopes).zip(re).zip(im) {
                *value += a * c - b * s;
                *slope -= a * ds + b * dc;
            }
        }
        (values, slopes)
    }

    /// The panel, as wide as the highest harmonic tells apart, in which the entries vary fastest.
    fn narrowest(&self) -> Option<Panel> {
        let harmonics = self.re.len() / self.entries.max(1);
        if harmonics < 2 {
            return None;
        }
        let panels = (2 * harmonics).min(MOST_PANELS);
        let width = self.period / panels as f64;
        let centre = |j: usize| (j as f64 + 0.5) * width;
        let steepness = |theta: f64| self.at(theta).1.iter().map(|slope| slope * slope).sum::<f64>();
        let all = (0..panels).map(|j| (steepness(centre(j)), centre(j)));
        let (_, centre) = all.fold((0.0, 0.5 * width), |most, one| if one.0 > most.0 { one } else { most });
        Some(Panel { centre, half_width: 0.5 * width })
    }
}

/// Where the value of one part of an entry comes from.
#[derive(Debug, Clone)]
enum Part {
    Batch(usize),
    Formula(Formula),
}

/// Functions of θ, those that are Fourier series of one period in a batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Functions {
    parts: Vec<Part>,
    batch: Batch,
}

impl Functions {
    pub(super) fn new(formulas: impl Iterator<Item = Formula>) -> Self {
        let formulas: Vec<Formula> = formulas.collect();
        let period = formulas.iter().find_map(Formula::as_series).map(Periodic::period);
        let mut batched: Vec<&Periodic> = Vec::new();
        let parts = formulas
            .iter()
            .map(|formula| match formula.as_series().filter(|f| Some(f.period()) == period) {
                Some(function) => {
                    batched.push(function);
                    Part::Batch(batched.len() - 1)
                }
                None => Part::Formula(formula.clone()),
            })
            .collect();
        Self { parts, batch: Batch::new(period.unwrap_or(TAU), &batched) }
    }

    /// The functions and their derivatives at θ, in their order.
    pub(super) fn at(&self, theta: f64) -> Vec<(f64, f64)> {
        let (values, slopes) = self.batch.at(theta);
        let one = |part: &Part| match part {
            Part::Batch(place) => (values[*place], slopes[*place]),
            Part::Formula(formula) => {
                let Jet { value, first, .. } = formula.at(theta);
                (value, first)
            }
        };
        self.parts.iter().map(one).collect()
    }

    /// Panels on which the formulas are smooth, and the one in which the series vary fastest.
    pub(super) fn panels(&self, period: f64) -> impl Iterator<Item = Vec<Panel>> + '_ {
        let of_formulas = self.parts.iter().filter_map(move |part| match part {
            Part::Formula(formula) => Some(formula.panels(period)),
            Part::Batch(_) => None,
        });
        of_formulas.chain(self.batch.narrowest().map(|panel| vec![panel]))
    }
}
