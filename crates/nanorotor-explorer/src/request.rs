//! Read what a request asks about: a study, and what is set in it.

use nanorotor::error::StudyError;
use nanorotor::study::Study;
use nanorotor::{Error, Result};
use serde_json::{Map, Value};

use crate::session::Session;

/// The longest name of a tab.
const LONGEST_TAB: usize = 80;

/// Why a request has no answer.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The study, or a value set in it, is wrong; the parameter, if it is one's fault.
    Input { error: Error, parameter: Option<String> },
    /// The request is not one that the page makes.
    Request(String),
    /// A newer request has taken its place.
    Cancelled,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Input { error, parameter: None }
    }
}

/// Where a study comes from, as its commands name it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    Preset(String),
    File(String),
    Text,
}

/// A request as JSON, with the study that it is about.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) origin: Origin,
    /// The study as it was written or opened.
    pub(crate) original: Study,
    /// The study with everything set.
    pub(crate) study: Study,
    pub(crate) body: Map<String, Value>,
}

impl Asked {
    /// Read a request: its study with everything set.
    ///
    /// # Errors
    /// [`Refusal::Input`] with the parameter whose value is wrong.
    pub(crate) fn read(session: &Session, bytes: &[u8]) -> Result<Self, Refusal> {
        let wrong = |what: &str| Refusal::Request(what.to_owned());
        let body: Map<String, Value> =
            serde_json::from_slice(bytes).map_err(|reason| wrong(&format!("no JSON object: {reason}")))?;
        let of = body.get("study").ok_or_else(|| wrong("there is no `study`"))?;
        let (origin, original) = if let Some(name) = of.get("preset").and_then(Value::as_str) {
            (Origin::Preset(name.to_owned()), session.preset(name)?)
        } else if let Some(text) = of.get("toml").and_then(Value::as_str) {
            (Origin::Text, session.study(text)?)
        } else if of.get("opened").is_none() {
            return Err(wrong("`study` has no `preset`, `toml` or `opened`"));
        } else if let Some(study) = session.opened.clone() {
            let preset = nanorotor::study::PRESETS.iter().find(|(_, text)| *text == study.text());
            let origin = match preset {
                Some((name, _)) => Origin::Preset((*name).to_owned()),
                None if std::path::Path::new(study.name()).is_file() => Origin::File(study.name().to_owned()),
                // A study that Python made.
                None => Origin::Text,
            };
            (origin, study)
        } else {
            return Err(wrong("no study was opened"));
        };
        let mut study = original.clone();
        let nothing = Map::new();
        let set = body.get("set").and_then(Value::as_object).unwrap_or(&nothing);
        for (name, value) in set {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            study = study
                .with(name, &text)
                .map_err(|error| Refusal::Input { error, parameter: Some(name.clone()) })?;
        }
        let asked = Self { origin, original, study, body };
        if let Err(error) = asked.study.resolve() {
            let parameter = asked.culprit(&error);
            return Err(Refusal::Input { error, parameter });
        }
        Ok(asked)
    }

    /// The parameter without whose new value the study would be right, or the one that the error names.
    fn culprit(&self, error: &Error) -> Option<String> {
        let set: Vec<(String, String)> =
            self.study.set_from_outside().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let without = |left: &str| -> Option<Study> {
            let mut others = set.iter().filter(|(name, _)| name != left);
            others.try_fold(self.original.clone(), |study, (name, text)| study.with(name, text)).ok()
        };
        let cures = |name: &str| without(name).is_some_and(|study| study.resolve().is_ok());
        set.iter()
            .map(|(name, _)| name)
            .find(|name| cures(name))
            .cloned()
            .or_else(|| named(&self.study, error))
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key).and_then(Value::as_str)
    }

    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.body.get(key).and_then(Value::as_u64)
    }

    /// The tab that asks, with a mark for each kind of work.
    pub(crate) fn tab(&self, kind: &str) -> String {
        let tab: String = self.text("tab").unwrap_or_default().chars().take(LONGEST_TAB).collect();
        format!("{kind} {tab}")
    }

    /// Whether something is asked for.
    pub(crate) fn wants(&self, what: &str) -> bool {
        self.body
            .get("what")
            .and_then(Value::as_array)
            .is_some_and(|all| all.iter().any(|one| one.as_str() == Some(what)))
    }
}

/// The parameter whose line an error marks.
fn named(study: &Study, error: &Error) -> Option<String> {
    let Error::Study(error) = error else { return None };
    let StudyError { labels, text, .. } = &**error;
    let marked = text.get(labels.first()?.0.clone())?;
    let is_word =
        |name: &&str| marked.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == *name);
    study.parameter_names().find(is_word).map(str::to_owned)
}
