//! Draw every quantity of a sweep over one axis: curves without noise, trajectories as points with error bars.

use super::quantity::{
    BARRIER, CURRENT, DIFFUSION, DIRECTIONALITY, DIRECTIONALITY_BY_HOPS, EFFICIENCY, ELECTRICAL_POWER,
    HEAT_CURRENT, POWER, Quantity, ROTATION_RATE, TEMPERATURE,
};
use crate::page::colour::Colour;
use crate::page::scene::Dash;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::{Curve, Marker};
use crate::plot::figure::{Figure, Width};
use crate::plot::panel::Panel;
use crate::show::named::NamedFigure;
use crate::show::names;
use crate::show::reading::{Reader, SweptAxis};

/// The colour of trajectories beside a black curve.
const POINTS: Colour = Colour::PALETTE[1];

pub(super) fn figures(reader: &Reader<'_>) -> Vec<NamedFigure> {
    let Some(axis) = reader.axes.first() else { return Vec::new() };
    let over = names::symbol(&axis.name).unformatted();
    let mut figures = Vec::new();
    for quantity in [ROTATION_RATE, DIFFUSION] {
        if let Some(panel) = compared(reader, axis, quantity) {
            let both = quantity.values(reader).is_some() && quantity.simulated(reader).is_some();
            let how = if both {
                ": deterministic (line) and from trajectories (points, one standard error)"
            } else {
                ""
            };
            figures.push(single(
                reader,
                quantity,
                panel,
                &format!("{} against {over}{how}.", quantity.words),
            ));
        }
    }
    figures.extend(energies(reader, axis, &over));
    figures.extend(of_leads(reader, axis, CURRENT, &over, "positive where electrons leave the lead"));
    figures.extend(of_leads(reader, axis, HEAT_CURRENT, &over, "positive where heat leaves the lead"));
    figures.extend(directionality(reader, axis, &over));
    figures.extend(powers(reader, axis, &over));
    figures
}

fn single(reader: &Reader<'_>, quantity: Quantity, panel: Panel, caption: &str) -> NamedFigure {
    let figure = Figure::new(Width::SingleColumn, vec![panel.height(50.0)]);
    NamedFigure::new(
        quantity.figure(),
        figure,
        format!("{caption}{}", reader.remarks(&[quantity.known(reader)])),
    )
}

/// A curve through the values in the order of `x`; values alone between gaps get a mark of their own.
pub fn line(x: &[f64], y: &[f64]) -> Vec<Curve> {
    let (x, y) = sorted(x, y);
    let is_there = |k: Option<usize>| k.and_then(|k| y.get(k)).is_some_and(|value| value.is_finite());
    let alone: Vec<usize> = (0..y.len())
        .filter(|k| is_there(Some(*k)) && !is_there(k.checked_sub(1)) && !is_there(Some(k + 1)))
        .collect();
    let pick = |values: &[f64]| alone.iter().map(|k| values[*k]).collect::<Vec<_>>();
    let marks = Curve::points(pick(&x), pick(&y)).marker(Marker::Square);
    let mut curves = vec![Curve::line(x, y)];
    if !alone.is_empty() {
        curves.push(marks);
    }
    curves
}

/// Points with error bars; none where there is no value.
pub fn measured(x: &[f64], (values, errors): &(Vec<f64>, Vec<f64>)) -> Curve {
    Curve::points(x.to_vec(), values.clone()).errors(errors.clone())
}

fn sorted(x: &[f64], y: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut pairs: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs.into_iter().unzip()
}

fn labelled(mut curves: Vec<Curve>, label: Option<Text>, colour: Colour, dash: Dash) -> Vec<Curve> {
    if let (Some(label), Some(first)) = (label, curves.first_mut()) {
        *first = first.clone().label(label);
    }
    curves.into_iter().map(|curve| curve.colour(colour).dash(dash)).collect()
}

