//! Number the points of a sweep.

use rayon::prelude::*;

use super::fingerprint::{Identity, Key};
use super::layout::Layout;
use crate::error::{Error, Result};
use crate::langevin::Kernel;
use crate::quantity::{Kind, LEVEL, THETA, Task};
use crate::results::THETA_POINTS;
use crate::study::{Axis, Model, Resolved, Study};

/// What the results of a whole sweep may take in memory, in bytes.
const MOST_MEMORY: usize = 4 << 30;

/// The points of a study: the product of its sweep's axes, the first slowest; a study without a sweep has one point.
#[derive(Debug, Clone)]
pub struct Grid {
    study: Study,
    tasks: Vec<Task>,
    points: usize,
}

impl Grid {
    /// The grid of a study.
    ///
    /// # Errors
    /// As [`Study::check_axes`] and, about the first point, [`Study::resolve`]; [`Error::Model`] for a sweep whose results would take more than 4 GiB.
    pub fn new(study: &Study) -> Result<Self> {
        study.check_axes()?;
        let points = study.axes().iter().map(|axis| axis.values.len()).product();
        let mut grid = Self { study: study.clone(), tasks: Vec::new(), points };
        let first = grid.resolve(0)?;
        let needed = bytes(&first).saturating_mul(points);
        if needed > MOST_MEMORY {
            let most = MOST_MEMORY / bytes(&first);
            return Err(Error::Model {
                what: format!(
                    "the results of {points} points would take about {} GiB of memory, at most {} are taken",
                    needed.div_ceil(1 << 30),
                    MOST_MEMORY >> 30
                ),
                hint: format!("sweep at most {most} points at a time: split the study"),
            });
        }
        grid.tasks = first.tasks;
        Ok(grid)
    }

    /// The study.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The axes, the first slowest.
    pub fn axes(&self) -> &[Axis] {
        self.study.axes()
    }

    /// What is computed at each point.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.points
    }

    /// Whether there is no point; a sweep always has one.
    pub fn is_empty(&self) -> bool {
        self.points == 0
    }

    /// The position of a point along each axis.
    pub fn position(&self, point: usize) -> Vec<usize> {
        let mut rest = point;
        let mut position: Vec<usize> = self
            .axes()
            .iter()
            .rev()
            .map(|axis| {
                let at = rest % axis.values.len();
                rest /= axis.values.len();
                at
            })
            .collect();
        position.reverse();
        position
    }

    /// The study at a point, every swept parameter set.
    ///
    /// # Errors
    /// As [`Study::with_value`].
    pub fn at(&self, point: usize) -> Result<Study> {
        self.axes()
            .iter()
            .zip(self.position(point))
            .try_fold(self.study.clone(), |study, (axis, at)| study.with_value(&axis.name, axis.values[at]))
    }

    /// What stands where.
    pub fn layout(&self) -> Layout {
        let title = self.study.title().map(String::from);
        let text = self.study.text().into();
        Layout { title, text, axes: self.axes().to_vec(), tasks: self.tasks.clone() }
    }

    /// The keys of every task at every point, the first task's points first.
    ///
    /// # Errors
    /// As [`Study::resolve`], about any point.
    pub fn keys(&self, kernel: Kernel) -> Result<Vec<Key>> {
        Ok(self.identities()?.iter().map(|identity| Key::of(identity, kernel)).collect())
    }

    /// What is computed, in the order of the keys.
    pub(super) fn identities(&self) -> Result<Vec<Identity>> {
        let of_points: Vec<Vec<Identity>> = (0..self.points)
            .into_par_iter()
            .map(|point| {
                let resolved = self.resolve(point)?;
                Ok(self.tasks.iter().map(|&task| Identity::new(&resolved, task)).collect())
            })
            .collect::<Result<_>>()?;
        Ok((0..self.tasks.len()).flat_map(|task| of_points.iter().map(move |of| of[task])).collect())
    }

    /// Everything at a point, in atomic units.
    ///
    /// # Errors
    /// As [`Study::resolve`].
    pub fn resolve(&self, point: usize) -> Result<Resolved> {
        self.at(point)?.resolve()
    }
}

