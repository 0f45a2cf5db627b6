//! Represent a smooth periodic function of the angle by its Fourier series.
//!
//! f(θ) = Σ_k c_k e^{2πikθ/L} with c_{−k} = c_k*, so only k ≥ 0 is kept.

mod sampling;
mod spline;

use std::f64::consts::TAU;

use num_complex::Complex64;
pub use sampling::{INTERPOLATION_TOLERANCE, Resolution, Sample, resolve};
pub use spline::Spline;

/// A real function with period L, as a truncated Fourier series.
///
/// Values, derivatives and integrals of the series are exact; how well the series stands for the function that was sampled
/// is told by [`Periodic::tail`] and [`Periodic::error`].
#[derive(Debug, Clone, PartialEq)]
pub struct Periodic {
    period: f64,
    harmonics: Vec<Complex64>,
    error: f64,
}

/// Of so many minima that may be the lowest each is refined.
const MOST_MINIMA: usize = 32;

/// The rounding error of a function, relative to its root mean square.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

impl Periodic {
    /// The constant function.
    pub fn constant(period: f64, value: f64) -> Self {
        Self { period, harmonics: vec![Complex64::new(value, 0.0)], error: 0.0 }
    }

    /// The function with the Fourier coefficients c_0, c_1, … (the imaginary part of c_0 is dropped).
    pub fn from_harmonics(period: f64, mut harmonics: Vec<Complex64>) -> Self {
        if harmonics.is_empty() {
            harmonics.push(Complex64::default());
        }
        harmonics[0].im = 0.0;
        Self { period, harmonics, error: 0.0 }
    }

    /// The same function with an error of its own, as [`Periodic::error`] reports it: of its samples and of their
    /// interpolation.
    #[must_use]
    pub fn with_error(mut self, error: f64) -> Self {
        self.error = error;
        self
    }

    /// The trigonometric interpolant of samples at θ_j = jL/n, j = 0 … n−1 (the end of the period excluded).
    ///
    /// For even n the highest harmonic, whose phase the samples do not fix, is taken as a pure cosine.
    pub fn from_samples(period: f64, samples: &[f64]) -> Self {
        let n = samples.len();
        if n == 0 {
            return Self::constant(period, 0.0);
        }
        let transform = realfft::RealFftPlanner::<f64>::new().plan_fft_forward(n);
        let mut input = samples.to_vec();
        let mut harmonics = transform.make_output_vec();
        // The lengths are the planner's own, so the transform cannot refuse them.
        let _ = transform.process(&mut input, &mut harmonics);
        let scale = 1.0 / n as f64;
        for c in &mut harmonics {
            *c *= scale;
        }
        if n.is_multiple_of(2)
            && let Some(last) = harmonics.last_mut()
        {
            *last *= 0.5;
        }
        Self::from_harmonics(period, harmonics)
    }

    /// The same curve moved by `angle` towards larger θ: f(θ − angle).
    #[must_use]
    pub fn moved(&self, angle: f64) -> Self {
        let turn = TAU * (angle / self.period).rem_euclid(1.0);
        let harmonics = self.harmonics.iter().enumerate().map(|(k, c)| c * Complex64::cis(-turn * k as f64));
        Self::from_harmonics(self.period, harmonics.collect())
    }

    /// Sample a function at n equidistant angles and interpolate.
    pub fn from_function(period: f64, n: usize, f: impl Fn(f64) -> f64) -> Self {
        let samples: Vec<f64> = (0..n).map(|j| f(period * j as f64 / n as f64)).collect();
        Self::from_samples(period, &samples)
    }

    /// The period L in rad.
    pub fn period(&self) -> f64 {
        self.period
    }

    /// The Fourier coefficients c_0, c_1, … c_K.
    pub fn harmonics(&self) -> &[Complex64] {
        &self.harmonics
    }

    /// The coefficient c_k for any integer k, zero beyond the series.
    pub fn harmonic(&self, k: isize) -> Complex64 {
        let c = self.harmonics.get(k.unsigned_abs()).copied().unwrap_or_default();
        if k < 0 { c.conj() } else { c }
    }

    /// The mean value over a period, (1/L) ∮ f dθ.
    pub fn mean(&self) -> f64 {
        self.harmonics[0].re
    }

