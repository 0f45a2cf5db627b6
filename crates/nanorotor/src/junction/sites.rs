//! Turn the bands of leads into more sites, beside those of the molecule.
//!
//! A lead with its own Γ(ω) is a few sites with the Hamiltonian H, of which each channel has its own copy: the molecule is
//! joined to them by the hoppings w_ic c_k, and they to what is left of the lead, whose band is wide, by b_k. Then w′ = 0 and everything that
//! depends on θ sits in h(θ).

use faer::Mat;
use faer::linalg::solvers::DenseSolveCore;
use num_complex::Complex64;

use super::frame::{Frame, Matrix};

/// The sites of one channel, with Γ(ω) = broadening of the channel × |c (ω − H + (i/2) b b†)⁻¹ b|².
#[derive(Debug, Clone, PartialEq)]
pub struct Sites {
    /// H (Ha).
    pub hamiltonian: Matrix,
    /// b (Ha^1/2).
    pub broadening: Vec<Complex64>,
    /// c (Ha^1/2).
    pub hopping: Vec<Complex64>,
}

impl Sites {
    /// How many they are.
    pub fn count(&self) -> usize {
        self.broadening.len()
    }

    pub(super) fn is_finite(&self) -> bool {
        let vectors = self.broadening.iter().chain(&self.hopping);
        vectors.copied().all(Complex64::is_finite) && self.hamiltonian.norm_max().is_finite()
    }

    /// The same with energies multiplied by `unit` and moved by `center` (Ha).
    #[must_use]
    pub fn scaled(&self, center: f64, unit: f64) -> Self {
        let n = self.count();
        let vector = |of: &[Complex64]| of.iter().map(|z| z * unit.sqrt()).collect();
        Self {
            hamiltonian: Mat::from_fn(n, n, |i, j| {
                unit * self.hamiltonian[(i, j)] + if i == j { center } else { 0.0 }
            }),
            broadening: vector(&self.broadening),
            hopping: vector(&self.hopping),
        }
    }

    /// Σ(ω) per broadening of the channel; −2 Im Σ is Γ(ω) per broadening.
    pub fn self_energy(&self, omega: f64) -> Complex64 {
        let n = self.count();
        let inverse = Mat::from_fn(n, n, |i, j| {
            let bath = Complex64::new(0.0, 0.5) * self.broadening[i] * self.broadening[j].conj();
            Complex64::from(if i == j { omega } else { 0.0 }) - self.hamiltonian[(i, j)] + bath
        });
        let g = inverse.partial_piv_lu().inverse();
        let c = &self.hopping;
        (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| c[i] * g[(i, j)] * c[j].conj()).sum()
    }
}

/// The frame of the molecule and the sites of every channel's lead.
pub(super) fn extended(frame: &Frame, of_channels: &[&Sites]) -> Frame {
    let (n, m) = (frame.sites(), frame.channels());
    // Channel and number of every site behind those of the molecule.
    let places: Vec<(usize, usize)> = of_channels
        .iter()
        .enumerate()
        .flat_map(|(c, sites)| (0..sites.count()).map(move |k| (c, k)))
        .collect();
    let all = n + places.len();
    let joined = |block: &Matrix, couplings: &Matrix, own: &dyn Fn(&Sites, usize, usize) -> Complex64| {
        let hopping = |i: usize, (c, k): (usize, usize)| couplings[(i, c)] * of_channels[c].hopping[k];
        Mat::from_fn(all, all, |i, j| match (i < n, j < n) {
            (true, true) => block[(i, j)],
            (true, false) => hopping(i, places[j - n]),
            (false, true) => hopping(j, places[i - n]).conj(),
            (false, false) => match (places[i - n], places[j - n]) {
                ((c, k), (d, l)) if c == d => own(of_channels[c], k, l),
                _ => Complex64::default(),
            },
        })
    };
    let w = Mat::from_fn(all, m, |i, c| match i.checked_sub(n).map(|i| places[i]) {
        Some((owner, k)) if owner == c => of_channels[c].broadening[k],
        _ => Complex64::default(),
    });
    Frame {
        h: joined(&frame.h, &frame.w, &|sites, k, l| sites.hamiltonian[(k, l)]),
        dh: joined(&frame.dh, &frame.dw, &|_, _, _| Complex64::default()),
        w,
        dw: Mat::zeros(all, m),
    }
}
