//! Define every command and flag, in one place.

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use nanorotor::error::Fault;
use nanorotor::expression::{Expression, Formula};
use nanorotor::langevin::Kernel;
use nanorotor::observables::{Method, Solver, check_tolerance, memory};
use nanorotor::quantity::System;
use nanorotor::study::Study;
use nanorotor::sweep::Shard;
use nanorotor::units::{Dimension, Quantity, Unit};

use crate::failure::{Failure, note};

/// Current-driven molecular rotors: from a junction in a text file to torque, friction, diffusion and rotation.
#[derive(Debug, Parser)]
#[command(name = "nanorotor", version, propagate_version = true, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
STUDY is a study file (TOML) or the name of a study that comes with nanorotor: preston2023, wind, blowtorch,
three_leads, benzene, graphene, chain or biphenyl.

Examples:
  nanorotor reproduce
  nanorotor landscape preston2023 --plot landscape.pdf
  nanorotor landscape preston2023 --plot electrons.pdf --show electrons
  nanorotor spectrum preston2023 --theta 0.3 --plot spectrum.pdf
  nanorotor load preston2023 --plot load.pdf
  nanorotor sensitivity preston2023 --plot sensitivity.pdf
  nanorotor optimize preston2023 --maximize rotation_rate --over \"phi=-1.5..1.5\"
  nanorotor landscape preston2023 --set V=\"3 eV\" --set phi=0.4 --format csv
  nanorotor check my_motor.toml
  nanorotor explore preston2023

Exit codes: 0 done, 1 computed but did not converge, 2 bad input; interrupted work ends by the signal (130, 143).";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Torque, friction, diffusion, potential, effective temperature and currents against theta
    Landscape(Landscape),
    /// Transmissions, densities of states and resonances against angle and energy
    Spectrum(Spectrum),
    /// The deterministic rotation rate, with diffusion, currents, heats and powers
    Rate(Rate),
    /// The rotor against an external load: torque-speed curve, stall torque, greatest power and efficiency
    Load(Load),
    /// Why the rotor turns: how its rate responds to torque, friction and noise at each angle and to parameters
    Sensitivity(Sensitivity),
    /// The best motor within bounds and under constraints: parameters that maximize or minimize what you choose
    Optimize(crate::optimize_arguments::Optimize),
    /// Noisy trajectories: rates with error bars, directionality, z-score against `rate`
    Simulate(Simulate),
    /// The whole sweep of a study, on all cores; goes on where an earlier run stopped
    Run(Run),
    /// The figures of Preston & Kosov (2023), and its statements checked one by one
    Reproduce(Reproduce),
    /// Bring the shards of a study, run on several machines, together into one folder
    Merge(Merge),
    /// Make files of what a run has finished so far
    Export(Export),
    /// Validate a study and show it resolved: values with units, the band and what it does
    Check(Check),
    /// Print BibTeX for what a study builds on
    Cite(Cite),
    /// A study of a molecule: turn a part of its geometry, put it between electrodes (needs the Python package)
    Molecule(crate::commands::molecule::Molecule),
    /// A page in the browser on which the rotor turns while its parameters are moved
    Explore(crate::commands::explore::Explore),
}

/// The study, and what is changed in it.
#[derive(Debug, Args)]
pub(crate) struct StudyArguments {
    /// A study file (TOML), or the name of a study that comes with nanorotor (preston2023)
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// Set a parameter of the study; repeatable. A value has its unit, as in the file: --set V="3 eV"
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
}

impl StudyArguments {
    /// A study by its name, and what is set in it.
    pub(crate) fn of(study: &std::path::Path, set: &[String]) -> Self {
        Self { study: study.into(), set: set.to_vec() }
    }

    /// The study with everything set that was asked for.
    pub(crate) fn load(&self) -> Result<Study, Failure> {
        let name = self.study.to_string_lossy();
        let is_preset = nanorotor::study::PRESETS.iter().any(|(preset, _)| *preset == name);
        let mut study = if is_preset && !self.study.is_file() {
            Study::preset(&name)?
        } else {
            Study::load(&self.study)?
        };
        for assignment in &self.set {
            let Some((name, value)) = assignment.split_once('=') else {
                return Err(Failure::Usage {
                    what: format!("--set {assignment} has no ="),
                    hint: "write --set NAME=VALUE, for example --set V=\"3 eV\"".into(),
                });
            };
            if name.trim().is_empty() {
                return Err(Failure::Usage {
                    what: format!("--set {assignment} has no name before ="),
                    hint: "write --set NAME=VALUE, for example --set V=\"3 eV\"".into(),
                });
            }
            study = study.with(name.trim(), value)?;
        }
        for name in study.unused() {
            note(&format!("nothing in the study uses the parameter `{name}`"));
        }
        Ok(study)
    }

