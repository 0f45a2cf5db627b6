//! Sweep every parameter of random studies: a sweep is its points computed singly, and a key tells results apart.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use nanorotor::langevin::Kernel;
use nanorotor::quantity::Task;
use nanorotor::study::{Resolved, Study};
use nanorotor::sweep::{Grid, Key, Options, Store, compute_points, run};
use proptest::prelude::*;

const KERNEL: Kernel = Kernel::Portable;
const TASKS: [Task; 3] = [Task::Landscape, Task::Rate, Task::Simulate];

/// Parameters of what all studies have, with values that make sense.
const COMMON: &[(&str, f64, &str)] = &[
    ("i", 5e4, "au"),
    ("xi", 6.0, "au"),
    ("kt_env", 300.0, "K"),
    ("u", 0.01, "eV"),
    ("load", 1e-3, "eV"),
    ("origin", 0.3, ""),
    ("length", 0.02, "ns"),
    ("dt", 400.0, "au"),
];

const JUNCTION: &[(&str, f64, &str)] = &[
    ("e", 0.1, "eV"),
    ("t", 0.3, "eV"),
    ("spin", 1.0, ""),
    ("g", 0.2, "eV"),
    ("a", 0.4, ""),
    ("mu", 0.5, "eV"),
    ("kt", 0.03, "eV"),
];

const WIDE: &[(&str, f64, &str)] = &[("bottom", -10.0, "eV")];
const LORENTZIAN: &[(&str, f64, &str)] = &[("center", 0.2, "eV"), ("width", 4.0, "eV")];
const GIVEN: &[(&str, f64, &str)] = &[("f", 0.01, "eV"), ("x", 2e-3, "eV ps"), ("d", 1e-4, "eV^2 ps")];

const DYNAMICS: &str = r#"
compute.what = ["landscape", "rate", "simulate"]
environment = { friction = "xi", thermal_energy = "kt_env" }
simulate = { counter_origin = "origin", total_time = "length", dt = "dt", seed = 3 }
rotor = { period = "2*pi", moment_of_inertia = "i", potential = "u*cos(theta)", load = "load" }
"#;

const LEADS: &str = r#"
[molecule]
hamiltonian = [["e*cos(theta)", "t"], ["t", "0 eV"]]
spin_degeneracy = "spin"
[[lead]]
name = "left"
chemical_potential = "mu"
thermal_energy = "kt"
channel = [{ broadening = "g", site = 1, amplitude = "1 + a*cos(theta)" }]
BAND
[[lead]]
name = "right"
chemical_potential = "0 eV"
thermal_energy = "kt"
channel = [{ broadening = "g", site = 2, amplitude = "1 + a*sin(theta)" }]
BAND
"#;

