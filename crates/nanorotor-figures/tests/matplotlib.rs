//! Check the matplotlib scripts of figures: Python can read them, and they name every column and label.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use nanorotor_figures::{
    Axis, ColourBar, Curve, Dash, Figure, HeatMap, Marker, MatplotlibFiles, Panel, Text, Width,
};

/// A figure with everything that a figure can have.
fn everything() -> Figure {
    let x: Vec<f64> = (0..40).map(|k| f64::from(k) * std::f64::consts::PI / 39.0).collect();
    let y: Vec<f64> = x.iter().map(|x| (2.0 * x).cos() - 0.2).collect();
    let mut gap = y.clone();
    gap[7] = f64::NAN;
    let shift = |by: f64| y.iter().map(|y| y + by).collect::<Vec<_>>();
    let shaded = Panel::new(Axis::angle("*θ*"), Axis::new("*k*_{B}*T* \"quoted\" \\", "eV"))
        .curve(
            Curve::line(x.clone(), y.clone()).shade(y.clone()).width(2.0).label(Text::plain("a shaded line")),
        )
        .curve(Curve::line(x.clone(), gap).shade(y.clone()).width(2.6).tag(Text::plain("5 $ \"eV\"\\")))
        .note(Text::markup("*φ* = −π/4"));
    let marked = Panel::new(Axis::angle("*θ*"), Axis::new("*R*", "ns^{−1}"))
        .curve(Curve::line(x.clone(), y.clone()).band(shift(-0.1), shift(0.1)).dash(Dash::Dashed))
        .curve(
            Curve::points(x.clone(), y.clone())
                .errors(vec![0.1; 40])
                .marker(Marker::Ring)
                .label(Text::plain("<user's> \\ $1_{2}, \"name\"")),
        );
    let log = Panel::new(Axis::new("*I*", "a.u.").log(), Axis::new("*R*", "").log())
        .curve(Curve::line(vec![1.0, 10.0, 1e5], vec![3.0, f64::NAN, 1e-4]).dash(Dash::DashDotted));
    let cells: Vec<f64> = (0..12).map(|k| if k == 5 { f64::NAN } else { f64::from(k) - 5.0 }).collect();
    let heat = Panel::new(Axis::new("*V*", "eV"), Axis::new("*E*_{1}", "eV"))
        .heat(HeatMap::new(vec![0.0, 1.0, 2.0, 4.0], vec![1.0, 2.0, 3.0], cells))
        .note(Text::plain("a note"));
    Figure::new(
        Width::DoubleColumn,
        vec![shaded, marked, log, heat, Panel::new(Axis::default(), Axis::default())],
    )
    .columns(2)
    .colour_bar(ColourBar::new(Axis::new("*k*_{B}*T*", "eV")).diverging())
}

/// Let Python parse a script from its standard input; it needs no package for that.
fn parse(script: &str) {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let mut child = Command::new(python)
        .args(["-c", "import ast, sys; ast.parse(sys.stdin.buffer.read())"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs {python}: {error}"));
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn scripts_are_python_whatever_the_names() {
    for stem in ["figure_4", "it's \"quoted\"", "back\\slash\\", "µ\nπ"] {
        parse(&everything().matplotlib(stem).unwrap().script);
    }
}

#[test]
fn scripts_read_every_column_and_no_other() {
    let MatplotlibFiles { script, data } = everything().matplotlib("all").unwrap();
    let header = data.lines().next().unwrap();
    let keys: Vec<&str> = header
        .split(',')
        .map(|cell| cell.trim_start_matches('"').split(' ').next().unwrap())
        .filter(|key| key.contains('.'))
        .collect();
    assert_eq!(keys.len(), 3 + 3 + 6 + 3 + 2 - 1 + 2, "{keys:?}");
    for key in &keys {
        assert!(script.contains(&format!("data[\"{key}\"]")), "{key} is never read");
    }
    for piece in script.split("data[\"").skip(1) {
        let key = piece.split('"').next().unwrap();
        assert!(keys.contains(&key), "{key} is in no header");
    }
}

#[test]
fn scripts_say_what_the_figure_says() {
    let script = everything().matplotlib("all").unwrap().script;
    for part in [
        "STEM = \"all\"",
        "178.0 * MM",
        "ax.set_xscale(\"log\")",
        "ax.set_yscale(\"log\")",
        "\"π/2\"",
        "shaded_line(ax, data[\"a1.x\"]",
        "linewidth=2.0, label=\"a shaded line\")",
        "ax.fill_between(",
        "yerr=data[\"b2.error\"]",
        "ax.pcolormesh(",
        "hatch=",
        "ax.legend(loc=\"upper ",
        "linestyle=(0, (4.5, 2.0))",
        "markerfacecolor=\"white\"",
        "Normalize(-6.0, 6.0)",
        "_restyled.pdf",
    ] {
        assert!(script.contains(part), "{part} is missing in\n{script}");
    }
}

#[test]
fn equal_figures_give_equal_scripts_and_broken_ones_none() {
    assert_eq!(everything().matplotlib("a"), everything().matplotlib("a"));
    let broken = Panel::new(Axis::default(), Axis::default()).curve(Curve::line(vec![1.0], vec![]));
    assert!(Figure::new(Width::SingleColumn, vec![broken]).matplotlib("a").is_err());
}
