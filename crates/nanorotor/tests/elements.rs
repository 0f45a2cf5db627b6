//! Spectral elements against exact values, against Hermite functions, and against an independent program.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::f64::consts::TAU;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use nanorotor::kramers::{self, Progress, Watch, elements};
use nanorotor::stationary::{Converged, Stationary};
use nanorotor::{Landscape, Periodic};
use proptest::prelude::*;

/// A rotor of mass 1 with period 2π.
fn landscape(
    force: impl Fn(f64) -> f64,
    friction: impl Fn(f64) -> f64,
    temperature: impl Fn(f64) -> f64,
) -> Landscape {
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 63, f);
    Landscape::new(periodic(&force), periodic(&friction), periodic(&|t| 2.0 * friction(t) * temperature(t)))
        .unwrap()
}

fn solve(landscape: &Landscape, tolerance: f64) -> elements::Refined {
    let options = elements::Options { tolerance, ..elements::Options::default() };
    elements::solve(landscape, 1.0, &options).unwrap()
}

#[test]
fn diffusion_in_a_cosine_at_every_damping() {
    // γ D_eff for U = (1 − cos x)/2: the first four from continued fractions, the last three from the expansion in √γ
    // with its next order fitted.
    let exact = [
        (10.0, 0.883_111, 1e-6),
        (1.0, 0.814_972, 1e-6),
        (0.1, 0.501_256, 1e-6),
        (0.01, 0.365_957, 2e-6),
        (1e-3, 0.324_838, 2e-6),
        (1e-4, 0.312_093, 2e-6),
        (1e-5, 0.308_100, 2e-6),
    ];
    for (damping, expected, within) in exact {
        let found = solve(&landscape(|t| -0.5 * t.sin(), |_| damping, |_| 1.0), 1e-6);
        let (diffusion, error) = found.state.measure(elements::State::rotational_diffusion);
        assert!(found.converged && error < 1e-6 * diffusion, "{damping}: {}", found.error);
        assert!((damping * diffusion - expected).abs() < within, "{damping}: {}", damping * diffusion);
        assert!(found.state.finer.mean_velocity().abs() < 1e-9 * diffusion);
        assert!((2.0 * found.state.finer.mean_kinetic_energy() - 1.0).abs() < 1e-6);
    }
}

#[test]
fn velocities_known_to_ten_digits() {
    let blowtorch = |t: f64| 1.0 + 0.75 * (1.0 + t.sin());
    let cases = [
        (landscape(|t| 2.0 * t.sin() + 1.0, |_| 1.0, |_| 1.0), 0.254_684_531_35),
        (landscape(|t| 2.0 * t.sin(), |t| 1.0 + 0.5 * t.cos(), blowtorch), -0.060_590_875_44),
        (landscape(|t| 2.0 * t.sin(), |_| 1.0, blowtorch), -0.081_492_913_73),
    ];
    for (landscape, expected) in cases {
        let (velocity, error) = solve(&landscape, 1e-10).state.measure(elements::State::mean_velocity);
        assert!((velocity - expected).abs() < 2e-11 + error && error < 1e-10, "{velocity} ± {error}");
    }
}

#[test]
fn blowtorch_at_weak_damping_tends_to_its_limit() {
    // ⟨u⟩/γ from the quadratures of the weak-damping limit, −0.122731, with corrections of order √γ.
    for (damping, expected) in [(1e-2, -0.124_04), (1e-3, -0.123_34), (1e-4, -0.122_944)] {
        let motor = landscape(
            |t| 2.0 * t.sin(),
            |t| damping * (1.0 + 0.5 * t.cos()),
            |t| 1.0 + 0.75 * (1.0 + t.sin()),
        );
        let (velocity, error) = solve(&motor, 1e-6).state.measure(elements::State::mean_velocity);
        assert!(
            (velocity / damping - expected).abs() < 6e-6 + error / damping,
            "{damping}: {velocity} ± {error}"
        );
    }
}

