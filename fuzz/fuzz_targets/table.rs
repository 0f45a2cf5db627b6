//! Read a CSV file as the table of a study, and draw whatever is wrong with it.
#![no_main]

#[path = "../checks/table.rs"]
mod table;

libfuzzer_sys::fuzz_target!(|data: &[u8]| table::check(data));
