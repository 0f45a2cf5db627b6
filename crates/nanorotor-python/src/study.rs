//! Hold a study for Python, and compute what it asks for.

use std::path::PathBuf;

use nanorotor::design;
use nanorotor::kramers;
use nanorotor::langevin::{Ensemble, Kernel, Options};
use nanorotor::observables::{self, Method, check_tolerance};
use nanorotor::quantity::{System, Task};
use nanorotor::results::{
    self, Point, Progress, Results, SensitivityOptions, SimulationOptions, Status, rate_and_gradient,
    sensitivity_results, spectrum_results, theta_grid,
};
use nanorotor::study::{self as library, Length, PRESETS, Resolved};
use nanorotor::sweep::{self, Grid, Layout, Provenance, Store};
use nanorotor::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS, Unit, positive_time};
use nanorotor::{Error, export};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use rayon::prelude::*;

use crate::background::{Watch, in_background};
use crate::errors::Result;
use crate::explorer::Explorer;
use crate::folders::finished;
use crate::results::{floats, to_python};

/// A parameter at one point: name, text, value in its unit, unit, unit for pint.
type Parameter = (String, String, Option<f64>, String, Option<String>);

/// A study; immutable.
#[pyclass(frozen)]
pub(crate) struct Study {
    pub(crate) inner: library::Study,
}

/// Results with what is missing or less accurate as the status of their point.
fn with_status(mut results: Results) -> Results {
    results.point_status.extend(results.failure.take().map(|failure| Status::from(&failure)));
    results
}

/// How trajectories are run; what is none is what the study says.
struct Wanted {
    time: Option<f64>,
    dt: Option<f64>,
    trajectories: Option<usize>,
    seed: Option<u64>,
    kernel: Option<Kernel>,
}

impl Wanted {
    fn read(
        time: Option<&str>,
        dt: Option<&str>,
        trajectories: Option<usize>,
        seed: Option<u64>,
        kernel: Option<&str>,
    ) -> Result<Self> {
        Ok(Self {
            time: duration("time", time)?,
            dt: duration("dt", dt)?,
            trajectories,
            seed,
            kernel: chosen(kernel)?,
        })
    }

    fn put_into(&self, resolved: &mut Resolved) {
        let simulation = &mut resolved.simulation;
        simulation.length = self.time.map(Length::TotalTime).or(simulation.length);
        simulation.dt = self.dt.or(simulation.dt);
        simulation.seed = self.seed.unwrap_or(simulation.seed);
    }

    fn options(&self, resolved: &Resolved) -> SimulationOptions {
        SimulationOptions {
            trajectories: self.trajectories,
            kernel: self.kernel,
            ..resolved.simulation_options()
        }
    }
}

/// What is told at one point, beside the numbers of a sweep.
fn at_one_point() -> results::Options {
    results::Options { other_band: true, ..results::Options::default() }
}

