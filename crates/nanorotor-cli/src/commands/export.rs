//! Run `nanorotor export`: make files of what a run has finished so far.

use nanorotor::sweep::{self, Store};

use crate::arguments::Export;
use crate::failure::{Failure, note};
use crate::output;

pub(crate) fn run(arguments: &Export) -> Result<(), Failure> {
    let store = Store::existing(&arguments.folder)?;
    let (layout, results) = sweep::results(&store)?;
    let missing = results.point_status.iter().filter(|status| status.contains("not computed yet")).count();
    if missing > 0 {
        note(&format!("{missing} points are not computed yet; they are empty in the files"));
    }
    let files = output::files::export(&arguments.folder, &store, &layout, &results, &arguments.format)?;
    output::write(&output::files::listed(&files))
}
