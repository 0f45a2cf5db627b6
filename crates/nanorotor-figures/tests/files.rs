//! Check the files of whole figures: well-formed, complete, deterministic, in every format.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::f64::consts::PI;

use nanorotor::quantity::System;
use nanorotor_figures::{
    Curve, Figure, FigureError, Format, LandscapeFigure, LeadValues, RateFigure, Text, TrajectoriesFigure,
    Trajectory, landscape_figure, rate_figure, trajectories_figure,
};

const POINTS: u32 = 96;

fn wave(mean: f64, swing: f64, phase: f64) -> Vec<f64> {
    theta().iter().map(|t| mean + swing * (2.0 * t + phase).cos()).collect()
}

fn theta() -> Vec<f64> {
    (0..POINTS).map(|k| PI * f64::from(k) / f64::from(POINTS)).collect()
}

fn landscape() -> LandscapeFigure {
    LandscapeFigure {
        units: System::Practical,
        theta: theta(),
        period: PI,
        potential: wave(0.04, 0.04, 2.5),
        effective_temperature: wave(0.036, 0.008, 0.3),
        torque: wave(0.0, 0.08, 1.0),
        total_torque: wave(0.0, 0.08, 1.0),
        friction: wave(1.1e-6, 0.9e-6, 0.1),
        environment_friction: vec![3.29e-3; POINTS as usize],
        diffusion: wave(6e-5, 5e-5, 0.4),
        currents: vec![
            LeadValues { lead: "left".into(), values: wave(8.0, 8.0, -1.0) },
            LeadValues { lead: "right".into(), values: wave(-8.0, 8.0, 2.1) },
        ],
        emissivities: vec![
            LeadValues { lead: "left".into(), values: wave(0.01, 0.1, -1.0) },
            LeadValues { lead: "right".into(), values: wave(-0.02, 0.2, 2.1) },
        ],
    }
}

fn figures() -> Vec<Figure> {
    let density = RateFigure {
        units: System::Practical,
        theta: theta(),
        period: PI,
        potential: wave(0.04, 0.04, 2.5),
        total_torque: wave(0.0, 0.08, 1.0),
        density: wave(0.32, 0.2, -0.6),
        kinetic_temperature: wave(0.033, 0.004, 0.2),
        effective_temperature: wave(0.036, 0.008, 0.3),
    };
    let time: Vec<f64> = (0..5000).map(|k| f64::from(k) * 0.002).collect();
    let walk = |speed: f64| time.iter().map(|t| speed * t + (7.0 * t).sin()).collect();
    let trajectory = |speed| Trajectory {
        label: Some(Text::markup("*φ* = −π/4")),
        time: time.clone(),
        revolutions: walk(speed),
    };
    let trajectories = TrajectoriesFigure { trajectories: vec![trajectory(1.2), trajectory(-0.8)] };
    vec![landscape_figure(&landscape()), rate_figure(&density), trajectories_figure(&trajectories)]
}

fn svg(figure: &Figure) -> String {
    String::from_utf8(figure.render(Format::Svg).unwrap()).unwrap()
}

/// The texts of an SVG in order, without their tags.
fn texts(svg: &str) -> Vec<String> {
    let bodies = svg.lines().filter(|line| line.starts_with("<text"));
    bodies
        .map(|line| line.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect())
        .collect()
}

#[test]
fn every_format_begins_with_its_magic_bytes() {
    for figure in figures() {
        for (format, magic) in
            [(Format::Svg, &b"<?xml"[..]), (Format::Pdf, b"%PDF-1."), (Format::Png, b"\x89PNG\r\n\x1a\n")]
        {
            let file = figure.render(format).unwrap();
            assert!(file.starts_with(magic) && file.len() > 5000, "{format:?}: {} bytes", file.len());
        }
    }
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    for figure in figures() {
        for format in Format::ALL {
            assert!(figure.render(format).unwrap() == figure.render(format).unwrap(), "{format:?}");
        }
    }
}

#[test]
fn svg_is_well_formed_and_as_wide_as_a_column() {
    for figure in figures() {
        let text = svg(&figure);
        let tree = usvg::Tree::from_str(&text, &usvg::Options::default()).unwrap();
        // 86 mm at the 96 pixels per inch of SVG.
        assert!((tree.size().width() - 86.0 / 25.4 * 96.0).abs() < 0.1, "{:?}", tree.size());
        assert!(text.starts_with("<?xml") && !text.contains("NaN") && !text.contains("inf"));
        for foreign in ["<style", "<script", "href", "url(", "clip-path"] {
            assert!(!text.contains(foreign), "{foreign} is not plain SVG");
        }
    }
}

#[test]
fn a_landscape_says_what_it_shows_and_in_which_units() {
    let texts = texts(&svg(&landscape_figure(&landscape())));
    for label in [
        "kBTeff (eV)",
        "U (eV)",
        "ξ (eV ps)",
        "D (10−4 eV² ps)",
        "I (µA)",
        "θ (rad)",
        "0",
        "π/4",
        "π/2",
        "3π/4",
        "π",
        "left",
        "right",
        "electrons",
        "environment",
        "(a)",
        "(b)",
        "(c)",
        "(d)",
    ] {
        assert!(texts.iter().any(|text| text == label), "{label} is missing among {texts:?}");
    }
}

