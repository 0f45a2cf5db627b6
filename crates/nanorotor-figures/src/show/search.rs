//! Draw a search for the best motor: its values and parameters one evaluation after another, or the front between two objectives.

use crate::page::colour::Colour;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::{Curve, Marker};
use crate::plot::figure::{ColourBar, Figure, Width};
use crate::plot::panel::Panel;
use crate::show::names::{symbol, unit};

/// A column of the table of all points of a search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchColumn {
    /// The parameter or the formula.
    pub name: String,
    /// Its unit; empty for a pure number.
    pub unit: String,
    /// A value for each point; NaN where it was refused.
    pub values: Vec<f64>,
}

/// What a figure of a search shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchFigure {
    /// One objective, or two of a front, each with the errors of its values.
    pub objectives: Vec<(SearchColumn, Vec<f64>)>,
    /// For each objective whether more is better.
    pub is_maximized: Vec<bool>,
    /// The parameters.
    pub parameters: Vec<SearchColumn>,
    /// For each point whether it obeys every constraint.
    pub is_feasible: Vec<bool>,
    /// The place of the best point, or those of the points of the front in order.
    pub best: Vec<usize>,
    /// The place of the study's own values.
    pub own: Option<usize>,
}

/// All panels below the first share this height, and none is higher than 24 (mm).
const HEIGHT: f64 = 450.0;

/// The figure of a search, one column wide. With one objective: its value and the best so far against the number of the evaluation, and
/// below it the parameters, coloured by the value. With two: one against the other at all points (grey) and on the front, and
/// below it the parameters along the front; a ring is the study itself.
pub fn search_figure(data: &SearchFigure) -> Figure {
    match &data.objectives[..] {
        [one] => evaluations(data, one),
        [first, second] => front(data, first, second),
        _ => Figure::new(Width::SingleColumn, Vec::new()),
    }
}

fn axis(column: &SearchColumn) -> Axis {
    Axis::of(symbol(&column.name), unit(&column.unit))
}

/// A formula or quantity stands as it was written.
fn formula(column: &SearchColumn) -> Axis {
    Axis::of(Text::plain(&column.name.replace('_', " ")), unit(&column.unit))
}

fn lower_panels(data: &SearchFigure) -> f64 {
    (HEIGHT / data.parameters.len().max(1) as f64).min(24.0)
}

fn evaluations(data: &SearchFigure, (objective, _): &(SearchColumn, Vec<f64>)) -> Figure {
    let number: Vec<f64> = (1..=objective.values.len()).map(|k| k as f64).collect();
    let able = |k: usize| data.is_feasible.get(k).copied().unwrap_or(false);
    let feasible: Vec<f64> =
        objective.values.iter().enumerate().map(|(k, v)| if able(k) { *v } else { f64::NAN }).collect();
    let is_maximized = data.is_maximized.first().copied().unwrap_or(true);
    let better = |a: f64, b: f64| if is_maximized { a.max(b) } else { a.min(b) };
    let mut so_far = f64::NAN;
    let record: Vec<f64> = feasible
        .iter()
        .map(|&value| {
            // A maximum with NaN is the number.
            so_far = better(so_far, value);
            so_far
        })
        .collect();
    let x = || Axis::new("evaluation", "");
    let top = Panel::new(x(), formula(objective))
        .curve(Curve::points(number.clone(), feasible).colour(Colour::GREY))
        .curve(Curve::line(number.clone(), record));
    let place = |column: &SearchColumn| {
        Panel::new(x(), axis(column))
            .curve(Curve::points(number.clone(), column.values.clone()).shade(objective.values.clone()))
            .height(lower_panels(data))
    };
    let panels = std::iter::once(top).chain(data.parameters.iter().map(place)).collect();
    Figure::new(Width::SingleColumn, panels).share_x().colour_bar(ColourBar::new(formula(objective)))
}

