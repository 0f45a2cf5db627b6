//! Set rotors whose stall torque is known against loads, and hold what is found against their rates one by one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod problems;

use nanorotor::kramers::Watch;
use nanorotor::observables::{Estimate, LoadCurve, RateOptions, load_curve, rates};
use nanorotor::results::{self, Point};
use nanorotor::study::Study;
use nanorotor::{Error, Landscape};
use problems::{blowtorch, rotor, washboard};

fn against(landscape: &Landscape, loads: Option<&[f64]>) -> LoadCurve {
    load_curve(landscape, 1.0, loads, &RateOptions::default(), Watch::default()).unwrap()
}

fn rate(landscape: &Landscape, load: f64) -> Estimate {
    rates(&landscape.clone().with_load(load), 1.0, &RateOptions::default()).unwrap().rotation_rate
}

/// At one temperature nothing but the wind turns the rotor, so that a load as large as the wind stops it.
#[test]
fn a_washboard_stalls_against_its_own_wind() {
    for (wind, friction) in [(1e-3, 1.0), (0.3, 3.0), (-0.7, 0.3), (6.0, 1.0)] {
        let landscape = rotor(|theta| wind - 0.5 * theta.sin(), |_| friction, |_| 1.0);
        let found = against(&landscape, None);
        let stall = found.stall_torque.unwrap();
        assert!((stall.value - wind).abs() <= stall.error, "{wind}: {stall:?}");
        assert!(stall.error < 1e-9, "{wind}: {stall:?}");
        // From no load to a quarter beyond.
        let loads: Vec<f64> = found.at.iter().map(|one| one.load / wind).collect();
        assert!(loads.len() == 21 && loads[0] == 0.0 && (loads[20] - 1.25).abs() < 1e-9, "{loads:?}");
        for one in &found.at {
            let share = one.load / wind;
            if (share - 1.0).abs() < 1e-6 {
                continue;
            }
            let delivers = share > 0.0 && share < 1.0;
            let power = one.rates.as_ref().unwrap().power;
            assert!(delivers == (power.value > power.error), "{wind}: {one:?}");
        }
        // Without leads there is no efficiency.
        let power = found.power.unwrap();
        assert!(found.efficiency.is_none() && power.efficiency.is_none());
        // A straight line near equilibrium: most power at half the stall torque.
        if wind == 1e-3 {
            assert!((power.load.value - 0.5 * wind).abs() <= power.load.error, "{power:?}");
            assert!(power.load.error < 1e-3 * wind);
        }
    }
}

#[test]
fn a_blowtorch_stalls_where_its_rate_changes_sign_and_delivers_most_power_where_a_fine_scan_has_it() {
    let landscape = blowtorch(0.5);
    // The load of the landscape itself does not count.
    let found = against(&landscape.clone().with_load(0.4), None);
    let stall = found.stall_torque.clone().unwrap();
    // It turns back, so that only a negative load is lifted.
    assert!(stall.value < 0.0 && stall.error < 1e-7, "{stall:?}");
    let delta = 1e-6;
    let [below, at, above] = [-delta, 0.0, delta].map(|delta| rate(&landscape, stall.value + delta));
    assert!(below.value > below.error && above.value < -above.error, "{below:?} {above:?}");
    let slope = (below.value - above.value) / (2.0 * delta);
    assert!(at.value.abs() <= stall.error * slope * (1.0 + 1e-3), "{at:?} {stall:?}");
    let power = found.power.as_ref().unwrap();
    let scan = (1..200).map(|k| {
        let load = stall.value * f64::from(k) / 200.0;
        (load, load * std::f64::consts::TAU * rate(&landscape, load).value)
    });
    let (load, most) = scan.fold((0.0, 0.0), |best, new| if new.1 > best.1 { new } else { best });
    let step = stall.value.abs() / 200.0;
    assert!((power.load.value - load).abs() <= step, "{power:?} {load}");
    // Between the loads of the scan it is higher by at most half the curvature times the square of half a step.
    let excess = power.value.value - most;
    assert!(excess >= -power.value.error && excess < 1e-4 * most, "{power:?} {most}");
    // Chosen loads show other points of the same rotor.
    let chosen = [0.1, stall.value, -3.0];
    let other = against(&landscape, Some(&chosen));
    assert_eq!((&other.stall_torque, &other.power), (&found.stall_torque, &found.power));
    assert_eq!(other.at.iter().map(|one| one.load).collect::<Vec<_>>(), chosen);
    assert_eq!(other.at[0].rates.as_ref().unwrap().rotation_rate, rate(&landscape, 0.1));
}