/// A study and its parameters, each value multiplied by a factor of its own.
fn study(kind: usize, factors: &[f64]) -> (Study, Vec<(String, f64, &'static str)>) {
    let own: &[&[(&str, f64, &str)]] =
        [&[JUNCTION, WIDE][..], &[JUNCTION, LORENTZIAN][..], &[GIVEN][..]][kind];
    let parameters: Vec<(String, f64, &str)> = own
        .iter()
        .copied()
        .flatten()
        .chain(COMMON)
        .zip(factors)
        // A degeneracy is a whole number.
        .map(|((name, value, unit), factor)| {
            ((*name).into(), if *name == "spin" { *value } else { value * factor }, *unit)
        })
        .collect();
    let lorentzian = "lorentzian = { center = \"center\", half_width = \"width\" }";
    let model = match kind {
        0 => LEADS.replace("BAND", "") + "[band]\nbottom = \"bottom\"\n",
        1 => LEADS.replace("BAND", lorentzian),
        _ => "[landscape]\ntorque = \"f*(1 + sin(theta))\"\nfriction = \"x\"\ndiffusion = \"d*(2 + cos(theta))\"\n"
            .into(),
    };
    let list: Vec<String> =
        parameters.iter().map(|(name, value, unit)| format!("{name} = \"{value:?} {unit}\"")).collect();
    let list = list.join("\n").replace(" \"\n", "\"\n");
    let text = format!("{DYNAMICS}[parameters]\n{list}\n{model}");
    (Study::from_toml(&text, "random", None).unwrap(), parameters)
}

/// A point alone, task by task: its keys and what is computed there.
fn alone(resolved: &Resolved) -> Vec<(Key, String)> {
    let compute = |task| {
        let points = std::slice::from_ref(resolved);
        let records = compute_points(points, task, KERNEL, &AtomicBool::new(false), &|_| {}).unwrap();
        let record = records.into_iter().next().flatten().unwrap();
        (Key::new(resolved, task, KERNEL), record.to_json().to_string())
    };
    TASKS.into_iter().map(compute).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn a_sweep_is_its_points_and_keys_tell_results_apart(
        factors in prop::collection::vec(0.8..1.2, 24), other in 1.05..1.3,
    ) {
        for kind in 0..3 {
            let (study, parameters) = study(kind, &factors);
            let mut known: HashMap<Key, String> = HashMap::new();
            for (name, value, unit) in &parameters {
                let values = [*value, if name == "spin" { 2.0 } else { value * other }];
                let swept = study.with_axis(name, &values).unwrap();
                let grid = Grid::new(&swept).unwrap();
                let store = Store::in_memory().unwrap();
                let options = Options { kernel: Some(KERNEL), ..Options::default() };
                run(&grid, &store, &options, &AtomicBool::new(false), &|_| {}).unwrap();
                // A task reads a parameter where another value gives another key.
                let at = |number: f64| {
                    let study = study.with(name, format!("{number:?} {unit}").trim()).unwrap();
                    study.resolve().unwrap()
                };
                let [one, two] = values.map(at);
                for task in TASKS {
                    let is_read = Key::new(&one, task, KERNEL) != Key::new(&two, task, KERNEL);
                    let is_unused = study.unused_by(&[task]).contains(&name.as_str());
                    prop_assert_eq!(is_read, !is_unused, "{} and {}", name, task.name());
                }
                for number in values {
                    let point = at(number);
                    for (key, record) in alone(&point) {
                        let kept = store.get(&key).unwrap().map(|record| record.to_json().to_string());
                        prop_assert_eq!(kept.as_ref(), Some(&record), "{} = {}", name, number);
                        let earlier = known.entry(key).or_insert_with(|| record.clone());
                        prop_assert_eq!(&*earlier, &record, "one key, two results: {} = {}", name, number);
                    }
                }
            }
        }
    }
}

/// Bits, since NaN differs from itself.
fn bits(store: &Store) -> Vec<u64> {
    let (_, results) = nanorotor::sweep::results(store).unwrap();
    results.variables.iter().flat_map(|v| &v.values).map(|x| x.to_bits()).collect()
}

fn checkpoints(folder: &std::path::Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    names.filter(|path| path.extension().is_some_and(|extension| extension == "checkpoint")).count()
}

#[test]
fn trajectories_stopped_in_the_middle_of_a_point_go_on_to_the_same_bits() {
    for simulate in ["total_time = \"60 ns\"", "target = { rotation_rate = \"1.5 /ns\" }"] {
        let preset = Study::preset("preston2023").unwrap();
        let text = format!(
            "{}\n[compute]\nwhat = [\"simulate\"]\n[simulate]\ndt = \"500 au\"\n{simulate}\n",
            preset.text().replace("I = \"4.5e5 au\"", "I = \"4.5e4 au\"")
        );
        let grid = Grid::new(&Study::from_toml(&text, "s", None).unwrap()).unwrap();
        let options = Options { kernel: Some(KERNEL), ..Options::default() };
        let whole = Store::in_memory().unwrap();
        run(&grid, &whole, &options, &AtomicBool::new(false), &|_| {}).unwrap();

        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        // In the burn-in, and twice while it is measured.
        for (at, left) in [(0.01, 1), (0.4, 1), (0.7, 1), (2.0, 0)] {
            let cancel = AtomicBool::new(false);
            let stop = |progress: nanorotor::sweep::Progress| {
                cancel.fetch_or(progress.share > at, std::sync::atomic::Ordering::Relaxed);
            };
            let summary = run(&grid, &store, &options, &cancel, &stop).unwrap();
            assert_eq!(
                (summary.is_whole(), checkpoints(folder.path())),
                (left == 0, left),
                "{simulate} {at}"
            );
        }
        assert!(bits(&store) == bits(&whole), "{simulate}: other bits");
    }
}
