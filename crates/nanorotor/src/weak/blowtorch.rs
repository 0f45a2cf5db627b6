//! Find what the next order of the damping adds to running: the only rotation without a wind.
//!
//! | symbol | here    | meaning                                                              |
//! |--------|---------|----------------------------------------------------------------------|
//! | f      | `ln_f`  | the density of leading order, running to the side s = ±1             |
//! | β      | `slope` | −(ln f)′ = (A_g − s w L)/A_a                                         |
//! | h      |         | flux in energy at one angle, (g u − w) f + a u f′, with ∮ h dθ = 0   |
//! | f k    | `k`     | what f gains                                                         |
//!
//! On lines of constant energy the Klein–Kramers equation is exactly ∂_θ p = ∂_E[(g u − w) p + a u ∂_E p] with u = s sqrt(2(E − V)). So
//! p = f(1 + k) + Ψ_E + …, with Ψ = ∫_top^θ h, and that no probability flows along the energy needs
//!
//! s A_a f k′ = −∮ [(g u − w) Ψ_E + a u Ψ_EE] dθ.
//!
//! k = 0 at the highest top, from where Ψ is counted. Without a wind k is odd in s, and ⟨u⟩ = L ∫ (k₊ f₊ + …) dE/Z is of the first
//! order in the damping: the blowtorch.

use super::graph::{Graph, Stationary};
use super::passage::Node;

/// ⟨u⟩ of this order, f counted from the top at the left of the well number `from`, and what the largest k within the
/// layer of a width would add everywhere.
///
/// The second has the size of the next order, since the layer moves the energy at which k vanishes. k grows as x ln² x with
/// the energy x above the top in units of the barrier, so that it is no small part of the first where barriers are low.
pub(super) fn velocity(graph: &Graph<'_>, state: &Stationary, from: usize, width: f64) -> (f64, f64) {
    let edge = &graph.running;
    let nodes = path(graph, from);
    let length = graph.rotor.period;
    let (mut gained, mut moved) = (0.0, 0.0);
    for (sign, ln_f) in [1.0, -1.0].into_iter().zip(&state.running) {
        let at: Vec<Order> = edge.energies.iter().map(|energy| order(graph, &nodes, *energy, sign)).collect();
        let first = at.first().map_or(0.0, |order| order.carried);
        let (rest, _) = edge.upwards(0.0, |i| at[i].rest);
        let k = |i: usize| first - at[i].carried - rest[i];
        let f = |i: usize| ln_f[i].exp();
        gained += edge.integral(|i| sign * length * f(i) * k(i));
        gained -= state.velocity * edge.integral(|i| f(i) * (edge.passages[i].time * k(i) + at[i].mass));
        let within = edge.energies.iter().take_while(|energy| **energy < width).count();
        let largest = (0..within).map(|i| k(i).abs()).fold(0.0, f64::max);
        moved += largest * edge.integral(|i| length * f(i));
    }
    (gained, moved)
}

/// The nodes of a whole period in the order of θ, with the energy of their top.
fn path(graph: &Graph<'_>, from: usize) -> Vec<(f64, Node)> {
    let wells = &graph.slopes.wells;
    let mut nodes = Vec::new();
    for j in 0..wells.len() {
        let [left, right] = &wells[(from + j) % wells.len()];
        nodes.extend(left.nodes.iter().map(|node| (left.top_energy, *node)));
        nodes.extend(right.nodes.iter().rev().map(|node| (right.top_energy, *node)));
    }
    nodes
}

/// The terms of k′ at one energy: k′ = −`carried`′ − `rest`.
struct Order {
    carried: f64,
    rest: f64,
    /// ∮ Ψ_E/f dθ/|u|.
    mass: f64,
}

fn order(graph: &Graph<'_>, nodes: &[(f64, Node)], energy: f64, sign: f64) -> Order {
    let wind = graph.rotor.wind;
    let speeds: Vec<f64> =
        nodes.iter().map(|(top, node)| (2.0 * (energy - top + node.depth)).sqrt()).collect();
    let sum = |f: &dyn Fn(&Node, f64, usize) -> f64| -> f64 {
        nodes.iter().zip(&speeds).enumerate().map(|(i, ((_, node), u))| node.weight * f(node, *u, i)).sum()
    };
    let (friction, friction_slope) = (sum(&|n, u, _| n.damping * u), sum(&|n, u, _| n.damping / u));
    let (noise, noise_slope) = (sum(&|n, u, _| n.noise * u), sum(&|n, u, _| n.noise / u));
    let slope = (friction - sign * wind * graph.rotor.period) / noise;
    let bend = (friction_slope - slope * noise_slope) / noise;
    // h/f and its Ψ_E/f = ∫ (∂_E − β) h/f.
    let source = |node: &Node, u: f64| {
        let uneven = node.damping - slope * node.noise;
        let flux = sign * u * uneven - wind;
        sign * (uneven / u - u * bend * node.noise) - slope * flux
    };
    let gauss = &graph.slopes.resolution.gauss;
    let n = gauss.points();
    let mut psi = Vec::with_capacity(nodes.len());
    let mut start = 0.0;
    for (nodes, speeds) in nodes.chunks_exact(n).zip(speeds.chunks_exact(n)) {
        let half = nodes[0].1.weight / gauss.weights[0];
        let values: Vec<f64> =
            nodes.iter().zip(speeds).map(|((_, node), u)| half * source(node, *u)).collect();
        start = gauss.upwards(&values, start, &mut psi);
    }
    let carried = sum(&|n, u, i| n.noise * u * psi[i]);
    let other = sum(&|n, u, i| (n.damping * u - sign * wind - n.noise / u) * psi[i]);
    Order {
        carried: carried / noise,
        rest: (other + carried * (noise_slope / noise - slope)) / noise,
        mass: sum(&|_, u, i| psi[i] / u),
    }
}
