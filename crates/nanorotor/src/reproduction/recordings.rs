//! Record the short trajectories of Fig. 5 of Preston & Kosov (2023).

use std::f64::consts::FRAC_PI_4;

use rayon::prelude::*;

use crate::error::Result;
use crate::langevin::{Ensemble, Kernel, Options};
use crate::study::Study;
use crate::units::TIME_IN_NANOSECONDS;

/// The dihedral angles of Fig. 5 (rad); our choice, for the paper's are not in its text.
pub const RECORDED_ANGLES: [f64; 4] = [-FRAC_PI_4, 0.0, FRAC_PI_4, 1.3];
/// How long each trajectory of Fig. 5 is (ns); our choice.
pub const RECORDED_TIME: f64 = 100.0;
/// The number of samples after the first.
const SAMPLES: usize = 1000;
/// The time step (a.u.), that of the other trajectories at the paper's moment of inertia.
const STEP: f64 = 1000.0;

/// A trajectory of one rotor.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The dihedral angle (rad).
    pub phi: f64,
    /// Times since the rotor had forgotten its start (ns).
    pub time: Vec<f64>,
    /// The angle turned since (revolutions).
    pub turns: Vec<f64>,
}

/// One trajectory for each of [`RECORDED_ANGLES`], at the preset's voltage, over [`RECORDED_TIME`]; `kernel` by default the
/// fastest of this machine.
///
/// Equal kernels give equal bits. Each angle has a seed of its own.
///
/// # Errors
/// As [`Study::resolve`] and [`Ensemble::new`].
pub fn recordings(kernel: Option<Kernel>) -> Result<Vec<Recorded>> {
    recorded(RECORDED_TIME, SAMPLES, kernel)
}

fn recorded(nanoseconds: f64, samples: usize, kernel: Option<Kernel>) -> Result<Vec<Recorded>> {
    let study = Study::preset("preston2023")?;
    RECORDED_ANGLES
        .par_iter()
        .enumerate()
        .map(|(k, &phi)| {
            let resolved = study.with_value("phi", phi)?.resolve()?;
            let options = Options { trajectories: 1, seed: k as u64 + 1, kernel, ..Options::new(STEP) };
            let landscape = resolved.landscape()?;
            let mut ensemble = Ensemble::new(&landscape, resolved.rotor.moment_of_inertia, &options)?;
            let recording = ensemble.record_over(nanoseconds / TIME_IN_NANOSECONDS, samples)?;
            let turns = recording.turns.into_iter().next().unwrap_or_default();
            let start = turns.first().copied().unwrap_or_default();
            Ok(Recorded {
                phi,
                time: recording.time.iter().map(|t| t * TIME_IN_NANOSECONDS).collect(),
                turns: turns.iter().map(|turn| turn - start).collect(),
            })
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_the_same_every_time_and_different_from_each_other() {
        let once = recorded(0.2, 20, None).unwrap();
        assert_eq!(once, recorded(0.2, 20, None).unwrap());
        assert_eq!(once.iter().map(|r| r.phi).collect::<Vec<_>>(), RECORDED_ANGLES);
        for (k, recorded) in once.iter().enumerate() {
            assert_eq!((recorded.time.len(), recorded.turns.len()), (21, 21));
            assert_eq!((recorded.time[0], recorded.turns[0]), (0.0, 0.0));
            assert!((recorded.time[20] - 0.2).abs() < 0.01, "{}", recorded.time[20]);
            assert!(recorded.turns.iter().any(|turn| turn.abs() > 0.02));
            assert!(once[..k].iter().all(|other| other.turns != recorded.turns));
        }
    }
}
