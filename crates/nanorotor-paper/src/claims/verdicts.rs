//! Test every statement's judge on made-up results in which it holds, and in which it does not.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI, TAU};

use super::made_up::{Made, With as _, grid, sweep};
use super::{Verdict, judge};
use nanorotor::results::Results;

use Verdict::{DoesNotHold, Holds, NotComputed, OnlyForSomeChoices};

const KT: f64 = 0.0272;
const THETA: usize = 64;

/// The verdict on the statement that contains the words.
fn verdict(made: &Made, words: &str) -> Verdict {
    let claims = judge(&|name| made.get(name));
    let found: Vec<_> = claims.iter().filter(|claim| claim.statement.contains(words)).collect();
    assert_eq!(found.len(), 1, "{words}");
    assert!(!found[0].evidence.is_empty());
    found[0].verdict
}

/// Hold each case's verdict against what is expected of it.
fn check(words: &str, cases: &[(Made, Verdict)]) {
    for (k, (made, expected)) in cases.iter().enumerate() {
        assert_eq!(verdict(made, words), *expected, "{words}, case {k}");
    }
    assert_eq!(verdict(&Made::new(), words), NotComputed, "{words}, nothing computed");
}

fn one(name: &'static str, results: Results) -> Made {
    Made::new().part(name, results)
}

fn range(from: f64, to: f64, points: usize) -> Vec<f64> {
    (0..points).map(|k| from + (to - from) * k as f64 / (points - 1) as f64).collect()
}

/// Values of f(x, θ) over a period π.
fn over_theta(x: &[f64], f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    x.iter()
        .flat_map(|&x| (0..THETA).map(move |j| (x, PI * j as f64 / THETA as f64)))
        .map(|(x, t)| f(x, t))
        .collect()
}

fn curve(x: &[f64], f: impl Fn(f64) -> f64) -> Vec<f64> {
    x.iter().map(|&x| f(x)).collect()
}

/// figure_2 with hot spots of a height that the voltage decides, and a friction with its thermal noise times a factor.
fn figure_2(height: impl Fn(f64) -> f64, noise: f64, floor: f64) -> Results {
    let v = [0.0, 2.0, 5.0];
    let friction = over_theta(&v, |_, t| 0.01 * (1.5 + (2.0 * t).cos()));
    let diffusion: Vec<f64> = friction.iter().map(|xi| noise * 2.0 * KT * xi).collect();
    let temperature = over_theta(&v, |v, t| KT * (1.0 + floor + height(v) * t.sin().powi(2)));
    sweep("V", &v)
        .with("friction", &friction)
        .with("diffusion", &diffusion)
        .with("effective_temperature", &temperature)
}

fn figure_6(top: impl Fn(f64) -> f64, barrier: impl Fn(f64) -> f64, rate: impl Fn(f64) -> f64) -> Results {
    let v = range(0.0, 6.0, 121);
    sweep("V", &v)
        .with("max_effective_temperature", &curve(&v, |v| KT * (1.0 + top(v))))
        .with("barrier", &curve(&v, barrier))
        .with("rotation_rate", &curve(&v, rate))
        .with("rotation_rate_error", &curve(&v, |_| 1e-9))
        .with("mean_torque", &curve(&v, |_| 1e-18))
}

fn usual_figure_6() -> Results {
    figure_6(warm, tent, |v| 0.4 * (v - 2.5).max(0.001 * v))
}

/// Hot from resonance on.
fn warm(v: f64) -> f64 {
    if v < 2.5 { 0.03 * v / 2.5 } else { 0.5 + 0.01 * v }
}

fn tent(v: f64) -> f64 {
    0.2 - 0.03 * (v - 2.5).abs()
}

#[test]
fn equilibrium_needs_the_electrons_to_be_thermal() {
    let hot = |v: f64| 0.1 * v;
    check(
        "in thermal equilibrium with the electrodes",
        &[
            (one("figure_2", figure_2(hot, 1.0, 0.0)), Holds),
            (one("figure_2", figure_2(hot, 1.0 + 1e-6, 0.0)), DoesNotHold),
            (one("figure_2", figure_2(|_| 0.1, 1.0, 0.0)), DoesNotHold),
        ],
    );
}

