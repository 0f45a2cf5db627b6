//! Define the flags of `nanorotor optimize`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use nanorotor::design::{self, Problem, Sense};

use crate::arguments::{Format, SolverArguments, StudyArguments, whole};
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Optimize {
    #[command(flatten)]
    pub study: StudyArguments,
    #[command(flatten)]
    pub solver: SolverArguments,
    /// A quantity that `rate` prints, or a formula of such, of which more is better: rotation_rate, rotation_rate/mean_current[left];
    /// two objectives give the front between them
    #[arg(long, value_name = "FORMULA", allow_hyphen_values = true)]
    maximize: Vec<String>,
    /// The same, of which less is better: certainty_time
    #[arg(long, value_name = "FORMULA", allow_hyphen_values = true)]
    minimize: Vec<String>,
    /// A parameter of the study with its bounds; repeatable: --over "phi=-1.5..1.5" --over "E_1=-1 eV..1 eV"
    #[arg(long, value_name = "NAME=FROM..TO", required = true)]
    over: Vec<String>,
    /// A demand on quantities and parameters; repeatable: --subject-to "mean_current[left] < 1 uA"
    #[arg(long = "subject-to", value_name = "CONSTRAINT", allow_hyphen_values = true)]
    subject_to: Vec<String>,
    /// The folder of the results; by default named like the study with -optimum, in the current folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// About how many points to compute, for each objective [default: 250 for each parameter and one more]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = |text: &str| whole::<u32>(text, 10, 1_000_000))]
    evaluations: Option<u32>,
    /// From how many points to go downhill
    #[arg(long, value_name = "N", default_value_t = 4, allow_hyphen_values = true, value_parser = |text: &str| whole::<u16>(text, 1, 1000))]
    starts: u16,
    /// Where to search
    #[arg(long, value_enum, default_value_t = Search::Global)]
    search: Search,
    /// About how many points the front between two objectives has
    #[arg(long = "front-points", value_name = "N", default_value_t = 12, allow_hyphen_values = true, value_parser = |text: &str| whole::<u16>(text, 2, 1000))]
    front: u16,
    /// The seed of the random numbers
    #[arg(long, value_name = "S", default_value_t = 1, allow_hyphen_values = true, value_parser = |text: &str| whole::<u64>(text, 0, u64::MAX))]
    seed: u64,
    /// The number of threads; all cores if not given
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = |text: &str| whole::<u16>(text, 1, 1024))]
    pub jobs: Option<u16>,
    /// Take the place of what another search or sweep has left in the folder
    #[arg(long)]
    pub replace: bool,
    /// Draw the search, or the front, into a file that ends in .svg, .pdf or .png
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// How to print the result on standard output
    #[arg(long, value_enum, ignore_case = true, default_value_t = Format::Table)]
    pub format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Search {
    /// Downhill from several points
    Local,
    /// Downhill from several points, and an evolution strategy over the whole box
    Global,
}

impl Optimize {
    /// What is sought.
    pub(crate) fn problem(&self) -> Result<Problem, Failure> {
        let study = self.study.load_one_point()?.with_solver(|solver| self.solver.change(solver));
        let of = |sense: Sense, all: &'_ [String]| -> Vec<(Sense, String)> {
            all.iter().map(|text| (sense, text.clone())).collect()
        };
        let all = [of(Sense::Maximize, &self.maximize), of(Sense::Minimize, &self.minimize)].concat();
        if all.is_empty() {
            return Err(Failure::Usage {
                what: "there is nothing to maximize or minimize".into(),
                hint: "give for example --maximize rotation_rate or --minimize certainty_time".into(),
            });
        }
        let objectives: Vec<(Sense, &str)> =
            all.iter().map(|(sense, text)| (*sense, text.as_str())).collect();
        let over: Vec<&str> = self.over.iter().map(String::as_str).collect();
        let subject_to: Vec<&str> = self.subject_to.iter().map(String::as_str).collect();
        Ok(Problem::new(&study, &objectives, &over, &subject_to)?)
    }

    /// How it is sought.
    pub(crate) fn options(&self) -> design::Options {
        design::Options {
            evaluations: self.evaluations.map(|n| n as usize),
            starts: usize::from(self.starts),
            global: self.search == Search::Global,
            front: usize::from(self.front),
            seed: self.seed,
            replace: self.replace,
        }
    }
}
