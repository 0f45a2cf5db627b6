//! Check the stationary Klein–Kramers solution against exact values, identities and limits.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod problems;

use std::f64::consts::TAU;

use nanorotor::kramers::{HermiteState, Options, Resolution, solve};
use nanorotor::observables::{RateOptions, rates};
use nanorotor::stationary::{Converged, Stationary};
use nanorotor::{Error, Landscape, Periodic, overdamped};
use problems::{MOTOR_INERTIA, MOTOR_TEMPERATURE, blowtorch, motor, rotor, tilted_washboard, washboard};
use proptest::prelude::*;

fn solved(landscape: &Landscape, moment_of_inertia: f64) -> Converged<HermiteState> {
    solve(landscape, moment_of_inertia, &Options::default()).unwrap()
}

fn velocity(landscape: &Landscape, moment_of_inertia: f64) -> f64 {
    solved(landscape, moment_of_inertia).finer.mean_velocity()
}

/// Washboard diffusion, tilted washboard and blowtorch: exact values computed by independent programs, quoted to the
/// digits they print.
#[test]
fn washboard_diffusion_at_all_dampings() {
    for (friction, exact) in [(10.0, 0.883_111), (1.0, 0.814_972), (0.1, 0.501_256), (0.01, 0.365_957)] {
        let (diffusion, error) =
            solved(&washboard(friction), 1.0).measure(HermiteState::rotational_diffusion);
        assert!(
            (friction * diffusion - exact).abs() < 5.1e-7,
            "friction {friction}: {}",
            friction * diffusion
        );
        assert!(error < 1e-8 * diffusion);
    }
}

#[test]
fn driven_rotors_turn_as_they_must() {
    for (landscape, exact) in [
        (tilted_washboard(), 0.254_684_531_35),
        (blowtorch(0.5), -0.060_590_875_44),
        (blowtorch(0.0), -0.081_492_913_73),
    ] {
        let (velocity, error) = solved(&landscape, 1.0).measure(HermiteState::mean_velocity);
        // Half a unit of the last digit quoted and what the solver admits.
        assert!((velocity - exact).abs() < 5e-12 + error, "{velocity} {exact} {error}");
        assert!(error < 1e-8 * exact.abs());
    }
}

#[test]
fn stated_errors_cover_the_true_ones() {
    let loose = Options { tolerance: 1e-3, ..Options::default() };
    for landscape in [washboard(0.1), washboard(0.01), tilted_washboard(), blowtorch(0.5), blowtorch(0.0)] {
        let exact =
            solve(&landscape, 1.0, &Options { tolerance: 1e-10, ..Options::default() }).unwrap().finer;
        let rough = solve(&landscape, 1.0, &loose).unwrap();
        for quantity in [
            HermiteState::mean_velocity,
            HermiteState::rotational_diffusion,
            HermiteState::mean_kinetic_temperature,
            HermiteState::mean_kinetic_energy,
        ] {
            let (value, error) = rough.measure(quantity);
            let off = (value - quantity(&exact)).abs();
            assert!(off <= error + 1e-10, "{value} is off by {off:.1e}, stated {error:.1e}");
        }
    }
}

#[test]
fn free_rotor_diffuses_by_einstein() {
    for friction in [0.01, 0.3, 20.0] {
        let state = solved(&rotor(|_| 0.0, |_| friction, |_| 1.3), 2.0).finer;
        assert!((state.rotational_diffusion() * friction / 1.3 - 1.0).abs() < 1e-13);
        assert!(state.mean_velocity().abs() < 1e-15);
    }
    // A constant torque adds F/X to the velocity and its square to ⟨u²⟩, and leaves the diffusion.
    let state = solved(&rotor(|_| 0.2, |_| 0.4, |_| 1.3), 2.0).finer;
    assert!((state.mean_velocity() - 0.5).abs() < 1e-12);
    assert!((state.rotational_diffusion() - 1.3 / 0.4).abs() < 1e-10);
    assert!((state.mean_kinetic_temperature() - 1.3).abs() < 1e-12);
    assert!((state.mean_kinetic_energy() - 0.5 * (1.3 + 2.0 * 0.25)).abs() < 1e-12);
}

