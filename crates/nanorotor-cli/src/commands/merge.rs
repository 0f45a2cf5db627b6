//! Run `nanorotor merge`: bring the shards of a study together.

use nanorotor::sweep;

use super::run::{leave, missing};
use crate::arguments::Merge;
use crate::failure::Failure;
use crate::folder;

pub(crate) fn run(arguments: &Merge) -> Result<(), Failure> {
    let (store, new) = folder::merge(&arguments.folders, &arguments.out)?;
    let (_, results) = sweep::results(&store)?;
    let missing = missing(&results);
    let counts = format!("{new} points merged from {} folders", arguments.folders.len());
    if missing > 0 {
        let all = results.point_status.len();
        return Err(Failure::Incomplete {
            what: format!("{counts}; {missing} of {all} points are not computed yet"),
            hint: "run the shards that are missing and merge again: what is merged is kept".into(),
        });
    }
    leave(&arguments.out, &store, &counts, false)
}