#[test]
fn slightly_is_a_tenth_and_much_less_than_in_resonance() {
    let at = |two: f64, five: f64| figure_2(move |v| if v > 3.0 { five } else { two }, 1.0, 0.0);
    check(
        "differs only slightly",
        &[
            (one("figure_2", at(0.05, 0.6)), Holds),
            (one("figure_2", at(0.15, 0.7)), DoesNotHold),
            (one("figure_2", at(0.05, 0.1)), DoesNotHold),
        ],
    );
}

#[test]
fn hot_spots_are_hot_above_resonance_alone_and_have_cool_places_between_them() {
    let with = |floor: f64, top: fn(f64) -> f64| {
        one("figure_2", figure_2(|_| 0.5, 1.0, floor)).part("figure_6", figure_6(top, tent, |v| v))
    };
    check(
        "clear periodic hot spots",
        &[
            (with(0.0, warm), Holds),
            (with(0.3, warm), DoesNotHold),
            (with(0.0, |_| 0.6), DoesNotHold),
            (with(0.0, |v| 0.01 * v), DoesNotHold),
        ],
    );
    check(
        "magnifies these hot spots",
        &[
            (one("figure_6", figure_6(warm, tent, |v| v)), Holds),
            (one("figure_6", figure_6(|v| 1.0 - 0.1 * v, tent, |v| v)), DoesNotHold),
        ],
    );
}

#[test]
fn the_barrier_has_its_top_at_resonance_for_every_bottom() {
    let with = |barrier: fn(f64) -> f64| one("figure_6", figure_6(warm, barrier, |v| v));
    let v = range(0.0, 6.0, 13);
    let other = |at: f64| {
        let barrier: Vec<f64> =
            [2.5, at].iter().flat_map(|top| curve(&v, |v| 0.2 - 0.02 * (v - top).abs())).collect();
        grid(&[("band_bottom", &[-10.0, -50.0]), ("V", &v)]).with("barrier", &barrier)
    };
    check(
        "raises the energy barrier",
        &[
            (with(tent), Holds),
            (with(|v| 0.2 - 0.03 * (v - 4.0).abs()), DoesNotHold),
            (with(|v| 0.1 + 0.01 * (9.0 * v).sin() - 0.03 * (v - 2.5).abs()), DoesNotHold),
            (with(tent).part("claim_band_bottom", other(2.5)), Holds),
            (with(tent).part("claim_band_bottom", other(4.0)), OnlyForSomeChoices),
        ],
    );
}

#[test]
fn both_signs_of_the_voltage_are_compared() {
    let v = [-5.0, -2.0, 2.0, 5.0];
    let odd = |part: f64| {
        let f = over_theta(&v, |v, t| v.abs() + t.cos() + part * v);
        sweep("V", &v).with("torque", &f).with("friction", &f).with("diffusion", &f)
    };
    check(
        "Langevin coefficients are independent",
        &[
            (one("claim_sign_of_voltage", odd(0.0)), Holds),
            (one("claim_sign_of_voltage", odd(1e-6)), DoesNotHold),
        ],
    );
    let rate = |part: f64| sweep("V", &v).with("rotation_rate", &curve(&v, |v| v.abs() + part * v));
    check(
        "rotational direction must also be independent",
        &[
            (one("claim_sign_of_rotation", rate(0.0)), Holds),
            (one("claim_sign_of_rotation", rate(1e-3)), DoesNotHold),
        ],
    );
    let moved = |part: f64| {
        grid(&[("Gamma_R", &[0.1]), ("V", &v)]).with("rotation_rate", &curve(&v, |v| v.abs() + part * v))
    };
    let both = |a: f64, b: f64| one("claim_sign_of_rotation", rate(a)).part("claim_sign_detuned", moved(b));
    check(
        "independent of the direction of electron tunneling",
        &[(both(0.0, 0.0), Holds), (both(0.0, 0.3), OnlyForSomeChoices), (both(0.3, 0.3), DoesNotHold)],
    );
}

