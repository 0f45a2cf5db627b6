//! Run `nanorotor export`: make files of what a run has finished so far.

use nanorotor::export::{Earlier, Publication};
use nanorotor::sweep::{self, Store};

use super::run::missing;
use crate::arguments::Export;
use crate::failure::{Failure, note};
use crate::output;

pub(crate) fn run(arguments: &Export) -> Result<(), Failure> {
    let store = Store::existing(&arguments.folder)?;
    let (layout, results) = sweep::results(&store)?;
    let missing = missing(&results);
    if missing > 0 {
        note(&format!("{missing} points are not computed yet; they are empty in the files"));
    }
    let publication = Publication::begin(&arguments.folder, arguments.replace)?;
    let staging = publication.staging();
    let files = output::files::export(staging, &store, &layout, &results, &arguments.format)?;
    let files = output::files::listed(&files, staging, &arguments.folder);
    publication.publish(Earlier::Keep)?;
    output::write(&files)
}
