//! Test the standings of assumptions on junctions whose widths, velocities and periods are known.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::f64::consts::{PI, TAU};

use super::*;
use crate::periodic::Periodic;
use crate::quantity::Task;
use crate::results::{Options, Point, Watch};
use crate::study::Study;

fn of(study: &Study) -> Validity {
    let resolved = study.resolve().unwrap();
    resolved.validity(&resolved.landscape().unwrap(), Velocity::Unknown).unwrap()
}

fn preset() -> Study {
    Study::preset("preston2023").unwrap()
}

fn standing(validity: &Validity, name: &str) -> (Standing, String) {
    let found = validity.assumptions.iter().find(|a| a.name == name).unwrap();
    (found.standing, found.text.clone())
}

fn measure(validity: &Validity, name: &str) -> f64 {
    validity.measures.iter().find(|(known, _)| *known == name).unwrap().1
}

fn rate(resolved: &Resolved) -> Results {
    Point::new(resolved.clone()).compute(Task::Rate, &Options::default(), Watch::default()).unwrap()
}

#[test]
fn the_papers_motor_is_classical_and_only_roughly_adiabatic_where_both_couplings_are_small() {
    let validity = of(&preset());
    for name in ["period", "torque", "classical rotor", "friction"] {
        assert_eq!(standing(&validity, name).0, Standing::Holds, "{name}: {validity:?}");
    }
    assert!(standing(&validity, "torque").1.starts_with("conservative"));
    assert!(standing(&validity, "period").1.contains("= pi is the smallest"));
    // The two resonances share both couplings: each is (Γ_L s_L² + Γ_R s_R²)/2 wide, at ±v inside the window.
    let amplitude = |angle: f64| 1.0 + 0.475 * ((2.0 * angle).cos() - 1.0);
    let width =
        |theta: f64| 0.5 * (0.272 * amplitude(theta).powi(2) + 0.136 * amplitude(theta - PI / 4.0).powi(2));
    let narrowest = (0..64).map(|j| width(PI * f64::from(j) / 64.0)).fold(f64::INFINITY, f64::min);
    let found = measure(&validity, "resonance_width") * HARTREE_IN_EV;
    assert!((found / narrowest - 1.0).abs() < 1e-3, "{found} {narrowest}");
    // u_th/(width L/2π) with the hottest 0.0445 eV.
    let velocity = (0.044_503_084 / HARTREE_IN_EV / 4.5e5).sqrt();
    let expected = velocity / (narrowest / HARTREE_IN_EV) / 0.5;
    let ratio = measure(&validity, "adiabatic_ratio");
    assert!((ratio / expected - 1.0).abs() < 2e-3, "{ratio} {expected}");
    assert_eq!(standing(&validity, "adiabaticity").0, Standing::Questionable);
}

