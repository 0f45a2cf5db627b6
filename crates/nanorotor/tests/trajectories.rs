//! Hold trajectories against problems whose answers are exact, in units where mass and k_BT are one and the period is 2π.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail by panicking and say what they measured"
)]

use std::f64::consts::{PI, TAU};
use std::sync::atomic::{AtomicBool, Ordering};

use nanorotor::langevin::{Ensemble, Kernel, MOST_TRAJECTORIES, Options, Tally};
use nanorotor::observables::Estimate;
use nanorotor::observables::directionality::{count_rate, directionality};
use nanorotor::observables::trajectories::{
    Outcome, Stage, Target, choose_dt, interval_factor, rotation_rate, rotational_diffusion, run_until,
};
use nanorotor::{Error, Landscape, Periodic};

/// A landscape of period 2π from its force, friction and temperature.
fn landscape(
    force: impl Fn(f64) -> f64,
    friction: impl Fn(f64) -> f64,
    temperature: impl Fn(f64) -> f64,
) -> Landscape {
    let sampled = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 63, f);
    let diffusion = sampled(&|x| 2.0 * friction(x) * temperature(x));
    Landscape::new(sampled(&force), sampled(&friction), diffusion).unwrap()
}

fn one(_: f64) -> f64 {
    1.0
}

fn kernels() -> impl Iterator<Item = Kernel> {
    Kernel::ALL.into_iter().filter(|kernel| kernel.is_available())
}

fn run(landscape: &Landscape, options: &Options, time: f64) -> Ensemble {
    let mut ensemble = Ensemble::new(landscape, 1.0, options).unwrap();
    ensemble.advance((time / options.dt) as u64).unwrap();
    ensemble
}

/// ⟨u⟩ with its error.
fn mean_velocity(tally: &Tally) -> Estimate {
    let rate = rotation_rate(tally);
    Estimate { value: TAU * rate.value, error: TAU * rate.error }
}

fn assert_close(what: &str, found: Estimate, exact: f64) {
    let z = found.z_score(&Estimate { value: exact, error: 0.0 });
    println!("{what}: {:.6} ± {:.6}, exact {exact:.6}, z = {z:.2}", found.value, found.error);
    // Fixed seeds; with new ones one such comparison in 16,000 would fail.
    assert!(z.abs() < 4.0, "{what}: {found:?} against {exact}");
}

#[test]
fn bits_do_not_depend_on_threads_or_interruptions() {
    let washboard = landscape(|x| 2.0 * x.sin() + 0.7, |x| 1.0 + 0.5 * x.cos(), one);
    for kernel in kernels() {
        let options = Options {
            trajectories: 100,
            kernel: Some(kernel),
            burn_in: Some(500),
            seed: 7,
            ..Options::new(0.1)
        };
        let run_with = |threads: usize, cuts: &[u64]| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut ensemble = Ensemble::new(&washboard, 1.0, &options).unwrap();
                for &steps in cuts {
                    ensemble.advance(steps).unwrap();
                    // A checkpoint and back at every cut.
                    ensemble = Ensemble::from_state(&washboard, 1.0, &ensemble.state()).unwrap();
                }
                (ensemble.state(), ensemble.tally())
            })
        };
        let whole = run_with(1, &[40_000]);
        assert!(whole.1.hop.forward.iter().sum::<u32>() > 1000);
        assert_eq!(whole, run_with(2, &[40_000]), "{kernel}");
        assert_eq!(whole, run_with(2, &[0, 4, 60, 36, 10_000, 29_900]), "{kernel}");
        // A trajectory does not know how many others there are.
        let few = Options { trajectories: 5, ..options.clone() };
        let alone = run(&washboard, &few, 4000.0).state();
        assert_eq!(alone.fraction[..], whole.0.fraction[..5]);
        assert_eq!(alone.half_drift[..], whole.0.half_drift[..5]);
    }
}

