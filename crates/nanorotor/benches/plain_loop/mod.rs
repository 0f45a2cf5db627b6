//! Run trajectories the way a good programmer would without this library: arrays, table look-ups and what the compiler makes of them.
//!
//! The same splitting as the library's, in double or single precision, over batches of trajectories small enough for the first cache. Each has
//! its own xoshiro128++ (Blackman & Vigna 2021) and Box–Muller numbers; what a step needs of F, X and D is read from linear tables, and whole
//! periods and revolutions are counted by the same rule. The loops are plain; only library functions that would keep
//! the compiler from vectorising them (logarithm, sine, saturating conversion) are written out.

use std::f64::consts::PI;
use std::ops::{Add, Mul, Sub};

use nanorotor::Landscape;
#[cfg(target_arch = "x86_64")]
use nanorotor::instructions::Instructions;

/// Trajectories that go through one loop together.
const BATCH: usize = 64;
const CELLS: usize = 1 << CELL_BITS;
const CELL_BITS: i32 = 10;

type Words = [u32; BATCH];

/// What the loop asks of f32 and f64.
pub(crate) trait Real:
    Copy + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    fn new(x: f64) -> Self;
    fn from_single(x: f32) -> Self;
    fn from_whole(x: i32) -> Self;
    fn times_plus(self, factor: Self, term: Self) -> Self;
    fn down(self) -> Self;
    /// Without the fraction, for numbers inside the range of i32.
    fn whole(self) -> i32;
    fn double(self) -> f64;
}

macro_rules! real {
    ($real:ty) => {
        #[allow(clippy::cast_lossless, reason = "one of the two loses")]
        impl Real for $real {
            #[inline(always)]
            fn new(x: f64) -> Self {
                x as Self
            }
            #[inline(always)]
            fn from_single(x: f32) -> Self {
                x as Self
            }
            #[inline(always)]
            fn from_whole(x: i32) -> Self {
                x as Self
            }
            #[inline(always)]
            fn times_plus(self, factor: Self, term: Self) -> Self {
                self.mul_add(factor, term)
            }
            #[inline(always)]
            fn down(self) -> Self {
                self.floor()
            }
            #[inline(always)]
            fn whole(self) -> i32 {
                // SAFETY: the loop converts angles of a few periods in units of a table's cells.
                unsafe { self.to_int_unchecked() }
            }
            #[inline(always)]
            fn double(self) -> f64 {
                self as f64
            }
        }
    };
}

real!(f32);
real!(f64);

/// Values at the left of each cell, and how much they rise across it.
#[derive(Debug, Clone)]
struct Table<T> {
    value: Box<[T; CELLS]>,
    rise: Box<[T; CELLS]>,
}

impl<T: Real> Table<T> {
    fn new(f: impl Fn(f64) -> f64) -> Self {
        let at = |j: usize| f(j as f64 / CELLS as f64);
        Self {
            value: Box::new(std::array::from_fn(|j| T::new(at(j)))),
            rise: Box::new(std::array::from_fn(|j| T::new(at(j + 1) - at(j)))),
        }
    }

    /// The value at a fraction of the period in [0, 1].
    #[inline(always)]
    fn at(&self, fraction: T) -> T {
        let scaled = fraction * T::from_whole(1 << CELL_BITS);
        let whole = scaled.whole();
        let cell = whole as usize % CELLS;
        (scaled - T::from_whole(whole)).times_plus(self.rise[cell], self.value[cell])
    }
}

/// Turns counted on a lattice of angles: up to where the rotor must go to move the counter, and how often it went.
#[derive(Debug, Clone)]
struct Counter {
    offset: [i32; BATCH],
    forward: Words,
    back: Words,
}

impl Counter {
    const START: Self = Self { offset: [0; BATCH], forward: [0; BATCH], back: [0; BATCH] };

    #[inline(always)]
    fn step(&mut self, i: usize, cells: i32, periods: i32) {
        let offset = self.offset[i] + cells;
        let (on, back) = (offset == periods, offset == -periods - 1);
        self.forward[i] += u32::from(on);
        self.back[i] += u32::from(back);
        self.offset[i] = if on {
            0
        } else if back {
            -1
        } else {
            offset
        };
    }
}

