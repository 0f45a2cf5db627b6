//! Read study files, set parameters from outside, and resolve them to atomic units.
//!
//! text → [`Study`] (checked, with every place in the text) → [`Resolved`] (one point, functions of theta alone).

mod band_table;
mod build;
mod checks;
mod document;
mod draft;
mod files;
mod inference;
mod limits;
mod literature;
mod matrices;
mod read;
mod read_junction;
mod resolve;
mod resolved;
mod rounding;
mod sweep;
mod table;
mod uncertain;
mod written;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use build::Electrons;
pub use files::Files;
pub(crate) use limits::largest;
pub use literature::{LITERATURE, bibtex};
pub use matrices::{Geometry, Samples};
#[cfg(feature = "netcdf")]
pub use matrices::{netcdf_of, netcdf_of_energies};
pub use resolved::{
    Environment, JunctionModel, LandscapeModel, LeadModel, Length, Model, Profile, Resolved,
    ResolvedParameter, Rotor, Simulation, Source, Tabulated, TabulatedVariable,
};
pub use sweep::Axis;
pub use table::Interpolation;
pub use uncertain::{Distribution, Uncertain};
pub use written::{Companion, Packed};

use self::draft::Draft;
use self::inference::Inference;
use self::read::Failure;
use self::resolve::Overrides;
use crate::error::{Error, Fault, Result, did_you_mean};
use crate::expression::Expression;
use crate::observables::{Method, Solver};
use crate::quantity::Task;
use crate::units::{Dimension, Quantity, Unit, plain_text};

/// The studies that come with nanorotor, by name.
pub const PRESETS: &[(&str, &str)] = &[
    ("preston2023", include_str!("../../studies/preston2023.toml")),
    ("wind", include_str!("../../studies/wind.toml")),
    ("blowtorch", include_str!("../../studies/blowtorch.toml")),
    ("three_leads", include_str!("../../studies/three_leads.toml")),
    ("benzene", include_str!("../../studies/benzene.toml")),
    ("graphene", include_str!("../../studies/graphene.toml")),
    ("chain", include_str!("../../studies/chain.toml")),
    ("biphenyl", include_str!("../../studies/biphenyl.toml")),
];

