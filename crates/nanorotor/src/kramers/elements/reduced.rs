//! Bring a rotor into reduced units, with the top of its barrier at angle zero.
//!
//! | symbol | here                | meaning                                           |
//! |--------|---------------------|---------------------------------------------------|
//! | kT_0   | `temperature`       | ⟨D⟩/2⟨X⟩ over the angle (Ha), the temperature at large velocity |
//! | u_0    | `velocity`          | sqrt(kT_0/I) (rad per a.u. of time)               |
//! | f      | `drive`             | F/kT_0                                            |
//! | g      | `damping`           | X/(I u_0)                                         |
//! | a      | `noise`             | D/(2 I u_0 kT_0)                                  |
//! | w      | `wind`              | the mean of f                                     |
//! | V      | `potential`         | −∫(f − w), V = 0 at its maximum                   |
//! | τ      | `Column::temperature` | temperature of the trial functions              |
//! | Φ      | `Column::potential` | −∫(f − w)/τ of the trial functions                |
//!
//! 0 = −u ∂_θ p − f ∂_u p + ∂_u(g u p) + a ∂_u² p, with u in u_0 and times in 1/u_0.
//!
//! The trial functions are local Boltzmann weights times polynomials. Their temperature τ is a over g, each averaged over
//! the angle that a rotor needs to relax, 1/⟨g⟩.

use num_complex::Complex64;

use crate::landscape::Landscape;
use crate::periodic::Periodic;
use crate::stationary::Signs;

/// How many angles the searches over a period look at, at least.
const GRID: usize = 2048;

/// How many for each harmonic: so many that no feature is missed.
const FOR_EACH: usize = 4;

/// The functions of θ in reduced units; θ is counted from `origin`.
#[derive(Debug, Clone)]
pub(super) struct Reduced {
    /// L (rad).
    pub(super) period: f64,
    /// The angle of the highest top of the potential (rad).
    pub(super) origin: f64,
    /// I (a.u.).
    pub(super) moment_of_inertia: f64,
    /// u_0 (rad per a.u. of time).
    pub(super) velocity: f64,
    /// w.
    pub(super) wind: f64,
    /// ⟨g⟩.
    pub(super) mean_damping: f64,
    /// max V − min V.
    pub(super) barrier: f64,
    drive: Periodic,
    damping: Periodic,
    noise: Periodic,
    potential: Periodic,
    smooth_damping: Periodic,
    smooth_noise: Periodic,
    weight_potential: Periodic,
    /// The tops of the potential that the envelope rests on, by angle: θ and V.
    tops: Vec<(f64, f64)>,
    /// Whether τ varies with the angle; otherwise it is ⟨a⟩/⟨g⟩ = 1.
    uneven: bool,
    /// How many angles show every feature.
    pub(super) resolution: usize,
    /// The errors of f, g and a.
    errors: [f64; 3],
}

/// What the equation and the trial functions are at one angle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) drive: f64,
    pub(super) damping: f64,
    pub(super) noise: f64,
    /// V ≤ 0.
    pub(super) energy: f64,
    /// τ.
    pub(super) temperature: f64,
    /// Φ.
    pub(super) potential: f64,
    /// V̂ ≥ V, which touches V at each of its tops, and its slope.
    pub(super) envelope: f64,
    pub(super) envelope_slope: f64,
}

impl Reduced {
    /// With the highest top of the potential at angle zero.
    pub(super) fn new(landscape: &Landscape, moment_of_inertia: f64) -> Self {
        let top = landscape.force().antiderivative().minimum().0;
        Self::with_origin(landscape, moment_of_inertia, top)
    }

