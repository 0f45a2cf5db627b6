//! Open a damaged store and read it: an error that names the file and says what to do, or the numbers that were stored.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use nanorotor::Error;
use nanorotor::sweep::{self, STORE_FILE, Store};

/// A finished sweep of four points.
const WHOLE: &[u8] = include_bytes!("../seeds/store/whole.sqlite");

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let folder = base.join(format!("nanorotor-fuzz-store-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
});

/// The values of the whole store, as bits of each variable over the points, and its texts.
static RIGHT: LazyLock<HashSet<(String, usize, u64)>> =
    LazyLock::new(|| read(&FOLDER, WHOLE).expect("the seed is whole").into_iter().collect());

fn read(folder: &Path, bytes: &[u8]) -> Result<Vec<(String, usize, u64)>, Error> {
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let _ = fs::remove_file(entry.path());
    }
    fs::write(folder.join(STORE_FILE), bytes).expect("a file can be written");
    let store = Store::existing(folder)?;
    let (_, results) = sweep::results(&store)?;
    store.runs()?;
    store.len()?;
    let values = results.variables.iter().flat_map(|variable| {
        variable.values.iter().enumerate().map(|(at, x)| (variable.name.clone(), at, x.to_bits()))
    });
    Ok(values.collect())
}

/// Panic if something is wrong with it.
pub fn check(data: &[u8]) {
    LazyLock::force(&RIGHT);
    match read(&FOLDER, data) {
        Ok(values) => {
            for value in values {
                assert!(RIGHT.contains(&value), "{value:?} was never stored");
            }
        }
        Err(error) => {
            assert!(matches!(error, Error::File { .. }), "{error:?}");
            assert!(error.to_string().contains(STORE_FILE) && !error.hint().is_empty(), "{error:?}");
        }
    }
}
