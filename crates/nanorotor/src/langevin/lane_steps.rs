//! Run the steps of many trajectories in lanes: the one generic body that every instruction set compiles for itself.
//!
//! The angle is a u32, the fraction of the period in units of 2⁻³², so it wraps exactly however often the rotor turns, and a
//! carry is a crossing of the counter's lattice. h is an f32 in the same units: a whole period is never added to it.

use super::counter::{Counter, Counting};
use super::lanes::{LANES, Lanes};
use super::normal::normals;
use super::random::{Generator, Prepared, Purpose};
use super::splitting::LaneTables;
use super::table::{Pieces, QUARTIC_CELLS};

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
    fraction: M::Word,
    half_drift: M::Real,
    counting: Counting<M>,
    prepared: Prepared<M>,
}

/// Advance G packets together, so that one's arithmetic fills the other's waits and a table is fetched once for all.
/// `QUARTIC` takes the quartic pieces of the tables, else the cubic ones.
#[inline(always)]
pub(crate) fn advance<M: Lanes, const QUARTIC: bool, const G: usize>(
    m: M,
    task: &Task<'_>,
    packets: &mut [Packet; G],
) {
    let mut upper = task.blocks.start >> 32;
    let mut running = [Running::load(m, task, &mut packets[0]); G];
    for g in 1..G {
        running[g] = Running::load(m, task, &mut packets[g]);
    }
    for block in task.blocks.clone() {
        if block >> 32 != upper {
            upper = block >> 32;
            for g in 0..G {
                running[g].prepared = task.generator.prepare(m, block, m.load_word(&packets[g].trajectory));
            }
        }
        let mut noise = [[m.real(0.0); G]; BLOCK as usize];
        for g in 0..G {
            let words = task.generator.draw(m, block, &running[g].prepared, Purpose::Steps);
            (noise[0][g], noise[1][g]) = normals(m, words[0], words[1]);
            (noise[2][g], noise[3][g]) = normals(m, words[2], words[3]);
        }
        for step in 0..BLOCK as usize {
            step_together::<M, QUARTIC, G>(m, task, &mut running, packets, &noise[step]);
        }
    }
    for g in 0..G {
        running[g].store(m, &mut packets[g]);
    }
}

/// A, O, A and the two kicks that follow, for G packets.
#[inline(always)]
fn step_together<M: Lanes, const QUARTIC: bool, const G: usize>(
    m: M,
    task: &Task<'_>,
    running: &mut [Running<M>; G],
    packets: &mut [Packet; G],
    noise: &[M::Real; G],
) {
    let tables = task.tables;
    let (mut drift, mut angle, mut h) = ([m.word(0); G], [m.word(0); G], [m.real(0.0); G]);
    for g in 0..G {
        drift[g] = m.round(running[g].half_drift);
        angle[g] = m.add_word(running[g].fraction, drift[g]);
    }
    let (cells, x) = locate::<M, QUARTIC, G>(m, tables, &angle);
    let strength = values::<M, QUARTIC, G>(m, &tables.noise, &cells, &x);
    let decay = values::<M, QUARTIC, G>(m, &tables.decay, &cells, &x);
    for g in 0..G {
        let noisy = m.mul_add(strength[g], noise[g], running[g].half_drift);
        h[g] = m.mul_add(decay[g], running[g].half_drift, noisy);
        let second = m.round(h[g]);
        drift[g] = m.add_word(drift[g], second);
        angle[g] = m.add_word(angle[g], second);
    }
    let (cells, x) = locate::<M, QUARTIC, G>(m, tables, &angle);
    let kick = values::<M, QUARTIC, G>(m, &tables.kick, &cells, &x);
    let mut moves = false;
    for g in 0..G {
        running[g].half_drift = m.add(h[g], kick[g]);
        let carry = m.less_unsigned(angle[g], running[g].fraction);
        running[g].fraction = angle[g];
        moves |= running[g].counting.step(m, carry, m.negative(drift[g]));
    }
    if moves {
        for g in 0..G {
            let packet = &mut packets[g];
            running[g].counting.moved(
                m,
                &mut packet.hop,
                &mut packet.revolution,
                task.periods_per_revolution,
            );
        }
    }
}

impl<M: Lanes> Running<M> {
    #[inline(always)]
    fn load(m: M, task: &Task<'_>, packet: &mut Packet) -> Self {
        Self {
            fraction: m.load_word(&packet.fraction),
            half_drift: m.load_real(&packet.half_drift),
            counting: Counting::load(m, &packet.hop, &mut packet.revolution),
            prepared: task.generator.prepare(m, task.blocks.start, m.load_word(&packet.trajectory)),
        }
    }

    #[inline(always)]
    fn store(self, m: M, packet: &mut Packet) {
        m.store_word(self.fraction, &mut packet.fraction);
        m.store_real(self.half_drift, &mut packet.half_drift);
        self.counting.store(m, &mut packet.hop, &mut packet.revolution);
    }
}

/// The cells of angles, and where in the cell they lie, from 1 to 2: the upper bits of what is left become a mantissa.
#[inline(always)]
fn locate<M: Lanes, const QUARTIC: bool, const G: usize>(
    m: M,
    tables: &LaneTables,
    angle: &[M::Word; G],
) -> ([M::Word; G], [M::Real; G]) {
    let bits = if QUARTIC { QUARTIC_CELLS.ilog2() } else { tables.cell_bits };
    let (mut cells, mut x) = ([m.word(0); G], [m.real(0.0); G]);
    for g in 0..G {
        cells[g] = m.shift_right(angle[g], 32 - bits);
        let rest = if QUARTIC {
            m.and(m.shift_right(angle[g], 9 - bits), m.word(0x007f_ffff))
        } else {
            m.shift_right(m.shift_left(angle[g], bits), 9)
        };
        x[g] = m.with_bits(m.xor(rest, m.word(1.0_f32.to_bits())));
    }
    (cells, x)
}

#[inline(always)]
fn values<M: Lanes, const QUARTIC: bool, const G: usize>(
    m: M,
    table: &Pieces,
    cells: &[M::Word; G],
    x: &[M::Real; G],
) -> [M::Real; G] {
    if QUARTIC { m.quartic_values(table, cells, x) } else { m.values(table, cells, x) }
}