    /// The root mean square over θ of how far the series may be from the function that it stands for, with rounding.
    ///
    /// It is carried through [`Periodic::combine`], [`Periodic::derivative`] and the like.
    pub fn error(&self) -> f64 {
        let squares: f64 = self.harmonics[1..].iter().map(|c| 2.0 * c.norm_sqr()).sum();
        self.error + ROUNDING * (self.harmonics[0].re.powi(2) + squares).sqrt()
    }

    /// f(θ).
    pub fn value(&self, theta: f64) -> f64 {
        // Horner's rule in z = e^{2πiθ/L} is as stable as the series itself because |z| = 1.
        let z = Complex64::cis(TAU * (theta / self.period).rem_euclid(1.0));
        let mut sum = Complex64::default();
        for c in self.harmonics[1..].iter().rev() {
            sum = (sum + c) * z;
        }
        self.harmonics[0].re + 2.0 * sum.re
    }

    /// f at many angles.
    pub fn values(&self, angles: &[f64]) -> Vec<f64> {
        const LANES: usize = 8;
        let mut values = Vec::with_capacity(angles.len());
        for block in angles.chunks(LANES) {
            // Horner's rule as in `value`, for eight angles at once.
            let mut z = [[0.0; LANES]; 2];
            for (lane, theta) in block.iter().enumerate() {
                (z[1][lane], z[0][lane]) = (TAU * (theta / self.period).rem_euclid(1.0)).sin_cos();
            }
            let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
            for c in self.harmonics[1..].iter().rev() {
                for lane in 0..LANES {
                    let (a, b) = (re[lane] + c.re, im[lane] + c.im);
                    re[lane] = a * z[0][lane] - b * z[1][lane];
                    im[lane] = a * z[1][lane] + b * z[0][lane];
                }
            }
            values.extend(re[..block.len()].iter().map(|re| self.harmonics[0].re + 2.0 * re));
        }
        values
    }

    /// (f(θ), f′(θ)).
    pub fn value_and_slope(&self, theta: f64) -> (f64, f64) {
        let z = Complex64::cis(TAU * (theta / self.period).rem_euclid(1.0));
        // Horner's rule for Σ c_k z^k and for its derivative, d/dθ = (2πi/L) z d/dz.
        let (mut sum, mut slope) = (Complex64::default(), Complex64::default());
        for c in self.harmonics.iter().rev() {
            slope = slope * z + sum;
            sum = sum * z + c;
        }
        (2.0 * sum.re - self.harmonics[0].re, -2.0 * (TAU / self.period) * (slope * z).im)
    }

    /// f(θ), f′(θ) and f″(θ).
    pub fn derivatives(&self, theta: f64) -> [f64; 3] {
        let unit = TAU / self.period;
        let z = Complex64::cis(TAU * (theta / self.period).rem_euclid(1.0));
        // Horner's rule for p = Σ c_k z^k with p′ and p″/2; d/dθ = i (2π/L) z d/dz.
        let (mut p, mut first, mut second) =
            (Complex64::default(), Complex64::default(), Complex64::default());
        for c in self.harmonics.iter().rev() {
            second = second * z + first;
            first = first * z + p;
            p = p * z + c;
        }
        let curvature = (first + 2.0 * second * z) * z;
        [2.0 * p.re - self.harmonics[0].re, -2.0 * unit * (first * z).im, -2.0 * unit * unit * curvature.re]
    }

    /// Values at θ_j = jL/n, j = 0 … n−1.
    pub fn samples(&self, n: usize) -> Vec<f64> {
        if n == 0 {
            return Vec::new();
        }
        if 2 * self.harmonics.len() > n + 1 {
            return (0..n).map(|j| self.value(self.period * j as f64 / n as f64)).collect();
        }
        let transform = realfft::RealFftPlanner::<f64>::new().plan_fft_inverse(n);
        let mut spectrum = transform.make_input_vec();
        spectrum[..self.harmonics.len()].copy_from_slice(&self.harmonics);
        let mut output = transform.make_output_vec();
        let _ = transform.process(&mut spectrum, &mut output);
        output
    }

    /// f′ = ∂_θ f.
    #[must_use]
    pub fn derivative(&self) -> Self {
        let harmonics = self.map_harmonics(|ik, c| ik * c);
        // An error that the highest harmonic may hold.
        let steepest = TAU / self.period * harmonics.len().saturating_sub(1) as f64;
        Self { period: self.period, harmonics, error: steepest * self.error() }
    }

