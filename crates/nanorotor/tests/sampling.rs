//! Check that what a study gives as functions of θ is what its landscape holds, however narrow, and over its smallest period.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use std::f64::consts::{PI, TAU};

use nanorotor::coefficients::Coefficients;
use nanorotor::kramers;
use nanorotor::observables::{RateOptions, Rates, rates};
use nanorotor::results::{Options, Point, SimulationOptions, Watch};
use nanorotor::stationary::Stationary;
use nanorotor::study::{Length, Resolved, Study};
use nanorotor::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS};
use nanorotor::{Landscape, error::Result};
use proptest::prelude::*;

fn resolved(text: &str) -> Resolved {
    Study::from_toml(text, "test", None).unwrap().resolve().unwrap()
}

/// A rotor in a potential, with an environment whose friction may depend on the angle.
fn rotor(potential: &str, friction: &str) -> Resolved {
    resolved(&format!(
        "landscape = {{ torque = \"0 eV\", friction = \"0 eV ps\", diffusion = \"0 eV^2 ps\" }}\n\
         rotor = {{ period = \"2*pi\", moment_of_inertia = \"1.15e-45 kg m^2\", potential = \"{potential}\" }}\n\
         environment = {{ friction = \"{friction}\", thermal_energy = \"0.025 eV\" }}\n"
    ))
}

#[test]
fn harmonics_that_the_first_grid_folds_are_kept() {
    for k in [18, 32, 33, 64, 500] {
        let landscape = rotor(&format!("0.05 eV*cos({k}*theta)"), "1e-2 eV ps").landscape().unwrap();
        for theta in [0.1, 1.0, 4.0] {
            let exact = 0.05 / HARTREE_IN_EV * f64::from(k) * (f64::from(k) * theta).sin();
            let found = landscape.force().value(theta);
            assert!((found - exact).abs() < 1e-8 * f64::from(k) * 0.05, "cos {k} theta: {found} {exact}");
        }
        assert!((landscape.period() * f64::from(k) - TAU).abs() < 1e-12);
        assert!((landscape.barrier() * HARTREE_IN_EV - 0.1).abs() < 1e-9);
    }
}

/// D_eff = k_BT/⟨X⟩ of a rotor without potential; the mean of the spike of exp(−s (1 − cos θ)) is e^{−s} I_0(s).
#[test]
fn a_narrow_spike_of_the_friction_is_not_missed() {
    let sharpness = 50_000.0_f64;
    let landscape =
        rotor("0 eV", "1e-2 eV ps*(1 + 100*exp(-50000*(1 - cos(theta - 0.123))))").landscape().unwrap();
    let expansion = 1.0 + 1.0 / (8.0 * sharpness) + 9.0 / (128.0 * sharpness * sharpness);
    let mean = 1.0 + 100.0 * expansion / (TAU * sharpness).sqrt();
    let diffusion = 0.025 / HARTREE_IN_EV / landscape.total_friction().mean() / TIME_IN_NANOSECONDS;
    assert!((diffusion - 2500.0 / mean).abs() < 1e-8 * diffusion, "{diffusion}");
    assert!((diffusion - 2121.50).abs() < 0.01, "{diffusion}");
}

#[test]
fn a_friction_that_is_negative_within_a_narrow_angle_is_refused() {
    let text = |spike: f64| {
        format!(
            "landscape = {{ torque = \"0 eV\", friction = \"1e-2 eV ps\", diffusion = \"1e-4 eV^2 ps\" }}\n\
             rotor = {{ period = \"2*pi\", moment_of_inertia = \"1.15e-45 kg m^2\" }}\n\
             environment = {{ friction = \"1e-2 eV ps*(1 - {spike}*exp(-5e6*(1 - cos(theta - 0.123))))\", \
             thermal_energy = \"300 K\" }}\n"
        )
    };
    assert!(Study::from_toml(&text(1.0), "test", None).unwrap().resolve().is_ok());
    let error = Study::from_toml(&text(1.1), "test", None).unwrap().resolve().unwrap_err();
    assert!(error.to_string().contains("friction of [environment] is -"), "{error}");
}

#[test]
fn kinks_are_refused() {
    for (potential, friction) in
        [("0.05 eV*abs(sin(theta - 1))", "1e-2 eV ps"), ("0 eV", "1e-2 eV ps*max(cos(theta), 0.999)")]
    {
        let error = rotor(potential, friction).landscape().unwrap_err().to_string();
        assert!(error.contains("interpolation in theta"), "{error}");
    }
}

