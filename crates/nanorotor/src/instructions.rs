//! Run a loop over lanes with the widest vector instructions that the machine has.
//!
//! The same code is compiled once for each set. No set contracts a × b + c into one rounding unless the code asks for it, so
//! plain arithmetic gives the same bits with every set.

/// A set of vector instructions, chosen at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Instructions {
    /// What every machine of the architecture has.
    Portable,
    /// 256-bit vectors (AVX2) and fused multiply–add (x86-64 of 2013 and later).
    Avx2,
    /// 512-bit vectors (AVX-512 F, BW, DQ and VL) beside those of [`Self::Avx2`].
    Avx512,
}

impl Instructions {
    /// The widest set that this machine has.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
                && has_avx2
            {
                return Self::Avx512;
            }
            if has_avx2 {
                return Self::Avx2;
            }
        }
        Self::Portable
    }

    /// Whether this machine has the set; one that has a set has all narrower ones.
    pub fn is_available(self) -> bool {
        self <= Self::detect()
    }

    /// Call `f` compiled for this set; `f` and what it calls in its inner loops must be `#[inline(always)]`.
    ///
    /// A set that the machine does not have is replaced by the widest that it has.
    #[inline]
    pub fn run<R>(self, f: impl FnOnce() -> R) -> R {
        #[cfg(target_arch = "x86_64")]
        {
            let available = Self::detect();
            if self == Self::Avx512 && available == Self::Avx512 {
                // SAFETY: the features of the function were detected just now.
                return unsafe { with_avx512(f) };
            }
            if self != Self::Portable && available != Self::Portable {
                // SAFETY: every set but the portable one was detected with AVX2 and FMA.
                return unsafe { with_avx2(f) };
            }
        }
        f()
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
unsafe fn with_avx512<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn with_avx2<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// The value, such that the compiler does not work on several rounds of the loop around this at once: the lanes inside the
/// loop then become its vectors.
///
/// Otherwise it gathers across rounds what lies side by side in lanes.
#[inline(always)]
pub(crate) fn round_by_round<T>(x: T) -> T {
    std::hint::black_box(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_gives_the_same_bits() {
        let x: Vec<f64> = (1..100).map(|k| 1.0 / f64::from(k)).collect();
        let work = || x.iter().map(|x| x * x * 3.0 + 1.0 / (x + 0.1)).collect::<Vec<f64>>();
        let portable = Instructions::Portable.run(work);
        for set in [Instructions::Avx2, Instructions::Avx512, Instructions::detect()] {
            assert_eq!(set.run(work), portable);
        }
    }

    #[test]
    fn a_machine_has_its_widest_set_and_all_narrower_ones() {
        let widest = Instructions::detect();
        for set in [Instructions::Portable, Instructions::Avx2, Instructions::Avx512] {
            assert_eq!(set.is_available(), set <= widest);
        }
        assert!(Instructions::Portable.is_available());
    }
}
