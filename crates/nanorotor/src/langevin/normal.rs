//! Turn random words into normal numbers by the Box–Muller map.
//!
//! A word a gives the radius √(−2 ln u) with u = (⌊a/2⌋ + ½) 2⁻³¹, so radii reach 6.66; a word b gives the angle, its upper two
//! bits the quadrant. Both come from Box & Muller (1958); logarithm, sine and cosine are minimax polynomials of relative
//! error below 4e-7, far below what any number of trajectories could see.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2};

use super::lanes::Lanes;

/// −2 ln(1 + f)/f for 1 + f between 2/3 and 4/3, in powers of f.
const LOGARITHM: [f32; 8] = [
    -1.999_999_6,
    0.999_997_56,
    -0.666_759_8,
    0.500_240_74,
    -0.395_900_25,
    0.326_812_36,
    -0.342_226_62,
    0.315_487_65,
];
/// sin(πt/4)/t for |t| ≤ 1, in powers of t².
#[allow(clippy::approx_constant, reason = "minimax, so not quite π/4")]
const SINE: [f32; 4] = [0.785_398_2, -0.080_745_436, 0.002_490_007, -3.595_451e-5];
/// cos(πt/4) for |t| ≤ 1, in powers of t².
const COSINE: [f32; 4] = [1.0, -0.308_424_26, 0.015_849_914, -3.188_804_8e-4];

/// 2⁻³¹ and 2⁻³².
const UNIT: f64 = 1.0 / 2_147_483_648.0;

/// Two independent normal numbers a lane from two random words a lane.
#[inline(always)]
pub(crate) fn normals<M: Lanes>(m: M, a: M::Word, b: M::Word) -> (M::Real, M::Real) {
    let u = m.mul_add(m.convert(m.shift_right(a, 1)), m.real(UNIT as f32), m.real((0.5 * UNIT) as f32));
    // u = 2^e (1 + f) with 1 + f between 2/3 and 4/3.
    let bits = m.bits(u);
    let exponent = m.shift_right_signed(m.sub_word(bits, m.word(0x3f2a_aaab)), 23);
    let mantissa = m.sub_word(bits, m.shift_left(exponent, 23));
    let f = m.add(m.with_bits(mantissa), m.real(-1.0));
    let tail = m.mul(f, polynomial(m, &LOGARITHM, f));
    let squared = m.mul_add(m.convert(exponent), m.real((-2.0 * LN_2) as f32), tail);
    let radius = m.sqrt(squared);

    let t = m.mul(m.convert(m.shift_left(b, 2)), m.real(UNIT as f32));
    let t2 = m.mul(t, t);
    let sine = m.mul(t, polynomial(m, &SINE, t2));
    let cosine = polynomial(m, &COSINE, t2);
    // Quadrants 0, 1, 2, 3 hold (c, s), (−s, c), (−c, −s), (s, −c).
    let twice = m.shift_left(b, 1);
    let swap = m.negative(twice);
    let sign = m.word(1 << 31);
    let first = m.xor(m.bits(m.choose(swap, sine, cosine)), m.and(m.xor(b, twice), sign));
    let second = m.xor(m.bits(m.choose(swap, cosine, sine)), m.and(b, sign));
    (m.mul(radius, m.with_bits(first)), m.mul(radius, m.with_bits(second)))
}

#[inline(always)]
fn polynomial<M: Lanes, const N: usize>(m: M, coefficients: &[f32; N], x: M::Real) -> M::Real {
    let mut sum = m.real(coefficients[N - 1]);
    let mut k = N - 1;
    while k > 0 {
        k -= 1;
        sum = m.mul_add(sum, x, m.real(coefficients[k]));
    }
    sum
}

