//! Turn samples on equidistant angles into Fourier series, and tell how well they know their function.

use std::f64::consts::TAU;

use crate::error::Fault;
use crate::periodic::Periodic;
use crate::study::words::significant;

/// The fewest angles; fewer cannot tell a period.
const FEWEST: usize = 4;
/// The most angles: as many as the finest grid in theta has.
const MOST: usize = 16_384;
/// The part of the step by which equidistant angles may be off: those of a file may be rounded.
const EVEN: f64 = 1e-6;
/// Harmonics below this part of the largest value are rounding.
const ROUNDING: f64 = 4e-16;
/// Noise holds as much in the highest third of the harmonics as in the third before it, a kink (k⁻²) about a third.
const FLAT: f64 = 0.5;
/// Harmonics are above the noise from so many times its mean on.
const ABOVE: f64 = 3.0;

/// Equidistant angles over one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    /// The number of angles, the end of the period left out.
    pub(super) angles: usize,
    /// The first angle (rad).
    pub(super) start: f64,
    /// A turn divided by a whole number (rad).
    pub(super) period: f64,
    /// Whether the file has the first angle again after the period.
    pub(super) closed: bool,
}

impl Grid {
    /// The grid of angles in rad; faults have no place yet.
    pub(super) fn of(theta: &[f64]) -> Result<Self, Fault> {
        let refuse = |message: String, label: &str, hint: &str| Err(Fault::new(message, 0..0, label, hint));
        let count = theta.len();
        if !(FEWEST..=MOST).contains(&count) {
            return refuse(
                format!("theta has {count} angles"),
                &format!("expected {FEWEST} to {MOST}"),
                "sample one period at equidistant angles, 64 for example",
            );
        }
        let step = (theta[count - 1] - theta[0]) / (count - 1) as f64;
        // What angles lose that are kept in single precision.
        let single =
            f64::from(f32::EPSILON) * theta.iter().fold(0.0, |most: f64, angle| most.max(angle.abs()));
        let uneven = theta.windows(2).position(|pair| {
            let apart = pair[1] - pair[0];
            apart.is_nan() || (apart - step).abs() > EVEN * step.abs() + single
        });
        if let Some(at) = uneven {
            return refuse(
                format!(
                    "the angles are not equidistant: theta goes from {} to {} rad, the mean step is {}",
                    significant(theta[at]),
                    significant(theta[at + 1]),
                    significant(step)
                ),
                "uneven angles",
                "matrices need equidistant angles over one period; interpolate them there first",
            );
        }
        let whole = |steps: usize| {
            let parts = TAU / (steps as f64 * step);
            let n = parts.round();
            (n >= 1.0 && (parts / n - 1.0).abs() <= EVEN + single / step).then(|| TAU / n)
        };
        let (angles, period) = match (whole(count), whole(count - 1)) {
            (Some(period), _) => (count, period),
            (None, Some(period)) => (count - 1, period),
            (None, None) => {
                return refuse(
                    format!(
                        "{count} angles with a step of {} rad do not cover a period 2 pi/n",
                        significant(step)
                    ),
                    "not one period",
                    if step * count as f64 > 2.0 * TAU {
                        "angles in degrees have the attribute units = \"degree\""
                    } else {
                        "sample from 0 to 2 pi/n, its end left out"
                    },
                );
            }
        };
        let exact = period / angles as f64;
        let start = (0..angles).map(|j| theta[j] - j as f64 * exact).sum::<f64>() / angles as f64;
        Ok(Self { angles, start, period, closed: angles < count })
    }

    /// The angle of a sample.
    pub(super) fn angle(&self, j: usize) -> f64 {
        self.start + j as f64 * self.period / self.angles as f64
    }

    /// The Fourier series of samples, without harmonics that are rounding of numbers of the size `scale`.
    pub(super) fn series(&self, samples: &[f64], scale: f64) -> Periodic {
        let function = Periodic::from_samples(self.period, samples);
        let kept = function.harmonics().iter().rposition(|c| 2.0 * c.norm() > ROUNDING * scale);
        let harmonics = function.harmonics()[..kept.map_or(1, |k| k + 1)].to_vec();
        let function = Periodic::from_harmonics(self.period, harmonics);
        if self.start.abs() <= ROUNDING * self.period { function } else { function.moved(self.start) }
    }
}

