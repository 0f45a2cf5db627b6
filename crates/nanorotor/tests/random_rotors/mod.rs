//! Draw random motors: two levels between two leads, in a potential of random fold, with solvent and load.
#![allow(dead_code, reason = "each test uses some of it")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::f64::consts::TAU;

use nanorotor::Landscape;
use nanorotor::study::Study;

/// Random numbers that depend on the seed alone (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Between 0 and 1, exclusive.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Evenly on a logarithmic scale.
    pub(crate) fn log_between(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    /// Zero in half the cases, normal with a spread in the others.
    fn sometimes(&mut self, spread: f64) -> f64 {
        let value = spread * self.normal();
        if self.unit() < 0.5 { 0.0 } else { value }
    }
}

/// A motor with what it was drawn as.
pub(crate) struct Motor {
    pub(crate) landscape: Landscape,
    pub(crate) inertia: f64,
    /// The fold of its potential and its parameters, in words.
    pub(crate) drawn: String,
}

/// Motor number k of a seed; damping from 1e-5 to 10 per radian, barriers to 60 kT, drifts to hundreds of thermal velocities.
pub(crate) fn motor(seed: u64, number: u64) -> Motor {
    let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let fold = [0, 2, 3, 4, 6, 12][(6.0 * random.unit()) as usize];
    let set = [
        ("V", format!("{:.3} eV", random.between(0.5, 6.0))),
        ("phi", format!("{:.4}", random.between(-1.5, 1.5))),
        ("E_1", format!("{:.3} eV", random.sometimes(0.5))),
        ("E_2", format!("{:.3} eV", random.sometimes(0.5))),
        ("v", format!("{:.3} eV", random.between(0.1, 1.5))),
        ("kT", format!("{:.5} eV", 8.617e-5 * random.between(5.0, 300.0))),
        ("xi", format!("{:.4e} au", random.log_between(5e-3, 50.0))),
        ("I", format!("{:.4e} au", random.log_between(2e4, 3e6))),
        ("U_n", format!("{:.4e} eV", if fold == 0 { 0.0 } else { random.log_between(2e-3, 0.15) })),
        ("load", format!("{:.5} eV", random.sometimes(0.003))),
    ];
    let period = if fold % 2 == 0 { "pi" } else { "2*pi" };
    let text = include_str!("../reference/rotor_map.toml")
        .replace("PERIOD", period)
        .replace("FOLD", &fold.max(2).to_string());
    let mut study = Study::from_toml(&text, "rotor_map.toml", None).unwrap();
    for (name, value) in &set {
        study = study.with(name, value).unwrap();
    }
    let resolved = study.resolve().unwrap();
    let drawn = set.map(|(name, value)| format!("{name} = {value}")).join(", ");
    Motor {
        landscape: resolved.landscape().unwrap(),
        inertia: resolved.rotor.moment_of_inertia,
        drawn: format!("fold {fold}, {drawn}"),
    }
}

/// R and D_eff with the error of each, in revolutions and rad² per a.u. of time.
pub(crate) type Told = [(f64, f64); 2];
