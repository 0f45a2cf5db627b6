//! Check the limit of weak damping against exact values and against the solver of any damping.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod problems;

use std::f64::consts::TAU;

use nanorotor::kramers::elements;
use nanorotor::stationary::Stationary;
use nanorotor::weak::{self, Limit, Options};
use nanorotor::{Landscape, Periodic};
use problems::{rotor, washboard};

fn solve(landscape: &Landscape) -> Limit {
    weak::solve(landscape, 1.0, &Options::default()).unwrap()
}

/// A rotor with two wells, a wind, and friction and noise that depend on the angle, seen from an angle.
fn two_wells(damping: f64, from: f64) -> Landscape {
    rotor(
        |t| {
            let t = t + from;
            damping + 0.7 * t.sin() + 1.5 * (2.0 * t + 0.5).sin()
        },
        |t| damping * (1.0 + 0.5 * (t + from).cos()),
        |t| 1.0 + 0.5 * (t + from + 0.3).sin(),
    )
}

#[test]
fn diffusion_in_a_cosine() {
    // γ D_eff for U = (1 − cos θ)/2, with the layer, and exactly.
    for (damping, layer, exact) in
        [(1e-3, 0.324_610, 0.324_838), (1e-4, 0.312_064, 0.312_093), (1e-5, 0.308_097, 0.308_100)]
    {
        let found = solve(&washboard(damping));
        let (diffusion, error) = found.rotational_diffusion();
        assert!((damping * diffusion - layer).abs() < 6e-7, "{damping}: {}", damping * diffusion);
        assert!((damping * diffusion - exact).abs() < damping * error, "{damping}: {error}");
        assert!(error < 20.0 * (diffusion - exact / damping).abs() + 2e-6 / damping, "{damping}: {error}");
        assert!(found.mean_velocity().0.abs() < 1e-15 * diffusion);
        assert!((found.mean_kinetic_energy().0 - 0.5).abs() < 1e-12);
    }
    let leading = solve(&washboard(1e-12)).rotational_diffusion().0 * 1e-12;
    assert!((leading - 0.306_262_7).abs() < 1e-7, "{leading}");
}

#[test]
fn a_drift_without_end_is_refused_before_it_is_followed() {
    let driven = |wind: f64| rotor(move |t| wind + 2.0 * t.sin(), |_| 1e-3, |_| 1.0);
    let refused = |wind: f64| weak::solve(&driven(wind), 1.0, &Options::default()).unwrap_err();
    for wind in [0.061, -0.061, 1e3] {
        let told = refused(wind).to_string();
        assert!(told.contains("thermal velocities"), "{told}");
    }
    // At the drift w/X = 20 what the friction takes is what the wind and the bath give, X⟨u²⟩ = w⟨u⟩ + X kT.
    let found = solve(&driven(0.02));
    let ((velocity, error), (energy, of_energy)) = (found.mean_velocity(), found.mean_kinetic_energy());
    let off = 2.0 * energy - 20.0 * velocity - 1.0;
    assert!(
        off.abs() < 2.0 * of_energy + 20.0 * error,
        "{off}: {velocity} ± {error}, {energy} ± {of_energy}"
    );
    assert!((velocity - 20.0).abs() < 1e-3 && of_energy < 1e-2 * energy, "{velocity}, ± {of_energy}");
}

