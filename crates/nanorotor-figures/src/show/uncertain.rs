//! Draw what uncertain parameters do to the rotation rate: samples against each of them, beside what its derivative tells.

use nanorotor::quantity::{System, output_unit};
use nanorotor::results::{Results, Samples};
use nanorotor::study::Study;
use nanorotor::units::Quantity;

use crate::page::colour::Colour;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::Curve;
use crate::plot::figure::{Figure, Width};
use crate::plot::panel::Panel;
use crate::show::names::{symbol, unit};

/// What a figure of uncertain parameters shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UncertainFigure {
    /// The unit of the rates.
    pub unit: String,
    /// R of the study.
    pub rate: f64,
    /// The bounds of two thirds of the samples.
    pub bounds: [f64; 2],
    /// R at each sample; NaN where there is none.
    pub rates: Vec<f64>,
    /// The parameters.
    pub parameters: Vec<UncertainParameter>,
}

/// A parameter that is not known for sure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UncertainParameter {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its value in the study.
    pub own: f64,
    /// ∂R/∂p.
    pub slope: f64,
    /// Its part of the variance.
    pub share: f64,
    /// Its value at each sample.
    pub values: Vec<f64>,
}

impl UncertainFigure {
    /// What is known of a study.
    pub fn of(study: &Study, results: &Results, samples: &Samples, system: System) -> Self {
        let (name, factor) =
            output_unit("rotation_rate").map_or(("", 1.0), |unit| (unit.name(system), unit.factor(system)));
        let number = |name: &str| {
            results.get(name).and_then(|of| of.values_in(system).first().copied()).unwrap_or(f64::NAN)
        };
        let shares = results.get("variance_share").map_or_else(Vec::new, |of| of.values.clone());
        let parameter = |(k, name): (usize, &String)| {
            let own = Quantity::new(1.0, study.unit(name)).value();
            UncertainParameter {
                name: name.clone(),
                unit: study.unit(name).text().into(),
                own: samples.own[k] / own,
                slope: samples.slopes[k] * own * factor,
                share: shares.get(k).copied().unwrap_or(f64::NAN),
                values: samples.places.iter().map(|place| place[k] / own).collect(),
            }
        };
        Self {
            unit: name.into(),
            rate: number("rotation_rate"),
            bounds: [number("lower_bound"), number("upper_bound")],
            rates: samples.rates.iter().map(|rate| rate * factor).collect(),
            parameters: samples.names.iter().enumerate().map(parameter).collect(),
        }
    }
}

/// The figure of uncertain parameters, one column wide: for each of them, the most to blame first, the samples (points), the line that
/// the derivative tells, and the band that holds two thirds of the samples. Where points follow the line the parameter is to blame.
pub fn uncertain_figure(data: &UncertainFigure) -> Figure {
    let mut order: Vec<&UncertainParameter> = data.parameters.iter().collect();
    order.sort_by(|a, b| b.share.total_cmp(&a.share));
    let panel = |parameter: &UncertainParameter| {
        let (low, high) = parameter
            .values
            .iter()
            .fold((parameter.own, parameter.own), |(low, high), x| (low.min(*x), high.max(*x)));
        let linear = |x: f64| data.rate + parameter.slope * (x - parameter.own);
        let [from, to] = data.bounds;
        let middle = 0.5 * (from + to);
        let share = format!("{} ({:.0} % of the variance)", parameter.name, 100.0 * parameter.share);
        Panel::new(
            Axis::of(symbol(&parameter.name), unit(&parameter.unit)),
            Axis::of(Text::markup("*R*"), unit(&data.unit)),
        )
        .curve(
            Curve::line(vec![low, high], vec![middle; 2])
                .colour(Colour::GREY)
                .width(0.0)
                .band(vec![from; 2], vec![to; 2]),
        )
        .curve(Curve::points(parameter.values.clone(), data.rates.clone()))
        .curve(Curve::line(vec![low, high], vec![linear(low), linear(high)]).label(Text::plain(&share)))
        .height(30.0)
    };
    Figure::new(Width::SingleColumn, order.into_iter().map(panel).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_to_blame_comes_first_with_its_line_and_samples() {
        let parameter = |name: &str, slope: f64, share: f64| UncertainParameter {
            name: name.into(),
            own: 1.0,
            slope,
            share,
            values: vec![0.0, 1.0, 3.0],
            ..UncertainParameter::default()
        };
        let data = UncertainFigure {
            rate: 2.0,
            bounds: [1.5, 2.5],
            rates: vec![1.0, 2.0, f64::NAN],
            parameters: vec![parameter("a", 0.1, 0.2), parameter("b", 0.5, 0.8)],
            unit: String::new(),
        };
        let figure = uncertain_figure(&data);
        let line = &figure.panels[0].curves[2];
        assert_eq!((&line.x, &line.y), (&vec![0.0, 3.0], &vec![1.5, 3.0]));
        assert_eq!(figure.panels[1].curves[1].x, [0.0, 1.0, 3.0]);
        assert_eq!(figure.panels[0].curves[0].band, Some((vec![1.5; 2], vec![2.5; 2])));
    }
}
