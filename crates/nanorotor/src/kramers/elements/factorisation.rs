//! Factor the equations of a whole mesh, part by part, and solve with the factors.
//!
//! Each element gives up its interior; parts are joined, and what lies between them goes, in the order of `dissection`, until only
//! the middle line is left. Its nodes go in stages, the rarest first, so that traps are told apart to the digits of the rates
//! between them. The last node has no equation left, because probability is conserved: its value is free. Where the plan holds nodes,
//! one in each trap, all of them are left and free; `hops` finds their values.

use faer::Mat;

use super::super::watch::Watch;
use super::dissection::{Plan, Step};
use super::front::{Front, balance};

/// The factored equations.
pub(super) struct Factorisation {
    plan: Plan,
    /// What went in each step of both halves.
    halves: [Vec<Front>; 2],
    /// The nodes of the middle line, the rarest first, and what went there in each stage.
    order: Vec<usize>,
    root: Vec<Front>,
}

impl Factorisation {
    /// Factor the matrices that `element` gives for (column, strip) with its nodes in an order, with the scales of the
    /// nodes, on two threads if `parallel`; `None` if it is stopped.
    pub(super) fn new<'a>(
        plan: Plan,
        parallel: bool,
        watch: Watch<'_>,
        element: impl Fn(usize, usize, &[usize]) -> (Mat<f64>, &'a [f64]) + Sync,
    ) -> Option<Self> {
        let half = |steps: &[Step]| {
            let (mut fronts, mut parts) = (Vec::with_capacity(steps.len()), Vec::new());
            for step in steps {
                let mut whole = match step.element {
                    Some((column, strip)) => {
                        if watch.is_cancelled() {
                            return None;
                        }
                        let (matrix, scales) = element(column, strip, &plan.order);
                        let one = |&node: &usize| if plan.open { 0.0 } else { 1.0 / scales[node] };
                        let one = plan.order.iter().map(one).collect();
                        let mut whole = Part { matrix, gone: 0, one };
                        conserve(&mut whole);
                        whole
                    }
                    None => Part::joined(step, &mut parts),
                };
                fronts.push(whole.eliminate(step.gone));
                parts.push(whole);
            }
            Some((fronts, parts.pop()?))
        };
        let below = || half(&plan.halves[0]);
        let above = || half(&plan.halves[1]);
        let (below, above) = if parallel { rayon::join(below, above) } else { (below(), above()) };
        let ((fronts_below, lower), (fronts_above, upper)) = (below?, above?);
        let line = plan.line;
        let mut order: Vec<usize> = (0..line).filter(|node| !plan.held.contains(node)).collect();
        if !plan.open {
            order.sort_by(|&a, &b| upper.one[a].total_cmp(&upper.one[b]));
        }
        order.extend(&plan.held);
        let sum = |i: usize, j: usize| lower.column(j)[i] + upper.column(j)[i];
        let mut whole = Part {
            matrix: Mat::from_fn(line, line, |i, j| sum(order[i], order[j])),
            gone: 0,
            one: order.iter().map(|&i| upper.one[i]).collect(),
        };
        conserve(&mut whole);
        let mut root = Vec::new();
        let mut rest = line;
        let free = if plan.open { 0 } else { plan.held.len().max(1) };
        while rest > free {
            let gone = if plan.open { rest } else { rest.div_ceil(4).min(rest - free) };
            rest -= gone;
            root.push(whole.eliminate(gone));
            whole.shrink();
        }
        Some(Self { plan, halves: [fronts_below, fronts_above], order, root })
    }

    /// Solve for K right-hand sides at once: with a load at every node of every element (loads of shared nodes add up) and with
    /// values at the nodes that the plan holds, or at the densest node of the middle line; those not given are zero.
    pub(super) fn solve<const K: usize>(
        &self,
        load: Option<&[[f64; K]]>,
        held: &[f64],
        transposed: bool,
    ) -> Vec<[f64; K]> {
        let plan = &self.plan;
        let mut middle = vec![[0.0; K]; plan.line];
        let reduced = load.map(|load| {
            [0, 1].map(|half| {
                let (reduced, carried) = self.reduce(half, load, transposed);
                add(&mut middle, &carried);
                reduced
            })
        });
        self.solve_middle(&mut middle, held, transposed);
        let mut solution = vec![[0.0; K]; plan.columns * plan.strips * plan.order.len()];
        let [below, above] = reduced.map_or([None, None], |halves| halves.map(Some));
        for (half, loads) in [below, above].into_iter().enumerate() {
            self.complete(half, loads, &middle, transposed, &mut solution);
        }
        solution
    }

    /// Solve on the middle line.
    fn solve_middle<const K: usize>(&self, middle: &mut [[f64; K]], held: &[f64], transposed: bool) {
        let mut ordered: Vec<[f64; K]> = self.order.iter().map(|&i| middle[i]).collect();
        let mut start = 0;
        for front in &self.root {
            let (gone, kept) = ordered[start..].split_at_mut(front.gone());
            front.reduce(gone, kept, transposed);
            start += front.gone();
        }
        for (k, value) in ordered[start..].iter_mut().enumerate() {
            *value = [held.get(k).copied().unwrap_or(0.0); K];
        }
        for front in self.root.iter().rev() {
            let (gone, kept) = ordered[start - front.gone()..].split_at_mut(front.gone());
            front.complete(gone, kept, transposed);
            start -= front.gone();
        }
        for (&i, value) in self.order.iter().zip(ordered) {
            middle[i] = value;
        }
    }

