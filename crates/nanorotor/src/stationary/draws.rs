//! Draw what a function of the landscape may be within its error.

use num_complex::Complex64;

use crate::periodic::Periodic;

/// A row of signs that look like chance (xorshift of Marsaglia).
pub(crate) struct Signs(u64);

impl Signs {
    /// A row of its own for each seed, which is not 0.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 63) == 0 { 1.0 } else { -1.0 }
    }

    /// A function each of whose real Fourier modes has `error` as its root mean square, up or down by chance.
    pub(crate) fn noise(&mut self, period: f64, error: f64, harmonics: usize) -> Periodic {
        let mut harmonic = |k: usize| {
            let [re, im] = [0; 2].map(|_| error * self.next());
            if k == 0 { Complex64::new(re, 0.0) } else { Complex64::new(re, im) * 0.5_f64.sqrt() }
        };
        let harmonics = (0..=harmonics).map(&mut harmonic).collect();
        Periodic::from_harmonics(period, harmonics)
    }
}
