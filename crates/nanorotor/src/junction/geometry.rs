//! Give h(θ) and w(θ) with their exact derivatives, from formulas or from matrices sampled on a θ-grid.

use std::fmt::Debug;
use std::sync::Arc;

use num_complex::Complex64;

use super::frame::{Frame, Matrix};
use super::series::Functions;
use crate::error::{Error, Result};
use crate::expression::{Formula, Panel};
use crate::periodic::Periodic;

/// A molecule and its couplings at every angle.
pub trait Geometry: Debug + Send + Sync {
    /// h, h′, w and w′ at θ (rad), Hartree atomic units.
    ///
    /// # Errors
    /// [`Error::Model`] where the matrices do not exist.
    fn frame(&self, theta: f64) -> Result<Frame>;

    /// Where h or w vary within a narrow angle, the narrowest panels first; none where that is not known.
    fn narrow_panels(&self, _period: f64) -> Vec<Panel> {
        Vec::new()
    }
}

/// A single angle: the same matrices whatever θ, for coefficients at one configuration.
impl Geometry for Frame {
    fn frame(&self, _theta: f64) -> Result<Frame> {
        Ok(self.clone())
    }
}

/// A molecule in a basis that moves with the same connection at every angle.
#[derive(Debug)]
pub(super) struct Moving {
    pub geometry: Arc<dyn Geometry>,
    pub connection: Matrix,
}

impl Geometry for Moving {
    fn frame(&self, theta: f64) -> Result<Frame> {
        Ok(self.geometry.frame(theta)?.moving(&self.connection))
    }

    fn narrow_panels(&self, period: f64) -> Vec<Panel> {
        self.geometry.narrow_panels(period)
    }
}

/// A complex formula: its real and its imaginary part.
pub type ComplexFormula = [Formula; 2];

/// One channel of a lead, w_c = sqrt(broadening) × amplitude(θ).
#[derive(Debug, Clone)]
pub struct Channel {
    /// Γ^max = 2π ρ |t|², the largest level broadening (Ha).
    pub broadening: f64,
    /// The amplitude on each of the N levels.
    pub amplitude: Vec<ComplexFormula>,
}

/// h(θ) and w(θ) as formulas, with derivatives by the rules of calculus.
#[derive(Debug, Clone)]
pub struct Formulas {
    sites: usize,
    broadenings: Vec<f64>,
    /// Real and imaginary parts of h by rows, then of the amplitudes of each channel.
    functions: Functions,
    /// Those of the connection by rows.
    connection: Option<Functions>,
}

impl Formulas {
    /// A molecule of N levels from the N × N entries of h and the channels of all leads.
    ///
    /// # Errors
    /// [`Error::Model`] if a row of h or an amplitude does not have N entries, or a broadening is negative.
    pub fn new(hamiltonian: Vec<Vec<ComplexFormula>>, channels: Vec<Channel>) -> Result<Self> {
        let n = hamiltonian.len();
        if n == 0 || hamiltonian.iter().any(|row| row.len() != n) {
            return Err(Error::Model {
                what: format!("the Hamiltonian has {n} rows, but not every row has {n} entries"),
                hint: "give N rows of N entries, N at least 1".into(),
            });
        }
        for (c, channel) in channels.iter().enumerate() {
            if channel.amplitude.len() != n || channel.broadening.is_nan() || channel.broadening < 0.0 {
                return Err(Error::Model {
                    what: format!(
                        "channel {} has {} amplitudes and the broadening {} Ha, the molecule {n} levels",
                        c + 1,
                        channel.amplitude.len(),
                        channel.broadening
                    ),
                    hint: "give one amplitude for each level and a broadening that is not negative".into(),
                });
            }
        }
        let broadenings = channels.iter().map(|channel| channel.broadening).collect();
        let amplitudes = channels.into_iter().flat_map(|channel| channel.amplitude);
        let functions = Functions::new(hamiltonian.into_iter().flatten().chain(amplitudes).flatten());
        Ok(Self { sites: n, broadenings, functions, connection: None })
    }

