//! Diagonalise the effective Hamiltonian at one angle and give S, Q, B and ∂_ωS at any energy.
//!
//! | symbol | meaning                                     | shape |
//! |--------|---------------------------------------------|-------|
//! | h_eff  | h − (i/2) w w†                              | N × N |
//! | G      | (ω − h_eff)⁻¹, retarded                     | N × N |
//! | S      | 1 − i w†Gw                                  | M × M |
//! | K      | h′ + (i/2)(w w′† − w′w†)                    | N × N |
//! | Q      | −i S†∂_θS = −(w′†Gw + (w′†Gw)† + w†G†KGw)   | M × M |
//! | Y      | ∂_θ h_eff = h′ − (i/2)(w w†)′               | N × N |
//! | B      | ½[w†(GYG² − G²YG)w + w′†G²w − w†G²w′]       | M × M |
//! | ∂_ωS   | i w†G²w                                     | M × M |
//! | Gw     | what a channel puts on each level           | N × M |
//!
//! Two routes give the same matrices: the spectral one from the eigenvectors of h_eff, O(N M²) an energy, and the direct one,
//! which inverts ω − h_eff at every energy and serves where the eigenvectors are ill-conditioned.

mod block;
mod direct;
mod eigen;
mod filled;
mod first_order;
mod level_sum;
mod levels;
mod spectral;
mod spectrum;

use num_complex::Complex64;

pub use block::{Block, ComplexLanes, LANES, Lanes};
use direct::Direct;
use eigen::Eigen;
pub use filled::Filled;
use spectral::Spectral;
pub use spectrum::Spectrum;

use crate::error::{Error, Result};
use crate::junction::{Frame, Matrix};
use crate::quantity::in_practical_units;

/// Above this condition number of the eigenvectors G is computed by direct solves: an exceptional point is near.
///
/// The error of the spectral route grows about with the square of the condition number times 1e-16.
const MAX_CONDITION: f64 = 300.0;

/// Below this fraction of the size of h_eff a level's width counts as none.
const NO_WIDTH: f64 = 1e-14;

/// What is computed at an energy beside S and Q.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// B and ∂_ωS.
    pub first_order: bool,
    /// Gw.
    pub levels: bool,
    /// Bounds on the rounding errors.
    pub rounding: bool,
}

impl Wanted {
    /// Nothing.
    pub const NOTHING_ELSE: Self = Self { first_order: false, levels: false, rounding: false };
}

/// The electrons at one angle, ready for any energy.
#[derive(Debug, Clone)]
pub struct Scattering {
    route: Route,
    poles: Vec<Complex64>,
    condition: f64,
}

#[derive(Debug, Clone)]
enum Route {
    Spectral(Box<Spectral>),
    Direct(Box<Direct>),
}

impl Scattering {
    /// Prepare the scattering states of a frame.
    ///
    /// # Errors
    /// [`Error::Model`] if a level that depends on θ is decoupled from every lead, so that nothing fixes its occupation;
    /// [`Error::NotConverged`] if h_eff cannot be diagonalised.
    pub fn new(frame: &Frame) -> Result<Self> {
        Self::with_max_condition(frame, MAX_CONDITION)
    }

    /// As [`Scattering::new`], but with direct solves at every energy: slower, and independent of the eigenvectors.
    ///
    /// # Errors
    /// As [`Scattering::new`].
    pub fn direct(frame: &Frame) -> Result<Self> {
        Self::with_max_condition(frame, 0.0)
    }

    fn with_max_condition(frame: &Frame, max_condition: f64) -> Result<Self> {
        let half_i = Complex64::new(0.0, 0.5);
        // h_eff = h − (i/2) w w†
        let h_eff = &frame.h - faer::Scale(half_i) * (&frame.w * frame.w.adjoint());
        // Y = ∂_θ h_eff = h′ − (i/2)(w w†)′ and K = h′ + (i/2)(w w′† − w′w†) share w w′†.
        let w_dw = &frame.w * frame.dw.adjoint();
        let y = &frame.dh - faer::Scale(half_i) * (&w_dw + w_dw.adjoint());
        let k = &frame.dh + faer::Scale(half_i) * (&w_dw - w_dw.adjoint());
        let eigen = Eigen::new(&h_eff, &frame.w)?;
        refuse_undetermined(frame, &eigen, &k)?;
        let condition = eigen.condition;
        let poles = eigen.poles.clone();
        let route = if condition <= max_condition {
            Route::Spectral(Box::new(Spectral::new(frame, &eigen, &k, &y)))
        } else {
            Route::Direct(Box::new(Direct { h_eff, k, y, w: frame.w.clone(), dw: frame.dw.clone() }))
        };
        Ok(Self { route, poles, condition })
    }

    /// The eigenvalues of h_eff, the poles of G (Ha).
    pub fn poles(&self) -> &[Complex64] {
        &self.poles
    }

