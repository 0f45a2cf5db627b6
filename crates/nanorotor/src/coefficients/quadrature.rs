//! Integrate many functions of the energy at once, panel by panel, to a stated accuracy.
//!
//! The panels are laid so that every pole of the integrand stays outside a fixed Bernstein ellipse of each panel, where
//! Gauss–Kronrod quadrature converges geometrically; panels whose error estimate is too large are then bisected.

use num_complex::Complex64;

use crate::error::{Error, Result};
use crate::instructions::Instructions;
use crate::quantity::in_practical_units;
use crate::scattering::{Energies, LANES, Lanes};

/// The accuracy asked of every integral, relative to the integral of the sizes of its terms.
pub const TOLERANCE: f64 = 1e-10;

/// An error below this (atomic units) is nothing, however small the integral: a coupling that stands still up to rounding
/// gives squares of rounding errors, of which no digit is right.
const NEGLIGIBLE: f64 = 1e-24;

/// The largest rounding error relative to what it is estimated from.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// The sum of the half axes of the Bernstein ellipse that must be free of poles.
const ELLIPSE: f64 = 2.2;

/// More panels than this are taken as a sign that the integral does not exist.
const MAX_PANELS: usize = 20_000;

/// So is a panel that is shorter than this fraction of its distance from the origin of energies.
const MIN_PANEL: f64 = 1e-14;

/// An integral with its error estimate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Integral {
    /// The value.
    pub value: f64,
    /// An estimate of the error: of the quadrature, at most [`TOLERANCE`] times `size`, and of the rounding of energies,
    /// which matters for levels many orders of magnitude narrower than their energy.
    pub error: f64,
    /// The integral of the sum of the sizes of the integrand's terms, at least ∫|integrand|.
    pub size: f64,
    /// The rounding error of the integrand, integrated, in units of ε.
    rounding: f64,
}

impl Integral {
    fn is_converged(&self) -> bool {
        self.error <= TOLERANCE * self.size + NEGLIGIBLE + self.noise()
    }

    /// Whether one of `panels` needs no bisection. Half of what the total is allowed is shared out, so that the total has
    /// converged where each of its panels is fine.
    fn is_fine(&self, total: &Self, panels: usize) -> bool {
        let share = 0.5 / panels as f64;
        self.error <= share * (TOLERANCE * total.size + NEGLIGIBLE) + self.noise()
    }

    /// An error that no finer panels can lower.
    fn noise(&self) -> f64 {
        ROUNDING * self.rounding
    }

    /// An integral known in closed form, to a rounding error in units of ε.
    pub(super) fn closed_form(value: f64, size: f64, rounding: f64) -> Self {
        Self { value, error: ROUNDING * rounding, size, rounding }
    }

    /// A value with its error, however it was found.
    pub(super) fn known(value: f64, error: f64) -> Self {
        Self { value, error, size: value.abs(), rounding: 0.0 }
    }

    /// The sum of two integrals.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            error: self.error + other.error,
            size: self.size + other.size,
            rounding: self.rounding + other.rounding,
        }
    }

    /// The integral times a constant.
    pub(super) fn scaled(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            error: self.error * factor.abs(),
            size: self.size * factor.abs(),
            rounding: self.rounding * factor.abs(),
        }
    }
}

/// An integrand at the energies of a block.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Sample {
    pub value: Lanes,
    /// The sum of the sizes of the terms that the value is summed from.
    pub size: Lanes,
    /// A bound on its rounding error beside those of the sum of its terms and of the energy, in units of ε.
    pub rounding: Lanes,
}

impl Sample {
    pub(super) const ZERO: Self = Self { value: [0.0; LANES], size: [0.0; LANES], rounding: [0.0; LANES] };
}

/// An energy from which others are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Where it lies (Ha).
    pub energy: f64,
    /// The error of the integrand from its rounding, relative and in units of ε.
    pub blur: f64,
}

/// Panels that follow each other, counted from one origin.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    origin: Origin,
    edges: Vec<f64>,
}