#[test]
fn lanes_follow_the_reference_step_by_step() {
    let pendulum = landscape(|x| -(x.sin()) + 0.3 * (3.0 * x).cos(), |x| 1.0 + 0.5 * x.sin(), one);
    let angles = |kernel, steps| {
        let options =
            Options { trajectories: 64, kernel: Some(kernel), burn_in: Some(0), ..Options::new(0.1) };
        let mut ensemble = Ensemble::new(&pendulum, 1.0, &options).unwrap();
        ensemble.advance(steps).unwrap();
        let tally = ensemble.tally();
        (tally.displacement, ensemble.velocities())
    };
    for kernel in kernels().filter(|&kernel| kernel != Kernel::Reference) {
        let (reference, lanes) = (angles(Kernel::Reference, 100), angles(kernel, 100));
        for i in 0..64 {
            assert!((reference.0[i] - lanes.0[i]).abs() < 1e-3, "{kernel}");
            assert!((reference.1[i] - lanes.1[i]).abs() < 1e-3, "{kernel}");
        }
    }
}

#[test]
fn trajectories_start_at_the_origin_with_a_thermal_velocity() {
    let hot = landscape(|x| -(x - 1.0).sin(), one, |_| 2.5);
    for kernel in kernels() {
        let options =
            Options { trajectories: 4096, kernel: Some(kernel), burn_in: Some(0), ..Options::new(0.1) };
        let ensemble = Ensemble::new(&hot, 1.0, &options).unwrap();
        assert!((ensemble.origin() - 1.0).abs() < 1e-6);
        assert!(ensemble.angles().iter().all(|&theta| theta == ensemble.origin()));
        let squares: f64 = ensemble.velocities().iter().map(|u| u * u).sum();
        assert!((squares / 4096.0 / 2.5 - 1.0).abs() < 4.0 * (2.0_f64 / 4096.0).sqrt());
    }
}

#[test]
fn a_free_rotor_diffuses_with_the_temperature_over_the_friction() {
    for (friction, temperature) in [(0.5, 1.0), (2.0, 0.3)] {
        let free = landscape(|_| 0.0, |_| friction, |_| temperature);
        let ensemble =
            run(&free, &Options { burn_in: Some(0), ..Options::new(0.1 / friction) }, 4000.0 / friction);
        let tally = ensemble.tally();
        assert_close("free rotor, D_eff", rotational_diffusion(&tally).unwrap(), temperature / friction);
        assert_close("free rotor, R", rotation_rate(&tally), 0.0);
    }
}

#[test]
fn washboards_drift_as_they_must() {
    let cases = [
        ("washboard", landscape(|x| 2.0 * x.sin() + 1.0, one, one), 0.254_684_531_35),
        (
            "blowtorch",
            landscape(|x| 2.0 * x.sin(), |x| 1.0 + 0.5 * x.cos(), |x| 1.0 + 0.75 * (1.0 + x.sin())),
            -0.060_590_875_44,
        ),
        (
            "blowtorch, even friction",
            landscape(|x| 2.0 * x.sin(), one, |x| 1.0 + 0.75 * (1.0 + x.sin())),
            -0.081_492_913_73,
        ),
    ];
    for (name, problem, exact) in cases {
        let ensemble = run(&problem, &Options::new(0.1), 20_000.0);
        let tally = ensemble.tally();
        assert_close(name, mean_velocity(&tally), exact);
        // Net counts are net turns, so raw and leaning directionality agree.
        for counts in [&tally.revolution, &tally.hop] {
            let exact_rate = Estimate { value: exact / TAU, error: 0.0 };
            let found = directionality(counts, tally.time, exact_rate).unwrap();
            if (found.value - 0.5).abs() < 0.1 {
                assert!(found.error < 0.2 * found.raw_error, "what the rate is for");
            }
            let leaning = Estimate { value: found.value, error: found.error };
            let z = leaning.z_score(&Estimate { value: found.raw, error: found.raw_error });
            assert!(z.abs() < 4.0, "{found:?}");
        }
    }
}

#[test]
fn a_pendulum_diffuses_as_it_must() {
    for (friction, exact) in [(10.0, 0.883_111), (1.0, 0.814_972), (0.1, 0.501_256)] {
        let pendulum = landscape(|x| -0.5 * x.sin(), |_| friction, one);
        let dt = if friction > 5.0 { 0.02 } else { 0.1 };
        let ensemble = run(&pendulum, &Options::new(dt), 8000.0 * dt / 0.1);
        let found = rotational_diffusion(&ensemble.tally()).unwrap();
        let scaled = Estimate { value: friction * found.value, error: friction * found.error };
        assert_close(&format!("pendulum, friction {friction}"), scaled, exact);
    }
}

