//! Judge a few statements on coarse versions of the parts that reproduce the paper.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;

use nanorotor::results::Results;
use nanorotor::study::Study;
use nanorotor::sweep::compute;
use nanorotor_paper::{PartOptions, Verdict, judge, parts};

/// The results of parts, some with fewer points than they are meant to have.
fn computed(coarse: &[(&'static str, &str, &str)]) -> HashMap<&'static str, Results> {
    let parts = parts(&PartOptions::default());
    coarse
        .iter()
        .map(|(name, from, to)| {
            let part = parts.iter().find(|part| part.name == *name).unwrap();
            assert!(part.text.contains(from), "{name} has no {from}");
            let study = Study::from_toml(&part.text.replace(from, to), name, None).unwrap();
            (*name, compute(&study).unwrap())
        })
        .collect()
}

#[test]
fn statements_hold_on_coarse_parts_and_what_is_missing_is_not_computed() {
    let found = computed(&[
        ("figure_2", "", ""),
        ("figure_3", "", ""),
        ("figure_4", "points = 181", "points = 21"),
        ("claim_sign_of_voltage", "\"-4 eV\", \"-3 eV\", \"-2 eV\", \"2 eV\", \"3 eV\", \"4 eV\", ", ""),
        ("claim_swapped_couplings", "points = 21", "points = 5"),
        ("claim_wind", "points = 21", "points = 5"),
    ]);
    let claims = judge(&|name| found.get(name));
    let of = |words: &str| claims.iter().find(|claim| claim.statement.contains(words)).unwrap();
    for words in [
        "in thermal equilibrium with the electrodes",
        "differs only slightly",
        "Langevin coefficients are independent",
        "At phi = 0 the ratchet potential",
        "dependence on theta is flipped",
        "the potential is deformed",
        "R(-phi) = -R(phi)",
        "go to zero at phi = 0",
        "rotational directions are reversed",
        "non-conservativity",
    ] {
        assert_eq!(of(words).verdict, Verdict::Holds, "{}: {}", of(words).statement, of(words).evidence);
    }
    for words in ["50.68 %", "hot spots.", "approximately linearly", "From long Langevin trajectories"] {
        assert_eq!(of(words).verdict, Verdict::NotComputed, "{words}");
        assert!(of(words).evidence.contains("was not computed"), "{}", of(words).evidence);
    }
}