/// figure_3 with U = cos 2θ, twisted by φ and deformed at 1.3.
fn figure_3(at_zero: f64, odd: f64, overtone: f64) -> Results {
    let phi = [0.0, FRAC_PI_4, -FRAC_PI_4, 1.3];
    let u = |phi: f64, t: f64| {
        let twist = if phi == 0.0 { at_zero } else { 0.1 * phi };
        let more = if phi == 1.3 { overtone } else { 0.1 };
        2.0 + (2.0 * t).cos() + twist * (2.0 * t).sin() + more * (4.0 * t).cos() + odd * phi * (2.0 * t).cos()
    };
    let values = over_theta(&phi, u);
    sweep("phi", &phi).with("potential", &values).with("effective_temperature", &values)
}

#[test]
fn the_landscapes_are_mirrored() {
    check(
        "At phi = 0 the ratchet potential",
        &[
            (one("figure_3", figure_3(0.0, 0.0, 0.4)), Holds),
            (one("figure_3", figure_3(1e-4, 0.0, 0.4)), DoesNotHold),
        ],
    );
    check(
        "the dependence on theta is flipped",
        &[
            (one("figure_3", figure_3(0.0, 0.0, 0.4)), Holds),
            (one("figure_3", figure_3(0.0, 1e-4, 0.4)), DoesNotHold),
        ],
    );
    check(
        "the potential is deformed",
        &[
            (one("figure_3", figure_3(0.0, 0.0, 0.4)), Holds),
            (one("figure_3", figure_3(0.0, 0.0, 0.1)), DoesNotHold),
        ],
    );
}

#[test]
fn forward_is_forward_for_every_voltage_and_bottom() {
    let with = |rate: fn(f64) -> f64| one("figure_6", figure_6(warm, tent, rate));
    let bottoms = |last: f64| sweep("band_bottom", &[-5.0, -100.0]).with("rotation_rate", &[2.0, last]);
    check(
        "forward rotation more probable",
        &[
            (with(|v| v), Holds),
            (with(|v| v - 1.0), DoesNotHold),
            (with(|v| v).part("open_bottom", bottoms(0.1)), Holds),
            (with(|v| v).part("open_bottom", bottoms(-0.1)), OnlyForSomeChoices),
        ],
    );
}

fn figure_4(rate: impl Fn(f64) -> f64) -> Results {
    let phi = range(-FRAC_PI_2, FRAC_PI_2, 181);
    sweep("phi", &phi)
        .with("rotation_rate", &curve(&phi, rate))
        .with("mean_torque", &curve(&phi, |_| 1e-18))
        .with("barrier", &curve(&phi, |_| 0.1))
}

#[test]
fn the_rate_is_odd_and_vanishes_where_it_must() {
    let with = |rate: fn(f64) -> f64| one("figure_4", figure_4(rate));
    check(
        "R(-phi) = -R(phi)",
        &[(with(|p| (2.0 * p).sin()), Holds), (with(|p| (2.0 * p + 0.01).sin()), DoesNotHold)],
    );
    check("go to zero at phi = 0", &[(with(|p| (2.0 * p).sin()), Holds), (with(f64::sin), DoesNotHold)]);
}

#[test]
fn couplings_decide_about_the_direction() {
    let phi = range(-FRAC_PI_2, FRAC_PI_2, 21);
    let part =
        |factor: f64| sweep("phi", &phi).with("rotation_rate", &curve(&phi, |p| factor * (2.0 * p).sin()));
    let with = |name, factor: f64| one("figure_4", figure_4(|p| (2.0 * p).sin())).part(name, part(factor));
    check(
        "For equal couplings",
        &[(with("claim_equal_couplings", 0.0), Holds), (with("claim_equal_couplings", 1e-3), DoesNotHold)],
    );
    check(
        "rotational directions are reversed",
        &[
            (with("claim_swapped_couplings", -1.0), Holds),
            (with("claim_swapped_couplings", 1.0), DoesNotHold),
            (with("claim_swapped_couplings", -0.9), DoesNotHold),
        ],
    );
}