/// Panels from the first to the last breakpoint, every breakpoint among their edges; those that are closest to one of `origins` are
/// counted from it, without any from zero.
///
/// A pole z stays outside the ellipse with foci at the edges a, b of a panel when |z − a| + |z − b| ≥ s (b − a),
/// s = (ρ + 1/ρ)/2; solved for the largest b this is b − a = 2 (s |z − a| − (Re z − a))/(s² − 1).
pub(super) fn panels(breakpoints: &[f64], poles: &[Complex64], origins: &[Origin]) -> Vec<Stretch> {
    let mut targets = breakpoints.to_vec();
    targets.sort_by(f64::total_cmp);
    targets.dedup();
    let (Some(&first), Some(&last)) = (targets.first(), targets.last()) else {
        return Vec::new();
    };
    let mut origins: Vec<Origin> =
        origins.iter().copied().filter(|o| first < o.energy && o.energy < last).collect();
    origins.sort_by(|a, b| a.energy.total_cmp(&b.energy));
    origins.dedup_by_key(|o| o.energy);
    let mut floor = 0.0;
    if origins.is_empty() {
        floor = 1e-12 * (last - first);
        origins.push(Origin { energy: 0.0, blur: 0.0 });
    }
    let middle = |i: usize| 0.5 * (origins[i + 1].energy - origins[i].energy);
    let stretch = |(i, &origin): (usize, &Origin)| {
        let from = if i == 0 { first - origin.energy } else { -middle(i - 1) };
        let to = if i + 1 == origins.len() { last - origin.energy } else { middle(i) };
        let inside = targets.iter().map(|target| target - origin.energy).filter(|t| from < *t && *t < to);
        let targets: Vec<f64> = inside.chain([to]).collect();
        let poles = poles.iter().map(|z| z - origin.energy);
        Stretch { origin, edges: edges(from, &targets, &poles.collect::<Vec<_>>(), floor) }
    };
    origins.iter().enumerate().map(stretch).collect()
}

/// Edges of panels that avoid the poles; none stands closer than `floor`.
fn edges(from: f64, targets: &[f64], poles: &[Complex64], floor: f64) -> Vec<f64> {
    let mut edges: Vec<f64> = Vec::with_capacity(64);
    let s = 0.5 * (ELLIPSE + 1.0 / ELLIPSE);
    edges.push(from);
    let mut at = from;
    for &target in targets {
        let remainder = floor.max(1e-12 * (target - at));
        while at < target {
            let mut length = target - at;
            for z in poles {
                let (along, aside) = (z.re - at, z.im.abs().max(floor));
                let distance = (along * along + aside * aside).sqrt();
                length = length.min(2.0 * (s * distance - along) / (s * s - 1.0));
            }
            let next = at + length;
            // A remainder of rounding size belongs to the panel before it.
            at = if next > at && target - next > remainder { next } else { target };
            edges.push(at);
        }
    }
    edges
}

struct Panel {
    origin: Origin,
    left: f64,
    right: f64,
    integrals: Vec<Integral>,
}

