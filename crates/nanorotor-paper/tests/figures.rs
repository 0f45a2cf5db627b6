//! Check the figures of the paper: what they say, and what they need.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use nanorotor::results::Results;
use nanorotor::study::Study;
use nanorotor::sweep::compute;
use nanorotor_figures::{FigureError, Format, NamedFigure, Trajectory};
use nanorotor_paper::figures::{
    Counted, figure_2, figure_3, figure_4, figure_5, figure_6, figure_7, open_question,
};

const PRESET: &str = include_str!("../../nanorotor/studies/preston2023.toml");
const SHORT: &str = "[simulate]\ntotal_time = \"40 ns\"\ndt = \"1000 au\"\n";

fn computed(what: &str, more: &str, sweep: &str) -> Results {
    let text = format!("{PRESET}\n[compute]\nwhat = {what}\n{more}\n[sweep]\n{sweep}\n");
    compute(&Study::from_toml(&text, "test", None).unwrap()).unwrap()
}

fn svg(figure: &NamedFigure) -> String {
    String::from_utf8(figure.figure.render(Format::Svg).unwrap()).unwrap()
}

fn texts(figure: &NamedFigure) -> Vec<String> {
    let svg = svg(figure);
    let bodies = svg.lines().filter(|line| line.starts_with("<text"));
    bodies
        .map(|line| line.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect())
        .collect()
}

fn says(figure: &NamedFigure, labels: &[&str]) {
    let texts = texts(figure);
    for label in labels {
        assert!(texts.iter().any(|text| text == label), "{label} is missing in {}: {texts:?}", figure.name);
    }
}

#[test]
fn figures_2_and_3_name_every_potential() {
    let voltages =
        computed("[\"landscape\"]", "", "V = { values = [\"0 eV\", \"2 eV\", \"2.5 eV\", \"5 eV\"] }");
    says(&figure_2(&voltages).unwrap(), &["V = 0 V", "V = 2 V", "V = 2.5 V", "V = 5 V", "kBTeff (eV)"]);
    let angles = computed("[\"landscape\"]", "", "phi = { values = [0, \"pi/4\", \"-pi/4\", 1.3] }");
    says(&figure_3(&angles).unwrap(), &["φ = 0", "φ = π/4", "φ = −π/4", "φ = 1.3"]);
    let error = figure_3(&voltages).unwrap_err();
    assert!(matches!(&error, FigureError::Missing { .. }) && error.to_string().contains("phi"), "{error}");
}

#[test]
fn figures_4_to_7_show_both_routes() {
    let routes = |sweep: &str| (computed("[\"rate\"]", "", sweep), computed("[\"simulate\"]", SHORT, sweep));
    let (curve, points) = routes("phi = { from = \"-pi/2\", to = \"pi/2\", points = 3 }");
    let four = figure_4(&curve, Some(&points)).unwrap();
    says(&four, &["φ (rad)", "R (revolutions/ns)", "deterministic", "trajectories"]);
    assert!(!texts(&figure_4(&curve, None).unwrap()).contains(&"trajectories".to_owned()));
    assert!(figure_6(&curve, None).is_err());
    let trajectory = Trajectory { label: None, time: vec![0.0, 1.0], revolutions: vec![0.0, 1.0] };
    says(&figure_5(&[(-std::f64::consts::FRAC_PI_4, trajectory)]), &["φ = −π/4", "t (ns)"]);
    let (curve, points) = routes("V = { values = [\"2 eV\", \"5 eV\"] }");
    says(&figure_6(&curve, Some(&points)).unwrap(), &["V (V)", "R (revolutions/ns)"]);
    let inertias = "I = { values = [\"4.5e4 au\", \"4.5e5 au\"] }";
    let (curve, points) = routes(inertias);
    let passages = computed("[\"rate\"]", "[rate]\ntolerance = 1e-3\npassage = true\n", inertias);
    let seven = figure_7(&curve, Some(&passages), Some(&points), Some(106.35)).unwrap();
    // Lines alone, points alone, or neither.
    let panel = "Dir (%)".to_owned();
    for (passages, points) in [(Some(&passages), None), (None, Some(&points)), (None, None)] {
        let fewer = figure_7(&curve, passages, points, Some(106.35)).unwrap();
        assert_eq!(texts(&fewer).contains(&panel), passages.is_some() || points.is_some());
        assert_ne!(svg(&fewer), svg(&seven));
    }
    says(
        &seven,
        &[
            "I (a.u.; 105 a.u. = 2.55 × 10−46 kg m2)",
            "Dir (%)",
            "full revolutions",
            "half revolutions",
            "overdamped limit, I → 0",
        ],
    );
}

#[test]
fn the_open_question_shows_the_papers_value_and_both_counts() {
    let bottoms = "band_bottom = { values = [\"-5 eV\", \"-10 eV\", \"-30 eV\"] }";
    let curve = computed("[\"rate\"]", "", bottoms);
    let from_minimum = computed("[\"simulate\"]", SHORT, bottoms);
    let origins = format!("{SHORT}counter_origin = \"A\"\n");
    let from_each_origin =
        computed("[\"simulate\"]", &origins, &format!("{bottoms}\nA = {{ values = [0.1, 0.9] }}"));
    let figure = open_question(
        &curve,
        Some(Counted { from_minimum: &from_minimum, from_each_origin: &from_each_origin }),
    )
    .unwrap();
    says(
        &figure,
        &[
            "R (revolutions/ns)",
            "the paper’s 50.68 %",
            "full revolutions",
            "half revolutions",
            "ΔU (eV)",
            "depth of the band bottom (eV)",
        ],
    );
    let alone = open_question(&curve, None).unwrap();
    assert!(!texts(&alone).iter().any(|text| text.contains("revolutions") && !text.contains("/ns")));
    assert!(open_question(&from_minimum, None).is_err());
}
