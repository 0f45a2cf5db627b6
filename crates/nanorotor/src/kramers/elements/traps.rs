//! Find the traps of a rotor: wells of the potential that it leaves rarely.
//!
//! What counts is the height of the barriers in local temperatures, W(θ) = −∫ f/τ dθ, the mean force among it. A well from which
//! a low barrier leads to another belongs to that one's trap.

use super::reduced::Reduced;

/// A well whose lowest barrier is higher than this (in kT) is a trap. Below it nothing is lost where rounding mixes two wells.
const DEEP: f64 = 12.0;

/// How far below its barrier the end of a trap may lie (in kT).
const SLACK: f64 = 3.0;

/// An angle at which the potential is this near to its maximum (in kT) is that of the highest barrier.
const HIGHEST: f64 = 0.1;

/// A well between two barriers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trap {
    /// The angle of its bottom.
    pub(super) bottom: f64,
    /// The angle of the barrier behind it; before it is that of the trap before.
    pub(super) end: f64,
}

impl Reduced {
    /// The traps from angle 0 to L; none if there are not at least two, or if the angle is not counted from the highest barrier.
    pub(super) fn traps(&self) -> Vec<Trap> {
        if self.column(0.0).energy < -HIGHEST {
            return Vec::new();
        }
        let count = 2 * self.resolution;
        let step = self.period / count as f64;
        wells(&self.heights(count, 1))
            .iter()
            .map(|[bottom, end]| Trap { bottom: step * *bottom as f64, end: step * *end as f64 })
            .collect()
    }

    /// W at equidistant angles, `count` to a period, from 0 to the end of some periods.
    fn heights(&self, count: usize, periods: usize) -> Vec<f64> {
        let (columns, _) = self.grid(count);
        let slope = |j: usize| -columns[j % count].drive / columns[j % count].temperature;
        let step = self.period / count as f64;
        let mut heights = vec![0.0];
        for j in 0..periods * count {
            heights.push(heights[j] + 0.5 * step * (slope(j) + slope(j + 1)));
        }
        heights
    }

    /// The highest barrier (in kT) on the way on or back, whichever is easier.
    pub(super) fn easiest_way(&self) -> f64 {
        let heights = self.heights(self.resolution, 2);
        climb(heights.iter()).min(climb(heights.iter().rev()))
    }
}

/// The most that a line rises above any place before.
fn climb<'a>(heights: impl Iterator<Item = &'a f64>) -> f64 {
    heights.fold((f64::INFINITY, 0.0_f64), |(lowest, climb), h| (lowest.min(*h), climb.max(h - lowest))).1
}

/// The places of the bottom and of the end of each trap on a line whose ends are barriers; none if there are not at least two.
fn wells(heights: &[f64]) -> Vec<[usize; 2]> {
    let last = heights.len() - 1;
    // Barriers, and the lowest place between each and the next.
    let mut barriers = vec![0];
    barriers.extend((1..last).filter(|&j| heights[j] > heights[j - 1] && heights[j] >= heights[j + 1]));
    barriers.push(last);
    let lowest = |from: usize, to: usize| {
        (from..=to).min_by(|&i, &j| heights[i].total_cmp(&heights[j])).unwrap_or(from)
    };
    loop {
        let bottoms: Vec<usize> = barriers.windows(2).map(|b| lowest(b[0], b[1])).collect();
        if bottoms.len() < 2 {
            return Vec::new();
        }
        let depth = |k: usize| heights[barriers[k]].min(heights[barriers[k + 1]]) - heights[bottoms[k]];
        let shallowest = (0..bottoms.len()).min_by(|&i, &j| depth(i).total_cmp(&depth(j))).unwrap_or(0);
        if depth(shallowest) > DEEP {
            return bottoms.iter().zip(&barriers[1..]).map(|(bottom, end)| [*bottom, *end]).collect();
        }
        let lower = if heights[barriers[shallowest]] < heights[barriers[shallowest + 1]] {
            shallowest
        } else {
            shallowest + 1
        };
        // The ends of the line may lie a little beside the top of their barrier, or else the line does not begin with one.
        let height = heights[barriers[lower]];
        let is_end = lower == 0 || lower == barriers.len() - 1;
        let other = if lower == shallowest { shallowest + 1 } else { shallowest };
        if !is_end {
            barriers.remove(lower);
        } else if other > 0 && other < barriers.len() - 1 && heights[barriers[other]] - height < SLACK {
            barriers.remove(other);
        } else {
            return Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Heights along lines between some corners, ten steps each.
    fn along(corners: &[f64]) -> Vec<f64> {
        let mut heights: Vec<f64> = corners
            .windows(2)
            .flat_map(|pair| (0..10).map(|k| pair[0] + 0.1 * f64::from(k) * (pair[1] - pair[0])))
            .collect();
        heights.push(corners[corners.len() - 1]);
        heights
    }

    #[test]
    fn the_easier_way_is_downhill() {
        let line = along(&[30.0, 10.0, 25.0, 0.0]);
        assert_eq!((climb(line.iter()), climb(line.iter().rev())), (15.0, 30.0));
    }

    #[test]
    fn low_barriers_join_wells_to_traps() {
        // A well of two halves, the second deeper, and a well behind a high barrier.
        let found = wells(&along(&[30.0, 5.0, 9.0, 2.0, 28.0, 0.0, 30.0]));
        assert_eq!(found, [[30, 40], [50, 60]]);
        assert!(wells(&along(&[30.0, 5.0, 9.0, 2.0, 10.0, 0.0, 30.0])).is_empty());
        assert!(wells(&along(&[30.0, 0.0, 30.0])).is_empty());
    }

    #[test]
    fn the_highest_barrier_may_lie_beside_the_ends() {
        // A force onwards moves every barrier back a little.
        assert_eq!(wells(&along(&[30.0, 0.0, 30.0, 0.0, 31.0, 30.0])), [[10, 20], [30, 50]]);
        assert_eq!(wells(&along(&[30.0, 31.0, 0.0, 30.0, 0.0, 30.0])), [[20, 30], [40, 50]]);
        // A shelf before the barrier belongs to no trap.
        assert!(wells(&along(&[30.0, 0.0, 30.0, 0.0, 40.0, 30.0])).is_empty());
    }
}