#[test]
fn the_extremum_has_to_be_near_a_quarter_of_pi() {
    let second = |p: f64| {
        (2.0 * p).sin() + 1.5 * p.signum() * (-((p.abs() - 1.3) / 0.1).powi(2)).exp() * (2.0 * p).cos().abs()
    };
    let quarter = |p: f64| (2.0 * p).sin();
    let elsewhere = |p: f64| (2.0 * p).sin() * p.abs().powi(4);
    let phi = range(0.05, 1.55, 31);
    let bottoms = |rate: &dyn Fn(f64) -> f64| {
        grid(&[("band_bottom", &[-5.0]), ("phi", &phi)]).with("rotation_rate", &curve(&phi, rate))
    };
    let words = "reaches a minimum/maximum at phi";
    check(
        words,
        &[
            (one("figure_4", figure_4(quarter)), Holds),
            (one("figure_4", figure_4(second)), OnlyForSomeChoices),
            (one("figure_4", figure_4(elsewhere)), DoesNotHold),
            (one("figure_4", figure_4(quarter)).part("claim_extremum", bottoms(&quarter)), Holds),
            (
                one("figure_4", figure_4(quarter)).part("claim_extremum", bottoms(&elsewhere)),
                OnlyForSomeChoices,
            ),
        ],
    );
    check(
        "a deviation from this behaviour",
        &[(one("figure_4", figure_4(second)), Holds), (one("figure_4", figure_4(quarter)), DoesNotHold)],
    );
}

/// A part of pumped charges of two leads, for the levels at 0 and at −1 eV.
fn pumping(paper: f64, moved: impl Fn(f64) -> f64) -> Results {
    let phi = range(-FRAC_PI_2, FRAC_PI_2, 41);
    let values: Vec<f64> = [0.0, 1.0]
        .iter()
        .flat_map(|&is_moved| phi.iter().map(move |&p| (is_moved, p)))
        .flat_map(|(is_moved, p)| {
            let mean = if is_moved > 0.0 { moved(p) } else { paper * (2.0 * p).sin() } / TAU;
            let own = (0..THETA).map(move |j| mean + 0.3 * (TAU * j as f64 / THETA as f64).cos());
            own.chain((0..THETA).map(move |_| -mean)).collect::<Vec<f64>>()
        })
        .collect();
    grid(&[("E", &[0.0, -1.0]), ("phi", &phi)]).with("pumped_charge", &values)
}

#[test]
fn charge_is_shuttled_by_some_levels() {
    let odd = |p: f64| 0.2 * (2.0 * p).sin();
    for (words, part) in [
        ("readily reproduced by applying a manual rotation", "claim_pumping"),
        ("even when Gamma_L = Gamma_R", "claim_pumping_equal_couplings"),
    ] {
        check(
            words,
            &[
                (one(part, pumping(0.1, odd)), Holds),
                (one(part, pumping(0.0, odd)), OnlyForSomeChoices),
                (one(part, pumping(0.0, |_| 0.0)), DoesNotHold),
            ],
        );
    }
    let early = |p: f64| 0.2 * (2.0 * p).sin() * (-2.0 * p.abs()).exp();
    check(
        "maximised when phi",
        &[
            (one("claim_pumping", pumping(0.0, odd)), Holds),
            (one("claim_pumping", pumping(0.1, early)), OnlyForSomeChoices),
            (one("claim_pumping", pumping(0.0, early)), DoesNotHold),
        ],
    );
    check(
        "reversed upon reversing the rotation",
        &[
            (one("claim_pumping", pumping(0.0, odd)), Holds),
            (one("claim_pumping", pumping(0.0, |p| odd(p) + 1e-4)), DoesNotHold),
            (one("claim_pumping", pumping(0.0, |_| 0.0)), DoesNotHold),
        ],
    );
}

