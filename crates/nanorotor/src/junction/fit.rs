//! Fit the band of a lead by a few sites: any Γ(ω), of one orbital or a matrix of several, as the square of a sum of poles.
//!
//! | symbol   | meaning                                                             | here                |
//! |----------|---------------------------------------------------------------------|---------------------|
//! | Γ(ω)     | broadening, its largest norm 1; 0 outside of the band               | `broadening`        |
//! | F(ω)     | Σ_k R_k/(ω − z_k), Im z_k < 0, with FF† = Γ                         | `poles`, `residues` |
//! | x        | ω, with the band from −1 to 1                                       | `x`                 |
//!
//! F is taken without zeros above the real axis (`factor`, on the circle x = tan(ϑ/2)). Where Γ vanishes it is lifted by a small
//! Lorentzian. Poles and residues come from vector fitting (Gustavsen & Semlyen 1999), with one set of poles for all entries.
//! Whatever they are, FF† ≥ 0, so that what was fitted is a lead too.
//!
//! With A = diag z, P_jk = −i/(z_j − z_k*) and P = LL†, the matrix L⁻¹AL = H − (i/2) b b†, b = L⁻¹(1, …, 1), has a Hermitian H:
//! the lead is the sites of H, a copy for each bath β, the last of all baths at b, the molecule at c_β = Σ_k (R_k)_β L_k, and
//! Σ = Σ_β c_β (ω − H + (i/2) b b†)⁻¹ c_β† has i(Σ − Σ†) = Γ. Of one pole R = W at ε − iW this makes the site of a Lorentzian.

use faer::linalg::solvers::DenseSolveCore;
use faer::prelude::SolveLstsq;
use faer::{Mat, Side};
use num_complex::Complex64;

use super::factor::factor;
use super::frame::Matrix;
use super::lorentzian::Lorentzian;
use super::sites::Sites;
use crate::error::{Error, Result};

/// Angles ϑ on the circle, for one orbital and for more.
const CIRCLE: [usize; 2] = [1 << 15, 1 << 12];

/// So many of them are fitted, spread evenly over the changes of F.
const FITTED: usize = 400;

/// Rounds of vector fitting.
const ROUNDS: usize = 20;

/// The numbers of poles that are tried.
const POLES: [usize; 11] = [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24];

/// The lift of Γ where it vanishes, as a part of the error allowed.
const LIFT: f64 = 0.1;

/// Combinations of orbitals with less of ∫Γ than this, as a part of the error allowed, have no bath.
const LEAST: f64 = 0.01;

/// A rougher fit tells what the error of a fit does if its own is at most so much larger; else a finer one does.
const NEAR: f64 = 5.0;

/// Below this error a fit is exact.
const EXACT: f64 = 1e-7;

/// A band in the units of x.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The sites that stand for it, energies and broadenings in units of x.
    pub(super) sites: Sites,
    /// The largest deviation of Γ at any energy, relative to its largest value.
    pub error: f64,
    /// A fit by another number of sites, which shows what the error does to results: the next rougher one, or the next finer one
    /// where that is far off; none where this one is exact.
    pub(super) other: Option<Box<Fit>>,
}

impl Fit {
    /// The one pole of Γ = W²/((x − ε)² + W²), which is exact.
    pub fn lorentzian(center: f64, half_width: f64) -> Self {
        Self { sites: Lorentzian { center, half_width }.sites(), error: 0.0, other: None }
    }

    /// The same with D, the part of Re Σ that does not depend on ω, per largest broadening.
    #[must_use]
    pub fn with_shift(mut self, shift: &Matrix) -> Self {
        self.other = self.other.map(|other| Box::new(other.with_shift(shift)));
        self.sites.shift = shift.clone();
        self
    }

    /// Σ(x) between the orbitals, per largest broadening.
    pub fn self_energy(&self, x: f64) -> Matrix {
        self.sites.self_energy(x)
    }
}

/// What is fitted.
struct Target {
    x: Vec<f64>,
    f: Vec<Matrix>,
    /// Whether Γ(−x) = Γ(x)*, so that the poles are mirrored in pairs; a fit without that symmetry would make a wind.
    symmetric: bool,
}