#[test]
fn rate_and_trajectories_say_what_they_show() {
    let figures = figures();
    for (figure, labels) in [
        (&figures[1], ["U (eV)", "p (rad−1)", "kBT (eV)", "Tkin", "Teff"]),
        (&figures[2], ["t (ns)", "θ/2π (revolutions)", "φ = −π/4", "0", "10"]),
    ] {
        let texts = texts(&svg(figure));
        for label in labels {
            assert!(texts.iter().any(|text| text == label), "{label} is missing among {texts:?}");
        }
    }
}

#[test]
fn letters_are_seven_points_or_larger_on_the_line() {
    for figure in figures() {
        let svg = svg(&figure);
        let sizes = svg.lines().filter(|line| line.starts_with("<text")).map(|line| {
            let (_, rest) = line.split_once("font-size=\"").unwrap();
            rest.split_once('"').unwrap().0.parse::<f64>().unwrap()
        });
        for size in sizes {
            assert!(size >= 7.0, "{size} points");
        }
    }
}

#[test]
fn rounding_noise_of_currents_is_not_magnified() {
    let mut data = landscape();
    data.currents[0].values = wave(0.0, 3e-14, 0.0);
    data.currents[1].values = wave(0.0, -3e-14, 0.0);
    let texts = texts(&svg(&landscape_figure(&data)));
    assert!(texts.iter().any(|text| text == "I (µA)"), "{texts:?}");
}

#[test]
fn awkward_landscapes_can_be_drawn() {
    let mut negative = landscape();
    negative.friction = wave(-1e-7, 2e-6, 0.0);
    let mut gap = landscape();
    gap.potential[10] = f64::NAN;
    gap.effective_temperature[40] = f64::INFINITY;
    let mut tiny = landscape();
    tiny.diffusion = wave(0.0, 1e-300, 0.0);
    let mut huge = landscape();
    huge.potential = wave(0.0, 1e300, 0.0);
    let flat = LandscapeFigure { effective_temperature: vec![0.0272; POINTS as usize], ..landscape() };
    let one = LandscapeFigure {
        theta: vec![0.0],
        potential: vec![0.0],
        torque: vec![0.1],
        total_torque: vec![0.1],
        effective_temperature: vec![0.03],
        friction: vec![0.0],
        diffusion: vec![0.0],
        environment_friction: Vec::new(),
        currents: Vec::new(),
        emissivities: Vec::new(),
        ..landscape()
    };
    let markup = LandscapeFigure {
        currents: vec![LeadValues { lead: "<g>&\"\u{0}\u{ffff}".into(), values: wave(1.0, 1.0, 0.0) }],
        ..landscape()
    };
    for data in [negative, gap, tiny, huge, flat, one, LandscapeFigure::default(), markup] {
        let figure = landscape_figure(&data);
        let text = svg(&figure);
        assert!(usvg::Tree::from_str(&text, &usvg::Options::default()).is_ok(), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf"));
        assert!(figure.render(Format::Pdf).is_ok() && figure.render(Format::Png).is_ok());
    }
}

#[test]
fn columns_of_unlike_length_are_refused_with_both_numbers() {
    let mut data = landscape();
    data.diffusion.pop();
    let error = landscape_figure(&data).render(Format::Svg).unwrap_err();
    let (expected, found) = (POINTS as usize + 1, POINTS as usize);
    assert!(
        matches!(&error, FigureError::Lengths { expected: e, found: f, .. } if (*e, *f) == (expected, found))
    );
    assert!(!error.hint().is_empty());
}

#[test]
fn a_pdf_holds_its_letters_as_text() {
    let file = landscape_figure(&landscape()).render(Format::Pdf).unwrap();
    let text = String::from_utf8_lossy(&file);
    assert_eq!(text.matches("/ToUnicode").count(), 2, "one table for each of the two faces");
    assert_eq!(text.matches("/FontFile2").count(), 2);
    assert!(text.contains("/MediaBox [0 0 243.7"), "86 mm");
}

#[test]
fn points_with_errors_stand_on_the_axes_of_a_line() {
    use nanorotor_figures::{Axis, Panel, Width};
    let x: Vec<f64> = (0..7).map(f64::from).collect();
    let panel = |errors: Vec<f64>| {
        Panel::new(Axis::new("*V*", "V"), Axis::new("*R*", "ns^{−1}"))
            .curve(Curve::line(x.clone(), x.clone()))
            .curve(Curve::points(x.clone(), x.clone()).errors(errors))
    };
    let paths = |errors: Vec<f64>| {
        svg(&Figure::new(Width::DoubleColumn, vec![panel(errors)])).matches("stroke-width=\"0.7\"").count()
    };
    assert_eq!(paths(vec![0.0; 7]), 0);
    // A bar and its two ends a point.
    assert_eq!(paths(vec![0.5; 7]), 3 * 7);
}
