//! Resolve every study that comes with the project, and compare what it says with what is meant.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::f64::consts::{PI, TAU};
use std::path::PathBuf;

use nanorotor::junction::{Band, Shape};
use nanorotor::langevin::Kernel;
use nanorotor::quantity::Task;
use nanorotor::results::Velocity;
use nanorotor::scattering::Scattering;
use nanorotor::study::{
    Interpolation, LandscapeModel, Length, Model, PRESETS, Profile, Resolved, Source, Study,
};
use nanorotor::sweep::Key;
use nanorotor::units::{Dimension, HARTREE_IN_EV};

fn studies() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("studies")
}

fn load(name: &str) -> Study {
    Study::load(studies().join(name)).unwrap()
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-12 * expected.abs().max(1e-300)
}

fn landscape(resolved: &Resolved) -> &LandscapeModel {
    match &resolved.model {
        Model::Landscape(model) => model,
        Model::Junction(_) => panic!("a junction"),
    }
}

#[test]
fn the_preset_is_the_junction_of_the_paper() {
    let study = Study::preset("preston2023").unwrap();
    let resolved = study.resolve().unwrap();
    let Model::Junction(junction) = &resolved.model else { panic!("no junction") };
    let ev = 1.0 / HARTREE_IN_EV;
    assert_eq!(junction.spin_degeneracy, 1.0);
    assert_eq!(junction.band, Band::Bottom(-10.0 * ev));
    let leads: Vec<_> = junction.leads.iter().map(|model| &model.lead).collect();
    assert!(near(leads[0].chemical_potential, 2.5 * ev) && near(leads[1].chemical_potential, -2.5 * ev));
    assert!(near(leads[0].thermal_energy, 0.0272 * ev));
    assert_eq!(leads.iter().map(|lead| lead.name.as_str()).collect::<Vec<_>>(), ["left", "right"]);
    let electrons = resolved.electrons().unwrap();
    let built = electrons.junction().unwrap();
    assert_eq!(built.channel_leads(), [0, 1]);
    let theta = 0.3;
    let frame = built.frame(theta).unwrap();
    assert_eq!((frame.sites(), frame.channels()), (2, 2));
    assert!(near(frame.h[(0, 1)].re, 1.25 * ev) && frame.h[(0, 0)].norm() == 0.0);
    // w = diag(sqrt(Γ_L) s_L, sqrt(Γ_R) s_R) with s_R = 1 + (A/2)(cos 2(θ + φ) − 1)
    let root = (0.136 * ev).sqrt();
    let angle: f64 = 2.0 * (theta - PI / 4.0);
    assert!((frame.w[(1, 1)].re - root * (1.0 + 0.475 * (angle.cos() - 1.0))).abs() < 1e-15);
    assert!((frame.dw[(1, 1)].re + root * 0.95 * angle.sin()).abs() < 1e-15);
    assert!(
        (junction.leads[1].channels[0].amplitude[1][0].at(theta).second + 1.9 * angle.cos()).abs() < 1e-14
    );
    assert_eq!(frame.w[(0, 1)].norm(), 0.0);
    assert_eq!(resolved.rotor.period, PI);
    assert_eq!(resolved.landscape().unwrap().period(), PI);
    assert_eq!(resolved.rotor.moment_of_inertia, 4.5e5);
    assert_eq!(resolved.environment.friction.at(0.0).value, 5.0);
    assert_eq!(resolved.tasks, [Task::Rate]);
    assert_eq!((resolved.simulation.seed, resolved.simulation.length), (1, None));
    assert_eq!(resolved.cite, ["preston2023"]);
    // the moment of inertia that the paper prints
    let printed = study.with("I", "1.15e-45 kg m^2").unwrap().resolve().unwrap();
    assert!((printed.rotor.moment_of_inertia / 4.5e5 - 1.0).abs() < 2e-3);
}

