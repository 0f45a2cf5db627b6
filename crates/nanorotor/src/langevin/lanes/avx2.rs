//! Do sixteen-lane arithmetic with AVX2 and FMA, two registers of eight lanes a value.

#[allow(clippy::wildcard_imports, reason = "the names are the instructions")]
use std::arch::x86_64::*;

use super::{LANES, Lanes};
use crate::instructions::Instructions;
use crate::langevin::table::Pieces;

/// The proof that this machine has AVX2 and FMA.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The instructions, if this machine has them.
    pub(crate) fn detect() -> Option<Self> {
        Instructions::Avx2.is_available().then_some(Self(()))
    }
}

type Real = [__m256; 2];
type Word = [__m256i; 2];

/// Define operations whose expression works on one register; `a`, `b`, `c` stand for that register of each value.
macro_rules! halves {
    ($(fn $name:ident($($a:ident: $t:ty),* $(; $n:ident: $s:ty)?) -> $r:ty { $e:expr })*) => {$(
        #[inline(always)]
        fn $name(self, $($a: $t),* $(, $n: $s)?) -> $r {
            let first = { let ($($a,)*) = ($($a[0],)*);
                // SAFETY: a value of this type exists only where `detect` found the instructions.
                unsafe { $e } };
            let second = { let ($($a,)*) = ($($a[1],)*);
                // SAFETY: as above.
                unsafe { $e } };
            [first, second]
        }
    )*};
}

impl Lanes for Avx2 {
    type Real = Real;
    type Word = Word;
    type Mask = Word;

    halves! {
        fn add(a: Real, b: Real) -> Real { _mm256_add_ps(a, b) }
        fn mul(a: Real, b: Real) -> Real { _mm256_mul_ps(a, b) }
        fn mul_add(a: Real, b: Real, c: Real) -> Real { _mm256_fmadd_ps(a, b, c) }
        fn sqrt(a: Real) -> Real { _mm256_sqrt_ps(a) }
        fn round(a: Real) -> Word { _mm256_cvtps_epi32(a) }
        fn convert(a: Word) -> Real { _mm256_cvtepi32_ps(a) }
        fn bits(a: Real) -> Word { _mm256_castps_si256(a) }
        fn with_bits(a: Word) -> Real { _mm256_castsi256_ps(a) }
        fn add_word(a: Word, b: Word) -> Word { _mm256_add_epi32(a, b) }
        fn sub_word(a: Word, b: Word) -> Word { _mm256_sub_epi32(a, b) }
        fn and(a: Word, b: Word) -> Word { _mm256_and_si256(a, b) }
        fn xor(a: Word, b: Word) -> Word { _mm256_xor_si256(a, b) }
        fn shift_left(a: Word; n: u32) -> Word { _mm256_sll_epi32(a, _mm_cvtsi32_si128(n.cast_signed())) }
        fn shift_right(a: Word; n: u32) -> Word { _mm256_srl_epi32(a, _mm_cvtsi32_si128(n.cast_signed())) }
        fn shift_right_signed(a: Word; n: u32) -> Word { _mm256_sra_epi32(a, _mm_cvtsi32_si128(n.cast_signed())) }
        fn mul_even(a: Word, b: Word) -> Word { _mm256_mul_epu32(a, b) }
        fn odd_to_even(a: Word) -> Word { _mm256_srli_epi64::<32>(a) }
        fn interleave(even: Word, odd: Word) -> Word {
            _mm256_blend_epi32::<0b1010_1010>(even, _mm256_slli_epi64::<32>(odd))
        }
        fn less_unsigned(a: Word, b: Word) -> Word {
            // There is no unsigned comparison: moving both by 2^31 makes the signed one do.
            _mm256_cmpgt_epi32(
                _mm256_xor_si256(b, _mm256_set1_epi32(i32::MIN)),
                _mm256_xor_si256(a, _mm256_set1_epi32(i32::MIN)),
            )
        }
        fn negative(a: Word) -> Word { _mm256_srai_epi32::<31>(a) }
        fn equal(a: Word, b: Word) -> Word { _mm256_cmpeq_epi32(a, b) }
        fn count_up(a: Word, mask: Word) -> Word { _mm256_sub_epi32(a, mask) }
        fn count_down(a: Word, mask: Word) -> Word { _mm256_add_epi32(a, mask) }
        fn choose(mask: Word, yes: Real, no: Real) -> Real { _mm256_blendv_ps(no, yes, _mm256_castsi256_ps(mask)) }
        fn choose_word(mask: Word, yes: Word, no: Word) -> Word { _mm256_blendv_epi8(no, yes, mask) }
    }