    /// The study for a command that works at one point: a sweep is ignored, and the user told so.
    pub(crate) fn load_one_point(&self) -> Result<Study, Failure> {
        let study = self.load()?;
        if !study.axes().is_empty() {
            let names: Vec<&str> = study.axes().iter().map(|axis| axis.name.as_str()).collect();
            note(&format!("this command works at one point and ignores [sweep] ({})", names.join(", ")));
        }
        Ok(study)
    }
}

/// How results are printed.
#[derive(Debug, Args)]
pub(crate) struct OutputArguments {
    /// How to print the results on standard output
    #[arg(long, value_enum, ignore_case = true, default_value_t = Format::Table)]
    pub format: Format,
    /// eV, ns, µA and revolutions, or Hartree atomic units
    #[arg(long, value_enum, ignore_case = true, default_value_t = Units::Practical)]
    units: Units,
    /// Draw the results to a file: .svg, .pdf or .png
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

impl OutputArguments {
    pub(crate) fn system(&self) -> System {
        match self.units {
            Units::Practical => System::Practical,
            Units::Atomic => System::Atomic,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns for reading
    Table,
    /// Comma-separated values with units in the header
    Csv,
    /// One object, with the units under `units`
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Units {
    Practical,
    Atomic,
}

#[derive(Debug, Args)]
pub(crate) struct Landscape {
    #[command(flatten)]
    pub study: StudyArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    /// The angles, separated by commas: numbers in rad, or 30 deg, pi/2
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, value_name = "ANGLES", conflicts_with = "points", value_parser = angle)]
    pub theta: Option<Vec<f64>>,
    /// What --plot draws
    #[arg(long, value_enum, default_value_t = Shown::Landscape, requires = "plot")]
    pub show: Shown,
    /// The number of angles over one period, its end excluded
    #[arg(long, default_value_t = 256, allow_hyphen_values = true, value_parser = |text: &str| whole::<u32>(text, 1, 1_000_000))]
    pub points: u32,
}

/// What a figure of a landscape shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shown {
    /// Potential, effective temperature, friction, diffusion and currents
    Landscape,
    /// Heat currents, occupations, noise and Fano factors
    Electrons,
}

/// The largest angle that keeps ten digits of its place in the period, rad.
const LARGEST_ANGLE: f64 = 1e6;

/// A finite number of radians that is small enough to be a place in the period; it may be written as a formula.
fn angle(text: &str) -> Result<f64, String> {
    match number(text) {
        Some(value) if value.abs() <= LARGEST_ANGLE => Ok(value),
        Some(value) if value.is_finite() => Err(format!(
            "beyond {LARGEST_ANGLE:e} rad; everything repeats after a turn, so take whole turns away"
        )),
        _ => Err("not an angle; write for example --theta 0.3,1.0 or --theta \"30 deg,pi/2\"".into()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Spectrum {
    #[command(flatten)]
    pub study: StudyArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    /// The angles, separated by commas: numbers in rad, or 30 deg, pi/2
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, value_name = "ANGLES", conflicts_with = "points", value_parser = angle)]
    pub theta: Option<Vec<f64>>,
    /// The number of angles over one period, its end excluded
    #[arg(long, default_value_t = 64, allow_hyphen_values = true, value_parser = |text: &str| whole::<u32>(text, 1, 10_000))]
    pub points: u32,
    /// The energies: "-1 eV,0 eV,0.5 eV", or "-2 eV:2 eV:401" for 401 of them; by default such as resolve every resonance
    #[arg(long, allow_hyphen_values = true, value_name = "ENERGIES", value_parser = energies)]
    pub energies: Option<Energies>,
}

/// Energies in hartrees, or loads in hartrees per rad.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Energies(pub Vec<f64>);

fn energies(text: &str) -> Result<Energies, String> {
    listed(
        text,
        "an energy",
        "write for example --energies \"-1 eV,0 eV,0.5 eV\" or --energies \"-2 eV:2 eV:401\"",
    )
}

fn loads(text: &str) -> Result<Energies, String> {
    listed(
        text,
        "an energy per rad",
        "write for example --loads \"0 eV,1 meV\" or --loads \"-1 meV:5 meV:31\"",
    )
}

/// Energies separated by commas, or from one to another in equal steps.
fn listed(text: &str, what: &str, example: &str) -> Result<Energies, String> {
    let energy = |text: &str| -> Result<f64, String> {
        let quantity: Quantity =
            text.parse().map_err(|fault: Fault| format!("{}; {example}", fault.message))?;
        let is_energy = quantity.dimension().is_none_or(|dimension| dimension.matches(Dimension::ENERGY));
        let value = quantity.value();
        // Zero needs no unit.
        let has_unit = value == 0.0 || !quantity.unit().text().is_empty();
        if !has_unit || !is_energy || !value.is_finite() {
            return Err(format!("`{}` is not {what} with its unit; {example}", text.trim()));
        }
        Ok(value)
    };
    if let [from, to, points] = text.split(':').collect::<Vec<_>>()[..] {
        let (from, to) = (energy(from)?, energy(to)?);
        let points = whole::<u32>(points.trim(), 2, 100_000)?;
        let step = (to - from) / f64::from(points - 1);
        return Ok(Energies((0..points).map(|k| from + step * f64::from(k)).collect()));
    }
    text.split(',').map(energy).collect::<Result<_, _>>().map(Energies)
}

/// How the stationary state is found; what is not given is as in [rate] of the study.
#[derive(Debug, Args)]
pub(crate) struct SolverArguments {
    /// auto, elements (any damping), hermite (damping above about 0.1), overdamped (the limit of no inertia) or weak (the limit of weak damping)
    #[arg(long, value_name = "METHOD", value_parser = str::parse::<Method>)]
    method: Option<Method>,
    /// The relative error allowed for rotation rate, diffusion and kinetic energy [default: 1e-8]
    #[arg(long, value_name = "ERROR", allow_hyphen_values = true, value_parser = tolerance)]
    tolerance: Option<f64>,
    /// The memory that one solution may take [default: 1 GiB]
    #[arg(long, value_name = "MEMORY", value_parser = memory)]
    memory: Option<usize>,
}

impl SolverArguments {
    pub(crate) fn change(&self, solver: &mut Solver) {
        solver.method = self.method.unwrap_or(solver.method);
        solver.tolerance = self.tolerance.unwrap_or(solver.tolerance);
        solver.memory_limit = self.memory.unwrap_or(solver.memory_limit);
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    let tolerance = text.trim().parse().unwrap_or(f64::NAN);
    check_tolerance(tolerance).map(|()| tolerance)
}

/// The value of a formula that is a pure number and contains no theta.
fn number(text: &str) -> Option<f64> {
    let expression = Expression::parse(text.trim()).ok()?;
    let mut solver = nanorotor::expression::Solver::default();
    let measure = solver.measure(&expression, &|_| None).ok()?;
    let formula = Formula::compile(&expression, &|_| None, &Vec::new).ok()?;
    let is_number = solver.dimension(&measure).matches(Dimension::NUMBER) && formula.is_constant();
    is_number.then(|| formula.at(0.0).value)
}

#[derive(Debug, Args)]
pub(crate) struct Rate {
    #[command(flatten)]
    pub study: StudyArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub solver: SolverArguments,
    /// Count hops and revolutions forward and back too: their rates, directionality and mean times, without trajectories
    #[arg(long)]
    pub passage: bool,
    /// Carry what [uncertain] of the study says to the rotation rate: its band, and which parameter is to blame
    #[arg(long, conflicts_with_all = ["passage", "theta"])]
    pub uncertain: bool,
    /// The number of samples that check the derivatives, rounded up to a multiple of 8
    #[arg(long, requires = "uncertain", default_value_t = nanorotor::results::SAMPLES as u32, value_parser = |text: &str| whole::<u32>(text, 16, 1_000_000))]
    pub samples: u32,
    /// What to carry it to beside the rotation rate; repeatable: power, mean_current[left], a formula of such, or all for the usual ones
    #[arg(long, requires = "uncertain", value_name = "FORMULA", allow_hyphen_values = true)]
    pub of: Vec<String>,
    /// Print density and kinetic temperature too, at these angles in rad, separated by commas; csv and json have them at 256
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, value_name = "ANGLES", value_parser = angle)]
    pub theta: Option<Vec<f64>>,
}

#[derive(Debug, Args)]
pub(crate) struct Load {
    #[command(flatten)]
    pub study: StudyArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub solver: SolverArguments,
    /// The loads, energies per rad that oppose +theta: "0 eV,1 meV", or "-1 meV:5 meV:31" for 31 of them; by default from none to beyond the stall torque
    #[arg(long, allow_hyphen_values = true, value_name = "LOADS", value_parser = loads)]
    pub loads: Option<Energies>,
}

#[derive(Debug, Args)]
pub(crate) struct Sensitivity {
    #[command(flatten)]
    pub study: StudyArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub solver: SolverArguments,
    /// The parameters to differentiate by, separated by commas; by default all that the study uses
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub parameters: Option<Vec<String>>,
    /// What to differentiate beside the rotation rate, by differences; repeatable: power, mean_current[left], a formula of such, or all
    /// for diffusion, currents, power, efficiency and certainty_time
    #[arg(long, value_name = "FORMULA", allow_hyphen_values = true)]
    pub of: Vec<String>,
    /// The angles, separated by commas: numbers in rad, or 30 deg, pi/2
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, value_name = "ANGLES", value_parser = angle)]
    pub theta: Option<Vec<f64>>,
}

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    pub study: StudyArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    /// The total measured time over all trajectories, for example "1e4 ns"
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = time)]
    pub time: Option<f64>,
    /// The number of independent trajectories
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = |text: &str| whole::<u32>(text, 1, nanorotor::langevin::MOST_TRAJECTORIES as u64))]
    pub trajectories: Option<u32>,
    /// The time step, for example "500 au"; chosen by halving if not given
    #[arg(long, value_name = "STEP", allow_hyphen_values = true, value_parser = time)]
    pub dt: Option<f64>,
    /// The seed of the random numbers
    #[arg(long, value_name = "S", allow_hyphen_values = true, value_parser = |text: &str| whole::<u64>(text, 0, u64::MAX))]
    pub seed: Option<u64>,
    /// The kernel: portable, avx2, avx512 or reference; the fastest of this machine if not given
    #[arg(long, value_name = "KERNEL", value_parser = kernel)]
    pub kernel: Option<Kernel>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub study: StudyArguments,
    /// The folder of the results; by default named like the study, in the current folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Compute only part K of N equal parts, into a folder of its own; `merge` brings them together
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub work: WorkArguments,
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// The folders that the shards have made
    #[arg(value_name = "DIR", required = true)]
    pub folders: Vec<PathBuf>,
    /// The folder of the whole
    #[arg(long, value_name = "DIR", default_value = "merged")]
    pub out: PathBuf,
}

