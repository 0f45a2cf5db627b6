//! Measure what Hermite functions, elements and the choice between them cost on random motors.
//!
//! `cargo bench -p nanorotor --bench methods -- FIRST LAST TOLERANCE`: processor time of one thread for each motor, then the sums. From
//! these the thresholds of the method `auto` were set.
#![allow(clippy::unwrap_used, reason = "benches fail by panicking")]
#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

#[path = "../tests/random_rotors/mod.rs"]
mod random_rotors;

use std::time::Instant;

use nanorotor::observables::{Method, Solver};
use random_rotors::{Motor, motor};

const SEED: u64 = 7;

/// The processor time of this thread where the system tells it, else the time of day (s).
fn now(start: Instant) -> f64 {
    let time = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(1e-9 * text.split_whitespace().next()?.parse::<f64>().ok()?)
    };
    time().unwrap_or_else(|| start.elapsed().as_secs_f64())
}

/// How long a method takes, and whether it has an answer.
fn cost(motor: &Motor, method: Method, tolerance: f64) -> (f64, bool) {
    let solver = Solver { method, tolerance, parallel: false, ..Solver::default() };
    let start = Instant::now();
    let before = now(start);
    let found = solver.solve(&motor.landscape, motor.inertia);
    (now(start) - before, found.is_ok())
}

fn main() {
    let arguments: Vec<f64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let [first, last, tolerance] = arguments[..] else {
        println!("give the first and the last motor and a tolerance, such as 0 100 1e-6");
        return;
    };
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut sums = [0.0; 4];
    println!("motor hermite/s elements/s auto/s (- where there is no answer)");
    for number in first as u64..=last as u64 {
        let motor = motor(SEED, number);
        let costs = [Method::Hermite, Method::Elements, Method::Auto]
            .map(|method| one_core.install(|| cost(&motor, method, tolerance)));
        let shown = costs.map(|(time, is_there)| if is_there { format!("{time:.4}") } else { "-".into() });
        println!("{number} {}", shown.join(" "));
        let least = |cost: (f64, bool)| if cost.1 { cost.0 } else { f64::INFINITY };
        let cheapest = least(costs[0]).min(least(costs[1]));
        for (sum, time) in sums.iter_mut().zip([costs[0].0, costs[1].0, costs[2].0, cheapest]) {
            *sum += time;
        }
    }
    let [hermite, elements, auto, cheapest] = sums;
    println!(
        "together: hermite {hermite:.1} s, elements {elements:.1} s, auto {auto:.1} s, the cheaper of both {cheapest:.1} s"
    );
}