    /// ∂_θ of the poles (Ha/rad), where the eigenvectors tell it.
    pub fn pole_derivatives(&self) -> Option<&[Complex64]> {
        match &self.route {
            Route::Spectral(spectral) => Some(spectral.pole_derivatives()),
            Route::Direct(_) => None,
        }
    }

    /// The condition number of the eigenvectors; infinite at an exceptional point.
    pub fn condition(&self) -> f64 {
        self.condition
    }

    /// Whether energies are served from the eigenvectors (else by a direct solve each).
    pub fn is_spectral(&self) -> bool {
        matches!(self.route, Route::Spectral(_))
    }

    /// ∫ dω/2π Tr Q from `bottom` to `top` in closed form, or `None` where there is no spectral route.
    ///
    /// Tr Q = −i ∂_θ ln det S = 2 Im Σ_j z_j′/(ω − z_j), so the integral is (1/π) Im Σ_j z_j′ ln(ω − z_j) between the limits.
    /// A bottom of −∞ is right only where Im Σ_j z_j′ = 0, which holds for Lorentzian bands.
    pub fn filled_torque(&self, bottom: f64, top: f64) -> Option<Filled> {
        match &self.route {
            Route::Spectral(spectral) => Some(spectral.filled_torque(bottom, top)),
            Route::Direct(_) => None,
        }
    }

    /// ∫ dω/2π Σ_c |(Gw)_ic|² from `bottom` to `top` for the first `levels` levels in closed form, or `None` where there is no
    /// spectral route.
    ///
    /// GΓG† = i(G − G†) and G_ii = Σ_j R_ij L_ji/(ω − z_j), so the integral is −(1/π) Im Σ_j R_ij L_ji ln(ω − z_j) between the limits.
    pub fn filled_levels(&self, levels: usize, bottom: f64, top: f64) -> Option<Vec<Filled>> {
        match &self.route {
            Route::Spectral(spectral) => Some(spectral.levels().filled(levels, bottom, top)),
            Route::Direct(_) => None,
        }
    }

    /// S, Q and what is wanted beside them at the energies of a block.
    ///
    /// # Errors
    /// [`Error::NotConverged`] if ω − h_eff is singular, as at a level without any coupling.
    #[inline(always)]
    pub fn evaluate(&self, omega: &Lanes, wanted: Wanted, block: &mut Block) -> Result<()> {
        match &self.route {
            Route::Spectral(spectral) => spectral.evaluate(omega, wanted, block),
            Route::Direct(direct) => direct.evaluate(omega, wanted, block),
        }
        if block.is_finite() {
            return Ok(());
        }
        Err(Error::NotConverged {
            quantity: "scattering matrix",
            what: format!("ω − h_eff is singular near ω = {}", in_practical_units("energy", omega[0])),
            hint: "a level has no coupling to any lead: couple it or leave it out".into(),
        })
    }

    /// S and Q as matrices at one energy, for checks and other uses outside the energy integrals.
    ///
    /// # Errors
    /// As [`Scattering::evaluate`].
    pub fn matrices(&self, omega: f64, channels: usize) -> Result<(Matrix, Matrix)> {
        let mut block = Block::new(channels);
        self.evaluate(&[omega; LANES], Wanted::NOTHING_ELSE, &mut block)?;
        let first = |z: &ComplexLanes| Complex64::new(z.re[0], z.im[0]);
        Ok((
            Matrix::from_fn(channels, channels, |c, d| first(block.s_entry(c, d))),
            Matrix::from_fn(channels, channels, |c, d| first(block.q_entry(c, d))),
        ))
    }
}

/// Refuse a level without width whose energy, or whose coupling, changes with θ.
fn refuse_undetermined(frame: &Frame, eigen: &Eigen, k: &Matrix) -> Result<()> {
    let size = eigen.poles.iter().map(|z| z.norm()).fold(frame.h.norm_max(), f64::max);
    for (j, z) in eigen.poles.iter().enumerate() {
        if -z.im > NO_WIDTH * size {
            continue;
        }
        let level = eigen.right.subcols(j, 1);
        let drive = (eigen.right.adjoint() * (k * level)).norm_max();
        let coupling = (frame.dw.adjoint() * level).norm_max();
        if drive > 1e-12 * k.norm_max() || coupling > 1e-12 * frame.dw.norm_max() {
            return Err(Error::NotConverged {
                quantity: "torque",
                what: format!(
                    "the level at {} depends on theta but is coupled to no lead (its width is {}), so nothing fixes its occupation",
                    in_practical_units("energy", z.re),
                    in_practical_units("resonance_width", -2.0 * z.im)
                ),
                hint: "couple it to a lead at every angle, with a width above 1e-14 of its energy, or take it out of the Hamiltonian"
                    .into(),
            });
        }
    }
    Ok(())
}
