//! Draw rotation rate and directionality against the moment of inertia: Figure 7 of Preston & Kosov (2023).

use nanorotor::results::Results;

use super::one_axis;
use super::rates::{BOTH, rate_panel};
use nanorotor_figures::Axis;
use nanorotor_figures::Colour;
use nanorotor_figures::Dash;
use nanorotor_figures::Panel;
use nanorotor_figures::Text;
use nanorotor_figures::show::reading::Reader;
use nanorotor_figures::show::sweep::{
    DIRECTIONALITY, DIRECTIONALITY_BY_HOPS, Quantity, ROTATION_RATE, line, measured,
};
use nanorotor_figures::{Curve, Marker};
use nanorotor_figures::{Figure, Width};
use nanorotor_figures::{FigureError, NamedFigure};

/// Label, colour and sign of the two counts.
pub(super) const COUNTS: [(Quantity, &str, Colour, Marker); 2] = [
    (DIRECTIONALITY, "full revolutions", Colour::PALETTE[2], Marker::Circle),
    (DIRECTIONALITY_BY_HOPS, "half revolutions", Colour::PALETTE[1], Marker::Ring),
];

/// Figure 7: rotation rate and directionality against the moment of inertia, at 5 V and φ = −π/4.
///
/// `curve` is the task `rate` swept over `I`, `passages` the same with passages counted, `points` the task `simulate`;
/// `overdamped_limit` is R for I → 0 in revolutions per ns.
///
/// # Errors
/// [`FigureError::Missing`] where the results have no such sweep or rate.
pub fn figure_7(
    curve: &Results,
    passages: Option<&Results>,
    points: Option<&Results>,
    overdamped_limit: Option<f64>,
) -> Result<NamedFigure, FigureError> {
    let exact = Reader::new(curve);
    let [passages, simulated] = [passages, points].map(|results| results.map(Reader::new));
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
         rings. Dihedral angle φ = −π/4, voltage 5 V. The paper does not state its range of I: this one is our choice.",
    );
    if passages.is_some() || simulated.is_some() {
        let mut panel = Panel::new(inertia(), Axis::new("Dir", "%")).height(40.0);
        for (quantity, label, colour, marker) in COUNTS {
            let mut label = Some(Text::plain(label));
            let mut curves = Vec::new();
            if let Some(exact) = &passages
                && let Some(values) = quantity.values(exact)
            {
                curves.extend(line(&one_axis(exact, "I")?.values, &values));
            }
            if let Some(simulated) = &simulated
                && let Some(found) = quantity.simulated(simulated)
            {
                curves.push(measured(&one_axis(simulated, "I")?.values, &found).marker(marker));
            }
            for curve in curves {
                // One name for the line and the points on it.
                let curve = curve.colour(colour);
                panel = panel.curve(match label.take() {
                    Some(label) => curve.label(label),
                    None => curve,
                });
            }
        }
        if panel.is_empty() {
            return Err(super::missing("directionality", "I"));
        }
        panels.push(panel);
        if simulated.is_some() {
            caption.push_str(BOTH);
        }
        caption.push_str(
            " Dir is counted by full revolutions and by half ones, the period of the potential; the paper does not define \
             one rotation.",
        );
    }
    caption.push_str(&exact.remarks(&["rotation_rate"]));
    let figure = Figure::new(Width::SingleColumn, panels).share_x();
    Ok(NamedFigure::new("figure_7", figure, caption))
}