#[test]
fn parameters_are_reported_with_dimension_and_unit() {
    let resolved = Study::preset("preston2023").unwrap().with("V", "3 eV").unwrap().resolve().unwrap();
    let shown: Vec<String> = resolved
        .parameters
        .iter()
        .map(|p| format!("{} = {} [{}]", p.name, p.quantity().unwrap(), p.dimension))
        .collect();
    assert_eq!(shown[0], "V = 3 eV [an energy]");
    assert!(shown[1].starts_with("phi = -0.785398163397448"), "{}", shown[1]);
    assert_eq!(shown[2], "A = 0.95 [a pure number]");
    assert_eq!(shown[4], "Gamma_R = 0.136 eV [an energy]");
    assert_eq!(shown[10], "xi_solv = 5 au [a friction (energy × time)]");
    assert_eq!(shown[11], "I = 450000 au [a moment of inertia (energy × time²)]");
    assert_eq!((resolved.parameters[0].set, resolved.parameters[1].set), (true, false));
    assert_eq!(
        (resolved.parameters[0].text.as_str(), resolved.parameters[4].text.as_str()),
        ("3 eV", "Gamma_L/2")
    );
}

#[test]
fn three_leads_with_a_hopping_that_turns() {
    let resolved = load("three_leads.toml").resolve().unwrap();
    let Model::Junction(junction) = &resolved.model else { panic!("no junction") };
    assert_eq!((junction.hamiltonian.len(), junction.leads.len(), junction.spin_degeneracy), (3, 3, 2.0));
    assert_eq!(resolved.electrons().unwrap().junction().unwrap().channel_leads(), [0, 1, 1, 2]);
    let hopping = junction.hamiltonian[1][2][0].at(0.7);
    assert!(near(hopping.value * HARTREE_IN_EV, 0.8 + 0.05 * 0.7f64.cos()));
    assert!(near(hopping.first * HARTREE_IN_EV, -0.05 * 0.7f64.sin()));
    let tip = &junction.leads[2];
    assert!(near(tip.lead.thermal_energy, 2.0 * junction.leads[0].lead.thermal_energy));
    assert!(near(tip.channels[0].amplitude[2][1].at(0.7).value, 0.2 * 0.7f64.cos()));
    assert_eq!(resolved.landscape().unwrap().period(), TAU);
    assert!(near(resolved.rotor.potential.at(PI / 2.0).value * HARTREE_IN_EV, 0.04));
}

#[test]
fn the_wind_study_sweeps_two_axes() {
    let study = load("wind.toml");
    let axes = study.axes();
    assert_eq!(axes.iter().map(|axis| axis.name.as_str()).collect::<Vec<_>>(), ["V", "load"]);
    assert_eq!((axes[0].values.len(), axes[0].unit.text()), (13, "eV"));
    assert!(near(axes[0].values[1] * HARTREE_IN_EV, 0.5));
    assert!(near(axes[1].values[2] * HARTREE_IN_EV, 5e-3));
    assert_eq!(study.resolve().unwrap().tasks, [Task::Landscape, Task::Rate]);
    // Setting a swept parameter removes its axis, by text or by number.
    assert_eq!(study.with("V", "1 eV").unwrap().axes().len(), 1);
    let point =
        study.with_value("V", axes[0].values[4]).unwrap().with_value("load", axes[1].values[1]).unwrap();
    assert!(point.axes().is_empty());
    let resolved = point.resolve().unwrap();
    assert!(near(resolved.rotor.load * HARTREE_IN_EV, 1e-3));
    assert_eq!(resolved.parameters[0].text, "2 eV");
}

#[test]
fn the_table_is_the_formulas() {
    let formulas = load("blowtorch.toml").resolve().unwrap();
    let table = load("blowtorch_table.toml").resolve().unwrap();
    let (formulas, table) = (landscape(&formulas), landscape(&table));
    assert_eq!(formulas.source, Source::Formulas);
    let Source::Table { rows, interpolation, .. } = &table.source else { panic!("no table") };
    let resolved = load("blowtorch_table.toml").resolve().unwrap();
    let validity = resolved.validity(&resolved.landscape().unwrap(), Velocity::Unknown).unwrap();
    let said = validity.assumptions.iter().find(|assumption| assumption.name == "table").unwrap();
    assert_eq!(said.standing, nanorotor::results::Standing::Holds);
    assert!(said.text.starts_with("Fourier series (equidistant angles) through the"), "{}", said.text);
    assert_eq!((*rows, *interpolation), (48, Interpolation::Fourier { rounding: 0.0 }));
    let pairs: [(&Profile, &Profile); 3] = [
        (&formulas.torque, &table.torque),
        (&formulas.friction, &table.friction),
        (&formulas.diffusion, &table.diffusion),
    ];
    for (formula, series) in pairs {
        for theta in [0.0, 0.123, 2.0, -4.0, 17.0] {
            assert!((formula.at(theta) - series.at(theta)).abs() < 1e-13);
        }
    }
    for theta in [0.4f64, 2.0] {
        let (friction, heat) = (1.0 + 0.5 * theta.cos(), 1.0 + 0.75 * (1.0 + theta.sin()));
        assert!(near(formulas.diffusion.at(theta), 2.0 * friction * heat));
    }
}