    /// The antiderivative of f − mean(f), itself with zero mean.
    #[must_use]
    pub fn antiderivative(&self) -> Self {
        let mut harmonics = self.map_harmonics(|ik, c| c / ik);
        harmonics[0] = Complex64::default();
        // An error that the lowest harmonic may hold.
        Self { period: self.period, harmonics, error: self.period / TAU * self.error() }
    }

    fn map_harmonics(&self, f: impl Fn(Complex64, Complex64) -> Complex64) -> Vec<Complex64> {
        let unit = TAU / self.period;
        self.harmonics.iter().enumerate().map(|(k, &c)| f(Complex64::new(0.0, unit * k as f64), c)).collect()
    }

    /// a f + b g, for two functions of one period.
    #[must_use]
    pub fn combine(&self, a: f64, other: &Self, b: f64) -> Self {
        let n = self.harmonics.len().max(other.harmonics.len());
        let harmonics = (0..n)
            .map(|k| {
                let at = |f: &Self| f.harmonics.get(k).copied().unwrap_or_default();
                a * at(self) + b * at(other)
            })
            .collect();
        let error = a.abs() * self.error() + b.abs() * other.error();
        Self { period: self.period, harmonics, error }
    }

    /// f + constant.
    #[must_use]
    pub fn offset(&self, constant: f64) -> Self {
        let mut shifted = self.clone();
        shifted.harmonics[0].re += constant;
        shifted
    }

    /// The mean over its `parts` copies moved by whole parts of the period, which has the period L/parts.
    #[must_use]
    pub fn folded(&self, parts: usize) -> Self {
        let parts = parts.max(1);
        let harmonics = self.harmonics.iter().step_by(parts).copied().collect();
        Self { period: self.period / parts as f64, harmonics, error: self.error }
    }

    /// The same function, told to have the period `parts` L.
    #[must_use]
    pub fn repeated(&self, parts: usize) -> Self {
        let parts = parts.max(1);
        let mut harmonics = vec![Complex64::default(); parts * (self.harmonics.len() - 1) + 1];
        for (k, c) in self.harmonics.iter().enumerate() {
            harmonics[parts * k] = *c;
        }
        Self { period: self.period * parts as f64, harmonics, error: self.error }
    }

    /// The greatest common divisor of the orders k > 0 with |2 c_k| > `least`; 0 if there are none.
    pub fn common_order(&self, least: f64) -> usize {
        let contained = self.harmonics.iter().enumerate().filter(|(_, c)| 2.0 * c.norm() > least);
        contained.map(|(k, _)| k).fold(0, greatest_common_divisor)
    }

    /// The lowest minimum over a period: (θ, f(θ)), θ in [0, L).
    pub fn minimum(&self) -> (f64, f64) {
        let n = (16 * self.harmonics.len()).max(64);
        let samples = self.samples(n);
        let step = self.period / n as f64;
        // Each minimum of the samples with what a parabola through its neighbours makes of it: the lowest sample need not be at the
        // lowest minimum.
        let mut candidates: Vec<(usize, f64, f64)> = Vec::new();
        for (j, &f) in samples.iter().enumerate() {
            let (before, after) = (samples[(j + n - 1) % n], samples[(j + 1) % n]);
            if f <= before && f <= after {
                let bend = before - 2.0 * f + after;
                let drop = if bend > 0.0 { (before - after).powi(2) / (8.0 * bend) } else { 0.0 };
                candidates.push((j, f - drop, drop));
            }
        }
        candidates.sort_by(|a, b| a.1.total_cmp(&b.1));
        let Some(&(_, lowest, _)) = candidates.first() else { return (0.0, samples[0]) };
        // A parabola is right to a small part of what it drops by.
        candidates.retain(|(_, value, drop)| value - drop <= lowest);
        candidates.truncate(MOST_MINIMA);
        let (first, second) = (self.derivative(), self.derivative().derivative());
        let refined: Vec<(f64, f64)> = candidates
            .iter()
            .map(|&(j, ..)| self.refined_minimum(&first, &second, j as f64 * step, step))
            .collect();
        let lowest = refined.iter().map(|(_, f)| *f).fold(f64::INFINITY, f64::min);
        // Of minima that differ by rounding only the first.
        let same = lowest + 1e-14 * samples.iter().map(|f| f.abs()).fold(0.0, f64::max);
        refined
            .into_iter()
            .filter(|(_, f)| *f <= same)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map_or((0.0, samples[0]), |(theta, _)| (theta, lowest))
    }

