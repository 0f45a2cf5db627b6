//! Keep the folder of a sweep: its store, and beside it a copy of its study.

use std::path::{Path, PathBuf};

use nanorotor::Result;
use nanorotor::export::{Earlier, Publication, write_file};
use nanorotor::study::{Companion, Packed, Study};
use nanorotor::sweep::Store;

/// The copy of the study in the folder of its results.
pub(crate) const STUDY_FILE: &str = "study.toml";

/// What the figures show.
pub(crate) const CAPTIONS: &str = "figures.md";

/// What every run writes beside the store.
const FILES: [&str; 5] = [STUDY_FILE, "results.nc", "results.csv", "results_theta.csv", CAPTIONS];

/// Refuse a folder with files of others under names that a run of the study writes.
///
/// # Errors
/// As [`Study::packed`] and [`Publication::refuse_others`].
pub(crate) fn refuse_others(folder: &Path, study: &Study, replace: bool) -> Result<()> {
    let files = study.packed(false, &FILES)?.files;
    let beside = files.iter().filter(|file| !lies_in(file, folder)).map(|file| file.name.as_str());
    let names: Vec<&str> = FILES.into_iter().chain(beside).collect();
    Publication::begin(folder, replace)?.refuse_others(&names)
}

/// Keep the study beside its results: its text, with what was set from outside in its first line, and the files that it names.
///
/// # Errors
/// As [`Study::packed`] and [`Publication::publish`].
pub fn keep_study(folder: &Path, study: &Study, replace: bool) -> Result<()> {
    let set: Vec<String> = study.set_from_outside().map(|(name, value)| format!("{name}={value}")).collect();
    let head =
        if set.is_empty() { String::new() } else { format!("# set from outside: {}\n", set.join(", ")) };
    let Packed { text, files } = study.packed(false, &FILES)?;
    let publication = Publication::begin(folder, replace)?;
    write_file(&publication.staging().join(STUDY_FILE), (head + &text).as_bytes())?;
    stage(&publication, folder, &files)?;
    publication.publish(Earlier::Keep)?;
    Ok(())
}

/// Stage the files that a study names, but those that lie in the folder already.
pub(crate) fn stage(publication: &Publication, folder: &Path, files: &[Companion]) -> Result<()> {
    files
        .iter()
        .filter(|file| !lies_in(file, folder))
        .try_for_each(|file| write_file(&publication.staging().join(&file.name), &file.contents))
}

/// Whether a file lies in a folder under its name.
pub(crate) fn lies_in(file: &Companion, folder: &Path) -> bool {
    file.path.as_ref().is_some_and(|path| same(path, &folder.join(&file.name)))
}

/// The copy of a study that a run left in a folder, and of the files that it names.
pub(crate) fn kept(folder: &Path) -> Vec<PathBuf> {
    let study = folder.join(STUDY_FILE);
    let read = Study::load(&study).ok();
    let named =
        read.iter().flat_map(Study::named_files).filter(|name| Publication::has_written(folder, name));
    let all = std::iter::once(study.clone()).chain(named.map(|name| folder.join(name)));
    all.filter(|path| path.is_file()).collect()
}

/// Bring the folders of the shards of a study together in `out`; its store and the number of new points come back.
///
/// # Errors
/// As [`Store::merge`] and [`Publication::publish`]; [`nanorotor::Error::File`] if a folder holds no store or `out` cannot be written.
pub fn merge(folders: &[PathBuf], out: &Path) -> Result<(Store, usize)> {
    let shards: Vec<Store> = folders.iter().map(|folder| Store::existing(folder)).collect::<Result<_>>()?;
    // What does not belong together is refused before `out` holds a part of it.
    for shard in &shards {
        shards[0].same_study(shard)?;
    }
    let store = Store::open(out)?;
    let copies = folders.iter().map(PathBuf::as_path).map(kept).find(|copies| !copies.is_empty());
    let copies: Vec<(&str, &PathBuf)> =
        copies.iter().flatten().filter_map(|path| Some((path.file_name()?.to_str()?, path))).collect();
    let publication = Publication::begin(out, false)?;
    publication.refuse_others(&copies.iter().map(|(name, _)| *name).collect::<Vec<_>>())?;
    let mut new = 0;
    for (shard, folder) in shards.iter().zip(folders) {
        if !same(folder, out) {
            new += store.merge(shard)?;
        }
    }
    for (name, path) in copies {
        copy(path, &publication.staging().join(name))?;
    }
    publication.publish(Earlier::Keep)?;
    Ok((store, new))
}

/// Copy a file.
///
/// # Errors
/// [`nanorotor::Error::File`] if it cannot be read or written.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).map(|_| ()).map_err(|reason| nanorotor::Error::File {
        what: format!("cannot copy {}: {reason}", from.display()),
        hint: "check that it may be read, and that the disk has room".into(),
    })
}

/// Whether two paths are one.
fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