/// Fit Γ(x) of one orbital, which is at most 1, and 0 outside of −1 to 1, to an error of `accuracy`.
///
/// # Errors
/// [`Error::NotConverged`] if no number of poles that is tried is so accurate.
pub fn fit(broadening: impl Fn(f64) -> f64, accuracy: f64) -> Result<Fit> {
    fit_matrix(|x| Mat::from_fn(1, 1, |_, _| broadening(x).max(0.0).into()), accuracy)
}

/// Fit Γ(x) between several orbitals, positive, with a norm of at most 1, as [`fit`].
///
/// # Errors
/// As [`fit`].
pub fn fit_matrix(broadening: impl Fn(f64) -> Matrix, accuracy: f64) -> Result<Fit> {
    let orbitals = broadening(0.0).nrows();
    let points = CIRCLE[usize::from(orbitals > 1)];
    let angle = |i: usize| (i as f64 + 0.5) / points as f64 * std::f64::consts::TAU - std::f64::consts::PI;
    let x: Vec<f64> = (0..points).map(|i| (0.5 * angle(i)).tan()).collect();
    let nothing = Mat::zeros(orbitals, orbitals);
    let at = |&x: &f64| if x.abs() <= 1.0 { broadening(x) } else { nothing.clone() };
    let gamma: Vec<Matrix> = x.iter().map(at).collect();
    let baths = baths(&gamma, LEAST * accuracy)?;
    let target = Target::new(&x, &gamma, &baths, LIFT * accuracy)?;
    let fitted = |count: usize| {
        let (poles, residues) = target.poles(count)?;
        let residues: Vec<Matrix> = residues.iter().map(|residue| &baths * residue).collect();
        let sites = sites(&poles, &residues)?;
        let deviation = |(x, gamma): (&f64, &Matrix)| {
            let f = f_at(*x, &poles, &residues);
            (&f * f.adjoint() - gamma).norm_l2()
        };
        let error = x.iter().zip(&gamma).map(deviation).fold(0.0, f64::max);
        Some(Fit { sites, error, other: None })
    };
    let better = |a: &Option<Fit>, b: &Fit| a.as_ref().is_none_or(|a| b.error < a.error);
    let (mut best, mut rougher): (Option<Fit>, Option<Fit>) = (None, None);
    for count in POLES {
        let Some(found) = fitted(count) else { continue };
        if better(&best, &found) {
            rougher = best.replace(found);
        } else if best.as_ref().is_some_and(|best| best.error > accuracy) && better(&rougher, &found) {
            rougher = Some(found);
        }
        if best.as_ref().is_some_and(|best| best.error <= accuracy) {
            break;
        }
    }
    let reached = best.as_ref().map_or(1.0, |fit| fit.error);
    let Some(mut best) = best.filter(|fit| fit.error <= accuracy) else {
        return Err(Error::NotConverged {
            quantity: "band",
            what: format!(
                "the best fit of a band by up to {} sites differs from it by {reached:.2e} of its maximum, more than the accuracy {accuracy}",
                POLES[POLES.len() - 1]
            ),
            hint: "allow a larger `accuracy`, or smooth the steps and the spikes of Γ".into(),
        });
    };
    if best.error > EXACT {
        let finer = || POLES.into_iter().filter(|&count| count > best.sites.count()).find_map(fitted);
        let other = rougher.filter(|rougher| rougher.error <= NEAR * best.error).or_else(finer);
        best.other = other.map(Box::new);
    }
    Ok(best)
}

/// F(x).
fn f_at(x: f64, poles: &[Complex64], residues: &[Matrix]) -> Matrix {
    let zero = residues.first().map_or_else(Mat::new, |first| Mat::zeros(first.nrows(), first.ncols()));
    poles.iter().zip(residues).fold(zero, |f: Matrix, (z, residue)| f + residue * faer::Scale(1.0 / (x - z)))
}

