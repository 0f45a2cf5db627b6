//! Junctions of sampled matrices are the junctions of the formulas that were sampled; what is wrong with a file is told.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::TAU;

use nanorotor::Error;
use nanorotor::landscape::Landscape;
use nanorotor::langevin::Kernel;
use nanorotor::quantity::Task;
use nanorotor::results::Velocity;
use nanorotor::study::{Files, Model, Samples, Study, netcdf_of};
use nanorotor::sweep::Key;

/// What stands around the molecule.
const REST: &str = r#"
[parameters]
V = "0.8 eV"
xi = "2 au"

[band]
bottom = "-8 eV"

[[lead]]
name = "left"
chemical_potential = "V/2"
thermal_energy = "300 K"
channel = [ { broadening = "0.3 eV", LEFT } ]

[[lead]]
name = "right"
chemical_potential = "-V/2"
thermal_energy = "300 K"
channel = [ RIGHT ]

[rotor]
period = "2*pi"
moment_of_inertia = "4e5 au"
potential = "POTENTIAL"

[environment]
friction = "xi*(FRICTION)"
thermal_energy = "300 K"
"#;

fn study(molecule: &str, of_rest: [&str; 4], files: &Files) -> nanorotor::Result<Study> {
    let names = ["LEFT", "RIGHT", "POTENTIAL", "FRICTION"];
    let fill = |rest: String, (name, text): (&str, &str)| rest.replacen(name, text, 1);
    let rest = names.into_iter().zip(of_rest).fold(REST.to_string(), fill);
    Study::from_files(&format!("[molecule]\n{molecule}\n{rest}"), "sampled.toml", files)
}

fn of_formulas() -> Study {
    let molecule = r#"
        hamiltonian = [
            ["0.2 eV + 0.1 eV*cos(theta) + V*0.1", ["0.5 eV*cos(theta)", "0.2 eV*sin(2*theta)"]],
            [["0.5 eV*cos(theta)", "-0.2 eV*sin(2*theta)"], "-0.3 eV - V*0.1*sin(theta)"],
        ]
        connection = [["0", "0.1*cos(theta)"], ["-0.1*cos(theta)", ["0", "0.05"]]]
    "#;
    let left = r#"vector = ["1 + 0.2*sin(theta)", ["0", "0.1"]]"#;
    let right = r#"{ broadening = "0.2 eV", vector = ["0", "1"] }, { broadening = "0.2 eV", vector = ["0.1", "0.3*cos(theta)"] }"#;
    let rest = [left, right, "0.02 eV*cos(theta - 0.4) + 0.01 eV", "1 + 0.5*sin(theta)"];
    study(molecule, rest, &Files::default()).unwrap()
}

/// A variable of one unit, with the lengths of its dimensions, the angles among them.
fn samples(
    name: &str,
    units: &str,
    dimensions: &[(&str, usize)],
    theta: &[f64],
    entries: impl Fn(f64) -> Vec<[f64; 2]>,
) -> Samples {
    let all: Vec<[f64; 2]> = theta.iter().flat_map(|&theta| entries(theta)).collect();
    let is_real = all.iter().all(|z| z[1] == 0.0);
    Samples {
        name: name.into(),
        dimensions: dimensions.iter().map(|(name, size)| ((*name).to_string(), *size)).collect(),
        units: units.into(),
        re: all.iter().map(|z| z[0]).collect(),
        im: (!is_real).then(|| all.iter().map(|z| z[1]).collect()),
    }
}

fn grid(count: usize, start: f64) -> Vec<f64> {
    (0..count).map(|j| start + TAU * j as f64 / count as f64).collect()
}

