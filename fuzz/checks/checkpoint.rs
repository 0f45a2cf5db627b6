//! Read bytes as a checkpoint of trajectories; what is read is written back as the same bytes, and can go on.
//!
//! The length and the checksum of the header are set right, so that more than the checksum is looked at.

use std::f64::consts::TAU;
use std::sync::LazyLock;

use nanorotor::langevin::{Ensemble, Kernel, State};
use nanorotor::{Landscape, Periodic};
use sha2::{Digest, Sha256};

/// Magic, version, length, checksum.
const HEADER: usize = 52;

/// What the checkpoints among the seeds belong to, with a moment of inertia of 1.
pub static WASHBOARD: LazyLock<Landscape> = LazyLock::new(|| {
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 9, f);
    Landscape::new(periodic(&|x| x.sin() + 0.7), periodic(&|_| 1.0), periodic(&|_| 2.0))
        .expect("a washboard is a landscape")
});

fn with_right_header(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    let payload = data.get(HEADER..).unwrap_or_default();
    let length = payload.len() as u64;
    if bytes.len() >= HEADER {
        bytes[12..20].copy_from_slice(&length.to_le_bytes());
        bytes[20..HEADER].copy_from_slice(&Sha256::digest(payload));
    }
    bytes
}

/// Panic if something is wrong with it.
pub fn check(data: &[u8]) {
    let _ = State::from_bytes(data);
    let bytes = with_right_header(data);
    let Ok(state) = State::from_bytes(&bytes) else { return };
    assert_eq!(state.to_bytes().expect("what was read can be written"), bytes);
    if state.fraction.len() > 64 || !state.kernel.is_available() {
        return;
    }
    // A checkpoint of another problem, or one with absurd numbers, is refused; any other goes on.
    let Ok(mut ensemble) = Ensemble::from_state(&WASHBOARD, 1.0, &state) else { return };
    // A forged angle is rounded to what the lanes hold; after that, nothing changes any more.
    let taken = ensemble.state();
    let again = Ensemble::from_state(&WASHBOARD, 1.0, &taken).expect("what was written can be read");
    assert_eq!(again.state(), taken);
    if state.step >= state.burn_in {
        let _ = ensemble.advance(64);
        let _ = ensemble.tally();
    }
    assert!(Kernel::ALL.contains(&ensemble.kernel()));
}