#[test]
fn energy_is_conserved() {
    for (landscape, inertia) in [(blowtorch(0.5), 1.0), (tilted_washboard(), 0.3), (motor(), MOTOR_INERTIA)] {
        let rates = rates(&landscape, inertia, &RateOptions::default()).unwrap();
        let nothing = Periodic::constant(landscape.period(), 0.0);
        // ⟨X u²⟩, which the noise puts in and the friction takes out.
        let turnover = solved(&landscape, inertia).finer.heat(landscape.total_friction(), &nothing);
        assert!(rates.energy_balance.abs() < 1e-14 * turnover, "{} of {turnover}", rates.energy_balance);
        // All but the mean torque is the slope of a potential and does no work in a stationary state.
        let work = landscape.mean_torque() * TAU * rates.rotation_rate.value;
        let heat = rates.heat_to_electrons.value + rates.heat_to_environment.value;
        assert!((work - heat).abs() < 1e-9 * work.abs() + 1e-14 * turnover, "{work} {heat}");
    }
}

#[test]
fn heat_flows_from_the_hot_bath_to_the_cold() {
    let rates = rates(&motor(), MOTOR_INERTIA, &RateOptions::default()).unwrap();
    assert!(rates.heat_to_environment.value > 1e-10);
    assert!(
        (rates.heat_to_environment.value + rates.heat_to_electrons.value).abs()
            < 1e-9 * rates.heat_to_environment.value
    );
    assert!(rates.mean_kinetic_temperature.value > MOTOR_TEMPERATURE);
    assert!(rates.mean_kinetic_temperature.value < rates.max_effective_temperature);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn equilibrium_stays_boltzmann_for_any_friction(
        shape in prop::array::uniform6(-1.0..1.0_f64),
        temperature in 0.5..3.0_f64,
        inertia in 0.1..5.0_f64,
    ) {
        let [a, b, c, d, e, f] = shape;
        let potential = |t: f64| a * t.cos() + b * (2.0 * t).sin() + c * (3.0 * t + 1.0).cos() / 2.0;
        let torque = |t: f64| a * t.sin() - 2.0 * b * (2.0 * t).cos() + 1.5 * c * (3.0 * t + 1.0).sin();
        let friction = |t: f64| 2.2 + d * t.cos() + e * (2.0 * t).sin() + f * (3.0 * t).cos() / 10.0;
        // Rounding of the heating, which vanishes here, is what is left.
        let pair = solved(&rotor(torque, friction, |_| temperature), inertia);
        let state = &pair.finer;
        let thermal = (temperature / inertia).sqrt();
        prop_assert!(state.mean_velocity().abs() < 1e-12 * thermal, "{}", state.mean_velocity());
        prop_assert!((state.mean_kinetic_temperature() / temperature - 1.0).abs() < 1e-12);
        let boltzmann = Periodic::from_function(TAU, 201, |t| (-potential(t) / temperature).exp());
        let norm = 1.0 / (TAU * boltzmann.mean());
        let angles = [0.0, 0.4, 1.9, 3.3, 5.5];
        let profiles = pair.profiles(&angles);
        // The sum over the modes of the change allowed in one.
        prop_assert!(profiles.density_error.iter().all(|error| *error < 1e-6));
        for (j, t) in angles.into_iter().enumerate() {
            let exact = norm * boltzmann.value(t);
            let (density, error) = (profiles.density[j], profiles.density_error[j]);
            prop_assert!((density - exact).abs() < error + 1e-9, "{density} {exact} {error}");
            let (kinetic, error) = (profiles.kinetic_temperature[j], profiles.kinetic_temperature_error[j]);
            prop_assert!(kinetic.is_nan() || (kinetic - temperature).abs() < error + 1e-9 * temperature);
        }
    }
}

