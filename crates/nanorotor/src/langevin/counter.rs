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

/// The two counters of sixteen trajectories while the steps run: hops of one period, and revolutions of k.
///
/// Wherever the counter of revolutions moves, that of hops does too: the latter stands less than k periods from the former, on
/// this side of where the former would move. So each step needs no more than q + 1 of the hops, and the rest only when they move.
#[derive(Clone, Copy)]
pub(crate) struct Counting<M: Lanes> {
    /// q + 1 of the hops: 0 or 1 between steps.
    place: M::Word,
}

impl<M: Lanes> Counting<M> {
    /// Begin, leaving in the revolutions' offset how far the counter of hops stands from that of revolutions.
    #[inline(always)]
    pub(crate) fn load(m: M, hop: &Counter, revolution: &mut Counter) -> Self {
        let q = m.load_word(&hop.offset);
        let ahead = m.sub_word(m.load_word(&revolution.offset), q);
        m.store_word(ahead, &mut revolution.offset);
        Self { place: m.add_word(q, m.word(1)) }
    }

    #[inline(always)]
    pub(crate) fn store(self, m: M, hop: &mut Counter, revolution: &mut Counter) {
        let q = m.sub_word(self.place, m.word(1));
        let ahead = m.load_word(&revolution.offset);
        m.store_word(q, &mut hop.offset);
        m.store_word(m.add_word(ahead, q), &mut revolution.offset);
    }

    /// Take note of a step in which the angle, a fraction of the period, wrapped round (`carry`) after a move that was
    /// `negative` or not: the cell changes by carry − negative. Where that moves a counter, [`Counting::moved`] must follow.
    #[inline(always)]
    pub(crate) fn step(&mut self, m: M, carry: M::Mask, negative: M::Mask) -> bool {
        self.place = m.count_down(m.count_up(self.place, carry), negative);
        m.any(m.less_unsigned(m.word(1), self.place))
    }

    /// Move the counters of the lanes that stand where they must.
    #[inline(always)]
    pub(crate) fn moved(&mut self, m: M, hop: &mut Counter, revolution: &mut Counter, periods: u32) {
        let on = m.equal(self.place, m.word(2));
        let back = m.equal(self.place, m.word(u32::MAX));
        self.place = m.count_up(m.count_down(self.place, on), back);
        count(m, on, &mut hop.forward);
        count(m, back, &mut hop.back);

        // How far the hops stand from the revolutions: k moves those on, −k back.
        let ahead = m.count_down(m.count_up(m.load_word(&revolution.offset), on), back);
        let on = m.equal(ahead, m.word(periods));
        let back = m.equal(ahead, m.word(periods.wrapping_neg()));
        count(m, on, &mut revolution.forward);
        count(m, back, &mut revolution.back);
        let none = m.word(0);
        m.store_word(m.choose_word(on, none, m.choose_word(back, none, ahead)), &mut revolution.offset);
    }
}

#[inline(always)]
fn count<M: Lanes>(m: M, mask: M::Mask, numbers: &mut [u32; LANES]) {
    let counted = m.count_up(m.load_word(numbers), mask);
    m.store_word(counted, numbers);
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
        let (mut hop, mut revolution) = (Counter::START, Counter::START);
        let mut counting = Counting::load(m, &hop, &mut revolution);
        let mut singles = [SingleCounter { offset: 0, forward: 0, back: 0 }; 2];
        let mut before = 0.0_f64;
        for &theta in path {
            let cells = (theta.floor() - before.floor()) as i32;
            let negative = theta < before;
            let carry = cells + i32::from(negative);
            assert!(carry == 0 || carry == 1, "a step of more than a period");
            if counting.step(m, [carry == 1; LANES], [negative; LANES]) {
                counting.moved(m, &mut hop, &mut revolution, periods);
            }
            singles[0].step(cells, 1);
            singles[1].step(cells, periods.cast_signed());
            before = theta;
        }
        counting.store(m, &mut hop, &mut revolution);
        for (stored, single) in [hop, revolution].iter().zip(singles) {
            assert_eq!((stored.forward[3], stored.back[3]), (single.forward, single.back));
            assert_eq!(stored.offset[3].cast_signed(), single.offset);
        }
        (singles[1].forward, singles[1].back)
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