/// What a point takes in memory at most, in bytes: its numbers once in its record and once in the results, with their errors
/// and names.
fn bytes(point: &Resolved) -> usize {
    let (leads, levels) = match &point.model {
        Model::Junction(model) => (model.leads.len(), model.levels()),
        Model::Landscape(_) => (0, 0),
    };
    let along = |axis: &&str| match *axis {
        THETA => THETA_POINTS,
        LEVEL => levels,
        _ => leads,
    };
    let of_kind = |kind: &Kind| {
        let numbers = kind.axes.iter().map(along).product::<usize>();
        let variables = (1 + usize::from(kind.has_error)) * (1 + usize::from(kind.is_simulated));
        variables * (2 * size_of::<f64>() * numbers + 64)
    };
    // The angles, twice; and what is said in words.
    let other = 2 * size_of::<f64>() * THETA_POINTS + 2048;
    point.tasks.iter().map(|task| other + task.kinds().map(of_kind).sum::<usize>()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(sweep: &str) -> Grid {
        let preset = Study::preset("preston2023").unwrap();
        let text = format!("{}\n[sweep]\n{sweep}\n", preset.text());
        Grid::new(&Study::from_toml(&text, "grid", None).unwrap()).unwrap()
    }

    #[test]
    fn the_first_axis_is_the_slowest() {
        let grid = grid("V = { values = [\"1 eV\", \"2 eV\"] }\nphi = { values = [0, 0.1, 0.2] }");
        assert_eq!(grid.len(), 6);
        assert_eq!(
            (grid.position(0), grid.position(1), grid.position(5)),
            (vec![0, 0], vec![0, 1], vec![1, 2])
        );
        let value = |point: usize, name: &str| {
            let resolved = grid.resolve(point).unwrap();
            let parameter = resolved.parameters.iter().find(|p| p.name == name).unwrap();
            parameter.quantity().unwrap().number()
        };
        assert!((value(4, "V") - 2.0).abs() < 1e-15 && (value(4, "phi") - 0.1).abs() < 1e-15);
    }

    #[test]
    fn a_study_without_a_sweep_has_one_point() {
        let grid = Grid::new(&Study::preset("preston2023").unwrap()).unwrap();
        assert_eq!((grid.len(), grid.position(0), grid.tasks()), (1, vec![], &[Task::Rate][..]));
    }

    #[test]
    fn sweeps_that_no_memory_holds_are_refused_before_anything_is_computed() {
        let preset = Study::preset("preston2023").unwrap();
        let sweep = |tasks: &str, points: usize| {
            let axis = |name: &str| format!("{name} = {{ from = 0, to = \"2 au\", points = {points} }}");
            let text = format!(
                "{}\n[compute]\nwhat = [{tasks}]\n[sweep]\n{}\n{}\n",
                preset.text(),
                axis("V"),
                axis("phi")
            );
            Grid::new(&Study::from_toml(&text, "grid", None).unwrap())
        };
        for tasks in ["\"landscape\"", "\"rate\"", "\"landscape\", \"rate\", \"simulate\""] {
            assert!(sweep(tasks, 100).is_ok());
            let error = sweep(tasks, 10_000).unwrap_err();
            assert!(error.to_string().contains("GiB of memory"), "{error}");
            let most: usize = error.hint().split(' ').nth(3).unwrap().parse().unwrap();
            assert!((20_000..1_000_000).contains(&most), "{most}");
        }
    }

    #[test]
    fn every_point_has_its_own_key_and_a_bad_point_is_refused() {
        let keys = grid("V = { values = [\"1 eV\", \"2 eV\"] }\nphi = { values = [0, 0.1, 0.2] }")
            .keys(Kernel::Portable)
            .unwrap();
        let distinct: std::collections::HashSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), 6);
        assert!(grid("kT = { values = [\"0.01 eV\", \"-0.01 eV\"] }").keys(Kernel::Portable).is_err());
    }

    #[test]
    fn a_layout_survives_its_json() {
        let grid = grid(
            "V = { values = [\"1 eV\", \"2 eV\"] }\nA = { values = [0.5, 0.75] }\nI = { from = \"1e3 au\", to = \"1e5 au\", points = 3, scale = \"log\" }",
        );
        let json = grid.layout().to_json(grid.study());
        let back = Layout::from_json(&serde_json::from_str(&json.to_string()).unwrap()).unwrap();
        assert_eq!(back, grid.layout());
    }
}
