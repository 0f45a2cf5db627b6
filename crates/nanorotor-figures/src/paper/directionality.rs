//! Draw how sure the direction is: Figure 7 of Preston & Kosov (2023), and what the paper leaves open.

use nanorotor::study::Results;

use super::one_axis;
use super::rates::{BOTH, rate_panel};
use crate::FigureError;
use crate::axis::Axis;
use crate::colour::Colour;
use crate::curve::{Curve, Marker};
use crate::figure::{Figure, Width};
use crate::panel::Panel;
use crate::reading::Reader;
use crate::scene::Dash;
use crate::sweep::{NamedFigure, Quantity, ROTATION_RATE, measured};
use crate::text::Text;

/// The share of forward rotations that the paper gives for the preset, in percent.
pub const PAPER_DIRECTIONALITY: f64 = 50.68;

/// Colours and signs of the two counts.
const COUNTS: [(&str, &str, Colour, Marker); 2] = [
    ("directionality_revolution", "full revolutions", Colour::PALETTE[2], Marker::Circle),
    ("directionality_hop", "half revolutions", Colour::PALETTE[1], Marker::Ring),
];

/// Figure 7: rotation rate and directionality against the moment of inertia, at 5 V and φ = −π/4.
///
/// `curve` is the task `rate` swept over `I`, `points` the task `simulate`; `overdamped_limit` is R for I → 0 in
/// revolutions per ns.
///
/// # Errors
/// [`FigureError::Missing`] where the results have no such sweep or rate.
pub fn figure_7(
    curve: &Results,
    points: Option<&Results>,
    overdamped_limit: Option<f64>,
) -> Result<NamedFigure, FigureError> {
    let exact = Reader::new(curve);
    let simulated = points.map(Reader::new);
    let over = one_axis(&exact, "I")?;
    let inertia = || match over.unit.as_str() {
        "au" => Axis::new("*I*", "a.u.; 10^{5} a.u. = 2.55 × 10^{−46} kg m^{2}").log(),
        _ => over.axis().log(),
    };
    let mut rate = Panel::new(inertia(), ROTATION_RATE.axis(&exact).log()).height(44.0);
    let ends = over.values.iter().fold((f64::INFINITY, 0.0_f64), |(l, h), x| (l.min(*x), h.max(*x)));
    if let Some(limit) = overdamped_limit {
        let guide = Curve::line(vec![ends.0, ends.1], vec![limit; 2]).colour(Colour::GREY).dash(Dash::Dashed);
        rate = rate.curve(guide.width(0.7).label(Text::markup("overdamped limit, *I* → 0")));
    }
    let mut panels = vec![rate_panel(&exact, simulated.as_ref(), "I", rate)?];
    let mut caption = String::from(
        "Rotation rate R and directionality Dir as functions of the moment of inertia; the last point is that of two phenyl \
         rings. Dihedral angle φ = −π/4, voltage 5 V.",
    );
    if let Some(simulated) = &simulated {
        let over = one_axis(simulated, "I")?;
        let mut panel = Panel::new(inertia(), Axis::new("Dir", "%")).height(40.0);
        for (name, label, colour, marker) in COUNTS {
            let quantity = Quantity { simulated: name, factor: 100.0, ..ROTATION_RATE };
            if let Some(found) = quantity.simulated(simulated) {
                let points = measured(&over.values, &found).marker(marker).colour(colour);
                panel = panel.curve(points.label(Text::plain(label)));
            }
        }
        if panel.curves.is_empty() {
            return Err(super::missing("directionality", "I"));
        }
        panels.push(panel);
        caption.push_str(BOTH);
        caption.push_str(
            " Dir is counted by full revolutions and by half ones, the period of the potential; the paper does not define \
             one rotation.",
        );
    }
    caption.push_str(&exact.remarks(&["rotation_rate"]));
    let figure = Figure::new(Width::SingleColumn, panels).share_x();
    Ok(NamedFigure::new("figure_7", figure, caption))
}

/// Directionality by one count for each band bottom, all in percent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CountOverOrigins {
    /// With the counter's origin at the minimum of the potential.
    pub value: Vec<f64>,
    /// One standard error of it.
    pub error: Vec<f64>,
    /// The lowest over all origins.
    pub lowest: Vec<f64>,
    /// The highest over all origins.
    pub highest: Vec<f64>,
}

/// What depends on the band bottom, which the paper does not state; one entry of each for each bottom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BandBottoms {
    /// The band bottom in eV, negative.
    pub bottom: Vec<f64>,
    /// Rotation rate in revolutions per ns.
    pub rotation_rate: Vec<f64>,
    /// Barrier of the potential in eV.
    pub barrier: Vec<f64>,
    /// Directionality counted by full revolutions.
    pub revolution: CountOverOrigins,
    /// Directionality counted by single periods of the potential.
    pub hop: CountOverOrigins,
}

/// The open question: rotation rate, directionality by both counts and barrier against the band bottom.
///
/// The abscissa is the depth of the bottom below the zero of energy, on a logarithmic axis since the torque grows with its
/// logarithm. Bands show the spread of the directionality over the counter's origin.
pub fn open_question_figure(bottoms: &BandBottoms) -> NamedFigure {
    let depth: Vec<f64> = bottoms.bottom.iter().map(|bottom| -bottom).collect();
    let abscissa = || Axis::new("depth of the band bottom", "eV").log();
    let line = |y: &[f64]| Curve::line(depth.clone(), y.to_vec());
    let rate = Panel::new(abscissa(), Axis::new("*R*", "revolutions/ns").include_zero()).height(34.0);
    let barrier = Panel::new(abscissa(), Axis::new("barrier", "eV").include_zero()).height(34.0);
    let mut counts = Panel::new(abscissa(), Axis::new("Dir", "%")).height(46.0);
    let ends = depth.iter().fold((f64::INFINITY, 0.0_f64), |(l, h), x| (l.min(*x), h.max(*x)));
    let paper =
        Curve::line(vec![ends.0, ends.1], vec![PAPER_DIRECTIONALITY; 2]).dash(Dash::Dashed).width(0.8);
    counts = counts.curve(paper.label(Text::plain("the paper's 50.68 %")));
    for ((_, label, colour, marker), count) in COUNTS.into_iter().zip([&bottoms.revolution, &bottoms.hop]) {
        if count.value.is_empty() {
            continue;
        }
        let mut curve = line(&count.value).colour(colour).marker(marker).width(0.9).label(Text::plain(label));
        if !count.lowest.is_empty() {
            curve = curve.band(count.lowest.clone(), count.highest.clone());
        }
        if !count.error.is_empty() {
            curve = curve.errors(count.error.clone());
        }
        counts = counts.curve(curve);
    }
    let panels =
        vec![rate.curve(line(&bottoms.rotation_rate)), counts, barrier.curve(line(&bottoms.barrier))];
    NamedFigure::new(
        "open_question",
        Figure::new(Width::SingleColumn, panels).share_x(),
        "What the paper leaves open: rotation rate R, directionality Dir and barrier against the depth of the band bottom below \
         the zero of energy, at 5 V and φ = −π/4. Dir is counted by full and by half revolutions, its pale bands the spread \
         over the origin of the counter, its points with one standard error where the origin is the minimum of the potential; \
         the dashed line is the paper's 50.68 %.",
    )
}
