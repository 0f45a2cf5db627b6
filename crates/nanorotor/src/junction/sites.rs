//! Turn the bands of leads into more sites, beside those of the molecule.
//!
//! A lead with its own Γ(ω) is a few sites with the Hamiltonian H, of which each channel has its own copy: the molecule is
//! joined to them by the hoppings w_ic c_k, and they to what is left of the lead, whose band is wide, by b_k. Then w′ = 0 and
//! everything that depends on θ sits in h(θ). A lead whose Σ(ω) is a matrix joins its channels: each level reaches the sites of
//! every copy, by Σ_c w_ic c_ck.

use faer::Mat;
use faer::linalg::solvers::DenseSolveCore;
use num_complex::Complex64;

use super::frame::{Frame, Matrix};

/// The sites of a lead that touches the molecule with one orbital or several, in units of w w†:
///
/// Σ(ω) = D + c (ω − H + (i/2) b b†)⁻¹ c†, with a copy of H and b for each of the lead's baths.
#[derive(Debug, Clone, PartialEq)]
pub struct Sites {
    /// H (Ha).
    pub hamiltonian: Matrix,
    /// b (Ha^1/2).
    pub broadening: Vec<Complex64>,
    /// c (Ha^1/2): a row for each orbital, a column for each site of each bath, those of one bath side by side.
    pub hopping: Matrix,
    /// D, the part of Re Σ that does not depend on ω (1), Hermitian.
    pub shift: Matrix,
}

impl Sites {
    /// How many they are, of each bath.
    pub fn count(&self) -> usize {
        self.broadening.len()
    }

    /// How many orbitals of the lead touch the molecule.
    pub fn orbitals(&self) -> usize {
        self.hopping.nrows()
    }

    /// How many baths there are, at most one for each orbital.
    pub fn baths(&self) -> usize {
        self.hopping.ncols() / self.count().max(1)
    }

    pub(super) fn is_finite(&self) -> bool {
        let norms = [&self.hamiltonian, &self.hopping, &self.shift].map(Mat::norm_max);
        self.broadening.iter().all(|z| z.is_finite()) && norms.iter().all(|norm| norm.is_finite())
    }

    /// The same with energies multiplied by `unit` and moved by `center` (Ha).
    #[must_use]
    pub fn scaled(&self, center: f64, unit: f64) -> Self {
        let n = self.count();
        Self {
            hamiltonian: Mat::from_fn(n, n, |i, j| {
                unit * self.hamiltonian[(i, j)] + if i == j { center } else { 0.0 }
            }),
            broadening: self.broadening.iter().map(|z| z * unit.sqrt()).collect(),
            hopping: Mat::from_fn(self.hopping.nrows(), self.hopping.ncols(), |i, k| {
                self.hopping[(i, k)] * unit.sqrt()
            }),
            shift: self.shift.clone(),
        }
    }

    /// Σ(ω) between the orbitals, per broadening of a channel; i(Σ − Σ†) is Γ(ω).
    pub fn self_energy(&self, omega: f64) -> Matrix {
        let n = self.count();
        let inverse = Mat::from_fn(n, n, |i, j| {
            let bath = Complex64::new(0.0, 0.5) * self.broadening[i] * self.broadening[j].conj();
            Complex64::from(if i == j { omega } else { 0.0 }) - self.hamiltonian[(i, j)] + bath
        });
        let g = inverse.partial_piv_lu().inverse();
        let mut sigma = self.shift.clone();
        for bath in 0..self.baths() {
            let c = self.hopping.subcols(bath * n, n);
            sigma += c * &g * c.adjoint();
        }
        sigma
    }
}

/// A bath of a lead: the channel of w that it ends in, the channels whose orbitals it is joined to, and its number in the lead.
struct Bath<'a> {
    sites: &'a Sites,
    channel: usize,
    joined: Vec<usize>,
    number: usize,
}

