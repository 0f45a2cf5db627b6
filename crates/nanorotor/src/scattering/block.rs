//! Lay out the matrices of many energies in lanes, so that the inner loops run over energies.

/// The number of energies that are worked on together: as many as the widest vector register holds.
pub const LANES: usize = 8;

/// One real number for each energy of a block.
pub type Lanes = [f64; LANES];

/// The energies of a block, counted from an origin (Ha): close to a narrow level they are told from its energy to the last digit.
#[derive(Debug, Clone, Copy)]
pub struct Energies {
    /// What they are counted from.
    pub origin: f64,
    /// ω less the origin.
    pub offset: Lanes,
}

impl Energies {
    /// Energies counted from zero.
    pub fn at(omega: Lanes) -> Self {
        Self { origin: 0.0, offset: omega }
    }

    /// ω.
    #[inline(always)]
    pub fn absolute(&self) -> Lanes {
        let mut omega = self.offset;
        for energy in &mut omega {
            *energy += self.origin;
        }
        omega
    }
}

/// One complex number for each energy of a block.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub struct ComplexLanes {
    /// Real parts.
    pub re: Lanes,
    /// Imaginary parts.
    pub im: Lanes,
}

impl ComplexLanes {
    /// 0 everywhere.
    pub const ZERO: Self = Self { re: [0.0; LANES], im: [0.0; LANES] };

    /// self += a · x, a fixed complex number times one for each energy.
    #[inline(always)]
    pub(super) fn add_scaled(&mut self, a: num_complex::Complex64, x: &Self) {
        for k in 0..LANES {
            self.re[k] += a.re * x.re[k] - a.im * x.im[k];
            self.im[k] += a.re * x.im[k] + a.im * x.re[k];
        }
    }

    /// The product, lane by lane.
    #[inline(always)]
    pub(super) fn times(&self, other: &Self) -> Self {
        let mut product = Self::ZERO;
        for k in 0..LANES {
            product.re[k] = self.re[k] * other.re[k] - self.im[k] * other.im[k];
            product.im[k] = self.re[k] * other.im[k] + self.im[k] * other.re[k];
        }
        product
    }

    /// |z|².
    #[inline(always)]
    pub fn square(&self) -> Lanes {
        let mut square = [0.0; LANES];
        for k in 0..LANES {
            square[k] = self.re[k] * self.re[k] + self.im[k] * self.im[k];
        }
        square
    }

    /// |z|.
    #[inline(always)]
    pub fn size(&self) -> Lanes {
        let mut size = self.square();
        for k in 0..LANES {
            size[k] = size[k].sqrt();
        }
        size
    }
}

/// S, Q, B, ∂_ωS and Gw, row by row, at the energies of a block, with room for intermediate results.
#[derive(Debug, Clone)]
pub struct Block {
    /// M, the number of channels.
    channels: usize,
    /// S, entry (c, d) at index c M + d.
    pub(super) s: Vec<ComplexLanes>,
    /// Q, Hermitian, 1/rad; until it is completed, P with Q = P + P†.
    pub(super) q: Vec<ComplexLanes>,
    /// |Q_cd|².
    q_squares: Vec<Lanes>,
    /// B, without its first column: entry (c, d) at index c (M − 1) + d − 1.
    pub(super) b: Vec<ComplexLanes>,
    /// ∂_ωS, without its first column.
    pub(super) s_slope: Vec<ComplexLanes>,
    /// Gw, entry (i, c) at index i M + c.
    pub(super) gw: Vec<ComplexLanes>,
    /// The rounding errors of any entry of S − 1, Q, B, ∂_ωS and Gw, at most, in units of ε.
    pub(super) s_rounding: Lanes,
    pub(super) q_rounding: Lanes,
    pub(super) b_rounding: Lanes,
    pub(super) s_slope_rounding: Lanes,
    pub(super) gw_rounding: Lanes,
    pub(super) work: Vec<ComplexLanes>,
}