#[pymethods]
impl Study {
    #[staticmethod]
    fn from_text(
        text: &str,
        name: &str,
        directory: Option<PathBuf>,
        held: Vec<(String, Bound<'_, PyBytes>)>,
    ) -> Result<Self> {
        let folder = library::Files::in_folder(directory.as_deref());
        let files =
            held.into_iter().fold(folder, |files, (name, bytes)| files.holding(name, bytes.as_bytes()));
        Ok(Self { inner: library::Study::from_files(text, name, &files)? })
    }

    #[staticmethod]
    fn load(path: PathBuf) -> Result<Self> {
        Ok(Self { inner: library::Study::load(path)? })
    }

    #[staticmethod]
    fn preset(name: &str) -> Result<Self> {
        Ok(Self { inner: library::Study::preset(name)? })
    }

    /// A parameter set as `--set` does.
    fn with_value(&self, name: &str, value: &str) -> Result<Self> {
        Ok(Self { inner: self.inner.with(name, value)? })
    }

    /// Another way to find the stationary state; what is none stays.
    fn with_solver(
        &self,
        method: Option<&str>,
        tolerance: Option<f64>,
        memory: Option<&str>,
        passage: Option<bool>,
    ) -> Result<Self> {
        let wrong = |what: &str, hint: String| Error::Model { what: format!("the {what} is wrong"), hint };
        let method = method.map(|text| text.parse::<Method>().map_err(|hint| wrong("method", hint)));
        let memory = memory.map(|text| observables::memory(text).map_err(|hint| wrong("memory", hint)));
        if let Some(tolerance) = tolerance {
            check_tolerance(tolerance).map_err(|hint| wrong("tolerance", hint))?;
        }
        let (method, memory) = (method.transpose()?, memory.transpose()?);
        let inner = self.inner.clone().with_solver(|solver| {
            solver.method = method.unwrap_or(solver.method);
            solver.tolerance = tolerance.unwrap_or(solver.tolerance);
            solver.memory_limit = memory.unwrap_or(solver.memory_limit);
        });
        Ok(Self { inner: passage.map_or(inner.clone(), |passage| inner.with_passage(passage)) })
    }

    /// A number with the unit of the study, as `with_value` reads it.
    fn quantity(&self, name: &str, number: f64) -> Result<String> {
        Ok(self.inner.quantity(name, number)?.to_string())
    }

    /// An axis of the sweep, numbers in the unit that the parameter is shown in.
    fn with_axis(&self, name: &str, numbers: Vec<f64>) -> Result<Self> {
        Ok(Self { inner: self.inner.with_axis_in_unit(name, &numbers)? })
    }

    /// The parameters that nothing uses.
    #[getter]
    fn unused(&self) -> Vec<&str> {
        self.inner.unused()
    }

    #[getter]
    fn text(&self) -> &str {
        self.inner.text()
    }

    /// The text with what was set from outside in the place of its own values, for a file in a folder.
    fn text_as_set_in(&self, folder: PathBuf) -> String {
        self.inner.text_as_set_in(Some(&folder))
    }

    /// The files that the study names and that are held in memory.
    fn held<'py>(&self, py: Python<'py>) -> Result<Vec<(String, Bound<'py, PyBytes>)>> {
        let files = self.inner.packed(false, &[])?.files.into_iter().filter(|file| file.path.is_none());
        Ok(files.map(|file| (file.name, PyBytes::new(py, &file.contents))).collect())
    }

    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    #[getter]
    fn title(&self) -> Option<&str> {
        self.inner.title()
    }

    #[getter]
    fn names(&self) -> Vec<&str> {
        self.inner.parameter_names().collect()
    }

    /// The program and the keys of what is cited with their BibTeX, if it is known.
    fn cite(&self) -> Vec<(String, Option<String>)> {
        let of_key = |key: &str| (key.to_owned(), library::bibtex(key).map(String::from));
        let program = ("nanorotor".into(), Some(nanorotor_cli::cite_program()));
        std::iter::once(program).chain(self.inner.cite().into_iter().map(of_key)).collect()
    }

    /// What `nanorotor check` says.
    fn check(&self, py: Python<'_>) -> Result<String> {
        let study = self.inner.clone();
        in_background(py, None, move |_| nanorotor_cli::check(&study))
    }

    /// The axes of the sweep with their number of points.
    #[getter]
    fn axes(&self) -> Vec<(&str, usize)> {
        self.inner.axes().iter().map(|axis| (axis.name.as_str(), axis.values.len())).collect()
    }

    /// The unit of a parameter, for people and for pint.
    fn unit(&self, name: &str) -> (String, Option<String>) {
        shown(&self.inner.unit(name))
    }

    /// Every parameter with its value.
    fn parameters(&self) -> Result<Vec<Parameter>> {
        let resolved = self.inner.resolve()?;
        Ok(resolved
            .parameters
            .iter()
            .map(|p| {
                let (unit, pint) = shown(&p.unit);
                (p.name.clone(), p.text.clone(), p.quantity().map(|q| q.number()), unit, pint)
            })
            .collect())
    }

    /// The assumptions of the theory: name, standing, text.
    fn validity(&self, py: Python<'_>) -> Result<Vec<(&'static str, &'static str, String)>> {
        let resolved = self.inner.resolve()?;
        in_background(py, None, move |_| {
            let landscape = resolved.landscape()?;
            let assumptions = resolved.assumptions(&landscape, results::Velocity::Unknown)?;
            Ok(assumptions.into_iter().map(|a| (a.name, a.standing.in_words(), a.text)).collect())
        })
    }

