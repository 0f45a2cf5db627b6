//! Fit the band of a lead by a few sites: any Γ(ω) as the square of a sum of poles.
//!
//! | symbol   | meaning                                                             | here                |
//! |----------|---------------------------------------------------------------------|---------------------|
//! | Γ(ω)     | broadening, its largest value 1; 0 outside of the band              | `broadening`        |
//! | F(ω)     | Σ_k r_k/(ω − z_k), Im z_k < 0, with \|F\|² = Γ                        | `poles`, `residues` |
//! | x        | ω, with the band from −1 to 1                                       | `x`                 |
//!
//! F is taken without zeros above the real axis, where ln F is analytic: its phase is the conjugate function of ½ ln Γ on the
//! circle x = tan(ϑ/2). Where Γ vanishes it is lifted by a small Lorentzian. Poles and residues come from vector fitting
//! (Gustavsen & Semlyen 1999). Whatever they are, \|F\|² ≥ 0, so that what was fitted is a lead too.
//!
//! With A = diag z, P_jk = −i/(z_j − z_k*) and P = LL†, the matrix L⁻¹AL = H − (i/2) b b†, b = L⁻¹(1, …, 1), has a Hermitian H:
//! the lead is the sites of H, the last of all baths at b, the molecule at c = rᵀL, and Σ = c(ω − H + (i/2) b b†)⁻¹c† has −2 Im Σ = Γ. Of one
//! pole r = W at ε − iW this makes the site of a Lorentzian.

use faer::linalg::solvers::DenseSolveCore;
use faer::prelude::SolveLstsq;
use faer::{Mat, Side};
use num_complex::Complex64;

use super::frame::Matrix;
use super::sites::Sites;
use crate::error::{Error, Result};

/// Angles ϑ on the circle.
const CIRCLE: usize = 1 << 15;

/// So many of them are fitted, spread evenly over the changes of F.
const FITTED: usize = 400;

/// Rounds of vector fitting.
const ROUNDS: usize = 20;

/// The numbers of poles that are tried.
const POLES: [usize; 11] = [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24];

/// The lift of Γ where it vanishes, as a part of the error allowed.
const LIFT: f64 = 0.1;

/// A band in the units of x.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The sites that stand for it, energies and broadenings in units of x.
    pub(super) sites: Sites,
    /// The largest deviation of Γ at any energy, relative to its largest value.
    pub error: f64,
}

/// What is fitted.
struct Target {
    x: Vec<f64>,
    f: Vec<Complex64>,
    /// Whether Γ(−x) = Γ(x), so that the poles are mirrored in pairs; a fit without that symmetry would make a wind.
    symmetric: bool,
}

/// Fit Γ(x), which is at most 1, and 0 outside of −1 to 1, to an error of `accuracy`.
///
/// # Errors
/// [`Error::NotConverged`] if no number of poles that is tried is so accurate.
pub fn fit(broadening: impl Fn(f64) -> f64, accuracy: f64) -> Result<Fit> {
    let angles =
        (0..CIRCLE).map(|i| (i as f64 + 0.5) / CIRCLE as f64 * std::f64::consts::TAU - std::f64::consts::PI);
    let x: Vec<f64> = angles.map(|angle| (0.5 * angle).tan()).collect();
    let gamma: Vec<f64> =
        x.iter().map(|&x| if x.abs() <= 1.0 { broadening(x).max(0.0) } else { 0.0 }).collect();
    let target = Target::new(&x, &gamma, LIFT * accuracy)?;
    let mut best: Option<Fit> = None;
    for count in POLES {
        let Some((poles, residues)) = target.poles(count) else { continue };
        let Some(sites) = sites(&poles, &residues) else { continue };
        let deviation = |(x, gamma): (&f64, &f64)| {
            let f: Complex64 = poles.iter().zip(&residues).map(|(z, r)| r / (x - z)).sum();
            (f.norm_sqr() - gamma).abs()
        };
        let error = x.iter().zip(&gamma).map(deviation).fold(0.0, f64::max);
        if best.as_ref().is_none_or(|best| error < best.error) {
            best = Some(Fit { sites, error });
        }
        if error <= accuracy {
            break;
        }
    }
    let reached = best.as_ref().map_or(1.0, |fit| fit.error);
    best.filter(|fit| fit.error <= accuracy).ok_or_else(|| Error::NotConverged {
        quantity: "band",
        what: format!(
            "the best fit of a band by up to {} sites differs from it by {reached:.2e} of its maximum, more than the accuracy {accuracy}",
            POLES[POLES.len() - 1]
        ),
        hint: "allow a larger `accuracy`, or smooth the steps and the spikes of Γ".into(),
    })
}

