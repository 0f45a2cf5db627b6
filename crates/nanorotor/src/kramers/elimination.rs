//! Solve the Hermite hierarchy by a matrix continued fraction with two lower neighbours.
//!
//! Eliminated from the highest level down, c_n = R_n c_{n−1} + P_n c_{n−2} + h_n with
//!
//! M_n = −nγ − √(n+1) ∂ R_{n+1}
//! M_n R_n = −√n (f − ∂) + √(n+1) ∂ P_{n+1}
//! M_n P_n = −√(n(n−1)) e
//! M_n h_n = s_n + √(n+1) ∂ h_{n+1}
//!
//! for a source s on the right-hand side of the equation. In the last equation, n = 0, the harmonic k = 0 reads 0 = 0
//! (probability is conserved) and is replaced by normalisation. ∂ mixes only the two phases of one harmonic, so a
//! level costs one factorisation and two triangular solves with 2 × `modes` right-hand sides, about 14/3 `modes`³
//! operations.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::factor::{lu_in_place, lu_in_place_scratch};
use faer::linalg::lu::partial_pivoting::solve::{solve_in_place, solve_in_place_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use faer::perm::PermRef;
use faer::{Accum, MatMut, MatRef, Par, Spec};

use super::basis::add_derivative;
use super::operator::Operator;

/// The factored hierarchy: M_n, R_n and P_n of every level.
pub(super) struct Elimination {
    modes: usize,
    levels: usize,
    wave_numbers: Vec<f64>,
    /// M_0, then [M_n, R_n, P_n] of levels 1 to `levels`, column by column, each M as its LU factors.
    blocks: Vec<f64>,
    /// The row permutation of each M_n and its inverse.
    permutations: Vec<usize>,
}

impl Elimination {
    /// How many bytes the factors take.
    pub(super) fn bytes(modes: usize, levels: usize) -> usize {
        Self::block_elements(modes, levels).saturating_mul(size_of::<f64>())
    }

    fn block_elements(modes: usize, levels: usize) -> usize {
        levels.saturating_mul(3).saturating_add(1).saturating_mul(modes.saturating_mul(modes))
    }

    /// Eliminate all levels from the highest down.
    pub(super) fn new(operator: &Operator, levels: usize) -> Self {
        let modes = operator.modes;
        let area = modes * modes;
        let mut blocks = vec![0.0; Self::block_elements(modes, levels)];
        let mut permutations = vec![0; 2 * modes * (levels + 1)];
        let requirement = lu_in_place_scratch::<usize, f64>(modes, 3 * modes, Par::Seq, Spec::default());
        let mut memory = MemBuffer::new(requirement);
        let (lowest, upper) = blocks.split_at_mut(area);
        let mut above: Option<&[f64]> = None;
        let levels_down = (1..=levels).rev();
        for ((n, block), rows) in
            levels_down.zip(upper.rchunks_exact_mut(3 * area)).zip(permutations.rchunks_exact_mut(2 * modes))
        {
            assemble(operator, n, above, block);
            factor(modes, 3 * modes, block, rows, &mut memory);
            above = Some(block);
        }
        if let Some(above) = above {
            // M_0 = −∂ R_1, with the normalisation in the place of k = 0.
            let r = &above[area..2 * area];
            for (m, r) in lowest.chunks_exact_mut(modes).zip(r.chunks_exact(modes)) {
                add_derivative(m, -1.0, r, &operator.wave_numbers);
            }
        }
        lowest[0] = 1.0;
        factor(modes, modes, lowest, &mut permutations[..2 * modes], &mut memory);
        Self { modes, levels, wave_numbers: operator.wave_numbers.clone(), blocks, permutations }
    }

    /// Solve the equation with the right-hand side `source` and (1/L) ∫∫ p = `normalisation`.
    ///
    /// Source and solution hold c_0, c_1, … one after the other; no source is a source of zero.
    pub(super) fn solve(&self, source: Option<&[f64]>, normalisation: f64) -> Vec<f64> {
        let (modes, levels) = (self.modes, self.levels);
        let requirement = solve_in_place_scratch::<usize, f64>(modes, 1, Par::Seq);
        let mut memory = MemBuffer::new(requirement);
        let mut solution = match source {
            Some(source) => source.to_vec(),
            None => vec![0.0; modes * (levels + 1)],
        };
        if source.is_some() {
            for n in (1..=levels).rev() {
                let (lower, higher) = solution.split_at_mut((n + 1) * modes);
                let h = &mut lower[n * modes..];
                if n < levels {
                    add_derivative(h, ((n + 1) as f64).sqrt(), &higher[..modes], &self.wave_numbers);
                }
                self.divide(n, h, &mut memory);
            }
        }
        let (lowest, higher) = solution.split_at_mut(modes);
        add_derivative(lowest, 1.0, &higher[..modes], &self.wave_numbers);
        lowest[0] = normalisation;
        self.divide(0, lowest, &mut memory);
        for n in 1..=levels {
            let (lower, higher) = solution.split_at_mut(n * modes);
            let mut c = MatMut::from_column_major_slice_mut(&mut higher[..modes], modes, 1);
            for below in 1..=n.min(2) {
                let neighbour = &lower[(n - below) * modes..(n - below + 1) * modes];
                let neighbour = MatRef::from_column_major_slice(neighbour, modes, 1);
                matmul(c.as_mut(), Accum::Add, self.block(n, below), neighbour, 1.0, Par::Seq);
            }
        }
        solution
    }

    /// Block 0, 1 or 2 of level n: the factors of M_n, R_n or P_n.
    fn block(&self, n: usize, which: usize) -> MatRef<'_, f64> {
        let area = self.modes * self.modes;
        let start = if n == 0 { 0 } else { area * (1 + 3 * (n - 1) + which) };
        MatRef::from_column_major_slice(&self.blocks[start..start + area], self.modes, self.modes)
    }

    /// x ← M_n⁻¹ x.
    fn divide(&self, n: usize, x: &mut [f64], memory: &mut MemBuffer) {
        let modes = self.modes;
        let (rows, inverse) = self.permutations[2 * modes * n..2 * modes * (n + 1)].split_at(modes);
        let permutation = PermRef::new_checked(rows, inverse, modes);
        let x = MatMut::from_column_major_slice_mut(x, modes, 1);
        let factors = self.block(n, 0);
        solve_in_place(factors, factors, permutation, x, Par::Seq, MemStack::new(memory));
    }
}

