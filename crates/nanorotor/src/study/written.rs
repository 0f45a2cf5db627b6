//! Write what was set from outside into the text of a study, and read the number of a value that may be set.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Study;
use crate::error::{Error, Fault, Result};
use crate::expression::{Expression, unknown_name};
use crate::study::read::numbers::{in_atomic, shown};

/// The largest file that a study names (bytes).
const LARGEST: usize = 1 << 30;

/// A study to take along.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The text, which names its files as they lie beside it.
    pub text: String,
    /// The files.
    pub files: Vec<Companion>,
}

/// A file that a study names.
#[derive(Debug, Clone)]
pub struct Companion {
    /// Its name beside the study.
    pub name: String,
    /// Its contents.
    pub contents: Arc<[u8]>,
    /// Where it lies now; none if it is held in memory.
    pub path: Option<PathBuf>,
}

impl Study {
    /// The text of the study with the values that were set from outside in the place of its own: a study file that gives the same
    /// without them.
    pub fn text_as_set(&self) -> String {
        self.rewritten(true, str::to_owned)
    }

    /// The same for a file in some folder, known or not: files that the study names are found from there too.
    pub fn text_as_set_in(&self, folder: Option<&Path>) -> String {
        let stays = folder.is_some_and(|folder| self.files.is_in(folder));
        self.rewritten(true, |name| {
            let path = std::path::absolute(self.files.path(name));
            match path {
                Ok(path) if !(stays || self.files.holds(name)) => path.display().to_string(),
                _ => name.to_owned(),
            }
        })
    }

    /// The study to take along: its text, and the files that it names to lie beside that, under names that are not among `taken`.
    ///
    /// # Errors
    /// [`Error::File`] if one of them can no longer be read.
    pub fn packed(&self, as_set: bool, taken: &[&str]) -> Result<Packed> {
        let mut files: Vec<(&str, Companion)> = Vec::new();
        for (named, _) in &self.draft.files {
            if files.iter().any(|(known, _)| known == named) {
                continue;
            }
            let plain = Path::new(named)
                .file_name()
                .map_or("table".into(), |plain| plain.to_string_lossy().into_owned());
            let is_free =
                |name: &str| !taken.contains(&name) && files.iter().all(|(_, other)| other.name != name);
            let numbered = (1..).map(|k| format!("{k}-{plain}"));
            let name =
                std::iter::once(plain.clone()).chain(numbered).find(|name| is_free(name)).unwrap_or_default();
            let path = self.files.path(named);
            let contents = self.files.read(named, LARGEST).map_err(|reason| Error::File {
                what: format!("cannot read {} again: {reason}", path.display()),
                hint: "the study names it, and it was there when the study was read".into(),
            })?;
            let path = (!self.files.holds(named)).then_some(path);
            files.push((named, Companion { name, contents, path }));
        }
        let place = |named: &str| {
            let found = files.iter().find(|(known, _)| *known == named);
            found.map_or_else(|| named.to_owned(), |(_, file)| file.name.clone())
        };
        let text = self.rewritten(as_set, place);
        Ok(Packed { text, files: files.into_iter().map(|(_, file)| file).collect() })
    }

    /// The names that the study gives to the files that it reads.
    pub fn named_files(&self) -> impl Iterator<Item = &str> {
        self.draft.files.iter().map(|(name, _)| name.as_str())
    }

    /// The text with what was set from outside, or without, and with other names of files.
    fn rewritten(&self, as_set: bool, place: impl Fn(&str) -> String) -> String {
        let mut text = self.text.to_string();
        let quoted = |value: &str| serde_json::Value::from(value).to_string();
        let values = self.draft.parameters.iter().filter(|_| as_set).filter_map(|parameter| {
            let (value, _) = self.overrides.get(&parameter.name)?;
            // A plain number is written as TOML writes numbers.
            let is_number = value.parse::<f64>().is_ok_and(|number| number.to_string() == *value);
            Some((parameter.span.clone(), if is_number { value.clone() } else { quoted(value) }))
        });
        let files = self.draft.files.iter().filter_map(|(name, span)| {
            let place = place(name);
            (place != *name).then(|| (span.clone(), quoted(&place)))
        });
        let mut changes: Vec<_> = values.chain(files).collect();
        changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, written) in changes {
            if text.get(span.clone()).is_some() {
                text.replace_range(span, &written);
            }
        }
        text
    }

    /// The number, in the unit that the study gives a parameter, of a value that somebody wrote for it.
    pub(crate) fn number(&self, name: &str, text: &str) -> Result<f64, Fault> {
        let span = 0..text.len();
        let expression = Expression::parse(text)?;
        if let Some((unknown, place)) = expression.names().next() {
            let mut fault = unknown_name(unknown, place, &[]);
            if self.draft.parameter(unknown).is_some() {
                fault.message = format!("`{unknown}` is a parameter, not a number");
                fault.hint = "write a number or a quantity".into();
            }
            return Err(fault);
        }
        let unit = self.unit(name);
        let atomic = in_atomic(&self.draft, &self.inference, name, &format!("`{name}`"), &expression, &span)?;
        Ok(match expression.whole_quantity() {
            Some(quantity) if quantity.unit().text() == unit.text() => quantity.number(),
            _ => shown(atomic, &unit),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_with_its_values_written_in_is_the_same_point() {
        let study = Study::preset("preston2023").unwrap();
        let set = study.with("V", "3.25 eV").unwrap().with("phi", "-0.4").unwrap();
        let set = set.with("A", "0.5").unwrap().with("Gamma_R", "Gamma_L/3").unwrap();
        let text = set.text_as_set();
        for line in ["V = \"3.25 eV\" ", "phi = -0.4 ", "A = 0.5 ", "Gamma_R = \"Gamma_L/3\"\n"] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        // Comments and everything else stay.
        assert_eq!(text.lines().count(), study.text().lines().count());
        let read = Study::from_toml(&text, "best.toml", None).unwrap();
        let values = |study: &Study| {
            let all = study.resolve().unwrap().parameters;
            all.iter().map(|p| p.value.at(0.0).value.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(values(&read), values(&set));
        assert_eq!(read.text_as_set(), text);
        assert_eq!(study.text_as_set(), study.text());
    }

    #[test]
    fn a_number_has_the_unit_of_its_parameter() {
        let study = Study::preset("preston2023").unwrap();
        assert_eq!(study.number("E_1", "-0.3 eV"), Ok(-0.3));
        assert_eq!(study.number("E_1", "300 meV"), Ok(0.3));
        assert_eq!(study.number("E_1", "0"), Ok(0.0));
        assert_eq!(study.number("phi", "-pi/2"), Ok(-std::f64::consts::FRAC_PI_2));
        assert!(study.number("E_1", "1").unwrap_err().message.contains("needs a unit"));
        assert!(study.number("E_1", "1 ns").is_err());
        assert!(study.number("E_1", "V").unwrap_err().message.contains("is a parameter"));
    }
}
