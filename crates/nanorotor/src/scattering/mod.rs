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
mod dark;
mod direct;
mod eigen;
mod filled;
mod first_order;
mod level_sum;
mod levels;
mod spectral;
mod spectrum;

use num_complex::Complex64;

pub use block::{Block, ComplexLanes, Energies, LANES, Lanes};
pub use dark::DarkLevel;
use dark::Split;
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

/// Up to this fraction of the size of h_eff the half width of a level counts as none: it would exchange an electron with the
/// leads every few milliseconds, and its parts by lead begin to lose digits.
const NO_WIDTH: f64 = 1e-14;

/// What w w† is multiplied with to tell dark levels from others of their energy; one of them, by chance, may shift a level onto
/// another.
const SHIFTS: [f64; 3] = [1.0, 0.618, 1.618];

/// Below this fraction of the size of h_eff the half width of a level is narrow: energies near it are counted from it.
const NARROW: f64 = 1e-5;

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
    dark: Vec<DarkLevel>,
    poles: Vec<Complex64>,
    condition: f64,
    /// The size of h_eff (Ha).
    size: f64,
}

#[derive(Debug, Clone)]
enum Route {
    Spectral(Box<Spectral>),
    Direct(Box<Direct>),
}

impl Scattering {
    /// Prepare the scattering states of a frame, its dark levels apart.
    ///
    /// # Errors
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
        let h_eff = effective(frame);
        let eigen = Eigen::new(&h_eff, &frame.w)?;
        let size = eigen.poles.iter().map(|z| z.norm()).fold(frame.h.norm_max(), f64::max);
        let limit = NO_WIDTH * size;
        if eigen.poles.iter().all(|z| -z.im > limit) {
            return Ok(Self::of_reached(frame, h_eff, eigen, None, max_condition));
        }
        for shift in SHIFTS {
            // At the limit itself the two ways to tell a width need not agree.
            let Split { dark, frame, basis } = dark::split(frame, shift, 4.0 * limit)?;
            let h_eff = effective(&frame);
            let eigen = Eigen::new(&h_eff, &frame.w)?;
            if eigen.poles.iter().all(|z| -z.im > limit) {
                return Ok(Self {
                    dark,
                    ..Self::of_reached(&frame, h_eff, eigen, Some(&basis), max_condition)
                });
            }
        }
        Err(Error::NotConverged {
            quantity: "scattering matrix",
            what: "a level is coupled to no lead but mixes with one that is".into(),
            hint: "look for entries of h or w that differ by many orders of magnitude".into(),
        })
    }

    /// The scattering states of a frame without dark levels; `basis` leads back to the levels of the Hamiltonian.
    fn of_reached(
        frame: &Frame,
        h_eff: Matrix,
        eigen: Eigen,
        basis: Option<&Matrix>,
        max_condition: f64,
    ) -> Self {
        let half_i = Complex64::new(0.0, 0.5);
        // Y = ∂_θ h_eff = h′ − (i/2)(w w†)′ and K = h′ + (i/2)(w w′† − w′w†) share w w′†.
        let w_dw = &frame.w * frame.dw.adjoint();
        let y = &frame.dh - faer::Scale(half_i) * (&w_dw + w_dw.adjoint());
        let k = &frame.dh + faer::Scale(half_i) * (&w_dw - w_dw.adjoint());
        let condition = eigen.condition;
        let route = if condition <= max_condition {
            Route::Spectral(Box::new(Spectral::new(frame, &eigen, basis, &k, &y)))
        } else {
            let (w, dw, basis) = (frame.w.clone(), frame.dw.clone(), basis.cloned());
            Route::Direct(Box::new(Direct { h_eff, k, y, w, dw, basis }))
        };
        let size = eigen.poles.iter().map(|z| z.norm()).fold(frame.h.norm_max(), f64::max);
        Self { route, dark: Vec::new(), poles: eigen.poles, condition, size }
    }

    /// The energies of narrow levels (Ha), and how far rounding moves them in units of ε (Ha).
    pub fn narrow(&self) -> (Vec<f64>, f64) {
        let narrow = |z: &&Complex64| -z.im <= NARROW * self.size;
        (self.poles.iter().filter(narrow).map(|z| z.re).collect(), self.condition * self.size)
    }

    /// The levels that no lead reaches; nothing else here knows of them.
    pub fn dark(&self) -> &[DarkLevel] {
        &self.dark
    }

    /// The eigenvalues of h_eff that leads reach, the poles of G (Ha).
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
    pub fn evaluate(&self, energies: &Energies, wanted: Wanted, block: &mut Block) -> Result<()> {
        match &self.route {
            Route::Spectral(spectral) => spectral.evaluate(energies, wanted, block),
            Route::Direct(direct) => direct.evaluate(energies, wanted, block),
        }
        if block.is_finite() {
            return Ok(());
        }
        Err(Error::NotConverged {
            quantity: "scattering matrix",
            what: format!(
                "ω − h_eff is singular near ω = {}",
                in_practical_units("energy", energies.absolute()[0])
            ),
            hint: "a level has no coupling to any lead: couple it or leave it out".into(),
        })
    }

    /// S and Q as matrices at one energy, for checks and other uses outside the energy integrals.
    ///
    /// # Errors
    /// As [`Scattering::evaluate`].
    pub fn matrices(&self, omega: f64, channels: usize) -> Result<(Matrix, Matrix)> {
        let mut block = Block::new(channels);
        self.evaluate(&Energies::at([omega; LANES]), Wanted::NOTHING_ELSE, &mut block)?;
        let first = |z: &ComplexLanes| Complex64::new(z.re[0], z.im[0]);
        Ok((
            Matrix::from_fn(channels, channels, |c, d| first(block.s_entry(c, d))),
            Matrix::from_fn(channels, channels, |c, d| first(block.q_entry(c, d))),
        ))
    }
}

/// h_eff = h − (i/2) w w†.
fn effective(frame: &Frame) -> Matrix {
    &frame.h - faer::Scale(Complex64::new(0.0, 0.5)) * (&frame.w * frame.w.adjoint())
}