    fn spectrum<'py>(
        &self,
        py: Python<'py>,
        theta: Option<Vec<f64>>,
        points: usize,
        energies: Option<Vec<f64>>,
    ) -> Result<Bound<'py, PyDict>> {
        let resolved = self.inner.resolve()?;
        let provenance = self.provenance(None);
        let results = in_background(py, None, move |_| {
            let theta = theta.unwrap_or_else(|| theta_grid(resolved.rotor.period, points));
            let energies = energies.map(|all| all.iter().map(|energy| energy / HARTREE_IN_EV).collect());
            spectrum_results(&resolved, theta, energies)
        })?;
        Ok(to_python(py, results, provenance)?)
    }

    /// The rotor against external loads (eV/rad).
    fn load_curve<'py>(&self, py: Python<'py>, loads: Option<Vec<f64>>) -> Result<Bound<'py, PyDict>> {
        let resolved = self.inner.resolve()?;
        let provenance = self.provenance(None);
        let results = in_background(py, None, move |watch| {
            let loads = loads.map(|all| all.iter().map(|load| load / HARTREE_IN_EV).collect::<Vec<f64>>());
            let watch = results::Watch::new(&watch.cancel, &|_| {});
            Point::new(resolved).load_curve(loads.as_deref(), watch).map(with_status)
        })?;
        Ok(to_python(py, results, provenance)?)
    }

    /// How the rotation rate answers to small changes.
    fn sensitivity<'py>(
        &self,
        py: Python<'py>,
        parameters: Option<Vec<String>>,
        theta: Option<Vec<f64>>,
    ) -> Result<Bound<'py, PyDict>> {
        let study = self.inner.clone();
        let provenance = self.provenance(None);
        let results = in_background(py, None, move |watch| {
            let options = SensitivityOptions { theta, parameters };
            let watch = kramers::Watch::new(&watch.cancel, &|_| {});
            sensitivity_results(&study, &options, watch).map(with_status)
        })?;
        Ok(to_python(py, results, provenance)?)
    }

    /// Torque, friction, diffusion and the rest at one point.
    fn landscape<'py>(
        &self,
        py: Python<'py>,
        theta: Option<Vec<f64>>,
        points: usize,
    ) -> Result<Bound<'py, PyDict>> {
        let resolved = self.inner.resolve()?;
        let provenance = self.provenance(None);
        let results = in_background(py, None, move |_| {
            let theta = theta.unwrap_or_else(|| theta_grid(resolved.rotor.period, points));
            let options = results::Options { theta: Some(theta), ..at_one_point() };
            Point::new(resolved).compute(Task::Landscape, &options, results::Watch::default())
        })?;
        Ok(to_python(py, results, provenance)?)
    }

    /// The deterministic rate at one point; what does not converge raises.
    fn rate<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyDict>> {
        let resolved = self.inner.resolve()?;
        let provenance = self.provenance(None);
        let results = in_background(py, None, move |watch| {
            let watch = results::Watch::new(&watch.cancel, &|_| {});
            let mut results = Point::new(resolved).compute(Task::Rate, &at_one_point(), watch)?;
            match results.failure.take() {
                None => {}
                Some(less @ Error::LessAccurate { .. }) => results.point_status = vec![Status::from(&less)],
                Some(failure) => return Err(failure),
            }
            Ok(results)
        })?;
        Ok(to_python(py, results, provenance)?)
    }

    /// The same study with a parameter that is not known for sure.
    fn with_uncertain(&self, name: &str, deviation_or_range: Vec<String>) -> Result<Self> {
        let texts: Vec<&str> = deviation_or_range.iter().map(String::as_str).collect();
        Ok(Self { inner: self.inner.with_uncertain(name, &texts)? })
    }

    /// What the uncertain parameters do to the rotation rate, and as JSON what they do to formulas of quantities.
    fn uncertain<'py>(
        &self,
        py: Python<'py>,
        samples: usize,
        of: Vec<String>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> Result<(Bound<'py, PyDict>, String)> {
        let study = self.inner.clone();
        let provenance = self.provenance(None);
        let (results, others, _) = in_background(py, progress, move |watch| {
            let told = |(done, all): (usize, usize)| watch.tell(done as f64, all as f64);
            let watch = kramers::Watch::new(&watch.cancel, &told);
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            design::uncertain(&study, &of, Some(samples), System::Practical, watch)
        })?;
        Ok((to_python(py, results, provenance)?, others.to_string()))
    }

    /// The derivatives of formulas of quantities by some parameters, as JSON.
    fn derivatives(
        &self,
        py: Python<'_>,
        of: Vec<String>,
        parameters: Option<Vec<String>>,
    ) -> Result<String> {
        let study = self.inner.clone();
        let found = in_background(py, None, move |watch| {
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            design::derivatives(&study, &of, parameters.as_deref(), System::Practical, &watch.cancel)
        })?;
        Ok(found.to_string())
    }

    /// The quantities that one asks for beside the rotation rate.
    fn usual(&self) -> Vec<String> {
        design::usual(&self.inner)
    }

    /// The explorer's page of this study.
    fn explore(&self, port: Option<u16>, framed: bool) -> Result<Explorer> {
        Explorer::of(self.inner.clone(), port, framed)
    }

    /// The best study within bounds, or the front between two objectives: that study (none for a front), what was found (JSON), and
    /// all points (CSV); none if it was stopped.
    #[allow(clippy::too_many_arguments, reason = "the keywords of the Python call")]
    fn optimize(
        &self,
        py: Python<'_>,
        objectives: Vec<(bool, String)>,
        over: Vec<String>,
        subject_to: Vec<String>,
        folder: Option<PathBuf>,
        evaluations: Option<usize>,
        starts: usize,
        front: usize,
        global: bool,
        seed: u64,
        threads: Option<usize>,
        replace: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> Result<Option<(Option<Self>, String, String)>> {
        let options = design::Options { evaluations, starts, global, front, seed, replace };
        let study = self.inner.clone();
        let found = in_background(py, progress, move |watch| {
            let sense = |&(most, ref text): &'_ (bool, String)| {
                (if most { design::Sense::Maximize } else { design::Sense::Minimize }, text.clone())
            };
            let objectives: Vec<_> = objectives.iter().map(sense).collect();
            let objectives: Vec<_> = objectives.iter().map(|(sense, text)| (*sense, text.as_str())).collect();
            let over: Vec<&str> = over.iter().map(String::as_str).collect();
            let subject_to: Vec<&str> = subject_to.iter().map(String::as_str).collect();
            let problem = design::Problem::new(&study, &objectives, &over, &subject_to)?;
            let all = (objectives.len() * evaluations.unwrap_or(250 * (over.len() + 1))) as f64;
            let told = |progress: &design::Progress| watch.tell(progress.evaluations as f64, all);
            nanorotor_cli::search(&problem, folder.as_deref(), &options, threads, &watch.cancel, &told)
        })?;
        Ok(found.map(|found| (found.study.map(|inner| Self { inner }), found.json, found.csv)))
    }

    /// The rotation rate and its derivatives by parameters, per unit of the study (revolutions/ns).
    fn rate_and_gradient(&self, py: Python<'_>, names: Vec<String>) -> Result<(f64, Vec<f64>)> {
        let study = self.inner.clone();
        in_background(py, None, move |watch| {
            rate_and_gradient(&study, &names, kramers::Watch::cancelled_by(&watch.cancel))
        })
    }

    /// Trajectories at one point.
    #[allow(clippy::too_many_arguments, reason = "the keywords of the Python call")]
    fn simulate<'py>(
        &self,
        py: Python<'py>,
        time: Option<&str>,
        dt: Option<&str>,
        trajectories: Option<usize>,
        seed: Option<u64>,
        kernel: Option<&str>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> Result<Bound<'py, PyDict>> {
        let wanted = Wanted::read(time, dt, trajectories, seed, kernel)?;
        let mut resolved = self.inner.resolve()?;
        wanted.put_into(&mut resolved);
        let seed = resolved.simulation.seed;
        let provenance = with_seed(self.provenance(wanted.kernel), seed);
        let results = in_background(py, progress, move |watch| {
            let point = Point::new(resolved);
            let simulation = wanted.options(point.resolved());
            let options = results::Options { simulation: Some(simulation), ..at_one_point() };
            let told = |progress: Progress| {
                if let Progress::Trajectories(p) = progress {
                    let (done, needed) = (p.burnt + p.done, p.burn_in + p.needed);
                    watch.tell(done * TIME_IN_NANOSECONDS, needed * TIME_IN_NANOSECONDS);
                }
            };
            let found = point.simulate(&options, results::Watch::new(&watch.cancel, &told))?;
            let mut results = point.simulation_results(&found, &options)?;
            results.scalar("steps_per_second", found.steps_per_second);
            results.note_choices(point.resolved());
            if !results.status.is_converged() {
                results.note("simulation", results.status.to_string());
            }
            Ok(results)
        })?;
        Ok(to_python(py, results, provenance)?)
    }

    /// Where a few trajectories are: times (ns), angles (rad), velocities (rad/ns) as bytes, then seed and dt (ns).
    #[allow(clippy::too_many_arguments, reason = "the keywords of the Python call")]
    #[allow(clippy::type_complexity, reason = "a tuple of Python")]
    fn trajectories<'py>(
        &self,
        py: Python<'py>,
        time: &str,
        samples: usize,
        trajectories: usize,
        dt: Option<&str>,
        seed: Option<u64>,
        kernel: Option<&str>,
    ) -> Result<(Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>, f64, u64, f64)> {
        let wanted = Wanted::read(Some(time), dt, Some(trajectories), seed, kernel)?;
        let mut resolved = self.inner.resolve()?;
        wanted.put_into(&mut resolved);
        let span = wanted.time.unwrap_or_default();
        let (recording, origin, dt) = in_background(py, None, move |watch| {
            let landscape = resolved.landscape()?;
            let inertia = resolved.rotor.moment_of_inertia;
            let mut options = Options {
                trajectories,
                seed: resolved.simulation.seed,
                origin: resolved.simulation.counter_origin,
                kernel: wanted.kernel,
                ..Options::new(0.0)
            };
            options.dt = match resolved.simulation.dt {
                Some(dt) => dt,
                None => {
                    observables::trajectories::choose_dt(
                        &landscape,
                        inertia,
                        &options,
                        span * trajectories as f64,
                        &watch.cancel,
                        &mut |_| (),
                    )?
                    .dt
                }
            };
            let mut ensemble = Ensemble::new(&landscape, inertia, &options)?;
            let recording = ensemble.record_over(span, samples, &watch.cancel)?;
            Ok((recording, ensemble.origin(), ensemble.dt()))
        })?;
        let scaled = |values: &[Vec<f64>], factor: f64, offset: f64| -> Vec<f64> {
            values.iter().flatten().map(|x| offset + x * factor).collect()
        };
        let time: Vec<f64> = recording.time.iter().map(|t| t * TIME_IN_NANOSECONDS).collect();
        let angle = scaled(&recording.turns, std::f64::consts::TAU, origin);
        let velocity = scaled(&recording.velocities, 1.0 / TIME_IN_NANOSECONDS, 0.0);
        let seed = seed.unwrap_or(self.inner.seed());
        Ok((
            floats(py, &time),
            floats(py, &angle),
            floats(py, &velocity),
            origin,
            seed,
            dt * TIME_IN_NANOSECONDS,
        ))
    }

    /// A task at many points that need not form a grid: `values[parameter][point]` in the units of the study.
    #[allow(clippy::too_many_arguments, reason = "the keywords of the Python call")]
    fn points<'py>(
        &self,
        py: Python<'py>,
        task: &str,
        names: Vec<String>,
        values: Vec<Vec<f64>>,
        time: Option<&str>,
        dt: Option<&str>,
        seed: Option<u64>,
        kernel: Option<&str>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> Result<Bound<'py, PyDict>> {
        let wanted = Wanted::read(time, dt, None, seed, kernel)?;
        let task = named_task(task)?;
        let kernel = wanted.kernel.unwrap_or_else(Kernel::fastest);
        let provenance = with_seed(self.provenance(Some(kernel)), wanted.seed.unwrap_or(self.inner.seed()));
        let study = self.inner.without_sweep();
        if let Some(name) = names.iter().find(|name| study.unused_by(&[task]).contains(&name.as_str())) {
            return Err(no_effect(name, task).into());
        }
        let results = in_background(py, progress, move |watch| {
            pool(threads)?.install(|| points(&study, task, &names, &values, &wanted, kernel, watch))
        })?;
        Ok(to_python(py, results, provenance)?)
    }

    /// The whole sweep, or one shard of it, with a store in a folder or in memory.
    #[allow(clippy::too_many_arguments, reason = "the keywords of the Python call")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        folder: Option<PathBuf>,
        shard: Option<&str>,
        threads: Option<usize>,
        kernel: Option<&str>,
        replace: bool,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> Result<Bound<'py, PyDict>> {
        let shard = shard.map(str::parse).transpose()?;
        let options = sweep::Options { threads, kernel: chosen(kernel)?, shard, replace };
        let study = self.inner.clone();
        let (results, provenance) = in_background(py, progress, move |watch| {
            let grid = Grid::new(&study)?;
            let store = match &folder {
                Some(folder) => Store::open(folder)?,
                None => Store::in_memory()?,
            };
            sweep::run(&grid, &store, &options, &watch.cancel, &|p| {
                watch.tell(p.finished as f64 + p.share, p.missing as f64);
            })?;
            if let Some(folder) = &folder {
                nanorotor_cli::keep_study(folder, &study, replace)?;
            }
            finished(&store)
        })?;
        Ok(to_python(py, results, provenance)?)
    }
}