    /// With another angle at zero.
    pub(super) fn with_origin(landscape: &Landscape, moment_of_inertia: f64, origin: f64) -> Self {
        let (force, friction, diffusion) =
            (landscape.force(), landscape.total_friction(), landscape.total_diffusion());
        let period = landscape.period();
        let temperature = 0.5 * diffusion.mean() / friction.mean();
        let velocity = (temperature / moment_of_inertia).sqrt();
        let scaled = |f: &Periodic, scale: f64| f.combine(scale, f, 0.0);
        let reduced =
            |f: &Periodic, scale: f64| shifted(f, scale, origin).truncated(1e-15 * scale * f.magnitude());
        let drive = reduced(force, 1.0 / temperature);
        let damping = reduced(friction, 1.0 / (moment_of_inertia * velocity));
        let noise = reduced(diffusion, 0.5 / (moment_of_inertia * velocity * temperature));
        let wind = drive.mean();
        let potential = scaled(&drive.antiderivative(), -1.0);
        let (highest, lowest) = (potential.maximum().1, potential.minimum().1);
        let mean_damping = damping.mean();
        let harmonics = [&drive, &damping, &noise].map(|f| f.harmonics().len());
        let resolution = harmonics.into_iter().fold(0, usize::max) * FOR_EACH;
        let resolution = resolution.next_power_of_two().max(GRID);
        let mut found = Self {
            period,
            origin,
            moment_of_inertia,
            velocity,
            wind,
            mean_damping,
            barrier: highest - lowest,
            potential: potential.offset(-highest),
            smooth_damping: averaged(&damping, 1.0 / mean_damping),
            smooth_noise: averaged(&noise, 1.0 / mean_damping),
            weight_potential: Periodic::constant(period, 0.0),
            tops: Vec::new(),
            uneven: true,
            resolution,
            errors: [
                force.error() / temperature,
                friction.error() / (moment_of_inertia * velocity),
                diffusion.error() * 0.5 / (moment_of_inertia * velocity * temperature),
            ],
            drive,
            damping,
            noise,
        };
        // Where friction is negative along a long stretch no local temperature exists, and any weight will do.
        let (a, g) = (found.smooth_noise.samples(resolution), found.smooth_damping.samples(resolution));
        found.uneven = a.iter().zip(&g).all(|(a, g)| *g > 1e-3 * mean_damping && *a > 0.0);
        found.tops = found.supporting_tops();
        let (columns, _) = found.grid(resolution);
        let weighted: Vec<f64> = columns.iter().map(|at| (at.drive - wind) / at.temperature).collect();
        let weighted = Periodic::from_samples(period, &weighted);
        found.weight_potential =
            scaled(&weighted.antiderivative(), -1.0).truncated(1e-15 * weighted.magnitude() * period);
        found
    }

    /// The extremes of a over g, each averaged over six relaxation lengths.
    pub(super) fn far_temperatures(&self) -> (f64, f64) {
        let length = 6.0 / self.mean_damping;
        let (noise, damping) = (averaged(&self.noise, length), averaged(&self.damping, length));
        let (noise, damping) = (noise.samples(self.resolution), damping.samples(self.resolution));
        let ratios = noise.iter().zip(damping).map(|(a, g)| a / g);
        let ratios = ratios.filter(|tau| tau.is_finite() && *tau > 0.0);
        ratios.fold((1.0, 1.0), |(low, high): (f64, f64), tau| (low.min(tau), high.max(tau)))
    }

    /// All functions at θ.
    pub(super) fn column(&self, theta: f64) -> Column {
        self.columns(&[theta])[0]
    }

    /// δf, −δg and −δa at some angles: each harmonic moved by the whole error of its function, up or down by chance.
    pub(super) fn disturbance(&self, angles: &[f64], seed: u64) -> [Vec<f64>; 3] {
        let functions = [&self.drive, &self.damping, &self.noise];
        let harmonics = functions.map(|f| f.harmonics().len()).into_iter().fold(4, usize::max);
        let mut signs = Signs::new(seed);
        self.errors.map(|error| signs.noise(self.period, error, harmonics).values(angles))
    }

    /// All functions at many angles.
    pub(super) fn columns(&self, angles: &[f64]) -> Vec<Column> {
        let values = self.functions().map(|f| f.values(angles));
        let columns = angles.iter().enumerate();
        columns.map(|(j, theta)| self.at(*theta, values.each_ref().map(|of| of[j]))).collect()
    }

    /// All functions at `count` equidistant angles, and f′.
    pub(super) fn grid(&self, count: usize) -> (Vec<Column>, Vec<f64>) {
        let values = self.functions().map(|f| f.samples(count));
        let angle = |j: usize| self.period * j as f64 / count as f64;
        let columns = (0..count).map(|j| self.at(angle(j), values.each_ref().map(|of| of[j]))).collect();
        (columns, self.drive.derivative().samples(count))
    }