    #[inline(always)]
    fn real(self, x: f32) -> Real {
        // SAFETY: a value of this type exists only where `detect` found the instructions.
        unsafe { [_mm256_set1_ps(x); 2] }
    }
    #[inline(always)]
    fn word(self, x: u32) -> Word {
        // SAFETY: as above.
        unsafe { [_mm256_set1_epi32(x.cast_signed()); 2] }
    }
    #[inline(always)]
    fn load_real(self, from: &[f32; LANES]) -> Real {
        // SAFETY: as above; the two loads cover the sixteen lanes.
        unsafe { [_mm256_loadu_ps(from.as_ptr()), _mm256_loadu_ps(from.as_ptr().add(8))] }
    }
    #[inline(always)]
    fn load_word(self, from: &[u32; LANES]) -> Word {
        // SAFETY: as above.
        unsafe { [_mm256_loadu_si256(from.as_ptr().cast()), _mm256_loadu_si256(from.as_ptr().add(8).cast())] }
    }
    #[inline(always)]
    fn store_real(self, x: Real, to: &mut [f32; LANES]) {
        // SAFETY: as above.
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr(), x[0]);
            _mm256_storeu_ps(to.as_mut_ptr().add(8), x[1]);
        }
    }
    #[inline(always)]
    fn store_word(self, x: Word, to: &mut [u32; LANES]) {
        // SAFETY: as above.
        unsafe {
            _mm256_storeu_si256(to.as_mut_ptr().cast(), x[0]);
            _mm256_storeu_si256(to.as_mut_ptr().add(8).cast(), x[1]);
        }
    }
    #[inline(always)]
    fn any(self, mask: Word) -> bool {
        // SAFETY: as above.
        unsafe { _mm256_movemask_epi8(_mm256_or_si256(mask[0], mask[1])) != 0 }
    }
    #[inline(always)]
    fn cubic(self, table: &Pieces, cell: Word) -> [Real; 4] {
        let mut cells = [0; LANES];
        self.store_word(cell, &mut cells);
        let (first, second) = (self.rows(table, &cells, 0), self.rows(table, &cells, 8));
        [[first[0], second[0]], [first[1], second[1]], [first[2], second[2]], [first[3], second[3]]]
    }
}

impl Avx2 {
    /// The rows of eight lanes, four numbers each, turned into four columns.
    #[inline(always)]
    #[allow(clippy::unused_self, reason = "the proof that the instructions are there")]
    fn rows(self, table: &Pieces, cells: &[u32; LANES], from: usize) -> [__m256; 4] {
        // SAFETY: as for the other operations; a row is four numbers.
        unsafe {
            let mut pairs = [_mm256_setzero_ps(); 4];
            for j in 0..4 {
                let low = _mm_loadu_ps(table.cubic(cells[from + j]).as_ptr());
                let high = _mm_loadu_ps(table.cubic(cells[from + j + 4]).as_ptr());
                pairs[j] = _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(low), high);
            }
            let even = [_mm256_unpacklo_ps(pairs[0], pairs[2]), _mm256_unpacklo_ps(pairs[1], pairs[3])];
            let odd = [_mm256_unpackhi_ps(pairs[0], pairs[2]), _mm256_unpackhi_ps(pairs[1], pairs[3])];
            [
                _mm256_unpacklo_ps(even[0], even[1]),
                _mm256_unpackhi_ps(even[0], even[1]),
                _mm256_unpacklo_ps(odd[0], odd[1]),
                _mm256_unpackhi_ps(odd[0], odd[1]),
            ]
        }
    }
}