/// The files that they name.
const FILES_OF_PRESETS: &[(&str, &[u8])] = &[
    ("graphene_band.csv", include_bytes!("../../studies/graphene_band.csv")),
    ("biphenyl.nc", include_bytes!("../../studies/biphenyl.nc")),
];

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
        let axes = sweep::axes(&draft, &inference).map_err(here)?;
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

    /// A study that comes with nanorotor.
    ///
    /// # Errors
    /// [`Error::Model`] for a name that is not one of [`PRESETS`].
    pub fn preset(name: &str) -> Result<Self> {
        let Some((_, text)) = PRESETS.iter().find(|(known, _)| *known == name) else {
            let known = || PRESETS.iter().map(|(known, _)| *known);
            return Err(Error::Model {
                what: format!("there is no preset called {}", document::short(name)),
                hint: did_you_mean(name, known())
                    .unwrap_or_else(|| format!("known are {}", known().collect::<Vec<_>>().join(", "))),
            });
        };
        let named = FILES_OF_PRESETS.iter().filter(|(file, _)| text.contains(&format!("\"{file}\"")));
        let files = named.fold(Files::default(), |files, (file, bytes)| files.holding(*file, *bytes));
        Self::from_files(text, &format!("{name}.toml"), &files)
    }

    /// The same study with a parameter set from outside, as `--set name=value` does; an axis of that name goes.
    ///
    /// The value is a quantity or a formula; only a pure number or zero needs no unit.
    ///
    /// # Errors
    /// [`Error::Study`] about the text `name=value`: an unknown name, a wrong dimension, a missing unit, a circle.
    pub fn with(&self, name: &str, value: &str) -> Result<Self> {
        let name = &plain_text(name);
        let text = format!("{name}={value}");
        self.set(name, value).map_err(|fault| fault.in_text("--set", &text))
    }

    fn set(&self, name: &str, value: &str) -> Result<Self, Fault> {
        let start = name.len() + 1;
        let span = start..start + value.len();
        self.parameter(name, 0..name.len())?;
        let place = |range: std::ops::Range<usize>| range.start + start..range.end + start;
        let expression = Expression::parse(value)
            .map(|expression| expression.moved(place))
            .map_err(|fault| fault.moved(place))?;
        let is_known = |name: &str| self.draft.parameter(name).is_some();
        if let Some((unknown, place)) = expression.names().find(|(name, _)| !is_known(name)) {
            return Err(crate::expression::unknown_name(unknown, place, &self.draft.names()));
        }
        expression.check_units(&is_known)?;
        sweep::refuse_bare_number(&self.draft, &self.inference, name, &expression, &span)?;
        self.inference.check(name, &expression, span.clone())?;
        let study = self.replaced(name, value, expression);
        resolve::parameters(&study.draft, &study.overrides).map_err(|fault| fault.moved(|_| span.clone()))?;
        match study.axis_without_effect() {
            Some(axis) => Err(read::sweeps_nothing(&study.draft, &study.overrides, &axis.name, span)),
            None => Ok(study),
        }
    }

    /// An axis along which nothing that the study computes changes, if there is one.
    fn axis_without_effect(&self) -> Option<&Axis> {
        let unused = self.unused_by(&self.draft.tasks);
        self.axes.iter().find(|axis| unused.contains(&axis.name.as_str()))
    }

    /// Refuse a sweep that changes nothing of what the study computes.
    ///
    /// # Errors
    /// [`Error::Study`] about the name of the axis.
    pub fn check_axes(&self) -> Result<()> {
        self.axis_without_effect().map_or(Ok(()), |axis| {
            let fault = read::sweeps_nothing(&self.draft, &self.overrides, &axis.name, 0..axis.name.len());
            Err(fault.in_text("--set", &axis.name))
        })
    }

    /// The same study with a parameter set to a number of atomic units, as a sweep does; an axis of that name goes.
    ///
    /// # Errors
    /// [`Error::Study`] for an unknown name or a number that is not finite.
    pub fn with_value(&self, name: &str, value: f64) -> Result<Self> {
        let text = format!("{name}={value}");
        let fault = match self.parameter(name, 0..name.len()) {
            Ok(_) if value.is_finite() => {
                return Ok(self.replaced(name, &self.shown(name, value), Expression::number(value, 0..0)));
            }
            Ok(_) => Fault::new(
                "a parameter is a finite number",
                name.len() + 1..text.len(),
                "not finite",
                "give a number",
            ),
            Err(fault) => fault,
        };
        Err(fault.in_text("--set", &text))
    }

    /// A number with the unit that the study gives a parameter.
    ///
    /// # Errors
    /// [`Error::Study`] for an unknown name, a number that is not finite, or a parameter that has a dimension but no unit of
    /// its own, because the study gives it by a formula or as zero.
    pub fn quantity(&self, name: &str, number: f64) -> Result<Quantity> {
        self.quantity_of(name, number, false)
    }

    /// A number that somebody gives in [`Study::unit`], whether the study states that unit or not.
    ///
    /// # Errors
    /// [`Error::Study`] for an unknown name or a number that is not finite.
    pub fn quantity_in_unit(&self, name: &str, number: f64) -> Result<Quantity> {
        self.quantity_of(name, number, true)
    }

    fn quantity_of(&self, name: &str, number: f64, in_unit: bool) -> Result<Quantity> {
        let text = format!("{name}={number}");
        let span = name.len() + 1..text.len();
        let value = || {
            self.parameter(name, 0..name.len())?;
            if !number.is_finite() {
                let hint = "leave out what is infinite or not a number";
                return Err(Fault::new("a parameter is a finite number", span.clone(), "not finite", hint));
            }
            let quantity = if in_unit {
                Quantity::new(number, self.unit(name))
            } else {
                sweep::in_unit_of_study(&self.draft, &self.inference, name, number, &span)?
            };
            if quantity.value().is_finite() {
                return Ok(quantity);
            }
            Err(Fault::new("the value is too large", span.clone(), "overflows", "numbers end at 1.8e308"))
        };
        value().map_err(|fault| fault.in_text("--set", &text))
    }

    /// The same study with one more axis, the fastest of its sweep; the numbers are in the unit that the study gives the parameter.
    /// An earlier axis of that name goes, and so does a value that was set from outside.
    ///
    /// # Errors
    /// As [`Study::quantity`], and for a number that stands twice or a parameter that nothing uses; [`Error::Model`] if there is
    /// no number.
    pub fn with_axis(&self, name: &str, numbers: &[f64]) -> Result<Self> {
        self.with_axis_of(name, numbers, false)
    }

    /// The same for numbers that somebody gives in [`Study::unit`], whether the study states that unit or not.
    ///
    /// # Errors
    /// As [`Study::with_axis`] and [`Study::quantity_in_unit`].
    pub fn with_axis_in_unit(&self, name: &str, numbers: &[f64]) -> Result<Self> {
        self.with_axis_of(name, numbers, true)
    }

    fn with_axis_of(&self, name: &str, numbers: &[f64], in_unit: bool) -> Result<Self> {
        let value = |&number: &f64| Ok(self.quantity_of(name, number, in_unit)?.value());
        let values: Vec<f64> = numbers.iter().map(value).collect::<Result<_>>()?;
        let Some(&first) = values.first() else {
            return Err(Error::Model {
                what: format!("the sweep of `{}` has no values", document::short(name)),
                hint: "give at least one number".into(),
            });
        };
        let refused = |fault: Fault| fault.in_text("--set", name);
        if self.unused().contains(&name) {
            return Err(refused(read::sweeps_nothing(&self.draft, &self.overrides, name, 0..name.len())));
        }
        sweep::refuse_repeated(name, &values, &self.unit(name), &(0..name.len())).map_err(refused)?;
        let mut study = self.with_value(name, first)?;
        study.overrides.remove(name);
        study.axes.push(Axis { name: name.into(), values, numbers: numbers.to_vec(), unit: self.unit(name) });
        Ok(study)
    }

    /// The unit in which a parameter is shown: the one that the study gives it.
    pub fn unit(&self, name: &str) -> Unit {
        sweep::unit(&self.draft, &self.inference, name)
    }

    /// A value in atomic units, written in the unit of the parameter.
    fn shown(&self, name: &str, value: f64) -> String {
        self.draft.parameter(name).map_or_else(
            || value.to_string(),
            |parameter| {
                let unit = resolve::display_unit(parameter, self.inference.dimension(name));
                Quantity::new(sweep::shown(value, &unit), unit).to_string()
            },
        )
    }

    /// The same study without its sweep.
    #[must_use]
    pub fn without_sweep(&self) -> Self {
        Self { axes: Vec::new(), ..self.clone() }
    }

    fn parameter(&self, name: &str, span: std::ops::Range<usize>) -> Result<&draft::Parameter, Fault> {
        self.draft.parameter(name).ok_or_else(|| {
            let names = self.draft.names();
            let hint = did_you_mean(name, names.iter().map(String::as_str)).unwrap_or_else(|| {
                if names.is_empty() {
                    "the study has no [parameters]".into()
                } else {
                    format!("known are {}", names.join(", "))
                }
            });
            Fault::new(
                format!("unknown parameter `{}`", document::short(name)),
                span,
                "not in the study",
                hint,
            )
        })
    }

    fn replaced(&self, name: &str, text: &str, expression: Expression) -> Self {
        let mut study = self.clone();
        study.overrides.insert(name.to_string(), (text.trim().to_string(), expression));
        study.axes.retain(|axis| axis.name != name);
        study
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

    /// The same study with a parameter not known for sure: normal with a standard deviation, or uniform between two values, each
    /// written as in a study file.
    ///
    /// # Errors
    /// [`Error::Study`] about the text `name=value`: an unknown name, a wrong dimension, a missing unit, a deviation that is not
    /// positive.
    pub fn with_uncertain(&self, name: &str, deviation_or_range: &[&str]) -> Result<Self> {
        let text = format!("{name}={}", deviation_or_range.join(" "));
        let read = || -> Result<Distribution, Fault> {
            self.parameter(name, 0..name.len())?;
            let mut start = name.len() + 1;
            let mut value = |written: &str| {
                let span = start..start + written.len();
                start = span.end + 1;
                let place = |range: std::ops::Range<usize>| range.start + span.start..range.end + span.start;
                let expression = Expression::parse(written).map_err(|fault| fault.moved(place))?;
                Ok::<_, Fault>((expression.moved(place), span.clone()))
            };
            let spread = match deviation_or_range {
                [deviation] => draft::Spread::Normal(value(deviation)?),
                [low, high] => draft::Spread::Uniform(value(low)?, value(high)?),
                _ => {
                    return Err(Fault::new(
                        "an uncertainty is a standard deviation or a range",
                        0..name.len(),
                        "expected one value or two",
                        "give a standard deviation, or the lowest and the highest value",
                    ));
                }
            };
            uncertain::distribution(&self.draft, &self.inference, name, &spread)
        };
        let distribution = read().map_err(|fault| fault.in_text("uncertain", &text))?;
        let mut study = self.clone();
        study.uncertain.retain(|known| known.name != name);
        study.uncertain.push(Uncertain { name: name.into(), distribution });
        Ok(study)
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