#[test]
fn harmonics_that_the_landscape_skips_do_not_feign_convergence() {
    // cos 3θ couples every third harmonic only: two more of the others change nothing.
    let temperature = 1.0;
    let landscape = rotor(|t| 3.0 * (3.0 * t).sin(), |_| 2.2, |_| temperature);
    let pair = solved(&landscape, 1.0);
    let exact = Periodic::from_function(TAU, 201, |t| (-(3.0 * t).cos() / temperature).exp());
    for t in [0.0, 0.4, 1.0] {
        let found = pair.finer.density().value(t);
        assert!((found - exact.value(t) / (TAU * exact.mean())).abs() < 1e-8, "{found}");
    }
}

#[test]
fn mirror_shift_and_a_doubled_period_change_nothing_else() {
    let build = |map: &dyn Fn(f64) -> f64, sign: f64, period: f64| {
        let f = |f: &dyn Fn(f64) -> f64| Periodic::from_function(period, 63, |t| f(map(t)));
        let landscape = motor();
        Landscape::new(
            f(&|t| sign * landscape.force().value(t)),
            f(&|t| landscape.total_friction().value(t)),
            f(&|t| landscape.total_diffusion().value(t)),
        )
        .unwrap()
    };
    let original = solved(&build(&|t| t, 1.0, TAU / 2.0), MOTOR_INERTIA).finer;
    let rate = original.rotation_rate();
    assert!(rate.abs() > 1e-9);
    let same = |other: &HermiteState, sign: f64| {
        assert!((other.rotation_rate() / rate - sign).abs() < 1e-7, "{} {rate}", other.rotation_rate());
        assert!((other.rotational_diffusion() / original.rotational_diffusion() - 1.0).abs() < 1e-7);
        assert!((other.mean_kinetic_temperature() / original.mean_kinetic_temperature() - 1.0).abs() < 1e-8);
    };
    same(&solved(&build(&|t| -t, -1.0, TAU / 2.0), MOTOR_INERTIA).finer, -1.0);
    same(&solved(&build(&|t| t + 0.7, 1.0, TAU / 2.0), MOTOR_INERTIA).finer, 1.0);
    let twice = build(&|t| t, 1.0, TAU);
    let resolution = Resolution { fourier_modes: 81, hermite_levels: original.resolution().hermite_levels };
    let options = Options { start: Some(resolution), tolerance: 1e-6, ..Options::default() };
    same(&solve(&twice, MOTOR_INERTIA, &options).unwrap().finer, 1.0);
}

#[test]
fn units_of_energy_and_time_drop_out() {
    let (energy, time) = (7.0, 0.01);
    let l = blowtorch(0.5);
    let scaled = |f: &Periodic, scale: f64| f.combine(scale, f, 0.0);
    let other = Landscape::new(
        scaled(l.torque(), energy),
        scaled(l.friction(), energy * time),
        scaled(l.diffusion(), energy * energy * time),
    )
    .unwrap();
    let (a, b) = (solved(&l, 1.0).finer, solved(&other, energy * time * time).finer);
    assert!((b.rotation_rate() * time / a.rotation_rate() - 1.0).abs() < 1e-11);
    assert!((b.rotational_diffusion() * time / a.rotational_diffusion() - 1.0).abs() < 1e-11);
    assert!((b.mean_kinetic_temperature() / energy / a.mean_kinetic_temperature() - 1.0).abs() < 1e-11);
}