#[test]
fn hops_over_forty_temperatures_keep_their_digits() {
    // U = −(B/2) cos x at γ = 1: Kramers' rate with the correction 1 − 0.2555/B, and a tilt so small that only the
    // balance of forward and backward hops feels it.
    let (barrier, tilt) = (40.0_f64, 0.015);
    let found = solve(&landscape(|t| tilt - 0.5 * barrier * t.sin(), |_| 1.0, |_| 1.0), 1e-4);
    assert!(found.converged, "{}", found.error);
    let (diffusion, spread) = found.state.measure(elements::State::rotational_diffusion);
    let spread = spread / diffusion;
    let frequency = (0.5 * barrier).sqrt();
    let grote = ((0.25 + frequency * frequency).sqrt() - 0.5) / frequency;
    let hops = 2.0 * frequency / TAU * grote * (-barrier).exp() * (1.0 - 0.2555 / barrier);
    // Tilted, the two barriers differ by 2π tilt.
    let kramers = 0.5 * hops * TAU * TAU * (0.5 * TAU * tilt).cosh();
    assert!((diffusion / kramers - 1.0).abs() < 1e-3 + spread, "{diffusion:e} {kramers:e}");
    // k₊/k₋ = e^(2π tilt), so that ⟨u⟩ = (2/L) D tanh(π tilt), but for hops over several periods at once, which a tilt
    // favours more: of the order of (π tilt)².
    let (velocity, error) = found.state.measure(elements::State::mean_velocity);
    let balance = diffusion * (0.5 * TAU * tilt).tanh() / (0.5 * TAU);
    let error = error / velocity + spread;
    assert!((velocity / balance - 1.0).abs() < 1e-3 + error, "{velocity:e} {balance:e} {error:.1e}");
    assert!(velocity <= found.state.finer.one_way_velocity());
}

#[test]
fn a_running_rotor_keeps_its_digits_where_hermite_functions_lose_them() {
    // A washboard tilted far beyond locking: torque 0.1 (0.9955 + sin θ), X = 0.2302 √(0.1), kT = 0.07027, I = 1, in eV and
    // with times in units of √(I/eV).
    let motor = landscape(|t| 0.1 * (0.9955 + t.sin()), |_| 0.2302 * 0.1_f64.sqrt(), |_| 0.070_27);
    let found = solve(&motor, 1e-9);
    // I = 1e-3 eV ps²: the unit of time is 10^(−3/2) ps.
    let per_nanosecond = 1e3 / 1e-3_f64.sqrt();
    let (rate, error) = found.state.measure(elements::State::rotation_rate);
    let (diffusion, diffusion_error) = found.state.measure(elements::State::rotational_diffusion);
    assert!(
        (rate * per_nanosecond - 6_866.003_086_459).abs() < 1e-5 + error * per_nanosecond,
        "{}",
        rate * per_nanosecond
    );
    assert!(
        (diffusion * per_nanosecond - 31_376.078_09).abs() < 1e-3 + diffusion_error * per_nanosecond,
        "{}",
        diffusion * per_nanosecond
    );
}

#[test]
fn energy_is_conserved_and_averages_are_integrals() {
    let motor = landscape(|t| 0.4 + 2.0 * t.sin(), |t| 0.05 + 0.02 * t.cos(), |t| 1.75 + 0.75 * t.sin());
    let found = solve(&motor, 1e-9);
    let state = &found.state.finer;
    let work = state.average_with_velocity(motor.force());
    let heat = state.heat(motor.total_friction(), motor.total_diffusion());
    assert!((work - heat).abs() < 1e-8 * work.abs(), "{work} {heat}");
    let n = 400;
    let grid = || (0..n).map(|j| TAU * f64::from(j) / f64::from(n));
    let weight = TAU / f64::from(n);
    let f = Periodic::from_function(TAU, 15, |t| 0.4 + (t + 0.3).cos());
    let moments = |power: usize, f: &Periodic| -> f64 {
        grid().map(|t| weight * f.value(t) * state.moments_at(&[t])[0][power]).sum()
    };
    assert!((moments(0, &Periodic::constant(TAU, 1.0)) - 1.0).abs() < 1e-8);
    assert!((moments(0, &f) - state.average(&f)).abs() < 1e-8);
    assert!((moments(1, &f) - state.average_with_velocity(&f)).abs() < 1e-8);
    assert!((moments(2, &Periodic::constant(TAU, 1.0)) - 2.0 * state.mean_kinetic_energy()).abs() < 1e-8);
    for t in grid().step_by(23) {
        assert!((state.moments_at(&[t])[0][1] * TAU / state.mean_velocity() - 1.0).abs() < 1e-6);
    }
}