pub(super) fn with(panel: Panel, curves: Vec<Curve>) -> Panel {
    curves.into_iter().fold(panel, Panel::curve)
}

/// The panel of a quantity: its line, and the points of trajectories on it.
fn compared(reader: &Reader<'_>, axis: &SweptAxis, quantity: Quantity) -> Option<Panel> {
    let (exact, simulated) = (quantity.values(reader), quantity.simulated(reader));
    let mut panel = Panel::new(axis.axis(), quantity.axis(reader));
    let both = exact.is_some() && simulated.is_some();
    let name = |text: &str| both.then(|| Text::plain(text));
    if exact.is_none() && simulated.is_none() {
        return None;
    }
    if let Some(values) = exact {
        panel = with(
            panel,
            labelled(line(&axis.values, &values), name("deterministic"), Colour::BLACK, Dash::Solid),
        );
    }
    if let Some(found) = simulated {
        let points = measured(&axis.values, &found);
        panel = with(panel, labelled(vec![points], name("trajectories"), POINTS, Dash::Solid));
    }
    Some(panel)
}

/// Barrier and highest effective temperature: in one panel where one range shows both.
fn energies(reader: &Reader<'_>, axis: &SweptAxis, over: &str) -> Option<NamedFigure> {
    let curves = |quantity: Quantity| Some((quantity, quantity.values(reader)?));
    let found: Vec<(Quantity, Vec<f64>)> = [BARRIER, TEMPERATURE].into_iter().filter_map(curves).collect();
    let reach = |values: &[f64]| values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let reaches: Vec<f64> = found.iter().map(|(_, values)| reach(values)).collect();
    let alike = reaches.len() == 2 && (0.1..10.0).contains(&(reaches[0] / reaches[1]));
    let drawn = |k: usize, label: bool| {
        let (quantity, values) = &found[k];
        let (colour, dash) = [(Colour::BLACK, Dash::Solid), (POINTS, Dash::Dashed)][k];
        labelled(line(&axis.values, values), label.then(|| quantity.symbol()), colour, dash)
    };
    let panels: Vec<Panel> = if alike {
        let energy = Axis::of(Text::plain("energy"), reader.unit("barrier")).include_zero();
        vec![with(with(Panel::new(axis.axis(), energy), drawn(0, true)), drawn(1, true)).height(50.0)]
    } else {
        let panel = |k: usize| {
            let panel = Panel::new(axis.axis(), found[k].0.axis(reader).include_zero());
            with(panel, drawn(k, false)).height(36.0)
        };
        (0..found.len()).map(panel).collect()
    };
    let first = found.first()?.0;
    let and = if found.len() > 1 { " and highest effective temperature" } else { "" };
    let caption = format!("{}{and} against {over}.{}", first.words, reader.remarks(&[first.name]));
    Some(NamedFigure::new(first.name, Figure::new(Width::SingleColumn, panels).share_x(), caption))
}

/// A quantity of each lead.
fn of_leads(
    reader: &Reader<'_>,
    axis: &SweptAxis,
    quantity: Quantity,
    over: &str,
    sign: &str,
) -> Option<NamedFigure> {
    let parts = quantity.parts(reader);
    let mut panel = Panel::new(axis.axis(), quantity.axis(reader)).height(50.0);
    parts.first()?;
    for (k, (part, lead)) in parts.into_iter().enumerate() {
        let values = part.values(reader).unwrap_or_default();
        let colour = Colour::PALETTE[k % Colour::PALETTE.len()];
        let dash = Dash::ALL[k % Dash::ALL.len()];
        panel = with(panel, labelled(line(&axis.values, &values), lead, colour, dash));
    }
    let words = quantity.words;
    let caption = format!("{words} of each lead against {over}, {sign}.{}", reader.remarks(&[quantity.name]));
    Some(NamedFigure::new(quantity.name, Figure::new(Width::SingleColumn, vec![panel]), caption))
}