/// The combinations of orbitals that leads reach, as columns: those of ∫Γ that are not small.
fn baths(gamma: &[Matrix], least: f64) -> Result<Matrix> {
    let orbitals = gamma.first().map_or(0, Mat::nrows);
    let whole = gamma.iter().fold(Mat::zeros(orbitals, orbitals), |sum: Matrix, gamma| sum + gamma);
    let eigen = whole.self_adjoint_eigen(Side::Lower).map_err(|error| Error::NotConverged {
        quantity: "band",
        what: format!("Γ of a lead cannot be diagonalised: {error:?}"),
        hint: "this is a bug: please report it".into(),
    })?;
    let (values, vectors) = (eigen.S().column_vector(), eigen.U());
    let largest = values[orbitals - 1].re;
    let kept: Vec<usize> = (0..orbitals).filter(|&k| values[k].re > least * largest).collect();
    if kept.len() == orbitals {
        return Ok(Mat::identity(orbitals, orbitals));
    }
    // Of a real Γ the vectors are real, whatever phases they came with.
    let phase = |k: usize| {
        let column = (0..orbitals).map(|i| vectors[(i, k)]);
        let largest =
            column.fold(Complex64::default(), |a, b| if b.norm() > a.norm() * 1.001 { b } else { a });
        largest.conj() / largest.norm()
    };
    let phases: Vec<Complex64> = kept.iter().map(|&k| phase(k)).collect();
    Ok(Mat::from_fn(orbitals, kept.len(), |i, j| vectors[(i, kept[j])] * phases[j]))
}

impl Target {
    /// F on the real axis from Γ on the circle, between baths.
    fn new(x: &[f64], gamma: &[Matrix], baths: &Matrix, lift: f64) -> Result<Self> {
        let count = baths.ncols();
        // Without its decay as 1/x² what remains is positive everywhere, infinity included.
        let lifted = |(x, gamma): (&f64, &Matrix)| {
            let between = baths.adjoint() * gamma * baths;
            Mat::from_fn(count, count, |i, j| {
                let lift = if i == j { lift } else { 0.0 };
                0.5 * (between[(i, j)] + between[(j, i)].conj()) * (1.0 + x * x) + lift
            })
        };
        let m: Vec<Matrix> = x.iter().zip(gamma).map(lifted).collect();
        let causal = |(psi, x): (Matrix, &f64)| psi * faer::Scale(1.0 / Complex64::new(*x, 1.0));
        let f: Vec<Matrix> = factor(&m)?.into_iter().zip(x).map(causal).collect();
        // Evenly over the circle and over the way that F goes.
        let n = x.len() as f64;
        let step = |i: usize| (&f[i] - &f[i - 1]).norm_l2();
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
        let is_mirrored = |(a, b): (&Matrix, &Matrix)| (a - b.conjugate().to_owned()).norm_max() < 1e-9;
        let symmetric = gamma.iter().zip(gamma.iter().rev()).all(is_mirrored);
        let (x, f) = chosen.iter().map(|&i| (x[i], f[i].clone())).unzip();
        Ok(Self { x, f, symmetric })
    }

    /// z_k and R_k, from as many poles spread over the band; none where a system is singular.
    fn poles(&self, count: usize) -> Option<(Vec<Complex64>, Vec<Matrix>)> {
        let spacing = 2.0 / count as f64;
        let mut poles: Vec<Complex64> =
            (0..count).map(|k| Complex64::new((k as f64 + 0.5) * spacing - 1.0, -0.5 * spacing)).collect();
        let (rows, baths) = (self.x.len(), self.f[0].nrows());
        let entries: Vec<(usize, usize)> = (0..baths).flat_map(|i| (0..baths).map(move |j| (i, j))).collect();
        for _ in 0..ROUNDS {
            // Σ r_k/(x − z_k) = F (1 + Σ s_k/(x − z_k)) for every entry of F: what its own r_k cannot do is left to the s_k.
            let (mut system, mut right) =
                (Mat::zeros(entries.len() * count, count), Mat::zeros(entries.len() * count, 1));
            for (e, &entry) in entries.iter().enumerate() {
                let own = Mat::from_fn(rows, 2 * count, |i, k| {
                    let factor = if k < count { Complex64::from(1.0) } else { -self.f[i][entry] };
                    factor / (self.x[i] - poles[k % count])
                });
                let qr = own.qr();
                let f = Mat::from_fn(rows, 1, |i, _| self.f[i][entry]);
                let turned = qr.compute_thin_Q().adjoint() * f;
                for i in 0..count {
                    right[(e * count + i, 0)] = turned[(count + i, 0)];
                    for k in i..count {
                        system[(e * count + i, k)] = qr.thin_R()[(count + i, count + k)];
                    }
                }
            }
            // The zeros of the bracket are the poles of F.
            let s = system.qr().solve_lstsq(&right);
            let bracket = Mat::from_fn(count, count, |i, j| {
                let diagonal = if i == j { poles[i] } else { Complex64::default() };
                diagonal - s[(j, 0)]
            });
            let zeros = bracket.eigenvalues().ok()?;
            poles = zeros.iter().map(|z| Complex64::new(z.re, -z.im.abs().max(1e-9))).collect();
            if self.symmetric {
                poles =
                    mirrors(&poles).iter().zip(&poles).map(|(&j, z)| 0.5 * (z - poles[j].conj())).collect();
            }
        }
        let system = Mat::from_fn(rows, count, |i, k| 1.0 / (self.x[i] - poles[k]));
        let right = Mat::from_fn(rows, entries.len(), |i, e| self.f[i][entries[e]]);
        let residues = system.qr().solve_lstsq(&right);
        let residue = |k: usize| Mat::from_fn(baths, baths, |i, j| residues[(k, i * baths + j)]);
        let mut residues: Vec<Matrix> = (0..count).map(residue).collect();
        if self.symmetric {
            // F(−x) = −F(x)*
            let mirrored = |(k, j): (usize, &usize)| {
                (&residues[k] + residues[*j].conjugate()) * faer::Scale(Complex64::from(0.5))
            };
            residues = mirrors(&poles).iter().enumerate().map(mirrored).collect();
        }
        let is_finite =
            poles.iter().all(|z| z.is_finite()) && residues.iter().all(|r| r.norm_max().is_finite());
        is_finite.then_some((poles, residues))
    }
}