#[test]
fn a_mirrored_rotor_turns_the_other_way_and_two_threads_give_the_same_bits() {
    let friction = |t: f64| 0.3 + 0.1 * (t + 0.4).cos();
    let temperature = |t: f64| 1.4 + 0.5 * (t - 0.2).sin();
    let force = |t: f64| 0.2 + 1.5 * t.sin() + 0.4 * (2.0 * t + 0.3).cos();
    let forward = landscape(force, friction, temperature);
    let backward = landscape(|t| -force(-t), |t| friction(-t), |t| temperature(-t));
    let (a, b) = (solve(&forward, 1e-8), solve(&backward, 1e-8));
    assert!((a.state.finer.mean_velocity() / b.state.finer.mean_velocity() + 1.0).abs() < 1e-7);
    assert!((a.state.finer.rotational_diffusion() / b.state.finer.rotational_diffusion() - 1.0).abs() < 1e-7);
    let one = elements::Options { parallel: false, ..elements::Options::default() };
    let alone = elements::solve(&forward, 1.0, &one).unwrap();
    assert_eq!(alone.state.finer.mean_velocity().to_bits(), a.state.finer.mean_velocity().to_bits());
    assert_eq!(
        alone.state.finer.rotational_diffusion().to_bits(),
        a.state.finer.rotational_diffusion().to_bits()
    );
}

#[test]
fn errors_cover_what_rounding_does() {
    // At weak damping transport is hardly damped and rounding grows; another origin of the angle rounds differently.
    let motor = |origin: f64| landscape(|t| -0.5 * (t - origin).sin(), |_| 1e-4, |_| 1.0);
    let found: Vec<elements::Refined> = [0.0, 0.3, 1.1].map(|origin| solve(&motor(origin), 1e-8)).into();
    for one in &found {
        let (diffusion, error) = one.state.measure(elements::State::rotational_diffusion);
        let (velocity, off) = one.state.measure(elements::State::mean_velocity);
        assert!(error > 0.0 && velocity.abs() <= off && off < 1e-9 * diffusion, "{velocity:e} ± {off:e}");
        for other in &found {
            let (expected, spread) = other.state.measure(elements::State::rotational_diffusion);
            assert!((diffusion - expected).abs() <= error + spread, "{diffusion} ± {error} for {expected}");
        }
    }
}

#[test]
fn one_well_behind_sixty_temperatures_is_not_stuck() {
    let (barrier, frequency) = (60.0_f64, 30.0_f64.sqrt());
    let found = solve(&landscape(|t| -0.5 * barrier * t.sin(), |_| 1.0, |_| 1.0), 1e-4);
    assert!(found.stuck.is_none());
    let (diffusion, error) = found.state.measure(elements::State::rotational_diffusion);
    let grote = ((0.25 + frequency * frequency).sqrt() - 0.5) / frequency;
    let hops = 2.0 * frequency / TAU * grote * (-barrier).exp() * (1.0 - 0.2555 / barrier);
    assert!((diffusion / (0.5 * hops * TAU * TAU) - 1.0).abs() < 1e-3 + error / diffusion, "{diffusion:e}");
    assert!(error < 0.01 * diffusion, "{error:e}");
    let (velocity, error) = found.state.measure(elements::State::mean_velocity);
    assert!(velocity.abs() <= error && error < 0.01 * diffusion, "{velocity:e} ± {error:e}");
}

