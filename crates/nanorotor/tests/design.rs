//! Find optima that are known in closed form, or by another road.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::sync::atomic::AtomicBool;

use nanorotor::design::{
    Front, Optimum, Options, Problem, Sense, derivatives, front, optimize, uncertain, usual,
};
use nanorotor::results::{Point, SensitivityOptions, Watch, sensitivity_results};
use nanorotor::study::Study;
use nanorotor::sweep::Store;
use nanorotor::units::TIME_IN_NANOSECONDS;

/// A blowtorch with one harmonic and no inertia: U = U₀ cos θ, k_BT = T₀ (1 + a cos(θ + φ)), a constant friction ξ and a load.
///
/// With n = k_BT p the stationary current J obeys ξJ = (F/k_BT) n − n′. To first order in U₀/T₀ and load/T₀, n is
/// constant, n = T₀ √(1 − a²)/2π by the norm of p, and with 1/(1 + a cos x) = (1 − 2q cos x + …)/√(1 − a²),
/// q = (1 − √(1 − a²))/a, the integral over the period gives R = J = (U₀ q sin φ − load)/2πξ. The next order is smaller by U₀/T₀.
fn blowtorch() -> Study {
    let text = "
        parameters = { U0 = \"2e-6 eV\", T0 = \"20 meV\", a = 0.4, phi = 0.3, xi = \"100 au\", load = \"0 eV\" }
        landscape = { torque = \"U0*sin(theta)\", friction = \"xi\", diffusion = \"2*xi*T0*(1 + a*cos(theta + phi))\" }
        rotor = { period = \"2*pi\", moment_of_inertia = \"1e-3 au\", load = \"load\" }
        rate = { method = \"overdamped\" }";
    Study::from_toml(text, "blowtorch.toml", None).unwrap()
}

/// The same with inertia, at a damping of about one.
fn heavy() -> Study {
    let text = blowtorch().text().replace("1e-3 au", "1e7 au").replace("overdamped", "auto");
    Study::from_toml(&text, "heavy.toml", None).unwrap()
}

/// U₀/T₀.
const SMALL: f64 = 1e-4;

fn q(a: f64) -> f64 {
    (1.0 - (1.0 - a * a).sqrt()) / a
}

/// R in revolutions per ns for U₀ in eV and ξ = 100 ħ.
fn rate(a: f64, phi: f64) -> f64 {
    2e-6 / 27.211_386_245_988 * q(a) * phi.sin() / (TAU * 100.0) / TIME_IN_NANOSECONDS
}

fn search(study: &Study, goal: (Sense, &str), over: &[&str], limits: &[&str], options: &Options) -> Optimum {
    let problem = Problem::new(study, &[goal], over, limits).unwrap();
    let store = Store::in_memory().unwrap();
    optimize(&problem, &store, options, &AtomicBool::new(false), &|_| {}).unwrap().unwrap()
}

fn practical(study: &Study, found: &Optimum, goal: (Sense, &str)) -> f64 {
    let problem = Problem::new(study, &[goal], &["phi=0..1"], &[]).unwrap();
    let (_, factor) = problem.objectives()[0].1.unit(study, nanorotor::quantity::System::Practical);
    found.best().objectives[0].value * factor
}

const FASTEST: (Sense, &str) = (Sense::Maximize, "rotation_rate");

#[test]
fn the_best_phase_of_a_blowtorch_is_a_quarter_of_its_period() {
    let study = blowtorch();
    for options in [Options::default(), Options { global: false, ..Options::default() }] {
        let found = search(&study, FASTEST, &["phi=-3..3"], &[], &options);
        let phi = found.best().numbers[0];
        assert!(found.converged && (phi - FRAC_PI_2).abs() < 10.0 * SMALL, "{phi}");
        let value = practical(&study, &found, FASTEST);
        assert!((value / rate(0.4, FRAC_PI_2) - 1.0).abs() < 10.0 * SMALL, "{value}");
        // 1 − cos δ = 1 %.
        let [down, up] = found.flatness.changes[0].map(Option::unwrap);
        let expected = 0.99f64.acos();
        assert!((down / expected - 1.0).abs() < 0.01 && (up / expected - 1.0).abs() < 0.01, "{down} {up}");
        assert!((found.flatness.directions[0].changes[0].abs() / expected - 1.0).abs() < 0.01);
    }
    // The slowest, backwards at full speed, is the minimum.
    let slowest =
        search(&study, (Sense::Minimize, "rotation_rate"), &["phi=-3..3"], &[], &Options::default());
    assert!((slowest.best().numbers[0] + FRAC_PI_2).abs() < 10.0 * SMALL);
}

#[test]
fn bounds_hold_parameters_and_logarithms_span_decades() {
    let study = blowtorch();
    let over = ["phi=-3..3", "a=0.1..0.9", "xi=10 au..1e4 au"];
    let found = search(&study, FASTEST, &over, &[], &Options::default());
    let [phi, a, xi] = found.best().numbers[..] else { panic!() };
    assert!((phi - FRAC_PI_2).abs() < 10.0 * SMALL && a == 0.9 && xi == 10.0, "{phi} {a} {xi}");
    let value = practical(&study, &found, FASTEST);
    assert!((value / (10.0 * rate(0.9, FRAC_PI_2)) - 1.0).abs() < 20.0 * SMALL, "{value}");
    // What the friction costs: R ∝ 1/ξ, and 1 % is lost at ξ/1.01.
    let up = found.flatness.changes[2][1].unwrap();
    assert!((up - 0.1).abs() < 0.01, "{up}");
}

#[test]
fn constraints_are_honoured_and_told() {
    let study = blowtorch();
    let over = ["phi=0.1..3", "a=0.1..0.9"];
    let found = search(&study, FASTEST, &over, &["a + phi < 1.6"], &Options::default());
    let [phi, a] = found.best().numbers[..] else { panic!() };
    // The best of q(a) sin(1.6 − a), on a fine grid.
    let best = (0..=800_000)
        .map(|k| 0.1 + 1e-6 * f64::from(k))
        .max_by(|a, b| rate(*a, 1.6 - a).total_cmp(&rate(*b, 1.6 - b)))
        .unwrap();
    assert!(found.converged && found.active == [true]);
    assert!(a + phi <= 1.6 && a + phi > 1.6 - 1e-5, "{}", a + phi);
    assert!((a - best).abs() < 1e-3, "{a} {best}");
    let value = practical(&study, &found, FASTEST);
    assert!((value / rate(best, 1.6 - best) - 1.0).abs() < 20.0 * SMALL, "{value}");
    // One that does not matter holds nothing.
    let free =
        search(&study, FASTEST, &["phi=-3..3"], &["rotation_rate > -1 revolutions/ns"], &Options::default());
    assert!(free.active == [false] && (free.best().numbers[0] - FRAC_PI_2).abs() < 10.0 * SMALL);
}

#[test]
fn the_greatest_power_is_that_of_half_the_stall_torque() {
    // P = 2πR load = load (U₀ q − load)/ξ.
    let study = blowtorch().with("phi", "pi/2").unwrap();
    let goal = (Sense::Maximize, "power");
    let found = search(&study, goal, &["load=0 eV..1e-6 eV"], &[], &Options::default());
    let stall = 2e-6 * q(0.4);
    let load = found.best().numbers[0];
    assert!((load / (stall / 2.0) - 1.0).abs() < 10.0 * SMALL, "{load} {stall}");
}

#[test]
fn the_greatest_power_over_the_load_is_that_of_the_load_curve() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/studies/blowtorch.toml")).unwrap();
    let text = text
        .replace("[rotor]", "[rotor]\nload = \"load\"")
        .replace("[parameters]", "[parameters]\nload = \"0 eV\"");
    let study = Study::from_toml(&text, "blowtorch.toml", None).unwrap();
    let curve = Point::new(study.resolve().unwrap()).load_curve(None, Watch::default()).unwrap();
    let of = |name: &str| curve.get(name).unwrap().values[0];
    let stall = of("stall_torque") * 27.211_386_245_988;
    let (from, to) = if stall > 0.0 { (0.0, stall) } else { (stall, 0.0) };
    let over = format!("load={from} eV..{to} eV");
    let found = search(
        &study,
        (Sense::Maximize, "power"),
        &[&over],
        &[],
        &Options { global: false, ..Options::default() },
    );
    let power = found.best().objectives[0].value;
    assert!((power / of("maximum_power") - 1.0).abs() < 1e-7, "{power} {}", of("maximum_power"));
}

#[test]
fn refused_points_are_avoided() {
    // R grows as w √(1 − w) up to w = 2/3; beyond 1 there is no torque.
    let text =
        blowtorch().text().replace("U0*sin", "U0*w*sqrt(1 - w)*sin").replace("a = 0.4", "a = 0.4, w = 0.1");
    let study = Study::from_toml(&text, "half.toml", None).unwrap();
    let found = search(&study, FASTEST, &["w=0.05..3", "phi=0..3"], &[], &Options::default());
    let refused = found.evaluations.iter().filter(|e| e.refused.is_some()).count();
    assert!(refused > 10 && found.converged, "{refused}");
    let [w, phi] = found.best().numbers[..] else { panic!() };
    assert!((w - 2.0 / 3.0).abs() < 10.0 * SMALL && (phi - FRAC_PI_2).abs() < 10.0 * SMALL, "{w} {phi}");
    // Nothing but refused points is an answer too.
    let problem = Problem::new(&study, &[FASTEST], &["w=1.5..2"], &[]).unwrap();
    let store = Store::in_memory().unwrap();
    let error =
        optimize(&problem, &store, &Options::default(), &AtomicBool::new(false), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("was refused"), "{error}");
}

#[test]
fn what_no_point_obeys_is_told() {
    let problem =
        Problem::new(&blowtorch(), &[FASTEST], &["phi=-3..3"], &["rotation_rate > 1 revolutions/ns"])
            .unwrap();
    let store = Store::in_memory().unwrap();
    let error =
        optimize(&problem, &store, &Options::default(), &AtomicBool::new(false), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("no point obeys rotation_rate > 1 revolutions/ns"), "{error}");
}

#[test]
fn bits_do_not_depend_on_threads_or_interruptions() {
    let study = blowtorch();
    let over = ["phi=-3..3", "a=0.1..0.9"];
    let problem = Problem::new(&study, &[FASTEST], &over, &["a + phi < 2"]).unwrap();
    let options = Options { evaluations: Some(200), ..Options::default() };
    let (whole, last) = interrupted(&problem, &options, &[7, 40, 60]);
    assert!(last.computed + 100 < whole.computed, "{} {}", last.computed, whole.computed);
    assert_eq!(Optimum { computed: 0, ..last }, Optimum { computed: 0, ..whole });
    // Another seed takes another way to the same place.
    let other = Options { seed: 2, ..options };
    let store = Store::in_memory().unwrap();
    let other = optimize(&problem, &store, &other, &AtomicBool::new(false), &|_| {}).unwrap().unwrap();
    assert!((other.best().numbers[0] - FRAC_PI_2).abs() < PI / 4.0);
    assert!(other.evaluations != parts_of(&problem, &options));
}

/// The same with gradients by the adjoint, which the store keeps too.
#[test]
fn bits_do_not_depend_on_threads_or_interruptions_with_gradients_by_the_adjoint() {
    let text = heavy().text().replace("2e-6 eV", "0.02 eV");
    let study = Study::from_toml(&text, "strong.toml", None).unwrap();
    let over = ["phi=0..3", "a=0.1..0.5"];
    let problem = Problem::new(&study, &[FASTEST], &over, &["a + phi < 1.5"]).unwrap();
    let options = Options { evaluations: Some(60), global: false, starts: 1, ..Options::default() };
    let (whole, last) = interrupted(&problem, &options, &[5, 20]);
    assert!(last.computed + 10 < whole.computed, "{} {}", last.computed, whole.computed);
    assert_eq!(Optimum { computed: 0, ..last }, Optimum { computed: 0, ..whole });
}

/// What an uninterrupted search finds on one thread, and one that is stopped after so many new points each on others.
fn interrupted(problem: &Problem, options: &Options, stops: &[usize]) -> (Optimum, Optimum) {
    let run = |threads: usize, store: &Store, stop_after: usize| {
        let pool = nanorotor::sweep::threads(Some(threads)).unwrap();
        let stop = AtomicBool::new(false);
        let watch = |progress: &nanorotor::design::Progress| {
            if progress.computed >= stop_after {
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        };
        pool.install(|| optimize(problem, store, options, &stop, &watch)).unwrap()
    };
    let whole = run(1, &Store::in_memory().unwrap(), usize::MAX).unwrap();
    let parts = Store::in_memory().unwrap();
    for stop_after in stops {
        assert_eq!(run(2, &parts, *stop_after), None);
    }
    (whole, run(3, &parts, usize::MAX).unwrap())
}

fn parts_of(problem: &Problem, options: &Options) -> Vec<nanorotor::design::Evaluation> {
    let store = Store::in_memory().unwrap();
    optimize(problem, &store, options, &AtomicBool::new(false), &|_| {}).unwrap().unwrap().evaluations
}

/// P = 2πR load and R = (U₀ q sin φ − load)/2πξ: with sin φ = 1 every rate between that of half the stall torque and that
/// without load is on the front, and has the power 2πR (U₀ q − 2πξR).
#[test]
fn the_front_between_rate_and_power_is_that_of_the_load() {
    let problem = rate_against_power();
    let options = Options { front: 9, global: false, ..Options::default() };
    let store = Store::in_memory().unwrap();
    let found = front(&problem, &store, &options, &AtomicBool::new(false), &|_| {}).unwrap().unwrap();
    assert_eq!(found.unsettled, 0);
    assert!(found.points.len() >= 8, "{}", found.points.len());
    let free = 2e-6 * q(0.4);
    let hartree = 27.211_386_245_988;
    let mut last = [0.0, free / (TAU * 100.0 * hartree)];
    let greatest = free * free / (4.0 * 100.0 * hartree * hartree);
    for point in found.points() {
        let [rate, power] = [0, 1].map(|k| point.objectives[k].value);
        let expected = TAU * rate * (free / hartree - TAU * 100.0 * rate);
        assert!((power - expected).abs() < 20.0 * SMALL * greatest, "{power} {expected}");
        let [phi, _] = point.numbers[..] else { panic!() };
        // What is flat to second order is known to the root of what the rates are.
        assert!((phi - FRAC_PI_2).abs() < 0.05, "{phi}");
        // From the fastest to the strongest, without large gaps in both at once.
        assert!(rate <= last[1] && power >= last[0], "{rate} {power} {last:?}");
        let gap = (2.0 * (last[1] - rate) * TAU * 100.0 * hartree / free).min((power - last[0]) / greatest);
        assert!(gap < 0.25, "{gap}");
        last = [power, rate];
    }
    assert!((last[0] / greatest - 1.0).abs() < 10.0 * SMALL, "{} {greatest}", last[0]);
    // Each of the two alone is an optimum, and one is no front.
    let error = optimize(&problem, &store, &options, &AtomicBool::new(false), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("one objective"), "{error}");
    let one = Problem::new(&blowtorch(), &[FASTEST], &["phi=0..3"], &[]).unwrap();
    let error = front(&one, &store, &options, &AtomicBool::new(false), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("two objectives"), "{error}");
}

fn rate_against_power() -> Problem {
    let both = [FASTEST, (Sense::Maximize, "power")];
    Problem::new(&blowtorch(), &both, &["phi=0.3..3", "load=0 eV..1e-6 eV"], &[]).unwrap()
}

#[test]
fn a_front_does_not_depend_on_threads_or_interruptions() {
    let problem = rate_against_power();
    let options = Options { evaluations: Some(40), front: 4, starts: 1, ..Options::default() };
    let run = |threads: usize, store: &Store, stop_after: usize| {
        let pool = nanorotor::sweep::threads(Some(threads)).unwrap();
        let stop = AtomicBool::new(false);
        let watch = |progress: &nanorotor::design::Progress| {
            stop.fetch_or(progress.computed >= stop_after, std::sync::atomic::Ordering::Relaxed);
        };
        pool.install(|| front(&problem, store, &options, &stop, &watch)).unwrap()
    };
    let whole = run(1, &Store::in_memory().unwrap(), usize::MAX).unwrap();
    let parts = Store::in_memory().unwrap();
    for _ in 0..3 {
        assert_eq!(run(2, &parts, whole.computed / 4), None);
    }
    let last = run(3, &parts, usize::MAX).unwrap();
    assert!(last.computed < whole.computed, "{} {}", last.computed, whole.computed);
    assert_eq!(Front { computed: 0, ..last }, Front { computed: 0, ..whole });
}

/// Two objectives of one mind have one best point.
#[test]
fn without_a_trade_off_the_front_is_a_point() {
    let both = [FASTEST, (Sense::Maximize, "2*rotation_rate")];
    let problem = Problem::new(&blowtorch(), &both, &["phi=-3..3"], &[]).unwrap();
    let options = Options { global: false, starts: 1, ..Options::default() };
    let store = Store::in_memory().unwrap();
    let found = front(&problem, &store, &options, &AtomicBool::new(false), &|_| {}).unwrap().unwrap();
    assert_eq!(found.points.len(), 1);
    assert!((found.points().next().unwrap().numbers[0] - FRAC_PI_2).abs() < 10.0 * SMALL);
}

/// By the parameters of a rate that is known, and of one by another road: the adjoint solution.
#[test]
fn derivatives_are_those_of_closed_forms_and_of_the_adjoint() {
    let never = AtomicBool::new(false);
    let study = blowtorch().with("load", "2e-7 eV").unwrap();
    let system = nanorotor::quantity::System::Practical;
    let told = |study: &Study, of: &[&str], by: &[&str]| {
        let by: Vec<String> = by.iter().map(ToString::to_string).collect();
        derivatives(study, of, Some(&by), system, &never).unwrap()
    };
    let found = told(&study, &["power", "rotation_rate"], &["phi", "a", "load"]);
    let load = 2e-7;
    // P = load (U₀ q sin φ − load)/ξ, in eV/ns for loads in eV.
    let of_power = |f: f64| f / 100.0 / 27.211_386_245_988 / TIME_IN_NANOSECONDS;
    let slope = |of: &str, by: &str| found[of][by]["value"].as_f64().unwrap();
    let expected = of_power(load * 2e-6 * q(0.4) * 0.3_f64.cos());
    assert!((slope("power", "phi") / expected - 1.0).abs() < 1e-2, "{} {expected}", slope("power", "phi"));
    let expected = rate(0.4, 0.3) / 0.3_f64.tan();
    assert!((slope("rotation_rate", "phi") / expected - 1.0).abs() < 1e-2);
    assert_eq!(found["power"]["load"]["unit"], "eV/ns per eV");
    // The load of zero tells no step of its own, but energies have that of the temperature.
    let motor = Study::preset("preston2023").unwrap();
    let by = ["phi", "V"];
    let found =
        told(&motor, &["rotation_rate", "mean_current[left]", "mean_current[right]", "certainty_time"], &by);
    let names = by.map(String::from).to_vec();
    let options = SensitivityOptions { parameters: Some(names), theta: None };
    let adjoint =
        sensitivity_results(&motor, &options, nanorotor::kramers::Watch::cancelled_by(&never)).unwrap();
    let exact = adjoint.get("derivative").unwrap().values_in(system);
    for (name, exact) in by.iter().zip(exact) {
        let of = &found["rotation_rate"][name];
        let [value, error] = ["value", "error"].map(|key| of[key].as_f64().unwrap());
        let (_, own) =
            adjoint.errors.iter().find(|(known, _)| known == &format!("derivative.{name}")).unwrap();
        let own = own / TIME_IN_NANOSECONDS;
        assert!((value - exact).abs() <= error + own, "{name}: {value} ± {error}, {exact} ± {own}");
        assert!(error < 0.05 * value.abs().max(0.1), "{name}: {value} ± {error}");
    }
    // What enters on the left leaves on the right.
    let currents = ["mean_current[left]", "mean_current[right]"].map(|lead| &found[lead]["phi"]);
    let [left, right] = currents.map(|of| of["value"].as_f64().unwrap());
    let error: f64 = currents.iter().map(|of| of["error"].as_f64().unwrap()).sum();
    assert!((left + right).abs() <= error && left.abs() > 10.0 * error, "{left} {right} {error}");
    assert_eq!(found["certainty_time"]["phi"]["unit"], "ns");
    let error = derivatives(&motor, &["powr"], None, system, &never).unwrap_err();
    assert!(error.to_string().contains("powr"), "{error}");
    assert!(derivatives(&motor, &["power"], Some(&["nobody".into()]), system, &never).is_err());
}

/// Where the rate is all that counts its gradient costs one adjoint solution, not two rates for each parameter; the optimum is the same.
#[test]
fn gradients_by_the_adjoint_save_rates_and_find_the_same_optimum() {
    let text = heavy().text().replace("2e-6 eV", "0.02 eV");
    let study = Study::from_toml(&text, "strong.toml", None).unwrap();
    let over = ["phi=0..3", "a=0.1..0.6", "U0=1 meV..60 meV", "xi=20 au..2000 au"];
    let options = Options { global: false, starts: 1, evaluations: Some(4000), ..Options::default() };
    let run = |limits: &[&str]| {
        let problem = Problem::new(&study, &[FASTEST], &over, limits).unwrap();
        let store = Store::in_memory().unwrap();
        let never = AtomicBool::new(false);
        let found = optimize(&problem, &store, &options, &never, &|_| {}).unwrap().unwrap();
        assert!(found.converged);
        let descents = found.evaluations.iter().filter(|e| !["samples", "flatness"].contains(&&*e.stage));
        (descents.count(), found.best().clone())
    };
    let (few, exact) = run(&[]);
    // A demand on another quantity, which always holds, takes the differences.
    let (many, other) = run(&["rotational_diffusion > -1 rad^2/ns"]);
    for (a, b) in exact.numbers.iter().zip(&other.numbers) {
        assert!((a / b - 1.0).abs() < 1e-3, "{:?} {:?}", exact.numbers, other.numbers);
    }
    let [a, b] = [&exact, &other].map(|e| e.objectives[0].value);
    assert!((a / b - 1.0).abs() < 1e-7, "{a} {b}");
    assert!(4 * few < many, "{few} {many}");
}

#[test]
fn an_objective_that_nothing_moves_is_refused() {
    let told = |goal: &str| {
        let problem = Problem::new(&blowtorch(), &[(Sense::Maximize, goal)], &["phi=-3..3"], &[]).unwrap();
        let store = Store::in_memory().unwrap();
        let error =
            optimize(&problem, &store, &Options::default(), &AtomicBool::new(false), &|_| {}).unwrap_err();
        format!("{error}; {}", error.hint())
    };
    // Without a load there is no power, and no efficiency.
    let power = told("power");
    assert!(power.contains("`power` is the same at each of") && power.contains("load"), "{power}");
    let efficiency = told("efficiency");
    assert!(
        efficiency.contains("`efficiency` has no value there") && efficiency.contains("load"),
        "{efficiency}"
    );
}

/// What is carried to the rotation rate by differences is what its adjoint carries; what is linear in an unknown is known exactly.
#[test]
fn uncertainties_are_carried_to_any_quantity() {
    let text = heavy().text().replace("2e-6 eV", "0.02 eV");
    let text = format!("{text}\n[uncertain]\nphi = \"0.01\"\nU0 = \"0.1 meV\"\n");
    let study = Study::from_toml(&text, "unsure.toml", None).unwrap();
    let of = ["rotation_rate", "T0*rotation_rate", "U0*(1 + 0*rotation_rate/rotation_rate)"];
    let system = nanorotor::quantity::System::Practical;
    let watch = nanorotor::kramers::Watch::default();
    let (results, told, samples) = uncertain(&study, &of, Some(16), system, watch).unwrap();
    let own = |name: &str| {
        let value = results.get(name).unwrap().values_in(system)[0];
        let error = results.errors.iter().find(|(key, _)| key == name).map_or(0.0, |(_, error)| *error);
        (value, error / TIME_IN_NANOSECONDS)
    };
    let number = |of: &str, name: &str| told[of][name].as_f64().unwrap();
    for name in ["propagated_deviation", "sampled_mean", "sampled_deviation", "lower_bound", "upper_bound"] {
        let (value, error) = own(name);
        let found = number(of[0], name);
        let allowed = error + number(of[0], &format!("{name}_error")) + 1e-7 * value.abs();
        assert!((found - value).abs() <= allowed, "{name}: {found} {value} {allowed}");
        // In eV per ns for revolutions per ns.
        assert!((number(of[1], name) / found / 0.02 - 1.0).abs() < 1e-6, "{name}");
    }
    let shares = results.get("variance_share").unwrap().values.clone();
    for (name, share) in samples.names.iter().zip(&shares) {
        let found = told[of[0]]["variance_share"][name].as_f64().unwrap();
        assert!((found - share).abs() < 1e-4, "{name}: {found} {share}");
    }
    let blame = &samples.names[usize::from(shares[1] > shares[0])];
    assert_eq!(told[of[0]]["blame"].as_str(), Some(blame.as_str()));
    // Of U0 itself: nothing but U0 is to blame, and the samples say no more than the derivative.
    assert!((number(of[2], "propagated_deviation") / 1e-4 - 1.0).abs() < 1e-6);
    assert!((number(of[2], "sampled_deviation") / 1e-4 - 1.0).abs() < 1e-6);
    assert!(number(of[2], "nonlinearity") < 1e-9);
    assert_eq!(told[of[2]]["blame"], "U0");
    assert_eq!((samples.places.len(), samples.rates.len()), (16, 16));
    // A quantity without a value has none, and says so.
    let (_, told, _) = uncertain(&study, &["efficiency"], Some(16), system, watch).unwrap();
    assert!(told["efficiency"]["value"].is_null() && told["efficiency"]["missing_samples"] == 16, "{told}");
    assert!(uncertain(&study, &["powr"], None, system, watch).is_err());
    let leads = usual(&Study::preset("preston2023").unwrap());
    assert!(
        leads.contains(&"mean_current[left]".to_string()) && leads.contains(&"certainty_time".to_string())
    );
}