#[test]
fn the_voltage_dependence_is_flat_then_straight() {
    let with = |rate: fn(f64) -> f64| one("figure_6", figure_6(warm, tent, rate));
    let v = range(0.0, 6.0, 13);
    let others = |below: f64| {
        grid(&[("band_bottom", &[-50.0]), ("V", &v)])
            .with("rotation_rate", &curve(&v, |v| if v < 2.5 { below } else { v }))
    };
    let step = |v: f64| if v < 2.5 { 0.01 } else { v };
    check(
        "The rotation is negligible",
        &[
            (with(step), Holds),
            (with(|v| v), DoesNotHold),
            (with(step).part("claim_band_bottom", others(0.01)), Holds),
            (with(step).part("claim_band_bottom", others(1.0)), OnlyForSomeChoices),
        ],
    );
    check(
        "increases approximately linearly",
        &[
            (with(|v| v + 0.05 * (v - 2.5).powi(2)), Holds),
            (with(|v| (v - 2.4).powi(5)), DoesNotHold),
            (with(|v| 10.0 - v), DoesNotHold),
        ],
    );
}

#[test]
fn the_rate_has_to_fall_back_in_both_bands() {
    let v = range(6.0, 18.0, 13);
    let part = |top: f64| {
        sweep("V", &v)
            .with("rotation_rate", &curve(&v, |v| 3.0 - 0.02 * (v - top).powi(2)))
            .with("barrier", &curve(&v, |v| 1.0 / v))
            .with("max_effective_temperature", &curve(&v, |_| 0.0445))
    };
    let with =
        |a: f64, b: f64| one("claim_high_voltage", part(a)).part("claim_high_voltage_deep_band", part(b));
    check(
        "For even higher voltages",
        &[(with(11.0, 12.0), Holds), (with(11.0, 20.0), OnlyForSomeChoices), (with(20.0, 20.0), DoesNotHold)],
    );
}

#[test]
fn a_mean_torque_is_intrinsic_directionality() {
    let mut driven = usual_figure_6();
    driven.variables.retain(|variable| variable.name != "mean_torque");
    let driven = driven.with("mean_torque", &[1e-6; 121]);
    let with = |figure_6| one("figure_4", figure_4(f64::sin)).part("figure_6", figure_6);
    check(
        "introduces no intrinsic directionality",
        &[(with(usual_figure_6()), Holds), (with(driven), DoesNotHold)],
    );
}

#[test]
fn the_rate_falls_with_inertia() {
    let i = [1.0, 10.0, 100.0];
    let part = |values: &[f64]| sweep("I", &i).with("rotation_rate", values);
    let with = |a: &[f64], b: &[f64]| one("figure_7", part(a)).part("claim_large_inertia", part(b));
    check(
        "asymptotically decreases towards zero",
        &[
            (with(&[100.0, 10.0, 1.0], &[1.0, 0.1, 0.01]), Holds),
            (with(&[100.0, 120.0, 1.0], &[1.0, 0.1, 0.01]), DoesNotHold),
            (with(&[100.0, 10.0, 1.0], &[1.0, 0.9, 0.85]), DoesNotHold),
        ],
    );
    check(
        "orders of magnitude larger",
        &[
            (one("figure_7", part(&[100.0, 10.0, 1.0])), Holds),
            (one("figure_7", part(&[5.0, 3.0, 1.0])), DoesNotHold),
        ],
    );
}

/// figure_7_passage with the directionality at three moments of inertia.
fn figure_7(dir: [f64; 3]) -> Results {
    passages(sweep("I", &[1.0, 10.0, 100.0]), &dir)
}

/// A directionality by both counts.
fn passages(mut results: Results, dir: &[f64]) -> Results {
    for count in ["revolution", "hop"] {
        results = results
            .with(&format!("{count}_directionality"), dir)
            .with(&format!("{count}_directionality_error"), &vec![1e-6; dir.len()]);
    }
    results
}

#[test]
fn the_preference_vanishes_with_inertia() {
    check(
        "preference of a given direction",
        &[
            (one("figure_7_passage", figure_7([0.66, 0.55, 0.51])), Holds),
            (one("figure_7_passage", figure_7([0.66, 0.67, 0.51])), DoesNotHold),
            (one("figure_7_passage", figure_7([0.66, 0.6, 0.58])), DoesNotHold),
        ],
    );
}

