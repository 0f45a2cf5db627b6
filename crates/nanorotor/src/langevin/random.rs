//! Draw random words that depend on a seed and a counter alone: Philox4x32-10.
//!
//! Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The counter names a trajectory, a block
//! of four steps and a purpose, so any order of work and any number of threads draws the same numbers.

use super::lanes::Lanes;

const ROUNDS: usize = 10;
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// What a number is drawn for, so that no two purposes share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The noise of four steps.
    Steps = 0,
    /// The velocity at the start.
    Start = 1,
}

/// Philox4x32-10 with the keys of its ten rounds.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    keys: [[u32; 2]; ROUNDS],
}

/// Trajectories whose part in the first two rounds is done, for the even lanes and for the odd ones.
#[derive(Clone, Copy)]
pub(crate) struct Prepared<M: Lanes> {
    /// The product of the first round, and that of the second.
    halves: [[M::Word; 2]; 2],
}

impl Generator {
    /// The generator of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut keys = [[seed as u32, (seed >> 32) as u32]; ROUNDS];
        for round in 1..ROUNDS {
            keys[round] =
                [keys[round - 1][0].wrapping_add(WEYL[0]), keys[round - 1][1].wrapping_add(WEYL[1])];
        }
        Self { keys }
    }

    /// The counter of one block of four steps of one trajectory.
    pub(crate) fn counter(block: u64, trajectory: u32, purpose: Purpose) -> [u32; 4] {
        [block as u32, (block >> 32) as u32, trajectory, purpose as u32]
    }

    /// Four words for one counter.
    pub(crate) fn block(&self, counter: [u32; 4]) -> [u32; 4] {
        let [mut a, mut b, mut c, mut d] = counter;
        for key in self.keys {
            let first = u64::from(MULTIPLIERS[0]) * u64::from(a);
            let second = u64::from(MULTIPLIERS[1]) * u64::from(c);
            (a, c) = ((second >> 32) as u32 ^ b ^ key[0], (first >> 32) as u32 ^ d ^ key[1]);
            (b, d) = (second as u32, first as u32);
        }
        [a, b, c, d]
    }

    /// What the first two rounds make of the trajectories alone: good for all blocks with the same upper word.
    #[inline(always)]
    pub(crate) fn prepare<M: Lanes>(&self, m: M, block: u64, trajectories: M::Word) -> Prepared<M> {
        let high = m.word((block >> 32) as u32 ^ self.keys[0][0]);
        let mut halves = [trajectories, m.odd_to_even(trajectories)].map(|w| [w, w]);
        for half in &mut halves {
            let first = m.mul_even(half[0], m.word(MULTIPLIERS[1]));
            let second = m.mul_even(m.xor(m.odd_to_even(first), high), m.word(MULTIPLIERS[0]));
            *half = [first, second];
        }
        Prepared { halves }
    }

    /// Four words a lane, each lane with the counter that [`Generator::counter`] gives its trajectory; they were prepared for a
    /// block of the same upper word.
    #[inline(always)]
    pub(crate) fn draw<M: Lanes>(
        &self,
        m: M,
        block: u64,
        prepared: &Prepared<M>,
        purpose: Purpose,
    ) -> [M::Word; 4] {
        // The other half of the first two rounds is the same for all lanes.
        let product = u64::from(MULTIPLIERS[0]) * u64::from(block as u32);
        let c = (product >> 32) as u32 ^ purpose as u32 ^ self.keys[0][1];
        let second = u64::from(MULTIPLIERS[1]) * u64::from(c);
        let common = [
            m.word((second >> 32) as u32 ^ self.keys[1][0]),
            m.word(second as u32),
            m.word(product as u32 ^ self.keys[1][1]),
        ];
        let even = self.rounds(m, prepared.halves[0], common);
        let odd = self.rounds(m, prepared.halves[1], common);
        [
            m.interleave(even[0], odd[0]),
            m.interleave(even[1], odd[1]),
            m.interleave(even[2], odd[2]),
            m.interleave(even[3], odd[3]),
        ]
    }

    /// The later rounds on the even lanes; what the odd ones hold is not used.
    #[inline(always)]
    fn rounds<M: Lanes>(&self, m: M, half: [M::Word; 2], common: [M::Word; 3]) -> [M::Word; 4] {
        let mut a = m.xor(half[0], common[0]);
        let mut b = common[1];
        let mut c = m.xor(m.odd_to_even(half[1]), common[2]);
        let mut d = half[1];
        let (m0, m1) = (m.word(MULTIPLIERS[0]), m.word(MULTIPLIERS[1]));
        for round in 2..ROUNDS {
            let (first, second) = (m.mul_even(a, m0), m.mul_even(c, m1));
            a = m.xor(m.xor(m.odd_to_even(second), b), m.word(self.keys[round][0]));
            c = m.xor(m.xor(m.odd_to_even(first), d), m.word(self.keys[round][1]));
            (b, d) = (second, first);
        }
        [a, b, c, d]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::langevin::lanes::{LANES, portable::Portable};

    #[test]
    fn agrees_with_the_published_vectors() {
        let full = u32::MAX;
        assert_eq!(Generator::new(0).block([0; 4]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            Generator::new(u64::MAX).block([full; 4]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        // The digits of π.
        assert_eq!(
            Generator::new(0x299f_31d0_a409_3822).block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    fn lanes_draw_what_each_trajectory_would(m: impl Lanes) {
        let generator = Generator::new(0x0123_4567_89ab_cdef);
        let trajectories: [u32; LANES] = std::array::from_fn(|i| 1000 + 17 * i as u32);
        for block in [0, 1, (1 << 32) - 1, 1 << 40] {
            let prepared = generator.prepare(m, (block >> 32) << 32, m.load_word(&trajectories));
            let words = generator.draw(m, block, &prepared, Purpose::Start);
            for (k, word) in words.into_iter().enumerate() {
                let mut stored = [0; LANES];
                m.store_word(word, &mut stored);
                for (i, &trajectory) in trajectories.iter().enumerate() {
                    let counter = Generator::counter(block, trajectory, Purpose::Start);
                    assert_eq!(stored[i], generator.block(counter)[k]);
                }
            }
        }
    }

    #[test]
    fn lanes_draw_what_each_trajectory_would_alone() {
        lanes_draw_what_each_trajectory_would(Portable);
        #[cfg(target_arch = "x86_64")]
        {
            use crate::langevin::lanes::{avx2::Avx2, avx512::Avx512};
            if let Some(m) = Avx2::detect() {
                lanes_draw_what_each_trajectory_would(m);
            }
            if let Some(m) = Avx512::detect() {
                lanes_draw_what_each_trajectory_would(m);
            }
        }
    }
}