/// ⟨u²⟩ and ⟨cos θ⟩ of the pendulum U = −cos θ at friction 1 and k_BT = 1/4, each with its error.
fn pendulum_moments(kernel: Kernel, dt: f64, samples: usize) -> [Estimate; 2] {
    let pendulum = landscape(|x| -x.sin(), one, |_| 0.25);
    let options = Options { trajectories: 2048, kernel: Some(kernel), ..Options::new(dt) };
    let mut ensemble = Ensemble::new(&pendulum, 1.0, &options).unwrap();
    ensemble.advance(0).unwrap();
    let mut sums = vec![[0.0; 2]; 2048];
    for _ in 0..samples {
        ensemble.advance(4).unwrap();
        for ((sum, u), theta) in sums.iter_mut().zip(ensemble.velocities()).zip(ensemble.angles()) {
            sum[0] += u * u;
            sum[1] += theta.cos();
        }
    }
    [0, 1].map(|k| {
        let means: Vec<f64> = sums.iter().map(|sum| sum[k] / samples as f64).collect();
        let value = means.iter().sum::<f64>() / 2048.0;
        let spread = means.iter().map(|x| (x - value).powi(2)).sum::<f64>();
        Estimate { value, error: (spread / (2048.0 * 2047.0)).sqrt() }
    })
}

#[test]
fn the_weak_order_is_two() {
    // ⟨u²⟩ = k_BT; ⟨cos θ⟩ = I₁(1/k_BT)/I₀(1/k_BT).
    let exact = [0.25, 0.863_522_611];
    let steps = [0.8, 0.4, 0.2];
    let errors = steps.map(|dt| {
        let found = pendulum_moments(Kernel::fastest(), dt, (1600.0 / dt) as usize);
        println!(
            "dt = {dt}: <u^2> error {:+.5} ± {:.5}, <cos> error {:+.5} ± {:.5}",
            found[0].value - exact[0],
            found[0].error,
            found[1].value - exact[1],
            found[1].error
        );
        // The splitting is chosen for its angles: they err at least ten times less than the velocities.
        assert!((found[1].value - exact[1]).abs() < 0.02 * dt * dt + 4.0 * found[1].error);
        Estimate { value: found[0].value - exact[0], error: found[0].error }
    });
    for pair in errors.windows(2) {
        let order = (pair[0].value / pair[1].value).log2();
        let error = (pair[0].error / pair[0].value).hypot(pair[1].error / pair[1].value) / 2.0_f64.ln();
        println!("order {order:.3} ± {error:.3}");
        assert!((order - 2.0).abs() < 0.15 + 3.0 * error && error < 0.15);
    }
}

/// The cumulative normal distribution by Simpson's rule.
fn cumulative_normal(x: f64) -> f64 {
    let (n, a) = (400, -9.0_f64);
    let h = (x - a) / f64::from(n);
    let density = |u: f64| (-0.5 * u * u).exp() / TAU.sqrt();
    let inner: f64 = (1..n).map(|j| if j % 2 == 1 { 4.0 } else { 2.0 } * density(a + h * f64::from(j))).sum();
    h / 3.0 * (density(a) + inner + density(x))
}

#[test]
fn equilibrium_is_boltzmann_for_any_friction_profile() {
    let (angles, speeds, samples) = (16, 12, 100);
    let pendulum = landscape(|x| -x.sin(), |x| 1.0 + 0.6 * (x + 0.5).cos(), one);
    for kernel in kernels() {
        let samples = if kernel == Kernel::Reference { samples / 10 } else { samples };
        let options = Options { trajectories: 4096, kernel: Some(kernel), seed: 3, ..Options::new(0.1) };
        let mut ensemble = Ensemble::new(&pendulum, 1.0, &options).unwrap();
        let mut seen = vec![0_u64; angles * speeds];
        for _ in 0..samples {
            // Eight relaxation times between samples.
            ensemble.advance(80).unwrap();
            for (theta, u) in ensemble.angles().into_iter().zip(ensemble.velocities()) {
                let a = (theta.rem_euclid(TAU) / TAU * angles as f64) as usize % angles;
                let s = ((u + 2.4) / 4.8 * speeds as f64).clamp(0.0, speeds as f64 - 1.0) as usize;
                seen[a * speeds + s] += 1;
            }
        }
        let weight = |a: usize| -> f64 {
            (0..100)
                .map(|j| (TAU * (a as f64 + (f64::from(j) + 0.5) / 100.0) / angles as f64).cos().exp())
                .sum()
        };
        let total: f64 = (0..angles).map(weight).sum();
        let edge = |s: usize| match s {
            0 => 0.0,
            s if s == speeds => 1.0,
            s => cumulative_normal(-2.4 + 4.8 * s as f64 / speeds as f64),
        };
        let count = f64::from(4096 * samples);
        let mut chi_squared = 0.0;
        for a in 0..angles {
            for s in 0..speeds {
                let expected = count * weight(a) / total * (edge(s + 1) - edge(s));
                assert!(expected > 5.0);
                chi_squared += (seen[a * speeds + s] as f64 - expected).powi(2) / expected;
            }
        }
        // Wilson & Hilferty: a normal number; beyond 3.1 in one of a thousand tries.
        let freedom = (angles * speeds - 1) as f64;
        let z =
            ((chi_squared / freedom).cbrt() - (1.0 - 2.0 / (9.0 * freedom))) / (2.0 / (9.0 * freedom)).sqrt();
        println!("{kernel}: chi squared {chi_squared:.1} with {freedom} degrees of freedom, z = {z:.2}");
        assert!(z < 3.1, "{kernel}: {chi_squared}");
    }
}

