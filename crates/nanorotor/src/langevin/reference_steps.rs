//! Run the steps of one trajectory after another in double precision: what the lanes are checked against.

use super::counter::SingleCounter;
use super::lane_steps::BLOCK;
use super::normal::normals_f64;
use super::random::{Generator, Purpose};
use super::splitting::ReferenceTables;

/// One trajectory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Single {
    pub(crate) trajectory: u32,
    pub(crate) fraction: f64,
    pub(crate) half_drift: f64,
    pub(crate) hop: SingleCounter,
    pub(crate) revolution: SingleCounter,
}

/// Advance one trajectory by blocks of four steps.
pub(crate) fn advance(
    tables: &ReferenceTables,
    generator: &Generator,
    periods_per_revolution: u32,
    blocks: std::ops::Range<u64>,
    single: &mut Single,
) {
    for block in blocks {
        let words = generator.block(Generator::counter(block, single.trajectory, Purpose::Steps));
        let (first, second) = normals_f64(words[0], words[1]);
        let (third, fourth) = normals_f64(words[2], words[3]);
        for normal in [first, second, third, fourth] {
            single.step(tables, periods_per_revolution.cast_signed(), normal);
        }
    }
    debug_assert_eq!(BLOCK, 4);
}

impl Single {
    fn step(&mut self, tables: &ReferenceTables, periods: i32, normal: f64) {
        let halfway = (self.fraction + self.half_drift).rem_euclid(1.0);
        let h = self.half_drift + (tables.decay(halfway) * self.half_drift + tables.noise(halfway) * normal);
        let end = self.fraction + (self.half_drift + h);
        let cells = end.floor();
        // A negative number too small to be told from a whole period below it stays in the cell above.
        self.fraction = (end - cells).min(1.0 - f64::EPSILON);
        self.half_drift = h + tables.kick(self.fraction);
        self.hop.step(cells as i32, 1);
        self.revolution.step(cells as i32, periods);
    }
}