    /// The same in a basis that moves with θ; its connection A (N × N, 1/rad) is anti-Hermitian.
    ///
    /// # Errors
    /// [`Error::Model`] if the connection is not N × N.
    pub fn with_connection(mut self, connection: Vec<Vec<ComplexFormula>>) -> Result<Self> {
        let n = self.sites;
        if connection.len() != n || connection.iter().any(|row| row.len() != n) {
            return Err(Error::Model {
                what: format!("the connection is not {n} × {n} as the Hamiltonian"),
                hint: "give one entry for each pair of levels".into(),
            });
        }
        self.connection = Some(Functions::new(connection.into_iter().flatten().flatten()));
        Ok(self)
    }
}

impl Geometry for Formulas {
    fn frame(&self, theta: f64) -> Result<Frame> {
        let n = self.sites;
        let all = self.functions.at(theta);
        let value = |at: usize| Complex64::new(all[2 * at].0, all[2 * at + 1].0);
        let slope = |at: usize| Complex64::new(all[2 * at].1, all[2 * at + 1].1);
        let channels = self.broadenings.len();
        let (h, dh) =
            (Matrix::from_fn(n, n, |i, j| value(i * n + j)), Matrix::from_fn(n, n, |i, j| slope(i * n + j)));
        let amplitude = |i: usize, c: usize| n * n + c * n + i;
        let roots: Vec<f64> = self.broadenings.iter().map(|broadening| broadening.sqrt()).collect();
        let (w, dw) = (
            Matrix::from_fn(n, channels, |i, c| roots[c] * value(amplitude(i, c))),
            Matrix::from_fn(n, channels, |i, c| roots[c] * slope(amplitude(i, c))),
        );
        let connection = self.connection.as_ref().map(|functions| {
            let all = functions.at(theta);
            Matrix::from_fn(n, n, |i, j| {
                let at = 2 * (i * n + j);
                Complex64::new(all[at].0, all[at + 1].0)
            })
        });
        let none = Matrix::zeros(0, 0);
        for (name, matrix) in [
            ("the Hamiltonian", &h),
            ("the Hamiltonian's derivative", &dh),
            ("a coupling", &w),
            ("a coupling's derivative", &dw),
            ("the connection", connection.as_ref().unwrap_or(&none)),
        ] {
            if !matrix.norm_max().is_finite() {
                return Err(Error::Model {
                    what: format!("{name} is not finite at theta = {theta}"),
                    hint: "look for a division by zero, a root of a negative number or an overflow in theta"
                        .into(),
                });
            }
        }
        let frame = Frame { h, dh, w, dw };
        Ok(match connection {
            Some(connection) => frame.moving(&connection),
            None => frame,
        })
    }

    fn narrow_panels(&self, period: f64) -> Vec<Panel> {
        let functions = std::iter::once(&self.functions).chain(&self.connection);
        let mut narrow: Vec<Panel> = functions
            .flat_map(|functions| functions.panels(period))
            .flat_map(|panels| narrowest(&panels))
            .collect();
        narrow.sort_by(|a, b| a.half_width.total_cmp(&b.half_width).then(a.centre.total_cmp(&b.centre)));
        narrow.dedup();
        narrow
    }
}

/// The panels in the middle of each row of equal ones that are narrower than their neighbours on both sides.
fn narrowest(panels: &[Panel]) -> Vec<Panel> {
    let rows: Vec<&[Panel]> = panels.chunk_by(|a, b| a.half_width == b.half_width).collect();
    let width = |row: &[Panel]| row[0].half_width;
    (0..rows.len())
        .filter(|&i| {
            let (before, after) = (rows[(i + rows.len() - 1) % rows.len()], rows[(i + 1) % rows.len()]);
            width(rows[i]) <= width(before).min(width(after))
        })
        .flat_map(|i| {
            let row = rows[i];
            [row[(row.len() - 1) / 2], row[row.len() / 2]]
        })
        .collect()
}

/// What the highest harmonics of sampled matrices may be, relative to the largest entry: beyond it the samples tell too little.
const DECAYED: f64 = 1e-3;

