//! Say what a basis that moves with the rotor would do to the friction.

use num_complex::Complex64;
use rayon::prelude::*;

use super::{Assumption, Standing};
use crate::coefficients::Coefficients;
use crate::error::Result;
use crate::junction::{Frame, Junction, Matrix};
use crate::study::{Electrons, Model, Resolved};

/// The angles that are looked at.
const ANGLES: u32 = 8;

/// The most levels whose pairs are all tried.
const MOST_LEVELS: usize = 12;

impl Resolved {
    /// What is assumed of the basis of h and w, and how much that could matter; none where it cannot matter.
    ///
    /// # Errors
    /// As [`Resolved::electrons`] and [`Coefficients::at`].
    pub(super) fn basis_assumption(&self) -> Result<Option<Assumption>> {
        let (Electrons::Junction(junction), Model::Junction(model)) = (self.electrons()?, &self.model) else {
            return Ok(None);
        };
        if model.connection.is_some() {
            let text = "moves with the rotor, with the connection of the study".into();
            return Ok(Some(Assumption { name: "basis", standing: Standing::Holds, text }));
        }
        if junction.levels() < 2 {
            return Ok(None);
        }
        let is_suspicious = has_eigenvectors(&junction)?;
        let standing = if is_suspicious { Standing::Questionable } else { Standing::Holds };
        let mut text = "taken to be at rest, as no connection is given".to_owned();
        if is_suspicious {
            text += "; but the Hamiltonian is diagonal at every angle while the couplings of its levels change: eigenvectors move";
        }
        if junction.levels() <= MOST_LEVELS {
            let (change, (i, j), theta) = largest_change(&junction)?;
            let (i, j, change) = (i + 1, j + 1, (change > 0.0).then(|| percent(change)));
            text = match change {
                None => format!("{text}; in equilibrium nothing depends on it"),
                Some(change) => format!(
                    "{text}; were levels {i} and {j} a pair that turns with the rotor, as p orbitals across its axis do, the \
                     electronic friction would differ by up to {change} of its largest value (at theta = {theta:.3}), for no \
                     other pair by more"
                ),
            };
        }
        Ok(Some(Assumption { name: "basis", standing, text }))
    }
}

fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent < 0.1 { "less than 0.1 %".into() } else { format!("{percent:.1} %") }
}

fn angle(junction: &Junction, j: u32) -> f64 {
    junction.period() * f64::from(j) / f64::from(ANGLES)
}

/// Whether h is diagonal at every angle while its levels exchange their couplings.
fn has_eigenvectors(junction: &Junction) -> Result<bool> {
    let frames: Vec<Frame> =
        (0..ANGLES).map(|j| junction.frame(angle(junction, j))).collect::<Result<_>>()?;
    let n = junction.levels();
    let is_diagonal = |frame: &Frame| {
        (0..n).all(|i| (0..n).all(|j| i == j || frame.h[(i, j)].norm() <= 1e-12 * frame.h.norm_max()))
    };
    // A channel that reaches several levels and turns from one to the other.
    let turns = |frame: &Frame| {
        (0..frame.channels()).any(|c| {
            let moving = |i: &usize| frame.dw[(*i, c)].norm() > 1e-6 * frame.w.norm_max();
            (0..n).filter(moving).count() > 1
        })
    };
    Ok(frames.iter().all(is_diagonal) && frames.iter().any(turns))
}

/// By how much the friction changes at most, as a share of its largest value, when two levels turn into each other by one radian for
/// each of the rotor's; with the levels and the angle.
fn largest_change(junction: &Junction) -> Result<(f64, (usize, usize), f64)> {
    let n = junction.levels();
    let friction = |junction: &Junction, theta: f64| -> Result<f64> {
        Ok(Coefficients::at(junction, theta, &[])?.friction.value)
    };
    let angles: Vec<f64> = (0..ANGLES).map(|j| angle(junction, j)).collect();
    let at_rest: Vec<f64> =
        angles.par_iter().map(|&theta| friction(junction, theta)).collect::<Result<_>>()?;
    let largest = at_rest.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let pairs: Vec<(usize, usize)> = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).collect();
    let changes: Vec<(f64, (usize, usize), f64)> = pairs
        .into_par_iter()
        .map(|(i, j)| {
            let mut connection = Matrix::zeros(n, n);
            (connection[(i, j)], connection[(j, i)]) = (Complex64::new(1.0, 0.0), Complex64::new(-1.0, 0.0));
            let turned = junction.clone().with_connection(connection)?;
            let mut worst = (0.0, (i, j), 0.0);
            for (&theta, &at_rest) in angles.iter().zip(&at_rest) {
                let change = (friction(&turned, theta)? - at_rest).abs() / largest;
                if change > worst.0 {
                    worst = (change, (i, j), theta);
                }
            }
            Ok(worst)
        })
        .collect::<Result<_>>()?;
    let worst = changes.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, (0, 1), 0.0));
    // Below the accuracy of the integrals nothing changes.
    Ok(if worst.0 < 1e-9 { (0.0, worst.1, worst.2) } else { worst })
}
