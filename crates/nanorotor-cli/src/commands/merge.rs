//! Run `nanorotor merge`: bring the shards of a study together.

use nanorotor::sweep::{self, Store};

use super::run::{STUDY_FILE, leave};
use crate::arguments::Merge;
use crate::failure::Failure;

pub(crate) fn run(arguments: &Merge) -> Result<(), Failure> {
    let shards: Vec<Store> =
        arguments.folders.iter().map(|folder| Store::existing(folder)).collect::<Result<_, _>>()?;
    let store = Store::open(&arguments.out)?;
    let mut new = 0;
    for (shard, folder) in shards.iter().zip(&arguments.folders) {
        if !same(folder, &arguments.out) {
            new += store.merge(shard)?;
        }
    }
    let copy = arguments.folders.iter().find_map(|folder| std::fs::read(folder.join(STUDY_FILE)).ok());
    if let Some(study) = copy {
        nanorotor::export::write_file(&arguments.out.join(STUDY_FILE), &study)?;
    }
    let (_, results) = sweep::results(&store)?;
    let missing = results.point_status.iter().filter(|status| status.contains("not computed yet")).count();
    let counts = format!("{new} points merged from {} folders", arguments.folders.len());
    if missing > 0 {
        let all = results.point_status.len();
        return Err(Failure::Incomplete {
            what: format!("{counts}; {missing} of {all} points are not computed yet"),
            hint: "run the shards that are missing and merge again: what is merged is kept".into(),
        });
    }
    leave(&arguments.out, &store, &counts)
}

/// Whether two paths are one folder.
fn same(a: &std::path::Path, b: &std::path::Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