/// The most threads that can be asked for, more than any machine has.
const MOST_JOBS: u64 = 1024;

/// How much of the machine a sweep takes, and how.
#[derive(Debug, Args)]
pub(crate) struct WorkArguments {
    /// The number of threads; all cores if not given
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = |text: &str| whole::<u16>(text, 1, MOST_JOBS))]
    jobs: Option<u16>,
    /// The kernel of trajectories: portable, avx2, avx512 or reference; the fastest of this machine if not given
    #[arg(long, value_name = "KERNEL", value_parser = kernel)]
    kernel: Option<Kernel>,
    /// Take the place of what another study, another --set or another program has left in the folder
    #[arg(long)]
    pub replace: bool,
}

impl WorkArguments {
    pub(crate) fn options(&self) -> nanorotor::sweep::Options {
        nanorotor::sweep::Options {
            threads: self.jobs.map(usize::from),
            kernel: self.kernel,
            shard: None,
            replace: self.replace,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Reproduce {
    /// The paper
    #[arg(value_name = "PAPER", default_value = "preston2023", value_parser = ["preston2023"])]
    paper: String,
    /// The folder of figures, data and report
    #[arg(long, value_name = "DIR", default_value = "reproduction")]
    pub out: PathBuf,
    /// Stop before the trajectories
    #[arg(long)]
    pub deterministic: bool,
    /// Run each trajectory point of Figs. 4 and 6 as long as the paper, 1.6e6 ns: an hour instead of two minutes
    #[arg(long, conflicts_with = "deterministic")]
    pub paper_length: bool,
    #[command(flatten)]
    pub work: WorkArguments,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The folder that a run has made
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The kinds of files to make, separated by commas
    #[arg(long, value_enum, ignore_case = true, value_delimiter = ',', default_values_t = [FileKind::Netcdf, FileKind::Csv])]
    pub format: Vec<FileKind>,
    /// Write over files of the same names that nanorotor did not write
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileKind {
    /// results.nc: NetCDF-4 with dimensions, coordinates, units and provenance
    Netcdf,
    /// results.csv, and results_theta.csv for what depends on the angle
    Csv,
    /// The same tables as Parquet
    // Where it was not built in, the help does not offer it; who asks all the same is told how to get it.
    #[cfg_attr(not(feature = "parquet"), value(hide = true))]
    Parquet,
}

/// A positive time with its unit, in atomic units.
fn time(text: &str) -> Result<f64, String> {
    nanorotor::units::positive_time(text).map_err(|fault| format!("{}; {}", fault.message, fault.hint))
}

fn shard(text: &str) -> Result<Shard, String> {
    text.parse().map_err(|error: nanorotor::Error| format!("{error}; {}", error.hint()))
}

fn kernel(text: &str) -> Result<Kernel, String> {
    text.parse().map_err(|error: nanorotor::Error| format!("{error}; {}", error.hint()))
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub study: StudyArguments,
}

#[derive(Debug, Args)]
pub(crate) struct Cite {
    #[command(flatten)]
    pub study: StudyArguments,
}

/// What to write in place of an argument that the command does not know; tips that would mislead go.
pub(crate) fn advice(told: &mut clap::Error) -> Option<String> {
    if told.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    // How to pass it on as a value: never what was meant.
    told.remove(ContextKind::Suggested);
    let Some(ContextValue::String(unknown)) = told.get(ContextKind::InvalidArg) else { return None };
    let unknown = unknown.clone();
    let Some(long) = unknown.strip_prefix("--").or_else(|| short_for(&unknown)) else {
        return Some(match unknown.parse::<Unit>() {
            // A unit that its number lost to the shell.
            Ok(_) if !unknown.starts_with('-') && unknown.parse::<f64>().is_err() => {
                format!("put what has a space in quotes, as in --set V=\"3 {unknown}\"")
            }
            _ if unknown.contains('=') => format!("parameters are set with --set {unknown}"),
            _ if unknown.parse::<f64>().is_ok() => {
                "join a value to its parameter, as in --set A=0.5, and separate angles by commas, as in --theta 0.3,1.0"
                    .into()
            }
            _ => return None,
        });
    };
    let owners = owners(long);
    if !owners.is_empty() {
        told.remove(ContextKind::SuggestedArg);
        let advice = match long {
            "plot" => "; `run` draws its figures into its folder by itself",
            "time" | "dt" | "seed" => "; `run` takes it from [simulate] of the study",
            "format" => "; `run` writes NetCDF and CSV into its folder, and `export` makes them anew",
            _ => "",
        };
        return Some(format!("{unknown} belongs to {}{advice}", owners.join(", ")));
    }
    if let Some((_, meant)) = SYNONYMS.iter().find(|(words, _)| words.contains(&long)) {
        told.remove(ContextKind::SuggestedArg);
        return Some(format!("--{meant} does that, in {}", self::owners(meant).join(", ")));
    }
    told.get(ContextKind::SuggestedArg)
        .is_none()
        .then(|| format!("parameters of a study are set with --set, as in --set {long}=VALUE"))
}

/// What other programs call our options.
const SYNONYMS: [(&[&str], &str); 9] = [
    (&["threads", "cores", "cpus", "nproc", "workers", "parallel", "num-threads"], "jobs"),
    (&["output", "outdir", "out-dir", "dir", "folder"], "out"),
    (&["param", "parameter", "define", "override"], "set"),
    (&["force", "overwrite", "clobber"], "replace"),
    (&["total-time", "total_time", "duration", "length"], "time"),
    (&["time-step", "timestep", "time_step", "step"], "dt"),
    (&["figure", "fig", "save"], "plot"),
    (&["json", "csv"], "format"),
    (&["angle", "angles"], "theta"),
];

/// The long option that a short one stands for elsewhere; clap tells the first letter alone.
fn short_for(unknown: &str) -> Option<&'static str> {
    let known =
        [("-j", "jobs"), ("-o", "out"), ("-s", "set"), ("-f", "replace"), ("-t", "theta"), ("-p", "plot")];
    let (_, long) = known.iter().find(|(short, _)| *short == unknown)?;
    SYNONYMS.iter().find(|(_, meant)| meant == long).and_then(|(words, _)| words.first().copied())
}

/// The commands that have an option.
fn owners(long: &str) -> Vec<String> {
    let has = |command: &&clap::Command| command.get_arguments().any(|it| it.get_long() == Some(long));
    let program = Arguments::command();
    program.get_subcommands().filter(has).map(|command| command.get_name().to_string()).collect()
}

/// A whole number within bounds.
pub(crate) fn whole<T: TryFrom<u64>>(text: &str, least: u64, most: u64) -> Result<T, String> {
    let plain = nanorotor::units::plain_text(text);
    let plain = plain.trim();
    let number = plain.parse::<u64>().ok().filter(|number| (least..=most).contains(number));
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
        let whole = plain.parse::<f64>().ok().filter(|x| x.fract() == 0.0 && *x >= least as f64 && *x < 1e15);
        match whole.filter(|x| *x <= most as f64) {
            Some(number) => format!("not a whole number; write {number}"),
            None => format!("not a whole number from {least} to {most}"),
        }
    })
}
