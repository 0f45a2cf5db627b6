//! Measure the error of a stationary state: by a coarser one, and by how rounding and the errors of the landscape move it.

use super::{AnyState, Moments, Stationary};

/// How many draws of the errors of the landscape there are: the mean square of four falls below a ninth of its expectation once
/// in fifty times.
pub(crate) const DRAWS: u64 = 4;

/// A moved state is moved so many times further than errors do, lest the change drown in the rounding of a difference.
pub const ENLARGEMENT: f64 = 1024.0;

/// The error of a result over the root mean square of its changes.
pub(crate) const MARGIN: f64 = 3.0;

/// What may be left of an error over the last change: two where a refinement takes away no more than a third of it.
pub(crate) const REMAINDER: f64 = 2.0;

/// Where resolution reaches the tolerance, what rounding and the errors of the landscape do may be so many times as large.
const SLACK: f64 = 10.0;

/// A stationary state with those that measure its error.
#[derive(Debug, Clone)]
pub struct Converged<S> {
    /// The answer.
    pub finer: S,
    /// A coarser solution.
    pub coarser: S,
    /// The answer as it would be if rounding and the errors of the landscape were [`ENLARGEMENT`] times as large, once for each
    /// draw of their signs.
    pub moved: Vec<S>,
    /// A relative error of resolution that no quantity is free of, where the solver knows more of it than the change from the
    /// coarser solution, which may be small by chance; else 0.
    pub unseen: f64,
}

/// Functions of θ with their errors.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    /// p(θ) over one period (1/rad).
    pub density: Vec<f64>,
    /// Its error (1/rad).
    pub density_error: Vec<f64>,
    /// The kinetic temperature I⟨(u − ⟨u|θ⟩)² | θ⟩ (Ha); NaN where no digit of it is known, as where the density is below its
    /// own error.
    pub kinetic_temperature: Vec<f64>,
    /// Its error (Ha).
    pub kinetic_temperature_error: Vec<f64>,
}

impl<S: Stationary> Converged<S> {
    /// A quantity and its error: the value from the finer solution; doubled, how far the coarser one is from it; and what
    /// rounding and the errors of the landscape may do to it.
    ///
    /// The change of one quantity may vanish by chance: it is taken to be at least as large a part of it as those of D_eff and of
    /// the kinetic energy are of theirs, and as what the solver knows beside.
    pub fn measure(&self, quantity: impl Fn(&S) -> f64) -> (f64, f64) {
        let change = |quantity: &dyn Fn(&S) -> f64| {
            let value = quantity(&self.finer);
            (value, (value - quantity(&self.coarser)).abs())
        };
        let part = |(value, change): (f64, f64)| change / value;
        let least = part(change(&S::rotational_diffusion))
            .max(part(change(&S::mean_kinetic_energy)))
            .max(self.unseen / REMAINDER);
        let (value, change) = change(&quantity);
        let change = change.max(least * value.abs());
        (value, REMAINDER * change + self.moved_by(&quantity))
    }

    /// The largest of the errors that [`Converged::measure`] states of D_eff, of the kinetic energy and of ⟨u⟩, in parts of them, or of a
    /// thousandth of D_eff/L where ⟨u⟩ is smaller.
    pub fn relative_error(&self) -> f64 {
        self.largest_part(|quantity| self.measure(quantity).1)
    }

    /// What of [`Converged::relative_error`] rounding and the errors of the landscape make up: no refinement takes it away.
    pub fn relative_limit(&self) -> f64 {
        self.largest_part(|quantity| self.moved_by(quantity))
    }

    /// Whether the stated errors are those asked for: within the tolerance, or within ten times it where resolution is within it and
    /// the rest is what no refinement takes away.
    pub fn is_within(&self, tolerance: f64) -> bool {
        let error = self.relative_error();
        error <= tolerance || error <= SLACK * tolerance && error - self.relative_limit() <= tolerance
    }

