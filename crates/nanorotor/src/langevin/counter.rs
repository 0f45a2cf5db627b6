//! Count turns: a counter that stands on a lattice of angles and moves when the rotor has gone a whole lattice constant.
//!
//! The counter stands at θ_c + n L_c and moves to n ± 1 when θ reaches θ_c + (n ± 1) L_c. With the period L as the unit and θ_c
//! as the origin, θ lies in the cell m = ⌊(θ − θ_c)/L⌋, and a lattice constant of k periods needs only the cell's distance q
//! from where the counter stands: q = k moves it on (q becomes 0), q = −k − 1 moves it back (q becomes −1).

use super::lanes::{LANES, Lanes};

/// What one counter knows of sixteen trajectories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counter {
    /// q, as the bits of an i32.
    pub(crate) offset: [u32; LANES],
    /// Moves on.
    pub(crate) forward: [u32; LANES],
    /// Moves back.
    pub(crate) back: [u32; LANES],
}

impl Counter {
    /// A counter that stands at the origin.
    pub(crate) const START: Self = Self { offset: [0; LANES], forward: [0; LANES], back: [0; LANES] };
}

/// A counter in lanes while the steps run.
#[derive(Clone, Copy)]
pub(crate) struct Counting<M: Lanes> {
    offset: M::Word,
    forward: M::Word,
    back: M::Word,
    /// k and −k − 1.
    limits: [M::Word; 2],
}

impl<M: Lanes> Counting<M> {
    #[inline(always)]
    pub(crate) fn load(m: M, counter: &Counter, periods: u32) -> Self {
        Self {
            offset: m.load_word(&counter.offset),
            forward: m.load_word(&counter.forward),
            back: m.load_word(&counter.back),
            limits: [m.word(periods), m.word((-1_i32).wrapping_sub_unsigned(periods).cast_unsigned())],
        }
    }

    #[inline(always)]
    pub(crate) fn store(self, m: M, counter: &mut Counter) {
        m.store_word(self.offset, &mut counter.offset);
        m.store_word(self.forward, &mut counter.forward);
        m.store_word(self.back, &mut counter.back);
    }

    /// Take note of a step in which the angle, a fraction of the period, wrapped round (`carry`) after a move that was
    /// `negative` or not: the cell changes by carry − negative.
    #[inline(always)]
    pub(crate) fn step(&mut self, m: M, carry: M::Mask, negative: M::Mask) {
        let offset = m.count_down(m.count_up(self.offset, carry), negative);
        let on = m.equal(offset, self.limits[0]);
        let back = m.equal(offset, self.limits[1]);
        self.forward = m.count_up(self.forward, on);
        self.back = m.count_up(self.back, back);
        self.offset = m.choose_word(on, m.word(0), m.choose_word(back, m.word(u32::MAX), offset));
    }
}

/// The same counter for one trajectory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SingleCounter {
    pub(crate) offset: i32,
    pub(crate) forward: u32,
    pub(crate) back: u32,
}

impl SingleCounter {
    /// Take note of a step that changed the cell by `cells`, −1, 0 or 1.
    pub(crate) fn step(&mut self, cells: i32, periods: i32) {
        self.offset += cells;
        if self.offset == periods {
            self.forward = self.forward.wrapping_add(1);
            self.offset = 0;
        } else if self.offset == -periods - 1 {
            self.back = self.back.wrapping_add(1);
            self.offset = -1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::langevin::lanes::portable::Portable;
    use crate::langevin::random::Generator;

    /// The counter's definition, word for word, on the unwrapped angle in periods.
    fn by_definition(path: &[f64], lattice: f64) -> (u32, u32) {
        let (mut stands, mut forward, mut back) = (0.0, 0, 0);
        for &theta in path {
            if theta >= stands + lattice {
                stands += lattice;
                forward += 1;
            } else if theta < stands - lattice {
                stands -= lattice;
                back += 1;
            }
        }
        (forward, back)
    }

    fn counted(path: &[f64], periods: u32) -> (u32, u32) {
        let m = Portable;
        let mut counting = Counting::load(m, &Counter::START, periods);
        let mut single = SingleCounter { offset: 0, forward: 0, back: 0 };
        let mut before = 0.0_f64;
        for &theta in path {
            let cells = (theta.floor() - before.floor()) as i32;
            let negative = theta < before;
            let carry = cells + i32::from(negative);
            assert!(carry == 0 || carry == 1, "a step of more than a period");
            counting.step(m, [carry == 1; LANES], [negative; LANES]);
            single.step(cells, periods.cast_signed());
            before = theta;
        }
        let mut stored = Counter::START;
        counting.store(m, &mut stored);
        assert_eq!((stored.forward[3], stored.back[3]), (single.forward, single.back));
        assert_eq!(stored.offset[3].cast_signed(), single.offset);
        (single.forward, single.back)
    }

    #[test]
    fn hand_made_paths_are_counted_as_defined() {
        // Trembling on a lattice point counts nothing beyond the first arrival.
        assert_eq!(counted(&[0.5, 0.99, 1.01, 0.98, 1.02, 0.9, 1.5], 1), (1, 0));
        // Going on by one and coming back by one.
        assert_eq!(counted(&[0.6, 1.2, 0.6, 0.2, -0.1, -0.2], 1), (1, 1));
        // Two half steps back need a whole lattice constant.
        assert_eq!(counted(&[-0.5, -0.99, -0.5, 0.5], 1), (0, 0));
        assert_eq!(counted(&[-0.5, -1.01, -0.5, -0.1], 1), (0, 1));
        // Having moved back to −1, the counter moves on at 0.
        assert_eq!(counted(&[-0.5, -1.01, -0.5, 0.5], 1), (1, 1));
        // A revolution of two periods sees the net move alone.
        assert_eq!(counted(&[0.6, 1.2, 1.9, 1.2, 0.6, 0.1], 2), (0, 0));
        assert_eq!(counted(&[0.6, 1.2, 1.9, 2.1, 1.2, 0.6, 0.1, -0.1], 2), (1, 1));
        assert_eq!(counted(&[-0.9, -1.8, -2.7, -3.6, -4.1], 2), (0, 2));
        assert_eq!(counted(&[], 3), (0, 0));
    }

    #[test]
    fn random_walks_are_counted_as_defined() {
        let generator = Generator::new(5);
        for walk in 0..40 {
            let mut path = Vec::new();
            let mut theta = 0.0;
            for step in 0..2000 {
                theta += 0.8 * (f64::from(generator.block([step, walk, 0, 0])[0]) / 4_294_967_296.0 - 0.49);
                path.push(theta);
            }
            for periods in 1..4 {
                assert_eq!(counted(&path, periods), by_definition(&path, f64::from(periods)), "walk {walk}");
            }
        }
    }
}