/// Write [M_n | M_n R_n | M_n P_n] into the columns of `block`, given the finished level above.
fn assemble(operator: &Operator, n: usize, above: Option<&[f64]>, block: &mut [f64]) {
    let modes = operator.modes;
    let area = modes * modes;
    let level = n as f64;
    let (up, down, two_down) = ((level + 1.0).sqrt(), level.sqrt(), (level * (level - 1.0)).sqrt());
    for j in 0..modes {
        let columns = |which: usize| which * area + j * modes..which * area + (j + 1) * modes;
        let blocks = [(&operator.damping, level), (&operator.drive, down), (&operator.heating, two_down)];
        for (which, (matrix, factor)) in blocks.into_iter().enumerate() {
            for (entry, value) in block[columns(which)].iter_mut().zip(matrix.col_as_slice(j)) {
                *entry = -factor * value;
            }
        }
        if let Some(above) = above {
            add_derivative(&mut block[columns(0)], -up, &above[columns(1)], &operator.wave_numbers);
            add_derivative(&mut block[columns(1)], up, &above[columns(2)], &operator.wave_numbers);
        }
    }
}

/// Factor the leading square of `block` in place and divide the columns right of it by it.
fn factor(modes: usize, columns: usize, block: &mut [f64], rows: &mut [usize], memory: &mut MemBuffer) {
    let mut whole = MatMut::from_column_major_slice_mut(block, modes, columns);
    let (rows, inverse) = rows.split_at_mut(modes);
    // Factoring the wide matrix [M | B] leaves L⁻¹ B in the place of B.
    lu_in_place(whole.as_mut(), rows, inverse, Par::Seq, MemStack::new(memory), Spec::default());
    let (factors, right) = whole.split_at_col_mut(modes);
    solve_upper_triangular_in_place(factors.as_ref(), right, Par::Seq);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::{Landscape, Periodic};

    const MODES: usize = 9;
    const LEVELS: usize = 12;

    fn operator() -> Operator {
        let f = |f: fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
        let landscape =
            Landscape::new(f(|t| 0.3 + t.sin()), f(|t| 1.0 + 0.4 * t.cos()), f(|t| 2.5 + (t + 1.0).sin()));
        Operator::new(&landscape.unwrap(), 0.7, 1.1, MODES)
    }

    /// The right-hand side of the hierarchy, straight from the equation in `operator`.
    fn applied(operator: &Operator, c: &[f64], n: usize) -> Vec<f64> {
        let level = |n: usize| &c[n * MODES..(n + 1) * MODES];
        let mut y = vec![0.0; MODES];
        let mut add = |scale: f64, matrix: &faer::Mat<f64>, x: &[f64]| {
            for (i, y) in y.iter_mut().enumerate() {
                *y += scale * (0..MODES).map(|j| matrix[(i, j)] * x[j]).sum::<f64>();
            }
        };
        add(-(n as f64), &operator.damping, level(n));
        if n >= 1 {
            add((n as f64).sqrt(), &operator.drive, level(n - 1));
        }
        if n >= 2 {
            add(((n * (n - 1)) as f64).sqrt(), &operator.heating, level(n - 2));
        }
        if n < LEVELS {
            add_derivative(&mut y, -((n + 1) as f64).sqrt(), level(n + 1), &operator.wave_numbers);
        }
        y
    }

    #[test]
    fn solution_satisfies_every_equation() {
        let operator = operator();
        let elimination = Elimination::new(&operator, LEVELS);
        let mut source: Vec<f64> = (0..MODES * (LEVELS + 1)).map(|i| (i as f64).sin()).collect();
        // Probability must not be created.
        source[0] = 0.0;
        let zero = vec![0.0; source.len()];
        for (given, expected, norm) in [(None, &zero, 1.0), (Some(&source[..]), &source, -0.3)] {
            let solution = elimination.solve(given, norm);
            assert!((solution[0] - norm).abs() < 1e-14);
            for n in 0..=LEVELS {
                for (j, y) in applied(&operator, &solution, n).into_iter().enumerate() {
                    let off = y - expected[n * MODES + j];
                    assert!(off.abs() < 1e-11, "level {n}, mode {j}: {off:.1e}");
                }
            }
        }
    }

    #[test]
    fn memory_is_counted_before_it_is_taken() {
        let elimination = Elimination::new(&operator(), LEVELS);
        assert_eq!(Elimination::bytes(MODES, LEVELS), size_of_val(&elimination.blocks[..]));
        assert_eq!(Elimination::bytes(usize::MAX / 2, usize::MAX / 2), usize::MAX);
    }
}
