//! Write a scene as plain SVG 1.1: paths and texts, no style sheets, scripts, clips or links.

use std::fmt::Write as _;

use crate::page::colour::Colour;
use crate::page::format::HEAD;
use crate::page::scene::{Anchor, Item, Pen, Point, Scene};
use crate::page::text::Text;

/// Fonts of one metric, so that the layout holds with any of them.
const FAMILY: &str = "Liberation Sans, Arimo, Arial, Helvetica, sans-serif";

/// The SVG document of a scene, its size in millimetres.
pub(crate) fn write(scene: &Scene) -> Vec<u8> {
    let (width, height) = (decimal(scene.width), decimal(scene.height));
    let millimetres = |points: f64| decimal(points * 25.4 / 72.0);
    let mut out = format!(
        "{HEAD}width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <g font-family=\"{FAMILY}\" fill=\"none\" stroke-linejoin=\"round\">\n",
        millimetres(scene.width),
        millimetres(scene.height),
    );
    for item in &scene.items {
        match item {
            Item::Stroke { points, pen } => stroke(&mut out, points, pen),
            Item::Fill { points, colour } => {
                let _ = writeln!(out, "<path d=\"{}Z\" fill=\"{}\"/>", path(points), hex(*colour));
            }
            Item::Label { text, at, size, anchor, upward, colour } => {
                let [x, y] = at.map(decimal);
                let place = if *upward {
                    format!("transform=\"translate({x} {y}) rotate(-90)\"")
                } else {
                    format!("x=\"{x}\" y=\"{y}\"")
                };
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                // Without `preserve` some viewers drop the space beside a shifted run.
                let _ = writeln!(
                    out,
                    "<text xml:space=\"preserve\" {place} font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{}\">{}</text>",
                    decimal(*size),
                    hex(*colour),
                    runs(text, *size),
                );
            }
        }
    }
    out.push_str("</g>\n</svg>\n");
    out.into_bytes()
}

fn stroke(out: &mut String, points: &[Point], pen: &Pen) {
    let _ = write!(
        out,
        "<path d=\"{}\" stroke=\"{}\" stroke-width=\"{}\"",
        path(points),
        hex(pen.colour),
        decimal(pen.width)
    );
    let dashes: Vec<String> = pen.dash.pattern().iter().map(|length| decimal(*length)).collect();
    if !dashes.is_empty() {
        let _ = write!(out, " stroke-dasharray=\"{}\"", dashes.join(" "));
    }
    out.push_str("/>\n");
}

fn path(points: &[Point]) -> String {
    let mut out = String::new();
    for (k, point) in points.iter().enumerate() {
        let [x, y] = point.map(decimal);
        let _ = write!(out, "{}{x} {y}", if k == 0 { "M" } else { "L" });
    }
    out
}

/// The runs of a text, shifted by `dy`, which every viewer knows, unlike `baseline-shift`.
fn runs(text: &Text, size: f64) -> String {
    let (mut out, mut drop) = (String::new(), 0.0);
    for run in &text.runs {
        let letters = escaped(&run.letters);
        let shift = (run.level.drop() - drop) * size;
        drop = run.level.drop();
        let mut attributes = String::new();
        if run.italic {
            attributes.push_str(" font-style=\"italic\"");
        }
        if shift != 0.0 {
            let _ = write!(attributes, " dy=\"{}\"", decimal(shift));
        }
        if run.level.scale() != 1.0 {
            let _ = write!(attributes, " font-size=\"{}\"", decimal(run.level.scale() * size));
        }
        if attributes.is_empty() {
            out.push_str(&letters);
        } else {
            let _ = write!(out, "<tspan{attributes}>{letters}</tspan>");
        }
    }
    out
}

fn escaped(letters: &str) -> String {
    letters.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn hex(colour: Colour) -> String {
    let [r, g, b] = colour.rgb;
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A coordinate to a hundredth of a point (3.5 µm in print).
fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_xml_in_a_name_is_escaped() {
        let mut scene = Scene { width: 100.0, height: 50.0, items: Vec::new() };
        scene.label(Text::plain("<&\"lead\">"), [10.0, 10.0], 8.0, Anchor::Start);
        let svg = String::from_utf8(write(&scene)).unwrap();
        assert!(svg.contains("&lt;&amp;&quot;lead&quot;&gt;"));
        assert!(usvg::Tree::from_str(&svg, &usvg::Options::default()).is_ok());
    }

    #[test]
    fn a_subscript_comes_back_to_the_line() {
        let shifts = runs(&Text::markup("*k*_{B}*T*"), 10.0);
        assert_eq!(
            shifts,
            "<tspan font-style=\"italic\">k</tspan><tspan dy=\"2\" font-size=\"7.5\">B</tspan>\
             <tspan font-style=\"italic\" dy=\"-2\">T</tspan>"
        );
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!(
            [decimal(-0.001), decimal(1.5), decimal(20.0), decimal(0.126)],
            ["0", "1.5", "20", "0.13"]
        );
    }
}
