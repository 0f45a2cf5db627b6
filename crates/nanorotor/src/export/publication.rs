//! Put the files of a folder there together, and replace or remove only what this program wrote.
//!
//! Beside the files lies a list of them with their checksums, in the format of `sha256sum`. A file that is not on it, or has
//! changed since, is the user's.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::disk::write_file;
use crate::error::{Error, Result};

/// The list of files that were written to a folder.
pub const MANIFEST: &str = "manifest.sha256";

/// What becomes of files that were written to the folder earlier and are not among the new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// They stay.
    Keep,
    /// They go: the new files are all that there is.
    Remove,
}

/// A file by its name and checksum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    name: String,
    sum: String,
}

/// Files on their way into a folder: made in [`Publication::staging`], then put in place together.
#[derive(Debug)]
pub struct Publication {
    folder: PathBuf,
    staging: PathBuf,
    written: Vec<Entry>,
    replace: bool,
}

impl Publication {
    /// Begin to write files for a folder that is there; with `replace`, files of others may be replaced too.
    ///
    /// # Errors
    /// [`Error::File`] if the folder cannot be read or written.
    pub fn begin(folder: &Path, replace: bool) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let staging = folder.join(format!(".{}-{count}.partial", process::id()));
        fs::create_dir_all(&staging).map_err(|reason| cannot("write to", folder, &reason))?;
        Ok(Self { folder: folder.into(), staging, written: written(folder)?, replace })
    }

    /// The folder that the new files are made in, under their names.
    pub fn staging(&self) -> &Path {
        &self.staging
    }

    /// Refuse files of these names that this program did not write, and any that were changed since it did, before work starts.
    ///
    /// # Errors
    /// [`Error::File`] for the first of them.
    pub fn refuse_others(&self, names: &[&str]) -> Result<()> {
        let written = self.written.iter().map(|entry| entry.name.as_str());
        names.iter().copied().chain(written).try_for_each(|name| self.refuse_other(name))
    }

    /// Whether a file of this name was written to a folder by this program.
    pub fn has_written(folder: &Path, name: &str) -> bool {
        written(folder).is_ok_and(|entries| entries.iter().any(|entry| entry.name == name))
    }

    /// Put the files in place; the names of earlier ones that were removed come back.
    ///
    /// # Errors
    /// [`Error::File`] if one of them would replace a file that this program did not write, or the disk refuses. What was in the
    /// folder is then still there.
    pub fn publish(mut self, earlier: Earlier) -> Result<Vec<String>> {
        // Another program may publish to the same folder; where folders cannot be locked, the last one wins.
        let _lock = fs::File::open(&self.folder).and_then(|folder| folder.lock().map(|()| folder));
        self.written = written(&self.folder)?;
        let mut new = Vec::new();
        let names = fs::read_dir(&self.staging).map_err(|reason| cannot("read", &self.staging, &reason))?;
        for entry in names {
            let entry = entry.map_err(|reason| cannot("read", &self.staging, &reason))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            self.refuse_other(&name)?;
            new.push(Entry { sum: sum(&entry.path())?, name });
        }
        new.sort();
        // Whoever is killed between here and the end leaves files that are on the list, old and new.
        self.note(self.written.iter().chain(&new))?;
        for Entry { name, .. } in &new {
            let place = self.folder.join(name);
            fs::rename(self.staging.join(name), &place).map_err(|reason| cannot("write", &place, &reason))?;
        }
        let rest = self.written.iter().filter(|old| new.iter().all(|entry| entry.name != old.name));
        let mut removed = Vec::new();
        let mut kept = Vec::new();
        for old in rest {
            let place = self.folder.join(&old.name);
            if earlier == Earlier::Keep {
                kept.push(old.clone());
            } else if place.is_file() && sum(&place)? == old.sum {
                fs::remove_file(&place).map_err(|reason| cannot("remove", &place, &reason))?;
                removed.push(old.name.clone());
            }
        }
        self.note(new.iter().chain(&kept))?;
        Ok(removed)
    }

    fn refuse_other(&self, name: &str) -> Result<()> {
        let place = self.folder.join(name);
        if self.replace || !place.exists() {
            return Ok(());
        }
        let found = sum(&place)?;
        if self.written.iter().any(|entry| entry.name == name && entry.sum == found) {
            return Ok(());
        }
        let known = self.written.iter().any(|entry| entry.name == name);
        Err(Error::File {
            what: format!(
                "{} {}",
                place.display(),
                if known { "was changed since nanorotor wrote it" } else { "was not written by nanorotor" }
            ),
            hint: "move it away or give another folder with --out; --replace writes over it".into(),
        })
    }

    fn note<'a>(&self, entries: impl Iterator<Item = &'a Entry>) -> Result<()> {
        let mut lines: Vec<String> =
            entries.map(|entry| format!("{}  {}\n", entry.sum, entry.name)).collect();
        lines.sort();
        lines.dedup();
        write_file(&self.folder.join(MANIFEST), lines.concat().as_bytes())
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        // What cannot be removed is hidden and harmless.
        let _ = fs::remove_dir_all(&self.staging);
    }
}