    /// Where the nodes of an element are in a field.
    fn at(&self, (column, strip): (usize, usize)) -> usize {
        (column * self.plan.strips + strip) * self.plan.order.len()
    }

    /// Carry the loads of one half to the middle line; what stays behind is given for each step.
    fn reduce<const K: usize>(
        &self,
        half: usize,
        load: &[[f64; K]],
        transposed: bool,
    ) -> (Vec<Vec<[f64; K]>>, Vec<[f64; K]>) {
        let mut parts: Vec<Vec<[f64; K]>> = Vec::new();
        let mut reduced = Vec::new();
        for (step, front) in self.plan.halves[half].iter().zip(&self.halves[half]) {
            let mut whole = vec![[0.0; K]; step.size];
            if let Some(element) = step.element {
                let start = self.at(element);
                for (value, &node) in whole.iter_mut().zip(&self.plan.order) {
                    *value = load[start + node];
                }
            }
            for places in step.parts.iter().rev() {
                for (value, &place) in parts.pop().unwrap_or_default().iter().zip(places) {
                    add(&mut whole[place..=place], &[*value]);
                }
            }
            let mut rest = whole.split_off(step.gone);
            front.reduce(&mut whole, &mut rest, transposed);
            reduced.push(whole);
            parts.push(rest);
        }
        (reduced, parts.pop().unwrap_or_default())
    }

    /// All nodes of one half from the middle line.
    fn complete<const K: usize>(
        &self,
        half: usize,
        loads: Option<Vec<Vec<[f64; K]>>>,
        middle: &[[f64; K]],
        transposed: bool,
        solution: &mut [[f64; K]],
    ) {
        let mut loads = loads.map(Vec::into_iter);
        let mut parts = vec![middle.to_vec()];
        for (step, front) in self.plan.halves[half].iter().zip(&self.halves[half]).rev() {
            let kept = parts.pop().unwrap_or_default();
            let load = loads.as_mut().and_then(DoubleEndedIterator::next_back);
            let mut whole = load.unwrap_or_else(|| vec![[0.0; K]; step.gone]);
            front.complete(&mut whole, &kept, transposed);
            whole.extend(kept);
            if let Some(element) = step.element {
                let start = self.at(element);
                for (&node, value) in self.plan.order.iter().zip(&whole) {
                    solution[start + node] = *value;
                }
            }
            for places in &step.parts {
                parts.push(places.iter().map(|&place| whole[place]).collect());
            }
        }
    }
}

/// y ← y + x, as far as both go.
fn add<const K: usize>(y: &mut [[f64; K]], x: &[[f64; K]]) {
    for (y, x) in y.as_flattened_mut().iter_mut().zip(x.as_flattened()) {
        *y += x;
    }
}

/// Take from a matrix what rounding made of the conservation of probability: nᵀ A = 0, n the test function 1.
///
/// At weak damping what keeps a line from being singular is as small as the damping, and errors of rounding in transport
/// would compete with it. Each entry gives a part of itself, so that what is rare keeps its digits. (Compare the algorithm of
/// Grassmann, Taksar and Heyman for Markov chains.)
fn conserve(part: &mut Part) {
    if part.one.iter().all(|n| *n == 0.0) {
        return;
    }
    balance(&mut part.matrix, part.gone, &part.one);
}

/// A matrix whose first unknowns are gone, with the test function 1 at the others.
struct Part {
    matrix: Mat<f64>,
    gone: usize,
    one: Vec<f64>,
}

impl Part {
    /// The last parts joined, whose unknowns have the places of the step.
    fn joined(step: &Step, parts: &mut Vec<Self>) -> Self {
        let mut whole = Self { matrix: Mat::zeros(step.size, step.size), gone: 0, one: vec![0.0; step.size] };
        for places in step.parts.iter().rev() {
            if let Some(part) = parts.pop() {
                whole.add(&part, places);
            }
        }
        whole
    }

    /// Let go of the place of what is gone.
    fn shrink(&mut self) {
        let gone = self.gone;
        let rest = self.matrix.ncols() - gone;
        self.matrix = Mat::from_fn(rest, rest, |i, j| self.matrix[(gone + i, gone + j)]);
        self.gone = 0;
    }

    /// Column j of what is left.
    fn column(&self, j: usize) -> &[f64] {
        &self.matrix.col_as_slice(self.gone + j)[self.gone..]
    }

    /// Add another, whose unknowns have these places here.
    fn add(&mut self, other: &Self, places: &[usize]) {
        // Places are mostly in a row.
        let runs: Vec<&[usize]> = places.chunk_by(|a, b| a + 1 == *b).collect();
        for (j, &place) in places.iter().enumerate() {
            let target = self.matrix.col_as_slice_mut(place);
            let mut source = other.column(j);
            for run in &runs {
                let (some, rest) = source.split_at(run.len());
                target[run[0]..run[0] + run.len()].iter_mut().zip(some).for_each(|(a, b)| *a += b);
                source = rest;
            }
            self.one[place] = other.one[j];
        }
    }

    /// Eliminate the first unknowns.
    fn eliminate(&mut self, gone: usize) -> Front {
        let front = Front::eliminate(&mut self.matrix, gone);
        self.gone = gone;
        self.one.drain(..gone);
        conserve(self);
        front
    }
}
