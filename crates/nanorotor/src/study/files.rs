//! Find the files that a study names.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the files are that a study names: held in memory, or in the folder of the study.
#[derive(Debug, Clone, Default)]
pub struct Files {
    folder: Option<PathBuf>,
    held: BTreeMap<String, Arc<[u8]>>,
}

impl Files {
    /// The files of a folder; without one, of the current folder.
    pub fn in_folder(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(PathBuf::from), held: BTreeMap::new() }
    }

    /// The same files with one more, known by the name that the study gives it.
    #[must_use]
    pub fn holding(mut self, name: impl Into<String>, contents: impl Into<Arc<[u8]>>) -> Self {
        self.held.insert(name.into(), contents.into());
        self
    }

    /// The files that are held, with their names.
    pub(super) fn held(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.held.iter().map(|(name, contents)| (name.as_str(), &**contents))
    }

    /// Whether a file is held in memory.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.held.contains_key(name)
    }

    /// Whether a folder is that of the files.
    pub(super) fn is_in(&self, folder: &Path) -> bool {
        let own = self.folder.as_deref().filter(|own| !own.as_os_str().is_empty());
        let pair = (own.unwrap_or(Path::new(".")).canonicalize(), folder.canonicalize());
        matches!(pair, (Ok(own), Ok(folder)) if own == folder)
    }

    /// The path of a file that is not held.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.as_ref().map_or_else(|| PathBuf::from(name), |folder| folder.join(name))
    }

    /// The contents of a file of at most `largest` bytes, or why there are none; a device that never ends is too large.
    pub(super) fn read(&self, name: &str, largest: usize) -> Result<Arc<[u8]>, String> {
        if let Some(contents) = self.held.get(name) {
            return Ok(contents.clone());
        }
        read_bytes(&self.path(name), largest).map(Arc::from)
    }

    /// The text of a file, as [`Files::read`] reads it.
    pub(super) fn read_text(&self, name: &str, largest: usize) -> Result<String, String> {
        text_of(self.read(name, largest)?.to_vec())
    }
}

fn read_bytes(path: &Path, largest: usize) -> Result<Vec<u8>, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(largest as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > largest {
        return Err(format!("larger than {largest} bytes"));
    }
    Ok(bytes)
}

fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_string())
}

/// The text of a file of at most `largest` bytes, or why there is none.
pub(super) fn read_file(path: &Path, largest: usize) -> Result<String, String> {
    text_of(read_bytes(path, largest)?)
}
