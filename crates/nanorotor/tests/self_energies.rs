//! Check leads whose self-energy is a table: against closed forms, against Green's functions, and what is wrong with a file.
#![cfg(feature = "netcdf")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use faer::Mat;
use faer::linalg::solvers::DenseSolveCore;
use nanorotor::coefficients::{Coefficients, Family};
use nanorotor::junction::{Band, Junction, Matrix, Shape};
use nanorotor::kramers;
use nanorotor::quantity::Task;
use nanorotor::results::{
    Measure, Options, Point, Results, SensitivityOptions, SimulationOptions, Watch, sensitivity_results,
    spectrum_results, uncertain_results,
};
use nanorotor::scattering::{Block, Energies, LANES, Scattering, Wanted};
use nanorotor::study::{Files, Length, Samples, Study, netcdf_of_energies};
use nanorotor::units::HARTREE_IN_EV;
use num_complex::Complex64;

const EV: f64 = 1.0 / HARTREE_IN_EV;

/// The preset with other lines for the bands and channels of its leads.
fn study(leads: [&str; 2], files: &Files) -> Result<Study, nanorotor::Error> {
    Study::from_files(&study_text(leads), "self-energies.toml", files)
}

fn study_text(leads: [&str; 2]) -> String {
    let preset = include_str!("../studies/preston2023.toml");
    let mut text = preset.replace("[band]\nbottom = \"band_bottom\"\n", "");
    let line = text.lines().find(|line| line.starts_with("band_bottom")).unwrap().to_owned();
    text = text.replace(&line, "");
    for (name, band) in ["left", "right"].iter().zip(leads) {
        let name = format!("name = \"{name}\"\n");
        text = text.replace(&name, &format!("{name}{band}\n"));
        if band.contains("self_energy") {
            let after = text.find(&name).unwrap();
            let at = after + text[after..].find("broadening = ").unwrap();
            let end = at + text[at..].find("site").unwrap();
            text.replace_range(at..end, "");
        }
    }
    text
}

/// A file of Σ (eV) of so many orbitals at energies (eV).
fn file(energies: &[f64], orbitals: usize, sigma: impl Fn(f64, usize, usize) -> Complex64) -> Vec<u8> {
    let pairs = || (0..orbitals).flat_map(|i| (0..orbitals).map(move |j| (i, j)));
    let values: Vec<Complex64> = energies
        .iter()
        .flat_map(|&energy| pairs().map(|(i, j)| sigma(energy, i, j)).collect::<Vec<_>>())
        .collect();
    let mut dimensions = vec![("energy".to_owned(), energies.len())];
    if orbitals > 1 {
        dimensions.extend([("orbital".to_owned(), orbitals), ("orbital_2".to_owned(), orbitals)]);
    }
    let samples = Samples {
        name: "self_energy".into(),
        dimensions,
        units: "eV".into(),
        re: values.iter().map(|z| z.re).collect(),
        im: Some(values.iter().map(|z| z.im).collect()),
    };
    netcdf_of_energies(energies, &[samples]).unwrap()
}

fn grid(from: f64, to: f64, count: u32) -> Vec<f64> {
    (0..=count).map(|i| from + (to - from) * f64::from(i) / f64::from(count)).collect()
}

/// Σ of a chain with its band from `center` − `half` to `center` + `half` and the maximum `gamma` of Γ.
fn chain(energy: f64, center: f64, half: f64, gamma: f64) -> Complex64 {
    let x = (energy - center) / half;
    let outside = (x * x - 1.0).max(0.0).sqrt().copysign(x);
    Complex64::new(0.5 * gamma * (x - outside), -0.5 * gamma * (1.0 - x * x).max(0.0).sqrt())
}

fn rate(study: &Study) -> Measure {
    study.rate().unwrap().number("rotation_rate").unwrap()
}

fn shapes(study: &Study) -> (Junction, Vec<Shape>) {
    let junction = study.resolve().unwrap().electrons().unwrap().junction().unwrap().clone();
    let Band::Shaped(shapes) = junction.band() else { unreachable!("no bands of their own") };
    let shapes = shapes.clone();
    (junction, shapes)
}

