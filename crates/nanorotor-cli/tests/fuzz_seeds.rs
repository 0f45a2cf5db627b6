//! Replay the seeds of the fuzz targets, and inputs that they have found, without libFuzzer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(clippy::duplicate_mod, reason = "each target is whole without the others")]

use std::fs;
use std::path::Path;

use nanorotor::langevin::{Ensemble, Kernel, Options, State};

#[path = "../../../fuzz/checks/checkpoint.rs"]
mod checkpoint;
#[path = "../../../fuzz/checks/formula.rs"]
mod formula;
#[path = "../../../fuzz/checks/store.rs"]
mod store;
#[path = "../../../fuzz/checks/study.rs"]
mod study;
#[path = "../../../fuzz/checks/table.rs"]
mod table;

/// Check every file of a folder, and pieces of it.
fn replay(folder: &str, check: impl Fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = 0;
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            check(&bytes);
            check(&bytes[..bytes.len() / 2]);
            files += 1;
        }
    }
    assert!(files > 0, "{folder} has no seeds");
}

fn text(check: fn(&str)) -> impl Fn(&[u8]) {
    move |bytes| check(&String::from_utf8_lossy(bytes))
}

/// Where an input is refused at its first bytes, nothing behind them is looked at.
#[test]
fn the_seeds_of_checkpoints_are_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/checkpoint");
    for (name, kernel, burn_in) in [
        ("burning_in", Kernel::Portable, 1 << 20),
        ("portable", Kernel::Portable, 100),
        ("reference", Kernel::Reference, 100),
    ] {
        let path = folder.join(name);
        if std::env::var_os("NANOROTOR_WRITE_SEEDS").is_some() {
            let options = Options {
                trajectories: 3,
                kernel: Some(kernel),
                burn_in: Some(burn_in),
                seed: 3,
                ..Options::new(0.1)
            };
            let mut ensemble = Ensemble::new(&checkpoint::WASHBOARD, 1.0, &options).unwrap();
            if name != "burning_in" {
                ensemble.advance(2000).unwrap();
            }
            fs::write(&path, ensemble.state().to_bytes().unwrap()).unwrap();
        }
        let state = State::from_bytes(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(state.kernel, kernel);
        assert_eq!(state.step < state.burn_in, name == "burning_in");
        assert!(Ensemble::from_state(&checkpoint::WASHBOARD, 1.0, &state).is_ok(), "{name}");
    }
}

#[test]
fn seeds_of_all_targets_are_read_or_refused() {
    replay("fuzz/seeds/checkpoint", checkpoint::check);
    replay("fuzz/seeds/formula", text(formula::check));
    replay("fuzz/seeds/store", store::check);
    replay("fuzz/seeds/table", table::check);
    replay("crates/nanorotor/studies", text(study::check));
}