/// Integrate over all panels, bisecting where the estimate asks for it.
///
/// `evaluate` adds the integrands at a block of energies to zeros, and their rounding errors where its second argument asks for
/// them: at one block of a panel, because they vary no faster than the poles of the integrand let them and only their size matters.
/// Only an `evaluate` that is `#[inline(always)]` itself is compiled for the widest instructions.
///
/// # Errors
/// [`Error::NotConverged`] naming the quantity, or what `evaluate` reports.
pub(super) fn integrate(
    quantity: &'static str,
    stretches: &[Stretch],
    count: usize,
    mut evaluate: impl FnMut(&Energies, bool, &mut [Sample]) -> Result<()>,
) -> Result<Vec<Integral>> {
    let instructions = Instructions::detect();
    let mut samples = vec![Sample::ZERO; count];
    let mut sums = vec![Sums::ZERO; count];
    let of_stretch = |s: &Stretch| s.edges.windows(2).map(|e| (s.origin, e[0], e[1])).collect::<Vec<_>>();
    let mut pending: Vec<(Origin, f64, f64)> = stretches.iter().flat_map(of_stretch).collect();
    let mut done: Vec<Panel> = Vec::with_capacity(pending.len());
    loop {
        for (origin, left, right) in pending.drain(..) {
            let (center, half) = (0.5 * (left + right), 0.5 * (right - left));
            sums.fill(Sums::ZERO);
            instructions.run(
                #[inline(always)]
                || -> Result<()> {
                    for (block, nodes) in RULE.iter().enumerate() {
                        let offset = nodes.position.map(|x| center + half * x);
                        samples.fill(Sample::ZERO);
                        evaluate(&Energies { origin: origin.energy, offset }, block == 0, &mut samples)?;
                        for (sum, sample) in sums.iter_mut().zip(&samples) {
                            sum.add(nodes, sample);
                        }
                    }
                    Ok(())
                },
            )?;
            // An energy is known to ε |ω| only, which a feature as narrow as its panel feels.
            let blur = origin.blur + left.abs().max(right.abs()) / (right - left);
            let integrals = sums.iter().map(|sum| sum.integral(half, blur)).collect();
            done.push(Panel { origin, left, right, integrals });
        }
        // The order in which they are summed does not depend on the order in which they were made.
        done.sort_by(|a, b| a.origin.energy.total_cmp(&b.origin.energy).then(a.left.total_cmp(&b.left)));
        let mut totals = vec![Integral::default(); count];
        for panel in &done {
            for (total, part) in totals.iter_mut().zip(&panel.integrals) {
                *total = total.plus(*part);
            }
        }
        let bounded = totals.iter().all(|total| total.noise().is_finite());
        if bounded && totals.iter().all(Integral::is_converged) {
            for total in &mut totals {
                total.error += ROUNDING * total.rounding;
            }
            return Ok(totals);
        }
        let too_short = |p: &Panel| p.right - p.left < MIN_PANEL * p.left.abs().max(p.right.abs());
        let exists = totals.iter().all(|total| total.error.is_finite());
        if !bounded || !exists || done.len() > MAX_PANELS || done.iter().any(too_short) {
            return Err(refusal(quantity, stretches, done.len()));
        }
        let panels = done.len();
        done.retain(|panel| {
            let mut parts = panel.integrals.iter().zip(&totals);
            let fine = parts.all(|(part, total)| total.is_converged() || part.is_fine(total, panels));
            if !fine {
                let middle = 0.5 * (panel.left + panel.right);
                pending.extend([(panel.origin, panel.left, middle), (panel.origin, middle, panel.right)]);
            }
            fine
        });
        // The sums of many panels round, too: what cannot be refined is not tried again and again.
        if pending.is_empty() {
            return Err(refusal(quantity, stretches, panels));
        }
    }
}

fn refusal(quantity: &'static str, stretches: &[Stretch], panels: usize) -> Error {
    let ends = stretches.iter().flat_map(|s| s.edges.iter().map(|edge| s.origin.energy + edge));
    let (low, high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), edge| (l.min(edge), h.max(edge)));
    Error::NotConverged {
        quantity,
        what: format!(
            "{panels} panels between {} and {} do not give ten digits",
            in_practical_units("energy", low),
            in_practical_units("energy", high)
        ),
        hint: "look for couplings or temperatures that differ by very many orders of magnitude".into(),
    }
}

/// The sums over the nodes of one panel, in lanes.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Sums {
    kronrod: Lanes,
    gauss: Lanes,
    size: Lanes,
    rounding: Lanes,
}

impl Sums {
    const ZERO: Self =
        Self { kronrod: [0.0; LANES], gauss: [0.0; LANES], size: [0.0; LANES], rounding: [0.0; LANES] };

    #[inline(always)]
    fn add(&mut self, nodes: &Nodes, sample: &Sample) {
        for k in 0..LANES {
            self.kronrod[k] += nodes.kronrod[k] * sample.value[k];
            self.gauss[k] += nodes.gauss[k] * sample.value[k];
            self.size[k] += nodes.kronrod[k] * sample.size[k];
            self.rounding[k] += nodes.kronrod[k] * sample.rounding[k];
        }
    }

