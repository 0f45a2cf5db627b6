//! Keep the folder of a sweep: its store, and beside it a copy of its study.

use std::path::{Path, PathBuf};

use nanorotor::Result;
use nanorotor::export::{Earlier, Publication, write_file};
use nanorotor::study::Study;
use nanorotor::sweep::Store;

/// The copy of the study in the folder of its results.
pub(crate) const STUDY_FILE: &str = "study.toml";

/// The text of a study, with what was set from outside in its first line.
pub(crate) fn study_text(study: &Study) -> String {
    let set: Vec<String> = study.set_from_outside().map(|(name, value)| format!("{name}={value}")).collect();
    let head =
        if set.is_empty() { String::new() } else { format!("# set from outside: {}\n", set.join(", ")) };
    head + study.text()
}

/// Keep the text of the study beside its results.
///
/// # Errors
/// As [`Publication::publish`].
pub fn keep_study(folder: &Path, study: &Study, replace: bool) -> Result<()> {
    let publication = Publication::begin(folder, replace)?;
    write_file(&publication.staging().join(STUDY_FILE), study_text(study).as_bytes())?;
    // What the study holds in memory only lies beside it, so that the copy can be read.
    for (name, contents) in study.held_files() {
        if Path::new(name).file_name() == Some(name.as_ref()) {
            write_file(&publication.staging().join(name), contents)?;
        }
    }
    publication.publish(Earlier::Keep)?;
    Ok(())
}

/// Bring the folders of the shards of a study together in `out`; its store and the number of new points come back.
///
/// # Errors
/// As [`Store::merge`] and [`Publication::publish`]; [`nanorotor::Error::File`] if a folder holds no store or `out` cannot be written.
pub fn merge(folders: &[PathBuf], out: &Path) -> Result<(Store, usize)> {
    let shards: Vec<Store> = folders.iter().map(|folder| Store::existing(folder)).collect::<Result<_>>()?;
    let store = Store::open(out)?;
    let publication = Publication::begin(out, false)?;
    publication.refuse_others(&[STUDY_FILE])?;
    let mut new = 0;
    for (shard, folder) in shards.iter().zip(folders) {
        if !same(folder, out) {
            new += store.merge(shard)?;
        }
    }
    let copy = folders.iter().find_map(|folder| std::fs::read(folder.join(STUDY_FILE)).ok());
    if let Some(study) = copy {
        write_file(&publication.staging().join(STUDY_FILE), &study)?;
    }
    publication.publish(Earlier::Keep)?;
    Ok((store, new))
}

/// Whether two paths are one folder.
fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
