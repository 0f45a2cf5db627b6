//! Read a formula; hold its derivatives against a second route and its canonical form against itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nanorotor::expression::Formula;

#[path = "../canonical.rs"]
mod canonical;

use canonical::Steps;

/// |f′ − the complex step| is at most this part of the sizes of the terms of f′.
const TOLERANCE: f64 = 1e-9;

/// Whether f″ agrees with central differences of f′, where those at three incommensurate steps agree and f″ is smooth.
fn second_agrees(formula: &Formula, theta: f64, terms: f64) -> bool {
    let at = formula.at(theta);
    let steps = [1e-3, 1e-3 / 2f64.sqrt(), 1e-3 / std::f64::consts::E];
    let mut found = Vec::new();
    let (mut noise, mut size) = (0.0f64, at.second.abs());
    for h in steps {
        let (before, after) = (formula.at(theta - h), formula.at(theta + h));
        if !before.is_finite() || !after.is_finite() {
            return true;
        }
        let apart = (before.second - at.second).abs().max((after.second - at.second).abs());
        if apart > 0.01 * at.second.abs() {
            return true;
        }
        found.push((after.first - before.first) / (2.0 * h));
        noise = noise.max(1e-12 * (before.first.abs() + after.first.abs() + terms) / h);
        size = size.max(found[found.len() - 1].abs());
    }
    let spread = found.iter().map(|x| (x - found[0]).abs()).fold(0.0, f64::max);
    if !size.is_finite() || spread > 0.01 * size || noise > 1e-3 * size {
        return true;
    }
    (found[2] - at.second).abs() <= 0.1 * size
}

fuzz_target!(|text: &str| {
    let Ok(formula) = text.parse::<Formula>() else { return };
    let canonical = formula.canonical();
    let steps = Steps::read(&canonical).expect("the canonical form is a list of steps");
    for theta in [0.0, 0.3, 1.0, -2.7] {
        let at = formula.at(theta);
        let Some(stepped) = steps.complex_step(theta) else { continue };
        let same =
            at.value.to_bits() == stepped.value.to_bits() || (at.value.is_nan() && stepped.value.is_nan());
        assert!(same, "f({theta}): {at:?} {stepped:?}");
        if at.is_finite() && stepped.first.is_finite() && stepped.size.is_finite() {
            let apart = (at.first - stepped.first).abs();
            assert!(apart <= TOLERANCE * stepped.size + f64::MIN_POSITIVE, "f′({theta}): {at:?} {stepped:?}");
            assert!(second_agrees(&formula, theta, stepped.size), "f″({theta}): {at:?}");
        }
    }
    // The canonical form, written as a formula, is read as the same formula.
    let Some(written) = steps.written() else { return };
    match written.parse::<Formula>() {
        Ok(again) => assert_eq!(again.canonical(), canonical, "{written}"),
        Err(error) => {
            let told = error.to_string();
            assert!(told.contains("too deeply") || told.contains("too long"), "{written}: {told}");
        }
    }
});
