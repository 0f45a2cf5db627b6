//! Check limits and symmetries of the electrons that the preset's form makes exact.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::{FRAC_PI_4, PI, TAU};

use nanorotor::coefficients::{Coefficients, pumped_charge};
use nanorotor::junction::Junction;
use nanorotor::study::Study;
use nanorotor::units::HARTREE_IN_EV;

fn junction(set: &[(&str, &str)]) -> Junction {
    let preset = Study::preset("preston2023").unwrap();
    let study = set.iter().fold(preset, |study, (name, value)| study.with(name, value).unwrap());
    study.resolve().unwrap().electrons().unwrap().junction().unwrap().clone()
}

/// ∮_0^{2π} f dθ by the trapezoidal rule, exact to rounding for smooth periodic functions.
fn turn(f: impl Fn(f64) -> f64) -> f64 {
    let points = 256;
    (0..points).map(|j| TAU / f64::from(points) * f(TAU * f64::from(j) / f64::from(points))).sum()
}

#[test]
fn without_hopping_the_friction_is_that_of_two_levels_at_a_lead() {
    // ξ = −π Σ_c ∫dε ((ε − E) Γ′/Γ)² a² ∂_ε f with a = (Γ/2π)/((ε − E)² + Γ²/4), by a plain trapezoidal sum
    let (levels, widths, thermal_energy, phi) = ([0.002, 0.001], [0.01, 0.005], 0.001, -FRAC_PI_4);
    let junction = junction(&[
        ("V", "0 eV"),
        ("v", "0 eV"),
        ("kT", "0.001 au"),
        ("E_1", "0.002 au"),
        ("E_2", "0.001 au"),
        ("Gamma_L", "0.01 au"),
        ("Gamma_R", "0.005 au"),
    ]);
    for (theta, expected) in [(0.3, 0.260_097_12), (1.0, 0.767_139_39)] {
        let mut closed = 0.0;
        for ((level, width), shift) in levels.into_iter().zip(widths).zip([0.0, phi]) {
            let angle: f64 = 2.0 * (theta + shift);
            let s = 1.0 + 0.475 * (angle.cos() - 1.0);
            let (gamma, dgamma) = (width * s * s, -2.0 * width * s * 0.95 * angle.sin());
            let step = 1e-6;
            for k in -50_000..50_000 {
                let energy = f64::from(k) * step;
                let x = energy - level;
                let a = gamma / TAU / (x * x + gamma * gamma / 4.0);
                let slope = 1.0 / (4.0 * thermal_energy * (energy / (2.0 * thermal_energy)).cosh().powi(2));
                closed += PI * step * (x * dgamma / gamma * a).powi(2) * slope;
            }
        }
        let found = Coefficients::at(&junction, theta, &[]).unwrap().friction.value;
        assert!(
            (found - expected).abs() < 1e-8 && (found - closed).abs() < 1e-9,
            "{theta}: {found} {closed}"
        );
    }
}

#[test]
fn equilibrium_electrons_obey_fluctuation_and_dissipation() {
    let junction = junction(&[("V", "0 eV"), ("E_1", "0.3 eV")]);
    for theta in [0.0, 0.4, 1.1, 2.5] {
        let found = Coefficients::at(&junction, theta, &[]).unwrap();
        let expected = 2.0 * 0.0272 / HARTREE_IN_EV * found.friction.value;
        assert!((found.diffusion.value - expected).abs() <= 1e-10 * expected);
    }
}

#[test]
fn work_and_pumped_charge_are_conjugate() {
    // d(∮τ dθ)/dV at V = 0 equals ∮dn_left, sign included.
    let set = |bias: &str| junction(&[("E_1", "-1.2 eV"), ("E_2", "-1.2 eV"), ("phi", "pi/4"), ("V", bias)]);
    let work = |bias: &str| {
        let junction = set(bias);
        turn(|theta| Coefficients::at(&junction, theta, &[]).unwrap().torque.value)
    };
    let fine = (8.0 * (work("1e-4 au") - work("-1e-4 au")) - (work("2e-4 au") - work("-2e-4 au"))) / 12e-4;
    let resting = set("0 eV");
    let pumped = turn(|theta| pumped_charge(&resting, theta).unwrap()[0].value);
    assert!((pumped + 0.160_81).abs() < 1e-5, "{pumped}");
    assert!((fine - pumped).abs() < 1e-6, "{fine} against {pumped}");
}

