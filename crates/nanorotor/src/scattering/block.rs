//! Lay out the matrices of many energies in lanes, so that the inner loops run over energies.

/// The number of energies that are worked on together: as many as the widest vector register holds.
pub const LANES: usize = 8;

/// One real number for each energy of a block.
pub type Lanes = [f64; LANES];

/// One complex number for each energy of a block.
#[derive(Debug, Clone, Copy)]
pub struct ComplexLanes {
    /// Real parts.
    pub re: Lanes,
    /// Imaginary parts.
    pub im: Lanes,
}

impl ComplexLanes {
    pub(super) const ZERO: Self = Self { re: [0.0; LANES], im: [0.0; LANES] };

    /// self += a · x, a fixed complex number times one for each energy.
    #[inline(always)]
    pub(super) fn add_scaled(&mut self, a: num_complex::Complex64, x: &Self) {
        for k in 0..LANES {
            self.re[k] += a.re * x.re[k] - a.im * x.im[k];
            self.im[k] += a.re * x.im[k] + a.im * x.re[k];
        }
    }

    /// self += x · y, lane by lane.
    #[inline(always)]
    pub(super) fn add_product(&mut self, x: &Self, y: &Self) {
        for k in 0..LANES {
            self.re[k] += x.re[k] * y.re[k] - x.im[k] * y.im[k];
            self.im[k] += x.re[k] * y.im[k] + x.im[k] * y.re[k];
        }
    }
}

/// S, Q and B (M × M, row by row) at the energies of a block, with room for intermediate results.
#[derive(Debug, Clone)]
pub struct Block {
    /// M, the number of channels.
    channels: usize,
    /// S, entry (c, d) at index c M + d.
    pub(super) s: Vec<ComplexLanes>,
    /// A bound on the sizes of the terms that any entry of S is summed from.
    pub(super) s_terms: Lanes,
    /// Q, Hermitian, 1/rad.
    pub(super) q: Vec<ComplexLanes>,
    /// A bound on the sizes of the terms that any entry of Q is summed from.
    pub(super) q_terms: Lanes,
    /// B of the friction's second term; left untouched where it was not asked for.
    pub(super) b: Vec<ComplexLanes>,
    /// A bound on the sizes of the terms that any entry of B is summed from.
    pub(super) b_terms: Lanes,
    pub(super) work: Vec<ComplexLanes>,
}

impl Block {
    /// Room for M channels.
    pub fn new(channels: usize) -> Self {
        let square = vec![ComplexLanes::ZERO; channels * channels];
        Self {
            channels,
            s: square.clone(),
            q: square.clone(),
            s_terms: [0.0; LANES],
            q_terms: [0.0; LANES],
            b: square,
            b_terms: [0.0; LANES],
            work: Vec::new(),
        }
    }

    /// S_cd.
    #[inline(always)]
    pub fn s_entry(&self, c: usize, d: usize) -> &ComplexLanes {
        &self.s[c * self.channels + d]
    }

    /// Q_cd.
    #[inline(always)]
    pub fn q_entry(&self, c: usize, d: usize) -> &ComplexLanes {
        &self.q[c * self.channels + d]
    }

    /// What the terms of any entry of S amount to before they cancel, at most: its rounding error is ε times this.
    #[inline(always)]
    pub fn s_terms(&self) -> &Lanes {
        &self.s_terms
    }

    /// What the terms of any entry of Q amount to before they cancel, at most: its rounding error is ε times this.
    #[inline(always)]
    pub fn q_terms(&self) -> &Lanes {
        &self.q_terms
    }

    /// B_cd.
    #[inline(always)]
    pub fn b_entry(&self, c: usize, d: usize) -> &ComplexLanes {
        &self.b[c * self.channels + d]
    }

    /// What the terms of any entry of B amount to before they cancel, at most: its rounding error is ε times this.
    #[inline(always)]
    pub fn b_terms(&self) -> &Lanes {
        &self.b_terms
    }

    #[inline(always)]
    pub(super) fn is_finite(&self) -> bool {
        let mut sum = 0.0;
        for z in &self.q {
            for k in 0..LANES {
                sum += 0.0 * (z.re[k] + z.im[k]);
            }
        }
        sum == 0.0
    }
}