impl Study {
    fn provenance(&self, kernel: Option<Kernel>) -> Vec<(String, String)> {
        let kernel = kernel.unwrap_or_else(Kernel::fastest);
        // Rayon would start its own threads to say so, which a fork would leave behind.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Provenance::now(&self.inner, kernel, threads).0
    }
}

/// The provenance of a run with a seed of its own.
fn with_seed(mut provenance: Vec<(String, String)>, seed: u64) -> Vec<(String, String)> {
    for (name, text) in &mut provenance {
        if name == "seed" {
            *text = seed.to_string();
        }
    }
    provenance
}

/// One of a unit in another one of the same kind.
#[pyfunction]
pub(crate) fn ratio(of: &str, to: &str) -> Result<f64> {
    let read = |text: &str| text.parse::<Unit>().map_err(|fault| fault.in_text("units", text));
    let (one, other) = (read(of)?, read(to)?);
    match (one.dimension(), other.dimension()) {
        (Some(here), Some(there)) if here.matches(there) => Ok(one.factor() / other.factor()),
        (None, None) => Ok(1.0),
        (Some(here), Some(there)) => Err(Error::Model {
            what: format!("{here} is not {there}"),
            hint: format!("give numbers in {to}"),
        }
        .into()),
        _ => Err(Error::Model {
            what: format!("`{of}` cannot be converted to `{to}`"),
            hint: "write both with their units".into(),
        }
        .into()),
    }
}

