//! Read study files, set parameters from outside, and resolve them to atomic units.
//!
//! text → [`Study`] (checked, with every place in the text) → [`Resolved`] (one point, functions of theta alone).

mod files;
mod limits;
mod literature;
mod presets;
mod profile;
mod read;
mod resolve;
mod set;
mod words;
mod written;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use files::Files;
pub(crate) use limits::largest;
pub use literature::{LITERATURE, bibtex};
pub use presets::PRESETS;
pub use profile::Profile;
pub use read::axes::Axis;
pub use read::matrices::{Geometry, Samples};
#[cfg(feature = "netcdf")]
pub use read::matrices::{netcdf_of, netcdf_of_energies};
pub use read::table::Interpolation;
pub use read::uncertain::{Distribution, Uncertain};
pub use resolve::build::Electrons;
pub use resolve::resolved::{
    Environment, JunctionModel, LandscapeModel, LeadModel, Length, Model, Resolved, ResolvedParameter, Rotor,
    Simulation, Source, Tabulated, TabulatedVariable,
};
pub use written::{Companion, Packed};

use self::read::document;
use self::read::draft::{self, Draft, Overrides};
use self::read::inference::Inference;
use self::read::{Failure, axes, uncertain};
use crate::error::{Error, Fault, Result};
use crate::observables::{Method, Solver};
use crate::quantity::Task;
use crate::units::Dimension;

/// A study: what to compute, checked as far as it can be without values, and what was set from outside.
///
/// ```
/// use nanorotor::study::Study;
/// let study = Study::preset("preston2023")?.with("V", "3 eV")?.with("phi", "pi/8")?;
/// assert_eq!(study.resolve()?.parameters[0].quantity().map(|q| q.to_string()), Some("3 eV".into()));
/// assert!(study.with("V", "3 ns").is_err());
/// # Ok::<(), nanorotor::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Study {
    name: Arc<str>,
    text: Arc<str>,
    draft: Arc<Draft>,
    inference: Arc<Inference>,
    overrides: Overrides,
    axes: Vec<Axis>,
    uncertain: Vec<Uncertain>,
    files: Files,
}

impl Study {
    /// Read a study from its text; `name` stands in messages, `directory` is where its tables are.
    ///
    /// # Errors
    /// [`Error::Study`] with the place and a hint.
    pub fn from_toml(text: &str, name: &str, directory: Option<&Path>) -> Result<Self> {
        Self::from_files(text, name, &Files::in_folder(directory))
    }

    /// Read a study from its text, with the files that it names; `name` stands in messages.
    ///
    /// # Errors
    /// As [`Study::from_toml`].
    pub fn from_files(text: &str, name: &str, files: &Files) -> Result<Self> {
        let here = |fault: Fault| fault.in_text(name, text);
        let draft = read::read(text, files).map_err(|failure| match failure {
            Failure::Here(fault) => here(fault),
            Failure::Elsewhere(error) => error,
        })?;
        let inference = Inference::of(&draft).map_err(here)?;
        let axes = axes::axes(&draft, &inference).map_err(here)?;
        let uncertain = uncertain::uncertain(&draft, &inference).map_err(here)?;
        Ok(Self {
            name: name.into(),
            text: text.into(),
            draft: Arc::new(draft),
            inference: Arc::new(inference),
            overrides: Overrides::new(),
            axes,
            uncertain,
            files: files.clone(),
        })
    }