/// D_eff and ⟨u⟩ over several equal wells, taken as traps of one period, are those over one of them as its own period.
#[test]
fn hops_between_traps_behind_forty_temperatures_keep_their_digits() {
    for (wells, barrier, damping, wind) in [(2, 40.0, 0.1, 0.3), (3, 44.0, 2.0, 0.0)] {
        let n = f64::from(wells);
        let over = |period: f64| {
            let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(period, 63, f);
            let force = periodic(&|t| wind + 0.5 * barrier * n * (n * t).sin());
            Landscape::new(force, periodic(&|_| damping), periodic(&|_| 2.0 * damping)).unwrap()
        };
        let (found, alone) = (solve(&over(TAU), 1e-4), solve(&over(TAU / n), 1e-4));
        assert!(found.stuck.is_none() && found.converged, "{}", found.error);
        for ((value, error), (expected, its)) in motion(&found.state).into_iter().zip(motion(&alone.state)) {
            assert!((value - expected).abs() <= error + its, "{value:e} ± {error:e}, {expected:e} ± {its:e}");
        }
        let (diffusion, error) = found.state.measure(elements::State::rotational_diffusion);
        assert!(error < 1e-3 * diffusion, "{diffusion:e} ± {error:e}");
        // The wells are equally full.
        let one = found.state.finer.moments_at(&[0.1])[0][0];
        let other = found.state.finer.moments_at(&[0.1 + TAU / n])[0][0];
        assert!((one / other - 1.0).abs() < 1e-3, "{one} {other}");
    }
}

/// Unlike wells at strong friction: D_eff by the quadratures of Lifson and Jackson, which keep all digits too, with
/// D(θ) = (kT/γ)(1 + U″/γ²) for a little inertia.
#[test]
fn hops_between_unlike_traps_agree_with_quadratures_at_strong_friction() {
    let friction = 60.0_f64;
    let potential = |t: f64| 22.0 * (2.0 * t).cos() + 4.0 * (t - 1.0).cos();
    let curvature = |t: f64| -88.0 * (2.0 * t).cos() - 4.0 * (t - 1.0).cos();
    let motor = landscape(|t| 44.0 * (2.0 * t).sin() + 4.0 * (t - 1.0).sin(), |_| friction, |_| 1.0);
    let (diffusion, error) = solve(&motor, 1e-4).state.measure(elements::State::rotational_diffusion);
    let mean =
        |f: &dyn Fn(f64) -> f64| (0..4000).map(|j| f(TAU * f64::from(j) / 4000.0)).sum::<f64>() / 4000.0;
    let slow = mean(&|t| potential(t).exp() / (1.0 + curvature(t) / friction.powi(2)));
    let expected = 1.0 / friction / slow / mean(&|t| (-potential(t)).exp());
    // The next order of the inertia.
    let neglected = (92.0 / friction.powi(2)).powi(2) * expected;
    assert!(
        (diffusion - expected).abs() < error + 3.0 * neglected,
        "{diffusion:e} ± {error:e}, {expected:e}"
    );
    assert!(error < 1e-3 * diffusion, "{diffusion:e} ± {error:e}");
}

/// D_eff and ⟨u⟩ with their errors.
fn motion<S: Stationary>(state: &Converged<S>) -> [(f64, f64); 2] {
    [state.measure(S::rotational_diffusion), state.measure(S::mean_velocity)]
}

#[test]
fn hops_between_traps_agree_with_hermite_functions() {
    let motor = landscape(
        |t| 15.0 * (2.0 * t).sin() - 2.0 * t.sin() + 0.5,
        |t| 0.8 + 0.3 * (t + 1.0).cos(),
        |t| 1.0 + 0.2 * t.sin(),
    );
    let found = solve(&motor, 1e-6);
    let other =
        kramers::solve(&motor, 1.0, &kramers::Options { tolerance: 1e-6, ..Default::default() }).unwrap();
    for ((value, error), (expected, its)) in motion(&found.state).into_iter().zip(motion(&other)) {
        assert!(
            (value - expected).abs() <= 3.0 * (error + its),
            "{value:e} ± {error:e}, {expected:e} ± {its:e}"
        );
        assert!(error + its < 1e-3 * expected.abs(), "{value:e} ± {error:e}, {expected:e} ± {its:e}");
    }
    // At the bottoms of both; the density in Hermite functions errs by a part of its maximum, which is all there is at a barrier.
    for theta in [1.6, 4.7] {
        let [value, expected] =
            [found.state.finer.moments_at(&[theta])[0][0], other.finer.moments_at(&[theta])[0][0]];
        assert!((value - expected).abs() < 1e-4 * expected, "{theta}: {value:e} {expected:e}");
    }
}