/// Matrices sampled on an equidistant θ-grid over one period; derivatives are taken spectrally.
#[derive(Debug, Clone)]
pub struct Sampled {
    sites: usize,
    channels: usize,
    h: Vec<[Periodic; 2]>,
    w: Vec<[Periodic; 2]>,
    connection: Option<Vec<[Periodic; 2]>>,
    derivative_error: f64,
}

impl Sampled {
    /// Interpolate h (N × N) and w (N × M), sampled at θ_j = jL/n, j = 0 … n−1.
    ///
    /// # Errors
    /// [`Error::Model`] if there is no sample, the shapes differ, or a sample is not finite; [`Error::NotConverged`] if the highest
    /// harmonics of h or w are not below a thousandth of its largest entry.
    pub fn new(period: f64, h: &[Matrix], w: &[Matrix]) -> Result<Self> {
        let (Some(first_h), Some(first_w)) = (h.first(), w.first()) else {
            return Err(Error::Model {
                what: "no samples of h or w".into(),
                hint: "sample both on one θ-grid over the period, its end excluded".into(),
            });
        };
        let (sites, channels) = (first_h.nrows(), first_w.ncols());
        let same_shape = |m: &Matrix, columns| m.nrows() == sites && m.ncols() == columns;
        if h.len() != w.len()
            || !h.iter().all(|m| same_shape(m, sites))
            || !w.iter().all(|m| same_shape(m, channels))
        {
            return Err(Error::Model {
                what: "the samples of h and w differ in number or shape".into(),
                hint: "give as many h (N × N) as w (N × M), one pair for each angle".into(),
            });
        }
        let (h, w) = (interpolated("h", period, h)?, interpolated("w", period, w)?);
        let derivative_error =
            h.iter().chain(&w).flatten().map(|p| p.derivative().tail()).fold(0.0, f64::max);
        Ok(Self { sites, channels, h, w, connection: None, derivative_error })
    }

    /// The same in a basis that moves with θ, its connection A (N × N, 1/rad, anti-Hermitian) sampled at the same angles.
    ///
    /// # Errors
    /// As [`Sampled::new`].
    pub fn with_connection(mut self, period: f64, connection: &[Matrix]) -> Result<Self> {
        let fits = |m: &Matrix| m.nrows() == self.sites && m.ncols() == self.sites;
        if connection.is_empty() || !connection.iter().all(fits) {
            return Err(Error::Model {
                what: format!("a sample of the connection is not {0} × {0} as h", self.sites),
                hint: "give one connection for each angle".into(),
            });
        }
        self.connection = Some(interpolated("the connection", period, connection)?);
        Ok(self)
    }

    /// An estimate of the largest error of a derivative's entry, from the Fourier tail of the samples.
    pub fn derivative_error(&self) -> f64 {
        self.derivative_error
    }
}

/// The Fourier series of every entry of a matrix from samples of it.
fn interpolated(name: &str, period: f64, samples: &[Matrix]) -> Result<Vec<[Periodic; 2]>> {
    let (rows, columns) = samples.first().map_or((0, 0), |m| (m.nrows(), m.ncols()));
    let entry = |i: usize, j: usize, part: fn(Complex64) -> f64| {
        let values: Vec<f64> = samples.iter().map(|m| part(m[(i, j)])).collect();
        Periodic::from_samples(period, &values)
    };
    let parts: Vec<[Periodic; 2]> = (0..rows * columns)
        .map(|k| (k / columns, k % columns))
        .map(|(i, j)| [entry(i, j, |z| z.re), entry(i, j, |z| z.im)])
        .collect();
    if !parts.iter().flatten().all(|p| p.harmonics().iter().all(|c| c.is_finite())) {
        return Err(Error::Model {
            what: format!("a sample of {name} is not finite"),
            hint: "every entry must be a finite number at every angle".into(),
        });
    }
    // Only the samples are known: harmonics that they fold onto others are seen in the tail, if at all.
    let magnitude = parts.iter().flatten().map(Periodic::magnitude).fold(0.0, f64::max);
    let tail = parts.iter().flatten().map(Periodic::tail).fold(0.0, f64::max);
    if tail > DECAYED * magnitude {
        return Err(Error::NotConverged {
            quantity: "interpolation in theta",
            what: format!(
                "{} samples of {name} do not resolve it: their highest harmonics are still {:.1e} of its maximum",
                samples.len(),
                tail / magnitude
            ),
            hint: "sample at twice as many angles, in a gauge that varies smoothly with theta".into(),
        });
    }
    Ok(parts)
}

