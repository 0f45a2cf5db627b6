//! Tabulate a periodic function by cubic pieces, and by quartic ones few enough to be held in registers.
//!
//! Each piece agrees with the function at the four or five Gauss–Lobatto points of its cell, so the whole is continuous and its mean,
//! which for a force decides where the rotor drifts, is that of Lobatto's rule: right to the sixth or eighth order of the cell.

/// How many quartic pieces there are: as many numbers as the fastest look-up finds in two registers.
pub(crate) const QUARTIC_CELLS: usize = 32;
/// The fewest cubic pieces.
const FEWEST_CELLS: usize = 64;
/// The most cells a table may have.
const MOST_CELLS: usize = 1 << 16;

/// The pieces of one function in single precision; their argument runs from 1 to 2 across a cell, as the mantissa of a float does.
#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    cubic: Vec<[f32; 4]>,
    /// The coefficients of the quartic pieces, by power.
    quartic: Box<[[f32; QUARTIC_CELLS]; 5]>,
}

impl Pieces {
    /// The pieces of f(x), x the fraction of the period, the cubic ones on a number of cells that is a power of two.
    pub(crate) fn new(f: impl Fn(f64) -> f64, cells: usize) -> Self {
        let mut quartic = Box::new([[0.0; QUARTIC_CELLS]; 5]);
        for (j, row) in quartic_pieces(&f).into_iter().enumerate() {
            for (column, coefficient) in quartic.iter_mut().zip(moved(row)) {
                column[j] = coefficient;
            }
        }
        Self { cubic: pieces(f, cells).into_iter().map(moved).collect(), quartic }
    }

    /// The coefficients of one cubic piece, the constant first.
    #[inline(always)]
    pub(crate) fn cubic(&self, cell: u32) -> &[f32; 4] {
        &self.cubic[cell as usize]
    }

    /// The coefficients of all quartic pieces, the constants first.
    #[inline(always)]
    pub(crate) fn quartic(&self) -> &[[f32; QUARTIC_CELLS]; 5] {
        &self.quartic
    }
}

