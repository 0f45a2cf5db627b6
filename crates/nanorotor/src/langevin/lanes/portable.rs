//! Do sixteen-lane arithmetic with plain loops, for any machine.

use super::{LANES, Lanes};
use crate::langevin::table::Pieces;

/// Plain arrays; the compiler uses what every machine of the target has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

macro_rules! each {
    ($i:ident, $zero:expr, $e:expr) => {{
        let mut out = [$zero; LANES];
        for $i in 0..LANES {
            out[$i] = $e;
        }
        out
    }};
}

/// Adding it to |x| < 2^31 leaves the nearest integer, ties to even, in the lowest bits of the f64.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

impl Lanes for Portable {
    type Real = [f32; LANES];
    type Word = [u32; LANES];
    type Mask = [bool; LANES];

    #[inline(always)]
    fn real(self, x: f32) -> Self::Real {
        [x; LANES]
    }
    #[inline(always)]
    fn word(self, x: u32) -> Self::Word {
        [x; LANES]
    }
    #[inline(always)]
    fn load_real(self, from: &[f32; LANES]) -> Self::Real {
        *from
    }
    #[inline(always)]
    fn load_word(self, from: &[u32; LANES]) -> Self::Word {
        *from
    }
    #[inline(always)]
    fn store_real(self, x: Self::Real, to: &mut [f32; LANES]) {
        *to = x;
    }
    #[inline(always)]
    fn store_word(self, x: Self::Word, to: &mut [u32; LANES]) {
        *to = x;
    }
    #[inline(always)]
    fn add(self, a: Self::Real, b: Self::Real) -> Self::Real {
        each!(i, 0.0, a[i] + b[i])
    }
    #[inline(always)]
    fn mul(self, a: Self::Real, b: Self::Real) -> Self::Real {
        each!(i, 0.0, a[i] * b[i])
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Real, b: Self::Real, c: Self::Real) -> Self::Real {
        each!(i, 0.0, a[i] * b[i] + c[i])
    }
    #[inline(always)]
    fn sqrt(self, a: Self::Real) -> Self::Real {
        each!(i, 0.0, a[i].sqrt())
    }
    #[inline(always)]
    fn round(self, a: Self::Real) -> Self::Word {
        each!(i, 0, (f64::from(a[i]) + ROUNDING).to_bits() as u32)
    }
    #[inline(always)]
    fn convert(self, a: Self::Word) -> Self::Real {
        each!(i, 0.0, a[i].cast_signed() as f32)
    }
    #[inline(always)]
    fn bits(self, a: Self::Real) -> Self::Word {
        each!(i, 0, a[i].to_bits())
    }
    #[inline(always)]
    fn with_bits(self, a: Self::Word) -> Self::Real {
        each!(i, 0.0, f32::from_bits(a[i]))
    }
    #[inline(always)]
    fn add_word(self, a: Self::Word, b: Self::Word) -> Self::Word {
        each!(i, 0, a[i].wrapping_add(b[i]))
    }
    #[inline(always)]
    fn sub_word(self, a: Self::Word, b: Self::Word) -> Self::Word {
        each!(i, 0, a[i].wrapping_sub(b[i]))
    }
    #[inline(always)]
    fn and(self, a: Self::Word, b: Self::Word) -> Self::Word {
        each!(i, 0, a[i] & b[i])
    }
    #[inline(always)]
    fn xor(self, a: Self::Word, b: Self::Word) -> Self::Word {
        each!(i, 0, a[i] ^ b[i])
    }
    #[inline(always)]
    fn shift_left(self, a: Self::Word, n: u32) -> Self::Word {
        each!(i, 0, a[i] << n)
    }
    #[inline(always)]
    fn shift_right(self, a: Self::Word, n: u32) -> Self::Word {
        each!(i, 0, a[i] >> n)
    }
    #[inline(always)]
    fn shift_right_signed(self, a: Self::Word, n: u32) -> Self::Word {
        each!(i, 0, (a[i].cast_signed() >> n).cast_unsigned())
    }
    #[inline(always)]
    fn mul_even(self, a: Self::Word, b: Self::Word) -> Self::Word {
        let mut out = [0; LANES];
        for j in 0..LANES / 2 {
            let product = u64::from(a[2 * j]) * u64::from(b[2 * j]);
            out[2 * j] = product as u32;
            out[2 * j + 1] = (product >> 32) as u32;
        }
        out
    }
    #[inline(always)]
    fn odd_to_even(self, a: Self::Word) -> Self::Word {
        each!(i, 0, a[i | 1])
    }
    #[inline(always)]
    fn interleave(self, even: Self::Word, odd: Self::Word) -> Self::Word {
        each!(i, 0, if i % 2 == 0 { even[i] } else { odd[i - 1] })
    }
    #[inline(always)]
    fn less_unsigned(self, a: Self::Word, b: Self::Word) -> Self::Mask {
        each!(i, false, a[i] < b[i])
    }
    #[inline(always)]
    fn negative(self, a: Self::Word) -> Self::Mask {
        each!(i, false, a[i].cast_signed() < 0)
    }
    #[inline(always)]
    fn equal(self, a: Self::Word, b: Self::Word) -> Self::Mask {
        each!(i, false, a[i] == b[i])
    }
    #[inline(always)]
    fn count_up(self, a: Self::Word, mask: Self::Mask) -> Self::Word {
        each!(i, 0, a[i].wrapping_add(u32::from(mask[i])))
    }
    #[inline(always)]
    fn count_down(self, a: Self::Word, mask: Self::Mask) -> Self::Word {
        each!(i, 0, a[i].wrapping_sub(u32::from(mask[i])))
    }
    #[inline(always)]
    fn any(self, mask: Self::Mask) -> bool {
        mask.contains(&true)
    }
    #[inline(always)]
    fn choose(self, mask: Self::Mask, yes: Self::Real, no: Self::Real) -> Self::Real {
        each!(i, 0.0, if mask[i] { yes[i] } else { no[i] })
    }
    #[inline(always)]
    fn choose_word(self, mask: Self::Mask, yes: Self::Word, no: Self::Word) -> Self::Word {
        each!(i, 0, if mask[i] { yes[i] } else { no[i] })
    }
    #[inline(always)]
    fn cubic(self, table: &Pieces, cell: Self::Word) -> [Self::Real; 4] {
        let mut out = [[0.0; LANES]; 4];
        for i in 0..LANES {
            let row = table.cubic(cell[i]);
            for k in 0..4 {
                out[k][i] = row[k];
            }
        }
        out
    }
}