impl Geometry for Sampled {
    fn frame(&self, theta: f64) -> Result<Frame> {
        let at = |entries: &[[Periodic; 2]], columns: usize| {
            let pairs: Vec<[(f64, f64); 2]> = entries
                .iter()
                .map(|parts| [parts[0].value_and_slope(theta), parts[1].value_and_slope(theta)])
                .collect();
            let build = |pick: fn(&[(f64, f64); 2]) -> Complex64| {
                Matrix::from_fn(self.sites, columns, |i, j| pick(&pairs[i * columns + j]))
            };
            (build(|p| Complex64::new(p[0].0, p[1].0)), build(|p| Complex64::new(p[0].1, p[1].1)))
        };
        let (h, dh) = at(&self.h, self.sites);
        let (w, dw) = at(&self.w, self.channels);
        let frame = Frame { h, dh, w, dw };
        Ok(match &self.connection {
            Some(connection) => frame.moving(&at(connection, self.sites).0),
            None => frame,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(text: &str) -> ComplexFormula {
        [text.parse().expect("a formula"), Formula::constant(0.0)]
    }

    fn formulas() -> Formulas {
        let h = vec![
            vec![formula("0.01*cos(theta)"), formula("0.05")],
            vec![formula("0.05"), formula("-0.01*sin(theta)")],
        ];
        let channel = |first: &str, second: &str| Channel {
            broadening: 0.01,
            amplitude: vec![formula(first), formula(second)],
        };
        Formulas::new(h, vec![channel("1 + 0.5*cos(theta)", "0"), channel("0", "exp(sin(theta))")])
            .expect("a molecule")
    }

    #[test]
    fn sampled_matrices_give_the_same_junction_as_formulas() -> Result<()> {
        let exact = formulas();
        let period = std::f64::consts::TAU;
        let frames =
            (0..48).map(|j| exact.frame(period * f64::from(j) / 48.0)).collect::<Result<Vec<_>>>()?;
        let (h, w): (Vec<_>, Vec<_>) = frames.into_iter().map(|f| (f.h, f.w)).unzip();
        let sampled = Sampled::new(period, &h, &w)?;
        assert!(sampled.derivative_error() < 1e-12);
        for theta in [0.0, 0.7, 3.0, 6.1] {
            let (a, b) = (exact.frame(theta)?, sampled.frame(theta)?);
            for (a, b) in [(a.h, b.h), (a.dh, b.dh), (a.w, b.w), (a.dw, b.dw)] {
                assert!((&a - &b).norm_max() < 1e-13, "theta = {theta}");
            }
        }
        Ok(())
    }

    #[test]
    fn too_few_samples_tell_their_derivative_error() -> Result<()> {
        let exact = formulas();
        let period = std::f64::consts::TAU;
        let at = |count: u32| -> Result<(Vec<_>, Vec<_>)> {
            let step = period / f64::from(count);
            let frames = (0..count).map(|j| exact.frame(step * f64::from(j))).collect::<Result<Vec<_>>>()?;
            Ok(frames.into_iter().map(|f| (f.h, f.w)).unzip())
        };
        let (h, w) = at(8)?;
        let refused = Sampled::new(period, &h, &w).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|text| text.contains("8 samples of w do not resolve it")));
        let (h, w) = at(12)?;
        let sampled = Sampled::new(period, &h, &w)?;
        let error = (sampled.frame(0.7)?.dw - exact.frame(0.7)?.dw).norm_max();
        assert!(sampled.derivative_error() > 0.1 * error && error > 1e-6);
        Ok(())
    }

    #[test]
    fn an_infinite_coupling_is_named() {
        let channel = Channel { broadening: 1.0, amplitude: vec![formula("1/sin(theta)")] };
        let molecule = Formulas::new(vec![vec![formula("0")]], vec![channel]).expect("shapes are right");
        assert!(molecule.frame(0.0).is_err_and(|e| e.to_string().contains("coupling")));
    }
}