/// The same junction as arrays, in other units.
fn variables(theta: &[f64]) -> Vec<Samples> {
    let n = theta.len();
    let (matrix, vector) = ([("theta", n), ("level", 2), ("level_2", 2)], [("theta", n), ("level", 2)]);
    let channels = [("theta", n), ("level", 2), ("channel", 2)];
    let real = |values: Vec<f64>| values.into_iter().map(|x| [x, 0.0]).collect();
    vec![
        samples("h", "meV", &matrix, theta, |t| {
            let hop = [500.0 * t.cos(), 200.0 * (2.0 * t).sin()];
            vec![[200.0 + 100.0 * t.cos(), 0.0], hop, [hop[0], -hop[1]], [-300.0, 0.0]]
        }),
        samples("h_V", "1", &matrix, theta, |t| real(vec![0.1, 0.0, 0.0, -0.1 * t.sin()])),
        samples("connection", "1/rad", &matrix, theta, |t| {
            vec![[0.0, 0.0], [0.1 * t.cos(), 0.0], [-0.1 * t.cos(), 0.0], [0.0, 0.05]]
        }),
        samples("w_left", "1", &vector, theta, |t| vec![[1.0 + 0.2 * t.sin(), 0.0], [0.0, 0.1]]),
        samples("w_right", "1", &channels, theta, |t| real(vec![0.0, 0.1, 1.0, 0.3 * t.cos()])),
        samples("energy", "eV", &[("theta", n)], theta, |t| real(vec![0.02 * (t - 0.4).cos()])),
        samples("drag", "1", &[("theta", n)], theta, |t| real(vec![0.5 * t.sin()])),
    ]
}

const MOLECULE: &str = "table = \"scan.nc\"\nhamiltonian = \"h + V*h_V\"";
const OF_TABLE: [&str; 4] = [
    "vector = \"w_left\"",
    "{ broadening = \"0.2 eV\", vector = \"w_right\" }",
    "energy + 0.01 eV",
    "1 + drag",
];

fn files(theta: &[f64], variables: &[Samples]) -> Files {
    Files::default().holding("scan.nc", netcdf_of(theta, variables).unwrap())
}

fn of_table(theta: &[f64]) -> Study {
    study(MOLECULE, OF_TABLE, &files(theta, &variables(theta))).unwrap()
}

fn values(landscape: &Landscape) -> Vec<f64> {
    let functions = [landscape.torque(), landscape.friction(), landscape.diffusion(), landscape.potential()];
    functions.iter().flat_map(|f| (0..7).map(|j| f.value(0.9 * f64::from(j)))).collect()
}