#[test]
fn a_million_turns_lose_no_precision() {
    // A rotor in a fast wind: more than 1e6 turns, a sixth of a period a step.
    let windy = landscape(|_| 10.0, one, one);
    let options = Options { trajectories: 32, burn_in: Some(2000), ..Options::new(0.1) };
    let mut ensemble = Ensemble::new(&windy, 1.0, &options).unwrap();
    ensemble.advance(6_400_000).unwrap();
    let tally = ensemble.tally();
    assert!(tally.revolution.forward.iter().all(|&n| n > 1_010_000));
    // A splitting with γ dt = 0.1 multiplies a steady drift by (γ dt/2) coth(γ dt/2).
    assert_close("fast wind, u", mean_velocity(&tally), 10.0 * 0.05 / 0.05_f64.tanh());
    for (i, angle) in tally.displacement.iter().enumerate() {
        let net = f64::from(tally.hop.forward[i]) - f64::from(tally.hop.back[i]);
        assert!((angle / TAU - net).abs() < 2.0, "counts and angle tell one story");
    }

    // From there on, the bits are those of a rotor that never turned, and so are the moves.
    let washboard = landscape(|x| 2.0 * x.sin() + 0.5, one, one);
    for kernel in kernels() {
        let options = Options { trajectories: 32, kernel: Some(kernel), ..Options::new(0.1) };
        let mut fresh = Ensemble::new(&washboard, 1.0, &options).unwrap();
        fresh.advance(400).unwrap();
        let mut wound = fresh.state();
        for counter in [&mut wound.hop, &mut wound.revolution] {
            counter.forward.iter_mut().for_each(|n| *n += 1_000_000);
        }
        let mut wound = Ensemble::from_state(&washboard, 1.0, &wound).unwrap();
        fresh.advance(10_000).unwrap();
        wound.advance(10_000).unwrap();
        assert_eq!(fresh.state().fraction, wound.state().fraction);
        assert_eq!(fresh.state().half_drift, wound.state().half_drift);
        for (a, b) in fresh.tally().displacement.iter().zip(wound.tally().displacement) {
            assert!((b - a - 1e6 * TAU).abs() < 1e-8);
        }
    }
}

/// Trajectories in comparisons of kernels that see the same noise.
const COMPARED: usize = 2048;

/// R, D_eff and ν of each trajectory, up to factors that all runs share.
fn of_each_trajectory(problem: &Landscape, kernel: Kernel, steps: u64) -> [Vec<f64>; 3] {
    let options = Options { trajectories: COMPARED, kernel: Some(kernel), ..Options::new(0.1) };
    let mut ensemble = Ensemble::new(problem, 1.0, &options).unwrap();
    ensemble.advance(steps).unwrap();
    let tally = ensemble.tally();
    let rate = tally.displacement.iter().sum::<f64>() / (COMPARED as f64 * tally.time);
    let length = 4.0 * tally.mark_interval;
    let spread = |i: usize| -> f64 {
        let coarse: Vec<f64> = tally.marks.iter().step_by(4).map(|mark| mark[i]).collect();
        coarse.windows(2).map(|pair| (pair[1] - pair[0] - rate * length).powi(2)).sum()
    };
    let counts = |i: usize| f64::from(tally.hop.forward[i]) + f64::from(tally.hop.back[i]);
    [tally.displacement.clone(), (0..COMPARED).map(spread).collect(), (0..COMPARED).map(counts).collect()]
}