#[test]
fn a_blowtorch_alone_turns() {
    for (damping, exact) in [(1e-5, -0.122_803), (1e-4, -0.122_944), (1e-3, -0.123_34)] {
        let motor =
            rotor(|t| 2.0 * t.sin(), |t| damping * (1.0 + 0.5 * t.cos()), |t| 1.0 + 0.75 * (1.0 + t.sin()));
        let (velocity, error) = solve(&motor).mean_velocity();
        assert!((velocity / damping + 0.122_733).abs() < 5e-7, "{}", velocity / damping);
        assert!((velocity / damping - exact).abs() < error / damping, "{error}");
        // A wind of the order of the damping squared adds what it does alone.
        let wind = |wind: f64| {
            let force = move |t: f64| wind + 2.0 * t.sin();
            solve(&rotor(force, |t| damping * (1.0 + 0.5 * t.cos()), |t| 1.0 + 0.75 * (1.0 + t.sin())))
                .mean_velocity()
                .0
        };
        let (with, against) = (wind(damping * damping), wind(-damping * damping));
        assert!((with + against - 2.0 * velocity).abs() < 1e-6 * velocity.abs());
        assert!((with - velocity) / velocity.abs() > 0.1);
    }
}

/// The solver of any damping agrees within the errors stated.
#[test]
fn elements_agree_within_the_errors() {
    let damping = 1e-3;
    let uneven = |t: f64| damping * (1.0 + 0.5 * t.cos());
    let hot = |t: f64| 1.0 + 0.5 * (t + 0.3).sin();
    let cases = [
        // Locked and running states together.
        ("tilted", rotor(|t| 2.0 * damping + t.sin(), |_| damping, |_| 1.0)),
        ("uneven", rotor(|t| 1e-4 + t.sin(), |t| 0.1 * uneven(t), hot)),
        ("two wells", two_wells(damping, 0.0)),
        ("nearly equal tops", rotor(|t| 0.02 * t.sin() + 1.5 * (2.0 * t).sin(), uneven, hot)),
        ("fast", rotor(|t| 15.0 * damping + t.sin(), uneven, hot)),
    ];
    for (name, motor) in cases {
        let found = solve(&motor);
        let options = elements::Options { tolerance: 1e-5, ..elements::Options::default() };
        let exact = elements::solve(&motor, 1.0, &options).unwrap();
        for (what, (value, error), (expected, spread)) in [
            ("velocity", found.mean_velocity(), exact.state.measure(elements::State::mean_velocity)),
            (
                "diffusion",
                found.rotational_diffusion(),
                exact.state.measure(elements::State::rotational_diffusion),
            ),
            (
                "energy",
                found.mean_kinetic_energy(),
                exact.state.measure(elements::State::mean_kinetic_energy),
            ),
        ] {
            let off = (value - expected).abs();
            assert!(off < error + spread, "{name}, {what}: {value:e} ± {error:e}, {expected:e}");
        }
        assert!(found.rotational_diffusion().1 < 0.25 * found.rotational_diffusion().0, "{name}");
        // The leading order of the density, between the tops and on them.
        for t in [0.4, 2.0, 3.4, 5.0] {
            let (limit, density) = (found.moments_at(t), exact.state.finer.moments_at(&[t])[0]);
            assert!((limit[0] / density[0] - 1.0).abs() < 0.06, "{name} at {t}: {limit:?} {density:?}");
            assert!((limit[2] / density[2] - 1.0).abs() < 0.06, "{name} at {t}: {limit:?} {density:?}");
        }
    }
}

#[test]
fn moments_are_those_of_a_density() {
    let found = solve(&two_wells(1e-3, 0.0));
    let n = 4000;
    let mean = |power: usize| -> f64 {
        (0..n).map(|j| TAU / f64::from(n) * found.moments_at(TAU * f64::from(j) / f64::from(n))[power]).sum()
    };
    assert!((mean(0) - 1.0).abs() < 1e-4, "{}", mean(0));
    assert!((mean(1) / found.mean_velocity().0 - 1.0).abs() < 1e-12);
    assert!((mean(2) / (2.0 * found.mean_kinetic_energy().0) - 1.0).abs() < 1e-5);
    let shares: f64 = found.shares().iter().sum();
    assert!((shares - 1.0).abs() < 1e-12);
    assert!((found.damping() - 1e-3).abs() < 0.2e-3 && found.moment_of_inertia() == 1.0);
}

