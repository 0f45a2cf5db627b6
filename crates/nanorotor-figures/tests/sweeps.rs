//! Check the figures chosen for sweeps: which there are, what they say, and that missing points stay missing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use nanorotor::results::{Results, Status};
use nanorotor::study::Study;
use nanorotor::sweep::compute;
use nanorotor::units::TIME_IN_NANOSECONDS;
use nanorotor_figures::{Format, NamedFigure, sweep_figures};

const PRESET: &str = include_str!("../../nanorotor/studies/preston2023.toml");
const SHORT: &str = "[simulate]\ntotal_time = \"40 ns\"\ndt = \"1000 au\"\n";

fn computed(what: &str, more: &str, sweep: &str) -> Results {
    let text = format!("{PRESET}\n[compute]\nwhat = {what}\n{more}\n[sweep]\n{sweep}\n");
    compute(&Study::from_toml(&text, "test", None).unwrap()).unwrap()
}

/// Rotation rates in revolutions per ns that no physics made, over axes of the given lengths.
fn made_up(lengths: &[usize], value: impl Fn(usize) -> f64) -> Results {
    let names = ["kT", "V", "E_1", "xi_solv"];
    let mut results = Results { swept: lengths.len(), ..Results::default() };
    for (name, length) in names.iter().zip(lengths) {
        results.numbers(name, (0..*length).map(|k| 0.1 + k as f64).collect());
    }
    let count = lengths.iter().product();
    let values = (0..count).map(|k| value(k) * TIME_IN_NANOSECONDS).collect();
    results.variable("rotation_rate", &names[..lengths.len()], values);
    results.point_status = vec![Status::Converged; count];
    results
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

fn names(figures: &[NamedFigure]) -> Vec<&str> {
    figures.iter().map(|figure| figure.name.as_str()).collect()
}

#[test]
fn a_sweep_over_the_voltage_shows_every_quantity_with_its_unit() {
    let results = computed(
        "[\"landscape\", \"rate\", \"simulate\"]",
        SHORT,
        "V = { from = \"0 eV\", to = \"4 eV\", points = 3 }",
    );
    let figures = sweep_figures(&results);
    assert_eq!(
        names(&figures),
        [
            "rotation_rate",
            "rotational_diffusion",
            "barrier",
            "mean_current",
            "mean_heat_current",
            "directionality",
            "power",
            "potential"
        ]
    );
    says(&figures[0], &["V (eV)", "R (revolutions/ns)", "deterministic", "trajectories"]);
    says(&figures[1], &["Deff (rad2/ns)"]);
    says(&figures[2], &["energy (eV)", "ΔU", "max kBTeff"]);
    says(&figures[3], &["mean I (µA)", "left = −right"]);
    says(&figures[4], &["mean J (105 eV/ns)", "left = right"]);
    says(&figures[5], &["Dir (%)", "full revolutions", "single periods"]);
    // Nothing is lifted against no load: neither power nor efficiency is drawn.
    assert!(figures[6].caption.starts_with("Electrical power against V."), "{}", figures[6].caption);
    says(&figures[7], &["V = 0 eV", "V = 2 eV", "V = 4 eV", "U (eV)", "kBTeff (eV)", "θ (rad)"]);
    assert!(figures[0].caption.contains("wide band from −10 eV"), "{}", figures[0].caption);
    for figure in &figures {
        assert_eq!(svg(figure), svg(figure));
        assert!(!figure.caption.contains("leave gaps"));
    }
}

#[test]
fn angles_are_fractions_of_pi_and_equal_ratios_a_logarithmic_axis() {
    let figures =
        sweep_figures(&computed("[\"rate\"]", "", "phi = { from = \"-pi/2\", to = \"pi/2\", points = 5 }"));
    says(&figures[0], &["−π/2", "0", "π/4", "φ (rad)"]);
    let inertia = "I = { from = \"4.5e3 au\", to = \"4.5e5 au\", points = 3, scale = \"log\" }";
    says(&sweep_figures(&computed("[\"rate\"]", "", inertia))[0], &["104", "105", "I (a.u.)"]);
}

#[test]
fn missing_points_leave_gaps_and_are_counted() {
    let mut results = made_up(&[7], |k| if k == 3 || k == 5 { f64::NAN } else { k as f64 });
    results.point_status[5] = Status::NotComputed("rate: not computed yet".into());
    results.point_status[3] = Status::Failed("rate: not converged".into());
    let figures = sweep_figures(&results);
    assert_eq!(names(&figures), ["rotation_rate"]);
    let caption = &figures[0].caption;
    assert!(
        caption.contains("2 of 7 points have no value (1 did not converge, 1 are not computed yet)"),
        "{caption}"
    );
    // The line from 0 to 2, and marks for 4 and 6, which stand alone.
    let svg = svg(&figures[0]);
    assert_eq!(svg.matches("stroke-width=\"1.1\"").count(), 1);
    let marks = svg.lines().filter(|line| line.starts_with("<path") && line.contains("Z\" fill=")).count();
    assert_eq!(marks, 2);
    let data = figures[0].figure.matplotlib("x").unwrap().data;
    assert_eq!(data.matches("nan").count(), 2);
}

#[test]
fn nothing_to_draw_gives_no_figure() {
    assert!(sweep_figures(&made_up(&[4], |_| f64::NAN)).is_empty());
    assert!(sweep_figures(&Results::default()).is_empty());
}

#[test]
fn two_long_axes_make_a_map_with_a_hatched_cell_for_each_missing_point() {
    let full = made_up(&[6, 8], |k| k as f64 - 20.0);
    let mut gap = made_up(&[6, 8], |k| if k == 13 { f64::NAN } else { k as f64 - 20.0 });
    gap.point_status[13] = Status::Failed("rate: not converged".into());
    let [full, gap] = [full, gap].map(|results| sweep_figures(&results).remove(0));
    let grey = |figure: &NamedFigure| svg(figure).matches("fill=\"#eeeeee\"").count();
    assert_eq!((grey(&full), grey(&gap)), (0, 1));
    says(&gap, &["kT", "V", "R (revolutions/ns)"]);
    assert!(gap.caption.contains("Hatched") && !full.caption.contains("Hatched"));
    // The first axis of the sweep is the abscissa, here kT with 6 values.
    let data = full.figure.matplotlib("map").unwrap().data;
    let column = |head: &str| {
        let place =
            data.lines().next().unwrap().split(',').position(|cell| cell.trim_matches('"').starts_with(head));
        let cells = data.lines().skip(1).filter_map(|row| row.split(',').nth(place.unwrap()));
        cells.filter_map(|cell| cell.parse::<f64>().ok()).collect::<Vec<_>>()
    };
    assert_eq!((column("a.x_edges kT").len(), column("a.y_edges V").len()), (7, 9));
    // A row of the map goes along kT: from one value to the next by the 8 values of V.
    assert!(full.caption.starts_with("Rotation rate R over kT and V."), "{}", full.caption);
    assert!(gap.caption.contains("1 of 48 points did not converge"), "{}", gap.caption);
    // Both signs: the middle of the bar is nearly white.
    assert!(svg(&full).contains("fill=\"#f5f5f5\"") || svg(&full).contains("fill=\"#f6f6f6\""));
}

#[test]
fn an_axis_without_effect_makes_no_map() {
    // Along V nothing changes: one curve over kT, not stripes.
    let figures = sweep_figures(&made_up(&[6, 8], |k| (k / 8) as f64));
    says(&figures[0], &["kT", "R (revolutions/ns)"]);
    assert!(!svg(&figures[0]).contains("fill=\"#f5f5f5\""));
    let caption = "Rotation rate R against kT; V has no effect on it.";
    assert!(figures[0].caption.starts_with(caption), "{}", figures[0].caption);
    let data = figures[0].figure.matplotlib("curve").unwrap().data;
    assert_eq!(data.lines().count(), 7, "{data}");
    // Nor does a short axis name curves that are one.
    let figures = sweep_figures(&made_up(&[3, 8], |k| (k % 8) as f64));
    assert!(figures[0].caption.contains("against V; kT has no effect"), "{}", figures[0].caption);
    assert!(!texts(&figures[0]).contains(&"kT = 0.1".to_owned()));
    // What neither axis changes has no figure, and what is missing somewhere has changed.
    assert!(sweep_figures(&made_up(&[6, 8], |_| 1.0)).is_empty());
    let gap = made_up(&[6, 8], |k| if k == 13 { f64::NAN } else { 1.0 });
    assert!(sweep_figures(&gap)[0].caption.contains("Hatched"));
    // Nor do small multiples.
    let figures = sweep_figures(&made_up(&[3, 6, 7], |k| (k % 7) as f64));
    let caption = "Rotation rate R against E_1; V has no effect on it, each panel at one kT.";
    assert!(figures[0].caption.starts_with(caption), "{}", figures[0].caption);
}

#[test]
fn maps_show_every_quantity_and_a_mirrored_pair_once() {
    let mut results = made_up(&[6, 6], |k| k as f64);
    results.names("lead", vec!["left".into(), "right".into()]);
    let axes = ["kT", "V"];
    let wave = |k: usize| 1.0 + (k as f64).sin();
    for name in ["rotational_diffusion", "barrier", "max_effective_temperature", "electrical_power", "power"]
    {
        results.variable(name, &axes, (0..36).map(wave).collect());
    }
    let mut efficiency = vec![f64::NAN; 36];
    efficiency[3..20].fill(0.5);
    results.variable("efficiency", &axes, efficiency);
    let both: Vec<f64> = (0..36).flat_map(|k| [wave(k), -wave(k)]).collect();
    results.variable("mean_current", &["kT", "V", "lead"], both);
    let figures = sweep_figures(&results);
    assert_eq!(
        names(&figures),
        [
            "rotation_rate",
            "rotational_diffusion",
            "barrier",
            "max_effective_temperature",
            "mean_current",
            "power",
            "electrical_power",
            "efficiency"
        ]
    );
    says(&figures[2], &["ΔU (eV)"]);
    says(&figures[4], &["left = −right", "mean I (104 µA)"]);
    assert!(
        figures[7].caption.contains("19 of 36 points have no such value and leave gaps"),
        "{}",
        figures[7].caption
    );
    // Three leads have a panel each.
    results.axes.last_mut().unwrap().coordinates =
        nanorotor::results::Coordinates::Names(vec!["left".into(), "right".into(), "tip".into()]);
    results.variables.last_mut().unwrap().values = (0..36).flat_map(|k| [wave(k), -1.5, 0.5]).collect();
    says(&sweep_figures(&results)[4], &["(a)", "(c)", "left", "right", "tip"]);
}

#[test]
fn a_driven_sweep_shows_tilted_potentials() {
    let wind = include_str!("../../nanorotor/studies/wind.toml");
    let (head, _) = wind.split_once("[sweep]").unwrap();
    let text = format!(
        "{head}[sweep]\nV = {{ values = [\"3 eV\"] }}\nload = {{ values = [\"0 eV\", \"5 meV\"] }}\n"
    );
    let figures = sweep_figures(&compute(&Study::from_toml(&text, "test", None).unwrap()).unwrap());
    let potential = figures.iter().find(|figure| figure.name == "potential").unwrap();
    says(potential, &["U − Wθ/L (eV)"]);
    assert!(potential.caption.contains("W is the work"), "{}", potential.caption);
    let still = sweep_figures(&computed("[\"landscape\"]", "", "V = { values = [\"3 eV\", \"4 eV\"] }"));
    says(still.last().unwrap(), &["U (eV)"]);
}

#[test]
fn a_short_axis_names_the_curves_of_a_family() {
    let figures = sweep_figures(&made_up(&[3, 8], |k| k as f64));
    says(&figures[0], &["kT = 0.1", "kT = 1.1", "kT = 2.1", "V"]);
    // Whichever axis is slower.
    says(&sweep_figures(&made_up(&[8, 3], |k| k as f64))[0], &["V = 0.1", "V = 2.1", "kT"]);
}

#[test]
fn more_axes_make_small_multiples_and_the_caption_says_what_is_left_out() {
    let figures = sweep_figures(&made_up(&[3, 3, 7], |k| k as f64));
    says(&figures[0], &["(a)", "(c)", "kT = 0.1", "kT = 2.1", "V = 1.1"]);
    assert!(!figures[0].caption.contains("left out"));
    let many = &sweep_figures(&made_up(&[5, 3, 6, 7], |k| (k as f64).sin()))[0];
    says(many, &["(l)", "kT = 0.1, V = 0.1", "kT = 4.1, V = 2.1"]);
    assert!(
        many.caption.contains("12 of 15 combinations are shown, evenly spread; the other 3 are left out")
    );
}

#[test]
fn a_single_point_has_its_landscape_and_its_stationary_state() {
    let results = computed("[\"landscape\", \"rate\"]", "", "V = { values = [\"3 eV\"] }");
    let figures = sweep_figures(&results);
    assert_eq!(names(&figures), ["landscape", "electrons", "stationary_state"]);
    says(
        &figures[1],
        &["J (105 eV/ns)", "n", "S (104 e²/ns)", "level 1", "level 2", "Fano factor", "left = right"],
    );
    assert!(figures[2].caption.contains("V = 3 eV."), "{}", figures[1].caption);
    let rate = sweep_figures(&computed("[\"rate\"]", "", "V = { values = [\"3 eV\"] }"));
    assert_eq!(names(&rate), ["stationary_state"]);
    says(&rate[0], &["p (rad−1)", "Tkin"]);
}