fn front(
    data: &SearchFigure,
    (first, _): &(SearchColumn, Vec<f64>),
    (second, second_errors): &(SearchColumn, Vec<f64>),
) -> Figure {
    let at = |values: &[f64], places: &[usize]| -> Vec<f64> {
        places.iter().map(|&k| values.get(k).copied().unwrap_or(f64::NAN)).collect()
    };
    // Points far from the front would squeeze it into a corner.
    let shown: Vec<usize> = data.best.iter().copied().chain(data.own).collect();
    let is_near = |values: &[f64], k: usize| {
        let (low, high) = at(values, &shown)
            .into_iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let margin = 0.25 * (high - low);
        values.get(k).is_some_and(|value| (low - margin..=high + margin).contains(value))
    };
    let feasible: Vec<usize> = (0..data.is_feasible.len())
        .filter(|&k| data.is_feasible[k] && is_near(&first.values, k) && is_near(&second.values, k))
        .collect();
    let x = || at(&first.values, &data.best);
    let along = |values: &[f64]| Curve::line(x(), at(values, &data.best)).marker(Marker::Circle);
    let cloud = Curve::points(at(&first.values, &feasible), at(&second.values, &feasible));
    let top = Panel::new(formula(first), formula(second))
        .curve(cloud.colour(Colour::GREY))
        .curve(along(&second.values).errors(at(second_errors, &data.best)))
        .height(55.0);
    let own = |values: &[f64]| {
        let own: Vec<usize> = data.own.into_iter().collect();
        Curve::points(at(&first.values, &own), at(values, &own))
            .marker(Marker::Ring)
            .colour(Colour::PALETTE[1])
    };
    let panel = |column: &SearchColumn| {
        Panel::new(formula(first), axis(column))
            .curve(along(&column.values))
            .curve(own(&column.values))
            .height(lower_panels(data))
    };
    let panels =
        std::iter::once(top.curve(own(&second.values))).chain(data.parameters.iter().map(panel)).collect();
    Figure::new(Width::SingleColumn, panels).share_x()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;

    fn column(name: &str, values: &[f64]) -> SearchColumn {
        SearchColumn { name: name.into(), unit: String::new(), values: values.into() }
    }

    fn one() -> SearchFigure {
        SearchFigure {
            objectives: vec![(column("power", &[1.0, f64::NAN, 3.0, 9.0, 2.0]), vec![0.0; 5])],
            is_maximized: vec![true],
            parameters: vec![column("phi", &[0.1, 0.2, 0.3, 0.4, 0.5]), column("E_1", &[0.0; 5])],
            is_feasible: vec![true, false, true, false, true],
            best: vec![2],
            own: Some(0),
        }
    }

    #[test]
    fn the_best_so_far_counts_only_what_is_allowed() {
        let figure = search_figure(&one());
        assert_eq!(figure.panels.len(), 3);
        assert_eq!(figure.panels[0].curves[1].y, [1.0, 1.0, 3.0, 3.0, 3.0]);
        let least = search_figure(&SearchFigure { is_maximized: vec![false], ..one() });
        assert_eq!(least.panels[0].curves[1].y, [1.0; 5]);
        // Each point takes its own colour, and a refused one none.
        let svg = String::from_utf8(figure.render(Format::Svg).unwrap()).unwrap();
        let plain =
            search_figure(&SearchFigure { objectives: vec![(column("power", &[1.0; 5]), vec![])], ..one() });
        let same = String::from_utf8(plain.render(Format::Svg).unwrap()).unwrap();
        let colours = |svg: &str| {
            let mut all: Vec<&str> =
                svg.split("fill=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
            all.sort_unstable();
            all.dedup();
            all.len()
        };
        assert!(colours(&svg) > colours(&same), "{} {}", colours(&svg), colours(&same));
    }

    #[test]
    fn the_front_is_drawn_in_its_order_over_all_points() {
        let mut data = one();
        data.objectives.push((column("efficiency", &[5.0, f64::NAN, 1.0, 2.0, 4.0]), vec![0.1; 5]));
        data.is_maximized.push(true);
        data.best = vec![2, 4, 0];
        let figure = search_figure(&data);
        let curves = &figure.panels[0].curves;
        assert_eq!(curves.len(), 3);
        assert_eq!((&curves[1].x, &curves[1].y), (&vec![3.0, 2.0, 1.0], &vec![1.0, 4.0, 5.0]));
        assert_eq!(figure.panels[1].curves[0].y, [0.3, 0.5, 0.1]);
        assert!(figure.render(Format::Pdf).is_ok());
        // Without the start the point of the largest efficiency lies far from the front.
        data.best = vec![2, 4];
        data.own = None;
        assert_eq!(search_figure(&data).panels[0].curves[0].x, [3.0, 2.0]);
    }
}