#[test]
fn one_level_between_two_leads_has_its_exact_width() {
    let text = r#"
        molecule.hamiltonian = [["0.1 eV"]]
        band.bottom = "-10 eV"
        rotor = { period = "2*pi", moment_of_inertia = "1e5 au" }
        environment = { friction = "5 au", thermal_energy = "300 K" }
        lead = [
          { name = "l", chemical_potential = "0.2 eV", thermal_energy = "0.02 eV", channel = [{ broadening = "0.03 eV", site = 1, amplitude = "1 + 0.5*cos(theta)" }] },
          { name = "r", chemical_potential = "-0.2 eV", thermal_energy = "0.03 eV", channel = [{ broadening = "0.01 eV", site = 1, amplitude = "1" }] },
        ]"#;
    let validity = of(&Study::from_toml(text, "test", None).unwrap());
    // Narrowest at theta = pi: 0.03 * 0.25 + 0.01 eV.
    let width = measure(&validity, "resonance_width") * HARTREE_IN_EV;
    assert!((width - 0.0175).abs() < 1e-9, "{width}");
    let (standing, text) = standing(&validity, "resonances");
    assert_eq!(standing, Standing::Questionable);
    // What is told is what is judged: k_BT over the width, 0.02/0.0175.
    let ratio = measure(&validity, "resonance_ratio");
    assert!((ratio - 0.02 / 0.0175).abs() < 1e-6, "{ratio}");
    let told = "is 1.143 times the width of the narrowest resonance, 0.0175 eV (at 0.1000 eV, theta = 3.142)";
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_light_rotor_is_too_fast_and_no_classical_one() {
    let scaled = |inertia: &str| of(&preset().with("I", inertia).unwrap());
    let (heavy, light) = (scaled("4.5e5 au"), scaled("45 au"));
    // u_th and the libration both go as I^(-1/2).
    for name in ["adiabatic_ratio", "quantum_ratio"] {
        let ratio = measure(&light, name) / measure(&heavy, name);
        assert!((ratio - 100.0).abs() < 1e-6, "{name}: {ratio}");
        assert!(measure(&light, name) > 1.0, "{name}");
    }
    for name in ["adiabaticity", "white noise", "classical rotor"] {
        assert_eq!(standing(&light, name).0, Standing::Fails, "{name}: {light:?}");
    }
}

/// A level between two leads on a heavy rotor that a negative load turns.
fn driven_ring(load: &str, inertia: &str) -> Study {
    let text = format!(
        r#"
        molecule.hamiltonian = [["0 eV"]]
        band.bottom = "-10 eV"
        rotor = {{ period = "2*pi", moment_of_inertia = "{inertia}", load = "{load}" }}
        environment = {{ friction = "5 au", thermal_energy = "1e-3 Ha" }}
        lead = [
          {{ name = "l", chemical_potential = "0.1 eV", thermal_energy = "1e-3 Ha", channel = [{{ broadening = "0.006 eV", site = 1, amplitude = "1 + 0.1*cos(theta)" }}] }},
          {{ name = "r", chemical_potential = "-0.1 eV", thermal_energy = "1e-3 Ha", channel = [{{ broadening = "0.006 eV", site = 1, amplitude = "1" }}] }},
        ]"#
    );
    Study::from_toml(&text, "test", None).unwrap()
}

#[test]
fn a_fast_ring_is_judged_by_its_drift() {
    // 1121 revolutions per ns against the environment's friction, thirty times the thermal velocity.
    let drift = 1121.0 * TAU * TIME_IN_NANOSECONDS;
    let load = format!("{} Ha", -5.0 * drift);
    let (fast, still) = (driven_ring(&load, "3e7 au"), driven_ring("0 eV", "3e7 au"));
    assert_eq!(standing(&of(&still), "adiabaticity").0, Standing::Holds);
    let resolved = fast.resolve().unwrap();
    let landscape = resolved.landscape().unwrap();
    let found = rate(&resolved);
    let with_rate = Validity {
        measures: vec![("adiabatic_ratio", found.get("adiabatic_ratio").unwrap().values[0])],
        assumptions: found.validity,
    };
    let by_trajectories = resolved.validity(&landscape, Velocity::Mean(drift)).unwrap();
    for validity in [of(&fast), with_rate, by_trajectories] {
        let ratio = measure(&validity, "adiabatic_ratio");
        // Narrowest where the amplitude is 0.9.
        let expected = drift / (0.006 * 1.81 / HARTREE_IN_EV);
        assert!((ratio / expected - 1.0).abs() < 0.01 && (0.35..0.45).contains(&ratio), "{ratio} {expected}");
        let (found, text) = standing(&validity, "adiabaticity");
        assert!(found == Standing::Questionable && text.contains("rad at "), "{text}");
        assert!(!text.contains("thermal velocity"), "{text}");
        assert!(ratio > 20.0 * measure(&of(&still), "adiabatic_ratio"));
    }
}

#[test]
fn the_velocity_is_that_of_the_density_where_it_is_known() {
    let resolved = driven_ring("-2e-4 Ha", "1e6 au").resolve().unwrap();
    let landscape = resolved.landscape().unwrap();
    let found = rate(&resolved);
    let value = |name: &str| found.get(name).unwrap().values[0];
    let velocity = (2.0 * value("mean_kinetic_energy") / 1e6).sqrt();
    let thermal = resolved.validity(&landscape, Velocity::Mean(0.0)).unwrap();
    let ratio = value("adiabatic_ratio") / measure(&thermal, "adiabatic_ratio");
    let hottest = value("max_effective_temperature") / 1e6;
    assert!((ratio / (velocity / hottest.sqrt()) - 1.0).abs() < 1e-3, "{ratio}");
    // A drift of 4e-5 beside a thermal velocity of 3.2e-5.
    assert!(velocity > 1.3 * hottest.sqrt() && velocity > TAU * value("rotation_rate"));
    // Where the friction is negative at some angles there is no thermal velocity, but that of the density is known.
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 31, f);
    let braked_in_part =
        Landscape::new(periodic(&f64::sin), periodic(&|t| 1.0 + 2.0 * t.cos()), periodic(&|_| 1.0)).unwrap();
    let known = Velocity::RootMeanSquare(velocity);
    let [part, all] =
        [&braked_in_part, &landscape].map(|landscape| resolved.validity(landscape, known).unwrap());
    assert_eq!(measure(&part, "adiabatic_ratio"), measure(&all, "adiabatic_ratio"));
    assert_eq!(standing(&part, "adiabaticity").0, standing(&all, "adiabaticity").0);
    assert!(
        resolved
            .validity(&braked_in_part, Velocity::Unknown)
            .unwrap()
            .measures
            .iter()
            .any(|(_, x)| x.is_nan())
    );
}

