//! Draw potentials coloured by the effective temperature for several points of a sweep.

use std::fmt::Write as _;

use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::Curve;
use crate::plot::figure::{ColourBar, Figure, Width};
use crate::plot::panel::Panel;
use crate::show::landscape::{DRIVEN, Period, TILTED, work};
use crate::show::named::NamedFigure;
use crate::show::reading::{Reader, spread};

/// The most potentials of a figure.
const MOST: usize = 6;

/// The potentials of a few points, spread over the sweep; `None` without the task `landscape`.
pub(super) fn figure(reader: &Reader<'_>) -> Option<NamedFigure> {
    let drawn = Drawn::new(reader)?;
    let has_values = |point: &usize| drawn.potential[*point].iter().any(|value| value.is_finite());
    let known: Vec<usize> = (0..reader.count()).filter(has_values).collect();
    let shown: Vec<usize> = spread(known.len(), MOST).into_iter().map(|place| known[place]).collect();
    let name = |point: usize| {
        let positions: Vec<Option<usize>> = reader.position(point).into_iter().map(Some).collect();
        reader.equations(&positions)
    };
    let figure = if reader.axes.len() == 1 {
        tagged(&drawn, &shown, &name)
    } else {
        let panels = shown.iter().map(|point| {
            Panel::new(Axis::angle("*θ*"), drawn.ordinate())
                .curve(drawn.curve(*point))
                .note(name(*point))
                .height(36.0)
        });
        let figure = Figure::new(Width::DoubleColumn, panels.collect()).columns(2).share_x().share_y();
        figure.colour_bar(drawn.bar())
    };
    let mut caption = String::from("Potential U against θ, coloured by the effective temperature.");
    if drawn.is_driven() {
        caption.push_str(DRIVEN);
    }
    if shown.len() < known.len() {
        let _ = write!(caption, " {} of {} points are shown, evenly spread.", shown.len(), known.len());
    }
    caption.push_str(&reader.remarks(&["potential"]));
    Some(NamedFigure::new("potential", figure, caption))
}

/// The potentials of these points in one panel, each named beside its curve; `None` without the task `landscape`.
pub fn tagged_potentials(
    reader: &Reader<'_>,
    points: &[usize],
    name: &dyn Fn(usize) -> Text,
) -> Option<Figure> {
    Some(tagged(&Drawn::new(reader)?, points, name))
}

fn tagged(drawn: &Drawn, points: &[usize], name: &dyn Fn(usize) -> Text) -> Figure {
    let panel = Panel::new(Axis::angle("*θ*"), drawn.ordinate()).height(70.0);
    let panel = points.iter().fold(panel, |panel, point| panel.curve(drawn.curve(*point).tag(name(*point))));
    Figure::new(Width::SingleColumn, vec![panel]).colour_bar(drawn.bar())
}

/// The data of all potentials.
struct Drawn {
    theta: Vec<f64>,
    period: f64,
    potential: Vec<Vec<f64>>,
    temperature: Vec<Vec<f64>>,
    /// What the drive does over a period at each point.
    work: Vec<f64>,
    unit: Text,
}

impl Drawn {
    fn new(reader: &Reader<'_>) -> Option<Self> {
        let (theta, period) = reader.theta()?;
        let potential = reader.rows("potential", &["theta"])?;
        let temperature = reader.rows("effective_temperature", &["theta"])?;
        let total_torque = reader.rows("total_torque", &["theta"]).unwrap_or_default();
        let mut work: Vec<f64> = total_torque.iter().map(|torque| work(torque, &[], period)).collect();
        work.resize(potential.len(), 0.0);
        Some(Self { theta, period, potential, temperature, work, unit: reader.unit("potential") })
    }

    fn is_driven(&self) -> bool {
        self.work.iter().any(|work| *work != 0.0)
    }

    fn curve(&self, point: usize) -> Curve {
        let closed = Period { theta: &self.theta, period: self.period };
        closed
            .tilted(&self.potential[point], self.work[point])
            .shade(Period::values(&self.temperature[point]))
            .width(2.2)
    }

    fn ordinate(&self) -> Axis {
        Axis::of(Text::markup(if self.is_driven() { TILTED } else { "*U*" }), self.unit.clone())
    }

    fn bar(&self) -> ColourBar {
        ColourBar::new(Axis::of(Text::markup("*k*_{B}*T*_{eff}"), self.unit.clone()))
    }
}