#[test]
fn what_studies_cite_is_in_the_literature() {
    for file in std::fs::read_dir(studies()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "toml") {
            let study = Study::load(&file).unwrap();
            study.resolve().unwrap();
            assert!(study.title().is_some(), "{}", file.display());
            for key in study.cite() {
                assert!(nanorotor::study::LITERATURE.contains(&format!("{{{key},")), "{key}");
            }
        }
    }
}

/// The preset with one text replaced by another.
fn changed(from: &str, to: &str) -> Study {
    let text = Study::preset("preston2023").unwrap().text().replacen(from, to, 1);
    Study::from_toml(&text, "study.toml", None).unwrap()
}

#[test]
fn a_set_value_has_its_unit() {
    let study = Study::preset("preston2023").unwrap();
    let value = |name: &str, text: &str| {
        let resolved = study.with(name, text).unwrap().resolve().unwrap();
        resolved.parameters.iter().find(|p| p.name == name).unwrap().value.at(0.0).value
    };
    assert!(near(value("V", "3 eV"), 3.0 / HARTREE_IN_EV));
    assert_eq!(value("V", "0"), 0.0);
    assert_eq!(value("V", "0.3 au"), 0.3);
    assert!(near(value("V", "100 meV"), 0.1 / HARTREE_IN_EV));
    assert!(near(value("V", "2*v"), 2.5 / HARTREE_IN_EV));
    assert_eq!(value("xi_solv", "2 au"), 2.0);
    assert_eq!(value("phi", "0.5"), 0.5);
    assert!(near(value("phi", "45 deg"), PI / 4.0));
    assert_eq!(value("A", "0.5"), 0.5);
    assert!(near(value("Gamma_R", "0.1 eV"), 0.1 / HARTREE_IN_EV));
    // What depends on a parameter follows it.
    let resolved = study.with("Gamma_L", "1 eV").unwrap().resolve().unwrap();
    assert!(near(resolved.parameters[4].value.at(0.0).value, 0.5 / HARTREE_IN_EV));
}

#[test]
fn atomic_units_and_zero_take_the_dimension_of_their_first_use() {
    for (written, expected) in [("\"0.2 au\"", 0.1), ("0", 0.0), ("\"-0\"", 0.0)] {
        let study = changed("V = \"5 eV\"", &format!("V = {written}"));
        assert_eq!(study.dimension("V"), Some(Dimension::ENERGY));
        let Model::Junction(junction) = study.resolve().unwrap().model else { panic!("no junction") };
        assert_eq!(junction.leads[0].lead.chemical_potential, expected);
    }
}

#[test]
fn numbers_from_other_programs_take_the_unit_of_the_study() {
    let study = Study::preset("preston2023").unwrap();
    let quantity = |study: &Study, name: &str, number: f64| match study.quantity(name, number) {
        Ok(quantity) => quantity.to_string(),
        Err(error) => error.hint().to_string(),
    };
    assert_eq!(quantity(&study, "V", 3.0), "3 eV");
    assert_eq!(quantity(&study, "I", 1e3), "1000 au");
    assert_eq!(quantity(&study, "phi", 0.25), "0.25");
    assert_eq!(quantity(&study, "Gamma_R", 0.1), "write \"0.1 eV\" or \"0.1 au\"");
    // A study that says 0 states no unit: the number was once taken as hartree.
    let zero = changed("E_1 = \"0 eV\"", "E_1 = 0");
    assert_eq!(quantity(&zero, "E_1", 0.5), "write \"0.5 eV\" or \"0.5 au\"");
    assert_eq!(quantity(&zero, "E_1", 0.0), "0");
}

