//! The command line of nanorotor.

fn main() {}
