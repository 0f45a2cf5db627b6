//! Read a formula; hold its derivatives against a second route and its canonical form against itself.
#![no_main]

#[path = "../checks/formula.rs"]
mod formula;

libfuzzer_sys::fuzz_target!(|text: &str| formula::check(text));