#[test]
fn the_printed_directionality_may_depend_on_the_bottom() {
    let bottoms = |dir: [f64; 2]| passages(sweep("band_bottom", &[-10.0, -100.0]), &dir);
    let at = |dir: f64| one("figure_7_passage", figure_7([0.66, 0.55, dir]));
    let origins = |dir: [f64; 2]| {
        let mut results = grid(&[("band_bottom", &[-10.0]), ("theta_c", &[0.0, 1.5])]);
        for count in ["revolution", "hop"] {
            results = results
                .with(&format!("directionality_{count}"), &dir)
                .with(&format!("directionality_{count}_error"), &[1e-5; 2]);
        }
        results
    };
    check(
        "50.68 %",
        &[
            (at(0.50683), Holds),
            (at(0.5104), DoesNotHold),
            (at(0.5104).part("open_bottom_passage", bottoms([0.5104, 0.5050])), OnlyForSomeChoices),
            (at(0.5104).part("open_bottom_passage", bottoms([0.5104, 0.5080])), DoesNotHold),
            (at(0.5104).part("open_bottom_passage", bottoms([0.5104, 0.50683])), OnlyForSomeChoices),
            (
                at(0.5104)
                    .part("open_bottom_passage", bottoms([0.5104, 0.5080]))
                    .part("open_bottom_origins", origins([0.5050, 0.5104])),
                OnlyForSomeChoices,
            ),
        ],
    );
}

#[test]
fn friction_of_electrons_alone_is_judged_without_a_solvent() {
    let xi = [5.0, 2.0, 0.5, 0.0];
    let part = |rate: [f64; 4]| {
        sweep("xi_solv", &xi).with("rotation_rate", &rate).with("rotational_diffusion", &[100.0; 4])
    };
    check(
        "The small electronic friction alone",
        &[
            (one("claim_friction", part([1.0, 0.3, 0.2, 0.05])), Holds),
            (one("claim_friction", part([1.0, 0.9, 0.8, 0.7])), DoesNotHold),
            (one("claim_friction", part([1.0, 0.01, 0.05, 0.03])), DoesNotHold),
            (one("claim_friction", part([1.0, 0.3, f64::NAN, f64::NAN])), NotComputed),
        ],
    );
}

#[test]
fn a_classical_potential_may_reverse_the_direction() {
    let part = |rates: [f64; 2]| {
        grid(&[("n_cl", &[2.0]), ("delta_cl", &[0.0]), ("u_cl", &[0.01, 0.03])]).with("rotation_rate", &rates)
    };
    let with = |rates| one("figure_6", usual_figure_6()).part("claim_classical_potential", part(rates));
    check(
        "A non-zero classical potential",
        &[
            (with([0.7, 0.2]), Holds),
            (with([0.7, -0.2]), OnlyForSomeChoices),
            (with([-0.7, -0.2]), DoesNotHold),
        ],
    );
}

#[test]
fn a_wind_has_a_torque_and_turns_faster() {
    let part = |torque: [f64; 3], rate: [f64; 3]| {
        sweep("E_1", &[-1.0, 0.0, 1.0]).with("mean_torque", &torque).with("rotation_rate", &rate)
    };
    check(
        "non-conservativity of the adiabatic force",
        &[
            (one("claim_wind", part([0.002, 1e-18, -0.002], [5.0, 0.01, -5.0])), Holds),
            (one("claim_wind", part([0.002, 1e-18, -0.002], [0.02, 0.01, 0.0])), DoesNotHold),
            (one("claim_wind", part([0.002, 1e-3, -0.002], [5.0, 0.01, -5.0])), DoesNotHold),
        ],
    );
}

#[test]
fn trajectories_have_to_agree_with_the_density() {
    let part = |scores: [f64; 4]| sweep("x", &[1.0, 2.0, 3.0, 4.0]).with("z_score", &scores);
    let with = |scores| {
        one("figure_4_trajectories", part(scores))
            .part("figure_6_trajectories", part([0.5, -1.0, 1.2, 0.1]))
            .part("figure_7_trajectories", part([-0.5, 1.0, -1.2, 0.7]))
    };
    check(
        "From long Langevin trajectories",
        &[
            (with([0.3, -1.5, 1.0, 0.2]), Holds),
            (with([0.3, -1.5, 4.5, 0.2]), DoesNotHold),
            (with([3.5, -3.5, 3.5, 3.5]), DoesNotHold),
        ],
    );
}