/// A batch of trajectories.
#[derive(Debug, Clone)]
struct Batch<T> {
    random: [Words; 4],
    /// (θ − θ_c)/L in [0, 1].
    fraction: [T; BATCH],
    /// u dt/2L, half a kick ahead of the angle.
    half_drift: [T; BATCH],
    hop: Counter,
    revolution: Counter,
}

/// A rotor with period π, tabulated for one time step, and its trajectories.
#[derive(Debug, Clone)]
pub(crate) struct PlainLoop<T> {
    kick: Table<T>,
    decay: Table<T>,
    noise: Table<T>,
    batches: Vec<Batch<T>>,
    velocity_scale: f64,
}

impl<T: Real> PlainLoop<T> {
    pub(crate) fn new(landscape: &Landscape, inertia: f64, dt: f64, trajectories: usize) -> Self {
        let (origin, period) = (landscape.potential().minimum().0, landscape.period());
        assert!((period - PI).abs() < 1e-12, "a revolution is counted as two periods");
        let scale = 0.5 * dt / period;
        let angle = |fraction: f64| origin + fraction * period;
        let friction = |fraction: f64| landscape.total_friction().value(angle(fraction));
        let noise = |fraction: f64| {
            let (x, d) = (friction(fraction), landscape.total_diffusion().value(angle(fraction)));
            scale * (d * -(-2.0 * x * dt / inertia).exp_m1() / (2.0 * x * inertia)).sqrt()
        };
        let mut seeds = 0x9E37_79B9_7F4A_7C15_u64;
        let mut seed = || {
            seeds = seeds.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seeds >> 32) as u32 | 1
        };
        let mut batch = || Batch {
            random: std::array::from_fn(|_| std::array::from_fn(|_| seed())),
            fraction: [T::default(); BATCH],
            half_drift: [T::default(); BATCH],
            hop: Counter::START,
            revolution: Counter::START,
        };
        Self {
            kick: Table::new(|x| scale * landscape.force().value(angle(x)) * dt / inertia),
            decay: Table::new(|x| (-friction(x) * dt / inertia).exp_m1()),
            noise: Table::new(noise),
            batches: (0..trajectories.div_ceil(BATCH)).map(|_| batch()).collect(),
            velocity_scale: scale,
        }
    }

    pub(crate) fn trajectories(&self) -> usize {
        self.batches.len() * BATCH
    }

    /// Advance every trajectory, compiled for the widest vector instructions of this machine.
    pub(crate) fn advance(&mut self, steps: usize) {
        #[cfg(target_arch = "x86_64")]
        {
            let available = Instructions::detect();
            if available == Instructions::Avx512 {
                // SAFETY: the features of the function were detected just now.
                return unsafe { advance_avx512(self, steps) };
            }
            if available == Instructions::Avx2 {
                // SAFETY: the features of the function were detected just now.
                return unsafe { advance_avx2(self, steps) };
            }
        }
        self.run(steps);
    }

    #[inline(always)]
    fn run(&mut self, steps: usize) {
        for batch in &mut self.batches {
            for _ in 0..steps / 2 {
                let noise = normals(&mut batch.random);
                batch.step(&self.kick, &self.decay, &self.noise, &noise[0]);
                batch.step(&self.kick, &self.decay, &self.noise, &noise[1]);
            }
        }
    }

    /// The mean of u² between steps, and how often the counter of revolutions moved.
    pub(crate) fn measured(&self) -> (f64, u64) {
        let (mut squares, mut moves) = (0.0, 0);
        for batch in &self.batches {
            for i in 0..BATCH {
                let h = batch.half_drift[i] - T::new(0.5) * self.kick.at(batch.fraction[i]);
                squares += (h.double() / self.velocity_scale).powi(2);
                moves += u64::from(batch.revolution.forward[i] + batch.revolution.back[i]);
            }
        }
        (squares / self.trajectories() as f64, moves)
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
fn advance_avx512<T: Real>(plain: &mut PlainLoop<T>, steps: usize) {
    plain.run(steps);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn advance_avx2<T: Real>(plain: &mut PlainLoop<T>, steps: usize) {
    plain.run(steps);
}

impl<T: Real> Batch<T> {
    #[inline(always)]
    fn step(&mut self, kick: &Table<T>, decay: &Table<T>, noise: &Table<T>, normal: &[f32; BATCH]) {
        for i in 0..BATCH {
            let drift = self.half_drift[i];
            let half = self.fraction[i] + drift;
            let inside = half - half.down();
            let random = noise.at(inside) * T::from_single(normal[i]);
            let h = drift + decay.at(inside).times_plus(drift, random);
            let end = half + h;
            let floor = end.down();
            self.fraction[i] = end - floor;
            self.half_drift[i] = h + kick.at(end - floor);
            let cells = floor.whole();
            self.hop.step(i, cells, 1);
            self.revolution.step(i, cells, 2);
        }
    }
}

/// Two independent normal numbers for each trajectory, in single precision either way.
#[inline(always)]
fn normals(random: &mut [Words; 4]) -> [[f32; BATCH]; 2] {
    let mut both = [[0.0; BATCH]; 2];
    let [s0, s1, s2, s3] = random;
    for i in 0..BATCH {
        let mut word = || {
            let result = s0[i].wrapping_add(s3[i]).rotate_left(7).wrapping_add(s0[i]);
            let t = s1[i] << 9;
            s2[i] ^= s0[i];
            s3[i] ^= s1[i];
            s1[i] ^= s2[i];
            s0[i] ^= s3[i];
            s2[i] ^= t;
            s3[i] = s3[i].rotate_left(11);
            result
        };
        let (a, b) = (word(), word());
        let radius = minus_two_ln(((a >> 8) as f32 + 0.5) * 2.0_f32.powi(-24)).sqrt();
        let (sine, cosine) = sine_and_cosine(b);
        both[0][i] = radius * cosine;
        both[1][i] = radius * sine;
    }
    both
}

/// −2 ln u for a normal number u below 1, to about six digits: the mantissa near 1 by a series.
#[inline(always)]
fn minus_two_ln(u: f32) -> f32 {
    let bits = u.to_bits();
    let exponent = bits.wrapping_sub(0x3f35_04f3).cast_signed() >> 23;
    let f = f32::from_bits(bits.wrapping_sub((exponent << 23).cast_unsigned())) - 1.0;
    // ln((1 + s)/(1 − s)) = 2 (s + s³/3 + s⁵/5 + s⁷/7 + …)
    let s = f / (2.0 + f);
    let z = s * s;
    let series = z.mul_add(z.mul_add(z.mul_add(1.0 / 7.0, 0.2), 1.0 / 3.0), 1.0);
    (exponent as f32).mul_add(-2.0 * std::f32::consts::LN_2, -4.0 * s * series)
}

/// The sine and cosine of 2π times a word over 2³², from their series within an eighth of a turn.
#[inline(always)]
fn sine_and_cosine(word: u32) -> (f32, f32) {
    // The two upper bits are the quadrant, the rest runs from −1/8 to 1/8 of a turn around its middle.
    let x = (word << 2).cast_signed() as f32 * (std::f32::consts::FRAC_PI_4 * 2.0_f32.powi(-31));
    let z = x * x;
    let sine = x * z.mul_add(z.mul_add(z.mul_add(-1.0 / 5040.0, 1.0 / 120.0), -1.0 / 6.0), 1.0);
    let cosine = z.mul_add(z.mul_add(z.mul_add(-1.0 / 720.0, 1.0 / 24.0), -0.5), 1.0);
    let swap = word & (1 << 30) != 0;
    let (first, second) = if swap { (cosine, sine) } else { (sine, cosine) };
    let sine_sign = word & (1 << 31);
    let cosine_sign = (word ^ (word << 1)) & (1 << 31);
    (f32::from_bits(first.to_bits() ^ sine_sign), f32::from_bits(second.to_bits() ^ cosine_sign))
}