/// The mean of b − a over the mean of a, with the error that the spread of the differences gives.
fn paired_difference(a: &[f64], b: &[f64]) -> Estimate {
    let n = a.len() as f64;
    let base = a.iter().sum::<f64>() / n;
    let apart: Vec<f64> = a.iter().zip(b).map(|(a, b)| (b - a) / base).collect();
    let value = apart.iter().sum::<f64>() / n;
    let squares: f64 = apart.iter().map(|x| (x - value).powi(2)).sum();
    Estimate { value, error: (squares / (n * (n - 1.0))).sqrt() }
}

#[test]
fn lanes_in_single_precision_agree_with_double_within_three_in_a_thousand() {
    // Both see the same noise and forget, the heavier the friction the sooner, what sets them apart: the comparison is far
    // sharper than either result.
    let heavy = landscape(|x| 2.0 * x.sin() + 1.5, |x| 1.5 + 0.5 * x.cos(), |x| 0.6 + 0.3 * x.sin());
    let light = landscape(|x| 2.0 * x.sin() + 1.5, |x| 1.0 + 0.5 * x.cos(), |x| 1.0 + 0.5 * x.sin());
    for (problem, steps) in [(heavy, 1 << 15), (light, 1 << 16)] {
        let reference = of_each_trajectory(&problem, Kernel::Reference, steps);
        for kernel in kernels().filter(|&kernel| kernel != Kernel::Reference) {
            let lanes = of_each_trajectory(&problem, kernel, steps);
            for (k, name) in ["R", "D_eff", "nu"].into_iter().enumerate() {
                let found = paired_difference(&reference[k], &lanes[k]);
                println!("{kernel}, {name}: relative difference {:+.2e} ± {:.2e}", found.value, found.error);
                assert!(found.error < 1e-3, "{kernel}, {name}: too noisy to tell");
                assert!(found.value.abs() + 2.0 * found.error < 3e-3, "{kernel}, {name}: {found:?}");
            }
        }
    }
}

#[test]
fn kernels_agree_statistically() {
    let washboard = landscape(|x| 2.0 * x.sin() + 1.0, one, one);
    let mut found = Vec::new();
    for (seed, kernel) in kernels().filter(|&kernel| kernel != Kernel::Reference).enumerate() {
        let options = Options { kernel: Some(kernel), seed: 100 + seed as u64, ..Options::new(0.1) };
        let tally = run(&washboard, &options, 2000.0).tally();
        found.push([
            rotation_rate(&tally),
            rotational_diffusion(&tally).unwrap(),
            count_rate(&tally.hop, tally.time),
        ]);
    }
    for other in &found[1..] {
        for (a, b) in found[0].iter().zip(other) {
            assert!(a.z_score(b).abs() < 4.0, "{a:?} against {b:?}");
        }
    }
}

#[test]
fn ninety_five_percent_intervals_cover_what_they_say() {
    // A free rotor in a wind: R = F/(2πX), D_eff = k_BT/X, of which a step of γ dt makes (γ dt/2) coth(γ dt/2).
    let (wind, step) = (0.3, 0.25_f64);
    let free = landscape(|_| wind, one, one);
    let exact = [wind / TAU, 0.5 * step / (0.5 * step).tanh()];
    let runs = 2000;
    let mut covered = [0; 2];
    for seed in 0..runs {
        let options = Options { trajectories: 32, seed, burn_in: Some(40), ..Options::new(step) };
        let tally = run(&free, &options, 64.0 * 100.0 * step).tally();
        let found = [rotation_rate(&tally), rotational_diffusion(&tally).unwrap()];
        for k in 0..2 {
            covered[k] += i32::from((found[k].value - exact[k]).abs() < interval_factor(32) * found[k].error);
        }
    }
    // Intervals that cover 95 % leave 93 to 97 % by chance once in 25,000 tries.
    for (name, covered) in ["R", "D_eff"].into_iter().zip(covered) {
        let share = f64::from(covered) / runs as f64;
        println!("{name}: covered {share:.4}");
        assert!((0.93..=0.97).contains(&share), "{name}: {share}");
    }
}