/// How well samples know the functions that they were taken of, relative to the largest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quality {
    /// What their series may miss.
    pub(super) error: f64,
    /// Where the highest harmonics are all alike, the number of those that stand out of this noise.
    pub(super) above_noise: Option<usize>,
}

impl Quality {
    /// Judge by the largest |2 c_k| / scale of all entries, for each k up to half the number of angles, and by the
    /// harmonics that a low pass keeps.
    ///
    /// Harmonics beyond the grid are lost, and folded onto those that are kept. Where they fall, q from the middle third
    /// to the last one, q/(1 − q) of the last is still to come; eight times that covers the folding, and harmonics that
    /// fall as a power only. Where they do not fall they are noise, whose mean square adds up.
    pub(super) fn of(envelope: &[f64], low_pass: Option<usize>) -> Self {
        let highest = envelope.len().saturating_sub(1);
        let sum = |from: usize, to: usize| envelope[from..to.max(from)].iter().sum::<f64>();
        let (third, two_thirds) = (highest / 3 + 1, 2 * highest / 3 + 1);
        let (middle, last) = (sum(third, two_thirds), sum(two_thirds, highest + 1));
        let count = (highest + 1 - two_thirds).max(1) as f64;
        let mean = last / count;
        let is_noise = highest >= 6 && mean > ROUNDING && last > FLAT * middle;
        let above = envelope.iter().rposition(|size| *size > ABOVE * mean).unwrap_or(0);
        // A low pass costs what it cuts off, as far as that is not noise.
        let lost = low_pass.map_or(0.0, |kept| {
            let first = (kept + 1).min(envelope.len());
            envelope[first..].iter().copied().filter(|size| !is_noise || *size > ABOVE * mean).sum()
        });
        if is_noise {
            let kept = low_pass.unwrap_or(highest).min(highest);
            return Self { error: mean * (0.5 * kept as f64).sqrt() + lost, above_noise: Some(above) };
        }
        let q = if middle > 0.0 { (last / middle).min(0.9) } else { 0.0 };
        Self { error: 8.0 * last * q / (1.0 - q) + lost, above_noise: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn angles(count: usize, step: f64) -> Vec<f64> {
        (0..count).map(|j| 0.3 + j as f64 * step).collect()
    }

    #[test]
    fn one_period_is_told_with_and_without_its_end() {
        for (count, parts, closed) in [(32, 32, false), (33, 32, true), (12, 24, false)] {
            let grid = Grid::of(&angles(count, TAU / f64::from(parts))).unwrap();
            assert_eq!((grid.angles, grid.closed), (count - usize::from(closed), closed));
            assert!((grid.start - 0.3).abs() < 1e-14);
        }
        // Angles in single precision are equidistant too.
        let single: Vec<f64> =
            angles(256, TAU / 256.0).into_iter().map(|angle| f64::from(angle as f32)).collect();
        assert_eq!(Grid::of(&single).unwrap().angles, 256);
        let refused = |theta: &[f64]| Grid::of(theta).unwrap_err();
        assert!(refused(&angles(32, TAU / 48.0)).message.contains("do not cover a period"));
        assert!(refused(&angles(36, 10.0)).hint.contains("degree"));
        let mut uneven = angles(32, TAU / 32.0);
        uneven[7] += 1e-3;
        assert!(refused(&uneven).message.contains("not equidistant"));
    }

    #[test]
    fn noise_and_kinks_and_smooth_functions_are_told_apart() {
        let envelope = |f: &dyn Fn(f64) -> f64| -> Vec<f64> { (0..33).map(|k| f(f64::from(k))).collect() };
        let smooth = Quality::of(&envelope(&|k| (-k).exp()), None);
        assert!(smooth.error < 1e-9 && smooth.above_noise.is_none(), "{smooth:?}");
        let kink = Quality::of(&envelope(&|k| (k + 1.0).powi(-2)), None);
        assert!(kink.error > 0.01 && kink.above_noise.is_none(), "{kink:?}");
        let noise = envelope(&|k| (-2.0 * k).exp() + 1e-8 * (1.5 + (7.0 * k).sin()));
        let noisy = Quality::of(&noise, None);
        assert!((1e-8..2e-7).contains(&noisy.error), "{noisy:?}");
        assert_eq!(noisy.above_noise, Some(8));
        let passed = Quality::of(&noise, Some(8));
        assert!(passed.error < 0.6 * noisy.error, "{passed:?}");
        assert!(Quality::of(&noise, Some(3)).error > 1e-4);
    }
}