#[test]
fn the_direction_is_sure_by_the_law_of_long_times_only_after_many_hops() {
    let washboard = |torque: &str, friction: f64| {
        let text = format!(
            "landscape = {{ torque = \"{torque}\", friction = \"{friction} au\", diffusion = \"2*{friction} au\" }}\n\
             rotor = {{ period = \"2*pi\", moment_of_inertia = \"1 au\" }}\n"
        );
        rate(&Study::from_toml(&text, "test", None).unwrap().resolve().unwrap())
    };
    let told = |results: &Results| {
        let ratio = results.get("certainty_ratio").unwrap().values[0];
        let found = results.validity.iter().find(|a| a.name == "certainty");
        (ratio, found.map(|a| a.standing))
    };
    // A free rotor: D_eff = 1, ⟨δu²⟩ = 1, t_u = 1, t_L = min(2π², 2π/w) and t_2 = 8/w².
    for (wind, standing) in [(0.01, Standing::Holds), (0.3, Standing::Questionable), (3.0, Standing::Fails)] {
        let (ratio, found) = told(&washboard(&format!("{wind} au"), 1.0));
        let expected = 1.0_f64.max((2.0 * PI * PI).min(TAU / wind)) * wind * wind / 8.0;
        assert!(
            (ratio / expected - 1.0).abs() < 1e-6 && found == Some(standing),
            "{wind}: {ratio} {expected}"
        );
    }
    // Traps eight k_BT deep that lean forward by two a period: e² hops forward to one back, each to a neighbour.
    let (ratio, standing) = told(&washboard("4 au*sin(theta) + 0.3183098861837907 au", 8.0));
    let hops = |ratio: f64| (ratio - 1.0).powi(2) / (ratio + 1.0).powi(2);
    assert!((ratio / (hops(2_f64.exp()) / 4.0) - 1.0).abs() < 0.02, "{ratio}");
    assert_eq!(standing, Some(Standing::Questionable));
    // Where no direction shows there is nothing to judge.
    let (ratio, standing) = told(&washboard("4 au*sin(theta)", 8.0));
    assert!(ratio.is_nan() && standing.is_none());
}

#[test]
fn a_wind_tells_its_work_and_a_smaller_period_is_seen() {
    let wind = of(&preset().with("E_1", "0.5 eV").unwrap().with("V", "2 eV").unwrap());
    assert!(standing(&wind, "torque").1.starts_with("a nonconservative drive"), "{wind:?}");
    let study = preset();
    let text = study.text().replace("period = \"pi\"", "period = \"2*pi\"");
    let double = of(&Study::from_toml(&text, "test", None).unwrap());
    assert!(
        standing(&double, "period").1.contains("already repeats after 3.141593 rad = pi, not only"),
        "{double:?}"
    );
}

/// Two levels that cross twice a turn, with an environment of this friction.
fn textbook_junction(friction: &str) -> Study {
    let text = format!(
        r#"
        molecule.hamiltonian = [["0.5 eV*sin(theta)", "0.2 eV"], ["0.2 eV", "-0.5 eV*sin(theta)"]]
        band.bottom = "-10 eV"
        rotor = {{ period = "2*pi", moment_of_inertia = "1.15e-45 kg m^2" }}
        environment = {{ friction = "{friction}", thermal_energy = "300 K" }}
        rate.tolerance = 1e-5
        lead = [
          {{ name = "l", chemical_potential = "1 eV", thermal_energy = "300 K", channel = [{{ broadening = "0.1 eV", site = 1, amplitude = "1" }}] }},
          {{ name = "r", chemical_potential = "-1 eV", thermal_energy = "300 K", channel = [{{ broadening = "0.1 eV", site = 2, amplitude = "1" }}] }},
        ]"#
    );
    Study::from_toml(&text, "test", None).unwrap()
}

#[test]
fn the_electrons_of_a_textbook_junction_drive_the_rotor_and_the_velocities_it_reaches_judge_the_expansion() {
    // Enough solvent: the friction of the electrons is negative at some angles, the total is not, and nothing changes.
    let braked = of(&textbook_junction("5e-3 eV ps"));
    let (found, text) = standing(&braked, "friction");
    assert!(found == Standing::Holds && text.contains("that of the electrons alone falls to -2.7"), "{text}");
    // With less of it the rotor is driven near the top, where it is slow, so that noise has to take it there; what it may reach is not far
    // from what the density has.
    let resolved = textbook_junction("2e-4 eV ps").resolve().unwrap();
    let driven = resolved.validity(&resolved.landscape().unwrap(), Velocity::Unknown).unwrap();
    let (found, text) = standing(&driven, "friction");
    assert!(found == Standing::Questionable && text.contains("without noise the rotor rests"), "{text}");
    let (_, text) = standing(&driven, "adiabaticity");
    assert!(text.contains("noise and negative friction can drive it"), "{text}");
    let found = rate(&resolved);
    assert!(found.status.is_converged(), "{:?}", found.status);
    let ratio = measure(&driven, "adiabatic_ratio") / found.get("adiabatic_ratio").unwrap().values[0];
    assert!((0.7..3.0).contains(&ratio), "{ratio}");
}

