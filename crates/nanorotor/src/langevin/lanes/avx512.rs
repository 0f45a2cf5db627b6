//! Do sixteen-lane arithmetic with AVX-512 (F, BW, DQ and VL), quartic pieces looked up in registers.

#[allow(clippy::wildcard_imports, reason = "the names are the instructions")]
use std::arch::x86_64::*;

use super::{LANES, Lanes};
use crate::instructions::Instructions;
use crate::langevin::table::Pieces;

/// The proof that this machine has AVX-512.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// The instructions, if this machine has them.
    pub(crate) fn detect() -> Option<Self> {
        Instructions::Avx512.is_available().then_some(Self(()))
    }
}

macro_rules! operations {
    ($(fn $name:ident($($a:ident: $t:ty),*) $(-> $r:ty)? { $e:expr })*) => {$(
        #[inline(always)]
        fn $name(self, $($a: $t),*) $(-> $r)? {
            // SAFETY: a value of this type exists only where `detect` found the instructions, and every pointer is made
            // from a reference to exactly the sixteen lanes that are read or written.
            unsafe { $e }
        }
    )*};
}

/// The odd lanes.
const ODD: __mmask16 = 0xAAAA;

impl Lanes for Avx512 {
    type Real = __m512;
    type Word = __m512i;
    type Mask = __mmask16;

    operations! {
        fn real(x: f32) -> __m512 { _mm512_set1_ps(x) }
        fn word(x: u32) -> __m512i { _mm512_set1_epi32(x.cast_signed()) }
        fn load_real(from: &[f32; LANES]) -> __m512 { _mm512_loadu_ps(from.as_ptr()) }
        fn load_word(from: &[u32; LANES]) -> __m512i { _mm512_loadu_si512(from.as_ptr().cast()) }
        fn store_real(x: __m512, to: &mut [f32; LANES]) { _mm512_storeu_ps(to.as_mut_ptr(), x) }
        fn store_word(x: __m512i, to: &mut [u32; LANES]) { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
        fn add(a: __m512, b: __m512) -> __m512 { _mm512_add_ps(a, b) }
        fn mul(a: __m512, b: __m512) -> __m512 { _mm512_mul_ps(a, b) }
        fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 { _mm512_fmadd_ps(a, b, c) }
        fn sqrt(a: __m512) -> __m512 { _mm512_sqrt_ps(a) }
        fn round(a: __m512) -> __m512i { _mm512_cvtps_epi32(a) }
        fn convert(a: __m512i) -> __m512 { _mm512_cvtepi32_ps(a) }
        fn bits(a: __m512) -> __m512i { _mm512_castps_si512(a) }
        fn with_bits(a: __m512i) -> __m512 { _mm512_castsi512_ps(a) }
        fn add_word(a: __m512i, b: __m512i) -> __m512i { _mm512_add_epi32(a, b) }
        fn sub_word(a: __m512i, b: __m512i) -> __m512i { _mm512_sub_epi32(a, b) }
        fn and(a: __m512i, b: __m512i) -> __m512i { _mm512_and_si512(a, b) }
        fn xor(a: __m512i, b: __m512i) -> __m512i { _mm512_xor_si512(a, b) }
        fn shift_left(a: __m512i, n: u32) -> __m512i { _mm512_sll_epi32(a, _mm_cvtsi32_si128(n.cast_signed())) }
        fn shift_right(a: __m512i, n: u32) -> __m512i { _mm512_srl_epi32(a, _mm_cvtsi32_si128(n.cast_signed())) }
        fn shift_right_signed(a: __m512i, n: u32) -> __m512i { _mm512_sra_epi32(a, _mm_cvtsi32_si128(n.cast_signed())) }
        fn mul_even(a: __m512i, b: __m512i) -> __m512i { _mm512_mul_epu32(a, b) }
        fn odd_to_even(a: __m512i) -> __m512i { _mm512_srli_epi64::<32>(a) }
        fn interleave(even: __m512i, odd: __m512i) -> __m512i {
            _mm512_mask_blend_epi32(ODD, even, _mm512_slli_epi64::<32>(odd))
        }
        fn less_unsigned(a: __m512i, b: __m512i) -> __mmask16 { _mm512_cmplt_epu32_mask(a, b) }
        fn negative(a: __m512i) -> __mmask16 { _mm512_movepi32_mask(a) }
        fn equal(a: __m512i, b: __m512i) -> __mmask16 { _mm512_cmpeq_epi32_mask(a, b) }
        fn count_up(a: __m512i, mask: __mmask16) -> __m512i { _mm512_mask_sub_epi32(a, mask, a, _mm512_set1_epi32(-1)) }
        fn count_down(a: __m512i, mask: __mmask16) -> __m512i { _mm512_mask_add_epi32(a, mask, a, _mm512_set1_epi32(-1)) }
        fn choose(mask: __mmask16, yes: __m512, no: __m512) -> __m512 { _mm512_mask_blend_ps(mask, no, yes) }
        fn choose_word(mask: __mmask16, yes: __m512i, no: __m512i) -> __m512i { _mm512_mask_blend_epi32(mask, no, yes) }
    }

    #[inline(always)]
    fn any(self, mask: __mmask16) -> bool {
        mask != 0
    }

    /// One permutation for each coefficient, whose 32 numbers are loaded once for all values.
    #[inline(always)]
    fn quartic_values<const G: usize>(
        self,
        table: &Pieces,
        cells: &[__m512i; G],
        x: &[__m512; G],
    ) -> [__m512; G] {
        // SAFETY: as for the other operations; the two loads cover the 32 numbers of a column.
        unsafe {
            let mut sums = [_mm512_setzero_ps(); G];
            for (power, column) in table.quartic().iter().enumerate().rev() {
                let halves = [_mm512_loadu_ps(column.as_ptr()), _mm512_loadu_ps(column.as_ptr().add(16))];
                for g in 0..G {
                    let found = _mm512_permutex2var_ps(halves[0], cells[g], halves[1]);
                    sums[g] = if power == 4 { found } else { _mm512_fmadd_ps(sums[g], x[g], found) };
                }
            }
            sums
        }
    }

    #[inline(always)]
    fn cubic(self, table: &Pieces, cell: __m512i) -> [__m512; 4] {
        let mut cells = [0; LANES];
        self.store_word(cell, &mut cells);
        let mut out = [[0.0; LANES]; 4];
        for i in 0..LANES {
            let row = table.cubic(cells[i]);
            for k in 0..4 {
                out[k][i] = row[k];
            }
        }
        [self.load_real(&out[0]), self.load_real(&out[1]), self.load_real(&out[2]), self.load_real(&out[3])]
    }
}