    fn functions(&self) -> [&Periodic; 7] {
        [
            &self.drive,
            &self.damping,
            &self.noise,
            &self.potential,
            &self.smooth_noise,
            &self.smooth_damping,
            &self.weight_potential,
        ]
    }

    /// The angles of all tops that lines follow, from 0 to L.
    pub(super) fn top_angles(&self) -> impl Iterator<Item = f64> {
        self.tops.iter().map(|top| top.0)
    }

    /// How far the lowest of these tops is below the highest.
    pub(super) fn spread_of_tops(&self) -> f64 {
        self.tops.iter().map(|top| -top.1).fold(0.0, f64::max)
    }

    /// All tops of the potential but those that are too shallow for an envelope.
    fn supporting_tops(&self) -> Vec<(f64, f64)> {
        let count = self.resolution;
        let values = self.potential.samples(count);
        let at = |j: usize| values[j % count];
        let angle = |j: f64| self.period * j / count as f64;
        let mut tops = Vec::new();
        for j in count..2 * count {
            let (before, here, after) = (at(j - 1), at(j), at(j + 1));
            if here > before && here >= after {
                // The top of the parabola through three points.
                let curvature = 2.0 * here - before - after;
                let shift = 0.5 * (after - before) / curvature;
                let theta = angle((j - count) as f64 + shift).rem_euclid(self.period);
                tops.push((theta, (here + 0.125 * (after - before).powi(2) / curvature).min(0.0)));
            }
        }
        tops.sort_by(|a, b| a.0.total_cmp(&b.0));
        loop {
            let margin = 0.05 * self.mean_damping.min(2.0);
            let below =
                (0..count).find(|&j| envelope(&tops, self.period, angle(j as f64)).0 < values[j] - margin);
            let Some(j) = below else { return tops };
            // The lower of the two tops around goes.
            let theta = angle(j as f64);
            let next = tops.partition_point(|top| top.0 <= theta);
            let (before, after) = ((next + tops.len() - 1) % tops.len(), next % tops.len());
            tops.remove(if tops[before].1 < tops[after].1 { before } else { after });
        }
    }

    fn at(&self, theta: f64, values: [f64; 7]) -> Column {
        let [drive, damping, noise, potential, smooth_noise, smooth_damping, weight] = values;
        let temperature = if self.uneven { smooth_noise / smooth_damping } else { 1.0 };
        let energy = potential.min(0.0);
        let (envelope, envelope_slope) = envelope(&self.tops, self.period, theta);
        Column { drive, damping, noise, energy, temperature, potential: weight, envelope, envelope_slope }
    }
}

/// From top to top by the cubic that is flat at both, and its slope.
fn envelope(tops: &[(f64, f64)], period: f64, theta: f64) -> (f64, f64) {
    if tops.len() < 2 {
        return (0.0, 0.0);
    }
    let theta = theta.rem_euclid(period);
    let next = tops.partition_point(|top| top.0 <= theta);
    let before = tops[(next + tops.len() - 1) % tops.len()];
    let after = tops[next % tops.len()];
    let width = (after.0 - before.0).rem_euclid(period);
    let x = (theta - before.0).rem_euclid(period) / width;
    let rise = after.1 - before.1;
    (before.1 + rise * x * x * (3.0 - 2.0 * x), rise * 6.0 * x * (1.0 - x) / width)
}

/// scale f(θ + origin).
fn shifted(f: &Periodic, scale: f64, origin: f64) -> Periodic {
    let unit = std::f64::consts::TAU * origin / f.period();
    let harmonics =
        f.harmonics().iter().enumerate().map(|(k, c)| scale * c * Complex64::cis(unit * k as f64));
    Periodic::from_harmonics(f.period(), harmonics.collect())
}

/// f averaged over a length l of the angle: each harmonic k divided by 1 + (k l)².
fn averaged(f: &Periodic, length: f64) -> Periodic {
    let unit = std::f64::consts::TAU / f.period() * length;
    let harmonics = f.harmonics().iter().enumerate().map(|(k, c)| c / (1.0 + (unit * k as f64).powi(2)));
    Periodic::from_harmonics(f.period(), harmonics.collect())
}