    /// Newton on f′ from a sample at `start`, kept within a `step` of it: (θ, f(θ)), the sample's where that is lower.
    fn refined_minimum(&self, first: &Self, second: &Self, start: f64, step: f64) -> (f64, f64) {
        let mut theta = start;
        for _ in 0..30 {
            let curvature = second.value(theta);
            if curvature <= 0.0 {
                break;
            }
            let next = (theta - first.value(theta) / curvature).clamp(start - step, start + step);
            if (next - theta).abs() <= 1e-15 * self.period {
                theta = next;
                break;
            }
            theta = next;
        }
        let (refined, sampled) = (self.value(theta), self.value(start));
        if refined <= sampled { (theta.rem_euclid(self.period), refined) } else { (start, sampled) }
    }

    /// The highest maximum over a period: (θ, f(θ)).
    pub fn maximum(&self) -> (f64, f64) {
        let (theta, f) = self.combine(-1.0, self, 0.0).minimum();
        (theta, -f)
    }

    /// max |f| over a period.
    pub fn magnitude(&self) -> f64 {
        self.maximum().1.abs().max(self.minimum().1.abs())
    }

    /// An estimate of the interpolation error: the sum of |2 c_k| over the highest eighth of the harmonics, two at least.
    ///
    /// It bounds what the kept part of that octave contributes anywhere; for a smooth function the part that was cut is smaller.
    pub fn tail(&self) -> f64 {
        let n = self.harmonics.len();
        let start = n.saturating_sub((n / 8).max(2));
        self.harmonics[start.max(1)..].iter().map(|c| 2.0 * c.norm()).sum()
    }

    /// The same function without the highest harmonics whose sum of |2 c_k| stays below `tolerance`.
    #[must_use]
    pub fn truncated(&self, tolerance: f64) -> Self {
        let mut kept = self.harmonics.len();
        let mut cut = 0.0;
        while kept > 1 {
            cut += 2.0 * self.harmonics[kept - 1].norm();
            if cut > tolerance {
                break;
            }
            kept -= 1;
        }
        let lost = if kept < self.harmonics.len() { tolerance } else { 0.0 };
        Self { period: self.period, harmonics: self.harmonics[..kept].to_vec(), error: self.error + lost }
    }
}