#[test]
fn a_target_error_is_met_and_not_overshot() {
    let washboard = landscape(|x| 2.0 * x.sin() + 1.0, one, one);
    let options = Options { trajectories: 256, ..Options::new(0.1) };
    let go_on = AtomicBool::new(false);
    let mut ensemble = Ensemble::new(&washboard, 1.0, &options).unwrap();
    let mut heard = Vec::new();
    let wanted = 2e-4;
    let outcome =
        run_until(&mut ensemble, Target::RotationRate(wanted), 1e9, &go_on, &mut |p| heard.push(p)).unwrap();
    let error = rotation_rate(&ensemble.tally()).error;
    assert_eq!(outcome, Outcome::Reached);
    assert!(error <= wanted && error > 0.7 * wanted, "{error}");
    assert!(heard.windows(2).all(|pair| pair[0].done < pair[1].done));

    let longest = 0.1 * 256.0 * 20_000.0;
    let mut short = Ensemble::new(&washboard, 1.0, &options).unwrap();
    let outcome = run_until(&mut short, Target::RotationRate(1e-5), longest, &go_on, &mut |_| ()).unwrap();
    let Outcome::Exhausted { needed } = outcome else { panic!("{outcome:?}") };
    assert!(needed > 10.0 * longest);

    let rate = Estimate { value: 0.254_684_531_35 / TAU, error: 0.0 };
    let target = Target::Directionality { error: 2e-3, rotation_rate: rate };
    let mut directed = Ensemble::new(&washboard, 1.0, &options).unwrap();
    assert_eq!(run_until(&mut directed, target, 1e9, &go_on, &mut |_| ()).unwrap(), Outcome::Reached);
    let tally = directed.tally();
    assert!(directionality(&tally.hop, tally.time, rate).unwrap().error <= 2e-3);
}

#[test]
fn a_cancelled_run_keeps_what_was_done_and_goes_on() {
    let washboard = landscape(|x| 2.0 * x.sin() + 1.0, one, one);
    let options = Options { trajectories: 64, ..Options::new(0.1) };
    let total = Target::TotalTime(0.1 * 64.0 * 50_000.0);
    let flag = AtomicBool::new(false);
    let mut stopped = Ensemble::new(&washboard, 1.0, &options).unwrap();
    let outcome = run_until(&mut stopped, total, f64::INFINITY, &flag, &mut |p| {
        flag.store(p.done > 0.3 * p.needed, Ordering::Relaxed);
    });
    assert_eq!(outcome.unwrap(), Outcome::Cancelled);
    assert!(stopped.measured_steps() > 10_000 && stopped.measured_steps() < 50_000);
    flag.store(false, Ordering::Relaxed);
    let mut whole = Ensemble::new(&washboard, 1.0, &options).unwrap();
    for ensemble in [&mut stopped, &mut whole] {
        assert_eq!(run_until(ensemble, total, f64::INFINITY, &flag, &mut |_| ()).unwrap(), Outcome::Reached);
        assert_eq!(ensemble.measured_steps(), 50_000);
    }
    assert_eq!(stopped.state(), whole.state());
}

#[test]
fn a_longer_run_takes_a_shorter_time_step() {
    let heated = landscape(|x| 2.0 * x.sin(), |x| 1.0 + 0.5 * x.cos(), |x| 1.0 + 0.75 * (1.0 + x.sin()));
    let options = Options::new(f64::NAN);
    let go_on = AtomicBool::new(false);
    let chosen =
        [1e2, 1e6, 4e8].map(|time| choose_dt(&heated, 1.0, &options, time, &go_on, &mut |_| ()).unwrap());
    for step in &chosen {
        println!("dt = {}, shift {:.2}, {:.1e} steps", step.dt, step.shift, step.steps as f64);
        assert!(step.shift < 1.0 && step.trials[1].dt == 0.5 * step.trials[0].dt);
    }
    assert!(chosen[0].dt >= chosen[1].dt && chosen[1].dt > chosen[2].dt);
    let run_steps = 4e8 / chosen[2].dt;
    assert!((chosen[2].steps as f64) < 0.1 * run_steps, "{} of {run_steps:.1e}", chosen[2].steps);
    let tally = run(&heated, &Options::new(chosen[1].dt), 1e6 / 1024.0).tally();
    assert_close("chosen time step, u", mean_velocity(&tally), -0.060_590_875_44);

    let refused =
        |time, flag: &AtomicBool| choose_dt(&heated, 1.0, &options, time, flag, &mut |_| ()).unwrap_err();
    assert!(matches!(refused(f64::NAN, &go_on), Error::Model { .. }));
    assert!(matches!(refused(1e6, &AtomicBool::new(true)), Error::NotConverged { .. }));
    // One trajectory has no errors to hold a shift against.
    let alone = Options { trajectories: 1, ..options.clone() };
    assert!(choose_dt(&heated, 1.0, &alone, 1e4, &go_on, &mut |_| ()).is_err());

    // Who waits for the trials is told how far each is, and may stop them in the middle.
    let mut told = Vec::new();
    choose_dt(&heated, 1.0, &options, 1e6, &go_on, &mut |progress| told.push(progress)).unwrap();
    assert!(told.iter().all(|p| p.stage == Stage::TimeStep && p.share() == 0.0));
    assert!(told.iter().filter(|p| p.done >= p.needed).count() >= 2, "{told:?}");
    let flag = AtomicBool::new(false);
    let stopped = choose_dt(&heated, 1.0, &options, 1e6, &flag, &mut |progress| {
        flag.store(progress.burnt + progress.done > 0.0, Ordering::Relaxed);
    });
    assert!(matches!(stopped, Err(Error::NotConverged { quantity: "time step", .. })), "{stopped:?}");
}