/// Which pole stands closest to the mirror image −z* of each.
fn mirrors(poles: &[Complex64]) -> Vec<usize> {
    let away = |z: &Complex64, j: usize| (poles[j] + z.conj()).norm();
    let closest = |z: &Complex64| (0..poles.len()).min_by(|&i, &j| away(z, i).total_cmp(&away(z, j)));
    poles.iter().map(|z| closest(z).unwrap_or_default()).collect()
}

/// The sites of Σ_k R_k/(x − z_k); none where poles are too close to each other.
fn sites(poles: &[Complex64], residues: &[Matrix]) -> Option<Sites> {
    let n = poles.len();
    let (orbitals, baths) = residues.first().map_or((0, 0), |first| (first.nrows(), first.ncols()));
    let gram: Matrix = Mat::from_fn(n, n, |j, k| -Complex64::i() / (poles[j] - poles[k].conj()));
    let lower = gram.llt(Side::Lower).ok()?.L().to_owned();
    let inverse = lower.partial_piv_lu().inverse();
    let a = &inverse * Mat::from_fn(n, n, |i, j| poles[i] * lower[(i, j)]);
    let hamiltonian = Mat::from_fn(n, n, |i, j| 0.5 * (a[(i, j)] + a[(j, i)].conj()));
    let broadening = (0..n).map(|i| (0..n).map(|k| inverse[(i, k)]).sum()).collect();
    let hopping = Mat::from_fn(orbitals, baths * n, |i, column| {
        let (bath, j) = (column / n, column % n);
        (0..n).map(|k| residues[k][(i, bath)] * lower[(k, j)]).sum::<Complex64>()
    });
    let sites = Sites { hamiltonian, broadening, hopping, shift: Mat::zeros(orbitals, orbitals) };
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
        let sites =
            sites(&[z], &[Mat::from_fn(1, 1, |_, _| Complex64::from(0.5))]).unwrap_or_else(|| unreachable!());
        assert!((sites.hamiltonian[(0, 0)] - 0.2).norm() < 1e-15);
        assert!((sites.broadening[0] - 1.0).norm() < 1e-15 && (sites.hopping[(0, 0)] - 0.5).norm() < 1e-15);
    }

    #[test]
    fn sites_have_the_broadening_that_was_fitted_and_the_shift_that_belongs_to_it() {
        let found = fit(semicircle, 0.02).unwrap_or_else(|error| unreachable!("{error}"));
        assert!(found.error <= 0.02 && found.sites.count() <= 16, "{found:?}");
        for i in -30..=30 {
            let x = 0.07 * f64::from(i) + 0.001;
            let sigma = found.sites.self_energy(x)[(0, 0)];
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
