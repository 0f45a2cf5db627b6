//! Choose the order in which the unknowns of a mesh are eliminated.
//!
//! Elements are joined in pairs to ever larger rectangles, and what lies between two of them goes: a side at constant angle or
//! a part of a line of constant v, whichever costs less (nested dissection). So it goes on for the velocities above the middle
//! line, and for those below, until rectangles close to rings and rings have joined. The middle line is left for last: there is
//! most of the density, and on either side of it the angle moves one way, so that no rectangle holds a trap.
//!
//! What goes at once has an even number of unknowns, but for a line all around the ring: transport alone is skew, and a skew
//! matrix of an odd number is singular. On a line all around the constant is the solution of transport.

use std::collections::HashMap;
use std::ops::Range;

/// The shape of a mesh and the order of elimination.
#[derive(Debug)]
pub(super) struct Plan {
    /// The number of elements in θ.
    pub(super) columns: usize,
    /// The number of elements in v.
    pub(super) strips: usize,
    /// Nodes per side of an element, P + 1.
    pub(super) nodes: usize,
    /// The nodes of an element, the interior first, then [lower | upper | left | right].
    pub(super) order: Vec<usize>,
    /// The steps below and above the middle line; each half leaves that line.
    pub(super) halves: [Vec<Step>; 2],
    /// How many unknowns a line has.
    pub(super) line: usize,
    /// Whether probability leaves, so that the equations are regular by themselves.
    pub(super) open: bool,
    /// Nodes of the middle line that are left for last.
    pub(super) held: Vec<usize>,
}

/// An element gives up its interior, or the last parts are joined and give up what is between them.
#[derive(Debug)]
pub(super) struct Step {
    /// (column, strip) of an element.
    pub(super) element: Option<(usize, usize)>,
    /// The places that the unknowns of the last parts take here.
    pub(super) parts: Vec<Vec<usize>>,
    /// How many unknowns go; they come first.
    pub(super) gone: usize,
    /// How many unknowns there are.
    pub(super) size: usize,
}

/// Elements side by side and on top of each other.
#[derive(Debug, Clone)]
struct Region {
    columns: Range<usize>,
    strips: Range<usize>,
}

/// How a region comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Split {
    /// It is one element.
    Element,
    /// From regions of less columns: this many and the rest.
    Columns(usize),
    /// From regions of less strips: this many, counted from the middle line, and the rest.
    Strips(usize),
    /// From the same with its outermost line.
    Outermost,
}

/// What the elimination of a region takes.
#[derive(Debug, Clone, Copy)]
struct Cost {
    operations: f64,
    numbers: f64,
    split: Split,
}

/// The shape of a region: columns, strips, and whether its outermost line is among the unknowns that go.
type Shape = (usize, usize, bool);

/// The place of a node that is not known yet.
const UNKNOWN: usize = usize::MAX;

/// Finds the cheapest way for each shape.
struct Search {
    columns: usize,
    degree: usize,
    known: HashMap<Shape, Option<Cost>>,
}

impl Search {
    fn new(columns: usize, degree: usize) -> Self {
        Self { columns, degree, known: HashMap::new() }
    }

    /// How many unknowns are on the boundary of a region.
    fn kept(&self, (columns, strips, outermost): Shape) -> usize {
        let p = self.degree;
        let lines = if outermost { 1 } else { 2 };
        if columns == self.columns {
            return lines * columns * p;
        }
        lines * (columns * p + 1) + 2 * (strips * p - usize::from(!outermost))
    }

    /// A step in which so many unknowns go.
    fn step(&self, shape: Shape, gone: usize) -> (f64, f64) {
        let (gone, kept) = (gone as f64, self.kept(shape) as f64);
        let operations = gone * gone * (2.0 / 3.0 * gone + 2.0 * kept) + 2.0 * gone * kept * kept;
        // Memory counts too: each entry is moved some times.
        (operations + 8.0 * (gone + kept).powi(2), gone * (gone + 2.0 * kept))
    }

    /// The cheapest way, if there is one in which even numbers go.
    fn cheapest(&mut self, shape: Shape) -> Option<Cost> {
        if let Some(known) = self.known.get(&shape) {
            return *known;
        }
        let (columns, strips, outermost) = shape;
        let p = self.degree;
        let closed = columns == self.columns;
        let mut best: Option<Cost> = None;
        let mut consider =
            |search: &mut Self, split: Split, parts: &[Shape], gone: usize, may_be_odd: bool| {
                if gone % 2 == 1 && !may_be_odd {
                    return;
                }
                let (mut operations, mut numbers) = search.step(shape, gone);
                for part in parts {
                    let Some(cost) = search.cheapest(*part) else { return };
                    operations += cost.operations;
                    numbers += cost.numbers;
                }
                if best.is_none_or(|best| operations < best.operations) {
                    best = Some(Cost { operations, numbers, split });
                }
            };
        let side = strips * p - usize::from(!outermost);
        if columns == 1 && strips == 1 && !outermost {
            consider(self, Split::Element, &[], (p - 1) * (p - 1), false);
        }
        if columns > 1 {
            let half = columns / 2;
            let parts = [(half, strips, outermost), (columns - half, strips, outermost)];
            consider(self, Split::Columns(half), &parts, if closed { 2 * side } else { side }, false);
        }
        for inner in strips / 2..=strips / 2 + 1 {
            if inner > 0 && inner < strips {
                let parts = [(columns, inner, false), (columns, strips - inner, outermost)];
                let line = if closed { columns * p } else { columns * p - 1 };
                consider(self, Split::Strips(inner), &parts, line, closed);
            }
        }
        if outermost && strips == 1 {
            let line = if closed { columns * p } else { columns * p - 1 };
            consider(self, Split::Outermost, &[(columns, strips, false)], line, closed);
        }
        self.known.insert(shape, best);
        best
    }
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

