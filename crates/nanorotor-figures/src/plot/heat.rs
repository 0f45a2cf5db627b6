//! Describe and draw a map of cells coloured by their values.

use crate::error::FigureError;
use crate::page::colour::Colour;
use crate::page::scene::{Dash, Pen, Scene};
use crate::plot::axis::Scale;
use crate::plot::curve::clip;
use crate::plot::frame::{Frame, Shading};

/// Distance between the lines over cells without a value, in points.
const HATCH: f64 = 3.2;
/// Cells reach this far under the next ones, so that no seam shows between them.
const OVERLAP: f64 = 0.4;

/// Values over a grid of abscissae and ordinates; NaN shows as a hatched cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatMap {
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    pub(crate) values: Vec<f64>,
}

impl HeatMap {
    /// The map of `values` at the pairs of `x` and `y`, row by row: all of `x` at the first of `y`, then at the second.
    ///
    /// The coordinates may come in any order.
    pub fn new(x: Vec<f64>, y: Vec<f64>, values: Vec<f64>) -> Self {
        if values.len() != x.len() * y.len() {
            return Self { x, y, values };
        }
        let (columns, rows) = (rising(&x), rising(&y));
        let value = |(j, i): (usize, &usize)| values[j * x.len() + i];
        let values = rows.iter().flat_map(|j| columns.iter().map(move |i| (*j, i))).map(value);
        Self {
            values: values.collect(),
            x: columns.iter().map(|i| x[*i]).collect(),
            y: rows.iter().map(|j| y[*j]).collect(),
        }
    }

    /// Refuse a number of values that does not fill the grid.
    pub(crate) fn check(&self) -> Result<(), FigureError> {
        let (expected, found) = (self.x.len() * self.y.len(), self.values.len());
        if expected == found {
            return Ok(());
        }
        Err(FigureError::Lengths { what: "heat map".to_owned(), expected, found })
    }

    /// The sides of the columns on an axis of this scale, one more than columns.
    pub(crate) fn x_edges(&self, scale: Scale) -> Vec<f64> {
        edges(&self.x, scale)
    }

    /// The sides of the rows.
    pub(crate) fn y_edges(&self, scale: Scale) -> Vec<f64> {
        edges(&self.y, scale)
    }
}

/// The places of the values in rising order.
fn rising(values: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    places
}

/// Half way between neighbours, in equal steps or equal ratios; the outer cells are as wide as their inner half.
fn edges(centres: &[f64], scale: Scale) -> Vec<f64> {
    let log = scale == Scale::Log && centres.iter().all(|centre| *centre > 0.0);
    let there = |value: f64| if log { value.ln() } else { value };
    let back = |value: f64| if log { value.exp() } else { value };
    let centres: Vec<f64> = centres.iter().map(|centre| there(*centre)).collect();
    let ([first, ..], [.., last]) = (&centres[..], &centres[..]) else { return Vec::new() };
    let half = |pair: Option<&[f64]>| pair.map_or(0.5, |pair| (pair[1] - pair[0]) / 2.0);
    let (before, after) = (half(centres.windows(2).next()), half(centres.windows(2).last()));
    let between = centres.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    std::iter::once(first - before).chain(between).chain([last + after]).map(back).collect()
}

/// Draw the cells of a heat map over an abscissa and an ordinate of these scales.
pub(crate) fn draw(scene: &mut Scene, map: &HeatMap, [x, y]: [Scale; 2], frame: &Frame, shading: Shading) {
    let [left, top, right, bottom] = frame.edges();
    let columns: Vec<_> =
        map.x_edges(x).into_iter().map(|side| Some(frame.across(side)?.clamp(left, right))).collect();
    let rows: Vec<_> =
        map.y_edges(y).into_iter().map(|side| Some(frame.up(side)?.clamp(top, bottom))).collect();
    let mut empty = Vec::new();
    for (cells, sides) in map.values.chunks(map.x.len().max(1)).zip(rows.windows(2)) {
        let [Some(low), Some(high)] = [sides[0], sides[1]] else { continue };
        for (value, sides) in cells.iter().zip(columns.windows(2)) {
            let [Some(from), Some(to)] = [sides[0], sides[1]] else { continue };
            let Some((share, colours)) = shading.and_then(|(range, map)| Some((range.share(*value)?, map)))
            else {
                empty.push([from, high, to, low]);
                continue;
            };
            let (beyond, above) = ((to + OVERLAP).min(right), (high - OVERLAP).max(top));
            scene.fill(
                vec![[from, low], [beyond, low], [beyond, above], [from, above]],
                colours.colour(share),
            );
        }
    }
    for [from, high, to, low] in empty {
        scene.fill(vec![[from, low], [to, low], [to, high], [from, high]], Colour { rgb: [238; 3] });
        let pen = Pen { colour: Colour::GREY, width: 0.4, dash: Dash::Solid };
        // Lines at fixed places of the page run on from cell to cell.
        for k in ((from + high) / HATCH).ceil() as i64..=((to + low) / HATCH).floor() as i64 {
            let sum = k as f64 * HATCH;
            let ends = [[sum - low, low], [sum - high, high]].map(|point| Some((point, 0.0)));
            for piece in clip(&ends, [from, high, to, low]) {
                scene.stroke(piece.into_iter().map(|(point, _)| point).collect(), pen);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_meet_half_way_between_the_values() {
        assert_eq!(edges(&[0.0, 1.0, 3.0], Scale::Linear), [-0.5, 0.5, 2.0, 4.0]);
        assert_eq!(edges(&[2.0], Scale::Linear), [1.5, 2.5]);
        assert!(edges(&[], Scale::Linear).is_empty());
        let logarithmic = edges(&[1.0, 100.0], Scale::Log);
        for (edge, expected) in logarithmic.iter().zip([0.1, 10.0, 1000.0]) {
            assert!((edge / expected - 1.0).abs() < 1e-12, "{logarithmic:?}");
        }
    }

    #[test]
    fn coordinates_are_sorted_with_their_values() {
        let map = HeatMap::new(vec![2.0, 1.0], vec![5.0, 4.0, 6.0], vec![25.0, 15.0, 24.0, 14.0, 26.0, 16.0]);
        assert_eq!(map.x, [1.0, 2.0]);
        assert_eq!(map.y, [4.0, 5.0, 6.0]);
        assert_eq!(map.values, [14.0, 24.0, 15.0, 25.0, 16.0, 26.0]);
    }

    #[test]
    fn a_grid_that_is_not_full_is_refused_with_both_numbers() {
        let error = HeatMap::new(vec![1.0, 2.0], vec![1.0], vec![0.0]).check().unwrap_err();
        assert_eq!(error.to_string(), "heat map: 1 values for 2 abscissae");
    }
}
