//! Pack a study with the files that it names, so that it runs on another machine.

use std::path::Path;

use nanorotor::study::{Packed, Study};
use nanorotor::{Error, Result};

use crate::zip;

/// What the study is called in the bundle.
pub(crate) const STUDY: &str = "study.toml";

/// The files that a study names and that lie nowhere but in the program.
pub(crate) fn held(study: &Study) -> Result<Vec<String>> {
    let files = study.packed(true, &[STUDY])?.files;
    Ok(files.into_iter().filter(|file| file.path.is_none()).map(|file| file.name).collect())
}

/// A ZIP archive of one folder with the study, its text changed by `edit`, and its files.
///
/// # Errors
/// As [`Study::packed`]; [`Error::File`] if it is too large.
pub(crate) fn bundle(study: &Study, edit: impl Fn(String) -> String) -> Result<Vec<u8>> {
    let Packed { text, files } = study.packed(true, &[STUDY])?;
    let text = edit(text);
    let folder = Path::new(study.name()).file_stem().map_or("study".into(), std::ffi::OsStr::to_string_lossy);
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let folder: String = folder.chars().map(plain).collect();
    let contents = files.iter().map(|file| (file.name.as_str(), &*file.contents));
    let all = std::iter::once((STUDY, text.as_bytes())).chain(contents);
    zip::archive(all.map(|(name, bytes)| (format!("{folder}/{name}"), bytes))).ok_or_else(|| Error::File {
        what: "the study and its tables are too large for one archive".into(),
        hint: "take study.toml and its files along one by one".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_has_the_tables_beside_the_study() {
        let study = Study::preset("graphene").unwrap().with("V", "3 eV").unwrap();
        assert_eq!(held(&study).unwrap(), ["graphene_band.csv"]);
        let bytes = bundle(&study, |text| text).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for part in ["graphene/study.toml", "graphene/graphene_band.csv", &study.text_as_set()] {
            assert!(text.contains(part), "{part}");
        }
        assert!(held(&Study::preset("wind").unwrap()).unwrap().is_empty());
    }
}
