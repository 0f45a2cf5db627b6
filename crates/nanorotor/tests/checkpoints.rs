//! Stop trajectories, keep them as bytes or in a file, damage those, and go on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::f64::consts::TAU;
use std::fs;
use std::path::PathBuf;

use nanorotor::langevin::{Ensemble, Kernel, Options, State, checkpoint};
use nanorotor::{Error, Landscape, Periodic};
use sha2::{Digest, Sha256};

fn washboard(tilt: f64) -> Landscape {
    let sampled = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 31, f);
    let friction = sampled(&|x| 1.0 + 0.5 * x.cos());
    Landscape::new(sampled(&|x| 2.0 * x.sin() + tilt), friction, sampled(&|_| 2.0)).unwrap()
}

fn ensemble(kernel: Kernel, trajectories: usize) -> Ensemble {
    let options =
        Options { trajectories, kernel: Some(kernel), burn_in: Some(100), seed: 3, ..Options::new(0.1) };
    Ensemble::new(&washboard(0.7), 1.0, &options).unwrap()
}

fn message(bytes: &[u8]) -> String {
    let error = State::from_bytes(bytes).unwrap_err();
    assert!(matches!(error, Error::File { .. }) && !error.hint().is_empty(), "{error:?}");
    error.to_string()
}

/// A folder of one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("nanorotor-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn bytes_give_the_state_back_and_the_run_its_bits() {
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        let mut whole = ensemble(kernel, 37);
        whole.advance(9000).unwrap();
        let mut stopped = ensemble(kernel, 37);
        // Before, in and after the burn-in, and past the first thinning of the marks (512 · 64 steps would be one).
        for steps in [0, 4, 3000, 5996] {
            let state = stopped.state();
            let read = State::from_bytes(&state.to_bytes().unwrap()).unwrap();
            assert_eq!(read, state, "{kernel}");
            drop(stopped);
            stopped = Ensemble::from_state(&washboard(0.7), 1.0, &read).unwrap();
            stopped.advance(steps).unwrap();
        }
        assert_eq!(stopped.state(), whole.state(), "{kernel}");
        assert_eq!(stopped.tally(), whole.tally(), "{kernel}");
    }
}

#[test]
fn thinned_marks_are_read_back() {
    let mut run = ensemble(Kernel::fastest(), 3);
    for _ in 0..6 {
        run.advance(13_004).unwrap();
        let state = run.state();
        assert_eq!(State::from_bytes(&state.to_bytes().unwrap()).unwrap(), state);
    }
    assert!(run.state().mark_interval > 64);
}

#[test]
fn every_changed_byte_and_every_cut_is_refused() {
    let mut small = ensemble(Kernel::Portable, 2);
    small.advance(128).unwrap();
    let bytes = small.state().to_bytes().unwrap();
    assert!(bytes.len() < 2000, "{}", bytes.len());
    for at in 0..bytes.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut damaged = bytes.clone();
            damaged[at] ^= change;
            message(&damaged);
        }
        message(&bytes[..at]);
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(message(&longer).contains("bytes"));
    assert!(message(b"\x7fELF and so on, for as long as a header").contains("no checkpoint"));
    let mut newer = bytes;
    newer[8] = 9;
    assert!(message(&newer).contains("format 9"));
}

/// The bytes with a payload that was changed on purpose, and the checksum that belongs to it.
fn forged(bytes: &[u8], change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut forged = bytes.to_vec();
    change(&mut forged[52..]);
    let sum = Sha256::digest(&forged[52..]);
    forged[20..52].copy_from_slice(&sum);
    forged
}

