//! Define the sixteen-lane arithmetic that one generic step is written in, whatever the instruction set.
//!
//! A value of a type that implements [`Lanes`] proves that this machine has its instructions, so its methods are safe.
//! Every operation acts on the lanes apart; reals are f32, words are u32 (or i32, the same bits).

use crate::langevin::table::Pieces;

pub(crate) mod portable;

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;

/// How many trajectories one value of a lane type holds.
pub(crate) const LANES: usize = 16;

/// The operations on sixteen lanes.
pub(crate) trait Lanes: Copy + Send + Sync {
    /// Sixteen f32.
    type Real: Copy;
    /// Sixteen u32.
    type Word: Copy;
    /// Sixteen truths.
    type Mask: Copy;

    fn real(self, x: f32) -> Self::Real;
    fn word(self, x: u32) -> Self::Word;
    fn load_real(self, from: &[f32; LANES]) -> Self::Real;
    fn load_word(self, from: &[u32; LANES]) -> Self::Word;
    fn store_real(self, x: Self::Real, to: &mut [f32; LANES]);
    fn store_word(self, x: Self::Word, to: &mut [u32; LANES]);

    fn add(self, a: Self::Real, b: Self::Real) -> Self::Real;
    fn mul(self, a: Self::Real, b: Self::Real) -> Self::Real;
    /// a b + c, rounded once where the machine can.
    fn mul_add(self, a: Self::Real, b: Self::Real, c: Self::Real) -> Self::Real;
    fn sqrt(self, a: Self::Real) -> Self::Real;

    /// The nearest i32, ties to even; the lane must lie inside the range of i32.
    fn round(self, a: Self::Real) -> Self::Word;
    /// The i32 as a real.
    fn convert(self, a: Self::Word) -> Self::Real;
    fn bits(self, a: Self::Real) -> Self::Word;
    fn with_bits(self, a: Self::Word) -> Self::Real;