impl Block {
    /// Room for M channels.
    pub fn new(channels: usize) -> Self {
        let square = vec![ComplexLanes::ZERO; channels * channels];
        Self {
            channels,
            s: square.clone(),
            q: square,
            q_squares: vec![[0.0; LANES]; channels * channels],
            b: vec![ComplexLanes::ZERO; channels * (channels - 1)],
            s_slope: vec![ComplexLanes::ZERO; channels * (channels - 1)],
            gw: Vec::new(),
            s_rounding: [0.0; LANES],
            q_rounding: [0.0; LANES],
            b_rounding: [0.0; LANES],
            s_slope_rounding: [0.0; LANES],
            gw_rounding: [0.0; LANES],
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

    /// |Q_cd|².
    #[inline(always)]
    pub fn q_square(&self, c: usize, d: usize) -> &Lanes {
        &self.q_squares[c * self.channels + d]
    }

    /// B_cd for d > 0, where it was asked for.
    #[inline(always)]
    pub fn b_entry(&self, c: usize, d: usize) -> &ComplexLanes {
        &self.b[c * (self.channels - 1) + d - 1]
    }

    /// [∂_ωS]_cd for d > 0, where the first order was asked for.
    #[inline(always)]
    pub fn s_slope_entry(&self, c: usize, d: usize) -> &ComplexLanes {
        &self.s_slope[c * (self.channels - 1) + d - 1]
    }

    /// (Gw)_ic, where it was asked for.
    #[inline(always)]
    pub fn gw_entry(&self, i: usize, c: usize) -> &ComplexLanes {
        &self.gw[i * self.channels + c]
    }

    /// The rounding error of any entry of S − 1, at most, in units of ε, where it was asked for.
    #[inline(always)]
    pub fn s_rounding(&self) -> &Lanes {
        &self.s_rounding
    }

    /// The rounding error of any entry of Q, at most, in units of ε, where it was asked for.
    #[inline(always)]
    pub fn q_rounding(&self) -> &Lanes {
        &self.q_rounding
    }

    /// The rounding error of any entry of B, at most, in units of ε, where it was asked for.
    #[inline(always)]
    pub fn b_rounding(&self) -> &Lanes {
        &self.b_rounding
    }

    /// The rounding error of any entry of ∂_ωS, at most, in units of ε, where it was asked for.
    #[inline(always)]
    pub fn s_slope_rounding(&self) -> &Lanes {
        &self.s_slope_rounding
    }

    /// The rounding error of any entry of Gw, at most, in units of ε, where it was asked for.
    #[inline(always)]
    pub fn gw_rounding(&self) -> &Lanes {
        &self.gw_rounding
    }

    /// Make S of S − 1 and Q of P: Q = P + P†.
    #[inline(always)]
    pub(super) fn complete(&mut self) {
        let m = self.channels;
        for c in 0..m {
            for re in &mut self.s[c * m + c].re {
                *re += 1.0;
            }
            for d in c..m {
                let (upper, lower) = (self.q[c * m + d], self.q[d * m + c]);
                let (mut q, mut adjoint) = (ComplexLanes::ZERO, ComplexLanes::ZERO);
                for k in 0..LANES {
                    q.re[k] = upper.re[k] + lower.re[k];
                    q.im[k] = upper.im[k] - lower.im[k];
                    (adjoint.re[k], adjoint.im[k]) = (q.re[k], -q.im[k]);
                }
                let square = q.square();
                (self.q[c * m + d], self.q[d * m + c]) = (q, adjoint);
                (self.q_squares[c * m + d], self.q_squares[d * m + c]) = (square, square);
            }
        }
    }

    #[inline(always)]
    pub(super) fn is_finite(&self) -> bool {
        // Zero times what is not finite is not zero.
        let mut zeros = [0.0; LANES];
        for z in &self.q {
            for k in 0..LANES {
                zeros[k] += 0.0 * (z.re[k] + z.im[k]);
            }
        }
        zeros == [0.0; LANES]
    }
}