/// What is on the list of a folder.
fn written(folder: &Path) -> Result<Vec<Entry>> {
    let list = folder.join(MANIFEST);
    let text = match fs::read_to_string(&list) {
        Ok(text) => text,
        Err(reason) if reason.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(cannot("read", &list, &reason)),
    };
    let entry = |line: &str| {
        let (sum, name) = line.split_once("  ")?;
        Some(Entry { name: name.into(), sum: sum.into() })
    };
    Ok(text.lines().filter_map(entry).collect())
}

/// The checksum of a file.
fn sum(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut read = || -> std::io::Result<()> {
        let mut file = fs::File::open(path)?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(()),
                count => hash.update(&buffer[..count]),
            }
        }
    };
    read().map_err(|reason| cannot("read", path, &reason))?;
    let mut digits = String::new();
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    Ok(digits)
}

fn cannot(what: &str, path: &Path, reason: &std::io::Error) -> Error {
    Error::File {
        what: format!("cannot {what} {}: {reason}", path.display()),
        hint: "check that you may write there and that the disk has room".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(
        folder: &Path,
        files: &[(&str, &str)],
        replace: bool,
        earlier: Earlier,
    ) -> Result<Vec<String>> {
        let publication = Publication::begin(folder, replace)?;
        for (name, text) in files {
            fs::write(publication.staging().join(name), text).unwrap();
        }
        publication.publish(earlier)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn own_files_are_replaced_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        publish(folder, &[("a", "1"), ("b", "1")], false, Earlier::Remove).unwrap();
        assert_eq!(publish(folder, &[("a", "2")], false, Earlier::Keep), Ok(vec![]));
        assert_eq!(names(folder), ["a", "b", MANIFEST]);
        assert_eq!(publish(folder, &[("a", "3"), ("c", "3")], false, Earlier::Remove), Ok(vec!["b".into()]));
        assert_eq!(names(folder), ["a", "c", MANIFEST]);
        assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "3");
    }

    #[test]
    fn files_of_others_stay_until_they_may_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join("a"), "mine").unwrap();
        publish(folder, &[("b", "1"), ("c", "1")], false, Earlier::Remove).unwrap();
        // Restyled by hand.
        fs::write(folder.join("b"), "restyled").unwrap();
        for (name, why) in [("a", "not written by"), ("b", "was changed since")] {
            let error = publish(folder, &[(name, "2"), ("c", "2")], false, Earlier::Remove).unwrap_err();
            assert!(error.to_string().contains(why) && error.hint().contains("--replace"), "{error:?}");
            assert_eq!(fs::read_to_string(folder.join("c")).unwrap(), "1", "all or nothing");
        }
        // What is no longer made is removed only as it was written.
        assert_eq!(publish(folder, &[], false, Earlier::Remove), Ok(vec!["c".into()]));
        assert_eq!(names(folder), ["a", "b", MANIFEST]);
        publish(folder, &[("a", "2")], true, Earlier::Keep).unwrap();
        assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "2");
    }
}
