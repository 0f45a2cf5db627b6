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

#[cfg(all(test, target_arch = "x86_64"))]
#[allow(clippy::unwrap_used, clippy::print_stdout, reason = "it measures, and says what")]
mod tests {
    use std::hint::black_box;
    use std::time::Instant;

    use super::*;
    use crate::langevin::lanes::avx512::Avx512;
    use crate::langevin::splitting::Splitting;
    use crate::{Landscape, Periodic};

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
    fn words(m: Avx512, task: &Task<'_>, packet: &mut Packet) {
        let ids = m.load_word(&packet.trajectory);
        let mut sum = m.word(0);
        for block in task.blocks.clone() {
            for word in task.generator.lanes(m, block, ids, Purpose::Steps) {
                sum = m.xor(sum, word);
            }
        }
        m.store_word(sum, &mut packet.fraction);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
    fn draws(m: Avx512, task: &Task<'_>, packet: &mut Packet) {
        let ids = m.load_word(&packet.trajectory);
        let mut sum = m.real(0.0);
        for block in task.blocks.clone() {
            let words = task.generator.lanes(m, block, ids, Purpose::Steps);
            for (a, b) in [(words[0], words[1]), (words[2], words[3])] {
                let (first, second) = normals(m, a, b);
                sum = m.add(sum, m.add(first, second));
            }
        }
        m.store_real(sum, &mut packet.half_drift);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
    fn steps_without_draws(m: Avx512, task: &Task<'_>, packets: &mut [Packet; 2]) {
        let mut running = [Running::load(m, task, &packets[0]), Running::load(m, task, &packets[1])];
        for _ in task.blocks.clone() {
            for _ in 0..BLOCK {
                for g in 0..2 {
                    running[g].step(m, task.tables, m.real(0.1));
                }
            }
        }
        for g in 0..2 {
            running[g].store(m, &mut packets[g]);
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,fma")]
    fn whole(m: Avx512, task: &Task<'_>, packets: &mut [Packet; 2]) {
        advance(m, task, packets);
    }

    /// `cargo test --release -p nanorotor --lib where_the_time_goes -- --ignored --nocapture`
    #[test]
    #[ignore = "prints timings"]
    fn where_the_time_goes() {
        let Some(m) = Avx512::detect() else { return };
        let wave = Periodic::from_function(3.0, 63, |x| 1.0 + 0.5 * (x * std::f64::consts::TAU / 3.0).cos());
        let landscape = Landscape::new(wave.derivative(), wave.clone(), wave).unwrap();
        let tables = LaneTables::new(&Splitting::new(&landscape, 1.0, 0.01, 0.0).unwrap()).unwrap();
        let generator = Generator::new(1);
        let blocks = 1 << 18;
        let task =
            Task { tables: &tables, generator: &generator, periods_per_revolution: 2, blocks: 0..blocks };
        let packet = Packet {
            trajectory: std::array::from_fn(|i| i as u32),
            fraction: [0; LANES],
            half_drift: [0.0; LANES],
            hop: Counter::START,
            revolution: Counter::START,
        };
        let mut packets = [packet; 2];
        let report = |name: &str, lanes: usize, run: &mut dyn FnMut()| {
            run();
            let fastest = (0..7)
                .map(|_| {
                    let start = Instant::now();
                    run();
                    start.elapsed().as_secs_f64()
                })
                .fold(f64::MAX, f64::min);
            println!(
                "{name}: {:.3} ns a step",
                fastest * 1e9 / (blocks as f64 * BLOCK as f64 * lanes as f64)
            );
        };
        // SAFETY: `m` proves that this machine has the instructions.
        unsafe {
            report("random words", 16, &mut || words(m, &task, black_box(&mut packets[0])));
            report("random words and normals", 16, &mut || draws(m, &task, black_box(&mut packets[0])));
            packets = [packet; 2];
            report("steps without draws", 32, &mut || steps_without_draws(m, &task, black_box(&mut packets)));
            packets = [packet; 2];
            report("whole steps", 32, &mut || whole(m, &task, black_box(&mut packets)));
        }
    }
}