#[test]
fn small_inertia_approaches_the_overdamped_limit_linearly() {
    for landscape in [blowtorch(0.5), blowtorch(0.0), tilted_washboard()] {
        let limit = overdamped::solve(&landscape, &overdamped::Options::default()).unwrap();
        let states = [4e-4, 2e-4, 1e-4].map(|inertia| solved(&landscape, inertia).finer);
        for (quantity, limit) in [
            (HermiteState::mean_velocity as fn(&HermiteState) -> f64, limit.mean_velocity.0),
            (HermiteState::rotational_diffusion, limit.rotational_diffusion.0),
        ] {
            let [a, b, c] = states.each_ref().map(|state| quantity(state) / limit - 1.0);
            assert!((b / c).log2() > 0.95 && (b / c).log2() < 1.05, "order {}", (b / c).log2());
            // Richardson: the linear part taken out, then the quadratic one.
            let (ab, bc) = (2.0 * b - a, 2.0 * c - b);
            assert!((4.0 * bc - ab).abs() / 3.0 < 3e-8, "{c} {bc} {}", (4.0 * bc - ab) / 3.0);
        }
    }
}

#[test]
fn six_decades_of_inertia_converge_to_the_overdamped_limit() {
    let landscape = motor();
    let limit = overdamped::solve(&landscape, &overdamped::Options::default()).unwrap().mean_velocity.0;
    let velocities: Vec<f64> = (0..7)
        .map(|decade| {
            let (velocity, error) =
                solved(&landscape, 4.5 * 10_f64.powi(decade)).measure(HermiteState::mean_velocity);
            assert!(error < 1e-7 * velocity.abs());
            velocity
        })
        .collect();
    assert!((velocities[0] / limit - 1.0).abs() < 2e-3, "{velocities:?} {limit}");
    // Inertia slows this motor at every decade.
    assert!(
        velocities.windows(2).all(|pair| pair[1] / pair[0] < 1.0 && pair[1] / pair[0] > 0.0),
        "{velocities:?}"
    );
}

#[test]
fn a_load_stops_the_motor_and_turns_it_round() {
    let unloaded = blowtorch(0.5);
    let loaded = |load: f64| unloaded.clone().with_mechanics(Periodic::constant(TAU, 0.0), load).unwrap();
    // The motor turns backwards, so a negative load opposes it.
    let (mut slow, mut fast) = (-1.0, 0.0);
    assert!(velocity(&loaded(fast), 1.0) < 0.0 && velocity(&loaded(slow), 1.0) > 0.0);
    for _ in 0..40 {
        let middle = 0.5 * (slow + fast);
        if velocity(&loaded(middle), 1.0) < 0.0 { fast = middle } else { slow = middle }
    }
    assert!(velocity(&loaded(slow), 1.0).abs() < 1e-10);
    let power = |load: f64| rates(&loaded(load), 1.0, &RateOptions::default()).unwrap().power;
    let half = power(0.5 * slow);
    assert!(half.value > 100.0 * half.error, "{half:?}");
    assert!((half.value - 0.5 * slow * velocity(&loaded(0.5 * slow), 1.0)).abs() < 1e-15);
    assert!(power(2.0 * slow).value < 0.0 && power(0.1).value < 0.0);
}

fn refusal(landscape: &Landscape, moment_of_inertia: f64, memory_limit: usize) -> String {
    let options = Options { memory_limit, ..Options::default() };
    match solve(landscape, moment_of_inertia, &options) {
        Err(error @ Error::NotConverged { .. }) => {
            assert!(!error.hint().is_empty());
            error.to_string()
        }
        other => panic!("{:?}", other.map(|state| state.finer.rotation_rate())),
    }
}

