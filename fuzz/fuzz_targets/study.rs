//! Read a study, resolve it, and draw whatever is wrong with it.
#![no_main]

#[path = "../checks/study.rs"]
mod study;

libfuzzer_sys::fuzz_target!(|text: &str| study::check(text));