        let mut found = Self {
            columns,
            strips,
            nodes: n,
            order,
            halves: [vec![], vec![]],
            line: columns * p,
            open: false,
            held: Vec::new(),
        };
        let mut search = Search::new(columns, degree);
        let mut places = vec![0; found.line * (strips * p + 1)];
        for (half, strips) in [0..middle, middle..strips].into_iter().enumerate() {
            let mut steps = Vec::new();
            found.lay(
                &Region { columns: 0..columns, strips },
                half == 1,
                true,
                &mut search,
                &mut places,
                &mut steps,
            );
            found.halves[half] = steps;
        }
        found
    }

    /// A plan that leaves some nodes of the middle line for last.
    pub(super) fn holding(self, held: Vec<usize>) -> Self {
        Self { held, ..self }
    }

    /// A plan for equations that do not conserve probability.
    pub(super) fn open(columns: usize, strips: usize, middle: usize, degree: usize) -> Self {
        Self { open: true, ..Self::new(columns, strips, middle, degree) }
    }

    /// How many bytes the factors of a mesh take, to a few per cent.
    pub(super) fn bytes(columns: usize, strips: usize, degree: usize) -> usize {
        let mut search = Search::new(columns, degree);
        let line = (columns * degree) as f64;
        let halves = [strips / 2, strips - strips / 2].map(|strips| {
            let cost = search.cheapest((columns, strips, true));
            cost.map_or(f64::INFINITY, |cost| cost.numbers)
        });
        ((halves[0] + halves[1] + line * line) * size_of::<f64>() as f64) as usize
    }

    /// Write down the steps that eliminate a region; returns the nodes on its boundary.
    fn lay(
        &self,
        region: &Region,
        upwards: bool,
        outermost: bool,
        search: &mut Search,
        places: &mut [usize],
        steps: &mut Vec<Step>,
    ) -> Vec<usize> {
        let shape = (region.columns.len(), region.strips.len(), outermost);
        let split = search.cheapest(shape).map_or(Split::Element, |cost| cost.split);
        let boundary = self.boundary(region, upwards, outermost);
        if split == Split::Element {
            let interior = (self.nodes - 2).pow(2);
            let element = Some((region.columns.start, region.strips.start));
            steps.push(Step { element, parts: vec![], gone: interior, size: self.nodes.pow(2) });
            return boundary;
        }
        let (columns, strips) = (&region.columns, &region.strips);
        let parts = match split {
            Split::Columns(left) => {
                let cut = columns.start + left;
                let part = |columns| (Region { columns, ..region.clone() }, outermost);
                vec![part(columns.start..cut), part(cut..columns.end)]
            }
            Split::Strips(inner) => {
                let part = |strips, outermost| (Region { strips, ..region.clone() }, outermost);
                if upwards {
                    let cut = strips.start + inner;
                    vec![part(strips.start..cut, false), part(cut..strips.end, outermost)]
                } else {
                    let cut = strips.end - inner;
                    vec![part(cut..strips.end, false), part(strips.start..cut, outermost)]
                }
            }
            Split::Element | Split::Outermost => vec![(region.clone(), false)],
        };
        let parts: Vec<Vec<usize>> = parts
            .iter()
            .map(|(part, outermost)| self.lay(part, upwards, *outermost, search, places, steps))
            .collect();
        // The places of the boundary are known by what is not; those that go come first.
        for &node in parts.iter().flatten() {
            places[node] = UNKNOWN;
        }
        for &node in &boundary {
            places[node] = UNKNOWN - 1;
        }
        let mut gone = 0;
        for &node in parts.iter().flatten() {
            if places[node] == UNKNOWN {
                places[node] = gone;
                gone += 1;
            }
        }
        for (place, &node) in boundary.iter().enumerate() {
            places[node] = gone + place;
        }
        let size = gone + boundary.len();
        let parts = parts.iter().map(|nodes| nodes.iter().map(|&node| places[node]).collect()).collect();
        steps.push(Step { element: None, parts, gone, size });
        boundary
    }

    /// The nodes [lower | upper | left | right] on the boundary of a region.
    fn boundary(&self, region: &Region, upwards: bool, outermost: bool) -> Vec<usize> {
        let (p, line) = (self.nodes - 1, self.line);
        let (columns, strips) = (&region.columns, &region.strips);
        let closed = columns.len() == self.columns;
        let (low, high) = (strips.start * p, strips.end * p);
        let (has_lower, has_upper) = (upwards || !outermost, !upwards || !outermost);
        let along = columns.start * p..columns.end * p + usize::from(!closed);
        let mut nodes = Vec::new();
        for (level, has) in [(low, has_lower), (high, has_upper)] {
            if has {
                nodes.extend(along.clone().map(|k| level * line + k % line));
            }
        }
        if !closed {
            for k in [columns.start * p, columns.end * p] {
                let levels = low + usize::from(has_lower)..high + usize::from(!has_upper);
                nodes.extend(levels.map(|level| level * line + k % line));
            }
        }
        nodes
    }
}
