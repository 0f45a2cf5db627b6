//! Read bytes as a checkpoint of trajectories; what is read is written back as the same bytes, and can go on.
#![no_main]

#[path = "../checks/checkpoint.rs"]
mod checkpoint;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checkpoint::check(data));