/// The names of the studies that come with nanorotor.
#[pyfunction]
pub(crate) fn presets() -> Vec<&'static str> {
    PRESETS.iter().map(|(name, _)| *name).collect()
}

/// The name of the fastest kernel of this machine.
#[pyfunction]
pub(crate) fn kernel() -> &'static str {
    Kernel::fastest().name()
}

/// The kernel of a name, if one is given.
pub(crate) fn chosen(kernel: Option<&str>) -> nanorotor::Result<Option<Kernel>> {
    kernel.map(|name| name.parse::<Kernel>()?.checked()).transpose()
}

/// So many threads; all cores if nobody says.
pub(crate) fn pool(threads: Option<usize>) -> nanorotor::Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build().map_err(|reason| Error::Model {
        what: format!("cannot start the threads: {reason}"),
        hint: "ask for fewer with jobs".into(),
    })
}

fn points(
    study: &library::Study,
    task: Task,
    names: &[String],
    values: &[Vec<f64>],
    wanted: &Wanted,
    kernel: Kernel,
    watch: &Watch,
) -> nanorotor::Result<Results> {
    let count = values.iter().map(Vec::len).min().unwrap_or(0);
    let at = |point: usize| -> nanorotor::Result<Resolved> {
        let study = names.iter().zip(values).try_fold(study.clone(), |study, (name, values)| {
            let value = study.quantity_in_unit(name, values[point])?.value();
            study.with_value(name, value)
        })?;
        let mut resolved = study.resolve()?;
        wanted.put_into(&mut resolved);
        Ok(resolved)
    };
    let points = (0..count).into_par_iter().map(at).collect::<nanorotor::Result<Vec<_>>>()?;
    let told = |done: usize| watch.tell(done as f64, count as f64);
    let records = sweep::compute_points(&points, task, kernel, &watch.cancel, &told)?;
    let numbers: Vec<f64> = (0..count).map(|point| point as f64).collect();
    let axis = library::Axis { name: POINT.into(), values: numbers.clone(), numbers, unit: Unit::one() };
    let layout = Layout { title: None, text: String::new(), axes: vec![axis], tasks: vec![task] };
    sweep::assemble(&layout, &[records])
}

/// The axis of points that need not form a grid.
const POINT: &str = "point";

fn no_effect(name: &str, task: Task) -> Error {
    Error::Model {
        what: format!("{} does not depend on `{name}`: all points would be the same", task.name()),
        hint: format!("only trajectories do: give one value, or call simulate({name}=…)"),
    }
}

fn named_task(name: &str) -> nanorotor::Result<Task> {
    Task::ALL.into_iter().find(|task| task.name() == name).ok_or_else(|| Error::Model {
        what: format!("there is no task {name}"),
        hint: "known are landscape, rate and simulate".into(),
    })
}

fn duration(what: &str, text: Option<&str>) -> nanorotor::Result<Option<f64>> {
    text.map(|text| positive_time(text).map_err(|fault| fault.in_text(what, text))).transpose()
}

fn shown(unit: &Unit) -> (String, Option<String>) {
    (unit.text().to_string(), export::unit_of_parameter(unit))
}
