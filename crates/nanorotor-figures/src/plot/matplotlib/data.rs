//! Write the data of a figure as one table with a column for every row of numbers.

use super::python::{name, unformatted};
use crate::plot::figure::Figure;

/// A column: its header, whose first word names it in the script, and its values.
struct Column {
    header: String,
    values: Vec<f64>,
}

/// The CSV text; shorter columns end in empty cells.
pub(super) fn write(figure: &Figure) -> String {
    let columns = columns(figure);
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(columns.iter().map(|column| &column.header));
    let rows = columns.iter().map(|column| column.values.len()).max().unwrap_or_default();
    for row in 0..rows {
        let cell = |column: &Column| match column.values.get(row) {
            Some(value) if value.is_nan() => "nan".into(),
            Some(value) => format!("{value:?}"),
            None => String::new(),
        };
        let _ = writer.write_record(columns.iter().map(cell));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn columns(figure: &Figure) -> Vec<Column> {
    let mut columns = Vec::new();
    let shade = figure.colour_bar.as_ref().map(|bar| unformatted(&bar.axis.title(0))).unwrap_or_default();
    for (place, panel) in figure.panels.iter().enumerate() {
        let (x, y) = (unformatted(&panel.x.title(0)), unformatted(&panel.y.title(0)));
        let mut add = |key: String, what: &str, values: &[f64]| {
            columns
                .push(Column { header: format!("{key} {what}").trim().to_owned(), values: values.to_vec() });
        };
        if let Some(map) = &panel.heat {
            let key = name(place);
            add(format!("{key}.x_edges"), &x, &map.x_edges(panel.x.scale));
            add(format!("{key}.y_edges"), &y, &map.y_edges(panel.y.scale));
            add(format!("{key}.values"), &format!("{shade}, row by row"), &map.values);
        }
        for (number, curve) in (1..).zip(&panel.curves) {
            let key = format!("{}{number}", name(place));
            let label = curve.label.as_ref().or(curve.tag.as_ref()).map(unformatted);
            let of = label.map_or_else(String::new, |label| format!(", {label}"));
            add(format!("{key}.x"), &x, &curve.x);
            add(format!("{key}.y"), &format!("{y}{of}"), &curve.y);
            let more = [
                ("error", "error of", curve.errors.as_ref()),
                ("low", "lower edge of", curve.band.as_ref().map(|band| &band.0)),
                ("high", "upper edge of", curve.band.as_ref().map(|band| &band.1)),
            ];
            for (short, long, values) in more {
                if let Some(values) = values {
                    add(format!("{key}.{short}"), &format!("{long} {y}{of}"), values);
                }
            }
            if let Some(values) = &curve.shade {
                add(format!("{key}.shade"), &format!("{shade}{of}"), values);
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::text::Text;
    use crate::plot::axis::Axis;
    use crate::plot::curve::Curve;
    use crate::plot::figure::Width;
    use crate::plot::panel::Panel;

    #[test]
    fn every_row_of_numbers_has_a_column_and_short_ones_end_empty() {
        let panel = Panel::new(Axis::new("*V*", "eV"), Axis::new("*R*", "ns^{−1}"))
            .curve(Curve::line(vec![0.0, 1e-7, 2.5], vec![1.0, f64::NAN, 3.0]).label(Text::plain("a, \"b\"")))
            .curve(Curve::points(vec![1.0], vec![2.0]).errors(vec![0.5]));
        let text = write(&Figure::new(Width::SingleColumn, vec![panel]));
        assert_eq!(
            text,
            "a1.x V (eV),\"a1.y R (ns^-1), a, \"\"b\"\"\",a2.x V (eV),a2.y R (ns^-1),a2.error error of R (ns^-1)\n\
             0.0,1.0,1.0,2.0,0.5\n1e-7,nan,,,\n2.5,3.0,,,\n"
        );
    }
}