    fn largest_part(&self, error: impl Fn(fn(&S) -> f64) -> f64) -> f64 {
        let part =
            |quantity: fn(&S) -> f64, least: f64| error(quantity) / (quantity(&self.finer).abs() + least);
        let hops = 1e-3 * self.finer.rotational_diffusion() / self.finer.period();
        let errors = [
            part(S::mean_velocity, hops),
            part(S::rotational_diffusion, 0.0),
            part(S::mean_kinetic_energy, 0.0),
        ];
        // A NaN is no small error.
        errors.into_iter().fold(0.0, |worst, e| if e > worst || e.is_nan() { e } else { worst })
    }

    /// What rounding and the errors of the landscape may do to a quantity.
    pub fn moved_by(&self, quantity: impl Fn(&S) -> f64) -> f64 {
        let value = quantity(&self.finer);
        let changes = self.moved.iter().map(|moved| quantity(moved) - value);
        spread(changes) + f64::EPSILON * value.abs()
    }

    /// R and its error (revolutions per a.u. of time).
    pub fn rotation_rate(&self) -> (f64, f64) {
        self.measure(S::rotation_rate)
    }

    /// Density and kinetic temperature at some angles. The change from the coarser solution is the largest over all angles, because at
    /// one it may vanish by chance.
    pub fn profiles(&self, theta: &[f64]) -> Profiles {
        let inertia = self.finer.moment_of_inertia();
        let moments = self.finer.moments_at(theta);
        let moved: Vec<Vec<Moments>> = self.moved.iter().map(|s| s.moments_at(theta)).collect();
        let grid = self.finer.grid();
        let coarser = self.coarser.moments_at(&grid.angles);
        // The error of the moment `m` at each angle.
        let errors = |m: usize| -> Vec<f64> {
            let pairs = grid.moments.iter().zip(&coarser);
            let change = pairs.map(|(a, b)| (a[m] - b[m]).abs()).fold(0.0, f64::max);
            let own = |(j, at): (usize, &Moments)| {
                let changes = moved.iter().map(|moved| moved[j][m] - at[m]);
                REMAINDER * change + spread(changes) + f64::EPSILON * at[m].abs()
            };
            moments.iter().enumerate().map(own).collect()
        };
        let (density_error, square_error) = (errors(0), errors(2));
        let (velocity, velocity_error) = self.measure(S::mean_velocity);
        let period = self.finer.period();
        let (flow, flow_error) = (velocity / period, velocity_error / period);
        let temperature = |(j, &[p, _, square]): (usize, &Moments)| {
            // T = (I m_2 − I J²/p)/p, with the current J.
            let value = inertia * (square - flow * flow / p) / p;
            let by_density = (value - inertia * (flow / p).powi(2)).abs() / p * density_error[j];
            let by_flow = 2.0 * inertia * (flow / p).abs() * flow_error / p;
            let error = inertia * square_error[j] / p + by_density + by_flow;
            if p > density_error[j] && error < value { (value, error) } else { (f64::NAN, f64::NAN) }
        };
        let (kinetic_temperature, kinetic_temperature_error) =
            moments.iter().enumerate().map(temperature).unzip();
        Profiles {
            density: moments.iter().map(|m| m[0]).collect(),
            density_error,
            kinetic_temperature,
            kinetic_temperature_error,
        }
    }
}

impl<S: Stationary + Send + Sync + 'static> Converged<S> {
    /// The same, without regard to the solver.
    pub fn boxed(self) -> Converged<AnyState> {
        let any = |state: S| Box::new(state) as AnyState;
        Converged {
            finer: any(self.finer),
            coarser: any(self.coarser),
            moved: self.moved.into_iter().map(any).collect(),
            unseen: self.unseen,
        }
    }
}

/// The error that enlarged changes tell.
fn spread(changes: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = changes.len().max(1) as f64;
    let squares: f64 = changes.map(|change| (change / ENLARGEMENT).powi(2)).sum();
    MARGIN * (squares / count).sqrt()
}