/// A site that turns slowly through broad levels, and one that crosses the chemical potentials within a narrow angle.
fn crossing(width: f64, thermal_energy: f64, slope: f64, share: f64) -> Resolved {
    resolved(&format!(
        "molecule.hamiltonian = [[\"0.3 eV*sin(theta)\", \"0 eV\"], [\"0 eV\", \"{slope} eV*cos(theta - 0.4)\"]]\n\
         band.bottom = \"-10 eV\"\n\
         rotor = {{ period = \"2*pi\", moment_of_inertia = \"1e5 au\" }}\n\
         environment = {{ friction = \"5 au\", thermal_energy = \"300 K\" }}\n\
         [[lead]]\nname = \"left\"\nchemical_potential = \"0.0123 eV\"\nthermal_energy = \"{thermal_energy} eV\"\n\
         channel = [{{ broadening = \"0.5 eV\", site = 1, amplitude = \"1 + 0.2*cos(theta)\" }},\n\
         {{ broadening = \"{width} eV\", site = 2, amplitude = \"{share}\" }}]\n\
         [[lead]]\nname = \"right\"\nchemical_potential = \"-0.2 eV\"\nthermal_energy = \"0.025 eV\"\n\
         channel = [{{ broadening = \"0.3 eV\", site = 1, amplitude = \"1\" }},\n\
         {{ broadening = \"{width} eV\", site = 2, amplitude = \"1\" }}]\n"
    ))
}