    /// Read a study file.
    ///
    /// # Errors
    /// As [`Study::from_toml`], and [`Error::File`] if the file cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let unreadable = |reason: String| Error::File {
            what: if path.is_dir() {
                format!("{} is a folder, not a study file", path.display())
            } else {
                format!("cannot read {}: {reason}", path.display())
            },
            hint: if PRESETS.iter().any(|(name, _)| path.as_os_str() == *name) {
                format!("{} is a study that comes with nanorotor: take it as a preset", path.display())
            } else {
                document::file_meant(path, PRESETS.iter().map(|(name, _)| *name)).unwrap_or_else(|| {
                    "give the path of a study file, or the name of a preset such as preston2023".into()
                })
            },
        };
        let text = files::read_file(path, document::LARGEST).map_err(unreadable)?;
        let directory = path.parent().map(PathBuf::from);
        Self::from_toml(&text, &path.display().to_string(), directory.as_deref())
    }

    /// Everything at one point, in atomic units; the sweep is ignored.
    ///
    /// # Errors
    /// [`Error::Study`] with the place of what is impossible: a matrix that is not Hermitian, a negative temperature, …
    pub fn resolve(&self) -> Result<Resolved> {
        resolve::resolve(&self.draft, &self.text, &self.inference, &self.overrides).map_err(|mut fault| {
            if !self.overrides.is_empty() {
                let set: Vec<String> =
                    self.set_from_outside().map(|(name, text)| format!("{name} = {text}")).collect();
                fault.hint = format!("{} (set from outside: {})", fault.hint, set.join(", "));
            }
            fault.in_text(&self.name, &self.text)
        })
    }

    /// The axes of the sweep, the first slowest, without those that were set from outside.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The parameters that are not known for sure, in the order of the study.
    pub fn uncertain(&self) -> &[Uncertain] {
        &self.uncertain
    }

    /// How a parameter is distributed, in words, in the unit that the study gives it.
    pub fn uncertainty_in_words(&self, uncertain: &Uncertain) -> String {
        uncertain::in_words(&uncertain.distribution, &self.unit(&uncertain.name))
    }

    /// The parameters that were set from outside, as they were written, in the order of the study.
    pub fn set_from_outside(&self) -> impl Iterator<Item = (&str, &str)> {
        self.draft.parameters.iter().filter_map(|parameter| {
            let (text, _) = self.overrides.get(&parameter.name)?;
            Some((parameter.name.as_str(), text.as_str()))
        })
    }

    /// The names of the parameters, in the order of the study.
    pub fn parameter_names(&self) -> impl Iterator<Item = &str> {
        self.draft.parameters.iter().map(|parameter| parameter.name.as_str())
    }

    /// The dimension of a parameter, if there is one of that name.
    pub fn dimension(&self, name: &str) -> Option<Dimension> {
        self.draft.parameter(name).map(|_| self.inference.dimension(name))
    }

    /// The parameters that nothing in the study uses, in its order.
    pub fn unused(&self) -> Vec<&str> {
        self.unused_by(&Task::ALL)
    }

    /// The parameters that none of some tasks reads, in the order of the study.
    pub fn unused_by(&self, tasks: &[Task]) -> Vec<&str> {
        self.draft.unused(tasks, &self.overrides)
    }

    /// Whether torque, friction or noise of the electrons, or of the landscape in their place, depend on a parameter.
    pub fn moves_electrons(&self, name: &str) -> bool {
        self.draft.used_by(self.draft.fields_of_model(), &self.overrides).contains(name)
    }

    /// The title of the study.
    pub fn title(&self) -> Option<&str> {
        self.draft.title.as_deref()
    }

    /// The study with another way to find the stationary state.
    #[must_use]
    pub fn with_solver(mut self, change: impl FnOnce(&mut Solver)) -> Self {
        change(&mut Arc::make_mut(&mut self.draft).solver);
        self
    }

    /// The study with passages counted, or not, beside each rate.
    #[must_use]
    pub fn with_passage(mut self, passage: bool) -> Self {
        Arc::make_mut(&mut self.draft).passage = passage;
        self
    }

    /// The seed that the study gives its trajectories.
    pub fn seed(&self) -> u64 {
        self.draft.simulate.seed
    }

    /// The keys of the theory that the study uses, then of what it cites beside that.
    pub fn cite(&self) -> Vec<&str> {
        let electrons = matches!(self.draft.model, draft::Model::Junction(_));
        let trajectories = self.draft.tasks.contains(&Task::Simulate);
        let overdamped = self.draft.solver.method == Method::Overdamped;
        let theory = literature::theory(electrons, overdamped, trajectories);
        let own = self.draft.cite.iter().map(String::as_str).filter(|key| !theory.contains(key));
        theory.iter().copied().chain(own).collect()
    }

    /// The text that the study was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The atoms of the molecule, where the table of the study has them.
    pub fn geometry(&self) -> Option<&Geometry> {
        self.draft.table.as_ref()?.geometry.as_ref()
    }

    /// Where the files are that the study names.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The files that the study was read with in memory, by the names that it gives them.
    pub fn held_files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.held()
    }

    /// The name that stands in messages.
    pub fn name(&self) -> &str {
        &self.name
    }
}
