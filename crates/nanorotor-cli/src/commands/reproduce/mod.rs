//! Run `nanorotor reproduce`: the figures of Preston & Kosov (2023) and its statements, from the studies behind them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use nanorotor::export::{Earlier, Publication, write_file};
use nanorotor::results::Results;
use nanorotor::study::Study;
use nanorotor::sweep::{self, Grid, Options, Store, make_folder};
use nanorotor_paper::{
    Claim, Part, PartOptions, Report, Shown, Verdict, budget, figures, judge, parts, recorded_part,
};

use crate::arguments::{FileKind, Reproduce};
use crate::failure::{Failure, KEPT};
use crate::folder::STUDY_FILE;
use crate::output;
use crate::progress::SweepBar;
use crate::signals::stop_when_asked;

pub(crate) fn run(arguments: &Reproduce) -> Result<(), Failure> {
    let cancel = stop_when_asked(KEPT);
    let begin = Instant::now();
    make_folder(&arguments.out)?;
    Publication::begin(&arguments.out, arguments.work.replace)?.refuse_others(&[REPORT, "report.md"])?;
    let mut work = Reproduction {
        folder: &arguments.out,
        options: arguments.work.options(),
        cancel: &cancel,
        begin,
        found: HashMap::new(),
        provenance: Vec::new(),
    };
    let parts = parts(&PartOptions { paper_length: arguments.paper_length });
    let (trajectories, others): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.needs_trajectories);
    let (curves, claims): (Vec<Part>, Vec<Part>) =
        others.into_iter().partition(|part| part.name.starts_with("figure_"));
    work.all(&curves)?;
    work.report()?;
    work.say("the deterministic curves are drawn")?;
    work.all(&claims)?;
    let mut claims = work.report()?;
    if arguments.deterministic {
        work.say("everything deterministic is done; without --deterministic the trajectories follow")?;
    } else {
        let steps: f64 = budget(&trajectories)?.iter().map(|part| part.steps).sum();
        work.say(&format!("the trajectories take about {steps:.1e} steps"))?;
        work.all(&trajectories)?;
        work.recorded()?;
        claims = work.report()?;
    }
    work.conclude(&claims, arguments.deterministic)
}

/// The report.
const REPORT: &str = "report.html";

/// What has been computed so far, and where it goes.
struct Reproduction<'a> {
    folder: &'a Path,
    options: Options,
    cancel: &'a AtomicBool,
    begin: Instant,
    found: HashMap<&'static str, Results>,
    provenance: Vec<(String, String)>,
}

