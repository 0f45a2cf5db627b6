//! Draw the few random numbers of searches and samples, the same for the same seed on any number of threads.

use std::f64::consts::TAU;

/// SplitMix64 (Steele, Lea & Flood 2014): few numbers are drawn, one after another, and every seed is a good one.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed ^ stream.wrapping_mul(0xd1b5_4a32_d192_ed03));
        random.word();
        random
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform between 0 and 1, both excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.word() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Normal with mean 0 and variance 1 (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let (a, b) = (self.uniform(), self.uniform());
        (-2.0 * a.ln()).sqrt() * (TAU * b).cos()
    }
}

/// Points that fill the unit cube evenly, however many are taken: the additive recurrence whose steps are powers of the root of
/// x^(n+1) = x + 1 (the plastic number for two parameters), from a random beginning.
pub(crate) fn even(points: usize, dimensions: usize, random: &mut Random) -> Vec<Vec<f64>> {
    let mut root = 2.0f64;
    for _ in 0..64 {
        root = (1.0 + root).powf(1.0 / (dimensions as f64 + 1.0));
    }
    let offset: Vec<f64> = (0..dimensions).map(|_| random.uniform()).collect();
    let at = |k: usize| {
        let mut step = k as f64 + 1.0;
        let next = |offset: &f64| {
            step /= root;
            (offset + step).fract()
        };
        offset.iter().map(next).collect()
    };
    (0..points).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let mut random = Random::new(1, 0);
        let n = 100_000;
        let all: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let mean = all.iter().sum::<f64>() / f64::from(n);
        let variance = all.iter().map(|x| x * x).sum::<f64>() / f64::from(n);
        // Five standard errors.
        assert!(
            mean.abs() < 5.0 / f64::from(n).sqrt()
                && (variance - 1.0).abs() < 5.0 * (2.0 / f64::from(n)).sqrt()
        );
        let first = |stream| Random::new(1, stream).uniform();
        assert!(first(0) != first(1));
    }

    #[test]
    fn even_points_leave_no_quarter_of_a_square_empty() {
        let points = even(32, 2, &mut Random::new(1, 0));
        let mut counts = [0; 16];
        for point in &points {
            counts[(point[0] * 4.0) as usize * 4 + (point[1] * 4.0) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (1..=3).contains(count)), "{counts:?}");
    }
}
