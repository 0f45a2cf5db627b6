//! Find the causal factor of a density of states: Ψ with ΨΨ† = M, analytic and without zeros inside of the unit circle.
//!
//! | symbol | meaning                                                  | here    |
//! |--------|----------------------------------------------------------|---------|
//! | M(ϑ)   | positive at every angle of the circle, r × r             | `m`     |
//! | Ψ(ϑ)   | Σ_{k ≥ 0} ψ_k e^{ikϑ}                                    | `psi`   |
//! | \[u\]₊ | u_0/2 + Σ_{k > 0} u_k e^{ikϑ} = (u + i H\[u\])/2         |         |
//! | H\[u\] | the conjugate function, −i sgn(k) u_k                    | `conjugate` |
//!
//! Of one orbital ln Ψ = \[ln M\]₊. Of several, whose M(ϑ) do not commute, Ψ is Newton's limit of
//! Ψ ← Ψ \[Ψ⁻¹ M Ψ⁻† + 1\]₊ (Wilson 1972), from any constant.

use faer::linalg::solvers::DenseSolveCore;
use faer::{Mat, Side};
use num_complex::Complex64;
use realfft::RealFftPlanner;

use super::frame::Matrix;
use crate::error::{Error, Result};

/// The most steps of Newton, and what is left of M − ΨΨ† relative to M when they end.
const STEPS: usize = 60;
const REACHED: f64 = 1e-9;

/// The causal factor of a positive matrix on a circle of equidistant angles.
///
/// # Errors
/// [`Error::NotConverged`] if M is not positive.
pub(super) fn factor(m: &[Matrix]) -> Result<Vec<Matrix>> {
    match m.first().map_or(0, Mat::nrows) {
        1 => scalar(m),
        orbitals => matrix(m, orbitals),
    }
}

fn failed(what: String) -> Error {
    Error::NotConverged {
        quantity: "band",
        what,
        hint: "this is a bug: please report it with the table of the lead".into(),
    }
}

fn scalar(m: &[Matrix]) -> Result<Vec<Matrix>> {
    let logarithm: Vec<f64> = m.iter().map(|m| 0.5 * m[(0, 0)].re.ln()).collect();
    let phase = conjugate(&logarithm)?;
    let psi = logarithm.iter().zip(&phase).map(|(re, im)| Complex64::new(*re, *im).exp());
    Ok(psi.map(|psi| Mat::from_fn(1, 1, |_, _| psi)).collect())
}

fn matrix(m: &[Matrix], orbitals: usize) -> Result<Vec<Matrix>> {
    let zero = Mat::zeros(orbitals, orbitals);
    let mean =
        m.iter().fold(zero, |sum: Matrix, m| sum + m) * faer::Scale(Complex64::from(1.0 / m.len() as f64));
    let start =
        mean.llt(Side::Lower).map_err(|error| failed(format!("a band is not positive: {error:?}")))?;
    let mut psi = vec![start.L().to_owned(); m.len()];
    for _ in 0..STEPS {
        let mut left: f64 = 0.0;
        let mut u: Vec<Matrix> = psi
            .iter()
            .zip(m)
            .map(|(psi, m)| {
                let inverse = psi.partial_piv_lu().inverse();
                let u = &inverse * m * inverse.adjoint();
                left = left.max((&u - Matrix::identity(orbitals, orbitals)).norm_max());
                u + Matrix::identity(orbitals, orbitals)
            })
            .collect();
        if left < REACHED {
            return Ok(psi);
        }
        if !left.is_finite() {
            break;
        }
        for i in 0..orbitals {
            for j in 0..orbitals {
                let re: Vec<f64> = u.iter().map(|u| u[(i, j)].re).collect();
                let im: Vec<f64> = u.iter().map(|u| u[(i, j)].im).collect();
                let (re_conjugate, im_conjugate) = (conjugate(&re)?, conjugate(&im)?);
                for (k, u) in u.iter_mut().enumerate() {
                    let turned = Complex64::new(-im_conjugate[k], re_conjugate[k]);
                    u[(i, j)] = 0.5 * (Complex64::new(re[k], im[k]) + turned);
                }
            }
        }
        for (psi, u) in psi.iter_mut().zip(&u) {
            *psi = &*psi * u;
        }
    }
    Err(failed("the causal factor of a band was not found".into()))
}

/// The conjugate function of samples over the circle.
fn conjugate(values: &[f64]) -> Result<Vec<f64>> {
    let transform = |error: realfft::FftError| failed(error.to_string());
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(values.len()), planner.plan_fft_inverse(values.len()));
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut values.to_vec(), &mut spectrum).map_err(transform)?;
    let last = spectrum.len() - 1;
    for (k, value) in spectrum.iter_mut().enumerate() {
        *value = if k == 0 || k == last { Complex64::default() } else { *value * -Complex64::i() };
    }
    let mut result = inverse.make_output_vec();
    inverse.process(&mut spectrum, &mut result).map_err(transform)?;
    let n = values.len() as f64;
    Ok(result.into_iter().map(|value| value / n).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn a_factor_that_was_multiplied_out_is_found_up_to_a_unitary_matrix() {
        // Ψ = A + B e^{iϑ} with no zero inside of the circle, since B is small beside A.
        let entry = |re: f64, im: f64| Complex64::new(re, im);
        let a = [[entry(1.0, 0.0), entry(0.2, 0.3)], [entry(-0.1, 0.4), entry(0.8, 0.1)]];
        let b = [[entry(0.2, 0.1), entry(0.0, 0.2)], [entry(0.1, -0.1), entry(-0.2, 0.0)]];
        let of = |entries: [[Complex64; 2]; 2]| Mat::from_fn(2, 2, |i, j| entries[i][j]);
        let (a, b): (Matrix, Matrix) = (of(a), of(b));
        let n = 64;
        let exact: Vec<Matrix> = (0..n)
            .map(|k| &a + &b * faer::Scale(Complex64::cis(TAU * f64::from(k) / f64::from(n))))
            .collect();
        let m: Vec<Matrix> = exact.iter().map(|psi| psi * psi.adjoint()).collect();
        let found = factor(&m).unwrap_or_default();
        let unitary = exact[0].partial_piv_lu().inverse() * &found[0];
        for (exact, found) in exact.iter().zip(&found) {
            assert!((exact * &unitary - found).norm_max() < 1e-8);
        }
        let one = m.iter().map(|m| Mat::from_fn(1, 1, |_, _| m[(0, 0)])).collect::<Vec<Matrix>>();
        for (psi, m) in factor(&one).unwrap_or_default().iter().zip(&one) {
            assert!((psi[(0, 0)].norm_sqr() - m[(0, 0)].re).abs() < 1e-13);
        }
    }
}
