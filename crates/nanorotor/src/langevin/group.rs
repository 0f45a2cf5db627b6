//! Advance a small group of trajectories through burn-in and marks.
//!
//! A group is what one thread works on. Its events depend on the step alone, never on how a run was cut into calls.

use super::counter::SingleCounter;
use super::kernel::Kernel;
use super::lane_steps::{BLOCK, Packet, Task};
use super::lanes::LANES;
use super::random::Generator;
use super::reference_steps::{self, Single};
use super::splitting::{FULL, LaneTables, ReferenceTables};

/// Trajectories in a group.
pub(crate) const GROUP: usize = 2 * LANES;
/// Steps between the first marks.
pub(crate) const FIRST_MARK_INTERVAL: u64 = 64;
/// As soon as there are more marks, every other one is dropped.
pub(crate) const MOST_MARKS: usize = 513;

/// The tables of a kernel.
#[derive(Debug, Clone)]
pub(crate) enum Tables {
    Lanes(LaneTables),
    Reference(ReferenceTables),
}

/// What all groups of an ensemble share.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) kernel: Kernel,
    pub(crate) tables: Tables,
    pub(crate) generator: Generator,
    pub(crate) periods_per_revolution: u32,
    pub(crate) burn_in: u64,
}

/// The trajectories of a group, as its kernel keeps them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Members {
    Lanes(Vec<Packet>),
    Reference(Vec<Single>),
}

/// A group with its marks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub(crate) members: Members,
    pub(crate) mark_interval: u64,
    pub(crate) marks: Vec<Vec<f64>>,
    /// The largest |h| seen where steps were interrupted for an event, in periods.
    pub(crate) fastest: f64,
}

impl Group {
    /// Go from one step to a later one; both are multiples of [`BLOCK`], as are the burn-in and the marks.
    pub(crate) fn advance(&mut self, engine: &Engine, from: u64, to: u64) {
        let mut step = from;
        while step < to {
            let event = if step < engine.burn_in {
                engine.burn_in
            } else {
                step + self.mark_interval - (step - engine.burn_in) % self.mark_interval
            };
            let stop = event.min(to);
            self.members.advance(engine, step..stop);
            step = stop;
            self.fastest = self.members.largest_half_drift(self.fastest);
            if step == engine.burn_in {
                self.begin_measuring();
            } else if step == event {
                self.mark();
            }
        }
    }

    /// Forget the counts, not where the counters stand, and set the first mark.
    pub(crate) fn begin_measuring(&mut self) {
        match &mut self.members {
            Members::Lanes(packets) => {
                for packet in packets {
                    for counter in [&mut packet.hop, &mut packet.revolution] {
                        counter.forward = [0; LANES];
                        counter.back = [0; LANES];
                    }
                }
            }
            Members::Reference(singles) => {
                for single in singles {
                    for counter in [&mut single.hop, &mut single.revolution] {
                        (counter.forward, counter.back) = (0, 0);
                    }
                }
            }
        }
        self.mark();
    }

    fn mark(&mut self) {
        self.marks.push(self.members.positions());
        if self.marks.len() > MOST_MARKS - 1 && self.marks.len() % 2 == 1 {
            self.mark_interval *= 2;
            let mut index = 0;
            self.marks.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
    }
}

impl Members {
    fn advance(&mut self, engine: &Engine, steps: std::ops::Range<u64>) {
        let blocks = steps.start / BLOCK..steps.end / BLOCK;
        match (self, &engine.tables) {
            (Self::Lanes(packets), Tables::Lanes(tables)) => {
                let task = Task {
                    tables,
                    generator: &engine.generator,
                    periods_per_revolution: engine.periods_per_revolution,
                    blocks,
                };
                engine.kernel.run(&task, packets);
            }
            (Self::Reference(singles), Tables::Reference(tables)) => {
                for single in singles {
                    reference_steps::advance(
                        tables,
                        &engine.generator,
                        engine.periods_per_revolution,
                        blocks.clone(),
                        single,
                    );
                }
            }
            _ => debug_assert!(false, "the members and the tables are of one kernel"),
        }
    }

    /// (θ − θ_c)/L, unwrapped since the counts were last forgotten.
    pub(crate) fn positions(&self) -> Vec<f64> {
        self.each(|fraction, _, hop, _| {
            f64::from(hop.offset) + f64::from(hop.forward) - f64::from(hop.back) + fraction
        })
    }

    /// The largest |h|, in periods, and of an earlier one.
    fn largest_half_drift(&self, earlier: f64) -> f64 {
        // A NaN must not hide behind a comparison.
        let larger = |a: f64, b: f64| if b > a || b.is_nan() { b } else { a };
        match self {
            Self::Lanes(packets) => packets
                .iter()
                .flat_map(|packet| packet.half_drift)
                .fold(earlier, |largest, h| larger(largest, f64::from(h.abs()) / FULL)),
            Self::Reference(singles) => {
                singles.iter().fold(earlier, |largest, single| larger(largest, single.half_drift.abs()))
            }
        }
    }

    /// One value from the fraction, h and the two counters of each trajectory.
    pub(crate) fn each<T>(&self, f: impl Fn(f64, f64, SingleCounter, SingleCounter) -> T) -> Vec<T> {
        match self {
            Self::Lanes(packets) => {
                let mut values = Vec::with_capacity(packets.len() * LANES);
                for packet in packets {
                    for i in 0..LANES {
                        let counter = |c: &super::counter::Counter| SingleCounter {
                            offset: c.offset[i].cast_signed(),
                            forward: c.forward[i],
                            back: c.back[i],
                        };
                        values.push(f(
                            f64::from(packet.fraction[i]) / FULL,
                            f64::from(packet.half_drift[i]),
                            counter(&packet.hop),
                            counter(&packet.revolution),
                        ));
                    }
                }
                values
            }
            Self::Reference(singles) => {
                singles.iter().map(|s| f(s.fraction, s.half_drift, s.hop, s.revolution)).collect()
            }
        }
    }

    /// Build the members of a group: `make` gives fraction, h and the two counters of a trajectory.
    pub(crate) fn build(
        kernel: Kernel,
        first: u32,
        make: impl Fn(u32) -> (f64, f64, SingleCounter, SingleCounter),
    ) -> Self {
        if kernel == Kernel::Reference {
            let singles = (first..first + GROUP as u32).map(|trajectory| {
                let (fraction, half_drift, hop, revolution) = make(trajectory);
                Single { trajectory, fraction, half_drift, hop, revolution }
            });
            return Self::Reference(singles.collect());
        }
        let packets = (0..GROUP / LANES).map(|p| {
            let start = super::counter::Counter::START;
            let mut packet = Packet {
                trajectory: [0; LANES],
                fraction: [0; LANES],
                half_drift: [0.0; LANES],
                hop: start,
                revolution: start,
            };
            for i in 0..LANES {
                let trajectory = first + (p * LANES + i) as u32;
                let (fraction, half_drift, hop, revolution) = make(trajectory);
                packet.trajectory[i] = trajectory;
                packet.fraction[i] = (fraction * FULL) as u32;
                packet.half_drift[i] = half_drift as f32;
                for (lanes, single) in [(&mut packet.hop, hop), (&mut packet.revolution, revolution)] {
                    lanes.offset[i] = single.offset.cast_unsigned();
                    lanes.forward[i] = single.forward;
                    lanes.back[i] = single.back;
                }
            }
            packet
        });
        Self::Lanes(packets.collect())
    }
}