impl Reproduction<'_> {
    /// Print a line, with the time since the start.
    fn say(&self, text: &str) -> Result<(), Failure> {
        output::write(&format!("{:7.1} s  {text}\n", self.begin.elapsed().as_secs_f64()))
    }

    fn all(&mut self, parts: &[Part]) -> Result<(), Failure> {
        parts.iter().try_for_each(|part| self.part(part))
    }

    /// Compute a part in its own folder, or read what is there.
    fn part(&mut self, part: &Part) -> Result<(), Failure> {
        let study = Study::from_toml(&part.text, &format!("{}.toml", part.name), None)?;
        let grid = Grid::new(&study)?;
        let folder = self.folder.join(part.name);
        let store = Store::open(&folder)?;
        let publication = Publication::begin(&folder, self.options.replace)?;
        publication.refuse_others(&[STUDY_FILE, "results.nc", "results.csv", "results_theta.csv"])?;
        let bar = SweepBar::new(part.name);
        let summary = sweep::run(&grid, &store, &self.options, self.cancel, &|progress| bar.show(progress));
        bar.end();
        let summary = summary?;
        let staging = publication.staging();
        write_file(&staging.join(STUDY_FILE), part.text.as_bytes())?;
        if !summary.is_whole() {
            publication.publish(Earlier::Keep)?;
            let missing = summary.all - summary.kept - summary.finished;
            return Err(Failure::Unfinished { missing, all: summary.all });
        }
        let (layout, results) = sweep::results(&store)?;
        if summary.finished > 0 || !folder.join("results.nc").is_file() {
            let kinds = [FileKind::Netcdf, FileKind::Csv];
            output::files::export(staging, &store, &layout, &results, &kinds)?;
        }
        publication.publish(Earlier::Keep)?;
        let failed = results.point_status.iter().filter(|status| !status.is_converged()).count();
        let failed = if failed > 0 { format!(", {failed} without full result") } else { String::new() };
        self.say(&format!("{}: {} points{failed}", part.title, summary.all))?;
        self.provenance = store.runs()?.pop().map_or_else(Vec::new, |run| run.0);
        self.found.insert(part.name, results);
        Ok(())
    }

    /// Leave the study of the recorded trajectories, which are drawn from it directly.
    fn recorded(&self) -> Result<(), Failure> {
        let part = recorded_part();
        let folder = self.folder.join(part.name);
        make_folder(&folder)?;
        let publication = Publication::begin(&folder, self.options.replace)?;
        write_file(&publication.staging().join(STUDY_FILE), part.text.as_bytes())?;
        publication.publish(Earlier::Keep)?;
        Ok(())
    }

    /// Draw what can be drawn, judge what can be judged, and write both down.
    fn report(&self) -> Result<Vec<Claim>, Failure> {
        let publication = Publication::begin(self.folder, self.options.replace)?;
        let figures = self.figures(publication.staging())?;
        let claims = judge(&|name| self.found.get(name));
        // What belongs to one part only says nothing about the whole.
        let of_all = |name: &str| !["study", "set", "seed", "started"].contains(&name);
        let report = Report {
            title: "Preston & Kosov (2023), reproduced".into(),
            introduction: INTRODUCTION.into(),
            figures,
            claims,
            provenance: self.provenance.iter().filter(|(name, _)| of_all(name)).cloned().collect(),
        };
        write_file(&publication.staging().join(REPORT), report.html().as_bytes())?;
        write_file(&publication.staging().join("report.md"), report.markdown().as_bytes())?;
        publication.publish(Earlier::Keep)?;
        Ok(report.claims)
    }

    /// Every figure whose curves are there, with its files.
    fn figures(&self, folder: &Path) -> Result<Vec<Shown>, Failure> {
        let found = |name: &str| self.found.get(name);
        figures::all(&found, self.options.kernel)?
            .into_iter()
            .map(|drawn| {
                output::files::figure(folder, &drawn.figure)?;
                let svg = drawn.figure.figure.render(nanorotor_figures::Format::Svg)?;
                Ok(Shown {
                    title: drawn.title.into(),
                    caption: drawn.figure.caption,
                    svg: String::from_utf8_lossy(&svg).into_owned(),
                    studies: drawn
                        .parts
                        .into_iter()
                        .filter(|name| self.folder.join(name).join(STUDY_FILE).is_file())
                        .map(String::from)
                        .collect(),
                    name: drawn.figure.name,
                })
            })
            .collect()
    }

    /// Say how the statements came out.
    fn conclude(&self, claims: &[Claim], deterministic: bool) -> Result<(), Failure> {
        let mut text = String::new();
        for claim in claims {
            text += &[claim.verdict.in_words(), ": ", claim.statement, "\n"].concat();
        }
        output::write(&text)?;
        self.say(&format!(
            "{} and {}",
            self.folder.join(REPORT).display(),
            self.folder.join("report.md").display()
        ))?;
        let failed = claims.iter().filter(|claim| match claim.verdict {
            Verdict::DoesNotHold => true,
            Verdict::NotComputed => !deterministic,
            Verdict::Holds | Verdict::OnlyForSomeChoices => false,
        });
        match failed.count() {
            0 => Ok(()),
            count => Err(Failure::Incomplete {
                what: format!("{count} of {} statements do not hold or could not be judged", claims.len()),
                hint: "the report says why, statement by statement".into(),
            }),
        }
    }
}

const INTRODUCTION: &str = "\
The figures of R. J. Preston and D. S. Kosov, A physically realizable molecular motor driven by the Landauer blowtorch effect, \
J. Chem. Phys. 158 (2023), arXiv:2304.01408, computed anew: lines without noise, from the stationary Klein-Kramers equation; points \
with error bars (one standard error) from trajectories, as the paper has them. Figure 1 of the paper is a drawing. The paper does \
not state the energy from which it integrates the torque; here the band begins at -10 eV, which is our choice, and the last \
figure shows what depends on it.";