/// From a polynomial in y, from −1 to 1, to one in x = (y + 3)/2.
fn moved<const N: usize>(row: [f64; N]) -> [f32; N] {
    let mut out = [0.0; N];
    for coefficient in row.into_iter().rev() {
        // out(x) (2x − 3) + coefficient
        let mut next = [0.0; N];
        next[0] = coefficient - 3.0 * out[0];
        for k in 1..N {
            next[k] = 2.0 * out[k - 1] - 3.0 * out[k];
        }
        out = next;
    }
    out.map(|c| c as f32)
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

/// The quartic pieces of f in double precision.
fn quartic_pieces(f: impl Fn(f64) -> f64) -> [[f64; 5]; QUARTIC_CELLS] {
    let inner = 3.0 / 7.0_f64;
    std::array::from_fn(|j| {
        let at = |y: f64| f((j as f64 + 0.5 + 0.5 * y) / QUARTIC_CELLS as f64);
        let middle = at(0.0);
        // What the even and the odd powers make at y = 1 and y² = 3/7, the latter divided by its lowest power.
        let parts = |y: f64| {
            let (left, right) = (at(-y), at(y));
            ((0.5 * (left + right) - middle) / (y * y), 0.5 * (right - left) / y)
        };
        let ((even, odd), (inner_even, inner_odd)) = (parts(1.0), parts(inner.sqrt()));
        let (third, fourth) = ((odd - inner_odd) / (1.0 - inner), (even - inner_even) / (1.0 - inner));
        [middle, odd - third, even - fourth, third, fourth]
    })
}

/// The value of cubic pieces at a fraction of the period in [0, 1).
pub(crate) fn piecewise(pieces: &[[f64; 4]], fraction: f64) -> f64 {
    let scaled = fraction * pieces.len() as f64;
    let cell = (scaled as usize).min(pieces.len() - 1);
    let x = 2.0 * (scaled - cell as f64) - 1.0;
    let [a, b, c, d] = pieces[cell];
    a + x * (b + x * (c + x * d))
}

/// The fewest cells, from [`FEWEST_CELLS`] on, whose cubic pieces stay within `tolerance` times max |f|; the second is the error
/// reached, relative to max |f|.
pub(crate) fn cells_needed(f: impl Fn(f64) -> f64 + Copy, tolerance: f64) -> (usize, f64) {
    let mut cells = FEWEST_CELLS;
    loop {
        let error = relative_error(f, cells);
        if error <= tolerance || cells >= MOST_CELLS {
            return (cells, error);
        }
        cells *= 2;
    }
}

/// The largest distance between f and its cubic pieces over max |f|.
fn relative_error(f: impl Fn(f64) -> f64, cells: usize) -> f64 {
    distance(&f, &pieces(&f, cells))
}

/// The largest distance between f and its quartic pieces over max |f|.
pub(crate) fn quartic_error(f: impl Fn(f64) -> f64) -> f64 {
    distance(&f, &quartic_pieces(&f))
}

/// The largest distance between f and pieces, at points of each cell where interpolation errs most, over max |f|.
fn distance<const N: usize>(f: impl Fn(f64) -> f64, rows: &[[f64; N]]) -> f64 {
    let (mut error, mut largest) = (0.0_f64, 0.0_f64);
    for (j, row) in rows.iter().enumerate() {
        for y in [-0.85, -0.7, -0.35, 0.0, 0.35, 0.7, 0.85] {
            let exact = f((j as f64 + 0.5 + 0.5 * y) / rows.len() as f64);
            let piece = row.iter().rev().fold(0.0, |sum, coefficient| sum * y + coefficient);
            error = error.max((piece - exact).abs());
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
    fn quartic_pieces_join_keep_the_mean_and_err_as_the_fifth_power_of_the_cell() {
        let smooth = |x: f64| (2.0 * (TAU * x).sin()).exp();
        let table = quartic_pieces(smooth);
        let mut mean = 0.0;
        for (j, [a, b, c, d, e]) in table.iter().enumerate() {
            let [f, g, h, i, k] = table[(j + 1) % QUARTIC_CELLS];
            assert!((a + b + c + d + e - (f - g + h - i + k)).abs() < 1e-13);
            mean += (a + c / 3.0 + e / 5.0) / QUARTIC_CELLS as f64;
        }
        let exact = (0..4096).map(|j| smooth(f64::from(j) / 4096.0)).sum::<f64>() / 4096.0;
        assert!((mean - exact).abs() < 1e-10, "{}", mean - exact);
        // A function of half the frequency sees cells of half the width.
        let errors = [1.0, 0.5].map(|k| quartic_error(|x| (2.0 * (TAU * k * x).sin()).exp()));
        let order = (errors[0] / errors[1]).log2();
        assert!((order - 5.0).abs() < 0.3, "order {order}");
        assert!(errors[0] < 2e-6);
    }

    #[test]
    fn single_precision_keeps_the_pieces() {
        let pieces = Pieces::new(example, 256);
        for k in 0..1000 {
            let fraction = (f64::from(k) + 0.5) / 1000.0;
            let argument = |cells: usize| {
                let scaled = fraction * cells as f64;
                (scaled as usize, 1.0 + scaled.fract())
            };
            let value = |row: &[f32], x: f64| row.iter().rev().fold(0.0, |sum, c| sum * x + f64::from(*c));
            let (cell, x) = argument(256);
            assert!((value(pieces.cubic(cell as u32), x) - example(fraction)).abs() < 1e-5);
            let (cell, x) = argument(QUARTIC_CELLS);
            let column = pieces.quartic().map(|column| column[cell]);
            assert!((value(&column, x) - example(fraction)).abs() < 7.5 * quartic_error(example) + 1e-5);
        }
    }

    #[test]
    fn as_many_cells_are_taken_as_the_tolerance_needs() {
        for tolerance in [1e-4, 1e-6, 1e-8] {
            let (cells, error) = cells_needed(example, tolerance);
            assert!(error <= tolerance);
            assert!(cells == FEWEST_CELLS || relative_error(example, cells / 2) > tolerance);
            let table = pieces(example, cells);
            for j in 0..1000 {
                let x = (f64::from(j) + 0.37) / 1000.0;
                assert!((piecewise(&table, x) - example(x)).abs() <= 1.1 * tolerance * 7.5, "x = {x}");
            }
        }
    }

    #[test]
    fn pieces_join_and_keep_the_mean() {
        let table = pieces(example, FEWEST_CELLS);
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