    fn add_word(self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn sub_word(self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn and(self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn xor(self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn shift_left(self, a: Self::Word, n: u32) -> Self::Word;
    fn shift_right(self, a: Self::Word, n: u32) -> Self::Word;
    /// The shift that copies the sign.
    fn shift_right_signed(self, a: Self::Word, n: u32) -> Self::Word;

    /// In each pair of lanes, the 64-bit product of the two even ones.
    fn mul_even(self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// In each pair of lanes, the odd one moved to the even place.
    fn odd_to_even(self, a: Self::Word) -> Self::Word;
    /// The even lanes of `even`, and in the odd places the even lanes of `odd`.
    fn interleave(self, even: Self::Word, odd: Self::Word) -> Self::Word;

    fn less_unsigned(self, a: Self::Word, b: Self::Word) -> Self::Mask;
    fn negative(self, a: Self::Word) -> Self::Mask;
    fn equal(self, a: Self::Word, b: Self::Word) -> Self::Mask;
    /// a + 1 where the mask holds, a elsewhere.
    fn count_up(self, a: Self::Word, mask: Self::Mask) -> Self::Word;
    /// a − 1 where the mask holds, a elsewhere.
    fn count_down(self, a: Self::Word, mask: Self::Mask) -> Self::Word;
    /// Whether the mask holds anywhere.
    fn any(self, mask: Self::Mask) -> bool;
    /// `yes` where the mask holds, `no` elsewhere.
    fn choose(self, mask: Self::Mask, yes: Self::Real, no: Self::Real) -> Self::Real;
    fn choose_word(self, mask: Self::Mask, yes: Self::Word, no: Self::Word) -> Self::Word;

    /// The four coefficients of each lane's cubic piece, the constant first.
    fn cubic(self, table: &Pieces, cell: Self::Word) -> [Self::Real; 4];

    /// The cubic pieces' values at several cells and arguments, those together so that a table is fetched once for all.
    #[inline(always)]
    fn values<const G: usize>(
        self,
        table: &Pieces,
        cells: &[Self::Word; G],
        x: &[Self::Real; G],
    ) -> [Self::Real; G] {
        let mut out = *x;
        for g in 0..G {
            let [a, b, c, d] = self.cubic(table, cells[g]);
            out[g] = self.mul_add(self.mul_add(self.mul_add(d, x[g], c), x[g], b), x[g], a);
        }
        out
    }

    /// The quartic pieces' values at several cells and arguments; only a kernel with a faster way than this takes them.
    #[inline(always)]
    fn quartic_values<const G: usize>(
        self,
        table: &Pieces,
        cells: &[Self::Word; G],
        x: &[Self::Real; G],
    ) -> [Self::Real; G] {
        let mut out = *x;
        for g in 0..G {
            let mut at = [0; LANES];
            self.store_word(cells[g], &mut at);
            let [a, b, c, d, e] = table
                .quartic()
                .each_ref()
                .map(|column| self.load_real(&at.map(|cell| column[cell as usize])));
            let upper = self.mul_add(self.mul_add(e, x[g], d), x[g], c);
            out[g] = self.mul_add(self.mul_add(upper, x[g], b), x[g], a);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::langevin::random::Generator;
    use crate::langevin::table::QUARTIC_CELLS;

    /// Every lane of every operation against one plain number at a time.
    fn check(m: impl Lanes, fused: bool) {
        let key = Generator::new(3);
        for round in 0..200 {
            let draw = |which: u32| -> [u32; LANES] {
                std::array::from_fn(|i| key.block([round, which, i as u32, 7])[0])
            };
            let (a, b) = (draw(0), draw(1));
            let small = |w: [u32; LANES]| w.map(|x| x.cast_signed() as f32 / 64.0);
            let (x, y, z) = (small(a), small(b), small(draw(2)));
            let (wa, wb) = (m.load_word(&a), m.load_word(&b));
            let (rx, ry, rz) = (m.load_real(&x), m.load_real(&y), m.load_real(&z));
            let words = |w| {
                let mut to = [0; LANES];
                m.store_word(w, &mut to);
                to
            };
            let reals = |r| {
                let mut to = [0.0; LANES];
                m.store_real(r, &mut to);
                to
            };
            let each = |f: &dyn Fn(usize) -> u32| -> [u32; LANES] { std::array::from_fn(f) };
            let each_real = |f: &dyn Fn(usize) -> f32| -> [f32; LANES] { std::array::from_fn(f) };
            assert_eq!(reals(m.add(rx, ry)), each_real(&|i| x[i] + y[i]));
            assert_eq!(reals(m.mul(rx, ry)), each_real(&|i| x[i] * y[i]));
            let product_sum = |i: usize| if fused { x[i].mul_add(y[i], z[i]) } else { x[i] * y[i] + z[i] };
            assert_eq!(reals(m.mul_add(rx, ry, rz)), each_real(&product_sum));
            assert_eq!(reals(m.sqrt(m.mul(rx, rx))), each_real(&|i| (x[i] * x[i]).sqrt()));
            assert_eq!(words(m.round(rx)), each(&|i| (x[i].round_ties_even() as i32).cast_unsigned()));
            assert_eq!(reals(m.convert(wa)), each_real(&|i| a[i].cast_signed() as f32));
            assert_eq!(words(m.bits(rx)), each(&|i| x[i].to_bits()));
            assert_eq!(reals(m.with_bits(m.bits(rx))), x);
            assert_eq!(words(m.add_word(wa, wb)), each(&|i| a[i].wrapping_add(b[i])));
            assert_eq!(words(m.sub_word(wa, wb)), each(&|i| a[i].wrapping_sub(b[i])));
            assert_eq!(words(m.and(wa, wb)), each(&|i| a[i] & b[i]));
            assert_eq!(words(m.xor(wa, wb)), each(&|i| a[i] ^ b[i]));
            assert_eq!(words(m.shift_left(wa, 7)), each(&|i| a[i] << 7));
            assert_eq!(words(m.shift_right(wa, 7)), each(&|i| a[i] >> 7));
            assert_eq!(
                words(m.shift_right_signed(wa, 7)),
                each(&|i| (a[i].cast_signed() >> 7).cast_unsigned())
            );
            let product = |i: usize| u64::from(a[i & !1]) * u64::from(b[i & !1]);
            assert_eq!(words(m.mul_even(wa, wb)), each(&|i| (product(i) >> (32 * (i & 1))) as u32));
            let odd = words(m.odd_to_even(wa));
            let pairs = words(m.interleave(wa, wb));
            for i in (0..LANES).step_by(2) {
                assert_eq!(odd[i], a[i + 1]);
                assert_eq!((pairs[i], pairs[i + 1]), (a[i], b[i]));
            }
            let (less, negative) = (m.less_unsigned(wa, wb), m.negative(wa));
            let first = each(&|i| a[i].wrapping_sub(u32::from(i % 3 == 0)));
            let equal = m.equal(wa, m.load_word(&first));
            assert_eq!(words(m.count_up(wa, less)), each(&|i| a[i].wrapping_add(u32::from(a[i] < b[i]))));
            assert_eq!(words(m.count_down(wa, less)), each(&|i| a[i].wrapping_sub(u32::from(a[i] < b[i]))));
            assert_eq!(
                reals(m.choose(negative, rx, ry)),
                each_real(&|i| if a[i].cast_signed() < 0 { x[i] } else { y[i] })
            );
            assert_eq!(words(m.choose_word(equal, wa, wb)), each(&|i| if i % 3 == 0 { b[i] } else { a[i] }));
        }
    }

    /// Values of pieces, cubic and quartic, against one plain number at a time.
    fn check_pieces(m: impl Lanes) {
        let f = |x: f64| (2.0 * (std::f64::consts::TAU * x).sin()).exp();
        let pieces = Pieces::new(f, 128);
        for (cell_count, quartic) in [(128, false), (QUARTIC_CELLS, true)] {
            for round in 0..40 {
                let cells: [[u32; LANES]; 2] = std::array::from_fn(|g| {
                    std::array::from_fn(|i| ((7 * round + 13 * i + 5 * g) % cell_count) as u32)
                });
                let x: [[f32; LANES]; 2] = std::array::from_fn(|g| {
                    std::array::from_fn(|i| 1.0 + ((3 * i + round + g) % 32) as f32 / 32.0)
                });
                let (at, arguments) = (cells.map(|c| m.load_word(&c)), x.map(|x| m.load_real(&x)));
                let values = if quartic {
                    m.quartic_values(&pieces, &at, &arguments)
                } else {
                    m.values(&pieces, &at, &arguments)
                };
                for g in 0..2 {
                    let mut found = [0.0; LANES];
                    m.store_real(values[g], &mut found);
                    for i in 0..LANES {
                        let fraction =
                            (f64::from(cells[g][i]) + f64::from(x[g][i]) - 1.0) / cell_count as f64;
                        assert!((f64::from(found[i]) - f(fraction)).abs() < 2e-5, "{fraction}: {}", found[i]);
                    }
                }
            }
        }
    }

    #[test]
    fn every_machine_finds_the_same_values_in_tables() {
        check_pieces(portable::Portable);
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(m) = avx2::Avx2::detect() {
                check_pieces(m);
            }
            if let Some(m) = avx512::Avx512::detect() {
                check_pieces(m);
            }
        }
    }

    #[test]
    fn every_machine_does_the_same_arithmetic() {
        check(portable::Portable, false);
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(m) = avx2::Avx2::detect() {
                check(m, true);
            }
            if let Some(m) = avx512::Avx512::detect() {
                check(m, true);
            }
        }
    }
}