/// Both counts: without noise where passages were computed; of trajectories the values that lean on the rate without noise where
/// there are any, else the bare counts.
fn directionality(reader: &Reader<'_>, axis: &SweptAxis, over: &str) -> Option<NamedFigure> {
    let counts = [
        (DIRECTIONALITY, "directionality_revolution_raw", "full revolutions", Marker::Circle),
        (DIRECTIONALITY_BY_HOPS, "directionality_hop_raw", "single periods", Marker::Ring),
    ];
    let mut panel = Panel::new(axis.axis(), DIRECTIONALITY.axis(reader)).height(50.0);
    let (mut shown, mut bare, mut counted) = (Vec::new(), false, false);
    for (k, (quantity, raw, label, marker)) in counts.into_iter().enumerate() {
        let mut curves = Vec::new();
        if let Some(values) = quantity.values(reader) {
            shown.push(quantity.name);
            curves.extend(line(&axis.values, &values));
        }
        let of =
            |simulated| Quantity { simulated, ..quantity }.simulated(reader).map(|found| (simulated, found));
        if let Some((name, found)) = of(quantity.simulated).or_else(|| of(raw)) {
            bare |= name == raw;
            counted = true;
            shown.push(name);
            curves.push(measured(&axis.values, &found).marker(marker));
        }
        let colour = Colour::PALETTE[k + 1];
        panel = with(panel, labelled(curves, Some(Text::plain(label)), colour, Dash::Solid));
    }
    if shown.is_empty() {
        return None;
    }
    let ends =
        axis.values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(*x), h.max(*x)));
    let half = Curve::line(vec![ends.0, ends.1], vec![50.0, 50.0]).colour(Colour::GREY).dash(Dash::Dotted);
    let panel = panel.curve(half.width(0.7));
    let how = match (counted, bare) {
        (false, _) => ", deterministic",
        (true, true) => ", as counted; one standard error",
        (true, false) => ", with the net count from the deterministic rate; one standard error",
    };
    let caption = format!(
        "Share of forward rotations against {over}, counted by full revolutions and by single periods of the \
         potential{how}. The dotted line is no preference.{}",
        reader.remarks(&shown)
    );
    let figure = Figure::new(Width::SingleColumn, vec![panel]);
    Some(NamedFigure::new("directionality", figure, caption))
}

/// Powers and efficiency, those that are not zero everywhere.
fn powers(reader: &Reader<'_>, axis: &SweptAxis, over: &str) -> Option<NamedFigure> {
    let (mut panels, mut words, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for quantity in [POWER, ELECTRICAL_POWER, EFFICIENCY] {
        for (part, _) in quantity.parts(reader) {
            let values = part.values(reader).unwrap_or_default();
            let ordinate = Axis::of(part.symbol(), reader.unit(part.name));
            panels.push(with(Panel::new(axis.axis(), ordinate), line(&axis.values, &values)).height(32.0));
            words.push(part.words.to_lowercase());
            shown.push(part.name);
        }
    }
    let (last, before) = words.split_last()?;
    let list = if before.is_empty() { last.clone() } else { format!("{} and {last}", before.join(", ")) };
    let mut letters = list.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let caption = format!("{first}{} against {over}.{}", letters.as_str(), reader.remarks(&shown));
    Some(NamedFigure::new("power", Figure::new(Width::SingleColumn, panels).share_x(), caption))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_follow_the_abscissa_and_mark_values_that_stand_alone() {
        let nan = f64::NAN;
        let curves = line(&[3.0, 1.0, 2.0, 4.0, 5.0], &[30.0, 10.0, nan, 40.0, nan]);
        assert_eq!(curves.len(), 2);
        assert_eq!(curves[0].x, [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(curves[0].y[0..1], [10.0]);
        assert_eq!((curves[1].x.clone(), curves[1].y.clone()), (vec![1.0], vec![10.0]));
        assert_eq!(line(&[1.0, 2.0], &[1.0, 2.0]).len(), 1);
    }
}