#[test]
fn a_lorentzian_is_recovered_exactly_however_far_the_file_reaches() {
    // Σ = (Γ_0 W/2)/(ω − ε + iW)
    let sigma = |gamma: f64| {
        file(&grid(-3.0, 2.0, 20), 1, move |energy, _, _| 2.0 * gamma / Complex64::new(energy + 0.5, 4.0))
    };
    let files = Files::default().holding("left.nc", sigma(0.272)).holding("right.nc", sigma(0.136));
    let table = study(["self_energy = \"left.nc\"", "self_energy = \"right.nc\""], &files).unwrap();
    let band = "lorentzian = { center = \"-0.5 eV\", half_width = \"4 eV\" }";
    let exact = study([band, band], &files).unwrap();
    let (a, b) = (rate(&table), rate(&exact));
    assert!((a.value - b.value).abs() < 1e-8 * b.value.abs(), "{a} {b}");
}

#[test]
fn a_chain_from_a_file_is_that_of_the_closed_form() {
    let energies = grid(-12.0, 12.0, 2400);
    let sigma = |gamma: f64| file(&energies, 1, move |energy, _, _| chain(energy, 0.0, 10.0, gamma));
    let files = Files::default().holding("left.nc", sigma(0.272)).holding("right.nc", sigma(0.136));
    let table = study(["self_energy = \"left.nc\"", "self_energy = \"right.nc\""], &files).unwrap();
    let band = "chain = { center = \"0 eV\", hopping = \"5 eV\" }";
    let (_, found) = shapes(&table);
    for shape in &found {
        // Re Σ follows from causality, to about the error of Γ.
        assert!(shape.error <= 0.02 && shape.real_error.unwrap() < 0.03, "{}", shape.words);
        assert_eq!(shape.sites.shift.norm_max(), 0.0);
    }
    let (a, b) = (rate(&table), rate(&study([band, band], &files).unwrap()));
    // Two fits of one band, each with the error that it states.
    let stated = a.error.unwrap() + b.error.unwrap();
    assert!((a.value - b.value).abs() < stated, "{a} {b}");
    assert!(stated < 0.2 * b.value, "{a} {b}");
}

#[test]
fn the_error_of_a_fit_is_in_that_of_the_rate() {
    let rate = |accuracy: &str| {
        let band = format!("chain = {{ center = \"0 eV\", hopping = \"5 eV\", accuracy = {accuracy} }}");
        rate(&study([&band, &band], &Files::default()).unwrap())
    };
    let (rough, fine) = (rate("0.1"), rate("0.01"));
    assert!(rough.error.unwrap() > 1e-6 * rough.value, "{rough}");
    assert!((rough.value - fine.value).abs() < rough.error.unwrap() + fine.error.unwrap(), "{rough} {fine}");
    assert!(fine.error < rough.error, "{rough} {fine}");
}

/// The error of a rough fit that results of every kind state is that of a fit, and covers what a better one gives.
#[test]
fn the_error_of_a_fit_is_in_all_results() {
    let of = |accuracy: &str| {
        let band = format!("chain = {{ center = \"0 eV\", hopping = \"5 eV\", accuracy = {accuracy} }}");
        let text = study_text([&band, &band])
            + "\n[uncertain]\nphi = \"0.05\"\n[rate]\ntolerance = 1e-4\nmethod = \"hermite\"\n";
        Study::from_files(&text, "chains.toml", &Files::default()).unwrap()
    };
    let (rough, better) = (of("0.1"), of("0.04"));
    let is_told = |found: &Results, names: &[&str]| {
        assert!(found.notes.iter().any(|(name, _)| name == "fit of the bands"));
        for name in names {
            let number = found.number(name).unwrap();
            assert!(number.error.unwrap() > 1e-3 * number.value.abs(), "{name}: {number}");
        }
    };
    let sensitivity = |study: &Study| {
        let options = SensitivityOptions { theta: Some(vec![0.5]), parameters: Some(vec!["phi".into()]) };
        sensitivity_results(study, &options, kramers::Watch::default()).unwrap()
    };
    let (a, b) = (sensitivity(&rough), sensitivity(&better));
    let names = ["rotation_rate", "derivative[phi]", "elasticity[phi]"];
    is_told(&a, &names);
    for name in names {
        let (a, b) = (a.number(name).unwrap(), b.number(name).unwrap());
        assert!((a.value - b.value).abs() < a.error.unwrap() + b.error.unwrap(), "{name}: {a}, {b}");
    }
    let uncertain = uncertain_results(&rough, Some(1), kramers::Watch::default()).unwrap();
    is_told(&uncertain, &["rotation_rate", "propagated_deviation", "sampled_mean"]);
    let point = Point::new(rough.resolve().unwrap());
    let curve = point.load_curve(Some(&[0.0]), Watch::default()).unwrap();
    is_told(&curve, &["stall_torque", "maximum_power", "efficiency_at_maximum_power"]);
    // Without a load that is the rate.
    let rate = point.compute(Task::Rate, &Options::default(), Watch::default()).unwrap();
    let error = rate.errors.iter().find(|(name, _)| name == "rotation_rate").unwrap().1;
    let without_load = curve.get("rotation_rate_error").unwrap().values[0];
    assert!((without_load - error).abs() < 0.01 * error, "{without_load} {error}");
}