/// One well, two and three behind two hundred temperatures: no digit is known, but the bound is one.
#[test]
fn bounds_of_stuck_rotors_hold_for_whatever_trap_they_are_in() {
    let (barrier, damping) = (200.0_f64, 0.5);
    for wells in [1, 2, 3] {
        let n = f64::from(wells);
        // Wells and barriers differ by a few kT.
        let motor =
            landscape(|t| 0.5 * barrier * n * (n * t).sin() + 3.0 * (t - 0.4).sin(), |_| damping, |_| 1.0);
        let found = solve(&motor, 1e-6);
        let bound = found.stuck.unwrap();
        assert!(!found.converged);
        let (velocity, error) = found.state.measure(elements::State::mean_velocity);
        assert!(velocity == 0.0 && error >= bound.velocity);
        let (diffusion, error) = found.state.measure(elements::State::rotational_diffusion);
        assert!(diffusion + error >= bound.diffusion && diffusion - error <= 0.0);
        // Kramers' rate out of any well is ω/2π e^(−B) at most.
        let rate = n * (0.5 * barrier).sqrt() / TAU * (-(barrier - 6.0)).exp();
        assert!(bound.diffusion > rate && bound.diffusion < 1e-11, "{:e} {rate:e}", bound.diffusion);
        assert!((bound.time_between_hops * bound.velocity / TAU - 1.0).abs() < 1e-12);
        // The motion within the wells is known all the same.
        let (energy, error) = found.state.measure(elements::State::mean_kinetic_energy);
        assert!((2.0 * energy - 1.0).abs() < 1e-6 && error < 1e-4 * energy, "{energy} ± {error}");
    }
}

/// Temperatures that differ by a factor of 11, 99 and 2000 over the circle: where it is cold, fast rotors come from where it is hot.
#[test]
fn uneven_temperatures_agree_with_hermite_functions() {
    for (damping, contrast, barrier) in
        [(2.5, 0.8333, 1.0), (25.0, 0.8333, 4.0), (0.3, 0.8333, 8.0), (3.0, 0.98, 6.0), (30.0, 0.98, 1.0)]
    {
        let motor = landscape(|t| 0.5 * barrier * t.sin(), |_| damping, |t| 1.0 + contrast * (t - 1.0).sin());
        let found = solve(&motor, 1e-6);
        let other =
            kramers::solve(&motor, 1.0, &kramers::Options { tolerance: 1e-7, ..Default::default() }).unwrap();
        assert!(found.converged, "{damping} {contrast}: {}", found.error);
        for ((value, error), (expected, its)) in motion(&found.state).into_iter().zip(motion(&other)) {
            assert!((value - expected).abs() <= 3.0 * (error + its), "{value:e} ± {error:e}, {expected:e}");
        }
    }
}

/// Where a rotor of weak barriers is colder than elements resolve, it is not called stuck.
#[test]
fn no_rotor_of_low_barriers_is_stuck() {
    let motor = landscape(|t| 3.0 * t.sin(), |_| 30.0, |t| 1.0 + 0.999 * t.sin());
    let options = elements::Options { tolerance: 1e-6, ..elements::Options::default() };
    if let Ok(found) = elements::solve(&motor, 1.0, &options) {
        assert!(found.stuck.is_none());
        let other =
            kramers::solve(&motor, 1.0, &kramers::Options { tolerance: 1e-6, ..Default::default() }).unwrap();
        for ((value, error), (expected, its)) in motion(&found.state).into_iter().zip(motion(&other)) {
            assert!((value - expected).abs() <= 3.0 * (error + its), "{value:e} ± {error:e}, {expected:e}");
        }
    }
}