    /// The Kronrod sum, with the error estimate from the Gauss sum inside it.
    ///
    /// For an analytic integrand the 15 Gauss nodes leave an error about ρ^−30 and the 31 Kronrod nodes about ρ^−46, so that the
    /// 3/2 power of the difference, with a factor 10 of reserve, stands above the error of the Kronrod sum.
    fn integral(&self, half: f64, blur: f64) -> Integral {
        let [value, gauss, size, rounding] = [&self.kronrod, &self.gauss, &self.size, &self.rounding]
            .map(|sum| half * sum.iter().sum::<f64>());
        // One block stands for all.
        let rounding = RULE.len() as f64 * rounding;
        let difference = (value - gauss).abs();
        let ratio = (10.0 * difference / size).min(1.0);
        let error = if difference == 0.0 { 0.0 } else { size * ratio * ratio.sqrt() };
        Integral { value, error, size, rounding: (1.0 + blur) * size + rounding }
    }
}

/// As many nodes of the 31-point Kronrod rule as there are lanes, from all over the panel, with the weights of the rule and of the
/// 15-point Gauss rule in it.
struct Nodes {
    position: Lanes,
    kronrod: Lanes,
    gauss: Lanes,
}

/// The whole rule; its last lane has no weight.
static RULE: [Nodes; 32 / LANES] = rule();

const fn rule() -> [Nodes; 32 / LANES] {
    let mut rule =
        [const { Nodes { position: [0.0; LANES], kronrod: [0.0; LANES], gauss: [0.0; LANES] } }; 32 / LANES];
    let mut i = 0;
    while i < 31 {
        // Nodes are listed from the end to the middle, weights with them.
        let j = if i <= 15 { i } else { 30 - i };
        let (nodes, lane) = (&mut rule[i % (32 / LANES)], i / (32 / LANES));
        nodes.position[lane] = if i < 15 {
            -NODES[i]
        } else if i > 15 {
            NODES[j]
        } else {
            0.0
        };
        nodes.kronrod[lane] = KRONROD[j];
        nodes.gauss[lane] = if j % 2 == 1 { GAUSS[j / 2] } else { 0.0 };
        i += 1;
    }
    rule
}

/// Positive nodes of the 31-point Kronrod rule, downwards; every second one is a Gauss node.
#[allow(clippy::excessive_precision, reason = "the published digits")]
const NODES: [f64; 15] = [
    0.998_002_298_693_397_060_285,
    0.987_992_518_020_485_428_490,
    0.967_739_075_679_139_134_257,
    0.937_273_392_400_705_904_308,
    0.897_264_532_344_081_900_883,
    0.848_206_583_410_427_216_201,
    0.790_418_501_442_465_932_968,
    0.724_417_731_360_170_047_416,
    0.650_996_741_297_416_970_534,
    0.570_972_172_608_538_847_537,
    0.485_081_863_640_239_680_694,
    0.394_151_347_077_563_369_897,
    0.299_180_007_153_168_812_167,
    0.201_194_093_997_434_522_301,
    0.101_142_066_918_717_499_027,
];

#[allow(clippy::excessive_precision, reason = "the published digits")]
const KRONROD: [f64; 16] = [
    0.005_377_479_872_923_348_988,
    0.015_007_947_329_316_122_538,
    0.025_460_847_326_715_320_187,
    0.035_346_360_791_375_846_222,
    0.044_589_751_324_764_876_608,
    0.053_481_524_690_928_087_265,
    0.062_009_567_800_670_640_285,
    0.069_854_121_318_728_258_710,
    0.076_849_680_757_720_378_894,
    0.083_080_502_823_133_021_038,
    0.088_564_443_056_211_770_647,
    0.093_126_598_170_825_321_225,
    0.096_642_726_983_623_678_505,
    0.099_173_598_721_791_959_332,
    0.100_769_845_523_875_595_045,
    0.101_330_007_014_791_549_017,
];

