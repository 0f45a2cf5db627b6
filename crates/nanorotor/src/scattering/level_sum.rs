//! Sum matrices, one a level, each times a number that differs from energy to energy; energies in lanes.

use num_complex::Complex64;

use super::block::ComplexLanes;
use crate::instructions::round_by_round;

/// So many sums run at once that their lanes fit the vector registers and one's additions fill the other's waits.
const AT_ONCE: usize = 4;

/// Σ_j x_j C_j for fixed matrices C_j.
#[derive(Debug, Clone)]
pub(super) struct LevelSum {
    /// Groups of at most [`AT_ONCE`] entries; in a group all entries of C_0, then those of C_1, …
    coefficients: Vec<Complex64>,
    entries: usize,
}

impl LevelSum {
    /// From entry e of C_j as `coefficient(j, e)`.
    pub(super) fn new(
        levels: usize,
        entries: usize,
        coefficient: impl Fn(usize, usize) -> Complex64,
    ) -> Self {
        let mut coefficients = Vec::with_capacity(levels * entries);
        let mut first = 0;
        while first < entries {
            let group = group(entries - first);
            for j in 0..levels {
                coefficients.extend((first..first + group).map(|e| coefficient(j, e)));
            }
            first += group;
        }
        Self { coefficients, entries }
    }

    /// The sums of all entries at the energies where the x_j are these.
    #[inline(always)]
    pub(super) fn evaluate(&self, x: &[ComplexLanes], sums: &mut [ComplexLanes]) {
        let (mut coefficients, mut sums) = (&self.coefficients[..], &mut sums[..self.entries]);
        while !sums.is_empty() {
            let group = group(sums.len());
            let (these, others) = coefficients.split_at(group * x.len());
            let (head, tail) = sums.split_at_mut(group);
            match group {
                AT_ONCE => sum::<AT_ONCE>(these, x, head),
                2 => sum::<2>(these, x, head),
                _ => sum::<1>(these, x, head),
            }
            (coefficients, sums) = (others, tail);
        }
    }
}

/// How many of the remaining entries come next.
#[inline(always)]
fn group(remaining: usize) -> usize {
    match remaining {
        AT_ONCE.. => AT_ONCE,
        2.. => 2,
        _ => 1,
    }
}

#[inline(always)]
fn sum<const R: usize>(coefficients: &[Complex64], x: &[ComplexLanes], sums: &mut [ComplexLanes]) {
    let mut running = [ComplexLanes::ZERO; R];
    for (x, c) in x.iter().zip(coefficients.chunks_exact(R)) {
        let c = round_by_round(c);
        for r in 0..R {
            running[r].add_scaled(c[r], x);
        }
    }
    sums.copy_from_slice(&running);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scattering::LANES;

    #[test]
    fn every_number_of_entries_is_summed() {
        for entries in 0..=11 {
            let coefficient = |j: usize, e: usize| Complex64::new((j + 1) as f64, e as f64);
            let x: Vec<_> = (0..3)
                .map(|j| ComplexLanes { re: [1.0; LANES], im: std::array::from_fn(|k| (j + k) as f64) })
                .collect();
            let mut sums = vec![ComplexLanes::ZERO; entries];
            LevelSum::new(3, entries, coefficient).evaluate(&x, &mut sums);
            for (e, sum) in sums.iter().enumerate() {
                for k in 0..LANES {
                    let exact: Complex64 =
                        (0..3).map(|j| coefficient(j, e) * Complex64::new(1.0, (j + k) as f64)).sum();
                    assert_eq!(Complex64::new(sum.re[k], sum.im[k]), exact);
                }
            }
        }
    }
}