/// Functions of the angle and of the energy have no errors: by how much another fit changes them is said.
#[test]
fn what_a_fit_does_to_functions_is_told() {
    let band = "chain = { center = \"0 eV\", hopping = \"5 eV\", accuracy = 0.1 }";
    let rough = study([band; 2], &Files::default()).unwrap();
    let told = |results: &Results, name: &str| {
        let (_, text) = results.notes.iter().find(|(name, _)| name == "fit of the bands").unwrap().clone();
        let after =
            text.split(&format!("{name} by up to ")).nth(1).unwrap_or_else(|| panic!("{name}: {text}"));
        after.split(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let point = Point::new(rough.resolve().unwrap());
    let options = Options { theta: Some(vec![0.3, 1.1]), ..Options::default() };
    let landscape = point.compute(Task::Landscape, &options, Watch::default()).unwrap();
    for name in ["torque", "friction", "diffusion", "currents", "occupations"] {
        assert!(told(&landscape, name) > 0.0, "{name}");
    }
    let spectrum = spectrum_results(point.resolved(), vec![0.3], Some(vec![0.0, 0.1])).unwrap();
    assert!(told(&spectrum, "transmission") > 1e-6);
    let length = Length::TotalTime(1e7);
    let run = SimulationOptions { length, dt: Some(1000.0), ..point.resolved().simulation_options() };
    let options = Options { simulation: Some(run), ..Options::default() };
    let found = point.simulate(&options, Watch::default()).unwrap();
    let simulated = point.simulation_results(&found, &options).unwrap();
    let (_, errors) = simulated.notes.iter().find(|(name, _)| name == "errors").unwrap();
    assert!(found.change_of_fits.is_some_and(|change| change != 0.0));
    assert!(errors.contains("another one changes the deterministic rate by"), "{errors}");
}

/// A level bound to an atom of a sheet of graphene: Γ of a table, and Re Σ by its Hilbert transform, whose logarithms cancel at the
/// energies of the table themselves.
fn graphene(gamma: f64) -> (Vec<f64>, Vec<Complex64>) {
    let table = include_str!("../studies/graphene_band.csv");
    let rows = table.lines().filter_map(|line| line.split_once(','));
    let rows = rows.filter_map(|(e, g)| Some((e.trim().parse::<f64>().ok()?, g.trim().parse::<f64>().ok()?)));
    let rows: Vec<(f64, f64)> = rows.collect();
    let largest = rows.iter().map(|(_, g)| *g).fold(0.0, f64::max);
    let real = |at: f64| {
        let part = |pair: &[(f64, f64)]| {
            let [(e, g), (f, h)] = [pair[0], pair[1]];
            let slope = (h - g) / (f - e);
            // P ∫ (Γ(ω) + slope (ε − ω))/(ω − ε) dε
            let value = g + slope * (at - e);
            let logarithm = |x: f64| if x == 0.0 { 0.0 } else { x.abs().ln() };
            -value * (logarithm(f - at) - logarithm(e - at)) - slope * (f - e)
        };
        rows.windows(2).map(part).sum::<f64>() / std::f64::consts::TAU
    };
    let sigma = rows.iter().map(|&(e, g)| Complex64::new(real(e), -0.5 * g) * (gamma / largest)).collect();
    (rows.iter().map(|(e, _)| *e).collect(), sigma)
}

#[test]
fn a_sheet_of_graphene_is_fitted_to_three_per_cent_real_part_and_all() {
    let sigma = |gamma: f64| {
        let (energies, sigma) = graphene(gamma);
        file(&energies.clone(), 1, move |e, _, _| sigma[energies.partition_point(|other| *other < e)])
    };
    let files = Files::default().holding("left.nc", sigma(0.272)).holding("right.nc", sigma(0.136));
    let lead = |side: &str| format!("self_energy = {{ file = \"{side}.nc\", accuracy = 0.03 }}");
    let found = study([&lead("left"), &lead("right")], &files).unwrap();
    let (_, shapes) = shapes(&found);
    for shape in &shapes {
        assert!(shape.error < 0.03 && shape.real_error.unwrap() < 0.05, "{}", shape.words);
        assert_eq!(shape.sites.shift.norm_max(), 0.0, "{}", shape.words);
    }
    let tabulated = Study::preset("graphene").unwrap().resolve().unwrap().landscape().unwrap().barrier();
    let barrier = found.resolve().unwrap().landscape().unwrap().barrier();
    assert!((barrier - tabulated).abs() < 0.03 * tabulated, "{barrier} {tabulated}");
}

#[test]
fn the_energies_of_a_file_count_from_where_the_study_says() {
    let sigma = |by: f64, gamma: f64| {
        file(&grid(-12.0 + by, 12.0 + by, 1200), 1, move |e, _, _| chain(e, by, 10.0, gamma))
    };
    let files = Files::default().holding("here.nc", sigma(0.0, 0.2)).holding("there.nc", sigma(0.7, 0.2));
    let barrier =
        |band: &str| study([band; 2], &files).unwrap().resolve().unwrap().landscape().unwrap().barrier();
    let there = barrier("self_energy = \"there.nc\"");
    let moved = barrier("self_energy = { file = \"here.nc\", zero = \"0.2 eV + V/10\" }");
    assert!((there - moved).abs() < 1e-6 * there, "{there} {moved}");
    assert!((barrier("self_energy = \"here.nc\"") - there).abs() > 1e-4 * there);
    let error = study(["self_energy = { file = \"here.nc\", zero = \"1 s\" }"; 2], &files).unwrap_err();
    assert!(error.to_string().contains("zero"), "{error}");
}

/// Two chains of other bands, mixed by a rotation: a ladder, whose Γ(ω) at different energies do not commute with a third one.
fn ladder(energy: f64, i: usize, j: usize) -> Complex64 {
    let (a, b) = (chain(energy, -1.0, 6.0, 0.3), chain(energy, 2.0, 4.0, 0.15));
    let mixed = |angle: f64| {
        let turn = [[angle.cos(), angle.sin()], [-angle.sin(), angle.cos()]];
        turn[0][i] * a * turn[0][j] + turn[1][i] * b * turn[1][j]
    };
    let third = chain(energy, 0.5, 5.0, 0.1) * [1.0, 0.6][i] * [1.0, 0.6][j];
    mixed(0.4) + third
}

const COUPLED: &str = r#"
[molecule]
hamiltonian = [["0.2 eV", "0.4 eV*cos(theta)"], ["0.4 eV*cos(theta)", "-0.3 eV"]]
[[lead]]
name = "left"
chemical_potential = "0.3 eV"
thermal_energy = "0.03 eV"
self_energy = { file = "ladder.nc", accuracy = 0.03 }
channel = [
  { site = 1, amplitude = "1" },
  { vector = ["0.5*sin(theta)", "0.8*cos(theta)"] },
]
[[lead]]
name = "right"
chemical_potential = "-0.3 eV"
thermal_energy = "0.03 eV"
lorentzian = { center = "0 eV", half_width = "3 eV" }
channel = [{ broadening = "0.2 eV", site = 2, amplitude = "1" }]
[rotor]
period = "2*pi"
moment_of_inertia = "1.15e-45 kg m^2"
[environment]
friction = "1e-3 eV ps"
thermal_energy = "300 K"
"#;

#[test]
fn a_matrix_transmits_as_its_greens_function_does() {
    let files = Files::default().holding("ladder.nc", file(&grid(-8.0, 8.0, 1600), 2, ladder));
    let study = Study::from_files(COUPLED, "coupled.toml", &files).unwrap();
    let (junction, shapes) = shapes(&study);
    assert_eq!((shapes[0].sites.orbitals(), shapes[0].sites.baths()), (2, 2));
    for theta in [0.4_f64, 1.9] {
        let scattering = Scattering::new(&junction.frame(theta).unwrap()).unwrap();
        for energy in [-0.9, -0.2, 0.1, 0.7] {
            let z = Complex64::from;
            let v: Matrix = Mat::from_fn(2, 2, |i, c| match (i, c) {
                (0, 0) => z(1.0),
                (0, 1) => z(0.5 * theta.sin()),
                (1, 1) => z(0.8 * theta.cos()),
                _ => z(0.0),
            });
            let sigma: Matrix = Mat::from_fn(2, 2, |i, j| ladder(energy, i, j));
            let left: Matrix = &v * sigma * v.adjoint();
            let right = 0.1 * 3.0 / Complex64::new(energy, 3.0);
            let hopping = 0.4 * theta.cos();
            let inverse = Mat::from_fn(2, 2, |i, j| {
                let own = [energy - 0.2, energy + 0.3][i];
                let h = if i == j { z(own) } else { z(-hopping) };
                h - left[(i, j)] - if (i, j) == (1, 1) { right } else { z(0.0) }
            });
            let g: Matrix = inverse.partial_piv_lu().inverse();
            let gamma = Mat::from_fn(2, 2, |i, j| Complex64::i() * (left[(i, j)] - left[(j, i)].conj()));
            // Tr[Γ_L G Γ_R G†], Γ_R on the second level alone.
            let column = g.subcols(1, 1);
            let expected = (column.adjoint() * &gamma * column)[(0, 0)].re * -2.0 * right.im;
            let mut block = Block::new(3);
            scattering
                .evaluate(&Energies::at([energy * EV; LANES]), Wanted::NOTHING_ELSE, &mut block)
                .unwrap();
            let found: f64 = (0..2).map(|c| block.s_entry(c, 2).square()[0]).sum();
            assert!(
                (found - expected).abs() < 0.05 * expected.max(0.02),
                "{theta} {energy}: {found} {expected}"
            );
        }
    }
    // What leaves one lead arrives in the other, and the torque has noise.
    let at = Coefficients::at(&junction, 0.4, &[Family::Current]).unwrap();
    let currents: Vec<f64> = at.of(Family::Current).iter().map(|current| current.value).collect();
    assert!((currents[0] + currents[1]).abs() < 1e-9 * currents[0].abs(), "{currents:?}");
    assert!(currents[0] > 0.0 && at.diffusion.value > 0.0);
}

#[test]
fn a_diagonal_matrix_is_its_channels() {
    let energies = grid(-9.0, 9.0, 900);
    let one = |gamma: f64| file(&energies, 1, move |e, _, _| chain(e, 0.0, 8.0, gamma));
    let both =
        file(&energies, 2, |e, i, j| if i == j { chain(e, 0.0, 8.0, 0.2) } else { Complex64::default() });
    let files = Files::default().holding("both.nc", both).holding("one.nc", one(0.2));
    let barrier = |name: &str| {
        let text = COUPLED.replace("{ file = \"ladder.nc\", accuracy = 0.03 }", &format!("\"{name}\""));
        Study::from_files(&text, "coupled.toml", &files)
            .unwrap()
            .resolve()
            .unwrap()
            .landscape()
            .unwrap()
            .barrier()
    };
    // Two fits of one band on two circles.
    let (matrix, channels) = (barrier("both.nc"), barrier("one.nc"));
    assert!((matrix - channels).abs() < 0.02 * channels, "{matrix} {channels}");
}

#[test]
fn a_constant_in_the_real_part_moves_the_levels() {
    let energies = grid(-12.0, 12.0, 1200);
    let with = |constant: f64| {
        let sigma = file(&energies, 1, move |e, _, _| chain(e, 0.0, 10.0, 0.272) + constant);
        let files = Files::default().holding("one.nc", sigma);
        study(["self_energy = \"one.nc\""; 2], &files).unwrap()
    };
    let (_, found) = shapes(&with(0.05));
    let shift = found[0].sites.shift[(0, 0)];
    assert!((shift.re * 0.272 - 0.05).abs() < 0.01 && shift.im.abs() < 1e-12, "{shift}");
    assert!(found[0].words.contains("a constant of"), "{}", found[0].words);
}

#[test]
fn wrong_files_are_told_what_is_wrong() {
    let energies = grid(-12.0, 12.0, 240);
    let good = file(&energies, 1, |e, _, _| chain(e, 0.0, 10.0, 0.272));
    let advanced = file(&energies, 1, |e, _, _| chain(e, 0.0, 10.0, 0.272).conj());
    let window = file(&grid(-1.0, 1.0, 200), 1, |e, _, _| chain(e, 0.0, 10.0, 0.272));
    let wide = file(&grid(-9.0, 9.0, 200), 1, |_, _, _| Complex64::new(0.0, -0.1));
    let none = file(&energies, 1, |_, _, _| Complex64::default());
    let twice = file(&[0.0, 1.0, 1.0, 2.0], 1, |e, _, _| chain(e, 0.0, 10.0, 0.272));
    let matrix = file(&energies, 2, |e, i, j| chain(e, 0.0, 10.0, 0.272) * f64::from(u8::from(i == j)));
    let mut files = Files::default().holding("text.nc", b"energy,self_energy".to_vec());
    for (name, contents) in [
        ("good.nc", good),
        ("advanced.nc", advanced),
        ("window.nc", window),
        ("wide.nc", wide),
        ("none.nc", none),
        ("twice.nc", twice),
        ("matrix.nc", matrix),
    ] {
        files = files.holding(name, contents);
    }
    let told = |line: &str| {
        let error = study([line, "self_energy = \"good.nc\""], &files).unwrap_err();
        format!("{error}\n{}\n{error:?}", error.hint())
    };
    for (line, says) in [
        ("self_energy = \"missing.nc\"", "cannot read the self-energy"),
        ("self_energy = \"text.nc\"", "is not NetCDF"),
        ("self_energy = \"advanced.nc\"", "give the retarded self-energy"),
        ("self_energy = \"window.nc\"", "where Γ is"),
        ("self_energy = \"wide.nc\"", "where Γ is"),
        ("self_energy = \"none.nc\"", "zero at all energies"),
        ("self_energy = \"twice.nc\"", "one of them twice"),
        ("self_energy = \"matrix.nc\"", "2 orbitals, lead \\\"left\\\" has 1 channels"),
        ("self_energy = { file = \"good.nc\", variable = \"sigma\" }", "no variable `sigma`"),
        ("self_energy = { file = \"good.nc\", electrode = \"Left\" }", "no variable `E`"),
        (
            "self_energy = { file = \"good.nc\", electrode = \"Left\", variable = \"a\" }",
            "both `variable` and",
        ),
        ("self_energy = { file = \"good.nc\", accuracy = 3 }", "the accuracy of a band is 3"),
        ("self_energy = 3", "self_energy"),
    ] {
        let text = told(line);
        assert!(text.contains(says), "{line}: {text}");
    }
    let text = include_str!("../studies/preston2023.toml")
        .replace("[band]\nbottom = \"band_bottom\"\n", "")
        .replace("name = \"left\"\n", "name = \"left\"\nself_energy = \"good.nc\"\n");
    let error = Study::from_files(&text, "twice.toml", &files).unwrap_err();
    assert!(error.to_string().contains("has a broadening, its lead a self_energy"), "{error}");
}