impl Target {
    /// F on the real axis from Γ on the circle.
    fn new(x: &[f64], gamma: &[f64], lift: f64) -> Result<Self> {
        let failed = |error: realfft::FftError| Error::NotConverged {
            quantity: "band",
            what: error.to_string(),
            hint: "this is a bug: please report it".into(),
        };
        let mut planner = realfft::RealFftPlanner::<f64>::new();
        // Without its decay as 1/x² what remains is positive everywhere, infinity included.
        let level = |(x, gamma): (&f64, &f64)| 0.5 * (gamma * (1.0 + x * x) + lift).ln();
        let mut real: Vec<f64> = x.iter().zip(gamma).map(level).collect();
        let logarithm = real.clone();
        let (forward, inverse) = (planner.plan_fft_forward(real.len()), planner.plan_fft_inverse(real.len()));
        let mut spectrum = forward.make_output_vec();
        forward.process(&mut real, &mut spectrum).map_err(failed)?;
        let last = spectrum.len() - 1;
        for (k, value) in spectrum.iter_mut().enumerate() {
            *value = if k == 0 || k == last { Complex64::default() } else { *value * -Complex64::i() };
        }
        let mut phase = inverse.make_output_vec();
        inverse.process(&mut spectrum, &mut phase).map_err(failed)?;
        let n = x.len() as f64;
        let f: Vec<Complex64> = logarithm
            .iter()
            .zip(&phase)
            .zip(x)
            .map(|((logarithm, phase), &x)| {
                Complex64::new(*logarithm, phase / n).exp() / Complex64::new(x, 1.0)
            })
            .collect();
        // Evenly over the circle and over the way that F goes.
        let step = |i: usize| (f[i] - f[i - 1]).norm();
        let whole: f64 = (1..f.len()).map(step).sum();
        let (mut passed, mut chosen) = (0.0, vec![0]);
        for i in 1..f.len() {
            passed += 0.5 * step(i) / whole + 0.5 / n;
            if passed * FITTED as f64 >= chosen.len() as f64 {
                chosen.push(i);
            }
        }
        let mirrored: Vec<usize> = chosen.iter().map(|i| f.len() - 1 - i).collect();
        chosen.extend(mirrored);
        chosen.sort_unstable();
        chosen.dedup();
        let of = |i: &usize| (x[*i], f[*i]);
        let (x, f) = chosen.iter().map(of).unzip();
        let symmetric = gamma.iter().zip(gamma.iter().rev()).all(|(a, b)| (a - b).abs() < 1e-9);
        Ok(Self { x, f, symmetric })
    }

    /// z_k and r_k, from as many poles spread over the band; none where a system is singular.
    fn poles(&self, count: usize) -> Option<(Vec<Complex64>, Vec<Complex64>)> {
        let spacing = 2.0 / count as f64;
        let mut poles: Vec<Complex64> =
            (0..count).map(|k| Complex64::new((k as f64 + 0.5) * spacing - 1.0, -0.5 * spacing)).collect();
        let rows = self.x.len();
        let f = Mat::from_fn(rows, 1, |i, _| self.f[i]);
        for _ in 0..ROUNDS {
            // Σ r_k/(x − z_k) = F (1 + Σ s_k/(x − z_k)): the zeros of the bracket are the poles of F.
            let system = Mat::from_fn(rows, 2 * count, |i, k| {
                let factor = if k < count { Complex64::from(1.0) } else { -self.f[i] };
                factor / (self.x[i] - poles[k % count])
            });
            let solution = system.qr().solve_lstsq(&f);
            let bracket = Mat::from_fn(count, count, |i, j| {
                let diagonal = if i == j { poles[i] } else { Complex64::default() };
                diagonal - solution[(count + j, 0)]
            });
            let zeros = bracket.eigenvalues().ok()?;
            poles = zeros.iter().map(|z| Complex64::new(z.re, -z.im.abs().max(1e-9))).collect();
            if self.symmetric {
                poles =
                    mirrors(&poles).iter().zip(&poles).map(|(&j, z)| 0.5 * (z - poles[j].conj())).collect();
            }
        }
        let system = Mat::from_fn(rows, count, |i, k| 1.0 / (self.x[i] - poles[k]));
        let residues = system.qr().solve_lstsq(&f);
        let mut residues: Vec<Complex64> = (0..count).map(|k| residues[(k, 0)]).collect();
        if self.symmetric {
            // F(−x) = −F(x)*
            let mirrors = mirrors(&poles);
            residues = (0..count).map(|k| 0.5 * (residues[k] + residues[mirrors[k]].conj())).collect();
        }
        poles.iter().chain(&residues).all(|z| z.is_finite()).then_some((poles, residues))
    }
}

