//! Read a formula; hold its derivatives against a second route and its canonical form against itself.

use nanorotor::expression::Formula;

#[path = "../canonical.rs"]
mod canonical;

use canonical::Steps;

/// |f′ − its second route| is at most this part of the sizes of the terms of f′, and likewise f″.
const TOLERANCE: f64 = 1e-9;

fn agree(found: f64, expected: f64, size: f64) -> bool {
    let finite = found.is_finite() && expected.is_finite() && size.is_finite();
    !finite || (found - expected).abs() <= TOLERANCE * size + f64::MIN_POSITIVE
}

/// Panic if something is wrong with it.
pub fn check(text: &str) {
    let Ok(formula) = text.parse::<Formula>() else { return };
    let canonical = formula.canonical();
    let steps = Steps::read(&canonical).expect("the canonical form is a list of steps");
    for theta in [0.0, 0.3, 1.0, -2.7] {
        let at = formula.at(theta);
        let Some(derived) = steps.derived(theta) else { continue };
        let same =
            at.value.to_bits() == derived.value.to_bits() || (at.value.is_nan() && derived.value.is_nan());
        assert!(same, "f({theta}): {at:?} {derived:?}");
        let [first, second] = derived.sizes;
        assert!(agree(at.first, derived.first, first), "f′({theta}): {at:?} {derived:?}");
        assert!(agree(at.second, derived.second, second), "f″({theta}): {at:?} {derived:?}");
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
}