#[test]
fn targets_count_revolutions() {
    for (text, expected) in [("0.06 /ns", 0.06), ("0.06 rev/ns", 0.06), ("60 MHz", 0.06)] {
        let extra = format!(
            "[simulate]\ntarget = {{ rotation_rate = \"{text}\" }}\nseed = 7\ndt = \"500 au\"\n[environment]"
        );
        let simulation = changed("[environment]", &extra).resolve().unwrap().simulation;
        let Some(Length::RotationRateError(error)) = simulation.length else { panic!("{simulation:?}") };
        assert!(near(error / nanorotor::units::TIME_IN_NANOSECONDS, expected), "{text}");
        assert_eq!((simulation.seed, simulation.dt), (7, Some(500.0)));
    }
}

#[test]
fn smaller_periods_are_found_and_signs_of_channels_are_free() {
    let twice = changed("period = \"pi\"", "period = \"2*pi\"").resolve().unwrap();
    let landscape = twice.landscape().unwrap();
    assert_eq!((twice.rotor.period, landscape.stated_period(), landscape.period()), (TAU, TAU, PI));
    let odd = changed("1 + A/2*(cos(2*theta) - 1)", "A*cos(theta)").resolve().unwrap();
    assert_eq!(odd.landscape().unwrap().period(), PI);
}

#[test]
fn lorentzian_bands_and_logarithmic_axes() {
    let text = Study::preset("preston2023")
        .unwrap()
        .text()
        .replace("[band]\nbottom = \"band_bottom\"\n", "")
        .replace(
            "thermal_energy = \"kT\"\nchannel",
            "thermal_energy = \"kT\"\nlorentzian = { center = \"0 eV\", half_width = \"4 eV\" }\nchannel",
        )
        + "\n[sweep]\nI = { from = \"450 au\", to = \"4.5e5 au\", points = 4, scale = \"log\" }\n";
    let study = Study::from_toml(&text, "l.toml", None).unwrap();
    let Model::Junction(junction) = study.resolve().unwrap().model else { panic!("no junction") };
    let Band::Lorentzian(bands) = junction.band else { panic!("no Lorentzian") };
    assert_eq!(bands.len(), 2);
    assert!(near(bands[1].half_width * HARTREE_IN_EV, 4.0));
    for (value, expected) in study.axes()[0].values.iter().zip([450.0, 4500.0, 45_000.0, 450_000.0]) {
        assert!((value / expected - 1.0).abs() < 1e-12);
    }
}