#[test]
fn neither_mirror_nor_origin_nor_period_matter() {
    let motor = two_wells(1e-3, 0.0);
    let found = solve(&motor);
    let same = |other: &Limit, sign: f64, what: &str| {
        for (a, b) in [
            (found.mean_velocity(), other.mean_velocity()),
            (found.mean_kinetic_energy(), other.mean_kinetic_energy()),
            (found.rotational_diffusion(), other.rotational_diffusion()),
        ]
        .into_iter()
        .zip([sign, 1.0, 1.0])
        .map(|((a, b), sign)| (a, (sign * b.0, b.1)))
        {
            assert!((a.0 / b.0 - 1.0).abs() < 1e-9, "{what}: {a:?} {b:?}");
            assert!((a.1 / b.1 - 1.0).abs() < 1e-3, "{what}: {a:?} {b:?}");
        }
    };
    for from in [1.0, 2.5, 4.0] {
        same(&solve(&two_wells(1e-3, from)), 1.0, "origin");
    }
    let of = |f: &Periodic, g: &dyn Fn(&Periodic, f64) -> f64| Periodic::from_function(TAU, 31, |t| g(f, t));
    let mirrored = Landscape::new(
        of(motor.force(), &|f, t| -f.value(-t)),
        of(motor.total_friction(), &|f, t| f.value(-t)),
        of(motor.total_diffusion(), &|f, t| f.value(-t)),
    );
    same(&solve(&mirrored.unwrap()), -1.0, "mirror");
    let twice = Landscape::new(
        motor.force().repeated(2),
        motor.total_friction().repeated(2),
        motor.total_diffusion().repeated(2),
    );
    let doubled = solve(&twice.unwrap());
    same(&doubled, 1.0, "period");
    assert!((doubled.period() - 2.0 * TAU).abs() < 1e-12);
    for (once, twice) in found.moments_at(1.0).iter().zip(doubled.moments_at(1.0 + TAU)) {
        assert!((once - 2.0 * twice).abs() < 1e-9 * once.abs());
    }
}

#[test]
fn a_free_rotor_follows_einstein() {
    let found = solve(&rotor(|_| 2e-3, |_| 1e-3, |_| 1.5));
    assert!((found.mean_velocity().0 - 2.0).abs() < 1e-10);
    assert!((found.rotational_diffusion().0 / 1500.0 - 1.0).abs() < 1e-10);
    assert!((found.mean_kinetic_energy().0 - 2.75).abs() < 1e-10);
}

#[test]
fn what_is_not_weakly_damped_is_refused() {
    let refused = |landscape: &Landscape, inertia: f64, tolerance: f64| {
        weak::solve(landscape, inertia, &Options { tolerance }).map(|_| ()).unwrap_err().to_string()
    };
    let good = washboard(1e-3);
    assert!(refused(&good, 0.0, 1e-8).contains("moment of inertia"));
    assert!(refused(&good, 1.0, f64::NAN).contains("tolerance"));
    assert!(refused(&washboard(0.2), 1.0, 1e-8).contains("0.200 per rad"));
    let landscape = |friction: &dyn Fn(f64) -> f64, diffusion: &dyn Fn(f64) -> f64| {
        let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
        Landscape::new(periodic(&f64::sin), periodic(friction), periodic(diffusion)).unwrap()
    };
    let pumped = landscape(&|t| 1e-3 * (t.cos() - 0.1), &|_| 1e-3);
    assert!(refused(&pumped, 1.0, 1e-8).contains("mean total friction"));
    let cold = landscape(&|_| 1e-3, &|t| 1e-3 * (0.1 + t.cos()));
    assert!(refused(&cold, 1.0, 1e-8).contains("diffusion in energy"));
    // Friction that is negative where the rotor is slow, at the bottom of its well, is no obstacle.
    let driven = landscape(&|t| 1e-3 * (0.5 + t.cos()), &|_| 2e-3);
    assert!(solve(&driven).rotational_diffusion().0 > 0.0);
}