impl<'a> Bath<'a> {
    /// Those of all leads. With one orbital, each channel has a copy of its own; else the orbitals are the channels of the lead.
    fn of_leads(channel_leads: &[usize], of_leads: &[&'a Sites]) -> Vec<Self> {
        let bath = |(channel, &lead): (usize, &usize)| {
            let sites = *of_leads.get(lead)?;
            if sites.orbitals() == 1 {
                return Some(Self { sites, channel, joined: vec![channel], number: 0 });
            }
            let own = |c: &usize| channel_leads[*c] == lead;
            let joined: Vec<usize> = (0..channel_leads.len()).filter(own).collect();
            let number = joined.iter().position(|&own| own == channel)?;
            (number < sites.baths()).then_some(Self { sites, channel, joined, number })
        };
        channel_leads.iter().enumerate().filter_map(bath).collect()
    }

    /// The coupling of level i to its site k.
    fn hopping(&self, couplings: &Matrix, i: usize, k: usize) -> Complex64 {
        let column = self.number * self.sites.count() + k;
        let through =
            |(orbital, &c): (usize, &usize)| couplings[(i, c)] * self.sites.hopping[(orbital, column)];
        self.joined.iter().enumerate().map(through).sum()
    }
}

/// The frame of the molecule and the sites of every lead.
pub(super) fn extended(frame: &Frame, channel_leads: &[usize], of_leads: &[&Sites]) -> Frame {
    let (n, m) = (frame.sites(), frame.channels());
    let baths = Bath::of_leads(channel_leads, of_leads);
    // Bath and number of every site behind those of the molecule.
    let places: Vec<(usize, usize)> =
        baths.iter().enumerate().flat_map(|(b, bath)| (0..bath.sites.count()).map(move |k| (b, k))).collect();
    let all = n + places.len();
    let joined = |block: &Matrix, couplings: &Matrix, own: &dyn Fn(&Sites, usize, usize) -> Complex64| {
        let hopping = |i: usize, (b, k): (usize, usize)| baths[b].hopping(couplings, i, k);
        Mat::from_fn(all, all, |i, j| match (i < n, j < n) {
            (true, true) => block[(i, j)],
            (true, false) => hopping(i, places[j - n]),
            (false, true) => hopping(j, places[i - n]).conj(),
            (false, false) => match (places[i - n], places[j - n]) {
                ((b, k), (d, l)) if b == d => own(baths[b].sites, k, l),
                _ => Complex64::default(),
            },
        })
    };
    let w = Mat::from_fn(all, m, |i, c| match i.checked_sub(n).map(|i| places[i]) {
        Some((owner, k)) if baths[owner].channel == c => baths[owner].sites.broadening[k],
        _ => Complex64::default(),
    });
    let (shift, slope) = shifts(frame, &baths);
    Frame {
        h: joined(&(&frame.h + shift), &frame.w, &|sites, k, l| sites.hamiltonian[(k, l)]),
        dh: joined(&(&frame.dh + slope), &frame.dw, &|_, _, _| Complex64::default()),
        w,
        dw: Mat::zeros(all, m),
    }
}

/// w D w† of all leads and its derivative.
fn shifts(frame: &Frame, baths: &[Bath<'_>]) -> (Matrix, Matrix) {
    let n = frame.sites();
    let (mut shift, mut slope) = (Mat::zeros(n, n), Mat::zeros(n, n));
    for bath in baths.iter().filter(|bath| bath.number == 0 && bath.sites.shift.norm_max() > 0.0) {
        let columns = |of: &Matrix| Mat::from_fn(n, bath.joined.len(), |i, k| of[(i, bath.joined[k])]);
        let (w, dw) = (columns(&frame.w), columns(&frame.dw));
        let half = &dw * &bath.sites.shift * w.adjoint();
        shift += &w * &bath.sites.shift * w.adjoint();
        slope += &half + half.adjoint();
    }
    (shift, slope)
}