/// A molecule at rest between electrodes whose couplings turn, and the same seen from orbitals that turn with them.
fn turning(connection: Option<&str>, molecule: &str) -> Study {
    let (h, w, basis) = match connection {
        None => (
            r#"[["0.2 eV", "0.1 eV"], ["0.1 eV", "-0.1 eV"]]"#.to_string(),
            [r#"["cos(theta)", "sin(theta)"]"#, r#"["cos(theta + 0.5)", "0.3 + sin(theta + 0.5)"]"#],
            String::new(),
        ),
        Some(connection) => {
            // U = [[cos, -sin], [sin, cos]]: U†hU and U†w; A = U†U′ = [[0, -1], [1, 0]].
            let (mean, half) = ("0.05 eV", "(0.15 eV*cos(2*theta) + 0.1 eV*sin(2*theta))");
            let mixed = "-0.15 eV*sin(2*theta) + 0.1 eV*cos(2*theta)";
            (
                format!(r#"[["{mean} + {half}", "{mixed}"], ["{mixed}", "{mean} - {half}"]]"#),
                [r#"["1", "0"]"#, r#"["cos(0.5) + 0.3*sin(theta)", "sin(0.5) + 0.3*cos(theta)"]"#],
                format!("connection = {connection}"),
            )
        }
    };
    let text = format!(
        r#"
        [molecule]
        hamiltonian = {h}
        {basis}
        {molecule}
        [band]
        bottom = "-10 eV"
        [[lead]]
        name = "left"
        chemical_potential = "0.4 eV"
        thermal_energy = "300 K"
        channel = [ {{ broadening = "0.2 eV", vector = {} }} ]
        [[lead]]
        name = "right"
        chemical_potential = "-0.3 eV"
        thermal_energy = "300 K"
        channel = [ {{ broadening = "0.3 eV", vector = {} }} ]
        [rotor]
        period = "2*pi"
        moment_of_inertia = "1e-45 kg m^2"
        potential = "0.03 eV*cos(2*theta)"
        [environment]
        friction = "0.01 eV ps"
        thermal_energy = "300 K"
        "#,
        w[0], w[1]
    );
    Study::from_toml(&text, "turning.toml", None).unwrap()
}

#[test]
fn a_basis_that_turns_is_told_by_its_connection() {
    let friction = |study: &Study| {
        let landscape = study.resolve().unwrap().landscape().unwrap();
        (0..7).map(|j| landscape.friction().value(0.3 + 0.8 * f64::from(j))).collect::<Vec<_>>()
    };
    let at_rest = friction(&turning(None, ""));
    let moving = friction(&turning(Some(r#"[["0", "-1"], ["1", "0"]]"#), ""));
    let ignored = friction(&turning(Some(r#"[["0", "0"], ["0", "0"]]"#), ""));
    let size = at_rest.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    let largest = |a: &[f64]| a.iter().zip(&at_rest).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / size;
    assert!(largest(&moving) < 1e-9, "{}", largest(&moving));
    assert!(largest(&ignored) > 0.01, "{}", largest(&ignored));
}

#[test]
fn a_reference_takes_its_torque_away() {
    let found = |molecule: &str| turning(None, molecule).resolve().unwrap().landscape().unwrap();
    let whole = found("");
    let none = found("reference = \"none\"");
    assert_eq!(none, whole);
    // The means of the leads are 0.05 eV and 300 K.
    let means = found("reference = \"equilibrium\"");
    let stated = r#"{ state = "equilibrium", chemical_potential = "0.05 eV", thermal_energy = "300 K" }"#;
    let stated = found(&format!("reference = {stated}"));
    let molecule = r#"reference = { state = "molecule", occupied_below = "0.05 eV" }"#;
    let isolated = found(molecule);
    for j in 0..7 {
        let theta = 0.3 + 0.8 * f64::from(j);
        let [whole, means, stated, isolated] =
            [&whole, &means, &stated, &isolated].map(|landscape| landscape.torque().value(theta));
        assert!((means - stated).abs() < 1e-12 * whole.abs(), "{means} {stated}");
        assert!((means - whole).abs() > 1e-3 * whole.abs());
        // The levels of this molecule do not move: its own torque is none.
        assert!((isolated - whole).abs() < 1e-12 * whole.abs());
    }
    // A level that crosses the energy is refused with the angle.
    let error = turning(None, r#"reference = { state = "molecule", occupied_below = "0.05 eV" }"#)
        .text()
        .replace("\"0.2 eV\", \"0.1 eV\"]", "\"0.2 eV*cos(theta)\", \"0.1 eV\"]");
    let crossing = Study::from_toml(&error, "crossing.toml", None).unwrap();
    let error = crossing.resolve().unwrap().landscape().unwrap_err();
    assert!(error.to_string().contains("crosses 0.050000 eV"), "{error}");
}

#[test]
fn tables_and_files_that_cannot_be_read_are_named() {
    let error = Study::load("/nowhere/at/all.toml").unwrap_err();
    assert!(error.to_string().starts_with("cannot read /nowhere/at/all.toml: "), "{error}");
    let text = |table: &str| {
        format!(
            "[landscape]\ntable = \"{table}\"\n[rotor]\nperiod = \"2*pi\"\nmoment_of_inertia = \"1 au\"\n"
        )
    };
    let error = Study::from_toml(&text("none.csv"), "t.toml", Some(&studies())).unwrap_err();
    assert!(error.to_string().starts_with("t.toml:2:9: cannot read the table"), "{error}");
    // A mistake in the table is shown in the table.
    let file = std::env::temp_dir().join(format!("nanorotor-{}.csv", std::process::id()));
    std::fs::write(&file, "theta [rad], torque [eV], friction [au], diffusion [au]\n0, 1, 2, x\n").unwrap();
    let error = Study::from_toml(&text(&file.display().to_string()), "t.toml", None).unwrap_err();
    std::fs::remove_file(&file).unwrap();
    assert!(error.to_string().ends_with(".csv:2:1: `x` is not a finite number"), "{error}");
    // The angles cover half of the period that the study claims.
    let half = text("blowtorch_table.csv").replace("2*pi", "pi");
    let error = Study::from_toml(&half, "t.toml", Some(&studies())).unwrap().resolve().unwrap_err();
    assert!(
        error.to_string().starts_with("t.toml:2:9: the angles of the table go from 0 to 6.15"),
        "{error}"
    );
    let error = Study::preset("preston2024").unwrap_err();
    assert_eq!(error.hint(), "did you mean `preston2023`?");
}

#[test]
fn benzene_turns_though_no_electrode_reaches_two_of_its_orbitals() {
    let resolved = load("benzene.toml").resolve().unwrap();
    let electrons = resolved.electrons().unwrap();
    let junction = electrons.junction().unwrap();
    for theta in [0.0, 0.3, PI / 2.0] {
        let scattering = Scattering::new(&junction.frame(theta).unwrap()).unwrap();
        let mut dark: Vec<f64> = scattering.dark().iter().map(|level| level.energy * HARTREE_IN_EV).collect();
        dark.sort_by(f64::total_cmp);
        let field = 0.02 * (2.0 * theta).cos();
        assert!(
            dark.len() == 2 && (dark[0] + 2.5 - field).abs() < 1e-12 && (dark[1] - 2.5 - field).abs() < 1e-12
        );
    }
    let landscape = resolved.landscape().unwrap();
    assert!(landscape.barrier() > 0.0);
}

#[test]
fn graphene_like_electrodes_are_a_few_sites() {
    let resolved = load("graphene.toml").resolve().unwrap();
    let electrons = resolved.electrons().unwrap();
    let Band::Shaped(shapes) = electrons.junction().unwrap().band() else { panic!("no bands of their own") };
    for shape in shapes {
        assert!(shape.error <= 0.05 && shape.sites.count() <= 24, "{}", shape.words);
        // Nothing at the Dirac point, little below the band, and what the table says between them.
        let gamma = |energy: f64| -2.0 * shape.sites.self_energy(energy / HARTREE_IN_EV)[(0, 0)].im;
        assert!(
            gamma(0.0) < 0.06 && gamma(-9.5) < 0.05 && (gamma(-2.0) - 0.36).abs() < 0.1,
            "{}",
            gamma(-2.0)
        );
    }
}

#[test]
fn presets_bring_their_tables() {
    for (name, text) in PRESETS {
        let preset = Study::preset(name).unwrap();
        let file = load(&format!("{name}.toml"));
        assert_eq!(file.text(), *text);
        let key = |study: &Study| Key::new(&study.resolve().unwrap(), Task::Rate, Kernel::Portable);
        assert_eq!(key(&preset), key(&file), "{name}");
        // No more than what the study names.
        assert!(preset.held_files().all(|(file, _)| text.contains(file)), "{name}");
    }
}

#[test]
fn chains_end_on_both_sides_of_their_bias() {
    let resolved = load("chain.toml").resolve().unwrap();
    let electrons = resolved.electrons().unwrap();
    let Band::Shaped(shapes) = electrons.junction().unwrap().band() else { panic!("no bands of their own") };
    let gamma = |lead: usize, energy: f64| {
        let shape: &Shape = &shapes[lead];
        -2.0 * shape.sites.self_energy(energy / HARTREE_IN_EV)[(0, 0)].im
    };
    // A semicircle around V/2 and around -V/2, of radius 2t = 5 eV.
    for (lead, center) in [(0, 2.5), (1, -2.5)] {
        let middle = gamma(lead, center);
        for at in [-0.8_f64, -0.4, 0.4, 0.8] {
            let exact = middle * (1.0 - at * at).sqrt();
            assert!((gamma(lead, center + 5.0 * at) - exact).abs() < 0.1 * middle, "{lead} {at}");
        }
        assert!(gamma(lead, center + 6.0).abs() < 0.1 * middle);
    }
}

#[test]
fn biphenyl_has_its_atoms_and_turns() {
    let study = load("biphenyl.toml");
    let atoms = study.geometry().unwrap();
    assert_eq!((atoms.numbers.len(), atoms.rotor.len(), atoms.bonds.len()), (22, 11, 23));
    let landscape = study.resolve().unwrap().landscape().unwrap();
    // What GFN1-xTB gives for the rigid turn, in eV: 0.08 over the perpendicular rings, 0.09 over the flat ones.
    assert!((0.08..0.11).contains(&(landscape.barrier() * HARTREE_IN_EV)));
}