#[test]
fn a_rotor_that_does_not_turn_has_no_stall_torque_and_no_power() {
    let found = against(&washboard(1.0), None);
    let stall = found.stall_torque.unwrap();
    assert!(stall.value == 0.0 && stall.error > 0.0 && stall.error < 1e-9, "{stall:?}");
    assert!(found.power.is_none() && found.efficiency.is_none());
    // Loads of k_BT/L on either side show what it does against one.
    let rate = |k: usize| found.at[k].rates.as_ref().unwrap().rotation_rate.value;
    assert!(found.at.len() == 9 && found.at[4].load == 0.0 && found.at[0].load < -0.1);
    assert!((rate(0) + rate(8)).abs() < 1e-8 * rate(0) && rate(0) > 0.0);
}

#[test]
fn threads_do_not_change_a_bit() {
    let in_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        format!("{:?}", pool.install(|| against(&blowtorch(0.5), None)))
    };
    assert_eq!(in_threads(1), in_threads(3));
}

#[test]
fn what_has_no_rate_without_a_load_has_no_curve_and_a_stop_ends_it() {
    let accelerated = rotor(f64::sin, |theta| theta.cos() - 0.1, |_| 1.0);
    let failure = load_curve(&accelerated, 1.0, None, &RateOptions::default(), Watch::default()).unwrap_err();
    assert!(failure.to_string().contains("mean total friction"), "{failure}");
    let stop = std::sync::atomic::AtomicBool::new(true);
    let stopped = load_curve(&blowtorch(0.5), 1.0, None, &RateOptions::default(), Watch::cancelled_by(&stop));
    assert!(matches!(stopped, Err(Error::NotConverged { .. })), "{stopped:?}");
}

/// Two levels between leads of these temperatures, with this bias.
fn motor(bias: &str, warm: &str) -> Point {
    let text = format!(
        r#"
        molecule.hamiltonian = [["0.04 eV + 0.03 eV*cos(theta)", "0.02 eV"], ["0.02 eV", "0.04 eV + 0.03 eV*sin(theta)"]]
        band.bottom = "-10 eV"
        rotor = {{ period = "2*pi", moment_of_inertia = "1e-47 kg m^2" }}
        environment = {{ friction = "3e-4 eV ps", thermal_energy = "300 K" }}
        lead = [
          {{ name = "warm", chemical_potential = "{bias}", thermal_energy = "{warm}", channel = [{{ broadening = "0.03 eV", site = 1, amplitude = "1" }}] }},
          {{ name = "cold", chemical_potential = "0 eV", thermal_energy = "300 K", channel = [{{ broadening = "0.03 eV", site = 2, amplitude = "1" }}] }},
        ]"#
    );
    Point::new(Study::from_toml(&text, "motor", None).unwrap().resolve().unwrap())
}

#[test]
fn efficiencies_stay_below_one_and_below_carnot() {
    for (bias, warm, most) in [("0.02 eV", "300 K", 1.0), ("0 eV", "450 K", 1.0 / 3.0)] {
        let found = motor(bias, warm).load_curve(None, results::Watch::default()).unwrap();
        assert!(found.status.is_converged(), "{:?}", found.status);
        let value = |name: &str| found.get(name).unwrap().values[0];
        let error = |name: &str| found.errors.iter().find(|(own, _)| own == name).unwrap().1;
        let (at_power, greatest) = (value("efficiency_at_maximum_power"), value("maximum_efficiency"));
        assert!(
            0.0 < at_power && at_power <= greatest + error("maximum_efficiency"),
            "{at_power} {greatest}"
        );
        assert!(greatest < most, "{greatest}");
        for efficiency in &found.get("efficiency").unwrap().values {
            assert!(efficiency.is_nan() || *efficiency <= greatest + error("maximum_efficiency"));
        }
        let stall = value("stall_torque");
        for name in ["load_at_maximum_power", "load_at_maximum_efficiency"] {
            assert!((0.0..1.0).contains(&(value(name) / stall)), "{name}");
            assert!(error(name) < 0.02 * stall.abs(), "{name} {}", error(name));
        }
        // The curve goes through the stall torque.
        let rates = &found.get("rotation_rate").unwrap().values;
        assert!(rates[16].abs() < 1e-6 * rates[0].abs(), "{rates:?}");
    }
}