#[test]
fn forged_lengths_and_numbers_are_refused_without_the_memory_they_ask_for() {
    let mut small = ensemble(Kernel::Portable, 2);
    small.advance(128).unwrap();
    let bytes = small.state().to_bytes().unwrap();
    assert_eq!(forged(&bytes, |_| ()), bytes);
    let fixed = 8 * (2 + 3 * 61);
    // After the kernel: seed, dt, origin, burn-in, step, goal, mark interval, trajectories, marks.
    let word = |index: usize| fixed + 1 + 8 * index;
    for claimed in [0, 1, 3, 1 << 24, 1 << 40, u64::MAX / 8, u64::MAX] {
        for index in [7, 8] {
            let absurd = forged(&bytes, |payload| {
                payload[word(index)..word(index) + 8].copy_from_slice(&claimed.to_le_bytes());
            });
            // Of the claims, one trajectory or one mark more or less must not fit either.
            assert!(claimed == 3 && index == 8 || message(&absurd).contains("lengths"), "{claimed} {index}");
        }
    }
    let kernel = forged(&bytes, |payload| payload[fixed] = 4);
    assert!(message(&kernel).contains("lengths"));
    for (index, value) in [(1, f64::NAN.to_bits()), (3, 102), (4, 230), (4, 300), (6, 0), (6, 63), (6, 128)] {
        let wrong = forged(&bytes, |payload| {
            payload[word(index)..word(index) + 8].copy_from_slice(&u64::to_le_bytes(value));
        });
        assert!(message(&wrong).contains("contradicts"), "{index} {value}");
    }
    let fraction = forged(&bytes, |payload| {
        payload[word(9)..word(9) + 8].copy_from_slice(&1.0_f64.to_le_bytes());
    });
    assert!(message(&fraction).contains("contradicts"));
    let endless = forged(&bytes, |payload| {
        payload[word(4)..word(5)].copy_from_slice(&(u64::MAX - 3).to_le_bytes());
    });
    assert!(message(&endless).contains("contradicts"));
    // A counter where none can stand would never move again.
    for offset in [1, -2, i32::MAX] {
        let lost =
            forged(&bytes, |payload| payload[word(13)..word(13) + 4].copy_from_slice(&offset.to_le_bytes()));
        let state = State::from_bytes(&lost).unwrap();
        let error = Ensemble::from_state(&washboard(0.7), 1.0, &state).unwrap_err();
        assert!(error.to_string().contains("contradicts"), "{offset}");
    }
    // Each counter where it can stand, but not both at once: a period has the same lattice for hops and revolutions.
    let mut apart = State::from_bytes(&bytes).unwrap();
    apart.hop.offset[0] = -1 - apart.hop.offset[0];
    let error = Ensemble::from_state(&washboard(0.7), 1.0, &apart).unwrap_err();
    assert!(error.to_string().contains("contradicts"));
    // Larger than the lanes hold, so that what is read could not be written again.
    for velocity in [1e300_f64, -1e12, f64::INFINITY] {
        let fast = forged(&bytes, |payload| {
            payload[word(11)..word(11) + 8].copy_from_slice(&velocity.to_le_bytes());
        });
        assert!(message(&fast).contains("contradicts"), "{velocity}");
    }
}

#[test]
fn another_problem_is_refused() {
    let mut run = ensemble(Kernel::fastest(), 2);
    run.advance(64).unwrap();
    let state = run.state();
    let refused = |tilt: f64, inertia: f64| {
        Ensemble::from_state(&washboard(tilt), inertia, &state).unwrap_err().to_string()
    };
    assert!(refused(0.7001, 1.0).contains("another force"));
    assert!(refused(0.7, 1.1).contains("moment of inertia of 1 au, not 1.1"));
}

#[test]
fn files_are_replaced_whole_or_not_at_all() {
    let folder = Folder::new("checkpoint");
    let path = folder.0.join("run.checkpoint");
    let mut run = ensemble(Kernel::fastest(), 5);
    let mut states = Vec::new();
    for _ in 0..3 {
        run.advance(400).unwrap();
        checkpoint::save(&path, &run.state()).unwrap();
        states.push(checkpoint::load(&path).unwrap());
        assert_eq!(states[states.len() - 1], run.state());
        assert_eq!(folder.names(), ["run.checkpoint"]);
    }
    // A state that cannot be read back does not replace one that can.
    let broken = State { half_drift: vec![f64::NAN; 5], ..run.state() };
    assert!(checkpoint::save(&path, &broken).is_err());
    assert_eq!(checkpoint::load(&path).unwrap(), states[2]);

    // Nor does a failed rename leave anything behind.
    let occupied = folder.0.join("occupied");
    fs::create_dir_all(occupied.join("inside")).unwrap();
    let error = checkpoint::save(&occupied, &run.state()).unwrap_err();
    assert!(error.to_string().contains("occupied"), "{error}");
    assert_eq!(folder.names().len(), 2);

    for (bytes, named) in
        [(&b"NANO"[..], "header"), (b"no checkpoint, but long enough for one", "no checkpoint")]
    {
        fs::write(&path, bytes).unwrap();
        let error = checkpoint::load(&path).unwrap_err().to_string();
        assert!(error.contains("run.checkpoint") && error.contains(named), "{error}");
    }
    let mut longer = run.state().to_bytes().unwrap();
    longer.extend_from_slice(&[0; 100]);
    fs::write(&path, longer).unwrap();
    assert!(checkpoint::load(&path).unwrap_err().to_string().contains("damaged"));
    let missing = checkpoint::load(&folder.0.join("none")).unwrap_err();
    assert!(matches!(missing, Error::File { .. }));
    assert!(checkpoint::save(&folder.0.join("none/run"), &run.state()).is_err());
}