#[test]
fn short_runs_are_recorded_in_revolutions() {
    let windy = landscape(|_| 1.0, one, |_| 1e-6);
    let options = Options { trajectories: 3, burn_in: Some(400), ..Options::new(0.1) };
    let mut ensemble = Ensemble::new(&windy, 1.0, &options).unwrap();
    let recording = ensemble.record(50, 40, &AtomicBool::new(false)).unwrap();
    assert_eq!((recording.time.len(), recording.turns.len()), (51, 3));
    for turns in &recording.turns {
        let start = turns[0];
        for (t, turn) in recording.time.iter().zip(turns) {
            // The noise spreads the angle by 0.02 rad; γ dt = 0.1 speeds the drift up by 1/1200.
            assert!((turn - start - (1.0 + 1.0 / 1200.0) * t / TAU).abs() < 0.015);
        }
    }
    assert!((recording.time[50] - 200.0).abs() < 1e-9);
}

#[test]
fn a_few_recorded_trajectories_are_the_first_of_a_long_run() {
    let washboard = landscape(|x| 2.0 * x.sin() + 1.0, one, one);
    let few = Options { trajectories: 5, ..Options::new(0.1) };
    let recording = Ensemble::new(&washboard, 1.0, &few)
        .unwrap()
        .record_over(200.0, 100, &AtomicBool::new(false))
        .unwrap();
    assert_eq!(recording.time.len(), 101);
    assert!(recording.time.windows(2).all(|t| (t[1] - t[0] - 2.0).abs() < 1e-9));
    let whole = run(&washboard, &Options { trajectories: 100, ..few.clone() }, 200.0).tally();
    for (turns, angle) in recording.turns.iter().zip(&whole.displacement) {
        assert!((TAU * (turns[100] - turns[0]) - angle).abs() < 1e-9);
        assert!(turns[0].abs() <= 1.0, "it starts where it is drawn from");
    }
    let mut idle = Ensemble::new(&washboard, 1.0, &few).unwrap();
    for (time, samples) in [(0.0, 10), (f64::NAN, 10), (10.0, 0)] {
        assert!(idle.record_over(time, samples, &AtomicBool::new(false)).is_err());
    }
}

#[test]
fn sharp_coefficients_are_tabulated_within_one_in_ten_thousand() {
    // Harmonics that fall as r^k: 0.63 is what the junction of Preston & Kosov (2023) needs, 0.9 far sharper.
    for r in [0.3_f64, 0.63, 0.9] {
        let peak = |x: f64| (1.0 - r).powi(2) / (1.0 - 2.0 * r * x.cos() + r * r);
        let sampled = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 511, f);
        let sharp = Landscape::new(
            sampled(&|x| -x.sin()),
            sampled(&|x| 1.0 + peak(x - 1.0)),
            sampled(&|x| 2.0 + 4.0 * peak(x - 0.8)),
        )
        .unwrap();
        for kernel in kernels() {
            let options =
                Options { trajectories: 64, kernel: Some(kernel), burn_in: Some(0), ..Options::new(0.1) };
            let mut ensemble = Ensemble::new(&sharp, 1.0, &options).unwrap();
            println!("r = {r}, {kernel}: table error {:.1e}", ensemble.table_error());
            assert!(ensemble.table_error() < 1e-4);
            // The same path as the reference, through tables in registers or in memory.
            ensemble.advance(40).unwrap();
            let reference = Options { kernel: Some(Kernel::Reference), ..options };
            let mut followed = Ensemble::new(&sharp, 1.0, &reference).unwrap();
            followed.advance(40).unwrap();
            for (a, b) in ensemble.tally().displacement.iter().zip(followed.tally().displacement) {
                assert!((a - b).abs() < 2e-3, "r = {r}, {kernel}: {a} against {b}");
            }
        }
    }
}