/// The greatest common divisor; that of 0 and b is b.
pub fn greatest_common_divisor(mut a: usize, mut b: usize) -> usize {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(theta: f64) -> f64 {
        (2.0 * theta).sin().exp()
    }

    #[test]
    fn interpolates_a_smooth_function_for_odd_and_even_grids() {
        for n in [63, 64] {
            let f = Periodic::from_function(TAU / 2.0, n, example);
            for theta in [0.0, 0.3, 1.7, 3.0, -4.0, 100.0] {
                assert!((f.value(theta) - example(theta)).abs() < 1e-12, "n = {n}, theta = {theta}");
            }
        }
    }

    #[test]
    fn a_moved_function_goes_through_samples_that_begin_anywhere() {
        for n in [63, 64] {
            for start in [-TAU / 4.0, 0.1, 7.0] {
                let samples: Vec<f64> =
                    (0..n).map(|j| example(start + 0.5 * TAU * f64::from(j) / f64::from(n))).collect();
                let f = Periodic::from_samples(TAU / 2.0, &samples).moved(start);
                for theta in [0.0, 0.3, 1.7, 3.0, -4.0] {
                    assert!((f.value(theta) - example(theta)).abs() < 1e-12, "n = {n}, start = {start}");
                }
            }
        }
    }

    #[test]
    fn folding_keeps_what_repeats_and_repeating_undoes_it() {
        let f = Periodic::from_function(TAU, 255, |t| (3.0 * t).sin().exp() + 1e-3 * (2.0 * t).cos());
        assert_eq!(f.common_order(1e-10), 1);
        assert_eq!(f.common_order(2e-3), 3);
        assert_eq!(Periodic::constant(TAU, 1.0).common_order(0.0), 0);
        let folded = f.folded(3);
        assert!((folded.period() - TAU / 3.0).abs() < 1e-15);
        for theta in [0.0, 0.3, 1.7, 5.0] {
            assert!((folded.value(theta) - (3.0 * theta).sin().exp()).abs() < 1e-12);
            assert!((folded.repeated(3).value(theta) - folded.value(theta)).abs() < 1e-13);
        }
        assert!((folded.repeated(3).period() - TAU).abs() < 1e-15);
    }

    #[test]
    fn the_lowest_of_nearly_equal_minima_is_found_wherever_samples_lie() {
        for shift in 0..40 {
            let shift = 0.07 * f64::from(shift);
            for (fold, tilt) in [(3.0, 1e-3), (5.0, 1e-4), (7.0, 1e-6)] {
                let function = |t: f64| (fold * t + shift).cos() + tilt * (t + 2.3 * shift).cos();
                let f = Periodic::from_function(TAU, 63, function);
                // Newton in each well and on each top.
                let slope = |t: f64| -fold * (fold * t + shift).sin() - tilt * (t + 2.3 * shift).sin();
                let bend = |t: f64| -fold * fold * (fold * t + shift).cos() - tilt * (t + 2.3 * shift).cos();
                let extremes: Vec<f64> = (0..2 * fold as i32)
                    .map(|m| {
                        let start = (f64::from(m) * TAU / 2.0 - shift) / fold;
                        function((0..20).fold(start, |t, _| t - slope(t) / bend(t)))
                    })
                    .collect();
                let lowest = extremes.iter().copied().fold(f64::INFINITY, f64::min);
                let highest = extremes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let (at, minimum) = f.minimum();
                assert!((minimum - lowest).abs() < 1e-13, "{fold} {shift}: {minimum} {lowest}");
                assert!((function(at) - lowest).abs() < 1e-13, "{fold} {shift}: {at}");
                assert!((f.maximum().1 - highest).abs() < 1e-13, "{fold} {shift}");
            }
        }
        // Of equal ones the first.
        let (at, _) = Periodic::from_function(TAU, 63, |t| (5.0 * (t - 0.4)).cos()).minimum();
        assert!((at - (0.4 + TAU / 10.0 - TAU / 5.0).rem_euclid(TAU / 5.0)).abs() < 1e-9, "{at}");
    }

    #[test]
    fn samples_agree_with_values_on_any_grid() {
        let f = Periodic::from_function(TAU, 31, |t| (t.cos() + 0.3).exp());
        for n in [7, 31, 64] {
            for (j, s) in f.samples(n).into_iter().enumerate() {
                assert!((s - f.value(TAU * j as f64 / n as f64)).abs() < 1e-13);
            }
            let angles: Vec<f64> = (0..n).map(|j| 0.1 + j as f64).collect();
            let one_by_one = angles.iter().map(|&theta| f.value(theta));
            assert!(f.values(&angles).iter().zip(one_by_one).all(|(a, b)| (a - b).abs() < 1e-13));
        }
    }

    #[test]
    fn derivative_and_antiderivative_are_inverse_up_to_the_mean() {
        let f = Periodic::from_function(TAU, 41, |t| t.sin().exp());
        let round = f.antiderivative().derivative().offset(f.mean());
        let exact = f.derivative();
        for theta in [0.1, 2.0, 5.0] {
            assert!((round.value(theta) - f.value(theta)).abs() < 1e-13);
            assert!((exact.value(theta) - theta.cos() * theta.sin().exp()).abs() < 1e-11);
            let (value, slope) = f.value_and_slope(theta);
            assert!((value - f.value(theta)).abs() < 1e-14 && (slope - exact.value(theta)).abs() < 1e-13);
        }
    }

    #[test]
    fn extrema_are_found_between_the_samples() {
        let f = Periodic::from_function(TAU, 41, |t| 1.5 + (t - 0.12345).cos());
        let (at, value) = f.maximum();
        assert!((value - 2.5).abs() < 1e-14 && (at - 0.12345).abs() < 1e-7);
        let (at, value) = f.minimum();
        assert!((value - 0.5).abs() < 1e-14 && (at - 0.12345 - TAU / 2.0).abs() < 1e-7);
    }

    #[test]
    fn tail_tells_a_resolved_function_from_one_that_is_not() {
        assert!(Periodic::from_function(TAU, 64, example).tail() < 1e-12);
        assert!(Periodic::from_function(TAU, 64, |t| t.sin().abs()).tail() > 1e-4);
    }
}