#[allow(clippy::excessive_precision, reason = "the published digits")]
const GAUSS: [f64; 8] = [
    0.030_753_241_996_117_268_355,
    0.070_366_047_488_108_124_709,
    0.107_159_220_467_171_935_012,
    0.139_570_677_926_154_314_448,
    0.166_269_205_816_993_933_553,
    0.186_161_000_015_562_211_027,
    0.198_431_485_327_111_576_456,
    0.202_578_241_925_561_272_881,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(edges: &[f64]) -> [Stretch; 1] {
        [Stretch { origin: Origin { energy: 0.0, blur: 0.0 }, edges: edges.to_vec() }]
    }

    fn integral(breakpoints: &[f64], poles: &[Complex64], f: impl Fn(f64) -> f64) -> Result<Integral> {
        let edges = panels(breakpoints, poles, &[]);
        integrate("test", &edges, 1, |energies, _, samples| {
            samples[0].value = energies.absolute().map(&f);
            samples[0].size = energies.absolute().map(|x| f(x).abs());
            Ok(())
        })
        .map(|all| all[0])
    }

    #[test]
    fn kronrod_is_exact_to_degree_46_and_gauss_to_29() {
        for degree in (0..=46).step_by(2) {
            let moment = |weights: fn(&Nodes) -> &Lanes| -> f64 {
                let terms = |nodes: &'static Nodes| weights(nodes).iter().zip(&nodes.position);
                RULE.iter().flat_map(terms).map(|(w, x)| w * x.powi(degree)).sum()
            };
            let exact = 2.0 / f64::from(degree + 1);
            assert!((moment(|nodes| &nodes.kronrod) - exact).abs() < 2e-15, "degree {degree}");
            assert_eq!((moment(|nodes| &nodes.gauss) - exact).abs() < 2e-15, degree <= 29, "degree {degree}");
        }
    }

    #[test]
    fn narrow_lorentzians_are_found_and_integrated() {
        for width in [1.0, 1e-3, 1e-6, 1e-7, 1e-9] {
            let pole = Complex64::new(0.3, -width);
            let found = integral(&[-10.0, 10.0], &[pole], |x| width / ((x - 0.3).powi(2) + width * width));
            let exact = (9.7 / width).atan() + (10.3 / width).atan();
            let found = found.expect("a Lorentzian converges");
            // Below a width of 1e-7 the rounding of 0.3 itself costs the tenth digit, and the error says so.
            assert!(
                width < 1e-7 || (found.value - exact).abs() < 1e-10 * exact,
                "width {width}: {found:?} {exact}"
            );
            assert!(
                (found.value - exact).abs() <= found.error + 1e-14 * exact,
                "width {width}: {found:?} {exact}"
            );
            assert!(found.error < 1e-6 * exact);
        }
    }

    #[test]
    fn lorentzians_of_any_width_keep_their_digits_where_energies_are_counted_from_them() {
        // Two of them, the second one close by.
        for (width, gap) in [(1e-3, 0.1), (1e-9, 1e-3), (1e-15, 1e-12), (1e-20, 1e-20), (1e-30, 0.1)] {
            let poles = [Complex64::new(0.3, -width), Complex64::new(0.3 + gap, -2.0 * width)];
            let origins = poles.map(|z| Origin { energy: z.re, blur: 0.0 });
            let lorentzian = |energies: &Energies, z: Complex64| {
                let from = z.re - energies.origin;
                energies.offset.map(|x| -z.im / ((x - from).powi(2) + z.im * z.im))
            };
            let found =
                integrate("test", &panels(&[-10.0, 10.0], &poles, &origins), 1, |energies, _, samples| {
                    let [a, b] = poles.map(|z| lorentzian(energies, z));
                    samples[0].value = std::array::from_fn(|k| a[k] - 0.5 * b[k]);
                    samples[0].size = std::array::from_fn(|k| a[k] + 0.5 * b[k]);
                    Ok(())
                });
            let whole = |z: Complex64| ((10.0 - z.re) / -z.im).atan() + ((10.0 + z.re) / -z.im).atan();
            let exact = whole(poles[0]) - 0.5 * whole(poles[1]);
            let found = found.expect("Lorentzians converge")[0];
            assert!((found.value - exact).abs() < 1e-12 && found.error < 1e-9, "{width}: {found:?} {exact}");
        }
    }

    #[test]
    fn a_pole_that_was_not_announced_is_found_by_bisection() {
        let found = integral(&[-1.0, 1.0], &[], |x| 1e-3 / (x * x + 1e-6)).expect("bisection finds it");
        assert!((found.value - 2.0 * 1e3_f64.atan()).abs() < 1e-9);
    }

    /// Two panels whose errors are each within what a panel may leave, although their sum is beyond ten digits and beyond the
    /// rounding: the left one errs by its rounding, the right one by its share.
    #[test]
    fn panels_that_are_fine_each_and_not_together_end() {
        let edges = [0.0, 1.0, 2.0];
        let wave = |x: f64| (43.0 * x).cos();
        let difference: f64 = RULE
            .iter()
            .flat_map(|nodes| (0..LANES).map(move |k| (nodes, k)))
            .map(|(n, k)| 0.5 * (n.kronrod[k] - n.gauss[k]) * wave(0.5 + 0.5 * n.position[k]))
            .sum();
        // A panel of size 1/2 errs by (10 ε difference)^(3/2) (1/2)^(-1/2).
        let amplitude = |error: f64| (error * 0.5f64.sqrt()).powf(2.0 / 3.0) / (10.0 * difference.abs());
        for (noise, share) in [(0.95, 0.2), (0.99, 0.249), (1.5, 0.2), (5.0, 0.249)] {
            let (left, right) = (amplitude(0.999 * noise * TOLERANCE), amplitude(share * TOLERANCE));
            let result = integrate("test", &stretch(&edges), 1, |energies, _, samples| {
                let omega = energies.absolute();
                samples[0].value =
                    omega.map(|x| 0.5 + if x < 1.0 { left * wave(x) } else { right * wave(x - 1.0) });
                samples[0].size = [0.5; LANES];
                // Without the energies' own rounding, which is small against it.
                samples[0].rounding = omega.map(|x| if x < 1.0 { noise * TOLERANCE / ROUNDING } else { 0.0 });
                Ok(())
            });
            let found = result.expect("the errors are within what rounding and ten digits allow")[0];
            let exact = 1.0 + (left + right) * 43.0f64.sin() / 43.0;
            assert!((found.value - exact).abs() <= found.error, "{found:?}");
            assert!(found.error >= (noise + share) * TOLERANCE, "{found:?}");
        }
    }

    #[test]
    fn an_integrand_without_any_bound_on_its_rounding_is_refused() {
        let result = integrate("test", &stretch(&[0.0, 1.0]), 1, |_, _, samples| {
            samples[0] = Sample { value: [1.0; LANES], size: [1.0; LANES], rounding: [f64::INFINITY; LANES] };
            Ok(())
        });
        assert!(result.is_err());
    }

    #[test]
    fn an_integral_that_does_not_exist_is_refused() {
        assert!(integral(&[-1.0, 1.0], &[], |x| 1.0 / (x - 0.1).abs()).is_err());
        assert!(integral(&[-1.0, 1.0], &[], |x| if x > 0.3 { f64::NAN } else { 1.0 }).is_err());
    }

    #[test]
    fn panels_hold_every_breakpoint_and_keep_their_order() {
        let poles = [Complex64::new(0.5, 1e-4), Complex64::new(5.0, 0.1)];
        let [Stretch { edges, .. }] = &panels(&[2.0, -1.0, 0.5, 0.5], &poles, &[])[..] else {
            panic!("one stretch")
        };
        assert!(edges.windows(2).all(|e| e[0] < e[1]));
        assert!([-1.0, 0.5, 2.0].iter().all(|b| edges.contains(b)));
    }
}
