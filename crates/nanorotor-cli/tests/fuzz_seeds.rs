//! Replay the seeds of the fuzz targets, and inputs that they have found, without libFuzzer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(clippy::duplicate_mod, reason = "each target is whole without the others")]

use std::fs;
use std::path::Path;

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

#[test]
fn seeds_of_all_targets_are_read_or_refused() {
    replay("fuzz/seeds/checkpoint", checkpoint::check);
    replay("fuzz/seeds/formula", text(formula::check));
    replay("fuzz/seeds/store", store::check);
    replay("fuzz/seeds/table", table::check);
    replay("crates/nanorotor/studies", text(study::check));
}