#[test]
fn what_cannot_converge_is_refused_with_the_numbers() {
    let enough = 1 << 30;
    let message = refusal(&rotor(|_| 0.0, |t| 1.0 + 1.5 * t.cos(), |_| 1.0), 1.0, enough);
    assert!(message.contains("total friction is -3.291060e-4 eV ps at theta = 3.14"), "{message}");
    let message = refusal(&rotor(|_| 0.0, |_| 1.0, |t| 1.0 + 1.5 * t.cos()), 1.0, enough);
    assert!(message.contains("total diffusion is -0.017911 eV^2 ps"), "{message}");
    let message = refusal(&rotor(f64::sin, |_| 1e-5, |_| 1.0), 1.0, 4 << 20);
    assert!(message.contains("4 MiB allowed") && message.contains("1.3e-5 per rad"), "{message}");
    let message = refusal(&rotor(f64::sin, |_| 1.0, |t| 1.0 + 0.999 * t.sin()), 1.0, 4 << 20);
    assert!(message.contains("between 0.027211 eV and 54.395561 eV"), "{message}");
    // Far beyond the thermal velocity the Hermite functions at rest do not reach.
    let message = refusal(&rotor(|_| 30.0, |_| 0.3, |_| 1.0), 1.0, 16 << 20);
    assert!(message.contains("Hermite levels"), "{message}");
    // A barrier of 60 kT: the hopping rate drowns in rounding.
    let message = refusal(&rotor(|t| 30.0 * t.sin(), |_| 1.0, |_| 1.0), 1.0, enough);
    assert!(message.contains("rounding"), "{message}");
    for inertia in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = solve(&washboard(1.0), inertia, &Options::default()).unwrap_err();
        assert!(matches!(error, Error::Model { .. }), "{error}");
    }
}

#[test]
fn an_even_number_of_modes_is_never_used() {
    for fourier_modes in [0, 1, 2, 24, 25] {
        let start = Some(Resolution { fourier_modes, hermite_levels: 0 });
        let options = Options { start, ..Options::default() };
        let state = solve(&blowtorch(0.5), 1.0, &options).unwrap().finer;
        assert!(!state.resolution().fourier_modes.is_multiple_of(2));
        assert!((state.mean_velocity() + 0.060_590_875_44).abs() < 1e-9);
    }
}

#[test]
fn absurd_input_is_refused_without_a_panic() {
    for inertia in [1e-300, 1e-30, 1e30, 1e300, f64::MIN_POSITIVE, f64::MAX] {
        for scale in [1e-200, 1.0, 1e150] {
            let landscape = rotor(|t| scale * t.sin(), |_| scale, |_| 1.0);
            let options = Options { memory_limit: 2 << 20, ..Options::default() };
            if let Ok(state) = solve(&landscape, inertia, &options) {
                assert!(state.finer.rotational_diffusion() > 0.0, "I = {inertia}, scale {scale}");
            }
        }
    }
    for tolerance in [0.0, -1.0, f64::NAN] {
        let error = solve(&washboard(1.0), 1.0, &Options { tolerance, ..Options::default() }).unwrap_err();
        assert!(matches!(error, Error::Model { .. }), "{error}");
    }
    for tolerance in [1e-300, 1e-15, 10.0, f64::INFINITY] {
        let options = Options { tolerance, memory_limit: 32 << 20, ..Options::default() };
        let solved = solve(&blowtorch(0.5), 1.0, &options);
        assert_eq!(solved.is_ok(), tolerance > 1e-14, "{tolerance}: {:?}", solved.err());
    }
    let start = Some(Resolution { fourier_modes: usize::MAX, hermite_levels: usize::MAX });
    assert!(solve(&washboard(1.0), 1.0, &Options { start, ..Options::default() }).is_err());
}

#[test]
fn resolutions_that_no_memory_holds_are_refused_before_they_are_taken() {
    for (fourier_modes, hermite_levels) in
        [(1_000_001, 40), (41, 1_000_000_000), (usize::MAX, usize::MAX), (1 << 32, 3)]
    {
        let start = Some(Resolution { fourier_modes, hermite_levels });
        let error = solve(&washboard(1.0), 1.0, &Options { start, ..Options::default() }).unwrap_err();
        assert!(error.to_string().contains("MiB are needed and 1024 MiB allowed"), "{error}");
    }
}