/// The same map in f64 with the machine's own functions.
pub(crate) fn normals_f64(a: u32, b: u32) -> (f64, f64) {
    let radius = (-2.0 * ((f64::from(a >> 1) + 0.5) * UNIT).ln()).sqrt();
    let t = f64::from((b << 2).cast_signed()) * UNIT;
    let (sine, cosine) = (FRAC_PI_2 * f64::from(b >> 30) + FRAC_PI_4 * t).sin_cos();
    (radius * cosine, radius * sine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::langevin::lanes::{LANES, portable::Portable};
    use crate::langevin::random::{Generator, Purpose};

    fn draw<M: Lanes>(m: M, a: [u32; LANES], b: [u32; LANES]) -> [[f32; LANES]; 2] {
        let (first, second) = normals(m, m.load_word(&a), m.load_word(&b));
        let mut out = [[0.0; LANES]; 2];
        m.store_real(first, &mut out[0]);
        m.store_real(second, &mut out[1]);
        out
    }

    /// The largest distance between the map in lanes and in f64, over drawn words and the extreme ones.
    fn distance(m: impl Lanes) -> f64 {
        let generator = Generator::new(11);
        let ends = [0, 1, 2, 3, u32::MAX, u32::MAX - 1, 1 << 31, (1 << 31) - 1, 1 << 30, 3 << 30];
        let mut largest = 0.0_f64;
        for block in 0..2000 {
            let mut a: [u32; LANES] = std::array::from_fn(|i| {
                generator.block(Generator::counter(block, i as u32, Purpose::Steps))[0]
            });
            let mut b = a.map(|x| x.rotate_left(13).wrapping_mul(0x9E37_79B9));
            if block < 10 {
                a[..10].copy_from_slice(&ends);
                b[..10].fill(ends[block as usize]);
            }
            let lanes = draw(m, a, b);
            for i in 0..LANES {
                let exact = normals_f64(a[i], b[i]);
                for (lane, exact) in [(lanes[0][i], exact.0), (lanes[1][i], exact.1)] {
                    assert!(lane.is_finite());
                    largest = largest.max((f64::from(lane) - exact).abs() / (1.0 + exact.abs()));
                }
            }
        }
        largest
    }

    #[test]
    fn lanes_agree_with_f64() {
        // Near u = 1 the word itself is rounded to 24 bits, which moves a radius of 3e-4 or less by as much.
        assert!(distance(Portable) < 4e-4);
        #[cfg(target_arch = "x86_64")]
        {
            use crate::langevin::lanes::{avx2::Avx2, avx512::Avx512};
            if let Some(m) = Avx2::detect() {
                assert!(distance(m) < 4e-4);
            }
            if let Some(m) = Avx512::detect() {
                assert!(distance(m) < 4e-4);
            }
        }
    }

    /// Φ(x) by the complementary error function's continued fraction far out and its series near zero.
    fn cumulative(x: f64) -> f64 {
        let z = x.abs();
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let upper = if z > 3.0 {
            let mut fraction = 0.0;
            for k in (1..60).rev() {
                fraction = f64::from(k) / (z + fraction);
            }
            density / (z + fraction)
        } else {
            let (mut term, mut sum, mut k) = (z, z, 1.0);
            while term > 1e-17 {
                k += 2.0;
                term *= z * z / k;
                sum += term;
            }
            0.5 - density * sum
        };
        if x > 0.0 { 1.0 - upper } else { upper }
    }

    fn drawn<M: Lanes>(m: M, seed: u64, count: usize) -> Vec<f32> {
        let generator = Generator::new(seed);
        let ids = m.load_word(&std::array::from_fn(|i| i as u32));
        let prepared = generator.prepare(m, 0, ids);
        let mut all = Vec::with_capacity(count + 64);
        let mut block = 0;
        while all.len() < count {
            let words = generator.draw(m, block, &prepared, Purpose::Steps);
            for (a, b) in [(words[0], words[1]), (words[2], words[3])] {
                let (first, second) = normals(m, a, b);
                for real in [first, second] {
                    let mut to = [0.0; LANES];
                    m.store_real(real, &mut to);
                    all.extend(to);
                }
            }
            block += 1;
        }
        all.truncate(count);
        all
    }

    #[test]
    fn ten_million_normals_pass_kolmogorov_and_smirnov_and_have_the_right_tails() {
        let all = drawn(Portable, 2023, 10_000_000);
        let n = all.len() as f64;
        // The empirical distribution at 4096 edges: the supremum over edges is at most the one over all points.
        let (cells, width) = (4096_usize, 10.0 / 4096.0);
        let mut counts = vec![0_u64; cells];
        let mut beyond = [[0_u64; 2]; 4];
        let (mut sum, mut squares, mut neighbours) = (0.0, 0.0, 0.0);
        let mut before = 0.0;
        for &x in &all {
            let x = f64::from(x);
            counts[(((x + 5.0) / width).max(0.0) as usize).min(cells - 1)] += 1;
            for (k, limit) in [3.5, 4.0, 4.5, 5.0].into_iter().enumerate() {
                beyond[k][0] += u64::from(x < -limit);
                beyond[k][1] += u64::from(x > limit);
            }
            sum += x;
            squares += x * x;
            neighbours += x * before;
            before = x;
        }
        let mut below = 0;
        let mut distance = 0.0_f64;
        for (j, count) in counts.iter().enumerate().take(cells - 1) {
            below += count;
            distance = distance.max((below as f64 / n - cumulative(-5.0 + width * (j + 1) as f64)).abs());
        }
        // P(√n D > 1.95) = 0.001 for numbers that are normal.
        assert!(distance * n.sqrt() < 1.95, "Kolmogorov–Smirnov distance {distance}");
        // Each of the moments at 4σ, each of eight tail counts at 4σ: false alarm below 1 in 1000 together.
        assert!((sum / n.sqrt()).abs() < 4.0);
        assert!(((squares - n) / (2.0 * n).sqrt()).abs() < 4.0);
        assert!((neighbours / n.sqrt()).abs() < 4.0);
        for (k, limit) in [3.5, 4.0, 4.5, 5.0].into_iter().enumerate() {
            let expected = n * cumulative(-limit);
            for count in beyond[k] {
                let z = (count as f64 - expected) / expected.sqrt();
                // The counts beyond 5σ are near 3, where a Poisson number has a longer tail than a normal one.
                assert!(
                    z.abs() < if expected < 10.0 { 6.0 } else { 4.0 },
                    "{count} beyond {limit}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn the_far_tail_is_exact_in_the_word_that_makes_the_radius() {
        // P(radius > r) = e^{−r²/2}: the words below 2³² e^{−r²/2} must be those with a larger radius, up to the last of them.
        for r in [4.0_f64, 5.0, 5.5, 6.0] {
            let threshold = 4_294_967_296.0 * (-0.5 * r * r).exp();
            let radius = |a: u32| {
                let [first, second] = draw(Portable, [a; LANES], [0; LANES]);
                f64::from(first[0]).hypot(f64::from(second[0]))
            };
            assert!(radius((threshold * (1.0 - 1e-4)) as u32 - 2) > r);
            assert!(radius((threshold * (1.0 + 1e-4)) as u32 + 2) < r);
        }
    }
}