#[test]
fn a_junction_of_a_table_is_that_of_its_formulas() {
    let exact = of_formulas();
    // A bias of another value as well: sums of tables and parameters follow it.
    for (theta, bias) in [(grid(16, 0.0), "0.8 eV"), (grid(17, -0.7), "0.3 eV")] {
        let landscapes = [&exact, &of_table(&theta)]
            .map(|study| study.with("V", bias).unwrap().resolve().unwrap().landscape().unwrap());
        let [exact, sampled] = landscapes.each_ref().map(values);
        let size = |of: &[f64]| of.iter().fold(0.0f64, |size, x| size.max(x.abs()));
        for (a, b) in exact.chunks(7).zip(sampled.chunks(7)) {
            for (x, y) in a.iter().zip(b) {
                assert!((x - y).abs() <= 1e-10 * size(a), "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn the_end_of_the_period_may_be_there_again_and_units_are_converted() {
    let mut closed = grid(16, 0.0);
    closed.push(TAU);
    let key = |study: &Study| Key::new(&study.resolve().unwrap(), Task::Rate, Kernel::Portable);
    let (open, closed) = (of_table(&grid(16, 0.0)), of_table(&closed));
    let at = |study: &Study| values(&study.resolve().unwrap().landscape().unwrap());
    assert!(at(&open).iter().zip(at(&closed)).all(|(a, b)| (a - b).abs() <= 1e-12 * a.abs().max(1e-3)));
    // What is computed depends on the numbers of the file, whatever it is called.
    let theta = grid(16, 0.0);
    let mut others = variables(&theta);
    others[5].re[3] += 1e-9;
    let changed = study(MOLECULE, OF_TABLE, &files(&theta, &others)).unwrap();
    assert_eq!(key(&open), key(&of_table(&theta)));
    assert_ne!(key(&open), key(&changed));
    let molecule = MOLECULE.replace("scan.nc", "other.nc");
    let renamed = Files::default().holding("other.nc", netcdf_of(&theta, &variables(&theta)).unwrap());
    assert_eq!(key(&open), key(&study(&molecule, OF_TABLE, &renamed).unwrap()));
}

fn said_of_table(study: &Study) -> String {
    let resolved = study.resolve().unwrap();
    let validity = resolved.validity(&resolved.landscape().unwrap(), Velocity::Unknown).unwrap();
    validity.assumptions.iter().find(|assumption| assumption.name == "table").unwrap().text.clone()
}

#[test]
fn noise_is_told_from_too_few_angles() {
    let theta = grid(48, 0.0);
    let smooth = of_table(&theta);
    let said = said_of_table(&smooth);
    assert!(said.contains("the 48 angles of scan.nc; ") && !said.contains("noise"), "{said}");
    let mut noisy = variables(&theta);
    for (j, x) in noisy[5].re.iter_mut().enumerate() {
        // Multiples of a number that no harmonic fits.
        *x += 2e-9 * ((j * j) as f64 * 2.399_963).sin();
    }
    let noise_only = study(MOLECULE, OF_TABLE, &files(&theta, &noisy)).unwrap();
    let said = said_of_table(&noise_only);
    assert!(said.contains("energy has noise of") && said.contains("harmonics = 1 keeps"), "{said}");
    // The low pass takes away most of it.
    let passed = study(&format!("{MOLECULE}\nharmonics = 2"), OF_TABLE, &files(&theta, &noisy)).unwrap();
    let potential = |study: &Study| study.resolve().unwrap().rotor.potential;
    let error = |study: &Study| {
        let square = |t: &f64| (potential(study).at(*t).value - potential(&smooth).at(*t).value).powi(2);
        theta.iter().map(square).sum::<f64>().sqrt()
    };
    assert!(error(&passed) < 0.5 * error(&noise_only), "{} {}", error(&passed), error(&noise_only));
    let Model::Junction(model) = passed.resolve().unwrap().model else { panic!("no junction") };
    assert_eq!(model.table.unwrap().harmonics, Some(2));
}

/// What a study says that is wrong, with the text that it points at.
fn told(molecule: &str, rest: [&str; 4], theta: &[f64], change: impl Fn(&mut Vec<Samples>)) -> [String; 3] {
    let mut variables = variables(theta);
    change(&mut variables);
    let refused = study(molecule, rest, &files(theta, &variables)).and_then(|study| study.resolve());
    let Error::Study(error) = refused.map(|_| ()).unwrap_err() else { unreachable!("studies have places") };
    let place = error.text[error.labels[0].0.clone()].to_string();
    [error.message.clone(), place, error.hint.clone()]
}

#[test]
fn what_is_wrong_with_a_table_is_told_at_its_place() {
    let theta = grid(16, 0.0);
    let none = |_: &mut Vec<Samples>| {};
    let wrong = std::cell::RefCell::new(Vec::new());
    let expect = |[message, place, hint]: [String; 3], says: &str, at: &str, advice: &str| {
        if !(message.contains(says) && place == at && hint.contains(advice)) {
            wrong.borrow_mut().push(format!("{message} | {place} | {hint}"));
        }
    };
    let of = |change: &dyn Fn(&mut Vec<Samples>)| told(MOLECULE, OF_TABLE, &theta, change);
    expect(
        of(&|all| all[0].re[1] += 1.0),
        "`h` of scan.nc is not Hermitian: at theta = 0 rad",
        "h",
        "conjugate",
    );
    expect(of(&|all| all[2].re[1] += 1.0), "not anti-Hermitian", "\"scan.nc\"", "minus for a connection");
    expect(of(&|all| all[0].re[5] = f64::NAN), "not finite at theta = 0.392699 rad", "h", "finite");
    expect(of(&|all| all[0].units = "parsec".into()), "`h` of scan.nc has the units \"parsec\"", "h", "");
    expect(of(&|all| all[0].units = "ns".into()), "a time and an energy do not add", "h", "");
    expect(of(&|all| drop(all.remove(1))), "scan.nc has no variable `h_V`", "h_V", "it has h, connection");
    expect(
        of(&|all| {
            for name in ["level", "level_2"] {
                let at = all[1].dimensions.iter_mut().find(|d| d.0 == name).unwrap();
                *at = (format!("half_{name}"), 1);
            }
            all[1].re.truncate(theta.len());
        }),
        "2 × 2 and 1 × 1 cannot be added",
        "h + V*h_V",
        "equal size",
    );
    expect(
        of(&|all| all[3].dimensions = vec![("level".into(), 2), ("theta".into(), 16)]),
        "has theta as dimension 2",
        "w_left",
        "transpose",
    );
    let mut uneven = theta.clone();
    uneven[3] += 0.01;
    expect(told(MOLECULE, OF_TABLE, &uneven, none), "not equidistant", "\"scan.nc\"", "equidistant");
    expect(
        told(MOLECULE, OF_TABLE, &grid(16, 0.0)[..12], none),
        "do not cover a period",
        "\"scan.nc\"",
        "end left out",
    );
    expect(
        told(&MOLECULE.replace("V*h_V", "h*h_V"), OF_TABLE, &theta, none),
        "added and multiplied by numbers",
        "h*h_V",
        "h + V*h_V",
    );
    expect(
        told(&MOLECULE.replace("h + V*h_V", "w_left"), OF_TABLE, &theta, none),
        "the hamiltonian is a vector of 2",
        "\"w_left\"",
        "level_2",
    );
    expect(told(&format!("{MOLECULE}\nharmonics = 0"), OF_TABLE, &theta, none), "harmonics is 0", "0", "8");
    let with = |at: usize, text: &'static str| {
        let mut rest = OF_TABLE;
        rest[at] = text;
        told(MOLECULE, rest, &theta, none)
    };
    expect(with(0, "vector = \"h\""), "used as two kinds of matrix", "h", "two variables");
    expect(with(2, "h_V*1 eV"), "`h_V` of the table is 2 × 2, not a number", "h_V", "channels");
    expect(with(2, "energi"), "unknown parameter `energi`", "energi", "energy");
    // A sign of a state that jumps is not resolved by any number of angles.
    let jump = |all: &mut Vec<Samples>| all[3].re[..16].iter_mut().for_each(|x| *x = -*x);
    expect(of(&jump), "16 angles do not resolve `w_left`", "w_left", "smoothly");
    assert!(wrong.borrow().is_empty(), "{}", wrong.borrow().join("\n"));
    // Everything must come back after the period of the rotor.
    let mut half = variables(&theta);
    half[0].re.iter_mut().skip(3).step_by(4).for_each(|x| *x += 1.0);
    let text = of_table(&theta).text().replace("period = \"2*pi\"", "period = \"pi\"");
    let refused =
        Study::from_files(&text, "half.toml", &files(&theta, &half)).unwrap().resolve().unwrap_err();
    assert!(refused.to_string().contains("does not have the period 3.14159"), "{refused}");
}

#[test]
fn a_file_that_is_no_table_is_told() {
    for (contents, says) in
        [(None, "cannot read the table scan.nc"), (Some(b"theta,h".as_slice()), "not NetCDF")]
    {
        let files = contents.map_or_else(Files::default, |bytes| Files::default().holding("scan.nc", bytes));
        let error = study(MOLECULE, OF_TABLE, &files).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    let no_theta = netcdf_of(&[0.0], &[]).unwrap();
    let error = study(MOLECULE, OF_TABLE, &Files::default().holding("scan.nc", no_theta)).unwrap_err();
    assert!(error.to_string().contains("theta has 1 angles"), "{error}");
}

/// Two atoms, the second of which turns about the z axis.
fn atoms(theta: &[f64]) -> Vec<Samples> {
    let n = theta.len();
    let of = |name: &str, units: &str, dimensions: &[(&str, usize)], re: Vec<f64>| Samples {
        name: name.into(),
        dimensions: dimensions.iter().map(|(name, size)| ((*name).to_string(), *size)).collect(),
        units: units.into(),
        re,
        im: None,
    };
    let places = |t: &f64| [0.0, 0.0, 1.0, t.cos(), t.sin(), 2.5];
    vec![
        of("numbers", "1", &[("atom", 2)], vec![6.0, 1.0]),
        of(
            "positions",
            "angstrom",
            &[("theta", n), ("atom", 2), ("xyz", 3)],
            theta.iter().flat_map(places).collect(),
        ),
        of("rotor", "1", &[("rotor_atom", 1)], vec![1.0]),
        of("point", "angstrom", &[("xyz", 3)], vec![0.0; 3]),
        of("direction_of_axis", "1", &[("xyz", 3)], vec![0.0, 0.0, 1.0]),
        of("bonds", "1", &[("bond", 1), ("bond_end", 2)], vec![0.0, 1.0]),
        of("anchor_right", "1", &[("anchor_right_atom", 1)], vec![1.0]),
    ]
}

type Change = dyn Fn(&mut Vec<Samples>);

#[test]
fn the_atoms_of_a_table_are_drawn_and_change_no_result() {
    let theta = grid(16, 0.3);
    let bare = of_table(&theta);
    assert_eq!(bare.geometry(), None);
    let with = |change: &dyn Fn(&mut Vec<Samples>)| {
        let mut all = variables(&theta);
        all.extend(atoms(&theta));
        change(&mut all);
        study(MOLECULE, OF_TABLE, &files(&theta, &all))
    };
    let whole = with(&|_| ()).unwrap();
    let found = whole.geometry().unwrap();
    assert_eq!((&found.numbers[..], &found.rotor[..]), (&[6, 1][..], &[1][..]));
    assert!((found.angle - theta[0]).abs() < 1e-12);
    assert_eq!(found.positions, [[0.0, 0.0, 1.0], [theta[0].cos(), theta[0].sin(), 2.5]]);
    assert_eq!((found.point, found.direction), ([0.0; 3], [0.0, 0.0, 1.0]));
    assert_eq!((&found.bonds[..], &found.anchors[..]), (&[[0, 1]][..], &[("right".into(), vec![1])][..]));
    let key = |study: &Study| Key::new(&study.resolve().unwrap(), Task::Rate, Kernel::Portable);
    assert_eq!(key(&whole), key(&bare));
    // A parameter may be called like what tells of atoms.
    let text =
        whole.text().replace("xi = \"2 au\"", "xi = \"2 au\"\nrotor = \"1\"").replace("xi*(", "rotor*xi*(");
    let mut all = variables(&theta);
    all.extend(atoms(&theta));
    let named = Study::from_files(&text, "named.toml", &files(&theta, &all)).unwrap();
    assert_eq!(key(&named), key(&bare));
    // What is not all of it are other people's variables, and no atoms.
    let changes: [&Change; 6] = [
        &|all| all.retain(|one| one.name != "rotor"),
        &|all| all[8].units = "eV".into(),
        &|all| all[8].re[4] = f64::NAN,
        &|all| all[7].re[1] = 1.5,
        &|all| all[9].re[0] = 2.0,
        &|all| all[11].re = vec![0.0; 3],
    ];
    for (k, change) in changes.iter().enumerate() {
        let other = with(*change).unwrap();
        assert_eq!(other.geometry(), None, "{k}");
        assert_eq!(key(&other), key(&bare));
    }
}
