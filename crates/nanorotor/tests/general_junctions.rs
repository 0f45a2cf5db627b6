//! Meet the reference coefficients of general junctions: N and M up to 4, complex couplings.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanorotor::coefficients::Coefficients;
use nanorotor::junction::{Band, Frame, Junction, Lead, Matrix};
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

#[test]
fn coefficients_by_both_routes() {
    let text = include_str!("reference/general_junctions.json");
    let reference: Value = serde_json::from_str(text).unwrap();
    for case in reference["cases"].as_array().unwrap() {
        let frame = Frame {
            h: matrix(&case["h"]),
            dh: matrix(&case["dh"]),
            w: matrix(&case["w"]),
            dw: matrix(&case["dw"]),
        };
        let numbers = |name: &str| case[name].as_array().unwrap().iter().map(|x| x.as_f64().unwrap());
        let leads: Vec<Lead> = numbers("chemical_potential")
            .zip(numbers("kT"))
            .enumerate()
            .map(|(c, (chemical_potential, thermal_energy))| Lead {
                name: format!("lead {c}"),
                chemical_potential,
                thermal_energy,
            })
            .collect();
        let owners = (0..leads.len()).collect();
        let band = Band::Bottom(case["band_bottom"].as_f64().unwrap());
        let junction = Junction::new(frame, leads, owners, band, 1.0, 1.0).unwrap();
        for found in
            [Coefficients::at(&junction, 0.0).unwrap(), Coefficients::direct_at(&junction, 0.0).unwrap()]
        {
            close("torque", found.torque.value, case["torque"].as_f64().unwrap());
            close("friction", found.friction.value, case["friction"].as_f64().unwrap());
            close("diffusion", found.diffusion.value, case["diffusion"].as_f64().unwrap());
            for (current, expected) in found.currents.iter().zip(numbers("current")) {
                close("current", current.value, expected);
            }
        }
    }
}
