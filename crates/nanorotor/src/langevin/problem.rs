//! Recognise the problem that trajectories belong to, and say in what another one differs.

use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::periodic::Periodic;

/// At how many angles the coefficients are compared.
pub(crate) const PROBES: usize = 61;
/// What two computations of one landscape may differ by, relative to the maximum.
const TOLERANCE: f64 = 1e-9;

/// What the rotor moves in, known by samples: enough to tell it from any other problem of physical interest.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The moment of inertia (a.u.).
    pub moment_of_inertia: f64,
    /// The period L (rad).
    pub period: f64,
    /// F, X and D_tot at 61 angles.
    pub coefficients: [Vec<f64>; 3],
}

impl Problem {
    /// The problem of a rotor with this moment of inertia (a.u.) in this landscape.
    pub fn new(landscape: &Landscape, moment_of_inertia: f64) -> Self {
        // Multiples of the golden ratio: no harmonic vanishes at all of them.
        let angle = |j: usize| (0.618_033_988_749_894_9 * j as f64).fract() * landscape.period();
        let probe = |f: &Periodic| (0..PROBES).map(|j| f.value(angle(j))).collect();
        Self {
            moment_of_inertia,
            period: landscape.period(),
            coefficients: [landscape.force(), landscape.total_friction(), landscape.total_diffusion()]
                .map(probe),
        }
    }

    /// Nothing, if `now` is the same problem up to rounding.
    ///
    /// # Errors
    /// [`Error::File`] with what differs, in the words of one who resumes a run.
    pub fn agrees_with(&self, now: &Self) -> Result<()> {
        let same = |a: f64, b: f64| (a - b).abs() <= TOLERANCE * a.abs().max(b.abs());
        let [force, friction, diffusion] = [0, 1, 2].map(|k| {
            let (before, now) = (&self.coefficients[k], &now.coefficients[k]);
            let largest = before.iter().chain(now).fold(0.0_f64, |largest, x| largest.max(x.abs()));
            before.len() == now.len()
                && before.iter().zip(now).all(|(a, b)| (a - b).abs() <= TOLERANCE * largest)
        });
        let other = if !same(self.moment_of_inertia, now.moment_of_inertia) {
            format!("a moment of inertia of {} au, not {}", self.moment_of_inertia, now.moment_of_inertia)
        } else if !same(self.period, now.period) {
            format!("a period of {} rad, not {}", self.period, now.period)
        } else if !force {
            "another force".into()
        } else if !friction {
            "another friction".into()
        } else if !diffusion {
            "another diffusion".into()
        } else {
            return Ok(());
        };
        Err(Error::File {
            what: format!("the checkpoint belongs to another problem: it has {other}"),
            hint: "resume with the study and the settings that the checkpoint was made with".into(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn problem(inertia: f64, force: f64, friction: f64, diffusion: f64) -> Problem {
        let sampled = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 255, f);
        let landscape = Landscape::new(
            sampled(&|x| x.sin() + force * (61.0 * x).sin()),
            sampled(&|_| 1.0 + friction),
            sampled(&|x| 2.0 + diffusion * (122.0 * x).cos()),
        );
        Problem::new(&landscape.unwrap(), inertia)
    }

    #[test]
    fn rounding_is_forgiven_and_every_change_is_named() {
        let own = problem(1.0, 0.0, 0.0, 0.0);
        assert!(own.agrees_with(&problem(1.0 + 1e-13, 1e-13, 1e-13, 1e-13)).is_ok());
        let cases = [
            (problem(1.1, 0.0, 0.0, 0.0), "inertia of 1 au, not 1.1"),
            (problem(1.0, 1e-6, 0.0, 0.0), "another force"),
            (problem(1.0, 0.0, 1e-6, 0.0), "another friction"),
            (problem(1.0, 0.0, 0.0, 1e-6), "another diffusion"),
            (Problem { period: 1.0, ..own.clone() }, "a period of"),
        ];
        for (other, named) in cases {
            let refused = own.agrees_with(&other).unwrap_err();
            assert!(refused.to_string().contains(named), "{refused}");
            assert!(refused.hint().contains("study"));
        }
        let nan = Problem { moment_of_inertia: f64::NAN, ..own.clone() };
        assert!(own.agrees_with(&nan).is_err() && nan.agrees_with(&own).is_err());
    }
}