#[test]
fn raising_cancel_ends_it() {
    let motor = landscape(|t| 2.0 * t.sin() + 1.0, |_| 1.0, |_| 1.0);
    let cancelled = AtomicBool::new(true);
    let (options, watch) = (elements::Options::default(), Watch::cancelled_by(&cancelled));
    let refused = [
        elements::solve_watched(&motor, 1.0, &options, watch).map(|_| ()).unwrap_err(),
        elements::count_watched(&motor, 1.0, 0.0, 1, &options, watch).map(|_| ()).unwrap_err(),
        kramers::solve_watched(&motor, 1.0, &kramers::Options::default(), watch).map(|_| ()).unwrap_err(),
    ];
    for refused in refused {
        assert!(refused.to_string().contains("interrupted"), "{refused}");
    }
}

#[test]
fn solvers_tell_how_far_they_are() {
    let motor = landscape(|t| t.sin() + 0.5, |_| 1.0, |_| 1.0);
    let cancel = AtomicBool::new(false);
    let heard = Mutex::new(Vec::new());
    let told = |progress: Progress| heard.lock().unwrap().push(progress);
    let watch = Watch::new(&cancel, &told);
    let options = elements::Options { tolerance: 1e-7, ..elements::Options::default() };
    let found = elements::solve_watched(&motor, 1.0, &options, watch).unwrap();
    let of_elements = std::mem::take(&mut *heard.lock().unwrap());
    kramers::solve_watched(&motor, 1.0, &kramers::Options::default(), watch).unwrap();
    let of_hermite = std::mem::take(&mut *heard.lock().unwrap());
    let options = elements::Options { tolerance: 1e-2, ..options };
    elements::count_watched(&motor, 1.0, 0.0, 1, &options, watch).unwrap();
    let of_count = heard.lock().unwrap().clone();
    assert_eq!(of_elements.last().unwrap().round, found.rounds);
    for (heard, tolerance) in [(of_elements, 1e-7), (of_hermite, 1e-8), (of_count, 1e-2)] {
        assert!(heard.len() >= 2 && heard[0].round == 1 && heard[0].error == f64::INFINITY);
        assert!(heard.iter().all(|told| told.unknowns > 100 && told.tolerance == tolerance), "{heard:?}");
        for pair in heard.windows(2) {
            assert!(pair[1].round >= pair[0].round && pair[1].unknowns > pair[0].unknowns, "{heard:?}");
        }
    }
}

#[test]
fn stopped_in_the_second_round_the_first_is_the_answer() {
    let motor = landscape(|t| -0.5 * t.sin(), |_| 1e-3, |_| 1.0);
    let cancel = AtomicBool::new(false);
    let told = |progress: Progress| cancel.store(progress.error.is_finite(), Ordering::Relaxed);
    let options = elements::Options { tolerance: 1e-10, ..elements::Options::default() };
    let found = elements::solve_watched(&motor, 1.0, &options, Watch::new(&cancel, &told)).unwrap();
    assert!(!found.converged && found.error > 1e-10 && found.error < 0.1, "{}", found.error);
}