fn agrees_at_the_crossing(resolved: &Resolved, slope: f64) -> Result<()> {
    let landscape = resolved.landscape()?;
    let electrons = resolved.electrons()?;
    let junction = electrons.junction().unwrap();
    let scales =
        [landscape.torque(), landscape.friction(), landscape.diffusion()].map(nanorotor::Periodic::magnitude);
    let stretch = landscape.resolution().unwrap();
    for target in [0.0123, -0.2] {
        for sign in [1.0, -1.0] {
            let theta: f64 = 0.4 + sign * (target / slope).acos();
            for away in [-1e-3, 0.0, 1e-4] {
                let exact = Coefficients::at(junction, theta + away, &[])?;
                let found = [landscape.torque(), landscape.friction(), landscape.diffusion()]
                    .map(|f| f.value(theta + away));
                for ((exact, found), scale) in
                    [exact.torque, exact.friction, exact.diffusion].iter().zip(found).zip(scales)
                {
                    let difference = (exact.value - found).abs();
                    assert!(difference < 1e-8 * scale + 10.0 * exact.error, "{difference:e} {stretch:?}");
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// What a grid resolves agrees at the crossings; what it does not is refused.
    #[test]
    fn narrow_resonances_are_resolved_or_refused(
        width in -5.0..-2.0f64, thermal in -3.5..-2.0f64, slope in 0.3..1.0f64, share in 0.1..1.0f64,
    ) {
        let study = crossing(10f64.powf(width), 10f64.powf(thermal), slope, share);
        if let Err(error) = agrees_at_the_crossing(&study, slope) {
            let text = error.to_string();
            prop_assert!(text.contains("in theta") || text.contains("energy integral"), "{text}");
        }
    }
}

/// Three sites that a turn by a third brings onto each other: the Hamiltonian comes back only with its levels permuted.
fn ring(period: &str) -> String {
    let site = |i: u32| format!("\"0.1 eV*cos(theta - {i}*2*pi/3)\"");
    let lead = |name: &str, potential: &str, amplitude: &str| {
        let channel = |i: u32| {
            format!(
                "{{ broadening = \"0.1 eV\", site = {}, amplitude = \"1 + {amplitude}(theta - {i}*2*pi/3)\" }}",
                i + 1
            )
        };
        format!(
            "[[lead]]\nname = \"{name}\"\nchemical_potential = \"{potential}\"\nthermal_energy = \"300 K\"\n\
             channel = [{}, {}, {}]\n",
            channel(0),
            channel(1),
            channel(2)
        )
    };
    let hop = "\"0.05 eV\"";
    format!(
        "molecule.hamiltonian = [[{0}, {hop}, {hop}], [{hop}, {1}, {hop}], [{hop}, {hop}, {2}]]\n\
         band.bottom = \"-10 eV\"\n\
         rotor = {{ period = \"{period}\", moment_of_inertia = \"1e5 au\", load = \"1e-3 eV\" }}\n\
         environment = {{ friction = \"50 au\", thermal_energy = \"300 K\" }}\n{3}{4}",
        site(0),
        site(1),
        site(2),
        lead("left", "0.1 eV", "0.5*cos"),
        lead("right", "-0.1 eV", "0.3*sin"),
    )
}

#[test]
fn a_ring_whose_levels_are_permuted_has_the_smaller_period() {
    let ring = resolved(&ring("2*pi"));
    let landscape = ring.landscape().unwrap();
    assert_eq!(landscape.parts(), 3);
    assert!((landscape.period() - TAU / 3.0).abs() < 1e-14);
    let whole = |f: &nanorotor::Periodic| f.repeated(3);
    let unreduced =
        Landscape::new(whole(landscape.torque()), whole(landscape.friction()), whole(landscape.diffusion()))
            .unwrap()
            .with_environment(
                whole(landscape.environment_friction()),
                whole(landscape.environment_diffusion()),
            )
            .unwrap()
            .with_mechanics(whole(landscape.classical_potential()), landscape.load())
            .unwrap();
    let inertia = ring.rotor.moment_of_inertia;
    let [reduced, unreduced] =
        [&landscape, &unreduced].map(|l| rates(l, inertia, &RateOptions::default()).unwrap());
    let close = |a: f64, b: f64| (a - b).abs() < 1e-7 * b.abs();
    assert!(reduced.rotation_rate.value.abs() > 1e-12);
    assert!(close(reduced.rotation_rate.value, unreduced.rotation_rate.value));
    assert!(close(reduced.rotational_diffusion.value, unreduced.rotational_diffusion.value));
    assert_eq!(reduced.theta, unreduced.theta);
    assert!(reduced.density.iter().zip(&unreduced.density).all(|(a, b)| (a - b).abs() < 1e-6));
    let total: f64 = reduced.density.iter().sum::<f64>() * TAU / reduced.density.len() as f64;
    assert!((total - 1.0).abs() < 1e-9, "{total}");
    let modes = |rates: &Rates| rates.expansion.unwrap().fourier_modes;
    assert!(modes(&reduced) < modes(&unreduced));
}

/// A ratchet with a load whose formulas repeat after π/3: everything agrees with the study that says so.
#[test]
fn hops_and_rates_are_those_of_the_study_stated_with_its_smallest_period() {
    let study = |period: &str| {
        resolved(&format!(
            "landscape = {{ torque = \"2e-3 eV\", friction = \"2e-3 eV ps*(1 + 0.3*cos(6*theta))\", \
             diffusion = \"1e-4 eV^2 ps\" }}\n\
             rotor = {{ period = \"{period}\", moment_of_inertia = \"1e-46 kg m^2\", \
             potential = \"0.02 eV*(sin(6*theta) + 0.3*sin(12*theta))\" }}\n"
        ))
    };
    let (stated, smallest) = (study("2*pi"), study("pi/3"));
    let landscapes = [&stated, &smallest].map(|study| study.landscape().unwrap());
    assert_eq!(landscapes.each_ref().map(Landscape::parts), [6, 1]);
    assert!(landscapes.iter().all(|l| (l.period() - PI / 3.0).abs() < 1e-14));
    let inertia = stated.rotor.moment_of_inertia;
    let [a, b] = landscapes.each_ref().map(|l| {
        let found = kramers::solve(l, inertia, &kramers::Options::default()).unwrap();
        (found.finer.rotation_rate(), found.finer.rotational_diffusion())
    });
    assert!((a.0 / b.0 - 1.0).abs() < 1e-9 && (a.1 / b.1 - 1.0).abs() < 1e-9, "{a:?} {b:?}");
    let [a, b] = [stated, smallest].map(|study| {
        let simulation = SimulationOptions {
            length: Length::TotalTime(200.0 / TIME_IN_NANOSECONDS),
            dt: Some(200.0),
            trajectories: Some(64),
            ..study.simulation_options()
        };
        let options = Options { simulation: Some(simulation), ..Options::default() };
        Point::new(study).simulate(&options, Watch::default()).unwrap().hop.unwrap()
    });
    // The same noise in the same landscape, but for rounding: far closer than the counts' own spread.
    let counts = |d: &nanorotor::observables::directionality::Directionality| (d.forward + d.back) as f64;
    let spread = (counts(&a) + counts(&b)).sqrt();
    assert!(counts(&b) > 500.0 && (counts(&a) - counts(&b)).abs() < 5.0 * spread, "{a:?} {b:?}");
}