#[test]
fn pumped_charge_has_the_symmetries_of_the_junction() {
    let pumped = |set: &[(&str, &str)]| {
        let mut all = vec![("V", "0 eV")];
        all.extend_from_slice(set);
        let junction = junction(&all);
        turn(|theta| pumped_charge(&junction, theta).unwrap()[0].value)
    };
    let detuned = [("E_1", "-1.2 eV"), ("E_2", "-1.2 eV")];
    let at = |more: &[(&'static str, &'static str)]| pumped(&[&detuned[..], more].concat());
    assert!(pumped(&[("phi", "pi/4")]).abs() < 1e-12, "nothing is pumped with levels in the middle");
    assert!((at(&[("phi", "0.5")]) + at(&[("phi", "-0.5")])).abs() < 1e-9, "odd in phi");
    assert!(at(&[("phi", "0.5"), ("Gamma_R", "Gamma_L")]).abs() > 0.01, "equal couplings pump");
}

/// The φ of the largest |pumped charge|.
fn best_angle(level: &str) -> f64 {
    let value = |phi: f64| {
        let phi = format!("{phi}");
        let junction = junction(&[("V", "0 eV"), ("E_1", level), ("E_2", level), ("phi", &phi)]);
        turn(|theta| pumped_charge(&junction, theta).unwrap()[0].value).abs()
    };
    let grid: Vec<f64> = (1..31).map(|k| 0.05 * f64::from(k)).collect();
    grid.iter().copied().max_by(|a, b| value(*a).total_cmp(&value(*b))).unwrap()
}

#[test]
fn pumped_charge_peaks_near_a_quarter_of_pi_at_resonance_only() {
    assert!((best_angle("-1.2 eV") - FRAC_PI_4).abs() <= 0.05 + 0.026);
    assert!((best_angle("-0.3 eV") - 0.6).abs() <= 0.05 + 0.026);
}

#[test]
fn the_wide_band_torque_obeys_the_logarithm_of_the_bottom() {
    let torque = |bottom: &str| {
        Coefficients::at(&junction(&[("band_bottom", bottom)]), 0.3, &[]).unwrap().torque.value
    };
    let frame = junction(&[]).frame(0.3).unwrap();
    let product = frame.w.adjoint() * &frame.dw;
    let slope = 2.0 * (product[(0, 0)] + product[(1, 1)]).re / TAU;
    let error = torque("-1e5 eV") - torque("-1e4 eV") - slope * 10_f64.ln();
    assert!(error.abs() < 1e-8, "{error}");
}

#[test]
fn equal_couplings_face_to_face_converge_though_the_second_friction_term_is_rounding() {
    // Γ_L = Γ_R and φ = 0: the molecule is its own mirror image, so reversing the voltage changes nothing and Im[S′†B] cancels.
    let junction = junction(&[("Gamma_R", "Gamma_L"), ("phi", "0")]);
    let (mut largest, mut error) = ([0.0_f64; 3], [0.0_f64; 3]);
    for j in 0..48 {
        let theta = PI * f64::from(j) / 48.0;
        let found = Coefficients::at(&junction, theta, &[]).unwrap();
        let direct = Coefficients::direct_at(&junction, theta, &[]).unwrap();
        let pairs = [
            (found.torque, direct.torque),
            (found.friction, direct.friction),
            (found.diffusion, direct.diffusion),
        ];
        for (i, (one, other)) in pairs.into_iter().enumerate() {
            assert!(
                (one.value - other.value).abs() <= one.error + 1e-10 * one.size,
                "{theta}: {one:?} {other:?}"
            );
            largest[i] = largest[i].max(one.size);
            error[i] = error[i].max(one.error);
        }
    }
    // The second term adds to the friction nothing but rounding, which the stated error holds.
    for i in 0..3 {
        assert!(error[i] <= 1e-9 * largest[i], "{i}: {error:?} of {largest:?}");
    }
}