/// Which pole stands closest to the mirror image −z* of each.
fn mirrors(poles: &[Complex64]) -> Vec<usize> {
    let away = |z: &Complex64, j: usize| (poles[j] + z.conj()).norm();
    let closest = |z: &Complex64| (0..poles.len()).min_by(|&i, &j| away(z, i).total_cmp(&away(z, j)));
    poles.iter().map(|z| closest(z).unwrap_or_default()).collect()
}

/// The sites of Σ_k r_k/(x − z_k); none where poles are too close to each other.
fn sites(poles: &[Complex64], residues: &[Complex64]) -> Option<Sites> {
    let n = poles.len();
    let gram: Matrix = Mat::from_fn(n, n, |j, k| -Complex64::i() / (poles[j] - poles[k].conj()));
    let lower = gram.llt(Side::Lower).ok()?.L().to_owned();
    let inverse = lower.partial_piv_lu().inverse();
    let a = &inverse * Mat::from_fn(n, n, |i, j| poles[i] * lower[(i, j)]);
    let hamiltonian = Mat::from_fn(n, n, |i, j| 0.5 * (a[(i, j)] + a[(j, i)].conj()));
    let broadening = (0..n).map(|i| (0..n).map(|k| inverse[(i, k)]).sum()).collect();
    let hopping = (0..n).map(|j| (0..n).map(|k| residues[k] * lower[(k, j)]).sum()).collect();
    let sites = Sites { hamiltonian, broadening, hopping };
    sites.is_finite().then_some(sites)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn semicircle(x: f64) -> f64 {
        (1.0 - x * x).max(0.0).sqrt()
    }

    #[test]
    fn a_lorentzian_is_one_site() {
        let z = Complex64::new(0.2, -0.5);
        let sites = sites(&[z], &[Complex64::from(0.5)]).unwrap_or_else(|| unreachable!());
        assert!((sites.hamiltonian[(0, 0)] - 0.2).norm() < 1e-15);
        assert!((sites.broadening[0] - 1.0).norm() < 1e-15 && (sites.hopping[0] - 0.5).norm() < 1e-15);
    }

    #[test]
    fn sites_have_the_broadening_that_was_fitted_and_the_shift_that_belongs_to_it() {
        let found = fit(semicircle, 0.02).unwrap_or_else(|error| unreachable!("{error}"));
        assert!(found.error <= 0.02 && found.sites.count() <= 16, "{found:?}");
        for i in -30..=30 {
            let x = 0.07 * f64::from(i) + 0.001;
            let sigma = found.sites.self_energy(x);
            assert!((-2.0 * sigma.im - semicircle(x)).abs() <= found.error + 1e-12, "{x}");
            // Of the chain: Σ = ½ (x − i sqrt(1 − x²)), outside of the band ½ (x ∓ sqrt(x² − 1)).
            let outside = (x * x - 1.0).max(0.0).sqrt().copysign(x);
            assert!((sigma.re - 0.5 * (x - outside)).abs() < 0.02, "{x}: {sigma}");
        }
    }

    #[test]
    fn more_accuracy_takes_more_sites_and_a_step_is_refused() {
        let count = |accuracy: f64| fit(semicircle, accuracy).map_or(0, |fit| fit.sites.count());
        assert!(0 < count(0.2) && count(0.2) < count(0.03));
        let error = fit(|x| if x > 0.1 { 1.0 } else { 0.0 }, 0.01).err();
        assert!(error.is_some_and(|error| error.to_string().contains("of its maximum")));
    }
}
