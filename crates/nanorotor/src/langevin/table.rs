//! Tabulate a periodic function by cubic pieces short enough to be held in registers.
//!
//! Each piece agrees with the function at the four Gauss–Lobatto points of its cell, so the whole is continuous and its mean,
//! which for a force decides where the rotor drifts, is that of Lobatto's rule: right to the sixth order of the cell.

/// How many cells the fastest look-up holds in registers.
pub(crate) const REGISTER_CELLS: usize = 64;
/// The most cells a table may have.
const MOST_CELLS: usize = 1 << 16;

/// Cubic pieces in single precision.
#[derive(Debug, Clone)]
pub(crate) struct Cubics {
    rows: Vec<[f32; 4]>,
    columns: Box<[[f32; REGISTER_CELLS]; 4]>,
}

impl Cubics {
    /// The pieces of f(x), x the fraction of the period, on a number of cells that is a power of two.
    pub(crate) fn new(f: impl Fn(f64) -> f64, cells: usize) -> Self {
        // From y in [−1, 1] to x = (y + 3)/2.
        let moved = |[a, b, c, d]: [f64; 4]| {
            let row = [
                a - 3.0 * b + 9.0 * c - 27.0 * d,
                2.0 * b - 12.0 * c + 54.0 * d,
                4.0 * c - 36.0 * d,
                8.0 * d,
            ];
            row.map(|c| c as f32)
        };
        let rows: Vec<[f32; 4]> = pieces(f, cells).into_iter().map(moved).collect();
        let mut columns = Box::new([[0.0; REGISTER_CELLS]; 4]);
        for (j, row) in rows.iter().enumerate().take(REGISTER_CELLS) {
            for k in 0..4 {
                columns[k][j] = row[k];
            }
        }
        Self { rows, columns }
    }

    /// The coefficients of one cell, the constant first; the argument runs from 1 to 2 across the cell, as the mantissa of a
    /// float does.
    #[inline(always)]
    pub(crate) fn row(&self, cell: u32) -> &[f32; 4] {
        &self.rows[cell as usize]
    }

    /// The coefficients by kind of the first cells, which are all where there are few enough for registers.
    #[inline(always)]
    pub(crate) fn columns(&self) -> &[[f32; REGISTER_CELLS]; 4] {
        &self.columns
    }
}

/// The cubic pieces of f in double precision.
pub(crate) fn pieces(f: impl Fn(f64) -> f64, cells: usize) -> Vec<[f64; 4]> {
    let inner = 0.2_f64.sqrt();
    let at = |j: usize, x: f64| f((j as f64 + 0.5 + 0.5 * x) / cells as f64);
    (0..cells)
        .map(|j| {
            let [a, b, c, d] = [at(j, -1.0), at(j, -inner), at(j, inner), at(j, 1.0)];
            let (even, odd) = (0.5 * (a + d), 0.5 * (d - a));
            let second = 1.25 * (even - 0.5 * (b + c));
            let third = 1.25 * (odd - 0.5 * (c - b) / inner);
            [even - second, odd - third, second, third]
        })
        .collect()
}

/// The value of the pieces at a fraction of the period in [0, 1).
pub(crate) fn piecewise(pieces: &[[f64; 4]], fraction: f64) -> f64 {
    let scaled = fraction * pieces.len() as f64;
    let cell = (scaled as usize).min(pieces.len() - 1);
    let x = 2.0 * (scaled - cell as f64) - 1.0;
    let [a, b, c, d] = pieces[cell];
    a + x * (b + x * (c + x * d))
}

/// The fewest cells, from [`REGISTER_CELLS`] on, whose pieces stay within `tolerance` times max |f|; the second is the error
/// reached, relative to max |f|.
pub(crate) fn cells_needed(f: impl Fn(f64) -> f64 + Copy, tolerance: f64) -> (usize, f64) {
    let mut cells = REGISTER_CELLS;
    loop {
        let error = relative_error(f, cells);
        if error <= tolerance || cells >= MOST_CELLS {
            return (cells, error);
        }
        cells *= 2;
    }
}

/// The largest distance between f and its pieces, at five points a cell where cubic interpolation errs most, over max |f|.
pub(crate) fn relative_error(f: impl Fn(f64) -> f64 + Copy, cells: usize) -> f64 {
    let rows = pieces(f, cells);
    let (mut error, mut largest) = (0.0_f64, 0.0_f64);
    for (j, [a, b, c, d]) in rows.into_iter().enumerate() {
        for x in [-0.8, -0.7, 0.0, 0.7, 0.8] {
            let exact = f((j as f64 + 0.5 + 0.5 * x) / cells as f64);
            error = error.max((a + x * (b + x * (c + x * d)) - exact).abs());
            largest = largest.max(exact.abs());
        }
    }
    if error == 0.0 { 0.0 } else { error / largest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn example(x: f64) -> f64 {
        (2.0 * (TAU * x).sin()).exp() + 0.1 * (10.0 * TAU * x).cos()
    }

    #[test]
    fn error_falls_with_the_fourth_power_of_the_cell() {
        let errors = [64, 128, 256].map(|cells| relative_error(example, cells));
        for pair in errors.windows(2) {
            let order = (pair[0] / pair[1]).log2();
            assert!((order - 4.0).abs() < 0.2, "order {order}");
        }
    }

    #[test]
    fn as_many_cells_are_taken_as_the_tolerance_needs() {
        for tolerance in [1e-4, 1e-6, 1e-8] {
            let (cells, error) = cells_needed(example, tolerance);
            assert!(error <= tolerance);
            assert!(cells == REGISTER_CELLS || relative_error(example, cells / 2) > tolerance);
            let table = pieces(example, cells);
            for j in 0..1000 {
                let x = (f64::from(j) + 0.37) / 1000.0;
                assert!((piecewise(&table, x) - example(x)).abs() <= 1.1 * tolerance * 7.5, "x = {x}");
            }
        }
    }

    #[test]
    fn pieces_join_and_keep_the_mean() {
        let table = pieces(example, REGISTER_CELLS);
        let mut mean = 0.0;
        for (j, [a, b, c, d]) in table.iter().enumerate() {
            let [e, f, g, h] = table[(j + 1) % table.len()];
            assert!((a + b + c + d - (e - f + g - h)).abs() < 1e-13);
            mean += (a + c / 3.0) / table.len() as f64;
        }
        let exact = (0..4096).map(|j| example(f64::from(j) / 4096.0)).sum::<f64>() / 4096.0;
        assert!((mean - exact).abs() < 1e-8, "{}", mean - exact);
    }
}
