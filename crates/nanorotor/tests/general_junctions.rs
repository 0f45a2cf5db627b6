//! Meet the reference values of general junctions: N and M up to 4, complex couplings.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanorotor::coefficients::{Coefficients, Family};
use nanorotor::junction::{Band, Frame, Junction, Lead, Matrix};
use nanorotor::scattering::Scattering;
use num_complex::Complex64;
use serde_json::Value;

fn matrix(value: &Value) -> Matrix {
    let part = |name: &str| -> Vec<Vec<f64>> {
        let rows = value[name].as_array().unwrap();
        rows.iter().map(|r| r.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()).collect()
    };
    let (re, im) = (part("re"), part("im"));
    Matrix::from_fn(re.len(), re[0].len(), |i, j| Complex64::new(re[i][j], im[i][j]))
}

fn close(name: &str, found: f64, expected: f64) {
    let tolerance = 1e-8 * expected.abs() + 1e-13;
    assert!((found - expected).abs() <= tolerance, "{name}: {found} instead of {expected}");
}

fn numbers(case: &Value, name: &str) -> Vec<f64> {
    case[name].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn cases(text: &str) -> Vec<Value> {
    let reference: Value = serde_json::from_str(text).unwrap();
    reference["cases"].as_array().unwrap().clone()
}

/// The junction of a case, with the leads of its channels.
fn junction(case: &Value) -> (Junction, Vec<usize>) {
    let frame = Frame {
        h: matrix(&case["h"]),
        dh: matrix(&case["dh"]),
        w: matrix(&case["w"]),
        dw: matrix(&case["dw"]),
    };
    let leads: Vec<Lead> = numbers(case, "chemical_potential")
        .into_iter()
        .zip(numbers(case, "kT"))
        .enumerate()
        .map(|(c, (chemical_potential, thermal_energy))| Lead {
            name: format!("lead {c}"),
            chemical_potential,
            thermal_energy,
        })
        .collect();
    let owners: Vec<usize> = (0..leads.len()).collect();
    let band = Band::Bottom(case["band_bottom"].as_f64().unwrap());
    (Junction::new(frame, leads, owners.clone(), band, 1.0, 1.0).unwrap(), owners)
}

/// The coefficients of a case from the spectral route and from direct solves.
fn both_routes(case: &Value) -> [Coefficients; 2] {
    let (junction, _) = junction(case);
    [
        Coefficients::at(&junction, 0.0, &Family::ALL).unwrap(),
        Coefficients::direct_at(&junction, 0.0, &Family::ALL).unwrap(),
    ]
}

#[test]
fn coefficients_by_both_routes() {
    for case in cases(include_str!("reference/general_junctions.json")) {
        for found in both_routes(&case) {
            close("torque", found.torque.value, case["torque"].as_f64().unwrap());
            close("friction", found.friction.value, case["friction"].as_f64().unwrap());
            close("diffusion", found.diffusion.value, case["diffusion"].as_f64().unwrap());
            for (current, expected) in found.of(Family::Current).iter().zip(numbers(&case, "current")) {
                close("current", current.value, expected);
            }
        }
    }
}

#[test]
fn transmissions_and_densities_of_states_by_both_routes() {
    for case in cases(include_str!("reference/electrons.json")) {
        let (junction, owners) = junction(&case);
        let frame = junction.frame(0.0).unwrap();
        let flat = |value: &Value| -> Vec<f64> {
            fn numbers(value: &Value, all: &mut Vec<f64>) {
                match value.as_array() {
                    Some(parts) => parts.iter().for_each(|part| numbers(part, all)),
                    None => all.push(value.as_f64().unwrap()),
                }
            }
            let mut all = Vec::new();
            numbers(value, &mut all);
            all
        };
        let levels = junction.levels();
        for scattering in [Scattering::new(&frame).unwrap(), Scattering::direct(&frame).unwrap()] {
            let found = scattering.spectrum(&owners, levels, &numbers(&case, "omega")).unwrap();
            let expected = flat(&case["transmission"]);
            assert_eq!(found.transmission.len(), expected.len());
            found.transmission.iter().zip(expected).for_each(|(a, b)| close("transmission", *a, b));
            let density: Vec<f64> = found.density.chunks(owners.len()).map(|of| of.iter().sum()).collect();
            let expected = flat(&case["local_density_of_states"]);
            assert_eq!(density.len(), expected.len());
            density.iter().zip(expected).for_each(|(a, b)| close("density of states", *a, b));
            assert_eq!(scattering.resonances(levels).len(), levels);
        }
    }
}

/// Currents, heat currents, occupations, noise and emissivities.
#[test]
fn what_the_electrons_carry_by_both_routes() {
    let families = [
        (Family::Current, "current"),
        (Family::HeatCurrent, "heat_current"),
        (Family::Occupation, "occupation"),
        (Family::Emissivity, "emissivity"),
    ];
    for case in cases(include_str!("reference/electrons.json")) {
        for found in both_routes(&case) {
            let check = |family: Family, name: &str, expected: Vec<f64>| {
                assert_eq!(found.of(family).len(), expected.len(), "{name}");
                found
                    .of(family)
                    .iter()
                    .zip(expected)
                    .for_each(|(found, expected)| close(name, found.value, expected));
            };
            for (family, name) in families {
                check(family, name, numbers(&case, name));
            }
            let noise = case["noise"].as_array().unwrap().iter();
            let noise = noise.flat_map(|row| row.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()));
            check(Family::CurrentNoise, "noise", noise.collect());
        }
    }
}

/// In a basis that moves, its connection makes everything what it is in a basis at rest; without it the friction is another.
#[test]
fn a_moving_basis() {
    for case in cases(include_str!("reference/electrons.json")) {
        let (at_rest, owners) = junction(&case);
        let moving = &case["moving"];
        let frame = Frame {
            h: matrix(&moving["h"]),
            dh: matrix(&moving["dh"]),
            w: matrix(&moving["w"]),
            dw: matrix(&moving["dw"]),
        };
        let of = |frame: Frame| {
            Junction::new(frame, at_rest.leads().to_vec(), owners.clone(), at_rest.band().clone(), 1.0, 1.0)
                .unwrap()
        };
        let number = |name: &str| moving[name].as_f64().unwrap();
        let ignored = Coefficients::at(&of(frame.clone()), 0.0, &Family::ALL).unwrap();
        close("friction", ignored.friction.value, number("friction_if_connection_is_ignored"));
        let known = of(frame.moving(&matrix(&moving["connection"])));
        for found in [Coefficients::at, Coefficients::direct_at].map(|at| at(&known, 0.0, &Family::ALL)) {
            let found = found.unwrap();
            close("friction", found.friction.value, number("friction"));
            close("torque", found.torque.value, number("torque"));
            close("diffusion", found.diffusion.value, number("diffusion"));
            for (family, name) in [(Family::Emissivity, "emissivity"), (Family::Current, "current")] {
                let expected = numbers(&case, name);
                found.of(family).iter().zip(expected).for_each(|(a, b)| close(name, a.value, b));
            }
        }
    }
}
