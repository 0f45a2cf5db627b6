//! Open a damaged store and read it: an error that names the file and says what to do, or the numbers that were stored.
#![no_main]

#[path = "../checks/store.rs"]
mod store;

libfuzzer_sys::fuzz_target!(|data: &[u8]| store::check(data));
