//! Record the short trajectories of Fig. 5 of Preston & Kosov (2023).

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::part::{Part, STEP};
use nanorotor::error::{Error, Result};
use nanorotor::langevin::{Ensemble, Kernel, Options};
use nanorotor::study::{Length, Study};
use nanorotor::sweep::{Grid, Key};
use nanorotor::units::TIME_IN_NANOSECONDS;

/// The number of samples after the first.
const SAMPLES: usize = 1000;

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

/// The study behind Fig. 5.
pub fn recorded_part() -> Part {
    of_length("100 ns")
}

fn of_length(time: &str) -> Part {
    let time = format!("total_time = \"{time}\"");
    Part::new(
        "figure_5",
        "Figure 5: short trajectories for several dihedral angles",
        "Figure 5 of Preston & Kosov (2023): theta against time at V = 5 V, one trajectory of this length for each angle.
         Our choice: the angles, the length, the time step; the band bottom.",
        |r| {
            r.compute("simulate")
                .simulate(&[&time, STEP])
                .sweep(&["phi = { values = [\"-pi/4\", 0, \"pi/4\", 1.3] }"])
        },
    )
    .with_trajectories()
}

/// One trajectory for each angle of [`recorded_part`]; `kernel` by default the fastest of this machine.
///
/// Equal kernels give equal bits. Each angle has a seed of its own.
///
/// # Errors
/// As [`Study::resolve`] and [`Ensemble::new`].
pub fn recordings(kernel: Option<Kernel>) -> Result<Vec<Recorded>> {
    recorded(&recorded_part(), SAMPLES, kernel)
}

fn recorded(part: &Part, samples: usize, kernel: Option<Kernel>) -> Result<Vec<Recorded>> {
    let grid = Grid::new(&Study::from_toml(&part.text, part.name, None)?)?;
    let angles = grid.axes().first().map_or(&[][..], |axis| &axis.values);
    angles
        .par_iter()
        .enumerate()
        .map(|(point, &phi)| {
            let resolved = grid.resolve(point)?;
            let (Some(Length::TotalTime(time)), Some(dt)) =
                (resolved.simulation.length, resolved.simulation.dt)
            else {
                return Err(Error::Model {
                    what: "a recording without a length and a time step".into(),
                    hint: "give the study a total_time and a dt".into(),
                });
            };
            let options = Options { trajectories: 1, seed: Key::seed(&resolved), kernel, ..Options::new(dt) };
            let landscape = resolved.landscape()?;
            let mut ensemble = Ensemble::new(&landscape, resolved.rotor.moment_of_inertia, &options)?;
            let recording = ensemble.record_over(time, samples, &AtomicBool::new(false))?;
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
    use std::f64::consts::FRAC_PI_4;

    use super::*;

    #[test]
    fn recordings_are_the_same_every_time_and_different_from_each_other() {
        let part = of_length("0.2 ns");
        let once = recorded(&part, 20, None).unwrap();
        assert_eq!(once, recorded(&part, 20, None).unwrap());
        assert_eq!(once.iter().map(|r| r.phi).collect::<Vec<_>>(), [-FRAC_PI_4, 0.0, FRAC_PI_4, 1.3]);
        for (k, recorded) in once.iter().enumerate() {
            assert_eq!((recorded.time.len(), recorded.turns.len()), (21, 21));
            assert_eq!((recorded.time[0], recorded.turns[0]), (0.0, 0.0));
            assert!((recorded.time[20] - 0.2).abs() < 0.01, "{}", recorded.time[20]);
            assert!(recorded.turns.iter().any(|turn| turn.abs() > 0.02));
            assert!(once[..k].iter().all(|other| other.turns != recorded.turns));
        }
    }
}