#[test]
fn friction_may_be_negative_along_part_of_the_circle() {
    let (force, friction) = (|t: f64| 0.2 + 0.8 * t.sin(), |t: f64| 0.15 + 0.3 * t.cos());
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
    let motor = Landscape::new(periodic(&force), periodic(&friction), periodic(&|_| 0.4)).unwrap();
    let found = solve(&motor, 1e-8);
    assert!(found.converged, "{}", found.error);
    let state = &found.state.finer;
    let work = state.average_with_velocity(motor.force());
    let heat = state.heat(motor.total_friction(), motor.total_diffusion());
    assert!((work - heat).abs() < 1e-7 * work.abs(), "{work} {heat}");
    // Trajectories: half a kick, half a drift, friction and noise, and back.
    let (count, steps, dt) = (400, 40_000, 0.02);
    let mut seed = 1_u64;
    let mut uniform = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    };
    let (mut turns, mut squares) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (mut theta, mut u, mut start, mut square) = (0.0_f64, 0.0_f64, 0.0, 0.0);
        for step in 0..steps {
            if step == steps / 8 {
                (start, square) = (theta, 0.0);
            }
            theta += 0.5 * dt * u;
            u += 0.5 * dt * force(theta);
            let x = friction(theta);
            let noise = if x.abs() < 1e-9 { 0.4 * dt } else { 0.2 * -(-2.0 * x * dt).exp_m1() / x };
            let normal = (-2.0 * uniform().ln()).sqrt() * (TAU * uniform()).cos();
            u = u * (-x * dt).exp() + noise.sqrt() * normal;
            u += 0.5 * dt * force(theta);
            theta += 0.5 * dt * u;
            square += u * u;
        }
        let time = f64::from(steps - steps / 8);
        turns.push((theta - start) / (time * dt));
        squares.push(square / time);
    }
    let statistics = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance, (variance / n).sqrt())
    };
    let (velocity, variance, error) = statistics(&turns);
    assert!(
        (velocity - state.mean_velocity()).abs() < 4.0 * error,
        "{velocity} ± {error}, {}",
        state.mean_velocity()
    );
    let (square, _, error) = statistics(&squares);
    let expected = 2.0 * state.mean_kinetic_energy();
    assert!((square - expected).abs() < 4.0 * error + 2e-3 * expected, "{square} ± {error}, {expected}");
    let diffusion = 0.5 * variance * f64::from(steps - steps / 8) * dt;
    let ratio = diffusion / state.rotational_diffusion();
    assert!((ratio - 1.0).abs() < 4.0 * (2.0 / f64::from(count)).sqrt(), "{ratio}");
}

#[test]
fn what_cannot_be_stationary_is_refused() {
    let run = |landscape: &Landscape, inertia: f64, tolerance: f64| {
        let options = elements::Options { tolerance, ..elements::Options::default() };
        elements::solve(landscape, inertia, &options).map(|_| ()).unwrap_err().to_string()
    };
    let good = landscape(f64::sin, |_| 1.0, |_| 1.0);
    assert!(run(&good, 0.0, 1e-8).contains("moment of inertia"));
    assert!(run(&good, 1.0, 0.0).contains("tolerance"));
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
    let pumped =
        Landscape::new(periodic(&f64::sin), periodic(&|t| t.cos() - 0.1), periodic(&|_| 1.0)).unwrap();
    assert!(run(&pumped, 1.0, 1e-8).contains("mean total friction"));
    let cold = Landscape::new(periodic(&f64::sin), periodic(&|_| 1.0), periodic(&f64::cos)).unwrap();
    assert!(run(&cold, 1.0, 1e-8).contains("diffusion"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Two expansions that share nothing agree within what they state.
    #[test]
    fn elements_agree_with_hermite_functions(
        wind in -1.0..1.0_f64,
        heights in prop::array::uniform4(-1.5..1.5_f64),
        damping in 0.3..3.0_f64,
        uneven in 0.0..0.5_f64,
        hot in 0.0..0.6_f64,
        phase in 0.0..TAU,
    ) {
        let motor = landscape(
            |t| wind + heights[0] * t.sin() + heights[1] * t.cos()
                + heights[2] * (2.0 * t).sin() + heights[3] * (2.0 * t).cos(),
            |t| damping * (1.0 + uneven * (t + phase).cos()),
            |t| 1.0 + hot * t.sin(),
        );
        let other = kramers::solve(&motor, 1.0, &kramers::Options::default()).unwrap();
        let found = solve(&motor, 1e-8);
        let (velocity, error) = found.state.measure(elements::State::mean_velocity);
        let (rate, rate_error) = other.rotation_rate();
        let diffusion = other.finer.rotational_diffusion();
        // Both accept a thousandth of the tolerance of D_eff/L where the rotor does not turn.
        let allowed = 3.0 * (error + TAU * rate_error) + 1e-11 * diffusion;
        prop_assert!((velocity - TAU * rate).abs() < allowed, "{velocity} ± {error}, {}", TAU * rate);
        let (spread, spread_error) = found.state.measure(elements::State::rotational_diffusion);
        prop_assert!((spread - diffusion).abs() < 3.0 * spread_error + 2e-8 * diffusion, "{spread} {diffusion}");
    }
}