#[test]
fn a_revolution_of_several_periods_is_counted_as_such() {
    let sampled = |f: &dyn Fn(f64) -> f64| Periodic::from_function(PI, 31, f);
    let windy = Landscape::new(sampled(&|_| 1.0), sampled(&one), sampled(&|_| 1e-6)).unwrap();
    let ensemble = run(&windy, &Options { trajectories: 2, ..Options::new(0.05) }, 2000.0);
    let tally = ensemble.tally();
    for i in 0..2 {
        let turns = tally.displacement[i] / TAU;
        assert!((f64::from(tally.revolution.forward[i]) - turns).abs() <= 1.0);
        assert!((f64::from(tally.hop.forward[i]) - 2.0 * turns).abs() <= 1.0);
        assert_eq!((tally.hop.back[i], tally.revolution.back[i]), (0, 0));
    }
    assert_eq!((tally.hop.lattice, tally.revolution.lattice), (PI, TAU));
}

#[test]
fn what_cannot_be_run_is_refused() {
    let good = landscape(f64::sin, one, one);
    let refused = |landscape: &Landscape, inertia: f64, options: Options| {
        let error = Ensemble::new(landscape, inertia, &options).unwrap_err();
        assert!(!error.hint().is_empty());
        error.to_string()
    };
    assert!(refused(&good, 0.0, Options::new(0.1)).contains("moment of inertia"));
    assert!(refused(&good, 1.0, Options::new(f64::NAN)).contains("time step"));
    assert!(refused(&good, 1.0, Options::new(10.0)).contains("thermal velocity"));
    assert!(refused(&good, 1.0, Options { trajectories: 0, ..Options::new(0.1) }).contains("trajectories"));
    for trajectories in [MOST_TRAJECTORIES + 1, usize::MAX] {
        let error = refused(&good, 1.0, Options { trajectories, ..Options::new(0.1) });
        assert!(error.contains("trajectories were asked for"), "{error}");
    }
    let mut few = Ensemble::new(&good, 1.0, &Options { trajectories: 2, ..Options::new(0.1) }).unwrap();
    for samples in [1 << 26, usize::MAX] {
        assert!(
            few.record(samples, 4, &AtomicBool::new(false))
                .unwrap_err()
                .hint()
                .contains("at most 134217728 positions")
        );
        assert!(few.record_over(1e9, samples, &AtomicBool::new(false)).is_err());
    }
    assert!(refused(&good, 1.0, Options { origin: Some(f64::NAN), ..Options::new(0.1) }).contains("origin"));
    let negative = landscape(f64::sin, one, |x| 0.5 + x.cos());
    assert!(refused(&negative, 1.0, Options::new(0.1)).contains("diffusion"));
    let undamped = landscape(f64::sin, |_| -1.0, |_| -1.0);
    assert!(refused(&undamped, 1.0, Options::new(0.1)).contains("friction"));
    let flat = Periodic::constant(1.0, 1.0);
    let odd = Landscape::new(flat.clone(), flat.clone(), flat).unwrap();
    assert!(refused(&odd, 1.0, Options::new(0.01)).contains("period"));

    // A drive that outruns the friction is noticed while it runs.
    let runaway = landscape(|_| 1.0, |_| 1e-4, one);
    let mut ensemble =
        Ensemble::new(&runaway, 1.0, &Options { trajectories: 8, burn_in: Some(0), ..Options::new(0.05) })
            .unwrap();
    assert!(matches!(ensemble.advance(40_000), Err(Error::NotConverged { .. })));

    let mut broken = Ensemble::new(&good, 1.0, &Options::new(0.1)).unwrap().state();
    broken.half_drift.pop();
    assert!(Ensemble::from_state(&good, 1.0, &broken).is_err());
}
