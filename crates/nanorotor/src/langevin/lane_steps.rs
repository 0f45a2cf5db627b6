//! Run the steps of many trajectories in lanes: the one generic body that every instruction set compiles for itself.
//!
//! The angle is a u32, the fraction of the period in units of 2⁻³², so it wraps exactly however often the rotor turns, and a
//! carry is a crossing of the counter's lattice. h is an f32 in the same units: a whole period is never added to it.

use super::counter::{Counter, Counting};
use super::lanes::{LANES, Lanes};
use super::normal::normals;
use super::random::{Generator, Purpose};
use super::splitting::LaneTables;
use super::table::Cubics;

/// Sixteen trajectories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Packet {
    pub(crate) trajectory: [u32; LANES],
    pub(crate) fraction: [u32; LANES],
    pub(crate) half_drift: [f32; LANES],
    pub(crate) hop: Counter,
    pub(crate) revolution: Counter,
}

/// What the steps of every packet need to know.
#[derive(Debug)]
pub(crate) struct Task<'a> {
    pub(crate) tables: &'a LaneTables,
    pub(crate) generator: &'a Generator,
    pub(crate) periods_per_revolution: u32,
    /// Blocks of four steps.
    pub(crate) blocks: std::ops::Range<u64>,
}

/// How many steps share one draw of random words.
pub(crate) const BLOCK: u64 = 4;

/// Sixteen trajectories in registers.
#[derive(Clone, Copy)]
struct Running<M: Lanes> {
    trajectory: M::Word,
    fraction: M::Word,
    half_drift: M::Real,
    hop: Counting<M>,
    revolution: Counting<M>,
}

/// Advance G packets together, so that one's arithmetic fills the other's waits.
#[inline(always)]
pub(crate) fn advance<M: Lanes, const G: usize>(m: M, task: &Task<'_>, packets: &mut [Packet; G]) {
    let mut running = [Running::load(m, task, &packets[0]); G];
    for g in 1..G {
        running[g] = Running::load(m, task, &packets[g]);
    }
    for block in task.blocks.clone() {
        let mut noise = [[m.real(0.0); BLOCK as usize]; G];
        for g in 0..G {
            let words = task.generator.lanes(m, block, running[g].trajectory, Purpose::Steps);
            let (first, second) = normals(m, words[0], words[1]);
            let (third, fourth) = normals(m, words[2], words[3]);
            noise[g] = [first, second, third, fourth];
        }
        for step in 0..BLOCK as usize {
            for g in 0..G {
                running[g].step(m, task.tables, noise[g][step]);
            }
        }
    }
    for g in 0..G {
        running[g].store(m, &mut packets[g]);
    }
}

impl<M: Lanes> Running<M> {
    #[inline(always)]
    fn load(m: M, task: &Task<'_>, packet: &Packet) -> Self {
        Self {
            trajectory: m.load_word(&packet.trajectory),
            fraction: m.load_word(&packet.fraction),
            half_drift: m.load_real(&packet.half_drift),
            hop: Counting::load(m, &packet.hop, 1),
            revolution: Counting::load(m, &packet.revolution, task.periods_per_revolution),
        }
    }

    #[inline(always)]
    fn store(self, m: M, packet: &mut Packet) {
        m.store_word(self.fraction, &mut packet.fraction);
        m.store_real(self.half_drift, &mut packet.half_drift);
        self.hop.store(m, &mut packet.hop);
        self.revolution.store(m, &mut packet.revolution);
    }

    /// A, O, A and the two kicks that follow.
    #[inline(always)]
    fn step(&mut self, m: M, tables: &LaneTables, normal: M::Real) {
        let drift = m.round(self.half_drift);
        let halfway = m.add_word(self.fraction, drift);
        let (cell, x) = locate(m, tables, halfway);
        let decay = evaluate(m, &tables.decay, cell, x);
        let noise = evaluate(m, &tables.noise, cell, x);
        let h = m.mul_add(decay, self.half_drift, m.mul_add(noise, normal, self.half_drift));

        let second = m.round(h);
        let fraction = m.add_word(halfway, second);
        let (cell, x) = locate(m, tables, fraction);
        self.half_drift = m.add(h, evaluate(m, &tables.kick, cell, x));

        let carry = m.less_unsigned(fraction, self.fraction);
        let negative = m.negative(m.add_word(drift, second));
        self.fraction = fraction;
        self.hop.step(m, carry, negative);
        self.revolution.step(m, carry, negative);
    }
}

/// The cell of an angle, and where in the cell it lies, from −1 to 1.
#[inline(always)]
fn locate<M: Lanes>(m: M, tables: &LaneTables, fraction: M::Word) -> (M::Word, M::Real) {
    let cell = m.shift_right(fraction, 32 - tables.cell_bits);
    let rest = m.xor(m.shift_left(fraction, tables.cell_bits), m.word(1 << 31));
    (cell, m.mul(m.convert(rest), m.real(1.0 / 2_147_483_648.0)))
}

#[inline(always)]
fn evaluate<M: Lanes>(m: M, table: &Cubics, cell: M::Word, x: M::Real) -> M::Real {
    let [a, b, c, d] = m.cubic(table, cell);
    m.mul_add(m.mul_add(m.mul_add(d, x, c), x, b), x, a)
}