#[test]
fn negative_friction_is_told_with_its_regime_and_given_landscapes_have_no_electrons() {
    let text = |friction: &str| {
        format!(
            "landscape = {{ torque = \"0.01 eV * sin(theta)\", friction = \"{friction}\", diffusion = \"1e-4 eV^2 ps\" }}\n\
             rotor = {{ period = \"2*pi\", moment_of_inertia = \"4.5e5 au\" }}\n"
        )
    };
    let validity = |friction: &str| of(&Study::from_toml(&text(friction), "test", None).unwrap());
    let good = validity("2e-3 eV ps + 1e-3 eV ps * cos(theta)");
    assert_eq!(standing(&good, "friction").0, Standing::Holds);
    assert!(good.assumptions.iter().all(|a| a.name != "adiabaticity"));
    let bad = validity("1e-3 eV ps + 2e-3 eV ps * cos(theta)");
    let (found, text) = standing(&bad, "friction");
    assert!(found == Standing::Questionable && text.contains("-1.000e-3 eV ps at theta = 3.142"), "{text}");
    assert!(
        text.contains("1.000e-3 eV ps on the average") && text.contains("as far as adiabaticity"),
        "{text}"
    );
    assert!((measure(&bad, "mean_friction") / measure(&bad, "lowest_friction") + 1.0).abs() < 1e-9);
    // Where it is not positive on the average there is no bound.
    let worst = validity("-1e-4 eV ps + 2e-3 eV ps * cos(theta)");
    let (found, text) = standing(&worst, "friction");
    assert!(
        found == Standing::Fails && text.contains("a runaway: the velocity grows without bound"),
        "{text}"
    );
}

#[test]
fn a_sweep_shows_the_worst_standing_of_each_assumption() {
    let mut results = Results::default();
    results.numbers("I", vec![1.0, 2.0, 3.0]);
    results.swept = 1;
    results.variable("adiabatic_ratio", &["I"], vec![0.05, 1.5, f64::NAN]);
    results.variable("memory_ratio", &["I"], vec![0.01, 0.02, 0.1]);
    results.variable("lowest_friction", &["I"], vec![0.5, 1.0, 0.5]);
    let found = sweep_validity(&results);
    let said: Vec<_> = found.iter().map(|a| (a.name, a.standing, a.text.as_str())).collect();
    assert_eq!(
        said,
        [
            ("adiabaticity", Standing::Fails, "at 1 of 2 points; adiabatic_ratio from 0.050 to 1.500"),
            ("white noise", Standing::Holds, "at 3 of 3 points; memory_ratio from 0.010 to 0.100"),
            (
                "friction",
                Standing::Holds,
                "at 3 of 3 points; lowest_friction from 3.291060e-4 eV ps to 6.582120e-4 eV ps"
            ),
        ]
    );
    // Friction that is negative somewhere is as good as its mean.
    results.variables[2].values[1] = -1.0;
    for (mean, expected) in [(0.1, Standing::Questionable), (-0.1, Standing::Fails)] {
        results.variable("mean_friction", &["I"], vec![1.0, mean, 1.0]);
        let found = sweep_validity(&results);
        let friction = &found[2];
        assert!(friction.standing == expected && friction.text.starts_with("at 1 of 3"), "{friction:?}");
        results.variables.pop();
    }
    // What judges a sweep judges its points.
    let found = rate(&preset().with("I", "45 au").unwrap().resolve().unwrap());
    for (name, measured, ..) in BOUNDS {
        let standing = found.validity.iter().find(|a| a.name == name).unwrap().standing;
        assert_eq!(standing, judged(measured, found.get(measured).unwrap().values[0]), "{name}");
    }
}

#[test]
fn a_deeper_band_raises_the_barrier_of_the_preset() {
    let resolved = preset().resolve().unwrap();
    let found = resolved.band_assumption(&resolved.landscape().unwrap()).unwrap().unwrap();
    assert_eq!(found.standing, Standing::Questionable);
    assert!(
        found.text.starts_with("barrier 0.0745 eV; from -100.0000 eV it would be 0.1875 eV"),
        "{}",
        found.text
    );
}
