//! Factor the equations of a whole mesh: elements, strips, then line by line from both ends to the middle.
//!
//! Each element gives up its interior; neighbours in a strip are merged in pairs, and the side between them goes, until the
//! strip has only its lower and its upper line, K = P × columns unknowns each. From the slowest and from the fastest
//! strip inwards each line then goes into the next one, until both halves meet at the middle line. There the equations
//! have one solution too many (the density itself), and one condition makes them regular:
//!
//! | S   c | | x |   | r |
//! | cᵀ  0 | | λ | = | n |
//!
//! λ vanishes because probability is conserved. About 5 K³ operations and 3 K² numbers a strip.

use faer::Mat;

use super::super::watch::Watch;
use super::front::{Front, dot};

/// The shape of a mesh and how the elements of a strip are merged.
#[derive(Debug)]
pub(super) struct Plan {
    columns: usize,
    strips: usize,
    middle: usize,
    /// Nodes per side of an element, P + 1.
    nodes: usize,
    /// The nodes of an element, the interior first, then [lower | upper | left | right].
    order: Vec<usize>,
    merges: Vec<Merge>,
    /// How many unknowns a line has.
    line: usize,
    /// Whether probability leaves, so that the equations are regular by themselves.
    open: bool,
}

/// How the boundary unknowns of its parts are numbered in a matrix whose first `gone` unknowns go.
#[derive(Debug)]
struct Merge {
    gone: usize,
    size: usize,
    parts: Vec<(usize, Vec<usize>)>,
}

/// The factored equations.
pub(super) struct Factorisation {
    plan: Plan,
    strips: Vec<Strip>,
    root: Front,
    scale: f64,
}

/// What went within a strip, and the line that went into the next strip.
struct Strip {
    elements: Vec<Front>,
    merges: Vec<Front>,
    line: Front,
}

impl Plan {
    pub(super) fn new(columns: usize, strips: usize, middle: usize, degree: usize) -> Self {
        let (n, p) = (degree + 1, degree);
        let node = |i: usize, j: usize| i * n + j;
        let inner = || 1..p;
        let mut order: Vec<usize> = inner().flat_map(|i| inner().map(move |j| node(i, j))).collect();
        order.extend((0..n).map(|i| node(i, 0)));
        order.extend((0..n).map(|i| node(i, p)));
        order.extend(inner().map(|j| node(0, j)));
        order.extend(inner().map(|j| node(p, j)));

        let side = p - 1;
        let mut merges: Vec<Merge> = Vec::new();
        // Parts in a row: which, and how many elements wide. The boundary of one is [lower | upper | left | right].
        let mut row: Vec<(usize, usize)> = (0..columns).map(|e| (e, 1)).collect();
        while row.len() > 1 {
            let mut merged = Vec::new();
            for pair in row.chunks(2) {
                let &[(left, a), (right, b)] = pair else {
                    merged.push(pair[0]);
                    continue;
                };
                let line = (a + b) * p + 1;
                let (lower, upper) = (side, side + line);
                let (before, after) = (side + 2 * line, 2 * side + 2 * line);
                let along = |start: usize, width: usize| start..=start + width * p;
                let mut of_left: Vec<usize> = along(lower, a).chain(along(upper, a)).collect();
                of_left.extend((before..before + side).chain(0..side));
                let mut of_right: Vec<usize> =
                    along(lower + a * p, b).chain(along(upper + a * p, b)).collect();
                of_right.extend((0..side).chain(after..after + side));
                merged.push((columns + merges.len(), a + b));
                merges.push(Merge {
                    gone: side,
                    size: 3 * side + 2 * line,
                    parts: vec![(left, of_left), (right, of_right)],
                });
            }
            row = merged;
        }
        // The ring closes: its two sides are one, and so are the ends of each line.
        let line = columns * p;
        let lower = (0..=line).map(|k| side + k % line);
        let upper = (0..=line).map(|k| side + line + k % line);
        let sides = (0..side).chain(0..side);
        let ring = lower.chain(upper).chain(sides).collect();
        merges.push(Merge { gone: side, size: side + 2 * line, parts: vec![(row[0].0, ring)] });
        Self { columns, strips, middle, nodes: n, order, merges, line, open: false }
    }

    /// A plan for equations that do not conserve probability.
    pub(super) fn open(columns: usize, strips: usize, middle: usize, degree: usize) -> Self {
        Self { open: true, ..Self::new(columns, strips, middle, degree) }
    }

    /// How many bytes the factors of a mesh take, to a few per cent.
    pub(super) fn bytes(columns: usize, strips: usize, degree: usize) -> usize {
        let (line, side) = (columns.saturating_mul(degree), degree - 1);
        let interior = side * side;
        let element = interior.saturating_mul(interior + 8 * degree);
        // Merges of all widths: about two lines and one side against two lines, twice over.
        let merges = line.saturating_mul(side).saturating_mul(8 * (columns.ilog2() as usize + 1));
        let lines = line.saturating_mul(line).saturating_mul(3);
        let strip = columns.saturating_mul(element).saturating_add(merges).saturating_add(lines);
        strip.saturating_mul(strips).saturating_mul(size_of::<f64>())
    }

    fn interior(&self) -> usize {
        (self.nodes - 2) * (self.nodes - 2)
    }

    fn element_size(&self) -> usize {
        self.nodes * self.nodes
    }

    fn at(&self, column: usize, strip: usize) -> usize {
        (column * self.strips + strip) * self.element_size()
    }

    /// Whether the elimination goes upwards through a strip; its lower line goes then.
    fn upwards(&self, strip: usize) -> bool {
        strip < self.middle
    }
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
        let sweep = |strips: &mut dyn Iterator<Item = usize>| {
            let (mut fronts, mut carried) = (Vec::new(), Part::empty(plan.line));
            for strip in strips {
                if watch.is_cancelled() {
                    break;
                }
                let (front, rest) =
                    plan.factor_strip(strip, &carried, |column| element(column, strip, &plan.order));
                fronts.push(front);
                carried = rest;
            }
            (fronts, carried)
        };
        let below = || sweep(&mut (0..plan.middle));
        let above = || sweep(&mut (plan.middle..plan.strips).rev());
        let ((mut strips, lower), (uppers, upper)) =
            if parallel { rayon::join(below, above) } else { (below(), above()) };
        if watch.is_cancelled() {
            return None;
        }
        strips.extend(uppers.into_iter().rev());
        let line = plan.line;
        let mut root = Mat::<f64>::zeros(line + 1, line + 1);
        let mut scale = 0.0_f64;
        for j in 0..line {
            let sums = lower.column(j).iter().zip(upper.column(j)).map(|(a, b)| a + b);
            for (entry, sum) in root.col_as_slice_mut(j).iter_mut().zip(sums) {
                *entry = sum;
                scale = scale.max(sum.abs());
            }
        }
        let border = if plan.open { 0.0 } else { scale / (line as f64).sqrt() };
        root[(line, line)] = if plan.open { scale } else { 0.0 };
        for i in 0..line {
            root[(i, line)] = border;
            root[(line, i)] = border;
        }
        let root = Front::eliminate(&mut root, line + 1);
        Some(Self { plan, strips, root, scale })
    }

    /// Solve for K right-hand sides at once: with a load at every node of every element (loads of shared nodes add up) and a sum
    /// over the middle line.
    pub(super) fn solve<const K: usize>(
        &self,
        load: Option<&[[f64; K]]>,
        sum: f64,
        transposed: bool,
    ) -> Vec<[f64; K]> {
        let plan = &self.plan;
        let (line, size) = (plan.line, plan.element_size());
        let mut bottom = vec![[0.0; K]; line + 1];
        let mut reduced: Vec<Vec<Vec<[f64; K]>>> = Vec::new();
        if let Some(load) = load {
            reduced.resize(plan.strips, Vec::new());
            let mut reduce = |strips: &mut dyn Iterator<Item = usize>| {
                let mut carried = vec![[0.0; K]; line];
                for strip in strips {
                    reduced[strip] = self.reduce_strip(strip, load, &mut carried, transposed);
                }
                add(&mut bottom, &carried);
            };
            reduce(&mut (0..plan.middle));
            reduce(&mut (plan.middle..plan.strips).rev());
        }
        bottom[line] = [sum * self.scale; K];
        self.root.complete_alone(&mut bottom, transposed);
        bottom.truncate(line);
        let mut solution = vec![[0.0; K]; plan.columns * plan.strips * size];
        let mut complete = |strips: &mut dyn Iterator<Item = usize>| {
            let mut known = bottom.clone();
            for strip in strips {
                let loads = reduced.get_mut(strip).map(std::mem::take);
                known = self.complete_strip(strip, loads, &known, transposed, &mut solution);
            }
        };
        complete(&mut (0..plan.middle).rev());
        complete(&mut (plan.middle..plan.strips));
        solution
    }

    /// Carry the loads of a strip to its inner line; what stays behind is kept for each front.
    fn reduce_strip<const K: usize>(
        &self,
        strip: usize,
        load: &[[f64; K]],
        carried: &mut [[f64; K]],
        transposed: bool,
    ) -> Vec<Vec<[f64; K]>> {
        let (plan, fronts) = (&self.plan, &self.strips[strip]);
        let mut kept: Vec<Vec<[f64; K]>> = Vec::new();
        let mut gone: Vec<Vec<[f64; K]>> = Vec::new();
        let mut reduce = |front: &Front, mut whole: Vec<[f64; K]>| {
            let mut rest = whole.split_off(front.gone());
            front.reduce(&mut whole, &mut rest, transposed);
            gone.push(whole);
            rest
        };
        for (column, front) in fronts.elements.iter().enumerate() {
            let start = plan.at(column, strip);
            let whole = plan.order.iter().map(|&node| load[start + node]).collect();
            kept.push(reduce(front, whole));
        }
        for (merge, front) in plan.merges.iter().zip(&fronts.merges) {
            let mut whole = vec![[0.0; K]; merge.size];
            for (part, places) in &merge.parts {
                for (value, &place) in std::mem::take(&mut kept[*part]).iter().zip(places) {
                    add(&mut whole[place..=place], &[*value]);
                }
            }
            kept.push(reduce(front, whole));
        }
        let mut whole = kept.pop().unwrap_or_default();
        if !plan.upwards(strip) {
            whole.rotate_left(plan.line);
        }
        add(&mut whole, carried);
        carried.copy_from_slice(&reduce(&fronts.line, whole));
        gone
    }

    /// All nodes of a strip from its inner line; the outer line is returned.
    fn complete_strip<const K: usize>(
        &self,
        strip: usize,
        loads: Option<Vec<Vec<[f64; K]>>>,
        inner: &[[f64; K]],
        transposed: bool,
        solution: &mut [[f64; K]],
    ) -> Vec<[f64; K]> {
        let (plan, fronts) = (&self.plan, &self.strips[strip]);
        let mut loads = loads.map(Vec::into_iter);
        let mut complete = |front: &Front, kept: &[[f64; K]]| {
            let load = loads.as_mut().and_then(DoubleEndedIterator::next_back);
            let mut gone = load.unwrap_or_else(|| vec![[0.0; K]; front.gone()]);
            front.complete(&mut gone, kept, transposed);
            gone
        };
        let outer = complete(&fronts.line, inner);
        let whole: Vec<[f64; K]> = if plan.upwards(strip) {
            outer.iter().chain(inner).copied().collect()
        } else {
            inner.iter().chain(&outer).copied().collect()
        };
        let mut kept: Vec<Vec<[f64; K]>> = vec![Vec::new(); plan.columns + plan.merges.len()];
        kept[plan.columns + plan.merges.len() - 1] = whole;
        for (index, (merge, front)) in plan.merges.iter().zip(&fronts.merges).enumerate().rev() {
            let rest = std::mem::take(&mut kept[plan.columns + index]);
            let mut whole = complete(front, &rest);
            whole.extend(rest);
            for (part, places) in &merge.parts {
                kept[*part] = places.iter().map(|&place| whole[place]).collect();
            }
        }
        for (column, front) in fronts.elements.iter().enumerate().rev() {
            let interior = complete(front, &kept[column]);
            let start = plan.at(column, strip);
            for (&node, value) in plan.order.iter().zip(interior.iter().chain(&kept[column])) {
                solution[start + node] = *value;
            }
        }
        outer
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
/// would compete with it. (Compare the algorithm of Grassmann, Taksar and Heyman for Markov chains.)
fn conserve(part: &mut Part) {
    let one = &part.one;
    let square: f64 = one.iter().map(|n| n * n).sum();
    if square == 0.0 {
        return;
    }
    for j in part.gone..part.matrix.ncols() {
        let column = &mut part.matrix.col_as_slice_mut(j)[part.gone..];
        let [lost] = dot(one, column.as_chunks().0);
        let lost = lost / square;
        for (entry, n) in column.iter_mut().zip(one) {
            *entry -= n * lost;
        }
    }
}

/// A matrix whose first unknowns are gone, with the test function 1 at the others.
struct Part {
    matrix: Mat<f64>,
    gone: usize,
    one: Vec<f64>,
}

impl Part {
    fn empty(size: usize) -> Self {
        Self { matrix: Mat::zeros(size, size), gone: 0, one: vec![0.0; size] }
    }

    /// Column j of what is left.
    fn column(&self, j: usize) -> &[f64] {
        &self.matrix.col_as_slice(self.gone + j)[self.gone..]
    }

    /// Add another, whose unknowns have these places here.
    fn add(&mut self, other: &Self, places: &[usize]) {
        for (j, &place) in places.iter().enumerate() {
            let target = self.matrix.col_as_slice_mut(place);
            for (entry, &row) in other.column(j).iter().zip(places) {
                target[row] += entry;
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

impl Plan {
    fn factor_strip<'a>(
        &self,
        strip: usize,
        carried: &Part,
        element: impl Fn(usize) -> (Mat<f64>, &'a [f64]),
    ) -> (Strip, Part) {
        let mut parts: Vec<Option<Part>> = Vec::new();
        let mut elements = Vec::new();
        for column in 0..self.columns {
            let (matrix, scales) = element(column);
            let one = |&node: &usize| if self.open { 0.0 } else { 1.0 / scales[node] };
            let one = self.order.iter().map(one).collect();
            let mut whole = Part { matrix, gone: 0, one };
            conserve(&mut whole);
            elements.push(whole.eliminate(self.interior()));
            parts.push(Some(whole));
        }
        let mut merges = Vec::new();
        for merge in &self.merges {
            let mut whole = Part::empty(merge.size);
            for (part, places) in &merge.parts {
                if let Some(part) = parts[*part].take() {
                    whole.add(&part, places);
                }
            }
            merges.push(whole.eliminate(merge.gone));
            parts.push(Some(whole));
        }
        let line = self.line;
        let mut whole = Part::empty(2 * line);
        let turn = if self.upwards(strip) { 0 } else { line };
        let places: Vec<usize> = (0..2 * line).map(|i| (i + turn) % (2 * line)).collect();
        if let Some(ring) = parts.pop().flatten() {
            whole.add(&ring, &places);
        }
        for j in 0..line {
            for (entry, carried) in whole.matrix.col_as_slice_mut(j).iter_mut().zip(carried.column(j)) {
                *entry += carried;
            }
        }
        let front = whole.eliminate(line);
        (Strip { elements, merges, line: front }, whole)
    }
}
